/* SPDX-License-Identifier: MIT */
#include "reference/imap/view.h"

#include "lib/mem.h"

/* ---- searching ---- */

/* The first item, from "from" on, whose UID is at least uid; "to": none. */
static size_t
lower_bound(const struct imap_view *v, uint32_t uid, size_t from, size_t to)
{
	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (v->item[middle].mail.uid < uid)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static struct imap_view_item *
find_item(const struct imap_view *v, uint32_t uid)
{
	const size_t i = lower_bound(v, uid, 0, v->all);

	return i < v->all && v->item[i].mail.uid == uid ? &v->item[i] : NULL;
}

uint32_t
imap_view_find(const struct imap_view *v, uint32_t uid)
{
	const size_t i = lower_bound(v, uid, 0, v->n);

	return i < v->n && v->item[i].mail.uid == uid ? (uint32_t)i + 1 : 0;
}

uint32_t
imap_view_next(const struct imap_view *v, const struct imap_set *set, bool uid,
    uint32_t after)
{
	size_t i = after;

	if (!uid) {
		const uint32_t n = imap_set_next(set, after + 1);

		return n <= v->n ? n : 0;
	}
	while (i < v->n) {
		const uint32_t have = v->item[i].mail.uid;
		const uint32_t want = imap_set_next(set, have);

		if (want == 0)
			return 0;
		if (want == have)
			return (uint32_t)i + 1;
		i = lower_bound(v, want, i + 1, v->n);
	}
	return 0;
}

uint32_t
imap_view_recent(const struct imap_view *v)
{
	uint32_t n = 0;

	for (size_t i = 0; i < v->n; i++)
		n += v->item[i].recent;
	return n;
}

uint32_t
imap_view_last_uid(const struct imap_view *v)
{
	return v->n == 0 ? 0 : v->item[v->n - 1].mail.uid;
}

uint32_t
imap_view_unseen(const struct imap_view *v)
{
	for (size_t i = 0; i < v->n; i++)
		if ((v->item[i].mail.flags & MAIL_SEEN) == 0)
			return (uint32_t)i + 1;
	return 0;
}

/* ---- keywords ---- */

bool
imap_view_has_keyword(const struct imap_view *v, struct span keyword)
{
	for (size_t i = 0; i < v->keywords; i++)
		if (span_caseeq(span_of(v->keyword[i]), keyword))
			return true;
	return false;
}

static void
learn_keywords(struct imap_view *v, const char *keywords)
{
	struct span rest = span_of(keywords == NULL ? "" : keywords);

	while (rest.len > 0) {
		const struct span keyword = span_cut(&rest, ' ');

		if (imap_view_has_keyword(v, keyword) ||
		    v->keywords == IMAP_VIEW_KEYWORDS)
			continue;
		v->keyword[v->keywords++] = mem_text(keyword);
		v->new_keywords = true;
	}
}

/* ---- following ---- */

static void
mark(struct imap_view *v, struct imap_view_item *item, bool changed)
{
	if (item->changed == changed)
		return;
	item->changed = changed;
	if (changed)
		v->changed++;
	else
		v->changed--;
}

void
imap_view_mark(struct imap_view *v, uint32_t n, bool changed)
{
	mark(v, imap_view_at(v, n), changed);
}

/* Takes over what "mail" holds. */
static void
append(struct imap_view *v, struct mail *mail, bool recent)
{
	if (v->all == v->room) {
		v->room = v->room == 0 ? 64 : 2 * v->room;
		v->item = mem_grow(v->item, v->room * sizeof *v->item);
	}
	v->item[v->all++] =
	    (struct imap_view_item){ .mail = *mail, .recent = recent };
	learn_keywords(v, mail->keywords);
	mail->keywords = NULL;
}

static void
take_change(struct imap_view *v, struct imap_view_item *item, struct mail *mail)
{
	free(item->mail.keywords);
	item->mail = *mail;
	mail->keywords = NULL;
	learn_keywords(v, item->mail.keywords);
	/* nobody was told of those behind */
	if (item < v->item + v->n)
		mark(v, item, true);
}

/* From which UID on messages are recent for this session. */
static uint32_t
recent_from(const struct imap_view *v)
{
	struct err err = { .kind = ERR_NONE };
	struct mailbox box;
	uint32_t from = UINT32_MAX;

	if (v->claims) {
		if (store_mail_claim(v->store, v->mailbox, &from, &err) !=
		    STORE_DONE)
			return UINT32_MAX;
		return from;
	}
	if (!store_mailbox_by_id(v->store, v->mailbox, &box))
		return UINT32_MAX;
	return box.uidnext - box.recent;
}

/* The first "upto" items: those that are gone are dropped. */
static size_t
drop_gone(struct imap_view *v, size_t from, size_t upto)
{
	size_t kept = from;

	for (size_t i = from; i < upto; i++) {
		struct imap_view_item *item = &v->item[i];

		if (!item->gone) {
			v->item[kept++] = *item;
			continue;
		}
		if (item->changed)
			v->changed--;
		free(item->mail.keywords);
	}
	if (kept < upto)
		memmove(v->item + kept, v->item + upto,
		    (v->all - upto) * sizeof *v->item);
	v->all -= upto - kept;
	return upto - kept;
}

void
imap_view_compact(struct imap_view *v, size_t upto)
{
	const size_t dropped = drop_gone(v, 0, upto);

	v->n -= dropped;
	v->gone -= dropped;
}

static void
take_gone(struct imap_view *v, struct imap_view_item *item)
{
	if (item == NULL || item->gone)
		return;
	item->gone = true;
	if (item < v->item + v->n)
		v->gone++;
}

static void
follow_expunged(struct imap_view *v)
{
	struct uids gone;

	store_mail_expunged(v->store, v->mailbox, v->seen, &gone);
	for (size_t i = 0; i < gone.n; i++)
		take_gone(v, find_item(v, gone.of[i]));
	if (gone.n > 0)
		(void)drop_gone(v, v->n, v->all);
	uids_free(&gone);
}

static void
follow_changes(struct imap_view *v)
{
	const uint32_t last = v->all == 0 ? 0 : v->item[v->all - 1].mail.uid;
	uint32_t from = 0;
	struct mails mails;

	store_mail_changes(v->store, v->mailbox, v->seen, &mails);
	for (size_t i = 0; i < mails.n; i++) {
		struct mail *mail = &mails.of[i];
		struct imap_view_item *item = find_item(v, mail->uid);

		if (item != NULL)
			take_change(v, item, mail);
		if (item != NULL || mail->uid <= last)
			continue;
		if (from == 0)
			from = recent_from(v);
		append(v, mail, mail->uid >= from);
	}
	mails_free(&mails);
}

/* Somebody deleted the mailbox: to its clients it is empty from now on. */
static void
lose_all(struct imap_view *v)
{
	for (size_t i = 0; i < v->all; i++)
		take_gone(v, &v->item[i]);
	(void)drop_gone(v, v->n, v->all);
}

bool
imap_view_follow(struct imap_view *v)
{
	uint64_t version;

	if (v->store == NULL)
		return false;
	version = store_mailbox_version(v->store, v->mailbox);
	if (version == 0) {
		lose_all(v);
	} else if (version != v->seen) {
		follow_expunged(v);
		follow_changes(v);
		v->seen = version;
	}
	return imap_view_is_news(v);
}

void
imap_view_admit(struct imap_view *v)
{
	v->n = v->all;
}

bool
imap_view_open(
    struct imap_view *v, struct store *store, int64_t mailbox, bool claims)
{
	uint32_t from;
	struct mails mails;

	memset(v, 0, sizeof *v);
	v->store = store;
	v->mailbox = mailbox;
	v->claims = claims;
	v->seen = store_mailbox_version(store, mailbox);
	if (v->seen == 0) {
		v->store = NULL;
		return false;
	}
	from = recent_from(v);
	store_mail_list(store, mailbox, &mails);
	for (size_t i = 0; i < mails.n; i++)
		append(v, &mails.of[i], mails.of[i].uid >= from);
	mails_free(&mails);
	imap_view_admit(v);
	v->new_keywords = false;
	return true;
}

void
imap_view_close(struct imap_view *v)
{
	for (size_t i = 0; i < v->all; i++)
		free(v->item[i].mail.keywords);
	for (size_t i = 0; i < v->keywords; i++)
		free(v->keyword[i]);
	free(v->item);
	memset(v, 0, sizeof *v);
}
