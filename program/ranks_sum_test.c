/* SPDX-License-Identifier: MIT */
#include "program/ranks_sum.h"

#include <stdlib.h>
#include <string.h>

#include "program/ranks_testing.h"

enum { RANKS = 5, SECONDS = 7 };

/* ---- what MPI does with the arrays ---- */

static void
add(uint64_t *to, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += from[i];
}

static void
most(uint64_t *to, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = from[i] > to[i] ? from[i] : to[i];
}

static void
either(uint64_t *to, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] |= from[i];
}

static void
reduce_numbers(struct measure *m, unsigned n, struct ranks_sum *all)
{
	ranks_sum_take(all, &m[0]);
	for (unsigned k = 1; k < n; k++) {
		struct ranks_sum one;

		ranks_sum_take(&one, &m[k]);
		ck_assert_uint_eq(one.n_sums, all->n_sums);
		ck_assert_uint_eq(one.n_mosts, all->n_mosts);
		add(all->sums, one.sums, one.n_sums);
		most(all->mosts, one.mosts, one.n_mosts);
		ranks_sum_free(&one);
	}
}

static void
reduce_slot(const struct measure *m, unsigned n, size_t slot,
    struct hist *scratch, struct hist_packed *made)
{
	uint64_t words[RANKS_WORDS] = { 0 }, one[RANKS_WORDS];
	uint64_t *counts, *of_one;
	size_t size;

	for (unsigned k = 0; k < n; k++) {
		ranks_slot_mark(&m[k], slot, one);
		either(words, one, RANKS_WORDS);
	}
	size = ranks_slot_size(words);
	counts = mem_new(size + 1, sizeof counts[0]);
	of_one = mem_new(size + 1, sizeof counts[0]);
	for (unsigned k = 0; k < n; k++) {
		ranks_slot_take(&m[k], slot, words, of_one);
		add(counts, of_one, size);
	}
	ranks_slot_make(words, counts, scratch, made);
	free(counts);
	free(of_one);
}

static void
reduce(struct measure *m, unsigned n)
{
	struct ranks_sum all;
	struct hist scratch;
	struct hist_packed *made;
	struct err err;

	hist_init(&scratch);
	reduce_numbers(m, n, &all);
	made = mem_new(ranks_slots(&m[0]), sizeof made[0]);
	for (size_t slot = 0; slot < ranks_slots(&m[0]); slot++)
		reduce_slot(m, n, slot, &scratch, &made[slot]);
	ranks_sum_give(&all, made, &m[0]);
	for (unsigned k = 1; k < n; k++) {
		struct buf rest;

		ranks_rest_take(&m[k], &rest);
		ck_assert_msg(ranks_rest_give(buf_span(&rest), &m[0], &err),
		    "%s", err.what);
		buf_free(&rest);
	}
	free(made);
	hist_free(&scratch);
	ranks_sum_free(&all);
}

/* ---- the tests ---- */

START_TEST(sums_are_what_a_merge_makes)
{
	struct measure reduced[RANKS], merged;

	for (unsigned k = 0; k < RANKS; k++) {
		/* they end at different times, and one is empty */
		ranks_testing_measure(
		    &reduced[k], k, k == 3 ? 0 : SECONDS + k % 2);
		measure_grow(&reduced[k], SECONDS + 1);
	}
	ranks_testing_measure(&merged, 0, SECONDS);
	for (unsigned k = 1; k < RANKS; k++)
		measure_merge(&merged, &reduced[k]);
	measure_grow(&merged, SECONDS + 1);
	reduce(reduced, RANKS);
	ranks_testing_same(&reduced[0], &merged);
	ck_assert_int_eq(reduced[0].ranks, RANKS);
	ck_assert_uint_gt(reduced[0].ledger.delivery.n, 0);
	measure_free(&merged);
	for (unsigned k = 0; k < RANKS; k++)
		measure_free(&reduced[k]);
}
END_TEST

START_TEST(one_alone_stays_as_it_is)
{
	struct measure m, same;

	ranks_testing_measure(&m, 4, SECONDS);
	ranks_testing_measure(&same, 4, SECONDS);
	reduce(&m, 1);
	ranks_testing_same(&m, &same);
	measure_free(&m);
	measure_free(&same);
}
END_TEST

/* Greater stays greater: MPI_MAX of the numbers is that of the fractions. */
START_TEST(fractions_keep_their_order)
{
	static const double values[] = { 0, 1e-300, 0.1, 0.5, 1, 1.5, 2, 1e9 };
	const struct field *f = measure_second_fields;
	struct measure_second a = { 0 }, b = { 0 };

	while (strcmp(f->key, "cpu") != 0)
		f++;
	for (size_t i = 1; i < sizeof values / sizeof values[0]; i++) {
		a.health.cpu = values[i - 1];
		b.health.cpu = values[i];
		ck_assert_uint_lt(ranks_number(f, &a), ranks_number(f, &b));
		ranks_set_number(f, &a, ranks_number(f, &b));
		ck_assert(a.health.cpu == values[i]);
	}
}
END_TEST

START_TEST(what_is_cut_off_is_refused)
{
	struct measure m, into;
	struct buf rest;
	struct err err;
	size_t json;

	ranks_testing_measure(&m, 1, 2);
	measure_init(&into, NULL, 0);
	ranks_rest_take(&m, &rest);
	/* of the log only the head is left, and part of a head is one */
	json = strtoul(buf_text(&rest), NULL, 10);
	for (size_t n = 0; n < json; n += n < 40 ? 1 : 97)
		ck_assert(!ranks_rest_give(
		    (struct span){ rest.data, n }, &into, &err));
	ck_assert(ranks_rest_give(buf_span(&rest), &into, &err));
	ck_assert_uint_eq(into.n_errors, m.n_errors);
	buf_free(&rest);
	measure_free(&m);
	measure_free(&into);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ranks_sum");
	TCase *c = tcase_create("ranks_sum");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_test(c, sums_are_what_a_merge_makes);
	tcase_add_test(c, one_alone_stays_as_it_is);
	tcase_add_test(c, fractions_keep_their_order);
	tcase_add_test(c, what_is_cut_off_is_refused);
	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
