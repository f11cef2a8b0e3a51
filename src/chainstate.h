/*
 * chainstate.h
 *	  What the files of the chains share: nodes, blocks of them, and tables of earnings.
 */
#ifndef PACKOPT_CHAINSTATE_H
#define PACKOPT_CHAINSTATE_H

#include "chain.h"
#include "pricing.h"

/* Blocks are of so many bits of each coordinate, and so are the blocks of blocks. */
#define BLOCK_BITS 2
#define IN_BLOCK   (1 << 3 * BLOCK_BITS)

/* No node. */
#define NO_NODE (-1)

/* A cell that may be in a chain. */
typedef struct ChainNode
{
	GridPoint at;
	bool kept;
	int32_t cell;
	int32_t block;
	double cost;
} ChainNode;

/* A node in its block. */
typedef struct BlockNode
{
	GridPoint at;
	int32_t node;
	double value;
} BlockNode;

/* A block of cells, or of blocks; only the nodes that are in it so far count. */
typedef struct Block
{
	GridPoint low; /* within all its nodes */
	int32_t start; /* of its nodes */
	int32_t n;
	double best; /* of its nodes' values */
} Block;

/* A signed point of a class that stops paying. */
typedef struct ChainPoint
{
	GridPoint at;
	double weight;
	double earned; /* at the level before */
} ChainPoint;

struct Chain
{
	const Grid *grid;
	const GridDemand *demand;
	int nlevels;
	double *level; /* ascending; the last is no less than any multiplier */

	int nnodes;
	ChainNode *node;   /* by cost */
	int32_t *level_of; /* per level: its first node; one more entry */
	int32_t *node_at;  /* per cell: its node */
	double *own;       /* per node: what it earns alone, less its price */
	double *value;     /* per node: of the best chain that ends there */
	double *rest;      /* per node: what the best chain from there on adds */
	int32_t *before;   /* per node: its predecessor in that chain */

	double *earn; /* per cell: E at the level */
	double *paid; /* per cell: W at the level */
	double *row_earn;
	double *row_paid;
	double *run_earn;
	double *run_paid;

	int32_t *class_level;    /* per class: the level at or below its multiplier; -1: none */
	int32_t *first_point;    /* per level */
	ChainPoint *point;       /* of the classes of each level, in order of cells */
	ChainPoint *first_table; /* all points, to begin with */

	int nblocks;
	int nouter;
	int block_y; /* numbers of outer blocks along y and z */
	int block_z;
	Block *block;
	Block *outer;
	BlockNode *block_node;
	bool begun;         /* a kept box was passed: chains begin before it */
	int32_t first_free; /* nodes before it are out of reach, behind that box */
};

/* chain.c */
extern void ChainEmptyBlocks(Chain *chain);
extern void ChainReturnToLevel(Chain *chain, int l);

/* Gives at least what a box of cost t' - above shares with what lies at or above a cell. */
static inline double
SharedEarnings(const Chain *chain, GridPoint box, GridPoint other, double above)
{
	const Grid *grid = chain->grid;
	int x = box.at[0] < other.at[0] ? box.at[0] : other.at[0];
	int y = box.at[1] < other.at[1] ? box.at[1] : other.at[1];
	int z = box.at[2] < other.at[2] ? box.at[2] : other.at[2];
	int64_t cell = grid->row[(int64_t) x * grid->axis[1].n + y] + z;

	return chain->earn[cell] + above * chain->paid[cell];
}

#endif /* PACKOPT_CHAINSTATE_H */
