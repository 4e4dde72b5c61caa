/* SPDX-License-Identifier: MIT */
/*
 * flaw - certificates that are wrong in the one way a fault names, or odd in
 * the one that a variant does.
 *
 * Each hits the certificates of one class; all others stay as they are.
 */
#ifndef REFERENCE_CA_FLAW_H
#define REFERENCE_CA_FLAW_H

#include <stdbool.h>

#include <openssl/x509.h>

#include "reference/ca/template.h"
#include "reference/fault.h"
#include "reference/variant.h"

/* Before it is signed; false: OpenSSL would not. */
bool ca_flaw_unsigned(enum fault, enum ca_class, X509 *);
/* Afterwards; key is the issuer's. */
bool ca_flaw_signed(enum fault, enum ca_class, X509 *, EVP_PKEY *key);

/* Likewise of what is unusual, and permitted. */
bool ca_oddity_unsigned(enum variant, enum ca_class, X509 *);
bool ca_oddity_signed(enum variant, X509 *, EVP_PKEY *key);

/* One that nobody knows, with NULL in it; NULL: OpenSSL would not. */
X509_EXTENSION *ca_flaw_extension(const char *oid, int critical);

#endif
