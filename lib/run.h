/* SPDX-License-Identifier: MIT */
/*
 * run - what one run leaves behind: a plan, a journal, and evidence.
 *
 *	RUN/plan.json		what was to be done, and why not the rest
 *	RUN/journal.jsonl	what was done (lib/journal.h)
 *	RUN/evidence/CASE/	what was sent and heard
 *	RUN/target.yaml		the profile, as it was
 *	RUN/verdicts.json	the matrix (reports/)
 *
 * These structs are the joints between planner, runner, replay and reports;
 * each can be made by hand in a test.  Strings belong to the struct.
 */
#ifndef LIB_RUN_H
#define LIB_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/catalogue.h"
#include "lib/err.h"
#include "lib/span.h"
#include "lib/verdict.h"

/* What the plan means to do about one row of the catalogue. */
enum disposition {
	ROW_PLANNED,      /* it has cases in this plan */
	ROW_OUT_OF_SCOPE, /* the profile does not put it to judgement */
	ROW_NOT_TESTED,   /* in scope, and no case of ours judges it */
	ROW_NOT_SELECTED, /* in scope, left out by a selector: partial run */
	ROW_TEXT_MISSING, /* in scope, and nobody knows what it demands */
	DISPOSITION_COUNT
};

struct plan_row {
	enum disposition disposition;
	char *why, *why_zh; /* NULL for ROW_PLANNED */
};

struct plan_case {
	char *id;
	enum req verifies;
	char *clause;
	enum level level; /* of its sentence, if weaker than its row's */
	char *title, *title_zh;
	bool executes;        /* false: the planner has the last word, below */
	enum verdict verdict; /* when not executed: NOT_APPLICABLE or worse */
	char *why, *why_zh;   /* when not executed: the reason */
	int repeats;          /* how many times; 1 or more when executed */
	int64_t soft_ms, hard_ms;
};

struct plan {
	char *run;     /* "20261122-012654-7f3a": in every conversation */
	char *created; /* wall_text() */
	char *kit;     /* version of this program */
	char *target;  /* path of the profile */
	char *profile_digest, *catalogue_digest;
	char *product; /* "vendor name version" */
	char *project;
	char *scope;    /* one line for the statement */
	char *selector; /* as given, or NULL when everything was asked for */
	bool partial;   /* a selector left something out */
	struct plan_row rows[REQ_COUNT];
	struct plan_case *cases;
	size_t n;
};

/* How a case ended: one "end" record of the journal. */
struct outcome {
	char *id;
	int attempt; /* 1, 2, ... under --repeat */
	enum verdict verdict;
	char *why;      /* one line; empty for a pass */
	char *clause;   /* of the deviation when the case gave one, else NULL */
	char *expected; /* what would have been right, or NULL */
	char *heard;    /* what came instead, or NULL */
	char *file;     /* transcript that shows it, below evidence/, or NULL */
	int line;       /* of that transcript, from 1; 0 unknown */
	int64_t took_us;
	char *started; /* wall_text() */
	struct evidence {
		char *path; /* below RUN/evidence/ */
		char *sm3;  /* of its content, hexadecimal */
	} * evidence;
	size_t n_evidence;
};

/*
 * Is the case a load's ("load.submission.throughput")?  Those are carried out
 * after all others and by loadgen/; the measurements are in
 * RUN/evidence/load.SCENARIO/.
 */
bool plan_case_is_load(const char *id);

/* The weaker of what the row and the sentence ask for. */
enum level plan_case_level(const struct plan_case *);

void plan_free(struct plan *);
void outcome_free(struct outcome *);

/* JSON, canonical (sorted keys), so that equal plans have equal digests. */
bool plan_write(const struct plan *, const char *path, struct err *);
bool plan_read(const char *path, struct plan *, struct err *);

/* What plan_write() writes; the caller's. */
char *plan_text(const struct plan *);

/* SM3 of what plan_write() writes: the plan's name in the journal. */
char *plan_digest(const struct plan *);

/* How many "end" records a whole journal holds: repeats count. */
size_t plan_ends(const struct plan *);

/* SM3 of the file's bytes, as hexadecimal; belongs to the caller. */
char *run_digest_file(const char *path, struct err *);

const char *disposition_name(enum disposition);

#endif
