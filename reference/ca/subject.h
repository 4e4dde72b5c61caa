/* SPDX-License-Identifier: MIT */
/*
 * subject - is what somebody asks a certificate for himself?
 *
 * Everybody has names of his own: the user, the address, the name in Chinese.
 */
#ifndef REFERENCE_CA_SUBJECT_H
#define REFERENCE_CA_SUBJECT_H

#include <stdbool.h>

#include <openssl/x509.h>

#include "reference/world.h"

/* Is one value of that field of the name this text? */
bool ca_name_has(const X509_NAME *, int nid, const char *text);
/* One commonName, and it is one of his. */
bool ca_subject_is_of(const X509_NAME *, const struct world_person *);
/* A subjectAltName with nothing but his address. */
bool ca_alternative_is_of(X509_EXTENSION *, const struct world_person *);

#endif
