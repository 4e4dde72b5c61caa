/* SPDX-License-Identifier: MIT */
#include "loadgen/answers.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/span.h"

static void
put(struct answers *a, unsigned part, uint32_t row, uint64_t seq,
    struct span octets)
{
	answers_put(a, part,
	    &(struct answer){ .row = row,
		.seq = seq,
		.first_us = (int64_t)seq,
		.last_us = (int64_t)seq,
		.octets = octets });
}

/* Few of them: each is there, whole, and in its order. */
START_TEST(all_are_kept)
{
	struct answers *a = answers_new(2, 1000, 1000);
	char text[24];

	for (uint32_t i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "answer %u", i);
		put(a, i % 2, i, i, span_of(text));
		memset(text, 0, sizeof text);
	}
	ck_assert_uint_eq(answers_count(a), 1000);
	ck_assert_uint_eq(answers_heard(a), 1000);
	for (uint32_t i = 0; i < 1000; i++) {
		const struct answer *at = answers_at(a, i);
		const uint32_t is = i < 500 ? 2 * i : 2 * (i - 500) + 1;

		snprintf(text, sizeof text, "answer %u", is);
		ck_assert_uint_eq(at->row, is);
		ck_assert(span_eq(at->octets, span_of(text)));
		ck_assert_uint_eq(at->times, 1);
	}
	answers_free(a);
}
END_TEST

/* Of the same row the same octets; not of another, and not after others. */
START_TEST(the_same_once)
{
	struct answers *a = answers_new(1, 10, 2);

	put(a, 0, 0, 1, SPAN("x"));
	put(a, 0, 1, 2, SPAN("x"));
	put(a, 0, 0, 3, SPAN("x"));
	put(a, 0, 0, 4, SPAN("y"));
	put(a, 0, 0, 5, SPAN("x"));
	ck_assert_uint_eq(answers_count(a), 4);
	ck_assert_uint_eq(answers_heard(a), 5);
	ck_assert_uint_eq(answers_kept(a), 5);
	ck_assert_uint_eq(answers_at(a, 0)->times, 2);
	ck_assert_int_eq(answers_at(a, 0)->first_us, 1);
	ck_assert_int_eq(answers_at(a, 0)->last_us, 3);
	answers_free(a);
}
END_TEST

/* Many: about as many as may be, and none of every rhythm is left out. */
START_TEST(some_of_many)
{
	const size_t many = 20 * ANSWERS_MOST;
	struct answers *a = answers_new(1, many, many);
	size_t of[1000] = { 0 };

	for (size_t i = 0; i < many; i++)
		put(a, 0, (uint32_t)i, i, SPAN("x"));
	ck_assert_uint_eq(answers_heard(a), many);
	/* five standard deviations of a lot */
	ck_assert_uint_gt(answers_kept(a), ANSWERS_MOST - 5 * 141);
	ck_assert_uint_lt(answers_kept(a), ANSWERS_MOST + 5 * 141);
	for (size_t i = 0; i < answers_count(a); i++)
		of[answers_at(a, i)->seq % 1000]++;
	for (size_t i = 0; i < 1000; i++)
		ck_assert_msg(of[i] >= 1 && of[i] <= 50, "%zu: %zu", i, of[i]);
	answers_free(a);
}
END_TEST

/* Fewer are kept of what is long; the others are not refused. */
START_TEST(fewer_when_told)
{
	const size_t many = 10000;
	struct answers *a = answers_new(1, many, many);

	answers_limit(a, 100);
	for (size_t i = 0; i < many; i++)
		put(a, 0, (uint32_t)i, i, SPAN("x"));
	ck_assert_uint_eq(answers_heard(a), many);
	ck_assert_uint_eq(answers_refused(a), 0);
	ck_assert_uint_gt(answers_kept(a), 100 - 5 * 10);
	ck_assert_uint_lt(answers_kept(a), 100 + 5 * 10);
	answers_free(a);
}
END_TEST

/* What finds no room is counted, and hurts nobody. */
START_TEST(no_more_than_there_is_room)
{
	const size_t n = ANSWERS_LENGTH;
	char *large = mem_new(n + 1, 1);
	struct answers *a = answers_new(1, 10, 10);

	put(a, 0, 0, 0, (struct span){ large, n + 1 });
	ck_assert_uint_eq(answers_refused(a), 1);
	for (uint32_t i = 1; i < 6; i++)
		put(a, 0, i, i, (struct span){ large, n });
	ck_assert_uint_eq(answers_refused(a), 3);
	ck_assert_uint_eq(answers_count(a), 3);
	put(a, 0, 7, 7, SPAN(""));
	ck_assert_uint_eq(answers_heard(a), 7);
	answers_free(a);
	answers_free(NULL);
	free(large);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("answers");
	TCase *tc = tcase_create("answers");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, all_are_kept);
	tcase_add_test(tc, the_same_once);
	tcase_add_test(tc, some_of_many);
	tcase_add_test(tc, fewer_when_told);
	tcase_add_test(tc, no_more_than_there_is_room);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
