/*
 * packingorder.h
 *	  An order made ready for many packing decisions (for the stages of packing.c).
 *
 * Pieces of equal content are one kind. A kind has a list of oriented shapes; a set of them is a
 * 64-bit mask. Per axis the extents that occur are kept in ascending order, each with the mask of
 * the shapes that are at most that long, so that "which shapes fit into this room" and "how short
 * can the piece get" are a few comparisons each.
 *
 * All lengths are grown by the gap (those of the pieces here, those of a box once), which turns "at
 * least a gap between any two pieces" into plain disjointness.
 */
#ifndef PACKOPT_PACKINGORDER_H
#define PACKOPT_PACKINGORDER_H

#include "kernel.h"
#include "shape.h"

/* Largest order for the complete search, which keeps rows of pairs in 16-bit masks. */
#define PAIR_SEARCH_MAX 16

/* The extents of a kind along one axis, ascending. */
typedef struct AxisLevels
{
	const int32_t *extent; /* the extents that occur */
	const uint64_t *upto;  /* the shapes whose extent is at most that */
	int count;
} AxisLevels;

/* Pieces that are alike. */
typedef struct PieceKind
{
	int32_t side[3]; /* componentwise least of the shapes' sorted lengths, ascending */
	bool fragile;    /* nothing may be above it */
	int shape_count;
	const Shape *shapes;
	uint64_t distinct; /* the shapes to consider (equal sides make some of them equal) */
	AxisLevels axis[3];
	double volume; /* of the smallest shape */
	int first;     /* index of the first piece of the kind */
	int count;
} PieceKind;

/* A piece in canonical form. */
typedef struct OrderPiece
{
	double volume;  /* as given */
	int32_t key[3]; /* lengths, sorted as far as they can be exchanged */
	int32_t source; /* index in the caller's array */
	uint8_t flags;
} OrderPiece;

/* Room for the shapes of a kind with handling flags; plain kinds share static tables. */
typedef struct KindTable
{
	Shape shapes[MAX_PIECE_SHAPES];
	int32_t extent[3][MAX_PIECE_SHAPES];
	uint64_t upto[3][MAX_PIECE_SHAPES];
} KindTable;

/* The pieces of an order, large before small, alike ones next to each other. */
typedef struct PackOrder
{
	int count;
	int nkinds;
	OrderPiece *pieces;
	PieceKind *kinds;
	const PieceKind **kind_of; /* per piece */
	double volume;             /* of all pieces, each in its smallest shape */
	int32_t need[3]; /* componentwise largest of the pieces' sides, ascending: no box is smaller */
	bool vertical;   /* some piece cares what is up */
	int fragile_count;

	Shape (*plain_shapes)[6];
	KindTable *tables;
	int max_count;
	int max_tables;
} PackOrder;

/* Where a piece stands: which of its kind's shapes, and the corner nearest to the origin. */
typedef struct PieceSpot
{
	int32_t at[3];
	int32_t shape;
} PieceSpot;

extern void PackOrderInit(PackOrder *order);
extern void PackOrderFree(PackOrder *order);
extern void PackOrderBuild(PackOrder *order, const Piece *pieces, int count, int32_t gap);

/* Returns the shapes that fit into the room along one axis. */
static inline uint64_t
ShapesWithin(const AxisLevels *levels, int32_t room)
{
	int k = levels->count;

	if (k == 3) /* nearly always: without branches */
		return (-(uint64_t) (levels->extent[0] <= room) & levels->upto[0]) |
			   (-(uint64_t) (levels->extent[1] <= room) & levels->upto[1]) |
			   (-(uint64_t) (levels->extent[2] <= room) & levels->upto[2]);
	while (k > 0 && levels->extent[k - 1] > room)
		k--;
	return k > 0 ? levels->upto[k - 1] : 0;
}

/* Returns the level of the least extent of a nonempty set of shapes along one axis. */
static inline int
LeastLevel(const AxisLevels *levels, uint64_t shapes)
{
	int k = 0;

	if (levels->count == 3)
		return (levels->upto[0] & shapes) == 0 ? 1 + ((levels->upto[1] & shapes) == 0) : 0;
	while ((levels->upto[k] & shapes) == 0)
		k++;
	return k;
}

/* Returns the least extent of a nonempty set of shapes along one axis. */
static inline int32_t
LeastExtent(const AxisLevels *levels, uint64_t shapes)
{
	return levels->extent[LeastLevel(levels, shapes)];
}

/* Returns the index of the lowest bit of a nonzero mask. */
static inline int
LowestBit(uint64_t mask)
{
#if defined(__GNUC__)
	return __builtin_ctzll(mask);
#else
	int k = 0;

	while ((mask & 1) == 0)
	{
		mask >>= 1;
		k++;
	}
	return k;
#endif
}

/* Sorts two lengths, ascending. */
static inline void
SortTwo(int32_t *a, int32_t *b)
{
	int32_t low = *a < *b ? *a : *b;
	int32_t high = *a < *b ? *b : *a;

	*a = low;
	*b = high;
}

/* Sorts three lengths, ascending. */
static inline void
SortThree(int32_t side[3])
{
	SortTwo(&side[0], &side[1]);
	SortTwo(&side[1], &side[2]);
	SortTwo(&side[0], &side[1]);
}

#endif /* PACKOPT_PACKINGORDER_H */
