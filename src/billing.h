/*
 * billing.h
 *	  What carriers charge for: the larger of a parcel's weight and its dimensional weight.
 */
#ifndef PACKOPT_BILLING_H
#define PACKOPT_BILLING_H

#include "kernel.h"

#include "profile.h"

/* Cubic inches to a pound, and cubic centimetres to a kilogram, where nothing else is set. */
#define DIM_DIVISOR_IN3_PER_LB 139
#define DIM_DIVISOR_CM3_PER_KG 5000

/*
 * How parcels are billed: in whole steps, which are a pound or an ounce, or 100 grams, by the unit
 * of the weights.
 */
typedef struct BillingModel
{
	WeightUnit unit;        /* in which results are told */
	int64 step;             /* what is billed, in fixed-point weights of the unit */
	double volume_per_step; /* outer volume, in cubes of fixed-point lengths */
	int64 class_step;       /* weight of a weight class of the profile; 0 = no weights */
} BillingModel;

extern int64 BilledStep(WeightUnit unit);
extern BillingModel
MakeBillingModel(LengthUnit length_unit, WeightUnit weight_unit, int64 class_step, double divisor);
extern double DimDivisorArgument(FunctionCallInfo fcinfo, int n);
extern int64 DimensionalSteps(const int32 outer[3], const BillingModel *model);
extern int64 ActualSteps(uint32 weight_class, const BillingModel *model);
extern double StepsToWeight(double steps, const BillingModel *model);

#endif /* PACKOPT_BILLING_H */
