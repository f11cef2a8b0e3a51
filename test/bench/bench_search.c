// sources: SEARCH
/*
 * bench_search.c
 *	  Measures the search: time of a best-swap pass, of the start and of the whole, and what the start,
 *	  the descent and the perturbations bring.
 *
 * Usage: bench_search [DATA_FOLDER]
 *
 * DATA_FOLDER holds olist/shipments.csv.gz; without it only made-up demand is measured. Processor
 * time of one core. Costs are in per cent above the best one that the search found.
 */
#define _POSIX_C_SOURCE 200809L
#include "searchdata.h"

#include <time.h>

#include "search.h"

/* Processor time in seconds. */
static double
Now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double) ts.tv_sec + (double) ts.tv_nsec * 1e-9;
}

/* Measures the mean time of a best-swap pass from a good suite, on the whole grid. */
static double
MeasurePass(const SearchProblem *problem, const SearchResult *result, int *nclasses, int *ngroups)
{
	enum
	{
		PASSES = 10
	};
	GridSpec spec = {.upright = problem->upright,
					 .cost = problem->cost,
					 .billed = problem->billed,
					 .cost_arg = problem->cost_arg};
	Grid *grid;
	GridDemand *demand;
	SwapState *state;
	Suite suite = {.n = result->nboxes};
	Swap swap;
	double start;
	double time;

	memcpy(spec.step, problem->step, sizeof(spec.step));
	grid = GridCreate(&spec, &problem->demand);
	demand = GridDemandCreate(grid, &spec, &problem->demand);
	state = SwapStateCreate(grid, demand, &(SuiteRules){.suite_size = SUITE_MAX});
	for (int b = 0; b < suite.n; b++)
		GridLocate(grid, result->box[b], &suite.box[b]);
	SwapSetSuite(state, &suite);
	SwapFindBest(state, false, &swap);
	start = Now();
	for (int pass = 0; pass < PASSES; pass++)
		SwapFindBest(state, false, &swap);
	time = (Now() - start) / PASSES;
	*nclasses = demand->nclasses;
	*ngroups = demand->ngroups;
	SwapStateFree(state);
	GridDemandFree(demand);
	GridFree(grid);
	return time;
}

/* Searches and prints a row of the table. */
static void
Measure(const char *what, const BenchDemand *d, int32_t step, int suite_size)
{
	SearchProblem problem = {.demand = BenchDemandView(d),
							 .suite_size = suite_size,
							 .step = {step, step, step},
							 .cost = d->by_weight ? BenchBoard : BenchVolume,
							 .billed = d->by_weight ? BenchBilled : NULL,
							 .cost_arg = (void *) d,
							 .max_memory = (size_t) 1 << 30,
							 .effort = SearchEffortNormal()};
	SearchResult started;
	SearchResult result;
	double start = Now();
	double start_time;
	double total_time;
	double pass;
	int nclasses;
	int ngroups;

	problem.effort.streams = 0;
	if (SearchSuite(&problem, &started) != SEARCH_OK)
	{
		printf("%-28s no suite\n", what);
		return;
	}
	start_time = Now() - start;
	problem.effort = SearchEffortNormal();
	start = Now();
	SearchSuite(&problem, &result);
	total_time = Now() - start;
	pass = MeasurePass(&problem, &result, &nclasses, &ngroups);
	printf("%-28s %8lld %7d %6d %5d %8.3f %8.3f %8.3f %6lld %8.2f %8.2f %8.2f  %.6g\n", what,
		   (long long) result.candidates, nclasses, ngroups, suite_size, pass * 1e3, start_time,
		   total_time, (long long) result.moves, 100 * (started.greedy_cost / result.cost - 1),
		   100 * (started.descent_cost / result.cost - 1), 100 * (started.cost / result.cost - 1),
		   result.cost);
	fflush(stdout);
	KernelFree(started.box);
	KernelFree(result.box);
}

int
main(int argc, char **argv)
{
	static const int sizes[] = {6, 12, 20};
	const int32_t half = LENGTH_SCALE / 2;
	BenchDemand shipments = MakeCatalogueDemand(200000, 100000, 1);
	BenchDemand products = MakeCatalogueDemand(200000, 0, 1);

	printf("%-28s %8s %7s %6s %5s %8s %8s %8s %6s %8s %8s %8s  %s\n", "demand, step", "cand.",
		   "classes", "groups", "boxes", "pass ms", "start s", "total s", "moves", "greedy %",
		   "descent%", "finest %", "cost");
	for (int i = 0; i < 3; i++)
		Measure("100,000 shipments, 1/2 in", &shipments, half, sizes[i]);
	for (int i = 0; i < 3; i++)
		Measure("200,000 products, 1/2 in", &products, half, sizes[i]);
	Measure("200,000 products, 1 in", &products, 2 * half, 12);
	Measure("200,000 products, 1/4 in", &products, half / 2, 12);
	Measure("200,000 products, 1/2 in", &products, half, 100);
	products.by_weight = true;
	Measure("the same by the pound", &products, half, 12);
	Measure("the same by the pound", &products, half, 100);
	products.board_price = 0;
	Measure("weight alone", &products, half, 12);
	BenchDemandFree(&shipments);
	BenchDemandFree(&products);
	if (argc > 1)
	{
		BenchDemand olist = ReadOlistDemand(argv[1]);

		if (olist.n == 0)
			printf("# %s/olist/shipments.csv.gz: not there, skipped\n", argv[1]);
		for (int i = 0; i < 3 && olist.n > 0; i++)
			Measure("Olist parcels, 1 cm", &olist, LENGTH_SCALE, sizes[i]);
		if (olist.n > 0)
		{
			olist.by_weight = true;
			Measure("the same by 0.1 kg", &olist, LENGTH_SCALE, 12);
			olist.board_price = 0;
			Measure("weight alone", &olist, LENGTH_SCALE, 12);
		}
		BenchDemandFree(&olist);
	}
	return 0;
}
