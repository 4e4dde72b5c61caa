/* SPDX-License-Identifier: MIT */
/*
 * load_figures - a load that judges no row: measured, printed and filed.
 */
#ifndef PROGRAM_LOAD_FIGURES_H
#define PROGRAM_LOAD_FIGURES_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "loadgen/measure.h"
#include "program/load.h"

/*
 * Measures, prints what load_figures_text() writes, and files the rest in
 * RUN/load.SCENARIO/, as RUN/evidence/ would have it.
 */
bool load_figures(
    const struct load_carry *, const struct scenario *, struct err *);

/* A table of operations over the judged seconds, and what went wrong. */
void load_figures_text(const struct measure *, struct buf *out);

#endif
