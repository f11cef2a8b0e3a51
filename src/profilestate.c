/*
 * profilestate.c
 *	  A profile while it is being aggregated.
 *
 * The transition type of the aggregates is packopt.profile itself, so that every executor that ships
 * aggregate states by their type (parallel workers, Citus) can split them. While rows come in, the
 * value is an expanded object: the classes in an open-addressing hash table that grows by doubling.
 * It is flattened, sorted, when it enters a tuple.
 *
 * Merging is exact and associative: counts and volumes are integers, classes are in canonical order,
 * and the level of coarsening is the lowest at which all classes fit under the cap. That level does
 * not depend on the order of arrival: the number of classes at a level only grows with the data, so
 * a part that overflows a level proves that the whole does; and levels nest, so rounding at once or
 * step by step gives the same dimensions.
 */
#include "kernel.h"

#include "common/int.h"

#include "profile.h"

#define PROFILE_STATE_MAGIC 0x50AC0B7
#define INITIAL_SLOTS 64

struct ProfileState
{
	ExpandedObjectHeader header;
	int magic;
	LengthUnit length_unit;
	WeightUnit weight_unit;
	int level;
	int32 max_classes;
	int32 nclasses;
	uint32 nslots;		/* a power of two */
	ProfileClass *slot; /* count = 0: free */
	int128 *content;	/* per slot; NULL at level 0 */
	int64 shipments;
	int128 total_content;
	int64 left_out[LEFT_SLOTS];
};

static Size StateFlatSize(ExpandedObjectHeader *header);
static void StateFlattenInto(ExpandedObjectHeader *header, void *result, Size allocated);

static const ExpandedObjectMethods profile_state_methods = {StateFlatSize, StateFlattenInto};

/* Mixes the 16 bytes of a class's key. */
static inline uint32
HashClass(const int32 size[3], uint32 tag)
{
	uint64 a = ((uint64) (uint32) size[0] << 32) | (uint32) size[1];
	uint64 b = ((uint64) (uint32) size[2] << 32) | tag;
	uint64 h = a * UINT64CONST(0x9E3779B97F4A7C15);

	h = ((h << 31) | (h >> 33)) ^ b;
	h *= UINT64CONST(0xD6E8FEB86659FD93);
	h ^= h >> 32;
	h *= UINT64CONST(0xD6E8FEB86659FD93);
	return (uint32) (h >> 32);
}

/* Raises the error of totals that leave their range. */
static void
RaiseOverflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("profile counts out of range"),
			 errdetail("A profile holds up to 9 x 10^18 shipments and 10^38 units of volume.")));
}

/* Adds counts or raises an error. */
static inline int64
AddCounts(int64 a, int64 b)
{
	int64 sum;

	if (unlikely(pg_add_s64_overflow(a, b, &sum)))
		RaiseOverflow();
	return sum;
}

/* Adds volumes or raises an error. */
static inline int128
AddVolumes(int128 a, int128 b)
{
	int128 sum;

	if (unlikely(__builtin_add_overflow(a, b, &sum)))
		RaiseOverflow();
	return sum;
}

/* Creates an empty state as a child of the given context. */
ProfileState *
ProfileStateCreate(MemoryContext parent)
{
	MemoryContext context =
		AllocSetContextCreate(parent, "packopt profile", ALLOCSET_START_SMALL_SIZES);
	ProfileState *state = MemoryContextAllocZero(context, sizeof(ProfileState));

	EOH_init_header(&state->header, &profile_state_methods, context);
	state->magic = PROFILE_STATE_MAGIC;
	state->max_classes = PROFILE_DEFAULT_MAX_CLASSES;
	state->nslots = INITIAL_SLOTS;
	state->slot = MemoryContextAllocZero(context, INITIAL_SLOTS * sizeof(ProfileClass));
	return state;
}

/* Finds the slot of a class, or the free one where it belongs. */
static inline uint32
FindSlot(const ProfileState *state, const int32 size[3], uint32 tag)
{
	uint32 mask = state->nslots - 1;
	uint32 i = HashClass(size, tag) & mask;

	for (;; i = (i + 1) & mask)
	{
		const ProfileClass *slot = &state->slot[i];

		if (slot->count == 0 || (slot->size[0] == size[0] && slot->size[1] == size[1] &&
								 slot->size[2] == size[2] && slot->tag == tag))
			return i;
	}
}

/* Adds count shipments to a class whose dimensions are of the state's level already. */
static inline void
AddToSlot(ProfileState *state, const int32 size[3], uint32 tag, int64 count, int128 content)
{
	uint32 i = FindSlot(state, size, tag);
	ProfileClass *slot = &state->slot[i];

	if (slot->count == 0)
	{
		memcpy(slot->size, size, sizeof(slot->size));
		slot->tag = tag;
		slot->count = count;
		state->nclasses++;
		if (state->content != NULL)
			state->content[i] = content;
	}
	else
	{
		slot->count = AddCounts(slot->count, count);
		if (state->content != NULL)
			state->content[i] = AddVolumes(state->content[i], content);
	}
}

/* Moves all classes into a table of nslots slots, rounding them up to the given level. */
static void
Rebuild(ProfileState *state, uint32 nslots, int level)
{
	MemoryContext context = state->header.eoh_context;
	ProfileClass *old_slot = state->slot;
	int128 *old_content = state->content;
	uint32 old_nslots = state->nslots;

	state->slot = MemoryContextAllocExtended(context, nslots * sizeof(ProfileClass),
											 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	state->content = level == 0 ? NULL
								: MemoryContextAllocExtended(context, nslots * sizeof(int128),
															 MCXT_ALLOC_HUGE);
	state->nslots = nslots;
	state->nclasses = 0;
	for (uint32 i = 0; i < old_nslots; i++)
	{
		ProfileClass *class = &old_slot[i];
		int32 size[3];
		int128 content;

		if (class->count == 0)
			continue;
		content = old_content != NULL ? old_content[i] : VolumeOf(class->size) * class->count;
		for (int k = 0; k < 3; k++)
			size[k] = CoarsenLength(class->size[k], level);
		AddToSlot(state, size, class->tag, class->count, content);
	}
	state->level = level;
	pfree(old_slot);
	if (old_content != NULL)
		pfree(old_content);
}

/* Coarsens until the classes fit under the cap, and keeps the table at most 5/8 full. */
static void
MakeRoom(ProfileState *state)
{
	while (state->nclasses > state->max_classes && state->level < PROFILE_MAX_LEVEL)
		Rebuild(state, state->nslots, state->level + 1);
	if ((uint64) state->nclasses * 8 > (uint64) state->nslots * 5)
		Rebuild(state, state->nslots * 2, state->level);
}

/* Adds count shipments of total volume content to a class of any lower or equal level. */
void
ProfileStateAddClass(ProfileState *state, const ProfileClass *class, int128 content)
{
	int32 size[3];

	state->shipments = AddCounts(state->shipments, class->count);
	state->total_content = AddVolumes(state->total_content, content);
	for (int k = 0; k < 3; k++)
		size[k] = CoarsenLength(class->size[k], state->level);
	AddToSlot(state, size, class->tag, class->count, content);
	MakeRoom(state);
}

/* Adds count shipments of one freely turned piece of the given (sorted) lengths. */
void
ProfileStateAddPiece(ProfileState *state, const int32 size[3], int64 count)
{
	ProfileClass class = {.size = {size[0], size[1], size[2]}, .tag = 0, .count = count};

	ProfileStateAddClass(state, &class, VolumeOf(size) * count);
}

/* Counts shipments that cannot be used, by reason. */
void
ProfileStateLeaveOut(ProfileState *state, LeftOutReason reason, int64 shipments)
{
	state->left_out[reason] = AddCounts(state->left_out[reason], shipments);
}

/* Lets the unit be known, or raises an error if another one is. */
void
ProfileStateSetUnits(ProfileState *state, LengthUnit length_unit, WeightUnit weight_unit)
{
	if (length_unit != LENGTH_UNIT_UNKNOWN)
	{
		if (state->length_unit != LENGTH_UNIT_UNKNOWN && state->length_unit != length_unit)
			ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
							errmsg("cannot merge profiles in %s and %s",
								   LengthUnitName(state->length_unit), LengthUnitName(length_unit)),
							errhint("Build both profiles in the same length unit.")));
		state->length_unit = length_unit;
	}
	if (weight_unit != WEIGHT_UNIT_UNKNOWN)
	{
		if (state->weight_unit != WEIGHT_UNIT_UNKNOWN && state->weight_unit != weight_unit)
			ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
							errmsg("cannot merge profiles in %s and %s",
								   WeightUnitName(state->weight_unit), WeightUnitName(weight_unit)),
							errhint("Build both profiles in the same weight unit.")));
		state->weight_unit = weight_unit;
	}
}

/* Lowers the cap on the number of classes, and coarsens where that needs it. */
void
ProfileStateSetMaxClasses(ProfileState *state, int32 max_classes)
{
	state->max_classes = Min(state->max_classes, max_classes);
	MakeRoom(state);
}

/* Merges another profile into the state. */
void
ProfileStateMerge(ProfileState *state, const Profile *other)
{
	const ProfileClass *class = ProfileClasses(other);

	ProfileStateSetUnits(state, (LengthUnit) other->length_unit, (WeightUnit) other->weight_unit);
	if (other->level > state->level)
		Rebuild(state, state->nslots, other->level);
	ProfileStateSetMaxClasses(state, other->max_classes);
	for (int i = 0; i < LEFT_SLOTS; i++)
		state->left_out[i] = AddCounts(state->left_out[i], other->left_out[i]);
	for (int i = 0; i < other->nclasses; i++)
	{
		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		ProfileStateAddClass(state, &class[i], ProfileClassContent(other, i));
	}
}

/* Gives the state behind a datum, building one under parent if it is flat. */
ProfileState *
ProfileStateFromDatum(Datum datum, MemoryContext parent)
{
	ProfileState *state;

	if (VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(datum)))
	{
		state = (ProfileState *) DatumGetEOHP(datum);
		if (state->magic != PROFILE_STATE_MAGIC)
			elog(ERROR, "not a packopt profile");
		return state;
	}
	state = ProfileStateCreate(parent);
	ProfileStateMerge(state, ProfileFromDatum(datum));
	return state;
}

/* Gives the datum that stands for the state while it is aggregated. */
Datum
ProfileStateDatum(ProfileState *state)
{
	return EOHPGetRWDatum(&state->header);
}

/* Expanded-object method: the size of the stored form. */
static Size
StateFlatSize(ExpandedObjectHeader *header)
{
	ProfileState *state = (ProfileState *) header;
	Size class_size = sizeof(ProfileClass) + (state->level > 0 ? sizeof(StoredInt128) : 0);

	return add_size(sizeof(Profile), mul_size(state->nclasses, class_size));
}

/* A class on its way to its place in the stored form, with its content at levels above 0. */
typedef struct SortedClass
{
	ProfileClass class;
	StoredInt128 content;
} SortedClass;

#define ST_SORT SortProfileClasses
#define ST_ELEMENT_TYPE ProfileClass
#define ST_COMPARE(a, b) ProfileClassCompare(a, b)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT SortCoarseClasses
#define ST_ELEMENT_TYPE SortedClass
#define ST_COMPARE(a, b) ProfileClassCompare(&(a)->class, &(b)->class)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Writes the classes of a coarsened state, and behind them their contents. */
static void
FlattenCoarse(ProfileState *state, Profile *profile)
{
	SortedClass *sorted =
		MemoryContextAllocHuge(CurrentMemoryContext, Max(state->nclasses, 1) * sizeof(SortedClass));
	ProfileClass *class = (ProfileClass *) (profile + 1);
	StoredInt128 *content = (StoredInt128 *) (class + state->nclasses);
	int n = 0;

	for (uint32 i = 0; i < state->nslots; i++)
		if (state->slot[i].count != 0)
		{
			sorted[n].class = state->slot[i];
			sorted[n++].content = StoreInt128(state->content[i]);
		}
	SortCoarseClasses(sorted, n);
	for (int i = 0; i < n; i++)
	{
		class[i] = sorted[i].class;
		content[i] = sorted[i].content;
	}
	pfree(sorted);
}

/* Expanded-object method: writes the stored form. */
static void
StateFlattenInto(ExpandedObjectHeader *header, void *result, Size allocated)
{
	ProfileState *state = (ProfileState *) header;
	Profile *profile = (Profile *) result;

	Assert(allocated == StateFlatSize(header));
	memset(profile, 0, sizeof(Profile));
	SET_VARSIZE(profile, allocated);
	profile->version = PROFILE_VERSION;
	profile->length_unit = state->length_unit;
	profile->weight_unit = state->weight_unit;
	profile->level = state->level;
	profile->max_classes = state->max_classes;
	profile->nclasses = state->nclasses;
	profile->shipments = state->shipments;
	profile->content = StoreInt128(state->total_content);
	memcpy(profile->left_out, state->left_out, sizeof(profile->left_out));
	if (state->level > 0)
		FlattenCoarse(state, profile);
	else
	{
		ProfileClass *class = (ProfileClass *) (profile + 1);
		int n = 0;

		for (uint32 i = 0; i < state->nslots; i++)
			if (state->slot[i].count != 0)
				class[n++] = state->slot[i];
		SortProfileClasses(class, n);
	}
}

/* Gives the stored form in the current memory context. */
Profile *
ProfileStateFlatten(ProfileState *state)
{
	Size size = StateFlatSize(&state->header);
	Profile *profile;

	if (!AllocSizeIsValid(size))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("profile of %d classes is too large", state->nclasses)));
	profile = palloc(size);
	StateFlattenInto(&state->header, profile, size);
	return profile;
}
