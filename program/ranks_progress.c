/* SPDX-License-Identifier: MIT */
#include "program/ranks_progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "program/ranks_sum.h"

void
progress_init(struct ranks_progress *p, unsigned n, int64_t now_us)
{
	*p = (struct ranks_progress){ .n = n,
		.of = mem_new(n, sizeof p->of[0]) };
	for (unsigned k = 0; k < n; k++)
		p->of[k].heard_us = now_us;
	measure_init(&p->all, NULL, 0);
}

void
progress_free(struct ranks_progress *p)
{
	if (p->of == NULL)
		return;
	measure_free(&p->all);
	free(p->of);
	*p = (struct ranks_progress){ 0 };
}

/* ---- adding ---- */

static void
add_second(struct measure *into, size_t i, const struct measure_second *s,
    size_t n_ops)
{
	struct measure_second *to;

	measure_grow(into, i + 1);
	if (i >= into->n_seconds)
		return;
	to = &into->seconds[i];
	measure_fields_merge(measure_second_fields, to, s);
	for (size_t op = 0; op < n_ops && op < into->n_ops; op++) {
		const struct hist_packed *h = &s->ops[op].hist[CLOCK_RESPONSE];

		measure_fields_merge(
		    measure_op_fields, &to->ops[op], &s->ops[op]);
		if (h->n != 0)
			hist_packed_merge(&to->ops[op].hist[CLOCK_RESPONSE], h);
	}
}

/* Its operations are everybody's. */
static void
know_operations(struct measure *all, const struct measure *m)
{
	for (size_t op = 0; op < m->n_ops; op++)
		measure_op_add(all, m->ops[op]);
}

void
progress_put(struct ranks_progress *p, unsigned rank, const struct measure *m,
    size_t n, int64_t now_us)
{
	struct ranks_told *of = &p->of[rank];

	know_operations(&p->all, m);
	p->all.judged_from = m->judged_from;
	p->all.judged_to = m->judged_to;
	p->all.closed_loop = m->closed_loop;
	of->offered_rate = m->offered_rate;
	for (; of->told < n; of->told++)
		add_second(&p->all, of->told, &m->seconds[of->told], m->n_ops);
	of->heard_us = now_us;
}

/* ---- messages: numbers of eight octets, the least one first ---- */

static void
put_number(struct buf *out, uint64_t n)
{
	char octets[8];

	for (int i = 0; i < 8; i++)
		octets[i] = (char)(n >> (8 * i));
	buf_add(out, (struct span){ octets, sizeof octets });
}

/* 0 when there is none, and *bad. */
static uint64_t
get_number(struct span *from, bool *bad)
{
	uint64_t n = 0;

	if (from->len < 8) {
		*bad = true;
		return 0;
	}
	for (int i = 0; i < 8; i++)
		n |= (uint64_t)(uint8_t)from->ptr[i] << (8 * i);
	*from = span_skip(*from, 8);
	return n;
}

/* A rate; bits as they are. */
static void
put_rate(struct buf *out, double rate)
{
	uint64_t bits;

	memcpy(&bits, &rate, sizeof bits);
	put_number(out, bits);
}

static double
get_rate(struct span *from, bool *bad)
{
	const uint64_t bits = get_number(from, bad);
	double rate;

	memcpy(&rate, &bits, sizeof rate);
	*bad |= !isfinite(rate) || rate < 0;
	return rate;
}

static void
put_fields(struct buf *out, const struct field *f, const void *base)
{
	for (; f->key != NULL; f++)
		put_number(out, ranks_number(f, base));
}

static void
get_fields(struct span *from, const struct field *f, void *base, bool *bad)
{
	for (; f->key != NULL; f++)
		ranks_set_number(f, base, get_number(from, bad));
}

static void
put_second(struct buf *out, const struct measure_second *s, size_t n_ops)
{
	put_fields(out, measure_second_fields, s);
	for (size_t op = 0; op < n_ops; op++) {
		const struct hist_packed *h = &s->ops[op].hist[CLOCK_RESPONSE];

		put_fields(out, measure_op_fields, &s->ops[op]);
		put_fields(out, measure_hist_fields, h);
		put_number(out, h->len);
		buf_add(out, (struct span){ (const char *)h->data, h->len });
	}
}

static void
get_hist(struct span *from, struct hist_packed *h, bool *bad)
{
	struct hist_packed told = { 0 };
	size_t len;

	get_fields(from, measure_hist_fields, &told, bad);
	len = get_number(from, bad);
	if (*bad || len > from->len ||
	    !hist_packed_read(h, span_take(*from, len)) || h->n != told.n) {
		*bad = true;
		return;
	}
	*from = span_skip(*from, len);
	if (h->n == 0)
		return;
	/* the buckets do not tell these to the last digit */
	if (hist_index(h->min) != hist_index(told.min) ||
	    hist_index(h->max) != hist_index(told.max) || told.min > told.max)
		*bad = true;
	h->min = told.min;
	h->max = told.max;
	h->sum = told.sum;
}

static void
second_free(struct measure_second *s)
{
	for (size_t op = 0; op < SCENARIO_OPS; op++)
		hist_packed_free(&s->ops[op].hist[CLOCK_RESPONSE]);
	*s = (struct measure_second){ 0 };
}

static void
get_second(struct span *from, struct measure_second *s, size_t n_ops, bool *bad)
{
	get_fields(from, measure_second_fields, s, bad);
	for (size_t op = 0; !*bad && op < n_ops; op++) {
		get_fields(from, measure_op_fields, &s->ops[op], bad);
		get_hist(from, &s->ops[op].hist[CLOCK_RESPONSE], bad);
	}
}

size_t
progress_pack(const struct measure *m, size_t from, size_t to, struct buf *out)
{
	struct buf seconds, one;
	size_t i;

	buf_init(&seconds, PROGRESS_MESSAGE);
	buf_init(&one, 16 * PROGRESS_MESSAGE);
	for (i = from; i < to; i++) {
		buf_clear(&one);
		put_second(&one, &m->seconds[i], m->n_ops);
		if (seconds.len + one.len + 64 > PROGRESS_MESSAGE)
			break;
		buf_add(&seconds, buf_span(&one));
	}
	put_number(out, from);
	put_number(out, i - from);
	put_number(out, m->n_ops);
	put_rate(out, m->offered_rate);
	buf_add(out, buf_span(&seconds));
	buf_free(&seconds);
	buf_free(&one);
	/* one that will never fit is left out */
	return i == from && from < to ? from + 1 : i;
}

/* All of it is good, or none of it is taken. */
bool
progress_read(struct ranks_progress *p, unsigned rank, struct span message,
    int64_t now_us)
{
	struct ranks_told *of = &p->of[rank];
	struct measure_second s = { 0 };
	bool bad = false;
	const uint64_t from = get_number(&message, &bad);
	const uint64_t n = get_number(&message, &bad);
	const uint64_t n_ops = get_number(&message, &bad);
	const double offered_rate = get_rate(&message, &bad);
	struct span again = message;

	if (bad || from < of->told || from > MEASURE_SECONDS ||
	    n > message.len / 8 || n_ops > SCENARIO_OPS)
		return false;
	for (uint64_t i = 0; !bad && i < n; i++) {
		get_second(&again, &s, n_ops, &bad);
		second_free(&s);
	}
	if (bad || again.len != 0)
		return false;
	for (uint64_t i = 0; i < n; i++) {
		get_second(&message, &s, n_ops, &bad);
		add_second(&p->all, from + i, &s, n_ops);
		second_free(&s);
	}
	of->gap |= from > of->told || n == 0 || n_ops != p->all.n_ops;
	of->offered_rate = offered_rate;
	of->told = from + n;
	of->heard_us = now_us;
	return true;
}

/* ---- what they say together ---- */

bool
progress_is_silent(
    const struct ranks_progress *p, unsigned rank, int64_t now_us)
{
	const struct ranks_told *of = &p->of[rank];

	return !of->ended && now_us - of->heard_us >= PROGRESS_SILENT_US;
}

size_t
progress_whole(const struct ranks_progress *p, int64_t now_us)
{
	size_t least = SIZE_MAX, most = 0;

	for (unsigned k = 0; k < p->n; k++) {
		const struct ranks_told *of = &p->of[k];

		if (of->told > most)
			most = of->told;
		if (!of->ended && !progress_is_silent(p, k, now_us) &&
		    of->told < least)
			least = of->told;
	}
	return least == SIZE_MAX ? most : least;
}

bool
progress_has(const struct ranks_progress *p, size_t n)
{
	for (unsigned k = 0; k < p->n; k++)
		if (p->of[k].gap || p->of[k].told < n)
			return false;
	return n <= p->all.n_seconds;
}

/* Rates are added in the order of ranks, as they are at the end. */
struct measure
progress_so_far(const struct ranks_progress *p)
{
	struct measure all = p->all;

	all.ranks = (int)p->n;
	for (unsigned k = 0; k < p->n; k++)
		all.offered_rate += p->of[k].offered_rate;
	return all;
}

void
progress_text(
    const struct ranks_progress *p, int64_t now_us, char text[PROGRESS_TEXT])
{
	struct buf names;
	unsigned n = 0;

	buf_init(&names, PROGRESS_TEXT - 20);
	for (unsigned k = 0; k < p->n; k++)
		if (progress_is_silent(p, k, now_us))
			buf_addf(&names, "%s%u", n++ == 0 ? "" : ", ", k);
	text[0] = '\0';
	if (n > 0)
		snprintf(text, PROGRESS_TEXT, "rank%s %s%s silent",
		    n == 1 ? "" : "s", buf_text(&names),
		    names.full ? " ..." : "");
	buf_free(&names);
}
