/*
 * dual.c
 *	  Multipliers of the classes that prove a high bound, and how they are improved.
 *
 * The choice of a suite is a p-median problem: every class i, of weight w_i, is held by one chosen
 * box, and at most k boxes are chosen besides those kept. Give every class a multiplier u_i and drop
 * the demand that it be held exactly once. Then, whatever u,
 *
 *	  L(u) = sum over i of w_i u_i + sum over the kept boxes of rho(j)
 *			 + the sum of the (at most) k least rho(j) <= 0 of the candidates
 *
 * is no more than the cost of any suite that holds all classes, where -rho(j) is what box j earns by
 * serving those that pay more than its cost (pricing.c, which never gives too little). Kept boxes
 * are in every suite, whatever they earn. Where some of the current boxes must stay, the choice is of
 * the least rho(j) among them, so many, and then of the least of the rest.
 *
 * With chains the sum of the least rho(j) gives way to the best chain of boxes (chain.c), in which what
 * two neighbours both earn from counts once. That raises L above what the linear relaxation allows.
 *
 * A case of the branching (cases.c) limits the number of boxes in some regions. Each limit has a
 * penalty, a multiplier too: it is added to rho in its region, or taken off, and enters L times the
 * limit.
 *
 * L is concave; slack_i = 1 - (how often the choice holds i) times w_i is a supergradient. The volume
 * algorithm of Barahona and Anbil climbs it: from the best u known it steps along an average of all
 * slacks so far, whose weights are such that it becomes short where the choices, averaged, hold
 * everything just once, i.e. near the optimum of the linear relaxation; the averaged choices tell
 * what that optimum looks like.
 *
 * Steps are multiplicative: u_i changes in proportion to itself and its slack, not to the weight. The
 * multipliers of a few extreme shipments, which force a box of their own into every suite, are
 * greater than the others by orders of magnitude, and have to get there.
 *
 * Sums are taken in a fixed order; what their rounding may amount to is taken off the bound.
 */
#include "kernel.h"

#include <float.h>
#include <math.h>

#include "dual.h"

/* An iteration's slacks enter the average with at most this weight. */
#define MOST_WEIGHT 0.1

/* After so many evaluations without a better one the steps get shorter. */
#define PATIENCE 20

/* Scale of a penalty that is not at work yet, as a part of the incumbent's cost. */
#define PENALTY_SCALE 0.03

/* Price of a box to begin with where the last one chosen earns nothing, as a part of that cost. */
#define LEAST_PRICE 1e-6

/* The part of the gap that a new case may lose at first. */
#define SHAKE 0.1

/* Gives the cheapest cost at which a class is held by the boxes known to be good; INFINITY if none does. */
static double
CostInSuite(const BoundProblem *problem, int i, int nboxes, const GridPoint *box)
{
	double least = INFINITY;

	for (int b = 0; b < nboxes; b++)
	{
		double cost = problem->grid->cost[GridCell(problem->grid, box[b])];

		if (cost < least && GridHolds(problem->demand, i, box[b]))
			least = cost;
	}
	return least;
}

/*
 * Sets the multipliers to those to start from, or to where the incumbent suite is: a little above what
 * it costs each class.
 */
static void
SetFirstMultipliers(Dual *dual)
{
	const BoundProblem *problem = dual->problem;

	for (int i = 0; i < problem->demand->nclasses; i++)
	{
		double kept = CostInSuite(problem, i, problem->nkeep, problem->keep);
		double found = CostInSuite(problem, i, problem->nincumbent, problem->incumbent);
		double cost = kept < found ? kept : found;

		if ((i & 0xFFF) == 0)
			KERNEL_CHECK_CANCEL();
		if (problem->start != NULL && problem->start[i] > 0)
			cost = problem->start[i];
		else if (dual->nfree > 0)
			cost = 1.05 * (cost < INFINITY ? cost : 1.5 * dual->least[i]);
		if (cost < dual->least[i])
			cost = dual->least[i];
		dual->best[i] = cost < dual->top ? cost : dual->top;
	}
}

/* Makes a dual over the open cells; levels are to be laid next. */
Dual *
DualCreate(const BoundProblem *problem, const uint8_t *open)
{
	Dual *dual = KernelAllocZero(sizeof(Dual));
	const Grid *grid = problem->grid;
	const GridDemand *demand = problem->demand;
	size_t per_class = (size_t) demand->nclasses * sizeof(double) + 1;
	size_t per_cell = (size_t) grid->ncells * sizeof(double) + 1;

	dual->problem = problem;
	dual->pricing = PricingCreate(grid, demand, open);
	dual->upper = problem->upper;
	dual->nfree = problem->suite_size - problem->nkeep;
	for (int64_t c = 0; c < grid->ncells; c++)
		if (open[c] && grid->cost[c] > dual->top)
			dual->top = grid->cost[c];
	dual->top += problem->upper;
	dual->least = KernelAlloc(per_class);
	dual->multiplier = KernelAlloc(per_class);
	dual->best = KernelAlloc(per_class);
	dual->slack = KernelAlloc(per_class);
	dual->mean = KernelAlloc(per_class);
	dual->use = KernelAllocZero(per_cell);
	dual->penalized = KernelAllocZero(per_cell);
	dual->fold = KernelAllocZero((size_t) demand->nclasses * sizeof(int) + 1);
	for (int p = 0; p < demand->npoints; p++)
		dual->fold[demand->point_class[p]]++;
	PricingLeastCosts(dual->pricing, dual->least);
	SetFirstMultipliers(dual);
	return dual;
}

/* Frees a dual. */
void
DualFree(Dual *dual)
{
	PricingFree(dual->pricing);
	if (dual->chain != NULL)
		ChainFree(dual->chain);
	KernelFree(dual->least);
	KernelFree(dual->multiplier);
	KernelFree(dual->best);
	KernelFree(dual->slack);
	KernelFree(dual->mean);
	KernelFree(dual->use);
	KernelFree(dual->penalized);
	KernelFree(dual->fold);
	KernelFree(dual);
}

/*
 * Lays levels: so many over the range of costs in equal ratios, so many where the most used cells are;
 * all costs instead, if they are no more.
 */
void
DualLayLevels(Dual *dual, int spread, int used)
{
	double *level = KernelAlloc(((size_t) spread + used + 4) * sizeof(double));
	int n = ChooseCostLevels(dual->problem->grid, dual->pricing->open, dual->use, spread, used,
							 dual->top, level);

	PricingLayLevels(dual->pricing, n, level);
	KernelFree(level);
}

/* ------------------------------------------------------------------------------------------------
 * Evaluation
 * ------------------------------------------------------------------------------------------------ */

/* Sums up, per cell, what the limits' penalties add to rho. */
static void
ApplyPenalties(Dual *dual)
{
	const Grid *grid = dual->problem->grid;

	if (dual->nlimits == 0)
		return;
	memset(dual->penalized, 0, (size_t) grid->ncells * sizeof(double));
	for (int q = 0; q < dual->nlimits; q++)
	{
		const CountLimit *limit = &dual->limit[q];
		double penalty = limit->at_least ? -dual->penalty[q] : dual->penalty[q];

		if (limit->current)
		{
			for (int b = 0; b < dual->problem->ncurrent; b++)
				dual->penalized[GridCell(grid, dual->problem->current[b])] += penalty;
			continue;
		}
		for (int x = limit->low.at[0]; x <= limit->high.at[0] && penalty != 0; x++)
			for (int y = limit->low.at[1]; y <= limit->high.at[1] && y < grid->y_count[x]; y++)
			{
				int64_t cell = grid->row[(int64_t) x * grid->axis[1].n + y];
				const double *restrict cost = grid->cost + cell;
				double *restrict out = dual->penalized + cell;
				int end = limit->high.at[2] + 1;

				end = end < grid->z_count[y] ? end : grid->z_count[y];
				for (int z = limit->low.at[2]; z < end; z++)
					out[z] += cost[z] <= limit->most_cost ? penalty : 0;
			}
	}
}

/* Puts a box into a list of at most most boxes, ascending in rho, that has n. Gives how many it has now. */
static int
InsertChosen(ChosenBox *list, int n, int most, ChosenBox box)
{
	int at;

	if (n == most && (most == 0 || box.rho >= list[n - 1].rho))
		return n;
	at = n < most ? n++ : n - 1;
	for (; at > 0 && list[at - 1].rho > box.rho; at--)
		list[at] = list[at - 1];
	list[at] = box;
	return n;
}

/*
 * Chooses among the current boxes: those that must stay, even where they cost, then others that earn
 * something, as many as there is room for. Gives how many others.
 */
static int
ChooseCurrent(Dual *dual, int most_others)
{
	const BoundProblem *problem = dual->problem;
	ChosenBox *chosen = dual->chosen;
	ChosenBox current[SUITE_MAX];
	int must_stay = problem->must_stay;
	int n = 0;
	int others = 0;

	for (int b = 0; b < problem->ncurrent; b++)
	{
		int64_t cell = GridCell(problem->grid, problem->current[b]);
		double rho = dual->pricing->rho[cell] + dual->penalized[cell];

		n = InsertChosen(current, n, SUITE_MAX,
						 (ChosenBox){rho, problem->grid->cost[cell], problem->current[b]});
	}
	for (int b = 0; b < must_stay; b++)
		chosen[b] = current[b];
	for (int b = must_stay; b < n && current[b].rho < 0; b++)
		others = InsertChosen(chosen + must_stay, others, most_others, current[b]);
	return others;
}

/* Chooses the kept boxes and the candidates that earn most, as many as are free. */
static void
ChooseBoxes(Dual *dual)
{
	const BoundProblem *problem = dual->problem;
	const Grid *grid = problem->grid;
	ChosenBox *chosen = dual->chosen + problem->must_stay;
	int most = dual->nfree - problem->must_stay;
	int n = problem->must_stay > 0 ? ChooseCurrent(dual, most) : 0;
	double limit = n > 0 && n == most ? chosen[n - 1].rho : 0;

	for (int x = 0; x < grid->axis[0].n && most > 0; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int64_t cell = grid->row[(int64_t) x * grid->axis[1].n + y];
			const double *rho = dual->pricing->rho + cell;
			const double *penalized = dual->penalized + cell;
			const uint8_t *open = dual->pricing->open + cell;

			for (int z = 0; z < grid->z_count[y]; z++)
			{
				double r = rho[z] + penalized[z];

				if (r >= limit || open[z] != OPEN_CANDIDATE)
					continue;
				n = InsertChosen(chosen, n, most,
								 (ChosenBox){r,
											 grid->cost[cell + z],
											 {{(uint16_t) x, (uint16_t) y, (uint16_t) z}}});
				if (n == most)
					limit = chosen[n - 1].rho;
			}
		}
	dual->threshold = limit;
	for (int b = 0; b < problem->nkeep; b++)
	{
		int64_t cell = GridCell(grid, problem->keep[b]);

		chosen[n++] = (ChosenBox){dual->pricing->rho[cell], grid->cost[cell], problem->keep[b]};
	}
	dual->nchosen = problem->must_stay + n;
}

/* qsort comparator of chosen boxes: by cost, then place. */
static int
CompareChosen(const void *a, const void *b)
{
	const ChosenBox *p = a;
	const ChosenBox *q = b;

	if (p->cost != q->cost)
		return p->cost < q->cost ? -1 : 1;
	for (int k = 0; k < 3; k++)
		if (p->at.at[k] != q->at.at[k])
			return p->at.at[k] < q->at.at[k] ? -1 : 1;
	return 0;
}

/* Whether a limit counts a box. */
static inline bool
LimitCounts(const Dual *dual, const CountLimit *limit, GridPoint at, double cost)
{
	if (limit->current)
		return dual->pricing->open[GridCell(dual->problem->grid, at)] == OPEN_CURRENT;
	return GridWithin(limit->low, at) && GridWithin(at, limit->high) && cost <= limit->most_cost;
}

/* Computes the limits' slacks: positive where the choice violates them. */
static void
ComputeLimitSlacks(Dual *dual)
{
	int nfree = dual->nchosen - dual->problem->nkeep; /* kept boxes come behind them */

	for (int q = 0; q < dual->nlimits; q++)
	{
		const CountLimit *limit = &dual->limit[q];
		int count = 0;

		for (int b = 0; b < nfree; b++)
			count += LimitCounts(dual, limit, dual->chosen[b].at, dual->chosen[b].cost);
		dual->limit_slack[q] = limit->at_least ? limit->count - count : count - limit->count;
	}
}

/*
 * Computes the classes' slacks. Between two levels a class pays a box in part, as the interpolated
 * earnings say. The chosen boxes are in order of cost.
 */
static void
ComputeSlacks(Dual *dual)
{
	const GridDemand *demand = dual->problem->demand;
	const Pricing *pricing = dual->pricing;

	for (int i = 0; i < demand->nclasses; i++)
	{
		int l = pricing->class_level[i];
		double slack = 1;
		double high = l >= 0 ? pricing->level[l + 1] : 0;
		double per_cost = l >= 0 ? 1 / (high - pricing->level[l]) : 0;

		for (int b = 0; b < dual->nchosen && dual->chosen[b].cost < high; b++)
		{
			const ChosenBox *box = &dual->chosen[b];

			if (GridHolds(demand, i, box->at))
			{
				double part = (high - box->cost) * per_cost;

				slack -= part < 1 ? part : 1;
			}
		}
		dual->slack[i] = slack;
	}
}

/*
 * Evaluates the dual with the best chain of boxes: L is then
 *
 *	  sum over i of w_i u_i - price x (number of free boxes) - the best chain's value.
 *
 * Of the boxes, those that are kept come last in chosen.
 */
static void
EvaluateChain(Dual *dual)
{
	const GridDemand *demand = dual->problem->demand;
	const uint8_t *open = dual->pricing->open;
	int nfree = 0;
	int nlinks;
	double base = -dual->price * dual->nfree;
	double size = dual->price * (dual->nfree + 2.0 * SUITE_MAX);
	double depth = (double) demand->npoints + demand->nclasses +
				   (double) dual->pricing->nlevels * (dual->problem->grid->axis[1].n + 8);

	ApplyPenalties(dual);
	for (int i = 0; i < demand->nclasses; i++)
	{
		double paid = demand->weight[i] * dual->multiplier[i];

		base += paid;
		size += paid * dual->fold[i];
	}
	for (int q = 0; q < dual->nlimits; q++)
	{
		double paid = dual->penalty[q] * dual->limit[q].count;

		base += dual->limit[q].at_least ? paid : -paid;
		size += dual->penalty[q] * (dual->limit[q].count + SUITE_MAX);
	}
	dual->base = base;
	dual->value = base - ChainFind(dual->chain, dual->multiplier, dual->price,
								   dual->nlimits > 0 ? dual->penalized : NULL, dual->link,
								   2 * SUITE_MAX, &nlinks);
	dual->rounding = 8 * DBL_EPSILON * depth * size;
	dual->value -= dual->rounding;
	dual->nchosen = 0;
	for (int kept = 0; kept < 2; kept++)
		for (int b = 0; b < nlinks; b++)
			if ((open[GridCell(dual->problem->grid, dual->link[b].at)] == OPEN_KEPT) == kept)
			{
				dual->chosen[dual->nchosen++] =
					(ChosenBox){0, dual->link[b].cost, dual->link[b].at};
				nfree += !kept;
			}
	dual->price_slack = nfree - dual->nfree;
	ComputeLimitSlacks(dual);
	ChainSlacks(dual->chain, dual->multiplier, dual->link, nlinks, dual->slack);
}

/*
 * Evaluates the dual at the multipliers and penalties.
 *
 * Every term of L is a sum of products of a weight and a multiplier or of parts of such products; no
 * term takes part in more than depth roundings in one box's earnings, nor in more than a few beyond.
 */
static void
Evaluate(Dual *dual)
{
	const GridDemand *demand = dual->problem->demand;
	const Grid *grid = dual->problem->grid;
	double depth = (double) demand->npoints + demand->nclasses + grid->axis[1].n +
				   dual->pricing->nlevels + 4.0 * SUITE_MAX;
	double size = 0;
	double sum = 0;

	if (dual->chain != NULL)
	{
		EvaluateChain(dual);
		return;
	}
	PricingCompute(dual->pricing, dual->multiplier);
	ApplyPenalties(dual);
	ChooseBoxes(dual);
	for (int i = 0; i < demand->nclasses; i++)
	{
		double paid = demand->weight[i] * dual->multiplier[i];

		sum += paid;
		size += paid * dual->fold[i];
	}
	for (int b = 0; b < dual->nchosen; b++)
		sum += dual->chosen[b].rho;
	for (int q = 0; q < dual->nlimits; q++)
	{
		double paid = dual->penalty[q] * dual->limit[q].count;

		sum += dual->limit[q].at_least ? paid : -paid;
		size += dual->penalty[q] * (dual->limit[q].count + dual->nchosen);
	}
	dual->rounding = 4 * DBL_EPSILON * depth * (dual->nchosen + 2) * size;
	dual->value = sum - dual->rounding;
	ComputeLimitSlacks(dual);
	qsort(dual->chosen, dual->nchosen, sizeof(ChosenBox), CompareChosen);
	ComputeSlacks(dual);
}

/* ------------------------------------------------------------------------------------------------
 * Ascent
 * ------------------------------------------------------------------------------------------------ */

/* Counts the choice into the averaged use, with the given weight. */
static void
AverageUse(Dual *dual, double weight)
{
	const Grid *grid = dual->problem->grid;

	dual->use_unit *= 1 - weight;
	if (dual->use_unit < 1e-200)
	{
		for (int64_t c = 0; c < grid->ncells; c++)
			dual->use[c] *= dual->use_unit;
		dual->use_unit = 1;
	}
	for (int b = 0; b < dual->nchosen; b++)
		dual->use[GridCell(grid, dual->chosen[b].at)] += weight / dual->use_unit;
}

/*
 * Starts the ascent from the best multipliers and penalties, whose case may be a new one: evaluates
 * there, and starts the averages anew, but for the classes' slacks if go_on. With shake some loss is
 * forgiven at first: multipliers that were best for the case before hold the new one back.
 */
void
DualStart(Dual *dual, bool go_on, bool shake)
{
	int n = dual->problem->demand->nclasses;

	memcpy(dual->multiplier, dual->best, (size_t) n * sizeof(double));
	memcpy(dual->penalty, dual->best_penalty, sizeof(dual->penalty));
	dual->price = dual->best_price;
	memset(dual->penalized, 0, (size_t) dual->problem->grid->ncells * sizeof(double));
	memset(dual->use, 0, (size_t) dual->problem->grid->ncells * sizeof(double));
	dual->use_unit = 1;
	Evaluate(dual);
	dual->proved = dual->value;
	dual->best_value = dual->value;
	if (shake)
		dual->best_value -= SHAKE * fabs(dual->upper - dual->value);
	if (!go_on)
		memcpy(dual->mean, dual->slack, (size_t) n * sizeof(double));
	memcpy(dual->limit_mean, dual->limit_slack, sizeof(dual->limit_mean));
	dual->price_mean = dual->price_slack;
	for (int b = 0; b < dual->nchosen; b++)
		dual->use[GridCell(dual->problem->grid, dual->chosen[b].at)] += 1;
}

/*
 * Goes over to chains (chain.c), on the levels laid, or takes new levels or open cells into account.
 * The ascent is to be started again.
 */
void
DualUseChains(Dual *dual)
{
	const BoundProblem *problem = dual->problem;
	const Pricing *pricing = dual->pricing;

	if (dual->chain != NULL)
		ChainFree(dual->chain);
	else
	{
		/* what the last chosen box earns is what a box is worth */
		dual->best_price = dual->threshold < 0 ? -dual->threshold : LEAST_PRICE * dual->upper;
		if (problem->must_stay > 0)
		{
			dual->limit[0] =
				(CountLimit){.current = true, .at_least = true, .count = problem->must_stay};
			dual->best_penalty[0] = 0;
			dual->nlimits = 1;
		}
	}
	dual->chain = ChainCreate(problem->grid, problem->demand, pricing->open, pricing->nlevels,
							  pricing->level);
}

/* How much a limit's penalty moves along its slack. */
static double
PenaltyScale(const Dual *dual, double penalty)
{
	double least = PENALTY_SCALE * dual->upper;

	return penalty > least ? penalty : least;
}

/* Steps from the best multipliers along the averaged slacks. */
static void
Step(Dual *dual, double step)
{
	const GridDemand *demand = dual->problem->demand;
	double norm = 0;

	for (int i = 0; i < demand->nclasses; i++)
		if (dual->mean[i] > 0 || dual->best[i] > dual->least[i])
			norm += demand->weight[i] * dual->mean[i] * dual->mean[i] * dual->best[i];
	for (int q = 0; q < dual->nlimits; q++)
		if (dual->limit_mean[q] > 0 || dual->best_penalty[q] > 0)
			norm += dual->limit_mean[q] * dual->limit_mean[q] *
					PenaltyScale(dual, dual->best_penalty[q]);
	if (dual->chain != NULL)
		norm += dual->price_mean * dual->price_mean * dual->best_price;
	step = norm > 0 ? step * (dual->upper - dual->best_value) / norm : 0;
	for (int i = 0; i < demand->nclasses; i++)
	{
		double factor = 1 + step * dual->mean[i];
		double u;

		factor = factor < 0.5 ? 0.5 : factor > 2 ? 2 : factor;
		u = dual->best[i] * factor;
		u = u < dual->least[i] ? dual->least[i] : u;
		dual->multiplier[i] = u < dual->top ? u : dual->top;
	}
	if (dual->chain != NULL)
	{
		double factor = 1 + step * dual->price_mean;

		dual->price = dual->best_price * (factor < 0.5 ? 0.5 : factor > 2 ? 2 : factor);
	}
	for (int q = 0; q < dual->nlimits; q++)
	{
		double scale = PenaltyScale(dual, dual->best_penalty[q]);
		double change = step * dual->limit_mean[q];

		change = change < -1 ? -1 : change > 1 ? 1 : change;
		dual->penalty[q] = dual->best_penalty[q] + change * scale;
		if (dual->penalty[q] < 0)
			dual->penalty[q] = 0;
	}
}

/* Takes the last slacks into the averages, with the weight that makes them shortest. */
static double
Average(Dual *dual, double most_weight)
{
	const GridDemand *demand = dual->problem->demand;
	double slack_slack = 0;
	double slack_mean = 0;
	double mean_mean = 0;
	double weight;

	for (int i = 0; i < demand->nclasses; i++)
	{
		double metric = demand->weight[i] * dual->multiplier[i];

		slack_slack += metric * dual->slack[i] * dual->slack[i];
		slack_mean += metric * dual->slack[i] * dual->mean[i];
		mean_mean += metric * dual->mean[i] * dual->mean[i];
	}
	for (int q = 0; q < dual->nlimits; q++)
	{
		double metric = PenaltyScale(dual, dual->penalty[q]);

		slack_slack += metric * dual->limit_slack[q] * dual->limit_slack[q];
		slack_mean += metric * dual->limit_slack[q] * dual->limit_mean[q];
		mean_mean += metric * dual->limit_mean[q] * dual->limit_mean[q];
	}
	if (dual->chain != NULL)
	{
		slack_slack += dual->price * dual->price_slack * dual->price_slack;
		slack_mean += dual->price * dual->price_slack * dual->price_mean;
		mean_mean += dual->price * dual->price_mean * dual->price_mean;
	}
	weight = (mean_mean - slack_mean) / (slack_slack - 2 * slack_mean + mean_mean);
	if (!(weight > most_weight / 10))
		weight = most_weight / 10;
	else if (weight > most_weight)
		weight = most_weight;
	for (int i = 0; i < demand->nclasses; i++)
		dual->mean[i] += weight * (dual->slack[i] - dual->mean[i]);
	for (int q = 0; q < dual->nlimits; q++)
		dual->limit_mean[q] += weight * (dual->limit_slack[q] - dual->limit_mean[q]);
	dual->price_mean += weight * (dual->price_slack - dual->price_mean);
	AverageUse(dual, weight);
	return slack_mean;
}

/*
 * Closes the candidates that no suite better than the incumbent has: with one more of them chosen in
 * the place of the last, the bound is above it.
 */
static void
CloseHopeless(Dual *dual)
{
	const Grid *grid = dual->problem->grid;
	Pricing *pricing = dual->pricing;
	double most = dual->upper - (dual->value - 2 * dual->rounding) + dual->threshold;
	int64_t closed = 0;

	if (dual->chain != NULL)
	{
		if (ChainClose(dual->chain, dual->base - dual->upper - 2 * dual->rounding, pricing->open) >
			0)
			DualUseChains(dual);
		return;
	}
	for (int64_t c = 0; c < grid->ncells; c++)
		if (pricing->open[c] == OPEN_CANDIDATE && pricing->rho[c] > most)
		{
			pricing->open[c] = 0;
			closed++;
		}
	if (closed > 0)
		PricingClose(pricing);
}

/*
 * Improves the multipliers by up to max_iterations evaluations, with steps from step down to
 * last_step (as parts of a step that would reach the incumbent's cost were L linear). Stops early
 * where the bound reaches the incumbent's cost. Gives the evaluations made.
 */
int
DualImprove(Dual *dual, double step, double last_step, int max_iterations)
{
	int failures = 0;
	int last_closing = 0;
	int made = 0;

	while (made < max_iterations && step >= last_step && dual->proved < dual->upper &&
		   !WatchStops(dual->problem->watch))
	{
		double agreement;

		made++;
		KERNEL_CHECK_CANCEL();
		Step(dual, step);
		Evaluate(dual);
		agreement = Average(dual, MOST_WEIGHT);
		if (dual->value > dual->proved)
			dual->proved = dual->value;
		WatchReport(
			dual->problem->watch,
			(WorkProgress){WORK_PROOF, 1, dual->upper,
						   dual->nlimits == 0 && !dual->problem->preparing ? dual->proved : 0});
		if (dual->value > dual->best_value)
		{
			double *last = dual->best;

			dual->best_value = dual->value;
			dual->best = dual->multiplier;
			dual->multiplier = last;
			memcpy(dual->best_penalty, dual->penalty, sizeof(dual->penalty));
			dual->best_price = dual->price;
			failures = 0;
			if (agreement > 0 && step < 2)
				step *= 1.1;
			if (dual->closing && made >= last_closing + 100)
			{
				last_closing = made;
				CloseHopeless(dual);
			}
		}
		else if (++failures == PATIENCE)
		{
			failures = 0;
			step *= 0.66;
		}
	}
	return made;
}
