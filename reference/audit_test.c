/* SPDX-License-Identifier: MIT */
#include "reference/audit.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/mem.h"

static void
write_all(const char *path, const struct audit_event *e, int times)
{
	struct audit *a = audit_open(path);

	ck_assert_ptr_nonnull(a);
	for (int i = 0; i < times; i++)
		audit_write(a, (struct wall){ 1795310814123456 }, e);
	audit_close(a);
}

static const char *
text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

START_TEST(one_object_a_line)
{
	static const struct {
		struct span user;
		const char *detail;
		const char *shown;
	} rows[] = {
		{ { "alice", 5 }, "SCRAM-SHA-256", "alice" },
		{ { "王", 3 }, NULL, "王" },
		{ { NULL, 0 }, "x", "" },
		{ { "a\"\r\nb", 5 }, "quote and line end", "a\"\\r\\nb" },
		{ { "\xff\0\x1b", 3 }, NULL, "\\xFF\\x00\\x1B" },
	};
	struct audit_event e = { "smtp", "127.0.0.1:40112", rows[_i].user,
		"login", "success", rows[_i].detail };
	char path[] = "/tmp/audit_test.XXXXXX", line[4096];
	FILE *f = fdopen(mkstemp(path), "r");
	json_t *o;

	ck_assert_ptr_nonnull(f);
	write_all(path, &e, 2);
	write_all(path, &e, 1); /* appends */
	for (int i = 0; i < 3; i++) {
		ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
		o = json_loads(line, 0, NULL);
		ck_assert_msg(o != NULL, "%s", line);
		ck_assert_str_eq(
		    text(o, "time"), "2026-11-22T01:26:54.123456Z");
		ck_assert_str_eq(text(o, "service"), "smtp");
		ck_assert_str_eq(text(o, "event"), "login");
		ck_assert_str_eq(text(o, "result"), "success");
		ck_assert_int_eq(
		    strcasecmp(text(o, "user"), rows[_i].shown), 0);
		ck_assert_int_eq(
		    text(o, "detail") == NULL, rows[_i].detail == NULL);
		json_decref(o);
	}
	ck_assert_ptr_null(fgets(line, sizeof line, f));
	fclose(f);
	unlink(path);
}
END_TEST

/* A peer with a very long name gets a line like everybody else. */
START_TEST(long_names)
{
	char path[] = "/tmp/audit_test.XXXXXX", line[16384];
	char *name = mem_new(100001, 1);
	struct audit_event e = { "smtp", "p", { name, 100000 }, "login",
		"failure", NULL };
	FILE *f = fdopen(mkstemp(path), "r");
	json_t *o;

	memset(name, 1, 100000);
	e.detail = name;
	write_all(path, &e, 1);
	ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
	o = json_loads(line, 0, NULL);
	ck_assert_ptr_nonnull(o);
	json_decref(o);
	fclose(f);
	unlink(path);
	free(name);
}
END_TEST

START_TEST(nowhere)
{
	struct audit_event e = { "smtp", "p", { "u", 1 }, "e", "success", 0 };

	write_all(NULL, &e, 1);
	ck_assert_ptr_null(audit_open("/nonexistent/audit.jsonl"));
	audit_close(NULL);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("reference/audit");
	TCase *tc = tcase_create("audit");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, one_object_a_line, 0, 5);
	tcase_add_test(tc, long_names);
	tcase_add_test(tc, nowhere);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
