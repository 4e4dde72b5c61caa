/* SPDX-License-Identifier: MIT */
#include "reference/hostile.h"

#include "reference/testing.h"

START_TEST(misbehaves)
{
	/* clang-format off */
	static const struct {
		enum hostile how;
		const char *say;   /* or NULL */
		const char *hear;  /* at least that, or NULL */
		size_t least;      /* octets heard before we hang up */
		const char *end;   /* how it ends by itself, or NULL */
	} rows[] = {
		{ HOSTILE_SILENT, "EHLO a\r\n", NULL, 0, NULL },
		{ HOSTILE_TRICKLE, NULL, NULL, 1, NULL },
		{ HOSTILE_ENDLESS_LINE, NULL, "220 mail.example.test AAAA",
		  9000, NULL },
		{ HOSTILE_GARBAGE, NULL, NULL, 3000, NULL },
		{ HOSTILE_CLOSE_AT_ONCE, NULL, NULL, 0,
		  "closed by the peer (FIN)" },
		{ HOSTILE_RESET_AT_ONCE, NULL, NULL, 0,
		  "reset by the peer (RST)" },
		{ HOSTILE_CLOSE_MID_GREETING, NULL, "220 mail.exam", 0,
		  "closed by the peer (FIN)" },
		{ HOSTILE_TLS_GARBAGE, "EHLO a\r\nQUIT\r\n", "\r\n221 ", 0,
		  "closed by the peer (FIN)" },
		{ HOSTILE_TLS_CLOSE, "EHLO a\r\nQUIT\r\n", "\r\n221 ", 0,
		  "closed by the peer (FIN)" },
		{ HOSTILE_ENDLESS_REPLY, "EHLO a\r\n",
		  "250-X-ENDLESS\r\n250-X-ENDLESS\r\n", 1000, NULL },
		{ HOSTILE_WRONG_PROTOCOL, NULL, "HTTP/1.1 400 ", 0, NULL },
		{ HOSTILE_BINARY_ZERO, NULL, "220 mail.", 3000, NULL },
		{ HOSTILE_GOOD_THEN_SILENT, "EHLO a\r\nNOOP\r\n",
		  "250 SIZE 10485760\r\n", 0, NULL },
		{ HOSTILE_HUGE_CODE, "EHLO a\r\n",
		  "2202 ready\r\n2202202202202202202202", 0, NULL },
		{ HOSTILE_HUGE_LITERAL, "EHLO a\r\n", "{4294967295}\r\n250-",
		  0, NULL },
		{ HOSTILE_ENDLESS_LITERAL, "EHLO a\r\n",
		  "{4294967295}\r\n250-AAAA", 3000, NULL },
	};
	/* clang-format on */
	enum stream_wait wait;
	struct running r;
	struct client c;

	ck_assert_int_eq(sizeof rows / sizeof *rows, HOSTILE_COUNT - 1);
	ck_assert_int_eq(rows[_i].how, _i + 1);
	running_up(&r, (struct serve_options){ .hostile = rows[_i].how });
	if (!client_try_call(&c, &r, SERVICE_SMTP)) {
		ck_assert_int_eq(rows[_i].how, HOSTILE_RESET_AT_ONCE);
		goto out;
	}
	if (rows[_i].say != NULL)
		client_say(&c, rows[_i].say);
	if (rows[_i].hear != NULL)
		client_hear(&c, rows[_i].hear);
	while (c.heard.len < rows[_i].least) {
		wait = stream_read(&c.s, &c.heard, HEARD_MOST);
		ck_assert_msg(wait != STREAM_OVER, "%s", c.s.detail);
		if (wait != STREAM_DONE)
			client_await(&c, wait);
	}
	if (rows[_i].end != NULL)
		ck_assert_str_eq(client_hear_end(&c), rows[_i].end);
out:
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

/* Each in the language of the service it stands for. */
static const struct {
	enum hostile how;
	enum service_id id;
	const char *say, *hear;
} languages[] = {
	{ HOSTILE_GOOD_THEN_SILENT, SERVICE_IMAP, "a NOOP\r\n",
	    "* OK mail.example.test ready\r\na OK done\r\n" },
	{ HOSTILE_TLS_CLOSE, SERVICE_IMAP, "a CAPABILITY\r\nb LOGOUT\r\n",
	    "\r\na OK done\r\n* BYE bye\r\nb OK done\r\n" },
	{ HOSTILE_ENDLESS_REPLY, SERVICE_IMAP, "a NOOP\r\n",
	    "* 1 FETCH ()\r\n* 1 FETCH ()\r\n" },
	{ HOSTILE_HUGE_CODE, SERVICE_IMAP, "a NOOP\r\n",
	    "2202 EXISTS\r\n* 2202" },
	{ HOSTILE_HUGE_LITERAL, SERVICE_IMAP, "a NOOP\r\n",
	    "* 1 FETCH (BODY[] {4294967295}\r\n" },
	{ HOSTILE_ENDLESS_LITERAL, SERVICE_IMAP, "a NOOP\r\n",
	    "{4294967295}\r\nAAAA" },
	{ HOSTILE_WRONG_PROTOCOL, SERVICE_IMAP, NULL, "HTTP/1.1 400 " },
	{ HOSTILE_GOOD_THEN_SILENT, SERVICE_POP3, "CAPA\r\n",
	    "+OK mail.example.test ready\r\n+OK\r\nSTLS\r\n" },
	{ HOSTILE_ENDLESS_REPLY, SERVICE_POP3, "LIST\r\n",
	    "+OK\r\n1 12345678901\r\n1 12345678901\r\n" },
	{ HOSTILE_HUGE_LITERAL, SERVICE_POP3, "RETR 1\r\n",
	    "+OK 4294967295 octets\r\n" },
	{ HOSTILE_ENDLESS_LITERAL, SERVICE_POP3, "RETR 1\r\n",
	    "+OK 4294967295 octets\r\nAAAA" },
	{ HOSTILE_GOOD_THEN_SILENT, SERVICE_LDAP, "1.3.6.1.4.1.1466.20037",
	    "0\x0c\x02\x01\x01x\x07\x0a\x01" },
	{ HOSTILE_ENDLESS_REPLY, SERVICE_LDAP, "0", "x0\x18\x02\x01\x01" },
	{ HOSTILE_HUGE_LITERAL, SERVICE_LDAP, "0", "0\x84\xff\xff\xff\xff" },
};

START_TEST(speaks_the_language)
{
	struct running r;
	struct client c;

	running_up(&r, (struct serve_options){ .hostile = languages[_i].how });
	client_call(&c, &r, languages[_i].id);
	if (languages[_i].say != NULL)
		client_say(&c, languages[_i].say);
	client_hear(&c, languages[_i].hear);
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

START_TEST(misbehaves_in_tls)
{
	static const struct {
		enum hostile how;
		enum service_id id;
		const char *says;
	} rows[] = {
		{ HOSTILE_TLS_GARBAGE, SERVICE_SUBMISSION, "TLS: " },
		{ HOSTILE_TLS_CLOSE, SERVICE_SUBMISSION,
		    "TLS: during the handshake closed by the peer (FIN)" },
		{ HOSTILE_TLS_GARBAGE, SERVICE_SUBMISSIONS, "TLS: " },
		{ HOSTILE_TLS_CLOSE, SERVICE_SUBMISSIONS,
		    "TLS: during the handshake closed by the peer (FIN)" },
		{ HOSTILE_WRONG_PROTOCOL, SERVICE_SUBMISSIONS,
		    "TLS: what the peer sends is not TLS" },
		{ HOSTILE_GOOD_THEN_SILENT, SERVICE_SUBMISSIONS, "" },
	};
	struct running r;
	struct client c;
	const char *why;

	running_up(&r, (struct serve_options){ .hostile = rows[_i].how });
	client_call(&c, &r, rows[_i].id);
	if (rows[_i].id == SERVICE_SUBMISSION) {
		client_say(&c, "EHLO a\r\nSTARTTLS\r\n");
		client_hear(&c, "220 2.0.0 go ahead\r\n");
	}
	why = client_secure(&c, &r);
	ck_assert_msg(
	    strncmp(why, rows[_i].says, strlen(rows[_i].says)) == 0, "%s", why);
	ck_assert_int_eq(*why == '\0', *rows[_i].says == '\0');
	if (*why == '\0')
		client_hear(&c, "220 mail.example.test ");
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

START_TEST(hostile_names)
{
	enum hostile h;

	for (int i = 0; i < HOSTILE_COUNT; i++) {
		const struct hostile_row *row = hostile_get((enum hostile)i);

		ck_assert(hostile_find(row->name, &h));
		ck_assert_int_eq(h, i);
		ck_assert_uint_gt(strlen(row->en), 0);
		ck_assert_uint_gt(strlen(row->zh), 0);
	}
	ck_assert(!hostile_find("friendly", &h));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("reference/hostile");
	TCase *tc = tcase_create("hostile");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, misbehaves, 0, HOSTILE_COUNT - 1);
	tcase_add_loop_test(
	    tc, speaks_the_language, 0, sizeof languages / sizeof languages[0]);
	tcase_add_loop_test(tc, misbehaves_in_tls, 0, 6);
	tcase_add_test(tc, hostile_names);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
