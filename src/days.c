/*
 * days.c
 *	  One profile per day of a shipments relation: what savings tracking reads.
 *
 * A deployment is tracked by local days: those of the time zone that it keeps. A timestamp with time
 * zone is turned into that zone; a timestamp without one and a date say the local day already. One
 * query groups a range of days by site, day and the box that was used, so that the relation is scanned
 * once however many sites are tracked. Lines of a shipment of different days, sites or used boxes did
 * not travel together, and count as shipments of their own; so a day's profile depends on the rows of
 * that day alone, whichever range it is read with. Rows without a time belong to no day: they are
 * counted.
 */
#include "kernel.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/guc.h"
#include "utils/json.h"
#include "utils/tuplestore.h"

#include "shipments.h"

/* Days whose profiles are made at once, in one hash table. */
#define HASHED_DAYS 8

/* What of a relation is read. */
typedef struct DayQuery
{
	ShipmentsRelation *relation;
	const char *time_zone; /* as an SQL literal */
	const char *since;     /* first day, as an SQL literal; NULL = no limit */
	const char *until;     /* first day that is not read */
	const char *site;      /* quoted column; NULL = one site only */
	const char *sites;     /* an SQL array of the values to read; NULL = all */
} DayQuery;

/* Gives the expression of a row's local day. */
static char *
DayExpression(const DayQuery *query)
{
	const RoleColumn *column = ShippedAtColumn(query->relation);

	if (column->type == TIMESTAMPTZOID)
		return psprintf("packopt.local_day(%s, %s)", column->quoted, query->time_zone);
	return psprintf("%s::pg_catalog.date", column->quoted);
}

/*
 * Appends a limit of the days: rows whose day is from (comparison >=) or before (<) a day. It stands on
 * the column itself, for indexes and partitions to be of use. Where clocks are put back about midnight,
 * one local time is two instants, and the server chooses the later one; so within two hours of it the
 * day itself is asked, and what is surely inside costs nothing more.
 */
static void
AppendDayLimit(StringInfo sql, const DayQuery *query, const char *day, const char *comparison)
{
	const RoleColumn *column = ShippedAtColumn(query->relation);
	bool from = comparison[0] == '>';

	if (column->type == TIMESTAMPTZOID)
	{
		char *midnight = psprintf("pg_catalog.timezone(%s, %s::pg_catalog.date"
								  "::pg_catalog.timestamp)",
								  query->time_zone, day);

		for (int side = 0; side < 2; side++)
			appendStringInfo(sql,
							 "%s%s OPERATOR(pg_catalog.%s) (%s OPERATOR(pg_catalog.%s) "
							 "'2 hours'::pg_catalog.interval)",
							 side == 0 ? "" : " AND (", column->quoted, comparison, midnight,
							 from == (side == 0) ? "-" : "+");
		appendStringInfo(sql, " OR %s OPERATOR(pg_catalog.%s) %s::pg_catalog.date)",
						 DayExpression(query), comparison, day);
	}
	else
		appendStringInfo(sql, "%s OPERATOR(pg_catalog.%s) %s::pg_catalog.date", column->quoted,
						 comparison, day);
}

/* Gives the condition of the rows to read. */
static char *
DayCondition(const DayQuery *query)
{
	const RoleColumn *column = ShippedAtColumn(query->relation);
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "(");
	if (query->since != NULL)
	{
		AppendDayLimit(&sql, query, query->since, ">=");
		appendStringInfoString(&sql, " AND ");
	}
	AppendDayLimit(&sql, query, query->until, "<");
	if (!column->not_null)
		appendStringInfo(&sql, " OR %s IS NULL", column->quoted);
	appendStringInfoChar(&sql, ')');
	if (query->sites != NULL)
		appendStringInfo(&sql, " AND %s::pg_catalog.text OPERATOR(pg_catalog.=) ANY (%s)",
						 query->site, query->sites);
	return sql.data;
}

/*
 * Gives the expression of the box that was used, which is NULL where it is not known, such as for
 * dimensions that no box has. Gives NULL where no column tells.
 */
static char *
UsedBoxExpression(const ShipmentsRelation *relation)
{
	const RoleColumn *box = RelationColumn(relation, ROLE_BOX);
	char *size[3];
	int given = 0;

	for (ColumnRole role = ROLE_BOX_LENGTH; role <= ROLE_BOX_HEIGHT; role++)
		given += relation->columns[role] != NIL;
	if (given != 0 && (given != 3 || box != NULL))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the box that was used is given in part, or twice"),
						errhint("Give either box, or box_length, box_width and box_height.")));
	if (box != NULL)
		return box->quoted;
	if (given == 0)
		return NULL;
	for (int k = 0; k < 3; k++)
		size[k] = NumberExpression(RelationColumn(relation, (ColumnRole) (ROLE_BOX_LENGTH + k)),
								   NUMBER_FLOAT8);
	return psprintf("CASE WHEN %s >= 0.00001 AND %s >= 0.00001 AND %s >= 0.00001 AND "
					"%s <= 20000 AND %s <= 20000 AND %s <= 20000 "
					"THEN packopt.box(%s, %s, %s) END",
					size[0], size[1], size[2], size[0], size[1], size[2], size[0], size[1],
					size[2]);
}

/* Gives a text argument as an SQL literal; NULL without one. */
static char *
LiteralArgument(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : quote_literal_cstr(text_to_cstring(PG_GETARG_TEXT_PP(n)));
}

/* Gives a date argument as an SQL literal; NULL without one, or for -infinity. */
static char *
DateLiteralArgument(FunctionCallInfo fcinfo, int n)
{
	DateADT date;

	if (PG_ARGISNULL(n))
		return NULL;
	date = PG_GETARG_DATEADT(n);
	if (DATE_IS_NOBEGIN(date))
		return NULL;
	return quote_literal_cstr(
		DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(date))));
}

/* Gives an array of texts as an SQL array. */
static char *
TextArrayLiteral(ArrayType *array)
{
	Datum *elements;
	bool *nulls;
	int n;
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "ARRAY[");
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
		appendStringInfo(&sql, "%s%s", i > 0 ? ", " : "",
						 nulls[i] ? "NULL" : quote_literal_cstr(TextDatumGetCString(elements[i])));
	appendStringInfoString(&sql, "]::pg_catalog.text[]");
	return sql.data;
}

/* Resolves the relation of arguments 0 to 3: shipments, columns, length_unit, weight_unit. */
static ShipmentsRelation *
ResolveTracked(FunctionCallInfo fcinfo)
{
	CheckArgumentNotNull(fcinfo, 0, "shipments");
	return ResolveShipmentsRelation(PG_GETARG_TEXT_PP(0),
									PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1),
									PG_ARGISNULL(2) ? NULL : PG_GETARG_TEXT_PP(2),
									PG_ARGISNULL(3) ? NULL : PG_GETARG_TEXT_PP(3));
}

/* Adds a key to group by; gives its name in the query around. */
static char *
AddKey(ProfileKey *keys, int *nkeys, const char *expression, const char *required)
{
	keys[*nkeys].expression = expression;
	keys[*nkeys].aggregate = NULL;
	keys[*nkeys].required = required;
	return psprintf("k%d", (*nkeys)++);
}

/* Builds the query of the days: site, day, used box, profile, number of rows. */
static char *
DaysSql(const DayQuery *query, const ProfileOptions *options, const char *verb_schema)
{
	const ShipmentsRelation *relation = query->relation;
	ProfileKey keys[3];
	int nkeys = 0;
	char *used_box = UsedBoxExpression(relation);
	char *weight_unit = relation->weight_unit == WEIGHT_UNIT_UNKNOWN
							? "NULL"
							: quote_literal_cstr(WeightUnitName(relation->weight_unit));
	char *site = "NULL::pg_catalog.text";
	char *day = AddKey(keys, &nkeys, DayExpression(query),
					   psprintf("%s IS NOT NULL", ShippedAtColumn(relation)->quoted));

	if (query->site != NULL)
		site = AddKey(keys, &nkeys, psprintf("%s::pg_catalog.text", query->site), NULL);
	if (used_box == NULL)
		used_box = "NULL::packopt.box";
	else
		used_box = AddKey(keys, &nkeys, used_box, NULL);
	return psprintf(
		"SELECT %s, %s, %s, packopt.set_units(p, %s, %s), n FROM (%s) d", site, day, used_box,
		quote_literal_cstr(LengthUnitName(relation->length_unit)), weight_unit,
		GroupedProfileQuery(relation, options, verb_schema, keys, nkeys, DayCondition(query)));
}

/*
 * Whether the range is so short that one hash table may hold the profiles of all its days: the planner,
 * which knows nothing of days, would sort the rows. The profiles of more days are better made one at a
 * time, in whatever way the planner likes.
 */
static bool
RangeIsShort(FunctionCallInfo fcinfo)
{
	return !PG_ARGISNULL(7) && !DATE_NOT_FINITE(PG_GETARG_DATEADT(7)) &&
		   !DATE_NOT_FINITE(PG_GETARG_DATEADT(8)) &&
		   PG_GETARG_DATEADT(8) - PG_GETARG_DATEADT(7) <= HASHED_DAYS;
}

/* Runs the query, whose rows go straight from the scan into the result. */
static void
RunDaysQuery(const char *sql, bool hashed, ReturnSetInfo *result)
{
	SPIExecuteOptions execution = {0};
	int nest_level = NewGUCNestLevel();

	if (hashed)
		(void) set_config_option("enable_sort", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
								 true, 0, false);
	execution.read_only = true;
	execution.dest = CreateDestReceiver(DestTuplestore);
	SetTuplestoreDestReceiverParams(execution.dest, result->setResult,
									result->econtext->ecxt_per_query_memory, false, result->setDesc,
									NULL);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_extended(sql, &execution) != SPI_OK_SELECT)
		elog(ERROR, "packopt: unexpected result of \"%s\"", sql);
	SPI_finish();
	AtEOXact_GUC(true, nest_level);
}

PG_FUNCTION_INFO_V1(packopt_profile_days);
/*
 * profile_days(shipments, columns, length_unit, weight_unit, gap, weight_step, time_zone, since,
 * until, by, sites).
 */
Datum
packopt_profile_days(PG_FUNCTION_ARGS)
{
	ProfileOptions options = {.gap = GapArgument(fcinfo, 4),
							  .weight_step = WeightArgument(fcinfo, 5, "weight_step")};
	DayQuery query = {0};
	const char *sql;

	CheckArgumentNotNull(fcinfo, 6, "time_zone");
	CheckArgumentNotNull(fcinfo, 8, "until");
	query.relation = ResolveTracked(fcinfo);
	query.time_zone = LiteralArgument(fcinfo, 6);
	query.since = DateLiteralArgument(fcinfo, 7);
	query.until = DateLiteralArgument(fcinfo, 8);
	if (!PG_ARGISNULL(9))
	{
		query.site = quote_identifier(ColumnName(query.relation, PG_GETARG_TEXT_PP(9)));
		if (!PG_ARGISNULL(10))
			query.sites = TextArrayLiteral(PG_GETARG_ARRAYTYPE_P(10));
	}
	sql = DaysSql(&query, &options, VerbSchema(fcinfo));
	elog(DEBUG1, "packopt: %s", sql);

	InitMaterializedSRF(fcinfo, 0);
	RunDaysQuery(sql, RangeIsShort(fcinfo), (ReturnSetInfo *) fcinfo->resultinfo);
	return (Datum) 0;
}

/* Gives every role's columns as the argument columns says them, none of them left to be guessed. */
static char *
ColumnsJson(const ShipmentsRelation *relation)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	for (ColumnRole role = 0; role < COLUMN_ROLES; role++)
	{
		const List *columns = relation->columns[role];
		bool several = list_length(columns) > 1;
		ListCell *cell;

		appendStringInfo(&out, "%s\"%s\": %s", role > 0 ? ", " : "", ColumnRoleName(role),
						 columns == NIL ? "null"
						 : several      ? "["
										: "");
		foreach (cell, columns)
		{
			if (cell != list_head(columns))
				appendStringInfoString(&out, ", ");
			escape_json(&out, ((RoleColumn *) lfirst(cell))->name);
		}
		if (several)
			appendStringInfoChar(&out, ']');
	}
	appendStringInfoChar(&out, '}');
	return out.data;
}

PG_FUNCTION_INFO_V1(packopt_tracked_relation);
/*
 * tracked_relation(shipments, columns, length_unit, weight_unit, by): how a relation is to be read from
 * now on, whatever columns it gets and whatever the settings become.
 */
Datum
packopt_tracked_relation(PG_FUNCTION_ARGS)
{
	ShipmentsRelation *relation = ResolveTracked(fcinfo);
	TupleDesc desc;
	Datum values[5] = {0};
	bool nulls[5] = {false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	ShippedAtColumn(relation);
	UsedBoxExpression(relation);
	values[0] = DirectFunctionCall1(jsonb_in, CStringGetDatum(ColumnsJson(relation)));
	values[1] = CStringGetTextDatum(LengthUnitName(relation->length_unit));
	if (relation->weight_unit == WEIGHT_UNIT_UNKNOWN)
		nulls[2] = true;
	else
		values[2] = CStringGetTextDatum(WeightUnitName(relation->weight_unit));
	if (PG_ARGISNULL(4))
		nulls[3] = true;
	else
		values[3] = CStringGetTextDatum(ColumnName(relation, PG_GETARG_TEXT_PP(4)));
	values[4] = CStringGetTextDatum(relation->quoted_name);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}
