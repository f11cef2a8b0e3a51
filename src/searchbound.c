/*
 * searchbound.c
 *	  The bound of a search: how much work it gets, and what it hands on from grid to grid.
 */
#include "kernel.h"

#include <math.h>

#include "bound.h"
#include "searchlevel.h"
#include "weightbound.h"

/* The bounds of small grids may take so many times the work asked for. */
#define MOST_BOUND_EFFORT 4

/* What of it is spent on a coarse grid, before the bound of the next one. */
#define PREPARING_PART 0.5

/* Gives the work that a bound may take on a grid: evaluations cost the more the more cells there are. */
static int
BoundWork(const Search *search, const Grid *grid)
{
	double scale = pow(FULL_EFFORT_CELLS / (double) (grid->ncells + 1), 0.75);

	return (int) (search->problem->bound_iterations *
				  (scale < MOST_BOUND_EFFORT ? scale : MOST_BOUND_EFFORT));
}

/*
 * Computes a lower bound on the cost of every suite of a level, from the multipliers carried here if
 * there are any, and takes over a better suite where one turns up on the way.
 */
static void
BoundLevel(Search *search, SearchLevel *level, Suite *suite, int work, bool preparing,
		   BoundResult *proved)
{
	const SearchProblem *problem = search->problem;
	double *multiplier = KernelAlloc((size_t) level->demand->nclasses * sizeof(double) + 1);
	GridPoint current[SUITE_MAX];
	BoundProblem bound = {.grid = level->grid,
						  .demand = level->demand,
						  .suite_size = problem->suite_size,
						  .nkeep = problem->nkeep,
						  .keep = suite->box,
						  .must_stay = problem->must_stay,
						  .ncurrent = problem->ncurrent,
						  .current = current,
						  .upper = suite->total.cost,
						  .nincumbent = suite->n,
						  .incumbent = suite->box,
						  .max_iterations = work,
						  .preparing = preparing,
						  .start = search->multiplier,
						  .multiplier = multiplier,
						  .watch = problem->watch,
						  .host = problem->host};

	for (int b = 0; b < problem->ncurrent; b++)
		GridLocate(level->grid, problem->current[b], &current[b]);
	if (level->grid->billed != NULL)
	{
		WeightBound(&bound, proved);
		KernelFree(multiplier);
	}
	else
	{
		BoundSuite(&bound, proved);
		if (search->multiplier != NULL)
			KernelFree(search->multiplier);
		search->multiplier = multiplier;
	}
	if (proved->nbetter > 0)
	{
		Suite better = {.n = proved->nbetter};

		memcpy(better.box, proved->better, (size_t) better.n * sizeof(GridPoint));
		SwapSetSuite(level->state, &better);
		search->moves += Descend(level->state, problem->suite_size, INT32_MAX);
		search->moves += SearchMakeWorthy(level->state, problem->suite_size);
		if (SuiteCostLess(SwapSuite(level->state)->total, suite->total))
			*suite = *SwapSuite(level->state);
	}
	if (!proved->optimal)
		SearchIsStopped(search);
}

/*
 * Prepares the bound of the finest level on a coarse one, where the ascent is quick: its multipliers are
 * carried on, and so is a better suite.
 */
void
SearchPrepareBound(Search *search, SearchLevel *level, Suite *suite)
{
	BoundResult *proved;

	if (search->problem->bound_iterations == 0 || search->coarse_factor > 1 ||
		level->grid->billed != NULL || SearchIsStopped(search))
		return;
	proved = KernelAlloc(sizeof(BoundResult));
	BoundLevel(search, level, suite, (int) (BoundWork(search, level->grid) * PREPARING_PART), true,
			   proved);
	KernelFree(proved);
}

/* Proves how good the suite of the finest level is, and may replace it by a better one. */
void
SearchProveBound(Search *search, SearchLevel *level, Suite *suite, SearchResult *result)
{
	BoundResult *proved;

	if (search->problem->bound_iterations == 0 || SearchIsStopped(search))
		return;
	proved = KernelAlloc(sizeof(BoundResult));
	BoundLevel(search, level, suite, BoundWork(search, level->grid), false, proved);
	result->bounded = true;
	result->lower_bound = proved->lower < suite->total.cost ? proved->lower : suite->total.cost;
	result->lower_bound += level->demand->constant;
	/* what is proved of suites whose boxes may ship little is true of the others, but not the converse */
	result->optimal = proved->optimal && suite->total.cost <= proved->upper * (1 + 1e-9);
	KernelFree(proved);
}
