/* SPDX-License-Identifier: MIT */
/*
 * pop3/drop - a maildrop as one session sees it (RFC 1939 4, 5): locked when
 * it is opened, numbered from 1 once and for all, and changed at the end or
 * not at all.
 */
#ifndef REFERENCE_POP3_DROP_H
#define REFERENCE_POP3_DROP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference/store.h"
#include "reference/store_mailbox.h"

struct drop_item {
	uint32_t uid;
	int64_t size; /* octets, line ends as CRLF */
	bool deleted;
};

struct drop {
	struct store *store; /* NULL: not open */
	int64_t account, mailbox;
	uint32_t uidvalidity;
	struct drop_item *items; /* message 1 is items[0] */
	size_t n;
	bool locked;
};

/* False when somebody else has it.  "shares" leaves out the lock. */
bool drop_open(struct drop *, struct store *, int64_t account, bool shares);
/* Gives the lock back and removes nothing; also fit for a zeroed struct. */
void drop_close(struct drop *);

/* What is not marked as deleted. */
void drop_count(const struct drop *, uint32_t *messages, int64_t *octets);
int64_t drop_octets(const struct drop *); /* deleted ones, too */
/* Unmarks all but the first "n" of the deleted ones. */
void drop_restore(struct drop *, size_t n);
/* NULL when there is none of that number; a deleted one is one. */
struct drop_item *drop_item(const struct drop *, uint32_t number);
void drop_reset(struct drop *);
/* Removes what is marked; on false all of it is still there. */
bool drop_purge(struct drop *);

#endif
