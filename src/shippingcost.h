/*
 * shippingcost.h
 *	  What a shipment costs by the board of its box, its billed weight, and what fills the void.
 */
#ifndef PACKOPT_SHIPPINGCOST_H
#define PACKOPT_SHIPPINGCOST_H

#include "kernel.h"

#include "billing.h"
#include "boardgrade.h"

/* The arguments behind one another: board_grade, board_price, weight_price, fill_price, dim_divisor. */
#define SHIPPING_COST_ARGUMENTS 5

/*
 * A shipment costs prices times quantities. Of the models, which depend on the units, only what the
 * arguments say is known before there is a profile.
 */
typedef struct ShippingCost
{
	double mass_price;   /* per kg of board */
	double board_price;  /* per m2 of board */
	double weight_price; /* per unit of billed weight, in the unit of the profile */
	double fill_price;   /* per cubic unit of void */
	BoardGrade grade;
	double dim_divisor;
	BoardModel board;
	BillingModel billing;
} ShippingCost;

extern ShippingCost *ShippingCostArguments(FunctionCallInfo fcinfo, int n, const char *objective);
extern void NoShippingPrices(FunctionCallInfo fcinfo, int n, const char *objective);
extern void
ShippingCostForProfile(ShippingCost *cost, const Profile *profile, const char *objective);
extern double ShippingBaseCost(const int32 size[3], void *arg);
extern double ShippingBilledCost(const int32 size[3], void *arg);
extern double ShippingFloor(const ShippingCost *cost, uint32 weight_class);

#endif /* PACKOPT_SHIPPINGCOST_H */
