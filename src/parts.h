/*
 * parts.h
 *	  Profiles of parts of a shipments relation, by one scan of it: of sites, or of the history before
 *	  and after a moment.
 */
#ifndef PACKOPT_PARTS_H
#define PACKOPT_PARTS_H

#include "kernel.h"

#include "datatype/timestamp.h"

#include "shipments.h"

/* The shipments of one value of a column. */
typedef struct SitePart
{
	char *site; /* NULL: the rows without a value */
	Profile *profile;
} SitePart;

/* The history before a moment, and from then on. */
typedef struct HistoryParts
{
	Profile *older;
	Profile *newer; /* shipments without a time count as left out of it */
} HistoryParts;

extern SitePart *SplitBySite(const ShipmentsRelation *relation, const ProfileOptions *options,
							 const char *verb_schema, const text *by, int max_sites, int *nsites);
extern HistoryParts SplitHistory(const ShipmentsRelation *relation, const ProfileOptions *options,
								 const char *verb_schema, TimestampTz moment);
extern void
CheckHistoryParts(const ShipmentsRelation *relation, const HistoryParts *parts, TimestampTz moment);
extern Profile *MergeProfiles(const SitePart *part, int nparts);
extern void WarnLeftOutOfParts(Profile *const *profile, int nprofiles);

#endif /* PACKOPT_PARTS_H */
