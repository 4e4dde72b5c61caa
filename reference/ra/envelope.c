/* SPDX-License-Identifier: MIT */
/*
 * A private key on its way to whom it belongs.  Between SM2 keys that is a
 * SM2EnvelopedKey (GM/T 0009):
 *
 *	SM2EnvelopedKey ::= SEQUENCE {
 *		symAlgID		AlgorithmIdentifier,
 *		symEncryptedKey		SM2Cipher,
 *		sm2PublicKey		BIT STRING,
 *		sm2EncryptedPrivateKey	BIT STRING }
 *
 * where the private key, 32 octets, is encrypted by SM4 in ECB without
 * padding.  For other keys it is CMS EnvelopedData (RFC 5652 6) with the
 * PKCS#8 form of the key in it.
 */
#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "reference/ldap/ber.h"
#include "reference/ra/inner.h"

enum {
	BIT_STRING = 0x03,
	OBJECT_IDENTIFIER = 0x06,
	PRIVATE = 32,
	POINT = 65,
	SYMMETRIC = 16,
};

/* 1.2.156.10197.1.104.1 */
#define SM4_ECB SPAN("\x2a\x81\x1c\xcf\x55\x01\x68\x01")

/* ---- SM2EnvelopedKey ---- */

static bool
private_octets(EVP_PKEY *key, unsigned char to[PRIVATE])
{
	BIGNUM *d = NULL;
	const bool ok =
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1 &&
	    BN_bn2binpad(d, to, PRIVATE) == PRIVATE;

	BN_clear_free(d);
	return ok;
}

static bool
sm4(const unsigned char *key, const unsigned char in[PRIVATE],
    unsigned char out[PRIVATE])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;
	const bool ok =
	    EVP_EncryptInit_ex(ctx, EVP_sm4_ecb(), NULL, key, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	    EVP_EncryptUpdate(ctx, out, &n, in, PRIVATE) == 1 && n == PRIVATE;

	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

/* SM2Cipher, as GM/T 0009 has it: a SEQUENCE of x, y, digest, ciphertext. */
static bool
sm2(EVP_PKEY *under, const unsigned char in[SYMMETRIC], struct buf *to)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(under, NULL);
	unsigned char out[256];
	size_t n = sizeof out;
	const bool ok = ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 &&
			EVP_PKEY_encrypt(ctx, out, &n, in, SYMMETRIC) == 1;

	if (ok)
		buf_add(to, (struct span){ (const char *)out, n });
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static void
put_bits(const struct ber_out *o, const unsigned char *octets, size_t n)
{
	char bits[1 + POINT] = { 0 }; /* none unused */

	memcpy(bits + 1, octets, n);
	ber_put_octets(o, BIT_STRING, (struct span){ bits, 1 + n });
}

static bool
sm2_enveloped(
    enum variant variant, EVP_PKEY *key, EVP_PKEY *under, struct buf *to)
{
	unsigned char d[PRIVATE], hidden[PRIVATE], symmetric[SYMMETRIC];
	unsigned char *point = NULL;
	const size_t n_point = EVP_PKEY_get1_encoded_public_key(key, &point);
	const struct ber_out o = { .to = to };
	struct buf sealed;
	size_t whole, algorithm;
	bool ok;

	buf_init(&sealed, 256);
	ok = n_point == POINT && private_octets(key, d) &&
	     RAND_priv_bytes(symmetric, sizeof symmetric) == 1 &&
	     sm4(symmetric, d, hidden) && sm2(under, symmetric, &sealed);
	if (ok) {
		whole = ber_begin(&o, BER_SEQUENCE);
		algorithm = ber_begin(&o, BER_SEQUENCE);
		ber_put_octets(&o, OBJECT_IDENTIFIER, SM4_ECB);
		if (variant == VARIANT_RA_KEY_PARAMETERS)
			ber_put_octets(&o, BER_NULL, SPAN(""));
		ber_end(&o, algorithm);
		buf_add(to, buf_span(&sealed));
		put_bits(&o, point, n_point);
		put_bits(&o, hidden, sizeof hidden);
		ber_end(&o, whole);
	}
	OPENSSL_cleanse(d, sizeof d);
	OPENSSL_cleanse(symmetric, sizeof symmetric);
	OPENSSL_free(point);
	buf_free(&sealed);
	return ok;
}

/* ---- CMS ---- */

static bool
cms_enveloped(EVP_PKEY *key, X509 *under, struct buf *to)
{
	STACK_OF(X509) *recipients = sk_X509_new_null();
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	BIO *plain = BIO_new(BIO_s_secmem());
	CMS_ContentInfo *cms = NULL;
	unsigned char *der = NULL;
	int n = -1;

	sk_X509_push(recipients, under);
	if (info != NULL && i2d_PKCS8_PRIV_KEY_INFO_bio(plain, info) == 1)
		cms = CMS_encrypt(
		    recipients, plain, EVP_aes_256_cbc(), CMS_BINARY);
	if (cms != NULL)
		n = i2d_CMS_ContentInfo(cms, &der);
	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	PKCS8_PRIV_KEY_INFO_free(info);
	BIO_free(plain);
	sk_X509_free(recipients);
	return n > 0;
}

bool
ra_envelop(enum variant variant, EVP_PKEY *key, X509 *under, struct buf *to,
    struct err *err)
{
	EVP_PKEY *public = X509_get0_pubkey(under);
	const bool sm =
	    EVP_PKEY_is_a(key, "SM2") == 1 && EVP_PKEY_is_a(public, "SM2") == 1;

	return (sm ? sm2_enveloped(variant, key, public, to)
		   : cms_enveloped(key, under, to)) ||
	       ca_openssl_err(err, "hand a key over");
}
