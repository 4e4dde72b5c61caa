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
 * "made" unless that is NULL: what was asked is evidence.
 */
bool load_prepare(const struct scenario *, const struct profile *,
    struct feeder **, struct load_plan *, struct buf *made, struct err *);

#endif
