/* SPDX-License-Identifier: MIT */
/*
 * wheel - very many timers, set and moved at the cost of a few stores.
 *
 * Four levels of 256 slots, the first 100 us wide: up to five days.  A timer
 * never fires early, and late by less than a slot.  One that is moved to a
 * later time stays where it is and is looked at again when its old time
 * comes; so a time-out that is moved with every operation costs one store.
 * Timers belong to their owner and must stay where they are while set.
 *
 *	while ((t = wheel_due(&wheel, now_ns)) != NULL)
 *		...		which may set and clear any timer
 */
#ifndef LOADGEN_WHEEL_H
#define LOADGEN_WHEEL_H

#include <stdint.h>

#define WHEEL_LEVELS  4
#define WHEEL_SLOTS   256
#define WHEEL_TICK_NS 100000
#define WHEEL_NEVER   INT64_MAX

struct wheel_timer {
	struct wheel_timer *next, **link; /* link NULL: in no slot */
	int64_t due_ns;                   /* WHEEL_NEVER: not set */
	int64_t tick;                     /* of the slot it is in */
	uint8_t level, slot;
};

struct wheel {
	int64_t tick; /* all before it have been looked at, it included */
	struct wheel_timer *slots[WHEEL_LEVELS][WHEEL_SLOTS];
	uint64_t busy[WHEEL_LEVELS][WHEEL_SLOTS / 64];
	struct wheel_timer *due;
};

void wheel_init(struct wheel *, int64_t now_ns);
void wheel_timer_init(struct wheel_timer *);

void wheel_set(struct wheel *, struct wheel_timer *, int64_t due_ns);
void wheel_clear(struct wheel_timer *);

/* One that is due by now and from here on not set; NULL when there is none. */
struct wheel_timer *wheel_due(struct wheel *, int64_t now_ns);

/* Nothing is due before this; WHEEL_NEVER when no timer is set. */
int64_t wheel_next_ns(const struct wheel *);

#endif
