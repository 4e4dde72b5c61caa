/* SPDX-License-Identifier: MIT */
/*
 * pki/cmp - a message of the Certificate Management Protocol, and what it
 * says in answer to another (RFC 4210, RFC 4211).
 *
 * Requests and answers are read alike.  Spans point into the octets that were
 * given.
 */
#ifndef CONFORMANCE_PKI_CMP_H
#define CONFORMANCE_PKI_CMP_H

#include <stdbool.h>

#include "conformance/pki/certificate.h"

#define CMP_MOST         (1 << 20) /* octets; a longer one is not read */
#define CMP_CERTIFICATES 8         /* of extraCerts are kept */
#define CMP_ITEMS        8         /* of requests and responses likewise */
#define CMP_ROUNDS       100000    /* of a MAC's key; no more are computed */

/* Numbers of the choices of PKIBody (5.1.2). */
enum cmp_body {
	CMP_IR = 0,
	CMP_IP = 1,
	CMP_CR = 2,
	CMP_CP = 3,
	CMP_P10CR = 4,
	CMP_KUR = 7,
	CMP_KUP = 8,
	CMP_RR = 11,
	CMP_RP = 12,
	CMP_PKICONF = 19,
	CMP_GENM = 21,
	CMP_GENP = 22,
	CMP_ERROR = 23,
	CMP_CERTCONF = 24,
	CMP_POLLREQ = 25,
	CMP_POLLREP = 26,
	CMP_BODIES
};

/* PKIStatus (5.2.3) */
enum {
	CMP_ACCEPTED = 0,
	CMP_WITH_MODS = 1,
	CMP_REJECTION = 2,
	CMP_WAITING = 3,
	CMP_REVOCATION_WARNING = 4,
	CMP_REVOCATION_NOTIFICATION = 5,
	CMP_STATUSES = 7,
};

/* Bits of PKIFailureInfo that a case asks for. */
enum {
	CMP_BAD_POP = 9,
	CMP_TRANSACTION_IN_USE = 21,
	CMP_UNSUPPORTED_VERSION = 22,
	CMP_FAILURES = 27,
};

struct cmp_status {
	uint32_t status;
	bool has_failure;
	uint32_t failure; /* 1 << n for bit n */
	bool undefined;   /* a bit is set that is not defined */
	bool padded;      /* zero bits stand at the end, which is not DER */
	struct span text; /* the first of statusString */
};

/*
 * One of ir, cr, p10cr, kur, of ip, cp, kup, of rp, certConf, pollReq and
 * pollRep: what it has of these.
 */
struct cmp_item {
	int32_t id;      /* certReqId */
	struct span key; /* what a SubjectPublicKeyInfo holds */
	bool has_key;
	struct span subject;
	bool has_subject;
	struct cmp_status status;
	bool has_status;
	struct span certificate;
	bool encrypted; /* another kind of certificate than a plain one */
	struct span hash;
	uint32_t after; /* checkAfter, seconds */
};

struct pki_cmp {
	struct span whole;
	struct span header, body; /* their octets */
	struct span covered;      /* both: what protection covers */
	uint32_t version;
	struct general sender, recipient;
	bool has_time;
	struct pki_time time;
	bool has_algorithm, has_protection;
	struct pki_algorithm algorithm;
	struct span protection;
	struct span sender_key, recipient_key;
	struct span transaction, nonce, back; /* back: the recipNonce */
	bool has_transaction, has_nonce, has_back;
	bool implicit; /* implicitConfirm is there */
	struct span certificates[CMP_CERTIFICATES];
	size_t n_certificates;

	unsigned type; /* enum cmp_body */
	struct cmp_item items[CMP_ITEMS];
	size_t n_items; /* of those kept */
	bool more;      /* there were more */
};

struct cmp_ask {
	const struct pki_cmp *request; /* NULL: nothing is known of it */
	/* What a pollReq is for: the application; NULL: it is the request. */
	const struct pki_cmp *applied;
	struct span key; /* cmp_mac_key() of the answer, or none */
	/* Where to look for the signer's certificate besides. */
	const struct pki_certificate *const *others;
	size_t n_others;
};

/* "ip", "pkiconf"; and of a status: "rejection". */
const char *cmp_body_name(unsigned type);
const char *cmp_status_name(uint32_t status);
/* "badPOP, badRequest", or "none". */
#define CMP_TEXT 256
void cmp_failure_text(const struct cmp_status *, char text[CMP_TEXT]);
/* "ip, rejection: badPOP" */
void cmp_text(const struct pki_cmp *, char text[CMP_TEXT]);

/* Reads, adding der.* and cmp.structure; false: nothing may be used. */
bool cmp_read_message(struct pki_cmp *, struct span der, struct pki_findings *);

/* cmp.*: of the message by itself, and as the answer to the request. */
void cmp_judge(
    const struct pki_cmp *, const struct cmp_ask *, struct pki_findings *);
/* Of that, what concerns protection. */
void cmp_judge_protection(
    const struct pki_cmp *, const struct cmp_ask *, struct pki_findings *);

/*
 * The key that the message's MAC was made with, if "secret" is what is
 * shared; gives its octets, or 0 when there is no such MAC.
 */
size_t cmp_mac_key(
    const struct pki_cmp *, struct span secret, char key[DIGEST_MOST]);
/* SIGNATURE_GOOD when protection verifies with that key. */
enum signature cmp_mac_verify(const struct pki_cmp *, struct span key);

/*
 * Whose key has signed the message, among the certificates it brings (then
 * read into *found) and the others; NULL when it is nobody of these.
 */
const struct pki_certificate *cmp_signer(const struct pki_cmp *,
    const struct cmp_ask *, struct pki_certificate *found);

/*
 * The status of a refusal: an error, or a rejection.  NULL: it is none, or one
 * has to wait.
 */
const struct cmp_status *cmp_refusal(const struct pki_cmp *);
/* The first response that brings a certificate; NULL when there is none. */
const struct cmp_item *cmp_granted(const struct pki_cmp *);

#endif
