/* SPDX-License-Identifier: MIT */
#include "reference/smtp/outbound.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "reference/store.h"

#define HELLO "220 hop\r\n250-hop\r\n250-SIZE 9\r\n250-8bitmime\r\n250 DSN\r\n"
#define PLAIN "220 hop\r\n250 hop\r\n"
#define GO    "354 go\r\n"
#define OK    "250 ok\r\n"
#define BYE   "221 bye\r\n"

static const struct outbound_recipient ann = { "ann@b.test", "", 0 };
static const struct outbound_recipient both[] = { { "ann@b.test", "", 0 },
	{ "eve@b.test", "rfc822;e@b.test", NOTIFY_NEVER } };
static const struct outbound_recipient ming = { "明@b.test", "", 0 };

/* clang-format off */
static const struct {
	const char *peer;		/* all that it says */
	struct outbound_letter letter;
	const char *sent;
	enum outbound_fate fate[2];
	const char *status[2];
} rows[] = {
	{ HELLO OK OK GO "250 2.6.0 ok\r\n" BYE,
	  { .from = "a@a.test", .to = &ann, .n_to = 1,
	    .message = { "x\r\n", 3 }, .eightbit = true },
	  "EHLO us\r\nMAIL FROM:<a@a.test> SIZE=3 BODY=8BITMIME\r\n"
	  "RCPT TO:<ann@b.test>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n",
	  { OUTBOUND_HANDED }, { "2.6.0" } },

	{ PLAIN OK OK GO OK BYE,
	  { .from = "", .to = &ann, .n_to = 1, .envid = "e", .ret_full = true,
	    .message = { ".\r\n..\r\nno end", 13 } },
	  "EHLO us\r\nMAIL FROM:<>\r\nRCPT TO:<ann@b.test>\r\nDATA\r\n"
	  "..\r\n...\r\nno end\r\n.\r\nQUIT\r\n",
	  { OUTBOUND_RELAYED }, { "2.0.0" } },

	{ HELLO OK OK OK GO OK BYE,
	  { .from = "a@a.test", .to = both, .n_to = 2, .envid = "e+2B",
	    .ret_full = true, .message = { "x\r\n", 3 } },
	  "EHLO us\r\nMAIL FROM:<a@a.test> SIZE=3 RET=FULL ENVID=e+2B\r\n"
	  "RCPT TO:<ann@b.test>\r\n"
	  "RCPT TO:<eve@b.test> NOTIFY=NEVER ORCPT=rfc822;e@b.test\r\n"
	  "DATA\r\nx\r\n.\r\nQUIT\r\n",
	  { OUTBOUND_HANDED, OUTBOUND_HANDED }, { "2.0.0", "2.0.0" } },

	{ "220-hop\r\n220 still\r\n502 what?\r\n250 hop\r\n" OK OK GO OK BYE,
	  { .from = "a@a.test", .to = &ann, .n_to = 1,
	    .message = { "x\r\n", 3 } },
	  "EHLO us\r\nHELO us\r\nMAIL FROM:<a@a.test>\r\n"
	  "RCPT TO:<ann@b.test>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n",
	  { OUTBOUND_RELAYED }, { "2.0.0" } },

	{ "554 5.3.2 no\r\n" BYE,
	  { .from = "a@a.test", .to = &ann, .n_to = 1 },
	  "QUIT\r\n", { OUTBOUND_REFUSED }, { "5.3.2" } },

	{ "421 busy\r\n" BYE,
	  { .from = "a@a.test", .to = &ann, .n_to = 1 },
	  "QUIT\r\n", { OUTBOUND_DEFERRED }, { "4.0.0" } },

	{ PLAIN "250 ok\r\n421 4.3.2 going\r\n",
	  { .from = "a@a.test", .to = &ann, .n_to = 1 },
	  "EHLO us\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<ann@b.test>\r\nQUIT\r\n",
	  { OUTBOUND_DEFERRED }, { "4.3.2" } },

	{ PLAIN "451 4.7.1 greylisted\r\n" BYE,
	  { .from = "a@a.test", .to = both, .n_to = 2 },
	  "EHLO us\r\nMAIL FROM:<a@a.test>\r\nQUIT\r\n",
	  { OUTBOUND_DEFERRED, OUTBOUND_DEFERRED }, { "4.7.1", "4.7.1" } },

	{ PLAIN OK OK "550 5.1.1 who\r\n" GO OK BYE,
	  { .from = "a@a.test", .to = both, .n_to = 2,
	    .message = { "x\r\n", 3 } },
	  "EHLO us\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<ann@b.test>\r\n"
	  "RCPT TO:<eve@b.test>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n",
	  { OUTBOUND_RELAYED, OUTBOUND_REFUSED }, { "2.0.0", "5.1.1" } },

	/* RFC 5321 4.5.3.1.10: 552 for too many recipients is temporary. */
	{ PLAIN OK OK "552 too many\r\n" GO OK BYE,
	  { .from = "a@a.test", .to = both, .n_to = 2,
	    .message = { "x\r\n", 3 } },
	  "EHLO us\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<ann@b.test>\r\n"
	  "RCPT TO:<eve@b.test>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n",
	  { OUTBOUND_RELAYED, OUTBOUND_DEFERRED }, { "2.0.0", "4.0.0" } },

	{ PLAIN OK OK "451 no\r\n" BYE,
	  { .from = "a@a.test", .to = &ann, .n_to = 1 },
	  "EHLO us\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<ann@b.test>\r\nDATA\r\n"
	  "QUIT\r\n",
	  { OUTBOUND_DEFERRED }, { "4.0.0" } },

	/* A status of another class than the code is not believed. */
	{ PLAIN OK OK GO "554 4.0.0 odd\r\n" BYE,
	  { .from = "a@a.test", .to = &ann, .n_to = 1,
	    .message = { "x\r\n", 3 } },
	  "EHLO us\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<ann@b.test>\r\nDATA\r\n"
	  "x\r\n.\r\nQUIT\r\n",
	  { OUTBOUND_REFUSED }, { "5.0.0" } },

	{ PLAIN OK "550 no\r\n" OK OK OK GO OK BYE,
	  { .from = "a@a.test", .to = both, .n_to = 2, .one_each = true,
	    .message = { "x\r\n", 3 } },
	  "EHLO us\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<ann@b.test>\r\nRSET\r\n"
	  "MAIL FROM:<a@a.test>\r\nRCPT TO:<eve@b.test>\r\nDATA\r\n"
	  "x\r\n.\r\nQUIT\r\n",
	  { OUTBOUND_REFUSED, OUTBOUND_RELAYED }, { "5.0.0", "2.0.0" } },

	/* RFC 6531 3.2 */
	{ HELLO BYE,
	  { .from = "a@a.test", .to = &ming, .n_to = 1 },
	  "EHLO us\r\nQUIT\r\n", { OUTBOUND_REFUSED }, { "5.6.7" } },
	{ HELLO BYE,
	  { .from = "a@a.test", .to = &ann, .n_to = 1,
	    .message = { "Subject: \xe6\x98\x8e\r\n\r\nx\r\n", 19 } },
	  "EHLO us\r\nQUIT\r\n", { OUTBOUND_REFUSED }, { "5.6.7" } },

	/* Declared, and not needed: sent without it. */
	{ PLAIN OK OK GO OK BYE,
	  { .from = "a@a.test", .to = &ann, .n_to = 1, .smtputf8 = true,
	    .eightbit = true, .message = { "x\r\n", 3 } },
	  "EHLO us\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<ann@b.test>\r\nDATA\r\n"
	  "x\r\n.\r\nQUIT\r\n",
	  { OUTBOUND_RELAYED }, { "2.0.0" } },

	/* RFC 6152 3 */
	{ PLAIN BYE,
	  { .from = "a@a.test", .to = &ann, .n_to = 1,
	    .message = { "A: b\r\n\r\n\xff\r\n", 11 } },
	  "EHLO us\r\nQUIT\r\n", { OUTBOUND_REFUSED }, { "5.6.3" } },

	{ "220 hop\r\n250-8BITMIME of no use, the first line names the host\r\n"
	  "250-8BITMIME\r\n250 SMTPUTF8\r\n" OK OK GO OK BYE,
	  { .from = "a@a.test", .to = &ming, .n_to = 1, .smtputf8 = true,
	    .message = { "x\r\n", 3 } },
	  "EHLO us\r\nMAIL FROM:<a@a.test> SMTPUTF8\r\nRCPT TO:<明@b.test>\r\n"
	  "DATA\r\nx\r\n.\r\nQUIT\r\n",
	  { OUTBOUND_RELAYED }, { "2.0.0" } },
};

static const struct {
	const char *peer;
	const char *status;
} garbage[] = {
	{ "HTTP/1.1 400 Bad Request\r\n", "4.5.0" },
	{ "\r\n", "4.5.0" },
	{ "22\r\n", "4.5.0" },
	{ "2200 hop\r\n", "4.5.0" },
	{ "220_hop\r\n", "4.5.0" },
	{ "620 hop\r\n", "4.5.0" },
	{ "199 hop\r\n", "4.5.0" },
	{ "\x80\xff\xfe\n", "4.5.0" },
};
/* clang-format on */

/* Says all of "peer", "at_once" octets at a time. */
static void
hear(struct outbound *o, const char *peer, size_t at_once, struct buf *out)
{
	struct span rest = span_of(peer);

	while (rest.len > 0) {
		const struct span part = span_take(rest, at_once);
		char *copy = mem_text(part); /* no octet beyond it is read */

		outbound_feed(o, (struct span){ copy, part.len }, out);
		free(copy);
		rest = span_skip(rest, part.len);
	}
}

static struct outbound_letter
complete(struct outbound_letter l)
{
	l.host = "us";
	if (l.envid == NULL)
		l.envid = "";
	return l;
}

START_TEST(a_conversation_goes_as_it_should)
{
	static const size_t at_once[] = { 4096, 7, 1 };
	const struct outbound_letter letter = complete(rows[_i].letter);

	for (size_t k = 0; k < 3; k++) {
		struct outbound *o = outbound_new(&letter);
		struct buf out;

		buf_init(&out, outbound_most(&letter));
		hear(o, rows[_i].peer, at_once[k], &out);
		ck_assert_str_eq(buf_text(&out), rows[_i].sent);
		ck_assert(outbound_over(o));
		for (size_t i = 0; i < letter.n_to; i++) {
			const struct outbound_result *r = outbound_result(o, i);

			ck_assert_int_eq(r->fate, rows[_i].fate[i]);
			ck_assert_str_eq(r->status, rows[_i].status[i]);
		}
		buf_free(&out);
		outbound_free(o);
	}
}
END_TEST

/* Cut off anywhere, nothing is lost: it was not taken, or it was answered. */
START_TEST(a_broken_connection_defers)
{
	const struct outbound_letter letter = complete(rows[0].letter);
	const size_t all = strlen(rows[0].peer);
	const size_t taken = all - strlen(BYE);

	for (size_t n = 0; n < all; n++) {
		struct outbound *o = outbound_new(&letter);
		char *part = mem_text((struct span){ rows[0].peer, n });
		struct buf out;

		buf_init(&out, outbound_most(&letter));
		hear(o, part, 4096, &out);
		ck_assert_int_eq(outbound_over(o), n >= taken);
		outbound_broke(o, "4.4.2", "gone");
		ck_assert(outbound_over(o) && outbound_parted(o));
		ck_assert_int_eq(outbound_result(o, 0)->fate,
		    n >= taken ? OUTBOUND_HANDED : OUTBOUND_DEFERRED);
		ck_assert_str_eq(outbound_result(o, 0)->status,
		    n >= taken ? "2.6.0" : "4.4.2");
		free(part);
		buf_free(&out);
		outbound_free(o);
	}
}
END_TEST

START_TEST(garbage_defers)
{
	const struct outbound_letter letter = complete(rows[0].letter);
	struct outbound *o = outbound_new(&letter);
	struct buf out;

	buf_init(&out, outbound_most(&letter));
	hear(o, garbage[_i].peer, 1, &out);
	ck_assert(outbound_parted(o));
	ck_assert_int_eq(outbound_result(o, 0)->fate, OUTBOUND_DEFERRED);
	ck_assert_str_eq(outbound_result(o, 0)->status, garbage[_i].status);
	ck_assert_uint_eq(out.len, 0);
	buf_free(&out);
	outbound_free(o);
}
END_TEST

START_TEST(an_endless_peer_is_left)
{
	const struct outbound_letter letter = complete(rows[0].letter);
	const char *const texts[] = { "x", "220-y\r\n" };
	struct outbound *o = outbound_new(&letter);
	struct buf out;

	buf_init(&out, outbound_most(&letter));
	for (int i = 0; i < 100000 && !outbound_parted(o); i++)
		outbound_feed(o, span_of(texts[_i]), &out);
	ck_assert(outbound_parted(o));
	ck_assert_int_eq(outbound_result(o, 0)->fate, OUTBOUND_DEFERRED);
	buf_free(&out);
	outbound_free(o);
}
END_TEST

START_TEST(a_reply_is_kept_on_one_printable_line)
{
	const struct outbound_letter letter = complete(rows[0].letter);
	struct outbound *o = outbound_new(&letter);
	struct buf out;

	buf_init(&out, outbound_most(&letter));
	hear(o, "554-5.7.1 a\tb\r\n554 \xff\x01 c\r\n", 3, &out);
	ck_assert_str_eq(outbound_result(o, 0)->reply, "554 5.7.1 a?b ?? c");
	ck_assert_str_eq(outbound_result(o, 0)->status, "5.7.1");
	buf_free(&out);
	outbound_free(o);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("outbound");
	TCase *tc = tcase_create("conversations");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_conversation_goes_as_it_should, 0,
	    sizeof rows / sizeof rows[0]);
	tcase_add_test(tc, a_broken_connection_defers);
	tcase_add_loop_test(
	    tc, garbage_defers, 0, sizeof garbage / sizeof garbage[0]);
	tcase_add_loop_test(tc, an_endless_peer_is_left, 0, 2);
	tcase_add_test(tc, a_reply_is_kept_on_one_printable_line);
	suite_add_tcase(s, tc);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
