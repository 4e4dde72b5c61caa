/* SPDX-License-Identifier: MIT */
/*
 * load_examine - answers that a load has kept, looked at wholly when it is
 * over: structure, signatures, who signed, whom they are about, how fresh
 * they were when they came, and whether they say what is so.
 */
#ifndef PROGRAM_LOAD_EXAMINE_H
#define PROGRAM_LOAD_EXAMINE_H

#include "lib/buf.h"
#include "lib/profile.h"
#include "loadgen/answers.h"
#include "loadgen/feeder.h"
#include "loadgen/measure.h"
#include "loadgen/scenario.h"

#define LOAD_HEARD_MOST (8u << 20) /* octets of examples */

struct load_examine {
	const struct scenario *scenario;
	const struct profile *profile;
	const struct feeder *feeder;
	const struct answers *answers;
};

/*
 * Counts into m->answers, and each kind of mistake into its errors.
 * Examples go to "heard", a JSON object a line: all that are wrong, as long
 * as there is room, and some that are not.
 */
void load_examine(
    const struct load_examine *, struct measure *m, struct buf *heard);

#endif
