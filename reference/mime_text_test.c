/* SPDX-License-Identifier: MIT */
#include "reference/mime_text.h"

#include <check.h>
#include <stdlib.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* clang-format off */
static const struct {
	const char	*text, *want;
} folds[] = {
	{ "aBcZ[@{",		"abcz[@{" },
	{ "ＡｂＺ！～　＠",	"abz!~ @" },
	{ "０９＿",		"09_" },
	{ "验收，。ÄΩ",		"验收,。ÄΩ" },
	{ "\xef\xbc",		"\xef\xbc" },
	{ "\xef\xbc\x80\xef\xbd\x9f\xef\xbe\x81", "\xef\xbc\x80\xef\xbd\x9f\xef\xbe\x81" },
	{ "\xe3\x80\x81\xe3",	"\xe3\x80\x81\xe3" },
	{ "",			"" },
};
/* clang-format on */

START_TEST(text_is_folded)
{
	struct buf out;

	buf_init(&out, 100);
	mime_fold(span_of(folds[_i].text), &out);
	ck_assert_str_eq(buf_text(&out), folds[_i].want);
	buf_free(&out);
}
END_TEST

START_TEST(long_text_is_folded)
{
	struct buf in, out;

	buf_init(&in, 100000);
	buf_init(&out, 100000);
	while (in.len < 50000)
		buf_add(&in, SPAN("Ａb验"));
	mime_fold(buf_span(&in), &out);
	ck_assert_uint_eq(out.len, in.len / 7 * 5);
	for (size_t i = 0; i < out.len; i += 5)
		ck_assert(memcmp(out.data + i, "ab验", 5) == 0);
	buf_free(&in);
	buf_free(&out);
}
END_TEST

START_TEST(a_needle_is_found)
{
	ck_assert(mime_contains(SPAN("An Example"), SPAN("exam")));
	ck_assert(mime_contains(SPAN("关于ＡＢＣ的通知"), SPAN("abc的")));
	ck_assert(!mime_contains(SPAN("An Example"), SPAN("exan")));
	ck_assert(mime_contains(SPAN(""), SPAN("")));
	ck_assert(!mime_contains(SPAN(""), SPAN("a")));
	ck_assert(mime_value_contains(
	    SPAN("=?gbk?b?0enK?=\r\n =?gbk?b?1Q==?="), SPAN("验收")));
	ck_assert(mime_value_contains(SPAN("one\r\n two"), SPAN("one two")));
	ck_assert(mime_value_contains(SPAN("\xd1\xe9"), SPAN("\xd1")));
}
END_TEST

/* ---- SEARCH ---- */

static const char message[] =
    "Subject: =?utf-8?b?6aqM5pS2?= Outside\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n"
    "--b\r\nContent-Type: text/plain; charset=gb18030\r\n"
    "Content-Transfer-Encoding: base64\r\nX-Part: part header\r\n\r\n"
    "0enK1bmk1/cN\r\nCg==\r\n"
    "--b\r\nContent-Type: text/html; charset=\"utf-8\"\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    "<p>=E9=80=9A=\r\n=E7=9F=A5</p>\r\n"
    "--b\r\nContent-Type: application/octet-stream\r\n\r\nbinary\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\n"
    "Subject: =?utf-8?q?inner_subject?=\r\n\r\nInner Text\r\n"
    "--b\r\nContent-Type: text/plain; charset=x-none\r\n\r\noctets\r\n"
    "--b--\r\n";

/* clang-format off */
static const struct {
	const char	*needle;
	bool		 body, text;
} searches[] = {
	{ "验收工作",		true,	true },
	{ "通知",		true,	true },
	{ "<p>",		true,	true },
	{ "inner text",		true,	true },
	{ "inner subject",	true,	true },
	{ "x-part: part",	true,	true },
	{ "octets",		true,	true },
	{ "验收 outside",	false,	true },
	{ "subject: 验收",	false,	true },
	{ "binary",		false,	false },
	{ "preamble",		false,	false },
	{ "0enk",		false,	false },
	{ "nowhere",		false,	false },
	{ "",			true,	true },
};
/* clang-format on */

START_TEST(a_message_is_searched)
{
	const struct span needle = span_of(searches[_i].needle);
	struct mime mime;

	mime_parse(&mime, SPAN(message));
	ck_assert_uint_eq(mime.flaws, 0);
	ck_assert_int_eq(mime_search(&mime, needle, false), searches[_i].body);
	ck_assert_int_eq(mime_search(&mime, needle, true), searches[_i].text);
	mime_free(&mime);
}
END_TEST

START_TEST(a_field_is_searched)
{
	static const char header[] = "A: One\r\nB:\r\na: \r\n two\r\n\r\nC: x";
	const struct span in = SPAN(header);

	ck_assert(mime_search_field(in, SPAN("a"), SPAN("one")));
	ck_assert(mime_search_field(in, SPAN("A"), SPAN("two")));
	ck_assert(!mime_search_field(in, SPAN("A"), SPAN("three")));
	ck_assert(mime_search_field(in, SPAN("b"), SPAN("")));
	ck_assert(!mime_search_field(in, SPAN("b"), SPAN("one")));
	ck_assert(!mime_search_field(in, SPAN("c"), SPAN("")));
}
END_TEST

START_TEST(the_text_of_a_part_is_decoded)
{
	/* clang-format off */
	static const struct {
		uint32_t	 part;
		const char	*want;
		bool		 ok;
	} rows[] = {
		{ 1, "验收工作\r\n", true },
		{ 2, "<p>通知</p>", true },
		{ 3, "", false },
		{ 4, "", false },
		{ 5, "octets", false },
	};
	/* clang-format on */
	struct mime mime;
	struct buf out;

	buf_init(&out, 100);
	mime_parse(&mime, SPAN(message));
	for (int i = 0; i < COUNT(rows); i++) {
		buf_clear(&out);
		ck_assert_int_eq(
		    mime_part_text(mime_find(&mime, &rows[i].part, 1), &out),
		    rows[i].ok);
		ck_assert_str_eq(buf_text(&out), rows[i].want);
	}
	mime_free(&mime);
	buf_free(&out);
}
END_TEST

/* ---- RFC 5256 2.1 ---- */

/* clang-format off */
static const struct {
	const char	*value, *want;
	bool		 replied;
} subjects[] = {
	{ "hello",				"hello",	false },
	{ "  a \t\t b\r\n  c  ",		"a b c",	false },
	{ "Re: hello",				"hello",	true },
	{ "RE  : hello",			"hello",	true },
	{ "re[2]: hello",			"hello",	true },
	{ "Re [x] : hello",			"hello",	true },
	{ "fw: Fwd: re: hello",			"hello",	true },
	{ "[list] Re: [other] hello",		"hello",	true },
	{ "[a][b] re: x",			"x",		true },
	{ "[a] [b] x",				"x",		false },
	{ "[a] [b]",				"[b]",		false },
	{ "[a]",				"[a]",		false },
	{ "[a",					"[a",		false },
	{ "hello (fwd) (FWD) ",			"hello",	true },
	{ "[fwd: hello]",			"hello",	true },
	{ "[Fwd: [fwd: Re: hello (fwd)] (fwd)]", "hello",	true },
	{ "[fwd:",				"[fwd:",	false },
	{ "[fwd:]",				"",		true },
	{ "regards: x",				"regards: x",	false },
	{ "re x",				"re x",		false },
	{ "re:",				"",		true },
	{ "(fwd)",				"",		true },
	{ "=?utf-8?q?Re:_=E9=AA=8C?=",		"验",		true },
	{ "Re: =?gbk?b?0enK1Q==?=",		"验收",		true },
	{ "回复：验收",				"回复：验收",	false },
	{ "",					"",		false },
};
/* clang-format on */

START_TEST(a_subject_has_its_base)
{
	struct buf out;

	buf_init(&out, 100);
	ck_assert_int_eq(mime_base_subject(span_of(subjects[_i].value), &out),
	    subjects[_i].replied);
	ck_assert_str_eq(buf_text(&out), subjects[_i].want);
	buf_free(&out);
}
END_TEST

/* A quadratic step would take minutes here. */
START_TEST(long_subjects_take_no_longer_than_they_are)
{
	static const char *const pieces[] = { "[a]", "[a] re: ", "re:", "[",
		"[fwd:", "(fwd)", "[a]re", "re[", "[fwd:]", "]" };
	struct buf value, out;

	buf_init(&value, 2000000);
	buf_init(&out, 6000000);
	while (value.len < 500000)
		buf_add(&value, span_of(pieces[_i]));
	while (_i == 4 && value.len < 600000)
		buf_add(&value, SPAN("]"));
	(void)mime_base_subject(buf_span(&value), &out);
	ck_assert_uint_le(out.len, value.len);
	ck_assert(!out.full);
	buf_free(&value);
	buf_free(&out);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("mime_text");
	TCase *tc = tcase_create("mime_text");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, text_is_folded, 0, COUNT(folds));
	tcase_add_test(tc, long_text_is_folded);
	tcase_add_test(tc, a_needle_is_found);
	tcase_add_loop_test(tc, a_message_is_searched, 0, COUNT(searches));
	tcase_add_test(tc, a_field_is_searched);
	tcase_add_test(tc, the_text_of_a_part_is_decoded);
	tcase_add_loop_test(tc, a_subject_has_its_base, 0, COUNT(subjects));
	tcase_add_loop_test(
	    tc, long_subjects_take_no_longer_than_they_are, 0, 10);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
