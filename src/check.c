/*
 * check.c
 *	  check_shipments: how a shipments relation is read, and what is wrong with its data.
 *
 * Two scans: the first counts what is wrong in each column and builds the profile of all usable
 * lines, from which the median of the longest side follows; the second counts what is suspicious by
 * that median, which a unit mix-up would be, and by density.
 */
#include "kernel.h"

#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "shipments.h"

/* Lines whose longest side is this many times the median are suspicious. */
#define OUTLIER_FACTOR 100

/* Densities outside these limits, in grams per cubic centimetre, are suspicious. */
#define DENSITY_MAX 25.0
#define DENSITY_MIN 0.005

#define FINDING_COLUMNS 8

/* One row of the result, before the share is computed. */
typedef struct Finding
{
	const char *finding;
	const char *severity;
	const char *column;
	const char *unit;
	int64 rows; /* -1 = not a count */
	const char *example;
	const char *explanation;
} Finding;

/* A condition on rows that is a finding where it holds. */
typedef struct RowCheck
{
	Finding finding;
	char *condition;
} RowCheck;

/* Writes one finding to the result. */
static void
EmitFinding(ReturnSetInfo *result, const Finding *finding, int64 all_rows)
{
	const char *texts[] = {
		finding->finding, finding->severity,   finding->column, finding->unit, NULL, NULL,
		finding->example, finding->explanation};
	Datum values[FINDING_COLUMNS] = {0};
	bool nulls[FINDING_COLUMNS];

	for (int i = 0; i < FINDING_COLUMNS; i++)
	{
		nulls[i] = texts[i] == NULL;
		if (!nulls[i])
			values[i] = CStringGetTextDatum(texts[i]);
	}
	if (finding->rows >= 0)
	{
		values[4] = Int64GetDatum(finding->rows);
		nulls[4] = false;
		if (all_rows > 0)
		{
			values[5] = Float8GetDatum((double) finding->rows / all_rows);
			nulls[5] = false;
		}
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * Gives an expression that names a row: its shipment key, its place in the table (which needs rights on
 * the whole table), or its sizes.
 */
static char *
RowKeyExpression(const ShipmentsRelation *relation)
{
	StringInfoData out;
	ListCell *cell;

	initStringInfo(&out);
	if (relation->columns[ROLE_SHIPMENT] == NIL)
	{
		if ((relation->relkind == RELKIND_RELATION || relation->relkind == RELKIND_MATVIEW ||
			 relation->relkind == RELKIND_PARTITIONED_TABLE) &&
			pg_class_aclcheck(relation->relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK)
			appendStringInfoString(&out, "pg_catalog.concat('ctid ', ctid)");
		else
			appendStringInfo(&out, "pg_catalog.concat_ws('x', %s, %s, %s)",
							 RelationColumn(relation, ROLE_LENGTH)->quoted,
							 RelationColumn(relation, ROLE_WIDTH)->quoted,
							 RelationColumn(relation, ROLE_HEIGHT)->quoted);
		return out.data;
	}
	appendStringInfoString(&out, "pg_catalog.concat_ws(', '");
	foreach (cell, relation->columns[ROLE_SHIPMENT])
	{
		RoleColumn *column = lfirst(cell);

		appendStringInfo(&out, ", pg_catalog.concat(%s, %s)",
						 quote_literal_cstr(psprintf("%s ", column->name)), column->quoted);
	}
	appendStringInfoChar(&out, ')');
	return out.data;
}

/* Adds a check of rows. */
static List *
AddCheck(List *checks, const char *finding, const char *severity, const RoleColumn *column,
		 char *condition, const char *explanation)
{
	RowCheck *check = palloc0(sizeof(RowCheck));

	check->finding.finding = finding;
	check->finding.severity = severity;
	check->finding.column = column == NULL ? NULL : column->name;
	check->finding.explanation = explanation;
	check->condition = condition;
	return lappend(checks, check);
}

/* Gives the checks that need no look at the data before. */
static List *
FirstChecks(const ShipmentsRelation *relation)
{
	List *checks = NIL;
	RoleColumn *quantity = RelationColumn(relation, ROLE_QUANTITY);
	RoleColumn *weight = RelationColumn(relation, ROLE_WEIGHT);

	for (ColumnRole role = ROLE_LENGTH; role <= ROLE_HEIGHT; role++)
	{
		RoleColumn *column = RelationColumn(relation, role);
		char *number = NumberExpression(column, NUMBER_FLOAT8);

		checks = AddCheck(checks, "null_dimension", "error", column,
						  psprintf("%s IS NULL", column->quoted), "shipments left out");
		checks = AddCheck(checks, "zero_dimension", "error", column,
						  psprintf("%s OPERATOR(pg_catalog.=) 0", number), "shipments left out");
		checks = AddCheck(checks, "negative_dimension", "error", column,
						  psprintf("%s OPERATOR(pg_catalog.<) 0", number), "shipments left out");
		checks = AddCheck(checks, "not_finite", "error", column,
						  psprintf("%s OPERATOR(pg_catalog.=) ANY "
								   "('{NaN,Infinity,-Infinity}'::pg_catalog.float8[])",
								   number),
						  "shipments left out");
		checks = AddCheck(checks, "too_large", "error", column,
						  psprintf("%s OPERATOR(pg_catalog.>) 20000 AND "
								   "%s OPERATOR(pg_catalog.<) 'Infinity'",
								   number, number),
						  "longer than 20000 units; shipments left out");
	}
	if (quantity != NULL)
	{
		char *number = NumberExpression(quantity, NUMBER_FLOAT8);

		checks =
			AddCheck(checks, "bad_quantity", "error", quantity,
					 psprintf("(%s OPERATOR(pg_catalog.>=) 1 AND %s OPERATOR(pg_catalog.<=) %d "
							  "AND %s OPERATOR(pg_catalog.=) pg_catalog.floor(%s)) IS NOT TRUE",
							  number, number, QUANTITY_MAX, number, number),
					 "not a whole number from 1 to 1000000; shipments left out");
	}
	if (relation->columns[ROLE_SHIPMENT] != NIL)
		checks = AddCheck(checks, "null_shipment", "error", RelationColumn(relation, ROLE_SHIPMENT),
						  ShipmentKeyIsNull(relation),
						  "lines that belong to no known shipment; left out");
	if (weight != NULL)
		checks = AddCheck(checks, "no_weight", "warning", weight,
						  psprintf("(%s OPERATOR(pg_catalog.>) 0 AND "
								   "%s OPERATOR(pg_catalog.<) 'Infinity') IS NOT TRUE",
								   NumberExpression(weight, NUMBER_FLOAT8),
								   NumberExpression(weight, NUMBER_FLOAT8)),
						  "NULL, zero, negative or not finite; counts as not known");
	return checks;
}

/* Gives the checks for sizes out of proportion and impossible densities. */
static List *
SecondChecks(const ShipmentsRelation *relation, double median)
{
	List *checks = NIL;
	RoleColumn *weight = RelationColumn(relation, ROLE_WEIGHT);
	char *size[3];

	for (ColumnRole role = ROLE_LENGTH; role <= ROLE_HEIGHT; role++)
		size[role] = NumberExpression(RelationColumn(relation, role), NUMBER_FLOAT8);
	if (median > 0)
		for (ColumnRole role = ROLE_LENGTH; role <= ROLE_HEIGHT; role++)
			checks = AddCheck(
				checks, "oversized", "warning", RelationColumn(relation, role),
				psprintf("%s OPERATOR(pg_catalog.>) %.17g AND "
						 "%s OPERATOR(pg_catalog.<) 'Infinity'",
						 size[role], OUTLIER_FACTOR * median, size[role]),
				psprintf("more than %d times the median of the longest side (%g): a unit mix-up?",
						 OUTLIER_FACTOR, median));
	if (weight != NULL)
	{
		double centimetres = LengthUnitInMetres(relation->length_unit) * 100;
		double factor =
			WeightUnitInGrams(relation->weight_unit) / (centimetres * centimetres * centimetres);
		/* also so that the quotient cannot leave its range; NaN is above every number */
		char *usable = psprintf("LEAST(%s, %s, %s, %s) OPERATOR(pg_catalog.>) 1e-9 AND "
								"GREATEST(%s, %s, %s, %s) OPERATOR(pg_catalog.<) 1e9",
								size[0], size[1], size[2], NumberExpression(weight, NUMBER_FLOAT8),
								size[0], size[1], size[2], NumberExpression(weight, NUMBER_FLOAT8));
		char *density = psprintf(
			"CASE WHEN %s THEN %s OPERATOR(pg_catalog.*) %.17g::pg_catalog.float8 "
			"OPERATOR(pg_catalog./) %s OPERATOR(pg_catalog./) %s OPERATOR(pg_catalog./) %s END",
			usable, NumberExpression(weight, NUMBER_FLOAT8), factor, size[0], size[1], size[2]);

		checks =
			AddCheck(checks, "too_dense", "warning", weight,
					 psprintf("%s OPERATOR(pg_catalog.>) %g", density, DENSITY_MAX),
					 "more than 25 grams per cubic centimetre: sizes or weights in another unit?");
		checks = AddCheck(checks, "too_light", "warning", weight,
						  psprintf("%s OPERATOR(pg_catalog.<) %g", density, DENSITY_MIN),
						  "less than 0.005 grams per cubic centimetre: sizes or weights in another "
						  "unit?");
	}
	return checks;
}

/* Appends the counts and examples of checks to a select list. */
static void
AppendChecks(StringInfo sql, List *checks, const char *key)
{
	ListCell *cell;

	foreach (cell, checks)
	{
		RowCheck *check = lfirst(cell);

		appendStringInfo(sql,
						 ", pg_catalog.count(*) FILTER (WHERE %s), "
						 "pg_catalog.min(%s) FILTER (WHERE %s)",
						 check->condition, key, check->condition);
	}
}

/* Reads counts and examples of checks from a row, from the given column (counted from 1) on. */
static void
ReadChecks(List *checks, int column, MemoryContext context)
{
	ListCell *cell;
	HeapTuple row = SPI_tuptable->vals[0];
	TupleDesc desc = SPI_tuptable->tupdesc;

	foreach (cell, checks)
	{
		RowCheck *check = lfirst(cell);
		bool isnull;
		char *example;

		check->finding.rows = DatumGetInt64(SPI_getbinval(row, desc, column, &isnull));
		example = SPI_getvalue(row, desc, column + 1);
		check->finding.example = example == NULL ? NULL : MemoryContextStrdup(context, example);
		column += 2;
	}
}

/* Finds the weighted median of the longest side over a profile's classes; 0 without any. */
static double
MedianLongestSide(const Profile *profile)
{
	int64 below = 0;

	for (int i = 0; i < profile->nclasses; i++)
	{
		below += ProfileClasses(profile)[i].count;
		if (below * 2 >= profile->shipments)
			return FixedToDouble(ProfileClasses(profile)[i].size[0]);
	}
	return 0;
}

/* Runs a query that gives one row; SPI must be connected. */
static void
RunQuery(const char *sql)
{
	if (SPI_execute(sql, true, 0) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "packopt: unexpected result of \"%s\"", sql);
}

/*
 * First scan: rows, lines' profile, counts of the time columns (the fullest of which wins), and the
 * first checks. Gives the number of rows.
 */
static int64
FirstScan(ShipmentsRelation *relation, List *checks, const char *verb_schema, const char *key,
		  double *median, MemoryContext context)
{
	StringInfoData sql;
	ListCell *cell;
	List *times = relation->columns[ROLE_SHIPPED_AT];
	int64 rows;
	int64 fullest = -1;
	bool isnull;
	int column = 3;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT pg_catalog.count(*), %s.profile(%s, %s, %s)", verb_schema,
					 NumberExpression(RelationColumn(relation, ROLE_LENGTH), relation->kind),
					 NumberExpression(RelationColumn(relation, ROLE_WIDTH), relation->kind),
					 NumberExpression(RelationColumn(relation, ROLE_HEIGHT), relation->kind));
	foreach (cell, times)
		appendStringInfo(&sql, ", pg_catalog.count(%s)", ((RoleColumn *) lfirst(cell))->quoted);
	AppendChecks(&sql, checks, key);
	appendStringInfo(&sql, " FROM %s", relation->quoted_name);
	RunQuery(sql.data);

	rows = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	*median = MedianLongestSide(
		ProfileFromDatum(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull)));
	foreach (cell, times)
	{
		int64 filled = DatumGetInt64(
			SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column++, &isnull));

		if (filled > fullest)
		{
			MemoryContext old = MemoryContextSwitchTo(context);

			fullest = filled;
			relation->columns[ROLE_SHIPPED_AT] = list_make1(lfirst(cell));
			MemoryContextSwitchTo(old);
		}
	}
	ReadChecks(checks, column, context);
	return rows;
}

/* Counts the shipments: rows, or different keys. SPI must be connected. */
static int64
CountKeys(const ShipmentsRelation *relation, int64 rows)
{
	StringInfoData sql;
	ListCell *cell;
	bool isnull;

	if (relation->one_row_shipments)
		return rows;
	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT pg_catalog.count(*) FROM (SELECT");
	foreach (cell, relation->columns[ROLE_SHIPMENT])
		appendStringInfo(&sql, "%s %s",
						 cell == list_head(relation->columns[ROLE_SHIPMENT]) ? "" : ",",
						 ((RoleColumn *) lfirst(cell))->quoted);
	appendStringInfo(&sql, " FROM %s WHERE NOT (%s) GROUP BY", relation->quoted_name,
					 ShipmentKeyIsNull(relation));
	for (int i = 1; i <= list_length(relation->columns[ROLE_SHIPMENT]); i++)
		appendStringInfo(&sql, "%s %d", i == 1 ? "" : ",", i);
	appendStringInfoString(&sql, ") s");
	RunQuery(sql.data);
	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/* Emits how each column is read. */
static void
EmitRoles(ReturnSetInfo *result, const ShipmentsRelation *relation)
{
	for (ColumnRole role = 0; role < COLUMN_ROLES; role++)
	{
		ListCell *cell;

		foreach (cell, relation->columns[role])
		{
			Finding finding = {.severity = "info", .rows = -1};

			finding.finding = psprintf("column: %s", ColumnRoleName(role));
			finding.column = ((RoleColumn *) lfirst(cell))->name;
			if (role <= ROLE_HEIGHT)
			{
				finding.unit = LengthUnitName(relation->length_unit);
				finding.explanation = psprintf("unit from %s", relation->length_unit_source);
			}
			else if (role == ROLE_WEIGHT)
			{
				finding.unit = WeightUnitName(relation->weight_unit);
				finding.explanation = psprintf("unit from %s", relation->weight_unit_source);
			}
			EmitFinding(result, &finding, 0);
		}
	}
}

/* Emits the checks that found something. */
static void
EmitChecks(ReturnSetInfo *result, List *checks, int64 rows)
{
	ListCell *cell;

	foreach (cell, checks)
	{
		RowCheck *check = lfirst(cell);

		if (check->finding.rows > 0)
			EmitFinding(result, &check->finding, rows);
	}
}

PG_FUNCTION_INFO_V1(packopt_check_shipments);
/* check_shipments(shipments, columns, length_unit, weight_unit). */
Datum
packopt_check_shipments(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext context = CurrentMemoryContext;
	ShipmentsRelation *relation;
	List *first;
	List *second;
	char *key;
	char *verb_schema = VerbSchema(fcinfo);
	double median;
	Finding rows = {.finding = "rows", .severity = "info"};
	Finding shipments = {.finding = "shipments", .severity = "info"};
	StringInfoData sql;

	CheckArgumentNotNull(fcinfo, 0, "shipments");
	relation = ResolveShipmentsRelation(PG_GETARG_TEXT_PP(0),
										PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1),
										PG_ARGISNULL(2) ? NULL : PG_GETARG_TEXT_PP(2),
										PG_ARGISNULL(3) ? NULL : PG_GETARG_TEXT_PP(3));
	InitMaterializedSRF(fcinfo, 0);
	first = FirstChecks(relation);
	key = RowKeyExpression(relation);

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	rows.rows = FirstScan(relation, first, verb_schema, key, &median, context);
	shipments.rows = CountKeys(relation, rows.rows);
	MemoryContextSwitchTo(context);
	second = SecondChecks(relation, median);
	if (second != NIL)
	{
		initStringInfo(&sql);
		appendStringInfoString(&sql, "SELECT 0");
		AppendChecks(&sql, second, key);
		appendStringInfo(&sql, " FROM %s", relation->quoted_name);
		RunQuery(sql.data);
		ReadChecks(second, 2, context);
	}
	SPI_finish();

	shipments.explanation =
		relation->columns[ROLE_SHIPMENT] == NIL ? "no shipment column: each row is a shipment"
		: relation->one_row_shipments           ? "a unique index tells that each row is a shipment"
												: "rows grouped by the shipment column";
	if (rows.rows == 0)
		rows.explanation = "the relation is empty";
	EmitRoles(result, relation);
	EmitFinding(result, &rows, 0);
	EmitFinding(result, &shipments, 0);
	EmitChecks(result, first, rows.rows);
	EmitChecks(result, second, rows.rows);
	return (Datum) 0;
}
