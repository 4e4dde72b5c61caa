/* SPDX-License-Identifier: MIT */
#include "conformance/client/wire.h"

#include <ctype.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>

#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/dialogue.h"
#include "lib/framing_ldap.h"
#include "lib/net.h"

#define HEARD_MOST (1u << 20)
#define SAID_MOST  (1u << 20)

static bool
fails(struct wire *w, const char *why)
{
	if (w->why[0] == '\0')
		snprintf(w->why, sizeof w->why, "%.180s", why);
	return false;
}

static bool
is_well(const struct wire *w)
{
	return w->open && w->why[0] == '\0';
}

bool
wire_open(struct wire *w, struct trial *t, const char *service)
{
	return wire_reach(w, trial_profile(t), service);
}

bool
wire_reach(struct wire *w, const struct profile *profile, const char *service)
{
	struct err err;
	int fd;

	*w = (struct wire){ .profile = profile };
	buf_init(&w->in, HEARD_MOST);
	buf_init(&w->out, SAID_MOST);
	w->endpoint = profile_endpoint(w->profile, service);
	if (w->endpoint == NULL)
		return fails(w, "the profile has no such endpoint");
	if (!net_connect(w->endpoint->host, w->endpoint->port,
		w->profile->timeouts.connect_ms, &fd, &err))
		return fails(w, err.what);
	stream_init(&w->stream, fd);
	w->open = true;
	return true;
}

void
wire_close(struct wire *w)
{
	if (w->open)
		stream_close(&w->stream);
	tls_context_free(w->tls);
	buf_free(&w->in);
	buf_free(&w->out);
	w->open = false;
}

/* False when ms have passed, or the time that was left is over. */
static bool
await(struct wire *w, enum stream_wait wait, struct mono began, int64_t ms)
{
	const int64_t left = ms - mono_since_us(began, clock_mono()) / 1000;
	struct pollfd p = {
		.fd = w->stream.fd,
		.events = wait == STREAM_WANT_WRITE ? POLLOUT : POLLIN,
	};

	return left > 0 && poll(&p, 1, (int)left) > 0;
}

bool
wire_shake(struct wire *w, const char *min, const char *max, const char *name)
{
	const struct mono began = clock_mono();
	struct err err;

	if (!is_well(w))
		return false;
	if (w->closed)
		return fails(w, w->stream.detail);
	w->tls = tls_client(w->profile->trust, &err);
	if (w->tls == NULL)
		return fails(w, err.what);
	if ((min != NULL || max != NULL) && !tls_versions(w->tls, min, max))
		return fails(w, "this OpenSSL does not have the version");
	stream_secure_client(&w->stream, w->tls, name);
	for (;;) {
		const enum stream_wait wait = stream_shake(&w->stream);

		if (wait == STREAM_DONE)
			return true;
		if (wait == STREAM_OVER)
			return fails(w, w->stream.detail);
		if (!await(w, wait, began, w->profile->timeouts.reply_ms))
			return fails(w, "no answer to the handshake in time");
	}
}

bool
wire_send(struct wire *w, struct span bytes)
{
	const struct mono began = clock_mono();

	while (is_well(w) && (bytes.len > 0 || w->out.len > 0)) {
		const struct span part =
		    span_take(bytes, SAID_MOST - w->out.len);
		enum stream_wait wait;

		buf_add(&w->out, part);
		bytes = span_skip(bytes, part.len);
		wait = stream_write(&w->stream, &w->out);
		if (wait == STREAM_OVER)
			return fails(w, w->stream.detail);
		if (wait != STREAM_DONE &&
		    !await(w, wait, began, w->profile->timeouts.reply_ms))
			return fails(w, "what we say is not taken");
	}
	return is_well(w);
}

bool
wire_say(struct wire *w, const char *fmt, ...)
{
	struct buf line;
	va_list ap;
	bool ok;

	buf_init(&line, 8192);
	va_start(ap, fmt);
	buf_vaddf(&line, fmt, ap);
	va_end(ap);
	buf_add(&line, SPAN("\r\n"));
	ok = wire_send(w, buf_span(&line));
	buf_free(&line);
	return ok;
}

static void
hear(struct wire *w)
{
	enum stream_wait wait;

	do
		wait = stream_read(&w->stream, &w->in, HEARD_MOST);
	while (wait == STREAM_DONE && !w->in.full);
	w->closed = wait == STREAM_OVER;
}

/* Takes lines off until one ends a reply. */
static int
take_reply(struct wire *w)
{
	for (;;) {
		const struct span in = buf_span(&w->in);
		const size_t end = span_find(in, SPAN("\r\n"));
		int code = 0;
		bool more;

		if (end == in.len)
			return 0;
		for (size_t i = 0; i < 3 && i < end; i++)
			if (isdigit((unsigned char)in.ptr[i]))
				code = code * 10 + (in.ptr[i] - '0');
		more = end > 3 && in.ptr[3] == '-';
		buf_drop(&w->in, end + 2);
		if (!more)
			return code;
	}
}

/* Waits for more; false when none is to come. */
static bool
hear_more(struct wire *w, struct mono began)
{
	if (w->closed)
		return fails(w, w->stream.detail);
	if (!await(w, STREAM_WANT_READ, began, w->profile->timeouts.reply_ms))
		return fails(w, "no reply in time");
	hear(w);
	return true;
}

int
wire_reply(struct wire *w)
{
	const struct mono began = clock_mono();

	while (is_well(w)) {
		const int code = take_reply(w);

		if (code != 0)
			return code;
		hear_more(w, began);
	}
	return 0;
}

bool
wire_hear(struct wire *w, const char *begins)
{
	const struct mono began = clock_mono();

	while (is_well(w)) {
		const struct span in = buf_span(&w->in);
		const size_t end = span_find(in, SPAN("\r\n"));
		const bool right = span_casestarts(in, span_of(begins));
		const bool middle =
		    (end > 3 && isdigit((unsigned char)in.ptr[0]) &&
			in.ptr[3] == '-') ||
		    (span_starts(in, SPAN("* ")) && !right);

		if (w->in.full || mono_since_us(began, clock_mono()) / 1000 >
				      w->profile->timeouts.reply_ms)
			return fails(w, "an answer without end");
		if (end == in.len) {
			hear_more(w, began);
			continue;
		}
		buf_drop(&w->in, end + 2);
		if (!middle)
			return right || fails(w, "another answer");
	}
	return false;
}

bool
wire_say_ldap(struct wire *w, const char *line)
{
	struct buf octets;
	bool ok;

	buf_init(&octets, SAID_MOST);
	ok = ldap_say(span_of(line), &octets) == NULL &&
	     wire_send(w, buf_span(&octets));
	buf_free(&octets);
	return ok;
}

bool
wire_hear_ldap_line(struct wire *w, struct buf *line)
{
	const struct mono began = clock_mono();

	while (is_well(w)) {
		struct span in = buf_span(&w->in), message;
		const enum framing_line what =
		    framing_ldap.take(&in, &message, 0);

		if (what == FRAME_NEED_MORE && w->in.full)
			return fails(w, "an answer without end");
		if (what == FRAME_NEED_MORE) {
			hear_more(w, began);
			continue;
		}
		if (what == FRAME_GARBAGE)
			return fails(w, "what is no LDAPMessage");
		framing_ldap.plain(message, line);
		buf_drop(&w->in, w->in.len - in.len);
		if (what != FRAME_ASIDE)
			return true;
		buf_clear(line);
	}
	return false;
}

bool
wire_hear_ldap(struct wire *w, const char *begins)
{
	struct buf line;
	bool right;

	buf_init(&line, 2 * HEARD_MOST);
	right = wire_hear_ldap_line(w, &line) &&
		(span_starts(buf_span(&line), span_of(begins)) ||
		    fails(w, "another answer"));
	buf_free(&line);
	return right;
}

bool
wire_take_in(struct wire *w, int64_t ms)
{
	const struct mono began = clock_mono();
	const size_t before = w->in.len;

	if (!is_well(w) || w->closed)
		return false;
	hear(w); /* TLS may wake us up for nothing */
	while (w->in.len == before && !w->closed &&
	       await(w, STREAM_WANT_READ, began, ms))
		hear(w);
	return w->in.len > before;
}

void
wire_listen(struct wire *w, int64_t ms)
{
	const struct mono began = clock_mono();

	while (
	    is_well(w) && !w->closed && await(w, STREAM_WANT_READ, began, ms))
		hear(w);
}
