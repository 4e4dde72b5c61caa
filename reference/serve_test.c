/* SPDX-License-Identifier: MIT */
#include "reference/serve.h"

#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "lib/profile.h"
#include "lib/text.h"
#include "lib/tls.h"
#include "reference/store.h"

enum { WAIT_MS = 10000, HEARD_MOST = 1 << 20 };

/* ---- a server in a thread ---- */

struct running {
	char dir[64];
	struct serve *serve;
	volatile bool stop;
	pthread_t thread;
};

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static void *
run(void *ctx)
{
	struct running *r = ctx;

	serve_run(r->serve, &r->stop, false);
	return NULL;
}

static void
up(struct running *r, struct serve_options o)
{
	struct err err;

	memset(r, 0, sizeof *r);
	strcpy(r->dir, "/tmp/serve_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(r->dir));
	o.world_dir = "fixtures/world";
	o.run_dir = r->dir;
	r->serve = serve_start(&o, &err);
	ck_assert_msg(r->serve != NULL, "%s", err.what);
	ck_assert_int_eq(pthread_create(&r->thread, NULL, run, r), 0);
}

static void
down(struct running *r)
{
	struct err err;
	int fd;

	/* a caller wakes the loop, so that it sees the flag at once */
	r->stop = true;
	if (net_connect("127.0.0.1", serve_port(r->serve, SERVICE_SMTP),
		WAIT_MS, &fd, &err))
		close(fd);
	pthread_join(r->thread, NULL);
	serve_stop(r->serve);
	nftw(r->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- a client that knows nothing of SMTP ---- */

struct client {
	struct stream s;
	struct buf heard;
};

/* False when the server was quicker with its RST than we with our look. */
static bool
try_call(struct client *c, const struct running *r, enum service_id id)
{
	struct err err;
	int fd;
	const bool ok = net_connect(
	    "127.0.0.1", serve_port(r->serve, id), WAIT_MS, &fd, &err);

	ck_assert_msg(ok || err.sys == ECONNRESET, "%s", err.what);
	stream_init(&c->s, fd);
	buf_init(&c->heard, HEARD_MOST);
	return ok;
}

static void
call(struct client *c, const struct running *r, enum service_id id)
{
	ck_assert(try_call(c, r, id));
}

static void
hang_up(struct client *c)
{
	stream_close(&c->s);
	buf_free(&c->heard);
}

/* Fails the test when nothing happens for long. */
static void
await(struct client *c, enum stream_wait wait)
{
	struct pollfd p = { .fd = c->s.fd,
		.events = wait == STREAM_WANT_WRITE ? POLLOUT : POLLIN };

	ck_assert_msg(poll(&p, 1, WAIT_MS) == 1, "heard only \"%s\"",
	    buf_text(&c->heard));
}

static void
say(struct client *c, const char *text)
{
	struct buf b;
	enum stream_wait wait;

	buf_init(&b, HEARD_MOST);
	buf_add(&b, span_of(text));
	while ((wait = stream_write(&c->s, &b)) != STREAM_DONE) {
		ck_assert_msg(wait != STREAM_OVER, "%s", c->s.detail);
		await(c, wait);
	}
	buf_free(&b);
}

/* Reads until "text" came; forgets everything up to its end. */
static void
hear(struct client *c, const char *text)
{
	enum stream_wait wait;
	size_t at;

	while ((at = span_find(buf_span(&c->heard), span_of(text))) ==
	       c->heard.len) {
		wait = stream_read(&c->s, &c->heard, HEARD_MOST);
		ck_assert_msg(wait != STREAM_OVER,
		    "waiting for \"%s\", heard \"%s\": %s", text,
		    buf_text(&c->heard), c->s.detail);
		if (wait != STREAM_DONE)
			await(c, wait);
	}
	buf_drop(&c->heard, at + strlen(text));
}

/* Reads to the end; says how it came. */
static const char *
hear_end(struct client *c)
{
	enum stream_wait wait;

	while (
	    (wait = stream_read(&c->s, &c->heard, HEARD_MOST)) != STREAM_OVER)
		if (wait != STREAM_DONE)
			await(c, wait);
	return c->s.detail;
}

/* "" when the handshake succeeded, else why it did not. */
static const char *
secure_with(struct client *c, const struct running *r, const char *version)
{
	char *trust = mem_textf("%s/pki/ca.pem", r->dir);
	enum stream_wait wait;
	struct tls_context *tls;
	struct err err;

	tls = tls_client(trust, &err);
	ck_assert_msg(tls != NULL, "%s", err.what);
	ck_assert(tls_versions(tls, version, version));
	stream_secure_client(&c->s, tls, "mail.example.test");
	while (
	    (wait = stream_shake(&c->s)) != STREAM_DONE && wait != STREAM_OVER)
		await(c, wait);
	tls_context_free(tls);
	free(trust);
	return c->s.detail;
}

static const char *
secure(struct client *c, const struct running *r)
{
	return secure_with(c, r, NULL);
}

/* ---- conversations ---- */

START_TEST(greets_and_takes_leave)
{
	static const enum service_id ids[] = { SERVICE_SMTP,
		SERVICE_SUBMISSION };
	struct running r;
	struct client c;

	up(&r, (struct serve_options){ 0 });
	call(&c, &r, ids[_i]);
	hear(&c, "220 mail.example.test ");
	say(&c, "EHLO a.example\r\n");
	hear(&c, "250-STARTTLS");
	hear(&c, "\r\n250 ");
	say(&c, "QUIT\r\n");
	hear(&c, "221 ");
	ck_assert_str_eq(hear_end(&c), "closed by the peer (FIN)");
	hang_up(&c);
	down(&r);
}
END_TEST

START_TEST(secures)
{
	struct running r;
	struct client c;

	up(&r, (struct serve_options){ 0 });
	call(&c, &r, SERVICE_SUBMISSION);
	hear(&c, "220 ");
	say(&c, "EHLO a.example\r\nSTARTTLS\r\n");
	hear(&c, "\r\n220 ");
	hear(&c, "\r\n");
	ck_assert_str_eq(secure(&c, &r), "");
	say(&c, "EHLO a.example\r\n");
	hear(&c, "250-AUTH ");
	hear(&c, "\r\n250 ");
	say(&c, "QUIT\r\n");
	hear(&c, "221 ");
	ck_assert_str_eq(hear_end(&c), "closed by the peer (close_notify)");
	hang_up(&c);
	down(&r);
}
END_TEST

START_TEST(secures_from_the_first_byte)
{
	struct running r;
	struct client c;

	up(&r, (struct serve_options){ 0 });
	call(&c, &r, SERVICE_SUBMISSIONS);
	ck_assert_str_eq(secure(&c, &r), "");
	hear(&c, "220 mail.example.test ");
	say(&c, "QUIT\r\n");
	hear(&c, "221 ");
	hear_end(&c);
	hang_up(&c);
	down(&r);
}
END_TEST

/* What was said in the clear behind STARTTLS is not obeyed inside TLS. */
START_TEST(forgets_what_was_said_before)
{
	struct running r;
	struct client c;

	up(&r, (struct serve_options){ 0 });
	call(&c, &r, SERVICE_SMTP);
	hear(&c, "220 ");
	say(&c, "EHLO a.example\r\nSTARTTLS\r\nNOOP injected\r\n");
	hear(&c, "\r\n220 ");
	hear(&c, "\r\n");
	ck_assert_uint_eq(c.heard.len, 0);
	ck_assert_str_eq(secure(&c, &r), "");
	say(&c, "QUIT\r\n");
	hear_end(&c);
	ck_assert_msg(strncmp(buf_text(&c.heard), "221 ", 4) == 0, "%s",
	    buf_text(&c.heard));
	hang_up(&c);
	down(&r);
}
END_TEST

static void
say_in_pieces(struct client *c, const char *text, size_t piece)
{
	char some[64];

	for (size_t n = strlen(text), at = 0; at < n; at += piece) {
		snprintf(some, sizeof some, "%.*s", (int)piece, text + at);
		say(c, some);
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

	up(&r, (struct serve_options){ 0 });
	call(&c, &r, SERVICE_SMTP);
	if (_i >= 3) {
		hear(&c, "220 ");
		say(&c, "EHLO a.example\r\nSTARTTLS\r\n");
		hear(&c, "\r\n220 ");
		hear(&c, "\r\n");
		ck_assert_str_eq(secure(&c, &r), "");
	}
	say_in_pieces(&c, talk, pieces[_i % 3]);
	hear(&c, "\r\n354 ");
	say_in_pieces(
	    &c, "Subject: x\r\n\r\n..\r\n.\r\nQUIT\r\n", pieces[_i % 3]);
	hear(&c, "\r\n250 ");
	hear(&c, "\r\n221 ");
	hear_end(&c);
	hang_up(&c);
	down(&r);
}
END_TEST

START_TEST(resets)
{
	struct running r;
	struct client c;

	up(&r, (struct serve_options){ .variant = VARIANT_CLOSES_WITH_RST });
	call(&c, &r, SERVICE_SMTP);
	hear(&c, "220 ");
	say(&c, "QUIT\r\n");
	ck_assert_str_eq(hear_end(&c), "reset by the peer (RST)");
	hang_up(&c);
	down(&r);
}
END_TEST

START_TEST(sends_the_idle_away)
{
	struct running r;
	struct client c;

	up(&r, (struct serve_options){ .idle_ms = 30 });
	call(&c, &r, SERVICE_SMTP);
	hear(&c, "220 ");
	hear(&c, "\r\n421 ");
	ck_assert_str_eq(hear_end(&c), "closed by the peer (FIN)");
	hang_up(&c);
	/* who does not even begin the handshake hears nothing */
	call(&c, &r, SERVICE_SUBMISSIONS);
	hear_end(&c);
	ck_assert_uint_eq(c.heard.len, 0);
	hang_up(&c);
	down(&r);
}
END_TEST

START_TEST(sends_the_many_away)
{
	struct running r;
	struct client c[3];

	up(&r, (struct serve_options){ .connections_most = 2 });
	for (int i = 0; i < 3; i++) {
		call(&c[i], &r, SERVICE_SMTP);
		hear(&c[i], i < 2 ? "220 " : "421 4.3.2 ");
	}
	hear_end(&c[2]);
	/* there is room again when one has left */
	say(&c[0], "QUIT\r\n");
	hear_end(&c[0]);
	for (int i = 0; i < 3; i++)
		hang_up(&c[i]);
	down(&r);
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

	up(&r, (struct serve_options){ 0 });
	call(&c, &r, SERVICE_SMTP);
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
			await(&c, STREAM_WANT_READ);
	}
	rest = buf_span(&c.heard);
	while ((at = span_find(rest, SPAN("\n"))) < rest.len) {
		rest = span_skip(rest, at + 1);
		n++;
	}
	ck_assert_uint_eq(n, N + 2); /* greeting, farewell */
	buf_free(&out);
	hang_up(&c);
	down(&r);
}
END_TEST

/* A client that believes our CA is told what is wrong with the leaf. */
START_TEST(shows_bad_certificates)
{
	static const struct {
		enum fault fault;
		const char *says;
	} rows[] = {
		{ FAULT_TLS_CERTIFICATE_EXPIRED, "certificate has expired" },
		{ FAULT_TLS_CERTIFICATE_OTHER_NAME, "hostname mismatch" },
		{ FAULT_TLS_CERTIFICATE_SELF_SIGNED, "self-signed" },
		{ FAULT_TLS_CERTIFICATE_WEAK_KEY, "key too weak" },
	};
	struct running r;
	struct client c;
	const char *why;

	up(&r, (struct serve_options){ .fault = rows[_i].fault });
	call(&c, &r, SERVICE_SUBMISSIONS);
	why = secure(&c, &r);
	ck_assert_msg(strstr(why, rows[_i].says) != NULL, "%s", why);
	hang_up(&c);
	down(&r);
}
END_TEST

static void
start_tls(struct client *c)
{
	hear(c, "220 ");
	say(c, "EHLO a.example\r\nSTARTTLS\r\n");
	hear(c, "\r\n220 ");
	hear(c, "\r\n");
}

START_TEST(lets_in_versions)
{
	static const struct {
		enum fault fault;
		enum service_id id;
		const char *version;
		bool let_in;
	} rows[] = {
		{ FAULT_NONE, SERVICE_SMTP, "TLSv1", false },
		{ FAULT_NONE, SERVICE_SMTP, "TLSv1.1", false },
		{ FAULT_NONE, SERVICE_SUBMISSIONS, "TLSv1.1", false },
		{ FAULT_NONE, SERVICE_SUBMISSIONS, "TLSv1.2", true },
		{ FAULT_TLS_1_0_ALLOWED, SERVICE_SMTP, "TLSv1", true },
		{ FAULT_TLS_1_0_ALLOWED, SERVICE_SUBMISSIONS, "TLSv1", true },
		{ FAULT_TLS_STARTTLS_1_1_ALLOWED, SERVICE_SMTP, "TLSv1.1",
		    true },
		{ FAULT_TLS_STARTTLS_1_1_ALLOWED, SERVICE_SMTP, "TLSv1",
		    false },
		{ FAULT_TLS_STARTTLS_1_1_ALLOWED, SERVICE_SUBMISSIONS,
		    "TLSv1.1", false },
	};
	struct running r;
	struct client c;
	const char *why;

	up(&r, (struct serve_options){ .fault = rows[_i].fault });
	call(&c, &r, rows[_i].id);
	if (rows[_i].id == SERVICE_SMTP)
		start_tls(&c);
	why = secure_with(&c, &r, rows[_i].version);
	ck_assert_msg((*why == '\0') == rows[_i].let_in, "%s", why);
	hang_up(&c);
	down(&r);
}
END_TEST

START_TEST(cuts_off)
{
	struct running r;
	struct client c;

	up(&r, (struct serve_options){ .fault = FAULT_TLS_CUT_OFF });
	call(&c, &r, SERVICE_SMTP);
	start_tls(&c);
	ck_assert_str_eq(hear_end(&c), "closed by the peer (FIN)");
	hang_up(&c);
	call(&c, &r, SERVICE_SUBMISSION);
	start_tls(&c);
	ck_assert_str_eq(secure(&c, &r), "");
	hang_up(&c);
	down(&r);
}
END_TEST

/* To the silent, to who speaks SMTP; who begins with TLS gets TLS. */
START_TEST(speaks_plain)
{
	struct running r;
	struct client c;

	up(&r,
	    (struct serve_options){ .fault = FAULT_SUBMISSIONS_SPEAK_PLAIN });
	call(&c, &r, SERVICE_SUBMISSIONS);
	if (_i == 1)
		say(&c, "EHLO a.example\r\n");
	if (_i == 2)
		ck_assert_str_eq(secure(&c, &r), "");
	hear(&c, "220 mail.example.test ");
	hang_up(&c);
	down(&r);
}
END_TEST

/* ---- the profile ---- */

START_TEST(profile_reaches_it)
{
	struct profile p;
	struct running r;
	const struct profile_account *alice;
	struct err err;
	char *secret;
	struct stat st;

	up(&r,
	    (struct serve_options){
		.variant = _i == 0 ? VARIANT_NONE : VARIANT_WITHOUT_CHUNKING });
	ck_assert_msg(
	    profile_read(serve_profile(r.serve), &p, &err), "%s", err.what);
	for (int i = 0; i < SERVICES; i++) {
		const struct profile_endpoint *e =
		    profile_endpoint(&p, services[i].name);

		ck_assert_ptr_nonnull(e);
		ck_assert_uint_eq(
		    e->port, serve_port(r.serve, (enum service_id)i));
		ck_assert_str_eq(e->name, PKI_HOST);
	}
	alice = profile_account(&p, "alice");
	ck_assert_ptr_nonnull(alice);
	ck_assert_str_eq(alice->address, "alice@example.test");
	ck_assert_uint_gt(strlen(alice->password), 7);
	ck_assert_ptr_nonnull(profile_account(&p, "wang"));
	ck_assert_str_eq(p.mail.domain, "example.test");
	ck_assert_str_eq(p.mail.utf8_domain, "例子.测试");
	ck_assert_str_eq(p.mail.sink_domain, "sink.example.test");
	ck_assert_str_eq(p.mail.sink_host, "127.0.0.1");
	ck_assert_uint_ne(p.mail.sink_port, 0);
	ck_assert(profile_claims(&p, "smtp.starttls"));
	ck_assert_int_eq(profile_claims(&p, "smtp.chunking"), _i == 0);
	ck_assert_ptr_nonnull(profile_log(&p, "smtp"));
	ck_assert_int_eq(access(profile_log(&p, "smtp")->path, R_OK), 0);
	ck_assert(profile_reachable(&p, false, &err));
	secret = mem_textf("%s/secrets/alice", r.dir);
	ck_assert_int_eq(stat(secret, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	free(secret);
	profile_free(&p);
	down(&r);
}
END_TEST

START_TEST(keeps_its_secret)
{
	char dir[] = "/tmp/serve_test.XXXXXX";
	char *path, one[32], two[32];
	struct running r;
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	path = mem_textf("%s/secret", dir);
	up(&r, (struct serve_options){ .data_dir = dir });
	down(&r);
	f = fopen(path, "r");
	ck_assert_uint_eq(fread(one, 1, 32, f), 32);
	fclose(f);
	up(&r, (struct serve_options){ .data_dir = dir });
	down(&r);
	f = fopen(path, "r");
	ck_assert_uint_eq(fread(two, 1, 32, f), 32);
	fclose(f);
	ck_assert_mem_eq(one, two, 32);
	free(path);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

START_TEST(stays_on_loopback)
{
	static const char *const hosts[] = { "0.0.0.0", "::", "192.0.2.1" };
	char dir[] = "/tmp/serve_test.XXXXXX";
	struct serve_options o = { .world_dir = "fixtures/world" };
	struct serve *s;
	struct err err;

	o.run_dir = mkdtemp(dir);
	for (int i = 0; i < 3; i++) {
		o.host = hosts[i];
		ck_assert_ptr_null(serve_start(&o, &err));
		ck_assert_msg(
		    strstr(err.what, "loopback") != NULL, "%s", err.what);
	}
	o.host = "::1";
	s = serve_start(&o, &err);
	ck_assert_msg(s != NULL, "%s", err.what);
	serve_stop(s);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

/* ---- the queue ---- */

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
	hear(c, "220 ");
	say(c, "EHLO a.example\r\n");
	hear(c, "\r\n250 ");
	say(c, buf_text(&line));
	hear(c, "\r\n354 ");
	say(c, "Subject: hello\r\n\r\nhello\r\n.\r\n");
	hear(c, "\r\n250 ");
	say(c, "QUIT\r\n");
	hear_end(c);
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
	say(c, "220 sink.example.test\r\n");
	hear(c, "EHLO mail.example.test\r\n");
	say(c, "250 sink.example.test\r\n");
	hear(c, "MAIL FROM:<alice@example.test>");
	hear(c, "\r\n");
	say(c, "250 OK\r\n");
	hear(c, "RCPT TO:<us@sink.example.test>\r\n");
	say(c, "250 OK\r\n");
	hear(c, "DATA\r\n");
	say(c, "354 go\r\n");
	hear(c, "\r\n\r\nhello\r\n.\r\n");
	say(c, "250 OK\r\n");
	hear(c, "QUIT\r\n");
	say(c, "221 bye\r\n");
	hear_end(c);
	hang_up(c);
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
	up(&r, (struct serve_options){ .data_dir = dir });
	ck_assert(profile_read(serve_profile(r.serve), &p, &err));
	ck_assert_msg(net_listen(p.mail.sink_host, p.mail.sink_port, &listener,
			  NULL, &err),
	    "%s", err.what);
	for (int i = 0; i < 2; i++) {
		call(&c, &r, SERVICE_SUBMISSIONS);
		ck_assert_str_eq(secure(&c, &r), "");
		submit(&c, profile_account(&p, "alice"), to[i]);
		hang_up(&c);
	}
	take_mail(&c, listener);
	close(listener);
	down(&r);
	store = store_open(dir, &err);
	ck_assert_msg(store != NULL, "%s", err.what);
	ck_assert(store_mailbox_count(store, SPAN("bob"), &messages, &bytes));
	ck_assert_int_eq(messages, 1);
	store_close(store);
	profile_free(&p);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

static void
send_to_bob(struct client *c, int n)
{
	for (int i = 0; i < n; i++) {
		say(c, "MAIL FROM:<x@y.example>\r\n"
		       "RCPT TO:<bob@example.test>\r\nDATA\r\n");
		hear(c, "\r\n354 ");
		say(c, "Subject: x\r\n\r\nx\r\n.\r\n");
		hear(c, "\r\n250 ");
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
	hear(&c, "220 ");
	say(&c, "EHLO a.example\r\n");
	hear(&c, "\r\n250 ");
	send_to_bob(&c, N);
	say(&c, "MAIL FROM:<x@y.example>\r\nRCPT TO:<bob@example.test>\r\n"
		"DATA\r\n");
	hear(&c, "\r\n354 ");
	say(&c, "Subject: x\r\n\r\nx\r\n.\r\n");
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	hang_up(&c);

	up(&r, (struct serve_options){ .data_dir = dir });
	ck_assert(profile_read(serve_profile(r.serve), &p, &err));
	ck_assert(
	    net_listen(p.mail.sink_host, p.mail.sink_port, &fd, NULL, &err));
	call(&c, &r, SERVICE_SUBMISSIONS);
	ck_assert_str_eq(secure(&c, &r), "");
	submit(&c, profile_account(&p, "alice"), "us@sink.example.test");
	hang_up(&c);
	take_mail(&c, fd); /* whatever was due before has gone before */
	close(fd);
	profile_free(&p);
	down(&r);
	store = store_open(dir, &err);
	ck_assert_msg(store != NULL, "%s", err.what);
	ck_assert(store_mailbox_count(store, SPAN("bob"), &messages, &bytes));
	ck_assert_msg(
	    messages == N || messages == N + 1, "%d of %d", (int)messages, N);
	store_close(store);
	free(path);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

/* ---- in a child ---- */

START_TEST(child_serves)
{
	struct serve_options o = { .world_dir = "fixtures/world" };
	char dir[] = "/tmp/serve_test.XXXXXX";
	char *path;
	struct profile p;
	struct client c;
	struct err err;
	pid_t pid;
	int fd;

	o.run_dir = mkdtemp(dir);
	path = mem_textf("%s/target.yaml", dir);
	ck_assert_msg(serve_fork(&o, &pid, &err), "%s", err.what);
	ck_assert_msg(profile_read(path, &p, &err), "%s", err.what);
	ck_assert(net_connect("127.0.0.1", profile_endpoint(&p, "smtp")->port,
	    WAIT_MS, &fd, &err));
	stream_init(&c.s, fd);
	buf_init(&c.heard, HEARD_MOST);
	hear(&c, "220 ");
	ck_assert_msg(serve_join(pid, &err), "%s", err.what);
	hear_end(&c);
	ck_assert_int_ne(access(path, F_OK), 0);
	hang_up(&c);
	profile_free(&p);
	free(path);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

START_TEST(child_ended_at_once)
{
	struct serve_options o = { .world_dir = "fixtures/world" };
	char dir[] = "/tmp/serve_test.XXXXXX";
	struct err err;
	pid_t pid;

	o.run_dir = mkdtemp(dir);
	for (int i = 0; i < 5; i++) {
		ck_assert_msg(serve_fork(&o, &pid, &err), "%s", err.what);
		ck_assert_msg(serve_join(pid, &err), "%s", err.what);
	}
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

START_TEST(says_why_not)
{
	char dir[] = "/tmp/serve_test.XXXXXX";
	struct serve_options o = { .world_dir = "/nonexistent" };
	struct err err;
	uint16_t port;
	pid_t pid;
	int fd;

	o.run_dir = mkdtemp(dir);
	ck_assert(!serve_fork(&o, &pid, &err));
	ck_assert_msg(strstr(err.what, "/nonexistent") != NULL, "%s", err.what);
	ck_assert(net_listen("127.0.0.1", 0, &fd, &port, &err));
	o.world_dir = "fixtures/world";
	o.ports[SERVICE_SUBMISSION] = port;
	ck_assert(!serve_fork(&o, &pid, &err));
	ck_assert_msg(strstr(err.what,
			  "starting submission: listen on 127.0.0.1") != NULL,
	    "%s", err.what);
	close(fd);
	o.run_dir = "/nonexistent/run";
	ck_assert_ptr_null(serve_start(&o, &err));
	ck_assert_msg(
	    strstr(err.what, "/nonexistent/run") != NULL, "%s", err.what);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

/* ---- hostile ---- */

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
	};
	/* clang-format on */
	enum stream_wait wait;
	struct running r;
	struct client c;

	ck_assert_int_eq(sizeof rows / sizeof *rows, HOSTILE_COUNT - 1);
	ck_assert_int_eq(rows[_i].how, _i + 1);
	up(&r, (struct serve_options){ .hostile = rows[_i].how });
	if (!try_call(&c, &r, SERVICE_SMTP)) {
		ck_assert_int_eq(rows[_i].how, HOSTILE_RESET_AT_ONCE);
		goto out;
	}
	if (rows[_i].say != NULL)
		say(&c, rows[_i].say);
	if (rows[_i].hear != NULL)
		hear(&c, rows[_i].hear);
	while (c.heard.len < rows[_i].least) {
		wait = stream_read(&c.s, &c.heard, HEARD_MOST);
		ck_assert_msg(wait != STREAM_OVER, "%s", c.s.detail);
		if (wait != STREAM_DONE)
			await(&c, wait);
	}
	if (rows[_i].end != NULL)
		ck_assert_str_eq(hear_end(&c), rows[_i].end);
out:
	hang_up(&c);
	down(&r);
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

	up(&r, (struct serve_options){ .hostile = rows[_i].how });
	call(&c, &r, rows[_i].id);
	if (rows[_i].id == SERVICE_SUBMISSION) {
		say(&c, "EHLO a\r\nSTARTTLS\r\n");
		hear(&c, "220 2.0.0 go ahead\r\n");
	}
	why = secure(&c, &r);
	ck_assert_msg(
	    strncmp(why, rows[_i].says, strlen(rows[_i].says)) == 0, "%s", why);
	ck_assert_int_eq(*why == '\0', *rows[_i].says == '\0');
	if (*why == '\0')
		hear(&c, "220 mail.example.test ");
	hang_up(&c);
	down(&r);
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
	Suite *s = suite_create("reference/serve");
	TCase *tc = tcase_create("serve");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, greets_and_takes_leave, 0, 2);
	tcase_add_test(tc, secures);
	tcase_add_test(tc, secures_from_the_first_byte);
	tcase_add_test(tc, forgets_what_was_said_before);
	tcase_add_loop_test(tc, hears_pieces, 0, 6);
	tcase_add_test(tc, resets);
	tcase_add_test(tc, sends_the_idle_away);
	tcase_add_test(tc, sends_the_many_away);
	tcase_add_test(tc, holds_back);
	tcase_add_loop_test(tc, shows_bad_certificates, 0, 4);
	tcase_add_loop_test(tc, lets_in_versions, 0, 9);
	tcase_add_test(tc, cuts_off);
	tcase_add_loop_test(tc, speaks_plain, 0, 3);
	tcase_add_test(tc, keeps_its_secret);
	tcase_add_test(tc, stays_on_loopback);
	tcase_add_loop_test(tc, profile_reaches_it, 0, 2);
	tcase_add_test(tc, carries_mail);
	tcase_add_test(tc, survives_a_kill);
	tcase_add_test(tc, child_serves);
	tcase_add_test(tc, child_ended_at_once);
	tcase_add_test(tc, says_why_not);
	tcase_add_loop_test(tc, misbehaves, 0, HOSTILE_COUNT - 1);
	tcase_add_loop_test(tc, misbehaves_in_tls, 0, 6);
	tcase_add_test(tc, hostile_names);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
