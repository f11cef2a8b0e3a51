/*
 * bound.h
 *	  A proven lower bound on the cost of every suite.
 */
#ifndef PACKOPT_BOUND_H
#define PACKOPT_BOUND_H

#include "grid.h"
#include "swap.h"
#include "tasks.h"

typedef struct BoundProblem
{
	const Grid *grid;
	const GridDemand *demand;
	int suite_size; /* the most boxes, kept ones included */
	int nkeep;
	const GridPoint *keep; /* boxes that are in the suite, candidates or not */
	int must_stay;         /* so many of the current boxes are among the others */
	int ncurrent;
	const GridPoint *current; /* candidates, none of them kept */
	double upper;             /* cost of the best suite known: the incumbent */
	int nincumbent;           /* its boxes, to start from; 0: not told */
	const GridPoint *incumbent;
	int max_iterations; /* work, in evaluations of the plain dual */
	const Watch *watch; /* NULL: nobody watches */
	TaskHost *host;     /* may run cases; NULL: all are run here */
	double gap_wanted;  /* stop when (upper - lower) / upper is this small */
} BoundProblem;

typedef struct BoundResult
{
	double lower; /* no suite costs less; never above upper */
	double upper; /* cost of the best suite known now */
	int nbetter;  /* a better suite than the incumbent, if one was found on the way; else 0 */
	GridPoint better[SUITE_MAX];
	double work;             /* done, as max_iterations counts it */
	int64_t candidates_left; /* those that a suite better than the best may still have */
	bool optimal;            /* no suite costs less than upper, but for rounding */
} BoundResult;

extern void BoundSuite(const BoundProblem *problem, BoundResult *result);

#endif /* PACKOPT_BOUND_H */
