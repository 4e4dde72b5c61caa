/* SPDX-License-Identifier: MIT */
/* Sets of messages: read, asked, resolved, never expanded. */
#include "reference/imap/codec_testing.h"

enum { SET, RESOLVED };

static void
read_word(struct imap_args *a, int word, struct buf *out)
{
	struct imap_set set;

	imap_take_set(a, &set);
	if (word == RESOLVED)
		imap_set_resolve(&set, 10);
	show_set(out, &set);
	imap_set_free(&set);
}

/* clang-format off */
static const struct word_row rows[] = {
	{ SET, BYTES("1"), "1:1" },
	{ SET, BYTES("1:3,7,*:5,*"), "1:3,7:7,0:5,0:0" },
	{ SET, BYTES("1:4294967295"), "1:4294967295" },
	{ SET, BYTES("0"), "! a number begins with 0" },
	{ SET, BYTES("1:0"), "! a number begins with 0" },
	{ SET, BYTES("1:"), "! a number is missing" },
	{ SET, BYTES(",1"), "! a number is missing" },
	{ SET, BYTES("1,,2"), "! a number is missing" },
	{ SET, BYTES("1:2:3"), "! more arguments than the command has" },
	{ SET, BYTES("4294967296"), "! a number is too big" },
	{ SET, BYTES("$"), "! a number is missing" },
	{ RESOLVED, BYTES("*"), "10:10" },
	{ RESOLVED, BYTES("20:*"), "10:20" },
	{ RESOLVED, BYTES("*:1"), "1:10" },
	{ RESOLVED, BYTES("5,3,4,1,5"), "1:1,3:5" },
	{ RESOLVED, BYTES("9:2,3:1"), "1:9" },
	{ RESOLVED, BYTES("1:4294967295,4294967295,7"), "1:4294967295" },
	{ RESOLVED, BYTES("1:9,3,20,22"), "1:9,20:20,22:22" },
};
/* clang-format on */

static const struct word_table words = { rows, COUNT(rows), read_word };

START_TEST(words_are_taken_or_refused)
{
	check_words(&words);
}
END_TEST

START_TEST(half_a_word_is_read_to_its_end_only)
{
	check_halves(&words);
}
END_TEST

START_TEST(a_set_is_asked_and_never_expanded)
{
	struct imap_args a;
	struct imap_set set;

	imap_args_init(&a, SPAN("4,7:4294967295,1:2"));
	ck_assert(imap_take_set(&a, &set));
	imap_set_resolve(&set, 10);
	ck_assert(!imap_set_has(&set, 0));
	ck_assert(imap_set_has(&set, 1));
	ck_assert(imap_set_has(&set, 2));
	ck_assert(!imap_set_has(&set, 3));
	ck_assert(imap_set_has(&set, UINT32_MAX));
	ck_assert_uint_eq(imap_set_next(&set, 0), 1);
	ck_assert_uint_eq(imap_set_next(&set, 2), 2);
	ck_assert_uint_eq(imap_set_next(&set, 3), 4);
	ck_assert_uint_eq(imap_set_next(&set, 5), 7);
	ck_assert_uint_eq(imap_set_most(&set), UINT32_MAX);
	imap_set_free(&set);
	ck_assert_uint_eq(imap_set_next(&set, 1), 0);
	ck_assert_uint_eq(imap_set_most(&set), 0);
}
END_TEST

START_TEST(star_is_nothing_in_an_empty_mailbox)
{
	struct imap_args a;
	struct imap_set set;

	imap_args_init(&a, SPAN("1:*,*,3"));
	ck_assert(imap_take_set(&a, &set));
	imap_set_resolve(&set, 0);
	ck_assert_uint_eq(set.n, 1);
	ck_assert_uint_eq(imap_set_most(&set), 3);
	imap_set_free(&set);
}
END_TEST

START_TEST(numbers_become_a_set)
{
	static const uint32_t n[] = { 1, 2, 3, 5, 9, 8, 10, 11, UINT32_MAX, 0 };
	struct buf out;

	buf_init(&out, 1000);
	imap_put_set(&out, n, 0);
	ck_assert_str_eq(buf_text(&out), "");
	imap_put_set(&out, n, 10);
	ck_assert_str_eq(buf_text(&out), "1:3,5,9,8,10:11,4294967295,0");
	buf_free(&out);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { words_are_taken_or_refused,
		half_a_word_is_read_to_its_end_only,
		a_set_is_asked_and_never_expanded,
		star_is_nothing_in_an_empty_mailbox, numbers_become_a_set };

	return run_tests("imap/set", tests, COUNT(tests));
}
