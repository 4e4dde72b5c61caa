/* SPDX-License-Identifier: MIT */
/*
 * trust - whom to believe: certificates and lists that were sent along, and
 * what they say of one who has signed.
 *
 * A certificate has to be good when it was used, lists have to be fresh when
 * one asks.  An issuer that has no list there is not asked about.
 */
#ifndef REFERENCE_SEAL_TRUST_H
#define REFERENCE_SEAL_TRUST_H

#include <stdbool.h>

#include <openssl/types.h>
#include <openssl/x509.h>

#include "lib/clock.h"
#include "lib/err.h"
#include "lib/span.h"

struct seal_trust {
	STACK_OF(X509) * anchors, *certificates;
	STACK_OF(X509_CRL) * lists;
};

/*
 * All PEM; certificates and lists may be empty.  ERR_CONFIG: not all of it is
 * what it should be.  To be freed either way.
 */
bool seal_trust_read(struct seal_trust *, struct span anchors,
    struct span certificates, struct span lists, struct err *);
void seal_trust_free(struct seal_trust *);

/* NULL: it is no certificate, or there is something behind it. */
X509 *trust_certificate(struct span der);
bool trust_is_sm2(X509 *);
/* The same; else OpenSSL takes the identifier of SM2 signers to be empty. */
X509 *trust_identified(X509 *);

struct trust_ask {
	const struct seal_trust *trust;
	X509 *cert;
	const STACK_OF(X509) * more; /* issuers to choose from; or NULL */
	struct wall used, now;
};

/* What is wrong, each by itself; nothing is: may be believed. */
struct trust_found {
	const char *chain; /* why there is none; or NULL */
	bool invalid;      /* out of its validity when it was used */
	bool revoked;      /* when it was used */
	bool since;        /* has ended, or was revoked, after that */
	bool unusable;     /* lists are there, none of which may be believed */
	bool unasked;      /* there are no lists */
	bool usage;        /* not a key for signatures */
	bool stamps;       /* a key for time stamps, and that alone */
};

void trust_judge(const struct trust_ask *, struct trust_found *);

/* Whole seconds in UTC, as DER has them; false: another form. */
bool trust_time(const ASN1_TIME *, struct wall *);

#endif
