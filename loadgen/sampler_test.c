/* SPDX-License-Identifier: MIT */
#include "loadgen/sampler.h"

#include <check.h>
#include <stdlib.h>

START_TEST(reads_what_the_system_says)
{
	struct sample_thread t = { 0 };
	struct sample_machine m = { 0 };

	ck_assert(sample_parse_schedstat("14606030 11553218 2335\n", &t));
	ck_assert_int_eq(t.queue_ns, 11553218);
	ck_assert(!sample_parse_schedstat("", &t));
	ck_assert(!sample_parse_schedstat("14606030\n", &t));
	ck_assert(sample_parse_stat(
	    "cpu  10 20 30 40 50 60 70 80 0 0\ncpu0 1 2 3 4 5 6 7 8\n", &m));
	ck_assert_uint_eq(m.ticks, 360);
	ck_assert_uint_eq(m.stolen, 80);
	ck_assert(!sample_parse_stat("cpu  10 20 30\n", &m));
	ck_assert(!sample_parse_stat("", &m));
}
END_TEST

/* Of this very thread: busy, it has used what it has used. */
START_TEST(sees_itself)
{
	const struct sample_thread from = sample_thread();
	struct sample_thread to;
	volatile unsigned work = 0;

	do {
		for (unsigned i = 0; i < 1000000; i++)
			work += i;
		to = sample_thread();
	} while (to.cpu_ns == from.cpu_ns);
	ck_assert_double_gt(sample_cpu(from, to), 0);
	ck_assert_double_le(sample_cpu(from, to), 1);
	ck_assert_double_ge(sample_queue(from, to), 0);
	ck_assert_double_eq(sample_cpu(to, to), 0);
	ck_assert_uint_gt(sample_memory(), 0);
	ck_assert_uint_eq(sample_resent(-1), 0);
	ck_assert_uint_gt(sample_machine().ticks, 0);
	ck_assert_double_eq(sample_steal((struct sample_machine){ 100, 5 },
				(struct sample_machine){ 200, 30 }),
	    0.25);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("loadgen/sampler");
	TCase *t = tcase_create("sampler");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, reads_what_the_system_says);
	tcase_add_test(t, sees_itself);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
