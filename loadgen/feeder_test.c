/* SPDX-License-Identifier: MIT */
#include "loadgen/feeder.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/mem.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The table written out: names, then rows, "|" between and at line ends. */
static char *
written(const struct feeder *f)
{
	struct buf b;
	char *text;

	buf_init(&b, 10000);
	for (size_t c = 0; c < feeder_columns(f); c++)
		buf_addf(&b, "%s|", feeder_name(f, c));
	for (size_t row = 0; row < feeder_rows(f); row++) {
		buf_addf(&b, "/");
		for (size_t c = 0; c < feeder_columns(f); c++) {
			buf_add(&b, feeder_value(f, row, c));
			buf_addf(&b, "|");
		}
	}
	text = mem_text(buf_span(&b));
	buf_free(&b);
	return text;
}

START_TEST(reads_tables)
{
	/* clang-format off */
	static const struct {
		const char	*path, *text, *want;
	} rows[] = {
		{ "a.csv", "user,town\nli,北京\nwang,上海\n",
		    "user|town|/li|北京|/wang|上海|" },
		{ "a.csv", "user,town\r\nli,x\r\n", "user|town|/li|x|" },
		{ "a.csv", "\xef\xbb\xbfuser\nli", "user|/li|" },
		{ "a.csv", "user,town\n,\n", "user|town|/||" },
		{ "a.csv", "user\n\n\"\"\nx\n\n", "user|/|/x|" },
		{ "a.csv", "a,b\n\"x,y\",\"he said \"\"no\"\"\"\n",
		    "a|b|/x,y|he said \"no\"|" },
		{ "a.csv", "a,b\n\"two\r\nlines\",2\n3,4\n",
		    "a|b|/two\r\nlines|2|/3|4|" },
		{ "a.csv", "\"a\",b\n1,\"\"", "a|b|/1||" },
		{ "A.CSV", "a,b\n 1 , 2\n", "a|b|/ 1 | 2|" },
		{ "a.csv", "only-a-header", "only-a-header|" },
		{ "a.csv", "id,octets:base64,b\n1,aG8h,x\n2,,y\n3,\"aGk=\",z\n",
		    "id|octets|b|/1|ho!|x|/2||y|/3|hi|z|" },
		{ "a.jsonl", "{\"a\":\"x\",\"b\":1}\n{\"b\":-2,\"a\":\"\\u5317\"}",
		    "a|b|/x|1|/北|-2|" },
		{ "a.jsonl", "{\"a\":true,\"b\":\"\"}\r\n\n{\"a\":false,"
		    "\"b\":\"q\\\"\\n\"}\n", "a|b|/true||/false|q\"\n|" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { 0 };
		struct feeder *f =
		    feeder_parse(rows[i].path, span_of(rows[i].text), &err);
		char *is;

		ck_assert_msg(f != NULL, "row %zu: %s", i, err.what);
		is = written(f);
		ck_assert_msg(
		    strcmp(is, rows[i].want) == 0, "row %zu: %s", i, is);
		free(is);
		feeder_close(f);
	}
}
END_TEST

START_TEST(refuses_what_is_no_table)
{
	/* clang-format off */
	static const struct {
		const char	*path, *text, *what;
	} rows[] = {
		{ "a.csv", "", "a.csv:0:1: nothing in it; a first line that "
		    "names the columns" },
		{ "a.csv", "\n\n", "a.csv:2:2: nothing in it; a first line "
		    "that names the columns" },
		{ "a.csv", "a,b\n1\n", "a.csv:2:2: fewer values than the first "
		    "line has names; as many" },
		{ "a.csv", "a,b\n1,2,3\n", "a.csv:2:5: more values than the "
		    "first line has names; as many; quote a value that holds a "
		    "comma" },
		{ "a.csv", "a,b\n1,\"2\n3\n", "a.csv:2:3: this quotation mark "
		    "has no end; \"...\", with \"\" for each \" inside" },
		{ "a.csv", "a\nx\"y\"\n", "a.csv:2:2: a quotation mark within "
		    "a value; quote the whole value" },
		{ "a.csv", "a\n\"x\"y\n", "a.csv:2:4: text behind a quoted "
		    "value; a comma or the end of the line" },
		{ "a.csv", "a\nx\ry\n", "a.csv:2:2: a carriage return within a "
		    "value; lines end with CR LF or LF" },
		{ "a.csv", "a,a\n", "a.csv:1:3: a second column of this name; "
		    "each name once" },
		{ "a.csv", "a,b:base64\n1,aG8\n", "a.csv:2:3: this value is "
		    "no base64; RFC 4648 4, with its \"=\" at the end" },
		{ "a.csv", "a,b:hex\n", "a.csv:1:3: not the name of a column; "
		    "1 to 40 letters, digits, '_' and '-'" },
		{ "a.csv", ":base64\n", "a.csv:1:1: not the name of a column; "
		    "1 to 40 letters, digits, '_' and '-'" },
		{ "a.csv", "a,\n", "a.csv:1:3: not the name of a column; 1 to "
		    "40 letters, digits, '_' and '-'" },
		{ "a.csv", "a b\n", "a.csv:1:1: not the name of a column; 1 to "
		    "40 letters, digits, '_' and '-'" },
		{ "a.csv", "a\n\xc4\xe3\n", "a.csv:2:1: not UTF-8; save the "
		    "file in the encoding UTF-8" },
		{ "a.csv", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,"
		    "z,A,B,C,D,E,F,G\n", "a.csv:1:65: too many columns; at "
		    "most 32" },
		{ "a.jsonl", "", "a.jsonl:0:1: nothing in it; one object on "
		    "each line" },
		{ "a.jsonl", "{\"a\":1}\n[1]\n", "a.jsonl:2:1: not an object; "
		    "{\"name\": \"value\"}" },
		{ "a.jsonl", "{}\n", "a.jsonl:1:1: an object without members; "
		    "one at least" },
		{ "a.jsonl", "{\"a\":1}\n{\"b\":1}\n", "a.jsonl:2:1: 'a' is "
		    "missing; the members of the first line" },
		{ "a.jsonl", "{\"a\":1}\n{\"a\":1,\"b\":2}\n", "a.jsonl:2:1: "
		    "more members than the first line has; the members of the "
		    "first line" },
		{ "a.jsonl", "{\"a\":null}\n", "a.jsonl:1:1: 'a' cannot be "
		    "sent; a text, a whole number, true or false" },
		{ "a.jsonl", "{\"a\":0.5}\n", "a.jsonl:1:1: 'a' cannot be "
		    "sent; a text, a whole number, true or false" },
		{ "a.jsonl", "{\"a\":[]}\n", "a.jsonl:1:1: 'a' cannot be "
		    "sent; a text, a whole number, true or false" },
		{ "a.jsonl", "{\"a b\":1}\n", "a.jsonl:1:1: not the name of a "
		    "column; 1 to 40 letters, digits, '_' and '-'" },
		{ "a.jsonl", "{\"a\":1,\"a\":2}\n", "a.jsonl:1:10: not JSON "
		    "(duplicate object key near '\"a\"'); one object on each "
		    "line" },
		{ "a.jsonl", "{\"a\":1}\n{\"a\":\n", "a.jsonl:2:5: not JSON "
		    "(unexpected token near end of file); one object on each "
		    "line" },
		{ "a.txt", "a\n", "a.txt: neither CSV nor JSONL by its name; "
		    "NAME.csv or NAME.jsonl" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { 0 };

		ck_assert_msg(feeder_parse(rows[i].path, span_of(rows[i].text),
				  &err) == NULL,
		    "row %zu", i);
		ck_assert_int_eq(err.kind, ERR_CONFIG);
		ck_assert_msg(strcmp(err.what, rows[i].what) == 0,
		    "row %zu: %s", i, err.what);
	}
}
END_TEST

START_TEST(keeps_its_bounds)
{
	/* clang-format off */
	static const struct {
		size_t		 n;
		bool		 quoted, ok;
	} rows[] = {
		{ FEEDER_VALUE, false, true },
		{ FEEDER_VALUE, true, true },
		{ FEEDER_VALUE + 1, false, false },
		{ FEEDER_VALUE + 1, true, false },
		{ FEEDER_VALUE * 4, true, false },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { 0 };
		struct feeder *f;
		struct buf b;

		buf_init(&b, FEEDER_VALUE * 8);
		buf_addf(&b, "a\n%s%0*d%s\n", rows[i].quoted ? "\"" : "",
		    (int)rows[i].n, 0, rows[i].quoted ? "\"" : "");
		f = feeder_parse("a.csv", buf_span(&b), &err);
		ck_assert_int_eq(f != NULL, rows[i].ok);
		if (f != NULL)
			ck_assert_uint_eq(feeder_longest(f), rows[i].n);
		else
			ck_assert_str_eq(err.what,
			    "a.csv:2:1: this value is too long; at most "
			    "4 MiB");
		feeder_close(f);
		buf_free(&b);
	}
}
END_TEST

START_TEST(finds_columns_and_opens_files)
{
	struct err err = { 0 };
	struct feeder *f;
	char path[64];

	snprintf(path, sizeof path, "/tmp/feeder-%ld.csv", (long)getpid());
	ck_assert(files_write(path, SPAN("user,town\nli,x\n"), &err));
	f = feeder_open(path, &err);
	unlink(path);
	ck_assert_msg(f != NULL, "%s", err.what);
	ck_assert_int_eq(feeder_column(f, SPAN("user")), 0);
	ck_assert_int_eq(feeder_column(f, SPAN("town")), 1);
	ck_assert_int_eq(feeder_column(f, SPAN("Town")), -1);
	ck_assert_int_eq(feeder_column(f, SPAN("")), -1);
	ck_assert_uint_eq(feeder_rows(f), 1);
	feeder_close(f);
	ck_assert_ptr_null(feeder_open(path, &err));
	ck_assert_int_eq(err.kind, ERR_IO);
}
END_TEST

static void
check_value(const struct feeder *f, size_t row, size_t column, const char *want)
{
	const struct span is = feeder_value(f, row, column);

	ck_assert_msg(
	    span_eq(is, span_of(want)), "%.*s, not %s", SPAN_FMT(is), want);
}

START_TEST(columns_are_renewed)
{
	struct err err = { 0 };
	struct feeder *f = feeder_parse(
	    "a.csv", SPAN("user,token\nli,one\nwang,first\n"), &err);
	struct span held;

	ck_assert_msg(f != NULL, "%s", err.what);
	held = feeder_value(f, 1, 1);
	ck_assert(!feeder_renew(f, 1, SPAN("longer")));
	check_value(f, 0, 1, "one");
	ck_assert(feeder_renew(f, 1, SPAN("two")));
	check_value(f, 0, 1, "two");
	check_value(f, 1, 1, "two");
	ck_assert(feeder_renew(f, 1, SPAN("")));
	check_value(f, 0, 1, "");
	ck_assert(feeder_renew(f, 1, SPAN("three")));
	check_value(f, 1, 1, "three");
	check_value(f, 1, 0, "wang");
	ck_assert_msg(span_eq(held, SPAN("first")), "what was held is gone");
	feeder_close(f);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("feeder");
	TCase *t = tcase_create("feeder");
	SRunner *r;
	int failed;

	tcase_add_test(t, reads_tables);
	tcase_add_test(t, refuses_what_is_no_table);
	tcase_add_test(t, keeps_its_bounds);
	tcase_add_test(t, finds_columns_and_opens_files);
	tcase_add_test(t, columns_are_renewed);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
