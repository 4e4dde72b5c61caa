/* SPDX-License-Identifier: MIT */
/*
 * score_bench - puts the cases to subjects, a few side by side.
 *
 * Each has a process that sees to it: it serves, judges, judges again from
 * the evidence, and keeps what came of it in the folder.  Those that were kept
 * before are left out, and a fault that could not be judged is not kept.
 */
#ifndef PROGRAM_SCORE_BENCH_H
#define PROGRAM_SCORE_BENCH_H

#include "program/score_subjects.h"

bool score_bench(
    const struct subjects *, const char *dir, bool quiet, struct err *);

#endif
