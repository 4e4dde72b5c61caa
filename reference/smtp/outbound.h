/* SPDX-License-Identifier: MIT */
/*
 * smtp/outbound - the rules of one SMTP conversation, seen from the client.
 *
 * Bytes in, bytes out: the caller owns the socket and the time-outs.  One
 * letter goes to one or more recipients over one connection; what became of
 * each is asked for when it is over.  RFC 5321, 1870, 2034, 3461 5.2, 6152,
 * 6531.
 */
#ifndef REFERENCE_SMTP_OUTBOUND_H
#define REFERENCE_SMTP_OUTBOUND_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/span.h"

struct outbound_recipient {
	const char *address;
	const char *orcpt; /* as it came, or empty */
	unsigned notify;   /* NOTIFY_* of reference/store.h */
};

/* Belongs to the caller and must outlive the conversation. */
struct outbound_letter {
	const char *host; /* our name in EHLO */
	const char *from; /* empty: the null reverse-path */
	const char *envid;
	bool ret_hdrs, ret_full;
	bool eightbit, smtputf8; /* as declared when it was accepted */
	struct span message;
	const struct outbound_recipient *to;
	size_t n_to;

	bool one_each;    /* a transaction for each recipient */
	bool twice;       /* wrong: send everything two times */
	bool unstuffed;   /* wrong: no dot before a dot */
	bool no_smtputf8; /* wrong: never say SMTPUTF8 */
	bool no_body;     /* wrong: never say BODY=8BITMIME */
};

enum outbound_fate {
	OUTBOUND_OPEN,     /* not known yet */
	OUTBOUND_RELAYED,  /* the peer took it, and knows no DSN */
	OUTBOUND_HANDED,   /* the peer took it, and will notify if asked to */
	OUTBOUND_DEFERRED, /* may be tried again: 4yz, or the connection broke
			    */
	OUTBOUND_REFUSED,  /* may not: 5yz, or the peer cannot take it */
};

struct outbound_result {
	enum outbound_fate fate;
	char status[16]; /* RFC 3463: "5.1.1" */
	char reply[512]; /* the peer's words, on one line; empty: ours */
	char why[200];   /* in our words */
};

struct outbound;

struct outbound *outbound_new(const struct outbound_letter *);
void outbound_free(struct outbound *);

/* Takes what the peer said; appends what to send to "out". */
void outbound_feed(struct outbound *, struct span in, struct buf *out);

/* The connection broke, could not be made, or time ran out: status, why. */
void outbound_broke(struct outbound *, const char *status, const char *why);

/* True when every recipient has a fate and the peer was told QUIT. */
bool outbound_over(const struct outbound *);
/* True when, beyond that, the peer has answered QUIT. */
bool outbound_parted(const struct outbound *);

const struct outbound_result *outbound_result(
    const struct outbound *, size_t recipient);

/* Octets of "out" that one letter may need. */
size_t outbound_most(const struct outbound_letter *);

#endif
