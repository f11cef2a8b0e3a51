/*
 * boxvalue.c
 *	  box_value: what each box of a suite is worth to it.
 *
 * Dropping a box sends each of its shipments into the next larger box of the suite that holds it.
 * The number of shipments per (box, next box) tells everything.
 */
#include "kernel.h"

#include "utils/builtins.h"

#include "measures.h"
#include "shipments.h"

#define BOX_VALUE_COLUMNS 8

/* Emits the row of box b. box_volume is that of all the suite's shipments. */
static void
EmitBoxValue(ReturnSetInfo *result, const Measurement *choices, int b, int64 all_shipments,
			 double box_volume)
{
	const BoxUse *box = choices->suite[0]->box;
	int nboxes = choices->suite[0]->nboxes;
	int64 alone = MeasuredPair(choices, b, nboxes)->shipments;
	int64 shipments = alone;
	int next = -1;
	double extra = 0;
	Datum values[BOX_VALUE_COLUMNS];
	bool nulls[BOX_VALUE_COLUMNS] = {false};

	for (int c = 0; c < nboxes; c++)
	{
		int64 moved = MeasuredPair(choices, b, c)->shipments;

		shipments += moved;
		extra += VolumeToDouble(VolumeOf(box[c].box.size) - VolumeOf(box[b].box.size)) * moved;
		if (moved > 0 && (next < 0 || moved > MeasuredPair(choices, b, next)->shipments))
			next = c;
	}
	values[0] = PointerGetDatum(&box[b].box);
	values[1] = Int64GetDatum(shipments);
	values[2] = Float8GetDatum((double) shipments / Max(all_shipments, 1));
	nulls[2] = all_shipments == 0;
	values[3] = Int64GetDatum(alone);
	values[4] = Float8GetDatum(extra);
	values[5] = Float8GetDatum(100 * extra / box_volume);
	nulls[5] = box_volume == 0;
	nulls[6] = nulls[7] = next < 0;
	if (next >= 0)
	{
		values[6] = PointerGetDatum(&box[next].box);
		values[7] = Int64GetDatum(MeasuredPair(choices, b, next)->shipments);
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* Emits one row per box, in order. */
static void
EmitBoxValues(FunctionCallInfo fcinfo, const Profile *profile, const Box *boxes, int nboxes,
			  int32 padding, int max_weight_arg)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Measurement *choices;
	double box_volume = 0;

	profile = ApplyMaxWeight(fcinfo, max_weight_arg, profile);
	NoteInexact(profile);
	choices = MeasureSecondChoices(profile, boxes, nboxes, padding);
	for (int b = 0; b < nboxes; b++)
		for (int c = 0; c <= nboxes; c++)
			box_volume += VolumeToDouble(VolumeOf(choices->suite[0]->box[b].box.size)) *
						  MeasuredPair(choices, b, c)->shipments;
	InitMaterializedSRF(fcinfo, 0);
	for (int b = 0; b < nboxes; b++)
		EmitBoxValue(result, choices, b, profile->shipments, box_volume);
}

PG_FUNCTION_INFO_V1(packopt_box_value_relation);
/* box_value(shipments, boxes, padding, columns, length_unit, weight_unit, gap, max_weight). */
Datum
packopt_box_value_relation(PG_FUNCTION_ARGS)
{
	ProfileOptions options = {.gap = GapArgument(fcinfo, 6),
							  .weight_step = WeightArgument(fcinfo, 7, "max_weight")};
	int32 padding = PaddingArgument(fcinfo, 2);
	int nboxes;
	Box *boxes = SuiteArgument(fcinfo, 1, "boxes", &nboxes);

	EmitBoxValues(fcinfo, ProfileOfRelationArgument(fcinfo, 0, 3, &options, NULL), boxes, nboxes,
				  padding, 7);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(packopt_box_value_profile);
/* box_value(profile, boxes, padding, max_weight). */
Datum
packopt_box_value_profile(PG_FUNCTION_ARGS)
{
	int nboxes;
	Box *boxes = SuiteArgument(fcinfo, 1, "boxes", &nboxes);

	CheckArgumentNotNull(fcinfo, 0, "profile");
	EmitBoxValues(fcinfo, PG_GETARG_PROFILE_P(0), boxes, nboxes, PaddingArgument(fcinfo, 2), 3);
	return (Datum) 0;
}
