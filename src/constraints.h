/*
 * constraints.h
 *	  Arguments of optimize_suite and its likes that say which boxes a suite may have.
 */
#ifndef PACKOPT_CONSTRAINTS_H
#define PACKOPT_CONSTRAINTS_H

#include "kernel.h"

#include "lib/stringinfo.h"

#include "evaluate.h"
#include "search.h"

/* Where the arguments stand. */
typedef struct ConstraintPositions
{
	int min_box; /* then max_box, keep, candidates */
	int max_ratio;
	int current; /* then max_changes, min_share; 0: the function has none of them */
} ConstraintPositions;

extern void
ReadConstraints(FunctionCallInfo fcinfo, ConstraintPositions position, SearchProblem *problem);
extern void AppendOption(StringInfo out, const char *key, const char *value);
extern void
AppendConstraints(FunctionCallInfo fcinfo, ConstraintPositions position, StringInfo out);
extern bool MayBeLeftOut(const SearchProblem *problem, const Box *boxes, int nboxes, int b);

#endif /* PACKOPT_CONSTRAINTS_H */
