/* SPDX-License-Identifier: MIT */
/*
 * imap/search - what SEARCH and SORT do alike: find messages portion by
 * portion, then tell them.
 */
#ifndef REFERENCE_IMAP_SEARCH_H
#define REFERENCE_IMAP_SEARCH_H

#include "reference/imap/hunt.h"
#include "reference/imap/inner.h"

struct imap_find {
	struct hunt hunt;
	bool uid;
	uint32_t at;     /* the last sequence number that was asked about */
	uint32_t *found; /* sequence numbers */
	size_t n, told;
	bool begun;      /* telling them */
	uint64_t modseq; /* the highest among them */
};

/* Takes the search over; NULL after NO when its charset is unknown. */
struct imap_find *imap_find_new(
    struct imap_session *, struct imap_search, bool uid);
/* False when there is more to look at. */
bool imap_find_more(struct imap_session *, struct imap_find *);
/* "* SEARCH 2 4 7" and the tagged response; false when there is more. */
bool imap_find_tell(
    struct imap_session *, struct imap_find *, const char *word);

#endif
