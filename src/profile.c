/*
 * profile.c
 *	  packopt.profile, its stored form: text and binary input and output, accessors.
 *
 * Text form, on one line:
 *
 *	  packopt-profile 1 length_unit=in weight_unit=unknown level=0 max_classes=1000000
 *	  left_out=null_dimension:3,zero_dimension:1 classes=2 : 10x5x2*4 12x8x3*7
 *
 * A class is its sorted lengths and its number of shipments; at a level above 0 a slash and the
 * volume of the contents of all its shipments follow, in cubes of a hundred-thousandth of the unit.
 * Totals are not written: they follow. Input in either form is checked in full, so that whatever is
 * stored satisfies CheckProfile.
 */
#include "kernel.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "number.h"
#include "profile.h"

static const char *const left_out_names[LEFT_REASONS] = {
	[LEFT_NULL_SHIPMENT] = "null_shipment",
	[LEFT_NULL_DIMENSION] = "null_dimension",
	[LEFT_ZERO_DIMENSION] = "zero_dimension",
	[LEFT_NEGATIVE_DIMENSION] = "negative_dimension",
	[LEFT_NOT_FINITE] = "not_finite",
	[LEFT_TOO_LARGE] = "too_large",
	[LEFT_BAD_QUANTITY] = "bad_quantity",
	[LEFT_SEVERAL_PIECES] = "several_pieces",
	[LEFT_HANDLING] = "handling",
};

/* Gives the name of a reason for leaving shipments out. */
const char *
LeftOutName(LeftOutReason reason)
{
	return left_out_names[reason];
}

/* Counts the shipments left out. */
int64
ProfileLeftOut(const Profile *profile)
{
	int64 total = 0;

	for (int i = 0; i < LEFT_REASONS; i++)
		total += profile->left_out[i];
	return total;
}

/* Orders classes canonically: by lengths, then tag. */
int
ProfileClassCompare(const ProfileClass *a, const ProfileClass *b)
{
	for (int i = 0; i < 3; i++)
		if (a->size[i] != b->size[i])
			return a->size[i] < b->size[i] ? -1 : 1;
	if (a->tag != b->tag)
		return a->tag < b->tag ? -1 : 1;
	return 0;
}

/* Rounds a length up to a level of coarsening; what would exceed the limit of lengths stays at it. */
int32
CoarsenLength(int32 length, int level)
{
	int64 step;

	if (level == 0)
		return length;
	step = (int64) PROFILE_LEVEL_STEP << level;
	return (int32) Min((length + step - 1) / step * step, (int64) LENGTH_MAX);
}

/* Gives the stored form behind a datum, and raises an error if this version cannot read it. */
Profile *
ProfileFromDatum(Datum datum)
{
	Profile *profile = DatumGetProfileP(datum);

	if (VARSIZE(profile) < sizeof(Profile) || profile->version != PROFILE_VERSION)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
						errmsg("unknown version %d of packopt.profile",
							   VARSIZE(profile) < sizeof(Profile) ? 0 : profile->version),
						errhint("The value was written by a newer packopt; update the extension.")));
	return profile;
}

/*
 * Checks everything that is not implied by the layout and fills in the totals. Returns what is
 * wrong, or NULL.
 */
static const char *
CheckProfile(Profile *profile)
{
	const ProfileClass *class = ProfileClasses(profile);
	int128 total = 0;
	int64 shipments = 0;

	if (profile->version != PROFILE_VERSION)
		return "unknown version";
	if (profile->length_unit > LENGTH_UNIT_IN)
		return "unknown length unit";
	if (profile->weight_unit > WEIGHT_UNIT_LB)
		return "unknown weight unit";
	if (profile->level > PROFILE_MAX_LEVEL)
		return "level out of range";
	if (profile->max_classes < PROFILE_MIN_MAX_CLASSES ||
		profile->max_classes > PROFILE_DEFAULT_MAX_CLASSES)
		return "max_classes out of range";
	if (profile->nclasses > profile->max_classes)
		return "more classes than max_classes";
	for (int i = 0; i < LEFT_SLOTS; i++)
		if (profile->left_out[i] < 0 || (i >= LEFT_REASONS && profile->left_out[i] != 0))
			return "left-out count out of range";

	for (int i = 0; i < profile->nclasses; i++)
	{
		int128 content;

		if (class[i].size[2] < 1 || class[i].size[1] < class[i].size[2] ||
			class[i].size[0] < class[i].size[1] || class[i].size[0] > LENGTH_MAX)
			return "lengths of a class not in descending order or out of range";
		for (int k = 0; k < 3; k++)
			if (CoarsenLength(class[i].size[k], profile->level) != class[i].size[k])
				return "lengths of a class not of the profile's level";
		if (class[i].tag != 0)
			return "unknown kind of class";
		if (i > 0 && ProfileClassCompare(&class[i - 1], &class[i]) >= 0)
			return "classes not in ascending order";
		if (class[i].count < 1 || __builtin_add_overflow(shipments, class[i].count, &shipments))
			return "number of shipments out of range";
		content = ProfileClassContent(profile, i);
		if (content < 1 || content > VolumeOf(class[i].size) * class[i].count ||
			__builtin_add_overflow(total, content, &total))
			return "content volume out of range";
	}
	profile->shipments = shipments;
	profile->content = StoreInt128(total);
	return NULL;
}

/* Allocates a profile with room for a number of classes. */
static Profile *
AllocateProfile(int32 nclasses, int level)
{
	Size class_size = sizeof(ProfileClass) + (level > 0 ? sizeof(StoredInt128) : 0);
	Size size = sizeof(Profile) + nclasses * class_size;
	Profile *profile = palloc0(size);

	SET_VARSIZE(profile, size);
	profile->version = PROFILE_VERSION;
	profile->level = level;
	profile->nclasses = nclasses;
	return profile;
}

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

/* Appends the header of the text form. */
static void
AppendHeader(StringInfo out, const Profile *profile)
{
	bool first = true;

	appendStringInfo(out, "packopt-profile %d length_unit=%s weight_unit=%s level=%d max_classes=%d",
					 profile->version, LengthUnitName((LengthUnit) profile->length_unit),
					 WeightUnitName((WeightUnit) profile->weight_unit), profile->level,
					 profile->max_classes);
	for (int i = 0; i < LEFT_REASONS; i++)
		if (profile->left_out[i] > 0)
		{
			appendStringInfo(out, "%s%s:" INT64_FORMAT, first ? " left_out=" : ",",
							 LeftOutName((LeftOutReason) i), profile->left_out[i]);
			first = false;
		}
	appendStringInfo(out, " classes=%d :", profile->nclasses);
}

PG_FUNCTION_INFO_V1(packopt_profile_out);
/* Text output: reads back the same, bit for bit. */
Datum
packopt_profile_out(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);
	const ProfileClass *class = ProfileClasses(profile);
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
ParseCount(const char **cursor, int64 max, int64 *value)
{
	int128 wide;

	if (!ParseInt128(cursor, &wide) || wide > max)
		return false;
	*value = (int64) wide;
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

		if (!ParseWord(cursor, name, sizeof(name)))
			return false;
		for (reason = 0; reason < LEFT_REASONS; reason++)
			if (strcmp(name, LeftOutName((LeftOutReason) reason)) == 0)
				break;
		if (reason == LEFT_REASONS || *(*cursor)++ != ':' ||
			!ParseCount(cursor, PG_INT64_MAX, &left_out[reason]))
			return false;
		if (**cursor != ',')
			return true;
		(*cursor)++;
	}
}

/* Reads the header up to the colon. Fields may come in any order and be missing; NULL = bad syntax. */
static Profile *
ParseHeader(const char **cursor)
{
	Profile header = {.version = PROFILE_VERSION, .max_classes = PROFILE_DEFAULT_MAX_CLASSES};
	Profile *profile;
	int64 nclasses = 0;
	int64 number;
	const char *p = *cursor;

	while (isspace((unsigned char) *p))
		p++;
	if (strncmp(p, "packopt-profile ", 16) != 0)
		return NULL;
	p += 16;
	if (!ParseCount(&p, PROFILE_VERSION, &number) || number < 1)
		return NULL;
	for (;;)
	{
		char name[32];
		char word[32];
		bool good = false;

		while (isspace((unsigned char) *p))
			p++;
		if (*p == ':')
			break;
		if (!ParseWord(&p, name, sizeof(name)) || *p++ != '=')
			return NULL;
		if (strcmp(name, "length_unit") == 0)
		{
			LengthUnit unit;

			good = ParseWord(&p, word, sizeof(word)) && LengthUnitFromName(word, &unit);
			if (good)
				header.length_unit = unit;
		}
		else if (strcmp(name, "weight_unit") == 0)
		{
			WeightUnit unit;

			good = ParseWord(&p, word, sizeof(word)) && WeightUnitFromName(word, &unit);
			if (good)
				header.weight_unit = unit;
		}
		else if (strcmp(name, "level") == 0 && (good = ParseCount(&p, PROFILE_MAX_LEVEL, &number)))
			header.level = (uint8) number;
		else if (strcmp(name, "max_classes") == 0 &&
				 (good = ParseCount(&p, PROFILE_DEFAULT_MAX_CLASSES, &number)))
			header.max_classes = (int32) number;
		else if (strcmp(name, "classes") == 0)
			good = ParseCount(&p, PROFILE_DEFAULT_MAX_CLASSES, &nclasses);
		else if (strcmp(name, "left_out") == 0)
			good = ParseLeftOut(&p, header.left_out);
		if (!good)
			return NULL;
	}
	p++;
	/* every class takes at least eight characters: do not allocate for classes that are not there */
	if ((size_t) nclasses > strlen(p) / 8)
		return NULL;
	profile = AllocateProfile((int32) nclasses, header.level);
	memcpy((char *) profile + offsetof(Profile, version),
		   (char *) &header + offsetof(Profile, version), sizeof(Profile) - sizeof(int32));
	profile->nclasses = (int32) nclasses;
	*cursor = p;
	return profile;
}

/* Reads one class; returns false on bad syntax. */
static bool
ParseClass(const char **cursor, Profile *profile, int i)
{
	ProfileClass *class = &((ProfileClass *) (profile + 1))[i];

	while (isspace((unsigned char) **cursor))
		(*cursor)++;
	for (int k = 0; k < 3; k++)
	{
		int64 value;

		if (k > 0 && *(*cursor)++ != 'x')
			return false;
		if (FixedParse(cursor, FIXED_ROUND_UP, LENGTH_MAX, &value) != FIXED_OK)
			return false;
		class->size[k] = (int32) value;
	}
	if (*(*cursor)++ != '*' || !ParseCount(cursor, PG_INT64_MAX, &class->count))
		return false;
	if (profile->level > 0)
	{
		int128 content;

		if (*(*cursor)++ != '/' || !ParseInt128(cursor, &content))
			return false;
		((StoredInt128 *) ProfileContents(profile))[i] = StoreInt128(content);
	}
	return true;
}

PG_FUNCTION_INFO_V1(packopt_profile_in);
/* Text input. */
Datum
packopt_profile_in(PG_FUNCTION_ARGS)
{
	const char *p = PG_GETARG_CSTRING(0);
	Profile *profile = ParseHeader(&p);
	const char *wrong;

	if (profile == NULL)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type packopt.profile"),
				 errdetail("The header is not understood.")));
	for (int i = 0; i < profile->nclasses; i++)
	{
		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if (!ParseClass(&p, profile, i))
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type packopt.profile"),
					 errdetail("Class %d is not understood.", i + 1)));
	}
	while (isspace((unsigned char) *p))
		p++;
	wrong = *p != '\0' ? "text behind the last class" : CheckProfile(profile);
	if (wrong != NULL)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid value for type packopt.profile: %s", wrong)));
	PG_RETURN_POINTER(profile);
}

PG_FUNCTION_INFO_V1(packopt_profile_send);
/* Binary output: the header's fields, then the classes, in network byte order. */
Datum
packopt_profile_send(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);
	const ProfileClass *class = ProfileClasses(profile);
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
	for (int i = 0; i < profile->nclasses; i++)
	{
		for (int k = 0; k < 3; k++)
			pq_sendint32(&message, class[i].size[k]);
		pq_sendint32(&message, class[i].tag);
		pq_sendint64(&message, class[i].count);
		if (profile->level > 0)
		{
			StoredInt128 content = ProfileContents(profile)[i];

			pq_sendint64(&message, content.high);
			pq_sendint64(&message, content.low);
		}
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

PG_FUNCTION_INFO_V1(packopt_profile_recv);
/* Binary input; nothing is taken on trust. */
Datum
packopt_profile_recv(PG_FUNCTION_ARGS)
{
	StringInfo message = (StringInfo) PG_GETARG_POINTER(0);
	Profile header = {0};
	Profile *profile;
	ProfileClass *class;
	int class_bytes;
	const char *wrong;

	header.version = pq_getmsgbyte(message);
	if (header.version != PROFILE_VERSION)
		RaiseBadBinary("unknown version");
	header.length_unit = pq_getmsgbyte(message);
	header.weight_unit = pq_getmsgbyte(message);
	header.level = pq_getmsgbyte(message);
	header.max_classes = pq_getmsgint(message, 4);
	header.nclasses = pq_getmsgint(message, 4);
	for (int i = 0; i < LEFT_SLOTS; i++)
		header.left_out[i] = pq_getmsgint64(message);
	class_bytes = 24 + (header.level > 0 ? 16 : 0);
	if (header.nclasses < 0 || header.nclasses > (message->len - message->cursor) / class_bytes)
		RaiseBadBinary("more classes than bytes");

	profile = AllocateProfile(header.nclasses, header.level);
	memcpy((char *) profile + offsetof(Profile, version),
		   (char *) &header + offsetof(Profile, version), sizeof(Profile) - sizeof(int32));
	class = (ProfileClass *) (profile + 1);
	for (int i = 0; i < profile->nclasses; i++)
	{
		for (int k = 0; k < 3; k++)
			class[i].size[k] = pq_getmsgint(message, 4);
		class[i].tag = pq_getmsgint(message, 4);
		class[i].count = pq_getmsgint64(message);
		if (profile->level > 0)
		{
			StoredInt128 *content = &((StoredInt128 *) ProfileContents(profile))[i];

			content->high = pq_getmsgint64(message);
			content->low = pq_getmsgint64(message);
		}
	}
	wrong = CheckProfile(profile);
	if (wrong != NULL)
		RaiseBadBinary(wrong);
	PG_RETURN_POINTER(profile);
}

PG_FUNCTION_INFO_V1(packopt_profile_eq);
/* Tells whether two profiles are the same, bit for bit. */
Datum
packopt_profile_eq(PG_FUNCTION_ARGS)
{
	Profile *a = PG_GETARG_PROFILE_P(0);
	Profile *b = PG_GETARG_PROFILE_P(1);

	PG_RETURN_BOOL(VARSIZE(a) == VARSIZE(b) && memcmp(a, b, VARSIZE(a)) == 0);
}

PG_FUNCTION_INFO_V1(packopt_profile_ne);
/* Tells whether two profiles differ. */
Datum
packopt_profile_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!DatumGetBool(packopt_profile_eq(fcinfo)));
}

PG_FUNCTION_INFO_V1(packopt_profile_shipments);
/* Number of shipments in the classes. */
Datum
packopt_profile_shipments(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_GETARG_PROFILE_P(0)->shipments);
}

PG_FUNCTION_INFO_V1(packopt_profile_left_out_total);
/* Number of shipments left out, for whatever reason. */
Datum
packopt_profile_left_out_total(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(ProfileLeftOut(PG_GETARG_PROFILE_P(0)));
}

PG_FUNCTION_INFO_V1(packopt_profile_class_count);
/* Number of classes. */
Datum
packopt_profile_class_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(PG_GETARG_PROFILE_P(0)->nclasses);
}

PG_FUNCTION_INFO_V1(packopt_profile_level);
/* Level of coarsening, 0 = exact. */
Datum
packopt_profile_level(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(PG_GETARG_PROFILE_P(0)->level);
}

PG_FUNCTION_INFO_V1(packopt_profile_content_volume);
/* Volume of the contents of all shipments. */
Datum
packopt_profile_content_volume(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(VolumeToDouble(LoadInt128(&PG_GETARG_PROFILE_P(0)->content)));
}

PG_FUNCTION_INFO_V1(packopt_profile_length_unit);
/* Length unit, NULL if not known. */
Datum
packopt_profile_length_unit(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);

	if (profile->length_unit == LENGTH_UNIT_UNKNOWN)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(LengthUnitName((LengthUnit) profile->length_unit)));
}

PG_FUNCTION_INFO_V1(packopt_profile_weight_unit);
/* Weight unit, NULL if not known. */
Datum
packopt_profile_weight_unit(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);

	if (profile->weight_unit == WEIGHT_UNIT_UNKNOWN)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(WeightUnitName((WeightUnit) profile->weight_unit)));
}

PG_FUNCTION_INFO_V1(packopt_profile_bytes);
/* Size in memory. */
Datum
packopt_profile_bytes(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(VARSIZE(PG_GETARG_PROFILE_P(0)));
}

PG_FUNCTION_INFO_V1(packopt_profile_left_out);
/* Rows (reason, shipments) of what was left out. */
Datum
packopt_profile_left_out(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < LEFT_REASONS; i++)
		if (profile->left_out[i] > 0)
		{
			Datum values[2] = {CStringGetTextDatum(LeftOutName((LeftOutReason) i)),
							   Int64GetDatum(profile->left_out[i])};
			bool nulls[2] = {false, false};

			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(packopt_profile_classes);
/* Rows (box, shipments, content_volume): the classes, each with the smallest box for it. */
Datum
packopt_profile_classes(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < profile->nclasses; i++)
	{
		const ProfileClass *class = &ProfileClasses(profile)[i];
		Box box = {{class->size[0], class->size[1], class->size[2]}};
		Datum values[3] = {PointerGetDatum(&box), Int64GetDatum(class->count),
						   Float8GetDatum(VolumeToDouble(ProfileClassContent(profile, i)))};
		bool nulls[3] = {false, false, false};

		CHECK_FOR_INTERRUPTS();
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
