/*
 * optimize.h
 *	  What the functions that search for suites share: their arguments, and the way from a profile to a
 *	  suite.
 */
#ifndef PACKOPT_OPTIMIZE_H
#define PACKOPT_OPTIMIZE_H

#include "kernel.h"

#include "fmgr.h"

#include "curve.h"
#include "objective.h"
#include "search.h"
#include "suite.h"

/* Where an argument stands depends on the function; 0: it has none such. */
typedef struct ArgumentPositions
{
	int objective; /* behind it: step, steps, min_box, max_box, keep, candidates, padding */
	int name;
	int save;
	int max_weight;
	int max_ratio;
	int current; /* then max_changes, min_share */
	int holdout;
} ArgumentPositions;

#define ARG_STEP(position)    ((position)->objective + 1)
#define ARG_STEPS(position)   ((position)->objective + 2)
#define ARG_PADDING(position) ((position)->objective + 7)

/* A suite that was found for a profile. */
typedef struct FoundSuite
{
	const Objective *objective;
	SearchProblem problem;
	SearchResult result;
	const Profile *profile; /* without what is too heavy */
	SuiteUse *use;
} FoundSuite;

extern Objective *CheckSuiteArguments(FunctionCallInfo fcinfo, const ArgumentPositions *position,
									  const char *size_name);
extern const Profile *
PrepareSearch(FunctionCallInfo fcinfo, const ArgumentPositions *position,
			  const Objective *objective, const Profile *profile, SearchProblem *problem);
extern SearchStatus RunSearch(SearchProblem *problem, SearchResult *result, CurvePoint *point);
extern void RaiseSearchFailure(SearchStatus status, const SearchProblem *problem);
extern SearchStatus
FindSuite(FunctionCallInfo fcinfo, const ArgumentPositions *position, const Objective *objective,
		  const Profile *profile, SuiteRecord *record, FoundSuite *found);
extern void AddSuiteOption(SuiteRecord *record, const char *key, const char *value);
extern Box *SuiteUseBoxes(const SuiteUse *use);
extern char *GapText(const SuiteRecord *record);

#endif /* PACKOPT_OPTIMIZE_H */
