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

extern BoardModel BoardModelOfGrade(const text *grade, LengthUnit unit, bool top);
extern bool OpeningIsTop(const text *opening);
extern LengthUnit KnownLengthUnit(const Profile *profile);
extern BoardModel
BoardModelForProfile(const Profile *profile, const text *grade, const text *opening);

#endif /* PACKOPT_BOARDGRADE_H */
