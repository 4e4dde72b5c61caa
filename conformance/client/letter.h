/* SPDX-License-Identifier: MIT */
/*
 * letter - a message taken apart by a MIME parser that is not ours
 * (libetpan): its parts in their order, decoded, multiparts left out.
 */
#ifndef CONFORMANCE_CLIENT_LETTER_H
#define CONFORMANCE_CLIENT_LETTER_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"

#define LETTER_PARTS 32 /* the rest is not looked at */

struct letter_part {
	char type[128];   /* "application/pdf", in small letters */
	char charset[64]; /* in small letters; "" without one */
	char *filename;   /* UTF-8, RFC 2231 undone; "" without one */
	struct buf body;  /* transfer encoding undone */
};

struct letter {
	struct letter_part part[LETTER_PARTS];
	size_t n;
	char *subject; /* UTF-8, RFC 2047 undone; "" without one */
};

/* False when it cannot be taken apart; letter_free() in any case. */
bool letter_read(struct letter *, struct span message);
void letter_free(struct letter *);

#endif
