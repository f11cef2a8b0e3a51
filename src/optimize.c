/*
 * optimize.c
 *	  optimize_suite: chooses the boxes for a shipments relation or a profile.
 *
 * The order of work follows what the server allows: read the arguments and the shipments first,
 * search over flat arrays, then store the suite and return the rows.
 */
#include "kernel.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "portability/instr_time.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/timestamp.h"

#include "candidate.h"
#include "constraints.h"
#include "guc.h"
#include "number.h"
#include "optimize.h"
#include "parallel.h"
#include "parts.h"
#include "progress.h"

/* Iterations of the proof at normal effort, and what thorough effort multiplies all work by. */
#define NORMAL_BOUND_ITERATIONS 2500
#define THOROUGH_FACTOR         10

/* Gives where the constraints stand. */
static ConstraintPositions
PositionsOfConstraints(const ArgumentPositions *position)
{
	return (ConstraintPositions){.min_box = position->objective + 3,
								 .max_ratio = position->max_ratio,
								 .current = position->current};
}

/* Appends a fixed-point number that is not 0. */
static void
AppendFixedOption(StringInfo out, const char *key, int64 value)
{
	char number[FIXED_TEXT_SIZE];

	if (value == 0)
		return;
	FixedFormat(value, number);
	appendStringInfo(out, "%s\"%s\": %s", out->len > 1 ? ", " : "", key, number);
}

/* Gives the arguments that make the suite what it is, as a jsonb object: how to find it again. */
static char *
DescribeOptions(FunctionCallInfo fcinfo, const ArgumentPositions *position, const Profile *profile,
				const SearchProblem *problem)
{
	StringInfoData out;
	Box steps;

	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	memcpy(steps.size, problem->step, sizeof(steps.size));
	AppendOption(&out, "steps", BoxText(&steps));
	AppendFixedOption(&out, "padding", problem->padding[0]);
	AppendFixedOption(&out, "gap", profile->gap);
	if (!PG_ARGISNULL(position->max_weight))
		AppendFixedOption(&out, "max_weight",
						  WeightArgument(fcinfo, position->max_weight, "max_weight"));
	AppendConstraints(fcinfo, PositionsOfConstraints(position), &out);
	if (position->holdout > 0 && !PG_ARGISNULL(position->holdout))
	{
		char moment[MAXDATELEN + 1];

		AppendOption(
			&out, "holdout",
			JsonEncodeDateTime(moment, PG_GETARG_DATUM(position->holdout), TIMESTAMPTZOID, NULL));
	}
	appendStringInfoChar(&out, '}');
	return out.data;
}

/* Adds a string to the options of a suite, NULL for none. */
void
AddSuiteOption(SuiteRecord *record, const char *key, const char *value)
{
	StringInfoData out;

	initStringInfo(&out);
	appendBinaryStringInfo(&out, record->options, (int) strlen(record->options) - 1);
	if (value != NULL)
		AppendOption(&out, key, value);
	else
		appendStringInfo(&out, "%s\"%s\": null", out.len > 1 ? ", " : "", key);
	appendStringInfoChar(&out, '}');
	record->options = out.data;
}

/* Reads the increments of the candidates. */
static void
ReadSteps(FunctionCallInfo fcinfo, const ArgumentPositions *position, const Profile *profile,
		  SearchProblem *problem)
{
	int32 step = LengthUnitDefaultStep((LengthUnit) profile->length_unit);

	if (!PG_ARGISNULL(ARG_STEP(position)) && !PG_ARGISNULL(ARG_STEPS(position)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("step and steps cannot both be given"),
						errhint("Give one increment as step, or three as steps.")));
	if (!PG_ARGISNULL(ARG_STEP(position)))
	{
		double given = PG_GETARG_FLOAT8(ARG_STEP(position));
		int64 value = 0;
		FixedStatus status = FixedFromDouble(given, FIXED_ROUND_UP, LENGTH_MAX, &value);

		if (status != FIXED_OK)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("step %g %s", given, FixedStatusText(status)),
							errhint("Give a positive increment, as in step => 0.5.")));
		step = (int32) value;
	}
	for (int k = 0; k < 3; k++)
		problem->step[k] = step;
	if (!PG_ARGISNULL(ARG_STEPS(position)))
	{
		Box *steps = PG_GETARG_BOX_P(ARG_STEPS(position));

		CheckBoxIsCarton(steps);
		memcpy(problem->step, steps->size, sizeof(problem->step));
	}
}

/* The demand while it is put together. */
typedef struct DemandBuilder
{
	bool upright; /* the search's domain */
	int64 *count;
	int32 *first;
	int32 (*element)[3];
	int nclasses;
	int nelements;
} DemandBuilder;

/* Starts the next class. */
static void
StartClass(DemandBuilder *builder, int64 count)
{
	builder->count[builder->nclasses] = count;
	builder->first[builder->nclasses++] = builder->nelements;
}

/* Adds a minimal box to the class; one that may be turned stands in three ways. */
static void
AddElement(DemandBuilder *builder, const int32 size[3], bool upright)
{
	if (upright || !builder->upright)
	{
		memcpy(builder->element[builder->nelements++], size, sizeof(*builder->element));
		return;
	}
	for (int vertical = 0; vertical < 3; vertical++)
	{
		int32 *element = builder->element[builder->nelements++];

		element[0] = size[vertical == 0 ? 1 : 0];
		element[1] = size[vertical == 2 ? 1 : 2];
		element[2] = size[vertical];
	}
}

/*
 * Gives the smallest allowed size that holds a minimal box, increments not counted: with a limit on
 * ratio a thin one needs a thicker box. False if there is none.
 */
static bool
AllowedSize(const GridSpec *spec, const int32 element[3], int32 size[3])
{
	int64 allowed[3];

	if (spec->max_ratio == 0)
	{
		memcpy(size, element, 3 * sizeof(int32));
		return true;
	}
	if (!CandidateSmallest(spec, element, allowed))
		return false;
	for (int k = 0; k < 3; k++)
		size[k] = (int32) allowed[k];
	return true;
}

/* Finds the allowed size around a minimal box of a class that has the least volume; of several the last. */
static bool
SmallestAllowed(const DemandBuilder *builder, const GridSpec *spec, int i, int32 smallest[3])
{
	bool found = false;

	for (int e = builder->first[i]; e < builder->first[i + 1]; e++)
	{
		int32 size[3];

		if (!AllowedSize(spec, builder->element[e], size) ||
			(found && VolumeOf(size) > VolumeOf(smallest)))
			continue;
		memcpy(smallest, size, sizeof(size));
		found = true;
	}
	return found;
}

/*
 * Without max_box the largest candidate is the smallest box around the smallest boxes that hold each
 * class, the boxes to keep and those in use: minimal boxes beyond it, such as all items of a large
 * order in one row, would make the grid many times as large, for boxes that nobody wants.
 */
static void
DropFarElements(DemandBuilder *builder, const SearchProblem *problem)
{
	GridSpec spec = SearchGridSpec(problem);
	int32 bound[3] = {0, 0, 0};
	int kept = 0;

	for (int k = 0; k < 3; k++)
	{
		spec.step[k] = 1;
		spec.padding[k] = 0;
	}
	for (int b = 0; b < problem->nkeep; b++)
		for (int k = 0; k < 3; k++)
			bound[k] = Max(bound[k], problem->keep[b][k]);
	for (int b = 0; b < problem->ncurrent; b++)
		for (int k = 0; k < 3; k++)
			bound[k] = Max(bound[k], problem->current[b][k]);
	for (int i = 0; i < builder->nclasses; i++)
	{
		int32 size[3];

		if (SmallestAllowed(builder, &spec, i, size))
			for (int k = 0; k < 3; k++)
				bound[k] = Max(bound[k], size[k]);
	}
	for (int i = 0; i < builder->nclasses; i++)
	{
		int first = builder->first[i];
		int end = builder->first[i + 1];

		builder->first[i] = kept;
		for (int e = first; e < end; e++)
			if (LengthsWithin(builder->element[e], bound))
				memmove(builder->element[kept++], builder->element[e], sizeof(*builder->element));
	}
	builder->first[builder->nclasses] = kept;
	builder->nelements = kept;
}

/* Takes the classes of a profile as the demand of the search. */
static void
SetDemand(const Profile *profile, SearchProblem *problem)
{
	const ProfileClass *plain = ProfileClasses(profile);
	const ShapedClass *shaped = ProfileShaped(profile);
	DemandBuilder builder = {.upright = problem->upright};
	Size nclasses = (Size) profile->nclasses + profile->nshaped + profile->ncover;
	Size nelements = (Size) profile->nclasses + profile->ncover;
	double scale = ProfileSampleScale(profile);

	if (profile->shipments >= (INT64CONST(1) << 53))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a profile of " INT64_FORMAT " shipments is too large to optimize",
							   profile->shipments)));
	for (int i = 0; i < profile->nshaped; i++, shaped = NextShaped(shaped))
		nelements += shaped->nelements;
	if (problem->upright)
		nelements *= 3;
	builder.count = MemoryContextAllocHuge(CurrentMemoryContext, nclasses * sizeof(int64));
	builder.first = MemoryContextAllocHuge(CurrentMemoryContext, (nclasses + 1) * sizeof(int32));
	builder.element =
		MemoryContextAllocHuge(CurrentMemoryContext, nelements * sizeof(*builder.element));

	for (int i = 0; i < profile->nclasses; i++)
	{
		StartClass(&builder, plain[i].count);
		AddElement(&builder, plain[i].size, false);
	}
	shaped = ProfileShaped(profile);
	for (int i = 0; i < profile->nshaped; i++, shaped = NextShaped(shaped))
	{
		StartClass(&builder, scale == 1 ? shaped->count : (int64) rint(shaped->count * scale));
		for (int e = 0; e < shaped->nelements; e++)
			AddElement(&builder, shaped->element[e], shaped->upright);
	}
	for (int i = 0; i < profile->ncover; i++)
	{
		/* without weight, but to be covered: one shipment among very many */
		StartClass(&builder, 1);
		AddElement(&builder, ProfileCover(profile)[i].size, ProfileCover(profile)[i].upright);
	}
	builder.first[builder.nclasses] = builder.nelements;
	if (!problem->has_max && problem->catalogue == NULL)
		DropFarElements(&builder, problem);

	problem->demand.nclasses = builder.nclasses;
	problem->demand.count = builder.count;
	problem->demand.first = builder.nelements == builder.nclasses ? NULL : builder.first;
	problem->demand.element = (const int32_t(*)[3]) builder.element;
}

/* Raises the error of a search that found no suite. */
void
RaiseSearchFailure(SearchStatus status, const SearchProblem *problem)
{
	switch (status)
	{
		case SEARCH_OK:
			return;
		case SEARCH_GRID_TOO_LARGE:
			if (problem->catalogue != NULL)
				ereport(ERROR,
						(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						 errmsg("the candidates have too many different dimensions to search"),
						 errhint("Round their dimensions to fewer values, or raise "
								 "maintenance_work_mem.")));
			ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
							errmsg("the grid of candidates does not fit into maintenance_work_mem, "
								   "however coarse it is"),
							errhint("Raise maintenance_work_mem, or keep fewer boxes.")));
			break;
		case SEARCH_NO_COVER:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("no suite of %d boxes holds every shipment that the candidates could "
							"hold",
							problem->suite_size),
					 errhint("Raise suite_size%s, or add larger candidates.",
							 problem->must_stay > 0 ? " or max_changes" : "")));
			break;
		case SEARCH_COVER_UNKNOWN:
			ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
							errmsg("found no suite of %d boxes that holds every shipment that the "
								   "candidates could hold",
								   problem->suite_size),
							errdetail("That there is none could not be proved either."),
							errhint("Raise suite_size, or add larger candidates.")));
			break;
		case SEARCH_NO_CANDIDATE:
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("no candidate box holds any shipment"),
							errhint("Raise max_box%s, or add larger candidates.",
									problem->max_ratio > 0 ? " or max_ratio" : "")));
	}
}

/*
 * Searches, within the time allowed, telling how far it is: for a suite, or, if point is not NULL, for
 * those of all sizes.
 */
SearchStatus
RunSearch(SearchProblem *problem, SearchResult *result, CurvePoint *point)
{
	Progress *progress = ProgressStart(problem->step);
	SearchStatus status = SEARCH_OK;

	problem->watch = ProgressWatch(progress);
	problem->host = ParallelTaskHost(progress);
	PG_TRY();
	{
		status = point == NULL ? SearchSuite(problem, result) : SearchCurve(problem, point);
	}
	PG_FINALLY();
	{
		ProgressEnd(progress);
	}
	PG_END_TRY();
	return status;
}

/* Tells what was searched where memory is too small for the grid of all candidates. */
static void
NoteNarrow(const SearchProblem *problem, const SearchResult *result)
{
	char *all = result->cells == INT64_MAX ? "" : psprintf(INT64_FORMAT " ", result->cells);

	if (result->coarse_factor == 0)
		return;
	ereport(NOTICE,
			(errmsg("searched coarse to fine: the %scandidates of step %s do not fit into "
					"maintenance_work_mem",
					all, StepText(problem->step, 1)),
			 errdetail("All " INT64_FORMAT " candidates of step %s were searched, and " INT64_FORMAT
					   " near the suite of step %s. How good it is was not proved.",
					   result->coarse_candidates, StepText(problem->step, result->coarse_factor),
					   result->candidates, StepText(problem->step, result->fine_factor))));
}

/* Tells how far a suite can be from the best possible one; empty if nothing was proved. */
char *
GapText(const SuiteRecord *record)
{
	if (!record->bounded)
		return "";
	if (record->gap == 0)
		return ", optimal";
	return psprintf(", within %.1f %% of the best possible", ceil(record->gap * 1000) / 10);
}

/* Tells the result in one NOTICE; when is behind the number of shipments. */
static void
NoteResult(const FoundSuite *found, const SuiteRecord *record, const char *when, double seconds,
		   bool not_stored)
{
	const SuiteUse *use = found->use;
	double min_share = found->problem.min_share;
	int suite_size = record->suite_size;
	SuiteTotals totals = SuiteUseTotals(use);
	int64 left_out = ProfileLeftOut(found->profile) + use->unboxed;
	bool fewer = use->nboxes < suite_size && !record->stopped_early;

	if (fewer && min_share > 0)
		ereport(
			NOTICE,
			(errmsg("%d of %d boxes: any other would save nothing or ship less than min_share %g",
					use->nboxes, suite_size, min_share)));
	else if (fewer)
		ereport(NOTICE, (errmsg_plural("%d box does what %d could: no further box would save "
									   "anything",
									   "%d boxes do what %d could: no further box would save "
									   "anything",
									   use->nboxes, use->nboxes, suite_size)));
	if (use->unboxed > 0)
		ereport(WARNING, (errmsg_plural(INT64_FORMAT " shipment fits no allowed box",
										INT64_FORMAT " shipments fit no allowed box",
										(unsigned long) use->unboxed, use->unboxed),
						  errhint("They are in the row without a box; max_box or candidates keeps "
								  "larger boxes out.")));
	ereport(
		NOTICE,
		(errmsg("%s for %s%s%s: utilization %.1f %%%s, %.1f seconds, %s left out%s%s",
				psprintf(use->nboxes == 1 ? "suite of %d box" : "suite of %d boxes", use->nboxes),
				CountShipments(totals.shipments), when,
				found->objective->is_volume ? "" : psprintf(" by %s", found->objective->name),
				totals.box_volume > 0 ? 100 * totals.content_volume / totals.box_volume : 0,
				GapText(record), seconds, CountShipments(left_out),
				record->stopped_early ? "; stopped early by packopt.search_timeout" : "",
				not_stored ? "; not stored: the transaction is read-only" : "")));
}

/* Sets how much work the search does, in moves and iterations. */
static void
SetEffort(SearchProblem *problem)
{
	problem->effort = SearchEffortNormal();
	switch ((EffortSetting) packopt_effort)
	{
		case EFFORT_FAST:
			break;
		case EFFORT_NORMAL:
			problem->bound_iterations = NORMAL_BOUND_ITERATIONS;
			break;
		case EFFORT_THOROUGH:
			problem->effort.rounds *= THOROUGH_FACTOR;
			problem->bound_iterations = NORMAL_BOUND_ITERATIONS * THOROUGH_FACTOR;
			break;
	}
}

/* Finds the box that ships least, less than min_share, and may be left out; -1 if there is none. */
static int
FindIdleBox(const SearchProblem *problem, const SuiteUse *use, const Box *boxes, const bool *needed)
{
	int64 all = use->unboxed;
	int idle = -1;

	for (int b = 0; b < use->nboxes; b++)
		all += use->box[b].shipments;
	for (int b = 0; b < use->nboxes; b++)
		if (!needed[b] && (double) use->box[b].shipments / all < problem->min_share &&
			(idle < 0 || use->box[b].shipments < use->box[idle].shipments) &&
			MayBeLeftOut(problem, boxes, use->nboxes, b))
			idle = b;
	return idle;
}

/*
 * Evaluates the suite that the search found, and leaves out what ships less than min_share by this
 * count, which is that of evaluate_suite. The search knows it but for samples, whose counts are rounded
 * otherwise, and for boxes whose costs differ by rounding only, so that hardly ever one has to go.
 */
static SuiteUse *
EvaluateResult(const SearchProblem *problem, const Objective *objective, const Profile *profile,
			   SearchResult *result)
{
	int nboxes = result->nboxes;
	Box *boxes = palloc(Max(nboxes, 1) * sizeof(Box));
	bool *needed = palloc0(Max(nboxes, 1) * sizeof(bool));
	SuiteUse *use;
	int idle;

	for (int b = 0; b < nboxes; b++)
		memcpy(boxes[b].size, result->box[b], sizeof(boxes[b].size));
	use = EvaluateSuite(profile, boxes, ObjectiveCosts(objective, boxes, nboxes), nboxes,
						problem->padding[0]);
	for (int b = 0; b < nboxes; b++)
		boxes[b] = use->box[b].box;
	while (problem->min_share > 0 && (idle = FindIdleBox(problem, use, boxes, needed)) >= 0)
	{
		Box *others = palloc(nboxes * sizeof(Box));
		SuiteUse *without;

		memcpy(others, boxes, idle * sizeof(Box));
		memcpy(others + idle, boxes + idle + 1, (nboxes - idle - 1) * sizeof(Box));
		without = EvaluateSuite(profile, others, ObjectiveCosts(objective, others, nboxes - 1),
								nboxes - 1, problem->padding[0]);
		if (without->unboxed > use->unboxed)
		{
			needed[idle] = true;
			continue;
		}
		use = without;
		boxes = others;
		memset(needed, 0, --nboxes * sizeof(bool));
		result->optimal = false;
		result->cost = SuiteUseTotals(use).cost;
	}
	return use;
}

/*
 * Takes arguments, settings and a profile into a problem for the search. Gives the profile that it is
 * about: without what is too heavy.
 */
const Profile *
PrepareSearch(FunctionCallInfo fcinfo, const ArgumentPositions *position,
			  const Objective *objective, const Profile *profile, SearchProblem *problem)
{
	int32 padding = PaddingArgument(fcinfo, ARG_PADDING(position));

	memset(problem, 0, sizeof(SearchProblem));
	profile = ApplyMaxWeight(fcinfo, position->max_weight, profile);
	problem->suite_size = PG_GETARG_INT32(1);
	problem->upright = ProfileNeedsVertical(profile);
	ReadSteps(fcinfo, position, profile, problem);
	ReadConstraints(fcinfo, PositionsOfConstraints(position), problem);
	for (int k = 0; k < 3; k++)
		problem->padding[k] = padding;
	if (profile->shipments == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND), errmsg("there are no shipments to optimize for"),
				 ProfileLeftOut(profile) > 0
					 ? errdetail(INT64_FORMAT " shipments are left out.", ProfileLeftOut(profile))
					 : 0,
				 errhint("check_shipments() tells how the rows are read.")));
	SetDemand(profile, problem);
	NoteInexact(profile);
	problem->cost = objective->cost;
	problem->cost_arg = objective->cost_arg;
	problem->max_memory = (size_t) maintenance_work_mem * 1024;
	SetEffort(problem);
	return profile;
}

/* Gives the boxes of a suite as an array. */
Box *
SuiteUseBoxes(const SuiteUse *use)
{
	Box *boxes = palloc(Max(use->nboxes, 1) * sizeof(Box));

	for (int b = 0; b < use->nboxes; b++)
		boxes[b] = use->box[b].box;
	return boxes;
}

/*
 * Searches the suite for a profile and fills in its record but for name and source. Without a suite
 * only the search's result is there.
 */
SearchStatus
FindSuite(FunctionCallInfo fcinfo, const ArgumentPositions *position, const Objective *objective,
		  const Profile *profile, SuiteRecord *record, FoundSuite *found)
{
	SearchResult *result = &found->result;
	SearchStatus status;

	found->profile = PrepareSearch(fcinfo, position, objective, profile, &found->problem);
	found->objective = objective;
	status = RunSearch(&found->problem, &found->result, NULL);
	if (status != SEARCH_OK)
		return status;
	NoteNarrow(&found->problem, result);
	found->use = EvaluateResult(&found->problem, objective, found->profile, result);

	record->objective = objective->name;
	record->suite_size = found->problem.suite_size;
	record->options = DescribeOptions(fcinfo, position, found->profile, &found->problem);
	record->candidates = result->candidates;
	record->bounded = result->bounded;
	record->stopped_early = result->stopped;
	record->lower_bound = result->lower_bound;
	record->gap = result->optimal    ? 0
				  : result->cost > 0 ? 1 - result->lower_bound / result->cost
									 : 0;
	return SEARCH_OK;
}

/* Evaluates a suite on the shipments held out, and tells how it does there. */
static SuiteUse *
EvaluateHeldOut(FunctionCallInfo fcinfo, const ArgumentPositions *position, const FoundSuite *found,
				const Profile *newer, const char *moment)
{
	SuiteUse *use;
	SuiteTotals totals;
	int nboxes = found->use->nboxes;
	Box *boxes = SuiteUseBoxes(found->use);

	newer = ApplyMaxWeight(fcinfo, position->max_weight, newer);
	use = EvaluateSuite(newer, boxes, ObjectiveCosts(found->objective, boxes, nboxes), nboxes,
						found->problem.padding[0]);
	totals = SuiteUseTotals(use);
	if (use->unboxed > 0)
		ereport(WARNING, (errmsg_plural(INT64_FORMAT " held-out shipment fits no box of the suite",
										INT64_FORMAT " held-out shipments fit no box of the suite",
										(unsigned long) use->unboxed, use->unboxed),
						  errdetail("See the row without a box.")));
	ereport(NOTICE,
			(errmsg("held out, from %s on: %s, utilization %.1f %%", moment,
					CountShipments(totals.shipments + use->unboxed),
					totals.box_volume > 0 ? 100 * totals.content_volume / totals.box_volume : 0),
			 errdetail("The rows are about these; the suite was chosen without them.")));
	return use;
}

/*
 * Optimizes a suite for a profile, stores it and emits its rows: for the same profile, or for the
 * shipments held out (newer, else NULL).
 */
static void
OptimizeProfile(FunctionCallInfo fcinfo, const ArgumentPositions *position,
				const Objective *objective, const Profile *profile, const Profile *newer,
				SuiteRecord *record, instr_time start)
{
	FoundSuite found;
	SuiteUse *use;
	instr_time end;
	int64 suite_id;
	const char *moment = "";
	bool wanted;
	bool stored = false;

	RaiseSearchFailure(FindSuite(fcinfo, position, objective, profile, record, &found),
					   &found.problem);
	record->name = PG_ARGISNULL(position->name)
					   ? psprintf("%s, %d boxes", record->source, record->suite_size)
					   : text_to_cstring(PG_GETARG_TEXT_PP(position->name));
	wanted = PG_ARGISNULL(position->save) || PG_GETARG_BOOL(position->save);
	if (wanted)
		stored = StoreSuite(record, found.profile, found.use, &suite_id);
	INSTR_TIME_SET_CURRENT(end);
	INSTR_TIME_SUBTRACT(end, start);
	if (newer != NULL)
		moment = timestamptz_to_str(PG_GETARG_TIMESTAMPTZ(position->holdout));
	NoteResult(&found, record, newer == NULL ? "" : psprintf(" before %s", moment),
			   INSTR_TIME_GET_DOUBLE(end), wanted && !stored);
	use = newer == NULL ? found.use : EvaluateHeldOut(fcinfo, position, &found, newer, moment);
	EmitSuite(fcinfo, use, stored ? &suite_id : NULL, true);
}

/*
 * Checks the arguments before the shipments are read, which may take long: whatever is wrong with them
 * whether boxes may be turned or not. size_name is what argument 1 is called. Gives the
 * objective.
 */
Objective *
CheckSuiteArguments(FunctionCallInfo fcinfo, const ArgumentPositions *position,
					const char *size_name)
{
	SearchProblem problem = {0};
	Profile empty = {0};
	Objective *objective;

	CheckArgumentNotNull(fcinfo, 1, size_name);
	if (PG_GETARG_INT32(1) < 1 || PG_GETARG_INT32(1) > MAX_SUITE_SIZE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s %d is out of range", size_name, PG_GETARG_INT32(1)),
						errhint("A suite has 1 to %d boxes.", MAX_SUITE_SIZE)));
	problem.suite_size = PG_GETARG_INT32(1);
	objective = ObjectiveArgument(fcinfo, position->objective);
	ReadSteps(fcinfo, position, &empty, &problem);
	ReadConstraints(fcinfo, PositionsOfConstraints(position), &problem);
	PaddingArgument(fcinfo, ARG_PADDING(position));
	return objective;
}

PG_FUNCTION_INFO_V1(packopt_optimize_suite_relation);
/* optimize_suite(shipments text, suite_size, ...). */
Datum
packopt_optimize_suite_relation(PG_FUNCTION_ARGS)
{
	const ArgumentPositions position = {.objective = 2,
										.name = 13,
										.save = 14,
										.max_weight = 16,
										.max_ratio = 17,
										.current = 18,
										.holdout = 21};
	ProfileOptions options = {.gap = GapArgument(fcinfo, 15),
							  .weight_step = WeightArgument(fcinfo, 16, "max_weight")};
	SuiteRecord record = {0};
	HistoryParts parts = {0};
	instr_time start;
	Objective *objective;

	INSTR_TIME_SET_CURRENT(start);
	objective = CheckSuiteArguments(fcinfo, &position, "suite_size");
	if (PG_ARGISNULL(position.holdout))
		parts.older = ProfileOfRelationArgument(fcinfo, 0, 10, &options, &record.source);
	else
	{
		ShipmentsRelation *relation = RelationArgument(fcinfo, 0, 10, &options);

		record.source = relation->quoted_name;
		parts = HoldoutArgument(fcinfo, position.holdout, relation, &options, PG_GETARG_INT32(1));
	}
	OptimizeProfile(fcinfo, &position, objective, parts.older, parts.newer, &record, start);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(packopt_optimize_suite_profile);
/* optimize_suite(profile, suite_size, ...). */
Datum
packopt_optimize_suite_profile(PG_FUNCTION_ARGS)
{
	const ArgumentPositions position = {
		.objective = 2, .name = 10, .save = 11, .max_weight = 12, .max_ratio = 13, .current = 14};
	SuiteRecord record = {.source = "profile"};
	instr_time start;
	Objective *objective;

	INSTR_TIME_SET_CURRENT(start);
	CheckArgumentNotNull(fcinfo, 0, "profile");
	objective = CheckSuiteArguments(fcinfo, &position, "suite_size");
	OptimizeProfile(fcinfo, &position, objective, PG_GETARG_PROFILE_P(0), NULL, &record, start);
	return (Datum) 0;
}
