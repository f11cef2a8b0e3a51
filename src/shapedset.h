/*
 * shapedset.h
 *	  The shaped classes of a profile while it is being aggregated.
 */
#ifndef PACKOPT_SHAPEDSET_H
#define PACKOPT_SHAPEDSET_H

#include "kernel.h"

#include "profile.h"

/* A class and the hash of its content. */
typedef struct ShapedSlot
{
	uint64 hash;
	ShapedClass *class; /* NULL = free */
} ShapedSlot;

typedef struct ShapedSet
{
	MemoryContext context;
	ShapedSlot *slot; /* open addressing; NULL while there is no class */
	uint32 nslots;
	int32 n;
	int64 bytes;
	uint64 threshold; /* hashes from here on are left out; 0 = none are */
	int64 shipments;  /* totals, with what the sample leaves out */
	int128 content;
	CoverPlace *cover;
	int32 ncover;
	int32 cover_level;
} ShapedSet;

extern void ShapedSetInit(ShapedSet *set, MemoryContext context);
extern void ShapedSetAdd(ShapedSet *set, const ShapedClass *class);
extern void ShapedSetMerge(ShapedSet *set, const Profile *other);
extern void ShapedSetPrune(ShapedSet *set);
extern void ShapedSetFlatten(const ShapedSet *set, char *target);

#endif /* PACKOPT_SHAPEDSET_H */
