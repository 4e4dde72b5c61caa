/* SPDX-License-Identifier: MIT */
#include "loadgen/health.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define N        200 /* seconds */

/* 50 arrivals a second, all begun, one operation each, sent in time. */
static void
fine(struct measure *m)
{
	measure_init(m, NULL, N);
	measure_op_add(m, "login");
	m->judged_to = N;
	m->echo_rate = 10000;
	m->ranks = 2;
	for (size_t i = 0; i < N; i++) {
		struct measure_second *s = &m->seconds[i];

		s->planned = s->begun = 50;
		s->ops[0].begun = s->ops[0].done = 50;
		s->health = (struct measure_health){ .late_p99_us = 300,
			.late_max_us = 900,
			.late_n = 50,
			.cpu = 0.4,
			.run_queue = 0.02 };
	}
}

static void
cpu(struct measure_second *s, double x)
{
	s->health.cpu = x;
}

static void
late(struct measure_second *s, double x)
{
	s->health.late_p99_us = (int64_t)x;
}

static void
queued(struct measure_second *s, double x)
{
	s->health.run_queue = x;
}

static void
stolen(struct measure_second *s, double x)
{
	s->health.steal = x;
}

static void
resent(struct measure_second *s, double x)
{
	s->health.retransmits = (uint64_t)x;
}

static void
unsent(struct measure_second *s, double x)
{
	s->planned += (uint64_t)x;
}

static void
dropped(struct measure_second *s, double x)
{
	s->planned += (uint64_t)x;
	s->dropped += (uint64_t)x;
}

/* One second, what is in it, and the flaw that makes of it. */
/* clang-format off */
static const struct {
	void		(*set)(struct measure_second *, double);
	double		x;
	unsigned	flaws;
} seconds[] = {
	{ cpu,		0.85,	0 },
	{ cpu,		0.86,	1 << HEALTH_BUSY },
	{ late,		1000,	0 },
	{ late,		1001,	1 << HEALTH_LATE },
	{ queued,	0.20,	0 },
	{ queued,	0.21,	1 << HEALTH_QUEUED },
	{ stolen,	0.10,	0 },
	{ stolen,	0.11,	1 << HEALTH_STOLEN },
	{ resent,	19,	0 },		/* so few are nothing */
	{ resent,	20,	1 << HEALTH_RESENT },
	{ unsent,	0,	0 },
	{ unsent,	1,	0 },		/* it may go out the next second */
	{ unsent,	2,	1 << HEALTH_SHORT },
	{ dropped,	20,	0 },		/* that is the target's */
};
/* clang-format on */

START_TEST(flaws_of_a_second)
{
	struct measure m;

	fine(&m);
	ck_assert_uint_eq(health_second(&m, 3, 1000), 0);
	seconds[_i].set(&m.seconds[3], seconds[_i].x);
	ck_assert_uint_eq(health_second(&m, 3, 1000), seconds[_i].flaws);
	measure_free(&m);
}
END_TEST

START_TEST(late_is_relative_to_the_limit)
{
	struct measure m;
	struct health h;

	ck_assert_double_eq(health_late_limit_us(0), HEALTH_LATE_COUNT_US);
	ck_assert_double_eq(health_late_limit_us(10000), 1000);
	ck_assert_double_eq(health_late_limit_us(2000000), 100000);
	fine(&m);
	for (size_t i = 0; i < N; i++)
		late(&m.seconds[i], 50000);
	health_of(&h, &m, 0, N, 2000000);
	ck_assert(h.good);
	ck_assert_uint_eq(h.bad, 0);
	health_free(&h);
	health_of(&h, &m, 0, N, 200000);
	ck_assert(!h.good);
	ck_assert_uint_eq(h.bad, N);
	ck_assert_double_eq(h.worst[HEALTH_LATE], 50000);
	ck_assert_ptr_nonnull(strstr(h.why, "p99 up to 50 ms"));
	ck_assert_ptr_nonnull(strstr(h.why_zh, "p99 最大 50 ms"));
	health_free(&h);
	/* Nothing was sent: nothing was late. */
	for (size_t i = 0; i < N; i++)
		m.seconds[i].health.late_n = 0;
	health_of(&h, &m, 0, N, 200000);
	ck_assert(h.good);
	health_free(&h);
	measure_free(&m);
}
END_TEST

/* Retransmits may be many times what was asked for: no exponents. */
START_TEST(large_figures_read_well)
{
	struct measure m;
	struct health h;
	uint64_t n = 0;

	fine(&m);
	for (size_t op = 0; op < m.n_ops; op++)
		n += m.seconds[0].ops[op].begun;
	for (size_t i = 0; i < N; i++)
		m.seconds[i].health.retransmits =
		    (n + m.seconds[i].begun) * 461 / 2;
	health_of(&h, &m, 0, N, 0);
	ck_assert_msg(strstr(h.why, "up to 23,050 %") != NULL, "%s", h.why);
	ck_assert_msg(
	    strstr(h.why_zh, "最高 23,050 %") != NULL, "%s", h.why_zh);
	health_free(&h);
	measure_free(&m);
}
END_TEST

/* Of 200 seconds 10 may be bad. */
START_TEST(isolated_seconds)
{
	static const struct {
		size_t bad;
		bool good;
	} rows[] = { { 0, true }, { 1, true }, { 10, true }, { 11, false },
		{ 200, false } };

	for (size_t r = 0; r < COUNT(rows); r++) {
		struct measure m;
		struct health h;

		fine(&m);
		for (size_t i = 0; i < rows[r].bad; i++)
			cpu(&m.seconds[i], 0.97);
		health_of(&h, &m, 0, N, 0);
		ck_assert(h.good == rows[r].good);
		ck_assert_uint_eq(h.bad, rows[r].bad);
		ck_assert_uint_eq(h.with[HEALTH_BUSY], rows[r].bad);
		ck_assert_str_ne(h.why, "");
		ck_assert(text_is_utf8(span_of(h.why_zh)));
		if (rows[r].bad > 0) {
			ck_assert_uint_eq(h.flaws[0], 1u << HEALTH_BUSY);
			ck_assert_ptr_nonnull(strstr(h.why, "97 %"));
			ck_assert_ptr_nonnull(strstr(h.why_zh, "97 %"));
		}
		health_free(&h);
		/* Only what is asked for is looked at. */
		health_of(&h, &m, rows[r].bad, N, 0);
		ck_assert(h.good == (rows[r].bad < N));
		health_free(&h);
		measure_free(&m);
	}
}
END_TEST

START_TEST(the_plan_is_kept)
{
	struct measure m;
	struct health h;

	/* One in a hundred seconds runs short, of everything. */
	fine(&m);
	m.seconds[50].begun = m.seconds[150].begun = 0;
	health_of(&h, &m, 0, N, 0);
	ck_assert(!h.good); /* 99 % of the plan */
	ck_assert_uint_eq(h.missing, 100);
	ck_assert_ptr_nonnull(strstr(h.why, "99.00 % of the plan"));
	health_free(&h);
	/* They only waited, and were begun in the next second. */
	m.seconds[50].waiting = m.seconds[150].waiting = 50;
	m.seconds[51].begun = m.seconds[151].begun = 100;
	health_of(&h, &m, 0, N, 0);
	ck_assert_msg(h.good, "%s", h.why);
	ck_assert_uint_eq(h.missing, 0);
	ck_assert_uint_eq(h.bad, 0);
	health_free(&h);
	measure_free(&m);
	/* 0.4 % short is as near as a plan can be kept. */
	fine(&m);
	m.seconds[50].begun = 10;
	health_of(&h, &m, 0, N, 0);
	ck_assert(h.good);
	ck_assert_uint_eq(h.missing, 40);
	health_free(&h);
	/* A closed loop has no plan to keep. */
	for (size_t i = 0; i < N; i++)
		m.seconds[i].planned = 5000;
	m.closed_loop = true;
	health_of(&h, &m, 0, N, 0);
	ck_assert(h.good);
	health_free(&h);
	measure_free(&m);
}
END_TEST

START_TEST(ranks_and_echo)
{
	struct measure m;
	struct health h;

	fine(&m);
	m.ranks_lost = 1;
	health_of(&h, &m, 0, N, 0);
	ck_assert(!h.good);
	ck_assert_ptr_nonnull(strstr(h.why, "1 of 2 ranks"));
	ck_assert_ptr_nonnull(strstr(h.why_zh, "2 个进程中丢失了 1 个"));
	health_free(&h);
	m.ranks_lost = 0;
	m.no_ports = 3;
	health_of(&h, &m, 0, N, 0);
	ck_assert(!h.good);
	ck_assert_ptr_nonnull(strstr(h.why, "for 3 connections"));
	ck_assert_ptr_nonnull(strstr(h.why_zh, "有 3 次"));
	health_free(&h);
	m.no_ports = 0;
	m.echo_rate = 58; /* 50 is more than 85 % of it */
	health_of(&h, &m, 0, N, 0);
	ck_assert(!h.good);
	ck_assert_ptr_nonnull(strstr(h.why, "too slow: 50 operations"));
	health_free(&h);
	m.echo_rate = 59;
	health_of(&h, &m, 0, N, 0);
	ck_assert(h.good);
	health_free(&h);
	m.echo_rate = 0; /* there was no calibration */
	health_of(&h, &m, 0, N, 0);
	ck_assert(h.good);
	health_free(&h);
	measure_free(&m);
}
END_TEST

START_TEST(nothing_to_look_at)
{
	struct measure m;
	struct health h;

	fine(&m);
	health_of(&h, &m, 10, 10, 0);
	ck_assert(!h.good);
	ck_assert_uint_eq(h.n, 0);
	health_free(&h);
	health_of(&h, &m, 500, 600, 0);
	ck_assert(!h.good);
	ck_assert_str_ne(h.why, "");
	health_free(&h);
	measure_free(&m);
}
END_TEST

START_TEST(flaws_have_names)
{
	for (int f = 0; f < HEALTH_FLAWS; f++) {
		ck_assert_str_ne(health_flaw_name((enum health_flaw)f, 0), "");
		ck_assert(text_is_utf8(
		    span_of(health_flaw_name((enum health_flaw)f, 1))));
	}
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { late_is_relative_to_the_limit,
		isolated_seconds, large_figures_read_well, the_plan_is_kept,
		ranks_and_echo, nothing_to_look_at, flaws_have_names };
	Suite *s = suite_create("health");
	TCase *tc = tcase_create("health");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, flaws_of_a_second, 0, (int)COUNT(seconds));
	for (size_t i = 0; i < COUNT(tests); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
