/* SPDX-License-Identifier: MIT */
/* Numbers with a unit: three digits, and nothing that was not measured. */
#include "reports/shown.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	double us;
	const char *text;
} times[] = {
	{ 0, "0 µs" },
	{ 1, "1 µs" },
	{ 999, "999 µs" },
	{ 999.6, "1 ms" },
	{ 1000, "1 ms" },
	{ 3416, "3.42 ms" },
	{ 9996, "10 ms" },
	{ 34160, "34.2 ms" },
	{ 99960, "100 ms" },
	{ 341600, "342 ms" },
	{ 999600, "1 s" },
	{ 2500000, "2.5 s" },
	{ 179e6, "179 s" },
	{ 900e6, "15 min" },
	{ 1800e6, "30 min" },
	{ 4 * 3600e6, "4 h" },
	{ INFINITY, "∞" },
	{ NAN, "–" },
};

START_TEST(times_take_the_unit_that_suits)
{
	ck_assert_str_eq(shown_time(times[_i].us).text, times[_i].text);
}
END_TEST

static const struct {
	double value;
	const char *unit, *measured, *limit;
} values[] = {
	{ 0.412, "s", "412 ms", "0.412 s" },
	{ 5, "s", "5 s", "5 s" },
	{ 1800, "s", "1,800 s", "1,800 s" },
	{ 52.43, "1/s", "52.4/s", "52.4/s" },
	{ 50, "1/s", "50/s", "50/s" },
	{ 1000, "count", "1,000", "1,000" },
	{ 0, "count", "0", "0" },
	{ 99.9, "%", "99.90 %", "99.9 %" },
	{ 99.99999, "%", "99.99999 %", NULL }, /* the limit of nobody */
	{ 100, "%", "100 %", "100 %" },
	{ 0, "%", "0 %", "0 %" },
	{ 0.1, "%", "0.10 %", "0.1 %" },
	{ 0.0004, "%", "0.0004 %", "0.0004 %" },
	{ 20, "KiB", "20 KiB", "20 KiB" },
	{ 23050, "%", "23,050 %", "23,050 %" },
	{ 1234567, "1/s", "1,234,567/s", "1,234,567/s" },
};

START_TEST(values_keep_what_they_are_worth)
{
	ck_assert_str_eq(shown_of(values[_i].value, values[_i].unit).text,
	    values[_i].measured);
	if (values[_i].limit != NULL)
		ck_assert_str_eq(
		    shown_limit(values[_i].value, values[_i].unit).text,
		    values[_i].limit);
}
END_TEST

START_TEST(counts_are_grouped)
{
	ck_assert_str_eq(shown_count(0).text, "0");
	ck_assert_str_eq(shown_count(999).text, "999");
	ck_assert_str_eq(shown_count(1000).text, "1,000");
	ck_assert_str_eq(shown_count(47160).text, "47,160");
	ck_assert_str_eq(
	    shown_count(UINT64_MAX).text, "18,446,744,073,709,551,615");
}
END_TEST

/* Three digits, or as many as it takes to tell them apart. */
START_TEST(intervals_are_told_apart)
{
	static const struct {
		double v[3];
		const char *unit, *text[3];
	} rows[] = {
		{ { 399e-3, 412e-3, 425e-3 }, "s",
		    { "399 ms", "412 ms", "425 ms" } },
		{ { 99.97, 99.98, 100 }, "1/s",
		    { "99.97/s", "99.98/s", "100/s" } },
		{ { 5, 5, 5 }, "1/s", { "5/s", "5/s", "5/s" } },
		{ { 20.001, 20.002, 20.003 }, "KiB",
		    { "20.001 KiB", "20.002 KiB", "20.003 KiB" } },
	};
	struct shown at[3];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ck_assert(shown_apart(at, rows[i].v, 3, rows[i].unit));
		for (size_t k = 0; k < 3; k++)
			ck_assert_str_eq(at[k].text, rows[i].text[k]);
	}
}
END_TEST

/* All but all is not all. */
START_TEST(shares_are_never_rounded_away)
{
	ck_assert_str_eq(shown_share(1).text, "100 %");
	ck_assert_str_eq(shown_share(0.99999).text, "99.999 %");
	ck_assert_str_eq(shown_share(0.999999).text, "99.9999 %");
	ck_assert_str_eq(shown_share(0.00001).text, "0.001 %");
	ck_assert_str_eq(shown_share(0).text, "0 %");
}
END_TEST

START_TEST(clocks_and_octets)
{
	ck_assert_str_eq(shown_clock(0).text, "0:00");
	ck_assert_str_eq(shown_clock(65).text, "1:05");
	ck_assert_str_eq(shown_clock(3905).text, "1:05:05");
	ck_assert_str_eq(shown_clock(NAN).text, "0:00");
	ck_assert_str_eq(shown_octets(512).text, "512 B");
	ck_assert_str_eq(shown_octets(21811).text, "21.3 KiB");
	ck_assert_str_eq(shown_octets(5 << 20).text, "5 MiB");
	ck_assert_str_eq(shown_percentile(99.9).text, "P99.9");
	ck_assert_str_eq(shown_bound(95, 2e6).text, "P95 ≤ 2 s");
}
END_TEST

/* From files anything may come: it is shown as what it is. */
START_TEST(nonsense_is_no_number)
{
	static const struct {
		double v;
		const char *time, *rate, *share, *clock, *size;
	} rows[] = {
		{ NAN, "–", "–/s", "– %", "0:00", "– KiB" },
		{ INFINITY, "∞", "∞/s", "∞ %", "0:00", "∞ KiB" },
		{ -INFINITY, "–", "–/s", "– %", "0:00", "– KiB" },
		{ 1e300, "∞", "∞/s", "∞ %", "0:00", "∞ KiB" },
		{ -1e300, "–", "–/s", "– %", "0:00", "– KiB" },
		{ -1, "-1 µs", "-1/s", "-100 %", "0:00", "-1 KiB" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const double v = rows[i].v;

		ck_assert_str_eq(shown_time(v).text, rows[i].time);
		ck_assert_str_eq(shown_rate(v).text, rows[i].rate);
		ck_assert_str_eq(shown_share(v).text, rows[i].share);
		ck_assert_str_eq(shown_clock(v).text, rows[i].clock);
		ck_assert_str_eq(shown_of(v, "KiB").text, rows[i].size);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("shown");
	TCase *tc = tcase_create("numbers");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tc, times_take_the_unit_that_suits, 0,
	    sizeof(times) / sizeof(*times));
	tcase_add_loop_test(tc, values_keep_what_they_are_worth, 0,
	    sizeof(values) / sizeof(*values));
	tcase_add_test(tc, counts_are_grouped);
	tcase_add_test(tc, intervals_are_told_apart);
	tcase_add_test(tc, shares_are_never_rounded_away);
	tcase_add_test(tc, clocks_and_octets);
	tcase_add_test(tc, nonsense_is_no_number);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
