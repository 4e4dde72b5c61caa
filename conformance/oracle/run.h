/* SPDX-License-Identifier: MIT */
/*
 * oracle/run - carries out steps over sockets, and shrinks those that broke a
 * rule to the few that do.
 *
 * A run makes the mailbox and takes it away again.  Between steps it waits
 * for the answer, except where a step overlaps on purpose; so the order in
 * which commands are sent is that of the steps.
 */
#ifndef CONFORMANCE_ORACLE_RUN_H
#define CONFORMANCE_ORACLE_RUN_H

#include "conformance/oracle/record.h"
#include "conformance/oracle/steps.h"
#include "lib/clock.h"
#include "lib/profile.h"

struct oracle_site {
	const struct profile *profile;
	const char *folder; /* a mailbox of our own, not there yet */
	struct mono until;  /* no step is begun after that */
	/* After each step; false: stop.  NULL: nobody asks. */
	bool (*progress)(void *ctx, size_t done, size_t all);
	void *ctx;
};

struct oracle_result {
	struct buf record;
	struct finding finding;
	size_t steps;  /* carried out */
	char why[200]; /* it could not go on; empty: it did */
};

void oracle_run(const struct oracle_site *, const struct steps *, int clients,
    struct oracle_result *);
void oracle_result_free(struct oracle_result *);

/*
 * *steps broke result->finding.rule: leaves the fewest found that break it
 * too, and their result.  At most "attempts" more runs.
 */
void oracle_shrink(const struct oracle_site *, struct steps *, int clients,
    struct oracle_result *, int attempts);

#endif
