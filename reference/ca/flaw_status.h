/* SPDX-License-Identifier: MIT */
/*
 * flaw_status - CRLs, OCSP answers and time stamps that are wrong in one way,
 * or unusual in one that is permitted.
 *
 * Each does nothing without its fault; those that give bool are false when
 * the library failed.
 */
#ifndef REFERENCE_CA_FLAW_STATUS_H
#define REFERENCE_CA_FLAW_STATUS_H

#include "reference/ca/ca.h"
#include "reference/http/http.h"

/* ---- CRLs: flaw_crl.c ---- */

int ca_flaw_crl_reason(enum fault, int reason);
void ca_flaw_crl_times(enum fault, int *from_s, int *to_s);
/* All is in it but the signature. */
bool ca_flaw_crl_unsigned(enum fault, X509_CRL *, struct wall now);
/* Signs it; false: it is to be signed as always. */
bool ca_flaw_crl_sign(enum fault, X509_CRL *, EVP_PKEY *);
void ca_flaw_crl_signed(enum fault, unsigned char *der, size_t);
void ca_flaw_crl_served(const struct ca *, int issuer, struct http_answer *);

#endif
