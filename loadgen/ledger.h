/* SPDX-License-Identifier: MIT */
/*
 * ledger - what became of every message of a load.
 *
 *	planned -> sent -> accepted (250 to the final dot)
 *	        -> delivered once -> content equal
 *
 * Workers write messages and say what they were told of them, collectors
 * (loadgen/collect.h) say what they found in mailboxes; both at once, on any
 * number of threads, without a lock.  Once all have ended,
 * load_ledger_settle() draws the line.  A message is a number, seq, from 0 to
 * planned - 1, and is sent once at most.  Times are microseconds of
 * clock_mono(), never 0.
 *
 * Every message carries its id, NAME.SEQ, four times: in Subject, Message-ID
 * and Yanshou-Id, and as the first line of its body.  The rest of the body is
 * one of a few texts that were made and hashed before the start, and
 * Yanshou-SM3 is the digest of that rest.
 *
 * In a mailbox a message may have more header than we gave it, and empty
 * lines at its very end.  All else in its body has to be equal, octet by
 * octet, line ends included (RFC 5321 2.3.8: CR LF).
 */
#ifndef LOADGEN_LEDGER_H
#define LOADGEN_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"
#include "loadgen/measure.h"
#include "loadgen/scenario.h"

#define LEDGER_NAME  40 /* octets of a name; a longer one is abridged */
#define LEDGER_SIZES SCENARIO_FLOWS
#define LEDGER_LEAST 400 /* octets of a message; addresses have to fit */
#define LEDGER_MOST  (64 << 20)

struct load_ledger;

/*
 * name: the run's, and what tells this ledger from others of the same run, as
 * "20261122-012654-7f3a" or "20261122-012654-7f3a.0.2"; what is not a letter,
 * digit, "-" or "." becomes "-".  sizes: those that messages will have.  Takes its time: bodies are
 * made and hashed, memory is touched.
 */
struct load_ledger *load_ledger_new(
    const char *name, size_t planned, const int64_t *sizes, size_t n_sizes);
void load_ledger_free(struct load_ledger *);

struct span load_ledger_prefix(const struct load_ledger *); /* "NAME." */
size_t load_ledger_planned(const struct load_ledger *);

/* ---- for workers ---- */

/* Is there room for these addresses in a message of that size? */
bool load_ledger_fits(
    const struct load_ledger *, const char *from, const char *to, size_t size);

/*
 * Appends a whole message (RFC 5322) of exactly that size, which ends in CR
 * LF and has no line that begins with a dot.  Costs a memcpy.  False, with
 * nothing appended: the size is none of those announced, or too small for
 * such addresses, or out is full.
 */
bool load_ledger_message(struct load_ledger *, size_t seq, const char *from,
    const char *to, size_t size, struct buf *out);

/* Its first octet goes out. */
void load_ledger_sent(struct load_ledger *, size_t seq, int64_t at_us);
/* 250 to the final dot. */
void load_ledger_accepted(struct load_ledger *, size_t seq, int64_t at_us);
/* An answer that is no, at any step. */
void load_ledger_refused(struct load_ledger *, size_t seq, int64_t at_us);
/*
 * The answer to the final dot never came: the target may have the message or
 * not (RFC 1047).  What was sent and has no outcome at the end is as this.
 */
void load_ledger_unknown(struct load_ledger *, size_t seq, int64_t at_us);

/* ---- for collectors ---- */

#define LEDGER_STRANGE SIZE_MAX /* of this ledger, and of no plan */

/*
 * Which message a header is of, by Yanshou-Id, or else by Message-ID; only
 * these fields are looked at.  False: of somebody else's.
 */
bool load_ledger_find(
    const struct load_ledger *, struct span header, size_t *seq);

/*
 * A copy lies in a mailbox.  to: the address whose mailbox it is, NULL when
 * it has several; at_us: when it became visible, -1 when nobody knows.  For
 * "reordered" the copies in one mailbox have to come in its order, from one
 * thread.
 */
void load_ledger_seen(
    struct load_ledger *, size_t seq, const char *to, int64_t at_us);

/* The same in a folder of its own, where order says nothing. */
void load_ledger_seen_elsewhere(
    struct load_ledger *, size_t seq, const char *to, int64_t at_us);

/* The whole message of a copy that was seen; false: not as it was sent. */
bool load_ledger_read(struct load_ledger *, size_t seq, struct span message);

/* A mailbox, or a message in it, could not be read: the first why is kept. */
void load_ledger_unread(struct load_ledger *, const char *why);

/* Worth an example in the report: "found in Junk". */
void load_ledger_note(struct load_ledger *, size_t seq, const char *);

/* Accepted, and not seen yet. */
size_t load_ledger_outstanding(const struct load_ledger *);

/* ---- at the end ---- */

/*
 * Adds everything up.  late_us: how long after its 250 a message may become
 * visible.  Nothing is lost that a collector could not have found: after
 * load_ledger_unread() it is .unread instead.
 *
 *	told		copies	counts as
 *	accepted	0	lost, or unread
 *	accepted	1, 2+	delivered; doubled
 *	unknown		0	nothing
 *	unknown		1, 2+	delivered; doubled
 *	refused, unsent	0	nothing
 *	refused, unsent	1+	strange
 *
 * A copy in the mailbox of somebody else is strange, and no delivery.  Of
 * what was delivered, messages with a copy that is not equal are corrupted,
 * and those with a copy that was seen and never read are unchecked, as well.
 * Reordered is a message that was accepted before another of the same sender
 * and recipient was begun, and lies behind it.
 */
void load_ledger_settle(
    const struct load_ledger *, int64_t late_us, struct measure_ledger *);

#endif
