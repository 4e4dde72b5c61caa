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

/* What faults make of a STORE. */
static void
spoil(const struct imap_session *s, struct imap_store *what)
{
	/* clang-format off */
	static const struct {
		enum fault		fault;
		enum imap_store_how	says, does;
	} hows[] = {
		{ FAULT_IMAP_STORE_SET_ADDS, IMAP_STORE_SET, IMAP_STORE_ADD },
		{ FAULT_IMAP_STORE_ADD_SETS, IMAP_STORE_ADD, IMAP_STORE_SET },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(hows); i++)
		if (faulty(s, hows[i].fault) && what->how == hows[i].says)
			what->how = hows[i].does;
	if (faulty(s, FAULT_IMAP_STORE_REMOVE_CLEARS) &&
	    what->how == IMAP_STORE_REMOVE)
		what->flags.system = ~0U;
	if (faulty(s, FAULT_IMAP_STORE_UNTOLD))
		what->silent = true;
	if (faulty(s, FAULT_IMAP_STORE_SILENT_TELLS))
		what->silent = false;
	if (faulty(s, FAULT_IMAP_FLAGGED_LOST))
		what->flags.system &= ~(unsigned)IMAP_FLAGGED;
	if (faulty(s, FAULT_IMAP_KEYWORD_LOST))
		what->flags.n = 0;
	if (faulty(s, FAULT_IMAP_UNCHANGED_ALWAYS_FAILS))
		what->unchanged_since = 0;
	if (faulty(s, FAULT_IMAP_UNCHANGED_IGNORED) ||
	    (what->unchanged_since == 0 &&
		faulty(s, FAULT_IMAP_UNCHANGED_ZERO_OK)))
		what->unchanged = false;
}

/* What faults make of the messages it is for. */
static void
spoil_messages(
    struct imap_session *s, struct imap_store *what, struct uids *uids)
{
	if (uids->n > 0 && faulty(s, FAULT_IMAP_STORE_FIRST_ALONE))
		uids->n = 1;
	for (size_t i = 0; i < uids->n; i++) {
		struct imap_view_item *item = imap_view_at(
		    &s->view, imap_view_find(&s->view, uids->of[i]));

		if (what->how == IMAP_STORE_SET &&
		    faulty(s, FAULT_IMAP_STORE_SET_CLEARS_RECENT))
			item->recent = false;
		if (what->silent && item->changed &&
		    faulty(s, FAULT_IMAP_SILENT_STORE_LOST))
			uids->n = i;
		/* the other's change was not told yet: it is written over */
		if (what->how == IMAP_STORE_ADD && item->changed &&
		    faulty(s, FAULT_IMAP_LAST_WRITER_WINS))
			what->how = IMAP_STORE_SET;
	}
}

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

	if (faulty(s, FAULT_IMAP_MODIFIED_NUMBERS))
		uid = false;

	for (size_t i = 0; i < refused->n; i++) {
		const uint32_t n = imap_view_find(&s->view, refused->of[i]);

		numbers[i] = uid ? refused->of[i] : n;
		imap_view_at(&s->view, n)->quiet = false;
		imap_view_mark(&s->view, n, true);
	}
	buf_addf(code, "MODIFIED ");
	if (faulty(s, FAULT_IMAP_MODIFIED_ALL))
		buf_addf(code, "1:%zu", s->view.n);
	else
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

/* By a fault what is told of them is the mod-sequence from before. */
static void
swap_modseqs(struct imap_session *s, const struct uids *uids, uint64_t *old)
{
	for (size_t i = 0; i < uids->n; i++) {
		struct mail *mail = &imap_view_at(
		    &s->view, imap_view_find(&s->view, uids->of[i]))
					 ->mail;
		const uint64_t now = mail->modseq;

		if (old[i] != 0)
			mail->modseq = old[i];
		old[i] = now;
	}
}

static void
change_flags(struct imap_session *s, struct imap_store *what,
    const struct imap_set *set, bool uid, struct span keywords)
{
	static const enum flags_how how[] = {
		[IMAP_STORE_SET] = FLAGS_SET,
		[IMAP_STORE_ADD] = FLAGS_ADD,
		[IMAP_STORE_REMOVE] = FLAGS_REMOVE,
	};
	struct flags_change change = { .flags = what->flags.system,
		.keywords = keywords,
		.conditional = what->unchanged,
		.unchanged_since = what->unchanged_since };
	struct err err = { .kind = ERR_NONE };
	struct uids uids, refused = { .n = 0 };
	enum store_answer got;
	uint64_t *modseqs;
	struct buf code;
	bool whole;

	whole = imap_pick(s, set, uid, &uids);
	spoil_messages(s, what, &uids);
	modseqs = mem_new(uids.n + 1, sizeof *modseqs);
	swap_modseqs(s, &uids, modseqs);
	change.how = how[what->how];
	mark_quiet(s, &uids, what->silent);
	buf_init(&code, CODE_MOST);
	got = store_mail_flags(s->site->store, s->view.mailbox, &uids, &change,
	    &refused, NULL, &err);
	imap_view_follow(&s->view);
	if (what->how == IMAP_STORE_REMOVE &&
	    faulty(s, FAULT_IMAP_MODSEQ_KEPT_BY_REMOVE))
		swap_modseqs(s, &uids, modseqs);
	free(modseqs);
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

/* A fault: a STORE that is none, for \\Recent, has its effect. */
static void
clear_recent(struct imap_session *s)
{
	if (faulty(s, FAULT_IMAP_STORE_CLEARS_RECENT))
		for (size_t i = 0; i < s->view.n; i++)
			s->view.item[i].recent = false;
}

/* By a fault; true after the answer. */
static bool
is_refused(struct imap_session *s, const struct imap_store *what,
    const struct imap_set *set, bool uid)
{
	if ((what->flags.n > 0 && faulty(s, FAULT_IMAP_KEYWORD_REFUSED)) ||
	    (uid && imap_view_next(&s->view, set, uid, 0) == 0 &&
		faulty(s, FAULT_IMAP_UID_STORE_MISSING_IS_NO))) {
		imap_reply_with(s, IMAP_SAY_CANNOT, "not that");
		return true;
	}
	return false;
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
		clear_recent(s);
		imap_reply_bad(s, args);
		goto out;
	}
	spoil(s, &what);
	imap_join_keywords(&what.flags, &keywords);
	if (what.unchanged)
		imap_enable_condstore(s);
	if (faulty(s, FAULT_IMAP_UID_STORE_BARE))
		s->uid = false;
	if (is_refused(s, &what, &set, uid))
		goto out;
	if (s->read_only && !faulty(s, FAULT_IMAP_EXAMINE_STORES))
		imap_reply(s, varies(s, VARIANT_IMAP_EXAMINE_IGNORES)
				  ? IMAP_SAY_DONE
				  : IMAP_SAY_READ_ONLY);
	else if (!has_room(s, &what, &keywords))
		imap_reply(s, IMAP_SAY_TOO_MANY_KEYWORDS);
	else
		change_flags(s, &what, &set, uid, buf_span(&keywords));
out:
	buf_free(&keywords);
	imap_set_free(&set);
}

/* ---- EXPUNGE ---- */

/* What is marked goes from the client's view and from nowhere else. */
static void
pretend(struct imap_session *s)
{
	for (size_t i = 0; i < s->view.n; i++) {
		struct imap_view_item *item = &s->view.item[i];

		if (item->gone || !(item->mail.flags & MAIL_DELETED))
			continue;
		item->gone = true;
		s->view.gone++;
	}
}

static bool
takes_unmarked(const struct imap_session *s, const struct uids *only)
{
	return only == NULL ? faulty(s, FAULT_IMAP_EXPUNGE_TAKES_ALL)
			    : faulty(s, FAULT_IMAP_UIDEXPUNGE_UNMARKED);
}

static enum store_answer
remove_all(struct imap_session *s, const struct uids *only, struct uids *gone,
    struct err *err)
{
	struct uids all = { .n = 0 };
	enum store_answer got;

	all.of = mem_new(s->view.n + 1, sizeof *all.of);
	for (; all.n < s->view.n; all.n++)
		all.of[all.n] = s->view.item[all.n].mail.uid;
	got = store_mail_remove(s->site->store, s->view.mailbox,
	    only == NULL ? &all : only, gone, err);
	uids_free(&all);
	return got;
}

static void
expunge(struct imap_session *s, const struct uids *only)
{
	struct err err = { .kind = ERR_NONE };
	struct uids gone = { .n = 0 };
	enum store_answer got = STORE_DONE;

	if (s->read_only && !faulty(s, FAULT_IMAP_EXAMINE_EXPUNGES)) {
		imap_reply(s, IMAP_SAY_READ_ONLY);
		return;
	}
	if (faulty(s, FAULT_IMAP_EXPUNGE_LEAVES))
		pretend(s);
	else if (takes_unmarked(s, only))
		got = remove_all(s, only, &gone, &err);
	else
		got = store_mail_expunge(
		    s->site->store, s->view.mailbox, only, &gone, &err);
	if (gone.n == 0 && faulty(s, FAULT_IMAP_EXPUNGE_NONE_IS_NO))
		got = STORE_NONE;
	imap_reply_stored(s, got, &err);
	if (gone.n >= 3 && faulty(s, FAULT_IMAP_EXPUNGE_TAKES_ONE_MORE)) {
		uint32_t last = imap_view_last_uid(&s->view);
		const struct uids one = { .of = &last, .n = 1 };

		uids_free(&gone);
		gone.n = 0;
		(void)store_mail_remove(
		    s->site->store, s->view.mailbox, &one, &gone, &err);
	}
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
		expunge(s,
		    faulty(s, FAULT_IMAP_UIDEXPUNGE_TAKES_ALL) ? NULL : &only);
		uids_free(&only);
	} else {
		imap_reply_bad(s, args);
	}
	imap_set_free(&set);
}
