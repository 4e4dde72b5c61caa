/* SPDX-License-Identifier: MIT */
/*
 * What a mailbox may hold, and who may open it.
 */
#include "reference/store_mailbox_testing.h"

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

int
main(void)
{
	Suite *suite = suite_create("store_mailbox/quota");
	TCase *c = tcase_create("quota");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_test(c, octets_end_at_the_limit);
	tcase_add_test(c, messages_end_at_the_limit);
	tcase_add_test(c, mail_delivered_is_mail_like_any_other);
	tcase_add_test(c, a_maildrop_is_one_session_at_a_time);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
