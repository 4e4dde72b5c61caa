/* SPDX-License-Identifier: MIT */
/*
 * score_kept - what a score has found so far, so that it can be taken up.
 *
 * A score takes more than an hour.  Its folder keeps the journal of each
 * subject that was seen to, and how its replay ended; a score of the same judge
 * begun again in this folder goes on behind them.
 */
#ifndef PROGRAM_SCORE_KEPT_H
#define PROGRAM_SCORE_KEPT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/err.h"
#include "lib/journal.h"

struct score_kept {
	size_t judged, agreed; /* by replay */
	struct ledger ledger;
};

/*
 * Makes the folder, or takes it up.  One that is there and holds something
 * else, or the score of another judge, is an error: it will be removed in the
 * end.
 */
bool score_kept_open(const char *dir, bool quick, struct err *);

/* Was subject "number" seen to, and was it this one? */
bool score_kept_has(const char *dir, size_t number, const char *where);

/* The journal of the run is taken out of it. */
bool score_kept_put(const char *dir, size_t number, const char *where,
    const char *run, size_t judged, size_t agreed, struct err *);

bool score_kept_read(
    const char *dir, size_t number, struct score_kept *, struct err *);
void score_kept_free(struct score_kept *);

#endif
