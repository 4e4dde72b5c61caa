/* SPDX-License-Identifier: MIT */
/*
 * key - private keys of ours: made for a case, or read from where the profile
 * says; and what is signed with them.
 *
 * OpenSSL computes.  SM2 signs under the identifier 1234567812345678 with SM3,
 * the others with SHA-256.
 */
#ifndef CONFORMANCE_CLIENT_KEY_H
#define CONFORMANCE_CLIENT_KEY_H

#include <openssl/types.h>
#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"

enum key_kind { KEY_P256, KEY_SM2, KEY_RSA };

/* NULL when OpenSSL could not; EVP_PKEY_free() it. */
EVP_PKEY *key_new(enum key_kind);
/* The first private key of a PEM file; NULL when there is none to be read. */
EVP_PKEY *key_load(const char *path);
/* The first certificate of a PEM file, as DER. */
bool key_certificate(const char *path, struct buf *der);

/* Of SM2 and ECDSA the SEQUENCE of r and s. */
bool key_sign(EVP_PKEY *, struct span data, struct buf *signature);

#endif
