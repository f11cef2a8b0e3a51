/*
 * optimize.c
 *	  optimize_suite: chooses the boxes for a shipments relation or a profile.
 *
 * The order of work follows what the server allows: read the arguments and the shipments first,
 * search over flat arrays, then store the suite and return the rows.
 */
#include "kernel.h"

#include <math.h>

#include "portability/instr_time.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "evaluate.h"
#include "number.h"
#include "search.h"
#include "shipments.h"
#include "suite.h"

/* Where an argument stands depends on the form of the function. */
typedef struct ArgumentPositions
{
	int objective;
	int name;
	int save;
} ArgumentPositions;

/* Behind objective, in both forms: step, steps, min_box, max_box, keep, candidates, padding. */
#define ARG_STEP(position) ((position)->objective + 1)
#define ARG_STEPS(position) ((position)->objective + 2)
#define ARG_MIN_BOX(position) ((position)->objective + 3)
#define ARG_MAX_BOX(position) ((position)->objective + 4)
#define ARG_KEEP(position) ((position)->objective + 5)
#define ARG_CANDIDATES(position) ((position)->objective + 6)
#define ARG_PADDING(position) ((position)->objective + 7)

/* Gives the volume of a box in cubic units: the cost where volume is to be least. */
static double
VolumeCost(const int32_t size[3], void *arg)
{
	(void) arg;
	return FixedToDouble(size[0]) * FixedToDouble(size[1]) * FixedToDouble(size[2]);
}

/* Checks the objective's name. */
static void
ReadObjective(FunctionCallInfo fcinfo, int n, SuiteRecord *record)
{
	record->objective = PG_ARGISNULL(n) ? "volume" : text_to_cstring(PG_GETARG_TEXT_PP(n));
	if (strcmp(record->objective, "volume") != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("unknown objective \"%s\"", record->objective),
						errhint("The objective is volume.")));
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

/* Gives the sorted dimensions of an array of boxes, without doubles, in canonical order. */
static int32(*SortedSizes(ArrayType *array, const char *name, int *nboxes))[3]
{
	Box *boxes = BoxArrayArgument(array, name, nboxes);
	int32(*sizes)[3] = palloc(Max(*nboxes, 1) * sizeof(*sizes));
	int n = 0;

	pg_qsort(boxes, *nboxes, sizeof(Box), (int (*)(const void *, const void *)) BoxCompare);
	for (int i = 0; i < *nboxes; i++)
	{
		CheckBoxIsCarton(&boxes[i]);
		if (i > 0 && BoxCompare(&boxes[i - 1], &boxes[i]) == 0)
			continue;
		SortLengths(boxes[i].size, sizes[n++]);
	}
	*nboxes = n;
	return sizes;
}

/* Reads the boxes that limit, extend or replace the grid of candidates. */
static void
ReadCandidates(FunctionCallInfo fcinfo, const ArgumentPositions *position, SearchProblem *problem)
{
	if (!PG_ARGISNULL(ARG_MIN_BOX(position)))
	{
		CheckBoxIsCarton(PG_GETARG_BOX_P(ARG_MIN_BOX(position)));
		problem->has_min = true;
		SortLengths(PG_GETARG_BOX_P(ARG_MIN_BOX(position))->size, problem->min_box);
	}
	if (!PG_ARGISNULL(ARG_MAX_BOX(position)))
	{
		CheckBoxIsCarton(PG_GETARG_BOX_P(ARG_MAX_BOX(position)));
		problem->has_max = true;
		SortLengths(PG_GETARG_BOX_P(ARG_MAX_BOX(position))->size, problem->max_box);
	}
	if (problem->has_min && problem->has_max && !LengthsWithin(problem->min_box, problem->max_box))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("min_box %s does not lie within max_box %s",
							   BoxText(PG_GETARG_BOX_P(ARG_MIN_BOX(position))),
							   BoxText(PG_GETARG_BOX_P(ARG_MAX_BOX(position))))));
	if (!PG_ARGISNULL(ARG_KEEP(position)))
		problem->keep =
			SortedSizes(PG_GETARG_ARRAYTYPE_P(ARG_KEEP(position)), "keep", &problem->nkeep);
	if (problem->nkeep > problem->suite_size)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("keep has %d boxes, but the suite only %d", problem->nkeep,
							   problem->suite_size),
						errhint("Raise suite_size, or keep fewer boxes.")));
	if (!PG_ARGISNULL(ARG_CANDIDATES(position)))
	{
		problem->catalogue = SortedSizes(PG_GETARG_ARRAYTYPE_P(ARG_CANDIDATES(position)),
										 "candidates", &problem->ncatalogue);
		if (problem->ncatalogue == 0 && problem->nkeep == 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("candidates is empty"),
							errhint("Leave candidates out to choose from all sizes.")));
	}
}

/* Takes the classes of a profile as the demand of the search. */
static void
SetDemand(const Profile *profile, SearchProblem *problem)
{
	const ProfileClass *class = ProfileClasses(profile);
	int n = profile->nclasses;
	int64 *count = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(int64));
	int32(*element)[3] = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(*element));

	if (profile->shipments >= (INT64CONST(1) << 53))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a profile of " INT64_FORMAT " shipments is too large to optimize",
							   profile->shipments)));
	for (int i = 0; i < n; i++)
	{
		count[i] = class[i].count;
		memcpy(element[i], class[i].size, sizeof(element[i]));
	}
	problem->demand.nclasses = n;
	problem->demand.count = count;
	problem->demand.first = NULL;
	problem->demand.element = (const int32_t(*)[3]) element;
}

/* Raises the error of a search that found no suite. */
static void
RaiseSearchFailure(SearchStatus status, const SearchProblem *problem, const SearchResult *result)
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
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("step %g is too small: its grid of candidates does not fit into "
							"maintenance_work_mem",
							FixedToDouble(problem->step[0])),
					 errhint("A step of %g fits; or raise maintenance_work_mem, or lower max_box.",
							 ceil(FixedToDouble(problem->step[0]) * result->step_needed_factor *
								  1000) /
								 1000)));
			break;
		case SEARCH_NO_COVER:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("no suite of %d boxes holds every shipment that the candidates could "
							"hold",
							problem->suite_size),
					 errhint("Raise suite_size, or add larger candidates.")));
			break;
		case SEARCH_COVER_UNKNOWN:
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("found no suite of %d boxes that holds every shipment that the "
							"candidates could hold",
							problem->suite_size),
					 errdetail("That there is none could not be proved either."),
					 errhint("Raise suite_size, or add larger candidates.")));
			break;
		case SEARCH_NO_CANDIDATE:
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("no candidate box holds any shipment"),
							errhint("Raise max_box, or add larger candidates.")));
	}
}

/* Tells the result in one NOTICE. */
static void
NoteResult(const Profile *profile, const SuiteUse *use, int suite_size, double seconds)
{
	int64 shipments;
	double box_volume;
	double content_volume;
	int64 left_out = ProfileLeftOut(profile) + use->unboxed;

	SuiteUseTotals(use, &shipments, &box_volume, &content_volume);
	if (use->nboxes < suite_size)
		ereport(NOTICE, (errmsg("%d boxes do what %d could: no further box would save anything",
								use->nboxes, suite_size)));
	if (use->unboxed > 0)
		ereport(WARNING, (errmsg(INT64_FORMAT " shipments fit no allowed box", use->unboxed),
						  errhint("They are in the row without a box; max_box or candidates keeps "
								  "larger boxes out.")));
	ereport(NOTICE, (errmsg("suite of %d boxes for " INT64_FORMAT
							" shipments: utilization %.1f %%, %.1f seconds, " INT64_FORMAT
							" shipments left out",
							use->nboxes, shipments,
							box_volume > 0 ? 100 * content_volume / box_volume : 0, seconds,
							left_out)));
}

/* Optimizes a suite for a profile, stores it and emits its rows. */
static void
OptimizeProfile(FunctionCallInfo fcinfo, const ArgumentPositions *position, const Profile *profile,
				SuiteRecord *record, instr_time start)
{
	SearchProblem problem = {0};
	SearchResult result = {0};
	SuiteUse *use;
	Box *boxes;
	int32 padding = PaddingArgument(fcinfo, ARG_PADDING(position));
	instr_time end;
	int64 suite_id;
	bool stored = false;

	problem.suite_size = PG_GETARG_INT32(1);
	ReadObjective(fcinfo, position->objective, record);
	ReadSteps(fcinfo, position, profile, &problem);
	ReadCandidates(fcinfo, position, &problem);
	for (int k = 0; k < 3; k++)
		problem.padding[k] = padding;
	if (profile->shipments == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND), errmsg("there are no shipments to optimize for"),
				 ProfileLeftOut(profile) > 0
					 ? errdetail(INT64_FORMAT " shipments are left out.", ProfileLeftOut(profile))
					 : 0,
				 errhint("check_shipments() tells how the rows are read.")));
	SetDemand(profile, &problem);
	NoteCoarsened(profile);
	problem.cost = VolumeCost;
	problem.max_memory = (size_t) maintenance_work_mem * 1024;
	problem.effort = SearchEffortNormal();
	RaiseSearchFailure(SearchSuite(&problem, &result), &problem, &result);

	boxes = palloc(Max(result.nboxes, 1) * sizeof(Box));
	for (int b = 0; b < result.nboxes; b++)
		memcpy(boxes[b].size, result.box[b], sizeof(boxes[b].size));
	use = EvaluateSuite(profile, boxes, result.nboxes, padding);

	record->suite_size = problem.suite_size;
	record->padding = padding;
	record->step = problem.step;
	record->candidates = result.candidates;
	record->name = PG_ARGISNULL(position->name)
					   ? psprintf("%s, %d boxes", record->source, problem.suite_size)
					   : text_to_cstring(PG_GETARG_TEXT_PP(position->name));
	if (PG_ARGISNULL(position->save) || PG_GETARG_BOOL(position->save))
		stored = StoreSuite(record, profile, use, &suite_id);
	EmitSuite(fcinfo, use, stored ? &suite_id : NULL, true);

	INSTR_TIME_SET_CURRENT(end);
	INSTR_TIME_SUBTRACT(end, start);
	NoteResult(profile, use, problem.suite_size, INSTR_TIME_GET_DOUBLE(end));
}

/* Checks the size of the suite before anything is read. */
static void
CheckSuiteSize(FunctionCallInfo fcinfo)
{
	CheckArgumentNotNull(fcinfo, 1, "suite_size");
	if (PG_GETARG_INT32(1) < 1 || PG_GETARG_INT32(1) > MAX_SUITE_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("suite_size %d is out of range", PG_GETARG_INT32(1)),
				 errhint("A suite has 1 to %d boxes.", MAX_SUITE_SIZE)));
}

PG_FUNCTION_INFO_V1(packopt_optimize_suite_relation);
/* optimize_suite(shipments text, suite_size, ...). */
Datum
packopt_optimize_suite_relation(PG_FUNCTION_ARGS)
{
	const ArgumentPositions position = {.objective = 2, .name = 13, .save = 14};
	SuiteRecord record = {0};
	instr_time start;
	Profile *profile;

	INSTR_TIME_SET_CURRENT(start);
	CheckSuiteSize(fcinfo);
	profile = ProfileOfRelationArgument(fcinfo, 0, 10, &record.source);
	OptimizeProfile(fcinfo, &position, profile, &record, start);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(packopt_optimize_suite_profile);
/* optimize_suite(profile, suite_size, ...). */
Datum
packopt_optimize_suite_profile(PG_FUNCTION_ARGS)
{
	const ArgumentPositions position = {.objective = 2, .name = 10, .save = 11};
	SuiteRecord record = {.source = "profile"};
	instr_time start;

	INSTR_TIME_SET_CURRENT(start);
	CheckArgumentNotNull(fcinfo, 0, "profile");
	CheckSuiteSize(fcinfo);
	OptimizeProfile(fcinfo, &position, PG_GETARG_PROFILE_P(0), &record, start);
	return (Datum) 0;
}
