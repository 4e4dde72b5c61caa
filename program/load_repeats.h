/* SPDX-License-Identifier: MIT */
/*
 * load_repeats - one load, as many times over as its scenario says.
 *
 * Each repeat has a plan of its own seed, warms up, and ends when all it left
 * is gone: queues drained, mailboxes read back.  Then the target rests.
 *
 *	RUN/evidence/load.NAME/			of a load that is done once
 *	RUN/evidence/load.NAME/repeat-2/	of one that is done more often
 */
#ifndef PROGRAM_LOAD_REPEATS_H
#define PROGRAM_LOAD_REPEATS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/err.h"
#include "loadgen/judge.h"
#include "loadgen/measure.h"
#include "program/load.h"

#define LOAD_REPEATS 100

struct load_repeats {
	struct measure *at;
	size_t n; /* that were measured */
};

/*
 * On all ranks at a time.  Files each repeat below dir as soon as it is done
 * (NULL: not rank 0).  False when one could not be measured: what was before
 * it is there.
 */
bool load_repeats_measure(struct load_repeats *, const struct load_carry *,
    const struct scenario *, const char *dir, struct err *);
/* What is below dir; false, with nothing read, when it does not fit. */
bool load_repeats_read(struct load_repeats *, const char *dir, struct err *);
bool load_repeats_there(const char *dir); /* is anything measured there? */
void load_repeats_free(struct load_repeats *);

void load_repeats_judge(struct judged *, enum req, const struct load_repeats *,
    const struct profile *);

/* "" of a load that is done once, else "repeat-2/". */
char *load_repeats_folder(int repeat, int repeats);

#endif
