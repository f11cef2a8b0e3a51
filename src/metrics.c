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
	[METRIC_BOXES] = {"boxes", "sizes of boxes in the suite", UNIT_BOXES},
	[METRIC_SHIPMENTS] = {"shipments", "shipments of the history with usable data", UNIT_SHIPMENTS},
	[METRIC_LEFT_OUT] = {"left_out", "shipments of the history without usable data",
						 UNIT_SHIPMENTS},
	[METRIC_BOXED] = {"boxed", "shipments that some box holds", UNIT_SHIPMENTS, 1},
	[METRIC_UNBOXED] = {"unboxed", "shipments that no box holds", UNIT_SHIPMENTS, -1},
	[METRIC_HELD_BY_BOTH] = {"held_by_both", "shipments compared below", UNIT_SHIPMENTS,
							 .comparing_only = true},
	[METRIC_HELD_BY_CURRENT_ONLY] = {"held_by_current_only",
									 "shipments that only the current suite holds", UNIT_SHIPMENTS,
									 1, .comparing_only = true},
	[METRIC_HELD_BY_PROPOSED_ONLY] = {"held_by_proposed_only",
									  "shipments that only the proposed suite holds",
									  UNIT_SHIPMENTS, 1, .comparing_only = true},
	[METRIC_HELD_BY_NEITHER] = {"held_by_neither", "shipments that no suite holds", UNIT_SHIPMENTS,
								.comparing_only = true},
	[METRIC_BOX_VOLUME] = {"box_volume", "inner volume of all the boxes shipped", UNIT_VOLUME, -1,
						   SUM_VOLUME},
	[METRIC_CONTENT_VOLUME] = {"content_volume", "volume of what is in them", UNIT_VOLUME},
	[METRIC_UTILIZATION] = {"utilization", "volume of all contents / volume of all boxes",
							UNIT_PERCENT, 1, SUM_VOLUME, .inverse = true},
	[METRIC_MEAN_UTILIZATION] = {"mean_utilization", "content / box volume, mean over shipments",
								 UNIT_PERCENT, 1},
	[METRIC_VOID_RATIO] = {"void_ratio", "share of the volume of all boxes that is empty or filler",
						   UNIT_PERCENT, -1},
	[METRIC_VOID_ABOVE_HALF_SHARE] = {"void_above_half_share",
									  "share of shipments whose box is more than half empty; the "
									  "EU's limit is half, from 2030",
									  UNIT_PERCENT, -1},
	[METRIC_AIR_MEAN] = {"air_mean", "box volume less content, mean over shipments", UNIT_VOLUME,
						 -1},
	[METRIC_AIR_MEDIAN] = {"air_median", "air that half of the shipments do not exceed",
						   UNIT_VOLUME, -1},
	[METRIC_AIR_P95] = {"air_p95", "air that 95 % of the shipments do not exceed", UNIT_VOLUME, -1},
	[METRIC_TAILORED_VOLUME] = {"tailored_volume",
								"box volume if every shipment had a box made for it: out of reach",
								UNIT_VOLUME},
	[METRIC_ABOVE_TAILORED] = {"above_tailored", "how far box_volume is above that", UNIT_PERCENT,
							   -1},
	[METRIC_BOARD_AREA] = {"board_area", "corrugated board of all the boxes shipped", UNIT_AREA, -1,
						   SUM_BOARD},
	[METRIC_BOARD_MASS] = {"board_mass", "mass of that board", UNIT_MASS, -1, SUM_BOARD},
	[METRIC_BOARD_CO2E] = {"board_co2e", "greenhouse gases of that board", UNIT_CO2E, -1,
						   SUM_BOARD},
	[METRIC_DIMENSIONAL_WEIGHT] = {"dimensional_weight",
								   "outer volume / the carrier's divisor, rounded up per shipment",
								   UNIT_WEIGHT, -1, SUM_DIMENSIONAL},
	[METRIC_BILLED_WEIGHT] = {"billed_weight",
							  "larger of weight and dimensional weight, rounded up per shipment",
							  UNIT_WEIGHT, -1},
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
