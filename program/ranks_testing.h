/* SPDX-License-Identifier: MIT */
/*
 * ranks_testing - what a rank may have measured, drawn from its number.
 */
#ifndef PROGRAM_RANKS_TESTING_H
#define PROGRAM_RANKS_TESTING_H

#include <check.h>

#include "lib/mem.h"
#include "loadgen/arrival.h"
#include "loadgen/measure.h"
#include "loadgen/measure_fields.h"

/* Numbers of every member: some small, some great, some 0. */
static inline void
ranks_testing_fill(const struct field *f, void *base, uint64_t *state)
{
	for (; f->key != NULL; f++) {
		void *at = (char *)base + f->at;
		const uint64_t n =
		    chance_next(state) >> chance_next(state) % 64;

		if (f->type == FIELD_COUNT)
			*(uint64_t *)at = n >> 20;
		else if (f->type == FIELD_TIME)
			*(int64_t *)at = (int64_t)(n >> 20);
		else if (f->type == FIELD_REAL)
			*(double *)at = chance_unit(state) * 1000 / 3;
		else if (f->type == FIELD_FLAG)
			*(bool *)at = n % 2 == 1;
	}
}

static inline void
ranks_testing_times(struct hist *h, uint64_t *state)
{
	const uint64_t n = chance_next(state) % 60;

	hist_clear(h);
	for (uint64_t i = 0; i < n; i++)
		hist_add_n(h,
		    (int64_t)(chance_next(state) >>
			      (chance_next(state) % 40 + 24)),
		    chance_next(state) % 5);
}

/* The same number, the same measurements. */
static inline void
ranks_testing_measure(struct measure *m, unsigned rank, size_t seconds)
{
	static const char *const ops[] = { "login", "fetch", "idle" };
	uint64_t state = rank + 1;
	struct hist h;

	hist_init(&h);
	measure_init(m, NULL, seconds);
	for (size_t op = 0; op < 3; op++)
		measure_op_add(m, ops[op]);
	ranks_testing_fill(measure_fields, m, &state);
	ranks_testing_fill(measure_ledger_fields, &m->ledger, &state);
	m->judged_from = 0;
	m->judged_to = 1;
	m->ranks = 1;
	m->ranks_lost = 0;
	m->workers = (int)rank + 1;
	m->scenario = mem_text(SPAN("drawn"));
	m->started = mem_text(SPAN("2026-11-22T01:26:54.123000Z"));
	m->machine = mem_textf("machine %u", rank);
	if (rank % 2 == 1)
		m->ledger.unread_why = mem_textf("of rank %u", rank);
	for (size_t i = 0; i < seconds; i++) {
		ranks_testing_fill(
		    measure_second_fields, &m->seconds[i], &state);
		for (size_t op = 0; op < 2; op++) {
			ranks_testing_fill(
			    measure_op_fields, &m->seconds[i].ops[op], &state);
			for (int c = 0; c < LOAD_CLOCKS; c++) {
				ranks_testing_times(&h, &state);
				measure_put(m, i, op, (enum load_clock)c, &h);
			}
		}
	}
	ranks_testing_times(&m->ledger.delivery, &state);
	m->ledger.examples[m->ledger.n_examples++] =
	    mem_textf("run.%u.17 lost", rank);
	measure_error_add(m, "login: heard 421", rank);
	for (unsigned k = 0; k < 6; k++) {
		char *what = mem_textf("error %u of rank %u", k, rank);

		measure_error_add(m, what, k + 1);
		free(what);
	}
	hist_free(&h);
}

/* What would be filed is the same to the last octet. */
static inline void
ranks_testing_same(const struct measure *a, const struct measure *b)
{
	struct buf of_a[2], of_b[2];

	for (int i = 0; i < 2; i++) {
		buf_init(&of_a[i], 64u << 20);
		buf_init(&of_b[i], 64u << 20);
	}
	measure_texts(a, &of_a[0], &of_a[1]);
	measure_texts(b, &of_b[0], &of_b[1]);
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_gt(of_a[i].len, 100);
		ck_assert_str_eq(buf_text(&of_a[i]), buf_text(&of_b[i]));
		buf_free(&of_a[i]);
		buf_free(&of_b[i]);
	}
}

#endif
