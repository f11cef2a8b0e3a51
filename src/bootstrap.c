/*
 * bootstrap.c
 *	  How far a saving could be chance.
 *
 * A history is a sample of the shipments to come. The bootstrap asks how the ratio of two sums over
 * the history would have come out had other shipments of the same kind been drawn: it draws as many
 * histories anew from the one there is, and takes the middle 95 % of their ratios. Drawing with
 * replacement gives each shipment a number of copies that is nearly Poisson distributed with mean 1;
 * drawing these independently (the Poisson bootstrap, see Chamandy and others, "Estimating
 * uncertainty for massive data streams", 2012) makes the number of copies of all the shipments that
 * cost the same Poisson distributed too. So what one replicate takes depends on the number of
 * different (cost before, cost after), not on that of shipments.
 *
 * The seed is fixed: the same history has the same interval. What it cannot tell: whether shipments
 * come in waves (they count as independent), whether demand will drift, and that a suite that was
 * optimized for these very shipments suits them better than the next ones.
 */
#include "kernel.h"

#include <math.h>

#include "bootstrap.h"
#include "random.h"

#define REPLICATES 1000
#define OUTSIDE    25 /* replicates on either side of the interval */
#define SEED       UINT64_C(20250040)

/* Up to so many shipments are drawn one by one, more of them as a normal number. */
#define FEW_SHIPMENTS 12

/* Draws from the Poisson distribution with mean 1, by inversion. */
static inline int64_t
DrawCopies(uint64_t *random)
{
	/* probabilities of at most 0, 1, 2, ...; what is left is less than 1e-9 */
	static const double below[] = {
		0.36787944117144233, 0.73575888234288467, 0.91969860292860584, 0.98101184312384626,
		0.99634015317265634, 0.99940581518241833, 0.99991675885071196, 0.99998975080332531,
		0.99999887479740202, 0.99999988857452160, 0.99999998995223360, 0.99999999916838922,
	};
	const int n = sizeof(below) / sizeof(below[0]);
	double u = NextUniform(random);
	int k = 0;

	while (k < n && u >= below[k])
		k++;
	return k;
}

/* Draws how many copies so many shipments get together. */
static double
DrawTotal(int64_t shipments, uint64_t *random)
{
	double total = 0;

	if (shipments > FEW_SHIPMENTS)
	{
		total = shipments + sqrt((double) shipments) * NextNormal(random);
		return total > 0 ? total : 0;
	}
	for (int64_t i = 0; i < shipments; i++)
		total += DrawCopies(random);
	return total;
}

/* qsort comparator. */
static int
CompareRatios(const void *a, const void *b)
{
	double p = *(const double *) a;
	double q = *(const double *) b;

	return p < q ? -1 : p > q;
}

/* Computes for every cost the interval of the ratio of the sums; 1 where there is nothing to sum. */
void
BootstrapRatios(const BootstrapCell *cell, int ncells, BootstrapInterval interval[BOOTSTRAP_COSTS])
{
	double *ratio = KernelAlloc(BOOTSTRAP_COSTS * REPLICATES * sizeof(double));
	uint64_t random = SEED;

	for (int r = 0; r < REPLICATES; r++)
	{
		double before[BOOTSTRAP_COSTS] = {0};
		double after[BOOTSTRAP_COSTS] = {0};

		KERNEL_CHECK_CANCEL();
		for (int i = 0; i < ncells; i++)
		{
			double shipments = DrawTotal(cell[i].shipments, &random) * cell[i].weight;

			for (int k = 0; k < BOOTSTRAP_COSTS; k++)
			{
				before[k] += shipments * cell[i].before[k];
				after[k] += shipments * cell[i].after[k];
			}
		}
		for (int k = 0; k < BOOTSTRAP_COSTS; k++)
			ratio[k * REPLICATES + r] = before[k] > 0 ? after[k] / before[k] : 1;
	}
	for (int k = 0; k < BOOTSTRAP_COSTS; k++)
	{
		double *of_cost = ratio + k * REPLICATES;

		qsort(of_cost, REPLICATES, sizeof(double), CompareRatios);
		interval[k].low = of_cost[OUTSIDE];
		interval[k].high = of_cost[REPLICATES - 1 - OUTSIDE];
	}
	KernelFree(ratio);
}
