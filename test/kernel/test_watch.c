// sources: SEARCH
/*
 * test_watch.c
 *	  Tests of the watch: a search that is stopped at any point has a suite that holds everything, and
 *	  what is reported on the way is true.
 */
#include "kernel.h"

#include "search.h"
#include "searchcases.h"
#include "tap.h"

/* A watch that stops after so many questions, and remembers what it was told. */
typedef struct Stopper
{
	int left; /* questions before it says stop; less than 0: never */
	int asked;
	int reports;
	int proofs;
	double least_cost;
	double greatest_lower;
} Stopper;

/* Says stop once the questions are used up. */
static bool
StopLater(void *arg)
{
	Stopper *stopper = arg;

	stopper->asked++;
	if (stopper->left > 0)
		stopper->left--;
	else if (stopper->left == 0)
		return true;
	return false;
}

/* Remembers the best that was reported. */
static void
Remember(void *arg, const WorkProgress *progress)
{
	Stopper *stopper = arg;

	stopper->reports++;
	stopper->proofs += progress->phase == WORK_PROOF;
	if (stopper->reports == 1 || progress->cost < stopper->least_cost)
		stopper->least_cost = progress->cost;
	if (progress->lower > stopper->greatest_lower)
		stopper->greatest_lower = progress->lower;
}

/* Runs a search that is stopped after so many questions. */
static SearchResult
RunStopped(SearchProblem problem, int questions, Stopper *stopper)
{
	Watch watch = {stopper, StopLater, Remember};
	SearchResult result;

	*stopper = (Stopper){.left = questions};
	problem.watch = &watch;
	if (SearchSuite(&problem, &result) != SEARCH_OK)
		result.nboxes = 0;
	return result;
}

/* Whether a result is a suite that holds all there is, at the cost that it says. */
static bool
IsSuite(const SearchProblem *problem, const SearchResult *result)
{
	CaseCost cost = EvaluateBoxes(problem, result->nboxes, result->box);

	return result->nboxes > 0 && result->nboxes <= problem->suite_size && cost.unheld == 0 &&
		   cost.cost == result->cost;
}

/* Searches of some kinds, stopped at many points. */
static void
TestStops(void)
{
	uint64_t random = 31;
	int wrong_suite = 0;
	int wrong_flag = 0;
	int wrong_bound = 0;
	int wrong_report = 0;
	int stopped = 0;
	int in_proof = 0;

	for (int round = 0; round < 8; round++)
	{
		Case c = RandomCase(&random, 200, round % 2 ? 3 : 1, 90, false);
		SearchProblem problem = MakeProblem(&c, false, 5);
		SearchResult whole;
		Stopper stopper;

		problem.effort = (SearchEffort){.streams = 3, .rounds = 2, .moves = 8};
		problem.bound_iterations = 60;
		whole = RunStopped(problem, -1, &stopper);
		wrong_suite += !IsSuite(&problem, &whole);
		wrong_flag += whole.stopped;
		wrong_report += stopper.least_cost < whole.cost || stopper.proofs == 0 ||
						stopper.greatest_lower > whole.cost * (1 + 1e-9);
		for (int n = 0; n < stopper.asked; n += 1 + n / 2)
		{
			Stopper early;
			SearchResult result = RunStopped(problem, n, &early);

			stopped += result.stopped;
			in_proof += result.bounded;
			wrong_suite += !IsSuite(&problem, &result);
			wrong_flag += !result.stopped && !result.optimal;
			wrong_bound += result.cost < whole.lower_bound * (1 - 1e-9) ||
						   (result.bounded && result.lower_bound > whole.cost * (1 + 1e-9));
			KernelFree(result.box);
		}
		KernelFree(whole.box);
		FreeCase(&c);
	}
	ok(wrong_suite == 0 && stopped > 50,
	   "a stopped search has a suite that holds all (%d of %d not)", wrong_suite, stopped);
	ok(wrong_flag == 0, "it says that it was stopped");
	ok(wrong_bound == 0 && in_proof > 5, "bounds of stopped proofs hold (%d of them)", in_proof);
	ok(wrong_report == 0, "what is reported is never better than the end");
}

int
main(void)
{
	TestStops();
	return done();
}
