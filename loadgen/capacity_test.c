/* SPDX-License-Identifier: MIT */
/*
 * Searches against targets whose capacity is known.
 */
#include "loadgen/capacity.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static double
unit(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return ((double)((z ^ z >> 31) >> 11) + 1) / 9007199254740993.0;
}

/* What the search meets. */
struct target {
	double bears;     /* a second */
	double soft;      /* relative width of the knee; 0: a step */
	double moody;     /* relative, from one probe to the next */
	double asked;     /* operations of a probe; 0: endlessly many */
	double generator; /* up to which rate it is good */
	uint64_t state;
};

static void
put_on(struct target *t, double rate, struct capacity_outcome *o)
{
	const double bears =
	    t->bears * (1 + t->moody * (2 * unit(&t->state) - 1));
	double share = 1, hit = 0;

	if (t->soft == 0)
		share = rate <= bears ? 1 : 0.5;
	else
		share = 1 / (1 + exp((rate / bears - 1) / t->soft * 4.6) / 99);
	*o = (struct capacity_outcome){
		.tries = t->asked > 0 ? t->asked : 1e9,
		.effect = 1,
		.generator_good = t->generator == 0 || rate <= t->generator,
		.why = "its processor was busy",
		.why_zh = "处理器繁忙",
	};
	for (int i = 0; i < t->asked; i++)
		hit += unit(&t->state) <= share;
	o->within = t->asked > 0 ? hit : share * o->tries;
}

/* Runs it to its end and looks at what every search has to keep. */
static void
search(struct capacity *c, const struct capacity_options *options,
    struct target *t)
{
	struct capacity_outcome o;
	double rate;

	capacity_init(c, options);
	while (capacity_next(c, &rate)) {
		ck_assert_double_ge(rate, c->options.least);
		ck_assert_double_le(rate, c->options.most);
		ck_assert_uint_lt(c->n, CAPACITY_PROBES);
		put_on(t, rate, &o);
		capacity_result(c, &o);
		ck_assert_double_eq(c->probes[c->n - 1].rate, rate);
	}
	ck_assert_int_ne(c->end, CAPACITY_SEARCHING);
	ck_assert(!capacity_next(c, &rate));
	ck_assert_str_ne(c->why, "");
	ck_assert_str_ne(c->why_zh, "");
	ck_assert(text_is_utf8(span_of(c->why_zh)));
	if (c->pass_rate > 0 && c->fail_rate > 0)
		ck_assert_double_lt(c->pass_rate, c->fail_rate);
	for (size_t i = 0; i < c->n; i++) {
		const struct capacity_probe *p = &c->probes[i];

		ck_assert(p->rate > c->pass_rate || p->verdict == PASS ||
			  p->verdict == INCONCLUSIVE);
		ck_assert(c->fail_rate == 0 || p->rate < c->fail_rate ||
			  p->verdict == FAIL || p->verdict == INCONCLUSIVE);
	}
}

START_TEST(every_step)
{
	static const double rates[] = { 10, 20, 40, 80, 160, 113.1, 95.1, 103.7,
		99.3, 99.3, 99.3, 103.7, 103.7 };
	static const char verdicts[] = "ppppffpfpppff";
	struct target t = { .bears = 100 };
	struct capacity c;

	search(&c, &(struct capacity_options){ 0 }, &t);
	ck_assert_uint_eq(c.n, COUNT(rates));
	for (size_t i = 0; i < c.n; i++) {
		ck_assert_double_eq_tol(c.probes[i].rate, rates[i], 0.1);
		ck_assert_int_eq(
		    c.probes[i].verdict, verdicts[i] == 'p' ? PASS : FAIL);
		ck_assert(
		    c.probes[i].repeated ==
			(i > 0 && rates[i] == rates[i - 1] && i != 9 - 1) ||
		    rates[i] == 103.7);
	}
	ck_assert_ptr_nonnull(strstr(c.why, "/s (kept in 3 probes: 100 %"));
	ck_assert_int_eq(c.end, CAPACITY_FOUND);
	ck_assert_double_eq_tol(c.pass_rate, 99.3, 0.1);
	ck_assert_double_eq_tol(c.fail_rate, 103.7, 0.1);
	ck_assert_ptr_nonnull(strstr(c.why, "at least 99.3"));
	ck_assert_ptr_nonnull(strstr(
	    c.why, "less than 103.7/s (missed in 3 probes: 50 %, 95 %: "));
	ck_assert_ptr_nonnull(strstr(c.why_zh, "/s（3 次探测均达到目标："));
}
END_TEST

START_TEST(brackets_hold_the_truth)
{
	static const double bears[] = { 1.5, 3, 9.9, 10, 37, 1000, 123456 };

	for (size_t i = 0; i < COUNT(bears); i++) {
		struct target t = { .bears = bears[i] };
		struct capacity c;

		search(&c, &(struct capacity_options){ 0 }, &t);
		ck_assert_int_eq(c.end, CAPACITY_FOUND);
		ck_assert_double_le(c.pass_rate, bears[i]);
		ck_assert_double_gt(c.fail_rate, bears[i]);
		ck_assert_double_le(c.fail_rate, c.pass_rate * 1.05);
		ck_assert_uint_le(c.n, 30);
	}
}
END_TEST

START_TEST(limits_of_the_search)
{
	struct target t = { .bears = 1e9 };
	struct capacity c;

	search(&c, &(struct capacity_options){ .most = 100 }, &t);
	ck_assert_int_eq(c.end, CAPACITY_MOST);
	ck_assert_double_eq(c.pass_rate, 100);
	ck_assert_double_eq(c.fail_rate, 0);
	ck_assert_uint_eq(c.levels[c.n_levels - 1].n, 3);
	ck_assert_ptr_nonnull(strstr(c.why, "at least 100/s"));
	ck_assert_ptr_nonnull(strstr(c.why, "highest rate asked for"));

	t.bears = 0.1;
	search(&c, &(struct capacity_options){ .least = 2 }, &t);
	ck_assert_int_eq(c.end, CAPACITY_LEAST);
	ck_assert_double_eq(c.pass_rate, 0);
	ck_assert_double_eq(c.fail_rate, 2);
	ck_assert_ptr_nonnull(strstr(c.why, "less than 2/s (missed in 3"));
	ck_assert_ptr_nonnull(strstr(c.why, "lowest rate asked for"));

	t.bears = 100;
	search(&c, &(struct capacity_options){ .probes = 6 }, &t);
	ck_assert_int_eq(c.end, CAPACITY_SPENT);
	ck_assert_uint_eq(c.n, 6);
	ck_assert_double_eq(c.pass_rate, 80);
	ck_assert_ptr_nonnull(strstr(c.why, "no more probes"));
}
END_TEST

START_TEST(the_generator_is_the_limit)
{
	struct target t = { .bears = 1000, .generator = 300 };
	struct capacity c;

	search(&c, &(struct capacity_options){ 0 }, &t);
	ck_assert_int_eq(c.end, CAPACITY_GENERATOR);
	ck_assert_double_eq(c.pass_rate, 160);
	ck_assert_double_eq(c.fail_rate, 0);
	ck_assert_int_eq(c.probes[c.n - 1].verdict, INCONCLUSIVE);
	ck_assert_ptr_nonnull(
	    strstr(c.why, "at least 160/s (kept in 1 probe:"));
	ck_assert_ptr_nonnull(
	    strstr(c.why, "the generator was the limit: its processor"));
	ck_assert_ptr_nonnull(strstr(c.why_zh, "负载发生器已达极限：处理器"));
	/* From the very first: nothing is known. */
	t.generator = 5;
	search(&c, &(struct capacity_options){ 0 }, &t);
	ck_assert_int_eq(c.end, CAPACITY_GENERATOR);
	ck_assert_double_eq(c.pass_rate, 0);
	ck_assert_uint_eq(c.n, CAPACITY_DISTURBED);
	ck_assert_ptr_nonnull(strstr(c.why, "nothing is known"));
}
END_TEST

/* What disturbed it goes by: the probe is made again, and says nothing. */
START_TEST(the_generator_was_disturbed)
{
	const struct capacity_outcome good = {
		.within = 1e6, .tries = 1e6, .generator_good = true
	};
	const struct capacity_outcome bad = { .tries = 1e6 };
	struct capacity c;
	double rate;

	capacity_init(&c, &(struct capacity_options){ 0 });
	for (unsigned i = 0; i < 4 * CAPACITY_DISTURBED; i++) {
		const bool last = (i + 1) % CAPACITY_DISTURBED == 0;

		ck_assert(capacity_next(&c, &rate));
		ck_assert_double_eq(rate, 10 * (1u << i / CAPACITY_DISTURBED));
		capacity_result(&c, last ? &good : &bad);
		ck_assert_int_eq(
		    c.probes[i].verdict, last ? PASS : INCONCLUSIVE);
	}
	ck_assert_uint_eq(c.n_levels, 4);
	ck_assert_uint_eq(c.levels[3].n, 1);
}
END_TEST

START_TEST(interrupted)
{
	struct capacity c;
	struct capacity_outcome o = {
		.within = 1e6, .tries = 1e6, .generator_good = true
	};
	double rate;

	capacity_init(&c, &(struct capacity_options){ 0 });
	ck_assert(capacity_next(&c, &rate));
	capacity_result(&c, &o);
	ck_assert(capacity_next(&c, &rate));
	o.interrupted = true;
	capacity_result(&c, &o);
	ck_assert(!capacity_next(&c, &rate));
	ck_assert_int_eq(c.end, CAPACITY_INTERRUPTED);
	ck_assert_double_eq(c.pass_rate, 10);
	/* Too late to be heard. */
	capacity_result(&c, &o);
	ck_assert_uint_eq(c.n, 2);
}
END_TEST

/* More of the same until it can be told, or it cannot. */
START_TEST(straddling_probes_are_repeated)
{
	struct capacity c;
	struct capacity_outcome o = {
		.within = 988, .tries = 1000, .generator_good = true
	};
	double rate;

	capacity_init(&c, &(struct capacity_options){ 0 });
	for (int i = 0; i < 3; i++) {
		ck_assert(capacity_next(&c, &rate));
		ck_assert_double_eq(rate, 10);
		capacity_result(&c, &o);
		ck_assert_int_eq(c.probes[i].verdict, INCONCLUSIVE);
	}
	/* Three have not told: downwards, where it will pass. */
	ck_assert(capacity_next(&c, &rate));
	ck_assert_double_eq(rate, 5);
	/* 5,000 with clusters of a hundred are fifty. */
	o = (struct capacity_outcome){ .within = 5000,
		.tries = 5000,
		.effect = 100,
		.generator_good = true };
	capacity_result(&c, &o);
	ck_assert_int_eq(c.probes[3].verdict, INCONCLUSIVE);
	o.effect = 1;
	ck_assert(capacity_next(&c, &rate));
	capacity_result(&c, &o);
	ck_assert_int_eq(c.probes[4].verdict, PASS);
	ck_assert_double_eq(c.pass_rate, 5);
	/* Nothing was tried: nothing is told. */
	o.within = o.tries = 0;
	ck_assert(capacity_next(&c, &rate));
	capacity_result(&c, &o);
	ck_assert_int_eq(c.probes[5].verdict, INCONCLUSIVE);
}
END_TEST

/* A repeat that contradicts takes the rate out of both ends. */
START_TEST(repeats_that_disagree)
{
	static const struct capacity_outcome good = {
		.within = 1e5, .tries = 1e5, .generator_good = true
	};
	static const struct capacity_outcome bad = {
		.within = 5e4, .tries = 1e5, .generator_good = true
	};
	struct capacity c;
	double rate, unlucky = 0;

	capacity_init(&c, &(struct capacity_options){ 0 });
	while (capacity_next(&c, &rate)) {
		bool again = false;

		for (size_t i = 0; i < c.n; i++)
			again = again || c.probes[i].rate == rate;
		if (again && unlucky == 0)
			unlucky = rate;
		capacity_result(&c,
		    rate > 100 || (again && rate == unlucky) ? &bad : &good);
	}
	ck_assert_int_eq(c.end, CAPACITY_FOUND);
	ck_assert_double_gt(unlucky, 90);
	ck_assert_double_lt(c.pass_rate, unlucky);
	ck_assert_double_gt(c.fail_rate, unlucky);
	/* The new lower end has been looked for, and repeated. */
	ck_assert_double_ge(c.pass_rate * 1.05, unlucky);
	for (size_t i = 0; i < c.n_levels; i++)
		if (c.levels[i].rate == c.pass_rate ||
		    c.levels[i].rate == c.fail_rate)
			ck_assert_uint_eq(c.levels[i].n, 3);
}
END_TEST

/* Where a target's p99 begins to break is soft, and moves: 500 searches. */
START_TEST(noisy_targets)
{
	size_t below = 0, above = 0, found = 0, probes = 0;
	double width = 0;

	for (uint64_t run = 0; run < 500; run++) {
		struct target t = { .bears = 200 * (1 + (double)run / 500),
			.soft = 0.3,
			.moody = 0.02,
			.asked = 3000,
			.state = run };
		/* 99 % are within the limit just at what it bears */
		struct capacity c;

		search(&c, &(struct capacity_options){ 0 }, &t);
		found += c.end == CAPACITY_FOUND;
		below += c.pass_rate <= t.bears * 1.02;
		above += c.fail_rate >= t.bears * 0.98;
		probes += c.n;
		width += c.fail_rate / c.pass_rate / 500;
	}
	ck_assert_uint_ge(found, 490);
	/* Each end is wrong in at most one of twenty searches. */
	ck_assert_msg(below >= 475, "%zu lower ends hold", below);
	ck_assert_msg(above >= 475, "%zu upper ends hold", above);
	ck_assert_msg(width < 1.12, "brackets are %.2f wide", width);
	ck_assert_msg(probes < 500 * 20, "%zu probes", probes);
}
END_TEST

/* ---- goals and outcomes ---- */

static const struct profile nobody;

START_TEST(goals_of_rows)
{
	struct capacity_goal g;

	ck_assert(capacity_goal_of(&g, EMAIL_P_05, &nobody));
	ck_assert_str_eq(g.op, "login");
	ck_assert_int_eq(g.us, 2000000);
	ck_assert_double_eq(g.share, 0.95);
	ck_assert(capacity_goal_of(&g, EMAIL_P_01, &nobody));
	ck_assert_ptr_null(g.op);
	ck_assert_double_eq_tol(g.share, 0.999, 1e-12);
	ck_assert_int_eq(g.us, HIST_MOST);
	ck_assert(!capacity_goal_of(&g, EMAIL_P_02, &nobody));
	ck_assert_ptr_null(g.op);
	ck_assert_double_eq(g.share, 0.99);
}
END_TEST

START_TEST(outcomes_of_measures)
{
	const struct capacity_goal login = { "login", 500000, 0.95 };
	const struct capacity_goal all = { NULL, HIST_MOST, 0.99 };
	struct capacity_outcome o;
	struct measure m;
	struct hist h;

	/* A hundred seconds; of 20 logins 2 are slow, 1 fails, 1 dropped. */
	measure_init(&m, NULL, 100);
	m.judged_to = 100;
	measure_op_add(&m, "login");
	hist_init(&h);
	hist_add_n(&h, 100000, 16);
	hist_add_n(&h, 900000, 2);
	for (size_t i = 0; i < 100; i++) {
		struct measure_second *s = &m.seconds[i];

		measure_put(&m, i, 0, CLOCK_RESPONSE, &h);
		s = &m.seconds[i];
		s->planned = 20;
		s->begun = 19;
		s->dropped = 1;
		s->ops[0].begun = 19;
		s->ops[0].done = 18;
		s->ops[0].failed = 1;
	}
	capacity_outcome_of(&o, &m, &login);
	ck_assert_double_eq_tol(o.tries, 2000, 1e-6);
	ck_assert_double_eq_tol(o.within, 1600, 1e-6);
	ck_assert_double_ge(o.effect, 1);
	ck_assert(o.generator_good);
	ck_assert(!o.interrupted);
	capacity_outcome_of(&o, &m, &all);
	ck_assert_double_eq_tol(o.within, 1800, 1e-6);
	m.ranks_lost = 1;
	capacity_outcome_of(&o, &m, &login);
	ck_assert(!o.generator_good);
	ck_assert_str_ne(o.why, "");
	m.ranks_lost = 0;
	/* So few seconds tell nothing. */
	m.judged_to = 5;
	for (size_t i = 5; i < 100; i++)
		m.seconds[i].planned = 20;
	capacity_outcome_of(&o, &m, &login);
	ck_assert(isinf(o.effect));
	hist_free(&h);
	measure_free(&m);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { every_step, brackets_hold_the_truth,
		limits_of_the_search, the_generator_is_the_limit,
		the_generator_was_disturbed, interrupted,
		straddling_probes_are_repeated, repeats_that_disagree,
		noisy_targets, goals_of_rows, outcomes_of_measures };
	Suite *s = suite_create("capacity");
	TCase *tc = tcase_create("capacity");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 60);
	for (size_t i = 0; i < COUNT(tests); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
