/* SPDX-License-Identifier: MIT */
#include "program/score_kept.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/kit.h"
#include "lib/mem.h"

#define PLAN "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

static char top[32];
static char *dir, *run; /* of the score, and of a run */

static void
up(void)
{
	strcpy(top, "/tmp/yanshou-kept.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(top));
	dir = mem_textf("%s/score", top);
	run = mem_textf("%s/run", top);
}

static void
down(void)
{
	struct err err;

	ck_assert_msg(files_remove(top, &err), "%s", err.what);
	free(dir);
	free(run);
}

static void
open_kept(bool quick)
{
	struct err err;

	ck_assert_msg(score_kept_open(dir, quick, &err), "%s", err.what);
}

static void
expect_refused(bool quick, const char *what)
{
	struct err err;

	ck_assert(!score_kept_open(dir, quick, &err));
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_msg(
	    strstr(err.what, dir) == err.what && strstr(err.what, what) != NULL,
	    "%s", err.what);
}

/* A run with one verdict, its journal closed or not, put away as number. */
static void
put(size_t number, const char *where, bool close)
{
	const struct outcome o = { .id = (char *)(uintptr_t)where,
		.attempt = 1,
		.verdict = PASS,
		.started = (char *)(uintptr_t) "2026-11-22T01:26:54.000000Z" };
	char *path = mem_textf("%s/journal.jsonl", run);
	struct journal *j;
	struct err err;

	ck_assert(files_make_dir(run, &err));
	j = journal_create(path, PLAN, NULL, &err);
	ck_assert_ptr_nonnull(j);
	ck_assert(journal_end_case(j, &o, &err));
	ck_assert(!close || journal_close(j, 1, &err));
	journal_free(j);
	ck_assert_msg(score_kept_put(dir, number, where, run, 3, 2, &err), "%s",
	    err.what);
	free(path);
}

START_TEST(is_taken_up)
{
	struct score_kept k;
	struct err err;

	open_kept(true);
	ck_assert(!score_kept_has(dir, 7, "fault A"));
	put(7, "fault A", true);
	open_kept(true);
	ck_assert(score_kept_has(dir, 7, "fault A"));
	ck_assert(!score_kept_has(dir, 7, "fault B"));
	ck_assert(!score_kept_has(dir, 8, "fault A"));
	ck_assert_msg(score_kept_read(dir, 7, &k, &err), "%s", err.what);
	ck_assert_uint_eq(k.judged, 3);
	ck_assert_uint_eq(k.agreed, 2);
	ck_assert_uint_eq(k.ledger.n, 1);
	ck_assert_str_eq(k.ledger.outcomes[0].id, "fault A");
	score_kept_free(&k);
}
END_TEST

START_TEST(is_of_one_judge)
{
	char *path = mem_textf("%s/score", dir);
	struct err err;

	open_kept(false);
	expect_refused(true, kit_judge());
	ck_assert(files_write(
	    path, SPAN("{\"judge\":\"000000000000\",\"quick\":false}"), &err));
	expect_refused(false, "000000000000");
	ck_assert(files_write(path, SPAN("{"), &err));
	ck_assert(!score_kept_open(dir, false, &err));
	free(path);
}
END_TEST

START_TEST(takes_nobody_elses_folder)
{
	struct stat st;

	ck_assert_int_eq(mkdir(dir, 0700), 0);
	expect_refused(false, "no score was begun in it");
	ck_assert_int_eq(stat(dir, &st), 0);
}
END_TEST

START_TEST(believes_whole_journals_only)
{
	struct score_kept k;
	struct err err;

	open_kept(false);
	put(1, "fault A", false);
	ck_assert(!score_kept_read(dir, 1, &k, &err));
	ck_assert_int_eq(err.kind, ERR_FORGED);
	ck_assert_ptr_nonnull(strstr(err.what, "/1.jsonl: "));
	ck_assert(!score_kept_read(dir, 2, &k, &err));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("score_kept");
	TCase *t = tcase_create("kept");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, up, down);
	tcase_add_test(t, is_taken_up);
	tcase_add_test(t, is_of_one_judge);
	tcase_add_test(t, takes_nobody_elses_folder);
	tcase_add_test(t, believes_whole_journals_only);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
