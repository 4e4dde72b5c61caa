/* SPDX-License-Identifier: MIT */
/*
 * cmp - requests of the Certificate Management Protocol, right ones and wrong
 * ones (RFC 4210, RFC 4211).
 *
 * What is not set is as it ought to be; what is set may be anything, so that
 * a case can say what no client would.
 *
 *	EVP_PKEY *key = key_new(OWN_P256);
 *
 *	cmp_compose(&(struct cmp_message){ .body = CMP_IR, .key = key,
 *	    .subject = subject, .kid = SPAN("alice"), .secret = secret,
 *	    .transaction = id, .nonce = nonce }, &der);
 */
#ifndef CONFORMANCE_CLIENT_CMP_H
#define CONFORMANCE_CLIENT_CMP_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"

/* How possession of the key is shown. */
enum cmp_pop {
	CMP_POP_SIGNED,
	CMP_POP_WRONG,       /* signed, then one bit turned over */
	CMP_POP_OTHER_KEY,   /* signed, with a key of nobody's */
	CMP_POP_ABSENT,      /* not at all */
	CMP_POP_RA_VERIFIED, /* "the RA has verified it" */
};

enum cmp_protection {
	CMP_AS_GIVEN,    /* MAC when there is a secret, else signature */
	CMP_UNPROTECTED, /* neither algorithm nor bits */
	CMP_SPOILT,      /* as given, then one bit turned over */
};

#define CMP_NO_REASON (-1)

struct cmp_message {
	unsigned body;      /* enum cmp_body of conformance/pki/cmp.h */
	unsigned version;   /* 0: 2 */
	struct span sender; /* a Name; none: the empty one */
	struct span recipient;
	struct span transaction, nonce, back; /* none: left out */
	bool implicit;                        /* asks for implicitConfirm */

	/* Who sends it: either of the two. */
	struct span kid, secret;
	EVP_PKEY *signer;
	struct span certificate; /* of who signs; goes into extraCerts */
	enum cmp_protection protection;

	/* ir, cr, kur, p10cr */
	EVP_PKEY *key;
	struct span subject; /* a Name */
	int32_t id;          /* certReqId; likewise of certConf, pollReq */
	enum cmp_pop pop;
	/* kur: oldCertID; rr: what is to be revoked */
	struct span issuer, serial; /* a Name; an INTEGER's content */
	int reason;                 /* rr; CMP_NO_REASON: none */
	/* certConf */
	struct span confirmed; /* the certificate */
	bool wrong_hash;
	bool rejected; /* we do not want it */
};

/* False when OpenSSL could not. */
bool cmp_compose(const struct cmp_message *, struct buf *der);

#endif
