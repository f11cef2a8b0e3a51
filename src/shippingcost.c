/*
 * shippingcost.c
 *	  What a shipment costs by the board of its box, its billed weight, and what fills the void: the
 *	  objectives board, billed_weight and cost.
 *
 * All three are the same sum,
 *
 *	  prices of the board by area and mass
 *	  + weight_price x billed weight + fill_price x (volume of the box - volume of the contents),
 *
 * where board has the price 1 per kg, billed_weight the price 1 per unit of weight, and cost those of
 * the user. The volume of the contents is the same in every box: it is left out while boxes are
 * chosen, and taken off at the end. A shipment of unknown weight is billed its dimensional weight.
 */
#include "kernel.h"

#include <math.h>

#include "utils/builtins.h"

#include "guc.h"
#include "shippingcost.h"

/* Greater prices are errors: sums over all shipments, and their squares, must stay finite. */
#define GREATEST_PRICE 1e12

/* The prices in the order of their arguments. */
static const char *const price_names[] = {"board_price", "weight_price", "fill_price"};

/* Whether there is an argument, the p-th from first on; 0: there are none such. */
static bool
IsGiven(FunctionCallInfo fcinfo, int first, int p)
{
	return first > 0 && !PG_ARGISNULL(first + p);
}

/* Reads a price, the p-th argument from first on; NULL is the one that is set. */
static double
PriceArgument(FunctionCallInfo fcinfo, int first, int p, double setting)
{
	double price;

	if (!IsGiven(fcinfo, first, p))
		return setting;
	price = PG_GETARG_FLOAT8(first + p);
	if (!(price >= 0 && price <= GREATEST_PRICE))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s %g is not a price", price_names[p - 1], price),
						errhint("A price is a number from 0 to %g.", GREATEST_PRICE)));
	return price;
}

/* Raises an error if a price is among the arguments from n on, since the objective has none. */
void
NoShippingPrices(FunctionCallInfo fcinfo, int n, const char *objective)
{
	for (int p = 0; p < (int) lengthof(price_names); p++)
		if (IsGiven(fcinfo, n, 1 + p))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s does not count for objective %s", price_names[p], objective),
							errhint("Prices are for objective => 'cost'.")));
}

/*
 * Reads the arguments of an objective from n on: board_grade, board_price, weight_price, fill_price,
 * dim_divisor; with n 0 there are none, and the settings count. Gives NULL if the objective is none of those here.
 */
ShippingCost *
ShippingCostArguments(FunctionCallInfo fcinfo, int n, const char *objective)
{
	ShippingCost *cost = palloc0(sizeof(ShippingCost));

	if (strcmp(objective, "board") == 0)
		cost->mass_price = 1;
	else if (strcmp(objective, "billed_weight") == 0)
		cost->weight_price = 1;
	else if (strcmp(objective, "cost") != 0)
		return NULL;
	else
	{
		cost->board_price = PriceArgument(fcinfo, n, 1, packopt_board_price);
		cost->weight_price = PriceArgument(fcinfo, n, 2, packopt_weight_price);
		cost->fill_price = PriceArgument(fcinfo, n, 3, packopt_fill_price);
		if (cost->board_price == 0 && cost->weight_price == 0 && cost->fill_price == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("objective cost needs a price that is not 0"),
					 errhint("Give board_price per m2 of board, weight_price per unit of billed "
							 "weight, or fill_price per cubic unit of void; or set "
							 "packopt.board_price, packopt.weight_price or packopt.fill_price.")));
	}
	cost->grade = ReadBoardGrade(IsGiven(fcinfo, n, 0) ? PG_GETARG_TEXT_PP(n) : NULL);
	cost->dim_divisor = n > 0 ? DimDivisorArgument(fcinfo, n + 4) : packopt_dim_divisor;
	return cost;
}

/* Makes the models for a profile; an error if it lacks the weights that the objective needs. */
void
ShippingCostForProfile(ShippingCost *cost, const Profile *profile, const char *objective)
{
	LengthUnit unit = KnownLengthUnit(profile);

	if (cost->weight_price > 0 && profile->weight_step == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("objective %s needs the weights of the shipments", objective),
				 errhint("Name their column, as in columns => '{\"weight\": \"my_column\"}'; a "
						 "profile keeps them with profile_shipments(..., weight_step => 1).")));
	cost->board = BoardModelForProfile(profile, unit, &cost->grade, false);
	cost->billing = MakeBillingModel(unit, (WeightUnit) profile->weight_unit, profile->weight_step,
									 cost->dim_divisor);
}

/* Gives what a box costs whatever it ships. A BoxCost. */
double
ShippingBaseCost(const int32 size[3], void *arg)
{
	const ShippingCost *cost = arg;
	double area = BoardArea(size, &cost->board);

	return (cost->board_price + cost->mass_price * cost->board.grammage) * area +
		   cost->fill_price * VolumeToDouble(VolumeOf(size));
}

/* Gives what the dimensional weight of a box is billed. A BoxCost. */
double
ShippingBilledCost(const int32 size[3], void *arg)
{
	const ShippingCost *cost = arg;
	int32 outer[3];

	OuterLengths(size, &cost->board, outer);
	return cost->weight_price *
		   StepsToWeight((double) DimensionalSteps(outer, &cost->billing), &cost->billing);
}

/* Gives what the actual weight of a shipment is billed; 0 if it is not known. */
double
ShippingFloor(const ShippingCost *cost, uint32 weight_class)
{
	return cost->weight_price *
		   StepsToWeight((double) ActualSteps(weight_class, &cost->billing), &cost->billing);
}
