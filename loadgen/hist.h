/* SPDX-License-Identifier: MIT */
/*
 * hist - latencies counted in log-linear buckets, three digits exact.
 *
 * The layout is that of HdrHistogram with lowest value 1, highest HIST_MOST
 * and three significant digits, so that what is counted here can be written
 * for, and read by, everybody's tools (loadgen/hist_log.h).  Values are
 * microseconds.  Merging is addition and therefore exact, over threads, over
 * machines and over intervals; percentiles are never averaged.
 */
#ifndef LOADGEN_HIST_H
#define LOADGEN_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HIST_MOST INT64_C(3600000000) /* an hour; more counts as this */

struct hist {
	uint64_t *counts; /* HIST_COUNTS of them */
	uint64_t n;
	int64_t min, max; /* as recorded, not as bucketed; n == 0: 0 */
	double sum;       /* for the mean */
};

void hist_init(struct hist *); /* the only allocation */
void hist_free(struct hist *);
void hist_clear(struct hist *);

size_t hist_counts(void);           /* how many buckets there are */
size_t hist_index(int64_t us);      /* of a value, clamped to 0..MOST */
int64_t hist_lowest(size_t index);  /* the least value in a bucket */
int64_t hist_highest(size_t index); /* the greatest value in a bucket */

void hist_add(struct hist *, int64_t us);
void hist_add_n(struct hist *, int64_t us, uint64_t n);
void hist_merge(struct hist *into, const struct hist *from);

/* Greatest value equivalent to the one at rank ceil(p/100 * n); 0 if empty. */
int64_t hist_percentile(const struct hist *, double p);
/* The value at a rank, from 1 to n: for intervals by order statistics. */
int64_t hist_at_rank(const struct hist *, uint64_t rank);
double hist_mean(const struct hist *);
/* How many values are at most us (to the precision of the buckets). */
uint64_t hist_at_most(const struct hist *, int64_t us);

#endif
