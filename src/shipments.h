/*
 * shipments.h
 *	  From a shipments relation to its profile.
 */
#ifndef PACKOPT_SHIPMENTS_H
#define PACKOPT_SHIPMENTS_H

#include "kernel.h"

#include "profile.h"
#include "relation.h"

extern Profile *BuildProfile(const ShipmentsRelation *relation, const char *verb_schema);
extern void WarnLeftOut(const Profile *profile);
extern char *VerbSchema(FunctionCallInfo fcinfo);
extern void CheckArgumentNotNull(FunctionCallInfo fcinfo, int n, const char *name);
extern Profile *ProfileOfRelationArgument(FunctionCallInfo fcinfo, int relation_arg, int columns_arg,
										  char **source);

#endif /* PACKOPT_SHIPMENTS_H */
