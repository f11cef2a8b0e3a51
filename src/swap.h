/*
 * swap.h
 *	  A suite on a grid, and the exact best change of one box.
 */
#ifndef PACKOPT_SWAP_H
#define PACKOPT_SWAP_H

#include "grid.h"
#include "watch.h"

/* The most boxes that a suite may have. */
#define SUITE_MAX 200

/* No box: a class that none holds, or the slot of a box to be added. */
#define NO_BOX (-1)

/*
 * Quality of a suite: first the weight that no box holds, then the cost of what is held. Never an
 * infinite cost, whose differences would say nothing.
 */
typedef struct SuiteCost
{
	double uncovered;
	double cost;
} SuiteCost;

/* What every suite obeys. */
typedef struct SuiteRules
{
	int nkeep;      /* its first boxes stay */
	int suite_size; /* the most boxes */
	int must_stay;  /* so many of the current boxes, different ones, are among the others */
	double
		least_shipped; /* weight that a box ships, or else it is not worth its slot; 0: no matter */
} SuiteRules;

/* A suite, as cells in no particular order but that those to keep come first. */
typedef struct Suite
{
	int n;
	GridPoint box[SUITE_MAX];
	SuiteCost total;
} Suite;

/* A change of a suite: box goes to slot, whose old box (if it is not NO_BOX) leaves. */
typedef struct Swap
{
	int slot;
	GridPoint box;
	SuiteCost change; /* negative is better */
} Swap;

/* Scratch memory of the search on one grid, private to a stream. */
typedef struct SwapState SwapState;

extern SwapState *
SwapStateCreate(const Grid *grid, const GridDemand *demand, const SuiteRules *rules);
extern void SwapStateFree(SwapState *state);
extern void SwapSetWatch(SwapState *state, const Watch *watch);
extern bool SwapStops(const SwapState *state);
extern void SwapSetSuite(SwapState *state, const Suite *suite);
extern const Suite *SwapSuite(const SwapState *state);
extern void SwapPlace(SwapState *state, int slot, GridPoint box);
extern void SwapDrop(SwapState *state, int slot);
extern bool SwapFindBest(SwapState *state, bool add, Swap *best);
extern bool SwapFindCurrent(SwapState *state, Swap *best);
extern int SwapMissingCurrent(const SwapState *state);
extern bool SwapMayLeave(const SwapState *state, int slot);
extern void SwapSave(SwapState *state);
extern void SwapRestore(SwapState *state);
extern void SwapTighten(SwapState *state);
extern double SwapShipped(const SwapState *state, int slot);
extern SuiteCost SwapLoss(const SwapState *state, int slot);
extern void SwapAddRelations(const SwapState *state, int slot, double relation[SUITE_MAX]);

/* Whether a is better than b by more than rounding. */
static inline bool
SuiteCostLess(SuiteCost a, SuiteCost b)
{
	if (a.uncovered != b.uncovered)
		return a.uncovered < b.uncovered;
	return a.cost < b.cost - 1e-12 * b.cost;
}

#endif /* PACKOPT_SWAP_H */
