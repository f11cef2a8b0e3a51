/*
 * tasks.c
 *	  Independent pieces of the search's work, which a host may share out to other processes.
 */
#include "kernel.h"

#include "cases.h"
#include "stream.h"
#include "tasks.h"

/* Gets ready to run tasks, on the host where it wants to, else at the caller's place. */
void
TaskPoolStart(TaskPool *pool, TaskHost *host, const TaskSpec *spec, void *place)
{
	pool->spec = spec;
	pool->place = place;
	pool->host = host != NULL && host->start(host->arg, spec, place) ? host : NULL;
}

/* Runs tasks whose inputs lie side by side, and puts their results side by side. */
void
TaskPoolRun(TaskPool *pool, int ntasks, const char *in, char *out)
{
	const TaskSpec *spec = pool->spec;

	if (pool->host != NULL)
		pool->host->run(pool->host->arg, ntasks, in, out);
	else
		for (int t = 0; t < ntasks; t++)
			TaskRun(spec->kind, pool->place, in + (size_t) t * spec->in_size,
					out + (size_t) t * spec->out_size);
}

/* Lets the host go. */
void
TaskPoolEnd(TaskPool *pool)
{
	if (pool->host != NULL)
		pool->host->end(pool->host->arg);
}

/* Makes a place for tasks. */
void *
TaskOpen(const TaskSpec *spec)
{
	switch (spec->kind)
	{
		case TASK_STREAM:
			return StreamTaskOpen(spec);
		case TASK_CASE:
			return CaseTaskOpen(spec);
	}
	return NULL;
}

/* Frees a place that TaskOpen made. */
void
TaskClose(TaskKind kind, void *place)
{
	switch (kind)
	{
		case TASK_STREAM:
			SearchStreamFree(place);
			break;
		case TASK_CASE:
			CaseTaskClose(place);
			break;
	}
}

/* Runs a task. */
void
TaskRun(TaskKind kind, void *place, const char *in, char *out)
{
	switch (kind)
	{
		case TASK_STREAM:
			StreamTaskRun(place, in, out);
			break;
		case TASK_CASE:
			CaseTaskRun(place, in, out);
			break;
	}
}
