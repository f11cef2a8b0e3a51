/*
 * sites.c
 *	  optimize_suites: a suite for every site, and what one shared suite would cost against them.
 *
 * One scan gives a profile per site. Each is optimized by itself; the shared suite is optimized for the
 * merged profile, and evaluated on each site's, so that it can be seen which sites a suite of their own
 * pays for.
 */
#include "kernel.h"

#include "funcapi.h"
#include "utils/builtins.h"

#include "compat.h"
#include "objective.h"
#include "optimize.h"
#include "parts.h"

/* Where the arguments stand. */
#define ARG_BY        2
#define ARG_COLUMNS   11
#define ARG_GAP       16
#define ARG_MAX_SITES 22

static const ArgumentPositions positions = {
	.objective = 3, .name = 14, .save = 15, .max_weight = 17, .max_ratio = 18, .current = 19};

/* Suites are not asked for more sites than this. */
#define MOST_SITES 100000

/* A site with its suite; the shared suite is one more, of all sites. */
typedef struct Site
{
	const char *name; /* NULL: the rows without a value */
	FoundSuite found;
	SuiteRecord record;
	bool stored;
	int64 suite_id;
	SuiteUse *shared; /* what the shared suite does with its shipments */
} Site;

/* All sites that have shipments. */
typedef struct Sites
{
	Objective *objective;
	const char *source;
	const char *by;
	int suite_size;
	bool save;
	int n;
	Site *site;
	Site *shared; /* NULL: there is no such suite */
} Sites;

/* Adds which site it was to a message. */
static void
TellSite(void *arg)
{
	const Site *site = arg;

	if (site->name == NULL)
		errcontext("optimizing for the shipments without a site");
	else
		errcontext("optimizing for site \"%s\"", site->name);
}

/* Names a suite after what it is for. */
static char *
SuiteName(FunctionCallInfo fcinfo, const Sites *sites, const char *what)
{
	if (!PG_ARGISNULL(positions.name))
		return psprintf("%s, %s", text_to_cstring(PG_GETARG_TEXT_PP(positions.name)), what);
	return psprintf("%s, %s, %d boxes", sites->source, what, sites->suite_size);
}

/* Stores the suite of a site, if that is wanted and possible. */
static void
Store(FunctionCallInfo fcinfo, const Sites *sites, Site *site, const char *what)
{
	site->record.source = pstrdup(sites->source);
	site->record.name = SuiteName(fcinfo, sites, what);
	AddSuiteOption(&site->record, "by", sites->by);
	if (sites->save)
		site->stored =
			StoreSuite(&site->record, site->found.profile, site->found.use, &site->suite_id);
}

/* Finds and stores the suite of a site. */
static void
OptimizeSite(FunctionCallInfo fcinfo, const Sites *sites, Site *site, const Profile *profile)
{
	ErrorContextCallback callback = {
		.previous = error_context_stack, .callback = TellSite, .arg = site};

	error_context_stack = &callback;
	RaiseSearchFailure(
		FindSuite(fcinfo, &positions, sites->objective, profile, &site->record, &site->found),
		&site->found.problem);
	error_context_stack = callback.previous;
	AddSuiteOption(&site->record, "site", site->name);
	Store(fcinfo, sites, site,
		  site->name == NULL ? psprintf("no %s", sites->by)
							 : psprintf("%s %s", sites->by, site->name));
}

/*
 * Finds the suite that all sites share, stores it and evaluates it on each of them. There may be none
 * where the candidates are few.
 */
static void
OptimizeShared(FunctionCallInfo fcinfo, Sites *sites)
{
	SitePart *part = palloc(sites->n * sizeof(SitePart));
	Site *shared = palloc0(sizeof(Site));
	SearchStatus status;
	Box *boxes;

	for (int i = 0; i < sites->n; i++)
		part[i].profile = (Profile *) sites->site[i].found.profile;
	status = FindSuite(fcinfo, &positions, sites->objective, MergeProfiles(part, sites->n),
					   &shared->record, &shared->found);
	if (status == SEARCH_NO_COVER || status == SEARCH_COVER_UNKNOWN)
	{
		ereport(NOTICE, (errmsg("no shared suite of %d boxes holds what the sites' own do",
								sites->suite_size)));
		return;
	}
	RaiseSearchFailure(status, &shared->found.problem);
	Store(fcinfo, sites, shared, "shared");
	boxes = SuiteUseBoxes(shared->found.use);
	for (int i = 0; i < sites->n; i++)
	{
		sites->site[i].shared =
			EvaluateSuite(sites->site[i].found.profile, boxes,
						  ObjectiveCosts(sites->objective, boxes, shared->found.use->nboxes),
						  shared->found.use->nboxes, shared->found.problem.padding[0]);
	}
	sites->shared = shared;
}

/* Emits the rows of all sites. */
static void
EmitSites(FunctionCallInfo fcinfo, const Sites *sites)
{
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < sites->n; i++)
	{
		const Site *site = &sites->site[i];
		SuiteFrame frame = {.nbefore = 2, .nafter = 2};
		double shared_volume = site->shared == NULL ? 0 : SuiteUseTotals(site->shared).box_volume;

		frame.before[0].isnull = site->name == NULL;
		if (site->name != NULL)
			frame.before[0].value = CStringGetTextDatum(site->name);
		frame.before[1] = (NullableDatum){Int64GetDatum(site->suite_id), !site->stored};
		frame.after[0] = (NullableDatum){Float8GetDatum(shared_volume), site->shared == NULL};
		if (sites->shared != NULL)
			frame.after[1].value = Int64GetDatum(sites->shared->suite_id);
		frame.after[1].isnull = sites->shared == NULL || !sites->shared->stored;
		PutSuite((ReturnSetInfo *) fcinfo->resultinfo, site->found.use, &frame);
	}
}

/* Gives the percentage of contents in boxes. */
static double
Utilization(double content_volume, double box_volume)
{
	return box_volume > 0 ? 100 * content_volume / box_volume : 0;
}

/* Tells what does not fit, and what suites of their own are worth against a shared one. */
static void
NoteSites(const Sites *sites)
{
	int64 unboxed = 0;
	int64 shipments = 0;
	double own = 0;
	double shared = 0;
	double contents = 0;
	char *against = "";

	for (int i = 0; i < sites->n; i++)
	{
		const Site *site = &sites->site[i];
		SuiteTotals totals = SuiteUseTotals(site->found.use);

		unboxed += site->found.use->unboxed;
		shipments += totals.shipments;
		own += totals.box_volume;
		contents += totals.content_volume;
		if (site->shared != NULL)
			shared += SuiteUseTotals(site->shared).box_volume;
	}
	if (unboxed > 0)
		ereport(WARNING, (errmsg_plural(INT64_FORMAT " shipment fits no allowed box",
										INT64_FORMAT " shipments fit no allowed box",
										(unsigned long) unboxed, unboxed),
						  errhint("They are in the rows without a box; max_box or candidates keeps "
								  "larger boxes out.")));
	if (sites->shared != NULL && own > 0)
		against = psprintf("; one shared suite: utilization %.1f %%, %.1f %% more box volume",
						   Utilization(contents, shared), 100 * (shared / own - 1));
	ereport(NOTICE, (errmsg("%d sites with suites of %d boxes for %s: utilization %.1f %%%s",
							sites->n, sites->suite_size, CountShipments(shipments),
							Utilization(contents, own), against)));
	if (sites->save && !sites->site[0].stored)
		ereport(NOTICE, (errmsg("nothing is stored: the transaction is read-only")));
}

/* Reads the limit on the number of sites. */
static int
MaxSitesArgument(FunctionCallInfo fcinfo)
{
	int max_sites;

	CheckArgumentNotNull(fcinfo, ARG_MAX_SITES, "max_sites");
	max_sites = PG_GETARG_INT32(ARG_MAX_SITES);
	if (max_sites < 1 || max_sites > MOST_SITES)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("max_sites %d is out of range", max_sites),
						errhint("Give a number from 1 to %d.", MOST_SITES)));
	return max_sites;
}

/* Splits the shipments by site, and leaves out the sites that have none. */
static SitePart *
ReadSites(FunctionCallInfo fcinfo, ProfileOptions *options, int max_sites, Sites *sites)
{
	ShipmentsRelation *relation = RelationArgument(fcinfo, 0, ARG_COLUMNS, options);
	int nparts;
	SitePart *part = SplitBySite(relation, options, VerbSchema(fcinfo), PG_GETARG_TEXT_PP(ARG_BY),
								 max_sites, &nparts);
	Profile **profile = palloc(Max(nparts, 1) * sizeof(Profile *));

	for (int i = 0; i < nparts; i++)
		profile[i] = part[i].profile;
	WarnLeftOutOfParts(profile, nparts);
	sites->source = relation->quoted_name;
	for (int i = 0; i < nparts; i++)
		if (part[i].profile->shipments > 0)
			part[sites->n++] = part[i];
	if (sites->n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND), errmsg("there are no shipments to optimize for"),
				 errhint("check_shipments() tells how the rows are read.")));
	if (sites->n < nparts)
		ereport(WARNING, (errmsg_plural("%d site has no usable shipments and gets no suite",
										"%d sites have no usable shipments and get no suites",
										nparts - sites->n, nparts - sites->n)));
	return part;
}

PG_FUNCTION_INFO_V1(packopt_optimize_suites);
/* optimize_suites(shipments text, suite_size, by, ...). */
Datum
packopt_optimize_suites(PG_FUNCTION_ARGS)
{
	ProfileOptions options = {.gap = GapArgument(fcinfo, ARG_GAP),
							  .weight_step =
								  WeightArgument(fcinfo, positions.max_weight, "max_weight")};
	int max_sites = MaxSitesArgument(fcinfo);
	Sites sites = {0};
	SitePart *part;

	sites.objective = CheckSuiteArguments(fcinfo, &positions, "suite_size");
	options.billed_steps = sites.objective->billed != NULL;
	CheckArgumentNotNull(fcinfo, ARG_BY, "by");
	sites.by = text_to_cstring(PG_GETARG_TEXT_PP(ARG_BY));
	sites.suite_size = PG_GETARG_INT32(1);
	sites.save = PG_ARGISNULL(positions.save) || PG_GETARG_BOOL(positions.save);
	part = ReadSites(fcinfo, &options, max_sites, &sites);
	sites.site = palloc0(sites.n * sizeof(Site));
	for (int i = 0; i < sites.n; i++)
	{
		sites.site[i].name = part[i].site;
		OptimizeSite(fcinfo, &sites, &sites.site[i], part[i].profile);
	}
	OptimizeShared(fcinfo, &sites);
	NoteSites(&sites);
	EmitSites(fcinfo, &sites);
	return (Datum) 0;
}
