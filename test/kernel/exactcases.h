/*
 * exactcases.h
 *	  Reads the search problems with proven optima in test/exact, whose README tells the format.
 */
#ifndef PACKOPT_EXACTCASES_H
#define PACKOPT_EXACTCASES_H

#include "kernel.h"

#include <dirent.h>

#include "search.h"
#include "searchcases.h"

#define MOST_CLASSES    400
#define MOST_ELEMENTS   4000
#define MOST_BOXES      1000
#define LEAST_INSTANCES 64

/* An instance as read. */
typedef struct Instance
{
	int64_t count[MOST_CLASSES];
	int32_t first[MOST_CLASSES + 1];
	int32_t element[MOST_ELEMENTS][3];
	int nclasses;
	int nelements;
	int32_t keep[MOST_BOXES][3];
	int32_t current[MOST_BOXES][3];
	int32_t catalogue[MOST_BOXES][3];
	SearchProblem problem;
	int64_t unboxable;
	double optimum;
} Instance;

/* Reads the numbers of a line; gives how many there are, -1 if something else is among them. */
static inline int
ReadNumbers(char *at, long long *number, int most)
{
	int n = 0;

	for (;;)
	{
		char *end;
		long long value = strtoll(at, &end, 10);

		if (end == at)
			break;
		if (n == most)
			return -1;
		number[n++] = value;
		at = end;
	}
	return at[strspn(at, " \n")] == '\0' ? n : -1;
}

/* Takes three numbers as a size. */
static inline bool
TakeSize(const long long *number, int n, int32_t size[3])
{
	for (int k = 0; k < 3 && n == 3; k++)
		size[k] = (int32_t) number[k];
	return n == 3;
}

/* Takes the words of one line over into the instance. */
static inline bool
TakeLine(Instance *in, const char *word, const long long *number, int n)
{
	SearchProblem *problem = &in->problem;

	if (strcmp(word, "suite_size") == 0)
		return (problem->suite_size = (int) number[0]) > 0 && n == 1;
	if (strcmp(word, "upright") == 0)
		return (problem->upright = true) && n == 0;
	if (strcmp(word, "step") == 0)
		return TakeSize(number, n, problem->step);
	if (strcmp(word, "padding") == 0)
		return TakeSize(number, n, problem->padding);
	if (strcmp(word, "min_box") == 0)
		return (problem->has_min = true) && TakeSize(number, n, problem->min_box);
	if (strcmp(word, "max_box") == 0)
		return (problem->has_max = true) && TakeSize(number, n, problem->max_box);
	if (strcmp(word, "keep") == 0)
		return problem->nkeep < MOST_BOXES && TakeSize(number, n, in->keep[problem->nkeep++]);
	if (strcmp(word, "current") == 0)
		return problem->ncurrent < SUITE_MAX &&
			   TakeSize(number, n, in->current[problem->ncurrent++]);
	if (strcmp(word, "must_stay") == 0)
		return (problem->must_stay = (int) number[0]) > 0 && n == 1;
	if (strcmp(word, "max_ratio") == 0)
		return (problem->max_ratio = number[0]) >= LENGTH_SCALE && n == 1;
	if (strcmp(word, "min_share") == 0)
		return (problem->min_share = (double) number[0] / 100000) > 0 && n == 1;
	if (strcmp(word, "catalogue") == 0)
		return problem->ncatalogue < MOST_BOXES &&
			   TakeSize(number, n, in->catalogue[problem->ncatalogue++]);
	if (strcmp(word, "unboxable") == 0)
		return (in->unboxable = number[0]) >= 0 && n == 1;
	if (strcmp(word, "optimum") == 0)
		return (in->optimum = (double) number[0]) > 0 && n == 1;
	if (strcmp(word, "class") != 0 || n < 4 || n % 3 != 1 || in->nclasses == MOST_CLASSES ||
		in->nelements + n / 3 > MOST_ELEMENTS)
		return false;
	in->count[in->nclasses++] = number[0];
	for (int e = 1; e < n; e += 3)
		TakeSize(number + e, 3, in->element[in->nelements++]);
	in->first[in->nclasses] = in->nelements;
	return true;
}

/* Reads an instance; false, with a message, if something is wrong with the file. */
static inline bool
ReadInstance(const char *path, Instance *in)
{
	FILE *file = fopen(path, "r");
	char line[4096];
	int number_of_line = 0;

	if (file == NULL)
	{
		printf("# %s cannot be read\n", path);
		return false;
	}
	memset(in, 0, sizeof(Instance));
	while (fgets(line, sizeof(line), file) != NULL)
	{
		static long long number[1000];
		char word[32] = "";
		int length = 0;
		int n;

		number_of_line++;
		memset(number, 0, sizeof(number));
		sscanf(line, "%31s%n", word, &length);
		n = ReadNumbers(line + length, number, 1000);
		if (n < 0 || !TakeLine(in, word, number, n))
		{
			printf("# %s: line %d is not understood\n", path, number_of_line);
			fclose(file);
			return false;
		}
	}
	fclose(file);
	in->problem.demand =
		(Demand){in->nclasses, in->count, in->first, (const int32_t(*)[3]) in->element, NULL};
	in->problem.keep = (const int32_t(*)[3]) in->keep;
	in->problem.current = (const int32_t(*)[3]) in->current;
	in->problem.catalogue = in->problem.ncatalogue > 0 ? (const int32_t(*)[3]) in->catalogue : NULL;
	in->problem.cost = VolumeCost;
	in->problem.max_memory = (size_t) 1 << 30;
	in->problem.effort = SearchEffortNormal();
	return in->nclasses > 0 && in->optimum > 0;
}

/* qsort comparator of names. */
static inline int
CompareNames(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Lists the instances of a folder by name; gives how many there are. */
static inline int
ListInstances(const char *folder, char (*name)[64], int most)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	int n = 0;

	while (directory != NULL && (entry = readdir(directory)) != NULL && n < most)
	{
		size_t length = strlen(entry->d_name);

		if (length > 4 && length < sizeof(name[0]) &&
			strcmp(entry->d_name + length - 4, ".txt") == 0)
			memcpy(name[n++], entry->d_name, length + 1);
	}
	if (directory != NULL)
		closedir(directory);
	qsort(name, n, sizeof(name[0]), CompareNames);
	return n;
}

#endif /* PACKOPT_EXACTCASES_H */
