/*
 * shape.h
 *	  The shapes that one piece may take: orientations, folds, compression.
 *
 * A piece is given by its three outer lengths, size[2] being its height, and by how it may be
 * handled. The kernels never look at the flags: they ask for the list of oriented shapes, of which
 * a packing uses exactly one, and for whether something may stand on the piece.
 */
#ifndef PACKOPT_SHAPE_H
#define PACKOPT_SHAPE_H

#include "kernel.h"

#define PIECE_UPRIGHT      0x01 /* the height stays vertical */
#define PIECE_FOLDABLE     0x02 /* may be folded, at most MAX_FOLDS times */
#define PIECE_COMPRESSIBLE 0x04 /* the thickness may shrink to COMPRESSED_NUM / COMPRESSED_DEN */
#define PIECE_FRAGILE      0x08 /* nothing may stand on it */

/*
 * The thickness of a piece is its smallest length (where several are equally small, each of them in
 * turn: a piece does not depend on the order in which its lengths were given). A fold halves one of
 * the two other lengths, rounded up to a whole hundred-thousandth, and doubles the thickness,
 * exactly; the direction of the thickness stays the same for the second fold, as the layers lie on
 * each other. Compression acts last, on the thickness of the folded piece, and rounds up. A fold
 * that would make a length larger than LENGTH_MAX does not exist.
 *
 * The directions of the piece keep their names through all that: an upright piece has its height,
 * folded or compressed as it may be, along z.
 */
#define MAX_FOLDS 2

/* One thing to pack. Lengths in hundred-thousandths of a unit, 1 .. LENGTH_MAX. */
typedef struct Piece
{
	int32_t size[3];
	uint8_t flags;
} Piece;

/* One oriented shape: extents along x, y and z (z is vertical). */
typedef struct Shape
{
	int32_t extent[3];
} Shape;

/* Share of its smallest length to which a compressible piece can be pressed; rounded up. */
#define COMPRESSED_NUM 3
#define COMPRESSED_DEN 4

/*
 * Upper limit of the number of oriented shapes of one piece: six ways to fold at most twice, times
 * six rotations. (Upright: six ways for each of up to three equal thicknesses, times two
 * rotations.)
 */
#define MAX_PIECE_SHAPES 36

/* Whether the vertical direction matters for the piece. */
static inline bool
PieceNeedsVertical(const Piece *piece)
{
	return (piece->flags & (PIECE_UPRIGHT | PIECE_FRAGILE)) != 0;
}

extern int PieceShapes(const Piece *piece, Shape shapes[MAX_PIECE_SHAPES]);

#endif /* PACKOPT_SHAPE_H */
