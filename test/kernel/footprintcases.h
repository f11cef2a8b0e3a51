/*
 * footprintcases.h
 *	  Random numbers and shuffles for the tests of footprints, and what a footprint admits.
 */
#ifndef PACKOPT_FOOTPRINTCASES_H
#define PACKOPT_FOOTPRINTCASES_H

#include "kernel.h"

#include "footprint.h"

/* What Random goes on from: each test program sets its own seed. */
static uint64_t random_state;

/* Gives a random number from low to high. */
static inline int32_t
Random(int32_t low, int32_t high)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return low + (int32_t) ((random_state >> 33) % (uint64_t) ((int64_t) high - low + 1));
}

/* Puts pieces in a random order. */
static inline void
ShufflePieces(Piece *pieces, int n)
{
	for (int i = n - 1; i > 0; i--)
	{
		int j = Random(0, i);
		Piece swap = pieces[i];

		pieces[i] = pieces[j];
		pieces[j] = swap;
	}
}

/* Tells whether a box is at least as large as an element. */
static inline bool
Holds(const int32_t *box, const int32_t *element)
{
	return element[0] <= box[0] && element[1] <= box[1] && element[2] <= box[2];
}

/* Tells whether a footprint admits a box given in canonical order. */
static inline bool
Admits(const Footprint *footprint, const int32_t *box)
{
	for (int i = 0; i < footprint->nelements; i++)
	{
		if (Holds(box, footprint->element[i]))
			return true;
	}
	return false;
}

#endif /* PACKOPT_FOOTPRINTCASES_H */
