/* SPDX-License-Identifier: MIT */
/*
 * flaw - messages that are wrong in one way.
 *
 * Each gives what is right without its fault.
 */
#ifndef REFERENCE_CRYPTO_FLAW_H
#define REFERENCE_CRYPTO_FLAW_H

#include "reference/crypto/crypto.h"

/* Object identifiers of the whole and of the digest. */
const char *crypto_flaw_type(const struct crypto *, const char *oid);
const char *crypto_flaw_digest(const struct crypto *);
/* What stands in the message as that which was signed. */
struct span crypto_flaw_content(const struct crypto *, struct span data);
const struct ca_signer *crypto_flaw_signer(const struct crypto *);
/* As ca_sign(): of a message, of what it was given. */
bool crypto_flaw_sign(
    const struct crypto *, EVP_PKEY *, struct span, struct buf *to);
bool crypto_flaw_sign_data(
    const struct crypto *, EVP_PKEY *, struct span, struct buf *to);

/* Whom an envelope names, and what is in it. */
X509 *crypto_flaw_recipient(const struct crypto *, X509 *);
struct span crypto_flaw_enveloped(const struct crypto *, struct span data);
void crypto_flaw_secret(const struct crypto *, unsigned char *, size_t);

#endif
