/*
 * types.h
 *	  The SQL types packopt.item and packopt.box.
 */
#ifndef PACKOPT_TYPES_H
#define PACKOPT_TYPES_H

#include "kernel.h"

#include "compat.h"
#include "length.h"
#include "shape.h"

/* packopt.item: one thing to ship. Lengths in the order given, size[2] the height. */
typedef struct ShipItem
{
	int32 size[3];
	uint32 flags; /* PIECE_UPRIGHT ... */
	int64 weight; /* hundred-thousandths of the weight unit; 0 = not known */
} ShipItem;

/* packopt.box: inner dimensions in the order given; a mailer is flat: size[2] = 0. */
typedef struct Box
{
	int32 size[3];
} Box;

#define ITEM_FLAGS (PIECE_UPRIGHT | PIECE_FOLDABLE | PIECE_COMPRESSIBLE | PIECE_FRAGILE)

#define DatumGetItemP(datum) ((ShipItem *) DatumGetPointer(datum))
#define PG_GETARG_ITEM_P(n)  DatumGetItemP(PG_GETARG_DATUM(n))
#define DatumGetBoxP(datum)  ((Box *) DatumGetPointer(datum))
#define PG_GETARG_BOX_P(n)   DatumGetBoxP(PG_GETARG_DATUM(n))

/* Sorts three lengths, longest first. */
static inline void
SortLengths(const int32 size[3], int32 sorted[3])
{
	int32 a = size[0];
	int32 b = size[1];
	int32 c = size[2];

	if (a < b)
	{
		int32 t = a;

		a = b;
		b = t;
	}
	if (b < c)
	{
		int32 t = b;

		b = c;
		c = t;
		if (a < b)
		{
			t = a;
			a = b;
			b = t;
		}
	}
	sorted[0] = a;
	sorted[1] = b;
	sorted[2] = c;
}

/* Orders the lengths of a box that stands as given: the horizontal ones sorted, then the height. */
static inline void
StandingLengths(const int32 size[3], int32 standing[3])
{
	standing[0] = size[0] > size[1] ? size[0] : size[1];
	standing[1] = size[0] > size[1] ? size[1] : size[0];
	standing[2] = size[2];
}

/* Whether a thing of these (sorted) lengths lies within the other (sorted) lengths. */
static inline bool
LengthsWithin(const int32 inner[3], const int32 outer[3])
{
	return inner[0] <= outer[0] && inner[1] <= outer[1] && inner[2] <= outer[2];
}

/* Computes the exact volume in cubes of a hundred-thousandth of the unit. */
static inline int128
VolumeOf(const int32 size[3])
{
	return (int128) ((int64) size[0] * size[1]) * size[2];
}

/* Gives a volume in cubic units. */
static inline double
VolumeToDouble(int128 volume)
{
	return (double) volume / 1e15;
}

static inline bool
BoxIsMailer(const Box *box)
{
	return box->size[2] == 0;
}

/* item.c */
extern bool ItemParse(const char *text, ShipItem *item, Node *escontext);
extern bool ItemFitsBox(const ShipItem *item, const Box *box);

/* box.c */
extern int BoxCompare(const Box *a, const Box *b);
extern char *BoxText(const Box *box);
extern void CheckBoxIsCarton(const Box *box);
extern Oid PackoptTypeOid(const char *name);

/* sizetext.c */
extern bool SizeTextParse(const char **cursor, FixedRounding rounding, int32 size[3], int *nsizes,
						  const char *type, const char *text, Node *escontext);
extern void SizeTextAppend(StringInfo out, const int32 *size, int nsizes);

#endif /* PACKOPT_TYPES_H */
