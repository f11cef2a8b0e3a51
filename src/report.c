/*
 * report.c
 *	  packopt.suite_measures: what a suite does with a profile, as one row.
 */
#include "kernel.h"

#include "access/htup_details.h"
#include "utils/builtins.h"

#include "boardgrade.h"
#include "measures.h"
#include "shipments.h"

PG_FUNCTION_INFO_V1(packopt_suite_measures);
/* packopt.suite_measures(profile, boxes, padding, board_grade, opening). */
Datum
packopt_suite_measures(PG_FUNCTION_ARGS)
{
	int nboxes;
	Box *boxes = SuiteArgument(fcinfo, 1, "boxes", &nboxes);
	MeasureOptions options = {.padding = PaddingArgument(fcinfo, 2)};
	bool top = OpeningIsTop(PG_ARGISNULL(4) ? NULL : PG_GETARG_TEXT_PP(4));
	BoardGrade grade = ReadBoardGrade(PG_ARGISNULL(3) ? NULL : PG_GETARG_TEXT_PP(3));
	Profile *profile;
	Measurement *measurement;
	const SuiteMeasures *of;
	TupleDesc row_type;
	Datum values[7];
	bool nulls[7] = {false};

	if (get_call_result_type(fcinfo, NULL, &row_type) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	CheckArgumentNotNull(fcinfo, 0, "profile");
	profile = PG_GETARG_PROFILE_P(0);
	options.board = BoardModelForProfile(profile, &grade, top);
	options.billing = MakeBillingModel(LENGTH_UNIT_MM, WEIGHT_UNIT_KG, 0, 0);
	measurement = MeasureSuites(profile, 1, (const Box *[MEASURED_SUITES]){boxes},
								(const int[MEASURED_SUITES]){nboxes}, &options);
	of = &measurement->of[0];
	values[0] = Int64GetDatum(of->shipments);
	values[1] = Int64GetDatum(MeasuredUnboxed(measurement));
	values[2] = Float8GetDatum(of->box_volume);
	values[3] = Float8GetDatum(of->content_volume);
	values[4] = Int64GetDatum(of->void_above_half);
	values[5] = Float8GetDatum(of->board_area);
	values[6] = Float8GetDatum(of->board_mass);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row_type), values, nulls)));
}
