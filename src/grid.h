/*
 * grid.h
 *	  The grid of candidate boxes, and the demand rounded up to it.
 */
#ifndef PACKOPT_GRID_H
#define PACKOPT_GRID_H

#include "kernel.h"

/*
 * Demand: the classes of a profile, flat. Class i has count[i] > 0 shipments and the minimal boxes
 * element[first[i]] .. element[first[i + 1] - 1]; a box holds its shipments if and only if it is at
 * least as large as one of them in each dimension. Lengths as in kernel.h. In the free domain each
 * element is sorted, longest first; in the upright domain x >= y, and z is vertical.
 *
 * Where shipments are billed by weight, floor[i] is what the actual weight of one shipment of class i
 * is billed: finite, not negative, in the unit of costs.
 */
typedef struct Demand
{
	int nclasses;
	const int64_t *count;
	const int32_t *first; /* NULL: one element per class */
	const int32_t (*element)[3];
	const double *floor; /* NULL: all 0 */
} Demand;

/* Cost of a box: finite, not negative. Sizes as elements. */
typedef double (*BoxCost)(const int32_t size[3], void *arg);

/* The most groups that the classes of a demand are put into by what their weight is billed. */
#define GRID_GROUPS_MAX 32

/* The coordinates in use along one axis, ascending, and which of them a candidate may have. */
typedef struct GridAxis
{
	int n;
	int32_t *value;
	bool *usable;
} GridAxis;

/*
 * A grid. Its cells are the triples of coordinates with x >= y (and, in the free domain, y >= z),
 * numbered with z running fastest, so that the cells of one (x, y) lie side by side.
 */
typedef struct Grid
{
	GridAxis axis[3];
	bool upright;
	int64_t max_ratio; /* as in the specification */
	int *y_count;      /* per x: cells exist for y < y_count[x] */
	int *z_count;      /* per y: cells exist for z < z_count[y] */
	int64_t *row;      /* per x * axis[1].n + y: number of the row's first cell */
	int64_t ncells;
	int64_t ncandidates;
	double *cost;   /* per cell; only those of candidates and kept boxes count: see grid.c */
	double *billed; /* per cell: what its size is billed, if weight is not more; NULL: nothing */
	uint8_t *candidate; /* per cell: bits CANDIDATE_... */
	double *row_cost;   /* per row: least cost in it */
	double *row_billed; /* per row: least billed part in it; NULL as billed is */
	bool ascending;     /* neither cost nor billed part ever falls along a row */
} Grid;

/* What a cell may be, as bits: a box to choose from; one of the boxes in use today too. */
#define CANDIDATE_ANY     1
#define CANDIDATE_CURRENT 2

/* A cell by its coordinates' places on the axes. */
typedef struct GridPoint
{
	uint16_t at[3];
} GridPoint;

/*
 * Demand on a grid: classes with their minimal cells, and the same as signed points, whose sum over
 * all points at or below a cell is 1 if the cell holds the class and 0 if not.
 *
 * A shipment of a class of group g costs cost[j] + (billed[j] - floor[g])+ in cell j. What it is
 * billed in any case is in constant.
 */
typedef struct GridDemand
{
	int nclasses;
	double *weight;
	uint8_t *group; /* per class */
	int ngroups;
	double floor[GRID_GROUPS_MAX]; /* per group, ascending */
	int32_t *first_element;        /* nclasses + 1 */
	GridPoint *element;
	int npoints;
	GridPoint *point; /* in order of cells */
	int32_t *point_class;
	double *point_weight; /* sign x weight of the class */
	double total;         /* weight of all classes */
	double constant;      /* cost of all classes that no choice of boxes changes */
	bool rounded;         /* some floors are rounded up, so that costs are too low */
	int64_t unboxable;    /* shipments that no candidate holds, not among the classes */
} GridDemand;

/* What the candidates are. */
typedef struct GridSpec
{
	bool upright;
	int32_t step[3];
	int32_t padding[3];
	bool has_min;
	bool has_max;
	int32_t min_box[3];
	int32_t max_box[3];
	int64_t max_ratio; /* longest side / shortest side, in units of 1 / LENGTH_SCALE; 0: no limit */
	int nkeep;
	const int32_t (*keep)[3];
	int ncurrent;
	const int32_t (*current)[3]; /* candidates besides the others, none of them kept */
	int thin;                    /* not 0: a narrow grid, see candidate.c */
	int reach;                   /* of it: increments */
	int nnear;                   /* of it: boxes, whatever their coordinates */
	const int32_t (*near)[3];
	int ncatalogue;
	const int32_t (*catalogue)[3]; /* NULL: all cells of usable coordinates */
	BoxCost cost;
	BoxCost billed; /* what a shipment in the box is billed for its size; NULL: nothing */
	void *cost_arg; /* of both */
} GridSpec;

/* The most coordinates that an axis may have. */
#define GRID_AXIS_MAX 65535

/*
 * Bytes that a grid and a search on it take per cell: cost and candidate 9, gain and covers (swapstate.h)
 * 16, tables of sums, the classes, and the coarser grid that a suite is carried over from, about 10.
 * Measured (the high-water mark of a process): 30 from 0.2 to 1 million cells.
 */
#define GRID_CELL_BYTES 40

extern int64_t GridCountCells(const GridSpec *spec, const Demand *demand);
extern Grid *GridCreate(const GridSpec *spec, const Demand *demand);
extern void GridFree(Grid *grid);
extern bool GridLocate(const Grid *grid, const int32_t size[3], GridPoint *cell);
extern bool GridLocateWithin(const Grid *grid, const int32_t size[3], GridPoint *cell);
extern bool GridRaise(const Grid *grid, GridPoint *cell);
extern bool GridLocateAround(const Grid *grid, const int64_t size[3], GridPoint *cell);

/* griddemand.c */
extern GridDemand *GridDemandCreate(const Grid *grid, const GridSpec *spec, const Demand *demand);
extern void GridDemandClear(GridDemand *demand);
extern void GridDemandFree(GridDemand *demand);

/* weightgroups.c */

/* What the weight of so many shipments is billed. */
typedef struct WeighedFloor
{
	double floor;
	int64_t count;
} WeighedFloor;

extern int JoinFloors(const WeighedFloor *floor, int n, int most, double *group);
extern double *LeastBilledAbove(const Grid *grid, const GridSpec *spec);
extern uint8_t *GroupByWeight(const Grid *grid, const GridSpec *spec, const Demand *classes,
							  const double *floor, GridDemand *demand);

/* staircase.c */
#define STAIRCASE_ROOM(n) (12 * (n))
extern int StaircaseMinimize(GridPoint *element, int n);
extern int StaircasePoints(const GridPoint *element, int n, GridPoint *point, int *sign);

/* Finds the first coordinate of an axis that is at least value; axis->n if there is none. */
static inline int
AxisCeiling(const GridAxis *axis, int64_t value)
{
	int low = 0;
	int high = axis->n;

	while (low < high)
	{
		int middle = (low + high) / 2;

		if (axis->value[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Gives the number of a cell. */
static inline int64_t
GridCell(const Grid *grid, GridPoint p)
{
	return grid->row[(int64_t) p.at[0] * grid->axis[1].n + p.at[1]] + p.at[2];
}

/* Gives the number of elements of a demand. */
static inline int
DemandElements(const Demand *demand)
{
	return demand->first == NULL ? demand->nclasses : demand->first[demand->nclasses];
}

/*
 * Gives what a cell, of a row whose costs and billed parts are given, costs a shipment whose weight
 * is billed floor anyway.
 */
static inline double
CostAboveFloor(const double *cost, const double *billed, double floor, int64_t cell)
{
	double above;

	if (billed == NULL)
		return cost[cell];
	above = billed[cell] - floor;
	return cost[cell] + (above > 0 ? above : 0);
}

/* Gives what a cell costs a shipment of a group, besides what it is billed anyway. */
static inline double
GridGroupCost(const Grid *grid, const GridDemand *demand, int64_t cell, int group)
{
	return CostAboveFloor(grid->cost, grid->billed, demand->floor[group], cell);
}

/* Whether cell a lies within cell b. */
static inline bool
GridWithin(GridPoint a, GridPoint b)
{
	return a.at[0] <= b.at[0] && a.at[1] <= b.at[1] && a.at[2] <= b.at[2];
}

/* Whether a cell holds class i. */
static inline bool
GridHolds(const GridDemand *demand, int i, GridPoint cell)
{
	for (int e = demand->first_element[i]; e < demand->first_element[i + 1]; e++)
		if (GridWithin(demand->element[e], cell))
			return true;
	return false;
}

#endif /* PACKOPT_GRID_H */
