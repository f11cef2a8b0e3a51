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

/*
 * Shipments per box below which a history is called short. Suites of 6 to 20 boxes that were optimized
 * on so many promised 0.6 to 1.8 percentage points more than they saved on other shipments of the
 * sample history; on a third as many, 1.7 to 4.6 (test/bench/measures.sh).
 */
#define SHORT_HISTORY_PER_BOX 300

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
extern HistoryParts
HoldoutArgument(FunctionCallInfo fcinfo, int n, const ShipmentsRelation *relation,
				const ProfileOptions *options, int nboxes);
extern Profile *MergeProfiles(const SitePart *part, int nparts);
extern void WarnLeftOutOfParts(Profile *const *profile, int nprofiles);

#endif /* PACKOPT_PARTS_H */
