/*
 * report.c
 *	  suite_report and packopt.suite_measures: what a suite does with its shipments, as metrics.
 */
#include "kernel.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "parts.h"
#include "report.h"
#include "shipments.h"

/* Raises an error for a name that is no metric, with the names that are. */
static void
UnknownMetric(const char *name, bool comparing)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int m = 0; m < METRICS; m++)
		if (comparing || !metrics[m].comparing_only)
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", metrics[m].name);
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown metric \"%s\"", name),
					errhint("The metrics are: %s.", names.data)));
}

/* Reads which metrics are wanted from argument n; NULL is all of them. */
static void
ReadMetrics(FunctionCallInfo fcinfo, int n, bool comparing, bool wanted[METRICS])
{
	Datum *elements;
	bool *nulls;
	int nnames;

	for (int m = 0; m < METRICS; m++)
		wanted[m] = PG_ARGISNULL(n) && (comparing || !metrics[m].comparing_only);
	if (PG_ARGISNULL(n))
		return;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls,
					  &nnames);
	for (int i = 0; i < nnames; i++)
	{
		char *name = nulls[i] ? pstrdup("NULL") : TextDatumGetCString(elements[i]);
		int m = 0;

		while (m < METRICS &&
			   (strcmp(name, metrics[m].name) != 0 || (metrics[m].comparing_only && !comparing)))
			m++;
		if (m == METRICS)
			UnknownMetric(name, comparing);
		wanted[m] = true;
	}
}

/* Reads padding, metrics, board_grade, opening and dim_divisor from argument n on. */
MeasureArguments
ReadMeasureArguments(FunctionCallInfo fcinfo, int n, bool comparing)
{
	MeasureArguments arguments = {.padding = PaddingArgument(fcinfo, n)};

	ReadMetrics(fcinfo, n + 1, comparing, arguments.wanted);
	arguments.named = !PG_ARGISNULL(n + 1);
	arguments.grade = ReadBoardGrade(PG_ARGISNULL(n + 2) ? NULL : PG_GETARG_TEXT_PP(n + 2));
	arguments.top = OpeningIsTop(PG_ARGISNULL(n + 3) ? NULL : PG_GETARG_TEXT_PP(n + 3));
	arguments.dim_divisor = DimDivisorArgument(fcinfo, n + 4);
	return arguments;
}

/* Gives the profile of the shipments held out of a relation, for suites of nboxes boxes at most. */
static Profile *
HeldOutProfile(FunctionCallInfo fcinfo, int columns_arg, int holdout_arg, int nboxes,
			   ProfileOptions *options)
{
	ShipmentsRelation *relation = RelationArgument(fcinfo, 0, columns_arg, options);
	HistoryParts parts = HoldoutArgument(fcinfo, holdout_arg, relation, options, nboxes);

	ereport(NOTICE, (errmsg("held out, from %s on: %s, which alone are measured",
							timestamptz_to_str(PG_GETARG_TIMESTAMPTZ(holdout_arg)),
							CountShipments(parts.newer->shipments)),
					 errdetail("Before it there are %s.", CountShipments(parts.older->shipments))));
	return parts.newer;
}

/*
 * Gives the profile that a verb is about, in argument 0. Behind the arguments of what to measure
 * stand, from n on, columns, length_unit, weight_unit, gap and max_weight where it is a relation,
 * else max_weight alone. With a moment in argument holdout_arg (0 = there is none such) the profile is
 * of the shipments from then on; nboxes is the size of the suite that those before it were for.
 */
const Profile *
MeasuredProfile(FunctionCallInfo fcinfo, int n, bool of_relation, int holdout_arg, int nboxes,
				const MeasureArguments *arguments)
{
	const Profile *profile;
	int max_weight_arg = of_relation ? n + 4 : n;

	if (of_relation)
	{
		ProfileOptions options = {.gap = GapArgument(fcinfo, n + 3),
								  .weight_step =
									  WeightArgument(fcinfo, max_weight_arg, "max_weight"),
								  .billed_steps = true};

		if (holdout_arg > 0 && !PG_ARGISNULL(holdout_arg))
			profile = HeldOutProfile(fcinfo, n, holdout_arg, nboxes, &options);
		else
			profile = ProfileOfRelationArgument(fcinfo, 0, n, &options, NULL);
	}
	else
	{
		CheckArgumentNotNull(fcinfo, 0, "profile");
		profile = PG_GETARG_PROFILE_P(0);
	}
	if (profile->weight_step == 0 && arguments->named && arguments->wanted[METRIC_BILLED_WEIGHT])
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the metric billed_weight needs the weights of the shipments"),
			 of_relation
				 ? errhint("Name their column, as in columns => '{\"weight\": \"my_column\"}'.")
				 : errhint("Build the profile with profile_shipments(..., weight_step => 1).")));
	profile = ApplyMaxWeight(fcinfo, max_weight_arg, profile);
	NoteInexact(profile);
	return profile;
}

/* Makes the options for a profile, and tells its length unit. */
MeasureOptions
MeasureOptionsFor(const MeasureArguments *arguments, const Profile *profile,
				  LengthUnit *length_unit)
{
	MeasureOptions options = {.padding = arguments->padding};

	*length_unit = KnownLengthUnit(profile);
	options.board = BoardModelForProfile(profile, *length_unit, &arguments->grade, arguments->top);
	options.billing = MakeBillingModel(*length_unit, (WeightUnit) profile->weight_unit,
									   profile->weight_step, arguments->dim_divisor);
	return options;
}

/* Gives a metric's value as a datum; what is not a number is NULL. */
Datum
MetricDatum(double value, bool *isnull)
{
	*isnull = isnan(value);
	return Float8GetDatum(value);
}

/* Emits the rows of suite_report, for the boxes of argument 1. */
static void
EmitReport(FunctionCallInfo fcinfo, bool of_relation)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MetricSource source = {0};
	Box *boxes = SuiteArgument(fcinfo, 1, "boxes", &source.boxes);
	MeasureArguments arguments = ReadMeasureArguments(fcinfo, 2, false);
	const Profile *profile =
		MeasuredProfile(fcinfo, 2 + MEASURE_ARGUMENTS, of_relation, 0, 0, &arguments);
	LengthUnit length_unit;
	MeasureOptions options = MeasureOptionsFor(&arguments, profile, &length_unit);
	Measurement *measurement = MeasureSuites(profile, 1, (const Box *[MEASURED_SUITES]){boxes},
											 (const int[MEASURED_SUITES]){source.boxes}, &options);

	source.history = profile->shipments;
	source.left_out = ProfileLeftOut(profile);
	source.boxed = MeasuredShipments(measurement, true, true);
	source.unboxed = MeasuredShipments(measurement, false, true);
	source.of = &measurement->of[0];
	InitMaterializedSRF(fcinfo, 0);
	for (int m = 0; m < METRICS; m++)
	{
		Datum values[4];
		bool nulls[4] = {false};

		if (!arguments.wanted[m])
			continue;
		values[0] = CStringGetTextDatum(metrics[m].name);
		values[1] =
			CStringGetTextDatum(MetricUnitName(metrics[m].unit, length_unit, options.billing.unit));
		values[2] = MetricDatum(MetricValue(m, &source), &nulls[2]);
		values[3] = CStringGetTextDatum(metrics[m].explanation);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

PG_FUNCTION_INFO_V1(packopt_suite_report_relation);
/*
 * suite_report(shipments, boxes, padding, metrics, board_grade, opening, dim_divisor, columns,
 * length_unit, weight_unit, gap, max_weight).
 */
Datum
packopt_suite_report_relation(PG_FUNCTION_ARGS)
{
	EmitReport(fcinfo, true);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(packopt_suite_report_profile);
/* suite_report(profile, boxes, padding, metrics, board_grade, opening, dim_divisor, max_weight). */
Datum
packopt_suite_report_profile(PG_FUNCTION_ARGS)
{
	EmitReport(fcinfo, false);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(packopt_suite_measures);
/* packopt.suite_measures(profile, boxes, padding, board_grade, opening). */
Datum
packopt_suite_measures(PG_FUNCTION_ARGS)
{
	int nboxes;
	Box *boxes = SuiteArgument(fcinfo, 1, "boxes", &nboxes);
	MeasureArguments arguments = {.padding = PaddingArgument(fcinfo, 2)};
	MeasureOptions options;
	LengthUnit length_unit;
	Profile *profile;
	Measurement *measurement;
	const SuiteMeasures *of;
	TupleDesc row_type;
	Datum values[7];
	bool nulls[7] = {false};

	if (get_call_result_type(fcinfo, NULL, &row_type) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	arguments.grade = ReadBoardGrade(PG_ARGISNULL(3) ? NULL : PG_GETARG_TEXT_PP(3));
	arguments.top = OpeningIsTop(PG_ARGISNULL(4) ? NULL : PG_GETARG_TEXT_PP(4));
	CheckArgumentNotNull(fcinfo, 0, "profile");
	profile = PG_GETARG_PROFILE_P(0);
	options = MeasureOptionsFor(&arguments, profile, &length_unit);
	measurement = MeasureSuites(profile, 1, (const Box *[MEASURED_SUITES]){boxes},
								(const int[MEASURED_SUITES]){nboxes}, &options);
	of = &measurement->of[0];
	values[0] = Int64GetDatum(of->shipments);
	values[1] = Int64GetDatum(MeasuredShipments(measurement, false, true));
	values[2] = Float8GetDatum(of->box_volume);
	values[3] = Float8GetDatum(of->content_volume);
	values[4] = Int64GetDatum(of->void_above_half);
	values[5] = Float8GetDatum(of->board_area);
	values[6] = Float8GetDatum(of->board_mass);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row_type), values, nulls)));
}
