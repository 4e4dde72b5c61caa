/* SPDX-License-Identifier: MIT */
/*
 * store - what the reference services remember: SQLite.
 *
 * In memory by default; with a folder it is a file with synchronous=FULL, so
 * that what store_accept() said yes to survives kill -9 and loss of power.
 * Passwords are kept as the salted verifiers of RFC 5803 (SCRAM-SHA-256),
 * never as text.  All calls are synchronous and from one thread.
 */
#ifndef REFERENCE_STORE_H
#define REFERENCE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/span.h"
#include "reference/world.h"

struct store;

/*
 * dir NULL: in memory.  Creates what is missing.  NULL with a reason when it
 * cannot be written to, or when another process has it open.
 */
struct store *store_open(const char *dir, struct err *);
/* A store in memory with all that this one knows: making keys takes time. */
struct store *store_copy(struct store *, struct err *);
void store_close(struct store *);

/*
 * What other calls change in between is kept as one change, or not at all
 * when one of them failed, or keep is false: then *err says why already.
 */
void store_begin(struct store *);
bool store_end(struct store *, bool keep, struct err *);

/* Adds the people and local domains of the world that are not there yet. */
bool store_settle(struct store *, const struct world *, struct err *);

/* ---- accounts ---- */

struct account {
	int64_t id;
	char user[128], address[256];
	unsigned char salt[16], stored_key[32], server_key[32];
	int iterations;
	int failures;            /* in a row */
	int64_t locked_until_us; /* wall clock; 0: not locked */
};

/* False when there is none.  Users are compared without ASCII case. */
bool store_account(struct store *, struct span user, struct account *);

/* Counts failures in a row; the one that reaches "most" locks for lock_us. */
void store_login_failed(struct store *, int64_t account, int most,
    int64_t lock_us, struct wall now);
void store_login_succeeded(struct store *, int64_t account);

/* ---- where mail goes ---- */

enum route_kind {
	ROUTE_MAILBOX, /* .account */
	ROUTE_NOBODY,  /* our domain, no such mailbox */
	ROUTE_FULL,    /* its account has no room for "size" more bytes */
	ROUTE_AWAY,    /* somebody else's domain */
};

struct route {
	enum route_kind kind;
	int64_t account;
};

/*
 * address is "local@domain" without brackets, UTF-8 allowed; or "postmaster"
 * alone (RFC 5321 4.5.1).  Compared without ASCII case, quoted local parts
 * as what they mean, a domain's U-labels and A-labels as equal.
 */
struct route store_route(struct store *, struct span address, int64_t size);

/* ---- the queue (messages we have answered 250 for) ---- */

enum { /* RFC 3461 4.1 NOTIFY, as a set */
	NOTIFY_DEFAULT = 0,
	NOTIFY_NEVER = 1 << 0,
	NOTIFY_SUCCESS = 1 << 1,
	NOTIFY_FAILURE = 1 << 2,
	NOTIFY_DELAY = 1 << 3,
};

struct recipient {
	char address[512];
	char orcpt[512]; /* RFC 3461 4.2, or empty */
	unsigned notify;
};

struct envelope {
	char from[512]; /* empty: the null reverse-path */
	char envid[128];
	bool ret_hdrs; /* RET=HDRS */
	bool ret_full; /* RET=FULL; neither: not said */
	bool eightbit, smtputf8;
	const struct recipient *to;
	size_t n_to;
};

#define STORE_ID 24

/*
 * On true the message and every recipient are on disk (or in memory when
 * the store is), and id names them.
 */
bool store_accept(struct store *, const struct envelope *, struct span message,
    struct wall now, char id[STORE_ID], struct err *);

/* One recipient that is due for delivery. */
struct due {
	int64_t id; /* of this recipient */
	char message[STORE_ID];
	char from[512], to[512], orcpt[512], envid[128];
	unsigned notify;
	bool ret_hdrs, ret_full, eightbit, smtputf8;
	int attempts;
	struct wall accepted;
};

/* The first one due at "now" that nobody has taken; false when none is. */
bool store_due(struct store *, struct wall now, struct due *);
/* Likewise, of one message: the same letter to several recipients. */
bool store_due_of(
    struct store *, const char *message, struct wall now, struct due *);
/*
 * Somebody sees to it: no longer due until store_retry(), or until the store
 * is opened again.
 */
void store_take(struct store *, const struct due *);
/* Nobody does, after all. */
void store_untake(struct store *, const struct due *);
/* When the next one will be due; false when none is waiting. */
bool store_next_due(struct store *, struct wall *when);
bool store_message(struct store *, const char *id, struct buf *message);

/*
 * Into INBOX and off the queue, in one transaction.  ERR_LIMIT when the
 * mailbox has no room for it.
 */
bool store_deliver(struct store *, const struct due *, int64_t account,
    struct span message, struct wall now, struct err *);
/* Off the queue: relayed, or given up after its DSN was accepted. */
bool store_done(struct store *, const struct due *, struct err *);
bool store_retry(struct store *, const struct due *, struct wall when,
    const char *why, struct err *);

/* ---- what is in INBOX, for those who only look ---- */

/* More of mailboxes is in reference/store_mailbox.h. */
bool store_mailbox_count(
    struct store *, struct span user, int64_t *messages, int64_t *bytes);
/* Message n (from 0, in order of arrival) of a mailbox. */
bool store_mailbox_get(
    struct store *, struct span user, int64_t n, struct buf *message);

#endif
