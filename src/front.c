/*
 * front.c
 *	  Antichains of minimal boxes: build, look at them edge on, put side by side. The other ways to
 *	  combine them are in frontarrange.c.
 *
 * Combining two fronts is the inner loop of everything. Trying every element of one against every
 * element of the other, along each of three axes of each, would make nine candidates per pair of
 * elements, nearly all of them dominated. Instead, look at what a split is: the two parts share a
 * cross-section p x q and each takes from it the least depth that this cross-section allows it. For
 * every cross-section there is one best candidate, and only those matter where one of the two
 * depths has just become smaller.
 *
 * So sweep over p, upwards. The elements of a part that are narrow enough by then form a staircase:
 * the larger q, the smaller the least depth. An element that enters a staircase is the best of its
 * part for q in some interval, and new candidates arise only there: one at the beginning of the
 * interval, and one at each step of the other part's staircase inside of it. The number of
 * candidates is a small multiple of the number of elements rather than of its square.
 *
 * In the free domain, matching the larger with the larger and the smaller with the smaller lengths
 * of two cross-sections is never worse than crossing them, so one view (p >= q) is enough. In the
 * upright domain the same holds for the horizontal cross-section of parts on top of each other;
 * parts beside each other have a cross-section of a horizontal length and a height, which cannot be
 * exchanged.
 *
 * What survives of the candidates is kept in arrays of lanes, so that the test for domination, the
 * other half of the work, looks at several elements at once (frontbuild.h).
 */
#include "kernel.h"

#include "front.h"
#include "frontbuild.h"

/* Length up to which straight insertion sorts. */
#define SHORT_SORT 16

/* A key with the number of what it belongs to. */
typedef struct SortKey
{
	uint64_t key;
	int32_t item;
} SortKey;

/* The coordinates other than one, in their order. */
static const uint8_t other_axes[3][2] = {{1, 2}, {0, 2}, {0, 1}};

/* Makes the arrays of the front under construction larger. */
void
FrontGrowBuild(FrontPool *pool)
{
	int old = pool->max_build;

	pool->max_build = old * 2;
	for (int i = 0; i < 3; i++)
	{
		pool->build[i] = KernelRealloc(pool->build[i], sizeof(int32_t) * pool->max_build);
		for (int j = old; j < pool->max_build; j++)
			pool->build[i][j] = INT32_MAX;
	}
	pool->build_origins = KernelRealloc(pool->build_origins, sizeof(FrontOrigin) * pool->max_build);
}

/* Allocates what a pool needs to begin with. */
void
FrontPoolInit(FrontPool *pool)
{
	memset(pool, 0, sizeof(*pool));
	pool->max_fronts = 64;
	pool->fronts = KernelAlloc(sizeof(Front) * pool->max_fronts);
	pool->max_elements = 1024;
	pool->elements = KernelAlloc(sizeof(*pool->elements) * pool->max_elements);
	pool->origins = KernelAlloc(sizeof(FrontOrigin) * pool->max_elements);
	pool->max_views = 2048;
	pool->views = KernelAlloc(sizeof(FrontView) * pool->max_views);
	pool->max_build = 16 * BLOCK;
	for (int i = 0; i < 3; i++)
	{
		pool->build[i] = KernelAlloc(sizeof(int32_t) * pool->max_build);
		for (int j = 0; j < pool->max_build; j++)
			pool->build[i][j] = INT32_MAX;
	}
	pool->build_origins = KernelAlloc(sizeof(FrontOrigin) * pool->max_build);
	pool->max_stairs = 128;
	for (int i = 0; i < 2; i++)
		pool->stairs[i].step = KernelAlloc(sizeof(Step) * pool->max_stairs);
	pool->max_keys = 256;
	pool->keys = KernelAlloc(sizeof(SortKey) * pool->max_keys);
}

/* Releases a pool's memory. */
void
FrontPoolFree(FrontPool *pool)
{
	KernelFree(pool->fronts);
	KernelFree(pool->elements);
	KernelFree(pool->origins);
	KernelFree(pool->views);
	for (int i = 0; i < 3; i++)
		KernelFree(pool->build[i]);
	KernelFree(pool->build_origins);
	for (int i = 0; i < 2; i++)
		KernelFree(pool->stairs[i].step);
	KernelFree(pool->keys);
}

/* Forgets all fronts, keeping the memory. */
void
FrontPoolReset(FrontPool *pool)
{
	pool->nfronts = 0;
	pool->nelements = 0;
	pool->nviews = 0;
	pool->trimmed = false;
}

/* Begins a new front. */
void
FrontBegin(FrontPool *pool)
{
	for (int i = 0; i < 3; i++)
	{
		for (int j = 0; j < pool->nbuild; j++)
			pool->build[i][j] = INT32_MAX;
	}
	pool->nbuild = 0;
	pool->killer = 0;
}

/* Removes the elements that x, y, z serves for. */
void
FrontRemoveDominated(FrontPool *pool, int32_t x, int32_t y, int32_t z)
{
	int32_t *xs = pool->build[0];
	int32_t *ys = pool->build[1];
	int32_t *zs = pool->build[2];
	int n = pool->nbuild;
	int kept;
	Lanes vx = {x, x, x, x};
	Lanes vy = {y, y, y, y};
	Lanes vz = {z, z, z, z};

	/* mostly there are none: look at several at once first */
	for (kept = 0; kept < n; kept += LANES)
	{
		Lanes xs4;
		Lanes ys4;
		Lanes zs4;

		memcpy(&xs4, xs + kept, sizeof(xs4));
		memcpy(&ys4, ys + kept, sizeof(ys4));
		memcpy(&zs4, zs + kept, sizeof(zs4));
		if (!AllLanes((xs4 < vx) | (ys4 < vy) | (zs4 < vz)))
			break;
	}
	if (kept >= n)
		return;
	for (int i = kept; i < n; i++)
	{
		if (xs[i] >= x && ys[i] >= y && zs[i] >= z)
			continue;
		xs[kept] = xs[i];
		ys[kept] = ys[i];
		zs[kept] = zs[i];
		pool->build_origins[kept] = pool->build_origins[i];
		kept++;
	}
	for (int i = kept; i < n; i++)
		xs[i] = ys[i] = zs[i] = INT32_MAX;
	pool->nbuild = kept;
	pool->killer = 0;
}

/* Adds an oriented shape of a single piece. */
void
FrontAddShape(FrontPool *pool, const int32_t extent[3], int kind)
{
	int32_t x = extent[0];
	int32_t y = extent[1];
	int32_t z = extent[2];
	FrontOrigin *origin;

	/* in the free domain all rotations are in the list: take the sorted one */
	if (!pool->upright && (y > x || z > y))
		return;
	if (y > x)
		return;
	origin = FrontAddElement(pool, x, y, z);
	if (origin != NULL)
	{
		memset(origin, 0, sizeof(*origin));
		origin->kind = ORIGIN_PIECE;
		origin->part[0] = kind;
	}
}

/* Adds one candidate of a split: cross-section p x q, and the sum of both depths. */
static inline void
AddSplitElement(FrontPool *pool, int a, int b, int view, int32_t p, int32_t q, int64_t depth,
				int32_t code_a, int32_t code_b)
{
	FrontOrigin *origin;
	int32_t s;
	int axis;

	if (depth > LENGTH_MAX)
		return;
	s = (int32_t) depth;
	if (pool->upright && view == 0)
	{
		axis = 2;
		origin = FrontAddElement(pool, p, q, s);
	}
	else if (s >= p)
	{
		axis = 0;
		origin = FrontAddElement(pool, s, p, q);
	}
	else if (pool->upright || s >= q)
	{
		axis = 1;
		origin = FrontAddElement(pool, p, s, q);
	}
	else
	{
		axis = 2;
		origin = FrontAddElement(pool, p, q, s);
	}
	if (origin != NULL)
	{
		origin->kind = ORIGIN_SPLIT;
		origin->part[0] = a;
		origin->part[1] = b;
		origin->element[0] = (uint16_t) (code_a >> 2);
		origin->element[1] = (uint16_t) (code_b >> 2);
		origin->turn[0] = code_a & 3;
		origin->turn[1] = code_b & 3;
		origin->axis[0] = axis;
	}
}

/*
 * Puts a step into a staircase, removing the steps that it makes useless. Returns its position, or
 * -1 if it is useless itself.
 */
static inline int
StaircaseInsert(Staircase *stairs, const FrontView *view)
{
	Step *step = stairs->step;
	int n = stairs->n;
	int from = 0;
	int to;

	while (from < n && step[from].q <= view->q)
		from++;
	if (from > 0)
	{
		if (step[from - 1].d <= view->d)
			return -1;
		if (step[from - 1].q == view->q)
			from--;
	}
	for (to = from; to < n && step[to].d >= view->d; to++)
		;
	if (to == from)
	{
		for (int i = n; i > from; i--)
			step[i] = step[i - 1];
		stairs->n = n + 1;
	}
	else if (to > from + 1)
	{
		int shift = to - from - 1;

		for (int i = to; i < n; i++)
			step[i - shift] = step[i];
		stairs->n = n - shift;
	}
	step[from].q = view->q;
	step[from].d = view->d;
	step[from].code = view->code;
	return from;
}

/*
 * Adds the candidates that arise where a view enters its staircase: side 0 belongs to part a, side
 * 1 to part b.
 */
static inline void
AddEntering(FrontPool *pool, Staircase *own, const Staircase *other, int a, int b, int view_kind,
			int side, const FrontView *view)
{
	int64_t depth_view = (int64_t) view->d + pool->gap;
	int at = StaircaseInsert(own, view);
	const Step *step = other->step;
	const Step *end = step + other->n;
	int32_t until;

	if (at < 0 || step == end)
		return;
	until = at + 1 < own->n ? own->step[at + 1].q : INT32_MAX;
	while (step + 1 < end && step[1].q <= view->q)
		step++;
	for (; step < end && step->q < until; step++)
	{
		int32_t q = step->q > view->q ? step->q : view->q;
		int64_t depth = depth_view + step->d;

		if (side == 0)
			AddSplitElement(pool, a, b, view_kind, view->p, q, depth, view->code, step->code);
		else
			AddSplitElement(pool, a, b, view_kind, view->p, q, depth, step->code, view->code);
	}
}

/* Makes sure that the staircases have room for so many steps. */
static void
GrowStairs(FrontPool *pool, int n)
{
	if (n <= pool->max_stairs)
		return;
	pool->max_stairs = n * 2;
	for (int i = 0; i < 2; i++)
		pool->stairs[i].step = KernelRealloc(pool->stairs[i].step, sizeof(Step) * pool->max_stairs);
}

/* Sweeps over one kind of view of two parts. */
KERNEL_HOT static void
SweepSplit(FrontPool *pool, int a, int b, int view_kind)
{
	const Front *front_a = &pool->fronts[a];
	const Front *front_b = &pool->fronts[b];
	const FrontView *view_a = pool->views + front_a->view_first[view_kind];
	const FrontView *view_b = pool->views + front_b->view_first[view_kind];
	int na = front_a->nviews[view_kind];
	int nb = front_b->nviews[view_kind];
	int ia = 0;
	int ib = 0;
	Staircase stairs_a;
	Staircase stairs_b;

	GrowStairs(pool, (na > nb ? na : nb) + 1);
	stairs_a = pool->stairs[0];
	stairs_b = pool->stairs[1];
	stairs_a.n = 0;
	stairs_b.n = 0;
	while (ia < na || ib < nb)
	{
		if (ib >= nb || (ia < na && view_a[ia].p <= view_b[ib].p))
			AddEntering(pool, &stairs_a, &stairs_b, a, b, view_kind, 0, &view_a[ia++]);
		else
			AddEntering(pool, &stairs_b, &stairs_a, a, b, view_kind, 1, &view_b[ib++]);
	}
}

/*
 * Adds all ways to put an element of one front beside (or on top of) an element of another. A part
 * that has something fragile in it can only be the upper one of two.
 */
void
FrontAddSplit(FrontPool *pool, int a, int b)
{
	if (!pool->upright || !pool->fronts[a].fragile || !pool->fronts[b].fragile)
		SweepSplit(pool, a, b, 0);
	if (pool->upright)
		SweepSplit(pool, a, b, 1);
}

/*
 * Estimates how much of a box two parts fill, by their elements of smallest volume only. Cheap: it
 * serves to choose among many partners.
 */
double
FrontEstimateFill(const FrontPool *pool, int a, int b)
{
	const Front *front_a = &pool->fronts[a];
	const Front *front_b = &pool->fronts[b];
	const int32_t *size_a;
	const int32_t *size_b;
	double best = -1.0;

	if (front_a->nelements == 0 || front_b->nelements == 0)
		return 0;
	size_a = FrontElement(pool, a, front_a->best_element);
	size_b = FrontElement(pool, b, front_b->best_element);
	for (int i = 0; i < 3; i++)
	{
		for (int j = 0; j < 3; j++)
		{
			double volume;
			int32_t p_a = size_a[other_axes[i][0]];
			int32_t q_a = size_a[other_axes[i][1]];
			int32_t p_b = size_b[other_axes[j][0]];
			int32_t q_b = size_b[other_axes[j][1]];

			if (pool->upright && (i == 2) != (j == 2))
				continue;
			volume = (double) (p_a > p_b ? p_a : p_b) * (q_a > q_b ? q_a : q_b) *
					 ((double) size_a[i] + size_b[j] + pool->gap);
			if (best < 0 || volume < best)
				best = volume;
		}
	}
	return (front_a->content + front_b->content) / best;
}

/* Sorts keys, ascending: straight insertion, which suits short and nearly sorted lists. */
static void
SortShort(SortKey *keys, int n)
{
	for (int i = 1; i < n; i++)
	{
		SortKey key = keys[i];
		int j = i;

		for (; j > 0 && keys[j - 1].key > key.key; j--)
			keys[j] = keys[j - 1];
		keys[j] = key;
	}
}

/* Sorts keys, ascending; merges through a scratch array of the same length behind them. */
static void
SortKeys(SortKey *keys, int n)
{
	SortKey *scratch = keys + n;
	SortKey *from = keys;
	SortKey *to = scratch;

	for (int i = 0; i < n; i += SHORT_SORT)
		SortShort(keys + i, n - i < SHORT_SORT ? n - i : SHORT_SORT);
	for (int width = SHORT_SORT; width < n; width *= 2)
	{
		SortKey *swap = from;

		for (int i = 0; i < n; i += 2 * width)
		{
			int mid = i + width < n ? i + width : n;
			int end = mid + width < n ? mid + width : n;
			int left = i;
			int right = mid;

			for (int k = i; k < end; k++)
			{
				if (right >= end || (left < mid && from[left].key <= from[right].key))
					to[k] = from[left++];
				else
					to[k] = from[right++];
			}
		}
		from = to;
		to = swap;
	}
	if (from != keys)
		memcpy(keys, from, sizeof(SortKey) * n);
}

/* Gives room for sorting so many keys. */
static SortKey *
NeedKeys(FrontPool *pool, int n)
{
	if (2 * n > pool->max_keys)
	{
		pool->max_keys = 4 * n;
		pool->keys = KernelRealloc(pool->keys, sizeof(SortKey) * pool->max_keys);
	}
	return pool->keys;
}

/* Gives the volume of a sorted candidate. */
static inline double
BuildVolume(const FrontPool *pool, int item)
{
	return (double) pool->build[0][item] * pool->build[1][item] * pool->build[2][item];
}

/*
 * Thins a sorted front out to the beam: the smallest along each coordinate stay, and of each of as
 * many stretches as there is room for, the smallest by volume. (Keeping the smallest by volume only
 * does no better on real orders, and loses flat and long boxes.)
 */
static int
TrimFront(FrontPool *pool, int n)
{
	SortKey *keys = pool->keys;
	int nstretches = pool->beam - 3;
	int best[3] = {0, 0, 0};
	int kept = 0;

	pool->trimmed = true;
	for (int i = 1; i < n; i++)
	{
		for (int axis = 1; axis < 3; axis++)
		{
			if (pool->build[axis][keys[i].item] < pool->build[axis][keys[best[axis]].item])
				best[axis] = i;
		}
	}
	for (int s = 0; s < nstretches; s++)
	{
		int from = (int) ((int64_t) n * s / nstretches);
		int to = (int) ((int64_t) n * (s + 1) / nstretches);
		int smallest = from;

		for (int i = from + 1; i < to; i++)
		{
			if (BuildVolume(pool, keys[i].item) < BuildVolume(pool, keys[smallest].item))
				smallest = i;
		}
		for (int i = from; i < to; i++)
		{
			if (i == smallest || i == best[0] || i == best[1] || i == best[2])
				keys[kept++] = keys[i];
		}
	}
	return kept;
}

/* Sorts the front under construction: of an antichain, x and y decide the order. */
static const SortKey *
SortBuild(FrontPool *pool)
{
	int n = pool->nbuild;
	SortKey *keys = NeedKeys(pool, n);

	for (int i = 0; i < n; i++)
	{
		keys[i].key = (uint64_t) pool->build[0][i] << 32 | (uint32_t) pool->build[1][i];
		keys[i].item = i;
	}
	SortKeys(keys, n);
	return keys;
}

/* Thins the front under construction out if it has become much larger than the beam. */
void
FrontThin(FrontPool *pool)
{
	SortKey *keys;
	int n;

	if (pool->nbuild <= 2 * pool->beam)
		return;
	SortBuild(pool);
	keys = pool->keys;
	n = TrimFront(pool, pool->nbuild);

	/* move what stays to the front, in its order, so that nothing is overwritten before it moves */
	for (int i = 0; i < n; i++)
		keys[i].key = (uint64_t) keys[i].item;
	SortKeys(keys, n);
	for (int i = 0; i < pool->nbuild; i++)
	{
		for (int axis = 0; axis < 3; axis++)
			pool->build[axis][i] = i < n ? pool->build[axis][keys[i].item] : INT32_MAX;
		if (i < n)
			pool->build_origins[i] = pool->build_origins[keys[i].item];
	}
	pool->nbuild = n;
	pool->killer = 0;
}

/* Appends one kind of view to the pool, sorted by p, without those that others make useless. */
static void
AppendViews(FrontPool *pool, Front *front, int view_kind, const uint8_t *axes, int naxes)
{
	int n = front->nelements;
	int32_t(*elements)[3] = pool->elements + front->first;
	SortKey *keys = NeedKeys(pool, n * naxes);
	Staircase *stairs = &pool->stairs[0];
	int nkeys = 0;

	GrowStairs(pool, n * naxes + 1);
	for (int a = 0; a < naxes; a++)
	{
		int p = other_axes[axes[a]][0];
		int q = other_axes[axes[a]][1];

		for (int i = 0; i < n; i++)
		{
			keys[nkeys].key = (uint64_t) elements[i][p] << 32 | (uint32_t) elements[i][q];
			keys[nkeys].item = i << 2 | axes[a];
			nkeys++;
		}
	}
	SortKeys(keys, nkeys);

	if (pool->nviews + nkeys > pool->max_views)
	{
		pool->max_views = 2 * (pool->nviews + nkeys);
		pool->views = KernelRealloc(pool->views, sizeof(FrontView) * pool->max_views);
	}
	front->view_first[view_kind] = pool->nviews;
	stairs->n = 0;
	for (int i = 0; i < nkeys; i++)
	{
		FrontView *view = &pool->views[pool->nviews];

		view->p = (int32_t) (keys[i].key >> 32);
		view->q = (int32_t) (uint32_t) keys[i].key;
		view->d = elements[keys[i].item >> 2][keys[i].item & 3];
		view->code = keys[i].item;
		if (StaircaseInsert(stairs, view) >= 0)
			pool->nviews++;
	}
	front->nviews[view_kind] = pool->nviews - front->view_first[view_kind];
}

/*
 * Ends the front under construction and returns its number: elements in lexicographic order, at
 * most as many as the beam allows, with their views.
 */
int
FrontFinish(FrontPool *pool, int npieces, double content, bool fragile)
{
	static const uint8_t free_axes[3] = {2, 1, 0};
	static const uint8_t vertical_axes[1] = {2};
	static const uint8_t horizontal_axes[2] = {1, 0};
	const SortKey *keys = SortBuild(pool);
	int n = pool->nbuild;
	Front *front;

	if (n > pool->beam)
		n = TrimFront(pool, n);

	if (pool->nfronts == pool->max_fronts)
	{
		pool->max_fronts *= 2;
		pool->fronts = KernelRealloc(pool->fronts, sizeof(Front) * pool->max_fronts);
	}
	if (pool->nelements + n > pool->max_elements)
	{
		pool->max_elements = 2 * (pool->nelements + n);
		pool->elements =
			KernelRealloc(pool->elements, sizeof(*pool->elements) * pool->max_elements);
		pool->origins = KernelRealloc(pool->origins, sizeof(FrontOrigin) * pool->max_elements);
	}
	front = &pool->fronts[pool->nfronts];
	memset(front, 0, sizeof(*front));
	front->first = pool->nelements;
	front->nelements = n;
	front->npieces = npieces;
	front->content = content;
	front->fragile = fragile;
	for (int i = 0; i < n; i++)
	{
		int item = keys[i].item;

		for (int axis = 0; axis < 3; axis++)
			pool->elements[pool->nelements][axis] = pool->build[axis][item];
		pool->origins[pool->nelements] = pool->build_origins[item];
		pool->nelements++;
		if (BuildVolume(pool, item) < BuildVolume(pool, keys[front->best_element].item))
			front->best_element = i;
	}
	if (pool->upright)
	{
		AppendViews(pool, front, 0, vertical_axes, 1);
		AppendViews(pool, front, 1, horizontal_axes, 2);
	}
	else
		AppendViews(pool, front, 0, free_axes, 3);
	return pool->nfronts++;
}

/* Finds an element that is no larger than the room, given in the order of coordinates; -1: none. */
int
FrontFind(const FrontPool *pool, int front, const int32_t room[3])
{
	for (int i = 0; i < pool->fronts[front].nelements; i++)
	{
		const int32_t *element = FrontElement(pool, front, i);

		if (element[0] <= room[0] && element[1] <= room[1] && element[2] <= room[2])
			return i;
	}
	return -1;
}
