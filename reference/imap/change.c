/* SPDX-License-Identifier: MIT */
/* STORE (RFC 3501 6.4.6, RFC 7162 3.1.3) and EXPUNGE (6.4.3, RFC 4315 2.1). */
#include "lib/mem.h"
#include "reference/imap/inner.h"
#include "reference/imap/store_args.h"

enum { CODE_MOST = 256 << 10 }; /* a longer MODIFIED or COPYUID is left out */

/* ---- what both and copy.c need ---- */

bool
imap_pick(struct imap_session *s, const struct imap_set *set, bool uid,
    struct uids *uids)
{
	const struct imap_view *v = &s->view;
	bool all = true;

	*uids = (struct uids){ .of = mem_new(v->n + 1, sizeof *uids->of) };
	for (uint32_t n = imap_view_next(v, set, uid, 0); n != 0;
	     n = imap_view_next(v, set, uid, n))
		if (imap_view_at(v, n)->gone)
			all = false;
		else
			uids->of[uids->n++] = imap_view_at(v, n)->mail.uid;
	return all || uid;
}

/* ---- STORE ---- */

/* Who says .SILENT has no need of what he knows: RFC 3501 6.4.6. */
static void
mark_quiet(struct imap_session *s, const struct uids *uids, bool silent)
{
	for (size_t i = 0; i < uids->n; i++) {
		struct imap_view_item *item = imap_view_at(
		    &s->view, imap_view_find(&s->view, uids->of[i]));

		item->quiet = silent && !item->changed;
	}
}

/*
 * What is told: all of them; with .SILENT those alone that others changed
 * before, and their MODSEQ when this was conditional (RFC 7162 3.1.3).
 */
static void
mark_changed(
    struct imap_session *s, const struct uids *uids, bool silent, bool all)
{
	for (size_t i = 0; i < uids->n; i++) {
		const uint32_t n = imap_view_find(&s->view, uids->of[i]);
		struct imap_view_item *item = imap_view_at(&s->view, n);

		if (!silent || all)
			imap_view_mark(&s->view, n, true);
		if (!item->changed)
			item->quiet = false;
	}
}

/* RFC 7162 3.1.3: they are told, that the client need not ask. */
static void
put_modified(struct imap_session *s, const struct uids *refused, bool uid,
    struct buf *code)
{
	uint32_t *numbers = mem_new(refused->n, sizeof *numbers);

	for (size_t i = 0; i < refused->n; i++) {
		const uint32_t n = imap_view_find(&s->view, refused->of[i]);

		numbers[i] = uid ? refused->of[i] : n;
		imap_view_at(&s->view, n)->quiet = false;
		imap_view_mark(&s->view, n, true);
	}
	buf_addf(code, "MODIFIED ");
	imap_put_set(code, numbers, refused->n);
	free(numbers);
}

static void
reply_to_store(struct imap_session *s, bool whole, const struct buf *code)
{
	const enum imap_reply reply = !whole          ? IMAP_SAY_EXPUNGE_ISSUED
				      : code->len > 0 ? IMAP_SAY_MODIFIED
						      : IMAP_SAY_DONE;

	imap_reply_coded(s, reply, code->full ? SPAN("") : buf_span(code));
}

static bool
has_room(const struct imap_session *s, const struct imap_store *what,
    const struct buf *keywords)
{
	size_t more = 0;

	if (what->how == IMAP_STORE_REMOVE)
		return true;
	for (size_t i = 0; i < what->flags.n; i++)
		more +=
		    !imap_view_has_keyword(&s->view, what->flags.keyword[i]);
	return s->view.keywords + more <= IMAP_VIEW_KEYWORDS && !keywords->full;
}

static void
change_flags(struct imap_session *s, const struct imap_store *what,
    const struct imap_set *set, bool uid, struct span keywords)
{
	static const enum flags_how how[] = {
		[IMAP_STORE_SET] = FLAGS_SET,
		[IMAP_STORE_ADD] = FLAGS_ADD,
		[IMAP_STORE_REMOVE] = FLAGS_REMOVE,
	};
	const struct flags_change change = { .how = how[what->how],
		.flags = what->flags.system,
		.keywords = keywords,
		.conditional = what->unchanged,
		.unchanged_since = what->unchanged_since };
	struct err err = { .kind = ERR_NONE };
	struct uids uids, refused = { .n = 0 };
	enum store_answer got;
	struct buf code;
	bool whole;

	whole = imap_pick(s, set, uid, &uids);
	mark_quiet(s, &uids, what->silent);
	buf_init(&code, CODE_MOST);
	got = store_mail_flags(s->site->store, s->view.mailbox, &uids, &change,
	    &refused, NULL, &err);
	imap_view_follow(&s->view);
	mark_changed(
	    s, &uids, what->silent, what->unchanged && got == STORE_DONE);
	if (refused.n > 0)
		put_modified(s, &refused, uid, &code);
	if (got == STORE_DONE)
		reply_to_store(s, whole, &code);
	else
		imap_reply_stored(s, got, &err);
	buf_free(&code);
	uids_free(&refused);
	uids_free(&uids);
}

void
imap_run_store(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct imap_set set = { .n = 0 };
	struct imap_store what;
	struct buf keywords;

	buf_init(&keywords, MAIL_KEYWORDS - 1);
	if (!imap_take_messages(s, args, uid, &set) || !imap_take_space(args) ||
	    !imap_take_store(args, &what)) {
		imap_reply_bad(s, args);
		goto out;
	}
	imap_join_keywords(&what.flags, &keywords);
	if (what.unchanged)
		imap_enable_condstore(s);
	if (s->read_only)
		imap_reply(s, IMAP_SAY_READ_ONLY);
	else if (!has_room(s, &what, &keywords))
		imap_reply(s, IMAP_SAY_TOO_MANY_KEYWORDS);
	else
		change_flags(s, &what, &set, uid, buf_span(&keywords));
out:
	buf_free(&keywords);
	imap_set_free(&set);
}

/* ---- EXPUNGE ---- */

static void
expunge(struct imap_session *s, const struct uids *only)
{
	struct err err = { .kind = ERR_NONE };
	struct uids gone = { .n = 0 };

	if (s->read_only)
		imap_reply(s, IMAP_SAY_READ_ONLY);
	else
		imap_reply_stored(s,
		    store_mail_expunge(
			s->site->store, s->view.mailbox, only, &gone, &err),
		    &err);
	uids_free(&gone);
}

void
imap_run_expunge(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct imap_set set = { .n = 0 };
	struct uids only;

	if (!uid) {
		expunge(s, NULL);
		return;
	}
	if (imap_take_messages(s, args, true, &set) && imap_take_end(args)) {
		(void)imap_pick(s, &set, true, &only);
		expunge(s, &only);
		uids_free(&only);
	} else {
		imap_reply_bad(s, args);
	}
	imap_set_free(&set);
}
