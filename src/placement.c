/*
 * placement.c
 *	  Checks that placements are a valid packing of pieces into a box.
 *
 * The rules, in full:
 *
 * - every piece lies inside the box, 0 <= at and at + extent <= box along x, y and z (no clearance
 * to the walls: padding is taken off the box by the caller);
 * - its extents are one of the oriented shapes of the piece (shape.h), z being vertical;
 * - every two pieces are apart: along at least one axis one of them ends at least the gap before
 * the other begins;
 * - nothing is above a fragile piece: against any other piece, being apart because the other one is
 *   above it does not count; the other one must be beside it (by the gap) or below it.
 *
 * The check shares no code with the kernels except the list of shapes, and is written to be read
 * rather than to be fast: it looks at every pair.
 */
#include "kernel.h"

#include "placement.h"

/* Tells whether the extents are one of the shapes that the piece may take. */
static bool
ExtentsAllowed(const Piece *piece, const int32_t extent[3])
{
	Shape shapes[MAX_PIECE_SHAPES];
	int nshapes = PieceShapes(piece, shapes);

	for (int i = 0; i < nshapes; i++)
	{
		if (shapes[i].extent[0] == extent[0] && shapes[i].extent[1] == extent[1] &&
			shapes[i].extent[2] == extent[2])
			return true;
	}
	return false;
}

/* Tells whether placement a ends at least the gap before placement b begins, along an axis. */
static bool
EndsBefore(const Placement *a, const Placement *b, int axis, int32_t gap)
{
	return (int64_t) a->at[axis] + a->extent[axis] + gap <= b->at[axis];
}

/* Checks two placements against each other. */
static PlacementFault
CheckPair(const Piece *piece_a, const Placement *a, const Piece *piece_b, const Placement *b,
		  int32_t gap)
{
	bool b_above = EndsBefore(a, b, 2, gap);
	bool a_above = EndsBefore(b, a, 2, gap);

	for (int axis = 0; axis < 2; axis++)
	{
		if (EndsBefore(a, b, axis, gap) || EndsBefore(b, a, axis, gap))
			return PLACEMENT_OK;
	}
	if (!a_above && !b_above)
		return PLACEMENT_OVERLAP;
	if (b_above && (piece_a->flags & PIECE_FRAGILE))
		return PLACEMENT_FRAGILE;
	if (a_above && (piece_b->flags & PIECE_FRAGILE))
		return PLACEMENT_FRAGILE;
	return PLACEMENT_OK;
}

/* Checks a packing against all rules and returns the first fault found. */
PlacementFault
PlacementCheck(const Piece *pieces, int npieces, const Placement *placements, const int32_t box[3],
			   int32_t gap)
{
	for (int i = 0; i < npieces; i++)
	{
		for (int axis = 0; axis < 3; axis++)
		{
			if (placements[i].at[axis] < 0 ||
				(int64_t) placements[i].at[axis] + placements[i].extent[axis] > box[axis])
				return PLACEMENT_OUTSIDE;
		}
		if (!ExtentsAllowed(&pieces[i], placements[i].extent))
			return PLACEMENT_SHAPE;
	}
	for (int i = 0; i < npieces; i++)
	{
		KERNEL_CHECK_CANCEL();
		for (int j = i + 1; j < npieces; j++)
		{
			PlacementFault fault =
				CheckPair(&pieces[i], &placements[i], &pieces[j], &placements[j], gap);

			if (fault != PLACEMENT_OK)
				return fault;
		}
	}
	return PLACEMENT_OK;
}

/* Names a fault for messages. */
const char *
PlacementFaultName(PlacementFault fault)
{
	switch (fault)
	{
		case PLACEMENT_OK:
			return "valid";
		case PLACEMENT_OUTSIDE:
			return "a piece lies outside the box";
		case PLACEMENT_SHAPE:
			return "a piece has extents that it cannot take";
		case PLACEMENT_OVERLAP:
			return "two pieces overlap";
		case PLACEMENT_FRAGILE:
			return "a piece lies above a fragile one";
	}
	return "unknown";
}
