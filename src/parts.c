/*
 * parts.c
 *	  Profiles of parts of a shipments relation, by one scan of it.
 *
 * The server groups the rows and aggregates a profile per group, in parallel where it likes. By site:
 * what leaves different sites travels in different boxes, so lines of a shipment that are of different
 * sites are shipments of their own. By time: a shipment of several lines leaves with its first line.
 */
#include "kernel.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "executor/tuptable.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "parts.h"

/* Copies the profile of a row into the current memory context, and sets its units. */
static Profile *
CopyProfile(Datum datum, const ShipmentsRelation *relation)
{
	Profile *stored = ProfileFromDatum(datum);
	Profile *profile = MemoryContextAllocHuge(CurrentMemoryContext, VARSIZE(stored));

	memcpy(profile, stored, VARSIZE(stored));
	if ((Pointer) stored != DatumGetPointer(datum))
		pfree(stored);
	profile->length_unit = relation->length_unit;
	profile->weight_unit = relation->weight_unit;
	return profile;
}

/* Runs a query with one parameter at most (0 = none) into a tuplestore that spills to disk. */
static Tuplestorestate *
RunIntoStore(const char *sql, Oid type, Datum value)
{
	Tuplestorestate *store = tuplestore_begin_heap(false, false, work_mem);
	SPIExecuteOptions options = {.read_only = true};
	ParamListInfo params = makeParamList(1);

	params->params[0] =
		(ParamExternData){.ptype = type, .value = value, .pflags = PARAM_FLAG_CONST};
	if (OidIsValid(type))
		options.params = params;
	options.dest = CreateDestReceiver(DestTuplestore);
	SetTuplestoreDestReceiverParams(options.dest, store, CurrentMemoryContext, false, NULL, NULL);
	elog(DEBUG1, "packopt: %s", sql);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_extended(sql, &options) != SPI_OK_SELECT)
		elog(ERROR, "packopt: unexpected result of \"%s\"", sql);
	SPI_finish();
	return store;
}

/* Gives a slot for rows of a key, a profile and a number of rows. */
static TupleTableSlot *
MakeGroupSlot(Oid key_type)
{
	TupleDesc desc = CreateTemplateTupleDesc(3);

	TupleDescInitEntry(desc, 1, "key", key_type, -1, 0);
	TupleDescInitEntry(desc, 2, "profile", PackoptTypeOid("profile"), -1, 0);
	TupleDescInitEntry(desc, 3, "rows", INT8OID, -1, 0);
	return MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
}

/* qsort comparator of sites: by name, the one without last. */
static int
CompareSites(const void *a, const void *b)
{
	const char *p = ((const SitePart *) a)->site;
	const char *q = ((const SitePart *) b)->site;

	if (p == NULL || q == NULL)
		return (p == NULL) - (q == NULL);
	return strcmp(p, q);
}

/*
 * Scans the relation once and gives the profile of every value of a column, as text, in their order;
 * rows without a value are a site of their own, the last one. More than max_sites are an error.
 */
SitePart *
SplitBySite(const ShipmentsRelation *relation, const ProfileOptions *options,
			const char *verb_schema, const text *by, int max_sites, int *nsites)
{
	char *column = QuotedColumn(relation, by);
	ProfileKey key = {.expression =
						  psprintf("%s::pg_catalog.text COLLATE pg_catalog.\"C\"", column)};
	Tuplestorestate *store = RunIntoStore(
		GroupedProfileQuery(relation, options, verb_schema, &key, 1, NULL), InvalidOid, 0);
	int64 found = tuplestore_tuple_count(store);
	TupleTableSlot *slot = MakeGroupSlot(TEXTOID);
	SitePart *part;
	int n = 0;

	if (found > max_sites)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("column %s has " INT64_FORMAT " values, more than max_sites (%d)", column,
						found, max_sites),
				 errhint("Each value would get a suite of its own. Raise max_sites if that is "
						 "meant, or read through a view that groups the values.")));
	part = palloc(Max(found, 1) * sizeof(SitePart));
	while (tuplestore_gettupleslot(store, true, false, slot))
	{
		Datum value;
		bool isnull;

		CHECK_FOR_INTERRUPTS();
		value = slot_getattr(slot, 1, &isnull);
		part[n].site = isnull ? NULL : TextDatumGetCString(value);
		value = slot_getattr(slot, 2, &isnull);
		part[n++].profile = CopyProfile(value, relation);
	}
	ExecDropSingleTupleTableSlot(slot);
	tuplestore_end(store);
	qsort(part, n, sizeof(SitePart), CompareSites);
	*nsites = n;
	return part;
}

/* Gives an empty profile in the units of a relation. */
static Profile *
EmptyProfile(const ShipmentsRelation *relation)
{
	Profile *profile = ProfileStateFlatten(ProfileStateCreate(CurrentMemoryContext));

	profile->length_unit = relation->length_unit;
	profile->weight_unit = relation->weight_unit;
	return profile;
}

/* Gives the SQL expression of the part that a time belongs to: 0 before $1, 1 from then on, or NULL. */
static char *
PartExpression(const char *time)
{
	return psprintf("CASE WHEN %s OPERATOR(pg_catalog.<) $1 THEN 0 "
					"WHEN %s OPERATOR(pg_catalog.>=) $1 THEN 1 END",
					time, time);
}

/*
 * Scans the relation once and gives the profiles of what was shipped before a moment and from then on.
 * A date, or a timestamp without time zone, is one of the session's time zone.
 */
static HistoryParts
SplitHistory(const ShipmentsRelation *relation, const ProfileOptions *options,
			 const char *verb_schema, TimestampTz moment)
{
	const RoleColumn *column = ShippedAtColumn(relation);
	ProfileKey key = {.expression = PartExpression(column->quoted),
					  .aggregate = PartExpression(psprintf("pg_catalog.min(%s)", column->quoted))};
	Tuplestorestate *store =
		RunIntoStore(GroupedProfileQuery(relation, options, verb_schema, &key, 1, NULL),
					 TIMESTAMPTZOID, TimestampTzGetDatum(moment));
	TupleTableSlot *slot = MakeGroupSlot(INT4OID);
	HistoryParts parts = {.older = NULL};
	int64 undated = 0;

	while (tuplestore_gettupleslot(store, true, false, slot))
	{
		bool isnull;
		bool no_time;
		int32 part = DatumGetInt32(slot_getattr(slot, 1, &no_time));
		Profile *profile = CopyProfile(slot_getattr(slot, 2, &isnull), relation);

		if (no_time)
			undated = profile->shipments + ProfileLeftOut(profile);
		else if (part == 0)
			parts.older = profile;
		else
			parts.newer = profile;
	}
	ExecDropSingleTupleTableSlot(slot);
	tuplestore_end(store);
	parts.older = parts.older == NULL ? EmptyProfile(relation) : parts.older;
	parts.newer = parts.newer == NULL ? EmptyProfile(relation) : parts.newer;
	parts.newer->left_out[LEFT_NULL_SHIPPED_AT] += undated;
	return parts;
}

/* Raises an error if a part of the history has no shipments. */
static void
CheckHistoryParts(const ShipmentsRelation *relation, const HistoryParts *parts, TimestampTz moment)
{
	const char *column = ShippedAtColumn(relation)->quoted;

	if (parts->older->shipments == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("there are no shipments before %s", timestamptz_to_str(moment)),
				 errdetail("The suite would be chosen for those with an earlier %s.", column),
				 errhint("Give a later holdout.")));
	if (parts->newer->shipments == 0)
		ereport(ERROR, (errcode(ERRCODE_NO_DATA_FOUND),
						errmsg("there are no shipments from %s on", timestamptz_to_str(moment)),
						errdetail("The suite would be judged by those with a later %s.", column),
						errhint("Give an earlier holdout.")));
}

/* Merges the profiles of all sites. */
Profile *
MergeProfiles(const SitePart *part, int nparts)
{
	ProfileState *state = ProfileStateCreate(CurrentMemoryContext);

	for (int p = 0; p < nparts; p++)
		ProfileStateMerge(state, part[p].profile);
	return ProfileStateFlatten(state);
}

/* Tells in one WARNING how many shipments are left out of several profiles, and why. */
void
WarnLeftOutOfParts(Profile *const *profile, int nprofiles)
{
	Profile all = {0};

	for (int p = 0; p < nprofiles; p++)
	{
		all.shipments += profile[p]->shipments;
		for (int i = 0; i < LEFT_REASONS; i++)
			all.left_out[i] += profile[p]->left_out[i];
	}
	WarnLeftOut(&all);
}

/*
 * Splits the history at the moment of argument n. A part without shipments is an error; an older part
 * that is short for the number of boxes, a warning.
 */
HistoryParts
HoldoutArgument(FunctionCallInfo fcinfo, int n, const ShipmentsRelation *relation,
				const ProfileOptions *options, int nboxes)
{
	TimestampTz moment = PG_GETARG_TIMESTAMPTZ(n);
	HistoryParts parts = SplitHistory(relation, options, VerbSchema(fcinfo), moment);
	Profile *profiles[2] = {parts.older, parts.newer};

	WarnLeftOutOfParts(profiles, 2);
	CheckHistoryParts(relation, &parts, moment);
	if (parts.older->shipments < (int64) SHORT_HISTORY_PER_BOX * nboxes)
		ereport(WARNING,
				(errmsg("the history before holdout is short: %s for %s",
						CountShipments(parts.older->shipments),
						psprintf(nboxes == 1 ? "%d box" : "%d boxes", nboxes)),
				 errhint("With fewer than %d shipments per box a suite fits these shipments "
						 "rather than the demand behind them. Use fewer boxes, or a later holdout.",
						 SHORT_HISTORY_PER_BOX)));
	return parts;
}
