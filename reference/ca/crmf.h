/* SPDX-License-Identifier: MIT */
/*
 * crmf - requests for certificates (RFC 4211), and PKCS #10: what is wanted,
 * and whether who wants it has the key.
 */
#ifndef REFERENCE_CA_CRMF_H
#define REFERENCE_CA_CRMF_H

#include <openssl/x509.h>

#include "reference/ca/cmp_message.h"

/* CertTemplate: NULL where nothing is said. */
struct crmf_template {
	ASN1_INTEGER *serial;
	X509_NAME *issuer, *subject;
	ASN1_TIME *from, *until;
	X509_PUBKEY *key;
	X509_EXTENSIONS *extensions;
};

enum crmf_pop {
	CRMF_POP_NONE,
	CRMF_POP_RA_VERIFIED,
	CRMF_POP_SIGNATURE,
	CRMF_POP_OTHER,
};

struct crmf_request {
	int64_t id;
	struct crmf_template wanted;
	ASN1_INTEGER *old_serial; /* control oldCertID */
	X509_NAME *old_issuer;
	enum crmf_pop pop;
	X509_ALGOR *pop_algorithm;
	bool pop_input; /* poposkInput is there */
	struct span signature;
	struct span signed_part; /* CertRequest as it came */
	X509_REQ *p10;           /* instead of all of that but wanted */
};

/* False, and nothing to free, when it is none. */
bool crmf_read_template(struct span octets, struct crmf_template *);
void crmf_free_template(struct crmf_template *);

/* One CertReqMsg, whole; or a CertificationRequest. */
bool crmf_read(struct span octets, struct crmf_request *);
bool crmf_read_p10(struct span octets, struct crmf_request *);
void crmf_free(struct crmf_request *);

/* Is it proven that who asks has the key? */
bool crmf_proven(struct crmf_request *);

/*
 * A signature under an algorithm of ours with that key: ECDSA and RSA with
 * SHA-2, SM2 with SM3 and the identifier.
 */
bool crmf_signed(
    const X509_ALGOR *, EVP_PKEY *, struct span what, struct span signature);

#endif
