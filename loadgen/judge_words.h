/* SPDX-License-Identifier: MIT */
/*
 * judge_words - why a limit was found kept, broken, or neither: in words.
 *
 *	p95 of login 1.83 s (95 %: 1.71 s to 1.96 s), at most 2 s
 *	登录耗时第 95 百分位 1.83 s（95 % 置信区间 1.71 s～1.96 s），要求不大于 2 s
 */
#ifndef LOADGEN_JUDGE_WORDS_H
#define LOADGEN_JUDGE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "loadgen/figure.h"
#include "loadgen/judge.h"

/* Why a verdict could not be given. */
enum doubt {
	DOUBT_NONE,
	DOUBT_FOREIGN,     /* no load measures that */
	DOUBT_NOTHING,     /* nothing was measured */
	DOUBT_CLOSED,      /* latency, in a closed loop */
	DOUBT_GENERATOR,   /* was not good enough */
	DOUBT_INTERRUPTED, /* the load was */
	DOUBT_BAD_SECONDS, /* decide */
	DOUBT_WARMUP,      /* where it is cut decides */
	DOUBT_UNSETTLED,   /* no steady state */
	DOUBT_GROWING,     /* will break the limit */
	DOUBT_LIGHTER,     /* the load, than the row asks for */
	DOUBT_HEAVIER,
	DOUBT_SHORTER,
	DOUBT_KIND,       /* another kind of load */
	DOUBT_FEW,        /* values */
	DOUBT_STRADDLES,  /* the interval, the limit */
	DOUBT_UNREAD,     /* mailboxes decide */
	DOUBT_UNEXAMINED, /* there was no room to keep answers */
	DOUBT_MONTH,      /* the row's time is longer than we looked */
	DOUBT_LIST,       /* is shorter than the row asks for */
	DOUBT_SAMPLE,     /* shows less than the row asks for */
	DOUBT_REPEATS,    /* differ too much from each other */
	DOUBTS
};

/* Everything a sentence may speak of. */
struct doubt_about {
	enum doubt doubt;
	double scale; /* of the figure to the limit's unit */
	size_t bad_seconds, warmup_seconds, judged_seconds;
	size_t repeats; /* the interval is over so many; 0: of one load */
	const struct measure *m;
};

/* Of what figures are in (us, octets, shares) to a unit of limits.tsv. */
double words_scale(const char *unit);

/* "1.83 s", "99.92 %", "50/s": with as many digits as are of use. */
void words_value(char *to, size_t size, double value, const char *unit);

/* Writes .why and .why_zh; metric NULL: of DOUBT_FOREIGN. */
void words_of(struct judged_metric *, const struct figure_metric *,
    const struct figure *, const struct doubt_about *);

/* Puts "repeat 2 of 3: " in front. */
void words_of_repeat(struct judged_metric *, size_t which, size_t of);

/* Puts "; interval not reached: half of it is 7.3 % ..." behind. */
void words_of_wide(
    struct judged_metric *, const struct figure *, double precision);

/* Puts "; interval not reached: 1 of 3 repeats ..." behind. */
void words_of_few(struct judged_metric *, size_t whole, size_t planned);

/* The generator's, which was good in all of so many repeats. */
void words_of_good(struct judged *, size_t repeats);

/* Those of the row, from its metrics. */
void words_of_row(struct judged *);

#endif
