// sources: src/bootstrap.c src/board.c
/*
 * test_bootstrap.c
 *	  Tests the intervals of ratios: how often they hold the truth, and how they depend on the
 *	  history; and the board of cartons at its limits.
 */
#include "kernel.h"

#include <math.h>

#include "board.h"
#include "bootstrap.h"
#include "random.h"
#include "tap.h"

#define KINDS     5
#define HISTORIES 400

/* What shipments of each kind cost, before and after, and how frequent they are. */
static const double frequency[KINDS] = {0.4, 0.3, 0.2, 0.08, 0.02};
static const double before[KINDS] = {100, 400, 900, 3000, 30000};
static const double after[KINDS] = {80, 400, 500, 2900, 9000};

/* Draws a history; gives the shipments of each kind. */
static void
DrawHistory(int64_t shipments, uint64_t *random, BootstrapCell cell[KINDS])
{
	for (int k = 0; k < KINDS; k++)
		cell[k] = (BootstrapCell){
			.weight = 1, .before = {before[k], 1, 0}, .after = {after[k], k % 2, 0}};
	for (int64_t i = 0; i < shipments; i++)
	{
		double u = NextUniform(random);
		int k = 0;

		while (k < KINDS - 1 && u >= frequency[k])
			u -= frequency[k++];
		cell[k].shipments++;
	}
}

/* Counts histories of a size whose intervals hold the true ratios; sums the widths of the first. */
static void
CountHolding(int64_t shipments, int holding[2], double *width)
{
	double true_before = 0;
	double true_after = 0;
	uint64_t random = 77;

	for (int k = 0; k < KINDS; k++)
	{
		true_before += frequency[k] * before[k];
		true_after += frequency[k] * after[k];
	}
	holding[0] = holding[1] = 0;
	*width = 0;
	for (int h = 0; h < HISTORIES; h++)
	{
		BootstrapCell cell[KINDS];
		BootstrapInterval interval[BOOTSTRAP_COSTS];
		double ratio = true_after / true_before;
		double odd = frequency[1] + frequency[3];

		DrawHistory(shipments, &random, cell);
		BootstrapRatios(cell, KINDS, interval);
		holding[0] += interval[0].low <= ratio && ratio <= interval[0].high;
		holding[1] += interval[1].low <= odd && odd <= interval[1].high;
		*width += interval[0].high - interval[0].low;
	}
}

int
main(void)
{
	static const int64_t sizes[] = {1000, 10000};
	double width[2];
	BootstrapCell cell[KINDS];
	BootstrapInterval first[BOOTSTRAP_COSTS];
	BootstrapInterval again[BOOTSTRAP_COSTS];
	uint64_t random = 5;
	const int32_t cube[3] = {LENGTH_MAX, LENGTH_MAX, LENGTH_MAX};
	const int32_t least[3] = {1, 1, 1};
	BoardModel model = MakeBoardModel(0.001, 7, 876, false);

	for (int s = 0; s < 2; s++)
	{
		int holding[2];

		CountHolding(sizes[s], holding, &width[s]);
		for (int k = 0; k < 2; k++)
			ok(holding[k] > 0.90 * HISTORIES && holding[k] < 0.99 * HISTORIES,
			   "%d shipments, cost %d: %d of %d intervals hold the true ratio", (int) sizes[s], k,
			   holding[k], HISTORIES);
	}
	ok(fabs(width[0] / width[1] / sqrt(10) - 1) < 0.1, "ten times the history: width by sqrt 10");

	DrawHistory(5000, &random, cell);
	BootstrapRatios(cell, KINDS, first);
	BootstrapRatios(cell, KINDS, again);
	ok(memcmp(first, again, sizeof(first)) == 0, "the same history, the same interval");
	ok(first[2].low == 1 && first[2].high == 1, "nothing to sum: no change");
	for (int k = 0; k < KINDS; k++)
	{
		cell[k].weight = 100;
		memcpy(cell[k].after, cell[k].before, sizeof(cell[k].after));
	}
	BootstrapRatios(cell, KINDS, again);
	ok(again[0].low == 1 && again[0].high == 1, "the same cost before and after: no interval");
	BootstrapRatios(cell, 0, again);
	ok(again[0].low == 1 && again[0].high == 1, "no shipments: no change");

	ok(fabs(BoardArea(cube, &model) - (80 + 0.035 + 0.028) * (40 + 0.014)) < 1e-9,
	   "the largest carton");
	ok(BoardArea(least, &model) > (0.035 + 0.028) * 0.014 &&
		   BoardMass(least, &model) == BoardArea(least, &model) * 0.876,
	   "the least carton is all folds and joint");
	return done();
}
