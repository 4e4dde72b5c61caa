/* SPDX-License-Identifier: MIT */
/*
 * load_asked - what a load was asked to be, kept beside its measurements:
 * load.json.  The scenario itself may be another by the time of a report.
 */
#ifndef PROGRAM_LOAD_ASKED_H
#define PROGRAM_LOAD_ASKED_H

#include <stdbool.h>

#include "lib/err.h"
#include "loadgen/scenario.h"
#include "reports/load.h"

/* Writes DIR/load.json of a scenario as it will be carried out. */
bool load_asked_write(const struct scenario *, const char *dir, struct err *);

/*
 * Sets title, title_zh, arrive and phases of *s, which has none of them.
 * A file that is not there is no failure, and sets nothing.
 */
bool load_asked_read(struct load_scenario *, const char *dir, struct err *);

#endif
