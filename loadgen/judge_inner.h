/* SPDX-License-Identifier: MIT */
/*
 * judge_inner - what the files of the judge share.
 */
#ifndef LOADGEN_JUDGE_INNER_H
#define LOADGEN_JUDGE_INNER_H

#include "loadgen/figure.h"
#include "loadgen/health.h"
#include "loadgen/judge.h"
#include "loadgen/judge_words.h"

/* Views of the load: two bits, and the halves of what is left after the cut. */
enum {
	VIEW_CUT = 1,
	VIEW_CLEAN = 2,
	VIEW_FORMER = 4,
	VIEW_LATTER = 5,
	VIEWS = 6,
};

struct bench {
	const struct measure *m;
	struct health health;
	unsigned char *use[VIEWS];
	size_t cut;
	bool settled;
	bool trend; /* of any metric */
	bool believable;
};

/* ---- judge_bench.c ---- */

/* tightest: us, the shortest time that a limit allows; 0: none does. */
void bench_see(struct bench *, const struct measure *, int64_t tightest);
void bench_unsee(struct bench *);

/* ---- judge.c ---- */

struct finding {
	enum verdict verdict;
	enum doubt doubt;
};

/* A figure against its limit; j has what was asked for. */
struct finding judge_hold(const struct figure_metric *, const struct figure *,
    const struct judged_metric *, const struct measure *);
/* The row's verdict and words, of those of its metrics. */
void judge_finish(struct judged *);

#endif
