/* SPDX-License-Identifier: MIT */
/*
 * Mailboxes on disk: found again, of older makes, and without room.
 */
#include "lib/files.h"
#include "reference/store_mailbox_testing.h"

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
	make_old(dir, "PRAGMA user_version = 999999");
	ck_assert_ptr_null(store_open(dir, &err));
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_msg(strstr(err.what,
			  "version of the store is 999999, ours is ") != NULL,
	    "%s", err.what);
	dir_drop(dir);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("store_mailbox/disk");
	TCase *c = tcase_create("disk");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_test(c, a_full_disk_changes_nothing);
	tcase_add_test(c, mailboxes_are_found_again);
	tcase_add_test(c, an_older_store_is_brought_up_to_date);
	tcase_add_test(c, a_newer_store_is_told_apart);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
