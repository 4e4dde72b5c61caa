/* SPDX-License-Identifier: MIT */
/*
 * Coverage: of a thousand simulated loads (fixed seed) an interval of 95 %
 * has to hold the truth in 93 % to 97 %.
 */
#include "loadgen/stats_testing.h"

#include <string.h>

static int
by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
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

int
main(void)
{
	const TTest *const tests[] = { percentiles_are_covered,
		proportions_are_covered, repeats_and_totals_are_covered,
		clusters_are_covered, independent_values_lose_little };

	return stats_run("stats_coverage", tests, COUNT(tests));
}
