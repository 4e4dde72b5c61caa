/* SPDX-License-Identifier: MIT */
/*
 * trust - whom a target's seals are to be believed of: the trust anchors and
 * CAs that its profile names, and the CRLs that its certificates name, as
 * evidence; and a question to conformance/seal from it.
 */
#ifndef CONFORMANCE_CASES_ESEAL_TRUST_H
#define CONFORMANCE_CASES_ESEAL_TRUST_H

#include "conformance/cases/lists.h"
#include "conformance/seal/signed.h"

#define TRUST_CAS 64

/*
 * In collect(): files them, with the lists that these name: a seal, and what
 * was signed with it; one may be empty.  They are judged as of now, the fact
 * "judged".
 */
void trust_collect(struct trial *, struct span seal, struct span signed_value);

struct trust {
	struct lists lists;
	const struct pki_certificate *cas[TRUST_CAS], *anchors[TRUST_CAS];
	const struct pki_crl *crls[LISTS];
	struct seal_ask ask;
};

/* Back from the evidence.  To be given to trust_close() in any case. */
bool trust_open(struct trial *, struct trust *);
void trust_close(struct trust *);

/* The same as operations take it, of what was filed; free them. */
struct trust_words {
	char *anchors, *certificates, *lists;
};
bool trust_words(struct trial *, struct trust_words *);
void trust_words_free(struct trust_words *);

/* Need: there is a list about this certificate. */
bool trust_need_list(struct trial *, const struct trust *, struct span der);
/* Need: the profile names trust anchors. */
bool trust_need_anchors(struct trial *, const struct trust *);

#endif
