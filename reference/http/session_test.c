/* SPDX-License-Identifier: MIT */
#include "reference/http/session.h"

#include <stdio.h>

#include "lib/mem.h"
#include "reference/http/testing.h"
#include "reference/session_testing.h"

static struct site site;
static struct protocol protocol;

static void
setup(void)
{
	site = (struct site){ .host = "mail.example.test" };
	protocol = testing_protocol();
}

static void
teardown(void)
{
}

/* ---- answers, as a client sees them ---- */

static struct span
field_of(struct span head, const char *name)
{
	char *line = mem_textf("\r\n%s: ", name);
	const size_t at = span_find(head, span_of(line));
	struct span value = { NULL, 0 };

	if (at < head.len) {
		value = span_skip(head, at + strlen(line));
		value = span_take(value, span_find(value, SPAN("\r\n")));
	}
	free(line);
	return value;
}

static size_t
number_of(struct span text)
{
	char digits[24];

	(void)snprintf(digits, sizeof digits, "%.*s", SPAN_FMT(text));
	return (size_t)strtoull(digits, NULL, 10);
}

/* All chunks, put together. */
static void
take_chunks(struct span *said, struct buf *body)
{
	size_t n;

	do {
		struct span line =
		    span_take(*said, span_find(*said, SPAN("\r\n")));
		char size[24];

		(void)snprintf(size, sizeof size, "%.*s", SPAN_FMT(line));
		n = strtoul(size, NULL, 16);
		*said = span_skip(*said, line.len + 2);
		buf_add(body, span_take(*said, n));
		ck_assert(span_starts(span_skip(*said, n), SPAN("\r\n")));
		*said = span_skip(*said, n + 2);
	} while (n > 0);
}

/*
 * "200 hello" is an answer, "200 #400000" one with a long body; "close" and
 * "keep" are what Connection says.  HEAD is told by "~" in front of the
 * length: nothing follows.  What explains an error is left out.
 */
static void
summarize_answer(struct span *said, struct span head, struct buf *out)
{
	const struct span length = field_of(head, "Content-Length");
	const struct span connection = field_of(head, "Connection");
	const struct span allow = field_of(head, "Allow");
	struct buf body;

	buf_init(&body, 2 << 20);
	buf_addf(out, "%s%.*s", out->len > 0 ? " " : "", 3, head.ptr + 9);
	if (field_of(head, "Transfer-Encoding").ptr != NULL) {
		ck_assert(length.ptr == NULL);
		take_chunks(said, &body);
		buf_addf(out, " %%");
	} else if (length.ptr != NULL && number_of(length) > said->len) {
		buf_addf(out, " ~%.*s", SPAN_FMT(length));
	} else if (length.ptr != NULL) {
		buf_add(&body, span_take(*said, number_of(length)));
		*said = span_skip(*said, body.len);
	}
	if (head.ptr[9] < '4' && body.len > 100)
		buf_addf(out, " #%zu", body.len);
	else if (head.ptr[9] < '4' && body.len > 0)
		buf_addf(out, " %s", buf_text(&body));
	if (allow.ptr != NULL)
		buf_addf(out, " [%.*s]", SPAN_FMT(allow));
	if (connection.ptr != NULL)
		buf_addf(out, " %.*s", SPAN_FMT(connection));
	buf_free(&body);
}

static void
summarize(struct span said, struct buf *out)
{
	while (said.len > 0) {
		const size_t n = span_find(said, SPAN("\r\n\r\n"));
		const struct span head = span_take(said, n + 2);

		if (span_starts(said, SPAN("@closed"))) {
			buf_addf(out, " @closed");
			break;
		}
		ck_assert_msg(
		    span_starts(said, SPAN("HTTP/1.1 ")) && n < said.len,
		    "%.*s", SPAN_FMT(said));
		said = span_skip(said, n + 4);
		summarize_answer(&said, head, out);
	}
}

#define H             "Host: a\r\n"
#define GET(p)        "GET " p " HTTP/1.1\r\n" H "\r\n"
#define ECHO(f, body) "POST /echo HTTP/1.1\r\n" H f "\r\n" body
#define CHUNKED       "Transfer-Encoding: chunked\r\n"

/* clang-format off */
static const struct {
	const char *in, *said;
} rows[] = {
	/* one after another: RFC 9112 9.3, 9.3.2 */
	{ GET("/hello"), "200 hello" },
	{ GET("/hello") GET("/") GET("/nowhere") GET("/hello"),
	  "200 hello 200 hello 404 200 hello" },
	{ GET("/long") GET("/hello"), "200 #400000 200 hello" },
	{ GET("/long") GET("/long") GET("/leave") GET("/hello"),
	  "200 #400000 200 #400000 503 close @closed" },
	{ GET("/endless") GET("/hello"), "500 200 hello" },
	{ "\r\n\r\n" GET("/hello") "\r\n" GET("/hello"),
	  "200 hello 200 hello" },
	{ "\r\n\r\n\r\n\r\n\r\n", "400 close @closed" },

	/* who stays: RFC 9112 9.3, 9.6 */
	{ "GET /hello HTTP/1.1\r\n" H "Connection: x, Close\r\n\r\n" GET("/"),
	  "200 hello close @closed" },
	{ "GET /hello HTTP/1.0\r\n\r\n" GET("/"), "200 hello close @closed" },
	{ "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" GET("/"),
	  "200 hello keep-alive 200 hello" },
	{ "GET /who HTTP/1.0\r\n\r\n",
	  "200 127.0.0.1:40112 clear 1.0 close @closed" },
	{ "GET /who HTTP/1.9\r\n" H "\r\n",
	  "200 127.0.0.1:40112 clear 1.1" },

	/* what has no body: RFC 9110 6.4.1, 9.3.2 */
	{ GET("/none") GET("/unchanged") GET("/"), "204 304 200 hello" },
	{ "HEAD /long HTTP/1.1\r\n" H "\r\n", "200 ~400000" },
	{ "HEAD /none HTTP/1.1\r\n" H "\r\n" GET("/"), "204 200 hello" },
	{ "HEAD /nowhere HTTP/1.0\r\n\r\n", "404 ~23 close @closed" },

	/* methods: RFC 9110 9.1, 9.3.7, 10.2.1, 15.5.6 */
	{ "POST /hello HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nabcde" GET("/"),
	  "405 [GET, HEAD, OPTIONS] 200 hello" },
	{ "GET /echo HTTP/1.1\r\n" H "\r\n", "405 [POST, PUT, OPTIONS]" },
	{ "PUT /one/x HTTP/1.1\r\n" H "\r\n",
	  "405 [GET, HEAD, DELETE, OPTIONS]" },
	{ "OPTIONS /one/x HTTP/1.1\r\n" H "\r\n",
	  "204 [GET, HEAD, DELETE, OPTIONS]" },
	{ "OPTIONS * HTTP/1.1\r\n" H "\r\n" GET("/"),
	  "204 [GET, HEAD, POST, PUT, DELETE, OPTIONS] 200 hello" },
	{ "OPTIONS http://a HTTP/1.1\r\n" H "\r\n",
	  "204 [GET, HEAD, POST, PUT, DELETE, OPTIONS]" },
	{ "OPTIONS /nowhere HTTP/1.1\r\n" H "\r\n", "404" },
	{ "FROB /hello HTTP/1.1\r\n" H "\r\n" GET("/"), "501 200 hello" },
	{ "get /hello HTTP/1.1\r\n" H "\r\n", "501" },
	{ "CONNECT a:1 HTTP/1.1\r\n" H "\r\n" GET("/"), "501 close @closed" },

	/* targets: RFC 9112 3.2 */
	{ GET("http://other/hello"), "200 hello" },
	{ GET("HTTPS://[::1]:443/hello?x"), "200 hello" },
	{ GET("http://other") GET("http://other?x"), "200 hello 200 hello" },
	{ GET("http://"), "400 close @closed" },
	{ GET("http://me@other/hello"), "400 close @closed" },
	{ GET("*"), "400 close @closed" },
	{ GET("hello"), "400 close @closed" },
	{ GET("/hello#x"), "400 close @closed" },
	{ GET("/hel\x01lo"), "400 close @closed" },
	{ GET("/hello") GET("/hel\xc3\xa9"), "200 hello 400 close @closed" },

	/* paths: RFC 3986 2.1, 3.3 */
	{ GET("/%68ello") GET("/%2Fhello") GET("//hello") GET("/hello/"),
	  "200 hello 404 404 404" },
	{ GET("/hel%00lo") GET("/one/%00") GET("/one/%4") GET("/one/%zz"),
	  "400 400 400 400" },
	{ GET("/one/a%20b?q=%20") GET("/one/") GET("/one") GET("/one/a/b"),
	  "200 <a b>q=%20 404 404 404" },
	{ GET("/one/a%2Fb") GET("/one/..") GET("/one/%2e%2E") GET("/one/..."),
	  "404 404 404 200 <...>" },
	{ GET("/two/a/b") GET("/two/a/end") GET("/two//b"),
	  "200 <a><b> 200 <a><end> 404" },
	{ GET("/rest/a/b//c%2Fd%2B=") GET("/rest/") GET("/rest/a"),
	  "200 <a/b//c/d+=> 404 200 <a>" },
	{ GET("/rest/a/../b") GET("/rest/a%2F..") GET("/mix/a/b/c"),
	  "404 404 200 <a><b/c>" },

	/* bodies: RFC 9112 6 */
	{ ECHO("Content-Length: 3\r\n", "abc") GET("/"),
	  "200 abc 200 hello" },
	{ ECHO("Content-Length: 0003\r\n", "abc"), "200 abc" },
	{ ECHO("Content-Length: 0\r\n", "") GET("/"), "200 200 hello" },
	{ ECHO("", "") GET("/"), "200 200 hello" },
	{ ECHO(CHUNKED, "3\r\nabc\r\n0\r\n\r\n") GET("/"),
	  "200 abc 200 hello" },
	{ ECHO(CHUNKED, "3;x=y\r\nabc\r\n00A ; z=\"q\"\r\n0123456789\r\n"
	  "0;end\r\nDigest: x\r\nMore: y\r\n\r\n") GET("/"),
	  "200 abc0123456789 200 hello" },
	{ ECHO("Transfer-Encoding: , Chunked\r\n", "0\r\n\r\n"), "200" },

	/* requests that somebody else reads otherwise: RFC 9112 11.2 */
	{ ECHO("Content-Length: 3\r\n" CHUNKED, "0\r\n\r\n") GET("/"),
	  "400 close @closed" },
	{ ECHO(CHUNKED "Content-Length: 3\r\n", "0\r\n\r\n") GET("/"),
	  "400 close @closed" },
	{ ECHO("Content-Length: 3\r\nContent-Length: 3\r\n", "abc") GET("/"),
	  "400 close @closed" },
	{ ECHO("Content-Length: 3\r\ncontent-length: 30\r\n", "abc"),
	  "400 close @closed" },
	{ ECHO("Content-Length: 3, 3\r\n", "abc"), "400 close @closed" },
	{ ECHO("Content-Length: +3\r\n", "abc"), "400 close @closed" },
	{ ECHO("Content-Length: -3\r\n", "abc"), "400 close @closed" },
	{ ECHO("Content-Length: 0x3\r\n", "abc"), "400 close @closed" },
	{ ECHO("Content-Length: 3 \t\r\n", "abc"), "200 abc" },
	{ ECHO("Content-Length: 3 3\r\n", "abc"), "400 close @closed" },
	{ ECHO("Content-Length:\r\n", "abc"), "400 close @closed" },
	{ ECHO("Content-Length : 3\r\n", "abc"), "400 close @closed" },
	{ ECHO("Content-Length\t: 3\r\n", "abc"), "400 close @closed" },
	{ ECHO(" Content-Length: 3\r\n", "abc"), "400 close @closed" },
	{ ECHO("X: y\r\n folded\r\nContent-Length: 3\r\n", "abc"),
	  "400 close @closed" },
	{ "GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n",
	  "400 close @closed" },
	{ ECHO("Transfer-Encoding: xchunked\r\n", ""), "400 close @closed" },
	{ ECHO("Transfer-Encoding: identity\r\n", ""), "400 close @closed" },
	{ ECHO("Transfer-Encoding:\r\n", ""), "400 close @closed" },
	{ ECHO("Transfer-Encoding: chunked, identity\r\n", ""),
	  "400 close @closed" },
	{ ECHO(CHUNKED CHUNKED, "0\r\n\r\n"), "400 close @closed" },
	{ ECHO("Transfer-Encoding: gzip, chunked\r\n", ""),
	  "501 close @closed" },
	{ ECHO("Transfer-Encoding: \x0b" "chunked\r\n", ""),
	  "400 close @closed" },
	{ "POST /echo HTTP/1.0\r\n" CHUNKED "\r\n0\r\n\r\n",
	  "400 close @closed" },
	{ ECHO(CHUNKED, "\r\nabc"), "400 close @closed" },
	{ ECHO(CHUNKED, "3 \r\nabc\r\n0\r\n\r\n"), "400 close @closed" },
	{ ECHO(CHUNKED, "0x3\r\nabc\r\n0\r\n\r\n"), "400 close @closed" },
	{ ECHO(CHUNKED, "-3\r\nabc\r\n0\r\n\r\n"), "400 close @closed" },
	{ ECHO(CHUNKED, "3\nabc\r\n0\r\n\r\n"), "400 close @closed" },
	{ ECHO(CHUNKED, "3;\nabc\r\n0\r\n\r\n"), "400 close @closed" },
	{ ECHO(CHUNKED, "3\r\nabcd\r\n0\r\n\r\n"), "400 close @closed" },
	{ ECHO(CHUNKED, "3\r\nabc0\r\n\r\n"), "400 close @closed" },
	{ ECHO(CHUNKED, "3\r\nabc\r\n0\r\n X: y\r\n\r\n"),
	  "400 close @closed" },
	{ ECHO(CHUNKED, "3\r\nabc\r\n0\r\nX y\r\n\r\n"), "400 close @closed" },
	{ ECHO(CHUNKED, "FFFFFFFFFFFFFFFFFFFFF\r\n"), "413 close @closed" },
	{ ECHO(CHUNKED, "400001\r\n"), "413 close @closed" },
	{ ECHO("Content-Length: 4194305\r\n", "abc"), "413 close @closed" },
	{ ECHO("Content-Length: 99999999999999999999999\r\n", "abc"),
	  "413 close @closed" },
	{ "GET / HTTP/1.1\nHost: a\n\n", "400 close @closed" },
	{ "GET / HTTP/1.1\r\nHost: a\n\r\n", "400 close @closed" },
	{ "GET / HTTP/1.1\r\nHost: a\r\nX: \r y\r\n\r\n",
	  "400 close @closed" },
	{ GET("/hello") "X" GET("/hello"), "200 hello 501" },

	/* request lines and fields: RFC 9112 3, 5 */
	{ "GET  / HTTP/1.1\r\n" H "\r\n", "400 close @closed" },
	{ "GET / HTTP/1.1 \r\n" H "\r\n", "400 close @closed" },
	{ "GET /\r\n", "" },
	{ "GET /\r\n\r\n", "400 close @closed" },
	{ "GET / http/1.1\r\n" H "\r\n", "400 close @closed" },
	{ "GET / HTTP/1.\r\n" H "\r\n", "400 close @closed" },
	{ "GET / HTTP/2.0\r\n" H "\r\n", "505 close @closed" },
	{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 close @closed" },
	{ " GET / HTTP/1.1\r\n" H "\r\n", "400 close @closed" },
	{ "\x16\x03\x01\x02", "400 close @closed" },
	{ "GET / HTTP/1.1\r\n\r\n", "400 close @closed" },
	{ "GET / HTTP/1.1\r\n" H H "\r\n", "400 close @closed" },
	{ "GET / HTTP/1.0\r\n" H H "\r\n", "400 close @closed" },
	{ "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400 close @closed" },
	{ "GET / HTTP/1.1\r\nHost: me@a\r\n\r\n", "400 close @closed" },
	{ "GET / HTTP/1.1\r\nHost:\r\n\r\n", "200 hello" },
	{ "GET / HTTP/1.1\r\n" H "No colon\r\n\r\n", "400 close @closed" },
	{ "GET / HTTP/1.1\r\n" H ": x\r\n\r\n", "400 close @closed" },
	{ "GET / HTTP/1.1\r\n" H "A(b): x\r\n\r\n", "400 close @closed" },

	/* expectations: RFC 9110 10.1.1 */
	{ ECHO("Expect: 100-Continue\r\nContent-Length: 3\r\n", "abc") GET("/"),
	  "100 200 abc 200 hello" },
	{ ECHO("Expect: 100-continue\r\n" CHUNKED, "1\r\na\r\n0\r\n\r\n"),
	  "100 200 a" },
	{ ECHO("Expect: 100-continue\r\n", "") GET("/"), "200 200 hello" },
	{ "POST /echo HTTP/1.0\r\nExpect: 100-continue\r\n"
	  "Content-Length: 3\r\n\r\nabc", "200 abc close @closed" },
	{ ECHO("Expect: miracles\r\nContent-Length: 3\r\n", "abc"),
	  "417 close @closed" },
	{ "POST /nowhere HTTP/1.1\r\n" H "Expect: 100-continue\r\n"
	  "Content-Length: 3\r\n\r\nabc" GET("/"), "404 close @closed" },
	{ "POST /hello HTTP/1.1\r\n" H "Expect: 100-continue\r\n"
	  "Content-Length: 3\r\n\r\nabc" GET("/"),
	  "405 [GET, HEAD, OPTIONS] close @closed" },
	{ ECHO("Expect: 100-continue\r\nContent-Length: 4194305\r\n", ""),
	  "413 close @closed" },
};
/* clang-format on */

START_TEST(goes_as_it_should)
{
	const struct conversation c = {
		.in = span_of(rows[_i].in),
		.said = rows[_i].said,
	};

	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
		must_go_as(&c, &protocol, &site, pieces[i], summarize);
}
END_TEST

/* ---- what a table does not show ---- */

/* A request that is as long as it may be, or a little longer. */
static void
must_answer(const char *in, const char *said)
{
	const struct conversation c = { .in = span_of(in), .said = said };

	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
		must_go_as(&c, &protocol, &site, pieces[i], summarize);
}

START_TEST(has_limits)
{
	/* clang-format off */
	static const struct {
		const char *before, *again, *after, *said;
		size_t times;
	} limits[] = {
		{ "GET /one/", "a", " HTTP/1.1\r\n" H "\r\n", "200 #8189",
		  HTTP_TARGET_MOST - 5 },
		{ "GET /one/", "a", " HTTP/1.1\r\n" H "\r\n",
		  "414 close @closed", HTTP_TARGET_MOST - 4 },
		{ "GET /", "a", "", "414 close @closed", HTTP_HEAD_MOST },
		{ "GET / HTTP/1.1\r\n" H "X: ", "a", "\r\n\r\n",
		  "200 hello", HTTP_HEAD_MOST - 34 },
		{ "GET / HTTP/1.1\r\n" H "X: ", "a", "\r\n\r\n",
		  "431 close @closed", HTTP_HEAD_MOST },
		{ "GET / HTTP/1.1\r\n" H, "X: y\r\n", "\r\n", "200 hello",
		  HTTP_FIELDS_MOST - 1 },
		{ "GET / HTTP/1.1\r\n" H, "X: y\r\n", "\r\n",
		  "431 close @closed", HTTP_FIELDS_MOST },
		{ ECHO(CHUNKED, ""), "1;x=0123456789\r\na\r\n",
		  "0\r\n\r\n", "200 #600", 600 },
		{ ECHO(CHUNKED, ""), "1;x=0123456789\r\na\r\n",
		  "0\r\n\r\n", "400 close @closed", 700 },
		{ ECHO(CHUNKED, "1;"), "x", "\r\na\r\n0\r\n\r\n",
		  "400 close @closed", 255 },
		{ ECHO(CHUNKED, "0\r\n"), "X: y\r\n", "\r\n",
		  "431 close @closed", 2100 },
		{ ECHO(CHUNKED, "0\r\n"), "x", "", "431 close @closed", 9000 },
	};
	/* clang-format on */
	struct buf in;

	buf_init(&in, 1 << 16);
	buf_addf(&in, "%s", limits[_i].before);
	for (size_t i = 0; i < limits[_i].times; i++)
		buf_addf(&in, "%s", limits[_i].again);
	buf_addf(&in, "%s", limits[_i].after);
	must_answer(buf_text(&in), limits[_i].said);
	buf_free(&in);
}
END_TEST

START_TEST(varies)
{
	site.variant = VARIANT_HTTP_ANSWERS_IN_CHUNKS;
	must_answer(GET("/hello") GET("/long") GET("/none") GET("/nowhere"),
	    "200 % hello 200 % #400000 204 404 %");
	must_answer("GET /hello HTTP/1.0\r\n\r\n", "200 hello close @closed");
	must_answer("HEAD /none HTTP/1.1\r\n" H "\r\n", "204");
	site.variant = VARIANT_HTTP_CLOSES_EACH;
	must_answer(GET("/hello") GET("/"), "200 hello close @closed");
}
END_TEST

/* An answer says what it has to, and a peer cannot add to it. */
START_TEST(says_it_in_full)
{
	struct buf out;

	buf_init(&out, 1 << 16);
	session_close(converse(&protocol, &site, 0,
	    SPAN("GET /header HTTP/1.1\r\nHost: a\r\nX-Say: y\r\n\r\n"), 99,
	    &out));
	ck_assert_str_eq(buf_text(&out),
	    "HTTP/1.1 200 OK\r\n"
	    "Date: Mon, 21 Sep 2026 14:13:20 GMT\r\n"
	    "Server: Yanshou\r\n"
	    "Content-Length: 0\r\n"
	    "X-Said: y  X-Smuggled: 1\r\n"
	    "\r\n");
	buf_free(&out);
}
END_TEST

/* RFC 9110 15.5.9; who has said nothing is told nothing. */
START_TEST(does_not_wait_for_ever)
{
	static const struct {
		const char *in, *said;
	} idles[] = {
		{ "", "" },
		{ GET("/none"), "204" },
		{ "GET /hello HTTP/1.1\r\n", "408 close" },
		{ ECHO("Content-Length: 9\r\n", "ab"), "408 close" },
		{ ECHO(CHUNKED, "3\r\nab"), "408 close" },
	};
	struct session *s;
	struct buf out, said;
	struct wall later = now;

	buf_init(&out, 1 << 16);
	buf_init(&said, 1 << 16);
	s = converse(&protocol, &site, 0, span_of(idles[_i].in), 99, &out);
	session_idle(s, now, &out);
	ck_assert_int_eq(session_next(s), SESSION_HANG_UP);
	session_close(s);
	summarize(buf_span(&out), &said);
	ck_assert_str_eq(buf_text(&said), idles[_i].said);

	/* and not for one who is never silent */
	buf_clear(&out);
	buf_clear(&said);
	s = converse(&protocol, &site, 0, span_of(idles[_i].in), 1, &out);
	later.us += INT64_C(121) * 1000000;
	session_feed(s, SPAN("G"), later, &out);
	ck_assert_int_eq(session_next(s) == SESSION_HANG_UP, _i > 1);
	summarize(buf_span(&out), &said);
	ck_assert_str_eq(buf_text(&said), idles[_i].said);
	session_close(s);
	buf_free(&out);
	buf_free(&said);
}
END_TEST

/* What comes while a long answer is said is not lost. */
START_TEST(keeps_what_comes_meanwhile)
{
	struct session *s = protocol.open(&site, 0, "[::1]:40112");
	struct buf out, said;

	buf_init(&out, 2 << 20);
	buf_init(&said, 1 << 16);
	session_feed(s, SPAN(GET("/long") GET("/who") GET("/lo")), now, &out);
	ck_assert_int_eq(session_next(s), SESSION_MORE);
	ck_assert_uint_lt(out.len, 2 * SESSION_PORTION);
	while (session_next(s) == SESSION_MORE)
		session_feed(s, SPAN(""), now, &out);
	session_secured(s, "TLSv1.3", "none");
	session_feed(s, SPAN(GET("/who")), now, &out);
	summarize(buf_span(&out), &said);
	ck_assert_str_eq(buf_text(&said), "200 #400000 200 [::1]:40112 clear "
					  "1.1 404 200 [::1]:40112 tls 1.1");
	session_close(s);
	buf_free(&out);
	buf_free(&said);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("reference/http/session");
	TCase *tc = tcase_create("session");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(
	    tc, goes_as_it_should, 0, sizeof rows / sizeof rows[0]);
	tcase_add_loop_test(tc, has_limits, 0, 12);
	tcase_add_test(tc, varies);
	tcase_add_test(tc, says_it_in_full);
	tcase_add_loop_test(tc, does_not_wait_for_ever, 0, 5);
	tcase_add_test(tc, keeps_what_comes_meanwhile);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
