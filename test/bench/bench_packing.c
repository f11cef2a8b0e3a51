// sources: src/packing*.c src/footprint.c src/front.c src/frontarrange.c src/lots.c src/placement.c src/shape.c
/*
 * bench_packing.c
 *	  Measures the packing kernel: quality and speed on orders with known answers, stress cases,
 *	  orders of many pieces.
 *
 * Usage: bench_packing [DATA_FOLDER]
 *
 * The folder (see packcases.h) may also be named by PACKOPT_SHARED_DATA; the default is
 * ../shared/data. Processor time of one core. Every packing is checked.
 */
#define _POSIX_C_SOURCE 200809L
#include "kernel.h"

#include <time.h>

#include "packcases.h"
#include "packing.h"

#define MAX_BOXES 16

static int invalid = 0;

/* Processor time in seconds. */
static double
Now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double) ts.tv_sec + (double) ts.tv_nsec * 1e-9;
}

/* Returns a box's volume. */
static double
BoxVolume(const int32_t box[3])
{
	return (double) box[0] * box[1] * box[2];
}

/* Counts a packing that the independent check does not accept. */
static void
CheckPacking(PackWorkspace *workspace, const Piece *pieces, int count, const Placement *placements)
{
	int32_t box[3];

	PackStandingBox(workspace, box);
	if (PlacementCheck(pieces, count, placements, box, 0) != PLACEMENT_OK)
		invalid++;
}

/* Prints which stage settled how many decisions, and how long those took. */
static void
PrintStages(PackWorkspace *workspace, const PackCases *cases, const int32_t (*boxes)[3], int nboxes,
			const PackOptions *options)
{
	int64_t settled[PACK_STAGES][3] = {{0}};
	double seconds[PACK_STAGES] = {0};

	for (int i = 0; i < cases->count; i++)
	{
		int n = cases->first[i + 1] - cases->first[i];

		PackOrderPrepare(workspace, cases->pieces + cases->first[i], n, options);
		for (int b = 0; b < nboxes; b++)
		{
			double start = Now();
			PackAnswer answer = PackDecide(workspace, boxes[b], true, NULL);

			seconds[PackDecidedBy(workspace)] += Now() - start;
			settled[PackDecidedBy(workspace)][answer]++;
			if (answer == PACK_FITS)
				break;
		}
	}
	printf("\n%-12s %10s %10s %10s %10s\n", "settled by", "fits", "not", "unknown", "us each");
	for (int s = 0; s < PACK_STAGES; s++)
	{
		int64_t total = settled[s][0] + settled[s][1] + settled[s][2];

		if (total > 0)
			printf("%-12s %10lld %10lld %10lld %10.2f\n", PackStageName((PackStage) s),
				   (long long) settled[s][0], (long long) settled[s][1], (long long) settled[s][2],
				   seconds[s] / (double) total * 1e6);
	}
}

/* Chooses the smallest box for every order, and compares with the truth. */
static void
BenchOrders(const char *folder, PackWorkspace *workspace, const int *efforts, int nefforts)
{
	PackCases cases;
	int32_t boxes[MAX_BOXES][3];
	unsigned bit[MAX_BOXES];
	int nboxes = ReadBoxes(folder, boxes, MAX_BOXES);
	PackOptions options = {0, PACK_DEFAULT_EFFORT};

	if (nboxes == 0 || !ReadOrders(folder, &cases))
	{
		printf("# no packing cases in %s: skipped\n", folder);
		return;
	}
	for (int b = 0; b < nboxes; b++)
		bit[b] = 1u << b;
	for (int b = 1; b < nboxes; b++)
	{
		for (int c = b; c > 0 && BoxVolume(boxes[c - 1]) > BoxVolume(boxes[c]); c--)
		{
			int32_t box[3];
			unsigned swap = bit[c];

			memcpy(box, boxes[c], sizeof(box));
			memcpy(boxes[c], boxes[c - 1], sizeof(box));
			memcpy(boxes[c - 1], box, sizeof(box));
			bit[c] = bit[c - 1];
			bit[c - 1] = swap;
		}
	}

	printf("best of %d boxes for %d orders\n", nboxes, cases.count);
	printf("%8s %10s %10s %10s %8s  %s\n", "effort", "orders/s", "optimal %", "excess %", "wrong",
		   "missed with 2, 3, ... pieces");
	for (int e = 0; e < nefforts; e++)
	{
		int rounds = 3;
		double start;
		double seconds;
		double excess = 0;
		double volume = 0;
		int optimal = 0;
		int wrong = 0;
		int missed[17] = {0};

		options.effort = efforts[e];
		start = Now();
		for (int r = 0; r < rounds; r++)
		{
			Placement placements[64];

			for (int i = 0; i < cases.count; i++)
			{
				int n = cases.first[i + 1] - cases.first[i];

				PackOrderPrepare(workspace, cases.pieces + cases.first[i], n, &options);
				PackBestBox(workspace, (const int32_t(*)[3]) boxes, nboxes, true,
							n <= 64 ? placements : NULL, NULL);
			}
		}
		seconds = (Now() - start) / rounds;
		for (int i = 0; i < cases.count; i++)
		{
			const Piece *pieces = cases.pieces + cases.first[i];
			int n = cases.first[i + 1] - cases.first[i];
			Placement placements[64];
			int best = 0;
			int chosen;

			while (best < nboxes && (cases.fit_mask[i] & bit[best]) == 0)
				best++;
			PackOrderPrepare(workspace, pieces, n, &options);
			chosen =
				PackBestBox(workspace, (const int32_t(*)[3]) boxes, nboxes, true, placements, NULL);
			if (chosen >= 0)
				CheckPacking(workspace, pieces, n, placements);
			else
				chosen = nboxes;
			if (chosen < best)
				wrong++;
			if (best < nboxes)
				volume += BoxVolume(boxes[best]);
			if (chosen == best || (chosen < nboxes && best < nboxes &&
								   BoxVolume(boxes[chosen]) == BoxVolume(boxes[best])))
				optimal++;
			else
			{
				missed[n < 16 ? n : 16]++;
				if (chosen < nboxes && best < nboxes)
					excess += BoxVolume(boxes[chosen]) - BoxVolume(boxes[best]);
			}
		}
		printf("%8d %10.0f %10.2f %10.3f %8d ", efforts[e], cases.count / seconds,
			   100.0 * optimal / cases.count, 100 * excess / volume, wrong);
		for (int n = 2; n <= 8; n++)
			printf(" %d", missed[n]);
		printf("\n");
		fflush(stdout);
	}
	options.effort = PACK_DEFAULT_EFFORT;
	PrintStages(workspace, &cases, (const int32_t(*)[3]) boxes, nboxes, &options);
	FreeCases(&cases);
}

/* Packs boxes that were cut into pieces. */
static void
BenchStress(const char *folder, PackWorkspace *workspace, const int *efforts, int nefforts)
{
	static const int slacks[] = {0, 5, 10, 20};
	PackCases cases;

	if (!ReadStress(folder, &cases))
	{
		printf("# no stress cases in %s: skipped\n", folder);
		return;
	}
	printf("\nstress: %d boxes cut into pieces, share packed\n", cases.count);
	printf("%8s %6s %8s  %-44s %10s\n", "effort", "slack", "packed %", "of 3, 4, ... 10 pieces, %",
		   "ms worst");
	for (int e = 0; e < nefforts; e++)
	{
		PackOptions options = {0, efforts[e]};

		for (int s = 0; s < 4; s++)
		{
			int total[17] = {0};
			int packed[17] = {0};
			int all = 0;
			int all_packed = 0;
			double worst = 0;

			for (int i = 0; i < cases.count; i++)
			{
				const Piece *pieces = cases.pieces + cases.first[i];
				int n = cases.first[i + 1] - cases.first[i];
				Placement placements[16];
				double start;
				PackAnswer answer;

				if (cases.slack[i] != slacks[s] || n > 16)
					continue;
				start = Now();
				PackOrderPrepare(workspace, pieces, n, &options);
				answer = PackDecide(workspace, cases.box[i], true, placements);
				if (Now() - start > worst)
					worst = Now() - start;
				total[n]++;
				if (answer == PACK_FITS)
				{
					packed[n]++;
					CheckPacking(workspace, pieces, n, placements);
				}
				else if (answer == PACK_NOT)
					invalid++;
			}
			for (int n = 0; n < 17; n++)
			{
				all += total[n];
				all_packed += packed[n];
			}
			printf("%8d %4d %% %8.1f ", efforts[e], slacks[s], 100.0 * all_packed / all);
			for (int n = 3; n <= 10; n++)
				printf(" %5.1f", total[n] > 0 ? 100.0 * packed[n] / total[n] : 100.0);
			printf(" %7.1f\n", worst * 1e3);
		}
	}
	FreeCases(&cases);
}

/* Packs orders of many pieces into the three cartons of their publisher. */
static void
BenchBoxpacker(const char *folder, PackWorkspace *workspace)
{
	static const int32_t sizes[3][3] = {{230, 300, 240}, {364, 374, 40}, {229, 305, 520}};
	PackOptions options = {0, PACK_DEFAULT_EFFORT};
	int32_t boxes[3][3];
	PackCases cases;
	Placement *placements;

	if (!ReadBoxpacker(folder, &cases))
	{
		printf("# no boxpacker orders in %s: skipped\n", folder);
		return;
	}
	for (int b = 0; b < 3; b++)
	{
		for (int a = 0; a < 3; a++)
			boxes[b][a] = sizes[b][a] * LENGTH_SCALE;
	}
	placements = KernelAlloc(sizeof(Placement) * (size_t) cases.first[cases.count]);
	printf("\norders of many pieces into one of three boxes, free rotation\n");
	printf("%12s %8s %8s %8s %8s %10s %10s\n", "pieces", "orders", "packed", "none", "unknown",
		   "orders/s", "ms worst");
	for (int part = 0; part < 3; part++)
	{
		int low = part == 0 ? 1 : part == 1 ? 17 : 101;
		int high = part == 0 ? 16 : part == 1 ? 100 : INT32_MAX;
		int orders = 0;
		int packed = 0;
		int open = 0;
		double seconds = 0;
		double worst = 0;

		for (int i = 0; i < cases.count; i++)
		{
			const Piece *pieces = cases.pieces + cases.first[i];
			int n = cases.first[i + 1] - cases.first[i];
			int unknown = 0;
			double start = Now();
			double took;
			int best;

			if (n < low || n > high)
				continue;
			PackOrderPrepare(workspace, pieces, n, &options);
			best =
				PackBestBox(workspace, (const int32_t(*)[3]) boxes, 3, true, placements, &unknown);
			took = Now() - start;
			seconds += took;
			worst = took > worst ? took : worst;
			orders++;
			if (best >= 0)
			{
				packed++;
				CheckPacking(workspace, pieces, n, placements);
			}
			else if (unknown > 0)
				open++;
		}
		printf("%5d .. %4d %8d %8d %8d %8d %10.0f %10.1f\n", low, high == INT32_MAX ? 9999 : high,
			   orders, packed, orders - packed - open, open, orders / seconds, worst * 1e3);
	}
	KernelFree(placements);
	FreeCases(&cases);
}

/* Next number of a fixed sequence, below a limit. */
static int
Random(uint32_t *state, int limit)
{
	*state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
	return (int) ((uint64_t) (*state >> 8) * (uint64_t) limit >> 24);
}

/* Packs huge orders into boxes of little more than their volume: the time must stay bounded. */
static void
BenchHuge(PackWorkspace *workspace)
{
	static const int counts[] = {17, 50, 200, 2399};
	static const int variety[] = {1, 5, 2399};
	PackOptions options = {0, PACK_DEFAULT_EFFORT};
	Piece *pieces = KernelAllocZero(sizeof(Piece) * 2399);
	Placement *placements = KernelAlloc(sizeof(Placement) * 2399);
	uint32_t state = 1;

	printf("\nlarge orders of random pieces: the fullest cube tried in steps of 5 %% that holds "
		   "them, worst time per box\n");
	printf("%8s %8s %10s %10s\n", "pieces", "kinds", "filled %", "ms worst");
	for (int c = 0; c < 4; c++)
	{
		for (int v = 0; v < 3; v++)
		{
			double volume = 0;
			double worst = 0;
			int fill;

			for (int i = 0; i < counts[c]; i++)
			{
				if (i < variety[v])
				{
					for (int a = 0; a < 3; a++)
						pieces[i].size[a] = (20 + Random(&state, 280)) * LENGTH_SCALE;
				}
				else
					pieces[i] = pieces[i % variety[v]];
				volume += BoxVolume(pieces[i].size);
			}
			PackOrderPrepare(workspace, pieces, counts[c], &options);
			for (fill = 100; fill > 0; fill -= 5)
			{
				double target = volume * 100 / fill;
				int32_t box[3] = {1, 1, 1};
				double start = Now();
				double took;
				PackAnswer answer;
				double low = 1;
				double high = LENGTH_MAX;

				while (high - low > 1)
				{
					double middle = (low + high) / 2;

					if (middle * middle * middle < target)
						low = middle;
					else
						high = middle;
				}
				for (int a = 0; a < 3; a++)
					box[a] = (int32_t) high;
				answer = PackDecide(workspace, box, true, placements);
				took = Now() - start;
				worst = took > worst ? took : worst;
				if (answer == PACK_FITS)
				{
					CheckPacking(workspace, pieces, counts[c], placements);
					break;
				}
			}
			printf("%8d %8d %10d %10.1f\n", counts[c],
				   variety[v] < counts[c] ? variety[v] : counts[c], fill, worst * 1e3);
			fflush(stdout);
		}
	}
	KernelFree(pieces);
	KernelFree(placements);
}

int
main(int argc, char **argv)
{
	static const int order_efforts[] = {100, 250, 499, 1000, PACK_DEFAULT_EFFORT};
	static const int stress_efforts[] = {100, 1000, PACK_DEFAULT_EFFORT};
	const char *folder = argc > 1 ? argv[1] : getenv("PACKOPT_SHARED_DATA");
	PackWorkspace *workspace = PackWorkspaceCreate();

	if (folder == NULL)
		folder = "../shared/data";
	BenchOrders(folder, workspace, order_efforts, 5);
	BenchStress(folder, workspace, stress_efforts, 3);
	BenchBoxpacker(folder, workspace);
	BenchHuge(workspace);
	printf("\ninvalid packings or wrong proofs: %d\n", invalid);
	PackWorkspaceDestroy(workspace);
	return invalid > 0;
}
