/*
 * staircase.c
 *	  Shipments of several items on the grid: unions of orthants as signed points.
 *
 * A class with several minimal cells is held by the union of the orthants above them. The function
 * that is 1 on the union and 0 elsewhere is the three-dimensional prefix sum of a few signed
 * points, which this file finds by a sweep: going up along z, it keeps the staircase of the cells
 * seen so far in the (x, y) plane. The prefix sum of a staircase of corners (x1, y1), (x2, y2), ...
 * with x ascending and y descending is that of +1 at every corner and -1 at every inner corner (x2,
 * y1). At each z the points of the new staircase less those of the old one are emitted. With e
 * minimal cells there are O(e) points, about three per cell.
 */
#include "kernel.h"

#include "grid.h"

/* qsort comparator: by z, then x, then y. */
static int
CompareByHeight(const void *a, const void *b)
{
	const GridPoint *p = a;
	const GridPoint *q = b;

	if (p->at[2] != q->at[2])
		return p->at[2] < q->at[2] ? -1 : 1;
	if (p->at[0] != q->at[0])
		return p->at[0] < q->at[0] ? -1 : 1;
	if (p->at[1] != q->at[1])
		return p->at[1] < q->at[1] ? -1 : 1;
	return 0;
}

/*
 * Drops cells that lie above another one of the n, and doubles; sorts the rest by z, x, y. Gives
 * their number.
 */
int
StaircaseMinimize(GridPoint *element, int n)
{
	int kept = 0;

	qsort(element, n, sizeof(GridPoint), CompareByHeight);
	for (int i = 0; i < n; i++)
	{
		bool minimal = true;

		/* whatever lies below element i was sorted before it */
		for (int j = 0; j < kept && minimal; j++)
			minimal = !GridWithin(element[j], element[i]);
		if (minimal)
			element[kept++] = element[i];
	}
	return kept;
}

/* Adds sign at a point, merging it with a point of the same place among those from start on. */
static int
AddPoint(GridPoint *point, int *sign, int start, int n, int x, int y, int z, int value)
{
	for (int i = start; i < n; i++)
		if (point[i].at[0] == x && point[i].at[1] == y)
		{
			sign[i] += value;
			return n;
		}
	point[n].at[0] = (uint16_t) x;
	point[n].at[1] = (uint16_t) y;
	point[n].at[2] = (uint16_t) z;
	sign[n] = value;
	return n + 1;
}

/* Emits the points of a stretch of a staircase, times factor, at height z. */
static int
EmitStaircase(const GridPoint *corner, int ncorners, int z, int factor, GridPoint *point, int *sign,
			  int start, int n)
{
	for (int i = 0; i < ncorners; i++)
	{
		n = AddPoint(point, sign, start, n, corner[i].at[0], corner[i].at[1], z, factor);
		if (i + 1 < ncorners)
			n = AddPoint(point, sign, start, n, corner[i + 1].at[0], corner[i].at[1], z, -factor);
	}
	return n;
}

/* Whether two corners are at the same place of the (x, y) plane. */
static bool
SameCorner(GridPoint a, GridPoint b)
{
	return a.at[0] == b.at[0] && a.at[1] == b.at[1];
}

/* Inserts a corner into a staircase (x ascending, y descending), dropping those it dominates. */
static int
InsertCorner(GridPoint *corner, int ncorners, GridPoint p)
{
	int kept = 0;
	int at;

	for (int i = 0; i < ncorners; i++)
		if (corner[i].at[0] <= p.at[0] && corner[i].at[1] <= p.at[1])
			return ncorners;
	for (int i = 0; i < ncorners; i++)
		if (corner[i].at[0] < p.at[0] || corner[i].at[1] < p.at[1])
			corner[kept++] = corner[i];
	at = kept;
	while (at > 0 && corner[at - 1].at[0] > p.at[0])
	{
		corner[at] = corner[at - 1];
		at--;
	}
	corner[at] = p;
	return kept + 1;
}

/*
 * Finds the signed points of the union of the orthants above n minimal cells (as StaircaseMinimize
 * leaves them). Each new corner emits itself, two inner corners and what it takes back; that and
 * the two whole staircases in passing fit into STAIRCASE_ROOM(n) entries of point and sign. Gives
 * the number of points.
 */
int
StaircasePoints(const GridPoint *element, int n, GridPoint *point, int *sign)
{
	GridPoint *before = KernelAlloc((size_t) n * 2 * sizeof(GridPoint));
	GridPoint *after = before + n;
	int ncorners = 0;
	int npoints = 0;

	for (int i = 0; i < n;)
	{
		int z = element[i].at[2];
		int start = npoints;
		int nbefore = ncorners;
		int kept = start;
		int skip = 0;
		int cut = 0;

		memcpy(before, after, (size_t) nbefore * sizeof(GridPoint));
		for (; i < n && element[i].at[2] == z; i++)
			ncorners = InsertCorner(after, ncorners, element[i]);
		/* all but one of the corners that both share at either end would only cancel */
		while (skip + 1 < nbefore && skip + 1 < ncorners && SameCorner(before[skip], after[skip]) &&
			   SameCorner(before[skip + 1], after[skip + 1]))
			skip++;
		while (skip + cut + 1 < nbefore && skip + cut + 1 < ncorners &&
			   SameCorner(before[nbefore - cut - 1], after[ncorners - cut - 1]) &&
			   SameCorner(before[nbefore - cut - 2], after[ncorners - cut - 2]))
			cut++;
		npoints =
			EmitStaircase(after + skip, ncorners - skip - cut, z, 1, point, sign, start, npoints);
		npoints =
			EmitStaircase(before + skip, nbefore - skip - cut, z, -1, point, sign, start, npoints);
		for (int k = start; k < npoints; k++)
			if (sign[k] != 0)
			{
				point[kept] = point[k];
				sign[kept++] = sign[k];
			}
		npoints = kept;
	}
	KernelFree(before);
	return npoints;
}
