/*
 * profileagg.c
 *	  The aggregates that build and merge profiles.
 *
 * The functions cache nothing in flinfo and look at no argument types: executors that run an
 * aggregate in parts (parallel workers, Citus) call them in ways of their own. Each SQL number type
 * has its own transition function instead.
 */
#include "kernel.h"

#include "utils/array.h"

#include "orderlines.h"
#include "profile.h"
#include "rowread.h"
#include "shipments.h"
#include "units.h"

/* Gives an item as a line of one piece. */
static OrderLine
ItemLine(const ShipItem *item)
{
	OrderLine line = {.flags = item->flags, .weight = item->weight, .quantity = 1};

	memcpy(line.size, item->size, sizeof(line.size));
	return line;
}

/* Gives the items of an array as lines of one piece each; NULL if one of them is NULL. */
static OrderLine *
ItemArrayLines(ArrayType *array, int *npieces)
{
	Datum *elements;
	bool *nulls;
	OrderLine *line;

	deconstruct_array(array, ARR_ELEMTYPE(array), sizeof(ShipItem), false, TYPALIGN_DOUBLE,
					  &elements, &nulls, npieces);
	line = palloc(Max(*npieces, 1) * sizeof(OrderLine));
	for (int i = 0; i < *npieces; i++)
	{
		if (nulls[i])
			return NULL;
		line[i] = ItemLine(DatumGetItemP(elements[i]));
	}
	return line;
}

/* Gives the running state, argument 0, creating it with the first row. */
static ProfileState *
TransitionState(FunctionCallInfo fcinfo)
{
	MemoryContext aggregate_context;

	if (!AggCheckCallContext(fcinfo, &aggregate_context))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("transition functions of packopt aggregates cannot be called "
							   "outside an aggregate")));
	if (PG_ARGISNULL(0))
		return ProfileStateCreate(aggregate_context);
	return ProfileStateFromDatum(PG_GETARG_DATUM(0), aggregate_context);
}

/* Adds a line that is a shipment of its own, of quantity pieces. */
static inline Datum
AddLine(FunctionCallInfo fcinfo, NumberKind kind, bool has_quantity)
{
	ProfileState *state = TransitionState(fcinfo);
	int32 size[3];
	int64 quantity = 1;
	int problem = ReadLengths(fcinfo, kind, size);

	if (has_quantity && problem == LEFT_NONE)
		problem = ReadQuantity(fcinfo, 4, kind, &quantity);
	if (unlikely(problem != LEFT_NONE))
		ProfileStateLeaveOut(state, (LeftOutReason) problem, 1);
	else if (quantity > 1)
	{
		OrderLine line = {.size = {size[0], size[1], size[2]}, .quantity = quantity};

		ProfileStateAddOrder(state, &line, 1, quantity);
	}
	else
	{
		int32 sorted[3];

		SortLengths(size, sorted);
		ProfileStateAddPiece(state, sorted, 1);
	}
	return ProfileStateDatum(state);
}

#define LINE_TRANSITION(name, kind, has_quantity)                                                  \
	PG_FUNCTION_INFO_V1(name);                                                                     \
	Datum name(PG_FUNCTION_ARGS)                                                                   \
	{                                                                                              \
		return AddLine(fcinfo, kind, has_quantity);                                                \
	}

LINE_TRANSITION(packopt_profile_add_numeric, NUMBER_NUMERIC, false)
LINE_TRANSITION(packopt_profile_add_float8, NUMBER_FLOAT8, false)
LINE_TRANSITION(packopt_profile_add_float4, NUMBER_FLOAT4, false)
LINE_TRANSITION(packopt_profile_add_numeric_quantity, NUMBER_NUMERIC, true)
LINE_TRANSITION(packopt_profile_add_float8_quantity, NUMBER_FLOAT8, true)
LINE_TRANSITION(packopt_profile_add_float4_quantity, NUMBER_FLOAT4, true)

PG_FUNCTION_INFO_V1(packopt_profile_add_item);
/* Transition of profile(item): each item is a shipment of its own. */
Datum
packopt_profile_add_item(PG_FUNCTION_ARGS)
{
	ProfileState *state = TransitionState(fcinfo);

	if (PG_ARGISNULL(1))
		ProfileStateLeaveOut(state, LEFT_NULL_DIMENSION, 1);
	else
	{
		OrderLine line = ItemLine(PG_GETARG_ITEM_P(1));

		ProfileStateAddOrder(state, &line, 1, 1);
	}
	return ProfileStateDatum(state);
}

PG_FUNCTION_INFO_V1(packopt_profile_add_items);
/*
 * Transition of profile(item[], gap): an array is one shipment. A NULL array adds nothing; one
 * without items, or with a NULL among them, is left out.
 */
Datum
packopt_profile_add_items(PG_FUNCTION_ARGS)
{
	ProfileState *state = TransitionState(fcinfo);
	OrderLine *line;
	int npieces;

	if (PG_NARGS() > 2)
		ProfileStateSetPacking(state, GapArgument(fcinfo, 2), 0);
	if (PG_ARGISNULL(1))
		return ProfileStateDatum(state);
	line = ItemArrayLines(PG_GETARG_ARRAYTYPE_P(1), &npieces);
	if (npieces == 0)
		ProfileStateLeaveOut(state, LEFT_BAD_QUANTITY, 1);
	else if (line == NULL)
		ProfileStateLeaveOut(state, LEFT_NULL_DIMENSION, 1);
	else
		ProfileStateAddOrder(state, line, npieces, npieces);
	return ProfileStateDatum(state);
}

PG_FUNCTION_INFO_V1(packopt_profile_add_order);
/*
 * Transition of packopt.profile_orders(lines, gap, weight_step): one value of packopt.order_lines is
 * one shipment.
 */
Datum
packopt_profile_add_order(PG_FUNCTION_ARGS)
{
	ProfileState *state = TransitionState(fcinfo);
	const OrderLines *order;

	ProfileStateSetPacking(state, PG_GETARG_INT32(2), PG_GETARG_INT64(3));
	if (PG_ARGISNULL(1))
		return ProfileStateDatum(state);
	order = (const OrderLines *) PG_DETOAST_DATUM(PG_GETARG_DATUM(1));
	if (order->null_shipments > 0)
		ProfileStateLeaveOut(state, LEFT_NULL_SHIPMENT, order->null_shipments);
	if (order->problem != LEFT_NONE)
		ProfileStateLeaveOut(state, (LeftOutReason) order->problem, 1);
	else if (order->pieces > 0)
		ProfileStateAddOrder(state, order->line, order->nlines, order->pieces);
	return ProfileStateDatum(state);
}

PG_FUNCTION_INFO_V1(packopt_profile_merge);
/* Transition of profile(profile) and combine function of all the aggregates; NULL adds nothing. */
Datum
packopt_profile_merge(PG_FUNCTION_ARGS)
{
	ProfileState *state;

	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	state = TransitionState(fcinfo);
	if (!PG_ARGISNULL(1))
	{
		Datum datum = PG_GETARG_DATUM(1);
		Profile *other = ProfileFromDatum(datum);

		ProfileStateMerge(state, other);
		if ((Pointer) other != DatumGetPointer(datum))
			pfree(other);
	}
	return ProfileStateDatum(state);
}

PG_FUNCTION_INFO_V1(packopt_profile_final);
/* Final function: a profile of no rows is an empty profile. Reads the state only. */
Datum
packopt_profile_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(ProfileStateFlatten(ProfileStateCreate(CurrentMemoryContext)));
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

PG_FUNCTION_INFO_V1(packopt_profile_set_units);
/* Gives a profile the units it is in; an error if it is known to be in others. */
Datum
packopt_profile_set_units(PG_FUNCTION_ARGS)
{
	ProfileState *state = ProfileStateCreate(CurrentMemoryContext);
	LengthUnit length_unit = LENGTH_UNIT_UNKNOWN;
	WeightUnit weight_unit = WEIGHT_UNIT_UNKNOWN;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(1))
		length_unit = LengthUnitArgument(PG_GETARG_TEXT_PP(1));
	if (!PG_ARGISNULL(2))
		weight_unit = WeightUnitArgument(PG_GETARG_TEXT_PP(2));
	ProfileStateMerge(state, PG_GETARG_PROFILE_P(0));
	ProfileStateSetUnits(state, length_unit, weight_unit);
	PG_RETURN_POINTER(ProfileStateFlatten(state));
}

PG_FUNCTION_INFO_V1(packopt_profile_coarsen);
/* Caps the number of classes. */
Datum
packopt_profile_coarsen(PG_FUNCTION_ARGS)
{
	int32 max_classes = PG_GETARG_INT32(1);
	ProfileState *state;

	if (max_classes < PROFILE_MIN_MAX_CLASSES || max_classes > PROFILE_DEFAULT_MAX_CLASSES)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("max_classes %d is out of range", max_classes),
						errhint("Give a number from %d to %d.", PROFILE_MIN_MAX_CLASSES,
								PROFILE_DEFAULT_MAX_CLASSES)));
	state = ProfileStateFromDatum(PG_GETARG_DATUM(0), CurrentMemoryContext);
	ProfileStateSetMaxClasses(state, max_classes);
	PG_RETURN_POINTER(ProfileStateFlatten(state));
}
