/*
 * packingblocks.h
 *	  Greedy packing of larger orders: blocks of alike pieces into maximal empty spaces.
 */
#ifndef PACKOPT_PACKINGBLOCKS_H
#define PACKOPT_PACKINGBLOCKS_H

#include "packingorder.h"
#include "packingspaces.h"

/* Ways to go about it: six orders of the axes, times what makes a good block. */
#define BLOCK_VARIANTS 24

extern bool
BlocksFill(SpaceList *list, const int32_t box[3], const PieceKind *kinds, const uint64_t *shapes,
		   int nkinds, int *left, int variant, PieceSpot *spots, int64_t *work);

#endif /* PACKOPT_PACKINGBLOCKS_H */
