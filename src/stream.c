/*
 * stream.c
 *	  Descent by best swaps, and the perturbation streams that leave its local optima.
 *
 * A stream works on one grid with scratch memory of its own. What a round of it finds is a function of
 * the grid, the suite it starts from, the stream's number and the round, so that streams may run in any
 * order, in any process that has the grid.
 */
#include "kernel.h"

#include <math.h>

#include "random.h"
#include "share.h"
#include "stream.h"

struct SearchStream
{
	const Grid *grid;
	const GridDemand *demand;
	SwapState *state;
	GridPoint *listed;  /* the candidates, if they are few among the cells; else NULL */
	GridPoint *current; /* the current boxes, if some must stay; else NULL */
	int ncurrent;
	SuiteRules rules;
};

/* Gives a number from 0 to n - 1. */
static int
RandomBelow(uint64_t *state, int n)
{
	return (int) ((NextRandom(state) >> 33) * (uint64_t) n >> 31);
}

/* Lists the candidates that have a bit of mask. */
static GridPoint *
ListCandidates(const Grid *grid, uint8_t mask, int *count)
{
	GridPoint *listed;
	int n = 0;

	listed = KernelAlloc((size_t) grid->ncandidates * sizeof(GridPoint) + 1);
	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			const uint8_t *candidate =
				grid->candidate + grid->row[(int64_t) x * grid->axis[1].n + y];

			for (int z = 0; z < grid->z_count[y]; z++)
				if (candidate[z] & mask)
					listed[n++] = (GridPoint){{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
		}
	*count = n;
	return listed;
}

/* Makes the place for streams of suites that obey some rules on a grid. */
SearchStream *
SearchStreamCreate(const Grid *grid, const GridDemand *demand, const SuiteRules *rules)
{
	SearchStream *stream = KernelAllocZero(sizeof(SearchStream));
	int count;

	stream->grid = grid;
	stream->demand = demand;
	stream->state = SwapStateCreate(grid, demand, rules);
	stream->rules = *rules;
	/* few among the cells, as those of a catalogue: a random walk would hardly meet them */
	if (grid->ncandidates > 0 && grid->ncandidates <= grid->ncells / 4)
		stream->listed = ListCandidates(grid, CANDIDATE_ANY, &count);
	if (rules->must_stay > 0)
		stream->current = ListCandidates(grid, CANDIDATE_CURRENT, &stream->ncurrent);
	return stream;
}

/* Frees it; the grid stays. */
void
SearchStreamFree(SearchStream *stream)
{
	if (stream->listed != NULL)
		KernelFree(stream->listed);
	if (stream->current != NULL)
		KernelFree(stream->current);
	SwapStateFree(stream->state);
	KernelFree(stream);
}

/* Sets the most boxes of the suites from now on. */
void
SearchStreamSetSize(SearchStream *stream, int suite_size)
{
	stream->rules.suite_size = suite_size;
}

/* Gives the place where its suites are changed. */
SwapState *
SearchStreamState(SearchStream *stream)
{
	return stream->state;
}

/* ------------------------------------------------------------------------------------------------
 * Descent
 * ------------------------------------------------------------------------------------------------ */

/*
 * Puts current boxes in, the best first, until as many are there as must be; where there is no room
 * the last of the other boxes leave. Gives the moves made.
 */
int
PutCurrentIn(SwapState *state, int suite_size)
{
	int missing = SwapMissingCurrent(state);
	int made = 0;

	for (int b = SwapSuite(state)->n - 1; missing > 0 && b >= 0; b--)
		if (SwapSuite(state)->n > suite_size - missing && SwapMayLeave(state, b))
			SwapDrop(state, b);
	for (; missing > 0; missing--)
	{
		Swap swap;

		made++;
		if (!SwapFindCurrent(state, &swap))
			break;
		SwapPlace(state, swap.slot, swap.box);
	}
	return made;
}

/*
 * Improves the state's suite by best swaps, and additions while it has fewer than suite_size boxes,
 * until none helps, the moves are used up, or the watch says stop. First come the current boxes that
 * must be in it. Gives the moves made.
 */
int
Descend(SwapState *state, int suite_size, int moves)
{
	int made = PutCurrentIn(state, suite_size);

	while (made < moves && !SwapStops(state))
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
RandomCandidate(const SearchStream *stream, uint64_t *random, GridPoint *box)
{
	const Grid *grid = stream->grid;

	if (stream->listed != NULL)
	{
		*box = stream->listed[RandomBelow(random, (int) grid->ncandidates)];
		return true;
	}
	for (int try = 0; try < 20; try++)
	{
		GridPoint cell = RandomElement(stream->demand, random);

		if (NextRandom(random) & 1)
		{
			GridPoint other = RandomElement(stream->demand, random);

			for (int k = 0; k < 3; k++)
				if (other.at[k] > cell.at[k])
					cell.at[k] = other.at[k];
		}
		if (grid->max_ratio > 0 && !GridRaise(grid, &cell))
			continue;
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

/* Draws a current box that is not in the suite; false if that fails. */
static bool
RandomCurrent(const SearchStream *stream, uint64_t *random, GridPoint *box)
{
	const Suite *suite = SwapSuite(stream->state);
	bool in_suite = false;

	*box = stream->current[RandomBelow(random, stream->ncurrent)];
	for (int b = stream->rules.nkeep; b < suite->n && !in_suite; b++)
		in_suite = memcmp(&suite->box[b], box, sizeof(*box)) == 0;
	return !in_suite;
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
		left = NextUniform(random) * all;
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
Perturb(SearchStream *stream, uint64_t *random)
{
	Suite suite = *SwapSuite(stream->state);
	int free = suite.n - stream->rules.nkeep;
	int wanted = 2 + RandomBelow(random, 3);
	int slot[4];

	if (free <= 0)
		return false;
	wanted = wanted < free ? wanted : free;
	ChooseSlots(stream->state, stream->rules.nkeep, random, slot, wanted);
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
		SwapSetSuite(stream->state, &suite);
		return true;
	}
	for (int i = 0; i < wanted; i++)
	{
		GridPoint box;

		if (SwapMayLeave(stream->state, slot[i]) ? RandomCandidate(stream, random, &box)
												 : RandomCurrent(stream, random, &box))
			SwapPlace(stream->state, slot[i], box);
	}
	return true;
}

/*
 * Runs one round of a stream: from the incumbent, perturbs and descends for a number of moves. Gives
 * the best suite it saw and adds the moves made. Depends on nothing but its arguments, unless it is
 * stopped.
 */
Suite
SearchStreamRound(SearchStream *stream, const Suite *incumbent, int number, int round, int moves,
				  int64_t *moves_made)
{
	SwapState *state = stream->state;
	uint64_t random = ((uint64_t) number << 32 | (uint64_t) round) * UINT64_C(0xD1342543DE82EF95);
	Suite best = *incumbent;

	SwapSetSuite(state, incumbent);
	while (moves > 0 && !SwapStops(state))
	{
		SuiteCost before = SwapSuite(state)->total;
		bool descend;
		int made;

		SwapSave(state);
		if (!Perturb(stream, &random))
			break;
		/* the best swaps of all lead to boxes that ship too little: often start without them */
		descend = stream->rules.least_shipped == 0 || (NextRandom(&random) & 3) == 0;
		made = descend ? Descend(state, stream->rules.suite_size, moves)
					   : PutCurrentIn(state, stream->rules.suite_size);
		if (stream->rules.least_shipped > 0)
		{
			made += ShareRepair(state, descend);
			made += ShareDescend(state, stream->rules.suite_size, moves - made);
		}
		moves -= made;
		*moves_made += made;
		if (SuiteCostLess(SwapSuite(state)->total, best.total))
			best = *SwapSuite(state);
		if (SuiteCostLess(before, SwapSuite(state)->total))
			SwapRestore(state);
	}
	return best;
}

/* Makes the place for streams as tasks. */
void *
StreamTaskOpen(const TaskSpec *spec)
{
	SearchStream *stream = SearchStreamCreate(spec->grid, spec->demand, spec->common);

	SwapSetWatch(stream->state, spec->watch);
	return stream;
}

/* Runs a round of a stream as a task. */
void
StreamTaskRun(void *place, const char *in, char *out)
{
	const StreamIn *task = (const StreamIn *) in;
	StreamOut *result = (StreamOut *) out;

	memset(result, 0, sizeof(StreamOut));
	result->found = SearchStreamRound(place, &task->incumbent, task->number, task->round,
									  task->moves, &result->moves_made);
}
