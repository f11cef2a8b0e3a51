/*
 * boardgrade.h
 *	  Grades of corrugated board by name, as arguments and settings give them.
 */
#ifndef PACKOPT_BOARDGRADE_H
#define PACKOPT_BOARDGRADE_H

#include "kernel.h"

#include "board.h"
#include "profile.h"
#include "units.h"

/* A row of packopt.board_grades. */
typedef struct BoardGrade
{
	double thickness_mm;
	double grammage_g_m2;
} BoardGrade;

extern BoardGrade ReadBoardGrade(const text *grade);
extern bool OpeningIsTop(const text *opening);
extern LengthUnit KnownLengthUnit(const Profile *profile);
extern BoardModel
BoardModelForProfile(const Profile *profile, LengthUnit unit, const BoardGrade *grade, bool top);

#endif /* PACKOPT_BOARDGRADE_H */
