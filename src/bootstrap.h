/*
 * bootstrap.h
 *	  How far a change could be chance: intervals for ratios of sums over shipments.
 */
#ifndef PACKOPT_BOOTSTRAP_H
#define PACKOPT_BOOTSTRAP_H

#include "kernel.h"

/* What is paid for one of some shipments that are all alike in that, before and after the change. */
#define BOOTSTRAP_COSTS 3

typedef struct BootstrapCell
{
	int64_t shipments;
	double weight; /* what one of them stands for */
	double before[BOOTSTRAP_COSTS];
	double after[BOOTSTRAP_COSTS];
} BootstrapCell;

/* The middle 95 % of the ratio of the sums, after / before. */
typedef struct BootstrapInterval
{
	double low;
	double high;
} BootstrapInterval;

extern void
BootstrapRatios(const BootstrapCell *cell, int ncells, BootstrapInterval interval[BOOTSTRAP_COSTS]);

#endif /* PACKOPT_BOOTSTRAP_H */
