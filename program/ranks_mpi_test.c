/* SPDX-License-Identifier: MIT */
/*
 * Of as many ranks as it is run with: "mpirun -n 4" before it; alone, of one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "program/ranks.h"
#include "program/ranks_testing.h"

enum { SECONDS = 40 };

static struct ranks ranks;
static const volatile bool never;

static void
says_nothing(void *ctx, const char *for_whom)
{
	(void)ctx;
	(void)for_whom;
}

/* What MPI_Reduce makes of all is what measure_merge() makes of them. */
START_TEST(a_sum_of_ranks_is_their_merge)
{
	const struct ranks_end end = {
		.good = true,
		.rest_us = 10000000,
		.stop = &never,
		.waits = says_nothing,
	};
	struct ranks_progress p;
	struct measure m, merged;
	struct err err;

	ranks_testing_measure(&m, ranks.rank, SECONDS + ranks.rank % 3);
	progress_init(&p, ranks.n, clock_mono().us);
	ranks_start(&ranks);
	for (size_t n = 1; n <= SECONDS / 2; n++)
		ranks_second(&ranks, &p, &m, n);
	ranks_pumped(&ranks, &p, &m);
	ck_assert_msg(ranks_gather(&ranks, &p, &end, &m, &err), "%s", err.what);
	if (ranks.rank == 0) {
		ranks_testing_measure(&merged, 0, SECONDS);
		for (unsigned k = 1; k < ranks.n; k++) {
			struct measure other;

			ranks_testing_measure(&other, k, SECONDS + k % 3);
			measure_merge(&merged, &other);
			measure_free(&other);
			ck_assert_uint_eq(p.of[k].told, SECONDS + k % 3);
		}
		ranks_testing_same(&m, &merged);
		ck_assert_int_eq(m.ranks, (int)ranks.n);
		ck_assert_int_eq(m.ranks_lost, 0);
		measure_free(&merged);
	}
	measure_free(&m);
	progress_free(&p);
}
END_TEST

START_TEST(what_rank_0_has_all_get)
{
	char text[8] = "ours";
	struct buf b;
	struct err err;

	buf_init(&b, 1 << 20);
	if (ranks.rank == 0) {
		text[0] = 'y';
		for (int i = 0; i < 10000; i++)
			buf_addf(&b, "%d ", i);
	}
	ranks_tell(&ranks, text, sizeof text);
	ck_assert_str_eq(text, "yurs");
	ck_assert_msg(ranks_spread(&ranks, &b, &err), "%s", err.what);
	ck_assert_uint_eq(b.len, 48890);
	buf_clear(&b);
	ck_assert(ranks.n == 1 || !ranks_spread(&ranks, &b, &err));
	buf_free(&b);
}
END_TEST

START_TEST(who_differs_is_named)
{
	char other[20];
	struct err err;

	ck_assert_msg(
	    ranks_agree(&ranks, "plan", "same", &err), "%s", err.what);
	snprintf(other, sizeof other, "%u", ranks.rank);
	if (ranks.n == 1)
		return;
	ck_assert(!ranks_agree(&ranks, "plan", other, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "rank 1 has another plan"));
	ck_assert(!ranks_agree(
	    &ranks, "plan", ranks.rank == 1 ? NULL : "same", &err));
	ck_assert_ptr_nonnull(strstr(err.what, "rank 1 cannot begin"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ranks_mpi");
	TCase *c = tcase_create("ranks_mpi");
	SRunner *runner;
	int failed;

	ranks_join(&ranks);
	tcase_add_test(c, what_rank_0_has_all_get);
	tcase_add_test(c, who_differs_is_named);
	tcase_add_test(c, a_sum_of_ranks_is_their_merge);
	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	ranks_leave(&ranks);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
