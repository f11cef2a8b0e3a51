/*
 * packing.h
 *	  Decides whether the pieces of one order fit into one box, and shows how.
 *
 * The answer has three values: a packing was found, it is proved that there is none, or neither
 * within the effort allowed. Lengths are those of kernel.h; the box is given by its inner lengths,
 * z being vertical. Neither the order of the pieces, nor that of their lengths, nor (where they
 * can be exchanged) that of the box's axes has an influence on the answer.
 *
 * Memory comes from where KernelAlloc takes it at the time of the call, and grows with the orders:
 * in the server, call all this in the memory context that the workspace was created in.
 */
#ifndef PACKOPT_PACKING_H
#define PACKOPT_PACKING_H

#include "kernel.h"
#include "placement.h"

typedef enum PackAnswer
{
	PACK_FITS,   /* there is a packing, and it is known */
	PACK_NOT,    /* there is none */
	PACK_UNKNOWN /* none was found within the effort, but there may be one */
} PackAnswer;

/* Nodes of the complete search for one order and one box, unless told otherwise. */
#define PACK_DEFAULT_EFFORT 4000

/* Below this effort, the stages that cost as much as some thousand nodes are left out. */
#define PACK_FULL_EFFORT 500

/* The largest gap: lengths grown by it must not overflow. */
#define PACK_GAP_MAX (INT32_MAX - LENGTH_MAX)

typedef struct PackOptions
{
	int32_t gap; /* least distance between any two pieces, 0 .. PACK_GAP_MAX */
	int effort;  /* node limit of the complete search, per order and box; 0: none */
} PackOptions;

/* What decided, in the order of the stages. */
typedef enum PackStage
{
	PACK_STAGE_VOLUME,    /* volume or a length */
	PACK_STAGE_ALONE,     /* some piece does not fit by itself */
	PACK_STAGE_ROW,       /* all in one row */
	PACK_STAGE_PAIR,      /* two pieces have no room beside each other */
	PACK_STAGE_MEMORY,    /* an answer for another box */
	PACK_STAGE_GREEDY,    /* first greedy try */
	PACK_STAGE_SEARCH,    /* complete search */
	PACK_STAGE_BOUND,     /* dual feasible functions */
	PACK_STAGE_BLOCKS,    /* blocks of alike pieces */
	PACK_STAGE_TRIES,     /* further greedy tries */
	PACK_STAGE_FOOTPRINT, /* the guillotine programme */
	PACK_STAGES
} PackStage;

typedef struct PackWorkspace PackWorkspace;

extern PackWorkspace *PackWorkspaceCreate(void);
extern void PackWorkspaceDestroy(PackWorkspace *workspace);
extern void PackOrderPrepare(PackWorkspace *workspace, const Piece *pieces, int count,
							 const PackOptions *options);
extern PackAnswer
PackDecide(PackWorkspace *workspace, const int32_t box[3], bool rotate_box, Placement *placements);
extern void PackStandingBox(const PackWorkspace *workspace, int32_t box[3]);
extern PackStage PackDecidedBy(const PackWorkspace *workspace);
extern const char *PackStageName(PackStage stage);
extern int PackBestBox(PackWorkspace *workspace, const int32_t (*boxes)[3], int count,
					   bool rotate_box, Placement *placements, int *unknown);

#endif /* PACKOPT_PACKING_H */
