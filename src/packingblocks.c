/*
 * packingblocks.c
 *	  Greedy packing of larger orders: blocks of alike pieces into maximal empty spaces.
 *
 * Always the same space comes next: the one whose corner is nearest to the origin along a first
 * axis, then along a second and a third one, so that the box fills up in layers and columns. Into
 * it goes a block: so many pieces of a kind, all of the same shape, as a grid. What makes one
 * block better than another is up to the variant. A space that nothing fits into is given up.
 *
 * The number of steps is at most the number of pieces plus that of spaces given up. A step looks
 * at the first BLOCK_KINDS kinds that fit, largest first, so that orders of thousands of different
 * pieces stay cheap, too.
 */
#include "kernel.h"

#include "packingblocks.h"

/* Kinds that compete for a space. */
#define BLOCK_KINDS 24

/* The orders of the axes. */
static const uint8_t axis_orders[6][3] = {{2, 1, 0}, {0, 1, 2}, {1, 0, 2},
										  {2, 0, 1}, {0, 2, 1}, {1, 2, 0}};

/* A grid of pieces of one kind and shape. */
typedef struct Block
{
	int kind;
	int shape;
	int cells[3];
	double score;
} Block;

/* Picks the space to be filled next. */
static int
NextSpace(const SpaceList *list, const uint8_t order[3])
{
	int best = 0;

	for (int s = 1; s < list->count; s++)
	{
		const Space *space = &list->spaces[s];
		const Space *other = &list->spaces[best];

		for (int k = 0; k < 3; k++)
		{
			int a = order[k];

			if (space->low[a] != other->low[a])
			{
				if (space->low[a] < other->low[a])
					best = s;
				break;
			}
		}
	}
	return best;
}

/*
 * Rates a block in a space; more is better. The goals: 0, the most volume; 1, large pieces first
 * (kinds come in that order), then volume; 2, the best fill of one side of the space; 3, the least
 * margin along some axis, together with the fill of the whole.
 */
static double
RateBlock(const Block *block, const int32_t room[3], const int32_t extent[3], const PieceKind *kind,
		  int goal)
{
	double count = (double) block->cells[0] * block->cells[1] * block->cells[2];
	double volume = count * (double) extent[0] * extent[1] * extent[2];
	double margin[3];
	double least;

	for (int a = 0; a < 3; a++)
		margin[a] = ((double) room[a] - (double) block->cells[a] * extent[a]) / room[a];
	switch (goal)
	{
		case 0:
			return volume;
		case 1:
			return kind->volume * 1e3 + volume;
		case 2:
		{
			/* Of the three sides of the space, the one that is filled best. */
			double x = (1 - margin[0]), y = (1 - margin[1]), z = (1 - margin[2]);
			double a = x * y, b = y * z, c = x * z;

			least = a > b ? a : b;
			return (least > c ? least : c) + 0.01 * x * y * z;
		}
		default:
			break;
	}
	least = margin[0] < margin[1] ? margin[0] : margin[1];
	least = least < margin[2] ? least : margin[2];
	return (1 - least) * (0.5 + (1 - margin[0]) * (1 - margin[1]) * (1 - margin[2]));
}

/* Finds the best block for a space; false if no piece fits. */
static bool
PickBlock(const Space *space, const int32_t box[3], const PieceKind *kinds, const uint64_t *shapes,
		  int nkinds, const int *left, int goal, Block *best, int64_t *work)
{
	int32_t room[3];
	int rivals = 0;
	bool found = false;

	best->score = 0;
	for (int a = 0; a < 3; a++)
		room[a] = space->high[a] - space->low[a];
	for (int k = 0; k < nkinds && rivals < BLOCK_KINDS; k++)
	{
		const PieceKind *kind = &kinds[k];
		uint64_t fitting = shapes[k];

		if (left[k] == 0 || (kind->fragile && space->high[2] < box[2]))
			continue;
		for (int a = 0; a < 3; a++)
			fitting &= ShapesWithin(&kind->axis[a], room[a]);
		(*work)++;
		rivals += fitting != 0;
		for (; fitting != 0; fitting &= fitting - 1)
		{
			const int32_t *extent;
			Block block;

			block.score = 0;
			block.kind = k;
			block.shape = LowestBit(fitting);
			extent = kind->shapes[block.shape].extent;
			for (int o = 0; o < (left[k] > 1 ? 6 : 1); o++)
			{
				int count = left[k];

				for (int l = 0; l < 3; l++)
				{
					int a = axis_orders[o][l];
					int cells = a == 2 && kind->fragile ? 1 : room[a] / extent[a];

					block.cells[a] = cells < count ? cells : count;
					count /= block.cells[a];
				}
				block.score = RateBlock(&block, room, extent, kind, goal);
				if (!found || block.score > best->score)
				{
					*best = block;
					found = true;
				}
				(*work)++;
			}
		}
	}
	return found;
}

/*
 * Packs all pieces of the kinds; true if all found a place. left is scratch, a number per kind;
 * spots is indexed by piece. work grows by the number of things looked at.
 */
bool
BlocksFill(SpaceList *list, const int32_t box[3], const PieceKind *kinds, const uint64_t *shapes,
		   int nkinds, int *left, int variant, PieceSpot *spots, int64_t *work)
{
	const uint8_t *order = axis_orders[variant % 6];
	int remaining = 0;
	int32_t least = INT32_MAX;
	bool renew = true;

	for (int k = 0; k < nkinds; k++)
	{
		left[k] = kinds[k].count;
		remaining += left[k];
	}
	SpaceListStart(list, box);
	while (remaining > 0 && list->count > 0)
	{
		int s = NextSpace(list, order);
		const Space *space = &list->spaces[s];
		Space taken;
		Block block;
		const PieceKind *kind;
		int spot;

		KERNEL_CHECK_CANCEL();
		if (!PickBlock(space, box, kinds, shapes, nkinds, left, variant / 6, &block, work))
		{
			list->spaces[s] = list->spaces[--list->count];
			continue;
		}
		kind = &kinds[block.kind];
		spot = kind->first + kind->count - left[block.kind];
		for (int x = 0; x < block.cells[0]; x++)
		{
			for (int y = 0; y < block.cells[1]; y++)
			{
				for (int z = 0; z < block.cells[2]; z++)
				{
					const int32_t *extent = kind->shapes[block.shape].extent;

					spots[spot].at[0] = space->low[0] + x * extent[0];
					spots[spot].at[1] = space->low[1] + y * extent[1];
					spots[spot].at[2] = space->low[2] + z * extent[2];
					spots[spot].shape = block.shape;
					spot++;
					left[block.kind]--;
					remaining--;
				}
			}
		}
		for (int a = 0; a < 3; a++)
		{
			taken.low[a] = space->low[a];
			taken.high[a] = space->low[a] + block.cells[a] * kind->shapes[block.shape].extent[a];
		}
		if (kind->fragile)
			taken.high[2] = box[2];

		/* The least extent to come changes only where a kind is used up. */
		if (renew || left[block.kind] == 0)
		{
			renew = false;
			least = INT32_MAX;
			for (int k = 0; k < nkinds; k++)
			{
				if (left[k] > 0 && kinds[k].side[0] < least)
					least = kinds[k].side[0];
			}
		}
		if (remaining > 0)
			*work += SpaceListTakeOut(list, &taken, least);
	}
	return remaining == 0;
}
