/* SPDX-License-Identifier: MIT */
#include "conformance/sight_inner.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "lib/mem.h"
#include "lib/net.h"
#include "lib/text.h"

bool
mouth_stop(struct mouth *m, enum sight_step step, const char *fmt, ...)
{
	char why[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	m->sight->step = step;
	m->sight->why = mem_text(span_of(why));
	return false;
}

/* Waits for the socket; false when the time is up. */
static bool
await(const struct mouth *m, enum stream_wait wait, struct mono from,
    int64_t most_ms)
{
	struct pollfd p = {
		.fd = m->stream.fd,
		.events = wait == STREAM_WANT_WRITE ? POLLOUT : POLLIN,
	};
	int64_t left;
	int n;

	do {
		left = most_ms - mono_since_us(from, clock_mono()) / 1000;
		n = left <= 0 ? 0 : poll(&p, 1, (int)left);
	} while (n == -1 && errno == EINTR);
	return n > 0;
}

static void
note_tls(struct mouth *m)
{
	stream_peer_chain(&m->stream, &m->sight->chain);
	snprintf(m->sight->version, sizeof m->sight->version, "%s",
	    stream_tls_version(&m->stream));
	snprintf(m->sight->cipher, sizeof m->sight->cipher, "%s",
	    stream_tls_cipher(&m->stream));
}

bool
mouth_shake(struct mouth *m)
{
	const struct profile *p = m->asked->profile;
	const struct mono from = clock_mono();
	struct err err;
	struct tls_context *trust = tls_client(p->trust, &err);
	enum stream_wait wait;
	bool late = false;

	if (trust == NULL)
		return mouth_stop(m, SIGHT_TLS, "%s", err.what);
	stream_secure_client(&m->stream, trust, m->asked->endpoint->name);
	for (;;) {
		wait = stream_shake(&m->stream);
		if (wait == STREAM_DONE || wait == STREAM_OVER)
			break;
		late = !await(m, wait, from, p->timeouts.connect_ms);
		if (late)
			break;
	}
	tls_context_free(trust);
	note_tls(m);
	if (late)
		return mouth_stop(m, SIGHT_TLS,
		    "no end of the handshake in %lld ms",
		    (long long)p->timeouts.connect_ms);
	return wait == STREAM_DONE ||
	       mouth_stop(m, SIGHT_TLS, "%s", m->stream.detail);
}

bool
mouth_flush(struct mouth *m, enum sight_step step)
{
	const int64_t most = m->asked->profile->timeouts.reply_ms;
	const struct mono from = clock_mono();
	enum stream_wait wait = STREAM_DONE;

	while (m->out.len > 0) {
		wait = stream_write(&m->stream, &m->out);
		if (wait == STREAM_OVER ||
		    (wait != STREAM_DONE && !await(m, wait, from, most)))
			break;
	}
	if (m->out.data != NULL)
		OPENSSL_cleanse(m->out.data, m->out.room);
	if (m->out.len == 0)
		return true;
	buf_clear(&m->out);
	return mouth_stop(m, step, "%s",
	    wait == STREAM_OVER ? m->stream.detail : "takes no more bytes");
}

static bool
is_pop3(const struct mouth *m)
{
	return framing_of(m->asked->endpoint->service) == &framing_pop3;
}

static bool
is_imap(const struct mouth *m)
{
	return framing_of(m->asked->endpoint->service) == &framing_imap;
}

static bool
is_ldap(const struct mouth *m)
{
	return framing_of(m->asked->endpoint->service) == &framing_ldap;
}

static const char *
protocol_of(const struct mouth *m)
{
	return is_ldap(m)   ? "LDAP"
	       : is_imap(m) ? "IMAP"
	       : is_pop3(m) ? "POP3"
			    : "SMTP";
}

/* A capability a line, as EHLO has its keywords; what else comes is noise. */
static void
keep_untagged(struct span line, struct buf *reply)
{
	span_cut(&line, ' ');
	if (!span_caseeq(span_cut(&line, ' '), SPAN("CAPABILITY")))
		return;
	while (line.len > 0) {
		const struct span name = span_cut(&line, ' ');

		buf_addf(reply, "    %.*s\n", SPAN_FMT(name));
	}
}

void
mouth_keep_last(struct span line, struct buf *reply)
{
	char *rest = mem_text(buf_span(reply));

	buf_clear(reply);
	buf_addf(reply, "%.*s\n%s", SPAN_FMT(line), rest);
	free(rest);
}

/* Moves whole lines from m->in to reply; true when that was the last. */
static bool
take_lines(struct mouth *m, struct buf *reply, bool *garbage)
{
	const struct framing *framing = framing_of(m->asked->endpoint->service);
	const struct span all = buf_span(&m->in);
	struct span in = all, line;
	enum framing_line got = FRAME_NEED_MORE;

	while (
	    got != FRAME_LAST && got != FRAME_EVENT && got != FRAME_GARBAGE) {
		got = framing->take(&in, &line, m->awaited);
		if (got == FRAME_NEED_MORE)
			break;
		if (is_ldap(m)) {
			sight_ldap_keep(line, got, reply);
			continue;
		}
		if (is_imap(m) && got == FRAME_MIDDLE) {
			keep_untagged(line, reply);
			continue;
		}
		if (is_imap(m)) {
			mouth_keep_last(line, reply);
			continue;
		}
		if (m->awaited != 0) /* where EHLO has its code */
			buf_addf(reply, "    ");
		buf_add(reply, line);
		buf_add(reply, SPAN("\n"));
	}
	buf_drop(&m->in, all.len - in.len);
	*garbage = got == FRAME_GARBAGE;
	return got == FRAME_LAST || got == FRAME_EVENT;
}

bool
mouth_hear(struct mouth *m, enum sight_step step, struct buf *reply)
{
	const int64_t most = m->asked->profile->timeouts.reply_ms;
	const struct mono from = clock_mono();
	enum stream_wait wait;
	bool garbage;

	if (m->awaited == 0 || is_imap(m))
		buf_clear(reply);
	for (;;) {
		if (take_lines(m, reply, &garbage))
			return true;
		if (garbage)
			return mouth_stop(m, step, "no %s reply: %s",
			    protocol_of(m), buf_text(reply));
		if (reply->full || m->in.full)
			return mouth_stop(m, step, "a reply without end");
		wait = stream_read(&m->stream, &m->in, 4096);
		if (wait == STREAM_OVER)
			return mouth_stop(m, step, "%s", m->stream.detail);
		if (wait != STREAM_DONE && !await(m, wait, from, most))
			return mouth_stop(
			    m, step, "no reply in %lld ms", (long long)most);
		if (mono_since_us(from, clock_mono()) / 1000 > most)
			return mouth_stop(m, step, "no whole reply in %lld ms",
			    (long long)most);
	}
}

/* A reply of the class that is needed to go on. */
static bool
need(struct mouth *m, enum sight_step step, struct buf *reply, int code)
{
	if (!mouth_hear(m, step, reply))
		return false;
	return sight_code(reply) == code ||
	       mouth_stop(m, step, "answers %s", buf_text(reply));
}

/* RFC 2449 5; without it nothing is announced. */
static bool
capa(struct mouth *m, struct buf *reply)
{
	bool ok;

	buf_addf(&m->out, "CAPA\r\n");
	if (!mouth_flush(m, SIGHT_EHLO) || !mouth_hear(m, SIGHT_EHLO, reply))
		return false;
	if (sight_code(reply) != 250)
		return true;
	m->awaited = framing_pop3.awaits(SPAN("."));
	ok = mouth_hear(m, SIGHT_EHLO, reply);
	m->awaited = 0;
	return ok;
}

static bool
ehlo(struct mouth *m, struct buf *reply)
{
	if (is_pop3(m))
		return capa(m, reply);
	if (is_imap(m))
		buf_addf(&m->out, "a CAPABILITY\r\n");
	else
		buf_addf(
		    &m->out, "EHLO %s.client.example\r\n", m->asked->token);
	return mouth_flush(m, SIGHT_EHLO) && need(m, SIGHT_EHLO, reply, 250);
}

static bool
starttls(struct mouth *m)
{
	if (!ehlo(m, &m->sight->clear))
		return false;
	buf_addf(&m->out, "%s\r\n",
	    is_imap(m)   ? "a STARTTLS"
	    : is_pop3(m) ? "STLS"
			 : "STARTTLS");
	if (!mouth_flush(m, SIGHT_STARTTLS) ||
	    !need(m, SIGHT_STARTTLS, &m->sight->asked,
		is_imap(m) || is_pop3(m) ? 250 : 220))
		return false;
	buf_clear(&m->sight->asked);
	/* What came in clear after the reply is not to be believed. */
	buf_clear(&m->in);
	return mouth_shake(m);
}

/* RFC 4616 2: authzid NUL authcid NUL passwd, as RFC 4954 4 sends it. */
static bool
ask_login(struct mouth *m)
{
	struct buf plain, line;

	if (m->stream.state != STREAM_SECURE)
		return mouth_stop(
		    m, SIGHT_ASK, "no TLS, so no password was sent");
	buf_init(&plain, 4096);
	buf_init(&line, 8192);
	buf_add(&plain, (struct span){ "", 1 });
	buf_add(&plain, span_of(m->asked->user));
	buf_add(&plain, (struct span){ "", 1 });
	buf_add(&plain, span_of(m->asked->password));
	text_base64(buf_span(&plain), &line);
	buf_addf(&m->out, "%s%s\r\n", is_imap(m) ? "" : "AUTH PLAIN ",
	    buf_text(&line));
	OPENSSL_cleanse(plain.data, plain.room);
	OPENSSL_cleanse(line.data, line.room);
	buf_free(&plain);
	buf_free(&line);
	return mouth_flush(m, SIGHT_ASK) &&
	       mouth_hear(m, SIGHT_ASK, &m->sight->asked);
}

static void
cut_to_line(struct buf *reply)
{
	struct span rest = buf_span(reply);
	char *line = mem_text(span_cut(&rest, '\n'));

	buf_clear(reply);
	buf_addf(reply, "%s\n", line);
	free(line);
}

/* RFC 3501 6.2.2: the message is sent when it is asked for. */
static bool
ask_imap_login(struct mouth *m)
{
	struct buf inside;
	bool ok;

	if (m->stream.state != STREAM_SECURE)
		return mouth_stop(
		    m, SIGHT_ASK, "no TLS, so no password was sent");
	buf_addf(&m->out, "a AUTHENTICATE PLAIN\r\n");
	if (!mouth_flush(m, SIGHT_ASK) ||
	    !mouth_hear(m, SIGHT_ASK, &m->sight->asked))
		return false;
	if (sight_code(&m->sight->asked) == 334 && !ask_login(m))
		return false;
	cut_to_line(&m->sight->asked);
	m->sight->inside = sight_code(&m->sight->asked) == 250;
	if (!m->sight->inside)
		return true;
	/* Most is announced to those who are in. */
	buf_init(&inside, SIGHT_REPLY_MOST);
	ok = ehlo(m, &inside);
	buf_add(&m->sight->ehlo, buf_span(&inside));
	buf_free(&inside);
	return ok;
}

static bool
ask_verb(struct mouth *m)
{
	buf_addf(&m->out, "%s%s\r\n", is_imap(m) ? "a " : "", m->asked->verb);
	return mouth_flush(m, SIGHT_ASK) &&
	       mouth_hear(m, SIGHT_ASK, &m->sight->asked);
}

static bool
converse(struct mouth *m)
{
	const enum profile_tls tls = m->asked->endpoint->tls;

	if (tls == PROFILE_TLS_IMPLICIT && !mouth_shake(m))
		return false;
	if (is_ldap(m)) {
		if (sight_ldap(m))
			m->sight->step = SIGHT_DONE;
		return m->sight->step == SIGHT_DONE;
	}
	m->awaited = is_imap(m) ? framing_imap.awaits(SPAN("* ")) : 0;
	if (!mouth_hear(m, SIGHT_GREETING, &m->sight->greeting))
		return false;
	m->awaited = 0;
	/* One that is wrong and friendly is for the cases to judge. */
	if (sight_code(&m->sight->greeting) / 100 != 2)
		return mouth_stop(m, SIGHT_GREETING, "answers %s",
		    buf_text(&m->sight->greeting));
	m->sight->greeted = clock_wall();
	if (tls == PROFILE_TLS_STARTTLS && !starttls(m))
		return false;
	if (!ehlo(m, &m->sight->ehlo))
		return false;
	if (m->asked->user != NULL &&
	    !(is_imap(m) ? ask_imap_login(m) : ask_login(m)))
		return false;
	if (m->asked->verb != NULL && !ask_verb(m))
		return false;
	m->sight->step = SIGHT_DONE;
	return true;
}

void
sight_take(const struct sight_asked *asked, struct sight *s)
{
	struct mouth m = { .asked = asked, .sight = s };
	struct buf *const replies[] = { &s->greeting, &s->clear, &s->ehlo,
		&s->asked, &s->base, &s->people, &s->chain, &m.in, &m.out };
	const struct mono from = clock_mono();
	struct err err;
	int fd;

	*s = (struct sight){ .endpoint = asked->endpoint };
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
		buf_init(replies[i], SIGHT_REPLY_MOST);
	if (!net_connect(asked->endpoint->host, asked->endpoint->port,
		asked->profile->timeouts.connect_ms, &fd, &err)) {
		mouth_stop(&m, SIGHT_CONNECT, "%s", err.what);
		return;
	}
	s->connect_us = mono_since_us(from, clock_mono());
	stream_init(&m.stream, fd);
	if (converse(&m)) {
		/* Good manners only: the answer tells us nothing. */
		if (is_ldap(&m))
			framing_ldap.encode(SPAN("99 unbind"), &m.out);
		else
			buf_addf(
			    &m.out, is_imap(&m) ? "a LOGOUT\r\n" : "QUIT\r\n");
		stream_write(&m.stream, &m.out);
	}
	stream_close(&m.stream);
	buf_free(&m.in);
	buf_free(&m.out);
}

void
sight_free(struct sight *s)
{
	free(s->why);
	buf_free(&s->greeting);
	buf_free(&s->clear);
	buf_free(&s->ehlo);
	buf_free(&s->asked);
	buf_free(&s->base);
	buf_free(&s->people);
	buf_free(&s->chain);
	*s = (struct sight){ 0 };
}

bool
sight_speaks(const char *service)
{
	return framing_of(service) != NULL;
}

int
sight_code(const struct buf *reply)
{
	static const struct {
		const char *begins;
		int code;
	} words[] = { { "+OK", 250 }, { "-ERR", 500 }, { "* OK", 220 },
		{ "* PREAUTH", 220 }, { "* BYE", 554 }, { "a OK", 250 },
		{ "a NO", 550 }, { "a BAD", 500 }, { "+", 334 },
		{ "searchResDone success", 250 }, { "searchResDone ", 550 },
		{ "bindResponse success", 235 }, { "bindResponse busy ", 450 },
		{ "bindResponse unavailable ", 450 }, { "bindResponse ", 535 },
		{ "extendedResp success", 250 }, { "extendedResp ", 500 } };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (span_casestarts(buf_span(reply), span_of(words[i].begins)))
			return words[i].code;
	return reply->len < 3 ? 0 : atoi(buf_text(reply));
}

static bool
has_word(struct span words, const char *word)
{
	while (words.len > 0) {
		const struct span one = span_cut(&words, ' ');

		if (span_caseeq(one, span_of(word)))
			return true;
		/* "*": any number but 0, which RFC 1870 3 calls no limit */
		if (strcmp(word, "*") == 0 && one.len > 0 &&
		    one.ptr[0] >= '1' && one.ptr[0] <= '9')
			return true;
	}
	return false;
}

bool
sight_announces(const struct buf *reply, const char *keyword, const char *word)
{
	struct span left = buf_span(reply), line;

	span_cut(&left, '\n'); /* the first line is the server's name */
	while (left.len > 0) {
		line = span_cut(&left, '\n');
		if (line.len < 4)
			continue;
		line = span_skip(line, 4);
		if (span_caseeq(span_cut(&line, ' '), span_of(keyword)) &&
		    (word == NULL || has_word(line, word)))
			return true;
	}
	return false;
}
