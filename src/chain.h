/*
 * chain.h
 *	  The chain of boxes that earns most when what neighbours in it both serve counts once.
 */
#ifndef PACKOPT_CHAIN_H
#define PACKOPT_CHAIN_H

#include "grid.h"

/* A box of a chain. */
typedef struct ChainLink
{
	GridPoint at;
	double cost;
} ChainLink;

typedef struct Chain Chain;

extern Chain *ChainCreate(const Grid *grid, const GridDemand *demand, const uint8_t *open,
						  int nlevels, const double *level);
extern void ChainFree(Chain *chain);
extern double ChainFind(Chain *chain, const double *multiplier, double price,
						const double *surcharge, ChainLink *link, int most, int *nlinks);
extern void ChainSlacks(const Chain *chain, const double *multiplier, const ChainLink *link,
						int nlinks, double *slack);
extern int64_t ChainClose(Chain *chain, double least, uint8_t *open);

#endif /* PACKOPT_CHAIN_H */
