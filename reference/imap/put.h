/* SPDX-License-Identifier: MIT */
/*
 * imap/put - the words that IMAP responses are made of.
 *
 * Each appends to a buf that has its own cap; none adds spaces around.
 */
#ifndef REFERENCE_IMAP_PUT_H
#define REFERENCE_IMAP_PUT_H

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/span.h"
#include "reference/imap/codec.h"

#define IMAP_QUOTED_MOST 1000 /* longer strings become literals */

/* Quoted where that is possible, else a literal. */
void imap_put_string(struct buf *, struct span);
/* The same, and NIL when ptr is NULL. */
void imap_put_nstring(struct buf *, struct span);
/* An atom where that is possible, else a string. */
void imap_put_astring(struct buf *, struct span);

/* A mailbox name in UTF-8, put in modified UTF-7. */
void imap_put_mailbox(struct buf *, struct span utf8);

/* "(\Seen $Forwarded)" */
void imap_put_flags(struct buf *, const struct imap_flags *);

/* "\" 1-Feb-2026 08:00:00 +0800\"" with its quotes. */
void imap_put_date_time(struct buf *, struct wall, int zone_min);

#endif
