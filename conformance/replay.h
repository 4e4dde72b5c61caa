/* SPDX-License-Identifier: MIT */
/*
 * replay - judges a run again from its evidence alone: offline, by anybody.
 */
#ifndef CONFORMANCE_REPLAY_H
#define CONFORMANCE_REPLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/err.h"
#include "lib/journal.h"
#include "lib/profile.h"
#include "lib/run.h"

struct disagreement {
	const struct outcome *recorded;
	enum verdict again;
	char *why;
};

/*
 * Judges a load again from dir (RUN/evidence/load.SCENARIO): the verdict, and
 * why.  Loads are judged elsewhere, and whoever replays brings that along.
 */
typedef enum verdict replay_load(const char *dir, const char *id, enum req,
    const struct profile *, char why[400]);

struct replay {
	struct profile profile; /* as it was, without what it refers to */
	struct plan plan;
	struct ledger ledger;
	size_t judged, agreed;
	size_t unjudged; /* nothing was said, and nothing filed to judge */
	struct disagreement *disagreements;
	size_t n;
};

/*
 * Plan, journal and profile of a run, all zeroed before.  False with
 * ERR_FORGED when they do not belong together; a flaw of the journal itself
 * is in it, and is no failure.
 */
bool replay_read(const char *run_dir, struct plan *, struct ledger *,
    struct profile *, struct err *);

/*
 * False when the run cannot be read (ERR_IO, ERR_CONFIG), or when plan,
 * journal and evidence do not belong together any more (ERR_FORGED).
 * Disagreements are no failure to replay: they are its result.
 */
bool replay_run(
    struct replay *, const char *run_dir, const char *fixtures, replay_load *,
    struct err *);
void replay_free(struct replay *);

#endif
