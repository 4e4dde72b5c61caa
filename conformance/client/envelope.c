/* SPDX-License-Identifier: MIT */
#include "conformance/client/envelope.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <string.h>

#include "conformance/pki/der.h"

enum {
	SYMMETRIC = 16,
	PRIVATE = 32,
	POINT = 65,
	CIPHER_MOST = 4096,
	SEALED_MOST = 512
};

/* ---- SM2EnvelopedKey ---- */

struct sm2_envelope {
	struct span cipher; /* of the symmetric key, SM2Cipher whole */
	struct span point, hidden;
};

static bool
read_sm2(struct span octets, struct sm2_envelope *e)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(octets, &bad), all, algorithm;

	der_enter(&in, DER_SEQUENCE, &all);
	der_end(&in);
	der_enter(&all, DER_SEQUENCE, &algorithm);
	(void)der_take(&algorithm, DER_OID);
	e->cipher = der_next(&all).whole;
	e->point = der_octets(&all);
	e->hidden = der_octets(&all);
	der_end(&all);
	return bad.fault == DER_FINE && e->cipher.len <= SEALED_MOST &&
	       e->point.len == POINT && e->hidden.len >= PRIVATE &&
	       e->hidden.len % SYMMETRIC == 0 && e->hidden.len <= CIPHER_MOST;
}

static bool
decrypt(EVP_PKEY *key, struct span in, unsigned char *out, size_t *n)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	const bool ok = ctx != NULL && EVP_PKEY_decrypt_init(ctx) == 1 &&
			EVP_PKEY_decrypt(ctx, out, n,
			    (const unsigned char *)in.ptr, in.len) == 1;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

/* SM4 in ECB, without padding. */
static bool
sm4(const unsigned char *key, struct span in, unsigned char *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;
	const bool ok =
	    EVP_DecryptInit_ex(ctx, EVP_sm4_ecb(), NULL, key, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	    EVP_DecryptUpdate(ctx, out, &n, (const unsigned char *)in.ptr,
		(int)in.len) == 1 &&
	    (size_t)n == in.len;

	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

static EVP_PKEY *
sm2_key(const unsigned char octets[PRIVATE], struct span point)
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	BIGNUM *d = BN_bin2bn(octets, PRIVATE, NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (OSSL_PARAM_BLD_push_utf8_string(
		b, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(
		b, OSSL_PKEY_PARAM_PUB_KEY, point.ptr, point.len) == 1 &&
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_PRIV_KEY, d) == 1)
		params = OSSL_PARAM_BLD_to_param(b);
	if (params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	EVP_PKEY_CTX_free(ctx);
	BN_clear_free(d);
	return key;
}

/* What is longer than 32 octets has zeros before them (GM/T 0016). */
static EVP_PKEY *
open_sm2(const struct sm2_envelope *e, EVP_PKEY *under)
{
	unsigned char symmetric[CIPHER_MOST], plain[CIPHER_MOST];
	size_t n = sizeof symmetric;

	if (!decrypt(under, e->cipher, symmetric, &n) || n != SYMMETRIC ||
	    !sm4(symmetric, e->hidden, plain))
		return NULL;
	return sm2_key(plain + e->hidden.len - PRIVATE, e->point);
}

/* ---- CMS ---- */

static EVP_PKEY *
open_cms(struct span octets, EVP_PKEY *under)
{
	BIO *in = BIO_new_mem_buf(octets.ptr, (int)octets.len);
	BIO *plain = BIO_new(BIO_s_mem());
	CMS_ContentInfo *cms = d2i_CMS_bio(in, NULL);
	EVP_PKEY *key = NULL;

	if (cms != NULL && CMS_decrypt(cms, under, NULL, NULL, plain, 0) == 1)
		key = d2i_PrivateKey_bio(plain, NULL);
	CMS_ContentInfo_free(cms);
	BIO_free(plain);
	BIO_free(in);
	return key;
}

EVP_PKEY *
envelope_open(struct span octets, EVP_PKEY *under)
{
	struct sm2_envelope e;
	EVP_PKEY *key = NULL;

	if (octets.len == 0 || octets.len > CIPHER_MOST * 4 || under == NULL)
		return NULL;
	if (read_sm2(octets, &e))
		key = open_sm2(&e, under);
	if (key == NULL)
		key = open_cms(octets, under);
	ERR_clear_error();
	return key;
}

/* ---- is it that key? ---- */

static bool
encrypt(EVP_PKEY *key, struct span in, unsigned char *out, size_t *n)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	const bool ok = ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 &&
			EVP_PKEY_encrypt(ctx, out, n,
			    (const unsigned char *)in.ptr, in.len) == 1;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static bool
works(EVP_PKEY *private, EVP_PKEY *public)
{
	static const struct span text = SPAN_INIT("for nobody else's eyes");
	unsigned char cipher[CIPHER_MOST], plain[CIPHER_MOST];
	size_t n = sizeof cipher, m = sizeof plain;

	return encrypt(public, text, cipher, &n) &&
	       decrypt(private, (struct span){ (const char *)cipher, n }, plain,
		   &m) &&
	       span_eq(text, (struct span){ (const char *)plain, m });
}

/* A private key may bring a public one that is not its own. */
static bool
is_pair(EVP_PKEY *private, EVP_PKEY *public)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(private, NULL);
	const bool is = EVP_PKEY_eq(private, public) == 1 && ctx != NULL &&
			EVP_PKEY_pairwise_check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	return is;
}

bool
envelope_fits(EVP_PKEY *private, struct span public_der)
{
	const unsigned char *p = (const unsigned char *)public_der.ptr;
	EVP_PKEY *public = d2i_PUBKEY(NULL, &p, (long)public_der.len);
	bool fits = false;

	if (public != NULL && private != NULL)
		fits = EVP_PKEY_is_a(public, "EC") ? is_pair(private, public)
						   : works(private, public);
	EVP_PKEY_free(public);
	ERR_clear_error();
	return fits;
}

size_t
envelope_secret(EVP_PKEY *private, unsigned char *octets, size_t most)
{
	BIGNUM *d = NULL;
	size_t n = 0;

	if (EVP_PKEY_get_bn_param(private,
		EVP_PKEY_is_a(private, "RSA") ? OSSL_PKEY_PARAM_RSA_D
					      : OSSL_PKEY_PARAM_PRIV_KEY,
		&d) == 1 &&
	    (size_t)BN_num_bytes(d) <= most)
		n = (size_t)BN_bn2bin(d, octets);
	BN_clear_free(d);
	ERR_clear_error();
	return n;
}
