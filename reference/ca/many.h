/* SPDX-License-Identifier: MIT */
/*
 * many - very many certificates, issued at once: what an authority has after
 * years, for whoever wants to know how it does then.
 */
#ifndef REFERENCE_CA_MANY_H
#define REFERENCE_CA_MANY_H

#include "reference/ca/ca.h"

/*
 * The issuing CA of P-256 has issued that many signing certificates, each
 * signed and kept like any other; the last "revoked" of them are revoked.  One
 * key serves them all, since nobody uses it, and one record of the log tells
 * of them.  A store that has them keeps those.
 */
bool ca_settle_many(struct ca *, size_t certificates, size_t revoked,
    struct wall now, struct err *);

#endif
