/*
 * suite.c
 *	  Stores suites, with the caller's rights.
 */
#include "kernel.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "suite.h"

/* Runs one statement that changes data and must succeed. */
static void
RunStatement(const char *sql, int nargs, Oid *types, Datum *values, const char *nulls, int expected)
{
	if (SPI_execute_with_args(sql, nargs, types, values, nulls, false, 0) != expected)
		elog(ERROR, "packopt: unexpected result of \"%s\"", sql);
}

/* Inserts the row of packopt.suites and gives its id. */
static int64
InsertSuite(const SuiteRecord *record, const Profile *profile, const SuiteUse *use)
{
	SuiteTotals totals = SuiteUseTotals(use);
	bool isnull;
	Oid types[] = {TEXTOID, TEXTOID,   TEXTOID,   TEXTOID,   INT4OID,   TEXTOID,
				   INT8OID, INT8OID,   INT8OID,   FLOAT8OID, FLOAT8OID, FLOAT8OID,
				   INT8OID, FLOAT8OID, FLOAT8OID, BOOLOID};
	Datum values[lengthof(types)];
	char nulls[lengthof(types) + 1];

	memset(nulls, ' ', sizeof(nulls) - 1);
	nulls[lengthof(types)] = '\0';
	values[0] = CStringGetTextDatum(record->name);
	values[1] = CStringGetTextDatum(record->source);
	values[2] = CStringGetTextDatum(record->objective);
	values[3] = CStringGetTextDatum(LengthUnitName((LengthUnit) profile->length_unit));
	if (profile->length_unit == LENGTH_UNIT_UNKNOWN)
		nulls[3] = 'n';
	values[4] = Int32GetDatum(record->suite_size);
	values[5] = CStringGetTextDatum(record->options);
	values[6] = Int64GetDatum(totals.shipments);
	values[7] = Int64GetDatum(use->unboxed);
	values[8] = Int64GetDatum(ProfileLeftOut(profile));
	values[9] = Float8GetDatum(totals.box_volume);
	values[10] = Float8GetDatum(totals.content_volume);
	values[11] = Float8GetDatum(totals.cost);
	values[12] = Int64GetDatum(record->candidates);
	values[13] = Float8GetDatum(record->lower_bound);
	values[14] = Float8GetDatum(record->gap);
	values[15] = BoolGetDatum(record->stopped_early);
	if (!record->bounded)
		nulls[13] = nulls[14] = 'n';
	RunStatement(
		"INSERT INTO packopt.suites (name, source, objective, length_unit, suite_size, "
		"options, shipments, unboxed, left_out, box_volume, content_volume, cost, candidates, "
		"lower_bound, gap, stopped_early) "
		"VALUES ($1, $2, $3, $4, $5, $6::pg_catalog.jsonb, $7, $8, $9, $10, $11, $12, $13, $14, "
		"$15, $16) "
		"RETURNING suite_id",
		lengthof(types), types, values, nulls, SPI_OK_INSERT_RETURNING);
	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/*
 * Stores a suite and its boxes. Gives false, and stores nothing, in a read-only transaction (on a
 * standby, for example).
 */
bool
StoreSuite(const SuiteRecord *record, const Profile *profile, const SuiteUse *use, int64 *suite_id)
{
	if (XactReadOnly)
		return false;
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	*suite_id = InsertSuite(record, profile, use);
	for (int b = 0; b < use->nboxes; b++)
	{
		const BoxUse *box = &use->box[b];
		Oid types[] = {INT8OID, INT4OID, TEXTOID, INT8OID, FLOAT8OID, FLOAT8OID};
		Datum values[] = {
			Int64GetDatum(*suite_id),
			Int32GetDatum(b + 1),
			CStringGetTextDatum(BoxText(&box->box)),
			Int64GetDatum(box->shipments),
			Float8GetDatum(VolumeToDouble(VolumeOf(box->box.size)) * box->shipments),
			Float8GetDatum(VolumeToDouble(box->content)),
		};

		RunStatement("INSERT INTO packopt.suite_boxes (suite_id, box_no, box, shipments, "
					 "box_volume, content_volume) "
					 "VALUES ($1, $2, $3::packopt.box, $4, $5, $6)",
					 lengthof(types), types, values, NULL, SPI_OK_INSERT);
	}
	SPI_finish();
	return true;
}
