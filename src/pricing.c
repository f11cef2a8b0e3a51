/*
 * pricing.c
 *	  What every candidate earns at given multipliers of the classes.
 *
 * A class i of weight w has a multiplier u_i, which it offers to pay for being held. A candidate j
 * of cost c_j earns
 *
 *	  -rho(j) = sum over the classes i that fit j of w_i (u_i - c_j)+.
 *
 * The positive part depends on i and j at once, and keeps the sum from being a prefix sum. So let
 * there be levels t_0 < t_1 < ... and split the weight of a class between the two next to u_i, in
 * proportion to nearness. With W_l the prefix sum of the shares on level l,
 *
 *	  -rho(j) <= sum over l of W_l(j) (t_l - c_j)+,
 *
 * because the positive part is convex; the difference is nothing unless c_j lies between the two
 * levels, and vanishes as levels get dense. Earnings that are too high make a bound lower, never
 * wrong. Above the greatest cost the positive part is linear, and one level far above serves all.
 *
 * A level is one sweep along x over a table of (y, z), as for the best swap. Few cells have anything
 * to do with a level: they cost less than it, and hold something that offers it, which is nearly as
 * large. So a sweep keeps to the stretch of each row between the lowest point so far and a cap,
 * behind which all open cells, in this row and in those above in x or y, cost too much. Caps fall
 * along x and y, so that what lies behind a cap need not be kept in the table. They depend on the
 * levels and the open cells alone and are laid once for many pricings.
 *
 * Levels are independent of each other but for the order in which they add to rho.
 */
#include "kernel.h"

#include <math.h>

#include "pricing.h"

/* Makes a pricing of the open cells of a grid; levels are to be laid next. */
Pricing *
PricingCreate(const Grid *grid, const GridDemand *demand, const uint8_t *open)
{
	Pricing *pricing = KernelAllocZero(sizeof(Pricing));
	size_t ny = (size_t) grid->axis[1].n;
	size_t nz = (size_t) grid->axis[2].n;

	pricing->grid = grid;
	pricing->demand = demand;
	pricing->nrows = grid->axis[0].n * grid->axis[1].n;
	pricing->open = KernelAlloc((size_t) grid->ncells + 1);
	memcpy(pricing->open, open, (size_t) grid->ncells);
	for (int64_t c = 0; c < grid->ncells; c++)
		pricing->nopen += open[c];
	pricing->class_level = KernelAllocZero((size_t) demand->nclasses * sizeof(int32_t) + 1);
	pricing->class_share = KernelAlloc((size_t) demand->nclasses * sizeof(double) + 1);
	pricing->point = KernelAlloc((size_t) demand->npoints * 2 * sizeof(LevelPoint) + 1);
	pricing->rho = KernelAllocZero((size_t) grid->ncells * sizeof(double) + 1);
	pricing->table = KernelAlloc(ny * nz * sizeof(double) + 1);
	pricing->run = KernelAlloc(nz * sizeof(double) + 1);
	pricing->row_low = KernelAlloc(ny * sizeof(int32_t) + 1);
	return pricing;
}

/* Frees a pricing. */
void
PricingFree(Pricing *pricing)
{
	if (pricing->level != NULL)
	{
		KernelFree(pricing->level);
		KernelFree(pricing->cap);
		KernelFree(pricing->first);
	}
	KernelFree(pricing->open);
	KernelFree(pricing->class_level);
	KernelFree(pricing->class_share);
	KernelFree(pricing->point);
	KernelFree(pricing->rho);
	KernelFree(pricing->table);
	KernelFree(pricing->run);
	KernelFree(pricing->row_low);
	KernelFree(pricing);
}

/* ------------------------------------------------------------------------------------------------
 * Levels
 * ------------------------------------------------------------------------------------------------ */

/* Finds for every level and row the end of what lies below the level, in this row alone. */
static void
FindRowEnds(Pricing *pricing)
{
	const Grid *grid = pricing->grid;
	double *least = pricing->run;

	for (int x = 0; x < grid->axis[0].n; x++)
	{
		KERNEL_CHECK_CANCEL();
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int64_t row = (int64_t) x * grid->axis[1].n + y;
			const double *cost = grid->cost + grid->row[row];
			const uint8_t *open = pricing->open + grid->row[row];
			double so_far = INFINITY;
			int end = 0;

			for (int z = grid->z_count[y] - 1; z >= 0; z--)
			{
				if (open[z] && cost[z] < so_far)
					so_far = cost[z];
				least[z] = so_far;
			}
			for (int l = 0; l < pricing->nlevels; l++)
			{
				while (end < grid->z_count[y] && least[end] < pricing->level[l])
					end++;
				pricing->cap[(size_t) l * pricing->nrows + row] = (uint16_t) end;
			}
		}
	}
}

/* Raises the caps to those of the rows above in x or y. */
static void
RaiseCaps(Pricing *pricing)
{
	const Grid *grid = pricing->grid;
	int ny = grid->axis[1].n;

	for (int l = 0; l < pricing->nlevels; l++)
	{
		uint16_t *cap = pricing->cap + (size_t) l * pricing->nrows;

		KERNEL_CHECK_CANCEL();
		for (int x = grid->axis[0].n - 1; x >= 0; x--)
			for (int y = grid->y_count[x] - 1; y >= 0; y--)
			{
				uint16_t *here = &cap[x * ny + y];

				if (x + 1 < grid->axis[0].n && here[ny] > *here)
					*here = here[ny];
				if (y + 1 < grid->y_count[x] && here[1] > *here)
					*here = here[1];
			}
	}
}

/*
 * Lays levels, ascending and at least two. No multiplier may be above the last one, which should be
 * no less than any cost.
 */
void
PricingLayLevels(Pricing *pricing, int nlevels, const double *level)
{
	if (pricing->level != NULL)
	{
		KernelFree(pricing->level);
		KernelFree(pricing->cap);
		KernelFree(pricing->first);
	}
	pricing->nlevels = nlevels;
	pricing->level = KernelAlloc((size_t) nlevels * sizeof(double));
	memcpy(pricing->level, level, (size_t) nlevels * sizeof(double));
	pricing->cap = KernelAllocZero((size_t) nlevels * pricing->nrows * sizeof(uint16_t) + 1);
	pricing->first = KernelAlloc(((size_t) nlevels + 2) * sizeof(int32_t));
	PricingClose(pricing);
}

/* Takes into account that cells are open no more. */
void
PricingClose(Pricing *pricing)
{
	pricing->nopen = 0;
	for (int64_t c = 0; c < pricing->grid->ncells; c++)
		pricing->nopen += pricing->open[c];
	FindRowEnds(pricing);
	RaiseCaps(pricing);
}

/* Finds where every class lies between the levels. Multipliers move little, so does the place. */
static void
LocateClasses(Pricing *pricing, const double *multiplier)
{
	const double *level = pricing->level;
	int last = pricing->nlevels - 2;

	for (int i = 0; i < pricing->demand->nclasses; i++)
	{
		double u = multiplier[i];
		int l = pricing->class_level[i];
		double share;

		l = l > last ? last : l;
		while (l >= 0 && u < level[l])
			l--;
		while (l < last && u >= level[l + 1])
			l++;
		pricing->class_level[i] = l;
		share = l < 0 ? 0 : (u - level[l]) / (level[l + 1] - level[l]);
		pricing->class_share[i] = share < 1 ? share : 1;
	}
}

/* Deals the points' shares to the levels. */
static void
DealPoints(Pricing *pricing)
{
	const GridDemand *demand = pricing->demand;
	int32_t *first = pricing->first;

	/* count two places further on, so that while dealing each level's next place is one further */
	memset(first, 0, ((size_t) pricing->nlevels + 2) * sizeof(int32_t));
	for (int p = 0; p < demand->npoints; p++)
	{
		int l = pricing->class_level[demand->point_class[p]];

		if (l < 0)
			continue;
		first[l + 2]++;
		first[l + 3]++;
	}
	for (int l = 0; l < pricing->nlevels; l++)
		first[l + 2] += first[l + 1];
	for (int p = 0; p < demand->npoints; p++)
	{
		int i = demand->point_class[p];
		int l = pricing->class_level[i];
		double weight = demand->point_weight[p];
		double share = pricing->class_share[i];

		if (l < 0)
			continue;
		pricing->point[first[l + 1]++] = (LevelPoint){demand->point[p], weight * (1 - share)};
		pricing->point[first[l + 2]++] = (LevelPoint){demand->point[p], weight * share};
	}
}

/* ------------------------------------------------------------------------------------------------
 * Sums
 * ------------------------------------------------------------------------------------------------ */

/* Adds the points of plane x to the table's rows, from their z to the row's cap. */
static inline int32_t
AddPlanePoints(const Pricing *pricing, int32_t p, int32_t end, int x, const uint16_t *cap,
			   int *low_y, int *low_z)
{
	int nz = pricing->grid->axis[2].n;

	for (; p < end && pricing->point[p].at.at[0] == x; p++)
	{
		double weight = pricing->point[p].weight;
		int y = pricing->point[p].at.at[1];
		int z = pricing->point[p].at.at[2];
		double *restrict row = pricing->table + (size_t) y * nz;
		int row_end = cap[y];

		if (z >= row_end)
			continue;
		if (z < pricing->row_low[y])
		{
			int fill = pricing->row_low[y] < row_end ? pricing->row_low[y] : row_end;

			for (int i = z; i < fill; i++)
				row[i] = 0;
			pricing->row_low[y] = z;
		}
		for (int i = z; i < row_end; i++)
			row[i] += weight;
		*low_y = y < *low_y ? y : *low_y;
		*low_z = z < *low_z ? z : *low_z;
	}
	return p;
}

/* Takes what the open cells earn on a level off their rho. */
ROW_LOOP static void
SumLevel(Pricing *pricing, int l)
{
	const Grid *grid = pricing->grid;
	int ny = grid->axis[1].n;
	int nz = grid->axis[2].n;
	double limit = pricing->level[l];
	double *restrict run = pricing->run;
	int32_t p = pricing->first[l];
	int32_t end = pricing->first[l + 1];
	int low_y = ny; /* of the points so far */
	int low_z = nz;

	if (p == end)
		return;
	for (int y = 0; y < ny; y++)
		pricing->row_low[y] = nz;
	for (int x = pricing->point[p].at.at[0]; x < grid->axis[0].n; x++)
	{
		const uint16_t *cap = pricing->cap + (size_t) l * pricing->nrows + (size_t) x * ny;
		int run_low = nz;

		p = AddPlanePoints(pricing, p, end, x, cap, &low_y, &low_z);
		for (int y = low_y; y < grid->y_count[x]; y++)
		{
			int64_t cell = grid->row[(int64_t) x * ny + y];
			const double *restrict row = pricing->table + (size_t) y * nz;
			const double *restrict cost = grid->cost + cell;
			double *restrict rho = pricing->rho + cell;
			int row_low = pricing->row_low[y];
			int row_end = cap[y];

			if (row_end <= low_z)
				break;
			if (row_low < row_end)
			{
				int fill = run_low < row_end ? run_low : row_end;

				for (int z = row_low; z < fill; z++)
					run[z] = 0;
				run_low = row_low < run_low ? row_low : run_low;
				for (int z = row_low; z < row_end; z++)
					run[z] += row[z];
			}
			row_end = row_end < grid->z_count[y] ? row_end : grid->z_count[y];
			for (int z = run_low; z < row_end; z++)
			{
				double margin = limit - cost[z];

				rho[z] -= run[z] * (margin > 0 ? margin : 0);
			}
		}
		if (p == end && (low_y == ny || low_y >= grid->y_count[x] || cap[low_y] <= low_z))
			break;
	}
}

/* Computes rho of the open cells. No multiplier may be above the last level. */
void
PricingCompute(Pricing *pricing, const double *multiplier)
{
	LocateClasses(pricing, multiplier);
	DealPoints(pricing);
	memset(pricing->rho, 0, (size_t) pricing->grid->ncells * sizeof(double));
	for (int l = 0; l < pricing->nlevels; l++)
	{
		KERNEL_CHECK_CANCEL();
		SumLevel(pricing, l);
	}
}

/* Finds for every class the least cost of an open cell that holds it. Overwrites rho. */
void
PricingLeastCosts(Pricing *pricing, double *least)
{
	const Grid *grid = pricing->grid;
	const GridDemand *demand = pricing->demand;
	int ny = grid->axis[1].n;
	double *above = pricing->rho;

	for (int x = grid->axis[0].n - 1; x >= 0; x--)
	{
		KERNEL_CHECK_CANCEL();
		for (int y = grid->y_count[x] - 1; y >= 0; y--)
		{
			int64_t cell = grid->row[(int64_t) x * ny + y];
			bool last_x = x + 1 == grid->axis[0].n;
			bool last_y = y + 1 >= grid->y_count[x];
			const double *next_x = last_x ? NULL : above + grid->row[(int64_t) (x + 1) * ny + y];
			const double *next_y = last_y ? NULL : above + grid->row[(int64_t) x * ny + y + 1];

			for (int z = grid->z_count[y] - 1; z >= 0; z--)
			{
				double cost = pricing->open[cell + z] ? grid->cost[cell + z] : INFINITY;

				if (z + 1 < grid->z_count[y] && above[cell + z + 1] < cost)
					cost = above[cell + z + 1];
				if (!last_x && next_x[z] < cost)
					cost = next_x[z];
				if (!last_y && next_y[z] < cost)
					cost = next_y[z];
				above[cell + z] = cost;
			}
		}
	}
	for (int i = 0; i < demand->nclasses; i++)
	{
		least[i] = INFINITY;
		for (int e = demand->first_element[i]; e < demand->first_element[i + 1]; e++)
		{
			double cost = above[GridCell(grid, demand->element[e])];

			least[i] = cost < least[i] ? cost : least[i];
		}
	}
}
