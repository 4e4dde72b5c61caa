/* SPDX-License-Identifier: MIT */
/*
 * score - how far the judge can be trusted: counts what the kit says of
 * servers that are known to be wrong, unusual or hostile.
 *
 * Pure: whoever runs the kit against them hands the ledgers in.
 */
#ifndef CONFORMANCE_SCORE_H
#define CONFORMANCE_SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/catalogue.h"
#include "lib/journal.h"
#include "lib/verdict.h"

struct conf_group;

/* A server that is wrong in one way, as the judge needs to know it. */
struct score_fault {
	const char *name;
	const char *caught_by; /* case */
	enum req req;
};

/* What became of one fault. */
struct score_kill {
	const struct score_fault *fault;
	bool ran;             /* its own case was executed at all */
	enum verdict verdict; /* of its own case */
	char *why;
	size_t beside; /* other cases that failed */
	size_t judged; /* other cases that were executed */
};

/* A verdict that must not be, and where. */
struct score_blemish {
	char *where; /* "variant CLOSES_WITH_RST" */
	char *id;    /* case */
	enum verdict verdict;
	char *why;
};

struct score {
	struct score_kill *kills;
	size_t n_kills;
	struct score_blemish *false_alarms, *unstable, *unsurvived;
	size_t n_false_alarms, n_unstable, n_unsurvived;
	size_t clean_judged;   /* verdicts on servers without fault */
	size_t stable_judged;  /* cases that were repeated */
	size_t hostile_judged; /* verdicts on hostile peers */
	size_t replay_judged, replay_agreed;
};

void score_free(struct score *);

void score_add_fault(
    struct score *, const struct score_fault *, const struct ledger *);

/* On the reference or a variant nothing may fail or break. */
void score_add_clean(struct score *, const char *where, const struct ledger *);

/* Several attempts at each case: all must say the same. */
void score_add_repeats(
    struct score *, const char *where, const struct ledger *);

/*
 * A hostile peer may be failed or left inconclusive; it must not pass a case
 * it did not answer, break the harness or outlast the deadline.
 */
void score_add_hostile(
    struct score *, const char *where, const struct ledger *);

/*
 * Whom else does a fault hit?  Likeliest the cases of the same theme, which
 * are all tried; of the others one in "every", another share for each fault.
 */
struct score_share {
	const struct conf_group *near; /* the theme */
	size_t met; /* of the others; begins with the fault's number */
};

#define SCORE_FAR_EVERY           40
#define SCORE_FAR_IN_MEMORY_EVERY 100 /* where each change is tested */

bool score_shares(
    struct score_share *, const struct conf_group *, size_t every);

bool score_is_kill(const struct score_kill *);
size_t score_killed(const struct score *);

/* Over faults that were killed: cases failed beside the aimed one. */
double score_blast_median(const struct score *);

/*
 * Shall rows that cases judge, and those of them with an aimed kill.  "has"
 * tells whether any case verifies the row.
 */
void score_coverage(
    const struct score *, bool (*has)(enum req), size_t *n, size_t *of);

#endif
