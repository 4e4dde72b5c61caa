/* SPDX-License-Identifier: MIT */
#include "reference/http/session.h"

#include <stdio.h>

#include "lib/mem.h"
#include "reference/http/reader.h"
#include "reference/http/route.h"

enum {
	HEADERS_MOST = 8192,
	KEPT_MOST = 1 << 16,   /* octets that wait while much is said */
	REQUEST_MOST_S = 120,  /* from its first octet to its last */
	ANSWER_KEPT = 1 << 16, /* memory of a body that is kept for the next */
};

struct http_session {
	struct session base;
	const struct site *site;
	const struct http_app *app;
	char peer[80];
	enum session_next next;
	bool tls;
	struct http_reader reader;
	struct wall began;  /* the request that is being read */
	bool midway;        /* there is one */
	struct buf kept;    /* came while too much was waiting to be sent */
	struct buf decoded; /* words of the path */
	struct http_routed to;

	/* The answer; a long body is sent in portions. */
	struct http_answer answer;
	bool sending, chunks;
	size_t sent; /* octets of the body */

	/* For the time of one call. */
	struct wall now;
	struct buf *out;
	size_t said_before; /* octets that are in it already */
};

static inline bool
varies(const struct http_session *s, enum variant variant)
{
	return variant != VARIANT_NONE && s->site->variant == variant;
}

/* ---- answers ---- */

/* RFC 9110 6.4.1: these end behind their head, whatever was asked. */
static bool
has_body(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

/* RFC 9112 9.3: HTTP/1.0 closes unless it says otherwise. */
static bool
persists(const struct http_session *s)
{
	const struct http_request *r = &s->reader.request;

	if (s->answer.closes || s->reader.refusal.status != 0 ||
	    varies(s, VARIANT_HTTP_CLOSES_EACH) ||
	    http_lists(r, "connection", "close"))
		return false;
	return r->minor > 0 || http_lists(r, "connection", "keep-alive");
}

static void
say_framing(struct http_session *s)
{
	const struct http_answer *a = &s->answer;

	if (!has_body(a->status))
		return; /* RFC 9110 8.6, RFC 9112 6.1 */
	if (a->type != NULL)
		buf_addf(s->out, "Content-Type: %s\r\n", a->type);
	if (s->chunks)
		buf_addf(s->out, "Transfer-Encoding: chunked\r\n");
	else
		buf_addf(s->out, "Content-Length: %zu\r\n", a->body.len);
}

static void
say_head(struct http_session *s, bool stays)
{
	const struct http_answer *a = &s->answer;
	char date[HTTP_DATE];

	http_date(s->now, date);
	buf_addf(s->out, "HTTP/1.1 %d %s\r\nDate: %s\r\nServer: Yanshou\r\n",
	    a->status, http_reason(a->status), date);
	say_framing(s);
	if (!stays)
		buf_addf(s->out, "Connection: close\r\n");
	else if (s->reader.request.minor == 0)
		buf_addf(s->out, "Connection: keep-alive\r\n");
	buf_add(s->out, buf_span(&a->headers));
	buf_addf(s->out, "\r\n");
}

static void
end_answer(struct http_session *s)
{
	if (s->chunks)
		buf_addf(s->out, "0\r\n\r\n");
	s->sending = false;
	if (s->answer.body.room > ANSWER_KEPT)
		buf_free(&s->answer.body);
}

/* The next portion of the body. */
static void
send_more(struct http_session *s)
{
	const struct span left = span_skip(buf_span(&s->answer.body), s->sent);
	const struct span part = span_take(left, SESSION_PORTION);

	if (s->chunks && part.len > 0)
		buf_addf(s->out, "%zx\r\n", part.len);
	buf_add(s->out, part);
	if (s->chunks && part.len > 0)
		buf_addf(s->out, "\r\n");
	s->sent += part.len;
	if (s->sent == s->answer.body.len)
		end_answer(s);
}

static void
answer_begin(struct http_session *s)
{
	struct http_answer *a = &s->answer;

	a->status = 200;
	a->type = NULL;
	a->closes = false;
	buf_clear(&a->headers);
	buf_clear(&a->body);
}

static void
answer_end(struct http_session *s)
{
	struct http_answer *a = &s->answer;
	const struct http_request *r = &s->reader.request;
	bool stays;

	if (a->body.full || a->headers.full) {
		buf_clear(&a->headers);
		http_answer_text(a, 500, "The answer is too long.");
	}
	stays = persists(s);
	s->sent = 0;
	s->chunks = varies(s, VARIANT_HTTP_ANSWERS_IN_CHUNKS) && r->minor > 0 &&
		    has_body(a->status);
	say_head(s, stays);
	s->sending = has_body(a->status) && r->method != HTTP_HEAD;
	if (s->sending)
		send_more(s);
	if (!stays)
		s->next = SESSION_HANG_UP;
}

static void
answer_error(struct http_session *s, int status, const char *why)
{
	http_answer_text(&s->answer, status, "%s", why);
}

/* ---- requests ---- */

/* RFC 9110 15.5.6, 9.3.7 */
static void
answer_allow(struct http_session *s, int status)
{
	struct buf list;

	buf_init(&list, 128);
	http_list_methods(s->to.allowed, &list);
	if (status == 405)
		answer_error(s, status, "This path does not do that.");
	s->answer.status = status;
	http_answer_header(&s->answer, "Allow", "%s", buf_text(&list));
	buf_free(&list);
}

static void
answer_routing(struct http_session *s, enum http_routing routing)
{
	switch (routing) {
	case HTTP_ROUTE_FOUND:
		break;
	case HTTP_ROUTE_BAD_PATH:
		answer_error(s, 400, "The path is not well encoded.");
		break;
	case HTTP_ROUTE_NO_PATH:
		answer_error(s, 404, "There is nothing here.");
		break;
	case HTTP_ROUTE_NO_METHOD:
		answer_allow(s, 405);
		break;
	case HTTP_ROUTE_NO_SERVICE:
		answer_error(s, 501, "This server does not know that method.");
		break;
	case HTTP_ROUTE_OPTIONS:
		answer_allow(s, 204);
		break;
	}
}

static enum http_routing
find_route(struct http_session *s)
{
	return http_find_route(s->app, &s->reader.request, &s->decoded, &s->to);
}

static void
serve(struct http_session *s)
{
	struct http_request *r = &s->reader.request;
	const enum http_routing routing = find_route(s);

	r->peer = s->peer;
	r->secure = s->tls;
	r->route = s->to.route;
	answer_begin(s);
	if (routing == HTTP_ROUTE_FOUND)
		s->to.route->serve(
		    s->site, r, &s->to.words, s->now, &s->answer);
	else
		answer_routing(s, routing);
	answer_end(s);
	http_reader_next(&s->reader);
	s->midway = false;
}

/* What is wrong is said, and nothing more is read: RFC 9112 6.3. */
static void
refuse(struct http_session *s, int status, const char *why)
{
	answer_begin(s);
	answer_error(s, status, why);
	s->answer.closes = true;
	answer_end(s);
}

/*
 * RFC 9110 10.1.1: the client waits for a word before it sends the body.  A
 * refusal is the last word: whether the body comes, nobody knows.
 */
static void
meet_expectation(struct http_session *s)
{
	const struct http_request *r = &s->reader.request;
	enum http_routing routing;

	if (http_header(r, "expect").ptr == NULL || r->minor == 0)
		return;
	if (!span_caseeq(http_header(r, "expect"), SPAN("100-continue"))) {
		refuse(s, 417, "This server meets no such expectation.");
		return;
	}
	routing = find_route(s);
	if (routing == HTTP_ROUTE_FOUND) {
		buf_addf(s->out, "HTTP/1.1 100 Continue\r\n\r\n");
		return;
	}
	answer_begin(s);
	answer_routing(s, routing);
	s->answer.closes = true;
	answer_end(s);
}

static void
read_on(struct http_session *s, struct span *in)
{
	switch (http_reader_feed(&s->reader, in)) {
	case HTTP_READ_MORE:
		break;
	case HTTP_READ_HEAD:
		meet_expectation(s);
		break;
	case HTTP_READ_WHOLE:
		serve(s);
		break;
	case HTTP_READ_WRONG:
		refuse(s, s->reader.refusal.status, s->reader.refusal.why);
		break;
	}
}

/* ---- octets ---- */

/* As far as there is room for answers; true when there is more to do. */
static bool
go_on(struct http_session *s, struct span *in)
{
	for (;;) {
		if (s->out->len - s->said_before > SESSION_PORTION)
			return true;
		if (s->sending)
			send_more(s);
		else if (in->len > 0 && s->next == SESSION_GO_ON)
			read_on(s, in);
		else
			return false;
	}
}

/* Somebody who sends a request octet by octet is not waited for for ever. */
static void
watch_time(struct http_session *s)
{
	if (s->next != SESSION_GO_ON || s->sending || s->kept.len > 0)
		return;
	if (!http_reader_is_midway(&s->reader)) {
		s->midway = false;
		return;
	}
	if (!s->midway)
		s->began = s->now;
	s->midway = true;
	if (s->now.us - s->began.us > REQUEST_MOST_S * INT64_C(1000000))
		refuse(s, 408, "The request took too long.");
}

static void
feed(struct session *base, struct span in, struct wall now, struct buf *out)
{
	struct http_session *s = (struct http_session *)base;
	struct span kept = buf_span(&s->kept);
	bool more;

	s->now = now;
	s->out = out;
	s->said_before = out->len;
	more = go_on(s, &kept);
	buf_drop(&s->kept, s->kept.len - kept.len);
	if (!more)
		more = go_on(s, &in);
	if (more && s->next == SESSION_GO_ON)
		buf_add(&s->kept, in);
	if (s->kept.full) /* cannot be: we are fed nothing while we say MORE */
		s->next = SESSION_HANG_UP;
	watch_time(s);
}

static enum session_next
next(const struct session *base)
{
	const struct http_session *s = (const struct http_session *)base;

	if (s->sending || (s->kept.len > 0 && s->next == SESSION_GO_ON))
		return SESSION_MORE;
	return s->next;
}

/* ---- the session itself ---- */

struct session *
http_open(const struct site *site, const struct http_app *app, const char *peer)
{
	struct http_session *s = mem_new(1, sizeof *s);

	s->base.protocol = &http_protocol;
	s->site = site;
	s->app = app;
	(void)snprintf(s->peer, sizeof s->peer, "%s", peer);
	http_reader_init(&s->reader);
	buf_init(&s->kept, KEPT_MOST);
	buf_init(&s->decoded, HTTP_TARGET_MOST);
	buf_init(&s->answer.headers, HEADERS_MOST);
	buf_init(&s->answer.body, HTTP_ANSWER_MOST);
	return &s->base;
}

static struct session *
open_session(const struct site *site, int role, const char *peer)
{
	return http_open(site, http_app_of((enum http_role)role), peer);
}

static void
close_session(struct session *base)
{
	struct http_session *s = (struct http_session *)base;

	http_reader_free(&s->reader);
	buf_free(&s->kept);
	buf_free(&s->decoded);
	buf_free(&s->answer.headers);
	buf_free(&s->answer.body);
	free(s);
}

/* The client speaks first. */
static void
greet(struct session *base, struct wall now, struct buf *out)
{
	(void)base;
	(void)now;
	(void)out;
}

static void
secured(struct session *base, const char *version, const char *cipher)
{
	struct http_session *s = (struct http_session *)base;

	(void)version;
	(void)cipher;
	s->tls = true;
}

/* RFC 9110 15.5.9; who has said nothing is told nothing. */
static void
idle(struct session *base, struct wall now, struct buf *out)
{
	struct http_session *s = (struct http_session *)base;

	s->now = now;
	s->out = out;
	if (http_reader_is_midway(&s->reader))
		refuse(s, 408, "The request took too long.");
	s->next = SESSION_HANG_UP;
}

const struct protocol http_protocol = {
	.name = "http",
	.idle_s = 60,
	.busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
		"Connection: close\r\n\r\n",
	.open = open_session,
	.close = close_session,
	.greet = greet,
	.feed = feed,
	.next = next,
	.secured = secured,
	.idle = idle,
};
