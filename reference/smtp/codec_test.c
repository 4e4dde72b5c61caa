/* SPDX-License-Identifier: MIT */
#include "reference/smtp/codec.h"

#include <check.h>
#include <stdlib.h>

#include "reference/sasl.h"
#include "reference/smtp/body.h"
#include "reference/smtp/path.h"
#include "reference/smtp/trace.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define BYTES(text) \
	{ \
		text, sizeof(text) - 1 \
	}

static void
ck_span(struct span got, const char *want)
{
	ck_assert_msg(span_eq(got, span_of(want)), "\"%.*s\" is not \"%s\"",
	    SPAN_FMT(got), want);
}

/* ---- lines ---- */

/* clang-format off */
static const struct {
	struct span	 bytes;
	enum smtp_parse	 want;
	const char	*verb, *args;
	size_t		 left;
} lines[] = {
	{ BYTES("EHLO a.test\r\n"),	SMTP_COMMAND, "EHLO", "a.test", 0 },
	{ BYTES("QUIT\r\nNOOP\r\n"),	SMTP_COMMAND, "QUIT", "", 6 },
	{ BYTES("NOOP  a b \t\r\n"),	SMTP_COMMAND, "NOOP", " a b", 0 },
	{ BYTES("\r\n"),		SMTP_COMMAND, "", "", 0 },
	{ BYTES(""),			SMTP_NEED_MORE, NULL, NULL, 0 },
	{ BYTES("QUIT\r"),		SMTP_NEED_MORE, NULL, NULL, 5 },
	{ BYTES("QUIT\n"),		SMTP_NEED_MORE, NULL, NULL, 5 },
	{ BYTES("QUIT\nNOOP\r\n"),	SMTP_BAD_LINE, NULL, NULL, 0 },
	{ BYTES("QUIT\r\r\n"),		SMTP_BAD_LINE, NULL, NULL, 0 },
	{ BYTES("QU\0IT\r\n"),		SMTP_BAD_LINE, NULL, NULL, 0 },
};
/* clang-format on */

START_TEST(a_line_is_taken_apart)
{
	struct span in = lines[_i].bytes;
	struct smtp_command cmd;

	/* Nothing happens before the last octet of the line is there. */
	for (size_t n = 0; n + lines[_i].left < lines[_i].bytes.len; n++) {
		struct span part = span_take(lines[_i].bytes, n);

		ck_assert_int_eq(
		    smtp_parse_command(&part, &cmd), SMTP_NEED_MORE);
		ck_assert_uint_eq(part.len, n);
	}
	ck_assert_int_eq(smtp_parse_command(&in, &cmd), lines[_i].want);
	ck_assert_uint_eq(in.len, lines[_i].left);
	if (lines[_i].verb == NULL)
		return;
	ck_span(cmd.verb, lines[_i].verb);
	ck_span(cmd.args, lines[_i].args);
}
END_TEST

START_TEST(a_long_line_is_given_up_and_skipped)
{
	static char text[SMTP_LINE_MOST + 2];
	struct span in = { text, SMTP_LINE_MOST - 1 };
	struct smtp_command cmd;

	memset(text, 'x', sizeof text);
	ck_assert_int_eq(smtp_parse_command(&in, &cmd), SMTP_NEED_MORE);
	in = (struct span){ text, SMTP_LINE_MOST };
	memcpy(text + SMTP_LINE_MOST - 2, "\r\n", 2);
	ck_assert_int_eq(smtp_parse_command(&in, &cmd), SMTP_COMMAND);
	/* One octet more: the CR is the last one that is seen. */
	in = (struct span){ text, SMTP_LINE_MOST };
	memcpy(text + SMTP_LINE_MOST - 2, "x\r\n", 3);
	ck_assert_int_eq(smtp_parse_command(&in, &cmd), SMTP_TOO_LONG);
	ck_assert_uint_eq(in.len, 1);
	ck_assert(!smtp_skip_line(&in));
	in.len = 2;
	ck_assert(smtp_skip_line(&in));
	ck_assert_uint_eq(in.len, 0);
}
END_TEST

START_TEST(replies_have_a_code_on_each_line)
{
	struct buf out;

	buf_init(&out, 256);
	smtp_write_reply(&out, 250, "2.0.0", SPAN("one\ntwo"));
	smtp_write_reply(&out, 354, NULL, SPAN("go"));
	smtp_write_reply(&out, 250, NULL, SPAN(""));
	smtp_write_reply(&out, 250, "2.0.0", SPAN(""));
	ck_assert_str_eq(buf_text(&out),
	    "250-2.0.0 one\r\n250 2.0.0 two\r\n354 go\r\n250\r\n250 2.0.0\r\n");
	buf_free(&out);
}
END_TEST

/* ---- paths ---- */

#define L60 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"

/* clang-format off */
static const struct {
	const char *text;
	const char *plain;	/* NULL: not a path */
	const char *rest;
} paths[] = {
	{ "<>", "", "" },
	{ "<a@b.test> SIZE=1", "a@b.test", " SIZE=1" },
	{ "<a.b+c@[127.0.0.1]>", "a.b+c@[127.0.0.1]", "" },
	{ "<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]", "" },
	{ "<@a.test,@b.test:c@d.test>", "c@d.test", "" },
	{ "<\"a b>\\\"\"@c.test>", "\"a b>\\\"\"@c.test", "" },
	{ "<\"a\\.b\"@c.test>", "a.b@c.test", "" },
	{ "<POSTMASTER>", "POSTMASTER", "" },
	{ "<" L60 "abcd@a.test>", L60 "abcd@a.test", "" },
	{ "<" L60 "abcde@a.test>", NULL, NULL },
	{ "<\xe5\xb0\x8f@\xe4\xbe\x8b.test>",
	  "\xe5\xb0\x8f@\xe4\xbe\x8b.test", "" },
	{ "", NULL, NULL },
	{ "<", NULL, NULL },
	{ "<a>", NULL, NULL },
	{ "<@b.test>", NULL, NULL },
	{ "<a@>", NULL, NULL },
	{ "a@b.test", NULL, NULL },
	{ " <a@b.test>", NULL, NULL },
	{ "<a@b.test", NULL, NULL },
	{ "<a b@c.test>", NULL, NULL },
	{ "<.a@c.test>", NULL, NULL },
	{ "<a.@c.test>", NULL, NULL },
	{ "<a..b@c.test>", NULL, NULL },
	{ "<a@b..test>", NULL, NULL },
	{ "<a@b.test.>", NULL, NULL },
	{ "<a@-b.test>", NULL, NULL },
	{ "<a@b@c.test>", NULL, NULL },
	{ "<a@[256.1.1.1]>", NULL, NULL },
	{ "<a@[IPv6:zz]>", NULL, NULL },
	{ "<\"a@c.test>", NULL, NULL },
	{ "<@a.test:>", NULL, NULL },
	{ "<@a.test,b.test:c@d.test>", NULL, NULL },
	{ "<\xff@a.test>", NULL, NULL },
	{ "<\xc0\xaf@a.test>", NULL, NULL },
	{ "<\xed\xa0\x80@a.test>", NULL, NULL },
};
/* clang-format on */

START_TEST(a_path_is_read)
{
	struct span in = span_of(paths[_i].text);
	const char *want = paths[_i].plain;
	struct smtp_path path;
	const bool good = smtp_take_path(&in, &path);
	struct buf plain;

	ck_assert_msg(good == (want != NULL), "%s", paths[_i].text);
	if (!good)
		return;
	buf_init(&plain, 512);
	smtp_plain_mailbox(&path, &plain);
	ck_assert_str_eq(buf_text(&plain), want);
	ck_span(in, paths[_i].rest);
	buf_free(&plain);
}
END_TEST

/* clang-format off */
static const struct {
	const char *text;
	const char *plain;	/* NULL: not xtext */
} xtexts[] = {
	{ "abc", "abc" }, { "a+2Bb", "a+b" }, { "+3D+20", "= " },
	{ "a+2b", NULL }, { "a+", NULL }, { "a+2", NULL }, { "a=b", NULL },
	{ "a b", NULL }, { "+ZZ", NULL },
};
/* clang-format on */

START_TEST(xtext_is_decoded)
{
	const char *want = xtexts[_i].plain;
	struct buf out;

	buf_init(&out, 64);
	ck_assert_int_eq(
	    smtp_decode_xtext(span_of(xtexts[_i].text), &out), want != NULL);
	if (want != NULL)
		ck_assert_str_eq(buf_text(&out), want);
	buf_free(&out);
}
END_TEST

START_TEST(numbers_do_not_wrap)
{
	int64_t n = 0;

	ck_assert(smtp_parse_number(SPAN("18446744073709551617"), &n));
	ck_assert(n == INT64_MAX);
	ck_assert(smtp_parse_number(SPAN("0010"), &n));
	ck_assert_int_eq(n, 10);
	ck_assert(!smtp_parse_number(SPAN(""), &n));
	ck_assert(!smtp_parse_number(SPAN("-1"), &n));
	ck_assert(!smtp_parse_number(SPAN("111111111111111111111"), &n));
}
END_TEST

/* ---- content ---- */

/* clang-format off */
static const struct {
	struct span	 bytes;
	unsigned	 lax;
	bool		 ends;
	size_t		 left;	/* behind the end */
	const char	*text;
	unsigned	 flaws;
} bodies[] = {
	{ BYTES(".\r\n"), 0, true, 0, "", 0 },
	{ BYTES("a\r\n.\r\nQUIT"), 0, true, 4, "a\r\n", 0 },
	{ BYTES("..\r\n...\r\n.\r\n"), 0, true, 0, ".\r\n..\r\n", 0 },
	{ BYTES(".a\r\n.\r\n"), 0, true, 0, "a\r\n", 0 },
	{ BYTES("a\r\n."), 0, false, 0, "a\r\n", 0 },
	{ BYTES("a\r\n.\r"), 0, false, 0, "a\r\n", 0 },
	{ BYTES("a\n.\nb"), 0, false, 0, "a\n.\nb", SMTP_FLAW_STRAY },
	{ BYTES("a\r\n.\nb"), 0, false, 0, "a\r\n\nb", SMTP_FLAW_STRAY },
	{ BYTES("a\n.\r\nb"), 0, false, 0, "a\n.\r\nb", SMTP_FLAW_STRAY },
	{ BYTES("a\r.\rb"), 0, false, 0, "a\r.\rb", SMTP_FLAW_STRAY },
	{ BYTES("a\r\n.\r\r\nb"), 0, false, 0, "a\r\n\r\r\nb",
	  SMTP_FLAW_STRAY },
	{ BYTES("a\r\r\n.\r\n"), 0, true, 0, "a\r\r\n", SMTP_FLAW_STRAY },
	{ BYTES("a\n.\nb"), SMTP_LAX_END(SMTP_LF, SMTP_LF), true, 1, "a\n", 0 },
	{ BYTES("a\n.\r\nb"), SMTP_LAX_END(SMTP_LF, SMTP_CRLF), true, 1, "a\n",
	  0 },
	{ BYTES("a\r\n.\nb"), SMTP_LAX_END(SMTP_CRLF, SMTP_LF), true, 1,
	  "a\r\n", 0 },
	{ BYTES("a\r.\rb"), SMTP_LAX_END(SMTP_CR, SMTP_CR), true, 1, "a\r", 0 },
	{ BYTES("a\r.\r\nb"), SMTP_LAX_END(SMTP_CR, SMTP_CRLF), true, 1, "a\r",
	  0 },
	{ BYTES("a\r\n.\rb"), SMTP_LAX_END(SMTP_CRLF, SMTP_CR), true, 1,
	  "a\r\n", 0 },
	{ BYTES("a\nb\r\n.\r\n"), SMTP_LAX_END(SMTP_LF, SMTP_LF), true, 0,
	  "a\nb\r\n", SMTP_FLAW_STRAY },
	{ BYTES("..\r\nb"), SMTP_LAX_TWO_DOTS, true, 1, "", 0 },
	{ BYTES("...\r\n.\r\n"), SMTP_LAX_TWO_DOTS, true, 0, "..\r\n", 0 },
	{ BYTES("..a\r\n.\r\n"), SMTP_LAX_KEEP_DOTS, true, 0, "..a\r\n", 0 },
	{ BYTES("...a\r\n..\r\n.\r\n"), SMTP_LAX_EAT_DOTS, true, 0,
	  "a\r\n\r\n", 0 },
};
/* clang-format on */

START_TEST(content_ends_where_it_must)
{
	for (size_t at_once = 1; at_once < 12; at_once++) {
		struct span in = bodies[_i].bytes;
		struct smtp_body body;
		bool end = false;

		smtp_body_init(&body, 1000);
		body.lax = bodies[_i].lax;
		while (in.len > 0 && !end) {
			struct span part = span_take(in, at_once);
			const size_t had = part.len;

			end = smtp_body_data(&body, &part);
			in = span_skip(in, had - part.len);
		}
		ck_assert_int_eq(end, bodies[_i].ends);
		ck_assert_uint_eq(in.len, bodies[_i].left);
		ck_span(buf_span(&body.text), bodies[_i].text);
		ck_assert_uint_eq(body.flaws, bodies[_i].flaws);
		smtp_body_free(&body);
	}
}
END_TEST

START_TEST(content_has_limits)
{
	static char text[SMTP_TEXT_MOST + 1];
	struct smtp_body body;

	memset(text, 'x', sizeof text);
	memcpy(text + SMTP_TEXT_MOST - 2, "\r\n", 2);
	smtp_body_init(&body, 2 * SMTP_TEXT_MOST);
	smtp_body_chunk(&body, (struct span){ text, SMTP_TEXT_MOST });
	ck_assert_uint_eq(body.flaws, 0);
	smtp_body_chunk(&body, (struct span){ text, SMTP_TEXT_MOST });
	ck_assert_uint_eq(body.flaws, 0);
	smtp_body_chunk(&body, SPAN("\0"));
	ck_assert_uint_eq(body.flaws, SMTP_FLAW_NUL | SMTP_FLAW_BIG);
	smtp_body_clear(&body);
	memcpy(text + SMTP_TEXT_MOST - 2, "x\r\n", 3);
	smtp_body_chunk(&body, (struct span){ text, SMTP_TEXT_MOST + 1 });
	ck_assert_uint_eq(body.flaws, SMTP_FLAW_LONG);
	smtp_body_free(&body);
}
END_TEST

/* ---- the header ---- */

START_TEST(the_header_is_looked_at_and_not_the_body)
{
	const struct span message =
	    SPAN("Received: a\r\n b\r\nreceived : c\r\nRECEIVED:\r\n"
		 "Date: x\r\n\r\nReceived: d\r\nFrom: e\r\n");

	/* A blank before the colon ends what we take for a header. */
	ck_assert_int_eq(smtp_count_hops(message), 1);
	ck_assert_int_eq(
	    smtp_count_hops(SPAN("Received: a\r\n\tb\r\nRECEIVED:\r\n")), 2);
	ck_assert(smtp_has_field(SPAN("date: x\r\n\r\n"), SPAN("Date")));
	ck_assert(!smtp_has_field(SPAN("\r\nDate: x\r\n"), SPAN("Date")));
	ck_assert(!smtp_has_header(SPAN("hello, world\r\n")));
	ck_assert(smtp_has_header(SPAN("a:\r\n")));
	ck_assert(!smtp_has_header(SPAN("")));
}
END_TEST

START_TEST(received_says_how_it_came)
{
	struct smtp_trace t = {
		.helo = "a.test",
		.peer = "[::1]:25",
		.host = "b.test",
		.extended = true,
		.tls = true,
		.authenticated = true,
		.recipient = "c@d.test",
		.when = { 1763776000000000 },
	};
	struct buf out;

	buf_init(&out, 1024);
	smtp_write_received(&out, &t);
	ck_assert_str_eq(buf_text(&out),
	    "Received: from a.test ([IPv6:::1])\r\n"
	    "\tby b.test with ESMTPSA\r\n\tfor <c@d.test>; "
	    "Sat, 22 Nov 2025 01:46:40 +0000\r\n");
	buf_clear(&out);
	t.smtputf8 = true;
	t.recipient = NULL;
	t.peer = "127.0.0.1:1";
	smtp_write_received(&out, &t);
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "([127.0.0.1])"));
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "with UTF8SMTPSA;"));
	t.extended = false;
	buf_clear(&out);
	smtp_write_received(&out, &t);
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "with SMTP;"));
	buf_free(&out);
}
END_TEST

/* ---- base64 ---- */

/* clang-format off */
static const struct {
	const char *text, *octets;	/* NULL: not base64 */
} codes[] = {
	{ "", "" }, { "YQ==", "a" }, { "YWI=", "ab" }, { "YWJj", "abc" },
	{ "YQ=", NULL }, { "YQ", NULL }, { "=", NULL }, { "====", NULL },
	{ "YW Jj", NULL }, { " YWJj", NULL }, { "YQ==YQ==", NULL },
	{ "Y-Jj", NULL },
};
/* clang-format on */

START_TEST(base64_is_strict)
{
	const char *want = codes[_i].octets;
	struct buf out;

	buf_init(&out, 64);
	ck_assert_int_eq(
	    sasl_base64_decode(span_of(codes[_i].text), &out), want != NULL);
	if (want != NULL)
		ck_assert_str_eq(buf_text(&out), want);
	buf_free(&out);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("smtp/codec");
	TCase *c = tcase_create("codec");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(c, a_line_is_taken_apart, 0, COUNT(lines));
	tcase_add_test(c, a_long_line_is_given_up_and_skipped);
	tcase_add_test(c, replies_have_a_code_on_each_line);
	tcase_add_loop_test(c, a_path_is_read, 0, COUNT(paths));
	tcase_add_loop_test(c, xtext_is_decoded, 0, COUNT(xtexts));
	tcase_add_test(c, numbers_do_not_wrap);
	tcase_add_loop_test(c, content_ends_where_it_must, 0, COUNT(bodies));
	tcase_add_test(c, content_has_limits);
	tcase_add_test(c, the_header_is_looked_at_and_not_the_body);
	tcase_add_test(c, received_says_how_it_came);
	tcase_add_loop_test(c, base64_is_strict, 0, COUNT(codes));
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
