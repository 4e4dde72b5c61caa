/* SPDX-License-Identifier: MIT */
#include "reference/pop3/session.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/session_testing.h"

static struct site site;
static struct mailbox inbox;

static const char *const letters[] = {
	"Subject: one\r\n\r\n.dot\r\n..\r\nend\r\n",
	"Subject: two\r\nX: y\r\n\r\na\r\nb\r\nc",
	"Subject: three\r\n\r\n",
};

static void
bring(const char *text)
{
	bring_mail(
	    site.store, &inbox, (struct mail_new){ .content = span_of(text) });
}

static void
setup(void)
{
	site_open(&site, NULL);
	find_inbox(site.store, "carol", &inbox);
	for (size_t i = 0; i < 3; i++)
		bring(letters[i]);
}

static void
teardown(void)
{
	site_close(&site);
}

static uint32_t
messages(void)
{
	struct mailbox m;

	ck_assert(store_mailbox_by_id(site.store, inbox.id, &m));
	return m.messages;
}

/* ---- a conversation ---- */

/*
 * "+OK ready" is "+", "-ERR [AUTH] no" is "-[AUTH]"; "+ abc" is "?"; other
 * lines as they are.
 */
static void
summarize(struct span said, struct buf *out)
{
	while (said.len > 0) {
		const struct span line =
		    span_take(said, span_find(said, SPAN("\r\n")));

		said = span_skip(said, line.len + 2);
		buf_addf(out, "%s", out->len > 0 ? " " : "");
		if (span_starts(line, SPAN("-ERR [")))
			buf_addf(out, "-%.*s",
			    (int)span_find(line, SPAN("]")) - 4, line.ptr + 5);
		else if (span_starts(line, SPAN("-ERR")))
			buf_addf(out, "-");
		else if (span_starts(line, SPAN("+OK ")) &&
			 line.ptr[4] >= '0' && line.ptr[4] <= '9' &&
			 span_find(line, SPAN("octets")) == line.len)
			buf_addf(out, "+%.*s", (int)line.len - 4, line.ptr + 4);
		else if (span_starts(line, SPAN("+OK")))
			buf_addf(out, "+");
		else if (span_starts(line, SPAN("+ ")))
			buf_addf(out, "?");
		else
			buf_addf(out, "%.*s", SPAN_FMT(line));
	}
}

/* "\0carol\0Qing-song-58" and, wrong, "\0carol\0wrong" */
#define PLAIN "AGNhcm9sAFFpbmctc29uZy01OA=="
#define WRONG "AGNhcm9sAHdyb25n"
#define LOGIN "USER carol\r\nPASS Qing-song-58\r\n"

#define ROW(role, in, said) \
	{ \
		role, { in, sizeof in - 1 }, said \
	}

/* clang-format off */
static const struct conversation rows[] = {
#define R(in, said) ROW(POP3_UPGRADED, in, "+ " said),
	/* In the clear: RFC 2595 2.3, 4. */
	R("QUIT\r\nNOOP\r\n", "+ @closed")
	R("NOOP\r\nSTAT\r\nLIST\r\nUIDL\r\nRETR 1\r\nTOP 1 1\r\nDELE 1\r\nRSET\r\n",
	  "- - - - - - - -")
	R("USER carol\r\nPASS Qing-song-58\r\nAUTH PLAIN\r\nAPOP a b\r\n",
	  "- - - -")
	R("CAPA\r\n", "+ TOP UIDL STLS PIPELINING RESP-CODES AUTH-RESP-CODE "
	  "EXPIRE NEVER IMPLEMENTATION Yanshou .")
	R("stls x\r\nStls\r\nQUIT\r\n@tls\nSTLS\r\nQUIT\r\n",
	  "- + @tls - + @closed")
	R("STLS\r\n@tls\n" LOGIN "STAT\r\n", "+ @tls + + +3 78")
#undef R
#define R(in, said) ROW(POP3_IMPLICIT, in, "+ " said),
	R("CAPA\r\n", "+ TOP UIDL USER SASL PLAIN LOGIN SCRAM-SHA-256 "
	  "PIPELINING RESP-CODES AUTH-RESP-CODE EXPIRE NEVER "
	  "IMPLEMENTATION Yanshou .")
	/* RFC 1939 7 */
	R("PASS Qing-song-58\r\nUSER carol\r\nNOOP\r\nPASS Qing-song-58\r\n",
	  "- + - -")
	R("USER\r\nPASS\r\nUSER carol\r\nPASS wrong\r\n" LOGIN,
	  "- - + -[AUTH] + +")
	R("USER nobody\r\nPASS wrong\r\n", "+ -[AUTH]")
	R(LOGIN LOGIN "AUTH PLAIN\r\nSTLS\r\n", "+ + - - - -")
	/* RFC 5034 4 */
	R("AUTH PLAIN " PLAIN "\r\nNOOP\r\n", "+ +")
	R("AUTH PLAIN\r\n" PLAIN "\r\nNOOP\r\n", "? + +")
	R("auth plain\r\n*\r\nauth plain " WRONG "\r\nAUTH\r\nAUTH X\r\n",
	  "? - -[AUTH] - -")
	R("AUTH PLAIN =\r\nAUTH PLAIN !!\r\nAUTH PLAIN\r\n!!\r\nNOOP\r\n",
	  "- - ? - -")
	R("AUTH LOGIN\r\nY2Fyb2w=\r\nUWluZy1zb25nLTU4\r\nNOOP\r\n", "? ? + +")
#undef R
#define R(in, said) ROW(POP3_IMPLICIT, LOGIN in, "+ + + " said),
	/* RFC 1939 5 */
	R("STAT\r\nSTAT 1\r\nstat\r\nSTATUS\r\n", "+3 78 - +3 78 -")
	R("LIST\r\n", "+ 1 31 2 29 3 18 .")
	R("LIST 2\r\nLIST 4\r\nLIST 0\r\nLIST x\r\nLIST 2 x\r\nLIST -1\r\n",
	  "+2 29 - - - - -")
	R("LIST 99999999999999999999\r\nLIST 4294967297\r\n", "- -")
	R("RETR 1\r\n", "+ Subject: one  ..dot ... end .")
	R("RETR 2\r\nRETR 3\r\n",
	  "+ Subject: two X: y  a b c . + Subject: three  .")
	R("RETR\r\nRETR 4\r\nRETR 1 1\r\nNOOP\r\n", "- - - +")
	R("DELE 2\r\nDELE 2\r\nRETR 2\r\nTOP 2 1\r\nLIST 2\r\nUIDL 2\r\n"
	  "LIST\r\nSTAT\r\nRSET\r\nSTAT\r\n",
	  "+ - - - - - + 1 31 3 18 . +2 49 + +3 78")
	R("DELE\r\nDELE x\r\nDELE 4\r\nRSET x\r\nNOOP x\r\nQUIT x\r\n",
	  "- - - - - -")
	R("TOP 2 0\r\n", "+ Subject: two X: y  .")
	R("TOP 2 1\r\n", "+ Subject: two X: y  a .")
	R("TOP 2 3\r\nTOP 2 4000000000\r\n",
	  "+ Subject: two X: y  a b c . + Subject: two X: y  a b c .")
	R("TOP 3 5\r\nTOP 2\r\nTOP 2 x\r\nTOP 4 1\r\nTOP 2 1 1\r\n",
	  "+ Subject: three  . - - - -")
	/* Lines: RFC 1939 3, RFC 2449 4. */
	R("NO\0OP\r\nNOOP\nNOOP\r\nNOOP\rNOOP\r\n\r\nNOOP\r\n",
	  "- - - - +")
	R("STAT\r\nNOOP\r\nQUIT\r\nNOOP\r\n", "+3 78 + + @closed")
#undef R
};
/* clang-format on */

START_TEST(each_conversation_goes_as_it_should)
{
	for (size_t i = 0; i < 3; i++) {
		setup();
		must_go_as(
		    &rows[_i], &pop3_protocol, &site, pieces[i], summarize);
		teardown();
	}
}
END_TEST

/* ---- what is left behind ---- */

static struct session *
talk(const char *in, struct buf *out)
{
	buf_clear(out);
	return converse(
	    &pop3_protocol, &site, POP3_IMPLICIT, span_of(in), SIZE_MAX, out);
}

START_TEST(only_quit_deletes)
{
	struct buf out;
	struct session *s;

	setup();
	buf_init(&out, 1 << 20);
	session_close(talk(LOGIN "DELE 1\r\nDELE 3\r\n", &out));
	ck_assert_uint_eq(messages(), 3);
	s = talk(LOGIN "DELE 1\r\n", &out);
	session_idle(s, now, &out);
	ck_assert_int_eq(session_next(s), SESSION_HANG_UP);
	session_close(s);
	ck_assert_uint_eq(messages(), 3);
	session_close(talk(LOGIN "DELE 1\r\nRSET\r\nQUIT\r\n", &out));
	ck_assert_uint_eq(messages(), 3);
	session_close(talk(LOGIN "DELE 1\r\nDELE 3\r\nQUIT\r\n", &out));
	ck_assert_uint_eq(messages(), 1);
	session_close(talk(LOGIN "LIST\r\n", &out));
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "\r\n1 29\r\n.\r\n"));
	buf_free(&out);
	teardown();
}
END_TEST

START_TEST(one_session_has_the_maildrop)
{
	struct session *first;
	struct buf out;

	setup();
	buf_init(&out, 1 << 20);
	first = talk(LOGIN, &out);
	session_close(talk(LOGIN "STAT\r\n", &out));
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "-ERR [IN-USE] "));
	ck_assert_ptr_null(strstr(buf_text(&out), "+OK 3 "));
	feed(first, SPAN("STAT\r\n"), 1 << 20, &out);
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "+OK 3 78\r\n"));
	/* What comes meanwhile has no number here. */
	bring("Subject: four\r\n\r\n");
	feed(first, SPAN("LIST 4\r\nQUIT\r\n"), 1 << 20, &out);
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "-ERR no such message"));
	session_close(talk(LOGIN "STAT\r\n", &out));
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "+OK 4 "));
	session_close(first);
	buf_free(&out);
	teardown();
}
END_TEST

START_TEST(a_locked_account_stays_out)
{
	struct buf out;

	setup();
	buf_init(&out, 1 << 20);
	for (int i = 0; i < 5; i++)
		session_close(talk("USER carol\r\nPASS no\r\n", &out));
	session_close(talk(LOGIN "AUTH PLAIN " PLAIN "\r\nSTAT\r\n", &out));
	ck_assert_ptr_null(strstr(buf_text(&out), "+OK 3 "));
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "-ERR [AUTH] "));
	buf_free(&out);
	teardown();
}
END_TEST

START_TEST(errors_and_long_lines_come_to_an_end)
{
	struct session *s;
	struct buf out;
	char x[1000];

	setup();
	memset(x, 'x', sizeof x);
	buf_init(&out, 1 << 20);
	s = talk("NOOP\r\n", &out);
	for (int i = 0; i < 30; i++)
		session_feed(s, (struct span){ x, sizeof x }, now, &out);
	session_feed(s, SPAN("\r\nCAPA\r\n"), now, &out);
	ck_assert_ptr_nonnull(
	    strstr(buf_text(&out), "-ERR line too long\r\n+OK "));
	session_close(s);

	site.errors_most = 2;
	session_close(talk("X\r\nX\r\nX\r\nCAPA\r\n", &out));
	ck_assert_ptr_nonnull(
	    strstr(buf_text(&out), "-ERR too many errors\r\n@closed\r\n"));

	/* RFC 2449 4: 255 octets with CRLF, and no more */
	site.errors_most = 20;
	buf_clear(&out);
	s = pop3_protocol.open(&site, POP3_IMPLICIT, "[::1]:995");
	session_feed(s, SPAN("USER "), now, &out);
	session_feed(s, (struct span){ x, 249 }, now, &out);
	session_feed(s, SPAN("\r\n"), now, &out);
	ck_assert_str_eq(buf_text(&out), "-ERR line too long\r\n");
	session_close(s);
	buf_free(&out);
	teardown();
}
END_TEST

/* More than fits at a time, and commands that wait behind it. */
START_TEST(a_big_message_goes_out_in_portions)
{
	enum { LINES = 20000 };
	struct session *s;
	struct buf text, out, all;
	struct span rest;
	size_t lines = 0, portions = 0;

	setup();
	buf_init(&text, 8 << 20);
	buf_init(&out, 1 << 20);
	buf_init(&all, 16 << 20);
	buf_addf(&text, "Subject: big\r\n\r\n");
	for (int i = 0; i < LINES; i++)
		buf_addf(&text, ".%048d\r\n", i);
	bring(buf_text(&text));
	s = talk(LOGIN, &out);
	buf_clear(&out);
	session_feed(s, SPAN("RETR 4\r\nTOP 4 2\r\nSTAT\r\n"), now, &out);
	while (session_next(s) == SESSION_MORE) {
		ck_assert_uint_lt(out.len, 2 * SESSION_PORTION);
		buf_add(&all, buf_span(&out));
		buf_clear(&out);
		session_feed(s, SPAN(""), now, &out);
		portions++;
	}
	buf_add(&all, buf_span(&out));
	ck_assert_uint_gt(portions, 2);
	rest = buf_span(&all);
	while (rest.len > 0)
		lines += span_starts(span_cut(&rest, '\n'), SPAN("..0"));
	ck_assert_uint_eq(lines, LINES + 2);
	ck_assert(span_find(buf_span(&all), SPAN("\r\n.\r\n+OK 4 ")) < all.len);
	session_close(s);
	buf_free(&text);
	buf_free(&out);
	buf_free(&all);
	teardown();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pop3/session");
	TCase *c = tcase_create("session");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(c, each_conversation_goes_as_it_should, 0,
	    (int)(sizeof rows / sizeof rows[0]));
	tcase_add_test(c, only_quit_deletes);
	tcase_add_test(c, one_session_has_the_maildrop);
	tcase_add_test(c, a_locked_account_stays_out);
	tcase_add_test(c, errors_and_long_lines_come_to_an_end);
	tcase_add_test(c, a_big_message_goes_out_in_portions);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
