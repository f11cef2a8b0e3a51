/*
 * metrics.h
 *	  The metrics of a suite by name.
 */
#ifndef PACKOPT_METRICS_H
#define PACKOPT_METRICS_H

#include "kernel.h"

#include "measures.h"

/* The metrics, in the order in which they are told. */
typedef enum MetricId
{
	METRIC_BOXES,
	METRIC_SHIPMENTS,
	METRIC_LEFT_OUT,
	METRIC_BOXED,
	METRIC_UNBOXED,
	METRIC_HELD_BY_BOTH,
	METRIC_HELD_BY_CURRENT_ONLY,
	METRIC_HELD_BY_PROPOSED_ONLY,
	METRIC_HELD_BY_NEITHER,
	METRIC_BOX_VOLUME,
	METRIC_CONTENT_VOLUME,
	METRIC_UTILIZATION,
	METRIC_MEAN_UTILIZATION,
	METRIC_VOID_RATIO,
	METRIC_VOID_ABOVE_HALF_SHARE,
	METRIC_AIR_MEAN,
	METRIC_AIR_MEDIAN,
	METRIC_AIR_P95,
	METRIC_TAILORED_VOLUME,
	METRIC_ABOVE_TAILORED,
	METRIC_BOARD_AREA,
	METRIC_BOARD_MASS,
	METRIC_BOARD_CO2E,
	METRIC_DIMENSIONAL_WEIGHT,
	METRIC_BILLED_WEIGHT,
	METRICS
} MetricId;

/* What the unit of a metric is. */
typedef enum MetricUnit
{
	UNIT_BOXES,
	UNIT_SHIPMENTS,
	UNIT_VOLUME, /* cube of the length unit */
	UNIT_PERCENT,
	UNIT_AREA,
	UNIT_MASS,
	UNIT_CO2E,
	UNIT_WEIGHT /* as billed */
} MetricUnit;

/* Which sum over shipments the relative change of a metric is the change of. */
typedef enum MetricSum
{
	SUM_NONE,
	SUM_VOLUME,
	SUM_BOARD,
	SUM_DIMENSIONAL
} MetricSum;

/* What a metric is computed from. */
typedef struct MetricSource
{
	int boxes;
	int64 history;  /* shipments in the profile */
	int64 left_out; /* shipments without usable data */
	int64 boxed;    /* shipments that the suite holds */
	int64 unboxed;  /* shipments that it does not */
	/* where two are compared: shipments of these that the suite holds; of none, that both do not */
	int64 held_by_both;
	int64 held_by_current_only;
	int64 held_by_proposed_only;
	int64 held_by_neither;
	const SuiteMeasures *of;
} MetricSource;

/* What is known of a metric. */
typedef struct Metric
{
	const char *name;
	const char *explanation;
	MetricUnit unit;
	int better; /* 1: more is better; -1: less is; 0: neither */
	MetricSum sum;
	bool inverse;        /* the metric changes as 1 / sum does */
	bool comparing_only; /* it is about two suites */
} Metric;

extern const Metric metrics[METRICS];

extern double MetricValue(MetricId id, const MetricSource *source);
extern const char *MetricUnitName(MetricUnit unit, LengthUnit length_unit, WeightUnit weight_unit);

#endif /* PACKOPT_METRICS_H */
