/* SPDX-License-Identifier: MIT */
/*
 * sasl - one SASL exchange, seen from the server.
 *
 * PLAIN (RFC 4616), LOGIN (never a standard, but spoken by many) and
 * SCRAM-SHA-256 (RFC 5802, 7677).  Octets in, octets out: base64, cancelling
 * and reply codes are the session's, and so is counting failures.
 *
 * A user nobody knows gets the same challenges as one with a wrong password:
 * the salt comes from a secret and the name, so that it is the same each time
 * it is asked for.
 */
#ifndef REFERENCE_SASL_H
#define REFERENCE_SASL_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"
#include "reference/fault.h"
#include "reference/store.h"

#define SASL_NONCE 32 /* octets of base64 text */

enum sasl_next {
	SASL_ASK, /* send the challenge, come back with the answer */
	SASL_YES, /* .account is who it is */
	SASL_NO,  /* wrong credentials */
	SASL_BAD, /* not a message of this mechanism */
};

struct sasl;

struct sasl_mechanism {
	struct span name;
	bool client_first; /* may come with an initial response */
	enum sasl_next (*step)(
	    struct sasl *, struct span answer, struct buf *challenge);
};

struct sasl {
	const struct sasl_mechanism *mechanism; /* NULL: no exchange */
	struct store *store;
	const unsigned char *secret; /* 32 octets */
	enum fault fault;
	bool bends_scram;           /* the scram faults are of this port */
	int steps;                  /* answers taken so far */
	char nonce[SASL_NONCE + 1]; /* our half, SCRAM */
	struct account account;     /* a made-up one when not known */
	bool known;
	bool impersonates;     /* wants to act for somebody else */
	char user[128];        /* as claimed, for the audit */
	struct buf first_bare; /* SCRAM client-first-message-bare */
	struct buf first_gs2;  /* its gs2-header */
	struct buf server_first;
};

/* NULL when there is no such mechanism; names compare without case. */
const struct sasl_mechanism *sasl_mechanism_find(struct span name);
/* "PLAIN LOGIN SCRAM-SHA-256" */
const char *sasl_mechanism_names(void);

/* Forgets what was and begins; a nonce is drawn. */
void sasl_start(struct sasl *, const struct sasl_mechanism *, struct store *,
    const unsigned char secret[32], enum fault);
/* Forgets the exchange; also fit for a zeroed struct. */
void sasl_end(struct sasl *);

/* The challenge of a server that speaks first is asked for with NULL ptr. */
enum sasl_next sasl_step(
    struct sasl *, struct span answer, struct buf *challenge);

void sasl_random(unsigned char *octets, size_t n);

/* RFC 4648 4, strict.  False when it is not base64 or does not fit. */
bool sasl_base64_decode(struct span text, struct buf *out);
void sasl_base64_encode(struct span octets, struct buf *out);

#endif
