/*
 * packinggreedy.h
 *	  Greedy packing: pieces one after the other into maximal empty spaces.
 */
#ifndef PACKOPT_PACKINGGREEDY_H
#define PACKOPT_PACKINGGREEDY_H

#include "packingorder.h"
#include "packingspaces.h"

/* How the place of the next piece is chosen. */
typedef enum SpaceRule
{
	SPACE_LEAST_MARGIN, /* the space that the piece nearly fills along some axis */
	SPACE_LEAST_WASTE,  /* the space that it nearly fills by volume */
	SPACE_LOWEST,       /* the corner nearest to the origin */
	SPACE_LEAST_SUM,    /* the least sum of margins, relative to the space */
	SPACE_RULES
} SpaceRule;

extern bool SpacesFill(SpaceList *list, const int32_t box[3], const PieceKind *const *kinds,
					   const uint64_t *shapes, const int *sequence, int count, SpaceRule rule,
					   PieceSpot *spots);

#endif /* PACKOPT_PACKINGGREEDY_H */
