/* SPDX-License-Identifier: MIT */
/*
 * imap/set - sets of sequence numbers or UIDs: "1:3,7,*:5".
 *
 * A set is ranges and is never expanded: 1:4294967295 is one.  As read it
 * holds "*" as 0 and ranges as sent; imap_set_resolve() says what "*" is and
 * brings the ranges into order, disjoint and not adjacent.
 */
#ifndef REFERENCE_IMAP_SET_H
#define REFERENCE_IMAP_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "reference/imap/codec.h"

struct imap_range {
	uint32_t lo, hi; /* 0: "*"; once resolved 1 <= lo <= hi */
};

struct imap_set {
	struct imap_range *range; /* imap_set_free() */
	size_t n;
};

bool imap_take_set(struct imap_args *, struct imap_set *);
void imap_set_free(struct imap_set *);

/*
 * largest is the number of messages, or the UID of the last one; 0 in an
 * empty mailbox, where "*" is nothing.
 */
void imap_set_resolve(struct imap_set *, uint32_t largest);

/* Of resolved sets. */
bool imap_set_has(const struct imap_set *, uint32_t n);
/* The least member that is at least n; 0 when there is none. */
uint32_t imap_set_next(const struct imap_set *, uint32_t n);
/* The greatest member, 0 in an empty set: a sequence number too high? */
uint32_t imap_set_most(const struct imap_set *);

/* Numbers as a set, in their order, runs joined: "1:3,5". */
void imap_put_set(struct buf *, const uint32_t *number, size_t n);

#endif
