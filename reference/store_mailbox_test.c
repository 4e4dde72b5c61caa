/* SPDX-License-Identifier: MIT */
/*
 * Messages of a mailbox: content, flags, copies, and who sees them first.
 */
#include "reference/store_mailbox_testing.h"

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

int
main(void)
{
	Suite *suite = suite_create("store_mailbox");
	TCase *c = tcase_create("store_mailbox");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_test(c, a_message_is_as_it_was_appended);
	tcase_add_loop_test(c, a_part_is_read_alone, 0, ROWS(parts));
	tcase_add_test(c, a_long_part_is_read_whole);
	tcase_add_loop_test(
	    c, flags_are_set_added_and_removed, 0, ROWS(flaggings));
	tcase_add_test(c, keywords_have_their_most);
	tcase_add_test(c, only_the_unchanged_are_changed);
	tcase_add_test(c, copies_share_their_content);
	tcase_add_test(c, a_copy_stays_within_its_own_mailbox_too);
	tcase_add_test(c, a_move_leaves_nothing_behind);
	tcase_add_test(c, only_the_deleted_are_expunged);
	tcase_add_test(c, the_first_who_asks_has_the_recent);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
