/* SPDX-License-Identifier: MIT */
/*
 * mailbox_model - what an IMAP server has told many sessions of one mailbox,
 * held against itself.
 *
 * A view is what one session knows: the UID of each sequence number, how many
 * messages there are.  A book is what all sessions of an account know of the
 * INBOX: size, content and flags by UID.  Neither knows what should be in the
 * mailbox: they say when two answers cannot both be true.
 *
 *	EXISTS falls without EXPUNGE; a sequence number beyond EXISTS
 *	the UID of a message changes, or UIDs do not ascend (RFC 3501 2.3.1.1)
 *	a message that was there has a UID not below UIDNEXT, or a new one has
 *	EXPUNGE while nothing is in progress, or a FETCH, STORE or SEARCH is
 *	    (RFC 3501 7.4.1)
 *	size or content of a UID change, in this session or another
 *	a flag is set, or is not, that never was and that nobody has stored so
 *
 * Sessions may lag behind each other, so flags are only held against all that
 * they may have been; and nobody but these sessions may change them.
 *
 * A view is fed what was said and heard, whole responses; it allocates
 * nothing, and of a large mailbox it follows the newest messages.
 */
#ifndef LOADGEN_MAILBOX_MODEL_H
#define LOADGEN_MAILBOX_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/span.h"

#define MODEL_WINDOW   512  /* messages a view follows, the newest */
#define MODEL_BOOK     8192 /* UIDs a book follows, the first it is told of */
#define MODEL_COMMANDS 16   /* in progress; with more a view says nothing */

/* Of the system flags, RFC 3501 2.3.2. */
enum model_flag {
	MODEL_SEEN = 1 << 0,
	MODEL_ANSWERED = 1 << 1,
	MODEL_FLAGGED = 1 << 2,
	MODEL_DELETED = 1 << 3,
	MODEL_DRAFT = 1 << 4,
	MODEL_FLAGS = (1 << 5) - 1
};

struct mailbox_book; /* for any number of threads */

/* others: flags that somebody else may change, as POP3 may \Seen. */
struct mailbox_book *mailbox_book_new(unsigned others);
void mailbox_book_free(struct mailbox_book *);

enum model_command {
	MODEL_OTHER,
	MODEL_SELECT,
	MODEL_FETCH, /* and STORE, SEARCH: by sequence number */
};

struct model_doing {
	char tag[16];
	enum model_command command;
	bool inbox, begun;
	bool told, told_again; /* EXISTS */
};

struct mailbox_view {
	struct mailbox_book *book;
	struct model_doing doing[MODEL_COMMANDS];
	unsigned n_doing;
	bool blind;       /* more in progress than we can follow */
	uint64_t literal; /* octets that are no command */
	bool within;      /* of a command line */
	bool selected, inbox;
	uint32_t validity, uidnext;
	uint32_t exists;
	uint32_t old;  /* of these were there when it was selected */
	uint32_t base; /* so many, the oldest, are not followed */
	uint32_t uids[MODEL_WINDOW]; /* of base + 1 ...; 0: not told */
	uint64_t checks;
	char why[160];
};

/* A new connection; without a book, INBOX is as any other mailbox. */
void mailbox_view_open(struct mailbox_view *, struct mailbox_book *);

/* What we say, in order: whole lines, and literals in any pieces. */
void mailbox_view_said(struct mailbox_view *, struct span out);

/* Whole responses; NULL, or what cannot be, valid until the next call. */
const char *mailbox_view_heard(struct mailbox_view *, struct span in);

#endif
