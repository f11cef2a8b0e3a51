// sources: SEARCH src/gridshare.c
/*
 * test_tasks.c
 *	  Tasks that run elsewhere, on a shared copy of the grid, in another order: the search's result and
 *	  its proof are the same, bit for bit.
 */
#include "kernel.h"

#include "gridshare.h"
#include "searchcases.h"
#include "stream.h"
#include "tap.h"

/* A host that plays several processes, each with a mapping of the shared memory of its own. */
#define PROCESSES 3

typedef struct Process
{
	char *memory;
	char *common;
	Grid grid;
	GridDemand demand;
	void *place;
} Process;

typedef struct FakeHost
{
	TaskHost host;
	Process process[PROCESSES];
	TaskSpec spec;
	int rounds[2]; /* by kind of tasks */
} FakeHost;

/* Copies the grid and what is common for every process. */
static bool
StartTasks(void *arg, const TaskSpec *spec, void *place)
{
	FakeHost *fake = arg;
	size_t size = GridShareSize(spec->grid, spec->demand);

	if (spec->work < 0 || place == NULL)
		return false;
	fake->spec = *spec;
	for (int p = 0; p < PROCESSES; p++)
	{
		Process *process = &fake->process[p];
		TaskSpec own = {.kind = spec->kind, .grid = &process->grid, .demand = &process->demand};

		process->memory = KernelAlloc(size);
		GridShareWrite(spec->grid, spec->demand, process->memory);
		GridShareRead(process->memory, &process->grid, &process->demand);
		process->common = KernelAlloc(spec->common_size + 1);
		memcpy(process->common, spec->common, spec->common_size);
		own.common = process->common;
		process->place = TaskOpen(&own);
	}
	return true;
}

/* Runs the tasks backwards, each on another process, from copies of their inputs. */
static void
RunRound(void *arg, int ntasks, const char *in, char *out)
{
	FakeHost *fake = arg;
	const TaskSpec *spec = &fake->spec;

	for (int t = ntasks - 1; t >= 0; t--)
	{
		char *copy = KernelAlloc(spec->in_size);

		memcpy(copy, in + (size_t) t * spec->in_size, spec->in_size);
		TaskRun(spec->kind, fake->process[(t + fake->rounds[spec->kind]) % PROCESSES].place, copy,
				out + (size_t) t * spec->out_size);
		KernelFree(copy);
	}
	fake->rounds[spec->kind]++;
}

/* Frees the copies. */
static void
EndTasks(void *arg)
{
	FakeHost *fake = arg;

	for (int p = 0; p < PROCESSES; p++)
	{
		TaskClose(fake->spec.kind, fake->process[p].place);
		KernelFree(fake->process[p].memory);
		KernelFree(fake->process[p].common);
	}
}

/* Whether two results are the same. */
static bool
SameResult(const SearchResult *a, const SearchResult *b)
{
	return a->nboxes == b->nboxes && a->cost == b->cost && a->moves == b->moves &&
		   a->bounded == b->bounded && a->lower_bound == b->lower_bound &&
		   memcmp(a->box, b->box, (size_t) a->nboxes * sizeof(*a->box)) == 0;
}

int
main(void)
{
	uint64_t random = 20240515;
	int same = 0;
	int hosted = 0;
	int divided = 0;

	for (int round = 0; round < 18; round++)
	{
		bool upright = round % 3 == 2;
		Case c = RandomCase(&random, CaseBetween(&random, round % 6 == 1 ? 120 : 5, 200),
							round % 2 ? 4 : 1, 30, upright);
		SearchProblem problem = MakeProblem(&c, upright, CaseBetween(&random, 2, 7));
		int32_t current[6][3];
		SearchResult alone;
		SearchResult shared;
		FakeHost fake = {.host = {&fake, StartTasks, RunRound, EndTasks}};

		RandomCurrent(&random, &problem, 6, 30, current);
		problem.min_share = round % 4 == 2 ? 0.05 : 0;
		if (round % 6 == 1)
			problem.bound_iterations = 60000;
		if (round % 6 == 3 || round % 6 == 4)
		{
			WeighCase(&c, &random, 40, 5000);
			problem.demand = c.demand;
			problem.billed = DimensionalBilled;
			problem.bound_iterations = 100;
		}
		if (SearchSuite(&problem, &alone) != SEARCH_OK)
		{
			FreeCase(&c);
			continue;
		}
		problem.host = &fake.host;
		SearchSuite(&problem, &shared);
		hosted += fake.rounds[TASK_STREAM] > 0;
		divided += fake.rounds[TASK_CASE] > 0;
		same += SameResult(&alone, &shared);
		KernelFree(alone.box);
		KernelFree(shared.box);
		FreeCase(&c);
	}
	ok(hosted >= 15, "%d searches ran their streams on a host", hosted);
	ok(divided >= 2, "%d proofs divided cases there", divided);
	ok(same == hosted, "%d of them with the same result", same);
	return done();
}
