/*
 * units.h
 *	  Length and weight units.
 */
#ifndef PACKOPT_UNITS_H
#define PACKOPT_UNITS_H

#include "kernel.h"

/* Stored in profiles: never renumber. */
typedef enum LengthUnit
{
	LENGTH_UNIT_UNKNOWN = 0,
	LENGTH_UNIT_MM = 1,
	LENGTH_UNIT_CM = 2,
	LENGTH_UNIT_IN = 3
} LengthUnit;

typedef enum WeightUnit
{
	WEIGHT_UNIT_UNKNOWN = 0,
	WEIGHT_UNIT_G = 1,
	WEIGHT_UNIT_KG = 2,
	WEIGHT_UNIT_OZ = 3,
	WEIGHT_UNIT_LB = 4
} WeightUnit;

extern const char *LengthUnitName(LengthUnit unit);
extern const char *WeightUnitName(WeightUnit unit);
extern bool LengthUnitFromName(const char *name, LengthUnit *unit);
extern bool WeightUnitFromName(const char *name, WeightUnit *unit);
extern LengthUnit LengthUnitArgument(const text *name);
extern WeightUnit WeightUnitArgument(const text *name);
extern int32 LengthUnitDefaultStep(LengthUnit unit);
extern double LengthUnitInMetres(LengthUnit unit);
extern double WeightUnitInGrams(WeightUnit unit);

#endif /* PACKOPT_UNITS_H */
