/* SPDX-License-Identifier: MIT */
/*
 * capacity - the highest rate that still meets a goal: what to try next.
 *
 * Pure: it says which rate to put on, is told how that went, and so on.
 *
 *	capacity_init(&c, &options);
 *	while (capacity_next(&c, &rate)) {
 *		... a load of that rate: warm-up, steady, drained ...
 *		capacity_outcome_of(&outcome, &measure, &goal);
 *		capacity_result(&c, &outcome);
 *	}
 *	c.pass_rate, c.fail_rate, c.why
 *
 * It doubles until the goal is missed, halves the bracket (geometrically)
 * until it is narrow enough, and repeats the probes that decide: the highest
 * that passed and the lowest that failed.  A probe passes when the whole 95 %
 * interval of the share (Wilson, with clusters) is at or above the goal's,
 * fails when it is below, and is neither in between.  Repeats of a rate are
 * added up; those that contradict each other make it neither, for good.
 *
 * So the answer is a bracket.  At pass_rate and at every lower rate tried all
 * probes passed, at fail_rate and every higher one all failed; between them
 * nothing is known for sure.  A probe in which the generator was not good
 * enough says nothing and is made again, since something else may have
 * disturbed it; after CAPACITY_DISTURBED in a row the search ends: the target
 * can bear pass_rate at least.
 */
#ifndef LOADGEN_CAPACITY_H
#define LOADGEN_CAPACITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/catalogue.h"
#include "lib/profile.h"
#include "lib/verdict.h"
#include "loadgen/measure.h"

#define CAPACITY_PROBES    64
#define CAPACITY_DISTURBED 3

/* So large a share of operations has to be right within that time. */
struct capacity_goal {
	const char *op; /* NULL: all operations */
	int64_t us;     /* HIST_MOST: whenever they are */
	double share;   /* 0 to 1 */
};

/*
 * That of a row: its first percentile of response time, else its errors;
 * false, and 99 % of all operations right, when it has neither.
 */
bool capacity_goal_of(struct capacity_goal *, enum req, const struct profile *);

/* 0 and NULL: as said in brackets. */
struct capacity_options {
	struct capacity_goal goal;
	double first;       /* rate to begin with (10) */
	double least, most; /* rates that are not left (1, 1,000,000) */
	double resolution;  /* of the bracket, relative (0.05) */
	unsigned repeats;   /* of probes that decide, all in all (3) */
	unsigned probes;    /* at most (CAPACITY_PROBES) */
};

struct capacity_outcome {
	double within, tries; /* that met the goal; all that were due */
	double effect;        /* as stats_effect(); below 1 counts as 1 */
	bool generator_good;
	bool interrupted;
	char why[200], why_zh[260]; /* of the generator */
};

void capacity_outcome_of(struct capacity_outcome *, const struct measure *,
    const struct capacity_goal *);

struct capacity_probe {
	double rate;
	double share, low, high;
	enum verdict verdict; /* PASS, FAIL or INCONCLUSIVE */
	bool repeated;        /* it was not the first of its rate */
};

/* All probes of one rate. */
struct capacity_level {
	double rate;
	unsigned n, passed, failed;
	double within, tries; /* those that count, of stats_effect() */
};

enum capacity_end {
	CAPACITY_SEARCHING,
	CAPACITY_FOUND,
	CAPACITY_MOST,      /* even the highest rate passed */
	CAPACITY_LEAST,     /* even the lowest did not */
	CAPACITY_GENERATOR, /* was the limit */
	CAPACITY_SPENT,     /* so many probes, and not narrow enough */
	CAPACITY_INTERRUPTED,
	CAPACITY_ENDS
};

struct capacity {
	struct capacity_options options;
	struct capacity_probe probes[CAPACITY_PROBES]; /* as they were made */
	size_t n;
	struct capacity_level levels[CAPACITY_PROBES]; /* by rate */
	size_t n_levels;
	double rate;        /* being tried */
	unsigned disturbed; /* probes in a row without a good generator */
	enum capacity_end end;
	double pass_rate, fail_rate; /* 0: none such */
	char why[400], why_zh[600];  /* once it is over */
};

void capacity_init(struct capacity *, const struct capacity_options *);
/* False: it is over. */
bool capacity_next(struct capacity *, double *rate);
void capacity_result(struct capacity *, const struct capacity_outcome *);

#endif
