/* SPDX-License-Identifier: MIT */
/*
 * collect - mailboxes read back, for the ledger, while a load runs.
 *
 * A thread a mailbox.  Over IMAP it looks for new messages all the time: with
 * IDLE where the profile claims it, else every so often with NOOP; that is
 * how "visible" gets its time, and how coarse it is goes with it, measured
 * (measure_ledger.poll_us).  Content is read once, after the load.  Over POP3
 * all of it is done after the load, and nobody knows when what was visible.
 *
 *	c = load_collect_start(&options, ledger, &err);
 *	...			the load
 *	load_collect_finish(c, stop, &collected);
 *	load_ledger_settle(ledger, late_us, &m->ledger);
 *
 * A session that is lost is begun again.  What cannot be read in the end is
 * told to the ledger: nothing in that mailbox is then lost.  What is of this
 * ledger is removed, and nothing else.
 */
#ifndef LOADGEN_COLLECT_H
#define LOADGEN_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/profile.h"
#include "loadgen/ledger.h"

#define COLLECT_MOST      256 /* mailboxes */
#define COLLECT_POLL_MS   50
#define COLLECT_LINGER_MS 1000
#define COLLECT_PATIENCE  10 /* times wait_us, while more comes in */

struct load_collect;

struct load_collect_options {
	const struct profile *profile;
	const char *service;         /* "imaps", "imap", "pop3s" or "pop3" */
	const char *const *accounts; /* roles; two may be one mailbox */
	size_t n_accounts;
	int64_t poll_ms;   /* 0: COLLECT_POLL_MS, more when they are many */
	/*
	 * After the load, for what is outstanding, and again after each that
	 * comes: what still lies in the target's queue is late, and not lost.
	 * COLLECT_PATIENCE times that at most.
	 */
	int64_t wait_us;
	int64_t linger_ms; /* for second copies; 0: COLLECT_LINGER_MS */
	bool keep;         /* removes nothing */
};

/*
 * Enters every mailbox and notes what is in it already, which is none of
 * ours: only then may the load begin.  NULL when one cannot be entered.
 */
struct load_collect *load_collect_start(
    const struct load_collect_options *, struct load_ledger *, struct err *);

struct load_collected {
	size_t mailboxes, found, removed;
	char why_left[200]; /* why not all that was found is removed */
};

/*
 * Waits, reads, removes, frees.  *stop (or NULL) ends the waiting; what is
 * outstanding then is unread.
 */
void load_collect_finish(struct load_collect *, const volatile bool *stop,
    struct measure_ledger *, struct load_collected *);

#endif
