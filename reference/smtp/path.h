/* SPDX-License-Identifier: MIT */
/*
 * smtp/path - what stands behind MAIL FROM: and RCPT TO:.
 *
 * Paths, mailboxes and domains (RFC 5321 4.1.2, 4.1.3; RFC 6531 3.3), the
 * keyword=value parameters after them (4.1.2) and xtext (RFC 3461 4).  Pure:
 * spans in, spans out, nothing is copied.
 */
#ifndef REFERENCE_SMTP_PATH_H
#define REFERENCE_SMTP_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"

/* RFC 5321 4.5.3.1.1 to 4.5.3.1.3, in octets. */
#define SMTP_LOCAL_MOST  64
#define SMTP_DOMAIN_MOST 255
#define SMTP_PATH_MOST   256 /* with its brackets */

struct smtp_path {
	struct span mailbox; /* "local@domain"; empty: the null path "<>" */
	struct span local;   /* as sent, quotes and all */
	struct span domain;  /* empty: "<Postmaster>" (RFC 5321 4.1.1.3) */
	bool utf8;           /* has octets beyond ASCII (RFC 6531 3.3) */
	bool routed;         /* a source route stood in front */
};

/*
 * Takes "<...>" from the front of *in.  A source route is read and left out
 * (RFC 5321 appendix C).  False, and *in is of no use, when it is no path.
 */
bool smtp_take_path(struct span *in, struct smtp_path *path);

/* The mailbox alone, "local@domain" without brackets, all of it. */
bool smtp_parse_mailbox(struct span text, struct smtp_path *path);

/*
 * Appends "local@domain" with the quotes taken away where the local part
 * does not need them: "\"alice\"@a.test" and "alice@a.test" are one mailbox.
 */
void smtp_plain_mailbox(const struct smtp_path *, struct buf *out);

/* The argument of EHLO: a domain or an address literal. */
bool smtp_is_domain_or_literal(struct span);

struct smtp_param {
	struct span keyword;
	struct span value; /* ptr NULL: no "=" was there */
};

/*
 * Takes " KEYWORD[=value]" from the front of *in.  False at the end, and
 * with *bad set when what follows is not a parameter.
 */
bool smtp_take_param(struct span *in, struct smtp_param *param, bool *bad);

/* A number of 1 to 20 digits, RFC 1870 4; the largest stands for all above. */
bool smtp_parse_number(struct span, int64_t *);

/* RFC 3461 4: appends what xtext stands for.  False when it is not xtext. */
bool smtp_decode_xtext(struct span, struct buf *out);

#endif
