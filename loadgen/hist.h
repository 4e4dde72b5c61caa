/* SPDX-License-Identifier: MIT */
/*
 * hist - latencies counted in log-linear buckets, three digits exact.
 *
 * The layout is that of HdrHistogram with lowest value 1, highest HIST_MOST
 * and three significant digits, so that what is counted here can be written
 * for, and read by, everybody's tools (loadgen/hist_log.h).  Values are
 * microseconds.  Merging is addition and therefore exact, over threads, over
 * machines and over intervals; percentiles are never averaged.
 *
 * A struct hist is 184 KiB and for counting; a struct hist_packed is as big
 * as what is in it and for keeping, one a second for as long as a load lasts.
 */
#ifndef LOADGEN_HIST_H
#define LOADGEN_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/span.h"

#define HIST_MOST INT64_C(3600000000) /* an hour; more counts as this */

/*
 * Values below 2048 have a bucket each; above, every power of two is cut into
 * 1024.  HIST_MOST lies in the 21st power above the first 2048.
 */
#define HIST_HALF   1024
#define HIST_COUNTS (23 * HIST_HALF)

struct hist {
	uint64_t *counts; /* HIST_COUNTS of them */
	uint64_t n;
	int64_t min, max; /* as recorded, not as bucketed; n == 0: 0 */
	double sum;       /* for the mean; exact below 2^53 */
};

void hist_init(struct hist *); /* the only allocation */
void hist_free(struct hist *);
void hist_clear(struct hist *);

static inline size_t
hist_counts(void)
{
	return HIST_COUNTS;
}

/* 0 to HIST_MOST: what is outside counts as the nearer end. */
static inline int64_t
hist_clamp(int64_t us)
{
	return us < 0 ? 0 : us > HIST_MOST ? HIST_MOST : us;
}

/* The bucket of a value, clamped. */
static inline size_t
hist_index(int64_t us)
{
	const uint64_t v = (uint64_t)hist_clamp(us);
	const int power = 53 - __builtin_clzll(v | (2 * HIST_HALF - 1));

	return (size_t)power * HIST_HALF + (size_t)(v >> power);
}

int64_t hist_lowest(size_t index);  /* the least value in a bucket */
int64_t hist_highest(size_t index); /* the greatest value in a bucket */
int64_t hist_middle(size_t index);  /* what HdrHistogram takes for the mean */

static inline void
hist_add_n(struct hist *h, int64_t us, uint64_t n)
{
	const int64_t v = hist_clamp(us);

	if (n == 0)
		return;
	h->counts[hist_index(v)] += n;
	if (h->n == 0 || v < h->min)
		h->min = v;
	if (v > h->max)
		h->max = v;
	h->n += n;
	h->sum += (double)v * (double)n;
}

static inline void
hist_add(struct hist *h, int64_t us)
{
	hist_add_n(h, us, 1);
}

void hist_merge(struct hist *into, const struct hist *from);

/*
 * Greatest value equivalent to the one at rank ceil(p/100 * n), but never
 * beyond min and max; 0 if empty.
 */
int64_t hist_percentile(const struct hist *, double p);
/* The value at a rank, from 1 to n: for intervals by order statistics. */
int64_t hist_at_rank(const struct hist *, uint64_t rank);
double hist_mean(const struct hist *);
/* How many values are at most us (to the precision of the buckets). */
uint64_t hist_at_most(const struct hist *, int64_t us);

#define HIST_PACKED_MOST (UINT64_C(1) << 40) /* read from foreign octets */

/*
 * A histogram at rest.  data is the counts as HdrHistogram's V2 encoding has
 * them: ZigZag LEB128 numbers, a negative one standing for so many empty
 * buckets.  Zeroed memory is an empty one.  Everything is as exact as in the
 * struct hist it was made of.
 */
struct hist_packed {
	uint8_t *data;
	uint32_t len;
	uint64_t n;
	int64_t min, max;
	double sum;
};

void hist_packed_free(struct hist_packed *); /* and empties it */
/* Adds. */
void hist_pack(struct hist_packed *into, const struct hist *from);
void hist_packed_merge(struct hist_packed *into, const struct hist_packed *);
void hist_unpack(struct hist *into, const struct hist_packed *from);

/* As their namesakes above, without unpacking. */
int64_t hist_packed_percentile(const struct hist_packed *, double p);
int64_t hist_packed_at_rank(const struct hist_packed *, uint64_t rank);
double hist_packed_mean(const struct hist_packed *);

/*
 * Walks the buckets in use, upwards:
 *
 *	struct hist_walk w = hist_packed_walk(&packed);
 *
 *	while (hist_walk_next(&w))
 *		... hist_lowest(w.index) ... w.count ...
 */
struct hist_walk {
	struct span rest; /* not looked at yet */
	size_t index;
	uint64_t count;
	size_t next;
	bool bad; /* of foreign octets: not what V2 has */
};

/*
 * From foreign octets: false when they are not what V2 has, hold a value above
 * HIST_MOST, or more than HIST_PACKED_MOST values.  Ends and sum, which the
 * octets do not tell, are those of the outermost buckets and of their middles.
 */
bool hist_packed_read(struct hist_packed *, struct span encoded);

struct hist_walk hist_packed_walk(const struct hist_packed *);
struct hist_walk hist_walk_start(struct span encoded);
bool hist_walk_next(struct hist_walk *);

#endif
