/* SPDX-License-Identifier: MIT */
#include "program/ranks_progress.h"

#include <stdlib.h>

#include "program/ranks_testing.h"

enum { RANKS = 4, SECONDS = 6, S = 1000000 };

static bool
tell(struct ranks_progress *p, unsigned rank, const struct measure *m,
    size_t from, size_t to, int64_t now_us)
{
	struct buf message;
	bool ok;

	buf_init(&message, PROGRESS_MESSAGE);
	ck_assert_uint_eq(progress_pack(m, from, to, &message), to);
	ck_assert(!message.full);
	ok = progress_read(p, rank, buf_span(&message), now_us);
	buf_free(&message);
	return ok;
}

/* Told one by one or all at once, it is the sum of all. */
START_TEST(seconds_add_up)
{
	struct measure m[RANKS], all;
	struct ranks_progress p;

	progress_init(&p, RANKS, 0);
	for (unsigned k = 0; k < RANKS; k++)
		ranks_testing_measure(&m[k], k, SECONDS);
	progress_put(&p, 0, &m[0], SECONDS, 0);
	ck_assert_uint_eq(progress_whole(&p, 0), 0);
	for (size_t i = 0; i < SECONDS; i++)
		ck_assert(tell(&p, 1, &m[1], i, i + 1, S));
	ck_assert(tell(&p, 2, &m[2], 0, SECONDS, S));
	ck_assert(tell(&p, 3, &m[3], 0, 4, S));
	ck_assert(tell(&p, 3, &m[3], 4, SECONDS, S));
	ck_assert_uint_eq(progress_whole(&p, S), SECONDS);
	ranks_testing_measure(&all, 0, SECONDS);
	for (unsigned k = 1; k < RANKS; k++)
		measure_merge(&all, &m[k]);
	for (size_t i = 0; i < SECONDS; i++)
		for (size_t op = 0; op < 3; op++) {
			const struct measure_second_op *a =
			    &all.seconds[i].ops[op];
			const struct measure_second_op *b =
			    &p.all.seconds[i].ops[op];

			ck_assert_uint_eq(a->done, b->done);
			ck_assert_uint_eq(a->hist[CLOCK_RESPONSE].n,
			    b->hist[CLOCK_RESPONSE].n);
			ck_assert_int_eq(a->hist[CLOCK_RESPONSE].max,
			    b->hist[CLOCK_RESPONSE].max);
			ck_assert_int_eq(hist_packed_percentile(
					     &a->hist[CLOCK_RESPONSE], 99),
			    hist_packed_percentile(
				&b->hist[CLOCK_RESPONSE], 99));
		}
	for (unsigned k = 0; k < RANKS; k++)
		measure_free(&m[k]);
	measure_free(&all);
	progress_free(&p);
}
END_TEST

START_TEST(who_is_silent_is_named_and_not_waited_for)
{
	char text[PROGRESS_TEXT];
	struct measure m;
	struct ranks_progress p;

	ranks_testing_measure(&m, 0, SECONDS);
	progress_init(&p, RANKS, 0);
	for (size_t i = 0; i < SECONDS; i++) {
		const int64_t now = (int64_t)i * S;

		progress_put(&p, 0, &m, i + 1, now);
		if (i < 2)
			ck_assert(tell(&p, 1, &m, i, i + 1, now));
		ck_assert(tell(&p, 2, &m, i, i + 1, now));
		if (i < 1)
			ck_assert(tell(&p, 3, &m, i, i + 1, now));
	}
	progress_text(&p, 2 * S, text);
	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(progress_whole(&p, 2 * S), 1);
	progress_text(&p, 3 * S, text);
	ck_assert_str_eq(text, "rank 3 silent");
	ck_assert_uint_eq(progress_whole(&p, 3 * S), 2);
	progress_text(&p, 5 * S, text);
	ck_assert_str_eq(text, "ranks 1, 3 silent");
	ck_assert_uint_eq(progress_whole(&p, 5 * S), SECONDS);
	/* it was only slow: all that it tells is added */
	ck_assert(tell(&p, 3, &m, 1, SECONDS, 5 * S));
	progress_text(&p, 5 * S, text);
	ck_assert_str_eq(text, "rank 1 silent");
	p.of[1].ended = true;
	progress_text(&p, 50 * S, text);
	ck_assert_str_eq(text, "ranks 0, 2, 3 silent");
	ck_assert_uint_eq(progress_whole(&p, 50 * S), SECONDS);
	measure_free(&m);
	progress_free(&p);
}
END_TEST

/* Whatever comes, nothing is added that is not whole. */
START_TEST(broken_messages_add_nothing)
{
	struct measure m;
	struct ranks_progress p;
	struct buf message;
	uint64_t before;

	ranks_testing_measure(&m, 2, 2);
	progress_init(&p, 2, 0);
	progress_put(&p, 0, &m, 1, 0);
	before = p.all.seconds[0].begun;
	buf_init(&message, PROGRESS_MESSAGE);
	progress_pack(&m, 0, 2, &message);
	for (size_t n = 0; n < message.len; n++)
		ck_assert(
		    !progress_read(&p, 1, (struct span){ message.data, n }, S));
	for (size_t i = 8; i < 24; i++) { /* how many, of what */
		message.data[i] = (char)(message.data[i] ^ 0x55);
		ck_assert(!progress_read(&p, 1, buf_span(&message), S));
		message.data[i] = (char)(message.data[i] ^ 0x55);
	}
	message.data[31] = (char)(message.data[31] ^ 0x80); /* a rate below 0 */
	ck_assert(!progress_read(&p, 1, buf_span(&message), S));
	message.data[31] = (char)(message.data[31] ^ 0x80);
	ck_assert_uint_eq(p.all.seconds[0].begun, before);
	ck_assert_uint_eq(p.of[1].told, 0);
	ck_assert(progress_read(&p, 1, buf_span(&message), S));
	ck_assert(!progress_read(&p, 1, buf_span(&message), S)); /* twice */
	ck_assert_uint_eq(p.all.seconds[0].begun, 2 * before);
	buf_free(&message);
	measure_free(&m);
	progress_free(&p);
}
END_TEST

/* Rates add up in the order of ranks; what never came is not there. */
START_TEST(all_or_not_is_known)
{
	struct measure m[RANKS], so_far, all;
	struct ranks_progress p;

	progress_init(&p, RANKS, 0);
	for (unsigned k = 0; k < RANKS; k++)
		ranks_testing_measure(&m[k], k, SECONDS);
	progress_put(&p, 0, &m[0], SECONDS, 0);
	ck_assert(!progress_has(&p, 1));
	for (unsigned k = RANKS - 1; k > 0; k--)
		ck_assert(tell(&p, k, &m[k], 0, 3, S));
	ck_assert(progress_has(&p, 3) && !progress_has(&p, 4));
	so_far = progress_so_far(&p);
	ranks_testing_measure(&all, 0, SECONDS);
	for (unsigned k = 1; k < RANKS; k++)
		measure_merge(&all, &m[k]);
	ck_assert(so_far.offered_rate == all.offered_rate);
	ck_assert_int_eq(so_far.ranks, RANKS);
	/* the fourth of one of them never comes */
	ck_assert(tell(&p, 1, &m[1], 4, SECONDS, S));
	for (unsigned k = 2; k < RANKS; k++)
		ck_assert(tell(&p, k, &m[k], 3, SECONDS, S));
	ck_assert(!progress_has(&p, 4));
	ck_assert(!progress_has(&p, 3));
	for (unsigned k = 0; k < RANKS; k++)
		measure_free(&m[k]);
	measure_free(&all);
	progress_free(&p);
}
END_TEST

/* A message has an end; the rest goes with the next. */
START_TEST(many_seconds_go_in_pieces)
{
	enum { MANY = 2000 };
	struct measure m;
	struct ranks_progress p;
	size_t at = 0, pieces = 0;

	ranks_testing_measure(&m, 1, MANY);
	progress_init(&p, 2, 0);
	progress_put(&p, 0, &m, 1, 0);
	while (at < MANY) {
		struct buf message;

		buf_init(&message, PROGRESS_MESSAGE);
		at = progress_pack(&m, at, MANY, &message);
		ck_assert(!message.full);
		ck_assert(progress_read(&p, 1, buf_span(&message), S));
		buf_free(&message);
		pieces++;
	}
	ck_assert_uint_gt(pieces, 1);
	ck_assert_uint_eq(p.of[1].told, MANY);
	measure_free(&m);
	progress_free(&p);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ranks_progress");
	TCase *c = tcase_create("ranks_progress");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_test(c, seconds_add_up);
	tcase_add_test(c, who_is_silent_is_named_and_not_waited_for);
	tcase_add_test(c, broken_messages_add_nothing);
	tcase_add_test(c, all_or_not_is_known);
	tcase_add_test(c, many_seconds_go_in_pieces);
	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
