/* SPDX-License-Identifier: MIT */
/*
 * Two sessions on one mailbox: who follows the changes knows it all.
 */
#include "reference/store_mailbox_testing.h"

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

int
main(void)
{
	Suite *suite = suite_create("store_mailbox/follow");
	TCase *c = tcase_create("follow");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_test(c, who_follows_the_changes_knows_the_mailbox);
	tcase_add_test(c, who_watches_is_told);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
