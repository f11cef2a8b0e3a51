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
 * What profiles are grouped by: an SQL expression over the relation's columns, and the condition on
 * them that it must satisfy by not being NULL, if it must. Groups of other rows are counted, but have
 * an empty profile.
 */
typedef struct ProfileKey
{
	const char *expression;
	const char *required; /* NULL = nothing is required */
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
extern Profile *
ProfileOfRelationArgument(FunctionCallInfo fcinfo, int relation_arg, int columns_arg,
						  const ProfileOptions *options, char **source);
extern int32 GapArgument(FunctionCallInfo fcinfo, int n);
extern int64 WeightArgument(FunctionCallInfo fcinfo, int n, const char *name);

#endif /* PACKOPT_SHIPMENTS_H */
