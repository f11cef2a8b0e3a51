/*
 * measures.c
 *	  Measures one suite, or two against each other, in one pass over the classes of a profile.
 *
 * Every class goes into the smallest box of each suite that holds it, as in evaluate_suite. Whatever
 * is the same for all shipments of a box, such as its volume or its board, then follows from the
 * number of shipments per pair of (first suite's box, second suite's box); the rest (how empty the
 * boxes are, the percentiles) is gathered class by class. Measures are over the shipments that all
 * measured suites hold: two suites are never compared by what only one of them ships.
 *
 * Counts and volumes are integers all the way. Where shaped classes are a sample, they are summed
 * apart and scaled at the end.
 */
#include "kernel.h"

#include <math.h>

#include "measures.h"

/* A sum over exact classes and, apart, over the raw counts of a sample. */
typedef struct SplitSum
{
	int128 exact;
	int128 sampled;
} SplitSum;

/* The air in one of some alike shipments, and their number. */
typedef struct AirOfClass
{
	double air;
	double shipments;
} AirOfClass;

/* One suite while it is measured. */
typedef struct SuiteGauge
{
	int nboxes;
	BoxRoom *room;
	MeasuredBox *box;
	SplitSum billed_sum;
	SplitSum void_above_half;
	AirOfClass *air;
	int64 nair;
} SuiteGauge;

/* Everything while the classes are run through. */
typedef struct Gauge
{
	Measurement *measurement;
	int32 padding;
	const BillingModel *billing; /* NULL: only the pairs are asked for */
	SuiteGauge suite[MEASURED_SUITES];
	SplitSum tailored;
} Gauge;

/* Some alike shipments to be measured. */
typedef struct MeasuredClass
{
	int64 count;
	int128 content;      /* of one shipment */
	int128 all_content;  /* of all of them, exact */
	int128 tailored;     /* volume of the smallest box that holds one */
	int64 actual_weight; /* of one, in billed steps */
	bool sampled;
	int home[MEASURED_SUITES]; /* box; nboxes of the suite: none */
} MeasuredClass;

/* Adds n times a value. */
static inline void
AddToSum(SplitSum *sum, const MeasuredClass *class, int128 value)
{
	*(class->sampled ? &sum->sampled : &sum->exact) += value * class->count;
}

/* Gives a sum, its sampled part scaled. */
static double
ScaledSum(const SplitSum *sum, double scale)
{
	if (scale == 1)
		return (double) (sum->exact + sum->sampled);
	return (double) sum->exact + (double) sum->sampled * scale;
}

/* Computes the volume of a box that is larger than the contents by the padding. */
static inline int128
PaddedVolume(const int32 size[3], int32 padding)
{
	return (int128) ((int64) size[0] + padding) * ((int64) size[1] + padding) *
		   ((int64) size[2] + padding);
}

/* Adds a class whose homes are known to all sums. */
static void
GaugeClass(Gauge *gauge, const MeasuredClass *class)
{
	Measurement *measurement = gauge->measurement;
	PairUse *pair = MeasuredPair(measurement, class->home[0], class->home[1]);
	bool held = true;

	*(class->sampled ? &pair->sampled : &pair->exact) += class->count;
	*(class->sampled ? &pair->sampled_content : &pair->content) += class->all_content;
	for (int s = 0; s < measurement->nsuites; s++)
		held &= class->home[s] < gauge->suite[s].nboxes;
	if (!held || gauge->billing == NULL)
		return;
	AddToSum(&gauge->tailored, class, class->tailored);
	for (int s = 0; s < measurement->nsuites; s++)
	{
		SuiteGauge *suite = &gauge->suite[s];
		int128 air = suite->box[class->home[s]].volume - class->content;

		if (air > class->content)
			AddToSum(&suite->void_above_half, class, 1);
		AddToSum(&suite->billed_sum, class,
				 Max(class->actual_weight, suite->box[class->home[s]].billed));
		suite->air[suite->nair].air = VolumeToDouble(air);
		suite->air[suite->nair].shipments =
			class->count * (class->sampled ? measurement->scale : 1);
		suite->nair++;
	}
}

/* Finds the boxes of a plain class: in each suite the first, or the first two of the same one. */
static void
FindPlainHomes(const Gauge *gauge, const int32 size[3], int home[MEASURED_SUITES])
{
	int b = 0;

	for (int s = 0; s < gauge->measurement->nsuites; s++)
	{
		const SuiteGauge *suite = &gauge->suite[s];

		b = s > 0 && gauge->billing == NULL ? Min(b + 1, suite->nboxes) : 0;
		while (b < suite->nboxes && !LengthsWithin(size, suite->room[b].turned))
			b++;
		home[s] = b;
	}
}

/* Finds the boxes of a shaped class, likewise. */
static void
FindShapedHomes(const Gauge *gauge, const ShapedClass *shaped, int home[MEASURED_SUITES])
{
	int b = 0;

	for (int s = 0; s < gauge->measurement->nsuites; s++)
	{
		const SuiteGauge *suite = &gauge->suite[s];

		b = s > 0 && gauge->billing == NULL ? Min(b + 1, suite->nboxes) : 0;
		while (b < suite->nboxes && !RoomHolds(&suite->room[b], shaped))
			b++;
		home[s] = b;
	}
}

/* Runs through the plain classes. */
static void
GaugePlain(Gauge *gauge, const Profile *profile)
{
	const ProfileClass *plain = ProfileClasses(profile);

	for (int i = 0; i < profile->nclasses; i++, plain++)
	{
		MeasuredClass class = {
			.count = plain->count,
			.content = VolumeOf(plain->size),
			.all_content = ProfileClassContent(profile, i),
			.tailored = PaddedVolume(plain->size, gauge->padding),
		};

		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if (profile->level > 0)
			class.content = class.all_content / class.count;
		if (gauge->billing != NULL && plain->weight_class > 0)
			class.actual_weight = ActualSteps(plain->weight_class, gauge->billing);
		FindPlainHomes(gauge, plain->size, class.home);
		GaugeClass(gauge, &class);
	}
}

/* Runs through the shaped classes. */
static void
GaugeShaped(Gauge *gauge, const Profile *profile)
{
	const ShapedClass *shaped = ProfileShaped(profile);

	for (int i = 0; i < profile->nshaped; i++, shaped = NextShaped(shaped))
	{
		MeasuredClass class = {
			.count = shaped->count,
			.content = LoadInt128(&shaped->content),
			.sampled = gauge->measurement->scale != 1,
		};

		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		class.all_content = class.content * class.count;
		class.tailored = PaddedVolume(shaped->element[0], gauge->padding);
		for (int e = 1; e < shaped->nelements; e++)
			class.tailored = Min(class.tailored, PaddedVolume(shaped->element[e], gauge->padding));
		if (gauge->billing != NULL && shaped->weight_class > 0)
			class.actual_weight = ActualSteps(shaped->weight_class, gauge->billing);
		FindShapedHomes(gauge, shaped, class.home);
		GaugeClass(gauge, &class);
	}
}

/* Adds the scaled sample to the pairs, each rounded to whole shipments. */
static void
FinishPairs(Measurement *measurement)
{
	int npairs = (measurement->suite[0]->nboxes + 1) * measurement->columns;

	for (int i = 0; i < npairs; i++)
	{
		PairUse *pair = &measurement->pair[i];

		pair->shipments = pair->exact + (int64) rint(pair->sampled * measurement->scale);
		pair->content += (int128) ((double) pair->sampled_content * measurement->scale);
	}
}

/* Gives the middle one of three numbers. */
static inline double
Middle(double a, double b, double c)
{
	return Max(Min(a, b), Min(Max(a, b), c));
}

/*
 * Finds the least air that as many shipments as wanted do not exceed, among n > 0 classes, which are
 * reordered: splits them at one of their values until it is the one.
 */
static double
SelectAir(AirOfClass *class, int64 n, double wanted)
{
	for (;;)
	{
		double pivot = Middle(class[0].air, class[n / 2].air, class[n - 1].air);
		double below = 0;
		double equal = 0;
		int64 first_equal = 0;
		int64 first_above = n;

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < first_above;)
		{
			AirOfClass current = class[i];

			if (current.air < pivot)
			{
				below += current.shipments;
				class[i++] = class[first_equal];
				class[first_equal++] = current;
			}
			else if (current.air > pivot)
			{
				class[i] = class[--first_above];
				class[first_above] = current;
			}
			else
			{
				equal += current.shipments;
				i++;
			}
		}
		if (wanted <= below)
			n = first_equal;
		else if (wanted <= below + equal || first_above == n)
			return pivot;
		else
		{
			wanted -= below + equal;
			class += first_above;
			n -= first_above;
		}
	}
}

/*
 * Finds the least air that a share of the shipments does not exceed; 0 without shipments. Unless they
 * are a sample, counts of shipments are whole numbers.
 */
static double
AirPercentile(const SuiteGauge *suite, double share, bool exact)
{
	double all = 0;

	for (int64 i = 0; i < suite->nair; i++)
		all += suite->air[i].shipments;
	if (suite->nair == 0)
		return 0;
	return SelectAir(suite->air, suite->nair, exact ? ceil(share * all) : share * all);
}

/* Computes the measures of suite s from the pairs and sums. */
static void
FinishSuite(Gauge *gauge, int s, const MeasureOptions *options)
{
	Measurement *measurement = gauge->measurement;
	SuiteGauge *suite = &gauge->suite[s];
	SuiteMeasures *result = &measurement->of[s];
	int other_boxes = measurement->nsuites == 1 ? 1 : gauge->suite[1 - s].nboxes;
	int128 content = 0;
	int128 volume = 0;
	int128 billed = 0;
	double ratios = 0;

	for (int b = 0; b < suite->nboxes; b++)
	{
		const MeasuredBox *box = &suite->box[b];
		int64 shipments = 0;
		int128 box_content = 0;

		for (int c = 0; c < other_boxes; c++)
		{
			const PairUse *pair =
				s == 0 ? MeasuredPair(measurement, b, c) : MeasuredPair(measurement, c, b);

			shipments += pair->shipments;
			box_content += pair->content;
		}
		result->shipments += shipments;
		volume += box->volume * shipments;
		content += box_content;
		billed += (int128) box->billed * shipments;
		ratios += (double) box_content / (double) box->volume;
		result->board_area += box->board_area * shipments;
	}
	result->board_mass = result->board_area * options->board.grammage;
	result->dimensional_weight = StepsToWeight((double) billed, gauge->billing);
	result->billed_weight = NAN;
	if (gauge->billing->class_step > 0)
		result->billed_weight =
			StepsToWeight(ScaledSum(&suite->billed_sum, measurement->scale), gauge->billing);
	result->box_volume = VolumeToDouble(volume);
	result->content_volume = VolumeToDouble(content);
	result->mean_utilization = result->shipments > 0 ? ratios / result->shipments : 0;
	result->void_above_half = (int64) rint(ScaledSum(&suite->void_above_half, measurement->scale));
	result->tailored_volume = ScaledSum(&gauge->tailored, measurement->scale) / 1e15;
	result->air_median = AirPercentile(suite, 0.5, measurement->scale == 1);
	result->air_p95 = AirPercentile(suite, 0.95, measurement->scale == 1);
}

/* Prepares suite s: its boxes in order, their room, and what each of them takes. */
static void
StartSuite(Gauge *gauge, int s, const Profile *profile, const Box *boxes, int nboxes,
		   const BoardModel *board)
{
	SuiteGauge *suite = &gauge->suite[s];
	SuiteUse *use = StartSuiteUse(boxes, NULL, nboxes, ProfileNeedsVertical(profile));

	gauge->measurement->suite[s] = use;
	suite->nboxes = nboxes;
	suite->room = ComputeRooms(use, false, gauge->padding);
	if (gauge->billing == NULL)
		return;
	suite->box = palloc(Max(nboxes, 1) * sizeof(MeasuredBox));
	gauge->measurement->box[s] = suite->box;
	for (int b = 0; b < nboxes; b++)
	{
		const int32 *size = use->box[b].box.size;
		int32 outer[3];

		OuterLengths(size, board, outer);
		suite->box[b].volume = VolumeOf(size);
		suite->box[b].board_area = BoardArea(size, board);
		suite->box[b].billed = DimensionalSteps(outer, gauge->billing);
	}
	suite->air = MemoryContextAllocHuge(
		CurrentMemoryContext, ((Size) profile->nclasses + profile->nshaped) * sizeof(AirOfClass));
}

/* Makes the table of pairs, all empty. */
static void
StartPairs(Gauge *gauge, const Profile *profile, int nsuites, const int nboxes[MEASURED_SUITES])
{
	Measurement *measurement = palloc0(sizeof(Measurement));
	Size rows = nboxes[0] + 1;

	measurement->nsuites = nsuites;
	measurement->scale = ProfileSampleScale(profile);
	measurement->columns = nsuites == 1 ? 1 : nboxes[1] + 1;
	measurement->pair = MemoryContextAllocExtended(
		CurrentMemoryContext, mul_size(mul_size(rows, measurement->columns), sizeof(PairUse)),
		MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	gauge->measurement = measurement;
}

/* Measures one or two suites over the shipments of a profile. */
Measurement *
MeasureSuites(const Profile *profile, int nsuites, const Box *boxes[MEASURED_SUITES],
			  const int nboxes[MEASURED_SUITES], const MeasureOptions *options)
{
	Gauge gauge = {.padding = options->padding, .billing = &options->billing};

	StartPairs(&gauge, profile, nsuites, nboxes);
	for (int s = 0; s < nsuites; s++)
		StartSuite(&gauge, s, profile, boxes[s], nboxes[s], &options->board);
	GaugePlain(&gauge, profile);
	GaugeShaped(&gauge, profile);
	FinishPairs(gauge.measurement);
	for (int s = 0; s < nsuites; s++)
	{
		FinishSuite(&gauge, s, options);
		pfree(gauge.suite[s].air);
	}
	return gauge.measurement;
}

/*
 * Pairs every shipment's box with the next one of the same suite that holds it, where it would go if
 * its own was dropped. Nothing but the pairs is filled in.
 */
Measurement *
MeasureSecondChoices(const Profile *profile, const Box *boxes, int nboxes, int32 padding)
{
	Gauge gauge = {.padding = padding};

	StartPairs(&gauge, profile, MEASURED_SUITES, (const int[MEASURED_SUITES]){nboxes, nboxes});
	for (int s = 0; s < MEASURED_SUITES; s++)
		StartSuite(&gauge, s, profile, boxes, nboxes, NULL);
	GaugePlain(&gauge, profile);
	GaugeShaped(&gauge, profile);
	FinishPairs(gauge.measurement);
	return gauge.measurement;
}

/*
 * Counts the shipments that the first suite holds or not, and the second. A second suite that is not
 * there holds everything.
 */
int64
MeasuredShipments(const Measurement *measurement, bool held_by_first, bool held_by_second)
{
	int rows = measurement->suite[0]->nboxes;
	int columns = measurement->nsuites == 1 ? 1 : measurement->suite[1]->nboxes;
	int64 shipments = 0;

	for (int a = held_by_first ? 0 : rows; a < rows + !held_by_first; a++)
		for (int b = held_by_second ? 0 : columns; b < columns + !held_by_second; b++)
			shipments += MeasuredPair(measurement, a, b)->shipments;
	return shipments;
}
