/*
 * objective.c
 *	  What a suite is to make least: volume, board, billed weight, cost, or what a function of the
 *	  user's says.
 *
 * A function is asked once for every candidate and kept box of a grid, before parallel mode is entered,
 * so that it may do what any function may. It runs with the rights of the caller (a SECURITY DEFINER
 * function with those of its owner), and errors that it raises pass through.
 */
#include "kernel.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "compat.h"
#include "number.h"
#include "objective.h"

/* Greater costs of a box are errors: sums over all shipments, and their squares, must stay finite. */
#define GREATEST_COST 1e100

/* A function of the user's, ready to be called. */
typedef struct CostFunction
{
	const char *name; /* qualified */
	FmgrInfo flinfo;
	MemoryContext scratch; /* emptied after each call */
} CostFunction;

/* Gives the volume of a box in cubic units. */
static double
VolumeCost(const int32_t size[3], void *arg)
{
	(void) arg;
	return FixedToDouble(size[0]) * FixedToDouble(size[1]) * FixedToDouble(size[2]);
}

/* Calls a user's function for a box and checks what it returns. */
static double
FunctionCost(const int32_t size[3], void *arg)
{
	CostFunction *function = arg;
	LOCAL_FCINFO(fcinfo, 1);
	MemoryContext old;
	Box box;
	double cost;
	const char *fault;

	CHECK_FOR_INTERRUPTS();
	memcpy(box.size, size, sizeof(box.size));
	old = MemoryContextSwitchTo(function->scratch);
	InitFunctionCallInfoData(*fcinfo, &function->flinfo, 1, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = PointerGetDatum(&box);
	fcinfo->args[0].isnull = false;
	cost = DatumGetFloat8(FunctionCallInvoke(fcinfo));
	MemoryContextSwitchTo(old);
	if (fcinfo->isnull)
		fault = "NULL";
	else if (!isfinite(cost) || cost < 0 || cost > GREATEST_COST)
		fault = psprintf("%g", cost);
	else
		fault = NULL;
	if (fault != NULL)
		ereport(ERROR, (errcode(fcinfo->isnull ? ERRCODE_NULL_VALUE_NOT_ALLOWED
											   : ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("objective %s returned %s for box %s", function->name, fault,
							   BoxText(&box)),
						errhint("A cost is a number from 0 to %g. Candidates that must not be "
								"chosen are left out by candidates, min_box or max_box.",
								GREATEST_COST)));
	MemoryContextReset(function->scratch);
	return cost;
}

/* Whether there is any function of this name, in whatever schema. */
static bool
IsNameOfFunction(List *names)
{
	CatCList *list = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(strVal(llast(names))));
	bool found = list->n_members > 0;

	ReleaseSysCacheList(list);
	return found;
}

/* Finds the function of one box that a name, qualified or on the search path, stands for. */
static Oid
FindCostFunction(const char *name)
{
	Oid box = PackoptTypeOid("box");
	Oid function = InvalidOid;
	List *names = NIL;

	if (SplitIdentifierString(pstrdup(name), '.', &names) && names != NIL)
	{
		ListCell *cell;

		foreach (cell, names)
			lfirst(cell) = makeString(lfirst(cell));
		function = LookupFuncName(names, 1, &box, true);
	}
	else
		names = NIL;
	if (!OidIsValid(function))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown objective \"%s\"", name),
				 names != NIL && IsNameOfFunction(names)
					 ? errdetail("There is a function of that name, but none on the search path "
								 "or in that schema that takes one packopt.box.")
					 : 0,
				 errhint("The objective is volume, board, billed_weight, cost, or the name of a "
						 "function(packopt.box) returns float8.")));
	return function;
}

/* Checks that a function returns one float8 and that the caller may execute it. */
static void
CheckCostFunction(Oid function, const char *name)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	AclResult allowed;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	form = (Form_pg_proc) GETSTRUCT(tuple);
	if (form->prokind != PROKIND_FUNCTION || form->proretset || form->prorettype != FLOAT8OID)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("objective %s is not a function that returns one float8", name),
						errdetail("It %s %s.", form->proretset ? "returns a set of" : "returns",
								  format_type_be(form->prorettype))));
	ReleaseSysCache(tuple);
	allowed = object_aclcheck(ProcedureRelationId, function, GetUserId(), ACL_EXECUTE);
	if (allowed != ACLCHECK_OK)
		aclcheck_error(allowed, OBJECT_FUNCTION, name);
}

/* Makes an objective of a user's function. */
static Objective *
FunctionObjective(const char *name)
{
	Objective *objective = palloc0(sizeof(Objective));
	CostFunction *call = palloc0(sizeof(CostFunction));
	Oid function = FindCostFunction(name);

	objective->name = quote_qualified_identifier(get_namespace_name(get_func_namespace(function)),
												 get_func_name(function));
	CheckCostFunction(function, objective->name);
	InvokeFunctionExecuteHook(function);
	call->name = objective->name;
	fmgr_info(function, &call->flinfo);
	call->scratch =
		AllocSetContextCreate(CurrentMemoryContext, "packopt cost function", ALLOCSET_SMALL_SIZES);
	objective->cost = FunctionCost;
	objective->cost_arg = call;
	return objective;
}

/*
 * Reads the objective at argument n; NULL is volume. From argument prices on stand those that
 * shippingcost.h tells. Raises an error if there is no objective of that name.
 */
Objective *
ObjectiveArgument(FunctionCallInfo fcinfo, int n, int prices)
{
	char *name = PG_ARGISNULL(n) ? "volume" : text_to_cstring(PG_GETARG_TEXT_PP(n));
	Objective *objective = palloc0(sizeof(Objective));
	ShippingCost *shipping = ShippingCostArguments(fcinfo, prices, name);

	if (strcmp(name, "cost") != 0)
		NoShippingPrices(fcinfo, prices, name);
	if (strcmp(name, "volume") == 0)
	{
		objective->name = name;
		objective->cost = VolumeCost;
		objective->is_volume = true;
	}
	else if (shipping != NULL)
	{
		objective->name = name;
		objective->cost = ShippingBaseCost;
		objective->billed = shipping->weight_price > 0 ? ShippingBilledCost : NULL;
		objective->cost_arg = shipping;
		objective->shipping = shipping;
	}
	else
		objective = FunctionObjective(name);
	return objective;
}

/* Gets the objective ready for a profile; an error if that lacks what the objective needs. */
void
ObjectiveForProfile(Objective *objective, const Profile *profile)
{
	if (objective->shipping != NULL)
		ShippingCostForProfile(objective->shipping, profile, objective->name);
}

/*
 * Gives what the actual weight of the shipments of each class of a profile is billed, first of the
 * plain and then of the shaped ones, and 0 for the places to cover; NULL where weight does not count.
 */
double *
ObjectiveFloors(const Objective *objective, const Profile *profile)
{
	const ProfileClass *plain = ProfileClasses(profile);
	const ShapedClass *shaped = ProfileShaped(profile);
	Size n = 0;
	double *floor;

	if (objective->billed == NULL)
		return NULL;
	floor = MemoryContextAllocHuge(
		CurrentMemoryContext,
		((Size) profile->nclasses + profile->nshaped + profile->ncover + 1) * sizeof(double));
	for (int i = 0; i < profile->nclasses; i++)
		floor[n++] = ShippingFloor(objective->shipping, plain[i].weight_class);
	for (int i = 0; i < profile->nshaped; i++, shaped = NextShaped(shaped))
		floor[n++] = ShippingFloor(objective->shipping, shaped->weight_class);
	for (int i = 0; i < profile->ncover; i++)
		floor[n++] = 0;
	return floor;
}

/* Gives the costs of boxes, in their order; NULL where that is their volume. */
BoxCosts *
ObjectiveCosts(const Objective *objective, const Box *boxes, int nboxes)
{
	BoxCosts *costs;

	if (objective->is_volume)
		return NULL;
	costs = palloc0(sizeof(BoxCosts));
	costs->cost = palloc(Max(nboxes, 1) * sizeof(double));
	for (int b = 0; b < nboxes; b++)
		costs->cost[b] = objective->cost(boxes[b].size, objective->cost_arg);
	if (objective->billed != NULL)
	{
		costs->billed = palloc(Max(nboxes, 1) * sizeof(double));
		for (int b = 0; b < nboxes; b++)
			costs->billed[b] = objective->billed(boxes[b].size, objective->cost_arg);
	}
	costs->shipping = objective->shipping;
	return costs;
}
