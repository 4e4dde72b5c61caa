/* SPDX-License-Identifier: MIT */
#include "lib/json.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* RFC 3629 4, at the edges of every row of its grammar. */
static const struct {
	const char *bytes, *clean; /* NULL: unchanged */
} strings[] = {
	{ "", NULL },
	{ "plain", NULL },
	{ "政务", NULL },
	{ "\xc2\x80 \xdf\xbf", NULL },
	{ "\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf", NULL },
	{ "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf", NULL },
	{ "\x80", "\\x80" },
	{ "\xc1\xbf", "\\xC1\\xBF" },
	{ "\xe0\x9f\xbf", "\\xE0\\x9F\\xBF" },
	{ "\xed\xa0\x80", "\\xED\\xA0\\x80" },
	{ "\xf0\x8f\xbf\xbf", "\\xF0\\x8F\\xBF\\xBF" },
	{ "\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80" },
	{ "\xf5\xff", "\\xF5\\xFF" },
	{ "cut \xe6\x94", "cut \\xE6\\x94" },
	{ "\xe6z", "\\xE6z" },
	{ "\x01\x7f\r\n\t", NULL },
};

START_TEST(any_bytes_become_a_string)
{
	const char *want =
	    strings[_i].clean == NULL ? strings[_i].bytes : strings[_i].clean;
	json_t *s = json_clean(strings[_i].bytes, 1000);

	ck_assert_ptr_nonnull(s); /* jansson takes UTF-8 only */
	ck_assert_str_eq(json_string_value(s), want);
	json_decref(s);
}
END_TEST

START_TEST(null_and_long)
{
	json_t *s = json_clean("123456789", 4);

	ck_assert_str_eq(json_string_value(s), "1234... (5 bytes more)");
	json_decref(s);
	ck_assert(json_is_null(json_clean(NULL, 4)));
	s = json_clean("政政政", 4); /* no character is cut in two */
	ck_assert_str_eq(json_string_value(s), "政政... (3 bytes more)");
	json_decref(s);
}
END_TEST

START_TEST(canonical)
{
	struct err err;
	json_t *o = json_parse("x",
	    SPAN(" { \"b\" : [1, 2],\n \"a\":{\"z\":0,\"y\":null}}"), &err);
	char *text = json_canonical(o);

	ck_assert_str_eq(text, "{\"a\":{\"y\":null,\"z\":0},\"b\":[1,2]}");
	free(text);
	json_decref(o);
	ck_assert_ptr_null(json_parse("x", SPAN("{\"a\":1,\n\"a\":2}"), &err));
	ck_assert_msg(
	    strncmp(err.what, "x:2: not JSON: ", 15) == 0, "%s", err.what);
}
END_TEST

/* RFC 6901 5, and what leads nowhere. */
static const struct {
	const char *pointer, *value;
} pointers[] = {
	{ "", "{\"\":0,\"a/b\":1,\"foo\":[\"bar\",{\"x\":null}],\"m~n\":8}" },
	{ "/", "0" },
	{ "/a~1b", "1" },
	{ "/m~0n", "8" },
	{ "/foo/0", "\"bar\"" },
	{ "/foo/1/x", "null" },
	{ "foo", NULL },
	{ "/foo/2", NULL },
	{ "/foo/00", NULL },
	{ "/foo/-", NULL },
	{ "/foo/0/x", NULL },
	{ "/a~1b/", NULL },
	{ "/none/x", NULL },
};

START_TEST(pointers_lead_somewhere)
{
	struct err err;
	json_t *whole = json_parse("t", span_of(pointers[0].value), &err);
	const json_t *j = json_at(whole, pointers[_i].pointer);
	char *text = j == NULL ? NULL
			       : json_dumps(j, JSON_ENCODE_ANY | JSON_COMPACT |
						   JSON_SORT_KEYS);

	ck_assert_pstr_eq(text, pointers[_i].value);
	free(text);
	json_decref(whole);
}
END_TEST

START_TEST(the_first_complaint_stays)
{
	struct err err = { 0 };
	struct json_in in = json_in_start("f.json", &err);
	json_t *o = json_parse("f", SPAN("{\"n\":12,\"t\":\"x\"}"), &err);
	char *t;

	ck_assert_int_eq(json_in_int(&in, o, "n", 0, 12), 12);
	t = json_in_text(&in, o, "t");
	ck_assert_str_eq(t, "x");
	free(t);
	ck_assert(!in.bad);
	json_in_at(&in, "rows[%d].", 3);
	ck_assert_int_eq(json_in_int(&in, o, "n", 0, 11), 0);
	ck_assert(in.bad);
	ck_assert_str_eq(
	    err.what, "f.json: rows[3].n: is 12; must be from 0 to 11");
	ck_assert_ptr_null(json_in_text(&in, o, "t")); /* sticky */
	ck_assert_ptr_null(json_in_object(&in, o, "o"));
	ck_assert(!json_in_bool(&in, o, "t"));
	ck_assert_ptr_nonnull(strstr(err.what, "n: is 12"));
	json_decref(o);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("json");
	TCase *tc = tcase_create("json");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(
	    tc, any_bytes_become_a_string, 0, sizeof strings / sizeof *strings);
	tcase_add_test(tc, null_and_long);
	tcase_add_test(tc, canonical);
	tcase_add_loop_test(tc, pointers_lead_somewhere, 0,
	    (int)(sizeof pointers / sizeof pointers[0]));
	tcase_add_test(tc, the_first_complaint_stays);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
