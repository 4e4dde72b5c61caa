/* SPDX-License-Identifier: MIT */
/*
 * Figures over time: do they still settle, do they go up or down?
 */
#include "loadgen/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

double
stats_lag1(const double *x, size_t n)
{
	const double mean = n == 0 ? 0 : stats_sum(x, n) / (double)n;
	double with = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		all += (x[i] - mean) * (x[i] - mean);
		if (i + 1 < n)
			with += (x[i] - mean) * (x[i + 1] - mean);
	}
	return all > 0 ? with / all : 0;
}

#define MSER_BATCH 5
#define MSER_LEAST 10 /* batches */
#define MSER_END   5  /* so few at the end say nothing about variance */

/*
 * The best of the first so many batches of y to begin with, or the first that
 * is not so many times worse.
 */
static size_t
best_start(const double *y, size_t k, size_t most, double worse)
{
	double *errors = mem_new(k, sizeof errors[0]);
	const double mean = stats_sum(y, k) / (double)k;
	double sum = 0, squares = 0, best = INFINITY;
	size_t cut = 0;

	/* From the back, so that every truncation is one step. */
	for (size_t i = k; i-- > 0;) {
		const double m = (double)(k - i);

		sum += y[i] - mean;
		squares += (y[i] - mean) * (y[i] - mean);
		if (k - i < MSER_END || i > most)
			continue;
		/* Rounding may take it a little below nothing. */
		errors[i] = fmax((squares - sum * sum / m) / (m * m), 0);
		best = fmin(best, errors[i]);
	}
	while (errors[cut] > best * worse)
		cut++;
	free(errors);
	return cut;
}

/* Means of runs of five, in place. */
static void
batch(double *x, size_t k)
{
	for (size_t i = 0; i < k; i++)
		x[i] = stats_sum(x + i * MSER_BATCH, MSER_BATCH) / MSER_BATCH;
}

struct stats_warmup
stats_mser5(const double *x, size_t n)
{
	const size_t k = n / MSER_BATCH;
	double *y;
	size_t cut;

	if (k < MSER_LEAST)
		return (struct stats_warmup){ 0, true };
	y = mem_new(n, sizeof y[0]);
	memcpy(y, x, n * sizeof y[0]);
	batch(y, k);
	cut = best_start(y, k, k, 1 + 1e-12);
	free(y);
	if (cut > k / 2)
		return (struct stats_warmup){ k / 2 * MSER_BATCH, false };
	return (struct stats_warmup){ cut * MSER_BATCH, true };
}

static int
by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double *
sorted_of(const double *x, size_t n)
{
	double *sorted = mem_new(n + 1, sizeof sorted[0]);

	for (size_t i = 0; i < n; i++)
		sorted[i] = x[i];
	qsort(sorted, n, sizeof sorted[0], by_value);
	return sorted;
}

double
stats_median(const double *x, size_t n)
{
	double *sorted, median;

	if (n == 0)
		return 0;
	sorted = sorted_of(x, n);
	median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
	free(sorted);
	return median;
}

double
stats_at(const double *x, size_t n, size_t rank)
{
	double *sorted, at;

	if (n == 0)
		return 0;
	sorted = sorted_of(x, n);
	at = sorted[rank < 1 ? 0 : rank > n ? n - 1 : rank - 1];
	free(sorted);
	return at;
}

static double
deviation(const double *x, size_t n)
{
	const double mean = stats_sum(x, n) / (double)n;
	double squares = 0;

	for (size_t i = 0; i < n; i++)
		squares += (x[i] - mean) * (x[i] - mean);
	return sqrt(squares / (double)(n - 1));
}

/* Do the batches before differ from those after, more than by chance? */
static bool
differ(const double *y, size_t cut, size_t n)
{
	const double after = stats_median(y + cut, n - cut);
	const double by = fabs(stats_median(y, cut) - after);
	/* sqrt(pi / 2): what a median's error is to that of a mean. */
	const double error = 1.2533 * deviation(y + cut, n - cut) *
			     sqrt(1 / (double)cut + 1 / (double)(n - cut));

	return by > fabs(after) / 20 && by > 4 * error;
}

struct stats_warmup
stats_warmup(const double *x, size_t n)
{
	const size_t k = n / MSER_BATCH;
	const double high = stats_at(x, n, n - n / 10);
	const double low = stats_at(x, n, 1 + n / 10);
	struct stats_warmup w = { 0, true };
	double *y;
	size_t cut;

	if (k < MSER_LEAST)
		return w;
	y = mem_new(n, sizeof y[0]);
	/* MSER-5 loses itself in what is far off: that counts as the edge. */
	for (size_t i = 0; i < n; i++)
		y[i] = fmin(fmax(x[i], low), high);
	batch(y, k);
	cut = best_start(y, k, k / 2, 1.1);
	if (cut > 0 && !differ(y, cut, k))
		cut = 0;
	w.cut = cut * MSER_BATCH;
	w.settled = !differ(y + cut, (k - cut) / 2, k - cut);
	free(y);
	return w;
}

#define EXACT_MOST 10
#define EXACT_S    (EXACT_MOST * (EXACT_MOST - 1) / 2)

/* P(|S| >= s): permutations by how many pairs of them are out of order. */
static double
exact_p(double s, size_t n)
{
	double ways[EXACT_S + 1] = { 1 }, all = 1, least = 0;
	const size_t most = n * (n - 1) / 2;

	for (size_t m = 2; m <= n; m++) {
		double next[EXACT_S + 1] = { 0 };

		for (size_t k = 0; k <= most; k++)
			for (size_t j = 0; j < m && j <= k; j++)
				next[k] += ways[k - j];
		memcpy(ways, next, sizeof ways);
		all *= (double)m;
	}
	for (size_t k = 0; k <= most; k++)
		if (fabs((double)most - 2 * (double)k) >= s)
			least += ways[k];
	return least / all;
}

/* Sums of t(t-1) and of t(t-1)(2t+5) over runs of equal values. */
static void
ties_of(const double *x, size_t n, double *pairs, double *weight)
{
	double *sorted = sorted_of(x, n);

	*pairs = *weight = 0;
	for (size_t i = 0, end; i < n; i = end) {
		double t;

		for (end = i; end < n && sorted[end] == sorted[i];)
			end++;
		t = (double)(end - i);
		*pairs += t * (t - 1);
		*weight += t * (t - 1) * (2 * t + 5);
	}
	free(sorted);
}

/* S, and the median of the slopes between all pairs. */
static double
pairs_of(const double *x, size_t n, double *slope)
{
	double *slopes = mem_new(n * (n - 1) / 2, sizeof slopes[0]), s = 0;
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			s += (x[j] > x[i]) - (x[j] < x[i]);
			slopes[k++] = (x[j] - x[i]) / (double)(j - i);
		}
	*slope = stats_median(slopes, k);
	free(slopes);
	return s;
}

struct stats_trend
stats_mann_kendall(const double *x, size_t n)
{
	struct stats_trend t = { .p = 1 };
	const double count = (double)n, pairs = count * (count - 1);
	double tied, weight, variance;

	if (n < 3)
		return t;
	t.s = pairs_of(x, n, &t.slope);
	ties_of(x, n, &tied, &weight);
	if (tied < pairs)
		t.tau = 2 * t.s / sqrt(pairs * (pairs - tied));
	variance = (pairs * (2 * count + 5) - weight) / 18;
	if (n <= EXACT_MOST && tied == 0)
		t.p = exact_p(fabs(t.s), n);
	else if (variance > 0 && t.s != 0)
		t.p = erfc((fabs(t.s) - 1) / sqrt(2 * variance));
	return t;
}
