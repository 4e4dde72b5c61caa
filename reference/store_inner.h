/* SPDX-License-Identifier: MIT */
/*
 * store_inner - what the files of the store share: SQLite, in our words.
 *
 * Nobody else includes this.  A change is
 *
 *	change_begin(s);
 *	put(s, SOME_QUERY, "it", number, text);
 *	return change_end(s, err);
 *
 * where the first failure sticks, and undoes all of it.
 */
#ifndef REFERENCE_STORE_INNER_H
#define REFERENCE_STORE_INNER_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/span.h"
#include "reference/store.h"
#include "reference/store_ca.h"
#include "reference/store_mailbox.h"

enum query {
	BEGIN,
	COMMIT,
	ROLLBACK,
	ACCOUNT_ADD,
	ACCOUNT_GET,
	ACCOUNT_FAILED,
	ACCOUNT_SUCCEEDED,
	ACCOUNT_ROOM,
	ACCOUNT_QUOTA,
	ACCOUNT_QUOTA_SET,
	DOMAIN_ADD,
	DOMAIN_GET,
	ADDRESS_ADD,
	ADDRESS_GET,
	MESSAGE_ADD,
	MESSAGE_GET,
	MESSAGE_DROP,
	RECIPIENT_ADD,
	RECIPIENT_DUE,
	RECIPIENT_DUE_OF,
	RECIPIENT_NEXT,
	RECIPIENT_RETRY,
	RECIPIENT_DROP,
	TAKEN_ADD,
	TAKEN_DROP,
	UIDVALIDITY_NEXT,
	MAILBOX_SETTLE,
	MAILBOX_ADD,
	MAILBOX_ADD_NAME,
	MAILBOX_BY_NAME,
	MAILBOX_BY_ID,
	MAILBOX_LIST,
	MAILBOX_COUNT,
	MAILBOX_RENAME,
	MAILBOX_LONGEST,
	MAILBOX_DROP,
	MAILBOX_VERSION,
	MAILBOX_GREW,
	MAILBOX_CHANGED,
	MAILBOX_CLAIM,
	MAILBOX_CLAIMED,
	SUBSCRIPTION_SETTLE,
	SUBSCRIPTION_ADD,
	SUBSCRIPTION_DROP,
	SUBSCRIPTION_LIST,
	SUBSCRIPTION_COUNT,
	BODY_ADD,
	MAIL_ADD,
	MAIL_COPY,
	MAIL_LIST,
	MAIL_CHANGES,
	MAIL_GET,
	MAIL_FLAGS,
	MAIL_UIDS_DELETED,
	MAIL_UIDS,
	MAIL_CONTENT,
	MAIL_BODY,
	MAIL_NTH,
	MAIL_DROP,
	MAIL_DROP_ALL,
	EXPUNGED_LIST,
	EXPUNGED_DROP_ALL,
	DIRECTORY_ADD,
	DIRECTORY_GET,
	DIRECTORY_FIND,
	DIRECTORY_COUNT,
	DIRECTORY_DROP,
	DIRECTORY_RENAME,
	DIRECTORY_BELOW,
	DIRECTORY_VALUES,
	DIRECTORY_VALUE_ADD,
	DIRECTORY_VALUES_DROP,
	DIRECTORY_IS,
	DIRECTORY_HAS,
	DIRECTORY_HAS_PART,
	CA_THING_GET,
	CA_THING_PUT,
	CA_CERTIFICATE_ADD,
	CA_CERTIFICATE_GET,
	CA_CERTIFICATE_NAMED,
	CA_CERTIFICATE_CHANGE,
	CA_CERTIFICATE_BAD,
	CA_CERTIFICATE_SINCE,
	CA_CERTIFICATE_CONFIRM,
	CA_CERTIFICATE_OF,
	CA_CERTIFICATE_LATE,
	CA_CERTIFICATE_OPEN,
	CA_CERTIFICATE_DER,
	CMP_BEGIN,
	CMP_GET,
	CMP_NONCE,
	CMP_OPEN,
	CMP_ORDER,
	CMP_ORDERED,
	CMP_ORDER_DROP,
	CA_CHANGED,
	CA_SERIALS,
	CA_CRL_GET,
	CA_CRL_PUT,
	CA_RECORD_ADD,
	CA_RECORD_LAST,
	CA_RECORD_GET,
	RA_CHALLENGES_DROP,
	RA_CHALLENGE_ADD,
	RA_CHALLENGE_GET,
	RA_CHALLENGE_DROP,
	RA_SESSIONS_DROP,
	RA_SESSION_ADD,
	RA_SESSION_GET,
	RA_SESSION_DROP,
	RA_HOLDING_ADD,
	RA_HOLDING_GET,
	RA_HOLDING_OF,
	RA_HOLDING_WITH,
	RA_KEY_TAKEN,
	RA_APPLICATION_ADD,
	RA_APPLICATION_GET,
	RA_APPLICATION_JUDGE,
	RA_APPLICATION_ISSUE,
	RA_ESCROW_ADD,
	RA_ESCROW_GET,
	RA_RECOVERY_PUT,
	RA_RECOVERY_GET,
	SEAL_ADD,
	SEAL_GET,
	SEAL_BY_ESID,
	SEAL_PUT,
	SEAL_CONTENT,
	SEAL_LIST,
	SEAL_LIST_OF,
	SEAL_RECORD_ADD,
	SEAL_RECORD_LAST,
	SEAL_RECORD_GET,
	QUERY_COUNT
};

enum {
	SCHEMA_VERSION = 8,
	TOUCHED_MOST = 4, /* mailboxes that one change concerns */
};

/* What makes a store of version i one of version i + 1. */
extern const char *const store_schema[SCHEMA_VERSION];
extern const char store_schema_temp[];
extern const char *const store_queries[QUERY_COUNT];

struct watcher {
	void (*told)(void *ctx, int64_t mailbox);
	void *ctx;
};

struct store {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *query[QUERY_COUNT];
	int changes; /* begun within each other, and not ended */
	bool failed; /* since change_begin(): nothing more is done */
	struct err cause;
	int64_t opened_s; /* wall clock: no UIDVALIDITY is smaller */
	int64_t touched[TOUCHED_MOST]; /* since change_begin() */
	size_t n_touched;
	sqlite3_blob *blob; /* what was read last in parts, or NULL */
	int64_t blob_body;
	struct watcher *watchers;
	size_t n_watchers;
	int64_t *locked; /* accounts whose maildrop somebody has */
	size_t n_locked;
};

/*
 * Binds one argument per letter: i an int64_t, t a text, s a span as text,
 * b a span as bytes.  They must live until query_end().
 */
sqlite3_stmt *query_begin(struct store *, enum query, const char *types, ...);
void query_end(sqlite3_stmt *);

/* Runs a query whose rows nobody wants.  Within a change, failure sticks. */
void put(struct store *, enum query, const char *types, ...);

/*
 * One within another is part of it: it is kept when the outer one is, and when
 * it fails, so does that.
 */
void change_begin(struct store *);
/* All that was put since change_begin() is kept, or none of it. */
bool change_end(struct store *, struct err *);
void change_undo(struct store *);
/* Whoever watches is told of the mailbox when the change is kept. */
void touch(struct store *, int64_t mailbox);

void blob_close(struct store *);
void column_text(sqlite3_stmt *, int column, char *text, size_t room);
void column_bytes(sqlite3_stmt *, int column, unsigned char *to, size_t n);
bool column_buf(sqlite3_stmt *, int column, struct buf *to);

/*
 * The only row of a query, which ends here; false when there is none, or a
 * buf is full.  One column a letter: i to an int64_t *, n to an int *, t to a
 * text and b to bytes, with their room as size_t, B to a struct buf * or NULL.
 */
bool query_take(sqlite3_stmt *, const char *types, ...);

/* Fills in *err and returns the answer. */
enum store_answer answer(struct err *, enum store_answer, const char *why);
/* Ends the change. */
enum store_answer answer_end(struct store *, struct err *, const char *doing);

/* Within the quota? */
bool account_room(
    struct store *, int64_t account, int64_t octets, int64_t messages);

/* A log: queries that add a record, find the last one, or one by number. */
void record_put(struct store *, enum query add, const struct store_ca_record *);
int64_t record_last(struct store *, enum query last, struct buf *chain);
bool record_get(struct store *, enum query get, int64_t n,
    struct store_ca_record *, struct buf *hold);

/* Both within a change. */
void mail_add(
    struct store *, const struct mailbox *to, const struct mail_new *);
void mail_move_all(struct store *, int64_t from, int64_t into);

#endif
