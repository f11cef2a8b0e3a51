/*
 * parallel.h
 *	  The search's tasks on PostgreSQL's parallel workers.
 */
#ifndef PACKOPT_PARALLEL_H
#define PACKOPT_PARALLEL_H

#include "kernel.h"

#include "progress.h"
#include "tasks.h"

extern TaskHost *ParallelTaskHost(const Progress *progress);

#endif /* PACKOPT_PARALLEL_H */
