/* SPDX-License-Identifier: MIT */
/*
 * imap/store_args - what a STORE does to flags.
 *
 * Stands after the set of messages.
 */
#ifndef REFERENCE_IMAP_STORE_ARGS_H
#define REFERENCE_IMAP_STORE_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "reference/imap/codec.h"

enum imap_store_how {
	IMAP_STORE_SET,
	IMAP_STORE_ADD,
	IMAP_STORE_REMOVE,
};

struct imap_store {
	enum imap_store_how how;
	bool silent;
	struct imap_flags flags;
	bool unchanged;           /* UNCHANGEDSINCE was said */
	uint64_t unchanged_since; /* RFC 7162 3.1.3; may be 0 */
};

/* Takes everything to the end of the command. */
bool imap_take_store(struct imap_args *, struct imap_store *);

#endif
