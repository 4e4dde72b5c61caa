/* SPDX-License-Identifier: MIT */
#include "reference/pop3/codec.h"

#include <check.h>
#include <stdlib.h>

#include "lib/mem.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT(lit)    SPAN_INIT(lit)

/* ---- commands ---- */

/* clang-format off */
static const struct {
	struct span in;
	enum pop3_parse got;
	const char *verb, *args;
	size_t left;
} commands[] = {
	{ TEXT(""),			POP3_NEED_MORE,	"",	"",	0 },
	{ TEXT("NOOP"),			POP3_NEED_MORE,	"",	"",	4 },
	{ TEXT("NOOP\r"),		POP3_NEED_MORE,	"",	"",	5 },
	{ TEXT("NOOP\r\n"),		POP3_COMMAND,	"NOOP",	"",	0 },
	{ TEXT("\r\nNOOP\r\n"),		POP3_COMMAND,	"",	"",	6 },
	{ TEXT("TOP 1 2\r\nx"),		POP3_COMMAND,	"TOP",	"1 2",	1 },
	/* A password may begin and end with a space: RFC 1939 7. */
	{ TEXT("PASS  a b \r\n"),	POP3_COMMAND,	"PASS",	" a b ", 0 },
	{ TEXT("NO\0OP\r\nx"),		POP3_BAD_LINE,	"",	"",	1 },
	{ TEXT("NO\nOP\r\nx"),		POP3_BAD_LINE,	"",	"",	1 },
	{ TEXT("NO\rOP\r\nx"),		POP3_BAD_LINE,	"",	"",	1 },
};

static const struct {
	const char *args;
	bool ok;
	uint32_t number;
	const char *rest;
} numbers[] = {
	{ "1",			true,	1,		"" },
	{ "007 5",		true,	7,		"5" },
	{ "4294967295",		true,	4294967295u,	"" },
	{ "4294967296",		false,	0,		"4294967296" },
	{ "99999999999",	false,	0,		"99999999999" },
	{ "",			false,	0,		"" },
	{ " 1",			false,	0,		" 1" },
	{ "-1",			false,	0,		"-1" },
	{ "1x",			false,	0,		"1x" },
};

/* lines -1: all of it, RETR */
static const struct {
	const char *text;
	int lines;
	const char *sent;
} texts[] = {
	{ "A: b\r\n\r\n.\r\n..x\r\n", -1, "A: b\r\n\r\n..\r\n...x\r\n.\r\n" },
	{ "A: b\r\n\r\nx",	-1, "A: b\r\n\r\nx\r\n.\r\n" },
	{ ".",			-1, "..\r\n.\r\n" },
	{ "",			-1, ".\r\n" },
	{ "A: b\r\n\r\nx\r\ny\r\n", 0, "A: b\r\n\r\n.\r\n" },
	{ "A: b\r\n\r\nx\r\ny\r\n", 1, "A: b\r\n\r\nx\r\n.\r\n" },
	{ "A: b\r\n\r\n\r\ny\r\n", 1, "A: b\r\n\r\n\r\n.\r\n" },
	{ "A: b\r\n\r\nx\r\n",	9, "A: b\r\n\r\nx\r\n.\r\n" },
	{ "A: b\r\n",		5, "A: b\r\n.\r\n" },
	/* A bare LF ends no line, and no header. */
	{ "A: b\n\nx\r\n\r\ny\r\n", 0, "A: b\n\nx\r\n\r\n.\r\n" },
};
/* clang-format on */

START_TEST(commands_are_taken_one_at_a_time)
{
	struct pop3_command cmd;
	struct span in = commands[_i].in;

	ck_assert_int_eq(pop3_parse_command(&in, &cmd), commands[_i].got);
	ck_assert_uint_eq(in.len, commands[_i].left);
	ck_assert(span_eq(cmd.verb, span_of(commands[_i].verb)));
	ck_assert(span_eq(cmd.args, span_of(commands[_i].args)));
}
END_TEST

START_TEST(a_line_without_end_is_skipped)
{
	char *x = mem_new(POP3_LINE_MOST, 1);
	struct span in = { x, POP3_LINE_MOST };
	struct pop3_command cmd;

	memset(x, 'x', POP3_LINE_MOST);
	ck_assert_int_eq(pop3_parse_command(&in, &cmd), POP3_TOO_LONG);
	ck_assert_uint_eq(in.len, 1);
	in = SPAN("xx\r");
	ck_assert(!pop3_skip_line(&in));
	ck_assert_uint_eq(in.len, 1);
	in = SPAN("xx\r\nNOOP");
	ck_assert(pop3_skip_line(&in));
	ck_assert(span_eq(in, SPAN("NOOP")));
	free(x);
}
END_TEST

START_TEST(numbers_are_those_of_messages)
{
	struct span args = span_of(numbers[_i].args);
	uint32_t n = 0;

	ck_assert(pop3_take_number(&args, &n) == numbers[_i].ok);
	ck_assert_uint_eq(n, numbers[_i].number);
	ck_assert(span_eq(args, span_of(numbers[_i].rest)));
}
END_TEST

START_TEST(messages_are_stuffed_and_cut)
{
	static const size_t pieces[] = { 1 << 20, 7, 1 };

	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct span in = span_of(texts[_i].text);
		struct pop3_text t;
		struct buf out;

		buf_init(&out, 4096);
		pop3_text_begin(&t);
		t.counts = texts[_i].lines >= 0;
		t.left = t.counts ? (uint32_t)texts[_i].lines : 0;
		while (in.len > 0) {
			const struct span part = span_take(in, pieces[i]);

			pop3_text_add(&t, part, &out);
			in = span_skip(in, part.len);
		}
		pop3_text_end(&t, &out);
		ck_assert_str_eq(buf_text(&out), texts[_i].sent);
		buf_free(&out);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pop3/codec");
	TCase *c = tcase_create("codec");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(
	    c, commands_are_taken_one_at_a_time, 0, COUNT(commands));
	tcase_add_test(c, a_line_without_end_is_skipped);
	tcase_add_loop_test(
	    c, numbers_are_those_of_messages, 0, COUNT(numbers));
	tcase_add_loop_test(c, messages_are_stuffed_and_cut, 0, COUNT(texts));
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
