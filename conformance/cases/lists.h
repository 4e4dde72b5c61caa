/* SPDX-License-Identifier: MIT */
/*
 * lists - CRLs, fetched from where the certificates say that they are, or
 * else from the endpoint.
 *
 *	list-N		each of them, as conformance/client/web.h files it
 *	again-N		the same once more
 *	delta-N		deltas, from where those lists say that they are
 *	list, again, delta	how many; list-N.url and list-N.at: from where, when
 */
#ifndef CONFORMANCE_CASES_LISTS_H
#define CONFORMANCE_CASES_LISTS_H

#include "conformance/cases/status.h"
#include "conformance/pki/crl.h"

#define LISTS 24

/* clang-format off */
#define CRL_CASE(name, at, cite, en, zh, ask, how) \
	{ \
		.id = name, \
		.verifies = CERT_F_11, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:crl pki:certificates", \
		.service = "crl", \
		.collect = ask, \
		.judge = how, \
	}
/* clang-format on */

struct list {
	char *name;
	const char *url;
	struct web_answer answer;
	struct wall at;
	bool there;    /* with status 200 */
	bool readable; /* it has the structure of a CRL */
	struct pki_crl crl;
	const struct pki_certificate *issuer; /* NULL: none of those known */
};

struct lists {
	struct issued_set set; /* of the certificates that name them */
	struct list at[LISTS];
	size_t n;
};

bool lists_collect(struct trial *);
/* The lists that these name, as "list"; none where no endpoint is of CRLs. */
bool lists_collect_for(
    struct trial *, const struct pki_certificate *const *, size_t n);
bool lists_collect_twice(struct trial *);
bool lists_collect_deltas(struct trial *);

/*
 * Back from the evidence ("list" or "again"), with all findings of each: by
 * itself, and with its issuer.  To be given to lists_close() in any case.
 */
bool lists_open(
    struct trial *, const char *as, struct lists *, struct pki_findings *);
void lists_close(struct lists *);
/* Need: there are deltas to be had; likewise. */
bool lists_open_deltas(struct trial *, struct lists *, struct pki_findings *);

/* Does one of these DistributionPoints name this place? */
bool lists_point_at(struct span points, const char *url);

/* A complete list that speaks of this certificate; or NULL. */
const struct list *lists_about(
    const struct lists *, const struct pki_certificate *);
/*
 * What the list about it says.  Need: there is one, made when that was asked
 * (the fact KEY) or later; an older one need not know of it yet.
 */
bool lists_entry(struct trial *, const struct lists *,
    const struct pki_certificate *, const char *key, struct crl_entry *);

/* Need: each that is within reach is there. */
bool lists_need(struct trial *, const struct lists *);

#endif
