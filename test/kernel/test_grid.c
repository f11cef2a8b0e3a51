// sources: src/candidate.c src/grid.c src/griddemand.c src/weightgroups.c src/staircase.c
/*
 * test_grid.c
 *	  Tests of the grid: rounding to candidates, axes, coarser grids, and signed points.
 */
#include "kernel.h"

#include "grid.h"
#include "searchcases.h"
#include "tap.h"

/* Gives the effort that MakeProblem wants; nothing is searched here. */
SearchEffort
SearchEffortNormal(void)
{
	return (SearchEffort){0, 0, 0};
}

/* Orders a cell as the free domain wants it. */
static GridPoint
SortedCell(int x, int y, int z)
{
	int32_t size[3] = {x, y, z};

	OrderSize(size, false);
	return (GridPoint){{(uint16_t) size[0], (uint16_t) size[1], (uint16_t) size[2]}};
}

/* Signed points of random unions of orthants: the prefix sum is 1 on the union and 0 elsewhere. */
static void
TestStaircase(void)
{
	enum
	{
		SIDE = 14
	};
	uint64_t random = 1;
	int wrong = 0;
	int unordered = 0;
	int dominated = 0;
	int overfull = 0;
	int most = 0;

	for (int round = 0; round < 1500; round++)
	{
		GridPoint element[80];
		GridPoint minimal[80];
		GridPoint point[STAIRCASE_ROOM(80)];
		int sign[STAIRCASE_ROOM(80)];
		int sum[SIDE][SIDE][SIDE] = {{{0}}};
		int n = CaseBetween(&random, 1, round % 10 == 0 ? 80 : 12);
		int diagonal = CaseBetween(&random, 0, 2);
		int kept;
		int npoints;

		for (int e = 0; e < n; e++)
		{
			int x = CaseBetween(&random, 0, SIDE - 1);
			int y = CaseBetween(&random, 0, SIDE - 1);
			int z = CaseBetween(&random, 0, SIDE - 1);

			/* antichains are rare at random: bring some near a plane x + y + z = constant */
			if (diagonal > 0)
				z = 20 - x - y < 0 ? 0 : 20 - x - y > SIDE - 1 ? SIDE - 1 : 20 - x - y;
			element[e] = diagonal == 2 ? (GridPoint){{(uint16_t) x, (uint16_t) y, (uint16_t) z}}
									   : SortedCell(x, y, z);
		}
		memcpy(minimal, element, sizeof(element));
		kept = StaircaseMinimize(minimal, n);
		for (int a = 0; a < kept; a++)
			for (int b = 0; b < kept; b++)
				dominated += a != b && GridWithin(minimal[a], minimal[b]);
		npoints = StaircasePoints(minimal, kept, point, sign);
		most = npoints > most * kept ? npoints / kept : most;
		overfull += npoints > STAIRCASE_ROOM(kept);
		for (int p = 0; p < npoints; p++)
		{
			if (diagonal != 2)
				unordered += point[p].at[0] < point[p].at[1] || point[p].at[1] < point[p].at[2];
			for (int x = point[p].at[0]; x < SIDE; x++)
				for (int y = point[p].at[1]; y < SIDE; y++)
					for (int z = point[p].at[2]; z < SIDE; z++)
						sum[x][y][z] += sign[p];
		}
		for (int x = 0; x < SIDE; x++)
			for (int y = 0; y < SIDE; y++)
				for (int z = 0; z < SIDE; z++)
				{
					GridPoint cell = {{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
					bool held = false;

					for (int e = 0; e < n; e++)
						held |= GridWithin(element[e], cell);
					wrong += sum[x][y][z] != held;
				}
	}
	ok(wrong == 0, "signed points sum up to the union of orthants (%d cells wrong)", wrong);
	ok(dominated == 0, "minimal cells are an antichain");
	ok(unordered == 0, "points of sorted cells are sorted");
	ok(overfull == 0, "points fit into the room for them (at most about %d per cell)", most);
}

/* A large antichain: points stay in proportion. */
static void
TestLargeStaircase(void)
{
	enum
	{
		SIDE = 40
	};
	GridPoint *element = KernelAlloc(SIDE * SIDE * sizeof(GridPoint));
	GridPoint *point;
	int *sign;
	int n = 0;
	int npoints;
	int total = 0;

	for (int x = 0; x < SIDE; x++)
		for (int y = 0; x + y < SIDE; y++)
			element[n++] = (GridPoint){{(uint16_t) x, (uint16_t) y, (uint16_t) (SIDE - x - y)}};
	n = StaircaseMinimize(element, n);
	point = KernelAlloc((size_t) STAIRCASE_ROOM(n) * sizeof(GridPoint));
	sign = KernelAlloc((size_t) STAIRCASE_ROOM(n) * sizeof(int));
	npoints = StaircasePoints(element, n, point, sign);
	for (int p = 0; p < npoints; p++)
		total += sign[p];
	ok(n == SIDE * (SIDE + 1) / 2 && npoints <= 6 * n && total == 1,
	   "%d cells on a plane make %d points that sum up to %d", n, npoints, total);
	KernelFree(element);
	KernelFree(point);
	KernelFree(sign);
}

/* Makes a specification of step 1. */
static GridSpec
PlainSpec(bool upright)
{
	return (GridSpec){.upright = upright, .step = {1, 1, 1}, .cost = VolumeCost};
}

/* Gives the size of a cell. */
static void
SizeOf(const Grid *grid, int x, int y, int z, int32_t size[3])
{
	size[0] = grid->axis[0].value[x];
	size[1] = grid->axis[1].value[y];
	size[2] = grid->axis[2].value[z];
}

/* Whether size may be a candidate by the specification, by definition. */
static bool
MayBeCandidate(const GridSpec *spec, const int32_t size[3])
{
	for (int k = 0; k < 3; k++)
	{
		bool on_grid = size[k] % spec->step[k] == 0 ||
					   (spec->has_min && size[k] == spec->min_box[k]) ||
					   (spec->has_max && size[k] == spec->max_box[k]);

		if (!on_grid || (spec->has_min && size[k] < spec->min_box[k]) ||
			(spec->has_max && size[k] > spec->max_box[k]))
			return false;
	}
	if (spec->max_ratio > 0)
		for (int a = 0; a < 3; a++)
			for (int b = 0; b < 3; b++)
				if ((int64_t) size[a] * LENGTH_SCALE > size[b] * spec->max_ratio)
					return false;
	return size[0] >= size[1] && (spec->upright || size[1] >= size[2]);
}

/*
 * Finds the smallest volume of all sizes that may be candidates and hold some classes, by definition;
 * 0 if none does.
 */
static int64_t
SmallestByDefinition(const GridSpec *spec, const Demand *demand, const bool *wanted, int limit)
{
	int64_t smallest = 0;
	int32_t size[3];

	for (size[0] = 1; size[0] <= limit; size[0]++)
		for (size[1] = 1; size[1] <= size[0]; size[1]++)
			for (size[2] = 1; size[2] <= (spec->upright ? limit : size[1]); size[2]++)
			{
				int64_t volume = (int64_t) size[0] * size[1] * size[2];
				bool holds = (smallest == 0 || volume < smallest) && MayBeCandidate(spec, size);

				for (int i = 0; i < demand->nclasses && holds; i++)
					holds = !wanted[i] || BoxHolds(demand, i, spec->padding, size);
				if (holds)
					smallest = volume;
			}
	return smallest;
}

/* The same among a grid's candidates. */
static int64_t
SmallestOnGrid(const Grid *grid, const GridSpec *spec, const Demand *demand, const bool *wanted)
{
	int64_t smallest = 0;

	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
			for (int z = 0; z < grid->z_count[y]; z++)
			{
				GridPoint cell = {{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
				int32_t size[3];
				int64_t volume;
				bool holds = grid->candidate[GridCell(grid, cell)];

				SizeOf(grid, x, y, z, size);
				volume = (int64_t) size[0] * size[1] * size[2];
				for (int i = 0; i < demand->nclasses && holds; i++)
					holds = !wanted[i] || BoxHolds(demand, i, spec->padding, size);
				if (holds && (smallest == 0 || volume < smallest))
					smallest = volume;
			}
	return smallest;
}

/*
 * A grid has only coordinates in use, yet for any classes together its smallest candidate that holds
 * them is the smallest of all sizes on the steps, thickened ones included.
 */
static void
TestSmallest(void)
{
	uint64_t random = 7;
	int compared = 0;
	int limited = 0;
	int wrong = 0;

	for (int round = 0; round < 400; round++)
	{
		bool upright = round % 2;
		Case c = RandomCase(&random, CaseBetween(&random, 1, 8), 1 + round % 3, 9, upright);
		GridSpec spec = PlainSpec(upright);
		int32_t keep[1][3];
		bool wanted[8];
		Grid *grid;

		for (int k = 0; k < 3; k++)
		{
			spec.step[k] = CaseBetween(&random, 1, 3);
			spec.padding[k] = CaseBetween(&random, 0, 1);
		}
		spec.has_min = CaseBetween(&random, 0, 2) == 0;
		spec.has_max = CaseBetween(&random, 0, 2) == 0;
		RandomSize(&random, 1, 4, upright, spec.min_box);
		RandomSize(&random, 6, 14, upright, spec.max_box);
		spec.max_ratio = RandomRatio(&random);
		spec.nkeep = CaseBetween(&random, 0, 1);
		RandomSize(&random, 1, 13, upright, keep[0]);
		spec.keep = (const int32_t(*)[3]) keep;
		grid = GridCreate(&spec, &c.demand);
		for (int subset = 0; subset < 6; subset++)
		{
			bool any = false;

			for (int i = 0; i < c.demand.nclasses; i++)
				any |= wanted[i] = CaseBetween(&random, 0, 1);
			if (!any)
				continue;
			compared++;
			limited += spec.max_ratio > 0;
			wrong += SmallestByDefinition(&spec, &c.demand, wanted, 20) !=
					 SmallestOnGrid(grid, &spec, &c.demand, wanted);
		}
		GridFree(grid);
		FreeCase(&c);
	}
	ok(wrong == 0 && limited > 500,
	   "smallest boxes around classes are on the grid (%d of %d wrong, %d with a limit on ratio)",
	   wrong, compared, limited);
}

/* Whether some size that may be a candidate, or a kept box, holds class i, by definition. */
static bool
SomeBoxHolds(const GridSpec *spec, const Demand *demand, int i, int limit)
{
	int32_t size[3];

	for (int b = 0; b < spec->nkeep; b++)
		if (BoxHolds(demand, i, spec->padding, spec->keep[b]))
			return true;
	for (size[0] = 1; size[0] <= limit; size[0]++)
		for (size[1] = 1; size[1] <= size[0]; size[1]++)
			for (size[2] = 1; size[2] <= (spec->upright ? limit : size[1]); size[2]++)
				if (MayBeCandidate(spec, size) && BoxHolds(demand, i, spec->padding, size))
					return true;
	return false;
}

/*
 * Random grids: every candidate is allowed; the demand on the grid, by its elements and by its
 * points, gives the weight that each candidate holds; what no allowed box holds is unboxable.
 */
static void
TestRandomGrids(void)
{
	uint64_t random = 2;
	int forbidden = 0;
	int wrong_weight = 0;
	int wrong_points = 0;
	int wrong_unboxable = 0;
	int wrong_cells = 0;
	int unsorted = 0;
	int largest_lacks = 0;

	for (int round = 0; round < 300; round++)
	{
		bool upright = round % 2;
		Case c = RandomCase(&random, CaseBetween(&random, 1, 25), 1 + round % 4, 9, upright);
		GridSpec spec = PlainSpec(upright);
		int32_t keep[3][3];
		Grid *grid;
		GridDemand *demand;
		int64_t unboxable = 0;

		for (int k = 0; k < 3; k++)
		{
			spec.step[k] = CaseBetween(&random, 1, 3);
			spec.padding[k] = CaseBetween(&random, 0, 1);
		}
		spec.has_min = CaseBetween(&random, 0, 1);
		spec.has_max = CaseBetween(&random, 0, 1);
		RandomSize(&random, 1, 4, upright, spec.min_box);
		RandomSize(&random, 4, 11, upright, spec.max_box);
		spec.max_ratio = RandomRatio(&random);
		spec.nkeep = CaseBetween(&random, 0, 3);
		for (int b = 0; b < spec.nkeep; b++)
			RandomSize(&random, 1, 13, upright, keep[b]);
		spec.keep = (const int32_t(*)[3]) keep;
		grid = GridCreate(&spec, &c.demand);
		demand = GridDemandCreate(grid, &spec, &c.demand);

		wrong_cells += GridCountCells(&spec, &c.demand) != grid->ncells;
		for (int k = 0; k < 3; k++)
			for (int i = 1; i < grid->axis[k].n; i++)
				unsorted += grid->axis[k].value[i - 1] >= grid->axis[k].value[i];
		for (int x = 0; x < grid->axis[0].n; x++)
			for (int y = 0; y < grid->y_count[x]; y++)
				for (int z = 0; z < grid->z_count[y]; z++)
				{
					GridPoint cell = {{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
					int32_t size[3];
					double weight = 0;
					double by_points = 0;
					double by_elements = 0;

					SizeOf(grid, x, y, z, size);
					if (grid->candidate[GridCell(grid, cell)])
						forbidden += !MayBeCandidate(&spec, size);
					for (int i = 0; i < c.demand.nclasses; i++)
						if (BoxHolds(&c.demand, i, spec.padding, size))
							weight += (double) c.demand.count[i];
					for (int i = 0; i < demand->nclasses; i++)
					{
						bool held = false;

						for (int e = demand->first_element[i]; e < demand->first_element[i + 1];
							 e++)
							held |= GridWithin(demand->element[e], cell);
						by_elements += held ? demand->weight[i] : 0;
					}
					for (int p = 0; p < demand->npoints; p++)
						if (GridWithin(demand->point[p], cell))
							by_points += demand->point_weight[p];
					wrong_points += by_points != by_elements;
					/* cells that are neither candidates nor kept may hold what no box may */
					if (grid->candidate[GridCell(grid, cell)])
						wrong_weight += weight != by_elements;
				}
		for (int i = 0; i < c.demand.nclasses; i++)
			if (!SomeBoxHolds(&spec, &c.demand, i, 20))
				unboxable += c.demand.count[i];
		wrong_unboxable += unboxable != demand->unboxable;

		/* the largest usable coordinates make a candidate, in coarser grids too */
		for (int factor = 1; factor <= 4; factor *= 2)
		{
			GridSpec wider = spec;
			Grid *coarse;
			int largest[3];
			bool any = true;
			for (int k = 0; k < 3; k++)
				wider.step[k] *= factor;
			coarse = factor == 1 ? grid : GridCreate(&wider, &c.demand);
			for (int k = 0; k < 3; k++)
			{
				largest[k] = coarse->axis[k].n - 1;
				while (largest[k] >= 0 && !coarse->axis[k].usable[largest[k]])
					largest[k]--;
				any &= largest[k] >= 0;
			}
			if (any != (coarse->ncandidates > 0))
				largest_lacks++;
			else if (any)
			{
				GridPoint cell = {
					{(uint16_t) largest[0], (uint16_t) largest[1], (uint16_t) largest[2]}};

				largest_lacks += largest[1] >= coarse->y_count[largest[0]] ||
								 largest[2] >= coarse->z_count[largest[1]] ||
								 !coarse->candidate[GridCell(coarse, cell)];
			}
			if (coarse != grid)
				GridFree(coarse);
		}
		GridDemandFree(demand);
		GridFree(grid);
		FreeCase(&c);
	}
	ok(forbidden == 0, "every candidate is between the limits and on a step");
	ok(wrong_weight == 0, "a candidate holds on the grid what it holds (%d wrong)", wrong_weight);
	ok(wrong_points == 0, "sums of points agree with minimal cells (%d wrong)", wrong_points);
	ok(wrong_unboxable == 0, "unboxable is what no allowed box holds (%d wrong)", wrong_unboxable);
	ok(wrong_cells == 0, "cells are counted as made");
	ok(unsorted == 0, "axes ascend");
	ok(largest_lacks == 0, "one candidate holds whatever any does (%d times not)", largest_lacks);
}

/* The smallest box for one class is its elements rounded up, for chosen rules. */
static void
TestRounding(void)
{
	static const struct
	{
		const char *what;
		bool upright;
		int32_t element[3];
		int32_t step[3];
		int32_t padding[3];
		int32_t min[3]; /* 0: none */
		int32_t max[3];
		int32_t expected[3]; /* 0: no candidate */
	} rule[] = {
		{"rounds each axis up to its own step",
		 0,
		 {17, 8, 3},
		 {5, 3, 2},
		 {0},
		 {0},
		 {0},
		 {20, 9, 4}},
		{"keeps what lies on a step", 0, {20, 9, 4}, {5, 3, 2}, {0}, {0}, {0}, {20, 9, 4}},
		{"raises to keep the order", 0, {5, 5, 5}, {1, 3, 4}, {0}, {0}, {0}, {9, 9, 8}},
		{"does not raise the vertical", 1, {5, 5, 7}, {1, 3, 4}, {0}, {0}, {0}, {6, 6, 8}},
		{"adds padding before rounding",
		 0,
		 {9, 9, 9},
		 {5, 5, 5},
		 {1, 2, 3},
		 {0},
		 {0},
		 {15, 15, 15}},
		{"takes at least the smallest box",
		 0,
		 {3, 2, 1},
		 {5, 5, 5},
		 {0},
		 {7, 6, 2},
		 {0},
		 {7, 6, 2}},
		{"goes on from it by steps", 0, {8, 2, 1}, {5, 5, 5}, {0}, {7, 6, 2}, {0}, {10, 6, 2}},
		{"takes the largest box off the step",
		 0,
		 {9, 9, 9},
		 {5, 5, 5},
		 {0},
		 {0},
		 {9, 9, 9},
		 {9, 9, 9}},
		{"prefers a step below it", 0, {9, 9, 2}, {5, 5, 5}, {0}, {0}, {12, 12, 12}, {10, 10, 5}},
		{"finds none above it", 0, {13, 9, 9}, {5, 5, 5}, {0}, {0}, {12, 12, 12}, {0, 0, 0}},
		{"finds none if only the order forbids it",
		 0,
		 {9, 9, 9},
		 {5, 4, 4},
		 {0},
		 {0},
		 {11, 9, 9},
		 {10, 9, 9}},
	};

	for (size_t r = 0; r < sizeof(rule) / sizeof(rule[0]); r++)
	{
		int64_t count = 7;
		GridSpec spec = PlainSpec(rule[r].upright);
		Demand demand = {1, &count, NULL, &rule[r].element, NULL};
		Grid *grid;
		GridDemand *on_grid;
		bool right;

		memcpy(spec.step, rule[r].step, sizeof(spec.step));
		memcpy(spec.padding, rule[r].padding, sizeof(spec.padding));
		memcpy(spec.min_box, rule[r].min, sizeof(spec.min_box));
		memcpy(spec.max_box, rule[r].max, sizeof(spec.max_box));
		spec.has_min = rule[r].min[0] > 0;
		spec.has_max = rule[r].max[0] > 0;
		grid = GridCreate(&spec, &demand);
		on_grid = GridDemandCreate(grid, &spec, &demand);
		if (rule[r].expected[0] == 0)
			right = grid->ncandidates == 0 && on_grid->nclasses == 0 && on_grid->unboxable == 7;
		else
		{
			int32_t size[3] = {0, 0, 0};

			right = on_grid->nclasses == 1 && on_grid->unboxable == 0 &&
					grid->candidate[GridCell(grid, on_grid->element[0])];
			if (right)
				SizeOf(grid, on_grid->element[0].at[0], on_grid->element[0].at[1],
					   on_grid->element[0].at[2], size);
			right = right && memcmp(size, rule[r].expected, sizeof(size)) == 0;
		}
		ok(right, "rounding %s", rule[r].what);
		GridDemandFree(on_grid);
		GridFree(grid);
	}
}

/* One absurd outlier adds a coordinate, not a range; kept boxes add theirs, not as candidates. */
static void
TestAxes(void)
{
	int64_t count[3] = {1, 1, 1};
	int32_t element[3][3] = {{3, 2, 1}, {4, 3, 2}, {LENGTH_MAX, LENGTH_MAX, LENGTH_MAX}};
	int32_t keep[1][3] = {{50, 40, 30}};
	Demand demand = {3, count, NULL, (const int32_t(*)[3]) element, NULL};
	GridSpec spec = PlainSpec(false);
	Grid *grid = GridCreate(&spec, &demand);
	int64_t candidates;
	GridPoint cell;

	ok(grid->axis[0].n == 3 && grid->axis[1].n == 3 && grid->axis[2].n == 3,
	   "an outlier adds a coordinate to each axis");
	candidates = grid->ncandidates;
	GridFree(grid);

	spec.step[0] = spec.step[1] = spec.step[2] = 3;
	spec.nkeep = 1;
	spec.keep = (const int32_t(*)[3]) keep;
	element[2][0] = 8;
	element[2][1] = element[2][2] = 7;
	grid = GridCreate(&spec, &demand);
	ok(GridLocate(grid, keep[0], &cell) && !grid->candidate[GridCell(grid, cell)],
	   "a kept box off the grid has a cell and is no candidate");
	ok(candidates > 0 && grid->ncandidates > 0 && !grid->axis[0].usable[grid->axis[0].n - 1],
	   "its coordinates are not usable");
	GridFree(grid);
}

/*
 * Weight groups: what a class costs in a cell is right up to the floors' rounding, never too high, and
 * exact where there are few floors.
 */
static void
TestWeightGroups(void)
{
	uint64_t random = 31;
	int too_high = 0;
	int inexact = 0;
	int unordered = 0;
	int rounded = 0;
	int exact = 0;

	for (int round = 0; round < 60; round++)
	{
		Case c = RandomCase(&random, 200, round % 2 ? 3 : 1, 9, false);
		GridSpec spec = PlainSpec(false);
		Grid *grid;
		GridDemand *demand;
		double right = 0; /* of all shipments in the largest box */
		double given;
		int64_t largest;
		int32_t size[3];

		WeighCase(&c, &random, CaseBetween(&random, 1, 99), round % 3 == 0 ? 20 : 250);
		spec.cost = VolumeCost;
		spec.billed = DimensionalBilled;
		grid = GridCreate(&spec, &c.demand);
		demand = GridDemandCreate(grid, &spec, &c.demand);
		for (int x = 0; x < grid->axis[0].n; x++)
			for (int y = 0; y < grid->y_count[x]; y++)
				for (int z = 0; z < grid->z_count[y]; z++)
				{
					GridPoint at = {{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
					int64_t cell = GridCell(grid, at);

					for (int g = 1; g < demand->ngroups; g++)
						unordered += demand->floor[g] <= demand->floor[g - 1] ||
									 GridGroupCost(grid, demand, cell, g) >
										 GridGroupCost(grid, demand, cell, g - 1);
				}
		largest = grid->ncells - 1;
		given = demand->constant;
		for (int i = 0; i < demand->nclasses; i++)
			given += demand->weight[i] * GridGroupCost(grid, demand, largest, demand->group[i]);
		for (int k = 0; k < 3; k++)
			size[k] = grid->axis[k].value[grid->axis[k].n - 1];
		for (int i = 0; i < c.demand.nclasses; i++)
		{
			double billed = DimensionalBilled(size, NULL);

			billed = billed > c.floor[i] ? billed : c.floor[i];
			right += (double) c.count[i] * (VolumeCost(size, NULL) + billed);
		}
		too_high += given > right;
		inexact += !demand->rounded && given != right;
		rounded += demand->rounded;
		exact += !demand->rounded && demand->ngroups > 1;
		GridDemandFree(demand);
		GridFree(grid);
		FreeCase(&c);
	}
	ok(too_high == 0, "floors are not rounded to higher costs (%d)", too_high);
	ok(inexact == 0, "few floors make exact costs (%d not)", inexact);
	ok(unordered == 0, "the floors of groups ascend (%d not)", unordered);
	ok(rounded > 5 && exact > 5, "%d demands were rounded, %d not", rounded, exact);
}

int
main(void)
{
	TestStaircase();
	TestLargeStaircase();
	TestRounding();
	TestAxes();
	TestSmallest();
	TestRandomGrids();
	TestWeightGroups();
	return done();
}
