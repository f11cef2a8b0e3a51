/*
 * localday.c
 *	  The day of a moment in a time zone, fast: what the rows of a large history are grouped by.
 *
 * The server's own timezone() looks the zone up and takes the moment apart at every row. Here the
 * offset from UTC is remembered for as long as it lasts, which is months, so that most rows cost one
 * division.
 */
#include "kernel.h"

#include "miscadmin.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "compat.h"

/* Between begin and end (UTC, in microseconds as timestamps are) the offset is known. */
typedef struct ZoneMemory
{
	pg_tz *zone;
	char name[TZ_STRLEN_MAX + 1];
	TimestampTz begin;
	TimestampTz end;
	int64 offset; /* microseconds to add to UTC */
} ZoneMemory;

/* Finds a time zone by its full name; an error if there is none. */
static pg_tz *
FindZone(const char *name)
{
	pg_tz *zone = strlen(name) > TZ_STRLEN_MAX ? NULL : pg_tzset(name);

	if (zone == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("time zone \"%s\" not recognized", name),
						errhint("Give a name of pg_timezone_names, as in 'America/New_York'.")));
	return zone;
}

/* Learns the offset at a moment, and until when it lasts. */
static void
LearnOffset(ZoneMemory *memory, TimestampTz moment)
{
	pg_time_t now = timestamptz_to_time_t(moment);
	pg_time_t boundary;
	long before;
	long after;
	int before_dst;
	int after_dst;
	int found = pg_next_dst_boundary(&now, &before, &before_dst, &boundary, &after, &after_dst,
									 memory->zone);

	if (found < 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
	memory->begin = moment;
	memory->end = found == 0 ? DT_NOEND : time_t_to_timestamptz(boundary);
	memory->offset = (int64) before * USECS_PER_SEC;
}

PG_FUNCTION_INFO_V1(packopt_local_day);
/* local_day(timestamptz, time zone): the date there; infinite for infinite times. */
Datum
packopt_local_day(PG_FUNCTION_ARGS)
{
	TimestampTz moment = PG_GETARG_TIMESTAMPTZ(0);
	text *name = PG_GETARG_TEXT_PP(1);
	ZoneMemory *memory = fcinfo->flinfo->fn_extra;
	int64 local;

	if (TIMESTAMP_IS_NOBEGIN(moment))
		PG_RETURN_DATEADT(DATEVAL_NOBEGIN);
	if (TIMESTAMP_IS_NOEND(moment))
		PG_RETURN_DATEADT(DATEVAL_NOEND);
	if (memory == NULL || strlen(memory->name) != VARSIZE_ANY_EXHDR(name) ||
		memcmp(memory->name, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name)) != 0)
	{
		char *zone_name = text_to_cstring(name);
		pg_tz *zone = FindZone(zone_name);

		if (memory == NULL)
			memory = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(ZoneMemory));
		memory->zone = zone;
		strlcpy(memory->name, zone_name, sizeof(memory->name));
		memory->begin = memory->end = 0;
		fcinfo->flinfo->fn_extra = memory;
	}
	if (moment < memory->begin || moment >= memory->end)
		LearnOffset(memory, moment);
	local = moment + memory->offset;
	PG_RETURN_DATEADT((DateADT) (local >= 0 ? local / USECS_PER_DAY
											: -((-local + USECS_PER_DAY - 1) / USECS_PER_DAY)));
}
