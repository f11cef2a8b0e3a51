/*
 * frontarrange.c
 *	  Combining fronts other than by splits: three parts around a void, and grids of equal cells.
 *
 * Three parts can be arranged so that no cut separates one of them from the others: each two are
 * apart along an axis of their own, and a void is left in the middle. Nothing like the sweep of a
 * split (front.c) serves here. All triples of elements are tried in all their turns, and what a
 * split does as well is left out early; that suits parts of a few elements, as single pieces are.
 *
 * A grid is nothing that splits could not build up, but many pieces of one kind would take very
 * many of them. It comes about in one step: layers of nx by ny cells, as many as the number of cells
 * needs, the last one not always full. For each nx and each number of layers only the least ny
 * matters.
 */
#include "kernel.h"

#include "front.h"
#include "frontbuild.h"

/* All orders of three coordinates; the first two leave the third one in its place. */
static const uint8_t axis_orders[6][3] = {{0, 1, 2}, {1, 0, 2}, {0, 2, 1},
										  {2, 0, 1}, {1, 2, 0}, {2, 1, 0}};

/* Gives the extents of an element whose coordinates are put in one of the orders. */
static inline void
TurnElement(const int32_t *element, int order, int32_t extent[3])
{
	for (int i = 0; i < 3; i++)
		extent[i] = element[axis_orders[order][i]];
}

/*
 * Adds one arrangement around a void, of which the parts' extents are known in a frame where parts
 * 0 and 1 are apart along x, 1 and 2 along y, 2 and 0 along z.
 */
static void
AddCycleElement(FrontPool *pool, const int part[3], const int element[3], const int order[3],
				int32_t extent[3][3])
{
	int64_t sum[3];
	uint8_t frame[3] = {0, 1, 2}; /* axis of the frame that each coordinate comes from */
	FrontOrigin *origin;
	int ncoordinates = pool->upright ? 2 : 3;

	for (int i = 0; i < 3; i++)
	{
		int j = (i + 1) % 3;
		int k = (i + 2) % 3;

		sum[i] = (int64_t) extent[i][i] + extent[j][i] + pool->gap;
		if (sum[i] < extent[k][i])
			sum[i] = extent[k][i];
		if (sum[i] > LENGTH_MAX)
			return;
	}
	for (int i = 1; i < ncoordinates; i++)
	{
		for (int j = i; j > 0 && sum[frame[j]] > sum[frame[j - 1]]; j--)
		{
			uint8_t swap = frame[j];

			frame[j] = frame[j - 1];
			frame[j - 1] = swap;
		}
	}
	origin = FrontAddElement(pool, (int32_t) sum[frame[0]], (int32_t) sum[frame[1]],
							 (int32_t) sum[frame[2]]);
	if (origin == NULL)
		return;
	origin->kind = ORIGIN_CYCLE;
	for (int p = 0; p < 3; p++)
	{
		origin->part[p] = part[p];
		origin->element[p] = (uint16_t) element[p];
		origin->turn[p] = 0;
		for (int i = 0; i < 3; i++)
		{
			origin->turn[p] |= axis_orders[order[p]][frame[i]] << (2 * i);
			if (frame[i] == p)
				origin->axis[p] = i;
		}
	}
}

/*
 * Adds the arrangements of three given elements around a void. Where some axis has room for a third
 * part beside one of the two that are apart along it, a split does as well: so the third part must
 * be longer there than both (unless standing on each other is restricted).
 */
static void
AddCycleElements(FrontPool *pool, const int part[3], const int element[3], bool fragile)
{
	int norders = pool->upright ? 2 : 6;
	const int32_t *size[3];
	int32_t extent[3][3];
	int order[3];

	for (int p = 0; p < 3; p++)
		size[p] = FrontElement(pool, part[p], element[p]);

	for (order[2] = 0; order[2] < norders; order[2]++)
	{
		TurnElement(size[2], order[2], extent[2]);
		for (order[0] = 0; order[0] < norders; order[0]++)
		{
			TurnElement(size[0], order[0], extent[0]);
			if (extent[2][0] <= extent[0][0] || extent[0][1] <= extent[2][1])
				continue;
			for (order[1] = 0; order[1] < norders; order[1]++)
			{
				TurnElement(size[1], order[1], extent[1]);
				if (extent[2][0] <= extent[1][0] || extent[0][1] <= extent[1][1])
					continue;
				if (!fragile && (extent[1][2] <= extent[0][2] || extent[1][2] <= extent[2][2]))
					continue;
				AddCycleElement(pool, part, element, order, extent);
			}
		}
	}
}

/*
 * Adds the arrangements of three parts around a void: each two of them are apart along an axis of
 * their own. The roles of the axes can be exchanged in the free domain by turning the whole; in the
 * upright domain each pair of parts in turn must be the one that is apart vertically.
 */
KERNEL_HOT void
FrontAddCycle(FrontPool *pool, int a, int b, int c)
{
	int part[3] = {a, b, c};
	int nroles = pool->upright ? 3 : 1;

	for (int role = 0; role < nroles; role++)
	{
		bool fragile0 = pool->fronts[part[0]].fragile;
		bool fragile1 = pool->fronts[part[1]].fragile;
		bool fragile2 = pool->fronts[part[2]].fragile;
		int element[3];
		int first = part[0];

		if (!(fragile2 && fragile0))
		{
			for (element[0] = 0; element[0] < pool->fronts[part[0]].nelements; element[0]++)
				for (element[1] = 0; element[1] < pool->fronts[part[1]].nelements; element[1]++)
					for (element[2] = 0; element[2] < pool->fronts[part[2]].nelements; element[2]++)
						AddCycleElements(pool, part, element, fragile0 || fragile1 || fragile2);
		}
		part[0] = part[1];
		part[1] = part[2];
		part[2] = first;
	}
}

/* Gives the length of a row of cells. */
static inline int64_t
RowLength(int64_t count, int32_t length, int32_t gap)
{
	return count * length + (count - 1) * gap;
}

/* Divides, rounding up. */
static inline int
DivideUp(int64_t a, int64_t b)
{
	return (int) ((a + b - 1) / b);
}

/* Adds all grids of so many equal cells, each an element of one front. */
void
FrontAddGrid(FrontPool *pool, int cell, int ncells)
{
	const Front *front = &pool->fronts[cell];
	int norders = pool->upright ? 2 : 6;

	for (int e = 0; e < front->nelements; e++)
	{
		/* the cell turns and the grid's coordinates stay: all orders of the coordinates come up */
		for (int order = 0; order < norders; order++)
		{
			int32_t extent[3];

			TurnElement(FrontElement(pool, cell, e), order, extent);
			for (int nx = 1; nx <= ncells; nx++)
			{
				int64_t x = RowLength(nx, extent[0], pool->gap);
				int ny = 1;
				int nz = 0;

				KERNEL_CHECK_CANCEL();
				if (x > pool->limit[0])
					break;

				/* from each number of layers to the least width that saves one */
				while (nz != 1)
				{
					FrontOrigin *origin;
					int64_t y;
					int64_t z;

					if (nz > 1)
						ny = DivideUp(ncells, (int64_t) nx * (nz - 1));
					nz = DivideUp(ncells, (int64_t) nx * ny);
					y = RowLength(ny, extent[1], pool->gap);
					z = RowLength(nz, extent[2], pool->gap);
					if (y > x)
						break;
					if (z > LENGTH_MAX || (!pool->upright && z > y))
						continue;
					if (pool->upright && front->fragile && nz > 1)
						continue;
					origin = FrontAddElement(pool, (int32_t) x, (int32_t) y, (int32_t) z);
					if (origin == NULL)
						continue;
					origin->kind = ORIGIN_GRID;
					origin->part[0] = nx;
					origin->part[1] = ny;
					origin->part[2] = cell;
					origin->element[0] = (uint16_t) e;
					origin->turn[0] = axis_orders[order][0] | axis_orders[order][1] << 2 |
									  axis_orders[order][2] << 4;
				}
			}
			FrontThin(pool);
		}
	}
}
