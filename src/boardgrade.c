/*
 * boardgrade.c
 *	  Grades of corrugated board: the table packopt.board_grades, and what a carton takes of one.
 */
#include "kernel.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "boardgrade.h"
#include "guc.h"
#include "types.h"

/* The grades there are, for a hint. */
static char *
ListGrades(MemoryContext context)
{
	char *names;

	if (SPI_execute("SELECT pg_catalog.string_agg(grade, ', ' ORDER BY thickness_mm, grade) "
					"FROM packopt.board_grades",
					true, 0) != SPI_OK_SELECT)
		elog(ERROR, "packopt: cannot read packopt.board_grades");
	names = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	return MemoryContextStrdup(context, names == NULL ? "none" : names);
}

/* Reads a grade, NULL for the one that is set; an error that lists the grades if it is unknown. */
BoardGrade
ReadBoardGrade(const text *grade)
{
	static SPIPlanPtr plan = NULL;
	MemoryContext caller = CurrentMemoryContext;
	char *name = grade == NULL ? packopt_board_grade : text_to_cstring(grade);
	BoardGrade result;
	Oid types[] = {TEXTOID};
	Datum values[] = {CStringGetTextDatum(name)};
	bool isnull;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (plan == NULL)
	{
		SPIPlanPtr prepared =
			SPI_prepare("SELECT thickness_mm, grammage_g_m2 FROM packopt.board_grades "
						"WHERE grade OPERATOR(pg_catalog.=) $1",
						1, types);

		if (prepared == NULL || SPI_keepplan(prepared) != 0)
			elog(ERROR, "packopt: cannot read packopt.board_grades");
		plan = prepared;
	}
	if (SPI_execute_plan(plan, values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "packopt: cannot read packopt.board_grades");
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("unknown board grade \"%s\"", name),
				 errdetail("The grades are: %s.", ListGrades(caller)),
				 errhint("Further grades can be inserted into packopt.board_grades.")));
	result.thickness_mm =
		DatumGetFloat8(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	result.grammage_g_m2 =
		DatumGetFloat8(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	SPI_finish();
	return result;
}

/* Reads where cartons open: 'least' or 'top'; NULL is 'least'. */
bool
OpeningIsTop(const text *opening)
{
	char *name = opening == NULL ? "least" : text_to_cstring(opening);

	if (pg_strcasecmp(name, "top") == 0)
		return true;
	if (pg_strcasecmp(name, "least") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown opening \"%s\"", name),
				 errhint("Cartons open at the face that needs the 'least' board, or at the "
						 "'top', the face of their first two dimensions.")));
	return false;
}

/*
 * Gives the length unit of a profile. One that does not tell is taken to be in the unit that is set,
 * as the columns of relations are, with a NOTICE, since board depends on it.
 */
LengthUnit
KnownLengthUnit(const Profile *profile)
{
	if (profile->length_unit != LENGTH_UNIT_UNKNOWN)
		return (LengthUnit) profile->length_unit;
	ereport(
		NOTICE,
		(errmsg("the profile does not tell its length unit: taken as %s, as packopt.length_unit "
				"says",
				LengthUnitName((LengthUnit) packopt_length_unit)),
		 errhint("Give it one with packopt.set_units(profile, 'cm').")));
	return (LengthUnit) packopt_length_unit;
}

/*
 * Makes the model of a grade for the boxes of a profile, whose length unit is given. Where some contents must stand, boxes open
 * at the top whatever was asked for: one that opens at a side would have to be filled lying.
 */
BoardModel
BoardModelForProfile(const Profile *profile, LengthUnit unit, const BoardGrade *grade, bool top)
{
	return MakeBoardModel(LengthUnitInMetres(unit), grade->thickness_mm, grade->grammage_g_m2,
						  top || ProfileNeedsVertical(profile));
}

/* Reads the arguments grade, length_unit and opening from n on, for the box of argument 0. */
static BoardModel
BoardModelArguments(FunctionCallInfo fcinfo, int n)
{
	LengthUnit unit = (LengthUnit) packopt_length_unit;
	BoardGrade grade;

	CheckBoxIsCarton(PG_GETARG_BOX_P(0));
	grade = ReadBoardGrade(PG_ARGISNULL(n) ? NULL : PG_GETARG_TEXT_PP(n));
	if (!PG_ARGISNULL(n + 1))
		unit = LengthUnitArgument(PG_GETARG_TEXT_PP(n + 1));
	return MakeBoardModel(LengthUnitInMetres(unit), grade.thickness_mm, grade.grammage_g_m2,
						  OpeningIsTop(PG_ARGISNULL(n + 2) ? NULL : PG_GETARG_TEXT_PP(n + 2)));
}

PG_FUNCTION_INFO_V1(packopt_board_area);
/* packopt.board_area(box, grade, length_unit, opening) in m2. */
Datum
packopt_board_area(PG_FUNCTION_ARGS)
{
	BoardModel model;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	model = BoardModelArguments(fcinfo, 1);
	PG_RETURN_FLOAT8(BoardArea(PG_GETARG_BOX_P(0)->size, &model));
}

PG_FUNCTION_INFO_V1(packopt_board_mass);
/* packopt.board_mass(box, grade, length_unit, opening) in kg. */
Datum
packopt_board_mass(PG_FUNCTION_ARGS)
{
	BoardModel model;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	model = BoardModelArguments(fcinfo, 1);
	PG_RETURN_FLOAT8(BoardMass(PG_GETARG_BOX_P(0)->size, &model));
}

PG_FUNCTION_INFO_V1(packopt_outer_box);
/* packopt.outer_box(box, grade, length_unit, opening). */
Datum
packopt_outer_box(PG_FUNCTION_ARGS)
{
	BoardModel model;
	Box *outer;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	model = BoardModelArguments(fcinfo, 1);
	outer = palloc(sizeof(Box));
	OuterLengths(PG_GETARG_BOX_P(0)->size, &model, outer->size);
	for (int k = 0; k < 3; k++)
		if (outer->size[k] > LENGTH_MAX)
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("box %s is too large to have outer dimensions",
								   BoxText(PG_GETARG_BOX_P(0))),
							errdetail("Lengths go from 0.00001 to 20000 units.")));
	PG_RETURN_POINTER(outer);
}

PG_FUNCTION_INFO_V1(packopt_carton_board);
/* packopt.carton_board(box, length_unit, thickness_mm, opening) in m2; NULL for a mailer. */
Datum
packopt_carton_board(PG_FUNCTION_ARGS)
{
	const Box *box = PG_GETARG_BOX_P(0);
	BoardModel model = MakeBoardModel(LengthUnitInMetres(LengthUnitArgument(PG_GETARG_TEXT_PP(1))),
									  PG_GETARG_FLOAT8(2), 0, OpeningIsTop(PG_GETARG_TEXT_PP(3)));

	if (BoxIsMailer(box))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(BoardArea(box->size, &model));
}
