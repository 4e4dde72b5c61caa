/* SPDX-License-Identifier: MIT */
/*
 * imap/structure - ENVELOPE, BODY and BODYSTRUCTURE (RFC 3501 7.4.2).
 *
 * Each appends one parenthesized list.  A NIL is a field that is not there;
 * one that is there and empty is "".
 */
#ifndef REFERENCE_IMAP_STRUCTURE_H
#define REFERENCE_IMAP_STRUCTURE_H

#include "lib/buf.h"
#include "reference/mime.h"

void imap_put_envelope(struct buf *, struct span header);
/* With extension data: BODYSTRUCTURE; without: BODY. */
void imap_put_structure(struct buf *, const struct mime_part *, bool extended);

#endif
