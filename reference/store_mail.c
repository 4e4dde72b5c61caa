/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "reference/store_inner.h"

#define FLAGS_ALL \
	(MAIL_SEEN | MAIL_ANSWERED | MAIL_FLAGGED | MAIL_DELETED | MAIL_DRAFT)

/* ---- arrays ---- */

void
mails_free(struct mails *mails)
{
	for (size_t i = 0; i < mails->n; i++)
		free(mails->of[i].keywords);
	free(mails->of);
	*mails = (struct mails){ 0 };
}

void
uids_free(struct uids *uids)
{
	free(uids->of);
	*uids = (struct uids){ 0 };
}

/* Room is for a power of two: it doubles when n is one. */
static void *
grown(void *of, size_t n, size_t size)
{
	return (n & (n - 1)) == 0 ? mem_grow(of, (n == 0 ? 1 : 2 * n) * size)
				  : of;
}

static void
uids_add(struct uids *uids, uint32_t uid)
{
	uids->of = grown(uids->of, uids->n, sizeof *uids->of);
	uids->of[uids->n++] = uid;
}

static void
mails_add(struct mails *mails, struct mail mail)
{
	mails->of = grown(mails->of, mails->n, sizeof *mails->of);
	mails->of[mails->n++] = mail;
}

/* ---- keywords: words with one space between them ---- */

bool
mail_has_keyword(const char *keywords, struct span keyword)
{
	struct span rest = span_of(keywords == NULL ? "" : keywords);

	while (rest.len > 0)
		if (span_caseeq(span_cut(&rest, ' '), keyword))
			return true;
	return false;
}

/* False when there is no room. */
static bool
keywords_add(char set[MAIL_KEYWORDS], struct span words)
{
	size_t n = strlen(set);

	while (words.len > 0) {
		const struct span word = span_cut(&words, ' ');

		if (word.len == 0 || mail_has_keyword(set, word))
			continue;
		if (n + (n > 0) + word.len >= MAIL_KEYWORDS)
			return false;
		if (n > 0)
			set[n++] = ' ';
		memcpy(set + n, word.ptr, word.len);
		n += word.len;
		set[n] = '\0';
	}
	return true;
}

static bool
is_among(struct span words, struct span word)
{
	while (words.len > 0)
		if (span_caseeq(span_cut(&words, ' '), word))
			return true;
	return false;
}

static void
keywords_remove(char set[MAIL_KEYWORDS], struct span words)
{
	char before[MAIL_KEYWORDS];
	struct span rest;

	memcpy(before, set, MAIL_KEYWORDS);
	rest = span_of(before);
	set[0] = '\0';
	while (rest.len > 0) {
		const struct span word = span_cut(&rest, ' ');

		if (!is_among(words, word))
			keywords_add(set, word);
	}
}

/* ---- reading ---- */

static struct mail
mail_column(sqlite3_stmt *st)
{
	const struct span words = {
		(const char *)sqlite3_column_text(st, 2),
		(size_t)sqlite3_column_bytes(st, 2),
	};

	return (struct mail){
		.uid = (uint32_t)sqlite3_column_int64(st, 0),
		.flags = (unsigned)sqlite3_column_int(st, 1),
		.keywords = words.len == 0 ? NULL : mem_text(words),
		.date = { sqlite3_column_int64(st, 3),
		    sqlite3_column_int(st, 4) },
		.size = sqlite3_column_int64(st, 5),
		.modseq = (uint64_t)sqlite3_column_int64(st, 6),
	};
}

static void
mails_read(sqlite3_stmt *st, struct mails *mails)
{
	*mails = (struct mails){ 0 };
	while (sqlite3_step(st) == SQLITE_ROW)
		mails_add(mails, mail_column(st));
	query_end(st);
}

static void
uids_read(sqlite3_stmt *st, struct uids *uids)
{
	*uids = (struct uids){ 0 };
	while (sqlite3_step(st) == SQLITE_ROW)
		uids_add(uids, (uint32_t)sqlite3_column_int64(st, 0));
	query_end(st);
}

void
store_mail_list(struct store *s, int64_t mailbox, struct mails *mails)
{
	mails_read(query_begin(s, MAIL_LIST, "i", mailbox), mails);
}

void
store_mail_changes(
    struct store *s, int64_t mailbox, uint64_t since, struct mails *mails)
{
	/* RFC 7162 has 63 bits for it; more than these is later than all. */
	if (since > INT64_MAX)
		since = INT64_MAX;
	mails_read(
	    query_begin(s, MAIL_CHANGES, "ii", mailbox, (int64_t)since), mails);
}

void
store_mail_expunged(
    struct store *s, int64_t mailbox, uint64_t since, struct uids *uids)
{
	if (since > INT64_MAX)
		since = INT64_MAX;
	uids_read(
	    query_begin(s, EXPUNGED_LIST, "ii", mailbox, (int64_t)since), uids);
}

static bool
mail_get(struct store *s, int64_t mailbox, uint32_t uid, struct mail *mail)
{
	sqlite3_stmt *st =
	    query_begin(s, MAIL_GET, "ii", mailbox, (int64_t)uid);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found)
		*mail = mail_column(st);
	query_end(st);
	return found;
}

bool
store_mail_content(
    struct store *s, int64_t mailbox, uint32_t uid, struct buf *content)
{
	sqlite3_stmt *st =
	    query_begin(s, MAIL_CONTENT, "ii", mailbox, (int64_t)uid);
	const bool ok =
	    sqlite3_step(st) == SQLITE_ROW && column_buf(st, 0, content);

	query_end(st);
	return ok;
}

static bool
blob_part(sqlite3_blob *blob, int64_t offset, int64_t length, struct buf *part)
{
	const int64_t size = sqlite3_blob_bytes(blob);
	char octets[16384];

	if (offset < 0 || offset > size)
		offset = size;
	if (length < 0 || length > size - offset)
		length = size - offset;
	while (length > 0 && !part->full) {
		const int n = length < (int64_t)sizeof octets
				  ? (int)length
				  : (int)sizeof octets;

		if (sqlite3_blob_read(blob, octets, n, (int)offset) !=
		    SQLITE_OK)
			return false;
		buf_add(part, (struct span){ octets, (size_t)n });
		offset += n;
		length -= n;
	}
	return !part->full;
}

/*
 * SQLite finds its way to an octet by going through all that is before it,
 * and remembers the way while the blob is open: it stays so for the next
 * part of the same message, until something is changed.
 */
static bool
blob_open(struct store *s, int64_t body)
{
	if (s->blob != NULL && s->blob_body == body)
		return true;
	blob_close(s);
	s->blob_body = body;
	return sqlite3_blob_open(s->db, "main", "body", "content", body, 0,
		   &s->blob) == SQLITE_OK;
}

bool
store_mail_part(struct store *s, int64_t mailbox, uint32_t uid, int64_t offset,
    int64_t length, struct buf *part)
{
	sqlite3_stmt *st =
	    query_begin(s, MAIL_BODY, "ii", mailbox, (int64_t)uid);
	const bool found = sqlite3_step(st) == SQLITE_ROW;
	const int64_t body = found ? sqlite3_column_int64(st, 0) : 0;

	query_end(st);
	return found && blob_open(s, body) &&
	       blob_part(s->blob, offset, length, part);
}

enum store_answer
store_mail_claim(
    struct store *s, int64_t mailbox, uint32_t *from, struct err *err)
{
	sqlite3_stmt *st = query_begin(s, MAILBOX_CLAIM, "i", mailbox);
	const bool found = sqlite3_step(st) == SQLITE_ROW;
	uint32_t next = 0;

	if (found) {
		*from = (uint32_t)sqlite3_column_int64(st, 0);
		next = (uint32_t)sqlite3_column_int64(st, 1);
	}
	query_end(st);
	if (!found)
		return answer(err, STORE_NONE, "no such mailbox");
	if (*from == next)
		return STORE_DONE;
	change_begin(s);
	put(s, MAILBOX_CLAIMED, "i", mailbox);
	return answer_end(s, err, "claiming recent messages");
}

/* ---- coming ---- */

/* May n messages come to it? */
static enum store_answer
take(struct store *s, int64_t mailbox, size_t n, struct mailbox *m,
    struct err *err)
{
	if (!store_mailbox_by_id(s, mailbox, m) || m->noselect)
		return answer(err, STORE_NONE, "no such mailbox");
	if (n >= UINT32_MAX - m->uidnext)
		return answer(err, STORE_REFUSED, "the mailbox is out of UIDs");
	return STORE_DONE;
}

static void
mailbox_grow(
    struct store *s, const struct mailbox *m, uint32_t uidnext, uint64_t modseq)
{
	put(s, MAILBOX_GREW, "iii", m->id, (int64_t)uidnext, (int64_t)modseq);
	touch(s, m->id);
}

void
mail_add(struct store *s, const struct mailbox *to, const struct mail_new *mail)
{
	const uint64_t modseq = to->highestmodseq + 1;
	char words[MAIL_KEYWORDS] = "";

	keywords_add(words, mail->keywords);
	put(s, BODY_ADD, "b", mail->content);
	put(s, MAIL_ADD, "iiiiitiii", to->id, (int64_t)to->uidnext,
	    (int64_t)sqlite3_last_insert_rowid(s->db),
	    (int64_t)mail->content.len, (int64_t)(mail->flags & FLAGS_ALL),
	    words, mail->date.s, (int64_t)mail->date.zone_min, (int64_t)modseq);
	mailbox_grow(s, to, to->uidnext + 1, modseq);
}

enum store_answer
store_mail_append(struct store *s, int64_t mailbox, const struct mail_new *mail,
    uint32_t *uid, struct err *err)
{
	char words[MAIL_KEYWORDS] = "";
	struct mailbox to;
	const enum store_answer a = take(s, mailbox, 1, &to, err);

	if (a != STORE_DONE)
		return a;
	if (!keywords_add(words, mail->keywords))
		return answer(err, STORE_REFUSED, "too many keywords");
	if (!account_room(s, to.account, (int64_t)mail->content.len, 1))
		return answer(err, STORE_FULL, "over the quota");
	change_begin(s);
	mail_add(s, &to, mail);
	*uid = to.uidnext;
	return answer_end(s, err, "appending a message");
}

/* ---- copying, moving, going ---- */

/* Within a change: what is there of "uids", and what it is called there. */
static void
copy_all(struct store *s, int64_t mailbox, const struct uids *uids,
    const struct mailbox *into, struct uids *from, struct uids *to)
{
	const uint64_t modseq = into->highestmodseq + 1;
	uint32_t next = into->uidnext;

	for (size_t i = 0; i < uids->n && !s->failed; i++) {
		put(s, MAIL_COPY, "iiiii", mailbox, (int64_t)uids->of[i],
		    into->id, (int64_t)next, (int64_t)modseq);
		if (s->failed || sqlite3_changes(s->db) == 0)
			continue;
		uids_add(from, uids->of[i]);
		uids_add(to, next++);
	}
	if (from->n > 0)
		mailbox_grow(s, into, next, modseq);
}

/* Within a change: messages that are there. */
static void
drop_all(struct store *s, int64_t mailbox, const struct uids *uids)
{
	const uint64_t modseq = store_mailbox_version(s, mailbox) + 1;

	if (uids->n == 0)
		return;
	put(s, MAILBOX_CHANGED, "ii", mailbox, (int64_t)modseq);
	for (size_t i = 0; i < uids->n; i++)
		put(s, MAIL_DROP, "ii", mailbox, (int64_t)uids->of[i]);
	touch(s, mailbox);
}

void
mail_move_all(struct store *s, int64_t from, int64_t into)
{
	struct uids all, gone = { 0 }, there = { 0 };
	struct mailbox to;

	uids_read(query_begin(s, MAIL_UIDS, "i", from), &all);
	if (!s->failed && store_mailbox_by_id(s, into, &to)) {
		copy_all(s, from, &all, &to, &gone, &there);
		drop_all(s, from, &gone);
	}
	uids_free(&all);
	uids_free(&gone);
	uids_free(&there);
}

static enum store_answer
pairs_end(struct uids *from, struct uids *to, enum store_answer a)
{
	if (a != STORE_DONE) {
		uids_free(from);
		uids_free(to);
	}
	return a;
}

enum store_answer
store_mail_copy(struct store *s, int64_t mailbox, const struct uids *uids,
    int64_t into, struct uids *from, struct uids *to, struct err *err)
{
	struct mailbox m;
	const enum store_answer a = take(s, into, uids->n, &m, err);

	*from = *to = (struct uids){ 0 };
	if (a != STORE_DONE)
		return a;
	change_begin(s);
	copy_all(s, mailbox, uids, &m, from, to);
	if (!s->failed && from->n > 0 && !account_room(s, m.account, 0, 0)) {
		change_undo(s);
		return pairs_end(
		    from, to, answer(err, STORE_FULL, "over the quota"));
	}
	return pairs_end(from, to, answer_end(s, err, "copying messages"));
}

enum store_answer
store_mail_move(struct store *s, int64_t mailbox, const struct uids *uids,
    int64_t into, struct uids *from, struct uids *to, struct err *err)
{
	struct mailbox m;
	const enum store_answer a = take(s, into, uids->n, &m, err);

	*from = *to = (struct uids){ 0 };
	if (a != STORE_DONE)
		return a;
	change_begin(s);
	copy_all(s, mailbox, uids, &m, from, to);
	drop_all(s, mailbox, from);
	return pairs_end(from, to, answer_end(s, err, "moving messages"));
}

static enum store_answer
drop_and_tell(struct store *s, int64_t mailbox, struct uids *these,
    struct uids *gone, struct err *err)
{
	enum store_answer a;

	change_begin(s);
	drop_all(s, mailbox, these);
	a = answer_end(s, err, "expunging messages");
	if (gone != NULL)
		*gone = (struct uids){ 0 };
	if (gone != NULL && a == STORE_DONE)
		*gone = *these;
	else
		uids_free(these);
	return a;
}

/* Those of "uids" that are there and have all of "flags". */
static void
uids_with(struct store *s, int64_t mailbox, const struct uids *uids,
    unsigned flags, struct uids *with)
{
	struct mail mail;

	*with = (struct uids){ 0 };
	for (size_t i = 0; i < uids->n; i++)
		if (mail_get(s, mailbox, uids->of[i], &mail)) {
			if ((mail.flags & flags) == flags)
				uids_add(with, mail.uid);
			free(mail.keywords);
		}
}

enum store_answer
store_mail_expunge(struct store *s, int64_t mailbox, const struct uids *only,
    struct uids *gone, struct err *err)
{
	struct uids these;

	if (only == NULL)
		uids_read(
		    query_begin(s, MAIL_UIDS_DELETED, "i", mailbox), &these);
	else
		uids_with(s, mailbox, only, MAIL_DELETED, &these);
	return drop_and_tell(s, mailbox, &these, gone, err);
}

enum store_answer
store_mail_remove(struct store *s, int64_t mailbox, const struct uids *uids,
    struct uids *gone, struct err *err)
{
	struct uids these;

	uids_with(s, mailbox, uids, 0, &these);
	return drop_and_tell(s, mailbox, &these, gone, err);
}

/* ---- flags ---- */

/* False when there is no room for the keywords. */
static bool
flags_apply(
    const struct flags_change *c, struct mail *mail, char words[MAIL_KEYWORDS])
{
	words[0] = '\0';
	if (c->how == FLAGS_SET) {
		mail->flags = c->flags & FLAGS_ALL;
		return keywords_add(words, c->keywords);
	}
	if (mail->keywords != NULL)
		keywords_add(words, span_of(mail->keywords));
	if (c->how == FLAGS_ADD) {
		mail->flags |= c->flags & FLAGS_ALL;
		return keywords_add(words, c->keywords);
	}
	mail->flags &= ~c->flags;
	keywords_remove(words, c->keywords);
	return true;
}

static bool
is_same(const struct mail *mail, unsigned flags, const char *words)
{
	return mail->flags == flags &&
	       strcmp(mail->keywords == NULL ? "" : mail->keywords, words) == 0;
}

/* One message; false when there is no room for the keywords. */
static bool
flags_put(struct store *s, int64_t mailbox, struct mail *mail,
    const struct flags_change *c, uint64_t modseq, bool *changed)
{
	const unsigned before = mail->flags;
	char words[MAIL_KEYWORDS];

	if (!flags_apply(c, mail, words))
		return false;
	if (is_same(mail, before, words))
		return true;
	put(s, MAIL_FLAGS, "iiiti", mailbox, (int64_t)mail->uid,
	    (int64_t)mail->flags, words, (int64_t)modseq);
	*changed = true;
	return true;
}

/* Within a change; false when there is no room for the keywords. */
static bool
flags_put_all(struct store *s, int64_t mailbox, const struct uids *uids,
    const struct flags_change *c, struct uids *refused, uint64_t modseq,
    bool *changed)
{
	bool ok = true;

	for (size_t i = 0; i < uids->n && ok; i++) {
		struct mail mail;

		if (!mail_get(s, mailbox, uids->of[i], &mail))
			continue;
		if (c->conditional && mail.modseq > c->unchanged_since)
			uids_add(refused, mail.uid);
		else
			ok = flags_put(s, mailbox, &mail, c, modseq, changed);
		free(mail.keywords);
	}
	return ok;
}

enum store_answer
store_mail_flags(struct store *s, int64_t mailbox, const struct uids *uids,
    const struct flags_change *c, struct uids *refused, uint64_t *modseq,
    struct err *err)
{
	const uint64_t highest = store_mailbox_version(s, mailbox);
	struct uids no = { 0 };
	bool ok, changed = false;
	enum store_answer a;

	assert(refused != NULL || !c->conditional);
	if (refused != NULL)
		*refused = no;
	if (highest == 0)
		return answer(err, STORE_NONE, "no such mailbox");
	change_begin(s);
	ok = flags_put_all(s, mailbox, uids, c, &no, highest + 1, &changed);
	if (!ok) {
		change_undo(s);
		uids_free(&no);
		return answer(err, STORE_REFUSED, "too many keywords");
	}
	if (changed) {
		put(s, MAILBOX_CHANGED, "ii", mailbox, (int64_t)highest + 1);
		touch(s, mailbox);
	}
	a = answer_end(s, err, "changing flags");
	if (a != STORE_DONE)
		uids_free(&no);
	else if (refused != NULL)
		*refused = no;
	if (modseq != NULL)
		*modseq = highest + changed;
	return a;
}
