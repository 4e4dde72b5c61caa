/* SPDX-License-Identifier: MIT */
/* Why a limit was kept or not, in words. */
#include "loadgen/judge_words.h"
#include "loadgen/judging.h"

START_TEST(values_read_well)
{
	/* clang-format off */
	static const struct {
		double		value;
		const char	*unit, *text;
	} rows[] = {
		{ 1.83,		"s",	"1.83 s" },
		{ 2,		"s",	"2 s" },
		{ 0.1234567,	"s",	"0.123 s" },
		{ 12.345,	"s",	"12.35 s" },
		{ 1800,		"s",	"1,800 s" },
		{ 99.9,		"%",	"99.9 %" },
		{ 99.9583,	"%",	"99.958 %" },
		{ 0,		"%",	"0 %" },
		{ 50,		"1/s",	"50/s" },
		{ 1000,		"count", "1,000" },
		{ 20,		"KiB",	"20 KiB" },
		{ 123456.7,	"count", "123,457" },
		{ 23050,	"%",	"23,050 %" },
	};
	/* clang-format on */
	char text[40];

	for (size_t i = 0; i < COUNT(rows); i++) {
		words_value(text, sizeof text, rows[i].value, rows[i].unit);
		ck_assert_str_eq(text, rows[i].text);
	}
}
END_TEST

START_TEST(long_words_are_cut_between_characters)
{
	char why[600];
	struct measure m = { .ledger.unread = 1 };
	const struct figure_metric *lost = figure_find("lost");
	const struct figure f = { .any = true, .high = 1, .reached = true };
	struct doubt_about about = {
		.doubt = DOUBT_UNREAD, .scale = 1, .m = &m
	};

	for (size_t n = 0; n < 3; n++) {
		struct judged_metric j = { .unit = "count", .bound = "most" };

		memset(why, 'x', n);
		for (size_t i = n; i + 3 < sizeof why; i += 3)
			memcpy(why + i, "箱", 4);
		m.ledger.unread_why = why;
		words_of(&j, lost, &f, &about);
		ck_assert(text_is_utf8(span_of(j.why)));
		ck_assert(text_is_utf8(span_of(j.why_zh)));
		ck_assert_uint_gt(strlen(j.why_zh), sizeof j.why_zh - 5);
	}
}
END_TEST

/* Never a value that reads as the limit and is not. */
START_TEST(a_hair_beyond_is_seen)
{
	struct judged_metric j = { .unit = "s", .bound = "most", .limit = 2 };
	const struct figure_metric *login = figure_find("login.p95");
	struct measure m = { 0 };
	const struct figure f = { .any = true,
		.mid = 2000010,
		.low = 2000005,
		.high = 2100000,
		.n = 1 };
	const struct doubt_about about = { .scale = 1e-6, .m = &m };

	words_of(&j, login, &f, &about);
	ck_assert_str_eq(j.why,
	    "p95 of login 2.00001 s (95 %: 2.000005 s to 2.1 s), at most 2 s");
	ck_assert_str_eq(j.why_zh, "登录耗时第 95 百分位 2.00001 s（95 % "
				   "置信区间 2.000005 s～2.1 s），"
				   "要求不大于 2 s");
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct judging_test tests[] = {
		{ values_read_well, 0 },
		{ long_words_are_cut_between_characters, 0 },
		{ a_hair_beyond_is_seen, 0 },
	};
	/* clang-format on */

	return judging_run("judge_words", tests, COUNT(tests));
}
