/*
 * sample.c
 *	  packopt.sample_shipments: a made-up shipment history to try things on.
 *
 * A catalogue of products of six kinds with log-normal sizes, demand skewed as catalogues are (the
 * product of rank r sells in proportion to 1 / (r + 50)), dates over the year 2024, three warehouses
 * and one row in a few thousand with the dirt that real tables have. Every row is a function of its
 * number and the seed alone, so a large table can be filled in portions.
 */
#include "kernel.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "random.h"
#include "types.h"

#define SAMPLE_PRODUCTS    200000
#define SAMPLE_COLUMNS     8
#define SAMPLE_RANK_OFFSET 50.0

/* A kind of product: typical sides in inches, their spread, density in pounds per cubic inch. */
typedef struct ProductKind
{
	double share;
	double side[3];
	double spread;
	double density;
} ProductKind;

static const ProductKind kinds[] = {
	{0.30, {7.0, 4.5, 2.2}, 0.42, 0.018},   /* small goods */
	{0.18, {9.2, 6.3, 1.1}, 0.18, 0.026},   /* books */
	{0.12, {10.0, 3.2, 3.0}, 0.22, 0.035},  /* bottles */
	{0.13, {12.8, 7.8, 4.8}, 0.12, 0.009},  /* shoes */
	{0.17, {13.5, 10.5, 3.0}, 0.30, 0.008}, /* clothes and textiles */
	{0.10, {15.5, 11.5, 7.5}, 0.28, 0.011}, /* household goods */
};

/*
 * Gives base x (1 + spread/8 x normal)^8, a log-normal number but for its far tails, by
 * multiplications alone: libraries differ in the last bits of exp, and rows must not.
 */
static double
NextSide(uint64 *state, double base, double spread)
{
	double factor = 1.0 + NextNormal(state) * spread / 8;

	factor *= factor;
	factor *= factor;
	factor *= factor;
	return base * factor;
}

/* Makes product number p of the catalogue: sides in tenths of an inch, weight in pounds. */
static void
MakeProduct(uint64 seed, uint32 p, int tenths[3], double *weight)
{
	uint64 state = seed * UINT64CONST(0x2545F4914F6CDD1D) + ((uint64) p << 20) + 7;
	double pick = NextUniform(&state);
	const ProductKind *kind = &kinds[0];
	double volume = 1;

	for (int i = 0; i < (int) lengthof(kinds) - 1 && pick >= kinds[i].share; i++)
	{
		pick -= kinds[i].share;
		kind = &kinds[i + 1];
	}
	for (int k = 0; k < 3; k++)
	{
		double side = NextSide(&state, kind->side[k], kind->spread);

		tenths[k] = (int) rint(Min(Max(side, 0.2), 30.0) * 10);
		volume *= tenths[k] / 10.0;
	}
	*weight =
		Max(rint(volume * kind->density * (0.6 + 0.8 * NextUniform(&state)) * 100) / 100, 0.01);
}

/*
 * Draws a product: rank r with probability in proportion to 1 / (r + offset). The inverse of the
 * distribution, offset x (1 + n / offset)^u - offset, is computed with a power by halving steps, again
 * so that machines agree: sqrt is correctly rounded everywhere.
 */
static uint32
DrawProduct(uint64 *state)
{
	double ratio = 1.0 + SAMPLE_PRODUCTS / SAMPLE_RANK_OFFSET;
	double root = ratio;
	double power = 1.0;
	uint64 bits = NextRandom(state) >> 32;

	for (int i = 31; i >= 0; i--)
	{
		root = sqrt(root);
		if (bits & (UINT64CONST(1) << i))
			power *= root;
	}
	return (uint32) Min(SAMPLE_RANK_OFFSET * (power - 1.0), SAMPLE_PRODUCTS - 1.0);
}

/* Spoils a few rows the way that real tables are. */
static void
AddDirt(uint64 *state, Datum *values, bool *nulls)
{
	double pick = NextUniform(state) * 4000;

	if (pick >= 4)
		return;
	switch ((int) pick)
	{
		case 0: /* not measured */
			nulls[3] = nulls[4] = nulls[5] = true;
			break;
		case 1: /* typed in as zero */
			values[5] = Float8GetDatum(0);
			break;
		case 2: /* a sign slipped in */
			if (NextUniform(state) < 0.25)
				values[4] = Float8GetDatum(-DatumGetFloat8(values[4]));
			break;
		default: /* no weight */
			nulls[6] = true;
			break;
	}
}

/* State of the function between rows. */
typedef struct SampleState
{
	int64 next;
	int64 end;
	uint64 seed;
	TupleDesc desc;
} SampleState;

/* Makes the row with the given number. */
static HeapTuple
MakeRow(SampleState *sample, int64 number)
{
	static const char *const warehouses[] = {"Reno", "Columbus", "Atlanta"};
	uint64 state = sample->seed * UINT64CONST(0xDA942042E4DD58B5) + (uint64) number * 4 + 1;
	Datum values[SAMPLE_COLUMNS];
	bool nulls[SAMPLE_COLUMNS] = {false};
	uint32 product;
	int tenths[3];
	double weight;
	double pick;
	int64 year_start = (int64) (date2j(2024, 1, 1) - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY;

	NextRandom(&state);
	product = DrawProduct(&state);
	MakeProduct(sample->seed, product, tenths, &weight);
	values[0] = TimestampTzGetDatum(
		year_start + (int64) (NextUniform(&state) * 366 * SECS_PER_DAY) * USECS_PER_SEC);
	pick = NextUniform(&state);
	values[1] = CStringGetTextDatum(warehouses[pick < 0.5 ? 0 : pick < 0.8 ? 1 : 2]);
	values[2] = Int32GetDatum((int32) product + 1);
	for (int k = 0; k < 3; k++)
		values[3 + k] = Float8GetDatum(tenths[k] / 10.0);
	values[6] = Float8GetDatum(weight);
	values[7] = Int64GetDatum(number);
	AddDirt(&state, values, nulls);
	return heap_form_tuple(sample->desc, values, nulls);
}

PG_FUNCTION_INFO_V1(packopt_sample_shipments);
/* sample_shipments(shipments bigint, seed int, first bigint): rows first .. first + shipments - 1. */
Datum
packopt_sample_shipments(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	SampleState *sample;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;
		int64 shipments = PG_GETARG_INT64(0);
		int64 first = PG_GETARG_INT64(2);

		if (shipments < 0 || first < 1 || shipments > PG_INT64_MAX / 8 - first)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("shipments " INT64_FORMAT " from row " INT64_FORMAT " are out of range",
							shipments, first),
					 errhint("shipments must not be negative, and rows count from 1.")));
		call = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		sample = palloc0(sizeof(SampleState));
		sample->next = first;
		sample->end = first + shipments;
		sample->seed = (uint32) PG_GETARG_INT32(1);
		if (get_call_result_type(fcinfo, NULL, &sample->desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		sample->desc = BlessTupleDesc(sample->desc);
		call->user_fctx = sample;
		MemoryContextSwitchTo(old);
	}
	call = SRF_PERCALL_SETUP();
	sample = call->user_fctx;
	if (sample->next < sample->end)
		SRF_RETURN_NEXT(call, HeapTupleGetDatum(MakeRow(sample, sample->next++)));
	SRF_RETURN_DONE(call);
}
