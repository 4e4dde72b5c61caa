/* SPDX-License-Identifier: MIT */
/*
 * pki/crl - a certificate revocation list, and whom it speaks of (RFC 5280 5,
 * 6.3).
 *
 * Spans point into the octets that were given.  Entries are not kept: whoever
 * asks walks through them.
 */
#ifndef CONFORMANCE_PKI_CRL_H
#define CONFORMANCE_PKI_CRL_H

#include <stdbool.h>

#include "conformance/pki/certificate.h"

#define CRL_MOST (64 << 20) /* octets; a longer one is not read */

struct pki_crl {
	struct span whole, tbs;
	uint32_t version; /* 1 or 2 ... */
	struct pki_algorithm inner, outer;
	struct span issuer;
	struct pki_time this_update, next_update;
	bool has_next;
	bool has_entries; /* the field is there, perhaps with nothing in it */
	struct span entries; /* its content */
	size_t n_entries;
	struct pki_extensions extensions;
	struct span signature;

	/* From the extensions, when they are there and could be read. */
	struct span aki;
	bool has_number, has_base, has_idp;
	struct span number, base; /* INTEGERs' contents; base: of a delta */
	struct span idp;          /* the extension's value */
	struct span point;        /* distributionPoint, its octets; or none */
	bool users, cas, attributes, indirect, some_reasons;
	struct span freshest; /* DistributionPoints of deltas */
	bool freshest_more;   /* they have more than a name */
};

enum crl_status {
	CRL_GOOD,
	CRL_REVOKED,
	CRL_REMOVED, /* of a delta: no longer on it (removeFromCRL) */
};

enum {
	REASON_UNSPECIFIED = 0,
	REASON_HOLD = 6,
	REASON_REMOVE = 8,
	REASON_LAST = 10,
	REASON_NONE = -1,
};

struct crl_entry {
	enum crl_status status;
	int reason; /* REASON_NONE: the entry has none */
	struct pki_time date;
};

/* Reads, adding der.* and crl.structure; false: nothing in it may be used. */
bool crl_read(struct pki_crl *, struct span der, struct pki_findings *);

/* All checks of the list by itself. */
void crl_judge(const struct pki_crl *, struct pki_findings *);

/*
 * crl.begun, crl.fresh, crl.signer, crl.signature, with its issuer's
 * certificate.  True when the list may be used.
 */
bool crl_judge_issued(const struct pki_crl *, const struct pki_certificate *,
    struct wall at, struct pki_findings *);

/* crl.name, crl.scope: does the list speak of this certificate? */
bool crl_judge_scope(const struct pki_crl *, const struct pki_certificate *,
    struct pki_findings *);
bool crl_has_issuer(const struct pki_crl *, struct span name);

/* What the list says of a certificate of this issuer. */
struct crl_entry crl_find(
    const struct pki_crl *, struct span issuer, struct span serial);

/*
 * crl.delta.issuer to crl.delta.same: may the two be combined?  With one
 * number they need not be: then they have to say the same.
 */
bool crl_judge_delta(const struct pki_crl *delta, const struct pki_crl *base,
    struct pki_findings *);
/* crl.sequence: the number of a later list is higher. */
bool crl_judge_sequence(const struct pki_crl *older,
    const struct pki_crl *newer, struct pki_findings *);

/* One entry, and what its extensions say. */
struct crl_told {
	struct span serial; /* the INTEGER's content */
	struct pki_time date;
	bool sound, duplicate, unknown_critical;
	int reason;         /* REASON_NONE: there is none */
	struct span issuer; /* named by this entry; or none */
};

struct crl_walk {
	struct der list;
	struct der_bad bad;
};

struct crl_walk crl_walk(const struct pki_crl *);
bool crl_walk_next(struct crl_walk *, struct crl_told *);

/* True for an extension of lists that is understood here. */
bool crl_processes(enum oid);
const char *reason_name(int reason);

#endif
