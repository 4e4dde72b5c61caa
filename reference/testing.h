/* SPDX-License-Identifier: MIT */
/*
 * testing - what tests of the services have in common: a server in a thread,
 * and a client that knows nothing of what it says.
 *
 * A client fails the test when nothing happens for long.
 */
#ifndef REFERENCE_TESTING_H
#define REFERENCE_TESTING_H

#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "lib/tls.h"
#include "reference/serve.h"

enum { WAIT_MS = 10000, HEARD_MOST = 1 << 20 };

/* ---- a server in a thread ---- */

struct running {
	char dir[64];
	const char *host;
	struct serve *serve;
	volatile bool stop;
	pthread_t thread;
};

static inline int
running_remove_one(
    const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static inline void *
running_run(void *ctx)
{
	struct running *r = ctx;

	serve_run(r->serve, &r->stop, false);
	return NULL;
}

static inline void
running_up(struct running *r, struct serve_options o)
{
	struct err err;

	memset(r, 0, sizeof *r);
	strcpy(r->dir, "/tmp/serve_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(r->dir));
	o.world_dir = "fixtures/world";
	o.run_dir = r->dir;
	r->host = o.host == NULL ? "127.0.0.1" : o.host;
	r->serve = serve_start(&o, &err);
	ck_assert_msg(r->serve != NULL, "%s", err.what);
	ck_assert_int_eq(pthread_create(&r->thread, NULL, running_run, r), 0);
}

static inline void
running_down(struct running *r)
{
	struct err err;
	int fd;

	/* a caller wakes the loop, so that it sees the flag at once */
	r->stop = true;
	if (net_connect(r->host, serve_port(r->serve, SERVICE_SMTP), WAIT_MS,
		&fd, &err))
		close(fd);
	pthread_join(r->thread, NULL);
	serve_stop(r->serve);
	nftw(r->dir, running_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- a client that knows nothing of SMTP ---- */

struct client {
	struct stream s;
	struct buf heard;
};

/* False when the server was quicker with its RST than we with our look. */
static inline bool
client_try_call_at(struct client *c, const char *host, uint16_t port)
{
	struct err err;
	int fd;
	const bool ok = net_connect(host, port, WAIT_MS, &fd, &err);

	ck_assert_msg(ok || err.sys == ECONNRESET, "%s", err.what);
	stream_init(&c->s, fd);
	buf_init(&c->heard, HEARD_MOST);
	return ok;
}

static inline bool
client_try_call(struct client *c, const struct running *r, enum service_id id)
{
	return client_try_call_at(c, r->host, serve_port(r->serve, id));
}

static inline void
client_call(struct client *c, const struct running *r, enum service_id id)
{
	ck_assert(client_try_call(c, r, id));
}

static inline void
client_hang_up(struct client *c)
{
	stream_close(&c->s);
	buf_free(&c->heard);
}

/* Fails the test when nothing happens for long. */
static inline void
client_await(struct client *c, enum stream_wait wait)
{
	struct pollfd p = { .fd = c->s.fd,
		.events = wait == STREAM_WANT_WRITE ? POLLOUT : POLLIN };

	ck_assert_msg(poll(&p, 1, WAIT_MS) == 1, "heard only \"%s\"",
	    buf_text(&c->heard));
}

static inline void
client_say(struct client *c, const char *text)
{
	struct buf b;
	enum stream_wait wait;

	buf_init(&b, HEARD_MOST);
	buf_add(&b, span_of(text));
	while ((wait = stream_write(&c->s, &b)) != STREAM_DONE) {
		ck_assert_msg(wait != STREAM_OVER, "%s", c->s.detail);
		client_await(c, wait);
	}
	buf_free(&b);
}

/* Reads until "text" came; forgets everything up to its end. */
static inline void
client_hear(struct client *c, const char *text)
{
	enum stream_wait wait;
	size_t at;

	while ((at = span_find(buf_span(&c->heard), span_of(text))) ==
	       c->heard.len) {
		wait = stream_read(&c->s, &c->heard, HEARD_MOST);
		ck_assert_msg(wait != STREAM_OVER,
		    "waiting for \"%s\", heard \"%s\": %s", text,
		    buf_text(&c->heard), c->s.detail);
		if (wait != STREAM_DONE)
			client_await(c, wait);
	}
	buf_drop(&c->heard, at + strlen(text));
}

/* Reads to the end; says how it came. */
static inline const char *
client_hear_end(struct client *c)
{
	enum stream_wait wait;

	while (
	    (wait = stream_read(&c->s, &c->heard, HEARD_MOST)) != STREAM_OVER)
		if (wait != STREAM_DONE)
			client_await(c, wait);
	return c->s.detail;
}

/* "" when the handshake succeeded, else why it did not. */
static inline const char *
client_secure_with(
    struct client *c, const struct running *r, const char *version)
{
	char *trust = mem_textf("%s/pki/ca.pem", r->dir);
	enum stream_wait wait;
	struct tls_context *tls;
	struct err err;

	tls = tls_client(trust, &err);
	ck_assert_msg(tls != NULL, "%s", err.what);
	ck_assert(tls_versions(tls, version, version));
	stream_secure_client(&c->s, tls, "mail.example.test");
	while (
	    (wait = stream_shake(&c->s)) != STREAM_DONE && wait != STREAM_OVER)
		client_await(c, wait);
	tls_context_free(tls);
	free(trust);
	return c->s.detail;
}

static inline const char *
client_secure(struct client *c, const struct running *r)
{
	return client_secure_with(c, r, NULL);
}

#endif
