/*
 * placement.h
 *	  Where each piece of a shipment lies in a box, and the independent check of such a witness.
 *
 * Both packing kernels prove what they say by placements; nothing but this check decides whether a
 * placement is good.
 */
#ifndef PACKOPT_PLACEMENT_H
#define PACKOPT_PLACEMENT_H

#include "shape.h"

/* The corner of the piece nearest to the origin of the box, and its extents along x, y and z. */
typedef struct Placement
{
	int32_t at[3];
	int32_t extent[3];
} Placement;

typedef enum PlacementFault
{
	PLACEMENT_OK = 0,
	PLACEMENT_OUTSIDE, /* a piece sticks out of the box */
	PLACEMENT_SHAPE,   /* extents that the piece cannot take */
	PLACEMENT_OVERLAP, /* two pieces overlap, or are nearer to each other than the gap */
	PLACEMENT_FRAGILE  /* something is above a fragile piece */
} PlacementFault;

extern PlacementFault PlacementCheck(const Piece *pieces, int npieces, const Placement *placements,
									 const int32_t box[3], int32_t gap);
extern const char *PlacementFaultName(PlacementFault fault);

#endif /* PACKOPT_PLACEMENT_H */
