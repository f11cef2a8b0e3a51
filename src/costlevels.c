/*
 * costlevels.c
 *	  Cost levels: where a pricing is exact.
 */
#include "kernel.h"

#include <math.h>

#include "pricing.h"

/* qsort comparator of costs. */
static int
CompareCosts(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return x < y ? -1 : x > y;
}

/* A cell in use with its cost. */
typedef struct UsedCost
{
	double use;
	double cost;
} UsedCost;

/* qsort comparator: most used first. */
static int
CompareUses(const void *a, const void *b)
{
	const UsedCost *p = a;
	const UsedCost *q = b;

	if (p->use != q->use)
		return p->use > q->use ? -1 : 1;
	return p->cost < q->cost ? -1 : p->cost > q->cost;
}

/* Adds different costs of the most used cells to levels, most at most. Gives how many there are then. */
static int
AddUsedCosts(const Grid *grid, const double *use, double *level, int n, int most)
{
	UsedCost *used;
	int first = n;
	int nused = 0;

	for (int64_t c = 0; c < grid->ncells; c++)
		nused += use[c] > 0;
	used = KernelAlloc((size_t) nused * sizeof(UsedCost) + 1);
	nused = 0;
	for (int64_t c = 0; c < grid->ncells; c++)
		if (use[c] > 0)
			used[nused++] = (UsedCost){use[c], grid->cost[c]};
	qsort(used, nused, sizeof(UsedCost), CompareUses);
	for (int i = 0; i < nused && n < first + most; i++)
	{
		bool there = false;

		for (int l = first; l < n && !there; l++)
			there = level[l] == used[i].cost;
		if (!there)
			level[n++] = used[i].cost;
	}
	KernelFree(used);
	return n;
}

/* Lists the different costs of the open cells, if they are at most most; else gives 0. */
static int
ListCosts(const Grid *grid, const uint8_t *open, double *level, int most)
{
	int n = 0;

	for (int64_t c = 0; c < grid->ncells; c++)
	{
		double cost = grid->cost[c];
		int low = 0;
		int high = n;

		if (!open[c])
			continue;
		while (low < high)
		{
			int middle = (low + high) / 2;

			if (level[middle] < cost)
				low = middle + 1;
			else
				high = middle;
		}
		if (low < n && level[low] == cost)
			continue;
		if (n == most)
			return 0;
		memmove(level + low + 1, level + low, (size_t) (n - low) * sizeof(double));
		level[low] = cost;
		n++;
	}
	return n;
}

/*
 * Chooses levels for a pricing, ascending: all costs of the open cells if they are few; else so many
 * over the range of them in equal ratios, and so many where cells are used most (use: per cell). One
 * lies above all costs: top, no less than any multiplier. There must be room for spread + used + 4.
 * Gives their number.
 */
int
ChooseCostLevels(const Grid *grid, const uint8_t *open, const double *use, int spread, int used,
				 double top, double *level)
{
	double least = INFINITY;
	double least_positive = INFINITY;
	double greatest = 0;
	int n = ListCosts(grid, open, level, spread + used);
	int distinct = 0;

	for (int64_t c = 0; c < grid->ncells && n == 0; c++)
	{
		double cost = grid->cost[c];

		if (!open[c])
			continue;
		least = cost < least ? cost : least;
		greatest = cost > greatest ? cost : greatest;
		if (cost > 0 && cost < least_positive)
			least_positive = cost;
	}
	if (n == 0 && least < INFINITY)
	{
		level[n++] = least;
		for (int l = 0; l < spread && greatest > least_positive; l++)
			level[n++] = least_positive * pow(greatest / least_positive, (double) l / spread);
		level[n++] = greatest;
		n = AddUsedCosts(grid, use, level, n, used);
	}
	qsort(level, n, sizeof(double), CompareCosts);
	for (int l = 0; l < n; l++)
		if (distinct == 0 || level[l] > level[distinct - 1])
			level[distinct++] = level[l];
	level[distinct++] = top;
	if (distinct == 1 || level[distinct - 2] >= top)
		level[distinct++] = top + 1;
	return distinct;
}
