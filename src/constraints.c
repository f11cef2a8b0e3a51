/*
 * constraints.c
 *	  Arguments of optimize_suite that say which boxes a suite may have.
 *
 * Limits (min_box, max_box, max_ratio) say what a box of the suite may be like; candidates, that it
 * comes from a catalogue. Boxes to keep are exempt from both. Boxes in use today (current) are
 * candidates besides the others, where the limits allow them; max_changes says how many of them may
 * leave. min_share says when a box is worth its slot. Two of them that exclude each other are an error
 * that names both.
 *
 * The arguments are read twice: before the shipments, as for boxes that may be turned at will, so that
 * what is wrong with them is told at once; and again when it is known whether the boxes have to stand.
 * Then there are no fewer different boxes than before, and no more between the limits, so that nothing
 * is refused the first time that would be allowed the second time.
 */
#include "kernel.h"

#include <math.h>

#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "candidate.h"
#include "constraints.h"
#include "number.h"

/* Where the other arguments stand. */
#define ARG_MIN_BOX(position)     ((position).min_box)
#define ARG_MAX_BOX(position)     ((position).min_box + 1)
#define ARG_KEEP(position)        ((position).min_box + 2)
#define ARG_CANDIDATES(position)  ((position).min_box + 3)
#define ARG_MAX_RATIO(position)   ((position).max_ratio)
#define ARG_CURRENT(position)     ((position).current)
#define ARG_MAX_CHANGES(position) ((position).current + 1)
#define ARG_MIN_SHARE(position)   ((position).current + 2)

/* ------------------------------------------------------------------------------------------------
 * Reading
 * ------------------------------------------------------------------------------------------------ */

/* Orders the dimensions of a box as the search's domain has them. */
static void
DomainSize(const SearchProblem *problem, const Box *box, int32 size[3])
{
	CheckBoxIsCarton(box);
	if (problem->upright)
		StandingLengths(box->size, size);
	else
		SortLengths(box->size, size);
}

/* qsort comparator of dimensions. */
static int
CompareSizes(const void *a, const void *b)
{
	const int32 *p = a;
	const int32 *q = b;

	for (int k = 0; k < 3; k++)
		if (p[k] != q[k])
			return p[k] < q[k] ? -1 : 1;
	return 0;
}

/* Gives the dimensions of an array of boxes, without doubles, in canonical order. */
static int32 (*DomainSizes(const SearchProblem *problem, ArrayType *array, const char *name,
						   int *nboxes))[3]
{
	Box *boxes = BoxArrayArgument(array, name, nboxes);
	int32(*sizes)[3] = palloc(Max(*nboxes, 1) * sizeof(*sizes));
	int n = 0;

	for (int i = 0; i < *nboxes; i++)
		DomainSize(problem, &boxes[i], sizes[i]);
	qsort(sizes, *nboxes, sizeof(*sizes), CompareSizes);
	for (int i = 0; i < *nboxes; i++)
		if (i == 0 || CompareSizes(sizes[n - 1], sizes[i]) != 0)
			memmove(sizes[n++], sizes[i], sizeof(*sizes));
	*nboxes = n;
	return sizes;
}

/* Reads the boxes that limit, extend or replace the grid of candidates. */
static void
ReadCandidates(FunctionCallInfo fcinfo, ConstraintPositions position, SearchProblem *problem)
{
	if (!PG_ARGISNULL(ARG_MIN_BOX(position)))
	{
		problem->has_min = true;
		DomainSize(problem, PG_GETARG_BOX_P(ARG_MIN_BOX(position)), problem->min_box);
	}
	if (!PG_ARGISNULL(ARG_MAX_BOX(position)))
	{
		problem->has_max = true;
		DomainSize(problem, PG_GETARG_BOX_P(ARG_MAX_BOX(position)), problem->max_box);
	}
	if (problem->has_min && problem->has_max && !LengthsWithin(problem->min_box, problem->max_box))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("min_box %s does not lie within max_box %s",
							   BoxText(PG_GETARG_BOX_P(ARG_MIN_BOX(position))),
							   BoxText(PG_GETARG_BOX_P(ARG_MAX_BOX(position))))));
	if (!PG_ARGISNULL(ARG_KEEP(position)))
		problem->keep = DomainSizes(problem, PG_GETARG_ARRAYTYPE_P(ARG_KEEP(position)), "keep",
									&problem->nkeep);
	if (problem->nkeep > problem->suite_size)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("keep has %d boxes, but the suite only %d", problem->nkeep,
							   problem->suite_size),
						errhint("Raise suite_size, or keep fewer boxes.")));
	if (!PG_ARGISNULL(ARG_CANDIDATES(position)))
	{
		problem->catalogue = DomainSizes(problem, PG_GETARG_ARRAYTYPE_P(ARG_CANDIDATES(position)),
										 "candidates", &problem->ncatalogue);
		if (problem->ncatalogue == 0 && problem->nkeep == 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("candidates is empty"),
							errhint("Leave candidates out to choose from all sizes.")));
	}
}

/* Whether two sizes in the search's domain are the same. */
static bool
SameSize(const int32 a[3], const int32 b[3])
{
	return memcmp(a, b, 3 * sizeof(int32)) == 0;
}

/* Whether a size is among some boxes. */
static bool
IsAmong(const int32 size[3], const int32 (*boxes)[3], int nboxes)
{
	for (int b = 0; b < nboxes; b++)
		if (SameSize(size, boxes[b]))
			return true;
	return false;
}

/* Reads the limit on the ratio of the longest to the shortest side. */
static void
ReadMaxRatio(FunctionCallInfo fcinfo, ConstraintPositions position, SearchProblem *problem)
{
	GridSpec spec;
	int64 smallest[3];
	static const int32 anything[3] = {1, 1, 1};
	int64 ratio = 0;

	if (PG_ARGISNULL(ARG_MAX_RATIO(position)))
		return;
	if (FixedFromDouble(PG_GETARG_FLOAT8(ARG_MAX_RATIO(position)), FIXED_ROUND_DOWN, LENGTH_MAX,
						&ratio) != FIXED_OK ||
		ratio < LENGTH_SCALE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_ratio %g is out of range", PG_GETARG_FLOAT8(ARG_MAX_RATIO(position))),
				 errhint("Give the longest side over the shortest, from 1 to 20000, as in "
						 "max_ratio => 3.")));
	problem->max_ratio = ratio;

	spec = SearchGridSpec(problem);
	for (int k = 0; k < 3; k++)
	{
		spec.step[k] = 1;
		spec.padding[k] = 0;
	}
	if (!CandidateSmallest(&spec, anything, smallest))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_ratio %g leaves no box between min_box %s and max_box %s",
						PG_GETARG_FLOAT8(ARG_MAX_RATIO(position)),
						problem->has_min ? BoxText(PG_GETARG_BOX_P(ARG_MIN_BOX(position))) : "0",
						problem->has_max ? BoxText(PG_GETARG_BOX_P(ARG_MAX_BOX(position))) : "any"),
				 errhint("Raise max_ratio or max_box, or lower min_box.")));
	for (int b = 0; b < problem->ncatalogue; b++)
		if (RatioHolds(ratio, problem->catalogue[b]))
			return;
	if (problem->ncatalogue > 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("max_ratio %g leaves none of the boxes of candidates",
							   PG_GETARG_FLOAT8(ARG_MAX_RATIO(position))),
						errhint("Raise max_ratio, or add candidates that are less long.")));
}

/* Reads how many of the current boxes may leave, and checks it against their number. */
static int
ReadMaxChanges(FunctionCallInfo fcinfo, ConstraintPositions position, int ncurrent)
{
	int max_changes = PG_GETARG_INT32(ARG_MAX_CHANGES(position));

	if (max_changes < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("max_changes %d is negative", max_changes),
						errhint("Give the number of boxes of current that may leave.")));
	if (max_changes > ncurrent)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg_plural("max_changes %d is more than the %d box of current",
									  "max_changes %d is more than the %d boxes of current",
									  ncurrent, max_changes, ncurrent),
						errhint("Leave max_changes out if all of them may leave.")));
	return max_changes;
}

/* The argument whose limit keeps too many of the current boxes out, or all three where it is not one alone. */
static const char *
TightestLimit(const SearchProblem *problem, const int32 (*current)[3], int distinct, int more)
{
	static const char *const name[] = {"max_ratio", "max_box", "min_box"};

	for (int limit = 0; limit < 3; limit++)
	{
		GridSpec spec = SearchGridSpec(problem);
		int within = 0;

		if (limit == 0)
			spec.max_ratio = 0;
		else if (limit == 1)
			spec.has_max = false;
		else
			spec.has_min = false;
		for (int b = 0; b < distinct; b++)
			within += !IsAmong(current[b], problem->keep, problem->nkeep) &&
					  CandidateWithinLimits(&spec, current[b]);
		if (within >= more)
			return name[limit];
	}
	return "the limits min_box, max_box and max_ratio";
}

/*
 * Demands that as many of the current boxes stay as max_changes leaves: distinct is their number, kept
 * that of those which are kept anyhow; problem->current are those of the others that are candidates.
 */
static void
SetMustStay(SearchProblem *problem, int max_changes, const int32 (*current)[3], int distinct,
			int kept)
{
	int stay = distinct - max_changes;
	int more = Max(stay - kept, 0);

	if (stay > problem->suite_size)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_changes %d and suite_size %d exclude each other", max_changes,
						problem->suite_size),
				 errdetail("Of the %d boxes of current, %d would have to stay.", distinct, stay),
				 errhint("Raise max_changes or suite_size.")));
	if (problem->nkeep + more > problem->suite_size)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("keep and max_changes %d exclude each other", max_changes),
						errdetail("%d boxes of keep and %d more of current would have to stay in "
								  "a suite of %d.",
								  problem->nkeep, more, problem->suite_size),
						errhint("Raise max_changes or suite_size, or keep fewer boxes.")));
	if (more > problem->ncurrent)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_changes %d and %s exclude each other", max_changes,
						TightestLimit(problem, current, distinct, more)),
				 errdetail("%d boxes of current would have to stay besides those to keep, but the "
						   "limits allow only %d.",
						   more, problem->ncurrent),
				 errhint("Raise max_changes, widen the limits, or name boxes to keep.")));
	problem->must_stay = more;
}

/* Reads the boxes in use today, and how many of them may leave. */
static void
ReadCurrent(FunctionCallInfo fcinfo, ConstraintPositions position, SearchProblem *problem)
{
	GridSpec spec = SearchGridSpec(problem);
	int32(*current)[3];
	int32(*candidates)[3];
	int given;
	int distinct;
	int kept = 0;

	if (PG_ARGISNULL(ARG_CURRENT(position)))
	{
		if (!PG_ARGISNULL(ARG_MAX_CHANGES(position)))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("max_changes needs current"),
					 errhint("Give the boxes in use today, as in current => "
							 "'{12x9x4,18x14x8}'.")));
		return;
	}
	BoxArrayArgument(PG_GETARG_ARRAYTYPE_P(ARG_CURRENT(position)), "current", &given);
	if (given > MAX_SUITE_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("current has %d boxes", given),
				 errhint("A suite has 1 to %d boxes.", MAX_SUITE_SIZE)));
	current =
		DomainSizes(problem, PG_GETARG_ARRAYTYPE_P(ARG_CURRENT(position)), "current", &distinct);
	candidates = palloc(Max(distinct, 1) * sizeof(*candidates));
	problem->ncurrent = 0;
	for (int b = 0; b < distinct; b++)
		if (IsAmong(current[b], problem->keep, problem->nkeep))
			kept++;
		else if (CandidateWithinLimits(&spec, current[b]))
			memcpy(candidates[problem->ncurrent++], current[b], sizeof(*current));
	problem->current = (const int32_t(*)[3]) candidates;
	if (!PG_ARGISNULL(ARG_MAX_CHANGES(position)))
		SetMustStay(problem, ReadMaxChanges(fcinfo, position, given), (const int32_t(*)[3]) current,
					distinct, kept);
}

/* Reads the share of the shipments that a box has to ship. */
static void
ReadMinShare(FunctionCallInfo fcinfo, ConstraintPositions position, SearchProblem *problem)
{
	if (PG_ARGISNULL(ARG_MIN_SHARE(position)))
		return;
	problem->min_share = PG_GETARG_FLOAT8(ARG_MIN_SHARE(position));
	if (!(problem->min_share >= 0 && problem->min_share <= 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("min_share %g is out of range", problem->min_share),
						errhint("Give a share of the shipments from 0 to 1, as in "
								"min_share => 0.01.")));
}

/*
 * Reads all these arguments into the problem, whose suite_size and domain are set. Errors name the
 * argument, or the two that exclude each other.
 */
void
ReadConstraints(FunctionCallInfo fcinfo, ConstraintPositions position, SearchProblem *problem)
{
	ReadCandidates(fcinfo, position, problem);
	ReadMaxRatio(fcinfo, position, problem);
	if (position.current == 0)
		return;
	ReadCurrent(fcinfo, position, problem);
	ReadMinShare(fcinfo, position, problem);
}

/*
 * Whether box b of a suite need not be in it for its own sake: it is neither kept nor one of just as
 * many current boxes as must stay.
 */
bool
MayBeLeftOut(const SearchProblem *problem, const Box *boxes, int nboxes, int b)
{
	int ncurrent = 0;

	if (IsAmong(boxes[b].size, problem->keep, problem->nkeep))
		return false;
	if (!IsAmong(boxes[b].size, problem->current, problem->ncurrent))
		return true;
	for (int i = 0; i < nboxes; i++)
		ncurrent += IsAmong(boxes[i].size, problem->current, problem->ncurrent);
	return ncurrent > problem->must_stay;
}

/* ------------------------------------------------------------------------------------------------
 * Writing down
 * ------------------------------------------------------------------------------------------------ */

/* Appends a key and a string to the text of a jsonb object. */
void
AppendOption(StringInfo out, const char *key, const char *value)
{
	appendStringInfo(out, "%s\"%s\": ", out->len > 1 ? ", " : "", key);
	escape_json(out, value);
}

/* Appends an argument that is a number, unless it is NULL. */
static void
AppendNumberOption(FunctionCallInfo fcinfo, int n, StringInfo out, const char *key)
{
	if (!PG_ARGISNULL(n))
		appendStringInfo(out, "%s\"%s\": %s", out->len > 1 ? ", " : "", key,
						 DatumGetCString(DirectFunctionCall1(float8out, PG_GETARG_DATUM(n))));
}

/* Appends an argument that is a box, unless it is NULL. */
static void
AppendBoxOption(FunctionCallInfo fcinfo, int n, StringInfo out, const char *key)
{
	if (!PG_ARGISNULL(n))
		AppendOption(out, key, BoxText(PG_GETARG_BOX_P(n)));
}

/* Appends an argument that is an array of boxes, unless it is NULL or empty. */
static void
AppendBoxesOption(FunctionCallInfo fcinfo, int n, StringInfo out, const char *key)
{
	Box *boxes;
	int nboxes;

	if (PG_ARGISNULL(n))
		return;
	boxes = BoxArrayArgument(PG_GETARG_ARRAYTYPE_P(n), key, &nboxes);
	if (nboxes == 0)
		return;
	appendStringInfo(out, "%s\"%s\": [", out->len > 1 ? ", " : "", key);
	for (int b = 0; b < nboxes; b++)
	{
		appendStringInfoString(out, b > 0 ? ", " : "");
		escape_json(out, BoxText(&boxes[b]));
	}
	appendStringInfoChar(out, ']');
}

/* Appends those of these arguments that were given to the text of a jsonb object. */
void
AppendConstraints(FunctionCallInfo fcinfo, ConstraintPositions position, StringInfo out)
{
	AppendBoxOption(fcinfo, ARG_MIN_BOX(position), out, "min_box");
	AppendBoxOption(fcinfo, ARG_MAX_BOX(position), out, "max_box");
	AppendBoxesOption(fcinfo, ARG_KEEP(position), out, "keep");
	AppendBoxesOption(fcinfo, ARG_CANDIDATES(position), out, "candidates");
	AppendNumberOption(fcinfo, ARG_MAX_RATIO(position), out, "max_ratio");
	if (position.current == 0)
		return;
	AppendBoxesOption(fcinfo, ARG_CURRENT(position), out, "current");
	if (!PG_ARGISNULL(ARG_MAX_CHANGES(position)))
		appendStringInfo(out, "%s\"max_changes\": %d", out->len > 1 ? ", " : "",
						 PG_GETARG_INT32(ARG_MAX_CHANGES(position)));
	AppendNumberOption(fcinfo, ARG_MIN_SHARE(position), out, "min_share");
}
