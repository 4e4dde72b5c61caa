/* SPDX-License-Identifier: MIT */
#include "lib/files.h"
#include "lib/run.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/digest.h"
#include "lib/mem.h"

static char folder[] = "/tmp/yanshou-run-XXXXXX";
static char path[64];

static char *
copy(const char *text)
{
	return mem_text(span_of(text));
}

static void
make(struct plan *p)
{
	*p = (struct plan){
		.run = copy("20261122-012654-7f3a"),
		.created = copy("2026-11-22T01:26:54.000000Z"),
		.kit = copy("0.1.0"),
		.target = copy("site.yaml"),
		.profile_digest = copy("p"),
		.catalogue_digest = copy("c"),
		.product = copy("示例 Mail 1"),
		.project = copy("bad \xff\xc0\xaf byte"),
		.scope = copy("5"),
		.cases = mem_new(2, sizeof *p->cases),
		.n = 2,
	};
	for (size_t i = 1; i < REQ_COUNT; i++) {
		p->rows[i].disposition = ROW_OUT_OF_SCOPE;
		p->rows[i].why = copy("not in the scope");
	}
	p->cases[0] = (struct plan_case){ .id = copy("a.b"),
		.clause = copy("RFC 5321 4.1.4"),
		.title = copy("t"),
		.title_zh = copy("题"),
		.executes = true,
		.repeats = 3,
		.soft_ms = 1000,
		.hard_ms = 2000 };
	p->cases[1] = (struct plan_case){ .id = copy("a.c"),
		.clause = copy(""),
		.title = copy(""),
		.title_zh = copy(""),
		.verdict = NOT_APPLICABLE,
		.why = copy("does not claim smtp.size") };
}

static void
setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/plan.json", folder);
}

static void
teardown(void)
{
	unlink(path);
	rmdir(folder);
}

START_TEST(what_is_written_is_read)
{
	struct plan p, back;
	struct err err;
	char *before, *after, *file;

	make(&p);
	ck_assert_msg(plan_write(&p, path, &err), "%s", err.what);
	ck_assert_msg(plan_read(path, &back, &err), "%s", err.what);
	before = plan_digest(&p);
	after = plan_digest(&back);
	file = run_digest_file(path, &err);
	ck_assert_str_eq(before, after);
	ck_assert_str_eq(before, file);
	ck_assert_str_eq(back.product, "示例 Mail 1");
	ck_assert_str_eq(back.project, "bad \\xFF\\xC0\\xAF byte");
	ck_assert_ptr_null(back.selector);
	ck_assert_uint_eq(back.n, 2);
	ck_assert(back.cases[0].executes && !back.cases[1].executes);
	ck_assert_int_eq(back.cases[1].verdict, NOT_APPLICABLE);
	ck_assert_int_eq(back.rows[0].disposition, ROW_PLANNED);
	ck_assert_ptr_null(back.rows[0].why);
	ck_assert_int_eq(back.rows[1].disposition, ROW_OUT_OF_SCOPE);
	ck_assert_uint_eq(plan_ends(&back), 3);
	free(before);
	free(after);
	free(file);
	plan_free(&p);
	plan_free(&back);
}
END_TEST

/* Replaces one text of plan.json and says what is then complained about. */
static const struct {
	const char *from, *to, *complaint;
} damages[] = {
	{ "{\"cases\"", "[", "plan.json:1: not JSON" },
	{ "\"partial\":false", "\"partial\":0", "partial: must be true" },
	{ "\"partial\":false,", "", "partial: is missing" },
	{ "\"partial\":false", "\"partial\":false,\"partial\":false",
	    "not JSON: duplicate" },
	{ "\"partial\":false", "\"partial\":false,\"x\":1",
	    "x: is no member we know" },
	{ "\"EMAIL-F-01\":{", "\"EMAIL-F-001\":{",
	    "rows.EMAIL-F-001: is no row of this catalogue" },
	{ "\"EMAIL-F-02\":{\"disposition\":\"out-of-scope\",\"why\":\"not in "
	  "the scope\",\"why_zh\":null},",
	    "", "rows.EMAIL-F-02: is missing" },
	{ "\"planned\"", "\"maybe\"",
	    "rows.EMAIL-F-01.disposition: \"maybe\" is none" },
	{ "\"repeats\":3", "\"repeats\":0",
	    "cases[0].repeats: is 0; must be from 1 to 10000" },
	{ "\"repeats\":3", "\"repeats\":\"3\"",
	    "cases[0].repeats: must be a whole number" },
	{ "\"verdict\":\"not-applicable\"", "\"verdict\":\"pass\"",
	    "cases[1].verdict: a case that does not execute" },
	{ "\"verdict\":\"not-applicable\"", "\"verdict\":\"fail\"",
	    "cases[1].verdict: a case that does not execute" },
	{ "\"verdict\":\"not-applicable\"", "\"verdict\":\"fine\"",
	    "cases[1].verdict: \"fine\" is none" },
	{ "\"why\":\"does not claim smtp.size\"", "\"why\":null",
	    "cases[1].why: must say why" },
	{ "\"a.c\"", "\"a.b\"", "\"a.b\" is there twice" },
	{ "yanshou-plan/1", "yanshou-plan/9", "schema: \"yanshou-plan/9\"" },
	{ "\"kit\":", " \"kit\":", "not in the form this program writes" },
};

static char *
replaced(const char *text, const char *from, const char *to)
{
	const char *hit = strstr(text, from);

	ck_assert_msg(hit != NULL, "no %s in %s", from, text);
	return mem_textf(
	    "%.*s%s%s", (int)(hit - text), text, to, hit + strlen(from));
}

START_TEST(damage_is_named)
{
	struct plan p, back;
	struct err err;
	char *text, *damaged;
	size_t n;

	make(&p);
	ck_assert(plan_write(&p, path, &err));
	text = files_read_text(path, 1 << 20, &n, &err);
	ck_assert_ptr_nonnull(text);
	damaged = replaced(text, damages[_i].from, damages[_i].to);
	ck_assert(files_write(path, span_of(damaged), &err));
	ck_assert(!plan_read(path, &back, &err));
	ck_assert_msg(
	    strstr(err.what, damages[_i].complaint) != NULL, "%s", err.what);
	ck_assert_msg(
	    strncmp(err.what, path, strlen(path)) == 0, "%s", err.what);
	free(text);
	free(damaged);
	plan_free(&p);
}
END_TEST

START_TEST(a_full_disk_keeps_the_old_file)
{
	const struct rlimit little = { 1000, 1000 };
	struct err err = { 0 };
	char *text, *big = mem_new(5001, 1);
	size_t n;

	ck_assert(files_write(path, SPAN("old"), &err));
	memset(big, 'x', 5000);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &little), 0);
	ck_assert(!files_write(path, span_of(big), &err));
	ck_assert_msg(strstr(err.what, "disk full") != NULL, "%s", err.what);
	text = files_read_text(path, 100, &n, &err);
	ck_assert_str_eq(text, "old");
	free(text);
	free(big);
	/* Nothing else is left beside it: the folder can be removed. */
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(folder), 0);
	ck_assert_int_eq(mkdir(folder, 0700), 0);
}
END_TEST

START_TEST(files_that_cannot_be)
{
	struct err err;
	struct plan p;
	size_t n;

	ck_assert(!plan_read("/nonexistent/plan.json", &p, &err));
	ck_assert_int_eq(err.kind, ERR_IO);
	ck_assert_int_eq(err.sys, ENOENT);
	ck_assert(!files_write("/nonexistent/x", SPAN("x"), &err));
	ck_assert_ptr_null(run_digest_file("/nonexistent/x", &err));
	ck_assert(files_write(path, SPAN("12345"), &err));
	ck_assert_ptr_null(files_read_text(path, 4, &n, &err));
	ck_assert_int_eq(err.kind, ERR_LIMIT);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("run");
	TCase *tc = tcase_create("plan");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_written_is_read);
	tcase_add_loop_test(
	    tc, damage_is_named, 0, sizeof damages / sizeof *damages);
	tcase_add_test(tc, a_full_disk_keeps_the_old_file);
	tcase_add_test(tc, files_that_cannot_be);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
