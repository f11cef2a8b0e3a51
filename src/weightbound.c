/*
 * weightbound.c
 *	  A proven lower bound on the cost of every suite where shipments are billed by weight.
 *
 * This is the Lagrangian dual of dual.c, without its branching: with a multiplier u_i per class,
 *
 *	  L(u) = sum over i of w_i u_i + sum over the kept boxes of rho(j)
 *			 + the sum of the (at most) k least rho(j) <= 0 of the candidates
 *
 * is no more than the cost of any suite. What a box earns, -rho(j), is here a sum over parts of the
 * classes, each with costs of its own and a pricing (pricing.c) that knows nothing of the others. A part
 * is one weight group, or some neighbouring ones where they are many, at their greatest floor: its
 * costs are not too high, and so the bound is none too high. That some boxes in use today may have to
 * stay is left aside, which makes the bound lower, too.
 *
 * Steps are multiplicative as there, in proportion to what a class pays in all: its multiplier and
 * what its weight is billed anyway.
 */
#include "kernel.h"

#include <float.h>
#include <math.h>

#include "dual.h"
#include "weightbound.h"

/* Parts of the classes at most. */
#define PARTS_MAX 16

/* Cost levels of a part: over the range of costs, and in the second ascent where boxes are used. */
#define LEVELS      32
#define USED_LEVELS 16

/* Step lengths of the two ascents: where they begin and where they end. */
#define FIRST_STEP      0.3
#define FIRST_LAST_STEP 3e-4
#define SECOND_STEP     3e-3
#define LAST_STEP       3e-5

/* An iteration's slacks enter the average with at most this weight. */
#define MOST_WEIGHT 0.1

/* After so many evaluations without a better one the steps get shorter. */
#define PATIENCE 20

/* Candidates are closed every so many evaluations. */
#define CLOSING_INTERVAL 100

/* The gap that counts as none: rounding leaves some. */
#define PROVED_GAP 1e-7

/* Classes of alike costs. */
typedef struct Part
{
	Grid grid; /* the grid, but for its costs */
	GridDemand demand;
	int32_t *class; /* of the whole demand */
	double *multiplier;
	Pricing *pricing;
} Part;

typedef struct WeightDual
{
	const BoundProblem *problem;
	int nparts;
	Part part[PARTS_MAX];
	int nfree;
	double top; /* no multiplier is higher */

	/* per class */
	double *least;  /* least cost of a candidate that holds it: no multiplier is lower */
	double *anyway; /* what its weight is billed */
	double *multiplier;
	double *best;
	double *slack; /* 1 - how often the class is held by the choice */
	double *mean;
	int *fold; /* its number of points */

	/* the last evaluation */
	double value;
	double rounding;
	double threshold; /* what the last chosen box adds; 0 if there was room for one more */
	int nchosen;
	GridPoint chosen[2 * SUITE_MAX];
	double chosen_rho[2 * SUITE_MAX];

	double *rho; /* per cell, over all parts */
	double *use; /* per cell: how often it was chosen, averaged */
	double proved;
	double best_value;
	int iterations;
} WeightDual;

/* ------------------------------------------------------------------------------------------------
 * Parts
 * ------------------------------------------------------------------------------------------------ */

/* Computes the costs of a part, for a floor. */
static void
SetPartCosts(const Grid *grid, double floor, Part *part)
{
	part->grid = *grid;
	part->grid.cost = KernelAlloc((size_t) grid->ncells * sizeof(double) + 1);
	part->grid.billed = NULL;
	for (int64_t c = 0; c < grid->ncells; c++)
		part->grid.cost[c] = CostAboveFloor(grid->cost, grid->billed, floor, c);
}

/* Takes the classes whose part it is, with their elements and points. */
static void
SetPartDemand(const GridDemand *whole, const uint8_t *part_of, int number, Part *part)
{
	GridDemand *demand = &part->demand;
	int32_t *place = KernelAlloc((size_t) whole->nclasses * sizeof(int32_t) + 1);
	int nelements = 0;

	for (int i = 0; i < whole->nclasses; i++)
		if (part_of[whole->group[i]] == number)
		{
			place[i] = demand->nclasses++;
			nelements += whole->first_element[i + 1] - whole->first_element[i];
		}
	for (int p = 0; p < whole->npoints; p++)
		demand->npoints += part_of[whole->group[whole->point_class[p]]] == number;
	part->class = KernelAlloc((size_t) demand->nclasses * sizeof(int32_t) + 1);
	part->multiplier = KernelAlloc((size_t) demand->nclasses * sizeof(double) + 1);
	demand->weight = KernelAlloc((size_t) demand->nclasses * sizeof(double) + 1);
	demand->group = KernelAllocZero((size_t) demand->nclasses + 1);
	demand->ngroups = 1;
	demand->first_element = KernelAlloc(((size_t) demand->nclasses + 1) * sizeof(int32_t));
	demand->element = KernelAlloc((size_t) nelements * sizeof(GridPoint) + 1);
	demand->point = KernelAlloc((size_t) demand->npoints * sizeof(GridPoint) + 1);
	demand->point_class = KernelAlloc((size_t) demand->npoints * sizeof(int32_t) + 1);
	demand->point_weight = KernelAlloc((size_t) demand->npoints * sizeof(double) + 1);
	demand->nclasses = demand->npoints = nelements = 0;
	for (int i = 0; i < whole->nclasses; i++)
	{
		int n = whole->first_element[i + 1] - whole->first_element[i];

		if (part_of[whole->group[i]] != number)
			continue;
		part->class[demand->nclasses] = i;
		demand->weight[demand->nclasses] = whole->weight[i];
		demand->first_element[demand->nclasses++] = nelements;
		memcpy(demand->element + nelements, whole->element + whole->first_element[i],
			   (size_t) n * sizeof(GridPoint));
		nelements += n;
	}
	demand->first_element[demand->nclasses] = nelements;
	for (int p = 0; p < whole->npoints; p++)
	{
		int i = whole->point_class[p];

		if (part_of[whole->group[i]] != number)
			continue;
		demand->point[demand->npoints] = whole->point[p];
		demand->point_class[demand->npoints] = place[i];
		demand->point_weight[demand->npoints++] = whole->point_weight[p];
	}
	KernelFree(place);
}

/* Divides the classes into parts. */
static void
MakeParts(WeightDual *dual, const uint8_t *open)
{
	const Grid *grid = dual->problem->grid;
	const GridDemand *demand = dual->problem->demand;
	WeighedFloor weighed[GRID_GROUPS_MAX];
	double floor[GRID_GROUPS_MAX];
	uint8_t part_of[GRID_GROUPS_MAX];
	int part = 0;

	for (int g = 0; g < demand->ngroups; g++)
		weighed[g] = (WeighedFloor){demand->floor[g], 0};
	for (int i = 0; i < demand->nclasses; i++)
		weighed[demand->group[i]].count += (int64_t) demand->weight[i];
	dual->nparts = JoinFloors(weighed, demand->ngroups, PARTS_MAX, floor);
	for (int g = 0; g < demand->ngroups; g++)
	{
		while (floor[part] < demand->floor[g])
			part++;
		part_of[g] = (uint8_t) part;
	}
	for (int p = 0; p < dual->nparts; p++)
	{
		SetPartCosts(grid, floor[p], &dual->part[p]);
		SetPartDemand(demand, part_of, p, &dual->part[p]);
		dual->part[p].pricing = PricingCreate(&dual->part[p].grid, &dual->part[p].demand, open);
	}
}

/* Frees a part. */
static void
FreePart(Part *part)
{
	PricingFree(part->pricing);
	KernelFree(part->grid.cost);
	KernelFree(part->class);
	KernelFree(part->multiplier);
	GridDemandClear(&part->demand);
}

/* Lays the levels of a part. */
static void
LayPartLevels(const WeightDual *dual, Part *part, int used)
{
	double level[LEVELS + USED_LEVELS + 4];
	int n = ChooseCostLevels(&part->grid, part->pricing->open, dual->use, LEVELS, used, dual->top,
							 level);

	PricingLayLevels(part->pricing, n, level);
}

/* ------------------------------------------------------------------------------------------------
 * Evaluation
 * ------------------------------------------------------------------------------------------------ */

/* Sums up what every cell earns, over the parts. */
static void
ComputeRho(WeightDual *dual)
{
	int64_t ncells = dual->problem->grid->ncells;

	memset(dual->rho, 0, (size_t) ncells * sizeof(double));
	for (int p = 0; p < dual->nparts; p++)
	{
		Part *part = &dual->part[p];
		const double *restrict of_part = part->pricing->rho;

		for (int i = 0; i < part->demand.nclasses; i++)
			part->multiplier[i] = dual->multiplier[part->class[i]];
		PricingCompute(part->pricing, part->multiplier);
		for (int64_t c = 0; c < ncells; c++)
			dual->rho[c] += of_part[c];
	}
}

/* Chooses the candidates that earn most, as many as are free, and the kept boxes. */
static void
ChooseBoxes(WeightDual *dual)
{
	const BoundProblem *problem = dual->problem;
	const Grid *grid = problem->grid;
	const uint8_t *open = dual->part[0].pricing->open;
	double limit = 0;
	int n = 0;

	for (int x = 0; x < grid->axis[0].n && dual->nfree > 0; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
		{
			int64_t cell = grid->row[(int64_t) x * grid->axis[1].n + y];

			for (int z = 0; z < grid->z_count[y]; z++)
			{
				double rho = dual->rho[cell + z];
				int at;

				if (rho >= limit || open[cell + z] != OPEN_CANDIDATE)
					continue;
				at = n < dual->nfree ? n++ : n - 1;
				for (; at > 0 && dual->chosen_rho[at - 1] > rho; at--)
				{
					dual->chosen[at] = dual->chosen[at - 1];
					dual->chosen_rho[at] = dual->chosen_rho[at - 1];
				}
				dual->chosen[at] = (GridPoint){{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
				dual->chosen_rho[at] = rho;
				if (n == dual->nfree)
					limit = dual->chosen_rho[n - 1];
			}
		}
	dual->threshold = limit;
	for (int b = 0; b < problem->nkeep; b++)
	{
		dual->chosen[n] = problem->keep[b];
		dual->chosen_rho[n++] = dual->rho[GridCell(grid, problem->keep[b])];
	}
	dual->nchosen = n;
}

/*
 * Computes the slacks of a part's classes. Between two levels a class pays a box in part, as the
 * interpolated earnings say.
 */
static void
ComputeSlacks(WeightDual *dual, const Part *part)
{
	const Pricing *pricing = part->pricing;
	double cost[2 * SUITE_MAX];

	for (int b = 0; b < dual->nchosen; b++)
		cost[b] = part->grid.cost[GridCell(&part->grid, dual->chosen[b])];
	for (int i = 0; i < part->demand.nclasses; i++)
	{
		int l = pricing->class_level[i];
		double slack = 1;
		double high = l >= 0 ? pricing->level[l + 1] : 0;
		double per_cost = l >= 0 ? 1 / (high - pricing->level[l]) : 0;

		for (int b = 0; b < dual->nchosen; b++)
			if (cost[b] < high && GridHolds(&part->demand, i, dual->chosen[b]))
			{
				double share = (high - cost[b]) * per_cost;

				slack -= share < 1 ? share : 1;
			}
		dual->slack[part->class[i]] = slack;
	}
}

/* Evaluates the dual at the multipliers; what rounding may amount to is taken off, as in dual.c. */
static void
Evaluate(WeightDual *dual)
{
	const GridDemand *demand = dual->problem->demand;
	double depth = (double) demand->npoints + demand->nclasses + dual->problem->grid->axis[1].n +
				   (LEVELS + USED_LEVELS + 4.0) * dual->nparts + 4.0 * SUITE_MAX;
	double size = 0;
	double sum = 0;

	ComputeRho(dual);
	ChooseBoxes(dual);
	for (int i = 0; i < demand->nclasses; i++)
	{
		double paid = demand->weight[i] * dual->multiplier[i];

		sum += paid;
		size += paid * dual->fold[i];
	}
	for (int b = 0; b < dual->nchosen; b++)
		sum += dual->chosen_rho[b];
	dual->rounding = 4 * DBL_EPSILON * depth * (dual->nchosen + 2) * size;
	dual->value = sum - dual->rounding;
	for (int p = 0; p < dual->nparts; p++)
		ComputeSlacks(dual, &dual->part[p]);
}

/* ------------------------------------------------------------------------------------------------
 * Ascent
 * ------------------------------------------------------------------------------------------------ */

/* Steps from the best multipliers along the averaged slacks. */
static void
Step(WeightDual *dual, double step)
{
	const GridDemand *demand = dual->problem->demand;
	double norm = 0;

	for (int i = 0; i < demand->nclasses; i++)
		if (dual->mean[i] > 0 || dual->best[i] > dual->least[i])
			norm += demand->weight[i] * dual->mean[i] * dual->mean[i] *
					(dual->best[i] + dual->anyway[i]);
	step = norm > 0 ? step * (dual->problem->upper - dual->best_value) / norm : 0;
	for (int i = 0; i < demand->nclasses; i++)
	{
		double change = step * dual->mean[i];
		double u;

		change = change < -0.5 ? -0.5 : change > 1 ? 1 : change;
		u = dual->best[i] + change * (dual->best[i] + dual->anyway[i]);
		u = u < dual->least[i] ? dual->least[i] : u;
		dual->multiplier[i] = u < dual->top ? u : dual->top;
	}
}

/* Takes the last slacks and choice into the averages, with the weight that makes slacks shortest. */
static double
Average(WeightDual *dual)
{
	const GridDemand *demand = dual->problem->demand;
	const Grid *grid = dual->problem->grid;
	double slack_slack = 0;
	double slack_mean = 0;
	double mean_mean = 0;
	double weight;

	for (int i = 0; i < demand->nclasses; i++)
	{
		double metric = demand->weight[i] * (dual->multiplier[i] + dual->anyway[i]);

		slack_slack += metric * dual->slack[i] * dual->slack[i];
		slack_mean += metric * dual->slack[i] * dual->mean[i];
		mean_mean += metric * dual->mean[i] * dual->mean[i];
	}
	weight = (mean_mean - slack_mean) / (slack_slack - 2 * slack_mean + mean_mean);
	if (!(weight > MOST_WEIGHT / 10))
		weight = MOST_WEIGHT / 10;
	else if (weight > MOST_WEIGHT)
		weight = MOST_WEIGHT;
	for (int i = 0; i < demand->nclasses; i++)
		dual->mean[i] += weight * (dual->slack[i] - dual->mean[i]);
	for (int64_t c = 0; c < grid->ncells; c++)
		dual->use[c] *= 1 - weight;
	for (int b = 0; b < dual->nchosen; b++)
		dual->use[GridCell(grid, dual->chosen[b])] += weight;
	return slack_mean;
}

/* Closes the candidates that no suite better than the incumbent has. */
static void
CloseHopeless(WeightDual *dual)
{
	double most = dual->problem->upper - (dual->value - 2 * dual->rounding) + dual->threshold;
	int64_t ncells = dual->problem->grid->ncells;
	bool closed = false;

	for (int64_t c = 0; c < ncells; c++)
		if (dual->part[0].pricing->open[c] == OPEN_CANDIDATE && dual->rho[c] > most)
		{
			for (int p = 0; p < dual->nparts; p++)
				dual->part[p].pricing->open[c] = 0;
			closed = true;
		}
	for (int p = 0; p < dual->nparts && closed; p++)
		PricingClose(dual->part[p].pricing);
}

/* Whether the ascent goes on. */
static bool
GoesOn(const WeightDual *dual)
{
	return dual->iterations < dual->problem->max_iterations &&
		   dual->problem->upper - dual->proved > dual->problem->gap_wanted * dual->problem->upper &&
		   !WatchStops(dual->problem->watch);
}

/* Evaluates at the best multipliers, and starts the averages, of slacks unless go_on. */
static void
StartAscent(WeightDual *dual, bool go_on)
{
	size_t n = (size_t) dual->problem->demand->nclasses;

	memcpy(dual->multiplier, dual->best, n * sizeof(double));
	Evaluate(dual);
	dual->iterations++;
	if (!go_on)
		memcpy(dual->mean, dual->slack, n * sizeof(double));
	dual->best_value = dual->value;
	dual->proved = dual->value > dual->proved ? dual->value : dual->proved;
}

/* Improves the multipliers on levels that are laid, with steps from step down to last_step. */
static void
Ascend(WeightDual *dual, double step, double last_step)
{
	int failures = 0;
	int last_closing = dual->iterations;
	double constant = dual->problem->demand->constant;

	while (GoesOn(dual) && step >= last_step)
	{
		double agreement;

		dual->iterations++;
		KERNEL_CHECK_CANCEL();
		Step(dual, step);
		Evaluate(dual);
		agreement = Average(dual);
		if (dual->value > dual->proved)
			dual->proved = dual->value;
		WatchReport(dual->problem->watch,
					(WorkProgress){WORK_PROOF, 1, dual->problem->upper + constant,
								   dual->proved > 0 ? dual->proved + constant : 0});
		if (dual->value > dual->best_value)
		{
			double *last = dual->best;

			dual->best_value = dual->value;
			dual->best = dual->multiplier;
			dual->multiplier = last;
			failures = 0;
			if (agreement > 0 && step < 2)
				step *= 1.1;
			if (dual->iterations >= last_closing + CLOSING_INTERVAL)
			{
				last_closing = dual->iterations;
				CloseHopeless(dual);
			}
		}
		else if (++failures == PATIENCE)
		{
			failures = 0;
			step *= 0.66;
		}
	}
}

/* ------------------------------------------------------------------------------------------------
 * The bound
 * ------------------------------------------------------------------------------------------------ */

/* Tells which cells take part: candidates, and kept boxes. */
static uint8_t *
FindOpenCells(const BoundProblem *problem)
{
	const Grid *grid = problem->grid;
	uint8_t *open = KernelAlloc((size_t) grid->ncells + 1);

	for (int64_t c = 0; c < grid->ncells; c++)
		open[c] = grid->candidate[c] ? OPEN_CANDIDATE : 0;
	for (int b = 0; b < problem->nkeep; b++)
		open[GridCell(grid, problem->keep[b])] = OPEN_KEPT;
	return open;
}

/* Gives the least cost at which one of some boxes holds a class of a part; INFINITY if none does. */
static double
CostInBoxes(const Part *part, int i, int nboxes, const GridPoint *box)
{
	double least = INFINITY;

	for (int b = 0; b < nboxes; b++)
	{
		double cost = part->grid.cost[GridCell(&part->grid, box[b])];

		if (cost < least && GridHolds(&part->demand, i, box[b]))
			least = cost;
	}
	return least;
}

/* Sets the multipliers to where the incumbent is: a little above what it costs each class. */
static void
SetFirstMultipliers(WeightDual *dual)
{
	const BoundProblem *problem = dual->problem;

	for (int p = 0; p < dual->nparts; p++)
	{
		Part *part = &dual->part[p];

		PricingLeastCosts(part->pricing, part->multiplier);
		for (int i = 0; i < part->demand.nclasses; i++)
		{
			int whole = part->class[i];
			double kept = CostInBoxes(part, i, problem->nkeep, problem->keep);
			double cost = CostInBoxes(part, i, problem->nincumbent, problem->incumbent);

			cost = kept < cost ? kept : cost;
			dual->least[whole] = part->multiplier[i];
			dual->anyway[whole] = problem->demand->floor[problem->demand->group[whole]];
			if (dual->nfree > 0)
				cost = 1.05 * (cost < INFINITY ? cost : 1.5 * dual->least[whole]);
			cost = cost < dual->least[whole] ? dual->least[whole] : cost;
			dual->best[whole] = cost < dual->top ? cost : dual->top;
		}
	}
}

/* Makes a dual; levels are to be laid next. */
static WeightDual *
CreateDual(const BoundProblem *problem)
{
	WeightDual *dual = KernelAllocZero(sizeof(WeightDual));
	const Grid *grid = problem->grid;
	size_t per_class = (size_t) problem->demand->nclasses * sizeof(double) + 1;
	uint8_t *open = FindOpenCells(problem);

	dual->problem = problem;
	dual->nfree = problem->suite_size - problem->nkeep;
	for (int64_t c = 0; c < grid->ncells; c++)
		if (open[c] && grid->cost[c] + grid->billed[c] > dual->top)
			dual->top = grid->cost[c] + grid->billed[c];
	dual->top += problem->upper + 1;
	MakeParts(dual, open);
	dual->least = KernelAlloc(per_class);
	dual->anyway = KernelAlloc(per_class);
	dual->multiplier = KernelAlloc(per_class);
	dual->best = KernelAlloc(per_class);
	dual->slack = KernelAlloc(per_class);
	dual->mean = KernelAlloc(per_class);
	dual->fold = KernelAllocZero((size_t) problem->demand->nclasses * sizeof(int) + 1);
	for (int p = 0; p < problem->demand->npoints; p++)
		dual->fold[problem->demand->point_class[p]]++;
	dual->rho = KernelAlloc((size_t) grid->ncells * sizeof(double) + 1);
	dual->use = KernelAllocZero((size_t) grid->ncells * sizeof(double) + 1);
	dual->proved = 0;
	SetFirstMultipliers(dual);
	KernelFree(open);
	return dual;
}

/* Frees a dual. */
static void
FreeDual(WeightDual *dual)
{
	for (int p = 0; p < dual->nparts; p++)
		FreePart(&dual->part[p]);
	KernelFree(dual->least);
	KernelFree(dual->anyway);
	KernelFree(dual->multiplier);
	KernelFree(dual->best);
	KernelFree(dual->slack);
	KernelFree(dual->mean);
	KernelFree(dual->fold);
	KernelFree(dual->rho);
	KernelFree(dual->use);
	KernelFree(dual);
}

/*
 * Computes a lower bound on the cost, besides the demand's constant, of every suite of at most suite_size
 * boxes, candidates and kept ones, that has the kept ones and holds all classes. The same problem gives
 * the same result, bit for bit, unless the watch stops it.
 */
void
WeightBound(const BoundProblem *problem, BoundResult *result)
{
	WeightDual *dual = CreateDual(problem);

	memset(result, 0, sizeof(BoundResult));
	for (int p = 0; p < dual->nparts; p++)
		LayPartLevels(dual, &dual->part[p], 0);
	StartAscent(dual, false);
	Ascend(dual, FIRST_STEP, FIRST_LAST_STEP);
	if (GoesOn(dual))
	{
		for (int p = 0; p < dual->nparts; p++)
			LayPartLevels(dual, &dual->part[p], USED_LEVELS);
		StartAscent(dual, true);
		Ascend(dual, SECOND_STEP, LAST_STEP);
	}
	for (int64_t c = 0; c < problem->grid->ncells; c++)
		result->candidates_left += dual->part[0].pricing->open[c] == OPEN_CANDIDATE;
	result->work = dual->iterations;
	result->upper = problem->upper;
	result->lower = dual->proved < problem->upper ? dual->proved : problem->upper;
	result->optimal = result->lower >= problem->upper * (1 - PROVED_GAP);
	FreeDual(dual);
}
