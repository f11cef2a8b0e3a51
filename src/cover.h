/*
 * cover.h
 *	  Whether some suite of a given size holds all demand.
 */
#ifndef PACKOPT_COVER_H
#define PACKOPT_COVER_H

#include "swap.h"

typedef enum CoverAnswer
{
	COVER_FOUND,
	COVER_NONE,
	COVER_UNKNOWN
} CoverAnswer;

extern CoverAnswer CoverSearch(const Grid *grid, const GridDemand *demand, const SuiteRules *rules,
							   const GridPoint *keep, Suite *suite);

#endif /* PACKOPT_COVER_H */
