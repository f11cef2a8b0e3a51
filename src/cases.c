/*
 * cases.c
 *	  Raising a bound by cases.
 *
 * Once the dual's ascent stalls, what is left is the gap of its relaxation, which mixes suites. To
 * raise the bound further the suites are divided into cases by how many of their boxes lie in a
 * region: at most n, or at least n + 1. Every suite is in one of them; a relaxed solution with n and
 * a half boxes in the region is in neither. Each case has its own dual, which starts from that of the
 * case it was made of. The bound is the least of all cases, and the cases with the least bounds are
 * divided next.
 *
 * Some cases are divided at once, the same number whoever does it, each from its multipliers alone: so
 * they are tasks that other processes may take on (tasks.h), and the answer does not depend on it.
 */
#include "kernel.h"

#include <math.h>

#include "cases.h"
#include "relaxed.h"

/* Cases divided at once. */
#define CASES_AT_ONCE 4

/* Evaluations to see what the relaxed solution of a case looks like, and then for each part. */
#define LOOK_EVALUATIONS 60
#define PART_EVALUATIONS 180

/* Step lengths of the ascents: where they begin and where they end. */
#define CASE_STEP      3e-3
#define CASE_LAST_STEP 3e-5

/* Suites drawn from the relaxed solution of a case. */
#define CASE_DRAWS 4

/* Memory for the multipliers of open cases, in bytes, and the most cases that are open at once. */
#define CASE_MEMORY ((size_t) 64 << 20)
#define CASES_MAX   1000

/* What an evaluation costs, about, in nanoseconds per cell and level. */
#define WORK_PER_CELL_AND_LEVEL 2

/* A case: the suites that obey its limits. Behind it stand per class its multiplier and mean slack. */
typedef struct Case
{
	double lower;
	double upper; /* cost of the best suite known */
	double price;
	int nlimits;
	CountLimit limit[DUAL_LIMITS_MAX];
	double penalty[DUAL_LIMITS_MAX];
} Case;

/* What became of a case. Behind it stand the two cases it was divided into. */
typedef struct CaseOut
{
	bool divided;
	bool found; /* a better suite */
	Suite better;
} CaseOut;

/*
 * What cases have in common. Behind it stand the kept and the current boxes, the classes' least
 * multipliers, levels and open cells.
 */
typedef struct CaseCommon
{
	BoundProblem problem; /* its pointers mean nothing to others */
	double top;
	int nlevels;
} CaseCommon;

/* Gives the size of a case of so many classes. */
static size_t
CaseSize(int nclasses)
{
	return sizeof(Case) + RoundToEight((size_t) nclasses * 2 * sizeof(float));
}

/* Gives what stands behind a case. */
static float *
CaseMultipliers(Case *c)
{
	return (float *) (c + 1);
}

/* Gives one of the two cases behind a result. */
static Case *
PartOfOut(CaseOut *out, int nclasses, int part)
{
	return (Case *) ((char *) (out + 1) + (size_t) part * CaseSize(nclasses));
}

/* Gives the size of a result. */
static size_t
CaseOutSize(int nclasses)
{
	return sizeof(CaseOut) + 2 * CaseSize(nclasses);
}

/* ------------------------------------------------------------------------------------------------
 * A case and the dual
 * ------------------------------------------------------------------------------------------------ */

/* Takes the dual's best multipliers and penalties into a case. */
static void
SaveCase(const Dual *dual, Case *c)
{
	int n = dual->problem->demand->nclasses;
	float *multiplier = CaseMultipliers(c);

	for (int i = 0; i < n; i++)
	{
		multiplier[i] = (float) dual->best[i];
		multiplier[n + i] = (float) dual->mean[i];
	}
	memcpy(c->penalty, dual->best_penalty, sizeof(c->penalty));
	c->price = dual->best_price;
	if (dual->proved > c->lower)
		c->lower = dual->proved;
}

/* Improves the dual of a case, from the multipliers that it has, by some evaluations. */
static void
ImproveCase(Dual *dual, Case *c, int evaluations)
{
	int n = dual->problem->demand->nclasses;
	const float *multiplier = CaseMultipliers(c);

	dual->nlimits = c->nlimits;
	memcpy(dual->limit, c->limit, sizeof(dual->limit));
	memcpy(dual->best_penalty, c->penalty, sizeof(dual->best_penalty));
	dual->best_price = c->price;
	for (int i = 0; i < n; i++)
	{
		double u = multiplier[i];

		u = u < dual->least[i] ? dual->least[i] : u;
		dual->best[i] = u < dual->top ? u : dual->top;
		dual->mean[i] = multiplier[n + i];
	}
	DualStart(dual, true, true);
	DualImprove(dual, CASE_STEP, CASE_LAST_STEP, evaluations);
	SaveCase(dual, c);
}

/* Divides a case, looking for better suites on the way. */
static void
DivideCase(Dual *dual, const Case *c, CaseOut *out)
{
	int n = dual->problem->demand->nclasses;
	Case *whole = PartOfOut(out, n, 0);
	CountLimit limit;

	memset(out, 0, sizeof(CaseOut));
	memcpy(whole, c, CaseSize(n));
	dual->upper = c->upper;
	ImproveCase(dual, whole, LOOK_EVALUATIONS);
	out->found = RelaxedSuites(dual, CASE_DRAWS, &out->better);
	if (!RelaxedRegion(dual, &limit))
		return;
	memcpy(PartOfOut(out, n, 1), whole, CaseSize(n));
	for (int part = 0; part < 2; part++)
	{
		Case *p = PartOfOut(out, n, part);

		p->limit[p->nlimits] = limit;
		p->limit[p->nlimits].at_least = part == 1;
		p->limit[p->nlimits].count += part;
		p->penalty[p->nlimits++] = 0;
		ImproveCase(dual, p, PART_EVALUATIONS);
	}
	out->divided = true;
}

/* ------------------------------------------------------------------------------------------------
 * Cases as tasks
 * ------------------------------------------------------------------------------------------------ */

/* Writes what cases have in common, or with NULL only gives its size. */
static size_t
WriteCommon(const Dual *dual, char *memory)
{
	const BoundProblem *problem = dual->problem;
	const Pricing *pricing = dual->pricing;
	CaseCommon common = {*problem, dual->top, pricing->nlevels};
	const void *part[] = {&common,     problem->keep,  problem->current,
						  dual->least, pricing->level, pricing->open};
	size_t size[] = {sizeof(common),
					 (size_t) problem->nkeep * sizeof(GridPoint),
					 (size_t) problem->ncurrent * sizeof(GridPoint),
					 (size_t) problem->demand->nclasses * sizeof(double),
					 (size_t) pricing->nlevels * sizeof(double),
					 (size_t) problem->grid->ncells};
	size_t at = 0;

	for (int p = 0; p < (int) (sizeof(size) / sizeof(size[0])); p++)
	{
		if (memory != NULL && size[p] > 0)
			memcpy(memory + at, part[p], size[p]);
		at += RoundToEight(size[p]);
	}
	return at;
}

/* Makes a dual for cases in another process. */
void *
CaseTaskOpen(const TaskSpec *spec)
{
	const CaseCommon *common = spec->common;
	const char *at = (const char *) spec->common + RoundToEight(sizeof(CaseCommon));
	BoundProblem *problem = KernelAlloc(sizeof(BoundProblem));
	const double *least;
	const double *level;
	Dual *dual;

	*problem = common->problem;
	problem->grid = spec->grid;
	problem->demand = spec->demand;
	problem->nincumbent = 0;
	problem->start = NULL;
	problem->watch = spec->watch;
	problem->keep = (const GridPoint *) at;
	at += RoundToEight((size_t) problem->nkeep * sizeof(GridPoint));
	problem->current = (const GridPoint *) at;
	at += RoundToEight((size_t) problem->ncurrent * sizeof(GridPoint));
	least = (const double *) at;
	at += RoundToEight((size_t) spec->demand->nclasses * sizeof(double));
	level = (const double *) at;
	at += RoundToEight((size_t) common->nlevels * sizeof(double));
	dual = DualCreate(problem, (const uint8_t *) at);
	dual->top = common->top;
	/* that of all cells that were open at first */
	memcpy(dual->least, least, (size_t) spec->demand->nclasses * sizeof(double));
	PricingLayLevels(dual->pricing, common->nlevels, level);
	DualUseChains(dual);
	return dual;
}

/* Frees it. */
void
CaseTaskClose(void *place)
{
	Dual *dual = place;
	BoundProblem *problem = (BoundProblem *) (uintptr_t) dual->problem; /* made with it */

	DualFree(dual);
	KernelFree(problem);
}

/* Divides a case as a task. */
void
CaseTaskRun(void *place, const char *in, char *out)
{
	DivideCase(place, (const Case *) in, (CaseOut *) out);
}

/* ------------------------------------------------------------------------------------------------
 * The tree of cases
 * ------------------------------------------------------------------------------------------------ */

/* The open cases. */
typedef struct CaseList
{
	int nclasses;
	int n;
	int most;
	Case **at;
} CaseList;

/* Copies a case. */
static Case *
CopyCase(const CaseList *list, const Case *c)
{
	return memcpy(KernelAlloc(CaseSize(list->nclasses)), c, CaseSize(list->nclasses));
}

/* Moves the cases with the least bounds, in their order, to the front: so many. */
static void
BringLeastForward(CaseList *list, int count)
{
	for (int i = 0; i < count; i++)
	{
		int least = i;
		Case *c;

		for (int j = i + 1; j < list->n; j++)
			if (list->at[j]->lower < list->at[least]->lower)
				least = j;
		c = list->at[least];
		list->at[least] = list->at[i];
		list->at[i] = c;
	}
}

/* Takes the results of a round into the list. False if a case could not be divided. */
static bool
TakeResults(CaseList *list, CaseOut *out, int ntasks, Dual *dual, Suite *better)
{
	bool all = true;

	for (int t = 0; t < ntasks; t++)
	{
		CaseOut *result = (CaseOut *) ((char *) out + (size_t) t * CaseOutSize(list->nclasses));

		if (result->found && result->better.total.cost < dual->upper)
		{
			*better = result->better;
			dual->upper = better->total.cost;
		}
		KernelFree(list->at[t]);
		list->at[t] = CopyCase(list, PartOfOut(result, list->nclasses, 0));
		if (result->divided)
			list->at[list->n++] = CopyCase(list, PartOfOut(result, list->nclasses, 1));
		all &= result->divided;
	}
	return all;
}

/*
 * Divides cases until the gap is as small as the problem wants or its work is used up. The dual has
 * chains and is at its best multipliers; lower is its bound and work what was done. Gives the bound,
 * and takes over better suites. Afterwards the dual is that of some case.
 */
double
DivideCases(Dual *dual, double lower, double work, Suite *better)
{
	const BoundProblem *problem = dual->problem;
	int nclasses = problem->demand->nclasses;
	const double of_task = CHAIN_WORK * (LOOK_EVALUATIONS + 2 * PART_EVALUATIONS);
	size_t fit = CASE_MEMORY / CaseSize(nclasses);
	TaskSpec spec = {.kind = TASK_CASE,
					 .grid = problem->grid,
					 .demand = problem->demand,
					 .common_size = WriteCommon(dual, NULL),
					 .in_size = CaseSize(nclasses),
					 .out_size = CaseOutSize(nclasses),
					 .most_tasks = CASES_AT_ONCE};
	int rounds = (int) ((problem->max_iterations - work) / of_task / CASES_AT_ONCE);
	CaseList list = {.nclasses = nclasses, .most = fit < CASES_MAX ? (int) fit : CASES_MAX};
	char *common;
	char *in;
	CaseOut *out;
	Case *first;
	TaskPool pool;
	bool all = true;

	if (rounds == 0)
		return lower;
	dual->closing = false;
	common = KernelAllocZero(spec.common_size);
	WriteCommon(dual, common);
	spec.common = common;
	spec.work = WORK_PER_CELL_AND_LEVEL * (double) problem->grid->ncells * dual->pricing->nlevels *
				rounds * CASES_AT_ONCE * (LOOK_EVALUATIONS + 2 * PART_EVALUATIONS);
	in = KernelAlloc(CASES_AT_ONCE * spec.in_size);
	out = KernelAlloc(CASES_AT_ONCE * spec.out_size);
	list.at = KernelAlloc(((size_t) list.most + CASES_AT_ONCE) * sizeof(Case *));
	first = KernelAllocZero(CaseSize(nclasses));
	first->lower = lower;
	first->nlimits = dual->nlimits;
	memcpy(first->limit, dual->limit, sizeof(first->limit));
	SaveCase(dual, first);
	list.at[list.n++] = first;

	TaskPoolStart(&pool, problem->host, &spec, dual);
	for (int round = 0; all && round < rounds && !WatchStops(problem->watch); round++)
	{
		int ntasks = list.n < CASES_AT_ONCE ? list.n : CASES_AT_ONCE;

		BringLeastForward(&list, ntasks);
		lower = list.at[0]->lower;
		WatchReport(problem->watch, (WorkProgress){WORK_PROOF, 1, dual->upper, lower});
		while (ntasks > 0 && list.at[ntasks - 1]->lower >= dual->upper)
			ntasks--;
		if (dual->upper - lower <= problem->gap_wanted * dual->upper ||
			list.n + ntasks > list.most || ntasks == 0)
			break;
		for (int t = 0; t < ntasks; t++)
		{
			if (list.at[t]->nlimits == DUAL_LIMITS_MAX)
				all = false;
			list.at[t]->upper = dual->upper;
			memcpy(in + (size_t) t * spec.in_size, list.at[t], spec.in_size);
		}
		if (!all)
			break;
		TaskPoolRun(&pool, ntasks, in, (char *) out);
		all = TakeResults(&list, out, ntasks, dual, better);
	}
	TaskPoolEnd(&pool);
	BringLeastForward(&list, 1);
	lower = list.at[0]->lower;
	for (int c = 0; c < list.n; c++)
		KernelFree(list.at[c]);
	KernelFree(list.at);
	KernelFree(common);
	KernelFree(in);
	KernelFree(out);
	return lower;
}
