/* SPDX-License-Identifier: MIT */
/*
 * imap/view - the selected mailbox as one client knows it: which message has
 * which sequence number (RFC 3501 2.3.1.2, 7.4.1).
 *
 * The mailbox goes its way; imap_view_follow() takes in what has happened but
 * moves no sequence number: what is gone stays, marked, and what is new
 * stands behind, until the client is told.  Telling is imap/tell's.
 * Each step takes time in proportion to the messages, or to the changes.
 */
#ifndef REFERENCE_IMAP_VIEW_H
#define REFERENCE_IMAP_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference/imap/set.h"
#include "reference/store.h"
#include "reference/store_mailbox.h"

#define IMAP_VIEW_KEYWORDS 256 /* of a mailbox, as announced by FLAGS */

struct imap_view_item {
	struct mail mail;
	bool recent;
	bool gone;    /* expunged, and the client does not know */
	bool changed; /* so did its flags; same */
	bool quiet;   /* its client did that and wants not to hear of it */
};

struct imap_view {
	struct store *store; /* NULL: not open */
	int64_t mailbox;
	bool claims;                 /* SELECT and not EXAMINE: takes \Recent */
	struct imap_view_item *item; /* sequence number n is item[n - 1] */
	size_t n;                    /* messages the client knows of */
	size_t all;                  /* and such as came since */
	size_t room;
	size_t gone, changed; /* how many of them are so marked */
	uint64_t seen;        /* the modseq up to which it is followed */
	char *keyword[IMAP_VIEW_KEYWORDS];
	size_t keywords;
	bool new_keywords; /* some that FLAGS did not have */
};

/* False when there is no such mailbox any more. */
bool imap_view_open(
    struct imap_view *, struct store *, int64_t mailbox, bool claims);
void imap_view_close(struct imap_view *); /* also fit for a zeroed one */

/* Takes in what changed.  True when there is something to be told. */
bool imap_view_follow(struct imap_view *);

/* Is there something the client was not told? */
static inline bool
imap_view_is_news(const struct imap_view *v)
{
	return v->all > v->n || v->gone > 0 || v->changed > 0 ||
	       v->new_keywords;
}

/* Marks the flags of message n as to be told, or as told. */
void imap_view_mark(struct imap_view *, uint32_t n, bool changed);
/* The new ones are told: n is all. */
void imap_view_admit(struct imap_view *);
/* The first "upto" sequence numbers: those that are gone are dropped. */
void imap_view_compact(struct imap_view *, size_t upto);

/* The message with this sequence number; n is 1 to view->n. */
static inline struct imap_view_item *
imap_view_at(const struct imap_view *v, uint32_t n)
{
	return &v->item[n - 1];
}

/* Its sequence number; 0 when the client knows of none such. */
uint32_t imap_view_find(const struct imap_view *, uint32_t uid);
uint32_t imap_view_recent(const struct imap_view *);   /* how many */
uint32_t imap_view_last_uid(const struct imap_view *); /* 0: empty */
/* The first without \Seen; 0: none. */
uint32_t imap_view_unseen(const struct imap_view *);

/* Is it one of those that FLAGS has told, or will? */
bool imap_view_has_keyword(const struct imap_view *, struct span keyword);

/*
 * Walks a resolved set: the first sequence number after "after" (0: from the
 * start) that it names, or whose UID it names; 0 when there is no more.
 */
uint32_t imap_view_next(const struct imap_view *, const struct imap_set *,
    bool uid, uint32_t after);

#endif
