/*
 * orderlines.c
 *	  packopt.order_lines(length, width, height, quantity, weight, flags, key_is_null): an aggregate
 *	  that collects the lines of one shipment while the server groups by the shipment's key;
 *	  packopt.order_line(length, width, height, quantity, weight, flags): a shipment of one line.
 *
 * Internal: profile_shipments builds the query that calls them. A line that cannot be used spoils its
 * shipment: of several problems the first in the order of the reasons counts, whatever the order of
 * the lines. Lines without a key are only counted, for they belong to no known shipment.
 */
#include "kernel.h"

#include "orderlines.h"
#include "rowread.h"

#define INITIAL_ROOM 2

/* Allocates a state with room for a number of lines, in the current (short-lived) context. */
static OrderLines *
AllocateLines(int32 room)
{
	Size size = offsetof(OrderLines, line) + room * sizeof(OrderLine);
	OrderLines *order = palloc0(size);

	SET_VARSIZE(order, size);
	order->problem = LEFT_NONE;
	order->room = room;
	return order;
}

/* Gives a copy with twice the room: the executor adopts it and frees the old one. */
static OrderLines *
DoubleRoom(const OrderLines *order)
{
	OrderLines *larger;

	if (order->room > (int32) (MaxAllocSize / sizeof(OrderLine) / 4))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a shipment has more than %d lines", order->nlines),
						errhint("Check the column that tells shipments apart.")));
	larger = AllocateLines(order->room * 2);
	larger->problem = order->problem;
	larger->null_shipments = order->null_shipments;
	larger->pieces = order->pieces;
	larger->nlines = order->nlines;
	memcpy(larger->line, order->line, order->nlines * sizeof(OrderLine));
	return larger;
}

/*
 * Appends the line in arguments 1 to 6 (lengths, quantity, weight, flags), or notes what is wrong
 * with it. Needs room for one more line.
 */
static inline void
AppendLine(FunctionCallInfo fcinfo, NumberKind kind, OrderLines *order)
{
	OrderLine line = {0};
	int problem = ReadLengths(fcinfo, kind, line.size);

	if (problem == LEFT_NONE)
		problem = ReadQuantity(fcinfo, 4, kind, &line.quantity);
	if (problem != LEFT_NONE)
	{
		if (order->problem == LEFT_NONE || problem < order->problem)
			order->problem = problem;
		return;
	}
	if (PG_ARGISNULL(5) ||
		FixedFromDouble(PG_GETARG_FLOAT8(5), FIXED_ROUND_UP, WEIGHT_MAX, &line.weight) != FIXED_OK)
		line.weight = 0;
	line.flags = PG_ARGISNULL(6) ? 0 : (uint32) PG_GETARG_INT32(6) & ITEM_FLAGS;
	order->line[order->nlines++] = line;
	order->pieces += line.quantity;
}

/* Adds one line; arguments as in the head of this file, the state first. */
static inline Datum
CollectLine(FunctionCallInfo fcinfo, NumberKind kind)
{
	OrderLines *order;

	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("transition functions of packopt aggregates cannot be called "
							   "outside an aggregate")));
	order = PG_ARGISNULL(0) ? AllocateLines(INITIAL_ROOM)
							: (OrderLines *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	if (!PG_ARGISNULL(7) && PG_GETARG_BOOL(7))
		order->null_shipments++;
	else
	{
		if (order->nlines == order->room)
			order = DoubleRoom(order);
		AppendLine(fcinfo, kind, order);
	}
	PG_RETURN_POINTER(order);
}

/* Makes a shipment of a single line; arguments 0 to 5 are 1 to 6 of the aggregate. */
static inline Datum
SingleLine(FunctionCallInfo fcinfo, NumberKind kind)
{
	LOCAL_FCINFO(shifted, 7);
	OrderLines *order = AllocateLines(1);

	InitFunctionCallInfoData(*shifted, NULL, 7, InvalidOid, NULL, NULL);
	for (int i = 0; i < 6; i++)
		shifted->args[i + 1] = fcinfo->args[i];
	AppendLine(shifted, kind, order);
	PG_RETURN_POINTER(order);
}

#define ORDER_LINE_FUNCTION(name, body, kind)                                                      \
	PG_FUNCTION_INFO_V1(name);                                                                     \
	Datum name(PG_FUNCTION_ARGS)                                                                   \
	{                                                                                              \
		return body(fcinfo, kind);                                                                 \
	}

ORDER_LINE_FUNCTION(packopt_order_lines_add_numeric, CollectLine, NUMBER_NUMERIC)
ORDER_LINE_FUNCTION(packopt_order_lines_add_float8, CollectLine, NUMBER_FLOAT8)
ORDER_LINE_FUNCTION(packopt_order_lines_add_float4, CollectLine, NUMBER_FLOAT4)
ORDER_LINE_FUNCTION(packopt_order_line_numeric, SingleLine, NUMBER_NUMERIC)
ORDER_LINE_FUNCTION(packopt_order_line_float8, SingleLine, NUMBER_FLOAT8)
ORDER_LINE_FUNCTION(packopt_order_line_float4, SingleLine, NUMBER_FLOAT4)
