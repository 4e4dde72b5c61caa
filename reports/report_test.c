/* SPDX-License-Identifier: MIT */
/* Every document tells the same run: equal counts, nothing let through. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/columns.h"
#include "lib/text.h"
#include "reports/escape.h"
#include "reports/junit.h"
#include "reports/l10n.h"
#include "reports/sample.h"
#include "reports/tap.h"
#include "reports/text.h"

static size_t
times(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)) != NULL; p++)
		n++;
	return n;
}

/* clang-format off */
static const struct {
	const char	*in;
	enum escape	 how;
	const char	*out;
} escapes[] = {
	{ "plain 文字",		ESCAPE_LINE,	"plain 文字" },
	{ "a\r\n\t\x1b[1m",	ESCAPE_LINE,	"a\\r\\n\\t\\x1B[1m" },
	{ "\xc0\xaf\xff",	ESCAPE_LINE,	"\\xC0\\xAF\\xFF" },
	{ "\xe2\x80\xae" "gpj",	ESCAPE_LINE,	"\\u{202E}gpj" },
	{ "\xe2\x80\x8b",	ESCAPE_XML,	"\\u{200B}" },
	{ "\xc2\x85",		ESCAPE_XML,	"\\u{0085}" },
	{ "<a href='x'>&\"",	ESCAPE_XML,
	    "&lt;a href=&#39;x&#39;&gt;&amp;&quot;" },
	{ "\r",			ESCAPE_HTML,	"<b class=\"esc\">\\r</b>" },
	{ "a # b \\",		ESCAPE_TAP,	"a \\# b \\\\" },
	{ "\"\\\n",		ESCAPE_YAML,	"\\\"\\\\\\\\n" },
	{ "a b/中?#:",		ESCAPE_URL,	"a%20b/%E4%B8%AD%3F%23%3A" },
	{ "x\"; } </style>",	ESCAPE_CSS,	"x__ _ __style_" },
};
/* clang-format on */

START_TEST(escaping)
{
	struct buf b;

	buf_init(&b, 4096);
	escape_text(&b, escapes[_i].in, escapes[_i].how);
	ck_assert_str_eq(buf_text(&b), escapes[_i].out);
	buf_free(&b);
}
END_TEST

/* Whatever the bytes: one line of UTF-8 with nothing in it that acts. */
START_TEST(any_bytes_become_text)
{
	unsigned seed = (unsigned)_i;
	char bytes[512];
	struct buf b;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		seed = seed * 1103515245u + 12345u;
		bytes[i] = (char)(seed >> 16);
	}
	buf_init(&b, 1 << 16);
	for (int how = 0; how < ESCAPE_COUNT; how++) {
		buf_clear(&b);
		escape_add(&b, (struct span){ bytes, sizeof(bytes) },
		    (enum escape)how);
		ck_assert(!b.full);
		ck_assert(text_is_utf8(buf_span(&b)));
		for (size_t i = 0; i < b.len; i++)
			ck_assert_uint_ge((unsigned char)b.data[i], ' ');
	}
	buf_free(&b);
}
END_TEST

START_TEST(columns)
{
	ck_assert_uint_eq(columns_of(span_of("abc")), 3);
	ck_assert_uint_eq(columns_of(span_of("中文a")), 5);
	ck_assert_uint_eq(columns_of(span_of("（）")), 4);
	ck_assert_uint_eq(columns_of(span_of("\xff")), 1);
}
END_TEST

/* A blank that nobody fills, or that one language lacks, is a slip. */
START_TEST(words_agree)
{
	for (size_t w = 0; w < WORD_COUNT; w++)
		for (int i = 1; i <= 9; i++) {
			const char blank[] = { '{', (char)('0' + i), '}', 0 };
			const char *zh = word_in(ZH, (enum word)w);
			const char *en = word_in(EN, (enum word)w);

			ck_assert_msg(times(zh, blank) == times(en, blank),
			    "%s: %s", blank, en);
		}
}
END_TEST

/* verdicts.json and the documents must not name a statement differently. */
START_TEST(statements_agree)
{
	for (int i = STATEMENT_CONFORMS; i <= STATEMENT_NONE; i++) {
		const enum statement s = (enum statement)i;

		ck_assert_str_eq(
		    word_in(ZH, statement_word(s)), statement_zh(s));
	}
}
END_TEST

START_TEST(words_fill_escaped)
{
	struct buf b;

	buf_init(&b, 4096);
	word_fill(&b, EN, W_DATES, ESCAPE_XML, "<1>", "{1}", NULL);
	ck_assert_str_eq(buf_text(&b), "&lt;1&gt; to {1}");
	buf_free(&b);
}
END_TEST

static size_t
cases_with(const struct matrix *m, enum verdict v)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->cases[i].verdict == v;
	return n;
}

START_TEST(junit_counts)
{
	struct sample s;
	struct buf b;

	sample_make(&s);
	buf_init(&b, 1 << 20);
	report_junit(&b, &s.matrix);
	ck_assert(!b.full);
	ck_assert_uint_eq(times(buf_text(&b), "<testcase "), s.matrix.n);
	ck_assert_uint_eq(
	    times(buf_text(&b), "<failure "), cases_with(&s.matrix, FAIL));
	ck_assert_uint_eq(times(buf_text(&b), "<error "),
	    cases_with(&s.matrix, BROKEN) +
		cases_with(&s.matrix, INCONCLUSIVE) +
		cases_with(&s.matrix, REVIEW));
	ck_assert_uint_eq(times(buf_text(&b), "<skipped "),
	    cases_with(&s.matrix, NOT_APPLICABLE));
	ck_assert_ptr_null(strstr(buf_text(&b), "<script"));
	ck_assert_ptr_null(strchr(buf_text(&b), '\x1b'));
	buf_free(&b);
	sample_free(&s);
}
END_TEST

START_TEST(tap_counts)
{
	struct sample s;
	struct buf b;

	sample_make(&s);
	buf_init(&b, 1 << 20);
	report_tap(&b, &s.matrix);
	ck_assert(!b.full);
	ck_assert_uint_eq(times(buf_text(&b), "\nok "),
	    cases_with(&s.matrix, PASS) +
		cases_with(&s.matrix, NOT_APPLICABLE));
	ck_assert_uint_eq(
	    times(buf_text(&b), "\nok ") + times(buf_text(&b), "\nnot ok "),
	    s.matrix.n);
	ck_assert_uint_eq(times(buf_text(&b), " # SKIP "),
	    cases_with(&s.matrix, NOT_APPLICABLE));
	ck_assert_ptr_null(strchr(buf_text(&b), '\x1b'));
	buf_free(&b);
	sample_free(&s);
}
END_TEST

START_TEST(tap_of_nothing_bails_out)
{
	struct sample s;
	struct buf b;

	sample_make(&s);
	buf_init(&b, 4096);
	s.matrix.n = 0;
	report_tap(&b, &s.matrix);
	ck_assert_ptr_nonnull(strstr(buf_text(&b), "Bail out!"));
	buf_free(&b);
	sample_free(&s);
}
END_TEST

START_TEST(text_keeps_to_its_width)
{
	const struct text_style style = { .width = (size_t)_i, .most = 99 };
	struct sample s;
	struct buf b;
	struct span rest;

	sample_make(&s);
	buf_init(&b, 1 << 20);
	report_text(&b, &s.matrix, style);
	rest = buf_span(&b);
	while (rest.len > 0) {
		const struct span line = span_cut(&rest, '\n');

		ck_assert_msg(
		    columns_of(line) <= (size_t)_i, "%.*s", SPAN_FMT(line));
	}
	ck_assert_ptr_null(strchr(buf_text(&b), '\x1b'));
	ck_assert_uint_eq(times(buf_text(&b), "\n  ✗ smtp.") +
			      times(buf_text(&b), "\n  ✗ load."),
	    cases_with(&s.matrix, FAIL));
	buf_free(&b);
	sample_free(&s);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("report");
	TCase *tc = tcase_create("documents");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(
	    tc, escaping, 0, sizeof(escapes) / sizeof(escapes[0]));
	tcase_add_loop_test(tc, any_bytes_become_text, 0, 64);
	tcase_add_test(tc, columns);
	tcase_add_test(tc, words_agree);
	tcase_add_test(tc, statements_agree);
	tcase_add_test(tc, words_fill_escaped);
	tcase_add_test(tc, junit_counts);
	tcase_add_test(tc, tap_counts);
	tcase_add_test(tc, tap_of_nothing_bails_out);
	tcase_add_loop_test(tc, text_keeps_to_its_width, 40, 121);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
