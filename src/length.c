/*
 * length.c
 *	  Fixed-point lengths and weights.
 *
 * A number means what its decimal text says: 10.1 is 1,010,000 hundred-thousandths, be it typed, a
 * numeric or a double (whose shortest decimal text is "10.1"). Digits beyond the fifth decimal are
 * rounded up for things to pack and down for boxes, so that rounding never invents a fit.
 */
#include "kernel.h"

#include <math.h>

#include "length.h"

/*
 * Reads a non-negative decimal number (digits, an optional fraction, an optional exponent) at
 * *cursor and advances past it. FIXED_NOT_NUMBER leaves the cursor where it was.
 */
FixedStatus
FixedParse(const char **cursor, FixedRounding rounding, int64_t max, int64_t *value)
{
	const char *p = *cursor;
	unsigned __int128 mantissa = 0;
	bool any_digit = false;
	bool point = false;
	bool dropped = false; /* a nonzero digit was lost behind the mantissa */
	bool negative = false;
	int exponent = 0;

	if (*p == '+' || *p == '-')
		negative = (*p++ == '-');

	for (;; p++)
	{
		if (*p == '.' && !point)
		{
			point = true;
			continue;
		}
		if (*p < '0' || *p > '9')
			break;
		any_digit = true;
		if (mantissa < (unsigned __int128) INT64_MAX)
		{
			mantissa = mantissa * 10 + (unsigned) (*p - '0');
			if (point)
				exponent--;
		}
		else
		{
			dropped |= (*p != '0');
			if (!point)
				exponent++;
		}
	}
	if (!any_digit)
		return FIXED_NOT_NUMBER;

	if ((*p == 'e' || *p == 'E') && ((p[1] >= '0' && p[1] <= '9') ||
									 ((p[1] == '+' || p[1] == '-') && p[2] >= '0' && p[2] <= '9')))
	{
		bool minus = p[1] == '-';
		int shift = 0;

		p += (p[1] == '+' || p[1] == '-') ? 2 : 1;
		for (; *p >= '0' && *p <= '9'; p++)
			if (shift < 10000)
				shift = shift * 10 + (*p - '0');
		exponent += minus ? -shift : shift;
	}
	*cursor = p;

	if (mantissa == 0)
		return FIXED_ZERO;
	if (negative)
		return FIXED_NEGATIVE;

	/* mantissa x 10^exponent units = mantissa x 10^(exponent + 5) hundred-thousandths */
	for (exponent += 5; exponent > 0; exponent--)
	{
		mantissa *= 10;
		if (mantissa > (unsigned __int128) max)
			return FIXED_TOO_LARGE;
	}
	for (; exponent < 0 && mantissa > 0; exponent++)
	{
		dropped |= (mantissa % 10 != 0);
		mantissa /= 10;
	}
	if (dropped && rounding == FIXED_ROUND_UP)
		mantissa++;
	if (mantissa > (unsigned __int128) max)
		return FIXED_TOO_LARGE;
	if (mantissa == 0)
		return FIXED_ZERO;
	*value = (int64_t) mantissa;
	return FIXED_OK;
}

/* Tells NaN, infinities, zero, negative and too large numbers apart from usable ones. */
static FixedStatus
ClassifyDouble(double number, int64_t max)
{
	if (!isfinite(number))
		return FIXED_NOT_FINITE;
	if (number == 0)
		return FIXED_ZERO;
	if (number < 0)
		return FIXED_NEGATIVE;
	if (number > FixedToDouble(max))
		return FIXED_TOO_LARGE;
	return FIXED_OK;
}

/* Rounds a number that has further digits behind the fifth decimal. */
static FixedStatus
RoundInexact(double number, double nearest, FixedRounding rounding, int64_t max, int64_t *value)
{
	bool above = nearest / LENGTH_SCALE > number;

	if (rounding == FIXED_ROUND_UP && !above)
		nearest += 1;
	else if (rounding == FIXED_ROUND_DOWN && above)
		nearest -= 1;
	if (nearest < 1)
		return FIXED_ZERO;
	if (nearest > (double) max)
		return FIXED_TOO_LARGE;
	*value = (int64_t) nearest;
	return FIXED_OK;
}

/*
 * Converts a double as its shortest decimal text says. A multiple k of 0.00001 within the limits has
 * at most 15 significant digits, so the double is that decimal if and only if k / 100000, correctly
 * rounded, gives it back.
 */
FixedStatus
FixedFromDouble(double number, FixedRounding rounding, int64_t max, int64_t *value)
{
	FixedStatus status = ClassifyDouble(number, max);
	double nearest;

	if (status != FIXED_OK)
		return status;
	nearest = rint(number * LENGTH_SCALE);
	if (nearest >= 1 && nearest / LENGTH_SCALE == number)
	{
		*value = (int64_t) nearest;
		return FIXED_OK;
	}
	return RoundInexact(number, nearest, rounding, max, value);
}

/*
 * Converts a single-precision float as its shortest decimal text says: the fewest decimals with
 * which an integer over a power of ten gives the float back. (12345.67 is nearer to 12345.66992 in
 * binary; the user typed 12345.67.)
 */
FixedStatus
FixedFromFloat(float number, FixedRounding rounding, int64_t max, int64_t *value)
{
	static const double power[] = {1, 10, 100, 1000, 10000, 100000};
	FixedStatus status = ClassifyDouble(number, max);

	if (status != FIXED_OK)
		return status;
	for (int decimals = 0; decimals <= 5; decimals++)
	{
		double nearest = rint((double) number * power[decimals]);

		if (nearest >= 1 && (float) (nearest / power[decimals]) == number)
		{
			*value = (int64_t) nearest * (int64_t) power[5 - decimals];
			return *value > max ? FIXED_TOO_LARGE : FIXED_OK;
		}
	}
	return RoundInexact(number, rint((double) number * LENGTH_SCALE), rounding, max, value);
}

/* Writes a fixed-point number with as few digits as give it back; returns the length. */
int
FixedFormat(int64_t value, char *text)
{
	int64_t whole = value / LENGTH_SCALE;
	int fraction = (int) (value % LENGTH_SCALE);
	int length = snprintf(text, FIXED_TEXT_SIZE, "%lld", (long long) whole);

	if (fraction > 0)
	{
		length += snprintf(text + length, FIXED_TEXT_SIZE - length, ".%05d", fraction);
		while (text[length - 1] == '0')
			text[--length] = '\0';
	}
	return length;
}
