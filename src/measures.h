/*
 * measures.h
 *	  What one suite, or two against each other, do with the shipments of a profile.
 */
#ifndef PACKOPT_MEASURES_H
#define PACKOPT_MEASURES_H

#include "kernel.h"

#include "billing.h"
#include "board.h"
#include "evaluate.h"

#define MEASURED_SUITES 2

/* What is measured besides the profile and the suites. */
typedef struct MeasureOptions
{
	int32 padding;
	BoardModel board;
	BillingModel billing;
} MeasureOptions;

/* Shipments that go into one box of the first suite and one of the second. */
typedef struct PairUse
{
	int64 shipments;
	int128 content; /* volume of their contents */
	/* what it is made of: exact shipments, and raw ones of a sample, which stand for scale each */
	int64 exact;
	int64 sampled;
	int128 sampled_content;
} PairUse;

/* What the box of a measured suite takes, for every shipment. */
typedef struct MeasuredBox
{
	int128 volume;
	double board_area; /* m2 */
	int64 billed;      /* dimensional weight, in billed steps */
} MeasuredBox;

/* Measures of one suite, over the shipments that every measured suite holds. Volumes in cubic units. */
typedef struct SuiteMeasures
{
	int64 shipments;
	double box_volume;
	double content_volume;
	double mean_utilization; /* mean of content / box volume */
	double air_median;
	double air_p95;
	int64 void_above_half; /* shipments with more than half of the box empty */
	double tailored_volume;
	double board_area; /* m2 */
	double board_mass; /* kg */
	double dimensional_weight;
	double billed_weight; /* NaN where the profile keeps no weights */
} SuiteMeasures;

/*
 * One or two suites measured over a profile. pair has a row per box of the first suite and one for
 * what it does not hold; columns likewise for the second suite, but only one if there is none.
 */
typedef struct Measurement
{
	int nsuites;
	SuiteUse *suite[MEASURED_SUITES]; /* boxes in order; their counts are not filled in */
	MeasuredBox *box[MEASURED_SUITES];
	int columns;
	PairUse *pair;
	double scale; /* of sampled shipments */
	SuiteMeasures of[MEASURED_SUITES];
} Measurement;

/* Gives the pair of box a of the first and box b of the second suite; nboxes stands for none. */
static inline PairUse *
MeasuredPair(const Measurement *measurement, int a, int b)
{
	return &measurement->pair[a * measurement->columns + b];
}

extern Measurement *
MeasureSuites(const Profile *profile, int nsuites, const Box *boxes[MEASURED_SUITES],
			  const int nboxes[MEASURED_SUITES], const MeasureOptions *options);
extern Measurement *
MeasureSecondChoices(const Profile *profile, const Box *boxes, int nboxes, int32 padding);
extern int64
MeasuredShipments(const Measurement *measurement, bool held_by_first, bool held_by_second);

#endif /* PACKOPT_MEASURES_H */
