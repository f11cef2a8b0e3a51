/*
 * dual.h
 *	  Multipliers of the classes that prove a high bound, and how they are improved.
 */
#ifndef PACKOPT_DUAL_H
#define PACKOPT_DUAL_H

#include "bound.h"
#include "chain.h"
#include "pricing.h"
#include "swap.h"

/* The most limits that a case has at once. */
#define DUAL_LIMITS_MAX 24

/*
 * A limit on how many chosen boxes, kept ones not counted, lie in a region: the cells from low to
 * high that cost no more than most_cost; or, if current, that are among the current ones.
 */
typedef struct CountLimit
{
	GridPoint low;
	GridPoint high;
	double most_cost;
	bool current;
	bool at_least; /* or at most */
	int count;
} CountLimit;

/* A box of the Lagrangian's choice. */
typedef struct ChosenBox
{
	double rho; /* with penalties */
	double cost;
	GridPoint at;
} ChosenBox;

typedef struct Dual
{
	const BoundProblem *problem;
	Pricing *pricing; /* its open cells: OPEN_... */
	int nfree;        /* boxes to choose */
	double upper;     /* cost of the best suite known */
	double top;       /* no multiplier is higher */

	/* the case at hand: the suites that obey all limits */
	int nlimits;
	CountLimit limit[DUAL_LIMITS_MAX];
	bool closing; /* close cells that no better suite needs */

	/* with chains, boxes have a price in the place of a limit of their number */
	Chain *chain; /* NULL: without */
	double price;
	double best_price;
	double price_slack; /* boxes chosen beyond those that are free */
	double price_mean;

	/* per class */
	double *least;      /* least cost of an open cell that holds it: no multiplier is lower */
	double *multiplier; /* where the dual was evaluated last */
	double *best;       /* where it was greatest */
	double *slack;      /* 1 - how often the class is held by the choice */
	double *mean;       /* the same, averaged over the iterations */

	/* per limit, the same */
	double penalty[DUAL_LIMITS_MAX];
	double best_penalty[DUAL_LIMITS_MAX];
	double limit_slack[DUAL_LIMITS_MAX];
	double limit_mean[DUAL_LIMITS_MAX];

	/* the last evaluation */
	double value;     /* a lower bound, rounding taken off */
	double rounding;  /* what was taken off */
	double base;      /* with a chain: the value of no boxes */
	double threshold; /* what the last chosen box adds; 0 if there was room for one more */
	int nchosen;
	ChosenBox chosen[2 * SUITE_MAX];
	ChainLink link[2 * SUITE_MAX];

	double proved;     /* the greatest value since the start */
	double best_value; /* what the best multipliers are taken to give */
	double *use;       /* per cell: how often it was chosen, averaged, in units of use_unit */
	double use_unit;
	double *penalized; /* per cell: what limits add to rho */
	int *fold;         /* per class: its number of points */
} Dual;

extern Dual *DualCreate(const BoundProblem *problem, const uint8_t *open);
extern void DualFree(Dual *dual);
extern void DualLayLevels(Dual *dual, int spread, int used);
extern void DualStart(Dual *dual, bool go_on, bool shake);
extern void DualUseChains(Dual *dual);
extern int DualImprove(Dual *dual, double step, double last_step, int max_iterations);

#endif /* PACKOPT_DUAL_H */
