/*
 * parallel.c
 *	  The search's tasks on PostgreSQL's parallel workers.
 *
 * The search works on flat, read-only arrays, so that workers need no table: the leader has read
 * everything before. For each kind of tasks on a grid the leader copies the grid, the demand and what
 * the tasks have in common into a shared segment and launches workers. In a round the leader writes
 * the tasks' inputs; every participant, the leader among them, takes the next task that nobody has,
 * runs it, and puts the result in the task's place. Between rounds workers wait. A task's result
 * depends on its input alone, and the search looks at the results in the order of the tasks, so the
 * answer is the same with any number of workers, none included.
 *
 * Nothing is written to tables while parallel mode lasts, which is within one C call. An error in a
 * worker reaches the leader at its next check for interrupts; an error or a cancel in the leader ends
 * the workers with the transaction.
 */
#include "kernel.h"

#ifdef __linux__
#include <sys/statvfs.h>
#endif

#include "access/parallel.h"
#include "access/xact.h"
#include "optimizer/cost.h"
#include "storage/condition_variable.h"
#include "storage/dsm_impl.h"
#include "storage/shm_toc.h"
#include "storage/spin.h"
#include "utils/wait_event.h"

#include "gridshare.h"
#include "guc.h"
#include "parallel.h"

/* Keys in the shared segment. */
#define KEY_TASKS  UINT64CONST(0xB0C5000000000001)
#define KEY_GRID   UINT64CONST(0xB0C5000000000002)
#define KEY_COMMON UINT64CONST(0xB0C5000000000003)
#define KEY_IN     UINT64CONST(0xB0C5000000000004)
#define KEY_OUT    UINT64CONST(0xB0C5000000000005)

/* Launching a worker takes some milliseconds: below this estimate of the work none is launched. */
#define LEAST_WORK_FOR_WORKERS 2e8

/* Larger segments are not asked for: containers often have 64 MB of shared memory in all. */
#define LARGEST_SEGMENT ((Size) 40 * 1024 * 1024)

/* What is left of shared memory for others. */
#define SHARED_MEMORY_RESERVE ((Size) 4 * 1024 * 1024)

/* The state that leader and workers share. */
typedef struct SharedTasks
{
	TaskKind kind;
	Size in_size;
	Size out_size;
	double deadline; /* of packopt.search_timeout; 0: none */
	slock_t mutex;   /* guards what follows */
	ConditionVariable changed;
	bool finished;
	int ntasks; /* in this round */
	int next_task;
	int done_tasks;
} SharedTasks;

/* One participant's view of the segment. */
typedef struct Participant
{
	SharedTasks *shared;
	const char *in;
	char *out;
	void *place;
} Participant;

/* The leader's side. */
typedef struct ParallelTasks
{
	TaskHost host;
	const Progress *progress;
	ParallelContext *context;
	Participant leader;
} ParallelTasks;

extern PGDLLEXPORT void PackoptTaskWorker(dsm_segment *segment, shm_toc *toc);

/* Takes the next task of the current round; -1 if all are taken. */
static int
TakeTask(SharedTasks *shared)
{
	int task = -1;

	SpinLockAcquire(&shared->mutex);
	if (shared->next_task < shared->ntasks)
		task = shared->next_task++;
	SpinLockRelease(&shared->mutex);
	return task;
}

/* Runs tasks of the current round until all are taken. */
static void
RunTasks(const Participant *participant)
{
	SharedTasks *shared = participant->shared;
	int task;

	while ((task = TakeTask(shared)) >= 0)
	{
		bool last;

		TaskRun(shared->kind, participant->place, participant->in + task * shared->in_size,
				participant->out + task * shared->out_size);
		SpinLockAcquire(&shared->mutex);
		last = ++shared->done_tasks == shared->ntasks;
		SpinLockRelease(&shared->mutex);
		if (last)
			ConditionVariableBroadcast(&shared->changed);
	}
}

/* Whether there is a task to take or nothing more to come. */
static bool
HasNews(SharedTasks *shared, bool *finished)
{
	bool work;

	SpinLockAcquire(&shared->mutex);
	*finished = shared->finished;
	work = shared->next_task < shared->ntasks;
	SpinLockRelease(&shared->mutex);
	return work || *finished;
}

/* Finds a participant's parts of the segment. */
static void
FindParts(shm_toc *toc, Participant *participant)
{
	participant->shared = shm_toc_lookup(toc, KEY_TASKS, false);
	participant->in = shm_toc_lookup(toc, KEY_IN, false);
	participant->out = shm_toc_lookup(toc, KEY_OUT, false);
}

/* Entry point of a worker: runs tasks, round after round, until the leader is finished. */
void
PackoptTaskWorker(dsm_segment *segment, shm_toc *toc)
{
	Participant worker;
	Grid grid;
	GridDemand demand;
	Watch watch;
	TaskSpec spec = {.grid = &grid, .demand = &demand, .watch = &watch};
	bool finished = false;

	(void) segment;
	FindParts(toc, &worker);
	GridShareRead(shm_toc_lookup(toc, KEY_GRID, false), &grid, &demand);
	DeadlineWatch(&worker.shared->deadline, &watch);
	spec.kind = worker.shared->kind;
	spec.common = shm_toc_lookup(toc, KEY_COMMON, false);
	worker.place = TaskOpen(&spec);
	for (;;)
	{
		ConditionVariablePrepareToSleep(&worker.shared->changed);
		while (!HasNews(worker.shared, &finished))
			ConditionVariableSleep(&worker.shared->changed, PG_WAIT_EXTENSION);
		ConditionVariableCancelSleep();
		if (finished)
			break;
		RunTasks(&worker);
	}
}

/*
 * Whether shared memory has room for a segment. The server raises an error where it has not, and
 * containers have little of it; where it cannot be told, there is.
 */
static bool
SharedMemoryHasRoom(Size size)
{
#ifdef __linux__
	struct statvfs shm;

	if (dynamic_shared_memory_type == DSM_IMPL_POSIX && statvfs("/dev/shm", &shm) == 0)
		return (double) shm.f_bavail * (double) shm.f_frsize >=
			   (double) size + (double) SHARED_MEMORY_RESERVE;
#endif
	return true;
}

/* Gives the number of workers to ask for: a setting, and no more than there are tasks to share. */
static int
WorkersWanted(int most_tasks)
{
	int wanted = packopt_max_workers >= 0 ? packopt_max_workers : max_parallel_workers_per_gather;

	return Min(wanted, most_tasks - 1);
}

/* Allocates a part of the segment and files it under a key. */
static char *
AllocatePart(shm_toc *toc, uint64 key, Size size)
{
	char *part = shm_toc_allocate(toc, size);

	shm_toc_insert(toc, key, part);
	return part;
}

/*
 * Gets workers for rounds of tasks. False, and nothing is left open, if it is not worth it or there is
 * no shared memory to be had: the search then runs the tasks itself.
 */
static bool
StartTasks(void *arg, const TaskSpec *spec, void *place)
{
	ParallelTasks *tasks = arg;
	Size size[] = {sizeof(SharedTasks), GridShareSize(spec->grid, spec->demand), spec->common_size,
				   mul_size(spec->most_tasks, spec->in_size),
				   mul_size(spec->most_tasks, spec->out_size)};
	Size total = 0;
	int workers = WorkersWanted(spec->most_tasks);
	ParallelContext *context;
	SharedTasks *shared;

	for (Size part = 0; part < lengthof(size); part++)
		total = add_size(total, size[part]);
	if (workers <= 0 || spec->work < LEAST_WORK_FOR_WORKERS || total > LARGEST_SEGMENT)
	{
		elog(DEBUG1, "packopt: searching without parallel workers");
		return false;
	}
	if (!SharedMemoryHasRoom(total))
	{
		elog(DEBUG1, "packopt: searching without parallel workers: no shared memory");
		return false;
	}
	EnterParallelMode();
	context = CreateParallelContext("packopt", "PackoptTaskWorker", workers);
	for (Size part = 0; part < lengthof(size); part++)
		shm_toc_estimate_chunk(&context->estimator, size[part]);
	shm_toc_estimate_keys(&context->estimator, lengthof(size));
	InitializeParallelDSM(context);
	if (context->seg == NULL)
	{
		DestroyParallelContext(context);
		ExitParallelMode();
		elog(DEBUG1, "packopt: searching without parallel workers: no shared memory");
		return false;
	}

	shared = (SharedTasks *) AllocatePart(context->toc, KEY_TASKS, size[0]);
	memset(shared, 0, size[0]);
	shared->kind = spec->kind;
	shared->in_size = spec->in_size;
	shared->out_size = spec->out_size;
	shared->deadline = ProgressDeadline(tasks->progress);
	SpinLockInit(&shared->mutex);
	ConditionVariableInit(&shared->changed);
	GridShareWrite(spec->grid, spec->demand, AllocatePart(context->toc, KEY_GRID, size[1]));
	memcpy(AllocatePart(context->toc, KEY_COMMON, size[2]), spec->common, size[2]);
	AllocatePart(context->toc, KEY_IN, size[3]);
	AllocatePart(context->toc, KEY_OUT, size[4]);

	LaunchParallelWorkers(context);
	elog(DEBUG1, "packopt: search requested %d parallel workers, launched %d", workers,
		 context->nworkers_launched);
	tasks->context = context;
	FindParts(context->toc, &tasks->leader);
	tasks->leader.place = place;
	return true;
}

/* Runs one round of tasks, the leader taking part. */
static void
RunRound(void *arg, int ntasks, const char *in, char *out)
{
	ParallelTasks *tasks = arg;
	SharedTasks *shared = tasks->leader.shared;

	/* between rounds nobody reads inputs */
	memcpy(unconstify(char *, tasks->leader.in), in, ntasks * shared->in_size);
	SpinLockAcquire(&shared->mutex);
	shared->ntasks = ntasks;
	shared->next_task = 0;
	shared->done_tasks = 0;
	SpinLockRelease(&shared->mutex);
	ConditionVariableBroadcast(&shared->changed);

	RunTasks(&tasks->leader);
	ConditionVariablePrepareToSleep(&shared->changed);
	for (;;)
	{
		bool done;

		SpinLockAcquire(&shared->mutex);
		done = shared->done_tasks == shared->ntasks;
		SpinLockRelease(&shared->mutex);
		if (done)
			break;
		ConditionVariableSleep(&shared->changed, PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
	memcpy(out, tasks->leader.out, ntasks * shared->out_size);
}

/* Lets the workers go and leaves parallel mode. */
static void
EndTasks(void *arg)
{
	ParallelTasks *tasks = arg;
	SharedTasks *shared = tasks->leader.shared;

	SpinLockAcquire(&shared->mutex);
	shared->finished = true;
	SpinLockRelease(&shared->mutex);
	ConditionVariableBroadcast(&shared->changed);
	WaitForParallelWorkersToFinish(tasks->context);
	DestroyParallelContext(tasks->context);
	ExitParallelMode();
	tasks->context = NULL;
}

/* Gives a host that runs tasks on parallel workers where that is worth it. */
TaskHost *
ParallelTaskHost(const Progress *progress)
{
	ParallelTasks *tasks = palloc0(sizeof(ParallelTasks));

	tasks->progress = progress;
	tasks->host.arg = tasks;
	tasks->host.start = StartTasks;
	tasks->host.run = RunRound;
	tasks->host.end = EndTasks;
	return &tasks->host;
}
