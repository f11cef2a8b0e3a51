/*
 * chainclose.c
 *	  Closes the cells through which no good chain goes.
 *
 * The search for the best chain (chain.c) knows of every node the best chain that ends there. Going
 * back through the nodes, and the tables through the levels, this finds what the best chain adds from
 * there on: every node offers itself, with what follows it, to all before it. The blocks now know the
 * least that any of their nodes has, which tells whether an offer may be worth a look.
 */
#include "kernel.h"

#include <math.h>

#include "chainstate.h"

/* Finds the least of the rests in an outer block's blocks. */
static void
UpdateOuter(Chain *chain, int o)
{
	chain->outer[o].n = 0;
	chain->outer[o].best = INFINITY;
	for (int b = o * IN_BLOCK; b < (o + 1) * IN_BLOCK; b++)
	{
		chain->outer[o].n += chain->block[b].n;
		if (chain->block[b].n > 0 && chain->block[b].best < chain->outer[o].best)
			chain->outer[o].best = chain->block[b].best;
	}
}

/* Puts nodes into the blocks, whose best is now the least rest, all the same. */
static void
FillBlocks(Chain *chain, int start, int end, double rest)
{
	ChainEmptyBlocks(chain);
	for (int n = start; n < end; n++)
	{
		Block *block = &chain->block[chain->node[n].block];

		chain->block_node[block->start + block->n++] = (BlockNode){chain->node[n].at, n, rest};
		block->best = rest;
	}
	for (int o = 0; o < chain->nouter; o++)
		UpdateOuter(chain, o);
}

/* Takes the last node out of its block; gives what the best chain from there on adds. */
static double
TakeLast(Chain *chain, int n)
{
	Block *block = &chain->block[chain->node[n].block];
	double rest = chain->block_node[block->start + --block->n].value;

	if (rest == block->best)
	{
		block->best = INFINITY;
		for (int e = 0; e < block->n; e++)
			if (chain->block_node[block->start + e].value < block->best)
				block->best = chain->block_node[block->start + e].value;
	}
	UpdateOuter(chain, chain->node[n].block / IN_BLOCK);
	return rest;
}

/* Offers a node, with what follows it, to all before it. */
static void
OfferNext(Chain *chain, const ChainNode *node, double above, double gain)
{
	for (int o = 0; o < chain->nouter; o++)
	{
		bool changed = false;

		if (chain->outer[o].n == 0 || gain <= chain->outer[o].best ||
			gain - SharedEarnings(chain, node->at, chain->outer[o].low, above) <=
				chain->outer[o].best)
			continue;
		for (int b = o * IN_BLOCK; b < (o + 1) * IN_BLOCK; b++)
		{
			Block *block = &chain->block[b];
			BlockNode *entry = chain->block_node + block->start;
			double least = INFINITY;

			if (block->n == 0 || gain <= block->best ||
				gain - SharedEarnings(chain, node->at, block->low, above) <= block->best)
				continue;
			for (int e = 0; e < block->n; e++)
			{
				if (gain > entry[e].value)
				{
					double rest = gain - SharedEarnings(chain, node->at, entry[e].at, above);

					entry[e].value = rest > entry[e].value ? rest : entry[e].value;
				}
				least = entry[e].value < least ? entry[e].value : least;
			}
			block->best = least;
			changed = true;
		}
		if (changed)
			UpdateOuter(chain, o);
	}
}

/* Gives the kept node before a place among the nodes, or 0. */
static int
KeptBefore(const Chain *chain, int n)
{
	while (n > 0 && !chain->node[--n].kept)
		;
	return n;
}

/*
 * Closes, in open, the cells through which no chain has at least the least value, at the multipliers
 * of the chain found last. Gives how many.
 */
int64_t
ChainClose(Chain *chain, double least, uint8_t *open)
{
	int l = chain->nlevels - 1;
	int start = chain->nnodes;
	int64_t closed = 0;

	while (l > 0 && chain->level_of[l - 1] >= chain->nnodes)
		l--;
	/* the tables are at level l */
	start = KeptBefore(chain, chain->nnodes);
	FillBlocks(chain, start, chain->nnodes, 0);
	while (--l >= 0)
	{
		bool returned = false;

		KERNEL_CHECK_CANCEL();
		for (int n = chain->level_of[l + 1] - 1; n >= chain->level_of[l]; n--)
		{
			const ChainNode *node = &chain->node[n];
			double rest = TakeLast(chain, n);

			if (!returned && node->cost == chain->level[l])
			{
				ChainReturnToLevel(chain, l);
				returned = true;
			}
			if (open[node->cell] == OPEN_CANDIDATE && chain->value[n] + rest < least)
			{
				open[node->cell] = 0;
				closed++;
			}
			if (node->kept && n == start)
			{
				start = KeptBefore(chain, n);
				FillBlocks(chain, start, n, -INFINITY);
			}
			OfferNext(chain, node, returned ? 0 : chain->level[l + 1] - node->cost,
					  chain->own[n] + rest);
		}
		if (!returned)
			ChainReturnToLevel(chain, l);
	}
	return closed;
}
