/* SPDX-License-Identifier: MIT */
#include "reference/smtp/dsn.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER "From: a\r\nSubject: b\r\n"

static struct dsn
sample(void)
{
	return (struct dsn){
		.host = "mail.example.test",
		.to = "alice@example.test",
		.id = "7.1",
		.action = DSN_FAILED,
		.recipient = "bob@b.test",
		.orcpt = "",
		.envid = "",
		.status = "5.1.1",
		.diagnostic = "",
		.why = "",
		.remote = "",
		.original = SPAN(HEADER "\r\nbody\r\n"),
		.arrived = { 1000000 },
		.now = { 2000000 },
	};
}

static char *
written(const struct dsn *d, struct buf *b)
{
	buf_init(b, 1 << 20);
	dsn_write(d, b);
	ck_assert(!b->full);
	return b->data;
}

START_TEST(a_report_is_written_in_full)
{
	struct dsn d = sample();
	struct buf b;

	d.orcpt = "rfc822;b@x.test";
	d.envid = "Q7";
	d.diagnostic = "550 5.1.1 no";
	d.why = "the next hop answered 550 to RCPT";
	d.remote = "b.test";
	ck_assert_str_eq(written(&d, &b),
	    "Date: Thu, 01 Jan 1970 00:00:02 +0000\r\n"
	    "From: Mail Delivery System <postmaster@example.test>\r\n"
	    "To: <alice@example.test>\r\n"
	    "Message-ID: <7.1.dsn@mail.example.test>\r\n"
	    "Subject: Delivery Status Notification (Failure)\r\n"
	    "Auto-Submitted: auto-replied\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: multipart/report; "
	    "report-type=delivery-status;\r\n"
	    "\tboundary=\"=_7.1\"\r\n"
	    "\r\n"
	    "--=_7.1\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n"
	    "\r\n"
	    "Your message could not be delivered to\r\n"
	    "\r\n"
	    "    bob@b.test\r\n"
	    "\r\n"
	    "Reason: the next hop answered 550 to RCPT\r\n"
	    "It said: 550 5.1.1 no\r\n"
	    "\r\n"
	    "--=_7.1\r\n"
	    "Content-Type: message/delivery-status\r\n"
	    "\r\n"
	    "Original-Envelope-Id: Q7\r\n"
	    "Reporting-MTA: dns; mail.example.test\r\n"
	    "Arrival-Date: Thu, 01 Jan 1970 00:00:01 +0000\r\n"
	    "\r\n"
	    "Original-Recipient: rfc822;b@x.test\r\n"
	    "Final-Recipient: rfc822;bob@b.test\r\n"
	    "Action: failed\r\n"
	    "Status: 5.1.1\r\n"
	    "Remote-MTA: dns; b.test\r\n"
	    "Diagnostic-Code: smtp; 550 5.1.1 no\r\n"
	    "Last-Attempt-Date: Thu, 01 Jan 1970 00:00:02 +0000\r\n"
	    "\r\n"
	    "--=_7.1\r\n"
	    "Content-Type: text/rfc822-headers\r\n"
	    "\r\n" HEADER "\r\n"
	    "--=_7.1--\r\n");
	buf_free(&b);
}
END_TEST

/* clang-format off */
static const struct {
	struct dsn	 d;	/* what differs from the sample */
	const char	*holds, *lacks;
} rows[] = {
	{ { .action = DSN_DELIVERED }, "Action: delivered\r\n", "failed" },
	{ { .action = DSN_RELAYED }, "Action: relayed\r\n", "failed" },
	{ { .full = true }, "message/rfc822\r\n\r\n" HEADER "\r\nbody\r\n",
	  "rfc822-headers" },
	{ { .full = false }, "text/rfc822-headers\r\n", "body" },
	{ { .original = { "A: \xe6\x98\x8e\r\n\r\nx", 11 }, .full = true },
	  "message/global\r\nContent-Transfer-Encoding: 8bit\r\n", "rfc822\r" },
	{ { .original = { "A: \xe6\x98\x8e\r\n\r\nx", 11 } },
	  "message/global-headers\r\nContent-Transfer-Encoding: 8bit\r\n",
	  "rfc822-headers" },
	{ { .original = { "no header ends", 14 } }, "no header ends\r\n--",
	  "message/rfc822" },
	{ { .recipient = "小明@例子.测试" },
	  "Final-Recipient: utf-8;"
	  "\\x{5C0F}\\x{660E}@\\x{4F8B}\\x{5B50}.\\x{6D4B}\\x{8BD5}\r\n",
	  "rfc822;" },
	{ { .recipient = "\xf0\x9f\x93\xae+\xe6\xff@x" },
	  "Final-Recipient: utf-8;\\x{1F4EE}\\x{2B}\\x{FFFD}\\x{FFFD}@x\r\n",
	  "\xff" },
	{ { .orcpt = "rfc822;a+2Bb+3D@x.test" },
	  "Original-Recipient: rfc822;a+b=@x.test\r\n", "+2B" },
	{ { .orcpt = "rfc822;a+0D+0AEvil:+20x" },
	  "Original-Recipient: rfc822;a+0D+0AEvil: x\r\n", "\nEvil" },
	{ { .orcpt = "utf-8;\xe6\x98\x8e@x" },
	  "Original-Recipient: utf-8;\\x{660E}@x\r\n", "\xe6" },
	{ { .envid = "a+20b+2" }, "Original-Envelope-Id: a b+2\r\n", "+20" },
	{ { .envid = "a\r\nEvil: x" }, "Original-Envelope-Id: a??Evil: x\r\n",
	  "\nEvil" },
	{ { .fault = FAULT_BOUNCE_IS_TEXT }, "Content-Type: text/plain",
	  "multipart" },
	{ { .fault = FAULT_BOUNCE_SAYS_DELIVERED }, "Action: delivered\r\n",
	  "Action: failed" },
	{ { .fault = FAULT_BOUNCE_WITHOUT_RECIPIENT }, "Action: failed\r\n",
	  "Final-Recipient" },
	{ { .fault = FAULT_BOUNCE_STATUS_2 }, "Status: 2.0.0\r\n",
	  "Status: 5" },
	{ { .fault = FAULT_BOUNCE_WITHOUT_MTA }, "Arrival-Date",
	  "Reporting-MTA" },
	{ { .fault = FAULT_BOUNCE_WITHOUT_ENVID, .envid = "e" },
	  "Reporting-MTA", "Original-Envelope-Id" },
	{ { .fault = FAULT_BOUNCE_WITHOUT_ORCPT, .orcpt = "rfc822;x" },
	  "Final-Recipient", "Original-Recipient" },
	{ { .fault = FAULT_BOUNCE_RETURNS_ALL }, "body\r\n",
	  "rfc822-headers" },
};
/* clang-format on */

static struct dsn
sample_with(const struct dsn *row)
{
	struct dsn d = sample();

	d.action = row->action;
	d.full = row->full;
	d.fault = row->fault;
	if (row->orcpt != NULL)
		d.orcpt = row->orcpt;
	if (row->envid != NULL)
		d.envid = row->envid;
	if (row->recipient != NULL)
		d.recipient = row->recipient;
	if (row->original.ptr != NULL)
		d.original = row->original;
	return d;
}

START_TEST(each_thing_is_said_in_its_place)
{
	const struct dsn d = sample_with(&rows[_i].d);
	struct buf b;
	const char *text = written(&d, &b);

	ck_assert_msg(strstr(text, rows[_i].holds) != NULL, "no \"%s\" in:\n%s",
	    rows[_i].holds, text);
	ck_assert_msg(strstr(text, rows[_i].lacks) == NULL, "\"%s\" is in:\n%s",
	    rows[_i].lacks, text);
	buf_free(&b);
}
END_TEST

static const struct {
	const char *host, *address;
} hosts[] = {
	{ "mail.example.test", "postmaster@example.test" },
	{ "example.test", "postmaster@example.test" },
	{ "localhost", "postmaster@localhost" },
};

START_TEST(the_postmaster_is_at_the_domain)
{
	char address[320];

	dsn_postmaster(hosts[_i].host, address);
	ck_assert_str_eq(address, hosts[_i].address);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("dsn");
	TCase *tc = tcase_create("reports");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, a_report_is_written_in_full);
	tcase_add_loop_test(tc, each_thing_is_said_in_its_place, 0,
	    sizeof rows / sizeof rows[0]);
	tcase_add_loop_test(tc, the_postmaster_is_at_the_domain, 0,
	    sizeof hosts / sizeof hosts[0]);
	suite_add_tcase(s, tc);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
