/* SPDX-License-Identifier: MIT */
/*
 * What was accepted gets where it has to go, even if the server is killed in
 * between.
 */
#include <sys/wait.h>

#include "lib/profile.h"
#include "lib/text.h"
#include "reference/store.h"
#include "reference/testing.h"

static void
submit(struct client *c, const struct profile_account *a, const char *to)
{
	const char plain[] = "AUTH PLAIN ";
	struct buf secret, line;

	buf_init(&secret, 512);
	buf_init(&line, 1024);
	buf_add(&secret, (struct span){ "", 1 });
	buf_add(&secret, span_of(a->user));
	buf_add(&secret, (struct span){ "", 1 });
	buf_add(&secret, span_of(a->password));
	buf_addf(&line, "%s", plain);
	text_base64(buf_span(&secret), &line);
	buf_addf(&line, "\r\nMAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n",
	    a->address, to);
	client_hear(c, "220 ");
	client_say(c, "EHLO a.example\r\n");
	client_hear(c, "\r\n250 ");
	client_say(c, buf_text(&line));
	client_hear(c, "\r\n354 ");
	client_say(c, "Subject: hello\r\n\r\nhello\r\n.\r\n");
	client_hear(c, "\r\n250 ");
	client_say(c, "QUIT\r\n");
	client_hear_end(c);
	buf_free(&secret);
	buf_free(&line);
}

/* As little of a server as the courier can do with. */
static void
take_mail(struct client *c, int listener)
{
	struct pollfd p = { .fd = listener, .events = POLLIN };

	ck_assert_int_eq(poll(&p, 1, WAIT_MS), 1);
	stream_init(&c->s, net_accept(listener, NULL));
	buf_init(&c->heard, HEARD_MOST);
	client_say(c, "220 sink.example.test\r\n");
	client_hear(c, "EHLO mail.example.test\r\n");
	client_say(c, "250 sink.example.test\r\n");
	client_hear(c, "MAIL FROM:<alice@example.test>");
	client_hear(c, "\r\n");
	client_say(c, "250 OK\r\n");
	client_hear(c, "RCPT TO:<us@sink.example.test>\r\n");
	client_say(c, "250 OK\r\n");
	client_hear(c, "DATA\r\n");
	client_say(c, "354 go\r\n");
	client_hear(c, "\r\n\r\nhello\r\n.\r\n");
	client_say(c, "250 OK\r\n");
	client_hear(c, "QUIT\r\n");
	client_say(c, "221 bye\r\n");
	client_hear_end(c);
	client_hang_up(c);
}

/*
 * One to a mailbox and one to the sink, which is reached through the address
 * in the profile; the first is delivered before the second is relayed.
 */
START_TEST(carries_mail)
{
	static const char *const to[] = { "bob@example.test",
		"us@sink.example.test" };
	char dir[] = "/tmp/serve_test.XXXXXX";
	int64_t messages = 0, bytes = 0;
	struct store *store;
	struct running r;
	struct profile p;
	struct client c;
	struct err err;
	int listener;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	running_up(&r, (struct serve_options){ .data_dir = dir });
	ck_assert(profile_read(serve_profile(r.serve), &p, &err));
	ck_assert_msg(net_listen(p.mail.sink_host, p.mail.sink_port, &listener,
			  NULL, &err),
	    "%s", err.what);
	for (int i = 0; i < 2; i++) {
		client_call(&c, &r, SERVICE_SUBMISSIONS);
		ck_assert_str_eq(client_secure(&c, &r), "");
		submit(&c, profile_account(&p, "alice"), to[i]);
		client_hang_up(&c);
	}
	take_mail(&c, listener);
	close(listener);
	running_down(&r);
	store = store_open(dir, &err);
	ck_assert_msg(store != NULL, "%s", err.what);
	ck_assert(store_mailbox_count(store, SPAN("bob"), &messages, &bytes));
	ck_assert_int_eq(messages, 1);
	store_close(store);
	profile_free(&p);
	nftw(dir, running_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

static void
send_to_bob(struct client *c, int n)
{
	for (int i = 0; i < n; i++) {
		client_say(c, "MAIL FROM:<x@y.example>\r\n"
			      "RCPT TO:<bob@example.test>\r\nDATA\r\n");
		client_hear(c, "\r\n354 ");
		client_say(c, "Subject: x\r\n\r\nx\r\n.\r\n");
		client_hear(c, "\r\n250 ");
	}
}

/*
 * What was answered 250 is delivered once, by the next server on the same
 * store.  The last message may have been accepted without our hearing of it.
 */
START_TEST(survives_a_kill)
{
	enum { N = 25 };
	char dir[] = "/tmp/serve_test.XXXXXX";
	struct serve_options o = { .world_dir = "fixtures/world" };
	int64_t messages = 0, bytes = 0;
	struct store *store;
	struct profile p;
	struct running r;
	struct client c;
	struct err err;
	char *path;
	int fd;
	pid_t pid;

	o.run_dir = o.data_dir = mkdtemp(dir);
	path = mem_textf("%s/target.yaml", dir);
	ck_assert_msg(serve_fork(&o, &pid, &err), "%s", err.what);
	ck_assert_msg(profile_read(path, &p, &err), "%s", err.what);
	ck_assert(net_connect("127.0.0.1", profile_endpoint(&p, "smtp")->port,
	    WAIT_MS, &fd, &err));
	profile_free(&p);
	stream_init(&c.s, fd);
	buf_init(&c.heard, HEARD_MOST);
	client_hear(&c, "220 ");
	client_say(&c, "EHLO a.example\r\n");
	client_hear(&c, "\r\n250 ");
	send_to_bob(&c, N);
	client_say(&c,
	    "MAIL FROM:<x@y.example>\r\nRCPT TO:<bob@example.test>\r\n"
	    "DATA\r\n");
	client_hear(&c, "\r\n354 ");
	client_say(&c, "Subject: x\r\n\r\nx\r\n.\r\n");
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	client_hang_up(&c);

	running_up(&r, (struct serve_options){ .data_dir = dir });
	ck_assert(profile_read(serve_profile(r.serve), &p, &err));
	ck_assert(
	    net_listen(p.mail.sink_host, p.mail.sink_port, &fd, NULL, &err));
	client_call(&c, &r, SERVICE_SUBMISSIONS);
	ck_assert_str_eq(client_secure(&c, &r), "");
	submit(&c, profile_account(&p, "alice"), "us@sink.example.test");
	client_hang_up(&c);
	take_mail(&c, fd); /* whatever was due before has gone before */
	close(fd);
	profile_free(&p);
	running_down(&r);
	store = store_open(dir, &err);
	ck_assert_msg(store != NULL, "%s", err.what);
	ck_assert(store_mailbox_count(store, SPAN("bob"), &messages, &bytes));
	ck_assert_msg(
	    messages == N || messages == N + 1, "%d of %d", (int)messages, N);
	store_close(store);
	free(path);
	nftw(dir, running_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("reference/serve_queue");
	TCase *tc = tcase_create("serve_queue");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, carries_mail);
	tcase_add_test(tc, survives_a_kill);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
