/* SPDX-License-Identifier: MIT */
/*
 * store_mailbox_testing - what tests of the mailboxes have in common: one
 * account, what is done to its mailboxes, and what must then be there.
 */
#ifndef REFERENCE_STORE_MAILBOX_TESTING_H
#define REFERENCE_STORE_MAILBOX_TESTING_H

#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "reference/store_inner.h"
#include "reference/store_mailbox.h"
#include "reference/world_testing.h"

#define ROWS(table) (int)(sizeof(table) / sizeof(table)[0])

static const struct wall now = { 1000000 };

/* One account of the world, and where told() writes. */
struct here {
	struct store *store;
	int64_t account;
	int64_t told[16];
	size_t n_told;
	struct err err;
};

static inline void
open_at(struct here *h, const char *dir, const char *user)
{
	struct account a;

	*h = (struct here){ 0 };
	h->store = settled_store(dir);
	ck_assert(store_account(h->store, span_of(user), &a));
	h->account = a.id;
}

static inline void
open_alice(struct here *h)
{
	open_at(h, NULL, "alice");
}

static inline struct mailbox
box(struct here *h, const char *name)
{
	struct mailbox m;

	ck_assert_msg(
	    store_mailbox(h->store, h->account, span_of(name), &m), "%s", name);
	return m;
}

static inline bool
there(struct here *h, const char *name)
{
	struct mailbox m;

	return store_mailbox(h->store, h->account, span_of(name), &m);
}

static inline enum store_answer
create(struct here *h, const char *name)
{
	return store_mailbox_create(
	    h->store, h->account, span_of(name), NULL, &h->err);
}

static inline enum store_answer delete (struct here *h, const char *name) {
	return store_mailbox_delete(
	    h->store, h->account, span_of(name), &h->err);
}

static inline enum store_answer
rename_box(struct here *h, const char *from, const char *to)
{
	return store_mailbox_rename(
	    h->store, h->account, span_of(from), span_of(to), &h->err);
}

static inline enum store_answer
append_all(struct here *h, const char *name, unsigned flags,
    const char *keywords, struct span content, uint32_t *uid)
{
	return store_mail_append(h->store, box(h, name).id,
	    &(struct mail_new){ .flags = flags,
		.keywords = span_of(keywords),
		.date = { 1637544244, 480 },
		.content = content },
	    uid, &h->err);
}

static inline uint32_t
append(struct here *h, const char *name, unsigned flags, const char *text)
{
	uint32_t uid = 0;

	ck_assert_int_eq(
	    append_all(h, name, flags, "", span_of(text), &uid), STORE_DONE);
	return uid;
}

static inline enum store_answer
flag(struct here *h, int64_t mailbox, struct uids uids, enum flags_how how,
    unsigned flags, const char *keywords)
{
	return store_mail_flags(h->store, mailbox, &uids,
	    &(struct flags_change){
		.how = how, .flags = flags, .keywords = span_of(keywords) },
	    NULL, NULL, &h->err);
}

#define UIDS(...) \
	((struct uids){ (uint32_t[]){ __VA_ARGS__ }, \
	    sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t) })

/* As "1 2 5"; gives it back to the store. */
static inline void
must_be_uids(struct uids uids, const char *want)
{
	struct buf b;

	buf_init(&b, 65536);
	for (size_t i = 0; i < uids.n; i++)
		buf_addf(&b, "%s%u", i == 0 ? "" : " ", uids.of[i]);
	ck_assert_str_eq(buf_text(&b), want);
	buf_free(&b);
	uids_free(&uids);
}

static inline const char *
words_of(const struct mail *mail)
{
	return mail->keywords == NULL ? "" : mail->keywords;
}

/* As "uid:flags,keywords ..." in hexadecimal flags. */
static inline void
must_be_mails(struct mails mails, const char *want)
{
	struct buf b;

	buf_init(&b, 65536);
	for (size_t i = 0; i < mails.n; i++)
		buf_addf(&b, "%s%u:%x,%s", i == 0 ? "" : " ", mails.of[i].uid,
		    mails.of[i].flags, words_of(&mails.of[i]));
	ck_assert_str_eq(buf_text(&b), want);
	buf_free(&b);
	mails_free(&mails);
}

static inline struct mails
listed(struct here *h, const char *name)
{
	struct mails mails;

	store_mail_list(h->store, box(h, name).id, &mails);
	return mails;
}

static inline struct mails
changed(struct here *h, int64_t mailbox, uint64_t since)
{
	struct mails mails;

	store_mail_changes(h->store, mailbox, since, &mails);
	return mails;
}

static inline struct uids
expunged(struct here *h, int64_t mailbox, uint64_t since)
{
	struct uids uids;

	store_mail_expunged(h->store, mailbox, since, &uids);
	return uids;
}

static inline void
must_read(struct here *h, const char *name, uint32_t uid, const char *want)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	ck_assert(store_mail_content(h->store, box(h, name).id, uid, &b));
	ck_assert_str_eq(buf_text(&b), want);
	buf_free(&b);
}

static inline int64_t
counted(struct here *h, const char *query)
{
	sqlite3_stmt *st;
	int64_t n;

	ck_assert_int_eq(
	    sqlite3_prepare_v2(h->store->db, query, -1, &st, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* Do the counters say what there is?  Asked at the end of most tests. */
static inline void
must_add_up(struct here *h)
{
	ck_assert_int_eq(
	    counted(h,
		"SELECT count(*) FROM mailbox m WHERE"
		" (messages, recent, unseen, deleted, size, deleted_size) <>"
		" (SELECT count(*), count(*) FILTER (WHERE uid >="
		" m.recent_from), count(*) FILTER (WHERE NOT flags & 1),"
		" count(*) FILTER (WHERE flags & 8), ifnull(sum(size), 0),"
		" ifnull(sum(size) FILTER (WHERE flags & 8), 0)"
		" FROM mail WHERE mailbox = m.id)"),
	    0);
	ck_assert_int_eq(
	    counted(h,
		"SELECT count(*) FROM account a WHERE"
		" (used, used_messages) <> (SELECT ifnull(sum(c.size), 0),"
		" count(*) FROM mail c JOIN mailbox m ON m.id = c.mailbox"
		" WHERE m.account = a.id)"),
	    0);
	ck_assert_int_eq(counted(h, "SELECT count(*) FROM body"
				    " WHERE id NOT IN (SELECT body FROM mail)"),
	    0);
}

static inline void
done(struct here *h)
{
	must_add_up(h);
	store_close(h->store);
}

static inline void
note_told(void *ctx, int64_t mailbox)
{
	struct here *h = ctx;

	ck_assert_uint_lt(h->n_told, 16);
	ck_assert(sqlite3_get_autocommit(h->store->db)); /* it is kept */
	h->told[h->n_told++] = mailbox;
}

static inline void
must_be_told(struct here *h, int64_t first, int64_t second)
{
	ck_assert_uint_eq(h->n_told, (size_t)((first != 0) + (second != 0)));
	ck_assert(first == 0 || h->told[0] == first);
	ck_assert(second == 0 || h->told[1] == second);
	h->n_told = 0;
}

static inline void
deliver(struct here *h, const char *to, const char *text)
{
	struct recipient r = { 0 };
	const struct envelope e = { .to = &r, .n_to = 1 };
	char id[STORE_ID];
	struct due d;

	snprintf(r.address, sizeof r.address, "%s", to);
	ck_assert(store_accept(h->store, &e, span_of(text), now, id, &h->err));
	ck_assert(store_due(h->store, now, &d));
	ck_assert(store_deliver(
	    h->store, &d, h->account, span_of(text), now, &h->err));
}

#endif
