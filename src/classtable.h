/*
 * classtable.h
 *	  Classes of alike shipments in a hash table, coarsened where there are too many.
 */
#ifndef PACKOPT_CLASSTABLE_H
#define PACKOPT_CLASSTABLE_H

#include "kernel.h"

/* A 128-bit number as the server's allocators align it. */
typedef __int128 WideInt __attribute__((aligned(8)));

/* Coarsening level e > 0 rounds lengths up to multiples of 2^e / 32 units. */
#define COARSE_MAX_LEVEL 20
#define COARSE_STEP      (LENGTH_SCALE / 32)

/*
 * A plain class: alike shipments of one freely turned piece with these sorted lengths, longest
 * first. weight_class w > 0: they weigh more than w - 1 and at most w weight steps; 0: not known.
 */
typedef struct ProfileClass
{
	int32_t size[3];
	uint32_t weight_class;
	int64_t count;
} ProfileClass;

typedef struct ClassTable
{
	int level;
	int32_t max_classes;
	int32_t nclasses;
	uint32_t nslots;    /* a power of two */
	ProfileClass *slot; /* count = 0: free */
	WideInt *content;   /* per slot: volume of the contents; NULL at level 0, where it follows */
} ClassTable;

extern int32_t CoarsenLength(int32_t length, int level);
extern int ProfileClassCompare(const ProfileClass *a, const ProfileClass *b);
extern void ClassTableInit(ClassTable *table, int32_t max_classes);
extern void ClassTableFree(ClassTable *table);
extern bool ClassTableAdd(ClassTable *table, const ProfileClass *class, WideInt content);
extern bool ClassTableLowerMax(ClassTable *table, int32_t max_classes);
extern bool ClassTableRaiseLevel(ClassTable *table, int level);
extern void ClassTableSorted(const ClassTable *table, ProfileClass *class, WideInt *content);

#endif /* PACKOPT_CLASSTABLE_H */
