/* SPDX-License-Identifier: MIT */
/*
 * Ten thousand messages: no step costs more for it.
 */
#include "reference/store_mailbox_testing.h"

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

int
main(void)
{
	Suite *suite = suite_create("store_mailbox/many");
	TCase *c = tcase_create("many");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_test(c, ten_thousand_cost_no_more_each);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
