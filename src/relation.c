/*
 * relation.c
 *	  Finds out which column of a shipments relation plays which role, and in which unit.
 *
 * Columns are found by name, in any case, with or without a unit suffix; the argument columns, a
 * jsonb object, names others ({"length": "len_max_cm"}), several for one role where that makes sense
 * ({"shipment": ["order_id", "seller_id"]}), or none ({"quantity": null}).
 *
 * The unit comes from the columns' suffix, then from the argument, then from the setting. What
 * contradicts itself is an error, never a guess.
 */
#include "kernel.h"

#include "access/relation.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "nodes/bitmapset.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "guc.h"
#include "relation.h"

/* What a role's column holds. */
typedef enum ColumnKind
{
	HOLDS_LENGTH,
	HOLDS_WEIGHT,
	HOLDS_NUMBER,
	HOLDS_FLAG,
	HOLDS_TIME,
	HOLDS_BOX,
	HOLDS_KEY
} ColumnKind;

static const struct
{
	const char *role;
	ColumnKind holds;
	const char *names[8];
} roles[COLUMN_ROLES] = {
	[ROLE_LENGTH] = {"length", HOLDS_LENGTH, {"length", "item_length", "product_length"}},
	[ROLE_WIDTH] = {"width", HOLDS_LENGTH, {"width", "item_width", "product_width"}},
	[ROLE_HEIGHT] = {"height", HOLDS_LENGTH, {"height", "item_height", "product_height"}},
	[ROLE_QUANTITY] = {"quantity", HOLDS_NUMBER, {"quantity", "qty"}},
	[ROLE_SHIPMENT] = {"shipment", HOLDS_KEY, {"shipment_id", "order_id"}},
	[ROLE_WEIGHT] = {"weight", HOLDS_WEIGHT, {"weight", "item_weight", "product_weight"}},
	[ROLE_UPRIGHT] = {"upright", HOLDS_FLAG, {"upright", "this_side_up"}},
	[ROLE_FOLDABLE] = {"foldable", HOLDS_FLAG, {"foldable"}},
	[ROLE_COMPRESSIBLE] = {"compressible", HOLDS_FLAG, {"compressible"}},
	[ROLE_FRAGILE] = {"fragile", HOLDS_FLAG, {"fragile"}},
	[ROLE_SHIPPED_AT] = {"shipped_at",
						 HOLDS_TIME,
						 {"shipped_at", "ship_date", "shipped_on", "purchased_at", "created_at"}},
	/* the box that was used: only where the argument columns names it */
	[ROLE_BOX] = {"box", HOLDS_BOX, {NULL}},
	[ROLE_BOX_LENGTH] = {"box_length", HOLDS_LENGTH, {NULL}},
	[ROLE_BOX_WIDTH] = {"box_width", HOLDS_LENGTH, {NULL}},
	[ROLE_BOX_HEIGHT] = {"box_height", HOLDS_LENGTH, {NULL}},
};

/* Gives the name of a role, as used in the argument columns. */
const char *
ColumnRoleName(ColumnRole role)
{
	return roles[role].role;
}

/* Gives the only column of a role, or NULL. */
RoleColumn *
RelationColumn(const ShipmentsRelation *relation, ColumnRole role)
{
	return relation->columns[role] == NIL ? NULL : linitial(relation->columns[role]);
}

/* Opens the relation by name as regclass input does, and checks that it has rows to read. */
static Relation
OpenShipments(const text *name)
{
	Oid relid =
		DatumGetObjectId(DirectFunctionCall1(regclassin, CStringGetDatum(text_to_cstring(name))));
	Relation rel;

	/* regclass input takes numbers of relations as they come */
	rel = OidIsValid(relid) ? try_relation_open(relid, AccessShareLock) : NULL;
	if (rel == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation \"%s\" does not exist", text_to_cstring(name))));
	switch (rel->rd_rel->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_FOREIGN_TABLE:
		case RELKIND_VIEW:
		case RELKIND_MATVIEW:
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("\"%s\" has no rows of shipments", RelationGetRelationName(rel)),
					 errhint("Give a table, a foreign table, a view or a materialized view.")));
	}
	return rel;
}

/* Lists the columns of a relation for an error message. */
static char *
ListColumns(Relation rel)
{
	StringInfoData out;
	TupleDesc desc = RelationGetDescr(rel);

	initStringInfo(&out);
	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped)
			appendStringInfo(&out, "%s%s", out.len > 0 ? ", " : "",
							 NameStr(TupleDescAttr(desc, i)->attname));
	return out.data;
}

/* Raises the error of a column that does not exist. */
static void
RaiseNoColumn(Relation rel, const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
					errmsg("relation \"%s\" has no column %s", RelationGetRelationName(rel), what),
					errdetail("Its columns are: %s.", ListColumns(rel)),
					errhint("Name the column, as in columns => '{\"length\": \"my_column\"}'.")));
}

/* Splits a unit suffix off a column name: base length, and the unit's name or NULL. */
static const char *
UnitSuffix(const char *name, ColumnKind holds, int *base_length)
{
	const char *underscore = strrchr(name, '_');
	LengthUnit length_unit;
	WeightUnit weight_unit;

	*base_length = (int) strlen(name);
	if (underscore == NULL || underscore == name || pg_strcasecmp(underscore + 1, "unknown") == 0)
		return NULL;
	if ((holds == HOLDS_LENGTH && LengthUnitFromName(underscore + 1, &length_unit)) ||
		(holds == HOLDS_WEIGHT && WeightUnitFromName(underscore + 1, &weight_unit)))
	{
		*base_length = (int) (underscore - name);
		return underscore + 1;
	}
	return NULL;
}

/* Gives the type packopt.box. */
static Oid
BoxType(void)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("box"),
						   ObjectIdGetDatum(get_namespace_oid("packopt", false)));
}

/* Whether a type suits what a role's column is to hold. */
static bool
TypeSuits(Oid type, ColumnRole role)
{
	switch (roles[role].holds)
	{
		case HOLDS_LENGTH:
		case HOLDS_WEIGHT:
		case HOLDS_NUMBER:
			return type == INT2OID || type == INT4OID || type == INT8OID || type == NUMERICOID ||
				   type == FLOAT4OID || type == FLOAT8OID;
		case HOLDS_FLAG:
			return type == BOOLOID;
		case HOLDS_TIME:
			return type == DATEOID || type == TIMESTAMPOID || type == TIMESTAMPTZOID;
		case HOLDS_BOX:
			return type == BoxType();
		case HOLDS_KEY:
			return true;
	}
	return false;
}

/* Raises an error if a column's type does not suit what it is to hold. */
static void
CheckColumnType(Relation rel, const RoleColumn *column, ColumnRole role)
{
	if (!TypeSuits(column->type, role))
		ereport(
			ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("column \"%s\" of relation \"%s\" is of type %s and cannot be used as %s",
					column->name, RelationGetRelationName(rel), format_type_be(column->type),
					roles[role].role),
			 role <= ROLE_HEIGHT
				 ? errhint("Read through a view that converts it, or name another column, as in "
						   "columns => '{\"%s\": \"my_column\"}'.",
						   roles[role].role)
				 : errhint("Read through a view that converts it, or pass "
						   "columns => '{\"%s\": null}' to ignore it.",
						   roles[role].role)));
}

/* Builds the description of a relation's column. */
static RoleColumn *
DescribeColumn(Relation rel, int index, ColumnRole role)
{
	Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(rel), index);
	RoleColumn *column = palloc0(sizeof(RoleColumn));

	column->name = pstrdup(NameStr(attribute->attname));
	column->quoted = pstrdup(quote_identifier(column->name));
	column->type = getBaseType(attribute->atttypid);
	column->not_null = attribute->attnotnull;
	column->attnum = attribute->attnum;
	CheckColumnType(rel, column, role);
	return column;
}

/*
 * Finds the columns that go by one of a role's customary names. The first name that occurs wins;
 * where it occurs with several units (length_cm beside length_in), the wanted unit decides.
 */
static List *
FindByName(Relation rel, ColumnRole role, const char *wanted_unit)
{
	TupleDesc desc = RelationGetDescr(rel);
	List *times = NIL;

	for (int n = 0; n < (int) lengthof(roles[role].names) && roles[role].names[n] != NULL; n++)
	{
		const char *name = roles[role].names[n];
		int found = -1;

		for (int i = 0; i < desc->natts; i++)
		{
			Form_pg_attribute attribute = TupleDescAttr(desc, i);
			int base_length;
			const char *suffix;

			if (attribute->attisdropped)
				continue;
			/* nothing that is done here needs the time, so one kept as text is no error */
			if (roles[role].holds == HOLDS_TIME &&
				!TypeSuits(getBaseType(attribute->atttypid), role))
				continue;
			suffix = UnitSuffix(NameStr(attribute->attname), roles[role].holds, &base_length);
			if (base_length != (int) strlen(name) ||
				pg_strncasecmp(NameStr(attribute->attname), name, base_length) != 0)
				continue;
			if (suffix != NULL && wanted_unit != NULL && pg_strcasecmp(suffix, wanted_unit) != 0 &&
				found >= 0)
				continue;
			if (found >= 0)
			{
				const char *other = NameStr(TupleDescAttr(desc, found)->attname);
				int ignored;
				const char *other_suffix = UnitSuffix(other, roles[role].holds, &ignored);
				bool other_wanted = wanted_unit != NULL && other_suffix != NULL &&
									pg_strcasecmp(other_suffix, wanted_unit) == 0;

				if (other_wanted)
					continue;
				if (wanted_unit == NULL || suffix == NULL ||
					pg_strcasecmp(suffix, wanted_unit) != 0)
					ereport(
						ERROR,
						(errcode(ERRCODE_AMBIGUOUS_COLUMN),
						 errmsg("columns \"%s\" and \"%s\" of relation \"%s\" could both be the %s",
								other, NameStr(attribute->attname), RelationGetRelationName(rel),
								roles[role].role),
						 errhint("Name the one to read, as in columns => '{\"%s\": \"%s\"}'.",
								 roles[role].role, other)));
			}
			found = i;
		}
		if (found < 0)
			continue;
		if (roles[role].holds != HOLDS_TIME)
			return list_make1(DescribeColumn(rel, found, role));
		times = lappend(times, DescribeColumn(rel, found, role));
	}
	return times;
}

/* Finds a column by the exact name that the user gave, or else in any case; an error if there is none. */
static int
FindColumn(Relation rel, const char *name)
{
	TupleDesc desc = RelationGetDescr(rel);
	int found = -1;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		if (attribute->attisdropped)
			continue;
		if (strcmp(NameStr(attribute->attname), name) == 0)
			return i;
		if (found < 0 && pg_strcasecmp(NameStr(attribute->attname), name) == 0)
			found = i;
	}
	if (found < 0)
		RaiseNoColumn(rel, quote_identifier(name));
	return found;
}

/* Finds the column that the user gave for a role. */
static RoleColumn *
FindGiven(Relation rel, ColumnRole role, const char *name)
{
	return DescribeColumn(rel, FindColumn(rel, name), role);
}

/* Finds a role by name; COLUMN_ROLES if there is none. */
static ColumnRole
FindRole(const char *name, int length)
{
	int role;

	for (role = 0; role < COLUMN_ROLES; role++)
		if (length == (int) strlen(roles[role].role) &&
			pg_strncasecmp(name, roles[role].role, length) == 0)
			break;
	return (ColumnRole) role;
}

/* Raises the error of an argument columns that is not understood. */
static void
RaiseBadColumns(const char *problem)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("argument columns is not understood: %s", problem),
					errhint("Give a jsonb object from roles to column names, as in "
							"'{\"length\": \"len_cm\", \"quantity\": null}'.")));
}

/* Applies the argument columns. given[role] tells which roles it spoke of. */
static void
ApplyColumns(Relation rel, Jsonb *columns, List *found[COLUMN_ROLES], bool given[COLUMN_ROLES])
{
	JsonbIterator *iterator;
	JsonbValue value;
	JsonbIteratorToken token;
	ColumnRole role = COLUMN_ROLES;
	bool in_array = false;

	if (!JB_ROOT_IS_OBJECT(columns))
		RaiseBadColumns("it is not an object");
	iterator = JsonbIteratorInit(&columns->root);
	while ((token = JsonbIteratorNext(&iterator, &value, false)) != WJB_DONE)
	{
		switch (token)
		{
			case WJB_KEY:
			{
				char *key = pnstrdup(value.val.string.val, value.val.string.len);

				role = FindRole(key, (int) strlen(key));
				if (role == COLUMN_ROLES)
					ereport(ERROR,
							(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							 errmsg("unknown column role \"%s\"", key),
							 errhint("Roles are length, width, height, quantity, shipment, weight, "
									 "upright, foldable, compressible, fragile, shipped_at, box, "
									 "box_length, box_width and box_height.")));
				given[role] = true;
				break;
			}
			case WJB_BEGIN_ARRAY:
				if (roles[role].holds != HOLDS_KEY)
					RaiseBadColumns(psprintf("role %s takes one column", roles[role].role));
				if (in_array)
					RaiseBadColumns(psprintf("role %s has a list in a list", roles[role].role));
				in_array = true;
				break;
			case WJB_END_ARRAY:
				if (found[role] == NIL)
					RaiseBadColumns(psprintf("role %s has an empty list", roles[role].role));
				in_array = false;
				break;
			case WJB_VALUE:
			case WJB_ELEM:
				if (value.type == jbvString)
					found[role] = lappend(
						found[role],
						FindGiven(rel, role, pnstrdup(value.val.string.val, value.val.string.len)));
				else if (value.type != jbvNull || in_array)
					RaiseBadColumns(psprintf("role %s is not a column name", roles[role].role));
				break;
			case WJB_BEGIN_OBJECT:
				if (role != COLUMN_ROLES)
					RaiseBadColumns(psprintf("role %s is not a column name", roles[role].role));
				break;
			default:
				break;
		}
	}
}

/* Tells the unit that a column's name says, NULL for none. */
static const char *
ColumnUnit(const RoleColumn *column, ColumnRole role)
{
	int ignored;

	return UnitSuffix(column->name, roles[role].holds, &ignored);
}

/* Settles the length unit: suffixes, which must agree, then the argument, then the setting. */
static void
ResolveLengthUnit(Relation rel, ShipmentsRelation *relation, const text *argument)
{
	const RoleColumn *witness = NULL;
	LengthUnit unit = LENGTH_UNIT_UNKNOWN;

	for (ColumnRole role = ROLE_LENGTH; role <= ROLE_HEIGHT; role++)
	{
		const RoleColumn *column = RelationColumn(relation, role);
		const char *suffix = ColumnUnit(column, role);
		LengthUnit column_unit;

		if (suffix == NULL || !LengthUnitFromName(suffix, &column_unit))
			continue;
		if (witness != NULL && column_unit != unit)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("columns \"%s\" and \"%s\" of relation \"%s\" are in different units",
							witness->name, column->name, RelationGetRelationName(rel)),
					 errhint("Name three columns of one unit in the argument columns.")));
		witness = column;
		unit = column_unit;
	}
	relation->length_unit_source = "column names";
	if (argument != NULL)
	{
		LengthUnit wanted = LengthUnitArgument(argument);

		if (witness != NULL && wanted != unit)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("column \"%s\" is in unit %s, but length_unit is %s",
								   witness->name, LengthUnitName(unit), LengthUnitName(wanted)),
							errhint("Leave length_unit out, or rename the column in a view.")));
		if (witness == NULL)
			relation->length_unit_source = "argument";
		unit = wanted;
	}
	else if (witness == NULL)
	{
		relation->length_unit_source = "setting packopt.length_unit";
		unit = (LengthUnit) packopt_length_unit;
	}
	relation->length_unit = unit;
	for (ColumnRole role = ROLE_BOX_LENGTH; role <= ROLE_BOX_HEIGHT; role++)
	{
		const RoleColumn *column = RelationColumn(relation, role);
		const char *suffix = column == NULL ? NULL : ColumnUnit(column, role);
		LengthUnit column_unit;

		if (suffix != NULL && LengthUnitFromName(suffix, &column_unit) && column_unit != unit)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" is in another unit than the items, which are in %s",
							column->name, LengthUnitName(unit)),
					 errhint("Convert it in a view.")));
	}
}

/* Settles the weight unit in the same way; without a weight column it stays unknown. */
static void
ResolveWeightUnit(ShipmentsRelation *relation, const text *argument)
{
	const RoleColumn *column = RelationColumn(relation, ROLE_WEIGHT);
	WeightUnit wanted = argument == NULL ? WEIGHT_UNIT_UNKNOWN : WeightUnitArgument(argument);
	const char *suffix;

	relation->weight_unit = WEIGHT_UNIT_UNKNOWN;
	if (column == NULL)
		return;
	suffix = ColumnUnit(column, ROLE_WEIGHT);
	if (suffix != NULL && WeightUnitFromName(suffix, &relation->weight_unit))
	{
		relation->weight_unit_source = "column name";
		if (wanted != WEIGHT_UNIT_UNKNOWN && wanted != relation->weight_unit)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" is in unit %s, but weight_unit is %s", column->name,
							WeightUnitName(relation->weight_unit), WeightUnitName(wanted)),
					 errhint("Leave weight_unit out, or rename the column in a view.")));
	}
	else if (wanted != WEIGHT_UNIT_UNKNOWN)
	{
		relation->weight_unit = wanted;
		relation->weight_unit_source = "argument";
	}
	else
	{
		relation->weight_unit = (WeightUnit) packopt_weight_unit;
		relation->weight_unit_source = "setting packopt.weight_unit";
	}
}

/* Chooses the type in which the lengths are read without loss. */
static NumberKind
ChooseNumberKind(const ShipmentsRelation *relation)
{
	int nreal = 0;
	int ndouble = 0;
	int nnumeric = 0;

	for (ColumnRole role = ROLE_LENGTH; role <= ROLE_HEIGHT; role++)
	{
		Oid type = RelationColumn(relation, role)->type;

		nreal += type == FLOAT4OID;
		ndouble += type == FLOAT8OID;
		nnumeric += type == NUMERICOID;
	}
	if (nreal == 3)
		return NUMBER_FLOAT4;
	if (nnumeric > 0 && nreal + ndouble == 0)
		return NUMBER_NUMERIC;
	return NUMBER_FLOAT8;
}

/*
 * Gives the SQL expression that reads a column as the wanted kind. A real goes through its text on
 * the way to a wider type, because its value is its shortest decimal.
 */
char *
NumberExpression(const RoleColumn *column, NumberKind kind)
{
	Oid wanted = kind == NUMBER_NUMERIC  ? NUMERICOID
				 : kind == NUMBER_FLOAT4 ? FLOAT4OID
										 : FLOAT8OID;
	const char *name = wanted == NUMERICOID ? "numeric" : wanted == FLOAT4OID ? "float4" : "float8";

	if (column->type == wanted)
		return column->quoted;
	if (column->type == FLOAT4OID)
		return psprintf("%s::pg_catalog.text::pg_catalog.%s", column->quoted, name);
	return psprintf("%s::pg_catalog.%s", column->quoted, name);
}

/*
 * Gives the one column that tells when a shipment left. It is an error if there is none, or if several
 * could be it.
 */
const RoleColumn *
ShippedAtColumn(const ShipmentsRelation *relation)
{
	List *times = relation->columns[ROLE_SHIPPED_AT];
	const RoleColumn *column;
	StringInfoData names;

	if (times == NIL)
	{
		initStringInfo(&names);
		for (int n = 0; n < (int) lengthof(roles[ROLE_SHIPPED_AT].names) &&
						roles[ROLE_SHIPPED_AT].names[n] != NULL;
			 n++)
			appendStringInfo(&names, "%s%s", n > 0 ? ", " : "", roles[ROLE_SHIPPED_AT].names[n]);
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
						errmsg("relation %s has no column for the time of shipment",
							   relation->quoted_name),
						errdetail("Looked for a date or timestamp by the names %s.", names.data),
						errhint("Name it, as in columns => '{\"shipped_at\": \"my_column\"}'.")));
	}
	column = linitial(times);
	if (list_length(times) > 1)
		ereport(
			ERROR,
			(errcode(ERRCODE_AMBIGUOUS_COLUMN),
			 errmsg("columns %s and %s of relation %s could both be the time of shipment",
					column->quoted, ((RoleColumn *) lsecond(times))->quoted, relation->quoted_name),
			 errhint("Name the one to read, as in columns => '{\"shipped_at\": \"%s\"}'.",
					 column->name)));
	return column;
}

/* Gives the name of a column that plays no role, by its name in any case. */
char *
ColumnName(const ShipmentsRelation *relation, const text *name)
{
	Relation rel = relation_open(relation->relid, NoLock);
	int index = FindColumn(rel, text_to_cstring(name));
	char *found = pstrdup(NameStr(TupleDescAttr(RelationGetDescr(rel), index)->attname));

	relation_close(rel, NoLock);
	return found;
}

/* Gives that name as SQL has it. */
char *
QuotedColumn(const ShipmentsRelation *relation, const text *name)
{
	return pstrdup(quote_identifier(ColumnName(relation, name)));
}

/* Tells whether a unique index over some of the shipment columns proves that rows are shipments. */
static bool
ShipmentColumnsAreUnique(Relation rel, const ShipmentsRelation *relation)
{
	Bitmapset *key = NULL;
	ListCell *cell;
	List *indexes;
	bool unique = false;

	foreach (cell, relation->columns[ROLE_SHIPMENT])
	{
		RoleColumn *column = lfirst(cell);

		if (!column->not_null)
			return false; /* rows without a key must be told apart by grouping */
		key = bms_add_member(key, column->attnum);
	}
	if (rel->rd_rel->relkind != RELKIND_RELATION && rel->rd_rel->relkind != RELKIND_MATVIEW &&
		rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return false;

	/* rows of inheritance children are not under the parent's indexes */
	if (rel->rd_rel->relkind == RELKIND_RELATION && rel->rd_rel->relhassubclass)
		return false;

	indexes = RelationGetIndexList(rel);
	foreach (cell, indexes)
	{
		HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		Form_pg_index index;

		if (!HeapTupleIsValid(tuple))
			continue;
		index = (Form_pg_index) GETSTRUCT(tuple);
		if (index->indisunique && index->indimmediate && index->indisvalid &&
			heap_attisnull(tuple, Anum_pg_index_indpred, NULL) &&
			heap_attisnull(tuple, Anum_pg_index_indexprs, NULL))
		{
			unique = true;
			for (int i = 0; i < index->indnkeyatts; i++)
				unique &= bms_is_member(index->indkey.values[i], key);
		}
		ReleaseSysCache(tuple);
		if (unique)
			break;
	}
	return unique;
}

/* Gives the SQL condition that a row has no (complete) shipment key. */
char *
ShipmentKeyIsNull(const ShipmentsRelation *relation)
{
	StringInfoData out;
	ListCell *cell;

	initStringInfo(&out);
	foreach (cell, relation->columns[ROLE_SHIPMENT])
		appendStringInfo(&out, "%s%s IS NULL", out.len > 0 ? " OR " : "",
						 ((RoleColumn *) lfirst(cell))->quoted);
	return out.len > 0 ? out.data : pstrdup("false");
}

/*
 * Resolves a shipments relation. Raises an error that names the relation and the column or unit at
 * fault. The relation stays locked against change until the end of the transaction.
 */
ShipmentsRelation *
ResolveShipmentsRelation(const text *name, Jsonb *columns, const text *length_unit,
						 const text *weight_unit)
{
	Relation rel = OpenShipments(name);
	ShipmentsRelation *relation = palloc0(sizeof(ShipmentsRelation));
	bool given[COLUMN_ROLES] = {false};

	relation->relid = RelationGetRelid(rel);
	relation->relkind = rel->rd_rel->relkind;
	relation->quoted_name = quote_qualified_identifier(
		get_namespace_name(RelationGetNamespace(rel)), RelationGetRelationName(rel));
	if (columns != NULL)
		ApplyColumns(rel, columns, relation->columns, given);
	for (ColumnRole role = 0; role < COLUMN_ROLES; role++)
	{
		const text *unit = roles[role].holds == HOLDS_LENGTH   ? length_unit
						   : roles[role].holds == HOLDS_WEIGHT ? weight_unit
															   : NULL;

		if (!given[role])
			relation->columns[role] =
				FindByName(rel, role, unit == NULL ? NULL : text_to_cstring(unit));
		if (role <= ROLE_HEIGHT && relation->columns[role] == NIL)
			RaiseNoColumn(rel, psprintf("for the %s", roles[role].role));
	}
	ResolveLengthUnit(rel, relation, length_unit);
	ResolveWeightUnit(relation, weight_unit);
	relation->kind = ChooseNumberKind(relation);
	relation->one_row_shipments =
		relation->columns[ROLE_SHIPMENT] == NIL || ShipmentColumnsAreUnique(rel, relation);
	relation_close(rel, NoLock);
	return relation;
}
