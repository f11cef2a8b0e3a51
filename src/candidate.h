/*
 * candidate.h
 *	  Which sizes are candidates of a grid, and the smallest one that holds something.
 */
#ifndef PACKOPT_CANDIDATE_H
#define PACKOPT_CANDIDATE_H

#include "grid.h"

extern bool CandidateCoordinate(const GridSpec *spec, int k, int32_t value);
extern bool CandidateWithinLimits(const GridSpec *spec, const int32_t size[3]);
extern bool CandidateSmallest(const GridSpec *spec, const int32_t element[3], int64_t size[3]);
extern bool RatioHolds(int64_t max_ratio, const int32_t size[3]);
extern bool AxesLower(const GridAxis axis[3], bool upright, int64_t max_ratio,
					  const int32_t size[3], GridPoint *cell);
extern bool AxesRaise(const GridAxis axis[3], bool upright, int64_t max_ratio, GridPoint *cell);
extern void NarrowAxes(const GridSpec *spec, GridAxis axis[3]);

#endif /* PACKOPT_CANDIDATE_H */
