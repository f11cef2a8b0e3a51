// sources: SEARCH
/*
 * test_narrow.c
 *	  Tests of narrow grids, and of searches that have to do with less memory than the grid of all
 *	  candidates takes.
 */
#include "kernel.h"

#include "search.h"
#include "searchcases.h"
#include "tap.h"

/* Whether an axis has a coordinate. */
static bool
HasCoordinate(const GridAxis *axis, int32_t value)
{
	int at = AxisCeiling(axis, value);

	return at < axis->n && axis->value[at] == value;
}

/* Gives the cost of suites on a grid, by the swap state; the boxes are all on the grid. */
static SuiteCost
CostOnGrid(const Grid *grid, const GridDemand *demand, int nboxes, int32_t (*box)[3])
{
	SuiteRules rules = {.suite_size = nboxes};
	SwapState *state = SwapStateCreate(grid, demand, &rules);
	Suite suite = {.n = nboxes};
	SuiteCost total;

	for (int b = 0; b < nboxes; b++)
		if (!GridLocate(grid, box[b], &suite.box[b]))
			suite.n = 0;
	SwapSetSuite(state, &suite);
	total = SwapSuite(state)->total;
	SwapStateFree(state);
	return total;
}

/* Narrow grids around random boxes: what they have, and that costs on them are true. */
static void
TestNarrowGrids(void)
{
	uint64_t random = 41;
	int foreign = 0;
	int missing = 0;
	int wrong_cost = 0;
	int wrong_count = 0;
	int64_t narrow_cells = 0;
	int64_t all_cells = 0;

	for (int round = 0; round < 200; round++)
	{
		bool upright = round % 3 == 0;
		Case c = RandomCase(&random, 120, round % 2 ? 3 : 1, 60, upright);
		SearchProblem problem = MakeProblem(&c, upright, 4);
		GridSpec spec = SearchGridSpec(&problem);
		int32_t box[5][3];
		Grid *all = GridCreate(&spec, &c.demand);
		Grid *narrow;
		GridDemand *demand;
		int n = CaseBetween(&random, 1, 4);
		SuiteCost cost;
		CaseCost truth;

		/* boxes of the whole grid, and its largest one, so that everything is held */
		for (int b = 0; b < n; b++)
		{
			GridPoint cell;

			do
				RandomSize(&random, 20, 60, upright, box[b]);
			while (!GridLocateWithin(all, box[b], &cell));
			for (int k = 0; k < 3; k++)
				box[b][k] = all->axis[k].value[cell.at[k]];
		}
		spec.thin = CaseBetween(&random, 2, 30);
		spec.reach = CaseBetween(&random, 0, 3);
		spec.nnear = n;
		spec.near = (const int32_t(*)[3]) box;
		narrow = GridCreate(&spec, &c.demand);
		wrong_count += GridCountCells(&spec, &c.demand) != narrow->ncells;
		for (int k = 0; k < 3; k++)
		{
			for (int i = 0; i < narrow->axis[k].n; i++)
				foreign += !HasCoordinate(&all->axis[k], narrow->axis[k].value[i]);
			for (int b = 0; b < n; b++)
				for (int i = 0; i < all->axis[k].n; i++)
					missing += abs(all->axis[k].value[i] - box[b][k]) <= spec.reach &&
							   !HasCoordinate(&narrow->axis[k], all->axis[k].value[i]);
			box[n][k] = all->axis[k].value[all->axis[k].n - 1];
		}
		demand = GridDemandCreate(narrow, &spec, &c.demand);
		cost = CostOnGrid(narrow, demand, n + 1, box);
		truth = EvaluateBoxes(&problem, n + 1, box);
		wrong_cost += cost.cost != truth.cost || cost.uncovered != 0 || truth.unheld != 0 ||
					  demand->unboxable != 0;
		narrow_cells += narrow->ncells;
		all_cells += all->ncells;
		GridDemandFree(demand);
		GridFree(narrow);
		GridFree(all);
		FreeCase(&c);
	}
	ok(foreign == 0, "a narrow grid has no coordinates of its own (%d)", foreign);
	ok(missing == 0, "it has all those near the boxes (%d missing)", missing);
	ok(wrong_cost == 0, "suites cost on it what they cost (%d do not)", wrong_cost);
	ok(wrong_count == 0 && narrow_cells * 4 < all_cells, "and it is smaller, as counted");
}

/* Searches with all the memory they want and with a part of it. */
static void
TestSmallMemory(void)
{
	uint64_t random = 42;
	int wrong = 0;
	int changed = 0;
	int worse = 0;
	int off_step = 0;
	int unmarked = 0;

	for (int round = 0; round < 6; round++)
	{
		bool upright = round == 4;
		Case c = RandomCase(&random, 2500, round % 2 ? 2 : 1, 400, upright);
		SearchProblem problem = MakeProblem(&c, upright, 5);
		int32_t keep[1][3] = {{333, 222, 111}};
		SearchResult whole;
		SearchResult small;
		SearchResult again;

		problem.effort = (SearchEffort){.streams = 2, .rounds = 1, .moves = 8};
		for (int k = 0; k < 3; k++)
			problem.step[k] = 2;
		if (round == 3)
			problem.max_ratio = 3 * (int64_t) LENGTH_SCALE;
		if (round == 5)
		{
			problem.nkeep = 1;
			problem.keep = (const int32_t(*)[3]) keep;
		}
		problem.bound_iterations = 10;
		SearchSuite(&problem, &whole);
		problem.max_memory = (size_t) (whole.cells / 20) * GRID_CELL_BYTES;
		if (SearchSuite(&problem, &small) != SEARCH_OK ||
			SearchSuite(&problem, &again) != SEARCH_OK)
		{
			wrong++;
			continue;
		}
		wrong += EvaluateBoxes(&problem, small.nboxes, small.box).cost != small.cost ||
				 EvaluateBoxes(&problem, small.nboxes, small.box).unheld != 0;
		changed += small.cost != again.cost || small.nboxes != again.nboxes ||
				   memcmp(small.box, again.box, (size_t) small.nboxes * sizeof(*small.box)) != 0;
		worse += small.cost > whole.cost * 1.01;
		printf("# %g of the cost with all the memory\n", small.cost / whole.cost);
		for (int b = 0; b < small.nboxes; b++)
			for (int k = 0; k < 3; k++)
				off_step +=
					small.box[b][k] % 2 != 0 &&
					!(problem.nkeep > 0 && memcmp(small.box[b], keep[0], sizeof(keep[0])) == 0);
		unmarked += small.coarse_factor < 2 || small.fine_factor != 1 || small.bounded ||
					small.cells != whole.cells || small.candidates >= whole.candidates ||
					whole.coarse_factor != 0;
		KernelFree(whole.box);
		KernelFree(small.box);
		KernelFree(again.box);
		FreeCase(&c);
	}
	ok(wrong == 0, "with little memory there is a suite that holds all at its cost (%d not)",
	   wrong);
	ok(changed == 0, "always the same");
	ok(worse == 0, "within a hundredth of what is found with all the memory (%d not)", worse);
	ok(off_step == 0, "with the increments asked for");
	ok(unmarked == 0, "and it says what was searched");
}

int
main(void)
{
	TestNarrowGrids();
	TestSmallMemory();
	return done();
}
