/* SPDX-License-Identifier: MIT */
/*
 * message_inner - what signed and enveloped data have in common.
 */
#ifndef REFERENCE_CRYPTO_MESSAGE_INNER_H
#define REFERENCE_CRYPTO_MESSAGE_INNER_H

#include <openssl/asn1t.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "reference/crypto/crypto.h"

#define MESSAGE_DATA      "1.2.156.10197.6.1.4.2.1"
#define MESSAGE_SIGNED    "1.2.156.10197.6.1.4.2.2"
#define MESSAGE_ENVELOPED "1.2.156.10197.6.1.4.2.3"

#define MESSAGE_SM2_SIGNS    "1.2.156.10197.1.301.1"
#define MESSAGE_SM2_ENCRYPTS "1.2.156.10197.1.301.3"
#define MESSAGE_SM2_WITH_SM3 "1.2.156.10197.1.501"
#define MESSAGE_SM3          "1.2.156.10197.1.401"
#define MESSAGE_SM4          "1.2.156.10197.1.104"
#define MESSAGE_SM4_CBC      "1.2.156.10197.1.104.2"

bool message_is(const ASN1_OBJECT *, const char *oid);
bool message_set_algorithm(
    X509_ALGOR *, const char *oid, const struct crypto *);

bool message_set_party(PKCS7_ISSUER_AND_SERIAL *, X509 *);
bool message_is_party(const PKCS7_ISSUER_AND_SERIAL *, X509 *);

/* ContentInfo around those octets, which are OpenSSL's and freed. */
bool message_wrap(const char *type, unsigned char *der, int n, struct buf *to);
/* What it holds, when it is of that type; NULL: it is not. */
void *message_unwrap(struct span message, const char *type, const ASN1_ITEM *);

#endif
