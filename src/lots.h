/*
 * lots.h
 *	  Combining lots (equal multisets of pieces, each with its front) into one front.
 *
 * Used by footprint.c only.
 */
#ifndef PACKOPT_LOTS_H
#define PACKOPT_LOTS_H

#include "front.h"

/* Most kinds of lots in one programme: with one of each, 3^20 splits, which no budget allows. */
#define MAX_PROGRAMME_KINDS 20

/* Several equal multisets, to be combined with all others. */
typedef struct Lot
{
	int front; /* of one of them */
	int count;
	int cell;   /* front of what it is made of, if of several equal cells ... */
	int ncells; /* ... and how many they are; up to 1: no matter */
} Lot;

/* Scratch memory and numbers that are kept from one shipment to the next. */
typedef struct LotSpace
{
	FrontPool pool;

	int *states; /* front of each sub-multiset, by mixed radix number */
	int max_states;

	Lot *lots; /* lots being coarsened */
	int max_lots;

	struct Stack *stacks; /* fronts of so many equal pieces, once made */
	int nstacks;
	int max_stacks;
} LotSpace;

extern void LotSpaceInit(LotSpace *space);
extern void LotSpaceFree(LotSpace *space);
extern void LotSpaceReset(LotSpace *space);

extern int64_t LotSplits(const Lot *lots, int nlots);
extern int CombineLots(LotSpace *space, const Lot *lots, int nlots);
extern int CombineManyLots(LotSpace *space, const Lot *lots, int nlots, int max_splits);

#endif /* PACKOPT_LOTS_H */
