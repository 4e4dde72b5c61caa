/* SPDX-License-Identifier: MIT */
#include "lib/text.h"

#include <check.h>

static const struct {
	struct span bytes;
	const char *escaped;
} escapes[] = {
	{ SPAN_INIT("250 ok\r\n"), "250 ok\\r\\n" },
	{ SPAN_INIT("a\\b\tc"), "a\\\\b\\tc" },
	{ SPAN_INIT("\0\x01\x7f"), "\\x00\\x01\\x7f" },
	{ SPAN_INIT("小明"), "小明" },
	{ SPAN_INIT("\xd0\xa1\xc3\xf7"), "С\\xc3\\xf7" }, /* GB18030 */
	{ SPAN_INIT("a\xe2\x80\xae"
		    "b"),
	    "a\\xe2\\x80\\xaeb" },                        /* U+202E */
	{ SPAN_INIT("\xed\xa0\x80"), "\\xed\\xa0\\x80" }, /* a surrogate */
	{ SPAN_INIT("\xc0\xaf"), "\\xc0\\xaf" },          /* overlong "/" */
};

START_TEST(escapes_there_and_back)
{
	struct buf out, back;

	buf_init(&out, 4096);
	buf_init(&back, 4096);
	text_escape(escapes[_i].bytes, &out);
	ck_assert_str_eq(buf_text(&out), escapes[_i].escaped);
	ck_assert(text_is_utf8(buf_span(&out)));
	ck_assert(text_unescape(buf_span(&out), &back));
	ck_assert(span_eq(buf_span(&back), escapes[_i].bytes));
	buf_free(&out);
	buf_free(&back);
}
END_TEST

/* RFC 4648 10, and what is no base64. */
static const struct {
	struct span plain;
	const char *code;
} codes[] = {
	{ SPAN_INIT(""), "" },
	{ SPAN_INIT("f"), "Zg==" },
	{ SPAN_INIT("fo"), "Zm8=" },
	{ SPAN_INIT("foobar"), "Zm9vYmFy" },
	{ SPAN_INIT("\0alice\0secret"), "AGFsaWNlAHNlY3JldA==" },
};

START_TEST(base64_there_and_back)
{
	struct buf out, back;

	buf_init(&out, 4096);
	buf_init(&back, 4096);
	text_base64(codes[_i].plain, &out);
	ck_assert_str_eq(buf_text(&out), codes[_i].code);
	ck_assert(text_unbase64(buf_span(&out), &back));
	ck_assert(span_eq(buf_span(&back), codes[_i].plain));
	buf_free(&out);
	buf_free(&back);
}
END_TEST

START_TEST(base64_refuses)
{
	static const char *const bad[] = { "A",
		"Zg=", "Zg==Zg==", "Z===", "Zm 8", "Zm8*" };
	struct buf out;

	buf_init(&out, 4096);
	ck_assert_msg(
	    !text_unbase64(span_of(bad[_i]), &out), "took %s", bad[_i]);
	buf_free(&out);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("text");
	TCase *t = tcase_create("text");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, escapes_there_and_back, 0,
	    (int)(sizeof escapes / sizeof escapes[0]));
	tcase_add_loop_test(
	    t, base64_there_and_back, 0, (int)(sizeof codes / sizeof codes[0]));
	tcase_add_loop_test(t, base64_refuses, 0, 6);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
