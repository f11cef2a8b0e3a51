/*
 * share.h
 *	  Suites in which every box is worth its slot.
 */
#ifndef PACKOPT_SHARE_H
#define PACKOPT_SHARE_H

#include "swap.h"

extern double LeastShipped(double min_share, double shipments);
extern bool ShareObeyed(const SwapState *state);
extern int ShareDescend(SwapState *state, int suite_size, int moves);
extern int ShareRepair(SwapState *state, bool descend);

#endif /* PACKOPT_SHARE_H */
