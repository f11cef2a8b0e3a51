/*
 * shapedset.c
 *	  The shaped classes of a profile while it is being aggregated: a hash table, and beyond its
 *	  limits a sample.
 *
 * Real orders repeat, but not without end. When classes exceed their number or their bytes, those
 * with the smallest hashes of their content stay, as many as fit: a bottom-k sample. It is the same
 * whatever the order of arrival and however the data were split, because a class that some part of
 * the data pushes out has too many smaller hashes before it in the whole as well. Pruning at any time
 * is therefore right; it is done at twice the limits, so that it costs little per class, and once at
 * the end.
 *
 * What is left out must still fit a suite. One minimal box of each such class stays as a place
 * without weight, coarsened as plain classes are until there are few.
 */
#include "kernel.h"

#include "common/int.h"

#include "shapedset.h"

#define INITIAL_SLOTS 64

/* Starts an empty set whose classes live in the given context. */
void
ShapedSetInit(ShapedSet *set, MemoryContext context)
{
	memset(set, 0, sizeof(ShapedSet));
	set->context = context;
}

/* Finds the slot of a class, or the free one where it belongs. */
static ShapedSlot *
FindSlot(const ShapedSet *set, const ShapedClass *class, uint64 hash)
{
	uint32 mask = set->nslots - 1;
	uint32 i = (uint32) (hash >> 32) & mask;

	for (;; i = (i + 1) & mask)
	{
		ShapedSlot *slot = &set->slot[i];

		if (slot->class == NULL ||
			(slot->hash == hash && ShapedClassCompare(slot->class, class) == 0))
			return slot;
	}
}

/* Moves all classes whose hash is below the threshold into a table of nslots slots. */
static void
Rebuild(ShapedSet *set, uint32 nslots)
{
	ShapedSlot *old = set->slot;
	uint32 old_nslots = set->nslots;

	set->slot = MemoryContextAllocExtended(set->context, nslots * sizeof(ShapedSlot),
										   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	set->nslots = nslots;
	for (uint32 i = 0; i < old_nslots; i++)
		if (old[i].class != NULL)
			*FindSlot(set, old[i].class, old[i].hash) = old[i];
	if (old != NULL)
		pfree(old);
}

/* Canonical order of places. */
static int
ComparePlaces(const CoverPlace *a, const CoverPlace *b)
{
	if (a->upright != b->upright)
		return a->upright < b->upright ? -1 : 1;
	for (int k = 0; k < 3; k++)
		if (a->size[k] != b->size[k])
			return a->size[k] < b->size[k] ? -1 : 1;
	return 0;
}

/* Inserts a place of the set's level into the sorted list; room for one more is there. */
static void
InsertPlace(ShapedSet *set, const CoverPlace *place)
{
	int low = 0;
	int high = set->ncover;

	while (low < high)
	{
		int middle = (low + high) / 2;
		int order = ComparePlaces(&set->cover[middle], place);

		if (order == 0)
			return;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	memmove(set->cover + low + 1, set->cover + low, (set->ncover - low) * sizeof(CoverPlace));
	set->cover[low] = *place;
	set->ncover++;
}

/* Raises the level of the places. */
static void
RaiseCoverLevel(ShapedSet *set, int level)
{
	int n = set->ncover;

	set->cover_level = level;
	set->ncover = 0;
	for (int i = 0; i < n; i++)
	{
		CoverPlace place = set->cover[i];

		for (int k = 0; k < 3; k++)
			place.size[k] = CoarsenLength(place.size[k], level);
		InsertPlace(set, &place);
	}
}

/* Adds a place that must be covered. */
static void
AddPlace(ShapedSet *set, const int32 size[3], int upright)
{
	CoverPlace place = {.upright = upright};

	if (set->cover == NULL)
		set->cover = MemoryContextAlloc(set->context, (PROFILE_MAX_COVER + 1) * sizeof(CoverPlace));
	for (int k = 0; k < 3; k++)
		place.size[k] = CoarsenLength(size[k], set->cover_level);
	InsertPlace(set, &place);
	while (set->ncover > PROFILE_MAX_COVER && set->cover_level < COARSE_MAX_LEVEL)
		RaiseCoverLevel(set, set->cover_level + 1);
}

/* Leaves out a class: its first minimal box stays as a place. */
static void
LeaveOutClass(ShapedSet *set, const ShapedClass *class)
{
	AddPlace(set, class->element[0], class->upright);
}

/* qsort comparator of slots, by hash; free ones last. */
static int
CompareHashes(const void *a, const void *b)
{
	const ShapedSlot *p = a;
	const ShapedSlot *q = b;

	if ((p->class == NULL) != (q->class == NULL))
		return p->class == NULL ? 1 : -1;
	if (p->hash != q->hash)
		return p->hash < q->hash ? -1 : 1;
	return 0;
}

/* Lowers the threshold and leaves out the classes from there on. */
static void
LowerThreshold(ShapedSet *set, uint64 threshold)
{
	set->threshold = threshold;
	for (uint32 i = 0; i < set->nslots; i++)
	{
		ShapedSlot *slot = &set->slot[i];

		if (slot->class == NULL || slot->hash < threshold)
			continue;
		LeaveOutClass(set, slot->class);
		set->n--;
		set->bytes -= ShapedClassSize(slot->class->nelements);
		pfree(slot->class);
		slot->class = NULL;
	}
	Rebuild(set, set->nslots);
}

/* Brings the set within its limits. */
void
ShapedSetPrune(ShapedSet *set)
{
	ShapedSlot *sorted;
	int64 bytes = 0;
	int n = 0;
	uint64 threshold = 0;

	if (set->n <= PROFILE_MAX_SHAPED && set->bytes <= PROFILE_MAX_SHAPED_BYTES)
		return;
	sorted = MemoryContextAllocHuge(CurrentMemoryContext, set->nslots * sizeof(ShapedSlot));
	memcpy(sorted, set->slot, set->nslots * sizeof(ShapedSlot));
	pg_qsort(sorted, set->nslots, sizeof(ShapedSlot), CompareHashes);
	while (n < set->n)
	{
		bytes += ShapedClassSize(sorted[n].class->nelements);
		if (n >= PROFILE_MAX_SHAPED || bytes > PROFILE_MAX_SHAPED_BYTES)
		{
			threshold = sorted[n].hash;
			break;
		}
		n++;
	}
	pfree(sorted);
	LowerThreshold(set, threshold);
}

/* Adds shipments to a class, without touching the totals. */
static void
AddClass(ShapedSet *set, const ShapedClass *class)
{
	uint64 hash = ShapedClassHash(class);
	Size size = ShapedClassSize(class->nelements);
	ShapedSlot *slot;

	if (set->threshold != 0 && hash >= set->threshold)
	{
		LeaveOutClass(set, class);
		return;
	}
	if ((uint64) set->n * 8 >= (uint64) set->nslots * 5)
		Rebuild(set, set->nslots == 0 ? INITIAL_SLOTS : set->nslots * 2);
	slot = FindSlot(set, class, hash);
	if (slot->class != NULL)
	{
		if (pg_add_s64_overflow(slot->class->count, class->count, &slot->class->count))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("profile counts out of range")));
		return;
	}
	slot->hash = hash;
	slot->class = MemoryContextAllocZero(set->context, size);
	memcpy(slot->class, class,
		   offsetof(ShapedClass, element) + (Size) class->nelements * 3 * sizeof(int32));
	set->n++;
	set->bytes += size;
	if (set->n > 2 * PROFILE_MAX_SHAPED || set->bytes > 2 * PROFILE_MAX_SHAPED_BYTES)
		ShapedSetPrune(set);
}

/* Adds the shipments of a class. */
void
ShapedSetAdd(ShapedSet *set, const ShapedClass *class)
{
	set->shipments += class->count;
	set->content += LoadInt128(&class->content) * class->count;
	AddClass(set, class);
}

/* Merges the shaped classes of a stored profile. */
void
ShapedSetMerge(ShapedSet *set, const Profile *other)
{
	const ShapedClass *class = ProfileShaped(other);

	set->shipments += other->shaped_shipments;
	set->content += LoadInt128(&other->shaped_content);
	if (other->ncover > 0 && other->cover_level > set->cover_level)
		RaiseCoverLevel(set, other->cover_level);
	for (int i = 0; i < other->ncover; i++)
		AddPlace(set, ProfileCover(other)[i].size, ProfileCover(other)[i].upright);
	if (other->threshold != 0 && (set->threshold == 0 || other->threshold < set->threshold))
		LowerThreshold(set, other->threshold);
	for (int i = 0; i < other->nshaped; i++, class = NextShaped(class))
	{
		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		AddClass(set, class);
	}
}

/* qsort comparator of slots: canonical order; free ones last. */
static int
CompareSlots(const void *a, const void *b)
{
	const ShapedSlot *p = a;
	const ShapedSlot *q = b;

	if (p->class == NULL || q->class == NULL)
		return (p->class == NULL) - (q->class == NULL);
	return ShapedClassCompare(p->class, q->class);
}

/* Writes classes and places in canonical order; the set has been pruned. */
void
ShapedSetFlatten(const ShapedSet *set, char *target)
{
	ShapedSlot *sorted;

	if (set->n > 0)
	{
		sorted = MemoryContextAllocHuge(CurrentMemoryContext, set->nslots * sizeof(ShapedSlot));
		memcpy(sorted, set->slot, set->nslots * sizeof(ShapedSlot));
		pg_qsort(sorted, set->nslots, sizeof(ShapedSlot), CompareSlots);
		for (int i = 0; i < set->n; i++)
		{
			Size size = ShapedClassSize(sorted[i].class->nelements);

			memcpy(target, sorted[i].class, size);
			target += size;
		}
		pfree(sorted);
	}
	if (set->ncover > 0)
		memcpy(target, set->cover, set->ncover * sizeof(CoverPlace));
}
