/*
 * searchdata.h
 *	  Demands to measure the search on: a made-up catalogue of products, and real parcels.
 */
#ifndef PACKOPT_SEARCHDATA_H
#define PACKOPT_SEARCHDATA_H

#include "kernel.h"

#include <math.h>

#include "grid.h"

/* A demand of one element per class, with the memory behind it. */
typedef struct BenchDemand
{
	int n;
	int room;
	int64_t *count;
	int32_t (*element)[3];
	double *floor;      /* what the weight is billed */
	bool by_weight;     /* whether that counts */
	double per_unit;    /* dimensional weight: volume of a billed unit */
	double unit_price;  /* of a billed unit */
	double board_price; /* per unit of area */
} BenchDemand;

/* Gives the demand as the search wants it. */
static inline Demand
BenchDemandView(const BenchDemand *d)
{
	return (Demand){d->n, d->count, NULL, (const int32_t(*)[3]) d->element,
					d->by_weight ? d->floor : NULL};
}

/* Adds a class, its sides in any order; weight is in billed units. */
static inline void
BenchDemandAdd(BenchDemand *d, int32_t a, int32_t b, int32_t c, double weight, int64_t count)
{
	int32_t size[3] = {a, b, c};

	if (d->n == d->room)
	{
		d->room = d->room == 0 ? 1024 : d->room * 2;
		d->count = KernelRealloc(d->count, (size_t) d->room * sizeof(int64_t));
		d->element = KernelRealloc(d->element, (size_t) d->room * sizeof(*d->element));
		d->floor = KernelRealloc(d->floor, (size_t) d->room * sizeof(double));
	}
	for (int pass = 0; pass < 2; pass++)
		for (int k = 0; k < 2; k++)
			if (size[k] < size[k + 1])
			{
				int32_t larger = size[k + 1];

				size[k + 1] = size[k];
				size[k] = larger;
			}
	memcpy(d->element[d->n], size, sizeof(size));
	d->floor[d->n] = ceil(weight) * d->unit_price;
	d->count[d->n++] = count;
}

/* Frees a demand. */
static inline void
BenchDemandFree(BenchDemand *d)
{
	free(d->count);
	free(d->element);
	free(d->floor);
}

/* Advances and mixes a splitmix64 state. */
static inline uint64_t
BenchRandom(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* Gives a number from [0, 1). */
static inline double
BenchUniform(uint64_t *state)
{
	return (double) (BenchRandom(state) >> 11) * 0x1.0p-53;
}

/* Draws the sides of a product of one of six kinds, log-normal, in tenths of an inch. */
static inline void
DrawProductSides(uint64_t *state, int32_t side[3])
{
	static const double kinds[6][5] = {
		{0.30, 7.0, 4.5, 2.2, 0.42},  {0.18, 9.2, 6.3, 1.1, 0.18},   {0.12, 10.0, 3.2, 3.0, 0.22},
		{0.13, 12.8, 7.8, 4.8, 0.12}, {0.17, 13.5, 10.5, 3.0, 0.30}, {0.10, 15.5, 11.5, 7.5, 0.28},
	};
	double pick = BenchUniform(state);
	int kind = 0;

	for (; kind < 5 && pick >= kinds[kind][0]; kind++)
		pick -= kinds[kind][0];
	for (int k = 0; k < 3; k++)
	{
		double normal = -6;
		double length;

		for (int i = 0; i < 12; i++)
			normal += BenchUniform(state);
		length = kinds[kind][1 + k] * exp(normal * kinds[kind][4]);
		side[k] = (int32_t) lrint(fmin(fmax(length, 0.2), 30.0) * 10) * (LENGTH_SCALE / 10);
	}
}

/*
 * Makes the demand of a catalogue of products with sizes in inches: the product of rank r sells in
 * proportion to 1 / (r + 50). With shipments = 0 every product is a class, with what it sells of a
 * hundred million; else so many shipments are drawn, each a class of its own. Products weigh 0.008 to
 * 0.035 pounds per cubic inch and are billed by the pound.
 */
static inline BenchDemand
MakeCatalogueDemand(int nproducts, int64_t shipments, uint64_t seed)
{
	BenchDemand d = {.per_unit = 139, .unit_price = 0.4, .board_price = 0.0005};
	int32_t(*side)[3] = KernelAlloc((size_t) nproducts * sizeof(*side));
	double *weight = KernelAlloc((size_t) nproducts * sizeof(double));
	uint64_t heavy = seed + 1000;
	double all = log1p(nproducts / 50.0);

	for (int p = 0; p < nproducts; p++)
	{
		DrawProductSides(&seed, side[p]);
		weight[p] = 0.008 * exp(BenchUniform(&heavy) * log(0.035 / 0.008));
		for (int k = 0; k < 3; k++)
			weight[p] *= (double) side[p][k] / LENGTH_SCALE;
	}
	for (int p = 0; p < nproducts && shipments == 0; p++)
		BenchDemandAdd(&d, side[p][0], side[p][1], side[p][2], weight[p],
					   1 + (int64_t) (1e8 / all / (p + 50)));
	for (int64_t i = 0; i < shipments; i++)
	{
		int p = (int) (50 * (exp(BenchUniform(&seed) * all) - 1));

		p = p < nproducts ? p : nproducts - 1;
		BenchDemandAdd(&d, side[p][0], side[p][1], side[p][2], weight[p], 1);
	}
	KernelFree(side);
	KernelFree(weight);
	return d;
}

/*
 * Reads the parcels of one piece from folder/olist/shipments.csv.gz: an order and a seller with a
 * single line of quantity 1; centimetres, billed by 0.1 kg. No classes if the file is not there.
 */
static inline BenchDemand
ReadOlistDemand(const char *folder)
{
	typedef struct Line
	{
		int64_t key;
		int32_t side[3];
		int quantity;
		double grams;
	} Line;
	BenchDemand d = {.per_unit = 500, .unit_price = 0.1, .board_price = 0.00005};
	char command[4200];
	char text[1024];
	Line *line = NULL;
	int n = 0;
	int room = 0;
	int32_t *owner; /* open addressing: line number + 1 */
	int *lines;
	uint32_t mask = (1u << 19) - 1;
	FILE *file;

	snprintf(command, sizeof(command), "zcat '%s/olist/shipments.csv.gz' 2>/dev/null", folder);
	file = popen(command, "r");
	while (file != NULL && fgets(text, sizeof(text), file) != NULL)
	{
		char *column[16] = {NULL};
		char *at = text;
		Line *l;

		for (int c = 0; c < 16 && at != NULL; c++)
		{
			column[c] = at;
			at = strchr(at, ',');
			if (at != NULL)
				*at++ = '\0';
		}
		if (column[10] == NULL || strtol(column[0], NULL, 10) == 0)
			continue;
		if (n == room)
		{
			room = room == 0 ? 4096 : room * 2;
			line = KernelRealloc(line, (size_t) room * sizeof(Line));
		}
		l = &line[n++];
		l->key = strtol(column[0], NULL, 10) << 20 | strtol(column[10], NULL, 10);
		l->quantity = (int) strtol(column[9], NULL, 10);
		l->grams = strtod(column[8], NULL);
		for (int k = 0; k < 3; k++)
			l->side[k] = (int32_t) lrint(strtod(column[5 + k], NULL) * LENGTH_SCALE);
	}
	if (file != NULL)
		pclose(file);
	owner = KernelAllocZero(((size_t) mask + 1) * sizeof(int32_t));
	lines = KernelAllocZero((size_t) n * sizeof(int) + 1);
	for (int i = 0; i < n; i++)
	{
		uint64_t state = (uint64_t) line[i].key;
		uint32_t h = (uint32_t) BenchRandom(&state) & mask;

		while (owner[h] != 0 && line[owner[h] - 1].key != line[i].key)
			h = (h + 1) & mask;
		if (owner[h] == 0)
			owner[h] = i + 1;
		lines[owner[h] - 1]++;
	}
	for (int i = 0; i < n; i++)
		if (lines[i] == 1 && line[i].quantity == 1 && line[i].side[0] > 0 && line[i].side[1] > 0 &&
			line[i].side[2] > 0)
			BenchDemandAdd(&d, line[i].side[0], line[i].side[1], line[i].side[2],
						   line[i].grams / 100, 1);
	KernelFree(owner);
	KernelFree(lines);
	free(line);
	return d;
}

/* Cost of a box: its volume in cubic units. */
static inline double
BenchVolume(const int32_t size[3], void *arg)
{
	(void) arg;
	return (double) size[0] * size[1] * size[2] /
		   ((double) LENGTH_SCALE * LENGTH_SCALE * LENGTH_SCALE);
}

/* Cost of a box that is billed by weight: its board. */
static inline double
BenchBoard(const int32_t size[3], void *arg)
{
	const BenchDemand *d = arg;

	return d->board_price * 2 * ((double) size[0] + size[1]) * ((double) size[1] + size[2]) /
		   ((double) LENGTH_SCALE * LENGTH_SCALE);
}

/* What a box is billed for its size. */
static inline double
BenchBilled(const int32_t size[3], void *arg)
{
	const BenchDemand *d = arg;

	return d->unit_price * ceil(BenchVolume(size, NULL) / d->per_unit);
}

#endif /* PACKOPT_SEARCHDATA_H */
