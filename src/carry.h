/*
 * carry.h
 *	  Multipliers of the classes of one grid for those of a finer one.
 */
#ifndef PACKOPT_CARRY_H
#define PACKOPT_CARRY_H

#include "grid.h"

extern double *
CarryMultipliers(const Grid *from, const GridDemand *from_demand, const double *multiplier,
				 const Grid *to, const GridDemand *to_demand);

#endif /* PACKOPT_CARRY_H */
