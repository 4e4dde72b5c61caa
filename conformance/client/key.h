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

enum own_key { OWN_P256, OWN_SM2, OWN_RSA };

/* NULL when OpenSSL could not; EVP_PKEY_free() it. */
EVP_PKEY *key_new(enum own_key);
/* One of the same kind, of which nobody has ever heard. */
EVP_PKEY *key_beside(EVP_PKEY *);
/* The first private key of a PEM file; NULL when there is none to be read. */
EVP_PKEY *key_load(const char *path);
/* In PEM, as evidence: it is thrown away with the run. */
bool key_text(EVP_PKEY *, struct buf *pem);
/* From that; NULL when it is none. */
EVP_PKEY *key_read_text(struct span pem);
/* The public half, as SubjectPublicKeyInfo. */
bool key_public(EVP_PKEY *, struct buf *der);
/* The first certificate of a PEM file, as DER. */
bool key_certificate(const char *path, struct buf *der);

/* Of SM2 and ECDSA the SEQUENCE of r and s. */
bool key_sign(EVP_PKEY *, struct span data, struct buf *signature);
/* What that is called: an AlgorithmIdentifier; false: of no kind of ours. */
bool key_put_algorithm(const EVP_PKEY *, struct buf *der);

/* A certificate that the key has signed for itself. */
bool key_self_signed(EVP_PKEY *, const char *common_name, struct buf *der);

/*
 * A certificate that says what "like" says, but of this key, and signed with
 * it: by nobody whom anybody trusts.
 */
bool key_forge(EVP_PKEY *, struct span like, struct buf *der);
/* The same, signed by a CA of that name (NULL: as "like" has it). */
bool key_forge_by(EVP_PKEY *ca, const char *name, EVP_PKEY *, struct span like,
    struct buf *der);

#endif
