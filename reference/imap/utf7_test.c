/* SPDX-License-Identifier: MIT */
/*
 * Names of mailboxes, and the patterns of LIST.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/imap/box_args.h"
#include "reference/imap/codec.h"
#include "reference/imap/utf7.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define BYTES(text)  SPAN_INIT(text)

/* ---- patterns ---- */

/* clang-format off */
static const struct {
	const char *pattern, *name;
	bool want;
} patterns[] = {
	{ "", "", true }, { "", "a", false }, { "a", "", false },
	{ "*", "", true }, { "%", "", true }, { "%", "a", true },
	{ "%", "a/b", false }, { "*", "a/b", true },
	{ "%/%", "a/b", true }, { "%/%", "a/b/c", false },
	{ "*/%", "a/b/c", true }, { "%/*", "a/b/c", true },
	{ "a%", "a", true }, { "a%", "ab", true }, { "a%", "b", false },
	{ "a*c", "abc/c", true }, { "a*c", "abc/d", false },
	{ "*a%b", "xa/ab", true }, { "%a%b", "xa/ab", false },
	{ "*%*", "a/b", true }, { "%*%", "a/b", true },
	{ "%%", "a/b", false }, { "***", "", true },
	{ "inbox", "INBOX", true }, { "iNb*", "INBOX", true },
	{ "%bOx", "INBOX", true }, { "inbox/a", "INBOX/a", false },
	{ "a", "A", false }, { "INBOX", "inbox", false },
	{ "a\\", "a\\", true }, { "a/", "a", false },
};
/* clang-format on */

START_TEST(a_pattern_matches_names)
{
	ck_assert_msg(imap_name_matches(span_of(patterns[_i].pattern),
			  span_of(patterns[_i].name), '/') == patterns[_i].want,
	    "%s %s", patterns[_i].pattern, patterns[_i].name);
}
END_TEST

START_TEST(a_pattern_of_many_stars_takes_no_time)
{
	char pattern[IMAP_NAME_MOST + 1], name[IMAP_NAME_MOST + 1];

	for (size_t i = 0; i < sizeof pattern; i++)
		pattern[i] = i % 2 ? 'a' : '*';
	memset(name, 'a', sizeof name);
	pattern[IMAP_NAME_MOST - 1] = 'b';
	ck_assert(!imap_name_matches((struct span){ pattern, IMAP_NAME_MOST },
	    (struct span){ name, IMAP_NAME_MOST }, '/'));
	pattern[IMAP_NAME_MOST - 1] = 'a';
	ck_assert(imap_name_matches((struct span){ pattern, IMAP_NAME_MOST },
	    (struct span){ name, IMAP_NAME_MOST }, '/'));
	ck_assert(!imap_name_matches(
	    SPAN("*"), (struct span){ name, IMAP_NAME_MOST + 1 }, '/'));
}
END_TEST

/* ---- names ---- */

/* clang-format off */
static const struct {
	const char *name, *utf8;	/* "! reason" */
} names[] = {
	{ "", "" },
	{ "a b~", "a b~" },
	{ "a&-b", "a&b" },
	{ "&-&-", "&&" },
	{ "&XfJT0ZAB-", "\xe5\xb7\xb2\xe5\x8f\x91\xe9\x80\x81" },	/* 已发送 */
	{ "&g0l6Pw-", "\xe8\x8d\x89\xe7\xa8\xbf" },			/* 草稿 */
	{ "~peter/mail/&U,BTFw-/&ZeVnLIqe-",	/* RFC 3501 5.1.3 */
	  "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/"
	  "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e" },
	{ "&2D3eAA-", "\xf0\x9f\x98\x80" },
	{ "a&AOk-", "a\xc3\xa9" },
	{ "&AOk-&-", "\xc3\xa9&" },
	{ "&-&AOk-", "&\xc3\xa9" },
	{ "&AAE-", "\x01" },
	{ "&", "! an \"&\" without its \"-\"" },
	{ "&AOk", "! an \"&\" without its \"-\"" },
	{ "&AOk/-", "! a character that is not modified BASE64" },
	{ "&A Ok-", "! a character that is not modified BASE64" },
	{ "&AOk=-", "! a character that is not modified BASE64" },
	{ "&AGE-", "! BASE64 for what represents itself" },
	{ "&ACY-", "! BASE64 for what represents itself" },
	{ "&U,BTFw-&ZeVnLIqe-", "! a null shift, \"-&\"" },
	{ "&AOl-", "! BASE64 with bits left over" },
	{ "&AOkA-", "! BASE64 that ends within a character" },
	{ "&A-", "! BASE64 that ends within a character" },
	{ "&AAA-", "! a NUL" },
	{ "&2D0-", "! half of a surrogate pair" },
	{ "&3gA-", "! half of a surrogate pair" },
	{ "&2D0A6Q-", "! half of a surrogate pair" },
	{ "\xe5\xb7\xb2", "! an octet that is not printable ASCII" },
	{ "a\tb", "! an octet that is not printable ASCII" },
	{ "a\x7f", "! an octet that is not printable ASCII" },
};
/* clang-format on */

START_TEST(a_name_has_one_form)
{
	const char *want = names[_i].utf8, *why;
	struct buf out, back;

	buf_init(&out, 1000);
	buf_init(&back, 1000);
	if (imap_utf7_decode(span_of(names[_i].name), &out, &why)) {
		ck_assert_str_eq(buf_text(&out), want);
		ck_assert(imap_utf7_encode(buf_span(&out), &back));
		ck_assert_str_eq(buf_text(&back), names[_i].name);
	} else {
		ck_assert_str_eq(want[0] == '!' ? want + 2 : want, why);
	}
	buf_free(&out);
	buf_free(&back);
}
END_TEST

START_TEST(what_is_no_name_is_not_encoded)
{
	const char *why;
	struct buf out;

	buf_init(&out, 4);
	ck_assert(!imap_utf7_encode(SPAN("\xff"), &out));
	ck_assert(!imap_utf7_encode(SPAN("a\0b"), &out));
	ck_assert(!imap_utf7_encode(SPAN("\xed\xa0\x80"), &out));
	ck_assert(!imap_utf7_encode(SPAN("too long"), &out));
	buf_clear(&out);
	ck_assert(!imap_utf7_decode(SPAN("too long"), &out, &why));
	ck_assert_str_eq(why, "too many octets");
	buf_free(&out);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("imap/utf7");
	TCase *c = tcase_create("utf7");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, a_pattern_matches_names, 0, COUNT(patterns));
	tcase_add_test(c, a_pattern_of_many_stars_takes_no_time);
	tcase_add_loop_test(c, a_name_has_one_form, 0, COUNT(names));
	tcase_add_test(c, what_is_no_name_is_not_encoded);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
