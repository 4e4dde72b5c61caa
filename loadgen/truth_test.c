/* SPDX-License-Identifier: MIT */
/*
 * Is what a load reports what has happened?  A server that keeps a record of
 * the harm it does, and messages that are sent by hand, by four connections.
 */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "loadgen/collect_inner.h"
#include "loadgen/truth.h"

enum { PLANNED = 20000, ONE_IN = 10000, SIZE = 600, SENDERS = 4 };

static const char *const claims[] = { "imap.uidplus", "pop3.top", NULL };

/* ---- sending ---- */

struct sender {
	const struct profile *p;
	struct load_ledger *l;
	size_t from;
	pthread_t thread;
	struct collect_wire wire;
	struct buf text;
};

/* The code of the next reply, all of them of one line; 0: it is over. */
static int
reply(struct collect_wire *w)
{
	for (;;) {
		const struct span in = collect_heard(w);
		const size_t n = span_find(in, SPAN("\r\n"));

		if (n < in.len) {
			collect_take(w, n + 2);
			return atoi(in.ptr);
		}
		if (!collect_more(w))
			return 0;
	}
}

static void
begin(struct sender *s)
{
	collect_close(&s->wire);
	collect_open(&s->wire, s->p, profile_endpoint(s->p, "smtp"));
	ck_assert_int_eq(reply(&s->wire), 220);
	collect_say(&s->wire, "HELO x");
	ck_assert_int_eq(reply(&s->wire), 250);
}

static void
send_one(struct sender *s, size_t seq)
{
	const char *to = seq % 2 ? ALICE : BOB;
	int code;

	buf_clear(&s->text);
	ck_assert(load_ledger_message(s->l, seq, CAROL, to, SIZE, &s->text));
	load_ledger_sent(s->l, seq, clock_mono().us);
	collect_say(
	    &s->wire, "MAIL FROM:<" CAROL ">\r\nRCPT TO:<%s>\r\nDATA", to);
	ck_assert_int_eq(reply(&s->wire), 250);
	ck_assert_int_eq(reply(&s->wire), 250);
	ck_assert_int_eq(reply(&s->wire), 354);
	collect_say(&s->wire, "%s.", buf_text(&s->text));
	code = reply(&s->wire);
	if (code == 250)
		load_ledger_accepted(s->l, seq, clock_mono().us);
	else if (code != 0)
		load_ledger_refused(s->l, seq, clock_mono().us);
	else
		load_ledger_unknown(s->l, seq, clock_mono().us);
	if (code == 0)
		begin(s);
}

static void *
send_share(void *ctx)
{
	struct sender *s = ctx;

	buf_init(&s->text, SIZE);
	begin(s);
	for (size_t i = s->from; i < PLANNED; i += SENDERS)
		send_one(s, i);
	collect_close(&s->wire);
	buf_free(&s->text);
	return NULL;
}

static void
send_all(const struct profile *p, struct load_ledger *l)
{
	struct sender senders[SENDERS];

	for (size_t i = 0; i < SENDERS; i++) {
		senders[i] = (struct sender){ .p = p, .l = l, .from = i };
		ck_assert_int_eq(pthread_create(&senders[i].thread, NULL,
				     send_share, &senders[i]),
		    0);
	}
	for (size_t i = 0; i < SENDERS; i++)
		pthread_join(senders[i].thread, NULL);
}

/* ---- what is reported ---- */

static const struct {
	unsigned harms;
	const char *service;
} rows[] = {
	{ 0, "imap" },
	{ HARM(TESTING_LOSE) | HARM(TESTING_DOUBLE) | HARM(TESTING_CORRUPT) |
		HARM(TESTING_REORDER),
	    "imap" },
	{ HARM(TESTING_HARMS) - 1, "imap" },
	{ HARM(TESTING_HARMS) - 1, "pop3" },
};

/* All is found, and nothing imagined. */
START_TEST(one_in_ten_thousand)
{
	const int64_t size = SIZE;
	const struct testing_options o = {
		.harms = rows[_i].harms,
		.one_in = ONE_IN,
		.behind = 50,
		.astray = CAROL,
		.run = RUN,
		.accounts = accounts,
		.claims = claims,
	};
	struct testing *t = testing_start(&o);
	struct load_ledger *l = load_ledger_new(RUN, PLANNED, &size, 1);
	struct measure_ledger m = { 0 };
	struct load_collected collected;
	struct load_collect *c;
	struct profile p;
	struct err err;

	testing_profile(t, &p);
	c = load_collect_start(&(struct load_collect_options){ .profile = &p,
				   .service = rows[_i].service,
				   .accounts = roles,
				   .n_accounts = COUNT(roles),
				   .wait_us = 1000000,
				   .linger_ms = 20 },
	    l, &err);
	ck_assert_msg(c != NULL, "%s", err.what);
	send_all(&p, l);
	load_collect_finish(c, NULL, &m, &collected);
	load_ledger_settle(l, 60000000, &m);
	/* POP3 knows but one folder */
	check_books(&m, t, PLANNED, strcmp(rows[_i].service, "pop3") == 0);
	for (enum testing_harm h = 0; h < TESTING_HARMS; h++)
		ck_assert_uint_eq(testing_harmed(t, h),
		    (rows[_i].harms & HARM(h)) != 0 ? PLANNED / ONE_IN : 0);
	ck_assert_uint_eq(collected.found, collected.removed);
	for (size_t i = 0; i < COUNT(roles); i++)
		ck_assert_uint_eq(
		    testing_in_mailbox(t, accounts[2 * i + 1]), 0);
	for (size_t i = 0; i < m.n_examples; i++)
		free(m.examples[i]);
	hist_free(&m.delivery);
	profile_free(&p);
	load_ledger_free(l);
	testing_stop(t);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("truth");
	TCase *t = tcase_create("ledger");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, one_in_ten_thousand, 0, COUNT(rows));
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
