/* SPDX-License-Identifier: MIT */
/*
 * judge - measurements in, verdicts out: pure, and so replayable.
 *
 * For one row of the catalogue every limit it has (the profile's value, else
 * limits.tsv's) is held against what was measured (loadgen/figure.h says
 * how).  FAIL: even the favourable end of the 95 % interval breaks the limit.
 * PASS: even the unfavourable one keeps it.  Everything else, and everything
 * we cannot vouch for, is INCONCLUSIVE:
 *
 *  - the generator was not good enough (loadgen/health.h), or the verdict
 *    would be another without its few bad seconds;
 *  - the verdict depends on where the warm-up is cut, no steady state was
 *    reached, or a trend would break the limit in as long again;
 *  - the load was shorter, lighter, heavier or of another kind than the row
 *    asks for, or was interrupted; only a fail can outlive that;
 *  - latency in a closed loop, where who waits does not ask.
 *
 * What is a fact of the target is FAIL whatever the generator was like: a
 * message doubled; a message lost that was accepted and that every mailbox
 * was searched for to the end of the patience.
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

/* All in the limit's unit, and finite: .why says when one is beyond. */
struct judged_metric {
	const char *metric; /* "delivery.p95", of limits.tsv */
	const char *unit;
	const char *mark; /* source of the limit: "P", "K RFC ...", "profile" */
	const char *bound; /* "least", "most", "equal", "below", "above" */
	double limit;
	double measured;
	double low, high; /* 95 % interval; equal when there is none */
	bool any;         /* something of it was measured */
	bool beyond;      /* it never ended: .measured is the most that did */
	bool interval_reached; /* at both ends, and as narrow as was asked */
	bool precise;          /* that narrow; true when nothing was asked */
	size_t repeats; /* the interval is over so many; 0: of one load */
	double n;       /* values it rests upon; 0: a plain fact */
	double effect;  /* how many of them count as one; see stats.h */
	enum verdict verdict;
	char why[300], why_zh[400];
};

struct judged {
	struct judged_metric metrics[JUDGE_METRICS];
	size_t n;
	enum verdict verdict; /* the row's, by verdict_over_cases() */
	char why[400], why_zh[600];
	/* the generator's own */
	bool generator_good;
	char generator_why[200], generator_why_zh[260];
	double late_limit_us; /* what its lateness had to keep */
	size_t bad_seconds;
	/* statistics that stand behind it */
	size_t warmup_seconds;
	bool stationary;
};

void judge_row(
    struct judged *, enum req, const struct measure *, const struct profile *);

/*
 * The same load n times over, for what differs from one run to the next.
 * Repeats never improve a verdict: each metric has the worst of all, in the
 * order of verdict_over_cases(), and its words; if all pass, their figures
 * have to keep the limit by Student's interval of the mean as well.  With one
 * it is judge_row(), with two there is no such interval yet.  What was to be
 * repeated more often than it was (struct measure says how often) has not
 * reached its interval, and does not pass.
 */
void judge_repeats(struct judged *, enum req, const struct measure *const *,
    size_t n, const struct profile *);

#endif
