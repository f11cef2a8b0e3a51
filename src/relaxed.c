/*
 * relaxed.c
 *	  What the relaxed solution tells: better suites, and a region to divide a case by.
 *
 * The averaged choice of the dual's ascent comes near to the optimum of the linear relaxation, in
 * which boxes are chosen in part: some hundred cells, whose uses sum up to the number of boxes.
 *
 * Good suites are near it. Drawing boxes from it, spread evenly over the order of costs, and
 * descending from there finds better ones than as many descents from random changes do.
 *
 * And it tells where suites can be divided into cases that it belongs to none of: a region in which
 * its number of boxes is far from whole. It should stay so if the region grows or shrinks somewhat:
 * else the relaxed solution just moves over the border.
 */
#include "kernel.h"

#include <math.h>

#include "relaxed.h"
#include "stream.h"

/* Cells that are used less are left out; those that are used more begin regions. */
#define HARDLY_USED 1e-3
#define WELL_USED   0.02

/* Borders of regions lie along an axis, 0 to 2, or along cost. */
#define ALONG_COST 3

/* A cell that the averaged choice uses. */
typedef struct UsedCell
{
	GridPoint at;
	double cost;
	double use;
} UsedCell;

/* Lists the candidates that the averaged choice uses, leaving out what is hardly used. */
static UsedCell *
ListUsedCells(const Dual *dual, int *count)
{
	const Grid *grid = dual->problem->grid;
	UsedCell *used = NULL;
	int n = 0;
	int room = 0;

	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int64_t cell = grid->row[(int64_t) x * grid->axis[1].n + y];

			for (int z = 0; z < grid->z_count[y]; z++)
			{
				double use = dual->use[cell + z] * dual->use_unit;

				if (use < HARDLY_USED || !(dual->pricing->open[cell + z] & OPEN_CANDIDATE))
					continue;
				if (n == room)
				{
					room = room == 0 ? 256 : 2 * room;
					used = used == NULL ? KernelAlloc((size_t) room * sizeof(UsedCell))
										: KernelRealloc(used, (size_t) room * sizeof(UsedCell));
				}
				used[n++] = (UsedCell){
					{{(uint16_t) x, (uint16_t) y, (uint16_t) z}}, grid->cost[cell + z], use};
			}
		}
	*count = n;
	return used;
}

/* ------------------------------------------------------------------------------------------------
 * Better suites
 * ------------------------------------------------------------------------------------------------ */

/* qsort comparator: by cost, then place. */
static int
CompareUsedCells(const void *a, const void *b)
{
	const UsedCell *p = a;
	const UsedCell *q = b;

	if (p->cost != q->cost)
		return p->cost < q->cost ? -1 : 1;
	for (int k = 0; k < 3; k++)
		if (p->at.at[k] != q->at.at[k])
			return p->at.at[k] < q->at.at[k] ? -1 : 1;
	return 0;
}

/*
 * Draws a suite from the averaged choice: along the used cells in order of cost, one wherever the sum
 * of uses passes offset plus a whole number. So each is drawn as often as it is used, and boxes of
 * about the same cost, which are substitutes for each other, are hardly drawn together.
 */
static void
DrawSuite(const BoundProblem *problem, const UsedCell *used, int nused, double offset, Suite *suite)
{
	double sum = 0;
	double next = offset;

	suite->n = 0;
	for (int b = 0; b < problem->nkeep; b++)
		suite->box[suite->n++] = problem->keep[b];
	for (int i = 0; i < nused && suite->n < problem->suite_size; i++)
	{
		sum += used[i].use;
		if (sum <= next)
			continue;
		suite->box[suite->n++] = used[i].at;
		while (next < sum)
			next += 1;
	}
}

/*
 * Looks for a suite better than the incumbent among those that the averaged choice suggests, each
 * improved by best swaps. True if there is one.
 */
bool
RelaxedSuites(const Dual *dual, int draws, Suite *best)
{
	const BoundProblem *problem = dual->problem;
	double least = dual->upper;
	SwapState *state;
	UsedCell *used;
	int nused;

	if (problem->suite_size > SUITE_MAX || problem->suite_size <= problem->nkeep)
		return false;
	used = ListUsedCells(dual, &nused);
	if (nused > 0)
	{
		SuiteRules rules = {.nkeep = problem->nkeep,
							.suite_size = problem->suite_size,
							.must_stay = problem->must_stay};

		state = SwapStateCreate(problem->grid, problem->demand, &rules);
		qsort(used, nused, sizeof(UsedCell), CompareUsedCells);
		SwapSetWatch(state, problem->watch);
		for (int d = 0; d < draws && !WatchStops(problem->watch); d++)
		{
			Suite suite;

			KERNEL_CHECK_CANCEL();
			DrawSuite(problem, used, nused, (d + 0.5) / draws, &suite);
			SwapSetSuite(state, &suite);
			Descend(state, problem->suite_size, INT32_MAX);
			suite = *SwapSuite(state);
			if (suite.total.uncovered > 0 || suite.total.cost >= least)
				continue;
			least = suite.total.cost;
			*best = suite;
		}
		SwapStateFree(state);
	}
	if (used != NULL)
		KernelFree(used);
	return least < dual->upper;
}

/* ------------------------------------------------------------------------------------------------
 * Regions
 * ------------------------------------------------------------------------------------------------ */

/* A region that a case might be divided by. */
typedef struct Region
{
	CountLimit limit;
	double promise;
} Region;

/* A used cell that a border slides over. */
typedef struct Slide
{
	double place; /* logarithm of its length or cost */
	double cost;
	double use;
	uint16_t coordinate;
} Slide;

/* qsort comparator: by place. */
static int
CompareSlides(const void *a, const void *b)
{
	const Slide *p = a;
	const Slide *q = b;

	if (p->place != q->place)
		return p->place < q->place ? -1 : 1;
	return p->use < q->use ? -1 : p->use > q->use;
}

/* Lists the used cells of a region in the order in which a border along an axis, or cost, meets them. */
static int
ListSlides(const Grid *grid, const UsedCell *used, int nused, const CountLimit *base, int along,
		   Slide *slide)
{
	int n = 0;

	for (int i = 0; i < nused; i++)
	{
		GridPoint at = used[i].at;
		Slide *s = &slide[n];

		if (!GridWithin(base->low, at) || !GridWithin(at, base->high) ||
			used[i].cost > base->most_cost)
			continue;
		s->coordinate = along == ALONG_COST ? 0 : at.at[along];
		s->cost = used[i].cost;
		s->use = used[i].use;
		if (along != ALONG_COST)
			s->place = log((double) grid->axis[along].value[s->coordinate]);
		else if (s->cost > 0)
			s->place = log(s->cost) / 3; /* as a length */
		else
			continue;
		n++;
	}
	qsort(slide, n, sizeof(Slide), CompareSlides);
	return n;
}

/*
 * Finds, within a base region, borders along an axis or along cost. While a border slides up, the
 * number of boxes below it grows. For every whole number, the time that it spends between that and
 * the next one, weighed by how far from both it is, tells what a limit there promises; the border is
 * best where it rests longest.
 */
static void
SlideBorder(const Grid *grid, const UsedCell *used, int nused, const CountLimit *base, int along,
			Slide *slide, Region *best)
{
	int n = ListSlides(grid, used, nused, base, along, slide);
	double sum = 0;

	for (int i = 0; i < n;)
	{
		Region region = {.limit = *base};
		double longest = 0;
		int whole = (int) floor(sum + slide[i].use);

		for (; i < n && floor(sum + slide[i].use) <= whole; i++)
		{
			double part;
			double rest;

			sum += slide[i].use;
			part = sum - whole < 0.5 ? sum - whole : 1 - (sum - whole);
			rest = i + 1 < n ? part * part * (slide[i + 1].place - slide[i].place) : 0;
			region.promise += rest;
			if (rest <= longest)
				continue;
			longest = rest;
			region.limit.count = whole;
			if (along == ALONG_COST)
				region.limit.most_cost = slide[i].cost;
			else
				region.limit.high.at[along] = slide[i].coordinate;
		}
		if (region.promise > best->promise)
			*best = region;
	}
}

/*
 * Finds the most promising region to divide the dual's case by: into the suites with at most
 * limit->count boxes in it, and those with more. False if the relaxed solution's numbers are whole.
 */
bool
RelaxedRegion(const Dual *dual, CountLimit *limit)
{
	const Grid *grid = dual->problem->grid;
	int nused;
	UsedCell *used = ListUsedCells(dual, &nused);
	Slide *slide = KernelAlloc((size_t) nused * sizeof(Slide) + 1);
	CountLimit all = {.most_cost = INFINITY};
	Region best = {.promise = 0};

	for (int k = 0; k < 3; k++)
		all.high.at[k] = (uint16_t) (grid->axis[k].n - 1);
	for (int along = 0; along <= ALONG_COST; along++)
		SlideBorder(grid, used, nused, &all, along, slide, &best);
	for (int i = 0; i < nused; i++)
	{
		CountLimit base = all;

		if ((i & 0xF) == 0)
			KERNEL_CHECK_CANCEL();
		if (used[i].use < WELL_USED)
			continue;
		base.low = used[i].at; /* what holds all that this one holds */
		SlideBorder(grid, used, nused, &base, ALONG_COST, slide, &best);
		base = all;
		base.high = used[i].at; /* what lies within it */
		SlideBorder(grid, used, nused, &base, ALONG_COST, slide, &best);
		for (int k = 0; k < 3; k++)
		{
			base = all;
			base.low.at[k] = used[i].at.at[k];
			for (int along = 0; along <= ALONG_COST; along++)
				SlideBorder(grid, used, nused, &base, along, slide, &best);
		}
	}
	KernelFree(slide);
	if (used != NULL)
		KernelFree(used);
	*limit = best.limit;
	return best.promise > 0;
}
