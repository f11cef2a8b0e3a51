/*
 * refine.c
 *	  Finds the minimal boxes that the guillotine programme misses.
 *
 * A footprint divides all boxes into those that it admits and the rest. The rest is a union of
 * boxes too: of its maximal ones, the corners, just too small to be admitted. If the shipment does
 * not go into a corner, it goes into nothing below it. If it does, the extents of the packing found
 * are a new element, and the corner gives way to up to three smaller ones. So ask the packing kernel
 * about one corner after the other, beginning with the smallest by volume, until all are settled or
 * the limit is reached. With a bound and without a limit that would be the whole truth; with the
 * default limits it finds most of what is missing, at some ten microseconds a question.
 *
 * Corners that are unbounded in some direction are not asked about (without a bound, those of boxes
 * longer than every element), nor those that would have to be filled to more than MAX_FILL.
 *
 * A refined element needs a witness as well: FootprintRefinePlace asks the same questions in the
 * same order until an answer fits the box. So whatever the refined footprint admits, it places.
 */
#include "kernel.h"

#include "packing.h"
#include "refine.h"

/* Fill of a box beyond which to try is mostly in vain. */
#define MAX_FILL 0.97

/* A corner is a strict bound: boxes below it are smaller along every axis. */
#define UNBOUNDED INT32_MAX

typedef struct Corner
{
	int32_t size[3];
	bool settled; /* asked about, or not worth it */
} Corner;

struct Refiner
{
	PackWorkspace *packing;
	bool upright;
	Corner *corners;
	int ncorners;
	int max_corners;
	Corner *cut; /* corners above a new element */
	int max_cut;
	int32_t (*elements)[3];
	int nelements;
	int max_elements;
	Placement found[REFINE_MAX_PIECES]; /* the packing found last */
	int32_t extent[3];                  /* and how far it reaches along the axes */
};

/* Makes a refiner; it grows with what it is used for. */
Refiner *
RefinerCreate(void)
{
	Refiner *refiner = KernelAllocZero(sizeof(Refiner));

	refiner->packing = PackWorkspaceCreate();
	refiner->max_corners = 256;
	refiner->corners = KernelAlloc(sizeof(Corner) * refiner->max_corners);
	refiner->max_cut = 64;
	refiner->cut = KernelAlloc(sizeof(Corner) * refiner->max_cut);
	refiner->max_elements = 256;
	refiner->elements = KernelAlloc(sizeof(*refiner->elements) * refiner->max_elements);
	return refiner;
}

/* Releases a refiner. */
void
RefinerFree(Refiner *refiner)
{
	PackWorkspaceDestroy(refiner->packing);
	KernelFree(refiner->corners);
	KernelFree(refiner->cut);
	KernelFree(refiner->elements);
	KernelFree(refiner);
}

/* Tells whether a is nowhere larger than b. */
static inline bool
IsWithin(const int32_t *a, const int32_t *b)
{
	return a[0] <= b[0] && a[1] <= b[1] && a[2] <= b[2];
}

/* Exchanges two numbers if the first one is smaller. */
static inline void
SortDescending(int32_t *a, int32_t *b)
{
	if (*a < *b)
	{
		int32_t swap = *a;

		*a = *b;
		*b = swap;
	}
}

/* Puts the lengths of a box in the order of the domain. */
static void
SortBox(int32_t *box, bool upright)
{
	SortDescending(&box[0], &box[1]);
	if (!upright)
	{
		SortDescending(&box[1], &box[2]);
		SortDescending(&box[0], &box[1]);
	}
}

/* Adds a corner, unless it is below another one; those below it go. */
static void
AddCorner(Refiner *refiner, const int32_t *size)
{
	Corner corner = {{size[0], size[1], size[2]}, false};
	int kept = 0;

	/* below it are boxes in the order of the domain only */
	if (corner.size[1] > corner.size[0])
		corner.size[1] = corner.size[0];
	if (!refiner->upright && corner.size[2] > corner.size[1])
		corner.size[2] = corner.size[1];

	for (int i = 0; i < refiner->ncorners; i++)
	{
		if (IsWithin(corner.size, refiner->corners[i].size))
			return;
	}
	for (int i = 0; i < refiner->ncorners; i++)
	{
		if (!IsWithin(refiner->corners[i].size, corner.size))
			refiner->corners[kept++] = refiner->corners[i];
	}
	if (kept == refiner->max_corners)
	{
		refiner->max_corners *= 2;
		refiner->corners = KernelRealloc(refiner->corners, sizeof(Corner) * refiner->max_corners);
	}
	refiner->corners[kept] = corner;
	refiner->ncorners = kept + 1;
}

/* Takes an element in: each corner above it gives way to those that avoid it along one axis. */
static void
AddElement(Refiner *refiner, const int32_t *element)
{
	int ncut = 0;
	int kept = 0;

	if (refiner->nelements == refiner->max_elements)
	{
		refiner->max_elements *= 2;
		refiner->elements =
			KernelRealloc(refiner->elements, sizeof(*refiner->elements) * refiner->max_elements);
	}
	memcpy(refiner->elements[refiner->nelements++], element, sizeof(int32_t[3]));

	for (int i = 0; i < refiner->ncorners; i++)
	{
		const int32_t *size = refiner->corners[i].size;

		if (element[0] >= size[0] || element[1] >= size[1] || element[2] >= size[2])
		{
			refiner->corners[kept++] = refiner->corners[i];
			continue;
		}
		if (ncut == refiner->max_cut)
		{
			refiner->max_cut *= 2;
			refiner->cut = KernelRealloc(refiner->cut, sizeof(Corner) * refiner->max_cut);
		}
		refiner->cut[ncut++] = refiner->corners[i];
	}
	refiner->ncorners = kept;
	for (int i = 0; i < ncut; i++)
	{
		for (int axis = 0; axis < 3; axis++)
		{
			int32_t size[3] = {refiner->cut[i].size[0], refiner->cut[i].size[1],
							   refiner->cut[i].size[2]};

			size[axis] = element[axis];
			AddCorner(refiner, size);
		}
	}
}

/* Sums up the volumes of the pieces, each in its smallest shape. */
static double
ContentVolume(const Piece *pieces, int npieces)
{
	double content = 0;

	for (int i = 0; i < npieces; i++)
	{
		Shape shapes[MAX_PIECE_SHAPES];
		int nshapes = PieceShapes(&pieces[i], shapes);
		double smallest = 0;

		for (int j = 0; j < nshapes; j++)
		{
			const int32_t *extent = shapes[j].extent;
			double volume = (double) extent[0] * extent[1] * extent[2];

			if (j == 0 || volume < smallest)
				smallest = volume;
		}
		content += smallest;
	}
	return content;
}

/* Finds the unsettled corner of smallest volume; NULL if there is none. */
static Corner *
NextCorner(Refiner *refiner, double content)
{
	Corner *next = NULL;
	double smallest = 0;

	for (int i = 0; i < refiner->ncorners; i++)
	{
		Corner *corner = &refiner->corners[i];
		double volume;

		if (corner->settled)
			continue;
		volume = ((double) corner->size[0] - 1) * ((double) corner->size[1] - 1) *
				 ((double) corner->size[2] - 1);
		if (content > MAX_FILL * volume || corner->size[0] == UNBOUNDED ||
			corner->size[2] == UNBOUNDED)
			corner->settled = true;
		else if (next == NULL || volume < smallest)
		{
			next = corner;
			smallest = volume;
		}
	}
	return next;
}

/* Asks for a packing just below a corner. Tells whether there is one, and keeps it. */
static bool
AskCorner(Refiner *refiner, const Corner *corner, int npieces)
{
	int32_t box[3];

	for (int axis = 0; axis < 3; axis++)
		box[axis] = corner->size[axis] - 1;
	if (PackDecide(refiner->packing, box, !refiner->upright, refiner->found) != PACK_FITS)
		return false;
	for (int axis = 0; axis < 3; axis++)
	{
		refiner->extent[axis] = 0;
		for (int i = 0; i < npieces; i++)
		{
			int32_t end = refiner->found[i].at[axis] + refiner->found[i].extent[axis];

			if (end > refiner->extent[axis])
				refiner->extent[axis] = end;
		}
	}
	return true;
}

/* Orders elements lexicographically. */
static int
CompareElements(const void *left, const void *right)
{
	const int32_t *a = left;
	const int32_t *b = right;

	for (int i = 0; i < 3; i++)
	{
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return 0;
}

/* Leaves the minimal elements, in lexicographic order. */
static void
MinimizeElements(Refiner *refiner)
{
	int kept = 0;

	qsort(refiner->elements, refiner->nelements, sizeof(*refiner->elements), CompareElements);
	for (int i = 0; i < refiner->nelements; i++)
	{
		const int32_t *element = refiner->elements[i];
		bool minimal = true;

		/* what dominates an element comes before it */
		for (int j = 0; j < kept && minimal; j++)
			minimal = !IsWithin(refiner->elements[j], element);
		if (minimal)
			memmove(refiner->elements[kept++], element, sizeof(int32_t[3]));
	}
	refiner->nelements = kept;
}

/*
 * Refines, and stops at the first packing that lies within the room (in the order of the domain),
 * if one is given. Tells whether it found that.
 */
static bool
Refine(Refiner *refiner, const Piece *pieces, int npieces, const FootprintOptions *options,
	   int max_queries, const Footprint *footprint, const int32_t *room)
{
	PackOptions pack_options = {options->gap,
								npieces <= REFINE_FEW_PIECES ? REFINE_FEW_EFFORT : REFINE_EFFORT};
	int32_t bound[3] = {UNBOUNDED, UNBOUNDED, UNBOUNDED};
	double content = ContentVolume(pieces, npieces);

	if (options->has_bound)
	{
		for (int axis = 0; axis < 3; axis++)
			bound[axis] =
				(options->bound[axis] < LENGTH_MAX ? options->bound[axis] : LENGTH_MAX) + 1;
		SortBox(bound, options->upright);
	}
	refiner->upright = options->upright;
	refiner->nelements = 0;
	refiner->ncorners = 0;
	AddCorner(refiner, bound);
	for (int i = 0; i < footprint->nelements; i++)
		AddElement(refiner, footprint->element[i]);

	PackOrderPrepare(refiner->packing, pieces, npieces, &pack_options);
	for (int query = 0; query < max_queries; query++)
	{
		Corner *corner = NextCorner(refiner, content);
		int32_t element[3];

		if (corner == NULL)
			break;
		KERNEL_CHECK_CANCEL();
		corner->settled = true;
		if (!AskCorner(refiner, corner, npieces))
			continue;
		memcpy(element, refiner->extent, sizeof(element));
		SortBox(element, refiner->upright);
		if (room != NULL && IsWithin(element, room))
			return true;
		AddElement(refiner, element);
	}
	return false;
}

/* Tells whether two pieces are the same in size, however turned, and in handling. */
static bool
AlikePieces(const Piece *a, const Piece *b)
{
	int32_t size_a[3] = {a->size[0], a->size[1], a->size[2]};
	int32_t size_b[3] = {b->size[0], b->size[1], b->size[2]};

	SortBox(size_a, (a->flags & PIECE_UPRIGHT) != 0);
	SortBox(size_b, (b->flags & PIECE_UPRIGHT) != 0);
	return a->flags == b->flags && memcmp(size_a, size_b, sizeof(size_a)) == 0;
}

/*
 * Tells how many questions a shipment is worth: none, unless it has several pieces, but not many, and
 * of several kinds (with few kinds, next to nothing is gained). The more kinds, the more elements.
 */
static int
QueryLimit(const Piece *pieces, int npieces, const FootprintOptions *options, int max_queries)
{
	int nkinds = 0;
	int worth;

	if (npieces < REFINE_MIN_PIECES || npieces > REFINE_MAX_PIECES || options->gap > PACK_GAP_MAX)
		return 0;
	for (int i = 0; i < npieces; i++)
	{
		int j = 0;

		while (j < i && !AlikePieces(&pieces[i], &pieces[j]))
			j++;
		nkinds += j == i;
	}
	/* many alike pieces stack well: there is next to nothing to find */
	if (nkinds < REFINE_MIN_KINDS || nkinds * 2 < npieces)
		return 0;
	if (max_queries > 0)
		return max_queries;
	worth = REFINE_QUERIES_PER_PAIR * nkinds * nkinds;
	return worth < REFINE_QUERIES ? worth : REFINE_QUERIES;
}

/*
 * Adds to a footprint, computed with the same options, what the packing kernel finds beyond it; its
 * elements are the refiner's then, valid until the next use. Tells whether anything was tried (for
 * very few or many pieces, nothing is). max_queries 0: the default.
 */
bool
FootprintRefine(Refiner *refiner, const Piece *pieces, int npieces, const FootprintOptions *options,
				int max_queries, Footprint *footprint)
{
	int queries = QueryLimit(pieces, npieces, options, max_queries);

	if (footprint->nelements == 0 || queries == 0)
		return false;
	Refine(refiner, pieces, npieces, options, queries, footprint, NULL);
	MinimizeElements(refiner);
	footprint->nelements = refiner->nelements;
	footprint->element = (const int32_t(*)[3]) refiner->elements;
	return true;
}

/* Gives the axes of a box in the order of the domain. */
static void
OrderAxes(const int32_t *box, bool upright, int axes[3])
{
	for (int i = 0; i < 3; i++)
		axes[i] = i;
	for (int i = 1; i < (upright ? 2 : 3); i++)
	{
		for (int j = i; j > 0 && box[axes[j]] > box[axes[j - 1]]; j--)
		{
			int swap = axes[j];

			axes[j] = axes[j - 1];
			axes[j - 1] = swap;
		}
	}
}

/*
 * Places a shipment into a box that its refined footprint admits; tells whether it does. With
 * programme_tried the caller knows that FootprintPlace does not.
 */
bool
FootprintRefinePlace(Refiner *refiner, FootprintWorkspace *workspace, const Piece *pieces,
					 int npieces, const FootprintOptions *options, int max_queries,
					 const int32_t box[3], bool programme_tried, Placement *placements)
{
	Footprint footprint;
	int32_t room[3] = {box[0], box[1], box[2]};
	int queries = QueryLimit(pieces, npieces, options, max_queries);
	int from[3];
	int to[3];

	if (!programme_tried && FootprintPlace(workspace, pieces, npieces, options, box, placements))
		return true;
	if (queries == 0 ||
		FootprintCompute(workspace, pieces, npieces, options, &footprint) != FOOTPRINT_OK)
		return false;
	SortBox(room, options->upright);
	if (!Refine(refiner, pieces, npieces, options, queries, &footprint, room))
		return false;
	OrderAxes(refiner->extent, options->upright, from);
	OrderAxes(box, options->upright, to);
	for (int i = 0; i < npieces; i++)
	{
		for (int axis = 0; axis < 3; axis++)
		{
			placements[i].at[to[axis]] = refiner->found[i].at[from[axis]];
			placements[i].extent[to[axis]] = refiner->found[i].extent[from[axis]];
		}
	}
	return true;
}
