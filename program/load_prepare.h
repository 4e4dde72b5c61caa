/* SPDX-License-Identifier: MIT */
/*
 * load_prepare - the rows that operations of a load are fed with, a file's or
 * made of the profile (loadgen/prepared.h), and the plan of the load.
 */
#ifndef PROGRAM_LOAD_PREPARE_H
#define PROGRAM_LOAD_PREPARE_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/profile.h"
#include "loadgen/arrival.h"
#include "loadgen/feeder.h"
#include "loadgen/scenario.h"

#define LOAD_FEED_MOST (256u << 20) /* octets of made rows */

/*
 * *feeder is NULL for a load without rows.  Made ones are CSV, appended to
 * "made": what was asked is evidence.  That is NULL for who wants the plan
 * alone; then there are no rows where the target has to be asked for them.
 */
bool load_prepare(const struct scenario *, const struct profile *,
    struct feeder **, struct load_plan *, struct buf *made, struct err *);

/* Takes away from the target what was made there for the rows. */
bool load_prepare_undo(const struct scenario *, const struct profile *,
    const struct feeder *, struct err *);

#endif
