/* SPDX-License-Identifier: MIT */
/*
 * request - certification requests of PKCS#10, right ones and wrong ones
 * (RFC 2986).
 */
#ifndef CONFORMANCE_CLIENT_REQUEST_H
#define CONFORMANCE_CLIENT_REQUEST_H

#include <openssl/types.h>
#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"

/* How possession of the key is shown. */
enum request_proof {
	REQUEST_PROVEN,
	REQUEST_SPOILT,    /* signed, then one bit turned over */
	REQUEST_OTHER_KEY, /* signed, with a key of nobody's */
};

struct request {
	EVP_PKEY *key;
	const char *common_name;
	const char *unit; /* NULL: none */
	enum request_proof proof;
};

/* False when OpenSSL could not. */
bool request_write(const struct request *, struct buf *der);

/* ---- what other requests are made of as well ---- */

/* A Name of "CN=..." alone; or with "OU=..." when that is not NULL. */
void request_name(const char *common_name, const char *unit, struct buf *name);
/* SubjectPublicKeyInfo, with another tag than its own. */
bool request_put_key(struct buf *, unsigned tag, EVP_PKEY *);
/* The algorithm of the key, and the signature as a BIT STRING. */
bool request_put_proof(
    struct buf *, EVP_PKEY *, enum request_proof, struct span data);
/* All of it, for a Name. */
bool request_put(
    struct buf *, EVP_PKEY *, struct span subject, enum request_proof);

#endif
