/*
 * chain.c
 *	  The chain of boxes that earns most when what neighbours in it both serve counts once.
 *
 * At multipliers u_i of the classes, of weights w_i, a suite S of boxes of cost c_j costs at least
 *
 *	  sum over i of w_i (u_i - max over the j in S that hold i of (u_i - c_j)+).
 *
 * The plain Lagrangian (dual.c) bounds the maximum by the sum over j, as if a class paid every box
 * that holds it. That makes substitutes attractive, two boxes of about the same size that both earn
 * from the same classes, and is what the gap of the linear relaxation consists of. Hunter's
 * inequality for unions (An upper bound for the probability of a union, 1976), level by level, takes
 * some of it back: for any tree whose nodes are the numbers a_j,
 *
 *	  max of a_j <= sum of a_j - sum over the edges (j, l) of min(a_j, a_l).
 *
 * Take as the tree the chain of the boxes of S by ascending cost. Let E_t(m) be the sum of
 * w_i (u_i - t)+ over the classes that fit cell m. A box b behind a box a in the chain then earns
 *
 *	  E_t(b) - E_t(a and b),  t = c_b,
 *
 * since a class of one minimal cell fits both boxes if and only if it fits their meet, the box of
 * the least of their lengths (one of several cells may fit both and not the meet: then less is taken
 * back). The best chain is a longest path over the cells in order of cost, and one look at every
 * pair of them finds it, with a price for each box in the place of a limit of their number. Each box
 * that must stay is passed by every chain.
 *
 * E is tabulated for all cells at one level t after another (levels as in pricing.c), ascending, with
 * the weight W_t(m) of the classes that pay more than t. For boxes that cost just t all is exact.
 * Between two levels t and t', a box's own earnings are interpolated, which gives no less, for E is
 * convex in t; of what it shares with its predecessor E_t'(m) + (t' - c_b) W_t'(m) is taken back, on
 * its tangent, which is no more.
 *
 * Few pairs need a look. Cells lie in blocks, and these in blocks again, that know their best chain
 * and their lowest corner; what b takes back from any of their cells is at least that of the corner.
 * The predecessors of the cells beside b are tried first, so that there is something to beat.
 */
#include "kernel.h"

#include <math.h>

#include "chainstate.h"

/* ------------------------------------------------------------------------------------------------
 * Nodes and blocks
 * ------------------------------------------------------------------------------------------------ */

/* qsort comparator of nodes: by cost, then cell. */
static int
CompareNodes(const void *a, const void *b)
{
	const ChainNode *p = a;
	const ChainNode *q = b;

	if (p->cost != q->cost)
		return p->cost < q->cost ? -1 : 1;
	return p->cell < q->cell ? -1 : p->cell > q->cell;
}

/* Gives the block of a cell; its outer block is that divided by IN_BLOCK. */
static int32_t
BlockOf(const Chain *chain, GridPoint at)
{
	int mask = (1 << BLOCK_BITS) - 1;
	int inner = 0;
	int outer;

	for (int k = 0; k < 3; k++)
		inner = inner << BLOCK_BITS | (at.at[k] >> BLOCK_BITS & mask);
	outer = ((at.at[0] >> 2 * BLOCK_BITS) * chain->block_y + (at.at[1] >> 2 * BLOCK_BITS)) *
				chain->block_z +
			(at.at[2] >> 2 * BLOCK_BITS);
	return outer * IN_BLOCK + inner;
}

/* Lists the open cells by cost. */
static void
ListNodes(Chain *chain, const uint8_t *open)
{
	const Grid *grid = chain->grid;

	chain->nnodes = 0;
	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int64_t row = grid->row[(int64_t) x * grid->axis[1].n + y];

			for (int z = 0; z < grid->z_count[y]; z++)
			{
				ChainNode *node = &chain->node[chain->nnodes];

				if (open[row + z] == 0)
					continue;
				node->at = (GridPoint){{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
				node->kept = (open[row + z] & OPEN_KEPT) != 0;
				node->cell = (int32_t) (row + z);
				node->cost = grid->cost[row + z];
				node->block = BlockOf(chain, node->at);
				chain->nnodes++;
			}
		}
	qsort(chain->node, chain->nnodes, sizeof(ChainNode), CompareNodes);
	for (int64_t c = 0; c < grid->ncells; c++)
		chain->node_at[c] = NO_NODE;
	for (int n = 0, l = 0; l <= chain->nlevels; l++)
	{
		/* the nodes of level l cost at least that much, and less than the next one */
		while (n < chain->nnodes && l < chain->nlevels && chain->node[n].cost < chain->level[l])
			n++;
		chain->level_of[l] = l < chain->nlevels ? n : chain->nnodes;
	}
	for (int n = 0; n < chain->nnodes; n++)
		chain->node_at[chain->node[n].cell] = n;
}

/* Takes the least coordinates into a block's low corner. */
static void
LowerCorner(Block *block, GridPoint at)
{
	for (int k = 0; k < 3; k++)
		if (at.at[k] < block->low.at[k])
			block->low.at[k] = at.at[k];
}

/* Lays out the blocks' room for their nodes. */
static void
LayBlocks(Chain *chain)
{
	int32_t start = 0;

	for (int b = 0; b < chain->nblocks; b++)
		chain->block[b] = (Block){.low = {{UINT16_MAX, UINT16_MAX, UINT16_MAX}}};
	for (int b = 0; b < chain->nouter; b++)
		chain->outer[b] = (Block){.low = {{UINT16_MAX, UINT16_MAX, UINT16_MAX}}};
	for (int n = 0; n < chain->nnodes; n++)
	{
		const ChainNode *node = &chain->node[n];

		chain->block[node->block].n++;
		LowerCorner(&chain->block[node->block], node->at);
		LowerCorner(&chain->outer[node->block / IN_BLOCK], node->at);
	}
	for (int b = 0; b < chain->nblocks; b++)
	{
		chain->block[b].start = start;
		start += chain->block[b].n;
	}
}

/* Forgets the nodes that are in the blocks. */
void
ChainEmptyBlocks(Chain *chain)
{
	for (int b = 0; b < chain->nblocks; b++)
		chain->block[b].n = 0;
	for (int b = 0; b < chain->nouter; b++)
		chain->outer[b].n = 0;
}

/* Puts a node into its block. */
static inline void
EnterBlock(Chain *chain, int n)
{
	const ChainNode *node = &chain->node[n];
	Block *block = &chain->block[node->block];
	Block *outer = &chain->outer[node->block / IN_BLOCK];
	double value = chain->value[n];

	chain->block_node[block->start + block->n] = (BlockNode){node->at, n, value};
	if (block->n++ == 0 || value > block->best)
		block->best = value;
	if (outer->n++ == 0 || value > outer->best)
		outer->best = value;
}

/*
 * Makes a place for chains over the open cells. Levels ascend, at least two: the first is no more
 * than any cost, the last more than any cost and no less than any multiplier. Grids may have
 * INT32_MAX cells.
 */
Chain *
ChainCreate(const Grid *grid, const GridDemand *demand, const uint8_t *open, int nlevels,
			const double *level)
{
	Chain *chain = KernelAllocZero(sizeof(Chain));
	size_t ncells = (size_t) grid->ncells;
	size_t nz = (size_t) grid->axis[2].n;
	size_t plane = (size_t) grid->axis[1].n * nz;
	size_t nopen = 0;
	int outer[3];

	for (size_t c = 0; c < ncells; c++)
		nopen += open[c] != 0;
	chain->grid = grid;
	chain->demand = demand;
	chain->nlevels = nlevels;
	chain->level = KernelAlloc((size_t) nlevels * sizeof(double));
	memcpy(chain->level, level, (size_t) nlevels * sizeof(double));
	chain->node = KernelAlloc((nopen + 1) * sizeof(ChainNode));
	chain->level_of = KernelAlloc(((size_t) nlevels + 1) * sizeof(int32_t));
	chain->node_at = KernelAlloc((ncells + 1) * sizeof(int32_t));
	chain->own = KernelAlloc((nopen + 1) * sizeof(double));
	chain->value = KernelAlloc((nopen + 1) * sizeof(double));
	chain->rest = KernelAlloc((nopen + 1) * sizeof(double));
	chain->before = KernelAlloc((nopen + 1) * sizeof(int32_t));
	chain->earn = KernelAlloc((ncells + 1) * sizeof(double));
	chain->paid = KernelAlloc((ncells + 1) * sizeof(double));
	chain->row_earn = KernelAlloc((plane + 1) * sizeof(double));
	chain->row_paid = KernelAlloc((plane + 1) * sizeof(double));
	chain->run_earn = KernelAlloc((nz + 1) * sizeof(double));
	chain->run_paid = KernelAlloc((nz + 1) * sizeof(double));
	chain->class_level = KernelAllocZero((size_t) demand->nclasses * sizeof(int32_t) + 1);
	chain->first_point = KernelAlloc(((size_t) nlevels + 2) * sizeof(int32_t));
	chain->point = KernelAlloc((size_t) demand->npoints * sizeof(ChainPoint) + 1);
	chain->first_table = KernelAlloc((size_t) demand->npoints * sizeof(ChainPoint) + 1);
	for (int k = 0; k < 3; k++)
		outer[k] = (grid->axis[k].n >> 2 * BLOCK_BITS) + 1;
	chain->block_y = outer[1];
	chain->block_z = outer[2];
	chain->nouter = outer[0] * outer[1] * outer[2];
	chain->nblocks = chain->nouter * IN_BLOCK;
	chain->block = KernelAlloc((size_t) chain->nblocks * sizeof(Block));
	chain->outer = KernelAlloc((size_t) chain->nouter * sizeof(Block));
	chain->block_node = KernelAlloc((nopen + 1) * sizeof(BlockNode));
	ListNodes(chain, open);
	LayBlocks(chain);
	return chain;
}

/* Frees it; the grid stays. */
void
ChainFree(Chain *chain)
{
	KernelFree(chain->level);
	KernelFree(chain->node);
	KernelFree(chain->level_of);
	KernelFree(chain->node_at);
	KernelFree(chain->own);
	KernelFree(chain->value);
	KernelFree(chain->rest);
	KernelFree(chain->before);
	KernelFree(chain->earn);
	KernelFree(chain->paid);
	KernelFree(chain->row_earn);
	KernelFree(chain->row_paid);
	KernelFree(chain->run_earn);
	KernelFree(chain->run_paid);
	KernelFree(chain->class_level);
	KernelFree(chain->first_point);
	KernelFree(chain->point);
	KernelFree(chain->first_table);
	KernelFree(chain->block);
	KernelFree(chain->outer);
	KernelFree(chain->block_node);
	KernelFree(chain);
}

/* ------------------------------------------------------------------------------------------------
 * Tables
 * ------------------------------------------------------------------------------------------------ */

/* Deals the points to the levels at which their classes stop paying. */
static void
DealPoints(Chain *chain, const double *multiplier)
{
	const GridDemand *demand = chain->demand;
	const double *level = chain->level;
	int32_t *first = chain->first_point;
	int last = chain->nlevels - 1;

	for (int i = 0; i < demand->nclasses; i++)
	{
		double u = multiplier[i];
		int l = chain->class_level[i];

		while (l >= 0 && u < level[l])
			l--;
		while (l < last && u >= level[l + 1])
			l++;
		chain->class_level[i] = l;
	}
	/* count one place further on, so that while dealing each level's next place is its own */
	memset(first, 0, ((size_t) chain->nlevels + 2) * sizeof(int32_t));
	for (int p = 0; p < demand->npoints; p++)
		first[chain->class_level[demand->point_class[p]] + 2]++;
	for (int l = 0; l < chain->nlevels; l++)
		first[l + 1] += first[l];
	for (int p = 0; p < demand->npoints; p++)
	{
		int i = demand->point_class[p];
		int l = chain->class_level[i];
		double weight = demand->point_weight[p];

		chain->first_table[p] = (ChainPoint){demand->point[p], l < 0 ? 0 : -weight,
											 l < 0 ? 0 : -weight * (multiplier[i] - level[0])};
		chain->point[first[l + 1]++] =
			(ChainPoint){demand->point[p], weight, l < 0 ? 0 : weight * (multiplier[i] - level[l])};
	}
}

/* Adds the points of plane x to the rows' sums, each to the rest of its row. */
static const ChainPoint *
AddPlanePoints(Chain *chain, const ChainPoint *point, const ChainPoint *end, int x, int *low_y,
			   int *low_z)
{
	int nz = chain->grid->axis[2].n;

	for (; point < end && point->at.at[0] == x; point++)
	{
		size_t row = (size_t) point->at.at[1] * nz;

		*low_y = point->at.at[1] < *low_y ? point->at.at[1] : *low_y;
		*low_z = point->at.at[2] < *low_z ? point->at.at[2] : *low_z;
		for (int z = point->at.at[2]; z < nz; z++)
		{
			chain->row_earn[row + z] += point->earned;
			chain->row_paid[row + z] += point->weight;
		}
	}
	return point;
}

/*
 * Takes the prefix sums of points, in order of cells, off the tables, or with sign -1 adds them; then
 * takes fall times paid off earn.
 */
ROW_LOOP static void
LowerTables(Chain *chain, const ChainPoint *point, const ChainPoint *end, double sign, double fall)
{
	const Grid *grid = chain->grid;
	int ny = grid->axis[1].n;
	int nz = grid->axis[2].n;
	int low_y = ny; /* of the points so far */
	int low_z = nz;
	int64_t c = 0;
	double *restrict run_earn = chain->run_earn;
	double *restrict run_paid = chain->run_paid;

	if (point < end)
	{
		memset(chain->row_earn, 0, (size_t) ny * nz * sizeof(double));
		memset(chain->row_paid, 0, (size_t) ny * nz * sizeof(double));
	}
	for (int x = 0; x < grid->axis[0].n; x++)
	{
		point = AddPlanePoints(chain, point, end, x, &low_y, &low_z);
		for (int z = low_z; z < nz; z++)
			run_earn[z] = run_paid[z] = 0;
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int n = grid->z_count[y];
			double *restrict earn = chain->earn + c;
			double *restrict paid = chain->paid + c;

			if (y >= low_y)
			{
				const double *restrict row_earn = chain->row_earn + (size_t) y * nz;
				const double *restrict row_paid = chain->row_paid + (size_t) y * nz;

				for (int z = low_z; z < nz; z++)
				{
					run_earn[z] += row_earn[z];
					run_paid[z] += row_paid[z];
				}
				for (int z = low_z; z < n; z++)
				{
					earn[z] -= sign * run_earn[z];
					paid[z] -= sign * run_paid[z];
				}
			}
			for (int z = 0; z < n; z++)
				earn[z] -= fall * paid[z];
			c += n;
		}
	}
}

/* Sets the tables to the first level. */
static void
SetFirstTables(Chain *chain)
{
	memset(chain->earn, 0, (size_t) chain->grid->ncells * sizeof(double));
	memset(chain->paid, 0, (size_t) chain->grid->ncells * sizeof(double));
	LowerTables(chain, chain->first_table, chain->first_table + chain->demand->npoints, 1, 0);
}

/* Moves the tables from a level to the next one. */
static void
RaiseLevel(Chain *chain, int l)
{
	/* dealing left each level's first place at that of the one before */
	LowerTables(chain, chain->point + chain->first_point[l],
				chain->point + chain->first_point[l + 1], 1, chain->level[l + 1] - chain->level[l]);
}

/* Moves the tables back to the level before. */
void
ChainReturnToLevel(Chain *chain, int l)
{
	LowerTables(chain, NULL, NULL, 0, chain->level[l] - chain->level[l + 1]);
	LowerTables(chain, chain->point + chain->first_point[l],
				chain->point + chain->first_point[l + 1], -1, 0);
}

/* ------------------------------------------------------------------------------------------------
 * The best chain
 * ------------------------------------------------------------------------------------------------ */

/* Tries a node as the predecessor. */
static inline void
TryBefore(const Chain *chain, const ChainNode *node, int other, double above, double *best,
		  int *before)
{
	double value =
		chain->value[other] - SharedEarnings(chain, node->at, chain->node[other].at, above);

	if (value > *best)
	{
		*best = value;
		*before = other;
	}
}

/* Tries the predecessors of the cells beside a node. */
static void
TryNeighbours(const Chain *chain, const ChainNode *node, double above, double *best, int *before)
{
	const Grid *grid = chain->grid;

	for (int k = 0; k < 3; k++)
	{
		GridPoint beside = node->at;
		int n;

		if (beside.at[k] == 0)
			continue;
		beside.at[k]--;
		if (beside.at[1] >= grid->y_count[beside.at[0]] ||
			beside.at[2] >= grid->z_count[beside.at[1]])
			continue;
		n = chain->node_at[GridCell(grid, beside)];
		/* costs need not ascend, so the neighbour may not have had its turn */
		if (n == NO_NODE || &chain->node[n] >= node || n < chain->first_free ||
			chain->before[n] < chain->first_free)
			continue;
		TryBefore(chain, node, chain->before[n], above, best, before);
	}
}

/*
 * Finds the best predecessor of a node; NO_NODE if the chain had better begin there. Gives what it
 * brings: the value of its chain less what it shares with the node.
 */
static double
FindBefore(const Chain *chain, const ChainNode *node, double above, int *before)
{
	double best = chain->begun ? -INFINITY : 0;

	*before = NO_NODE;
	TryNeighbours(chain, node, above, &best, before);
	for (int o = 0; o < chain->nouter; o++)
	{
		const Block *outer = &chain->outer[o];

		if (outer->n == 0 || outer->best <= best ||
			outer->best - SharedEarnings(chain, node->at, outer->low, above) <= best)
			continue;
		for (int b = o * IN_BLOCK; b < (o + 1) * IN_BLOCK; b++)
		{
			const Block *block = &chain->block[b];
			const BlockNode *entry = chain->block_node + block->start;

			if (block->n == 0 || block->best <= best ||
				block->best - SharedEarnings(chain, node->at, block->low, above) <= best)
				continue;
			for (int e = 0; e < block->n; e++)
			{
				double value;

				if (entry[e].value <= best)
					continue;
				value = entry[e].value - SharedEarnings(chain, node->at, entry[e].at, above);
				if (value > best)
				{
					best = value;
					*before = entry[e].node;
				}
			}
		}
	}
	return best;
}

/* Finds the best chain that ends at a node, which earns so much itself. */
static void
ExtendChains(Chain *chain, int n, double earned, double above, double price,
			 const double *surcharge)
{
	const ChainNode *node = &chain->node[n];
	int before;

	if (!node->kept)
		earned -= price + (surcharge == NULL ? 0 : surcharge[node->cell]);
	chain->own[n] = earned;
	chain->value[n] = earned + FindBefore(chain, node, above, &before);
	chain->before[n] = before;
	if (node->kept)
	{
		ChainEmptyBlocks(chain);
		chain->begun = true;
		chain->first_free = n;
	}
	EnterBlock(chain, n);
}

/* Finds the best chains that end at the nodes of a level, and moves the tables to the next one. */
static void
PassLevel(Chain *chain, int l, double price, const double *surcharge)
{
	double low = chain->level[l];
	double high = chain->level[l + 1];
	int n = chain->level_of[l];
	int end = chain->level_of[l + 1];

	for (; n < end && chain->node[n].cost == low; n++)
		ExtendChains(chain, n, chain->earn[chain->node[n].cell], 0, price, surcharge);
	for (int i = n; i < end; i++)
		chain->own[i] = chain->earn[chain->node[i].cell];
	RaiseLevel(chain, l);
	for (; n < end; n++)
	{
		const ChainNode *node = &chain->node[n];
		double share = (node->cost - low) / (high - low);

		if ((n & 0xFF) == 0)
			KERNEL_CHECK_CANCEL();
		ExtendChains(chain, n, chain->own[n] + share * (chain->earn[node->cell] - chain->own[n]),
					 high - node->cost, price, surcharge);
	}
}

/*
 * Finds the chain of the open cells that earns most, less the price of every box but the kept ones,
 * and less its cell's surcharge if there are any. Writes the boxes, at most so many, by ascending
 * cost, and gives the chain's value, which no other chain exceeds but for rounding.
 */
double
ChainFind(Chain *chain, const double *multiplier, double price, const double *surcharge,
		  ChainLink *link, int most, int *nlinks)
{
	double best;
	int end = NO_NODE;
	int length = 0;

	DealPoints(chain, multiplier);
	SetFirstTables(chain);
	ChainEmptyBlocks(chain);
	chain->begun = false;
	chain->first_free = 0;
	for (int l = 0; l + 1 < chain->nlevels && chain->level_of[l] < chain->nnodes; l++)
	{
		KERNEL_CHECK_CANCEL();
		PassLevel(chain, l, price, surcharge);
	}
	best = chain->begun ? -INFINITY : 0;
	for (int n = chain->first_free; n < chain->nnodes; n++)
		if (chain->value[n] > best)
		{
			best = chain->value[n];
			end = n;
		}
	for (int n = end; n != NO_NODE; n = chain->before[n])
		length++;
	*nlinks = length < most ? length : most;
	for (int n = end, at = length; n != NO_NODE; n = chain->before[n])
		if (--at < most)
			link[at] = (ChainLink){chain->node[n].at, chain->node[n].cost};
	return best;
}

/* Gives the level at or below a cost. */
static int
LevelOfCost(const Chain *chain, double cost)
{
	int low = 0;
	int high = chain->nlevels - 1;

	while (low < high)
	{
		int middle = (low + high + 1) / 2;

		if (chain->level[middle] <= cost)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/*
 * Computes for every class 1 - how often the boxes of the chain found last serve it, once for what
 * neighbours share: the derivative of its value by the multipliers, less the weights. Between two
 * levels a class pays a box in part, as interpolated earnings say.
 */
void
ChainSlacks(const Chain *chain, const double *multiplier, const ChainLink *link, int nlinks,
			double *slack)
{
	const GridDemand *demand = chain->demand;
	GridPoint *meet = KernelAlloc((size_t) nlinks * sizeof(GridPoint) + 1);
	int *level = KernelAlloc((size_t) nlinks * sizeof(int) + 1);

	for (int b = 0; b < nlinks; b++)
	{
		level[b] = LevelOfCost(chain, link[b].cost);
		for (int k = 0; b > 0 && k < 3; k++)
			meet[b].at[k] =
				link[b].at.at[k] < link[b - 1].at.at[k] ? link[b].at.at[k] : link[b - 1].at.at[k];
	}
	for (int i = 0; i < demand->nclasses; i++)
	{
		int l = chain->class_level[i];

		slack[i] = 1;
		for (int b = 0; b < nlinks && multiplier[i] > chain->level[level[b]]; b++)
		{
			double low = chain->level[level[b]];
			double high = chain->level[level[b] + 1];

			if (!GridHolds(demand, i, link[b].at))
				continue;
			slack[i] -= l > level[b] ? 1 : (high - link[b].cost) / (high - low);
			if (b > 0 && (l > level[b] || link[b].cost == low) && GridHolds(demand, i, meet[b]))
				slack[i] += 1;
		}
	}
	KernelFree(meet);
	KernelFree(level);
}
