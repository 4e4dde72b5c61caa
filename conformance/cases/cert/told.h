/* SPDX-License-Identifier: MIT */
/*
 * told - what was answered to queries_collect(), and the status that it gives.
 */
#ifndef CONFORMANCE_CASES_CERT_TOLD_H
#define CONFORMANCE_CASES_CERT_TOLD_H

#include "conformance/cases/cert/queries.h"

struct told {
	char *name;
	const struct issued *of, *also, *issuer;
	struct span nonce; /* that was sent; or none */
	struct web_answer answer;
	bool there;    /* with status 200 */
	bool readable; /* it has the structure of an answer */
	struct pki_ocsp ocsp;
	struct ocsp_single single;
};

struct told_set {
	struct issued_set set; /* of the certificates that were asked about */
	struct told at[QUERIES];
	size_t n;
};

/*
 * Back from the evidence, with all findings of each: by itself, by its
 * responder, and about the certificate.  To be given to told_close() in any
 * case.
 */
bool told_open(struct trial *, struct told_set *, struct pki_findings *);
void told_close(struct told_set *);
/* Need: each was answered. */
bool told_need(struct trial *, const struct told_set *);

/* Need: query_control() has an answer. */
bool control_need(struct trial *);

/* In judge(): this of each answer.  Need: each was answered. */
void told_judge(
    struct trial *, void (*claim)(struct trial *, const struct told *));
/* The same of what may be refused.  Need: the control has an answer. */
void told_judge_controlled(
    struct trial *, void (*claim)(struct trial *, const struct told *));

/* "good"; or why there is no status. */
const char *told_status(const struct told *);
/* Claim: its status is the one that the profile gives to the certificate. */
void told_claim_status(struct trial *, const struct told *, const char *clause);

#endif
