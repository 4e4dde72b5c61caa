/* SPDX-License-Identifier: MIT */
/*
 * imap/vary - the same answer to FETCH, said in another permitted way.
 */
#ifndef REFERENCE_IMAP_VARY_H
#define REFERENCE_IMAP_VARY_H

#include "lib/buf.h"
#include "reference/imap/fetch_args.h"
#include "reference/variant.h"

/* Items that are told: in which order, and with which others. */
void imap_vary_items(enum variant, struct imap_fetch *);

/* The value of an item that is no section. */
void imap_vary_value(enum variant, enum imap_fetch_what, struct buf *value);

/* A string of a section is quoted where it could be a literal. */
bool imap_varies_string(enum variant, struct span octets);

#endif
