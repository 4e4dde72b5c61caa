/* SPDX-License-Identifier: MIT */
#include "conformance/client/request.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "conformance/client/key.h"

enum { SIGNATURE_MOST = 1024 };

static bool
put_name(X509_NAME *name, const char *field, const char *value)
{
	return value == NULL ||
	       X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
		   (const unsigned char *)value, -1, -1, 0) == 1;
}

/* The same kind of key, of which nobody has ever heard. */
static EVP_PKEY *
key_beside(EVP_PKEY *key)
{
	return key_new(EVP_PKEY_is_a(key, "SM2")   ? OWN_SM2
		       : EVP_PKEY_is_a(key, "RSA") ? OWN_RSA
						   : OWN_P256);
}

static bool
sign_as(EVP_PKEY *with, bool spoil, X509_REQ *r, struct buf *signature)
{
	unsigned char *tbs = NULL;
	const int n = i2d_re_X509_REQ_tbs(r, &tbs);
	const bool ok =
	    n > 0 && with != NULL &&
	    key_sign(
		with, (struct span){ (const char *)tbs, (size_t)n }, signature);

	/* behind the lengths of r and s: what is signed stays a signature */
	if (ok && spoil)
		signature->data[signature->len - 1] ^= 1;
	OPENSSL_free(tbs);
	return ok;
}

/* SM2 signs with SM3, the others with SHA-256: as key_sign() does. */
static bool
put_algorithm(EVP_PKEY *key, X509_REQ *r)
{
	X509_ALGOR *a = X509_ALGOR_new();
	const bool rsa = EVP_PKEY_is_a(key, "RSA");
	const int nid = EVP_PKEY_is_a(key, "SM2") ? NID_SM2_with_SM3
			: rsa                     ? NID_sha256WithRSAEncryption
						  : NID_ecdsa_with_SHA256;
	const bool ok = X509_ALGOR_set0(a, OBJ_nid2obj(nid),
			    rsa ? V_ASN1_NULL : V_ASN1_UNDEF, NULL) == 1 &&
			X509_REQ_set1_signature_algo(r, a) == 1;

	X509_ALGOR_free(a);
	return ok;
}

static bool
put_signature(X509_REQ *r, struct span signature)
{
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();
	const bool ok =
	    ASN1_BIT_STRING_set(bits, (unsigned char *)(uintptr_t)signature.ptr,
		(int)signature.len) == 1;

	bits->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 0x07);
	bits->flags |= ASN1_STRING_FLAG_BITS_LEFT; /* none unused */
	if (ok)
		X509_REQ_set0_signature(r, bits);
	else
		ASN1_BIT_STRING_free(bits);
	return ok;
}

static bool
give(X509_REQ *r, struct buf *der)
{
	unsigned char *octets = NULL;
	const int n = i2d_X509_REQ(r, &octets);

	if (n > 0)
		buf_add(der, (struct span){ (const char *)octets, (size_t)n });
	OPENSSL_free(octets);
	return n > 0;
}

bool
request_write(const struct request *want, struct buf *der)
{
	X509_REQ *r = X509_REQ_new();
	X509_NAME *name = X509_REQ_get_subject_name(r);
	EVP_PKEY *with = want->proof == REQUEST_OTHER_KEY
			     ? key_beside(want->key)
			     : want->key;
	struct buf signature;
	bool ok;

	buf_init(&signature, SIGNATURE_MOST);
	ok = put_name(name, "CN", want->common_name) &&
	     put_name(name, "OU", want->unit) &&
	     X509_REQ_set_version(r, X509_REQ_VERSION_1) == 1 &&
	     X509_REQ_set_pubkey(r, want->key) == 1 &&
	     put_algorithm(want->key, r) &&
	     sign_as(with, want->proof == REQUEST_SPOILT, r, &signature) &&
	     put_signature(r, buf_span(&signature)) && give(r, der);
	if (want->proof == REQUEST_OTHER_KEY)
		EVP_PKEY_free(with);
	buf_free(&signature);
	X509_REQ_free(r);
	ERR_clear_error();
	return ok;
}
