/* SPDX-License-Identifier: MIT */
/* Transcripts come from files that anybody may have written. */
#include "reports/exchange.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/buf.h"
#include "lib/files.h"
#include "lib/mem.h"

static char folder[64];

static void
setup(void)
{
	char *evidence;

	strcpy(folder, "/tmp/yanshou-talk.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	evidence = mem_textf("%s/evidence", folder);
	ck_assert_int_eq(mkdir(evidence, 0777), 0);
	free(evidence);
}

static void
teardown(void)
{
	struct err err;

	ck_assert_msg(files_remove(folder, &err), "%s", err.what);
}

/* clang-format off */
static const struct {
	const char	*file;
	size_t		 n;
	bool		 cut;
} files[] = {
	{ "", 0, false },
	{ "{\"t_us\":1,\"party\":\"\",\"dir\":\"S\",\"text\":\"220\"}\n",
	  1, false },
	{ "{\"dir\":\"S\",\"text\":\"220\"}\n{\"dir\":\"C\"}", 2, false },
	{ "{\"dir\":\"S\"}\nnonsense\n{\"dir\":\"S\"}\n", 1, true },
	{ "{\"dir\":\"X\"}\n", 0, true },
	{ "{\"dir\":\"\"}\n", 0, true },
	{ "{\"dir\":7,\"text\":[]}\n", 0, true },
	{ "[]\n", 0, true },
	{ "{\"dir\":\"S\",\"text\":\"\xff\"}\n", 0, true },
	{ "{\"dir\":\"S\",\"text\":7,\"t_us\":\"x\",\"party\":{}}\n",
	  1, false },
};

static const char *const refused[] = {
	"", "/etc/passwd", "..", "../plan.json", "a/../../plan.json", "a/..",
};
/* clang-format on */

static void
write_file(const char *text)
{
	char *path = mem_textf("%s/evidence/1.jsonl", folder);
	FILE *f = fopen(path, "we");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	free(path);
}

START_TEST(reads)
{
	struct exchange t;
	struct err err = { 0 };

	write_file(files[_i].file);
	ck_assert_msg(
	    exchange_read(folder, "1.jsonl", &t, &err), "%s", err.what);
	ck_assert_uint_eq(t.n, files[_i].n);
	ck_assert(t.cut == files[_i].cut);
	for (size_t i = 0; i < t.n; i++) {
		ck_assert_ptr_nonnull(t.lines[i].text);
		ck_assert_int_eq(t.lines[i].line, (int)i + 1);
	}
	exchange_free(&t);
}
END_TEST

START_TEST(stays_below_evidence)
{
	struct exchange t;
	struct err err = { 0 };

	ck_assert(!exchange_read(folder, refused[_i], &t, &err));
	ck_assert_int_eq(err.kind, ERR_FORGED);
	exchange_free(&t);
}
END_TEST

START_TEST(long_one_is_cut)
{
	struct exchange t;
	struct err err = { 0 };
	struct buf b;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < 3000; i++)
		buf_addf(&b, "{\"dir\":\"S\"}\n");
	write_file(buf_text(&b));
	ck_assert(exchange_read(folder, "1.jsonl", &t, &err));
	ck_assert_uint_eq(t.n, 2000);
	ck_assert(t.cut);
	exchange_free(&t);
	buf_free(&b);
}
END_TEST

START_TEST(missing_one_is_an_error)
{
	struct exchange t;
	struct err err = { 0 };

	ck_assert(!exchange_read(folder, "2.jsonl", &t, &err));
	ck_assert_int_eq(err.kind, ERR_IO);
	exchange_free(&t);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exchange");
	TCase *tc = tcase_create("files");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, reads, 0, sizeof(files) / sizeof(files[0]));
	tcase_add_loop_test(
	    tc, stays_below_evidence, 0, sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(tc, long_one_is_cut);
	tcase_add_test(tc, missing_one_is_an_error);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
