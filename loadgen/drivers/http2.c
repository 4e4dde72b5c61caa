/* SPDX-License-Identifier: MIT */
#include "loadgen/drivers/http2.h"

#include <nghttp2/nghttp2.h>
#include <stdio.h>

#include "lib/mem.h"
#include "loadgen/drivers/http.h"
#include "loadgen/drivers/http_local.h"

#define WINDOW     ((1 << 30) - 1) /* no target waits for our credit */
#define FRAME_MOST (16384 + 9)     /* of ours: the least a peer must take */
#define BODY_MOST  (64 << 10)
#define FIELDS     8

struct program {
	struct driver_program driver; /* first */
	struct http_request request;
	nghttp2_session_callbacks *callbacks;
	nghttp2_option *option;
	struct http_locals *locals;
	size_t body_room; /* of one stream */
	int op;
	bool secure;
};

/* One request and its answer. */
struct exchange {
	struct http_answer answer;
	uint64_t told; /* Content-Length */
	uint32_t sent, body;
	bool busy;
	bool has_told;
	bool headed; /* the final head has come */
	bool ended;  /* ... and the end of the body */
};

struct state {
	const struct program *program;
	struct http1_want *want;
	nghttp2_session *session;
	struct driver_turn *turn; /* while it is ours */
	unsigned busy;
	struct exchange exchanges[];
	/* and behind them the bodies that are sent */
};

static char *
body_of(struct state *s, const struct exchange *x)
{
	const struct program *p = s->program;
	char *bodies = (char *)&s->exchanges[p->driver.streams];

	return bodies + (size_t)(x - s->exchanges) * p->body_room;
}

/* ---- what nghttp2 tells ---- */

static struct exchange *
exchange_of(nghttp2_session *session, int32_t stream)
{
	return nghttp2_session_get_stream_user_data(session, stream);
}

static uint64_t
number(const uint8_t *digits, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * 10 + (uint64_t)(digits[i] - '0');
	return value;
}

/* nghttp2 has seen to it that both are of digits, and in their place. */
static int
on_header(nghttp2_session *session, const nghttp2_frame *frame,
    const uint8_t *name, size_t n_name, const uint8_t *value, size_t n_value,
    uint8_t flags, void *ctx)
{
	const struct span called = { (const char *)name, n_name };
	struct exchange *x = exchange_of(session, frame->hd.stream_id);

	(void)flags;
	(void)ctx;
	if (x == NULL || x->headed)
		return 0;
	if (span_eq(called, SPAN(":status"))) {
		x->answer.status = (uint16_t)number(value, n_value);
	} else if (span_eq(called, SPAN("content-length"))) {
		x->told = number(value, n_value < 19 ? n_value : 19);
		x->has_told = true;
	} else if (span_eq(called, SPAN("content-type"))) {
		http_answer_typed(
		    &x->answer, (struct span){ (const char *)value, n_value });
	}
	return 0;
}

static int
on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
	struct state *s = ctx;
	struct exchange *x;

	if (frame->hd.type == NGHTTP2_GOAWAY)
		s->turn->closing = true;
	if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)
		return 0;
	x = exchange_of(session, frame->hd.stream_id);
	if (x == NULL)
		return 0;
	if (frame->hd.type == NGHTTP2_HEADERS && !x->headed &&
	    x->answer.status >= 200) {
		x->headed = true;
		http_answer_begin(&x->answer, &s->want->answer);
	}
	if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
		x->ended = true;
	return 0;
}

static int
on_data(nghttp2_session *session, uint8_t flags, int32_t stream,
    const uint8_t *bytes, size_t n, void *ctx)
{
	struct state *s = ctx;
	struct exchange *x = exchange_of(session, stream);

	(void)flags;
	if (x != NULL && x->headed)
		http_answer_piece(&x->answer, &s->want->answer,
		    (struct span){ (const char *)bytes, n },
		    x->answer.got == 0 && x->has_told && x->told == n);
	return 0;
}

static void
exchange_over(struct state *s, struct exchange *x, uint32_t error)
{
	struct driver_turn *t = s->turn;
	enum http_fault fault;
	bool good = false;

	x->busy = false;
	s->busy--;
	if (error != 0 || !x->ended || !x->headed) {
		http_answer_drop(&x->answer, &s->want->answer);
		snprintf(t->why_text, sizeof t->why_text,
		    "the stream was ended: %s",
		    error == 0 ? "no answer" : nghttp2_http2_strerror(error));
		t->why = t->why_text;
	} else {
		fault = http_answer_end(&x->answer, &s->want->answer, x->told);
		good = fault == ANSWER_GOOD;
		t->refused = fault == ANSWER_STATUS;
		if (!good) {
			http_answer_why(
			    &x->answer, &s->want->answer, fault, t->why_text);
			t->why = t->why_text;
		}
	}
	t->slot = (uint16_t)(x - s->exchanges);
	driver_mark(t, s->program->op, false, good);
}

static int
on_close(nghttp2_session *session, int32_t stream, uint32_t error, void *ctx)
{
	struct state *s = ctx;
	struct exchange *x = exchange_of(session, stream);

	if (x != NULL && x->busy)
		exchange_over(s, x, error);
	return 0;
}

static ssize_t
read_body(nghttp2_session *session, int32_t stream, uint8_t *out, size_t room,
    uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
	struct state *s = ctx;
	struct exchange *x = source->ptr;
	const size_t n = x->body - x->sent < room ? x->body - x->sent : room;

	(void)session;
	(void)stream;
	memcpy(out, body_of(s, x) + x->sent, n);
	x->sent += (uint32_t)n;
	if (x->sent == x->body)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

/* ---- programs ---- */

static void
program_free(struct driver_program *driver)
{
	struct program *p = (struct program *)driver;

	http_locals_free(p->locals);
	http_request_free(&p->request);
	nghttp2_session_callbacks_del(p->callbacks);
	nghttp2_option_del(p->option);
	free(p);
}

static void
prepare_nghttp2(struct program *p)
{
	if (nghttp2_session_callbacks_new(&p->callbacks) != 0 ||
	    nghttp2_option_new(&p->option) != 0)
		abort(); /* no memory */
	nghttp2_session_callbacks_set_on_header_callback(
	    p->callbacks, on_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(
	    p->callbacks, on_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
	    p->callbacks, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(
	    p->callbacks, on_close);
	nghttp2_option_set_no_closed_streams(p->option, 1);
}

static struct driver_program *
refused(struct program *p)
{
	program_free(&p->driver);
	return NULL;
}

static struct driver_program *
program_compile(const struct driver_setting *d, struct err *err)
{
	struct program *p = mem_new(1, sizeof *p);
	const unsigned streams =
	    d->flow->http.streams > 0 ? (unsigned)d->flow->http.streams : 1;

	prepare_nghttp2(p);
	p->locals = http_locals_new(&d->flow->http, err);
	if (p->locals == NULL) {
		err_while(err, "%s: flow %s", d->scenario->path, d->flow->name);
		return refused(p);
	}
	if (!http_request_init(&p->request, d, err))
		return refused(p);
	p->body_room = p->request.body.most;
	if (streams > DRIVER_STREAMS || p->body_room > BODY_MOST) {
		err_set(err, ERR_CONFIG,
		    "%s: flow %s: HTTP/2 has at most %d streams here, and "
		    "bodies of %d octets",
		    d->scenario->path, d->flow->name, DRIVER_STREAMS,
		    BODY_MOST);
		return refused(p);
	}
	p->secure = d->endpoint->tls == PROFILE_TLS_IMPLICIT;
	p->op = operations_find(d->ops, operations_own(d->flow));
	p->driver = (struct driver_program){
		.state_size =
		    sizeof(struct state) +
		    streams * (sizeof(struct exchange) + p->body_room),
		.out_most = 4 * FRAME_MOST + p->request.path.most +
			    p->request.content_type.most + p->body_room,
		.streams = streams,
		.first_op = p->op,
		.has = { [DRIVE_BODY] = true },
		.uses = http_request_uses(&p->request),
		.alpn = "h2",
	};
	return &p->driver;
}

/* ---- a connection ---- */

static void
state_open(const struct driver_program *driver, void *state)
{
	static const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_ENABLE_PUSH, 0 },
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW },
	};
	const struct program *p = (const struct program *)driver;
	struct state *s = state;

	s->program = p;
	s->want = http_locals_mine(p->locals);
	if (nghttp2_session_client_new2(
		&s->session, p->callbacks, s, p->option) != 0 ||
	    nghttp2_submit_settings(s->session, NGHTTP2_FLAG_NONE, settings,
		sizeof settings / sizeof settings[0]) != 0 ||
	    nghttp2_session_set_local_window_size(
		s->session, NGHTTP2_FLAG_NONE, 0, WINDOW) != 0)
		abort(); /* no memory */
}

static void
state_close(const struct driver_program *driver, void *state)
{
	struct state *s = state;

	for (unsigned i = 0; i < driver->streams; i++)
		if (s->exchanges[i].busy)
			http_answer_drop(
			    &s->exchanges[i].answer, &s->want->answer);
	nghttp2_session_del(s->session);
}

static enum drive
failed(struct driver_turn *t, const char *why)
{
	t->why = why;
	return DRIVE_FAILED;
}

/* Frames that wait to be sent, as far as there is room for them. */
static enum drive
flush(struct state *s, struct driver_turn *t)
{
	const uint8_t *bytes;
	ssize_t n;

	while (t->room - t->n_out >= FRAME_MOST) {
		n = nghttp2_session_mem_send(s->session, &bytes);
		if (n < 0)
			return failed(t, nghttp2_strerror((int)n));
		if (n == 0)
			return DRIVE_HEAR;
		driver_put(t, (struct span){ (const char *)bytes, (size_t)n });
	}
	return DRIVE_AGAIN;
}

static void
field(nghttp2_nv *nv, size_t *n, struct span name, struct span value,
    uint8_t flags)
{
	nv[(*n)++] = (nghttp2_nv){
		.name = (uint8_t *)(uintptr_t)name.ptr,
		.namelen = name.len,
		.value = (uint8_t *)(uintptr_t)value.ptr,
		.valuelen = value.len,
		.flags = (uint8_t)(flags | NGHTTP2_NV_FLAG_NO_COPY_NAME),
	};
}

/* What is written behind what is sent, and taken back at once. */
static struct span
written(const struct pieces *pieces, struct driver_turn *t)
{
	const size_t before = t->n_out;
	struct span text = { t->out + before, 0 };

	pieces_put(pieces, t);
	text.len = t->n_out - before;
	return text;
}

static enum drive
submit(struct state *s, struct exchange *x, struct driver_turn *t)
{
	const struct http_request *r = &s->program->request;
	const nghttp2_data_provider data = { { .ptr = x }, read_body };
	const size_t before = t->n_out;
	nghttp2_nv nv[FIELDS];
	struct span text;
	char digits[24];
	size_t n = 0;
	int id;

	if (r->has_body) {
		text = written(&r->body, t);
		x->body = (uint32_t)text.len;
		memcpy(body_of(s, x), text.ptr, text.len);
		t->n_out = before;
	}
	field(
	    nv, &n, SPAN(":method"), r->method, NGHTTP2_NV_FLAG_NO_COPY_VALUE);
	field(nv, &n, SPAN(":scheme"),
	    s->program->secure ? SPAN("https") : SPAN("http"),
	    NGHTTP2_NV_FLAG_NO_COPY_VALUE);
	field(nv, &n, SPAN(":authority"), span_of(r->authority),
	    NGHTTP2_NV_FLAG_NO_COPY_VALUE);
	text = written(&r->path, t);
	if (!http_path_good(text))
		return failed(t,
		    "a value in the path has white space or a control "
		    "character: it must be encoded with %");
	field(nv, &n, SPAN(":path"), text, 0);
	field(nv, &n, SPAN("user-agent"), SPAN("yanshou"),
	    NGHTTP2_NV_FLAG_NO_COPY_VALUE);
	if (r->content_type.n > 0)
		field(nv, &n, SPAN("content-type"),
		    written(&r->content_type, t), 0);
	if (r->has_body) {
		snprintf(digits, sizeof digits, "%u", x->body);
		field(nv, &n, SPAN("content-length"), span_of(digits), 0);
	}
	if (t->full)
		return failed(t, "no room for the request");
	id = nghttp2_submit_request(
	    s->session, NULL, nv, n, r->has_body ? &data : NULL, x);
	t->n_out = before;
	return id < 0 ? failed(t, nghttp2_strerror(id)) : DRIVE_HEAR;
}

static enum drive
http2_ask(const struct driver_program *driver, void *state,
    enum drive_part part, struct driver_turn *t)
{
	const struct program *p = (const struct program *)driver;
	struct state *s = state;
	struct exchange *x = &s->exchanges[t->slot];

	if (part != DRIVE_BODY)
		return DRIVE_DONE;
	*x = (struct exchange){ .busy = true };
	s->busy++;
	s->turn = t;
	driver_mark(t, p->op, true, true);
	/* Its frames are sent with those of others that begin now. */
	return submit(s, x, t) == DRIVE_FAILED ? DRIVE_FAILED : DRIVE_AGAIN;
}

static enum drive
http2_hear(
    const struct driver_program *driver, void *state, struct driver_turn *t)
{
	struct state *s = state;
	enum drive drive;
	ssize_t n;

	(void)driver;
	s->turn = t;
	n = t->in.len == 0 ? 0
			   : nghttp2_session_mem_recv(s->session,
				 (const uint8_t *)t->in.ptr, t->in.len);
	if (n < 0)
		return failed(t, nghttp2_strerror((int)n));
	t->in = span_skip(t->in, (size_t)n);
	drive = flush(s, t);
	if (drive != DRIVE_HEAR)
		return drive;
	if (nghttp2_session_want_read(s->session) == 0 &&
	    nghttp2_session_want_write(s->session) == 0) {
		t->closing = true;
		if (s->busy > 0)
			return failed(t, "the connection was ended by an "
					 "error of HTTP/2");
	}
	if (t->closed && s->busy > 0)
		return failed(t, "hung up instead of answering");
	t->closing = t->closing || t->closed;
	return s->busy == 0 ? DRIVE_DONE : DRIVE_HEAR;
}

const struct driver driver_http2 = {
	.name = "h2",
	.compile = program_compile,
	.free = program_free,
	.open = state_open,
	.begin = http2_ask,
	.feed = http2_hear,
	.close = state_close,
};
