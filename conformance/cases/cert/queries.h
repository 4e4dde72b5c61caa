/* SPDX-License-Identifier: MIT */
/*
 * queries - OCSP requests about the certificates that were handed over, and
 * what was answered (RFC 6960).
 *
 *	answer-N	each of them, as conformance/client/web.h files it
 *	answer-N.nonce	what was sent as one
 *	answers		how many; answer-N.of, .also, .at: of whom, when
 */
#ifndef CONFORMANCE_CASES_CERT_QUERIES_H
#define CONFORMANCE_CASES_CERT_QUERIES_H

#include "conformance/cases/cert/status.h"
#include "conformance/pki/ocsp.h"

#define QUERIES 48

/* How it is asked. */
struct query {
	const struct issued *of, *also; /* also NULL: of one only */
	const char *digest;             /* of the CertID: "SHA1" */
	size_t nonce;                   /* octets; 0: none */
	bool get;
};

/* The octets of a request; false, and said: OpenSSL could not. */
bool query_write(struct trial *, const struct issued_set *,
    const struct query *, struct span nonce, struct buf *der);
/* Asks, and files it under "name". */
void query_ask(struct trial *, struct web *, const struct issued_set *,
    const char *name, const struct query *);
/* The same with octets of the caller's. */
void query_post(struct trial *, struct web *, const char *name, struct span);

/*
 * The same thing done right, as "control": whoever refuses everything proves
 * nothing by refusing what is odd.  Need: it has an answer.
 */
void query_control(struct trial *, struct web *, const struct issued_set *);
bool control_need(struct trial *);

/* Certificates that are asked about: those of CAs are answered elsewhere. */
bool query_is_for(const struct issued_set *, const struct issued *);

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
	struct told at[QUERIES];
	size_t n;
};

/*
 * Back from the evidence, with all findings of each: by itself, by its
 * responder, and about the certificate.
 */
bool told_open(struct trial *, const struct issued_set *, struct told_set *,
    struct pki_findings *);
void told_close(struct told_set *);
/* Need: each was answered. */
bool told_need(struct trial *, const struct told_set *);

#endif
