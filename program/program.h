/* SPDX-License-Identifier: MIT */
/*
 * program - the commands, and what they have in common.
 *
 * This folder is where the four parts meet: each command joins functions of
 * reference/, conformance/, loadgen/ and reports/, which do not know each
 * other.  A command returns the exit code of the program.
 */
#ifndef PROGRAM_PROGRAM_H
#define PROGRAM_PROGRAM_H

#include <stdbool.h>

#include "lib/err.h"
#include "lib/profile.h"
#include "program/options.h"
#include "reports/matrix.h"

int program_accept(const struct options *);
int program_check(const struct options *);
int program_clean(const struct options *);
int program_doctor(const struct options *);
int program_explain(const struct options *);
int program_key(const struct options *);
int program_oracle(const struct options *);
int program_load(const struct options *);
int program_list(const struct options *);
int program_plan(const struct options *);
int program_replay(const struct options *);
int program_report(const struct options *);
int program_rerun(const struct options *);
int program_resume(const struct options *);
int program_score(const struct options *);
int program_serve(const struct options *);
int program_verify(const struct options *);

struct lab;

/* check, for who seals the run himself when all has ended; lab may be NULL. */
int program_check_unsealed(const struct options *, const struct lab *);
/*
 * Seals a run that has ended, unless lab is NULL; gives back the code, or
 * that of what went wrong.  Without a profile there is no time stamp.
 */
int program_seal(
    const char *dir, const struct lab *, const struct profile *, int code);

/*
 * Prints what the doctor finds.  *blocks (or NULL): a run would only end
 * inconclusive, for a reason known before.
 */
int program_examine(const struct options *, const char *target, bool *blocks);

/*
 * Takes away what the run in this folder left in the target's mailboxes, and
 * says so on stderr; what it cannot take away changes no verdict.
 */
void program_tidy(const struct profile *, const char *dir, bool quiet);

/* Prints "yanshou: WHAT", what to do about it, if that is known, and gives the exit code for that kind of error. */
int program_fail(const struct err *);

/* Columns of the terminal; 0 when nobody looks: lines stay as they are. */
size_t program_width(void);

/* The folder with fixtures; never NULL once program_start() was true. */
const char *program_fixtures(void);
bool program_start(struct err *);

/* Set by SIGINT and SIGTERM. */
extern volatile bool program_stop;

#endif
