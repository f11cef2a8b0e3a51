// sources: src/classtable.c
/*
 * test_classtable.c
 *	  Classes of a whole against those of its parts, merged in any order, also across the cap.
 */
#include "kernel.h"

#include "classtable.h"
#include "tap.h"

#define MOST_ROWS 4000

static uint64_t random_state = 11;

/* Gives a number from low to high. */
static int
Between(int low, int high)
{
	uint64_t z = (random_state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	z ^= z >> 31;
	return low + (int) (z % (uint64_t) (high - low + 1));
}

/* Draws a shipment: sorted lengths up to high, now and then an absurd one. */
static ProfileClass
RandomRow(int high)
{
	ProfileClass row = {.weight_class = (uint32_t) Between(0, 2), .count = Between(1, 3)};

	for (int k = 0; k < 3; k++)
		row.size[k] = Between(0, 400) == 0 ? LENGTH_MAX - Between(0, 5) : Between(1, high);
	for (int pass = 0; pass < 2; pass++)
		for (int k = 0; k < 2; k++)
			if (row.size[k] < row.size[k + 1])
			{
				int32_t larger = row.size[k + 1];

				row.size[k + 1] = row.size[k];
				row.size[k] = larger;
			}
	return row;
}

/* Gives the volume of a row's contents. */
static WideInt
Content(const ProfileClass *row)
{
	return (WideInt) row->size[0] * row->size[1] * row->size[2] * row->count;
}

/* Adds rows begin, begin + step, ... to a new table. */
static void
Fill(ClassTable *table, const ProfileClass *row, int begin, int step, int nrows, int max_classes)
{
	ClassTableInit(table, max_classes);
	for (int i = begin; i < nrows; i += step)
		ClassTableAdd(table, &row[i], Content(&row[i]));
}

/* Merges a table into another one, as a stored profile is. */
static void
Merge(ClassTable *into, const ClassTable *from)
{
	ProfileClass *class = KernelAlloc((size_t) from->nclasses * sizeof(ProfileClass) + 1);
	WideInt *content = KernelAlloc((size_t) from->nclasses * sizeof(WideInt) + 1);

	ClassTableSorted(from, class, content);
	ClassTableRaiseLevel(into, from->level);
	ClassTableLowerMax(into, from->max_classes);
	for (int i = 0; i < from->nclasses; i++)
		ClassTableAdd(into, &class[i], from -> level > 0 ? content[i] : Content(&class[i]));
	KernelFree(class);
	KernelFree(content);
}

/* Whether two tables hold the same, bit for bit in canonical order. */
static bool
Same(const ClassTable *a, const ClassTable *b)
{
	size_t classes = (size_t) a->nclasses * sizeof(ProfileClass);
	size_t contents = a->level > 0 ? (size_t) a->nclasses * sizeof(WideInt) : 0;
	char *p;
	char *q;
	bool same;

	if (a->level != b->level || a->nclasses != b->nclasses || a->max_classes != b->max_classes)
		return false;
	p = KernelAllocZero(classes + contents + 1);
	q = KernelAllocZero(classes + contents + 1);
	ClassTableSorted(a, (ProfileClass *) p, (WideInt *) (p + classes));
	ClassTableSorted(b, (ProfileClass *) q, (WideInt *) (q + classes));
	same = memcmp(p, q, classes + contents) == 0;
	KernelFree(p);
	KernelFree(q);
	return same;
}

/* Whether the table's level is the lowest at which the rows' classes fit under the cap. */
static bool
LowestLevel(const ClassTable *table, const ProfileClass *row, int nrows)
{
	ClassTable finer;
	bool needed;

	if (table->nclasses > table->max_classes && table->level < COARSE_MAX_LEVEL)
		return false;
	if (table->level == 0)
		return true;
	ClassTableInit(&finer, INT32_MAX);
	ClassTableRaiseLevel(&finer, table->level - 1);
	for (int i = 0; i < nrows; i++)
		ClassTableAdd(&finer, &row[i], Content(&row[i]));
	needed = finer.nclasses > table->max_classes;
	ClassTableFree(&finer);
	return needed;
}

/* Sums up a table. */
static bool
TotalsKept(const ClassTable *table, const ProfileClass *row, int nrows)
{
	WideInt content = 0;
	int64_t count = 0;

	for (int i = 0; i < nrows; i++)
	{
		content += Content(&row[i]);
		count += row[i].count;
	}
	for (uint32_t i = 0; i < table->nslots; i++)
		if (table->slot[i].count > 0)
		{
			count -= table->slot[i].count;
			content -= table->level > 0 ? table->content[i] : Content(&table->slot[i]);
		}
	return count == 0 && content == 0;
}

/* Compares a whole with its parts, merged forwards and backwards. */
static void
TestParts(int nrows, int parts, int high, int max_classes)
{
	static ProfileClass row[MOST_ROWS];
	ClassTable whole;
	ClassTable forwards;
	ClassTable backwards;

	for (int i = 0; i < nrows; i++)
		row[i] = RandomRow(high);
	Fill(&whole, row, 0, 1, nrows, max_classes);
	ClassTableInit(&forwards, max_classes);
	ClassTableInit(&backwards, INT32_MAX);
	for (int p = 0; p < parts; p++)
	{
		ClassTable part;

		Fill(&part, row, p, parts, nrows, max_classes);
		Merge(&forwards, &part);
		ClassTableFree(&part);
		Fill(&part, row, parts - 1 - p, parts, nrows, max_classes);
		Merge(&backwards, &part);
		ClassTableFree(&part);
	}
	ok(Same(&whole, &forwards) && Same(&whole, &backwards),
	   "%d rows in %d parts, at most %d classes: level %d, %d classes", nrows, parts, max_classes,
	   whole.level, whole.nclasses);
	ok(LowestLevel(&whole, row, nrows), "the level is the lowest that fits");
	ok(TotalsKept(&whole, row, nrows), "shipments and contents are kept");
	ClassTableFree(&whole);
	ClassTableFree(&forwards);
	ClassTableFree(&backwards);
}

int
main(void)
{
	ProfileClass huge = {{LENGTH_MAX, LENGTH_MAX, LENGTH_MAX}, 0, INT64_MAX};
	ClassTable table;

	TestParts(0, 3, 100, 100);
	TestParts(500, 1, 5, 1000);
	TestParts(500, 4, 5, 100);
	for (int parts = 2; parts <= 7; parts++)
	{
		TestParts(MOST_ROWS, parts, 40 * LENGTH_SCALE, 5000);
		TestParts(MOST_ROWS, parts, 40 * LENGTH_SCALE, 1500);
		TestParts(MOST_ROWS, parts, 40 * LENGTH_SCALE, 100);
		TestParts(MOST_ROWS, parts, LENGTH_MAX, 100);
	}

	for (int level = 1; level <= COARSE_MAX_LEVEL; level++)
		for (int i = 0; i < 200; i++)
		{
			int32_t length = Between(1, LENGTH_MAX);
			int32_t fine = CoarsenLength(length, level - 1);

			if (CoarsenLength(fine, level) != CoarsenLength(length, level) || fine < length)
			{
				ok(false, "level %d does not nest at %d", level, length);
				return done();
			}
		}
	ok(true, "levels nest and round up");

	ClassTableInit(&table, 100);
	ok(ClassTableAdd(&table, &huge, 1) && !ClassTableAdd(&table, &huge, 1),
	   "counts that leave their range are told");
	ClassTableFree(&table);
	return done();
}
