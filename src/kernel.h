/*
 * kernel.h
 *	  What the computing kernels (shape, footprint, packing, grid, search, ...) need of their host.
 *
 * The kernels know numbers, not tables: they take plain arrays, return plain arrays and status
 * codes, and never raise an error. They build in two ways. Inside the server, memory comes from the
 * current memory context and long loops can be cancelled (which leaves the kernel by a long jump:
 * memory is reclaimed with its context, and a kernel holds nothing else). With PACKOPT_STANDALONE
 * defined they are ordinary C for unit tests, fuzzing, sanitizers and timing.
 *
 * Every kernel source includes this header first.
 */
#ifndef PACKOPT_KERNEL_H
#define PACKOPT_KERNEL_H

#ifdef PACKOPT_STANDALONE

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Allocates size bytes; there is no way to go on without them. */
static inline void *
KernelAlloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (p == NULL)
	{
		fprintf(stderr, "out of memory: %zu bytes\n", size);
		abort();
	}
	return p;
}

/* Grows or shrinks an allocation, keeping its content. */
static inline void *
KernelRealloc(void *p, size_t size)
{
	p = realloc(p, size ? size : 1);
	if (p == NULL)
	{
		fprintf(stderr, "out of memory: %zu bytes\n", size);
		abort();
	}
	return p;
}

/* Releases what KernelAlloc gave. */
static inline void
KernelFree(void *p)
{
	free(p);
}

#define KERNEL_CHECK_CANCEL()   ((void) 0)
#define KernelAssert(condition) assert(condition)

#else

#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

/* Allocates size bytes in the current memory context; raises on lack of memory. */
static inline void *
KernelAlloc(size_t size)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, size);
}

/* Grows or shrinks an allocation, keeping its content. */
static inline void *
KernelRealloc(void *p, size_t size)
{
	return repalloc_huge(p, size);
}

/* Releases what KernelAlloc gave. */
static inline void
KernelFree(void *p)
{
	pfree(p);
}

#define KERNEL_CHECK_CANCEL()   CHECK_FOR_INTERRUPTS()
#define KernelAssert(condition) Assert(condition)

#endif

/* Allocates size bytes of zeros. */
static inline void *
KernelAllocZero(size_t size)
{
	return memset(KernelAlloc(size), 0, size);
}

/*
 * Lengths are fixed-point: whole hundred-thousandths of the (one) length unit, so that sums and
 * comparisons are exact. 1 .. LENGTH_MAX.
 */
#define LENGTH_SCALE 100000
#define LENGTH_MAX   2000000000

/* Hot loops over arrays: let the compiler vectorize them at whatever level the file is built with. */
#if defined(__GNUC__) && !defined(__clang__)
#define KERNEL_HOT __attribute__((optimize("O3")))
#else
#define KERNEL_HOT
#endif

/* Rounds a size up to a multiple of eight, at which flat memory may hold anything. */
static inline size_t
RoundToEight(size_t size)
{
	return (size + 7) & ~(size_t) 7;
}

/* Loops over rows, compiled for wider vectors too where the loader can choose. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__)
#define ROW_LOOP __attribute__((target_clones("avx2", "default")))
#else
#define ROW_LOOP
#endif

#endif /* PACKOPT_KERNEL_H */
