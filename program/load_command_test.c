/* SPDX-License-Identifier: MIT */
/*
 * Loads of a few seconds against our own services, as a person puts them on.
 */
#include "loadgen/measure.h"
#include "program/load_repeats.h"
#include "program/testing.h"

static struct testing site;
static char *run, *scenario;

/* Sessions that log in and leave, and judge a row; or not. */
#define SESSIONS SESSIONS_OF("constant", "2 s")
#define SESSIONS_OF(shape, length) \
	"title: Sessions\n" \
	"title_zh: 会话\n" \
	"arrive: sessions\n" \
	"connections: 20\n" \
	"queue: 20\n" \
	"accounts: [alice, bob]\n" \
	"timeout: 10 s\n" \
	"drain: 10 s\n" \
	"phases:\n" \
	"  - {name: steady, shape: " shape ", rate: 10 /s, for: " length "}\n" \
	"flows:\n" \
	"  - name: session\n" \
	"    services: [imaps]\n" \
	"    begin: |\n" \
	"      S: * OK *\n" \
	"    body: |\n" \
	"      C: a LOGIN ${account.user|quoted} ${account.password|quoted}\n" \
	"      S: a OK *\n" \
	"    end: |\n" \
	"      C: b LOGOUT\n" \
	"      S: b OK *\n"
#define REPEATS "repeats: 3\nrest: 1 ms\n" SESSIONS_OF("poisson", "1 s")
#define JUDGES \
	"judges:\n" \
	"  - {name: served, row: EMAIL-P-08, title: Served, title_zh: " \
	"已服务}\n"

static void
up(void)
{
	testing_up(&site);
	testing_serve(&site, (struct serve_options){ 0 });
	run = testing_path(&site, "run");
	scenario = testing_path(&site, "own.yaml");
	testing_write(scenario, SPAN(SESSIONS JUDGES));
}

static void
down(void)
{
	free(run);
	free(scenario);
	testing_down(&site);
}

static void
has_file(const char *name)
{
	char *path = mem_textf("%s/%s", run, name);

	ck_assert_msg(access(path, R_OK) == 0, "%s", path);
	free(path);
}

/* Two seconds say nothing of a month, and that is what is said. */
START_TEST(a_load_is_a_run)
{
	testing_expect(testing_run(&site, "load", site.target, scenario,
			   "--run", run, NULL),
	    4, "load.own.served");
	has_file("journal.jsonl");
	has_file("evidence/load.own/measure.json");
	has_file("evidence/load.own/intervals.hlog");
	has_file("evidence/load.own/session.response.hgrm");
	has_file("report/index.html");
	testing_expect(testing_run(&site, "replay", run, NULL), 0, "1 of 1");
	testing_expect(testing_run(&site, "load", site.target, scenario,
			   "--run", run, NULL),
	    3, "holds a run already");
}
END_TEST

START_TEST(what_was_measured_cannot_be_changed)
{
	char *path = testing_path(&site, "run/evidence/load.own/measure.json");
	char *text, *at;

	testing_expect(testing_run(&site, "load", site.target, scenario,
			   "--run", run, NULL),
	    4, "load.own.served");
	text = testing_read(path);
	at = strstr(text, "\"closed_loop\":false");
	ck_assert_ptr_nonnull(at);
	memcpy(at, "\"closed_loop\":true ", 19);
	testing_write(path, span_of(text));
	testing_expect(testing_run(&site, "replay", run, NULL), 7,
	    "load.own/measure.json");
	free(text);
	free(path);
}
END_TEST

START_TEST(figures_need_no_row)
{
	char *dir = testing_path(&site, "run/load.own");
	struct measure m;
	struct err err;
	uint64_t done = 0;

	testing_write(scenario, SPAN(SESSIONS));
	testing_expect(testing_run(&site, "load", site.target, scenario,
			   "--run", run, NULL),
	    0, "measured: ");
	ck_assert_msg(measure_read(&m, dir, &err), "%s", err.what);
	ck_assert_str_eq(m.ops[0], "session");
	/* calibrated, unless others had the machine meanwhile */
	ck_assert(m.echo_rate == 0 || m.echo_rate > 100);
	for (size_t i = 0; i < m.n_seconds; i++)
		done += m.seconds[i].ops[0].done;
	ck_assert_uint_eq(done, 20);
	measure_free(&m);
	free(dir);
}
END_TEST

/* Three times the same, each by its own plan, filed and judged again. */
START_TEST(repeats_are_carried_out)
{
	char *dir = testing_path(&site, "run/evidence/load.own");
	struct load_repeats r;
	struct err err;

	testing_write(scenario, SPAN(REPEATS JUDGES));
	testing_expect(testing_run(&site, "load", site.target, scenario,
			   "--run", run, NULL),
	    4, "own, repeat 2 of 3: begins");
	ck_assert_msg(load_repeats_read(&r, dir, &err), "%s", err.what);
	ck_assert_uint_eq(r.n, 3);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(r.at[i].repeat, i + 1);
		ck_assert_int_eq(r.at[i].repeats, 3);
		ck_assert(!r.at[i].interrupted);
	}
	ck_assert_str_ne(r.at[0].plan_digest, r.at[1].plan_digest);
	ck_assert_str_ne(r.at[1].plan_digest, r.at[2].plan_digest);
	load_repeats_free(&r);
	free(dir);
	testing_expect(testing_run(&site, "replay", run, NULL), 0, "1 of 1");
	has_file("report/index.html");
}
END_TEST

/* Without one of them a run is not what it was. */
START_TEST(a_repeat_cannot_be_left_out)
{
	char *path =
	    testing_path(&site, "run/evidence/load.own/repeat-3/measure.json");

	testing_write(scenario, SPAN(REPEATS JUDGES));
	testing_expect(testing_run(&site, "load", site.target, scenario,
			   "--run", run, NULL),
	    4, "load.own.served");
	ck_assert_int_eq(unlink(path), 0);
	testing_expect(testing_run(&site, "replay", run, NULL), 7, "repeat-3");
	free(path);
}
END_TEST

START_TEST(repeats_need_no_row)
{
	testing_write(scenario, SPAN(REPEATS));
	testing_expect(testing_run(&site, "load", site.target, scenario,
			   "--run", run, NULL),
	    0, "repeat 3 of 3");
	has_file("load.own/repeat-1/measure.json");
	has_file("load.own/repeat-3/measure.json");
}
END_TEST

static struct testing_end
dry_run(const char *seed)
{
	return testing_run(&site, "load", site.target, scenario, "--dry-run",
	    "--rate", "30 /s", "--for", "3 s", "--seed", seed, NULL);
}

/* Equal seeds, equal plans, and nothing is sent: nobody is there. */
START_TEST(a_dry_run_says_what_would_be_done)
{
	struct testing_end a, b, other;
	const char *plan;

	testing_kill_server(&site);
	testing_write(scenario, SPAN(SESSIONS_OF("poisson", "1 s")));
	a = dry_run("7");
	b = dry_run("7");
	other = dry_run("8");
	ck_assert_int_eq(a.code, 0);
	ck_assert_msg(
	    strstr(a.said, " sessions within 3 s") != NULL, "%s", a.said);
	plan = strstr(a.said, "\nplan ");
	ck_assert_ptr_nonnull(plan);
	ck_assert_str_eq(a.said, b.said);
	ck_assert_ptr_null(strstr(other.said, plan));
	free(a.said);
	free(b.said);
	free(other.said);
}
END_TEST

/* A target that is not there has failed, and the report is there. */
START_TEST(nobody_answers)
{
	struct testing_end end;

	testing_kill_server(&site);
	end = testing_run(
	    &site, "load", site.target, scenario, "--run", run, NULL);
	ck_assert_msg(
	    end.code == 1 || end.code == 4, "%d: %s", end.code, end.said);
	ck_assert_msg(
	    strstr(end.said, "load.own.served") != NULL, "%s", end.said);
	ck_assert_ptr_null(strstr(end.said, "pass  "));
	free(end.said);
	has_file("report/index.html");
	testing_expect(testing_run(&site, "replay", run, NULL), 0, "1 of 1");
}
END_TEST

/* clang-format off */
static const struct {
	const char *words[4], *says;
} mistakes[] = {
	{ { "nothing-like-it" },		"nothing-like-it" },
	{ { "submission", "--rate", "5" },	"--rate \"5\"" },
	{ { "submission", "--for", "5 parsec" }, "--for \"5 parsec\"" },
	{ { "submission", "--rate", "2000000 /s" }, "1000000" },
};
/* clang-format on */

START_TEST(mistakes_are_named)
{
	const char *const *w = mistakes[_i].words;

	testing_expect(testing_run(&site, "load", site.target, w[0],
			   w[1] == NULL ? "--dry-run" : w[1],
			   w[1] == NULL ? NULL : w[2], NULL),
	    3, mistakes[_i].says);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("load_command");
	TCase *c = tcase_create("load_command");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_checked_fixture(c, up, down);
	tcase_add_test(c, a_load_is_a_run);
	tcase_add_test(c, what_was_measured_cannot_be_changed);
	tcase_add_test(c, figures_need_no_row);
	tcase_add_test(c, repeats_are_carried_out);
	tcase_add_test(c, a_repeat_cannot_be_left_out);
	tcase_add_test(c, repeats_need_no_row);
	tcase_add_test(c, a_dry_run_says_what_would_be_done);
	tcase_add_test(c, nobody_answers);
	tcase_add_loop_test(c, mistakes_are_named, 0,
	    (int)(sizeof mistakes / sizeof mistakes[0]));
	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
