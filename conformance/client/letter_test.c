/* SPDX-License-Identifier: MIT */
#include "conformance/client/letter.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/client/heard.h"

/* clang-format off */
#define FIELD "Subject: =?UTF-8?B?5YWz5LqO?= x\r\nMIME-Version: 1.0\r\n"
#define MIXED FIELD "Content-Type: multipart/mixed; boundary=b\r\n\r\n" \
	"--b\r\nContent-Type: text/plain; charset=\"GB18030\"\r\n\r\nhello" \
	"\r\n--b\r\nContent-Type: application/PDF\r\n" \
	"Content-Transfer-Encoding: base64\r\n"
#define ENDED "\r\nAAEC\r\n--b--\r\n"
#define NAMED(parameters) MIXED \
	"Content-Disposition: attachment;\r\n " parameters "\r\n" ENDED

/* Of the last part. */
static const struct {
	const char *text, *type, *filename;
	size_t	    parts, octets;
} rows[] = {
	{ NAMED("filename=a.pdf"), "application/pdf", "a.pdf", 2, 3 },
	{ NAMED("filename=\"a b.pdf\""), "application/pdf", "a b.pdf", 2, 3 },
	{ NAMED("filename*=UTF-8''%E5%85%B3.pdf"), "application/pdf",
	  "关.pdf", 2, 3 },
	{ NAMED("filename*=GB18030''%B9%D8.pdf"), "application/pdf",
	  "关.pdf", 2, 3 },
	{ NAMED("filename*0*=UTF-8''%E5%85;\r\n filename*1*=%B3;"
		"\r\n filename*2=.pdf"), "application/pdf", "关.pdf", 2, 3 },
	{ NAMED("filename*1*=%B3;\r\n filename*0*=UTF-8''%E5%85"),
	  "application/pdf", "关", 2, 3 },
	{ NAMED("filename*=none''%B9"), "application/pdf",
	  "(not none) \xb9", 2, 3 },
	{ NAMED("filename*99*=x"), "application/pdf", "", 2, 3 },
	{ MIXED ENDED, "application/pdf", "", 2, 3 },
	{ FIELD "Content-Type: text/html\r\n\r\n<p>", "text/html", "", 1, 3 },
	{ FIELD "Content-Transfer-Encoding: quoted-printable\r\n\r\na=20b",
	  "text/plain", "", 1, 3 },
};
/* clang-format on */

START_TEST(a_letter_is_taken_apart)
{
	const struct letter_part *last;
	struct letter l;

	ck_assert(letter_read(&l, span_of(rows[_i].text)));
	ck_assert_str_eq(l.subject, "关于 x");
	ck_assert_uint_eq(l.n, rows[_i].parts);
	last = &l.part[l.n - 1];
	ck_assert_str_eq(last->type, rows[_i].type);
	ck_assert_str_eq(last->filename, rows[_i].filename);
	ck_assert_uint_eq(last->body.len, rows[_i].octets);
	if (l.n == 2)
		ck_assert_str_eq(l.part[0].charset, "gb18030");
	letter_free(&l);
}
END_TEST

START_TEST(a_message_inside_is_a_part_and_its_parts_are)
{
	struct letter l;

	ck_assert(letter_read(
	    &l, SPAN(FIELD "Content-Type: multipart/digest; boundary=b\r\n\r\n"
			   "--b\r\nContent-Type: message/rfc822\r\n\r\n"
			   "Subject: inside\r\n\r\nhello\r\n--b--\r\n")));
	ck_assert_uint_eq(l.n, 2);
	ck_assert_str_eq(l.part[0].type, "message/rfc822");
	ck_assert_str_eq(l.part[1].type, "text/plain");
	letter_free(&l);
}
END_TEST

/* Whatever a target sends, cut anywhere. */
START_TEST(any_octets_may_be_a_letter)
{
	const struct span text = span_of(rows[4].text);

	for (size_t n = 0; n < text.len; n++) {
		struct letter l;

		(void)letter_read(&l, span_take(text, n));
		ck_assert_uint_le(l.n, LETTER_PARTS);
		letter_free(&l);
	}
}
END_TEST

/* ---- heard ---- */

/* clang-format off */
static const struct {
	const char *said, *body; /* NULL: there is none */
} bodies[] = {
	{ "* 1 FETCH (UID 7 BODY[] {5}\r\nhello FLAGS ())\r\n", "hello" },
	{ "* 1 FETCH (body[] {0}\r\n)\r\n", "" },
	{ "* 1 FETCH (BODY[] {6}\r\nhello", NULL },
	{ "* 1 FETCH (BODY[] NIL)\r\n", NULL },
	{ "* 1 FETCH (BODY[] {999999999}\r\nhello", NULL },
	{ "* 1 FETCH (BODY[] {}\r\n", NULL },
	{ "", NULL },
}, listings[] = {
	{ "a\r\n..b\r\n.\r\n+OK\r\n", "a\r\n.b\r\n" },
	{ ".\r\n", "" },
	{ "a\r\n", NULL },
	{ "", NULL },
};
/* clang-format on */

START_TEST(a_literal_is_found)
{
	struct span body = SPAN("");
	const bool found = heard_body(span_of(bodies[_i].said), &body);

	ck_assert_int_eq(found, bodies[_i].body != NULL);
	if (found)
		ck_assert(span_eq(body, span_of(bodies[_i].body)));
}
END_TEST

START_TEST(a_listing_is_undone)
{
	struct buf got;
	bool whole;

	buf_init(&got, 100);
	whole = heard_listing(span_of(listings[_i].said), &got);
	ck_assert_int_eq(whole, listings[_i].body != NULL);
	if (whole)
		ck_assert_str_eq(buf_text(&got), listings[_i].body);
	buf_free(&got);
}
END_TEST

#define COUNT(array) (int)(sizeof array / sizeof array[0])

int
main(void)
{
	Suite *s = suite_create("letter");
	TCase *tc = tcase_create("letter");
	SRunner *runner = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, a_letter_is_taken_apart, 0, COUNT(rows));
	tcase_add_test(tc, a_message_inside_is_a_part_and_its_parts_are);
	tcase_add_test(tc, any_octets_may_be_a_letter);
	tcase_add_loop_test(tc, a_literal_is_found, 0, COUNT(bodies));
	tcase_add_loop_test(tc, a_listing_is_undone, 0, COUNT(listings));
	suite_add_tcase(s, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
