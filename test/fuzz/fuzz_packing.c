// sources: src/packing*.c src/footprint.c src/front.c src/frontarrange.c src/lots.c src/placement.c src/shape.c
/*
 * fuzz_packing.c
 *	  Feeds the packing kernel orders and boxes made of arbitrary bytes.
 *
 * What must hold: a fit has a witness that the independent check accepts; what was constructed to
 * fit is never refused, nor is what the guillotine programme packs; the answer does not depend on
 * how pieces and lengths were written down; answers for larger and smaller boxes agree.
 */
#include "kernel.h"

#include "footprint.h"
#include "packing.h"

#define MOST_PIECES 20

/* The bytes that are left. */
typedef struct Bytes
{
	const uint8_t *at;
	size_t left;
} Bytes;

/* Takes a byte; zero after the end. */
static int
TakeByte(Bytes *bytes)
{
	if (bytes->left == 0)
		return 0;
	bytes->left--;
	return *bytes->at++;
}

/* Takes a length: mostly a small number, in some cases as large as lengths get. */
static int32_t
TakeLength(Bytes *bytes, int scale)
{
	int64_t length = 1 + TakeByte(bytes) % 32;

	if (scale == 1)
		length = length * 100000 + TakeByte(bytes);
	else if (scale == 2)
		length = length * (LENGTH_MAX / 32) - TakeByte(bytes);
	return (int32_t) length;
}

/* Stops with a message: the fuzzer keeps the input. */
static void
Require(bool condition, const char *what)
{
	if (!condition)
	{
		fprintf(stderr, "violated: %s\n", what);
		abort();
	}
}

/* Decides, and checks the witness. */
static PackAnswer
DecideChecked(PackWorkspace *workspace, const Piece *pieces, int n, const int32_t box[3],
			  bool rotate_box, const PackOptions *options)
{
	Placement placements[MOST_PIECES];
	int32_t standing[3];
	PackAnswer answer;

	PackOrderPrepare(workspace, pieces, n, options);
	answer = PackDecide(workspace, box, rotate_box, placements);
	if (answer == PACK_FITS)
	{
		PackStandingBox(workspace, standing);
		Require(PlacementCheck(pieces, n, placements, standing, options->gap) == PLACEMENT_OK,
				"a fit has a valid witness");
		Require(rotate_box || memcmp(standing, box, sizeof(standing)) == 0,
				"a fixed box is not turned");
	}
	return answer;
}

/* Cuts a box into pieces by straight cuts; returns how many. */
static int
CutBox(Bytes *bytes, const int32_t box[3], int most, Piece *pieces)
{
	int n = 1;

	memcpy(pieces[0].size, box, sizeof(pieces[0].size));
	pieces[0].flags = 0;
	while (n < most)
	{
		Piece *piece = &pieces[TakeByte(bytes) % n];
		int a = TakeByte(bytes) % 3;
		int32_t first = (int32_t) ((int64_t) piece->size[a] * (1 + TakeByte(bytes)) / 257);

		if (first < 1 || first >= piece->size[a])
			break;
		pieces[n] = *piece;
		pieces[n].size[a] -= first;
		piece->size[a] = first;
		n++;
	}
	return n;
}

/* Writes the same order down in another way. */
static void
Rewrite(Bytes *bytes, Piece *pieces, int n)
{
	for (int i = n - 1; i > 0; i--)
	{
		int j = TakeByte(bytes) % (i + 1);
		Piece piece = pieces[i];

		pieces[i] = pieces[j];
		pieces[j] = piece;
	}
	for (int i = 0; i < n; i++)
	{
		int a = TakeByte(bytes) % 3;
		int b = (a + 1) % 3;
		int32_t length = pieces[i].size[a];

		if ((pieces[i].flags & PIECE_UPRIGHT) && (a == 2 || b == 2))
			continue;
		pieces[i].size[a] = pieces[i].size[b];
		pieces[i].size[b] = length;
	}
}

extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Runs one input. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static PackWorkspace *workspace = NULL;
	static FootprintWorkspace *footprint = NULL;
	Bytes bytes = {data, size};
	Piece pieces[MOST_PIECES];
	Placement placements[MOST_PIECES];
	PackOptions options;
	FootprintOptions guillotine = {0};
	int32_t box[3];
	int32_t other[3];
	int mode = TakeByte(&bytes);
	int scale = mode / 8 % 3;
	bool construct = (mode & 1) != 0;
	bool rotate_box = (mode & 2) != 0;
	bool vertical = false;
	int n = 1 + TakeByte(&bytes) % ((mode & 4) ? MOST_PIECES : 7);
	PackAnswer answer;

	if (size < 8)
		return 0;
	if (workspace == NULL)
	{
		workspace = PackWorkspaceCreate();
		footprint = FootprintWorkspaceCreate();
	}
	options.effort = TakeByte(&bytes) % 64;
	options.gap = construct ? 0 : TakeByte(&bytes) % 8 == 0 ? TakeByte(&bytes) : 0;
	if (options.gap == 255)
		options.gap = PACK_GAP_MAX;
	for (int a = 0; a < 3; a++)
		box[a] = TakeLength(&bytes, scale);
	if (construct)
		n = CutBox(&bytes, box, n, pieces);
	else
	{
		int flags = TakeByte(&bytes);

		for (int i = 0; i < n; i++)
		{
			int next = TakeByte(&bytes);

			if (i > 0 && next % 4 == 0)
				pieces[i] = pieces[next / 4 % i];
			else
			{
				for (int a = 0; a < 3; a++)
					pieces[i].size[a] = TakeLength(&bytes, scale);
				pieces[i].flags = (uint8_t) (flags & next / 4 & 15);
			}
			vertical = vertical || PieceNeedsVertical(&pieces[i]);
		}
	}

	answer = DecideChecked(workspace, pieces, n, box, rotate_box, &options);
	Require(!construct || answer != PACK_NOT, "a box cut into pieces holds them");
	if (answer == PACK_NOT)
	{
		guillotine.upright = vertical;
		guillotine.gap = options.gap;
		guillotine.max_splits = 200;
		guillotine.beam = 16;
		Require(!FootprintPlace(footprint, pieces, n, &guillotine, box, placements),
				"what is refused has no guillotine packing");
	}
	for (int a = 0; a < 3; a++)
	{
		int64_t length = (int64_t) box[a] + (answer == PACK_FITS ? 1 : -1) * TakeByte(&bytes) / 32;

		other[a] = (int32_t) (length < 1 ? 1 : length > LENGTH_MAX ? LENGTH_MAX : length);
	}
	if (answer == PACK_FITS)
		Require(DecideChecked(workspace, pieces, n, other, rotate_box, &options) != PACK_NOT,
				"a larger box is not refused");
	else if (answer == PACK_NOT)
		Require(DecideChecked(workspace, pieces, n, other, rotate_box, &options) != PACK_FITS,
				"a smaller box than a refused one is not filled");
	Rewrite(&bytes, pieces, n);
	if (!vertical || rotate_box)
	{
		int32_t length = box[0];

		box[0] = box[1];
		box[1] = box[2];
		box[2] = length;
	}
	Require(DecideChecked(workspace, pieces, n, box, rotate_box, &options) == answer,
			"the answer does not depend on how the order is written down");
	return 0;
}
