/*
 * swap.c
 *	  A suite on a grid, and which boxes hold each class cheapest.
 *
 * Every class knows the cheapest box that holds it and the second cheapest; of boxes that cost the
 * same, the one that was offered first. What a box costs depends on the class's weight group. Placing a
 * box looks at every class once, and at all boxes only
 * for classes that lose one of their two.
 */
#include "kernel.h"

#include "swapstate.h"

/* Whether the box in a slot holds class i. */
bool
SwapHolds(const SwapState *state, int i, int slot)
{
	return GridHolds(state->demand, i, state->suite.box[slot]);
}

/* Finds where the candidates of every row begin and end. */
static void
FindCandidateRanges(SwapState *state)
{
	const Grid *grid = state->grid;

	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int64_t row = (int64_t) x * grid->axis[1].n + y;
			const uint8_t *candidate = grid->candidate + grid->row[row];
			int first = 0;
			int end = grid->z_count[y];

			while (end > 0 && !candidate[end - 1])
				end--;
			while (first < end && !candidate[first])
				first++;
			state->row_first[row] = first;
			state->row_end[row] = end;
		}
}

/* Finds the least coordinates of every class. */
static void
FindLeastCoordinates(SwapState *state)
{
	const GridDemand *demand = state->demand;

	for (int i = 0; i < demand->nclasses; i++)
	{
		GridPoint low = demand->element[demand->first_element[i]];

		for (int e = demand->first_element[i] + 1; e < demand->first_element[i + 1]; e++)
			for (int k = 0; k < 3; k++)
				if (demand->element[e].at[k] < low.at[k])
					low.at[k] = demand->element[e].at[k];
		state->class_low[i] = low;
	}
}

/* qsort comparator: ascending by cost. */
static int
CompareBilledUpTo(const void *a, const void *b)
{
	double x = ((const BilledUpTo *) a)->cost;
	double y = ((const BilledUpTo *) b)->cost;

	return x < y ? -1 : x > y;
}

/* Lists the greatest billed part of all candidates up to every cost. */
static BilledUpTo *
ListBilledUpTo(const Grid *grid)
{
	BilledUpTo *list = KernelAlloc((size_t) grid->ncandidates * sizeof(BilledUpTo) + 1);
	int64_t n = 0;

	for (int64_t c = 0; c < grid->ncells; c++)
		if (grid->candidate[c])
			list[n++] = (BilledUpTo){grid->cost[c], grid->billed[c]};
	qsort(list, n, sizeof(BilledUpTo), CompareBilledUpTo);
	for (int64_t i = 1; i < n; i++)
		if (list[i].billed < list[i - 1].billed)
			list[i].billed = list[i - 1].billed;
	return list;
}

/* Makes the scratch memory for a search of suites that obey some rules. */
SwapState *
SwapStateCreate(const Grid *grid, const GridDemand *demand, const SuiteRules *rules)
{
	SwapState *state = KernelAllocZero(sizeof(SwapState));
	size_t nclasses = (size_t) demand->nclasses;
	size_t ncells = (size_t) grid->ncells;
	size_t nx = (size_t) grid->axis[0].n;
	size_t ny = (size_t) grid->axis[1].n;
	size_t ngroups = (size_t) demand->ngroups;
	int64_t offset = 0;

	state->grid = grid;
	state->demand = demand;
	state->rules = *rules;
	state->cost = KernelAlloc(ngroups * sizeof(*state->cost));
	state->by_cost = KernelAlloc(ngroups * sizeof(*state->by_cost));
	state->first = KernelAlloc(nclasses * sizeof(int16_t));
	state->second = KernelAlloc(nclasses * sizeof(int16_t));
	state->saved_first = KernelAlloc(nclasses * sizeof(int16_t));
	state->saved_second = KernelAlloc(nclasses * sizeof(int16_t));
	state->class_low = KernelAlloc(nclasses * sizeof(GridPoint));
	state->row_first = KernelAlloc(nx * ny * sizeof(int32_t));
	state->row_end = KernelAlloc(nx * ny * sizeof(int32_t));
	state->plane_row = KernelAlloc(ny * sizeof(int64_t));
	for (size_t y = 0; y < ny; y++)
	{
		state->plane_row[y] = offset;
		offset += grid->z_count[y];
	}
	state->gain = KernelAlloc(ncells * sizeof(double));
	state->covers = KernelAlloc(ncells * sizeof(double));
	state->row_gain = KernelAlloc(nx * ny * sizeof(double));
	state->plane_gain = KernelAlloc(nx * sizeof(double));
	state->bucketed = KernelAlloc((size_t) demand->npoints * sizeof(BucketPoint));
	state->leaving = KernelAlloc(SUITE_MAX * sizeof(Leaving));
	state->table = KernelAlloc(ngroups * (SUITE_MAX + 1) * sizeof(Table));
	state->part = KernelAlloc(ny * sizeof(RowPart));
	state->run = KernelAlloc((size_t) grid->axis[2].n * sizeof(double));
	state->costs = KernelAlloc((size_t) grid->axis[2].n * sizeof(double));
	state->plane = KernelAlloc((size_t) offset * sizeof(double));
	state->lost = KernelAlloc((size_t) offset * sizeof(double));
	if (grid->billed != NULL)
		state->billed_up_to = ListBilledUpTo(grid);
	FindCandidateRanges(state);
	FindLeastCoordinates(state);
	return state;
}

/* Frees the scratch memory. */
void
SwapStateFree(SwapState *state)
{
	KernelFree(state->cost);
	KernelFree(state->by_cost);
	KernelFree(state->first);
	KernelFree(state->second);
	KernelFree(state->saved_first);
	KernelFree(state->saved_second);
	KernelFree(state->class_low);
	KernelFree(state->row_first);
	KernelFree(state->row_end);
	KernelFree(state->plane_row);
	KernelFree(state->gain);
	KernelFree(state->covers);
	KernelFree(state->row_gain);
	KernelFree(state->plane_gain);
	KernelFree(state->bucketed);
	if (state->bucket != NULL)
	{
		KernelFree(state->bucket);
		KernelFree(state->shared);
	}
	KernelFree(state->leaving);
	if (state->below != NULL)
		KernelFree(state->below);
	KernelFree(state->table);
	if (state->tables != NULL)
		KernelFree(state->tables);
	KernelFree(state->part);
	KernelFree(state->run);
	KernelFree(state->costs);
	if (state->billed_up_to != NULL)
		KernelFree(state->billed_up_to);
	KernelFree(state->plane);
	KernelFree(state->lost);
	KernelFree(state);
}

/* Sets who may stop the work on the state's suites. */
void
SwapSetWatch(SwapState *state, const Watch *watch)
{
	state->watch = watch;
}

/* Whether the work is to end early: not before there is a suite that holds everything. */
bool
SwapStops(const SwapState *state)
{
	return state->suite.total.uncovered == 0 && WatchStops(state->watch);
}

/* Gives the suite with its cost. */
const Suite *
SwapSuite(const SwapState *state)
{
	return &state->suite;
}

/* Offers a box that holds class i as its first or second choice. */
static inline void
OfferBox(SwapState *state, int i, int slot)
{
	const double *cost = state->cost[state->demand->group[i]];
	int first = state->first[i];
	int second = state->second[i];

	if (first == NO_BOX || cost[slot] < cost[first])
	{
		state->second[i] = (int16_t) first;
		state->first[i] = (int16_t) slot;
	}
	else if (second == NO_BOX || cost[slot] < cost[second])
		state->second[i] = (int16_t) slot;
}

/*
 * Finds the groups that are billed at least as much for their weight as for the size of the box in a
 * slot and of all candidates that cost less but for that: to them, the box and whatever is cheaper
 * differ by the same, so that they can be looked at together. They are those from alike on.
 */
static void
SetAlike(SwapState *state, int slot)
{
	const Grid *grid = state->grid;
	int64_t cell = GridCell(grid, state->suite.box[slot]);
	double billed;
	int64_t low = 0;
	int64_t high = grid->ncandidates;

	state->alike[slot] = 0;
	if (grid->billed == NULL)
		return;
	while (low < high)
	{
		int64_t middle = (low + high) / 2;

		if (state->billed_up_to[middle].cost < grid->cost[cell])
			low = middle + 1;
		else
			high = middle;
	}
	billed = grid->billed[cell];
	if (low > 0 && state->billed_up_to[low - 1].billed > billed)
		billed = state->billed_up_to[low - 1].billed;
	while (state->alike[slot] < state->demand->ngroups &&
		   state->demand->floor[state->alike[slot]] < billed)
		state->alike[slot]++;
}

/* Computes, for all weight groups, what the box in a slot costs. */
static void
SetSlotCost(SwapState *state, int slot)
{
	int64_t cell = GridCell(state->grid, state->suite.box[slot]);

	for (int g = 0; g < state->demand->ngroups; g++)
		state->cost[g][slot] = GridGroupCost(state->grid, state->demand, cell, g);
	SetAlike(state, slot);
}

/* Puts the slots in order of their boxes' costs. */
static void
OrderSlots(SwapState *state)
{
	for (int g = 0; g < state->demand->ngroups; g++)
	{
		const double *cost = state->cost[g];
		int16_t *by_cost = state->by_cost[g];

		for (int b = 0; b < state->suite.n; b++)
		{
			int at = b;

			for (; at > 0 && cost[by_cost[at - 1]] > cost[b]; at--)
				by_cost[at] = by_cost[at - 1];
			by_cost[at] = (int16_t) b;
		}
	}
}

/* Finds the two cheapest boxes of a class from scratch. */
static void
AssignClass(SwapState *state, int i)
{
	const int16_t *by_cost = state->by_cost[state->demand->group[i]];

	state->first[i] = NO_BOX;
	state->second[i] = NO_BOX;
	for (int b = 0; b < state->suite.n; b++)
	{
		int slot = by_cost[b];

		if (!GridHolds(state->demand, i, state->suite.box[slot]))
			continue;
		if (state->first[i] != NO_BOX)
		{
			state->second[i] = (int16_t) slot;
			break;
		}
		state->first[i] = (int16_t) slot;
	}
}

/* Sums up the cost of the suite. */
static void
ComputeTotal(SwapState *state)
{
	SuiteCost total = {0, 0};

	for (int i = 0; i < state->demand->nclasses; i++)
		if (state->first[i] == NO_BOX)
			total.uncovered += state->demand->weight[i];
		else
			total.cost +=
				state->demand->weight[i] * state->cost[state->demand->group[i]][state->first[i]];
	state->suite.total = total;
}

/* Takes over a suite (its boxes; the cost is computed). */
void
SwapSetSuite(SwapState *state, const Suite *suite)
{
	state->suite = *suite;
	for (int b = 0; b < suite->n; b++)
		SetSlotCost(state, b);
	OrderSlots(state);
	for (int i = 0; i < state->demand->nclasses; i++)
		AssignClass(state, i);
	ComputeTotal(state);
}

/* Puts a box into a slot: in the place of the box there, or as a new one at slot n. */
void
SwapPlace(SwapState *state, int slot, GridPoint box)
{
	bool replaces = slot < state->suite.n;

	if (!replaces)
		state->suite.n = slot + 1;
	state->suite.box[slot] = box;
	SetSlotCost(state, slot);
	OrderSlots(state);
	for (int i = 0; i < state->demand->nclasses; i++)
	{
		if (replaces && (state->first[i] == slot || state->second[i] == slot))
			AssignClass(state, i);
		else if (GridHolds(state->demand, i, box))
			OfferBox(state, i, slot);
	}
	ComputeTotal(state);
}

/* Takes a box out; the last one moves to its slot. */
void
SwapDrop(SwapState *state, int slot)
{
	Suite suite = state->suite;

	suite.box[slot] = suite.box[--suite.n];
	SwapSetSuite(state, &suite);
}

/* Keeps the suite and its assignments, to come back to. */
void
SwapSave(SwapState *state)
{
	size_t size = (size_t) state->demand->nclasses * sizeof(int16_t);

	state->saved_suite = state->suite;
	memcpy(state->saved_first, state->first, size);
	memcpy(state->saved_second, state->second, size);
}

/* Comes back to the suite kept last. */
void
SwapRestore(SwapState *state)
{
	size_t size = (size_t) state->demand->nclasses * sizeof(int16_t);

	state->suite = state->saved_suite;
	for (int b = 0; b < state->suite.n; b++)
		SetSlotCost(state, b);
	OrderSlots(state);
	memcpy(state->first, state->saved_first, size);
	memcpy(state->second, state->saved_second, size);
}

/* Whether the box in a slot counts as a current one: not where an earlier slot has the same. */
bool
SwapIsCurrent(const SwapState *state, int slot)
{
	const Suite *suite = &state->suite;

	if (slot < state->rules.nkeep ||
		!(state->grid->candidate[GridCell(state->grid, suite->box[slot])] & CANDIDATE_CURRENT))
		return false;
	for (int b = state->rules.nkeep; b < slot; b++)
		if (memcmp(&suite->box[b], &suite->box[slot], sizeof(GridPoint)) == 0)
			return false;
	return true;
}

/* Counts the different current boxes of the suite. */
int
SwapCountCurrent(const SwapState *state)
{
	int count = 0;

	for (int b = state->rules.nkeep; b < state->suite.n; b++)
		count += SwapIsCurrent(state, b);
	return count;
}

/* Gives how many current boxes the suite lacks. */
int
SwapMissingCurrent(const SwapState *state)
{
	int missing = state->rules.must_stay > 0 ? state->rules.must_stay - SwapCountCurrent(state) : 0;

	return missing > 0 ? missing : 0;
}

/* Whether the box in a slot may leave. One that may not can still make room for another current one. */
bool
SwapMayLeave(const SwapState *state, int slot)
{
	return slot >= state->rules.nkeep &&
		   (state->rules.must_stay == 0 || !SwapIsCurrent(state, slot) ||
			SwapCountCurrent(state) > state->rules.must_stay);
}

/* Gives the weight that ships in a box. */
double
SwapShipped(const SwapState *state, int slot)
{
	double shipped = 0;

	for (int i = 0; i < state->demand->nclasses; i++)
		if (state->first[i] == slot)
			shipped += state->demand->weight[i];
	return shipped;
}

/* Gives what taking a box out would cost, if no other came in its place. */
SuiteCost
SwapLoss(const SwapState *state, int slot)
{
	SuiteCost loss = {0, 0};

	for (int i = 0; i < state->demand->nclasses; i++)
	{
		double weight = state->demand->weight[i];
		const double *cost = state->cost[state->demand->group[i]];

		if (state->first[i] != slot)
			continue;
		if (state->second[i] != NO_BOX)
			loss.cost += weight * (cost[state->second[i]] - cost[slot]);
		else
		{
			loss.uncovered += weight;
			loss.cost -= weight * cost[slot];
		}
	}
	return loss;
}

/*
 * Adds, for every slot, how much its box and that of the given slot have to do with each other: what
 * the classes that have one of them as first choice and the other as second save by the first.
 */
void
SwapAddRelations(const SwapState *state, int slot, double relation[SUITE_MAX])
{
	for (int i = 0; i < state->demand->nclasses; i++)
	{
		int first = state->first[i];
		int second = state->second[i];
		const double *cost = state->cost[state->demand->group[i]];

		if (second != NO_BOX && (first == slot || second == slot))
			relation[first == slot ? second : first] +=
				state->demand->weight[i] * (cost[second] - cost[first]);
	}
}

/* Whether a cell is a candidate that costs no more than another cell, for whatever weight. */
static bool
IsNoDearer(const Grid *grid, int64_t cell, int64_t than)
{
	return grid->candidate[cell] && grid->cost[cell] <= grid->cost[than] &&
		   (grid->billed == NULL || grid->billed[cell] <= grid->billed[than]);
}

/*
 * Shrinks every box that may change to the join of what ships in it, or with a limit on ratio the
 * smallest candidate around it, where that is a candidate and does not cost more. Current boxes stay.
 * Never worse; a start that saves many swaps after moving to a finer grid.
 */
void
SwapTighten(SwapState *state)
{
	const GridDemand *demand = state->demand;
	Suite suite = state->suite;
	GridPoint join[SUITE_MAX];
	bool holds[SUITE_MAX] = {false};

	memset(join, 0, sizeof(join));
	for (int i = 0; i < demand->nclasses; i++)
	{
		int r = state->first[i];
		int least = -1;
		int least_growth = 0;

		if (r == NO_BOX)
			continue;
		holds[r] = true;
		for (int e = demand->first_element[i]; e < demand->first_element[i + 1]; e++)
		{
			int growth = 0;

			if (!GridWithin(demand->element[e], suite.box[r]))
				continue;
			for (int k = 0; k < 3; k++)
				if (demand->element[e].at[k] > join[r].at[k])
					growth += demand->element[e].at[k] - join[r].at[k];
			if (least < 0 || growth < least_growth)
			{
				least = e;
				least_growth = growth;
			}
		}
		for (int k = 0; k < 3; k++)
			if (demand->element[least].at[k] > join[r].at[k])
				join[r].at[k] = demand->element[least].at[k];
	}
	for (int b = state->rules.nkeep; b < suite.n; b++)
	{
		if (!holds[b] || SwapIsCurrent(state, b) ||
			(state->grid->max_ratio > 0 && !GridRaise(state->grid, &join[b])))
			continue;
		if (IsNoDearer(state->grid, GridCell(state->grid, join[b]),
					   GridCell(state->grid, suite.box[b])))
			suite.box[b] = join[b];
	}
	SwapSetSuite(state, &suite);
}
