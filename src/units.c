/*
 * units.c
 *	  Length and weight units: names, sizes, customary increments of box sizes.
 */
#include "kernel.h"

#include "utils/builtins.h"

#include "units.h"

static const struct
{
	const char *name;
	double metres;
	int32 step; /* customary increment of box sizes, fixed-point */
} length_units[] = {
	[LENGTH_UNIT_UNKNOWN] = {"unknown", 0, LENGTH_SCALE},
	[LENGTH_UNIT_MM] = {"mm", 0.001, 10 * LENGTH_SCALE},
	[LENGTH_UNIT_CM] = {"cm", 0.01, LENGTH_SCALE},
	[LENGTH_UNIT_IN] = {"in", 0.0254, LENGTH_SCALE / 2},
};

static const struct
{
	const char *name;
	double grams;
} weight_units[] = {
	[WEIGHT_UNIT_UNKNOWN] = {"unknown", 0}, [WEIGHT_UNIT_G] = {"g", 1},
	[WEIGHT_UNIT_KG] = {"kg", 1000},        [WEIGHT_UNIT_OZ] = {"oz", 28.349523125},
	[WEIGHT_UNIT_LB] = {"lb", 453.59237},
};

/* Gives the name of a length unit, "unknown" for none. */
const char *
LengthUnitName(LengthUnit unit)
{
	return length_units[unit].name;
}

/* Gives the name of a weight unit, "unknown" for none. */
const char *
WeightUnitName(WeightUnit unit)
{
	return weight_units[unit].name;
}

/* Finds a length unit by name, in any case. */
bool
LengthUnitFromName(const char *name, LengthUnit *unit)
{
	for (int i = 0; i < (int) lengthof(length_units); i++)
		if (pg_strcasecmp(name, length_units[i].name) == 0)
		{
			*unit = (LengthUnit) i;
			return true;
		}
	return false;
}

/* Finds a weight unit by name, in any case. */
bool
WeightUnitFromName(const char *name, WeightUnit *unit)
{
	for (int i = 0; i < (int) lengthof(weight_units); i++)
		if (pg_strcasecmp(name, weight_units[i].name) == 0)
		{
			*unit = (WeightUnit) i;
			return true;
		}
	return false;
}

/* Converts a length unit given as an argument, or raises an error that names it. */
LengthUnit
LengthUnitArgument(const text *name)
{
	LengthUnit unit;
	char *string = text_to_cstring(name);

	if (!LengthUnitFromName(string, &unit) || unit == LENGTH_UNIT_UNKNOWN)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("unknown length unit \"%s\"", string),
						errhint("Length units are mm, cm and in.")));
	return unit;
}

/* Converts a weight unit given as an argument, or raises an error that names it. */
WeightUnit
WeightUnitArgument(const text *name)
{
	WeightUnit unit;
	char *string = text_to_cstring(name);

	if (!WeightUnitFromName(string, &unit) || unit == WEIGHT_UNIT_UNKNOWN)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("unknown weight unit \"%s\"", string),
						errhint("Weight units are g, kg, oz and lb.")));
	return unit;
}

/* Gives the customary increment of box sizes: 10 mm, 1 cm, half an inch; 1 where the unit is unknown. */
int32
LengthUnitDefaultStep(LengthUnit unit)
{
	return length_units[unit].step;
}

/* Gives the length of a unit in metres; 0 for the unknown one. */
double
LengthUnitInMetres(LengthUnit unit)
{
	return length_units[unit].metres;
}

/* Gives the mass of a unit in grams; 0 for the unknown one. */
double
WeightUnitInGrams(WeightUnit unit)
{
	return weight_units[unit].grams;
}
