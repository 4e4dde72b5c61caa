/* SPDX-License-Identifier: MIT */
/*
 * The pump against targets that do not behave, on a machine that has not
 * enough, and with plans that cannot be.  Counts are held, times never.
 */
#include <sys/resource.h>

#include "loadgen/pump_load.h"

static const struct {
	enum manner manner;
	enum arrive arrive;
	/* of 50 messages */
	unsigned done, failed, timeouts, accepted;
	const char *error;
} wrongs[] = {
	{ GREETS_NOT, ARRIVE_SESSIONS, 0, 50, 50, 0, "no answer in time" },
	{ GREETS_NOT, ARRIVE_REQUESTS, 0, 0, 0, 0, "no answer in time" },
	{ ACCEPTS_NOT, ARRIVE_SESSIONS, 0, 50, 50, 0, "no answer in time" },
	{ STALLS, ARRIVE_SESSIONS, 40, 10, 10, 40, "no answer in time" },
	{ STALLS, ARRIVE_REQUESTS, 40, 10, 10, 40, "no answer in time" },
	{ RESETS, ARRIVE_SESSIONS, 40, 10, 0, 40,
	    "expected 250 *, heard (closed)" },
	{ RESETS, ARRIVE_REQUESTS, 40, 10, 0, 40,
	    "expected 250 *, heard (closed)" },
	{ REFUSES, ARRIVE_SESSIONS, 40, 10, 0, 40,
	    "expected 250 *, heard 451 4.3.0 not now" },
	{ REFUSES, ARRIVE_REQUESTS, 40, 10, 0, 40,
	    "expected 250 *, heard 451 4.3.0 not now" },
	{ HANGS_UP, ARRIVE_SESSIONS, 50, 0, 0, 50, NULL },
	{ HANGS_UP, ARRIVE_REQUESTS, 50, 0, 0, 50, NULL },
	{ GARBAGE, ARRIVE_SESSIONS, 0, 50, 0, 0, "heard \\x01\\xffnonsense" },
	{ ENDLESS, ARRIVE_SESSIONS, 0, 50, 0, 0, "(a reply without end)" },
	{ LISTENS_NOT, ARRIVE_SESSIONS, 0, 50, 0, 0,
	    "connect: Connection refused" },
};

/*
 * Whatever the target does, every message that was begun has one end, the
 * run has one too, and the error is named.
 */
START_TEST(survives)
{
	const size_t n = 50;
	uint64_t asked = 99;
	struct load l;
	struct sums s;
	bool named = wrongs[_i].error == NULL;

	load_init(&l, wrongs[_i].manner, wrongs[_i].arrive, n);
	l.options.workers = 1;
	l.options.asked = &asked;
	l.scenario.connections = 50;
	/* reached only where the target is silent */
	l.scenario.timeout_us = wrongs[_i].timeouts != 0 ||
					wrongs[_i].manner == GREETS_NOT ||
					wrongs[_i].manner == ACCEPTS_NOT
				    ? 1000000
				    : 20000000;
	l.scenario.drain_us =
	    wrongs[_i].manner == GREETS_NOT ? 1500000 : 20000000;
	load_run(&l);
	s = sums_of(&l, "submit");
	for (size_t i = 0; i < l.m.n_errors && !named; i++)
		named = strstr(l.m.errors[i].what, wrongs[_i].error) != NULL;
	ck_assert_msg(
	    named, "%s", l.m.n_errors == 0 ? "no error" : l.m.errors[0].what);
	ck_assert_uint_eq(s.planned, n);
	ck_assert_uint_eq(s.begun + s.dropped, n);
	ck_assert_uint_eq(s.op.begun, s.op.done + s.op.failed);
	ck_assert_uint_eq(s.op.begun, s.begun);
	ck_assert_uint_eq(s.op.timeouts, wrongs[_i].timeouts);
	ck_assert_uint_eq(s.op.done, l.target.accepted);
	/* a request may meet the end of the connection it was put on */
	if (wrongs[_i].manner != HANGS_UP ||
	    wrongs[_i].arrive == ARRIVE_SESSIONS) {
		ck_assert_uint_eq(s.op.done, wrongs[_i].done);
		ck_assert_uint_eq(s.op.failed, wrongs[_i].failed);
		ck_assert_uint_eq(l.target.accepted, wrongs[_i].accepted);
	}
	ck_assert_uint_eq(
	    l.m.connect_failures, wrongs[_i].manner == LISTENS_NOT ? n : 0);
	ck_assert_uint_eq(asked, 0);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

/* Who finds no connection waits; who finds no place to wait is dropped. */
START_TEST(queues_and_drops)
{
	static const enum arrive arrives[] = { ARRIVE_SESSIONS,
		ARRIVE_REQUESTS };
	struct load l;
	struct sums s;

	load_init(&l, STALLS, arrives[_i], 100);
	l.options.workers = 1;
	l.scenario.connections = 4;
	l.scenario.queue = 10;
	l.scenario.timeout_us = 1000000;
	for (size_t i = 0; i < l.plan.n; i++)
		l.plan.at[i].at_ns = 0; /* all at once */
	load_run(&l);
	s = sums_of(&l, "submit");
	ck_assert_uint_eq(s.planned, 100);
	if (arrives[_i] == ARRIVE_SESSIONS) {
		ck_assert_uint_eq(s.begun, 14);
		ck_assert_uint_eq(s.dropped, 86);
	}
	ck_assert_uint_eq(s.begun + s.dropped, 100);
	ck_assert_uint_eq(s.op.begun, s.begun);
	ck_assert_uint_eq(s.op.done + s.op.failed, s.begun);
	ck_assert_uint_eq(s.op.failed, s.begun / 5);
	ck_assert_uint_eq(s.op.timeouts, s.op.failed);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

static void
starve(void *ctx, const struct measure *m, size_t n)
{
	const struct rlimit *few = ctx;

	if (n >= 1 && m != NULL)
		setrlimit(RLIMIT_NOFILE, few);
}

/* Without descriptors it is the generator that has failed, and says so. */
START_TEST(starves)
{
	struct rlimit before, few;
	struct load l;
	struct sums s;
	bool named = false;

	load_init(&l, BEHAVES, ARRIVE_SESSIONS, 300);
	for (size_t i = 0; i < l.plan.n; i++)
		l.plan.at[i].at_ns = (int64_t)i * 10000000;
	l.plan.end_ns = 3000000000;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = (struct rlimit){ 3, before.rlim_max };
	l.scenario.timeout_us = 2000000;
	l.options.on_second = starve;
	l.options.ctx = &few;
	load_run(&l);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	s = sums_of(&l, "submit");
	ck_assert_uint_gt(s.op.done, 0);
	ck_assert_uint_gt(l.m.no_ports, 0);
	/* the target has none left either, and may not take its last peer */
	ck_assert_uint_eq(l.m.no_ports + s.op.timeouts, s.op.failed);
	ck_assert_uint_eq(l.m.connect_failures, 0);
	ck_assert_uint_eq(s.op.done + s.op.failed, 300);
	ck_assert_uint_eq(l.target.accepted, s.op.done);
	for (size_t i = 0; i < l.m.n_errors; i++)
		named |= strstr(l.m.errors[i].what,
			     "the generator's own machine: Too many open "
			     "files") != NULL;
	ck_assert(named);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

static const struct {
	const char *service, *role, *begin, *host;
	int connections;
	const char *why;
} plans[] = {
	{ "imap", "alice", "C: NOOP\n", "127.0.0.1", 9,
	    "the profile test.yaml has no endpoint \"imap\"" },
	{ "smtp", "carol", "C: NOOP\n", "127.0.0.1", 9,
	    "account \"carol\": the profile test.yaml has none" },
	{ "smtp", "alice", "@silent 5\n", "127.0.0.1", 9,
	    "load.yaml: flow \"submit\", begin: script line 1: a load has no "
	    "@silent" },
	{ "smtp", "alice", "C: NOOP\n", "no such host", 9,
	    "look up \"no such host\"" },
	{ "smtp", "alice", "C: NOOP\n", "127.0.0.1", 2000000000,
	    "open files are needed" },
};

START_TEST(refuses_before_the_start)
{
	struct load l;
	struct err err = { 0 };

	load_init(&l, LISTENS_NOT, ARRIVE_SESSIONS, 1);
	l.flow.service = text(plans[_i].service);
	l.flow.begin = text(plans[_i].begin);
	l.roles[0] = text(plans[_i].role);
	l.endpoint.host = text(plans[_i].host);
	l.scenario.connections = plans[_i].connections;
	ck_assert(!pump_run(&l.options, &l.m, &err));
	ck_assert_msg(strstr(err.what, plans[_i].why) != NULL, "%s", err.what);
	target_stop(&l.target);
	free(l.plan.at);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("loadgen/pump_wrong");
	TCase *t = tcase_create("wrong");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, survives, 0, sizeof wrongs / sizeof wrongs[0]);
	tcase_add_loop_test(t, queues_and_drops, 0, 2);
	tcase_add_test(t, starves);
	tcase_add_loop_test(
	    t, refuses_before_the_start, 0, sizeof plans / sizeof plans[0]);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
