/*
 * lots.c
 *	  Combines lots into one front: completely where it pays, by blocks and groups where it does
 * not.
 *
 * CombineLots is the dynamic programme: a state for every sub-multiset of the lots, numbered in
 * mixed radix (so that equal lots are interchangeable, and the parts of a state have smaller
 * numbers), and for each state every split into two complementary parts. With lots of one piece
 * each, these are all guillotine packings. States of three lots get the arrangements around a void
 * as well, which makes three pieces exact.
 *
 * CombineManyLots brings a large shipment down to what the programme can do within a given number
 * of splits. First it makes lots of equal pieces larger: the front of n equal pieces comes from the
 * programme on one kind while n is small, and otherwise from all grids of n cells and the halves of
 * n. Then, if there are still too many kinds, it repeatedly merges the smallest lot with the one
 * that it fills a box with best. Always valid packings, none of it complete.
 */
#include "kernel.h"

#include "lots.h"

/* Up to so many equal pieces, their fronts come from the programme. */
#define STACK_PROGRAMME 12

/* The front of a number of equal lots. */
typedef struct Stack
{
	int unit;
	int count;
	int front;
} Stack;

/* Allocates what is needed to begin with. */
void
LotSpaceInit(LotSpace *space)
{
	FrontPoolInit(&space->pool);
	space->max_states = 1024;
	space->states = KernelAlloc(sizeof(int) * space->max_states);
	space->max_lots = 64;
	space->lots = KernelAlloc(sizeof(Lot) * space->max_lots);
	space->max_stacks = 64;
	space->nstacks = 0;
	space->stacks = KernelAlloc(sizeof(Stack) * space->max_stacks);
}

/* Releases the memory. */
void
LotSpaceFree(LotSpace *space)
{
	FrontPoolFree(&space->pool);
	KernelFree(space->states);
	KernelFree(space->lots);
	KernelFree(space->stacks);
}

/* Forgets all fronts, keeping the memory. */
void
LotSpaceReset(LotSpace *space)
{
	FrontPoolReset(&space->pool);
	space->nstacks = 0;
}

/*
 * Counts the splits that the programme would look at: pairs of complementary parts of each
 * sub-multiset. Saturates.
 */
int64_t
LotSplits(const Lot *lots, int nlots)
{
	double splits = 0.5;

	for (int i = 0; i < nlots; i++)
	{
		splits *= 0.5 * ((double) lots[i].count + 1) * ((double) lots[i].count + 2);
		if (splits > 1e15)
			return INT64_MAX;
	}
	return (int64_t) splits;
}

/* Adds all splits of a state, given by its digits, into two parts with smaller numbers. */
static void
AddStateSplits(LotSpace *space, int state, const int *digits, const int *strides, int nlots)
{
	int part_digits[MAX_PROGRAMME_KINDS] = {0};
	int part = 0;

	for (;;)
	{
		int i = 0;

		/* next part, in the order of its number: lower digits first */
		while (i < nlots && part_digits[i] == digits[i])
		{
			part -= part_digits[i] * strides[i];
			part_digits[i] = 0;
			i++;
		}
		if (i == nlots)
			return;
		part_digits[i]++;
		part += strides[i];
		if (part > state - part)
			return;
		FrontAddSplit(&space->pool, space->states[part], space->states[state - part]);
	}
}

/* Adds the arrangement around a void of a state that consists of three pieces. */
static void
AddStateCycle(LotSpace *space, const int *digits, const Lot *lots, int nlots)
{
	int part[3];
	int nparts = 0;

	for (int i = 0; i < nlots; i++)
	{
		for (int j = 0; j < digits[i]; j++)
			part[nparts++] = lots[i].front;
	}
	FrontAddCycle(&space->pool, part[0], part[1], part[2]);
}

/*
 * Runs the dynamic programme and returns the front of all lots together. Afterwards, space->states
 * holds the fronts of all sub-multisets.
 */
int
CombineLots(LotSpace *space, const Lot *lots, int nlots)
{
	FrontPool *pool = &space->pool;
	int strides[MAX_PROGRAMME_KINDS];
	int digits[MAX_PROGRAMME_KINDS] = {0};
	int nstates = 1;

	KernelAssert(nlots >= 1 && nlots <= MAX_PROGRAMME_KINDS);
	for (int i = 0; i < nlots; i++)
	{
		strides[i] = nstates;
		nstates *= lots[i].count + 1;
	}
	if (nstates > space->max_states)
	{
		space->max_states = nstates;
		space->states = KernelRealloc(space->states, sizeof(int) * nstates);
	}
	for (int state = 1; state < nstates; state++)
	{
		int carry = 0;
		int total = 0;
		int ncells = 0;
		int last = 0;
		int npieces = 0;
		double content = 0;
		bool fragile = false;

		while (digits[carry] == lots[carry].count)
			digits[carry++] = 0;
		digits[carry]++;
		for (int i = 0; i < nlots; i++)
		{
			const Front *front = &pool->fronts[lots[i].front];

			if (digits[i] == 0)
				continue;
			total += digits[i];
			/* whole kinds that are made of the same cells may be laid as one grid */
			if (digits[i] < lots[i].count || lots[i].ncells < 1 ||
				(total > digits[i] && (ncells == 0 || lots[i].cell != lots[last].cell)))
				ncells = 0;
			else
				ncells += digits[i] * lots[i].ncells;
			last = i;
			npieces += digits[i] * front->npieces;
			content += digits[i] * front->content;
			fragile |= front->fragile;
		}
		if (total == 1)
		{
			space->states[state] = lots[last].front;
			continue;
		}
		KERNEL_CHECK_CANCEL();
		FrontBegin(pool);
		AddStateSplits(space, state, digits, strides, nlots);
		if (total == 3 && npieces == 3)
			AddStateCycle(space, digits, lots, nlots);
		if (ncells > STACK_PROGRAMME)
			FrontAddGrid(pool, lots[last].cell, ncells);
		space->states[state] = FrontFinish(pool, npieces, content, fragile);
	}
	return space->states[nstates - 1];
}

/* Remembers the front of a number of equal lots. */
static int
RememberStack(LotSpace *space, int unit, int count, int front)
{
	Stack *stack;

	if (space->nstacks == space->max_stacks)
	{
		space->max_stacks *= 2;
		space->stacks = KernelRealloc(space->stacks, sizeof(Stack) * space->max_stacks);
	}
	stack = &space->stacks[space->nstacks++];
	stack->unit = unit;
	stack->count = count;
	stack->front = front;
	return front;
}

/* Gives the front of a number of equal lots. */
static int
StackFront(LotSpace *space, int unit, int count)
{
	FrontPool *pool = &space->pool;
	const Front *front;
	int lower;
	int upper;

	if (count == 1)
		return unit;
	for (int i = 0; i < space->nstacks; i++)
	{
		if (space->stacks[i].unit == unit && space->stacks[i].count == count)
			return space->stacks[i].front;
	}
	if (count <= STACK_PROGRAMME)
	{
		Lot lot = {unit, count, unit, 1};

		CombineLots(space, &lot, 1);
		for (int i = 2; i <= count; i++)
			RememberStack(space, unit, i, space->states[i]);
		return space->states[count];
	}
	lower = StackFront(space, unit, count / 2);
	upper = StackFront(space, unit, count - count / 2);
	FrontBegin(pool);
	FrontAddGrid(pool, unit, count);
	FrontAddSplit(pool, lower, upper);
	front = &pool->fronts[unit];
	return RememberStack(
		space, unit, count,
		FrontFinish(pool, count * front->npieces, count * front->content, front->fragile));
}

/* Merges two lots of count one; the result replaces the first, the last lot replaces the second. */
static void
MergeLots(LotSpace *space, int first, int second, int nlots)
{
	FrontPool *pool = &space->pool;
	Front a = pool->fronts[space->lots[first].front];
	Front b = pool->fronts[space->lots[second].front];

	KernelAssert(space->lots[first].count == 1 && space->lots[second].count == 1);
	FrontBegin(pool);
	FrontAddSplit(pool, space->lots[first].front, space->lots[second].front);
	space->lots[first].ncells = 0;
	space->lots[first].front =
		FrontFinish(pool, a.npieces + b.npieces, a.content + b.content, a.fragile || b.fragile);
	space->lots[second] = space->lots[nlots - 1];
}

/* Finds the lot with which the smallest one fills a box best, and merges the two. */
static void
MergeSmallestLot(LotSpace *space, int nlots)
{
	FrontPool *pool = &space->pool;
	int smallest = 0;
	int partner = -1;
	double best = 0;

	for (int i = 1; i < nlots; i++)
	{
		if (pool->fronts[space->lots[i].front].content <
			pool->fronts[space->lots[smallest].front].content)
			smallest = i;
	}
	for (int i = 0; i < nlots; i++)
	{
		double fill;

		if (i == smallest)
			continue;
		fill = FrontEstimateFill(pool, space->lots[smallest].front, space->lots[i].front);
		if (partner < 0 || fill > best)
		{
			partner = i;
			best = fill;
		}
	}
	MergeLots(space, smallest < partner ? smallest : partner,
			  smallest < partner ? partner : smallest, nlots);
}

/* Combines any number of lots, each of any count, within a limit of splits of the last programme.
 */
int
CombineManyLots(LotSpace *space, const Lot *lots, int nlots, int max_splits)
{
	int nleft = 0;
	int *size; /* pieces of a kind that go into one lot */

	/* a kind may leave a remainder: up to two lots of each */
	if (2 * nlots > space->max_lots)
	{
		space->max_lots = 2 * nlots;
		space->lots = KernelRealloc(space->lots, sizeof(Lot) * space->max_lots);
	}
	size = KernelAlloc(sizeof(int) * nlots);
	for (int i = 0; i < nlots; i++)
		size[i] = 1;

	/* enlarge the lots of the kind that has most of them, until the programme is small enough */
	for (;;)
	{
		int most = 0;

		nleft = 0;
		for (int i = 0; i < nlots; i++)
		{
			space->lots[nleft++] = (Lot){i, lots[i].count / size[i], 0, 0};
			if (lots[i].count % size[i] != 0)
				space->lots[nleft++] = (Lot){-1, 1, 0, 0};
		}
		if (nleft <= MAX_PROGRAMME_KINDS && LotSplits(space->lots, nleft) <= max_splits)
			break;
		for (int i = 1; i < nleft; i++)
		{
			if (space->lots[i].count > space->lots[most].count)
				most = i;
		}
		if (space->lots[most].count == 1)
			break;
		most = space->lots[most].front;
		size[most] = (lots[most].count + (lots[most].count / size[most] + 1) / 2 - 1) /
					 ((lots[most].count / size[most] + 1) / 2);
	}

	nleft = 0;
	for (int i = 0; i < nlots; i++)
	{
		int remainder = lots[i].count % size[i];
		Lot lot = {StackFront(space, lots[i].front, size[i]), lots[i].count / size[i],
				   lots[i].front, size[i]};

		space->lots[nleft++] = lot;
		if (remainder != 0)
		{
			lot.front = StackFront(space, lots[i].front, remainder);
			lot.count = 1;
			lot.ncells = remainder;
			space->lots[nleft++] = lot;
		}
	}
	KernelFree(size);

	while (nleft > MAX_PROGRAMME_KINDS || LotSplits(space->lots, nleft) > max_splits)
	{
		MergeSmallestLot(space, nleft);
		nleft--;
	}
	return CombineLots(space, space->lots, nleft);
}
