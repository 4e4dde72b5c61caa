/* SPDX-License-Identifier: MIT */
/*
 * ranks - one load made by several machines: the same program under mpirun.
 *
 * Messages go around the timed window, never through it: who we are, that all
 * have the same plan, when it begins, and at its end what each has measured.
 * Built without MPI (the default) there is one rank, and nothing is sent.
 *
 * A rank that dies takes the whole job with it, as MPI does; the journal of
 * rank 0 is then without an end, and no report takes it for a pass.
 */
#ifndef PROGRAM_RANKS_H
#define PROGRAM_RANKS_H

#include <stdbool.h>

#include "lib/clock.h"
#include "lib/err.h"
#include "loadgen/measure.h"

struct ranks {
	unsigned rank, n; /* n is 1 when we are alone */
};

#define RANKS_RUN 32 /* octets of a run's id */

/*
 * Once a process; ranks_leave() before it ends.  When it did not go well, the
 * others are not left waiting: the whole job ends.
 */
void ranks_join(struct ranks *);
void ranks_leave(const struct ranks *, bool well);

/* Rank 0's text becomes everybody's; room octets at most. */
void ranks_tell(const struct ranks *, char *text, size_t room);

/* False when not all have the same text: "plan", as errors call it. */
bool ranks_agree(
    const struct ranks *, const char *what, const char *text, struct err *);

/*
 * Waits for all; the moment, by this machine's clock, at which all begin.
 * The clocks of machines differ: by how much is measured against rank 0 (the
 * quickest of many exchanges) and taken out.
 */
struct wall ranks_start(const struct ranks *);

/*
 * Adds what all others have measured to what rank 0 has; a rank whose figures
 * do not come in or cannot be read is counted in ranks_lost.
 */
void ranks_gather(const struct ranks *, struct measure *);

#endif
