/*
 * evaluate.c
 *	  evaluate_suite: what a given suite does with a profile's shipments.
 *
 * Every shipment goes into the box that costs least of those that hold it: the smallest, unless the
 * objective is another one than volume. Of boxes that cost the same, the first one in the canonical
 * order takes it. Counts and volumes are integers all the way, so the result equals an evaluation
 * of the raw rows to the last shipment, for boxes on any grid or none.
 */
#include "kernel.h"

#include <math.h>

#include "utils/array.h"
#include "utils/builtins.h"

#include "evaluate.h"
#include "number.h"
#include "shipments.h"

/* qsort comparator: canonical order of the boxes, then as they stand. */
static int
CompareBoxUse(const void *a, const void *b)
{
	const Box *p = &((const BoxUse *) a)->box;
	const Box *q = &((const BoxUse *) b)->box;
	int order = BoxCompare(p, q);

	for (int k = 2; k >= 0 && order == 0; k--)
		order = p->size[k] < q->size[k] ? -1 : p->size[k] > q->size[k];
	return order;
}

/* Whether two boxes are the same: turned at will, or only about the vertical. */
static bool
SameBox(const Box *a, const Box *b, bool standing)
{
	int32 p[3];
	int32 q[3];

	if (!standing)
		return BoxCompare(a, b) == 0;
	StandingLengths(a->size, p);
	StandingLengths(b->size, q);
	return memcmp(p, q, sizeof(p)) == 0;
}

/* Sorts the boxes and rejects mailers and doubles. costs NULL: their volumes. */
SuiteUse *
StartSuiteUse(const Box *boxes, const BoxCosts *costs, int nboxes, bool standing)
{
	SuiteUse *use = palloc0(sizeof(SuiteUse));

	use->nboxes = nboxes;
	use->box = palloc0(Max(nboxes, 1) * sizeof(BoxUse));
	for (int b = 0; b < nboxes; b++)
	{
		CheckBoxIsCarton(&boxes[b]);
		use->box[b].box = boxes[b];
		use->box[b].cost = costs != NULL ? costs->cost[b] : VolumeToDouble(VolumeOf(boxes[b].size));
		if (costs != NULL && costs->billed != NULL)
			use->box[b].billed = costs->billed[b];
	}
	qsort(use->box, nboxes, sizeof(BoxUse), CompareBoxUse);
	for (int b = 0; b < nboxes; b++)
		for (int c = b + 1; c < nboxes && BoxCompare(&use->box[b].box, &use->box[c].box) == 0; c++)
			if (SameBox(&use->box[b].box, &use->box[c].box, standing))
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("box %s occurs twice in the suite", BoxText(&use->box[b].box)),
						 errdetail("Boxes that differ only in how they are turned are the same.")));
	return use;
}

/* qsort comparator: by cost, then in the order of the suite. */
static int
CompareRooms(const void *a, const void *b)
{
	const BoxUse *p = ((const BoxRoom *) a)->use;
	const BoxUse *q = ((const BoxRoom *) b)->use;

	if (p->cost != q->cost)
		return p->cost < q->cost ? -1 : 1;
	return p < q ? -1 : p > q;
}

/*
 * Computes the room in every box, less the padding, in the order in which shipments try them: the
 * suite's own, which is that of exact volumes, unless there are costs to go by.
 */
BoxRoom *
ComputeRooms(const SuiteUse *use, bool by_cost, int32 padding)
{
	BoxRoom *room = palloc(Max(use->nboxes, 1) * sizeof(BoxRoom));

	for (int b = 0; b < use->nboxes; b++)
	{
		room[b].use = &use->box[b];
		SortLengths(use->box[b].box.size, room[b].turned);
		StandingLengths(use->box[b].box.size, room[b].standing);
		for (int k = 0; k < 3; k++)
		{
			room[b].turned[k] -= padding;
			room[b].standing[k] -= padding;
		}
	}
	if (by_cost)
		qsort(room, use->nboxes, sizeof(BoxRoom), CompareRooms);
	return room;
}

/* Whether a room holds one of the minimal boxes of a class. */
bool
RoomHolds(const BoxRoom *room, const ShapedClass *class)
{
	const int32 *size = class->upright ? room->standing : room->turned;

	for (int e = 0; e < class->nelements; e++)
		if (LengthsWithin(class->element[e], size))
			return true;
	return false;
}

/*
 * The search for the room of a class: the first one that holds it, or, where shipments are billed by
 * weight, the one that costs least, of several the first one.
 */
typedef struct RoomSearch
{
	const ShippingCost *shipping; /* NULL: the first room */
	double floor;                 /* what the weight is billed */
	int best;                     /* number of rooms: none holds it */
	double least;
} RoomSearch;

/* Starts the search for a class. */
static inline void
StartRoomSearch(RoomSearch *search, uint32 weight_class, int nrooms)
{
	search->best = nrooms;
	if (search->shipping != NULL)
		search->floor = ShippingFloor(search->shipping, weight_class);
}

/* Offers a room that holds the class; gives whether the search is over. */
static inline bool
OfferRoom(RoomSearch *search, const BoxRoom *room, int b, int nrooms)
{
	double cost;

	if (search->shipping == NULL)
	{
		search->best = b;
		return true;
	}
	cost = room[b].use->cost + Max(room[b].use->billed, search->floor);
	if (search->best == nrooms || cost < search->least)
	{
		search->best = b;
		search->least = cost;
	}
	return false;
}

/* Gives what a shipment of the class is billed in the room that was found. */
static inline double
BilledInRoom(const RoomSearch *search, const BoxRoom *room)
{
	return search->shipping == NULL ? 0 : Max(room[search->best].use->billed, search->floor);
}

/* Assigns the plain classes. */
static void
AssignPlain(const Profile *profile, const BoxRoom *room, RoomSearch search, SuiteUse *use)
{
	const ProfileClass *class = ProfileClasses(profile);
	int nrooms = use->nboxes;

	for (int i = 0; i < profile->nclasses; i++)
	{
		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		StartRoomSearch(&search, class[i].weight_class, nrooms);
		for (int b = 0; b < nrooms; b++)
			if (LengthsWithin(class[i].size, room[b].turned) && OfferRoom(&search, room, b, nrooms))
				break;
		if (search.best < nrooms)
		{
			BoxUse *box = room[search.best].use;

			box->shipments += class[i].count;
			box->content += ProfileClassContent(profile, i);
			box->all_billed += BilledInRoom(&search, room) * class[i].count;
		}
		else
		{
			use->unboxed += class[i].count;
			use->unboxed_content += ProfileClassContent(profile, i);
		}
	}
}

/* Assigns the shaped classes; a sample is scaled to its totals. */
static void
AssignShaped(const Profile *profile, const BoxRoom *room, RoomSearch search, SuiteUse *use)
{
	int nrooms = use->nboxes;
	const ShapedClass *class = ProfileShaped(profile);
	double scale = ProfileSampleScale(profile);
	int64 *shipments = palloc0((use->nboxes + 1) * sizeof(int64));
	int128 *content = palloc0((use->nboxes + 1) * sizeof(int128));

	for (int i = 0; i < profile->nshaped; i++, class = NextShaped(class))
	{
		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		StartRoomSearch(&search, class->weight_class, nrooms);
		for (int b = 0; b < nrooms; b++)
			if (RoomHolds(&room[b], class) && OfferRoom(&search, room, b, nrooms))
				break;
		shipments[search.best] += class->count;
		content[search.best] += LoadInt128(&class->content) * class->count;
		if (search.best < nrooms)
			room[search.best].use->all_billed +=
				BilledInRoom(&search, room) * (class->count * scale);
	}
	for (int b = 0; b <= use->nboxes; b++)
	{
		if (scale != 1)
		{
			shipments[b] = (int64) rint(shipments[b] * scale);
			content[b] = (int128) ((double) content[b] * scale);
		}
		if (b < use->nboxes)
		{
			room[b].use->shipments += shipments[b];
			room[b].use->content += content[b];
		}
		else
		{
			use->unboxed += shipments[b];
			use->unboxed_content += content[b];
		}
	}
	pfree(shipments);
	pfree(content);
}

/*
 * Assigns every shipment of the profile to the box that costs least of those that hold it. Without
 * costs the smallest box takes the shipment. padding is the clearance that each dimension of a box
 * loses.
 */
SuiteUse *
EvaluateSuite(const Profile *profile, const Box *boxes, const BoxCosts *costs, int nboxes,
			  int32 padding)
{
	SuiteUse *use = StartSuiteUse(boxes, costs, nboxes, ProfileNeedsVertical(profile));
	bool billed = costs != NULL && costs->billed != NULL;
	BoxRoom *room = ComputeRooms(use, costs != NULL && !billed, padding);
	RoomSearch search = {.shipping = billed ? costs->shipping : NULL};

	if (costs != NULL && costs->shipping != NULL)
		use->fill_price = costs->shipping->fill_price;
	AssignPlain(profile, room, search, use);
	AssignShaped(profile, room, search, use);
	pfree(room);
	return use;
}

/* Sums up over the boxes. */
SuiteTotals
SuiteUseTotals(const SuiteUse *use)
{
	SuiteTotals totals = {0};
	int128 content = 0;

	for (int b = 0; b < use->nboxes; b++)
	{
		const BoxUse *box = &use->box[b];

		totals.shipments += box->shipments;
		totals.box_volume += VolumeToDouble(VolumeOf(box->box.size)) * box->shipments;
		totals.cost += box->cost * box->shipments + box->all_billed;
		content += box->content;
	}
	totals.content_volume = VolumeToDouble(content);
	totals.cost -= use->fill_price * totals.content_volume;
	return totals;
}

/* Reads an array of boxes; NULL elements are an error that names the argument. */
Box *
BoxArrayArgument(ArrayType *array, const char *name, int *nboxes)
{
	Datum *elements;
	bool *nulls;
	Box *boxes;

	deconstruct_array(array, ARR_ELEMTYPE(array), sizeof(Box), false, TYPALIGN_INT, &elements,
					  &nulls, nboxes);
	boxes = palloc(Max(*nboxes, 1) * sizeof(Box));
	for (int i = 0; i < *nboxes; i++)
	{
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("element %d of %s is null", i + 1, name)));
		boxes[i] = *DatumGetBoxP(elements[i]);
	}
	return boxes;
}

/* Reads the clearance between contents and each pair of walls; NULL is 0. */
int32
PaddingArgument(FunctionCallInfo fcinfo, int n)
{
	if (PG_ARGISNULL(n))
		return 0;
	return (int32) LengthArgument(PG_GETARG_FLOAT8(n), "padding", FIXED_ROUND_UP, true);
}

/*
 * Reads the largest weight of a shipment at argument n; without one gives the profile itself, else
 * the profile of the lighter shipments, with a WARNING that counts the others.
 */
const Profile *
ApplyMaxWeight(FunctionCallInfo fcinfo, int n, const Profile *profile)
{
	const Profile *light;
	int64 heavy;

	if (PG_ARGISNULL(n))
		return profile;
	light = ProfileWithoutOverweight(profile, WeightArgument(fcinfo, n, "max_weight"));
	heavy = light->left_out[LEFT_OVERWEIGHT] - profile->left_out[LEFT_OVERWEIGHT];
	if (heavy > 0)
		ereport(WARNING, (errmsg(INT64_FORMAT " shipments are heavier than %g and left out as "
											  "overweight",
								 heavy, PG_GETARG_FLOAT8(n))));
	return light;
}

/* Tells that results of a coarsened or sampled profile are not exact. */
void
NoteInexact(const Profile *profile)
{
	if (profile->threshold != 0)
		ereport(NOTICE, (errmsg("shipments of several pieces are a sample: results are estimates"),
						 errdetail("%d classes stand for " INT64_FORMAT " shipments.",
								   profile->nshaped, profile->shaped_shipments)));
	if (profile->level > 0)
	{
		char step[FIXED_TEXT_SIZE];

		FixedFormat((int64) COARSE_STEP << profile->level, step);
		ereport(NOTICE, (errmsg("the profile is coarsened: dimensions are rounded up to multiples "
								"of %s",
								step)));
	}
}

/* Fills in the columns behind the dimensions of one output row. */
static void
FillMeasures(Datum *values, bool *nulls, int64 shipments, int64 all_shipments, int128 content)
{
	values[0] = Int64GetDatum(shipments);
	if (all_shipments > 0)
		values[1] = Float8GetDatum((double) shipments / all_shipments);
	else
		nulls[1] = true;
	values[3] = Float8GetDatum(VolumeToDouble(content));
}

/*
 * Puts one row per box, in canonical order, and, where shipments fit no box, a last one with a NULL
 * box into the result; frame holds the columns in front of and behind those of the suite, NULL = none.
 */
void
PutSuite(ReturnSetInfo *result, const SuiteUse *use, const SuiteFrame *frame)
{
	static const SuiteFrame no_frame = {0};
	int64 all_shipments = use->unboxed;

	frame = frame == NULL ? &no_frame : frame;
	for (int b = 0; b < use->nboxes; b++)
		all_shipments += use->box[b].shipments;
	for (int b = 0; b < use->nboxes + (use->unboxed > 0 ? 1 : 0); b++)
	{
		Datum row_values[SUITE_COLUMNS + 2 * SUITE_FRAME] = {0};
		bool row_nulls[SUITE_COLUMNS + 2 * SUITE_FRAME] = {false};
		Datum *values = row_values + frame->nbefore;
		bool *nulls = row_nulls + frame->nbefore;

		for (int c = 0; c < frame->nbefore; c++)
		{
			row_values[c] = frame->before[c].value;
			row_nulls[c] = frame->before[c].isnull;
		}
		for (int c = 0; c < frame->nafter; c++)
		{
			values[SUITE_COLUMNS + c] = frame->after[c].value;
			nulls[SUITE_COLUMNS + c] = frame->after[c].isnull;
		}
		if (b == use->nboxes)
		{
			nulls[0] = nulls[1] = nulls[2] = nulls[3] = true;
			FillMeasures(values + 4, nulls + 4, use->unboxed, all_shipments, use->unboxed_content);
			nulls[6] = nulls[8] = nulls[9] = true;
		}
		else
		{
			const BoxUse *box = &use->box[b];
			double volume = VolumeToDouble(VolumeOf(box->box.size)) * box->shipments;
			double content = VolumeToDouble(box->content);

			values[0] = PointerGetDatum(&box->box);
			for (int k = 0; k < 3; k++)
				values[1 + k] = Float8GetDatum(FixedToDouble(box->box.size[k]));
			FillMeasures(values + 4, nulls + 4, box->shipments, all_shipments, box->content);
			values[6] = Float8GetDatum(volume);
			if (box->shipments > 0)
			{
				values[8] = Float8GetDatum(content / volume);
				values[9] = Float8GetDatum((volume - content) / box->shipments);
			}
			else
				nulls[8] = nulls[9] = true;
		}
		tuplestore_putvalues(result->setResult, result->setDesc, row_values, row_nulls);
	}
}

/* Emits a suite. With with_suite_id the first column is the suite's id, NULL if it was not stored. */
void
EmitSuite(FunctionCallInfo fcinfo, const SuiteUse *use, const int64 *suite_id, bool with_suite_id)
{
	SuiteFrame frame = {.nbefore = with_suite_id ? 1 : 0};

	if (suite_id != NULL)
		frame.before[0].value = Int64GetDatum(*suite_id);
	frame.before[0].isnull = suite_id == NULL;
	InitMaterializedSRF(fcinfo, 0);
	PutSuite((ReturnSetInfo *) fcinfo->resultinfo, use, &frame);
}

/* Reads a suite of at least one box from the argument called name. */
Box *
SuiteArgument(FunctionCallInfo fcinfo, int n, const char *name, int *nboxes)
{
	Box *boxes;

	CheckArgumentNotNull(fcinfo, n, name);
	boxes = BoxArrayArgument(PG_GETARG_ARRAYTYPE_P(n), name, nboxes);
	if (*nboxes == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the suite is empty"),
						errhint("Give at least one box, as in '{12x9x4}'.")));
	for (int b = 0; b < *nboxes; b++)
		CheckBoxIsCarton(&boxes[b]);
	return boxes;
}

/* Evaluates boxes against a profile and emits the rows. */
static void
EvaluateBoxes(FunctionCallInfo fcinfo, const Profile *profile, const Box *boxes, int nboxes,
			  int32 padding, int max_weight_arg)
{
	profile = ApplyMaxWeight(fcinfo, max_weight_arg, profile);
	NoteInexact(profile);
	EmitSuite(fcinfo, EvaluateSuite(profile, boxes, NULL, nboxes, padding), NULL, false);
}

PG_FUNCTION_INFO_V1(packopt_evaluate_suite_relation);
/* evaluate_suite(shipments, boxes, padding, columns, length_unit, weight_unit, gap, max_weight). */
Datum
packopt_evaluate_suite_relation(PG_FUNCTION_ARGS)
{
	ProfileOptions options = {.gap = GapArgument(fcinfo, 6),
							  .weight_step = WeightArgument(fcinfo, 7, "max_weight")};
	int32 padding = PaddingArgument(fcinfo, 2);
	int nboxes;
	Box *boxes = SuiteArgument(fcinfo, 1, "boxes", &nboxes);

	EvaluateBoxes(fcinfo, ProfileOfRelationArgument(fcinfo, 0, 3, &options, NULL), boxes, nboxes,
				  padding, 7);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(packopt_evaluate_suite_profile);
/* evaluate_suite(profile, boxes, padding, max_weight). */
Datum
packopt_evaluate_suite_profile(PG_FUNCTION_ARGS)
{
	int nboxes;
	Box *boxes = SuiteArgument(fcinfo, 1, "boxes", &nboxes);

	CheckArgumentNotNull(fcinfo, 0, "profile");
	EvaluateBoxes(fcinfo, PG_GETARG_PROFILE_P(0), boxes, nboxes, PaddingArgument(fcinfo, 2), 3);
	return (Datum) 0;
}

/* Rooms that a shipment may go into. */
typedef struct RoomList
{
	int nrooms;
	BoxRoom *room;
} RoomList;

/* Whether a room holds a plain class. */
static bool
SomeRoomHoldsPlain(const ProfileClass *class, void *arg)
{
	const RoomList *list = arg;

	for (int b = 0; b < list->nrooms; b++)
		if (LengthsWithin(class->size, list->room[b].turned))
			return true;
	return false;
}

/* Whether a room holds a shaped class. */
static bool
SomeRoomHoldsShaped(const ShapedClass *class, void *arg)
{
	const RoomList *list = arg;

	for (int b = 0; b < list->nrooms; b++)
		if (RoomHolds(&list->room[b], class))
			return true;
	return false;
}

PG_FUNCTION_INFO_V1(packopt_profile_within);
/* profile_within(profile, boxes, padding, max_weight): the part of a profile that the boxes hold. */
Datum
packopt_profile_within(PG_FUNCTION_ARGS)
{
	const Profile *profile;
	int32 padding = PaddingArgument(fcinfo, 2);
	Box *boxes;
	RoomList list;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	profile = PG_GETARG_PROFILE_P(0);
	if (!PG_ARGISNULL(3))
		profile = ProfileWithoutOverweight(profile, WeightArgument(fcinfo, 3, "max_weight"));
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(profile);
	boxes = BoxArrayArgument(PG_GETARG_ARRAYTYPE_P(1), "boxes", &list.nrooms);
	list.room = ComputeRooms(StartSuiteUse(boxes, NULL, list.nrooms, ProfileNeedsVertical(profile)),
							 false, padding);
	PG_RETURN_POINTER(ProfileFilter(profile, SomeRoomHoldsPlain, SomeRoomHoldsShaped, &list));
}
