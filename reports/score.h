/* SPDX-License-Identifier: MIT */
/*
 * score - how far the judge itself can be trusted, as measured.
 *
 * The kit is put to reference services that are wrong in one named way, that
 * are unusual but permitted, and that are hostile; what it then says is
 * counted here.  The figures stand in every report, never as one number.
 */
#ifndef REPORTS_SCORE_H
#define REPORTS_SCORE_H

#include <stddef.h>

/* "n of of": of 0 means that it was not measured. */
struct score_ratio {
	size_t n, of;
};

struct report_score {
	struct score_ratio aimed_kill;   /* the fault fails its own case */
	struct score_ratio coverage;     /* shall rows with such a fault */
	struct score_ratio false_alarms; /* of judgements that must be clean */
	double blast_median;          /* cases one fault fails beside its own */
	struct score_ratio stability; /* equal verdicts over repeats */
	struct score_ratio hostile;   /* hostile peers survived */
	struct score_ratio replay;    /* verdicts equal when recomputed */
	const char *measured;         /* "2026-11-22T01:26:54Z" */
	const char *kit;              /* version that was measured */
};

#endif
