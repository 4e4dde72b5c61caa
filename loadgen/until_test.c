/* SPDX-License-Identifier: MIT */
/* When a load may end, and that looking often makes nobody wrong. */
#include "loadgen/until.h"

#include "loadgen/judging.h"
#include "loadgen/stats.h"

static struct scenario_phase phases[] = {
	{ .for_us = 20000000, .rate = 20 },
	{ .for_us = 300000000, .rate = 20, .judged = true },
};
static struct scenario_judges judges[] = { { .row = EMAIL_P_05 } };

static const struct scenario scenario = {
	.phases = phases,
	.n_phases = 2,
	.judges = judges,
	.n_judges = 1,
	.precision = 0.2,
	.least_us = 40000000,
};

START_TEST(moments)
{
	static const struct {
		int64_t least_s, for_s;
		int n;
		size_t at[6];
	} rows[] = {
		{ 40, 300, 4, { 40, 80, 160, 300 } },
		{ 60, 240, 3, { 60, 120, 240 } },
		{ 299, 300, 2, { 299, 300 } },
		{ 300, 300, 0, { 0 } },
		{ 60, 15, 0, { 0 } },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scenario_phase phase = { .judged = true,
			.for_us = rows[i].for_s * 1000000 };
		const struct scenario s = { .phases = &phase,
			.n_phases = 1,
			.precision = 0.05,
			.least_us = rows[i].least_s * 1000000 };

		ck_assert_int_eq(until_looks(&s), rows[i].n);
		for (int k = 0; k < rows[i].n; k++) {
			const size_t at = rows[i].at[k];

			ck_assert_uint_eq(until_at(&s, k), at);
			ck_assert_int_eq(until_look(&s, at), k + 1);
			ck_assert_int_eq(until_look(&s, at + 2), 0);
			ck_assert_uint_eq(until_ready(&s, k),
			    k + 1 < rows[i].n ? at - UNTIL_AHEAD : 0);
		}
		ck_assert_uint_eq(until_ready(&s, rows[i].n), 0);
	}
}
END_TEST

/* Both operations that the row asks for; sizes as it wants them. */
static void
make(struct measure *m, double p95)
{
	empty(m, 320);
	m->judged_from = 20;
	draw(m, "login", 0, 320, 20, p95);
	draw(m, "fetch", 0, 320, 20, 0.5 * S);
	for (size_t i = 0; i < m->n_seconds; i++)
		m->seconds[i].in = 40 * (1 << 19) * (uint64_t)1;
}

static const struct {
	const char *what;
	double p95, precision;
	size_t ends; /* seconds judged; 0: never */
} ends[] = {
	{ "clear and coarse", 0.5 * S, 0.3, 40 },
	{ "clear and finer", 0.5 * S, 0.12, 80 },
	{ "clear, and too fine", 0.5 * S, 0.01, 0 },
	{ "broken is told as well", 6 * S, 0.3, 40 },
	{ "at the limit it is not told", 2 * S, 0.3, 0 },
};

START_TEST(ends_when_told)
{
	struct scenario s = scenario;
	struct measure m;
	size_t end = 0;

	s.precision = ends[_i].precision;
	make(&m, ends[_i].p95);
	for (size_t n = 1; n <= m.n_seconds && end == 0; n++) {
		end = until_end(&s, &m, n, &nobody);
		if (end != 0)
			ck_assert_uint_eq(end, n + UNTIL_AHEAD);
	}
	ck_assert_msg(end == (ends[_i].ends == 0 ? 0 : 20 + ends[_i].ends),
	    "%s: %zu", ends[_i].what, end);
	measure_free(&m);
}
END_TEST

/* What is under way is not lost yet, and what is not asked is not looked at. */
START_TEST(what_is_under_way_waits)
{
	struct scenario s = scenario;
	struct measure m;

	s.precision = 0.3;
	make(&m, 0.5 * S);
	m.seconds[57].ops[0].begun += 200;
	m.seconds[57].begun += 200;
	m.seconds[57].planned += 200;
	ck_assert_uint_eq(until_end(&s, &m, 58, &nobody), 60);
	s.precision = 0;
	ck_assert_uint_eq(until_end(&s, &m, 58, &nobody), 0);
	measure_free(&m);
}
END_TEST

/* The budget is spent and it is not as narrow as was asked: that is said. */
START_TEST(not_reached_is_said)
{
	struct measure m;
	struct judged j;

	make(&m, 0.5 * S);
	m.looks = 4;
	m.precision = 0.01;
	judge_row(&j, EMAIL_P_05, &m, &nobody);
	ck_assert_int_eq(metric(&j, "login.p95")->verdict, PASS);
	ck_assert(!metric(&j, "login.p95")->interval_reached);
	ck_assert_msg(strstr(metric(&j, "login.p95")->why,
			  "interval not reached: half of it is ") != NULL,
	    "%s", metric(&j, "login.p95")->why);
	ck_assert_ptr_nonnull(
	    strstr(metric(&j, "login.p95")->why_zh, "区间未收窄到要求：半宽"));
	m.precision = 0.5;
	judge_row(&j, EMAIL_P_05, &m, &nobody);
	ck_assert(metric(&j, "login.p95")->interval_reached);
	measure_free(&m);
}
END_TEST

/* ---- simulation ---- */

enum { LOADS = 1000, LOOKS = 6, FIRST = 400 };

static int
upwards(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * The worst there is: the limit is the very p95, and we stop as soon as an
 * interval of it lies on one side.  Each time that it does we are wrong.
 */
static size_t
wrong(double confidence)
{
	static double all[FIRST << (LOOKS - 1)], sorted[FIRST << (LOOKS - 1)];
	uint64_t state = 20261122;
	size_t n_wrong = 0;

	for (int i = 0; i < LOADS; i++) {
		bool is_wrong = false;
		size_t have = 0;

		for (int k = 0; k < LOOKS && !is_wrong; k++) {
			const size_t n = (size_t)FIRST << k;
			const struct stats_ranks r =
			    stats_ranks(n, 0.95, 1, confidence);

			for (; have < n; have++)
				all[have] = unit(&state);
			memcpy(sorted, all, n * sizeof sorted[0]);
			qsort(sorted, n, sizeof sorted[0], upwards);
			is_wrong = sorted[r.low - 1] > 0.95 ||
				   sorted[r.high - 1] < 0.95;
		}
		n_wrong += is_wrong;
	}
	return n_wrong;
}

START_TEST(looking_often_makes_nobody_wrong)
{
	const struct measure m = { .looks = LOOKS };

	/* as bad as it is without the correction ... */
	ck_assert_uint_gt(wrong(STATS_CONFIDENCE), LOADS / 10);
	/* ... so good with it: at most one in twenty, and not for nothing */
	ck_assert_uint_le(wrong(1 - 0.05 / m.looks), LOADS / 20);
	ck_assert_uint_gt(wrong(1 - 0.05 / m.looks), LOADS / 60);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct judging_test tests[] = {
		{ moments, 0 },
		{ ends_when_told, COUNT(ends) },
		{ what_is_under_way_waits, 0 },
		{ not_reached_is_said, 0 },
		{ looking_often_makes_nobody_wrong, 0 },
	};
	/* clang-format on */

	return judging_run("until", tests, COUNT(tests));
}
