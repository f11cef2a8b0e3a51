/*
 * gridshare.c
 *	  A grid and the demand on it as one flat piece of memory.
 *
 * The structs stand first, then their arrays, one after the other at multiples of eight bytes, in
 * an order that writer and reader share by walking through them with the same function. Every process
 * maps the memory elsewhere, so that a reader sets up the pointers anew, in structs of its own.
 */
#include "kernel.h"

#include "gridshare.h"

/* What a walk through the arrays does with each of them. */
typedef enum ShareAction
{
	SHARE_MEASURE, /* only counts its bytes */
	SHARE_WRITE,   /* copies it to the memory */
	SHARE_READ     /* points to it in the memory */
} ShareAction;

typedef struct ShareWalk
{
	ShareAction action;
	char *memory;
	size_t at;
} ShareWalk;

/* The structs as they stand first in the memory. */
typedef struct ShareHead
{
	Grid grid;
	GridDemand demand;
} ShareHead;

/* Handles one array of the given bytes; gives where a reader finds it. */
static void *
WalkArray(ShareWalk *walk, void *array, size_t bytes)
{
	char *place = walk->memory + walk->at;

	if (walk->action == SHARE_WRITE && bytes > 0)
		memcpy(place, array, bytes);
	walk->at += RoundToEight(bytes);
	return walk->action == SHARE_READ ? place : array;
}

/* Walks through all arrays of a grid and a demand. */
static void
WalkAll(ShareWalk *walk, Grid *grid, GridDemand *demand)
{
	size_t nrows = (size_t) grid->axis[0].n * grid->axis[1].n;
	size_t nelements = demand->nclasses == 0 ? 0 : SIZE_MAX;

	for (int k = 0; k < 3; k++)
	{
		GridAxis *axis = &grid->axis[k];

		axis->value = WalkArray(walk, axis->value, axis->n * sizeof(*axis->value));
		axis->usable = WalkArray(walk, axis->usable, axis->n * sizeof(*axis->usable));
	}
	grid->y_count = WalkArray(walk, grid->y_count, grid->axis[0].n * sizeof(*grid->y_count));
	grid->z_count = WalkArray(walk, grid->z_count, grid->axis[1].n * sizeof(*grid->z_count));
	grid->row = WalkArray(walk, grid->row, nrows * sizeof(*grid->row));
	grid->row_cost = WalkArray(walk, grid->row_cost, nrows * sizeof(*grid->row_cost));
	grid->cost = WalkArray(walk, grid->cost, grid->ncells * sizeof(*grid->cost));
	if (grid->billed != NULL)
	{
		grid->row_billed = WalkArray(walk, grid->row_billed, nrows * sizeof(*grid->row_billed));
		grid->billed = WalkArray(walk, grid->billed, grid->ncells * sizeof(*grid->billed));
	}
	grid->candidate = WalkArray(walk, grid->candidate, grid->ncells * sizeof(*grid->candidate));

	demand->weight = WalkArray(walk, demand->weight, demand->nclasses * sizeof(*demand->weight));
	demand->group = WalkArray(walk, demand->group, demand->nclasses * sizeof(*demand->group));
	demand->first_element =
		WalkArray(walk, demand->first_element, (demand->nclasses + (size_t) 1) * sizeof(int32_t));
	if (nelements != 0)
		nelements = demand->first_element[demand->nclasses];
	demand->element = WalkArray(walk, demand->element, nelements * sizeof(*demand->element));
	demand->point = WalkArray(walk, demand->point, demand->npoints * sizeof(*demand->point));
	demand->point_class =
		WalkArray(walk, demand->point_class, demand->npoints * sizeof(*demand->point_class));
	demand->point_weight =
		WalkArray(walk, demand->point_weight, demand->npoints * sizeof(*demand->point_weight));
}

/* Gives the bytes that a grid and a demand take. */
size_t
GridShareSize(const Grid *grid, const GridDemand *demand)
{
	ShareHead head = {*grid, *demand};
	ShareWalk walk = {SHARE_MEASURE, NULL, RoundToEight(sizeof(ShareHead))};

	WalkAll(&walk, &head.grid, &head.demand);
	return walk.at;
}

/* Writes a grid and a demand to memory of GridShareSize bytes, aligned to eight. */
void
GridShareWrite(const Grid *grid, const GridDemand *demand, char *memory)
{
	ShareHead head = {*grid, *demand};
	ShareWalk walk = {SHARE_WRITE, memory, RoundToEight(sizeof(ShareHead))};

	memcpy(memory, &head, sizeof(head));
	WalkAll(&walk, &head.grid, &head.demand);
}

/* Sets up a grid and a demand whose arrays lie in memory that GridShareWrite filled. Not to be freed. */
void
GridShareRead(char *memory, Grid *grid, GridDemand *demand)
{
	ShareHead head;
	ShareWalk walk = {SHARE_READ, memory, RoundToEight(sizeof(ShareHead))};

	memcpy(&head, memory, sizeof(head));
	WalkAll(&walk, &head.grid, &head.demand);
	*grid = head.grid;
	*demand = head.demand;
}
