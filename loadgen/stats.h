/* SPDX-License-Identifier: MIT */
/*
 * stats - how sure a figure is: intervals, warm-up, trend.
 *
 * Numbers in, numbers out.  Confidence is a share, 0.95; intervals are
 * two-sided and leave half of the rest on either side.  An end that so few
 * values cannot bound is not "reached" and is the infinity on that side.
 *
 * A load's values are no independent draws: a stall of the target hits all
 * requests of its second.  stats_effect() says how many times fewer of them
 * there are in truth (the design effect of survey sampling: each second is a
 * cluster), and the intervals take that into account.
 */
#ifndef LOADGEN_STATS_H
#define LOADGEN_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATS_CONFIDENCE 0.95
#define STATS_PIECES     20 /* 10 to 30 batches do (Schmeiser 1982) */

/* ---- distributions ---- */

/* P(X <= k), X binomial; exact at every size. */
double stats_binomial_most(double k, double n, double p);
double stats_normal_at(double share); /* the quantile; 0 < share < 1 */
double stats_student_at(double share, double freedom);

/* ---- intervals ---- */

struct stats_interval {
	double mid, low, high;
	bool reached; /* at both ends */
};

/* Of a proportion (Wilson 1927); k and n may be fractions, n == 0: [0, 1]. */
struct stats_interval stats_wilson(double k, double n, double confidence);

/*
 * The same (Clopper, Pearson 1934): never too narrow, and for what is so rare
 * that Wilson's is.
 */
struct stats_interval stats_exact(double k, double n, double confidence);

/* Of the mean of a few values, one a repeat (Student). */
struct stats_interval stats_mean(const double *, size_t n, double confidence);

/*
 * Of a total that comes in n pieces, each with what was asked of it: the sum
 * of got, and how far off that may be when got goes with asked but for
 * chance.  asked NULL: the pieces are alike.
 */
struct stats_interval stats_total(
    const double *got, const double *asked, size_t n, double confidence);

/*
 * Of a percentile, as ranks from 1 to n: the values at these ranks, sorted,
 * enclose the share's quantile of what they were drawn from, whatever its
 * distribution.  mid is that of hist_percentile().  effect: see
 * stats_effect(); 1 for independent values.  Exact up to ten million of them.
 */
struct stats_ranks {
	uint64_t low, mid, high;
	bool low_reached, high_reached;
};

struct stats_ranks stats_ranks(
    uint64_t n, double share, double effect, double confidence);

/* Values that are needed for both ends: 72 for p95, 368 for p99. */
uint64_t stats_ranks_need(double share, double effect, double confidence);

/*
 * How many times wider than for independent ones the variance of
 * sum(hits) / sum(tries) is, pieces being in the order of time: at least 1,
 * with the doubt about so few pieces (Student) in it.  Below 10 pieces
 * nothing can be said: infinite.
 */
double stats_effect(
    const double *hits, const double *tries, size_t n, double confidence);

/* Adds up runs of seconds so that there are STATS_PIECES to 2 * that. */
size_t stats_piece(size_t n); /* seconds in each: at least 1 */

/* ---- over time ---- */

/* Correlation of each value with the next; 0 when it has none. */
double stats_lag1(const double *, size_t n);

/*
 * MSER-5 (White, Cobb, Spratt 2000): the values to drop at the front so that
 * the mean of the others has the least standard error.  Below 50 values
 * nothing is dropped.  settled: false when more than half would have to go,
 * and then half goes.
 */
struct stats_warmup {
	size_t cut;
	bool settled;
};

struct stats_warmup stats_mser5(const double *, size_t n);

/*
 * The same for seconds of a load, where one stall must not pass for the end
 * of a warm-up: the tenth that is highest and that which is lowest count as
 * their edge; the first cut that is not a tenth worse than the best is taken;
 * and what is dropped, half at most, has to differ.  settled: the
 * halves of what is left do not.  To differ is to have medians (of runs of
 * five) more than a twentieth and more than four standard errors apart.
 */
struct stats_warmup stats_warmup(const double *, size_t n);

/*
 * Mann-Kendall: is there a trend, whatever its shape?  p is two-sided; exact
 * for up to 10 values without ties, else the normal approximation with ties
 * and continuity corrected.  tau is Kendall's tau-b, slope that of Sen, a
 * step.  Takes n * n time: give it pieces.  Assumes independence.
 */
struct stats_trend {
	double s, tau, p, slope;
};

struct stats_trend stats_mann_kendall(const double *, size_t n);

double stats_sum(const double *, size_t n);
double stats_median(const double *, size_t n);
/* The value at a rank from 1 to n, sorted upwards; 0 when n is. */
double stats_at(const double *, size_t n, size_t rank);

/* ---- when to stop ---- */

enum stats_stop {
	STATS_GO_ON,
	STATS_REACHED, /* half the interval is at most that share of mid */
	STATS_SPENT,   /* the budget is, and the interval is not reached */
};

enum stats_stop stats_stop(
    struct stats_interval, double share, double spent, double budget);

#endif
