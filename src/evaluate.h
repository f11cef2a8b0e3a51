/*
 * evaluate.h
 *	  What a given suite does with a profile's shipments.
 */
#ifndef PACKOPT_EVALUATE_H
#define PACKOPT_EVALUATE_H

#include "kernel.h"

#include "nodes/execnodes.h"
#include "utils/array.h"

#include "profile.h"

/* What ships in one box. */
typedef struct BoxUse
{
	Box box;
	double cost; /* of shipping one shipment in it, by the objective */
	int64 shipments;
	int128 content; /* volume of the contents of all its shipments */
} BoxUse;

/* A suite, its boxes in ascending order, and what ships in them. */
typedef struct SuiteUse
{
	int nboxes;
	BoxUse *box;
	int64 unboxed; /* shipments that no box holds */
	int128 unboxed_content;
} SuiteUse;

/* Sums over the boxes of a suite. */
typedef struct SuiteTotals
{
	int64 shipments;
	double box_volume; /* in cubic units */
	double content_volume;
	double cost; /* by the objective */
} SuiteTotals;
/* A box for comparisons: its room for contents that may be turned, and for those that must stand. */
typedef struct BoxRoom
{
	BoxUse *use;
	int32 turned[3];
	int32 standing[3];
} BoxRoom;

/* The most boxes that a suite may have. */
#define MAX_SUITE_SIZE 200

/* The columns of a suite's rows, from the box to the air per shipment. */
#define SUITE_COLUMNS 10

/* The most columns in front of them, and behind. */
#define SUITE_FRAME 2

/* What stands in front of and behind the columns of a suite's rows, the same in each. */
typedef struct SuiteFrame
{
	int nbefore;
	int nafter;
	NullableDatum before[SUITE_FRAME];
	NullableDatum after[SUITE_FRAME];
} SuiteFrame;

extern SuiteUse *StartSuiteUse(const Box *boxes, const double *cost, int nboxes, bool standing);
extern BoxRoom *ComputeRooms(const SuiteUse *use, bool by_cost, int32 padding);
extern bool RoomHolds(const BoxRoom *room, const ShapedClass *class);
extern SuiteUse *EvaluateSuite(const Profile *profile, const Box *boxes, const double *cost,
							   int nboxes, int32 padding);
extern SuiteTotals SuiteUseTotals(const SuiteUse *use);
extern Box *BoxArrayArgument(ArrayType *array, const char *name, int *nboxes);
extern Box *SuiteArgument(FunctionCallInfo fcinfo, int n, const char *name, int *nboxes);
extern void PutSuite(ReturnSetInfo *result, const SuiteUse *use, const SuiteFrame *frame);
extern void
EmitSuite(FunctionCallInfo fcinfo, const SuiteUse *use, const int64 *suite_id, bool with_suite_id);
extern int32 PaddingArgument(FunctionCallInfo fcinfo, int n);
extern const Profile *ApplyMaxWeight(FunctionCallInfo fcinfo, int n, const Profile *profile);
extern void NoteInexact(const Profile *profile);

#endif /* PACKOPT_EVALUATE_H */
