/* SPDX-License-Identifier: MIT */
/*
 * imap - a mailbox as a mail program sees it: libetpan over IMAP4rev1.
 *
 * The first command that does not succeed stays: after it every function
 * returns false at once, and imap_why() says what it was.  None ever removes
 * a message it was not given.
 */
#ifndef CONFORMANCE_CLIENT_IMAP_H
#define CONFORMANCE_CLIENT_IMAP_H

#include <libetpan/mailimap.h>

#include "conformance/client/record.h"
#include "lib/profile.h"
#include "lib/span.h"

struct imap_client {
	mailimap *session;
	struct record record;
	const char *doing; /* the command: "UID FETCH" */
	int result;        /* libetpan's; of the first that failed */
	bool entered;      /* logged in, and not refused since */
	bool uidplus, move, idle, literalplus; /* as the profile claims */
};

struct imap_uids {
	uint32_t *of;
	size_t n;
};

/* A set of flags. */
enum {
	IMAP_FLAG_SEEN = 1 << 0,
	IMAP_FLAG_FLAGGED = 1 << 1,
	IMAP_FLAG_DELETED = 1 << 2,
};

enum imap_part {
	IMAP_PART_HEADER, /* BODY.PEEK[HEADER] */
	IMAP_PART_PEEK,   /* BODY.PEEK[] */
	IMAP_PART_READ,   /* BODY[] */
};

/* Connects, begins TLS where the endpoint says so, logs in; within ms. */
bool imap_enter(struct imap_client *, const struct profile *,
    const struct profile_endpoint *, const struct profile_account *,
    int64_t ms);
void imap_leave(struct imap_client *); /* always, after imap_enter() */

bool imap_fine(const struct imap_client *);
/* The target's last word was for us; else it has not answered. */
bool imap_answered(const struct imap_client *);
/* A NO is forgotten; false when there is no session to go on with. */
bool imap_forgive(struct imap_client *);
void imap_why(const struct imap_client *, char *why, size_t size);

bool imap_select(struct imap_client *, const char *mailbox);
uint32_t imap_exists(const struct imap_client *);
bool imap_noop(struct imap_client *);
/* Names as they are sent; each and all to be freed. */
bool imap_list(
    struct imap_client *, const char *pattern, char ***names, size_t *n);
bool imap_create(struct imap_client *, const char *mailbox);
bool imap_delete(struct imap_client *, const char *mailbox);
bool imap_unsubscribe(struct imap_client *, const char *mailbox);

/*
 * Messages whose field holds the text, or that hold it anywhere: NULL.  With
 * a charset it is sent as a literal, for which LITERAL+ is needed.
 */
bool imap_find(struct imap_client *, const char *charset, const char *field,
    const char *text, struct imap_uids *);
bool imap_fetch(
    struct imap_client *, uint32_t uid, enum imap_part, struct buf *);
bool imap_flags(struct imap_client *, uint32_t uid, unsigned *flags);
bool imap_add_flags(
    struct imap_client *, const struct imap_uids *, unsigned flags);
bool imap_copy(struct imap_client *, const struct imap_uids *, const char *to);
/* MOVE where the profile claims it; else COPY, and remove. */
bool imap_move(struct imap_client *, const struct imap_uids *, const char *to);
/*
 * Marks them \Deleted and removes them.  Without UIDPLUS that is done only
 * when nothing else is so marked; what is left is then *left.
 */
bool imap_remove(struct imap_client *, const struct imap_uids *, size_t *left);
/* What is marked goes, and no mailbox is selected any more. */
bool imap_close(struct imap_client *);

bool imap_idle(struct imap_client *);
/* Something has come before ms were over. */
bool imap_idle_wait(struct imap_client *, int64_t ms);
bool imap_idle_done(struct imap_client *);

void imap_uids_add(struct imap_uids *, uint32_t uid);
void imap_uids_free(struct imap_uids *);

#endif
