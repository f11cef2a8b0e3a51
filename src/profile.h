/*
 * profile.h
 *	  packopt.profile: mergeable demand.
 */
#ifndef PACKOPT_PROFILE_H
#define PACKOPT_PROFILE_H

#include "kernel.h"

#include "utils/expandeddatum.h"

#include "compat.h"
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
	LEFT_SEVERAL_PIECES = 7,
	LEFT_HANDLING = 8,
	LEFT_REASONS = 9
} LeftOutReason;

#define LEFT_SLOTS 16 /* room in the stored form */
#define LEFT_NONE (-1)

/* Classes a profile keeps apart at most; above, their dimensions are rounded up until they fit. */
#define PROFILE_DEFAULT_MAX_CLASSES 1000000
#define PROFILE_MIN_MAX_CLASSES 100

/* Coarsening level e > 0 rounds dimensions up to multiples of 2^e / 32 units. */
#define PROFILE_MAX_LEVEL 20
#define PROFILE_LEVEL_STEP (LENGTH_SCALE / 32)

/*
 * A class of alike shipments: those of one freely turned piece with these sorted lengths (longest
 * first). tag is reserved and 0.
 */
typedef struct ProfileClass
{
	int32 size[3];
	uint32 tag;
	int64 count;
} ProfileClass;

/* A 128-bit sum in two halves: stored values are only aligned to eight bytes. */
typedef struct StoredInt128
{
	uint64 low;
	uint64 high;
} StoredInt128;

/*
 * The stored form. Behind the header stand nclasses classes in ascending order of (size, tag) and,
 * at a level above 0, as many content volumes (at level 0 a class's content is its box times its
 * count).
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
	int64 shipments;
	StoredInt128 content;
	int64 left_out[LEFT_SLOTS];
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
#define PG_GETARG_PROFILE_P(n) ProfileFromDatum(PG_GETARG_DATUM(n))

/* profile.c */
extern Profile *ProfileFromDatum(Datum datum);
extern const char *LeftOutName(LeftOutReason reason);
extern int64 ProfileLeftOut(const Profile *profile);
extern int ProfileClassCompare(const ProfileClass *a, const ProfileClass *b);
extern int32 CoarsenLength(int32 length, int level);

/* profilestate.c */
extern ProfileState *ProfileStateCreate(MemoryContext parent);
extern ProfileState *ProfileStateFromDatum(Datum datum, MemoryContext parent);
extern Datum ProfileStateDatum(ProfileState *state);
extern void ProfileStateAddPiece(ProfileState *state, const int32 size[3], int64 count);
extern void ProfileStateLeaveOut(ProfileState *state, LeftOutReason reason, int64 shipments);
extern void ProfileStateMerge(ProfileState *state, const Profile *other);
extern void ProfileStateSetUnits(ProfileState *state, LengthUnit length_unit,
								 WeightUnit weight_unit);
extern void ProfileStateSetMaxClasses(ProfileState *state, int32 max_classes);
extern Profile *ProfileStateFlatten(ProfileState *state);
extern void ProfileStateAddClass(ProfileState *state, const ProfileClass *class, int128 content);

#endif /* PACKOPT_PROFILE_H */
