// sources: src/candidate.c src/grid.c src/griddemand.c src/weightgroups.c src/staircase.c src/swap.c src/bestswap.c src/cover.c src/search.c src/share.c src/stream.c src/gridshare.c src/bound.c src/dual.c src/pricing.c src/relaxed.c src/weightbound.c
/*
 * test_stream.c
 *	  Streams that run elsewhere, on a shared copy of the grid, in another order: the search's result is
 *	  the same, bit for bit.
 */
#include "kernel.h"

#include "gridshare.h"
#include "searchcases.h"
#include "tap.h"

/* A host that plays several processes, each with a mapping of the shared memory of its own. */
#define PROCESSES 3

typedef struct Process
{
	char *memory;
	Grid grid;
	GridDemand demand;
	SearchStream *stream;
} Process;

typedef struct FakeHost
{
	SearchHost host;
	Process process[PROCESSES];
	int nstreams;
	int levels;
	int rounds;
} FakeHost;

/* Copies the grid for every process. */
static bool
StartLevel(void *arg, const Grid *grid, const GridDemand *demand, SearchStream *stream,
		   const SuiteRules *rules, int nstreams, double work)
{
	FakeHost *fake = arg;
	size_t size = GridShareSize(grid, demand);

	(void) stream; /* processes have their own */
	if (work < 0)
		return false;
	for (int p = 0; p < PROCESSES; p++)
	{
		Process *process = &fake->process[p];

		process->memory = KernelAlloc(size);
		GridShareWrite(grid, demand, process->memory);
		GridShareRead(process->memory, &process->grid, &process->demand);
		process->stream = SearchStreamCreate(&process->grid, &process->demand, rules);
	}
	fake->nstreams = nstreams;
	fake->levels++;
	return true;
}

/* Runs the streams backwards, each on another process. */
static void
RunRound(void *arg, const Suite *incumbent, int round, int moves, Suite *found, int64_t *moves_made)
{
	FakeHost *fake = arg;

	for (int stream = fake->nstreams - 1; stream >= 0; stream--)
		found[stream] = SearchStreamRound(fake->process[(stream + round) % PROCESSES].stream,
										  incumbent, stream, round, moves, moves_made);
	fake->rounds++;
}

/* Frees the copies. */
static void
EndLevel(void *arg)
{
	FakeHost *fake = arg;

	for (int p = 0; p < PROCESSES; p++)
	{
		SearchStreamFree(fake->process[p].stream);
		KernelFree(fake->process[p].memory);
	}
}

/* Whether two results are the same. */
static bool
SameResult(const SearchResult *a, const SearchResult *b)
{
	return a->nboxes == b->nboxes && a->cost == b->cost && a->moves == b->moves &&
		   memcmp(a->box, b->box, (size_t) a->nboxes * sizeof(*a->box)) == 0;
}

int
main(void)
{
	uint64_t random = 20240515;
	int same = 0;
	int hosted = 0;

	for (int round = 0; round < 30; round++)
	{
		bool upright = round % 3 == 2;
		Case c = RandomCase(&random, CaseBetween(&random, 5, 200), round % 2 ? 4 : 1, 30, upright);
		SearchProblem problem = MakeProblem(&c, upright, CaseBetween(&random, 2, 7));
		int32_t current[6][3];
		SearchResult alone;
		bool by_weight = round % 5 < 2;
		SearchResult shared;
		FakeHost fake = {.host = {&fake, StartLevel, RunRound, EndLevel}};

		RandomCurrent(&random, &problem, 6, 30, current);
		if (by_weight)
		{
			WeighCase(&c, &random, 40, 5000);
			problem.demand = c.demand;
			problem.billed = DimensionalBilled;
		}
		if (SearchSuite(&problem, &alone) != SEARCH_OK)
		{
			FreeCase(&c);
			continue;
		}
		problem.host = &fake.host;
		SearchSuite(&problem, &shared);
		hosted += fake.rounds > 0;
		same += SameResult(&alone, &shared);
		KernelFree(alone.box);
		KernelFree(shared.box);
		FreeCase(&c);
	}
	ok(hosted >= 25, "%d searches ran their streams on a host", hosted);
	ok(same == hosted, "%d of them with the same result", same);
	return done();
}
