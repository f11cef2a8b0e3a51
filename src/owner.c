/*
 * owner.c
 *	  Runs one step of a nightly job with the rights of the role that owns the deployment.
 *
 * A shipments relation may be a view, and an objective may be a function: to read the one or to call
 * the other runs code that their owner wrote. A job that a superuser has scheduled must not run it as
 * that superuser. So each step runs as the owner, as the server's own VACUUM and REFRESH run the code
 * of a table's owner: in a security-restricted operation, which cannot change its role or leave
 * anything behind in the session. Whoever is not a superuser can do so for the roles that SET ROLE
 * would let it become.
 */
#include "kernel.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/jsonb.h"

#include "compat.h"

/* The steps that there are: each is a function packopt.NAME_step(jsonb) that returns jsonb. */
static const char *const steps[] = {"refresh", "health", "reoptimize"};

/* Runs the step as the current role; gives its result in the given context. */
static Jsonb *
RunStep(const char *step, Jsonb *argument, MemoryContext context)
{
	Oid types[] = {JSONBOID};
	Datum values[] = {JsonbPGetDatum(argument)};
	char *sql = psprintf("SELECT packopt.%s_step($1)", step);
	Jsonb *stored;
	Jsonb *result;
	bool isnull;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_with_args(sql, 1, types, values, NULL, false, 0) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "packopt: unexpected result of \"%s\"", sql);
	stored =
		DatumGetJsonbP(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	result = MemoryContextAlloc(context, VARSIZE(stored));
	memcpy(result, stored, VARSIZE(stored));
	SPI_finish();
	return result;
}

PG_FUNCTION_INFO_V1(packopt_run_as_owner);
/*
 * run_as_owner(owner, step, argument): an error leaves it to the end of the (sub)transaction to
 * restore role and settings, as for every function that switches them.
 */
Datum
packopt_run_as_owner(PG_FUNCTION_ARGS)
{
	Name owner = PG_GETARG_NAME(0);
	char *step = text_to_cstring(PG_GETARG_TEXT_PP(1));
	Oid role = get_role_oid(NameStr(*owner), true);
	Oid caller;
	int security;
	int nest_level;
	int i;
	Jsonb *result;

	for (i = 0; i < (int) lengthof(steps); i++)
		if (strcmp(step, steps[i]) == 0)
			break;
	if (i == lengthof(steps))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("there is no step \"%s\"", step)));
	if (!OidIsValid(role))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("role \"%s\", which owns the deployment, does not exist", NameStr(*owner)),
				 errhint("Give the deployment to another role: UPDATE packopt.deployments SET "
						 "owner = ... WHERE owner = '%s'.",
						 NameStr(*owner))));
	GetUserIdAndSecContext(&caller, &security);
	if (!MemberCanSetRole(caller, role))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("permission denied to act for role \"%s\"", NameStr(*owner))));

	SetUserIdAndSecContext(role, security | SECURITY_RESTRICTED_OPERATION);
	nest_level = NewGUCNestLevel();
	result = RunStep(step, PG_GETARG_JSONB_P(2), CurrentMemoryContext);
	AtEOXact_GUC(false, nest_level);
	SetUserIdAndSecContext(caller, security);
	PG_RETURN_POINTER(result);
}
