/*
 * orderpack.h
 *	  From the lines of a shipment to its footprint, with a memory of shipments seen before.
 */
#ifndef PACKOPT_ORDERPACK_H
#define PACKOPT_ORDERPACK_H

#include "kernel.h"

#include "profile.h"

typedef struct OrderPacker OrderPacker;

extern OrderPacker *OrderPackerCreate(MemoryContext parent);
extern int OrderPackerShape(OrderPacker *packer, const OrderLine *line, int nlines, int32 gap,
							ShapedClass **shaped);

#endif /* PACKOPT_ORDERPACK_H */
