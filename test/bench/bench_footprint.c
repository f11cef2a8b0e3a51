// sources: src/packing*.c src/footprint.c src/front.c src/frontarrange.c src/lots.c src/refine.c src/placement.c src/shape.c
/*
 * bench_footprint.c
 *	  Measures the footprint kernel on real orders: speed, size of the fronts, quality, bounds of
 * time.
 *
 * Usage: bench_footprint DATA_FOLDER
 *
 * DATA_FOLDER holds olist/shipments.csv.gz, boxpacker/shipments.csv.gz and packing/ (boxes.csv,
 * orders.csv.gz, truth.csv.gz, stress.csv.gz); what is missing is skipped with a message. Processor
 * time of one core.
 */
#define _POSIX_C_SOURCE 200809L
#include "kernel.h"

#include <time.h>

#include "footprint.h"
#include "refine.h"

#define MAX_COLUMNS 16
#define MAX_LINE    1024

/* Orders as read: pieces of order i are those from first[i] up to first[i + 1]. */
typedef struct Orders
{
	Piece *pieces;
	int npieces;
	int max_pieces;
	int *first;
	int64_t *id;
	int norders;
	int max_orders;
} Orders;

/* Processor time in seconds. */
static double
Now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec + ts.tv_nsec * 1e-9;
}

/* Opens a file of the data folder, through zcat if it is compressed; NULL, with a message, if
 * absent. */
static FILE *
OpenData(const char *folder, const char *name)
{
	char path[4096];
	char command[4200];
	FILE *file;
	size_t length = strlen(name);

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (file == NULL)
	{
		printf("# %s: not there, skipped\n", path);
		return NULL;
	}
	fclose(file);
	if (length > 3 && strcmp(name + length - 3, ".gz") == 0)
		snprintf(command, sizeof(command), "zcat '%s'", path);
	else
		snprintf(command, sizeof(command), "cat '%s'", path);
	return popen(command, "r");
}

/* Reads a line of comma-separated values into fields. */
static int
ReadLine(FILE *file, char *line, char *fields[MAX_COLUMNS])
{
	int n = 0;

	if (fgets(line, MAX_LINE, file) == NULL)
		return 0;
	line[strcspn(line, "\r\n")] = '\0';
	for (char *at = line; at != NULL && n < MAX_COLUMNS; n++)
	{
		fields[n] = at;
		at = strchr(at, ',');
		if (at != NULL)
			*at++ = '\0';
	}
	return n;
}

/* Adds pieces of one line to the last order, or to a new one if the number of the order changes. */
static void
AddLine(Orders *orders, int64_t id, const char *const length[3], int quantity)
{
	Piece piece = {{0, 0, 0}, 0};

	for (int i = 0; i < 3; i++)
		piece.size[i] = (int32_t) (atof(length[i]) * LENGTH_SCALE + 0.5);
	if (orders->norders == 0 || orders->id[orders->norders - 1] != id)
	{
		if (orders->norders + 1 >= orders->max_orders)
		{
			orders->max_orders = orders->max_orders * 2 + 1024;
			orders->first = KernelRealloc(orders->first, sizeof(int) * (orders->max_orders + 1));
			orders->id = KernelRealloc(orders->id, sizeof(int64_t) * orders->max_orders);
		}
		orders->id[orders->norders] = id;
		orders->first[orders->norders++] = orders->npieces;
	}
	for (int i = 0; i < quantity; i++)
	{
		if (orders->npieces == orders->max_pieces)
		{
			orders->max_pieces = orders->max_pieces * 2 + 4096;
			orders->pieces = KernelRealloc(orders->pieces, sizeof(Piece) * orders->max_pieces);
		}
		orders->pieces[orders->npieces++] = piece;
	}
	orders->first[orders->norders] = orders->npieces;
}

/* Reads a table of orders; columns by number. Lines without usable lengths are left out. */
static bool
ReadOrders(const char *folder, const char *name, int id, int length, int quantity, Orders *orders)
{
	char line[MAX_LINE];
	char *fields[MAX_COLUMNS];
	FILE *file = OpenData(folder, name);
	int n;

	memset(orders, 0, sizeof(*orders));
	if (file == NULL)
		return false;
	ReadLine(file, line, fields);
	while ((n = ReadLine(file, line, fields)) > 0)
	{
		const char *lengths[3] = {fields[length], fields[length + 1], fields[length + 2]};

		if (n <= quantity || n <= length + 2 || atof(lengths[0]) <= 0 || atof(lengths[1]) <= 0 ||
			atof(lengths[2]) <= 0)
			continue;
		AddLine(orders, atoll(fields[id]), lengths, quantity < 0 ? 1 : atoi(fields[quantity]));
	}
	pclose(file);
	return orders->norders > 0;
}

/* Orders numbers. */
static int
CompareDoubles(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x > y) - (x < y);
}

/* Computes the footprint of one order, refined if a refiner is given. */
static FootprintStatus
ComputeOrder(FootprintWorkspace *workspace, Refiner *refiner, const Orders *orders, int order,
			 const FootprintOptions *options, Footprint *footprint)
{
	const Piece *pieces = orders->pieces + orders->first[order];
	int n = orders->first[order + 1] - orders->first[order];
	FootprintStatus status = FootprintCompute(workspace, pieces, n, options, footprint);

	if (refiner != NULL && status == FOOTPRINT_OK)
		FootprintRefine(refiner, pieces, n, options, 0, footprint);
	return status;
}

/* Tells how much of the smallest box of an order its pieces fill. */
static double
BestFill(FootprintWorkspace *workspace, Refiner *refiner, const Orders *orders, int order,
		 const FootprintOptions *options)
{
	const Piece *pieces = orders->pieces + orders->first[order];
	int n = orders->first[order + 1] - orders->first[order];
	Footprint footprint;
	double content = 0;
	double best = 0;

	ComputeOrder(workspace, refiner, orders, order, options, &footprint);
	for (int i = 0; i < n; i++)
		content += (double) pieces[i].size[0] * pieces[i].size[1] * pieces[i].size[2];
	for (int i = 0; i < footprint.nelements; i++)
	{
		const int32_t *size = footprint.element[i];

		if (content / ((double) size[0] * size[1] * size[2]) > best)
			best = content / ((double) size[0] * size[1] * size[2]);
	}
	return best;
}

/* Measures footprints of all orders and prints a row. */
static void
MeasureOrders(const char *name, const Orders *orders, const FootprintOptions *options, bool refine)
{
	FootprintWorkspace *workspace = FootprintWorkspaceCreate();
	Refiner *refiner = refine ? RefinerCreate() : NULL;
	double *seconds = KernelAlloc(sizeof(double) * orders->norders);
	double total = 0;
	int64_t elements = 0;
	int complete = 0;
	int nothing = 0;
	int slowest = 0;
	double fill = 0;
	double begin = Now();

	/* all in one go first: reading the clock would be most of the time of single pieces */
	for (int i = 0; i < orders->norders; i++)
	{
		Footprint footprint;

		if (ComputeOrder(workspace, refiner, orders, i, options, &footprint) ==
			FOOTPRINT_FITS_NOTHING)
			nothing++;
		elements += footprint.nelements;
		complete += footprint.exact_guillotine;
	}
	total = Now() - begin;
	for (int i = 0; i < orders->norders; i++)
		fill += BestFill(workspace, refiner, orders, i, options);
	for (int i = 0; i < orders->norders; i++)
	{
		Footprint footprint;

		begin = Now();
		ComputeOrder(workspace, refiner, orders, i, options, &footprint);
		seconds[i] = Now() - begin;
		if (seconds[i] > seconds[slowest])
			slowest = i;
	}
	printf("%-26s %8d %8.3f %9.0f", name, orders->norders, total, orders->norders / total);
	begin = seconds[slowest];
	slowest = orders->first[slowest + 1] - orders->first[slowest];
	qsort(seconds, orders->norders, sizeof(double), CompareDoubles);
	printf(" %8.3f %8.3f %8.3f %8.3f (%d)", seconds[orders->norders / 2] * 1e3,
		   seconds[(int) (orders->norders * 0.99)] * 1e3,
		   seconds[(int) (orders->norders * 0.999)] * 1e3, begin * 1e3, slowest);
	printf(" %8.2f %7.2f%% %6.2f%% %6d\n", (double) elements / orders->norders,
		   100.0 * complete / orders->norders, 100.0 * fill / orders->norders, nothing);
	KernelFree(seconds);
	FootprintWorkspaceFree(workspace);
	if (refiner != NULL)
		RefinerFree(refiner);
}

/* Measures footprints by number of different random pieces. */
static void
MeasureRandom(void)
{
	FootprintWorkspace *workspace = FootprintWorkspaceCreate();
	FootprintOptions options = {0};
	uint64_t state = 12345;

	printf("\nrandom sizes of 10 to 400, all different\n");
	printf("%6s %12s %10s %10s\n", "pieces", "us", "elements", "complete");
	for (int n = 1; n <= 12; n++)
	{
		int rounds = n <= 3 ? 20000 : n <= 5 ? 2000 : n <= 7 ? 100 : 10;
		int64_t elements = 0;
		int complete = 0;
		double begin = Now();

		for (int r = 0; r < rounds; r++)
		{
			Piece pieces[12];
			Footprint footprint;

			for (int i = 0; i < n; i++)
			{
				pieces[i].flags = 0;
				for (int j = 0; j < 3; j++)
				{
					state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
					pieces[i].size[j] = (int32_t) (10 + (state >> 40) % 391) * LENGTH_SCALE;
				}
			}
			FootprintCompute(workspace, pieces, n, &options, &footprint);
			elements += footprint.nelements;
			complete += footprint.exact_guillotine;
		}
		printf("%6d %12.2f %10.1f %9.0f%%\n", n, (Now() - begin) / rounds * 1e6,
			   (double) elements / rounds, 100.0 * complete / rounds);
	}
	FootprintWorkspaceFree(workspace);
}

/* Compares the smallest box that the footprint admits with the known one. */
static void
MeasureQuality(const char *folder, bool refine)
{
	static const FootprintOptions options = {0};
	FootprintWorkspace *workspace;
	Refiner *refiner;
	Orders orders;
	char line[MAX_LINE];
	char *fields[MAX_COLUMNS];
	FILE *file;
	int32_t box[64][3];
	double volume[64];
	int box_id[64];
	int nboxes = 0;
	int at = 0;
	int equal[16] = {0};
	int larger[16] = {0};
	int smaller = 0;
	int nequal = 0;
	int total = 0;

	if (!ReadOrders(folder, "packing/orders.csv.gz", 0, 2, 6, &orders))
		return;
	file = OpenData(folder, "packing/boxes.csv");
	if (file == NULL)
		return;
	ReadLine(file, line, fields);
	while (nboxes < 64 && ReadLine(file, line, fields) > 3)
	{
		int i = nboxes;
		int32_t length[3];
		double v;

		for (int j = 0; j < 3; j++)
			length[j] = atoi(fields[j + 1]) * LENGTH_SCALE;
		for (int j = 0; j < 2; j++)
		{
			for (int k = 0; k < 2; k++)
			{
				if (length[k] < length[k + 1])
				{
					int32_t swap = length[k];

					length[k] = length[k + 1];
					length[k + 1] = swap;
				}
			}
		}
		v = (double) length[0] * length[1] * length[2];
		for (; i > 0 && volume[i - 1] > v; i--)
		{
			volume[i] = volume[i - 1];
			box_id[i] = box_id[i - 1];
			memcpy(box[i], box[i - 1], sizeof(box[i]));
		}
		volume[i] = v;
		box_id[i] = atoi(fields[0]);
		memcpy(box[i], length, sizeof(length));
		nboxes++;
	}
	pclose(file);
	file = OpenData(folder, "packing/truth.csv.gz");
	if (file == NULL)
		return;
	workspace = FootprintWorkspaceCreate();
	refiner = refine ? RefinerCreate() : NULL;
	ReadLine(file, line, fields);
	while (ReadLine(file, line, fields) > 1)
	{
		int64_t id = atoll(fields[0]);
		int truth = atoi(fields[1]);
		int found = 0;
		int truth_at = nboxes;
		int found_at = nboxes;
		int n;
		Footprint footprint;

		while (at < orders.norders && orders.id[at] != id)
			at++;
		if (at == orders.norders)
			break;
		n = orders.first[at + 1] - orders.first[at];
		ComputeOrder(workspace, refiner, &orders, at, &options, &footprint);
		for (int b = 0; b < nboxes && found_at == nboxes; b++)
		{
			for (int e = 0; e < footprint.nelements; e++)
			{
				if (footprint.element[e][0] <= box[b][0] && footprint.element[e][1] <= box[b][1] &&
					footprint.element[e][2] <= box[b][2])
				{
					found = box_id[b];
					found_at = b;
					break;
				}
			}
		}
		for (int b = 0; b < nboxes; b++)
		{
			if (box_id[b] == truth)
				truth_at = b;
		}
		total++;
		if (n > 15)
			n = 15;
		if (found == truth)
		{
			equal[n]++;
			nequal++;
		}
		else if (found_at > truth_at)
			larger[n]++;
		else
			smaller++;
	}
	pclose(file);
	printf("\nsmallest box by the %s alone, of %d orders: equal to the exact one %.2f %%"
		   " (must be 0: smaller %d)\n",
		   refine ? "refined footprint" : "footprint", total, 100.0 * nequal / total, smaller);
	for (int n = 1; n < 16; n++)
	{
		if (equal[n] + larger[n] > 0)
			printf("  %2d pieces: %5d equal, %3d larger\n", n, equal[n], larger[n]);
	}
	FootprintWorkspaceFree(workspace);
	if (refiner != NULL)
		RefinerFree(refiner);
}

/* Tells how many of the instances cut from a box the footprint packs into it. */
static void
MeasureStress(const char *folder)
{
	FootprintWorkspace *workspace = FootprintWorkspaceCreate();
	static const FootprintOptions options = {0};
	Orders orders;
	Orders boxes;
	int fits[32] = {0};
	int total[32] = {0};

	if (!ReadOrders(folder, "packing/stress.csv.gz", 0, 6, -1, &orders) ||
		!ReadOrders(folder, "packing/stress.csv.gz", 0, 3, -1, &boxes))
		return;
	for (int i = 0; i < orders.norders; i++)
	{
		int n = orders.first[i + 1] - orders.first[i];
		const Piece *pieces = orders.pieces + orders.first[i];
		Placement placements[64];
		FootprintOptions within = options;

		within.has_bound = true;
		memcpy(within.bound, boxes.pieces[boxes.first[i]].size, sizeof(within.bound));
		total[n]++;
		if (FootprintPlace(workspace, pieces, n, &within, within.bound, placements) &&
			PlacementCheck(pieces, n, placements, within.bound, 0) == PLACEMENT_OK)
			fits[n]++;
	}
	printf("\npieces cut from a box, placed into it again:");
	for (int n = 0; n < 32; n++)
	{
		if (total[n] > 0)
			printf("  %d: %d/%d", n, fits[n], total[n]);
	}
	printf("\n");
	FootprintWorkspaceFree(workspace);
}

/* Runs what the data folder has. */
int
main(int argc, char **argv)
{
	FootprintOptions options = {0};
	const char *folder = argc > 1 ? argv[1] : "../shared/data";
	Orders orders;

	printf("%-26s %8s %8s %9s %8s %8s %8s %8s %8s %8s %7s %6s\n", "orders", "number", "s",
		   "orders/s", "p50 ms", "p99 ms", "p99.9 ms", "max ms (pieces)", "elements", "complete",
		   "fill", "none");
	if (ReadOrders(folder, "olist/shipments.csv.gz", 0, 5, 9, &orders))
	{
		MeasureOrders("olist", &orders, &options, false);
		MeasureOrders("olist, refined", &orders, &options, true);
	}
	if (ReadOrders(folder, "packing/orders.csv.gz", 0, 2, 6, &orders))
	{
		MeasureOrders("packing", &orders, &options, false);
		MeasureOrders("packing, refined", &orders, &options, true);
	}
	if (ReadOrders(folder, "boxpacker/shipments.csv.gz", 0, 2, 6, &orders))
	{
		MeasureOrders("boxpacker", &orders, &options, false);
		MeasureOrders("boxpacker, refined", &orders, &options, true);
	}
	MeasureRandom();
	MeasureQuality(folder, false);
	MeasureQuality(folder, true);
	MeasureStress(folder);
	return 0;
}
