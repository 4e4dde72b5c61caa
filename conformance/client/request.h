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

#endif
