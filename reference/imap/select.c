/* SPDX-License-Identifier: MIT */
/*
 * SELECT, EXAMINE, CLOSE (RFC 3501 6.3.1, 6.3.2, 6.4.2), UNSELECT (RFC 3691),
 * IDLE (RFC 2177).
 */
#include <inttypes.h>

#include "reference/imap/inner.h"

static void
describe_unseen(struct imap_session *s)
{
	const uint32_t first = imap_view_unseen(&s->view);
	uint32_t said = first, n = 0;

	for (size_t i = 0; i < s->view.n; i++)
		n += (s->view.item[i].mail.flags & MAIL_SEEN) == 0;
	if (faulty(s, FAULT_IMAP_UNSEEN_IS_COUNT))
		said = n;
	if (first > 0)
		buf_addf(s->out,
		    "* OK [UNSEEN %" PRIu32 "] the first without \\Seen\r\n",
		    said);
}

static void
describe_uids(struct imap_session *s, const struct mailbox *box)
{
	uint32_t validity = imap_uidvalidity(s, box);
	const uint32_t next = faulty(s, FAULT_IMAP_UIDNEXT_FROM_LAST)
				  ? imap_view_last_uid(&s->view) + 1
				  : box->uidnext;

	if (faulty(s, FAULT_IMAP_UIDVALIDITY_OF_SESSION))
		validity += imap_view_recent(&s->view);
	if (faulty(s, FAULT_IMAP_UIDVALIDITY_ZERO))
		validity = 0;
	if (!s->read_only || !faulty(s, FAULT_IMAP_EXAMINE_BRIEF))
		buf_addf(s->out,
		    "* OK [UIDVALIDITY %" PRIu32 "] as long as UIDs are valid"
		    "\r\n",
		    validity);
	if (!faulty(s, FAULT_IMAP_UIDNEXT_UNSAID))
		buf_addf(s->out,
		    "* OK [UIDNEXT %" PRIu32 "] the next will have\r\n", next);
}

/* RFC 3501 6.3.1, RFC 7162 3.1.2.1. */
static void
describe(struct imap_session *s, const struct mailbox *box)
{
	const struct imap_view *v = &s->view;
	const uint64_t highest =
	    v->n > 0 && faulty(s, FAULT_IMAP_HIGHESTMODSEQ_OF_LAST)
		? v->item[v->n - 1].mail.modseq
		: v->seen;
	const bool short_by_one =
	    v->n > 0 && faulty(s, FAULT_IMAP_EXISTS_SHORT);

	buf_addf(s->out, "* %zu EXISTS\r\n", v->n - short_by_one);
	if (!faulty(s, FAULT_IMAP_RECENT_UNSAID))
		buf_addf(
		    s->out, "* %" PRIu32 " RECENT\r\n", imap_view_recent(v));
	imap_tell_keywords(s);
	describe_unseen(s);
	describe_uids(s, box);
	if (!faulty(s, FAULT_IMAP_HIGHESTMODSEQ_UNSAID))
		buf_addf(s->out, "* OK [HIGHESTMODSEQ %" PRIu64 "] so far\r\n",
		    highest);
}

static void
open_box(struct imap_session *s, const struct mailbox *box, bool read_only)
{
	const bool claims =
	    (!read_only || faulty(s, FAULT_IMAP_EXAMINE_CLAIMS)) &&
	    !faulty(s, FAULT_IMAP_RECENT_FOR_ALL);

	if (!imap_view_open(&s->view, s->site->store, box->id, claims)) {
		imap_reply(s, IMAP_SAY_NO_SUCH_MAILBOX);
		return;
	}
	s->state = SELECTED;
	s->read_only = read_only;
	for (size_t i = 3; i < s->view.n; i++)
		if (faulty(s, FAULT_IMAP_SELECT_LOSES_SEEN))
			s->view.item[i].mail.flags &= ~(unsigned)MAIL_SEEN;
	describe(s, box);
	if (faulty(s, FAULT_IMAP_EXAMINE_READ_WRITE))
		read_only = false;
	if (!read_only && faulty(s, FAULT_IMAP_READ_WRITE_UNSAID))
		imap_reply(s, IMAP_SAY_DONE);
	imap_reply(s, read_only ? IMAP_SAY_SELECTED_RO : IMAP_SAY_SELECTED_RW);
}

/* The mailbox selected until now; false: a fault stays in it. */
static bool
leave(struct imap_session *s, bool found)
{
	struct uids gone = { .n = 0 };
	struct err err;

	if (s->state != SELECTED)
		return true;
	if (faulty(s, FAULT_IMAP_SELECT_STAYS) ||
	    (!found && faulty(s, FAULT_IMAP_FAILED_SELECT_STAYS)))
		return false;
	if (faulty(s, FAULT_IMAP_SELECT_EXPUNGES))
		(void)store_mail_expunge(
		    s->site->store, s->view.mailbox, NULL, &gone, &err);
	uids_free(&gone);
	imap_announce(s, IMAP_SAY_CLOSED, SPAN(""));
	imap_unselect(s);
	return true;
}

/* Whatever comes of it, what was selected is no more: RFC 3501 6.3.1. */
static void
open_named(struct imap_session *s, struct imap_args *args, bool read_only)
{
	struct imap_select select;
	struct mailbox box;
	struct buf name;
	bool found;

	buf_init(&name, IMAP_NAME_MOST);
	if (!imap_take_select(args, &select) ||
	    !imap_decode_name(args, select.name, &name)) {
		imap_reply_bad(s, args);
		buf_free(&name);
		return;
	}
	found =
	    store_mailbox(s->site->store, s->account.id, buf_span(&name), &box);
	if (!leave(s, found)) {
		imap_reply(
		    s, found ? IMAP_SAY_SELECTED_RW : IMAP_SAY_NO_SUCH_MAILBOX);
	} else if (!found) {
		imap_reply(s, faulty(s, FAULT_IMAP_SELECT_MISSING_OK)
				  ? IMAP_SAY_SELECTED_RW
				  : IMAP_SAY_NO_SUCH_MAILBOX);
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
	if ((!s->read_only || faulty(s, FAULT_IMAP_CLOSE_EXAMINED_EXPUNGES)) &&
	    !faulty(s, FAULT_IMAP_CLOSE_KEEPS))
		got = store_mail_expunge(
		    s->site->store, s->view.mailbox, NULL, &gone, &err);
	uids_free(&gone);
	if (faulty(s, FAULT_IMAP_CLOSE_TELLS)) {
		imap_view_follow(&s->view);
		s->no_expunge = false;
		(void)imap_tell_changes(s);
	}
	if (!faulty(s, FAULT_IMAP_CLOSE_STAYS))
		imap_unselect(s);
	/* one that was deleted meanwhile is closed as well */
	imap_reply(s, got == STORE_FAILED ? IMAP_SAY_NOT_KEPT : IMAP_SAY_DONE);
}

void
imap_run_unselect(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct uids gone = { .n = 0 };
	struct err err;

	(void)args;
	(void)uid;
	if (faulty(s, FAULT_IMAP_UNSELECT_EXPUNGES))
		(void)store_mail_expunge(
		    s->site->store, s->view.mailbox, NULL, &gone, &err);
	uids_free(&gone);
	if (!faulty(s, FAULT_IMAP_UNSELECT_STAYS))
		imap_unselect(s);
	imap_reply(s, IMAP_SAY_DONE);
}

void
imap_run_idle(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)args;
	(void)uid;
	if ((s->state != SELECTED &&
		faulty(s, FAULT_IMAP_IDLE_NEEDS_MAILBOX)) ||
	    (s->idled && faulty(s, FAULT_IMAP_IDLE_ONCE))) {
		imap_reply(s, IMAP_SAY_NOT_NOW);
		return;
	}
	s->idled = true;
	s->input = IN_IDLE;
	buf_add(s->out, SPAN("+ idling\r\n"));
}
