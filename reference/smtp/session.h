/* SPDX-License-Identifier: MIT */
/*
 * smtp/session - the rules of one SMTP conversation, seen from the server.
 *
 * Bytes in, bytes out: the caller owns the socket, does the TLS handshake
 * when asked, and says what time it is.  Grammar is in smtp/codec.
 * RFC 5321, 6409 (submission), 3207, 4954, 1870, 6152, 2920, 2034, 3461,
 * 6531, 3030.
 */
#ifndef REFERENCE_SMTP_SESSION_H
#define REFERENCE_SMTP_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/span.h"
#include "reference/audit.h"
#include "reference/fault.h"
#include "reference/store.h"
#include "reference/variant.h"

enum smtp_role {
	SMTP_RELAY,       /* RFC 5321: mail for our domains, from anybody */
	SMTP_SUBMISSION,  /* RFC 6409: STARTTLS, then AUTH, then mail */
	SMTP_SUBMISSIONS, /* RFC 8314 3.3: TLS from the first byte */
};

/* What all sessions of one server share; read-only to them. */
struct smtp_site {
	const char *host; /* our name in greetings: "mail.example.test" */
	struct store *store;
	struct audit *audit;
	enum fault fault;
	enum variant variant;
	int64_t size_most; /* octets in a message */
	int rcpt_most;     /* recipients in a transaction; at least 100 */
	int hops_most;     /* Received fields: RFC 5321 6.3 */
	int errors_most;   /* bad commands before 421 */
	int login_failures_most;
	int64_t login_lock_us;
	int64_t idle_us; /* RFC 5321 4.5.3.2.7: at least 5 minutes */
	/*
	 * From this come the salts of users nobody knows.  It is random, and
	 * lasts as long as the store, for theirs must not change either.
	 */
	unsigned char secret[32];
};

struct smtp_session;

/* What the caller has to do after the output has been sent. */
enum smtp_next {
	SMTP_GO_ON,
	SMTP_START_TLS, /* handshake, then smtp_session_secured() */
	SMTP_HANG_UP,
	SMTP_HANG_UP_RST, /* a variant's way of closing */
};

/* The site is kept by address and outlives the session; peer is copied. */
struct smtp_session *smtp_session_new(
    const struct smtp_site *, enum smtp_role, const char *peer);
void smtp_session_free(struct smtp_session *);

void smtp_session_greet(struct smtp_session *, struct wall, struct buf *out);
void smtp_session_feed(
    struct smtp_session *, struct span in, struct wall, struct buf *out);
enum smtp_next smtp_session_next(const struct smtp_session *);
void smtp_session_secured(
    struct smtp_session *, const char *version, const char *cipher);
/* The client was silent for site->idle_us. */
void smtp_session_idle(struct smtp_session *, struct wall, struct buf *out);

#endif
