// sources: src/shape.c src/placement.c
/*
 * test_shape.c
 *	  Tests the lists of oriented shapes against an independent enumeration, and the placement
 * check.
 */
#include "kernel.h"

#include "placement.h"
#include "tap.h"

#define MAX_RAW 2000

static uint64_t random_state = 20240101;

/* Gives a random number from low to high. */
static int32_t
Random(int32_t low, int32_t high)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return low + (int32_t) ((random_state >> 33) % (uint64_t) ((int64_t) high - low + 1));
}

/* Tells whether a fits wherever b does. */
static bool
Serves(const Shape *a, const Shape *b)
{
	return a->extent[0] <= b->extent[0] && a->extent[1] <= b->extent[1] &&
		   a->extent[2] <= b->extent[2];
}

/* Lists all shapes by doing one fold after the other, with every rotation; no shape is left out. */
static int
ListByHand(const Piece *piece, Shape *raw)
{
	static const int turns[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
									{1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	int n = 0;

	for (int thickness = 0; thickness < 3; thickness++)
	{
		int64_t folded[40][3];
		int folds[40] = {0};
		int nfolded = 1;

		for (int i = 0; i < 3; i++)
			folded[0][i] = piece->size[i];
		if (piece->size[thickness] > piece->size[(thickness + 1) % 3] ||
			piece->size[thickness] > piece->size[(thickness + 2) % 3])
			continue;
		for (int f = 0; f < nfolded && (piece->flags & PIECE_FOLDABLE); f++)
		{
			if (folds[f] == 2)
				continue;
			for (int side = 0; side < 3; side++)
			{
				if (side == thickness)
					continue;
				memcpy(folded[nfolded], folded[f], sizeof(folded[f]));
				folded[nfolded][side] = (folded[f][side] + 1) / 2;
				folded[nfolded][thickness] *= 2;
				folds[nfolded] = folds[f] + 1;
				if (folded[nfolded][thickness] <= LENGTH_MAX)
					nfolded++;
			}
		}
		for (int f = 0; f < nfolded; f++)
		{
			for (int pressed = 0; pressed <= ((piece->flags & PIECE_COMPRESSIBLE) ? 1 : 0);
				 pressed++)
			{
				int64_t length[3] = {folded[f][0], folded[f][1], folded[f][2]};

				if (pressed)
					length[thickness] =
						(length[thickness] * COMPRESSED_NUM + COMPRESSED_DEN - 1) / COMPRESSED_DEN;
				for (int t = 0; t < 6; t++)
				{
					if ((piece->flags & PIECE_UPRIGHT) && turns[t][2] != 2)
						continue;
					for (int i = 0; i < 3; i++)
						raw[n].extent[i] = (int32_t) length[turns[t][i]];
					n++;
				}
			}
		}
	}
	return n;
}

/* Checks one piece: the list is sound, complete, minimal and sorted. */
static bool
CheckPiece(const Piece *piece)
{
	Shape shapes[MAX_PIECE_SHAPES];
	Shape raw[MAX_RAW];
	int n = PieceShapes(piece, shapes);
	int nraw = ListByHand(piece, raw);

	if (n < 1 || n > MAX_PIECE_SHAPES)
		return false;
	for (int i = 0; i < n; i++)
	{
		bool exists = false;

		for (int j = 0; j < nraw; j++)
			exists |= memcmp(&shapes[i], &raw[j], sizeof(Shape)) == 0;
		if (!exists)
			return false;
		for (int j = 0; j < n; j++)
		{
			if (i != j && Serves(&shapes[i], &shapes[j]))
				return false;
		}
		if (i > 0)
		{
			const int32_t *a = shapes[i - 1].extent;
			const int32_t *b = shapes[i].extent;

			if (!(a[0] < b[0] || (a[0] == b[0] && (a[1] < b[1] || (a[1] == b[1] && a[2] < b[2])))))
				return false;
		}
	}
	for (int j = 0; j < nraw; j++)
	{
		bool served = false;

		for (int i = 0; i < n; i++)
			served |= Serves(&shapes[i], &raw[j]);
		if (!served)
			return false;
	}
	return true;
}

/* Checks that the order of a piece's lengths does not matter. */
static bool
CheckOrder(const Piece *piece)
{
	Shape shapes[MAX_PIECE_SHAPES];
	Shape turned[MAX_PIECE_SHAPES];
	int n = PieceShapes(piece, shapes);
	Piece other = *piece;

	other.size[0] = piece->size[1];
	other.size[1] = piece->size[0];
	if (PieceShapes(&other, turned) != n || memcmp(shapes, turned, sizeof(Shape) * n) != 0)
		return false;
	if (piece->flags & PIECE_UPRIGHT)
		return true;
	for (int i = 0; i < 3; i++)
		other.size[i] = piece->size[(i + 1) % 3];
	return PieceShapes(&other, turned) == n && memcmp(shapes, turned, sizeof(Shape) * n) == 0;
}

/* Tests random pieces of one handling, small ones (with ties) and large ones. */
static void
TestFlags(uint8_t flags)
{
	int most = 0;
	bool sound = true;
	bool ordered = true;

	for (int round = 0; round < 2000; round++)
	{
		static const int32_t highest[3] = {8, 3000, LENGTH_MAX};
		Piece piece;
		Shape shapes[MAX_PIECE_SHAPES];

		piece.flags = flags;
		for (int i = 0; i < 3; i++)
			piece.size[i] = Random(1, highest[round % 3]);
		sound &= CheckPiece(&piece);
		ordered &= CheckOrder(&piece);
		if (PieceShapes(&piece, shapes) > most)
			most = PieceShapes(&piece, shapes);
	}
	ok(sound, "flags %d: lists are sound, complete, minimal and sorted (at most %d shapes)", flags,
	   most);
	ok(ordered, "flags %d: the order of the lengths does not matter", flags);
}

/* Tests single pieces with known lists. */
static void
TestKnown(void)
{
	Shape shapes[MAX_PIECE_SHAPES];
	Piece plain = {{3, 2, 1}, 0};
	Piece cube = {{5, 5, 5}, 0};
	Piece upright = {{3, 2, 1}, PIECE_UPRIGHT};
	Piece shirt = {{33, 20, 2}, PIECE_FOLDABLE};
	Piece upright_shirt = {{33, 20, 2}, PIECE_FOLDABLE | PIECE_UPRIGHT};
	Piece cushion = {{40, 40, 10}, PIECE_COMPRESSIBLE | PIECE_UPRIGHT};
	Piece flat = {{LENGTH_MAX, LENGTH_MAX, LENGTH_MAX / 2 + 1}, PIECE_FOLDABLE};
	bool quarter = false;

	ok(PieceShapes(&plain, shapes) == 6, "three different lengths: six rotations");
	ok(PieceShapes(&cube, shapes) == 1, "a cube has one shape");
	ok(PieceShapes(&upright, shapes) == 2 && shapes[0].extent[2] == 1 && shapes[1].extent[2] == 1,
	   "upright: two rotations, the height is vertical");
	ok(PieceShapes(&shirt, shapes) == 36, "a shirt has 36 shapes");
	for (int i = 0; i < 36; i++)
		quarter |=
			shapes[i].extent[0] == 9 && shapes[i].extent[1] == 20 && shapes[i].extent[2] == 8;
	ok(quarter, "33 x 20 x 2 folds twice to 9 x 20 x 8, rounding up");
	ok(PieceShapes(&upright_shirt, shapes) == 12, "folded upright: two rotations each");
	ok(PieceShapes(&cushion, shapes) == 1 && shapes[0].extent[2] == 8, "10 is pressed to 8");
	ok(PieceShapes(&flat, shapes) == 3, "a fold beyond the largest length does not exist");
}

/* Checks the verdict on two pieces of 4 x 4 x 2 and 3 x 3 x 3 in a box of 10 x 10 x 10. */
static bool
VerdictIs(PlacementFault expected, int32_t x, int32_t y, int32_t z, uint8_t flags, int32_t gap)
{
	static const int32_t box[3] = {10, 10, 10};
	Piece pieces[2] = {{{4, 4, 2}, 0}, {{3, 3, 3}, 0}};
	Placement placements[2] = {{{0, 0, 0}, {4, 4, 2}}, {{0, 0, 0}, {3, 3, 3}}};
	Piece swapped_pieces[2];
	Placement swapped[2];

	pieces[0].flags = flags;
	placements[1].at[0] = x;
	placements[1].at[1] = y;
	placements[1].at[2] = z;
	swapped_pieces[0] = pieces[1];
	swapped_pieces[1] = pieces[0];
	swapped[0] = placements[1];
	swapped[1] = placements[0];
	return PlacementCheck(pieces, 2, placements, box, gap) == expected &&
		   PlacementCheck(swapped_pieces, 2, swapped, box, gap) == expected;
}

/* Tests that the placement check finds every kind of fault. */
static void
TestPlacementCheck(void)
{
	static const int32_t box[3] = {10, 10, 10};
	Piece upright = {{4, 4, 2}, PIECE_UPRIGHT};
	Placement lying = {{0, 0, 0}, {4, 2, 4}};
	Placement larger = {{0, 0, 0}, {4, 4, 3}};

	ok(VerdictIs(PLACEMENT_OK, 4, 0, 0, 0, 0), "side by side");
	ok(VerdictIs(PLACEMENT_OVERLAP, 3, 3, 1, 0, 0), "overlap at a corner");
	ok(VerdictIs(PLACEMENT_OK, 3, 3, 2, 0, 0), "on top");
	ok(VerdictIs(PLACEMENT_OK, 7, 7, 7, 0, 0), "in the far corner");
	ok(VerdictIs(PLACEMENT_OUTSIDE, 8, 0, 0, 0, 0), "sticks out");
	ok(VerdictIs(PLACEMENT_OUTSIDE, -1, 5, 5, 0, 0), "sticks out below zero");
	ok(VerdictIs(PLACEMENT_FRAGILE, 3, 3, 2, PIECE_FRAGILE, 0), "on a fragile piece");
	ok(VerdictIs(PLACEMENT_FRAGILE, 3, 3, 7, PIECE_FRAGILE, 0), "far above a fragile piece");
	ok(VerdictIs(PLACEMENT_OK, 4, 3, 7, PIECE_FRAGILE, 0), "above, but beside a fragile piece");
	ok(VerdictIs(PLACEMENT_OK, 6, 0, 0, 0, 2), "apart by the gap");
	ok(VerdictIs(PLACEMENT_OVERLAP, 5, 0, 0, 0, 2), "nearer than the gap");
	ok(VerdictIs(PLACEMENT_FRAGILE, 5, 0, 6, PIECE_FRAGILE, 2), "beside by less than the gap");
	ok(PlacementCheck(&upright, 1, &lying, box, 0) == PLACEMENT_SHAPE, "an upright piece lying");
	ok(PlacementCheck(&upright, 1, &larger, box, 0) == PLACEMENT_SHAPE, "wrong extents");
}

/* Runs all tests. */
int
main(void)
{
	for (uint8_t flags = 0; flags < 8; flags++)
		TestFlags(flags);
	TestKnown();
	TestPlacementCheck();
	return done();
}
