/*
 * guc.c
 *	  Settings, all under packopt. and all changeable by every user at any time.
 */
#include "kernel.h"

#include "compat.h"
#include "guc.h"
#include "packing.h"

int packopt_length_unit = LENGTH_UNIT_IN;
int packopt_weight_unit = WEIGHT_UNIT_LB;
int packopt_pack_effort = PACK_DEFAULT_EFFORT;
int packopt_max_workers = -1;
int packopt_effort = EFFORT_NORMAL;
int packopt_search_timeout = 0;
bool packopt_progress = true;
char *packopt_board_grade = NULL;
double packopt_co2e_per_kg = DEFAULT_CO2E_PER_KG;
double packopt_dim_divisor = 0;
double packopt_board_price = 0;
double packopt_weight_price = 0;
double packopt_fill_price = 0;
int packopt_keep_daily_profiles = 400;

static const struct config_enum_entry length_unit_options[] = {
	{"mm", LENGTH_UNIT_MM, false},
	{"cm", LENGTH_UNIT_CM, false},
	{"in", LENGTH_UNIT_IN, false},
	{NULL, 0, false},
};

static const struct config_enum_entry weight_unit_options[] = {
	{"g", WEIGHT_UNIT_G, false},
	{"kg", WEIGHT_UNIT_KG, false},
	{"oz", WEIGHT_UNIT_OZ, false},
	{"lb", WEIGHT_UNIT_LB, false},
	{NULL, 0, false},
};

static const struct config_enum_entry effort_options[] = {
	{"fast", EFFORT_FAST, false},
	{"normal", EFFORT_NORMAL, false},
	{"thorough", EFFORT_THOROUGH, false},
	{NULL, 0, false},
};

/* Registers the settings; called once when the library is loaded. */
void
DefineSettings(void)
{
	DefineCustomEnumVariable(
		"packopt.length_unit", "Length unit of shipments whose columns do not name one.",
		"mm, cm or in; an argument or a column's suffix takes precedence.", &packopt_length_unit,
		LENGTH_UNIT_IN, length_unit_options, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable(
		"packopt.weight_unit", "Weight unit of shipments whose columns do not name one.",
		"g, kg, oz or lb; an argument or a column's suffix takes precedence.", &packopt_weight_unit,
		WEIGHT_UNIT_LB, weight_unit_options, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"packopt.pack_effort", "Most nodes of the complete search for one order and one box.",
		"Beyond it the answer is unknown, which counts as does not fit; 0 "
		"leaves it at heuristics.",
		&packopt_pack_effort, PACK_DEFAULT_EFFORT, 0, 100000000, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"packopt.max_workers", "Most parallel workers of a search.",
		"-1: as many as max_parallel_workers_per_gather; 0: none. The answer is "
		"the same with any number.",
		&packopt_max_workers, -1, -1, 1024, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable(
		"packopt.effort", "How much work a search does.",
		"fast: the search alone; normal: a proof of how good its suite is, too; "
		"thorough: ten times as much.",
		&packopt_effort, EFFORT_NORMAL, effort_options, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("packopt.search_timeout", "Most time that a search and its proof take.",
							"Then the best suite so far is returned; 0: no limit. Reading the "
							"shipments does not count.",
							&packopt_search_timeout, 0, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS, NULL,
							NULL, NULL);
	DefineCustomBoolVariable(
		"packopt.progress", "Whether long searches tell how far they are.",
		"By NOTICEs from ten seconds on, and in front of the query in pg_stat_activity.",
		&packopt_progress, true, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("packopt.board_grade",
							   "Grade of the corrugated board that cartons are made of.",
							   "A row of packopt.board_grades; an argument takes precedence.",
							   &packopt_board_grade, "C", PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomRealVariable(
		"packopt.co2e_per_kg", "Greenhouse gases of corrugated board, in kg CO2e per kg.",
		"The default is the figure of FEFCO's European life-cycle study of 2021.",
		&packopt_co2e_per_kg, DEFAULT_CO2E_PER_KG, 0, 1000, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomRealVariable(
		"packopt.dim_divisor", "Outer volume that carriers count as a unit of weight.",
		"Cubic inches per pound for lengths in inches, else cubic centimetres per kilogram; 0: 139 "
		"or 5000. An argument takes precedence.",
		&packopt_dim_divisor, 0, 0, 1000000, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomRealVariable("packopt.board_price",
							 "Price of a square metre of board, for objective cost.",
							 "In any currency. An argument takes precedence.", &packopt_board_price,
							 0, 0, 1e12, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomRealVariable("packopt.weight_price",
							 "Price of a unit of billed weight, for objective cost.",
							 "Of the weight unit of the shipments. An argument takes precedence.",
							 &packopt_weight_price, 0, 0, 1e12, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomRealVariable("packopt.fill_price",
							 "Price of filling a cubic length unit of void, for objective cost.",
							 "Of the length unit of the shipments. An argument takes precedence.",
							 &packopt_fill_price, 0, 0, 1e12, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"packopt.keep_daily_profiles", "Days for which the profile of each day is kept.",
		"The profiles of older days are merged into months when savings are refreshed; the "
		"savings of each day stay.",
		&packopt_keep_daily_profiles, 400, 7, 100000, PGC_USERSET, 0, NULL, NULL, NULL);
	MarkGUCPrefixReserved("packopt");
}
