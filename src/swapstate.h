/*
 * swapstate.h
 *	  What the files of the swap search share: a suite with its assignments, and scratch memory.
 */
#ifndef PACKOPT_SWAPSTATE_H
#define PACKOPT_SWAPSTATE_H

#include "swap.h"

/* A signed point in a bucket. */
typedef struct BucketPoint
{
	GridPoint at;
	double weight;
} BucketPoint;

/* The points of the classes of one first and one second choice and one weight group. */
typedef struct Bucket
{
	int start; /* in bucketed */
	int n;
	int next;  /* the sweep's place among the points */
	int low_y; /* bounding rectangle of the points */
	int high_y;
	int low_z;
	int high_z;
} Bucket;

/*
 * Sums of points over a rectangle of (y, z): each row by itself is the prefix sum along z of the
 * points so far; the sum over the rows is taken when they are walked through.
 */
typedef struct Table
{
	size_t at; /* in tables */
	int low_y;
	int low_z;
	int rows;
	int width;
} Table;

/* A stretch of cells of one row: those of z from z up to end. */
typedef struct RowPart
{
	int y;
	int z;
	int end;
} RowPart;

/* The greatest billed part of the candidates up to a cost. */
typedef struct BilledUpTo
{
	double cost; /* without the billed part */
	double billed;
} BilledUpTo;

/* What a box's leaving loses. */
typedef struct Leaving
{
	double loss;      /* of the classes that have a second choice */
	double sole;      /* weight of those that have none */
	double sole_cost; /* and what they cost in the box */
	int sole_low[3];  /* whatever holds all of these lies above */
	double *below[3]; /* per coordinate: the loss of classes that begin at or below it */
} Leaving;

struct SwapState
{
	const Grid *grid;
	const GridDemand *demand;
	SuiteRules rules;
	const Watch *watch; /* NULL: nobody watches */

	/* the suite */
	Suite suite;
	double (*cost)[SUITE_MAX];     /* per weight group: of the boxes */
	int16_t (*by_cost)[SUITE_MAX]; /* per weight group: slots, cheapest box first */
	uint8_t alike[SUITE_MAX];      /* per slot: the groups from this one on, see SetAlike */
	int16_t *first;                /* per class: slot of the cheapest box that holds it */
	int16_t *second;
	Suite saved_suite; /* what SwapRestore comes back to */
	int16_t *saved_first;
	int16_t *saved_second;

	/* facts about the grid and the demand */
	GridPoint *class_low;     /* per class: least coordinates of its elements */
	int32_t *row_first;       /* per row: first candidate */
	int32_t *row_end;         /* per row: behind the last candidate */
	int64_t *plane_row;       /* per y: start of the row in plane */
	BilledUpTo *billed_up_to; /* per candidate, ascending; NULL if nothing is billed by weight */

	/* scratch memory of a look for the best swap */
	double *gain;       /* per cell */
	double *covers;     /* per cell: uncovered weight that fits */
	double *row_gain;   /* per row: the greatest gain */
	double *plane_gain; /* per x: the greatest gain */
	double greatest_gain;
	BucketPoint *bucketed; /* the points, bucket by bucket */
	Bucket *bucket;        /* per first choice, group and second choice */
	size_t nbuckets;       /* room for them */
	Leaving *leaving;      /* per slot */
	double *below;         /* what leaving points to */
	int below_slots;       /* for how many slots */
	double *shared;        /* per bucket: weight of the classes */
	Table *table;          /* per group and second choice */
	double *tables;        /* room for tables */
	size_t table_room;
	RowPart *part; /* parts of the rows of one x */
	double *run;   /* a row of running sums */
	double *costs; /* a row of costs, as a weight group has them */
	double *plane; /* give-back over the cells of one x */
	double *lost;  /* weight left without a box over the cells of one x */
};

extern bool SwapIsCurrent(const SwapState *state, int slot);
extern bool SwapHolds(const SwapState *state, int i, int slot);
extern int SwapCountCurrent(const SwapState *state);

#endif /* PACKOPT_SWAPSTATE_H */
