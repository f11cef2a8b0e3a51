/*
 * pricing.h
 *	  What every candidate earns at given multipliers of the classes.
 */
#ifndef PACKOPT_PRICING_H
#define PACKOPT_PRICING_H

#include "grid.h"

/*
 * What a cell may be to a bound: a bit for what may be chosen. Kept boxes are in every suite; current
 * boxes are never closed, because some of them may have to be chosen, whatever they earn.
 */
#define OPEN_CANDIDATE 1
#define OPEN_KEPT      2
#define OPEN_CURRENT   (OPEN_CANDIDATE | 4)

/* A share of a signed point, on a level. */
typedef struct LevelPoint
{
	GridPoint at;
	double weight;
} LevelPoint;

typedef struct Pricing
{
	const Grid *grid;
	const GridDemand *demand;
	int nrows;     /* rows of the grid, as Grid.row counts them */
	uint8_t *open; /* per cell: to be priced */
	int64_t nopen;

	int nlevels;
	double *level; /* ascending */
	uint16_t *
		cap; /* per level and row: behind the last z of open cells below the level, here or above */

	int32_t *class_level; /* per class: the level at or below its multiplier, -1 if there is none */
	double *class_share;  /* per class: how far the multiplier is on the way to the next level */
	int32_t *first;       /* per level: its first point; one more entry */
	LevelPoint *point;    /* the points' shares, level by level, each in order of cells */

	double *rho;      /* per cell: minus what it earns; meaningful where open */
	double *table;    /* scratch: sums over a plane */
	double *run;      /* scratch: a row of sums */
	int32_t *row_low; /* scratch: per y, the first z of the table's row that is in use */
} Pricing;

extern Pricing *PricingCreate(const Grid *grid, const GridDemand *demand, const uint8_t *open);
extern void PricingFree(Pricing *pricing);
extern void PricingLayLevels(Pricing *pricing, int nlevels, const double *level);
extern void PricingClose(Pricing *pricing);
extern void PricingCompute(Pricing *pricing, const double *multiplier);
extern void PricingLeastCosts(Pricing *pricing, double *least);

/* costlevels.c */
extern int ChooseCostLevels(const Grid *grid, const uint8_t *open, const double *use, int spread,
							int used, double top, double *level);

#endif /* PACKOPT_PRICING_H */
