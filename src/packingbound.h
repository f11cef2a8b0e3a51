/*
 * packingbound.h
 *	  A bound that proves that some orders do not fit.
 */
#ifndef PACKOPT_PACKINGBOUND_H
#define PACKOPT_PACKINGBOUND_H

#include "packingorder.h"

extern bool
PackBoundExceeded(const int32_t box[3], const PieceKind *kinds, const uint64_t *shapes, int nkinds);

#endif /* PACKOPT_PACKINGBOUND_H */
