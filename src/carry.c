/*
 * carry.c
 *	  Multipliers of the classes of one grid for those of a finer one.
 *
 * A bound's ascent is long, and on a fine grid each of its steps is slow. What classes pay on a grid
 * with twice the increments is nearly what they pay on the finer one, where each of them is part of
 * the class of the coarse cell around its own. So the ascent is made on the coarse grid, and the finer
 * one's begins there.
 */
#include "kernel.h"

#include <math.h>

#include "carry.h"

/* Lists, per cell, the least multiplier of the classes that have it among theirs; INFINITY if none does. */
static double *
MultipliersOfCells(const Grid *grid, const GridDemand *demand, const double *multiplier)
{
	double *of_cell = KernelAlloc((size_t) grid->ncells * sizeof(double) + 1);

	for (int64_t c = 0; c < grid->ncells; c++)
		of_cell[c] = INFINITY;
	for (int i = 0; i < demand->nclasses; i++)
		for (int e = demand->first_element[i]; e < demand->first_element[i + 1]; e++)
		{
			double *least = &of_cell[GridCell(grid, demand->element[e])];

			*least = multiplier[i] < *least ? multiplier[i] : *least;
		}
	return of_cell;
}

/*
 * Gives every class of the demand on the finer grid the multiplier of the coarse cells around its own,
 * the least of several; 0 where there is none.
 */
double *
CarryMultipliers(const Grid *from, const GridDemand *from_demand, const double *multiplier,
				 const Grid *to, const GridDemand *to_demand)
{
	double *of_cell = MultipliersOfCells(from, from_demand, multiplier);
	double *carried = KernelAlloc((size_t) to_demand->nclasses * sizeof(double) + 1);

	for (int i = 0; i < to_demand->nclasses; i++)
	{
		double least = INFINITY;

		if ((i & 0xFFF) == 0)
			KERNEL_CHECK_CANCEL();
		for (int e = to_demand->first_element[i]; e < to_demand->first_element[i + 1]; e++)
		{
			int64_t size[3];
			GridPoint cell;

			for (int k = 0; k < 3; k++)
				size[k] = to->axis[k].value[to_demand->element[e].at[k]];
			if (GridLocateAround(from, size, &cell) && of_cell[GridCell(from, cell)] < least)
				least = of_cell[GridCell(from, cell)];
		}
		carried[i] = least < INFINITY ? least : 0;
	}
	KernelFree(of_cell);
	return carried;
}
