/* SPDX-License-Identifier: MIT */
#include "reference/smtp/mangle.h"

#include <check.h>
#include <stdlib.h>

#define TEN   "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define LONG  FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY

/* clang-format off */
static const struct {
	enum fault	 fault;
	const char	*in, *out;
} rows[] = {
	{ FAULT_NONE, "a \xff=?\r\n", "a \xff=?\r\n" },
	{ FAULT_NO_RETRY, LONG "x\r\n", LONG "x\r\n" },
	{ FAULT_RELAY_STRIPS_8TH_BIT, "a\xe1\r\n", "aa\r\n" },
	{ FAULT_RELAY_STRIPS_8TH_BIT, "charset=gb18030\r\n\xe1\r\n",
	  "charset=gb18030\r\n\xe1\r\n" },
	{ FAULT_RELAY_TRANSCODES_GB18030, "charset=\"GB18030\"\r\n\xe1\xe2\r\n",
	  "charset=\"GB18030\"\r\n??\r\n" },
	{ FAULT_RELAY_TRANSCODES_GB18030, "\xe1\r\n", "\xe1\r\n" },
	{ FAULT_RELAY_WRAPS_LINES, LONG "\r\n" LONG "x\r\ny",
	  LONG "\r\n" LONG "\r\nx\r\ny" },
	{ FAULT_RELAY_TRIMS_LINES, " a  \r\n  \r\nb ", " a\r\n\r\nb" },
	{ FAULT_RELAY_DECODES_SUBJECT,
	  "A: b\r\nSubject: =?x?=\r\n =?y?=\r\nC: d\r\n\r\n=?z?=\r\n",
	  "A: b\r\nC: d\r\n\r\n=?z?=\r\n" },
	{ FAULT_RELAY_CUTS_FILENAME,
	  "A: b;\r\n filename*0*=x;\r\n c=d\r\n", "A: b;\r\n c=d\r\n" },
	{ FAULT_RELAY_ATTACHMENT_BROKEN,
	  "Content-Type: application/pdf\r\nX: y\r\n\r\nJVBER\r\n",
	  "Content-Type: application/pdf\r\nX: y\r\n\r\nAVBER\r\n" },
	{ FAULT_RELAY_ATTACHMENT_BROKEN, "A: b\r\n\r\nJVBER\r\n",
	  "A: b\r\n\r\nJVBER\r\n" },
	{ FAULT_RELAY_ATTACHMENT_BROKEN, "Content-Type: application/pdf",
	  "Content-Type: application/pdf" },
	{ FAULT_RELAY_DECODES_SUBJECT, "", "" },
	{ FAULT_RELAY_TRIMS_LINES, "", "" },
};
/* clang-format on */

START_TEST(content_is_spoilt_in_one_way)
{
	struct buf work;
	struct span got;

	buf_init(&work, 1 << 20);
	got = mangle(rows[_i].fault, span_of(rows[_i].in), &work);
	ck_assert_msg(
	    span_eq(got, span_of(rows[_i].out)), "%.*s", SPAN_FMT(got));
	buf_free(&work);
}
END_TEST

/* clang-format off */
static const struct {
	enum fault	 fault;
	const char	*in, *out;
} delivered[] = {
	{ FAULT_NONE, "Subject: a\r\n", "Subject: a\r\n" },
	{ FAULT_RELAY_TRIMS_LINES, "a \r\n", "a \r\n" },
	{ FAULT_DELIVERY_TRIMS_LINES, "a \r\n", "a\r\n" },
	{ FAULT_DELIVERY_UNSTUFFS_AGAIN, ".a\r\n..b\r\nc\r\n",
	  "a\r\n.b\r\nc\r\n" },
	{ FAULT_DELIVERY_TAGS_SUBJECT, "Subject: a\r\nSubject: b\r\n",
	  "Subject: [x] a\r\nSubject: b\r\n" },
	{ FAULT_DELIVERY_TAGS_SUBJECT, "From: a\r\n", "From: a\r\n" },
};
/* clang-format on */

START_TEST(delivery_spoils_in_ways_of_its_own)
{
	struct buf work;
	struct span got;

	buf_init(&work, 1 << 20);
	got = mangle_delivered(
	    delivered[_i].fault, span_of(delivered[_i].in), &work);
	ck_assert_msg(
	    span_eq(got, span_of(delivered[_i].out)), "%.*s", SPAN_FMT(got));
	buf_free(&work);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("mangle");
	TCase *tc = tcase_create("faults");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(
	    tc, content_is_spoilt_in_one_way, 0, sizeof rows / sizeof rows[0]);
	tcase_add_loop_test(tc, delivery_spoils_in_ways_of_its_own, 0,
	    sizeof delivered / sizeof delivered[0]);
	suite_add_tcase(s, tc);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
