/*
 * guc.h
 *	  Settings.
 */
#ifndef PACKOPT_GUC_H
#define PACKOPT_GUC_H

#include "kernel.h"

#include "units.h"

extern int packopt_length_unit;    /* LengthUnit of relations that do not tell theirs */
extern int packopt_weight_unit;    /* WeightUnit of relations that do not tell theirs */
extern int packopt_pack_effort;    /* node limit for one order and one box */
extern int packopt_search_timeout; /* milliseconds that a search may take; 0 = no limit */
extern bool packopt_progress;      /* long searches tell how far they are */
extern int packopt_max_workers;    /* parallel workers of a search; -1 = as a query may have */

extern int packopt_keep_daily_profiles; /* days before a deployment's profiles become months */

/* How much work a search does. */
typedef enum EffortSetting
{
	EFFORT_FAST,   /* the search alone */
	EFFORT_NORMAL, /* and a proof of how good its suite is */
	EFFORT_THOROUGH
} EffortSetting;

extern int packopt_effort; /* EffortSetting */

/* Greenhouse gases of a kg of corrugated board, in kg CO2e: FEFCO, 2021. */
#define DEFAULT_CO2E_PER_KG 0.491

extern char *packopt_board_grade;   /* grade of the board unless an argument tells it */
extern double packopt_co2e_per_kg;  /* kg CO2e per kg of board */
extern double packopt_dim_divisor;  /* in3 per lb, or cm3 per kg; 0 = the usual one */
extern double packopt_board_price;  /* per m2 */
extern double packopt_weight_price; /* per unit of weight */
extern double packopt_fill_price;   /* per cubic length unit */

extern void DefineSettings(void);

#endif /* PACKOPT_GUC_H */
