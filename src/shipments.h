/*
 * shipments.h
 *	  From a shipments relation to its profile.
 */
#ifndef PACKOPT_SHIPMENTS_H
#define PACKOPT_SHIPMENTS_H

#include "kernel.h"

#include "profile.h"
#include "relation.h"

/* How a profile is to be built. */
typedef struct ProfileOptions
{
	int32 gap;         /* between pieces, fixed-point */
	int64 weight_step; /* of the weight classes, fixed-point; 0 = weights are not kept */
	bool billed_steps; /* keep weights, if there are any, such that billed weights are exact */
} ProfileOptions;

/*
 * What profiles are grouped by: an SQL expression over the relation's columns. Groups in which a
 * required key is NULL are counted, but have an empty profile. Rows of a shipment that differ in a key
 * are shipments of their own, unless the key is an aggregate of all rows of the shipment.
 */
typedef struct ProfileKey
{
	const char *expression;
	const char *aggregate; /* the key of a shipment of several rows; NULL = of each row */
	const char *required;  /* condition on the columns that says the key is not NULL; NULL = none */
} ProfileKey;

extern char *
GroupedProfileQuery(const ShipmentsRelation *relation, const ProfileOptions *options,
					const char *verb_schema, const ProfileKey *keys, int nkeys, const char *where);
extern Profile *BuildProfile(const ShipmentsRelation *relation, const ProfileOptions *options,
							 const char *verb_schema);
extern char *CountShipments(int64 shipments);
extern void WarnLeftOut(const Profile *profile);
extern char *VerbSchema(FunctionCallInfo fcinfo);
extern void CheckArgumentNotNull(FunctionCallInfo fcinfo, int n, const char *name);
extern ShipmentsRelation *RelationArgument(FunctionCallInfo fcinfo, int relation_arg,
										   int columns_arg, ProfileOptions *options);
extern Profile *
ProfileOfRelationArgument(FunctionCallInfo fcinfo, int relation_arg, int columns_arg,
						  const ProfileOptions *options, char **source);
extern int32 GapArgument(FunctionCallInfo fcinfo, int n);
extern int64 WeightArgument(FunctionCallInfo fcinfo, int n, const char *name);

#endif /* PACKOPT_SHIPMENTS_H */
