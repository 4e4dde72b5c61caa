/* SPDX-License-Identifier: MIT */
#include "reference/server.h"

#include <stddef.h>
#include <stdio.h>

#include "lib/mem.h"
#include "lib/net.h"
#include "reference/pretend.h"

enum {
	READ_MOST = 16384,      /* a whole TLS record: nothing stays behind */
	OUT_MOST = 1 << 20,     /* replies to one read */
	SILENCE_MS = 500,       /* while LISTENING */
	LINGER_MS = 2000,       /* for the client to take our last words */
	LINGER_MOST = 16 << 20, /* octets thrown away meanwhile */
};

enum phase {
	TALKING,
	SHAKING,
	LISTENING, /* speaks_plain(): TLS, or will it be? */
	GUESSING,  /* pretend_does(): a ClientHello to be answered wrongly? */
	LEAVING,   /* all is said; waiting for the client's FIN */
};

struct conn {
	struct server *server;
	const struct service *service;
	struct tls_context *tls;
	struct conn *next, **back;
	struct session *session;
	struct stream stream;
	struct watch *watch;
	struct timer *timer; /* idle, or linger */
	struct mono heard;   /* the last progress in either direction */
	struct buf in, out;
	enum phase phase;
	bool greeted;
	size_t thrown; /* octets, while leaving */
};

struct server {
	struct loop *loop;
	const struct site *site;
	int n, most;
	void (*fed)(void *ctx);
	void *ctx;
	struct conn *first;
	struct timer *stir;
};

struct server *
server_new(struct loop *loop, const struct site *site, int most,
    void (*fed)(void *ctx), void *ctx)
{
	struct server *s = mem_new(1, sizeof *s);

	*s = (struct server){
		.loop = loop, .site = site, .most = most, .fed = fed, .ctx = ctx
	};
	return s;
}

static void
conn_free(struct conn *c)
{
	watch_free(c->watch);
	timer_free(c->timer);
	stream_close(&c->stream);
	session_close(c->session);
	buf_free(&c->in);
	buf_free(&c->out);
	*c->back = c->next;
	if (c->next != NULL)
		c->next->back = c->back;
	c->server->n--;
	free(c);
}

void
server_free(struct server *s)
{
	if (s == NULL)
		return;
	timer_free(s->stir);
	while (s->first != NULL)
		conn_free(s->first);
	free(s);
}

static void pump(struct conn *);

/* How long this client may be silent. */
static int64_t
idle_us(const struct conn *c)
{
	const struct site *site = c->server->site;

	if (site->fault == FAULT_IDLE_TOO_SHORT &&
	    c->service == &services[SERVICE_SMTP])
		return INT64_C(2000000);
	if (site->fault == FAULT_POP3_IDLES_OUT &&
	    c->service == &services[SERVICE_POP3S])
		return INT64_C(2000000);
	return site->idle_us != 0
		   ? site->idle_us
		   : c->service->protocol->idle_s * INT64_C(1000000);
}

static void
linger_over(void *ctx)
{
	struct conn *c = ctx;

	c->timer = NULL;
	conn_free(c);
}

static void
idle_over(void *ctx)
{
	struct conn *c = ctx;
	const int64_t left_us =
	    idle_us(c) - mono_since_us(c->heard, clock_mono());

	c->timer = NULL;
	if (left_us > 0) {
		c->timer = loop_after(
		    c->server->loop, left_us / 1000 + 1, idle_over, c);
		return;
	}
	/* one that does not take what we say gets no more words */
	if (c->phase != TALKING || c->out.len > 0) {
		conn_free(c);
		return;
	}
	c->timer = loop_after(c->server->loop, idle_us(c) / 1000, idle_over, c);
	session_idle(c->session, clock_wall(), &c->out);
	pump(c);
}

static void
leave(struct conn *c)
{
	c->phase = LEAVING;
	stream_finish(&c->stream);
	timer_free(c->timer);
	c->timer = loop_after(c->server->loop, LINGER_MS, linger_over, c);
}

/*
 * What came in clear behind STARTTLS must not count once there is TLS (RFC
 * 3207 4.2): it is thrown away before we answer 220, and what comes later is
 * not TLS and ends the handshake.
 */
static enum stream_wait
throw_away(struct conn *c)
{
	enum stream_wait wait;

	do {
		c->thrown += c->in.len;
		buf_clear(&c->in);
		wait = stream_read(&c->stream, &c->in, READ_MOST);
	} while (wait == STREAM_DONE && c->thrown < LINGER_MOST);
	buf_clear(&c->in);
	return wait == STREAM_DONE ? STREAM_OVER : wait;
}

static void
begin_tls(struct conn *c)
{
	c->phase = SHAKING;
	stream_secure_server(&c->stream, c->tls);
}

static void
greet(struct conn *c)
{
	c->phase = TALKING;
	c->greeted = true;
	session_greet(c->session, clock_wall(), &c->out);
}

/* The first octet of a TLS record with a handshake: RFC 8446 5.1. */
static enum stream_wait
listen_first(struct conn *c)
{
	enum { HANDSHAKE = 22 };
	const int first = stream_peek(&c->stream);

	timer_free(c->timer);
	c->timer =
	    loop_after(c->server->loop, idle_us(c) / 1000 + 1, idle_over, c);
	if (first == HANDSHAKE)
		begin_tls(c);
	else
		greet(c);
	return STREAM_DONE;
}

/* A handshake for whoever says what the fault is not about. */
static enum stream_wait
guess(struct conn *c)
{
	char hello[READ_MOST];
	const size_t n = stream_glance(&c->stream, hello, sizeof hello);

	switch (pretend_answer(
	    c->server->site->fault, (struct span){ hello, n }, &c->out)) {
	case PRETEND_MORE:
		return STREAM_WANT_READ;
	case PRETEND_NOT:
		begin_tls(c);
		return STREAM_DONE;
	case PRETEND_SAID:
		stream_write(&c->stream, &c->out);
		leave(c);
		return STREAM_DONE;
	}
	return STREAM_OVER;
}

static void
silence_over(void *ctx)
{
	struct conn *c = ctx;

	c->timer = NULL;
	pump(c);
}

static enum stream_wait
shake(struct conn *c)
{
	const enum stream_wait wait = stream_shake(&c->stream);

	if (wait != STREAM_DONE)
		return wait;
	c->phase = TALKING;
	session_secured(c->session, stream_tls_version(&c->stream),
	    stream_tls_cipher(&c->stream));
	if (!c->greeted)
		greet(c);
	return STREAM_DONE;
}

/* Only SMTP does: to look into the queue for others is time lost. */
static bool
brings_mail(const struct conn *c)
{
	return c->service->protocol == services[SERVICE_SMTP].protocol;
}

static enum stream_wait
hear(struct conn *c)
{
	const enum stream_wait wait =
	    stream_read(&c->stream, &c->in, READ_MOST);

	if (wait != STREAM_DONE)
		return wait;
	session_feed(c->session, buf_span(&c->in), clock_wall(), &c->out);
	buf_clear(&c->in);
	if (c->server->fed != NULL && brings_mail(c))
		c->server->fed(c->server->ctx);
	if (session_next(c->session) == SESSION_START_TLS &&
	    throw_away(c) == STREAM_OVER)
		return STREAM_OVER;
	/* it asked for more than we will ever hold, and reads nothing */
	return c->out.full ? STREAM_OVER : STREAM_DONE;
}

/* The output has been sent: does what the session wants. */
static enum stream_wait
talk(struct conn *c)
{
	switch (session_next(c->session)) {
	case SESSION_GO_ON:
		return hear(c);
	case SESSION_MORE:
		session_feed(c->session, SPAN(""), clock_wall(), &c->out);
		return c->out.full ? STREAM_OVER : STREAM_DONE;
	case SESSION_START_TLS:
		if (c->server->site->fault == FAULT_TLS_CUT_OFF &&
		    c->service == &services[SERVICE_SMTP])
			leave(c);
		else
			begin_tls(c);
		return STREAM_DONE;
	case SESSION_HANG_UP:
		leave(c);
		return STREAM_DONE;
	case SESSION_HANG_UP_RST:
		stream_reset(&c->stream);
		return STREAM_OVER;
	}
	return STREAM_OVER;
}

static enum stream_wait
step(struct conn *c)
{
	if (c->phase == SHAKING)
		return shake(c);
	if (c->phase == LISTENING)
		return listen_first(c);
	if (c->phase == GUESSING)
		return guess(c);
	if (c->phase == LEAVING)
		return throw_away(c);
	if (c->out.len > 0)
		return stream_write(&c->stream, &c->out);
	return talk(c);
}

/* Goes on until there is something to wait for; others have their turn. */
static void
pump(struct conn *c)
{
	enum stream_wait wait = STREAM_DONE;
	unsigned what = LOOP_READ;

	for (int i = 0; i < 8 && wait == STREAM_DONE; i++) {
		wait = step(c);
		if (wait == STREAM_DONE)
			c->heard = clock_mono();
	}
	if (wait == STREAM_OVER) {
		conn_free(c);
		return;
	}
	if (wait == STREAM_WANT_WRITE)
		what = LOOP_WRITE;
	if (wait == STREAM_DONE) /* there is more to do, come what may */
		what = LOOP_READ | LOOP_WRITE;
	watch_change(c->watch, what);
}

static void
ready(void *ctx, unsigned what)
{
	(void)what;
	pump(ctx);
}

static void
stir(void *ctx)
{
	struct server *s = ctx;
	struct conn *next;

	s->stir = NULL;
	for (struct conn *c = s->first; c != NULL; c = next) {
		next = c->next;
		if (c->phase != TALKING ||
		    c->service->protocol->stirred == NULL)
			continue;
		c->service->protocol->stirred(
		    c->session, clock_wall(), &c->out);
		if (c->out.len > 0)
			pump(c);
	}
}

void
server_stir(struct server *s)
{
	if (s->stir == NULL)
		s->stir = loop_after(s->loop, 0, stir, s);
}

/* Not now, come again. */
static void
send_away(int fd, const struct service *service)
{
	struct stream stream;
	struct buf out;

	stream_init(&stream, fd);
	buf_init(&out, 256);
	if (!service->secure)
		buf_add(&out, span_of(service->protocol->busy));
	stream_write(&stream, &out);
	stream_close(&stream);
	buf_free(&out);
}

/* A fault: who says nothing is greeted in the clear. */
static bool
speaks_plain(const struct server *s, const struct service *service)
{
	static const struct {
		enum fault fault;
		enum service_id id;
	} plain[] = {
		{ FAULT_SUBMISSIONS_SPEAK_PLAIN, SERVICE_SUBMISSIONS },
		{ FAULT_IMAPS_SPEAKS_PLAIN, SERVICE_IMAPS },
		{ FAULT_POP3S_SPEAKS_PLAIN, SERVICE_POP3S },
		{ FAULT_LDAPS_SPEAKS_PLAIN, SERVICE_LDAPS },
		{ FAULT_SEC_SPEAKS_PLAIN, SERVICE_RA },
	};

	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (s->site->fault == plain[i].fault &&
		    service == &services[plain[i].id])
			return true;
	return false;
}

void
server_accept(struct server *s, int fd, const char *peer,
    const struct service *service, struct tls_context *tls)
{
	struct conn *c;

	if (s->n >= s->most) {
		send_away(fd, service);
		return;
	}
	c = mem_new(1, sizeof *c);
	*c = (struct conn){ .server = s,
		.service = service,
		.tls = tls,
		.next = s->first,
		.heard = clock_mono(),
		.session =
		    service->protocol->open(s->site, service->role, peer) };
	stream_init(&c->stream, fd);
	buf_init(&c->in, READ_MOST);
	buf_init(&c->out, OUT_MOST);
	if (c->next != NULL)
		c->next->back = &c->next;
	c->back = &s->first;
	s->first = c;
	s->n++;
	c->watch = loop_watch(s->loop, fd, LOOP_READ, ready, c);
	if (speaks_plain(s, service)) {
		c->phase = LISTENING;
		c->timer = loop_after(s->loop, SILENCE_MS, silence_over, c);
		return;
	}
	c->timer = loop_after(s->loop, idle_us(c) / 1000 + 1, idle_over, c);
	if (pretend_does(s->site->fault, service))
		c->phase = GUESSING;
	else if (service_is_secure(s->site->fault, service))
		begin_tls(c);
	else
		greet(c);
	pump(c);
}
