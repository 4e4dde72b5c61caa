/* SPDX-License-Identifier: MIT */
/*
 * stamp - what a time stamp says and whether it is what it says: a
 * TimeStampToken of RFC 3161, or the response that it came in.
 *
 * OpenSSL's own verification of tokens knows no SM2.
 */
#ifndef REFERENCE_SEAL_STAMP_H
#define REFERENCE_SEAL_STAMP_H

#include <stdbool.h>

#include "lib/span.h"
#include "reference/seal/trust.h"

struct stamp;

/* NULL: it is neither, is refused, or has something behind it. */
struct stamp *ses_stamp_read(struct span der);
void stamp_free(struct stamp *);

/* False: not in whole seconds, in UTC. */
bool stamp_time(const struct stamp *, struct wall *);
bool stamp_is_of(const struct stamp *, struct span what);

/* Who has signed it: one of its own certificates, or of those; or NULL. */
X509 *ses_stamp_signer(const struct stamp *, const struct seal_trust *);
const STACK_OF(X509) * stamp_certificates(const struct stamp *);
bool stamp_verifies(const struct stamp *, X509 *signer);

#endif
