/* SPDX-License-Identifier: MIT */
/*
 * session - one conversation of any protocol, seen from the server.
 *
 * Bytes in, bytes out: the caller (reference/server.c, a test, a fuzzer) owns
 * the socket, does the TLS handshake when asked, and says what time it is.
 * A protocol is a table of functions; a conversation's first member says
 * whose it is.
 *
 * An answer may be longer than anybody's memory: a session says about
 * SESSION_PORTION octets at a time and SESSION_MORE, keeps what else it was
 * fed meanwhile, and is fed nothing new until it is through.
 */
#ifndef REFERENCE_SESSION_H
#define REFERENCE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/span.h"
#include "reference/audit.h"
#include "reference/fault.h"
#include "reference/store.h"
#include "reference/variant.h"

#define SESSION_PORTION (256u << 10)

struct ca;
struct crypto;
struct ra;
struct seal_service;

/* What all sessions of one server share; read-only to them. */
struct site {
	const char *host; /* our name in greetings: "mail.example.test" */
	struct store *store;
	struct ca *ca; /* certificates, CRLs, OCSP, time stamps */
	struct crypto *crypto;
	struct ra *ra; /* who applies for them, and who approves */
	struct seal_service *seal;
	struct audit *audit;
	enum fault fault;
	enum variant variant;
	int64_t size_most; /* octets in a message */
	int rcpt_most;     /* recipients in a transaction; at least 100 */
	int hops_most;     /* Received fields: RFC 5321 6.3 */
	int errors_most;   /* bad commands before the client is sent away */
	int login_failures_most;
	int64_t login_lock_us;
	int64_t idle_us; /* 0: what the protocol grants */
	/*
	 * From this come the salts of users nobody knows.  It is random, and
	 * lasts as long as the store, for theirs must not change either.
	 */
	unsigned char secret[32];
};

/* What the caller has to do after the output has been sent. */
enum session_next {
	SESSION_GO_ON,
	SESSION_MORE, /* there is more to say: session_feed() with nothing */
	SESSION_START_TLS, /* handshake, then session_secured() */
	SESSION_HANG_UP,
	SESSION_HANG_UP_RST, /* a variant's way of closing */
};

/* Above so many octets some faults treat a message otherwise. */
#define SESSION_LARGE 16384

struct session {
	const struct protocol *protocol;
};

struct protocol {
	const char *name; /* "smtp" */
	int64_t idle_s;   /* silence a client is granted */
	const char *busy; /* in place of a greeting, when there is no room */

	/* The site is kept by address and outlives it; peer is copied. */
	struct session *(*open)(
	    const struct site *, int role, const char *peer);
	void (*close)(struct session *);
	void (*greet)(struct session *, struct wall, struct buf *out);
	void (*feed)(
	    struct session *, struct span in, struct wall, struct buf *out);
	enum session_next (*next)(const struct session *);
	void (*secured)(
	    struct session *, const char *version, const char *cipher);
	/* The client was silent for too long. */
	void (*idle)(struct session *, struct wall, struct buf *out);
	/* A mailbox changed; NULL where nobody waits for that. */
	void (*stirred)(struct session *, struct wall, struct buf *out);
};

static inline void
session_close(struct session *s)
{
	if (s != NULL)
		s->protocol->close(s);
}

static inline void
session_greet(struct session *s, struct wall now, struct buf *out)
{
	s->protocol->greet(s, now, out);
}

static inline void
session_feed(
    struct session *s, struct span in, struct wall now, struct buf *out)
{
	s->protocol->feed(s, in, now, out);
}

static inline enum session_next
session_next(const struct session *s)
{
	return s->protocol->next(s);
}

static inline void
session_secured(struct session *s, const char *version, const char *cipher)
{
	s->protocol->secured(s, version, cipher);
}

static inline void
session_idle(struct session *s, struct wall now, struct buf *out)
{
	s->protocol->idle(s, now, out);
}

#endif
