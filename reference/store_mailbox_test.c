/* SPDX-License-Identifier: MIT */
#include "reference/store_mailbox.h"

#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "reference/store_inner.h"

#define LONG_PART "0123456789abcdef0123456789abcdef0123456789abcdef" /* 48 */

static const struct wall now = { 1000000 };

/* One account of the world, and where told() writes. */
struct here {
	struct store *store;
	int64_t account;
	int64_t told[16];
	size_t n_told;
	struct err err;
};

static void
open_at(struct here *h, const char *dir, const char *user)
{
	struct account a;
	struct world w;

	*h = (struct here){ 0 };
	h->store = store_open(dir, &h->err);
	ck_assert_msg(h->store != NULL, "%s", h->err.what);
	ck_assert_msg(
	    world_read("fixtures/world", &w, &h->err), "%s", h->err.what);
	ck_assert_msg(store_settle(h->store, &w, &h->err), "%s", h->err.what);
	world_free(&w);
	ck_assert(store_account(h->store, span_of(user), &a));
	h->account = a.id;
}

static void
open_alice(struct here *h)
{
	open_at(h, NULL, "alice");
}

static struct mailbox
box(struct here *h, const char *name)
{
	struct mailbox m;

	ck_assert_msg(
	    store_mailbox(h->store, h->account, span_of(name), &m), "%s", name);
	return m;
}

static bool
there(struct here *h, const char *name)
{
	struct mailbox m;

	return store_mailbox(h->store, h->account, span_of(name), &m);
}

static enum store_answer
create(struct here *h, const char *name)
{
	return store_mailbox_create(
	    h->store, h->account, span_of(name), NULL, &h->err);
}

static enum store_answer delete (struct here *h, const char *name) {
	return store_mailbox_delete(
	    h->store, h->account, span_of(name), &h->err);
}

static enum store_answer
rename_box(struct here *h, const char *from, const char *to)
{
	return store_mailbox_rename(
	    h->store, h->account, span_of(from), span_of(to), &h->err);
}

static enum store_answer
append_all(struct here *h, const char *name, unsigned flags,
    const char *keywords, struct span content, uint32_t *uid)
{
	return store_mail_append(h->store, box(h, name).id,
	    &(struct mail_new){ .flags = flags,
		.keywords = span_of(keywords),
		.date = { 1637544244, 480 },
		.content = content },
	    uid, &h->err);
}

static uint32_t
append(struct here *h, const char *name, unsigned flags, const char *text)
{
	uint32_t uid = 0;

	ck_assert_int_eq(
	    append_all(h, name, flags, "", span_of(text), &uid), STORE_DONE);
	return uid;
}

static enum store_answer
flag(struct here *h, int64_t mailbox, struct uids uids, enum flags_how how,
    unsigned flags, const char *keywords)
{
	return store_mail_flags(h->store, mailbox, &uids,
	    &(struct flags_change){
		.how = how, .flags = flags, .keywords = span_of(keywords) },
	    NULL, NULL, &h->err);
}

#define UIDS(...) \
	((struct uids){ (uint32_t[]){ __VA_ARGS__ }, \
	    sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t) })

/* As "1 2 5"; gives it back to the store. */
static void
must_be_uids(struct uids uids, const char *want)
{
	struct buf b;

	buf_init(&b, 65536);
	for (size_t i = 0; i < uids.n; i++)
		buf_addf(&b, "%s%u", i == 0 ? "" : " ", uids.of[i]);
	ck_assert_str_eq(buf_text(&b), want);
	buf_free(&b);
	uids_free(&uids);
}

static const char *
words_of(const struct mail *mail)
{
	return mail->keywords == NULL ? "" : mail->keywords;
}

/* As "uid:flags,keywords ..." in hexadecimal flags. */
static void
must_be_mails(struct mails mails, const char *want)
{
	struct buf b;

	buf_init(&b, 65536);
	for (size_t i = 0; i < mails.n; i++)
		buf_addf(&b, "%s%u:%x,%s", i == 0 ? "" : " ", mails.of[i].uid,
		    mails.of[i].flags, words_of(&mails.of[i]));
	ck_assert_str_eq(buf_text(&b), want);
	buf_free(&b);
	mails_free(&mails);
}

static struct mails
listed(struct here *h, const char *name)
{
	struct mails mails;

	store_mail_list(h->store, box(h, name).id, &mails);
	return mails;
}

static struct mails
changed(struct here *h, int64_t mailbox, uint64_t since)
{
	struct mails mails;

	store_mail_changes(h->store, mailbox, since, &mails);
	return mails;
}

static struct uids
expunged(struct here *h, int64_t mailbox, uint64_t since)
{
	struct uids uids;

	store_mail_expunged(h->store, mailbox, since, &uids);
	return uids;
}

static void
must_read(struct here *h, const char *name, uint32_t uid, const char *want)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	ck_assert(store_mail_content(h->store, box(h, name).id, uid, &b));
	ck_assert_str_eq(buf_text(&b), want);
	buf_free(&b);
}

static int64_t
counted(struct here *h, const char *query)
{
	sqlite3_stmt *st;
	int64_t n;

	ck_assert_int_eq(
	    sqlite3_prepare_v2(h->store->db, query, -1, &st, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* Do the counters say what there is?  Asked at the end of most tests. */
static void
must_add_up(struct here *h)
{
	ck_assert_int_eq(
	    counted(h,
		"SELECT count(*) FROM mailbox m WHERE"
		" (messages, recent, unseen, deleted, size, deleted_size) <>"
		" (SELECT count(*), count(*) FILTER (WHERE uid >="
		" m.recent_from), count(*) FILTER (WHERE NOT flags & 1),"
		" count(*) FILTER (WHERE flags & 8), ifnull(sum(size), 0),"
		" ifnull(sum(size) FILTER (WHERE flags & 8), 0)"
		" FROM mail WHERE mailbox = m.id)"),
	    0);
	ck_assert_int_eq(
	    counted(h,
		"SELECT count(*) FROM account a WHERE"
		" (used, used_messages) <> (SELECT ifnull(sum(c.size), 0),"
		" count(*) FROM mail c JOIN mailbox m ON m.id = c.mailbox"
		" WHERE m.account = a.id)"),
	    0);
	ck_assert_int_eq(counted(h, "SELECT count(*) FROM body"
				    " WHERE id NOT IN (SELECT body FROM mail)"),
	    0);
}

static void
done(struct here *h)
{
	must_add_up(h);
	store_close(h->store);
}

/* ---- names ---- */

START_TEST(an_account_has_these_from_the_beginning)
{
	static const struct {
		const char *name;
		enum special_use use;
	} want[] = {
		{ "Archive", USE_ARCHIVE },
		{ "Drafts", USE_DRAFTS },
		{ "INBOX", USE_NONE },
		{ "Junk", USE_JUNK },
		{ "Sent", USE_SENT },
		{ "Trash", USE_TRASH },
	};
	char(*names)[MAILBOX_NAME];
	struct mailbox *list;
	struct here h;

	open_alice(&h);
	ck_assert_uint_eq(store_mailbox_list(h.store, h.account, &list), 6);
	ck_assert_uint_eq(store_subscriptions(h.store, h.account, &names), 6);
	for (size_t i = 0; i < 6; i++) {
		ck_assert_str_eq(list[i].name, want[i].name);
		ck_assert_str_eq(names[i], want[i].name);
		ck_assert_int_eq(list[i].use, want[i].use);
		ck_assert(list[i].subscribed && !list[i].noselect);
		ck_assert(!list[i].has_children);
		ck_assert_uint_gt(list[i].uidvalidity, 0);
		ck_assert_uint_eq(list[i].uidnext, 1);
		ck_assert_uint_ge(list[i].highestmodseq, 1);
		ck_assert_uint_eq(list[i].messages, 0);
	}
	free(list);
	free(names);
	done(&h);
}
END_TEST

static const struct {
	const char *name;
	enum store_answer answer;
	const char *there; /* afterwards; NULL: nothing more */
} creations[] = {
	{ "a", STORE_DONE, "a" },
	{ "a/b/c", STORE_DONE, "a/b" },
	{ "a/", STORE_DONE, "a" },
	{ "公文", STORE_DONE, "公文" },
	{ "公文/二〇二一年/十月", STORE_DONE, "公文/二〇二一年" },
	{ "inbox/Later", STORE_DONE, "INBOX/Later" },
	{ "Inboxes", STORE_DONE, "Inboxes" },
	{ "sent", STORE_DONE, "sent" },
	{ "a b%*\"\\&~", STORE_DONE, "a b%*\"\\&~" },
	{ "INBOX", STORE_EXISTS, NULL },
	{ "iNbOx", STORE_EXISTS, NULL },
	{ "inbox/", STORE_EXISTS, NULL },
	{ "Sent", STORE_EXISTS, NULL },
	{ "Sent/", STORE_EXISTS, NULL },
	{ "", STORE_REFUSED, NULL },
	{ "/", STORE_REFUSED, NULL },
	{ "/a", STORE_REFUSED, NULL },
	{ "a//b", STORE_REFUSED, NULL },
	{ "a//", STORE_REFUSED, NULL },
	{ "a\tb", STORE_REFUSED, NULL },
	{ "a\x7f", STORE_REFUSED, NULL },
	{ "\xff\xfe", STORE_REFUSED, NULL },
	{ "\xe5\x85", STORE_REFUSED, NULL },
};

START_TEST(a_name_is_created_or_not)
{
	struct mailbox *list;
	struct here h;
	size_t n;

	open_alice(&h);
	ck_assert_msg(create(&h, creations[_i].name) == creations[_i].answer,
	    "%s", creations[_i].name);
	n = store_mailbox_list(h.store, h.account, &list);
	free(list);
	if (creations[_i].there != NULL) {
		ck_assert_uint_gt(n, 6);
		ck_assert(there(&h, creations[_i].there));
		ck_assert(there(&h, creations[_i].name));
		ck_assert_int_eq(create(&h, creations[_i].name), STORE_EXISTS);
	} else {
		ck_assert_uint_eq(n, 6);
		ck_assert_str_ne(h.err.what, "");
	}
	done(&h);
}
END_TEST

START_TEST(a_name_has_its_longest)
{
	char name[MAILBOX_NAME + 1];
	struct here h;

	open_alice(&h);
	memset(name, 'x', sizeof name);
	name[MAILBOX_NAME] = '\0';
	ck_assert_int_eq(create(&h, name), STORE_REFUSED);
	name[MAILBOX_NAME - 1] = '\0';
	ck_assert_int_eq(create(&h, name), STORE_DONE);
	ck_assert_str_eq(box(&h, name).name, name);
	done(&h);
}
END_TEST

START_TEST(there_are_so_many_and_no_more)
{
	struct here h;
	char name[32];

	open_alice(&h);
	for (int i = 6; i < MAILBOXES_MOST; i++) {
		snprintf(name, sizeof name, "%d", i);
		ck_assert_int_eq(create(&h, name), STORE_DONE);
	}
	ck_assert_int_eq(create(&h, "one more"), STORE_REFUSED);
	ck_assert_int_eq(rename_box(&h, "6", "a/b"), STORE_REFUSED);
	ck_assert_int_eq(delete (&h, "6"), STORE_DONE);
	ck_assert_int_eq(create(&h, "a/b"), STORE_REFUSED);
	ck_assert_int_eq(create(&h, "one more"), STORE_DONE);
	done(&h);
}
END_TEST

START_TEST(one_with_children_leaves_its_name)
{
	struct here h;
	struct mailbox before;

	open_alice(&h);
	ck_assert_int_eq(create(&h, "a/b"), STORE_DONE);
	ck_assert_int_eq(create(&h, "ab"), STORE_DONE);
	append(&h, "a", 0, "x");
	before = box(&h, "a");
	ck_assert(before.has_children && !before.noselect);
	ck_assert_int_eq(delete (&h, "a"), STORE_DONE);
	ck_assert(box(&h, "a").noselect);
	ck_assert_uint_eq(box(&h, "a").messages, 0);
	ck_assert_uint_eq(store_mailbox_version(h.store, before.id), 0);
	ck_assert_int_eq(delete (&h, "a"), STORE_REFUSED);
	ck_assert_int_eq(
	    append_all(&h, "a", 0, "", SPAN("x"), &(uint32_t){ 0 }),
	    STORE_NONE);

	ck_assert_int_eq(create(&h, "a"), STORE_DONE);
	ck_assert(!box(&h, "a").noselect && box(&h, "a").has_children);
	ck_assert_uint_gt(box(&h, "a").uidvalidity, before.uidvalidity);
	ck_assert_int_eq(delete (&h, "a"), STORE_DONE);
	ck_assert_int_eq(delete (&h, "a/b"), STORE_DONE);
	ck_assert(!box(&h, "a").has_children);
	ck_assert_int_eq(delete (&h, "a"), STORE_DONE);
	ck_assert(!there(&h, "a"));
	ck_assert(there(&h, "ab"));
	ck_assert_int_eq(delete (&h, "a"), STORE_NONE);
	ck_assert_int_eq(delete (&h, "Inbox"), STORE_REFUSED);
	done(&h);
}
END_TEST

START_TEST(a_tree_moves_as_a_whole)
{
	struct here h;
	struct mailbox before, after;

	open_alice(&h);
	ck_assert_int_eq(create(&h, "公文/十月/初稿"), STORE_DONE);
	ck_assert_int_eq(create(&h, "公文.旧"), STORE_DONE);
	ck_assert_int_eq(create(&h, "公文0"), STORE_DONE);
	append(&h, "公文/十月", 0, "x");
	before = box(&h, "公文/十月");
	ck_assert_int_eq(
	    rename_box(&h, "公文", "存档/二〇二一/公文"), STORE_DONE);
	ck_assert(!there(&h, "公文") && !there(&h, "公文/十月/初稿"));
	ck_assert(there(&h, "存档") && there(&h, "存档/二〇二一"));
	ck_assert(there(&h, "存档/二〇二一/公文/十月/初稿"));
	ck_assert(there(&h, "公文.旧") && there(&h, "公文0"));
	after = box(&h, "存档/二〇二一/公文/十月");
	ck_assert_int_eq(after.id, before.id);
	ck_assert_uint_eq(after.uidvalidity, before.uidvalidity);
	ck_assert_uint_eq(after.messages, 1);
	must_read(&h, after.name, 1, "x");
	done(&h);
}
END_TEST

static const struct {
	const char *from, *to;
	enum store_answer answer;
} renamings[] = {
	{ "a", "c", STORE_DONE },
	{ "a", "c/", STORE_DONE },
	{ "a", "ab", STORE_DONE },
	{ "a/b", "c", STORE_DONE },
	{ "a/b", "a/c", STORE_DONE },
	{ "a/b", "inbox/b", STORE_DONE },
	{ "Sent", "已发送", STORE_DONE },
	{ "a", "a", STORE_EXISTS },
	{ "a", "a/b", STORE_EXISTS },
	{ "a/b", "a", STORE_EXISTS },
	{ "a", "inbox", STORE_EXISTS },
	{ "a", "a/c", STORE_REFUSED },
	{ "a", "a/b/c", STORE_REFUSED },
	{ "a", "", STORE_REFUSED },
	{ "a", "x//y", STORE_REFUSED },
	{ "c", "d", STORE_NONE },
	{ "", "d", STORE_NONE },
	{ "INBOX", "a", STORE_EXISTS },
};

START_TEST(a_name_is_changed_or_not)
{
	struct mailbox *list;
	struct here h;
	size_t n;

	open_alice(&h);
	ck_assert_int_eq(create(&h, "a/b"), STORE_DONE);
	ck_assert_msg(rename_box(&h, renamings[_i].from, renamings[_i].to) ==
			  renamings[_i].answer,
	    "%s to %s", renamings[_i].from, renamings[_i].to);
	if (renamings[_i].answer == STORE_DONE) {
		ck_assert(there(&h, renamings[_i].to));
		ck_assert(!there(&h, renamings[_i].from));
	} else
		ck_assert(there(&h, "a/b"));
	n = store_mailbox_list(h.store, h.account, &list);
	free(list);
	ck_assert_uint_eq(n, 8);
	done(&h);
}
END_TEST

START_TEST(a_child_may_not_become_too_long)
{
	char long_name[MAILBOX_NAME] = "";
	struct here h;

	open_alice(&h);
	while (strlen(long_name) + sizeof "/" LONG_PART <= 500)
		strcat(long_name, long_name[0] == '\0' ? "x" : "/" LONG_PART);
	ck_assert_int_eq(create(&h, long_name), STORE_DONE);
	ck_assert_int_eq(rename_box(&h, "x", LONG_PART), STORE_REFUSED);
	ck_assert(there(&h, long_name) && !there(&h, LONG_PART));
	ck_assert_int_eq(rename_box(&h, "x", "xyz"), STORE_DONE);
	done(&h);
}
END_TEST

START_TEST(an_inbox_is_emptied_into_its_new_name)
{
	struct here h;
	struct mailbox before, after;

	open_alice(&h);
	ck_assert_int_eq(create(&h, "INBOX/kept"), STORE_DONE);
	append(&h, "INBOX", MAIL_SEEN, "one");
	append(&h, "INBOX", 0, "two");
	append(&h, "INBOX", MAIL_FLAGGED, "three");
	ck_assert_int_eq(flag(&h, box(&h, "INBOX").id, UIDS(2), FLAGS_ADD,
			     MAIL_DELETED, "$Forwarded"),
	    STORE_DONE);
	before = box(&h, "INBOX");
	ck_assert_int_eq(rename_box(&h, "inbox", "old/mail"), STORE_DONE);
	after = box(&h, "INBOX");
	ck_assert_int_eq(after.id, before.id);
	ck_assert_uint_eq(after.uidvalidity, before.uidvalidity);
	ck_assert_uint_eq(after.uidnext, before.uidnext);
	ck_assert_uint_eq(after.messages, 0);
	ck_assert(after.has_children);
	must_be_uids(expunged(&h, after.id, before.highestmodseq), "1 2 3");
	must_be_mails(listed(&h, "old/mail"), "1:1, 2:8,$Forwarded 3:4,");
	must_read(&h, "old/mail", 3, "three");
	ck_assert(there(&h, "INBOX/kept") && !there(&h, "old/mail/kept"));
	ck_assert_uint_eq(append(&h, "INBOX", 0, "x"), 4);
	done(&h);
}
END_TEST

START_TEST(a_new_one_is_another_one)
{
	struct here h;
	uint32_t last = 0;
	int64_t id = 0;

	open_alice(&h);
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(create(&h, "a"), STORE_DONE);
		ck_assert_uint_gt(box(&h, "a").uidvalidity, last);
		ck_assert_int_ne(box(&h, "a").id, id);
		ck_assert_uint_eq(append(&h, "a", 0, "x"), 1);
		last = box(&h, "a").uidvalidity;
		id = box(&h, "a").id;
		ck_assert_int_eq(delete (&h, "a"), STORE_DONE);
		ck_assert_uint_eq(store_mailbox_version(h.store, id), 0);
	}
	done(&h);
}
END_TEST

START_TEST(a_use_is_given_once)
{
	struct here h;

	open_alice(&h);
	ck_assert_int_eq(rename_box(&h, "Sent", "已发送"), STORE_DONE);
	ck_assert_int_eq(create(&h, "Sent"), STORE_DONE);
	ck_assert_int_eq(box(&h, "已发送").use, USE_SENT);
	ck_assert_int_eq(box(&h, "Sent").use, USE_NONE);
	ck_assert_int_eq(delete (&h, "Trash"), STORE_DONE);
	ck_assert_int_eq(create(&h, "a/Trash"), STORE_DONE);
	ck_assert_int_eq(box(&h, "a/Trash").use, USE_NONE);
	ck_assert_int_eq(create(&h, "Trash"), STORE_DONE);
	ck_assert_int_eq(box(&h, "Trash").use, USE_TRASH);
	done(&h);
}
END_TEST

START_TEST(a_subscription_is_to_a_name)
{
	char(*names)[MAILBOX_NAME];
	struct here h;
	const struct span gone = SPAN("不在/这里");

	open_alice(&h);
	ck_assert_int_eq(
	    store_subscribe(h.store, h.account, gone, &h.err), STORE_DONE);
	ck_assert_int_eq(
	    store_subscribe(h.store, h.account, gone, &h.err), STORE_DONE);
	ck_assert_int_eq(
	    store_subscribe(h.store, h.account, SPAN("a//b"), &h.err),
	    STORE_REFUSED);
	ck_assert_int_eq(
	    store_unsubscribe(h.store, h.account, SPAN("inbox"), &h.err),
	    STORE_DONE);
	ck_assert_int_eq(
	    store_unsubscribe(h.store, h.account, SPAN("inbox"), &h.err),
	    STORE_NONE);
	ck_assert(!there(&h, gone.ptr));
	ck_assert(!box(&h, "INBOX").subscribed);
	ck_assert_int_eq(delete (&h, "Junk"), STORE_DONE);
	ck_assert_int_eq(rename_box(&h, "Sent", "out"), STORE_DONE);
	ck_assert_uint_eq(store_subscriptions(h.store, h.account, &names), 6);
	ck_assert_str_eq(names[2], "Junk");
	ck_assert_str_eq(names[3], "Sent");
	ck_assert_str_eq(names[5], gone.ptr);
	free(names);
	ck_assert(!box(&h, "out").subscribed);
	ck_assert_int_eq(create(&h, gone.ptr), STORE_DONE);
	ck_assert(box(&h, gone.ptr).subscribed);
	done(&h);
}
END_TEST

/* ---- messages ---- */

START_TEST(a_message_is_as_it_was_appended)
{
	static const char octets[] = "a\0b\r\n\xff\xe5\x85\xac\r\n";
	struct here h;
	struct mails mails;
	struct buf b;
	uint32_t uid = 0;

	open_alice(&h);
	append(&h, "Drafts", 0, "first");
	ck_assert_int_eq(append_all(&h, "Drafts", MAIL_SEEN | MAIL_DRAFT | 256,
			     "$MDNSent Urgent urgent", SPAN(octets), &uid),
	    STORE_DONE);
	ck_assert_uint_eq(uid, 2);
	mails = listed(&h, "Drafts");
	ck_assert_uint_eq(mails.n, 2);
	ck_assert_uint_eq(mails.of[1].flags, MAIL_SEEN | MAIL_DRAFT);
	ck_assert_str_eq(mails.of[1].keywords, "$MDNSent Urgent");
	ck_assert_ptr_null(mails.of[0].keywords);
	ck_assert_int_eq(mails.of[1].size, sizeof octets - 1);
	ck_assert_int_eq(mails.of[1].date.s, 1637544244);
	ck_assert_int_eq(mails.of[1].date.zone_min, 480);
	ck_assert_uint_gt(mails.of[1].modseq, mails.of[0].modseq);
	ck_assert(mail_has_keyword(mails.of[1].keywords, SPAN("URGENT")));
	ck_assert(!mail_has_keyword(mails.of[1].keywords, SPAN("urge")));
	ck_assert(!mail_has_keyword(mails.of[0].keywords, SPAN("urgent")));
	ck_assert(!mail_has_keyword(mails.of[1].keywords, SPAN("")));
	mails_free(&mails);
	buf_init(&b, 100);
	ck_assert(store_mail_content(h.store, box(&h, "Drafts").id, uid, &b));
	ck_assert_uint_eq(b.len, sizeof octets - 1);
	ck_assert_mem_eq(b.data, octets, sizeof octets - 1);
	ck_assert(!store_mail_content(h.store, box(&h, "Drafts").id, 3, &b));
	ck_assert(!store_mail_content(h.store, box(&h, "Sent").id, 1, &b));
	buf_free(&b);
	buf_init(&b, 4);
	ck_assert(!store_mail_content(h.store, box(&h, "Drafts").id, uid, &b));
	buf_free(&b);
	done(&h);
}
END_TEST

static const struct {
	int64_t offset, length;
	const char *want;
} parts[] = {
	{ 0, 10, "0123456789" },
	{ 0, 100, "0123456789" },
	{ 0, 0, "" },
	{ 3, 4, "3456" },
	{ 9, 1, "9" },
	{ 9, 2, "9" },
	{ 10, 1, "" },
	{ 11, 1, "" },
	{ INT64_MAX, INT64_MAX, "" },
	{ 2, INT64_MAX, "23456789" },
	{ -1, 3, "" },
};

START_TEST(a_part_is_read_alone)
{
	struct here h;
	struct buf b;

	open_alice(&h);
	append(&h, "INBOX", 0, "0123456789");
	buf_init(&b, 100);
	ck_assert(store_mail_part(h.store, box(&h, "INBOX").id, 1,
	    parts[_i].offset, parts[_i].length, &b));
	ck_assert_str_eq(buf_text(&b), parts[_i].want);
	ck_assert(!store_mail_part(h.store, box(&h, "INBOX").id, 2, 0, 1, &b));
	buf_free(&b);
	done(&h);
}
END_TEST

START_TEST(a_long_part_is_read_whole)
{
	const struct span text = { mem_new(1, 100000), 100000 };
	struct here h;
	struct buf b;
	uint32_t uid;

	open_alice(&h);
	for (size_t i = 0; i < text.len; i++)
		((char *)(uintptr_t)text.ptr)[i] = (char)(i * 7 % 251);
	ck_assert_int_eq(
	    append_all(&h, "INBOX", 0, "", text, &uid), STORE_DONE);
	buf_init(&b, 100000);
	ck_assert(
	    store_mail_part(h.store, box(&h, "INBOX").id, uid, 100, 70001, &b));
	ck_assert_uint_eq(b.len, 70001);
	ck_assert_mem_eq(b.data, text.ptr + 100, 70001);
	ck_assert(
	    !store_mail_part(h.store, box(&h, "INBOX").id, uid, 0, 100000, &b));
	buf_clear(&b);
	append(&h, "INBOX", 0, "another");
	ck_assert(
	    store_mail_part(h.store, box(&h, "INBOX").id, uid + 1, 1, 3, &b));
	ck_assert_str_eq(buf_text(&b), "not");
	ck_assert_int_eq(store_mail_remove(h.store, box(&h, "INBOX").id,
			     &UIDS(uid + 1), NULL, &h.err),
	    STORE_DONE);
	ck_assert(
	    !store_mail_part(h.store, box(&h, "INBOX").id, uid + 1, 1, 3, &b));
	ck_assert(
	    store_mail_part(h.store, box(&h, "INBOX").id, uid, 99990, 100, &b));
	ck_assert_uint_eq(b.len, 13);
	ck_assert_mem_eq(b.data + 3, text.ptr + 99990, 10);
	buf_free(&b);
	free((void *)(uintptr_t)text.ptr);
	done(&h);
}
END_TEST

/* ---- flags ---- */

static const struct {
	unsigned before;
	const char *words;
	enum flags_how how;
	unsigned flags;
	const char *with;
	const char *want;
	bool changes;
} flaggings[] = {
	{ 0, "", FLAGS_SET, MAIL_SEEN, "", "1:1,", true },
	{ 1, "A B", FLAGS_SET, MAIL_DRAFT, "", "1:10,", true },
	{ 1, "A", FLAGS_SET, 0, "b  c B", "1:0,b c", true },
	{ 1, "A", FLAGS_SET, MAIL_SEEN, "A", "1:1,A", false },
	{ 1, "A", FLAGS_ADD, MAIL_DELETED, "b", "1:9,A b", true },
	{ 1, "Abc", FLAGS_ADD, MAIL_SEEN, "aBC", "1:1,Abc", false },
	{ 31, "A b C", FLAGS_REMOVE, MAIL_SEEN, "B", "1:1e,A C", true },
	{ 8, "A", FLAGS_REMOVE, MAIL_SEEN, "b", "1:8,A", false },
	{ 8, "A", FLAGS_REMOVE, MAIL_DELETED, "a", "1:0,", true },
};

START_TEST(flags_are_set_added_and_removed)
{
	struct here h;
	uint32_t uid;
	uint64_t before, modseq = 0;
	struct uids one = UIDS(1);

	open_alice(&h);
	ck_assert_int_eq(append_all(&h, "INBOX", flaggings[_i].before,
			     flaggings[_i].words, SPAN("x"), &uid),
	    STORE_DONE);
	before = box(&h, "INBOX").highestmodseq;
	ck_assert_int_eq(store_mail_flags(h.store, box(&h, "INBOX").id, &one,
			     &(struct flags_change){ .how = flaggings[_i].how,
				 .flags = flaggings[_i].flags,
				 .keywords = span_of(flaggings[_i].with) },
			     NULL, &modseq, &h.err),
	    STORE_DONE);
	must_be_mails(listed(&h, "INBOX"), flaggings[_i].want);
	ck_assert_uint_eq(modseq, box(&h, "INBOX").highestmodseq);
	ck_assert_uint_eq(modseq, before + flaggings[_i].changes);
	must_be_mails(changed(&h, box(&h, "INBOX").id, before),
	    flaggings[_i].changes ? flaggings[_i].want : "");
	done(&h);
}
END_TEST

START_TEST(keywords_have_their_most)
{
	char words[MAIL_KEYWORDS + 1];
	struct here h;
	uint32_t uid;
	int64_t id;

	open_alice(&h);
	id = box(&h, "INBOX").id;
	memset(words, 'x', sizeof words);
	words[MAIL_KEYWORDS] = '\0';
	ck_assert_int_eq(
	    append_all(&h, "INBOX", 0, words, SPAN("x"), &uid), STORE_REFUSED);
	append(&h, "INBOX", 0, "one");
	append(&h, "INBOX", 0, "two");
	ck_assert_int_eq(flag(&h, id, UIDS(2), FLAGS_ADD, 0, "y"), STORE_DONE);
	words[MAIL_KEYWORDS - 2] = '\0';
	/* There is room in the first: nothing of it is kept. */
	ck_assert_int_eq(
	    flag(&h, id, UIDS(1, 2), FLAGS_ADD, 0, words), STORE_REFUSED);
	must_be_mails(listed(&h, "INBOX"), "1:0, 2:0,y");
	words[MAIL_KEYWORDS - 3] = '\0';
	ck_assert_int_eq(
	    flag(&h, id, UIDS(1, 2), FLAGS_ADD, 0, words), STORE_DONE);
	done(&h);
}
END_TEST

START_TEST(only_the_unchanged_are_changed)
{
	struct flags_change c = {
		.how = FLAGS_ADD, .flags = MAIL_FLAGGED, .conditional = true
	};
	struct uids refused, all = UIDS(1, 2, 3, 9);
	struct here h;
	uint64_t since, modseq;
	int64_t id;

	open_alice(&h);
	id = box(&h, "INBOX").id;
	for (int i = 0; i < 3; i++)
		append(&h, "INBOX", 0, "x");
	since = box(&h, "INBOX").highestmodseq;
	ck_assert_int_eq(
	    flag(&h, id, UIDS(2), FLAGS_ADD, MAIL_SEEN, ""), STORE_DONE);
	c.unchanged_since = since;
	ck_assert_int_eq(
	    store_mail_flags(h.store, id, &all, &c, &refused, &modseq, &h.err),
	    STORE_DONE);
	must_be_uids(refused, "2");
	ck_assert_uint_eq(modseq, since + 2);
	must_be_mails(changed(&h, id, since + 1), "1:4, 3:4,");
	must_be_mails(listed(&h, "INBOX"), "1:4, 2:1, 3:4,");
	c.unchanged_since = 0;
	ck_assert_int_eq(
	    store_mail_flags(h.store, id, &all, &c, &refused, &modseq, &h.err),
	    STORE_DONE);
	must_be_uids(refused, "1 2 3");
	ck_assert_uint_eq(modseq, since + 2);
	c.unchanged_since = UINT64_MAX;
	ck_assert_int_eq(
	    store_mail_flags(h.store, id, &all, &c, &refused, NULL, &h.err),
	    STORE_DONE);
	must_be_uids(refused, "");
	must_be_mails(listed(&h, "INBOX"), "1:4, 2:5, 3:4,");
	done(&h);
}
END_TEST

/* ---- copies ---- */

START_TEST(copies_share_their_content)
{
	struct uids from, to, gone;
	struct here h;
	int64_t inbox, trash;

	open_alice(&h);
	inbox = box(&h, "INBOX").id;
	trash = box(&h, "Trash").id;
	append(&h, "Trash", 0, "old");
	for (int i = 0; i < 3; i++)
		append(&h, "INBOX", MAIL_FLAGGED, "shared");
	ck_assert_int_eq(
	    flag(&h, inbox, UIDS(3), FLAGS_ADD, MAIL_SEEN, "a B"), STORE_DONE);
	ck_assert_int_eq(counted(&h, "SELECT count(*) FROM body"), 4);
	ck_assert_int_eq(store_mail_copy(h.store, inbox, &UIDS(3, 7, 1), trash,
			     &from, &to, &h.err),
	    STORE_DONE);
	must_be_uids(from, "3 1");
	must_be_uids(to, "2 3");
	must_be_mails(listed(&h, "Trash"), "1:0, 2:5,a B 3:4,");
	ck_assert_int_eq(counted(&h, "SELECT count(*) FROM body"), 4);
	ck_assert_int_eq(box(&h, "Trash").size, 15);

	ck_assert_int_eq(
	    store_mail_remove(h.store, inbox, &UIDS(3, 8), &gone, &h.err),
	    STORE_DONE);
	must_be_uids(gone, "3");
	must_read(&h, "Trash", 2, "shared");
	ck_assert_int_eq(counted(&h, "SELECT count(*) FROM body"), 4);
	ck_assert_int_eq(delete (&h, "Trash"), STORE_DONE);
	ck_assert_int_eq(counted(&h, "SELECT count(*) FROM body"), 2);
	must_read(&h, "INBOX", 1, "shared");
	done(&h);
}
END_TEST

START_TEST(a_copy_stays_within_its_own_mailbox_too)
{
	struct uids from, to;
	struct here h;
	int64_t id;

	open_alice(&h);
	id = box(&h, "INBOX").id;
	append(&h, "INBOX", 0, "x");
	append(&h, "INBOX", MAIL_SEEN, "y");
	ck_assert_int_eq(
	    store_mail_copy(h.store, id, &UIDS(1, 2), id, &from, &to, &h.err),
	    STORE_DONE);
	must_be_uids(from, "1 2");
	must_be_uids(to, "3 4");
	ck_assert_int_eq(
	    store_mail_move(h.store, id, &UIDS(2, 3), id, &from, &to, &h.err),
	    STORE_DONE);
	must_be_uids(from, "2 3");
	must_be_uids(to, "5 6");
	must_be_mails(listed(&h, "INBOX"), "1:0, 4:1, 5:1, 6:0,");
	done(&h);
}
END_TEST

START_TEST(a_move_leaves_nothing_behind)
{
	struct uids from, to;
	struct here h;
	struct mailbox inbox, archive;

	open_alice(&h);
	for (int i = 0; i < 4; i++)
		append(&h, "INBOX", 0, "x");
	inbox = box(&h, "INBOX");
	archive = box(&h, "Archive");
	ck_assert_int_eq(store_mail_move(h.store, inbox.id, &UIDS(2, 4, 5),
			     archive.id, &from, &to, &h.err),
	    STORE_DONE);
	must_be_uids(from, "2 4");
	must_be_uids(to, "1 2");
	must_be_mails(listed(&h, "INBOX"), "1:0, 3:0,");
	must_be_uids(expunged(&h, inbox.id, inbox.highestmodseq), "2 4");
	must_be_mails(
	    changed(&h, archive.id, archive.highestmodseq), "1:0, 2:0,");
	ck_assert_uint_eq(box(&h, "Archive").recent, 2);
	ck_assert_int_eq(delete (&h, "Archive"), STORE_DONE);
	ck_assert_int_eq(store_mail_move(h.store, inbox.id, &UIDS(1),
			     archive.id, &from, &to, &h.err),
	    STORE_NONE);
	ck_assert_uint_eq(from.n + to.n, 0);
	must_be_mails(listed(&h, "INBOX"), "1:0, 3:0,");
	done(&h);
}
END_TEST

START_TEST(only_the_deleted_are_expunged)
{
	struct uids gone;
	struct here h;
	int64_t id;

	open_alice(&h);
	id = box(&h, "INBOX").id;
	for (int i = 0; i < 5; i++)
		append(&h, "INBOX", i % 2 == 0 ? MAIL_DELETED : 0, "xy");
	ck_assert_uint_eq(box(&h, "INBOX").deleted, 3);
	ck_assert_int_eq(box(&h, "INBOX").deleted_size, 6);
	ck_assert_int_eq(
	    store_mail_expunge(h.store, id, &UIDS(1, 2, 77), &gone, &h.err),
	    STORE_DONE);
	must_be_uids(gone, "1");
	ck_assert_int_eq(
	    store_mail_expunge(h.store, id, NULL, &gone, &h.err), STORE_DONE);
	must_be_uids(gone, "3 5");
	must_be_uids(expunged(&h, id, 0), "1 3 5");
	ck_assert_int_eq(
	    store_mail_expunge(h.store, id, NULL, NULL, &h.err), STORE_DONE);
	must_be_mails(listed(&h, "INBOX"), "2:0, 4:0,");
	ck_assert_uint_eq(append(&h, "INBOX", 0, "x"), 6);
	done(&h);
}
END_TEST

/* ---- recent ---- */

START_TEST(the_first_who_asks_has_the_recent)
{
	struct here h;
	struct mailbox m;
	uint32_t from = 0;

	open_alice(&h);
	append(&h, "INBOX", 0, "x");
	append(&h, "INBOX", 0, "y");
	m = box(&h, "INBOX");
	ck_assert_uint_eq(m.recent, 2);
	ck_assert_int_eq(
	    store_mail_claim(h.store, m.id, &from, &h.err), STORE_DONE);
	ck_assert_uint_eq(from, 1);
	ck_assert_int_eq(
	    store_mail_claim(h.store, m.id, &from, &h.err), STORE_DONE);
	ck_assert_uint_eq(from, 3);
	ck_assert_uint_eq(box(&h, "INBOX").recent, 0);
	append(&h, "INBOX", 0, "z");
	ck_assert_uint_eq(box(&h, "INBOX").recent, 1);
	ck_assert_int_eq(
	    store_mail_claim(h.store, m.id, &from, &h.err), STORE_DONE);
	ck_assert_uint_eq(from, 3);
	ck_assert_int_eq(
	    store_mail_remove(h.store, m.id, &UIDS(1, 3), NULL, &h.err),
	    STORE_DONE);
	ck_assert_int_eq(
	    store_mail_claim(h.store, 12345, &from, &h.err), STORE_NONE);
	done(&h);
}
END_TEST

/* ---- two sessions ---- */

/* What a session knows: its own copy, followed by changes alone. */
struct follower {
	struct mails mails;
	uint64_t seen;
};

static struct mail *
known(struct follower *f, uint32_t uid)
{
	for (size_t i = 0; i < f->mails.n; i++)
		if (f->mails.of[i].uid == uid)
			return &f->mails.of[i];
	return NULL;
}

static void
forget(struct follower *f, uint32_t uid)
{
	struct mail *m = known(f, uid);

	if (m == NULL)
		return;
	free(m->keywords);
	memmove(m, m + 1, (size_t)(f->mails.of + --f->mails.n - m) * sizeof *m);
}

static void
follow(struct here *h, int64_t id, struct follower *f)
{
	const uint64_t version = store_mailbox_version(h->store, id);
	struct mails changes;
	struct uids gone;

	if (version == f->seen)
		return;
	ck_assert_uint_gt(version, f->seen);
	gone = expunged(h, id, f->seen);
	changes = changed(h, id, f->seen);
	for (size_t i = 0; i < gone.n; i++)
		forget(f, gone.of[i]);
	for (size_t i = 0; i < changes.n; i++) {
		struct mail *m = known(f, changes.of[i].uid);

		if (m == NULL) {
			f->mails.of = mem_grow(f->mails.of,
			    (f->mails.n + 1) * sizeof *f->mails.of);
			m = &f->mails.of[f->mails.n++];
		} else
			free(m->keywords);
		*m = changes.of[i];
		changes.of[i].keywords = NULL;
	}
	f->seen = version;
	uids_free(&gone);
	mails_free(&changes);
}

static void
must_agree(struct here *h, int64_t id, const struct follower *f)
{
	struct mails all;

	store_mail_list(h->store, id, &all);
	ck_assert_uint_eq(all.n, f->mails.n);
	for (size_t i = 0; i < all.n; i++) {
		ck_assert_uint_eq(all.of[i].uid, f->mails.of[i].uid);
		ck_assert_uint_eq(all.of[i].flags, f->mails.of[i].flags);
		ck_assert_uint_eq(all.of[i].modseq, f->mails.of[i].modseq);
		ck_assert_str_eq(
		    words_of(&all.of[i]), words_of(&f->mails.of[i]));
	}
	mails_free(&all);
}

/* Anything, to some message that may or may not be there. */
static void
do_something(struct here *h, int64_t id, unsigned *seed)
{
	static const char *const words[] = { "", "a", "B c", "$Junk" };
	const uint32_t uid = 1 + (uint32_t)rand_r(seed) % 60;
	const unsigned flags = (unsigned)rand_r(seed) % 32;
	struct uids from, to, one = { (uint32_t[]){ uid }, 1 };

	switch (rand_r(seed) % 8) {
	case 0:
	case 1:
		append(h, "INBOX", flags, "something");
		break;
	case 2:
		ck_assert_int_eq(
		    store_mail_remove(h->store, id, &one, NULL, &h->err),
		    STORE_DONE);
		break;
	case 3:
		ck_assert_int_eq(store_mail_copy(h->store, id, &one, id, &from,
				     &to, &h->err),
		    STORE_DONE);
		uids_free(&from);
		uids_free(&to);
		break;
	case 4:
		ck_assert_int_eq(store_mail_move(h->store, id, &one, id, &from,
				     &to, &h->err),
		    STORE_DONE);
		uids_free(&from);
		uids_free(&to);
		break;
	default:
		ck_assert_int_eq(
		    flag(h, id, one, (enum flags_how)(rand_r(seed) % 3), flags,
			words[rand_r(seed) % 4]),
		    STORE_DONE);
	}
}

START_TEST(who_follows_the_changes_knows_the_mailbox)
{
	struct follower often = { 0 }, seldom = { 0 };
	unsigned seed = 20211022;
	struct here h;
	int64_t id;

	open_alice(&h);
	id = box(&h, "INBOX").id;
	for (int i = 0; i < 600; i++) {
		do_something(&h, id, &seed);
		follow(&h, id, &often);
		must_agree(&h, id, &often);
		if (i % 17 == 0) {
			follow(&h, id, &seldom);
			must_agree(&h, id, &seldom);
		}
	}
	ck_assert_uint_gt(often.mails.n, 20);
	mails_free(&often.mails);
	mails_free(&seldom.mails);
	done(&h);
}
END_TEST

static void
note_told(void *ctx, int64_t mailbox)
{
	struct here *h = ctx;

	ck_assert_uint_lt(h->n_told, 16);
	ck_assert(sqlite3_get_autocommit(h->store->db)); /* it is kept */
	h->told[h->n_told++] = mailbox;
}

static void
must_be_told(struct here *h, int64_t first, int64_t second)
{
	ck_assert_uint_eq(h->n_told, (size_t)((first != 0) + (second != 0)));
	ck_assert(first == 0 || h->told[0] == first);
	ck_assert(second == 0 || h->told[1] == second);
	h->n_told = 0;
}

static void
deliver(struct here *h, const char *to, const char *text)
{
	struct recipient r = { 0 };
	const struct envelope e = { .to = &r, .n_to = 1 };
	char id[STORE_ID];
	struct due d;

	snprintf(r.address, sizeof r.address, "%s", to);
	ck_assert(store_accept(h->store, &e, span_of(text), now, id, &h->err));
	ck_assert(store_due(h->store, now, &d));
	ck_assert(store_deliver(
	    h->store, &d, h->account, span_of(text), now, &h->err));
}

START_TEST(who_watches_is_told)
{
	struct uids from, to;
	struct here h;
	int64_t inbox, trash;

	open_alice(&h);
	inbox = box(&h, "INBOX").id;
	trash = box(&h, "Trash").id;
	store_watch(h.store, note_told, &h);
	deliver(&h, "alice@example.test", "x");
	must_be_told(&h, inbox, 0);
	append(&h, "Trash", 0, "x");
	must_be_told(&h, trash, 0);
	flag(&h, inbox, UIDS(1), FLAGS_ADD, MAIL_SEEN, "");
	must_be_told(&h, inbox, 0);
	flag(&h, inbox, UIDS(1), FLAGS_ADD, MAIL_SEEN, "");
	must_be_told(&h, 0, 0);
	store_mail_move(h.store, inbox, &UIDS(1), trash, &from, &to, &h.err);
	uids_free(&from);
	uids_free(&to);
	must_be_told(&h, trash, inbox);
	store_mail_remove(h.store, trash, &UIDS(1, 2), NULL, &h.err);
	must_be_told(&h, trash, 0);
	ck_assert_int_eq(delete (&h, "Trash"), STORE_DONE);
	must_be_told(&h, trash, 0);
	ck_assert_int_eq(store_mail_append(h.store, trash,
			     &(struct mail_new){ .content = SPAN("x") },
			     &(uint32_t){ 0 }, &h.err),
	    STORE_NONE);
	must_be_told(&h, 0, 0);
	store_unwatch(h.store, &h);
	append(&h, "INBOX", 0, "x");
	must_be_told(&h, 0, 0);
	done(&h);
}
END_TEST

/* ---- quota ---- */

START_TEST(octets_end_at_the_limit)
{
	struct uids from, to;
	struct here h;
	struct quota q;
	uint32_t uid;
	int64_t inbox;

	open_alice(&h);
	inbox = box(&h, "INBOX").id;
	ck_assert(store_quota_set(h.store, h.account, 100, 0, &h.err));
	for (int i = 0; i < 9; i++)
		append(&h, "INBOX", 0, "0123456789");
	ck_assert_int_eq(
	    append_all(&h, "Sent", 0, "", SPAN("0123456789a"), &uid),
	    STORE_FULL);
	ck_assert_int_eq(h.err.kind, ERR_LIMIT);
	ck_assert_int_eq(store_mail_copy(h.store, inbox, &UIDS(1, 2),
			     box(&h, "Sent").id, &from, &to, &h.err),
	    STORE_FULL);
	ck_assert_int_eq(h.err.kind, ERR_LIMIT);
	ck_assert_uint_eq(from.n + to.n + box(&h, "Sent").messages, 0);
	ck_assert_uint_eq(box(&h, "Sent").uidnext, 1);
	ck_assert_int_eq(store_mail_copy(h.store, inbox, &UIDS(1),
			     box(&h, "Sent").id, &from, &to, &h.err),
	    STORE_DONE);
	must_be_uids(from, "1");
	must_be_uids(to, "1");
	ck_assert(store_quota(h.store, h.account, &q));
	ck_assert_int_eq(q.octets, 100);
	ck_assert_int_eq(q.octets_most, 100);
	ck_assert_int_eq(q.messages, 10);
	ck_assert_int_eq(q.messages_most, 0);
	ck_assert_int_eq(
	    append_all(&h, "INBOX", 0, "", SPAN("x"), &uid), STORE_FULL);
	/* Of no size, or only to another place: there is room for those. */
	ck_assert_int_eq(
	    append_all(&h, "INBOX", 0, "", SPAN(""), &uid), STORE_DONE);
	ck_assert(store_quota_set(h.store, h.account, 50, 0, &h.err));
	ck_assert_int_eq(store_mail_move(h.store, inbox, &UIDS(1, 2, 3),
			     box(&h, "Sent").id, &from, &to, &h.err),
	    STORE_DONE);
	must_be_uids(from, "1 2 3");
	must_be_uids(to, "2 3 4");
	ck_assert(!store_quota(h.store, 12345, &q));
	done(&h);
}
END_TEST

START_TEST(messages_end_at_the_limit)
{
	struct uids from, to;
	struct here h;
	uint32_t uid;

	open_alice(&h);
	ck_assert(store_quota_set(h.store, h.account, 0, 2, &h.err));
	append(&h, "INBOX", 0, "x");
	ck_assert_int_eq(store_mail_copy(h.store, box(&h, "INBOX").id, &UIDS(1),
			     box(&h, "Sent").id, &from, &to, &h.err),
	    STORE_DONE);
	must_be_uids(from, "1");
	must_be_uids(to, "1");
	ck_assert_int_eq(
	    append_all(&h, "INBOX", 0, "", SPAN("x"), &uid), STORE_FULL);
	ck_assert_int_eq(
	    store_route(h.store, SPAN("alice@example.test"), 0).kind,
	    ROUTE_FULL);
	ck_assert_int_eq(store_mail_remove(h.store, box(&h, "Sent").id,
			     &UIDS(1), NULL, &h.err),
	    STORE_DONE);
	ck_assert_int_eq(
	    store_route(h.store, SPAN("alice@example.test"), 0).kind,
	    ROUTE_MAILBOX);
	append(&h, "INBOX", 0, "x");
	done(&h);
}
END_TEST

START_TEST(mail_delivered_is_mail_like_any_other)
{
	struct here h;
	struct mails mails;
	struct quota q;

	open_alice(&h);
	append(&h, "INBOX", MAIL_SEEN, "appended");
	deliver(&h, "alice@example.test", "delivered");
	mails = listed(&h, "INBOX");
	ck_assert_uint_eq(mails.n, 2);
	ck_assert_uint_eq(mails.of[1].uid, 2);
	ck_assert_uint_eq(mails.of[1].flags, 0);
	ck_assert_int_eq(mails.of[1].date.s, now.us / 1000000);
	ck_assert_uint_eq(mails.of[1].modseq, box(&h, "INBOX").highestmodseq);
	mails_free(&mails);
	ck_assert_uint_eq(box(&h, "INBOX").recent, 2);
	ck_assert_uint_eq(box(&h, "INBOX").unseen, 1);
	ck_assert(store_quota(h.store, h.account, &q));
	ck_assert_int_eq(q.octets, 17);
	must_read(&h, "INBOX", 2, "delivered");
	done(&h);
}
END_TEST

START_TEST(a_maildrop_is_one_session_at_a_time)
{
	char one[MAIL_UNIQUE_ID], most[MAIL_UNIQUE_ID];
	struct here h;

	open_alice(&h);
	ck_assert(store_maildrop_lock(h.store, 1));
	ck_assert(store_maildrop_lock(h.store, 2));
	ck_assert(!store_maildrop_lock(h.store, 1));
	store_maildrop_unlock(h.store, 1);
	ck_assert(!store_maildrop_lock(h.store, 2));
	ck_assert(store_maildrop_lock(h.store, 1));
	store_maildrop_unlock(h.store, 3); /* nobody's */
	mail_unique_id(1, 23, one);
	mail_unique_id(UINT32_MAX, UINT32_MAX, most);
	ck_assert_str_eq(one, "1.23");
	ck_assert_str_eq(most, "4294967295.4294967295");
	done(&h);
}
END_TEST

/* ---- many ---- */

/* What SQLite has done since it was last asked. */
static int
steps(struct here *h)
{
	int n = 0;

	for (size_t i = 0; i < QUERY_COUNT; i++)
		n += sqlite3_stmt_status(
		    h->store->query[i], SQLITE_STMTSTATUS_VM_STEP, 1);
	return n;
}

static int
steps_of_one(struct here *h, int64_t id, uint32_t uid)
{
	struct mails mails;

	steps(h);
	append(h, "INBOX", 0, "Subject: x\r\n\r\nx\r\n");
	flag(h, id, UIDS(uid), FLAGS_ADD, MAIL_SEEN, "a");
	mails = changed(h, id, store_mailbox_version(h->store, id) - 1);
	ck_assert_uint_eq(mails.n, 1);
	mails_free(&mails);
	store_mail_remove(h->store, id, &UIDS(uid), NULL, &h->err);
	return steps(h);
}

START_TEST(ten_thousand_cost_no_more_each)
{
	enum { MANY = 10000 };
	uint32_t *of = mem_new(MANY, sizeof *of);
	struct uids from, to, all = { of, MANY };
	struct mails mails;
	struct here h;
	int few, many;
	int64_t id;

	open_alice(&h);
	id = box(&h, "INBOX").id;
	for (int i = 0; i < 100; i++)
		append(&h, "INBOX", 0, "Subject: x\r\n\r\nx\r\n");
	few = steps_of_one(&h, id, 50);
	while (box(&h, "INBOX").messages < MANY)
		append(&h, "INBOX", 0, "Subject: x\r\n\r\nx\r\n");
	many = steps_of_one(&h, id, 5000);
	ck_assert_msg(
	    many < 2 * few, "%d steps, %d when there are few", many, few);

	mails = listed(&h, "INBOX");
	ck_assert_uint_eq(mails.n, MANY);
	for (size_t i = 0; i < MANY; i++)
		of[i] = mails.of[i].uid;
	mails_free(&mails);
	steps(&h);
	ck_assert_int_eq(
	    flag(&h, id, all, FLAGS_ADD, MAIL_SEEN, "read"), STORE_DONE);
	ck_assert_int_lt(steps(&h), MANY * few);
	ck_assert_int_eq(store_mail_copy(h.store, id, &all,
			     box(&h, "Archive").id, &from, &to, &h.err),
	    STORE_DONE);
	ck_assert_uint_eq(to.n, MANY);
	uids_free(&from);
	uids_free(&to);
	ck_assert_int_eq(store_mail_move(h.store, id, &all, box(&h, "Trash").id,
			     &from, &to, &h.err),
	    STORE_DONE);
	ck_assert_uint_eq(from.n, MANY);
	uids_free(&from);
	uids_free(&to);
	ck_assert_int_lt(steps(&h), 3 * MANY * few);
	ck_assert_uint_eq(box(&h, "INBOX").messages, 0);
	ck_assert_uint_eq(box(&h, "Archive").unseen, 0);
	ck_assert_int_eq(counted(&h, "SELECT count(*) FROM body"), MANY);
	free(of);
	done(&h);
}
END_TEST

/* ---- on disk ---- */

START_TEST(a_full_disk_changes_nothing)
{
	const struct span big = { mem_new(1, 100000), 100000 };
	enum { MANY = 2000 };
	uint32_t *of = mem_new(MANY, sizeof *of);
	struct uids from, to, all = { of, MANY };
	struct here h;
	char pragma[64];
	uint64_t version;
	uint32_t uid;
	int64_t id;

	open_alice(&h);
	id = box(&h, "INBOX").id;
	for (int i = 0; i < MANY; i++)
		of[i] = append(&h, "INBOX", 0, "x");
	version = store_mailbox_version(h.store, id);
	store_watch(h.store, note_told, &h);
	snprintf(pragma, sizeof pragma, "PRAGMA max_page_count = %d",
	    (int)counted(&h, "PRAGMA page_count") + 2);
	ck_assert_int_gt(counted(&h, pragma), 0);
	ck_assert_int_eq(
	    append_all(&h, "INBOX", 0, "", big, &uid), STORE_FAILED);
	ck_assert_int_eq(h.err.kind, ERR_IO);
	ck_assert_int_eq(store_mail_copy(h.store, id, &all, box(&h, "Sent").id,
			     &from, &to, &h.err),
	    STORE_FAILED);
	ck_assert_uint_eq(from.n + to.n, 0);
	ck_assert_int_eq(store_mail_move(h.store, id, &all, box(&h, "Sent").id,
			     &from, &to, &h.err),
	    STORE_FAILED);
	ck_assert_uint_eq(from.n + to.n, 0);
	ck_assert_int_eq(rename_box(&h, "INBOX", "a/b"), STORE_FAILED);
	must_be_told(&h, 0, 0);
	ck_assert(!there(&h, "a"));
	ck_assert_uint_eq(store_mailbox_version(h.store, id), version);
	ck_assert_uint_eq(box(&h, "INBOX").messages, MANY);
	ck_assert_uint_eq(box(&h, "Sent").uidnext, 1);

	ck_assert_int_gt(counted(&h, "PRAGMA max_page_count = 100000"), 0);
	ck_assert_int_eq(append_all(&h, "INBOX", 0, "", big, &uid), STORE_DONE);
	must_be_told(&h, id, 0);
	free((void *)(uintptr_t)big.ptr);
	free(of);
	done(&h);
}
END_TEST

static void
dir_make(char dir[64])
{
	snprintf(dir, 64, "/tmp/yanshou-mailbox-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void
dir_drop(const char *dir)
{
	struct err err = { 0 };

	ck_assert_msg(files_remove(dir, &err), "%s", err.what);
}

START_TEST(mailboxes_are_found_again)
{
	struct mailbox before, after;
	struct uids from, to;
	char dir[64];
	struct here h;
	uint32_t uidvalidity, recent = 0;

	dir_make(dir);
	open_at(&h, dir, "wang");
	ck_assert_int_eq(create(&h, "公文/十月"), STORE_DONE);
	ck_assert_int_eq(create(&h, "gone"), STORE_DONE);
	uidvalidity = box(&h, "gone").uidvalidity;
	ck_assert_int_eq(delete (&h, "gone"), STORE_DONE);
	ck_assert_int_eq(delete (&h, "Junk"), STORE_DONE);
	ck_assert_int_eq(
	    store_unsubscribe(h.store, h.account, SPAN("Junk"), &h.err),
	    STORE_DONE);
	for (int i = 0; i < 3; i++)
		append(&h, "公文/十月", MAIL_FLAGGED, "内容");
	before = box(&h, "公文/十月");
	ck_assert_int_eq(
	    flag(&h, before.id, UIDS(2), FLAGS_ADD, MAIL_SEEN, "$Label1 X"),
	    STORE_DONE);
	ck_assert_int_eq(
	    store_mail_remove(h.store, before.id, &UIDS(3), NULL, &h.err),
	    STORE_DONE);
	ck_assert_int_eq(store_mail_copy(h.store, before.id, &UIDS(1),
			     box(&h, "INBOX").id, &from, &to, &h.err),
	    STORE_DONE);
	must_be_uids(from, "1");
	must_be_uids(to, "1");
	ck_assert_int_eq(
	    store_mail_claim(h.store, before.id, &recent, &h.err), STORE_DONE);
	ck_assert(store_quota_set(h.store, h.account, 4096, 7, &h.err));
	before = box(&h, "公文/十月");
	done(&h);

	open_at(&h, dir, "wang");
	after = box(&h, "公文/十月");
	ck_assert_mem_eq(&before, &after, sizeof before);
	must_be_mails(listed(&h, "公文/十月"), "1:4, 2:5,$Label1 X");
	must_be_uids(expunged(&h, after.id, 0), "3");
	must_read(&h, "公文/十月", 2, "内容");
	must_read(&h, "INBOX", 1, "内容");
	ck_assert_uint_eq(append(&h, "公文/十月", 0, "x"), 4);
	ck_assert_int_eq(create(&h, "gone"), STORE_DONE);
	ck_assert_uint_gt(box(&h, "gone").uidvalidity, uidvalidity);
	ck_assert(!there(&h, "Junk")); /* settled once only */
	ck_assert_int_eq(create(&h, "Junk"), STORE_DONE);
	ck_assert(!box(&h, "Junk").subscribed);
	done(&h);
	dir_drop(dir);
}
END_TEST

static void
must_exec(sqlite3 *db, const char *text)
{
	ck_assert_msg(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK,
	    "%s", sqlite3_errmsg(db));
}

/* A store as version 1 left it: two letters of one's, one of another's. */
static void
make_old(const char *dir, const char *version)
{
	char path[128];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/store.db", dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	must_exec(db, store_schema[0]);
	must_exec(db,
	    "INSERT INTO account (id, user, address, salt, stored_key,"
	    " server_key, iterations, quota, used) VALUES"
	    " (4, 'alice', 'alice@example.test', x'00', x'00', x'00', 4096,"
	    " 100, 8), (9, 'bob', 'bob@example.test', x'00', x'00', x'00',"
	    " 4096, 0, 3);"
	    "INSERT INTO mail VALUES (3, 4, 5000000, CAST('one' AS BLOB)),"
	    " (5, 9, 6000000, CAST('two' AS BLOB)),"
	    " (6, 4, 7000000, CAST('three' AS BLOB));"
	    "INSERT INTO message VALUES ('m', 1, '', '', 0, 0, 0, 0, x'00');"
	    "INSERT INTO recipient (message, address, orcpt, notify, due_us)"
	    " VALUES ('m', 'alice@example.test', '', 0, 0);");
	must_exec(db, version);
	sqlite3_close(db);
}

START_TEST(an_older_store_is_brought_up_to_date)
{
	char dir[64];
	struct here h;
	struct mails mails;
	struct due d;

	dir_make(dir);
	make_old(dir, "PRAGMA user_version = 1");
	for (int i = 0; i < 2; i++) {
		open_at(&h, dir, "alice");
		ck_assert_int_eq(h.account, 4);
		ck_assert_uint_eq(box(&h, "INBOX").uidnext, 3);
		ck_assert_uint_eq(box(&h, "INBOX").recent, 2);
		ck_assert_int_eq(box(&h, "Sent").use, USE_SENT);
		mails = listed(&h, "INBOX");
		ck_assert_uint_eq(mails.n, 2);
		ck_assert_int_eq(mails.of[1].date.s, 7);
		ck_assert_int_eq(mails.of[1].size, 5);
		mails_free(&mails);
		must_read(&h, "INBOX", 1, "one");
		must_read(&h, "INBOX", 2, "three");
		ck_assert(store_due(h.store, now, &d));
		ck_assert_str_eq(d.message, "m");
		done(&h);
	}
	dir_drop(dir);
}
END_TEST

START_TEST(a_newer_store_is_told_apart)
{
	struct err err = { 0 };
	char dir[64];

	dir_make(dir);
	make_old(dir, "PRAGMA user_version = 9");
	ck_assert_ptr_null(store_open(dir, &err));
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_msg(
	    strstr(err.what, "version of the store is 9, ours is 2") != NULL,
	    "%s", err.what);
	dir_drop(dir);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof(table)[0])

int
main(void)
{
	Suite *s = suite_create("store_mailbox");
	TCase *names = tcase_create("names");
	TCase *mails = tcase_create("messages");
	TCase *disk = tcase_create("disk");
	SRunner *runner;
	int failed;

	tcase_add_test(names, an_account_has_these_from_the_beginning);
	tcase_add_loop_test(
	    names, a_name_is_created_or_not, 0, ROWS(creations));
	tcase_add_test(names, a_name_has_its_longest);
	tcase_add_test(names, there_are_so_many_and_no_more);
	tcase_add_test(names, one_with_children_leaves_its_name);
	tcase_add_test(names, a_tree_moves_as_a_whole);
	tcase_add_loop_test(
	    names, a_name_is_changed_or_not, 0, ROWS(renamings));
	tcase_add_test(names, a_child_may_not_become_too_long);
	tcase_add_test(names, an_inbox_is_emptied_into_its_new_name);
	tcase_add_test(names, a_new_one_is_another_one);
	tcase_add_test(names, a_use_is_given_once);
	tcase_add_test(names, a_subscription_is_to_a_name);
	tcase_add_test(mails, a_message_is_as_it_was_appended);
	tcase_add_loop_test(mails, a_part_is_read_alone, 0, ROWS(parts));
	tcase_add_test(mails, a_long_part_is_read_whole);
	tcase_add_loop_test(
	    mails, flags_are_set_added_and_removed, 0, ROWS(flaggings));
	tcase_add_test(mails, keywords_have_their_most);
	tcase_add_test(mails, only_the_unchanged_are_changed);
	tcase_add_test(mails, copies_share_their_content);
	tcase_add_test(mails, a_copy_stays_within_its_own_mailbox_too);
	tcase_add_test(mails, a_move_leaves_nothing_behind);
	tcase_add_test(mails, only_the_deleted_are_expunged);
	tcase_add_test(mails, the_first_who_asks_has_the_recent);
	tcase_add_test(mails, who_follows_the_changes_knows_the_mailbox);
	tcase_add_test(mails, who_watches_is_told);
	tcase_add_test(mails, octets_end_at_the_limit);
	tcase_add_test(mails, messages_end_at_the_limit);
	tcase_add_test(mails, mail_delivered_is_mail_like_any_other);
	tcase_add_test(mails, a_maildrop_is_one_session_at_a_time);
	tcase_add_test(mails, ten_thousand_cost_no_more_each);
	tcase_add_test(disk, a_full_disk_changes_nothing);
	tcase_add_test(disk, mailboxes_are_found_again);
	tcase_add_test(disk, an_older_store_is_brought_up_to_date);
	tcase_add_test(disk, a_newer_store_is_told_apart);
	tcase_set_timeout(names, 60);
	tcase_set_timeout(mails, 60);
	tcase_set_timeout(disk, 60);
	suite_add_tcase(s, names);
	suite_add_tcase(s, mails);
	suite_add_tcase(s, disk);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
