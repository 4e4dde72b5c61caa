/* SPDX-License-Identifier: MIT */
/*
 * Words of responses, as they go out.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/imap/codec.h"
#include "reference/imap/put.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define BYTES(text)  SPAN_INIT(text)

/* clang-format off */
static const struct {
	struct span	 text;
	const char	*string, *astring;
} puts_[] = {
	{ BYTES(""), "\"\"", "\"\"" },
	{ BYTES("a.b]"), "\"a.b]\"", "a.b]" },
	{ BYTES("nil"), "\"nil\"", "\"nil\"" },
	{ BYTES("a b"), "\"a b\"", "\"a b\"" },
	{ BYTES("\"\\x\\\""), "\"\\\"\\\\x\\\\\\\"\"", "\"\\\"\\\\x\\\\\\\"\"" },
	{ BYTES("a\r\n"), "{3}\r\na\r\n", "{3}\r\na\r\n" },
	{ BYTES("\xe5\xb7\xb2"), "{3}\r\n\xe5\xb7\xb2", "{3}\r\n\xe5\xb7\xb2" },
	{ { NULL, 0 }, "NIL", NULL },
};
/* clang-format on */

START_TEST(a_string_is_put_as_it_can_be)
{
	struct buf out;

	buf_init(&out, 1000);
	imap_put_nstring(&out, puts_[_i].text);
	ck_assert_str_eq(buf_text(&out), puts_[_i].string);
	buf_clear(&out);
	if (puts_[_i].astring != NULL) {
		imap_put_astring(&out, puts_[_i].text);
		ck_assert_str_eq(buf_text(&out), puts_[_i].astring);
	}
	buf_free(&out);
}
END_TEST

START_TEST(long_strings_and_mailboxes_and_dates_are_put)
{
	char text[IMAP_QUOTED_MOST + 1];
	struct buf out;

	buf_init(&out, 10000);
	memset(text, 'a', sizeof text);
	imap_put_string(&out, (struct span){ text, IMAP_QUOTED_MOST });
	ck_assert_uint_eq(out.len, IMAP_QUOTED_MOST + 2);
	buf_clear(&out);
	imap_put_string(&out, (struct span){ text, IMAP_QUOTED_MOST + 1 });
	ck_assert(span_starts(buf_span(&out), SPAN("{1001}\r\naaa")));
	buf_clear(&out);
	imap_put_mailbox(&out, SPAN("\xe8\x8d\x89\xe7\xa8\xbf & b"));
	imap_put_date_time(&out, (struct wall){ -1 }, -90);
	ck_assert_str_eq(
	    buf_text(&out), "\"&g0l6Pw- &- b\"\"31-Dec-1969 22:29:59 -0130\"");
	buf_free(&out);
}
END_TEST

START_TEST(the_day_is_that_of_the_zone)
{
	const struct wall last = { INT64_C(86400) * 1000000 - 1 };

	ck_assert_int_eq(imap_day_of(last, 0), 0);
	ck_assert_int_eq(imap_day_of(last, 480), 1);
	ck_assert_int_eq(imap_day_of((struct wall){ 0 }, -1), -1);
	ck_assert_int_eq(imap_day_of((struct wall){ 0 }, 0), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("imap/put");
	TCase *c = tcase_create("put");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, a_string_is_put_as_it_can_be, 0, COUNT(puts_));
	tcase_add_test(c, long_strings_and_mailboxes_and_dates_are_put);
	tcase_add_test(c, the_day_is_that_of_the_zone);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
