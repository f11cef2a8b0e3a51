/*
 * gridshare.h
 *	  A grid and the demand on it as one flat piece of memory, for processes that share it.
 */
#ifndef PACKOPT_GRIDSHARE_H
#define PACKOPT_GRIDSHARE_H

#include "grid.h"

extern size_t GridShareSize(const Grid *grid, const GridDemand *demand);
extern void GridShareWrite(const Grid *grid, const GridDemand *demand, char *memory);
extern void GridShareRead(char *memory, Grid *grid, GridDemand *demand);

#endif /* PACKOPT_GRIDSHARE_H */
