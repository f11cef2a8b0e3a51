// sources: SEARCH src/curve.c
/*
 * bench_curve.c
 *	  Measures the curve of suites against searches for single sizes.
 *
 * Usage: bench_curve [DATA_FOLDER]
 *
 * DATA_FOLDER holds olist/shipments.csv.gz; without it only made-up demand is measured. Processor time
 * of one core. Above and gap are averages over the sizes searched alone too: how much the curve's suite
 * costs more than the one found alone, and the gaps that the two prove.
 */
#define _POSIX_C_SOURCE 200809L
#include "searchdata.h"

#include <time.h>

#include "curve.h"

#define BOXES 20

/* Processor time in seconds. */
static double
Now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double) ts.tv_sec + (double) ts.tv_nsec * 1e-9;
}

/* Computes a curve and some single suites, and prints a row of the table. */
static void
Measure(const char *what, const BenchDemand *d, int32_t step, int bound_iterations)
{
	static const int alone[] = {2, 4, 8, 12, 16, 20};
	const int nalone = (int) (sizeof(alone) / sizeof(alone[0]));
	static CurvePoint point[BOXES];
	SearchProblem problem = {.demand = BenchDemandView(d),
							 .suite_size = BOXES,
							 .step = {step, step, step},
							 .cost = BenchVolume,
							 .max_memory = (size_t) 1 << 30,
							 .effort = SearchEffortNormal(),
							 .bound_iterations = bound_iterations};
	double start = Now();
	double curve;
	double last = 0;
	double above = 0;
	double gap = 0;
	double gap_alone = 0;

	SearchCurve(&problem, point);
	curve = Now() - start;
	for (int i = 0; i < nalone; i++)
	{
		const SearchResult *r = &point[alone[i] - 1].result;
		SearchResult found;

		start = Now();
		problem.suite_size = alone[i];
		SearchSuite(&problem, &found);
		last = Now() - start;
		above += r->cost / found.cost - 1;
		gap += 1 - r->lower_bound / r->cost;
		gap_alone += 1 - found.lower_bound / found.cost;
		KernelFree(found.box);
	}
	printf("%-26s %9lld %8d %10d %8.2f %8.2f %6.2f %8.3f %8.3f %8.3f\n", what,
		   (long long) point[BOXES - 1].result.candidates, d->n, bound_iterations, curve, last,
		   curve / last, 100 * above / nalone, bound_iterations > 0 ? 100 * gap / nalone : 100,
		   bound_iterations > 0 ? 100 * gap_alone / nalone : 100);
	fflush(stdout);
}

/* Measures a demand with and without the proof. */
static void
MeasureBoth(const char *what, const BenchDemand *d, int32_t step)
{
	Measure(what, d, step, 0);
	Measure(what, d, step, 2500);
}

int
main(int argc, char **argv)
{
	const int32_t half = LENGTH_SCALE / 2;
	BenchDemand products = MakeCatalogueDemand(200000, 0, 1);

	printf("%-26s %9s %8s %10s %8s %8s %6s %8s %8s %8s\n", "demand, step", "cand.", "classes",
		   "iterations", "curve s", "20 s", "ratio", "above %", "gap %", "alone %");
	MeasureBoth("200,000 products, 1/2 in", &products, half);
	MeasureBoth("200,000 products, 1 in", &products, 2 * half);
	BenchDemandFree(&products);
	if (argc > 1)
	{
		BenchDemand olist = ReadOlistDemand(argv[1]);

		if (olist.n == 0)
			printf("# %s/olist/shipments.csv.gz: not there, skipped\n", argv[1]);
		else
		{
			MeasureBoth("Olist parcels, 1 cm", &olist, LENGTH_SCALE);
			MeasureBoth("Olist parcels, 4 cm", &olist, 4 * LENGTH_SCALE);
		}
		BenchDemandFree(&olist);
	}
	return 0;
}
