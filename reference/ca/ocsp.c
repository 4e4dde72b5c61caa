/* SPDX-License-Identifier: MIT */
#include "reference/ca/ocsp.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "reference/ca/flaw_status.h"

enum {
	LIFETIME_S = 3600,
	ASKED_MOST = 100, /* certificates in a request */
	NONCE_MOST = 128, /* RFC 9654 2.1 */
};

/* ---- whom it is about ---- */

/* Is the CertID one of this issuer?  RFC 6960 4.1.1. */
static bool
is_issued_by(OCSP_CERTID *id, const struct ca_signer *s)
{
	ASN1_OBJECT *algorithm;
	const EVP_MD *digest;
	OCSP_CERTID *ours;
	bool same;

	OCSP_id_get0_info(NULL, &algorithm, NULL, NULL, id);
	digest = EVP_get_digestbyobj(algorithm);
	if (digest == NULL)
		return false;
	ours = OCSP_cert_to_id(digest, NULL, s->cert);
	same = ours != NULL && OCSP_id_issuer_cmp(id, ours) == 0;
	OCSP_CERTID_free(ours);
	return same;
}

static bool
issuer_of(const struct ca *ca, OCSP_CERTID *id, int *issuer)
{
	for (*issuer = 0; *issuer < CA_ISSUERS; (*issuer)++)
		if (is_issued_by(id, ca_issuer_signer(ca, *issuer)))
			return true;
	return false;
}

static const struct ca_signer *
responder_of(const struct ca *ca, int issuer)
{
	if (ca->variant == VARIANT_OCSP_BY_CA)
		return ca_issuer_signer(ca, issuer);
	if (ca->fault == FAULT_OCSP_BY_STAMPER)
		return &ca->signers[issuer / 2][CA_STAMPER];
	return &ca->signers[issuer / 2]
			   [issuer % 2 == 0 ? CA_ROOT : CA_RESPONDER];
}

/* ---- what is said ---- */

static ASN1_TIME *
time_of(struct wall when, int after_s)
{
	return ASN1_GENERALIZEDTIME_set(
	    NULL, (time_t)(when.us / 1000000 + after_s));
}

/* CERT-F-12: what an answer says of one certificate. */
static bool
add_single(OCSP_BASICRESP *basic, const struct ca *ca, int issuer,
    OCSP_CERTID *id, struct wall now)
{
	struct store_ca_certificate c = { .status = STORE_CA_GOOD };
	char serial[STORE_CA_SERIAL];
	ASN1_INTEGER *number;
	ASN1_TIME *from = time_of(now, 0), *to = time_of(now, LIFETIME_S);
	ASN1_TIME *since;
	int status = V_OCSP_CERTSTATUS_UNKNOWN, reason;
	bool ok;

	OCSP_id_get0_info(NULL, NULL, NULL, &number, id);
	ca_serial_text(number, serial);
	if (is_issued_by(id, ca_issuer_signer(ca, issuer)) &&
	    store_ca_find(ca->store, issuer, serial, &c))
		status = c.status == STORE_CA_GOOD ? V_OCSP_CERTSTATUS_GOOD
						   : V_OCSP_CERTSTATUS_REVOKED;
	reason = c.reason == CA_UNSPECIFIED ? -1 : c.reason;
	ca_flaw_ocsp_status(ca, basic, &c, &status, &reason);
	since = time_of(c.changed, 0);
	ok = ca_flaw_ocsp_single(ca,
	    OCSP_basic_add1_status(basic, id, status, reason,
		status == V_OCSP_CERTSTATUS_REVOKED ? since : NULL, from,
		ca->variant == VARIANT_OCSP_WITHOUT_NEXT ? NULL : to),
	    now);
	ASN1_TIME_free(since);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return ok;
}

/* A delegated responder's certificate goes along. */
static bool
sign(OCSP_BASICRESP *basic, const struct ca *ca, int issuer)
{
	const struct ca_signer *s = responder_of(ca, issuer);
	EVP_MD_CTX *ctx = ca_signer_new(s->key);
	const bool alone = issuer % 2 == 0 || ca->variant == VARIANT_OCSP_BY_CA;
	const unsigned long how =
	    (alone ? OCSP_NOCERTS : 0) |
	    (ca->variant == VARIANT_OCSP_BY_KEY ? OCSP_RESPID_KEY : 0);
	const bool ok =
	    ctx != NULL &&
	    (ca_flaw_ocsp_sign(ca->fault, basic, s, how) ||
		OCSP_basic_sign_ctx(basic, s->cert, ctx, NULL, how) == 1);

	ca_signer_free(ctx);
	return ok;
}

static OCSP_BASICRESP *
answer(const struct ca *ca, int issuer, OCSP_REQUEST *request, struct wall now)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	const int n = ca->fault == FAULT_OCSP_FIRST_ONLY
			  ? 1
			  : OCSP_request_onereq_count(request);
	bool ok = basic != NULL &&
		  (ca->fault == FAULT_OCSP_NONCE_DROPPED ||
		      OCSP_copy_nonce(basic, request) >= 0) &&
		  ca_flaw_ocsp_basic(ca->fault, basic);

	for (int i = 0; ok && i < n; i++)
		ok = add_single(basic, ca, issuer,
		    OCSP_onereq_get0_id(OCSP_request_onereq_get0(request, i)),
		    now);
	if (ok && sign(basic, ca, issuer))
		return basic;
	OCSP_BASICRESP_free(basic);
	return NULL;
}

/* ---- what is asked ---- */

static bool
is_nonce_good(enum fault fault, OCSP_REQUEST *request)
{
	const int least = fault == FAULT_OCSP_NONCE_SHORT ? 32 : 1;
	const int most = fault == FAULT_OCSP_NONCE_LONG ? 4096 : NONCE_MOST;
	const int at =
	    OCSP_REQUEST_get_ext_by_NID(request, NID_id_pkix_OCSP_Nonce, -1);
	const unsigned char *p;
	ASN1_OCTET_STRING *whole, *nonce;
	bool ok;

	if (at < 0)
		return true;
	whole = X509_EXTENSION_get_data(OCSP_REQUEST_get_ext(request, at));
	p = ASN1_STRING_get0_data(whole);
	nonce = d2i_ASN1_OCTET_STRING(NULL, &p, ASN1_STRING_length(whole));
	ok = nonce != NULL && ASN1_STRING_length(nonce) >= least &&
	     ASN1_STRING_length(nonce) <= most;
	ASN1_OCTET_STRING_free(nonce);
	return ok;
}

/* NULL when it is none, or one with anything behind it. */
static OCSP_REQUEST *
read_request(enum fault fault, struct span bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.ptr;
	OCSP_REQUEST *r =
	    bytes.len == 0 ? NULL : d2i_OCSP_REQUEST(NULL, &p, (long)bytes.len);
	int n;

	ERR_clear_error();
	if (r == NULL)
		return NULL;
	n = OCSP_request_onereq_count(r);
	if (p == (const unsigned char *)bytes.ptr + bytes.len && n >= 1 &&
	    n <= ASKED_MOST && is_nonce_good(fault, r))
		return r;
	OCSP_REQUEST_free(r);
	return NULL;
}

/* RFC 6960 2.3: which of the answers it is. */
static int
respond(const struct ca *ca, OCSP_REQUEST *request, struct wall now,
    OCSP_BASICRESP **basic)
{
	OCSP_CERTID *first;
	int issuer;

	if (request == NULL)
		return ca->fault == FAULT_OCSP_MALFORMED_IS_ERROR
			   ? OCSP_RESPONSE_STATUS_INTERNALERROR
			   : OCSP_RESPONSE_STATUS_MALFORMEDREQUEST;
	first = OCSP_onereq_get0_id(OCSP_request_onereq_get0(request, 0));
	/* RFC 5019 2.2.3: about others' certificates nothing can be said */
	if (!issuer_of(ca, first, &issuer)) {
		if (ca->fault != FAULT_OCSP_STRANGER_GOOD &&
		    ca->variant != VARIANT_OCSP_STRANGER_UNKNOWN)
			return OCSP_RESPONSE_STATUS_UNAUTHORIZED;
		issuer = ca_issuer(CA_SM2, CA_ISSUING);
	}
	if (ca->fault == FAULT_OCSP_TRY_LATER &&
	    issuer == ca_issuer(CA_P256, CA_ISSUING))
		return OCSP_RESPONSE_STATUS_TRYLATER;
	*basic = answer(ca, issuer, request, now);
	return *basic == NULL ? OCSP_RESPONSE_STATUS_INTERNALERROR
			      : OCSP_RESPONSE_STATUS_SUCCESSFUL;
}

void
ca_ocsp(struct ca *ca, struct span bytes, struct wall now, struct buf *to)
{
	OCSP_REQUEST *request = read_request(ca->fault, bytes);
	OCSP_BASICRESP *basic = NULL;
	const int status = respond(ca, request, now, &basic);
	OCSP_RESPONSE *r = OCSP_response_create(status, basic);
	unsigned char *der = NULL;
	const int n = r == NULL ? -1 : i2d_OCSP_RESPONSE(r, &der);

	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	ca_flaw_ocsp_served(ca->fault, bytes, to);
	OPENSSL_free(der);
	OCSP_RESPONSE_free(r);
	OCSP_BASICRESP_free(basic);
	OCSP_REQUEST_free(request);
	ERR_clear_error();
}
