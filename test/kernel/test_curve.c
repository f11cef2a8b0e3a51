// sources: src/candidate.c src/grid.c src/staircase.c src/swap.c src/bestswap.c src/cover.c src/search.c src/share.c src/stream.c src/bound.c src/dual.c src/pricing.c src/relaxed.c src/cases.c src/chain.c src/tasks.c src/curve.c src/chainclose.c src/duallevels.c src/carry.c
/*
 * test_curve.c
 *	  Tests of the curve of suites: neither costs nor bounds rise with the size, suites are what they say,
 *	  bounds lie below the optima that are known.
 */
#define _POSIX_C_SOURCE 200809L
#include "kernel.h"

#include "curve.h"
#include "exactcases.h"
#include "tap.h"

/* The largest size in these tests. */
#define MOST 60

/* Frees the boxes of a curve. */
static void
FreeCurve(CurvePoint *point, int n)
{
	for (int k = 0; k < n; k++)
		KernelFree(point[k].result.box);
}

/* Whether a curve is one: true costs, no more boxes than allowed, neither costs nor bounds that rise. */
static bool
CurveHolds(const SearchProblem *problem, CurvePoint *point)
{
	bool found = false;

	for (int k = 1; k <= problem->suite_size; k++)
	{
		const SearchResult *r = &point[k - 1].result;
		const SearchResult *before = k > 1 ? &point[k - 2].result : NULL;
		CaseCost cost;

		if (point[k - 1].status != SEARCH_OK)
		{
			if (found)
				return false;
			continue;
		}
		cost = EvaluateBoxes(problem, r->nboxes, r->box);
		if (r->nboxes > k || r->nboxes < problem->nkeep || cost.cost != r->cost ||
			cost.unheld != r->unboxable || r->bounded != (problem->bound_iterations > 0) ||
			(r->bounded && r->lower_bound > r->cost))
			return false;
		if (found && (r->cost > before->cost || r->lower_bound > before->lower_bound))
			return false;
		found = true;
	}
	return true;
}

/* The curve up to the size of an instance, the optimum of which is known. */
static void
TestInstance(const char *folder, const char *name, double *excess, double *gap)
{
	static Instance in;
	static CurvePoint point[MOST];
	char path[4096];
	const SearchResult *last;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!ReadInstance(path, &in))
	{
		ok(false, "%s is an instance", name);
		return;
	}
	if (in.problem.must_stay > 0 || in.problem.min_share > 0)
		return; /* rules that a curve has not */
	in.problem.bound_iterations = 400;
	last = &point[in.problem.suite_size - 1].result;
	if (!ok(SearchCurve(&in.problem, point) == SEARCH_OK && CurveHolds(&in.problem, point) &&
				last->cost >= in.optimum && last->cost <= 1.02 * in.optimum &&
				last->lower_bound <= in.optimum,
			"%s", name))
		printf("# %d boxes: %.0f, optimum %.0f, bound %.1f\n", in.problem.suite_size, last->cost,
			   in.optimum, last->lower_bound);
	*excess += last->cost / in.optimum - 1;
	for (int k = 1; k <= in.problem.suite_size; k++)
		if (point[k - 1].status == SEARCH_OK &&
			1 - point[k - 1].result.lower_bound / point[k - 1].result.cost > *gap)
			*gap = 1 - point[k - 1].result.lower_bound / point[k - 1].result.cost;
	FreeCurve(point, in.problem.suite_size);
}

/* All instances; nearly all have the optimum at the end of their curve. */
static void
TestInstances(void)
{
	static char name[500][64];
	const char *folder = getenv("PACKOPT_EXACT_DIR");
	double excess = 0;
	double gap = 0;
	int n;

	folder = folder == NULL ? "test/exact" : folder;
	n = ListInstances(folder, name, 500);
	ok(n >= LEAST_INSTANCES, "%d instances in %s", n, folder);
	for (int i = 0; i < n; i++)
		TestInstance(folder, name[i], &excess, &gap);
	ok(excess / n <= 0.001, "on the average %.4f %% above the optimum", 100 * excess / n);
	ok(gap <= 0.08, "the widest gap is %.2f %%", 100 * gap);
}

/*
 * Random demand, with kept boxes, catalogues and costs without order: sizes that have no suite are
 * those for which the search finds none either; twice the same curve.
 */
static void
TestRandom(uint64_t seed)
{
	uint64_t random = seed;
	bool upright = CaseBetween(&random, 0, 1);
	int high = CaseBetween(&random, 4, 12);
	Case c =
		RandomCase(&random, CaseBetween(&random, 1, 60), CaseBetween(&random, 1, 3), high, upright);
	SearchProblem problem = MakeProblem(&c, upright, CaseBetween(&random, 1, 12));
	int32_t keep[3][3];
	int32_t catalogue[30][3];
	CurvePoint point[12];
	CurvePoint again[12];
	bool same = true;
	bool holds;
	bool comparable = true;
	double worst = 0;

	problem.nkeep = CaseBetween(&random, 0, problem.suite_size < 3 ? problem.suite_size : 3);
	for (int b = 0; b < problem.nkeep; b++)
		RandomSize(&random, 1, high + 2, upright, keep[b]);
	problem.keep = (const int32_t(*)[3]) keep;
	if (CaseBetween(&random, 0, 1))
	{
		problem.ncatalogue = CaseBetween(&random, 1, 30);
		for (int b = 0; b < problem.ncatalogue; b++)
			RandomSize(&random, 1, high + 1, upright, catalogue[b]);
		problem.catalogue = (const int32_t(*)[3]) catalogue;
	}
	problem.cost = CaseBetween(&random, 0, 1) ? VolumeCost : HashCost;
	problem.bound_iterations = CaseBetween(&random, 0, 2) * 200;
	SearchCurve(&problem, point);
	SearchCurve(&problem, again);
	holds = CurveHolds(&problem, point);
	for (int k = problem.nkeep > 1 ? problem.nkeep : 1; k <= problem.suite_size; k++)
	{
		SearchProblem one = problem;
		SearchResult alone;
		const SearchResult *r = &point[k - 1].result;

		one.suite_size = k;
		same &= point[k - 1].status == again[k - 1].status && r->cost == again[k - 1].result.cost &&
				r->lower_bound == again[k - 1].result.lower_bound;
		if (SearchSuite(&one, &alone) != SEARCH_OK)
		{
			comparable &= point[k - 1].status != SEARCH_OK;
			continue;
		}
		comparable &= point[k - 1].status == SEARCH_OK && r->lower_bound <= alone.cost;
		if (alone.cost > 0 && r->cost / alone.cost - 1 > worst)
			worst = r->cost / alone.cost - 1;
		KernelFree(alone.box);
	}
	ok(holds && same && comparable && worst < 0.02,
	   "seed %d: a curve %d, the same %d, as the search alone %d, above it %.3f %%", (int) seed,
	   holds, same, comparable, 100 * worst);
	FreeCurve(point, problem.suite_size);
	FreeCurve(again, problem.suite_size);
	FreeCase(&c);
}

/* Fewer shapes than boxes: the costs stay as low as they can be, and that is proved. */
static void
TestFullSuite(void)
{
	uint64_t random = 3;
	Case c = RandomCase(&random, 5, 1, 9, false);
	SearchProblem problem = MakeProblem(&c, false, 10);
	CurvePoint point[10];
	double least = 0;

	for (int i = 0; i < c.demand.nclasses; i++)
		least += VolumeCost(c.element[i], NULL) * (double) c.count[i];
	problem.bound_iterations = 100;
	SearchCurve(&problem, point);
	ok(CurveHolds(&problem, point) && point[4].result.cost == least && point[4].result.optimal &&
		   point[9].result.cost == least && point[9].result.optimal && point[9].result.nboxes <= 5,
	   "ten boxes for five shapes: %.0f of %.0f", point[9].result.cost, least);
	FreeCurve(point, 10);
	FreeCase(&c);
}

/* Where the grid has no room, as fine a one as fits is searched, and nothing is proved. */
static void
TestTooLarge(void)
{
	uint64_t random = 4;
	Case c = RandomCase(&random, 200, 1, 500, false);
	SearchProblem problem = MakeProblem(&c, false, 3);
	CurvePoint point[3];

	problem.max_memory = (size_t) 1 << 20;
	problem.bound_iterations = 10;
	ok(SearchCurve(&problem, point) == SEARCH_OK && point[2].result.coarse_factor > 1 &&
		   point[2].result.fine_factor == point[2].result.coarse_factor &&
		   !point[2].result.bounded && point[2].result.cost < point[1].result.cost,
	   "too fine a grid: searched with %d times the increments", point[2].result.coarse_factor);
	FreeCurve(point, 3);
	problem.max_memory = 1;
	ok(SearchCurve(&problem, point) == SEARCH_GRID_TOO_LARGE, "no room at all");
	FreeCase(&c);
}

int
main(void)
{
	TestInstances();
	for (uint64_t seed = 1; seed <= 60; seed++)
		TestRandom(seed);
	TestFullSuite();
	TestTooLarge();
	return done();
}
