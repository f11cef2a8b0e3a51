/*
 * curve.c
 *	  The best suites of 1, 2, ... boxes: what one more box is worth.
 *
 * Suites of neighbouring sizes have most of their boxes in common, so that each is found from the one
 * before, with much less work than from nothing: the best box is added, best swaps follow until none
 * helps, then a share of the perturbation streams. On the way back every suite is set against the next
 * larger one without its least valuable box. All sizes go through a grid together before the next
 * finer one is opened; the last is the finest that fits into the memory allowed.
 *
 * A suite of k boxes may be taken for one of k + 1, so the costs never rise with the size: where one
 * does, the smaller suite takes the place and is improved. What bounds the suites of k boxes bounds all
 * smaller ones from below, so neither do the bounds.
 */
#include "kernel.h"

#include "curve.h"
#include "searchlevel.h"

/* The share of the rounds and of the bound's iterations that every size gets. */
#define SHARE 4

/* And such a part of the work for a bound. */
#define BOUND_SHARE 5

/* A size: the search for its suite, and the best one so far on the level at hand. */
typedef struct CurveSize
{
	SearchProblem problem;
	Search search;
	Suite suite;
	bool found; /* the suite holds all that it can hold */
	bool full;  /* no further box would save anything */
} CurveSize;

/* All sizes, from the least possible to the largest. */
typedef struct Curve
{
	const SearchProblem *problem;
	CurvePoint *point; /* of size - 1 */
	int least;         /* as many boxes as are kept, at least one */
	int most;
	CurveSize *size; /* of size - least */
} Curve;

/* Gives a size. */
static inline CurveSize *
SizeOf(const Curve *curve, int k)
{
	return &curve->size[k - curve->least];
}

/* Takes over the state's suite for a size if it is better than what the size has. */
static void
TakeBetter(const SearchLevel *level, CurveSize *size)
{
	const Suite *suite = SwapSuite(level->state);

	if (size->found ? SearchPrecedes(suite, &size->suite) : suite->total.uncovered == 0)
	{
		size->suite = *suite;
		size->found = true;
	}
}

/* Improves a suite with the boxes of a size, and takes it over if that makes it the best. */
static void
ImproveFrom(const SearchLevel *level, CurveSize *size, const Suite *suite)
{
	SwapSetSuite(level->state, suite);
	size->search.moves += Descend(level->state, size->problem.suite_size, INT32_MAX);
	TakeBetter(level, size);
}

/*
 * Finds the suite of size k on a level: from the one on the coarser level, if there is one, and from
 * the next smaller one.
 */
static void
GoUp(Curve *curve, SearchLevel *level, int k, bool carried)
{
	CurveSize *size = SizeOf(curve, k);
	const CurveSize *smaller = k > curve->least && SizeOf(curve, k - 1)->found ? size - 1 : NULL;
	CurvePoint *point = &curve->point[k - 1];

	SearchStreamSetSize(level->stream, k);
	if (carried)
	{
		SwapSetSuite(level->state, &size->suite);
		SwapTighten(level->state);
		size->search.moves += Descend(level->state, k, INT32_MAX);
		size->found = false;
		TakeBetter(level, size);
	}
	if (!size->found)
	{
		point->status = SearchStart(&size->search, level, smaller != NULL ? &smaller->suite : NULL,
									&point->result);
		if (point->status != SEARCH_OK)
			return;
		TakeBetter(level, size);
	}
	else if (smaller != NULL && SuiteCostLess(smaller->suite.total, size->suite.total))
		ImproveFrom(level, size, &smaller->suite);
	point->status = SEARCH_OK;
	size->full = size->suite.n < k;
	if (!size->full)
		SearchRunStreams(&size->search, level, &size->suite);
}

/* Sets the suite of size k against the next larger one without its least valuable box. */
static void
GoDown(Curve *curve, SearchLevel *level, int k)
{
	const CurveSize *larger = SizeOf(curve, k + 1);
	SuiteCost least = {0, 0};
	int dropped = NO_BOX;

	if (!larger->found || larger->suite.n <= k)
		return;
	SwapSetSuite(level->state, &larger->suite);
	for (int b = curve->problem->nkeep; b < larger->suite.n; b++)
	{
		SuiteCost loss = SwapLoss(level->state, b);

		if (dropped == NO_BOX || loss.uncovered < least.uncovered ||
			(loss.uncovered == least.uncovered && loss.cost < least.cost))
		{
			dropped = b;
			least = loss;
		}
	}
	if (dropped == NO_BOX)
		return;
	SwapDrop(level->state, dropped);
	SizeOf(curve, k)->search.moves += Descend(level->state, k, INT32_MAX);
	TakeBetter(level, SizeOf(curve, k));
	if (SizeOf(curve, k)->found)
		curve->point[k - 1].status = SEARCH_OK;
}

/* Sees to it that no suite costs more than a smaller one. */
static void
LevelOut(Curve *curve, SearchLevel *level)
{
	for (int k = curve->least + 1; k <= curve->most; k++)
	{
		const CurveSize *smaller = SizeOf(curve, k - 1);
		CurveSize *size = SizeOf(curve, k);

		if (smaller->found &&
			(!size->found || SuiteCostLess(smaller->suite.total, size->suite.total)))
		{
			ImproveFrom(level, size, &smaller->suite);
			curve->point[k - 1].status = SEARCH_OK;
		}
	}
}

/* Finds the suites of all sizes on a level. */
static void
ImproveLevel(Curve *curve, SearchLevel *level)
{
	for (int k = curve->least; k <= curve->most; k++)
	{
		CurveSize *size = SizeOf(curve, k);

		if (k > curve->least && SizeOf(curve, k - 1)->full)
		{
			/* every shipment is in the best of all boxes for it */
			*size = (CurveSize){.problem = size->problem,
								.search = size->search,
								.suite = SizeOf(curve, k - 1)->suite,
								.found = true,
								.full = true};
			curve->point[k - 1].status = SEARCH_OK;
		}
		else
			GoUp(curve, level, k, size->found);
	}
	for (int k = curve->most - 1; k >= curve->least; k--)
		GoDown(curve, level, k);
	LevelOut(curve, level);
}

/* Carries all suites over to a finer level. */
static void
CarryCurve(Curve *curve, const SearchLevel *from, const SearchLevel *to)
{
	for (int k = curve->least; k <= curve->most; k++)
		if (SizeOf(curve, k)->found)
			SearchCarryOver(from->grid, to->grid, curve->problem->nkeep, &SizeOf(curve, k)->suite);
}

/*
 * Proves a bound for every size, the largest first and with more work; the others start from the
 * multipliers of the next larger one. Of the sizes at which no further box helps only the largest is
 * asked, and settled at once.
 */
static void
ProveCurve(Curve *curve, SearchLevel *level)
{
	double *multiplier = NULL;

	for (int k = curve->most; k >= curve->least; k--)
	{
		CurveSize *size = SizeOf(curve, k);
		SearchResult *result = &curve->point[k - 1].result;

		if (!size->found)
			continue;
		if (!size->full || k == curve->most)
		{
			size->search.multiplier = multiplier;
			SearchProveBound(&size->search, level, &size->suite, result);
			multiplier = size->search.multiplier;
		}
		if (k < curve->most && curve->point[k].result.bounded &&
			!(result->bounded && result->lower_bound >= curve->point[k].result.lower_bound))
		{
			result->bounded = true;
			result->lower_bound = curve->point[k].result.lower_bound;
		}
	}
	if (multiplier != NULL)
		KernelFree(multiplier);
	LevelOut(curve, level);
}

/* Writes the suites to the points. */
static void
WriteCurve(Curve *curve, SearchLevel *level)
{
	for (int k = curve->least; k <= curve->most; k++)
	{
		CurveSize *size = SizeOf(curve, k);
		SearchResult *result = &curve->point[k - 1].result;

		if (!size->found)
			continue;
		SearchWriteResult(&size->search, level, &size->suite, result);
		if (result->bounded && result->lower_bound > result->cost)
			result->lower_bound = result->cost;
		result->optimal = result->bounded && result->lower_bound >= result->cost * (1 - 1e-7);
	}
}

/* Lays the sizes out, each with its share of the work. */
static void
LayOut(Curve *curve)
{
	const SearchProblem *problem = curve->problem;

	curve->least = problem->nkeep > 1 ? problem->nkeep : 1;
	curve->most = problem->suite_size;
	curve->size = KernelAllocZero((size_t) (curve->most - curve->least + 1) * sizeof(CurveSize));
	for (int k = 1; k <= curve->most; k++)
		curve->point[k - 1] = (CurvePoint){.status = SEARCH_NO_COVER};
	for (int k = curve->least; k <= curve->most; k++)
	{
		CurveSize *size = SizeOf(curve, k);

		size->problem = *problem;
		size->problem.suite_size = k;
		size->problem.effort.rounds = (problem->effort.rounds + SHARE - 1) / SHARE;
		if (k < curve->most)
			size->problem.bound_iterations =
				(problem->bound_iterations + BOUND_SHARE - 1) / BOUND_SHARE;
		size->search.problem = &size->problem;
	}
}

/*
 * Searches for the best suites of all sizes up to suite_size, without rules for current boxes or for a
 * least share of the shipments; point has as many elements. The result
 * is the status of the largest size: where that has no suite, none has, but for lack of time to find
 * it. The same problem gives the same result, bit for bit.
 */
SearchStatus
SearchCurve(const SearchProblem *problem, CurvePoint *point)
{
	Curve curve = {.problem = problem, .point = point};
	Search search = {.problem = problem};
	SearchResult *largest = &point[problem->suite_size - 1].result;
	SearchLevel level;
	SearchStatus status;
	int64_t cells;
	int factor[MOST_LEVELS];
	int nlevels;

	KernelAssert(problem->must_stay == 0 && problem->min_share == 0);
	LayOut(&curve);
	status = SearchPrepare(&search, &cells, largest);
	if (status != SEARCH_OK)
	{
		KernelFree(curve.size);
		return status;
	}
	for (int k = curve.least; k <= curve.most; k++)
	{
		Search *of_size = &SizeOf(&curve, k)->search;

		*of_size = search;
		of_size->problem = &SizeOf(&curve, k)->problem;
		of_size->rules.suite_size = k;
	}
	nlevels = SearchPlanLevels(&search, cells, factor);
	level = SearchOpenLevel(&search, factor[nlevels - 1]);
	for (;;)
	{
		SearchLevel finer;

		ImproveLevel(&curve, &level);
		if (--nlevels == 0)
			break;
		finer = SearchOpenLevel(&search, factor[nlevels - 1]);
		CarryCurve(&curve, &level, &finer);
		SearchCloseLevel(&level);
		level = finer;
	}
	if (search.coarse_factor == 1)
		ProveCurve(&curve, &level);
	WriteCurve(&curve, &level);
	for (int k = 1; k <= curve.most; k++)
	{
		SearchResult *result = &point[k - 1].result;

		result->unboxable = level.demand->unboxable;
		if (search.coarse_factor > 1)
		{
			result->coarse_factor = result->fine_factor = search.coarse_factor;
			result->coarse_candidates = level.grid->ncandidates;
		}
	}
	SearchCloseLevel(&level);
	KernelFree(curve.size);
	return point[curve.most - 1].status;
}
