/* SPDX-License-Identifier: MIT */
#include "loadgen/stats.h"

#include <math.h>
#include <stdlib.h>

#include "lib/mem.h"

/* ---- distributions ---- */

/* Never zero, as Lentz's way asks for. */
static double
apart(double x)
{
	return fabs(x) < 1e-300 ? 1e-300 : x;
}

/*
 * The continued fraction of the incomplete beta function (DLMF 8.17.22) by
 * the modified Lentz algorithm; it takes about sqrt(max(a, b)) steps.
 */
static double
beta_fraction(double a, double b, double x)
{
	double c = 1;
	double d = 1 / apart(1 - (a + b) * x / (a + 1));
	double f = d;

	for (double m = 1; m < 1e6; m++) {
		const double even =
		    m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		const double odd = -(a + m) * (a + b + m) * x /
				   ((a + 2 * m) * (a + 2 * m + 1));
		double step;

		d = 1 / apart(1 + even * d);
		c = apart(1 + even / c);
		f *= c * d;
		d = 1 / apart(1 + odd * d);
		c = apart(1 + odd / c);
		step = c * d;
		f *= step;
		if (fabs(step - 1) < 1e-15)
			break;
	}
	return f;
}

/* lgamma() writes to signgam, which threads share. */
static double
log_gamma(double x)
{
	int sign;

	return lgamma_r(x, &sign);
}

/* I_x(a, b), regularised. */
static double
beta(double a, double b, double x)
{
	double front;

	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) +
		    a * log(x) + b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(a, b, x) / a;
	return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double
stats_binomial_most(double k, double n, double p)
{
	if (k < 0)
		return 0;
	if (k >= n)
		return 1;
	return beta(n - k, k + 1, 1 - p);
}

static double
normal(double share, double at)
{
	(void)share;
	return 0.5 * erfc(-at / sqrt(2));
}

static double
student(double freedom, double at)
{
	const double tail =
	    beta(freedom / 2, 0.5, freedom / (freedom + at * at)) / 2;

	return at < 0 ? tail : 1 - tail;
}

/* Where a distribution that is even reaches a share: by halving. */
static double
quantile(double (*cdf)(double, double), double of, double share)
{
	const double upper = share < 0.5 ? 1 - share : share;
	double low = 0, high = 1;

	while (cdf(of, high) < upper && high < 1e12)
		high *= 2;
	for (int i = 0; i < 200 && low < high; i++) {
		const double mid = low + (high - low) / 2;

		if (mid == low || mid == high)
			break;
		if (cdf(of, mid) < upper)
			low = mid;
		else
			high = mid;
	}
	return share < 0.5 ? -high : high;
}

double
stats_normal_at(double share)
{
	return quantile(normal, 0, share);
}

double
stats_student_at(double share, double freedom)
{
	return quantile(student, freedom, share);
}

/* ---- intervals ---- */

/* The quantile that leaves half of what confidence leaves. */
static double
upper_share(double confidence)
{
	return 0.5 + confidence / 2;
}

struct stats_interval
stats_wilson(double k, double n, double confidence)
{
	const double z = stats_normal_at(upper_share(confidence));
	const double p = n > 0 ? k / n : 0;
	const double scale = 1 + z * z / n;
	const double centre = (p + z * z / (2 * n)) / scale;
	const double half =
	    z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale;

	if (n <= 0)
		return (struct stats_interval){ 0, 0, 1, false };
	/* At the ends rounding must not take away what is certain. */
	return (struct stats_interval){
		.mid = p,
		.low = k <= 0 ? 0 : centre - half,
		.high = k >= n ? 1 : centre + half,
		.reached = true,
	};
}

struct stats_interval
stats_exact(double k, double n, double confidence)
{
	const double tail = (1 - confidence) / 2;
	const bool some = k > 0, all = k >= n;
	double low = 0, high = 1, from = 0, to = 1;

	if (n <= 0)
		return (struct stats_interval){ 0, 0, 1, false };
	for (int i = 0; i < 100 && some; i++) {
		low = (from + to) / 2;
		/* P(X >= k) */
		*(beta(k, n - k + 1, low) < tail ? &from : &to) = low;
	}
	from = 0;
	to = 1;
	for (int i = 0; i < 100 && !all; i++) {
		high = (from + to) / 2;
		/* P(X <= k) */
		*(1 - beta(k + 1, n - k, high) > tail ? &from : &to) = high;
	}
	return (struct stats_interval){ k / n, low, high, true };
}

double
stats_sum(const double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return sum;
}

struct stats_interval
stats_mean(const double *x, size_t n, double confidence)
{
	const double mean = n == 0 ? 0 : stats_sum(x, n) / (double)n;
	double squares = 0, half;

	if (n < 2)
		return (
		    struct stats_interval){ mean, -INFINITY, INFINITY, false };
	for (size_t i = 0; i < n; i++)
		squares += (x[i] - mean) * (x[i] - mean);
	half = stats_student_at(upper_share(confidence), (double)n - 1) *
	       sqrt(squares / ((double)n - 1) / (double)n);
	return (struct stats_interval){ mean, mean - half, mean + half, true };
}

/* What of each piece is not explained by what was asked of it, squared. */
static double
residual_squares(const double *got, const double *asked, size_t n)
{
	const double all = asked != NULL ? stats_sum(asked, n) : (double)n;
	const double ratio = all > 0 ? stats_sum(got, n) / all : 0;
	double squares = 0;

	for (size_t i = 0; i < n; i++) {
		const double r =
		    got[i] - ratio * (asked != NULL ? asked[i] : 1);

		squares += r * r;
	}
	return squares;
}

struct stats_interval
stats_total(const double *got, const double *asked, size_t n, double confidence)
{
	const double sum = stats_sum(got, n), pieces = (double)n;
	double half;

	if (n < 2)
		return (
		    struct stats_interval){ sum, -INFINITY, INFINITY, false };
	half = stats_student_at(upper_share(confidence), pieces - 1) *
	       sqrt(residual_squares(got, asked, n) * pieces / (pieces - 1));
	return (struct stats_interval){ sum, sum - half, sum + half, true };
}

#define EXACT_RANKS 1e7 /* beyond, the normal distribution is as good */

/* The least k with P(X <= k) at least that share. */
static double
binomial_at(double share, double n, double p)
{
	double low = -1, high = n;

	if (n > EXACT_RANKS)
		return floor(
		    n * p + stats_normal_at(share) * sqrt(n * p * (1 - p)));

	while (high - low > 1) {
		const double mid = floor((low + high) / 2);

		if (stats_binomial_most(mid, n, p) >= share)
			high = mid;
		else
			low = mid;
	}
	return high;
}

static uint64_t
rank_of(double r, uint64_t n)
{
	return r < 1 ? 1 : r >= (double)n ? n : (uint64_t)r;
}

/*
 * With X of n values at or below the quantile, X is binomial: the value at
 * rank l lies above it with P(X < l), that at rank h below with P(X >= h).
 */
struct stats_ranks
stats_ranks(uint64_t n, double share, double effect, double confidence)
{
	const double tail = (1 - confidence) / 2;
	const double true_n =
	    effect > 1 ? floor((double)n / effect) : (double)n;
	struct stats_ranks r = { 0 };
	double low, high, scale;

	if (n == 0)
		return r;
	/* ceil(), but not for what is only rounding above a whole number */
	r.mid = rank_of(ceil(share * (double)n - 1e-9), n);
	r.low = 1;
	r.high = n;
	if (true_n < 1)
		return r;
	scale = (double)n / true_n;
	low = binomial_at(tail, true_n, share); /* P(X < low) < tail */
	high = binomial_at(1 - tail, true_n, share) + 1;
	r.low_reached = low >= 1;
	r.high_reached = high <= true_n;
	if (r.low_reached)
		r.low = rank_of(floor(low * scale), n);
	if (r.high_reached)
		r.high = rank_of(ceil(high * scale), n);
	return r;
}

uint64_t
stats_ranks_need(double share, double effect, double confidence)
{
	const double tail = (1 - confidence) / 2;
	const double outer = share > 0.5 ? share : 1 - share;

	/* The farthest value lies beyond with 1 - outer^n. */
	return (uint64_t)ceil(
	    ceil(log(tail) / log(outer)) * (effect > 1 ? effect : 1));
}

double
stats_effect(
    const double *hits, const double *tries, size_t n, double confidence)
{
	const double all = stats_sum(tries, n), p = stats_sum(hits, n) / all;
	const double pieces = (double)n;
	double *left, rho, ratio, effect;

	if (n < 10 || all <= 0)
		return INFINITY;
	if (p <= 0 || p >= 1)
		return 1;
	ratio = residual_squares(hits, tries, n) * pieces / (pieces - 1) /
		(p * (1 - p) * all);
	left = mem_new(n, sizeof left[0]);
	for (size_t i = 0; i < n; i++)
		left[i] = hits[i] - p * tries[i];
	/* Of independent values it is -1/n on average. */
	rho = stats_lag1(left, n) + 1 / pieces;
	free(left);
	/* Pieces that still hang together count less (AR(1)). */
	if (rho > 0)
		ratio *= (1 + fmin(rho, 0.9)) / (1 - fmin(rho, 0.9));
	effect = stats_student_at(upper_share(confidence), pieces - 1) /
		 stats_normal_at(upper_share(confidence));
	effect *= effect * ratio;
	return effect > 1 ? effect : 1;
}

size_t
stats_piece(size_t n)
{
	return n < 2 * STATS_PIECES ? 1 : n / STATS_PIECES;
}

/* ---- when to stop ---- */

enum stats_stop
stats_stop(struct stats_interval i, double share, double spent, double budget)
{
	if (i.reached && (i.high - i.low) / 2 <= share * fabs(i.mid))
		return STATS_REACHED;
	return spent >= budget ? STATS_SPENT : STATS_GO_ON;
}
