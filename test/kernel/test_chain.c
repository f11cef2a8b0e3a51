// sources: SEARCH
/*
 * test_chain.c
 *	  Chains of boxes against all pairs by definition, and their bound against suites.
 */
#include "kernel.h"

#include <math.h>

#include "chain.h"
#include "pricing.h"
#include "searchcases.h"
#include "tap.h"

#define MOST_NODES 400
#define MOST_LINKS 64

/* A random grid with open cells, multipliers and a price. */
typedef struct Trial
{
	Case c;
	Grid *grid;
	GridDemand *demand;
	uint8_t *open;
	double *multiplier;
	double price;
	int nlevels;
	double level[MOST_NODES + 2];
	int nnodes;
	GridPoint node[MOST_NODES]; /* by cost, then cell */
	double cost[MOST_NODES];
	bool kept[MOST_NODES];
	int64_t cell[MOST_NODES];
} Trial;

/* Compares two nodes of a trial: by cost, then cell. */
static bool
NodePrecedes(const Trial *t, int a, int b)
{
	return t->cost[a] != t->cost[b] ? t->cost[a] < t->cost[b] : t->cell[a] < t->cell[b];
}

/* Exchanges two nodes. */
static void
ExchangeNodes(Trial *t, int a, int b)
{
	GridPoint node = t->node[a];
	double cost = t->cost[a];
	bool kept = t->kept[a];
	int64_t cell = t->cell[a];

	t->node[a] = t->node[b];
	t->cost[a] = t->cost[b];
	t->kept[a] = t->kept[b];
	t->cell[a] = t->cell[b];
	t->node[b] = node;
	t->cost[b] = cost;
	t->kept[b] = kept;
	t->cell[b] = cell;
}

/* Lists the open cells in order. */
static void
ListTrialNodes(Trial *t)
{
	const Grid *grid = t->grid;

	t->nnodes = 0;
	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
			for (int z = 0; z < grid->z_count[y]; z++)
			{
				GridPoint at = {{(uint16_t) x, (uint16_t) y, (uint16_t) z}};
				int64_t cell = GridCell(grid, at);

				if (t->open[cell] == 0 || t->nnodes == MOST_NODES)
					continue;
				t->node[t->nnodes] = at;
				t->cost[t->nnodes] = grid->cost[cell];
				t->kept[t->nnodes] = t->open[cell] == OPEN_KEPT;
				t->cell[t->nnodes++] = cell;
			}
	for (int a = 1; a < t->nnodes; a++)
		for (int b = a; b > 0 && NodePrecedes(t, b, b - 1); b--)
			ExchangeNodes(t, b, b - 1);
}

/* Lays levels: all costs, or some numbers around them. */
static void
LayTrialLevels(Trial *t, uint64_t *random, bool exact, double top)
{
	t->nlevels = 0;
	if (exact)
	{
		for (int n = 0; n < t->nnodes; n++)
			if (n == 0 || t->cost[n] > t->cost[n - 1])
				t->level[t->nlevels++] = t->cost[n];
	}
	else
	{
		t->level[t->nlevels++] = t->nnodes > 0 ? t->cost[0] : 0;
		for (int l = CaseBetween(random, 0, 10); l > 0; l--)
		{
			double step = (top - t->level[t->nlevels - 1]) / (l + 1);

			t->level[t->nlevels] = t->level[t->nlevels - 1] + step;
			t->nlevels++;
		}
	}
	t->level[t->nlevels++] = top;
}

/* Draws a trial. */
static void
DrawTrial(Trial *t, uint64_t *random, int round)
{
	bool upright = round % 3 == 2;
	int32_t step = CaseBetween(random, 1, 3);
	GridSpec spec = {.upright = upright,
					 .step = {step, step, step},
					 .cost = round % 5 == 4 ? HashCost : VolumeCost};
	double top = 1;

	t->c = RandomCase(random, CaseBetween(random, 2, 40), round % 2 ? 3 : 1, 12, upright);
	t->grid = GridCreate(&spec, &t->c.demand);
	t->demand = GridDemandCreate(t->grid, &spec, &t->c.demand);
	t->open = KernelAllocZero((size_t) t->grid->ncells + 1);
	for (int64_t c = 0; c < t->grid->ncells; c++)
		t->open[c] = CaseBetween(random, 0, 9) < 7 ? OPEN_CANDIDATE : 0;
	for (int kept = round % 4 == 3 ? CaseBetween(random, 1, 3) : 0; kept > 0; kept--)
		t->open[CaseBetween(random, 0, (int) t->grid->ncells - 1)] = OPEN_KEPT;
	ListTrialNodes(t);
	for (int64_t c = 0; c < t->grid->ncells; c++)
		t->open[c] = 0;
	for (int n = 0; n < t->nnodes; n++)
	{
		t->open[t->cell[n]] = t->kept[n] ? OPEN_KEPT : OPEN_CANDIDATE;
		top = t->cost[n] + 1 > top ? t->cost[n] + 1 : top;
	}
	top *= 2;
	t->multiplier = KernelAlloc((size_t) t->demand->nclasses * sizeof(double) + 1);
	for (int i = 0; i < t->demand->nclasses; i++)
		t->multiplier[i] = top * pow(CaseBetween(random, 0, 1000) / 1000.0, 2);
	t->price = CaseBetween(random, 0, 3) * top * t->demand->total / 100;
	LayTrialLevels(t, random, round % 7 < 4, top);
}

/* Frees a trial. */
static void
FreeTrial(Trial *t)
{
	GridDemandFree(t->demand);
	GridFree(t->grid);
	KernelFree(t->open);
	KernelFree(t->multiplier);
	FreeCase(&t->c);
}

/* What the classes that fit a cell pay above a cost. */
static double
PaidAt(const Trial *t, GridPoint at, double cost)
{
	const GridDemand *demand = t->demand;
	double sum = 0;

	for (int i = 0; i < demand->nclasses; i++)
	{
		bool fits = false;

		for (int e = demand->first_element[i]; e < demand->first_element[i + 1]; e++)
			fits |= GridWithin(demand->element[e], at);
		if (fits && t->multiplier[i] > cost)
			sum += demand->weight[i] * (t->multiplier[i] - cost);
	}
	return sum;
}

/* The meet of two cells. */
static GridPoint
MeetOf(GridPoint a, GridPoint b)
{
	for (int k = 0; k < 3; k++)
		if (b.at[k] < a.at[k])
			a.at[k] = b.at[k];
	return a;
}

/* The best values of chains that end at each node, and of what follows it; gives the best of all. */
static double
BestByDefinition(const Trial *t, double *value, double *rest)
{
	static double shared[MOST_NODES][MOST_NODES];
	double own[MOST_NODES];
	double best = 0;
	int last_kept = -1;

	for (int b = 0; b < t->nnodes; b++)
	{
		own[b] = PaidAt(t, t->node[b], t->cost[b]) - (t->kept[b] ? 0 : t->price);
		for (int a = 0; a < b; a++)
			shared[a][b] = PaidAt(t, MeetOf(t->node[a], t->node[b]), t->cost[b]);
	}
	for (int b = 0; b < t->nnodes; b++)
	{
		double before = last_kept < 0 ? 0 : -INFINITY;

		for (int a = last_kept < 0 ? 0 : last_kept; a < b; a++)
			before = fmax(before, value[a] - shared[a][b]);
		value[b] = own[b] + before;
		if (t->kept[b])
			last_kept = b;
	}
	if (last_kept >= 0)
		best = -INFINITY;
	for (int b = last_kept < 0 ? 0 : last_kept; b < t->nnodes; b++)
		best = fmax(best, value[b]);
	for (int a = t->nnodes - 1; a >= 0; a--)
	{
		rest[a] = a >= last_kept ? 0 : -INFINITY;
		for (int b = a + 1; b < t->nnodes; b++)
		{
			rest[a] = fmax(rest[a], own[b] - shared[a][b] + rest[b]);
			if (t->kept[b])
				break;
		}
	}
	return best;
}

/* What a random suite with the kept boxes earns, each class from its best box, less prices. */
static double
RandomSuiteEarns(const Trial *t, uint64_t *random)
{
	const GridDemand *demand = t->demand;
	bool chosen[MOST_NODES];
	double sum = 0;

	for (int n = 0; n < t->nnodes; n++)
	{
		chosen[n] = t->kept[n] || CaseBetween(random, 0, t->nnodes) < 4;
		sum -= chosen[n] && !t->kept[n] ? t->price : 0;
	}
	for (int i = 0; i < demand->nclasses; i++)
	{
		double most = 0;

		for (int n = 0; n < t->nnodes; n++)
			for (int e = demand->first_element[i]; chosen[n] && e < demand->first_element[i + 1];
				 e++)
				if (GridWithin(demand->element[e], t->node[n]))
					most = fmax(most, t->multiplier[i] - t->cost[n]);
		sum += demand->weight[i] * most;
	}
	return sum;
}

/* Finds the best chain of a trial with multiplier i raised by so much. */
static double
ValueWith(Chain *chain, const Trial *t, int i, double more)
{
	ChainLink link[MOST_LINKS];
	int n;
	double value;

	t->multiplier[i] += more;
	value = ChainFind(chain, t->multiplier, t->price, NULL, link, MOST_LINKS, &n);
	t->multiplier[i] -= more;
	return value;
}

/* Whether two numbers agree but for rounding. */
static bool
Agree(double a, double b, double size)
{
	return a == b || fabs(a - b) <= 1e-9 * (size + fabs(a) + fabs(b));
}

/* Whether slacks are derivatives: within those to the left and right, where the value has a kink. */
static bool
SlacksAgree(Chain *chain, const Trial *t, double size)
{
	ChainLink link[MOST_LINKS];
	double *slack = KernelAlloc((size_t) t->demand->nclasses * sizeof(double) + 1);
	int n;
	double value = ChainFind(chain, t->multiplier, t->price, NULL, link, MOST_LINKS, &n);
	bool agree = true;

	ChainSlacks(chain, t->multiplier, link, n, slack);
	for (int i = 0; i < t->demand->nclasses; i++)
	{
		double more = 1e-4 * t->level[t->nlevels - 1];
		double served = t->demand->weight[i] * (1 - slack[i]);

		/* the value is convex in a multiplier where shared earnings do not change their level */
		if (t->multiplier[i] + more > t->level[t->nlevels - 1])
			continue;
		agree &=
			ValueWith(chain, t, i, more) >= value + served * more - 1e-7 * size || n == MOST_LINKS;
	}
	KernelFree(slack);
	return agree;
}

/* Whether just the cells whose best chain is below the least value are closed. */
static bool
ClosingAgrees(Chain *chain, Trial *t, const double *value, const double *rest, bool exact,
			  double best, double size)
{
	ChainLink link[MOST_LINKS];
	double least = best - 0.05 * fabs(best);
	int n;
	bool agree = true;

	ChainFind(chain, t->multiplier, t->price, NULL, link, MOST_LINKS, &n);
	ChainClose(chain, least, t->open);
	for (int b = 0; b < t->nnodes; b++)
	{
		double through = value[b] + rest[b];
		bool closed = t->open[t->cell[b]] == 0;

		if (t->kept[b])
			agree &= !closed;
		else if (through > least + 1e-9 * size)
			agree &= !closed;
		else if (exact && through < least - 1e-9 * size)
			agree &= closed;
	}
	return agree;
}

int
main(void)
{
	uint64_t random = 1976;
	int trials = 0;
	int right = 0;
	int above_suites = 0;
	int slacks = 0;
	int closings = 0;
	int closed = 0;

	for (int round = 0; round < 140; round++)
	{
		static Trial t;
		static double value[MOST_NODES];
		static double rest[MOST_NODES];
		ChainLink link[MOST_LINKS];
		Chain *chain;
		double best;
		double found;
		double size;
		bool exact;
		bool above = true;
		int n;

		DrawTrial(&t, &random, round);
		/* with several elements a class may fit both boxes and not their meet; the sums agree */
		exact = round % 7 < 4;
		best = BestByDefinition(&t, value, rest);
		chain = ChainCreate(t.grid, t.demand, t.open, t.nlevels, t.level);
		found = ChainFind(chain, t.multiplier, t.price, NULL, link, MOST_LINKS, &n);
		size = t.level[t.nlevels - 1] * t.demand->total;
		trials++;
		right += exact ? Agree(found, best, size) : found >= best - 1e-9 * size;
		for (int suite = 0; suite < 20; suite++)
			above &= found >= RandomSuiteEarns(&t, &random) - 1e-9 * size;
		above_suites += above;
		slacks += !exact || SlacksAgree(chain, &t, size);
		closings += ClosingAgrees(chain, &t, value, rest, exact, best, size);
		for (int b = 0; b < t.nnodes; b++)
			closed += t.open[t.cell[b]] == 0;
		ChainFree(chain);
		FreeTrial(&t);
	}
	ok(right == trials, "%d of %d chains are the best", right, trials);
	ok(above_suites == trials, "%d of %d are above all suites tried", above_suites, trials);
	ok(slacks == trials, "%d of %d have slacks that are derivatives", slacks, trials);
	ok(closings == trials, "%d of %d close what they may", closings, trials);
	ok(closed > 500, "%d cells closed", closed);
	return done();
}
