/*
 * progress.c
 *	  The time limit of a search, and what it tells while it works.
 *
 * Whoever waits for a long search sees NOTICEs, the first after ten seconds, the others at intervals
 * that grow with the time passed. Other sessions see a comment in front of the query that
 * pg_stat_activity shows, renewed every second:
 *
 *	  / * packopt: proof, gap 1.2 %, 40 s * / SELECT ...
 *
 * The server's own progress views are a closed list, shared memory with a name of its own needs
 * preloading (before 17), and a table's rows are seen only after commit; the query text needs nothing,
 * and those see it who may see the query. It is put back at the end, also after an error.
 *
 * Times are those of the monotonic clock, in milliseconds, which all processes of a server share.
 */
#include "kernel.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "pgstat.h"
#include "portability/instr_time.h"
#include "utils/backend_status.h"

#include "guc.h"
#include "number.h"
#include "progress.h"

/* The first NOTICE, and the most between two of them. */
#define FIRST_NOTICE_MS  10000
#define MOST_INTERVAL_MS 300000

/* The text that other sessions see is renewed so often. */
#define LINE_INTERVAL_MS 1000

struct Progress
{
	Watch watch;
	int32 step[3];
	double start;
	double deadline; /* 0: none */
	WorkProgress now;
	double next_notice;
	double next_line;
	char *query; /* what other sessions saw before; NULL: it is not touched */
	bool shown;  /* it was changed */
};

/* Gives the time. */
static double
Now(void)
{
	instr_time now;

	INSTR_TIME_SET_CURRENT(now);
	return INSTR_TIME_GET_MILLISEC(now);
}

/* Gives increments times a factor, as one number where they are equal. */
char *
StepText(const int32 step[3], double factor)
{
	StringInfoData out;
	bool equal = step[0] == step[1] && step[1] == step[2];

	initStringInfo(&out);
	for (int k = 0; k < (equal ? 1 : 3); k++)
		appendStringInfo(&out, "%s%g", k > 0 ? "x" : "",
						 ceil(FixedToDouble(step[k]) * factor * 1e5 - 1e-6) / 1e5);
	return out.data;
}

/* Gives the gap in percent, rounded up; less than 0 if it is not known. */
static double
GapPercent(const WorkProgress *now)
{
	if (now->lower <= 0 || now->cost <= 0)
		return -1;
	return ceil(Max(0, 1 - now->lower / now->cost) * 1000) / 10;
}

/* Puts a text where other sessions see the query. */
static void
ShowQuery(const char *text)
{
	uint64 query_id = pgstat_get_my_query_id();

	pgstat_report_activity(STATE_RUNNING, text);
	pgstat_report_query_id(query_id, true);
}

/* Renews the line that other sessions see. */
static void
ShowLine(Progress *progress, double seconds)
{
	const WorkProgress *now = &progress->now;
	double gap = GapPercent(now);
	char *phase;
	char *text;

	if (now->phase == WORK_SEARCH)
		phase = psprintf("search at step %s", StepText(progress->step, now->factor));
	else if (gap >= 0)
		phase = psprintf("proof, gap %.1f %%", gap);
	else
		phase = pstrdup("proof");
	text = psprintf("/* packopt: %s, %.0f s */ %s", phase, seconds, progress->query);
	ShowQuery(text);
	progress->shown = true;
	pfree(text);
	pfree(phase);
}

/* Tells the caller how far the work is. */
static void
NoteProgress(const Progress *progress, double seconds)
{
	const WorkProgress *now = &progress->now;
	double gap = GapPercent(now);

	if (now->phase == WORK_SEARCH)
		ereport(NOTICE, (errmsg("still searching, at step %s: cost %.6g so far, %.0f seconds",
								StepText(progress->step, now->factor), now->cost, seconds)));
	else if (gap >= 0)
		ereport(NOTICE, (errmsg("still proving: cost %.6g so far, within %.1f %% of the best "
								"possible, %.0f seconds",
								now->cost, gap, seconds)));
	else
		ereport(NOTICE,
				(errmsg("still proving: cost %.6g so far, %.0f seconds", now->cost, seconds)));
}

/* Shows how far the work is where it is time to. */
static void
Show(Progress *progress, double now)
{
	double passed = now - progress->start;

	if (!packopt_progress || progress->now.cost <= 0)
		return;
	if (progress->query != NULL && now >= progress->next_line)
	{
		ShowLine(progress, passed / 1000);
		progress->next_line = now + LINE_INTERVAL_MS;
	}
	if (now >= progress->next_notice)
	{
		NoteProgress(progress, passed / 1000);
		progress->next_notice = now + Min(passed, MOST_INTERVAL_MS);
	}
}

/* Watch: whether the time is up. It is asked often, so that what is shown is kept up to date here. */
static bool
StopAtDeadline(void *arg)
{
	Progress *progress = arg;
	double now = Now();

	Show(progress, now);
	return progress->deadline > 0 && now >= progress->deadline;
}

/* Watch: takes a report. */
static void
TakeReport(void *arg, const WorkProgress *report)
{
	Progress *progress = arg;
	double lower = progress->now.lower;

	progress->now = *report;
	progress->now.lower = Max(lower, report->lower);
}

/* Starts the clock of a search with these increments. */
Progress *
ProgressStart(const int32 step[3])
{
	Progress *progress = palloc0(sizeof(Progress));

	progress->watch.arg = progress;
	progress->watch.stop = StopAtDeadline;
	progress->watch.report = TakeReport;
	memcpy(progress->step, step, sizeof(progress->step));
	progress->start = Now();
	if (packopt_search_timeout > 0)
		progress->deadline = progress->start + packopt_search_timeout;
	progress->next_notice = progress->start + FIRST_NOTICE_MS;
	progress->next_line = progress->start + LINE_INTERVAL_MS;
	if (pgstat_track_activities && MyBEEntry != NULL && MyBEEntry->st_activity_raw != NULL)
		progress->query = pgstat_clip_activity(MyBEEntry->st_activity_raw);
	return progress;
}

/* Gives the watch for the kernel. */
const Watch *
ProgressWatch(const Progress *progress)
{
	return &progress->watch;
}

/* Gives when the work is to stop; 0 if it need not. */
double
ProgressDeadline(const Progress *progress)
{
	return progress->deadline;
}

/* Puts the query back that other sessions saw before. */
void
ProgressEnd(Progress *progress)
{
	if (progress->shown)
		ShowQuery(progress->query);
}

/* Watch of a worker: whether the time is up. */
static bool
StopWorkerAtDeadline(void *arg)
{
	return Now() >= *(double *) arg;
}

/* Makes a watch that only looks at the time; a deadline of 0 never comes. */
void
DeadlineWatch(double *deadline, Watch *watch)
{
	watch->arg = deadline;
	watch->stop = *deadline > 0 ? StopWorkerAtDeadline : NULL;
	watch->report = NULL;
}
