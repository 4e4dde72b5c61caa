/* SPDX-License-Identifier: MIT */
/* COPY (RFC 3501 6.4.7), MOVE (RFC 6851) and APPEND (6.3.11); RFC 4315 3. */
#include <inttypes.h>

#include "reference/imap/inner.h"

enum { CODE_MOST = 256 << 10 }; /* a longer COPYUID is left out */

/* ---- COPY and MOVE ---- */

static void
put_copyuid(struct imap_session *s, struct buf *code,
    const struct mailbox *into, const struct uids *from, const struct uids *to)
{
	if (faulty(s, FAULT_IMAP_COPYUID_SWAPPED)) {
		const struct uids *other = from;

		from = to;
		to = other;
	}
	buf_addf(code, "COPYUID %" PRIu32 " ", imap_uidvalidity(s, into));
	imap_put_set(code, from->of,
	    from->n -
		(from->n > 2 && faulty(s, FAULT_IMAP_COPYUID_LEAVES_OUT)));
	buf_addf(code, " ");
	imap_put_set(code, to->of, to->n);
	if (code->full || from->n == 0 ||
	    varies(s, VARIANT_IMAP_WITHOUT_UIDPLUS))
		buf_clear(code);
}

/* RFC 6851 4.3: what has gone where comes before that it has gone. */
static void
reply_to_move(struct imap_session *s, struct span copyuid)
{
	const bool last = varies(s, VARIANT_IMAP_COPYUID_LAST);
	struct buf code;

	if (copyuid.len > 0 && !last && !faulty(s, FAULT_IMAP_MOVE_NO_COPYUID))
		imap_announce(s, IMAP_SAY_COPIED, copyuid);
	buf_init(&code, CODE_MOST);
	if (faulty(s, FAULT_IMAP_MOVE_UNTOLD))
		s->followed = true;
	else
		imap_view_follow(&s->view);
	if (s->condstore) /* RFC 6851 4.4 */
		buf_addf(&code, "HIGHESTMODSEQ %" PRIu64, s->view.seen);
	if (last && s->condstore)
		imap_announce(s, IMAP_SAY_COPIED, buf_span(&code));
	if (last) {
		buf_clear(&code);
		buf_add(&code, copyuid);
	}
	imap_reply_coded(s, IMAP_SAY_DONE, buf_span(&code));
	buf_free(&code);
}

/* As it was said, or as a fault has it. */
static bool
moves(const struct imap_session *s, bool move)
{
	return move ? !faulty(s, FAULT_IMAP_MOVE_COPIES)
		    : faulty(s, FAULT_IMAP_COPY_MOVES);
}

/* Each copy is made anew, from its content alone. */
static void
copy_anew(struct imap_session *s, const struct mailbox *into,
    const struct uids *from, const struct uids *to)
{
	struct mail_new mail = { .date = { .s = s->now.us / 1000000 } };
	struct err err;
	struct buf content;
	uint32_t uid;

	buf_init(&content, (size_t)s->site->size_most);
	for (size_t i = 0; i < from->n; i++) {
		buf_clear(&content);
		(void)store_mail_content(
		    s->site->store, s->view.mailbox, from->of[i], &content);
		mail.content = buf_span(&content);
		(void)store_mail_append(
		    s->site->store, into->id, &mail, &uid, &err);
	}
	(void)store_mail_remove(s->site->store, into->id, to, NULL, &err);
	buf_free(&content);
}

/* What faults do to what was copied or moved. */
static void
spoil_copies(struct imap_session *s, const struct mailbox *into,
    const struct uids *from, const struct uids *to, bool move)
{
	const struct flags_change none = { .how = FLAGS_SET };
	const struct flags_change marked = { .how = FLAGS_ADD,
		.flags = MAIL_DELETED };
	struct uids gone = { .n = 0 };
	struct err err;

	if (!move && faulty(s, FAULT_IMAP_COPY_FORGETS_FLAGS))
		(void)store_mail_flags(
		    s->site->store, into->id, to, &none, NULL, NULL, &err);
	if (!move && faulty(s, FAULT_IMAP_COPY_IS_NOW))
		copy_anew(s, into, from, to);
	if (move && faulty(s, FAULT_IMAP_MOVE_MARKS_DELETED))
		(void)store_mail_flags(
		    s->site->store, into->id, to, &marked, NULL, NULL, &err);
	if (move && faulty(s, FAULT_IMAP_MOVE_EXPUNGES))
		(void)store_mail_expunge(
		    s->site->store, s->view.mailbox, NULL, &gone, &err);
	uids_free(&gone);
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
	got = (moves(s, move) ? store_mail_move : store_mail_copy)(
	    s->site->store, s->view.mailbox, uids, into->id, &from, &to, &err);
	if (got == STORE_DONE)
		put_copyuid(s, &code, into, &from, &to);
	if (got == STORE_DONE)
		spoil_copies(s, into, &from, &to, move);
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
	const bool append = strcmp(s->command, "APPEND") == 0;
	struct err err;

	if (faulty(s,
		append ? FAULT_IMAP_APPEND_CREATES : FAULT_IMAP_COPY_CREATES))
		(void)store_mailbox_create(
		    s->site->store, s->account.id, name, NULL, &err);
	if (!store_mailbox(s->site->store, s->account.id, name, box)) {
		imap_reply(s, faulty(s, append ? FAULT_IMAP_APPEND_NO_HINT
					       : FAULT_IMAP_COPY_NO_HINT)
				  ? IMAP_SAY_NO_SUCH_MAILBOX
				  : IMAP_SAY_TRY_CREATE);
		return NULL;
	}
	if (box->noselect) {
		imap_reply_with(s, IMAP_SAY_CANNOT, "it holds no messages");
		return NULL;
	}
	return box;
}

/* A fault has COPY answer NO for a set in which some are not there. */
static void
take_set(struct imap_session *s, struct imap_args *args, bool uid,
    struct imap_set *set)
{
	if (!faulty(s, FAULT_IMAP_COPY_PARTIAL)) {
		imap_take_messages(s, args, uid, set);
		return;
	}
	imap_take_set(args, set);
	imap_view_follow(&s->view);
	imap_set_resolve(set, (uint32_t)s->view.n);
	if (imap_set_most(set) > s->view.n)
		imap_reply_with(s, IMAP_SAY_CANNOT, "not all are there");
}

static void
lose(struct imap_session *s, const struct imap_set *set, bool uid)
{
	struct uids uids;
	struct err err;

	(void)imap_pick(s, set, uid, &uids);
	(void)store_mail_remove(
	    s->site->store, s->view.mailbox, &uids, NULL, &err);
	uids_free(&uids);
}

static void
leave_out_large(const struct imap_session *s, struct uids *uids)
{
	size_t n = 0;

	for (size_t i = 0; i < uids->n; i++)
		if (imap_view_at(
			&s->view, imap_view_find(&s->view, uids->of[i]))
			->mail.size <= SESSION_LARGE)
			uids->of[n++] = uids->of[i];
	uids->n = n;
}

static bool
pick(struct imap_session *s, const struct imap_set *set, bool uid, bool move,
    struct uids *uids)
{
	if (!imap_pick(s, set, uid, uids))
		return false;
	if (!move && faulty(s, FAULT_IMAP_LARGE_UNCOPIED))
		leave_out_large(s, uids);
	return true;
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
	if (faulty(s, FAULT_IMAP_UID_COPY_NUMBERS))
		uid = false;
	take_set(s, args, uid, &set);
	imap_take_space(args);
	imap_take_name(args, &name);
	if (!imap_take_end(args)) {
		imap_reply_bad(s, args);
		goto out;
	}
	if (uid && imap_view_next(&s->view, &set, uid, 0) == 0 &&
	    faulty(s, FAULT_IMAP_UID_COPY_MISSING_IS_NO)) {
		imap_reply_with(s, IMAP_SAY_CANNOT, "there is none");
		goto out;
	}
	if (move && s->read_only && !faulty(s, FAULT_IMAP_EXAMINE_MOVES)) {
		imap_reply(s, IMAP_SAY_READ_ONLY);
		goto out;
	}
	into = find_target(s, buf_span(&name), &box);
	if (into == NULL && move && faulty(s, FAULT_IMAP_MOVE_LOSES))
		lose(s, &set, uid);
	if (into == NULL)
		goto out;
	/* all or nothing: RFC 3501 6.4.7 */
	if (pick(s, &set, uid, move, &uids))
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

/* What faults make of a new message. */
static void
spoil_new(const struct imap_session *s, struct mail_new *mail)
{
	const size_t dot = span_find(mail->content, SPAN("\r\n.\r\n"));

	if (faulty(s, FAULT_IMAP_APPEND_TRIMS) && mail->content.len > 2)
		mail->content.len -= 2;
	if (faulty(s, FAULT_IMAP_LITERAL_ENDS_AT_DOT))
		mail->content = span_take(mail->content, dot);
	if (faulty(s, FAULT_IMAP_APPEND_FORGETS_FLAGS))
		mail->flags = 0;
	if (faulty(s, FAULT_IMAP_APPEND_IS_SEEN))
		mail->flags |= MAIL_SEEN;
	if (faulty(s, FAULT_IMAP_APPEND_IS_NOW))
		mail->date.s = s->now.us / 1000000;
}

static void
append(struct imap_session *s, const struct imap_append *what,
    const struct mailbox *into, struct span keywords)
{
	struct mail_new mail = {
		.flags = what->flags.system,
		.keywords = keywords,
		.date = date_of(s, what),
		.content = what->message,
	};
	struct err err = { .kind = ERR_NONE };
	enum store_answer got;
	struct buf code;
	uint32_t uid = 0, from;

	spoil_new(s, &mail);
	got = store_mail_append(s->site->store, into->id, &mail, &uid, &err);
	if (faulty(s, FAULT_IMAP_APPEND_NOT_RECENT))
		(void)store_mail_claim(s->site->store, into->id, &from, &err);
	if (faulty(s, FAULT_IMAP_APPEND_UNTOLD))
		s->followed = true;
	if (faulty(s, FAULT_IMAP_APPENDUID_NEXT))
		uid++;
	buf_init(&code, 64);
	buf_addf(&code, "APPENDUID %" PRIu32 " %" PRIu32,
	    imap_uidvalidity(s, into), uid);
	if (varies(s, VARIANT_IMAP_WITHOUT_UIDPLUS))
		buf_clear(&code);
	if (got == STORE_DONE)
		imap_reply_coded(s, IMAP_SAY_DONE, buf_span(&code));
	else
		imap_reply_stored(s, got, &err);
	buf_free(&code);
}

/* A fault keeps what came with a command that was refused. */
static void
keep_wrong(struct imap_session *s, const struct imap_append *what)
{
	struct mailbox box;

	if (faulty(s, FAULT_IMAP_APPEND_WRONG_KEPT) && what->message.len > 0 &&
	    store_mailbox(s->site->store, s->account.id, what->name, &box))
		append(s, what, &box, SPAN(""));
}

void
imap_run_append(struct imap_session *s, struct imap_args *args, bool uid)
{
	const struct mailbox *into;
	struct imap_append what = { .message = { NULL, 0 } };
	struct mailbox box;
	struct buf name, keywords;

	(void)uid;
	buf_init(&name, IMAP_NAME_MOST);
	buf_init(&keywords, MAIL_KEYWORDS - 1);
	if (!imap_take_append(args, &what) ||
	    !imap_decode_name(args, what.name, &name)) {
		imap_reply_bad(s, args);
		keep_wrong(s, &what);
		goto out;
	}
	if (what.message.len == 0 &&
	    faulty(s, FAULT_IMAP_LITERAL_ZERO_WEDGES)) {
		s->input = IN_WEDGED;
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
static void
refuse_for_quota(struct imap_session *s)
{
	if (faulty(s, FAULT_IMAP_QUOTA_APPEND))
		imap_reply(s, IMAP_SAY_DONE);
	else if (faulty(s, FAULT_IMAP_QUOTA_CODE))
		imap_reply_with(s, IMAP_SAY_CANNOT, "no room");
	else
		imap_reply(s, IMAP_SAY_OVER_QUOTA);
}

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
			refuse_for_quota(s);
			may = false;
		}
	} else if (faulty(s, FAULT_IMAP_LITERAL_NAME_REFUSED)) {
		imap_reply(s, IMAP_SAY_UNKNOWN);
		may = false;
	}
	imap_args_free(&args);
	buf_free(&name);
	return may;
}
