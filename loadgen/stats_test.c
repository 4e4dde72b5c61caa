/* SPDX-License-Identifier: MIT */
/*
 * Against tables in print where there are some, else against the definition
 * carried out by brute force; and coverage: of a thousand simulated loads
 * (fixed seed) an interval of 95 % has to hold the truth in 93 % to 97 %.
 */
#include "loadgen/stats.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define RUNS     1000

/* ---- chance, of its own so that nothing else changes these figures ---- */

static double
unit(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return ((double)((z ^ z >> 31) >> 11) + 1) / 9007199254740993.0;
}

static double
exponential(uint64_t *state, double mean)
{
	return -mean * log(unit(state));
}

static double
gauss(uint64_t *state)
{
	const double r = sqrt(exponential(state, 2));

	return r * cos(6.283185307179586 * unit(state));
}

static int
by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

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

/* ---- coverage ---- */

static void
covers(size_t held, double least, double most, const char *what)
{
	const double share = (double)held / RUNS;

	ck_assert_msg(share >= least && share <= most,
	    "%s: the truth was held in %.1f %%", what, share * 100);
}

START_TEST(percentiles_are_covered)
{
	static const double shares[] = { 0.5, 0.95, 0.99 };
	uint64_t state = 1;
	double x[4000];

	for (size_t s = 0; s < COUNT(shares); s++) {
		const double truth = -log(1 - shares[s]);
		const struct stats_ranks r =
		    stats_ranks(COUNT(x), shares[s], 1, 0.95);
		size_t held = 0;

		for (int run = 0; run < RUNS; run++) {
			for (size_t i = 0; i < COUNT(x); i++)
				x[i] = exponential(&state, 1);
			qsort(x, COUNT(x), sizeof x[0], by_value);
			held += x[r.low - 1] <= truth && truth <= x[r.high - 1];
		}
		covers(held, 0.93, 0.97, "percentile");
	}
}
END_TEST

START_TEST(proportions_are_covered)
{
	static const double ps[] = { 0.02, 0.1, 0.5 };
	uint64_t state = 2;

	for (size_t s = 0; s < COUNT(ps); s++) {
		size_t held = 0;

		for (int run = 0; run < RUNS; run++) {
			struct stats_interval i;
			double k = 0;

			for (int j = 0; j < 400; j++)
				k += unit(&state) <= ps[s];
			i = stats_wilson(k, 400, 0.95);
			held += i.low <= ps[s] && ps[s] <= i.high;
		}
		covers(held, 0.93, 0.97, "proportion");
	}
}
END_TEST

START_TEST(repeats_and_totals_are_covered)
{
	uint64_t state = 3;
	size_t held = 0, totals = 0, blind = 0;

	for (int run = 0; run < RUNS; run++) {
		double x[5], got[30], asked[30], all = 0;
		struct stats_interval i;

		for (size_t k = 0; k < COUNT(x); k++)
			x[k] = 7 + gauss(&state);
		i = stats_mean(x, COUNT(x), 0.95);
		held += i.low <= 7 && 7 <= i.high;
		/* A plan that varies much, and a target that refuses 3 %. */
		for (size_t k = 0; k < COUNT(got); k++) {
			asked[k] = 1000 + 200 * gauss(&state);
			all += asked[k];
			got[k] = 0.97 * asked[k] + 5 * gauss(&state);
		}
		i = stats_total(got, asked, COUNT(got), 0.95);
		totals += i.low <= 0.97 * all && 0.97 * all <= i.high;
		blind += (i.high - i.low) * 10 >
			 stats_total(got, NULL, COUNT(got), 0.95).high -
			     stats_total(got, NULL, COUNT(got), 0.95).low;
	}
	covers(held, 0.93, 0.97, "repeats");
	covers(totals, 0.93, 0.97, "total");
	covers(blind, 0, 0, "the plan's own variation has been taken out");
}
END_TEST

/*
 * A target that is five times slower for three seconds on average, a tenth of
 * the time: requests of a second are alike.
 */
#define SECONDS  600
#define A_SECOND 20
#define ALL      (SECONDS * A_SECOND)

static void
moody(uint64_t *state, double *x)
{
	bool slow = unit(state) <= 0.1;

	for (size_t s = 0; s < SECONDS; s++) {
		for (size_t i = 0; i < A_SECOND; i++)
			*x++ = exponential(state, slow ? 5 : 1);
		slow = slow ? unit(state) > 1 / 3.0 : unit(state) <= 1 / 27.0;
	}
}

/* Its p95: where 0.9 e^-x + 0.1 e^(-x/5) is 0.05. */
static double
moody_p95(void)
{
	double low = 0, high = 50;

	for (int i = 0; i < 100; i++) {
		const double x = (low + high) / 2;

		if (0.9 * exp(-x) + 0.1 * exp(-x / 5) > 0.05)
			low = x;
		else
			high = x;
	}
	return low;
}

static double
effect_of(const double *x, double at)
{
	double hits[2 * STATS_PIECES] = { 0 }, tries[2 * STATS_PIECES] = { 0 };
	const size_t piece = stats_piece(SECONDS), n = SECONDS / piece;

	for (size_t i = 0; i < n * piece * A_SECOND; i++) {
		hits[i / (piece * A_SECOND)] += x[i] > at;
		tries[i / (piece * A_SECOND)] += 1;
	}
	return stats_effect(hits, tries, n, 0.95);
}

START_TEST(clusters_are_covered)
{
	const double truth = moody_p95();
	double *x = malloc(ALL * sizeof x[0]);
	double *sorted = malloc(ALL * sizeof x[0]);
	uint64_t state = 4;
	size_t held = 0, naive = 0, reached = 0;

	for (int run = 0; run < RUNS; run++) {
		struct stats_ranks r = stats_ranks(ALL, 0.95, 1, 0.95);

		moody(&state, x);
		memcpy(sorted, x, ALL * sizeof x[0]);
		qsort(sorted, ALL, sizeof x[0], by_value);
		naive +=
		    sorted[r.low - 1] <= truth && truth <= sorted[r.high - 1];
		r = stats_ranks(
		    ALL, 0.95, effect_of(x, sorted[r.mid - 1]), 0.95);
		/* An end that is not reached is no mistake. */
		held += (!r.low_reached || sorted[r.low - 1] <= truth) &&
			(!r.high_reached || truth <= sorted[r.high - 1]);
		reached += r.low_reached && r.high_reached;
	}
	covers(held, 0.93, 0.97, "percentile of clusters");
	covers(reached, 0.99, 1, "both ends");
	/* Who takes them for independent is wrong more often than right. */
	covers(naive, 0, 0.6, "the same, taken for independent");
	free(x);
	free(sorted);
}
END_TEST

START_TEST(independent_values_lose_little)
{
	uint64_t state = 5;
	double effects = 0;

	for (int run = 0; run < 200; run++) {
		double hits[30], tries[30];

		for (size_t k = 0; k < 30; k++) {
			tries[k] = 500;
			hits[k] = 0;
			for (int i = 0; i < 500; i++)
				hits[k] += unit(&state) <= 0.05;
		}
		effects += stats_effect(hits, tries, 30, 0.95) / 200;
	}
	ck_assert_double_ge(effects, 1);
	ck_assert_double_le(effects, 1.4);
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

/* ---- over time ---- */

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
		ranks_of_the_books, percentiles_are_covered,
		proportions_are_covered, repeats_and_totals_are_covered,
		clusters_are_covered, independent_values_lose_little,
		effects_of_few_and_of_extremes, pieces_are_twenty_to_forty,
		lag1_by_hand, mser5_is_its_definition, warmups_are_cut,
		a_stall_is_no_warmup, steady_loads_are_left_alone,
		trend_of_every_order, trend_of_the_tables, trends_and_none,
		medians, when_to_stop };
	Suite *s = suite_create("stats");
	TCase *tc = tcase_create("stats");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 120);
	for (size_t i = 0; i < COUNT(tests); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
