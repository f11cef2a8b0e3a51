/*
 * profilestate.c
 *	  A profile while it is being aggregated.
 *
 * The transition type of the aggregates is packopt.profile itself, so that every executor that ships
 * aggregate states by their type (parallel workers, Citus) can split them. While rows come in, the
 * value is an expanded object: the classes in an open-addressing hash table that grows by doubling
 * (shaped ones in a table of their own, shapedset.c). It is flattened, sorted, when it enters a tuple.
 *
 * Merging is exact and associative: counts and volumes are integers, classes are in canonical order,
 * and the level of coarsening is the lowest at which all classes fit under the cap. That level does
 * not depend on the order of arrival: the number of classes at a level only grows with the data, so
 * a part that overflows a level proves that the whole does; and levels nest, so rounding at once or
 * step by step gives the same dimensions.
 */
#include "kernel.h"

#include "common/int.h"

#include "orderpack.h"
#include "profile.h"
#include "shapedset.h"

#define PROFILE_STATE_MAGIC 0x50AC0B7
#define INITIAL_SLOTS       64

struct ProfileState
{
	ExpandedObjectHeader header;
	int magic;
	LengthUnit length_unit;
	WeightUnit weight_unit;
	int level;
	int32 max_classes;
	int32 nclasses;
	uint32 nslots;      /* a power of two */
	ProfileClass *slot; /* count = 0: free */
	int128 *content;    /* per slot; NULL at level 0 */
	int64 shipments;
	int128 total_content;
	int64 left_out[LEFT_SLOTS];
	bool packing_known; /* gap and weight_step are settled */
	int32 gap;
	int64 weight_step;
	ShapedSet shaped;
	OrderPacker *packer; /* made with the first order */
};

static Size StateFlatSize(ExpandedObjectHeader *header);
static void StateFlattenInto(ExpandedObjectHeader *header, void *result, Size allocated);

static const ExpandedObjectMethods profile_state_methods = {StateFlatSize, StateFlattenInto};

/* Mixes the 16 bytes of a class's key. */
static inline uint32
HashClass(const int32 size[3], uint32 weight_class)
{
	uint64 a = ((uint64) (uint32) size[0] << 32) | (uint32) size[1];
	uint64 b = ((uint64) (uint32) size[2] << 32) | weight_class;
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
	ShapedSetInit(&state->shaped, context);
	return state;
}

/* Finds the slot of a class, or the free one where it belongs. */
static inline uint32
FindSlot(const ProfileState *state, const int32 size[3], uint32 weight_class)
{
	uint32 mask = state->nslots - 1;
	uint32 i = HashClass(size, weight_class) & mask;

	for (;; i = (i + 1) & mask)
	{
		const ProfileClass *slot = &state->slot[i];

		if (slot->count == 0 || (slot->size[0] == size[0] && slot->size[1] == size[1] &&
								 slot->size[2] == size[2] && slot->weight_class == weight_class))
			return i;
	}
}

/* Adds count shipments to a class whose dimensions are of the state's level already. */
static inline void
AddToSlot(ProfileState *state, const int32 size[3], uint32 weight_class, int64 count,
		  int128 content)
{
	uint32 i = FindSlot(state, size, weight_class);
	ProfileClass *slot = &state->slot[i];

	if (slot->count == 0)
	{
		memcpy(slot->size, size, sizeof(slot->size));
		slot->weight_class = weight_class;
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
	state->content =
		level == 0 ? NULL
				   : MemoryContextAllocExtended(context, nslots * sizeof(int128), MCXT_ALLOC_HUGE);
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
		AddToSlot(state, size, class->weight_class, class->count, content);
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
	AddToSlot(state, size, class->weight_class, class->count, content);
	MakeRoom(state);
}

/* Adds count shipments of one freely turned piece of the given (sorted) lengths. */
void
ProfileStateAddPiece(ProfileState *state, const int32 size[3], int64 count)
{
	ProfileClass class = {.size = {size[0], size[1], size[2]}, .count = count};

	ProfileStateAddClass(state, &class, VolumeOf(size) * count);
}

/* Gives the class of a weight: whole steps, rounded up; 0 where weights are not kept or not known. */
static uint32
WeightClass(const ProfileState *state, int128 weight)
{
	int128 steps;

	if (state->weight_step == 0 || weight <= 0)
		return 0;
	steps = (weight + state->weight_step - 1) / state->weight_step;
	return steps > PG_UINT32_MAX ? PG_UINT32_MAX : (uint32) steps;
}

/*
 * Adds one shipment of nlines lines and so many pieces in all. One freely turned piece is a plain
 * class; anything else is packed into its footprint. What cannot be packed is left out, counted.
 */
void
ProfileStateAddOrder(ProfileState *state, const OrderLine *line, int nlines, int64 pieces)
{
	OrderLine single;
	ShapedClass *shaped;
	int128 weight = 0;
	int problem;

	if (pieces > ORDER_MAX_PIECES)
	{
		ProfileStateLeaveOut(state, LEFT_TOO_MANY_PIECES, 1);
		return;
	}
	for (int i = 0; i < nlines; i++)
	{
		if (line[i].weight == 0)
		{
			weight = 0; /* of one piece not known, so of the shipment not known */
			break;
		}
		weight += (int128) line[i].weight * line[i].quantity;
	}
	if (pieces == 1)
	{
		single = line[0];
		single.flags &= ~(uint32) PIECE_FRAGILE; /* there is nothing that could lie on it */
		line = &single;
		if (single.flags == 0)
		{
			ProfileClass class = {.weight_class = WeightClass(state, weight), .count = 1};

			SortLengths(single.size, class.size);
			ProfileStateAddClass(state, &class, VolumeOf(class.size));
			return;
		}
	}

	if (state->packer == NULL)
		state->packer = OrderPackerCreate(state->header.eoh_context);
	problem = OrderPackerShape(state->packer, line, nlines, state->gap, &shaped);
	if (problem != LEFT_NONE)
	{
		ProfileStateLeaveOut(state, (LeftOutReason) problem, 1);
		return;
	}
	shaped->count = 1;
	shaped->weight_class = WeightClass(state, weight);
	state->shipments = AddCounts(state->shipments, 1);
	state->total_content = AddVolumes(state->total_content, LoadInt128(&shaped->content));
	ShapedSetAdd(&state->shaped, shaped);
	shaped->weight_class = 0;
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

/*
 * Settles the gap between pieces and the step of the weight classes (0 = weights are not kept), or
 * raises an error if others are settled.
 */
void
ProfileStateSetPacking(ProfileState *state, int32 gap, int64 weight_step)
{
	char have[FIXED_TEXT_SIZE];
	char want[FIXED_TEXT_SIZE];

	if (state->shipments > 0)
		state->packing_known = true; /* by the default, no gap and no weights */
	if (state->packing_known && state->gap != gap)
	{
		FixedFormat(state->gap, have);
		FixedFormat(gap, want);
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("cannot merge profiles packed with gaps of %s and %s", have, want),
						errhint("Build both profiles with the same gap.")));
	}
	if (state->packing_known && state->weight_step != weight_step)
	{
		FixedFormat(state->weight_step, have);
		FixedFormat(weight_step, want);
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("cannot merge profiles with weight steps of %s and %s", have, want),
						errdetail("A step of 0 means that weights were not kept."),
						errhint("Build both profiles with the same weight_step.")));
	}
	state->gap = gap;
	state->weight_step = weight_step;
	state->packing_known = true;
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
	if (other->shipments > 0 || other->gap != 0 || other->weight_step != 0)
		ProfileStateSetPacking(state, other->gap, other->weight_step);
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
	state->shipments = AddCounts(state->shipments, other->shaped_shipments);
	state->total_content = AddVolumes(state->total_content, LoadInt128(&other->shaped_content));
	ShapedSetMerge(&state->shaped, other);
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

	ShapedSetPrune(&state->shaped);
	return ProfileSize(state->nclasses, state->level, state->shaped.bytes, state->shaped.ncover);
}

/* A class on its way to its place in the stored form, with its content at levels above 0. */
typedef struct SortedClass
{
	ProfileClass class;
	StoredInt128 content;
} SortedClass;

#define ST_SORT          SortProfileClasses
#define ST_ELEMENT_TYPE  ProfileClass
#define ST_COMPARE(a, b) ProfileClassCompare(a, b)
#define ST_SCOPE         static
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT          SortCoarseClasses
#define ST_ELEMENT_TYPE  SortedClass
#define ST_COMPARE(a, b) ProfileClassCompare(&(a)->class, &(b)->class)
#define ST_SCOPE         static
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
	profile->weight_step = state->weight_step;
	profile->gap = state->gap;
	profile->nshaped = state->shaped.n;
	profile->shaped_bytes = state->shaped.bytes;
	profile->shaped_shipments = state->shaped.shipments;
	profile->shaped_content = StoreInt128(state->shaped.content);
	profile->threshold = state->shaped.threshold;
	profile->ncover = state->shaped.ncover;
	profile->cover_level = state->shaped.cover_level;
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
	ShapedSetFlatten(&state->shaped, (char *) ProfileShaped(profile));
}

/* Gives the stored form in the current memory context. */
Profile *
ProfileStateFlatten(ProfileState *state)
{
	Size size = StateFlatSize(&state->header);
	Profile *profile;

	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("profile of %d classes is too large", state->nclasses + state->shaped.n)));
	profile = palloc(size);
	StateFlattenInto(&state->header, profile, size);
	return profile;
}
