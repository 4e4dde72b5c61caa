/* SPDX-License-Identifier: MIT */
#include "loadgen/collect.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "loadgen/collect_reply.h"
#include "loadgen/testing.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define RUN      "20261122-012654-7f3a"
#define ALICE    "alice@gov.example"
#define BOB      "bob@gov.example"
#define CAROL    "carol@gov.example"

enum { SIZE = 1000, PLANNED = 400 };

/* ---- responses ---- */

#define HEADER "Yanshou-Id: x\r\n\r\n"

static const struct {
	const char *line;
	enum imap_heard heard;
	uint32_t n, uid;
	const char *text;
} said[] = {
	{ "* 12 EXISTS\r\n", HEARD_EXISTS, 12, 0, NULL },
	{ "* 0 exists\r\n", HEARD_EXISTS, 0, 0, NULL },
	{ "* 3 EXPUNGE\r\n", HEARD_EXPUNGE, 3, 0, NULL },
	{ "* 99999999999 EXISTS\r\n", HEARD_EXISTS, UINT32_MAX, 0, NULL },
	{ "* 2 FETCH (UID 7)\r\n", HEARD_FETCH, 2, 7, NULL },
	{ "* 2 FETCH (FLAGS (\\Seen \\Deleted) UID 7)\r\n", HEARD_FETCH, 2, 7,
	    "\\Seen \\Deleted" },
	{ "* 2 FETCH (FLAGS () UID 7)\r\n", HEARD_FETCH, 2, 7, "" },
	{ "* 2 FETCH (BODY[HEADER.FIELDS (A \"B\")] {17}\r\n" HEADER
	  " UID 7)\r\n",
	    HEARD_FETCH, 2, 7, HEADER },
	{ "* 2 FETCH (UID 7 BODY[] {17}\r\n" HEADER ")\r\n", HEARD_FETCH, 2, 7,
	    HEADER },
	{ "* 2 FETCH (UID 7 BODY[]<0> \"a)b\")\r\n", HEARD_FETCH, 2, 7, "a)b" },
	{ "* 2 FETCH (UID 7 BODY[] NIL)\r\n", HEARD_FETCH, 2, 7, "" },
	{ "* 2 FETCH (ENVELOPE (\"a\" NIL ((NIL {3}\r\n))) \"x\"))) UID 7)\r\n",
	    HEARD_FETCH, 2, 7, NULL },
	{ "* 2 FETCH (RFC822.SIZE 5 UID 7)\r\n", HEARD_FETCH, 2, 7, NULL },
	{ "* 2 FETCH (UID 7\r\n", HEARD_GARBAGE, 0, 0, NULL },
	{ "* 2 FETCH (UID 7 BODY[] \"a)\r\n", HEARD_GARBAGE, 0, 0, NULL },
	{ "* 2 FETCH UID 7\r\n", HEARD_GARBAGE, 0, 0, NULL },
	{ "* 2 FETCH (UID)\r\n", HEARD_GARBAGE, 0, 0, NULL },
	{ "* 2 FETCH (UID (((((((((((((((((((((((((((((((((((((((((((1)\r\n",
	    HEARD_GARBAGE, 0, 0, NULL },
	{ "* SEARCH 1 2 3\r\n", HEARD_SEARCH, 0, 0, NULL },
	{ "* SEARCH\r\n", HEARD_SEARCH, 0, 0, NULL },
	{ "* OK [UIDNEXT 4392] Predicted\r\n", HEARD_STATUS, 4392, 0, NULL },
	{ "* OK hello\r\n", HEARD_STATUS, 0, 0, NULL },
	{ "* BYE\r\n", HEARD_BYE, 0, 0, NULL },
	{ "* LIST (\\HasNoChildren) \"/\" \"Junk mail\"\r\n", HEARD_LIST, 0, 0,
	    NULL },
	{ "* LIST () NIL {4}\r\nJunk\r\n", HEARD_LIST, 0, 0, NULL },
	{ "* LIST x\r\n", HEARD_GARBAGE, 0, 0, NULL },
	{ "* CAPABILITY IMAP4rev1\r\n", HEARD_OTHER, 0, 0, NULL },
	{ "* 7 RECENT\r\n", HEARD_OTHER, 0, 0, NULL },
	{ "y1 OK done\r\n", HEARD_TAGGED, 0, 0, NULL },
	{ "y1 NO [LIMIT] not\r\n", HEARD_TAGGED, 0, 0, NULL },
	{ "+ go on\r\n", HEARD_CONTINUE, 0, 0, NULL },
	{ "+\r\n", HEARD_CONTINUE, 0, 0, NULL },
	{ "garbage\r\n", HEARD_GARBAGE, 0, 0, NULL },
	{ "y1 OK bare\n", HEARD_GARBAGE, 0, 0, NULL },
};

START_TEST(responses)
{
	const struct span all = span_of(said[_i].line);
	struct span in = all;
	const struct imap_said r = imap_said_take(&in);
	const struct span text = r.has_content ? r.content : r.flags;

	ck_assert_msg(r.heard == said[_i].heard, "%s: %d", all.ptr, r.heard);
	ck_assert_uint_eq(in.len, 0);
	if (said[_i].heard != HEARD_GARBAGE && said[_i].heard != HEARD_OTHER)
		ck_assert_msg(r.n == said[_i].n && r.uid == said[_i].uid,
		    "%s: %u %u", all.ptr, r.n, r.uid);
	if (said[_i].text != NULL)
		ck_assert(span_eq(text, span_of(said[_i].text)));
	/* of a part nothing is taken, wherever it was cut */
	for (size_t n = 0; n < all.len; n++) {
		in = span_take(all, n);
		ck_assert_int_eq(imap_said_take(&in).heard, HEARD_NEED_MORE);
		ck_assert_uint_eq(in.len, n);
	}
}
END_TEST

START_TEST(what_a_response_says)
{
	struct span in = SPAN("a7 NO [LIMIT x] no\r\n"
			      "* LIST (\\Junk) \"/\" \"Junk mail\"\r\n"
			      "* 2 FETCH (RFC822.SIZE 5 FLAGS () UID 7)\r\n");
	struct imap_said r = imap_said_take(&in);

	ck_assert(span_eq(r.tag, SPAN("a7")));
	ck_assert(!r.ok);
	r = imap_said_take(&in);
	ck_assert(span_eq(r.code, SPAN("\\Junk")));
	ck_assert(span_eq(r.text, SPAN("Junk mail")));
	r = imap_said_take(&in);
	ck_assert_uint_eq(r.size, 5);
	ck_assert(r.has_flags && !r.has_content);
	in = SPAN("y OK\r\n");
	r = imap_said_take(&in);
	ck_assert(r.ok && span_eq(r.tag, SPAN("y")));
}
END_TEST

/* ---- mailboxes ---- */

static const char *const accounts[] = { "alice", ALICE, "bob", BOB, "carol",
	CAROL, "clerk", BOB, NULL };
static const char *const roles[] = { "alice", "bob", "clerk" };

struct bench {
	struct testing *t;
	struct profile p;
	struct load_ledger *l;
	struct load_collect *c;
	struct measure_ledger m;
	struct load_collected collected;
};

static void
bench_up(struct bench *b, struct testing_options o)
{
	const int64_t size = SIZE;

	o.accounts = accounts;
	*b = (struct bench){ .t = testing_start(&o) };
	testing_profile(b->t, &b->p);
	b->l = load_ledger_new(RUN, PLANNED, &size, 1);
}

static bool
bench_collect_for(
    struct bench *b, const char *service, int64_t wait_us, struct err *err)
{
	const struct load_collect_options o = {
		.profile = &b->p,
		.service = service,
		.accounts = roles,
		.n_accounts = COUNT(roles),
		.poll_ms = 5,
		.linger_ms = 20,
		.wait_us = wait_us,
	};

	b->c = load_collect_start(&o, b->l, err);
	return b->c != NULL;
}

static bool
bench_collect(struct bench *b, const char *service, struct err *err)
{
	return bench_collect_for(b, service, 5000000, err);
}

static void
bench_settle(struct bench *b, bool stop)
{
	const volatile bool flag = stop;

	load_collect_finish(b->c, &flag, &b->m, &b->collected);
	load_ledger_settle(b->l, 60000000, &b->m);
}

static void
bench_down(struct bench *b)
{
	for (size_t i = 0; i < b->m.n_examples; i++)
		free(b->m.examples[i]);
	hist_free(&b->m.delivery);
	free(b->m.unread_why);
	load_ledger_free(b->l);
	profile_free(&b->p);
	testing_stop(b->t);
}

/* Sends [from, to) by itself: to alice and bob in turn. */
static void
put(struct bench *b, size_t from, size_t to)
{
	struct buf text;

	buf_init(&text, SIZE);
	for (size_t i = from; i < to; i++) {
		const char *who = i % 2 ? ALICE : BOB;

		buf_clear(&text);
		ck_assert(
		    load_ledger_message(b->l, i, CAROL, who, SIZE, &text));
		load_ledger_sent(b->l, i, clock_mono().us);
		load_ledger_accepted(b->l, i, clock_mono().us);
		testing_deliver(b->t, who, buf_text(&text));
	}
	buf_free(&text);
}

static const char others[] = "Subject: lunch\r\n"
			     "Message-ID: <1@gov.example>\r\n\r\n"
			     "Half past twelve?\r\n";

static void
check_all_well(const struct bench *b)
{
	ck_assert_msg(b->m.delivered == PLANNED && b->m.lost == 0 &&
			  b->m.unread == 0 && b->m.doubled == 0 &&
			  b->m.corrupted == 0 && b->m.strange == 0 &&
			  b->m.reordered == 0 && b->m.unchecked == 0,
	    "%lu delivered, %lu lost, %lu unread (%s), %lu doubled, "
	    "%lu corrupted, %lu strange, %lu reordered, %lu unchecked",
	    b->m.delivered, b->m.lost, b->m.unread,
	    b->m.unread_why == NULL ? "" : b->m.unread_why, b->m.doubled,
	    b->m.corrupted, b->m.strange, b->m.reordered, b->m.unchecked);
}

static const char *const all_claims[] = { "imap.idle", "imap.uidplus",
	"pop3.top", NULL };
static const char *const polling[] = { "imap.uidplus", NULL };
static const char *const nothing[] = { NULL };

static const struct {
	const char *service;
	const char *const *claims;
	uint64_t drop_every;
} ways[] = {
	{ "imap", all_claims, 0 },
	{ "imap", polling, 0 },
	{ "imap", nothing, 0 },
	{ "pop3", all_claims, 0 },
	{ "pop3", nothing, 0 },
	/* the connection is lost now and then */
	{ "imap", polling, 41 },
	{ "imap", all_claims, 23 },
};

/* Everything comes back, and what is not ours stays. */
START_TEST(read_back)
{
	struct bench b;
	struct err err;

	bench_up(&b, (struct testing_options){ .claims = ways[_i].claims,
			 .drop_every = ways[_i].drop_every });
	testing_deliver(b.t, ALICE, others);
	testing_deliver(b.t, BOB, others);
	ck_assert_msg(
	    bench_collect(&b, ways[_i].service, &err), "%s", err.what);
	for (size_t i = 0; i < PLANNED; i += PLANNED / 4) {
		put(&b, i, i + PLANNED / 4);
		testing_deliver(b.t, ALICE, others);
	}
	bench_settle(&b, false);
	check_all_well(&b);
	ck_assert_uint_eq(b.collected.mailboxes, 2);
	ck_assert_uint_eq(b.collected.found, PLANNED);
	ck_assert_uint_eq(b.m.delivery.n,
	    strcmp(ways[_i].service, "imap") == 0 ? PLANNED : 0);
	ck_assert_msg(b.collected.removed == PLANNED || ways[_i].drop_every > 0,
	    "%zu: %s", b.collected.removed, b.collected.why_left);
	if (ways[_i].drop_every == 0) {
		ck_assert_uint_eq(testing_in_mailbox(b.t, ALICE), 5);
		ck_assert_uint_eq(testing_in_mailbox(b.t, BOB), 1);
	}
	bench_down(&b);
}
END_TEST

/* Visible 40 ms after it was accepted: never told earlier. */
START_TEST(visible_later)
{
	struct bench b;
	struct err err;

	bench_up(
	    &b, (struct testing_options){
		    .claims = _i ? all_claims : polling, .visible_us = 40000 });
	ck_assert_msg(bench_collect(&b, "imap", &err), "%s", err.what);
	put(&b, 0, PLANNED);
	bench_settle(&b, false);
	check_all_well(&b);
	ck_assert_int_ge(b.m.delivery.min, 40000);
	ck_assert_int_gt(b.m.poll_us, 0);
	bench_down(&b);
}
END_TEST

/* As long as something comes in, what is outstanding is late, not lost. */
START_TEST(late_and_not_lost)
{
	struct bench b;
	struct err err;

	bench_up(&b,
	    (struct testing_options){ .claims = polling, .slower_us = 5000 });
	ck_assert_msg(
	    bench_collect_for(&b, "imap", 300000, &err), "%s", err.what);
	put(&b, 0, PLANNED);
	bench_settle(&b, false);
	ck_assert_uint_eq(b.m.lost, 0);
	ck_assert_uint_eq(b.m.delivered, PLANNED);
	ck_assert_int_ge(b.m.delivery.max, 600000);
	bench_down(&b);
}
END_TEST

/* Lost, once it has been waited for; unread, if we were not let wait. */
START_TEST(what_is_missing)
{
	struct bench b;
	struct err err;

	bench_up(&b, (struct testing_options){ .claims = polling });
	ck_assert_msg(
	    bench_collect_for(&b, "imap", _i ? 60000000 : 30000, &err), "%s",
	    err.what);
	put(&b, 0, PLANNED - 1);
	load_ledger_sent(b.l, PLANNED - 1, clock_mono().us);
	load_ledger_accepted(b.l, PLANNED - 1, clock_mono().us);
	bench_settle(&b, _i);
	ck_assert_uint_eq(b.m.lost, !_i);
	ck_assert_uint_eq(b.m.unread, _i != 0);
	ck_assert_uint_eq(b.m.delivered, PLANNED - 1);
	bench_down(&b);
}
END_TEST

/* A mailbox that cannot be read any more: nothing is lost, it is unread. */
START_TEST(shut_in_between)
{
	struct bench b;
	struct err err;

	bench_up(&b, (struct testing_options){ .claims = polling });
	ck_assert_msg(bench_collect(&b, "imap", &err), "%s", err.what);
	testing_close_imap(b.t, true);
	put(&b, 0, PLANNED);
	bench_settle(&b, true);
	ck_assert_uint_eq(b.m.lost, 0);
	ck_assert_uint_eq(b.m.unread + b.m.delivered, PLANNED);
	ck_assert_uint_gt(b.m.unread, 0);
	ck_assert_ptr_nonnull(strstr(b.m.unread_why, "mailbox of "));
	bench_down(&b);
}
END_TEST

START_TEST(what_cannot_be_begun)
{
	static const char *const nobody[] = { "nobody" };
	struct load_collect_options o = {
		.service = "imap", .accounts = roles, .n_accounts = 1
	};
	struct bench b;
	struct err err;

	bench_up(&b, (struct testing_options){ .claims = polling });
	o.profile = &b.p;
	testing_close_imap(b.t, true);
	ck_assert_ptr_null(load_collect_start(&o, b.l, &err));
	ck_assert_ptr_nonnull(
	    strstr(err.what, "mailbox of alice over imap: LOGIN: NO go away"));
	o.service = "imaps";
	ck_assert_ptr_null(load_collect_start(&o, b.l, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "there is no \"imaps\""));
	o.service = "imap";
	o.n_accounts = 0;
	ck_assert_ptr_null(load_collect_start(&o, b.l, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "1 to 256"));
	o.accounts = nobody;
	o.n_accounts = 1;
	ck_assert_ptr_null(load_collect_start(&o, b.l, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "there is no \"nobody\""));
	bench_down(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("collect");
	TCase *t = tcase_create("collect");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, responses, 0, COUNT(said));
	tcase_add_test(t, what_a_response_says);
	tcase_add_loop_test(t, read_back, 0, COUNT(ways));
	tcase_add_loop_test(t, visible_later, 0, 2);
	tcase_add_test(t, late_and_not_lost);
	tcase_add_loop_test(t, what_is_missing, 0, 2);
	tcase_add_test(t, shut_in_between);
	tcase_add_test(t, what_cannot_be_begun);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
