/*
 * suitecurve.c
 *	  suite_curve: what one more box is worth.
 */
#include "kernel.h"

#include "funcapi.h"
#include "portability/instr_time.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "curve.h"
#include "optimize.h"
#include "progress.h"
#include "shipments.h"

/* Where the argument worth stands depends on the form of the function. */
typedef struct CurveArguments
{
	ArgumentPositions position;
	int worth;
} CurveArguments;

/* The columns of a row. */
#define CURVE_COLUMNS 8

/* Reads the share that one more box must save to be worth it. */
static double
WorthArgument(FunctionCallInfo fcinfo, int n)
{
	double worth;

	CheckArgumentNotNull(fcinfo, n, "worth");
	worth = PG_GETARG_FLOAT8(n);
	if (!(worth >= 0 && worth < 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("worth %g is out of range", worth),
						errhint("Give the share of the cost that one more box has to save, "
								"from 0 to less than 1, as in worth => 0.02.")));
	return worth;
}

/* A size's suite on the profile. */
typedef struct CurveRow
{
	const CurvePoint *point;
	Box *boxes;
	SuiteTotals totals;
	double saving; /* against the next smaller size, as a share; 0 if that has no suite */
} CurveRow;

/* Evaluates the suites of all sizes that have one; gives the row of size 1. */
static CurveRow *
EvaluateCurve(const Profile *profile, const Objective *objective, const SearchProblem *problem,
			  const CurvePoint *point)
{
	CurveRow *row = palloc0(problem->suite_size * sizeof(CurveRow));

	for (int i = 0; i < problem->suite_size; i++)
	{
		const SearchResult *result = &point[i].result;

		row[i].point = &point[i];
		if (point[i].status != SEARCH_OK)
			continue;
		row[i].boxes = palloc(Max(result->nboxes, 1) * sizeof(Box));
		for (int b = 0; b < result->nboxes; b++)
			memcpy(row[i].boxes[b].size, result->box[b], sizeof(row[i].boxes[b].size));
		row[i].totals = SuiteUseTotals(EvaluateSuite(
			profile, row[i].boxes, ObjectiveCosts(objective, row[i].boxes, result->nboxes),
			result->nboxes, problem->padding[0]));
		if (i > 0 && row[i - 1].totals.cost > 0)
			row[i].saving = 1 - row[i].totals.cost / row[i - 1].totals.cost;
	}
	return row;
}

/*
 * Gives the size beyond which one more box is never worth it: the largest one that saves its share
 * against the size before, or the least there is.
 */
static int
LastWorthwhile(const CurveRow *row, int least, int most, double worth)
{
	int k = most;

	while (k > least && row[k - 1].saving < worth)
		k--;
	return k;
}

/* Gives an array of boxes of the given array type. */
static Datum
BoxArray(const Box *boxes, int nboxes, Oid array_type)
{
	Datum *elements = palloc(Max(nboxes, 1) * sizeof(Datum));

	for (int b = 0; b < nboxes; b++)
		elements[b] = PointerGetDatum(&boxes[b]);
	return PointerGetDatum(construct_array(elements, nboxes, get_element_type(array_type),
										   sizeof(Box), false, TYPALIGN_INT));
}

/* Emits a row for every size that has a suite. */
static void
EmitCurve(FunctionCallInfo fcinfo, const Objective *objective, const CurveRow *row, int least,
		  int most)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int k = least; k <= most; k++)
	{
		const CurveRow *r = &row[k - 1];
		const SearchResult *result = &r->point->result;
		Datum values[CURVE_COLUMNS] = {0};
		bool nulls[CURVE_COLUMNS] = {false};

		if (r->point->status != SEARCH_OK)
			continue;
		values[0] = Int32GetDatum(k);
		values[1] = Float8GetDatum(r->totals.box_volume);
		values[2] = Float8GetDatum(r->totals.content_volume / r->totals.box_volume);
		nulls[2] = r->totals.box_volume <= 0;
		values[3] = Float8GetDatum(100 * r->saving);
		nulls[3] = k == least;
		values[4] = Float8GetDatum(ProvedLower(result, objective, &r->totals));
		values[5] = Float8GetDatum(ProvedGap(result, objective, &r->totals));
		nulls[4] = nulls[5] = !result->bounded;
		values[6] = Float8GetDatum(r->totals.cost);
		values[7] = BoxArray(r->boxes, result->nboxes, TupleDescAttr(set->setDesc, 7)->atttypid);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
}

/* Tells what is left out, and up to which size one more box is worth it. */
static void
NoteCurve(const Profile *profile, const SearchProblem *problem, const CurveRow *row, int least,
		  double worth, double seconds)
{
	int most = problem->suite_size;
	int last = LastWorthwhile(row, least, most, worth);
	int64 unboxed = row[most - 1].point->result.unboxable;
	bool stopped = false;

	for (int k = least; k <= most; k++)
		stopped |= row[k - 1].point->result.stopped;
	if (row[most - 1].point->result.coarse_factor > 1)
		ereport(NOTICE,
				(errmsg("the candidates of step %s do not fit into maintenance_work_mem",
						StepText(problem->step, 1)),
				 errdetail("The curve is that of the " INT64_FORMAT " candidates of step %s. How "
						   "good its suites are was not proved.",
						   row[most - 1].point->result.coarse_candidates,
						   StepText(problem->step, row[most - 1].point->result.coarse_factor))));
	if (least > 1 && least > problem->nkeep)
		ereport(NOTICE,
				(errmsg("no suite of fewer than %d boxes holds what the candidates could", least)));
	if (unboxed > 0)
		ereport(WARNING, (errmsg_plural(INT64_FORMAT " shipment fits no allowed box",
										INT64_FORMAT " shipments fit no allowed box",
										(unsigned long) unboxed, unboxed),
						  errhint("max_box or candidates keeps larger boxes out.")));
	ereport(NOTICE,
			(last < most ? errmsg("beyond %s, one more box saves less than %g %%",
								  psprintf(last == 1 ? "%d box" : "%d boxes", last), 100 * worth)
						 : errmsg("up to %s, one more box saves %g %% or more",
								  psprintf(last == 1 ? "%d box" : "%d boxes", last), 100 * worth),
			 errdetail("Suites of %d to %d boxes for %s, %.1f seconds, %s left out%s.", least, most,
					   CountShipments(profile->shipments - unboxed), seconds,
					   CountShipments(ProfileLeftOut(profile) + unboxed),
					   stopped ? "; stopped early by packopt.search_timeout" : "")));
}

/* Computes the curve of a profile and emits it. */
static void
ComputeCurve(FunctionCallInfo fcinfo, const CurveArguments *arguments, Objective *objective,
			 const Profile *profile, instr_time start)
{
	double worth = WorthArgument(fcinfo, arguments->worth);
	SearchProblem problem;
	SearchStatus status;
	CurvePoint *point;
	CurveRow *row;
	instr_time end;
	int least = 1;

	profile = PrepareSearch(fcinfo, &arguments->position, objective, profile, &problem);
	point = palloc0(problem.suite_size * sizeof(CurvePoint));
	status = RunSearch(&problem, NULL, point);
	RaiseSearchFailure(status, &problem);
	while (point[least - 1].status != SEARCH_OK)
		least++;
	row = EvaluateCurve(profile, objective, &problem, point);
	EmitCurve(fcinfo, objective, row, least, problem.suite_size);
	INSTR_TIME_SET_CURRENT(end);
	INSTR_TIME_SUBTRACT(end, start);
	NoteCurve(profile, &problem, row, least, worth, INSTR_TIME_GET_DOUBLE(end));
}

PG_FUNCTION_INFO_V1(packopt_suite_curve_relation);
/* suite_curve(shipments text, max_size, ...). */
Datum
packopt_suite_curve_relation(PG_FUNCTION_ARGS)
{
	const CurveArguments arguments = {
		.position = {.objective = 2, .max_weight = 14, .max_ratio = 15}, .worth = 16};
	ProfileOptions options = {.gap = GapArgument(fcinfo, 13),
							  .weight_step = WeightArgument(fcinfo, 14, "max_weight")};
	Objective *objective;
	instr_time start;

	INSTR_TIME_SET_CURRENT(start);
	objective = CheckSuiteArguments(fcinfo, &arguments.position, "max_size");
	options.billed_steps = objective->billed != NULL;
	WorthArgument(fcinfo, arguments.worth);
	ComputeCurve(fcinfo, &arguments, objective,
				 ProfileOfRelationArgument(fcinfo, 0, 10, &options, NULL), start);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(packopt_suite_curve_profile);
/* suite_curve(profile, max_size, ...). */
Datum
packopt_suite_curve_profile(PG_FUNCTION_ARGS)
{
	const CurveArguments arguments = {
		.position = {.objective = 2, .max_weight = 10, .max_ratio = 11}, .worth = 12};
	Objective *objective;
	instr_time start;

	INSTR_TIME_SET_CURRENT(start);
	CheckArgumentNotNull(fcinfo, 0, "profile");
	objective = CheckSuiteArguments(fcinfo, &arguments.position, "max_size");
	ComputeCurve(fcinfo, &arguments, objective, PG_GETARG_PROFILE_P(0), start);
	return (Datum) 0;
}
