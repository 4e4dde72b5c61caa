/* SPDX-License-Identifier: MIT */
/* COPY (RFC 3501 6.4.7), MOVE (RFC 6851) and APPEND (6.3.11); RFC 4315 3. */
#include <inttypes.h>

#include "reference/imap/inner.h"

enum { CODE_MOST = 256 << 10 }; /* a longer COPYUID is left out */

/* ---- COPY and MOVE ---- */

static void
put_copyuid(struct buf *code, const struct mailbox *into,
    const struct uids *from, const struct uids *to)
{
	buf_addf(code, "COPYUID %" PRIu32 " ", into->uidvalidity);
	imap_put_set(code, from->of, from->n);
	buf_addf(code, " ");
	imap_put_set(code, to->of, to->n);
	if (code->full || from->n == 0)
		buf_clear(code);
}

/* RFC 6851 4.3: what has gone where comes before that it has gone. */
static void
reply_to_move(struct imap_session *s, struct span copyuid)
{
	struct buf code;

	if (copyuid.len > 0)
		imap_announce(s, IMAP_SAY_COPIED, copyuid);
	buf_init(&code, 64);
	imap_view_follow(&s->view);
	if (s->condstore) /* RFC 6851 4.4 */
		buf_addf(&code, "HIGHESTMODSEQ %" PRIu64, s->view.seen);
	imap_reply_coded(s, IMAP_SAY_DONE, buf_span(&code));
	buf_free(&code);
}

static void
transfer(struct imap_session *s, const struct uids *uids,
    const struct mailbox *into, bool move)
{
	struct err err = { .kind = ERR_NONE };
	struct uids from = { .n = 0 }, to = { .n = 0 };
	enum store_answer got;
	struct buf code;

	buf_init(&code, CODE_MOST);
	got = (move ? store_mail_move : store_mail_copy)(
	    s->site->store, s->view.mailbox, uids, into->id, &from, &to, &err);
	if (got == STORE_DONE)
		put_copyuid(&code, into, &from, &to);
	if (got != STORE_DONE)
		imap_reply_stored(s, got, &err);
	else if (move)
		reply_to_move(s, buf_span(&code));
	else
		imap_reply_coded(s, IMAP_SAY_DONE, buf_span(&code));
	buf_free(&code);
	uids_free(&from);
	uids_free(&to);
}

/* Where messages can go to; NULL after the answer that says why not. */
static const struct mailbox *
find_target(struct imap_session *s, struct span name, struct mailbox *box)
{
	if (!store_mailbox(s->site->store, s->account.id, name, box)) {
		imap_reply(s, IMAP_SAY_TRY_CREATE);
		return NULL;
	}
	if (box->noselect) {
		imap_reply_with(s, IMAP_SAY_CANNOT, "it holds no messages");
		return NULL;
	}
	return box;
}

static void
run(struct imap_session *s, struct imap_args *args, bool uid, bool move)
{
	const struct mailbox *into;
	struct imap_set set = { .n = 0 };
	struct mailbox box;
	struct uids uids = { .n = 0 };
	struct buf name;

	buf_init(&name, IMAP_NAME_MOST);
	imap_take_messages(s, args, uid, &set);
	imap_take_space(args);
	imap_take_name(args, &name);
	if (!imap_take_end(args)) {
		imap_reply_bad(s, args);
		goto out;
	}
	if (move && s->read_only) {
		imap_reply(s, IMAP_SAY_READ_ONLY);
		goto out;
	}
	into = find_target(s, buf_span(&name), &box);
	if (into == NULL)
		goto out;
	/* all or nothing: RFC 3501 6.4.7 */
	if (imap_pick(s, &set, uid, &uids))
		transfer(s, &uids, into, move);
	else
		imap_reply(s, IMAP_SAY_EXPUNGE_ISSUED);
out:
	uids_free(&uids);
	buf_free(&name);
	imap_set_free(&set);
}

void
imap_run_copy(struct imap_session *s, struct imap_args *args, bool uid)
{
	run(s, args, uid, false);
}

void
imap_run_move(struct imap_session *s, struct imap_args *args, bool uid)
{
	run(s, args, uid, true);
}

/* ---- APPEND ---- */

static struct mail_date
date_of(const struct imap_session *s, const struct imap_append *what)
{
	const int64_t us = what->dated ? what->date.us : s->now.us;
	const int64_t second = 1000000;

	return (struct mail_date){
		.s = us / second - (us % second < 0),
		.zone_min = what->dated ? what->zone_min : 0,
	};
}

static void
append(struct imap_session *s, const struct imap_append *what,
    const struct mailbox *into, struct span keywords)
{
	const struct mail_new mail = {
		.flags = what->flags.system,
		.keywords = keywords,
		.date = date_of(s, what),
		.content = what->message,
	};
	struct err err = { .kind = ERR_NONE };
	enum store_answer got;
	struct buf code;
	uint32_t uid = 0;

	got = store_mail_append(s->site->store, into->id, &mail, &uid, &err);
	buf_init(&code, 64);
	buf_addf(
	    &code, "APPENDUID %" PRIu32 " %" PRIu32, into->uidvalidity, uid);
	if (got == STORE_DONE)
		imap_reply_coded(s, IMAP_SAY_DONE, buf_span(&code));
	else
		imap_reply_stored(s, got, &err);
	buf_free(&code);
}

void
imap_run_append(struct imap_session *s, struct imap_args *args, bool uid)
{
	const struct mailbox *into;
	struct imap_append what;
	struct mailbox box;
	struct buf name, keywords;

	(void)uid;
	buf_init(&name, IMAP_NAME_MOST);
	buf_init(&keywords, MAIL_KEYWORDS - 1);
	if (!imap_take_append(args, &what) ||
	    !imap_decode_name(args, what.name, &name)) {
		imap_reply_bad(s, args);
		goto out;
	}
	into = find_target(s, buf_span(&name), &box);
	if (into != NULL && !imap_join_keywords(&what.flags, &keywords))
		imap_reply(s, IMAP_SAY_TOO_MANY_KEYWORDS);
	else if (into != NULL)
		append(s, &what, into, buf_span(&keywords));
out:
	buf_free(&name);
	buf_free(&keywords);
}

/* Only what can be seen to fail: the rest is for when all has come. */
bool
imap_may_append(struct imap_session *s, struct span begun, uint64_t size)
{
	struct imap_command cmd;
	struct imap_args args;
	struct mailbox box;
	struct quota quota;
	struct buf name;
	bool may = true;

	buf_init(&name, IMAP_NAME_MOST);
	imap_args_init(&args, begun);
	imap_take_command(&args, &cmd);
	if (args.bad == NULL && !cmd.uid &&
	    span_caseeq(cmd.name, SPAN("APPEND")) && imap_take_space(&args) &&
	    imap_take_name(&args, &name)) {
		may = find_target(s, buf_span(&name), &box) != NULL;
		if (may && store_quota(s->site->store, s->account.id, &quota) &&
		    quota.octets_most > 0 &&
		    (int64_t)size > quota.octets_most - quota.octets) {
			imap_reply(s, IMAP_SAY_OVER_QUOTA);
			may = false;
		}
	}
	imap_args_free(&args);
	buf_free(&name);
	return may;
}
