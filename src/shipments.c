/*
 * shipments.c
 *	  profile_shipments: one scan of a shipments relation into its profile.
 *
 * The scan is an ordinary query, run with the caller's rights and row security, which the server may
 * run in parallel. Where every row is known to be a shipment, rows go straight into the profile;
 * otherwise the server groups the lines by the shipment's key first, spilling to disk as it must.
 */
#include "kernel.h"

#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "billing.h"
#include "packing.h"
#include "shipments.h"

/* Gives the quoted schema of the function that is being called, where all the verbs live. */
char *
VerbSchema(FunctionCallInfo fcinfo)
{
	return pstrdup(
		quote_identifier(get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid))));
}

/* Raises an error that names an argument which is NULL. */
void
CheckArgumentNotNull(FunctionCallInfo fcinfo, int n, const char *name)
{
	if (PG_ARGISNULL(n))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("argument %s must not be null", name)));
}

/* Appends the three lengths as arguments of an aggregate. */
static void
AppendLengths(StringInfo sql, const ShipmentsRelation *relation)
{
	for (ColumnRole role = ROLE_LENGTH; role <= ROLE_HEIGHT; role++)
		appendStringInfo(sql, "%s%s", role == ROLE_LENGTH ? "" : ", ",
						 NumberExpression(RelationColumn(relation, role), relation->kind));
}

/* Gives the quantity as an expression; 1 without such a column. */
static char *
QuantityExpression(const ShipmentsRelation *relation)
{
	RoleColumn *column = RelationColumn(relation, ROLE_QUANTITY);
	NumberKind kind = relation->kind == NUMBER_NUMERIC ? NUMBER_NUMERIC : NUMBER_FLOAT8;

	if (column == NULL)
		return kind == NUMBER_NUMERIC ? "1::pg_catalog.numeric" : "1::pg_catalog.float8";
	return NumberExpression(column, kind);
}

/* Gives the weight per piece as an expression. */
static char *
WeightExpression(const ShipmentsRelation *relation)
{
	RoleColumn *column = RelationColumn(relation, ROLE_WEIGHT);

	return column == NULL ? "NULL::pg_catalog.float8" : NumberExpression(column, NUMBER_FLOAT8);
}

/* Whether any column says how items may be handled. */
static bool
HasHandling(const ShipmentsRelation *relation)
{
	for (ColumnRole role = ROLE_UPRIGHT; role <= ROLE_FRAGILE; role++)
		if (relation->columns[role] != NIL)
			return true;
	return false;
}

/* Gives the handling flags as an integer expression. */
static char *
FlagsExpression(const ShipmentsRelation *relation)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '0');
	for (ColumnRole role = ROLE_UPRIGHT; role <= ROLE_FRAGILE; role++)
		if (relation->columns[role] != NIL)
			appendStringInfo(&out, " OPERATOR(pg_catalog.+) CASE WHEN %s THEN %d ELSE 0 END",
							 RelationColumn(relation, role)->quoted,
							 PIECE_UPRIGHT << (role - ROLE_UPRIGHT));
	return out.data;
}

/* Appends ", " or the given start in front of a list's element. */
static void
AppendSeparator(StringInfo sql, const char *start, bool first)
{
	appendStringInfoString(sql, first ? start : ", ");
}

/*
 * Appends the expressions of the keys, each with a name for the query around: k0, k1, ...; of rows, or
 * of shipments of several rows.
 */
static void
AppendKeys(StringInfo sql, const ProfileKey *keys, int nkeys, bool of_shipments)
{
	for (int k = 0; k < nkeys; k++)
		appendStringInfo(
			sql, "%s k%d, ",
			of_shipments && keys[k].aggregate != NULL ? keys[k].aggregate : keys[k].expression, k);
}

/* Appends the condition under which a group has a profile; by_name: its keys go by their names. */
static void
AppendRequired(StringInfo sql, const ProfileKey *keys, int nkeys, bool by_name)
{
	bool first = true;

	for (int k = 0; k < nkeys; k++)
	{
		if (keys[k].required == NULL)
			continue;
		appendStringInfo(sql, "%s%s", first ? " FILTER (WHERE " : " AND ",
						 by_name ? psprintf("k%d IS NOT NULL", k) : keys[k].required);
		first = false;
	}
	if (!first)
		appendStringInfoChar(sql, ')');
}

/* Appends GROUP BY with the output columns of the keys. */
static void
AppendGroupByKeys(StringInfo sql, int nkeys)
{
	for (int k = 0; k < nkeys; k++)
	{
		AppendSeparator(sql, " GROUP BY ", k == 0);
		appendStringInfo(sql, "%d", k + 1);
	}
}

/* Appends GROUP BY with the columns of the shipment's key, and the keys that are of each row. */
static void
AppendGroupByShipment(StringInfo sql, const ShipmentsRelation *relation, const ProfileKey *keys,
					  int nkeys)
{
	ListCell *cell;

	foreach (cell, relation->columns[ROLE_SHIPMENT])
	{
		AppendSeparator(sql, " GROUP BY ", cell == list_head(relation->columns[ROLE_SHIPMENT]));
		appendStringInfoString(sql, ((RoleColumn *) lfirst(cell))->quoted);
	}
	for (int k = 0; k < nkeys; k++)
		if (keys[k].aggregate == NULL)
			appendStringInfo(sql, ", %d", k + 1);
}

/*
 * Builds the query that gives one profile per combination of the keys, by one scan of the rows that
 * satisfy the condition where (NULL = all). Its columns are k0, k1, ..., the profile p, whose units
 * are not set, and the number of rows n. Without keys, the profile is the only column.
 */
char *
GroupedProfileQuery(const ShipmentsRelation *relation, const ProfileOptions *options,
					const char *verb_schema, const ProfileKey *keys, int nkeys, const char *where)
{
	bool plain = relation->one_row_shipments && !HasHandling(relation) &&
				 options->weight_step == 0 && options->gap == 0;
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	if (plain)
	{
		AppendKeys(&sql, keys, nkeys, false);
		appendStringInfo(&sql, "%s.profile(", verb_schema);
		AppendLengths(&sql, relation);
		if (relation->columns[ROLE_QUANTITY] != NIL)
			appendStringInfo(&sql, ", %s", QuantityExpression(relation));
		appendStringInfoChar(&sql, ')');
		AppendRequired(&sql, keys, nkeys, false);
		appendStringInfo(&sql, " p%s FROM %s", nkeys > 0 ? ", pg_catalog.count(*) n" : "",
						 relation->quoted_name);
		if (where != NULL)
			appendStringInfo(&sql, " WHERE %s", where);
		AppendGroupByKeys(&sql, nkeys);
		return sql.data;
	}

	for (int k = 0; k < nkeys; k++)
		appendStringInfo(&sql, "k%d, ", k);
	appendStringInfo(&sql, "packopt.profile_orders(o, %d, " INT64_FORMAT "::pg_catalog.int8)",
					 options->gap, options->weight_step);
	AppendRequired(&sql, keys, nkeys, true);
	appendStringInfo(&sql, " p%s FROM (SELECT ",
					 nkeys > 0 ? ", pg_catalog.sum(n)::pg_catalog.int8 n" : "");
	AppendKeys(&sql, keys, nkeys, !relation->one_row_shipments);
	appendStringInfo(&sql, "packopt.%s(",
					 relation->one_row_shipments ? "order_line" : "order_lines");
	AppendLengths(&sql, relation);
	appendStringInfo(&sql, ", %s, %s, %s", QuantityExpression(relation), WeightExpression(relation),
					 FlagsExpression(relation));
	if (!relation->one_row_shipments)
		appendStringInfo(&sql, ", %s", ShipmentKeyIsNull(relation));
	appendStringInfoString(&sql, ") o");
	if (nkeys > 0)
		appendStringInfoString(&sql,
							   relation->one_row_shipments ? ", 1 n" : ", pg_catalog.count(*) n");
	appendStringInfo(&sql, " FROM %s", relation->quoted_name);
	if (where != NULL)
		appendStringInfo(&sql, " WHERE %s", where);
	if (!relation->one_row_shipments)
		AppendGroupByShipment(&sql, relation, keys, nkeys);
	appendStringInfoString(&sql, ") s");
	AppendGroupByKeys(&sql, nkeys);
	return sql.data;
}

/* Scans the relation once and gives its profile, in the current memory context. */
Profile *
BuildProfile(const ShipmentsRelation *relation, const ProfileOptions *options,
			 const char *verb_schema)
{
	MemoryContext caller = CurrentMemoryContext;
	char *sql = GroupedProfileQuery(relation, options, verb_schema, NULL, 0, NULL);
	Profile *stored;
	Profile *profile;
	bool isnull;

	elog(DEBUG1, "packopt: %s", sql);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(sql, true, 0) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "packopt: unexpected result of \"%s\"", sql);
	stored =
		ProfileFromDatum(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	profile = MemoryContextAllocHuge(caller, VARSIZE(stored));
	memcpy(profile, stored, VARSIZE(stored));
	SPI_finish();

	profile->length_unit = relation->length_unit;
	profile->weight_unit = relation->weight_unit;
	return profile;
}

/* Gives "1 shipment" or "n shipments". */
char *
CountShipments(int64 shipments)
{
	return psprintf(shipments == 1 ? INT64_FORMAT " shipment" : INT64_FORMAT " shipments",
					shipments);
}

/* Tells in one WARNING how many shipments are left out, and why. */
void
WarnLeftOut(const Profile *profile)
{
	int64 left_out = ProfileLeftOut(profile);
	StringInfoData reasons;

	if (left_out == 0)
		return;
	initStringInfo(&reasons);
	for (int i = 0; i < LEFT_REASONS; i++)
		if (profile->left_out[i] > 0)
			appendStringInfo(&reasons, "%s%s: " INT64_FORMAT, reasons.len > 0 ? ", " : "",
							 LeftOutName((LeftOutReason) i), profile->left_out[i]);
	ereport(WARNING, (errmsg_plural(INT64_FORMAT " of " INT64_FORMAT " shipment is left out",
									INT64_FORMAT " of " INT64_FORMAT " shipments are left out",
									(unsigned long) (left_out + profile->shipments), left_out,
									left_out + profile->shipments),
					  errdetail("%s.", reasons.data),
					  errhint("check_shipments() tells more about the rows behind them.")));
}

/* Makes the weight step divide what is billed, if the relation has weights and that is asked for. */
static void
RefineWeightStep(const ShipmentsRelation *relation, ProfileOptions *options)
{
	int64 step = options->weight_step;
	int64 rest = BilledStep(relation->weight_unit);

	if (!options->billed_steps || relation->columns[ROLE_WEIGHT] == NIL)
		return;
	while (rest > 0)
	{
		int64 remainder = step % rest;

		step = rest;
		rest = remainder;
	}
	options->weight_step = step;
}

/*
 * Resolves the relation named by argument relation_arg, with the arguments columns, length_unit and
 * weight_unit from columns_arg on. Sets the weight step to what the unit of weight needs.
 */
ShipmentsRelation *
RelationArgument(FunctionCallInfo fcinfo, int relation_arg, int columns_arg,
				 ProfileOptions *options)
{
	ShipmentsRelation *relation;

	CheckArgumentNotNull(fcinfo, relation_arg, "shipments");
	relation = ResolveShipmentsRelation(
		PG_GETARG_TEXT_PP(relation_arg),
		PG_ARGISNULL(columns_arg) ? NULL : PG_GETARG_JSONB_P(columns_arg),
		PG_ARGISNULL(columns_arg + 1) ? NULL : PG_GETARG_TEXT_PP(columns_arg + 1),
		PG_ARGISNULL(columns_arg + 2) ? NULL : PG_GETARG_TEXT_PP(columns_arg + 2));
	if (options->weight_step > 0 && relation->columns[ROLE_WEIGHT] == NIL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
						errmsg("relation %s has no weight column", relation->quoted_name),
						errhint("Name it, as in columns => '{\"weight\": \"my_column\"}'.")));
	RefineWeightStep(relation, options);
	return relation;
}

/*
 * Builds the profile of the relation named by argument relation_arg, with the arguments columns,
 * length_unit and weight_unit from columns_arg on, and warns of what it leaves out. *source gets the
 * relation's qualified name.
 */
Profile *
ProfileOfRelationArgument(FunctionCallInfo fcinfo, int relation_arg, int columns_arg,
						  const ProfileOptions *options, char **source)
{
	ProfileOptions chosen = *options;
	ShipmentsRelation *relation = RelationArgument(fcinfo, relation_arg, columns_arg, &chosen);
	Profile *profile = BuildProfile(relation, &chosen, VerbSchema(fcinfo));

	WarnLeftOut(profile);
	if (source != NULL)
		*source = relation->quoted_name;
	return profile;
}

/* Reads the gap between pieces; NULL is 0. */
int32
GapArgument(FunctionCallInfo fcinfo, int n)
{
	double gap;

	if (PG_ARGISNULL(n))
		return 0;
	gap = PG_GETARG_FLOAT8(n);
	if (gap > FixedToDouble(PACK_GAP_MAX))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("gap %g is too large", gap),
				 errdetail("The largest gap is %g units.", FixedToDouble(PACK_GAP_MAX))));
	return (int32) LengthArgument(gap, "gap", FIXED_ROUND_UP, true);
}

/* Reads a positive weight called name; NULL is 0. */
int64
WeightArgument(FunctionCallInfo fcinfo, int n, const char *name)
{
	int64 value = 0;
	FixedStatus status;

	if (PG_ARGISNULL(n))
		return 0;
	status = FixedFromDouble(PG_GETARG_FLOAT8(n), FIXED_ROUND_DOWN, WEIGHT_MAX, &value);
	if (status != FIXED_OK)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s %g %s", name, PG_GETARG_FLOAT8(n), FixedStatusText(status)),
						errdetail("Weights go from 0.00001 to 20000000 units.")));
	return value;
}

PG_FUNCTION_INFO_V1(packopt_profile_shipments_relation);
/* profile_shipments(shipments, columns, length_unit, weight_unit, gap, weight_step). */
Datum
packopt_profile_shipments_relation(PG_FUNCTION_ARGS)
{
	ProfileOptions options = {.gap = GapArgument(fcinfo, 4),
							  .weight_step = WeightArgument(fcinfo, 5, "weight_step")};

	PG_RETURN_POINTER(ProfileOfRelationArgument(fcinfo, 0, 1, &options, NULL));
}
