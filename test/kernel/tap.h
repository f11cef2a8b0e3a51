/*
 * tap.h
 *	  Counts and prints test results in the TAP format.
 *
 * ok(condition, format, ...) prints one result; done() prints the plan and returns the exit code.
 */
#ifndef PACKOPT_TAP_H
#define PACKOPT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_tests = 0;
static int tap_failures = 0;

/* Prints one result, and returns it. */
static bool __attribute__((format(printf, 2, 3))) ok(bool condition, const char *format, ...)
{
	va_list args;

	tap_tests++;
	if (!condition)
		tap_failures++;
	printf("%sok %d - ", condition ? "" : "not ", tap_tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	return condition;
}

/* Prints the plan; tells the exit code of the program. */
static int
done(void)
{
	printf("1..%d\n", tap_tests);
	return tap_failures == 0 && tap_tests > 0 ? 0 : 1;
}

#endif /* PACKOPT_TAP_H */
