/* SPDX-License-Identifier: MIT */
/*
 * imap/box_args - arguments of the commands about mailboxes.
 *
 * Each takes everything to the end of the command.
 */
#ifndef REFERENCE_IMAP_BOX_ARGS_H
#define REFERENCE_IMAP_BOX_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/clock.h"
#include "lib/span.h"
#include "reference/imap/codec.h"

#define IMAP_ID_MOST   30   /* RFC 2971 3.3 */
#define IMAP_NAME_MOST 1024 /* octets of a name that can match */

enum { /* STATUS items as a set, in the order they are written */
	IMAP_STATUS_MESSAGES = 1 << 0,
	IMAP_STATUS_RECENT = 1 << 1,
	IMAP_STATUS_UIDNEXT = 1 << 2,
	IMAP_STATUS_UIDVALIDITY = 1 << 3,
	IMAP_STATUS_UNSEEN = 1 << 4,
	IMAP_STATUS_HIGHESTMODSEQ = 1 << 5,   /* RFC 7162 */
	IMAP_STATUS_DELETED = 1 << 6,         /* RFC 9208 */
	IMAP_STATUS_DELETED_STORAGE = 1 << 7, /* RFC 9208 */
};

enum { /* special uses as a set: RFC 6154 2 */
	IMAP_USE_ALL = 1 << 0,
	IMAP_USE_ARCHIVE = 1 << 1,
	IMAP_USE_DRAFTS = 1 << 2,
	IMAP_USE_FLAGGED = 1 << 3,
	IMAP_USE_JUNK = 1 << 4,
	IMAP_USE_SENT = 1 << 5,
	IMAP_USE_TRASH = 1 << 6,
};

struct imap_select { /* SELECT, EXAMINE */
	struct span name;
	bool condstore; /* (CONDSTORE): RFC 7162 3.1.8 */
};

struct imap_create {
	struct span name;
	unsigned use; /* (USE (\Drafts)): RFC 6154 3 */
	bool use_unknown;
};

struct imap_list { /* LIST, LSUB */
	struct span reference, pattern;
	bool only_special;   /* LIST (SPECIAL-USE) ... */
	bool return_special; /* ... RETURN (SPECIAL-USE) */
};

struct imap_append {
	struct span name;
	struct imap_flags flags;
	bool dated;
	struct wall date;
	int zone_min;
	struct span message;
};

struct imap_id {
	size_t n; /* 0: NIL or () */
	struct {
		struct span field, value; /* value.ptr NULL: NIL */
	} pair[IMAP_ID_MOST];
};

bool imap_take_select(struct imap_args *, struct imap_select *);
bool imap_take_create(struct imap_args *, struct imap_create *);
bool imap_take_list(struct imap_args *, struct imap_list *);
bool imap_take_status(struct imap_args *, struct span *name, unsigned *items);
bool imap_take_append(struct imap_args *, struct imap_append *);
bool imap_take_id(struct imap_args *, struct imap_id *);

/* "MESSAGES": the name of one bit; NULL after the last. */
const char *imap_status_name(unsigned bit);
/* "\Drafts", likewise. */
const char *imap_use_name(unsigned bit);

/*
 * Does a name match a pattern of LIST?  "*" stands for anything, "%" for
 * anything without the delimiter; INBOX is compared without case.  Time grows
 * with the product of the lengths and not faster.
 */
bool imap_name_matches(struct span pattern, struct span name, char delimiter);

#endif
