/* SPDX-License-Identifier: MIT */
/*
 * answers - what was heard under load, kept to be examined when it is over.
 *
 * Signatures cost more than the load itself: verified in the timed window
 * they would make the generator the bottleneck.  So there an answer has its
 * cheap checks only, and is put here; each thread has a part of its own and
 * waits for nobody.
 *
 * All are kept when the load has no more than ANSWERS_MOST; else as many, chosen by
 * their numbers as if by lot, so that no rhythm of the target can hide from
 * it.  The same octets for the same row again are not kept twice.
 */
#ifndef LOADGEN_ANSWERS_H
#define LOADGEN_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/span.h"

#define ANSWERS_MOST   20000
#define ANSWERS_OCTETS (192u << 20) /* of a thread */
#define ANSWERS_LENGTH (64u << 20)  /* of one */

struct answer {
	uint32_t row; /* of the feed */
	uint16_t flow;
	uint64_t seq;
	int64_t asked_us;          /* monotonic, as these: */
	int64_t first_us, last_us; /* heard, and for the last time */
	uint64_t times;
	struct span octets;
};

struct answers;

/* planned: how many there will be, as far as is known. */
struct answers *answers_new(unsigned parts, size_t planned, size_t rows);
/* No more than so many, from the start on: long ones find no room else. */
void answers_limit(struct answers *, size_t most);
void answers_free(struct answers *);

/* From the thread whose part it is. */
void answers_put(struct answers *, unsigned part, const struct answer *);

/* When all threads have ended.  In the order of parts, each as heard. */
size_t answers_count(const struct answers *);
const struct answer *answers_at(const struct answers *, size_t i);
uint64_t answers_heard(const struct answers *);
/* Chosen, and there was no room. */
uint64_t answers_refused(const struct answers *);
/* These stand for so many. */
uint64_t answers_kept(const struct answers *);

#endif
