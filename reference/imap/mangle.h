/* SPDX-License-Identifier: MIT */
/*
 * imap/mangle - the ways in which a bad server answers FETCH.
 *
 * The faults about what is read out of a message are rows of tables here, so
 * that fetch.c knows of few.  Each takes the right answer and spoils it.
 */
#ifndef REFERENCE_IMAP_MANGLE_H
#define REFERENCE_IMAP_MANGLE_H

#include "lib/buf.h"
#include "reference/fault.h"
#include "reference/imap/fetch_args.h"
#include "reference/mime.h"

/* Does this fault spoil the octets of such an item? */
bool imap_mangles_section(enum fault, const struct imap_fetch_item *);

/*
 * The octets of a section, *there telling whether there is one; what has to
 * be made goes to "work", in which they do not stand already.
 */
void imap_mangle_section(enum fault, const struct imap_fetch_item *,
    const struct mime *, bool *there, struct span *octets, struct buf *work);

/* <from.count> of a text of size octets: may count differently. */
void imap_mangle_cut(enum fault, const struct imap_fetch_item *, int64_t size,
    int64_t *from, int64_t *count);

/* A name in a response, or the value of an item that is no section. */
void imap_mangle_name(
    enum fault, const struct imap_fetch_item *, struct buf *name);
void imap_mangle_value(enum fault, enum imap_fetch_what, struct buf *value);

/* The items of a command: some are forgotten. */
void imap_mangle_items(enum fault, struct imap_fetch *);

/* Does the item set \Seen?  "sees" is the right answer. */
bool imap_mangle_seeing(enum fault, const struct imap_fetch_item *, bool sees);

#endif
