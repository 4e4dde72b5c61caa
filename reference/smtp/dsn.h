/* SPDX-License-Identifier: MIT */
/*
 * smtp/dsn - delivery status notifications, as messages.
 *
 * multipart/report of RFC 3464 about one recipient, with what RFC 3461 asks
 * to be told (envelope identifier, original recipient, headers or all of the
 * message).  Always in ASCII but for the part that returns the message and
 * for an address to notify that is not: others are written as the utf-8
 * addresses of RFC 6533 3.
 */
#ifndef REFERENCE_SMTP_DSN_H
#define REFERENCE_SMTP_DSN_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/span.h"
#include "reference/fault.h"

enum dsn_action { /* RFC 3464 2.3.3 */
	DSN_FAILED,
	DSN_DELIVERED,
	DSN_RELAYED,
};

struct dsn {
	const char *host; /* Reporting-MTA */
	const char *to;   /* whom we tell */
	const char *id;   /* unique: Message-ID and boundary */
	enum dsn_action action;
	const char *recipient;
	const char *orcpt, *envid; /* as they came (xtext), or empty */
	const char *status;        /* RFC 3463 */
	const char *diagnostic;    /* the peer's reply, or empty */
	const char *why;           /* in our words */
	const char *remote;        /* domain of the next hop, or empty */
	bool full;                 /* return all, not only the header */
	struct span original;
	struct wall arrived, now;
	enum fault fault;
};

void dsn_write(const struct dsn *, struct buf *out);

/* "postmaster@example.test" when the host is "mail.example.test". */
void dsn_postmaster(const char *host, char address[320]);

#endif
