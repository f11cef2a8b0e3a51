/*
 * profile.c
 *	  packopt.profile, its stored form: order and hash of classes, accessors. Text and binary input
 *	  and output are in profileio.c, the checks on them in profilecheck.c.
 */
#include "kernel.h"

#include <math.h>

#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "profile.h"

static const char *const left_out_names[LEFT_REASONS] = {
	[LEFT_NULL_SHIPMENT] = "null_shipment",   [LEFT_NULL_DIMENSION] = "null_dimension",
	[LEFT_ZERO_DIMENSION] = "zero_dimension", [LEFT_NEGATIVE_DIMENSION] = "negative_dimension",
	[LEFT_NOT_FINITE] = "not_finite",         [LEFT_TOO_LARGE] = "too_large",
	[LEFT_BAD_QUANTITY] = "bad_quantity",     [LEFT_TOO_MANY_PIECES] = "too_many_pieces",
	[LEFT_OVERWEIGHT] = "overweight",         [LEFT_NULL_SHIPPED_AT] = "null_shipped_at",
};

/* Gives the name of a reason for leaving shipments out. */
const char *
LeftOutName(LeftOutReason reason)
{
	return left_out_names[reason];
}

/* Counts the shipments left out. */
int64
ProfileLeftOut(const Profile *profile)
{
	int64 total = 0;

	for (int i = 0; i < LEFT_REASONS; i++)
		total += profile->left_out[i];
	return total;
}

/* Orders shaped classes canonically: by all but their count. */
int
ShapedClassCompare(const ShapedClass *a, const ShapedClass *b)
{
	int128 content_a;
	int128 content_b;

	if (a->upright != b->upright)
		return a->upright < b->upright ? -1 : 1;
	if (a->nelements != b->nelements)
		return a->nelements < b->nelements ? -1 : 1;
	if (a->weight_class != b->weight_class)
		return a->weight_class < b->weight_class ? -1 : 1;
	content_a = LoadInt128(&a->content);
	content_b = LoadInt128(&b->content);
	if (content_a != content_b)
		return content_a < content_b ? -1 : 1;
	for (int e = 0; e < a->nelements; e++)
		for (int k = 0; k < 3; k++)
			if (a->element[e][k] != b->element[e][k])
				return a->element[e][k] < b->element[e][k] ? -1 : 1;
	return 0;
}

/* Mixes one more number into a hash. */
static inline uint64
MixHash(uint64 hash, uint64 value)
{
	hash = (hash ^ value) * UINT64CONST(0x9E3779B97F4A7C15);
	hash ^= hash >> 32;
	return hash * UINT64CONST(0xD6E8FEB86659FD93);
}

/*
 * Hashes the exact content of a shaped class, all but its count: the same on every machine, because
 * samples of several machines are merged. Never 0.
 */
uint64
ShapedClassHash(const ShapedClass *shaped)
{
	uint64 hash =
		MixHash(shaped->weight_class, ((uint64) shaped->upright << 32) | shaped->nelements);

	hash = MixHash(MixHash(hash, shaped->content.low), shaped->content.high);
	for (int e = 0; e < shaped->nelements; e++)
		for (int k = 0; k < 3; k++)
			hash = MixHash(hash, (uint32) shaped->element[e][k]);
	hash ^= hash >> 29;
	return hash == 0 ? 1 : hash;
}

/* Whether boxes must be taken as they stand for some of the shipments. */
bool
ProfileNeedsVertical(const Profile *profile)
{
	const ShapedClass *shaped = ProfileShaped(profile);

	for (int i = 0; i < profile->nshaped; i++, shaped = NextShaped(shaped))
		if (shaped->upright)
			return true;
	for (int i = 0; i < profile->ncover; i++)
		if (ProfileCover(profile)[i].upright)
			return true;
	return false;
}

/* Gives what raw counts of shaped classes are to be multiplied by: 1 unless they are a sample. */
double
ProfileSampleScale(const Profile *profile)
{
	const ShapedClass *shaped = ProfileShaped(profile);
	int64 kept = 0;

	if (profile->threshold == 0)
		return 1;
	for (int i = 0; i < profile->nshaped; i++, shaped = NextShaped(shaped))
		kept += shaped->count;
	return kept == 0 ? 1 : (double) profile->shaped_shipments / kept;
}

/* Gives the stored form behind a datum, and raises an error if this version cannot read it. */
Profile *
ProfileFromDatum(Datum datum)
{
	Profile *profile = DatumGetProfileP(datum);

	if (VARSIZE(profile) < sizeof(Profile) || profile->version != PROFILE_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("unknown version %d of packopt.profile",
						VARSIZE(profile) < sizeof(Profile) ? 0 : profile->version),
				 errhint("The value was written by a newer packopt; update the extension.")));
	return profile;
}

PG_FUNCTION_INFO_V1(packopt_profile_eq);
/* Tells whether two profiles are the same, bit for bit. */
Datum
packopt_profile_eq(PG_FUNCTION_ARGS)
{
	Profile *a = PG_GETARG_PROFILE_P(0);
	Profile *b = PG_GETARG_PROFILE_P(1);

	PG_RETURN_BOOL(VARSIZE(a) == VARSIZE(b) && memcmp(a, b, VARSIZE(a)) == 0);
}

PG_FUNCTION_INFO_V1(packopt_profile_ne);
/* Tells whether two profiles differ. */
Datum
packopt_profile_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!DatumGetBool(packopt_profile_eq(fcinfo)));
}

PG_FUNCTION_INFO_V1(packopt_profile_shipments);
/* Number of shipments in the classes. */
Datum
packopt_profile_shipments(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_GETARG_PROFILE_P(0)->shipments);
}

PG_FUNCTION_INFO_V1(packopt_profile_left_out_total);
/* Number of shipments left out, for whatever reason. */
Datum
packopt_profile_left_out_total(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(ProfileLeftOut(PG_GETARG_PROFILE_P(0)));
}

PG_FUNCTION_INFO_V1(packopt_profile_class_count);
/* Number of classes. */
Datum
packopt_profile_class_count(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);

	PG_RETURN_INT32(profile->nclasses + profile->nshaped);
}

PG_FUNCTION_INFO_V1(packopt_profile_level);
/* Level of coarsening, 0 = exact. */
Datum
packopt_profile_level(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(PG_GETARG_PROFILE_P(0)->level);
}

PG_FUNCTION_INFO_V1(packopt_profile_content_volume);
/* Volume of the contents of all shipments. */
Datum
packopt_profile_content_volume(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(VolumeToDouble(LoadInt128(&PG_GETARG_PROFILE_P(0)->content)));
}

PG_FUNCTION_INFO_V1(packopt_profile_length_unit);
/* Length unit, NULL if not known. */
Datum
packopt_profile_length_unit(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);

	if (profile->length_unit == LENGTH_UNIT_UNKNOWN)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(LengthUnitName((LengthUnit) profile->length_unit)));
}

PG_FUNCTION_INFO_V1(packopt_profile_weight_unit);
/* Weight unit, NULL if not known. */
Datum
packopt_profile_weight_unit(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);

	if (profile->weight_unit == WEIGHT_UNIT_UNKNOWN)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(WeightUnitName((WeightUnit) profile->weight_unit)));
}

PG_FUNCTION_INFO_V1(packopt_profile_bytes);
/* Size in memory. */
Datum
packopt_profile_bytes(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(VARSIZE(PG_GETARG_PROFILE_P(0)));
}

PG_FUNCTION_INFO_V1(packopt_profile_left_out);
/* Rows (reason, shipments) of what was left out. */
Datum
packopt_profile_left_out(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < LEFT_REASONS; i++)
		if (profile->left_out[i] > 0)
		{
			Datum values[2] = {CStringGetTextDatum(LeftOutName((LeftOutReason) i)),
							   Int64GetDatum(profile->left_out[i])};
			bool nulls[2] = {false, false};

			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	return (Datum) 0;
}

/* Writes one row of packopt.profile_classes. */
static void
EmitClass(ReturnSetInfo *result, const int32 (*element)[3], int nelements, int64 count,
		  int128 content, bool upright, uint32 weight_class, Oid box_type)
{
	Datum *boxes = palloc(nelements * sizeof(Datum));
	Datum values[5];
	bool nulls[5] = {false};

	for (int e = 0; e < nelements; e++)
	{
		Box *box = palloc(sizeof(Box));

		memcpy(box->size, element[e], sizeof(box->size));
		boxes[e] = PointerGetDatum(box);
	}
	values[0] = PointerGetDatum(
		construct_array(boxes, nelements, box_type, sizeof(Box), false, TYPALIGN_INT));
	values[1] = Int64GetDatum(count);
	values[2] = Float8GetDatum(VolumeToDouble(content));
	values[3] = BoolGetDatum(upright);
	values[4] = Int64GetDatum(weight_class);
	nulls[4] = weight_class == 0;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

PG_FUNCTION_INFO_V1(packopt_profile_classes);
/* Rows (boxes, shipments, content_volume, upright, weight_class): the classes. */
Datum
packopt_profile_classes(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);
	const ShapedClass *shaped = ProfileShaped(profile);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext row_context;
	MemoryContext old;
	Oid box_type;

	InitMaterializedSRF(fcinfo, 0);
	box_type = get_element_type(TupleDescAttr(result->setDesc, 0)->atttypid);
	row_context = AllocSetContextCreate(CurrentMemoryContext, "packopt row", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(row_context);
	for (int i = 0; i < profile->nclasses; i++)
	{
		const ProfileClass *class = &ProfileClasses(profile)[i];

		CHECK_FOR_INTERRUPTS();
		EmitClass(result, &class->size, 1, class->count, ProfileClassContent(profile, i), false,
				  class->weight_class, box_type);
		MemoryContextReset(row_context);
	}
	for (int i = 0; i < profile->nshaped; i++, shaped = NextShaped(shaped))
	{
		CHECK_FOR_INTERRUPTS();
		EmitClass(result, shaped->element, shaped->nelements, shaped->count,
				  LoadInt128(&shaped->content) * shaped->count, shaped->upright,
				  shaped->weight_class, box_type);
		MemoryContextReset(row_context);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(row_context);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(packopt_profile_gap);
/* Gap between pieces. */
Datum
packopt_profile_gap(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(FixedToDouble(PG_GETARG_PROFILE_P(0)->gap));
}

PG_FUNCTION_INFO_V1(packopt_profile_weight_step);
/* Step of the weight classes; NULL if weights are not kept. */
Datum
packopt_profile_weight_step(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);

	if (profile->weight_step == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(FixedToDouble(profile->weight_step));
}

PG_FUNCTION_INFO_V1(packopt_profile_sampled);
/* Whether the classes of several pieces are a sample. */
Datum
packopt_profile_sampled(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_GETARG_PROFILE_P(0)->threshold != 0);
}
