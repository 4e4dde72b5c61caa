/* SPDX-License-Identifier: MIT */
#include "reference/store_mailbox.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/text.h"
#include "reference/store_inner.h"

/* ---- names ---- */

static const struct {
	const char *name;
	enum special_use use;
} presets[] = {
	{ "Drafts", USE_DRAFTS },
	{ "Sent", USE_SENT },
	{ "Trash", USE_TRASH },
	{ "Junk", USE_JUNK },
	{ "Archive", USE_ARCHIVE },
};

static enum special_use
use_of(const char *name)
{
	for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
		if (strcmp(presets[i].name, name) == 0)
			return presets[i].use;
	return USE_NONE;
}

/* Every part has something in it, and nothing of it is a control. */
static bool
is_name(struct span name)
{
	char before = MAILBOX_SEPARATOR;

	for (size_t i = 0; i < name.len; i++) {
		const char c = name.ptr[i];

		if ((c >= 0 && c < ' ') || c == 0x7f ||
		    (c == MAILBOX_SEPARATOR && before == MAILBOX_SEPARATOR))
			return false;
		before = c;
	}
	return before != MAILBOX_SEPARATOR && name.len < MAILBOX_NAME &&
	       text_is_utf8(name);
}

/* As it is kept; false: no mailbox can have this name. */
static bool
name_clean(struct span name, char clean[MAILBOX_NAME])
{
	struct span rest = name;

	if (name.len > 1 && name.ptr[name.len - 1] == MAILBOX_SEPARATOR)
		name.len--;
	if (!is_name(name))
		return false;
	snprintf(clean, MAILBOX_NAME, "%.*s", SPAN_FMT(name));
	if (span_caseeq(span_cut(&rest, MAILBOX_SEPARATOR), SPAN("INBOX")))
		memcpy(clean, "INBOX", 5);
	return true;
}

static bool
is_inbox(const char *name)
{
	return strcmp(name, "INBOX") == 0;
}

static bool
is_below(const char *name, const char *above)
{
	const size_t n = strlen(above);

	return strncmp(name, above, n) == 0 && name[n] == MAILBOX_SEPARATOR;
}

/* ---- reading ---- */

static bool
mailbox_step(sqlite3_stmt *st, struct mailbox *m)
{
	if (sqlite3_step(st) != SQLITE_ROW)
		return false;
	*m = (struct mailbox){
		.id = sqlite3_column_int64(st, 0),
		.account = sqlite3_column_int64(st, 1),
		.uidvalidity = (uint32_t)sqlite3_column_int64(st, 3),
		.uidnext = (uint32_t)sqlite3_column_int64(st, 4),
		.highestmodseq = (uint64_t)sqlite3_column_int64(st, 5),
		.use = (enum special_use)sqlite3_column_int(st, 6),
		.noselect = sqlite3_column_int(st, 7) != 0,
		.subscribed = sqlite3_column_int(st, 8) != 0,
		.has_children = sqlite3_column_int(st, 9) != 0,
		.messages = (uint32_t)sqlite3_column_int64(st, 10),
		.recent = (uint32_t)sqlite3_column_int64(st, 11),
		.unseen = (uint32_t)sqlite3_column_int64(st, 12),
		.deleted = (uint32_t)sqlite3_column_int64(st, 13),
		.size = sqlite3_column_int64(st, 14),
		.deleted_size = sqlite3_column_int64(st, 15),
	};
	column_text(st, 2, m->name, sizeof m->name);
	return true;
}

static bool
mailbox_named(
    struct store *s, int64_t account, const char *name, struct mailbox *m)
{
	sqlite3_stmt *st = query_begin(s, MAILBOX_BY_NAME, "it", account, name);
	const bool found = mailbox_step(st, m);

	query_end(st);
	return found;
}

bool
store_mailbox(
    struct store *s, int64_t account, struct span name, struct mailbox *m)
{
	char clean[MAILBOX_NAME];

	return name_clean(name, clean) && mailbox_named(s, account, clean, m);
}

bool
store_mailbox_by_id(struct store *s, int64_t mailbox, struct mailbox *m)
{
	sqlite3_stmt *st = query_begin(s, MAILBOX_BY_ID, "i", mailbox);
	const bool found = mailbox_step(st, m);

	query_end(st);
	return found;
}

static int64_t
number(sqlite3_stmt *st)
{
	const int64_t n =
	    sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;

	query_end(st);
	return n;
}

size_t
store_mailbox_list(struct store *s, int64_t account, struct mailbox **list)
{
	const size_t room =
	    (size_t)number(query_begin(s, MAILBOX_COUNT, "i", account));
	sqlite3_stmt *st = query_begin(s, MAILBOX_LIST, "i", account);
	size_t n = 0;

	*list = mem_new(room + 1, sizeof **list);
	while (n < room && mailbox_step(st, &(*list)[n]))
		n++;
	query_end(st);
	return n;
}

uint64_t
store_mailbox_version(struct store *s, int64_t mailbox)
{
	return (uint64_t)number(query_begin(s, MAILBOX_VERSION, "i", mailbox));
}

/* ---- creating and deleting ---- */

static bool
may_grow(struct store *s, int64_t account, const char *name)
{
	int64_t n = number(query_begin(s, MAILBOX_COUNT, "i", account)) + 1;

	for (; *name != '\0'; name++)
		n += *name == MAILBOX_SEPARATOR;
	return n <= MAILBOXES_MOST;
}

/* What is above the name and is not there. */
static void
add_above(struct store *s, int64_t account, const char *name)
{
	char above[MAILBOX_NAME];

	for (size_t i = 1; name[i] != '\0'; i++)
		if (name[i] == MAILBOX_SEPARATOR) {
			snprintf(above, sizeof above, "%.*s", (int)i, name);
			put(s, MAILBOX_ADD, "iti", account, above,
			    (int64_t)USE_NONE);
		}
}

/* Within a change; its id, or 0. */
static int64_t
add(struct store *s, int64_t account, const char *name)
{
	add_above(s, account, name);
	put(s, MAILBOX_ADD, "iti", account, name, (int64_t)use_of(name));
	return s->failed ? 0 : sqlite3_last_insert_rowid(s->db);
}

static void
drop(struct store *s, int64_t mailbox)
{
	put(s, MAIL_DROP_ALL, "i", mailbox);
	put(s, EXPUNGED_DROP_ALL, "i", mailbox);
	put(s, MAILBOX_DROP, "i", mailbox);
	touch(s, mailbox);
}

enum store_answer
store_mailbox_create(struct store *s, int64_t account, struct span name,
    int64_t *id, struct err *err)
{
	char clean[MAILBOX_NAME];
	struct mailbox there;
	bool found;
	int64_t made;
	enum store_answer a;

	if (!name_clean(name, clean))
		return answer(err, STORE_REFUSED, "not a name for a mailbox");
	found = mailbox_named(s, account, clean, &there);
	if (found && !there.noselect)
		return answer(err, STORE_EXISTS, "mailbox exists already");
	if (!may_grow(s, account, clean))
		return answer(err, STORE_REFUSED, "too many mailboxes");
	change_begin(s);
	put(s, UIDVALIDITY_NEXT, "i", s->opened_s);
	if (found)
		drop(s, there.id);
	made = add(s, account, clean);
	a = answer_end(s, err, "creating a mailbox");
	if (id != NULL && a == STORE_DONE)
		*id = made;
	return a;
}

enum store_answer
store_mailbox_delete(
    struct store *s, int64_t account, struct span name, struct err *err)
{
	struct mailbox m;

	if (!store_mailbox(s, account, name, &m))
		return answer(err, STORE_NONE, "no such mailbox");
	if (is_inbox(m.name))
		return answer(err, STORE_REFUSED, "INBOX cannot be deleted");
	if (m.noselect && m.has_children)
		return answer(
		    err, STORE_REFUSED, "there are mailboxes below this name");
	change_begin(s);
	put(s, UIDVALIDITY_NEXT, "i", s->opened_s);
	drop(s, m.id);
	if (m.has_children)
		put(s, MAILBOX_ADD_NAME, "it", account, m.name);
	return answer_end(s, err, "deleting a mailbox");
}

/* ---- renaming ---- */

static enum store_answer
rename_inbox(struct store *s, const struct mailbox *inbox, const char *to,
    struct err *err)
{
	change_begin(s);
	put(s, UIDVALIDITY_NEXT, "i", s->opened_s);
	mail_move_all(s, inbox->id, add(s, inbox->account, to));
	return answer_end(s, err, "renaming INBOX");
}

static enum store_answer
rename_tree(struct store *s, const struct mailbox *from, const char *to,
    struct err *err)
{
	const int64_t longest = number(
	    query_begin(s, MAILBOX_LONGEST, "it", from->account, from->name));

	if (is_below(to, from->name))
		return answer(
		    err, STORE_REFUSED, "a mailbox cannot move below itself");
	if (longest - (int64_t)strlen(from->name) + (int64_t)strlen(to) >=
	    MAILBOX_NAME)
		return answer(
		    err, STORE_REFUSED, "a name below would become too long");
	change_begin(s);
	put(s, UIDVALIDITY_NEXT, "i", s->opened_s);
	add_above(s, from->account, to);
	put(s, MAILBOX_RENAME, "itt", from->account, from->name, to);
	return answer_end(s, err, "renaming a mailbox");
}

enum store_answer
store_mailbox_rename(struct store *s, int64_t account, struct span from,
    struct span to, struct err *err)
{
	char clean[MAILBOX_NAME];
	struct mailbox m, there;

	if (!store_mailbox(s, account, from, &m))
		return answer(err, STORE_NONE, "no such mailbox");
	if (!name_clean(to, clean))
		return answer(err, STORE_REFUSED, "not a name for a mailbox");
	if (mailbox_named(s, account, clean, &there))
		return answer(err, STORE_EXISTS, "mailbox exists already");
	if (!may_grow(s, account, clean))
		return answer(err, STORE_REFUSED, "too many mailboxes");
	return is_inbox(m.name) ? rename_inbox(s, &m, clean, err)
				: rename_tree(s, &m, clean, err);
}

/* ---- subscriptions ---- */

static int64_t
subscription_count(struct store *s, int64_t account)
{
	return number(query_begin(s, SUBSCRIPTION_COUNT, "i", account));
}

enum store_answer
store_subscribe(
    struct store *s, int64_t account, struct span name, struct err *err)
{
	char clean[MAILBOX_NAME];

	if (!name_clean(name, clean))
		return answer(err, STORE_REFUSED, "not a name for a mailbox");
	if (subscription_count(s, account) >= MAILBOXES_MOST)
		return answer(err, STORE_REFUSED, "too many subscriptions");
	change_begin(s);
	put(s, SUBSCRIPTION_ADD, "it", account, clean);
	return answer_end(s, err, "subscribing");
}

enum store_answer
store_unsubscribe(
    struct store *s, int64_t account, struct span name, struct err *err)
{
	char clean[MAILBOX_NAME];
	bool there;

	if (!name_clean(name, clean))
		return answer(err, STORE_NONE, "not subscribed to that name");
	change_begin(s);
	put(s, SUBSCRIPTION_DROP, "it", account, clean);
	there = s->failed || sqlite3_changes(s->db) == 1;
	if (!there) {
		change_undo(s);
		return answer(err, STORE_NONE, "not subscribed to that name");
	}
	return answer_end(s, err, "unsubscribing");
}

size_t
store_subscriptions(
    struct store *s, int64_t account, char (**names)[MAILBOX_NAME])
{
	const size_t room = (size_t)subscription_count(s, account);
	sqlite3_stmt *st = query_begin(s, SUBSCRIPTION_LIST, "i", account);
	size_t n = 0;

	*names = mem_new(room + 1, sizeof **names);
	for (; n < room && sqlite3_step(st) == SQLITE_ROW; n++)
		column_text(st, 0, (*names)[n], sizeof(*names)[n]);
	query_end(st);
	return n;
}

/* ---- the account as a whole ---- */

bool
store_quota(struct store *s, int64_t account, struct quota *q)
{
	sqlite3_stmt *st = query_begin(s, ACCOUNT_QUOTA, "i", account);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found)
		*q = (struct quota){
			.octets = sqlite3_column_int64(st, 0),
			.octets_most = sqlite3_column_int64(st, 1),
			.messages = sqlite3_column_int64(st, 2),
			.messages_most = sqlite3_column_int64(st, 3),
		};
	query_end(st);
	return found;
}

bool
store_quota_set(struct store *s, int64_t account, int64_t octets_most,
    int64_t messages_most, struct err *err)
{
	change_begin(s);
	put(s, ACCOUNT_QUOTA_SET, "iii", account, octets_most, messages_most);
	return change_end(s, err) || err_while(err, "setting a quota");
}

bool
store_maildrop_lock(struct store *s, int64_t account)
{
	for (size_t i = 0; i < s->n_locked; i++)
		if (s->locked[i] == account)
			return false;
	s->locked = mem_grow(s->locked, (s->n_locked + 1) * sizeof *s->locked);
	s->locked[s->n_locked++] = account;
	return true;
}

void
store_maildrop_unlock(struct store *s, int64_t account)
{
	for (size_t i = 0; i < s->n_locked; i++)
		if (s->locked[i] == account) {
			s->locked[i] = s->locked[--s->n_locked];
			return;
		}
}

void
mail_unique_id(uint32_t uidvalidity, uint32_t uid, char id[MAIL_UNIQUE_ID])
{
	snprintf(id, MAIL_UNIQUE_ID, "%" PRIu32 ".%" PRIu32, uidvalidity, uid);
}

/* ---- what arrived, for those who only look ---- */

static bool
inbox_of(struct store *s, struct span user, struct mailbox *inbox)
{
	struct account a;

	return store_account(s, user, &a) &&
	       store_mailbox(s, a.id, SPAN("INBOX"), inbox);
}

bool
store_mailbox_count(
    struct store *s, struct span user, int64_t *messages, int64_t *bytes)
{
	struct mailbox inbox;

	if (!inbox_of(s, user, &inbox))
		return false;
	*messages = inbox.messages;
	*bytes = inbox.size;
	return true;
}

bool
store_mailbox_get(
    struct store *s, struct span user, int64_t n, struct buf *message)
{
	struct mailbox inbox;
	sqlite3_stmt *st;
	bool ok;

	if (!inbox_of(s, user, &inbox))
		return false;
	st = query_begin(s, MAIL_NTH, "ii", inbox.id, n);
	ok = sqlite3_step(st) == SQLITE_ROW && column_buf(st, 0, message);
	query_end(st);
	return ok;
}
