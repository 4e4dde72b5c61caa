/* SPDX-License-Identifier: MIT */
/*
 * seal/value - a signature value and the algorithm that is named beside it,
 * as seals and signatures by seal have them (GB/T 38540-2020 6.1, 7.1): SM2
 * with SM3, r and s in DER, under the identifier of GB/T 35276.
 *
 * What is wrong about one part does not keep the others from being judged: a
 * value under another object identifier is verified all the same.
 */
#ifndef CONFORMANCE_SEAL_VALUE_H
#define CONFORMANCE_SEAL_VALUE_H

#include <stdbool.h>

#include "conformance/pki/signature.h"

/* A BIT STRING; unused: bits of its last octet. */
struct ses_bits {
	struct span octets;
	unsigned unused;
};

struct ses_value {
	struct span oid; /* of the algorithm */
	bool bare;       /* given as an OBJECT IDENTIFIER alone */
	bool odd;        /* with parameters, other than NULL */
	struct span
	    whole; /* the algorithm's octets, tag and length with them */
	struct ses_bits bits;
};

/* What the checks are called for a seal, and for a signature by seal. */
struct ses_value_codes {
	enum pki_code algorithm, algorithm_form, form, range, id, signature;
};

/* Each takes one from where the reader stands. */
struct ses_bits ses_bits_read(struct der *);
/* An OBJECT IDENTIFIER, or one in a SEQUENCE with parameters. */
void ses_algorithm_read(struct der *, struct ses_value *);

/* Is the length of it that of an SM3 digest? */
bool ses_bits_is_digest(const struct ses_bits *);
/* SM3 of that is what is in it. */
bool ses_bits_is_digest_of(const struct ses_bits *, struct span);

/*
 * All but the bits.  messages: what ought to be signed, then what is found
 * signed in the field; *which is the one that verifies.  A certificate that
 * could not be read has key NULL, and then the value is not reached.  True
 * when the signature is good in every respect.
 */
bool ses_value_judge(const struct ses_value *, const struct ses_value_codes *,
    const struct pki_key *, const struct span *messages, size_t n,
    size_t *which, struct pki_findings *);

#endif
