/*
 * search.c
 *	  The search for the best suite: choose boxes so that every shipment, in the cheapest box that
 *	  holds it, costs least in all.
 *
 * This is a p-median problem whose facilities are the cells of a grid. The search goes
 *
 *	  greedy start -> best swaps until none helps -> perturbation streams
 *
 * A move is the exact best swap over all candidates (swap.c), so a local optimum is one against
 * every exchange of one box. To leave it, a stream replaces two or three boxes at random and
 * descends again, accepting what is not worse than where it stood. The number of streams is fixed
 * and each has its own seed. In rounds, every stream does a fixed number of moves; then all take over
 * the best suite found. A stream's round is a function of the grid, the suite it starts from, its
 * seed and the round alone, so that streams may run in any order, on any number of workers.
 *
 * Large grids are searched coarse to fine: on every second, fourth, ... coordinate first; the suite is
 * carried over, tightened, and the descent goes on. Moves cost in proportion to the cells, so the
 * finer grids get fewer of them.
 */
#include "kernel.h"

#include "cover.h"
#include "search.h"

/* Grids up to this many cells are searched at full effort. */
#define FULL_EFFORT_CELLS 50000

/* Moves that a stream's round has on the largest grids at least. */
#define LEAST_ROUND_MOVES 4

/* A grid with the demand on it, and a place for a search. */
typedef struct SearchLevel
{
	Grid *grid;
	GridDemand *demand;
	SwapState *state;
} SearchLevel;

/* What a search needs on every level. */
typedef struct Search
{
	const SearchProblem *problem;
	GridSpec spec;
	int64_t moves;
} Search;

/* Gives the default effort. */
SearchEffort
SearchEffortNormal(void)
{
	return (SearchEffort){.streams = 8, .rounds = 3, .moves = 20};
}

/* ------------------------------------------------------------------------------------------------
 * Random numbers: splitmix64
 * ------------------------------------------------------------------------------------------------ */

/* Advances and mixes a state. */
static uint64_t
NextRandom(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* Gives a number from 0 to n - 1. */
static int
RandomBelow(uint64_t *state, int n)
{
	return (int) ((NextRandom(state) >> 33) * (uint64_t) n >> 31);
}

/* ------------------------------------------------------------------------------------------------
 * Descent
 * ------------------------------------------------------------------------------------------------ */

/*
 * Improves the state's suite by best swaps, and additions while it has fewer than suite_size boxes,
 * until none helps or the moves are used up. Gives the moves made.
 */
static int
Descend(SwapState *state, int suite_size, int moves)
{
	int made = 0;

	while (made < moves)
	{
		Suite before = *SwapSuite(state);
		Swap swap;
		bool found = false;

		if (before.n < suite_size)
		{
			made++;
			found = SwapFindBest(state, true, &swap);
		}
		if (!found && made < moves)
		{
			made++;
			found = SwapFindBest(state, false, &swap);
		}
		if (!found)
			break;
		SwapPlace(state, swap.slot, swap.box);

		/*
		 * The change is a difference of sums that an absurdly costly box can make large; where it
		 * drowns in their rounding the descent is over, lest it go round in circles.
		 */
		if (!SuiteCostLess(SwapSuite(state)->total, before.total))
		{
			SwapSetSuite(state, &before);
			break;
		}
	}
	return made;
}

/* Adds the best box until the suite is full or nothing helps. Gives the moves made. */
static int
GreedyStart(SwapState *state, int suite_size)
{
	int made = 0;

	while (SwapSuite(state)->n < suite_size)
	{
		Swap swap;

		made++;
		if (!SwapFindBest(state, true, &swap))
			break;
		SwapPlace(state, swap.slot, swap.box);
	}
	return made;
}

/* ------------------------------------------------------------------------------------------------
 * Perturbation streams
 * ------------------------------------------------------------------------------------------------ */

/* Draws the cell of a random class. */
static GridPoint
RandomElement(const GridDemand *demand, uint64_t *random)
{
	int i = RandomBelow(random, demand->nclasses);
	int first = demand->first_element[i];

	return demand->element[first + RandomBelow(random, demand->first_element[i + 1] - first)];
}

/*
 * Draws a candidate: a random class's cell, or the join of two, raised to the next candidate above.
 * False if there is none in a few tries.
 */
static bool
RandomCandidate(const Grid *grid, const GridDemand *demand, uint64_t *random, GridPoint *box)
{
	for (int try = 0; try < 20; try++)
	{
		GridPoint cell = RandomElement(demand, random);

		if (NextRandom(random) & 1)
		{
			GridPoint other = RandomElement(demand, random);

			for (int k = 0; k < 3; k++)
				if (other.at[k] > cell.at[k])
					cell.at[k] = other.at[k];
		}
		/* up along a random walk of single steps, for masks of few candidates */
		while (cell.at[1] < grid->y_count[cell.at[0]] && cell.at[2] < grid->z_count[cell.at[1]])
		{
			int k;

			if (grid->candidate[GridCell(grid, cell)])
			{
				*box = cell;
				return true;
			}
			k = RandomBelow(random, 3);
			if (cell.at[k] + 1 >= grid->axis[k].n)
				break;
			cell.at[k]++;
		}
	}
	return false;
}

/* Replaces two or three random boxes by random candidates. False if no box may leave. */
static bool
Perturb(SwapState *state, const Grid *grid, const GridDemand *demand, int nkeep, uint64_t *random)
{
	int n = SwapSuite(state)->n;
	int replace = 2 + RandomBelow(random, 2);
	int slots[3];
	int chosen = 0;

	if (n <= nkeep)
		return false;
	if (replace > n - nkeep)
		replace = n - nkeep;
	while (chosen < replace)
	{
		int slot = nkeep + RandomBelow(random, n - nkeep);
		bool fresh = true;

		for (int i = 0; i < chosen; i++)
			fresh &= slots[i] != slot;
		if (fresh)
			slots[chosen++] = slot;
	}
	for (int i = 0; i < chosen; i++)
	{
		GridPoint box;

		if (RandomCandidate(grid, demand, random, &box))
			SwapPlace(state, slots[i], box);
	}
	return true;
}

/*
 * One round of one stream: from the incumbent, perturbs and descends for a number of moves. Gives
 * the best suite it saw and adds the moves made.
 */
static Suite
StreamRound(const SearchLevel *level, const Suite *incumbent, int nkeep, int suite_size,
			uint64_t seed, int moves, int64_t *moves_made)
{
	SwapState *state = level->state;
	uint64_t random = seed;
	Suite best = *incumbent;

	SwapSetSuite(state, incumbent);
	while (moves > 0)
	{
		SuiteCost before = SwapSuite(state)->total;
		int made;

		SwapSave(state);
		if (!Perturb(state, level->grid, level->demand, nkeep, &random))
			break;
		made = Descend(state, suite_size, moves);
		moves -= made;
		*moves_made += made;
		if (SuiteCostLess(SwapSuite(state)->total, best.total))
			best = *SwapSuite(state);
		if (SuiteCostLess(before, SwapSuite(state)->total))
			SwapRestore(state);
	}
	return best;
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
static bool
SuitePrecedes(const Suite *a, const Suite *b)
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

/* Runs all rounds of all streams on one level. */
static void
RunStreams(Search *search, const SearchLevel *level, Suite *incumbent)
{
	SearchEffort effort = search->problem->effort;
	int64_t moves = effort.moves;

	if (level->grid->ncells > FULL_EFFORT_CELLS)
		moves = moves * FULL_EFFORT_CELLS / level->grid->ncells;
	if (moves < LEAST_ROUND_MOVES)
		moves = effort.moves < LEAST_ROUND_MOVES ? effort.moves : LEAST_ROUND_MOVES;
	for (int round = 0; round < effort.rounds; round++)
	{
		Suite best = *incumbent;

		for (int stream = 0; stream < effort.streams; stream++)
		{
			uint64_t seed = ((uint64_t) stream << 32 | (uint64_t) round) * UINT64_C(0xD1342543DE82EF95);
			Suite found = StreamRound(level, incumbent, search->problem->nkeep,
									  search->problem->suite_size, seed, (int) moves, &search->moves);

			if (SuitePrecedes(&found, &best))
				best = found;
		}
		*incumbent = best;
	}
}

/* ------------------------------------------------------------------------------------------------
 * Levels
 * ------------------------------------------------------------------------------------------------ */

/* Makes the grid that is factor times as coarse as the finest one, with its demand. */
static SearchLevel
OpenLevel(const Search *search, Grid *finest, int factor)
{
	SearchLevel level;

	level.grid = factor == 1 ? finest : GridCoarsen(finest, &search->spec, factor);
	level.demand = GridDemandCreate(level.grid, &search->spec, &search->problem->demand);
	level.state = SwapStateCreate(level.grid, level.demand, search->problem->nkeep);
	return level;
}

/* Frees a level, and its grid unless it is the finest one. */
static void
CloseLevel(SearchLevel *level, const Grid *finest)
{
	SwapStateFree(level->state);
	GridDemandFree(level->demand);
	if (level->grid != finest)
		GridFree(level->grid);
}

/* Gives the dimensions of a cell. */
static void
CellSize(const Grid *grid, GridPoint cell, int32_t size[3])
{
	for (int k = 0; k < 3; k++)
		size[k] = grid->axis[k].value[cell.at[k]];
}

/* Carries a suite over to another grid that has all its coordinates. */
static void
CarryOver(const Grid *from, const Grid *to, Suite *suite)
{
	for (int b = 0; b < suite->n; b++)
	{
		int32_t size[3];

		CellSize(from, suite->box[b], size);
		if (!GridLocate(to, size, &suite->box[b]))
			KernelAssert(false);
	}
}

/* Finds the first suite on the coarsest level: greedy, descent, and cover where that is not enough. */
static SearchStatus
StartSuite(Search *search, SearchLevel *level, SearchResult *result)
{
	const SearchProblem *problem = search->problem;
	Suite suite = {.n = problem->nkeep};

	for (int b = 0; b < problem->nkeep; b++)
		if (!GridLocate(level->grid, problem->keep[b], &suite.box[b]))
			KernelAssert(false);
	SwapSetSuite(level->state, &suite);
	search->moves += GreedyStart(level->state, problem->suite_size);
	result->greedy_cost = SwapSuite(level->state)->total.cost;
	search->moves += Descend(level->state, problem->suite_size, INT32_MAX);
	if (SwapSuite(level->state)->total.uncovered > 0)
	{
		Suite cover;

		switch (CoverSearch(level->grid, level->demand, problem->nkeep, suite.box,
							problem->suite_size, &cover))
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
	}
	result->descent_cost = SwapSuite(level->state)->total.cost;
	return SEARCH_OK;
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

/* Writes the suite to the result, without boxes that ship nothing and need not stay. */
static void
WriteResult(const Search *search, SearchLevel *level, const Suite *suite, SearchResult *result)
{
	ResultBox box[SUITE_MAX];
	int n = 0;

	SwapSetSuite(level->state, suite);
	for (int b = 0; b < suite->n; b++)
	{
		if (b >= search->problem->nkeep && SwapShipped(level->state, b) == 0)
			continue;
		CellSize(level->grid, suite->box[b], box[n].size);
		box[n++].cost = level->grid->cost[GridCell(level->grid, suite->box[b])];
	}
	qsort(box, n, sizeof(ResultBox), CompareResultBoxes);
	result->nboxes = n;
	result->box = KernelAlloc((size_t) n * sizeof(*result->box) + 1);
	for (int b = 0; b < n; b++)
		memcpy(result->box[b], box[b].size, sizeof(box[b].size));
	result->cost = suite->total.cost;
	result->unboxable = level->demand->unboxable;
	result->candidates = level->grid->ncandidates;
	result->cells = level->grid->ncells;
	result->moves = search->moves;
}

/* Finds by how much the step must grow for the grid to fit, in steps of a quarter. */
static double
FindStepFactor(const SearchProblem *problem, GridSpec spec, int64_t max_cells)
{
	double factor = 1;

	if (problem->catalogue != NULL)
		return 0;
	while (GridCountCells(&spec, &problem->demand) > max_cells)
	{
		factor *= 1.25;
		for (int k = 0; k < 3; k++)
		{
			double step = problem->step[k] * factor;

			if (step > LENGTH_MAX)
				return factor;
			spec.step[k] = (int32_t) step;
		}
	}
	return factor;
}

/*
 * Searches for the suite of at most suite_size boxes with the least total cost of those that hold
 * every shipment that some candidate holds. The same problem gives the same result, bit for bit.
 */
SearchStatus
SearchSuite(const SearchProblem *problem, SearchResult *result)
{
	Search search = {.problem = problem};
	GridSpec *spec = &search.spec;
	int64_t max_cells = (int64_t) (problem->max_memory / GRID_CELL_BYTES);
	Grid *finest;
	SearchLevel level;
	Suite suite;
	SearchStatus status;
	int factor = 1;

	memset(result, 0, sizeof(SearchResult));
	spec->upright = problem->upright;
	memcpy(spec->step, problem->step, sizeof(spec->step));
	memcpy(spec->padding, problem->padding, sizeof(spec->padding));
	spec->has_min = problem->has_min;
	spec->has_max = problem->has_max;
	memcpy(spec->min_box, problem->min_box, sizeof(spec->min_box));
	memcpy(spec->max_box, problem->max_box, sizeof(spec->max_box));
	spec->nkeep = problem->nkeep;
	spec->keep = problem->keep;
	spec->ncatalogue = problem->ncatalogue;
	spec->catalogue = problem->catalogue;
	spec->cost = problem->cost;
	spec->cost_arg = problem->cost_arg;
	result->cells = GridCountCells(spec, &problem->demand);
	if (result->cells > max_cells)
	{
		result->step_needed_factor = FindStepFactor(problem, *spec, max_cells);
		return SEARCH_GRID_TOO_LARGE;
	}
	finest = GridCreate(spec, &problem->demand);
	while (problem->catalogue == NULL &&
		   finest->ncells / ((int64_t) factor * factor * factor) > FULL_EFFORT_CELLS)
		factor *= 2;

	level = OpenLevel(&search, finest, factor);
	if (level.demand->nclasses == 0)
		status = SEARCH_NO_CANDIDATE;
	else
		status = StartSuite(&search, &level, result);
	if (status != SEARCH_OK)
	{
		result->unboxable = level.demand->unboxable;
		CloseLevel(&level, finest);
		GridFree(finest);
		return status;
	}
	for (;;)
	{
		SearchLevel finer;

		suite = *SwapSuite(level.state);
		RunStreams(&search, &level, &suite);
		if (factor == 1)
			break;
		factor /= 2;
		finer = OpenLevel(&search, finest, factor);
		CarryOver(level.grid, finer.grid, &suite);
		CloseLevel(&level, finest);
		level = finer;
		SwapSetSuite(level.state, &suite);
		SwapTighten(level.state);
		search.moves += Descend(level.state, problem->suite_size, INT32_MAX);
	}
	WriteResult(&search, &level, &suite, result);
	CloseLevel(&level, finest);
	GridFree(finest);
	return SEARCH_OK;
}
