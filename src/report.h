/*
 * report.h
 *	  Arguments and rows that suite_report and compare_suites share.
 */
#ifndef PACKOPT_REPORT_H
#define PACKOPT_REPORT_H

#include "kernel.h"

#include "boardgrade.h"
#include "metrics.h"

/* Arguments of what is to be measured, read before any shipment is. */
typedef struct MeasureArguments
{
	int32 padding;
	BoardGrade grade;
	bool top;
	double dim_divisor;
	bool named; /* the metrics were named one by one */
	bool wanted[METRICS];
} MeasureArguments;

/* Places of the arguments of a verb, in the order in which they come. */
#define MEASURE_ARGUMENTS 5 /* padding, metrics, board_grade, opening, dim_divisor */

extern MeasureArguments ReadMeasureArguments(FunctionCallInfo fcinfo, int n, bool comparing);
extern const Profile *
MeasuredProfile(FunctionCallInfo fcinfo, int n, bool of_relation, int holdout_arg, int nboxes,
				const MeasureArguments *arguments);
extern MeasureOptions MeasureOptionsFor(const MeasureArguments *arguments, const Profile *profile,
										LengthUnit *length_unit);
extern Datum MetricDatum(double value, bool *isnull);

#endif /* PACKOPT_REPORT_H */
