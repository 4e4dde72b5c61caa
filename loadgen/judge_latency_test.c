/* SPDX-License-Identifier: MIT */
/* Response times: good, slow, and what cannot be told. */
#include "loadgen/judging.h"

/* ---- latency ---- */

struct story {
	const char *what;
	double p95;
	size_t seconds;
	void (*happens)(struct measure *);
	enum verdict verdict;
	const char *why;
};

static void
late(struct measure *m, size_t i)
{
	m->seconds[i].health.late_p99_us = 150000; /* 5 % of 2 s is 100 ms */
}

static void
few_busy(struct measure *m)
{
	every_second(m, 25, busy);
}

static void
few_late(struct measure *m)
{
	every_second(m, 25, late);
}

static void
many_late(struct measure *m)
{
	every_second(m, 15, late);
}

/* Bad seconds that hold 6 % of the answers, all of them slow. */
static void
busy_and_slow(struct measure *m)
{
	for (size_t i = 10; i < 300; i += 25) {
		busy(m, i);
		draw(m, "login", i, i + 1, 60, 60 * S);
	}
}

/* The same: what began in a bad second ended in the next. */
static void
busy_then_slow(struct measure *m)
{
	for (size_t i = 10; i < 300; i += 25) {
		busy(m, i);
		draw(m, "login", i + 1, i + 2, 60, 60 * S);
	}
}

static void
stopped(struct measure *m)
{
	m->interrupted = true;
	m->judged_to = 300;
	expect(
	    m, EMAIL_P_02, "load.duration", INCONCLUSIVE, "100 s", "stopped");
}

/* As the pump leaves it: the plan stands, and nothing came of its rest. */
static void
stopped_early(struct measure *m)
{
	m->interrupted = true;
	for (size_t i = 150; i < m->n_seconds; i++) {
		struct measure_second *s = &m->seconds[i];

		s->begun = i == 150 ? 7 : 0; /* in the middle of this one */
		s->ops[0].begun = s->ops[0].done = s->begun;
		hist_packed_free(&s->ops[0].hist[CLOCK_RESPONSE]);
	}
	expect(m, EMAIL_P_02, "load.duration", INCONCLUSIVE, "150 s",
	    "stopped early");
}

static void
slow_echo(struct measure *m)
{
	m->echo_rate = 20;
}

static void
half_offered(struct measure *m)
{
	for (size_t i = 0; i < m->n_seconds; i++)
		m->seconds[i].planned *= 2;
}

static void
some_fail(struct measure *m)
{
	for (size_t i = 0; i < m->n_seconds; i++)
		break_some(m, 0, i, 2); /* of 22 */
}

static void
some_dropped(struct measure *m)
{
	for (size_t i = 0; i < m->n_seconds; i++) {
		m->seconds[i].planned += 2;
		m->seconds[i].dropped += 2;
	}
}

static void
dropped_and_busy(struct measure *m)
{
	some_dropped(m);
	all_busy(m);
}

/* They were begun, and nothing was ever heard again. */
static void
some_never_end(struct measure *m)
{
	for (size_t i = 0; i < m->n_seconds; i++) {
		m->seconds[i].planned += 2;
		m->seconds[i].begun += 2;
		m->seconds[i].ops[0].begun += 2;
	}
}

/* The answers to what was judged come behind it. */
static void
slow_at_the_end(struct measure *m)
{
	m->judged_to = 280;
	for (size_t i = 280; i < 300; i++) {
		m->seconds[i].planned = m->seconds[i].begun = 0;
		draw(m, "login", i, i + 1, 40, 60 * S);
		m->seconds[i].planned = 0;
	}
}

static void
long_warmup(struct measure *m)
{
	draw(m, "login", 0, 60, 40, 30 * S);
}

static void
short_warmup(struct measure *m)
{
	draw(m, "login", 0, 10, 2, 60 * S);
	draw(m, "login", 0, 10, 2, 60 * S);
}

static void
grows(struct measure *m)
{
	/* On top of what there is: 1.3 times faster than it can bear. */
	for (size_t i = 0; i < 300; i++)
		draw(m, "login", i, i + 1, 40, (0.2 + (double)i / 220) * S);
}

static void
one_stall(struct measure *m)
{
	draw(m, "login", 150, 152, 20, 100 * S);
}

/* Once more like it would be too much: nobody can tell. */
static void
one_long_stall(struct measure *m)
{
	draw(m, "login", 150, 152, 100, 100 * S);
}

/* Ten times slower towards the end, and far from the limit all the same. */
static void
slower_and_good(struct measure *m)
{
	draw(m, "login", 0, 225, 200, 0.02 * S);
	draw(m, "login", 225, 300, 200, 0.2 * S);
}

/* All in all it keeps the limit, and the last quarter does not. */
static void
slower_and_slow(struct measure *m)
{
	draw(m, "login", 0, 225, 200, 0.2 * S);
	draw(m, "login", 225, 300, 200, 3.0 * S);
}

/* By tens of seconds slow or not: p95 is anything between, the limit far. */
static void
in_blocks(struct measure *m)
{
	for (size_t i = 0; i < 300; i++)
		draw(m, "login", i, i + 1, 200,
		    (i / 30 % 5 == 2 ? 0.5 : 0.005) * S);
}

static void
nothing(struct measure *m)
{
	m->judged_from = m->judged_to = m->n_seconds;
}

/* clang-format off */
static const struct story logins[] = {
	{ "all good", 0.5 * S, 300, NULL, PASS, "at most 2 s" },
	{ "all slow", 4 * S, 300, NULL, FAIL, "p95 of login" },
	{ "at the limit", 2 * S, 300, NULL, INCONCLUSIVE, "lies within" },
	{ "too short", 0.5 * S, 3, NULL, INCONCLUSIVE, "so short" },
	{ "too few", 0.5 * S, 12, NULL, PASS, "" },
	{ "nothing judged", 0.5 * S, 300, nothing, INCONCLUSIVE, "nothing" },
	{ "busy and good", 0.5 * S, 300, all_busy, INCONCLUSIVE, "generator" },
	{ "busy and slow", 4 * S, 300, all_busy, INCONCLUSIVE, "generator" },
	{ "a few busy", 0.5 * S, 300, few_busy, PASS, "" },
	{ "a few late", 0.5 * S, 300, few_late, PASS, "" },
	{ "a few late, slow", 4 * S, 300, few_late, FAIL, "" },
	{ "many late", 0.5 * S, 300, many_late, INCONCLUSIVE, "generator" },
	{ "bad seconds decide", 0.2 * S, 300, busy_and_slow, INCONCLUSIVE,
	    "bad seconds" },
	{ "a second later", 0.2 * S, 300, busy_then_slow, INCONCLUSIVE,
	    "bad seconds" },
	{ "a rank lost", 0.5 * S, 300, lost_rank, INCONCLUSIVE, "generator" },
	{ "a rank lost, slow", 4 * S, 300, lost_rank, INCONCLUSIVE,
	    "generator" },
	{ "closed", 0.5 * S, 300, closed, INCONCLUSIVE, "closed" },
	{ "closed and slow", 4 * S, 300, closed, INCONCLUSIVE, "closed" },
	{ "interrupted", 0.5 * S, 300, interrupted, INCONCLUSIVE,
	    "interrupted" },
	{ "interrupted, slow", 4 * S, 300, interrupted, FAIL, "" },
	{ "stopped at a third", 0.5 * S, 100, stopped, INCONCLUSIVE,
	    "interrupted" },
	{ "stopped, and slow", 4 * S, 300, stopped_early, FAIL, "" },
	{ "stopped, and good", 0.5 * S, 300, stopped_early, INCONCLUSIVE,
	    "interrupted" },
	{ "echo too slow", 0.5 * S, 300, slow_echo, INCONCLUSIVE, "generator" },
	{ "half the plan", 0.5 * S, 300, half_offered, INCONCLUSIVE,
	    "generator" },
	{ "a tenth fails", 0.2 * S, 300, some_fail, FAIL, ">" },
	{ "a tenth dropped", 0.2 * S, 300, some_dropped, FAIL, ">" },
	{ "dropped, and busy", 0.2 * S, 300, dropped_and_busy, INCONCLUSIVE,
	    "generator" },
	{ "a tenth never ends", 0.2 * S, 300, some_never_end, FAIL, ">" },
	{ "slow at the end", 0.2 * S, 300, slow_at_the_end, FAIL, "" },
	{ "a long warm-up", 0.5 * S, 300, long_warmup, INCONCLUSIVE,
	    "warm-up of 60 s" },
	{ "a short warm-up", 0.5 * S, 300, short_warmup, PASS, "" },
	{ "growing", 0.2 * S, 300, grows, INCONCLUSIVE, "" },
	{ "one stall", 0.5 * S, 300, one_stall, PASS, "" },
	{ "one long stall", 0.5 * S, 300, one_long_stall, INCONCLUSIVE,
	    "the interval needs" },
	{ "slower, and good", 0.02 * S, 300, slower_and_good, PASS, "" },
	{ "slower, and slow", 0.2 * S, 300, slower_and_slow, INCONCLUSIVE, "" },
	{ "in blocks", 0.005 * S, 300, in_blocks, PASS, "" },
};
/* clang-format on */

START_TEST(times)
{
	const struct story *s = &logins[_i];
	struct measure m;

	empty(&m, s->seconds);
	draw(&m, "login", 0, s->seconds, 20, s->p95);
	if (s->happens != NULL)
		s->happens(&m);
	expect(&m, EMAIL_P_05, "login.p95", s->verdict, s->why, s->what);
	/* The same operation under a name that no limit knows. */
	free(m.ops[0]);
	m.ops[0] = strdup("sign-on");
	expect(&m, EMAIL_P_05, "login.p95", INCONCLUSIVE, "nothing of it",
	    "another name");
	measure_free(&m);
}
END_TEST

START_TEST(figures_of_times)
{
	struct measure m;
	struct judged j;
	const struct judged_metric *at;

	empty(&m, 300);
	draw(&m, "login", 0, 300, 20, 0.5 * S);
	draw(&m, "fetch", 0, 300, 20, 1 * S);
	for (size_t i = 0; i < 300; i++)
		m.seconds[i].in /= 2;
	judge_row(&j, EMAIL_P_05, &m, &nobody);
	is_sound(&j);
	ck_assert_msg(j.verdict == PASS, "%s", j.why);
	ck_assert_uint_eq(j.n, 3);
	at = metric(&j, "login.p95");
	ck_assert_double_eq_tol(at->measured, 0.5, 0.05);
	ck_assert_double_lt(at->low, 0.5);
	ck_assert_double_gt(at->high, 0.5);
	ck_assert(at->interval_reached);
	ck_assert_double_eq(at->n, 6000);
	ck_assert_double_ge(at->effect, 1);
	ck_assert_double_le(at->effect, 2);
	ck_assert_str_eq(at->unit, "s");
	ck_assert_str_eq(at->mark, "P");
	ck_assert_str_eq(at->bound, "most");
	ck_assert_double_eq(at->limit, 2);
	ck_assert(j.generator_good);
	ck_assert(j.stationary);
	ck_assert_uint_eq(j.warmup_seconds, 0);
	ck_assert_double_eq(j.late_limit_us, 100000);
	ck_assert_ptr_nonnull(strstr(j.why, "p95 of login 0.5"));
	ck_assert_ptr_nonnull(strstr(j.why_zh, "登录耗时第 95 百分位 0.5"));
	ck_assert_ptr_nonnull(strstr(j.why_zh, "要求不大于 2 s"));
	measure_free(&m);
}
END_TEST

START_TEST(the_profile_may_ask_for_more)
{
	struct profile_limit limits[] = { { EMAIL_P_05, "login.p95", 0.1 } };
	const struct profile p = { .limits = limits, .n_limits = 1 };
	struct measure m;
	struct judged j;

	empty(&m, 300);
	draw(&m, "login", 0, 300, 20, 0.5 * S);
	judge_row(&j, EMAIL_P_05, &m, &p);
	is_sound(&j);
	ck_assert_int_eq(metric(&j, "login.p95")->verdict, FAIL);
	ck_assert_str_eq(metric(&j, "login.p95")->mark, "profile");
	ck_assert_str_eq(metric(&j, "fetch.p95")->mark, "P");
	ck_assert_int_eq(j.verdict, FAIL);
	ck_assert_ptr_nonnull(strstr(j.why, "at most 0.1 s"));
	/* 5 % of 0.1 s */
	ck_assert_double_eq(j.late_limit_us, 5000);
	measure_free(&m);
}
END_TEST

/* Answers of a second that hang together make the interval wide. */
START_TEST(clusters_widen)
{
	struct measure m;
	struct judged j;
	double wide;

	empty(&m, 300);
	for (size_t i = 0; i < 300; i++)
		draw(&m, "login", i, i + 1, 20,
		    (i / 10 % 4 == 0 ? 1.8 : 0.5) * S);
	judge_row(&j, EMAIL_P_05, &m, &nobody);
	ck_assert_double_gt(metric(&j, "login.p95")->effect, 1.3);
	wide = metric(&j, "login.p95")->high - metric(&j, "login.p95")->low;
	measure_free(&m);
	empty(&m, 300);
	for (size_t i = 0; i < 300; i++)
		draw(&m, "login", i, i + 1, 20, (i % 4 == 0 ? 1.8 : 0.5) * S);
	judge_row(&j, EMAIL_P_05, &m, &nobody);
	ck_assert_double_lt(
	    metric(&j, "login.p95")->high - metric(&j, "login.p95")->low, wide);
	measure_free(&m);
}
END_TEST

/*
 * Just at the limit a verdict is right by chance only, and there should be
 * one in 20 loads.  Of answers that hang together for some seconds so short a
 * load sees few spells, and it is one in 12; from ten minutes on, one in 20.
 */
START_TEST(at_the_limit_nobody_is_blamed)
{
	uint64_t state = 11;
	size_t passed = 0, failed = 0;

	for (int run = 0; run < 200; run++) {
		/* 0.9 e^-x + 0.1 e^(-x/5) is 0.05 at 4.537 */
		const double one = 2.99573 * 2 * S / 4.53656;
		bool slow = unit(&state) < 0.1;
		struct measure m;
		struct judged j;

		empty(&m, 240);
		m.handshakes = (uint64_t)run;
		for (size_t i = 0; i < 240; i++) {
			draw(&m, "login", i, i + 1, 15, slow ? 5 * one : one);
			slow = slow ? unit(&state) > 1 / 3.0
				    : unit(&state) < 1 / 27.0;
		}
		judge_row(&j, EMAIL_P_05, &m, &nobody);
		passed += metric(&j, "login.p95")->verdict == PASS;
		failed += metric(&j, "login.p95")->verdict == FAIL;
		measure_free(&m);
	}
	ck_assert_msg(passed + failed <= 20, "%zu passed, %zu failed, of 200",
	    passed, failed);
}
END_TEST

/* ---- the warm-up that is cut ---- */

START_TEST(warmups_are_told)
{
	struct measure m;
	struct judged j;

	empty(&m, 600);
	m.judged_from = 20;
	draw(&m, "login", 0, 600, 20, 0.2 * S);
	draw(&m, "login", 20, 50, 20, 0.9 * S);
	judge_row(&j, EMAIL_P_05, &m, &nobody);
	ck_assert_uint_ge(j.warmup_seconds, 30);
	ck_assert_uint_le(j.warmup_seconds, 50);
	ck_assert(j.stationary);
	ck_assert_msg(metric(&j, "login.p95")->verdict == PASS, "%s",
	    metric(&j, "login.p95")->why);
	ck_assert_double_lt(metric(&j, "login.p95")->measured, 0.22);
	measure_free(&m);
}
END_TEST

START_TEST(trends_are_told)
{
	struct measure m;
	struct judged j;

	empty(&m, 300);
	for (size_t i = 0; i < 300; i++)
		draw(&m, "login", i, i + 1, 20, (0.5 + (double)i / 300) * S);
	judge_row(&j, EMAIL_P_05, &m, &nobody);
	ck_assert(!j.stationary);
	measure_free(&m);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct judging_test tests[] = {
		{ times, COUNT(logins) },
		{ figures_of_times, 0 },
		{ the_profile_may_ask_for_more, 0 },
		{ clusters_widen, 0 },
		{ at_the_limit_nobody_is_blamed, 0 },
		{ warmups_are_told, 0 },
		{ trends_are_told, 0 },
	};
	/* clang-format on */

	return judging_run("judge_latency", tests, COUNT(tests));
}
