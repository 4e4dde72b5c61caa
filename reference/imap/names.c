/* SPDX-License-Identifier: MIT */
/* Mailboxes by name: RFC 3501 6.3.3 to 6.3.7, 6.3.10; RFC 2342. */
#include <inttypes.h>
#include <stdio.h>

#include "reference/imap/inner.h"

/* ---- one name, one change ---- */

static void
run_on_name(struct imap_session *s, struct imap_args *args,
    enum store_answer (*change)(
	struct imap_session *, struct span name, struct err *))
{
	struct err err = { .kind = ERR_NONE };
	struct buf name;

	buf_init(&name, IMAP_NAME_MOST);
	imap_take_name(args, &name);
	if (!imap_take_end(args))
		imap_reply_bad(s, args);
	else
		imap_reply_stored(s, change(s, buf_span(&name), &err), &err);
	buf_free(&name);
}

static enum store_answer
subscribe(struct imap_session *s, struct span name, struct err *err)
{
	return store_subscribe(s->site->store, s->account.id, name, err);
}

static enum store_answer
unsubscribe(struct imap_session *s, struct span name, struct err *err)
{
	return store_unsubscribe(s->site->store, s->account.id, name, err);
}

void
imap_run_delete(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)uid;
	run_on_name(s, args, imap_delete_box);
}

void
imap_run_subscribe(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)uid;
	run_on_name(s, args, subscribe);
}

void
imap_run_unsubscribe(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)uid;
	run_on_name(s, args, unsubscribe);
}

void
imap_run_create(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct err err = { .kind = ERR_NONE };
	struct imap_create create;
	struct buf name;

	(void)uid;
	buf_init(&name, IMAP_NAME_MOST);
	if (!imap_take_create(args, &create) ||
	    !imap_decode_name(args, create.name, &name))
		imap_reply_bad(s, args);
	else if (create.use != 0 || create.use_unknown)
		imap_reply(s, IMAP_SAY_USE_ATTR);
	else
		imap_reply_stored(
		    s, imap_create_box(s, buf_span(&name), &err), &err);
	buf_free(&name);
}

/* A fault makes an empty one of the new name and removes the old. */
static enum store_answer
rename_box(
    struct imap_session *s, struct span from, struct span to, struct err *err)
{
	struct store *store = s->site->store;

	if (!faulty(s, FAULT_IMAP_RENAME_EMPTIES))
		return imap_rename_box(s, from, to, err);
	(void)store_mailbox_delete(store, s->account.id, from, err);
	return store_mailbox_create(store, s->account.id, to, NULL, err);
}

void
imap_run_rename(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct err err = { .kind = ERR_NONE };
	struct buf from, to;

	(void)uid;
	buf_init(&from, IMAP_NAME_MOST);
	buf_init(&to, IMAP_NAME_MOST);
	imap_take_name(args, &from);
	imap_take_space(args);
	imap_take_name(args, &to);
	if (!imap_take_end(args))
		imap_reply_bad(s, args);
	else
		imap_reply_stored(s,
		    rename_box(s, buf_span(&from), buf_span(&to), &err), &err);
	buf_free(&from);
	buf_free(&to);
}

/* ---- STATUS ---- */

static uint64_t
status_value(
    const struct imap_session *s, const struct mailbox *box, unsigned bit)
{
	switch (bit) {
	case IMAP_STATUS_MESSAGES:
		return faulty(s, FAULT_IMAP_STATUS_UNSEEN) ? box->unseen
							   : box->messages;
	case IMAP_STATUS_RECENT:
		return box->recent;
	case IMAP_STATUS_UIDNEXT:
		return box->uidnext;
	case IMAP_STATUS_UIDVALIDITY:
		return box->uidvalidity;
	case IMAP_STATUS_UNSEEN:
		return box->unseen;
	case IMAP_STATUS_HIGHESTMODSEQ:
		return box->highestmodseq;
	case IMAP_STATUS_DELETED:
		return box->deleted;
	default:
		return (uint64_t)box->deleted_size;
	}
}

static void
put_status(struct imap_session *s, const struct mailbox *box, unsigned items)
{
	const char *space = "";

	buf_addf(s->out, "* STATUS ");
	imap_put_mailbox(s->out, span_of(box->name));
	buf_addf(s->out, " (");
	for (unsigned bit = 1; imap_status_name(bit) != NULL; bit <<= 1) {
		if ((items & bit) == 0)
			continue;
		buf_addf(s->out, "%s%s %" PRIu64, space, imap_status_name(bit),
		    status_value(s, box, bit));
		space = " ";
	}
	buf_addf(s->out, ")\r\n");
}

/* What faults make of it. */
static void
spoil_status(struct imap_session *s, struct mailbox *box)
{
	struct err err;
	uint32_t from;

	box->uidvalidity = imap_uidvalidity(s, box);
	if (faulty(s, FAULT_IMAP_STATUS_UNSEEN_IS_RECENT))
		box->unseen = box->recent;
	if (faulty(s, FAULT_IMAP_STATUS_UIDNEXT_OLD))
		box->uidnext--;
	if (faulty(s, FAULT_IMAP_UIDNEXT_COUNTS))
		box->uidnext = box->messages + 1;
	if (faulty(s, FAULT_IMAP_UIDNEXT_STANDS))
		box->uidnext = UINT32_MAX;
	if (faulty(s, FAULT_IMAP_STATUS_MODSEQ_OLD))
		box->highestmodseq--;
	if (faulty(s, FAULT_IMAP_STATUS_CLAIMS))
		(void)store_mail_claim(s->site->store, box->id, &from, &err);
	if (faulty(s, FAULT_IMAP_STATUS_DESELECTS))
		imap_unselect(s);
}

static void
refuse_status(struct imap_session *s, struct span name, unsigned items)
{
	struct mailbox box = { .id = 0 };

	if (!faulty(s, FAULT_IMAP_STATUS_MISSING_ZERO)) {
		imap_reply(s, IMAP_SAY_NO_SUCH_MAILBOX);
		return;
	}
	(void)snprintf(box.name, sizeof box.name, "%.*s", SPAN_FMT(name));
	put_status(s, &box, items);
	imap_reply(s, IMAP_SAY_DONE);
}

void
imap_run_status(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct mailbox box;
	struct span raw;
	struct buf name;
	unsigned items;

	(void)uid;
	buf_init(&name, IMAP_NAME_MOST);
	if (!imap_take_status(args, &raw, &items) ||
	    !imap_decode_name(args, raw, &name)) {
		imap_reply_bad(s, args);
	} else if (!store_mailbox(
		       s->site->store, s->account.id, buf_span(&name), &box) ||
		   box.noselect) {
		refuse_status(s, buf_span(&name), items);
	} else {
		if ((items & IMAP_STATUS_HIGHESTMODSEQ) != 0)
			imap_enable_condstore(s);
		spoil_status(s, &box);
		put_status(s, &box, items);
		imap_reply(s, IMAP_SAY_DONE);
	}
	buf_free(&name);
}

/* ---- NAMESPACE ---- */

void
imap_run_namespace(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)args;
	(void)uid;
	buf_addf(s->out, "* NAMESPACE ((\"\" \"%c\")) NIL NIL\r\n",
	    faulty(s, FAULT_IMAP_NAMESPACE_SEPARATOR) ? '.'
						      : MAILBOX_SEPARATOR);
	imap_reply(s, IMAP_SAY_DONE);
}
