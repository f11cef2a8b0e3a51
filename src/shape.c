/*
 * shape.c
 *	  Lists the oriented shapes that one piece may take.
 *
 * All of handling is here: once the list is made, a packing only chooses one of its entries. Shapes
 * that are at least as large as another one of the same piece in all three directions are left out,
 * because the smaller one serves wherever the larger one does (so of a compressible piece, the
 * pressed shapes remain).
 */
#include "kernel.h"

#include "shape.h"

/* Rotations as "which direction of the piece lies along x, y, z"; the first two keep the height
 * vertical. */
static const uint8_t rotations[6][3] = {{0, 1, 2}, {1, 0, 2}, {0, 2, 1},
										{2, 0, 1}, {1, 2, 0}, {2, 1, 0}};

/* Orders shapes lexicographically, which is the canonical order of the list. */
static inline int
CompareShapes(const Shape *a, const Shape *b)
{
	for (int i = 0; i < 3; i++)
	{
		if (a->extent[i] != b->extent[i])
			return a->extent[i] < b->extent[i] ? -1 : 1;
	}
	return 0;
}

/* Tells whether shape a serves wherever shape b does. */
static inline bool
ShapeServesFor(const Shape *a, const Shape *b)
{
	return a->extent[0] <= b->extent[0] && a->extent[1] <= b->extent[1] &&
		   a->extent[2] <= b->extent[2];
}

/* Puts a shape in its place of the sorted list, unless one that serves for it is there already. */
static int
InsertShape(Shape *shapes, int nshapes, const Shape *shape)
{
	int kept = 0;
	int at;

	for (int i = 0; i < nshapes; i++)
	{
		if (ShapeServesFor(&shapes[i], shape))
			return nshapes;
	}
	for (int i = 0; i < nshapes; i++)
	{
		if (!ShapeServesFor(shape, &shapes[i]))
			shapes[kept++] = shapes[i];
	}
	KernelAssert(kept < MAX_PIECE_SHAPES);
	for (at = kept; at > 0 && CompareShapes(shape, &shapes[at - 1]) < 0; at--)
		shapes[at] = shapes[at - 1];
	shapes[at] = *shape;
	return kept + 1;
}

/* Adds the allowed rotations of one set of lengths, given by direction of the piece. */
static int
InsertRotations(Shape *shapes, int nshapes, const int32_t length[3], bool upright)
{
	int nrotations = upright ? 2 : 6;

	for (int r = 0; r < nrotations; r++)
	{
		Shape shape;

		for (int i = 0; i < 3; i++)
			shape.extent[i] = length[rotations[r][i]];
		nshapes = InsertShape(shapes, nshapes, &shape);
	}
	return nshapes;
}

/* Adds what can be made of a piece whose thickness lies along the given direction. */
static int
InsertFolds(Shape *shapes, int nshapes, const Piece *piece, int thickness)
{
	int first = (thickness + 1) % 3;
	int second = (thickness + 2) % 3;
	int max_folds = (piece->flags & PIECE_FOLDABLE) ? MAX_FOLDS : 0;

	for (int folds = 0; folds <= max_folds; folds++)
	{
		int64_t thick = (int64_t) piece->size[thickness] << folds;

		if (thick > LENGTH_MAX)
			break;
		if (piece->flags & PIECE_COMPRESSIBLE)
			thick = (thick * COMPRESSED_NUM + COMPRESSED_DEN - 1) / COMPRESSED_DEN;

		/* Share the folds between the other two lengths; halving twice is rounding up a quarter. */
		for (int f = 0; f <= folds; f++)
		{
			int32_t length[3];
			int64_t first_parts = INT64_C(1) << f;
			int64_t second_parts = INT64_C(1) << (folds - f);

			length[thickness] = (int32_t) thick;
			length[first] = (int32_t) ((piece->size[first] + first_parts - 1) / first_parts);
			length[second] = (int32_t) ((piece->size[second] + second_parts - 1) / second_parts);
			nshapes = InsertRotations(shapes, nshapes, length, (piece->flags & PIECE_UPRIGHT) != 0);
		}
	}
	return nshapes;
}

/*
 * Lists the oriented shapes of a piece in lexicographic order, none of them dominated by another,
 * and returns their number. It is the same list whatever the order of the piece's lengths (of the
 * two horizontal ones, if it is upright).
 */
int
PieceShapes(const Piece *piece, Shape shapes[MAX_PIECE_SHAPES])
{
	const int32_t *size = piece->size;
	int nshapes = 0;

	KernelAssert(size[0] >= 1 && size[1] >= 1 && size[2] >= 1);
	KernelAssert(size[0] <= LENGTH_MAX && size[1] <= LENGTH_MAX && size[2] <= LENGTH_MAX);

	if ((piece->flags & (PIECE_FOLDABLE | PIECE_COMPRESSIBLE)) == 0)
		return InsertRotations(shapes, 0, size, (piece->flags & PIECE_UPRIGHT) != 0);

	for (int thickness = 0; thickness < 3; thickness++)
	{
		if (size[thickness] <= size[0] && size[thickness] <= size[1] && size[thickness] <= size[2])
			nshapes = InsertFolds(shapes, nshapes, piece, thickness);
	}
	return nshapes;
}
