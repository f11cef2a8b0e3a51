/*
 * parallel.h
 *	  Search streams on PostgreSQL's parallel workers.
 */
#ifndef PACKOPT_PARALLEL_H
#define PACKOPT_PARALLEL_H

#include "kernel.h"

#include "progress.h"
#include "search.h"

extern SearchHost *ParallelSearchHost(const Progress *progress);

#endif /* PACKOPT_PARALLEL_H */
