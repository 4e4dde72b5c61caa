/* SPDX-License-Identifier: MIT */
/*
 * crl - lists of what is revoked (RFC 5280 5), one of each issuer.
 */
#ifndef REFERENCE_CA_CRL_H
#define REFERENCE_CA_CRL_H

#include "reference/ca/ca.h"

#define CA_CRL_MOST (64u << 20)

/*
 * The present list, in DER: made anew, with the next number, when something
 * has changed since the last one or when that is half-way to its end.
 */
bool ca_crl(
    struct ca *, int issuer, struct wall now, struct buf *der, struct err *);

/* The delta beside it, likewise; ERR_PROTOCOL when there is none. */
bool ca_crl_delta(
    struct ca *, int issuer, struct wall now, struct buf *der, struct err *);
/* An entry as RFC 5280 5.3 has it. */
bool ca_crl_add(
    const struct ca *, X509_CRL *, const struct store_ca_certificate *);

/* Those that are due are made and published, though nobody has asked. */
bool ca_crls_refresh(struct ca *, struct wall now, struct err *);

#endif
