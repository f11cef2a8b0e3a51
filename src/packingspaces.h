/*
 * packingspaces.h
 *	  The empty part of a box, as the list of its maximal empty boxes.
 */
#ifndef PACKOPT_PACKINGSPACES_H
#define PACKOPT_PACKINGSPACES_H

#include "kernel.h"

/* The list is cut off here; what is lost then is only some place where a piece could have gone. */
#define SPACES_MAX 256

typedef struct Space
{
	int32_t low[3];
	int32_t high[3];
} Space;

typedef struct SpaceList
{
	int count;
	Space spaces[SPACES_MAX];
} SpaceList;

extern void SpaceListStart(SpaceList *list, const int32_t box[3]);
extern int64_t SpaceListTakeOut(SpaceList *list, const Space *block, int32_t least);

#endif /* PACKOPT_PACKINGSPACES_H */
