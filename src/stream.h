/*
 * stream.h
 *	  Descent by best swaps, and the perturbation streams that leave its local optima.
 */
#ifndef PACKOPT_STREAM_H
#define PACKOPT_STREAM_H

#include "swap.h"
#include "tasks.h"

typedef struct SearchStream SearchStream;

/* The input of a stream as a task, and its result; what tasks have in common are the SuiteRules. */
typedef struct StreamIn
{
	Suite incumbent;
	int number;
	int round;
	int moves;
} StreamIn;

typedef struct StreamOut
{
	Suite found;
	int64_t moves_made;
} StreamOut;

extern SearchStream *
SearchStreamCreate(const Grid *grid, const GridDemand *demand, const SuiteRules *rules);
extern void SearchStreamFree(SearchStream *stream);
extern void SearchStreamSetSize(SearchStream *stream, int suite_size);
extern SwapState *SearchStreamState(SearchStream *stream);
extern Suite SearchStreamRound(SearchStream *stream, const Suite *incumbent, int number, int round,
							   int moves, int64_t *moves_made);
extern int PutCurrentIn(SwapState *state, int suite_size);
extern void *StreamTaskOpen(const TaskSpec *spec);
extern void StreamTaskRun(void *place, const char *in, char *out);
extern int Descend(SwapState *state, int suite_size, int moves);

#endif /* PACKOPT_STREAM_H */
