/*
 * watch.h
 *	  Who watches long work: is told how far it is, and may ask it to end with what it has.
 */
#ifndef PACKOPT_WATCH_H
#define PACKOPT_WATCH_H

#include "kernel.h"

typedef enum WorkPhase
{
	WORK_SEARCH,
	WORK_PROOF
} WorkPhase;

/* How far the work is. */
typedef struct WorkProgress
{
	WorkPhase phase;
	double factor; /* of the increments asked for: the grid that is searched */
	double cost;   /* of the best suite so far */
	double lower;  /* no suite costs less; 0 where nothing new is known */
} WorkProgress;

/* Either function may be NULL. */
typedef struct Watch
{
	void *arg;
	bool (*stop)(void *arg); /* asked at every move and every iteration of the proof */
	void (*report)(void *arg, const WorkProgress *progress);
} Watch;

/* Whether the work is to end early. Without a watch it never is. */
static inline bool
WatchStops(const Watch *watch)
{
	return watch != NULL && watch->stop != NULL && watch->stop(watch->arg);
}

/* Tells how far the work is. */
static inline void
WatchReport(const Watch *watch, WorkProgress progress)
{
	if (watch != NULL && watch->report != NULL)
		watch->report(watch->arg, &progress);
}

#endif /* PACKOPT_WATCH_H */
