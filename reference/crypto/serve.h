/* SPDX-License-Identifier: MIT */
/*
 * serve - what the operations of the signature server do, one function each.
 */
#ifndef REFERENCE_CRYPTO_SERVE_H
#define REFERENCE_CRYPTO_SERVE_H

#include "reference/crypto/crypto.h"
#include "reference/http/bound.h"

/* ---- plain.c: digests, ciphers, signatures, keys ---- */

void serve_digest(struct crypto *, struct bound_call *);
void serve_encrypt(struct crypto *, struct bound_call *);
void serve_decrypt(struct crypto *, struct bound_call *);
void serve_sign(struct crypto *, struct bound_call *);
void serve_verify(struct crypto *, struct bound_call *);
void serve_key_open(struct crypto *, struct bound_call *);

/* ---- messages.c ---- */

void serve_message_sign(struct crypto *, struct bound_call *);
void serve_message_verify(struct crypto *, struct bound_call *);
void serve_message_recipient(struct crypto *, struct bound_call *);
void serve_message_envelop(struct crypto *, struct bound_call *);
void serve_message_open(struct crypto *, struct bound_call *);

/* ---- path.c ---- */

void serve_path(struct crypto *, struct bound_call *);

#endif
