/*
 * box.c
 *	  packopt.box: a carton LxWxH by its inner dimensions, or a flat mailer LxW.
 *
 * A box keeps its dimensions in the order given, H being the depth between the flaps. Equality, the
 * B-tree order (volume, then dimensions) and the hash look at the sorted dimensions, as free
 * rotation does: 12x9x4 = 4x9x12. Where something must stay upright the order given counts; there,
 * compare the accessors, because DISTINCT and = are blind to it.
 */
#include "kernel.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "number.h"
#include "types.h"

/* Orders boxes by volume, then by the sorted dimensions. Mailers, without volume, come first. */
int
BoxCompare(const Box *a, const Box *b)
{
	int128 volume_a = VolumeOf(a->size);
	int128 volume_b = VolumeOf(b->size);
	int32 sorted_a[3];
	int32 sorted_b[3];

	if (volume_a != volume_b)
		return volume_a < volume_b ? -1 : 1;
	SortLengths(a->size, sorted_a);
	SortLengths(b->size, sorted_b);
	for (int i = 0; i < 3; i++)
		if (sorted_a[i] != sorted_b[i])
			return sorted_a[i] < sorted_b[i] ? -1 : 1;
	return 0;
}

/* Gives the text form of a box. */
char *
BoxText(const Box *box)
{
	StringInfoData out;

	initStringInfo(&out);
	SizeTextAppend(&out, box->size, BoxIsMailer(box) ? 2 : 3);
	return out.data;
}

/* Rejects mailers where a rigid carton is needed. */
void
CheckBoxIsCarton(const Box *box)
{
	if (BoxIsMailer(box))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("mailers cannot be packed yet: %s", BoxText(box)),
						errhint("Give a carton with three dimensions, as in 12x9x4.")));
}

PG_FUNCTION_INFO_V1(packopt_box_in);
/* Text input: digits beyond the fifth decimal are rounded down. */
Datum
packopt_box_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	const char *p = text;
	Box *box = palloc0(sizeof(Box));
	int nsizes;

	if (!SizeTextParse(&p, FIXED_ROUND_DOWN, box->size, &nsizes, "packopt.box", text,
					   fcinfo->context))
		PG_RETURN_NULL();
	if (nsizes < 2 || *p != '\0')
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type packopt.box: \"%s\"", text),
				 errdetail("A carton has three lengths, as in \"12x9x4\", a mailer two.")));
	PG_RETURN_POINTER(box);
}

PG_FUNCTION_INFO_V1(packopt_box_out);
/* Text output: reads back the same. */
Datum
packopt_box_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(BoxText(PG_GETARG_BOX_P(0)));
}

PG_FUNCTION_INFO_V1(packopt_box_recv);
/* Binary input: three lengths (int4), the third 0 for a mailer. */
Datum
packopt_box_recv(PG_FUNCTION_ARGS)
{
	StringInfo message = (StringInfo) PG_GETARG_POINTER(0);
	Box *box = palloc0(sizeof(Box));

	for (int i = 0; i < 3; i++)
	{
		box->size[i] = (int32) pq_getmsgint(message, 4);
		if (box->size[i] < (i < 2 ? 1 : 0) || box->size[i] > LENGTH_MAX)
			ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
							errmsg("invalid length %d in binary packopt.box", box->size[i])));
	}
	PG_RETURN_POINTER(box);
}

PG_FUNCTION_INFO_V1(packopt_box_send);
/* Binary output. */
Datum
packopt_box_send(PG_FUNCTION_ARGS)
{
	Box *box = PG_GETARG_BOX_P(0);
	StringInfoData message;

	pq_begintypsend(&message);
	for (int i = 0; i < 3; i++)
		pq_sendint32(&message, box->size[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* Builds a box from the first nsizes arguments. */
static Box *
MakeBox(FunctionCallInfo fcinfo, int nsizes)
{
	static const char *const names[] = {"length", "width", "height"};
	Box *box = palloc0(sizeof(Box));

	for (int i = 0; i < nsizes; i++)
		box->size[i] =
			(int32) LengthArgument(PG_GETARG_FLOAT8(i), names[i], FIXED_ROUND_DOWN, false);
	return box;
}

PG_FUNCTION_INFO_V1(packopt_box_make_carton);
/* Constructor of a carton. */
Datum
packopt_box_make_carton(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(MakeBox(fcinfo, 3));
}

PG_FUNCTION_INFO_V1(packopt_box_make_mailer);
/* Constructor of a mailer. */
Datum
packopt_box_make_mailer(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(MakeBox(fcinfo, 2));
}

PG_FUNCTION_INFO_V1(packopt_box_length);
/* First dimension. */
Datum
packopt_box_length(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(FixedToDouble(PG_GETARG_BOX_P(0)->size[0]));
}

PG_FUNCTION_INFO_V1(packopt_box_width);
/* Second dimension. */
Datum
packopt_box_width(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(FixedToDouble(PG_GETARG_BOX_P(0)->size[1]));
}

PG_FUNCTION_INFO_V1(packopt_box_height);
/* Third dimension, the depth between the flaps; NULL for a mailer. */
Datum
packopt_box_height(PG_FUNCTION_ARGS)
{
	Box *box = PG_GETARG_BOX_P(0);

	if (BoxIsMailer(box))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(FixedToDouble(box->size[2]));
}

PG_FUNCTION_INFO_V1(packopt_box_volume);
/* Inner volume; NULL for a mailer. */
Datum
packopt_box_volume(PG_FUNCTION_ARGS)
{
	Box *box = PG_GETARG_BOX_P(0);

	if (BoxIsMailer(box))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(VolumeToDouble(VolumeOf(box->size)));
}

#define BOX_COMPARISON(name, order)                                                                \
	PG_FUNCTION_INFO_V1(name);                                                                     \
	Datum name(PG_FUNCTION_ARGS)                                                                   \
	{                                                                                              \
		PG_RETURN_BOOL(BoxCompare(PG_GETARG_BOX_P(0), PG_GETARG_BOX_P(1)) order 0);                \
	}

BOX_COMPARISON(packopt_box_lt, <)
BOX_COMPARISON(packopt_box_le, <=)
BOX_COMPARISON(packopt_box_eq, ==)
BOX_COMPARISON(packopt_box_ne, !=)
BOX_COMPARISON(packopt_box_ge, >=)
BOX_COMPARISON(packopt_box_gt, >)

PG_FUNCTION_INFO_V1(packopt_box_cmp);
/* B-tree support. */
Datum
packopt_box_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(BoxCompare(PG_GETARG_BOX_P(0), PG_GETARG_BOX_P(1)));
}

PG_FUNCTION_INFO_V1(packopt_box_hash);
/* Hash support. */
Datum
packopt_box_hash(PG_FUNCTION_ARGS)
{
	int32 sorted[3];

	SortLengths(PG_GETARG_BOX_P(0)->size, sorted);
	return hash_any((unsigned char *) sorted, sizeof(sorted));
}

PG_FUNCTION_INFO_V1(packopt_box_hash_extended);
/* Hash support with a seed. */
Datum
packopt_box_hash_extended(PG_FUNCTION_ARGS)
{
	int32 sorted[3];

	SortLengths(PG_GETARG_BOX_P(0)->size, sorted);
	return hash_any_extended((unsigned char *) sorted, sizeof(sorted), PG_GETARG_INT64(1));
}

/* Tells whether a carton nests in another one, turned about the axes. */
static bool
BoxNests(const Box *inner, const Box *outer)
{
	int32 sorted_inner[3];
	int32 sorted_outer[3];

	CheckBoxIsCarton(inner);
	CheckBoxIsCarton(outer);
	SortLengths(inner->size, sorted_inner);
	SortLengths(outer->size, sorted_outer);
	return LengthsWithin(sorted_inner, sorted_outer);
}

PG_FUNCTION_INFO_V1(packopt_box_contained);
/* box <@ box. */
Datum
packopt_box_contained(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(BoxNests(PG_GETARG_BOX_P(0), PG_GETARG_BOX_P(1)));
}

PG_FUNCTION_INFO_V1(packopt_box_contains);
/* box @> box. */
Datum
packopt_box_contains(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(BoxNests(PG_GETARG_BOX_P(1), PG_GETARG_BOX_P(0)));
}

/* Gives the type of this name in the schema packopt; InvalidOid if there is none. */
Oid
PackoptTypeOid(const char *name)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
						   ObjectIdGetDatum(get_namespace_oid("packopt", false)));
}
