/*
 * board.c
 *	  The blank of a regular slotted container (FEFCO 0201) from the inner dimensions of the carton.
 *
 * With the opening of L x W (L >= W), the depth H between the flaps, and board of thickness a, the
 * blank is a rectangle: around the carton run two lengths, two widths, the joint and, for the four
 * folds, 4 a; along it the depth and, since the flaps are half the width each, one width, and 2 a
 * for the folds of the flaps:
 *
 *	  (2 L + 2 W + joint + 4 a) (H + W + 2 a)
 *
 * Which face is the opening is the maker's choice. The least board is needed where the smallest
 * dimension lies in the opening; which of the others is the depth then matters only by the joint and
 * the folds. The model tries all three. Outside, a carton is larger by the walls: two thicknesses
 * along the opening, and four along the depth, where the flaps lie double.
 */
#include "kernel.h"

#include "board.h"

/* Makes the model of a board; unit_metres is the length unit. */
BoardModel
MakeBoardModel(double unit_metres, double thickness_mm, double grammage_g_m2, bool top)
{
	BoardModel model = {
		.unit = unit_metres / LENGTH_SCALE,
		.thickness = thickness_mm / 1000,
		.grammage = grammage_g_m2 / 1000,
		.top = top,
	};

	model.thickness_lengths = (int32_t) (model.thickness / model.unit + 0.5);
	return model;
}

/* Computes the area of the blank, in m2, with the depth between the flaps along an axis. */
static double
BlankArea(const int32_t size[3], int depth_axis, const BoardModel *model)
{
	double a = model->thickness;
	double p = size[(depth_axis + 1) % 3] * model->unit;
	double q = size[(depth_axis + 2) % 3] * model->unit;
	double width = p < q ? p : q;
	double depth = size[depth_axis] * model->unit;

	return (2 * p + 2 * q + BOARD_JOINT + 4 * a) * (depth + width + 2 * a);
}

/* Gives the axis along which the depth between the flaps lies; the third one where others tie. */
int
BoardDepthAxis(const int32_t size[3], const BoardModel *model)
{
	int best = 2;

	if (model->top)
		return 2;
	for (int axis = 1; axis >= 0; axis--)
		if (BlankArea(size, axis, model) < BlankArea(size, best, model))
			best = axis;
	return best;
}

/* Computes the area of the blank of a carton of these inner dimensions, in m2. */
double
BoardArea(const int32_t size[3], const BoardModel *model)
{
	return BlankArea(size, BoardDepthAxis(size, model), model);
}

/* Computes the mass of the blank of a carton of these inner dimensions, in kg. */
double
BoardMass(const int32_t size[3], const BoardModel *model)
{
	return BoardArea(size, model) * model->grammage;
}

/* Computes the outer dimensions of a carton, in the order of the inner ones. */
void
OuterLengths(const int32_t size[3], const BoardModel *model, int32_t outer[3])
{
	int depth_axis = BoardDepthAxis(size, model);

	for (int k = 0; k < 3; k++)
		outer[k] = size[k] + (k == depth_axis ? 4 : 2) * model->thickness_lengths;
}
