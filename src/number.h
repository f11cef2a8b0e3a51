/*
 * number.h
 *	  SQL numbers (integer, real, double precision, numeric) as fixed-point lengths and weights.
 */
#ifndef PACKOPT_NUMBER_H
#define PACKOPT_NUMBER_H

#include "length.h"

extern FixedStatus FixedFromNumeric(Datum numeric, FixedRounding rounding, int64 max, int64 *value);
extern const char *FixedStatusText(FixedStatus status);
extern int64
LengthArgument(double number, const char *name, FixedRounding rounding, bool zero_allowed);

#endif /* PACKOPT_NUMBER_H */
