/* SPDX-License-Identifier: MIT */
/*
 * HTTP through sockets: in the clear and in TLS, by IPv4 and by IPv6.
 */
#include "reference/http/testing_server.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct {
	const char *host, *peer;
	bool secure;
} rows[] = {
	{ "127.0.0.1", "127.0.0.1:", false },
	{ "127.0.0.1", "127.0.0.1:", true },
	{ "::1", "[::1]:", false },
	{ "::1", "[::1]:", true },
};

static void
call(struct client *c, struct testing_server *t, bool secure)
{
	ck_assert(client_try_call_at(c, t->base.host, t->port));
	if (secure)
		ck_assert_str_eq(client_secure(c, &t->base), "");
}

START_TEST(serves)
{
	struct testing_server t;
	struct client c;

	testing_server_up(&t, rows[_i].host, rows[_i].secure);
	call(&c, &t, rows[_i].secure);
	client_say(&c, GET("/who") GET("/nowhere"));
	client_hear(&c, "HTTP/1.1 200 OK\r\n");
	client_hear(&c, rows[_i].peer);
	client_hear(&c, rows[_i].secure ? " tls 1.1" : " clear 1.1");
	client_hear(&c, "HTTP/1.1 404 Not Found\r\n");
	client_hear(&c, "nothing here.\n");
	client_say(&c, "GET /hello HTTP/1.0\r\n\r\n");
	client_hear(&c, "Connection: close\r\n\r\nhello");
	ck_assert_str_eq(client_hear_end(&c),
	    rows[_i].secure ? "closed by the peer (close_notify)"
			    : "closed by the peer (FIN)");
	ck_assert_uint_eq(c.heard.len, 0);
	client_hang_up(&c);
	testing_server_down(&t);
}
END_TEST

/* Longer than what the server holds for one client at a time. */
START_TEST(sends_what_is_long)
{
	struct testing_server t;
	struct client c;

	testing_server_up(&t, rows[_i].host, rows[_i].secure);
	call(&c, &t, rows[_i].secure);
	c.heard.cap = 8 * HEARD_MOST;
	client_say(&c, GET("/long") GET("/long") GET("/long") GET("/long")
			   GET("/long") GET("/leave"));
	client_hear_end(&c);
	ck_assert_uint_gt(c.heard.len, 5 * TESTING_LONG);
	ck_assert_uint_lt(c.heard.len, 5 * TESTING_LONG + 2000);
	client_hang_up(&c);
	testing_server_down(&t);
}
END_TEST

/* A refusal is heard although the body is still on its way. */
START_TEST(is_heard_by_who_goes_on)
{
	enum { PIECES = 64 };
	char piece[4096];
	struct testing_server t;
	struct client c;

	testing_server_up(&t, rows[_i].host, rows[_i].secure);
	call(&c, &t, rows[_i].secure);
	client_say(&c, "POST /echo HTTP/1.1\r\nHost: a\r\n"
		       "Content-Length: 99999999\r\n\r\n");
	memset(piece, 'a', sizeof piece);
	piece[sizeof piece - 1] = '\0';
	for (int i = 0; i < PIECES; i++)
		client_say(&c, piece);
	client_hear(&c, "HTTP/1.1 413 Content Too Large\r\n");
	client_hear(&c, "Connection: close\r\n");
	client_hang_up(&c);
	testing_server_down(&t);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("reference/http/server");
	TCase *tc = tcase_create("server");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, serves, 0, 4);
	tcase_add_loop_test(tc, sends_what_is_long, 0, 4);
	tcase_add_loop_test(tc, is_heard_by_who_goes_on, 0, 4);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
