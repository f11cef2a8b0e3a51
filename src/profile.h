/*
 * profile.h
 *	  packopt.profile: mergeable demand.
 */
#ifndef PACKOPT_PROFILE_H
#define PACKOPT_PROFILE_H

#include "kernel.h"

#include "storage/shmem.h"
#include "utils/expandeddatum.h"

#include "classtable.h"
#include "compat.h"
#include "orderlines.h"
#include "types.h"
#include "units.h"

#define PROFILE_VERSION 1

/* Why a shipment is not among the classes. Stored: never renumber. */
typedef enum LeftOutReason
{
	LEFT_NULL_SHIPMENT = 0,
	LEFT_NULL_DIMENSION = 1,
	LEFT_ZERO_DIMENSION = 2,
	LEFT_NEGATIVE_DIMENSION = 3,
	LEFT_NOT_FINITE = 4,
	LEFT_TOO_LARGE = 5,
	LEFT_BAD_QUANTITY = 6,
	LEFT_TOO_MANY_PIECES = 7,
	LEFT_OVERWEIGHT = 8,
	LEFT_NULL_SHIPPED_AT = 9,
	LEFT_REASONS = 10
} LeftOutReason;

#define LEFT_SLOTS 16 /* room in the stored form */
#define LEFT_NONE  (-1)

/* Classes a profile keeps apart at most; above, their dimensions are rounded up until they fit. */
#define PROFILE_DEFAULT_MAX_CLASSES 1000000
#define PROFILE_MIN_MAX_CLASSES     100

/* Shaped classes that a profile keeps at most, and bytes that they may take; above, it samples. */
#define PROFILE_MAX_SHAPED       1000000
#define PROFILE_MAX_SHAPED_BYTES (INT64CONST(64) * 1024 * 1024)

/* Places that stand for what the sample left out; above, they are coarsened. */
#define PROFILE_MAX_COVER 1000

/* A 128-bit sum in two halves: stored values are only aligned to eight bytes. */
typedef struct StoredInt128
{
	uint64 low;
	uint64 high;
} StoredInt128;

/*
 * A shaped class: alike shipments by all their minimal boxes (a footprint, see footprint.h), in
 * lexicographic order, and the volume of the content of one of them.
 */
typedef struct ShapedClass
{
	uint16 nelements;
	uint16 upright; /* elements are (x >= y, z vertical), else sorted, longest first */
	uint32 weight_class;
	int64 count;
	StoredInt128 content;
	int32 element[FLEXIBLE_ARRAY_MEMBER][3];
} ShapedClass;

/* What must be covered for the shaped classes that a sample left out: one of their minimal boxes. */
typedef struct CoverPlace
{
	int32 size[3];
	int32 upright; /* as in ShapedClass */
} CoverPlace;

/*
 * The stored form. Behind the header stand
 *	  nclasses plain classes in ascending order of (size, weight_class);
 *	  at a level above 0, as many content volumes (at level 0 a class's content is its box times its
 *	  count);
 *	  nshaped shaped classes in canonical order, each at a multiple of eight bytes;
 *	  ncover places of shaped classes that the sample left out, in canonical order.
 *
 * Where there are too many shaped classes, those with the smallest hashes stay: all below
 * threshold, which is 0 while none was left out. Their counts are raw; shaped_shipments and
 * shaped_content tell the totals, so that sums can be scaled. A place of what was left out must be
 * covered by every suite, but has no weight.
 */
typedef struct Profile
{
	int32 vl_len_;
	uint8 version;
	uint8 length_unit;
	uint8 weight_unit;
	uint8 level;
	int32 max_classes;
	int32 nclasses;
	int64 shipments; /* in all classes */
	StoredInt128 content;
	int64 left_out[LEFT_SLOTS];
	int64 weight_step; /* fixed-point; 0 = weights are not kept */
	int32 gap;         /* between pieces, fixed-point */
	int32 nshaped;
	int64 shaped_bytes;
	int64 shaped_shipments;
	StoredInt128 shaped_content;
	uint64 threshold;
	int32 ncover;
	int32 cover_level;
} Profile;

/* The form while aggregating: the same content with the classes in a hash table. */
typedef struct ProfileState ProfileState;

/* Builds a 128-bit number from its stored halves. */
static inline int128
LoadInt128(const StoredInt128 *stored)
{
	return (int128) (((uint128) stored->high << 64) | stored->low);
}

/* Splits a 128-bit number into its stored halves. */
static inline StoredInt128
StoreInt128(int128 value)
{
	StoredInt128 stored = {(uint64) (uint128) value, (uint64) ((uint128) value >> 64)};

	return stored;
}

static inline const ProfileClass *
ProfileClasses(const Profile *profile)
{
	return (const ProfileClass *) (profile + 1);
}

static inline const StoredInt128 *
ProfileContents(const Profile *profile)
{
	return (const StoredInt128 *) (ProfileClasses(profile) + profile->nclasses);
}

/* Gives the bytes that a shaped class of so many elements takes. */
static inline Size
ShapedClassSize(int nelements)
{
	return MAXALIGN(offsetof(ShapedClass, element) + (Size) nelements * 3 * sizeof(int32));
}

/* Gives the first of the shaped classes. */
static inline const ShapedClass *
ProfileShaped(const Profile *profile)
{
	return (const ShapedClass *) (profile->level > 0 ? (const char *) (ProfileContents(profile) +
																	   profile->nclasses)
													 : (const char *) ProfileContents(profile));
}

/* Gives the shaped class behind another one. */
static inline const ShapedClass *
NextShaped(const ShapedClass *shaped)
{
	return (const ShapedClass *) ((const char *) shaped + ShapedClassSize(shaped->nelements));
}

/* Gives the places of what the sample left out. */
static inline const CoverPlace *
ProfileCover(const Profile *profile)
{
	return (const CoverPlace *) ((const char *) ProfileShaped(profile) + profile->shaped_bytes);
}

/* Computes the size of a stored profile. */
static inline Size
ProfileSize(int32 nclasses, int level, int64 shaped_bytes, int32 ncover)
{
	Size class_size = sizeof(ProfileClass) + (level > 0 ? sizeof(StoredInt128) : 0);

	return add_size(add_size(sizeof(Profile), mul_size(nclasses, class_size)),
					add_size(shaped_bytes, (Size) ncover * sizeof(CoverPlace)));
}

/* Computes the volume of the contents of all shipments of class i. */
static inline int128
ProfileClassContent(const Profile *profile, int i)
{
	const ProfileClass *class = &ProfileClasses(profile)[i];

	if (profile->level > 0)
		return LoadInt128(&ProfileContents(profile)[i]);
	return VolumeOf(class->size) * class->count;
}

#define DatumGetProfileP(datum) ((Profile *) PG_DETOAST_DATUM(datum))
#define PG_GETARG_PROFILE_P(n)  ProfileFromDatum(PG_GETARG_DATUM(n))

/* profile.c */
extern Profile *ProfileFromDatum(Datum datum);
extern const char *LeftOutName(LeftOutReason reason);
extern int64 ProfileLeftOut(const Profile *profile);
extern int ShapedClassCompare(const ShapedClass *a, const ShapedClass *b);
extern uint64 ShapedClassHash(const ShapedClass *shaped);
extern bool ProfileNeedsVertical(const Profile *profile);
extern double ProfileSampleScale(const Profile *profile);

/* profilefilter.c */
typedef bool (*KeepPlainClass)(const ProfileClass *class, void *arg);
typedef bool (*KeepShapedClass)(const ShapedClass *class, void *arg);
extern Profile *ProfileFilter(const Profile *profile, KeepPlainClass keep_plain,
							  KeepShapedClass keep_shaped, void *arg);
extern Profile *ProfileWithoutOverweight(const Profile *profile, int64 max_weight);

/* profilestate.c */
extern ProfileState *ProfileStateCreate(MemoryContext parent);
extern ProfileState *ProfileStateFromDatum(Datum datum, MemoryContext parent);
extern Datum ProfileStateDatum(ProfileState *state);
extern void ProfileStateAddPiece(ProfileState *state, const int32 size[3], int64 count);
extern void
ProfileStateAddOrder(ProfileState *state, const OrderLine *line, int nlines, int64 pieces);
extern void ProfileStateSetPacking(ProfileState *state, int32 gap, int64 weight_step);
extern void ProfileStateLeaveOut(ProfileState *state, LeftOutReason reason, int64 shipments);
extern void ProfileStateMerge(ProfileState *state, const Profile *other);
extern void
ProfileStateSetUnits(ProfileState *state, LengthUnit length_unit, WeightUnit weight_unit);
extern void ProfileStateSetMaxClasses(ProfileState *state, int32 max_classes);
extern Profile *ProfileStateFlatten(ProfileState *state);
extern void ProfileStateAddClass(ProfileState *state, const ProfileClass *class, int128 content);

#endif /* PACKOPT_PROFILE_H */
