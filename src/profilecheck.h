/*
 * profilecheck.h
 *	  Checks of a packopt.profile that comes from outside.
 *
 * Each returns what is wrong, or NULL. ProfileCheckHeader looks at the header's own fields only;
 * ProfileCheck, which wants it to have passed, at all that stands behind it, and fills in the totals.
 */
#ifndef PACKOPT_PROFILECHECK_H
#define PACKOPT_PROFILECHECK_H

#include "profile.h"

extern const char *ProfileCheckHeader(const Profile *profile);
extern const char *ProfileCheck(Profile *profile);

#endif /* PACKOPT_PROFILECHECK_H */
