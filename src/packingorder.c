/*
 * packingorder.c
 *	  Makes an order ready for many packing decisions.
 *
 * The pieces are put into an order that depends on their content only, and lengths which can be
 * exchanged are sorted. All that follows sees nothing else, so no answer depends on how the order
 * was written down.
 */
#include "kernel.h"

#include "packingorder.h"

/* Up to so many pieces are sorted by insertion. */
#define INSERTION_SORT_MAX 24

/* Shape s of a piece that may be turned freely has side plain_turns[s][a] along axis a. */
static const uint8_t plain_turns[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
										  {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

/* The shapes that have one of the k + 1 smallest sides along axis a. */
static const uint64_t plain_upto[3][3] = {
	{0x03, 0x0f, 0x3f}, {0x14, 0x35, 0x3f}, {0x28, 0x3a, 0x3f}};

/* Begins with no order. */
void
PackOrderInit(PackOrder *order)
{
	memset(order, 0, sizeof(*order));
}

/* Releases the arrays that are sized by the number of pieces. */
static void
FreePieces(PackOrder *order)
{
	if (order->max_count == 0)
		return;
	order->max_count = 0;
	KernelFree(order->pieces);
	KernelFree(order->kinds);
	KernelFree(order->kind_of);
	KernelFree(order->plain_shapes);
}

/* Releases what an order has grown to. */
void
PackOrderFree(PackOrder *order)
{
	FreePieces(order);
	if (order->max_tables > 0)
		KernelFree(order->tables);
	order->max_tables = 0;
}

/* Makes room for so many pieces. */
static void
ReservePieces(PackOrder *order, int count)
{
	size_t n = (size_t) (count < 32 ? 32 : count + count / 4);

	if (count <= order->max_count)
		return;
	FreePieces(order);
	order->pieces = KernelAlloc(n * sizeof(*order->pieces));
	order->kinds = KernelAlloc(n * sizeof(*order->kinds));
	order->kind_of = KernelAlloc(n * sizeof(*order->kind_of));
	order->plain_shapes = KernelAlloc(n * sizeof(*order->plain_shapes));
	order->max_count = (int) n;
}

/* Makes room for so many kinds with shapes of their own. */
static void
ReserveTables(PackOrder *order, int count)
{
	if (count <= order->max_tables)
		return;
	if (order->max_tables > 0)
		KernelFree(order->tables);
	order->max_tables = 0;
	order->tables = KernelAlloc(sizeof(KindTable) * (size_t) count);
	order->max_tables = count;
}

/* Orders pieces: large before small, and for equal ones some fixed order. */
static int
ComparePieces(const void *left, const void *right)
{
	const OrderPiece *a = left;
	const OrderPiece *b = right;

	if (a->volume != b->volume)
		return a->volume > b->volume ? -1 : 1;
	for (int k = 2; k >= 0; k--)
	{
		if (a->key[k] != b->key[k])
			return a->key[k] > b->key[k] ? -1 : 1;
	}
	return (int) a->flags - (int) b->flags;
}

/* Tells whether a piece can be turned freely and has no other shapes. */
static inline bool
IsPlain(uint8_t flags)
{
	return (flags & ~PIECE_FRAGILE) == 0;
}

/* Sets up the kind of pieces that can be turned freely. */
static void
BuildPlainKind(PieceKind *kind, Shape shapes[6], const int32_t key[3], int32_t gap)
{
	for (int a = 0; a < 3; a++)
		kind->side[a] = key[a] + gap;
	for (int s = 0; s < 6; s++)
	{
		for (int a = 0; a < 3; a++)
			shapes[s].extent[a] = kind->side[plain_turns[s][a]];
	}
	for (int a = 0; a < 3; a++)
	{
		kind->axis[a].extent = kind->side;
		kind->axis[a].upto = plain_upto[a];
		kind->axis[a].count = 3;
	}
	kind->shapes = shapes;
	kind->shape_count = 6;

	/* Equal sides make shapes equal in pairs, or all six. */
	if (key[0] == key[1])
		kind->distinct = key[1] == key[2] ? 0x01 : 0x13;
	else
		kind->distinct = key[1] == key[2] ? 0x0d : 0x3f;
	kind->volume = (double) kind->side[0] * kind->side[1] * kind->side[2];
}

/* Sets up a kind from its list of shapes. */
static void
BuildShapedKind(PieceKind *kind, KindTable *table, const Piece *piece, int32_t gap)
{
	int n = PieceShapes(piece, table->shapes);

	kind->shapes = table->shapes;
	kind->shape_count = n;
	kind->distinct = (UINT64_C(1) << n) - 1;
	for (int s = 0; s < n; s++)
	{
		int32_t side[3];
		double volume = 1;

		for (int a = 0; a < 3; a++)
		{
			side[a] = table->shapes[s].extent[a] += gap;
			volume *= side[a];
		}
		SortThree(side);
		for (int a = 0; a < 3; a++)
		{
			if (s == 0 || side[a] < kind->side[a])
				kind->side[a] = side[a];
		}
		if (s == 0 || volume < kind->volume)
			kind->volume = volume;
	}
	for (int a = 0; a < 3; a++)
	{
		int levels = 0;

		for (int s = 0; s < n; s++)
		{
			int32_t extent = table->shapes[s].extent[a];
			int k = levels;

			while (k > 0 && table->extent[a][k - 1] > extent)
				k--;
			if (k > 0 && table->extent[a][k - 1] == extent)
				continue;
			for (int l = levels; l > k; l--)
				table->extent[a][l] = table->extent[a][l - 1];
			table->extent[a][k] = extent;
			levels++;
		}
		for (int k = 0; k < levels; k++)
		{
			table->upto[a][k] = 0;
			for (int s = 0; s < n; s++)
			{
				if (table->shapes[s].extent[a] <= table->extent[a][k])
					table->upto[a][k] |= UINT64_C(1) << s;
			}
		}
		kind->axis[a].extent = table->extent[a];
		kind->axis[a].upto = table->upto[a];
		kind->axis[a].count = levels;
	}
}

/* Builds an order from its pieces: canonical order, kinds with their shapes, totals. */
void
PackOrderBuild(PackOrder *order, const Piece *pieces, int count, int32_t gap)
{
	OrderPiece *sorted;
	int tables = 0;

	KernelAssert(count >= 1);
	ReservePieces(order, count);
	sorted = order->pieces;
	order->count = count;
	for (int i = 0; i < count; i++)
	{
		OrderPiece piece;
		int at = i;

		memcpy(piece.key, pieces[i].size, sizeof(piece.key));
		if (pieces[i].flags & PIECE_UPRIGHT)
			SortTwo(&piece.key[0], &piece.key[1]);
		else
			SortThree(piece.key);
		piece.volume = (double) piece.key[0] * piece.key[1] * piece.key[2];
		piece.flags = pieces[i].flags;
		piece.source = i;
		if (count <= INSERTION_SORT_MAX)
		{
			for (; at > 0 && ComparePieces(&sorted[at - 1], &piece) > 0; at--)
				sorted[at] = sorted[at - 1];
		}
		sorted[at] = piece;
	}
	if (count > INSERTION_SORT_MAX)
		qsort(sorted, (size_t) count, sizeof(OrderPiece), ComparePieces);
	for (int i = 0; i < count; i++)
	{
		if (!IsPlain(sorted[i].flags) && (i == 0 || ComparePieces(&sorted[i - 1], &sorted[i]) != 0))
			tables++;
	}
	ReserveTables(order, tables);

	order->nkinds = 0;
	order->volume = 0;
	order->vertical = false;
	order->fragile_count = 0;
	memset(order->need, 0, sizeof(order->need));
	tables = 0;
	for (int i = 0; i < count; i++)
	{
		PieceKind *kind;

		if (i > 0 && ComparePieces(&sorted[i - 1], &sorted[i]) == 0)
			kind = &order->kinds[order->nkinds - 1];
		else
		{
			kind = &order->kinds[order->nkinds];
			kind->fragile = (sorted[i].flags & PIECE_FRAGILE) != 0;
			kind->first = i;
			kind->count = 0;
			if (IsPlain(sorted[i].flags))
				BuildPlainKind(kind, order->plain_shapes[order->nkinds], sorted[i].key, gap);
			else
				BuildShapedKind(kind, &order->tables[tables++], &pieces[sorted[i].source], gap);
			order->nkinds++;
			if (PieceNeedsVertical(&pieces[sorted[i].source]))
				order->vertical = true;
			for (int a = 0; a < 3; a++)
			{
				if (kind->side[a] > order->need[a])
					order->need[a] = kind->side[a];
			}
		}
		kind->count++;
		order->kind_of[i] = kind;
		order->volume += kind->volume;
		order->fragile_count += kind->fragile;
	}
}
