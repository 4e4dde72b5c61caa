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

#include "lib/buf.h"
#include "program/load_pki.h"

/* CSV, appended; false: OpenSSL could not. */
bool load_prepare_ocsp(const struct load_pki *, const struct profile *,
    size_t rows, struct buf *to);
/* Each list that a certificate names and that is at the endpoint. */
bool load_prepare_crl(const struct load_pki *, const struct profile *,
    size_t rows, struct buf *to);

/* load_prepare.c: a quoted value of CSV, and what comes behind it. */
void load_prepare_cell(struct buf *to, const char *text, char then);

#endif
