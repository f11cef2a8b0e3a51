/*
 * packopt.c
 *	  The loadable module: its magic block and what happens when it is loaded.
 */
#include "kernel.h"

#include "compat.h"
#include "guc.h"

#if PG_VERSION_NUM >= 180000
PG_MODULE_MAGIC_EXT(.name = "packopt", .version = "1.1");
#else
PG_MODULE_MAGIC;
#endif

extern PGDLLEXPORT void _PG_init(void);

/* Runs when the server loads the library. */
void
_PG_init(void)
{
	DefineSettings();
}
