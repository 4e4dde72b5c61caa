/* SPDX-License-Identifier: MIT */
#include "lib/columns.h"

#include <check.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

START_TEST(counts)
{
	/* clang-format off */
	static const struct {
		const char	*text;
		size_t		 columns;
	} rows[] = {
		{ "",			0 },
		{ "abc",		3 },
		{ "邮件",		4 },
		{ "SMTP 邮件",		9 },
		{ "，。",		4 },
		{ "“是”",		4 },
		{ "é",			1 },
		{ "\xff\xfe",		2 },
		{ "\xe9\x82",		2 },	/* cut short */
		{ "\xf0\xa0\x80\x80",	2 },	/* U+20000 */
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++)
		ck_assert_msg(
		    columns_of(span_of(rows[i].text)) == rows[i].columns,
		    "row %zu: %zu", i, columns_of(span_of(rows[i].text)));
}
END_TEST

START_TEST(pads)
{
	struct buf b;

	buf_init(&b, 100);
	columns_pad(&b, SPAN("邮件"), 6);
	columns_pad(&b, SPAN("too long"), 3);
	ck_assert_str_eq(buf_text(&b), "邮件  too long");
	buf_free(&b);
}
END_TEST

START_TEST(wraps)
{
	/* clang-format off */
	static const struct {
		const char	*text;
		size_t		 at, indent, width;
		const char	*want;
	} rows[] = {
		{ "one two three", 0, 2, 8, "one two\n  three\n" },
		{ "one two three", 0, 0, 0, "one two three\n" },
		{ "  one \n two  ", 0, 0, 80, "one two\n" },
		{ "", 4, 4, 8, "\n" },
		{ "one two", 6, 2, 8, "one\n  two\n" },
		{ "overlongword x", 0, 1, 4, "overlongword\n x\n" },
		{ "邮件系统", 0, 2, 6, "邮件系\n  统\n" },
		{ "邮件系，统", 0, 0, 6, "邮件\n系，统\n" },
		{ "发送“邮件”", 0, 0, 5, "发送\n“邮\n件”\n" },
		{ "用 TLS 发送", 0, 0, 6, "用 TLS\n发送\n" },
		{ "ab\xff""cd ef", 0, 0, 5, "ab\xff""cd\nef\n" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b;

		buf_init(&b, 200);
		columns_wrap(&b, rows[i].at, rows[i].indent, rows[i].width,
		    span_of(rows[i].text));
		ck_assert_str_eq(buf_text(&b), rows[i].want);
		buf_free(&b);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("columns");
	TCase *tc = tcase_create("text");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_test(tc, counts);
	tcase_add_test(tc, pads);
	tcase_add_test(tc, wraps);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? 0 : 1;
}
