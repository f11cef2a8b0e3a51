/*
 * swap.c
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
 * W(j) is the prefix sum at j of the classes' signed points. It is computed for all j in one sweep
 * along x over a table of (y, z), which covers only the bounding rectangle of the points: beyond its
 * upper end the sums stay what they are at the end, below its lower end they are zero. The points of
 * one pair (r, s) are few and lie below both boxes, so the tables are small and stay in the cache.
 * The sums of gain take one pass over tables per r, the give-back one over tables per pair; apart
 * from one array over the cells, nothing grows with the number of candidates times boxes.
 *
 * All sums are in a fixed order and element by element, so that vectorizing them changes no bit.
 */
#include "kernel.h"

#include "swap.h"

/* Loops over rows of a table, compiled for wider vectors too where the loader can choose. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__)
#define ROW_LOOP __attribute__((target_clones("avx2", "default")))
#else
#define ROW_LOOP
#endif

/* A signed point in a bucket. */
typedef struct BucketPoint
{
	GridPoint at;
	double weight;
} BucketPoint;

/* The points of the classes of one first and one second choice. */
typedef struct Bucket
{
	int start; /* in bucketed */
	int n;
	int next;	  /* the sweep's place among the points */
	int low[3];	  /* bounding box of the points */
	int high[3];
	double *table; /* sums over the rectangle, rows of z */
	int width;	   /* of a row */
} Bucket;

struct SwapState
{
	const Grid *grid;
	const GridDemand *demand;
	int nkeep;
	Suite suite;
	double cost[SUITE_MAX]; /* of the boxes */
	int16_t *first;			/* per class: slot of the cheapest box that holds it */
	int16_t *second;
	Suite saved_suite; /* what SwapRestore comes back to */
	double saved_cost[SUITE_MAX];
	int16_t *saved_first;
	int16_t *saved_second;
	double *gain;	 /* per cell */
	double *covers; /* per cell: uncovered weight that fits */
	BucketPoint *bucketed;
	Bucket *bucket;
	double *tables; /* room for tables */
	size_t table_room;
	double *run;   /* a row of running sums */
	double *plane; /* give-back over the cells of one x */
	double *lost;  /* weight left without a box over the cells of one x */
	int64_t *plane_row; /* per y: start of the row in plane */
};

/* Whether box holds class i. */
static inline bool
Holds(const GridDemand *demand, int i, GridPoint box)
{
	for (int e = demand->first_element[i]; e < demand->first_element[i + 1]; e++)
		if (GridWithin(demand->element[e], box))
			return true;
	return false;
}

/* Makes the scratch memory for a search; the first nkeep boxes of its suites stay. */
SwapState *
SwapStateCreate(const Grid *grid, const GridDemand *demand, int nkeep)
{
	SwapState *state = KernelAllocZero(sizeof(SwapState));
	int ny = grid->axis[1].n;
	int64_t offset = 0;

	state->grid = grid;
	state->demand = demand;
	state->nkeep = nkeep;
	state->first = KernelAlloc((size_t) demand->nclasses * sizeof(int16_t) + 1);
	state->second = KernelAlloc((size_t) demand->nclasses * sizeof(int16_t) + 1);
	state->saved_first = KernelAlloc((size_t) demand->nclasses * sizeof(int16_t) + 1);
	state->saved_second = KernelAlloc((size_t) demand->nclasses * sizeof(int16_t) + 1);
	state->gain = KernelAlloc((size_t) grid->ncells * sizeof(double) + 1);
	state->covers = KernelAlloc((size_t) grid->ncells * sizeof(double) + 1);
	state->bucketed = KernelAlloc((size_t) demand->npoints * sizeof(BucketPoint) + 1);
	state->bucket = KernelAlloc((size_t) (SUITE_MAX + 1) * (SUITE_MAX + 1) * sizeof(Bucket));
	state->run = KernelAlloc((size_t) grid->axis[2].n * sizeof(double) + 1);
	state->plane_row = KernelAlloc((size_t) ny * sizeof(int64_t) + 1);
	for (int y = 0; y < ny; y++)
	{
		state->plane_row[y] = offset;
		offset += grid->z_count[y];
	}
	state->plane = KernelAlloc((size_t) offset * sizeof(double) + 1);
	state->lost = KernelAlloc((size_t) offset * sizeof(double) + 1);
	return state;
}

/* Frees the scratch memory. */
void
SwapStateFree(SwapState *state)
{
	KernelFree(state->first);
	KernelFree(state->second);
	KernelFree(state->saved_first);
	KernelFree(state->saved_second);
	KernelFree(state->gain);
	KernelFree(state->covers);
	KernelFree(state->bucketed);
	KernelFree(state->bucket);
	KernelFree(state->run);
	KernelFree(state->plane_row);
	KernelFree(state->plane);
	KernelFree(state->lost);
	if (state->tables != NULL)
		KernelFree(state->tables);
	KernelFree(state);
}

/* Gives the suite with its cost. */
const Suite *
SwapSuite(const SwapState *state)
{
	return &state->suite;
}

/* Offers a box that holds class i as its first or second choice. */
static inline void
OfferBox(SwapState *state, int i, int slot)
{
	double cost = state->cost[slot];
	int first = state->first[i];
	int second = state->second[i];

	if (first == NO_BOX || cost < state->cost[first])
	{
		state->second[i] = (int16_t) first;
		state->first[i] = (int16_t) slot;
	}
	else if (second == NO_BOX || cost < state->cost[second])
		state->second[i] = (int16_t) slot;
}

/* Finds the two cheapest boxes of a class from scratch. */
static void
AssignClass(SwapState *state, int i)
{
	state->first[i] = NO_BOX;
	state->second[i] = NO_BOX;
	for (int b = 0; b < state->suite.n; b++)
		if (Holds(state->demand, i, state->suite.box[b]))
			OfferBox(state, i, b);
}

/* Sums up the cost of the suite. */
static void
ComputeTotal(SwapState *state)
{
	SuiteCost total = {0, 0};

	for (int i = 0; i < state->demand->nclasses; i++)
		if (state->first[i] == NO_BOX)
			total.uncovered += state->demand->weight[i];
		else
			total.cost += state->demand->weight[i] * state->cost[state->first[i]];
	state->suite.total = total;
}

/* Takes over a suite (its boxes; the cost is computed). */
void
SwapSetSuite(SwapState *state, const Suite *suite)
{
	state->suite = *suite;
	for (int b = 0; b < suite->n; b++)
		state->cost[b] = state->grid->cost[GridCell(state->grid, suite->box[b])];
	for (int i = 0; i < state->demand->nclasses; i++)
		AssignClass(state, i);
	ComputeTotal(state);
}

/* Puts a box into a slot: in the place of the box there, or as a new one at slot n. */
void
SwapPlace(SwapState *state, int slot, GridPoint box)
{
	bool replaces = slot < state->suite.n;

	if (!replaces)
		state->suite.n = slot + 1;
	state->suite.box[slot] = box;
	state->cost[slot] = state->grid->cost[GridCell(state->grid, box)];
	for (int i = 0; i < state->demand->nclasses; i++)
	{
		if (replaces && (state->first[i] == slot || state->second[i] == slot))
			AssignClass(state, i);
		else if (Holds(state->demand, i, box))
			OfferBox(state, i, slot);
	}
	ComputeTotal(state);
}

/* Takes a box out; the last one moves to its slot. */
void
SwapDrop(SwapState *state, int slot)
{
	Suite suite = state->suite;

	suite.box[slot] = suite.box[--suite.n];
	SwapSetSuite(state, &suite);
}

/* Keeps the suite and its assignments, to come back to. */
void
SwapSave(SwapState *state)
{
	size_t size = (size_t) state->demand->nclasses * sizeof(int16_t);

	state->saved_suite = state->suite;
	memcpy(state->saved_cost, state->cost, sizeof(state->cost));
	memcpy(state->saved_first, state->first, size);
	memcpy(state->saved_second, state->second, size);
}

/* Comes back to the suite kept last. */
void
SwapRestore(SwapState *state)
{
	size_t size = (size_t) state->demand->nclasses * sizeof(int16_t);

	state->suite = state->saved_suite;
	memcpy(state->cost, state->saved_cost, sizeof(state->cost));
	memcpy(state->first, state->saved_first, size);
	memcpy(state->second, state->saved_second, size);
}

/* Gives the weight that ships in a box. */
double
SwapShipped(const SwapState *state, int slot)
{
	double shipped = 0;

	for (int i = 0; i < state->demand->nclasses; i++)
		if (state->first[i] == slot)
			shipped += state->demand->weight[i];
	return shipped;
}

/* ------------------------------------------------------------------------------------------------
 * Buckets of points and their tables
 * ------------------------------------------------------------------------------------------------ */

/* Gives the bucket of a first and a second choice; without a first choice the second is none too. */
static inline Bucket *
BucketOf(SwapState *state, int first, int second)
{
	return &state->bucket[(first + 1) * (state->suite.n + 1) + second + 1];
}

/* Sorts the points into buckets by the choices of their classes, each in order of cells. */
static void
FillBuckets(SwapState *state, bool by_second)
{
	const GridDemand *demand = state->demand;
	int nbuckets = (state->suite.n + 1) * (state->suite.n + 1);
	int start = 0;

	for (int b = 0; b < nbuckets; b++)
		state->bucket[b].n = 0;
	for (int p = 0; p < demand->npoints; p++)
	{
		int i = demand->point_class[p];

		BucketOf(state, state->first[i], by_second ? state->second[i] : NO_BOX)->n++;
	}
	for (int b = 0; b < nbuckets; b++)
	{
		Bucket *bucket = &state->bucket[b];

		bucket->start = start;
		start += bucket->n;
		bucket->n = 0;
		for (int k = 0; k < 3; k++)
		{
			bucket->low[k] = GRID_AXIS_MAX + 1;
			bucket->high[k] = -1;
		}
	}
	for (int p = 0; p < demand->npoints; p++)
	{
		int i = demand->point_class[p];
		Bucket *bucket = BucketOf(state, state->first[i], by_second ? state->second[i] : NO_BOX);
		GridPoint at = demand->point[p];

		for (int k = 0; k < 3; k++)
		{
			bucket->low[k] = at.at[k] < bucket->low[k] ? at.at[k] : bucket->low[k];
			bucket->high[k] = at.at[k] > bucket->high[k] ? at.at[k] : bucket->high[k];
		}
		state->bucketed[bucket->start + bucket->n].at = at;
		state->bucketed[bucket->start + bucket->n++].weight = demand->point_weight[p];
	}
}

/* Gives zeroed tables to count buckets from the given one on. */
static void
StartTables(SwapState *state, Bucket *bucket, int count)
{
	size_t room = 0;
	double *table;

	for (int b = 0; b < count; b++)
		if (bucket[b].n > 0)
			room += (size_t) (bucket[b].high[1] - bucket[b].low[1] + 1) *
					(bucket[b].high[2] - bucket[b].low[2] + 1);
	if (room > state->table_room)
	{
		if (state->tables != NULL)
			KernelFree(state->tables);
		state->table_room = room * 2;
		state->tables = KernelAlloc(state->table_room * sizeof(double));
	}
	table = state->tables;
	if (room > 0)
		memset(table, 0, room * sizeof(double));
	for (int b = 0; b < count; b++)
	{
		bucket[b].next = 0;
		bucket[b].table = table;
		bucket[b].width = bucket[b].high[2] - bucket[b].low[2] + 1;
		if (bucket[b].n > 0)
			table += (size_t) (bucket[b].high[1] - bucket[b].low[1] + 1) * bucket[b].width;
	}
}

/* Adds a row of running sums to a row of a table. */
ROW_LOOP static void
AddRow(double *restrict row, const double *restrict run, int n)
{
	for (int z = 0; z < n; z++)
		row[z] += run[z];
}

/* Adds a weight to the rest of a row. */
ROW_LOOP static void
AddToRest(double *run, double weight, int n)
{
	for (int z = 0; z < n; z++)
		run[z] += weight;
}

/* Adds the points of plane x to a bucket's table: their prefix sum along y and z. */
static void
AdvanceTable(SwapState *state, Bucket *bucket, int x)
{
	const BucketPoint *point = state->bucketed + bucket->start;
	int width = bucket->width;
	double *run = state->run;

	if (bucket->next == bucket->n || point[bucket->next].at.at[0] != x)
		return;
	memset(run, 0, (size_t) width * sizeof(double));
	for (int y = point[bucket->next].at.at[1]; y <= bucket->high[1]; y++)
	{
		while (bucket->next < bucket->n && point[bucket->next].at.at[0] == x &&
			   point[bucket->next].at.at[1] == y)
		{
			int z = point[bucket->next].at.at[2] - bucket->low[2];

			AddToRest(run + z, point[bucket->next].weight, width - z);
			bucket->next++;
		}
		AddRow(bucket->table + (size_t) (y - bucket->low[1]) * width, run, width);
	}
}

/* How a sum W(j) enters a result. */
typedef enum Weighing
{
	WEIGH_GAIN,		/* W (limit - c_j)+ */
	WEIGH_GIVE_BACK, /* W (limit - max(floor, c_j))+ */
	WEIGH_LAST,		/* - W max(floor, c_j): no second choice */
	WEIGH_COUNT		/* W */
} Weighing;

/* Adds W (limit - max(floor, c))+ along a row. */
ROW_LOOP static void
WeighRow(double *restrict result, const double *restrict sum, const double *restrict cost, int n,
		 double floor, double limit)
{
	for (int z = 0; z < n; z++)
	{
		double c = cost[z] > floor ? cost[z] : floor;
		double margin = limit - c;

		margin = margin > 0 ? margin : 0;
		result[z] += sum[z] * margin;
	}
}

/* The same where the sum is constant. */
ROW_LOOP static void
WeighConstant(double *restrict result, double sum, const double *restrict cost, int n, double floor,
			  double limit)
{
	for (int z = 0; z < n; z++)
	{
		double c = cost[z] > floor ? cost[z] : floor;
		double margin = limit - c;

		margin = margin > 0 ? margin : 0;
		result[z] += sum * margin;
	}
}

/* Adds to the results of the cells of plane x what a bucket's sums bring. */
static void
WeighPlane(const SwapState *state, const Bucket *bucket, int x, Weighing weighing, double floor,
		   double limit, double *result, const int64_t *result_row)
{
	const Grid *grid = state->grid;
	int64_t first_row = (int64_t) x * grid->axis[1].n;

	if (x < bucket->low[0])
		return;
	for (int y = bucket->low[1]; y < grid->y_count[x]; y++)
	{
		int row_y = y < bucket->high[1] ? y : bucket->high[1];
		const double *sum = bucket->table + (size_t) (row_y - bucket->low[1]) * bucket->width;
		const double *cost = grid->cost + grid->row[first_row + y] + bucket->low[2];
		double *out = result + result_row[y] + bucket->low[2];
		int n = grid->z_count[y] - bucket->low[2];
		int inside = n < bucket->width ? n : bucket->width;

		if (n <= 0)
			continue;
		switch (weighing)
		{
			case WEIGH_GAIN:
			case WEIGH_GIVE_BACK:
				if (grid->row_cost[first_row + y] >= limit)
					break;
				WeighRow(out, sum, cost, inside, floor, limit);
				if (n > inside && sum[inside - 1] != 0)
					WeighConstant(out + inside, sum[inside - 1], cost + inside, n - inside, floor,
								  limit);
				break;
			case WEIGH_LAST:
				for (int z = 0; z < n; z++)
					out[z] -= sum[z < inside ? z : inside - 1] *
							  (cost[z] > floor ? cost[z] : floor);
				break;
			case WEIGH_COUNT:
				for (int z = 0; z < n; z++)
					out[z] += sum[z < inside ? z : inside - 1];
				break;
		}
	}
}

/* ------------------------------------------------------------------------------------------------
 * The best swap
 * ------------------------------------------------------------------------------------------------ */

/* Computes gain and newly covered weight for every cell. */
static void
ComputeGains(SwapState *state)
{
	const Grid *grid = state->grid;
	int n = state->suite.n;

	memset(state->gain, 0, (size_t) grid->ncells * sizeof(double));
	memset(state->covers, 0, (size_t) grid->ncells * sizeof(double));
	FillBuckets(state, false);
	for (int r = NO_BOX; r < n; r++)
	{
		Bucket *bucket = BucketOf(state, r, NO_BOX);

		if (bucket->n == 0)
			continue;
		KERNEL_CHECK_CANCEL();
		StartTables(state, bucket, 1);
		for (int x = bucket->low[0]; x < grid->axis[0].n; x++)
		{
			const int64_t *row = grid->row + (int64_t) x * grid->axis[1].n;

			AdvanceTable(state, bucket, x);
			if (r == NO_BOX)
			{
				WeighPlane(state, bucket, x, WEIGH_COUNT, 0, 0, state->covers, row);
				WeighPlane(state, bucket, x, WEIGH_LAST, 0, 0, state->gain, row);
			}
			else
				WeighPlane(state, bucket, x, WEIGH_GAIN, 0, state->cost[r], state->gain, row);
		}
	}
}

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

/* Finds the best candidate for slot among the cells of plane x. */
static void
ScanPlane(const SwapState *state, int x, int slot, bool with_lost, double loss, double sole,
		  Swap *best)
{
	const Grid *grid = state->grid;
	bool all_covered = state->suite.total.uncovered == 0;

	for (int y = 0; y < grid->y_count[x]; y++)
	{
		int64_t cell = grid->row[(int64_t) x * grid->axis[1].n + y];
		const double *gain = state->gain + cell;
		const double *back = state->plane + state->plane_row[y];
		const double *refound = state->lost + state->plane_row[y];
		const uint8_t *candidate = grid->candidate + cell;
		int n = grid->z_count[y];

		if (all_covered && !with_lost)
		{
			/* the common case: nothing is or becomes uncovered */
			double least = best->change.cost;

			for (int z = 0; z < n; z++)
				if (loss - gain[z] - back[z] < least && candidate[z])
				{
					least = loss - gain[z] - back[z];
					OfferSwap(best, 0, least, slot, x, y, z);
				}
		}
		else
			for (int z = 0; z < n; z++)
				if (candidate[z])
					OfferSwap(best,
							  (with_lost ? sole - refound[z] : 0) - state->covers[cell + z],
							  loss - gain[z] - back[z], slot, x, y, z);
	}
}

/* Finds the best candidate in the place of box r. */
static void
FindBestFor(SwapState *state, int r, Swap *best)
{
	const Grid *grid = state->grid;
	int n = state->suite.n;
	Bucket *buckets = BucketOf(state, r, NO_BOX); /* then second choices 0 .. n - 1 */
	double loss = 0;
	double sole = 0;
	bool with_lost = buckets[0].n > 0;

	for (int i = 0; i < state->demand->nclasses; i++)
		if (state->first[i] == r)
		{
			double weight = state->demand->weight[i];

			if (state->second[i] == NO_BOX)
			{
				sole += weight;
				loss -= weight * state->cost[r];
			}
			else
				loss += weight * (state->cost[state->second[i]] - state->cost[r]);
		}
	KERNEL_CHECK_CANCEL();
	StartTables(state, buckets, n + 1);
	for (int x = 0; x < grid->axis[0].n; x++)
	{
		int64_t plane_cells;

		if (grid->y_count[x] == 0)
			continue;
		plane_cells = state->plane_row[grid->y_count[x] - 1] + grid->z_count[grid->y_count[x] - 1];
		memset(state->plane, 0, (size_t) plane_cells * sizeof(double));
		if (with_lost)
			memset(state->lost, 0, (size_t) plane_cells * sizeof(double));
		for (int s = NO_BOX; s < n; s++)
		{
			Bucket *bucket = &buckets[s + 1];

			if (bucket->n == 0)
				continue;
			AdvanceTable(state, bucket, x);
			if (s != NO_BOX)
				WeighPlane(state, bucket, x, WEIGH_GIVE_BACK, state->cost[r], state->cost[s],
						   state->plane, state->plane_row);
			else
			{
				WeighPlane(state, bucket, x, WEIGH_LAST, state->cost[r], 0, state->plane,
						   state->plane_row);
				WeighPlane(state, bucket, x, WEIGH_COUNT, 0, 0, state->lost, state->plane_row);
			}
		}
		ScanPlane(state, x, r, with_lost, loss, sole, best);
	}
}

/* Finds the best candidate to add. */
static void
FindBestAddition(SwapState *state, Swap *best)
{
	const Grid *grid = state->grid;

	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int64_t cell = grid->row[(int64_t) x * grid->axis[1].n + y];

			for (int z = 0; z < grid->z_count[y]; z++)
				if (grid->candidate[cell + z])
					OfferSwap(best, -state->covers[cell + z], -state->gain[cell + z],
							  state->suite.n, x, y, z);
		}
}

/*
 * Finds the best candidate to put in the place of a box, over all candidates and all boxes that may
 * leave, or with add the best one to add. False if no change improves the suite by more than
 * rounding.
 */
bool
SwapFindBest(SwapState *state, bool add, Swap *best)
{
	SuiteCost total = state->suite.total;
	SuiteCost changed;

	best->slot = NO_BOX;
	best->change = (SuiteCost){0, 0};
	ComputeGains(state);
	if (add)
		FindBestAddition(state, best);
	else
	{
		FillBuckets(state, true);
		for (int r = state->nkeep; r < state->suite.n; r++)
			FindBestFor(state, r, best);
	}
	if (best->slot == NO_BOX)
		return false;
	changed.uncovered = total.uncovered + best->change.uncovered;
	changed.cost = total.cost + best->change.cost;
	return SuiteCostLess(changed, total);
}

/*
 * Shrinks every box that may change to the join of what ships in it, where that is a candidate.
 * Never worse; a start that saves many swaps after moving to a finer grid.
 */
void
SwapTighten(SwapState *state)
{
	const GridDemand *demand = state->demand;
	Suite suite = state->suite;
	GridPoint join[SUITE_MAX];

	memset(join, 0, sizeof(join));
	for (int i = 0; i < demand->nclasses; i++)
	{
		int r = state->first[i];
		int least = -1;
		int least_growth = 0;

		if (r == NO_BOX)
			continue;
		for (int e = demand->first_element[i]; e < demand->first_element[i + 1]; e++)
		{
			int growth = 0;

			if (!GridWithin(demand->element[e], suite.box[r]))
				continue;
			for (int k = 0; k < 3; k++)
				if (demand->element[e].at[k] > join[r].at[k])
					growth += demand->element[e].at[k] - join[r].at[k];
			if (least < 0 || growth < least_growth)
			{
				least = e;
				least_growth = growth;
			}
		}
		for (int k = 0; k < 3; k++)
			if (demand->element[least].at[k] > join[r].at[k])
				join[r].at[k] = demand->element[least].at[k];
	}
	for (int b = state->nkeep; b < suite.n; b++)
		if (join[b].at[1] < state->grid->y_count[join[b].at[0]] &&
			join[b].at[2] < state->grid->z_count[join[b].at[1]] &&
			state->grid->candidate[GridCell(state->grid, join[b])])
			suite.box[b] = join[b];
	SwapSetSuite(state, &suite);
}
