/* SPDX-License-Identifier: MIT */
/*
 * SELECT, EXAMINE, CLOSE (RFC 3501 6.3.1, 6.3.2, 6.4.2), UNSELECT (RFC 3691),
 * IDLE (RFC 2177).
 */
#include <inttypes.h>

#include "reference/imap/inner.h"

/* RFC 3501 6.3.1, RFC 7162 3.1.2.1. */
static void
describe(struct imap_session *s, const struct mailbox *box)
{
	const struct imap_view *v = &s->view;
	const uint32_t unseen = imap_view_unseen(v);

	buf_addf(s->out, "* %zu EXISTS\r\n* %" PRIu32 " RECENT\r\n", v->n,
	    imap_view_recent(v));
	imap_tell_keywords(s);
	if (unseen > 0)
		buf_addf(s->out,
		    "* OK [UNSEEN %" PRIu32 "] the first without \\Seen\r\n",
		    unseen);
	buf_addf(s->out,
	    "* OK [UIDVALIDITY %" PRIu32 "] as long as UIDs are valid\r\n"
	    "* OK [UIDNEXT %" PRIu32 "] the next will have\r\n"
	    "* OK [HIGHESTMODSEQ %" PRIu64 "] so far\r\n",
	    box->uidvalidity, box->uidnext, v->seen);
}

static void
open_box(struct imap_session *s, const struct mailbox *box, bool read_only)
{
	if (!imap_view_open(&s->view, s->site->store, box->id, !read_only)) {
		imap_reply(s, IMAP_SAY_NO_SUCH_MAILBOX);
		return;
	}
	s->state = SELECTED;
	s->read_only = read_only;
	describe(s, box);
	imap_reply(s, read_only ? IMAP_SAY_SELECTED_RO : IMAP_SAY_SELECTED_RW);
}

/* Whatever comes of it, what was selected is no more: RFC 3501 6.3.1. */
static void
open_named(struct imap_session *s, struct imap_args *args, bool read_only)
{
	struct imap_select select;
	struct mailbox box;
	struct buf name;

	buf_init(&name, IMAP_NAME_MOST);
	if (!imap_take_select(args, &select) ||
	    !imap_decode_name(args, select.name, &name)) {
		imap_reply_bad(s, args);
		buf_free(&name);
		return;
	}
	if (s->state == SELECTED)
		imap_announce(s, IMAP_SAY_CLOSED, SPAN(""));
	imap_unselect(s);
	if (!store_mailbox(
		s->site->store, s->account.id, buf_span(&name), &box)) {
		imap_reply(s, IMAP_SAY_NO_SUCH_MAILBOX);
	} else if (box.noselect) {
		imap_reply_with(s, IMAP_SAY_CANNOT, "it holds no messages");
	} else {
		s->condstore |= select.condstore;
		open_box(s, &box, read_only);
	}
	buf_free(&name);
}

void
imap_run_select(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)uid;
	open_named(s, args, false);
}

void
imap_run_examine(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)uid;
	open_named(s, args, true);
}

void
imap_run_close(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct err err = { .kind = ERR_NONE };
	struct uids gone = { .n = 0 };
	enum store_answer got = STORE_DONE;

	(void)args;
	(void)uid;
	if (!s->read_only)
		got = store_mail_expunge(
		    s->site->store, s->view.mailbox, NULL, &gone, &err);
	uids_free(&gone);
	imap_unselect(s);
	/* one that was deleted meanwhile is closed as well */
	imap_reply(s, got == STORE_FAILED ? IMAP_SAY_NOT_KEPT : IMAP_SAY_DONE);
}

void
imap_run_unselect(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)args;
	(void)uid;
	imap_unselect(s);
	imap_reply(s, IMAP_SAY_DONE);
}

void
imap_run_idle(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)args;
	(void)uid;
	s->input = IN_IDLE;
	buf_add(s->out, SPAN("+ idling\r\n"));
}
