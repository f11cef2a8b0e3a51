/*
 * packingsearch.h
 *	  Complete search for a packing of a few pieces, over the relations of their pairs.
 */
#ifndef PACKOPT_PACKINGSEARCH_H
#define PACKOPT_PACKINGSEARCH_H

#include "packingorder.h"

typedef enum PairSearchResult
{
	PAIR_SEARCH_FOUND, /* a packing: see the spots */
	PAIR_SEARCH_NONE,  /* proved: there is none */
	PAIR_SEARCH_OPEN   /* the node limit came first; may be continued */
} PairSearchResult;

/* What to search. Kinds in canonical order, so that alike pieces are neighbours. */
typedef struct PairSearchProblem
{
	int count;
	const PieceKind *kinds[PAIR_SEARCH_MAX];
	uint64_t shapes[PAIR_SEARCH_MAX]; /* nonempty: the shapes that fit into the box by themselves */
	int32_t box[3];
} PairSearchProblem;

typedef struct PairSearch PairSearch;

extern PairSearch *PairSearchCreate(void);
extern void PairSearchDestroy(PairSearch *search);
extern void PairSearchStart(PairSearch *search, const PairSearchProblem *problem);
extern PairSearchResult PairSearchRun(PairSearch *search, int64_t node_limit);
extern int64_t PairSearchNodes(const PairSearch *search);
extern void PairSearchSpots(const PairSearch *search, PieceSpot *spots);

#endif /* PACKOPT_PACKINGSEARCH_H */
