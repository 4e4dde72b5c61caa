/* SPDX-License-Identifier: MIT */
#include "reference/login.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "reference/session_testing.h"

static const struct wall later = { 1790000000000000 + 700000000 };

static char log_path[] = "/tmp/yanshou-login-XXXXXX";
static struct site site;

static void
setup(void)
{
	close(mkstemp(log_path));
	site_open(&site, log_path);
}

static void
teardown(void)
{
	site_close(&site);
	unlink(log_path);
}

static bool
enter(unsigned bends, const char *user, struct span password, struct wall when)
{
	const struct login l = { .site = &site,
		.service = "pop3",
		.peer = "[::1]:995",
		.trace = "by=test",
		.bends = bends };
	struct sasl a = { 0 };
	const bool in =
	    login_by_password(&l, &a, span_of(user), password, when);

	sasl_end(&a);
	return in;
}

#define RIGHT SPAN("Qing-song-58")
#define WRONG SPAN("wrong")

/* How often does the log hold this? */
static int
logged(const char *text)
{
	static char content[1 << 16];
	FILE *f = fopen(log_path, "r");
	const char *at = content;
	int n = 0;

	ck_assert_ptr_nonnull(f);
	content[fread(content, 1, sizeof content - 1, f)] = '\0';
	fclose(f);
	while ((at = strstr(at, text)) != NULL) {
		at += strlen(text);
		n++;
	}
	return n;
}

START_TEST(the_right_password_lets_in)
{
	ck_assert(enter(0, "carol", RIGHT, now));
	ck_assert(enter(0, "CAROL", RIGHT, now));
	ck_assert(!enter(0, "carol", WRONG, now));
	ck_assert(!enter(0, "nobody", RIGHT, now));
	ck_assert(!enter(0, "", RIGHT, now));
	ck_assert(!enter(0, "carol", SPAN(""), now));
	ck_assert(!enter(0, "carol", SPAN("Qing-song-58\0x"), now));
	ck_assert_int_eq(logged("\"success\""), 2);
	ck_assert_int_eq(logged("\"failure\""), 5);
	ck_assert_int_eq(logged("by=test"), 7);
	ck_assert_int_eq(logged("Qing-song"), 0);
}
END_TEST

START_TEST(five_failures_lock_for_a_while)
{
	for (int i = 0; i < 4; i++)
		ck_assert(!enter(0, "carol", WRONG, now));
	ck_assert(enter(0, "carol", RIGHT, now)); /* and the count is 0 */
	for (int i = 0; i < 5; i++)
		ck_assert(!enter(0, "carol", WRONG, now));
	ck_assert(!enter(0, "carol", RIGHT, now));
	ck_assert_int_eq(logged("\"lockout\""), 1);
	ck_assert_int_eq(logged(" locked"), 1);
	ck_assert(enter(LOGIN_NO_LOCK, "carol", RIGHT, now));
	ck_assert(enter(0, "carol", RIGHT, later));
}
END_TEST

START_TEST(faults_bend_what_is_done)
{
	for (int i = 0; i < 9; i++)
		ck_assert(!enter(LOGIN_NO_COUNT, "carol", WRONG, now));
	ck_assert(enter(LOGIN_NO_SUCCESS, "carol", RIGHT, now));
	ck_assert_int_eq(logged("\"success\""), 0);
	ck_assert(!enter(LOGIN_NO_FAILURE, "carol", WRONG, now));
	ck_assert_int_eq(logged("\"failure\""), 9);
	ck_assert(enter(LOGIN_LEAKS, "carol", RIGHT, now));
	ck_assert_int_eq(logged("Qing-song-58"), 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("login");
	TCase *c = tcase_create("login");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, the_right_password_lets_in);
	tcase_add_test(c, five_failures_lock_for_a_while);
	tcase_add_test(c, faults_bend_what_is_done);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
