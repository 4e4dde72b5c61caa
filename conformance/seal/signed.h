/* SPDX-License-Identifier: MIT */
/*
 * seal/signed - what was signed with a seal: SES_Signature of GB/T 38540-2020
 * 7.1, and of its predecessor GM/T 0031-2014.
 *
 * Spans point into the octets that were given.
 */
#ifndef CONFORMANCE_SEAL_SIGNED_H
#define CONFORMANCE_SEAL_SIGNED_H

#include <stdbool.h>

#include "conformance/seal/seal.h"

#define SIGNED_MOST SEAL_MOST

struct ses_signed {
	struct span whole, tbs; /* tbs: TBS_Sign, its octets */
	enum seal_format format;
	struct span version; /* INTEGER's content */
	bool has_seal;       /* it could be read */
	struct seal seal;
	struct pki_time time;   /* not readable: see below */
	bool time_is_general;   /* GeneralizedTime */
	struct span time_bits;  /* 2014: what a BIT STRING as time holds */
	struct ses_bits digest; /* dataHash */
	struct span property;
	struct ses_custom custom;
	struct span signer; /* the certificate's octets */
	struct ses_value value;
	bool has_stamp, stamp_is_tagged; /* by an explicit [0] */
	struct ses_bits stamp;
};

/* Reads, adding der.* and sign.structure; false: nothing may be used. */
bool signed_read(struct ses_signed *, struct span der, struct pki_findings *);

/*
 * sign.*, then seal.* and stamp.* of what is inside, in the order of GB/T
 * 38540-2020 7.3.  Whether the document may be believed is what
 * pki_findings_conform() says of all that was found from signed_read() on.
 */
void signed_judge(
    const struct ses_signed *, const struct seal_ask *, struct pki_findings *);

#endif
