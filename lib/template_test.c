/* SPDX-License-Identifier: MIT */
/* What is sent for a template, and which lines a pattern matches. */
#include "lib/template.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static bool
world(void *ctx, struct span name, struct buf *value)
{
	(void)ctx;
	if (span_eq(name, SPAN("me")))
		buf_add(value, SPAN("me.test"));
	else if (span_eq(name, SPAN("star")))
		buf_add(value, SPAN("*"));
	else if (span_eq(name, SPAN("odd")))
		buf_add(value, SPAN("a&\"\0\n\xe6 ~"));
	else if (span_eq(name, SPAN("empty")))
		buf_add(value, SPAN(""));
	else if (span_eq(name, SPAN("file:letter")))
		buf_add(value, SPAN("I am ${me}, owe $5, say ${star}"));
	else if (span_eq(name, SPAN("file:bad")))
		buf_add(value, SPAN("${nobody}"));
	else
		return false;
	return true;
}

/* clang-format off */
static const struct {
	const char *source, *sent; /* NULL: a mistake, ... */
	const char *says;	   /* ... told in these words */
} sends[] = {
	{ "",				"",			NULL },
	{ "plain text",			"plain text",		NULL },
	{ "a*b?c$d",			"a*b?c$d",		NULL },
	{ "<${me}>",			"<me.test>",		NULL },
	{ "${me}${me}",			"me.testme.test",	NULL },
	{ "${empty}",			"",			NULL },
	{ "${me|base64}",		"bWUudGVzdA==",		NULL },
	{ "{${me|length}}",		"{7}",			NULL },
	{ "${me|quoted}",		"\"me.test\"",		NULL },
	{ "${me|quoted|quoted}",	"\"\\\"me.test\\\"\"",	NULL },
	{ "${me|base64|length}",	"12",			NULL },
	{ "${odd|json}",	"a&\\\"\\u0000\\u000a\xe6 ~",	NULL },
	{ "${odd|url}",		"a%26%22%00%0A%E6%20~",	NULL },
	{ "${me|xml}${me|quoted|xml}", "me.test&#34;me.test&#34;", NULL },
	{ "(\\Seen \\Draft)",		"(\\Seen \\Draft)",	NULL },
	{ "${\"ab\"*3}c",		"abababc",		NULL },
	{ "${\"x\"*1}y",		"xy",			NULL },
	{ "${\"x\"*0}y",		"y",			NULL },
	{ "${\"}\"*2}",			"}}",			NULL },
	{ "${\"\\\"\"*2}",		"\"\"",			NULL },
	{ "\\$\\*\\?\\\\\\\"",		"$*?\\\"",		NULL },
	{ "\\r\\n\\t\\x41\\x7a",	"\r\n\tAz",		NULL },
	{ "${file:letter}!",	"I am me.test, owe $5, say *!",	NULL },
	{ "\\",			NULL,	"a backslash ends the line" },
	{ "\\q",		NULL,	"\\q is no escape" },
	{ "\\x4",		NULL,	"is no escape" },
	{ "${me",		NULL,	"without" },
	{ "${}",		NULL,	"names nothing" },
	{ "${a b}",		NULL,	"is no name" },
	{ "${me|rot13}",	NULL,	"|base64, |lines, |length, |quoted, |dn" },
	{ "${me|base64|lines|length|length}", NULL, "at most 3" },
	{ "${\"x\"}",		NULL,	"is written ${\"x\"*600}" },
	{ "${\"x\"*}",		NULL,	"how many times" },
	{ "${\"x\"*-1}",	NULL,	"no number of times" },
	{ "${\"x\"*99999999999999999999}", NULL, "more than" },
	{ "${nobody}",		NULL,	"nothing is called" },
	{ "${file:none}",	NULL,	"no fixture" },
	{ "${file:bad}",	NULL,	"nothing is called" },
};
/* clang-format on */

START_TEST(sending)
{
	struct template t;
	struct err err = { 0 };
	struct buf out;
	bool ok;

	buf_init(&out, 4096);
	ok = template_compile(&t, span_of(sends[_i].source), false, &err);
	if (ok) {
		ok = template_expand(&t, world, NULL, &out, &err);
		template_free(&t);
	}
	ck_assert_msg(ok == (sends[_i].sent != NULL), "%s: %s",
	    sends[_i].source, err.what);
	if (ok)
		ck_assert_str_eq(buf_text(&out), sends[_i].sent);
	else
		ck_assert_msg(
		    strstr(err.what, sends[_i].says) != NULL, "%s", err.what);
	buf_free(&out);
}
END_TEST

/* clang-format off */
static const struct {
	const char *pattern, *line;
	bool matches, caseless;
	const char *bound; /* "name=value;" of each */
} lines[] = {
	{ "",		"",		true,	false,	"" },
	{ "",		"x",		false,	false,	"" },
	{ "250 ok",	"250 ok",	true,	false,	"" },
	{ "250 ok",	"250 OK",	false,	false,	"" },
	{ "250 ok",	"250 OK",	true,	true,	"" },
	{ "250 ok",	"250 okay",	false,	false,	"" },
	{ "250*",	"250",		true,	false,	"" },
	{ "250*",	"250 ok",	true,	false,	"" },
	{ "250*",	"25",		false,	false,	"" },
	{ "*",		"",		true,	false,	"" },
	{ "**",		"anything",	true,	false,	"" },
	{ "*ok",	"not ok",	true,	false,	"" },
	{ "*ok",	"ok not",	false,	false,	"" },
	{ "*a*b*",	"xxaxxbxx",	true,	false,	"" },
	{ "*a*b*",	"xxbxxaxx",	false,	false,	"" },
	{ "a*a",	"a",		false,	false,	"" },
	{ "a*a",	"aa",		true,	false,	"" },
	{ "*aab",	"aaab",		true,	false,	"" },
	{ "2?0",	"250",		true,	false,	"" },
	{ "2?0",	"20",		false,	false,	"" },
	{ "?*?",	"x",		false,	false,	"" },
	{ "?*?",	"xy",		true,	false,	"" },
	{ "\\*",	"*",		true,	false,	"" },
	{ "\\*",	"x",		false,	false,	"" },
	/* a value is no pattern, and its case counts */
	{ "${star}",	"x",		false,	false,	"" },
	{ "${star}",	"*",		true,	false,	"" },
	{ "HI ${me}",	"hi me.test",	true,	true,	"" },
	{ "HI ${me}",	"hi ME.test",	false,	true,	"" },
	{ "${nobody}",	"x",		false,	false,	"" },
	/* names */
	{ "220 $host *", "220 mx.test hi", true, false,	"host=mx.test;" },
	{ "220 $host *", "220  hi",	false,	false,	"" },
	{ "$a-$b",	"1-2",		true,	false,	"a=1;b=2;" },
	{ "$a-$b",	"-2",		false,	false,	"" },
	{ "$a",		"",		false,	false,	"" },
	{ "$me",	"me.test",	true,	false,	"" },
	{ "$me",	"other",	false,	false,	"" },
	{ "$5",		"$5",		true,	false,	"" },
	{ "\\$a",	"$a",		true,	false,	"" },
};
/* clang-format on */

static void
note(void *ctx, struct span name, struct span value)
{
	buf_addf(ctx, "%.*s=%.*s;", SPAN_FMT(name), SPAN_FMT(value));
}

START_TEST(matching)
{
	struct template t;
	struct err err;
	struct buf bound;
	bool matches;

	buf_init(&bound, 4096);
	ck_assert_msg(
	    template_compile(&t, span_of(lines[_i].pattern), true, &err), "%s",
	    err.what);
	matches = template_match(&t, span_of(lines[_i].line),
	    lines[_i].caseless, world, note, &bound);
	ck_assert_msg(matches == lines[_i].matches, "\"%s\" and \"%s\"",
	    lines[_i].pattern, lines[_i].line);
	ck_assert_str_eq(buf_text(&bound), lines[_i].bound);
	template_free(&t);
	buf_free(&bound);
}
END_TEST

/* What a hostile line costs must not explode. */
START_TEST(many_wildcards)
{
	char pattern[2 * 31 + 2] = "", *line = malloc(100001);
	struct template t;
	struct err err;
	struct buf ignored;

	for (int i = 0; i < 31; i++)
		strcat(pattern, "*a");
	strcat(pattern, "b");
	memset(line, 'a', 100000);
	line[100000] = '\0';
	buf_init(&ignored, 16);
	ck_assert(template_compile(&t, span_of(pattern), true, &err));
	ck_assert(
	    !template_match(&t, span_of(line), false, world, note, &ignored));
	template_free(&t);
	buf_free(&ignored);
	free(line);
}
END_TEST

START_TEST(bounds)
{
	char stars[80];
	struct template t;
	struct buf out;
	struct err err;

	memset(stars, '*', sizeof stars);
	ck_assert(!template_compile(
	    &t, (struct span){ stars, sizeof stars }, true, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "at most"));
	ck_assert(template_compile(&t, SPAN("${\"x\"*1000000}"), false, &err));
	buf_init(&out, 1000);
	ck_assert(!template_expand(&t, world, NULL, &out, &err));
	ck_assert_int_eq(err.kind, ERR_LIMIT);
	template_free(&t);
	buf_free(&out);
}
END_TEST

START_TEST(filling)
{
	struct buf out;
	struct err err;

	buf_init(&out, 4096);
	ck_assert(
	    template_fill(SPAN("$a \\n ${me} * $"), world, NULL, &out, &err));
	ck_assert_str_eq(buf_text(&out), "$a \\n me.test * $");
	ck_assert(!template_fill(SPAN("a ${me"), world, NULL, &out, &err));
	ck_assert(!template_fill(SPAN("a ${nobody}"), world, NULL, &out, &err));
	buf_free(&out);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

int
main(void)
{
	Suite *s = suite_create("template");
	TCase *t = tcase_create("template");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, sending, 0, COUNT(sends));
	tcase_add_loop_test(t, matching, 0, COUNT(lines));
	tcase_add_test(t, many_wildcards);
	tcase_add_test(t, bounds);
	tcase_add_test(t, filling);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
