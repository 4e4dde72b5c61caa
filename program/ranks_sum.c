/* SPDX-License-Identifier: MIT */
#include "program/ranks_sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define REST_MOST (4u << 20)

/* ---- one number ---- */

/* Fractions are not negative: their bits are in the order of their values. */
uint64_t
ranks_number(const struct field *f, const void *base)
{
	const void *at = (const char *)base + f->at;
	uint64_t bits;

	switch (f->type) {
	case FIELD_COUNT:
		return *(const uint64_t *)at;
	case FIELD_TIME:
		return (uint64_t) * (const int64_t *)at;
	case FIELD_INT:
		return (uint64_t) * (const int *)at;
	case FIELD_FLAG:
		return *(const bool *)at;
	case FIELD_REAL:
		memcpy(&bits, at, sizeof bits);
		return *(const double *)at > 0 ? bits : 0;
	case FIELD_TEXT:
		break;
	}
	return 0;
}

void
ranks_set_number(const struct field *f, void *base, uint64_t n)
{
	void *at = (char *)base + f->at;

	switch (f->type) {
	case FIELD_COUNT:
		*(uint64_t *)at = n;
		break;
	case FIELD_TIME:
		*(int64_t *)at = (int64_t)n;
		break;
	case FIELD_INT:
		*(int *)at = (int)n;
		break;
	case FIELD_FLAG:
		*(bool *)at = n != 0;
		break;
	case FIELD_REAL:
		memcpy(at, &n, sizeof n);
		break;
	case FIELD_TEXT:
		break;
	}
}

/* ---- all of them ---- */

/* Goes through a measure, always in the same order. */
struct walk {
	const struct ranks_sum *s;
	size_t sum, most;
	bool counts; /* sets nothing: how many are there? */
	bool gives;  /* into the measure */
};

static void
sum(struct walk *w, uint64_t *n)
{
	uint64_t *at = w->counts ? NULL : &w->s->sums[w->sum];

	w->sum++;
	if (at != NULL && w->gives)
		*n = *at;
	else if (at != NULL)
		*at = *n;
}

static void
most(struct walk *w, uint64_t *n)
{
	uint64_t *at = w->counts ? NULL : &w->s->mosts[w->most];

	w->most++;
	if (at != NULL && w->gives)
		*n = *at;
	else if (at != NULL)
		*at = *n;
}

static bool
is_sum(const struct field *f)
{
	return f->merge == MERGE_ADD &&
	       (f->type == FIELD_COUNT || f->type == FIELD_INT);
}

static bool
is_most(const struct field *f)
{
	return f->merge == MERGE_WORSE && f->type != FIELD_TEXT;
}

static void
walk_fields(struct walk *w, const struct field *f, void *base)
{
	for (; f->key != NULL; f++) {
		uint64_t n = ranks_number(f, base);

		if (is_sum(f))
			sum(w, &n);
		else if (is_most(f))
			most(w, &n);
		else
			continue;
		if (w->gives)
			ranks_set_number(f, base, n);
	}
}

static void
walk_ends(struct walk *w, uint64_t *n, int64_t *min, int64_t *max, double *us)
{
	uint64_t total = (uint64_t)*us, high = (uint64_t)*max;
	uint64_t low = *n == 0 ? 0 : ~(uint64_t)*min;

	sum(w, n);
	sum(w, &total);
	most(w, &high);
	most(w, &low);
	if (!w->gives)
		return;
	*us = (double)total;
	*max = (int64_t)high;
	*min = *n == 0 ? 0 : (int64_t)~low;
}

static void
walk_second(struct walk *w, struct measure_second *s, size_t n_ops)
{
	walk_fields(w, measure_second_fields, s);
	for (size_t op = 0; op < n_ops; op++) {
		walk_fields(w, measure_op_fields, &s->ops[op]);
		for (int c = 0; c < LOAD_CLOCKS; c++) {
			struct hist_packed *h = &s->ops[op].hist[c];

			walk_ends(w, &h->n, &h->min, &h->max, &h->sum);
		}
	}
}

static void
walk_all(struct walk *w, struct measure *m)
{
	struct hist *delivery = &m->ledger.delivery;

	walk_fields(w, measure_fields, m);
	walk_fields(w, measure_ledger_fields, &m->ledger);
	walk_fields(w, measure_answers_fields, &m->answers);
	walk_ends(
	    w, &delivery->n, &delivery->min, &delivery->max, &delivery->sum);
	for (size_t i = 0; i < m->n_seconds; i++)
		walk_second(w, &m->seconds[i], m->n_ops);
}

void
ranks_sum_take(struct ranks_sum *s, const struct measure *m)
{
	/* only read from: it does not give */
	struct measure *from = (struct measure *)(uintptr_t)m;
	struct walk size = { .counts = true };
	struct walk w = { .s = s };

	walk_all(&size, from);
	*s = (struct ranks_sum){
		.sums = mem_new(size.sum + 1, sizeof s->sums[0]),
		.mosts = mem_new(size.most + 1, sizeof s->mosts[0]),
		.n_sums = size.sum,
		.n_mosts = size.most,
	};
	walk_all(&w, from);
}

void
ranks_sum_free(struct ranks_sum *s)
{
	free(s->sums);
	free(s->mosts);
	*s = (struct ranks_sum){ 0 };
}

/* ---- histograms ---- */

size_t
ranks_slots(const struct measure *m)
{
	return m->n_seconds * m->n_ops * LOAD_CLOCKS + 1;
}

/* The histogram of a slot; NULL: that of the ledger. */
static struct hist_packed *
slot_of(const struct measure *m, size_t slot)
{
	const size_t op = slot / LOAD_CLOCKS;

	if (slot + 1 == ranks_slots(m))
		return NULL;
	return &m->seconds[op / m->n_ops]
		    .ops[op % m->n_ops]
		    .hist[slot % LOAD_CLOCKS];
}

/* *own is freed by the caller. */
static struct hist_walk
slot_walk(const struct measure *m, size_t slot, struct hist_packed *own)
{
	const struct hist_packed *h = slot_of(m, slot);

	*own = (struct hist_packed){ 0 };
	if (h != NULL)
		return hist_packed_walk(h);
	hist_pack(own, &m->ledger.delivery);
	return hist_packed_walk(own);
}

void
ranks_slot_mark(
    const struct measure *m, size_t slot, uint64_t words[RANKS_WORDS])
{
	struct hist_packed own;
	struct hist_walk w = slot_walk(m, slot, &own);

	memset(words, 0, RANKS_WORDS * sizeof words[0]);
	while (hist_walk_next(&w))
		words[w.index / 64] |= UINT64_C(1) << w.index % 64;
	hist_packed_free(&own);
}

size_t
ranks_slot_size(const uint64_t words[RANKS_WORDS])
{
	size_t n = 0;

	for (size_t i = 0; i < RANKS_WORDS; i++)
		n += (size_t)__builtin_popcountll(words[i]);
	return n;
}

/* The next bit that is set, from bucket i on; HIST_COUNTS: there is none. */
static size_t
next_bucket(const uint64_t words[RANKS_WORDS], size_t i)
{
	while (i < HIST_COUNTS) {
		const uint64_t left = words[i / 64] >> i % 64;

		if (left != 0)
			return i + (size_t)__builtin_ctzll(left);
		i += 64 - i % 64;
	}
	return HIST_COUNTS;
}

void
ranks_slot_take(const struct measure *m, size_t slot,
    const uint64_t words[RANKS_WORDS], uint64_t *counts)
{
	struct hist_packed own;
	struct hist_walk w = slot_walk(m, slot, &own);
	bool more = hist_walk_next(&w);
	size_t i = next_bucket(words, 0);

	for (; i < HIST_COUNTS; i = next_bucket(words, i + 1), counts++) {
		const bool here = more && w.index == i;

		*counts = here ? w.count : 0;
		if (here)
			more = hist_walk_next(&w);
	}
	hist_packed_free(&own);
}

void
ranks_slot_make(const uint64_t words[RANKS_WORDS], const uint64_t *counts,
    struct hist *scratch, struct hist_packed *made)
{
	size_t i = next_bucket(words, 0);

	*made = (struct hist_packed){ 0 };
	for (size_t k = i; k < HIST_COUNTS; k = next_bucket(words, k + 1))
		hist_add_n(scratch, hist_lowest(k), *counts++);
	hist_pack(made, scratch);
	for (; i < HIST_COUNTS; i = next_bucket(words, i + 1))
		scratch->counts[i] = 0;
	*scratch = (struct hist){ .counts = scratch->counts };
}

static void
give_slot(struct hist_packed *to, struct hist_packed *made)
{
	free(to->data);
	to->data = made->data;
	to->len = made->len;
	*made = (struct hist_packed){ 0 };
}

void
ranks_sum_give(
    const struct ranks_sum *s, struct hist_packed *made, struct measure *m)
{
	const size_t last = ranks_slots(m) - 1;
	struct walk w = { .s = s, .gives = true };

	for (size_t i = 0; i < last; i++)
		give_slot(slot_of(m, i), &made[i]);
	hist_clear(&m->ledger.delivery);
	hist_unpack(&m->ledger.delivery, &made[last]);
	hist_packed_free(&made[last]);
	walk_all(&w, m);
}

/* ---- what is no sum ---- */

static char *
copy(const char *text)
{
	return text == NULL ? NULL : mem_text(span_of(text));
}

/* Texts and fractions; every other number is 0. */
static void
copy_rest(const struct field *f, void *to, const void *from)
{
	for (; f->key != NULL; f++) {
		const char *in = (const char *)from + f->at;
		char *out = (char *)to + f->at;

		if (f->type == FIELD_TEXT)
			*(char **)(void *)out =
			    copy(*(char *const *)(const void *)in);
		else if (f->type == FIELD_REAL && f->merge == MERGE_ADD)
			memcpy(out, in, f->size);
		else
			memset(out, 0, f->size);
	}
}

void
ranks_rest_take(const struct measure *m, struct buf *out)
{
	struct measure rest;
	struct buf json, log;

	measure_init(&rest, NULL, 0);
	copy_rest(measure_fields, &rest, m);
	copy_rest(measure_ledger_fields, &rest.ledger, &m->ledger);
	copy_rest(measure_answers_fields, &rest.answers, &m->answers);
	rest.answers.kept = m->answers.n_examples > 0;
	for (size_t i = 0; i < m->n_errors; i++)
		measure_error_add(&rest, m->errors[i].what, m->errors[i].n);
	for (size_t i = 0; i < m->ledger.n_examples; i++)
		rest.ledger.examples[rest.ledger.n_examples++] =
		    copy(m->ledger.examples[i]);
	for (size_t i = 0; i < m->answers.n_examples; i++)
		rest.answers.examples[rest.answers.n_examples++] =
		    copy(m->answers.examples[i]);
	buf_init(&json, REST_MOST);
	buf_init(&log, REST_MOST);
	measure_texts(&rest, &json, &log);
	buf_init(out, 2 * REST_MOST + 64);
	buf_addf(out, "%zu\n", json.len);
	buf_add(out, buf_span(&json));
	buf_add(out, buf_span(&log));
	buf_free(&json);
	buf_free(&log);
	measure_free(&rest);
}

bool
ranks_rest_give(struct span text, struct measure *m, struct err *err)
{
	const size_t end = span_find(text, SPAN("\n"));
	struct measure rest;
	size_t n;

	n = end < 20 ? strtoul(text.ptr, NULL, 10) : text.len;
	text = span_skip(text, end < text.len ? end + 1 : end);
	if (n > text.len)
		return err_set(err, ERR_CONFIG, "what a rank told is cut off");
	if (!measure_parse(&rest, "measure.json of a rank", span_take(text, n),
		"intervals.hlog of a rank", span_skip(text, n), err))
		return false;
	rest.ranks = rest.workers = 0;
	measure_merge(m, &rest);
	measure_free(&rest);
	return true;
}
