/* SPDX-License-Identifier: MIT */
/*
 * flaw_cmp - CMP that is wrong in one way, or unusual in one: what takes more
 * than a word.
 *
 * Each does nothing without its fault or its variant.
 */
#ifndef REFERENCE_CA_FLAW_CMP_H
#define REFERENCE_CA_FLAW_CMP_H

#include "reference/ca/cmp_inner.h"

/* ---- what is taken ---- */

/* Who it is taken to be, of who cannot show it; or NULL. */
const struct world_person *ca_flaw_cmp_anybody(const struct cmp *);
/* Is this signature by a stranger, or wrong, taken all the same? */
bool ca_flaw_cmp_takes_signer(struct cmp *, X509 *);
/* May somebody sign with a certificate that stands like this? */
bool ca_flaw_cmp_takes_status(enum fault, const struct store_ca_certificate *);
/* Is refused what is not wrong: a request, or a whole message? */
bool ca_flaw_cmp_refuses(enum fault, int body);
bool ca_flaw_cmp_says_no(enum fault, int body);
/* Is a proof taken that is none? */
bool ca_flaw_cmp_takes_proof(enum fault, const struct crmf_request *);

/* ---- what is given ---- */

/* The key that is certified in place of the one that was asked for. */
EVP_PKEY *ca_flaw_cmp_key(enum fault, enum ca_algorithm, X509 *old);
/* What the certificate says; "other" is to be freed. */
void ca_flaw_cmp_request(
    const struct cmp *, X509 *old, struct ca_request *, X509_NAME **other);
/* It has been made, and is given like this. */
bool ca_flaw_cmp_given(const struct ca *, enum ca_algorithm, X509 **);
/* Does it not matter what is confirmed? */
bool ca_flaw_cmp_confirms(enum fault);

/* ---- how it is said ---- */

void ca_flaw_cmp_nonce(enum fault, unsigned char nonce[STORE_CMP_NONCE]);
/* The tag of the body. */
void ca_flaw_cmp_body(struct cmp *);
/* Signs instead; false: nothing is to be wrong with it. */
bool ca_flaw_cmp_signs(
    const struct cmp *, EVP_PKEY *, struct span what, struct buf *signature);
/* The octets of the protection. */
void ca_flaw_cmp_bits(const struct cmp *, struct buf *bits);
/* CertRepMessage: caPubs. */
void ca_oddity_cmp_certificates(const struct cmp *, const struct ber_out *);
/* PKIHeader: freeText and generalInfo. */
void ca_oddity_cmp_info(const struct cmp *, const struct ber_out *);
/* The whole answer. */
void ca_flaw_cmp_served(enum fault, struct buf *answer);

#endif
