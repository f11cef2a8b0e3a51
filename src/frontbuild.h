/*
 * frontbuild.h
 *	  The front under construction: taking candidates in (used by front.c and frontarrange.c only).
 *
 * Nearly all candidates are dominated, and there are very many of them. So the test stands here, to
 * be inlined where candidates are made; what happens to the few that pass is in front.c.
 */
#ifndef PACKOPT_FRONTBUILD_H
#define PACKOPT_FRONTBUILD_H

#include "kernel.h"

#include "front.h"

/* Lanes of the test for domination; arrays are padded to whole blocks. */
#define LANES 4
#define BLOCK 8
typedef int32_t Lanes __attribute__((vector_size(LANES * sizeof(int32_t))));

extern void FrontGrowBuild(FrontPool *pool);
extern void FrontRemoveDominated(FrontPool *pool, int32_t x, int32_t y, int32_t z);
extern void FrontThin(FrontPool *pool);

/* Tells whether all lanes are set. */
static inline bool
AllLanes(Lanes lanes)
{
	uint64_t half[2];

	memcpy(half, &lanes, sizeof(half));
	return (half[0] & half[1]) == UINT64_MAX;
}

/* Tells for a group of elements which of them exceed the coordinates somewhere. */
static inline Lanes
ExceedingLanes(FrontPool *pool, int at, Lanes x, Lanes y, Lanes z)
{
	Lanes xs;
	Lanes ys;
	Lanes zs;

	memcpy(&xs, pool->build[0] + at, sizeof(xs));
	memcpy(&ys, pool->build[1] + at, sizeof(ys));
	memcpy(&zs, pool->build[2] + at, sizeof(zs));
	return (xs > x) | (ys > y) | (zs > z);
}

/* Tells whether the front under construction has an element that serves for x, y, z. */
static inline bool
IsDominated(FrontPool *pool, int32_t x, int32_t y, int32_t z)
{
	Lanes vx = {x, x, x, x};
	Lanes vy = {y, y, y, y};
	Lanes vz = {z, z, z, z};

	/* candidates come in clusters: what rejected one of them mostly rejects the next */
	if (!AllLanes(ExceedingLanes(pool, pool->killer, vx, vy, vz)))
		return true;

	for (int i = 0; i < pool->nbuild; i += BLOCK)
	{
		Lanes low = ExceedingLanes(pool, i, vx, vy, vz);
		Lanes high = ExceedingLanes(pool, i + LANES, vx, vy, vz);

		if (!AllLanes(low & high))
		{
			pool->killer = AllLanes(low) ? i + LANES : i;
			return true;
		}
	}
	return false;
}

/*
 * Takes a candidate into the front under construction if it is within the limits and no element
 * serves for it. Returns where its origin is to be written, or NULL.
 */
static inline FrontOrigin *
FrontAddElement(FrontPool *pool, int32_t x, int32_t y, int32_t z)
{
	int at;

	if (x > pool->limit[0] || y > pool->limit[1] || z > pool->limit[2] ||
		IsDominated(pool, x, y, z))
		return NULL;
	FrontRemoveDominated(pool, x, y, z);
	if (pool->nbuild == pool->max_build)
		FrontGrowBuild(pool);
	at = pool->nbuild++;
	pool->build[0][at] = x;
	pool->build[1][at] = y;
	pool->build[2][at] = z;
	pool->killer = at & ~(LANES - 1);
	return &pool->build_origins[at];
}

#endif /* PACKOPT_FRONTBUILD_H */
