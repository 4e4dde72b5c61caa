/* SPDX-License-Identifier: MIT */
#include "reference/seal/stamp.h"

#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>

#include "lib/mem.h"
#include "reference/ca/key.h"
#include "reference/seal/ses.h"

struct stamp {
	PKCS7 *token;
	TS_TST_INFO *info;
	PKCS7_SIGNER_INFO *signer; /* the one there is */
	struct span content;       /* TSTInfo, its octets */
};

/* ---- what it is ---- */

static PKCS7 *
read_token(struct span der)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	PKCS7 *t = d2i_PKCS7(NULL, &p, (long)der.len);

	if (t == NULL || p == (const unsigned char *)der.ptr + der.len)
		return t;
	PKCS7_free(t);
	return NULL;
}

/* Status 0 and 1: granted (RFC 3161 2.4.2). */
static PKCS7 *
read_response(struct span der)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	TS_RESP *r = d2i_TS_RESP(NULL, &p, (long)der.len);
	PKCS7 *t = NULL;
	long status;

	if (r == NULL)
		return NULL;
	status = ASN1_INTEGER_get(
	    TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(r)));
	if (p == (const unsigned char *)der.ptr + der.len && status >= 0 &&
	    status <= 1 && TS_RESP_get_token(r) != NULL)
		t = PKCS7_dup(TS_RESP_get_token(r));
	TS_RESP_free(r);
	return t;
}

/* Signed data around a TSTInfo, by one signer; all of them are hostile. */
static bool
is_stamp(struct stamp *s)
{
	const PKCS7 *t = s->token;
	const PKCS7_SIGNED *d;
	const ASN1_TYPE *content;

	if (!PKCS7_type_is_signed(t) || t->d.sign == NULL)
		return false;
	d = t->d.sign;
	if (d->contents == NULL ||
	    OBJ_obj2nid(d->contents->type) != NID_id_smime_ct_TSTInfo ||
	    sk_PKCS7_SIGNER_INFO_num(d->signer_info) != 1)
		return false;
	content = d->contents->d.other;
	if (content == NULL || content->type != V_ASN1_OCTET_STRING)
		return false;
	s->content = ses_octets(content->value.octet_string);
	s->signer = sk_PKCS7_SIGNER_INFO_value(d->signer_info, 0);
	for (int i = 0; i < sk_X509_num(d->cert); i++)
		trust_identified(sk_X509_value(d->cert, i));
	return s->content.len > 0;
}

static TS_TST_INFO *
read_info(struct span der)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	TS_TST_INFO *info = d2i_TS_TST_INFO(NULL, &p, (long)der.len);

	if (info == NULL || p == (const unsigned char *)der.ptr + der.len)
		return info;
	TS_TST_INFO_free(info);
	return NULL;
}

struct stamp *
ses_stamp_read(struct span der)
{
	struct stamp *s;

	if (der.len == 0)
		return NULL;
	s = mem_new(1, sizeof *s);
	s->token = read_token(der);
	if (s->token == NULL)
		s->token = read_response(der);
	if (s->token != NULL && is_stamp(s))
		s->info = read_info(s->content);
	ERR_clear_error();
	if (s->info != NULL)
		return s;
	stamp_free(s);
	return NULL;
}

void
stamp_free(struct stamp *s)
{
	if (s == NULL)
		return;
	TS_TST_INFO_free(s->info);
	PKCS7_free(s->token);
	free(s);
}

/* ---- what it says ---- */

bool
stamp_time(const struct stamp *s, struct wall *at)
{
	return trust_time(TS_TST_INFO_get_time(s->info), at);
}

static bool
digest_is(const ASN1_OBJECT *algorithm, struct span what, struct span digest)
{
	const EVP_MD *md = EVP_get_digestbyobj(algorithm);
	unsigned char octets[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	return md != NULL && EVP_MD_get_size(md) >= 28 &&
	       EVP_Digest(what.ptr, what.len, octets, &n, md, NULL) == 1 &&
	       span_eq(digest, (struct span){ (const char *)octets, n });
}

bool
stamp_is_of(const struct stamp *s, struct span what)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(s->info);
	const ASN1_OBJECT *algorithm;

	X509_ALGOR_get0(
	    &algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	return digest_is(
	    algorithm, what, ses_octets(TS_MSG_IMPRINT_get_msg(imprint)));
}

/* ---- who says so ---- */

const STACK_OF(X509) * stamp_certificates(const struct stamp *s)
{
	return s->token->d.sign->cert;
}

X509 *
ses_stamp_signer(const struct stamp *s, const struct seal_trust *t)
{
	const STACK_OF(X509) *
	    where[] = { stamp_certificates(s), t->certificates };
	PKCS7_ISSUER_AND_SERIAL *id = s->signer->issuer_and_serial;
	X509 *x = NULL;

	for (int i = 0; x == NULL && i < 2; i++)
		if (where[i] != NULL)
			x = X509_find_by_issuer_and_serial(
			    (STACK_OF(X509) *)(uintptr_t)where[i], id->issuer,
			    id->serial);
	return x;
}

/* RFC 5652 5.4: contentType and messageDigest are signed. */
static bool
attributes_fit(const struct stamp *s)
{
	const ASN1_TYPE *type =
	    PKCS7_get_signed_attribute(s->signer, NID_pkcs9_contentType);
	ASN1_OCTET_STRING *digest =
	    PKCS7_digest_from_attributes(s->signer->auth_attr);

	return type != NULL && type->type == V_ASN1_OBJECT &&
	       OBJ_obj2nid(type->value.object) == NID_id_smime_ct_TSTInfo &&
	       digest != NULL &&
	       digest_is(s->signer->digest_alg->algorithm, s->content,
		   ses_octets(digest));
}

/* RFC 5816: the certificate is named by what is signed. */
static bool
names_its_signer(const struct stamp *s, X509 *signer)
{
	const ASN1_TYPE *a = PKCS7_get_signed_attribute(
	    s->signer, NID_id_smime_aa_signingCertificateV2);
	ESS_SIGNING_CERT_V2 *ess = NULL;
	STACK_OF(X509) *alone = sk_X509_new_null();
	const unsigned char *p;
	bool ok = false;

	sk_X509_push(alone, signer);
	if (a != NULL && a->type == V_ASN1_SEQUENCE) {
		p = ASN1_STRING_get0_data(a->value.sequence);
		ess = d2i_ESS_SIGNING_CERT_V2(
		    NULL, &p, ASN1_STRING_length(a->value.sequence));
	}
	if (ess != NULL)
		ok = OSSL_ESS_check_signing_certs(NULL, ess, alone, 1) == 1;
	ESS_SIGNING_CERT_V2_free(ess);
	sk_X509_free(alone);
	ERR_clear_error();
	return ok;
}

bool
stamp_verifies(const struct stamp *s, X509 *signer)
{
	EVP_PKEY *key = X509_get0_pubkey(signer);
	const EVP_MD *md =
	    EVP_get_digestbyobj(s->signer->digest_alg->algorithm);
	unsigned char *der = NULL;
	int n = -1;
	bool ok = key != NULL && md != NULL &&
		  sk_X509_ATTRIBUTE_num(s->signer->auth_attr) > 0 &&
		  attributes_fit(s) && names_its_signer(s, signer);

	if (ok)
		n = ASN1_item_i2d((ASN1_VALUE *)s->signer->auth_attr, &der,
		    ASN1_ITEM_rptr(PKCS7_ATTR_VERIFY));
	ok =
	    ok && n > 0 &&
	    ca_verify_by(key, md, (struct span){ (const char *)der, (size_t)n },
		ses_octets(s->signer->enc_digest));
	OPENSSL_free(der);
	ERR_clear_error();
	return ok;
}
