// sources: src/candidate.c src/grid.c src/staircase.c src/swap.c src/bestswap.c src/cover.c src/search.c src/share.c src/stream.c src/pricing.c src/dual.c src/relaxed.c src/bound.c src/cases.c src/chain.c src/tasks.c src/carry.c src/chainclose.c src/duallevels.c
/*
 * bench_bound.c
 *	  Measures the bound: the gap that it proves after so many iterations, and the time it takes.
 *
 * Usage: bench_bound [DATA_FOLDER]
 *
 * DATA_FOLDER holds olist/shipments.csv.gz; without it only made-up demand is measured. Processor
 * time of one core. Better is by how much the suite found on the way costs less than that of the
 * search at normal effort; the gap is that of the better one.
 */
#define _POSIX_C_SOURCE 200809L
#include "searchdata.h"

#include <time.h>

#include "bound.h"
#include "search.h"

/* Processor time in seconds. */
static double
Now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double) ts.tv_sec + (double) ts.tv_nsec * 1e-9;
}

/* Searches, then bounds with several numbers of iterations, and prints a row of the table for each. */
static void
Measure(const char *what, const BenchDemand *d, int32_t step, int suite_size)
{
	static const int iterations[] = {2500, 10000};
	SearchProblem problem = {.demand = BenchDemandView(d),
							 .suite_size = suite_size,
							 .step = {step, step, step},
							 .cost = BenchVolume,
							 .max_memory = (size_t) 1 << 30,
							 .effort = SearchEffortNormal()};
	GridSpec spec = {.step = {step, step, step}, .cost = BenchVolume};
	SearchResult found;
	Grid *grid;
	GridDemand *demand;
	GridPoint box[SUITE_MAX];

	if (SearchSuite(&problem, &found) != SEARCH_OK)
	{
		printf("%-26s no suite\n", what);
		return;
	}
	grid = GridCreate(&spec, &problem.demand);
	demand = GridDemandCreate(grid, &spec, &problem.demand);
	for (int b = 0; b < found.nboxes; b++)
		GridLocate(grid, found.box[b], &box[b]);
	for (int i = 0; i < (int) (sizeof(iterations) / sizeof(iterations[0])); i++)
	{
		BoundProblem bound = {.grid = grid,
							  .demand = demand,
							  .suite_size = suite_size,
							  .upper = found.cost,
							  .nincumbent = found.nboxes,
							  .incumbent = box,
							  .max_iterations = iterations[i]};
		BoundResult result;
		double start = Now();

		BoundSuite(&bound, &result);
		printf("%-26s %9lld %8d %5d %10.0f %8.3f %8.3f %9lld %8.2f\n", what,
			   (long long) grid->ncandidates, demand->nclasses, suite_size, result.work,
			   100 * (1 - result.upper / found.cost), 100 * (1 - result.lower / result.upper),
			   (long long) result.candidates_left, Now() - start);
		fflush(stdout);
	}
	GridDemandFree(demand);
	GridFree(grid);
	KernelFree(found.box);
}

int
main(int argc, char **argv)
{
	const int32_t half = LENGTH_SCALE / 2;
	BenchDemand products = MakeCatalogueDemand(200000, 0, 1);

	printf("%-26s %9s %8s %5s %10s %8s %8s %9s %8s\n", "demand, step", "cand.", "classes", "boxes",
		   "work", "better %", "gap %", "cand.left", "seconds");
	Measure("200,000 products, 1/2 in", &products, half, 12);
	Measure("200,000 products, 1 in", &products, 2 * half, 12);
	BenchDemandFree(&products);
	if (argc > 1)
	{
		BenchDemand olist = ReadOlistDemand(argv[1]);

		if (olist.n == 0)
			printf("# %s/olist/shipments.csv.gz: not there, skipped\n", argv[1]);
		else
		{
			Measure("Olist parcels, 2 cm", &olist, 2 * LENGTH_SCALE, 12);
			Measure("Olist parcels, 4 cm", &olist, 4 * LENGTH_SCALE, 12);
			Measure("Olist parcels, 8 cm", &olist, 8 * LENGTH_SCALE, 12);
		}
		BenchDemandFree(&olist);
	}
	return 0;
}
