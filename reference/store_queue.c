/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <inttypes.h>
#include <openssl/rand.h>
#include <sqlite3.h>
#include <stdio.h>

#include "reference/store_inner.h"

/* ---- the queue ---- */

/* When, and who knows: unique, and in order of arrival. */
static void
id_make(struct wall now, char id[STORE_ID])
{
	unsigned char r[4];
	const int done = RAND_bytes(r, sizeof r);

	assert(done == 1);
	(void)done;
	snprintf(id, STORE_ID, "%014" PRIx64 "%02x%02x%02x%02x",
	    (uint64_t)now.us & 0xffffffffffffff, r[0], r[1], r[2], r[3]);
}

bool
store_accept(struct store *s, const struct envelope *e, struct span message,
    struct wall now, char id[STORE_ID], struct err *err)
{
	assert(e->n_to > 0);
	id_make(now, id);
	change_begin(s);
	put(s, MESSAGE_ADD, "tittiiiib", id, now.us, e->from, e->envid,
	    (int64_t)e->ret_hdrs, (int64_t)e->ret_full, (int64_t)e->eightbit,
	    (int64_t)e->smtputf8, message);
	for (size_t i = 0; i < e->n_to; i++)
		put(s, RECIPIENT_ADD, "tttii", id, e->to[i].address,
		    e->to[i].orcpt, (int64_t)e->to[i].notify, now.us);
	return change_end(s, err) || err_while(err, "accepting a message");
}

static bool
due_step(sqlite3_stmt *st, struct due *d)
{
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found) {
		*d = (struct due){ .id = sqlite3_column_int64(st, 0) };
		column_text(st, 1, d->message, sizeof d->message);
		column_text(st, 2, d->from, sizeof d->from);
		column_text(st, 3, d->to, sizeof d->to);
		column_text(st, 4, d->orcpt, sizeof d->orcpt);
		column_text(st, 5, d->envid, sizeof d->envid);
		d->notify = (unsigned)sqlite3_column_int(st, 6);
		d->ret_hdrs = sqlite3_column_int(st, 7) != 0;
		d->ret_full = sqlite3_column_int(st, 8) != 0;
		d->eightbit = sqlite3_column_int(st, 9) != 0;
		d->smtputf8 = sqlite3_column_int(st, 10) != 0;
		d->attempts = sqlite3_column_int(st, 11);
		d->accepted.us = sqlite3_column_int64(st, 12);
	}
	query_end(st);
	return found;
}

bool
store_due(struct store *s, struct wall now, struct due *d)
{
	return due_step(query_begin(s, RECIPIENT_DUE, "i", now.us), d);
}

bool
store_due_of(
    struct store *s, const char *message, struct wall now, struct due *d)
{
	return due_step(
	    query_begin(s, RECIPIENT_DUE_OF, "it", now.us, message), d);
}

void
store_take(struct store *s, const struct due *d)
{
	s->failed = false;
	put(s, TAKEN_ADD, "i", d->id);
}

void
store_untake(struct store *s, const struct due *d)
{
	s->failed = false;
	put(s, TAKEN_DROP, "i", d->id);
}

bool
store_next_due(struct store *s, struct wall *when)
{
	sqlite3_stmt *st = query_begin(s, RECIPIENT_NEXT, "");
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found)
		when->us = sqlite3_column_int64(st, 0);
	query_end(st);
	return found;
}

bool
store_message(struct store *s, const char *id, struct buf *message)
{
	sqlite3_stmt *st = query_begin(s, MESSAGE_GET, "t", id);
	const bool ok =
	    sqlite3_step(st) == SQLITE_ROW && column_buf(st, 0, message);

	query_end(st);
	return ok;
}

static void
recipient_drop(struct store *s, const struct due *d)
{
	put(s, RECIPIENT_DROP, "i", d->id);
	put(s, MESSAGE_DROP, "t", d->message);
	put(s, TAKEN_DROP, "i", d->id);
}

bool
store_deliver(struct store *s, const struct due *d, int64_t account,
    struct span message, struct wall now, struct err *err)
{
	const int64_t size = (int64_t)message.len;
	const struct mail_new mail = {
		.date = { .s = now.us / 1000000 },
		.content = message,
	};
	struct mailbox inbox;

	if (!account_room(s, account, size, 1))
		return err_set(err, ERR_LIMIT,
		    "mailbox of %s has no room for %" PRId64 " more octets",
		    d->to, size);
	if (!store_mailbox(s, account, SPAN("INBOX"), &inbox))
		return err_set(err, ERR_IO, "%s has no INBOX", d->to);
	change_begin(s);
	mail_add(s, &inbox, &mail);
	recipient_drop(s, d);
	return change_end(s, err) || err_while(err, "delivering to %s", d->to);
}

bool
store_done(struct store *s, const struct due *d, struct err *err)
{
	change_begin(s);
	recipient_drop(s, d);
	return change_end(s, err) ||
	       err_while(err, "taking %s off the queue", d->to);
}

bool
store_retry(struct store *s, const struct due *d, struct wall when,
    const char *why, struct err *err)
{
	change_begin(s);
	put(s, RECIPIENT_RETRY, "iit", d->id, when.us, why);
	put(s, TAKEN_DROP, "i", d->id);
	return change_end(s, err) ||
	       err_while(err, "keeping %s on the queue", d->to);
}
