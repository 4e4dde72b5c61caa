/* SPDX-License-Identifier: MIT */
/*
 * Is what a load reports what has happened?  Whole loads: scenario, plan,
 * pump, collectors and ledger, against a server that keeps a record.
 *
 * Latencies are held against what was injected, to 1 %.  A machine that is
 * busy with other things can only add to them on the way, so a row may be
 * tried again; an error of ours would be there every time.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "loadgen/arrival.h"
#include "loadgen/collect.h"
#include "loadgen/pump.h"
#include "loadgen/truth.h"

enum { TRIES = 8, AHEAD_US = 900000, LATE_US = 1000 };

static const char *const claims[] = { "imap.uidplus", NULL };

/* ---- a load ---- */

struct load {
	struct testing *t;
	struct profile p;
	struct scenario scenario;
	struct load_plan plan;
	struct pump_options o;
	struct measure m;
	int64_t began_us; /* of clock_mono() */
};

static void
load_up(struct load *l, struct testing_options o, const char *yaml)
{
	struct err err;

	o.accounts = accounts;
	if (o.claims == NULL)
		o.claims = claims;
	o.run = RUN;
	*l = (struct load){ .t = testing_start(&o) };
	testing_profile(l->t, &l->p);
	ck_assert_msg(scenario_parse(&l->scenario, "truth.yaml", span_of(yaml),
			  &l->p, NULL, &err),
	    "%s", err.what);
	ck_assert_msg(
	    arrival_plan(&l->plan, &l->scenario, 0, &err), "%s", err.what);
	l->o = (struct pump_options){ .scenario = &l->scenario,
		.plan = &l->plan,
		.profile = &l->p,
		.run = RUN,
		.workers = 1 };
}

static void
load_run(struct load *l)
{
	const int64_t wall = clock_wall().us, mono = clock_mono().us;
	struct err err;

	l->o.start.us = wall + AHEAD_US;
	l->began_us = mono + AHEAD_US;
	ck_assert_msg(pump_run(&l->o, &l->m, &err), "%s", err.what);
}

static void
load_down(struct load *l)
{
	measure_free(&l->m);
	arrival_free(&l->plan);
	scenario_free(&l->scenario);
	profile_free(&l->p);
	testing_stop(l->t);
}

/* ---- latencies ---- */

#define ASK(connections, shape, rate, s) \
	"title: ask\n" \
	"title_zh: 提问\n" \
	"arrive: requests\n" \
	"connections: " #connections "\n" \
	"queue: 10000\n" \
	"timeout: 20 s\n" \
	"drain: 20 s\n" \
	"phases:\n" \
	" - {name: p, shape: " #shape ", rate: " #rate " /s, for: " #s " s}\n" \
	"flows:\n" \
	" - name: ask\n" \
	"   services: [smtp]\n" \
	"   begin: |\n" \
	"     S: 220 *\n" \
	"   body: |\n" \
	"     C: NOOP\n" \
	"     S: 250 *\n"

static const struct row {
	const char *what, *yaml;
	struct testing_delay delay;
	/* the tail as a closed loop would tell it, and as it is, at least */
	int64_t response_p99_least_us;
} rows[] = {
	{ "constant", ASK(240, constant, 400, 3),
	    { .kind = TESTING_CONSTANT, .us = 400000 }, 0 },
	{ "exponential", ASK(240, constant, 400, 3),
	    { .kind = TESTING_EXPONENTIAL, .least_us = 200000, .us = 60000 },
	    0 },
	{ "bimodal", ASK(240, poisson, 400, 3),
	    { .kind = TESTING_BIMODAL,
		.us = 100000,
		.rare_us = 900000,
		.one_in = 50 },
	    0 },
	/* one connection, and 600 ms of silence: coordinated omission */
	{ "stalls", ASK(1, constant, 10, 8),
	    { .kind = TESTING_CONSTANT,
		.us = 40000,
		.stall_every_us = 2000000,
		.stall_us = 600000 },
	    500000 },
	{ "stalls, eight at a time", ASK(8, constant, 60, 6),
	    { .kind = TESTING_CONSTANT,
		.us = 50000,
		.stall_every_us = 2000000,
		.stall_us = 600000 },
	    500000 },
};

static const double judged[] = { 50, 99, 99.9 };

static int
by_heard(const void *a, const void *b)
{
	const struct testing_truth *t = a, *u = b;

	return (t->heard_us > u->heard_us) - (t->heard_us < u->heard_us);
}

/*
 * Seen from the other side: nothing is asked before it is due, give or take
 * the two clocks in which a start is told.  How late the one in the middle
 * is, in microseconds.
 */
static int64_t
check_arrivals(const struct load *l, const struct testing_truth *t)
{
	struct hist late;
	int64_t middle;

	hist_init(&late);
	for (size_t i = 0; i < l->plan.n; i++) {
		const int64_t us =
		    t[i].heard_us - l->began_us - l->plan.at[i].at_ns / 1000;

		ck_assert_int_gt(us, -1000);
		hist_add(&late, us);
	}
	middle = hist_percentile(&late, 50);
	hist_free(&late);
	return middle;
}

/*
 * What was injected: how long each took, and how long after it was due it
 * was answered.  They are heard in the order in which they were due.
 */
static int64_t
true_hists(struct load *l, struct hist h[LOAD_CLOCKS])
{
	int64_t late_us;
	size_t n;
	const struct testing_truth *from = testing_truths(l->t, &n);
	struct testing_truth *t = mem_new(n, sizeof *t);

	ck_assert_uint_eq(n, l->plan.n);
	memcpy(t, from, n * sizeof *t);
	qsort(t, n, sizeof *t, by_heard);
	for (size_t i = 0; i < n; i++) {
		hist_add(&h[CLOCK_SERVICE], t[i].answered_us - t[i].heard_us);
		hist_add(&h[CLOCK_RESPONSE], t[i].answered_us - l->began_us -
						 l->plan.at[i].at_ns / 1000);
	}
	late_us = check_arrivals(l, t);
	free(t);
	return late_us;
}

/* The worst share by which a percentile is wrong. */
static double
compare(const char *what, const struct hist *truth, const struct hist *said)
{
	double worst = 0;

	for (size_t i = 0; i < COUNT(judged); i++) {
		const double t = (double)hist_percentile(truth, judged[i]);
		const double s = (double)hist_percentile(said, judged[i]);
		const double off = (s > t ? s - t : t - s) / t;

		worst = off > worst ? off : worst;
		if (getenv("YANSHOU_TRUTH") != NULL)
			fprintf(stderr,
			    "%s p%g: injected %.3f ms, reported %.3f ms, "
			    "%.2f %%\n",
			    what, judged[i], t / 1e3, s / 1e3, off * 100);
	}
	return worst;
}

static double
try_latency(const struct row *row)
{
	struct hist truth[LOAD_CLOCKS];
	struct measure_op said;
	struct load l;
	double worst = 0;
	int64_t late_us;

	for (int c = 0; c < LOAD_CLOCKS; c++)
		hist_init(&truth[c]);
	load_up(&l, (struct testing_options){ .delay = row->delay, .seed = 7 },
	    row->yaml);
	load_run(&l);
	late_us = true_hists(&l, truth);
	/* whoever had a connection was asked when he should */
	if (row->response_p99_least_us == 0 && late_us > LATE_US)
		worst = 1;
	measure_sum(&l.m, (size_t)measure_op_find(&l.m, "ask"), 0,
	    l.m.n_seconds, &said);
	ck_assert_uint_eq(said.done, l.plan.n);
	ck_assert_uint_eq(said.failed, 0);
	for (int c = 0; c < LOAD_CLOCKS; c++) {
		char what[80];
		double off;

		ck_assert_uint_eq(said.hist[c].n, l.plan.n);
		snprintf(what, sizeof what, "%s, %s", row->what,
		    load_clock_names[c]);
		off = compare(what, &truth[c], &said.hist[c]);
		worst = off > worst ? off : worst;
		hist_free(&truth[c]);
	}
	ck_assert_int_ge(hist_percentile(&said.hist[CLOCK_RESPONSE], 99),
	    row->response_p99_least_us);
	measure_op_free(&said);
	load_down(&l);
	return worst;
}

START_TEST(latencies_within_a_hundredth)
{
	double worst = 1;

	for (int i = 0; i < TRIES && worst > 0.01; i++)
		worst = try_latency(&rows[_i]);
	ck_assert_msg(
	    worst <= 0.01, "%s: wrong by %.2f %%", rows[_i].what, worst * 100);
}
END_TEST

/* ---- messages ---- */

enum { PLANNED = 12000, ONE_IN = 10000, SIZE = 1024 };

#define SUBMIT(arrivals, s) \
	"title: submit\n" \
	"title_zh: 投递\n" \
	"arrive: requests\n" \
	"connections: 8\n" \
	"queue: 20000\n" \
	"accounts: [alice, bob]\n" \
	"timeout: 20 s\n" \
	"drain: 60 s\n" \
	"visible: 20 s\n" \
	"collect: [imap]\n" \
	"phases:\n" \
	" - {name: p, shape: constant, arrivals: " #arrivals ", for: " #s \
	" s}\n" \
	"flows:\n" \
	" - name: submit\n" \
	"   services: [smtp]\n" \
	"   message: 1 KiB\n" \
	"   delivers: true\n" \
	"   begin: |\n" \
	"     S: 220 *\n" \
	"     C: EHLO load.invalid\n" \
	"     S: 250 *\n" \
	"     C: AUTH PLAIN ${account.plain}\n" \
	"     S: 235 *\n" \
	"   body: |\n" \
	"     C: MAIL FROM:<${account.address}>\n" \
	"     C: RCPT TO:<${peer.address}>\n" \
	"     C: DATA\n" \
	"     S: 250 *\n" \
	"     S: 250 *\n" \
	"     S: 354 *\n" \
	"     C.: ${message}\n" \
	"     S: 250 *\n"

static const char submit[] = SUBMIT(12000, 4);
static const char few[] = SUBMIT(300, 3);

/* ---- from the 250 to visible ---- */

static const char *const idling[] = { "imap.uidplus", "imap.idle", NULL };

static const struct {
	const char *const *claims;
	int64_t visible_us, poll_ms;
} sights[] = {
	{ claims, 300000, 20 },
	{ idling, 300000, 20 },
};

/*
 * Told from 250 to when a client could fetch it: never too early, and too
 * late by no more than the time between two looks, which is told as well.
 */
static bool
try_delivery(int row)
{
	const int64_t size = SIZE, truth = sights[row].visible_us;
	const struct measure_ledger *m;
	struct load_collected collected;
	struct load_collect *c;
	struct load l;
	struct err err;
	bool near;

	load_up(&l,
	    (struct testing_options){
		.visible_us = truth, .claims = sights[row].claims },
	    few);
	l.o.ledger = load_ledger_new(RUN, l.plan.n, &size, 1);
	c = load_collect_start(&(struct load_collect_options){ .profile = &l.p,
				   .service = "imap",
				   .accounts = roles,
				   .n_accounts = COUNT(roles),
				   .poll_ms = sights[row].poll_ms,
				   .wait_us = 5000000,
				   .linger_ms = 20 },
	    l.o.ledger, &err);
	ck_assert_msg(c != NULL, "%s", err.what);
	load_run(&l);
	load_collect_finish(c, NULL, &l.m.ledger, &collected);
	load_ledger_settle(l.o.ledger, 60000000, &l.m.ledger);
	m = &l.m.ledger;
	ck_assert_uint_eq(m->delivery.n, l.plan.n);
	/* what we call the 250 is when we have read it */
	ck_assert_int_ge(hist_percentile(&m->delivery, 50), truth * 99 / 100);
	near = hist_percentile(&m->delivery, 50) <=
		   truth * 101 / 100 + m->poll_us &&
	       hist_percentile(&m->delivery, 99) <=
		   truth * 101 / 100 + m->poll_us &&
	       m->poll_us < 4000 * sights[row].poll_ms;
	if (getenv("YANSHOU_TRUTH") != NULL)
		fprintf(stderr,
		    "visible: injected %.1f ms, reported p50 %.1f p99 %.1f, "
		    "looks %.1f ms\n",
		    (double)truth / 1e3,
		    (double)hist_percentile(&m->delivery, 50) / 1e3,
		    (double)hist_percentile(&m->delivery, 99) / 1e3,
		    (double)m->poll_us / 1e3);
	load_ledger_free(l.o.ledger);
	load_down(&l);
	return near;
}

START_TEST(visible_when_it_was)
{
	bool near = false;

	for (int i = 0; i < TRIES && !near; i++)
		near = try_delivery(_i);
	ck_assert(near);
}
END_TEST

/* ---- the ledger ---- */

static const unsigned harms[] = { 0, HARM(TESTING_HARMS) - 1 };

/* All is found, and nothing imagined. */
START_TEST(one_in_ten_thousand)
{
	const int64_t size = SIZE;
	struct load_collected collected;
	struct load_collect *c;
	struct load l;
	struct err err;

	load_up(&l,
	    (struct testing_options){ .harms = harms[_i],
		.one_in = ONE_IN,
		.behind = 50,
		.astray = CAROL },
	    submit);
	ck_assert_uint_eq(pump_messages(&l.scenario, &l.plan), PLANNED);
	l.o.ledger = load_ledger_new(RUN, PLANNED, &size, 1);
	c = load_collect_start(&(struct load_collect_options){ .profile = &l.p,
				   .service = "imap",
				   .accounts = roles,
				   .n_accounts = COUNT(roles),
				   .wait_us = 1000000,
				   .linger_ms = 20 },
	    l.o.ledger, &err);
	ck_assert_msg(c != NULL, "%s", err.what);
	load_run(&l);
	load_collect_finish(c, NULL, &l.m.ledger, &collected);
	load_ledger_settle(l.o.ledger, 60000000, &l.m.ledger);
	for (enum testing_harm h = 0; h < TESTING_HARMS; h++)
		ck_assert_uint_eq(
		    testing_harmed(l.t, h), (harms[_i] & HARM(h)) != 0 ? 1 : 0);
	check_books(&l.m.ledger, l.t, PLANNED, false);
	ck_assert_uint_eq(collected.found, collected.removed);
	load_ledger_free(l.o.ledger);
	load_down(&l);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("truth_pump");
	TCase *t = tcase_create("truth_pump");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, latencies_within_a_hundredth, 0, COUNT(rows));
	tcase_add_loop_test(t, visible_when_it_was, 0, COUNT(sights));
	tcase_add_loop_test(t, one_in_ten_thousand, 0, COUNT(harms));
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
