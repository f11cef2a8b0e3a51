/*
 * relation.h
 *	  A shipments relation: which column plays which role, and in which unit.
 */
#ifndef PACKOPT_RELATION_H
#define PACKOPT_RELATION_H

#include "kernel.h"

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "rowread.h"
#include "units.h"

typedef enum ColumnRole
{
	ROLE_LENGTH,
	ROLE_WIDTH,
	ROLE_HEIGHT,
	ROLE_QUANTITY,
	ROLE_SHIPMENT,
	ROLE_WEIGHT,
	ROLE_UPRIGHT,
	ROLE_FOLDABLE,
	ROLE_COMPRESSIBLE,
	ROLE_FRAGILE,
	ROLE_SHIPPED_AT,
	ROLE_BOX,
	ROLE_BOX_LENGTH,
	ROLE_BOX_WIDTH,
	ROLE_BOX_HEIGHT,
	COLUMN_ROLES
} ColumnRole;

/* A column in a role. */
typedef struct RoleColumn
{
	char *name;
	char *quoted;
	Oid type; /* base type, domains looked through */
	bool not_null;
	int16 attnum;
} RoleColumn;

typedef struct ShipmentsRelation
{
	Oid relid;
	char *quoted_name; /* schema-qualified, for SQL */
	char relkind;
	List *columns[COLUMN_ROLES]; /* of RoleColumn; NIL = none; several only for some roles */
	LengthUnit length_unit;
	const char *length_unit_source;
	WeightUnit weight_unit; /* unknown without a weight column */
	const char *weight_unit_source;
	NumberKind kind;        /* in which the lengths are read */
	bool one_row_shipments; /* every row is known to be a shipment of its own */
} ShipmentsRelation;

extern const char *ColumnRoleName(ColumnRole role);
extern ShipmentsRelation *
ResolveShipmentsRelation(const text *name, Jsonb *columns, const text *length_unit,
						 const text *weight_unit);
extern RoleColumn *RelationColumn(const ShipmentsRelation *relation, ColumnRole role);
extern char *ColumnName(const ShipmentsRelation *relation, const text *name);
extern const RoleColumn *ShippedAtColumn(const ShipmentsRelation *relation);
extern char *QuotedColumn(const ShipmentsRelation *relation, const text *name);
extern char *NumberExpression(const RoleColumn *column, NumberKind kind);
extern char *ShipmentKeyIsNull(const ShipmentsRelation *relation);

#endif /* PACKOPT_RELATION_H */
