/*
 * packcases.h
 *	  Reads orders, boxes and packing cases from a folder of data files.
 *
 * The folder holds packing/ (boxes.csv, orders.csv.gz, truth.csv.gz, stress.csv.gz) and
 * boxpacker/shipments.csv.gz; lengths in whole millimetres. Readers return false where a file is
 * absent.
 */
#ifndef PACKOPT_PACKCASES_H
#define PACKOPT_PACKCASES_H

#include "kernel.h"
#include "shape.h"

/* Orders, one after the other: the pieces of order i are first[i] up to first[i + 1]. */
typedef struct PackCases
{
	int count;
	Piece *pieces;
	int *first;
	int *id;
	int *slack;         /* stress cases: per cent of the box that is left empty */
	int32_t (*box)[3];  /* stress cases: a box that holds the pieces */
	unsigned *fit_mask; /* truth, if read: bit b is set if box b + 1 holds the order */
	int max_cases;
	int max_pieces;
} PackCases;

/* Opens a file of the folder, through zcat if it is compressed. */
static inline FILE *
OpenCases(const char *folder, const char *name)
{
	char path[2048];
	char command[2200];
	size_t length = strlen(name);
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (file == NULL || length < 3 || strcmp(name + length - 3, ".gz") != 0)
		return file;
	fclose(file);
	snprintf(command, sizeof(command), "zcat '%s'", path);
	return popen(command, "r");
}

/* Reads a line of integers separated by commas; returns how many there are, -1 at the end. */
static inline int
ReadNumbers(FILE *file, long numbers[16])
{
	char line[1024];
	char *at = line;
	int n = 0;

	if (fgets(line, sizeof(line), file) == NULL)
		return -1;
	while (n < 16)
	{
		char *end;

		numbers[n] = strtol(at, &end, 10);
		if (end == at)
			break;
		n++;
		if (*end != ',')
			break;
		at = end + 1;
	}
	return n;
}

/* Begins a case, unless it goes on, and returns its index. */
static inline int
CaseOf(PackCases *cases, long id)
{
	if (cases->count > 0 && cases->id[cases->count - 1] == id)
		return cases->count - 1;
	if (cases->count + 1 >= cases->max_cases)
	{
		size_t n = (size_t) cases->max_cases * 2 + 1024;

		cases->first = KernelRealloc(cases->first, n * sizeof(*cases->first));
		cases->id = KernelRealloc(cases->id, n * sizeof(*cases->id));
		cases->slack = KernelRealloc(cases->slack, n * sizeof(*cases->slack));
		cases->box = KernelRealloc(cases->box, n * sizeof(*cases->box));
		cases->fit_mask = KernelRealloc(cases->fit_mask, n * sizeof(*cases->fit_mask));
		cases->max_cases = (int) n;
		if (cases->count == 0)
			cases->first[0] = 0;
	}
	cases->id[cases->count] = (int) id;
	cases->slack[cases->count] = 0;
	cases->fit_mask[cases->count] = 0;
	memset(cases->box[cases->count], 0, sizeof(cases->box[0]));
	cases->first[cases->count + 1] = cases->first[cases->count];
	return cases->count++;
}

/* Adds pieces of a size in millimetres to the last case. */
static inline void
AddPieces(PackCases *cases, const long size[3], long quantity)
{
	for (long q = 0; q < quantity; q++)
	{
		int at = cases->first[cases->count]++;

		if (at >= cases->max_pieces)
		{
			cases->max_pieces = cases->max_pieces * 2 + 4096;
			cases->pieces =
				KernelRealloc(cases->pieces, sizeof(Piece) * (size_t) cases->max_pieces);
		}
		for (int a = 0; a < 3; a++)
			cases->pieces[at].size[a] = (int32_t) size[a] * LENGTH_SCALE;
		cases->pieces[at].flags = 0;
	}
}

/* Releases what was read. */
static inline void
FreeCases(PackCases *cases)
{
	free(cases->pieces);
	free(cases->first);
	free(cases->id);
	free(cases->slack);
	free(cases->box);
	free(cases->fit_mask);
}

/* Reads boxes.csv; returns their number. */
static inline int
ReadBoxes(const char *folder, int32_t boxes[][3], int max_boxes)
{
	FILE *file = OpenCases(folder, "packing/boxes.csv");
	long v[16];
	int n = 0;
	int got;

	if (file == NULL)
		return 0;
	while ((got = ReadNumbers(file, v)) >= 0 && n < max_boxes)
	{
		if (got < 4)
			continue;
		for (int a = 0; a < 3; a++)
			boxes[n][a] = (int32_t) v[1 + a] * LENGTH_SCALE;
		n++;
	}
	fclose(file);
	return n;
}

/* Reads the orders with what is known of them. */
static inline bool
ReadOrders(const char *folder, PackCases *cases)
{
	FILE *file = OpenCases(folder, "packing/orders.csv.gz");
	long v[16];
	int got;
	int at = 0;

	memset(cases, 0, sizeof(*cases));
	if (file == NULL)
		return false;
	while ((got = ReadNumbers(file, v)) >= 0)
	{
		if (got < 7)
			continue;
		CaseOf(cases, v[0]);
		AddPieces(cases, &v[2], v[6]);
	}
	pclose(file);
	file = OpenCases(folder, "packing/truth.csv.gz");
	if (file == NULL)
		return false;
	while ((got = ReadNumbers(file, v)) >= 0)
	{
		if (got < 3)
			continue;
		while (at < cases->count && cases->id[at] != v[0])
			at++;
		if (at == cases->count)
			break;
		cases->fit_mask[at] = (unsigned) v[2];
	}
	pclose(file);
	return at < cases->count;
}

/* Reads the stress cases. */
static inline bool
ReadStress(const char *folder, PackCases *cases)
{
	FILE *file = OpenCases(folder, "packing/stress.csv.gz");
	long v[16];
	int got;

	memset(cases, 0, sizeof(*cases));
	if (file == NULL)
		return false;
	while ((got = ReadNumbers(file, v)) >= 0)
	{
		int at;

		if (got < 9)
			continue;
		at = CaseOf(cases, v[0]);
		cases->slack[at] = (int) v[2];
		for (int a = 0; a < 3; a++)
			cases->box[at][a] = (int32_t) v[3 + a] * LENGTH_SCALE;
		AddPieces(cases, &v[6], 1);
	}
	pclose(file);
	return cases->count > 0;
}

/* Reads the orders of the boxpacker folder. */
static inline bool
ReadBoxpacker(const char *folder, PackCases *cases)
{
	FILE *file = OpenCases(folder, "boxpacker/shipments.csv.gz");
	long v[16];
	int got;

	memset(cases, 0, sizeof(*cases));
	if (file == NULL)
		return false;
	while ((got = ReadNumbers(file, v)) >= 0)
	{
		if (got < 7)
			continue;
		CaseOf(cases, v[0]);
		AddPieces(cases, &v[2], v[6]);
	}
	pclose(file);
	return cases->count > 0;
}

#endif /* PACKOPT_PACKCASES_H */
