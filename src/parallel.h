/*
 * parallel.h
 *	  Search streams on PostgreSQL's parallel workers.
 */
#ifndef PACKOPT_PARALLEL_H
#define PACKOPT_PARALLEL_H

#include "kernel.h"

#include "search.h"

extern SearchHost *ParallelSearchHost(void);

#endif /* PACKOPT_PARALLEL_H */
