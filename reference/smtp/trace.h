/* SPDX-License-Identifier: MIT */
/*
 * smtp/trace - the header of a message as a mail server sees and adds to it.
 *
 * RFC 5321 4.4 (Received), 6.3 (loops); RFC 3848 and RFC 6531 4.3 (what
 * stands behind "with"); RFC 6409 8 (Date and Message-ID on submission).
 */
#ifndef REFERENCE_SMTP_TRACE_H
#define REFERENCE_SMTP_TRACE_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/span.h"

struct smtp_trace {
	const char *helo; /* as the client named itself */
	const char *peer; /* "127.0.0.1:40112", "[::1]:40112" */
	const char *host; /* us */
	bool extended;    /* EHLO, not HELO */
	bool tls, authenticated, smtputf8;
	const char *recipient; /* when there is one only, else NULL */
	bool folded;           /* over five lines: RFC 5322 2.2.3 */
	bool zoneless;         /* wrong: a date without its zone */
	struct wall when;
};

void smtp_write_received(struct buf *, const struct smtp_trace *);

/* How many Received fields stand in the header. */
int smtp_count_hops(struct span message);

/* The header has a field of this name, compared without case. */
bool smtp_has_field(struct span message, struct span name);

/* The first line is a field, so there is a header to add to. */
bool smtp_has_header(struct span message);

#endif
