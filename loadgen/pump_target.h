/* SPDX-License-Identifier: MIT */
/*
 * pump_target - a target in this process that behaves, or does not: one
 * thread, one poll, lines in and answers out.  For tests of the pump alone.
 */
#ifndef LOADGEN_PUMP_TARGET_H
#define LOADGEN_PUMP_TARGET_H

#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/net.h"
#include "lib/profile.h"
#include "lib/tls.h"

enum manner {
	BEHAVES,
	GREETS_NOT,  /* accepts and says nothing */
	ACCEPTS_NOT, /* nobody takes what has connected */
	STALLS,      /* no answer to every fifth message */
	RESETS,      /* in the middle of every fifth message */
	GARBAGE,     /* no line of the protocol */
	ENDLESS,     /* a line without end */
	REFUSES,     /* 451 to every fifth message */
	HANGS_UP,    /* after every answer to a message */
	LISTENS_NOT, /* nobody is there */
	MANNERS
};

#define PEERS 600

struct peer {
	struct stream stream;
	struct buf in, out;
	bool content, silent, leaving;
};

struct target {
	enum manner manner;
	int fd, wake[2];
	uint16_t port;
	struct tls_context *tls; /* implicit, or for STARTTLS */
	bool implicit;
	pthread_t thread;
	struct peer peers[PEERS];
	size_t n;
	unsigned messages; /* so many were ended by a dot */
	unsigned accepted, commands, connections;
};

static inline void
say(struct peer *p, const char *text)
{
	buf_add(&p->out, span_of(text));
}

static inline void
message_ends(struct target *t, struct peer *p)
{
	const bool fifth = ++t->messages % 5 == 0;

	p->content = false;
	if (fifth && t->manner == STALLS) {
		p->silent = true;
	} else if (fifth && t->manner == RESETS) {
		stream_reset(&p->stream);
	} else if (fifth && t->manner == REFUSES) {
		say(p, "451 4.3.0 not now\r\n");
	} else {
		t->accepted++;
		say(p, "250 2.0.0 queued\r\n");
		p->leaving = t->manner == HANGS_UP;
	}
}

static inline void
command(struct target *t, struct peer *p, struct span line)
{
	t->commands++;
	if (p->content) {
		if (span_eq(line, SPAN(".")))
			message_ends(t, p);
	} else if (span_starts(line, SPAN("DATA"))) {
		p->content = true;
		say(p, "354 go on\r\n");
	} else if (span_starts(line, SPAN("QUIT"))) {
		say(p, "221 bye\r\n");
		p->leaving = true;
	} else if (span_starts(line, SPAN("EHLO"))) {
		say(p, "250-here\r\n250 HELP\r\n");
	} else if (span_starts(line, SPAN("STARTTLS"))) {
		say(p, "220 go on\r\n");
		stream_write(&p->stream, &p->out);
		stream_secure_server(&p->stream, t->tls);
	} else if (t->manner == GARBAGE) {
		say(p, "\x01\xffnonsense\r\n");
	} else if (t->manner == ENDLESS) {
		for (int i = 0; i < 200; i++)
			buf_addf(&p->out, "25%0387d", 0);
	} else {
		say(p, "250 ok\r\n");
	}
}

static inline void
drop(struct target *t, size_t i)
{
	stream_drop(&t->peers[i].stream);
	buf_free(&t->peers[i].in);
	buf_free(&t->peers[i].out);
	t->peers[i] = t->peers[--t->n];
	/* a TLS stream remembers nothing of where it lies but its own fd */
}

static inline void
greet(struct target *t, int fd)
{
	struct peer *p = &t->peers[t->n++];

	*p = (struct peer){ 0 };
	t->connections++;
	stream_init(&p->stream, fd);
	buf_init(&p->in, 1 << 20);
	buf_init(&p->out, 1 << 24);
	if (t->implicit)
		stream_secure_server(&p->stream, t->tls);
	if (t->manner != GREETS_NOT)
		say(p, "220 here\r\n");
}

/* False: it is gone. */
static inline bool
serve(struct target *t, struct peer *p)
{
	enum stream_wait wait = STREAM_DONE;

	if (p->stream.state == STREAM_SHAKING)
		wait = stream_shake(&p->stream);
	while (wait == STREAM_DONE) {
		size_t at;

		wait = stream_read(&p->stream, &p->in, 65536);
		while (!p->silent && !p->leaving &&
		       p->stream.state != STREAM_SHAKING &&
		       (at = span_find(buf_span(&p->in), SPAN("\r\n"))) <
			   p->in.len) {
			struct span line = span_take(buf_span(&p->in), at);

			command(t, p, line);
			if (p->stream.fd == -1)
				return false;
			buf_drop(&p->in, at + 2);
		}
	}
	if (wait == STREAM_OVER)
		return false;
	if (p->stream.state != STREAM_SHAKING)
		stream_write(&p->stream, &p->out);
	return !(p->leaving && p->out.len == 0);
}

static inline void
take(struct target *t)
{
	int fd;

	if (t->manner == ACCEPTS_NOT)
		return;
	while (t->n < PEERS && (fd = net_accept(t->fd, NULL)) != -1) {
		greet(t, fd);
		if (!serve(t, &t->peers[t->n - 1]))
			drop(t, t->n - 1);
	}
}

static inline void *
target_run(void *target)
{
	struct target *t = target;
	static struct pollfd p[PEERS + 2];

	for (;;) {
		p[0] = (struct pollfd){ t->wake[0], POLLIN, 0 };
		p[1] = (struct pollfd){ t->fd,
			t->manner == ACCEPTS_NOT ? 0 : POLLIN, 0 };
		for (size_t i = 0; i < t->n; i++)
			p[i + 2] = (struct pollfd){ t->peers[i].stream.fd,
				(short)(POLLIN |
					(t->peers[i].out.len != 0 ? POLLOUT
								  : 0)),
				0 };
		poll(p, t->n + 2, -1);
		if (p[0].revents != 0)
			break;
		for (size_t i = t->n; i-- > 0;)
			if (p[i + 2].revents != 0 && !serve(t, &t->peers[i]))
				drop(t, i);
		take(t);
	}
	while (t->n > 0)
		drop(t, t->n - 1);
	return NULL;
}

/* With TLS, server.pem and server.key are in the folder pki. */
static inline void
target_start(
    struct target *t, enum manner manner, enum profile_tls tls, const char *pki)
{
	char cert[128], key[128];
	struct err err;

	*t = (struct target){ .manner = manner };
	ck_assert(net_listen("127.0.0.1", 0, &t->fd, &t->port, &err));
	ck_assert_int_eq(pipe(t->wake), 0);
	if (tls != PROFILE_TLS_NONE) {
		snprintf(cert, sizeof cert, "%s/server.pem", pki);
		snprintf(key, sizeof key, "%s/server.key", pki);
		t->tls = tls_server(cert, key, &err);
		ck_assert_ptr_nonnull(t->tls);
		tls_resume(t->tls);
		t->implicit = tls == PROFILE_TLS_IMPLICIT;
	}
	if (manner == LISTENS_NOT)
		close(t->fd);
	else
		ck_assert_int_eq(
		    pthread_create(&t->thread, NULL, target_run, t), 0);
}

static inline void
target_stop(struct target *t)
{
	if (t->manner != LISTENS_NOT) {
		ck_assert_int_eq(write(t->wake[1], "x", 1), 1);
		pthread_join(t->thread, NULL);
		close(t->fd);
	}
	close(t->wake[0]);
	close(t->wake[1]);
	tls_context_free(t->tls);
}

#endif
