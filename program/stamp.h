/* SPDX-License-Identifier: MIT */
/*
 * stamp - a time stamp (RFC 3161) over some octets, asked for at the profile's
 * lab.tsa.
 */
#ifndef PROGRAM_STAMP_H
#define PROGRAM_STAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/profile.h"
#include "lib/span.h"

#define STAMP_ANSWER_MOST (1u << 20)
#define STAMP_CLOCK_US    (INT64_C(300) * 1000000) /* clocks may differ so far */

/*
 * The answer, whole, into an initialised buffer; *at is the time that it says.
 * False when there is none, or none that holds for these octets.
 */
bool stamp_ask(const struct profile *, const char *run, struct span octets,
    struct buf *answer, struct wall *at, struct err *);

/* Is our clock where the stamp's is? */
bool stamp_clock(struct wall stamped, const char *url, struct err *);

#endif
