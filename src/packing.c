/*
 * packing.c
 *	  Decides whether the pieces of one order fit into one box, and shows how.
 *
 * A decision goes through stages, cheap ones first; each is sure of what it says, and leaves the
 * rest to the next one:
 *
 *	 volume		pieces larger than the box, by volume or by some length: no
 *	 alone		some piece does not fit by itself: no
 *	 row		all in one row, each as short as it can get there: yes
 *	 pair		two pieces that have no room beside each other along any axis: no
 *	 memory		the box is inside one that was refused, or holds one that was filled
 *	 greedy		one try with maximal empty spaces (packinggreedy.c): yes
 *	 search		complete search over the relations of pairs (packingsearch.c), a few nodes: yes, no
 *	 bound		dual feasible functions (packingbound.c): no
 *	 blocks		blocks of alike pieces (packingblocks.c): yes
 *	 tries		more greedy tries in other sequences, by other rules: yes
 *	 search		to the limit: yes, no
 *	 footprint	the guillotine programme (footprint.c), so that whatever a footprint admits is
 *				admitted here: yes
 *
 * What none of them settles is unknown. With an effort below PACK_FULL_EFFORT, the stages between the
 * two parts of the search and the footprint are left out: they cost more than so many nodes.
 * Orders of more than PAIR_SEARCH_MAX pieces skip the greedy tries and the search, and always try
 * blocks. Orders of up to COMPLETE_PIECES pieces may search COMPLETE_FACTOR times as far, which
 * settles all of them in practice.
 *
 * Time: a node takes about a quarter of a microsecond, so at the default effort the search of an
 * order of up to 16 pieces takes a millisecond at most, and some milliseconds with the other
 * stages. The rare order of up to COMPLETE_PIECES pieces that is searched to the limit takes a
 * quarter of a second. For larger orders BLOCK_WORK bounds the blocks, and the footprint has
 * bounds of its own: 2,399 different pieces take a quarter of a second. All that may happen three
 * times if the order needs the vertical and the box may be turned, once for each side up.
 *
 * Axes: in the order's own frame z is vertical, if the order cares, and other axes are sorted by
 * the box's lengths, longest first. Together with the canonical order of the pieces
 * (packingorder.c) this makes the answer independent of how anything was written down.
 */
#include "kernel.h"

#include "packing.h"

#include "footprint.h"
#include "packingblocks.h"
#include "packingbound.h"
#include "packinggreedy.h"
#include "packingorder.h"
#include "packingsearch.h"

/* Orders of so few pieces are searched to the end, in all practical cases. */
#define COMPLETE_PIECES 6
#define COMPLETE_FACTOR 250

/* Nodes that are cheaper than further tries. */
#define FIRST_NODES 1000

/* Sequences of pieces for further greedy tries; each is tried with all rules. */
#define TRY_SEQUENCES 10

/* Work on blocks after which no further variant is tried, in things looked at. */
#define BLOCK_WORK 10000000

/* Kinds that are looked at in pairs. */
#define PAIR_KINDS_MAX 64

/* Refused boxes that are remembered. */
#define REFUSED_MAX 16

struct PackWorkspace
{
	PackOrder order;
	PackOptions options;
	int max_count;
	Piece *pieces; /* as given */

	/* the decision: for the box grown by the gap, axes in the order's frame */
	int32_t box[3];
	uint64_t *kind_shapes;    /* per kind: the shapes that fit by themselves */
	int32_t (*kind_least)[3]; /* per kind: least extents of those */
	PieceSpot *spots;         /* per piece: the packing */
	int32_t standing[3];      /* the box as it stood, in the caller's frame */
	PackStage stage;

	/* what is known of the order by now */
	int refused_count;
	int32_t refused[REFUSED_MAX][3];
	bool has_filled;
	int32_t filled[3];
	PieceSpot *filled_spots;

	/* stages */
	PairSearch *search;
	SpaceList spaces;
	int *blocks_left;              /* per kind: scratch */
	FootprintWorkspace *footprint; /* made when first needed */
	Placement *guillotine;         /* its answer */
};

/* Creates a workspace, to be used for one order after the other; it grows with them. */
PackWorkspace *
PackWorkspaceCreate(void)
{
	PackWorkspace *workspace = KernelAllocZero(sizeof(PackWorkspace));

	PackOrderInit(&workspace->order);
	workspace->search = PairSearchCreate();
	return workspace;
}

/* Releases the arrays that are sized by the number of pieces. */
static void
FreeArrays(PackWorkspace *workspace)
{
	if (workspace->max_count == 0)
		return;
	workspace->max_count = 0;
	KernelFree(workspace->pieces);
	KernelFree(workspace->kind_shapes);
	KernelFree(workspace->kind_least);
	KernelFree(workspace->spots);
	KernelFree(workspace->filled_spots);
	KernelFree(workspace->blocks_left);
	KernelFree(workspace->guillotine);
}

/* Makes room for so many pieces. */
static void
ReserveArrays(PackWorkspace *workspace, int count)
{
	size_t n = (size_t) (count < 32 ? 32 : count + count / 4);

	if (count <= workspace->max_count)
		return;
	FreeArrays(workspace);
	workspace->pieces = KernelAlloc(n * sizeof(*workspace->pieces));
	workspace->kind_shapes = KernelAlloc(n * sizeof(*workspace->kind_shapes));
	workspace->kind_least = KernelAlloc(n * sizeof(*workspace->kind_least));
	workspace->spots = KernelAlloc(n * sizeof(*workspace->spots));
	workspace->filled_spots = KernelAlloc(n * sizeof(*workspace->filled_spots));
	workspace->blocks_left = KernelAlloc(n * sizeof(*workspace->blocks_left));
	workspace->guillotine = KernelAlloc(n * sizeof(*workspace->guillotine));
	workspace->max_count = (int) n;
}

/* Releases a workspace. */
void
PackWorkspaceDestroy(PackWorkspace *workspace)
{
	FreeArrays(workspace);
	PackOrderFree(&workspace->order);
	PairSearchDestroy(workspace->search);
	if (workspace->footprint != NULL)
		FootprintWorkspaceFree(workspace->footprint);
	KernelFree(workspace);
}

/*
 * Makes an order ready for decisions; the pieces are copied. What was learned of the previous order
 * is forgotten.
 */
void
PackOrderPrepare(PackWorkspace *workspace, const Piece *pieces, int count,
				 const PackOptions *options)
{
	KernelAssert(count >= 1);
	KernelAssert(options->gap >= 0 && options->gap <= PACK_GAP_MAX);
	KernelAssert(options->effort >= 0);
	ReserveArrays(workspace, count);
	memcpy(workspace->pieces, pieces, sizeof(Piece) * (size_t) count);
	workspace->options = *options;
	workspace->refused_count = 0;
	workspace->has_filled = false;
	PackOrderBuild(&workspace->order, pieces, count, options->gap);
}

/* Notes which stage decides. */
static inline PackAnswer
Settle(PackWorkspace *workspace, PackStage stage, PackAnswer answer)
{
	workspace->stage = stage;
	return answer;
}

/* Puts all pieces into one row along an axis; fragile ones last, i.e. on top if it is vertical. */
static void
PlaceRow(PackWorkspace *workspace, int axis)
{
	const PackOrder *order = &workspace->order;
	int32_t at = 0;

	for (int fragile = 0; fragile < 2; fragile++)
	{
		for (int k = 0; k < order->nkinds; k++)
		{
			const PieceKind *kind = &order->kinds[k];
			const AxisLevels *levels = &kind->axis[axis];
			uint64_t shapes = workspace->kind_shapes[k];
			int level = LeastLevel(levels, shapes);

			if (kind->fragile != (fragile == 1))
				continue;
			for (int i = kind->first; i < kind->first + kind->count; i++)
			{
				PieceSpot *spot = &workspace->spots[i];

				spot->at[0] = spot->at[1] = spot->at[2] = 0;
				spot->at[axis] = at;
				spot->shape = LowestBit(levels->upto[level] & shapes);
				at += levels->extent[level];
			}
		}
	}
}

/* Tells whether a box is at least as large as another along each axis. */
static inline bool
BoxHolds(const int32_t outer[3], const int32_t inner[3])
{
	return outer[0] >= inner[0] && outer[1] >= inner[1] && outer[2] >= inner[2];
}

/* Puts the pieces into a sequence for a greedy try. */
static void
MakeSequence(const PackOrder *order, int variant, int *sequence)
{
	double key[PAIR_SEARCH_MAX];
	uint32_t random = (uint32_t) variant * UINT32_C(2654435761) + UINT32_C(12345);

	for (int i = 0; i < order->count; i++)
	{
		const PieceKind *kind = order->kind_of[i];
		const double side[3] = {kind->side[0], kind->side[1], kind->side[2]};
		int at = i;

		switch (variant)
		{
			case 0:
				key[i] = kind->volume;
				break;
			case 1: /* by the longest side, then the next one */
				key[i] = side[2] * 4294967296.0 + side[1];
				break;
			case 2: /* by the largest face */
				key[i] = side[2] * side[1];
				break;
			case 3: /* by the shortest side */
				key[i] = side[0] * 4294967296.0 + side[1];
				break;
			default: /* by volume, with noise */
				random = random * UINT32_C(1664525) + UINT32_C(1013904223);
				key[i] = kind->volume * (0.4 + (double) (random >> 8) / (1 << 24));
				break;
		}
		for (; at > 0 && key[sequence[at - 1]] < key[i]; at--)
			sequence[at] = sequence[at - 1];
		sequence[at] = i;
	}
}

/* Makes further greedy tries. */
static bool
DecideByTries(PackWorkspace *workspace, const uint64_t *shapes)
{
	const PackOrder *order = &workspace->order;

	for (int variant = 0; variant < TRY_SEQUENCES; variant++)
	{
		int sequence[PAIR_SEARCH_MAX];

		KERNEL_CHECK_CANCEL();
		MakeSequence(order, variant, sequence);
		for (int rule = 0; rule < SPACE_RULES; rule++)
		{
			if (SpacesFill(&workspace->spaces, workspace->box, order->kind_of, shapes, sequence,
						   order->count, (SpaceRule) rule, workspace->spots))
				return true;
		}
	}
	return false;
}

/* Tries all variants of packing by blocks, as long as the work allows. */
static bool
DecideByBlocks(PackWorkspace *workspace)
{
	int64_t work = 0;

	for (int variant = 0; variant < BLOCK_VARIANTS && work < BLOCK_WORK; variant++)
	{
		if (BlocksFill(&workspace->spaces, workspace->box, workspace->order.kinds,
					   workspace->kind_shapes, workspace->order.nkinds, workspace->blocks_left,
					   variant, workspace->spots, &work))
			return true;
	}
	return false;
}

/* Finds the shape of given extents (without the gap); -1 if the kind has none. */
static int
FindShape(const PieceKind *kind, const int32_t extent[3], int32_t gap)
{
	for (int s = 0; s < kind->shape_count; s++)
	{
		const int32_t *grown = kind->shapes[s].extent;

		if (grown[0] == extent[0] + gap && grown[1] == extent[1] + gap &&
			grown[2] == extent[2] + gap)
			return s;
	}
	return -1;
}

/* Asks the guillotine programme. */
static bool
DecideByFootprint(PackWorkspace *workspace)
{
	const PackOrder *order = &workspace->order;
	FootprintOptions options = {0};
	int32_t gap = workspace->options.gap;
	int32_t box[3];

	if (workspace->footprint == NULL)
		workspace->footprint = FootprintWorkspaceCreate();
	options.upright = order->vertical;
	options.gap = gap;
	for (int a = 0; a < 3; a++)
		box[a] = workspace->box[a] - gap;
	if (!FootprintPlace(workspace->footprint, workspace->pieces, order->count, &options, box,
						workspace->guillotine))
		return false;
	for (int i = 0; i < order->count; i++)
	{
		const Placement *placement = &workspace->guillotine[order->pieces[i].source];
		int shape = FindShape(order->kind_of[i], placement->extent, gap);

		KernelAssert(shape >= 0);
		if (shape < 0)
			return false;
		memcpy(workspace->spots[i].at, placement->at, sizeof(placement->at));
		workspace->spots[i].shape = shape;
	}
	return true;
}

/* Decides an order of few pieces that the cheap tests left over. */
static PackAnswer
DecideFew(PackWorkspace *workspace)
{
	const PackOrder *order = &workspace->order;
	int64_t limit = workspace->options.effort;
	int64_t first;
	int sequence[PAIR_SEARCH_MAX] = {0};
	PairSearchProblem problem;
	PairSearchResult result = PAIR_SEARCH_OPEN;

	problem.count = order->count;
	memcpy(problem.box, workspace->box, sizeof(problem.box));
	for (int i = 0; i < order->count; i++)
	{
		sequence[i] = i;
		problem.kinds[i] = order->kind_of[i];
		problem.shapes[i] = workspace->kind_shapes[order->kind_of[i] - order->kinds];
	}
	if (SpacesFill(&workspace->spaces, workspace->box, order->kind_of, problem.shapes, sequence,
				   order->count, SPACE_LEAST_MARGIN, workspace->spots))
		return Settle(workspace, PACK_STAGE_GREEDY, PACK_FITS);

	PairSearchStart(workspace->search, &problem);
	if (order->count <= COMPLETE_PIECES)
		limit *= COMPLETE_FACTOR;
	first = limit < FIRST_NODES ? limit : FIRST_NODES;
	if (first > 0)
		result = PairSearchRun(workspace->search, first);
	if (result == PAIR_SEARCH_OPEN && workspace->options.effort >= PACK_FULL_EFFORT)
	{
		if (PackBoundExceeded(workspace->box, order->kinds, workspace->kind_shapes, order->nkinds))
			return Settle(workspace, PACK_STAGE_BOUND, PACK_NOT);
		if (DecideByBlocks(workspace))
			return Settle(workspace, PACK_STAGE_BLOCKS, PACK_FITS);
		if (DecideByTries(workspace, problem.shapes))
			return Settle(workspace, PACK_STAGE_TRIES, PACK_FITS);
	}
	if (result == PAIR_SEARCH_OPEN && limit > first)
		result = PairSearchRun(workspace->search, limit - first);
	if (result == PAIR_SEARCH_NONE)
		return Settle(workspace, PACK_STAGE_SEARCH, PACK_NOT);
	if (result == PAIR_SEARCH_FOUND)
	{
		PairSearchSpots(workspace->search, workspace->spots);
		return Settle(workspace, PACK_STAGE_SEARCH, PACK_FITS);
	}
	if (workspace->options.effort >= PACK_FULL_EFFORT && DecideByFootprint(workspace))
		return Settle(workspace, PACK_STAGE_FOOTPRINT, PACK_FITS);
	return Settle(workspace, PACK_STAGE_FOOTPRINT, PACK_UNKNOWN);
}

/* Decides an order of many pieces that the cheap tests left over. */
static PackAnswer
DecideMany(PackWorkspace *workspace)
{
	const PackOrder *order = &workspace->order;

	if (PackBoundExceeded(workspace->box, order->kinds, workspace->kind_shapes, order->nkinds))
		return Settle(workspace, PACK_STAGE_BOUND, PACK_NOT);
	if (DecideByBlocks(workspace))
		return Settle(workspace, PACK_STAGE_BLOCKS, PACK_FITS);
	if (workspace->options.effort >= PACK_FULL_EFFORT && DecideByFootprint(workspace))
		return Settle(workspace, PACK_STAGE_FOOTPRINT, PACK_FITS);
	return Settle(workspace, PACK_STAGE_FOOTPRINT, PACK_UNKNOWN);
}

/* Tells whether two kinds (or two pieces of one) have no room beside each other along any axis. */
static inline bool
PairExcluded(const PackWorkspace *workspace, int k, int l)
{
	const PieceKind *kinds = workspace->order.kinds;
	const int32_t *one = workspace->kind_least[k];
	const int32_t *two = workspace->kind_least[l];
	const int32_t *box = workspace->box;

	return one[0] > box[0] - two[0] && one[1] > box[1] - two[1] &&
		   (one[2] > box[2] - two[2] || (kinds[k].fragile && kinds[l].fragile));
}

/* Decides for the box as it stands. */
static PackAnswer
DecideStanding(PackWorkspace *workspace)
{
	const PackOrder *order = &workspace->order;
	const int32_t *box = workspace->box;
	int64_t row[3] = {0, 0, 0};
	int pair_kinds = order->nkinds < PAIR_KINDS_MAX ? order->nkinds : PAIR_KINDS_MAX;
	PackAnswer answer;

	for (int k = 0; k < order->nkinds; k++)
	{
		const PieceKind *kind = &order->kinds[k];
		uint64_t shapes = kind->distinct;

		for (int a = 0; a < 3; a++)
			shapes &= ShapesWithin(&kind->axis[a], box[a]);
		if (shapes == 0)
			return Settle(workspace, PACK_STAGE_ALONE, PACK_NOT);
		workspace->kind_shapes[k] = shapes;
		for (int a = 0; a < 3; a++)
		{
			workspace->kind_least[k][a] = LeastExtent(&kind->axis[a], shapes);
			row[a] += (int64_t) kind->count * workspace->kind_least[k][a];
		}
	}
	for (int a = 0; a < 3; a++)
	{
		if (row[a] <= box[a] && (a < 2 || order->fragile_count <= 1))
		{
			PlaceRow(workspace, a);
			return Settle(workspace, PACK_STAGE_ROW, PACK_FITS);
		}
	}
	for (int k = 0; k < pair_kinds; k++)
	{
		for (int l = order->kinds[k].count > 1 ? k : k + 1; l < pair_kinds; l++)
		{
			if (PairExcluded(workspace, k, l))
				return Settle(workspace, PACK_STAGE_PAIR, PACK_NOT);
		}
	}

	/* Two pieces are settled by now: they are a row, or an excluded pair. */
	KernelAssert(order->count > 2);
	for (int m = 0; m < workspace->refused_count; m++)
	{
		if (BoxHolds(workspace->refused[m], box))
			return Settle(workspace, PACK_STAGE_MEMORY, PACK_NOT);
	}
	if (workspace->has_filled && BoxHolds(box, workspace->filled))
	{
		memcpy(workspace->spots, workspace->filled_spots,
			   sizeof(PieceSpot) * (size_t) order->count);
		return Settle(workspace, PACK_STAGE_MEMORY, PACK_FITS);
	}
	answer = order->count <= PAIR_SEARCH_MAX ? DecideFew(workspace) : DecideMany(workspace);
	if (answer == PACK_FITS)
	{
		workspace->has_filled = true;
		memcpy(workspace->filled, box, sizeof(workspace->filled));
		memcpy(workspace->filled_spots, workspace->spots,
			   sizeof(PieceSpot) * (size_t) order->count);
	}
	else if (answer == PACK_NOT && workspace->refused_count < REFUSED_MAX)
		memcpy(workspace->refused[workspace->refused_count++], box, sizeof(workspace->box));
	return answer;
}

/*
 * Checks a packing by the rules themselves: every piece inside the box, and every two of them
 * apart, where lying above a fragile piece does not count. It is quick enough to be made always.
 */
static bool
SpotsHold(const PackWorkspace *workspace)
{
	const PackOrder *order = &workspace->order;
	const int32_t *box = workspace->box;

	for (int i = 0; i < order->count; i++)
	{
		const PieceSpot *one = &workspace->spots[i];
		const PieceKind *kind = order->kind_of[i];
		const int32_t *extent = kind->shapes[one->shape].extent;
		int32_t end[3];

		if ((i & 255) == 255)
			KERNEL_CHECK_CANCEL();
		for (int a = 0; a < 3; a++)
		{
			if (one->at[a] < 0 || extent[a] > box[a] || one->at[a] > box[a] - extent[a])
				return false;
			end[a] = one->at[a] + extent[a];
		}
		for (int j = 0; j < i; j++)
		{
			const PieceSpot *two = &workspace->spots[j];
			const PieceKind *other = order->kind_of[j];
			const int32_t *size = other->shapes[two->shape].extent;

			if (end[0] <= two->at[0] || two->at[0] + size[0] <= one->at[0] ||
				end[1] <= two->at[1] || two->at[1] + size[1] <= one->at[1])
				continue;
			if (!(end[2] <= two->at[2] && !kind->fragile) &&
				!(two->at[2] + size[2] <= one->at[2] && !other->fragile))
				return false;
		}
	}
	return true;
}

/* Decides with the box's axis axes[a] as axis a of the order's frame, and writes the placements. */
static PackAnswer
DecideTurned(PackWorkspace *workspace, const int32_t box[3], const int axes[3],
			 Placement *placements)
{
	const PackOrder *order = &workspace->order;
	int32_t gap = workspace->options.gap;
	PackAnswer answer;

	for (int a = 0; a < 3; a++)
		workspace->box[a] = box[axes[a]] + gap;
	answer = DecideStanding(workspace);
	if (answer != PACK_FITS)
		return answer;
	if (!SpotsHold(workspace))
	{
		KernelAssert(false);
		return PACK_UNKNOWN;
	}
	memcpy(workspace->standing, box, sizeof(workspace->standing));
	if (placements == NULL)
		return answer;
	for (int i = 0; i < order->count; i++)
	{
		const PieceSpot *spot = &workspace->spots[i];
		const int32_t *extent = order->kind_of[i]->shapes[spot->shape].extent;
		Placement *placement = &placements[order->pieces[i].source];

		for (int a = 0; a < 3; a++)
		{
			placement->at[axes[a]] = spot->at[a];
			placement->extent[axes[a]] = extent[a] - gap;
		}
	}
	return answer;
}

/* Decides for an order that needs the vertical: with the box as it is, or with each side up. */
static PackAnswer
DecideUpright(PackWorkspace *workspace, const int32_t box[3], bool rotate_box,
			  Placement *placements)
{
	PackAnswer answer = PACK_NOT;

	for (int up = 2; up >= 0; up--)
	{
		int32_t turned[3] = {box[0], box[1], box[2]};
		int axes[3] = {0, 1, 2};
		PackAnswer one;

		if (up < 2 && (!rotate_box || box[up] == box[2] || (up == 0 && box[0] == box[1])))
			continue;
		turned[2] = box[up];
		turned[up] = box[2];
		if (turned[0] < turned[1])
		{
			axes[0] = 1;
			axes[1] = 0;
		}
		one = DecideTurned(workspace, turned, axes, placements);
		if (one == PACK_FITS)
			return one;
		if (one == PACK_UNKNOWN)
			answer = one;
	}
	return answer;
}

/*
 * Decides whether the prepared order fits into a box (z vertical; if rotate_box, any side of it may
 * be up). If it does, writes where each piece lies, in the order of the pieces as given: in the
 * frame of PackStandingBox(), which is the box as given unless an order that needs the vertical
 * made it be turned. placements may be NULL.
 */
PackAnswer
PackDecide(PackWorkspace *workspace, const int32_t box[3], bool rotate_box, Placement *placements)
{
	const PackOrder *order = &workspace->order;
	int32_t side[3];
	double volume;
	int axes[3] = {0, 1, 2};

	for (int a = 0; a < 3; a++)
	{
		KernelAssert(box[a] >= 1 && box[a] <= LENGTH_MAX);
		side[a] = box[a] + workspace->options.gap;
	}
	memcpy(workspace->standing, box, sizeof(workspace->standing));
	workspace->stage = PACK_STAGE_VOLUME;
	volume = (double) side[0] * side[1] * side[2];
	if (order->volume > volume * (1 + 1e-9))
		return PACK_NOT;
	SortThree(side);
	if (!BoxHolds(side, order->need))
		return PACK_NOT;
	if (order->vertical)
		return DecideUpright(workspace, box, rotate_box, placements);

	/* The axes can be exchanged: longest first. */
	for (int k = 0; k < 3; k++)
	{
		int a = k & 1;

		if (box[axes[a]] < box[axes[a + 1]])
		{
			int swap = axes[a];

			axes[a] = axes[a + 1];
			axes[a + 1] = swap;
		}
	}
	return DecideTurned(workspace, box, axes, placements);
}

/* Returns the box as it stood in the last decision: the one given, unless it had to be turned. */
void
PackStandingBox(const PackWorkspace *workspace, int32_t box[3])
{
	memcpy(box, workspace->standing, sizeof(workspace->standing));
}

/* Returns the stage that settled the last decision (or gave up). */
PackStage
PackDecidedBy(const PackWorkspace *workspace)
{
	return workspace->stage;
}

/* Names a stage for tables and messages. */
const char *
PackStageName(PackStage stage)
{
	static const char *const names[PACK_STAGES] = {"volume", "alone",  "row",      "pair",
												   "memory", "greedy", "search",   "bound",
												   "blocks", "tries",  "footprint"};

	return names[stage];
}

/*
 * Returns the index of the first box, in the order given, that holds the prepared order; -1 if none
 * is found to. What is proved of one box is used for the others. unknown, unless NULL, counts the
 * boxes before it for which there is no proof.
 */
int
PackBestBox(PackWorkspace *workspace, const int32_t (*boxes)[3], int count, bool rotate_box,
			Placement *placements, int *unknown)
{
	int undecided = 0;
	int best = -1;

	for (int b = 0; b < count && best < 0; b++)
	{
		PackAnswer answer = PackDecide(workspace, boxes[b], rotate_box, placements);

		if (answer == PACK_FITS)
			best = b;
		else if (answer == PACK_UNKNOWN)
			undecided++;
	}
	if (unknown != NULL)
		*unknown = undecided;
	return best;
}
