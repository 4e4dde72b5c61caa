/* SPDX-License-Identifier: MIT */
/*
 * pki/policy - is a certificate policy valid for a whole path (RFC 5280
 * 6.1.3 (d)-(f), 6.1.4 (a), (b), (h)-(j), 6.1.5 (a), (b))?
 *
 * The user accepts any policy, so all that has to be known of the
 * valid_policy_tree is which policies its deepest nodes expect next, and
 * whether anyPolicy is one of them: no node above is ever asked for again.
 */
#ifndef CONFORMANCE_PKI_POLICY_H
#define CONFORMANCE_PKI_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conformance/pki/certificate.h"

#define POLICY_MOST 256

struct policy_set {
	struct span at[POLICY_MOST];
	size_t n;
	bool any;
};

struct policy {
	struct policy_set expected; /* empty without any: the tree is NULL */
	bool overflow;              /* there were more policies than fit */
	int64_t explicit_policy, inhibit_any, mapping;
};

void policy_start(struct policy *, size_t certificates, bool explicit_policy);
/* Certificate i of a path; last: it is the one that the path is for. */
void policy_take(struct policy *, const struct pki_certificate *, bool last);
/* No policy is asked for, or there is a valid one. */
bool policy_holds(const struct policy *);
/* Is a policy required by now? */
bool policy_required(const struct policy *);

#endif
