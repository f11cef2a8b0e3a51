/*
 * billing.c
 *	  Dimensional and billed weight.
 *
 * The dimensional weight of a parcel is its outer volume by the carrier's divisor, the billed weight
 * the larger of that and its weight; both are rounded up to what is billed. Divisors are quoted in
 * cubic inches to the pound or cubic centimetres to the kilogram: which one is meant follows from
 * the length unit.
 */
#include "kernel.h"

#include <math.h>

#include "billing.h"
#include "guc.h"
#include "length.h"

/* Gives what parcels are billed in whole multiples of, in fixed-point weights of the unit. */
int64
BilledStep(WeightUnit unit)
{
	switch (unit)
	{
		case WEIGHT_UNIT_G:
			return INT64CONST(100) * LENGTH_SCALE;
		case WEIGHT_UNIT_KG:
			return LENGTH_SCALE / 10;
		default:
			return LENGTH_SCALE;
	}
}

/*
 * Makes the model for a profile in these units, with weight classes of class_step (0 = it keeps no
 * weights). An unknown weight unit becomes the one that goes with the length unit. divisor 0 stands
 * for the usual one.
 */
BillingModel
MakeBillingModel(LengthUnit length_unit, WeightUnit weight_unit, int64 class_step, double divisor)
{
	bool inches = length_unit == LENGTH_UNIT_IN;
	WeightUnit divisor_weight = inches ? WEIGHT_UNIT_LB : WEIGHT_UNIT_KG;
	LengthUnit divisor_length = inches ? LENGTH_UNIT_IN : LENGTH_UNIT_CM;
	BillingModel model = {.unit = weight_unit, .class_step = class_step};
	double lengths;
	double step;

	if (weight_unit == WEIGHT_UNIT_UNKNOWN)
		model.unit = divisor_weight;
	if (divisor == 0)
		divisor = inches ? DIM_DIVISOR_IN3_PER_LB : DIM_DIVISOR_CM3_PER_KG;
	model.step = BilledStep(model.unit);
	lengths = LENGTH_SCALE * LengthUnitInMetres(divisor_length) / LengthUnitInMetres(length_unit);
	step = FixedToDouble(model.step) * WeightUnitInGrams(model.unit) /
		   WeightUnitInGrams(divisor_weight);
	model.volume_per_step = divisor * step * lengths * lengths * lengths;
	return model;
}

/* Reads the divisor of dimensional weights; NULL is the one that is set. */
double
DimDivisorArgument(FunctionCallInfo fcinfo, int n)
{
	double divisor;

	if (PG_ARGISNULL(n))
		return packopt_dim_divisor;
	divisor = PG_GETARG_FLOAT8(n);
	if (!(divisor > 0) || isinf(divisor))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("dim_divisor %g is not a positive number", divisor),
				 errhint("Give cubic inches per pound, such as 139, or cubic centimetres per "
						 "kilogram, such as 5000.")));
	return divisor;
}

/*
 * Computes the dimensional weight of a parcel, in billed steps. A volume that is a whole number of
 * steps but for the rounding of binary fractions is not rounded up; absurd divisors stay in range.
 */
int64
DimensionalSteps(const int32 outer[3], const BillingModel *model)
{
	double steps = ceil((double) VolumeOf(outer) / model->volume_per_step * (1 - 1e-12));

	return (int64) fmin(steps, 1e15);
}

/* Computes the weight of the contents, in billed steps; 0 where it is not known. */
int64
ActualSteps(uint32 weight_class, const BillingModel *model)
{
	return (weight_class * model->class_step + model->step - 1) / model->step;
}

/* Gives a number of steps as a weight, in the model's unit. */
double
StepsToWeight(double steps, const BillingModel *model)
{
	return steps * model->step / LENGTH_SCALE;
}
