/*
 * duallevels.c
 *	  Cost levels of a dual: where its earnings are exact.
 */
#include "kernel.h"

#include <math.h>

#include "dual.h"

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

/* Adds the costs of the most used cells to levels: there a pricing is exact. Gives how many there are. */
static int
AddUsedCosts(const Dual *dual, double *level, int n, int most)
{
	const Grid *grid = dual->problem->grid;
	UsedCost *used;
	int nused = 0;

	for (int64_t c = 0; c < grid->ncells; c++)
		nused += dual->use[c] > 0;
	used = KernelAlloc((size_t) nused * sizeof(UsedCost) + 1);
	nused = 0;
	for (int64_t c = 0; c < grid->ncells; c++)
		if (dual->use[c] > 0)
			used[nused++] = (UsedCost){dual->use[c], grid->cost[c]};
	qsort(used, nused, sizeof(UsedCost), CompareUses);
	for (int i = 0; i < nused && n < most; i++)
		level[n++] = used[i].cost;
	KernelFree(used);
	return n;
}

/*
 * Lays levels: so many over the range of costs in equal ratios, so many where the most used cells are;
 * all costs instead, if they are no more. One level lies above all costs.
 */
void
DualLayLevels(Dual *dual, int spread, int used)
{
	const Grid *grid = dual->problem->grid;
	const uint8_t *open = dual->pricing->open;
	double *level = KernelAlloc(((size_t) spread + used + 4) * sizeof(double));
	double least = INFINITY;
	double least_positive = INFINITY;
	double greatest = 0;
	int n = 0;
	int distinct = 0;

	for (int64_t c = 0; c < grid->ncells; c++)
	{
		double cost = grid->cost[c];

		if (!open[c])
			continue;
		least = cost < least ? cost : least;
		greatest = cost > greatest ? cost : greatest;
		if (cost > 0 && cost < least_positive)
			least_positive = cost;
	}
	for (int64_t c = 0; c < grid->ncells && dual->pricing->nopen <= spread + used; c++)
		if (open[c])
			level[n++] = grid->cost[c];
	if (n == 0 && least < INFINITY)
	{
		level[n++] = least;
		for (int l = 0; l < spread && greatest > least_positive; l++)
			level[n++] = least_positive * pow(greatest / least_positive, (double) l / spread);
		level[n++] = greatest;
		n = AddUsedCosts(dual, level, n, n + used);
	}
	qsort(level, n, sizeof(double), CompareCosts);
	for (int l = 0; l < n; l++)
		if (distinct == 0 || level[l] > level[distinct - 1])
			level[distinct++] = level[l];
	level[distinct++] = dual->top;
	if (distinct == 1 || level[distinct - 2] >= dual->top)
		level[distinct++] = dual->top + 1;
	PricingLayLevels(dual->pricing, distinct, level);
	KernelFree(level);
}
