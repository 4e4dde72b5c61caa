/* SPDX-License-Identifier: MIT */
/*
 * template - what a certificate of each class says: the one place for it.
 */
#ifndef REFERENCE_CA_TEMPLATE_H
#define REFERENCE_CA_TEMPLATE_H

#include <stdbool.h>
#include <time.h>

#include <openssl/types.h>

#include "lib/clock.h"
#include "reference/ca/key.h"

enum ca_class {
	CA_CLASS_ROOT,
	CA_CLASS_CA,
	CA_CLASS_SIGNING,
	CA_CLASS_ENCRYPTION,
	CA_CLASS_SERVER,
	CA_CLASS_OCSP,
	CA_CLASS_TSA,
	CA_CLASS_CMP,
	CA_CLASSES
};

/* Values as X509V3_EXT_nconf() reads them; NULL: not there. */
struct ca_template {
	const char *class;
	int days;
	const char *basic, *usage, *extended, *policies;
	bool identified; /* authority key identifier: all but the root */
	bool located;    /* where its CRL, its issuer and OCSP are */
	bool nocheck;    /* RFC 6960 4.2.2.2.1 */
};

extern const struct ca_template ca_templates[CA_CLASSES];

/* Who asks for it, and where things are. */
struct ca_order {
	enum ca_class class;
	const char *name;         /* commonName */
	const X509_NAME *subject; /* the whole of it, instead; or NULL */
	const char *alt;          /* "DNS:...", or NULL */
	EVP_PKEY *key;            /* of the subject */
	int days;                 /* 0: what the class has */
	time_t until;             /* instead of days; or 0 */
	struct wall now;
	const char *crl, *issuer, *ocsp; /* URIs; NULL: not there */
};

/*
 * An unsigned certificate; issuer NULL: its own.  Serial numbers are positive
 * and of 16 random octets.
 */
X509 *ca_fill(const struct ca_order *, X509 *issuer);

#endif
