/* SPDX-License-Identifier: MIT */
/*
 * imap/utf7 - mailbox names: modified UTF-7 (RFC 3501 5.1.3) and UTF-8.
 *
 * Every name has one form only, and decoding refuses all others: two forms
 * would be two mailboxes that look alike.
 */
#ifndef REFERENCE_IMAP_UTF7_H
#define REFERENCE_IMAP_UTF7_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"

/* On false *why says what is wrong with it; utf8 may hold a part. */
bool imap_utf7_decode(struct span name, struct buf *utf8, const char **why);

/* False when it is not UTF-8, or out is full. */
bool imap_utf7_encode(struct span utf8, struct buf *out);

#endif
