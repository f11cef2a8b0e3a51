/*
 * weightbound.h
 *	  A proven lower bound on the cost of every suite where shipments are billed by weight.
 */
#ifndef PACKOPT_WEIGHTBOUND_H
#define PACKOPT_WEIGHTBOUND_H

#include "bound.h"

extern void WeightBound(const BoundProblem *problem, BoundResult *result);

#endif /* PACKOPT_WEIGHTBOUND_H */
