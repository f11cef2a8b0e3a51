// sources: src/packing*.c src/footprint.c src/front.c src/frontarrange.c src/lots.c src/refine.c src/placement.c src/shape.c
/*
 * test_refine.c
 *	  Tests that refined footprints admit more, and nothing that cannot be packed.
 */
#include "kernel.h"

#include "footprintcases.h"
#include "refine.h"
#include "tap.h"

static FootprintWorkspace *workspace;
static FootprintWorkspace *other_workspace;
static Refiner *refiner;
static Refiner *other_refiner;

/* Tests four pieces that no guillotine packing brings into the box, though they go in. */
static void
TestKnownBox(const int32_t *box, const int32_t (*sizes)[3])
{
	Piece pieces[4];
	Placement placements[4];
	FootprintOptions options = {0};
	Footprint footprint;
	int32_t turned[3] = {box[2], box[0], box[1]};

	for (int i = 0; i < 4; i++)
	{
		memcpy(pieces[i].size, sizes[i], sizeof(pieces[i].size));
		pieces[i].flags = 0;
	}
	FootprintCompute(workspace, pieces, 4, &options, &footprint);
	ok(!Admits(&footprint, box), "%d x %d x %d: no guillotine packing", box[0], box[1], box[2]);
	FootprintRefine(refiner, pieces, 4, &options, 0, &footprint);
	ok(Admits(&footprint, box), "but the refined footprint admits it");
	ok(FootprintRefinePlace(other_refiner, other_workspace, pieces, 4, &options, 0, turned, false,
							placements) &&
		   PlacementCheck(pieces, 4, placements, turned, 0) == PLACEMENT_OK,
	   "with a witness");
}

/* Checks a refined footprint: minimal, in order, nothing lost, every element with a witness. */
static const char *
CheckRefined(const Piece *pieces, int n, const FootprintOptions *options, int queries, int *ngained)
{
	Footprint plain;
	Footprint refined;

	if (FootprintCompute(workspace, pieces, n, options, &plain) != FOOTPRINT_OK)
		return "no footprint";
	refined = plain;
	if (!FootprintRefine(refiner, pieces, n, options, queries, &refined))
		return "not refined";
	for (int i = 0; i < plain.nelements; i++)
	{
		if (!Admits(&refined, plain.element[i]))
			return "an element was lost";
	}
	for (int i = 0; i < refined.nelements; i++)
	{
		const int32_t *element = refined.element[i];
		Placement placements[REFINE_MAX_PIECES];
		PlacementFault fault;

		if (element[0] < element[1] || (!options->upright && element[1] < element[2]))
			return "an element is not in canonical order";
		if (i > 0 && memcmp(element, refined.element[i - 1], sizeof(int32_t[3])) == 0)
			return "an element comes twice";
		if (i > 0 && element[0] < refined.element[i - 1][0])
			return "elements are not in lexicographic order";
		for (int j = 0; j < refined.nelements; j++)
		{
			if (i != j && Holds(element, refined.element[j]))
				return "an element dominates another";
		}
		if (Admits(&plain, element))
			continue;
		(*ngained)++;
		if (*ngained % 5 != 0)
			continue;
		if (!FootprintRefinePlace(other_refiner, other_workspace, pieces, n, options, queries,
								  element, false, placements))
			return "an element has no witness";
		fault = PlacementCheck(pieces, n, placements, element, options->gap);
		if (fault != PLACEMENT_OK)
			return PlacementFaultName(fault);
	}
	return NULL;
}

/* Makes random pieces, some with flags; the last one is alike another now and then. */
static void
RandomPieces(Piece *pieces, int n, uint8_t flags)
{
	for (int i = 0; i < n; i++)
	{
		if (i == n - 1 && Random(0, 2) == 0)
		{
			pieces[i] = pieces[Random(0, i - 1)];
			continue;
		}
		for (int j = 0; j < 3; j++)
			pieces[i].size[j] = Random(10, 300);
		pieces[i].flags = Random(0, 2) == 0 ? flags & Random(0, 15) : 0;
	}
}

/* Tests random shipments. */
static void
TestRandom(const char *name, int n, uint8_t flags, int32_t gap, int queries, int rounds)
{
	const char *fault = NULL;
	int ngained = 0;
	int swapped = 0;

	for (int round = 0; round < rounds && fault == NULL; round++)
	{
		Piece pieces[REFINE_MAX_PIECES];
		FootprintOptions options = {0};
		Footprint first;
		Footprint second;

		RandomPieces(pieces, n, flags);
		options.gap = gap;
		options.upright = flags != 0;
		fault = CheckRefined(pieces, n, &options, queries, &ngained);

		/* the order of pieces and of lengths must not matter */
		FootprintCompute(workspace, pieces, n, &options, &first);
		FootprintRefine(refiner, pieces, n, &options, queries, &first);
		ShufflePieces(pieces, n);
		for (int i = 0; i < n; i++)
		{
			int32_t swap = pieces[i].size[0];

			pieces[i].size[0] = pieces[i].size[1];
			pieces[i].size[1] = swap;
		}
		FootprintCompute(other_workspace, pieces, n, &options, &second);
		FootprintRefine(other_refiner, pieces, n, &options, queries, &second);
		if (first.nelements != second.nelements ||
			memcmp(first.element, second.element, sizeof(int32_t[3]) * first.nelements) != 0)
			swapped++;
	}
	ok(fault == NULL, "%s, %d pieces: %d boxes gained%s%s", name, n, ngained, fault ? ": " : "",
	   fault ? fault : "");
	ok(ngained > 0, "%s, %d pieces: something was gained", name, n);
	ok(swapped == 0, "%s, %d pieces: order does not matter", name, n);
}

/* Tests that a bound holds for refined elements as well. */
static void
TestBound(void)
{
	int wrong = 0;
	int elements = 0;

	for (int round = 0; round < 10; round++)
	{
		Piece pieces[5];
		FootprintOptions options = {0};
		Footprint footprint;

		RandomPieces(pieces, 5, 0);
		options.has_bound = true;
		options.bound[0] = 350;
		options.bound[1] = 450;
		options.bound[2] = 400;
		FootprintCompute(workspace, pieces, 5, &options, &footprint);
		FootprintRefine(refiner, pieces, 5, &options, 100, &footprint);
		for (int i = 0; i < footprint.nelements; i++, elements++)
			wrong += footprint.element[i][0] > 450 || footprint.element[i][1] > 400 ||
					 footprint.element[i][2] > 350;
	}
	ok(wrong == 0 && elements > 0, "elements stay within the bound");
}

/* Runs all tests. */
int
main(void)
{
	static const int32_t box1[3] = {250, 200, 150};
	static const int32_t sizes1[4][3] = {
		{191, 159, 24}, {81, 71, 62}, {223, 74, 117}, {223, 74, 117}};
	static const int32_t box2[3] = {300, 250, 200};
	static const int32_t sizes2[4][3] = {
		{267, 209, 40}, {299, 205, 126}, {276, 159, 36}, {91, 49, 41}};
	static const int32_t box3[3] = {305, 215, 150};
	static const int32_t sizes3[4][3] = {
		{92, 114, 99}, {203, 202, 35}, {216, 126, 39}, {84, 84, 276}};
	Piece pieces[3] = {{{5, 4, 3}, 0}, {{5, 4, 3}, 0}, {{5, 4, 3}, 0}};
	FootprintOptions options = {0};
	Footprint footprint;

	random_state = 99;
	workspace = FootprintWorkspaceCreate();
	other_workspace = FootprintWorkspaceCreate();
	refiner = RefinerCreate();
	other_refiner = RefinerCreate();
	TestKnownBox(box1, sizes1);
	TestKnownBox(box2, sizes2);
	TestKnownBox(box3, sizes3);
	TestRandom("free", 4, 0, 0, 0, 10);
	TestRandom("free", 6, 0, 0, 60, 6);
	TestRandom("gap", 5, 0, 12, 60, 6);
	TestRandom("upright and fragile", 5, PIECE_UPRIGHT | PIECE_FRAGILE, 5, 60, 6);
	TestRandom("foldable", 4, PIECE_FOLDABLE | PIECE_COMPRESSIBLE, 0, 60, 4);
	TestBound();
	FootprintCompute(workspace, pieces, 3, &options, &footprint);
	ok(!FootprintRefine(refiner, pieces, 3, &options, 0, &footprint),
	   "three pieces are exact already");
	FootprintWorkspaceFree(workspace);
	FootprintWorkspaceFree(other_workspace);
	RefinerFree(refiner);
	RefinerFree(other_refiner);
	return done();
}
