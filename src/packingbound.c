/*
 * packingbound.c
 *	  A bound that proves that some orders do not fit.
 *
 * A dual feasible function u maps [0, 1] to [0, 1] such that any numbers that add up to at most 1
 * do so after mapping, too. If a set of pieces fits into the unit cube, it still "fits by volume"
 * after all extents along an axis are mapped by such a function, another one for each axis. (Fekete
 * and Schepers call that conservative scales.) So the order does not fit if the mapped volumes,
 * each piece in the shape where it is least, add up to more than 1. The functions used are
 *
 *	 u_k(x) = x if (k + 1) x is whole, else floor((k + 1) x) / k		for k = 1 .. SCALES - 1,
 *
 * and x itself. k = 1 says that pieces longer than half the box cannot lie side by side, which with
 * all combinations over the axes covers the usual bounds by lengths, areas and volume.
 */
#include "kernel.h"

#include "packingbound.h"

/* Functions per axis. */
#define SCALES 5

/* Maps an extent in a box by function number k (0: none), as a number in [0, 1]. */
static inline double
Scale(int32_t extent, int32_t box, int k)
{
	int64_t product = (int64_t) extent * (k + 1);

	if (k == 0 || product % box == 0)
		return (double) extent / box;
	return (double) (product / box) / k;
}

/* Tells whether some combination of scales proves that the kinds do not fit. */
bool
PackBoundExceeded(const int32_t box[3], const PieceKind *kinds, const uint64_t *shapes, int nkinds)
{
	double total[SCALES * SCALES * SCALES] = {0};

	for (int kind = 0; kind < nkinds; kind++)
	{
		double least[SCALES * SCALES * SCALES];
		bool first = true;

		if ((kind & 255) == 255)
			KERNEL_CHECK_CANCEL();
		for (uint64_t set = shapes[kind]; set != 0; set &= set - 1)
		{
			const int32_t *extent = kinds[kind].shapes[LowestBit(set)].extent;
			double scaled[3][SCALES];
			int c = 0;

			for (int a = 0; a < 3; a++)
			{
				for (int k = 0; k < SCALES; k++)
					scaled[a][k] = Scale(extent[a], box[a], k);
			}
			for (int x = 0; x < SCALES; x++)
			{
				for (int y = 0; y < SCALES; y++)
				{
					double area = scaled[0][x] * scaled[1][y];

					for (int z = 0; z < SCALES; z++, c++)
					{
						double volume = area * scaled[2][z];

						if (first || volume < least[c])
							least[c] = volume;
					}
				}
			}
			first = false;
		}
		for (int c = 0; c < SCALES * SCALES * SCALES; c++)
			total[c] += kinds[kind].count * least[c];
	}

	/* The margin is far above what rounding can do to so many terms. */
	for (int c = 0; c < SCALES * SCALES * SCALES; c++)
	{
		if (total[c] > 1 + 1e-9)
			return true;
	}
	return false;
}
