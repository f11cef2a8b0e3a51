// sources: SEARCH
/*
 * test_search.c
 *	  Tests of the search: best swaps, covers and whole suites against brute force.
 *
 * Costs and weights are small integers, so that all sums are exact and compared exactly.
 */
#include "kernel.h"

#include <math.h>

#include "cover.h"
#include "search.h"
#include "searchcases.h"
#include "stream.h"
#include "tap.h"

/* A random small problem with its grid. */
typedef struct Setting
{
	Case c;
	int32_t keep[3][3];
	int32_t current[5][3];
	int32_t catalogue[60][3];
	SearchProblem problem;
	SuiteRules rules;
	GridSpec spec;
	Grid *grid;
	GridDemand *demand;
	GridPoint *candidate; /* all cells to choose from */
	int ncandidates;
	double *anyway; /* per class: what its shipments are billed in any box */
} Setting;

/* How a setting's shipments are billed by weight. */
typedef enum Billing
{
	BILLING_NONE,
	BILLING_BESIDES, /* and boxes cost something besides */
	BILLING_ALONE
} Billing;

/* Gives the dimensions of a cell. */
static void
CellSize(const Setting *s, GridPoint cell, int32_t size[3])
{
	for (int k = 0; k < 3; k++)
		size[k] = s->grid->axis[k].value[cell.at[k]];
}

/*
 * Gives what a class is billed for its weight in any case: nothing where whatever box may hold it is
 * billed more for its size.
 */
static double
BilledAnyway(const Setting *s, int i)
{
	const SearchProblem *problem = &s->problem;
	double floor = problem->demand.floor == NULL ? 0 : problem->demand.floor[i];
	bool matters = false;

	for (int b = 0; b < problem->nkeep && problem->billed != NULL; b++)
		matters |= BoxHolds(&problem->demand, i, problem->padding, problem->keep[b]) &&
				   problem->billed(problem->keep[b], NULL) < floor;
	for (int j = 0; j < s->ncandidates && problem->billed != NULL; j++)
	{
		int32_t size[3];

		CellSize(s, s->candidate[j], size);
		matters |= BoxHolds(&problem->demand, i, problem->padding, size) &&
				   problem->billed(size, NULL) < floor;
	}
	return matters ? floor : 0;
}

/* Draws a problem: sides up to high, all kinds of limits, kept boxes and catalogues. */
static void
OpenSetting(Setting *s, uint64_t *random, int nclasses, int high, bool ordered_cost,
			Billing billing)
{
	bool upright = CaseBetween(random, 0, 1);
	SearchProblem *problem = &s->problem;

	memset(s, 0, sizeof(Setting));
	s->c = RandomCase(random, nclasses, CaseBetween(random, 0, 1) ? 1 : 4, high, upright);
	*problem = MakeProblem(&s->c, upright, CaseBetween(random, 1, 4));
	problem->cost = ordered_cost ? VolumeCost : HashCost;
	if (billing != BILLING_NONE)
	{
		WeighCase(&s->c, random, CaseBetween(random, 1, 10), 90);
		problem->demand = s->c.demand;
		problem->billed = ordered_cost ? DimensionalBilled : HashBilled;
		if (billing == BILLING_ALONE)
			problem->cost = NoCost;
	}
	for (int k = 0; k < 3; k++)
	{
		problem->step[k] = CaseBetween(random, 1, 2);
		problem->padding[k] = CaseBetween(random, 0, 3) == 0;
	}
	problem->has_min = CaseBetween(random, 0, 3) == 0;
	problem->has_max = CaseBetween(random, 0, 2) == 0;
	RandomSize(random, 1, 3, upright, problem->min_box);
	RandomSize(random, 3, high + 1, upright, problem->max_box);
	problem->max_ratio = RandomRatio(random);
	problem->nkeep = CaseBetween(random, 0, 2);
	if (problem->nkeep > problem->suite_size)
		problem->nkeep = problem->suite_size;
	for (int b = 0; b < problem->nkeep; b++)
		RandomSize(random, 1, high + 2, upright, s->keep[b]);
	problem->keep = (const int32_t(*)[3]) s->keep;
	if (CaseBetween(random, 0, 2) == 0)
	{
		problem->ncatalogue = CaseBetween(random, 1, 60);
		for (int b = 0; b < problem->ncatalogue; b++)
			RandomSize(random, 1, high + 1, upright, s->catalogue[b]);
		problem->catalogue = (const int32_t(*)[3]) s->catalogue;
	}
	RandomCurrent(random, problem, 5, high + 1, s->current);
	s->rules = (SuiteRules){problem->nkeep, problem->suite_size, problem->must_stay, 0};
	s->spec = SearchGridSpec(problem);
	s->grid = GridCreate(&s->spec, &problem->demand);
	s->demand = GridDemandCreate(s->grid, &s->spec, &problem->demand);
	s->candidate = KernelAlloc((size_t) s->grid->ncells * sizeof(GridPoint) + 1);
	for (int x = 0; x < s->grid->axis[0].n; x++)
		for (int y = 0; y < s->grid->y_count[x]; y++)
			for (int z = 0; z < s->grid->z_count[y]; z++)
			{
				GridPoint cell = {{(uint16_t) x, (uint16_t) y, (uint16_t) z}};

				if (s->grid->candidate[GridCell(s->grid, cell)])
					s->candidate[s->ncandidates++] = cell;
			}
	s->anyway = KernelAlloc((size_t) nclasses * sizeof(double));
	for (int i = 0; i < nclasses; i++)
		s->anyway[i] = BilledAnyway(s, i);
}

/* Frees a problem. */
static void
CloseSetting(Setting *s)
{
	KernelFree(s->anyway);
	KernelFree(s->candidate);
	GridDemandFree(s->demand);
	GridFree(s->grid);
	FreeCase(&s->c);
}

/* Gives the sizes of a suite's boxes. */
static void
SizesOf(const Setting *s, const Suite *suite, int32_t (*box)[3])
{
	for (int b = 0; b < suite->n; b++)
		for (int k = 0; k < 3; k++)
			box[b][k] = s->grid->axis[k].value[suite->box[b].at[k]];
}

/*
 * Evaluates a suite of cells by definition, over the classes that some box holds, without what they are
 * billed in any case.
 */
static SuiteCost
EvaluateCells(const Setting *s, const Suite *suite)
{
	const SearchProblem *problem = &s->problem;
	SuiteCost result = {(double) -s->demand->unboxable, 0};

	for (int i = 0; i < problem->demand.nclasses; i++)
	{
		double least = -1;

		for (int b = 0; b < suite->n; b++)
		{
			int32_t size[3];
			double cost;

			CellSize(s, suite->box[b], size);
			if (!BoxHolds(&problem->demand, i, problem->padding, size))
				continue;
			cost = CaseBoxCost(problem, i, size) - s->anyway[i];
			if (least < 0 || cost < least)
				least = cost;
		}
		if (least < 0)
			result.uncovered += (double) problem->demand.count[i];
		else
			result.cost += least * (double) problem->demand.count[i];
	}
	return result;
}

/* Whether suites have as many current boxes as must stay. */
static bool
HasCurrent(const Setting *s, const Suite *suite)
{
	int32_t box[SUITE_MAX][3];

	SizesOf(s, suite, box);
	return CountCurrent(&s->problem, suite->n, (const int32_t(*)[3]) box) >= s->problem.must_stay;
}

/* Whether two costs are the same. */
static bool
SameCost(SuiteCost a, SuiteCost b)
{
	return a.uncovered == b.uncovered && a.cost == b.cost;
}

/* Finds by trying all: the best suite with one box changed, or with one more. */
static SuiteCost
BestByBruteForce(const Setting *s, const Suite *suite, bool add)
{
	SuiteCost best = EvaluateCells(s, suite);

	for (int slot = add ? suite->n : s->problem.nkeep; slot < suite->n + add; slot++)
		for (int j = 0; j < s->ncandidates; j++)
		{
			Suite changed = *suite;
			SuiteCost cost;

			changed.n = suite->n + add;
			changed.box[slot] = s->candidate[j];
			if (HasCurrent(s, suite) && !HasCurrent(s, &changed))
				continue;
			cost = EvaluateCells(s, &changed);
			if (cost.uncovered < best.uncovered ||
				(cost.uncovered == best.uncovered && cost.cost < best.cost))
				best = cost;
		}
	return best;
}

/* The best swap and the best addition, and the bookkeeping of placing and dropping boxes. */
static void
TestBestSwap(const char *name, Billing billing)
{
	uint64_t random = 11 + billing;
	int wrong_total = 0;
	int wrong_swap = 0;
	int wrong_slot = 0;
	int wrong_addition = 0;
	int wrong_restore = 0;
	int wrong_tighten = 0;
	int compared = 0;
	int uncovering = 0;
	int missing_before = 0;
	int missing = 0;

	for (int round = 0; round < 800; round++)
	{
		Setting s;
		SwapState *state;
		Suite suite = {.n = 0};

		OpenSetting(&s, &random, CaseBetween(&random, 1, 40), 6, round % 3 != 0, billing);
		if (s.ncandidates == 0 || s.demand->nclasses == 0)
		{
			CloseSetting(&s);
			continue;
		}
		state = SwapStateCreate(s.grid, s.demand, &s.rules);
		suite.n = s.problem.nkeep + CaseBetween(&random, 0, 4);
		for (int b = 0; b < suite.n; b++)
			if (b < s.problem.nkeep)
				GridLocate(s.grid, s.keep[b], &suite.box[b]);
			else
				suite.box[b] = s.candidate[CaseBetween(&random, 0, s.ncandidates - 1)];
		SwapSetSuite(state, &suite);
		missing_before += SwapMissingCurrent(state);
		PutCurrentIn(state, suite.n > s.problem.suite_size ? suite.n : s.problem.suite_size);
		missing += SwapMissingCurrent(state) > 0 || !HasCurrent(&s, SwapSuite(state));
		for (int step = 0; step < 5; step++)
		{
			SuiteCost total = EvaluateCells(&s, SwapSuite(state));
			SuiteCost best = BestByBruteForce(&s, SwapSuite(state), false);
			Suite before = *SwapSuite(state);
			SuiteCost changed = total;
			Swap swap;
			bool found;

			compared++;
			uncovering += total.uncovered > 0;
			wrong_total += !SameCost(total, SwapSuite(state)->total);

			found = SwapFindBest(state, true, &swap);
			if (found)
			{
				changed.uncovered += swap.change.uncovered;
				changed.cost += swap.change.cost;
			}
			wrong_addition += !SameCost(changed, BestByBruteForce(&s, &before, true)) ||
							  (found && swap.slot != before.n);

			changed = total;
			found = SwapFindBest(state, false, &swap);
			if (found)
			{
				changed.uncovered += swap.change.uncovered;
				changed.cost += swap.change.cost;
			}
			wrong_swap += !SameCost(changed, best);
			if (!found)
			{
				Suite tight;

				/* a local optimum cannot get better by tightening, nor ever worse */
				SwapTighten(state);
				tight = *SwapSuite(state);
				wrong_tighten += !SameCost(tight.total, EvaluateCells(&s, &tight)) ||
								 SuiteCostLess(total, tight.total);
				break;
			}
			wrong_slot += swap.slot < s.problem.nkeep || swap.slot >= before.n ||
						  !s.grid->candidate[GridCell(s.grid, swap.box)];
			SwapSave(state);
			SwapPlace(state, swap.slot, swap.box);
			wrong_swap += !SameCost(SwapSuite(state)->total, best);
			if (step == 2)
			{
				SwapDrop(state, s.problem.nkeep);
				wrong_total +=
					!SameCost(SwapSuite(state)->total, EvaluateCells(&s, SwapSuite(state)));
				SwapRestore(state);
				wrong_restore += memcmp(&before, SwapSuite(state), sizeof(before)) != 0 ||
								 !SwapFindBest(state, false, &swap) ||
								 !SameCost((SuiteCost){total.uncovered + swap.change.uncovered,
													   total.cost + swap.change.cost},
										   best);
			}
		}
		SwapStateFree(state);
		CloseSetting(&s);
	}
	ok(wrong_total == 0, "%s: costs of suites are right (%d wrong)", name, wrong_total);
	ok(wrong_swap == 0 && compared > 1000 && uncovering > 100,
	   "%s: best swaps are those of brute force (%d of %d wrong, %d with weight uncovered)", name,
	   wrong_swap, compared, uncovering);
	ok(missing == 0 && missing_before > 200,
	   "%s: current boxes are put in that must be (%d, %d missing)", name, missing_before, missing);
	ok(wrong_slot == 0, "%s: swaps leave kept boxes alone and choose candidates", name);
	ok(wrong_addition == 0, "%s: best additions are those of brute force (%d wrong)", name,
	   wrong_addition);
	ok(wrong_restore == 0, "%s: a saved suite comes back with its assignments", name);
	ok(wrong_tighten == 0, "%s: tightening never costs", name);
}

/* Finds the best suite by trying all: chooses boxes from candidate number next on. */
static void
BestSuite(const Setting *s, Suite *suite, int next, SuiteCost *best)
{
	SuiteCost cost = EvaluateCells(s, suite);

	if (HasCurrent(s, suite) && (cost.uncovered < best->uncovered ||
								 (cost.uncovered == best->uncovered && cost.cost < best->cost)))
		*best = cost;
	if (suite->n == s->problem.suite_size)
		return;
	for (int j = next; j < s->ncandidates; j++)
	{
		suite->box[suite->n++] = s->candidate[j];
		BestSuite(s, suite, j + 1, best);
		suite->n--;
	}
}

/* Counts how often a box is in a list. */
static int
CountBox(const int32_t size[3], int n, const int32_t (*box)[3])
{
	int count = 0;

	for (int b = 0; b < n; b++)
		count += memcmp(size, box[b], sizeof(box[b])) == 0;
	return count;
}

/* Gives what a box costs a shipment without weight. */
static double
LightCost(const SearchProblem *problem, const int32_t box[3])
{
	return problem->cost(box, NULL) + (problem->billed == NULL ? 0 : problem->billed(box, NULL));
}

/*
 * Whether a result's boxes cost what it says, with all kept boxes among them, ascending by cost and
 * then by sides, none twice unless it is kept twice.
 */
static bool
ResultHolds(const SearchProblem *problem, const SearchResult *result)
{
	const int32_t(*box)[3] = (const int32_t(*)[3]) result->box;
	CaseCost cost = EvaluateBoxes(problem, result->nboxes, result->box);
	bool holds = cost.cost == result->cost && cost.unheld == result->unboxable &&
				 result->nboxes <= problem->suite_size;

	for (int b = 0; b < result->nboxes; b++)
	{
		int kept = CountBox(box[b], problem->nkeep, problem->keep);

		holds &= CountBox(box[b], result->nboxes, box) == (kept > 0 ? kept : 1);
		if (b > 0)
		{
			double before = LightCost(problem, box[b - 1]);
			double after = LightCost(problem, box[b]);
			int k = 0;

			while (k < 2 && box[b - 1][k] == box[b][k])
				k++;
			holds &= before < after || (before == after && box[b - 1][k] <= box[b][k]);
		}
	}
	for (int b = 0; b < problem->nkeep; b++)
		holds &= CountBox(problem->keep[b], result->nboxes, box) > 0;
	return holds && CountCurrent(problem, result->nboxes, box) >= problem->must_stay;
}

/* Counts the current boxes of a cover, no more than must stay. */
static int
CoverCurrent(const Setting *s, const Suite *cover)
{
	int32_t box[SUITE_MAX][3];
	int count;

	SizesOf(s, cover, box);
	count = CountCurrent(&s->problem, cover->n, (const int32_t(*)[3]) box);
	return count < s->problem.must_stay ? count : s->problem.must_stay;
}

/* Whole searches and covers on problems small enough to try all suites. */
static void
TestWholeSearch(const char *name, Billing billing)
{
	uint64_t random = 12 + billing;
	int compared = 0;
	int uncovered = 0;
	int wrong_cost = 0;
	int wrong_status = 0;
	int wrong_result = 0;
	int wrong_cover = 0;
	int staying = 0;

	for (int round = 0; round < (billing == BILLING_NONE ? 900 : 400); round++)
	{
		Setting s;
		Suite suite = {.n = 0};
		Suite cover = {.n = 0};
		SuiteCost best;
		SearchResult result;
		SearchStatus status;
		CoverAnswer answer;
		bool all_stay;

		OpenSetting(&s, &random, CaseBetween(&random, 1, 14), 4, round % 3 != 0, billing);
		s.problem.effort = (SearchEffort){.streams = 4, .rounds = 2, .moves = 10};
		while (s.problem.suite_size - s.problem.nkeep > (s.ncandidates > 30 ? 2 : 3))
			s.problem.suite_size--;
		if (s.problem.must_stay > s.problem.suite_size - s.problem.nkeep)
			s.problem.must_stay = s.problem.suite_size - s.problem.nkeep;
		s.rules = (SuiteRules){s.problem.nkeep, s.problem.suite_size, s.problem.must_stay, 0};
		all_stay = s.problem.must_stay > 0 && s.problem.must_stay == s.problem.ncurrent;
		staying += s.problem.must_stay > 0;
		suite.n = s.problem.nkeep;
		for (int b = 0; b < suite.n; b++)
			GridLocate(s.grid, s.keep[b], &suite.box[b]);
		status = SearchSuite(&s.problem, &result);
		if (s.demand->nclasses == 0)
		{
			wrong_status += status != SEARCH_NO_CANDIDATE;
			wrong_result += result.unboxable != s.demand->unboxable;
			CloseSetting(&s);
			continue;
		}
		compared++;
		best = (SuiteCost){INFINITY, 0};
		BestSuite(&s, &suite, 0, &best);
		uncovered += best.uncovered > 0;
		wrong_status += status != (best.uncovered > 0 ? SEARCH_NO_COVER : SEARCH_OK);
		answer = CoverSearch(s.grid, s.demand, &s.rules, suite.box, &cover);
		wrong_cover += answer != (best.uncovered > 0 ? COVER_NONE : COVER_FOUND);
		if (answer == COVER_FOUND)
			wrong_cover +=
				cover.n > s.problem.suite_size ||
				cover.n - CoverCurrent(&s, &cover) + s.problem.must_stay > s.problem.suite_size ||
				cover.n < suite.n || EvaluateCells(&s, &cover).uncovered > 0 ||
				memcmp(cover.box, suite.box, (size_t) suite.n * sizeof(GridPoint)) != 0;
		if (status == SEARCH_OK)
		{
			wrong_cost += result.cost != best.cost + s.demand->constant;
			wrong_result += !ResultHolds(&s.problem, &result) ||
							(result.candidates != s.ncandidates && !all_stay) ||
							result.cells != s.grid->ncells;
			KernelFree(result.box);
		}
		CloseSetting(&s);
	}
	ok(wrong_cost == 0 && compared > 200 && staying > 80,
	   "%s: suites are the best of all suites (%d of %d not, %d with boxes of today that must "
	   "stay)",
	   name, wrong_cost, compared, staying);
	ok(wrong_status == 0 && uncovered > 10,
	   "%s: whether a suite can hold all is found out (%d wrong, %d cannot)", name, wrong_status,
	   uncovered);
	ok(wrong_cover == 0, "%s: covers are found where there are any (%d wrong)", name, wrong_cover);
	ok(wrong_result == 0, "%s: results are in order and cost what they say (%d not)", name,
	   wrong_result);
}

/* ------------------------------------------------------------------------------------------------
 * Least shares
 * ------------------------------------------------------------------------------------------------ */

/* Whether box a ships before box b class i, which both hold: cheaper, or first in order of sides. */
static bool
ShipsFirst(const SearchProblem *problem, int i, const int32_t a[3], const int32_t b[3])
{
	double cost_a = CaseBoxCost(problem, i, a);
	double cost_b = CaseBoxCost(problem, i, b);

	if (cost_a != cost_b)
		return cost_a < cost_b;
	for (int k = 0; k < 3; k++)
		if (a[k] != b[k])
			return a[k] < b[k];
	return false;
}

/*
 * Whether all boxes are worth their slots, by definition: they ship min_share of all shipments, or
 * are kept, or hold what no other box holds, or are current ones that must stay.
 */
static bool
AllWorthSlots(const SearchProblem *problem, int nboxes, int32_t (*box)[3])
{
	const Demand *demand = &problem->demand;
	const int32_t(*boxes)[3] = (const int32_t(*)[3]) box;
	bool may_leave =
		problem->must_stay == 0 || CountCurrent(problem, nboxes, boxes) > problem->must_stay;
	double shipped[SUITE_MAX] = {0};
	bool sole[SUITE_MAX] = {false};
	double all = 0;

	for (int i = 0; i < demand->nclasses; i++)
	{
		int first = -1;
		int holders = 0;

		all += (double) demand->count[i];
		for (int b = 0; b < nboxes; b++)
			if (BoxHolds(demand, i, problem->padding, box[b]))
			{
				holders++;
				if (first < 0 || ShipsFirst(problem, i, box[b], box[first]))
					first = b;
			}
		if (first >= 0)
			shipped[first] += (double) demand->count[i];
		if (holders == 1)
			sole[first] = true;
	}
	for (int b = 0; b < nboxes; b++)
		if (shipped[b] / all < problem->min_share && !sole[b] &&
			CountBox(box[b], problem->nkeep, problem->keep) == 0 &&
			(may_leave || CountBox(box[b], problem->ncurrent, problem->current) == 0))
			return false;
	return true;
}

/* Finds the best suite of boxes worth their slots by trying all from candidate number next on. */
static void
BestWorthSuite(const Setting *s, Suite *suite, int next, SuiteCost *best)
{
	SuiteCost cost = EvaluateCells(s, suite);
	int32_t box[SUITE_MAX][3];

	SizesOf(s, suite, box);
	if (SuiteCostLess(cost, *best) && HasCurrent(s, suite) &&
		AllWorthSlots(&s->problem, suite->n, box))
		*best = cost;
	if (suite->n == s->problem.suite_size)
		return;
	for (int j = next; j < s->ncandidates; j++)
	{
		suite->box[suite->n++] = s->candidate[j];
		BestWorthSuite(s, suite, j + 1, best);
		suite->n--;
	}
}

/* Searches for suites whose boxes are worth their slots. */
static void
TestLeastShare(void)
{
	uint64_t random = 17;
	int compared = 0;
	int best_found = 0;
	int unlike_without = 0;
	int wrong_result = 0;
	int too_good = 0;

	for (int round = 0; round < 500; round++)
	{
		Setting s;
		Suite suite = {.n = 0};
		SuiteCost best = {INFINITY, 0};
		SuiteCost best_of_all = {INFINITY, 0};
		SearchResult result;

		OpenSetting(&s, &random, CaseBetween(&random, 3, 14), 4, round % 3 != 0,
					round % 5 == 4 ? BILLING_BESIDES : BILLING_NONE);
		s.problem.effort = (SearchEffort){.streams = 8, .rounds = 4, .moves = 20};
		s.problem.min_share = CaseBetween(&random, 1, 40) / 100.0;
		s.problem.suite_size = s.problem.nkeep + (s.ncandidates > 30 ? 2 : 3);
		suite.n = s.problem.nkeep;
		for (int b = 0; b < suite.n; b++)
			GridLocate(s.grid, s.keep[b], &suite.box[b]);
		s.rules.suite_size = s.problem.suite_size;
		if (s.problem.must_stay <= s.problem.suite_size - s.problem.nkeep &&
			SearchSuite(&s.problem, &result) == SEARCH_OK)
		{
			BestWorthSuite(&s, &suite, 0, &best);
			BestSuite(&s, &suite, 0, &best_of_all);
			best.cost += s.demand->constant;
			best_of_all.cost += s.demand->constant;
			compared++;
			best_found += result.cost == best.cost;
			unlike_without += best_of_all.cost < best.cost;
			too_good += result.cost < best.cost;
			wrong_result += !ResultHolds(&s.problem, &result) ||
							!AllWorthSlots(&s.problem, result.nboxes, result.box);
			KernelFree(result.box);
		}
		CloseSetting(&s);
	}
	ok(wrong_result == 0 && compared > 300,
	   "all boxes ship the least share or are needed (%d of %d results not)", wrong_result,
	   compared);
	ok(too_good == 0 && unlike_without > 50, "no suite is better than the best (%d are)", too_good);
	ok(best_found * 100 >= compared * 95, "%d of %d are the best, %d of them not without the rule",
	   best_found, compared, unlike_without);
}

/* A cover that takes thought: greedy choices of large sets miss it. */
static void
TestHardCover(void)
{
	/* six things along an antichain; the box that holds four of them leaves a pair of gaps */
	int64_t count[6] = {1, 1, 1, 1, 1, 1};
	int32_t element[6][3] = {{60, 10, 1}, {50, 20, 1}, {49, 21, 1},
							 {41, 31, 1}, {40, 32, 1}, {36, 35, 1}};
	int32_t catalogue[3][3] = {{60, 21, 1}, {41, 35, 1}, {50, 32, 1}};
	Case c = {.demand = {6, count, NULL, (const int32_t(*)[3]) element, NULL}};
	SearchProblem problem = MakeProblem(&c, false, 2);
	SearchResult result;

	problem.ncatalogue = 3;
	problem.catalogue = (const int32_t(*)[3]) catalogue;
	ok(SearchSuite(&problem, &result) == SEARCH_OK && result.nboxes == 2 &&
		   ResultHolds(&problem, &result),
	   "a catalogue's only pair that holds all is found");
	KernelFree(result.box);
	problem.suite_size = 1;
	ok(SearchSuite(&problem, &result) == SEARCH_NO_COVER, "one box of it cannot");
}

/* Whether two results are the same, bit for bit. */
static bool
SameResult(const SearchResult *a, const SearchResult *b)
{
	return a->nboxes == b->nboxes && memcmp(&a->cost, &b->cost, sizeof(a->cost)) == 0 &&
		   memcmp(a->box, b->box, (size_t) a->nboxes * sizeof(*a->box)) == 0;
}

/* The same demand, however written down, gives the same suite. */
static void
TestDeterminism(void)
{
	uint64_t random = 13;
	int repeated = 0;
	int shuffled = 0;
	int split = 0;

	for (int round = 0; round < 6; round++)
	{
		int n = 150;
		Case c = RandomCase(&random, n, round % 2 ? 3 : 1, 25, false);
		Case other = RandomCase(&random, 2 * n, round % 2 ? 3 : 1, 25, false);
		SearchProblem problem = MakeProblem(&c, false, 5);
		SearchResult first;
		SearchResult again;
		int order[150];

		problem.effort = (SearchEffort){.streams = 3, .rounds = 2, .moves = 8};
		SearchSuite(&problem, &first);
		SearchSuite(&problem, &again);
		repeated += !SameResult(&first, &again);
		KernelFree(again.box);

		/* write the classes down in another order, each in two parts where it can be split */
		for (int i = 0; i < n; i++)
			order[i] = i;
		for (int i = n - 1; i > 0; i--)
		{
			int j = CaseBetween(&random, 0, i);
			int swapped = order[i];

			order[i] = order[j];
			order[j] = swapped;
		}
		for (int parts = 1; parts <= 2; parts++)
		{
			int classes = 0;
			int elements = 0;

			for (int part = 0; part < parts; part++)
				for (int i = 0; i < n; i++)
				{
					int from = c.first[order[i]];
					int end = c.first[order[i] + 1];
					int64_t half = c.count[order[i]] / 2;

					if (parts == 2 && half == 0 && part == 1)
						continue;
					other.first[classes] = elements;
					if (parts == 1 || half == 0)
						other.count[classes++] = c.count[order[i]];
					else
						other.count[classes++] = part == 0 ? half : c.count[order[i]] - half;
					for (int e = end - 1; e >= from; e--)
						memcpy(other.element[elements++], c.element[e], sizeof(c.element[e]));
				}
			other.first[classes] = elements;
			problem.demand.nclasses = classes;
			problem.demand.count = other.count;
			problem.demand.first = c.demand.first == NULL ? NULL : other.first;
			problem.demand.element = (const int32_t(*)[3]) other.element;
			SearchSuite(&problem, &again);
			if (parts == 1)
				shuffled += !SameResult(&first, &again);
			else
				split += !SameResult(&first, &again);
			KernelFree(again.box);
		}
		KernelFree(first.box);
		FreeCase(&c);
		FreeCase(&other);
	}
	ok(repeated == 0, "the same problem gives the same suite");
	ok(shuffled == 0, "the order of classes does not matter");
	ok(split == 0, "nor does it matter how shipments are split into classes");
}

/* Coarser grids: what they hold and cost stays true on the finer one; searches end no worse. */
static void
TestCoarseToFine(void)
{
	uint64_t random = 14;
	int missing = 0;
	int lost = 0;
	int wrong = 0;
	int worse = 0;

	for (int round = 0; round < 40; round++)
	{
		Setting s;

		OpenSetting(&s, &random, 60, 16, true, BILLING_NONE);
		for (int factor = 2; factor <= 4 && s.problem.catalogue == NULL; factor *= 2)
		{
			GridSpec spec = s.spec;
			Grid *coarse;
			GridDemand *demand;
			SwapState *state;
			SuiteCost cost;
			Suite suite = {.n = s.problem.nkeep};
			Suite fine = suite;
			Swap swap;

			for (int k = 0; k < 3; k++)
				spec.step[k] *= factor;
			coarse = GridCreate(&spec, &s.problem.demand);
			demand = GridDemandCreate(coarse, &spec, &s.problem.demand);
			state = SwapStateCreate(coarse, demand, &s.rules);
			/* with a limit on ratio what nearly fills the largest box may find none on a coarser grid */
			lost += demand->unboxable != s.demand->unboxable &&
					!(s.spec.max_ratio > 0 && s.spec.has_max);
			for (int b = 0; b < suite.n; b++)
				missing += !GridLocate(coarse, s.keep[b], &suite.box[b]);
			SwapSetSuite(state, &suite);
			while (SwapSuite(state)->n < 4 && SwapFindBest(state, true, &swap))
				SwapPlace(state, swap.slot, swap.box);
			suite = *SwapSuite(state);
			fine.n = suite.n;
			for (int b = 0; b < suite.n; b++)
			{
				int32_t size[3];
				bool kept = b < s.problem.nkeep ||
							(coarse->candidate[GridCell(coarse, suite.box[b])] & CANDIDATE_CURRENT);

				for (int k = 0; k < 3; k++)
					size[k] = coarse->axis[k].value[suite.box[b].at[k]];
				if (!(kept ? GridLocate : GridLocateWithin)(s.grid, size, &fine.box[b]) ||
					(!kept && !s.grid->candidate[GridCell(s.grid, fine.box[b])]))
					missing++;
			}
			cost = EvaluateCells(&s, &fine);
			wrong += cost.uncovered + (double) s.demand->unboxable !=
						 suite.total.uncovered + (double) demand->unboxable ||
					 cost.cost > suite.total.cost;
			SwapStateFree(state);
			GridDemandFree(demand);
			GridFree(coarse);
		}
		CloseSetting(&s);
	}
	ok(missing == 0, "a coarser grid's boxes have boxes on the finer one");
	ok(lost == 0, "a coarser grid holds whatever the finer one does");
	ok(wrong == 0, "and a suite costs no more there");

	for (int round = 0; round < 3; round++)
	{
		Case c = RandomCase(&random, 3000, 1 + round % 2, 80, round == 2);
		SearchProblem problem = MakeProblem(&c, round == 2, 6);
		SearchResult coarse;
		SearchResult fine;

		problem.effort = (SearchEffort){.streams = 1, .rounds = 2, .moves = 4};
		for (int k = 0; k < 3; k++)
			problem.step[k] = 2;
		worse += SearchSuite(&problem, &coarse) != SEARCH_OK || !ResultHolds(&problem, &coarse);
		for (int k = 0; k < 3; k++)
			problem.step[k] = 1;
		worse += SearchSuite(&problem, &fine) != SEARCH_OK || !ResultHolds(&problem, &fine);
		worse += fine.cells < 80000 || fine.cost > coarse.cost || fine.cost > fine.descent_cost ||
				 fine.descent_cost > fine.greedy_cost;
		KernelFree(coarse.box);
		KernelFree(fine.box);
		FreeCase(&c);
	}
	ok(worse == 0, "half the step ends no worse than the whole one");
}

/* Solves a problem with one class or a few; gives the cost, or -1 with the status aside. */
static double
CostOf(const SearchProblem *problem, SearchStatus *status, int *nboxes)
{
	SearchResult result;
	double cost = -1;

	*status = SearchSuite(problem, &result);
	*nboxes = result.nboxes;
	if (*status == SEARCH_OK)
	{
		cost = ResultHolds(problem, &result) ? result.cost : -2;
		KernelFree(result.box);
	}
	return cost;
}

/* Problems at the edge of what is one. */
static void
TestDegenerate(void)
{
	uint64_t random = 15;
	int64_t count[3] = {5, 3, 2};
	int32_t element[3][3] = {{3, 2, 1}, {3, 2, 1}, {5, 4, 4}};
	int32_t keep[2][3] = {{30, 20, 10}, {9, 9, 1}};
	int32_t same[2][3] = {{5, 4, 4}, {5, 4, 4}};
	Case few = {.demand = {1, count, NULL, (const int32_t(*)[3]) element, NULL}};
	SearchProblem problem = MakeProblem(&few, false, 3);
	SearchResult result;
	SearchStatus status;
	int nboxes;
	Case many;

	ok(CostOf(&problem, &status, &nboxes) == 30 && nboxes == 1, "one class takes one box");
	problem.demand.nclasses = 3;
	ok(CostOf(&problem, &status, &nboxes) == 48 + 160 && nboxes == 2,
	   "fewer cells than boxes take fewer boxes");
	problem.suite_size = SUITE_MAX;
	ok(CostOf(&problem, &status, &nboxes) == 48 + 160 && nboxes == 2,
	   "even if the largest suite is asked for");
	problem.suite_size = 2;
	problem.nkeep = 2;
	problem.keep = (const int32_t(*)[3]) keep;
	ok(CostOf(&problem, &status, &nboxes) == 8 * 81 + 2 * 6000 && nboxes == 2,
	   "a suite of kept boxes alone is evaluated");
	problem.suite_size = 3;
	problem.has_max = true;
	memcpy(problem.max_box, element[0], sizeof(problem.max_box));
	ok(CostOf(&problem, &status, &nboxes) == 8 * 6 + 2 * 6000 && nboxes == 3,
	   "kept boxes may be larger than the largest allowed box");
	problem.nkeep = 0;
	ok(CostOf(&problem, &status, &nboxes) == 8 * 6 && nboxes == 1,
	   "what is larger than the largest allowed box stays out");
	problem.max_box[0] = 2;
	problem.max_box[1] = 2;
	ok(SearchSuite(&problem, &result) == SEARCH_NO_CANDIDATE && result.unboxable == 10,
	   "without any candidate nothing is searched, and all counted");
	problem.has_max = false;
	problem.nkeep = 2;
	problem.keep = (const int32_t(*)[3]) same;
	ok(CostOf(&problem, &status, &nboxes) == 48 + 160 && nboxes == 3, "a box may be kept twice");
	problem.nkeep = 0;
	problem.suite_size = 1;
	ok(CostOf(&problem, &status, &nboxes) == 800 && nboxes == 1, "one box holds all");
	problem.max_memory = 1;
	ok(SearchSuite(&problem, &result) == SEARCH_GRID_TOO_LARGE && result.cells > 0,
	   "a grid that is above the memory's limit however coarse is refused");

	many = RandomCase(&random, 900, 2, 12, true);
	problem = MakeProblem(&many, true, SUITE_MAX);
	problem.effort = (SearchEffort){.streams = 2, .rounds = 1, .moves = 2};
	ok(CostOf(&problem, &status, &nboxes) > 0 && nboxes > 100, "a suite of very many boxes");
	FreeCase(&many);
}

int
main(void)
{
	TestBestSwap("one cost", BILLING_NONE);
	TestBestSwap("billed weight besides", BILLING_BESIDES);
	TestBestSwap("billed weight alone", BILLING_ALONE);
	TestWholeSearch("one cost", BILLING_NONE);
	TestWholeSearch("billed weight besides", BILLING_BESIDES);
	TestWholeSearch("billed weight alone", BILLING_ALONE);
	TestLeastShare();
	TestHardCover();
	TestDeterminism();
	TestCoarseToFine();
	TestDegenerate();
	return done();
}
