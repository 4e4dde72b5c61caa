/* SPDX-License-Identifier: MIT */
#include "loadgen/tally.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

enum { SECONDS = 2000, OPS = 2 };

/* Counts n operations in each second, and gives as it can. */
static void *
write_all(void *ring)
{
	struct tally_ring *r = ring;
	size_t second = 0;

	for (size_t i = 0; i < SECONDS; i++) {
		struct tally *t = tally_now(r);

		t->begun++;
		t->ops[1].done++;
		hist_add(&t->ops[1].hist[CLOCK_SERVICE], (int64_t)i);
		hist_add(&t->late, 5);
		second = i + 1;
		tally_turn(r, second);
	}
	tally_end(r);
	return NULL;
}

/* However late the reader is: every second comes in order, nothing is lost. */
START_TEST(loses_nothing)
{
	struct tally_ring r;
	struct measure m;
	struct hist late;
	struct measure_op op;
	pthread_t thread;
	size_t last = 0;
	uint64_t begun = 0;

	hist_init(&late);
	tally_init(&r, OPS);
	measure_init(&m, NULL, 1);
	measure_op_add(&m, "a");
	measure_op_add(&m, "b");
	ck_assert_int_eq(pthread_create(&thread, NULL, write_all, &r), 0);
	while (tally_more(&r)) {
		struct tally *t = tally_next(&r);

		if (t == NULL)
			continue;
		ck_assert_uint_ge(t->second, last);
		last = t->second;
		begun += t->begun;
		tally_into(t, OPS, &m, &late);
		tally_back(&r);
	}
	pthread_join(thread, NULL);
	ck_assert_ptr_null(tally_next(&r));
	measure_sum(&m, 1, 0, m.n_seconds, &op);
	ck_assert_uint_eq(begun, SECONDS);
	ck_assert_uint_eq(op.done, SECONDS);
	ck_assert_uint_eq(op.hist[CLOCK_SERVICE].n, SECONDS);
	ck_assert_uint_eq(op.hist[CLOCK_RESPONSE].n, 0);
	ck_assert_int_eq(op.hist[CLOCK_SERVICE].max, SECONDS - 1);
	ck_assert_uint_eq(late.n, SECONDS);
	measure_op_free(&op);
	measure_free(&m);
	tally_free(&r);
	hist_free(&late);
}
END_TEST

/* Without a reader seconds run together in the last place there is. */
START_TEST(waits_for_the_reader)
{
	struct tally_ring r;
	size_t given = 0, n = 0;

	tally_init(&r, 0);
	for (size_t i = 0; i < 10; i++) {
		tally_now(&r)->begun++;
		given += tally_turn(&r, i + 1);
	}
	ck_assert_uint_eq(given, TALLY_RING - 1);
	tally_end(&r);
	while (tally_more(&r)) {
		n += tally_next(&r)->begun;
		tally_back(&r);
	}
	ck_assert_uint_eq(n, 10);
	tally_free(&r);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("loadgen/tally");
	TCase *t = tcase_create("tally");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, loses_nothing, 0, 3);
	tcase_add_test(t, waits_for_the_reader);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
