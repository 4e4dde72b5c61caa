/* SPDX-License-Identifier: MIT */
/*
 * matrix - catalogue x plan x journal: what may be said of every row, and of
 * the whole.  Pure: no files, no clock.
 *
 * A row takes the worst over its cases (fail > broken > inconclusive >
 * review > pass).  A row without an executed case is not tested, whatever
 * else is true, and is never a pass.  The statement is 符合 only when every
 * applicable shall row of the scope passes and nothing in it is broken,
 * inconclusive, in review or not tested; 不符合 when any shall row fails;
 * else 未判定.  A partial run, a plan that selected nothing, a journal that
 * is torn, forged or does not add up to its plan: no statement at all.
 *
 * The fine print, each line an oracle row of matrix_test.c:
 * - "Applicable" is in scope and not "not applicable".  When no shall row
 *   that applies passed there is nothing to conform to: 未判定.
 * - A should or may row that fails is a remark.  One that is broken,
 *   inconclusive, in review, not tested or without text leaves 未判定 all
 *   the same, and so does such a case beside the failure that names its row.
 * - Only the planner says not applicable, and it never says pass or fail: a
 *   case that ended, or was planned, otherwise is broken.
 * - Attempts that disagree are inconclusive (broken when one broke); a case
 *   has been executed when all its attempts ended.
 * - A waiver waives failures, of one row or case, until the day it expires,
 *   and only with a reason, an approver and a date.
 * - The exit code is 0 only beside 符合.  What applies first in the order
 *   2/3, 7, 1, 5, 4, 6 is it.
 */
#ifndef REPORTS_MATRIX_H
#define REPORTS_MATRIX_H

#include "lib/catalogue.h"
#include "lib/journal.h"
#include "lib/profile.h"
#include "lib/run.h"
#include "lib/verdict.h"

/* What a row comes to. */
enum row_verdict {
	ROW_PASS,
	ROW_FAIL,
	ROW_BROKEN,
	ROW_INCONCLUSIVE,
	ROW_REVIEW,
	ROW_NOT_APPLICABLE,
	ROW_UNTESTED,
	ROW_NO_TEXT,
	ROW_EXCLUDED,   /* out of scope */
	ROW_UNSELECTED, /* partial run */
	ROW_VERDICT_COUNT
};

enum statement {
	STATEMENT_CONFORMS,    /* 符合 */
	STATEMENT_NONCONFORMS, /* 不符合 */
	STATEMENT_WAIVED, /* 不符合(附豁免): every failed shall row is waived */
	STATEMENT_UNDETERMINED, /* 未判定 */
	STATEMENT_NONE,         /* partial run, or the record does not hold */
};

/* Exit codes of the program, in the order of design.md. */
enum exit_code {
	EXIT_CONFORMS = 0,
	EXIT_NONCONFORMS = 1,
	EXIT_USAGE = 2,
	EXIT_CONFIG = 3,
	EXIT_INCOMPLETE = 4,
	EXIT_BROKEN = 5,
	EXIT_STALE = 6,
	EXIT_FORGED = 7,
	EXIT_INTERRUPTED = 130,
};

struct matrix_case {
	const struct plan_case *plan;
	const struct outcome *outcome; /* the worst attempt; NULL: none ended */
	enum verdict verdict;          /* over attempts, decided or heard */
	const char *why;
	const char *why_zh; /* NULL when it is said in English only */
	bool unstable;      /* attempts disagreed */
	const struct profile_waiver *waiver;
};

struct matrix_row {
	enum row_verdict verdict;
	const char *why;    /* when untested, excluded, ... */
	const char *why_zh; /* NULL when it is said in English only */
	size_t *cases;      /* indices into matrix.cases */
	size_t n_cases;
	size_t executed;
	const struct profile_waiver *waiver;
};

struct matrix_totals {
	size_t rows[ROW_VERDICT_COUNT];
};

struct matrix {
	const struct plan *plan;
	const struct ledger *ledger;
	struct matrix_row rows[REQ_COUNT];
	struct matrix_case *cases;
	size_t n;
	size_t planned, executed; /* cases */
	struct matrix_totals by_provenance[PROVENANCE_COUNT];
	struct matrix_totals by_level[LEVEL_COUNT];
	enum statement statement;
	char *flaw, *flaw_zh; /* why there is no statement, or NULL */
	enum exit_code exit;
	char **stale; /* waivers that are expired or waive nothing, in words */
	size_t n_stale;
	char **texts; /* what the "why"s above point to when made here */
	size_t n_texts;
};

/*
 * "today" is "2026-11-22": an expired waiver waives nothing.  The plan must
 * be the one the journal begins with, plan_digest(), and of this catalogue.
 * Everything handed over has to outlive the matrix.
 */
void matrix_make(struct matrix *, const struct plan *, const struct ledger *,
    const struct profile_waiver *, size_t n_waivers, const char *today);
void matrix_free(struct matrix *);

const char *row_verdict_name(enum row_verdict); /* "not-tested", ... */
const char *row_verdict_zh(enum row_verdict);
const char *statement_name(enum statement); /* "conforms", ... */
const char *statement_zh(enum statement);   /* "符合", ... */

#endif
