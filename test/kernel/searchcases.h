/*
 * searchcases.h
 *	  Random search problems, and their evaluation by definition, without any grid.
 */
#ifndef PACKOPT_SEARCHCASES_H
#define PACKOPT_SEARCHCASES_H

#include "kernel.h"
#include "search.h"

/* A demand with the memory behind it. */
typedef struct Case
{
	Demand demand;
	int64_t *count;
	int32_t *first;
	int32_t (*element)[3];
	double *floor; /* NULL: weight does not count */
	int nelements;
} Case;

/* Advances and mixes a splitmix64 state. */
static inline uint64_t
CaseRandom(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* Gives a number from low to high. */
static inline int
CaseBetween(uint64_t *state, int low, int high)
{
	return low + (int) (CaseRandom(state) % (uint64_t) (high - low + 1));
}

/* Orders a size as its domain wants it: longest first; upright, the third stays. */
static inline void
OrderSize(int32_t size[3], bool upright)
{
	for (int pass = 0; pass < 2; pass++)
		for (int k = 0; k < (upright ? 1 : 2); k++)
			if (size[k] < size[k + 1])
			{
				int32_t larger = size[k + 1];

				size[k + 1] = size[k];
				size[k] = larger;
			}
}

/* Draws a size with sides from low to high. */
static inline void
RandomSize(uint64_t *state, int low, int high, bool upright, int32_t size[3])
{
	for (int k = 0; k < 3; k++)
		size[k] = CaseBetween(state, low, high);
	OrderSize(size, upright);
}

/* Draws a demand of classes with up to most_elements elements each, sides from 1 to high. */
static inline Case
RandomCase(uint64_t *state, int nclasses, int most_elements, int high, bool upright)
{
	Case c = {.nelements = 0};

	c.count = KernelAlloc((size_t) nclasses * sizeof(int64_t) + 1);
	c.first = KernelAlloc(((size_t) nclasses + 1) * sizeof(int32_t));
	c.element = KernelAlloc((size_t) nclasses * most_elements * sizeof(*c.element) + 1);
	for (int i = 0; i < nclasses; i++)
	{
		int n = CaseBetween(state, 1, most_elements);

		c.count[i] = CaseBetween(state, 1, 50);
		c.first[i] = c.nelements;
		for (int e = 0; e < n; e++)
			RandomSize(state, 1, high, upright, c.element[c.nelements++]);
	}
	c.first[nclasses] = c.nelements;
	c.demand = (Demand){nclasses, c.count, most_elements == 1 ? NULL : c.first,
						(const int32_t(*)[3]) c.element, NULL};
	return c;
}

/* Gives the classes of a demand what their weight is billed: one of so many numbers up to most. */
static inline void
WeighCase(Case *c, uint64_t *state, int nfloors, int most)
{
	int value[100];

	for (int f = 0; f < nfloors; f++)
		value[f] = CaseBetween(state, 0, most);
	c->floor = KernelAlloc((size_t) c->demand.nclasses * sizeof(double) + 1);
	for (int i = 0; i < c->demand.nclasses; i++)
		c->floor[i] = value[CaseBetween(state, 0, nfloors - 1)];
	c->demand.floor = c->floor;
}

/* Frees a demand. */
static inline void
FreeCase(Case *c)
{
	if (c->floor != NULL)
		KernelFree(c->floor);
	KernelFree(c->count);
	KernelFree(c->first);
	KernelFree(c->element);
}

/*
 * Draws up to most boxes in use today for a problem, different ones and none that is kept, and how
 * many of them must stay.
 */
static inline void
RandomCurrent(uint64_t *state, SearchProblem *problem, int most, int high, int32_t (*current)[3])
{
	int room = problem->suite_size - problem->nkeep;

	problem->current = (const int32_t(*)[3]) current;
	problem->ncurrent = 0;
	for (int drawn = CaseBetween(state, 0, most); drawn > 0; drawn--)
	{
		int32_t *size = current[problem->ncurrent];
		bool isnew = true;

		RandomSize(state, 1, high, problem->upright, size);
		for (int b = 0; b < problem->nkeep; b++)
			isnew &= memcmp(problem->keep[b], size, 3 * sizeof(int32_t)) != 0;
		for (int b = 0; b < problem->ncurrent; b++)
			isnew &= memcmp(current[b], size, 3 * sizeof(int32_t)) != 0;
		problem->ncurrent += isnew;
	}
	problem->must_stay = CaseBetween(state, 0, problem->ncurrent < room ? problem->ncurrent : room);
}

/* Counts the current boxes, different ones, among some boxes. */
static inline int
CountCurrent(const SearchProblem *problem, int nboxes, const int32_t (*box)[3])
{
	int count = 0;

	for (int c = 0; c < problem->ncurrent; c++)
	{
		bool found = false;

		for (int b = 0; b < nboxes && !found; b++)
			found = memcmp(problem->current[c], box[b], sizeof(box[b])) == 0;
		count += found;
	}
	return count;
}

/* Draws a limit on ratio, or 0: whole or broken. */
static inline int64_t
RandomRatio(uint64_t *state)
{
	static const int64_t ratio[] = {0,      0,      0,      100000, 125000,
									150000, 166666, 200000, 250000, 400000};

	return ratio[CaseBetween(state, 0, 9)];
}

/* Cost of a box: its volume. */
static inline double
VolumeCost(const int32_t size[3], void *arg)
{
	(void) arg;
	return (double) size[0] * size[1] * size[2];
}

/* Cost of a box where only what is billed counts: nothing. */
static inline double
NoCost(const int32_t size[3], void *arg)
{
	(void) size;
	(void) arg;
	return 0;
}

/* Cost of a box without any order in it: a hash of its sides. */
static inline double
HashCost(const int32_t size[3], void *arg)
{
	uint64_t state = (uint64_t) size[0] << 40 ^ (uint64_t) size[1] << 20 ^ (uint64_t) size[2];

	(void) arg;
	return (double) (CaseRandom(&state) % 5000);
}

/* What a box is billed for its size: a step for every eight units of volume. */
static inline double
DimensionalBilled(const int32_t size[3], void *arg)
{
	(void) arg;
	return 3 * ((size[0] * size[1] * size[2] + 7) / 8);
}

/* What a box is billed, without any order in it. */
static inline double
HashBilled(const int32_t size[3], void *arg)
{
	uint64_t state = (uint64_t) size[2] << 40 ^ (uint64_t) size[0] << 20 ^ (uint64_t) size[1];

	(void) arg;
	return (double) (CaseRandom(&state) % 60);
}

/* Gives what a box costs one shipment of class i. */
static inline double
CaseBoxCost(const SearchProblem *problem, int i, const int32_t box[3])
{
	double cost = problem->cost(box, problem->cost_arg);
	double floor = problem->demand.floor == NULL ? 0 : problem->demand.floor[i];
	double billed;

	if (problem->billed == NULL)
		return cost;
	billed = problem->billed(box, problem->cost_arg);
	return cost + (billed > floor ? billed : floor);
}

/* Whether a box holds class i, with padding. */
static inline bool
BoxHolds(const Demand *demand, int i, const int32_t padding[3], const int32_t box[3])
{
	int first = demand->first == NULL ? i : demand->first[i];
	int end = demand->first == NULL ? i + 1 : demand->first[i + 1];

	for (int e = first; e < end; e++)
		if (demand->element[e][0] + padding[0] <= box[0] &&
			demand->element[e][1] + padding[1] <= box[1] &&
			demand->element[e][2] + padding[2] <= box[2])
			return true;
	return false;
}

/* A suite's cost and the shipments that it holds not, by definition. */
typedef struct CaseCost
{
	double cost;
	int64_t unheld;
} CaseCost;

/* Evaluates boxes for a problem. */
static inline CaseCost
EvaluateBoxes(const SearchProblem *problem, int nboxes, int32_t (*box)[3])
{
	const Demand *demand = &problem->demand;
	CaseCost result = {0, 0};

	for (int i = 0; i < demand->nclasses; i++)
	{
		double least = -1;

		for (int b = 0; b < nboxes; b++)
		{
			double cost;

			if (!BoxHolds(demand, i, problem->padding, box[b]))
				continue;
			cost = CaseBoxCost(problem, i, box[b]);
			if (least < 0 || cost < least)
				least = cost;
		}
		if (least < 0)
			result.unheld += demand->count[i];
		else
			result.cost += least * (double) demand->count[i];
	}
	return result;
}

/* Gives a problem on a demand: step 1, no limits, volume, plenty of memory. */
static inline SearchProblem
MakeProblem(const Case *c, bool upright, int suite_size)
{
	return (SearchProblem){.demand = c->demand,
						   .upright = upright,
						   .suite_size = suite_size,
						   .step = {1, 1, 1},
						   .cost = VolumeCost,
						   .max_memory = (size_t) 1 << 30,
						   .effort = SearchEffortNormal()};
}

#endif /* PACKOPT_SEARCHCASES_H */
