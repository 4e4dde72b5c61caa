/* SPDX-License-Identifier: MIT */
#include "reference/ca/tsa.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include "lib/mem.h"
#include "reference/ca/flaw_status.h"

#define POLICY "2.999.3161.1" /* an example's: we are one */

enum { ACCURACY_S = 1 };

/* RFC 3161 2.4.2 PKIFailureInfo: the bits. */
enum refusal {
	REFUSED_NOT = -1,
	REFUSED_ALGORITHM = 0,
	REFUSED_REQUEST = 2,
	REFUSED_FORMAT = 5,
	REFUSED_POLICY = 15,
	REFUSED_EXTENSION = 16,
	REFUSED_FAILURE = 25,
};

/* ---- what is asked ---- */

static enum refusal
judge_imprint(enum fault fault, TS_REQ *r)
{
	TS_MSG_IMPRINT *imprint = TS_REQ_get_msg_imprint(r);
	const X509_ALGOR *algorithm = TS_MSG_IMPRINT_get_algo(imprint);
	const ASN1_OBJECT *oid;
	const EVP_MD *digest;
	const void *parameters;
	int type;

	X509_ALGOR_get0(&oid, &type, &parameters, algorithm);
	digest = EVP_get_digestbyobj(oid);
	if (digest == NULL && fault == FAULT_TSA_ANY_ALGORITHM)
		return REFUSED_NOT;
	if (ca_flaw_tsa_refuses(fault, digest))
		return REFUSED_ALGORITHM;
	/* nobody should have a stamp on MD5 or SHA-1 any more */
	if (digest == NULL || EVP_MD_get_size(digest) < 28)
		return REFUSED_ALGORITHM;
	if (ASN1_STRING_length(TS_MSG_IMPRINT_get_msg(imprint)) !=
	    EVP_MD_get_size(digest))
		return REFUSED_FORMAT;
	return REFUSED_NOT;
}

static enum refusal
judge(enum fault fault, TS_REQ *r)
{
	char policy[64];

	if (r == NULL || TS_REQ_get_version(r) != 1)
		return REFUSED_REQUEST;
	if (TS_REQ_get_policy_id(r) != NULL && fault != FAULT_TSA_ANY_POLICY) {
		OBJ_obj2txt(policy, sizeof policy, TS_REQ_get_policy_id(r), 1);
		if (strcmp(policy, POLICY) != 0)
			return REFUSED_POLICY;
	}
	if (TS_REQ_get_ext_count(r) > 0 && fault != FAULT_TSA_ANY_EXTENSION)
		return REFUSED_EXTENSION;
	return judge_imprint(fault, r);
}

/* ---- TSTInfo ---- */

static bool
set_accuracy(TS_TST_INFO *info)
{
	TS_ACCURACY *a = TS_ACCURACY_new();
	ASN1_INTEGER *s = ASN1_INTEGER_new();
	const bool ok = ASN1_INTEGER_set(s, ACCURACY_S) &&
			TS_ACCURACY_set_seconds(a, s) &&
			TS_TST_INFO_set_accuracy(info, a);

	ASN1_INTEGER_free(s);
	TS_ACCURACY_free(a);
	return ok;
}

static bool
set_tsa(TS_TST_INFO *info, X509 *cert)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	bool ok;

	name->type = GEN_DIRNAME;
	name->d.directoryName = X509_NAME_dup(X509_get_subject_name(cert));
	ok = TS_TST_INFO_set_tsa(info, name) == 1;
	GENERAL_NAME_free(name);
	return ok;
}

/* CERT-F-16: what a stamp says. */
static TS_TST_INFO *
info_of(const struct ca *ca, TS_REQ *r, X509 *tsa, struct wall now)
{
	TS_TST_INFO *info = TS_TST_INFO_new();
	ASN1_GENERALIZEDTIME *time =
	    ASN1_GENERALIZEDTIME_set(NULL, (time_t)(now.us / 1000000));
	ASN1_OBJECT *policy = OBJ_txt2obj(POLICY, 1);
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	const ASN1_INTEGER *nonce = TS_REQ_get_nonce(r);
	const bool ok =
	    ca_serial(serial) && TS_TST_INFO_set_version(info, 1) &&
	    TS_TST_INFO_set_policy_id(info, policy) &&
	    TS_TST_INFO_set_msg_imprint(info, TS_REQ_get_msg_imprint(r)) &&
	    TS_TST_INFO_set_serial(info, serial) &&
	    TS_TST_INFO_set_time(info, time) &&
	    (ca->variant == VARIANT_TSA_WITHOUT_ACCURACY ||
		set_accuracy(info)) &&
	    (ca->variant == VARIANT_TSA_WITHOUT_NAME || set_tsa(info, tsa)) &&
	    (nonce == NULL || ca->fault == FAULT_TSA_NONCE_DROPPED ||
		TS_TST_INFO_set_nonce(info, nonce)) &&
	    ca_flaw_tsa_info(ca, info, now);

	ASN1_GENERALIZEDTIME_free(time);
	ASN1_INTEGER_free(serial);
	ASN1_OBJECT_free(policy);
	if (ok)
		return info;
	TS_TST_INFO_free(info);
	return NULL;
}

/* ---- SignedData, RFC 5652 5 ---- */

/* What is signed: contentType, messageDigest, the signing certificate. */
static bool
set_attributes(enum fault fault, PKCS7_SIGNER_INFO *si, X509 *cert,
    const EVP_MD *digest, struct span info)
{
	unsigned char octets[EVP_MAX_MD_SIZE], *der = NULL;
	unsigned n = 0;
	ESS_SIGNING_CERT_V2 *ess =
	    OSSL_ESS_signing_cert_v2_new_init(digest, cert, NULL, 0);
	const int len = ess == NULL ? -1 : i2d_ESS_SIGNING_CERT_V2(ess, &der);
	ASN1_STRING *value = ASN1_STRING_new();
	const bool ok =
	    len > 0 &&
	    EVP_Digest(info.ptr, info.len, octets, &n, digest, NULL) == 1 &&
	    ca_flaw_tsa_digest(fault, octets) &&
	    PKCS7_add_attrib_content_type(
		si, OBJ_nid2obj(NID_id_smime_ct_TSTInfo)) == 1 &&
	    PKCS7_add1_attrib_digest(si, octets, (int)n) == 1 &&
	    ASN1_STRING_set(value, der, len) == 1 &&
	    (fault == FAULT_TSA_WITHOUT_SIGNER ||
		PKCS7_add_signed_attribute(si,
		    NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE,
		    value) == 1);

	if (!ok || fault == FAULT_TSA_WITHOUT_SIGNER)
		ASN1_STRING_free(value);
	OPENSSL_free(der);
	ESS_SIGNING_CERT_V2_free(ess);
	return ok;
}

static bool
sign(enum fault fault, PKCS7_SIGNER_INFO *si, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	const int n = ASN1_item_i2d(
	    (ASN1_VALUE *)si->auth_attr, &der, ASN1_ITEM_rptr(PKCS7_ATTR_SIGN));
	struct buf signature;
	bool ok;

	buf_init(&signature, 4096);
	ok = n > 0 &&
	     ca_flaw_tsa_sign(fault, key,
		 (struct span){ (const char *)der, (size_t)n }, &signature) &&
	     ASN1_STRING_set(
		 si->enc_digest, signature.data, (int)signature.len) == 1;
	OPENSSL_free(der);
	buf_free(&signature);
	return ok;
}

static PKCS7_SIGNER_INFO *
signer_info(enum fault fault, const struct ca_signer *s, struct span info)
{
	PKCS7_SIGNER_INFO *si = PKCS7_SIGNER_INFO_new();
	const EVP_MD *digest = ca_digest_of(s->key);
	const bool ok =
	    si != NULL && ASN1_INTEGER_set(si->version, 1) &&
	    X509_NAME_set(&si->issuer_and_serial->issuer,
		X509_get_issuer_name(s->cert)) &&
	    ASN1_STRING_copy(si->issuer_and_serial->serial,
		X509_get0_serialNumber(s->cert)) &&
	    ca_set_algorithm(si->digest_alg, EVP_MD_get_type(digest)) &&
	    ca_set_algorithm(si->digest_enc_alg, ca_signature_nid(s->key)) &&
	    set_attributes(fault, si, s->cert, digest, info) &&
	    sign(fault, si, s->key);

	if (ok)
		return si;
	PKCS7_SIGNER_INFO_free(si);
	return NULL;
}

/* The content is TSTInfo, as an OCTET STRING. */
static PKCS7 *
content_of(struct span info)
{
	PKCS7 *p = PKCS7_new();
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	ASN1_TYPE *other = ASN1_TYPE_new();

	ASN1_OCTET_STRING_set(
	    octets, (const unsigned char *)info.ptr, (int)info.len);
	ASN1_TYPE_set(other, V_ASN1_OCTET_STRING, octets);
	p->type = OBJ_nid2obj(NID_id_smime_ct_TSTInfo);
	p->d.other = other;
	return p;
}

static PKCS7 *
token_of(enum fault fault, const struct ca_signer *s, struct span info,
    bool with_cert)
{
	PKCS7 *p = PKCS7_new();
	PKCS7_SIGNER_INFO *si = signer_info(fault, s, info);
	X509_ALGOR *digest = X509_ALGOR_new();
	bool ok =
	    si != NULL && PKCS7_set_type(p, NID_pkcs7_signed) == 1 &&
	    ca_set_algorithm(digest, EVP_MD_get_type(ca_digest_of(s->key)));

	if (ok) {
		ASN1_INTEGER_set(p->d.sign->version, 3); /* RFC 5652 5.1 */
		sk_X509_ALGOR_push(p->d.sign->md_algs, digest);
		sk_PKCS7_SIGNER_INFO_push(p->d.sign->signer_info, si);
		ok = PKCS7_set_content(p, content_of(info)) == 1 &&
		     (!with_cert || PKCS7_add_certificate(p, s->cert) == 1);
		if (ok)
			return p;
	} else {
		X509_ALGOR_free(digest);
		PKCS7_SIGNER_INFO_free(si);
	}
	PKCS7_free(p);
	return NULL;
}

/* ---- answers ---- */

static bool
granted(const struct ca *ca, TS_REQ *r, const struct ca_signer *s,
    struct wall now, struct buf *to)
{
	TS_TST_INFO *info = info_of(ca, r, s->cert, now);
	TS_RESP *resp = TS_RESP_new();
	TS_STATUS_INFO *status = TS_STATUS_INFO_new();
	unsigned char *der = NULL, *whole = NULL;
	const int n = info == NULL ? -1 : i2d_TS_TST_INFO(info, &der);
	PKCS7 *token = NULL;
	int len = -1;

	if (n > 0)
		token = token_of(ca->fault, s,
		    (struct span){ (const char *)der, (size_t)n },
		    ca_flaw_tsa_encloses(
			ca->fault, TS_REQ_get_cert_req(r) != 0));
	if (token != NULL &&
	    TS_STATUS_INFO_set_status(
		status, ca->variant == VARIANT_TSA_WITH_MODS ? 1 : 0) == 1 &&
	    TS_RESP_set_status_info(resp, status) == 1) {
		TS_RESP_set_tst_info(resp, token, info); /* takes both */
		token = NULL;
		info = NULL;
		len = i2d_TS_RESP(resp, &whole);
	}
	if (len > 0)
		buf_add(to, (struct span){ (const char *)whole, (size_t)len });
	OPENSSL_free(whole);
	OPENSSL_free(der);
	PKCS7_free(token);
	TS_TST_INFO_free(info);
	TS_STATUS_INFO_free(status);
	TS_RESP_free(resp);
	return len > 0;
}

/*
 * SEQUENCE { SEQUENCE { INTEGER rejection(2), BIT STRING } }: OpenSSL has no
 * way to set the bits.
 */
static void
refused(enum refusal why, struct buf *to)
{
	unsigned char bits[8];
	const size_t octets = (size_t)why / 8 + 1;
	const unsigned char head[] = { 0x30, (unsigned char)(8 + octets), 0x30,
		(unsigned char)(6 + octets), 0x02, 0x01, 0x02, 0x03,
		(unsigned char)(1 + octets), (unsigned char)(7 - why % 8) };

	memset(bits, 0, sizeof bits);
	bits[why / 8] = (unsigned char)(0x80 >> why % 8);
	buf_add(to, (struct span){ (const char *)head, sizeof head });
	buf_add(to, (struct span){ (const char *)bits, octets });
}

void
ca_stamp(struct ca *ca, enum ca_algorithm algorithm, struct span bytes,
    struct wall now, struct buf *to)
{
	const unsigned char *p = (const unsigned char *)bytes.ptr;
	TS_REQ *r =
	    bytes.len == 0 ? NULL : d2i_TS_REQ(NULL, &p, (long)bytes.len);
	enum refusal why;

	if (r != NULL && p != (const unsigned char *)bytes.ptr + bytes.len) {
		TS_REQ_free(r);
		r = NULL;
	}
	why = judge(ca->fault, r);
	if (why == REFUSED_NOT &&
	    !granted(ca, r,
		&ca->signers[algorithm][ca->fault == FAULT_TSA_BY_RESPONDER
					    ? CA_RESPONDER
					    : CA_STAMPER],
		now, to))
		why = REFUSED_FAILURE;
	if (why != REFUSED_NOT)
		refused(why, to);
	ca_flaw_tsa_served(ca->fault, bytes, to);
	TS_REQ_free(r);
	ERR_clear_error();
}
