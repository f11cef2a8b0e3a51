/*
 * curve.h
 *	  The best suites of every size up to a largest one.
 */
#ifndef PACKOPT_CURVE_H
#define PACKOPT_CURVE_H

#include "search.h"

/* The suite of one size, and how good it is. */
typedef struct CurvePoint
{
	SearchStatus status; /* of this size; result's boxes are only there with SEARCH_OK */
	SearchResult result;
} CurvePoint;

extern SearchStatus SearchCurve(const SearchProblem *problem, CurvePoint *point);

#endif /* PACKOPT_CURVE_H */
