/* SPDX-License-Identifier: MIT */
/*
 * load_search - the highest rate at which a scenario still keeps its limits.
 */
#ifndef PROGRAM_LOAD_SEARCH_H
#define PROGRAM_LOAD_SEARCH_H

#include <stdbool.h>

#include "lib/err.h"
#include "program/load.h"

/*
 * Puts the scenario on again and again, each time short and at another rate,
 * and writes DIR/capacity.json (dir NULL: not rank 0).  It says on the way,
 * and at its end, what was found.
 */
bool load_search(const struct load_carry *, const struct scenario *,
    const char *dir, struct err *);

#endif
