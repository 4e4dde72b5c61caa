/* SPDX-License-Identifier: MIT */
/*
 * imap/content - one message of a mailbox, read from the store as far as it
 * is asked for: nothing, the header, or all of it and its structure.
 *
 * What is handed out lives until the next message is chosen.
 */
#ifndef REFERENCE_IMAP_CONTENT_H
#define REFERENCE_IMAP_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"
#include "reference/mime.h"
#include "reference/store_mailbox.h"

struct imap_content {
	struct store *store;
	int64_t mailbox;
	uint32_t uid;
	struct buf octets;
	bool begun;  /* the front of it is in octets */
	bool whole;  /* all of it */
	bool parsed; /* and mime is its structure */
	struct mime mime;
};

void imap_content_init(struct imap_content *, struct store *, int64_t mailbox);
void imap_content_free(struct imap_content *);

/* The next message; the last one is forgotten. */
void imap_content_choose(struct imap_content *, uint32_t uid);

/* False when the message is gone. */
bool imap_content_header(struct imap_content *, struct span *header);
bool imap_content_all(struct imap_content *, struct span *octets);
bool imap_content_mime(struct imap_content *, const struct mime **);

#endif
