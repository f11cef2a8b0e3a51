/*
 * sizetext.c
 *	  Sizes as text, 10x5x2: what items, boxes and profiles have in common.
 */
#include "kernel.h"

#include "lib/stringinfo.h"

#include "number.h"
#include "types.h"

/* Skips white space. */
static const char *
SkipSpace(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' || *p == '\f' || *p == '\v')
		p++;
	return p;
}

/* Skips one separator (x, X, * or the multiplication sign in UTF-8); NULL if there is none. */
static const char *
SkipSeparator(const char *p)
{
	if (*p == 'x' || *p == 'X' || *p == '*')
		return p + 1;
	if ((unsigned char) p[0] == 0xC3 && (unsigned char) p[1] == 0x97)
		return p + 2;
	return NULL;
}

/*
 * Reads up to three lengths with separators between them at *cursor, and the white space around
 * them. On bad input raises an error that names type and text, or saves it in escontext and returns
 * false.
 */
bool
SizeTextParse(const char **cursor, FixedRounding rounding, int32 size[3], int *nsizes,
			  const char *type, const char *text, Node *escontext)
{
	const char *p = SkipSpace(*cursor);
	int n = 0;

	for (;;)
	{
		int64 value = 0;
		const char *separator;
		FixedStatus status = FixedParse(&p, rounding, LENGTH_MAX, &value);

		if (status == FIXED_NOT_NUMBER)
			ereturn(escontext, false,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"", type, text),
					 errdetail("A length is expected at \"%s\".", p)));
		if (status != FIXED_OK)
			ereturn(escontext, false,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("dimension out of range for type %s: \"%s\"", type, text),
					 errdetail("Length %d %s; lengths go from 0.00001 to 20000 units.", n + 1,
							   FixedStatusText(status))));
		size[n++] = (int32) value;
		p = SkipSpace(p);
		separator = SkipSeparator(p);
		if (separator == NULL || n == 3)
			break;
		p = SkipSpace(separator);
	}
	*nsizes = n;
	*cursor = p;
	return true;
}

/* Appends sizes as text, as short as reads back the same. */
void
SizeTextAppend(StringInfo out, const int32 *size, int nsizes)
{
	char number[FIXED_TEXT_SIZE];

	for (int i = 0; i < nsizes; i++)
	{
		if (i > 0)
			appendStringInfoChar(out, 'x');
		FixedFormat(size[i], number);
		appendStringInfoString(out, number);
	}
}
