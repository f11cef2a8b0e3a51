/*
 * griddemand.c
 *	  Demand rounded up to the cells of a grid.
 *
 * Classes that come to have the same cells, and are in the same weight group (weightgroups.c), are
 * merged. They stand in this order: those of one cell by cell and group, then those of several.
 */
#include "kernel.h"

#include "grid.h"

/* The cell of a class that has several, or none. */
#define NO_CELL (-1)

/* Finds the smallest cell that holds an element; false if there is none. */
static bool
SmallestCell(const Grid *grid, const GridSpec *spec, const int32_t element[3], GridPoint *cell)
{
	int64_t size[3];

	for (int k = 0; k < 3; k++)
		size[k] = (int64_t) element[k] + spec->padding[k];
	return GridLocateAround(grid, size, cell);
}

/* Tells for every cell whether a candidate or kept box lies at or above it. */
static uint8_t *
HeldCells(const Grid *grid, const GridSpec *spec)
{
	uint8_t *held = KernelAlloc((size_t) grid->ncells + 1);
	int ny = grid->axis[1].n;

	memcpy(held, grid->candidate, (size_t) grid->ncells);
	for (int b = 0; b < spec->nkeep; b++)
	{
		GridPoint cell;

		if (GridLocate(grid, spec->keep[b], &cell))
			held[GridCell(grid, cell)] = 1;
	}
	for (int x = grid->axis[0].n - 1; x >= 0; x--)
		for (int y = grid->y_count[x] - 1; y >= 0; y--)
		{
			uint8_t *row = held + grid->row[(int64_t) x * ny + y];
			const uint8_t *above_x =
				x + 1 < grid->axis[0].n ? held + grid->row[(int64_t) (x + 1) * ny + y] : NULL;
			const uint8_t *above_y =
				y + 1 < grid->y_count[x] ? held + grid->row[(int64_t) x * ny + y + 1] : NULL;

			for (int z = grid->z_count[y] - 1; z >= 0; z--)
				row[z] |= (z + 1 < grid->z_count[y] && row[z + 1]) ||
						  (above_x != NULL && above_x[z]) || (above_y != NULL && above_y[z]);
		}
	return held;
}

/* A class of several cells while equal ones are merged. */
typedef struct ShapedClass
{
	const GridPoint *element;
	int n;
	int class; /* of the demand */
	uint8_t group;
	int64_t count;
} ShapedClass;

/* qsort comparator: by number of cells, then cells, then group. */
static int
CompareShapedClasses(const void *a, const void *b)
{
	const ShapedClass *p = a;
	const ShapedClass *q = b;
	int order;

	if (p->n != q->n)
		return p->n < q->n ? -1 : 1;
	order = memcmp(p->element, q->element, (size_t) p->n * sizeof(GridPoint));
	return order != 0 ? order : (int) p->group - q->group;
}

/* The classes on the grid while they are collected: of one cell, and of several in a list. */
typedef struct Collected
{
	int64_t *cell; /* per class of the demand: its cell if that is the only one */
	double *floor; /* per class: what matters of its floor; negative if it is left out; NULL: 0 */
	ShapedClass *shaped;
	int nshaped;
	GridPoint *pool; /* cells of the shaped classes */
	int64_t pooled;
	int64_t unboxable;
} Collected;

/* Makes room for the classes of a demand. */
static void
StartCollecting(const Grid *grid, const Demand *demand, Collected *collected)
{
	int most = 1;

	memset(collected, 0, sizeof(Collected));
	for (int i = 0; demand->first != NULL && i < demand->nclasses; i++)
		if (demand->first[i + 1] - demand->first[i] > most)
			most = demand->first[i + 1] - demand->first[i];
	collected->cell = KernelAlloc((size_t) demand->nclasses * sizeof(int64_t) + 1);
	if (grid->billed != NULL && demand->floor != NULL)
		collected->floor = KernelAlloc((size_t) demand->nclasses * sizeof(double) + 1);
	if (demand->first != NULL)
	{
		collected->shaped = KernelAlloc((size_t) demand->nclasses * sizeof(ShapedClass) + 1);
		collected->pool = KernelAlloc(((size_t) DemandElements(demand) + most) * sizeof(GridPoint));
	}
}

/* Frees the room. */
static void
EndCollecting(Collected *collected)
{
	KernelFree(collected->cell);
	if (collected->floor != NULL)
		KernelFree(collected->floor);
	if (collected->shaped != NULL)
	{
		KernelFree(collected->shaped);
		KernelFree(collected->pool);
	}
}

/* Gives the floor of a class, or 0 if whatever holds the class is billed more for its size. */
static double
FloorThatMatters(const Grid *grid, const double *least_billed, const GridPoint *element, int n,
				 double floor)
{
	for (int e = 0; e < n; e++)
		if (least_billed[GridCell(grid, element[e])] < floor)
			return floor;
	return 0;
}

/* Rounds all classes up to cells. */
static void
CollectClasses(const Grid *grid, const GridSpec *spec, const Demand *demand, Collected *collected)
{
	uint8_t *held = HeldCells(grid, spec);
	double *least_billed = collected->floor == NULL ? NULL : LeastBilledAbove(grid, spec);

	for (int i = 0; i < demand->nclasses; i++)
	{
		int first = demand->first == NULL ? i : demand->first[i];
		int end = demand->first == NULL ? i + 1 : demand->first[i + 1];
		GridPoint one;
		GridPoint *element = collected->pool == NULL ? &one : collected->pool + collected->pooled;
		int n = 0;

		if ((i & 0xFFF) == 0)
			KERNEL_CHECK_CANCEL();
		for (int e = first; e < end; e++)
			if (SmallestCell(grid, spec, demand->element[e], &element[n]) &&
				held[GridCell(grid, element[n])])
				n++;
		if (n > 1)
			n = StaircaseMinimize(element, n);
		collected->cell[i] = n == 1 ? GridCell(grid, element[0]) : NO_CELL;
		if (n == 0)
			collected->unboxable += demand->count[i];
		else if (n > 1)
		{
			collected->shaped[collected->nshaped++] =
				(ShapedClass){element, n, i, 0, demand->count[i]};
			collected->pooled += n;
		}
		if (collected->floor != NULL)
			collected->floor[i] =
				n == 0 ? -1 : FloorThatMatters(grid, least_billed, element, n, demand->floor[i]);
	}
	KernelFree(held);
	if (least_billed != NULL)
		KernelFree(least_billed);
}

/* Merges equal shaped classes. group is per class of the demand, NULL if there is only one. */
static void
MergeShaped(Collected *collected, const uint8_t *group)
{
	int kept = 0;

	if (collected->nshaped == 0)
		return;
	for (int i = 0; group != NULL && i < collected->nshaped; i++)
		collected->shaped[i].group = group[collected->shaped[i].class];
	qsort(collected->shaped, collected->nshaped, sizeof(ShapedClass), CompareShapedClasses);
	for (int i = 1; i < collected->nshaped; i++)
		if (CompareShapedClasses(&collected->shaped[kept], &collected->shaped[i]) == 0)
			collected->shaped[kept].count += collected->shaped[i].count;
		else
			collected->shaped[++kept] = collected->shaped[i];
	collected->nshaped = kept + 1;
}

/* A signed point with its class, while they are sorted by cell. */
typedef struct SortedPoint
{
	int64_t cell;
	int32_t class;
	int32_t sign;
	GridPoint point;
} SortedPoint;

/* qsort comparator: by cell, then class. */
static int
CompareSortedPoints(const void *a, const void *b)
{
	const SortedPoint *p = a;
	const SortedPoint *q = b;

	if (p->cell != q->cell)
		return p->cell < q->cell ? -1 : 1;
	return p->class < q->class ? -1 : p->class > q->class;
}

/* Gives the signed points of all classes, sorted by cell. */
static SortedPoint *
CollectPoints(const Grid *grid, const GridDemand *demand, int nsingle, int *npoints)
{
	int room = nsingle + 4 * (demand->nclasses - nsingle) + 1;
	int largest = 1;
	int n = 0;
	SortedPoint *sorted = KernelAlloc((size_t) room * sizeof(SortedPoint));
	GridPoint *point;
	int *sign;

	for (int i = nsingle; i < demand->nclasses; i++)
	{
		int elements = demand->first_element[i + 1] - demand->first_element[i];

		largest = elements > largest ? elements : largest;
	}
	point = KernelAlloc((size_t) STAIRCASE_ROOM(largest) * sizeof(GridPoint));
	sign = KernelAlloc((size_t) STAIRCASE_ROOM(largest) * sizeof(int));
	for (int i = 0; i < demand->nclasses; i++)
	{
		const GridPoint *element = demand->element + demand->first_element[i];
		int points = 1;

		point[0] = element[0];
		sign[0] = 1;
		if (i >= nsingle)
			points = StaircasePoints(
				element, demand->first_element[i + 1] - demand->first_element[i], point, sign);
		if (n + points > room)
		{
			room = 2 * room + points;
			sorted = KernelRealloc(sorted, (size_t) room * sizeof(SortedPoint));
		}
		for (int p = 0; p < points; p++)
			sorted[n++] = (SortedPoint){GridCell(grid, point[p]), i, sign[p], point[p]};
		if ((i & 0xFFF) == 0)
			KERNEL_CHECK_CANCEL();
	}
	KernelFree(point);
	KernelFree(sign);
	if (nsingle < demand->nclasses)
		qsort(sorted, n, sizeof(SortedPoint), CompareSortedPoints);
	*npoints = n;
	return sorted;
}

/*
 * Lists the classes of one cell by cell: those of cell c are class[start[c]] to class[start[c + 1] - 1].
 */
static void
SortSingles(const Grid *grid, const Demand *demand, const Collected *collected, int32_t *start,
			int32_t *class)
{
	memset(start, 0, ((size_t) grid->ncells + 2) * sizeof(int32_t));
	for (int i = 0; i < demand->nclasses; i++)
		if (collected->cell[i] != NO_CELL)
			start[collected->cell[i] + 2]++;
	for (int64_t c = 0; c < grid->ncells; c++)
		start[c + 2] += start[c + 1];
	for (int i = 0; i < demand->nclasses; i++)
		if (collected->cell[i] != NO_CELL)
			class[start[collected->cell[i] + 1]++] = i;
}

/* Makes the classes of one cell: one for every cell and group that has shipments. Gives their number. */
static int
TakeSingles(const Grid *grid, const Demand *demand, const Collected *collected,
			const uint8_t *group, GridDemand *result)
{
	int32_t *start = KernelAlloc(((size_t) grid->ncells + 2) * sizeof(int32_t));
	int32_t *class = KernelAlloc((size_t) demand->nclasses * sizeof(int32_t) + 1);
	int n = 0;

	SortSingles(grid, demand, collected, start, class);
	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
			for (int z = 0; z < grid->z_count[y]; z++)
			{
				int64_t cell = grid->row[(int64_t) x * grid->axis[1].n + y] + z;
				int64_t count[GRID_GROUPS_MAX];

				if (start[cell] == start[cell + 1])
					continue;
				memset(count, 0, (size_t) result->ngroups * sizeof(int64_t));
				for (int32_t c = start[cell]; c < start[cell + 1]; c++)
					count[group == NULL ? 0 : group[class[c]]] += demand->count[class[c]];
				for (int g = 0; g < result->ngroups; g++)
				{
					if (count[g] == 0)
						continue;
					result->element[n] = (GridPoint){{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
					result->first_element[n] = n;
					result->group[n] = (uint8_t) g;
					result->weight[n++] = (double) count[g];
				}
			}
	KernelFree(start);
	KernelFree(class);
	return n;
}

/* Appends the classes of several cells. */
static void
TakeShaped(const Collected *collected, int nsingle, GridDemand *result)
{
	int n = nsingle;
	int32_t nelements = nsingle;

	for (int i = 0; i < collected->nshaped; i++)
	{
		const ShapedClass *shaped = &collected->shaped[i];

		result->first_element[n] = nelements;
		memcpy(result->element + nelements, shaped->element,
			   (size_t) shaped->n * sizeof(GridPoint));
		nelements += shaped->n;
		result->group[n] = shaped->group;
		result->weight[n++] = (double) shaped->count;
	}
	result->first_element[n] = nelements;
	result->nclasses = n;
}

/* Rounds a demand up to the cells of a grid and merges what becomes equal. */
GridDemand *
GridDemandCreate(const Grid *grid, const GridSpec *spec, const Demand *demand)
{
	GridDemand *result = KernelAllocZero(sizeof(GridDemand));
	uint8_t *group = NULL;
	Collected collected;
	SortedPoint *sorted;
	size_t most;
	int nsingle;

	StartCollecting(grid, demand, &collected);
	CollectClasses(grid, spec, demand, &collected);
	result->ngroups = 1;
	if (collected.floor != NULL)
		group = GroupByWeight(grid, spec, demand, collected.floor, result);
	MergeShaped(&collected, group);

	most = (size_t) demand->nclasses + 1;
	result->unboxable = collected.unboxable;
	result->weight = KernelAlloc(most * sizeof(double));
	result->group = KernelAlloc(most);
	result->first_element = KernelAlloc(most * sizeof(int32_t));
	result->element = KernelAlloc((most + (size_t) collected.pooled) * sizeof(GridPoint));
	nsingle = TakeSingles(grid, demand, &collected, group, result);
	TakeShaped(&collected, nsingle, result);
	for (int i = 0; i < result->nclasses; i++)
		result->total += result->weight[i];
	if (group != NULL)
		KernelFree(group);
	EndCollecting(&collected);

	sorted = CollectPoints(grid, result, nsingle, &result->npoints);
	result->point = KernelAlloc((size_t) result->npoints * sizeof(GridPoint) + 1);
	result->point_class = KernelAlloc((size_t) result->npoints * sizeof(int32_t) + 1);
	result->point_weight = KernelAlloc((size_t) result->npoints * sizeof(double) + 1);
	for (int i = 0; i < result->npoints; i++)
	{
		result->point[i] = sorted[i].point;
		result->point_class[i] = sorted[i].class;
		result->point_weight[i] = sorted[i].sign * result->weight[sorted[i].class];
	}
	KernelFree(sorted);
	return result;
}

/* Frees the arrays of a demand on a grid. */
void
GridDemandClear(GridDemand *demand)
{
	KernelFree(demand->weight);
	KernelFree(demand->group);
	KernelFree(demand->first_element);
	KernelFree(demand->element);
	KernelFree(demand->point);
	KernelFree(demand->point_class);
	KernelFree(demand->point_weight);
}

/* Frees a demand on a grid. */
void
GridDemandFree(GridDemand *demand)
{
	GridDemandClear(demand);
	KernelFree(demand);
}
