/*
 * search.h
 *	  The search for the best suite.
 */
#ifndef PACKOPT_SEARCH_H
#define PACKOPT_SEARCH_H

#include "grid.h"
#include "swap.h"
#include "tasks.h"

/*
 * How much work the search does beyond the first local optimum, in moves (looks for the best swap),
 * never in seconds, so that the answer does not depend on the machine. The moves are those on a grid
 * of 40,000 cells; larger ones get fewer, smaller ones more.
 */
typedef struct SearchEffort
{
	int streams; /* independent perturbation streams */
	int rounds;  /* after each of which all streams take over the best suite */
	int moves;   /* per stream and round */
} SearchEffort;

typedef struct SearchProblem
{
	Demand demand;
	bool upright;
	int suite_size;
	int32_t step[3]; /* increments for x, y, z (free domain: longest, middle, shortest side) */
	bool has_min;
	bool has_max;
	int32_t min_box[3]; /* ordered as elements are */
	int32_t max_box[3];
	int64_t max_ratio; /* longest side / shortest side, in units of 1 / LENGTH_SCALE; 0: no limit */
	int nkeep;
	const int32_t (*keep)[3]; /* boxes that stay in the suite */
	int ncurrent;             /* at most SUITE_MAX */
	const int32_t (
		*current)[3]; /* boxes in use today that are candidates too; not kept, all different */
	int must_stay;    /* so many of them are in the suite: room for them is needed */
	double min_share; /* what a box ships of all, or else it is not worth a slot; 0: any */
	int ncatalogue;
	const int32_t (*catalogue)[3]; /* NULL: the grid; else the only choice besides keep */
	int32_t padding[3];            /* clearance per axis, added to each element before rounding */
	BoxCost cost;
	BoxCost billed;    /* what a shipment in the box is billed for its size; NULL: nothing */
	void *cost_arg;    /* of both */
	size_t max_memory; /* bytes that the search may take, roughly */
	SearchEffort effort;
	const Watch *watch;   /* NULL: nobody watches */
	TaskHost *host;       /* NULL: the search runs all tasks itself */
	int bound_iterations; /* to prove how good the suite is; 0: nothing is proved */
} SearchProblem;

typedef enum SearchStatus
{
	SEARCH_OK,
	SEARCH_GRID_TOO_LARGE, /* even a coarse one does not fit into memory */
	SEARCH_NO_COVER,       /* no suite of this size holds all that the candidates could */
	SEARCH_COVER_UNKNOWN,  /* none was found, and that there is none was not proved */
	SEARCH_NO_CANDIDATE    /* no candidate holds any shipment */
} SearchStatus;

typedef struct SearchResult
{
	int nboxes; /* at most suite_size: those that must stay, and others that ship something */
	int32_t (*box)[3];   /* ascending by cost, then lexicographically */
	double cost;         /* sum over the shipments that the suite holds; see costs_rounded */
	double greedy_cost;  /* after the greedy start, on the coarsest grid */
	double descent_cost; /* after the first descent, on the coarsest grid */
	bool costs_rounded;  /* costs and bound are of demand with some floors rounded: not too high */
	int64_t unboxable;   /* shipments that no candidate holds */
	int64_t candidates;  /* on the last grid */
	int64_t cells;
	int64_t moves;
	/* where the grid of all candidates does not fit into memory, else 0 */
	int coarse_factor;         /* with so many times the increments all were searched */
	int64_t coarse_candidates; /* so many */
	int fine_factor;           /* and near the suite with so many times */
	bool bounded;              /* lower_bound is known */
	double lower_bound;        /* no suite of this size on the same candidates costs less */
	bool stopped;              /* the watch ended search or proof early */
	bool optimal;              /* nor, but for rounding, less than this one */
} SearchResult;

extern SearchEffort SearchEffortNormal(void);
extern GridSpec SearchGridSpec(const SearchProblem *problem);
extern SearchStatus SearchSuite(const SearchProblem *problem, SearchResult *result);

#endif /* PACKOPT_SEARCH_H */
