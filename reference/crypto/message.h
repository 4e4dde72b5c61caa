/* SPDX-License-Identifier: MIT */
/*
 * message - signed data and enveloped data of GB/T 35275: PKCS #7 (RFC 2315)
 * with object identifiers of its own, SM2, SM3 and SM4.
 *
 * The structures are OpenSSL's, the cryptography is its EVP; what it makes of
 * PKCS #7 by itself knows neither.
 */
#ifndef REFERENCE_CRYPTO_MESSAGE_H
#define REFERENCE_CRYPTO_MESSAGE_H

#include "reference/crypto/crypto.h"

#define CRYPTO_MESSAGE_MOST (8 << 20) /* octets */

/* By the server's SM2 key; false: the library failed. */
bool message_sign(
    const struct crypto *, struct span data, struct wall now, struct buf *to);

enum message_found { MESSAGE_GOOD, MESSAGE_BAD, MESSAGE_NONE };

/*
 * Do all signatures of it verify, with the certificates that it brings?
 * Whether those are to be believed is another question.  *data is what it
 * holds.  MESSAGE_NONE: it is no signed data at all.
 */
enum message_found message_verify(
    const struct crypto *, struct span message, struct buf *data);

/* False, and why: the certificate is not one to encrypt for. */
bool message_envelop(const struct crypto *, X509 *whom, struct span data,
    struct buf *to, struct err *);
/* What is enveloped for the server. */
bool message_open(
    const struct crypto *, struct span message, struct buf *data, struct err *);

#endif
