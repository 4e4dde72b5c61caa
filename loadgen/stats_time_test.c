/* SPDX-License-Identifier: MIT */
/*
 * What changes in the course of a run: warm-up and trend, against tables,
 * every order there is, and the definition carried out.
 */
#include "loadgen/stats_testing.h"

#include <string.h>

START_TEST(lag1_by_hand)
{
	static const double x[] = { 1, 2, 3, 4, 5 };
	static const double zigzag[] = { 1, -1, 1, -1, 1, -1 };

	/* deviations -2 -1 0 1 2: (2 + 0 + 0 + 2) / 10 */
	ck_assert_double_eq_tol(stats_lag1(x, 5), 0.4, 1e-12);
	ck_assert_double_eq_tol(stats_lag1(zigzag, 6), -5 / 6.0, 1e-12);
	ck_assert_double_eq(stats_lag1(x, 1), 0);
	ck_assert_double_eq(stats_lag1(x, 0), 0);
}
END_TEST

/* The definition: the least of sum (y - mean)^2 / m^2, nothing clever. */
static size_t
mser5_slowly(const double *x, size_t n)
{
	const size_t k = n / 5;
	double best = INFINITY;
	size_t cut = 0;

	for (size_t d = 0; d + 5 <= k; d++) {
		const double m = (double)(k - d);
		double mean = 0, squares = 0;

		for (size_t i = d * 5; i < k * 5; i++)
			mean += x[i] / (m * 5);
		for (size_t i = d; i < k; i++) {
			const double y =
			    (x[5 * i] + x[5 * i + 1] + x[5 * i + 2] +
				x[5 * i + 3] + x[5 * i + 4]) /
			    5;

			squares += (y - mean) * (y - mean);
		}
		if (squares / (m * m) < best) {
			best = squares / (m * m);
			cut = d * 5;
		}
	}
	return cut;
}

START_TEST(mser5_is_its_definition)
{
	uint64_t state = 6;
	double x[300];

	for (int run = 0; run < 200; run++) {
		const size_t n = 50 + (size_t)run;
		struct stats_warmup w;
		size_t cut;

		for (size_t i = 0; i < n; i++)
			x[i] = 50 + gauss(&state) +
			       30 * exp(-(double)i / (1 + run / 4.0));
		w = stats_mser5(x, n);
		cut = mser5_slowly(x, n);
		ck_assert(w.settled == (cut <= n / 5 / 2 * 5));
		ck_assert_uint_eq(w.cut, w.settled ? cut : n / 5 / 2 * 5);
	}
}
END_TEST

START_TEST(warmups_are_cut)
{
	uint64_t state = 7;
	double x[300];
	struct stats_warmup w;

	/* A minute of warm-up, then four that are steady. */
	for (size_t i = 0; i < 300; i++)
		x[i] = (i < 60 ? 20 + (60 - (double)i) : 10) + gauss(&state);
	w = stats_warmup(x, 300);
	ck_assert(w.settled);
	ck_assert_uint_eq(w.cut, 60);
	/* Steady from the start: hardly ever anything to cut. */
	for (size_t i = 0; i < 300; i++)
		x[i] = 10 + gauss(&state);
	w = stats_warmup(x, 300);
	ck_assert(w.settled);
	ck_assert_uint_eq(w.cut, 0);
	/* It grows all the time. */
	for (size_t i = 0; i < 300; i++)
		x[i] = (double)i;
	w = stats_warmup(x, 300);
	ck_assert(!w.settled);
	ck_assert_uint_ge(w.cut, 100);
	ck_assert_uint_le(w.cut, 150);
	ck_assert(!stats_mser5(x, 300).settled);
	ck_assert_uint_eq(stats_mser5(x, 300).cut, 150);
	/* Too short, or all the same. */
	ck_assert_uint_eq(stats_warmup(x, 49).cut, 0);
	ck_assert(stats_warmup(x, 49).settled);
	for (size_t i = 0; i < 300; i++)
		x[i] = 3;
	ck_assert_uint_eq(stats_warmup(x, 300).cut, 0);
	ck_assert_uint_eq(stats_warmup(x, 0).cut, 0);
}
END_TEST

START_TEST(a_stall_is_no_warmup)
{
	uint64_t state = 8;
	double x[300];

	for (size_t i = 0; i < 300; i++)
		x[i] = 10 + gauss(&state);
	x[70] = x[71] = 3000;
	/* MSER-5 alone would hide it. */
	ck_assert_uint_eq(stats_mser5(x, 300).cut, 75);
	ck_assert_uint_eq(stats_warmup(x, 300).cut, 0);
	ck_assert(stats_warmup(x, 300).settled);
}
END_TEST

/* Every order of the values; adds up S * S, and how often |S| >= s. */
struct orders {
	double squares, all, beyond, s;
};

static void
permute(double *x, size_t n, size_t at, struct orders *o)
{
	if (at == n) {
		const double s = stats_mann_kendall(x, n).s;

		o->squares += s * s;
		o->all++;
		o->beyond += fabs(s) >= o->s;
		return;
	}
	for (size_t i = at; i < n; i++) {
		double y = x[at];

		x[at] = x[i];
		x[i] = y;
		permute(x, n, at + 1, o);
		x[i] = x[at];
		x[at] = y;
	}
}

START_TEST(trend_of_every_order)
{
	static const double plain[] = { 1, 2, 4, 3, 5, 6 };
	static const double tied[] = { 1, 2, 2, 3, 3, 3 };
	double x[6];
	struct orders o = { .s = 13 };
	struct stats_trend t = stats_mann_kendall(plain, 6);

	ck_assert_double_eq(t.s, 13);
	ck_assert_double_eq_tol(t.tau, 13 / 15.0, 1e-12);
	memcpy(x, plain, sizeof x);
	permute(x, 6, 0, &o);
	ck_assert_double_eq_tol(t.p, o.beyond / o.all, 1e-12);
	/* With ties: the variance of S is that of all orders. */
	t = stats_mann_kendall(tied, 6);
	ck_assert_double_eq(t.s, 11);
	ck_assert_double_eq_tol(t.tau, 11 / sqrt(15.0 * 11), 1e-12);
	o = (struct orders){ .s = 11 };
	memcpy(x, tied, sizeof x);
	permute(x, 6, 0, &o);
	ck_assert_double_eq_tol(
	    t.p, erfc(10 / sqrt(2 * o.squares / o.all)), 1e-12);
}
END_TEST

START_TEST(trend_of_the_tables)
{
	/* Kendall's table: P(S >= s), n values, no ties. */
	/* clang-format off */
	static const struct {
		size_t	n;
		double	s, p;
	} rows[] = {
		{ 4,	4,	0.167 },	{ 4,	6,	0.042 },
		{ 5,	6,	0.117 },	{ 5,	8,	0.042 },
		{ 5,	10,	0.0083 },	{ 8,	16,	0.031 },
		{ 10,	23,	0.023 },	{ 10,	45,	0.0 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		double x[10];
		size_t n = rows[i].n;
		struct stats_trend t;
		int down = ((int)(n * (n - 1) / 2) - (int)rows[i].s) / 2;

		/* An order with that many pairs turned round. */
		for (size_t k = 0; k < n; k++)
			x[k] = (double)k;
		while (down > 0)
			for (size_t k = 0; k + 1 < n && down > 0; k++)
				if (x[k] < x[k + 1]) {
					const double y = x[k];

					x[k] = x[k + 1];
					x[k + 1] = y;
					down--;
				}
		t = stats_mann_kendall(x, n);
		ck_assert_double_eq(t.s, rows[i].s);
		ck_assert_double_eq_tol(t.p / 2, rows[i].p, 5.1e-4);
	}
}
END_TEST

START_TEST(trends_and_none)
{
	uint64_t state = 9;
	size_t alarms = 0, found = 0;
	double x[40];
	static const double flat[] = { 5, 5, 5, 5, 5, 5 };
	static const double line[] = { 1, 3, 5, 7, 100, 11, 13 };

	for (int run = 0; run < RUNS; run++) {
		for (size_t i = 0; i < COUNT(x); i++)
			x[i] = gauss(&state);
		alarms += stats_mann_kendall(x, COUNT(x)).p < 0.05;
		for (size_t i = 0; i < COUNT(x); i++)
			x[i] += 0.1 * (double)i;
		found += stats_mann_kendall(x, COUNT(x)).p < 0.05;
	}
	covers(alarms, 0.03, 0.07, "false alarms at 5 %");
	covers(found, 0.99, 1, "a trend of 4 sigma");
	ck_assert_double_eq(stats_mann_kendall(flat, 6).p, 1);
	ck_assert_double_eq(stats_mann_kendall(flat, 6).tau, 0);
	ck_assert_double_eq(stats_mann_kendall(flat, 2).p, 1);
	/* Sen's slope does not see the one that is out of line. */
	ck_assert_double_eq(stats_mann_kendall(line, 7).slope, 2);
}
END_TEST

START_TEST(steady_loads_are_left_alone)
{
	uint64_t state = 10;
	size_t cut = 0, unsettled = 0, found = 0;
	double x[300];

	for (int run = 0; run < RUNS; run++) {
		struct stats_warmup w;

		/* A heavy tail: squares of exponential values. */
		for (size_t i = 0; i < COUNT(x); i++)
			x[i] = pow(exponential(&state, 1), 2);
		w = stats_warmup(x, COUNT(x));
		cut += w.cut > 0;
		unsettled += !w.settled;
		for (size_t i = 0; i < 50; i++)
			x[i] += 20;
		w = stats_warmup(x, COUNT(x));
		found += w.cut >= 50 && w.settled;
	}
	covers(cut, 0, 0.02, "cut for no reason");
	covers(unsettled, 0, 0.01, "unsettled for no reason");
	covers(found, 0.9, 1, "a warm-up");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { lag1_by_hand, mser5_is_its_definition,
		warmups_are_cut, a_stall_is_no_warmup, trend_of_every_order,
		trend_of_the_tables, trends_and_none,
		steady_loads_are_left_alone };

	return stats_run("stats_time", tests, COUNT(tests));
}
