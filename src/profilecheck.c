/*
 * profilecheck.c
 *	  What every stored packopt.profile satisfies: the checks on a profile that comes from outside.
 *
 * All else that works on profiles takes for granted what is checked here: fields in range, lengths
 * in the order of their domain and of the profile's level, classes in canonical order and none of
 * them twice, minimal boxes of which none lies within another, and sums that overflow nowhere. The
 * header is checked by itself first, before anything is allocated after what it says.
 */
#include "kernel.h"

#include "profilecheck.h"

/* Whether three lengths are in range and in the order of their domain. */
static bool
CheckLengths(const int32 size[3], bool upright)
{
	return size[1] >= 1 && size[0] >= size[1] && size[0] <= LENGTH_MAX && size[2] >= 1 &&
		   size[2] <= (upright ? LENGTH_MAX : size[1]);
}

/* Whether lengths are multiples of what a level of coarsening rounds to. */
static bool
CheckLevel(const int32 size[3], int level)
{
	for (int k = 0; k < 3; k++)
		if (CoarsenLength(size[k], level) != size[k])
			return false;
	return true;
}

/* Checks the header's fields by themselves. */
const char *
ProfileCheckHeader(const Profile *profile)
{
	if (profile->length_unit > LENGTH_UNIT_IN)
		return "unknown length unit";
	if (profile->weight_unit > WEIGHT_UNIT_LB)
		return "unknown weight unit";
	if (profile->level > COARSE_MAX_LEVEL || profile->cover_level < 0 ||
		profile->cover_level > COARSE_MAX_LEVEL)
		return "level out of range";
	if (profile->max_classes < PROFILE_MIN_MAX_CLASSES ||
		profile->max_classes > PROFILE_DEFAULT_MAX_CLASSES)
		return "max_classes out of range";
	if (profile->nclasses > profile->max_classes)
		return "more classes than max_classes";
	if (profile->nshaped > PROFILE_MAX_SHAPED || profile->ncover > PROFILE_MAX_COVER)
		return "too many classes";
	if (profile->gap < 0 || profile->gap > LENGTH_MAX)
		return "gap out of range";
	if (profile->weight_step < 0 || profile->weight_step > WEIGHT_MAX)
		return "weight step out of range";
	for (int i = 0; i < LEFT_SLOTS; i++)
		if (profile->left_out[i] < 0 || (i >= LEFT_REASONS && profile->left_out[i] != 0))
			return "left-out count out of range";
	return NULL;
}

/* Checks the plain classes and adds up their shipments and contents. */
static const char *
CheckPlain(const Profile *profile, int64 *shipments, int128 *total)
{
	const ProfileClass *class = ProfileClasses(profile);

	for (int i = 0; i < profile->nclasses; i++)
	{
		int128 content;
		int128 box;

		if (!CheckLengths(class[i].size, false))
			return "lengths of a class not in descending order or out of range";
		if (!CheckLevel(class[i].size, profile->level))
			return "lengths of a class not of the profile's level";
		if (class[i].weight_class != 0 && profile->weight_step == 0)
			return "weight class without weight step";
		if (i > 0 && ProfileClassCompare(&class[i - 1], &class[i]) >= 0)
			return "classes not in ascending order";
		if (class[i].count < 1 || __builtin_add_overflow(*shipments, class[i].count, shipments))
			return "number of shipments out of range";
		if (__builtin_mul_overflow(VolumeOf(class[i].size), (int128) class[i].count, &box))
			return "content volume out of range";
		content = ProfileClassContent(profile, i);
		if (content < 1 || content > box || __builtin_add_overflow(*total, content, total))
			return "content volume out of range";
	}
	return NULL;
}

/* Checks one shaped class by itself. */
static const char *
CheckShapedClass(const Profile *profile, const ShapedClass *class)
{
	int128 content = LoadInt128(&class->content);

	if (class->nelements < 1 || class->upright > 1)
		return "shaped class without minimal boxes";
	if (class->weight_class != 0 && profile->weight_step == 0)
		return "weight class without weight step";
	if (class->count < 1)
		return "number of shipments out of range";
	if (content < 1 || content > ((int128) 1 << 110))
		return "content volume out of range";
	for (int e = 0; e < class->nelements; e++)
	{
		const int32 *size = class->element[e];

		if (!CheckLengths(size, class->upright))
			return "lengths of a minimal box out of order or out of range";
		for (int f = 0; f < e; f++)
			if (LengthsWithin(class->element[f], size) || LengthsWithin(size, class->element[f]))
				return "a minimal box lies within another one";
		for (int k = 0; e > 0; k++)
		{
			if (class->element[e - 1][k] < size[k])
				break;
			if (k == 2 || class->element[e - 1][k] > size[k])
				return "minimal boxes not in ascending order";
		}
	}
	if (profile->threshold != 0 && ShapedClassHash(class) >= profile->threshold)
		return "a class does not belong to the sample";
	return NULL;
}

/* Checks the shaped classes and adds up their shipments and contents. */
static const char *
CheckShaped(const Profile *profile, int64 *shipments, int128 *total)
{
	const ShapedClass *class = ProfileShaped(profile);
	const ShapedClass *previous = NULL;

	for (int i = 0; i < profile->nshaped; i++)
	{
		const char *wrong = CheckShapedClass(profile, class);
		int128 content;

		if (wrong != NULL)
			return wrong;
		if (previous != NULL && ShapedClassCompare(previous, class) >= 0)
			return "shaped classes not in ascending order";
		if (__builtin_add_overflow(*shipments, class->count, shipments))
			return "number of shipments out of range";
		if (__builtin_mul_overflow(LoadInt128(&class->content), (int128) class->count, &content) ||
			__builtin_add_overflow(*total, content, total))
			return "content volume out of range";
		previous = class;
		class = NextShaped(class);
	}
	for (int i = 0; i < profile->ncover; i++)
	{
		const CoverPlace *place = &ProfileCover(profile)[i];

		if (place->upright < 0 || place->upright > 1 ||
			!CheckLengths(place->size, place->upright) ||
			!CheckLevel(place->size, profile->cover_level))
			return "place to be covered out of range";
	}
	return NULL;
}

/*
 * Checks everything that is not implied by the layout and fills in the totals. Returns what is
 * wrong, or NULL.
 */
const char *
ProfileCheck(Profile *profile)
{
	int128 total = 0;
	int128 shaped_total = 0;
	int64 shipments = 0;
	int64 shaped_shipments = 0;
	const char *wrong = CheckPlain(profile, &shipments, &total);

	if (wrong == NULL)
		wrong = CheckShaped(profile, &shaped_shipments, &shaped_total);
	if (wrong != NULL)
		return wrong;
	if (profile->threshold == 0)
	{
		if (profile->ncover > 0)
			return "places to be covered without a sample";
		profile->shaped_shipments = shaped_shipments;
		profile->shaped_content = StoreInt128(shaped_total);
	}
	else if (profile->shaped_shipments < shaped_shipments ||
			 LoadInt128(&profile->shaped_content) < shaped_total)
		return "totals smaller than the sample";
	if (__builtin_add_overflow(shipments, profile->shaped_shipments, &profile->shipments))
		return "number of shipments out of range";
	shipments = profile->shipments;
	for (int i = 0; i < LEFT_REASONS; i++)
		if (__builtin_add_overflow(shipments, profile->left_out[i], &shipments))
			return "number of shipments, with those left out, out of range";
	if (__builtin_add_overflow(total, LoadInt128(&profile->shaped_content), &total))
		return "content volume out of range";
	profile->content = StoreInt128(total);
	return NULL;
}
