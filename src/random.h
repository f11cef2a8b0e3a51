/*
 * random.h
 *	  Random numbers that are the same on every machine: splitmix64.
 */
#ifndef PACKOPT_RANDOM_H
#define PACKOPT_RANDOM_H

#include "kernel.h"

/* Advances and mixes a state. */
static inline uint64_t
NextRandom(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* Gives a number from [0, 1). */
static inline double
NextUniform(uint64_t *state)
{
	return (double) (NextRandom(state) >> 11) * 0x1.0p-53;
}

/* Gives a nearly normal number: the sum of twelve uniform ones, free of any library's last bits. */
static inline double
NextNormal(uint64_t *state)
{
	double sum = -6.0;

	for (int i = 0; i < 12; i++)
		sum += NextUniform(state);
	return sum;
}

#endif /* PACKOPT_RANDOM_H */
