/*
 * share.c
 *	  Suites in which every box is worth its slot: it ships at least a given share of the shipments.
 *
 * A box that ships less has to go, unless it is kept, or some shipment fits no other box of the suite,
 * or too few of the current boxes would be left. So there may be fewer boxes than asked for.
 *
 * Suites are compared only after they are repaired: of the boxes that ship too little the one leaves
 * whose shipments lose least by it, and so on until all of them ship enough. Then come the best swaps
 * after which they still do. For each slot all candidates are looked at: with W_s(j) the weight that fits
 * candidate j of what ships in s, when the slot's box has left, j would ship the sum of W_s(j) over the
 * costlier boxes s, and each of them that much less. These are prefix sums over the grid, as in
 * bestswap.c, but one for each box.
 *
 * What ships in a box is counted as an evaluation counts it: of boxes that cost the same, a shipment goes
 * into the first one in order of sides. The swaps count boxes of the same cost as no costlier, and are
 * checked when they are made.
 */
#include "kernel.h"

#include <math.h>

#include "share.h"
#include "stream.h"
#include "swapstate.h"

/* So many looks for the best box in one slot cost about as much as one for the best swap of all. */
#define LOOKS_PER_MOVE 16

/* What ships in a box, and what its leaving would do. */
typedef struct BoxShare
{
	double shipped;
	double loss; /* of shipments that have another box */
	double sole; /* weight of those that have none */
} BoxShare;

/* Gives the least whole number of shipments that is at least min_share of all. */
double
LeastShipped(double min_share, double shipments)
{
	double least = ceil(min_share * shipments);

	while (least >= 1 && (least - 1) / shipments >= min_share)
		least--;
	while (least / shipments < min_share)
		least++;
	return least;
}

/* Whether the box of slot a comes first in order of sides. */
static bool
ComesFirst(const SwapState *state, int a, int b)
{
	for (int k = 0; k < 3; k++)
		if (state->suite.box[a].at[k] != state->suite.box[b].at[k])
			return state->suite.box[a].at[k] < state->suite.box[b].at[k];
	return a < b;
}

/* Finds the slot that class i ships in: of the cheapest that hold it the first in order of sides. */
static int
ShippingSlot(const SwapState *state, int i)
{
	const double *cost = state->cost[state->demand->group[i]];
	int first = state->first[i];

	if (first == NO_BOX || state->second[i] == NO_BOX || cost[state->second[i]] > cost[first])
		return first;
	for (int b = 0; b < state->suite.n; b++)
		if (cost[b] == cost[first] && ComesFirst(state, b, first) && SwapHolds(state, i, b))
			first = b;
	return first;
}

/* Computes what ships in every box, and what its leaving would do. */
static void
ComputeShares(const SwapState *state, BoxShare *share)
{
	const GridDemand *demand = state->demand;

	memset(share, 0, (size_t) state->suite.n * sizeof(BoxShare));
	for (int i = 0; i < demand->nclasses; i++)
	{
		int slot = ShippingSlot(state, i);
		int second = state->second[i];
		const double *cost = state->cost[demand->group[i]];

		if (slot == NO_BOX)
			continue;
		share[slot].shipped += demand->weight[i];
		if (second == NO_BOX)
			share[slot].sole += demand->weight[i];
		else
			share[slot].loss += demand->weight[i] * (cost[second] - cost[slot]);
	}
}

/* Finds the box that ships too little and should leave first; NO_BOX if all are worth their slots. */
static int
FindIdle(const SwapState *state)
{
	BoxShare share[SUITE_MAX];
	int idle = NO_BOX;

	if (state->rules.least_shipped <= 0)
		return NO_BOX;
	ComputeShares(state, share);
	for (int b = state->rules.nkeep; b < state->suite.n; b++)
		if (share[b].shipped < state->rules.least_shipped && share[b].sole == 0 &&
			(idle == NO_BOX || share[b].loss < share[idle].loss) && SwapMayLeave(state, b))
			idle = b;
	return idle;
}

/* Whether every box of the suite is worth its slot. */
bool
ShareObeyed(const SwapState *state)
{
	return FindIdle(state) == NO_BOX;
}

/* Takes boxes out that are not worth their slots; with descend improves the others. Gives the moves made. */
int
ShareRepair(SwapState *state, bool descend)
{
	int made = 0;
	int idle;

	while ((idle = FindIdle(state)) != NO_BOX)
	{
		SwapDrop(state, idle);
		if (descend)
			made += Descend(state, state->suite.n, INT32_MAX);
	}
	return made;
}

/* ------------------------------------------------------------------------------------------------
 * Best swaps among such suites
 * ------------------------------------------------------------------------------------------------ */

/*
 * Scratch memory of a look for the best addition. What candidates gain and newly cover, were they added,
 * stands where a look for the best swap has it.
 */
typedef struct AdditionScratch
{
	double
		*ships; /* per cell: what would ship in it; -INFINITY if a box would ship too little then */
	double *drawn; /* per cell: what it would draw from the box at hand */
	double *plane; /* per y and z: sum of the points so far */
	double *run;   /* per z: its sum over the rows so far */
} AdditionScratch;

/* Whether some class of a weight group has its first choice in slot s. */
static bool
IsDrawn(const SwapState *state, int s, int group)
{
	for (int i = 0; i < state->demand->nclasses; i++)
		if (state->first[i] == s && state->demand->group[i] == group)
			return true;
	return false;
}

/*
 * Takes into account what candidates would draw, of a weight group, from the box of slot s, or (NO_BOX)
 * of what has no box.
 */
static void
CountDraws(const SwapState *state, int s, int group, const AdditionScratch *scratch)
{
	const Grid *grid = state->grid;
	double floor = state->demand->floor[group];
	const GridDemand *demand = state->demand;
	int ny = grid->axis[1].n;
	int nz = grid->axis[2].n;
	double limit = s == NO_BOX ? INFINITY : state->cost[group][s];
	bool any = false;
	int p = 0;

	memset(scratch->plane, 0, (size_t) ny * nz * sizeof(double));
	for (int x = 0; x < grid->axis[0].n; x++)
	{
		for (; p < demand->npoints && demand->point[p].at[0] <= x; p++)
			if (state->first[demand->point_class[p]] == s &&
				demand->group[demand->point_class[p]] == group)
			{
				any = true;
				scratch->plane[(size_t) demand->point[p].at[1] * nz + demand->point[p].at[2]] +=
					demand->point_weight[p];
			}
		if (!any)
			continue;
		memset(scratch->run, 0, (size_t) nz * sizeof(double));
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int64_t row = (int64_t) x * ny + y;
			const double *cost = grid->cost + grid->row[row];
			const double *billed = grid->billed == NULL ? NULL : grid->billed + grid->row[row];
			double *gain = state->gain + grid->row[row];
			double *covers = state->covers + grid->row[row];
			double *drawn = scratch->drawn + grid->row[row];
			double weight = 0;

			for (int z = 0; z < nz; z++)
				scratch->run[z] += scratch->plane[(size_t) y * nz + z];
			for (int z = 0; z < grid->z_count[y] && grid->row_cost[row] < limit; z++)
			{
				double c = CostAboveFloor(cost, billed, floor, z);

				weight += scratch->run[z];
				if (weight <= 0 || c >= limit)
					continue;
				drawn[z] += weight;
				gain[z] += weight * ((s == NO_BOX ? 0 : limit) - c);
				covers[z] += s == NO_BOX ? weight : 0;
			}
		}
	}
}

/* Takes over what candidates would draw from a box that can do without spare. */
static void
TakeDraws(const Grid *grid, double spare, const AdditionScratch *scratch)
{
	for (int64_t c = 0; c < grid->ncells; c++)
		if (scratch->drawn[c] > 0)
		{
			scratch->ships[c] =
				scratch->drawn[c] > spare ? -INFINITY : scratch->ships[c] + scratch->drawn[c];
			scratch->drawn[c] = 0;
		}
}

/*
 * Finds the best box with a bit of mask to add to the suite, such that all its boxes ship enough.
 */
static bool
FindWorthyAddition(const SwapState *state, uint8_t mask, const AdditionScratch *scratch,
				   GridPoint *best, SuiteCost *total)
{
	const Grid *grid = state->grid;
	double least = state->rules.least_shipped;
	BoxShare share[SUITE_MAX];
	bool found = false;

	memset(state->gain, 0, (size_t) grid->ncells * sizeof(double));
	memset(state->covers, 0, (size_t) grid->ncells * sizeof(double));
	memset(scratch->ships, 0, (size_t) grid->ncells * sizeof(double));
	ComputeShares(state, share);
	for (int s = NO_BOX; s < state->suite.n; s++)
	{
		KERNEL_CHECK_CANCEL();
		for (int g = 0; g < state->demand->ngroups; g++)
			if (IsDrawn(state, s, g))
				CountDraws(state, s, g, scratch);
		TakeDraws(grid,
				  s == NO_BOX || share[s].sole > 0 || !SwapMayLeave(state, s)
					  ? INFINITY
					  : share[s].shipped - least,
				  scratch);
	}
	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
			for (int z = 0; z < grid->z_count[y]; z++)
			{
				GridPoint box = {{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
				int64_t cell = GridCell(grid, box);
				double ships = scratch->ships[cell];
				SuiteCost changed = {state->suite.total.uncovered - state->covers[cell],
									 state->suite.total.cost - state->gain[cell]};

				if (!(grid->candidate[cell] & mask) || ships == -INFINITY ||
					(ships < least && state->covers[cell] == 0) || !SuiteCostLess(changed, *total))
					continue;
				*best = box;
				*total = changed;
				found = true;
			}
	return found;
}

/*
 * Improves a suite whose boxes are all worth their slots by best swaps of one slot after the other, and
 * additions while it has fewer than suite_size boxes, that leave them so, until none helps or the
 * moves are used up. Gives the moves made: some looks at a slot are one.
 */
int
ShareDescend(SwapState *state, int suite_size, int moves)
{
	const Grid *grid = state->grid;
	AdditionScratch scratch;
	int nkeep = state->rules.nkeep;
	int slot = nkeep;
	int failures = 0;
	int looks = 0;

	if (state->rules.least_shipped <= 0)
		return 0;
	scratch.ships = KernelAlloc((size_t) grid->ncells * sizeof(double) + 1);
	scratch.drawn = KernelAllocZero((size_t) grid->ncells * sizeof(double) + 1);
	scratch.plane = KernelAlloc((size_t) grid->axis[1].n * grid->axis[2].n * sizeof(double) + 1);
	scratch.run = KernelAlloc((size_t) grid->axis[2].n * sizeof(double) + 1);
	while (looks / LOOKS_PER_MOVE < moves && !SwapStops(state))
	{
		Suite before = *SwapSuite(state);
		int slots = before.n - nkeep + (before.n < suite_size);
		SuiteCost total = before.total;
		uint8_t mask = CANDIDATE_ANY;
		GridPoint box;

		if (failures >= slots)
			break;
		slot = slot >= nkeep + slots ? nkeep : slot;
		looks++;
		if (slot < before.n)
		{
			Suite others = before;

			mask = SwapMayLeave(state, slot) ? CANDIDATE_ANY : CANDIDATE_CURRENT;
			others.box[slot] = others.box[--others.n];
			SwapSetSuite(state, &others);
		}
		if (FindWorthyAddition(state, mask, &scratch, &box, &total))
		{
			Suite changed = before;

			changed.box[slot] = box;
			changed.n = slot < before.n ? before.n : before.n + 1;
			SwapSetSuite(state, &changed);
		}
		else
			SwapSetSuite(state, &before);
		if (SuiteCostLess(SwapSuite(state)->total, before.total) && ShareObeyed(state))
			failures = 0;
		else
		{
			failures++;
			SwapSetSuite(state, &before);
		}
		slot++;
	}
	KernelFree(scratch.ships);
	KernelFree(scratch.drawn);
	KernelFree(scratch.plane);
	KernelFree(scratch.run);
	return 1 + looks / LOOKS_PER_MOVE;
}
