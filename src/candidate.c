/*
 * candidate.c
 *	  Which sizes are candidates of a grid, and the smallest one that holds something.
 *
 * Along each axis by itself a candidate has a multiple of the increment between the limits, or a
 * limit. Between the axes there are rules: the sides are in order, and where the ratio of the longest
 * side to the shortest is limited, no side is too short for another one. All of them say that one side
 * is at least as long as another one asks for, and a longer one asks for no less. So of two candidates
 * the smaller lengths, axis by axis, make a candidate, and so do the greater ones. That has two
 * consequences. There is one smallest candidate that holds a given size: raise sides until all rules
 * hold. And the smallest candidate around several sizes has no other coordinates than the smallest
 * ones around each of them: the axes of a grid need those of single elements only, although a box
 * that is to hold a long, thin element and some others is thicker than any of them.
 *
 * A narrow grid leaves most coordinates out: it has those within reach increments of the coordinates of
 * some boxes and, elsewhere, of every stretch of thin increments the last one in use. It has fewer
 * candidates, but what each of them holds, and so the cost of each suite of them, is the same as on
 * the whole grid.
 */
#include "kernel.h"

#include "candidate.h"

/* A rule: side longer is at least side than, or the part of it that the ratio leaves. */
typedef struct SideRule
{
	int longer;
	int than;
	bool by_ratio;
} SideRule;

#define NRULES 4

/* The rules of the domain where boxes may be turned at will: x >= y >= z, and of the upright one. */
static const SideRule free_rules[NRULES] = {
	{1, 2, false}, {0, 1, false}, {2, 0, true}, {1, 0, true}};
static const SideRule upright_rules[NRULES] = {
	{0, 1, false}, {2, 0, true}, {1, 0, true}, {1, 2, true}};

/* Gives the rules of a domain. */
static inline const SideRule *
RulesOf(bool upright)
{
	return upright ? upright_rules : free_rules;
}

/* Gives the least length that a rule asks for beside a side of the given length. */
static inline int64_t
LeastBeside(const SideRule *rule, int64_t max_ratio, int64_t length)
{
	if (!rule->by_ratio)
		return length;
	return max_ratio == 0 ? 0 : (length * LENGTH_SCALE + max_ratio - 1) / max_ratio;
}

/* Gives the greatest length of a side that a side of the given length may stand beside. */
static inline int64_t
MostBeside(const SideRule *rule, int64_t max_ratio, int64_t length)
{
	if (!rule->by_ratio)
		return length;
	return max_ratio == 0 ? LENGTH_MAX : length * max_ratio / LENGTH_SCALE;
}

/* Whether the longest side is at most max_ratio (in units of 1 / LENGTH_SCALE; 0: any) of the shortest. */
bool
RatioHolds(int64_t max_ratio, const int32_t size[3])
{
	int64_t longest = size[0] > size[2] ? size[0] : size[2];
	int64_t shortest = size[1] < size[2] ? size[1] : size[2];

	return max_ratio == 0 || longest * LENGTH_SCALE <= shortest * max_ratio;
}

/* Whether a size lies between the limits, whatever its coordinates are. */
bool
CandidateWithinLimits(const GridSpec *spec, const int32_t size[3])
{
	for (int k = 0; k < 3; k++)
		if ((spec->has_min && size[k] < spec->min_box[k]) ||
			(spec->has_max && size[k] > spec->max_box[k]))
			return false;
	return RatioHolds(spec->max_ratio, size);
}

/* Whether a candidate of the grid may have this coordinate. */
bool
CandidateCoordinate(const GridSpec *spec, int k, int32_t value)
{
	if ((spec->has_min && value < spec->min_box[k]) || (spec->has_max && value > spec->max_box[k]))
		return false;
	return value % spec->step[k] == 0 || (spec->has_min && value == spec->min_box[k]) ||
		   (spec->has_max && value == spec->max_box[k]);
}

/*
 * Rounds a length up to what a candidate of the grid may have along axis k; 0 if that is beyond the
 * largest allowed box.
 */
static int64_t
RoundToCandidate(const GridSpec *spec, int k, int64_t value)
{
	int64_t rounded;

	if (spec->has_min && value < spec->min_box[k])
		value = spec->min_box[k];
	if (spec->has_min && value == spec->min_box[k])
		rounded = value;
	else
		rounded = (value + spec->step[k] - 1) / spec->step[k] * spec->step[k];
	if (spec->has_max && rounded > spec->max_box[k])
		rounded = value <= spec->max_box[k] ? spec->max_box[k] : 0;
	return rounded > LENGTH_MAX ? 0 : rounded;
}

/*
 * Finds the smallest candidate of the grid that holds an element with its padding: each axis by
 * itself, then sides raised until all rules hold. False if no allowed box holds it.
 */
bool
CandidateSmallest(const GridSpec *spec, const int32_t element[3], int64_t size[3])
{
	const SideRule *rules = RulesOf(spec->upright);
	bool raised = true;

	for (int k = 0; k < 3; k++)
	{
		size[k] = RoundToCandidate(spec, k, (int64_t) element[k] + spec->padding[k]);
		if (size[k] == 0)
			return false;
	}
	for (uint32_t pass = 1; raised; pass++)
	{
		raised = false;
		if ((pass & 0xFFF) == 0)
			KERNEL_CHECK_CANCEL();
		for (int r = 0; r < NRULES; r++)
		{
			int64_t least = LeastBeside(&rules[r], spec->max_ratio, size[rules[r].than]);

			if (size[rules[r].longer] >= least)
				continue;
			size[rules[r].longer] = RoundToCandidate(spec, rules[r].longer, least);
			if (size[rules[r].longer] == 0)
				return false;
			raised = true;
		}
	}
	return true;
}

/* Finds the last usable coordinate of an axis that is at most value; -1 if there is none. */
static int
LastUsable(const GridAxis *axis, int64_t value)
{
	int at = AxisCeiling(axis, value + 1) - 1;

	while (at >= 0 && !axis->usable[at])
		at--;
	return at;
}

/* Finds the first usable coordinate of an axis that is at least value; axis->n if there is none. */
static int
FirstUsable(const GridAxis *axis, int64_t value)
{
	int at = AxisCeiling(axis, value);

	while (at < axis->n && !axis->usable[at])
		at++;
	return at;
}

/*
 * Finds the largest cell of usable coordinates within a size for which all rules hold; false if there
 * is none.
 */
bool
AxesLower(const GridAxis axis[3], bool upright, int64_t max_ratio, const int32_t size[3],
		  GridPoint *cell)
{
	const SideRule *rules = RulesOf(upright);
	int at[3];
	bool lowered = true;

	for (int k = 0; k < 3; k++)
		at[k] = LastUsable(&axis[k], size[k]);
	while (lowered)
	{
		lowered = false;
		for (int r = 0; r < NRULES; r++)
		{
			int longer = rules[r].longer;
			int than = rules[r].than;
			int64_t most;

			if (at[longer] < 0 || at[than] < 0)
				return false;
			most = MostBeside(&rules[r], max_ratio, axis[longer].value[at[longer]]);
			if (axis[than].value[at[than]] <= most)
				continue;
			at[than] = LastUsable(&axis[than], most);
			lowered = true;
		}
	}
	for (int k = 0; k < 3; k++)
		cell->at[k] = (uint16_t) at[k];
	return true;
}

/* Raises a cell to the smallest one of usable coordinates for which all rules hold; false if none is. */
bool
AxesRaise(const GridAxis axis[3], bool upright, int64_t max_ratio, GridPoint *cell)
{
	const SideRule *rules = RulesOf(upright);
	int at[3];
	bool raised = true;

	for (int k = 0; k < 3; k++)
		at[k] = FirstUsable(&axis[k], axis[k].value[cell->at[k]]);
	while (raised)
	{
		raised = false;
		for (int r = 0; r < NRULES; r++)
		{
			int longer = rules[r].longer;
			int than = rules[r].than;
			int64_t least;

			if (at[longer] == axis[longer].n || at[than] == axis[than].n)
				return false;
			least = LeastBeside(&rules[r], max_ratio, axis[than].value[at[than]]);
			if (axis[longer].value[at[longer]] >= least)
				continue;
			at[longer] = FirstUsable(&axis[longer], least);
			raised = true;
		}
	}
	for (int k = 0; k < 3; k++)
		cell->at[k] = (uint16_t) at[k];
	return true;
}

/*
 * Marks the coordinates within reach of those of a box: at first it shrinks to the largest candidate
 * within it, which holds the same.
 */
static void
MarkNear(const GridSpec *spec, const GridAxis axis[3], const int32_t box[3], uint8_t *stays[3])
{
	GridPoint cell;

	if (!AxesLower(axis, spec->upright, spec->max_ratio, box, &cell))
		return;
	for (int k = 0; k < 3; k++)
	{
		int64_t reach = (int64_t) spec->reach * spec->step[k];
		int64_t middle = axis[k].value[cell.at[k]];
		int at = AxisCeiling(&axis[k], middle - reach);

		for (; at < axis[k].n && axis[k].value[at] <= middle + reach; at++)
			stays[k][at] = 1;
	}
}

/* Leaves of all coordinates in use those of a narrow grid. */
void
NarrowAxes(const GridSpec *spec, GridAxis axis[3])
{
	uint8_t *stays[3];

	for (int k = 0; k < 3; k++)
	{
		int64_t stretch = (int64_t) spec->thin * spec->step[k];
		int64_t last = -1;

		stays[k] = KernelAllocZero((size_t) axis[k].n + 1);
		for (int i = axis[k].n - 1; i >= 0; i--)
			if (axis[k].usable[i] && (axis[k].value[i] - 1) / stretch != last)
			{
				stays[k][i] = 1;
				last = (axis[k].value[i] - 1) / stretch;
			}
		for (int b = 0; b < spec->nkeep; b++)
			stays[k][AxisCeiling(&axis[k], spec->keep[b][k])] = 1;
		for (int b = 0; b < spec->ncurrent; b++)
			stays[k][AxisCeiling(&axis[k], spec->current[b][k])] = 1;
	}
	for (int b = 0; b < spec->nnear; b++)
		MarkNear(spec, axis, spec->near[b], stays);
	for (int k = 0; k < 3; k++)
	{
		int n = 0;

		for (int i = 0; i < axis[k].n; i++)
			if (stays[k][i])
			{
				axis[k].value[n] = axis[k].value[i];
				axis[k].usable[n++] = axis[k].usable[i];
			}
		axis[k].n = n;
		KernelFree(stays[k]);
	}
}
