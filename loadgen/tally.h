/* SPDX-License-Identifier: MIT */
/*
 * tally - what one worker counts, handed over once a second.
 *
 * A ring of one writer and one reader.  The writer fills the tally at hand
 * and, when its second is over and another is free, goes on to the next; the
 * reader takes whole ones, adds them up and gives them back empty.  When the
 * reader is late, seconds run together and nothing is lost.
 */
#ifndef LOADGEN_TALLY_H
#define LOADGEN_TALLY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/hist.h"
#include "loadgen/measure.h"

#define TALLY_RING 4

struct tally_op {
	uint64_t begun, done, failed, timeouts;
	struct hist hist[LOAD_CLOCKS];
};

struct tally {
	size_t second; /* of the plan, from 0 */
	uint64_t begun, dropped, in, out;
	uint64_t resent; /* segments, of connections that ended */
	uint64_t waiting, connections; /* at its end */
	double cpu, run_queue;         /* of this worker, 0 to 1 */
	struct tally_op ops[SCENARIO_OPS];
	struct hist late;
};

struct tally_ring {
	struct tally at[TALLY_RING];
	size_t n_ops;
	_Atomic size_t given, taken; /* how many so far */
	_Atomic bool ended;          /* no other will be given */
};

void tally_init(struct tally_ring *, size_t n_ops);
void tally_free(struct tally_ring *);

/* ---- the writer's ---- */

static inline struct tally *
tally_now(struct tally_ring *r)
{
	return &r->at[atomic_load_explicit(&r->given, memory_order_relaxed) %
		      TALLY_RING];
}

/* Gives the one at hand; false when the next is not back yet. */
bool tally_turn(struct tally_ring *, size_t next_second);
void tally_end(struct tally_ring *); /* nothing more will come */

/* ---- the reader's ---- */

struct tally *tally_next(struct tally_ring *); /* NULL: none is whole */
void tally_back(struct tally_ring *);
bool tally_more(struct tally_ring *); /* false: that was all of it */

/* Adds it to that second; late collects over all workers. */
void tally_into(
    const struct tally *, size_t n_ops, struct measure *, struct hist *late);

#endif
