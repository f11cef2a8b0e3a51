/*
 * relaxed.h
 *	  What the relaxed solution tells: better suites, and a region to divide a case by.
 */
#ifndef PACKOPT_RELAXED_H
#define PACKOPT_RELAXED_H

#include "dual.h"

extern bool RelaxedSuites(const Dual *dual, int draws, Suite *best);
extern bool RelaxedRegion(const Dual *dual, CountLimit *limit);

#endif /* PACKOPT_RELAXED_H */
