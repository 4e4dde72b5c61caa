/* SPDX-License-Identifier: MIT */
/*
 * flaw - seals, signatures and verifications that are wrong in one way: the
 * faults SEAL_, SIGN_ and VERIFY_ of reference/fault.def, and what is unusual.
 *
 * Each leaves everything as it is without its fault.
 */
#ifndef REFERENCE_SEAL_FLAW_H
#define REFERENCE_SEAL_FLAW_H

#include "reference/seal/check.h"

/* ---- what was found: flaw_verify.c ---- */

struct flaw_facts {
	bool has_digests; /* certListType 2 */
	bool has_stamp;
	size_t octets; /* of the document */
};

void seal_flaw_found(
    enum fault, const struct flaw_facts *, struct seal_answer *);

#endif
