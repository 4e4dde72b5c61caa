/* SPDX-License-Identifier: MIT */
#include "reference/imap/view.h"

#include <check.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/session_testing.h"

enum { MANY = 10000 };

static struct store *store;
static struct mailbox box;

static void
setup(void)
{
	store = settled_store(NULL);
	find_inbox(store, "carol", &box);
}

static void
teardown(void)
{
	store_close(store);
}

static void
bring(unsigned flags, const char *keywords)
{
	bring_mail(store, &box,
	    (struct mail_new){ .content = SPAN("Subject: x\r\n\r\n"),
		.flags = flags,
		.keywords = span_of(keywords) });
}

/* Every step-th UID from "from" up to "to". */
static void
remove_some(uint32_t from, uint32_t to, uint32_t step)
{
	struct uids uids = { .of = mem_new(to + 1, sizeof *uids.of) };
	struct err err;

	for (uint32_t uid = from; uid <= to; uid += step)
		uids.of[uids.n++] = uid;
	ck_assert_int_eq(
	    store_mail_remove(store, box.id, &uids, NULL, &err), STORE_DONE);
	uids_free(&uids);
}

static void
flag_one(uint32_t uid, unsigned flags, const char *keywords)
{
	const struct uids uids = { &uid, 1 };
	const struct flags_change change = {
		.how = FLAGS_SET,
		.flags = flags,
		.keywords = span_of(keywords),
	};
	struct err err;

	ck_assert_int_eq(
	    store_mail_flags(store, box.id, &uids, &change, NULL, NULL, &err),
	    STORE_DONE);
}

/* Once all is told, the view is what the store has. */
static void
assert_same(struct imap_view *v)
{
	struct mails mails;

	imap_view_follow(v);
	imap_view_compact(v, v->n);
	imap_view_admit(v);
	store_mail_list(store, box.id, &mails);
	ck_assert_uint_eq(v->n, mails.n);
	for (uint32_t n = 1; n <= v->n; n++) {
		const struct imap_view_item *item = imap_view_at(v, n);
		const struct mail *mail = &mails.of[n - 1];

		imap_view_mark(v, n, false);
		ck_assert_uint_eq(item->mail.uid, mail->uid);
		ck_assert_uint_eq(item->mail.flags, mail->flags);
		ck_assert_uint_eq(item->mail.modseq, mail->modseq);
		ck_assert_pstr_eq(item->mail.keywords, mail->keywords);
		ck_assert_uint_eq(imap_view_find(v, mail->uid), n);
	}
	ck_assert_uint_eq(v->gone, 0);
	ck_assert_uint_eq(v->changed, 0);
	mails_free(&mails);
}

START_TEST(numbers_stay_until_told)
{
	struct imap_view v;

	for (int i = 0; i < 5; i++)
		bring(i == 0 ? MAIL_SEEN : 0, "");
	ck_assert(imap_view_open(&v, store, box.id, true));
	ck_assert_uint_eq(v.n, 5);
	ck_assert_uint_eq(imap_view_recent(&v), 5);
	ck_assert_uint_eq(imap_view_unseen(&v), 2);
	ck_assert(!imap_view_follow(&v));

	remove_some(2, 4, 2);
	flag_one(3, MAIL_SEEN, "$New");
	bring(0, "");
	ck_assert(imap_view_follow(&v));
	ck_assert_uint_eq(v.n, 5);
	ck_assert_uint_eq(v.all, 6);
	ck_assert_uint_eq(v.gone, 2);
	ck_assert_uint_eq(v.changed, 1);
	ck_assert(v.new_keywords);
	ck_assert(imap_view_has_keyword(&v, SPAN("$new")));
	ck_assert(imap_view_at(&v, 2)->gone);
	ck_assert_uint_eq(imap_view_find(&v, 5), 5);
	ck_assert_uint_eq(imap_view_find(&v, 6), 0);
	ck_assert_uint_eq(imap_view_last_uid(&v), 5);

	imap_view_compact(&v, 2);
	ck_assert_uint_eq(v.n, 4);
	ck_assert_uint_eq(v.gone, 1);
	ck_assert_uint_eq(imap_view_find(&v, 5), 4);
	assert_same(&v);
	imap_view_close(&v);
}
END_TEST

/* Came and went before anybody was told; and a mailbox that is deleted. */
START_TEST(what_nobody_saw_is_not_told)
{
	struct imap_view v;
	struct err err;
	int64_t id;

	ck_assert_int_eq(
	    store_mailbox_create(store, box.account, SPAN("t"), &id, &err),
	    STORE_DONE);
	box.id = id;
	bring(0, "");
	ck_assert(imap_view_open(&v, store, id, false));
	bring(0, "");
	ck_assert(imap_view_follow(&v));
	remove_some(2, 2, 1);
	ck_assert(!imap_view_follow(&v));
	ck_assert_uint_eq(v.all, 1);
	bring(0, "");
	ck_assert(imap_view_follow(&v));
	ck_assert_int_eq(
	    store_mailbox_delete(store, box.account, SPAN("t"), &err),
	    STORE_DONE);
	ck_assert(imap_view_follow(&v));
	ck_assert_uint_eq(v.all, 1);
	ck_assert_uint_eq(v.gone, 1);
	imap_view_compact(&v, v.n);
	ck_assert(!imap_view_follow(&v));
	ck_assert_uint_eq(v.n, 0);
	imap_view_close(&v);
}
END_TEST

/* EXAMINE leaves \Recent to whoever selects. */
START_TEST(recent_is_for_one)
{
	struct imap_view a, b, c;

	bring(0, "");
	ck_assert(imap_view_open(&a, store, box.id, false));
	ck_assert(imap_view_open(&b, store, box.id, true));
	ck_assert(imap_view_open(&c, store, box.id, true));
	ck_assert_uint_eq(imap_view_recent(&a), 1);
	ck_assert_uint_eq(imap_view_recent(&b), 1);
	ck_assert_uint_eq(imap_view_recent(&c), 0);
	bring(0, "");
	imap_view_follow(&c);
	imap_view_admit(&c);
	imap_view_follow(&b);
	imap_view_admit(&b);
	ck_assert_uint_eq(imap_view_recent(&c), 1);
	ck_assert_uint_eq(imap_view_recent(&b), 1);
	imap_view_close(&a);
	imap_view_close(&b);
	imap_view_close(&c);
}
END_TEST

static void
walk(const struct imap_view *v, const char *text, bool uid, const char *want)
{
	struct imap_set set = { .n = 0 };
	struct imap_args args;
	struct buf got;

	imap_args_init(&args, span_of(text));
	ck_assert(imap_take_set(&args, &set));
	imap_set_resolve(&set, uid ? imap_view_last_uid(v) : (uint32_t)v->n);
	buf_init(&got, 4096);
	for (uint32_t n = imap_view_next(v, &set, uid, 0); n != 0;
	     n = imap_view_next(v, &set, uid, n))
		buf_addf(&got, "%u ", n);
	ck_assert_str_eq(buf_text(&got), want);
	buf_free(&got);
	imap_set_free(&set);
	imap_args_free(&args);
}

START_TEST(sets_are_walked)
{
	struct imap_view v;

	for (int i = 0; i < 10; i++)
		bring(0, "");
	remove_some(1, 10, 3); /* 2 3 5 6 8 9 are left */
	ck_assert(imap_view_open(&v, store, box.id, true));
	walk(&v, "1:*", false, "1 2 3 4 5 6 ");
	walk(&v, "5,1:2", false, "1 2 5 ");
	walk(&v, "1:*", true, "1 2 3 4 5 6 ");
	walk(&v, "4:8,100:200", true, "3 4 5 ");
	walk(&v, "1,4,7,10", true, "");
	walk(&v, "*", true, "6 ");
	walk(&v, "4000:*", true, "6 ");
	imap_view_close(&v);
}
END_TEST

/* Random changes, and a client that is told now and then. */
START_TEST(views_follow_whatever_happens)
{
	struct imap_view v;
	uint32_t last = 0;

	srand48(4 + _i);
	ck_assert(imap_view_open(&v, store, box.id, true));
	for (int step = 0; step < 300; step++) {
		const uint32_t uid = (uint32_t)(lrand48() % (last + 1)) + 1;

		switch (lrand48() % 5) {
		case 0:
		case 1:
			bring((unsigned)lrand48() % 32, "a b");
			last++;
			break;
		case 2:
			remove_some(uid, uid, 1);
			break;
		case 3:
			flag_one(uid, (unsigned)lrand48() % 32, "b");
			break;
		default:
			imap_view_follow(&v);
			if (lrand48() % 2 == 0)
				imap_view_compact(
				    &v, (size_t)lrand48() % (v.n + 1));
			if (lrand48() % 3 == 0)
				assert_same(&v);
		}
	}
	assert_same(&v);
	imap_view_close(&v);
}
END_TEST

/* No step is quadratic: half of ten thousand go, in one time and one by one. */
START_TEST(many_take_no_longer_than_many)
{
	struct imap_view v;
	struct mono began;

	for (int i = 0; i < MANY; i++)
		bring(0, "$Some");
	ck_assert(imap_view_open(&v, store, box.id, true));
	remove_some(1, MANY, 2);
	began = clock_mono();
	ck_assert(imap_view_follow(&v));
	ck_assert_uint_eq(v.gone, MANY / 2);
	ck_assert_uint_eq(v.n, MANY);
	imap_view_compact(&v, v.n);
	ck_assert_uint_eq(v.n, MANY / 2);
	ck_assert_int_lt(mono_since_us(began, clock_mono()), 2000000);
	for (uint32_t uid = 2; uid <= 200; uid += 2) {
		flag_one(uid, MAIL_SEEN, "");
		imap_view_follow(&v);
	}
	ck_assert_uint_eq(v.changed, 100);
	assert_same(&v);
	imap_view_close(&v);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("imap/view");
	TCase *tc = tcase_create("views");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, numbers_stay_until_told);
	tcase_add_test(tc, what_nobody_saw_is_not_told);
	tcase_add_test(tc, recent_is_for_one);
	tcase_add_test(tc, sets_are_walked);
	tcase_add_loop_test(tc, views_follow_whatever_happens, 0, 10);
	tcase_add_test(tc, many_take_no_longer_than_many);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
