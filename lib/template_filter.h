/* SPDX-License-Identifier: MIT */
/*
 * template_filter - how the value of a variable is written where it stands:
 * ${body|base64}.
 */
#ifndef LIB_TEMPLATE_FILTER_H
#define LIB_TEMPLATE_FILTER_H

#include "lib/buf.h"
#include "lib/span.h"

enum filter {
	FILTER_NONE,
	FILTER_BASE64, /* RFC 4648 4 */
	FILTER_LINES,  /* every line end becomes CR LF */
	FILTER_LENGTH, /* how many octets, in decimal: for IMAP literals */
	FILTER_QUOTED, /* a quoted string, RFC 3501 4.3 */
	FILTER_DN,     /* a name as lib/framing_ldap.h has it */
	FILTER_UPPER,  /* ASCII letters in capitals */
	FILTER_JSON,   /* inside a JSON string, RFC 8259 7 */
	FILTER_URL,    /* percent-encoded but for unreserved, RFC 3986 2.3 */
	FILTER_XML,    /* character data or an attribute's value */
	FILTERS
};

/* FILTER_NONE when there is none of that name. */
enum filter filter_find(struct span name);
/* "|base64, |lines and |length": all there are, for errors. */
void filter_names(struct buf *out);
void filter_apply(enum filter, struct span in, struct buf *out);

#endif
