/* SPDX-License-Identifier: MIT */
#include "conformance/client/web.h"

#include <sys/socket.h>

#include "conformance/trial.h"
#include "lib/files.h"
#include "reference/hostile.h"
#include "reference/http/testing_server.h"

enum { SOON_MS = 400, LATE_MS = 3000 };

/* ---- a target that serves ---- */

static struct testing_server server;
static struct profile_endpoint endpoint;
static struct profile profile;
static struct web *web;
static struct web_answer answer;

static void
point_at(const char *host, uint16_t port, bool secure)
{
	endpoint = (struct profile_endpoint){
		.service = (char *)(uintptr_t) "ocsp",
		.host = (char *)(uintptr_t)host,
		.port = port,
		.tls = secure ? PROFILE_TLS_IMPLICIT : PROFILE_TLS_NONE,
		.name = secure ? (char *)(uintptr_t)PKI_HOST : NULL,
		.path = (char *)(uintptr_t) "/",
	};
	profile = (struct profile){
		.endpoints = &endpoint,
		.n_endpoints = 1,
		.timeouts = { .connect_ms = LATE_MS, .reply_ms = LATE_MS },
	};
	web_answer_init(&answer, 0);
}

static void
up(const char *host, bool secure)
{
	testing_server_up(&server, host, secure);
	point_at(host, server.port, secure);
	profile.trust = mem_textf("%s/pki/ca.pem", server.base.dir);
	web = web_new(&profile, &endpoint, "run.case");
}

static void
down(void)
{
	web_answer_free(&answer);
	web_free(web);
	testing_server_down(&server);
	free(profile.trust);
}

static void
must_be(int status, const char *body)
{
	ck_assert_msg(
	    answer.end == WEB_ANSWERED, "%s", web_end_name(answer.end));
	ck_assert_str_eq(answer.why, "");
	ck_assert_int_eq(answer.status, status);
	ck_assert_msg(
	    span_eq(answer.body, span_of(body)), "%.*s", SPAN_FMT(answer.body));
	ck_assert(span_eq(answer.protocol, SPAN("HTTP/1.1")));
}

static void
ask(struct web_request r)
{
	(void)web_ask(web, &r, &answer);
}

static bool
sent(const char *text)
{
	return span_find(buf_span(&answer.sent), span_of(text)) <
	       answer.sent.len;
}

static const struct {
	const char *host;
	bool secure;
} sites[] = {
	{ "127.0.0.1", false },
	{ "127.0.0.1", true },
	{ "::1", false },
	{ "::1", true },
};

START_TEST(asks)
{
	static const char *const says[] = { "X-Say: y" };

	/* a proxy of the environment is none of ours */
	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	setenv("https_proxy", "http://127.0.0.1:1/", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
	up(sites[_i].host, sites[_i].secure);

	ask((struct web_request){ 0 });
	must_be(200, "hello");
	ck_assert(sent("GET / HTTP/1.1\r\n"));
	ck_assert(sent("\r\nX-Correlation-ID: run.case\r\n"));
	ck_assert(web_has_type(&answer, "Text/Plain"));
	ck_assert(!web_has_type(&answer, "text/html"));
	ck_assert(span_eq(web_header(&answer, "content-LENGTH"), SPAN("5")));
	ck_assert_uint_eq(web_header_count(&answer, "Date"), 1);
	ck_assert_uint_eq(web_header_count(&answer, "Dat"), 0);
	ck_assert_ptr_null(web_header(&answer, "Allow").ptr);

	ask((struct web_request){ .path = "/one/a%20b?q" });
	must_be(200, "<a b>q");
	ask((struct web_request){
	    .path = "/echo", .type = "text/plain", .body = SPAN("a\0b") });
	ck_assert(span_eq(answer.body, SPAN("a\0b")));
	ck_assert(sent("POST /echo HTTP/1.1\r\n"));
	ck_assert(sent("\r\nContent-Type: text/plain\r\n"));
	ck_assert(!sent("Expect"));
	ask((struct web_request){
	    .path = "/echo", .method = "PUT", .body = SPAN("abc") });
	must_be(200, "abc");
	ck_assert(!sent("Content-Type"));
	ask((struct web_request){ .path = "/echo", .method = "POST" });
	must_be(200, "");
	ck_assert(sent("\r\nContent-Length: 0\r\n"));
	ask((struct web_request){ .path = "/long", .method = "HEAD" });
	must_be(200, "");
	ck_assert(
	    span_eq(web_header(&answer, "Content-Length"), SPAN("400000")));
	ask((struct web_request){ .path = "/one/x", .method = "DELETE" });
	must_be(200, "<x>");
	ask((struct web_request){
	    .path = "/header", .headers = says, .n_headers = 1 });
	ck_assert(span_starts(web_header(&answer, "X-Said"), SPAN("y")));
	ask((struct web_request){ .path = "/nowhere" });
	ck_assert_int_eq(answer.status, 404);
	ask((struct web_request){ .path = "/moved" });
	must_be(302, "");
	ask((struct web_request){ .path = "/long" });
	ck_assert_uint_eq(answer.body.len, TESTING_LONG);
	ck_assert_int_gt(answer.total_us, 0);
	ck_assert_uint_eq(web_connections(web), 1);

	ck_assert_int_eq(answer.tls[0] != '\0', sites[_i].secure);
	ck_assert_int_eq(answer.cipher[0] != '\0', sites[_i].secure);
	ask((struct web_request){ .path = "/leave" });
	ck_assert_int_eq(answer.status, 503);
	ask((struct web_request){ .path = "/hello" });
	must_be(200, "hello");
	ck_assert_uint_eq(web_connections(web), 2);
	ck_assert_uint_eq(span_find(buf_span(&answer.chain),
			      SPAN("BEGIN CERTIFICATE")) < answer.chain.len,
	    sites[_i].secure);
	down();
}
END_TEST

START_TEST(does_what_a_server_may)
{
	static const char *const expects[] = { "Expect: 100-continue" };
	static const char *const chunked[] = { "Transfer-Encoding: chunked" };
	static const enum variant variants[] = { VARIANT_NONE,
		VARIANT_HTTP_ANSWERS_IN_CHUNKS, VARIANT_HTTP_CLOSES_EACH };

	up("127.0.0.1", false);
	server.site.variant = variants[_i];
	ask((struct web_request){ .path = "/echo",
	    .body = SPAN("abc"),
	    .headers = expects,
	    .n_headers = 1 });
	must_be(200, "abc");
	ck_assert(span_starts(
	    buf_span(&answer.heads), SPAN("HTTP/1.1 100 Continue\r\n")));
	ask((struct web_request){ .path = "/echo",
	    .body = SPAN("abc"),
	    .headers = chunked,
	    .n_headers = 1 });
	must_be(200, "abc");
	ck_assert_uint_eq(web_connections(web),
	    variants[_i] == VARIANT_HTTP_CLOSES_EACH ? 2 : 1);
	down();
}
END_TEST

START_TEST(goes_nowhere_else)
{
	static const char *const split[] = { "X: y\r\nHost: b" };
	/* clang-format off */
	static const struct {
		struct web_request r;
		enum web_end end;
		const char *why;
	} rows[] = {
		{ { .url = "http://192.0.2.1/" }, WEB_FORBIDDEN,
		  "does not name \"192.0.2.1\"" },
		{ { .url = "http://[2001:db8::1]/" }, WEB_FORBIDDEN,
		  "does not name \"2001:db8::1\"" },
		{ { .url = "http://127.0.0.1@192.0.2.1/" }, WEB_FORBIDDEN,
		  "192.0.2.1" },
		{ { .url = "file:///etc/passwd" }, WEB_NOT_SENT, "is no http" },
		{ { .url = "ldap://127.0.0.1/" }, WEB_NOT_SENT, "is no http" },
		{ { .url = "nonsense at all" }, WEB_NOT_SENT, "is no http" },
		{ { .headers = split, .n_headers = 1 }, WEB_NOT_SENT,
		  "line end" },
		{ { .method = "GET /x" }, WEB_NOT_SENT, "line end" },
		{ { .type = "a\nb" }, WEB_NOT_SENT, "line end" },
		{ { .url = "http://127.0.0.1:1/" }, WEB_UNREACHABLE,
		  "connect" },
	};
	/* clang-format on */

	ck_assert_int_eq(sizeof rows / sizeof rows[0], 10);
	up("127.0.0.1", false);
	ck_assert(!web_ask(web, &rows[_i].r, &answer));
	ck_assert_int_eq(answer.end, rows[_i].end);
	ck_assert_msg(
	    strstr(answer.why, rows[_i].why) != NULL, "%s", answer.why);
	down();
}
END_TEST

/* TLS has to be what the profile says it is. */
START_TEST(believes_nobody_else)
{
	up("127.0.0.1", true);
	free(profile.trust);
	profile.trust = NULL; /* whom the system believes */
	ask((struct web_request){ 0 });
	ck_assert_int_eq(answer.end, WEB_NO_TLS);
	ck_assert_uint_eq(answer.heads.len, 0);
	web_free(web);
	profile.trust = mem_textf("%s/pki/ca.pem", server.base.dir);
	endpoint.name = (char *)(uintptr_t) "other.example.test";
	web = web_new(&profile, &endpoint, "run.case");
	ask((struct web_request){ 0 });
	ck_assert_int_eq(answer.end, WEB_NO_TLS);
	/* and a server without TLS has none */
	down();
	up("127.0.0.1", false);
	endpoint.tls = PROFILE_TLS_IMPLICIT;
	ask((struct web_request){ 0 });
	ck_assert_int_eq(answer.end, WEB_NO_TLS);
	down();
}
END_TEST

START_TEST(keeps_within_its_most)
{
	up("127.0.0.1", false);
	ask((struct web_request){ .path = "/long", .most = TESTING_LONG });
	ck_assert_int_eq(answer.end, WEB_ANSWERED);
	ask((struct web_request){ .path = "/long", .most = TESTING_LONG - 1 });
	ck_assert_int_eq(answer.end, WEB_TOO_LONG);
	ck_assert_uint_lt(answer.body.len, TESTING_LONG);
	down();
}
END_TEST

/* ---- a target that does not ---- */

/* Answers every caller in the same way, for as long as he listens. */
struct liar {
	const char *first, *again;
	int every_ms; /* 0: as fast as can be */
	bool stays;
	int fd;
	uint16_t port;
	volatile bool stop;
	pthread_t thread;
};

static bool
tell(int fd, const char *text)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	size_t n = strlen(text);

	while (n > 0) {
		const ssize_t put = send(fd, text, n, MSG_NOSIGNAL);

		if (put == -1 && errno != EAGAIN)
			return false;
		if (put == -1 && poll(&p, 1, LATE_MS) != 1)
			return false;
		text += put > 0 ? put : 0;
		n -= put > 0 ? (size_t)put : 0;
	}
	return true;
}

/* True when the caller has hung up; waits for that at most so long. */
static bool
has_left(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char bin[4096];

	return poll(&p, 1, ms) == 1 && recv(fd, bin, sizeof bin, 0) <= 0;
}

static void
lie_to(struct liar *l, int fd)
{
	char one[2] = "";
	size_t at = 0;

	(void)has_left(fd, LATE_MS); /* the request */
	if (!tell(fd, l->first))
		return;
	while (l->stays && !l->stop && !has_left(fd, l->every_ms)) {
		one[0] = l->again[at++ % strlen(l->again)];
		if (!tell(fd, l->every_ms > 0 ? one : l->again))
			return;
	}
}

static void *
lie(void *ctx)
{
	struct liar *l = ctx;
	struct pollfd p = { .fd = l->fd, .events = POLLIN };
	int fd;

	while (!l->stop) {
		if (poll(&p, 1, LATE_MS) == 1 &&
		    (fd = net_accept(l->fd, NULL)) != -1) {
			lie_to(l, fd);
			close(fd);
		}
	}
	return NULL;
}

#define OK      "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define A16     "aaaaaaaaaaaaaaaa"
#define A64     A16 A16 A16 A16

START_TEST(survives)
{
	/* clang-format off */
	static const struct {
		const char *first, *again;
		int every_ms;
		enum web_end end;
		int status;
	} rows[] = {
		/* without end */
		{ OK, "X: " A64 "\r\n", 0, WEB_TOO_LONG, 200 },
		{ OK "X: ", A64, 0, WEB_TOO_LONG, 200 },
		{ OK "X: y\r\n", " " A64 "\r\n", 0, WEB_TOO_LONG, 200 },
		{ "", "HTTP/1.1 102 Processing\r\n\r\n", 0, WEB_TOO_LONG, 102 },
		{ OK "\r\n", A64, 0, WEB_TOO_LONG, 200 },
		{ CHUNKED, "40\r\n" A64 "\r\n", 0, WEB_TOO_LONG, 200 },
		{ CHUNKED "0\r\n", "X: " A64 "\r\n", 0, WEB_TOO_LONG, 200 },
		{ CHUNKED "1;", A64, 0, WEB_TIMED_OUT, 200 },
		{ "", A64, 0, WEB_GARBLED, 0 },

		/* slowly */
		{ "", OK, 100, WEB_TIMED_OUT, 0 },
		{ OK "Content-Length: 9999\r\n\r\n", "a", 20, WEB_TIMED_OUT,
		  200 },
		{ CHUNKED, "1\r\na\r\n", 20, WEB_TIMED_OUT, 200 },
		{ "", "a", LATE_MS, WEB_TIMED_OUT, 0 },
		{ OK, "a", LATE_MS, WEB_TIMED_OUT, 200 },
		{ "HTTP/1.1 100 Continue\r\n\r\n", "a", LATE_MS,
		  WEB_TIMED_OUT, 100 },

		/* not to the end */
		{ "", NULL, 0, WEB_GARBLED, 0 },
		{ "HTTP/1.1 2", NULL, 0, WEB_GARBLED, 0 },
		{ OK "Content-Length: 10\r\n\r\nabc", NULL, 0, WEB_GARBLED,
		  200 },
		{ CHUNKED "5\r\nab", NULL, 0, WEB_GARBLED, 200 },
		{ CHUNKED "5\r\nabcde\r\n", NULL, 0, WEB_GARBLED, 200 },

		/* not HTTP */
		{ "220 mail.example.test ESMTP\r\n", NULL, 0, WEB_GARBLED, 0 },
		{ "\x16\x03\x01\x02\xff\xff", NULL, 0, WEB_GARBLED, 0 },
		{ "hello", NULL, 0, WEB_GARBLED, 0 },
		{ CHUNKED "zz\r\nabc\r\n", NULL, 0, WEB_GARBLED, 200 },
		{ CHUNKED "ffffffffffffffffffff\r\nabc", NULL, 0, WEB_GARBLED,
		  200 },
		{ OK "Content-Length: -5\r\n\r\nabc", NULL, 0, WEB_GARBLED,
		  200 },
		{ "HTTP/1.1 99999 x\r\n\r\n", NULL, 0, WEB_GARBLED, 0 },
		{ "HTTP/9.9 200 OK\r\n\r\n", NULL, 0, WEB_GARBLED, 0 },

		/* and what is merely odd */
		{ "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n"
		  "Content-Length: 0\r\n\r\n", NULL, 0, WEB_ANSWERED, 302 },
		{ "HTTP/1.1 103 Early\r\n\r\n" OK "\r\n", NULL, 0,
		  WEB_ANSWERED, 200 },
		{ "HTTP/1.0 200 OK\r\n\r\nabc", NULL, 0, WEB_ANSWERED, 200 },
	};
	/* clang-format on */
	struct liar l = { .first = rows[_i].first,
		.again = rows[_i].again,
		.every_ms = rows[_i].every_ms,
		.stays = rows[_i].again != NULL };
	const struct web_request r = { .ms = SOON_MS, .most = 1 << 20 };
	const struct mono began = clock_mono();
	struct err err;

	ck_assert_int_eq(sizeof rows / sizeof rows[0], 31);
	ck_assert(net_listen("127.0.0.1", 0, &l.fd, &l.port, &err));
	ck_assert_int_eq(pthread_create(&l.thread, NULL, lie, &l), 0);
	point_at("127.0.0.1", l.port, false);
	web = web_new(&profile, &endpoint, "run.case");
	(void)web_ask(web, &r, &answer);
	ck_assert_msg(
	    answer.end == rows[_i].end && answer.status == rows[_i].status,
	    "row %d: %s %d: %s", _i, web_end_name(answer.end), answer.status,
	    answer.why);
	ck_assert_int_eq(answer.why[0] == '\0', answer.end == WEB_ANSWERED);
	ck_assert_int_lt(
	    mono_since_us(began, clock_mono()), INT64_C(1000) * LATE_MS);
	web_answer_free(&answer);
	web_free(web);
	l.stop = true;
	shutdown(l.fd, SHUT_RDWR);
	pthread_join(l.thread, NULL);
	close(l.fd);
}
END_TEST

/* ---- all our hostile peers, in the clear and in TLS ---- */

struct den {
	struct testing_server *t;
	struct hostile_peers *peers;
};

static void
let_in(void *ctx, unsigned what)
{
	struct den *d = ctx;
	int fd;

	(void)what;
	while ((fd = net_accept(d->t->fd, NULL)) != -1)
		hostile_accept(d->peers, fd, "http", d->t->service.secure);
}

START_TEST(outlives_the_hostile)
{
	const enum hostile how = (enum hostile)(_i / 2 + 1);
	const bool secure = _i % 2 != 0;
	const struct web_request r = { .ms = SOON_MS, .most = 1 << 20 };
	struct testing_server *t = &server;
	struct den den = { .t = t };
	struct err err;
	int fd;

	memset(t, 0, sizeof *t);
	t->base.host = "127.0.0.1";
	t->service.secure = secure;
	testing_server_tls(t);
	t->loop = loop_new();
	den.peers = hostile_new(t->loop, how, t->tls);
	ck_assert(net_listen("127.0.0.1", 0, &t->fd, &t->port, &err));
	t->watch = loop_watch(t->loop, t->fd, LOOP_READ, let_in, &den);
	ck_assert_int_eq(
	    pthread_create(&t->base.thread, NULL, testing_server_run, t), 0);
	point_at("127.0.0.1", t->port, secure);
	profile.trust = mem_textf("%s/pki/ca.pem", t->base.dir);
	web = web_new(&profile, &endpoint, "run.case");

	(void)web_ask(web, &r, &answer);
	ck_assert_int_gt(answer.end, WEB_FORBIDDEN);
	if (how != HOSTILE_GOOD_THEN_SILENT && how != HOSTILE_TLS_GARBAGE &&
	    how != HOSTILE_TLS_CLOSE)
		ck_assert_msg(
		    answer.end != WEB_ANSWERED, "%s", hostile_get(how)->name);
	ck_assert_int_lt(answer.total_us, INT64_C(1000) * LATE_MS);

	web_answer_free(&answer);
	web_free(web);
	t->base.stop = true;
	if (net_connect("127.0.0.1", t->port, WAIT_MS, &fd, &err))
		close(fd);
	pthread_join(t->base.thread, NULL);
	hostile_free(den.peers);
	watch_free(t->watch);
	close(t->fd);
	tls_context_free(t->tls);
	loop_free(t->loop);
	free(profile.trust);
	nftw(t->base.dir, running_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

/* ---- evidence ---- */

static bool
collect(struct trial *t)
{
	struct web *w = web_of(t, "ocsp");

	ck_assert(web_call(t, "first", "ocsp",
	    &(struct web_request){ .path = "/echo", .body = SPAN("a\0b") }));
	ck_assert(web_call_with(
	    t, "second", w, &(struct web_request){ .path = "/nowhere" }));
	ck_assert(!web_call_with(t, "third", w,
	    &(struct web_request){ .path = "/long", .most = 10 }));
	ck_assert(!web_call_with(t, "fourth", w,
	    &(struct web_request){ .url = "http://192.0.2.1/" }));
	web_free(w);
	ck_assert_int_eq(trial_verdict(t), PASS);
	if (strcmp(trial_case(t)->id, "web.wrong") == 0)
		ck_assert(
		    !web_call(t, "fifth", "crl", &(struct web_request){ 0 }));
	return true;
}

static enum web_end
hear(struct trial *t, const char *name)
{
	web_answer_free(&answer);
	web_answer_init(&answer, 0);
	ck_assert_int_eq(
	    web_heard(t, name, &answer), answer.end == WEB_ANSWERED);
	return answer.end;
}

static void
judge(struct trial *t)
{
	ck_assert_str_eq(trial_fact_text(t, "first"), "answered");
	ck_assert(trial_has(t, "first.request"));
	ck_assert_int_eq(hear(t, "first"), WEB_ANSWERED);
	ck_assert_int_eq(answer.status, 200);
	ck_assert(span_eq(answer.body, SPAN("a\0b")));
	ck_assert(web_has_type(&answer, "application/x"));
	ck_assert_int_gt(answer.total_us, 0);
	ck_assert_int_eq(hear(t, "second"), WEB_ANSWERED);
	ck_assert_int_eq(answer.status, 404);
	ck_assert_int_eq(hear(t, "third"), WEB_TOO_LONG);
	ck_assert_str_ne(answer.why, "");
	ck_assert_int_eq(hear(t, "fourth"), WEB_FORBIDDEN);
	ck_assert_int_eq(hear(t, "never"), WEB_NOT_SENT);
	trial_claim(t, "c", true, "right", "right");
}

/* By a replay, too, when the target has long gone. */
START_TEST(is_read_back_as_it_was_heard)
{
	static const struct conf_case cases[] = {
		{ .id = "web.test", .collect = collect, .judge = judge },
		{ .id = "web.wrong", .collect = collect, .judge = judge },
	};
	static const struct conf_group group = { .service = "ocsp" };
	struct trial_setup setup = { .run = "run",
		.fixtures = "fixtures",
		.profile = &profile,
		.cs = &cases[_i],
		.group = &group,
		.attempt = 1,
		.soft_ms = WAIT_MS };
	struct outcome outcome;
	struct trial *t;
	char *evidence;

	up("127.0.0.1", false);
	evidence = mem_textf("%s/evidence", server.base.dir);
	setup.evidence = evidence;
	t = trial_new(&setup);
	trial_run(t, &outcome);
	trial_free(t);
	ck_assert_int_eq(outcome.verdict, _i == 0 ? PASS : BROKEN);
	outcome_free(&outcome);
	t = trial_new(&setup);
	trial_replay(t, &outcome);
	trial_free(t);
	ck_assert_int_eq(outcome.verdict, _i == 0 ? PASS : BROKEN);
	outcome_free(&outcome);
	free(evidence);
	down();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("conformance/client/web");
	TCase *tc = tcase_create("web");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, asks, 0, 4);
	tcase_add_loop_test(tc, does_what_a_server_may, 0, 3);
	tcase_add_loop_test(tc, goes_nowhere_else, 0, 10);
	tcase_add_test(tc, believes_nobody_else);
	tcase_add_test(tc, keeps_within_its_most);
	tcase_add_loop_test(tc, survives, 0, 31);
	tcase_add_loop_test(
	    tc, outlives_the_hostile, 0, 2 * (HOSTILE_COUNT - 1));
	tcase_add_loop_test(tc, is_read_back_as_it_was_heard, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
