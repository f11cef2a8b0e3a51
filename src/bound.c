/*
 * bound.c
 *	  A proven lower bound on the cost of every suite.
 *
 * Candidates that no optimal suite needs are closed first: where a box could shrink by a coordinate
 * and still hold all it held, at no more cost, the smaller one does as well. Then a Lagrangian dual
 * (dual.c) is improved in three steps, each of which starts where the one before stalled:
 *
 *	  the plain dual, on cost levels spread over all costs, towards the linear relaxation;
 *	  the dual with chains (chain.c), which is above that, first on the same levels and more, then
 *	  also on the costs of the cells in use;
 *	  cases (cases.c): the suites divided by how many of their boxes lie in some region.
 *
 * On the way candidates are closed that no suite better than the incumbent has. Between the steps
 * better suites are sought where the relaxed solution is, because a better incumbent lowers the gap as
 * well.
 *
 * Work is counted in evaluations of the plain dual; one with chains costs about as much as some of
 * them. Where that is more than there is to spend, on large grids, the plain dual is improved a second
 * time instead, with levels at the costs in use.
 */
#include "kernel.h"

#include <math.h>

#include "bound.h"
#include "cases.h"
#include "dual.h"
#include "relaxed.h"

/* Cost levels: spread over the range of costs, and at the costs of the cells used most. */
#define LEVELS       100
#define USED_LEVELS  100
#define CHAIN_LEVELS 200

/* Step lengths of the ascents: where they begin and where they end. */
#define FIRST_STEP       0.3
#define CARRIED_STEP     0.03
#define FIRST_LAST_STEP  3e-4
#define SECOND_STEP      3e-3
#define SECOND_LAST_STEP 3e-5
#define CHAIN_STEP       0.1
#define CHAIN_USED_STEP  0.03
#define CHAIN_LAST_STEP  1e-4

/*
 * What of the work may go into the first ascent, from nothing or from carried multipliers, and then into
 * each of those with chains.
 */
#define FIRST_PART   0.4
#define CARRIED_PART 0.2
#define CHAIN_PART   0.4

/* Chains are used where there is work for so many evaluations with them. */
#define LEAST_CHAINS 30

/* Suites drawn from the relaxed solution. */
#define DRAWS 40

/* The gap that counts as none: rounding leaves some. */
#define PROVED_GAP 1e-7

/* ------------------------------------------------------------------------------------------------
 * Candidates that no optimal suite needs
 * ------------------------------------------------------------------------------------------------ */

/* Counts for every cell the classes that it holds. */
static void
CountHeld(const Grid *grid, const GridDemand *demand, int32_t *held)
{
	int ny = grid->axis[1].n;
	int nz = grid->axis[2].n;
	int32_t *sign = KernelAllocZero((size_t) ny * nz * sizeof(int32_t) + 1);
	int32_t *run = KernelAlloc((size_t) nz * sizeof(int32_t) + 1);
	int p = 0;

	for (int x = 0; x < grid->axis[0].n; x++)
	{
		KERNEL_CHECK_CANCEL();
		for (; p < demand->npoints && demand->point[p].at[0] == x; p++)
			sign[(size_t) demand->point[p].at[1] * nz + demand->point[p].at[2]] +=
				demand->point_weight[p] > 0 ? 1 : -1;
		memset(run, 0, (size_t) nz * sizeof(int32_t));
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int32_t *out = held + grid->row[(int64_t) x * ny + y];
			int32_t sum = 0;

			for (int z = 0; z < nz; z++)
				run[z] += sign[(size_t) y * nz + z];
			for (int z = 0; z < grid->z_count[y]; z++)
				out[z] = sum += run[z];
		}
	}
	KernelFree(sign);
	KernelFree(run);
}

/* Whether cell small does all that cell large does. */
static inline bool
Replaces(const Grid *grid, const int32_t *held, int64_t small, int64_t large)
{
	return grid->candidate[small] && held[small] == held[large] &&
		   grid->cost[small] <= grid->cost[large];
}

/*
 * Tells which cells take part: candidates, but for those that hold nothing or could shrink; kept
 * boxes; and current ones, if some of them must stay, whatever they hold.
 */
static uint8_t *
FindOpenCells(const BoundProblem *problem)
{
	const Grid *grid = problem->grid;
	int ny = grid->axis[1].n;
	uint8_t *open = KernelAllocZero((size_t) grid->ncells + 1);
	int32_t *held = KernelAlloc((size_t) grid->ncells * sizeof(int32_t) + 1);

	CountHeld(grid, problem->demand, held);
	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int64_t row = grid->row[(int64_t) x * ny + y];
			int64_t row_x =
				x > 0 && y < grid->y_count[x - 1] ? grid->row[(int64_t) (x - 1) * ny + y] : -1;
			int64_t row_y = y > 0 ? grid->row[(int64_t) x * ny + y - 1] : -1;

			for (int z = 0; z < grid->z_count[y]; z++)
			{
				int64_t cell = row + z;

				open[cell] = grid->candidate[cell] && held[cell] > 0 &&
							 !(row_x >= 0 && Replaces(grid, held, row_x + z, cell)) &&
							 !(row_y >= 0 && z < grid->z_count[y - 1] &&
							   Replaces(grid, held, row_y + z, cell)) &&
							 !(z > 0 && Replaces(grid, held, cell - 1, cell));
			}
		}
	for (int b = 0; b < problem->ncurrent && problem->must_stay > 0; b++)
		open[GridCell(grid, problem->current[b])] = OPEN_CURRENT;
	for (int b = 0; b < problem->nkeep; b++)
		open[GridCell(grid, problem->keep[b])] = OPEN_KEPT;
	KernelFree(held);
	return open;
}

/* ------------------------------------------------------------------------------------------------
 * The bound
 * ------------------------------------------------------------------------------------------------ */

/* A bound in the making. */
typedef struct Bound
{
	const BoundProblem *problem;
	Dual *dual;
	Suite better; /* than the incumbent; no boxes if none was found */
	double lower;
	double work; /* done, in evaluations of the plain dual */
} Bound;

/* Whether the gap is larger than wanted, and there is work left to do. */
static bool
GoesOn(const Bound *bound)
{
	const BoundProblem *problem = bound->problem;

	return bound->dual->upper - bound->lower > problem->gap_wanted * bound->dual->upper &&
		   bound->work < problem->max_iterations && !WatchStops(problem->watch);
}

/* Improves the dual from its best multipliers by at most so much work. */
static void
Improve(Bound *bound, double step, double last_step, bool go_on, double most_work)
{
	Dual *dual = bound->dual;
	double cost = dual->chain != NULL ? CHAIN_WORK : 1;
	double left = bound->problem->max_iterations - bound->work;
	int most = (int) ((most_work < left ? most_work : left) / cost);

	DualStart(dual, go_on, false);
	bound->work += cost;
	if (most > 1)
		bound->work += cost * DualImprove(dual, step, last_step, most - 1);
	if (dual->proved > bound->lower)
		bound->lower = dual->proved;
}

/* Seeks a better suite than the best so far near the dual's relaxed solution. */
static void
SeekBetter(Bound *bound)
{
	if (RelaxedSuites(bound->dual, DRAWS, &bound->better))
		bound->dual->upper = bound->better.total.cost;
}

/* Gives the plain dual's multipliers to whoever wants to start from them. */
static void
GiveMultipliers(const Bound *bound)
{
	if (bound->problem->multiplier != NULL)
		memcpy(bound->problem->multiplier, bound->dual->best,
			   (size_t) bound->problem->demand->nclasses * sizeof(double));
}

/* Improves the dual with chains, on levels spread over all costs, and then on those in use too. */
static void
ImproveChains(Bound *bound)
{
	Dual *dual = bound->dual;

	for (int turn = 0; turn < 2 && GoesOn(bound); turn++)
	{
		DualLayLevels(dual, CHAIN_LEVELS, CHAIN_LEVELS);
		DualUseChains(dual);
		Improve(bound, turn == 0 ? CHAIN_STEP : CHAIN_USED_STEP, CHAIN_LAST_STEP, turn > 0,
				CHAIN_PART * bound->problem->max_iterations);
		if (GoesOn(bound))
			SeekBetter(bound);
	}
}

/*
 * Computes a lower bound on the cost of every suite of at most suite_size boxes, candidates and kept
 * ones, that has the kept ones and must_stay current ones and holds all classes. On the way it may
 * find a better suite than the incumbent. The same problem gives the same result, bit for bit, unless
 * the watch stops it; a bound that was stopped is a lower one.
 */
void
BoundSuite(const BoundProblem *problem, BoundResult *result)
{
	uint8_t *open = FindOpenCells(problem);
	Dual *dual = DualCreate(problem, open);
	Bound bound = {.problem = problem, .dual = dual};

	memset(result, 0, sizeof(BoundResult));
	dual->closing = true;
	DualLayLevels(dual, LEVELS, 0);
	Improve(&bound, problem->start == NULL ? FIRST_STEP : CARRIED_STEP, FIRST_LAST_STEP, false,
			(problem->start == NULL ? FIRST_PART : CARRIED_PART) * problem->max_iterations);
	GiveMultipliers(&bound);
	if (GoesOn(&bound))
		SeekBetter(&bound);
	if (GoesOn(&bound) && dual->nfree > 0 &&
		problem->max_iterations - bound.work >= LEAST_CHAINS * CHAIN_WORK)
	{
		ImproveChains(&bound);
		if (GoesOn(&bound))
			bound.lower = DivideCases(dual, bound.lower, bound.work, &bound.better);
	}
	else if (GoesOn(&bound))
	{
		DualLayLevels(dual, LEVELS, USED_LEVELS);
		Improve(&bound, SECOND_STEP, SECOND_LAST_STEP, true, problem->max_iterations);
		GiveMultipliers(&bound);
		if (GoesOn(&bound))
			SeekBetter(&bound);
	}

	for (int64_t c = 0; c < problem->grid->ncells; c++)
		result->candidates_left += (dual->pricing->open[c] & OPEN_CANDIDATE) != 0;
	result->work = bound.work;
	result->upper = dual->upper;
	result->nbetter = bound.better.n;
	memcpy(result->better, bound.better.box, sizeof(result->better));
	result->lower = bound.lower < dual->upper ? bound.lower : dual->upper;
	result->optimal = bound.lower >= dual->upper * (1 - PROVED_GAP);
	DualFree(dual);
	KernelFree(open);
}
