/* SPDX-License-Identifier: MIT */
/*
 * runner - carries a plan out: the supervisor, and the one file where cases
 * meet Check.
 *
 * Each case is one TCase with one test in its own Check runner, in a process
 * of its own below the supervisor; Check forks it once more, names it, and
 * ends it at the hard time-out.  Check cannot run cases side by side and
 * knows only pass and fail, so the supervisor keeps several such processes
 * going, gives each the resources it locks, and takes the verdict through a
 * pipe.  It alone writes the journal.  A case that ends without a verdict is
 * broken, and has a name.
 *
 * _tcase_add_test() is not a documented interface; it is used here and
 * nowhere else, and was tried with Check 0.15.2.
 */
#ifndef CONFORMANCE_RUNNER_H
#define CONFORMANCE_RUNNER_H

#include <stdbool.h>
#include <stddef.h>

#include "conformance/progress.h"
#include "lib/err.h"
#include "lib/journal.h"
#include "lib/profile.h"
#include "lib/run.h"

struct runner_options {
	const struct plan *plan;
	const struct profile *profile;
	const char *run_dir;
	const char *fixtures;
	struct journal *journal;
	/* What a resumed run has done already; NULL for a new one. */
	const struct ledger *done;
	unsigned jobs;             /* cases side by side; 0: two a core */
	FILE *progress;            /* or NULL */
	const volatile bool *stop; /* set by a signal; or NULL */
	bool leave_open; /* the caller has something to add, and closes */
};

/*
 * True when every planned case has its record in the journal, which is then
 * closed; those of a load are the caller's.  *interrupted: the stop flag ended it; the journal can be resumed.
 */
bool runner_run(const struct runner_options *, bool *interrupted, struct err *);

#endif
