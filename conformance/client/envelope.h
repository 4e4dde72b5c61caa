/* SPDX-License-Identifier: MIT */
/*
 * envelope - a private key on its way to its owner, opened with the key that
 * it was hidden under: SM2EnvelopedKey (GB/T 35276), or EnvelopedData of CMS
 * (RFC 5652 6) with PKCS#8 in it.
 */
#ifndef CONFORMANCE_CLIENT_ENVELOPE_H
#define CONFORMANCE_CLIENT_ENVELOPE_H

#include <openssl/types.h>
#include <stdbool.h>

#include "lib/span.h"

/* NULL: it is neither, or was hidden under another key.  EVP_PKEY_free() it. */
EVP_PKEY *envelope_open(struct span, EVP_PKEY *under);

/*
 * Is it the key of that public one?  Something is encrypted for the one and
 * read by the other, or, where keys do not encrypt, the two are compared.
 */
bool envelope_fits(EVP_PKEY *private, struct span public_der);

/* The private key itself, as octets: RSA's are those of d. */
size_t envelope_secret(EVP_PKEY *private, unsigned char *octets, size_t most);

#endif
