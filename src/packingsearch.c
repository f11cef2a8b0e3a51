/*
 * packingsearch.c
 *	  Complete search for a packing of a few pieces, over the relations of their pairs.
 *
 * Two pieces of a packing are disjoint if and only if one lies before the other along some axis.
 * So a packing is a choice, for every pair, of one of six relations ({before, after} x {x, y, z})
 * and, for every piece, of a shape, such that the starts which the relations demand stay inside
 * the box. The search works on sets of choices that are still open:
 *
 *	 - per piece the set of its shapes, and per axis the earliest start and the latest end;
 *	 - per pair the relations for which there is room.
 *
 * A node propagates to a fixpoint. Shapes that are too long for the room between earliest start
 * and latest end go. A relation for which the earliest end of the one lies beyond the latest start
 * of the other goes. A pair with no relation left ends the branch; one with a single relation left
 * pushes the bounds of both pieces. Then the search branches where least is open (PickChoice): one
 * choice is made, and taken away for good when it fails. When nothing is open any more, the
 * earliest starts are a packing. (Checks of cross-sections that bound pieces overload, and of the
 * room that pairs share along their only axis, were tried: they save hardly any nodes, and time
 * none.)
 *
 * Nothing is assumed of positions (touching, corners), so the search is complete: when it ends
 * without a packing there is none. Symmetry is broken in two ways that hold together. Of alike
 * pieces the earlier has its centre not behind the later's along x, so "the later one before the
 * earlier along x" is out. And the first piece has its centre in the lower half along each axis
 * that may be mirrored. To see that some packing has both, if there is one: number alike pieces by
 * their centres along x. If the first one's centre is in the upper half, so are those of all that
 * are like it; mirror, and number again. Mirroring along the other axes does not renumber. The
 * height may be mirrored unless a piece is fragile.
 *
 * Fragile pieces need no relation of their own: what lies above one must lie beside it as well, so
 * "the fragile one before the other along z" is left out.
 *
 * The relations are kept as rows of bits, one per piece, axis and direction, and compared for all
 * partners at once. The search is a loop over an explicit stack of states, copied as it descends;
 * it can stop after any node and continue later.
 */
#include "kernel.h"

#include "packingsearch.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define MAX PAIR_SEARCH_MAX

/*
 * What makes a pair or a piece expensive to branch on; found by measurement. A relation costs a
 * little, and more with its slack (relative to the box). Shapes are better left to propagation.
 */
#define RELATION_COST 0.2
#define SHAPE_COST    5.0

/* How much a failure adds to the weight of the pieces that it came to light at. */
#define FAILURE_WEIGHT 0.1

/* What is open at a node. */
typedef struct SearchState
{
	int32_t start[3][MAX];      /* earliest start */
	int32_t end[3][MAX];        /* latest end */
	int32_t first_end[3][MAX];  /* earliest end: start + least extent */
	int32_t last_start[3][MAX]; /* latest start: end - least extent */
	uint16_t before[3][MAX];    /* row i, bit j: i may lie before j */
	uint16_t after[3][MAX];     /* row i, bit j: j may lie before i */
	uint64_t shapes[MAX];
} SearchState;

/* A choice: a shape of a piece (partner < 0), or a relation of a pair. */
typedef struct Choice
{
	int8_t piece;
	int8_t partner;
	int8_t axis;
	bool is_after;
	uint64_t shape;
} Choice;

/* Every choice settles one shape or relation for good, on the way down. */
#define STACK_MAX (MAX * (MAX - 1) / 2 + MAX + 1)

struct PairSearch
{
	PairSearchProblem problem;
	int depth; /* states on the stack; 0: nothing left */
	int64_t nodes;
	bool mirrored[3]; /* whether the first piece is kept in the lower half */
	bool started;
	uint16_t everyone; /* bits of all pieces */
	double scale[3];   /* 1 / box */
	double weight[MAX];
	Choice choices[STACK_MAX]; /* what the state below was left with */
	SearchState states[STACK_MAX];
};

/* Creates a search with room for its whole stack; it can be started again and again. */
PairSearch *
PairSearchCreate(void)
{
	return KernelAllocZero(sizeof(PairSearch));
}

/* Releases a search. */
void
PairSearchDestroy(PairSearch *search)
{
	KernelFree(search);
}

/* Returns the number of nodes since the start. */
int64_t
PairSearchNodes(const PairSearch *search)
{
	return search->nodes;
}

/* Returns the bits of those of the values that are less than a bound. */
static inline uint32_t
BitsBelow(const int32_t *values, int32_t bound, int n)
{
#if defined(__SSE2__)
	__m128i b = _mm_set1_epi32(bound);
	__m128i v0 = _mm_cmplt_epi32(_mm_loadu_si128((const __m128i *) values), b);
	__m128i v1 = _mm_cmplt_epi32(_mm_loadu_si128((const __m128i *) (values + 4)), b);
	__m128i low = _mm_packs_epi32(v0, v1);
	__m128i high = _mm_setzero_si128();

	if (n > 8)
	{
		v0 = _mm_cmplt_epi32(_mm_loadu_si128((const __m128i *) (values + 8)), b);
		v1 = _mm_cmplt_epi32(_mm_loadu_si128((const __m128i *) (values + 12)), b);
		high = _mm_packs_epi32(v0, v1);
	}
	return (uint32_t) _mm_movemask_epi8(_mm_packs_epi16(low, high));
#else
	uint32_t bits = 0;

	for (int k = 0; k < n; k++)
		bits |= (uint32_t) (values[k] < bound) << k;
	return bits;
#endif
}

/* Returns the bits of those of the values that are greater than a bound. */
static inline uint32_t
BitsAbove(const int32_t *values, int32_t bound, int n)
{
#if defined(__SSE2__)
	__m128i b = _mm_set1_epi32(bound);
	__m128i v0 = _mm_cmpgt_epi32(_mm_loadu_si128((const __m128i *) values), b);
	__m128i v1 = _mm_cmpgt_epi32(_mm_loadu_si128((const __m128i *) (values + 4)), b);
	__m128i low = _mm_packs_epi32(v0, v1);
	__m128i high = _mm_setzero_si128();

	if (n > 8)
	{
		v0 = _mm_cmpgt_epi32(_mm_loadu_si128((const __m128i *) (values + 8)), b);
		v1 = _mm_cmpgt_epi32(_mm_loadu_si128((const __m128i *) (values + 12)), b);
		high = _mm_packs_epi32(v0, v1);
	}
	return (uint32_t) _mm_movemask_epi8(_mm_packs_epi16(low, high));
#else
	uint32_t bits = 0;

	for (int k = 0; k < n; k++)
		bits |= (uint32_t) (values[k] > bound) << k;
	return bits;
#endif
}

/* Drops the shapes for which a piece has no room, and renews its derived bounds. */
static inline bool
RefreshPiece(const PairSearch *search, SearchState *state, int i)
{
	const PieceKind *kind = search->problem.kinds[i];
	uint64_t shapes = state->shapes[i];

	for (int a = 0; a < 3; a++)
	{
		int32_t room = state->end[a][i] - state->start[a][i];

		/* The centre of the first piece stays in the lower half: 2 * start + extent <= box. */
		if (i == 0 && search->mirrored[a])
		{
			int64_t half = (int64_t) search->problem.box[a] - 2 * (int64_t) state->start[a][i];

			if (half < room)
				room = half < 0 ? -1 : (int32_t) half;
		}
		shapes &= ShapesWithin(&kind->axis[a], room);
	}
	if (shapes == 0)
		return false;
	state->shapes[i] = shapes;
	for (int a = 0; a < 3; a++)
	{
		int32_t least = LeastExtent(&kind->axis[a], shapes);
		int32_t last = state->end[a][i] - least;

		if (i == 0 && search->mirrored[a])
		{
			int32_t half = (search->problem.box[a] - least) / 2;

			if (half < last)
			{
				last = half;
				if ((shapes & (shapes - 1)) == 0)
					state->end[a][i] = last + least;
			}
		}
		state->first_end[a][i] = state->start[a][i] + least;
		state->last_start[a][i] = last;
	}
	return true;
}

/* Takes relations of piece i away: those in its row for which there is no room. */
static inline void
DropRelations(uint16_t rows[MAX], uint16_t mirror[MAX], int i, uint32_t gone)
{
	gone &= rows[i];
	rows[i] ^= gone;
	while (gone != 0)
	{
		int j = LowestBit(gone);

		gone &= gone - 1;
		mirror[j] &= ~(1u << i);
	}
}

/* Propagates from the given pieces to a fixpoint; false if the node has no packing. */
static bool
Propagate(PairSearch *search, SearchState *state, uint32_t dirty)
{
	int n = search->problem.count;

	while (dirty != 0)
	{
		int i = LowestBit(dirty);
		uint32_t self = 1u << i;
		uint32_t some = 0;
		uint32_t many = 0;

		dirty &= dirty - 1;
		if (!RefreshPiece(search, state, i))
		{
			search->weight[i] += FAILURE_WEIGHT;
			return false;
		}
		for (int a = 0; a < 3; a++)
		{
			uint32_t before = state->before[a][i];
			uint32_t after = state->after[a][i];

			if (before != 0)
			{
				uint32_t gone = before & BitsBelow(state->last_start[a], state->first_end[a][i], n);

				if (gone != 0)
				{
					DropRelations(state->before[a], state->after[a], i, gone);
					before ^= gone;
				}
			}
			if (after != 0)
			{
				uint32_t gone = after & BitsAbove(state->first_end[a], state->last_start[a][i], n);

				if (gone != 0)
				{
					DropRelations(state->after[a], state->before[a], i, gone);
					after ^= gone;
				}
			}
			many |= some & before;
			some |= before;
			many |= some & after;
			some |= after;
		}
		if ((some | self) != search->everyone)
		{
			search->weight[i] += FAILURE_WEIGHT;
			search->weight[LowestBit(search->everyone & ~(some | self))] += FAILURE_WEIGHT;
			return false;
		}

		/* Pairs with a single relation left push each other's bounds. */
		some &= ~many;
		if (some == 0)
			continue;
		for (int a = 0; a < 3; a++)
		{
			uint32_t single = some & state->before[a][i];
			int32_t end = state->end[a][i];
			int32_t start = state->start[a][i];

			while (single != 0)
			{
				int j = LowestBit(single);

				single &= single - 1;
				if (state->start[a][j] < state->first_end[a][i])
				{
					state->start[a][j] = state->first_end[a][i];
					dirty |= 1u << j;
				}
				if (end > state->last_start[a][j])
					end = state->last_start[a][j];
			}
			single = some & state->after[a][i];
			while (single != 0)
			{
				int j = LowestBit(single);

				single &= single - 1;
				if (state->end[a][j] > state->last_start[a][i])
				{
					state->end[a][j] = state->last_start[a][i];
					dirty |= 1u << j;
				}
				if (start < state->first_end[a][j])
					start = state->first_end[a][j];
			}
			if (end < state->end[a][i])
			{
				state->end[a][i] = end;
				dirty |= self;
			}
			if (start > state->start[a][i])
			{
				state->start[a][i] = start;
				dirty |= self;
			}
		}
	}
	return true;
}

/* Weighs a pair by its place in the order of sizes: large pieces first. */
static inline double
Rank(int i, int j)
{
	return (double) ((1 + i + j) * (1 + i + j));
}

/*
 * Picks the pair or piece to branch on, and a choice for it; false if nothing is open.
 *
 * What counts, in this order of effect: large pieces first; few relations, with little slack;
 * pieces at which branches failed before. Of a pair's relations, the one with the most slack is
 * chosen.
 */
static bool
PickChoice(const PairSearch *search, const SearchState *state, Choice *choice)
{
	const PairSearchProblem *problem = &search->problem;
	double best = 1e30;
	int piece = -1;
	int partner = -1;

	for (int j = 0; j < problem->count; j++)
	{
		uint64_t shapes = state->shapes[j];
		uint32_t open[2][3];
		uint32_t some = 0;
		uint32_t many = 0;

		if ((shapes & (shapes - 1)) != 0)
		{
			double score;
			int count = 0;

			for (; shapes != 0; shapes &= shapes - 1)
				count++;
			score = SHAPE_COST * count * Rank(j, j) / (2 * search->weight[j]);
			if (score < best)
			{
				best = score;
				piece = j;
				partner = -1;
			}
		}
		for (int a = 0; a < 3; a++)
		{
			open[0][a] = state->before[a][j];
			many |= some & open[0][a];
			some |= open[0][a];
			open[1][a] = state->after[a][j];
			many |= some & open[1][a];
			some |= open[1][a];
		}
		many &= (1u << j) - 1;
		while (many != 0)
		{
			int i = LowestBit(many);
			double score = 0;

			many &= many - 1;
			for (int a = 0; a < 3; a++)
			{
				if (open[0][a] >> i & 1)
					score += RELATION_COST +
							 (state->last_start[a][i] - state->first_end[a][j]) * search->scale[a];
				if (open[1][a] >> i & 1)
					score += RELATION_COST +
							 (state->last_start[a][j] - state->first_end[a][i]) * search->scale[a];
			}
			score *= Rank(i, j) / (search->weight[i] + search->weight[j]);
			if (score < best)
			{
				best = score;
				piece = j;
				partner = i;
			}
		}
	}
	if (piece < 0)
		return false;
	choice->piece = (int8_t) piece;
	choice->partner = (int8_t) partner;
	if (partner < 0)
	{
		choice->shape = state->shapes[piece] & (~state->shapes[piece] + 1);
		return true;
	}

	/* The relation that leaves the most slack, relative to the box. */
	{
		double best = -1;

		for (int a = 0; a < 3; a++)
		{
			for (int is_after = 0; is_after < 2; is_after++)
			{
				const uint16_t *rows = is_after ? state->after[a] : state->before[a];
				int low = is_after ? partner : piece;
				int high = is_after ? piece : partner;
				double slack;

				if ((rows[piece] >> partner & 1) == 0)
					continue;
				slack = (double) (state->last_start[a][high] - state->first_end[a][low]) /
						search->problem.box[a];
				if (slack > best)
				{
					best = slack;
					choice->axis = (int8_t) a;
					choice->is_after = is_after != 0;
				}
			}
		}
	}
	return true;
}

/* Makes a choice: nothing else stays open for the pair or the piece. */
static void
TakeChoice(SearchState *state, const Choice *choice)
{
	int i = choice->piece;
	int j = choice->partner;

	if (j < 0)
	{
		state->shapes[i] = choice->shape;
		return;
	}
	for (int a = 0; a < 3; a++)
	{
		if (a != choice->axis || choice->is_after)
			DropRelations(state->before[a], state->after[a], i, 1u << j);
		if (a != choice->axis || !choice->is_after)
			DropRelations(state->after[a], state->before[a], i, 1u << j);
	}
}

/* Takes a choice away. */
static void
RefuseChoice(SearchState *state, const Choice *choice)
{
	int i = choice->piece;
	int a = choice->axis;

	if (choice->partner < 0)
		state->shapes[i] &= ~choice->shape;
	else if (choice->is_after)
		DropRelations(state->after[a], state->before[a], i, 1u << choice->partner);
	else
		DropRelations(state->before[a], state->after[a], i, 1u << choice->partner);
}

/* Sets up the root: everything is open but what symmetry and fragile pieces rule out. */
void
PairSearchStart(PairSearch *search, const PairSearchProblem *problem)
{
	SearchState *root = &search->states[0];
	int n = problem->count;

	KernelAssert(n >= 1 && n <= MAX);
	search->problem = *problem;
	search->nodes = 0;
	search->depth = 1;
	search->started = false;
	search->everyone = (uint16_t) ((1u << n) - 1);
	for (int a = 0; a < 3; a++)
	{
		search->mirrored[a] = true;
		search->scale[a] = 1.0 / problem->box[a];
		for (int i = 0; i < n; i++)
		{
			root->start[a][i] = 0;
			root->end[a][i] = problem->box[a];
			root->before[a][i] = root->after[a][i] = search->everyone & (uint16_t) ~(1u << i);
		}
	}
	for (int i = 0; i < n; i++)
	{
		search->weight[i] = 1;
		root->shapes[i] = problem->shapes[i];
		if (problem->kinds[i]->fragile)
		{
			search->mirrored[2] = false;
			DropRelations(root->before[2], root->after[2], i, root->before[2][i]);
		}
		for (int j = i + 1; j < n && problem->kinds[j] == problem->kinds[i]; j++)
			DropRelations(root->after[0], root->before[0], i, 1u << j);
	}
}

/* Copies a state; most orders use half of its width only. */
static inline void
CopyState(SearchState *to, const SearchState *from, int n)
{
	if (n > MAX / 2)
	{
		*to = *from;
		return;
	}
	for (int a = 0; a < 3; a++)
	{
		memcpy(to->start[a], from->start[a], sizeof(int32_t) * MAX / 2);
		memcpy(to->end[a], from->end[a], sizeof(int32_t) * MAX / 2);
		memcpy(to->first_end[a], from->first_end[a], sizeof(int32_t) * MAX / 2);
		memcpy(to->last_start[a], from->last_start[a], sizeof(int32_t) * MAX / 2);
		memcpy(to->before[a], from->before[a], sizeof(uint16_t) * MAX / 2);
		memcpy(to->after[a], from->after[a], sizeof(uint16_t) * MAX / 2);
	}
	memcpy(to->shapes, from->shapes, sizeof(uint64_t) * MAX / 2);
}

/*
 * Searches until a packing is found, all is searched, or so many more nodes are spent.
 *
 * The state at the top of the stack is always propagated and open; the choices below it have been
 * made but not yet taken away.
 */
PairSearchResult
PairSearchRun(PairSearch *search, int64_t node_limit)
{
	int64_t stop = search->nodes + node_limit;
	bool alive;

	if (search->depth == 0)
		return PAIR_SEARCH_NONE;
	if (!search->started)
	{
		/* The bounds that the rows are compared with must be there for all pieces first. */
		for (int i = 0; i < search->problem.count; i++)
		{
			if (!RefreshPiece(search, &search->states[0], i))
			{
				search->depth = 0;
				return PAIR_SEARCH_NONE;
			}
		}
		search->started = true;
		search->nodes++;
		alive = Propagate(search, &search->states[0], search->everyone);
	}
	else
		alive = true;

	for (;;)
	{
		SearchState *state;
		Choice *choice;

		if ((search->nodes & 1023) == 0)
			KERNEL_CHECK_CANCEL();
		if (!alive)
		{
			/* Go back to the latest choice, and on without it. */
			if (--search->depth == 0)
				return PAIR_SEARCH_NONE;
			state = &search->states[search->depth - 1];
			choice = &search->choices[search->depth - 1];
			RefuseChoice(state, choice);
			search->nodes++;
			alive =
				Propagate(search, state,
						  1u << choice->piece | (choice->partner < 0 ? 0 : 1u << choice->partner));
			continue;
		}
		if (search->nodes >= stop)
			return PAIR_SEARCH_OPEN;
		state = &search->states[search->depth - 1];
		choice = &search->choices[search->depth - 1];
		if (!PickChoice(search, state, choice))
			return PAIR_SEARCH_FOUND;
		KernelAssert(search->depth < STACK_MAX);
		CopyState(&state[1], state, search->problem.count);
		search->depth++;
		TakeChoice(&state[1], choice);
		search->nodes++;
		alive = Propagate(search, &state[1],
						  1u << choice->piece | (choice->partner < 0 ? 0 : 1u << choice->partner));
	}
}

/* Reads the packing that was found: every piece at its earliest start. */
void
PairSearchSpots(const PairSearch *search, PieceSpot *spots)
{
	const SearchState *state = &search->states[search->depth - 1];

	for (int i = 0; i < search->problem.count; i++)
	{
		for (int a = 0; a < 3; a++)
			spots[i].at[a] = state->start[a][i];
		spots[i].shape = LowestBit(state->shapes[i]);
	}
}
