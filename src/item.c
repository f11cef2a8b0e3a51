/*
 * item.c
 *	  packopt.item: one thing to ship.
 *
 * Text form: three lengths and, behind them, how it may be handled and what it weighs, as in
 * "10x5x2 upright fragile weight=0.7". Order and equality look at what matters for packing: the
 * sorted lengths of an item that may be turned; of an upright one the sorted horizontal lengths and
 * the height.
 */
#include "kernel.h"

#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"

#include "number.h"
#include "types.h"

static const struct
{
	const char *name;
	uint32 flag;
} item_flags[] = {
	{"upright", PIECE_UPRIGHT},
	{"foldable", PIECE_FOLDABLE},
	{"compressible", PIECE_COMPRESSIBLE},
	{"fragile", PIECE_FRAGILE},
};

/* Skips white space between words. */
static const char *
SkipBlank(const char *p)
{
	while (*p != '\0' && strchr(" \t\n\r\f\v,", *p) != NULL)
		p++;
	return p;
}

/* Reads "= number" behind the word weight. */
static bool
ParseWeight(const char **cursor, ShipItem *item, const char *text, Node *escontext)
{
	const char *p = SkipBlank(*cursor);
	FixedStatus status;

	if (*p != '=')
		ereturn(escontext, false,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type packopt.item: \"%s\"", text),
				 errdetail("\"weight\" must be followed by \"=\" and a number.")));
	p = SkipBlank(p + 1);
	status = FixedParse(&p, FIXED_ROUND_UP, WEIGHT_MAX, &item->weight);
	if (status != FIXED_OK)
		ereturn(escontext, false,
				(errcode(status == FIXED_NOT_NUMBER ? ERRCODE_INVALID_TEXT_REPRESENTATION
													: ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("invalid weight for type packopt.item: \"%s\"", text),
				 errdetail("The weight %s; weights go from 0.00001 to 20000000 units.",
						   FixedStatusText(status))));
	*cursor = p;
	return true;
}

/*
 * Parses the text form of an item. On bad input raises an error, or saves it in escontext and
 * returns false.
 */
bool
ItemParse(const char *text, ShipItem *item, Node *escontext)
{
	const char *p = text;
	int nsizes;

	memset(item, 0, sizeof(ShipItem));
	if (!SizeTextParse(&p, FIXED_ROUND_UP, item->size, &nsizes, "packopt.item", text, escontext))
		return false;
	if (nsizes != 3)
		ereturn(escontext, false,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type packopt.item: \"%s\"", text),
				 errdetail("An item has three lengths, as in \"10x5x2\".")));

	for (p = SkipBlank(p); *p != '\0'; p = SkipBlank(p))
	{
		const char *word = p;
		int length;
		bool known = false;

		while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_')
			p++;
		length = (int) (p - word);
		for (int i = 0; i < (int) lengthof(item_flags); i++)
			if (length == (int) strlen(item_flags[i].name) &&
				pg_strncasecmp(word, item_flags[i].name, length) == 0)
			{
				item->flags |= item_flags[i].flag;
				known = true;
			}
		if (!known && length == 6 && pg_strncasecmp(word, "weight", 6) == 0)
		{
			if (!ParseWeight(&p, item, text, escontext))
				return false;
			known = true;
		}
		if (!known)
			ereturn(escontext, false,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type packopt.item: \"%s\"", text),
					 errdetail("\"%s\" is not understood.", word),
					 errhint("Behind the lengths may stand upright, foldable, compressible, "
							 "fragile and weight=NUMBER.")));
	}
	return true;
}

/* Gives the lengths in the order in which items are compared. */
static void
CanonicalSize(const ShipItem *item, int32 size[3])
{
	if (item->flags & PIECE_UPRIGHT)
	{
		size[0] = Max(item->size[0], item->size[1]);
		size[1] = Min(item->size[0], item->size[1]);
		size[2] = item->size[2];
	}
	else
		SortLengths(item->size, size);
}

/* Orders items by volume, then lengths, then handling, then weight. */
static int
ItemCompare(const ShipItem *a, const ShipItem *b)
{
	int128 volume_a = VolumeOf(a->size);
	int128 volume_b = VolumeOf(b->size);
	int32 size_a[3];
	int32 size_b[3];

	if (volume_a != volume_b)
		return volume_a < volume_b ? -1 : 1;
	CanonicalSize(a, size_a);
	CanonicalSize(b, size_b);
	for (int i = 0; i < 3; i++)
		if (size_a[i] != size_b[i])
			return size_a[i] < size_b[i] ? -1 : 1;
	if (a->flags != b->flags)
		return a->flags < b->flags ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight < b->weight ? -1 : 1;
	return 0;
}

/*
 * Tells whether one item fits a carton: turned about the axes as its handling allows, folded or
 * pressed where it may be. Exact.
 */
bool
ItemFitsBox(const ShipItem *item, const Box *box)
{
	Shape shapes[MAX_PIECE_SHAPES];
	Piece piece = {.flags = (uint8) item->flags};
	int nshapes;

	CheckBoxIsCarton(box);
	if (item->flags == 0)
	{
		int32 inner[3];
		int32 outer[3];

		SortLengths(item->size, inner);
		SortLengths(box->size, outer);
		return LengthsWithin(inner, outer);
	}
	memcpy(piece.size, item->size, sizeof(piece.size));
	nshapes = PieceShapes(&piece, shapes);
	for (int i = 0; i < nshapes; i++)
		if (LengthsWithin(shapes[i].extent, box->size))
			return true;
	return false;
}

PG_FUNCTION_INFO_V1(packopt_item_in);
/* Text input. */
Datum
packopt_item_in(PG_FUNCTION_ARGS)
{
	ShipItem *item = palloc(sizeof(ShipItem));

	if (!ItemParse(PG_GETARG_CSTRING(0), item, fcinfo->context))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(item);
}

PG_FUNCTION_INFO_V1(packopt_item_out);
/* Text output: reads back the same. */
Datum
packopt_item_out(PG_FUNCTION_ARGS)
{
	ShipItem *item = PG_GETARG_ITEM_P(0);
	StringInfoData out;

	initStringInfo(&out);
	SizeTextAppend(&out, item->size, 3);
	for (int i = 0; i < (int) lengthof(item_flags); i++)
		if (item->flags & item_flags[i].flag)
			appendStringInfo(&out, " %s", item_flags[i].name);
	if (item->weight > 0)
	{
		char number[FIXED_TEXT_SIZE];

		FixedFormat(item->weight, number);
		appendStringInfo(&out, " weight=%s", number);
	}
	PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(packopt_item_recv);
/* Binary input: three lengths (int4), flags (int4), weight (int8); nothing is taken on trust. */
Datum
packopt_item_recv(PG_FUNCTION_ARGS)
{
	StringInfo message = (StringInfo) PG_GETARG_POINTER(0);
	ShipItem *item = palloc0(sizeof(ShipItem));

	for (int i = 0; i < 3; i++)
	{
		item->size[i] = (int32) pq_getmsgint(message, 4);
		if (item->size[i] < 1 || item->size[i] > LENGTH_MAX)
			ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
							errmsg("invalid length %d in binary packopt.item", item->size[i])));
	}
	item->flags = pq_getmsgint(message, 4);
	item->weight = pq_getmsgint64(message);
	if ((item->flags & ~(uint32) ITEM_FLAGS) != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("invalid flags %u in binary packopt.item", item->flags)));
	if (item->weight < 0 || item->weight > WEIGHT_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid weight " INT64_FORMAT " in binary packopt.item", item->weight)));
	PG_RETURN_POINTER(item);
}

PG_FUNCTION_INFO_V1(packopt_item_send);
/* Binary output. */
Datum
packopt_item_send(PG_FUNCTION_ARGS)
{
	ShipItem *item = PG_GETARG_ITEM_P(0);
	StringInfoData message;

	pq_begintypsend(&message);
	for (int i = 0; i < 3; i++)
		pq_sendint32(&message, item->size[i]);
	pq_sendint32(&message, item->flags);
	pq_sendint64(&message, item->weight);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* Reads weight and flags, the arguments from number 3 on, of an item's constructor. */
static void
ReadHandling(FunctionCallInfo fcinfo, ShipItem *item)
{
	if (!PG_ARGISNULL(3))
	{
		double weight = PG_GETARG_FLOAT8(3);
		FixedStatus status = FixedFromDouble(weight, FIXED_ROUND_UP, WEIGHT_MAX, &item->weight);

		if (status != FIXED_OK)
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("weight %g %s", weight, FixedStatusText(status)),
							errhint("Pass NULL for an item whose weight is not known.")));
	}
	for (int i = 0; i < (int) lengthof(item_flags); i++)
		if (!PG_ARGISNULL(4 + i) && PG_GETARG_BOOL(4 + i))
			item->flags |= item_flags[i].flag;
}

/* Builds an item from three converted lengths, or raises an error that names the bad one. */
static ShipItem *
MakeItem(FunctionCallInfo fcinfo, bool single_precision)
{
	static const char *const names[] = {"length", "width", "height"};
	ShipItem *item = palloc0(sizeof(ShipItem));

	for (int i = 0; i < 3; i++)
	{
		int64 value = 0;
		double number = single_precision ? PG_GETARG_FLOAT4(i) : PG_GETARG_FLOAT8(i);
		FixedStatus status =
			single_precision
				? FixedFromFloat(PG_GETARG_FLOAT4(i), FIXED_ROUND_UP, LENGTH_MAX, &value)
				: FixedFromDouble(number, FIXED_ROUND_UP, LENGTH_MAX, &value);

		if (status != FIXED_OK)
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("%s %g %s", names[i], number, FixedStatusText(status)),
							errdetail("Lengths go from 0.00001 to 20000 units.")));
		item->size[i] = (int32) value;
	}
	ReadHandling(fcinfo, item);
	return item;
}

PG_FUNCTION_INFO_V1(packopt_item_make);
/* Constructor from numbers; NULL if a length is NULL. */
Datum
packopt_item_make(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(MakeItem(fcinfo, false));
}

PG_FUNCTION_INFO_V1(packopt_item_make_real);
/* Constructor from single-precision numbers, read as their shortest decimal text. */
Datum
packopt_item_make_real(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(MakeItem(fcinfo, true));
}

#define ITEM_ACCESSOR(name, expression)                                                            \
	PG_FUNCTION_INFO_V1(name);                                                                     \
	Datum name(PG_FUNCTION_ARGS)                                                                   \
	{                                                                                              \
		ShipItem *item = PG_GETARG_ITEM_P(0);                                                      \
                                                                                                   \
		expression;                                                                                \
	}

ITEM_ACCESSOR(packopt_item_length, PG_RETURN_FLOAT8(FixedToDouble(item->size[0])))
ITEM_ACCESSOR(packopt_item_width, PG_RETURN_FLOAT8(FixedToDouble(item->size[1])))
ITEM_ACCESSOR(packopt_item_height, PG_RETURN_FLOAT8(FixedToDouble(item->size[2])))
ITEM_ACCESSOR(packopt_item_volume, PG_RETURN_FLOAT8(VolumeToDouble(VolumeOf(item->size))))

PG_FUNCTION_INFO_V1(packopt_item_weight);
/* Weight in weight units; NULL if not known. */
Datum
packopt_item_weight(PG_FUNCTION_ARGS)
{
	ShipItem *item = PG_GETARG_ITEM_P(0);

	if (item->weight == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(FixedToDouble(item->weight));
}

#define ITEM_COMPARISON(name, order)                                                               \
	PG_FUNCTION_INFO_V1(name);                                                                     \
	Datum name(PG_FUNCTION_ARGS)                                                                   \
	{                                                                                              \
		PG_RETURN_BOOL(ItemCompare(PG_GETARG_ITEM_P(0), PG_GETARG_ITEM_P(1)) order 0);             \
	}

ITEM_COMPARISON(packopt_item_lt, <)
ITEM_COMPARISON(packopt_item_le, <=)
ITEM_COMPARISON(packopt_item_eq, ==)
ITEM_COMPARISON(packopt_item_ne, !=)
ITEM_COMPARISON(packopt_item_ge, >=)
ITEM_COMPARISON(packopt_item_gt, >)

PG_FUNCTION_INFO_V1(packopt_item_cmp);
/* B-tree support. */
Datum
packopt_item_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(ItemCompare(PG_GETARG_ITEM_P(0), PG_GETARG_ITEM_P(1)));
}

/* Brings an item into the form in which equal items are equal bytes. */
static ShipItem
CanonicalItem(const ShipItem *item)
{
	ShipItem canonical = *item;

	CanonicalSize(item, canonical.size);
	return canonical;
}

PG_FUNCTION_INFO_V1(packopt_item_hash);
/* Hash support. */
Datum
packopt_item_hash(PG_FUNCTION_ARGS)
{
	ShipItem canonical = CanonicalItem(PG_GETARG_ITEM_P(0));

	return hash_any((unsigned char *) &canonical, sizeof(canonical));
}

PG_FUNCTION_INFO_V1(packopt_item_hash_extended);
/* Hash support with a seed. */
Datum
packopt_item_hash_extended(PG_FUNCTION_ARGS)
{
	ShipItem canonical = CanonicalItem(PG_GETARG_ITEM_P(0));

	return hash_any_extended((unsigned char *) &canonical, sizeof(canonical), PG_GETARG_INT64(1));
}

PG_FUNCTION_INFO_V1(packopt_item_fits_box);
/* fits(item, box) and item <@ box. */
Datum
packopt_item_fits_box(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(ItemFitsBox(PG_GETARG_ITEM_P(0), PG_GETARG_BOX_P(1)));
}

PG_FUNCTION_INFO_V1(packopt_box_holds_item);
/* box @> item. */
Datum
packopt_box_holds_item(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(ItemFitsBox(PG_GETARG_ITEM_P(1), PG_GETARG_BOX_P(0)));
}
