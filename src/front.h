/*
 * front.h
 *	  Antichains of minimal boxes, and the ways to combine them (used by footprint.c and lots.c
 * only).
 *
 * A front holds the minimal boxes of one multiset of pieces. A pool holds the fronts of one
 * shipment's sub-multisets, numbered in the order in which they were made; a front refers to earlier
 * ones only.
 */
#ifndef PACKOPT_FRONT_H
#define PACKOPT_FRONT_H

#include "placement.h"

/* Most elements that a front may have (their numbers are kept in 16 bits). */
#define MAX_FRONT_ELEMENTS 32768

typedef enum OriginKind
{
	ORIGIN_PIECE, /* one piece of the kind part[0] */
	ORIGIN_SPLIT, /* two parts side by side */
	ORIGIN_CYCLE, /* three parts, each two of them apart along an axis of their own */
	ORIGIN_GRID   /* a grid of equal cells, filled layer by layer */
} OriginKind;

/*
 * How an element came about. Coordinates 0, 1, 2 of an element are its x, y, z.
 *
 * ORIGIN_SPLIT: coordinate turn[0] of the first part and turn[1] of the second add up to coordinate
 * axis[0] of the element; the other two of each part lie along the other two, in their order.
 * ORIGIN_CYCLE: coordinate i of the element takes coordinate (turn[p] >> 2 * i) & 3 of part p;
 * parts p and (p + 1) % 3 are apart along coordinate axis[p]. ORIGIN_GRID: part[0] x part[1] cells
 * in a layer, each an element of the front part[2], turned by turn[0] as above.
 */
typedef struct FrontOrigin
{
	int32_t part[3];
	uint16_t element[3];
	uint8_t turn[3];
	uint8_t axis[3];
	uint8_t kind;
} FrontOrigin;

/*
 * An element seen along one of its coordinates: it needs a cross-section of p x q, and takes the
 * depth d from it. code = number of the element << 2 | coordinate of d; p and q are the other two
 * coordinates, in their order.
 */
typedef struct FrontView
{
	int32_t p;
	int32_t q;
	int32_t d;
	int32_t code;
} FrontView;

typedef struct Front
{
	int first;         /* elements, in the pool's arrays */
	int nelements;     /* 0: fits nothing */
	int view_first[2]; /* views (see FrontPool.upright) */
	int nviews[2];
	int npieces;
	bool fragile;     /* some piece in it must not have anything above it */
	double content;   /* volume of the pieces, each in its smallest shape */
	int best_element; /* the one of smallest volume */
} Front;

/* Steps of the least depth d over q: q ascends, d descends. */
typedef struct Step
{
	int32_t q;
	int32_t d;
	int32_t code;
} Step;

typedef struct Staircase
{
	int n;
	Step *step;
} Staircase;

typedef struct FrontPool
{
	/*
	 * Free domain: elements have x >= y >= z, and there is one kind of view. Upright domain: x >=
	 * y, z is vertical; views 0 are along z (p >= q, both horizontal), views 1 along a horizontal
	 * coordinate (p the other one, q = z).
	 */
	bool upright;
	int32_t gap;
	int32_t limit[3]; /* elements beyond do not matter */
	int beam;         /* most elements that a front may keep */
	bool trimmed;     /* some front had more */

	Front *fronts;
	int nfronts;
	int max_fronts;

	int32_t (*elements)[3];
	FrontOrigin *origins;
	int nelements;
	int max_elements;

	FrontView *views;
	int nviews;
	int max_views;

	/* the front under construction: arrays of lanes, padded with INT32_MAX */
	int32_t *build[3];
	FrontOrigin *build_origins;
	int nbuild;
	int max_build;
	int killer; /* the group of elements that rejected most recently */

	/* scratch */
	Staircase stairs[2];
	int max_stairs;
	struct SortKey *keys;
	int max_keys;
} FrontPool;

extern void FrontPoolInit(FrontPool *pool);
extern void FrontPoolFree(FrontPool *pool);
extern void FrontPoolReset(FrontPool *pool);

extern void FrontBegin(FrontPool *pool);
extern void FrontAddShape(FrontPool *pool, const int32_t extent[3], int kind);
extern void FrontAddSplit(FrontPool *pool, int a, int b);
extern void FrontAddCycle(FrontPool *pool, int a, int b, int c);
extern void FrontAddGrid(FrontPool *pool, int cell, int ncells);
extern int FrontFinish(FrontPool *pool, int npieces, double content, bool fragile);

extern double FrontEstimateFill(const FrontPool *pool, int a, int b);
extern int FrontFind(const FrontPool *pool, int front, const int32_t room[3]);

/* Tells an element's size in a front. */
static inline const int32_t *
FrontElement(const FrontPool *pool, int front, int element)
{
	return pool->elements[pool->fronts[front].first + element];
}

#endif /* PACKOPT_FRONT_H */
