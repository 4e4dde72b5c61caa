/* SPDX-License-Identifier: MIT */
/*
 * pki/ocsp - an OCSP answer, who gave it, and about which certificate
 * (RFC 6960).
 *
 * Spans point into the octets that were given.
 */
#ifndef CONFORMANCE_PKI_OCSP_H
#define CONFORMANCE_PKI_OCSP_H

#include <stdbool.h>

#include "conformance/pki/certificate.h"

#define OCSP_MOST         (1 << 20) /* octets; a longer one is not read */
#define OCSP_CERTIFICATES 8         /* of those that it brings are read */

enum ocsp_status {
	OCSP_GOOD,
	OCSP_REVOKED,
	OCSP_UNKNOWN,
	OCSP_SILENT, /* it says nothing about this certificate */
};

struct pki_ocsp {
	struct span whole, tbs;
	uint32_t response; /* responseStatus; 0: successful */
	struct span type;  /* OID; empty when there are no responseBytes */
	bool basic;        /* all that follows could be read */
	uint32_t version;
	struct span by_name, by_key; /* the ResponderID: one of them */
	struct pki_time produced;
	struct span singles; /* content of the SEQUENCE OF SingleResponse */
	size_t n_singles;
	struct pki_extensions extensions;
	struct span nonce; /* the extension's value, with its OCTET STRING */
	bool has_nonce;
	struct pki_algorithm algorithm;
	struct span signature;
	struct span certificates[OCSP_CERTIFICATES];
	size_t n_certificates;
};

/* One answer within it. */
struct ocsp_single {
	enum ocsp_status status;
	struct pki_algorithm digest;
	struct span name_hash, key_hash, serial;
	struct pki_time revoked, this_update, next_update;
	bool has_next;
	int reason; /* REASON_NONE of crl.h: there is none */
	struct pki_extensions extensions;
};

/* Reads, adding der.* and ocsp.structure; false: nothing may be used. */
bool ocsp_read(struct pki_ocsp *, struct span der, struct pki_findings *);

/* All checks of the answer by itself. */
void ocsp_judge(const struct pki_ocsp *, struct pki_findings *);

/*
 * Who answered, and may it: ocsp.responder to ocsp.signature, with the
 * certificate of the CA that is asked about.  others: where to look for the
 * responder's certificate besides.  True when the answer may be believed.
 */
bool ocsp_judge_issued(const struct pki_ocsp *,
    const struct pki_certificate *issuer,
    const struct pki_certificate *const *others, size_t n, struct wall at,
    struct pki_findings *);

/* ocsp.nonce: the one that was sent. */
bool ocsp_judge_nonce(
    const struct pki_ocsp *, struct span sent, struct pki_findings *);

/* Does it speak of this certificate of this issuer?  Adds nothing. */
bool ocsp_is_about(const struct pki_ocsp *, const struct pki_certificate *,
    const struct pki_certificate *issuer, struct ocsp_single *);

/* ocsp.certid, ocsp.begun, ocsp.fresh, ocsp.reason.  True: it counts. */
bool ocsp_judge_single(const struct pki_ocsp *, const struct pki_certificate *,
    const struct pki_certificate *issuer, struct wall at, struct ocsp_single *,
    struct pki_findings *);

#endif
