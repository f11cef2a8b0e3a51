// sources: src/shape.c src/placement.c src/front.c src/frontarrange.c src/lots.c src/footprint.c
/*
 * test_footprint.c
 *	  Tests footprints: against brute force, by their witnesses, and by what must never matter.
 */
#include "kernel.h"

#include "footprintcases.h"
#include "tap.h"

#define MAX_TEST_PIECES 2399
#define MAX_BOXES       4096
#define ALL_FLAGS       (PIECE_UPRIGHT | PIECE_FOLDABLE | PIECE_COMPRESSIBLE | PIECE_FRAGILE)

static FootprintWorkspace *workspace;
static FootprintWorkspace *other_workspace;
static Placement placements[MAX_TEST_PIECES];

/* A set of minimal boxes, made the slow way. */
typedef struct Boxes
{
	int n;
	int32_t size[MAX_BOXES][3];
} Boxes;

static Boxes brute_boxes;

/* Makes random pieces; each of the flags is set on every third piece, some pieces are alike. */
static void
RandomPieces(Piece *pieces, int n, int32_t low, int32_t high, uint8_t flags)
{
	for (int i = 0; i < n; i++)
	{
		if (i > 0 && Random(0, 3) == 0)
		{
			pieces[i] = pieces[Random(0, i - 1)];
			continue;
		}
		pieces[i].flags = 0;
		for (int j = 0; j < 3; j++)
			pieces[i].size[j] = Random(low, high);
		for (uint8_t flag = 1; flag < 16; flag <<= 1)
		{
			if ((flags & flag) && Random(0, 2) == 0)
				pieces[i].flags |= flag;
		}
	}
}

/* Puts the lengths of a box in canonical order. */
static void
Canonical(int32_t *box, bool upright)
{
	for (int round = 0; round < 2; round++)
	{
		for (int i = 0; i < (upright ? 1 : 2); i++)
		{
			if (box[i] < box[i + 1])
			{
				int32_t swap = box[i];

				box[i] = box[i + 1];
				box[i + 1] = swap;
			}
		}
	}
}

/* Adds a box to a set of minimal ones. */
static void
AddBox(Boxes *boxes, const int32_t *box)
{
	int kept = 0;

	for (int i = 0; i < boxes->n; i++)
	{
		if (Holds(box, boxes->size[i]))
			return;
	}
	for (int i = 0; i < boxes->n; i++)
	{
		if (!Holds(boxes->size[i], box))
			memmove(boxes->size[kept++], boxes->size[i], sizeof(boxes->size[0]));
	}
	memcpy(boxes->size[kept], box, sizeof(boxes->size[0]));
	boxes->n = kept + 1;
}

/*
 * Adds the smallest box of up to three shapes whose pairs are apart as given: relation / 2 is the
 * axis, relation % 2 tells which of the two comes first.
 */
static void
AddRelations(const Piece *pieces, int n, Shape *const *shape, const int *relation, bool upright,
			 int32_t gap)
{
	static const int pair[3][2] = {{0, 1}, {0, 2}, {1, 2}};
	int npairs = n * (n - 1) / 2;
	int64_t at[3][3] = {{0}};
	int32_t box[3];

	for (int p = 0; p < npairs; p++)
	{
		/* the lower one of two must not be fragile */
		int first = pair[p][relation[p] % 2];

		if (relation[p] / 2 == 2 && (pieces[first].flags & PIECE_FRAGILE))
			return;
	}
	for (int round = 0; round <= n; round++)
	{
		bool moved = false;

		for (int p = 0; p < npairs; p++)
		{
			int axis = relation[p] / 2;
			int first = pair[p][relation[p] % 2];
			int second = pair[p][1 - relation[p] % 2];
			int64_t end = at[first][axis] + shape[first]->extent[axis] + gap;

			if (at[second][axis] < end)
			{
				at[second][axis] = end;
				moved = true;
			}
		}
		if (!moved)
			break;
		if (round == n)
			return; /* they chase each other around a circle */
	}
	for (int axis = 0; axis < 3; axis++)
	{
		int64_t end = 0;

		for (int i = 0; i < n; i++)
		{
			if (at[i][axis] + shape[i]->extent[axis] > end)
				end = at[i][axis] + shape[i]->extent[axis];
		}
		if (end > LENGTH_MAX)
			return;
		box[axis] = (int32_t) end;
	}
	Canonical(box, upright);
	AddBox(&brute_boxes, box);
}

/* Makes the footprint of one to three pieces by trying everything. */
static void
BruteForce(const Piece *pieces, int n, bool upright, int32_t gap)
{
	static Shape shapes[3][MAX_PIECE_SHAPES];
	int nshapes[3] = {1, 1, 1};
	int nrelations[3] = {n > 1 ? 6 : 1, n > 2 ? 6 : 1, n > 2 ? 6 : 1};
	Shape *shape[3];

	brute_boxes.n = 0;
	for (int i = 0; i < n; i++)
		nshapes[i] = PieceShapes(&pieces[i], shapes[i]);
	for (int a = 0; a < nshapes[0]; a++)
	{
		for (int b = 0; b < nshapes[1]; b++)
		{
			for (int c = 0; c < nshapes[2]; c++)
			{
				int relation[3];

				shape[0] = &shapes[0][a];
				shape[1] = &shapes[1][b];
				shape[2] = &shapes[2][c];
				for (relation[0] = 0; relation[0] < nrelations[0]; relation[0]++)
					for (relation[1] = 0; relation[1] < nrelations[1]; relation[1]++)
						for (relation[2] = 0; relation[2] < nrelations[2]; relation[2]++)
							AddRelations(pieces, n, shape, relation, upright, gap);
			}
		}
	}
}

/* Tells whether a footprint is the same set as that of brute force. */
static bool
EqualsBruteForce(const Footprint *footprint)
{
	if (footprint->nelements != brute_boxes.n)
		return false;
	for (int i = 0; i < brute_boxes.n; i++)
	{
		bool found = false;

		for (int j = 0; j < footprint->nelements; j++)
			found |= memcmp(footprint->element[j], brute_boxes.size[i], sizeof(int32_t[3])) == 0;
		if (!found)
			return false;
	}
	return true;
}

/* Tells whether two footprints are the same. */
static bool
SameFootprint(const Footprint *a, const Footprint *b)
{
	return a->nelements == b->nelements &&
		   memcmp(a->element, b->element, sizeof(int32_t[3]) * a->nelements) == 0;
}

/* Tests one to three pieces of a kind of handling against brute force. */
static void
TestBruteForce(const char *name, uint8_t flags, int32_t max_gap, int rounds)
{
	for (int n = 1; n <= 3; n++)
	{
		int wrong = 0;

		for (int round = 0; round < rounds; round++)
		{
			Piece pieces[3];
			FootprintOptions options = {0};
			Footprint footprint;
			FootprintStatus status;

			RandomPieces(pieces, n, 1, round % 2 ? 9 : 400, flags);
			options.upright = (flags & (PIECE_UPRIGHT | PIECE_FRAGILE)) != 0 || round % 5 == 0;
			options.gap = Random(0, max_gap);
			status = FootprintCompute(workspace, pieces, n, &options, &footprint);
			BruteForce(pieces, n, options.upright, options.gap);
			if (status != FOOTPRINT_OK || !EqualsBruteForce(&footprint) ||
				!footprint.exact_guillotine)
				wrong++;
		}
		ok(wrong == 0, "%s, %d pieces: %d of %d differ from brute force", name, n, wrong, rounds);
	}
}

/* Checks order, minimality and the witness of every element of a footprint. */
static const char *
CheckFootprint(const Piece *pieces, int n, const FootprintOptions *options,
			   const Footprint *footprint)
{
	for (int i = 0; i < footprint->nelements; i++)
	{
		const int32_t *element = footprint->element[i];
		/* axes in another order, as far as they can be exchanged */
		int32_t turned[3] = {element[1], element[0], element[2]};
		int32_t smaller[3] = {element[0], element[1], element[2]};
		PlacementFault fault;

		if (element[0] < element[1] || (!options->upright && element[1] < element[2]))
			return "an element is not in canonical order";
		for (int j = 0; j < footprint->nelements; j++)
		{
			if (i != j && Holds(element, footprint->element[j]))
				return "an element dominates another";
		}
		if (i > 0)
		{
			const int32_t *before = footprint->element[i - 1];

			if (before[0] > element[0] || (before[0] == element[0] && before[1] >= element[1]))
				return "elements are not in lexicographic order";
		}
		if (!FootprintPlace(other_workspace, pieces, n, options, element, placements))
			return "an element has no witness";
		fault = PlacementCheck(pieces, n, placements, element, options->gap);
		if (fault != PLACEMENT_OK)
			return PlacementFaultName(fault);
		if (!options->upright)
		{
			turned[0] = element[2];
			turned[2] = element[0];
			turned[1] = element[1];
		}
		if (!FootprintPlace(other_workspace, pieces, n, options, turned, placements) ||
			PlacementCheck(pieces, n, placements, turned, options->gap) != PLACEMENT_OK)
			return "an element has no witness in a turned box";
		smaller[i % 3]--;
		if (footprint->exact_guillotine && smaller[i % 3] > 0 &&
			FootprintPlace(other_workspace, pieces, n, options, smaller, placements))
			return "a box smaller than an element is admitted";
	}
	return NULL;
}

/* Tests that all elements of random footprints have a checked packing. */
static void
TestWitnesses(const char *name, uint8_t flags, int32_t max_gap, int max_pieces, int rounds)
{
	for (int n = 1; n <= max_pieces; n++)
	{
		const char *fault = NULL;
		int elements = 0;

		for (int round = 0; round < rounds && fault == NULL; round++)
		{
			Piece pieces[32];
			FootprintOptions options = {0};
			Footprint footprint;

			RandomPieces(pieces, n, 10, 500, flags);
			options.upright = flags != 0;
			options.gap = Random(0, max_gap);
			if (FootprintCompute(workspace, pieces, n, &options, &footprint) != FOOTPRINT_OK)
				fault = "no footprint";
			else
				fault = CheckFootprint(pieces, n, &options, &footprint);
			elements += footprint.nelements;
		}
		ok(fault == NULL, "%s, %d pieces: %d elements have witnesses%s%s", name, n, elements,
		   fault ? ": " : "", fault ? fault : "");
	}
}

/* Tests that every box of the whole holds each part of it. */
static void
TestMonotone(uint8_t flags, int32_t gap)
{
	int wrong = 0;
	int compared = 0;

	for (int round = 0; round < 150; round++)
	{
		Piece pieces[6];
		Piece part[6];
		int n = 2 + round % 4;
		int without = Random(0, n - 1);
		FootprintOptions options = {0};
		Footprint whole;
		Footprint footprint;

		RandomPieces(pieces, n, 5, 300, flags);
		options.upright = flags != 0;
		options.gap = gap;
		options.beam = 1000;
		memcpy(part, pieces, sizeof(part));
		part[without] = pieces[n - 1];
		FootprintCompute(workspace, pieces, n, &options, &whole);
		FootprintCompute(other_workspace, part, n - 1, &options, &footprint);
		if (!whole.exact_guillotine)
			wrong++;
		for (int i = 0; i < whole.nelements; i++, compared++)
			wrong += !Admits(&footprint, whole.element[i]);
	}
	ok(wrong == 0 && compared > 0, "flags %d, gap %d: a box that holds all holds a part of it (%d)",
	   flags, gap, compared);
}

/* Tests that the order of pieces and of their lengths does not matter. */
static void
TestPermutations(int n, uint8_t flags, int rounds)
{
	int wrong = 0;

	for (int round = 0; round < rounds; round++)
	{
		Piece pieces[64];
		FootprintOptions options = {0};
		Footprint first;
		Footprint second;

		RandomPieces(pieces, n, 5, 300, flags);
		options.upright = flags != 0;
		FootprintCompute(workspace, pieces, n, &options, &first);
		ShufflePieces(pieces, n);
		for (int i = 0; i < n; i++)
		{
			int j = Random(0, (pieces[i].flags & PIECE_UPRIGHT) ? 1 : 2);
			int32_t swap = pieces[i].size[0];

			pieces[i].size[0] = pieces[i].size[j];
			pieces[i].size[j] = swap;
		}
		FootprintCompute(other_workspace, pieces, n, &options, &second);
		if (!SameFootprint(&first, &second) || first.nelements == 0)
			wrong++;
	}
	ok(wrong == 0, "%d pieces, flags %d: order does not matter", n, flags);
}

/* Tests that a bound only leaves out what exceeds it. */
static void
TestBound(bool upright)
{
	int wrong = 0;

	for (int round = 0; round < 200; round++)
	{
		Piece pieces[5];
		int n = 1 + round % 5;
		FootprintOptions options = {0};
		Footprint all;
		Footprint within;
		int expected = 0;
		int32_t bound[3];
		FootprintStatus status;

		RandomPieces(pieces, n, 20, 100, upright && round % 2 ? PIECE_UPRIGHT | PIECE_FRAGILE : 0);
		options.upright = upright;
		options.beam = 1000;
		FootprintCompute(workspace, pieces, n, &options, &all);
		options.has_bound = true;
		for (int i = 0; i < 3; i++)
			bound[i] = options.bound[i] = Random(30, 200);
		Canonical(bound, upright);
		status = FootprintCompute(other_workspace, pieces, n, &options, &within);
		for (int i = 0; i < all.nelements; i++)
		{
			if (!Holds(bound, all.element[i]))
				continue;
			if (expected >= within.nelements ||
				memcmp(all.element[i], within.element[expected], sizeof(int32_t[3])) != 0)
				wrong++;
			expected++;
		}
		if (expected != within.nelements || (status == FOOTPRINT_FITS_NOTHING) != (expected == 0))
			wrong++;
	}
	ok(wrong == 0, "%s domain: a bound leaves out what exceeds it, and nothing else",
	   upright ? "upright" : "free");
}

/* Cuts a box into pieces by guillotine cuts. */
static void
CutBox(Piece *pieces, int n)
{
	pieces[0].size[0] = 400;
	pieces[0].size[1] = 300;
	pieces[0].size[2] = 250;
	pieces[0].flags = 0;
	for (int i = 1; i < n;)
	{
		Piece *piece = &pieces[Random(0, i - 1)];
		int axis = Random(0, 2);

		if (piece->size[axis] < 20)
			continue;
		pieces[i] = *piece;
		pieces[i].size[axis] = Random(8, piece->size[axis] - 8);
		piece->size[axis] -= pieces[i].size[axis];
		i++;
	}
}

/* Tests that pieces cut from a box go into it again. */
static void
TestCutBoxes(void)
{
	static const int32_t box[3] = {400, 300, 250};

	for (int n = 2; n <= 8; n++)
	{
		int wrong = 0;

		for (int round = 0; round < 30; round++)
		{
			Piece pieces[8];
			FootprintOptions options = {0};

			CutBox(pieces, n);
			options.beam = 1000;
			if (!FootprintPlace(workspace, pieces, n, &options, box, placements) ||
				PlacementCheck(pieces, n, placements, box, 0) != PLACEMENT_OK)
				wrong++;
		}
		ok(wrong == 0, "%d pieces cut from a box go into it again", n);
	}
}

/* Tests lengths whose sums exceed the largest length, and input that makes no sense. */
static void
TestLimits(void)
{
	FootprintOptions options = {0};
	Footprint footprint;
	Piece long_pieces[2] = {{{1500000000, 10, 10}, 0}, {{1500000000, 10, 10}, 0}};
	Piece cubes[2] = {{{1200000000, 1200000000, 1200000000}, 0},
					  {{1200000000, 1200000000, 1200000000}, 0}};
	Piece largest[3] = {{{LENGTH_MAX, LENGTH_MAX, 1}, 0},
						{{LENGTH_MAX, LENGTH_MAX, 1}, 0},
						{{LENGTH_MAX, LENGTH_MAX, LENGTH_MAX - 2}, 0}};
	Piece negative = {{1, 0, 1}, 0};
	Piece upright = {{1, 2, 3}, PIECE_UPRIGHT};

	ok(FootprintCompute(workspace, long_pieces, 2, &options, &footprint) == FOOTPRINT_OK &&
		   footprint.nelements == 1 && footprint.element[0][0] == 1500000000 &&
		   footprint.element[0][1] == 20,
	   "sums beyond the largest length are left out");
	ok(FootprintCompute(workspace, cubes, 2, &options, &footprint) == FOOTPRINT_FITS_NOTHING &&
		   footprint.nelements == 0,
	   "two huge cubes fit nothing");
	ok(!FootprintPlace(workspace, cubes, 2, &options, cubes[0].size, placements),
	   "and cannot be placed");
	ok(FootprintCompute(workspace, largest, 3, &options, &footprint) == FOOTPRINT_OK &&
		   footprint.nelements == 1 && footprint.element[0][2] == LENGTH_MAX,
	   "sums up to the largest length are kept");
	options.gap = 1;
	ok(FootprintCompute(workspace, largest, 3, &options, &footprint) == FOOTPRINT_FITS_NOTHING,
	   "a gap counts");
	options.gap = LENGTH_MAX;
	ok(FootprintCompute(workspace, long_pieces, 2, &options, &footprint) == FOOTPRINT_FITS_NOTHING,
	   "the largest gap leaves no room");
	ok(FootprintCompute(workspace, long_pieces, 1, &options, &footprint) == FOOTPRINT_OK,
	   "but one piece has no neighbour");
	options.gap = -1;
	ok(FootprintCompute(workspace, long_pieces, 2, &options, &footprint) == FOOTPRINT_BAD_INPUT,
	   "a negative gap is refused");
	options.gap = 0;
	ok(FootprintCompute(workspace, long_pieces, 0, &options, &footprint) == FOOTPRINT_BAD_INPUT,
	   "no pieces are refused");
	ok(FootprintCompute(workspace, &negative, 1, &options, &footprint) == FOOTPRINT_BAD_INPUT,
	   "a length of zero is refused");
	ok(FootprintCompute(workspace, &upright, 1, &options, &footprint) == FOOTPRINT_NEEDS_VERTICAL,
	   "an upright piece has no footprint in the free domain");
}

/* Tests large shipments: they end, and what they say has witnesses. */
static void
TestLarge(const char *name, int n, int nkinds, uint8_t flags, int32_t gap)
{
	static Piece pieces[MAX_TEST_PIECES];
	FootprintOptions options = {0};
	Footprint footprint;
	FootprintStatus status;
	int wrong = 0;
	int checked = 0;

	RandomPieces(pieces, nkinds, 20, 400, flags);
	for (int i = nkinds; i < n; i++)
		pieces[i] = pieces[Random(0, nkinds - 1)];
	options.upright = flags != 0;
	options.gap = gap;
	status = FootprintCompute(workspace, pieces, n, &options, &footprint);
	for (int i = 0; i < footprint.nelements; i += 1 + footprint.nelements / 4, checked++)
	{
		if (!FootprintPlace(other_workspace, pieces, n, &options, footprint.element[i],
							placements) ||
			PlacementCheck(pieces, n, placements, footprint.element[i], gap) != PLACEMENT_OK)
			wrong++;
	}
	ok(status == FOOTPRINT_OK && wrong == 0 && checked > 0,
	   "%s: %d pieces of %d kinds have %d elements, %d of them checked", name, n, nkinds,
	   footprint.nelements, checked);
}

/* Tests that equal pieces in great number fill a box well. */
static void
TestEqualPieces(void)
{
	static Piece pieces[1000];
	static const int32_t box[3] = {1000, 1000, 1000};
	FootprintOptions options = {0};
	Footprint footprint;

	for (int i = 0; i < 1000; i++)
		pieces[i] = (Piece){{100, 100, 100}, 0};
	FootprintCompute(workspace, pieces, 1000, &options, &footprint);
	ok(Admits(&footprint, box), "a thousand cubes fill a cube");
	ok(FootprintPlace(workspace, pieces, 1000, &options, box, placements) &&
		   PlacementCheck(pieces, 1000, placements, box, 0) == PLACEMENT_OK,
	   "and are placed in it");
}

/* Runs all tests. */
int
main(void)
{
	random_state = 7;
	workspace = FootprintWorkspaceCreate();
	other_workspace = FootprintWorkspaceCreate();
	TestBruteForce("free", 0, 0, 120);
	TestBruteForce("gap", 0, 20, 60);
	TestBruteForce("upright", PIECE_UPRIGHT, 0, 100);
	TestBruteForce("fragile", PIECE_FRAGILE, 0, 60);
	TestBruteForce("upright, fragile, gap", PIECE_UPRIGHT | PIECE_FRAGILE, 9, 60);
	TestBruteForce("compressible", PIECE_COMPRESSIBLE, 0, 40);
	TestBruteForce("foldable", PIECE_FOLDABLE, 0, 16);
	TestBruteForce("all", ALL_FLAGS, 5, 16);
	TestWitnesses("free", 0, 0, 7, 6);
	TestWitnesses("gap", 0, 30, 5, 10);
	TestWitnesses("upright and fragile", PIECE_UPRIGHT | PIECE_FRAGILE, 10, 6, 5);
	TestWitnesses("all", ALL_FLAGS, 10, 5, 5);
	TestMonotone(0, 0);
	TestMonotone(0, 7);
	TestMonotone(PIECE_UPRIGHT | PIECE_FRAGILE, 3);
	TestPermutations(3, ALL_FLAGS, 50);
	TestPermutations(6, 0, 30);
	TestPermutations(7, PIECE_UPRIGHT | PIECE_FRAGILE, 10);
	TestPermutations(40, 0, 10);
	TestPermutations(40, ALL_FLAGS, 10);
	TestBound(false);
	TestBound(true);
	TestCutBoxes();
	TestLimits();
	TestLarge("equal", 2399, 1, 0, 0);
	TestLarge("two kinds", 500, 2, 0, 5);
	TestLarge("many kinds", 2399, 100, 0, 0);
	TestLarge("all different", 100, 100, PIECE_UPRIGHT | PIECE_FOLDABLE, 0);
	TestLarge("fragile", 300, 30, PIECE_FRAGILE, 2);
	TestEqualPieces();
	FootprintWorkspaceFree(workspace);
	FootprintWorkspaceFree(other_workspace);
	return done();
}
