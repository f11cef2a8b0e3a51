/*
 * length.h
 *	  Fixed-point lengths and weights: decimal text and binary floats in, exact integers out.
 */
#ifndef PACKOPT_LENGTH_H
#define PACKOPT_LENGTH_H

#include "kernel.h"

/* Weights share the scale of lengths; up to 20 million units. */
#define WEIGHT_MAX INT64_C(2000000000000)

/* What can be wrong with a number that should be a positive length or weight. */
typedef enum FixedStatus
{
	FIXED_OK,
	FIXED_NOT_NUMBER,
	FIXED_NOT_FINITE,
	FIXED_NEGATIVE,
	FIXED_ZERO,
	FIXED_TOO_LARGE
} FixedStatus;

/* Which way digits beyond the fifth decimal go: a thing to pack is never taken for smaller than it
 * is, a box never for larger. */
typedef enum FixedRounding
{
	FIXED_ROUND_UP,
	FIXED_ROUND_DOWN
} FixedRounding;

/* Longest output of FixedFormat with its terminating zero. */
#define FIXED_TEXT_SIZE 32

extern FixedStatus
FixedParse(const char **cursor, FixedRounding rounding, int64_t max, int64_t *value);
extern FixedStatus
FixedFromDouble(double number, FixedRounding rounding, int64_t max, int64_t *value);
extern FixedStatus
FixedFromFloat(float number, FixedRounding rounding, int64_t max, int64_t *value);
extern int FixedFormat(int64_t value, char *text);

/* Gives the nearest double of a fixed-point number: the one its decimal text stands for. */
static inline double
FixedToDouble(int64_t value)
{
	return (double) value / LENGTH_SCALE;
}

#endif /* PACKOPT_LENGTH_H */
