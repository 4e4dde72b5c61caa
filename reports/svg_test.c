/* SPDX-License-Identifier: MIT */
/* Scales that round to what a person would choose, and paths. */
#include "reports/svg.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	double most, to;
} zeros[] = {
	{ 0, 1 },
	{ 1, 1 },
	{ 52.5, 60 },
	{ 60, 60 },
	{ 61, 80 },
	{ 100, 100 },
	{ 101, 150 },
	{ 0.07, 0.08 },
	{ NAN, 1 },
	{ INFINITY, 1 },
	{ -5, 1 },
};

START_TEST(axes_from_zero)
{
	const struct svg_axis a = svg_axis_zero(zeros[_i].most, 100, 0);

	ck_assert_double_eq_tol(a.to, zeros[_i].to, 1e-9 * zeros[_i].to);
	ck_assert_double_eq_tol(svg_at(&a, 0), 100, 1e-9);
	ck_assert_double_eq_tol(svg_at(&a, a.to), 0, 1e-9);
	ck_assert_double_eq_tol(svg_at(&a, a.to / 2), 50, 1e-9);
	ck_assert_double_eq_tol(svg_at(&a, a.to * 9), 0, 1e-9);
}
END_TEST

static const struct {
	double least, most, from, to;
} logs[] = {
	{ 1, 1000, 1, 1000 },
	{ 3, 700, 2, 1000 },
	{ 900, 1.2e6, 500, 2e6 },
	{ 50, 60, 50, 500 },
	{ 0, 0, 1, 10 },
	{ NAN, INFINITY, 1, 10 },
};

START_TEST(axes_by_decades)
{
	const struct svg_axis a =
	    svg_axis_log(logs[_i].least, logs[_i].most, 0, 300);

	ck_assert_double_eq_tol(a.from, logs[_i].from, 1e-9 * a.from);
	ck_assert_double_eq_tol(a.to, logs[_i].to, 1e-9 * a.to);
	ck_assert_double_eq_tol(svg_at(&a, sqrt(a.from * a.to)), 150, 1e-6);
	ck_assert_double_eq_tol(svg_at(&a, 0), 0, 1e-9);
}
END_TEST

/* Ticks are on the axis, rise, and are not too many; at any scale. */
START_TEST(ticks_are_few_and_in_order)
{
	double ticks[SVG_TICKS];

	for (double most = 1e-3; most < 1e12; most *= 1.7)
		for (int kind = 0; kind < 3; kind++) {
			const struct svg_axis a =
			    kind == 0
				? svg_axis_zero(most, 0, 9)
				: svg_axis_log(
				      kind == 1 ? most / 3 : 1e-3, most, 0, 9);
			const size_t n = svg_ticks(&a, 6, ticks);

			ck_assert_uint_ge(n, 2);
			ck_assert_uint_le(n, 11);
			for (size_t i = 0; i < n; i++) {
				ck_assert(ticks[i] >= a.from * 0.999999);
				ck_assert(ticks[i] <= a.to * 1.000001);
				ck_assert(i == 0 || ticks[i] > ticks[i - 1]);
			}
		}
}
END_TEST

START_TEST(seconds_are_ticked_as_on_a_clock)
{
	double ticks[SVG_TICKS];

	ck_assert_uint_eq(svg_seconds(960, 10, ticks), 9);
	ck_assert_double_eq_tol(ticks[1], 120, 1e-9);
	ck_assert_uint_eq(svg_seconds(30, 10, ticks), 7);
	ck_assert_double_eq_tol(ticks[1], 5, 1e-9);
	for (double to = 1; to < 1e8; to *= 1.3) {
		const size_t n = svg_seconds(to, 10, ticks);

		ck_assert_uint_ge(n, 1);
		ck_assert_uint_le(n, SVG_TICKS);
		ck_assert(ticks[n - 1] <= to * 1.0001);
	}
}
END_TEST

static const struct {
	double v;
	const char *text;
} numbers[] = {
	{ 0, "0" },
	{ -0.04, "0" },
	{ 12.34, "12.3" },
	{ 12.96, "13" },
	{ -3.25, "-3.3" },
	{ 864, "864" },
	{ NAN, "0" },
	{ INFINITY, "0" },
	{ 1e30, "0" },
};

START_TEST(coordinates_have_a_digit_at_most)
{
	struct buf b;

	buf_init(&b, 100);
	svg_number(&b, numbers[_i].v);
	ck_assert_str_eq(buf_text(&b), numbers[_i].text);
	buf_free(&b);
}
END_TEST

START_TEST(paths_are_short)
{
	struct svg_path p;
	struct buf b;

	buf_init(&b, 1000);
	svg_path_begin(&p, &b, "x");
	svg_path_to(&p, 1, 2);
	svg_path_to(&p, 5, 2);
	svg_path_to(&p, 5, 2.04);
	svg_path_to(&p, 5, 7);
	svg_path_to(&p, 6, 8);
	svg_path_gap(&p);
	svg_path_to(&p, 6, 9);
	svg_path_end(&p);
	ck_assert_str_eq(
	    buf_text(&b), "<path class=\"x\" d=\"M1 2H5V7L6 8M6 9\"/>\n");
	buf_free(&b);
}
END_TEST

START_TEST(texts_are_escaped)
{
	struct buf b;

	buf_init(&b, 1000);
	svg_text(&b, "", "end", 1, 2, "<b>&\"\x1b");
	ck_assert_ptr_nonnull(strstr(buf_text(&b), "&lt;b&gt;&amp;&quot;"));
	ck_assert_ptr_null(strstr(buf_text(&b), "<b>"));
	ck_assert_ptr_null(strchr(buf_text(&b), '\x1b'));
	buf_clear(&b);
	svg_title(&b, "t", W_LOAD_CURVE, "<script>", NULL);
	ck_assert_ptr_nonnull(strstr(buf_text(&b), "&lt;script&gt;"));
	ck_assert_ptr_null(strstr(buf_text(&b), "<script>"));
	buf_free(&b);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("svg");
	TCase *tc = tcase_create("drawing");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(
	    tc, axes_from_zero, 0, sizeof(zeros) / sizeof(*zeros));
	tcase_add_loop_test(
	    tc, axes_by_decades, 0, sizeof(logs) / sizeof(*logs));
	tcase_add_test(tc, ticks_are_few_and_in_order);
	tcase_add_test(tc, seconds_are_ticked_as_on_a_clock);
	tcase_add_loop_test(tc, coordinates_have_a_digit_at_most, 0,
	    sizeof(numbers) / sizeof(*numbers));
	tcase_add_test(tc, paths_are_short);
	tcase_add_test(tc, texts_are_escaped);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
