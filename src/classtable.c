/*
 * classtable.c
 *	  Classes of alike shipments in a hash table, coarsened where there are too many.
 *
 * Open addressing, growing by doubling. Above a cap on the number of classes, all lengths are rounded
 * up to a coarser level, the lowest at which the classes fit under the cap. That level does not depend
 * on the order of arrival: the number of classes at a level only grows with the data, so a part that
 * overflows a level proves that the whole does; and levels nest, so rounding at once or step by step
 * gives the same lengths. Counts and volumes are integers. So the classes of a whole are those of its
 * parts, merged in any order.
 */
#include "kernel.h"

#include "classtable.h"

#define INITIAL_SLOTS 64

/* Computes the exact volume of three lengths. */
static inline WideInt
Volume(const int32_t size[3])
{
	return (WideInt) ((int64_t) size[0] * size[1]) * size[2];
}

/* Rounds a length up to a level of coarsening; what would exceed the limit of lengths stays at it. */
int32_t
CoarsenLength(int32_t length, int level)
{
	int64_t step;
	int64_t rounded;

	if (level == 0)
		return length;
	step = (int64_t) COARSE_STEP << level;
	rounded = (length + step - 1) / step * step;
	return (int32_t) (rounded < LENGTH_MAX ? rounded : LENGTH_MAX);
}

/* Orders classes canonically: by lengths, then weight. */
int
ProfileClassCompare(const ProfileClass *a, const ProfileClass *b)
{
	for (int i = 0; i < 3; i++)
		if (a->size[i] != b->size[i])
			return a->size[i] < b->size[i] ? -1 : 1;
	if (a->weight_class != b->weight_class)
		return a->weight_class < b->weight_class ? -1 : 1;
	return 0;
}

/* Makes an empty table, exact as long as there are no more than max_classes. */
void
ClassTableInit(ClassTable *table, int32_t max_classes)
{
	memset(table, 0, sizeof(ClassTable));
	table->max_classes = max_classes;
	table->nslots = INITIAL_SLOTS;
	table->slot = KernelAllocZero(INITIAL_SLOTS * sizeof(ProfileClass));
}

/* Frees what a table holds. */
void
ClassTableFree(ClassTable *table)
{
	KernelFree(table->slot);
	if (table->content != NULL)
		KernelFree(table->content);
}

/* Mixes the 16 bytes of a class's key. */
static inline uint32_t
HashClass(const int32_t size[3], uint32_t weight_class)
{
	uint64_t a = ((uint64_t) (uint32_t) size[0] << 32) | (uint32_t) size[1];
	uint64_t b = ((uint64_t) (uint32_t) size[2] << 32) | weight_class;
	uint64_t h = a * UINT64_C(0x9E3779B97F4A7C15);

	h = ((h << 31) | (h >> 33)) ^ b;
	h *= UINT64_C(0xD6E8FEB86659FD93);
	h ^= h >> 32;
	h *= UINT64_C(0xD6E8FEB86659FD93);
	return (uint32_t) (h >> 32);
}

/* Finds the slot of a class, or the free one where it belongs. */
static inline uint32_t
FindSlot(const ClassTable *table, const int32_t size[3], uint32_t weight_class)
{
	uint32_t mask = table->nslots - 1;
	uint32_t i = HashClass(size, weight_class) & mask;

	for (;; i = (i + 1) & mask)
	{
		const ProfileClass *slot = &table->slot[i];

		if (slot->count == 0 || (slot->size[0] == size[0] && slot->size[1] == size[1] &&
								 slot->size[2] == size[2] && slot->weight_class == weight_class))
			return i;
	}
}

/* Adds a class of any lower or equal level; false if a sum leaves its range. */
static inline bool
AddToSlot(ClassTable *table, const ProfileClass *class, WideInt content)
{
	int32_t size[3];
	uint32_t i;
	ProfileClass *slot;

	for (int k = 0; k < 3; k++)
		size[k] = CoarsenLength(class->size[k], table->level);
	i = FindSlot(table, size, class->weight_class);
	slot = &table->slot[i];
	if (slot->count == 0)
	{
		memcpy(slot->size, size, sizeof(slot->size));
		slot->weight_class = class->weight_class;
		slot->count = class->count;
		table->nclasses++;
		if (table->content != NULL)
			table->content[i] = content;
		return true;
	}
	if (__builtin_add_overflow(slot->count, class->count, &slot->count))
		return false;
	return table->content == NULL ||
		   !__builtin_add_overflow(table->content[i], content, &table->content[i]);
}

/* Moves all classes into a table of nslots slots at the given level. */
static bool
Rebuild(ClassTable *table, uint32_t nslots, int level)
{
	ClassTable old = *table;
	bool good = true;

	table->slot = KernelAllocZero((size_t) nslots * sizeof(ProfileClass));
	table->content = level == 0 ? NULL : KernelAlloc((size_t) nslots * sizeof(WideInt));
	table->nslots = nslots;
	table->nclasses = 0;
	table->level = level;
	for (uint32_t i = 0; i < old.nslots; i++)
		if (old.slot[i].count != 0)
			good &= AddToSlot(table, &old.slot[i],
							  old.content != NULL ? old.content[i]
												  : Volume(old.slot[i].size) * old.slot[i].count);
	ClassTableFree(&old);
	return good;
}

/* Coarsens until the classes fit under the cap, and keeps the table at most 5/8 full. */
static bool
MakeRoom(ClassTable *table)
{
	bool good = true;

	while (table->nclasses > table->max_classes && table->level < COARSE_MAX_LEVEL)
		good &= Rebuild(table, table->nslots, table->level + 1);
	if ((uint64_t) table->nclasses * 8 > (uint64_t) table->nslots * 5)
		good &= Rebuild(table, table->nslots * 2, table->level);
	return good;
}

/*
 * Adds the shipments of a class of any level up to the table's; content is the volume of all their
 * contents. False if a sum leaves its range: the table is spoilt then.
 */
bool
ClassTableAdd(ClassTable *table, const ProfileClass *class, WideInt content)
{
	if (!AddToSlot(table, class, content))
		return false;
	return MakeRoom(table);
}

/* Lowers the cap on the number of classes, unless it is lower already. */
bool
ClassTableLowerMax(ClassTable *table, int32_t max_classes)
{
	if (max_classes < table->max_classes)
		table->max_classes = max_classes;
	return MakeRoom(table);
}

/* Coarsens to a level, unless the table is there already. */
bool
ClassTableRaiseLevel(ClassTable *table, int level)
{
	return level <= table->level || Rebuild(table, table->nslots, level);
}

/* A class on its way to its place, with its content. */
typedef struct SortedClass
{
	ProfileClass class;
	WideInt content;
} SortedClass;

/* qsort comparator. */
static int
CompareClasses(const void *a, const void *b)
{
	return ProfileClassCompare(a, b);
}

/* qsort comparator of classes with their contents. */
static int
CompareSorted(const void *a, const void *b)
{
	return ProfileClassCompare(&((const SortedClass *) a)->class,
							   &((const SortedClass *) b)->class);
}

/* Writes the nclasses classes in canonical order and, at levels above 0, their contents. */
void
ClassTableSorted(const ClassTable *table, ProfileClass *class, WideInt *content)
{
	SortedClass *sorted;
	int n = 0;

	if (table->content == NULL)
	{
		for (uint32_t i = 0; i < table->nslots; i++)
			if (table->slot[i].count != 0)
				class[n++] = table->slot[i];
		qsort(class, n, sizeof(ProfileClass), CompareClasses);
		return;
	}
	sorted = KernelAlloc((size_t) table->nclasses * sizeof(SortedClass) + 1);
	for (uint32_t i = 0; i < table->nslots; i++)
		if (table->slot[i].count != 0)
		{
			sorted[n].class = table->slot[i];
			sorted[n++].content = table->content[i];
		}
	qsort(sorted, n, sizeof(SortedClass), CompareSorted);
	for (int i = 0; i < n; i++)
	{
		class[i] = sorted[i].class;
		content[i] = sorted[i].content;
	}
	KernelFree(sorted);
}
