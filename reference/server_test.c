/* SPDX-License-Identifier: MIT */
#include "reference/server.h"

#include "reference/testing.h"

START_TEST(greets_and_takes_leave)
{
	static const enum service_id ids[] = { SERVICE_SMTP,
		SERVICE_SUBMISSION };
	struct running r;
	struct client c;

	running_up(&r, (struct serve_options){ 0 });
	client_call(&c, &r, ids[_i]);
	client_hear(&c, "220 mail.example.test ");
	client_say(&c, "EHLO a.example\r\n");
	client_hear(&c, "250-STARTTLS");
	client_hear(&c, "\r\n250 ");
	client_say(&c, "QUIT\r\n");
	client_hear(&c, "221 ");
	ck_assert_str_eq(client_hear_end(&c), "closed by the peer (FIN)");
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

/* ::1 as well as 127.0.0.1, every service of them. */
START_TEST(is_there_by_ipv6)
{
	struct running r;
	struct client c;

	running_up(&r, (struct serve_options){ .host = "::1" });
	for (int i = 0; i < SERVICES; i++) {
		client_call(&c, &r, (enum service_id)i);
		if (services[i].secure)
			ck_assert_str_eq(client_secure(&c, &r), "");
		client_hang_up(&c);
	}
	client_call(&c, &r, SERVICE_SUBMISSION);
	client_hear(&c, "220 mail.example.test ");
	client_say(&c, "QUIT\r\n");
	client_hear(&c, "221 ");
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

START_TEST(secures)
{
	struct running r;
	struct client c;

	running_up(&r, (struct serve_options){ 0 });
	client_call(&c, &r, SERVICE_SUBMISSION);
	client_hear(&c, "220 ");
	client_say(&c, "EHLO a.example\r\nSTARTTLS\r\n");
	client_hear(&c, "\r\n220 ");
	client_hear(&c, "\r\n");
	ck_assert_str_eq(client_secure(&c, &r), "");
	client_say(&c, "EHLO a.example\r\n");
	client_hear(&c, "250-AUTH ");
	client_hear(&c, "\r\n250 ");
	client_say(&c, "QUIT\r\n");
	client_hear(&c, "221 ");
	ck_assert_str_eq(
	    client_hear_end(&c), "closed by the peer (close_notify)");
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

START_TEST(secures_from_the_first_byte)
{
	struct running r;
	struct client c;

	running_up(&r, (struct serve_options){ 0 });
	client_call(&c, &r, SERVICE_SUBMISSIONS);
	ck_assert_str_eq(client_secure(&c, &r), "");
	client_hear(&c, "220 mail.example.test ");
	client_say(&c, "QUIT\r\n");
	client_hear(&c, "221 ");
	client_hear_end(&c);
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

/* What was said in the clear behind STARTTLS is not obeyed inside TLS. */
START_TEST(forgets_what_was_said_before)
{
	struct running r;
	struct client c;

	running_up(&r, (struct serve_options){ 0 });
	client_call(&c, &r, SERVICE_SMTP);
	client_hear(&c, "220 ");
	client_say(&c, "EHLO a.example\r\nSTARTTLS\r\nNOOP injected\r\n");
	client_hear(&c, "\r\n220 ");
	client_hear(&c, "\r\n");
	ck_assert_uint_eq(c.heard.len, 0);
	ck_assert_str_eq(client_secure(&c, &r), "");
	client_say(&c, "QUIT\r\n");
	client_hear_end(&c);
	ck_assert_msg(strncmp(buf_text(&c.heard), "221 ", 4) == 0, "%s",
	    buf_text(&c.heard));
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

static void
client_say_in_pieces(struct client *c, const char *text, size_t piece)
{
	char some[64];

	for (size_t n = strlen(text), at = 0; at < n; at += piece) {
		snprintf(some, sizeof some, "%.*s", (int)piece, text + at);
		client_say(c, some);
	}
}

/* However a conversation is cut, it is the same; in the clear and in TLS. */
START_TEST(hears_pieces)
{
	static const size_t pieces[] = { 60, 7, 1 };
	static const char talk[] =
	    "EHLO a.example\r\nMAIL FROM:<x@y.example>\r\nRCPT "
	    "TO:<bob@example.test>\r\nDATA\r\n";
	struct running r;
	struct client c;

	running_up(&r, (struct serve_options){ 0 });
	client_call(&c, &r, SERVICE_SMTP);
	if (_i >= 3) {
		client_hear(&c, "220 ");
		client_say(&c, "EHLO a.example\r\nSTARTTLS\r\n");
		client_hear(&c, "\r\n220 ");
		client_hear(&c, "\r\n");
		ck_assert_str_eq(client_secure(&c, &r), "");
	}
	client_say_in_pieces(&c, talk, pieces[_i % 3]);
	client_hear(&c, "\r\n354 ");
	client_say_in_pieces(
	    &c, "Subject: x\r\n\r\n..\r\n.\r\nQUIT\r\n", pieces[_i % 3]);
	client_hear(&c, "\r\n250 ");
	client_hear(&c, "\r\n221 ");
	client_hear_end(&c);
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

START_TEST(resets)
{
	struct running r;
	struct client c;

	running_up(
	    &r, (struct serve_options){ .variant = VARIANT_CLOSES_WITH_RST });
	client_call(&c, &r, SERVICE_SMTP);
	client_hear(&c, "220 ");
	client_say(&c, "QUIT\r\n");
	ck_assert_str_eq(client_hear_end(&c), "reset by the peer (RST)");
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

START_TEST(sends_the_idle_away)
{
	struct running r;
	struct client c;

	running_up(&r, (struct serve_options){ .idle_ms = 30 });
	client_call(&c, &r, SERVICE_SMTP);
	client_hear(&c, "220 ");
	client_hear(&c, "\r\n421 ");
	ck_assert_str_eq(client_hear_end(&c), "closed by the peer (FIN)");
	client_hang_up(&c);
	/* who does not even begin the handshake hears nothing */
	client_call(&c, &r, SERVICE_SUBMISSIONS);
	client_hear_end(&c);
	ck_assert_uint_eq(c.heard.len, 0);
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

START_TEST(sends_the_many_away)
{
	struct running r;
	struct client c[3];

	running_up(&r, (struct serve_options){ .connections_most = 2 });
	for (int i = 0; i < 3; i++) {
		client_call(&c[i], &r, SERVICE_SMTP);
		client_hear(&c[i], i < 2 ? "220 " : "421 4.3.2 ");
	}
	client_hear_end(&c[2]);
	/* there is room again when one has left */
	client_say(&c[0], "QUIT\r\n");
	client_hear_end(&c[0]);
	for (int i = 0; i < 3; i++)
		client_hang_up(&c[i]);
	running_down(&r);
}
END_TEST

/* A client that sends and does not read stops being read, and loses none. */
START_TEST(holds_back)
{
	enum { N = 60000 };
	struct running r;
	struct client c;
	struct buf out;
	size_t n = 0, at;
	struct span rest;
	enum stream_wait put = STREAM_DONE, got;

	running_up(&r, (struct serve_options){ 0 });
	client_call(&c, &r, SERVICE_SMTP);
	buf_init(&out, HEARD_MOST);
	c.heard.cap = 8 * HEARD_MOST;
	for (int i = 0; i < N; i++)
		buf_add(&out, SPAN("NOOP\r\n"));
	buf_add(&out, SPAN("QUIT\r\n"));
	for (;;) {
		if (out.len > 0)
			put = stream_write(&c.s, &out);
		if (out.len > 0 && put == STREAM_DONE)
			continue;
		got = stream_read(&c.s, &c.heard, HEARD_MOST);
		if (got == STREAM_OVER)
			break;
		if (got == STREAM_WANT_READ)
			client_await(&c, STREAM_WANT_READ);
	}
	rest = buf_span(&c.heard);
	while ((at = span_find(rest, SPAN("\n"))) < rest.len) {
		rest = span_skip(rest, at + 1);
		n++;
	}
	ck_assert_uint_eq(n, N + 2); /* greeting, farewell */
	buf_free(&out);
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("reference/server");
	TCase *tc = tcase_create("server");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, greets_and_takes_leave, 0, 2);
	tcase_add_test(tc, is_there_by_ipv6);
	tcase_add_test(tc, secures);
	tcase_add_test(tc, secures_from_the_first_byte);
	tcase_add_test(tc, forgets_what_was_said_before);
	tcase_add_loop_test(tc, hears_pieces, 0, 6);
	tcase_add_test(tc, resets);
	tcase_add_test(tc, sends_the_idle_away);
	tcase_add_test(tc, sends_the_many_away);
	tcase_add_test(tc, holds_back);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
