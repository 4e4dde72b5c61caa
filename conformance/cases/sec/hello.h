/* SPDX-License-Identifier: MIT */
/*
 * hello - a ClientHello with whatever versions and suites in it, and what a
 * server answers.
 *
 * No library of today says what has to be refused, so the octets are put
 * together here: SSL 2.0 (RFC 6101 appendix E), SSL 3.0, TLS 1.0 to 1.3.  A
 * ServerHello is the server's word that it accepts (RFC 5246 7.4.1.3), and
 * nothing behind it is needed.  Pure: octets in, octets out.
 */
#ifndef CONFORMANCE_CASES_SEC_HELLO_H
#define CONFORMANCE_CASES_SEC_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"

enum hello_version {
	HELLO_SSL_2 = 0x0002,
	HELLO_SSL_3 = 0x0300,
	HELLO_TLS_1_0 = 0x0301,
	HELLO_TLS_1_1 = 0x0302,
	HELLO_TLS_1_2 = 0x0303,
	HELLO_TLS_1_3 = 0x0304,
};

struct hello {
	enum hello_version
	    version; /* the newest that is offered; 1.3: and 1.2 */
	const uint16_t *suites;
	size_t n_suites;
	bool deflate;     /* offers compression as well */
	const char *name; /* of the server (RFC 6066 3), or NULL */
};

/* False where OpenSSL has no random octets. */
bool hello_write(const struct hello *, struct buf *octets);

enum hello_answer_kind {
	HELLO_NONE,    /* nothing, or not yet the whole of it */
	HELLO_SERVER,  /* a ServerHello */
	HELLO_ALERT,   /* refused */
	HELLO_UNKNOWN, /* octets that are none of these */
};

struct hello_answer {
	enum hello_answer_kind kind;
	unsigned
	    version; /* agreed on: HELLO_TLS_1_3 also where it asks again */
	unsigned suite;
	unsigned compression;
	struct span random; /* 32 octets */
	bool renegotiation; /* has renegotiation_info (RFC 5746) */
	unsigned alert;     /* description (RFC 8446 6) */
};

void hello_read(struct span octets, struct hello_answer *);

/* "TLS 1.0"; "?" when unknown. */
const char *hello_version_name(unsigned version);

#endif
