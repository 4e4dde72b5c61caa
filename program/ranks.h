/* SPDX-License-Identifier: MIT */
/*
 * ranks - one load made by several machines: the same program under mpirun.
 *
 * Around the timed window all meet: scenarios from rank 0, agreement on the
 * plan, one start, and at the end what each has measured.  Within it each
 * rank tells rank 0 once a second how it goes, in a small message nobody
 * waits for, and rank 0 may tell all when it ends.  Every wait has an end.
 * Built without MPI (the default) there is one rank, and nothing is sent.
 *
 * A rank that is not heard of is lost: the load at hand is then inconclusive
 * and says which, and so are those that follow.  That needs an mpirun that
 * lets the others live (--enable-recovery); else it ends all of them, and the
 * journal of rank 0 is without an end, which no report takes for a pass.
 */
#ifndef PROGRAM_RANKS_H
#define PROGRAM_RANKS_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "loadgen/measure.h"
#include "program/ranks_progress.h"

struct ranks {
	unsigned rank, n; /* n is 1 when we are alone */
	struct ranks_state *state;
};

#define RANKS_RUN 32 /* octets of a run's id */

/*
 * Once a process; ranks_leave() before it ends.  Others leave when rank 0
 * does.
 */
void ranks_join(struct ranks *);
void ranks_leave(struct ranks *);

/* What rank 0 has in its buf becomes everybody's; nothing: it had none. */
bool ranks_spread(const struct ranks *, struct buf *, struct err *);

/* Rank 0's text becomes everybody's; room octets at most. */
void ranks_tell(const struct ranks *, char *text, size_t room);

/*
 * False when not all have the same text: "plan", as errors call it.  NULL:
 * this rank cannot go on, and has said why.
 */
bool ranks_agree(
    const struct ranks *, const char *what, const char *text, struct err *);

/*
 * Waits for all; the moment, by this machine's clock, at which all begin.
 * The clocks of machines differ: by how much is measured against rank 0 (the
 * quickest of many exchanges) and taken out.
 */
struct wall ranks_start(const struct ranks *);

/*
 * n seconds of ours are whole.  Of rank 0 the progress has then what all have
 * told; others have none.
 */
void ranks_second(const struct ranks *, struct ranks_progress *,
    const struct measure *, size_t n);
/* Of rank 0: takes what others have told, between seconds; waits for none. */
void ranks_hear(const struct ranks *, struct ranks_progress *);

/*
 * Of rank 0, once a load: it ends at that second of its plan, for all.  Of
 * others, who may ask at any time: the second it said, once; 0: nothing.
 */
void ranks_tell_end(const struct ranks *, size_t second);
size_t ranks_end_told(const struct ranks *);

/* All seconds are; what is left takes rest_us at most. */
void ranks_pumped(
    const struct ranks *, struct ranks_progress *, const struct measure *);

struct ranks_end {
	bool good;       /* ours went well: else we count as lost */
	int64_t rest_us; /* what others may still need, at most */
	const volatile bool *stop;
	void (*waits)(void *ctx, const char *for_whom); /* now and then */
	void *ctx;
};

/*
 * Adds what all others have measured to what rank 0 has, and counts and
 * names the ranks that were lost.  False, of others, when there are some.
 */
bool ranks_gather(const struct ranks *, struct ranks_progress *,
    const struct ranks_end *, struct measure *, struct err *);

#endif
