/* SPDX-License-Identifier: MIT */
#include "loadgen/wheel.h"

#include <check.h>
#include <stdlib.h>

#include "lib/mem.h"

enum { TICK = WHEEL_TICK_NS };

static const struct {
	int64_t ms; /* from the start */
} distances[] = { { 0 }, { 1 }, { 25 }, { 26 }, { 30 }, { 6552 }, { 6554 },
	{ 100000 }, { 1677721 }, { 1700000 }, { 86400000 } };

/* Never early, late by less than a slot, however far away. */
START_TEST(fires_in_time)
{
	static const int64_t starts[] = { 0, 7 * TICK, 255 * TICK + 1,
		65535 * (int64_t)TICK, 123456789012345 };
	const int64_t due = distances[_i].ms * 1000000 + 12345;

	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
		const int64_t start = starts[i], at = start + due;
		struct wheel w;
		struct wheel_timer t;
		int64_t next;
		unsigned looks = 0;

		wheel_init(&w, start);
		wheel_timer_init(&t);
		wheel_set(&w, &t, at);
		for (;;) {
			next = wheel_next_ns(&w);
			ck_assert(next != WHEEL_NEVER);
			ck_assert_int_lt(next, at + TICK);
			ck_assert_uint_lt(++looks, 1000);
			if (next >= at)
				break;
			ck_assert_ptr_null(wheel_due(&w, next));
		}
		ck_assert_ptr_eq(wheel_due(&w, next), &t);
		ck_assert_ptr_null(wheel_due(&w, next));
		ck_assert_int_eq(wheel_next_ns(&w), WHEEL_NEVER);
	}
}
END_TEST

START_TEST(fires_after_a_long_sleep)
{
	struct wheel w;
	struct wheel_timer t[11];

	wheel_init(&w, 999);
	for (int i = 0; i < 11; i++) {
		wheel_timer_init(&t[i]);
		wheel_set(&w, &t[i], 999 + distances[i].ms * 1000000);
	}
	for (int i = 0; i < 11; i++)
		ck_assert_ptr_nonnull(
		    wheel_due(&w, INT64_C(90000000) * 1000000));
	ck_assert_ptr_null(wheel_due(&w, INT64_C(90000000) * 1000000));
}
END_TEST

START_TEST(moves_and_forgets)
{
	struct wheel w;
	struct wheel_timer t;

	wheel_init(&w, 0);
	wheel_timer_init(&t);
	wheel_set(&w, &t, 10 * TICK);
	wheel_set(&w, &t, 500 * TICK); /* later: by one store */
	ck_assert_ptr_null(wheel_due(&w, 499 * TICK));
	ck_assert_ptr_eq(wheel_due(&w, 500 * TICK), &t);
	wheel_set(&w, &t, 9000 * TICK);
	wheel_set(&w, &t, 600 * TICK); /* earlier */
	ck_assert_int_le(wheel_next_ns(&w), 600 * TICK);
	ck_assert_ptr_eq(wheel_due(&w, 600 * TICK), &t);
	wheel_set(&w, &t, 700 * TICK);
	wheel_clear(&t);
	ck_assert_ptr_null(wheel_due(&w, 100000 * (int64_t)TICK));
	ck_assert_int_eq(wheel_next_ns(&w), WHEEL_NEVER);
	/* in the past: with the next tick */
	wheel_set(&w, &t, 1);
	ck_assert_ptr_eq(wheel_due(&w, 100001 * (int64_t)TICK), &t);
}
END_TEST

/* One that was found due may be cleared, moved or set by another's owner. */
START_TEST(changes_while_due)
{
	struct wheel w;
	struct wheel_timer a, b, *first, *other;

	wheel_init(&w, 0);
	wheel_timer_init(&a);
	wheel_timer_init(&b);
	for (int round = 0; round < 3; round++) {
		const int64_t at = (round + 1) * (int64_t)1000 * TICK;

		wheel_set(&w, &a, at);
		wheel_set(&w, &b, at);
		first = wheel_due(&w, at);
		ck_assert(first == &a || first == &b);
		other = first == &a ? &b : &a;
		if (round == 0)
			wheel_clear(other);
		else if (round == 1)
			wheel_set(&w, other, at + 5 * TICK);
		if (round == 2)
			ck_assert_ptr_eq(wheel_due(&w, at), other);
		ck_assert_ptr_null(wheel_due(&w, at));
		if (round == 1)
			ck_assert_ptr_eq(wheel_due(&w, at + 5 * TICK), other);
	}
}
END_TEST

static uint64_t
chance(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

/* A thousand timers, set, moved and cleared at random, against a plain list. */
START_TEST(agrees_with_a_list)
{
	enum { N = 1000, STEPS = 20000 };
	struct wheel w;
	struct wheel_timer *t = mem_new(N, sizeof *t), *due;
	int64_t *want = mem_new(N, sizeof *want);
	uint64_t state = (uint64_t)_i + 1;
	int64_t now = 0;
	size_t fired = 0;

	wheel_init(&w, now);
	for (int i = 0; i < N; i++) {
		wheel_timer_init(&t[i]);
		want[i] = WHEEL_NEVER;
	}
	for (int step = 0; step < STEPS; step++) {
		const size_t i = chance(&state) % N;
		const int shift = (int)(chance(&state) % 34);

		if (chance(&state) % 4 == 0) {
			wheel_clear(&t[i]);
			want[i] = WHEEL_NEVER;
		} else {
			want[i] = now + (int64_t)(chance(&state) %
						  (UINT64_C(1) << shift));
			wheel_set(&w, &t[i], want[i]);
		}
		now += (int64_t)(chance(&state) %
				 (UINT64_C(1) << (shift / 2 + 8)));
		while ((due = wheel_due(&w, now)) != NULL) {
			const size_t k = (size_t)(due - t);

			ck_assert_int_le(want[k], now);
			want[k] = WHEEL_NEVER;
			fired++;
		}
		if (step % 100 != 0)
			continue;
		for (size_t k = 0; k < N; k++) {
			ck_assert(
			    want[k] == WHEEL_NEVER || want[k] > now - TICK);
			ck_assert(want[k] == WHEEL_NEVER ||
				  wheel_next_ns(&w) < want[k] + TICK);
		}
	}
	ck_assert_uint_gt(fired, 1000);
	free(t);
	free(want);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("wheel");
	TCase *t = tcase_create("wheel");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, t);
	tcase_add_loop_test(t, fires_in_time, 0, 11);
	tcase_add_test(t, fires_after_a_long_sleep);
	tcase_add_test(t, moves_and_forgets);
	tcase_add_test(t, changes_while_due);
	tcase_add_loop_test(t, agrees_with_a_list, 0, 4);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
