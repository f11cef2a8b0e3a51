/*
 * packinggreedy.c
 *	  Greedy packing: pieces one after the other into maximal empty spaces.
 *
 * A piece goes into the lower corner of a maximal empty space, chosen by a rule.
 *
 * Nothing may be above a fragile piece. It takes, as far as spaces go, all the room up to the top
 * of the box, and only a space that reaches the top will do.
 */
#include "kernel.h"

#include "packinggreedy.h"

/* Rates a piece of given extents in a space; less is better. */
static inline double
Rate(const Space *space, const int32_t extent[3], SpaceRule rule)
{
	int32_t margin[3];

	for (int a = 0; a < 3; a++)
		margin[a] = space->high[a] - space->low[a] - extent[a];
	switch (rule)
	{
		case SPACE_LEAST_MARGIN:
		{
			/* the least margin, then the middle one */
			int32_t low = margin[0] < margin[1] ? margin[0] : margin[1];
			int32_t high = margin[0] < margin[1] ? margin[1] : margin[0];
			int32_t middle = margin[2] < high ? margin[2] : high;

			if (margin[2] < low)
			{
				middle = low;
				low = margin[2];
			}
			return (double) low * 4294967296.0 + (double) middle;
		}
		case SPACE_LEAST_WASTE:
			return (double) (space->high[0] - space->low[0]) * (space->high[1] - space->low[1]) *
					   (space->high[2] - space->low[2]) -
				   (double) extent[0] * extent[1] * extent[2];
		case SPACE_LOWEST:
			return (double) (space->low[2] + (double) extent[2]) * 4294967296.0 +
				   (double) space->low[0] + (double) space->low[1] + extent[0];
		default:
			break;
	}
	return (double) margin[0] / (space->high[0] - space->low[0]) +
		   (double) margin[1] / (space->high[1] - space->low[1]) +
		   (double) margin[2] / (space->high[2] - space->low[2]);
}

/*
 * Places the pieces in the given sequence; true if all found a place. kinds, shapes (those to
 * consider) and spots are indexed by piece.
 */
bool
SpacesFill(SpaceList *list, const int32_t box[3], const PieceKind *const *kinds,
		   const uint64_t *shapes, const int *sequence, int count, SpaceRule rule, PieceSpot *spots)
{
	int32_t least[PAIR_SEARCH_MAX + 1];

	KernelAssert(count <= PAIR_SEARCH_MAX);
	least[count] = INT32_MAX;
	for (int k = count - 1; k > 0; k--)
	{
		const PieceKind *kind = kinds[sequence[k]];

		least[k] = kind->side[0] < least[k + 1] ? kind->side[0] : least[k + 1];
	}
	SpaceListStart(list, box);
	for (int k = 0; k < count; k++)
	{
		int i = sequence[k];
		const PieceKind *kind = kinds[i];
		const Space *best_space = NULL;
		int best_shape = 0;
		double best = 0;
		Space block;

		for (int s = 0; s < list->count; s++)
		{
			const Space *space = &list->spaces[s];
			uint64_t fitting = shapes[i];

			if (kind->fragile && space->high[2] < box[2])
				continue;
			for (int a = 0; a < 3 && fitting != 0; a++)
				fitting &= ShapesWithin(&kind->axis[a], space->high[a] - space->low[a]);
			for (; fitting != 0; fitting &= fitting - 1)
			{
				int shape = LowestBit(fitting);
				double rate = Rate(space, kind->shapes[shape].extent, rule);

				if (best_space == NULL || rate < best)
				{
					best = rate;
					best_space = space;
					best_shape = shape;
				}
			}
		}
		if (best_space == NULL)
			return false;
		for (int a = 0; a < 3; a++)
		{
			spots[i].at[a] = block.low[a] = best_space->low[a];
			block.high[a] = block.low[a] + kind->shapes[best_shape].extent[a];
		}
		spots[i].shape = best_shape;
		if (kind->fragile)
			block.high[2] = box[2];
		if (k + 1 < count)
			SpaceListTakeOut(list, &block, least[k + 1]);
	}
	return true;
}
