/*
 * weightgroups.c
 *	  Groups of classes by what their weight is billed.
 *
 * Carriers bill the greater of the actual weight, f, and of what they take the size of the box for,
 * b_j. That is
 *
 *	  max(f, b_j) = f + (b_j - f)+,
 *
 * in which f alone is the same in all boxes: it is summed up apart, and the search sees the rest.
 * Still there are as many different costs of a box as there are floors f among the classes, and the
 * search takes them one by one. So they are put into few groups:
 *
 *	- Where f is no more than b_j for every box j that could hold the class, f does not matter and may
 *	  as well be 0. Bulky shipments end there, whatever they weigh.
 *	- Where f is at least the greatest b_j, it may as well be that.
 *	- What is left above GRID_GROUPS_MAX is joined with its neighbours, at the greatest floor of each
 *	  group. This makes (b_j - f)+ too small: costs are never too high, so that a lower bound on them
 *	  is one on the true costs too. The groups are such that the most that a group may lose, in all
 *	  its shipments, is as small as it can be; heavy shipments are few, so little is lost.
 */
#include "kernel.h"

#include <math.h>

#include "grid.h"

/* Halvings until the loss allowed to a group is near enough to the least possible. */
#define HALVINGS 40

/* Gives for every cell the least billed part of the candidates and kept boxes at or above it. */
double *
LeastBilledAbove(const Grid *grid, const GridSpec *spec)
{
	double *least = KernelAlloc((size_t) grid->ncells * sizeof(double) + 1);
	int ny = grid->axis[1].n;

	for (int64_t c = 0; c < grid->ncells; c++)
		least[c] = grid->candidate[c] ? grid->billed[c] : INFINITY;
	for (int b = 0; b < spec->nkeep; b++)
	{
		GridPoint cell;

		if (GridLocate(grid, spec->keep[b], &cell))
			least[GridCell(grid, cell)] = grid->billed[GridCell(grid, cell)];
	}
	for (int x = grid->axis[0].n - 1; x >= 0; x--)
		for (int y = grid->y_count[x] - 1; y >= 0; y--)
		{
			double *row = least + grid->row[(int64_t) x * ny + y];
			const double *next_x =
				x + 1 < grid->axis[0].n ? least + grid->row[(int64_t) (x + 1) * ny + y] : NULL;
			const double *next_y =
				y + 1 < grid->y_count[x] ? least + grid->row[(int64_t) x * ny + y + 1] : NULL;

			for (int z = grid->z_count[y] - 1; z >= 0; z--)
			{
				if (z + 1 < grid->z_count[y] && row[z + 1] < row[z])
					row[z] = row[z + 1];
				if (next_x != NULL && next_x[z] < row[z])
					row[z] = next_x[z];
				if (next_y != NULL && next_y[z] < row[z])
					row[z] = next_y[z];
			}
		}
	return least;
}

/* Gives the greatest billed part of the candidates and kept boxes. */
static double
GreatestBilled(const Grid *grid, const GridSpec *spec)
{
	double greatest = 0;

	for (int64_t c = 0; c < grid->ncells; c++)
		if (grid->candidate[c] && grid->billed[c] > greatest)
			greatest = grid->billed[c];
	for (int b = 0; b < spec->nkeep; b++)
	{
		GridPoint cell;

		if (GridLocate(grid, spec->keep[b], &cell) && grid->billed[GridCell(grid, cell)] > greatest)
			greatest = grid->billed[GridCell(grid, cell)];
	}
	return greatest;
}

/* qsort comparator: ascending by floor. */
static int
CompareFloors(const void *a, const void *b)
{
	double x = ((const WeighedFloor *) a)->floor;
	double y = ((const WeighedFloor *) b)->floor;

	return x < y ? -1 : x > y;
}

/* Joins equal floors that lie side by side. Gives how many are left. */
static int
JoinEqual(WeighedFloor *floor, int n)
{
	int kept = 0;

	for (int i = 1; i < n; i++)
		if (floor[i].floor == floor[kept].floor)
			floor[kept].count += floor[i].count;
		else
			floor[++kept] = floor[i];
	return n == 0 ? 0 : kept + 1;
}

/*
 * Joins neighbours as long as raising all of a group to its greatest floor loses at most allowed.
 * Gives the number of groups; their floors are written unless they are more than most.
 */
static int
JoinNeighbours(const WeighedFloor *floor, int n, double allowed, int most, double *group)
{
	double weight = 0;
	double sum = 0;
	int ngroups = 0;

	for (int i = 0; i < n; i++)
	{
		if (i == 0 || weight * floor[i].floor - sum > allowed)
		{
			ngroups++;
			weight = sum = 0;
		}
		weight += (double) floor[i].count;
		sum += (double) floor[i].count * floor[i].floor;
		if (ngroups <= most)
			group[ngroups - 1] = floor[i].floor;
	}
	return ngroups;
}

/*
 * Puts different floors, ascending, into at most most groups, each at its greatest floor. Writes the
 * floors of the groups and gives their number.
 */
int
JoinFloors(const WeighedFloor *floor, int n, int most, double *group)
{
	double low = 0;
	double high = 0;

	if (n <= most)
	{
		for (int i = 0; i < n; i++)
			group[i] = floor[i].floor;
		return n;
	}
	for (int i = 0; i < n; i++)
		high += (double) floor[i].count * floor[n - 1].floor;
	for (int halving = 0; halving < HALVINGS; halving++)
	{
		double middle = (low + high) / 2;

		if (JoinNeighbours(floor, n, middle, most, group) > most)
			low = middle;
		else
			high = middle;
	}
	return JoinNeighbours(floor, n, high, most, group);
}

/*
 * Puts classes into groups by their floors; those of negative floor stay out. Sets the groups and the
 * constant of the demand, and gives the group of every class.
 */
uint8_t *
GroupByWeight(const Grid *grid, const GridSpec *spec, const Demand *classes, const double *floor,
			  GridDemand *demand)
{
	uint8_t *group = KernelAllocZero((size_t) classes->nclasses + 1);
	WeighedFloor *weighed = KernelAlloc((size_t) classes->nclasses * sizeof(WeighedFloor) + 1);
	double greatest = GreatestBilled(grid, spec);
	int n = 0;

	for (int i = 0; i < classes->nclasses; i++)
		if (floor[i] >= 0)
			weighed[n++] = (WeighedFloor){floor[i], classes->count[i]};
	qsort(weighed, n, sizeof(WeighedFloor), CompareFloors);
	n = JoinEqual(weighed, n);
	for (int i = 0; i < n; i++)
	{
		demand->constant += (double) weighed[i].count * weighed[i].floor;
		if (weighed[i].floor > greatest)
			weighed[i].floor = greatest;
	}
	n = JoinEqual(weighed, n);
	demand->rounded = n > GRID_GROUPS_MAX;
	demand->ngroups = n == 0 ? 1 : JoinFloors(weighed, n, GRID_GROUPS_MAX, demand->floor);
	for (int i = 0; i < classes->nclasses; i++)
		while (group[i] + 1 < demand->ngroups && demand->floor[group[i]] < floor[i])
			group[i]++;
	KernelFree(weighed);
	return group;
}
