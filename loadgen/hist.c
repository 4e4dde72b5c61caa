/* SPDX-License-Identifier: MIT */
#include "loadgen/hist.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define LEB_MOST 9 /* octets of a number; the ninth has eight bits of it */

void
hist_init(struct hist *h)
{
	*h = (struct hist){ .counts = mem_new(HIST_COUNTS, sizeof *h->counts) };
}

void
hist_free(struct hist *h)
{
	free(h->counts);
	*h = (struct hist){ 0 };
}

void
hist_clear(struct hist *h)
{
	memset(h->counts, 0, HIST_COUNTS * sizeof *h->counts);
	*h = (struct hist){ .counts = h->counts };
}

/* By how many bits the values of a bucket are shifted. */
static int
power_of(size_t index)
{
	return index < 2 * HIST_HALF ? 0 : (int)(index / HIST_HALF) - 1;
}

int64_t
hist_lowest(size_t index)
{
	const int power = power_of(index);

	return (int64_t)(index - (size_t)power * HIST_HALF) << power;
}

int64_t
hist_highest(size_t index)
{
	return hist_lowest(index) + (INT64_C(1) << power_of(index)) - 1;
}

int64_t
hist_middle(size_t index)
{
	return hist_lowest(index) + (INT64_C(1) << power_of(index)) / 2;
}

/* What counts themselves do not tell: n, ends and sum. */
static void
widen(uint64_t *n, int64_t *min, int64_t *max, double *sum,
    const struct hist_packed *from)
{
	if (from->n == 0)
		return;
	if (*n == 0 || from->min < *min)
		*min = from->min;
	if (from->max > *max)
		*max = from->max;
	*n += from->n;
	*sum += from->sum;
}

void
hist_merge(struct hist *into, const struct hist *from)
{
	const struct hist_packed ends = { .n = from->n,
		.min = from->min,
		.max = from->max,
		.sum = from->sum };
	size_t i;

	if (from->n == 0)
		return;
	for (i = hist_index(from->min); i <= hist_index(from->max); i++)
		into->counts[i] += from->counts[i];
	widen(&into->n, &into->min, &into->max, &into->sum, &ends);
}

/*
 * Which of n sorted values the percentile is, from 1 to n.  99.9 is a little
 * more than that in binary, 0.07 * 100 is more than 7, and neither must make
 * the 49950th of 50000 the 49951st.
 */
static uint64_t
rank_of(double p, uint64_t n)
{
	const double rank = ceil(p * (double)n / 100 * (1 - 1e-13));

	if (!(rank >= 1))
		return 1;
	return rank >= (double)n ? n : (uint64_t)rank;
}

/* No value is beyond the ends, though their buckets may be. */
static int64_t
within(int64_t us, int64_t min, int64_t max)
{
	return us < min ? min : us > max ? max : us;
}

int64_t
hist_percentile(const struct hist *h, double p)
{
	return h->n == 0 ? 0 : hist_at_rank(h, rank_of(p, h->n));
}

int64_t
hist_at_rank(const struct hist *h, uint64_t rank)
{
	uint64_t seen = 0;
	size_t i;

	if (h->n == 0)
		return 0;
	for (i = hist_index(h->min); i < HIST_COUNTS; i++) {
		seen += h->counts[i];
		if (seen >= rank)
			break;
	}
	return i == HIST_COUNTS ? h->max
				: within(hist_highest(i), h->min, h->max);
}

double
hist_mean(const struct hist *h)
{
	return h->n == 0 ? 0 : h->sum / (double)h->n;
}

uint64_t
hist_at_most(const struct hist *h, int64_t us)
{
	const size_t last = hist_index(us);
	uint64_t seen = 0;
	size_t i;

	if (us < 0)
		return 0;
	for (i = 0; i <= last; i++)
		seen += h->counts[i];
	return seen;
}

/* ---- at rest ---- */

/* Appends one number; p has room for LEB_MOST octets more. */
static uint8_t *
put_number(uint8_t *p, int64_t value)
{
	uint64_t zigzag = (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
	int i;

	for (i = 1; i < LEB_MOST && zigzag >= 0x80; i++) {
		*p++ = (uint8_t)(zigzag | 0x80);
		zigzag >>= 7;
	}
	*p++ = (uint8_t)zigzag;
	return p;
}

/* False when the number is cut off. */
static bool
get_number(struct span *from, int64_t *value)
{
	uint64_t zigzag = 0;
	int i;

	for (i = 0; i < LEB_MOST; i++) {
		uint8_t octet;

		if (from->len == 0)
			return false;
		octet = (uint8_t)*from->ptr;
		*from = span_skip(*from, 1);
		if (i == LEB_MOST - 1) {
			zigzag |= (uint64_t)octet << 56;
			break;
		}
		zigzag |= (uint64_t)(octet & 0x7f) << (7 * i);
		if (octet < 0x80)
			break;
	}
	*value = (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
	return true;
}

/* Writes buckets in rising order, each after the gap before it. */
struct writer {
	uint8_t *start, *at;
	size_t next; /* the bucket to come */
};

static void
write_count(struct writer *w, size_t index, uint64_t count)
{
	const int64_t gap = (int64_t)(index - w->next);

	/* One empty bucket is a plain 0, as the original writes it. */
	if (gap != 0)
		w->at = put_number(w->at, gap == 1 ? 0 : -gap);
	w->at = put_number(w->at, (int64_t)count);
	w->next = index + 1;
}

static void
write_end(struct writer *w, struct hist_packed *into)
{
	free(into->data);
	into->len = (uint32_t)(w->at - w->start);
	into->data = mem_grow(w->start, into->len);
}

void
hist_packed_free(struct hist_packed *h)
{
	free(h->data);
	*h = (struct hist_packed){ 0 };
}

static size_t
buckets_in_use(const struct hist *h)
{
	size_t i, n = 0;

	for (i = hist_index(h->min); i <= hist_index(h->max); i++)
		n += h->counts[i] != 0;
	return n;
}

/* As hist_pack(), of an empty one. */
static void
pack(struct hist_packed *into, const struct hist *from)
{
	/* A gap is below 2^15: three octets. */
	uint8_t *room = mem_new(buckets_in_use(from), LEB_MOST + 3);
	struct writer w = { room, room, 0 };
	size_t i;

	for (i = hist_index(from->min); i <= hist_index(from->max); i++)
		if (from->counts[i] != 0)
			write_count(&w, i, from->counts[i]);
	write_end(&w, into);
	into->n = from->n;
	into->min = from->min;
	into->max = from->max;
	into->sum = from->sum;
}

void
hist_pack(struct hist_packed *into, const struct hist *from)
{
	struct hist_packed one = { 0 };

	if (from->n == 0)
		return;
	pack(&one, from);
	if (into->n == 0) {
		hist_packed_free(into);
		*into = one;
		return;
	}
	hist_packed_merge(into, &one);
	hist_packed_free(&one);
}

void
hist_packed_merge(struct hist_packed *into, const struct hist_packed *from)
{
	/* A count grows by an octet at most; a gap takes three at most. */
	uint8_t *room = mem_new((size_t)into->len + from->len, 5);
	struct writer w = { room, room, 0 };
	struct hist_walk a = hist_packed_walk(into);
	struct hist_walk b = hist_packed_walk(from);
	bool more_a = hist_walk_next(&a), more_b = hist_walk_next(&b);

	while (more_a || more_b) {
		const bool use_a = more_a && (!more_b || a.index <= b.index);
		const bool use_b = more_b && (!more_a || b.index <= a.index);

		write_count(&w, use_a ? a.index : b.index,
		    (use_a ? a.count : 0) + (use_b ? b.count : 0));
		if (use_a)
			more_a = hist_walk_next(&a);
		if (use_b)
			more_b = hist_walk_next(&b);
	}
	write_end(&w, into);
	widen(&into->n, &into->min, &into->max, &into->sum, from);
}

void
hist_unpack(struct hist *into, const struct hist_packed *from)
{
	struct hist_walk w = hist_packed_walk(from);

	while (hist_walk_next(&w))
		into->counts[w.index] += w.count;
	widen(&into->n, &into->min, &into->max, &into->sum, from);
}

int64_t
hist_packed_percentile(const struct hist_packed *h, double p)
{
	return h->n == 0 ? 0 : hist_packed_at_rank(h, rank_of(p, h->n));
}

int64_t
hist_packed_at_rank(const struct hist_packed *h, uint64_t rank)
{
	struct hist_walk w = hist_packed_walk(h);
	uint64_t seen = 0;

	while (hist_walk_next(&w)) {
		seen += w.count;
		if (seen >= rank)
			return within(hist_highest(w.index), h->min, h->max);
	}
	return h->max;
}

double
hist_packed_mean(const struct hist_packed *h)
{
	return h->n == 0 ? 0 : h->sum / (double)h->n;
}

bool
hist_packed_read(struct hist_packed *h, struct span encoded)
{
	/* What we write of the same counts is never longer. */
	uint8_t *room = mem_new(encoded.len, 1);
	struct writer out = { room, room, 0 };
	struct hist_walk w = hist_walk_start(encoded);
	bool ok = true;

	*h = (struct hist_packed){ 0 };
	while (ok && hist_walk_next(&w)) {
		ok = w.index <= hist_index(HIST_MOST) &&
		     w.count <= HIST_PACKED_MOST - h->n;
		if (!ok)
			break;
		write_count(&out, w.index, w.count);
		if (h->n == 0)
			h->min = hist_lowest(w.index);
		h->max = hist_clamp(hist_highest(w.index));
		h->n += w.count;
		h->sum += (double)w.count * (double)hist_middle(w.index);
	}
	write_end(&out, h);
	if (ok && !w.bad)
		return true;
	hist_packed_free(h);
	return false;
}

struct hist_walk
hist_packed_walk(const struct hist_packed *h)
{
	return hist_walk_start((struct span){ (const char *)h->data, h->len });
}

struct hist_walk
hist_walk_start(struct span encoded)
{
	return (struct hist_walk){ .rest = encoded };
}

bool
hist_walk_next(struct hist_walk *w)
{
	while (w->rest.len != 0 && !w->bad) {
		const int64_t least = (int64_t)w->next - HIST_COUNTS;
		int64_t value;

		w->bad = !get_number(&w->rest, &value) || value < least ||
			 w->next == HIST_COUNTS;
		if (w->bad)
			break;
		w->index = w->next;
		w->count = value > 0 ? (uint64_t)value : 0;
		w->next += value < 0 ? (size_t)-value : 1;
		if (value > 0)
			return true;
	}
	return false;
}
