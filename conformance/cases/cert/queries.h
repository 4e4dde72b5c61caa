/* SPDX-License-Identifier: MIT */
/*
 * queries - OCSP requests about the certificates that were handed over (RFC
 * 6960).  told.h reads back what was answered.
 *
 *	answer-N	each of them, as conformance/client/web.h files it
 *	answer-N.nonce	what was sent as one
 *	answers		how many; answer-N.of, .also, .at: of whom, when
 */
#ifndef CONFORMANCE_CASES_CERT_QUERIES_H
#define CONFORMANCE_CASES_CERT_QUERIES_H

#include "conformance/cases/status.h"
#include "conformance/pki/ocsp.h"

#define QUERIES 48

/* clang-format off */
#define OCSP_CASE(name, more, cite, en, zh, ask, how) \
	{ \
		.id = name, \
		.verifies = CERT_F_12, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:ocsp pki:certificates" more, \
		.service = "ocsp", \
		.collect = ask, \
		.judge = how, \
	}
/* clang-format on */

/* How it is asked. */
struct query {
	const struct issued *of, *also; /* also NULL: of one only */
	const char *digest;             /* of the CertID; NULL: SHA1 */
	size_t nonce;                   /* octets; 0: none */
	bool get;
};

/* Asks, and files it under "name". */
void query_ask(struct trial *, struct web *, const struct issued_set *,
    const char *name, const struct query *);
/* The same with octets of the caller's. */
void query_post(struct trial *, struct web *, const char *name, struct span);

/*
 * The same thing done right, as "control": whoever refuses everything proves
 * nothing by refusing what is odd.
 */
void query_control(struct trial *, struct web *, const struct issued_set *);

/*
 * In collect(): about each of those that were handed over, or about each and
 * another one of its issuer; and the control.
 */
bool queries_collect_as(struct trial *, struct query how, bool two);
/* By POST, about one at a time. */
bool queries_collect(struct trial *);

/* Certificates that are asked about: those of CAs are answered elsewhere. */
bool query_is_for(const struct issued_set *, const struct issued *);

#endif
