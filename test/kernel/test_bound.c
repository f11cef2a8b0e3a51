// sources: SEARCH
/*
 * test_bound.c
 *	  Tests the bound: never above what a suite can cost, near the proven optima, the same every time.
 *
 * PACKOPT_EXACT_DIR names the folder of the problems with proven optima, by default test/exact.
 */
#define _POSIX_C_SOURCE 200809L
#include "kernel.h"

#include <math.h>

#include "bound.h"
#include "exactcases.h"
#include "tap.h"
#include "weightbound.h"

/* A problem of the bound with the grid behind it. */
typedef struct Prepared
{
	Grid *grid;
	GridDemand *demand;
	GridPoint keep[SUITE_MAX];
	GridPoint current[SUITE_MAX];
	GridPoint box[SUITE_MAX];
	BoundProblem bound;
} Prepared;

/* Lays the grid of a search problem. */
static void
Prepare(const SearchProblem *problem, Prepared *p)
{
	GridSpec spec = SearchGridSpec(problem);

	p->grid = GridCreate(&spec, &problem->demand);
	p->demand = GridDemandCreate(p->grid, &spec, &problem->demand);
	for (int b = 0; b < problem->nkeep; b++)
		GridLocate(p->grid, problem->keep[b], &p->keep[b]);
	for (int b = 0; b < problem->ncurrent; b++)
		GridLocate(p->grid, problem->current[b], &p->current[b]);
	p->bound = (BoundProblem){.grid = p->grid,
							  .demand = p->demand,
							  .suite_size = problem->suite_size,
							  .nkeep = problem->nkeep,
							  .keep = p->keep,
							  .must_stay = problem->must_stay,
							  .ncurrent = problem->ncurrent,
							  .current = p->current};
}

/* Frees what Prepare made. */
static void
Unprepare(Prepared *p)
{
	GridDemandFree(p->demand);
	GridFree(p->grid);
}

/* Takes a search's result as the incumbent. */
static void
TakeIncumbent(Prepared *p, const SearchResult *result)
{
	for (int b = 0; b < result->nboxes; b++)
		GridLocate(p->grid, result->box[b], &p->box[b]);
	p->bound.upper = result->cost;
	p->bound.nincumbent = result->nboxes;
	p->bound.incumbent = p->box;
}

/* What a suite costs on the grid, by definition; infinite if it holds not all. */
static double
CostOfBoxes(const Prepared *p, int nboxes, const GridPoint *box)
{
	const GridDemand *demand = p->demand;
	double sum = 0;

	for (int i = 0; i < demand->nclasses; i++)
	{
		double least = INFINITY;

		for (int b = 0; b < nboxes; b++)
			for (int e = demand->first_element[i]; e < demand->first_element[i + 1]; e++)
				if (GridWithin(demand->element[e], box[b]))
					least = fmin(least, p->grid->cost[GridCell(p->grid, box[b])]);
		sum += least * demand->weight[i];
	}
	return sum;
}

/* Whether enough different current boxes are among some boxes. */
static bool
HasCurrent(const Prepared *p, int nboxes, const GridPoint *box)
{
	int count = 0;

	for (int c = 0; c < p->bound.ncurrent; c++)
	{
		bool found = false;

		for (int b = 0; b < nboxes; b++)
			found |= memcmp(&p->current[c], &box[b], sizeof(GridPoint)) == 0;
		count += found;
	}
	return count >= p->bound.must_stay;
}

/* Whether a better suite, if there is one in the result, is a suite, and costs what the result says. */
static bool
BetterIsTrue(const Prepared *p, const BoundResult *result)
{
	if (result->nbetter == 0)
		return result->upper == p->bound.upper;
	for (int b = 0; b < result->nbetter; b++)
	{
		bool kept = false;

		for (int k = 0; k < p->bound.nkeep; k++)
			kept |= memcmp(&p->keep[k], &result->better[b], sizeof(GridPoint)) == 0;
		if (!kept && !p->grid->candidate[GridCell(p->grid, result->better[b])])
			return false;
	}
	for (int k = 0; k < p->bound.nkeep; k++)
		if (memcmp(&p->keep[k], &result->better[k], sizeof(GridPoint)) != 0)
			return false;
	return HasCurrent(p, result->nbetter, result->better) &&
		   result->nbetter <= p->bound.suite_size && result->upper < p->bound.upper &&
		   fabs(CostOfBoxes(p, result->nbetter, result->better) - result->upper) <=
			   1e-9 * result->upper;
}

/* ------------------------------------------------------------------------------------------------
 * Proven optima
 * ------------------------------------------------------------------------------------------------ */

/*
 * Bounds an instance from its optimum, and from a suite that costs more, of which nothing but the
 * cost is told. Adds the gap of the first to gaps, unless the instance is one with a least share.
 */
static void
TestInstance(const char *folder, const char *name, double *gaps, int *solved, int *optimal)
{
	static Instance in;
	char path[4096];
	Prepared p;
	BoundResult near;
	BoundResult far;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!ReadInstance(path, &in))
	{
		ok(false, "%s is an instance", name);
		return;
	}
	Prepare(&in.problem, &p);
	p.bound.upper = in.optimum;
	p.bound.max_iterations = 1500;
	BoundSuite(&p.bound, &near);
	p.bound.upper = 1.3 * in.optimum;
	p.bound.max_iterations = 600;
	BoundSuite(&p.bound, &far);
	if (in.problem.min_share > 0)
	{
		/* the bound is one of all suites: those whose boxes may ship too little cost less */
		ok(near.lower <= in.optimum && far.lower <= in.optimum && near.upper <= in.optimum,
		   "%s: bounds %.1f and %.1f, optimum with a least share %.0f", name, near.lower, far.lower,
		   in.optimum);
		Unprepare(&p);
		return;
	}
	(*solved)++;
	ok(near.lower <= in.optimum && near.upper == in.optimum && far.lower <= in.optimum &&
		   far.upper >= in.optimum * (1 - 1e-12) && BetterIsTrue(&p, &far),
	   "%s: bounds %.1f and %.1f, optimum %.0f", name, near.lower, far.lower, in.optimum);
	ok(near.lower > 0.95 * in.optimum && far.lower > 0.85 * in.optimum,
	   "%s: gaps %.2f %% and %.2f %%", name, 100 * (1 - near.lower / in.optimum),
	   100 * (1 - far.lower / in.optimum));
	*gaps += 1 - near.lower / in.optimum;
	*optimal += near.optimal;
	Unprepare(&p);
}

/* Bounds all instances with proven optima. */
static void
TestInstances(void)
{
	static char name[500][64];
	const char *folder = getenv("PACKOPT_EXACT_DIR");
	double gaps = 0;
	int solved = 0;
	int optimal = 0;
	int n;

	if (folder == NULL)
		folder = "test/exact";
	n = ListInstances(folder, name, 500);
	ok(n >= LEAST_INSTANCES, "%d instances in %s", n, folder);
	for (int i = 0; i < n; i++)
		TestInstance(folder, name[i], &gaps, &solved, &optimal);
	ok(solved > 0 && gaps / solved < 0.01, "mean gap %.3f %%", 100 * gaps / solved);
	ok(optimal * 2 >= solved, "%d of %d proved optimal", optimal, solved);
}

/* ------------------------------------------------------------------------------------------------
 * Random problems
 * ------------------------------------------------------------------------------------------------ */

/* Bounds a random problem and compares with the best of many searches, and with itself. */
static void
TestRandom(uint64_t seed)
{
	uint64_t random = seed;
	bool upright = seed % 3 == 1;
	int elements = seed % 2 == 0 ? 1 : 4;
	int high = CaseBetween(&random, 4, 14);
	Case c = RandomCase(&random, CaseBetween(&random, 1, 150), elements, high, upright);
	SearchProblem problem = MakeProblem(&c, upright, CaseBetween(&random, 1, 8));
	int32_t keep[2][3];
	int32_t current[8][3];
	int32_t catalogue[80][3];
	SearchResult found;
	SearchStatus status;
	Prepared p;
	BoundResult one;
	BoundResult two;

	if (seed % 4 == 3)
		problem.cost = HashCost;
	if (seed % 5 == 2 && problem.suite_size >= 2)
	{
		problem.nkeep = CaseBetween(&random, 1, 2);
		problem.keep = (const int32_t(*)[3]) keep;
		for (int b = 0; b < problem.nkeep; b++)
			RandomSize(&random, 1, high, upright, keep[b]);
	}
	if (seed % 7 == 4)
	{
		problem.ncatalogue = 80;
		problem.catalogue = (const int32_t(*)[3]) catalogue;
		for (int b = 0; b < 80; b++)
			RandomSize(&random, high / 3, high, upright, catalogue[b]);
		for (int k = 0; k < 3; k++)
			catalogue[0][k] = high;
	}
	if (seed % 3 == 0)
		RandomCurrent(&random, &problem, 8, high, current);
	if (seed % 4 == 1)
		problem.max_ratio = RandomRatio(&random);
	problem.effort = (SearchEffort){.streams = 8, .rounds = 6, .moves = 30};
	status = SearchSuite(&problem, &found);
	if (status != SEARCH_OK)
	{
		ok(status == SEARCH_NO_COVER, "random %d: no suite of %d boxes", (int) seed,
		   problem.suite_size);
		FreeCase(&c);
		return;
	}
	Prepare(&problem, &p);
	TakeIncumbent(&p, &found);
	p.bound.max_iterations = 800;
	BoundSuite(&p.bound, &one);
	BoundSuite(&p.bound, &two);
	ok(one.lower <= one.upper && one.upper <= found.cost && BetterIsTrue(&p, &one),
	   "random %d: %.2f <= %.2f <= %.2f, %d better", (int) seed, one.lower, one.upper, found.cost,
	   one.nbetter);
	ok(memcmp(&one.lower, &two.lower, sizeof(double)) == 0 && one.upper == two.upper &&
		   one.work == two.work && one.candidates_left == two.candidates_left &&
		   one.nbetter == two.nbetter && one.optimal == two.optimal,
	   "random %d: the same twice", (int) seed);

	/* the incumbent must not matter for what is true: told a worse one, the bound stays below the best */
	p.bound.upper = 3 * found.cost + 1;
	p.bound.nincumbent = 0;
	BoundSuite(&p.bound, &two);
	ok(two.lower <= one.upper * (1 + 1e-12) && BetterIsTrue(&p, &two),
	   "random %d: %.2f without the incumbent", (int) seed, two.lower);
	KernelFree(found.box);
	Unprepare(&p);
	FreeCase(&c);
}

/* ------------------------------------------------------------------------------------------------
 * Every suite
 * ------------------------------------------------------------------------------------------------ */

/* Finds the least cost of all suites of exactly left more boxes, by trying all. */
static double
LeastOfAll(const Prepared *p, const GridPoint *candidate, int ncandidates, int from, int left,
		   GridPoint *box, int nboxes)
{
	double least = HasCurrent(p, nboxes, box) ? CostOfBoxes(p, nboxes, box) : INFINITY;

	for (int c = from; left > 0 && c < ncandidates; c++)
	{
		box[nboxes] = candidate[c];
		least =
			fmin(least, LeastOfAll(p, candidate, ncandidates, c + 1, left - 1, box, nboxes + 1));
	}
	return least;
}

/* Bounds tiny problems, whose suites can all be tried, until the optimum is proved or many iterations. */
static void
TestTiny(uint64_t seed)
{
	uint64_t random = seed;
	bool upright = seed % 2 == 1;
	Case c = RandomCase(&random, CaseBetween(&random, 2, 12), seed % 3 == 0 ? 1 : 3, 3, upright);
	SearchProblem problem = MakeProblem(&c, upright, CaseBetween(&random, 1, 4));
	int32_t keep[1][3];
	int32_t current[4][3];
	GridPoint candidate[64];
	GridPoint box[SUITE_MAX];
	int n = 0;
	double least;
	Prepared p;
	BoundResult result;

	if (seed % 4 == 2)
		problem.cost = HashCost;
	if (seed % 3 == 1)
	{
		problem.nkeep = 1;
		problem.keep = (const int32_t(*)[3]) keep;
		RandomSize(&random, 1, 3, upright, keep[0]);
	}
	if (seed % 5 <= 2)
		RandomCurrent(&random, &problem, 4, 3, current);
	if (seed % 7 <= 2)
		problem.max_ratio = RandomRatio(&random);
	Prepare(&problem, &p);
	for (int x = 0; x < p.grid->axis[0].n; x++)
		for (int y = 0; y < p.grid->y_count[x]; y++)
			for (int z = 0; z < p.grid->z_count[y]; z++)
			{
				GridPoint at = {{(uint16_t) x, (uint16_t) y, (uint16_t) z}};

				if (p.grid->candidate[GridCell(p.grid, at)])
					candidate[n++] = at;
			}
	memcpy(box, p.keep, (size_t) problem.nkeep * sizeof(GridPoint));
	least = LeastOfAll(&p, candidate, n, 0, problem.suite_size - problem.nkeep, box, problem.nkeep);
	if (least < INFINITY)
	{
		p.bound.upper = least * 1.2;
		p.bound.max_iterations = 3000;
		BoundSuite(&p.bound, &result);
		ok(result.lower <= least * (1 + 1e-12) && result.upper >= least * (1 - 1e-12) &&
			   BetterIsTrue(&p, &result) &&
			   (!result.optimal || fabs(result.upper - least) <= 1e-6 * least),
		   "tiny %d: %.3f <= %.3f <= %.3f%s", (int) seed, result.lower, least, result.upper,
		   result.optimal ? ", proved" : "");
	}
	else
		ok(true, "tiny %d: nothing holds all", (int) seed);
	Unprepare(&p);
	FreeCase(&c);
}

/* ------------------------------------------------------------------------------------------------
 * Degenerate problems
 * ------------------------------------------------------------------------------------------------ */

/* One class: its own box is the bound. */
static void
TestOneClass(void)
{
	int64_t count[1] = {7};
	int32_t element[1][3] = {{5, 4, 3}};
	Case c = {.demand = {1, count, NULL, (const int32_t(*)[3]) element, NULL}};
	SearchProblem problem = MakeProblem(&c, false, 1);
	Prepared p;
	BoundResult result;

	Prepare(&problem, &p);
	p.bound.upper = 420;
	p.bound.max_iterations = 400;
	BoundSuite(&p.bound, &result);
	ok(result.optimal && result.lower <= 420 && result.lower > 419.999, "one class: %.6f of 420",
	   result.lower);
	p.bound.suite_size = 5;
	p.bound.upper = 500;
	BoundSuite(&p.bound, &result);
	ok(result.lower <= 420 && result.lower > 400, "one class, more boxes: %.6f of 420",
	   result.lower);
	Unprepare(&p);
}

/* As many boxes as classes: the bound is the cost of each in its own box. */
static void
TestManyBoxes(void)
{
	uint64_t random = 5;
	Case c = RandomCase(&random, 12, 1, 9, false);
	SearchProblem problem = MakeProblem(&c, false, 20);
	Prepared p;
	BoundResult result;
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += (double) c.count[i] * VolumeCost(c.element[i], NULL);
	Prepare(&problem, &p);
	p.bound.upper = sum;
	p.bound.max_iterations = 500;
	BoundSuite(&p.bound, &result);
	ok(result.optimal && result.lower <= sum, "more boxes than classes: %.6f of %.0f", result.lower,
	   sum);
	Unprepare(&p);
	FreeCase(&c);
}

/* Kept boxes alone: nothing is to be chosen, and the bound is their cost. */
static void
TestKeptOnly(void)
{
	uint64_t random = 6;
	Case c = RandomCase(&random, 60, 3, 9, false);
	SearchProblem problem = MakeProblem(&c, false, 2);
	int32_t keep[2][3] = {{9, 9, 9}, {7, 6, 4}};
	Prepared p;
	BoundResult result;
	double cost;

	problem.nkeep = 2;
	problem.keep = (const int32_t(*)[3]) keep;
	Prepare(&problem, &p);
	cost = CostOfBoxes(&p, 2, p.keep);
	p.bound.upper = cost;
	p.bound.max_iterations = 50;
	BoundSuite(&p.bound, &result);
	ok(result.optimal && result.lower <= cost && result.nbetter == 0,
	   "kept boxes only: %.6f of %.0f", result.lower, cost);
	Unprepare(&p);
	FreeCase(&c);
}

/* A grid that is searched coarse to fine: the bound is prepared on the coarse one. */
static void
TestPrepared(void)
{
	uint64_t random = 4;

	for (int round = 0; round < 2; round++)
	{
		Case c = RandomCase(&random, 150, round == 0 ? 1 : 3, 80, false);
		SearchProblem problem = {.demand = c.demand,
								 .suite_size = 5,
								 .step = {1, 1, 1},
								 .cost = VolumeCost,
								 .max_memory = (size_t) 1 << 30,
								 .effort = {2, 1, 5},
								 .bound_iterations = 1000};
		SearchResult found;

		SearchSuite(&problem, &found);
		ok(found.cells > 40000 && found.bounded && found.lower_bound <= found.cost &&
			   found.lower_bound > 0.95 * found.cost,
		   "%lld cells: a gap of %.2f %%", (long long) found.cells,
		   100 * (1 - found.lower_bound / found.cost));
		KernelFree(found.box);
		FreeCase(&c);
	}
}

/* The wanted gap and the number of iterations end the work. */
static void
TestLimits(void)
{
	uint64_t random = 8;
	Case c = RandomCase(&random, 300, 1, 20, false);
	SearchProblem problem = MakeProblem(&c, false, 5);
	SearchResult found;
	Prepared p;
	BoundResult result;

	SearchSuite(&problem, &found);
	Prepare(&problem, &p);
	TakeIncumbent(&p, &found);
	p.bound.max_iterations = 40;
	BoundSuite(&p.bound, &result);
	ok(result.work == 40 && !result.optimal, "%g of 40 evaluations", result.work);
	p.bound.max_iterations = 3000;
	p.bound.gap_wanted = 0.2;
	BoundSuite(&p.bound, &result);
	ok(result.work < 3000 && result.lower >= 0.8 * result.upper,
	   "a gap of 20 %% after %g evaluations", result.work);
	p.bound.max_iterations = 0;
	p.bound.gap_wanted = 0;
	BoundSuite(&p.bound, &result);
	ok(result.lower >= 0 && result.lower <= found.cost, "no iterations: %.1f of %.1f", result.lower,
	   found.cost);
	KernelFree(found.box);
	Unprepare(&p);
	FreeCase(&c);
}

/* ------------------------------------------------------------------------------------------------
 * Billed weight
 * ------------------------------------------------------------------------------------------------ */

/* Finds by trying all what the best suite costs, of at most two boxes besides a kept one. */
static double
BestOfAll(const SearchProblem *problem, const Prepared *p)
{
	int32_t box[3][3];
	int first = problem->nkeep;
	double best = INFINITY;
	int n = 0;
	GridPoint *candidate = KernelAlloc((size_t) p->grid->ncells * sizeof(GridPoint));

	for (int x = 0; x < p->grid->axis[0].n; x++)
		for (int y = 0; y < p->grid->y_count[x]; y++)
			for (int z = 0; z < p->grid->z_count[y]; z++)
			{
				candidate[n] = (GridPoint){{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
				n += p->grid->candidate[GridCell(p->grid, candidate[n])] != 0;
			}
	for (int b = 0; b < problem->nkeep; b++)
		memcpy(box[b], problem->keep[b], sizeof(box[b]));
	for (int i = 0; i < n; i++)
		for (int j = problem->suite_size - first > 1 ? i : n - 1; j < n; j++)
		{
			CaseCost cost;

			for (int k = 0; k < 3; k++)
			{
				box[first][k] = p->grid->axis[k].value[candidate[i].at[k]];
				box[first + 1][k] = p->grid->axis[k].value[candidate[j].at[k]];
			}
			cost = EvaluateBoxes(problem, problem->suite_size, box);
			if (cost.unheld == p->demand->unboxable && cost.cost < best)
				best = cost.cost;
		}
	KernelFree(candidate);
	return best;
}

/*
 * Bounds of random problems where weight is billed, with few floors and with more than are kept apart:
 * not above the best of all suites by its true cost, and near it.
 */
static void
TestBilledWeight(void)
{
	uint64_t random = 77;
	int above = 0;
	int unlike = 0;
	int rounded = 0;
	int optimal = 0;
	int compared = 0;
	double gaps = 0;

	for (int round = 0; round < 150; round++)
	{
		bool upright = round % 3 == 1;
		Case c = RandomCase(&random, CaseBetween(&random, 1, 120), round % 2 ? 3 : 1, 6, upright);
		SearchProblem problem = MakeProblem(&c, upright, CaseBetween(&random, 1, 2));
		int32_t keep[1][3];
		Prepared p;
		BoundResult one;
		BoundResult two;
		BoundResult far;
		double best;

		WeighCase(&c, &random, round % 4 == 0 ? 99 : CaseBetween(&random, 1, 20), 70);
		problem.demand = c.demand;
		problem.billed = round % 5 == 4 ? HashBilled : DimensionalBilled;
		if (round % 3 == 2)
			problem.cost = NoCost;
		if (round % 7 == 3)
		{
			RandomSize(&random, 1, 6, upright, keep[0]);
			problem.nkeep = 1;
			problem.keep = (const int32_t(*)[3]) keep;
			problem.suite_size++;
		}
		Prepare(&problem, &p);
		best = BestOfAll(&problem, &p);
		p.bound.upper = best - p.demand->constant;
		p.bound.max_iterations = 600;
		WeightBound(&p.bound, &one);
		WeightBound(&p.bound, &two);
		p.bound.upper = 2 * best + 1;
		p.bound.max_iterations = 400;
		WeightBound(&p.bound, &far);
		above += one.lower + p.demand->constant > best ||
				 far.lower + p.demand->constant > best * (1 + 1e-12);
		unlike += memcmp(&one.lower, &two.lower, sizeof(double)) != 0 || one.work != two.work ||
				  one.candidates_left != two.candidates_left;
		rounded += p.demand->rounded;
		optimal += one.optimal && !p.demand->rounded;
		gaps += best > 0 ? 1 - (one.lower + p.demand->constant) / best : 0;
		compared++;
		Unprepare(&p);
		FreeCase(&c);
	}
	ok(above == 0 && rounded > 10,
	   "bounds by weight are bounds (%d of %d not, %d with rounded floors)", above, compared,
	   rounded);
	ok(unlike == 0, "and the same twice");
	ok(gaps / compared < 0.03, "and near: mean gap %.2f %%, %d optimal", 100 * gaps / compared,
	   optimal);
}

int
main(void)
{
	TestInstances();
	for (uint64_t seed = 1; seed <= 60; seed++)
		TestRandom(seed);
	for (uint64_t seed = 1; seed <= 150; seed++)
		TestTiny(seed);
	TestOneClass();
	TestManyBoxes();
	TestKeptOnly();
	TestLimits();
	TestPrepared();
	TestBilledWeight();
	return done();
}
