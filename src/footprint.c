/*
 * footprint.c
 *	  The footprint of a shipment, and a witness for any box that it admits.
 *
 * What is looked at: all guillotine packings (two parts side by side, each of them packed
 * likewise), and, for three pieces, the arrangements in which each two of them are apart along an
 * axis of their own. For up to three pieces that is everything: among three pieces, each two are
 * apart along some axis; where two of these axes are the same, one piece is apart from the two
 * others together. With more pieces, other packings exist that are not found.
 *
 * Fragile pieces: nothing may be above them (placement.c), so a part with a fragile piece in it may
 * be the upper one of two but not the lower one. For a given packing by splits that is neither too
 * strict nor too lax if everything in the upper part is above everything in the lower one; where it
 * is not, the same packing mostly splits in another order as well. Up to three pieces the rule is
 * exact.
 *
 * Beyond FootprintOptions.max_splits pairs of complementary sub-multisets (3,300, which is eight
 * different pieces; 110 for shipments of more pieces), lots are coarsened (lots.c), and fronts never
 * keep more elements than the beam; exact_guillotine then says no. Time is bounded by the number of
 * splits of the last programme times some microseconds, and by what coarsening takes. Measured: some 15
 * ms for eight different pieces, 20 to 30 at worst; some milliseconds for nine to sixteen; up to two
 * tenths of a second for 2,400 pieces of many kinds.
 *
 * Pieces are put in a canonical order first: the answer does not depend on the order of the pieces
 * or of their lengths. Shipments that do not care for the vertical are computed in the free domain
 * in any case; the upright domain then has each element three times.
 *
 * Everything lives in the workspace; nothing is allocated for a shipment once the workspace has
 * grown to its size.
 */
#include "kernel.h"

#include "footprint.h"
#include "lots.h"

/* Number of splits of the programme to which larger shipments are coarsened. */
#define COARSE_SPLITS 150

/* Beam for larger shipments. */
#define COARSE_BEAM 24

/* A piece with its lengths in canonical order, and where it came from. */
typedef struct SortedPiece
{
	Piece piece;
	int index;
} SortedPiece;

struct FootprintWorkspace
{
	LotSpace space;
	SortedPiece *sorted; /* pieces by kind */
	int max_pieces;
	int *next_piece; /* first piece of each kind, then the next one to be placed */
	Lot *kinds;      /* front of one piece, number of pieces */
	int nkinds;
	int max_kinds;
	bool exact; /* the last programme looked at all splits and kept all elements */
};

/* Makes a workspace; it grows with what it is used for. */
FootprintWorkspace *
FootprintWorkspaceCreate(void)
{
	FootprintWorkspace *workspace = KernelAllocZero(sizeof(FootprintWorkspace));

	LotSpaceInit(&workspace->space);
	workspace->max_pieces = 64;
	workspace->sorted = KernelAlloc(sizeof(SortedPiece) * workspace->max_pieces);
	workspace->max_kinds = 64;
	workspace->next_piece = KernelAlloc(sizeof(int) * workspace->max_kinds);
	workspace->kinds = KernelAlloc(sizeof(Lot) * workspace->max_kinds);
	return workspace;
}

/* Releases a workspace. */
void
FootprintWorkspaceFree(FootprintWorkspace *workspace)
{
	LotSpaceFree(&workspace->space);
	KernelFree(workspace->sorted);
	KernelFree(workspace->next_piece);
	KernelFree(workspace->kinds);
	KernelFree(workspace);
}

/* Puts a and b in descending order. */
static inline void
SortPair(int32_t *a, int32_t *b)
{
	if (*a < *b)
	{
		int32_t swap = *a;

		*a = *b;
		*b = swap;
	}
}

/* Puts the lengths of a box (or a piece) in descending order, the horizontal ones only if upright.
 */
static inline void
SortLengths(int32_t length[3], bool upright)
{
	SortPair(&length[0], &length[1]);
	if (!upright)
	{
		SortPair(&length[1], &length[2]);
		SortPair(&length[0], &length[1]);
	}
}

/* Orders pieces by size and flags, so that equal ones are neighbours. */
static int
ComparePieces(const void *left, const void *right)
{
	const SortedPiece *a = left;
	const SortedPiece *b = right;

	for (int i = 0; i < 3; i++)
	{
		if (a->piece.size[i] != b->piece.size[i])
			return a->piece.size[i] > b->piece.size[i] ? -1 : 1;
	}
	if (a->piece.flags != b->piece.flags)
		return a->piece.flags < b->piece.flags ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

/* Tells whether two sorted pieces are of the same kind. */
static inline bool
SameKind(const Piece *a, const Piece *b)
{
	return a->size[0] == b->size[0] && a->size[1] == b->size[1] && a->size[2] == b->size[2] &&
		   a->flags == b->flags;
}

/* Copies the pieces in canonical form and order. Returns false if one is out of range. */
static bool
SortPieces(FootprintWorkspace *workspace, const Piece *pieces, int npieces)
{
	SortedPiece *sorted;

	if (npieces > workspace->max_pieces)
	{
		workspace->max_pieces = npieces * 2;
		workspace->sorted =
			KernelRealloc(workspace->sorted, sizeof(SortedPiece) * workspace->max_pieces);
	}
	sorted = workspace->sorted;
	for (int i = 0; i < npieces; i++)
	{
		for (int j = 0; j < 3; j++)
		{
			if (pieces[i].size[j] < 1 || pieces[i].size[j] > LENGTH_MAX)
				return false;
		}
		sorted[i].piece = pieces[i];
		sorted[i].index = i;
		SortLengths(sorted[i].piece.size, (pieces[i].flags & PIECE_UPRIGHT) != 0);
	}
	if (npieces > 1)
		qsort(sorted, npieces, sizeof(SortedPiece), ComparePieces);
	return true;
}

/* Makes the front of one piece of a kind. */
static int
PieceFront(FrontPool *pool, const Piece *piece, int kind)
{
	Shape shapes[MAX_PIECE_SHAPES];
	int nshapes = PieceShapes(piece, shapes);
	double content = 0;

	FrontBegin(pool);
	for (int i = 0; i < nshapes; i++)
	{
		const int32_t *extent = shapes[i].extent;
		double volume = (double) extent[0] * extent[1] * extent[2];

		FrontAddShape(pool, extent, kind);
		if (i == 0 || volume < content)
			content = volume;
	}
	return FrontFinish(pool, 1, content, (piece->flags & PIECE_FRAGILE) != 0);
}

/* Finds the kinds among the sorted pieces, with the front of each. */
static void
FindKinds(FootprintWorkspace *workspace, int npieces)
{
	const SortedPiece *sorted = workspace->sorted;

	workspace->nkinds = 0;
	for (int i = 0; i < npieces; i++)
	{
		int kind = workspace->nkinds;

		if (i > 0 && SameKind(&sorted[i - 1].piece, &sorted[i].piece))
		{
			workspace->kinds[kind - 1].count++;
			continue;
		}
		if (kind == workspace->max_kinds)
		{
			workspace->max_kinds *= 2;
			workspace->next_piece =
				KernelRealloc(workspace->next_piece, sizeof(int) * workspace->max_kinds);
			workspace->kinds = KernelRealloc(workspace->kinds, sizeof(Lot) * workspace->max_kinds);
		}
		workspace->next_piece[kind] = i;
		workspace->kinds[kind].front = PieceFront(&workspace->space.pool, &sorted[i].piece, kind);
		workspace->kinds[kind].count = 1;
		workspace->kinds[kind].ncells = 1;
		workspace->kinds[kind].cell = workspace->kinds[kind].front;
		workspace->nkinds++;
	}
}

/* Computes the front of the whole shipment in the domain that its pieces need. */
static FootprintStatus
ComputeFront(FootprintWorkspace *workspace, const Piece *pieces, int npieces,
			 const FootprintOptions *options, int *front)
{
	FrontPool *pool = &workspace->space.pool;
	bool many = npieces > FOOTPRINT_FEW_PIECES;
	int max_splits = many ? FOOTPRINT_MAX_SPLITS_MANY : FOOTPRINT_MAX_SPLITS;
	int beam = many ? FOOTPRINT_BEAM_MANY : FOOTPRINT_BEAM;
	bool needs_vertical = false;

	if (npieces < 1 || options->gap < 0 || options->gap > LENGTH_MAX)
		return FOOTPRINT_BAD_INPUT;
	for (int i = 0; i < npieces; i++)
		needs_vertical |= PieceNeedsVertical(&pieces[i]);
	if (needs_vertical && !options->upright)
		return FOOTPRINT_NEEDS_VERTICAL;

	if (options->max_splits > 0)
		max_splits = options->max_splits;
	if (options->beam > 0)
		beam = options->beam;
	LotSpaceReset(&workspace->space);
	pool->upright = needs_vertical;
	pool->gap = options->gap;
	for (int i = 0; i < 3; i++)
	{
		pool->limit[i] = LENGTH_MAX;
		if (options->has_bound && options->bound[i] < LENGTH_MAX)
			pool->limit[i] = options->bound[i];
	}
	SortLengths(pool->limit, pool->upright);
	pool->beam = beam < 8 ? 8 : beam > MAX_FRONT_ELEMENTS ? MAX_FRONT_ELEMENTS : beam;

	if (!SortPieces(workspace, pieces, npieces))
		return FOOTPRINT_BAD_INPUT;
	FindKinds(workspace, npieces);

	if (npieces == 1)
	{
		*front = workspace->kinds[0].front;
		workspace->exact = true;
	}
	else if (workspace->nkinds <= MAX_PROGRAMME_KINDS &&
			 LotSplits(workspace->kinds, workspace->nkinds) <= max_splits)
	{
		*front = CombineLots(&workspace->space, workspace->kinds, workspace->nkinds);
		workspace->exact = !pool->trimmed;
	}
	else
	{
		if (pool->beam > COARSE_BEAM)
			pool->beam = COARSE_BEAM;
		*front = CombineManyLots(&workspace->space, workspace->kinds, workspace->nkinds,
								 max_splits < COARSE_SPLITS ? max_splits : COARSE_SPLITS);
		workspace->exact = false;
	}
	return pool->fronts[*front].nelements > 0 ? FOOTPRINT_OK : FOOTPRINT_FITS_NOTHING;
}

/* Turns a front of the free domain into one of the upright domain: every element in all three ways.
 */
static int
ExpandToUpright(FrontPool *pool, int front, const FootprintOptions *options)
{
	int n = pool->fronts[front].nelements;

	pool->upright = true;
	pool->beam = MAX_FRONT_ELEMENTS;
	if (options->has_bound)
	{
		for (int i = 0; i < 3; i++)
			pool->limit[i] = options->bound[i] < LENGTH_MAX ? options->bound[i] : LENGTH_MAX;
		SortLengths(pool->limit, true);
	}
	FrontBegin(pool);
	for (int i = 0; i < n; i++)
	{
		const int32_t *element = FrontElement(pool, front, i);
		int32_t turned[3][3] = {{element[0], element[1], element[2]},
								{element[0], element[2], element[1]},
								{element[1], element[2], element[0]}};

		for (int j = 0; j < 3; j++)
			FrontAddShape(pool, turned[j], 0);
	}
	return FrontFinish(pool, 0, 0, false);
}

/*
 * Computes the footprint of a shipment. The answer is the same for every order of the pieces, and
 * of the lengths of a piece as far as it may be turned.
 */
FootprintStatus
FootprintCompute(FootprintWorkspace *workspace, const Piece *pieces, int npieces,
				 const FootprintOptions *options, Footprint *footprint)
{
	FrontPool *pool = &workspace->space.pool;
	int front = 0;
	FootprintStatus status;

	footprint->nelements = 0;
	footprint->element = NULL;
	footprint->exact_guillotine = false;
	status = ComputeFront(workspace, pieces, npieces, options, &front);
	if (status != FOOTPRINT_OK && status != FOOTPRINT_FITS_NOTHING)
		return status;
	footprint->exact_guillotine = workspace->exact;
	if (status == FOOTPRINT_FITS_NOTHING)
		return status;
	if (options->upright && !pool->upright)
		front = ExpandToUpright(pool, front, options);
	footprint->nelements = pool->fronts[front].nelements;
	footprint->element = (const int32_t(*)[3])(pool->elements + pool->fronts[front].first);
	return footprint->nelements > 0 ? FOOTPRINT_OK : FOOTPRINT_FITS_NOTHING;
}

/* What placing needs to know at every step. */
typedef struct Placing
{
	FootprintWorkspace *workspace;
	Placement *placements;
} Placing;

/* Places the next piece of a kind. */
static void
PlacePiece(Placing *placing, int kind, const int32_t at[3], const int32_t extent[3])
{
	FootprintWorkspace *workspace = placing->workspace;
	int index = workspace->sorted[workspace->next_piece[kind]++].index;

	for (int i = 0; i < 3; i++)
	{
		placing->placements[index].at[i] = at[i];
		placing->placements[index].extent[i] = extent[i];
	}
}

static void
PlaceElement(Placing *placing, int front, int element, const int32_t at[3], const uint8_t along[3]);

/* Places two parts beside each other; vertically, one without fragile pieces goes below. */
static void
PlaceSplit(Placing *placing, const FrontOrigin *origin, const int32_t at[3], const uint8_t along[3])
{
	FrontPool *pool = &placing->workspace->space.pool;
	int axis = origin->axis[0];
	int first = 0;
	int32_t offset[3] = {at[0], at[1], at[2]};

	if (along[axis] == 2 && pool->fronts[origin->part[0]].fragile)
		first = 1;
	for (int i = 0; i < 2; i++)
	{
		int part = i == 0 ? first : 1 - first;
		int turn = origin->turn[part];
		uint8_t part_along[3];
		int rest = 0;

		/* the other two coordinates keep their order */
		for (int j = 0; j < 3; j++)
		{
			if (j == turn)
				part_along[j] = along[axis];
			else
			{
				if (rest == axis)
					rest++;
				part_along[j] = along[rest++];
			}
		}
		PlaceElement(placing, origin->part[part], origin->element[part], offset, part_along);
		offset[along[axis]] +=
			FrontElement(pool, origin->part[part], origin->element[part])[turn] + pool->gap;
	}
}

/* Places three parts, each two of them at both ends of an axis of their own. */
static void
PlaceCycle(Placing *placing, const FrontOrigin *origin, const int32_t *size, const int32_t at[3],
		   const uint8_t along[3])
{
	FrontPool *pool = &placing->workspace->space.pool;
	int32_t offset[3][3];
	uint8_t part_along[3][3];

	for (int p = 0; p < 3; p++)
	{
		for (int i = 0; i < 3; i++)
		{
			offset[p][i] = at[i];
			part_along[p][(origin->turn[p] >> (2 * i)) & 3] = along[i];
		}
	}
	for (int p = 0; p < 3; p++)
	{
		int axis = origin->axis[p];
		int high = (p + 1) % 3;
		int turn;

		if (along[axis] == 2 && pool->fronts[origin->part[p]].fragile)
			high = p;
		turn = (origin->turn[high] >> (2 * axis)) & 3;
		offset[high][along[axis]] +=
			size[axis] - FrontElement(pool, origin->part[high], origin->element[high])[turn];
	}
	for (int p = 0; p < 3; p++)
		PlaceElement(placing, origin->part[p], origin->element[p], offset[p], part_along[p]);
}

/* Places a grid of equal cells, layer by layer from below. */
static void
PlaceGrid(Placing *placing, const FrontOrigin *origin, int npieces, const int32_t at[3],
		  const uint8_t along[3])
{
	FrontPool *pool = &placing->workspace->space.pool;
	int cell = origin->part[2];
	const int32_t *size = FrontElement(pool, cell, origin->element[0]);
	int ncells = npieces / pool->fronts[cell].npieces;
	int nx = origin->part[0];
	int ny = origin->part[1];
	uint8_t cell_along[3];
	int32_t step[3];

	for (int i = 0; i < 3; i++)
	{
		int turn = (origin->turn[0] >> (2 * i)) & 3;

		cell_along[turn] = along[i];
		step[i] = size[turn] + pool->gap;
	}
	for (int i = 0; i < ncells; i++)
	{
		int place[3] = {i % nx, i / nx % ny, i / (nx * ny)};
		int32_t offset[3];

		for (int j = 0; j < 3; j++)
			offset[along[j]] = at[along[j]] + place[j] * step[j];
		PlaceElement(placing, cell, origin->element[0], offset, cell_along);
	}
}

/* Places an element of a front at a corner, its coordinates along the given axes of the box. */
static void
PlaceElement(Placing *placing, int front, int element, const int32_t at[3], const uint8_t along[3])
{
	FrontPool *pool = &placing->workspace->space.pool;
	const FrontOrigin *origin = &pool->origins[pool->fronts[front].first + element];
	const int32_t *size = FrontElement(pool, front, element);
	int32_t extent[3];

	switch ((OriginKind) origin->kind)
	{
		case ORIGIN_PIECE:
			for (int i = 0; i < 3; i++)
				extent[along[i]] = size[i];
			PlacePiece(placing, origin->part[0], at, extent);
			break;
		case ORIGIN_SPLIT:
			PlaceSplit(placing, origin, at, along);
			break;
		case ORIGIN_CYCLE:
			PlaceCycle(placing, origin, size, at, along);
			break;
		case ORIGIN_GRID:
			PlaceGrid(placing, origin, pool->fronts[front].npieces, at, along);
			break;
	}
}

/* Tries to place a shipment into a box under the given options. */
static bool
PlaceWithOptions(FootprintWorkspace *workspace, const Piece *pieces, int npieces,
				 const FootprintOptions *options, const int32_t box[3], Placement *placements)
{
	FrontPool *pool = &workspace->space.pool;
	Placing placing = {workspace, placements};
	int front = 0;
	int element;
	int32_t room[3] = {box[0], box[1], box[2]};
	uint8_t along[3] = {0, 1, 2};
	static const int32_t origin[3] = {0, 0, 0};

	if (ComputeFront(workspace, pieces, npieces, options, &front) != FOOTPRINT_OK)
		return false;

	/* an element's first coordinate goes along the longest axis of the box, and so on */
	SortLengths(room, pool->upright);
	for (int i = 1; i < (pool->upright ? 2 : 3); i++)
	{
		for (int j = i; j > 0 && box[along[j]] > box[along[j - 1]]; j--)
		{
			uint8_t swap = along[j];

			along[j] = along[j - 1];
			along[j - 1] = swap;
		}
	}
	element = FrontFind(pool, front, room);
	if (element < 0)
		return false;
	PlaceElement(&placing, front, element, origin, along);
	return true;
}

/*
 * Places a shipment into a box that its footprint admits (z is vertical, if that matters); tells
 * whether it does. The placements are in the order of the pieces.
 *
 * Looking only at what fits the box is much cheaper. Where a beam is at work that may take other
 * elements than the whole footprint does, so in doubt the footprint itself is asked.
 */
bool
FootprintPlace(FootprintWorkspace *workspace, const Piece *pieces, int npieces,
			   const FootprintOptions *options, const int32_t box[3], Placement *placements)
{
	FootprintOptions within = *options;

	within.has_bound = true;
	for (int i = 0; i < 3; i++)
		within.bound[i] = box[i];
	for (int i = 0; i < npieces && !within.upright; i++)
		within.upright = PieceNeedsVertical(&pieces[i]);
	if (PlaceWithOptions(workspace, pieces, npieces, &within, box, placements))
		return true;
	if (workspace->exact)
		return false;
	within.has_bound = options->has_bound;
	for (int i = 0; i < 3; i++)
		within.bound[i] = options->bound[i];
	return PlaceWithOptions(workspace, pieces, npieces, &within, box, placements);
}
