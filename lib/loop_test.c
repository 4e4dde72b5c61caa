/* SPDX-License-Identifier: MIT */
#include "lib/loop.h"

#include <check.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/buf.h"

struct world {
	struct loop *loop;
	struct watch *watch, *other;
	struct timer *timer;
	struct buf log;
	int fd, ticks;
	volatile bool stop;
};

static void
setup(struct world *w, int pair[2])
{
	*w = (struct world){ .loop = loop_new() };
	buf_init(&w->log, 256);
	ck_assert_int_eq(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	w->fd = pair[0];
}

static void
teardown(struct world *w, int pair[2])
{
	watch_free(w->watch);
	watch_free(w->other);
	loop_free(w->loop);
	buf_free(&w->log);
	close(pair[0]);
	close(pair[1]);
}

static void
read_one(void *ctx, unsigned what)
{
	struct world *w = ctx;
	char c = '?';

	ck_assert_uint_eq(what, LOOP_READ);
	ck_assert_int_eq(read(w->fd, &c, 1), 1);
	buf_addf(&w->log, "%c", c);
	if (c == '.')
		loop_stop(w->loop);
}

START_TEST(level_triggered)
{
	struct world w;
	int pair[2];

	setup(&w, pair);
	w.watch = loop_watch(w.loop, pair[0], LOOP_READ, read_one, &w);
	ck_assert_int_eq(write(pair[1], "abc.", 4), 4);
	loop_run(w.loop, NULL);
	ck_assert_str_eq(buf_text(&w.log), "abc.");
	/* a stopped loop can be run again */
	ck_assert_int_eq(write(pair[1], "d.", 2), 2);
	loop_run(w.loop, NULL);
	ck_assert_str_eq(buf_text(&w.log), "abc.d.");
	teardown(&w, pair);
}
END_TEST

static void
free_both(void *ctx, unsigned what)
{
	struct world *w = ctx;

	(void)what;
	buf_addf(&w->log, "x");
	watch_free(w->watch);
	watch_free(w->other);
	w->watch = w->other = NULL;
}

/* Both are ready in one batch; the first frees the other and itself. */
START_TEST(freed_in_its_own_batch)
{
	struct world w;
	int pair[2];

	setup(&w, pair);
	w.watch = loop_watch(w.loop, pair[0], LOOP_WRITE, free_both, &w);
	w.other = loop_watch(w.loop, pair[1], LOOP_WRITE, free_both, &w);
	loop_run(w.loop, NULL); /* ends: nothing is left to wait for */
	ck_assert_str_eq(buf_text(&w.log), "x");
	teardown(&w, pair);
}
END_TEST

static void
never(void *ctx, unsigned what)
{
	(void)ctx;
	ck_abort_msg("woken with %u although nothing was asked for", what);
}

static void
wakes(void *ctx, unsigned what)
{
	struct world *w = ctx;

	ck_assert_uint_eq(what, LOOP_READ);
	buf_addf(&w->log, "x");
	loop_stop(w->loop);
}

static void
stop(void *ctx)
{
	loop_stop(((struct world *)ctx)->loop);
}

/* Whoever asks for nothing is not woken; once he asks, he is. */
START_TEST(hang_up_of_an_idle_watch)
{
	struct world w;
	int pair[2];

	setup(&w, pair);
	w.watch = loop_watch(w.loop, pair[0], LOOP_READ, wakes, &w);
	watch_change(w.watch, 0);
	shutdown(pair[1], SHUT_RDWR);
	loop_after(w.loop, 5, stop, &w);
	loop_run(w.loop, NULL);
	ck_assert_str_eq(buf_text(&w.log), "");
	watch_change(w.watch, LOOP_READ);
	loop_run(w.loop, NULL);
	ck_assert_str_eq(buf_text(&w.log), "x");
	teardown(&w, pair);
}
END_TEST

struct note {
	struct world *w;
	char c;
};

static void
log_note(void *ctx)
{
	struct note *n = ctx;

	buf_addf(&n->w->log, "%c", n->c);
}

START_TEST(timers_in_order)
{
	static const struct {
		char c;
		int64_t ms;
	} rows[] = { { 'e', 9 }, { 'b', 2 }, { 'c', 2 }, { 'x', 3 }, { 'a', 0 },
		{ 'd', 5 }, { 'y', 1 }, { 'f', 11 } };
	struct note notes[8];
	struct timer *t[8];
	struct world w;
	int pair[2];

	setup(&w, pair);
	for (int i = 0; i < 8; i++) {
		notes[i] = (struct note){ &w, rows[i].c };
		t[i] = loop_after(w.loop, rows[i].ms, log_note, &notes[i]);
	}
	timer_free(t[3]);
	timer_free(t[6]);
	timer_free(NULL);
	loop_run(w.loop, NULL);
	ck_assert_str_eq(buf_text(&w.log), "abcdef");
	teardown(&w, pair);
}
END_TEST

static void
tick(void *ctx)
{
	struct world *w = ctx;

	if (++w->ticks == 10000)
		w->stop = true;
	else
		loop_after(w->loop, 0, tick, w);
}

/* A timer that asks for itself again does not keep the flag from us. */
START_TEST(stop_flag)
{
	struct world w;
	int pair[2];

	setup(&w, pair);
	w.watch = loop_watch(w.loop, pair[0], LOOP_READ, never, &w);
	loop_after(w.loop, 0, tick, &w);
	loop_run(w.loop, &w.stop);
	ck_assert_int_eq(w.ticks, 10000);
	teardown(&w, pair);
}
END_TEST

/* Many timers, freed in a scattered order: the heap stays a heap. */
START_TEST(timers_many)
{
	enum { N = 1009 };
	struct note note;
	struct timer *t[N];
	struct world w;
	int pair[2];

	setup(&w, pair);
	w.log.cap = N;
	note = (struct note){ &w, '.' };
	for (int i = 0; i < N; i++)
		t[i] = loop_after(w.loop, i * 7919 % 13, log_note, &note);
	for (int i = 0; i < N / 2; i++)
		timer_free(t[i * 2]);
	loop_run(w.loop, NULL);
	ck_assert_uint_eq(w.log.len, N - N / 2);
	teardown(&w, pair);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lib/loop");
	TCase *tc = tcase_create("loop");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_test(tc, level_triggered);
	tcase_add_test(tc, freed_in_its_own_batch);
	tcase_add_test(tc, hang_up_of_an_idle_watch);
	tcase_add_test(tc, timers_in_order);
	tcase_add_test(tc, timers_many);
	tcase_add_test(tc, stop_flag);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
