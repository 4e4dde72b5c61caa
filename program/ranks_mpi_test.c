/* SPDX-License-Identifier: MIT */
/*
 * Of as many ranks as it is run with: "mpirun -n 4" before it; alone, of one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "loadgen/judging.h"
#include "program/ranks.h"
#include "program/ranks_look.h"
#include "program/ranks_testing.h"

enum { SECONDS = 40, READY = 38 /* to look at 40 */ };

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

/*
 * Polls as the pump does, for ten seconds at most: what MPI has received shows
 * by asking alone, with no descriptor to wait at.
 */
static size_t
asked(size_t (*ask)(void *), void *ctx)
{
	const int64_t end = clock_mono().us + 10 * INT64_C(1000000);
	size_t second = 0;

	while ((second = ask(ctx)) == 0 && clock_mono().us < end)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	return second;
}

static size_t
ask_rank_0(void *ctx)
{
	(void)ctx;
	return ranks_end_told(&ranks);
}

/* All get the word, once, and none that was of an earlier load. */
START_TEST(when_it_ends_is_told)
{
	for (size_t load = 1; ranks.n > 1 && load <= 3; load++) {
		ranks_start(&ranks);
		if (ranks.rank == 0) {
			ranks_tell_end(&ranks, 60 * load);
			ck_assert_uint_eq(ranks_end_told(&ranks), 0);
		} else if (load != 2) { /* then nobody asks */
			ck_assert_uint_eq(asked(ask_rank_0, NULL), 60 * load);
			ck_assert_uint_eq(ranks_end_told(&ranks), 0);
		}
	}
	ranks_start(&ranks);
	ck_assert_uint_eq(ranks_end_told(&ranks), 0);
}
END_TEST

/* ---- a look at what all have told ---- */

static struct scenario_phase phase = {
	.for_us = 60000000, .rate = 40, .judged = true
};
static struct scenario_judges judged_row = { .row = EMAIL_P_05 };

static const struct scenario scenario = {
	.phases = &phase,
	.n_phases = 1,
	.judges = &judged_row,
	.n_judges = 1,
	.precision = 0.3,
	.least_us = 40000000,
};

static void
make(struct measure *m, unsigned rank)
{
	empty(m, 60);
	m->handshakes = rank;
	draw(m, "login", 0, 60, 20, 0.5 * S);
	draw(m, "fetch", 0, 60, 20, 0.5 * S);
	for (size_t i = 0; i < m->n_seconds; i++)
		m->seconds[i].in = UINT64_C(20) << 20;
}

struct looking {
	struct ranks_look look;
	struct ranks_progress progress;
	struct measure m;
};

static size_t
look_at_all(void *ctx)
{
	struct looking *l = ctx;

	ranks_hear(&ranks, &l->progress);
	return ranks_look(&l->look, &l->progress, &nobody);
}

/* What found no place on the way is told again. */
static size_t
tell_and_ask(void *ctx)
{
	struct looking *l = ctx;

	ranks_second(&ranks, &l->progress, &l->m, READY);
	return ranks_end_told(&ranks);
}

/* Rank 0 decides upon what the others have told, and they all end there. */
START_TEST(all_end_at_one_moment)
{
	struct looking l;
	size_t end = 0;

	make(&l.m, ranks.rank);
	progress_init(&l.progress, ranks.n, clock_mono().us);
	ranks_look_init(&l.look, &scenario);
	ranks_start(&ranks);
	for (size_t n = 1; n <= READY; n++) {
		if (ranks.n == 1) /* alone nothing is put there */
			progress_put(&l.progress, 0, &l.m, n, 0);
		ranks_second(&ranks, &l.progress, &l.m, n);
	}
	if (ranks.rank == 0) {
		end = asked(look_at_all, &l);
		ranks_tell_end(&ranks, end);
	} else {
		end = asked(tell_and_ask, &l);
	}
	ck_assert_uint_eq(end, 40);
	ck_assert_int_eq(l.look.missed, 0);
	measure_free(&l.m);
	progress_free(&l.progress);
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
	tcase_add_test(c, when_it_ends_is_told);
	tcase_add_test(c, all_end_at_one_moment);
	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	ranks_leave(&ranks);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
