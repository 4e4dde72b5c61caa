/* SPDX-License-Identifier: MIT */
/* What a service that speaks HTTP is asked, as its trade is. */
#include "conformance/doctor_inner.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

/* What OpenSSL has made, and frees it. */
static bool
add_der(struct buf *to, unsigned char *der, int n)
{
	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	ERR_clear_error();
	return n > 0;
}

/* The first certificate of the file that has issued x; any when x is NULL. */
static X509 *
find_in(const char *path, const X509 *x)
{
	BIO *bio = path == NULL ? NULL : BIO_new_file(path, "r");
	char unasked[] = ""; /* nobody is, for a passphrase */
	X509 *found = NULL;

	while (bio != NULL &&
	       (found = PEM_read_bio_X509(bio, NULL, NULL, unasked)) != NULL &&
	       x != NULL &&
	       X509_NAME_cmp(X509_get_subject_name(found),
		   X509_get_issuer_name(x)) != 0) {
		X509_free(found);
		found = NULL;
	}
	BIO_free(bio);
	ERR_clear_error();
	return found;
}

/* One that was handed over, else one that nobody has issued. */
static OCSP_CERTID *
certificate_id(const struct profile *p)
{
	X509_NAME *nobody;
	ASN1_BIT_STRING *key;
	ASN1_INTEGER *serial;
	OCSP_CERTID *id = NULL;

	for (size_t i = 0; i < p->pki.n_certificates && id == NULL; i++) {
		X509 *x = find_in(p->pki.certificates[i].file, NULL);
		X509 *ca = x == NULL ? NULL : find_in(p->pki.issuers, x);

		if (ca != NULL)
			id = OCSP_cert_to_id(EVP_sha1(), x, ca);
		X509_free(ca);
		X509_free(x);
	}
	if (id != NULL)
		return id;
	nobody = X509_NAME_new();
	key = ASN1_BIT_STRING_new();
	serial = ASN1_INTEGER_new();
	if (nobody != NULL && key != NULL && serial != NULL &&
	    ASN1_INTEGER_set(serial, 1) == 1)
		id = OCSP_cert_id_new(EVP_sha1(), nobody, key, serial);
	X509_NAME_free(nobody);
	ASN1_BIT_STRING_free(key);
	ASN1_INTEGER_free(serial);
	return id;
}

/* RFC 6960 4.1.1 */
static bool
ask_status(const struct profile *p, struct buf *to)
{
	OCSP_REQUEST *r = OCSP_REQUEST_new();
	OCSP_CERTID *id = certificate_id(p);
	unsigned char *der = NULL;
	int n = -1;

	if (r != NULL && id != NULL && OCSP_request_add0_id(r, id) != NULL) {
		id = NULL; /* the request's now */
		n = i2d_OCSP_REQUEST(r, &der);
	}
	OCSP_CERTID_free(id);
	OCSP_REQUEST_free(r);
	return add_der(to, der, n);
}

/* RFC 3161 2.4.1, of random octets */
static bool
ask_stamp(const struct profile *p, struct buf *to)
{
	TS_REQ *r = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	unsigned char hash[32], *der = NULL;
	int n = -1;

	(void)p;
	if (r != NULL && imprint != NULL && algorithm != NULL &&
	    RAND_bytes(hash, sizeof hash) == 1 &&
	    X509_ALGOR_set0(
		algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
	    TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
	    TS_MSG_IMPRINT_set_msg(imprint, hash, sizeof hash) == 1 &&
	    TS_REQ_set_version(r, 1) == 1 &&
	    TS_REQ_set_msg_imprint(r, imprint) == 1)
		n = i2d_TS_REQ(r, &der);
	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
	TS_REQ_free(r);
	return add_der(to, der, n);
}

static const struct doctor_trade trades[] = {
	/* clang-format off */
	{ "ocsp", "application/ocsp-request",	ask_status,
	    "application/ocsp-response" },
	{ "tsa",  "application/timestamp-query", ask_stamp,
	    "application/timestamp-reply" },
	{ "crl",  NULL,				NULL,
	    "application/pkix-crl" },
	/* clang-format on */
};

const struct doctor_trade *
doctor_trade(const char *service)
{
	for (size_t i = 0; i < sizeof trades / sizeof trades[0]; i++)
		if (strcmp(trades[i].service, service) == 0)
			return &trades[i];
	return NULL;
}

/* ---- operations of bindings ---- */

/* Those that change nothing, and what they take. */
static const struct probe {
	const char *operation;
	struct operation_value values[2];
} probes[] = {
	{ "session.challenge", { { NULL, NULL } } }, /* its user: who asks */
	{ "digest.compute", { { "data", "eWFuc2hvdQ==" }, { NULL, NULL } } },
};

static bool
says_password(const struct profile_operation *o)
{
	bool says = strstr(o->path, "${password") != NULL ||
		    strstr(o->body, "${password") != NULL;

	for (size_t i = 0; i < o->n_headers; i++)
		says = says || strstr(o->headers[i], "${password") != NULL ||
		       strstr(o->headers[i], "${basic") != NULL;
	return says;
}

bool
doctor_probe(const struct profile *p, const struct profile_endpoint *e,
    struct wording *words)
{
	for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
		const struct profile_operation *o =
		    profile_operation(p, probes[i].operation);

		if (o == NULL || strcmp(o->service, e->service) != 0 ||
		    p->n_accounts == 0 ||
		    (e->tls == PROFILE_TLS_NONE && says_password(o)))
			continue;
		*words = (struct wording){ .account = &p->accounts[0],
			.as = o,
			.values = probes[i].values };
		return true;
	}
	return false;
}
