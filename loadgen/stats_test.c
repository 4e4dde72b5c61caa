/* SPDX-License-Identifier: MIT */
/*
 * Against tables in print where there are some, else against the definition
 * carried out by brute force.
 */
#include "loadgen/stats_testing.h"

/* ---- distributions ---- */

START_TEST(binomial_is_the_sum_of_its_terms)
{
	static const double ps[] = { 0.01, 0.3, 0.5, 0.95, 0.999 };

	for (size_t i = 0; i < COUNT(ps); i++)
		for (int n = 1; n <= 60; n++) {
			double term = pow(1 - ps[i], n), sum = 0;

			for (int k = 0; k <= n; k++) {
				sum += term;
				ck_assert_double_eq_tol(
				    stats_binomial_most(k, n, ps[i]), sum,
				    1e-10);
				term *= ps[i] / (1 - ps[i]) * (n - k) / (k + 1);
			}
		}
	ck_assert_double_eq(stats_binomial_most(-1, 10, 0.5), 0);
	ck_assert_double_eq(stats_binomial_most(10, 10, 0.5), 1);
	/* and at sizes of a load it meets the normal distribution */
	for (int z = -3; z <= 3; z++) {
		const double n = 1e8, sd = sqrt(n * 0.95 * 0.05);

		ck_assert_double_eq_tol(
		    stats_binomial_most(floor(n * 0.95 + z * sd), n, 0.95),
		    0.5 * erfc(-z / sqrt(2)), 2e-4);
	}
}
END_TEST

START_TEST(quantiles_are_those_of_the_tables)
{
	/* clang-format off */
	static const struct {
		double	freedom, share, t;
	} student[] = {		/* any table of Student's t */
		{ 1,	0.975,	12.706 },
		{ 2,	0.975,	4.303 },
		{ 4,	0.975,	2.776 },
		{ 9,	0.95,	1.833 },
		{ 10,	0.975,	2.228 },
		{ 29,	0.975,	2.045 },
		{ 30,	0.995,	2.750 },
		{ 120,	0.975,	1.980 },
		{ 4,	0.025,	-2.776 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(student); i++)
		ck_assert_double_eq_tol(
		    stats_student_at(student[i].share, student[i].freedom),
		    student[i].t, 5.1e-4);
	ck_assert_double_eq_tol(stats_normal_at(0.975), 1.959963985, 1e-8);
	ck_assert_double_eq_tol(stats_normal_at(0.995), 2.575829304, 1e-8);
	ck_assert_double_eq_tol(stats_normal_at(0.025), -1.959963985, 1e-8);
	ck_assert_double_eq_tol(stats_normal_at(0.5), 0, 1e-8);
}
END_TEST

/* ---- intervals ---- */

START_TEST(wilson_is_that_of_newcombe)
{
	/* R. G. Newcombe, Statistics in Medicine 17 (1998), table I. */
	/* clang-format off */
	static const struct {
		double	k, n, low, high;
	} rows[] = {
		{ 81,	263,	0.2553,	0.3662 },
		{ 15,	148,	0.0624,	0.1605 },
		{ 0,	20,	0.0000,	0.1611 },
		{ 1,	29,	0.0061,	0.1718 },
	};
	/* clang-format on */
	struct stats_interval i;

	for (size_t r = 0; r < COUNT(rows); r++) {
		i = stats_wilson(rows[r].k, rows[r].n, 0.95);
		ck_assert_double_eq_tol(i.low, rows[r].low, 5.1e-5);
		ck_assert_double_eq_tol(i.high, rows[r].high, 5.1e-5);
		ck_assert(i.reached);
	}
	ck_assert_double_eq(stats_wilson(0, 20, 0.95).low, 0);
	ck_assert_double_eq(stats_wilson(20, 20, 0.95).high, 1);
	i = stats_wilson(0, 0, 0.95);
	ck_assert(!i.reached);
	ck_assert_double_eq(i.low, 0);
	ck_assert_double_eq(i.high, 1);
}
END_TEST

START_TEST(exact_is_that_of_newcombe)
{
	/* The same table, the method of Clopper and Pearson. */
	/* clang-format off */
	static const struct {
		double	k, n, low, high;
	} rows[] = {
		{ 81,	263,	0.2527,	0.3676 },
		{ 15,	148,	0.0578,	0.1617 },
		{ 0,	20,	0.0000,	0.1684 },
		{ 1,	29,	0.0009,	0.1776 },
	};
	/* clang-format on */

	for (size_t r = 0; r < COUNT(rows); r++) {
		struct stats_interval i =
		    stats_exact(rows[r].k, rows[r].n, 0.95);

		ck_assert_double_eq_tol(i.low, rows[r].low, 5.1e-5);
		ck_assert_double_eq_tol(i.high, rows[r].high, 5.1e-5);
		/* What is seen turned round. */
		i = stats_exact(rows[r].n - rows[r].k, rows[r].n, 0.95);
		ck_assert_double_eq_tol(1 - i.high, rows[r].low, 5.1e-5);
		ck_assert_double_eq_tol(1 - i.low, rows[r].high, 5.1e-5);
	}
	ck_assert(!stats_exact(0, 0, 0.95).reached);
}
END_TEST

START_TEST(means_of_repeats)
{
	static const double x[] = { 4, 6, 5, 7, 3 };
	struct stats_interval i = stats_mean(x, COUNT(x), 0.95);

	/* By hand: mean 5, s^2 = 10/4, t = 2.776, half = 1.963. */
	ck_assert_double_eq_tol(i.mid, 5, 1e-12);
	ck_assert_double_eq_tol(i.high - 5, 2.776 * sqrt(2.5 / 5), 1e-3);
	ck_assert_double_eq_tol(5 - i.low, i.high - 5, 1e-12);
	ck_assert(i.reached);
	i = stats_mean(x, 1, 0.95);
	ck_assert(!i.reached);
	ck_assert_double_eq(i.mid, 4);
	ck_assert(isinf(i.low) && isinf(i.high));
}
END_TEST

START_TEST(totals_know_what_was_asked)
{
	static const double got[] = { 10, 20, 30, 40 };
	static const double asked[] = { 1, 2, 3, 4 };
	struct stats_interval i = stats_total(got, asked, 4, 0.95);

	/* Everything that was asked was got: there is no doubt. */
	ck_assert_double_eq_tol(i.low, 100, 1e-9);
	ck_assert_double_eq_tol(i.high, 100, 1e-9);
	/* By hand: sum of squares 500, * 4/3, t(3) = 3.182. */
	i = stats_total(got, NULL, 4, 0.95);
	ck_assert_double_eq_tol(
	    i.high - 100, 3.1824 * sqrt(500 * 4 / 3.0), 1e-2);
	ck_assert(!stats_total(got, NULL, 1, 0.95).reached);
}
END_TEST

START_TEST(ranks_are_the_narrowest_that_hold)
{
	static const double shares[] = { 0.5, 0.95, 0.99 };

	for (size_t s = 0; s < COUNT(shares); s++)
		for (uint64_t n = 1; n <= 500; n += n < 100 ? 1 : 37) {
			const double p = shares[s], m = (double)n;
			struct stats_ranks r = stats_ranks(n, p, 1, 0.95);
			uint64_t low = 0, high = n + 1;

			/* P(X < l), P(X >= h), tried one after another. */
			while (stats_binomial_most((double)low, m, p) < 0.025)
				low++;
			while (high > 1 && 1 - stats_binomial_most(
						   (double)high - 2, m, p) <=
					       0.025)
				high--;
			ck_assert(r.low_reached == (low >= 1));
			ck_assert(r.high_reached == (high <= n));
			ck_assert_uint_eq(r.low, low >= 1 ? low : 1);
			ck_assert_uint_eq(r.high, high <= n ? high : n);
			ck_assert_uint_le(r.low, r.mid);
			ck_assert_uint_le(r.mid, r.high);
		}
}
END_TEST

START_TEST(ranks_of_the_books)
{
	struct stats_ranks r = stats_ranks(10, 0.5, 1, 0.95);

	/* The median of ten: second and ninth, 97.9 % (sign test). */
	ck_assert_uint_eq(r.low, 2);
	ck_assert_uint_eq(r.mid, 5);
	ck_assert_uint_eq(r.high, 9);
	/* Wilks (1941), one-sided: 59 for 95/95, 299 for 95/99. */
	ck_assert_uint_eq(stats_ranks_need(0.95, 1, 0.90), 59);
	ck_assert_uint_eq(stats_ranks_need(0.99, 1, 0.90), 299);
	ck_assert_uint_eq(stats_ranks_need(0.95, 1, 0.95), 72);
	ck_assert_uint_eq(stats_ranks_need(0.99, 1, 0.95), 368);
	ck_assert_uint_eq(stats_ranks_need(0.99, 2.5, 0.95), 920);
	ck_assert(!stats_ranks(71, 0.95, 1, 0.95).high_reached);
	ck_assert(stats_ranks(72, 0.95, 1, 0.95).high_reached);
	ck_assert(!stats_ranks(367, 0.99, 1, 0.95).high_reached);
	ck_assert(stats_ranks(368, 0.99, 1, 0.95).high_reached);
	/* A hundred values, each said ten times over. */
	r = stats_ranks(1000, 0.5, 10, 0.95);
	ck_assert_uint_eq(r.low, 10 * stats_ranks(100, 0.5, 1, 0.95).low);
	ck_assert_uint_eq(r.high, 10 * stats_ranks(100, 0.5, 1, 0.95).high);
	/* Nothing known of the effect: nothing reached. */
	r = stats_ranks(1000, 0.5, INFINITY, 0.95);
	ck_assert(!r.low_reached && !r.high_reached);
	ck_assert_uint_eq(r.mid, 500);
	ck_assert_uint_eq(stats_ranks(0, 0.5, 1, 0.95).mid, 0);
}
END_TEST

START_TEST(effects_of_few_and_of_extremes)
{
	double hits[20] = { 0 }, tries[20];

	for (size_t i = 0; i < 20; i++)
		tries[i] = 100;
	ck_assert_double_eq(stats_effect(hits, tries, 20, 0.95), 1);
	ck_assert(isinf(stats_effect(hits, tries, 9, 0.95)));
	/*
	 * All hits in one of 20: p = 1/20, residuals by hand: the sum of
	 * squares is 95^2 + 19 * 5^2 = 9500, * 20/19 = 10000, over
	 * p (1 - p) 2000 = 95: 105.3; t(19) = 2.0930.
	 */
	hits[7] = 100;
	ck_assert_double_eq_tol(stats_effect(hits, tries, 20, 0.95),
	    10000 / 95.0 * pow(2.0930 / 1.95996, 2), 0.01);
	hits[8] = 100; /* and now they hang together: more still */
	ck_assert_double_gt(stats_effect(hits, tries, 20, 0.95), 120);
}
END_TEST

START_TEST(pieces_are_twenty_to_forty)
{
	for (size_t n = 1; n < 100000; n += 1 + n / 7) {
		const size_t piece = stats_piece(n);

		ck_assert_uint_ge(piece, 1);
		ck_assert_uint_lt(n / piece, 2 * STATS_PIECES);
		ck_assert(n < STATS_PIECES || n / piece >= STATS_PIECES);
	}
}
END_TEST

START_TEST(medians)
{
	static const double x[] = { 9, 1, 5, 3 };

	ck_assert_double_eq(stats_at(x, 4, 1), 1);
	ck_assert_double_eq(stats_at(x, 4, 3), 5);
	ck_assert_double_eq(stats_at(x, 4, 0), 1);
	ck_assert_double_eq(stats_at(x, 4, 5), 9);
	ck_assert_double_eq(stats_at(x, 0, 1), 0);

	ck_assert_double_eq(stats_median(x, 4), 4);
	ck_assert_double_eq(stats_median(x, 3), 5);
	ck_assert_double_eq(stats_median(x, 1), 9);
	ck_assert_double_eq(stats_median(x, 0), 0);
}
END_TEST

START_TEST(when_to_stop)
{
	const struct stats_interval narrow = { 100, 95, 105, true };
	const struct stats_interval wide = { 100, 94, 105, true };
	const struct stats_interval open = { 100, 99, 101, false };

	ck_assert_int_eq(stats_stop(narrow, 0.05, 1, 5), STATS_REACHED);
	ck_assert_int_eq(stats_stop(narrow, 0.05, 5, 5), STATS_REACHED);
	ck_assert_int_eq(stats_stop(wide, 0.05, 1, 5), STATS_GO_ON);
	ck_assert_int_eq(stats_stop(wide, 0.05, 5, 5), STATS_SPENT);
	ck_assert_int_eq(stats_stop(open, 0.05, 1, 5), STATS_GO_ON);
	ck_assert_int_eq(stats_stop(open, 0.05, 6, 5), STATS_SPENT);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { binomial_is_the_sum_of_its_terms,
		quantiles_are_those_of_the_tables, wilson_is_that_of_newcombe,
		exact_is_that_of_newcombe, means_of_repeats,
		totals_know_what_was_asked, ranks_are_the_narrowest_that_hold,
		ranks_of_the_books, effects_of_few_and_of_extremes,
		pieces_are_twenty_to_forty, medians, when_to_stop };

	return stats_run("stats", tests, COUNT(tests));
}
