/*
 * bound.c
 *	  A proven lower bound on the cost of every suite: preparation, and branching.
 *
 * Candidates that no optimal suite needs are closed first: where a box could shrink by a coordinate
 * and still hold all it held, at no more cost, the smaller one does as well. Then the Lagrangian
 * dual (dual.c) is improved until it stalls, at first on cost levels spread over all costs, then also
 * on those in use; it closes the candidates that no suite better than the incumbent has. Between the
 * two, and after, better suites are sought where the relaxed solution is, because a better incumbent
 * lowers the gap as well.
 *
 * What is left is the gap of the linear relaxation, which lets boxes be chosen in part. To raise the
 * bound further the suites are divided into cases by how many of their boxes lie in a region: at most
 * n, or at least n + 1. Every suite is in one of them; a relaxed solution with n and a half boxes in
 * the region is in neither. Each case has its own dual, which starts from that of the case it was
 * made of. The bound is the least of all cases, and the case that has it is divided next.
 */
#include "kernel.h"

#include <math.h>

#include "bound.h"
#include "dual.h"
#include "relaxed.h"

/*
 * Cost levels: spread over the range of costs; and, from the second ascent on, at the costs of the
 * cells that the relaxed solution uses most.
 */
#define LEVELS      100
#define USED_LEVELS 100

/* Step lengths of the ascents: where they begin and where they end. */
#define FIRST_STEP      0.3
#define FIRST_LAST_STEP 3e-4
#define SECOND_STEP     3e-3
#define LAST_STEP       3e-5
#define CASE_STEP       3e-3
#define CASE_LAST_STEP  3e-5

/* The gap that counts as none: rounding leaves some. */
#define PROVED_GAP 1e-7

/* Iterations of a new case at most. */
#define CASE_ITERATIONS 250

/* Iterations to see what the relaxed solution of a case looks like. */
#define LOOK_ITERATIONS 100

/* Suites drawn from the relaxed solution, of all suites and of a case. */
#define DRAWS      40
#define CASE_DRAWS 4

/* Memory for the multipliers of open cases, in bytes. */
#define CASE_MEMORY ((size_t) 64 << 20)

/* The most cases that are open at once. */
#define CASES_MAX 1000

/* A case: the suites that obey its limits. */
typedef struct Case
{
	double lower;
	int nlimits;
	CountLimit limit[DUAL_LIMITS_MAX];
	double penalty[DUAL_LIMITS_MAX];
	float *multiplier; /* per class; then the averaged slacks */
} Case;

typedef struct Bound
{
	const BoundProblem *problem;
	Dual *dual;
	Suite better; /* than the incumbent; no boxes if none was found */
	int iterations;
	int ncases;
	int most_cases;
	Case *cases;
} Bound;

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
 * Cases
 * ------------------------------------------------------------------------------------------------ */

/* Takes the dual's best multipliers and penalties into a case. */
static void
SaveCase(const Bound *bound, Case *c)
{
	const Dual *dual = bound->dual;
	int n = bound->problem->demand->nclasses;

	if (c->multiplier == NULL)
		c->multiplier = KernelAlloc((size_t) n * 2 * sizeof(float) + 1);
	for (int i = 0; i < n; i++)
	{
		c->multiplier[i] = (float) dual->best[i];
		c->multiplier[n + i] = (float) dual->mean[i];
	}
	memcpy(c->penalty, dual->best_penalty, sizeof(c->penalty));
	if (dual->proved > c->lower)
		c->lower = dual->proved;
}

/* Sets the dual to a case, at the multipliers that it has. */
static void
SetCase(Bound *bound, const Case *c)
{
	Dual *dual = bound->dual;
	int n = bound->problem->demand->nclasses;

	dual->nlimits = c->nlimits;
	memcpy(dual->limit, c->limit, sizeof(dual->limit));
	memcpy(dual->best_penalty, c->penalty, sizeof(dual->best_penalty));
	for (int i = 0; i < n; i++)
	{
		double u = c->multiplier[i];

		u = u < dual->least[i] ? dual->least[i] : u;
		dual->best[i] = u < dual->top ? u : dual->top;
		dual->mean[i] = c->multiplier[n + i];
	}
	DualStart(dual, true, true);
}

/* Improves the dual of a case for some iterations. */
static void
ImproveCase(Bound *bound, Case *c, double step, double last_step, int iterations)
{
	int left = bound->problem->max_iterations - bound->iterations;

	SetCase(bound, c);
	bound->iterations++;
	bound->iterations +=
		DualImprove(bound->dual, step, last_step, iterations < left ? iterations : left);
	if (bound->dual->proved > c->lower)
		c->lower = bound->dual->proved;
}

/* Gives one part of a case divided by a limit. Its multipliers are the case's own. */
static Case
PartOfCase(const Case *c, CountLimit limit, bool at_least)
{
	Case part = *c;

	limit.at_least = at_least;
	limit.count += at_least;
	part.limit[part.nlimits] = limit;
	part.penalty[part.nlimits++] = 0;
	return part;
}

/* Seeks a better suite than the best so far near the dual's relaxed solution. */
static void
SeekBetter(Bound *bound, int draws)
{
	if (RelaxedSuites(bound->dual, draws, &bound->better))
		bound->dual->upper = bound->better.total.cost;
}

/* Gives the case with the least bound. */
static int
LeastCase(const Bound *bound)
{
	int least = 0;

	for (int c = 1; c < bound->ncases; c++)
		if (bound->cases[c].lower < bound->cases[least].lower)
			least = c;
	return least;
}

/*
 * Divides the case with the least bound, at position index. False if that is not possible.
 */
static bool
DivideCase(Bound *bound, int index)
{
	Case whole = bound->cases[index];
	CountLimit limit;

	if (whole.nlimits == DUAL_LIMITS_MAX || bound->ncases + 1 >= bound->most_cases)
		return false;
	/* what its relaxed solution looks like */
	ImproveCase(bound, &whole, CASE_STEP, CASE_LAST_STEP, LOOK_ITERATIONS);
	SaveCase(bound, &whole);
	bound->cases[index].lower = whole.lower;
	SeekBetter(bound, CASE_DRAWS);
	if (!RelaxedRegion(bound->dual, &limit))
		return false;
	for (int side = 0; side < 2; side++)
	{
		Case part = PartOfCase(&whole, limit, side == 1);

		ImproveCase(bound, &part, CASE_STEP, CASE_LAST_STEP, CASE_ITERATIONS);
		if (side == 0)
		{
			/* keep the whole's multipliers for the other side */
			part.multiplier = NULL;
			SaveCase(bound, &part);
			bound->cases[bound->ncases++] = part;
		}
		else
		{
			SaveCase(bound, &part);
			bound->cases[index] = part;
		}
	}
	return true;
}

/* ------------------------------------------------------------------------------------------------
 * The bound
 * ------------------------------------------------------------------------------------------------ */

/* Whether the gap is as small as wanted. */
static bool
IsEnough(const Bound *bound, double lower)
{
	return bound->dual->upper - lower <= bound->problem->gap_wanted * bound->dual->upper;
}

/* Whether there are iterations left, and time. */
static bool
IsLeft(const Bound *bound)
{
	return bound->iterations < bound->problem->max_iterations && !WatchStops(bound->problem->watch);
}

/* Divides cases until the gap is small enough or the iterations are used up. Gives the bound. */
static double
DivideCases(Bound *bound, double lower)
{
	size_t of_case = (size_t) bound->problem->demand->nclasses * 2 * sizeof(float) + 1;
	size_t fit = CASE_MEMORY / of_case;
	int least = 0;

	bound->most_cases = fit < CASES_MAX ? (int) fit : CASES_MAX;
	bound->cases = KernelAllocZero(CASES_MAX * sizeof(Case));
	bound->ncases = 1;
	bound->cases[0].lower = lower;
	SaveCase(bound, &bound->cases[0]);
	bound->dual->closing = false;
	while (IsLeft(bound) && !IsEnough(bound, bound->cases[least].lower) && DivideCase(bound, least))
	{
		least = LeastCase(bound);
		WatchReport(bound->problem->watch,
					(WorkProgress){WORK_PROOF, 1, bound->dual->upper, bound->cases[least].lower});
	}
	lower = bound->cases[least].lower;
	for (int c = 0; c < bound->ncases; c++)
		KernelFree(bound->cases[c].multiplier);
	KernelFree(bound->cases);
	return lower;
}

/* Improves the dual of the case of all suites on some levels. Gives the best bound so far. */
static double
ImproveRoot(Bound *bound, int used_levels, double step, double last_step, bool go_on, double lower)
{
	Dual *dual = bound->dual;

	DualLayLevels(dual, LEVELS, used_levels);
	DualStart(dual, go_on, false);
	bound->iterations++;
	if (IsLeft(bound))
		bound->iterations +=
			DualImprove(dual, step, last_step, bound->problem->max_iterations - bound->iterations);
	return dual->proved > lower ? dual->proved : lower;
}

/*
 * Computes a lower bound on the cost of every suite of at most suite_size boxes, candidates and kept
 * ones, that has the kept ones and must_stay current ones and holds all classes. On the way it may find a better suite than the
 * incumbent. The same problem gives the same result, bit for bit, unless the watch stops it; a bound
 * that was stopped is a lower one.
 */
void
BoundSuite(const BoundProblem *problem, BoundResult *result)
{
	Bound bound = {.problem = problem};
	uint8_t *open = FindOpenCells(problem);
	Dual *dual = DualCreate(problem, open);
	double lower;

	memset(result, 0, sizeof(BoundResult));
	bound.dual = dual;
	dual->closing = true;
	lower = ImproveRoot(&bound, 0, FIRST_STEP, FIRST_LAST_STEP, false, 0);
	if (!IsEnough(&bound, lower) && IsLeft(&bound))
	{
		SeekBetter(&bound, DRAWS);
		lower = ImproveRoot(&bound, USED_LEVELS, SECOND_STEP, LAST_STEP, true, lower);
		if (!IsEnough(&bound, lower) && IsLeft(&bound))
			SeekBetter(&bound, DRAWS);
	}
	if (!IsEnough(&bound, lower) && IsLeft(&bound))
		lower = DivideCases(&bound, lower);

	for (int64_t c = 0; c < problem->grid->ncells; c++)
		result->candidates_left += (dual->pricing->open[c] & OPEN_CANDIDATE) != 0;
	result->iterations = bound.iterations;
	result->upper = dual->upper;
	result->nbetter = bound.better.n;
	memcpy(result->better, bound.better.box, sizeof(result->better));
	result->lower = lower < dual->upper ? lower : dual->upper;
	result->optimal = lower >= dual->upper * (1 - PROVED_GAP);
	DualFree(dual);
	KernelFree(open);
}
