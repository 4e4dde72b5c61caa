/* SPDX-License-Identifier: MIT */
/* Whole files and folders, and what is said when that is not possible. */
#include "lib/files.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/mem.h"

static char dir[64];

static void
up(void)
{
	strcpy(dir, "/tmp/files_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void
down(void)
{
	struct err err;

	ck_assert_msg(files_remove(dir, &err), "%s", err.what);
	ck_assert_int_ne(access(dir, F_OK), 0);
}

static char *
below(const char *name)
{
	return mem_textf("%s/%s", dir, name);
}

static void
put(const char *path, const char *text)
{
	struct err err;

	ck_assert_msg(files_write(path, span_of(text), &err), "%s", err.what);
}

static size_t
count_files(void)
{
	char **names;
	size_t n;
	struct err err;

	ck_assert(files_list(dir, &names, &n, &err));
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return n;
}

START_TEST(written_and_read)
{
	char *path = below("file"), *text;
	struct buf b;
	struct err err;
	size_t n;

	put(path, "one\0two");
	put(path, "three"); /* in place of it */
	ck_assert_uint_eq(count_files(), 1);
	buf_init(&b, 16);
	buf_add(&b, SPAN("["));
	ck_assert(files_read(path, &b, &err));
	ck_assert_str_eq(buf_text(&b), "[three");
	buf_free(&b);
	text = files_read_text(path, 5, &n, &err);
	ck_assert_str_eq(text, "three");
	ck_assert_uint_eq(n, 5);
	free(text);
	free(path);
}
END_TEST

/* Sizes about those at which memory is asked for again. */
START_TEST(any_size)
{
	static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 131072,
		300000 };
	char *path = below("file");

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		char *bytes = mem_new(sizes[i] + 1, 1), *text;
		struct buf b;
		struct err err;
		size_t n;

		memset(bytes, 'x', sizes[i]);
		ck_assert(
		    files_write(path, (struct span){ bytes, sizes[i] }, &err));
		text = files_read_text(path, sizes[i], &n, &err);
		ck_assert_msg(text != NULL, "%zu: %s", sizes[i], err.what);
		ck_assert_uint_eq(n, sizes[i]);
		ck_assert_int_eq(memcmp(text, bytes, n + 1), 0);
		free(text);
		buf_init(&b, sizes[i] == 0 ? 1 : sizes[i]);
		ck_assert_msg(files_read(path, &b, &err), "%s", err.what);
		ck_assert_uint_eq(b.len, sizes[i]);
		buf_free(&b);
		if (sizes[i] > 0) {
			ck_assert_ptr_null(
			    files_read_text(path, sizes[i] - 1, &n, &err));
			ck_assert_int_eq(err.kind, ERR_LIMIT);
			buf_init(&b, sizes[i] - 1);
			ck_assert(!files_read(path, &b, &err));
			ck_assert_int_eq(err.kind, ERR_LIMIT);
			buf_free(&b);
		}
		free(bytes);
	}
	free(path);
}
END_TEST

START_TEST(what_is_not_there)
{
	char *path = below("none/file"), **names;
	struct buf b;
	struct err err;
	size_t n;

	buf_init(&b, 16);
	ck_assert(!files_read(path, &b, &err));
	ck_assert_int_eq(err.sys, ENOENT);
	ck_assert(!files_read(dir, &b, &err)); /* a folder */
	ck_assert_int_eq(err.sys, EISDIR);
	ck_assert_ptr_null(files_read_text(path, 9, &n, &err));
	ck_assert_ptr_nonnull(strstr(err.what, path));
	ck_assert(!files_write(path, SPAN("x"), &err));
	ck_assert_int_eq(err.sys, ENOENT);
	ck_assert_ptr_nonnull(strstr(err.what, path));
	ck_assert(!files_list(path, &names, &n, &err));
	ck_assert(files_remove(path, &err)); /* gone is gone */
	buf_free(&b);
	free(path);
}
END_TEST

/* The old file stays, and nothing else does. */
START_TEST(no_room)
{
	const struct rlimit little = { 1000, 1000 };
	char *path = below("file"), *bytes = mem_new(2000, 1), *text;
	struct rlimit before;
	struct err err;
	size_t n;
	bool ok;

	put(path, "old");
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert_int_eq(
	    setrlimit(RLIMIT_FSIZE,
		&(struct rlimit){ little.rlim_cur, before.rlim_max }),
	    0);
	ok = files_write(path, (struct span){ bytes, 2000 }, &err);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert(!ok);
	ck_assert_ptr_nonnull(strstr(err.what, "disk full: "));
	ck_assert_ptr_nonnull(strstr(err.what, path));
	ck_assert_uint_eq(count_files(), 1);
	text = files_read_text(path, 9, &n, &err);
	ck_assert_str_eq(text, "old");
	free(text);
	free(bytes);
	free(path);
}
END_TEST

START_TEST(what_a_full_disk_is)
{
	ck_assert_str_eq(files_disk_full(ENOSPC), "disk full: ");
	ck_assert_str_eq(files_disk_full(EDQUOT), "disk full: ");
	ck_assert_str_eq(files_disk_full(EFBIG), "disk full: ");
	ck_assert_str_eq(files_disk_full(EIO), "");
	ck_assert_str_eq(files_disk_full(0), "");
}
END_TEST

START_TEST(folders)
{
	char *deep = below("a/b/c"), *file = below("a/b/c/file");
	char *inside = below("a/b/c/file/d"), *link = below("a/link");
	char *slash = below("x/y/"), **names, *two, *hidden;
	struct err err;
	size_t n;

	ck_assert(files_make_dir(deep, &err));
	ck_assert(files_make_dir(deep, &err));
	ck_assert(files_make_dir(slash, &err));
	put(file, "f");
	ck_assert(!files_make_dir(inside, &err));
	ck_assert_int_eq(err.sys, ENOTDIR);
	two = mem_textf("%s/a-file", deep);
	hidden = mem_textf("%s/.hidden", deep);
	put(two, "2");
	put(hidden, "h");
	ck_assert(files_list(deep, &names, &n, &err));
	ck_assert_uint_eq(n, 2); /* in order, without what is hidden */
	ck_assert_str_eq(names[0], "a-file");
	ck_assert_str_eq(names[1], "file");
	free(names[0]);
	free(names[1]);
	free(names);
	/* a link is removed, and what it leads to stays */
	ck_assert_int_eq(symlink("/etc", link), 0);
	free(link);
	link = below("a");
	ck_assert(files_remove(link, &err));
	ck_assert_int_ne(access(link, F_OK), 0);
	ck_assert_int_eq(access("/etc", F_OK), 0);
	free(hidden);
	free(two);
	free(slash);
	free(link);
	free(inside);
	free(file);
	free(deep);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("files");
	TCase *t = tcase_create("files");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, up, down);
	tcase_add_test(t, written_and_read);
	tcase_add_test(t, any_size);
	tcase_add_test(t, what_is_not_there);
	tcase_add_test(t, no_room);
	tcase_add_test(t, what_a_full_disk_is);
	tcase_add_test(t, folders);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
