/*
 * tasks.h
 *	  Independent pieces of the search's work, which a host may share out to other processes.
 */
#ifndef PACKOPT_TASKS_H
#define PACKOPT_TASKS_H

#include "grid.h"
#include "watch.h"

/* What there is to do. Each kind is told in the file that does it. */
typedef enum TaskKind
{
	TASK_STREAM, /* a round of a perturbation stream: stream.c */
	TASK_CASE    /* a case of the bound to divide: cases.c */
} TaskKind;

/*
 * A kind of tasks on a grid. The result of a task must depend on the grid, the demand, what is common
 * and its own input alone, so that tasks may run in any order, in any process that has these. What is
 * common, inputs and results are flat: no pointers; their sizes are multiples of eight.
 */
typedef struct TaskSpec
{
	TaskKind kind;
	const Grid *grid;
	const GridDemand *demand;
	const void *common;
	size_t common_size;
	size_t in_size; /* of one task */
	size_t out_size;
	int most_tasks;     /* at once */
	double work;        /* about, in nanoseconds, of all tasks to come */
	const Watch *watch; /* of the place's process; NULL: nobody watches */
} TaskSpec;

/* Who runs tasks, if not the search itself. */
typedef struct TaskHost
{
	void *arg;
	/* Gets ready; false: the search runs the tasks itself. */
	bool (*start)(void *arg, const TaskSpec *spec, void *place);
	/* Runs tasks 0 .. ntasks - 1, whose inputs and results lie side by side. */
	void (*run)(void *arg, int ntasks, const char *in, char *out);
	void (*end)(void *arg);
} TaskHost;

/* A place to run tasks of one spec. */
typedef struct TaskPool
{
	const TaskSpec *spec;
	TaskHost *host; /* NULL: they are run here */
	void *place;    /* where the caller's own tasks run */
} TaskPool;

extern void TaskPoolStart(TaskPool *pool, TaskHost *host, const TaskSpec *spec, void *place);
extern void TaskPoolRun(TaskPool *pool, int ntasks, const char *in, char *out);
extern void TaskPoolEnd(TaskPool *pool);

/* For hosts: a place of another process, and running a task there. */
extern void *TaskOpen(const TaskSpec *spec);
extern void TaskClose(TaskKind kind, void *place);
extern void TaskRun(TaskKind kind, void *place, const char *in, char *out);

#endif /* PACKOPT_TASKS_H */
