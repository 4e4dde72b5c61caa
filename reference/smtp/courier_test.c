/* SPDX-License-Identifier: MIT */
/* What is taken to mailboxes. */
#include "reference/smtp/courier_testing.h"

#include <signal.h>
#include <sys/resource.h>

#include "lib/files.h"

START_TEST(local_mail_gets_a_return_path)
{
	struct scene s = { 0 };
	char *text;

	scene_open(&s);
	send_one(&s, "BOB@example.test", NOTIFY_DEFAULT);
	run_until(&s, queue_is_empty);
	text = mail_of(&s, "bob", 0);
	ck_assert_int_eq(
	    strncmp(text, "Return-Path: <alice@example.test>\r\n", 35), 0);
	ck_assert_str_eq(text + 35, letter);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 0);
	free(text);
	scene_close(&s);
}
END_TEST

START_TEST(success_is_told_when_asked_for)
{
	struct scene s = { .site.fault =
			       _i ? FAULT_SUCCESS_IS_IGNORED : FAULT_NONE };
	char *text;

	scene_open(&s);
	send_one(&s, "bob@example.test", NOTIFY_SUCCESS);
	run_until(&s, queue_is_empty);
	ck_assert_int_eq(mailbox_size(&s, "bob"), 1);
	ck_assert_int_eq(mailbox_size(&s, "alice"), _i ? 0 : 1);
	if (_i == 0) {
		text = mail_of(&s, "alice", 0);
		must_hold(text, "Return-Path: <>\r\n");
		must_hold(text, "Action: delivered\r\nStatus: 2.0.0\r\n");
		free(text);
	}
	scene_close(&s);
}
END_TEST

START_TEST(a_full_mailbox_returns_mail)
{
	struct scene s = { 0 };
	struct recipient r = { .address = "dave@example.test" };
	char *big = mem_new(1, 70001), *text;

	memset(big, 'x', 70000);
	scene_open(&s);
	send_letter(&s,
	    (struct envelope){
		.from = "alice@example.test", .to = &r, .n_to = 1 },
	    big);
	run_until(&s, queue_is_empty);
	ck_assert_int_eq(mailbox_size(&s, "dave"), 0);
	text = mail_of(&s, "alice", 0);
	must_hold(text, "Action: failed\r\nStatus: 5.2.2\r\n");
	free(text);
	free(big);
	scene_close(&s);
}
END_TEST

static bool
never(struct scene *s)
{
	return s->left_ms == 1;
}

/* The disk is full between the 250 and the delivery. */
START_TEST(a_full_disk_loses_nothing)
{
	const struct rlimit none = { 4096, RLIM_INFINITY };
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	char dir[] = "/tmp/yanshou-courier-XXXXXX";
	struct scene s = { .dir = mkdtemp(dir) };
	struct err err = { 0 };
	struct due d;

	ck_assert_ptr_nonnull(s.dir);
	scene_open(&s);
	send_one(&s, "bob@example.test", NOTIFY_DEFAULT);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	s.until = never;
	s.left_ms = 20;
	loop_after(s.loop, 0, tick, &s);
	loop_run(s.loop, NULL);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &all), 0);
	ck_assert_int_eq(mailbox_size(&s, "bob"), 0);
	ck_assert(!courier_idle(s.courier));
	ck_assert(store_due(s.store, clock_wall(), &d));
	ck_assert_str_eq(d.to, "bob@example.test");

	courier_free(s.courier); /* another one need not rest */
	s.courier = courier_new(s.loop, s.store, &s.site);
	run_until(&s, queue_is_empty);
	ck_assert_int_eq(mailbox_size(&s, "bob"), 1);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 0);
	scene_close(&s);
	ck_assert_msg(files_remove(dir, &err), "%s", err.what);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct courier_test tests[] = {
		{ local_mail_gets_a_return_path, 1 },
		{ success_is_told_when_asked_for, 2 },
		{ a_full_mailbox_returns_mail, 1 },
		{ a_full_disk_loses_nothing, 1 },
	};
	/* clang-format on */

	return run_tests("courier", tests, COUNT(tests));
}
