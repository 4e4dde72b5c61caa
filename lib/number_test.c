/* SPDX-License-Identifier: MIT */
#include "lib/number.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
static const struct {
	double		v;
	int		digits;
	const char	*text;
} rows[] = {
	{ 0,		3, "0" },	{ -0.0,		3, "0" },
	{ 1,		3, "1" },	{ 9.994,	3, "9.99" },
	{ 9.996,	3, "10" },	{ 99.96,	3, "100" },
	{ 52.43,	3, "52.4" },	{ 999.6,	3, "1,000" },
	{ 23050,	4, "23,050" },	{ 2.305e4,	1, "23,050" },
	{ 1e9,		3, "1,000,000,000" },
	{ 123456789.7,	3, "123,456,790" },
	{ 0.1234567,	3, "0.123" },	{ 0.001,	3, "0.001" },
	{ 0.00042,	3, "0.00042" },	{ 0.0009996,	3, "0.001" },
	{ -1234.5,	5, "-1,234.5" }, { -0.25,	1, "-0.2" },
	{ 1e15,		3, "1e+15" },	{ 1e-10,	3, "1e-10" },
	{ INFINITY,	3, "inf" },
};

static const struct {
	double		v;
	int		decimals;
	const char	*text;
} fixed[] = {
	{ 1234.5,	3, "1,234.5" },	{ 1800,		0, "1,800" },
	{ 99.9583,	3, "99.958" },	{ 2.0000099,	6, "2.00001" },
	{ 0.0004,	3, "0" },	{ -0.0004,	3, "0" },
	{ 123456.7,	0, "123,457" },	{ 5,		-1, "5" },
	{ 0.5,		99, "0.5" },
};
/* clang-format on */

START_TEST(digits_that_mean_something)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		ck_assert_str_eq(
		    number_of(rows[i].v, rows[i].digits).text, rows[i].text);
}
END_TEST

START_TEST(so_many_behind_the_point)
{
	for (size_t i = 0; i < COUNT(fixed); i++)
		ck_assert_str_eq(
		    number_fixed(fixed[i].v, fixed[i].decimals).text,
		    fixed[i].text);
}
END_TEST

START_TEST(counts)
{
	ck_assert_str_eq(number_count(0).text, "0");
	ck_assert_str_eq(number_count(999).text, "999");
	ck_assert_str_eq(number_count(1000).text, "1,000");
	ck_assert_str_eq(
	    number_count(UINT64_MAX).text, "18,446,744,073,709,551,615");
}
END_TEST

/* No exponent where people look, and it always fits. */
START_TEST(anything)
{
	for (double v = 1e-3; v <= 1e9; v *= 1.7)
		for (int digits = 0; digits < 20; digits++) {
			const struct number n = number_of(-v, digits);

			ck_assert_msg(
			    strchr(n.text, 'e') == NULL, "%s", n.text);
			ck_assert_uint_lt(strlen(n.text), sizeof n.text);
			ck_assert_uint_lt(strlen(number_fixed(-v, digits).text),
			    sizeof n.text);
		}
	ck_assert_uint_lt(strlen(number_of(NAN, 3).text), 32);
	ck_assert_uint_lt(strlen(number_of(-1e300, 300).text), 32);
	ck_assert_uint_lt(strlen(number_of(-9.9e14, 300).text), 32);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("number");
	TCase *tc = tcase_create("number");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, digits_that_mean_something);
	tcase_add_test(tc, so_many_behind_the_point);
	tcase_add_test(tc, counts);
	tcase_add_test(tc, anything);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
