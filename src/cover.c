/*
 * cover.c
 *	  Whether some suite of a given size holds all demand, exactly.
 *
 * The search for a cheap suite covers all demand where that is easy, which it is on a grid: its
 * largest candidate holds everything. A catalogue need not have such a box, and then covering all
 * with few boxes is a set-covering problem. It is small: of the classes only the most demanding
 * matter (one whose every holder also holds another one makes the other redundant), of the
 * candidates only the largest. A branch and bound settles it: take the class with the fewest boxes
 * that hold it, try each of them.
 */
#include "kernel.h"

#include "cover.h"

#define COVER_NODES 200000

/* The reduced problem. */
typedef struct CoverProblem
{
	int ndemanding;
	int nboxes;
	GridPoint *box;
	int ncurrent;    /* the last so many are current boxes */
	int most_others; /* of the others */
	uint64_t *holds; /* per box: bits of the demanding classes */
	int words;
	int limit; /* boxes in all */
	int64_t nodes;
	int chosen[SUITE_MAX];
} CoverProblem;

/* Whether every box that holds class i also holds class j. */
static bool
Implies(const GridDemand *demand, int i, int j)
{
	for (int e = demand->first_element[i]; e < demand->first_element[i + 1]; e++)
		if (!GridHolds(demand, j, demand->element[e]))
			return false;
	return true;
}

/* Lists the classes that the kept boxes do not hold and no other such class implies. */
static int *
FindDemanding(const GridDemand *demand, int nkeep, const GridPoint *keep, int *ndemanding)
{
	int *demanding = KernelAlloc((size_t) demand->nclasses * sizeof(int) + 1);
	int n = 0;

	/* backwards: larger cells tend to come last, and keep the list short */
	for (int i = demand->nclasses - 1; i >= 0; i--)
	{
		bool needed = true;
		int kept = 0;

		for (int b = 0; b < nkeep && needed; b++)
			needed = !GridHolds(demand, i, keep[b]);
		for (int k = 0; k < n && needed; k++)
			needed = !Implies(demand, demanding[k], i);
		if (!needed)
			continue;
		for (int k = 0; k < n; k++)
			if (!Implies(demand, i, demanding[k]))
				demanding[kept++] = demanding[k];
		demanding[kept++] = i;
		n = kept;
		KERNEL_CHECK_CANCEL();
	}
	*ndemanding = n;
	return demanding;
}

/* Whether some candidate lies above a cell, other than at the cell itself. */
static uint8_t *
CellsBelowCandidates(const Grid *grid)
{
	uint8_t *below = KernelAllocZero((size_t) grid->ncells + 1);
	int ny = grid->axis[1].n;

	for (int x = grid->axis[0].n - 1; x >= 0; x--)
		for (int y = grid->y_count[x] - 1; y >= 0; y--)
		{
			int64_t row = grid->row[(int64_t) x * ny + y];

			for (int z = grid->z_count[y] - 1; z >= 0; z--)
			{
				int64_t next[3] = {-1, -1, -1};

				if (z + 1 < grid->z_count[y])
					next[0] = row + z + 1;
				if (y + 1 < grid->y_count[x])
					next[1] = grid->row[(int64_t) x * ny + y + 1] + z;
				if (x + 1 < grid->axis[0].n)
					next[2] = grid->row[(int64_t) (x + 1) * ny + y] + z;
				for (int k = 0; k < 3; k++)
					if (next[k] >= 0)
						below[row + z] |= below[next[k]] | grid->candidate[next[k]];
			}
		}
	return below;
}

/* Adds a box to a growing list. */
static void
AddBox(CoverProblem *problem, GridPoint box)
{
	/* room for a power of two */
	if (problem->nboxes >= 64 && (problem->nboxes & (problem->nboxes - 1)) == 0)
		problem->box =
			KernelRealloc(problem->box, sizeof(GridPoint) * 2 * (size_t) problem->nboxes);
	problem->box[problem->nboxes++] = box;
}

/*
 * Lists the candidates that no other candidate contains. Where current boxes must stay, they come
 * behind, all of them, since they fill slots that others may not.
 */
static void
ListBoxes(CoverProblem *problem, const Grid *grid, bool with_current)
{
	uint8_t *below = CellsBelowCandidates(grid);
	uint8_t current = with_current ? CANDIDATE_CURRENT : 0;

	problem->box = KernelAlloc(sizeof(GridPoint) * 64);

	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
			for (int z = 0; z < grid->z_count[y]; z++)
			{
				int64_t cell = grid->row[(int64_t) x * grid->axis[1].n + y] + z;

				if (grid->candidate[cell] && !(grid->candidate[cell] & current) && !below[cell])
					AddBox(problem, (GridPoint){{(uint16_t) x, (uint16_t) y, (uint16_t) z}});
			}
	KernelFree(below);
	if (!with_current)
		return;
	problem->ncurrent = -problem->nboxes;
	for (int x = 0; x < grid->axis[0].n; x++)
		for (int y = 0; y < grid->y_count[x]; y++)
			for (int z = 0; z < grid->z_count[y]; z++)
			{
				GridPoint box = {{(uint16_t) x, (uint16_t) y, (uint16_t) z}};

				if (grid->candidate[GridCell(grid, box)] & current)
					AddBox(problem, box);
			}
	problem->ncurrent += problem->nboxes;
}

/*
 * Tries to cover what is left (bits set) with the boxes that remain, of those chosen so far so many
 * not current.
 */
static CoverAnswer
Branch(CoverProblem *problem, int depth, int others, const uint64_t *left)
{
	int fewest = -1;
	int fewest_holders = 0;
	CoverAnswer answer = COVER_NONE;
	uint64_t *rest;

	if (++problem->nodes > COVER_NODES)
		return COVER_UNKNOWN;
	KERNEL_CHECK_CANCEL();
	for (int i = 0; i < problem->ndemanding; i++)
	{
		int holders = 0;

		if (!(left[i / 64] >> (i % 64) & 1))
			continue;
		for (int b = 0; b < problem->nboxes; b++)
			holders += problem->holds[(size_t) b * problem->words + i / 64] >> (i % 64) & 1;
		if (fewest < 0 || holders < fewest_holders)
		{
			fewest = i;
			fewest_holders = holders;
		}
	}
	if (fewest < 0)
	{
		problem->limit = depth;
		return COVER_FOUND;
	}
	if (depth == problem->limit)
		return COVER_NONE;
	rest = KernelAlloc((size_t) problem->words * sizeof(uint64_t));
	for (int b = 0; b < problem->nboxes && answer == COVER_NONE; b++)
	{
		const uint64_t *holds = problem->holds + (size_t) b * problem->words;
		bool other = b < problem->nboxes - problem->ncurrent;

		if ((other && others == problem->most_others) || !(holds[fewest / 64] >> (fewest % 64) & 1))
			continue;
		for (int w = 0; w < problem->words; w++)
			rest[w] = left[w] & ~holds[w];
		problem->chosen[depth] = b;
		answer = Branch(problem, depth + 1, others + other, rest);
	}
	KernelFree(rest);
	return answer;
}

/*
 * Looks for a suite that obeys the rules and holds every class. COVER_FOUND fills in the boxes of the
 * suite, with room left for the current boxes that it lacks; COVER_NONE is proved.
 */
CoverAnswer
CoverSearch(const Grid *grid, const GridDemand *demand, const SuiteRules *rules,
			const GridPoint *keep, Suite *suite)
{
	int nkeep = rules->nkeep;
	CoverProblem problem = {.limit = rules->suite_size - nkeep,
							.most_others = rules->suite_size - nkeep - rules->must_stay};
	int *demanding = FindDemanding(demand, nkeep, keep, &problem.ndemanding);
	uint64_t *left;
	CoverAnswer answer;

	ListBoxes(&problem, grid, rules->must_stay > 0);
	problem.words = (problem.ndemanding + 63) / 64 + 1;
	problem.holds = KernelAllocZero((size_t) problem.nboxes * problem.words * sizeof(uint64_t) + 1);
	left = KernelAllocZero((size_t) problem.words * sizeof(uint64_t));
	for (int i = 0; i < problem.ndemanding; i++)
	{
		left[i / 64] |= UINT64_C(1) << (i % 64);
		for (int b = 0; b < problem.nboxes; b++)
			if (GridHolds(demand, demanding[i], problem.box[b]))
				problem.holds[(size_t) b * problem.words + i / 64] |= UINT64_C(1) << (i % 64);
	}
	answer = Branch(&problem, 0, 0, left);
	if (answer == COVER_FOUND)
	{
		suite->n = nkeep;
		for (int b = 0; b < nkeep; b++)
			suite->box[b] = keep[b];
		for (int d = 0; d < problem.limit; d++)
			suite->box[suite->n++] = problem.box[problem.chosen[d]];
	}
	KernelFree(demanding);
	KernelFree(problem.box);
	KernelFree(problem.holds);
	KernelFree(left);
	return answer;
}
