/*
 * parallel.c
 *	  Search streams on PostgreSQL's parallel workers.
 *
 * The search works on flat, read-only arrays, so that workers need no table: the leader has read
 * everything before. For each level of the search the leader copies the grid and the demand into a
 * shared segment and launches workers; between the rounds of that level they wait. In a round every
 * participant, the leader among them, takes the next stream that nobody has, runs it, and puts the
 * suite that it found in the stream's place. A stream's round depends on nothing but its seed and the
 * suite it starts from, and the search reduces the results in the order of the streams, so the answer
 * is the same with any number of workers, none included.
 *
 * Nothing is written to tables while parallel mode lasts, which is from the start of a level to its
 * end, within one C call. An error in a worker reaches the leader at its next check for interrupts; an
 * error or a cancel in the leader ends the workers with the transaction.
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
#define KEY_SEARCH UINT64CONST(0xB0C5000000000001)
#define KEY_GRID   UINT64CONST(0xB0C5000000000002)

/* Launching a worker takes some milliseconds: below this estimate of the work none is launched. */
#define LEAST_WORK_FOR_WORKERS 2e8

/* Larger segments are not asked for: containers often have 64 MB of shared memory in all. */
#define LARGEST_SEGMENT ((Size) 40 * 1024 * 1024)

/* What is left of shared memory for others. */
#define SHARED_MEMORY_RESERVE ((Size) 4 * 1024 * 1024)

/* The state that leader and workers share. */
typedef struct SharedSearch
{
	SuiteRules rules;
	int nstreams;
	double deadline; /* of packopt.search_timeout; 0: none */
	slock_t mutex;   /* guards what follows */
	ConditionVariable changed;
	bool finished;
	int round; /* counts from 1; 0 before the first one */
	int moves;
	int next_stream;
	int done_streams;
	int64 moves_made;
	Suite incumbent; /* fixed while a round lasts */
	Suite found[FLEXIBLE_ARRAY_MEMBER];
} SharedSearch;

/* The leader's side. */
typedef struct ParallelSearch
{
	SearchHost host;
	const Progress *progress;
	ParallelContext *context;
	SharedSearch *shared;
	SearchStream *stream;
} ParallelSearch;

extern PGDLLEXPORT void PackoptSearchWorker(dsm_segment *segment, shm_toc *toc);

/* Takes the next stream of the current round; false if all are taken. */
static bool
TakeStream(SharedSearch *shared, int *stream, int *round, int *moves)
{
	bool taken;

	SpinLockAcquire(&shared->mutex);
	taken = shared->round > 0 && shared->next_stream < shared->nstreams;
	if (taken)
	{
		*stream = shared->next_stream++;
		*round = shared->round;
		*moves = shared->moves;
	}
	SpinLockRelease(&shared->mutex);
	return taken;
}

/* Runs streams of the current round until all are taken. */
static void
RunStreams(SharedSearch *shared, SearchStream *worker)
{
	int stream;
	int round;
	int moves;

	while (TakeStream(shared, &stream, &round, &moves))
	{
		int64 made = 0;
		bool last;

		shared->found[stream] =
			SearchStreamRound(worker, &shared->incumbent, stream, round - 1, moves, &made);
		SpinLockAcquire(&shared->mutex);
		shared->moves_made += made;
		last = ++shared->done_streams == shared->nstreams;
		SpinLockRelease(&shared->mutex);
		if (last)
			ConditionVariableBroadcast(&shared->changed);
	}
}

/* Whether there is a stream to take or nothing more to come. */
static bool
HasNews(SharedSearch *shared, bool *finished)
{
	bool work;

	SpinLockAcquire(&shared->mutex);
	*finished = shared->finished;
	work = shared->round > 0 && shared->next_stream < shared->nstreams;
	SpinLockRelease(&shared->mutex);
	return work || *finished;
}

/* Entry point of a worker: runs streams, round after round, until the leader is finished. */
void
PackoptSearchWorker(dsm_segment *segment, shm_toc *toc)
{
	SharedSearch *shared = shm_toc_lookup(toc, KEY_SEARCH, false);
	Grid grid;
	GridDemand demand;
	SearchStream *stream;
	Watch watch;
	bool finished = false;

	(void) segment;
	GridShareRead(shm_toc_lookup(toc, KEY_GRID, false), &grid, &demand);
	stream = SearchStreamCreate(&grid, &demand, &shared->rules);
	DeadlineWatch(&shared->deadline, &watch);
	SwapSetWatch(SearchStreamState(stream), &watch);
	for (;;)
	{
		ConditionVariablePrepareToSleep(&shared->changed);
		while (!HasNews(shared, &finished))
			ConditionVariableSleep(&shared->changed, PG_WAIT_EXTENSION);
		ConditionVariableCancelSleep();
		if (finished)
			break;
		RunStreams(shared, stream);
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

/* Gives the number of workers to ask for: a setting, and no more than there are streams to share. */
static int
WorkersWanted(int nstreams)
{
	int wanted = packopt_max_workers >= 0 ? packopt_max_workers : max_parallel_workers_per_gather;

	return Min(wanted, nstreams - 1);
}

/*
 * Gets workers for the rounds on a level. False, and nothing is left open, if it is not worth it or
 * there is no shared memory to be had: the search then runs the streams itself.
 */
static bool
StartLevel(void *arg, const Grid *grid, const GridDemand *demand, SearchStream *stream,
		   const SuiteRules *rules, int nstreams, double work)
{
	ParallelSearch *search = arg;
	Size grid_size = GridShareSize(grid, demand);
	Size search_size = add_size(offsetof(SharedSearch, found), mul_size(nstreams, sizeof(Suite)));
	int workers = WorkersWanted(nstreams);
	ParallelContext *context;
	SharedSearch *shared;
	char *memory;

	if (workers <= 0 || work < LEAST_WORK_FOR_WORKERS || grid_size > LARGEST_SEGMENT)
	{
		elog(DEBUG1, "packopt: searching without parallel workers");
		return false;
	}
	if (!SharedMemoryHasRoom(add_size(grid_size, search_size)))
	{
		elog(DEBUG1, "packopt: searching without parallel workers: no shared memory");
		return false;
	}
	EnterParallelMode();
	context = CreateParallelContext("packopt", "PackoptSearchWorker", workers);
	shm_toc_estimate_chunk(&context->estimator, search_size);
	shm_toc_estimate_chunk(&context->estimator, grid_size);
	shm_toc_estimate_keys(&context->estimator, 2);
	InitializeParallelDSM(context);
	if (context->seg == NULL)
	{
		DestroyParallelContext(context);
		ExitParallelMode();
		elog(DEBUG1, "packopt: searching without parallel workers: no shared memory");
		return false;
	}

	shared = shm_toc_allocate(context->toc, search_size);
	memset(shared, 0, search_size);
	shared->rules = *rules;
	shared->nstreams = nstreams;
	shared->deadline = ProgressDeadline(search->progress);
	SpinLockInit(&shared->mutex);
	ConditionVariableInit(&shared->changed);
	shm_toc_insert(context->toc, KEY_SEARCH, shared);
	memory = shm_toc_allocate(context->toc, grid_size);
	GridShareWrite(grid, demand, memory);
	shm_toc_insert(context->toc, KEY_GRID, memory);

	LaunchParallelWorkers(context);
	elog(DEBUG1, "packopt: search requested %d parallel workers, launched %d", workers,
		 context->nworkers_launched);
	search->context = context;
	search->shared = shared;
	search->stream = stream;
	return true;
}

/* Runs one round of all streams, the leader taking part. */
static void
RunRound(void *arg, const Suite *incumbent, int round, int moves, Suite *found, int64_t *moves_made)
{
	ParallelSearch *search = arg;
	SharedSearch *shared = search->shared;

	SpinLockAcquire(&shared->mutex);
	shared->incumbent = *incumbent;
	shared->moves = moves;
	shared->next_stream = 0;
	shared->done_streams = 0;
	shared->moves_made = 0;
	shared->round = round + 1;
	SpinLockRelease(&shared->mutex);
	ConditionVariableBroadcast(&shared->changed);

	RunStreams(shared, search->stream);
	ConditionVariablePrepareToSleep(&shared->changed);
	for (;;)
	{
		bool done;

		SpinLockAcquire(&shared->mutex);
		done = shared->done_streams == shared->nstreams;
		SpinLockRelease(&shared->mutex);
		if (done)
			break;
		ConditionVariableSleep(&shared->changed, PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
	memcpy(found, shared->found, shared->nstreams * sizeof(Suite));
	*moves_made += shared->moves_made;
}

/* Lets the workers go and leaves parallel mode. */
static void
EndLevel(void *arg)
{
	ParallelSearch *search = arg;

	SpinLockAcquire(&search->shared->mutex);
	search->shared->finished = true;
	SpinLockRelease(&search->shared->mutex);
	ConditionVariableBroadcast(&search->shared->changed);
	WaitForParallelWorkersToFinish(search->context);
	DestroyParallelContext(search->context);
	ExitParallelMode();
	search->context = NULL;
	search->shared = NULL;
}

/* Gives a host that runs streams on parallel workers where that is worth it. */
SearchHost *
ParallelSearchHost(const Progress *progress)
{
	ParallelSearch *search = palloc0(sizeof(ParallelSearch));

	search->progress = progress;
	search->host.arg = search;
	search->host.start_level = StartLevel;
	search->host.run_round = RunRound;
	search->host.end_level = EndLevel;
	return &search->host;
}
