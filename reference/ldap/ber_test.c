/* SPDX-License-Identifier: MIT */
#include "reference/ldap/ber.h"

#include <check.h>
#include <stdlib.h>

#define S(lit) SPAN_INIT(lit)

/* ---- where an element ends ---- */

static const struct {
	struct span in;
	size_t most;
	enum ber_frame got;
	size_t whole;
} frames[] = {
	/* clang-format off */
	{ S(""),			64, BER_NEED_MORE, 0 },
	{ S("\x30"),			64, BER_NEED_MORE, 0 },
	{ S("\x30\x00"),		64, BER_WHOLE, 2 },
	{ S("\x30\x00more"),		64, BER_WHOLE, 2 },
	{ S("\x30\x03""abc"),		64, BER_WHOLE, 5 },
	{ S("\x30\x03""ab"),		64, BER_NEED_MORE, 5 },
	{ S("\x30\x81"),		64, BER_NEED_MORE, 0 },
	{ S("\x30\x81\x03""abc"),	64, BER_WHOLE, 6 },
	{ S("\x30\x84\0\0\0\x03""abc"),	64, BER_WHOLE, 9 },
	{ S("\x30\x88\0\0\0\0\0\0\0\1a"), 64, BER_WHOLE, 11 },
	{ S("\x30\x82\x01"),		64, BER_NEED_MORE, 0 },
	/* RFC 4511 5.1 (1): definite form only */
	{ S("\x30\x80"),		64, BER_GARBLED, 0 },
	{ S("\x30\x89\0\0\0\0\0\0\0\0\1a"), 64, BER_GARBLED, 0 },
	{ S("\x30\xff"),		64, BER_GARBLED, 0 },
	{ S("\x31\x00"),		64, BER_GARBLED, 0 },
	{ S("GET / HTTP/1.1"),		64, BER_GARBLED, 0 },
	{ S("\x16\x03\x01"),		64, BER_GARBLED, 0 },
	{ S("\x30\x3e"),		64, BER_NEED_MORE, 64 },
	{ S("\x30\x3f"),		64, BER_TOO_LARGE, 0 },
	{ S("\x30\x84\x7f\xff\xff\xff"), 64, BER_TOO_LARGE, 0 },
	{ S("\x30\x88\x7f\xff\xff\xff\xff\xff\xff\xff"),
	  64, BER_TOO_LARGE, 0 },
	{ S("\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff"),
	  64, BER_TOO_LARGE, 0 },
	/* clang-format on */
};

START_TEST(an_element_ends_where_it_says)
{
	size_t whole = 0;

	ck_assert_int_eq(
	    ber_frame(frames[_i].in, BER_SEQUENCE, frames[_i].most, &whole),
	    frames[_i].got);
	if (frames[_i].whole != 0)
		ck_assert_uint_eq(whole, frames[_i].whole);
}
END_TEST

/* ---- integers and booleans ---- */

static const struct {
	struct span in;
	bool good;
	int64_t value;
} integers[] = {
	/* clang-format off */
	{ S("\x02\x01\x00"),		true, 0 },
	{ S("\x02\x01\x7f"),		true, 127 },
	{ S("\x02\x02\x00\x80"),	true, 128 },
	{ S("\x02\x01\x80"),		true, -128 },
	{ S("\x02\x01\xff"),		true, -1 },
	{ S("\x02\x02\xff\x7f"),	true, -129 },
	{ S("\x02\x04\x7f\xff\xff\xff"), true, INT32_MAX },
	{ S("\x02\x81\x01\x05"),	true, 5 },
	{ S("\x02\x00"),		false, 0 },
	{ S("\x02\x02\x00\x7f"),	false, 0 },
	{ S("\x02\x02\xff\x80"),	false, 0 },
	{ S("\x02\x02\x01"),		false, 0 },
	{ S("\x02\x05\x01\x00\x00\x00\x00"), false, 0 },
	{ S("\x02\x09\x01\0\0\0\0\0\0\0\0"), false, 0 },
	{ S("\x0a\x01\x00"),		false, 0 },
	{ S(""),			false, 0 },
	/* clang-format on */
};

START_TEST(integers_are_read_when_they_fit)
{
	struct ber b = ber_of(integers[_i].in);
	const int64_t got = ber_integer(&b, BER_INTEGER, INT32_MIN, INT32_MAX);

	ck_assert_int_eq(!b.bad, integers[_i].good);
	if (integers[_i].good) {
		ck_assert_int_eq(got, integers[_i].value);
		ck_assert(!ber_more(&b));
	}
}
END_TEST

START_TEST(booleans_are_zero_or_ff)
{
	for (unsigned i = 0; i < 256; i++) {
		const char octets[] = { 1, 1, (char)i };
		struct ber b = ber_of((struct span){ octets, 3 });
		const bool got = ber_boolean(&b, BER_BOOLEAN);

		ck_assert_int_eq(b.bad, i != 0 && i != 255);
		ck_assert_int_eq(got, i == 255);
	}
}
END_TEST

/* ---- sequences ---- */

START_TEST(what_is_unknown_behind_is_ignored_when_it_is_well_formed)
{
	struct ber b = ber_of(SPAN("\x30\x08\x02\x01\x05\x99\x03"
				   "abc\x04\x01z"));
	struct ber seq = ber_enter(&b, BER_SEQUENCE);

	ck_assert_int_eq(ber_integer(&seq, BER_INTEGER, 0, 9), 5);
	ck_assert_ptr_null(ber_optional(&seq, BER_OCTETS).ptr);
	ck_assert(ber_leave(&b, &seq));
	ck_assert(span_eq(ber_octets(&b, BER_OCTETS), SPAN("z")));
	ck_assert(!ber_more(&b) && !b.bad);
}
END_TEST

START_TEST(what_is_wrong_inside_is_wrong_outside)
{
	static const struct span rows[] = {
		S("\x30\x05\x02\x01\x05\x99\x03"), /* cut off */
		S("\x30\x04\x02\x01\x05\x99"),     /* no length */
		S("\x30\x05\x02\x01\x05\x1f\x00"), /* a long tag */
		S("\x30\x05\x02\x01\x05\x24\x80"), /* indefinite */
		S("\x30\x03\x04\x01\x05"),         /* another tag */
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ber b = ber_of(rows[i]);
		struct ber seq = ber_enter(&b, BER_SEQUENCE);

		(void)ber_integer(&seq, BER_INTEGER, 0, 9);
		ck_assert(!ber_leave(&b, &seq));
		ck_assert_uint_eq(ber_peek(&b), 0);
		ck_assert_uint_eq(ber_octets(&b, BER_OCTETS).len, 0);
	}
}
END_TEST

/* ---- writing ---- */

START_TEST(what_is_written_is_read)
{
	static const int64_t numbers[] = { 0, 1, 127, 128, 255, 256, 65535,
		INT32_MAX, INT64_MAX, -1, -128, -129, INT32_MIN, INT64_MIN };
	struct buf text;

	buf_init(&text, 1 << 20);
	for (int wide = 0; wide < 2; wide++)
		for (size_t i = 0; i < sizeof numbers / sizeof numbers[0];
		     i++) {
			const struct ber_out o = { &text, wide };
			struct ber b, seq;

			buf_clear(&text);
			ber_put_integer(&o, BER_INTEGER, numbers[i]);
			b = seq = ber_of(buf_span(&text));
			ck_assert_int_eq(
			    ber_integer(&b, BER_INTEGER, INT64_MIN, INT64_MAX),
			    numbers[i]);
			ck_assert(!b.bad && !ber_more(&b));
		}
	buf_free(&text);
}
END_TEST

START_TEST(lengths_are_as_long_as_they_need_be)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 65535, 65536,
		300000 };
	char *content = calloc(1, 300000);
	struct buf text;

	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		const struct ber_out o = { &text, false };
		size_t seq, whole = 0;
		struct ber b, in;

		buf_clear(&text);
		seq = ber_begin(&o, BER_SEQUENCE);
		ber_put_boolean(&o, BER_BOOLEAN, true);
		ber_put_octets(
		    &o, BER_OCTETS, (struct span){ content, sizes[i] });
		ber_end(&o, seq);
		ck_assert_int_eq(
		    ber_frame(buf_span(&text), BER_SEQUENCE, 1 << 20, &whole),
		    BER_WHOLE);
		ck_assert_uint_eq(whole, text.len);
		b = ber_of(buf_span(&text));
		in = ber_enter(&b, BER_SEQUENCE);
		ck_assert(ber_boolean(&in, BER_BOOLEAN));
		ck_assert_uint_eq(ber_octets(&in, BER_OCTETS).len, sizes[i]);
		ck_assert(ber_leave(&b, &in));
	}
	buf_free(&text);
	free(content);
}
END_TEST

START_TEST(a_full_buf_is_told_once)
{
	struct buf text;
	struct ber_out o = { &text, false };
	size_t seq;

	buf_init(&text, 100);
	seq = ber_begin(&o, BER_SEQUENCE);
	for (int i = 0; i < 100; i++)
		ber_put_octets(&o, BER_OCTETS, SPAN("abcdefg"));
	ber_end(&o, seq);
	ck_assert(text.full);
	buf_free(&text);
}
END_TEST

static void
add_tests(TCase *c)
{
	tcase_add_loop_test(c, an_element_ends_where_it_says, 0,
	    sizeof frames / sizeof frames[0]);
	tcase_add_loop_test(c, integers_are_read_when_they_fit, 0,
	    sizeof integers / sizeof integers[0]);
	tcase_add_test(c, booleans_are_zero_or_ff);
	tcase_add_test(
	    c, what_is_unknown_behind_is_ignored_when_it_is_well_formed);
	tcase_add_test(c, what_is_wrong_inside_is_wrong_outside);
	tcase_add_test(c, what_is_written_is_read);
	tcase_add_test(c, lengths_are_as_long_as_they_need_be);
	tcase_add_test(c, a_full_buf_is_told_once);
}

int
main(void)
{
	Suite *suite = suite_create("ber");
	TCase *c = tcase_create("ber");
	SRunner *runner;
	int failed;

	add_tests(c);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
