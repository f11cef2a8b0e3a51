/*
 * cases.h
 *	  Raising a bound by cases.
 */
#ifndef PACKOPT_CASES_H
#define PACKOPT_CASES_H

#include "dual.h"
#include "tasks.h"

/* An evaluation with chains costs about so many of the plain dual. */
#define CHAIN_WORK 12.0

extern double DivideCases(Dual *dual, double lower, double work, Suite *better);
extern void *CaseTaskOpen(const TaskSpec *spec);
extern void CaseTaskClose(void *place);
extern void CaseTaskRun(void *place, const char *in, char *out);

#endif /* PACKOPT_CASES_H */
