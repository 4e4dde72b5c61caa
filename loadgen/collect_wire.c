/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>

#include "lib/clock.h"
#include "lib/net.h"
#include "loadgen/collect_inner.h"

enum {
	HEARD_MOST = LEDGER_MOST + (1 << 20),
	SAID_MOST = 1 << 16,
	AT_ONCE = 1 << 16,
};

static bool
is_well(const struct collect_wire *w)
{
	return w->open && w->why[0] == '\0';
}

bool
collect_fails(struct collect_wire *w, const char *fmt, ...)
{
	va_list ap;

	if (w->why[0] == '\0') {
		va_start(ap, fmt);
		vsnprintf(w->why, sizeof w->why, fmt, ap);
		va_end(ap);
	}
	return false;
}

bool
collect_open(struct collect_wire *w, const struct profile *p,
    const struct profile_endpoint *e)
{
	struct err err;
	int fd;

	*w = (struct collect_wire){ .reply_ms = p->timeouts.reply_ms };
	buf_init(&w->in, HEARD_MOST);
	buf_init(&w->out, SAID_MOST);
	if (!net_connect(e->host, e->port, p->timeouts.connect_ms, &fd, &err))
		return collect_fails(w, "%.150s", err.what);
	stream_init(&w->stream, fd);
	w->open = true;
	return e->tls != PROFILE_TLS_IMPLICIT || collect_secure(w, p, e);
}

void
collect_close(struct collect_wire *w)
{
	if (w->open)
		stream_close(&w->stream);
	w->open = false;
	tls_context_free(w->tls);
	w->tls = NULL;
	buf_free(&w->in);
	buf_free(&w->out);
	w->taken = 0;
}

static bool
await(const struct collect_wire *w, enum stream_wait wait, int64_t ms)
{
	struct pollfd p = {
		.fd = w->stream.fd,
		.events = wait == STREAM_WANT_WRITE ? POLLOUT : POLLIN,
	};

	return ms > 0 && poll(&p, 1, (int)ms) > 0;
}

static int64_t
left_ms(int64_t ms, struct mono began)
{
	return ms - mono_since_us(began, clock_mono()) / 1000;
}

bool
collect_secure(struct collect_wire *w, const struct profile *p,
    const struct profile_endpoint *e)
{
	const struct mono began = clock_mono();
	struct err err;

	if (!is_well(w))
		return false;
	w->tls = tls_client(p->trust, &err);
	if (w->tls == NULL)
		return collect_fails(w, "%.150s", err.what);
	stream_secure_client(
	    &w->stream, w->tls, e->name == NULL ? e->host : e->name);
	for (;;) {
		const enum stream_wait wait = stream_shake(&w->stream);

		if (wait == STREAM_DONE)
			return true;
		if (wait == STREAM_OVER)
			return collect_fails(w, "%s", w->stream.detail);
		if (!await(w, wait, left_ms(w->reply_ms, began)))
			return collect_fails(w, "no handshake in time");
	}
}

bool
collect_say(struct collect_wire *w, const char *fmt, ...)
{
	const struct mono began = clock_mono();
	va_list ap;

	if (!is_well(w))
		return false;
	va_start(ap, fmt);
	buf_vaddf(&w->out, fmt, ap);
	va_end(ap);
	buf_add(&w->out, SPAN("\r\n"));
	while (w->out.len > 0) {
		const enum stream_wait wait = stream_write(&w->stream, &w->out);

		if (wait == STREAM_OVER)
			return collect_fails(w, "%s", w->stream.detail);
		if (wait != STREAM_DONE &&
		    !await(w, wait, left_ms(w->reply_ms, began)))
			return collect_fails(w, "what we say is not taken");
	}
	return !w->out.full || collect_fails(w, "too much to say");
}

struct span
collect_heard(const struct collect_wire *w)
{
	return span_skip(buf_span(&w->in), w->taken);
}

void
collect_take(struct collect_wire *w, size_t n)
{
	w->taken += n;
}

bool
collect_more_within(struct collect_wire *w, int64_t ms)
{
	const struct mono began = clock_mono();
	enum stream_wait wait;
	size_t before;

	if (!is_well(w))
		return false;
	buf_drop(&w->in, w->taken);
	w->taken = 0;
	before = w->in.len;
	for (;;) {
		wait = stream_read(&w->stream, &w->in, AT_ONCE);
		if (w->in.len > before)
			break;
		if (wait == STREAM_OVER || w->in.full)
			return collect_fails(w, "%s",
			    w->in.full ? "an answer without end"
				       : w->stream.detail);
		/* TLS may wake us up for nothing */
		if (wait != STREAM_DONE && !await(w, wait, left_ms(ms, began)))
			return false;
	}
	w->at_us = clock_mono().us;
	return true;
}

bool
collect_more(struct collect_wire *w)
{
	return collect_more_within(w, w->reply_ms) ||
	       collect_fails(w, "no answer in time");
}
