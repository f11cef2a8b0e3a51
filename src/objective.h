/*
 * objective.h
 *	  What a suite is to make least.
 */
#ifndef PACKOPT_OBJECTIVE_H
#define PACKOPT_OBJECTIVE_H

#include "kernel.h"

#include "evaluate.h"
#include "grid.h"
#include "shippingcost.h"
#include "types.h"

/*
 * An objective: what it costs to ship one shipment in a box; the sum over all shipments is to be least.
 * It lives as long as the call that named it.
 */
typedef struct Objective
{
	char *name;     /* as it is stored; of a function, qualified */
	BoxCost cost;   /* raises an error that names the box where there is no usable number */
	BoxCost billed; /* what its size is billed, where weight counts; else NULL */
	void *cost_arg;
	bool is_volume;         /* the volume of the boxes, which needs no doubles to be compared */
	ShippingCost *shipping; /* the same as cost_arg; NULL: volume, or a function */
} Objective;

extern Objective *ObjectiveArgument(FunctionCallInfo fcinfo, int n, int prices);
extern void ObjectiveForProfile(Objective *objective, const Profile *profile);
extern double *ObjectiveFloors(const Objective *objective, const Profile *profile);
extern BoxCosts *ObjectiveCosts(const Objective *objective, const Box *boxes, int nboxes);

#endif /* PACKOPT_OBJECTIVE_H */
