/* SPDX-License-Identifier: MIT */
/*
 * What is a refusal: neither a status of HTTP nor a word of CMP makes one of
 * an answer that brings the certificate.
 */
#include "conformance/cases/cert/exchange.h"

#include <check.h>
#include <stdlib.h>

/* clang-format off */
#define HEADER	"\x30\x0b\x02\x01\x02\xa4\x02\x30\x00\xa4\x02\x30\x00"
/* ip with one response: its status, and what is certified by "how" */
#define IP(status, how) \
	"\x30\x23" HEADER "\xa1\x14\x30\x12\x30\x10\x30\x0e\x02\x01\x00" \
	"\x30\x03\x02\x01" status "\x30\x04" how "\x02\x30\x00"
#define BARE(status) \
	"\x30\x1d" HEADER "\xa1\x0e\x30\x0c\x30\x0a\x30\x08\x02\x01\x00" \
	"\x30\x03\x02\x01" status

static const struct {
	int		status;
	struct span	body;
	bool		readable, refused;
} rows[] = {
	{ 200, SPAN_INIT(BARE("\x02")),		true,	true },
	{ 200, SPAN_INIT(IP("\x02", "\xa0")),	true,	false },
	{ 200, SPAN_INIT(IP("\x02", "\xa1")),	true,	false },
	{ 200, SPAN_INIT(IP("\x00", "\xa0")),	true,	false },
	{ 200, SPAN_INIT("<html>no</html>"),	false,	false },
	{ 200, SPAN_INIT(""),			false,	false },
	{ 400, SPAN_INIT(""),			false,	true },
	{ 400, SPAN_INIT("<html>no</html>"),	false,	true },
	{ 400, SPAN_INIT(BARE("\x02")),		true,	true },
	{ 400, SPAN_INIT(IP("\x00", "\xa0")),	true,	false },
	{ 500, SPAN_INIT(IP("\x02", "\xa1")),	true,	false },
};
/* clang-format on */

START_TEST(refusals)
{
	struct exchange x = { .http = { .status = rows[_i].status,
				  .body = rows[_i].body } };
	struct pki_cmp m;

	ck_assert_int_eq(
	    cmp_read_message(&m, rows[_i].body, NULL), rows[_i].readable);
	/* as exchange_open() has it */
	x.there = x.http.status == 200;
	x.readable =
	    x.there && cmp_read_message(&x.answer, rows[_i].body, NULL);
	ck_assert_int_eq(exchange_is_refused(&x), rows[_i].refused);
	ck_assert(!exchange_is_done(&x));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("exchange");
	TCase *c = tcase_create("exchange");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(
	    c, refusals, 0, (int)(sizeof rows / sizeof rows[0]));
	suite_add_tcase(s, c);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
