/*
 * share.c
 *	  Suites in which every box is worth its slot: it ships at least a given share of the shipments.
 *
 * A box that ships less has to go, unless it is kept, or some shipment fits no other box of the suite,
 * or too few of the current boxes would be left. So there may be fewer boxes than asked for.
 *
 * The search goes on as if there was no such rule, but for one thing: before suites are compared, each
 * is repaired. Of the boxes that ship too little the one leaves whose shipments lose least by it, the
 * others are improved by swaps, and so on until all of them ship enough. What ships in a box is counted
 * as an evaluation counts it: of boxes that cost the same, a shipment goes into the first one in order
 * of sides.
 */
#include "kernel.h"

#include <math.h>

#include "share.h"
#include "stream.h"
#include "swapstate.h"

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
