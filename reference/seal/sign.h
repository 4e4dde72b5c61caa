/* SPDX-License-Identifier: MIT */
/*
 * sign - what is sealed: SES_Signature over a digest (GB/T 38540-2020 7.2).
 */
#ifndef REFERENCE_SEAL_SIGN_H
#define REFERENCE_SEAL_SIGN_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/span.h"
#include "reference/ca/ca.h"
#include "reference/fault.h"
#include "reference/variant.h"

#define SEAL_DIGEST 32 /* octets of SM3 */

struct seal_use {
	struct span seal; /* SESeal, DER */
	unsigned char digest[SEAL_DIGEST];
	const char *property; /* what was sealed: IA5, may be empty */
	struct wall time;
	const struct ca_signer *signer; /* SM2, one of the seal's list */
	struct ca *stamper; /* whose TSA stamps the signature; NULL: none */
	enum fault fault;
	enum variant variant;
};

void seal_digest(struct span data, unsigned char digest[SEAL_DIGEST]);

/* SES_Signature in DER; whether it may be made has been asked before. */
bool seal_sign(const struct seal_use *, struct buf *to, struct err *);

#endif
