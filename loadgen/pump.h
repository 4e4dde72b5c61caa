/* SPDX-License-Identifier: MIT */
/*
 * pump - carries a plan out: threads, connections, and what they measured.
 *
 * Each worker is a thread with one epoll, one timer wheel and connections of
 * its own; nothing is shared but what is read-only.  Arrival i of the plan is
 * carried out by worker i % (workers * ranks), whatever the target does: what
 * finds no connection waits with its intended time, what finds no place to
 * wait is dropped and counted.
 *
 * All memory is taken before the start; only OpenSSL allocates after it.
 *
 *	struct pump_options o = { .scenario = &scenario, .plan = &plan,
 *	    .profile = &profile, .run = "20261122-012654-7f3a" };
 *	struct measure m;
 *
 *	if (!pump_run(&o, &m, err))	// m is initialised by it
 *		...
 *
 * pump_run() fails before the first connection or not at all: a target that
 * does not answer is a measurement.
 */
#ifndef LOADGEN_PUMP_H
#define LOADGEN_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/clock.h"
#include "lib/err.h"
#include "lib/profile.h"
#include "loadgen/arrival.h"
#include "loadgen/measure.h"
#include "loadgen/scenario.h"

#define PUMP_WORKERS 256

struct load_ledger;

struct feeder;
struct answers;

struct pump_options {
	const struct scenario *scenario;
	const struct load_plan *plan;
	const struct profile *profile;
	const struct feeder *feeder; /* NULL: there is none */
	struct answers **answers;    /* where kept ones go; NULL: nowhere */
	/* NULL: ${message} is text of that size, and nobody counts them. */
	struct load_ledger *ledger;
	const char *run; /* for ${id} */
	/*
	 * Workers go before everything else on their cores (SCHED_RR): where
	 * the machine is not the load's alone, and the system permits it.
	 */
	bool first;
	unsigned workers;     /* threads; 0: cores less one, at least one */
	unsigned rank, ranks; /* of ranks machines this is rank; 0, 0: alone */
	/* When the plan begins; in the past or zero: as soon as we can. */
	struct wall start;
	/* Set by a signal: no further arrivals, drain, and report. */
	const volatile bool *stop;
	/* Once a second, from the caller's thread: seconds up to n are whole. */
	void (*on_second)(void *ctx, const struct measure *, size_t n);
	/*
	 * Asked as often: a second, later than n, from which on nothing
	 * arrives any more, as if the plan ended there; 0: go on.  May be
	 * NULL, and has to be with flows that stay.  Where that second is
	 * almost now, the plan ends at the next that is not: what is judged
	 * ends at the former all the same.
	 */
	size_t (*end_at)(void *ctx, const struct measure *, size_t n);
	/*
	 * The same where somebody else decides: asked whenever the caller's
	 * thread looks, some fifty times a second, so it waits for nothing.
	 */
	size_t (*end_told)(void *ctx);
	void *ctx;
	/* For tests: how often workers asked for memory after the start. */
	uint64_t *asked;
};

#define PUMP_OWN_MESSAGES 4000000

/*
 * Messages the plan will send: what load_ledger_new() is to be told.  With
 * users or flows that stay nobody knows; then it is PUMP_OWN_MESSAGES more.
 */
size_t pump_messages(const struct scenario *, const struct load_plan *);

bool pump_run(const struct pump_options *, struct measure *, struct err *);

#endif
