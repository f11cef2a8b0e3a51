/*
 * evaluate.c
 *	  evaluate_suite: what a given suite does with a profile's shipments.
 *
 * Every shipment goes into the smallest box that holds it, ties into the one that comes first in the
 * canonical order. Counts and volumes are integers all the way, so the result equals an evaluation
 * of the raw rows to the last shipment, for boxes on any grid or none.
 */
#include "kernel.h"

#include "utils/array.h"
#include "utils/builtins.h"

#include "evaluate.h"
#include "number.h"
#include "shipments.h"

/* qsort comparator: canonical order of the boxes. */
static int
CompareBoxUse(const void *a, const void *b)
{
	return BoxCompare(&((const BoxUse *) a)->box, &((const BoxUse *) b)->box);
}

/* Sorts the boxes and rejects mailers and doubles. */
static SuiteUse *
StartSuiteUse(const Box *boxes, int nboxes)
{
	SuiteUse *use = palloc0(sizeof(SuiteUse));

	use->nboxes = nboxes;
	use->box = palloc0(Max(nboxes, 1) * sizeof(BoxUse));
	for (int b = 0; b < nboxes; b++)
	{
		CheckBoxIsCarton(&boxes[b]);
		use->box[b].box = boxes[b];
	}
	qsort(use->box, nboxes, sizeof(BoxUse), CompareBoxUse);
	for (int b = 1; b < nboxes; b++)
		if (CompareBoxUse(&use->box[b - 1], &use->box[b]) == 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("box %s occurs twice in the suite", BoxText(&use->box[b].box)),
							errdetail("Boxes whose sorted dimensions are equal are the same box.")));
	return use;
}

/*
 * Assigns every shipment of the profile to the smallest of the boxes that holds it. padding is the
 * clearance that each dimension of a box loses.
 */
SuiteUse *
EvaluateSuite(const Profile *profile, const Box *boxes, int nboxes, int32 padding)
{
	SuiteUse *use = StartSuiteUse(boxes, nboxes);
	const ProfileClass *class = ProfileClasses(profile);
	int32(*inner)[3] = palloc(Max(nboxes, 1) * sizeof(*inner));

	for (int b = 0; b < nboxes; b++)
	{
		SortLengths(use->box[b].box.size, inner[b]);
		for (int k = 0; k < 3; k++)
			inner[b][k] -= padding;
	}
	for (int i = 0; i < profile->nclasses; i++)
	{
		int b = 0;

		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		while (b < nboxes && !LengthsWithin(class[i].size, inner[b]))
			b++;
		if (b < nboxes)
		{
			use->box[b].shipments += class[i].count;
			use->box[b].content += ProfileClassContent(profile, i);
		}
		else
		{
			use->unboxed += class[i].count;
			use->unboxed_content += ProfileClassContent(profile, i);
		}
	}
	pfree(inner);
	return use;
}

/* Sums over the boxes: shipments, volume of the boxes, volume of the contents. */
void
SuiteUseTotals(const SuiteUse *use, int64 *shipments, double *box_volume, double *content_volume)
{
	int128 content = 0;

	*shipments = 0;
	*box_volume = 0;
	for (int b = 0; b < use->nboxes; b++)
	{
		*shipments += use->box[b].shipments;
		*box_volume += VolumeToDouble(VolumeOf(use->box[b].box.size)) * use->box[b].shipments;
		content += use->box[b].content;
	}
	*content_volume = VolumeToDouble(content);
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

/* Tells that results of a coarsened profile are on the safe side, not exact. */
void
NoteCoarsened(const Profile *profile)
{
	if (profile->level > 0)
	{
		char step[FIXED_TEXT_SIZE];

		FixedFormat((int64) PROFILE_LEVEL_STEP << profile->level, step);
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
 * Emits one row per box in canonical order and, where shipments fit no box, a last one with a NULL
 * box. With with_suite_id the first column is the suite's id, NULL if it was not stored.
 */
void
EmitSuite(FunctionCallInfo fcinfo, const SuiteUse *use, const int64 *suite_id, bool with_suite_id)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64 all_shipments = use->unboxed;

	for (int b = 0; b < use->nboxes; b++)
		all_shipments += use->box[b].shipments;
	InitMaterializedSRF(fcinfo, 0);
	for (int b = 0; b < use->nboxes + (use->unboxed > 0 ? 1 : 0); b++)
	{
		Datum row_values[11] = {0};
		bool row_nulls[11] = {false};
		Datum *values = row_values;
		bool *nulls = row_nulls;

		if (with_suite_id)
		{
			if (suite_id != NULL)
				values[0] = Int64GetDatum(*suite_id);
			else
				nulls[0] = true;
			values++;
			nulls++;
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

/* Evaluates the boxes of argument 1 against a profile and emits the rows. */
static void
EvaluateBoxes(FunctionCallInfo fcinfo, const Profile *profile, int padding_arg)
{
	int nboxes;
	Box *boxes;

	CheckArgumentNotNull(fcinfo, 1, "boxes");
	boxes = BoxArrayArgument(PG_GETARG_ARRAYTYPE_P(1), "boxes", &nboxes);
	if (nboxes == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the suite is empty"),
						errhint("Give at least one box, as in '{12x9x4}'.")));
	NoteCoarsened(profile);
	EmitSuite(fcinfo, EvaluateSuite(profile, boxes, nboxes, PaddingArgument(fcinfo, padding_arg)),
			  NULL, false);
}

PG_FUNCTION_INFO_V1(packopt_evaluate_suite_relation);
/* evaluate_suite(shipments, boxes, padding, columns, length_unit, weight_unit). */
Datum
packopt_evaluate_suite_relation(PG_FUNCTION_ARGS)
{
	EvaluateBoxes(fcinfo, ProfileOfRelationArgument(fcinfo, 0, 3, NULL), 2);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(packopt_evaluate_suite_profile);
/* evaluate_suite(profile, boxes, padding). */
Datum
packopt_evaluate_suite_profile(PG_FUNCTION_ARGS)
{
	CheckArgumentNotNull(fcinfo, 0, "profile");
	EvaluateBoxes(fcinfo, PG_GETARG_PROFILE_P(0), 2);
	return (Datum) 0;
}
