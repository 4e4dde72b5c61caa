/* SPDX-License-Identifier: MIT */
#include "conformance/doctor_testing.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "lib/clock.h"
#include "lib/net.h"
#include "lib/text.h"
#include "lib/tls.h"
#include "reference/pki.h"

/* ---- a target that says what its row says ---- */

struct target {
	const char *greeting; /* NULL: accepts and says nothing */
	const char *clear;    /* EHLO lines before TLS */
	const char *secure;   /* and within it */
	const char *unknown;  /* reply to what it does not know */
	const char *login;    /* reply to every login; NULL: it looks */
	enum profile_tls tls;
	enum pki_leaf leaf;
};

struct server {
	const struct target *target;
	struct tls_context *tls;
	struct stream stream;
	struct buf in;
	size_t piece; /* bytes in one write; 0 is all of them */
};

static bool
await(const struct server *s, enum stream_wait wait)
{
	struct pollfd p = { .fd = s->stream.fd,
		.events = wait == STREAM_WANT_WRITE ? POLLOUT : POLLIN };

	return wait != STREAM_OVER && poll(&p, 1, 5000) > 0;
}

static bool
say(struct server *s, const char *text)
{
	struct span left = span_of(text);
	enum stream_wait wait = STREAM_DONE;
	struct buf out;
	size_t n;

	buf_init(&out, 65536);
	while (left.len > 0 && wait != STREAM_OVER) {
		n = s->piece == 0 || s->piece > left.len ? left.len : s->piece;
		buf_add(&out, span_take(left, n));
		left = span_skip(left, n);
		while (out.len > 0) {
			wait = stream_write(&s->stream, &out);
			if (wait != STREAM_DONE && !await(s, wait))
				break;
		}
	}
	buf_free(&out);
	return wait != STREAM_OVER;
}

static bool
hear(struct server *s, char line[1024])
{
	enum stream_wait wait;
	const char *lf;
	size_t n;

	for (;;) {
		lf =
		    s->in.len == 0 ? NULL : memchr(s->in.data, '\n', s->in.len);
		if (lf != NULL) {
			n = (size_t)(lf - s->in.data) + 1;
			snprintf(line, 1024, "%.*s", (int)(n - 2), s->in.data);
			buf_drop(&s->in, n);
			return true;
		}
		wait = stream_read(&s->stream, &s->in, 1024);
		if (wait != STREAM_DONE && !await(s, wait))
			return false;
	}
}

static bool
shake(struct server *s)
{
	enum stream_wait wait;

	stream_secure_server(&s->stream, s->tls);
	while ((wait = stream_shake(&s->stream)) != STREAM_DONE)
		if (!await(s, wait))
			return false;
	return true;
}

/* Who says "alice" and "wonderland" comes in. */
static const char *
login(const struct server *s, const char *base64)
{
	static const char good[] = "\0alice\0wonderland";
	const char *answer = "535 5.7.8 no\r\n";
	struct buf plain;

	buf_init(&plain, 1024);
	if (text_unbase64(span_of(base64), &plain) &&
	    span_eq(buf_span(&plain), SPAN(good)))
		answer = "235 2.7.0 yes\r\n";
	buf_free(&plain);
	return s->target->login != NULL ? s->target->login : answer;
}

static void
converse(struct server *s)
{
	const struct target *t = s->target;
	char line[1024];

	if ((t->tls == PROFILE_TLS_IMPLICIT && !shake(s)) ||
	    (t->greeting != NULL && !say(s, t->greeting)))
		return;
	while (hear(s, line)) {
		bool on = true;

		if (t->greeting == NULL)
			continue;
		if (strncmp(line, "EHLO ", 5) == 0)
			on =
			    say(s, s->stream.state == STREAM_SECURE ? t->secure
								    : t->clear);
		else if (strcmp(line, "STARTTLS") == 0)
			on = say(s, "220 go\r\n") && shake(s);
		else if (strncmp(line, "AUTH PLAIN ", 11) == 0)
			on = say(s, login(s, line + 11));
		else if (strcmp(line, "QUIT") == 0)
			on = say(s, "221 bye\r\n") && false;
		else
			on = say(s, t->unknown);
		if (!on)
			return;
	}
}

static void
serve(int listener, const struct target *t, size_t piece)
{
	struct pollfd p = { .fd = listener, .events = POLLIN };
	struct server s = { .target = t, .piece = piece };
	char cert[128], key[128];
	struct err err;
	int fd;

	snprintf(cert, sizeof cert, "%s/%d/server.pem", dir, t->leaf);
	snprintf(key, sizeof key, "%s/%d/server.key", dir, t->leaf);
	s.tls = tls_server(cert, key, &err);
	while (s.tls != NULL && poll(&p, 1, 20000) > 0) {
		fd = net_accept(listener, NULL);
		if (fd == -1)
			continue;
		stream_init(&s.stream, fd);
		buf_init(&s.in, 65536);
		converse(&s);
		stream_close(&s.stream);
		buf_free(&s.in);
	}
	_exit(0);
}

static pid_t
start(const struct target *t, size_t piece, uint16_t *port)
{
	const pid_t us = getpid();
	struct err err;
	int listener;
	pid_t child;

	ck_assert_msg(
	    net_listen("127.0.0.1", 0, &listener, port, &err), "%s", err.what);
	child = fork();
	if (child == 0) {
		/* Whatever becomes of the test, it ends with it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == us)
			serve(listener, t, piece);
		_exit(0);
	}
	close(listener);
	ck_assert_int_gt(child, 0);
	return child;
}

static void
stop(pid_t child)
{
	int status;

	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
}

/* ---- what doctor says of it ---- */

#define HELLO "220 mail.example.test ESMTP; Sun, 22 Nov 2026 01:45:07 +0800\r\n"
#define PLAIN "250-mail.example.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n"
#define INSIDE \
	"250-mail.example.test\r\n250-SIZE 1000\r\n" \
	"250 AUTH LOGIN PLAIN\r\n"
#define NO "500 5.5.1 what?\r\n"
#define HTTP(status, type, two) \
	"HTTP/1.1 " status "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n" \
	"Content-Type: " type "\r\nContent-Length: 2\r\n\r\n" two

/* clang-format off */
static const struct {
	const char *name, *service;
	struct target target;
	enum doctor_level worst;
	struct said said[6];
	bool judged; /* bad, but for the cases to say */
} rows[] = {
	{ "in order", "submission",
	  { HELLO, PLAIN, INSIDE, NO, NULL, PROFILE_TLS_STARTTLS, PKI_GOOD },
	  DOCTOR_WARN, /* AUTH LOGIN was not declared */
	  { { DOCTOR_OK, "submission: greeting", "220 mail.example.test" },
	    { DOCTOR_OK, "submission: TLS", "TLSv1.3" },
	    { DOCTOR_OK, "submission: decoys", "500 5.5.1 what?" },
	    { DOCTOR_OK, "submission: login as alice", "235 2.7.0" },
	    { DOCTOR_OK, "submission: login of an unknown user", "535" },
	    { DOCTOR_OK, "claim smtp.auth.plain", "by submission" } }, false },
	{ "claims", "submission",
	  { HELLO, PLAIN, "250-x\r\n250-DSN\r\n250 AUTH LOGIN PLAIN\r\n", NO,
	    NULL, PROFILE_TLS_STARTTLS, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_OK, "claim smtp.starttls", "announced by submission" },
	    { DOCTOR_BAD, "claim smtp.size", "not announced by submission" },
	    { DOCTOR_WARN, "claim smtp.dsn", "not declared" },
	    { DOCTOR_WARN, "claim smtp.auth.login", "not declared" },
	    { DOCTOR_WARN, "submission: clock", "s from ours" } }, true },
	{ "implicit", "submissions",
	  { "220 x\r\n", PLAIN, INSIDE, NO, NULL, PROFILE_TLS_IMPLICIT,
	    PKI_GOOD },
	  DOCTOR_WARN,
	  { { DOCTOR_OK, "submissions: TLS", "trusted" },
	    { DOCTOR_NOTE, "submissions: clock", "not observable" },
	    { DOCTOR_NOTE, "claim smtp.starttls", "not observed" },
	    { DOCTOR_OK, "submissions: login as alice", "235" } }, false },
	{ "anybody", "submissions",
	  { "220 x\r\n", PLAIN, INSIDE, NO, "235 come in\r\n",
	    PROFILE_TLS_IMPLICIT, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "submissions: login of an unknown user", "235" } }, true },
	{ "nobody", "submissions",
	  { "220 x\r\n", PLAIN, INSIDE, NO, "535 no\r\n",
	    PROFILE_TLS_IMPLICIT, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "submissions: login as alice", "535" },
	    { DOCTOR_OK, "submissions: login of an unknown user", "535" } }, false },
	{ "yes to everything", "submissions",
	  { "220 x\r\n", PLAIN, INSIDE, "250 sure\r\n", NULL,
	    PROFILE_TLS_IMPLICIT, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "submissions: decoys", "250 sure" } }, true },
	{ "expired", "submission",
	  { HELLO, PLAIN, INSIDE, NO, NULL, PROFILE_TLS_STARTTLS,
	    PKI_EXPIRED },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "submission: TLS", "expired" },
	    { DOCTOR_BAD, "submission: certificate", "days left" },
	    { DOCTOR_NOTE, "claim smtp.size", "not observed" } }, false },
	{ "other name", "submission",
	  { HELLO, PLAIN, INSIDE, NO, NULL, PROFILE_TLS_STARTTLS,
	    PKI_OTHER_NAME },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "submission: TLS", "ostname" } }, false },
	{ "self-signed", "submission",
	  { HELLO, PLAIN, INSIDE, NO, NULL, PROFILE_TLS_STARTTLS,
	    PKI_SELF_SIGNED },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "submission: TLS", "self" } }, false },
	{ "no STARTTLS", "submission",
	  { HELLO, PLAIN, INSIDE, NO, NULL, PROFILE_TLS_NONE, PKI_GOOD },
	  DOCTOR_BAD, /* what is claimed cannot be seen */
	  { { DOCTOR_NOTE, "submission: TLS", "none" },
	    { DOCTOR_BAD, "claim smtp.auth.plain", "not announced" },
	    { DOCTOR_WARN, "submission: login", "no password is sent" } }, true },
	{ "silence", "smtp",
	  { NULL, PLAIN, INSIDE, NO, NULL, PROFILE_TLS_NONE, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_OK, "smtp: connect", "127.0.0.1 port" },
	    { DOCTOR_BAD, "smtp: greeting", "no reply in 300 ms" } }, false },
	{ "busy", "smtp",
	  { "554 5.3.2 closed\r\n", PLAIN, INSIDE, NO, NULL, PROFILE_TLS_NONE,
	    PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "smtp: greeting", "554 5.3.2 closed" } }, false },
	{ "another protocol", "smtp",
	  { "HTTP/1.1 400 Bad\x1b[2J Request\r\n", PLAIN, INSIDE, NO, NULL,
	    PROFILE_TLS_NONE, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "smtp: greeting", "no SMTP reply: HTTP/1.1 400" },
	    { DOCTOR_BAD, "smtp: greeting", "Bad\\x1b[2J" } }, false },
	{ "no directory", "ldap",
	  { "220 mail.example.test\r\n", PLAIN, INSIDE, NO, NULL,
	    PROFILE_TLS_NONE, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_OK, "ldap: connect", "127.0.0.1 port" },
	    { DOCTOR_BAD, "ldap: rootDSE", "no LDAP reply" } }, false },
	{ "a silent directory", "ldaps",
	  { NULL, PLAIN, INSIDE, NO, NULL, PROFILE_TLS_IMPLICIT, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_OK, "ldaps: TLS", "trusted" },
	    { DOCTOR_BAD, "ldaps: rootDSE", "no reply in 300 ms" } }, false },
	{ "an expired directory", "ldaps",
	  { NULL, PLAIN, INSIDE, NO, NULL, PROFILE_TLS_IMPLICIT,
	    PKI_EXPIRED },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "ldaps: TLS", "expired" } }, false },
	{ "no web server", "ocsp",
	  { "220 mail.example.test\r\n", PLAIN, INSIDE, NO, NULL,
	    PROFILE_TLS_NONE, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_OK, "ocsp: connect", "127.0.0.1 port" },
	    { DOCTOR_BAD, "ocsp: answer", "HTTP/0.9" } }, false },
	{ "a silent responder", "ocsp",
	  { NULL, PLAIN, INSIDE, NO, NULL, PROFILE_TLS_NONE, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "ocsp: answer", "timed out" } }, false },
	{ "not that path", "ocsp",
	  { HTTP("404 Not Found", "text/html", "no"), PLAIN, INSIDE, NO, NULL,
	    PROFILE_TLS_NONE, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_OK, "ocsp: connect", "127.0.0.1 port" },
	    { DOCTOR_NOTE, "ocsp: TLS", "none" },
	    { DOCTOR_WARN, "ocsp: clock", "s from ours" },
	    { DOCTOR_BAD, "ocsp: answer",
	      "404, text/html, 2 octets; expected 200 and application/ocsp-" }
	  }, false },
	{ "a page is no list", "crl",
	  { HTTP("200 OK", "text/html", "<p"), PLAIN, INSIDE, NO, NULL,
	    PROFILE_TLS_NONE, PKI_GOOD },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "crl: answer", "expected 200 and application/pkix-" }
	  }, false },
	{ "a list without its type", "crl",
	  { HTTP("200 OK", "text/plain", "0\x01"), PLAIN, INSIDE, NO, NULL,
	    PROFILE_TLS_NONE, PKI_GOOD },
	  DOCTOR_WARN, /* its clock */
	  { { DOCTOR_OK, "crl: answer", "GET /: 200, text/plain, 2 octets" } },
	  false },
	{ "broken", "tsa",
	  { HTTP("503 Busy", "text/plain", "no"), PLAIN, INSIDE, NO, NULL,
	    PROFILE_TLS_NONE, PKI_GOOD },
	  DOCTOR_WARN,
	  { { DOCTOR_WARN, "tsa: answer", "POST /: 503" } }, false },
	{ "any answer", "https",
	  { HTTP("404 Not Found", "text/html", "no"), PLAIN, INSIDE, NO, NULL,
	    PROFILE_TLS_IMPLICIT, PKI_GOOD },
	  DOCTOR_WARN,
	  { { DOCTOR_OK, "https: TLS", "TLS1.3" },
	    { DOCTOR_OK, "https: certificate", "days left" },
	    { DOCTOR_OK, "https: answer", "GET /: 404" } }, false },
	{ "another's certificate", "https",
	  { HTTP("200 OK", "text/html", "no"), PLAIN, INSIDE, NO, NULL,
	    PROFILE_TLS_IMPLICIT, PKI_OTHER_NAME },
	  DOCTOR_BAD,
	  { { DOCTOR_BAD, "https: TLS", "" } }, false },
};
/* clang-format on */

static char *const claims[] = { "smtp.auth.plain", "smtp.size",
	"smtp.starttls" };

/* A profile as profile_read() would make it; nothing in it is freed. */
static struct profile
profile_of(struct profile_endpoint *e, struct profile_account *a, char *trust)
{
	return (struct profile){
		.path = "t.yaml",
		.digest = "0123456789abcdef0123456789abcdef",
		.scope = { .services = (char **)&e->service, .n_services = 1 },
		.endpoints = e,
		.n_endpoints = 1,
		.trust = trust,
		.accounts = a,
		.n_accounts = 1,
		.mail = { .domain = "example.test" },
		.claims = (char **)claims,
		.n_claims = COUNT(claims),
		.timeouts = { 5000, 300, 1000 },
	};
}

static void
examine(size_t row, size_t piece)
{
	struct profile_endpoint e = {
		.service = (char *)rows[row].service,
		.host = "127.0.0.1",
		.tls = rows[row].target.tls,
		.name = PKI_HOST,
	};
	struct profile_account a = {
		.role = "alice",
		.user = "alice",
		.address = "alice@example.test",
		.password = "wonderland",
	};
	char trust[128];
	struct profile p;
	struct doctor d;
	pid_t child;

	/* Every leaf has a CA of its own: another's proves nothing. */
	snprintf(
	    trust, sizeof trust, "%s/%d/ca.pem", dir, rows[row].target.leaf);
	child = start(&rows[row].target, piece, &e.port);
	p = profile_of(&e, &a, trust);
	/* What says nothing is waited for; all others get time enough. */
	if (rows[row].target.greeting != NULL)
		p.timeouts.reply_ms = 5000;
	doctor_init(&d);
	doctor_run(&(struct doctor_setup){ .profile = &p, .run_dir = dir }, &d);
	stop(child);
	ck_assert_msg(doctor_worst(&d) == rows[row].worst, "%s: worst is %s",
	    rows[row].name, doctor_level_name(doctor_worst(&d)));
	ck_assert_int_eq(
	    doctor_exit(&d), rows[row].worst == DOCTOR_BAD ? 3 : 0);
	ck_assert(doctor_blocks(&d) ==
		  (rows[row].worst == DOCTOR_BAD && !rows[row].judged));
	for (size_t i = 0; i < COUNT(rows[row].said); i++)
		if (rows[row].said[i].what != NULL)
			expect(&d, rows[row].name, &rows[row].said[i]);
	doctor_free(&d);
}

START_TEST(targets_are_seen_as_they_are)
{
	examine((size_t)_i, 0);
	examine((size_t)_i, 7);
	examine((size_t)_i, 1);
}
END_TEST

/* Two endpoints, of which one announces less. */
START_TEST(claims_hold_everywhere_or_not)
{
	static const struct target plain = { "220 x\r\n",
		"250-x\r\n250 DSN\r\n", NULL, NO, NULL, PROFILE_TLS_NONE,
		PKI_GOOD };
	struct profile_endpoint both[] = {
		{ "submission", "127.0.0.1", 0, PROFILE_TLS_STARTTLS, PKI_HOST,
		    NULL },
		{ "smtp", "127.0.0.1", 0, PROFILE_TLS_NONE, "127.0.0.1", NULL },
	};
	char trust[128];
	struct profile p = profile_of(both, NULL, trust);
	struct doctor d;
	pid_t children[2];

	snprintf(trust, sizeof trust, "%s/%d/ca.pem", dir, PKI_GOOD);
	p.n_endpoints = 2;
	p.n_accounts = 0;
	p.timeouts.reply_ms = 5000;
	children[0] = start(&rows[0].target, 0, &both[0].port);
	children[1] = start(&plain, 0, &both[1].port);
	doctor_init(&d);
	doctor_run(&(struct doctor_setup){ .profile = &p }, &d);
	stop(children[0]);
	stop(children[1]);
	expect(&d, "two",
	    &(struct said){ DOCTOR_WARN, "claim smtp.size",
		"announced by submission, not by smtp" });
	/* A relay has no users: nobody expects AUTH of it. */
	expect(&d, "two",
	    &(struct said){ DOCTOR_OK, "claim smtp.auth.plain",
		"announced by submission" });
	expect(&d, "two",
	    &(struct said){ DOCTOR_WARN, "claim smtp.dsn",
		"announced by smtp, not declared" });
	doctor_free(&d);
}
END_TEST

/* ---- without a target ---- */

START_TEST(nobody_listens)
{
	struct profile_endpoint e = { "smtp", "127.0.0.1", net_free_port(),
		PROFILE_TLS_NONE, "127.0.0.1", NULL };
	struct profile p = profile_of(&e, NULL, NULL);
	struct doctor d;

	p.n_accounts = 0;
	doctor_init(&d);
	ck_assert_int_eq(
	    doctor_run(&(struct doctor_setup){ .profile = &p }, &d),
	    DOCTOR_BAD);
	expect(&d, "nobody",
	    &(struct said){ DOCTOR_BAD, "smtp: connect", "refused" });
	expect(&d, "nobody",
	    &(struct said){ DOCTOR_NOTE, "login", "not observed" });
	expect(&d, "nobody",
	    &(struct said){ DOCTOR_NOTE, "claim smtp.size", "not observed" });
	doctor_free(&d);
}
END_TEST

/* 192.0.2.0/24 is for documentation: were it asked, it would time out. */
START_TEST(strangers_are_not_addressed)
{
	struct profile_endpoint e = { "smtp", "192.0.2.1", 25, PROFILE_TLS_NONE,
		"192.0.2.1", NULL };
	struct profile p = profile_of(&e, NULL, NULL);
	struct doctor d;

	p.n_accounts = 0;
	doctor_init(&d);
	doctor_run(
	    &(struct doctor_setup){ .profile = &p, .operator_agreed = true },
	    &d);
	expect(&d, "stranger",
	    &(struct said){ DOCTOR_BAD, "endpoints", "outside this machine" });
	ck_assert_ptr_null(finding(&d, "smtp: connect", ""));
	doctor_free(&d);
}
END_TEST

START_TEST(this_machine_is_looked_at)
{
	struct profile_endpoint e = { "smtp", "192.0.2.1", 25, PROFILE_TLS_NONE,
		"192.0.2.1", NULL };
	struct profile p = profile_of(&e, NULL, NULL);
	struct profile_log logs[] = { { "smtp", "Makefile", "json" },
		{ "submission", "no/such.log", "json" },
		{ "submissions", "lib", "json" } };
	char *judged[] = { "smtp", "submission", "mail" };
	uint16_t port;
	struct doctor d;
	struct err err;
	int fd;

	ck_assert(net_listen("127.0.0.1", 0, &fd, &port, &err));
	p.n_accounts = 0;
	p.scope.services = judged;
	p.scope.n_services = COUNT(judged);
	p.mail.sink_domain = "sink.test";
	p.mail.sink_host = "127.0.0.1";
	p.mail.sink_port = port;
	p.logs = logs;
	p.n_logs = COUNT(logs);
	setenv("CK_FORK", "no", 1);
	doctor_init(&d);
	doctor_run(&(struct doctor_setup){ .profile = &p,
		       .run_dir = "build/no/such/run" },
	    &d);
	unsetenv("CK_FORK");
	close(fd);

	static const struct said said[] = {
		{ DOCTOR_BAD, "scope: submission", "no endpoint" },
		{ DOCTOR_NOTE, "accounts", "none" },
		{ DOCTOR_NOTE, "environment", "CK_FORK" },
		{ DOCTOR_BAD, "mail.sink", "in use" },
		{ DOCTOR_OK, "smtp: log", "Makefile" },
		{ DOCTOR_BAD, "submission: log", "no/such.log: No such file" },
		{ DOCTOR_BAD, "submissions: log", "lib: not a regular file" },
	};
	for (size_t i = 0; i < COUNT(said); i++)
		expect(&d, "machine", &said[i]);
	ck_assert_ptr_nonnull(finding(&d, "run folder", "MiB free at build"));
	ck_assert_ptr_null(finding(&d, "scope: mail", ""));
	doctor_free(&d);
}
END_TEST

/* ---- what is printed ---- */

START_TEST(a_refused_profile_is_a_finding)
{
	struct err err = { .kind = ERR_CONFIG };
	struct doctor d;
	struct buf text;
	json_t *top;
	char *json;

	snprintf(err.what, sizeof err.what, "t.yaml:3: port: \"\x01\"");
	doctor_init(&d);
	doctor_refuse(&d, &err);
	ck_assert_int_eq(doctor_exit(&d), 3);

	buf_init(&text, 65536);
	doctor_text(&d, &text);
	ck_assert_str_eq(buf_text(&text),
	    "bad   profile: t.yaml:3: port: \"\\x01\"\n"
	    "      -> correct the profile\n"
	    "      -> 修正配置文件\n"
	    "0 ok, 0 note, 0 warn, 1 bad\n");
	buf_free(&text);

	json = doctor_json(&d);
	top = json_loads(json, 0, NULL);
	ck_assert_ptr_nonnull(top);
	ck_assert_str_eq(
	    json_string_value(json_object_get(top, "worst")), "bad");
	ck_assert_int_eq(json_integer_value(json_object_get(top, "exit")), 3);
	ck_assert_uint_eq(json_array_size(json_object_get(top, "findings")), 1);
	json_decref(top);
	free(json);
	doctor_free(&d);
}
END_TEST

START_TEST(nothing_found_is_fine)
{
	struct doctor d;
	struct buf text;

	doctor_init(&d);
	buf_init(&text, 100);
	doctor_text(&d, &text);
	ck_assert_int_eq(doctor_worst(&d), DOCTOR_OK);
	ck_assert_int_eq(doctor_exit(&d), 0);
	ck_assert_str_eq(buf_text(&text), "0 ok, 0 note, 0 warn, 0 bad\n");
	buf_free(&text);
	doctor_free(&d);
}
END_TEST

static void
make_dir(void)
{
	char path[128];
	struct err err;

	testing_dir();
	for (int i = 0; i < PKI_LEAVES; i++) {
		snprintf(path, sizeof path, "%s/%d", dir, i);
		ck_assert_msg(
		    pki_make(path, (enum pki_leaf)i, clock_wall(), &err), "%s",
		    err.what);
	}
}

int
main(void)
{
	Suite *s = suite_create("doctor");
	TCase *t = tcase_create("doctor");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, t);
	tcase_set_timeout(t, 60);
	tcase_add_unchecked_fixture(t, make_dir, testing_dir_gone);
	tcase_add_loop_test(
	    t, targets_are_seen_as_they_are, 0, (int)COUNT(rows));
	tcase_add_test(t, claims_hold_everywhere_or_not);
	tcase_add_test(t, nobody_listens);
	tcase_add_test(t, strangers_are_not_addressed);
	tcase_add_test(t, this_machine_is_looked_at);
	tcase_add_test(t, a_refused_profile_is_a_finding);
	tcase_add_test(t, nothing_found_is_fine);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
