/*
 * metrics.c
 *	  The metrics of a suite: what each is called, its unit, its formula, and which way is better.
 *
 * This is their only definition; the table in README.md says the same in words. They come in the
 * order in which one reads them: what is shipped, how large the boxes are, how empty, what they are
 * made of, what carriers charge. All but the counts of shipments are over those that are measured:
 * that the suite holds or, where two are compared, that both hold.
 */
#include "kernel.h"

#include <math.h>

#include "guc.h"
#include "metrics.h"

/* Gives a / b, NaN where b is 0. */
static double
Ratio(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

/* Computes a metric; NaN where there is none. */
double
MetricValue(MetricId id, const MetricSource *source)
{
	const SuiteMeasures *of = source->of;

	switch (id)
	{
		case METRIC_BOXES:
			return source->boxes;
		case METRIC_SHIPMENTS:
			return (double) source->history;
		case METRIC_LEFT_OUT:
			return (double) source->left_out;
		case METRIC_BOXED:
			return (double) source->boxed;
		case METRIC_UNBOXED:
			return (double) source->unboxed;
		case METRIC_HELD_BY_BOTH:
			return (double) source->held_by_both;
		case METRIC_HELD_BY_CURRENT_ONLY:
			return (double) source->held_by_current_only;
		case METRIC_HELD_BY_PROPOSED_ONLY:
			return (double) source->held_by_proposed_only;
		case METRIC_HELD_BY_NEITHER:
			return (double) source->held_by_neither;
		case METRIC_BOX_VOLUME:
			return of->box_volume;
		case METRIC_CONTENT_VOLUME:
			return of->content_volume;
		case METRIC_UTILIZATION:
			return 100 * Ratio(of->content_volume, of->box_volume);
		case METRIC_MEAN_UTILIZATION:
			return of->shipments > 0 ? 100 * of->mean_utilization : NAN;
		case METRIC_VOID_RATIO:
			return 100 * Ratio(of->box_volume - of->content_volume, of->box_volume);
		case METRIC_VOID_ABOVE_HALF_SHARE:
			return 100 * Ratio((double) of->void_above_half, (double) of->shipments);
		case METRIC_AIR_MEAN:
			return Ratio(of->box_volume - of->content_volume, (double) of->shipments);
		case METRIC_AIR_MEDIAN:
			return of->shipments > 0 ? of->air_median : NAN;
		case METRIC_AIR_P95:
			return of->shipments > 0 ? of->air_p95 : NAN;
		case METRIC_TAILORED_VOLUME:
			return of->tailored_volume;
		case METRIC_ABOVE_TAILORED:
			return 100 * Ratio(of->box_volume - of->tailored_volume, of->tailored_volume);
		case METRIC_BOARD_AREA:
			return of->board_area;
		case METRIC_BOARD_MASS:
			return of->board_mass;
		case METRIC_BOARD_CO2E:
			return of->board_mass * packopt_co2e_per_kg;
		case METRIC_DIMENSIONAL_WEIGHT:
			return of->dimensional_weight;
		case METRIC_BILLED_WEIGHT:
			return of->billed_weight;
		case METRICS:
			break;
	}
	return NAN;
}

const Metric metrics[METRICS] = {
	[METRIC_BOXES] = {.name = "boxes",
					  .explanation = "sizes of boxes in the suite",
					  .unit = UNIT_BOXES},
	[METRIC_SHIPMENTS] = {.name = "shipments",
						  .explanation = "shipments of the history with usable data",
						  .unit = UNIT_SHIPMENTS},
	[METRIC_LEFT_OUT] = {.name = "left_out",
						 .explanation = "shipments of the history without usable data",
						 .unit = UNIT_SHIPMENTS},
	[METRIC_BOXED] = {.name = "boxed",
					  .explanation = "shipments that some box holds",
					  .unit = UNIT_SHIPMENTS,
					  .better = 1},
	[METRIC_UNBOXED] = {.name = "unboxed",
						.explanation = "shipments that no box holds",
						.unit = UNIT_SHIPMENTS,
						.better = -1},
	[METRIC_HELD_BY_BOTH] = {.name = "held_by_both",
							 .explanation = "shipments compared below",
							 .unit = UNIT_SHIPMENTS,
							 .comparing_only = true},
	[METRIC_HELD_BY_CURRENT_ONLY] = {.name = "held_by_current_only",
									 .explanation = "shipments that only the current suite holds",
									 .unit = UNIT_SHIPMENTS,
									 .better = 1,
									 .comparing_only = true},
	[METRIC_HELD_BY_PROPOSED_ONLY] = {.name = "held_by_proposed_only",
									  .explanation = "shipments that only the proposed suite holds",
									  .unit = UNIT_SHIPMENTS,
									  .better = 1,
									  .comparing_only = true},
	[METRIC_HELD_BY_NEITHER] = {.name = "held_by_neither",
								.explanation = "shipments that no suite holds",
								.unit = UNIT_SHIPMENTS,
								.comparing_only = true},
	[METRIC_BOX_VOLUME] = {.name = "box_volume",
						   .explanation = "inner volume of all the boxes shipped",
						   .unit = UNIT_VOLUME,
						   .better = -1,
						   .sum = SUM_VOLUME},
	[METRIC_CONTENT_VOLUME] = {.name = "content_volume",
							   .explanation = "volume of what is in them",
							   .unit = UNIT_VOLUME},
	[METRIC_UTILIZATION] = {.name = "utilization",
							.explanation = "volume of all contents / volume of all boxes",
							.unit = UNIT_PERCENT,
							.better = 1,
							.sum = SUM_VOLUME,
							.inverse = true},
	[METRIC_MEAN_UTILIZATION] = {.name = "mean_utilization",
								 .explanation = "content / box volume, mean over shipments",
								 .unit = UNIT_PERCENT,
								 .better = 1},
	[METRIC_VOID_RATIO] = {.name = "void_ratio",
						   .explanation =
							   "share of the volume of all boxes that is empty or filler",
						   .unit = UNIT_PERCENT,
						   .better = -1},
	[METRIC_VOID_ABOVE_HALF_SHARE] =
		{.name = "void_above_half_share",
		 .explanation = "share of shipments whose box is more than half empty; the "
						"EU's limit is half, from 2030",
		 .unit = UNIT_PERCENT,
		 .better = -1},
	[METRIC_AIR_MEAN] = {.name = "air_mean",
						 .explanation = "box volume less content, mean over shipments",
						 .unit = UNIT_VOLUME,
						 .better = -1},
	[METRIC_AIR_MEDIAN] = {.name = "air_median",
						   .explanation = "air that half of the shipments do not exceed",
						   .unit = UNIT_VOLUME,
						   .better = -1},
	[METRIC_AIR_P95] = {.name = "air_p95",
						.explanation = "air that 95 % of the shipments do not exceed",
						.unit = UNIT_VOLUME,
						.better = -1},
	[METRIC_TAILORED_VOLUME] =
		{.name = "tailored_volume",
		 .explanation = "box volume if every shipment had a box made for it: out of reach",
		 .unit = UNIT_VOLUME},
	[METRIC_ABOVE_TAILORED] = {.name = "above_tailored",
							   .explanation = "how far box_volume is above that",
							   .unit = UNIT_PERCENT,
							   .better = -1},
	[METRIC_BOARD_AREA] = {.name = "board_area",
						   .explanation = "corrugated board of all the boxes shipped",
						   .unit = UNIT_AREA,
						   .better = -1,
						   .sum = SUM_BOARD},
	[METRIC_BOARD_MASS] = {.name = "board_mass",
						   .explanation = "mass of that board",
						   .unit = UNIT_MASS,
						   .better = -1,
						   .sum = SUM_BOARD},
	[METRIC_BOARD_CO2E] = {.name = "board_co2e",
						   .explanation = "greenhouse gases of that board",
						   .unit = UNIT_CO2E,
						   .better = -1,
						   .sum = SUM_BOARD},
	[METRIC_DIMENSIONAL_WEIGHT] =
		{.name = "dimensional_weight",
		 .explanation = "outer volume / the carrier's divisor, rounded up per shipment",
		 .unit = UNIT_WEIGHT,
		 .better = -1,
		 .sum = SUM_DIMENSIONAL},
	[METRIC_BILLED_WEIGHT] =
		{.name = "billed_weight",
		 .explanation = "larger of weight and dimensional weight, rounded up per shipment",
		 .unit = UNIT_WEIGHT,
		 .better = -1},
};

/* Names the unit of a metric for lengths and weights in these units. */
const char *
MetricUnitName(MetricUnit unit, LengthUnit length_unit, WeightUnit weight_unit)
{
	switch (unit)
	{
		case UNIT_BOXES:
			return "boxes";
		case UNIT_SHIPMENTS:
			return "shipments";
		case UNIT_VOLUME:
			return psprintf("%s3", LengthUnitName(length_unit));
		case UNIT_PERCENT:
			return "%";
		case UNIT_AREA:
			return "m2";
		case UNIT_MASS:
			return "kg";
		case UNIT_CO2E:
			return "kg CO2e";
		case UNIT_WEIGHT:
			return WeightUnitName(weight_unit);
	}
	return NULL;
}
