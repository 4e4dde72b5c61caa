/* SPDX-License-Identifier: MIT */
/*
 * until - may a load end before its plan does, for what it asks is told?
 *
 * Who looks at an interval again and again, and stops when it pleases, is
 * wrong more often than the interval says.  So there are looks at moments
 * fixed beforehand alone, at twice the time of the one before, and the
 * confidence of each is so much higher that the chance of any being wrong is
 * still that of one (Bonferroni: 1 - 0.05 / looks).  That holds for whatever
 * makes us stop at one of them.
 *
 * A load ends at such a moment when every row that it judges passes or
 * fails, and half of every interval of a time is narrow enough.
 */
#ifndef LOADGEN_UNTIL_H
#define LOADGEN_UNTIL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/profile.h"
#include "loadgen/measure.h"
#include "loadgen/scenario.h"

#define UNTIL_AHEAD 2 /* seconds before its moment each is decided upon */

/*
 * Moments at which the load may end, the plan's own end among them; 0: it
 * does not end before.  The i-th, from 0, in seconds from the begin of what
 * is judged.
 */
int until_looks(const struct scenario *);
size_t until_at(const struct scenario *, int look);

/* The look, from 1, that was at so many seconds of it; 0: none was. */
int until_look(const struct scenario *, size_t judged);

/*
 * Seconds, of what is judged, that are whole when the i-th is decided upon;
 * 0: it is the plan's own end, and nothing is decided.
 */
size_t until_ready(const struct scenario *, int look);

/*
 * Seconds up to n are whole: the second, from the start, at which the plan
 * is to end; 0: go on.
 */
size_t until_end(const struct scenario *, const struct measure *, size_t n,
    const struct profile *);

#endif
