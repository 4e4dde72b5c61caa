/* SPDX-License-Identifier: MIT */
#include "loadgen/drivers/http.h"

#include <stdio.h>

#include "lib/mem.h"
#include "loadgen/answers.h"
#include "loadgen/drivers/http1.h"
#include "loadgen/drivers/http_local.h"

/* ---- requests ---- */

bool
http_path_good(struct span path)
{
	for (size_t i = 0; i < path.len; i++)
		if ((unsigned char)path.ptr[i] <= ' ' || path.ptr[i] == 0x7f)
			return false;
	return path.len > 0 && path.ptr[0] == '/';
}

/* A token of RFC 9110 5.6.2, of letters alone: so are all known methods. */
static bool
is_method(const char *method)
{
	return method[0] != '\0' &&
	       strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == strlen(method);
}

/* Only ${...} means something: a body of JSON has backslashes of its own. */
static bool
add_literally(struct pieces *p, const char *text,
    const struct driver_setting *d, struct err *err)
{
	struct buf escaped;
	bool ok;

	buf_init(&escaped, 2 * HTTP_REQUEST_MOST);
	for (const char *c = text; *c != '\0'; c++) {
		const char *end =
		    strncmp(c, "${", 2) == 0 ? strchr(c, '}') : NULL;

		if (end != NULL) {
			buf_add(
			    &escaped, (struct span){ c, (size_t)(end - c) });
			c = end;
		}
		if (*c == '\\')
			buf_add(&escaped, SPAN("\\"));
		buf_add(&escaped, (struct span){ c, 1 });
	}
	ok = escaped.full
		 ? err_set(err, ERR_CONFIG, "a request has at most %d octets",
		       HTTP_REQUEST_MOST)
		 : pieces_add_text(p, buf_span(&escaped), d, err);
	buf_free(&escaped);
	return ok;
}

/* The Host field (RFC 9110 7.2): an address of IPv6 in brackets. */
static void
name_authority(struct http_request *r, const struct profile_endpoint *e)
{
	const char *name = e->name != NULL ? e->name : e->host;

	snprintf(r->authority, sizeof r->authority,
	    strchr(name, ':') != NULL ? "[%.250s]:%u" : "%.250s:%u", name,
	    (unsigned)e->port);
}

static bool
prepare(struct http_request *r, const struct driver_setting *d, struct err *err)
{
	const struct scenario_http *http = &d->flow->http;
	const char *method = http->method != NULL ? http->method : "GET";
	const char *path = http->path != NULL ? http->path : "/";

	if (!is_method(method) || strcmp(method, "CONNECT") == 0)
		return err_set(err, ERR_CONFIG,
		    "method: \"%s\" cannot be sent; GET, HEAD, POST can",
		    method);
	if (!http_path_good(span_of(path)))
		return err_set(err, ERR_CONFIG,
		    "path: \"%s\" must begin with \"/\" and have no white "
		    "space; %%20 stands for one",
		    path);
	r->method = span_of(method);
	name_authority(r, d->endpoint);
	if (!add_literally(&r->path, path, d, err))
		return err_while(err, "path: \"%s\"", path);
	r->path_varies = r->path.uses != 0;
	if (http->content_type != NULL &&
	    !add_literally(&r->content_type, http->content_type, d, err))
		return err_while(
		    err, "content_type: \"%s\"", http->content_type);
	r->has_body = http->body != NULL;
	if (r->has_body && !add_literally(&r->body, http->body, d, err))
		return err_while(err, "body");
	if (r->path.most + r->content_type.most + r->body.most >
	    HTTP_REQUEST_MOST)
		return err_set(err, ERR_CONFIG,
		    "a request of more than %d octets", HTTP_REQUEST_MOST);
	return true;
}

bool
http_request_init(
    struct http_request *r, const struct driver_setting *d, struct err *err)
{
	*r = (struct http_request){ 0 };
	if (prepare(r, d, err))
		return true;
	http_request_free(r);
	return err_while(err, "%s: flow %s", d->scenario->path, d->flow->name);
}

void
http_request_free(struct http_request *r)
{
	pieces_free(&r->path);
	pieces_free(&r->content_type);
	pieces_free(&r->body);
}

uint64_t
http_request_uses(const struct http_request *r)
{
	return r->path.uses | r->content_type.uses | r->body.uses;
}

/* ---- HTTP/1.1 ---- */

struct program {
	struct driver_program driver; /* first */
	struct http_request request;
	struct pieces before; /* of the path: "GET " */
	struct pieces after;  /* ... up to the end of the head, or to the */
	/* length of the body */
	int op;
	struct http_locals *locals;
};

struct state {
	struct http1 http1;
	struct http1_want *want;
	struct buf body; /* grows to the longest that is kept */
};

static void
program_free(struct driver_program *driver)
{
	struct program *p = (struct program *)driver;

	http_locals_free(p->locals);
	http_request_free(&p->request);
	pieces_free(&p->before);
	pieces_free(&p->after);
	free(p);
}

static bool
lay_out(struct program *p, const struct driver_setting *d, struct err *err)
{
	const struct http_request *r = &p->request;
	struct pieces *after = &p->after;

	pieces_add_literal(&p->before, r->method);
	pieces_add_literal(&p->before, SPAN(" "));
	pieces_add_literal(after, SPAN(" HTTP/1.1\r\nHost: "));
	pieces_add_literal(after, span_of(r->authority));
	pieces_add_literal(after, SPAN("\r\nUser-Agent: yanshou\r\n"));
	if (d->flow->http.headers != NULL &&
	    !add_literally(after, d->flow->http.headers, d, err))
		return err_while(err, "headers");
	if (!r->has_body)
		pieces_add_literal(after, SPAN("\r\n"));
	return true;
}

static struct driver_program *
program_compile(const struct driver_setting *d, struct err *err)
{
	struct program *p = mem_new(1, sizeof *p);

	p->locals = http_locals_new(&d->flow->http, err);
	if (p->locals == NULL)
		err_while(err, "%s: flow %s", d->scenario->path, d->flow->name);
	if (p->locals == NULL || !http_request_init(&p->request, d, err) ||
	    !lay_out(p, d, err)) {
		program_free(&p->driver);
		return NULL;
	}
	p->op = operations_find(d->ops, operations_own(d->flow));
	p->driver = (struct driver_program){
		.state_size = sizeof(struct state),
		.out_most = p->before.most + p->request.path.most +
			    p->after.most + p->request.content_type.most +
			    p->request.body.most + 64,
		.hold_most = HTTP1_HEAD_MOST,
		.streams = 1,
		.first_op = p->op,
		.has = { [DRIVE_BODY] = true },
		.uses = http_request_uses(&p->request) | p->after.uses,
	};
	return &p->driver;
}

static void
state_open(const struct driver_program *driver, void *state)
{
	struct state *s = state;

	s->want = http_locals_mine(((const struct program *)driver)->locals);
	buf_init(&s->body, ANSWERS_LENGTH);
	if (s->want->answer.keeps)
		s->http1.answer.body = &s->body;
}

static void
state_close(const struct driver_program *driver, void *state)
{
	struct state *s = state;

	(void)driver;
	http1_begin(&s->http1, s->want);
	buf_free(&s->body);
}

/* Seven digits hold HTTP_REQUEST_MOST; how many there are is known later. */
static void
put_body(const struct http_request *r, struct driver_turn *t)
{
	static const struct span gap = SPAN_INIT("       ");
	size_t at, begun;
	char digits[24];
	int n;

	if (r->content_type.n > 0) {
		driver_put(t, SPAN("Content-Type: "));
		pieces_put(&r->content_type, t);
		driver_put(t, SPAN("\r\n"));
	}
	driver_put(t, SPAN("Content-Length: "));
	at = t->n_out;
	driver_put(t, gap);
	driver_put(t, SPAN("\r\n\r\n"));
	begun = t->n_out;
	pieces_put(&r->body, t);
	n = snprintf(digits, sizeof digits, "%zu", t->n_out - begun);
	if (t->full || n > (int)gap.len)
		return;
	/* White space before a value is no part of it, RFC 9112 5.1. */
	memcpy(t->out + at + gap.len - (size_t)n, digits, (size_t)n);
}

static enum drive
failed(struct driver_turn *t, const char *why)
{
	t->why = why;
	return DRIVE_FAILED;
}

static enum drive
http1_ask(const struct driver_program *driver, void *state,
    enum drive_part part, struct driver_turn *t)
{
	const struct program *p = (const struct program *)driver;
	const struct http_request *r = &p->request;
	struct state *s = state;
	size_t path;

	if (part != DRIVE_BODY)
		return DRIVE_DONE;
	http1_begin(&s->http1, s->want);
	driver_mark(t, p->op, true, true);
	if (t->in.len > 0)
		return failed(t, "octets that answer no request");
	pieces_put(&p->before, t);
	path = t->n_out;
	pieces_put(&r->path, t);
	if (r->path_varies &&
	    !http_path_good((struct span){ t->out + path, t->n_out - path }))
		return failed(t,
		    "a value in the path has white space or a control "
		    "character: it must be encoded with %");
	pieces_put(&p->after, t);
	if (r->has_body)
		put_body(r, t);
	return DRIVE_HEAR;
}

static enum drive
answered(const struct program *p, struct state *s, struct driver_turn *t)
{
	const bool good = s->http1.fault == HTTP1_GOOD;

	if (!good) {
		http1_why(&s->http1, s->want, t->why_text);
		t->why = t->why_text;
		t->refused = s->http1.fault == ANSWER_STATUS;
	}
	if (good && s->http1.answer.body != NULL && t->kept != NULL)
		t->kept(t, buf_span(&s->body));
	t->closing = !s->http1.keep;
	driver_mark(t, p->op, false, good);
	return DRIVE_DONE;
}

static enum drive
http1_hear(
    const struct driver_program *driver, void *state, struct driver_turn *t)
{
	const struct program *p = (const struct program *)driver;
	struct state *s = state;
	enum http1_got got;
	size_t used;

	got = http1_take(&s->http1, s->want, t->in, &used);
	t->in = span_skip(t->in, used);
	if (got == HTTP1_MORE && t->closed)
		got = http1_closed(&s->http1, s->want, t->in);
	if (got == HTTP1_MORE)
		return DRIVE_HEAR;
	if (got == HTTP1_DONE && (t->in.len == 0 || !s->http1.keep))
		return answered(p, s, t);
	if (got == HTTP1_DONE)
		return failed(t, "octets that answer no request");
	http1_why(&s->http1, s->want, t->why_text);
	return failed(t, t->why_text);
}

const struct driver driver_http1 = {
	.name = "http/1.1",
	.compile = program_compile,
	.free = program_free,
	.open = state_open,
	.begin = http1_ask,
	.feed = http1_hear,
	.close = state_close,
};
