/* SPDX-License-Identifier: MIT */
/*
 * judging - loads that never were, and what is said of them: for tests alone.
 */
#ifndef LOADGEN_JUDGING_H
#define LOADGEN_JUDGING_H

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/text.h"
#include "loadgen/judge.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MS       1000.0
#define S        1e6

static inline double
unit(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return ((double)((z ^ z >> 31) >> 11) + 1) / 9007199254740993.0;
}

/* A steady load of one operation that all went well: 300 s, 20 a second. */
static inline void
empty(struct measure *m, size_t seconds)
{
	measure_init(m, NULL, seconds);
	m->judged_to = seconds;
	m->echo_rate = 100000;
}

/* p95 of what is drawn is at, exponentially; so many a second. */
static inline void
draw(struct measure *m, const char *name, size_t from, size_t to, uint64_t n,
    double p95)
{
	const int op = measure_op_add(m, name);
	uint64_t state = from + 1 + 1000003 * m->handshakes; /* no matter */
	struct hist h;

	hist_init(&h);
	for (size_t i = from; i < to; i++) {
		struct measure_second *s = &m->seconds[i];
		struct measure_second_op *o = &s->ops[op];

		hist_clear(&h);
		for (uint64_t k = 0; k < n; k++)
			hist_add(
			    &h, (int64_t)(-log(unit(&state)) * p95 / 2.99573));
		measure_put(m, i, (size_t)op, CLOCK_RESPONSE, &h);
		s->planned += n;
		s->begun += n;
		o->begun += n;
		o->done += n;
		s->health.late_n += n;
		s->health.late_p99_us = 200;
		s->connections = 50;
		s->in += n * (1 << 20);
	}
	hist_free(&h);
}

static inline void
break_some(struct measure *m, size_t op, size_t second, uint64_t n)
{
	m->seconds[second].planned += n;
	m->seconds[second].begun += n;
	m->seconds[second].ops[op].begun += n;
	m->seconds[second].ops[op].failed += n;
}

static inline const struct judged_metric *
metric(const struct judged *j, const char *name)
{
	for (size_t i = 0; i < j->n; i++)
		if (strcmp(j->metrics[i].metric, name) == 0)
			return &j->metrics[i];
	ck_abort_msg("no metric %s", name);
}

static const struct profile nobody;

/* What every judgement has to keep, whatever it says. */
static inline void
is_sound(const struct judged *j)
{
	enum verdict rolled = NOT_APPLICABLE;

	for (size_t i = 0; i < j->n; i++) {
		const struct judged_metric *m = &j->metrics[i];

		ck_assert(m->verdict == PASS || m->verdict == FAIL ||
			  m->verdict == INCONCLUSIVE);
		ck_assert_msg(m->why[0] != '\0' && m->why_zh[0] != '\0',
		    "%s: no reason", m->metric);
		ck_assert(text_is_utf8(span_of(m->why_zh)));
		ck_assert_msg(strstr(m->why, "inf") == NULL, "%s", m->why);
		ck_assert_msg(strstr(m->why, "nan") == NULL, "%s %g %g %g",
		    m->why, m->measured, m->low, m->high);
		ck_assert(isfinite(m->measured) && isfinite(m->low) &&
			  isfinite(m->high) && isfinite(m->effect));
		ck_assert_msg(m->low <= m->measured + 1e-9 &&
				  m->measured <= m->high + 1e-9,
		    "%s: %g, %g, %g: %s", m->metric, m->low, m->measured,
		    m->high, m->why);
		rolled = verdict_over_cases(rolled, m->verdict);
	}
	if (j->n > 0)
		ck_assert_int_eq(j->verdict, rolled);
	ck_assert_str_ne(j->why, "");
	ck_assert_str_ne(j->why_zh, "");
	ck_assert(text_is_utf8(span_of(j->why_zh)));
	ck_assert(text_is_utf8(span_of(j->generator_why_zh)));
	ck_assert_str_ne(j->generator_why, "");
}

static inline void
expect(const struct measure *m, enum req row, const char *name,
    enum verdict want, const char *why, const char *what)
{
	struct judged j;
	const struct judged_metric *at;

	judge_row(&j, row, m, &nobody);
	is_sound(&j);
	at = metric(&j, name);
	ck_assert_msg(at->verdict == want, "%s: %s, and not %s: %s (%s)", what,
	    verdict_name(at->verdict), verdict_name(want), at->why,
	    j.generator_why);
	ck_assert_msg(strstr(at->why, why) != NULL, "%s: \"%s\" is not in %s",
	    what, why, at->why);
}

/* ---- what happens to them ---- */

static inline void
every_second(
    struct measure *m, size_t step, void (*harm)(struct measure *, size_t))
{
	for (size_t i = 0; i < m->n_seconds; i += step)
		harm(m, i);
}

static inline void
busy(struct measure *m, size_t i)
{
	m->seconds[i].health.cpu = 0.95;
}

static inline void
all_busy(struct measure *m)
{
	every_second(m, 1, busy);
}

static inline void
lost_rank(struct measure *m)
{
	m->ranks = 4;
	m->ranks_lost = 1;
}

static inline void
closed(struct measure *m)
{
	m->closed_loop = true;
}

static inline void
interrupted(struct measure *m)
{
	m->interrupted = true;
}

/* offered: a second; taken: of those; seconds. */
static inline void
submissions(struct measure *m, size_t seconds, uint64_t offered, uint64_t taken)
{
	const size_t n = seconds + 5;

	empty(m, n);
	m->judged_to = seconds;
	draw(m, "submit", 0, seconds, taken, 0.2 * S);
	for (size_t i = 0; i < seconds; i++) {
		m->seconds[i].planned = offered;
		m->seconds[i].dropped = offered - taken;
		m->seconds[i].out = taken * 20800;
	}
}

/* Runs what a test program has; a test of loops says how often. */
struct judging_test {
	const TTest *test;
	size_t loops; /* 0: once */
};

static inline int
judging_run(const char *name, const struct judging_test *tests, size_t n)
{
	Suite *s = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 60);
	for (size_t i = 0; i < n; i++)
		if (tests[i].loops > 0)
			tcase_add_loop_test(
			    tc, tests[i].test, 0, (int)tests[i].loops);
		else
			tcase_add_test(tc, tests[i].test);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
