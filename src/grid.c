/*
 * grid.c
 *	  The grid of candidate boxes: axes, cells, and their costs.
 *
 * An axis holds only coordinates in use: the lengths of the demand (with padding) rounded up to the
 * increment, and those of the boxes to keep or in use today, of the smallest and of the largest allowed
 * box; with a catalogue, the catalogue's instead of the demand's. Where a smaller box never costs more, an optimal
 * suite needs no other, because a box can shrink until it is tight in each dimension; and an absurd
 * outlier adds a coordinate, not a range.
 *
 * A coordinate that only a kept or current box has is not usable: cells on it exist, harmlessly, but
 * are no candidates (a current box's own cell is one).
 */
#include "kernel.h"

#include "candidate.h"
#include "grid.h"

/* A growing set of lengths, by open addressing. */
typedef struct LengthSet
{
	int32_t *slot; /* 0 = free; lengths are positive */
	uint32_t nslots;
	uint32_t n;
} LengthSet;

/* Adds a length. */
static void
LengthSetAdd(LengthSet *set, int32_t value)
{
	uint32_t mask = set->nslots - 1;
	uint32_t i = ((uint32_t) value * 2654435769u) >> 7 & mask;

	while (set->slot[i] != 0 && set->slot[i] != value)
		i = (i + 1) & mask;
	if (set->slot[i] == value)
		return;
	set->slot[i] = value;
	if (++set->n * 2 > set->nslots)
	{
		LengthSet larger = {KernelAllocZero((size_t) set->nslots * 2 * sizeof(int32_t)),
							set->nslots * 2, 0};

		for (i = 0; i < set->nslots; i++)
			if (set->slot[i] != 0)
				LengthSetAdd(&larger, set->slot[i]);
		KernelFree(set->slot);
		*set = larger;
	}
}

/* qsort comparator of lengths. */
static int
CompareLengths(const void *a, const void *b)
{
	int32_t x = *(const int32_t *) a;
	int32_t y = *(const int32_t *) b;

	return x < y ? -1 : x > y;
}

/* Adds a box's dimensions to the axes. */
static void
AddBox(LengthSet set[3], const int32_t size[3])
{
	for (int k = 0; k < 3; k++)
		LengthSetAdd(&set[k], size[k]);
}

/*
 * Marks the coordinates that candidates may have. One that only a kept or current box brought along may lie on
 * a step and yet be above what the other axes offer: no candidate has it, so it is left out, and the
 * largest usable coordinates always make the one candidate that holds whatever any of the grid does.
 */
static void
MarkUsable(const GridSpec *spec, GridAxis axis[3])
{
	static const int32_t unlimited[3] = {LENGTH_MAX, LENGTH_MAX, LENGTH_MAX};
	GridPoint largest;
	bool any;

	for (int k = 0; k < 3; k++)
		for (int i = 0; i < axis[k].n; i++)
			axis[k].usable[i] =
				spec->catalogue != NULL || CandidateCoordinate(spec, k, axis[k].value[i]);
	if (spec->catalogue != NULL)
		return;
	any = AxesLower(axis, spec->upright, spec->max_ratio, unlimited, &largest);
	for (int k = 0; k < 3; k++)
		for (int i = any ? largest.at[k] + 1 : 0; i < axis[k].n; i++)
			axis[k].usable[i] = false;
}

/* Whether the places on all axes can be numbered. */
static bool
AxesFit(const GridAxis axis[3])
{
	return axis[0].n <= GRID_AXIS_MAX && axis[1].n <= GRID_AXIS_MAX && axis[2].n <= GRID_AXIS_MAX;
}

/* Collects the coordinates in use and makes the axes of them. */
static void
CreateAxes(const GridSpec *spec, const Demand *demand, GridAxis axis[3])
{
	LengthSet set[3];

	for (int k = 0; k < 3; k++)
	{
		set[k].nslots = 256;
		set[k].n = 0;
		set[k].slot = KernelAllocZero(set[k].nslots * sizeof(int32_t));
	}
	for (int b = 0; b < spec->nkeep; b++)
		AddBox(set, spec->keep[b]);
	for (int b = 0; b < spec->ncurrent; b++)
		AddBox(set, spec->current[b]);
	if (spec->catalogue != NULL)
		for (int b = 0; b < spec->ncatalogue; b++)
			AddBox(set, spec->catalogue[b]);
	else
	{
		int nelements = DemandElements(demand);

		for (int i = 0; i < nelements; i++)
		{
			int64_t size[3];

			if ((i & 0xFFFF) == 0)
				KERNEL_CHECK_CANCEL();
			if (CandidateSmallest(spec, demand->element[i], size))
				for (int k = 0; k < 3; k++)
					LengthSetAdd(&set[k], (int32_t) size[k]);
		}
	}
	for (int k = 0; k < 3; k++)
	{
		int n = 0;

		axis[k].value = KernelAlloc(((size_t) set[k].n + 1) * sizeof(int32_t));
		for (uint32_t i = 0; i < set[k].nslots; i++)
			if (set[k].slot[i] != 0)
				axis[k].value[n++] = set[k].slot[i];
		KernelFree(set[k].slot);
		qsort(axis[k].value, n, sizeof(int32_t), CompareLengths);
		axis[k].n = n;
		axis[k].usable = KernelAlloc((size_t) n + 1);
	}
	MarkUsable(spec, axis);
	if (spec->thin > 0 && AxesFit(axis))
		NarrowAxes(spec, axis);
}

/* Counts the cells that the axes span, and fills in where y and z end (arrays may be NULL). */
static int64_t
CountCells(const GridAxis *axis, bool upright, int *y_count, int *z_count)
{
	int64_t *below = KernelAlloc(((size_t) axis[1].n + 1) * sizeof(int64_t));
	int64_t ncells = 0;
	int y = 0;
	int z = 0;

	below[0] = 0;
	for (int i = 0; i < axis[1].n; i++)
	{
		while (z < axis[2].n && (upright || axis[2].value[z] <= axis[1].value[i]))
			z++;
		if (z_count != NULL)
			z_count[i] = z;
		below[i + 1] = below[i] + z;
	}
	for (int i = 0; i < axis[0].n; i++)
	{
		while (y < axis[1].n && axis[1].value[y] <= axis[0].value[i])
			y++;
		if (y_count != NULL)
			y_count[i] = y;
		ncells += below[y];
	}
	KernelFree(below);
	return ncells;
}

/* Frees axes. */
static void
FreeAxes(GridAxis axis[3])
{
	for (int k = 0; k < 3; k++)
	{
		KernelFree(axis[k].value);
		KernelFree(axis[k].usable);
	}
}

/* Counts the cells of a grid without making it; INT64_MAX if an axis would be too long. */
int64_t
GridCountCells(const GridSpec *spec, const Demand *demand)
{
	GridAxis axis[3];
	int64_t ncells;

	CreateAxes(spec, demand, axis);
	ncells = CountCells(axis, spec->upright, NULL, NULL);
	if (!AxesFit(axis))
		ncells = INT64_MAX;
	FreeAxes(axis);
	return ncells;
}

/* Finds the cell of a box whose coordinates are all on the axes. */
bool
GridLocate(const Grid *grid, const int32_t size[3], GridPoint *cell)
{
	for (int k = 0; k < 3; k++)
	{
		int at = AxisCeiling(&grid->axis[k], size[k]);

		if (at == grid->axis[k].n || grid->axis[k].value[at] != size[k])
			return false;
		cell->at[k] = (uint16_t) at;
	}
	return cell->at[1] < grid->y_count[cell->at[0]] && cell->at[2] < grid->z_count[cell->at[1]];
}

/*
 * Finds the largest cell of usable coordinates within a size; false if there is none. It holds
 * whatever demand the size holds, where the size is a candidate of a grid with a multiple of the
 * increments.
 */
bool
GridLocateWithin(const Grid *grid, const int32_t size[3], GridPoint *cell)
{
	return AxesLower(grid->axis, grid->upright, grid->max_ratio, size, cell);
}

/*
 * Raises a cell to the smallest one of usable coordinates, a candidate of a grid without a catalogue;
 * false if there is none.
 */
bool
GridRaise(const Grid *grid, GridPoint *cell)
{
	return AxesRaise(grid->axis, grid->upright, grid->max_ratio, cell);
}

/*
 * Marks the candidates: the catalogue's cells, or all of usable coordinates that the rules allow; and
 * the current boxes.
 */
static void
MarkCandidates(Grid *grid, const GridSpec *spec)
{
	GridPoint cell;

	for (int b = 0; b < spec->ncatalogue && spec->catalogue != NULL; b++)
		if (CandidateWithinLimits(spec, spec->catalogue[b]) &&
			GridLocate(grid, spec->catalogue[b], &cell))
			grid->candidate[GridCell(grid, cell)] = CANDIDATE_ANY;
	for (int x = 0; x < grid->axis[0].n && spec->catalogue == NULL; x++)
		for (int y = 0; grid->axis[0].usable[x] && y < grid->y_count[x]; y++)
			for (int z = 0; grid->axis[1].usable[y] && z < grid->z_count[y]; z++)
			{
				int32_t size[3] = {grid->axis[0].value[x], grid->axis[1].value[y],
								   grid->axis[2].value[z]};

				grid->candidate[grid->row[(int64_t) x * grid->axis[1].n + y] + z] =
					grid->axis[2].usable[z] && RatioHolds(spec->max_ratio, size);
			}
	for (int b = 0; b < spec->ncurrent; b++)
		if (GridLocate(grid, spec->current[b], &cell))
			grid->candidate[GridCell(grid, cell)] = CANDIDATE_ANY | CANDIDATE_CURRENT;
	grid->ncandidates = 0;
	for (int64_t c = 0; c < grid->ncells; c++)
		grid->ncandidates += grid->candidate[c] != 0;
}

/* A part of the costs of boxes: who tells it, and the tables where it goes. */
typedef struct CostPart
{
	BoxCost of_box;
	void *arg;
	double *cell;
	double *row;
} CostPart;

/* Asks for the cost of a cell's box. */
static double
CostOfCell(const Grid *grid, const CostPart *part, int x, int y, int z)
{
	int32_t size[3] = {grid->axis[0].value[x], grid->axis[1].value[y], grid->axis[2].value[z]};

	return part->of_box(size, part->arg);
}

/*
 * Computes the costs of a row's candidates. The cells between, which nothing chooses, take that of the
 * candidate before them, or of the first one, so that costs ascend along the row where the
 * candidates' do. Gives the greatest cost; less than 0 if the row has no candidate.
 */
static double
ComputeRow(const Grid *grid, const CostPart *part, int x, int y)
{
	int64_t row = grid->row[(int64_t) x * grid->axis[1].n + y];
	double *cost = part->cell + row;
	double greatest = -1;
	double last = 0;
	int end = grid->z_count[y];
	int first = 0;

	while (first < end && !grid->candidate[row + first])
		first++;
	for (int z = first; z < end; z++)
	{
		if (grid->candidate[row + z])
			last = CostOfCell(grid, part, x, y, z);
		cost[z] = last;
		greatest = last > greatest ? last : greatest;
	}
	for (int z = 0; z < first && first < end; z++)
		cost[z] = cost[first];
	return greatest;
}

/*
 * Computes the cost of every candidate and of the kept boxes, each once, and of no other box; then the
 * least of every row. Rows without a candidate get the greatest cost.
 */
static void
ComputeCosts(Grid *grid, const GridSpec *spec, CostPart part)
{
	int ny = grid->axis[1].n;
	double greatest = 0;

	for (int x = 0; x < grid->axis[0].n; x++)
	{
		KERNEL_CHECK_CANCEL();
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			double of_row = ComputeRow(grid, &part, x, y);

			part.row[(int64_t) x * ny + y] = of_row;
			greatest = of_row > greatest ? of_row : greatest;
		}
	}
	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
			if (part.row[(int64_t) x * ny + y] < 0)
				for (int z = 0; z < grid->z_count[y]; z++)
					part.cell[grid->row[(int64_t) x * ny + y] + z] = greatest;
	for (int b = 0; b < spec->nkeep; b++)
	{
		GridPoint at;

		if (GridLocate(grid, spec->keep[b], &at) && !grid->candidate[GridCell(grid, at)])
			part.cell[GridCell(grid, at)] = CostOfCell(grid, &part, at.at[0], at.at[1], at.at[2]);
	}

	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			const double *cost = part.cell + grid->row[(int64_t) x * ny + y];
			double least = grid->z_count[y] > 0 ? cost[0] : 0;

			for (int z = 1; z < grid->z_count[y]; z++)
			{
				least = cost[z] < least ? cost[z] : least;
				grid->ascending &= cost[z] >= cost[z - 1];
			}
			part.row[(int64_t) x * ny + y] = least;
		}
}

/* Builds the cells over axes that are in place. */
static Grid *
BuildCells(Grid *grid, const GridSpec *spec)
{
	size_t nrows = (size_t) grid->axis[0].n * grid->axis[1].n;
	int64_t offset = 0;

	grid->upright = spec->upright;
	grid->max_ratio = spec->max_ratio;
	grid->y_count = KernelAlloc((size_t) grid->axis[0].n * sizeof(int) + 1);
	grid->z_count = KernelAlloc((size_t) grid->axis[1].n * sizeof(int) + 1);
	grid->ncells = CountCells(grid->axis, spec->upright, grid->y_count, grid->z_count);
	grid->row = KernelAlloc(nrows * sizeof(int64_t) + 1);
	grid->row_cost = KernelAlloc(nrows * sizeof(double) + 1);
	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			grid->row[(int64_t) x * grid->axis[1].n + y] = offset;
			offset += grid->z_count[y];
		}
	grid->cost = KernelAlloc((size_t) grid->ncells * sizeof(double) + 1);
	grid->candidate = KernelAllocZero((size_t) grid->ncells + 1);
	MarkCandidates(grid, spec);
	grid->ascending = true;
	ComputeCosts(grid, spec, (CostPart){spec->cost, spec->cost_arg, grid->cost, grid->row_cost});
	if (spec->billed != NULL)
	{
		grid->billed = KernelAlloc((size_t) grid->ncells * sizeof(double) + 1);
		grid->row_billed = KernelAlloc(nrows * sizeof(double) + 1);
		ComputeCosts(grid, spec,
					 (CostPart){spec->billed, spec->cost_arg, grid->billed, grid->row_billed});
	}
	return grid;
}

/* Makes the grid for a demand. */
Grid *
GridCreate(const GridSpec *spec, const Demand *demand)
{
	Grid *grid = KernelAllocZero(sizeof(Grid));

	CreateAxes(spec, demand, grid->axis);
	return BuildCells(grid, spec);
}

/* Frees a grid. */
void
GridFree(Grid *grid)
{
	FreeAxes(grid->axis);
	KernelFree(grid->y_count);
	KernelFree(grid->z_count);
	KernelFree(grid->row);
	KernelFree(grid->row_cost);
	KernelFree(grid->cost);
	if (grid->billed != NULL)
	{
		KernelFree(grid->billed);
		KernelFree(grid->row_billed);
	}
	KernelFree(grid->candidate);
	KernelFree(grid);
}

/* Finds the smallest cell that a size, ordered as elements are, lies within; false if there is none. */
bool
GridLocateAround(const Grid *grid, const int64_t size[3], GridPoint *cell)
{
	int64_t least = 0;

	for (int k = 2; k >= 0; k--)
	{
		int64_t value = size[k];
		int at;

		if ((k == 0 || (k == 1 && !grid->upright)) && value < least)
			value = least;
		at = AxisCeiling(&grid->axis[k], value);
		if (at == grid->axis[k].n)
			return false;
		cell->at[k] = (uint16_t) at;
		least = grid->axis[k].value[at];
	}
	return true;
}
