/* SPDX-License-Identifier: MIT */
/*
 * ca - a certificate authority: in each algorithm a root, an issuing CA
 * below it, an OCSP responder and a time stamping authority.
 *
 * Keys and all that is issued are in the store; what was issued or revoked
 * stays so.  Everything that is done is recorded in a log whose records are
 * chained and signed (reference/ca/log.h).
 */
#ifndef REFERENCE_CA_CA_H
#define REFERENCE_CA_CA_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/types.h>

#include "lib/clock.h"
#include "lib/err.h"
#include "reference/ca/key.h"
#include "reference/ca/template.h"
#include "reference/fault.h"
#include "reference/store.h"
#include "reference/store_ca.h"
#include "reference/variant.h"

/* Who signs. */
enum ca_party {
	CA_ROOT,
	CA_ISSUING,
	CA_RESPONDER,
	CA_STAMPER,
	CA_REGISTRAR, /* answers by CMP */
	CA_PARTIES
};

/* Whose serial numbers and CRLs there are: a root or an issuing CA. */
#define CA_ISSUERS (2 * CA_ALGORITHMS)

static inline int
ca_issuer(enum ca_algorithm a, enum ca_party p)
{
	return 2 * (int)a + (p == CA_ROOT ? 0 : 1);
}

struct ca_signer {
	EVP_PKEY *key;
	X509 *cert;
};

struct ca {
	struct store *store;
	struct ca_signer signers[CA_ALGORITHMS][CA_PARTIES];
	EVP_PKEY *log_key; /* SM2; its certificate is "log" */
	char *base_ca, *base_crl, *base_ocsp; /* "http://127.0.0.1:8080" */
	const struct world *world;            /* who may ask by CMP; or NULL */
	enum fault fault;
	enum variant variant;
	bool gone; /* by a fault: CMP has no answers any more */
};

struct ca_options {
	const char *base_ca, *base_crl, *base_ocsp;
	enum fault fault;
	enum variant variant;
	const struct world *world; /* outlives it; NULL: nobody */
};

/*
 * Makes what the store does not have yet; the store outlives it.  Where the
 * places have changed, certificates that name them are issued anew.
 */
struct ca *ca_open(
    struct store *, const struct ca_options *, struct wall now, struct err *);
void ca_close(struct ca *);

/* "sm2-root", "sm2": names of CRLs and of certificates to fetch. */
void ca_issuer_name(int issuer, char name[16]);
bool ca_issuer_find(const char *name, int *issuer);
const struct ca_signer *ca_issuer_signer(const struct ca *, int issuer);

/* What somebody wants; key is the subject's. */
struct ca_request {
	enum ca_algorithm algorithm; /* of the CA */
	enum ca_class class;
	const char *name; /* by which the store knows it: "sm2-alice-signing" */
	const char *subject, *alt;
	EVP_PKEY *key;
	int days;               /* 0: what the class has */
	const X509_NAME *whole; /* instead of the subject; or NULL */
	time_t until;           /* instead of days; or 0 */
	bool plain; /* neither flaw nor oddity: it is to log in with */
	/* by CMP (reference/store_ca.h); or NULL */
	const struct store_ca_certificate *kept;
};

/* On true the certificate is kept; *out (or NULL) is the caller's. */
bool ca_issue(struct ca *, const struct ca_request *, const char *who,
    struct wall now, X509 **out, struct err *);

/*
 * The key of that name, which is made when there is none; n says which of
 * the RSA keys it is to be.
 */
bool ca_key_open(struct ca *, const char *name, enum ca_algorithm, size_t n,
    EVP_PKEY **, struct err *);
/* The last one of that name, or NULL. */
X509 *ca_certificate_named(const struct ca *, const char *name);

/*
 * Reasons of RFC 5280 5.3.1.  A certificate on hold may be resumed or
 * revoked; one that is revoked stays so: ERR_PROTOCOL.
 */
enum {
	CA_UNSPECIFIED = 0,
	CA_KEY_COMPROMISE = 1,
	CA_COMPROMISE = 2,
	CA_SUPERSEDED = 4,
	CA_CESSATION = 5,
	CA_CERTIFICATE_HOLD = 6,
	CA_REMOVE_FROM_CRL = 8,
};
bool ca_revoke(struct ca *, int issuer, const char *serial, int reason,
    const char *who, struct wall now, struct err *);
bool ca_resume(struct ca *, int issuer, const char *serial, const char *who,
    struct wall now, struct err *);

/* A certificate that was given to be confirmed counts from now on. */
bool ca_confirm(struct ca *, const struct store_ca_certificate *,
    const char *who, struct wall now, struct err *);

/* "7A01..." of a serial number. */
void ca_serial_text(const ASN1_INTEGER *, char text[STORE_CA_SERIAL]);

/* ---- what is handed over to be judged ---- */

struct ca_sample {
	const char *name, *class, *status;
};

/* Sample n: its name is ALGORITHM-name; false when there are no more. */
bool ca_sample(size_t n, enum ca_algorithm *, struct ca_sample *);
/* The name of the entry it is published in; false: in none. */
bool ca_sample_place(const struct ca *, size_t n, struct buf *dn);
/*
 * DIR/ALGORITHM-root.pem, DIR/issuers.pem and DIR/NAME.pem of all samples.
 */
bool ca_write(const struct ca *, const char *dir, struct err *);

#endif
