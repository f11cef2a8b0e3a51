/*
 * refine.h
 *	  Finds the minimal boxes that the guillotine programme misses.
 */
#ifndef PACKOPT_REFINE_H
#define PACKOPT_REFINE_H

#include "footprint.h"

/* Shipments for which refining pays; three pieces are exact already. */
#define REFINE_MIN_PIECES 4
#define REFINE_MAX_PIECES 8
#define REFINE_MIN_KINDS  3

/*
 * Default number of boxes that are tried, and the effort for each. The packing kernel goes many times as
 * far as told for few pieces, which would be too much here.
 */
#define REFINE_QUERIES          400
#define REFINE_QUERIES_PER_PAIR 10 /* of kinds */
#define REFINE_EFFORT           100
#define REFINE_FEW_PIECES       6
#define REFINE_FEW_EFFORT       1

typedef struct Refiner Refiner;

extern Refiner *RefinerCreate(void);
extern void RefinerFree(Refiner *refiner);

extern bool FootprintRefine(Refiner *refiner, const Piece *pieces, int npieces,
							const FootprintOptions *options, int max_queries, Footprint *footprint);
extern bool
FootprintRefinePlace(Refiner *refiner, FootprintWorkspace *workspace, const Piece *pieces,
					 int npieces, const FootprintOptions *options, int max_queries,
					 const int32_t box[3], bool programme_tried, Placement *placements);

#endif /* PACKOPT_REFINE_H */
