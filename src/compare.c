/*
 * compare.c
 *	  compare_suites: what a proposed suite would change against the current one.
 *
 * Both suites are measured over the shipments that both hold; those that only one holds, or none,
 * have rows of their own. How far the saving could be chance is told by a bootstrap, which needs no
 * more than the number of shipments per pair of boxes (see bootstrap.c).
 */
#include "kernel.h"

#include <math.h>

#include "utils/builtins.h"

#include "bootstrap.h"
#include "parts.h"
#include "report.h"
#include "shipments.h"

/* A relative change below this may come from adding up in another order. */
#define ROUNDING 1e-12

#define COMPARE_COLUMNS 9

/*
 * Warns where the metrics stand for few of the shipments, or, unless these were held out, where the
 * history is short.
 */
static void
WarnFewCompared(const Profile *profile, const MetricSource source[MEASURED_SUITES],
				LengthUnit length_unit, bool held_out)
{
	int64 compared = source[0].held_by_both;
	int nboxes = Max(source[0].boxes, source[1].boxes);

	if (profile->shipments == 0)
		return;
	if (compared < profile->shipments - compared)
		ereport(WARNING,
				(errmsg("only " INT64_FORMAT " of " INT64_FORMAT
						" shipments are compared: the others do not fit both suites",
						compared, profile->shipments),
				 errdetail("The current suite holds " INT64_FORMAT
						   " of them, the proposed one " INT64_FORMAT ".",
						   source[0].boxed, source[1].boxed),
				 errhint("Boxes are taken to be in the length unit of the shipments, which is %s.",
						 LengthUnitName(length_unit))));
	else if (!held_out && compared < (int64) SHORT_HISTORY_PER_BOX * nboxes)
		ereport(
			WARNING,
			(errmsg("a history of " INT64_FORMAT " shipments is short for a suite of %d boxes",
					compared, nboxes),
			 errdetail("A suite that was optimized for few shipments suits them better than the "
					   "next ones, so that the saving is smaller than it looks."),
			 errhint("Compare on shipments that the suite was not optimized for, or on a longer "
					 "history: at least %d shipments per box.",
					 SHORT_HISTORY_PER_BOX)));
}

/* Adds the shipments of a pair of boxes, or of the sampled part of them, to the cells. */
static void
AddCell(BootstrapCell **cell, int64 shipments, double weight, const MeasuredBox *current,
		const MeasuredBox *proposed)
{
	if (shipments > 0)
		*(*cell)++ = (BootstrapCell){
			.shipments = shipments,
			.weight = weight,
			.before = {VolumeToDouble(current->volume), current->board_area,
					   (double) current->billed},
			.after = {VolumeToDouble(proposed->volume), proposed->board_area,
					  (double) proposed->billed},
		};
}

/* Computes the intervals of the ratios proposed / current of the sums that metrics follow. */
static void
ComputeIntervals(const Measurement *measurement, BootstrapInterval interval[BOOTSTRAP_COSTS])
{
	int ncurrent = measurement->suite[0]->nboxes;
	int nproposed = measurement->suite[1]->nboxes;
	Size used = 0;
	BootstrapCell *cells;
	BootstrapCell *next;

	for (int a = 0; a < ncurrent; a++)
		for (int b = 0; b < nproposed; b++)
			used += MeasuredPair(measurement, a, b)->shipments > 0;
	cells = MemoryContextAllocHuge(CurrentMemoryContext, (2 * used + 1) * sizeof(BootstrapCell));
	next = cells;
	for (int a = 0; a < ncurrent; a++)
		for (int b = 0; b < nproposed; b++)
		{
			const PairUse *pair = MeasuredPair(measurement, a, b);
			const MeasuredBox *current = &measurement->box[0][a];
			const MeasuredBox *proposed = &measurement->box[1][b];

			AddCell(&next, pair->exact, 1, current, proposed);
			AddCell(&next, pair->sampled, measurement->scale, current, proposed);
		}
	BootstrapRatios(cells, (int) (next - cells), interval);
	pfree(cells);
}

/* Emits the row of a metric. */
static void
EmitComparison(ReturnSetInfo *result, const Metric *metric, const char *unit, double current,
			   double proposed, const BootstrapInterval *interval)
{
	double change = proposed - current;
	bool changes = fabs(change) > ROUNDING * fabs(current);
	Datum values[COMPARE_COLUMNS];
	bool nulls[COMPARE_COLUMNS] = {false};

	values[0] = CStringGetTextDatum(metric->name);
	values[1] = CStringGetTextDatum(unit);
	values[2] = MetricDatum(current, &nulls[2]);
	values[3] = MetricDatum(proposed, &nulls[3]);
	values[4] = MetricDatum(change, &nulls[4]);
	values[5] = MetricDatum(current != 0 ? 100 * change / current : NAN, &nulls[5]);
	values[6] = BoolGetDatum(metric->better * change > 0);
	nulls[6] = !changes || metric->better == 0;
	nulls[7] = nulls[8] = interval == NULL || nulls[5];
	if (!nulls[7])
	{
		double low = metric->inverse ? 1 / interval->high : interval->low;
		double high = metric->inverse ? 1 / interval->low : interval->high;

		values[7] = Float8GetDatum(100 * (low - 1));
		values[8] = Float8GetDatum(100 * (high - 1));
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* Fills in what the metrics of both suites are computed from. */
static void
FillSources(const Profile *profile, const Measurement *measurement,
			MetricSource source[MEASURED_SUITES])
{
	int64 both = MeasuredShipments(measurement, true, true);
	int64 neither = MeasuredShipments(measurement, false, false);
	int64 only[MEASURED_SUITES] = {MeasuredShipments(measurement, true, false),
								   MeasuredShipments(measurement, false, true)};

	for (int s = 0; s < MEASURED_SUITES; s++)
	{
		source[s] = (MetricSource){
			.boxes = measurement->suite[s]->nboxes,
			.history = profile->shipments,
			.left_out = ProfileLeftOut(profile),
			.boxed = both + only[s],
			.unboxed = neither + only[1 - s],
			.held_by_both = both,
			.held_by_current_only = s == 0 ? only[0] : 0,
			.held_by_proposed_only = s == 1 ? only[1] : 0,
			.held_by_neither = neither,
			.of = &measurement->of[s],
		};
	}
}

/* Emits the rows of compare_suites, for the suites of arguments 1 and 2. */
static void
CompareSuites(FunctionCallInfo fcinfo, bool of_relation)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int nboxes[MEASURED_SUITES];
	const Box *boxes[MEASURED_SUITES] = {
		SuiteArgument(fcinfo, 1, "current", &nboxes[0]),
		SuiteArgument(fcinfo, 2, "proposed", &nboxes[1]),
	};
	MeasureArguments arguments = ReadMeasureArguments(fcinfo, 3, true);
	int holdout_arg = of_relation ? 3 + MEASURE_ARGUMENTS + 5 : 0;
	const Profile *profile = MeasuredProfile(fcinfo, 3 + MEASURE_ARGUMENTS, of_relation,
											 holdout_arg, nboxes[1], &arguments);
	LengthUnit length_unit;
	MeasureOptions options = MeasureOptionsFor(&arguments, profile, &length_unit);
	Measurement *measurement = MeasureSuites(profile, MEASURED_SUITES, boxes, nboxes, &options);
	BootstrapInterval interval[BOOTSTRAP_COSTS];
	MetricSource source[MEASURED_SUITES];

	FillSources(profile, measurement, source);
	WarnFewCompared(profile, source, length_unit, of_relation && !PG_ARGISNULL(holdout_arg));
	ComputeIntervals(measurement, interval);
	InitMaterializedSRF(fcinfo, 0);
	for (int m = 0; m < METRICS; m++)
		if (arguments.wanted[m])
			EmitComparison(result, &metrics[m],
						   MetricUnitName(metrics[m].unit, length_unit, options.billing.unit),
						   MetricValue(m, &source[0]), MetricValue(m, &source[1]),
						   metrics[m].sum == SUM_NONE ? NULL
													  : &interval[metrics[m].sum - SUM_VOLUME]);
}

PG_FUNCTION_INFO_V1(packopt_compare_suites_relation);
/*
 * compare_suites(shipments, current, proposed, padding, metrics, board_grade, opening, dim_divisor,
 * columns, length_unit, weight_unit, gap, max_weight, holdout).
 */
Datum
packopt_compare_suites_relation(PG_FUNCTION_ARGS)
{
	CompareSuites(fcinfo, true);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(packopt_compare_suites_profile);
/*
 * compare_suites(profile, current, proposed, padding, metrics, board_grade, opening, dim_divisor,
 * max_weight).
 */
Datum
packopt_compare_suites_profile(PG_FUNCTION_ARGS)
{
	CompareSuites(fcinfo, false);
	return (Datum) 0;
}
