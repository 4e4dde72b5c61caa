/* SPDX-License-Identifier: MIT */
/*
 * Sets of messages: asked, resolved, never expanded.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/imap/box_args.h"
#include "reference/imap/codec.h"
#include "reference/imap/fetch_args.h"
#include "reference/imap/search_args.h"
#include "reference/imap/set.h"
#include "reference/imap/store_args.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define BYTES(text)  SPAN_INIT(text)

START_TEST(a_set_is_asked_and_never_expanded)
{
	struct imap_args a;
	struct imap_set set;

	imap_args_init(&a, SPAN("4,7:4294967295,1:2"));
	ck_assert(imap_take_set(&a, &set));
	imap_set_resolve(&set, 10);
	ck_assert(!imap_set_has(&set, 0));
	ck_assert(imap_set_has(&set, 1));
	ck_assert(imap_set_has(&set, 2));
	ck_assert(!imap_set_has(&set, 3));
	ck_assert(imap_set_has(&set, UINT32_MAX));
	ck_assert_uint_eq(imap_set_next(&set, 0), 1);
	ck_assert_uint_eq(imap_set_next(&set, 2), 2);
	ck_assert_uint_eq(imap_set_next(&set, 3), 4);
	ck_assert_uint_eq(imap_set_next(&set, 5), 7);
	ck_assert_uint_eq(imap_set_most(&set), UINT32_MAX);
	imap_set_free(&set);
	ck_assert_uint_eq(imap_set_next(&set, 1), 0);
	ck_assert_uint_eq(imap_set_most(&set), 0);
}
END_TEST

START_TEST(star_is_nothing_in_an_empty_mailbox)
{
	struct imap_args a;
	struct imap_set set;

	imap_args_init(&a, SPAN("1:*,*,3"));
	ck_assert(imap_take_set(&a, &set));
	imap_set_resolve(&set, 0);
	ck_assert_uint_eq(set.n, 1);
	ck_assert_uint_eq(imap_set_most(&set), 3);
	imap_set_free(&set);
}
END_TEST

START_TEST(numbers_become_a_set)
{
	static const uint32_t n[] = { 1, 2, 3, 5, 9, 8, 10, 11, UINT32_MAX, 0 };
	struct buf out;

	buf_init(&out, 1000);
	imap_put_set(&out, n, 0);
	ck_assert_str_eq(buf_text(&out), "");
	imap_put_set(&out, n, 10);
	ck_assert_str_eq(buf_text(&out), "1:3,5,9,8,10:11,4294967295,0");
	buf_free(&out);
}
END_TEST

START_TEST(the_sets_of_a_search_are_resolved)
{
	struct imap_search s;
	struct imap_args a;

	imap_args_init(&a, SPAN("* NOT UID *"));
	ck_assert(imap_take_search(&a, &s));
	imap_search_resolve(&s, 3, 70);
	ck_assert_uint_eq(imap_set_most(&s.node[1].set), 3);
	ck_assert_uint_eq(imap_set_most(&s.node[3].set), 70);
	imap_search_free(&s);
	imap_args_free(&a);
}
END_TEST

START_TEST(uid_fetch_has_uid_once)
{
	struct imap_fetch f;
	struct imap_args a;

	imap_args_init(&a, SPAN("FLAGS"));
	ck_assert(imap_take_fetch(&a, &f));
	ck_assert(!imap_fetch_has(&f, IMAP_FETCH_UID));
	imap_fetch_add(&f, IMAP_FETCH_UID);
	imap_fetch_add(&f, IMAP_FETCH_UID);
	ck_assert_uint_eq(f.n, 2);
	imap_fetch_free(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("imap/set");
	TCase *c = tcase_create("set");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_test(c, a_set_is_asked_and_never_expanded);
	tcase_add_test(c, star_is_nothing_in_an_empty_mailbox);
	tcase_add_test(c, numbers_become_a_set);
	tcase_add_test(c, the_sets_of_a_search_are_resolved);
	tcase_add_test(c, uid_fetch_has_uid_once);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
