/*
 * profilestate.c
 *	  A profile while it is being aggregated.
 *
 * The transition type of the aggregates is packopt.profile itself, so that every executor that ships
 * aggregate states by their type (parallel workers, Citus) can split them. While rows come in, the
 * value is an expanded object: the classes in an open-addressing hash table that grows by doubling
 * (classtable.c; shaped ones in a table of their own, shapedset.c). It is flattened, sorted, when it
 * enters a tuple. Merging is exact and associative, because the tables are.
 */
#include "kernel.h"

#include "common/int.h"

#include "orderpack.h"
#include "profile.h"
#include "shapedset.h"

#define PROFILE_STATE_MAGIC 0x50AC0B7

struct ProfileState
{
	ExpandedObjectHeader header;
	int magic;
	LengthUnit length_unit;
	WeightUnit weight_unit;
	ClassTable plain;
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
	MemoryContext old;

	EOH_init_header(&state->header, &profile_state_methods, context);
	state->magic = PROFILE_STATE_MAGIC;
	old = MemoryContextSwitchTo(context);
	ClassTableInit(&state->plain, PROFILE_DEFAULT_MAX_CLASSES);
	MemoryContextSwitchTo(old);
	ShapedSetInit(&state->shaped, context);
	return state;
}

/* Adds the shipments of a plain class of any level up to the state's, of total volume content. */
void
ProfileStateAddClass(ProfileState *state, const ProfileClass *class, int128 content)
{
	MemoryContext old = MemoryContextSwitchTo(state->header.eoh_context);

	state->shipments = AddCounts(state->shipments, class->count);
	state->total_content = AddVolumes(state->total_content, content);
	if (unlikely(!ClassTableAdd(&state->plain, class, content)))
		RaiseOverflow();
	MemoryContextSwitchTo(old);
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
	MemoryContext old = MemoryContextSwitchTo(state->header.eoh_context);

	if (!ClassTableLowerMax(&state->plain, max_classes))
		RaiseOverflow();
	MemoryContextSwitchTo(old);
}

/* Merges another profile into the state. */
void
ProfileStateMerge(ProfileState *state, const Profile *other)
{
	const ProfileClass *class = ProfileClasses(other);
	MemoryContext old;

	ProfileStateSetUnits(state, (LengthUnit) other->length_unit, (WeightUnit) other->weight_unit);
	if (other->shipments > 0 || other->gap != 0 || other->weight_step != 0)
		ProfileStateSetPacking(state, other->gap, other->weight_step);
	old = MemoryContextSwitchTo(state->header.eoh_context);
	if (!ClassTableRaiseLevel(&state->plain, other->level))
		RaiseOverflow();
	MemoryContextSwitchTo(old);
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
	return ProfileSize(state->plain.nclasses, state->plain.level, state->shaped.bytes,
					   state->shaped.ncover);
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
	profile->level = state->plain.level;
	profile->max_classes = state->plain.max_classes;
	profile->nclasses = state->plain.nclasses;
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
	/* stored contents are two halves in the order of the machine's own 128-bit numbers */
	ClassTableSorted(&state->plain, (ProfileClass *) ProfileClasses(profile),
					 (WideInt *) ProfileContents(profile));
#ifdef WORDS_BIGENDIAN
	for (int i = 0; state->plain.level > 0 && i < profile->nclasses; i++)
	{
		StoredInt128 *content = (StoredInt128 *) ProfileContents(profile) + i;

		*content = StoreInt128(*(WideInt *) content);
	}
#endif
	ShapedSetFlatten(&state->shaped, (char *) ProfileShaped(profile));
}

/* Gives the stored form in the current memory context. */
Profile *
ProfileStateFlatten(ProfileState *state)
{
	Size size = StateFlatSize(&state->header);
	Profile *profile;

	if (!AllocSizeIsValid(size))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("profile of %d classes is too large",
							   state->plain.nclasses + state->shaped.n)));
	profile = palloc(size);
	StateFlattenInto(&state->header, profile, size);
	return profile;
}
