/* SPDX-License-Identifier: MIT */
/*
 * load_prepare_pki - rows of requests about certificates and lists, made
 * before a load begins.
 *
 * OCSP requests name a certificate of the profile by SHA-1, as RFC 5019 2.1.1
 * has it; what is posted has a nonce of its own (RFC 9654), what is asked by
 * GET has none, so that answers may come from a cache.
 */
#ifndef PROGRAM_LOAD_PREPARE_PKI_H
#define PROGRAM_LOAD_PREPARE_PKI_H

#include <openssl/ocsp.h>

#include "program/load_making.h"

/* CSV, appended; false: OpenSSL could not. */
bool load_prepare_ocsp(const struct load_making *, struct buf *to);
/* Each list that a certificate names and that is at the endpoint. */
bool load_prepare_crl(const struct load_making *, struct buf *to);

/* An OCSP request in DER, appended; nonce: of 16 octets, or NULL. */
bool load_prepare_request(
    const OCSP_CERTID *, const unsigned char *nonce, struct buf *der);
/* The path of it by GET, appended. */
void load_prepare_get(const char *path, struct span der, struct buf *to);

#endif
