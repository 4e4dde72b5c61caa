/* SPDX-License-Identifier: MIT */
/* What a next hop hears. */
#include "reference/smtp/courier_testing.h"

#define BIG ((size_t)4 << 20)

static bool
hop_has_two(struct scene *s)
{
	return s->hop.letters >= 2 && queue_is_empty(s);
}

static size_t
count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		n++;
	return n;
}

START_TEST(a_letter_is_relayed_in_one_copy)
{
	struct scene s = { 0 };
	struct recipient r[] = { { .address = "Ann@sink.example.test",
				     .orcpt = "rfc822;ann@a.test",
				     .notify = NOTIFY_SUCCESS | NOTIFY_DELAY },
		{ .address = "bob@example.test" },
		{ .address = "Eve@Sink.example.test" } };

	scene_open(&s);
	send_letter(&s,
	    (struct envelope){ .from = "alice@example.test",
		.envid = "QQ+2B1",
		.ret_hdrs = true,
		.to = r,
		.n_to = 3 },
	    letter);
	run_until(&s, queue_is_empty);
	ck_assert_uint_eq(s.hop.letters, 1);
	ck_assert_str_eq(buf_text(&s.hop.heard),
	    "EHLO mail.example.test\n"
	    "MAIL FROM:<alice@example.test> SIZE=65 RET=HDRS ENVID=QQ+2B1\n"
	    "RCPT TO:<Ann@sink.example.test> NOTIFY=SUCCESS,DELAY "
	    "ORCPT=rfc822;ann@a.test\n"
	    "RCPT TO:<Eve@Sink.example.test>\n"
	    "DATA\n"
	    "From: Alice <alice@example.test>\nSubject: hello\n\n"
	    "..dot\ntwo  \n.\n"
	    "QUIT\n");
	ck_assert_int_eq(mailbox_size(&s, "bob"), 1);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 0);
	scene_close(&s);
}
END_TEST

START_TEST(a_peer_without_dsn_is_told_about)
{
	struct scene s = { .hop.ehlo = "250 hop.test\r\n" };
	char *text;

	scene_open(&s);
	send_one(&s, "ann@sink.example.test", NOTIFY_SUCCESS);
	run_until(&s, alice_has_mail);
	must_hold(buf_text(&s.hop.heard), "MAIL FROM:<alice@example.test>\n"
					  "RCPT TO:<ann@sink.example.test>\n");
	text = mail_of(&s, "alice", 0);
	must_hold(text, "Action: relayed\r\n");
	free(text);
	scene_close(&s);
}
END_TEST

START_TEST(what_is_deferred_is_tried_again)
{
	struct scene s = { .site.fault =
			       _i ? FAULT_RETRY_FORGETS_SENDER : FAULT_NONE,
		.site.give_up_ms = 60000,
		.hop.content = { "451 4.3.0 later\r\n" } };

	scene_open(&s);
	send_one(&s, "ann@sink.example.test", NOTIFY_DEFAULT);
	run_until(&s, hop_has_two);
	ck_assert_uint_eq(s.hop.letters, 2);
	ck_assert_uint_eq(
	    count_of(buf_text(&s.hop.heard), "MAIL FROM:<alice@"), _i ? 1 : 2);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 0);
	scene_close(&s);
}
END_TEST

START_TEST(an_address_in_chinese_is_declared)
{
	struct scene s = { .site.fault =
			       _i ? FAULT_RELAY_FORGETS_SMTPUTF8 : FAULT_NONE };

	scene_open(&s);
	send_one(&s, "小明@sink.example.test", NOTIFY_DEFAULT);
	run_until(&s, queue_is_empty);
	ck_assert_uint_eq(s.hop.letters, 1);
	ck_assert_uint_eq(
	    count_of(buf_text(&s.hop.heard), " SMTPUTF8\n"), _i ? 0 : 1);
	must_hold(buf_text(&s.hop.heard), "RCPT TO:<小明@sink");
	scene_close(&s);
}
END_TEST

/* More than the sockets hold: sent in pieces, and whole at the other end. */
#define DIGITS "123456789012345678901234567890123456789012345678901234567890"

START_TEST(a_big_letter_arrives_whole)
{
	static const char line[] = "." DIGITS "x\r\n",
			  heard[] = ".." DIGITS "x\n";
	struct recipient r = { .address = "ann@sink.example.test" };
	struct scene s = { 0 };
	const char *at;
	char *text;

	scene_open(&s);
	text = mem_new(1, BIG + 1);
	for (size_t i = 0; i < BIG; i += sizeof line - 1)
		memcpy(text + i, line, sizeof line - 1);
	send_letter(&s,
	    (struct envelope){
		.from = "alice@example.test", .to = &r, .n_to = 1 },
	    text);
	run_until(&s, queue_is_empty);
	ck_assert_uint_eq(s.hop.letters, 1);
	at = strstr(buf_text(&s.hop.heard), "..");
	ck_assert_ptr_nonnull(at);
	for (size_t i = 0; i < BIG; i += sizeof line - 1) {
		ck_assert_int_eq(strncmp(at, heard, sizeof heard - 1), 0);
		at += sizeof heard - 1;
	}
	ck_assert_str_eq(at, ".\nQUIT\n");
	free(text);
	scene_close(&s);
}
END_TEST

/* Faults and variants that show there. */
static const struct {
	enum fault fault;
	enum variant variant;
	const char *holds, *lacks;
	size_t letters;
} ways[] = {
	{ FAULT_NONE, VARIANT_NONE, "..dot\ntwo  \n", "\n.dot", 1 },
	{ FAULT_RELAY_TWICE, VARIANT_NONE, "..dot\n", "RSET", 2 },
	{ FAULT_RELAY_CHANGES_SENDER, VARIANT_NONE,
	    "FROM:<postmaster@example.test>", "FROM:<alice", 1 },
	{ FAULT_RELAY_LOWERS_LOCAL_PART, VARIANT_NONE, "TO:<eve@", "TO:<Eve",
	    1 },
	{ FAULT_RELAY_LOSES_RECIPIENT, VARIANT_NONE, "TO:<ann@", "TO:<Eve", 1 },
	{ FAULT_RELAY_UNSTUFFS_TWICE, VARIANT_NONE, "\n.dot\n", "..dot", 1 },
	{ FAULT_RELAY_TRIMS_LINES, VARIANT_NONE, "\ntwo\n", "two ", 1 },
	{ FAULT_NONE, VARIANT_ONE_RECIPIENT_A_TRANSACTION,
	    ".\nMAIL FROM:<alice@example.test> SIZE=65\n", "RSET", 2 },
};

START_TEST(each_way_shows_at_the_next_hop)
{
	struct scene s = { .site.fault = ways[_i].fault,
		.site.variant = ways[_i].variant };
	struct recipient r[] = { { .address = "ann@sink.example.test" },
		{ .address = "Eve@sink.example.test" } };

	scene_open(&s);
	send_letter(&s,
	    (struct envelope){
		.from = "alice@example.test", .to = r, .n_to = 2 },
	    letter);
	run_until(&s, queue_is_empty);
	ck_assert_uint_eq(s.hop.letters, ways[_i].letters);
	must_hold(buf_text(&s.hop.heard), ways[_i].holds);
	must_lack(buf_text(&s.hop.heard), ways[_i].lacks);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 0);
	scene_close(&s);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct courier_test tests[] = {
		{ a_letter_is_relayed_in_one_copy, 1 },
		{ a_peer_without_dsn_is_told_about, 1 },
		{ what_is_deferred_is_tried_again, 2 },
		{ an_address_in_chinese_is_declared, 2 },
		{ a_big_letter_arrives_whole, 1 },
		{ each_way_shows_at_the_next_hop, COUNT(ways) },
	};
	/* clang-format on */

	return run_tests("courier_relay", tests, COUNT(tests));
}
