/* SPDX-License-Identifier: MIT */
/*
 * mime_address - the addresses of a header field, as ENVELOPE has them.
 *
 *	mime_addresses_open(&list, mime_field_value(header, SPAN("To")));
 *	while (mime_addresses_next(&list, &address))
 *		...
 *	mime_addresses_close(&list);
 *
 * RFC 5322 3.4 and 4.4 (routes), with UTF-8 anywhere (RFC 6532).  What is no
 * address is skipped up to the next comma.
 */
#ifndef REFERENCE_MIME_ADDRESS_H
#define REFERENCE_MIME_ADDRESS_H

#include "lib/buf.h"
#include "lib/span.h"

/*
 * A NULL pointer is NIL in the ENVELOPE.  RFC 3501 7.4.2: a group starts with
 * its name in "mailbox" and no host, and ends with neither.
 */
struct mime_address {
	struct span name;    /* the phrase, or else the comment; not decoded */
	struct span adl;     /* the source route: "@a.test,@b.test" */
	struct span mailbox; /* local part, quotes removed */
	struct span host;    /* empty and not NIL when "@host" is missing */
};

struct mime_addresses {
	struct span rest;
	bool in_group;
	struct buf text; /* what the spans of the last address point into */
};

void mime_addresses_open(struct mime_addresses *, struct span value);
bool mime_addresses_next(struct mime_addresses *, struct mime_address *);
void mime_addresses_close(struct mime_addresses *);

/*
 * What SORT FROM, TO and CC compare (RFC 5256 3): the mailbox of the first
 * address, which is the name of a group when that comes first.
 */
void mime_first_mailbox(struct span value, struct buf *out);

#endif
