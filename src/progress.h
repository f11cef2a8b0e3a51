/*
 * progress.h
 *	  The time limit of a search, and what it tells while it works.
 */
#ifndef PACKOPT_PROGRESS_H
#define PACKOPT_PROGRESS_H

#include "kernel.h"

#include "watch.h"

typedef struct Progress Progress;

extern Progress *ProgressStart(const int32 step[3]);
extern const Watch *ProgressWatch(const Progress *progress);
extern double ProgressDeadline(const Progress *progress);
extern void ProgressEnd(Progress *progress);
extern void DeadlineWatch(double *deadline, Watch *watch);

/* increments times a factor, as one number where they are equal */
extern char *StepText(const int32 step[3], double factor);

#endif /* PACKOPT_PROGRESS_H */
