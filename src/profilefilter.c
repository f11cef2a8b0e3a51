/*
 * profilefilter.c
 *	  Parts of a profile: the shipments that are not too heavy, or that satisfy any other condition.
 */
#include "kernel.h"

#include <math.h>

#include "miscadmin.h"

#include "profile.h"

/* Copies the plain classes to keep, and their contents behind them; takes the others off the totals. */
static char *
CopyPlain(const Profile *profile, KeepPlainClass keep, void *arg, Profile *part, int128 *content)
{
	const ProfileClass *class = ProfileClasses(profile);
	bool *kept = MemoryContextAllocHuge(CurrentMemoryContext, Max(profile->nclasses, 1));
	ProfileClass *target = (ProfileClass *) ProfileClasses(part);
	StoredInt128 *target_content;

	part->nclasses = 0;
	for (int i = 0; i < profile->nclasses; i++)
	{
		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		kept[i] = keep(&class[i], arg);
		if (kept[i])
			target[part->nclasses++] = class[i];
		else
		{
			part->shipments -= class[i].count;
			*content -= ProfileClassContent(profile, i);
		}
	}
	target_content = (StoredInt128 *) ProfileContents(part);
	if (profile->level > 0)
		for (int i = 0; i < profile->nclasses; i++)
			if (kept[i])
				*target_content++ = ProfileContents(profile)[i];
	pfree(kept);
	return (char *) target_content;
}

/* Copies the shaped classes to keep; of a sample, the totals of the others are scaled. */
static char *
CopyShaped(const Profile *profile, KeepShapedClass keep, void *arg, Profile *part, int128 *content,
		   char *target)
{
	const ShapedClass *shaped = ProfileShaped(profile);
	double scale = ProfileSampleScale(profile);
	int64 dropped = 0;
	int128 dropped_content = 0;

	part->nshaped = 0;
	part->shaped_bytes = 0;
	for (int i = 0; i < profile->nshaped; i++, shaped = NextShaped(shaped))
	{
		Size size = ShapedClassSize(shaped->nelements);

		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if (!keep(shaped, arg))
		{
			dropped += shaped->count;
			dropped_content += LoadInt128(&shaped->content) * shaped->count;
			continue;
		}
		memcpy(target, shaped, size);
		target += size;
		part->nshaped++;
		part->shaped_bytes += size;
	}
	dropped = (int64) rint(dropped * scale);
	if (scale != 1)
		dropped_content = (int128) ((double) dropped_content * scale);
	part->shipments -= dropped;
	part->shaped_shipments -= dropped;
	part->shaped_content = StoreInt128(LoadInt128(&profile->shaped_content) - dropped_content);
	*content -= dropped_content;
	return target;
}

/*
 * Gives a copy with only those classes for which the callbacks, called with arg, say so. The others
 * are not counted as left out.
 */
Profile *
ProfileFilter(const Profile *profile, KeepPlainClass keep_plain, KeepShapedClass keep_shaped,
			  void *arg)
{
	Profile *part = MemoryContextAllocHuge(CurrentMemoryContext, VARSIZE(profile));
	int128 content = LoadInt128(&profile->content);
	char *target;

	memset(part, 0, VARSIZE(profile));
	*part = *profile;
	target = CopyPlain(profile, keep_plain, arg, part, &content);
	target = CopyShaped(profile, keep_shaped, arg, part, &content, target);
	memcpy(target, ProfileCover(profile), profile->ncover * sizeof(CoverPlace));
	part->content = StoreInt128(content);
	SET_VARSIZE(part, ProfileSize(part->nclasses, part->level, part->shaped_bytes, part->ncover));
	return part;
}

/* Whether a plain class weighs at most *arg steps. */
static bool
PlainIsLight(const ProfileClass *class, void *arg)
{
	return class->weight_class <= *(const int64 *) arg;
}

/* Whether a shaped class weighs at most *arg steps. */
static bool
ShapedIsLight(const ShapedClass *class, void *arg)
{
	return class->weight_class <= *(const int64 *) arg;
}

/*
 * Gives a copy without the shipments heavier than max_weight (fixed-point), which count as left out.
 * A class is heavier if the upper end of its weight is; shipments of unknown weight stay.
 */
Profile *
ProfileWithoutOverweight(const Profile *profile, int64 max_weight)
{
	Profile *light;
	int64 most_steps;

	if (profile->weight_step == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the profile keeps no weights"),
				 errhint("Build it with profile_shipments(..., weight_step => 1).")));
	most_steps = max_weight / profile->weight_step;
	light = ProfileFilter(profile, PlainIsLight, ShapedIsLight, &most_steps);
	light->left_out[LEFT_OVERWEIGHT] += profile->shipments - light->shipments;
	return light;
}
