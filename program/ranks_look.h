/* SPDX-License-Identifier: MIT */
/*
 * ranks_look - may a load from several ranks end before its plan does?
 *
 * Rank 0 asks it of all that was told (ranks_progress.h) at the moments of
 * loadgen/until.h, and tells the others.  Nobody waits for a rank that has
 * not told its seconds while there is time: that look is missed, the load
 * goes on, and the next one is at its own moment.  Who looks at less of a load
 * than was planned is no surer for it, so a rank that is lost costs all looks
 * that follow.
 *
 * This file knows neither MPI nor the time.
 */
#ifndef PROGRAM_RANKS_LOOK_H
#define PROGRAM_RANKS_LOOK_H

#include "lib/profile.h"
#include "loadgen/scenario.h"
#include "program/ranks_progress.h"

struct ranks_look {
	const struct scenario *scenario;
	int next; /* look that is not decided upon, from 0 */
	int missed;
};

void ranks_look_init(struct ranks_look *, const struct scenario *);

/* Rank 0 has its own seconds for the next look: others may be asked. */
bool ranks_look_is_due(
    const struct ranks_look *, const struct ranks_progress *);

/*
 * Costs nothing when none is due.  The second, from the start, at which all
 * are to end, once; 0: go on.
 */
size_t ranks_look(
    struct ranks_look *, const struct ranks_progress *, const struct profile *);

#endif
