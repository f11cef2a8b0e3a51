/*
 * bestswap.c
 *	  The exact best swap over all candidates of a grid.
 *
 * Every class is in the cheapest box r that holds it, and knows the second cheapest, s. For a
 * candidate j let W(j) be the weight of some classes that fit j. With W_r over the classes in r and
 * W_rs over those whose second choice is s, putting j in gains
 *
 *	  gain(j) = sum over r of W_r(j) (c_r - c_j)+,
 *
 * taking r out loses loss(r) = sum over the classes in r of w (c_s - c_r), and doing both gives back
 *
 *	  sum over s of W_rs(j) (c_s - max(c_r, c_j))+,
 *
 * because classes of r that fit j do not fall to s where j is cheaper. Classes without a second
 * choice, and classes that no box holds, are kept apart: they change the uncovered weight, and their
 * costs enter without an upper limit (c_s = 0 in the formula above, and no positive part).
 *
 * Where shipments are billed by weight, a box costs each weight group of classes differently: all of
 * the above is then summed over the groups g too, with W_rg and W_rsg and the costs c_g of the group.
 * Groups that are billed more for their weight than for the size of any box that matters share tables
 * (SetAlike).
 *
 * W(j) is the prefix sum at j of the classes' signed points. It is computed for all j in one sweep
 * along x over a table of (y, z), which covers only the bounding rectangle of the points: beyond its
 * upper end the sums stay what they are at the end, below its lower end they are zero. The points of
 * one pair (r, s) and group are few and lie below both boxes, so the tables are small and stay in the cache.
 * The sums of gain take one pass over tables per r and group, the give-back one over tables per pair and group; apart
 * from one array over the cells, nothing grows with the number of candidates times boxes.
 *
 * All sums are in a fixed order and element by element, so that vectorizing them changes no bit.
 */
#include "kernel.h"

#include <math.h>

#include "swapstate.h"

/* ------------------------------------------------------------------------------------------------
 * Buckets of points and tables of their sums
 * ------------------------------------------------------------------------------------------------ */

/* Gives the number of buckets of one first choice. */
static inline int
BucketsPerFirst(const SwapState *state)
{
	return state->demand->ngroups * (state->suite.n + 1);
}

/* Gives the place of the bucket of a first choice, a group, and a second choice; none has none. */
static inline size_t
BucketIndex(const SwapState *state, int first, int group, int second)
{
	return (size_t) (first + 1) * BucketsPerFirst(state) + group * (state->suite.n + 1) + second +
		   1;
}

/* Gives the bucket of a class. */
static inline Bucket *
BucketOfClass(SwapState *state, int i)
{
	return &state->bucket[BucketIndex(state, state->first[i], state->demand->group[i],
									  state->second[i])];
}

/* Makes room for the buckets of the suite. */
static void
MakeRoomForBuckets(SwapState *state, size_t nbuckets)
{
	if (nbuckets <= state->nbuckets)
		return;
	if (state->bucket != NULL)
	{
		KernelFree(state->bucket);
		KernelFree(state->shared);
		state->bucket = NULL;
		state->nbuckets = 0;
	}
	state->shared = KernelAlloc(nbuckets * sizeof(double));
	state->bucket = KernelAlloc(nbuckets * sizeof(Bucket));
	state->nbuckets = nbuckets;
}

/* Sorts the points into buckets by the choices and groups of their classes, each in order of cells. */
static void
FillBuckets(SwapState *state)
{
	const GridDemand *demand = state->demand;
	size_t nbuckets = (size_t) (state->suite.n + 1) * BucketsPerFirst(state);
	int start = 0;

	MakeRoomForBuckets(state, nbuckets);
	for (size_t b = 0; b < nbuckets; b++)
		state->bucket[b].n = 0;
	for (int p = 0; p < demand->npoints; p++)
		BucketOfClass(state, demand->point_class[p])->n++;
	for (size_t b = 0; b < nbuckets; b++)
	{
		Bucket *bucket = &state->bucket[b];

		bucket->start = start;
		start += bucket->n;
		bucket->n = 0;
		bucket->low_y = bucket->low_z = GRID_AXIS_MAX + 1;
		bucket->high_y = bucket->high_z = -1;
	}
	for (int p = 0; p < demand->npoints; p++)
	{
		Bucket *bucket = BucketOfClass(state, demand->point_class[p]);
		GridPoint at = demand->point[p];
		int y = at.at[1];
		int z = at.at[2];

		bucket->low_y = y < bucket->low_y ? y : bucket->low_y;
		bucket->high_y = y > bucket->high_y ? y : bucket->high_y;
		bucket->low_z = z < bucket->low_z ? z : bucket->low_z;
		bucket->high_z = z > bucket->high_z ? z : bucket->high_z;
		state->bucketed[bucket->start + bucket->n].at = at;
		state->bucketed[bucket->start + bucket->n++].weight = demand->point_weight[p];
	}
}

/*
 * Lays a zeroed table over the rectangle of the points of count buckets, stride apart, those below
 * (low_y, low_z) moved up to it, at the given place of the room for tables. Gives the place behind it.
 */
static size_t
LayTable(SwapState *state, const Bucket *bucket, int count, int stride, int low_y, int low_z,
		 size_t at, Table *table)
{
	int first_y = GRID_AXIS_MAX + 1;
	int first_z = GRID_AXIS_MAX + 1;
	int last_y = low_y;
	int last_z = low_z;
	size_t room;

	for (int b = 0; b < count * stride; b += stride)
		if (bucket[b].n > 0)
		{
			first_y = bucket[b].low_y < first_y ? bucket[b].low_y : first_y;
			first_z = bucket[b].low_z < first_z ? bucket[b].low_z : first_z;
			last_y = bucket[b].high_y > last_y ? bucket[b].high_y : last_y;
			last_z = bucket[b].high_z > last_z ? bucket[b].high_z : last_z;
		}
	table->low_y = first_y > low_y ? first_y : low_y;
	table->low_z = first_z > low_z ? first_z : low_z;
	table->rows = last_y - table->low_y + 1;
	table->width = last_z - table->low_z + 1;
	table->at = at;
	room = (size_t) table->rows * table->width;
	if (at + room > state->table_room)
	{
		state->table_room = (at + room) * 2;
		state->tables = state->tables == NULL
							? KernelAlloc(state->table_room * sizeof(double))
							: KernelRealloc(state->tables, state->table_room * sizeof(double));
	}
	memset(state->tables + at, 0, room * sizeof(double));
	return at + room;
}

/* Adds to a table a bucket's points up to plane x: each to the rest of its row. */
ROW_LOOP static void
AdvanceTable(const SwapState *state, Bucket *bucket, int x, const Table *table)
{
	const BucketPoint *point = state->bucketed + bucket->start;
	int width = table->width;

	for (; bucket->next < bucket->n && point[bucket->next].at.at[0] <= x; bucket->next++)
	{
		double weight = point[bucket->next].weight;
		int y = point[bucket->next].at.at[1] - table->low_y;
		int z = point[bucket->next].at.at[2] - table->low_z;
		double *row = state->tables + table->at + (size_t) (y > 0 ? y : 0) * width;

		for (z = z > 0 ? z : 0; z < width; z++)
			row[z] += weight;
	}
}

/* ------------------------------------------------------------------------------------------------
 * Sums along rows
 * ------------------------------------------------------------------------------------------------ */

/* How a sum W(j) enters a result. */
typedef enum WeighingKind
{
	WEIGH_MARGIN, /* W (limit - max(least, c_j))+ */
	WEIGH_LAST,   /* - W max(least, c_j): no second choice */
	WEIGH_COUNT   /* W */
} WeighingKind;

typedef struct Weighing
{
	WeighingKind kind;
	int group; /* whose costs c_j are */
	double least;
	double limit;
} Weighing;

/* Gives no more than the least cost of a row for a weight group. */
static inline double
LeastInRow(const Grid *grid, int64_t row, double floor)
{
	return CostAboveFloor(grid->row_cost, grid->row_billed, floor, row);
}

/* Gives a row's costs for a weight group; of them those from z to end are meaningful. */
static inline const double *
RowCosts(const SwapState *state, int64_t row, int group, int z, int end)
{
	const Grid *grid = state->grid;
	const double *restrict cost = grid->cost + grid->row[row];
	const double *restrict billed;
	double *restrict costs = state->costs;
	double floor = state->demand->floor[group];

	if (grid->billed == NULL)
		return cost;
	billed = grid->billed + grid->row[row];
	for (; z < end; z++)
	{
		double above = billed[z] - floor;

		costs[z] = cost[z] + (above > 0 ? above : 0);
	}
	return costs;
}

/*
 * Adds to the results of parts of the rows of plane x, ascending in y, what a table's sums bring.
 * result_row tells where rows start in result.
 */
ROW_LOOP static void
WeighParts(const SwapState *state, const Table *table, int x, const RowPart *part, int nparts,
		   Weighing weighing, double *restrict result, const int64_t *result_row)
{
	double least = weighing.least;
	double limit = weighing.limit;
	double group_floor = state->demand->floor[weighing.group];
	const Grid *grid = state->grid;
	int64_t first_row = (int64_t) x * grid->axis[1].n;
	int width = table->width;
	const double *restrict row = state->tables + table->at;
	double *restrict run = state->run;
	int added = 0;

	for (int z = 0; z < width; z++)
		run[z] = 0;
	for (int p = 0; p < nparts; p++)
	{
		int y = part[p].y;
		const double *restrict cost;
		double *restrict out = result + result_row[y];
		int inside = table->low_z + width < part[p].end ? table->low_z + width : part[p].end;
		int z = part[p].z > table->low_z ? part[p].z : table->low_z;
		int low_z = table->low_z;
		double sum;

		if (y < table->low_y)
			continue;
		for (; added < table->rows && added <= y - table->low_y; added++, row += width)
			for (int i = 0; i < width; i++)
				run[i] += row[i];
		sum = run[width - 1];
		switch (weighing.kind)
		{
			case WEIGH_MARGIN:
				if (LeastInRow(grid, first_row + y, group_floor) >= limit)
					break;
				cost = RowCosts(state, first_row + y, weighing.group, z, part[p].end);
				for (; z < inside; z++)
				{
					double c = cost[z] > least ? cost[z] : least;
					double margin = limit - c;

					out[z] += run[z - low_z] * (margin > 0 ? margin : 0);
				}
				if (sum != 0)
					for (; z < part[p].end; z++)
					{
						double c = cost[z] > least ? cost[z] : least;
						double margin = limit - c;

						out[z] += sum * (margin > 0 ? margin : 0);
					}
				break;
			case WEIGH_LAST:
				cost = RowCosts(state, first_row + y, weighing.group, z, part[p].end);
				for (; z < part[p].end; z++)
					out[z] -=
						(z < inside ? run[z - low_z] : sum) * (cost[z] > least ? cost[z] : least);
				break;
			case WEIGH_COUNT:
				for (; z < part[p].end; z++)
					out[z] += z < inside ? run[z - low_z] : sum;
				break;
		}
	}
}

/* ------------------------------------------------------------------------------------------------
 * Gains
 * ------------------------------------------------------------------------------------------------ */

/*
 * Moves the end of a stretch of a row whose cost ascends to the first cell of at least limit, for a
 * weight group's floor. It starts from the end in the row before, which is near.
 */
static inline int
FollowCostLimit(const Grid *grid, int64_t row, double floor, int first, int last_end, int end,
				double limit)
{
	const double *cost = grid->cost + grid->row[row];
	const double *billed = grid->billed == NULL ? NULL : grid->billed + grid->row[row];

	end = end < last_end ? end : last_end;
	while (end > first && CostAboveFloor(cost, billed, floor, end - 1) >= limit)
		end--;
	while (end < last_end && CostAboveFloor(cost, billed, floor, end) < limit)
		end++;
	return end;
}

/* Lists the stretches of the rows of plane x with candidates cheaper than limit for a weight group. */
static int
ListCheaperRows(const SwapState *state, int x, int group, double limit, RowPart *part)
{
	double floor = state->demand->floor[group];
	const Grid *grid = state->grid;
	int end = 0;
	int n = 0;

	for (int y = 0; y < grid->y_count[x]; y++)
	{
		int64_t row = (int64_t) x * grid->axis[1].n + y;
		int first = state->row_first[row];
		int row_end = state->row_end[row];

		if (row_end <= first || LeastInRow(grid, row, floor) >= limit)
			continue;
		if (grid->ascending)
			row_end = end = FollowCostLimit(grid, row, floor, first, row_end, end, limit);
		if (row_end > first)
			part[n++] = (RowPart){y, first, row_end};
	}
	return n;
}

/* Finds the greatest gain of every row, of every plane, and of all. */
static void
FindGreatestGains(SwapState *state)
{
	const Grid *grid = state->grid;

	state->greatest_gain = 0;
	for (int x = 0; x < grid->axis[0].n; x++)
	{
		double of_plane = 0;

		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int64_t row = (int64_t) x * grid->axis[1].n + y;
			const double *gain = state->gain + grid->row[row];
			double of_row = 0;

			for (int z = state->row_first[row]; z < state->row_end[row]; z++)
				of_row = gain[z] > of_row ? gain[z] : of_row;
			state->row_gain[row] = of_row;
			of_plane = of_row > of_plane ? of_row : of_plane;
		}
		state->plane_gain[x] = of_plane;
		if (of_plane > state->greatest_gain)
			state->greatest_gain = of_plane;
	}
}

/*
 * Gives how many weight groups, from the given one on, share tables for first choice r and second
 * choice s: 0 if the group shares them with one before it.
 */
static inline int
GroupsAlike(const SwapState *state, int r, int s, int group)
{
	int ngroups = state->demand->ngroups;
	int alike = ngroups;

	if (r != NO_BOX && s != NO_BOX)
		alike = state->alike[r] > state->alike[s] ? state->alike[r] : state->alike[s];
	return group < alike ? 1 : group == alike ? ngroups - group : 0;
}

/*
 * Adds what the classes of first choice r in ngroups weight groups that are alike gain, or newly
 * covered weight.
 */
static void
AddGains(SwapState *state, int r, int group, int ngroups)
{
	const Grid *grid = state->grid;
	int nbuckets = ngroups * (state->suite.n + 1);
	Bucket *buckets = &state->bucket[BucketIndex(state, r, group, NO_BOX)]; /* and second choices */
	int first_x = grid->axis[0].n;
	double limit = r == NO_BOX ? INFINITY : state->cost[group][r];
	Table table;

	for (int b = 0; b < nbuckets; b++)
	{
		buckets[b].next = 0;
		if (buckets[b].n > 0 && state->bucketed[buckets[b].start].at.at[0] < first_x)
			first_x = state->bucketed[buckets[b].start].at.at[0];
	}
	if (first_x == grid->axis[0].n)
		return;
	KERNEL_CHECK_CANCEL();
	LayTable(state, buckets, nbuckets, 1, 0, 0, 0, &table);
	for (int x = first_x; x < grid->axis[0].n; x++)
	{
		const int64_t *row = grid->row + (int64_t) x * grid->axis[1].n;
		int nparts = ListCheaperRows(state, x, group, limit, state->part);

		if (nparts == 0)
			continue;
		for (int b = 0; b < nbuckets; b++)
			if (buckets[b].next < buckets[b].n)
				AdvanceTable(state, &buckets[b], x, &table);
		if (r == NO_BOX)
		{
			WeighParts(state, &table, x, state->part, nparts, (Weighing){WEIGH_COUNT, group, 0, 0},
					   state->covers, row);
			WeighParts(state, &table, x, state->part, nparts, (Weighing){WEIGH_LAST, group, 0, 0},
					   state->gain, row);
		}
		else
			WeighParts(state, &table, x, state->part, nparts,
					   (Weighing){WEIGH_MARGIN, group, 0, limit}, state->gain, row);
	}
}

/* Computes gain and, where weight is uncovered, newly covered weight for every candidate. */
static void
ComputeGains(SwapState *state)
{
	memset(state->gain, 0, (size_t) state->grid->ncells * sizeof(double));
	if (state->suite.total.uncovered > 0)
		memset(state->covers, 0, (size_t) state->grid->ncells * sizeof(double));
	for (int r = NO_BOX; r < state->suite.n; r++)
		for (int g = 0, alike; g < state->demand->ngroups; g += alike)
		{
			alike = GroupsAlike(state, r, r, g);
			AddGains(state, r, g, alike);
		}
	FindGreatestGains(state);
}

/* ------------------------------------------------------------------------------------------------
 * The best swap
 * ------------------------------------------------------------------------------------------------ */

/* Keeps a change if it is better than the best so far. */
static inline void
OfferSwap(Swap *best, double uncovered, double cost, int slot, int x, int y, int z)
{
	if (uncovered > best->change.uncovered ||
		(uncovered == best->change.uncovered && cost >= best->change.cost))
		return;
	best->change.uncovered = uncovered;
	best->change.cost = cost;
	best->slot = slot;
	best->box = (GridPoint){{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
}

/* Sums up what each box's leaving would lose, by coordinates too. */
static void
ComputeLosses(SwapState *state)
{
	const GridDemand *demand = state->demand;
	int length[3];
	int n = state->suite.n;
	size_t room;

	if (n == 0)
		return;
	for (int k = 0; k < 3; k++)
		length[k] = state->grid->axis[k].n;
	room = (size_t) length[0] + length[1] + length[2];
	if (n > state->below_slots)
	{
		if (state->below != NULL)
			KernelFree(state->below);
		state->below_slots = 0;
		state->below = NULL;
		state->below = KernelAlloc((size_t) n * room * sizeof(double));
		state->below_slots = n;
	}
	memset(state->below, 0, (size_t) n * room * sizeof(double));
	for (int r = 0; r < n; r++)
	{
		Leaving *leaving = &state->leaving[r];

		memset(leaving, 0, sizeof(Leaving));
		leaving->below[0] = state->below + (size_t) r * room;
		leaving->below[1] = leaving->below[0] + length[0];
		leaving->below[2] = leaving->below[1] + length[1];
	}
	memset(state->shared, 0, (size_t) (n + 1) * BucketsPerFirst(state) * sizeof(double));
	for (int i = 0; i < demand->nclasses; i++)
	{
		int r = state->first[i];
		int s = state->second[i];
		double weight = demand->weight[i];
		const uint16_t *low = state->class_low[i].at;
		const double *cost = state->cost[demand->group[i]];
		Leaving *leaving;

		if (r == NO_BOX)
			continue;
		leaving = &state->leaving[r];
		state->shared[BucketIndex(state, r, demand->group[i], s)] += weight;
		if (s == NO_BOX)
		{
			leaving->sole += weight;
			for (int k = 0; k < 3; k++)
				if (low[k] > leaving->sole_low[k])
					leaving->sole_low[k] = low[k];
		}
		else
		{
			double loss = weight * (cost[s] - cost[r]);

			leaving->loss += loss;
			for (int k = 0; k < 3; k++)
				leaving->below[k][low[k]] += loss;
		}
	}
	for (int r = 0; r < n; r++)
	{
		for (int k = 0; k < 3; k++)
			for (int i = 1; i < length[k]; i++)
				state->leaving[r].below[k][i] += state->leaving[r].below[k][i - 1];
		for (int g = 0; g < demand->ngroups; g++)
			state->leaving[r].sole_cost +=
				state->shared[BucketIndex(state, r, g, NO_BOX)] * state->cost[g][r];
	}
}

/*
 * Bounds what comes back, of the loss of r's leaving, with a box that costs c where nothing is billed
 * for weight, as if it held all. It costs less for others, by their floor at most.
 */
static double
BoundByCost(const SwapState *state, int r, double c)
{
	double bound = 0;

	for (int g = 0; g < state->demand->ngroups; g++)
	{
		const double *cost = state->cost[g];
		const double *shared = &state->shared[BucketIndex(state, r, g, NO_BOX)];
		double in_group = c - state->demand->floor[g];

		in_group = in_group > cost[r] ? in_group : cost[r];
		for (int s = 0; s < state->suite.n; s++)
			if (cost[s] > in_group)
				bound += shared[s + 1] * (cost[s] - in_group);
		bound -= shared[0] * (in_group - cost[r]);
	}
	return bound;
}

/*
 * Finds a cost such that no box that costs as much or more, where nothing is billed for weight, brings
 * back more than need.
 */
static double
FindCostLimit(const SwapState *state, int r, double need)
{
	double low = INFINITY;
	double high;

	for (int g = 0; g < state->demand->ngroups; g++)
		if (state->cost[g][r] + state->demand->floor[g] < low)
			low = state->cost[g][r] + state->demand->floor[g];
	high = low;
	for (int g = 0; g < state->demand->ngroups; g++)
		for (int s = 0; s < state->suite.n; s++)
			if (state->shared[BucketIndex(state, r, g, s)] > 0 &&
				state->cost[g][s] + state->demand->floor[g] > high)
				high = state->cost[g][s] + state->demand->floor[g];
	if (BoundByCost(state, r, high) > need)
		return INFINITY;
	for (int halving = 0; halving < 16; halving++)
	{
		double middle = (low + high) / 2;

		if (BoundByCost(state, r, middle) > need)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/*
 * Lists the parts of plane x in which a box in the place of r may improve by more than the best swap
 * so far: what it gains, and what it can bring back at most by its coordinates and cost, must exceed
 * need.
 */
static int
ListPromisingRows(const SwapState *state, const Leaving *leaving, int x, const int low[3],
				  double cost_limit, double need, RowPart *part)
{
	const Grid *grid = state->grid;
	int64_t first_row = (int64_t) x * grid->axis[1].n;
	double below_x = leaving->below[0][x];
	int end = 0;
	int n = 0;

	if (below_x + state->plane_gain[x] <= need)
		return 0;
	for (int y = low[1]; y < grid->y_count[x]; y++)
	{
		int64_t row = first_row + y;
		double gain = state->row_gain[row];
		double below = leaving->below[1][y] < below_x ? leaving->below[1][y] : below_x;
		int z = state->row_first[row] > low[2] ? state->row_first[row] : low[2];
		int row_end = state->row_end[row];

		if (below + gain <= need || LeastInRow(grid, row, 0) >= cost_limit)
			continue;
		while (z < row_end && leaving->below[2][z] + gain <= need)
			z++;
		if (grid->ascending)
			row_end = end = FollowCostLimit(grid, row, 0, z, row_end, end, cost_limit);
		if (z < row_end)
			part[n++] = (RowPart){y, z, row_end};
	}
	return n;
}

/* Finds the best candidate that has a bit of mask for slot in parts of plane x. */
static void
ScanParts(const SwapState *state, int x, int slot, uint8_t mask, const RowPart *part, int nparts,
		  Swap *best)
{
	const Grid *grid = state->grid;
	const Leaving *leaving = &state->leaving[slot];
	double loss = leaving->loss - leaving->sole_cost;
	bool all_covered = state->suite.total.uncovered == 0;

	for (int p = 0; p < nparts; p++)
	{
		int y = part[p].y;
		int64_t cell = grid->row[(int64_t) x * grid->axis[1].n + y];
		const double *gain = state->gain + cell;
		const double *back = state->plane + state->plane_row[y];
		const double *refound = state->lost + state->plane_row[y];
		const uint8_t *candidate = grid->candidate + cell;

		if (all_covered && leaving->sole == 0)
		{
			/* the common case: nothing is or becomes uncovered */
			double least = best->change.cost;

			for (int z = part[p].z; z < part[p].end; z++)
				if (loss - gain[z] - back[z] < least && (candidate[z] & mask))
				{
					least = loss - gain[z] - back[z];
					OfferSwap(best, 0, least, slot, x, y, z);
				}
		}
		else
			for (int z = part[p].z; z < part[p].end; z++)
				if (candidate[z] & mask)
					OfferSwap(best,
							  (leaving->sole > 0 ? leaving->sole - refound[z] : 0) -
								  (all_covered ? 0 : state->covers[cell + z]),
							  loss - gain[z] - back[z], slot, x, y, z);
	}
}

/*
 * Lays the tables of the classes of first choice r: one per second choice and group, or groups that are
 * alike.
 */
static void
LayTables(SwapState *state, int r, const int low[3])
{
	int per_group = state->suite.n + 1;
	Bucket *buckets = &state->bucket[BucketIndex(state, r, 0, NO_BOX)];
	size_t room = 0;

	for (int b = 0; b < BucketsPerFirst(state); b++)
	{
		int alike = GroupsAlike(state, r, b % per_group - 1, b / per_group);

		buckets[b].next = 0;
		state->table[b].rows = 0;
		for (int i = 0; i < alike; i++)
			if (buckets[b + i * per_group].n > 0)
			{
				room = LayTable(state, &buckets[b], alike, per_group, low[1], low[2], room,
								&state->table[b]);
				break;
			}
	}
}

/* Adds up what comes back of the loss of r's leaving, in parts of plane x. */
static void
AddGivenBack(SwapState *state, int r, int x, const RowPart *part, int nparts)
{
	int per_group = state->suite.n + 1;
	Bucket *buckets = &state->bucket[BucketIndex(state, r, 0, NO_BOX)];

	for (int b = 0; b < BucketsPerFirst(state); b++)
	{
		const Table *table = &state->table[b];
		int group = b / per_group;
		int s = b % per_group - 1;
		const double *cost = state->cost[group];
		int alike;
		bool begun = false;

		if (table->rows == 0)
			continue;
		alike = GroupsAlike(state, r, s, group);
		for (int i = 0; i < alike; i++)
		{
			Bucket *bucket = &buckets[b + i * per_group];

			AdvanceTable(state, bucket, x, table);
			begun |= bucket->next > 0;
		}
		if (!begun)
			continue;
		if (s != NO_BOX)
			WeighParts(state, table, x, part, nparts,
					   (Weighing){WEIGH_MARGIN, group, cost[r], cost[s]}, state->plane,
					   state->plane_row);
		else
		{
			WeighParts(state, table, x, part, nparts, (Weighing){WEIGH_LAST, group, cost[r], 0},
					   state->plane, state->plane_row);
			WeighParts(state, table, x, part, nparts, (Weighing){WEIGH_COUNT, group, 0, 0},
					   state->lost, state->plane_row);
		}
	}
}

/*
 * Finds the best candidate that has a bit of mask in the place of box r.
 *
 * Most need no look. What j brings back of the loss is at most what the classes of r lose that lie
 * at or below j in one coordinate, and at most what they would get back if j held them all at its
 * cost. So j must lie above a corner and cost less than a limit, or else its gain, bounded by the
 * greatest of its row, cannot make up for the loss. While weight is uncovered this does not apply,
 * because then a change may well cost more.
 */
static void
FindBestFor(SwapState *state, int r, uint8_t mask, Swap *best)
{
	const Grid *grid = state->grid;
	const Leaving *leaving = &state->leaving[r];
	bool bounded = state->suite.total.uncovered == 0;
	double rounding = 1e-10 * (state->suite.total.cost + leaving->loss);
	double need = bounded ? leaving->loss - best->change.cost - rounding : -INFINITY;
	double cost_limit = bounded ? FindCostLimit(state, r, need - state->greatest_gain) : INFINITY;
	int low[3] = {0, 0, 0};

	for (int k = 0; k < 3 && bounded; k++)
	{
		low[k] = leaving->sole_low[k];
		while (low[k] < grid->axis[k].n && leaving->below[k][low[k]] + state->greatest_gain <= need)
			low[k]++;
		if (low[k] == grid->axis[k].n)
			return;
	}
	KERNEL_CHECK_CANCEL();
	LayTables(state, r, low);
	for (int x = low[0]; x < grid->axis[0].n; x++)
	{
		int nparts;

		if (bounded)
			need = leaving->loss - best->change.cost - rounding;
		nparts = ListPromisingRows(state, leaving, x, low, cost_limit, need, state->part);
		if (nparts == 0)
			continue;
		for (int p = 0; p < nparts; p++)
		{
			size_t at = (size_t) state->plane_row[state->part[p].y] + state->part[p].z;
			size_t size = (size_t) (state->part[p].end - state->part[p].z) * sizeof(double);

			memset(state->plane + at, 0, size);
			if (leaving->sole > 0)
				memset(state->lost + at, 0, size);
		}
		AddGivenBack(state, r, x, state->part, nparts);
		ScanParts(state, x, r, mask, state->part, nparts, best);
	}
}

/* Finds the best candidate that has a bit of mask to add. */
static void
FindBestAddition(SwapState *state, uint8_t mask, Swap *best)
{
	const Grid *grid = state->grid;
	bool all_covered = state->suite.total.uncovered == 0;

	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int64_t row = (int64_t) x * grid->axis[1].n + y;
			int64_t cell = grid->row[row];

			if (all_covered && -state->row_gain[row] >= best->change.cost)
				continue;
			for (int z = state->row_first[row]; z < state->row_end[row]; z++)
				if (grid->candidate[cell + z] & mask)
					OfferSwap(best, all_covered ? 0 : -state->covers[cell + z],
							  -state->gain[cell + z], state->suite.n, x, y, z);
		}
}

/*
 * Finds the best candidate to put in the place of a box, over all candidates and all boxes that may
 * leave, or with add the best one to add. Where no more current boxes are in the suite than must be,
 * only another one takes the place of one. False if no change improves the suite by more than
 * rounding.
 */
bool
SwapFindBest(SwapState *state, bool add, Swap *best)
{
	SuiteCost total = state->suite.total;
	SuiteCost changed;

	best->slot = NO_BOX;
	best->change = (SuiteCost){0, 0};
	FillBuckets(state);
	ComputeGains(state);
	if (add)
		FindBestAddition(state, CANDIDATE_ANY, best);
	else
	{
		bool tried[SUITE_MAX] = {false};
		int nkeep = state->rules.nkeep;
		bool none_too_many =
			state->rules.must_stay > 0 && SwapCountCurrent(state) <= state->rules.must_stay;

		/* those that lose least first: the better the best so far, the less there is to look at */
		ComputeLosses(state);
		for (int turn = nkeep; turn < state->suite.n; turn++)
		{
			int next = NO_BOX;

			for (int r = nkeep; r < state->suite.n; r++)
				if (!tried[r] &&
					(next == NO_BOX || state->leaving[r].sole < state->leaving[next].sole ||
					 (state->leaving[r].sole == state->leaving[next].sole &&
					  state->leaving[r].loss < state->leaving[next].loss)))
					next = r;
			tried[next] = true;
			FindBestFor(state, next,
						none_too_many && SwapIsCurrent(state, next) ? CANDIDATE_CURRENT
																	: CANDIDATE_ANY,
						best);
		}
	}
	if (best->slot == NO_BOX)
		return false;
	changed.uncovered = total.uncovered + best->change.uncovered;
	changed.cost = total.cost + best->change.cost;
	return SuiteCostLess(changed, total);
}

/* Whether the suite has a box, kept ones not counted. */
static bool
HasBox(const SwapState *state, GridPoint box)
{
	for (int b = state->rules.nkeep; b < state->suite.n; b++)
		if (memcmp(&state->suite.box[b], &box, sizeof(box)) == 0)
			return true;
	return false;
}

/*
 * Finds the best current box to add, or just any that is not in the suite if none improves it. False
 * if all of them are.
 */
bool
SwapFindCurrent(SwapState *state, Swap *best)
{
	const Grid *grid = state->grid;

	best->slot = NO_BOX;
	best->change = (SuiteCost){0, 0};
	FillBuckets(state);
	ComputeGains(state);
	FindBestAddition(state, CANDIDATE_CURRENT, best);
	for (int x = 0; x < grid->axis[0].n && best->slot == NO_BOX; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
			for (int z = 0; z < grid->z_count[y] && best->slot == NO_BOX; z++)
			{
				GridPoint box = {{(uint16_t) x, (uint16_t) y, (uint16_t) z}};

				if ((grid->candidate[GridCell(grid, box)] & CANDIDATE_CURRENT) &&
					!HasBox(state, box))
				{
					best->slot = state->suite.n;
					best->box = box;
				}
			}
	return best->slot != NO_BOX;
}
