/*
 * board.h
 *	  What a carton is made of: area and mass of its corrugated board, and its outer lengths.
 *
 * A kernel: numbers in, numbers out. The grades of board that users know by name are in
 * boardgrade.h.
 */
#ifndef PACKOPT_BOARD_H
#define PACKOPT_BOARD_H

#include "kernel.h"

/* Overlap by which the blank is glued to a tube, in metres. */
#define BOARD_JOINT 0.035

/* How cartons are made. */
typedef struct BoardModel
{
	double unit;               /* one hundred-thousandth of the length unit, in metres */
	double thickness;          /* of the board, in metres */
	double grammage;           /* kg per m2 */
	int32_t thickness_lengths; /* thickness in fixed-point lengths, for outer dimensions */
	bool top; /* cartons open at their third dimension, else where it needs least */
} BoardModel;

extern BoardModel
MakeBoardModel(double unit_metres, double thickness_mm, double grammage_g_m2, bool top);
extern int BoardDepthAxis(const int32_t size[3], const BoardModel *model);
extern double BoardArea(const int32_t size[3], const BoardModel *model);
extern double BoardMass(const int32_t size[3], const BoardModel *model);
extern void OuterLengths(const int32_t size[3], const BoardModel *model, int32_t outer[3]);

#endif /* PACKOPT_BOARD_H */
