/*
 * search.c
 *	  The search for the best suite: choose boxes so that every shipment, in the cheapest box that
 *	  holds it, costs least in all.
 *
 * This is a p-median problem whose facilities are the cells of a grid. The search goes
 *
 *	  greedy start -> best swaps until none helps -> perturbation streams -> lower bound
 *
 * A move is the exact best swap over all candidates (swap.c), so a local optimum is one against
 * every exchange of one box. To leave it, a stream takes out or replaces two to four boxes at
 * random, rather such as have to do with each other, and descends again, accepting what is not worse than where it
 * stood. The number of streams is fixed
 * and each has its own seed. In rounds, every stream does a fixed number of moves; then all take over
 * the best suite found. A stream's round is a function of the grid, the suite it starts from, its
 * seed and the round alone, so that streams may run in any order, on any number of workers.
 *
 * Large grids are searched coarse to fine: with two, four, ... times the increments first; the suite is
 * carried over, each box shrunk to the finer coordinates, tightened, and the search goes on. Moves cost
 * the more the more cells there are, so large grids get fewer of them, and small ones more. What is done
 * with given increments does not depend on what comes after: where a smaller box never costs more, half
 * the increments end no worse than the whole ones.
 *
 * Where the finest grid does not fit into memory, the search goes coarse to fine as far as it does. From
 * there on, increments halved each time, it looks on narrow grids (candidate.c): all finer coordinates near
 * those of the suite's boxes, few elsewhere. While that makes the suite better it is repeated around
 * the new boxes.
 *
 * A watch (watch.h) is told how far it is, and may end search and proof early, once there is a suite that
 * holds everything.
 */
#include "kernel.h"

#include <math.h>

#include "carry.h"
#include "cover.h"
#include "searchlevel.h"
#include "share.h"

/* Small grids are searched with up to so many times the moves. */
#define MOST_EFFORT 8

/* The greatest factor between the coarsest and the finest increments. */
#define MOST_FACTOR (1 << 20)

/* Narrow grids have at most so many cells, and are repeated so often around new boxes. */
#define NARROW_CELLS   400000
#define NARROW_REPEATS 6

/* What a move costs per cell, about, in nanoseconds: enough to judge whether workers are worth it. */
#define WORK_PER_CELL 15

/* So many weight groups more cost as much as one alone. */
#define CHEAP_GROUPS 4.0

/* Gives the default effort. */
SearchEffort
SearchEffortNormal(void)
{
	return (SearchEffort){.streams = 8, .rounds = 4, .moves = 20};
}

/* Whether the watch ended the work. Not to be asked before there is a suite that holds everything. */
bool
SearchIsStopped(Search *search)
{
	search->stopped = search->stopped || WatchStops(search->problem->watch);
	return search->stopped;
}

/* Gives the cost of a suite with what shipments are billed in any case, which depends on the grid. */
static SuiteCost
WholeCost(const SearchLevel *level, const Suite *suite)
{
	return (SuiteCost){suite->total.uncovered, suite->total.cost + level->demand->constant};
}

/* Tells the watch which suite there is on a level. */
static void
ReportLevel(const Search *search, const SearchLevel *level, const Suite *suite)
{
	WatchReport(search->problem->watch,
				(WorkProgress){WORK_SEARCH, level->factor, WholeCost(level, suite).cost, 0});
}

/* ------------------------------------------------------------------------------------------------
 * Start and rounds
 * ------------------------------------------------------------------------------------------------ */

/*
 * Adds the best box, first of the current ones that must be in, until the suite is full, nothing
 * helps, or it is to stop. Gives the moves made.
 */
static int
GreedyStart(SwapState *state, int suite_size)
{
	int made = PutCurrentIn(state, suite_size);

	while (SwapSuite(state)->n < suite_size && !SwapStops(state))
	{
		Swap swap;

		made++;
		if (!SwapFindBest(state, true, &swap))
			break;
		SwapPlace(state, swap.slot, swap.box);
	}
	return made;
}

/* qsort comparator: lexicographic order of cells. */
static int
ComparePoints(const void *a, const void *b)
{
	const GridPoint *p = a;
	const GridPoint *q = b;

	for (int k = 0; k < 3; k++)
		if (p->at[k] != q->at[k])
			return p->at[k] < q->at[k] ? -1 : 1;
	return 0;
}

/* Whether suite a comes first: better, or as good and lexicographically smaller. */
bool
SearchPrecedes(const Suite *a, const Suite *b)
{
	Suite sorted_a = *a;
	Suite sorted_b = *b;

	if (SuiteCostLess(a->total, b->total))
		return true;
	if (SuiteCostLess(b->total, a->total) || a->n != b->n)
		return false;
	qsort(sorted_a.box, a->n, sizeof(GridPoint), ComparePoints);
	qsort(sorted_b.box, b->n, sizeof(GridPoint), ComparePoints);
	for (int i = 0; i < a->n; i++)
	{
		int order = ComparePoints(&sorted_a.box[i], &sorted_b.box[i]);

		if (order != 0)
			return order < 0;
	}
	return false;
}

/* Gives the cells of a grid of one weight group on which a move costs about as much as on a level. */
static double
EffectiveCells(const SearchLevel *level)
{
	return (double) level->grid->ncells * (1 + (level->demand->ngroups - 1) / CHEAP_GROUPS);
}

/*
 * Gives the effort for a level: on a large grid fewer rounds rather than shorter ones, because a
 * perturbation takes some moves to bear fruit; on a small one longer rounds.
 */
static SearchEffort
LevelEffort(const Search *search, const SearchLevel *level)
{
	SearchEffort effort = search->problem->effort;
	double n = SwapSuite(level->state)->n;
	double cells = EffectiveCells(level);

	if (cells > FULL_EFFORT_CELLS)
	{
		double scale = sqrt(FULL_EFFORT_CELLS / cells);
		double moves = (double) effort.moves * effort.rounds * scale;

		effort.rounds = (int) ceil(effort.rounds * scale);
		effort.moves = effort.rounds > 0 ? (int) ceil(moves / effort.rounds) : 0;
	}
	else
	{
		/* with many boxes, the pairs of them cost too */
		double scale = FULL_EFFORT_CELLS / (cells + 10 * n * n);

		scale = scale < MOST_EFFORT ? scale : MOST_EFFORT;
		effort.moves = scale > 1 ? (int) (effort.moves * scale) : effort.moves;
	}
	return effort;
}

/* Runs all rounds of all streams on one level, on the host's workers where it has some. */
void
SearchRunStreams(Search *search, const SearchLevel *level, Suite *incumbent)
{
	const SearchProblem *problem = search->problem;
	SearchEffort effort = LevelEffort(search, level);
	TaskSpec spec = {.kind = TASK_STREAM,
					 .grid = level->grid,
					 .demand = level->demand,
					 .common = &search->rules,
					 .common_size = sizeof(search->rules),
					 .in_size = sizeof(StreamIn),
					 .out_size = sizeof(StreamOut),
					 .most_tasks = effort.streams,
					 .work = (double) effort.rounds * effort.streams * effort.moves *
							 EffectiveCells(level) * WORK_PER_CELL};
	StreamIn *in = KernelAllocZero((size_t) effort.streams * sizeof(StreamIn) + 1);
	StreamOut *out = KernelAlloc((size_t) effort.streams * sizeof(StreamOut) + 1);
	TaskPool pool;

	if (SearchIsStopped(search))
		effort.rounds = 0;
	TaskPoolStart(&pool, effort.rounds > 0 ? problem->host : NULL, &spec, level->stream);
	for (int round = 0; round < effort.rounds && !SearchIsStopped(search); round++)
	{
		ReportLevel(search, level, incumbent);
		for (int stream = 0; stream < effort.streams; stream++)
		{
			in[stream].incumbent = *incumbent;
			in[stream].number = stream;
			in[stream].round = round;
			in[stream].moves = effort.moves;
		}
		TaskPoolRun(&pool, effort.streams, (const char *) in, (char *) out);
		for (int stream = 0; stream < effort.streams; stream++)
		{
			search->moves += out[stream].moves_made;
			if (SearchPrecedes(&out[stream].found, incumbent))
				*incumbent = out[stream].found;
		}
	}
	SearchIsStopped(search);
	TaskPoolEnd(&pool);
	KernelFree(in);
	KernelFree(out);
}

/* ------------------------------------------------------------------------------------------------
 * Levels
 * ------------------------------------------------------------------------------------------------ */

/* Gives the specification of a grid with factor times the increments; false if they are too large. */
static bool
CoarseSpec(const Search *search, int factor, GridSpec *spec)
{
	*spec = search->spec;
	for (int k = 0; k < 3; k++)
	{
		if (spec->step[k] > LENGTH_MAX / factor)
			return false;
		spec->step[k] *= factor;
	}
	return true;
}

/*
 * Finds the least factor with which a grid fits into memory; 0 if none does, or what does not fit is a
 * catalogue.
 */
static int
FindCoarseFactor(const Search *search)
{
	for (int f = 2; search->problem->catalogue == NULL && f <= MOST_FACTOR; f *= 2)
	{
		GridSpec spec;

		if (!CoarseSpec(search, f, &spec))
			break;
		if (GridCountCells(&spec, &search->problem->demand) <= search->max_cells)
			return f;
	}
	return 0;
}

/*
 * Plans the levels: factors of the increments, the finest level first, until the cells are few enough
 * for all moves. Levels that would have nearly as many cells as the one before are skipped.
 */
int
SearchPlanLevels(const Search *search, int64_t cells, int factor[MOST_LEVELS])
{
	int n = 1;

	factor[0] = search->coarse_factor;
	if (search->problem->catalogue != NULL)
		return n;
	for (int f = 2 * factor[0]; cells > FULL_EFFORT_CELLS && n < MOST_LEVELS && f <= MOST_FACTOR;
		 f *= 2)
	{
		GridSpec spec;
		int64_t coarse_cells;

		if (!CoarseSpec(search, f, &spec))
			break;
		coarse_cells = GridCountCells(&spec, &search->problem->demand);
		if (coarse_cells > FULL_EFFORT_CELLS && coarse_cells > cells / 4)
			continue;
		factor[n++] = f;
		cells = coarse_cells;
	}
	return n;
}

/* Makes a grid with factor times the increments, and the demand on it. */
static SearchLevel
OpenGrid(const Search *search, const GridSpec *spec, int factor)
{
	SearchLevel level;

	level.factor = factor;
	level.grid = GridCreate(spec, &search->problem->demand);
	level.demand = GridDemandCreate(level.grid, spec, &search->problem->demand);
	level.stream = SearchStreamCreate(level.grid, level.demand, &search->rules);
	level.state = SearchStreamState(level.stream);
	SwapSetWatch(level.state, search->problem->watch);
	return level;
}

/* Makes the level of all candidates with factor times the increments. */
SearchLevel
SearchOpenLevel(const Search *search, int factor)
{
	GridSpec spec;

	CoarseSpec(search, factor, &spec);
	return OpenGrid(search, &spec, factor);
}

/* Frees a level. */
void
SearchCloseLevel(SearchLevel *level)
{
	SearchStreamFree(level->stream);
	GridDemandFree(level->demand);
	GridFree(level->grid);
}

/* Gives the dimensions of a cell. */
static void
CellSize(const Grid *grid, GridPoint cell, int32_t size[3])
{
	for (int k = 0; k < 3; k++)
		size[k] = grid->axis[k].value[cell.at[k]];
}

/*
 * Carries a suite over to a finer grid, without boxes that would hold nothing there. Kept and current
 * boxes are on every grid.
 */
void
SearchCarryOver(const Grid *from, const Grid *to, int nkeep, Suite *suite)
{
	int n = suite->n;

	suite->n = 0;
	for (int b = 0; b < n; b++)
	{
		int32_t size[3];
		GridPoint cell;
		bool same =
			b < nkeep || (from->candidate[GridCell(from, suite->box[b])] & CANDIDATE_CURRENT) != 0;

		CellSize(from, suite->box[b], size);
		if (same ? GridLocate(to, size, &cell) : GridLocateWithin(to, size, &cell))
			suite->box[suite->n++] = cell;
	}
	KernelAssert(suite->n >= nkeep);
}

/*
 * Sees to it that the suite at hand holds all demand: where descent is not enough, from a cover.
 */
static SearchStatus
CoverAll(Search *search, SearchLevel *level)
{
	const SearchProblem *problem = search->problem;
	Suite cover;

	if (SwapSuite(level->state)->total.uncovered == 0)
		return SEARCH_OK;
	switch (CoverSearch(level->grid, level->demand, &search->rules, SwapSuite(level->state)->box,
						&cover))
	{
		case COVER_NONE:
			return SEARCH_NO_COVER;
		case COVER_UNKNOWN:
			return SEARCH_COVER_UNKNOWN;
		case COVER_FOUND:
			break;
	}
	SwapSetSuite(level->state, &cover);
	search->moves += Descend(level->state, problem->suite_size, INT32_MAX);
	return SEARCH_OK;
}

/* Sees to it that all boxes of the suite at hand are worth their slots. Gives the moves made. */
int
SearchMakeWorthy(SwapState *state, int suite_size)
{
	int made = ShareRepair(state, true);

	return made + ShareDescend(state, suite_size, INT32_MAX);
}

/*
 * Finds the first suite on a level, from the boxes of a smaller suite or, without one (NULL), from the
 * kept boxes: greedy, descent, and cover where that is not enough.
 */
SearchStatus
SearchStart(Search *search, SearchLevel *level, const Suite *smaller, SearchResult *result)
{
	const SearchProblem *problem = search->problem;
	Suite suite = {.n = problem->nkeep};
	SearchStatus status;

	if (level->demand->nclasses == 0)
		return SEARCH_NO_CANDIDATE;
	for (int b = 0; b < problem->nkeep; b++)
		if (!GridLocate(level->grid, problem->keep[b], &suite.box[b]))
			KernelAssert(false);
	SwapSetSuite(level->state, smaller != NULL ? smaller : &suite);
	search->moves += GreedyStart(level->state, problem->suite_size);
	result->greedy_cost = SwapSuite(level->state)->total.cost + level->demand->constant;
	ReportLevel(search, level, SwapSuite(level->state));
	search->moves += Descend(level->state, problem->suite_size, INT32_MAX);
	status = CoverAll(search, level);
	search->moves += SearchMakeWorthy(level->state, problem->suite_size);
	result->descent_cost = SwapSuite(level->state)->total.cost + level->demand->constant;
	return status;
}

/* A box of the result with its cost. */
typedef struct ResultBox
{
	double cost;
	int32_t size[3];
} ResultBox;

/* qsort comparator: by cost, then lexicographically. */
static int
CompareResultBoxes(const void *a, const void *b)
{
	const ResultBox *p = a;
	const ResultBox *q = b;

	if (p->cost != q->cost)
		return p->cost < q->cost ? -1 : 1;
	for (int k = 0; k < 3; k++)
		if (p->size[k] != q->size[k])
			return p->size[k] < q->size[k] ? -1 : 1;
	return 0;
}

/*
 * Writes the suite to the result, without boxes that ship nothing and need not stay. Of the current
 * boxes the first ones stay that are needed.
 */
void
SearchWriteResult(const Search *search, SearchLevel *level, const Suite *suite,
				  SearchResult *result)
{
	ResultBox box[SUITE_MAX];
	Suite shipping;
	int n = 0;

	SwapSetSuite(level->state, suite);
	if (level->grid->billed != NULL && search->rules.least_shipped == 0)
		SwapTighten(level->state); /* of boxes that are billed the same, a smaller one */
	for (int b = suite->n - 1; b >= search->problem->nkeep; b--)
		if (SwapShipped(level->state, b) == 0 && SwapMayLeave(level->state, b))
			SwapDrop(level->state, b);
	shipping = *SwapSuite(level->state);
	for (int b = 0; b < shipping.n; b++)
	{
		CellSize(level->grid, shipping.box[b], box[n].size);
		box[n++].cost = CostAboveFloor(level->grid->cost, level->grid->billed, 0,
									   GridCell(level->grid, shipping.box[b]));
	}
	qsort(box, n, sizeof(ResultBox), CompareResultBoxes);
	result->nboxes = n;
	result->box = KernelAlloc((size_t) n * sizeof(*result->box) + 1);
	for (int b = 0; b < n; b++)
		memcpy(result->box[b], box[b].size, sizeof(box[b].size));
	result->cost = shipping.total.cost + level->demand->constant;
	result->costs_rounded = level->demand->rounded;
	result->unboxable = level->demand->unboxable;
	result->candidates = level->grid->ncandidates;
	result->moves = search->moves;
	result->stopped = search->stopped;
}

/* Gives the specification of a problem's grid. */
GridSpec
SearchGridSpec(const SearchProblem *problem)
{
	GridSpec spec = {.upright = problem->upright,
					 .has_min = problem->has_min,
					 .has_max = problem->has_max,
					 .max_ratio = problem->max_ratio,
					 .nkeep = problem->nkeep,
					 .keep = problem->keep,
					 .ncurrent = problem->ncurrent,
					 .current = problem->current,
					 .ncatalogue = problem->ncatalogue,
					 .catalogue = problem->catalogue,
					 .cost = problem->cost,
					 .billed = problem->billed,
					 .cost_arg = problem->cost_arg};

	memcpy(spec.step, problem->step, sizeof(spec.step));
	memcpy(spec.padding, problem->padding, sizeof(spec.padding));
	memcpy(spec.min_box, problem->min_box, sizeof(spec.min_box));
	memcpy(spec.max_box, problem->max_box, sizeof(spec.max_box));
	return spec;
}

/* Gives the shipments that a box must ship to be worth its slot; 0 if that does not matter. */
static double
LeastShippedOf(const SearchProblem *problem)
{
	double shipments = 0;

	for (int i = 0; i < problem->demand.nclasses; i++)
		shipments += (double) problem->demand.count[i];
	return problem->min_share > 0 ? LeastShipped(problem->min_share, shipments) : 0;
}

/*
 * Carries a suite over to a finer level, which takes the other one's place, and goes on from there. The
 * level's state then has the suite.
 */
static SearchStatus
MoveTo(Search *search, SearchLevel *level, SearchLevel finer, const Suite *suite)
{
	Suite carried = *suite;
	SearchStatus status;

	SearchCarryOver(level->grid, finer.grid, search->problem->nkeep, &carried);
	if (search->multiplier != NULL)
	{
		double *multiplier = CarryMultipliers(level->grid, level->demand, search->multiplier,
											  finer.grid, finer.demand);

		KernelFree(search->multiplier);
		search->multiplier = multiplier;
	}
	SearchCloseLevel(level);
	*level = finer;
	SwapSetSuite(level->state, &carried);
	SwapTighten(level->state);
	ReportLevel(search, level, SwapSuite(level->state));
	search->moves += Descend(level->state, search->problem->suite_size, INT32_MAX);
	/* with a limit on ratio a coarser grid may not have had a box for all that this one holds */
	status = CoverAll(search, level);
	search->moves += SearchMakeWorthy(level->state, search->problem->suite_size);
	return status;
}

/*
 * Gives the specification of a narrow grid near a suite, with factor times the increments: the first
 * that has few enough cells, and then as large a one at most. False if none has.
 */
static bool
NarrowSpec(Search *search, const SearchLevel *level, const Suite *suite, int factor, GridSpec *spec)
{
	static const struct
	{
		int reach;
		int thin; /* in increments of the coarse grid */
	} size[] = {{8, 2}, {8, 4}, {4, 4}, {4, 8}, {2, 8}, {2, 16}, {1, 16}, {1, 32}, {0, 32}};
	int64_t most = search->max_cells < NARROW_CELLS ? search->max_cells : NARROW_CELLS;

	if (!CoarseSpec(search, factor, spec))
		return false;
	for (int b = 0; b < suite->n; b++)
		CellSize(level->grid, suite->box[b], search->near[b]);
	spec->nnear = suite->n;
	spec->near = (const int32_t(*)[3]) search->near;
	for (; search->narrowness < (int) (sizeof(size) / sizeof(size[0])); search->narrowness++)
	{
		spec->reach = size[search->narrowness].reach;
		spec->thin = size[search->narrowness].thin * (search->coarse_factor / factor);
		if (GridCountCells(spec, &search->problem->demand) <= most)
			return true;
	}
	return false;
}

/*
 * Improves the suite of the finest grid that fits into memory on narrow ones, down to the increments
 * asked for, or as near to them as goes. Fails only where the last grid has a candidate for what the
 * one before had none for, and no suite that holds it, too, is found.
 */
static SearchStatus
RefineNarrowly(Search *search, SearchLevel *level, Suite *suite, SearchResult *result)
{
	SearchStatus status = SEARCH_OK;

	result->coarse_factor = result->fine_factor = search->coarse_factor;
	result->coarse_candidates = level->grid->ncandidates;
	for (int factor = search->coarse_factor / 2; factor >= 1; factor /= 2)
	{
		bool better = true;

		if (SearchIsStopped(search))
			factor = 1; /* where the boxes can shrink */
		for (int repeat = 0; repeat < NARROW_REPEATS && better; repeat++)
		{
			SuiteCost before = WholeCost(level, suite);
			GridSpec spec;

			if (!NarrowSpec(search, level, suite, factor, &spec))
				return status;
			status = MoveTo(search, level, OpenGrid(search, &spec, factor), suite);
			*suite = *SwapSuite(level->state);
			SearchRunStreams(search, level, suite);
			result->fine_factor = factor;
			better = SuiteCostLess(WholeCost(level, suite), before) && !SearchIsStopped(search);
		}
	}
	return status;
}

/*
 * Fills in the rules of the suite and the specification of the grid. *cells gets the number of cells of
 * the finest grid that fits into the memory allowed, or nearly so many.
 */
SearchStatus
SearchPrepare(Search *search, int64_t *cells, SearchResult *result)
{
	const SearchProblem *problem = search->problem;
	size_t cell_bytes = GRID_CELL_BYTES + (problem->billed == NULL ? 0 : sizeof(double));

	memset(result, 0, sizeof(SearchResult));
	search->rules = (SuiteRules){.nkeep = problem->nkeep,
								 .suite_size = problem->suite_size,
								 .must_stay = problem->must_stay,
								 .least_shipped = LeastShippedOf(problem)};
	search->spec = SearchGridSpec(problem);
	search->max_cells = (int64_t) (problem->max_memory / cell_bytes);
	search->coarse_factor = 1;
	result->cells = *cells = GridCountCells(&search->spec, &problem->demand);
	if (*cells > search->max_cells)
	{
		search->coarse_factor = FindCoarseFactor(search);
		if (search->coarse_factor == 0)
			return SEARCH_GRID_TOO_LARGE;
		*cells = search->max_cells;
	}
	return SEARCH_OK;
}

/* Searches from the coarsest level to the finest. */
static SearchStatus
GoThroughLevels(Search *search, SearchResult *result)
{
	int64_t cells;
	SearchLevel level;
	Suite suite;
	SearchStatus status;
	int factor[MOST_LEVELS];
	int nlevels;

	status = SearchPrepare(search, &cells, result);
	if (status != SEARCH_OK)
		return status;
	nlevels = SearchPlanLevels(search, cells, factor);
	level = SearchOpenLevel(search, factor[nlevels - 1]);
	status = SearchStart(search, &level, NULL, result);
	if (status != SEARCH_OK && nlevels > 1)
	{
		/* lengths near the limit may round beyond it */
		SearchCloseLevel(&level);
		nlevels = 1;
		level = SearchOpenLevel(search, factor[0]);
		status = SearchStart(search, &level, NULL, result);
	}
	if (status != SEARCH_OK)
	{
		result->unboxable = level.demand->unboxable;
		SearchCloseLevel(&level);
		return status;
	}
	for (;;)
	{
		suite = *SwapSuite(level.state);
		SearchRunStreams(search, &level, &suite);
		if (--nlevels == 0)
			break;
		SearchPrepareBound(search, &level, &suite);
		if (SearchIsStopped(search))
			nlevels = 1; /* straight to the finest grid, where the boxes can shrink */
		status = MoveTo(search, &level, SearchOpenLevel(search, factor[nlevels - 1]), &suite);
		if (status != SEARCH_OK && nlevels == 1)
		{
			SearchCloseLevel(&level);
			return status;
		}
	}
	if (search->coarse_factor > 1)
		status = RefineNarrowly(search, &level, &suite, result);
	else
		SearchProveBound(search, &level, &suite, result);
	if (status != SEARCH_OK)
	{
		SearchCloseLevel(&level);
		return status;
	}
	SearchWriteResult(search, &level, &suite, result);
	SearchCloseLevel(&level);
	return SEARCH_OK;
}

/* Searches level by level. */
static SearchStatus
SearchLevels(const SearchProblem *problem, SearchResult *result)
{
	Search search = {.problem = problem};
	SearchStatus status = GoThroughLevels(&search, result);

	if (search.multiplier != NULL)
		KernelFree(search.multiplier);
	return status;
}

/*
 * Searches for the suite of at most suite_size boxes with the least total cost of those that hold
 * every shipment that some candidate holds. The same problem gives the same result, bit for bit, unless
 * the watch ends it early; then it is the best suite so far.
 */
SearchStatus
SearchSuite(const SearchProblem *problem, SearchResult *result)
{
	SearchProblem simpler = *problem;
	int n = problem->nkeep;
	int32_t(*keep)[3];
	SearchStatus status;

	if (problem->must_stay == 0 || problem->must_stay < problem->ncurrent)
		return SearchLevels(problem, result);

	/* where all current boxes must stay they are boxes to keep, which is simpler */
	keep = KernelAlloc(((size_t) n + problem->ncurrent) * sizeof(*keep));
	for (int b = 0; b < n; b++)
		memcpy(keep[b], problem->keep[b], sizeof(*keep));
	for (int b = 0; b < problem->ncurrent; b++)
		memcpy(keep[n + b], problem->current[b], sizeof(*keep));
	simpler.keep = (const int32_t(*)[3]) keep;
	simpler.nkeep = n + problem->ncurrent;
	simpler.ncurrent = simpler.must_stay = 0;
	status = SearchLevels(&simpler, result);
	KernelFree(keep);
	return status;
}
