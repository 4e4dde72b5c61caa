/* SPDX-License-Identifier: MIT */
/*
 * Faults of mailboxes and what the store says of them: one is created, deleted
 * or renamed otherwise than it was asked for, or a refusal is kept quiet.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/imap/inner.h"

/* What the store refused is said to be done. */
enum store_answer
imap_misled_answer(const struct imap_session *s, enum store_answer got)
{
	static const struct {
		enum fault fault;
		enum store_answer got;
		const char *command;
	} glossed[] = {
		{ FAULT_IMAP_CREATE_TWICE, STORE_EXISTS, "CREATE" },
		{ FAULT_IMAP_DELETE_MISSING, STORE_NONE, "DELETE" },
		{ FAULT_IMAP_RENAME_ONTO, STORE_EXISTS, "RENAME" },
		{ FAULT_IMAP_RENAME_MISSING, STORE_NONE, "RENAME" },
		{ FAULT_IMAP_QUOTA_APPEND, STORE_FULL, "APPEND" },
		{ FAULT_IMAP_QUOTA_COPY, STORE_FULL, "COPY" },
		{ FAULT_IMAP_QUOTA_COPY, STORE_FULL, "UID COPY" },
	};

	for (size_t i = 0; i < COUNT(glossed); i++)
		if (faulty(s, glossed[i].fault) && got == glossed[i].got &&
		    strcmp(s->command, glossed[i].command) == 0)
			return STORE_DONE;
	return got;
}

/* ---- names ---- */

#define REMAINS "-remains"

static enum store_answer
delete_below(struct imap_session *s, struct span name, struct err *err)
{
	struct mailbox *boxes;
	const size_t n =
	    store_mailbox_list(s->site->store, s->account.id, &boxes);

	for (size_t i = n; i > 0; i--) {
		const struct span below = span_of(boxes[i - 1].name);

		if (below.len > name.len && span_starts(below, name) &&
		    below.ptr[name.len] == MAILBOX_SEPARATOR)
			(void)store_mailbox_delete(
			    s->site->store, s->account.id, below, err);
	}
	free(boxes);
	return store_mailbox_delete(s->site->store, s->account.id, name, err);
}

static enum store_answer
delete_to_remains(struct imap_session *s, struct span name, struct err *err)
{
	char to[MAILBOX_NAME];

	(void)snprintf(to, sizeof to, "%.*s" REMAINS, SPAN_FMT(name));
	return store_mailbox_rename(
	    s->site->store, s->account.id, name, span_of(to), err);
}

enum store_answer
imap_delete_box(struct imap_session *s, struct span name, struct err *err)
{
	struct store *store = s->site->store;
	const int64_t account = s->account.id;
	struct mailbox box;

	if (faulty(s, FAULT_IMAP_DELETE_PARENT_STAYS) &&
	    store_mailbox(store, account, name, &box) && box.has_children)
		return STORE_DONE;
	if (faulty(s, FAULT_IMAP_DELETE_CHILDREN))
		return delete_below(s, name, err);
	if (faulty(s, FAULT_IMAP_DELETE_KEEPS_MESSAGES))
		return delete_to_remains(s, name, err);
	if (faulty(s, FAULT_IMAP_DELETE_UNSUBSCRIBES))
		(void)store_unsubscribe(store, account, name, err);
	return store_mailbox_delete(store, account, name, err);
}

enum store_answer
imap_create_box(struct imap_session *s, struct span name, struct err *err)
{
	struct store *store = s->site->store;
	const int64_t account = s->account.id;
	char from[MAILBOX_NAME];
	struct mailbox box;

	(void)snprintf(from, sizeof from, "%.*s" REMAINS, SPAN_FMT(name));
	if (faulty(s, FAULT_IMAP_DELETE_KEEPS_MESSAGES) &&
	    store_mailbox(store, account, span_of(from), &box))
		return store_mailbox_rename(
		    store, account, span_of(from), name, err);
	if (faulty(s, FAULT_IMAP_CREATE_SEPARATOR) && name.len > 0 &&
	    name.ptr[name.len - 1] == MAILBOX_SEPARATOR)
		return err_set(err, ERR_PROTOCOL, "no separator, please")
			   ? STORE_DONE
			   : STORE_REFUSED;
	if (faulty(s, FAULT_IMAP_NAME_CUT))
		name = span_take(name, span_find(name, SPAN(" ")));
	return store_mailbox_create(store, account, name, NULL, err);
}

/* What is below the new name goes back below the old one. */
static void
put_back_below(struct imap_session *s, struct span from, struct span to)
{
	struct mailbox *boxes;
	const size_t n =
	    store_mailbox_list(s->site->store, s->account.id, &boxes);
	char back[MAILBOX_NAME];
	struct err err;

	for (size_t i = 0; i < n; i++) {
		const struct span below = span_of(boxes[i].name);

		if (below.len <= to.len || !span_starts(below, to) ||
		    below.ptr[to.len] != MAILBOX_SEPARATOR)
			continue;
		(void)snprintf(back, sizeof back, "%.*s%.*s", SPAN_FMT(from),
		    SPAN_FMT(span_skip(below, to.len)));
		(void)store_mailbox_rename(
		    s->site->store, s->account.id, below, span_of(back), &err);
	}
	free(boxes);
}

static void
copy_back(struct imap_session *s, struct span from, struct span to)
{
	struct store *store = s->site->store;
	struct uids uids = { .n = 0 }, old = { .n = 0 }, new = { .n = 0 };
	struct mailbox inbox, box;
	struct mails mails;
	struct err err;

	if (!store_mailbox(store, s->account.id, from, &inbox) ||
	    !store_mailbox(store, s->account.id, to, &box))
		return;
	store_mail_list(store, box.id, &mails);
	uids.of = mem_new(mails.n + 1, sizeof *uids.of);
	for (; uids.n < mails.n; uids.n++)
		uids.of[uids.n] = mails.of[uids.n].uid;
	(void)store_mail_copy(store, box.id, &uids, inbox.id, &old, &new, &err);
	uids_free(&uids);
	uids_free(&old);
	uids_free(&new);
	mails_free(&mails);
}

enum store_answer
imap_rename_box(
    struct imap_session *s, struct span from, struct span to, struct err *err)
{
	struct store *store = s->site->store;
	const int64_t account = s->account.id;
	enum store_answer got;

	if (faulty(s, FAULT_IMAP_RENAME_LOSES)) {
		got = store_mailbox_create(store, account, to, NULL, err);
		return got != STORE_DONE
			   ? got
			   : store_mailbox_delete(store, account, from, err);
	}
	got = store_mailbox_rename(store, account, from, to, err);
	if (got != STORE_DONE)
		return got;
	if (faulty(s, FAULT_IMAP_RENAME_OLD_STAYS))
		(void)store_mailbox_create(store, account, from, NULL, err);
	if (faulty(s, FAULT_IMAP_RENAME_CHILDREN_STAY))
		put_back_below(s, from, to);
	if (faulty(s, FAULT_IMAP_RENAME_INBOX_COPIES) &&
	    span_caseeq(from, SPAN("INBOX")))
		copy_back(s, from, to);
	return got;
}
