/* SPDX-License-Identifier: MIT */
#include "program/load_share.h"

#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/mem.h"

static char dir[] = "/tmp/yanshou-share.XXXXXX";
static struct profile profile;

static const char yaml[] =
    "title: Traced\n"
    "title_zh: 按文件\n"
    "arrive: requests\n"
    "connections: 4\n"
    "feed: data/people.csv\n"
    "phases:\n"
    "  - {name: even, shape: constant, rate: 2 /s, for: 2 s}\n"
    "  - {name: traced, shape: trace, trace: ../times, for: 3 s}\n"
    "flows:\n"
    "  - name: greeting\n"
    "    services: [smtp]\n"
    "    begin: |\n"
    "      S: 220 *\n"
    "    body: |\n"
    "      C: NOOP ${feed.who}\n"
    "      S: 250 *\n";

static void
put(const char *name, const char *content)
{
	char *path = mem_textf("%s/%s", dir, name);
	struct err err;

	ck_assert_msg(
	    files_write(path, span_of(content), &err), "%s", err.what);
	free(path);
}

static void
up(void)
{
	static const char target[] =
	    "project: {name: P}\n"
	    "product: {vendor: V, name: N, version: '1'}\n"
	    "scope: {chapters: ['5'], services: [smtp]}\n"
	    "endpoints:\n"
	    " - {service: smtp, host: 127.0.0.1, port: 25, tls: starttls}\n"
	    "mail: {domain: gov.example}\n";
	char *path;
	struct err err;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	path = mem_textf("%s/a/data", dir);
	ck_assert(files_make_dir(path, &err));
	free(path);
	put("a/own.yaml", yaml);
	put("a/data/people.csv", "who\nalice\nbob\n");
	put("times", "0.5\n1\n2.5\n");
	ck_assert_msg(profile_parse("t.yaml", span_of(target), &profile, &err),
	    "%s", err.what);
}

static void
down(void)
{
	struct err err;

	profile_free(&profile);
	ck_assert(files_remove(dir, &err));
	snprintf(dir + sizeof dir - 7, 7, "XXXXXX");
}

/* What comes out elsewhere is the same scenario, with all that it names. */
START_TEST(a_scenario_takes_its_files_along)
{
	char *there = mem_textf("%s/there", dir);
	char *path = mem_textf("%s/a/own.yaml", dir);
	struct load_request r = { .scenario = path, .ranks = { .n = 2 } };
	struct load_share s;
	struct scenario a, b;
	struct buf text;
	struct err err;

	buf_init(&text, 1 << 20);
	ck_assert_msg(
	    load_share_pack(&r, &profile, &text, &err), "%s", err.what);
	ck_assert_msg(scenario_read(&a, "none", path, &profile, NULL, &err),
	    "%s", err.what);
	ck_assert_msg(load_share_unpack(&s, there, buf_span(&text), &err), "%s",
	    err.what);
	ck_assert_str_eq(s.name, "own");
	ck_assert_msg(scenario_read(&b, s.dir, s.name, &profile,
			  &(struct scenario_change){ .carried = true }, &err),
	    "%s", err.what);
	ck_assert_str_eq(a.name, b.name);
	ck_assert_uint_eq(b.n_phases, 2);
	ck_assert_ptr_nonnull(strstr(b.feed, "/there/load/own.feed.csv"));
	ck_assert_ptr_nonnull(
	    strstr(b.phases[1].trace, "/there/load/own.trace1"));
	ck_assert_int_eq(access(b.feed, R_OK), 0);
	ck_assert_int_eq(access(b.phases[1].trace, R_OK), 0);
	scenario_free(&a);
	scenario_free(&b);
	load_share_free(&s);
	ck_assert_int_ne(access(there, F_OK), 0);
	buf_free(&text);
	free(path);
	free(there);
}
END_TEST

/* clang-format off */
static const char *const wrong[] = {
	"", "two\n", "one\nown.yaml\n", "one\nown.yaml 5\nabc",
	"one\n../own.yaml 3\nabc", "one\n.own.yaml 3\nabc",
	"one\n/tmp/x 3\nabc", "one\nown.yaml -3\nabc",
	"all\na.yaml 3\nabcb.yaml 99\nabc",
	"all\na.yaml 3x\nabc",
	"all\na.yaml 99999999999999999999\nabc",
};
/* clang-format on */

START_TEST(nothing_else_is_taken)
{
	char *there = mem_textf("%s/there", dir);
	struct load_share s;
	struct err err;

	ck_assert(!load_share_unpack(&s, there, span_of(wrong[_i]), &err));
	ck_assert_ptr_nonnull(strstr(err.what, "no list of scenarios"));
	load_share_free(&s);
	ck_assert_int_ne(access(there, F_OK), 0);
	free(there);
}
END_TEST

START_TEST(alone_nothing_is_shared)
{
	struct load_request r = { .scenario = "x", .ranks = { .n = 1 } };
	struct load_share s;
	struct err err;

	ck_assert(load_share(&s, &r, &profile, &err));
	ck_assert_ptr_null(s.dir);
	ck_assert_str_eq(r.scenario, "x");
	load_share_free(&s);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("load_share");
	TCase *c = tcase_create("load_share");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(c, up, down);
	tcase_add_test(c, a_scenario_takes_its_files_along);
	tcase_add_loop_test(
	    c, nothing_else_is_taken, 0, (int)(sizeof wrong / sizeof wrong[0]));
	tcase_add_test(c, alone_nothing_is_shared);
	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
