/* SPDX-License-Identifier: MIT */
/* IMAP over sockets: what the session's own tests cannot see. */
#include "reference/testing.h"

static void
enter(struct client *c, const struct running *r)
{
	client_call(c, r, SERVICE_IMAPS);
	ck_assert_str_eq(client_secure(c, r), "");
	client_hear(c, "* OK [CAPABILITY IMAP4rev1 ");
	client_say(c, "a LOGIN alice Yan-shou-2021\r\nb SELECT INBOX\r\n");
	client_hear(c, "\r\nb OK [READ-WRITE]");
	client_hear(c, "\r\n");
}

static void
leave(struct client *c)
{
	client_say(c, "z LOGOUT\r\n");
	client_hear(c, "* BYE ");
	client_hear(c, "z OK ");
	ck_assert_str_eq(
	    client_hear_end(c), "closed by the peer (close_notify)");
	client_hang_up(c);
}

START_TEST(upgrades)
{
	struct running r;
	struct client c;

	running_up(&r, (struct serve_options){ 0 });
	client_call(&c, &r, SERVICE_IMAP);
	client_hear(&c, "* OK [CAPABILITY IMAP4rev1 ");
	client_hear(&c, " LOGINDISABLED]");
	client_say(&c, "a STARTTLS\r\nb LOGIN alice Yan-shou-2021\r\n");
	client_hear(&c, "\r\na OK ");
	client_hear(&c, "\r\n");
	ck_assert_str_eq(client_secure(&c, &r), "");
	/* b was lost: RFC 3501 6.2.1 */
	client_say(&c, "c SELECT INBOX\r\nd LOGIN alice Yan-shou-2021\r\n");
	client_hear(&c, "c BAD ");
	client_hear(&c, "d OK [CAPABILITY ");
	leave(&c);
	running_down(&r);
}
END_TEST

/* RFC 2177: what the one does wakes the other, without a word of his. */
START_TEST(wakes_who_is_idle)
{
	struct running r;
	struct client a, b;

	running_up(&r, (struct serve_options){ 0 });
	enter(&a, &r);
	enter(&b, &r);
	client_say(&a, "c IDLE\r\n");
	client_hear(&a, "+ ");
	client_say(&b, "c APPEND INBOX {5+}\r\nx\r\n\r\n\r\n");
	client_hear(&b, "\r\nc OK [APPENDUID ");
	client_hear(&a, "* 1 EXISTS\r\n");
	client_say(&b, "d STORE 1 FLAGS (\\Deleted)\r\n");
	client_hear(&a, "* 1 FETCH (FLAGS (\\Deleted");
	client_say(&b, "e EXPUNGE\r\n");
	client_hear(&a, "* 1 EXPUNGE\r\n");
	client_say(&a, "DONE\r\n");
	client_hear(&a, "c OK ");
	client_hear(&b, "e OK ");
	leave(&a);
	leave(&b);
	running_down(&r);
}
END_TEST

/* More than a server ever holds for one client, in portions. */
START_TEST(says_more_than_it_holds)
{
	enum { TIMES = 24, SIZE = 100 << 10 };
	char *text = mem_new(SIZE + 1, 1);
	struct running r;
	struct client c;
	char line[80];

	memset(text, 'x', SIZE);
	memcpy(text, "\r\n\r\n", 4);
	running_up(&r, (struct serve_options){ 0 });
	enter(&c, &r);
	(void)snprintf(
	    line, sizeof line, "c APPEND INBOX {%d+}\r\n", (int)SIZE);
	client_say(&c, line);
	client_say(&c, text);
	client_say(&c, "\r\n");
	client_hear(&c, "c OK ");
	for (int i = 0; i < TIMES; i++)
		client_say(&c, "d FETCH 1 (BODY.PEEK[])\r\n");
	client_say(&c, "e NOOP\r\n");
	for (int i = 0; i < TIMES; i++)
		client_hear(&c, "\r\nd OK ");
	client_hear(&c, "\r\ne OK ");
	leave(&c);
	running_down(&r);
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reference/serve_imap");
	TCase *tc = tcase_create("imap");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, upgrades);
	tcase_add_test(tc, wakes_who_is_idle);
	tcase_add_test(tc, says_more_than_it_holds);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
