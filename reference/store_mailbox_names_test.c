/* SPDX-License-Identifier: MIT */
/*
 * Names of mailboxes: made, moved, taken away, subscribed to.
 */
#include "reference/store_mailbox_testing.h"

#define LONG_PART "0123456789abcdef0123456789abcdef0123456789abcdef" /* 48 */

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

int
main(void)
{
	Suite *suite = suite_create("store_mailbox/names");
	TCase *c = tcase_create("names");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_test(c, an_account_has_these_from_the_beginning);
	tcase_add_loop_test(c, a_name_is_created_or_not, 0, ROWS(creations));
	tcase_add_test(c, a_name_has_its_longest);
	tcase_add_test(c, there_are_so_many_and_no_more);
	tcase_add_test(c, one_with_children_leaves_its_name);
	tcase_add_test(c, a_tree_moves_as_a_whole);
	tcase_add_loop_test(c, a_name_is_changed_or_not, 0, ROWS(renamings));
	tcase_add_test(c, a_child_may_not_become_too_long);
	tcase_add_test(c, an_inbox_is_emptied_into_its_new_name);
	tcase_add_test(c, a_new_one_is_another_one);
	tcase_add_test(c, a_use_is_given_once);
	tcase_add_test(c, a_subscription_is_to_a_name);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
