/*
 * footprint.h
 *	  The footprint of a shipment: all its minimal boxes.
 *
 * A box holds the shipment if and only if it is at least as large as one element of the footprint
 * (as far as the packings go that the kernel knows: see footprint.c). So a shipment is packed once,
 * and fitting is a comparison of integers from then on.
 *
 * Free domain: boxes may be turned, an element is (x >= y >= z), and is compared with the sorted
 * lengths of a box. Upright domain: z is vertical, an element is (x >= y, z), and is compared with
 * the sorted horizontal lengths of a box and its height.
 */
#ifndef PACKOPT_FOOTPRINT_H
#define PACKOPT_FOOTPRINT_H

#include "placement.h"

typedef struct FootprintOptions
{
	bool upright;     /* elements for the upright domain */
	int32_t gap;      /* between neighbouring pieces, 0 .. LENGTH_MAX */
	bool has_bound;   /* boxes larger than the bound do not matter ... */
	int32_t bound[3]; /* ... in the upright domain, bound[2] is vertical */
	int max_splits;   /* work up to which all splits are looked at; 0: the default */
	int beam;         /* most elements of a front; 0: the default */
} FootprintOptions;

/*
 * Defaults of max_splits and beam. Eight different pieces take 3,280 splits; shipments of more
 * pieces than that are many, and get less for each.
 */
#define FOOTPRINT_FEW_PIECES      8
#define FOOTPRINT_MAX_SPLITS      3300
#define FOOTPRINT_BEAM            256
#define FOOTPRINT_MAX_SPLITS_MANY 110
#define FOOTPRINT_BEAM_MANY       32

typedef enum FootprintStatus
{
	FOOTPRINT_OK = 0,
	FOOTPRINT_FITS_NOTHING,   /* every box would exceed the bound, or LENGTH_MAX */
	FOOTPRINT_NEEDS_VERTICAL, /* some piece is upright or fragile: ask for the upright domain */
	FOOTPRINT_BAD_INPUT       /* no pieces, or a length or gap out of range */
} FootprintStatus;

/* The elements belong to the workspace and are valid until its next use. */
typedef struct Footprint
{
	int nelements;
	const int32_t (*element)[3]; /* in lexicographic order */
	bool exact_guillotine;       /* all guillotine packings were looked at */
} Footprint;

typedef struct FootprintWorkspace FootprintWorkspace;

extern FootprintWorkspace *FootprintWorkspaceCreate(void);
extern void FootprintWorkspaceFree(FootprintWorkspace *workspace);

extern FootprintStatus
FootprintCompute(FootprintWorkspace *workspace, const Piece *pieces, int npieces,
				 const FootprintOptions *options, Footprint *footprint);
extern bool
FootprintPlace(FootprintWorkspace *workspace, const Piece *pieces, int npieces,
			   const FootprintOptions *options, const int32_t box[3], Placement *placements);

#endif /* PACKOPT_FOOTPRINT_H */
