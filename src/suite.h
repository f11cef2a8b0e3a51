/*
 * suite.h
 *	  Suites kept in the tables packopt.suites and packopt.suite_boxes.
 */
#ifndef PACKOPT_SUITE_H
#define PACKOPT_SUITE_H

#include "kernel.h"

#include "evaluate.h"

/* What is stored about a suite besides its boxes and totals. */
typedef struct SuiteRecord
{
	char *name;
	char *source;
	char *objective;
	int suite_size;
	char *options; /* further arguments, as a jsonb object */
	int64 candidates;
	bool stopped_early; /* by packopt.search_timeout */
	bool bounded;       /* lower_bound and gap are known */
	double lower_bound; /* cost that no suite of this size can go below */
	double gap;         /* (cost - lower_bound) / cost */
} SuiteRecord;

extern bool
StoreSuite(const SuiteRecord *record, const Profile *profile, const SuiteUse *use, int64 *suite_id);

#endif /* PACKOPT_SUITE_H */
