/* SPDX-License-Identifier: MIT */
/*
 * cmp - certificates applied for, renewed and revoked by CMP (RFC 4210).
 *
 * Who asks is a person of the world: the reference value of a MAC is the
 * user, the secret the password; or a certificate signs that came of an
 * earlier request.  What is given counts once it is confirmed, and is revoked
 * when it is refused or nobody confirms it in time.
 */
#ifndef REFERENCE_CA_CMP_H
#define REFERENCE_CA_CMP_H

#include "reference/ca/ca.h"

struct login;

/*
 * PKIMessage in DER and its answer; there is an answer to everything.  only:
 * the algorithm of the certificates that are given, or -1: that of the key.
 * A wrong MAC counts as a wrong password does; login NULL: nobody counts.
 */
void ca_cmp(struct ca *, int only, const struct login *, struct span request,
    struct wall now, struct buf *to);

/* Certificates that nobody confirmed in time are revoked. */
void ca_cmp_sweep(struct ca *, struct wall now);

#endif
