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
 */
#include "kernel.h"

#include <math.h>

#include "cover.h"
#include "search.h"

/* Grids of about this many cells are searched with the moves asked for. */
#define FULL_EFFORT_CELLS 40000

/* Small grids are searched with up to so many times the moves. */
#define MOST_EFFORT 8

/* The most levels of increments, and the greatest factor between the coarsest and the finest. */
#define MOST_LEVELS 10
#define MOST_FACTOR (1 << 20)

/* A grid with the demand on it, and a place for a search. */
typedef struct SearchLevel
{
	Grid *grid;
	GridDemand *demand;
	SwapState *state;
	GridPoint *listed; /* the candidates, if they are few among the cells; else NULL */
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
	return (SearchEffort){.streams = 8, .rounds = 4, .moves = 20};
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
 * Draws a candidate: where they are listed, any; else a random class's cell, or the join of two,
 * raised to the next candidate above. False if there is none in a few tries.
 */
static bool
RandomCandidate(const SearchLevel *level, uint64_t *random, GridPoint *box)
{
	const Grid *grid = level->grid;

	if (level->listed != NULL)
	{
		*box = level->listed[RandomBelow(random, (int) grid->ncandidates)];
		return true;
	}
	for (int try = 0; try < 20; try++)
	{
		GridPoint cell = RandomElement(level->demand, random);

		if (NextRandom(random) & 1)
		{
			GridPoint other = RandomElement(level->demand, random);

			for (int k = 0; k < 3; k++)
				if (other.at[k] > cell.at[k])
					cell.at[k] = other.at[k];
		}
		/* up along a random walk of single steps, past the coordinates of kept boxes */
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

/*
 * Chooses boxes to replace: the first one at random, the others with a probability that grows with
 * what they have to do with those chosen. wanted is at most the number of boxes that may leave.
 */
static void
ChooseSlots(const SwapState *state, int nkeep, uint64_t *random, int *slot, int wanted)
{
	int n = SwapSuite(state)->n;
	double relation[SUITE_MAX] = {0};
	bool chosen[SUITE_MAX] = {false};

	slot[0] = nkeep + RandomBelow(random, n - nkeep);
	for (int i = 1; i < wanted; i++)
	{
		double all = 0;
		double left;

		chosen[slot[i - 1]] = true;
		SwapAddRelations(state, slot[i - 1], relation);
		for (int b = nkeep; b < n; b++)
			if (!chosen[b])
				all += sqrt(relation[b]);
		left = (double) (NextRandom(random) >> 11) * 0x1.0p-53 * all;
		slot[i] = NO_BOX;
		for (int b = nkeep; b < n && (slot[i] == NO_BOX || left >= 0); b++)
			if (!chosen[b] && (all == 0 || relation[b] > 0))
			{
				slot[i] = b;
				left -= all > 0 ? sqrt(relation[b]) : 1;
			}
	}
}

/*
 * Takes two to four boxes out, or puts random candidates in their places: the one leads the descent to
 * what is missed most, the other somewhere new. False if no box may leave.
 */
static bool
Perturb(const SearchLevel *level, int nkeep, uint64_t *random)
{
	Suite suite = *SwapSuite(level->state);
	int free = suite.n - nkeep;
	int wanted = 2 + RandomBelow(random, 3);
	int slot[4];

	if (free <= 0)
		return false;
	wanted = wanted < free ? wanted : free;
	ChooseSlots(level->state, nkeep, random, slot, wanted);
	if (NextRandom(random) & 1)
	{
		bool leaves[SUITE_MAX] = {false};
		int n = suite.n;

		for (int i = 0; i < wanted; i++)
			leaves[slot[i]] = true;
		suite.n = 0;
		for (int b = 0; b < n; b++)
			if (!leaves[b])
				suite.box[suite.n++] = suite.box[b];
		SwapSetSuite(level->state, &suite);
		return true;
	}
	for (int i = 0; i < wanted; i++)
	{
		GridPoint box;

		if (RandomCandidate(level, random, &box))
			SwapPlace(level->state, slot[i], box);
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
		if (!Perturb(level, nkeep, &random))
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

/*
 * Gives the effort for a level: on a large grid fewer rounds rather than shorter ones, because a
 * perturbation takes some moves to bear fruit; on a small one longer rounds.
 */
static SearchEffort
LevelEffort(const Search *search, const SearchLevel *level)
{
	SearchEffort effort = search->problem->effort;
	double n = SwapSuite(level->state)->n;
	double cells = (double) level->grid->ncells;

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

/* Runs all rounds of all streams on one level. */
static void
RunStreams(Search *search, const SearchLevel *level, Suite *incumbent)
{
	SearchEffort effort = LevelEffort(search, level);

	for (int round = 0; round < effort.rounds; round++)
	{
		Suite best = *incumbent;

		for (int stream = 0; stream < effort.streams; stream++)
		{
			uint64_t seed =
				((uint64_t) stream << 32 | (uint64_t) round) * UINT64_C(0xD1342543DE82EF95);
			Suite found =
				StreamRound(level, incumbent, search->problem->nkeep, search->problem->suite_size,
							seed, effort.moves, &search->moves);

			if (SuitePrecedes(&found, &best))
				best = found;
		}
		*incumbent = best;
	}
}

/* ------------------------------------------------------------------------------------------------
 * Levels
 * ------------------------------------------------------------------------------------------------ */

/* Lists the candidates if they are few among the cells, as those of a catalogue; else gives NULL. */
static GridPoint *
ListCandidates(const Grid *grid)
{
	GridPoint *listed;
	int n = 0;

	if (grid->ncandidates == 0 || grid->ncandidates > grid->ncells / 4)
		return NULL;
	listed = KernelAlloc((size_t) grid->ncandidates * sizeof(GridPoint));
	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			const uint8_t *candidate =
				grid->candidate + grid->row[(int64_t) x * grid->axis[1].n + y];

			for (int z = 0; z < grid->z_count[y]; z++)
				if (candidate[z])
					listed[n++] = (GridPoint){{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
		}
	return listed;
}

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
 * Plans the levels: factors of the increments, the finest level first, until the cells are few enough
 * for all moves. Levels that would have nearly as many cells as the one before are skipped.
 */
static int
PlanLevels(const Search *search, int64_t cells, int factor[MOST_LEVELS])
{
	int n = 1;

	factor[0] = 1;
	if (search->problem->catalogue != NULL)
		return n;
	for (int f = 2; cells > FULL_EFFORT_CELLS && n < MOST_LEVELS && f <= MOST_FACTOR; f *= 2)
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

/* Makes the grid with factor times the increments, and the demand on it. */
static SearchLevel
OpenLevel(const Search *search, int factor)
{
	SearchLevel level;
	GridSpec spec;

	CoarseSpec(search, factor, &spec);
	level.grid = GridCreate(&spec, &search->problem->demand);
	level.demand = GridDemandCreate(level.grid, &spec, &search->problem->demand);
	level.state = SwapStateCreate(level.grid, level.demand, search->problem->nkeep);
	level.listed = ListCandidates(level.grid);
	return level;
}

/* Frees a level. */
static void
CloseLevel(SearchLevel *level)
{
	if (level->listed != NULL)
		KernelFree(level->listed);
	SwapStateFree(level->state);
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

/* Carries a suite over to a finer grid, without boxes that would hold nothing there. */
static void
CarryOver(const Grid *from, const Grid *to, int nkeep, Suite *suite)
{
	int n = suite->n;

	suite->n = 0;
	for (int b = 0; b < n; b++)
	{
		int32_t size[3];
		GridPoint cell;

		CellSize(from, suite->box[b], size);
		if (b < nkeep ? GridLocate(to, size, &cell) : GridLocateWithin(to, size, &cell))
			suite->box[suite->n++] = cell;
	}
	KernelAssert(suite->n >= nkeep);
}

/* Finds the first suite on the coarsest level: greedy, descent, and cover where that is not enough. */
static SearchStatus
StartLevel(Search *search, SearchLevel *level, SearchResult *result)
{
	const SearchProblem *problem = search->problem;
	Suite suite = {.n = problem->nkeep};

	if (level->demand->nclasses == 0)
		return SEARCH_NO_CANDIDATE;
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
	SearchLevel level;
	Suite suite;
	SearchStatus status;
	int factor[MOST_LEVELS];
	int nlevels;

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
	nlevels = PlanLevels(&search, result->cells, factor);
	level = OpenLevel(&search, factor[nlevels - 1]);
	status = StartLevel(&search, &level, result);
	if (status != SEARCH_OK && nlevels > 1)
	{
		/* lengths near the limit may round beyond it */
		CloseLevel(&level);
		nlevels = 1;
		level = OpenLevel(&search, 1);
		status = StartLevel(&search, &level, result);
	}
	if (status != SEARCH_OK)
	{
		result->unboxable = level.demand->unboxable;
		CloseLevel(&level);
		return status;
	}
	for (;;)
	{
		SearchLevel finer;

		suite = *SwapSuite(level.state);
		RunStreams(&search, &level, &suite);
		if (--nlevels == 0)
			break;
		finer = OpenLevel(&search, factor[nlevels - 1]);
		CarryOver(level.grid, finer.grid, problem->nkeep, &suite);
		CloseLevel(&level);
		level = finer;
		SwapSetSuite(level.state, &suite);
		SwapTighten(level.state);
		search.moves += Descend(level.state, problem->suite_size, INT32_MAX);
	}
	WriteResult(&search, &level, &suite, result);
	CloseLevel(&level);
	return SEARCH_OK;
}
