/*
 * orderlines.h
 *	  The lines of one shipment, collected by the internal aggregate packopt.order_lines.
 */
#ifndef PACKOPT_ORDERLINES_H
#define PACKOPT_ORDERLINES_H

#include "kernel.h"

#include "types.h"

/* The most pieces that a shipment may have. */
#define ORDER_MAX_PIECES 10000

/* One line: quantity alike pieces. */
typedef struct OrderLine
{
	int32 size[3];
	uint32 flags;
	int64 weight; /* per piece; 0 = not known */
	int64 quantity;
} OrderLine;

/*
 * A bytea. While it is being aggregated it holds more room than lines, so that appending costs the
 * same for each.
 */
typedef struct OrderLines
{
	int32 vl_len_;
	int32 problem;        /* why the shipment is left out: a LeftOutReason, or LEFT_NONE */
	int64 null_shipments; /* lines without a shipment key */
	int64 pieces;         /* sum of the quantities */
	int32 nlines;
	int32 room; /* lines there is memory for */
	OrderLine line[FLEXIBLE_ARRAY_MEMBER];
} OrderLines;

#endif /* PACKOPT_ORDERLINES_H */
