/* SPDX-License-Identifier: MIT */
/*
 * pki/path - leads a path from a trust anchor to a certificate, and walks it
 * down check by check (RFC 5280 6.1), with what lists and answers say of
 * revocation (6.3, RFC 6960).
 *
 * A certificate that is a trust anchor is trusted as it is; its own
 * constraints bind the path all the same (RFC 5937).
 */
#ifndef CONFORMANCE_PKI_PATH_H
#define CONFORMANCE_PKI_PATH_H

#include "conformance/pki/certificate.h"
#include "conformance/pki/crl.h"
#include "conformance/pki/ocsp.h"

#define PATH_MOST 12 /* certificates, the anchor included */

struct path_ask {
	const struct pki_certificate *target;
	const struct pki_certificate *const *pool; /* issuers to choose from */
	size_t n_pool;
	const struct pki_certificate *const *anchors;
	size_t n_anchors;
	struct wall at;
	enum oid purpose; /* OID_UNKNOWN: any */
	bool explicit_policy;
	/* What says whether a certificate is revoked. */
	const struct pki_crl *const *crls;
	size_t n_crls;
	const struct pki_ocsp *const *answers;
	size_t n_answers;
	bool status_wanted; /* of every certificate of the path */
};

struct path {
	/* [0] is the anchor, [n - 1] the target; n is 0: there is none. */
	const struct pki_certificate *at[PATH_MOST];
	size_t n;
};

/*
 * Adds path.*, and what of crl.* and ocsp.* needs an issuer.  True when the
 * certificate may be trusted.  *found may be NULL.
 */
bool path_judge(
    const struct path_ask *, struct path *found, struct pki_findings *);

/* path_build.c: up to "most" paths, the best first; at least one, perhaps
 * one that does not hold, when any certificate could have been issued so. */
size_t path_build(const struct path_ask *, struct path *paths, size_t most);

/* What lists and answers say of one certificate of a path. */
struct path_known {
	bool asked;   /* some list or answer speaks of it */
	bool sure;    /* and one that may be believed */
	bool unknown; /* a responder does not know it */
	bool revoked, held;
	struct pki_time date; /* since when */
	char why[120];
};

/* path_status.c: is it about a certificate of the path? */
bool path_has_crl(const struct path *, const struct pki_crl *);
bool path_has_answer(const struct path *, const struct pki_ocsp *);
/*
 * path_status.c: asks all lists and answers about a path whose certificates
 * before "trusted" hang together.  False when one of them may not be used.
 */
bool path_ask_status(const struct path_ask *, const struct path *,
    size_t trusted, struct path_known known[PATH_MOST], struct pki_findings *);
/* The same, and what follows from it for each; for path_judge(). */
bool path_judge_status(const struct path_ask *, const struct path *,
    size_t trusted, struct pki_findings *);

#endif
