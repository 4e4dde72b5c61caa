/* SPDX-License-Identifier: MIT */
/*
 * key - keys of the authority's three algorithms, and signatures with them.
 *
 * OpenSSL signs with SM2 under an empty identifier unless it is told one, and
 * nobody else accepts that: only here it is told.
 */
#ifndef REFERENCE_CA_KEY_H
#define REFERENCE_CA_KEY_H

#include <stdbool.h>

#include <openssl/types.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/span.h"

enum ca_algorithm { CA_SM2, CA_P256, CA_RSA, CA_ALGORITHMS };

extern const char *const ca_algorithms[CA_ALGORITHMS]; /* "sm2" ... */

/* Identifier of a signer who has no other (GB/T 35276, GM/T 0009). */
#define CA_IDENTIFIER "1234567812345678"

/*
 * RSA keys are made when this program is: n says which of them.  Others are
 * made anew.
 */
EVP_PKEY *ca_key_new(enum ca_algorithm, size_t n);
/*
 * Which of ours a key is of: SM2, P-256, RSA of 2048 to 4096 bits.  False,
 * too, when it is no sound one: off its curve, or with a small exponent.
 */
bool ca_key_algorithm(EVP_PKEY *, enum ca_algorithm *);
bool ca_key_read(struct span der, EVP_PKEY **, struct err *);
bool ca_key_write(EVP_PKEY *, struct buf *to, struct err *);

/* SM3 for SM2, SHA-256 for all else. */
const EVP_MD *ca_digest_of(EVP_PKEY *);

/*
 * What X509_sign_ctx() and its like take: the digest is chosen, the
 * identifier is set.  To be given to ca_signer_free().
 */
EVP_MD_CTX *ca_signer_new(EVP_PKEY *);
void ca_signer_free(EVP_MD_CTX *);

/* What a signature by ca_sign() is called in an AlgorithmIdentifier. */
int ca_signature_nid(EVP_PKEY *);
bool ca_set_algorithm(X509_ALGOR *, int nid);

bool ca_sign(EVP_PKEY *, struct span what, struct buf *signature);
bool ca_verify(EVP_PKEY *, struct span what, struct span signature);
/* By another digest than ca_digest_of(). */
bool ca_verify_by(
    EVP_PKEY *, const EVP_MD *, struct span what, struct span signature);

/* Of a certificate or a stamp: 16 octets that nobody can foresee. */
bool ca_serial(ASN1_INTEGER *);

/* What OpenSSL has to say about a failure; returns false. */
bool ca_openssl_err(struct err *, const char *doing);

#endif
