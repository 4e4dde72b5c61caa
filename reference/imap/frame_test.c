/* SPDX-License-Identifier: MIT */
/*
 * What comes off a connection, cut into commands.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/imap/codec.h"
#include "reference/imap/frame.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define BYTES(text)  SPAN_INIT(text)

#define LINE_MOST    64
#define LITERAL_MOST 20
#define APPEND_MOST  100

/* clang-format off */
static const struct {
	struct span	 in;
	const char	*want;	/* CRLF shown as "|" */
} streams[] = {
	{ BYTES(""), "" },
	{ BYTES("a NOOP"), "" },
	{ BYTES("a NOOP\r"), "" },
	{ BYTES("a NOOP\r\nb NOOP\r\nc"), "cmd<a NOOP> cmd<b NOOP> " },
	{ BYTES("\r\n"), "cmd<> " },
	{ BYTES("a NOOP\n\r\n"), "cmd<a NOOP\n> " },
	{ BYTES("a NO\rOP\r\n"), "cmd<a NO\rOP> " },
	{ BYTES("a NOOP\r\r\n"), "cmd<a NOOP\r> " },
	/* literals */
	{ BYTES("a LOGIN {3}\r\nabc {2}\r\nde\r\n"),
	  "+3 +2 cmd<a LOGIN {3}|abc {2}|de> " },
	{ BYTES("a LOGIN {3+}\r\nabc {2+}\r\nde\r\nb NOOP\r\n"),
	  "cmd<a LOGIN {3+}|abc {2+}|de> cmd<b NOOP> " },
	{ BYTES("a X {0}\r\n\r\n"), "+0 cmd<a X {0}|> " },
	{ BYTES("a X {0+}\r\n\r\nb X\r\n"), "cmd<a X {0+}|> cmd<b X> " },
	{ BYTES("a X {4+}\r\n\r\n\r\n\r\n"), "cmd<a X {4+}|||> " },
	{ BYTES("a X ({2+}\r\nab)\r\n"), "cmd<a X ({2+}|ab)> " },
	{ BYTES("a X {005+}\r\n12345\r\n"), "cmd<a X {005+}|12345> " },
	{ BYTES("a X {8+}\r\nb {5+}\r\n\r\n"), "cmd<a X {8+}|b {5+}|> " },
	{ BYTES("a X ~{2+}\r\nab\r\n"), "cmd<a X ~{2+}|ab> " },
	/* no literals */
	{ BYTES("a X \"{3}\r\nb\r\n"), "cmd<a X \"{3}> cmd<b> " },
	{ BYTES("a X b{3}\r\n"), "cmd<a X b{3}> " },
	{ BYTES("a X {}\r\n"), "cmd<a X {}> " },
	{ BYTES("a X {+}\r\n"), "cmd<a X {+}> " },
	{ BYTES("a X {3-}\r\n"), "cmd<a X {3-}> " },
	{ BYTES("a X {3++}\r\n"), "cmd<a X {3++}> " },
	{ BYTES("a X {-3}\r\n"), "cmd<a X {-3}> " },
	{ BYTES("a X {3} \r\n"), "cmd<a X {3} > " },
	{ BYTES("a X {3}\r\r\n"), "cmd<a X {3}\r> " },
	{ BYTES("a X {3}\n\r\n"), "cmd<a X {3}\n> " },
	{ BYTES("{3}\r\n"), "cmd<{3}> " },
	/* literals too big */
	{ BYTES("a X {21}\r\nb NOOP\r\n"), "big21<a X {21}|> cmd<b NOOP> " },
	{ BYTES("a X {21+}\r\n12345678901234567890\n rest\r\nb NOOP\r\n"),
	  "big21<a X {21+}|> cmd<b NOOP> " },
	{ BYTES("a X {21+}\r\n1234567890 FOO {5+}\r\n {3+}\r\nx\r\n y\r\nb Y\r\n"),
	  "big21<a X {21+}|> cmd<b Y> " },
	{ BYTES("a X {21+}\r\n1234567890 FOO {5+}\r\n {9}\r\nb Y\r\n"),
	  "big21<a X {21+}|> cmd<b Y> " },
	{ BYTES("a X {11+}\r\n12345678901 {10}\r\nb Y\r\n"),
	  "big10<a X {11+}|12345678901 {10}|> cmd<b Y> " },
	{ BYTES("a X {4294967297}\r\nb Y\r\n"),
	  "big4294967297<a X {4294967297}|> cmd<b Y> " },
	{ BYTES("a X {99999999999999999999999}\r\nb Y\r\n"),
	  "big18446744073709551615<a X {99999999999999999999999}|> cmd<b Y> " },
	{ BYTES("a append x {21+}\r\n12345678901234567890\n\r\nb Y\r\n"),
	  "cmd<a append x {21+}|12345678901234567890\n> cmd<b Y> " },
	{ BYTES("a APPEND x {101}\r\nb Y\r\n"),
	  "big101<a APPEND x {101}|> cmd<b Y> " },
	/* lines too long: 64 octets with CRLF go */
	{ BYTES("a 3456789012345678901234567890123456789012345678901234567890"
		"12\r\nb\r\n"),
	  "cmd<a 3456789012345678901234567890123456789012345678901234567890"
	  "12> cmd<b> " },
	{ BYTES("a 3456789012345678901234567890123456789012345678901234567890"
		"123\r\nb\r\n"), "long<a> cmd<b> " },
	{ BYTES("a 3456789012345678901234567890123456789012345678901234567890"
		"12345678901234567890 {9+}\r\nx DELETE\n\r\nb\r\n"),
	  "long<a> cmd<b> " },
	{ BYTES("a 3456789012345678901234567890123456789012345678901234567890"
		"12345678901234567890 {9}\r\nb\r\n"), "long<a> cmd<b> " },
	{ BYTES("a X {5+}\r\nabcde 90123456789012345678901234567890123456789"
		"01234567890123456789\r\nb\r\n"), "long<a> cmd<b> " },
	{ BYTES("\"34567890123456789012345678901234567890123456789012345678901"
		"2345\r\nb\r\n"), "long<*> cmd<b> " },
};
/* clang-format on */

static void
show(struct buf *out, const char *what, struct span text)
{
	buf_addf(out, "%s<", what);
	while (text.len > 0) {
		const size_t n = span_find(text, SPAN("\r\n"));

		buf_add(out, span_take(text, n));
		if (n < text.len)
			buf_add(out, SPAN("|"));
		text = span_skip(text, n < text.len ? n + 2 : n);
	}
	buf_add(out, SPAN("> "));
}

static void
note(struct buf *out, const struct imap_framer *f, enum imap_frame got)
{
	char name[32];

	snprintf(name, sizeof name, "big%llu", (unsigned long long)f->literal);
	if (got == IMAP_COMMAND)
		show(out, "cmd", buf_span(&f->text));
	else if (got == IMAP_GO_AHEAD)
		buf_addf(out, "+%llu ", (unsigned long long)f->literal);
	else if (got == IMAP_LITERAL_TOO_BIG)
		show(out, name, buf_span(&f->text));
	else if (got == IMAP_LINE_TOO_LONG)
		show(out, "long", imap_frame_tag(f));
}

static const size_t pieces[] = { 1000000, 7, 1 };

START_TEST(a_stream_is_cut_into_commands)
{
	for (int p = 0; p < COUNT(pieces); p++) {
		struct span left = streams[_i].in;
		struct imap_framer f;
		struct buf out;

		imap_frame_init(&f, LINE_MOST, LITERAL_MOST, APPEND_MOST);
		buf_init(&out, 10000);
		while (left.len > 0) {
			struct span in = span_take(left, pieces[p]);
			enum imap_frame got;

			left = span_skip(left, in.len);
			while ((got = imap_frame_command(&f, &in)) !=
			       IMAP_NEED_MORE)
				note(&out, &f, got);
			ck_assert_uint_eq(in.len, 0);
		}
		ck_assert_str_eq(buf_text(&out), streams[_i].want);
		buf_free(&out);
		imap_frame_free(&f);
	}
}
END_TEST

START_TEST(a_line_has_no_literals_and_a_refused_one_is_over)
{
	struct span in = SPAN("a IDLE\r\nDONE {3}\r\na X {3}\r\nb Y\r\n");
	struct imap_framer f;

	imap_frame_init(&f, LINE_MOST, LITERAL_MOST, APPEND_MOST);
	ck_assert_int_eq(imap_frame_command(&f, &in), IMAP_COMMAND);
	ck_assert_int_eq(imap_frame_line(&f, &in), IMAP_COMMAND);
	ck_assert_str_eq(buf_text(&f.text), "DONE {3}");
	ck_assert_int_eq(imap_frame_command(&f, &in), IMAP_GO_AHEAD);
	ck_assert(f.sync);
	ck_assert(span_eq(imap_frame_tag(&f), SPAN("a")));
	imap_frame_refuse(&f);
	ck_assert_int_eq(imap_frame_command(&f, &in), IMAP_COMMAND);
	ck_assert_str_eq(buf_text(&f.text), "b Y");
	ck_assert_int_eq(imap_frame_command(&f, &in), IMAP_NEED_MORE);
	imap_frame_free(&f);
}
END_TEST

/* Ten million octets, one at a time: a quadratic step would be noticed. */
START_TEST(a_big_message_comes_in_small_pieces)
{
	const size_t size = 10 * 1000 * 1000;
	struct span in = SPAN("a APPEND x {10000000+}\r\n");
	struct imap_framer f;
	size_t events = 0;

	imap_frame_init(&f, LINE_MOST, LITERAL_MOST, size);
	ck_assert_int_eq(imap_frame_command(&f, &in), IMAP_NEED_MORE);
	for (size_t i = 0; i < size; i++) {
		in = SPAN("x");
		events += imap_frame_command(&f, &in) != IMAP_NEED_MORE;
	}
	ck_assert_uint_eq(events, 0);
	in = SPAN("\r\n");
	ck_assert_int_eq(imap_frame_command(&f, &in), IMAP_COMMAND);
	ck_assert_uint_eq(f.text.len, size + 24);
	ck_assert_int_eq(imap_frame_command(&f, &in), IMAP_NEED_MORE);
	ck_assert_uint_lt(f.text.room, size); /* and is given back */
	imap_frame_free(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("imap/frame");
	TCase *c = tcase_create("frame");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_loop_test(
	    c, a_stream_is_cut_into_commands, 0, COUNT(streams));
	tcase_add_test(c, a_line_has_no_literals_and_a_refused_one_is_over);
	tcase_add_test(c, a_big_message_comes_in_small_pieces);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
