/*
 * packingspaces.c
 *	  The empty part of a box, as the list of its maximal empty boxes.
 *
 * The boxes overlap each other: every empty box is inside of one of them. When a block is put
 * somewhere, every space that it cuts into falls into up to six smaller ones, of which those
 * inside of another are dropped. Spaces too small for any piece still to come are dropped too, so
 * that the list stays short.
 */
#include "kernel.h"

#include "packingspaces.h"

/* Tells whether a space lies inside another. */
static inline bool
IsInside(const Space *inner, const Space *outer)
{
	return inner->low[0] >= outer->low[0] && inner->high[0] <= outer->high[0] &&
		   inner->low[1] >= outer->low[1] && inner->high[1] <= outer->high[1] &&
		   inner->low[2] >= outer->low[2] && inner->high[2] <= outer->high[2];
}

/* Tells whether two spaces share some volume. */
static inline bool
Overlap(const Space *a, const Space *b)
{
	return a->low[0] < b->high[0] && b->low[0] < a->high[0] && a->low[1] < b->high[1] &&
		   b->low[1] < a->high[1] && a->low[2] < b->high[2] && b->low[2] < a->high[2];
}

/*
 * Takes a block out of the empty space. Spaces with an extent below the least one of the pieces to
 * come are dropped. Returns the number of pairs of spaces that it looked at, for whoever limits the
 * work.
 */
int64_t
SpaceListTakeOut(SpaceList *list, const Space *block, int32_t least)
{
	Space *spaces = list->spaces;
	Space cut[SPACES_MAX];
	int cuts = 0;
	int kept = 0;
	int64_t work = list->count;

	for (int s = 0; s < list->count; s++)
	{
		if (Overlap(&spaces[s], block))
			cut[cuts++] = spaces[s];
		else
		{
			if (kept != s)
				spaces[kept] = spaces[s];
			kept++;
		}
	}
	for (int s = 0; s < cuts; s++)
	{
		for (int a = 0; a < 3; a++)
		{
			for (int side = 0; side < 2; side++)
			{
				Space part = cut[s];
				bool inside = false;

				if (side == 0)
					part.high[a] = block->low[a];
				else
					part.low[a] = block->high[a];
				if (part.high[a] - part.low[a] < least)
					continue;
				work += kept;
				for (int t = 0; t < kept; t++)
				{
					if (IsInside(&part, &spaces[t]))
					{
						inside = true;
						break;
					}
				}
				if (inside)
					continue;

				/* Of the spaces that are cut apart only other parts can lie inside this one. */
				for (int t = kept - 1; t >= 0; t--)
				{
					if (IsInside(&spaces[t], &part))
						spaces[t] = spaces[--kept];
				}
				if (kept < SPACES_MAX)
					spaces[kept++] = part;
			}
		}
	}
	list->count = kept;
	return work;
}

/* Starts with an empty box. */
void
SpaceListStart(SpaceList *list, const int32_t box[3])
{
	list->count = 1;
	for (int a = 0; a < 3; a++)
	{
		list->spaces[0].low[a] = 0;
		list->spaces[0].high[a] = box[a];
	}
}
