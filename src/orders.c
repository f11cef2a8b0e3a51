/*
 * orders.c
 *	  Several items and boxes, one order at a time: fits, fit_answer, pack, best_box, boxes_that_fit,
 *	  footprint.
 *
 * A carton stands as it is given, its last dimension vertical; that matters only to items which are
 * upright or fragile. The functions keep their workspace from call to call, so that an order costs no
 * allocation.
 */
#include "kernel.h"

#include <ctype.h>

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "evaluate.h"
#include "guc.h"
#include "orderlines.h"
#include "packing.h"
#include "refine.h"
#include "shipments.h"

/* What a function keeps from call to call. */
typedef struct OrderWorkspace
{
	MemoryContext context;
	bool busy; /* a call is under way, or was cancelled */
	PackWorkspace *packing;
	FootprintWorkspace *footprint;
	Refiner *refiner;
	int32 gap;
	Piece *piece;
	int room;
	int npieces;
	int128 weight; /* of all items whose weight is known */
} OrderWorkspace;

/* Gives the workspace of the calling function. What a cancelled call left behind is not used again. */
static OrderWorkspace *
GetWorkspace(FunctionCallInfo fcinfo)
{
	OrderWorkspace *workspace = fcinfo->flinfo->fn_extra;

	if (workspace == NULL || workspace->busy)
	{
		workspace = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(OrderWorkspace));
		workspace->context = fcinfo->flinfo->fn_mcxt;
		fcinfo->flinfo->fn_extra = workspace;
	}
	return workspace;
}

/* Enters the workspace's memory context; EndWork leaves it. */
static MemoryContext
StartWork(OrderWorkspace *workspace)
{
	workspace->busy = true;
	return MemoryContextSwitchTo(workspace->context);
}

/* Leaves the workspace's memory context. */
static void
EndWork(OrderWorkspace *workspace, MemoryContext caller)
{
	MemoryContextSwitchTo(caller);
	workspace->busy = false;
}

/* Makes the workspaces for footprints; in the workspace's memory context. */
static void
NeedFootprint(OrderWorkspace *workspace)
{
	if (workspace->footprint != NULL)
		return;
	workspace->footprint = FootprintWorkspaceCreate();
	workspace->refiner = RefinerCreate();
}

/* Gives the options for the footprint of the items in the workspace. */
static FootprintOptions
OptionsForFootprint(const OrderWorkspace *workspace)
{
	FootprintOptions options = {.gap = workspace->gap};

	for (int i = 0; i < workspace->npieces; i++)
		options.upright |= PieceNeedsVertical(&workspace->piece[i]);
	return options;
}

/* Reads an array of items into the workspace. */
static void
ReadItems(OrderWorkspace *workspace, ArrayType *array)
{
	const ShipItem *item = (const ShipItem *) ARR_DATA_PTR(array);
	int n;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("items must be a one-dimensional array, not one of %d dimensions",
							   ARR_NDIM(array))));
	n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (n == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("there are no items"),
						errhint("Give at least one item.")));
	if (n > ORDER_MAX_PIECES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("an order of %d items is too large to pack", n),
						errdetail("An order has up to %d pieces.", ORDER_MAX_PIECES)));
	if (ARR_HASNULL(array) && array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("an item of the order is null")));
	if (n > workspace->room)
	{
		workspace->room = n * 2;
		workspace->piece = MemoryContextAlloc(workspace->context, workspace->room * sizeof(Piece));
	}
	workspace->npieces = n;
	workspace->weight = 0;
	for (int i = 0; i < n; i++)
	{
		memcpy(workspace->piece[i].size, item[i].size, sizeof(item[i].size));
		workspace->piece[i].flags = (uint8) item[i].flags;
		workspace->weight += item[i].weight;
	}
	if (n == 1) /* there is nothing that could lie on it */
		workspace->piece[0].flags &= (uint8) ~PIECE_FRAGILE;
}

/* Prepares the items of argument 0 for decisions. */
static OrderWorkspace *
PrepareOrder(FunctionCallInfo fcinfo, ArrayType *items, int32 gap)
{
	OrderWorkspace *workspace = GetWorkspace(fcinfo);
	PackOptions options = {.gap = gap, .effort = packopt_pack_effort};
	MemoryContext caller;

	ReadItems(workspace, items);
	workspace->gap = gap;
	caller = StartWork(workspace);
	if (workspace->packing == NULL)
		workspace->packing = PackWorkspaceCreate();
	PackOrderPrepare(workspace->packing, workspace->piece, workspace->npieces, &options);
	EndWork(workspace, caller);
	return workspace;
}

/*
 * Decides about one box for the prepared order. What the search leaves unknown is asked of the refined
 * footprint too where last_resort says so: whatever a profile's footprint admits, fits. That costs a
 * hundred times what all else does, for one answer in thousands, so a choice among many boxes goes on to
 * the next one instead.
 */
static PackAnswer
Decide(OrderWorkspace *workspace, const Box *box, bool last_resort, Placement *placements)
{
	MemoryContext caller;
	PackAnswer answer;

	CheckBoxIsCarton(box);
	caller = StartWork(workspace);
	answer = PackDecide(workspace->packing, box->size, false, placements);
	if (answer == PACK_UNKNOWN && last_resort)
	{
		FootprintOptions options = OptionsForFootprint(workspace);
		Placement *found = palloc(workspace->npieces * sizeof(Placement));

		NeedFootprint(workspace);
		if (FootprintRefinePlace(workspace->refiner, workspace->footprint, workspace->piece,
								 workspace->npieces, &options, 0, box->size,
								 packopt_pack_effort >= PACK_FULL_EFFORT, found))
		{
			answer = PACK_FITS;
			if (placements != NULL)
				memcpy(placements, found, workspace->npieces * sizeof(Placement));
		}
		pfree(found);
	}
	EndWork(workspace, caller);
	if (answer == PACK_UNKNOWN)
		elog(DEBUG1, "packopt: not decided whether %d items fit %s", workspace->npieces,
			 BoxText(box));
	return answer;
}

PG_FUNCTION_INFO_V1(packopt_items_fit_box);
/* fits(items, box, gap) and item[] <@ box. */
Datum
packopt_items_fit_box(PG_FUNCTION_ARGS)
{
	OrderWorkspace *workspace =
		PrepareOrder(fcinfo, PG_GETARG_ARRAYTYPE_P(0), PG_NARGS() > 2 ? GapArgument(fcinfo, 2) : 0);

	PG_RETURN_BOOL(Decide(workspace, PG_GETARG_BOX_P(1), true, NULL) == PACK_FITS);
}

PG_FUNCTION_INFO_V1(packopt_box_holds_items);
/* box @> item[]. */
Datum
packopt_box_holds_items(PG_FUNCTION_ARGS)
{
	OrderWorkspace *workspace = PrepareOrder(fcinfo, PG_GETARG_ARRAYTYPE_P(1), 0);

	PG_RETURN_BOOL(Decide(workspace, PG_GETARG_BOX_P(0), true, NULL) == PACK_FITS);
}

PG_FUNCTION_INFO_V1(packopt_fit_answer);
/* fit_answer(items, box, gap): fits, does not fit, or unknown. */
Datum
packopt_fit_answer(PG_FUNCTION_ARGS)
{
	OrderWorkspace *workspace =
		PrepareOrder(fcinfo, PG_GETARG_ARRAYTYPE_P(0), GapArgument(fcinfo, 2));
	PackAnswer answer = Decide(workspace, PG_GETARG_BOX_P(1), true, NULL);

	PG_RETURN_TEXT_P(cstring_to_text(answer == PACK_FITS  ? "fits"
									 : answer == PACK_NOT ? "does not fit"
														  : "unknown"));
}

/* Gives the array type packopt.item[]. */
static Oid
ItemArrayType(void)
{
	return get_array_type(PackoptTypeOid("item"));
}

PG_FUNCTION_INFO_V1(packopt_text_fits_box);
/*
 * fits(text, box, gap): an item, or an array of items in braces, as text, so that two literals need
 * no cast.
 */
Datum
packopt_text_fits_box(PG_FUNCTION_ARGS)
{
	char *literal = text_to_cstring(PG_GETARG_TEXT_PP(0));
	const char *p = literal;
	ShipItem item;

	while (isspace((unsigned char) *p))
		p++;
	if (*p == '{')
	{
		Oid input;
		Oid element;
		ArrayType *items;
		OrderWorkspace *workspace;

		getTypeInputInfo(ItemArrayType(), &input, &element);
		items = DatumGetArrayTypeP(OidInputFunctionCall(input, literal, element, -1));
		workspace = PrepareOrder(fcinfo, items, GapArgument(fcinfo, 2));
		PG_RETURN_BOOL(Decide(workspace, PG_GETARG_BOX_P(1), true, NULL) == PACK_FITS);
	}
	ItemParse(literal, &item, NULL);
	PG_RETURN_BOOL(ItemFitsBox(&item, PG_GETARG_BOX_P(1)));
}

PG_FUNCTION_INFO_V1(packopt_pack);
/* pack(items, box, gap): one row per item, where it lies; no rows if the order does not fit. */
Datum
packopt_pack(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	OrderWorkspace *workspace =
		PrepareOrder(fcinfo, PG_GETARG_ARRAYTYPE_P(0), GapArgument(fcinfo, 2));
	Placement *placements = palloc(workspace->npieces * sizeof(Placement));
	PackAnswer answer;

	InitMaterializedSRF(fcinfo, 0);
	answer = Decide(workspace, PG_GETARG_BOX_P(1), true, placements);
	for (int i = 0; answer == PACK_FITS && i < workspace->npieces; i++)
	{
		Datum values[7] = {Int32GetDatum(i + 1)};
		bool nulls[7] = {false};

		for (int k = 0; k < 3; k++)
		{
			values[1 + k] = Float8GetDatum(FixedToDouble(placements[i].at[k]));
			values[4 + k] = Float8GetDatum(FixedToDouble(placements[i].extent[k]));
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* A box to choose, with what it costs and may weigh. */
typedef struct Choice
{
	Box box;
	double price;
	double max_weight; /* < 0: no limit */
	int index;
} Choice;

/* qsort comparator: by price, then canonically, then as given. */
static int
CompareChoices(const void *a, const void *b)
{
	const Choice *p = a;
	const Choice *q = b;
	int order;

	if (p->price != q->price)
		return p->price < q->price ? -1 : 1;
	order = BoxCompare(&p->box, &q->box);
	return order != 0 ? order : p->index - q->index;
}

/* Reads an array of numbers, one per box; NULL elements become missing. */
static double *
ReadPerBox(FunctionCallInfo fcinfo, int n, const char *name, int nboxes, double missing)
{
	double *number = palloc(Max(nboxes, 1) * sizeof(double));
	Datum *elements;
	bool *nulls;
	int count;

	for (int b = 0; b < nboxes; b++)
		number[b] = missing;
	if (PG_ARGISNULL(n))
		return number;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &elements, &nulls, &count);
	if (count != nboxes)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s has %d elements for %d boxes", name, count, nboxes)));
	for (int b = 0; b < nboxes; b++)
	{
		if (nulls[b])
			continue;
		number[b] = DatumGetFloat8(elements[b]);
		if (!(number[b] >= 0))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("element %d of %s is %g", b + 1, name, number[b]),
							errhint("Give numbers that are not negative.")));
	}
	return number;
}

PG_FUNCTION_INFO_V1(packopt_best_box);
/* best_box(items, boxes, prices, max_weights, gap): the smallest or cheapest box; NULL if none. */
Datum
packopt_best_box(PG_FUNCTION_ARGS)
{
	OrderWorkspace *workspace;
	Choice *choice;
	Box *boxes;
	Box *best;
	double *price;
	double *max_weight;
	int nboxes;
	bool priced = !PG_ARGISNULL(2);

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	workspace = PrepareOrder(fcinfo, PG_GETARG_ARRAYTYPE_P(0), GapArgument(fcinfo, 4));
	boxes = BoxArrayArgument(PG_GETARG_ARRAYTYPE_P(1), "boxes", &nboxes);
	price = ReadPerBox(fcinfo, 2, "prices", nboxes, 0);
	max_weight = ReadPerBox(fcinfo, 3, "max_weights", nboxes, -1);
	choice = palloc(Max(nboxes, 1) * sizeof(Choice));
	for (int b = 0; b < nboxes; b++)
	{
		choice[b] = (Choice){boxes[b], price[b], max_weight[b], b};
		if (!priced)
			choice[b].price = 0;
	}
	qsort(choice, nboxes, sizeof(Choice), CompareChoices);
	for (int b = 0; b < nboxes; b++)
	{
		if (choice[b].max_weight >= 0 &&
			(double) workspace->weight / LENGTH_SCALE > choice[b].max_weight)
			continue;
		if (Decide(workspace, &choice[b].box, false, NULL) != PACK_FITS)
			continue;
		best = palloc(sizeof(Box));
		*best = choice[b].box;
		PG_RETURN_POINTER(best);
	}
	PG_RETURN_NULL();
}

/* Makes an array of boxes. */
static ArrayType *
MakeBoxArray(const Box *boxes, int nboxes, Oid box_type)
{
	Datum *elements = palloc(Max(nboxes, 1) * sizeof(Datum));

	for (int b = 0; b < nboxes; b++)
		elements[b] = PointerGetDatum(&boxes[b]);
	return construct_array(elements, nboxes, box_type, sizeof(Box), false, TYPALIGN_INT);
}

PG_FUNCTION_INFO_V1(packopt_boxes_that_fit);
/* boxes_that_fit(items, boxes, gap): those of the boxes that hold the order, in the order given. */
Datum
packopt_boxes_that_fit(PG_FUNCTION_ARGS)
{
	OrderWorkspace *workspace =
		PrepareOrder(fcinfo, PG_GETARG_ARRAYTYPE_P(0), GapArgument(fcinfo, 2));
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(1);
	int nboxes;
	int kept = 0;
	Box *boxes = BoxArrayArgument(array, "boxes", &nboxes);

	for (int b = 0; b < nboxes; b++)
		if (Decide(workspace, &boxes[b], true, NULL) == PACK_FITS)
			boxes[kept++] = boxes[b];
	PG_RETURN_ARRAYTYPE_P(MakeBoxArray(boxes, kept, ARR_ELEMTYPE(array)));
}

PG_FUNCTION_INFO_V1(packopt_footprint);
/* footprint(items, gap): the minimal boxes of an order. */
Datum
packopt_footprint(PG_FUNCTION_ARGS)
{
	OrderWorkspace *workspace = GetWorkspace(fcinfo);
	FootprintOptions options;
	Footprint footprint;
	FootprintStatus status;
	MemoryContext caller;
	Oid array_type = get_fn_expr_rettype(fcinfo->flinfo);
	Oid box_type = OidIsValid(array_type) ? get_element_type(array_type) : InvalidOid;

	workspace->gap = GapArgument(fcinfo, 1);
	ReadItems(workspace, PG_GETARG_ARRAYTYPE_P(0));
	options = OptionsForFootprint(workspace);
	caller = StartWork(workspace);
	NeedFootprint(workspace);
	status = FootprintCompute(workspace->footprint, workspace->piece, workspace->npieces, &options,
							  &footprint);
	if (status == FOOTPRINT_OK)
		FootprintRefine(workspace->refiner, workspace->piece, workspace->npieces, &options, 0,
						&footprint);
	EndWork(workspace, caller);
	if (!OidIsValid(box_type))
		box_type = PackoptTypeOid("box");
	PG_RETURN_ARRAYTYPE_P(MakeBoxArray((const Box *) footprint.element,
									   status == FOOTPRINT_OK ? footprint.nelements : 0, box_type));
}
