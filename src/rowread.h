/*
 * rowread.h
 *	  Reads the lengths and the quantity of a shipment line from aggregate arguments, whatever their
 *	  SQL type, and says what is wrong with them.
 */
#ifndef PACKOPT_ROWREAD_H
#define PACKOPT_ROWREAD_H

#include "kernel.h"

#include "number.h"
#include "profile.h"

/* The SQL type of the number arguments; each aggregate exists once per type. */
typedef enum NumberKind
{
	NUMBER_NUMERIC,
	NUMBER_FLOAT8,
	NUMBER_FLOAT4
} NumberKind;

/* The most pieces that one line may have. */
#define QUANTITY_MAX 1000000

/* Converts argument n; inlined with a constant kind. */
static inline FixedStatus
ReadNumber(FunctionCallInfo fcinfo, int n, NumberKind kind, int64 max, int64 *value)
{
	switch (kind)
	{
		case NUMBER_NUMERIC:
			return FixedFromNumeric(PG_GETARG_DATUM(n), FIXED_ROUND_UP, max, value);
		case NUMBER_FLOAT8:
			return FixedFromDouble(PG_GETARG_FLOAT8(n), FIXED_ROUND_UP, max, value);
		case NUMBER_FLOAT4:
			return FixedFromFloat(PG_GETARG_FLOAT4(n), FIXED_ROUND_UP, max, value);
	}
	return FIXED_NOT_NUMBER;
}

/* Gives the reason for which a line with a dimension of this status is left out. */
static inline int
DimensionProblem(FixedStatus status)
{
	switch (status)
	{
		case FIXED_OK:
			return LEFT_NONE;
		case FIXED_ZERO:
			return LEFT_ZERO_DIMENSION;
		case FIXED_NEGATIVE:
			return LEFT_NEGATIVE_DIMENSION;
		case FIXED_TOO_LARGE:
			return LEFT_TOO_LARGE;
		default:
			return LEFT_NOT_FINITE;
	}
}

/*
 * Reads the three lengths at arguments 1 to 3. Of several problems the one that comes first in the
 * order of the reasons counts, so that the order of the columns does not matter.
 */
static inline int
ReadLengths(FunctionCallInfo fcinfo, NumberKind kind, int32 size[3])
{
	int worst = LEFT_NONE;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return LEFT_NULL_DIMENSION;
	for (int i = 0; i < 3; i++)
	{
		int64 value = 0;
		int problem = DimensionProblem(ReadNumber(fcinfo, i + 1, kind, LENGTH_MAX, &value));

		if (unlikely(problem != LEFT_NONE) && (worst == LEFT_NONE || problem < worst))
			worst = problem;
		size[i] = (int32) value;
	}
	return worst;
}

/*
 * Reads the quantity at argument n: a whole number from 1 to QUANTITY_MAX, or else a bad one. It is
 * numeric where the lengths are, and double precision otherwise.
 */
static inline int
ReadQuantity(FunctionCallInfo fcinfo, int n, NumberKind length_kind, int64 *quantity)
{
	NumberKind kind = length_kind == NUMBER_NUMERIC ? NUMBER_NUMERIC : NUMBER_FLOAT8;
	int64 value = 0;

	if (PG_ARGISNULL(n) ||
		ReadNumber(fcinfo, n, kind, (int64) QUANTITY_MAX * LENGTH_SCALE, &value) != FIXED_OK ||
		value % LENGTH_SCALE != 0)
		return LEFT_BAD_QUANTITY;
	*quantity = value / LENGTH_SCALE;
	return LEFT_NONE;
}

#endif /* PACKOPT_ROWREAD_H */
