/*
 * distance.c
 *	  How different two demands are: the distance between two profiles.
 *
 * Every shipment counts at the three sides of the smallest of its minimal boxes, each side by its
 * octave (the whole part of its binary logarithm). The distance is the total variation between the
 * shares of shipments per cell of these octaves: half the sum of their absolute differences, which is
 * the share of shipments that would have to change cells for one demand to become the other. It needs
 * no unit of its own, and whatever it misses within an octave, regret sees.
 */
#include "kernel.h"

#include <math.h>

#include "miscadmin.h"
#include "port/pg_bitutils.h"

#include "profile.h"

#define OCTAVES 31 /* of lengths, which are positive 32-bit integers */
#define CELLS   (OCTAVES * OCTAVES * OCTAVES)

/* Finds the cell of a box. */
static int
CellOf(const int32 size[3])
{
	int32 side[3];
	int cell = 0;

	SortLengths(size, side);
	for (int k = 0; k < 3; k++)
		cell = cell * OCTAVES + pg_leftmost_one_pos32((uint32) side[k]);
	return cell;
}

/* Finds the minimal box of least volume of a class; of several the first. */
static const int32 *
SmallestElement(const ShapedClass *class)
{
	int smallest = 0;

	for (int e = 1; e < class->nelements; e++)
		if (VolumeOf(class->element[e]) < VolumeOf(class->element[smallest]))
			smallest = e;
	return class->element[smallest];
}

/* Adds sign times the share of the profile's shipments in each cell. */
static void
AddShares(const Profile *profile, double sign, double *cell)
{
	const ProfileClass *plain = ProfileClasses(profile);
	const ShapedClass *shaped = ProfileShaped(profile);
	double unit = sign / (double) profile->shipments;
	double shaped_unit = unit * ProfileSampleScale(profile);

	for (int i = 0; i < profile->nclasses; i++)
	{
		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		cell[CellOf(plain[i].size)] += unit * (double) plain[i].count;
	}
	for (int i = 0; i < profile->nshaped; i++, shaped = NextShaped(shaped))
	{
		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		cell[CellOf(SmallestElement(shaped))] += shaped_unit * (double) shaped->count;
	}
}

PG_FUNCTION_INFO_V1(packopt_profile_distance);
/* profile_distance(profile, profile): 0 to 1; NULL if one of them has no shipments. */
Datum
packopt_profile_distance(PG_FUNCTION_ARGS)
{
	const Profile *a = PG_GETARG_PROFILE_P(0);
	const Profile *b = PG_GETARG_PROFILE_P(1);
	double *cell = palloc0(CELLS * sizeof(double));
	double sum = 0;

	if (a->length_unit != LENGTH_UNIT_UNKNOWN && b->length_unit != LENGTH_UNIT_UNKNOWN &&
		a->length_unit != b->length_unit)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cannot compare profiles in %s and %s",
							   LengthUnitName((LengthUnit) a->length_unit),
							   LengthUnitName((LengthUnit) b->length_unit)),
						errhint("Build both profiles in the same length unit.")));
	if (a->shipments == 0 || b->shipments == 0)
		PG_RETURN_NULL();
	AddShares(a, 1, cell);
	AddShares(b, -1, cell);
	for (int i = 0; i < CELLS; i++)
		sum += fabs(cell[i]);
	PG_RETURN_FLOAT8(Min(sum / 2, 1));
}
