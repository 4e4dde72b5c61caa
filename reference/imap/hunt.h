/* SPDX-License-Identifier: MIT */
/*
 * imap/hunt - which messages of the selected mailbox are looked for: the
 * tree of imap/search_args, put to one message after another.
 *
 * What the view knows is asked first; content is read only where that leaves
 * the question open, and no further than it has to be.
 */
#ifndef REFERENCE_IMAP_HUNT_H
#define REFERENCE_IMAP_HUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "reference/imap/content.h"
#include "reference/imap/search_args.h"
#include "reference/imap/view.h"

struct hunt {
	struct imap_search search;
	const struct imap_view *view;
	struct imap_content content; /* of the message asked about last */
	struct buf *needle;          /* one for each node: folded UTF-8 */
	bool read;                   /* content was, for the last message */
};

/*
 * Takes the search over, its sets unresolved.  False when its charset is none
 * we know (RFC 3501 6.4.4); hunt_free() all the same.
 */
bool hunt_init(struct hunt *, const struct imap_view *, struct imap_search);
void hunt_free(struct hunt *);

bool hunt_wants(struct hunt *, uint32_t n); /* a sequence number */

/* " (US-ASCII UTF-8 ...)": the charsets to tell others. */
void hunt_put_charsets(struct buf *);

#endif
