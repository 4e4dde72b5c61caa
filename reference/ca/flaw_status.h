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

#include <openssl/ocsp.h>
#include <openssl/ts.h>

#include "reference/ca/ca.h"
#include "reference/http/http.h"

/* ---- CRLs: flaw_crl.c ---- */

int ca_flaw_crl_reason(enum fault, int reason);
void ca_flaw_crl_times(enum fault, int *from_s, int *to_s);
/* All is in it but the signature. */
bool ca_flaw_crl_unsigned(enum fault, X509_CRL *, struct wall now);
bool ca_oddity_crl(const struct ca *, int issuer, X509_CRL *);
/* Signs it; false: it is to be signed as always. */
bool ca_flaw_crl_sign(enum fault, X509_CRL *, EVP_PKEY *);
void ca_flaw_crl_signed(enum fault, unsigned char *der, size_t);
void ca_flaw_crl_served(const struct ca *, int issuer, struct http_answer *);

/* ---- delta CRLs: flaw_delta.c ---- */

int ca_flaw_delta_reason(enum fault, int reason);
void ca_flaw_delta_times(enum fault, int *from_s, int *to_s);
bool ca_flaw_delta_unsigned(enum fault, int64_t base, X509_CRL *);
void ca_flaw_delta_signed(enum fault, unsigned char *der, size_t);
void ca_flaw_delta_served(const struct ca *, int issuer, struct http_answer *);
/* Of complete lists: where the delta is. */
bool ca_flaw_freshest(enum fault, X509_CRL *);

/* ---- OCSP: flaw_ocsp.c ---- */

/* What is said of one certificate, before it is. */
void ca_flaw_ocsp_status(const struct ca *, OCSP_BASICRESP *,
    struct store_ca_certificate *, int *status, int *reason);
/* What was said; false when that is NULL. */
bool ca_flaw_ocsp_single(const struct ca *, OCSP_SINGLERESP *, struct wall now);
bool ca_flaw_ocsp_basic(enum fault, OCSP_BASICRESP *);
/* Signs it; false: it is to be signed as always. */
bool ca_flaw_ocsp_sign(
    enum fault, OCSP_BASICRESP *, const struct ca_signer *, unsigned long how);
void ca_flaw_ocsp_served(enum fault, struct span request, struct buf *answer);

/* ---- of what was done by applications: flaw_told.c ---- */

/* False: the list leaves it out. */
bool ca_flaw_crl_told(enum fault, struct store_ca_certificate *);
void ca_flaw_ocsp_told(enum fault, const struct store_ca_certificate *,
    int *status, int *reason);

/* ---- time stamps: flaw_tsa.c ---- */

bool ca_flaw_tsa_refuses(enum fault, const EVP_MD *);
bool ca_flaw_tsa_info(const struct ca *, TS_TST_INFO *, struct wall now);
bool ca_flaw_tsa_digest(enum fault, unsigned char *octets);
bool ca_flaw_tsa_encloses(enum fault, bool asked);
/* As ca_sign(). */
bool ca_flaw_tsa_sign(enum fault, EVP_PKEY *, struct span, struct buf *to);
void ca_flaw_tsa_served(enum fault, struct span request, struct buf *answer);

#endif
