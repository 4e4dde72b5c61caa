/* SPDX-License-Identifier: MIT */
/*
 * ranks_sum - what each rank has measured, as arrays that MPI can add up.
 *
 * What is a sum or a greatest value travels in two arrays of numbers, which
 * MPI_SUM and MPI_MAX make one (a least value as its complement); the buckets
 * of histograms in a third, in which only those stand that any rank has used.
 * What is neither (texts, errors in order, sums of fractions, which depend on
 * the order they are made in) travels as text and is merged rank by rank.
 * Put together it is to the last bit what measure_merge() makes of the same.
 *
 * This file knows nothing of MPI.  Sums of times are exact up to 2^53 us.
 */
#ifndef PROGRAM_RANKS_SUM_H
#define PROGRAM_RANKS_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "loadgen/measure.h"
#include "loadgen/measure_fields.h"

/* A number of a measure as one of an array, and back; greater stays so. */
uint64_t ranks_number(const struct field *, const void *base);
void ranks_set_number(const struct field *, void *base, uint64_t);

struct ranks_sum {
	uint64_t *sums, *mosts;
	size_t n_sums, n_mosts;
};

/* All ranks have the same operations and, with measure_grow(), seconds. */
void ranks_sum_take(struct ranks_sum *, const struct measure *);
void ranks_sum_free(struct ranks_sum *);

/*
 * Slots are histograms: one a second, operation and clock, and one more.
 *
 *	words = those of all ranks, or'ed
 *	counts = those of all ranks, added; as many as there are bits in words
 */
#define RANKS_WORDS (HIST_COUNTS / 64)

size_t ranks_slots(const struct measure *);
void ranks_slot_mark(
    const struct measure *, size_t slot, uint64_t words[RANKS_WORDS]);
size_t ranks_slot_size(const uint64_t words[RANKS_WORDS]); /* bits in them */
void ranks_slot_take(const struct measure *, size_t slot,
    const uint64_t words[RANKS_WORDS], uint64_t *counts);
/* The octets alone; scratch is an empty histogram and stays one. */
void ranks_slot_make(const uint64_t words[RANKS_WORDS], const uint64_t *counts,
    struct hist *scratch, struct hist_packed *made);

/* Into what rank 0 has measured; made[slot] are taken over. */
void ranks_sum_give(
    const struct ranks_sum *, struct hist_packed *made, struct measure *);

/* What is no sum, as text; and merged into what rank 0 has. */
void ranks_rest_take(const struct measure *, struct buf *);
bool ranks_rest_give(struct span, struct measure *, struct err *);

#endif
