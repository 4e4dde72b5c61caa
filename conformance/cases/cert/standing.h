/* SPDX-License-Identifier: MIT */
/*
 * standing - what OCSP says of a certificate that a case has applied for.
 *
 *	NAME-N		each time it was asked; NAME.asked: how often
 *	NAME.waited	milliseconds from the first to the last
 */
#ifndef CONFORMANCE_CASES_CERT_STANDING_H
#define CONFORMANCE_CASES_CERT_STANDING_H

#include "conformance/cases/cert/apply.h"
#include "conformance/cases/cert/queries.h"
#include "conformance/pki/crl.h"

/* How long ocsp.delay of CERT-F-12 allows. */
int64_t standing_delay_ms(struct trial *);

/* In collect(): now, whatever it says. */
void standing_look(struct trial *, const struct issued_set *, const char *name,
    const struct pki_certificate *);
void standing_ask(
    struct applicant *, const char *name, const struct identity *);
/* Until it says so, and at most as long as ocsp.delay of CERT-F-12 allows. */
void standing_watch(struct trial *, const struct issued_set *, const char *name,
    const struct pki_certificate *, enum ocsp_status);
void standing_await(struct applicant *, const char *name,
    const struct identity *, enum ocsp_status);

/*
 * In judge(): the last that was said.  Need: an answer about it, which its CA
 * or a responder of the CA's has signed.
 */
bool standing_read(struct trial *, const struct issued_set *, const char *name,
    const struct pki_certificate *, struct ocsp_single *);
/* Claim: that status.  Need: if not, the time that is allowed is over. */
bool standing_claim(struct trial *, const struct issued_set *, const char *name,
    const struct pki_certificate *, enum ocsp_status, struct ocsp_single *);

#endif
