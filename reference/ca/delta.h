/* SPDX-License-Identifier: MIT */
/*
 * delta - lists of what has changed since another list (RFC 5280 5.2.4).
 *
 * Each complete list comes with a delta of its number.  Where that goes on
 * from is kept for hours, so that who has any list from then on can follow.
 */
#ifndef REFERENCE_CA_DELTA_H
#define REFERENCE_CA_DELTA_H

#include "reference/ca/ca.h"

/* A complete list that a delta goes on from. */
struct ca_base {
	int64_t number; /* 0: there is none */
	struct wall made;
};

/* All but a variant. */
bool ca_has_deltas(const struct ca *);
/* Where the next delta goes on from; "before" is the list before that. */
bool ca_delta_base(struct ca *, int issuer, const struct ca_base *before,
    struct ca_base *, struct err *);
/* Entries of what changed since then, and the indicator. */
bool ca_delta_fill(
    const struct ca *, int issuer, const struct ca_base *, X509_CRL *);
/* Of a complete list: where its delta is (RFC 5280 5.2.6). */
bool ca_delta_name(const struct ca *, int issuer, X509_CRL *);

bool ca_delta_keep(struct ca *, int issuer, struct span der, struct err *);
bool ca_delta_kept(const struct ca *, int issuer, struct buf *der);

#endif
