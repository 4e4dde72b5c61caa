/* SPDX-License-Identifier: MIT */
/*
 * judge - measurements in, verdicts out: pure, and so replayable.
 *
 * For one row of the catalogue every limit it has (the profile's value, else
 * limits.tsv's) is held against what was measured.  Each gets PASS, FAIL or
 * INCONCLUSIVE: the last when the generator itself was the limit, when the
 * interval of the percentile straddles the limit, when the load was shorter
 * or lighter than the row asks for, or when a rank was lost.
 */
#ifndef LOADGEN_JUDGE_H
#define LOADGEN_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/catalogue.h"
#include "lib/profile.h"
#include "lib/verdict.h"
#include "loadgen/measure.h"

#define JUDGE_METRICS 8

struct judged_metric {
	const char *metric; /* "delivery.p95", of limits.tsv */
	const char *unit;
	const char *mark; /* source of the limit: "P", "K RFC ...", "profile" */
	double limit;
	double measured;
	double low, high; /* 95 % interval; equal when there is none */
	bool interval_reached;
	enum verdict verdict;
	char why[200], why_zh[200];
};

struct judged {
	struct judged_metric metrics[JUDGE_METRICS];
	size_t n;
	enum verdict verdict; /* the row's, by verdict_over_cases() */
	char why[400], why_zh[400];
	/* the generator's own */
	bool generator_good;
	char generator_why[200], generator_why_zh[200];
	/* statistics that stand behind it */
	size_t warmup_seconds;
	bool stationary;
};

void judge_row(
    struct judged *, enum req, const struct measure *, const struct profile *);

#endif
