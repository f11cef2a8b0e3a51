/*
 * searchlevel.h
 *	  What the search of one suite and that of a curve of suites share: grids with the demand on them,
 *	  from coarse to fine, and what is done on each.
 */
#ifndef PACKOPT_SEARCHLEVEL_H
#define PACKOPT_SEARCHLEVEL_H

#include "search.h"
#include "stream.h"

/* Grids of about this many cells are searched with the moves asked for. */
#define FULL_EFFORT_CELLS 40000

/* The most levels of increments. */
#define MOST_LEVELS 10

/* A grid with the demand on it, and a place for a search. */
typedef struct SearchLevel
{
	int factor; /* of the increments asked for */
	Grid *grid;
	GridDemand *demand;
	SearchStream *stream;
	SwapState *state; /* the stream's */
} SearchLevel;

/* What a search needs on every level. */
typedef struct Search
{
	const SearchProblem *problem;
	SuiteRules rules;
	GridSpec spec;
	int64_t moves;
	bool stopped;       /* the watch said so */
	double *multiplier; /* per class of the level: what a bound came to; or NULL */
	int64_t max_cells;
	int coarse_factor; /* the least with which all candidates fit into memory */
	int narrowness;    /* which of the sizes of narrow grids fits */
	int32_t near[SUITE_MAX][3];
} Search;

extern bool SearchIsStopped(Search *search);
extern int SearchMakeWorthy(SwapState *state, int suite_size);
extern bool SearchPrecedes(const Suite *a, const Suite *b);
extern SearchStatus SearchPrepare(Search *search, int64_t *cells, SearchResult *result);
extern int SearchPlanLevels(const Search *search, int64_t cells, int factor[MOST_LEVELS]);
extern SearchLevel SearchOpenLevel(const Search *search, int factor);
extern void SearchCloseLevel(SearchLevel *level);
extern SearchStatus
SearchStart(Search *search, SearchLevel *level, const Suite *smaller, SearchResult *result);
extern void SearchRunStreams(Search *search, const SearchLevel *level, Suite *incumbent);
extern void SearchCarryOver(const Grid *from, const Grid *to, int nkeep, Suite *suite);
/* searchbound.c */
extern void SearchPrepareBound(Search *search, SearchLevel *level, Suite *suite);
extern void
SearchProveBound(Search *search, SearchLevel *level, Suite *suite, SearchResult *result);
extern void SearchWriteResult(const Search *search, SearchLevel *level, const Suite *suite,
							  SearchResult *result);

#endif /* PACKOPT_SEARCHLEVEL_H */
