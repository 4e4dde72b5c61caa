/* SPDX-License-Identifier: MIT */
/*
 * Mailboxes of whole services read back: those of the reference, or of the
 * profile that YANSHOU_COLLECT_TARGET names.
 */
#include <check.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "loadgen/collect_inner.h"
#include "reference/testing.h"

enum { MANY = 60, SIZE = 20480 };

static const char *const roles[] = { "alice", "bob" };

/* A reply of one line or several; its code. */
static int
reply(struct collect_wire *w)
{
	for (;;) {
		const struct span in = collect_heard(w);
		const size_t n = span_find(in, SPAN("\r\n"));
		const bool last = n < 4 || in.ptr[3] != '-';
		const int code = n < in.len ? atoi(in.ptr) : 0;

		if (n < in.len)
			collect_take(w, n + 2);
		else
			ck_assert_msg(collect_more(w), "%s", w->why);
		if (n < in.len && last)
			return code;
	}
}

static void
say(struct collect_wire *w, int code, const char *verb, const char *arg)
{
	collect_say(w, "%s%s", verb, arg);
	ck_assert_int_eq(reply(w), code);
}

static void
send_all(const struct profile *p, struct load_ledger *l)
{
	struct collect_wire w;
	struct buf b;
	char from[128];

	/* its own domain a relay may believe to be forged */
	snprintf(from, sizeof from, "load@%s", p->mail.foreign);
	buf_init(&b, SIZE);
	collect_open(&w, p, profile_endpoint(p, "smtp"));
	ck_assert_int_eq(reply(&w), 220);
	say(&w, 250, "EHLO ", "client.example");
	for (size_t i = 0; i < MANY; i++) {
		const char *to = profile_account(p, roles[i % 2])->address;

		buf_clear(&b);
		ck_assert(load_ledger_message(l, i, from, to, SIZE, &b));
		load_ledger_sent(l, i, clock_mono().us);
		collect_say(&w, "MAIL FROM:<%s>", from);
		ck_assert_int_eq(reply(&w), 250);
		collect_say(&w, "RCPT TO:<%s>", to);
		ck_assert_int_eq(reply(&w), 250);
		say(&w, 354, "DATA", "");
		say(&w, 250, buf_text(&b), ".");
		load_ledger_accepted(l, i, clock_mono().us);
	}
	say(&w, 221, "QUIT", "");
	collect_close(&w);
	buf_free(&b);
}

static void
read_back(const struct profile *p, const char *service)
{
	const int64_t size = SIZE;
	char name[LEDGER_NAME];
	struct load_ledger *l;
	struct load_collect *c;
	struct load_collected collected;
	struct measure_ledger m = { 0 };
	struct err err;

	snprintf(name, sizeof name, "20261122-012654-%04x",
	    (unsigned)(clock_mono().us & 0xffff));
	l = load_ledger_new(name, MANY, &size, 1);
	c = load_collect_start(&(struct load_collect_options){ .profile = p,
				   .service = service,
				   .accounts = roles,
				   .n_accounts = 2,
				   .linger_ms = 50,
				   .wait_us = 10000000 },
	    l, &err);
	ck_assert_msg(c != NULL, "%s", err.what);
	send_all(p, l);
	load_collect_finish(c, NULL, &m, &collected);
	load_ledger_settle(l, 60000000, &m);
	ck_assert_msg(
	    m.delivered == MANY && m.lost + m.unread == 0 &&
		m.doubled + m.strange + m.corrupted + m.unchecked + m.late == 0,
	    "%s: %lu delivered; %s", service, m.delivered,
	    m.n_examples > 0 ? m.examples[0]
	    : m.unread_why   ? m.unread_why
			     : "");
	/* Postfix delivers what is queued in parallel, and may */
	if (getenv("YANSHOU_COLLECT_TARGET") == NULL)
		ck_assert_uint_eq(m.reordered, 0);
	ck_assert_msg(collected.removed == MANY, "%s: %zu of %zu removed: %s",
	    service, collected.removed, collected.found, collected.why_left);
	if (getenv("YANSHOU_COLLECT_TARGET") != NULL)
		printf("%s: 250 to visible p50 %.1f p99 %.1f ms, looks %.1f "
		       "ms, collected in %.1f ms, %lu reordered\n",
		    service, (double)hist_percentile(&m.delivery, 50) / 1e3,
		    (double)hist_percentile(&m.delivery, 99) / 1e3,
		    (double)m.poll_us / 1e3, (double)m.collected_us / 1e3,
		    m.reordered);
	for (size_t i = 0; i < m.n_examples; i++)
		free(m.examples[i]);
	free(m.unread_why);
	hist_free(&m.delivery);
	load_ledger_free(l);
}

START_TEST(every_way_into_a_mailbox)
{
	static const char *const ways[] = { "imap", "imaps", "pop3", "pop3s" };
	const char *target = getenv("YANSHOU_COLLECT_TARGET");
	struct running r;
	struct profile p;
	struct err err;

	if (target == NULL)
		running_up(&r, (struct serve_options){ 0 });
	ck_assert_msg(
	    profile_read(
		target == NULL ? serve_profile(r.serve) : target, &p, &err),
	    "%s", err.what);
	for (size_t i = 0; i < 4; i++)
		if (profile_endpoint(&p, ways[i]) != NULL)
			read_back(&p, ways[i]);
	profile_free(&p);
	if (target == NULL)
		running_down(&r);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("collect_site");
	TCase *t = tcase_create("site");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_test(t, every_way_into_a_mailbox);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
