/* SPDX-License-Identifier: MIT */
/*
 * crypto - a signature and verification server: keys of its own in each
 * algorithm, and what may be asked of them and of others' keys.
 *
 * Its keys and certificates are in the store of the authority that issued
 * them.  Operations and their fields are lib/binding.def's.
 */
#ifndef REFERENCE_CRYPTO_CRYPTO_H
#define REFERENCE_CRYPTO_CRYPTO_H

#include "reference/ca/ca.h"
#include "reference/http/basic.h"

struct crypto {
	struct ca *ca; /* outlives it */
	struct ca_signer signers[CA_ALGORITHMS];
	struct ca_signer recipient; /* SM2: messages are enveloped for it */
	struct basic guests;
	enum fault fault;
	enum variant variant;
};

/*
 * Keys that are not there yet are made, and certified.  What the certificates
 * name moves along with the authority.
 */
struct crypto *crypto_open(struct ca *, struct wall now, struct err *);
void crypto_close(struct crypto *);

#endif
