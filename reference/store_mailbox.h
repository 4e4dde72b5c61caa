/* SPDX-License-Identifier: MIT */
/*
 * store_mailbox - the mailboxes of an account, and the messages in them.
 *
 * Made for IMAP4rev1 (RFC 3501) with UIDPLUS (4315), MOVE (6851), CONDSTORE
 * (7162), QUOTA (9208) and SPECIAL-USE (6154); POP3 and SMTP see the same
 * INBOX.  A mailbox is named by a number that is never given twice, so that
 * a session that has it selected follows it through RENAME, and finds it
 * gone after DELETE.
 *
 * Every call that changes something is one transaction: when it returns
 * STORE_DONE all of it is kept, else nothing is and *err says why.
 *
 * A session that has a mailbox selected keeps the modseq it has seen, asks
 * store_mailbox_version() whether there is more, and when there is:
 *
 *	store_mail_expunged(s, id, seen, &gone);   tell EXPUNGE
 *	store_mail_changes(s, id, seen, &changed); tell EXISTS, FETCH
 *	seen = version;
 *
 * What the calls below return in a struct uids or a struct mails is the
 * caller's, to be given to uids_free() and mails_free().
 */
#ifndef REFERENCE_STORE_MAILBOX_H
#define REFERENCE_STORE_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/span.h"

struct store;

/* What a session makes a response code of (RFC 3501 7.1, RFC 5530 3). */
enum store_answer {
	STORE_DONE,
	STORE_NONE,    /* no such mailbox, or it cannot be selected */
	STORE_EXISTS,  /* there is one of that name already */
	STORE_REFUSED, /* this cannot be done: *err says why not */
	STORE_FULL,    /* over the quota; the err is ERR_LIMIT */
	STORE_FAILED,  /* the disk said no; the err is ERR_IO */
};

/* ---- names ---- */

#define MAILBOX_NAME      512 /* octets, with the NUL */
#define MAILBOX_SEPARATOR '/'
#define MAILBOXES_MOST    4096 /* of an account; likewise subscriptions */

enum special_use { /* RFC 6154 2 */
	USE_NONE,
	USE_DRAFTS,
	USE_SENT,
	USE_TRASH,
	USE_JUNK,
	USE_ARCHIVE,
};

struct mailbox {
	int64_t id, account;
	char name[MAILBOX_NAME]; /* UTF-8, "INBOX" in capitals */
	uint32_t uidvalidity, uidnext;
	uint64_t highestmodseq;
	enum special_use use;
	bool noselect, subscribed, has_children;
	/* what STATUS tells: RFC 3501 6.3.10, RFC 9208 4.1.4 for the deleted */
	uint32_t messages, recent, unseen, deleted;
	int64_t size, deleted_size;
};

/*
 * Names are UTF-8 without empty parts and control characters; "INBOX" as the
 * first part is compared without case.  All that is above a name exists too,
 * so that "a" is there (perhaps \Noselect) when "a/b" is.
 */
bool store_mailbox(
    struct store *, int64_t account, struct span name, struct mailbox *);
bool store_mailbox_by_id(struct store *, int64_t mailbox, struct mailbox *);

/* All of an account's, by name; free(*list). */
size_t store_mailbox_list(
    struct store *, int64_t account, struct mailbox **list);

/*
 * A "/" at the end of a name is dropped, what is missing above it is created
 * (RFC 3501 6.3.3).  UIDVALIDITY is larger than any before.  "id" may be
 * NULL.
 */
enum store_answer store_mailbox_create(struct store *, int64_t account,
    struct span name, int64_t *id, struct err *);
/*
 * RFC 3501 6.3.4: one with children loses its messages and becomes
 * \Noselect; a \Noselect one with children, and INBOX, are refused.
 */
enum store_answer store_mailbox_delete(
    struct store *, int64_t account, struct span name, struct err *);
/*
 * RFC 3501 6.3.5: children move along, what is missing above the new name is
 * created.  The mailboxes keep id, UIDVALIDITY and UIDs; but INBOX stays,
 * with its children, and its messages move to a new mailbox.
 */
enum store_answer store_mailbox_rename(struct store *, int64_t account,
    struct span from, struct span to, struct err *);

/* Of names that need not exist (RFC 3501 6.3.6). */
enum store_answer store_subscribe(
    struct store *, int64_t account, struct span name, struct err *);
/* STORE_NONE when the name was not subscribed to. */
enum store_answer store_unsubscribe(
    struct store *, int64_t account, struct span name, struct err *);
/* By name; free(*names). */
size_t store_subscriptions(
    struct store *, int64_t account, char (**names)[MAILBOX_NAME]);

/* ---- messages ---- */

enum { /* RFC 3501 2.3.2, as a set; \Recent is not a flag of the message */
	MAIL_SEEN = 1 << 0,
	MAIL_ANSWERED = 1 << 1,
	MAIL_FLAGGED = 1 << 2,
	MAIL_DELETED = 1 << 3,
	MAIL_DRAFT = 1 << 4,
};

#define MAIL_KEYWORDS 1024 /* octets of all keywords of a message, with NUL */

struct mail_date {
	int64_t s;    /* since 1970-01-01T00:00:00Z */
	int zone_min; /* east of UTC: +0800 is 480 */
};

struct mail {
	uint32_t uid;
	unsigned flags;
	char *keywords; /* one space between them; NULL: none */
	struct mail_date date;
	int64_t size;
	uint64_t modseq;
};

struct mails {
	struct mail *of; /* by uid */
	size_t n;
};

struct uids {
	uint32_t *of;
	size_t n;
};

void mails_free(struct mails *);
void uids_free(struct uids *);

/* Is the keyword one of the set?  Without ASCII case; keywords may be NULL. */
bool mail_has_keyword(const char *keywords, struct span keyword);

/* All, in one query. */
void store_mail_list(struct store *, int64_t mailbox, struct mails *);
/* Those whose modseq is larger than "since": new or changed. */
void store_mail_changes(
    struct store *, int64_t mailbox, uint64_t since, struct mails *);
/* UIDs, in order; among them such as came after "since" and went again. */
void store_mail_expunged(
    struct store *, int64_t mailbox, uint64_t since, struct uids *);
/* HIGHESTMODSEQ, in constant time; 0: the mailbox is no more. */
uint64_t store_mailbox_version(struct store *, int64_t mailbox);

/*
 * \Recent (RFC 3501 2.3.2): messages with a UID of at least *from are recent
 * for the session that asks, and for no later one.  Asked at SELECT, and
 * each time that new messages are told; not by EXAMINE, which looks at
 * mailbox.uidnext - recent without claiming.
 */
enum store_answer store_mail_claim(
    struct store *, int64_t mailbox, uint32_t *from, struct err *);

struct mail_new {
	unsigned flags;
	struct span keywords; /* one space between them */
	struct mail_date date;
	struct span content;
};

enum store_answer store_mail_append(struct store *, int64_t mailbox,
    const struct mail_new *, uint32_t *uid, struct err *);

/*
 * In the order given, which has no UID twice; those that are not there are
 * passed over.  from->of[i] is now to->of[i] in the mailbox "into".  A copy
 * shares the content of its original and counts as much against the quota;
 * a move is never refused for the quota's sake.
 */
enum store_answer store_mail_copy(struct store *, int64_t mailbox,
    const struct uids *, int64_t into, struct uids *from, struct uids *to,
    struct err *);
enum store_answer store_mail_move(struct store *, int64_t mailbox,
    const struct uids *, int64_t into, struct uids *from, struct uids *to,
    struct err *);

enum flags_how {
	FLAGS_SET,
	FLAGS_ADD,
	FLAGS_REMOVE,
};

struct flags_change {
	enum flags_how how;
	unsigned flags;
	struct span keywords;
	bool conditional;         /* RFC 7162 3.1.3 UNCHANGEDSINCE ... */
	uint64_t unchanged_since; /* ... this modseq */
};

/*
 * All that change get the same new modseq, which *modseq is (HIGHESTMODSEQ
 * when none did); a message that has these flags already keeps its own.
 * UIDs refused for a larger modseq than unchanged_since are in *refused;
 * when not conditional it may be NULL.  modseq may be NULL.
 */
enum store_answer store_mail_flags(struct store *, int64_t mailbox,
    const struct uids *, const struct flags_change *, struct uids *refused,
    uint64_t *modseq, struct err *);

/* Those with \Deleted; of "only", unless it is NULL (RFC 4315 2.1). */
enum store_answer store_mail_expunge(struct store *, int64_t mailbox,
    const struct uids *only, struct uids *gone, struct err *);
/* These, whatever their flags: POP3 QUIT.  gone may be NULL. */
enum store_answer store_mail_remove(struct store *, int64_t mailbox,
    const struct uids *, struct uids *gone, struct err *);

/* Appended to *content; false when the message is gone or *content full. */
bool store_mail_content(
    struct store *, int64_t mailbox, uint32_t uid, struct buf *content);
/* Likewise, "length" octets from "offset", or as many as there are. */
bool store_mail_part(struct store *, int64_t mailbox, uint32_t uid,
    int64_t offset, int64_t length, struct buf *part);

/* ---- the account as a whole ---- */

struct quota {
	int64_t octets, octets_most; /* most 0: no limit */
	int64_t messages, messages_most;
};

/* False when there is no such account. */
bool store_quota(struct store *, int64_t account, struct quota *);
bool store_quota_set(struct store *, int64_t account, int64_t octets_most,
    int64_t messages_most, struct err *);

/* One POP3 session at a time (RFC 1939 4); false: somebody has it. */
bool store_maildrop_lock(struct store *, int64_t account);
void store_maildrop_unlock(struct store *, int64_t account);

#define MAIL_UNIQUE_ID 24
/* RFC 1939 7 UIDL: the same in every session, and never given again. */
void mail_unique_id(
    uint32_t uidvalidity, uint32_t uid, char id[MAIL_UNIQUE_ID]);

/*
 * told() is called after every change that was kept, once for each mailbox
 * that has a new modseq or is no more; it may call the store.
 */
void store_watch(
    struct store *, void (*told)(void *ctx, int64_t mailbox), void *ctx);
void store_unwatch(struct store *, void *ctx);

#endif
