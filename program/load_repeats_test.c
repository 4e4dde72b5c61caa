/* SPDX-License-Identifier: MIT */
/* A load that is to be done five times, and stopped in the second. */
#include "program/load_repeats.h"

#include "program/testing.h"

static const char five[] =
    "title: Logins\n"
    "title_zh: 登录\n"
    "arrive: sessions\n"
    "connections: 20\n"
    "accounts: [alice, bob]\n"
    "drain: 10 s\n"
    "repeats: 5\n"
    "rest: 1 ms\n"
    "phases:\n"
    "  - {name: all, shape: constant, rate: 10 /s, for: 1 s}\n"
    "flows:\n"
    "  - name: login\n"
    "    services: [imaps]\n"
    "    begin: |\n"
    "      S: * OK *\n"
    "    body: |\n"
    "      C: a LOGIN ${account.user|quoted} ${account.password|quoted}\n"
    "      S: a OK *\n";

static struct testing site;
static struct profile profile;
static struct scenario scenario;
static volatile bool stop;
static char heard[4096];
static size_t n_heard;

static void
up(void)
{
	struct err err;

	testing_up(&site);
	testing_serve(&site, (struct serve_options){ 0 });
	ck_assert_msg(
	    profile_read(site.target, &profile, &err), "%s", err.what);
	ck_assert_msg(scenario_parse(&scenario, "logins.yaml", span_of(five),
			  &profile, NULL, &err),
	    "%s", err.what);
	stop = false;
	n_heard = 0;
}

static void
down(void)
{
	scenario_free(&scenario);
	profile_free(&profile);
	testing_down(&site);
}

/* A person who stops what the second repeat begins. */
static ssize_t
listen_and_stop(void *ctx, const char *text, size_t n)
{
	(void)ctx;
	for (size_t i = 0; i < n && n_heard + 1 < sizeof heard; i++)
		heard[n_heard++] = text[i];
	heard[n_heard] = '\0';
	if (strstr(heard, "logins, repeat 2 of 5: begins") != NULL)
		stop = true;
	return (ssize_t)n;
}

static void
carry_out(struct load_repeats *r, const char *dir)
{
	FILE *progress = fopencookie(
	    NULL, "w", (cookie_io_functions_t){ .write = listen_and_stop });
	const struct load_request request = { .workers = 1,
		.ranks = { .n = 1 } };
	const struct load_carry carry = {
		.request = &request,
		.profile = &profile,
		.ranks = { .n = 1 },
		.run = "test",
		.progress = progress,
		.stop = &stop,
	};
	struct err err;

	setvbuf(progress, NULL, _IONBF, 0);
	ck_assert_msg(load_repeats_measure(r, &carry, &scenario, dir, &err),
	    "%s", err.what);
	fclose(progress);
}

START_TEST(stopped_in_the_second)
{
	char *dir = testing_path(&site, "load.logins");
	char *stale = testing_path(&site, "load.logins/repeat-3");
	char *left = testing_path(&site, "load.logins/repeat-3/measure.json");
	struct load_repeats r, again;
	struct judged j, k;
	struct err err;

	/* of a run before that was killed */
	ck_assert(files_make_dir(stale, &err));
	testing_write(left, SPAN("{}"));
	carry_out(&r, dir);
	ck_assert_uint_eq(r.n, 2);
	ck_assert(!r.at[0].interrupted && r.at[1].interrupted);
	ck_assert_int_eq(r.at[1].repeat, 2);
	ck_assert_int_eq(r.at[1].repeats, 5);
	load_repeats_judge(&j, EMAIL_P_05, &r, &profile);
	ck_assert_int_eq(j.verdict, INCONCLUSIVE);
	ck_assert_msg(
	    strstr(j.why, "interval not reached: 1 of 5 repeats") != NULL, "%s",
	    j.why);
	/* from the files the same is said */
	ck_assert_msg(load_repeats_read(&again, dir, &err), "%s", err.what);
	ck_assert_uint_eq(again.n, 2);
	load_repeats_judge(&k, EMAIL_P_05, &again, &profile);
	ck_assert_str_eq(j.why, k.why);
	ck_assert_str_eq(j.why_zh, k.why_zh);
	load_repeats_free(&r);
	load_repeats_free(&again);
	free(dir);
	free(stale);
	free(left);
}
END_TEST

/* One that is not where it belongs is not taken for another. */
START_TEST(places_are_kept)
{
	char *dir = testing_path(&site, "load.logins");
	char *first = testing_path(&site, "load.logins/repeat-1");
	char *second = testing_path(&site, "load.logins/repeat-2");
	char *third = testing_path(&site, "load.logins/repeat-3");
	struct load_repeats r;
	struct err err;

	carry_out(&r, dir);
	load_repeats_free(&r);
	ck_assert_int_eq(rename(first, third), 0);
	ck_assert_int_eq(rename(second, first), 0);
	ck_assert_int_eq(rename(third, second), 0);
	ck_assert(!load_repeats_read(&r, dir, &err));
	ck_assert_msg(strstr(err.what, "repeat 2 of 5 is in the place of "
				       "repeat 1") != NULL,
	    "%s", err.what);
	ck_assert_uint_eq(r.n, 0);
	free(dir);
	free(first);
	free(second);
	free(third);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("load_repeats");
	TCase *c = tcase_create("load_repeats");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 120);
	tcase_add_checked_fixture(c, up, down);
	tcase_add_test(c, stopped_in_the_second);
	tcase_add_test(c, places_are_kept);
	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
