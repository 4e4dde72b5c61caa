/* SPDX-License-Identifier: MIT */
/*
 * seal/party - who made a seal or signed with it: may the certificate be
 * believed (GB/T 38540-2020 6.3, 7.3: trust chain, period, revocation, key
 * usage)?
 *
 * Two times count.  "used" is when the key was used as far as is known: a
 * certificate has to be good then.  "at" is when one asks: lists and answers
 * have to be fresh then, and what ended in between is remarked.
 *
 * What a path is made of is not listed: each of the checks here says in its
 * detail which check of the path fails.
 */
#ifndef CONFORMANCE_SEAL_PARTY_H
#define CONFORMANCE_SEAL_PARTY_H

#include <stdbool.h>

#include "conformance/pki/path.h"

struct seal_ask {
	struct wall at;
	/* Issuers to choose from, and whom to trust. */
	const struct pki_certificate *const *pool, *const *anchors;
	size_t n_pool, n_anchors;
	const struct pki_crl *const *crls;
	const struct pki_ocsp *const *answers;
	size_t n_crls, n_answers;
	bool has_data;
	struct span data; /* the document: what dataHash should be of */
};

struct ses_party_codes {
	enum pki_code certificate, chain, validity, revoked, usage, since;
};

/* In DER, and with a key of SM2; false: it cannot be used. */
bool ses_party_read(struct pki_certificate *, struct span der,
    enum pki_code certificate, struct pki_findings *);

/* Chain, validity, revocation, usage; NULL for one that cannot be used. */
bool ses_party_judge(const struct pki_certificate *, const struct seal_ask *,
    struct wall used, const struct ses_party_codes *, struct pki_findings *);

/*
 * The chain alone, with further certificates to choose from.  Gives the path
 * when there is one; none has n 0.
 */
bool ses_party_chain(const struct path_ask *, enum pki_code chain,
    struct path *, struct pki_findings *);

#endif
