// sources: SEARCH
/*
 * test_exact.c
 *	  Searches the instances of test/exact, whose optima are proved, and expects to hit them all.
 *
 * The folder is test/exact, or what PACKOPT_EXACT_DIR says. Its README.md tells the format.
 */
#define _POSIX_C_SOURCE 200809L
#include "kernel.h"

#include "exactcases.h"
#include "tap.h"

/* Searches one instance and compares with its optimum. */
static void
TestInstance(const char *folder, const char *name)
{
	static Instance in;
	char path[4096];
	SearchResult result;
	SearchStatus status;
	CaseCost cost;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!ReadInstance(path, &in))
	{
		ok(false, "%s is an instance", name);
		return;
	}
	status = SearchSuite(&in.problem, &result);
	if (status != SEARCH_OK)
	{
		ok(false, "%s: status %d", name, status);
		return;
	}
	cost = EvaluateBoxes(&in.problem, result.nboxes, result.box);
	ok(result.cost == in.optimum && cost.cost == result.cost && cost.unheld == in.unboxable &&
		   result.unboxable == in.unboxable && result.nboxes <= in.problem.suite_size,
	   "%s: %.0f, optimum %.0f", name, result.cost, in.optimum);
	KernelFree(result.box);
}

int
main(void)
{
	static char name[500][64];
	const char *folder = getenv("PACKOPT_EXACT_DIR");
	int n;

	if (folder == NULL)
		folder = "test/exact";
	n = ListInstances(folder, name, 500);
	ok(n >= LEAST_INSTANCES, "%d instances in %s", n, folder);
	for (int i = 0; i < n; i++)
		TestInstance(folder, name[i]);
	return done();
}
