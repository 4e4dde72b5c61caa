/* SPDX-License-Identifier: MIT */
/*
 * run - a run from its first file to its report: what accept, check, resume
 * and rerun share.
 */
#ifndef PROGRAM_RUN_H
#define PROGRAM_RUN_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/err.h"
#include "lib/journal.h"
#include "lib/profile.h"
#include "lib/run.h"
#include "reports/matrix.h"
#include "reports/score.h"

struct lab;
struct load_request;

struct run_request {
	const struct profile *profile;
	const char *dir; /* NULL: runs/ID */
	const char *const *selectors;
	size_t n_selectors;
	int repeats;
	unsigned jobs;
	const char *cites; /* run that this one repeats a part of, or NULL */
	FILE *progress;    /* or NULL */
	const struct load_request *load; /* NULL: no loads */
	const struct lab *lab; /* who signs its plan; NULL: nobody */
};

/* Reads the profile and asks whether it may be talked to. */
bool run_profile(
    const char *path, bool operator_agreed, struct profile *, struct err *);

/*
 * Plans and carries out; *dir is the folder, the caller's.  False when it
 * could not be done to the end; *interrupted tells whether it can be resumed.
 */
bool run_new(
    const struct run_request *, char **dir, bool *interrupted, struct err *);
bool run_resume(const char *dir, const struct profile *, unsigned jobs,
    const struct load_request *, FILE *progress, bool *interrupted,
    struct err *);

/* A finished (or cut off) run, read back and rolled up. */
struct run_result {
	struct profile profile;
	struct plan plan;
	struct ledger ledger;
	struct matrix matrix;
};

bool run_read(struct run_result *, const char *dir, struct err *);
void run_result_free(struct run_result *);

/*
 * Writes verdicts.json and report/ into the folder "out" (NULL: the run's),
 * prints the summary, compares with the expectations when "expect" is not
 * NULL; returns the exit code.  The report on pages is sealed by the lab, if
 * there is one that has signed the plan.
 */
int run_finish(const char *dir, const char *out, const struct lab *,
    const char *score, const char *expect);

#endif
