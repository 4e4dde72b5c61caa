/* SPDX-License-Identifier: MIT */
/* A load from several ranks ends when that of one machine would have. */
#include "program/ranks_look.h"

#include "loadgen/judging.h"
#include "loadgen/until.h"

enum { RANKS = 4, SECONDS = 320, WARM_UP = 20, NEVER = SECONDS + 1 };

static struct scenario_phase phases[] = {
	{ .for_us = WARM_UP * 1000000, .rate = 40 },
	{ .for_us = (SECONDS - WARM_UP) * INT64_C(1000000),
	    .rate = 40,
	    .judged = true },
};
static struct scenario_judges judges[] = { { .row = EMAIL_P_05 } };

/* Looks at 40, 80, 160 and 300 seconds of what is judged. */
static const struct scenario scenario = {
	.phases = phases,
	.n_phases = 2,
	.judges = judges,
	.n_judges = 1,
	.precision = 0.3,
	.least_us = 40000000,
};

/* A share of the load, each with values of its own. */
static void
make(struct measure *m, unsigned rank, double p95)
{
	empty(m, SECONDS);
	m->judged_from = WARM_UP;
	m->handshakes = rank; /* what draw() begins with */
	m->offered_rate = 10.1 / (rank + 3);
	draw(m, "login", 0, SECONDS, 5 + rank, p95);
	draw(m, "fetch", 0, SECONDS, 5, 0.5 * S);
	for (size_t i = 0; i < m->n_seconds; i++) {
		m->seconds[i].in = 10 * (UINT64_C(1) << 19);
		m->seconds[i].health.cpu = 0.1 * rank;
		m->seconds[i].health.steal = 0.01 * rank;
	}
}

struct case_of {
	struct measure ranks[RANKS], merged;
	struct ranks_progress progress;
	struct ranks_look look;
	struct scenario scenario;
};

static void
setup(struct case_of *c, double p95, double precision)
{
	c->scenario = scenario;
	c->scenario.precision = precision;
	for (unsigned k = 0; k < RANKS; k++)
		make(&c->ranks[k], k, p95);
	make(&c->merged, 0, p95);
	for (unsigned k = 1; k < RANKS; k++)
		measure_merge(&c->merged, &c->ranks[k]);
	progress_init(&c->progress, RANKS, 0);
	ranks_look_init(&c->look, &c->scenario);
}

static void
teardown(struct case_of *c)
{
	for (unsigned k = 0; k < RANKS; k++)
		measure_free(&c->ranks[k]);
	measure_free(&c->merged);
	progress_free(&c->progress);
}

/* A rank tells what it has not told of its first n seconds. */
static void
tell(struct case_of *c, unsigned rank, size_t n)
{
	struct buf b;

	if (rank == 0) {
		progress_put(&c->progress, 0, &c->ranks[0], n, 0);
		return;
	}
	while (c->progress.of[rank].told < n) {
		buf_init(&b, PROGRESS_MESSAGE + 64);
		progress_pack(
		    &c->ranks[rank], c->progress.of[rank].told, n, &b);
		ck_assert(progress_read(&c->progress, rank, buf_span(&b), 0));
		buf_free(&b);
	}
}

/* What all have told is, to the last bit, what a merge of all would say. */
static void
same_verdict(struct case_of *c, size_t n)
{
	struct measure a = progress_so_far(&c->progress), b = c->merged;
	struct judged of_a, of_b;

	a.n_seconds = a.judged_to = n;
	b.n_seconds = b.judged_to = n;
	a.looks = b.looks = 4;
	a.precision = b.precision = c->scenario.precision;
	a.under_way = b.under_way = true;
	a.echo_rate = b.echo_rate;
	ck_assert(a.offered_rate == b.offered_rate);
	judge_row(&of_a, EMAIL_P_05, &a, &nobody);
	judge_row(&of_b, EMAIL_P_05, &b, &nobody);
	ck_assert_int_eq(of_a.verdict, of_b.verdict);
	ck_assert_str_eq(of_a.why, of_b.why);
	ck_assert_str_eq(of_a.generator_why, of_b.generator_why);
	ck_assert_uint_eq(of_a.n, of_b.n);
	for (size_t i = 0; i < of_a.n; i++) {
		ck_assert(of_a.metrics[i].measured == of_b.metrics[i].measured);
		ck_assert(of_a.metrics[i].low == of_b.metrics[i].low);
		ck_assert(of_a.metrics[i].high == of_b.metrics[i].high);
		ck_assert(of_a.metrics[i].n == of_b.metrics[i].n);
		ck_assert_str_eq(of_a.metrics[i].why, of_b.metrics[i].why);
	}
}

static const struct {
	const char *what;
	double p95, precision;
	size_t ends; /* seconds judged; NEVER: it takes its budget */
} rows[] = {
	{ "clear and coarse", 0.5 * S, 0.3, 40 },
	{ "clear and finer", 0.5 * S, 0.1, 80 },
	{ "clear, and too fine", 0.5 * S, 0.01, NEVER },
	{ "broken is told as well", 6 * S, 0.3, 40 },
	{ "at the limit it is not told", 2 * S, 0.3, NEVER },
};

START_TEST(ends_as_one_machine_would)
{
	struct case_of c;
	size_t end = 0, alone = 0;

	setup(&c, rows[_i].p95, rows[_i].precision);
	for (size_t n = 1; n <= SECONDS && end == 0; n++) {
		for (unsigned k = 0; k < RANKS; k++) {
			ck_assert_uint_eq(
			    ranks_look(&c.look, &c.progress, &nobody), 0);
			tell(&c, k, n);
		}
		alone = until_end(&c.scenario, &c.merged, n, &nobody);
		end = ranks_look(&c.look, &c.progress, &nobody);
		ck_assert_uint_eq(end, alone);
		if (end != 0)
			same_verdict(&c, n);
	}
	ck_assert_msg(
	    end == (rows[_i].ends == NEVER ? 0 : WARM_UP + rows[_i].ends),
	    "%s: %zu", rows[_i].what, end);
	ck_assert_int_eq(c.look.missed, 0);
	/* it was said once */
	ck_assert(!ranks_look_is_due(&c.look, &c.progress));
	ck_assert_uint_eq(ranks_look(&c.look, &c.progress, &nobody), 0);
	teardown(&c);
}
END_TEST

/*
 * One of them tells later than it should, from first to last second of rank
 * 0, by so many; -1: nothing at all.
 */
static const struct {
	const char *what;
	size_t first, last;
	int by;
	size_t ends; /* seconds judged */
	int missed;
} delays[] = {
	{ "by less than what there is", 0, SECONDS, 1, 40, 0 },
	{ "too late for the first look", 0, 62, 2, 80, 1 },
	{ "too late for two", 0, 110, 3, 160, 2 },
	{ "always", 0, SECONDS, 2, NEVER, 3 },
	{ "lost before the first", 30, SECONDS, -1, NEVER, 3 },
	{ "lost between two", 70, SECONDS, -1, 40, 0 },
};

/*
 * Rank 0's seconds are asked twice, as between two of them: what the others
 * have told comes before the first, the one that is late before the second.
 */
START_TEST(nobody_waits_for_whom_is_late)
{
	struct case_of c;
	size_t end = 0;

	setup(&c, 0.5 * S, 0.3);
	for (size_t n = 1; n <= SECONDS && end == 0; n++) {
		const bool late = n >= delays[_i].first && n <= delays[_i].last;
		const size_t by =
		    late && delays[_i].by > 0 ? (size_t)delays[_i].by - 1 : 0;

		for (unsigned k = 0; k < RANKS - 1; k++)
			tell(&c, k, n);
		end = ranks_look(&c.look, &c.progress, &nobody);
		if (end == 0 && !(late && delays[_i].by < 0) && n > by)
			tell(&c, RANKS - 1, n - by);
		if (end == 0)
			end = ranks_look(&c.look, &c.progress, &nobody);
	}
	ck_assert_msg(
	    end == (delays[_i].ends == NEVER ? 0 : WARM_UP + delays[_i].ends),
	    "%s: %zu", delays[_i].what, end);
	ck_assert_int_eq(c.look.missed, delays[_i].missed);
	teardown(&c);
}
END_TEST

/* Two seconds of rank 0 at a time: the look between them is not left out. */
START_TEST(who_comes_late_has_that_look_still)
{
	struct case_of c;
	size_t end = 0;

	setup(&c, 0.5 * S, 0.3);
	for (size_t n = 1; n <= 57; n += 2) {
		for (unsigned k = 0; k < RANKS; k++)
			tell(&c, k, n);
		ck_assert_uint_eq(ranks_look(&c.look, &c.progress, &nobody), 0);
	}
	for (unsigned k = 0; k < RANKS; k++)
		tell(&c, k, 59);
	end = ranks_look(&c.look, &c.progress, &nobody);
	ck_assert_uint_eq(end, WARM_UP + 40);
	teardown(&c);
}
END_TEST

/* A second that never came makes no look sure, though all later ones did. */
START_TEST(what_has_a_gap_is_not_looked_at)
{
	struct case_of c;
	struct buf b;

	setup(&c, 0.5 * S, 0.3);
	tell(&c, 0, 30);
	tell(&c, 1, 30);
	ck_assert(progress_has(&c.progress, 0));
	buf_init(&b, PROGRESS_MESSAGE + 64);
	progress_pack(&c.ranks[1], 31, 33, &b);
	ck_assert(progress_read(&c.progress, 1, buf_span(&b), 0));
	buf_free(&b);
	ck_assert(!progress_has(&c.progress, 0));
	for (size_t n = 31; n <= SECONDS; n++) {
		for (unsigned k = 0; k < RANKS; k++)
			tell(&c, k, n);
		ck_assert_uint_eq(ranks_look(&c.look, &c.progress, &nobody), 0);
	}
	ck_assert_int_eq(c.look.missed, 3);
	teardown(&c);
}
END_TEST

/* Who does not ask for it is never looked at. */
START_TEST(without_until_there_is_no_look)
{
	struct case_of c;

	setup(&c, 0.5 * S, 0);
	for (unsigned k = 0; k < RANKS; k++)
		tell(&c, k, SECONDS);
	ck_assert(!ranks_look_is_due(&c.look, &c.progress));
	ck_assert_uint_eq(ranks_look(&c.look, &c.progress, &nobody), 0);
	ck_assert_int_eq(c.look.missed, 0);
	teardown(&c);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct judging_test tests[] = {
		{ ends_as_one_machine_would, COUNT(rows) },
		{ nobody_waits_for_whom_is_late, COUNT(delays) },
		{ who_comes_late_has_that_look_still, 0 },
		{ what_has_a_gap_is_not_looked_at, 0 },
		{ without_until_there_is_no_look, 0 },
	};
	/* clang-format on */

	return judging_run("ranks_look", tests, COUNT(tests));
}
