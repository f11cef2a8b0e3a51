/*
 * profileio.c
 *	  Text and binary input and output of packopt.profile.
 *
 * Text form, on one line:
 *
 *	  packopt-profile 1 length_unit=in weight_unit=unknown level=0 max_classes=1000000
 *	  left_out=null_dimension:3,zero_dimension:1 classes=2 shaped=1 :
 *	  10x5x2*4 12x8x3*7#2 9x8x4|12x5x5*3/25500000000000000
 *
 * A plain class is its sorted lengths, its number of shipments, at a level above 0 a slash and the
 * volume of the contents of all its shipments, and a # and its weight class if that is known. A
 * shaped class is its minimal boxes between bars (behind a u if they are upright), its number of
 * shipments, the volume of the content of one, and the weight class. A ~ stands before a place that
 * must be covered for classes that were left out of a sample. Volumes are in cubes of a
 * hundred-thousandth of the unit. Totals are not written where they follow.
 *
 * Input in either form is checked in full, so that whatever is stored satisfies profilecheck.c.
 */
#include "kernel.h"

#include <ctype.h>

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"

#include "number.h"
#include "profile.h"
#include "profilecheck.h"

/* A profile while it is read: the header, and what stands behind it. */
typedef struct ProfileParts
{
	Profile header;
	ProfileClass *class;
	StoredInt128 *content;
	StringInfoData shaped;
	CoverPlace *cover;
} ProfileParts;

/* ------------------------------------------------------------------------------------------------
 * Parts
 * ------------------------------------------------------------------------------------------------ */

/* Makes room for what stands behind the header; bytes is what input is left. False if it cannot be. */
static bool
StartParts(ProfileParts *parts, Size bytes)
{
	Profile *header = &parts->header;

	/* each takes at least six bytes in either form: allocate nothing for what is not there */
	if (header->nclasses < 0 || header->nshaped < 0 || header->ncover < 0 ||
		(uint64) header->nclasses + header->nshaped + header->ncover > bytes / 6)
		return false;
	parts->class = MemoryContextAllocHuge(CurrentMemoryContext,
										  (Size) header->nclasses * sizeof(ProfileClass));
	parts->content = MemoryContextAllocHuge(CurrentMemoryContext,
											(Size) header->nclasses * sizeof(StoredInt128));
	parts->cover = palloc0((Size) header->ncover * sizeof(CoverPlace));
	initStringInfo(&parts->shaped);
	return true;
}

/* Starts a shaped class at the end of the buffer. */
static void
StartShaped(ProfileParts *parts)
{
	ShapedClass class = {0};

	appendBinaryStringInfo(&parts->shaped, (char *) &class, offsetof(ShapedClass, element));
}

/* Pads the buffer behind a shaped class. */
static void
EndShaped(ProfileParts *parts)
{
	while (parts->shaped.len % MAXIMUM_ALIGNOF != 0)
		appendBinaryStringInfo(&parts->shaped, "\0", 1);
}

/* Puts the stored form together and checks it; *wrong tells what is wrong. */
static Profile *
AssembleProfile(ProfileParts *parts, const char **wrong)
{
	Profile *header = &parts->header;
	Profile *profile;
	Size size;

	header->shaped_bytes = parts->shaped.len;
	size = ProfileSize(header->nclasses, header->level, header->shaped_bytes, header->ncover);
	profile = MemoryContextAllocHuge(CurrentMemoryContext, size);
	memset(profile, 0, size);
	*profile = *header;
	SET_VARSIZE(profile, size);
	memcpy((char *) ProfileClasses(profile), parts->class,
		   (Size) header->nclasses * sizeof(ProfileClass));
	if (header->level > 0)
		memcpy((char *) ProfileContents(profile), parts->content,
			   (Size) header->nclasses * sizeof(StoredInt128));
	memcpy((char *) ProfileShaped(profile), parts->shaped.data, parts->shaped.len);
	memcpy((char *) ProfileCover(profile), parts->cover,
		   (Size) header->ncover * sizeof(CoverPlace));
	*wrong = ProfileCheck(profile);
	return profile;
}

/* ------------------------------------------------------------------------------------------------
 * Text
 * ------------------------------------------------------------------------------------------------ */

/* Appends a 128-bit number that is not negative. */
static void
AppendInt128(StringInfo out, int128 value)
{
	char digits[40];
	int n = sizeof(digits);

	do
	{
		digits[--n] = '0' + (int) (value % 10);
		value /= 10;
	} while (value > 0);
	appendBinaryStringInfo(out, digits + n, sizeof(digits) - n);
}

/* Appends " name=" and a fixed-point number that is not 0. */
static void
AppendFixed(StringInfo out, const char *name, int64 value)
{
	char number[FIXED_TEXT_SIZE];

	if (value == 0)
		return;
	FixedFormat(value, number);
	appendStringInfo(out, " %s=%s", name, number);
}

/* Appends the header of the text form. */
static void
AppendHeader(StringInfo out, const Profile *profile)
{
	bool first = true;

	appendStringInfo(
		out, "packopt-profile %d length_unit=%s weight_unit=%s level=%d max_classes=%d",
		profile->version, LengthUnitName((LengthUnit) profile->length_unit),
		WeightUnitName((WeightUnit) profile->weight_unit), profile->level, profile->max_classes);
	AppendFixed(out, "gap", profile->gap);
	AppendFixed(out, "weight_step", profile->weight_step);
	for (int i = 0; i < LEFT_REASONS; i++)
		if (profile->left_out[i] > 0)
		{
			appendStringInfo(out, "%s%s:" INT64_FORMAT, first ? " left_out=" : ",",
							 LeftOutName((LeftOutReason) i), profile->left_out[i]);
			first = false;
		}
	if (profile->threshold != 0)
	{
		appendStringInfo(out, " threshold=" UINT64_FORMAT " shaped_shipments=" INT64_FORMAT,
						 profile->threshold, profile->shaped_shipments);
		appendStringInfoString(out, " shaped_content=");
		AppendInt128(out, LoadInt128(&profile->shaped_content));
		appendStringInfo(out, " cover_level=%d", profile->cover_level);
	}
	appendStringInfo(out, " classes=%d", profile->nclasses);
	if (profile->nshaped > 0)
		appendStringInfo(out, " shaped=%d", profile->nshaped);
	if (profile->ncover > 0)
		appendStringInfo(out, " cover=%d", profile->ncover);
	appendStringInfoString(out, " :");
}

/* Appends a shaped class. */
static void
AppendShaped(StringInfo out, const ShapedClass *class)
{
	appendStringInfoString(out, class->upright ? " u" : " ");
	for (int e = 0; e < class->nelements; e++)
	{
		if (e > 0)
			appendStringInfoChar(out, '|');
		SizeTextAppend(out, class->element[e], 3);
	}
	appendStringInfo(out, "*" INT64_FORMAT "/", class->count);
	AppendInt128(out, LoadInt128(&class->content));
	if (class->weight_class > 0)
		appendStringInfo(out, "#%u", class->weight_class);
}

PG_FUNCTION_INFO_V1(packopt_profile_out);
/* Text output: reads back the same, bit for bit. */
Datum
packopt_profile_out(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);
	const ProfileClass *class = ProfileClasses(profile);
	const ShapedClass *shaped = ProfileShaped(profile);
	StringInfoData out;

	initStringInfo(&out);
	AppendHeader(&out, profile);
	for (int i = 0; i < profile->nclasses; i++)
	{
		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		appendStringInfoChar(&out, ' ');
		SizeTextAppend(&out, class[i].size, 3);
		appendStringInfo(&out, "*" INT64_FORMAT, class[i].count);
		if (profile->level > 0)
		{
			appendStringInfoChar(&out, '/');
			AppendInt128(&out, ProfileClassContent(profile, i));
		}
		if (class[i].weight_class > 0)
			appendStringInfo(&out, "#%u", class[i].weight_class);
	}
	for (int i = 0; i < profile->nshaped; i++, shaped = NextShaped(shaped))
	{
		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		AppendShaped(&out, shaped);
	}
	for (int i = 0; i < profile->ncover; i++)
	{
		appendStringInfoString(&out, ProfileCover(profile)[i].upright ? " ~u" : " ~");
		SizeTextAppend(&out, ProfileCover(profile)[i].size, 3);
	}
	PG_RETURN_CSTRING(out.data);
}

/* Reads an unsigned decimal number of up to 38 digits; false if there is none or it is too long. */
static bool
ParseInt128(const char **cursor, int128 *value)
{
	const char *p = *cursor;
	int digits = 0;

	*value = 0;
	for (; *p >= '0' && *p <= '9'; p++, digits++)
	{
		if (digits >= 38)
			return false;
		*value = *value * 10 + (*p - '0');
	}
	*cursor = p;
	return digits > 0;
}

/* Reads an unsigned decimal number up to max. */
static bool
ParseCount(const char **cursor, uint64 max, uint64 *value)
{
	int128 wide;

	if (!ParseInt128(cursor, &wide) || wide > (int128) max)
		return false;
	*value = (uint64) wide;
	return true;
}

/* Reads a word of lower-case letters and underscores. */
static bool
ParseWord(const char **cursor, char *word, size_t size)
{
	size_t n = 0;

	while ((**cursor >= 'a' && **cursor <= 'z') || **cursor == '_')
	{
		if (n + 1 >= size)
			return false;
		word[n++] = *(*cursor)++;
	}
	word[n] = '\0';
	return n > 0;
}

/* Reads "reason:count,reason:count". */
static bool
ParseLeftOut(const char **cursor, int64 left_out[LEFT_SLOTS])
{
	for (;;)
	{
		char name[32];
		int reason;
		uint64 count;

		if (!ParseWord(cursor, name, sizeof(name)))
			return false;
		for (reason = 0; reason < LEFT_REASONS; reason++)
			if (strcmp(name, LeftOutName((LeftOutReason) reason)) == 0)
				break;
		if (reason == LEFT_REASONS || *(*cursor)++ != ':' ||
			!ParseCount(cursor, PG_INT64_MAX, &count))
			return false;
		left_out[reason] = (int64) count;
		if (**cursor != ',')
			return true;
		(*cursor)++;
	}
}

/* Reads the value of a header field that is a number or a name. */
static bool
ParseField(const char **cursor, const char *name, Profile *header)
{
	char word[32];
	LengthUnit length_unit;
	WeightUnit weight_unit;
	uint64 number;
	int64 fixed;
	int128 wide;

	if (strcmp(name, "length_unit") == 0)
	{
		if (!ParseWord(cursor, word, sizeof(word)) || !LengthUnitFromName(word, &length_unit))
			return false;
		header->length_unit = length_unit;
		return true;
	}
	if (strcmp(name, "weight_unit") == 0)
	{
		if (!ParseWord(cursor, word, sizeof(word)) || !WeightUnitFromName(word, &weight_unit))
			return false;
		header->weight_unit = weight_unit;
		return true;
	}
	if (strcmp(name, "left_out") == 0)
		return ParseLeftOut(cursor, header->left_out);
	if (strcmp(name, "gap") == 0)
	{
		if (FixedParse(cursor, FIXED_ROUND_UP, LENGTH_MAX, &fixed) != FIXED_OK)
			return false;
		header->gap = (int32) fixed;
		return true;
	}
	if (strcmp(name, "weight_step") == 0)
		return FixedParse(cursor, FIXED_ROUND_UP, WEIGHT_MAX, &header->weight_step) == FIXED_OK;
	if (strcmp(name, "shaped_content") == 0)
	{
		if (!ParseInt128(cursor, &wide))
			return false;
		header->shaped_content = StoreInt128(wide);
		return true;
	}
	if (!ParseCount(cursor, PG_UINT64_MAX, &number))
		return false;
	if (strcmp(name, "threshold") == 0)
		header->threshold = number;
	else if (number > PG_INT64_MAX)
		return false;
	else if (strcmp(name, "shaped_shipments") == 0)
		header->shaped_shipments = (int64) number;
	else if (number > PG_INT32_MAX)
		return false;
	else if (strcmp(name, "max_classes") == 0)
		header->max_classes = (int32) number;
	else if (strcmp(name, "classes") == 0)
		header->nclasses = (int32) number;
	else if (strcmp(name, "shaped") == 0)
		header->nshaped = (int32) number;
	else if (strcmp(name, "cover") == 0)
		header->ncover = (int32) number;
	else if (strcmp(name, "cover_level") == 0)
		header->cover_level = (int32) number;
	else if (strcmp(name, "level") == 0)
		header->level = (uint8) Min(number, PG_UINT8_MAX);
	else
		return false;
	return true;
}

/* Skips white space. */
static void
SkipSpace(const char **cursor)
{
	while (isspace((unsigned char) **cursor))
		(*cursor)++;
}

/* Reads the header up to the colon. Fields may come in any order and be missing. */
static bool
ParseHeader(const char **cursor, Profile *header)
{
	uint64 version;

	memset(header, 0, sizeof(Profile));
	header->version = PROFILE_VERSION;
	header->max_classes = PROFILE_DEFAULT_MAX_CLASSES;
	SkipSpace(cursor);
	if (strncmp(*cursor, "packopt-profile ", 16) != 0)
		return false;
	*cursor += 16;
	if (!ParseCount(cursor, PROFILE_VERSION, &version) || version < 1)
		return false;
	for (SkipSpace(cursor); **cursor != ':'; SkipSpace(cursor))
	{
		char name[32];

		if (!ParseWord(cursor, name, sizeof(name)) || *(*cursor)++ != '=' ||
			!ParseField(cursor, name, header))
			return false;
	}
	(*cursor)++;
	return true;
}

/* Reads three lengths. */
static bool
ParseLengths(const char **cursor, int32 size[3])
{
	for (int k = 0; k < 3; k++)
	{
		int64 value;

		if (k > 0 && *(*cursor)++ != 'x')
			return false;
		if (FixedParse(cursor, FIXED_ROUND_UP, LENGTH_MAX, &value) != FIXED_OK)
			return false;
		size[k] = (int32) value;
	}
	return true;
}

/* Reads an optional # and weight class. */
static bool
ParseWeightClass(const char **cursor, uint32 *weight_class)
{
	uint64 number;

	*weight_class = 0;
	if (**cursor != '#')
		return true;
	(*cursor)++;
	if (!ParseCount(cursor, PG_UINT32_MAX, &number))
		return false;
	*weight_class = (uint32) number;
	return true;
}

/* Reads a plain class. */
static bool
ParsePlain(const char **cursor, ProfileParts *parts, int i)
{
	ProfileClass *class = &parts->class[i];
	uint64 count;

	if (!ParseLengths(cursor, class->size) || *(*cursor)++ != '*' ||
		!ParseCount(cursor, PG_INT64_MAX, &count))
		return false;
	class->count = (int64) count;
	if (parts->header.level > 0)
	{
		int128 content;

		if (*(*cursor)++ != '/' || !ParseInt128(cursor, &content))
			return false;
		parts->content[i] = StoreInt128(content);
	}
	return ParseWeightClass(cursor, &class->weight_class);
}

/* Reads a shaped class. */
static bool
ParseShaped(const char **cursor, ProfileParts *parts)
{
	int start = parts->shaped.len;
	ShapedClass *class;
	int128 content;
	uint64 count;
	bool upright = **cursor == 'u';
	int nelements = 0;

	if (upright)
		(*cursor)++;
	StartShaped(parts);
	do
	{
		int32 size[3];

		if (nelements > 0)
			(*cursor)++;
		if (nelements >= PG_UINT16_MAX || !ParseLengths(cursor, size))
			return false;
		appendBinaryStringInfo(&parts->shaped, (char *) size, sizeof(size));
		nelements++;
	} while (**cursor == '|');
	EndShaped(parts);
	class = (ShapedClass *) (parts->shaped.data + start);
	if (*(*cursor)++ != '*' || !ParseCount(cursor, PG_INT64_MAX, &count) || *(*cursor)++ != '/' ||
		!ParseInt128(cursor, &content))
		return false;
	class->nelements = (uint16) nelements;
	class->upright = upright;
	class->count = (int64) count;
	class->content = StoreInt128(content);
	return ParseWeightClass(cursor, &class->weight_class);
}

/* Reads a place to be covered. */
static bool
ParsePlace(const char **cursor, CoverPlace *place)
{
	if (*(*cursor)++ != '~')
		return false;
	place->upright = **cursor == 'u';
	if (place->upright)
		(*cursor)++;
	return ParseLengths(cursor, place->size);
}

PG_FUNCTION_INFO_V1(packopt_profile_in);
/* Text input. */
Datum
packopt_profile_in(PG_FUNCTION_ARGS)
{
	const char *p = PG_GETARG_CSTRING(0);
	ProfileParts parts;
	Profile *header = &parts.header;
	Profile *profile;
	const char *wrong;

	if (!ParseHeader(&p, header))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type packopt.profile"),
				 errdetail("The header is not understood.")));
	wrong = ProfileCheckHeader(header);
	if (wrong == NULL && !StartParts(&parts, strlen(p)))
		wrong = "more classes than text";
	if (wrong != NULL)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid value for type packopt.profile: %s", wrong)));
	for (int i = 0; i < header->nclasses + header->nshaped + header->ncover; i++)
	{
		bool good;

		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		SkipSpace(&p);
		if (i < header->nclasses)
			good = ParsePlain(&p, &parts, i);
		else if (i < header->nclasses + header->nshaped)
			good = ParseShaped(&p, &parts);
		else
			good = ParsePlace(&p, &parts.cover[i - header->nclasses - header->nshaped]);
		if (!good)
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type packopt.profile"),
					 errdetail("Class %d is not understood.", i + 1)));
	}
	SkipSpace(&p);
	profile = AssembleProfile(&parts, &wrong);
	if (*p != '\0')
		wrong = "text behind the last class";
	if (wrong != NULL)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid value for type packopt.profile: %s", wrong)));
	PG_RETURN_POINTER(profile);
}

/* ------------------------------------------------------------------------------------------------
 * Binary
 * ------------------------------------------------------------------------------------------------ */

/* Sends three lengths. */
static void
SendLengths(StringInfo message, const int32 size[3])
{
	for (int k = 0; k < 3; k++)
		pq_sendint32(message, size[k]);
}

/* Receives three lengths. */
static void
ReceiveLengths(StringInfo message, int32 size[3])
{
	for (int k = 0; k < 3; k++)
		size[k] = pq_getmsgint(message, 4);
}

/* Sends a 128-bit number. */
static void
SendInt128(StringInfo message, StoredInt128 value)
{
	pq_sendint64(message, value.high);
	pq_sendint64(message, value.low);
}

/* Receives a 128-bit number. */
static StoredInt128
ReceiveInt128(StringInfo message)
{
	StoredInt128 value;

	value.high = pq_getmsgint64(message);
	value.low = pq_getmsgint64(message);
	return value;
}

PG_FUNCTION_INFO_V1(packopt_profile_send);
/* Binary output: the header's fields, then the classes, in network byte order. */
Datum
packopt_profile_send(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);
	const ProfileClass *class = ProfileClasses(profile);
	const ShapedClass *shaped = ProfileShaped(profile);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, profile->version);
	pq_sendbyte(&message, profile->length_unit);
	pq_sendbyte(&message, profile->weight_unit);
	pq_sendbyte(&message, profile->level);
	pq_sendint32(&message, profile->max_classes);
	pq_sendint32(&message, profile->nclasses);
	for (int i = 0; i < LEFT_SLOTS; i++)
		pq_sendint64(&message, profile->left_out[i]);
	pq_sendint64(&message, profile->weight_step);
	pq_sendint32(&message, profile->gap);
	pq_sendint32(&message, profile->nshaped);
	pq_sendint64(&message, profile->threshold);
	pq_sendint64(&message, profile->shaped_shipments);
	SendInt128(&message, profile->shaped_content);
	pq_sendint32(&message, profile->ncover);
	pq_sendint32(&message, profile->cover_level);
	for (int i = 0; i < profile->nclasses; i++)
	{
		SendLengths(&message, class[i].size);
		pq_sendint32(&message, class[i].weight_class);
		pq_sendint64(&message, class[i].count);
		if (profile->level > 0)
			SendInt128(&message, ProfileContents(profile)[i]);
	}
	for (int i = 0; i < profile->nshaped; i++, shaped = NextShaped(shaped))
	{
		pq_sendint16(&message, shaped->nelements);
		pq_sendint16(&message, shaped->upright);
		pq_sendint32(&message, shaped->weight_class);
		pq_sendint64(&message, shaped->count);
		SendInt128(&message, shaped->content);
		for (int e = 0; e < shaped->nelements; e++)
			SendLengths(&message, shaped->element[e]);
	}
	for (int i = 0; i < profile->ncover; i++)
	{
		SendLengths(&message, ProfileCover(profile)[i].size);
		pq_sendint32(&message, ProfileCover(profile)[i].upright);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* Raises the error of a binary value that does not hold together. */
static void
RaiseBadBinary(const char *wrong)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					errmsg("invalid binary packopt.profile: %s", wrong)));
}

/* Receives the header. */
static void
ReceiveHeader(StringInfo message, Profile *header)
{
	memset(header, 0, sizeof(Profile));
	header->version = pq_getmsgbyte(message);
	if (header->version != PROFILE_VERSION)
		RaiseBadBinary("unknown version");
	header->length_unit = pq_getmsgbyte(message);
	header->weight_unit = pq_getmsgbyte(message);
	header->level = pq_getmsgbyte(message);
	header->max_classes = pq_getmsgint(message, 4);
	header->nclasses = pq_getmsgint(message, 4);
	for (int i = 0; i < LEFT_SLOTS; i++)
		header->left_out[i] = pq_getmsgint64(message);
	header->weight_step = pq_getmsgint64(message);
	header->gap = pq_getmsgint(message, 4);
	header->nshaped = pq_getmsgint(message, 4);
	header->threshold = pq_getmsgint64(message);
	header->shaped_shipments = pq_getmsgint64(message);
	header->shaped_content = ReceiveInt128(message);
	header->ncover = pq_getmsgint(message, 4);
	header->cover_level = pq_getmsgint(message, 4);
}

/* Receives a shaped class. */
static void
ReceiveShaped(StringInfo message, ProfileParts *parts)
{
	int start = parts->shaped.len;
	ShapedClass *class;
	int nelements = pq_getmsgint(message, 2);

	StartShaped(parts);
	class = (ShapedClass *) (parts->shaped.data + start);
	class->nelements = (uint16) nelements;
	class->upright = (uint16) pq_getmsgint(message, 2);
	class->weight_class = pq_getmsgint(message, 4);
	class->count = pq_getmsgint64(message);
	class->content = ReceiveInt128(message);
	for (int e = 0; e < nelements; e++)
	{
		int32 size[3];

		ReceiveLengths(message, size);
		appendBinaryStringInfo(&parts->shaped, (char *) size, sizeof(size));
	}
	EndShaped(parts);
}

PG_FUNCTION_INFO_V1(packopt_profile_recv);
/* Binary input; nothing is taken on trust. */
Datum
packopt_profile_recv(PG_FUNCTION_ARGS)
{
	StringInfo message = (StringInfo) PG_GETARG_POINTER(0);
	ProfileParts parts;
	Profile *header = &parts.header;
	Profile *profile;
	const char *wrong;

	ReceiveHeader(message, header);
	wrong = ProfileCheckHeader(header);
	if (wrong == NULL && !StartParts(&parts, message->len - message->cursor))
		wrong = "more classes than bytes";
	if (wrong != NULL)
		RaiseBadBinary(wrong);
	for (int i = 0; i < header->nclasses; i++)
	{
		ReceiveLengths(message, parts.class[i].size);
		parts.class[i].weight_class = pq_getmsgint(message, 4);
		parts.class[i].count = pq_getmsgint64(message);
		if (header->level > 0)
			parts.content[i] = ReceiveInt128(message);
	}
	for (int i = 0; i < header->nshaped; i++)
		ReceiveShaped(message, &parts);
	for (int i = 0; i < header->ncover; i++)
	{
		ReceiveLengths(message, parts.cover[i].size);
		parts.cover[i].upright = pq_getmsgint(message, 4);
	}
	profile = AssembleProfile(&parts, &wrong);
	if (wrong != NULL)
		RaiseBadBinary(wrong);
	PG_RETURN_POINTER(profile);
}
