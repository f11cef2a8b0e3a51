/*
 * number.c
 *	  SQL numbers as fixed-point lengths and weights.
 *
 * Numeric is read from its stored form, which has not changed since 9.1 (pg_upgrade relies on it):
 * a scan of ten million rows cannot afford a conversion through text for three columns. A regression
 * test compares with the conversion through text.
 */
#include "kernel.h"

#include "compat.h"
#include "number.h"

/* The stored form of numeric; see numeric.c in the server's sources. */
#define NUMERIC_SIGN_BITS         0xC000
#define NUMERIC_NEGATIVE          0x4000
#define NUMERIC_SHORT             0x8000
#define NUMERIC_SPECIAL           0xC000
#define NUMERIC_SHORT_NEGATIVE    0x2000
#define NUMERIC_SHORT_WEIGHT_SIGN 0x0040
#define NUMERIC_SHORT_WEIGHT_BITS 0x003F

/*
 * Converts a numeric: digits of base 10,000, the first of them worth 10000^weight. Digit values
 * shift by five decimals into hundred-thousandths; what is finer is only remembered as nonzero.
 */
FixedStatus
FixedFromNumeric(Datum numeric, FixedRounding rounding, int64 max, int64 *value)
{
	struct varlena *stored = PG_DETOAST_DATUM_PACKED(numeric);
	const char *data = VARDATA_ANY(stored);
	int size = VARSIZE_ANY_EXHDR(stored);
	uint16 header;
	int weight;
	int ndigits;
	bool negative;
	bool finer = false;
	uint64 sum = 0;
	FixedStatus status = FIXED_OK;

	memcpy(&header, data, sizeof(header));
	if ((header & NUMERIC_SIGN_BITS) == NUMERIC_SPECIAL)
		status = FIXED_NOT_FINITE;
	else
	{
		if ((header & NUMERIC_SIGN_BITS) == NUMERIC_SHORT)
		{
			negative = (header & NUMERIC_SHORT_NEGATIVE) != 0;
			weight = header & NUMERIC_SHORT_WEIGHT_BITS;
			if (header & NUMERIC_SHORT_WEIGHT_SIGN)
				weight -= NUMERIC_SHORT_WEIGHT_BITS + 1;
			data += sizeof(uint16);
			size -= sizeof(uint16);
		}
		else
		{
			int16 long_weight;

			negative = (header & NUMERIC_SIGN_BITS) == NUMERIC_NEGATIVE;
			memcpy(&long_weight, data + sizeof(uint16), sizeof(int16));
			weight = long_weight;
			data += 2 * sizeof(uint16);
			size -= 2 * sizeof(uint16);
		}
		ndigits = size / (int) sizeof(int16);
		if (ndigits == 0)
			status = FIXED_ZERO;
		else if (negative)
			status = FIXED_NEGATIVE;
		else if (weight > 1) /* 10^8 and more: beyond every limit */
			status = FIXED_TOO_LARGE;

		for (int i = 0; i < ndigits && status == FIXED_OK; i++)
		{
			int16 digit;

			memcpy(&digit, data + i * sizeof(int16), sizeof(int16));
			switch (weight - i)
			{
				case 1:
					sum += (uint64) digit * 1000000000;
					break;
				case 0:
					sum += (uint64) digit * 100000;
					break;
				case -1:
					sum += (uint64) digit * 10;
					break;
				case -2:
					sum += digit / 1000;
					finer |= digit % 1000 != 0;
					break;
				default:
					finer |= digit != 0;
					break;
			}
		}
	}
	if ((Pointer) stored != DatumGetPointer(numeric))
		pfree(stored);
	if (status != FIXED_OK)
		return status;
	if (finer && rounding == FIXED_ROUND_UP)
		sum++;
	if (sum == 0)
		return FIXED_ZERO;
	if (sum > (uint64) max)
		return FIXED_TOO_LARGE;
	*value = (int64) sum;
	return FIXED_OK;
}

/* Says what is wrong with a number, to stand behind "... ". */
const char *
FixedStatusText(FixedStatus status)
{
	switch (status)
	{
		case FIXED_OK:
			return "is usable";
		case FIXED_NOT_NUMBER:
			return "is not a number";
		case FIXED_NOT_FINITE:
			return "is not finite";
		case FIXED_NEGATIVE:
			return "is negative";
		case FIXED_ZERO:
			return "is zero";
		case FIXED_TOO_LARGE:
			return "is too large";
	}
	return "is not usable";
}

/*
 * Converts the argument called name (a length in units) or raises an error that names it. Zero is an
 * error unless the caller allows it.
 */
int64
LengthArgument(double number, const char *name, FixedRounding rounding, bool zero_allowed)
{
	int64 value = 0;
	FixedStatus status = FixedFromDouble(number, rounding, LENGTH_MAX, &value);

	if (status == FIXED_OK || (zero_allowed && number == 0))
		return value;
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("%s %g %s", name, number, FixedStatusText(status)),
					errdetail("Lengths go from 0.00001 to 20000 units.")));
}
