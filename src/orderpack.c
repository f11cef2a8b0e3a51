/*
 * orderpack.c
 *	  From the lines of a shipment to its footprint.
 *
 * Packing is the expensive step, and orders repeat: the same few products together, again and again.
 * So the footprint of an order is remembered under its canonical content (lines with their lengths in
 * canonical order, equal ones merged, sorted). The memory is bounded: when it is full it starts over.
 */
#include "kernel.h"

#include "common/hashfn.h"

#include "orderpack.h"
#include "refine.h"

/* Bytes that remembered footprints may take. */
#define MEMO_BYTES (INT64CONST(32) * 1024 * 1024)
#define MEMO_SLOTS 16384

/* What was found for an order, in a chain of those with equal hash slots. */
typedef struct MemoEntry
{
	struct MemoEntry *next;
	uint64 hash;
	int problem;         /* a LeftOutReason, or LEFT_NONE */
	ShapedClass *shaped; /* count and weight_class are 0 */
	int nlines;
	OrderLine line[FLEXIBLE_ARRAY_MEMBER];
} MemoEntry;

struct OrderPacker
{
	MemoryContext context;
	MemoryContext memo_context;
	FootprintWorkspace *workspace;
	Refiner *refiner;
	MemoEntry **memo;
	int64 memo_bytes;
	OrderLine *line; /* canonical lines of the order at hand */
	int line_room;
	Piece *piece;
	int piece_room;
};

/* Makes a packer as a child of the given context. */
OrderPacker *
OrderPackerCreate(MemoryContext parent)
{
	MemoryContext context =
		AllocSetContextCreate(parent, "packopt order packer", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	OrderPacker *packer = palloc0(sizeof(OrderPacker));

	packer->context = context;
	packer->memo_context =
		AllocSetContextCreate(context, "packopt footprints", ALLOCSET_DEFAULT_SIZES);
	packer->memo = palloc0(MEMO_SLOTS * sizeof(MemoEntry *));
	packer->workspace = FootprintWorkspaceCreate();
	packer->refiner = RefinerCreate();
	MemoryContextSwitchTo(old);
	return packer;
}

/* qsort comparator of lines: by lengths, then flags. */
static int
CompareLines(const void *a, const void *b)
{
	const OrderLine *p = a;
	const OrderLine *q = b;

	for (int k = 0; k < 3; k++)
		if (p->size[k] != q->size[k])
			return p->size[k] < q->size[k] ? -1 : 1;
	if (p->flags != q->flags)
		return p->flags < q->flags ? -1 : 1;
	return 0;
}

/* Brings the lines into canonical form in packer->line; gives their number. */
static int
CanonicalLines(OrderPacker *packer, const OrderLine *line, int nlines)
{
	int n = 0;

	if (nlines > packer->line_room)
	{
		packer->line_room = nlines * 2;
		packer->line = MemoryContextAlloc(packer->context, packer->line_room * sizeof(OrderLine));
	}
	for (int i = 0; i < nlines; i++)
	{
		OrderLine *canonical = &packer->line[i];

		*canonical = line[i];
		canonical->weight = 0;
		if (line[i].flags & PIECE_UPRIGHT)
		{
			canonical->size[0] = Max(line[i].size[0], line[i].size[1]);
			canonical->size[1] = Min(line[i].size[0], line[i].size[1]);
		}
		else
			SortLengths(line[i].size, canonical->size);
	}
	qsort(packer->line, nlines, sizeof(OrderLine), CompareLines);
	for (int i = 1; i < nlines; i++)
		if (CompareLines(&packer->line[n], &packer->line[i]) == 0)
			packer->line[n].quantity += packer->line[i].quantity;
		else
			packer->line[++n] = packer->line[i];
	return n + 1;
}

/* Computes the footprint of the canonical lines as a shaped class, or tells why there is none. */
static int
ComputeShape(OrderPacker *packer, int nlines, int32 gap, ShapedClass **shaped)
{
	FootprintOptions options = {.gap = gap};
	Footprint footprint;
	FootprintStatus status;
	int128 content = 0;
	int npieces = 0;
	MemoryContext old;

	for (int i = 0; i < nlines; i++)
		npieces += (int) packer->line[i].quantity;
	if (npieces > packer->piece_room)
	{
		packer->piece_room = npieces * 2;
		packer->piece = MemoryContextAlloc(packer->context, packer->piece_room * sizeof(Piece));
	}
	npieces = 0;
	for (int i = 0; i < nlines; i++)
	{
		const OrderLine *line = &packer->line[i];
		Piece piece = {.flags = (uint8) line->flags};

		memcpy(piece.size, line->size, sizeof(piece.size));
		options.upright |= PieceNeedsVertical(&piece);
		content += VolumeOf(line->size) * line->quantity;
		for (int64 q = 0; q < line->quantity; q++)
			packer->piece[npieces++] = piece;
	}

	old = MemoryContextSwitchTo(packer->context);
	status = FootprintCompute(packer->workspace, packer->piece, npieces, &options, &footprint);
	if (status == FOOTPRINT_OK)
		FootprintRefine(packer->refiner, packer->piece, npieces, &options, 0, &footprint);
	MemoryContextSwitchTo(old);
	if (status != FOOTPRINT_OK)
		return LEFT_TOO_LARGE;
	*shaped = MemoryContextAllocZero(packer->memo_context, ShapedClassSize(footprint.nelements));
	(*shaped)->nelements = (uint16) footprint.nelements;
	(*shaped)->upright = options.upright;
	(*shaped)->content = StoreInt128(content);
	memcpy((*shaped)->element, footprint.element,
		   (Size) footprint.nelements * sizeof(*footprint.element));
	return LEFT_NONE;
}

/*
 * Finds the footprint of a shipment as a shaped class, whose count and weight class the caller may
 * set; it is valid until the next call. Gives LEFT_NONE, or the reason for leaving the shipment out.
 * gap is the same in all calls.
 */
int
OrderPackerShape(OrderPacker *packer, const OrderLine *line, int nlines, int32 gap,
				 ShapedClass **shaped)
{
	int n = CanonicalLines(packer, line, nlines);
	uint64 hash = DatumGetUInt64(
		hash_any_extended((unsigned char *) packer->line, n * sizeof(OrderLine), gap));
	MemoEntry **slot = &packer->memo[hash % MEMO_SLOTS];
	MemoEntry *entry;
	Size size = offsetof(MemoEntry, line) + n * sizeof(OrderLine);

	for (entry = *slot; entry != NULL; entry = entry->next)
		if (entry->hash == hash && entry->nlines == n &&
			memcmp(entry->line, packer->line, n * sizeof(OrderLine)) == 0)
		{
			*shaped = entry->shaped;
			return entry->problem;
		}

	if (packer->memo_bytes > MEMO_BYTES)
	{
		MemoryContextReset(packer->memo_context);
		memset(packer->memo, 0, MEMO_SLOTS * sizeof(MemoEntry *));
		packer->memo_bytes = 0;
	}
	entry = MemoryContextAllocZero(packer->memo_context, size);
	entry->hash = hash;
	entry->nlines = n;
	memcpy(entry->line, packer->line, n * sizeof(OrderLine));
	entry->problem = ComputeShape(packer, n, gap, &entry->shaped);
	entry->next = *slot;
	*slot = entry;
	packer->memo_bytes +=
		size + (entry->shaped == NULL ? 0 : ShapedClassSize(entry->shaped->nelements));
	*shaped = entry->shaped;
	return entry->problem;
}
