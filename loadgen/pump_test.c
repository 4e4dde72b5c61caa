/* SPDX-License-Identifier: MIT */
/*
 * The pump carries out what was planned, and counts it.
 * Counts are held, times never: no row waits for a clock.
 */
#include "loadgen/ledger.h"
#include "loadgen/pump_load.h"
#include "reference/pki.h"

static char pki[] = "/tmp/pump_test.XXXXXX";

static void
make_pki(void)
{
	struct err err;

	ck_assert_ptr_nonnull(mkdtemp(pki));
	ck_assert(pki_make(pki, PKI_GOOD, clock_wall(), &err));
}

static void
remove_pki(void)
{
	static const char *const files[] = { "ca.pem", "server.pem",
		"server.key" };
	char path[128];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", pki, files[i]);
		unlink(path);
	}
	rmdir(pki);
}

static const struct {
	enum arrive arrive;
	enum profile_tls tls;
	int repeat;
} kinds[] = {
	{ ARRIVE_SESSIONS, PROFILE_TLS_NONE, 1 },
	{ ARRIVE_SESSIONS, PROFILE_TLS_NONE, 3 },
	{ ARRIVE_SESSIONS, PROFILE_TLS_IMPLICIT, 2 },
	{ ARRIVE_SESSIONS, PROFILE_TLS_STARTTLS, 2 },
	{ ARRIVE_REQUESTS, PROFILE_TLS_NONE, 1 },
	{ ARRIVE_REQUESTS, PROFILE_TLS_IMPLICIT, 1 },
	{ ARRIVE_REQUESTS, PROFILE_TLS_STARTTLS, 1 },
};

/* All that was planned is done, once, and the target says so too. */
START_TEST(carries_out)
{
	const size_t n = 200;
	const size_t all = n * (size_t)kinds[_i].repeat;
	uint64_t asked = 99;
	struct load l;
	struct sums s;

	load_init_tls(&l, BEHAVES, kinds[_i].tls, pki, kinds[_i].arrive, n);
	l.flow.repeat = kinds[_i].repeat;
	l.options.asked = &asked;
	l.scenario.resume_tls = true;
	load_run(&l);
	s = sums_of(&l, "submit");
	for (size_t i = 0; i < l.m.n_errors; i++)
		ck_abort_msg("%s", l.m.errors[i].what);
	ck_assert_uint_eq(s.planned, n);
	ck_assert_uint_eq(s.begun, n);
	ck_assert_uint_eq(s.late, n);
	ck_assert_uint_eq(s.dropped, 0);
	ck_assert_uint_eq(s.op.begun, all);
	ck_assert_uint_eq(s.op.done, all);
	ck_assert_uint_eq(s.op.failed, 0);
	ck_assert_uint_eq(s.op.hist[CLOCK_RESPONSE].n, all);
	ck_assert_uint_eq(s.op.hist[CLOCK_SERVICE].n, all);
	ck_assert_uint_eq(l.target.accepted, all);
	ck_assert_uint_eq(l.m.connects, l.target.connections);
	ck_assert_uint_eq(
	    l.m.connects, kinds[_i].arrive == ARRIVE_REQUESTS ? 20 : n);
	ck_assert_uint_le(l.m.peak_connections, 20);
	ck_assert_uint_eq(l.m.handshakes,
	    kinds[_i].tls == PROFILE_TLS_NONE ? 0 : l.m.connects);
	if (kinds[_i].tls != PROFILE_TLS_NONE &&
	    kinds[_i].arrive == ARRIVE_SESSIONS)
		ck_assert_uint_gt(l.m.resumed, 0);
	ck_assert_uint_gt(s.out, all * 1000);
	ck_assert_uint_gt(s.in, all * 8 * 4);
	if (kinds[_i].tls == PROFILE_TLS_NONE)
		ck_assert_uint_eq(asked, 0);
	ck_assert(!l.m.interrupted);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

/* Users are busy until the end, on new connections or on the same. */
START_TEST(closes_the_loop)
{
	struct load l;
	struct sums s;

	load_init(&l, BEHAVES, ARRIVE_CLOSED, 5);
	l.scenario.connections = 5;
	l.flow.repeat = _i == 0 ? 1 : 10;
	l.flow.stays = _i == 2;
	l.plan.end_ns = 200000000;
	load_run(&l);
	s = sums_of(&l, "submit");
	ck_assert_uint_eq(l.m.n_errors, 0);
	ck_assert_uint_eq(s.begun, 5);
	ck_assert_uint_ge(s.op.done, 5);
	ck_assert_uint_eq(s.op.begun, s.op.done);
	ck_assert_uint_eq(s.op.done, l.target.accepted);
	if (_i == 0)
		ck_assert_uint_eq(l.m.connects, s.op.done);
	else if (_i == 1)
		ck_assert_uint_le(s.op.done, l.m.connects * 10);
	else
		ck_assert_uint_eq(l.m.connects, 5);
	ck_assert(l.m.closed_loop);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

/* The ledger is told all there is to tell, by numbers of the plan. */
START_TEST(keeps_the_ledger)
{
	static const enum manner manners[] = { BEHAVES, REFUSES, RESETS,
		STALLS };
	const int64_t size = 1000;
	struct measure_ledger ends = { 0 };
	struct load l;
	struct sums s;

	load_init(&l, manners[_i], ARRIVE_SESSIONS, 40);
	l.flow.delivers = true;
	l.flow.repeat = 2;
	l.scenario.timeout_us = manners[_i] == STALLS ? 1000000 : 20000000;
	ck_assert_uint_eq(pump_messages(&l.scenario, &l.plan), 80);
	l.options.ledger = load_ledger_new("test", 80, &size, 1);
	load_run(&l);
	s = sums_of(&l, "submit");
	load_ledger_settle(l.options.ledger, 1000000, &ends);
	ck_assert_uint_eq(ends.planned, 80);
	ck_assert_uint_eq(ends.sent, s.op.begun);
	ck_assert_uint_eq(ends.accepted, l.target.accepted);
	ck_assert_uint_eq(ends.accepted, s.op.done);
	ck_assert_uint_eq(
	    ends.refused, manners[_i] == REFUSES ? s.op.failed : 0);
	ck_assert_uint_eq(
	    ends.unknown, manners[_i] == REFUSES ? 0 : s.op.failed);
	if (manners[_i] == BEHAVES)
		ck_assert_uint_eq(ends.accepted, 80);
	else
		ck_assert_uint_gt(s.op.failed, 0);
	hist_free(&ends.delivery);
	for (size_t i = 0; i < ends.n_examples; i++)
		free(ends.examples[i]);
	load_ledger_free(l.options.ledger);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

/* As root the system permits it; elsewhere it says that it does not. */
START_TEST(goes_first)
{
	struct load l;
	struct sums s;
	struct err err = { 0 };

	load_init(&l, BEHAVES, ARRIVE_SESSIONS, 20);
	l.options.first = true;
	if (pump_run(&l.options, &l.m, &err)) {
		s = sums_of(&l, "submit");
		ck_assert_uint_eq(s.op.done, 20);
		measure_op_free(&s.op);
		measure_free(&l.m);
	} else {
		ck_assert_ptr_nonnull(strstr(err.what, "CAP_SYS_NICE"));
	}
	target_stop(&l.target);
	free(l.plan.at);
}
END_TEST

static void
stop_after(void *ctx, const struct measure *m, size_t n)
{
	*(volatile bool *)ctx = n >= 1 && m != NULL;
}

/* A signal ends the arrivals, not those who have begun. */
START_TEST(stops_early)
{
	volatile bool flag = _i == 1;
	struct load l;
	struct sums s;

	load_init(
	    &l, BEHAVES, _i == 2 ? ARRIVE_REQUESTS : ARRIVE_SESSIONS, 1000);
	for (size_t i = 0; i < l.plan.n; i++)
		l.plan.at[i].at_ns = (int64_t)i * 10000000;
	l.plan.end_ns = 10000000000;
	if (_i == 3) { /* nobody thinks to the end */
		l.flow.repeat = 5;
		l.flow.think_us = 3600000000;
		l.scenario.connections = 1000;
	}
	l.options.stop = &flag;
	l.options.on_second = stop_after;
	l.options.ctx = (void *)(uintptr_t)&flag;
	load_run(&l);
	s = sums_of(&l, "submit");
	ck_assert(l.m.interrupted);
	ck_assert_uint_eq(s.planned, 1000);
	ck_assert_uint_lt(s.begun, 900);
	ck_assert_uint_eq(s.op.begun, s.begun);
	ck_assert_uint_eq(s.op.done, s.begun);
	ck_assert_uint_eq(l.m.n_errors, 0);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

static size_t
end_at_three(void *ctx, const struct measure *m, size_t n)
{
	(void)ctx;
	return m != NULL && n >= 1 ? 3 : 0;
}

/* The plan is cut off: what was behind it is neither missing nor dropped. */
START_TEST(ends_before_its_plan)
{
	struct load l;
	struct sums s;

	load_init(
	    &l, BEHAVES, _i == 0 ? ARRIVE_SESSIONS : ARRIVE_REQUESTS, 1000);
	for (size_t i = 0; i < l.plan.n; i++)
		l.plan.at[i].at_ns = (int64_t)i * 10000000;
	l.plan.end_ns = 10000000000;
	l.plan.phase_to_ns[0] = l.plan.end_ns;
	l.options.end_at = end_at_three;
	load_run(&l);
	s = sums_of(&l, "submit");
	ck_assert(l.m.ended && !l.m.interrupted);
	ck_assert_uint_eq(l.m.judged_to, 3);
	ck_assert_uint_lt(l.m.n_seconds, 10);
	ck_assert_double_eq_tol(l.m.offered_rate, 100, 1e-9);
	ck_assert_uint_eq(s.planned, 300);
	ck_assert_uint_eq(s.begun, 300);
	ck_assert_uint_eq(s.dropped, 0);
	ck_assert_uint_eq(s.op.done, 300);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

/* Somebody else says so, once that many seconds were whole. */
struct told {
	size_t whole, at, says;
	size_t ends; /* seconds that have arrivals, at least */
};

static void
note_second(void *ctx, const struct measure *m, size_t n)
{
	struct told *t = ctx;

	t->whole = m == NULL ? 0 : n;
}

static size_t
end_told(void *ctx)
{
	const struct told *t = ctx;

	return t->whole >= t->at ? t->says : 0;
}

/* In time, or late: what was sent behind it is counted, and not judged. */
START_TEST(ends_when_it_is_told)
{
	static const struct told rows[] = {
		{ .at = 1, .says = 3, .ends = 3 },
		{ .at = 3, .says = 2, .ends = 4 },
		{ .at = 3, .says = 3, .ends = 4 },
	};
	struct told told = rows[_i];
	struct load l;
	struct sums s;

	load_init(&l, BEHAVES, ARRIVE_REQUESTS, 1000);
	for (size_t i = 0; i < l.plan.n; i++)
		l.plan.at[i].at_ns = (int64_t)i * 10000000;
	l.plan.end_ns = 10000000000;
	l.plan.phase_to_ns[0] = l.plan.end_ns;
	l.options.end_told = end_told;
	l.options.on_second = note_second;
	l.options.ctx = &told;
	load_run(&l);
	s = sums_of(&l, "submit");
	ck_assert(l.m.ended && !l.m.interrupted);
	ck_assert_uint_eq(l.m.judged_to, told.says);
	ck_assert_double_eq_tol(l.m.offered_rate, 100, 1e-9);
	ck_assert_uint_ge(s.planned, 100 * told.ends);
	ck_assert_uint_eq(s.planned % 100, 0);
	ck_assert_uint_lt(s.planned, 1000);
	ck_assert(told.at > 1 || s.planned == 100 * told.ends);
	ck_assert_uint_eq(s.begun, s.planned);
	ck_assert_uint_eq(s.dropped, 0);
	ck_assert_uint_eq(s.op.done, s.planned);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

/* Each of two machines carries out its half. */
START_TEST(shares_the_plan)
{
	uint64_t done = 0, planned = 0;

	for (unsigned rank = 0; rank < 2; rank++) {
		struct load l;
		struct sums s;

		load_init(&l, BEHAVES, ARRIVE_SESSIONS, 101);
		l.options.rank = rank;
		l.options.ranks = 2;
		load_run(&l);
		s = sums_of(&l, "submit");
		ck_assert_uint_eq(s.op.done, s.planned);
		planned += s.planned;
		done += s.op.done;
		measure_op_free(&s.op);
		load_free(&l);
	}
	ck_assert_uint_eq(planned, 101);
	ck_assert_uint_eq(done, 101);
}
END_TEST

/* Marks across parts, thinking, pauses, and a certificate for another. */
START_TEST(marks_and_thinks)
{
	struct load l;
	struct sums s;

	load_init(&l, BEHAVES, ARRIVE_SESSIONS, 20);
	l.flow.begin = text("@start login\nS: 220 *\n@start ehlo\n"
			    "C: EHLO me.test\n@pause 1\nS: 250 *\n"
			    "@stop ehlo\n@stop login\n");
	l.flow.body = text("@start a\nC: NOOP ${id} ${seq}\nS: 250 *\n"
			   "@stop a\n@start b\nC: NOOP\nC: NOOP\nS: 250 *\n"
			   "S: 250 *\n@stop b\n");
	l.flow.end = NULL;
	l.flow.repeat = 3;
	l.flow.think_us = 1000;
	l.flow.think_random = true;
	load_run(&l);
	s = sums_of(&l, "login");
	ck_assert_uint_eq(s.op.done, 20);
	measure_op_free(&s.op);
	s = sums_of(&l, "ehlo");
	ck_assert_uint_eq(s.op.done, 20);
	measure_op_free(&s.op);
	s = sums_of(&l, "a");
	ck_assert_uint_eq(s.op.done, 60);
	measure_op_free(&s.op);
	s = sums_of(&l, "b");
	ck_assert_uint_eq(s.op.done, 60);
	ck_assert_uint_eq(s.op.begun, 60);
	measure_op_free(&s.op);
	ck_assert_uint_eq(l.target.commands, 20 * (1 + 3 * 3));
	load_free(&l);
}
END_TEST

START_TEST(believes_no_other)
{
	struct load l;
	struct sums s;

	load_init_tls(
	    &l, BEHAVES, PROFILE_TLS_IMPLICIT, pki, ARRIVE_SESSIONS, 10);
	l.endpoint.name = text("other.example.test");
	load_run(&l);
	s = sums_of(&l, "submit");
	ck_assert_uint_eq(s.op.failed, 10);
	ck_assert_uint_eq(l.m.handshakes, 0);
	ck_assert_uint_eq(l.m.n_errors, 1);
	ck_assert_ptr_nonnull(
	    strstr(l.m.errors[0].what, "asked for other.example.test"));
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("loadgen/pump");
	TCase *t = tcase_create("pump");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_unchecked_fixture(t, make_pki, remove_pki);
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, carries_out, 0, sizeof kinds / sizeof kinds[0]);
	tcase_add_loop_test(t, closes_the_loop, 0, 3);
	tcase_add_loop_test(t, keeps_the_ledger, 0, 4);
	tcase_add_loop_test(t, stops_early, 0, 4);
	tcase_add_loop_test(t, ends_before_its_plan, 0, 2);
	tcase_add_loop_test(t, ends_when_it_is_told, 0, 3);
	tcase_add_test(t, shares_the_plan);
	tcase_add_test(t, goes_first);
	tcase_add_test(t, marks_and_thinks);
	tcase_add_test(t, believes_no_other);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
