/* SPDX-License-Identifier: MIT */
/* What comes back to the sender, and to whom nothing does. */
#include "reference/smtp/courier_testing.h"

START_TEST(a_refused_recipient_is_returned_alone)
{
	struct scene s = { .hop.rcpt = "550-5.1.1 no\r\n550 5.1.1 bad\r\n" };
	struct recipient r[] = { { .address = "good@sink.example.test" },
		{ .address = "bad@sink.example.test",
		    .orcpt = "rfc822;b+2Bad@a.test" } };
	char *text;

	scene_open(&s);
	send_letter(&s,
	    (struct envelope){ .from = "alice@example.test",
		.envid = "E+2B7",
		.ret_full = true,
		.to = r,
		.n_to = 2 },
	    letter);
	run_until(&s, alice_has_mail);
	ck_assert_uint_eq(s.hop.letters, 1);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 1);
	text = mail_of(&s, "alice", 0);
	must_hold(text, "Return-Path: <>\r\n");
	must_hold(text, "report-type=delivery-status");
	must_hold(text, "Original-Envelope-Id: E+7\r\n");
	must_hold(text, "Reporting-MTA: dns; mail.example.test\r\n");
	must_hold(text, "Original-Recipient: rfc822;b+ad@a.test\r\n");
	must_hold(text, "Final-Recipient: rfc822;bad@sink.example.test\r\n"
			"Action: failed\r\nStatus: 5.1.1\r\n");
	must_hold(text, "Diagnostic-Code: smtp; 550 5.1.1 no 5.1.1 bad\r\n");
	must_hold(text, "Content-Type: message/rfc822\r\n");
	must_hold(text, ".dot\r\n");
	must_lack(text, "good@");
	free(text);
	scene_close(&s);
}
END_TEST

/* How a letter to the next hop can come back. */
static const struct {
	const char *to;
	struct hop hop;
	const char *text; /* of the message, NULL: the usual one */
	const char *holds;
	enum fault fault;
} returns[] = {
	{ .to = "ann@dead.example.test", .holds = "Status: 4.4.7\r\n" },
	{ .to = "ann@nowhere.example", .holds = "Status: 5.4.4\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.content = { "554 5.6.0 no\r\n" },
	    .holds = "Status: 5.6.0\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.content = { "554 no\r\n" },
	    .holds = "Status: 5.0.0\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.mute = true,
	    .holds = "Reason: the next hop closed the connection\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.content = { "451 4.3.0 later\r\n" },
	    .fault = FAULT_NO_RETRY,
	    .holds = "Diagnostic-Code: smtp; 451 4.3.0 later\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.ehlo = "250-hop.test\r\n250 SMTPUTF8\r\n",
	    .text = "Subject: x\r\n\r\n\xe6\x98\x8e\r\n",
	    .holds = "Status: 5.6.3\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.ehlo = "HTTP/1.1 400 Bad Request\r\n\r\n",
	    .holds = "Reason: the next hop does not speak SMTP\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.ehlo = "", /* never a word */
	    .holds = "Reason: the next hop did not answer in time\r\n" },
	{ .to = "小明@sink.example.test",
	    .hop.ehlo = "250-hop.test\r\n250 8BITMIME\r\n",
	    .holds = "Final-Recipient: utf-8;\\x{5C0F}\\x{660E}@sink" },
};

START_TEST(mail_that_cannot_go_comes_back)
{
	struct scene s = { .hop = returns[_i].hop,
		.site.fault = returns[_i].fault };
	struct recipient r = { 0 };
	char *text;

	scene_open(&s);
	snprintf(r.address, sizeof r.address, "%s", returns[_i].to);
	send_letter(&s,
	    (struct envelope){
		.from = "alice@example.test", .to = &r, .n_to = 1 },
	    returns[_i].text == NULL ? letter : returns[_i].text);
	run_until(&s, alice_has_mail);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 1);
	text = mail_of(&s, "alice", 0);
	must_hold(text, "Action: failed\r\n");
	must_hold(text, returns[_i].holds);
	free(text);
	scene_close(&s);
}
END_TEST

static const struct {
	const char *from;
	unsigned notify;
	enum fault fault;
	int64_t reports; /* that reach alice */
} tellings[] = {
	{ "alice@example.test", NOTIFY_DEFAULT, FAULT_NONE, 1 },
	{ "alice@example.test", NOTIFY_FAILURE, FAULT_NONE, 1 },
	{ "alice@example.test", NOTIFY_SUCCESS, FAULT_NONE, 0 },
	{ "alice@example.test", NOTIFY_DELAY, FAULT_NONE, 0 },
	{ "alice@example.test", NOTIFY_NEVER, FAULT_NONE, 0 },
	{ "alice@example.test", NOTIFY_NEVER, FAULT_NEVER_IS_IGNORED, 1 },
	{ "alice@example.test", NOTIFY_DEFAULT, FAULT_NO_BOUNCE, 0 },
	{ "", NOTIFY_DEFAULT, FAULT_NONE, 0 },
	{ "", NOTIFY_DEFAULT, FAULT_BOUNCES_BOUNCES, 1 },
	{ "nobody@example.test", NOTIFY_DEFAULT, FAULT_NONE, 0 },
};

START_TEST(failure_is_told_to_whom_it_concerns)
{
	struct scene s = { .hop.rcpt = "550 no\r\n",
		.site.fault = tellings[_i].fault };
	struct recipient r = { .address = "bad@sink.example.test",
		.notify = tellings[_i].notify };
	struct envelope e = { .to = &r, .n_to = 1 };

	scene_open(&s);
	snprintf(e.from, sizeof e.from, "%s", tellings[_i].from);
	send_letter(&s, e, letter);
	run_until(&s, queue_is_empty);
	ck_assert_int_eq(mailbox_size(&s, "alice"), tellings[_i].reports);
	ck_assert_int_eq(mailbox_size(&s, "postmaster"), 0);
	scene_close(&s);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct courier_test tests[] = {
		{ a_refused_recipient_is_returned_alone, 1 },
		{ mail_that_cannot_go_comes_back, COUNT(returns) },
		{ failure_is_told_to_whom_it_concerns, COUNT(tellings) },
	};
	/* clang-format on */

	return run_tests("courier_return", tests, COUNT(tests));
}
