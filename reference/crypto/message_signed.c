/* SPDX-License-Identifier: MIT */
/*
 * Signed data: RFC 2315 9.
 */
#include "reference/crypto/message.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "reference/crypto/flaw.h"
#include "reference/crypto/message_inner.h"

enum { SM3_SIZE = 32 };

static struct span
span_of_string(const ASN1_STRING *s)
{
	return (struct span){ (const char *)ASN1_STRING_get0_data(s),
		(size_t)ASN1_STRING_length(s) };
}

static bool
sm3(struct span data, unsigned char digest[SM3_SIZE])
{
	return EVP_Digest(data.ptr, data.len, digest, NULL, EVP_sm3(), NULL) ==
	       1;
}

/* ---- making ---- */

/* What is signed in place of the content, where it is: RFC 2315 9.2. */
static bool
add_attributes(PKCS7_SIGNER_INFO *si, struct span data, struct wall now)
{
	unsigned char digest[SM3_SIZE];
	ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)(now.us / 1000000));
	const bool ok =
	    sm3(data, digest) &&
	    PKCS7_add_attrib_content_type(si, OBJ_txt2obj(MESSAGE_DATA, 1)) ==
		1 &&
	    PKCS7_add1_attrib_digest(si, digest, sizeof digest) == 1 &&
	    PKCS7_add0_attrib_signing_time(si, time) == 1;

	if (!ok)
		ASN1_TIME_free(time);
	return ok;
}

/* The octets that are signed: all attributes as a SET, or the content. */
static bool
set_signature(PKCS7_SIGNER_INFO *si, const struct crypto *crypto, EVP_PKEY *key,
    struct span data)
{
	unsigned char *der = NULL;
	const int n = si->auth_attr == NULL
			  ? 0
			  : ASN1_item_i2d((ASN1_VALUE *)si->auth_attr, &der,
				ASN1_ITEM_rptr(PKCS7_ATTR_SIGN));
	struct buf signature;
	bool ok;

	buf_init(&signature, 1024);
	if (n > 0)
		data = (struct span){ (const char *)der, (size_t)n };
	ok = n >= 0 && crypto_flaw_sign(crypto, key, data, &signature) &&
	     ASN1_STRING_set(
		 si->enc_digest, signature.data, (int)signature.len) == 1;
	OPENSSL_free(der);
	buf_free(&signature);
	return ok;
}

static PKCS7_SIGNER_INFO *
signer_info(const struct crypto *crypto, const struct ca_signer *s,
    struct span data, struct wall now)
{
	PKCS7_SIGNER_INFO *si = PKCS7_SIGNER_INFO_new();
	const bool ok = si != NULL && ASN1_INTEGER_set(si->version, 1) == 1 &&
			message_set_party(si->issuer_and_serial, s->cert) &&
			message_set_algorithm(si->digest_alg,
			    crypto_flaw_digest(crypto), crypto) &&
			message_set_algorithm(si->digest_enc_alg,
			    crypto->variant == VARIANT_MESSAGE_SM2_WITH_SM3
				? MESSAGE_SM2_WITH_SM3
				: MESSAGE_SM2_SIGNS,
			    crypto) &&
			(crypto->variant != VARIANT_MESSAGE_ATTRIBUTES ||
			    add_attributes(si, data, now)) &&
			set_signature(si, crypto, s->key, data);

	if (ok)
		return si;
	PKCS7_SIGNER_INFO_free(si);
	return NULL;
}

static bool
set_content(PKCS7 *content, struct span data)
{
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	ASN1_TYPE *any = ASN1_TYPE_new();
	const bool ok =
	    ASN1_OCTET_STRING_set(
		octets, (const unsigned char *)data.ptr, (int)data.len) == 1;

	ASN1_TYPE_set(any, V_ASN1_OCTET_STRING, octets);
	content->type = OBJ_txt2obj(MESSAGE_DATA, 1);
	content->d.other = any;
	return ok;
}

bool
message_sign(const struct crypto *crypto, struct span data, struct wall now,
    struct buf *to)
{
	const struct ca_signer *s = crypto_flaw_signer(crypto);
	PKCS7_SIGNER_INFO *si = signer_info(crypto, s, data, now);
	PKCS7_SIGNED *p = PKCS7_SIGNED_new();
	X509_ALGOR *digest = X509_ALGOR_new();
	unsigned char *der = NULL;
	int n = -1;

	if (si != NULL && ASN1_INTEGER_set(p->version, 1) == 1 &&
	    message_set_algorithm(digest, crypto_flaw_digest(crypto), crypto) &&
	    set_content(p->contents, crypto_flaw_content(crypto, data)) &&
	    X509_up_ref(s->cert) == 1) {
		sk_X509_ALGOR_push(p->md_algs, digest);
		digest = NULL;
		p->cert = sk_X509_new_null();
		sk_X509_push(p->cert, s->cert);
		sk_PKCS7_SIGNER_INFO_push(p->signer_info, si);
		si = NULL;
		n = ASN1_item_i2d(
		    (ASN1_VALUE *)p, &der, ASN1_ITEM_rptr(PKCS7_SIGNED));
	}
	X509_ALGOR_free(digest);
	PKCS7_SIGNER_INFO_free(si);
	PKCS7_SIGNED_free(p);
	return message_wrap(
	    crypto_flaw_type(crypto, MESSAGE_SIGNED), der, n, to);
}

/* ---- verifying ---- */

static X509 *
certificate_of(const PKCS7_SIGNED *p, const PKCS7_SIGNER_INFO *si)
{
	for (int i = 0; i < sk_X509_num(p->cert); i++)
		if (message_is_party(
			si->issuer_and_serial, sk_X509_value(p->cert, i)))
			return sk_X509_value(p->cert, i);
	return NULL;
}

/* RFC 2315 9.2: both of them are there, and say what is so. */
static bool
attributes_fit(const struct crypto *crypto, PKCS7_SIGNER_INFO *si,
    const ASN1_OBJECT *type, struct span data)
{
	const ASN1_TYPE *said =
	    PKCS7_get_signed_attribute(si, NID_pkcs9_contentType);
	const ASN1_OCTET_STRING *digest =
	    PKCS7_digest_from_attributes(si->auth_attr);
	unsigned char is[SM3_SIZE];

	return said != NULL && said->type == V_ASN1_OBJECT &&
	       OBJ_cmp(said->value.object, type) == 0 && digest != NULL &&
	       sm3(data, is) &&
	       (crypto->fault == FAULT_MESSAGE_DIGEST_IGNORED ||
		   span_eq(span_of_string(digest),
		       (struct span){ (const char *)is, sizeof is }));
}

static bool
signer_verifies(const struct crypto *crypto, const PKCS7_SIGNED *p,
    PKCS7_SIGNER_INFO *si, struct span data)
{
	X509 *cert = certificate_of(p, si);
	unsigned char *der = NULL;
	struct span what = data;
	bool ok = cert != NULL && X509_get0_pubkey(cert) != NULL &&
		  message_is(si->digest_alg->algorithm, MESSAGE_SM3);
	int n;

	if (ok && sk_X509_ATTRIBUTE_num(si->auth_attr) > 0) {
		n = ASN1_item_i2d((ASN1_VALUE *)si->auth_attr, &der,
		    ASN1_ITEM_rptr(PKCS7_ATTR_VERIFY));
		what =
		    (struct span){ (const char *)der, n > 0 ? (size_t)n : 0 };
		ok = n > 0 &&
		     attributes_fit(crypto, si, p->contents->type, data);
	}
	ok = ok && (ca_verify(X509_get0_pubkey(cert), what,
			span_of_string(si->enc_digest)) ||
		       crypto->fault == FAULT_MESSAGE_SIGNATURE_IGNORED);
	OPENSSL_free(der);
	return ok;
}

enum message_found
message_verify(
    const struct crypto *crypto, struct span message, struct buf *data)
{
	PKCS7_SIGNED *p = message_unwrap(
	    message, MESSAGE_SIGNED, ASN1_ITEM_rptr(PKCS7_SIGNED));
	const ASN1_TYPE *content;
	bool ok;

	if (p == NULL)
		return MESSAGE_NONE;
	content = message_is(p->contents->type, MESSAGE_DATA)
		      ? p->contents->d.other
		      : NULL;
	ok = content != NULL && content->type == V_ASN1_OCTET_STRING &&
	     sk_PKCS7_SIGNER_INFO_num(p->signer_info) > 0;
	if (ok)
		buf_add(data, span_of_string(content->value.octet_string));
	for (int i = 0; ok && i < sk_PKCS7_SIGNER_INFO_num(p->signer_info); i++)
		ok = signer_verifies(crypto, p,
		    sk_PKCS7_SIGNER_INFO_value(p->signer_info, i),
		    buf_span(data));
	PKCS7_SIGNED_free(p);
	ERR_clear_error();
	return ok ? MESSAGE_GOOD : MESSAGE_BAD;
}
