/* SPDX-License-Identifier: MIT */
/*
 * mailbox_inner - what views and books have to do with each other.
 */
#ifndef LOADGEN_MAILBOX_INNER_H
#define LOADGEN_MAILBOX_INNER_H

#include "loadgen/collect_reply.h"
#include "loadgen/mailbox_model.h"

/* ---- mailbox_model.c ---- */

/* Why, to be given back. */
const char *mailbox_wrong(struct mailbox_view *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- mailbox_book.c ---- */

/* Of "(\Seen $Junk)". */
unsigned mailbox_flags(struct span);
/* From here on these flags may be so in any session's sight. */
void mailbox_book_store(
    struct mailbox_view *, uint32_t uid, unsigned set, unsigned clear);
/* A new UIDVALIDITY begins the book anew. */
void mailbox_book_validity(struct mailbox_view *, uint32_t);
/* NULL, or what differs from what any session was told of that message. */
const char *mailbox_book_check(
    struct mailbox_view *, uint32_t uid, const struct imap_said *);

#endif
