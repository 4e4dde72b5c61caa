/* SPDX-License-Identifier: MIT */
#include "reference/ca/key.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

enum { RSA_LEAST = 2048, RSA_MOST = 4096 };

const char *const ca_algorithms[CA_ALGORITHMS] = { "sm2", "p256", "rsa" };

static const struct {
	const unsigned char *der;
	size_t n;
} rsa[] = {
#define OCTETS(...) \
	(const unsigned char[]) \
	{ \
		__VA_ARGS__ \
	}
#define KEY(...) { OCTETS(__VA_ARGS__), sizeof OCTETS(__VA_ARGS__) },
#include "reference/rsa.inc"
#undef KEY
};

bool
ca_openssl_err(struct err *err, const char *doing)
{
	const char *why = ERR_reason_error_string(ERR_peek_error());

	err_set(err, ERR_CONFIG, "%s: %s", doing, why == NULL ? "failed" : why);
	ERR_clear_error();
	return false;
}

bool
ca_serial(ASN1_INTEGER *to)
{
	unsigned char bytes[16];
	BIGNUM *n;
	bool ok;

	if (RAND_bytes(bytes, sizeof bytes) != 1)
		return false;
	bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40); /* positive */
	n = BN_bin2bn(bytes, sizeof bytes, NULL);
	ok = n != NULL && BN_to_ASN1_INTEGER(n, to) != NULL;
	BN_free(n);
	return ok;
}

EVP_PKEY *
ca_key_new(enum ca_algorithm algorithm, size_t n)
{
	const unsigned char *p;

	if (algorithm == CA_SM2)
		return EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	if (algorithm == CA_P256)
		return EVP_EC_gen("P-256");
	n %= sizeof rsa / sizeof rsa[0];
	p = rsa[n].der;
	return d2i_AutoPrivateKey(NULL, &p, (long)rsa[n].n);
}

static bool
kind_of(EVP_PKEY *key, enum ca_algorithm *a)
{
	char group[32];
	const int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_is_a(key, "RSA")) {
		*a = CA_RSA;
		return bits >= RSA_LEAST && bits <= RSA_MOST;
	}
	*a = EVP_PKEY_is_a(key, "SM2") ? CA_SM2 : CA_P256;
	return EVP_PKEY_is_a(key, "SM2") ||
	       (EVP_PKEY_is_a(key, "EC") &&
		   EVP_PKEY_get_utf8_string_param(key,
		       OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
		       NULL) == 1 &&
		   strcmp(group, "prime256v1") == 0);
}

/* FIPS 186-5 5.1: with small exponents careless signatures can be forged. */
static bool
exponent_is_large(EVP_PKEY *key)
{
	BIGNUM *e = NULL;
	const bool ok =
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1 &&
	    BN_num_bits(e) > 16;

	BN_free(e);
	return ok;
}

/* On its curve, and not zero. */
static bool
is_sound(EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	const bool ok = ctx != NULL && EVP_PKEY_public_check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

bool
ca_key_algorithm(EVP_PKEY *key, enum ca_algorithm *a)
{
	return kind_of(key, a) && is_sound(key) &&
	       (*a != CA_RSA || exponent_is_large(key));
}

bool
ca_key_read(struct span der, EVP_PKEY **key, struct err *err)
{
	const unsigned char *p = (const unsigned char *)der.ptr;

	*key = d2i_AutoPrivateKey(NULL, &p, (long)der.len);
	return *key != NULL || ca_openssl_err(err, "read a key");
}

bool
ca_key_write(EVP_PKEY *key, struct buf *to, struct err *err)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	unsigned char *der = NULL;
	const int n = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);

	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_clear_free(der, n > 0 ? (size_t)n : 0);
	PKCS8_PRIV_KEY_INFO_free(info);
	return n > 0 || ca_openssl_err(err, "write a key");
}

const EVP_MD *
ca_digest_of(EVP_PKEY *key)
{
	return EVP_PKEY_is_a(key, "SM2") ? EVP_sm3() : EVP_sha256();
}

static bool
identify(EVP_PKEY *key, EVP_PKEY_CTX *ctx)
{
	return !EVP_PKEY_is_a(key, "SM2") ||
	       EVP_PKEY_CTX_set1_id(
		   ctx, CA_IDENTIFIER, (int)strlen(CA_IDENTIFIER)) == 1;
}

/* The context of the key has to be there before the digest is chosen. */
static EVP_MD_CTX *
context(EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = EVP_PKEY_CTX_new(key, NULL);

	EVP_MD_CTX_set_pkey_ctx(ctx, pctx);
	if (identify(key, pctx))
		return ctx;
	ca_signer_free(ctx);
	return NULL;
}

EVP_MD_CTX *
ca_signer_new(EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = context(key);

	if (ctx != NULL &&
	    EVP_DigestSignInit(ctx, NULL, ca_digest_of(key), NULL, key) == 1)
		return ctx;
	ca_signer_free(ctx);
	return NULL;
}

void
ca_signer_free(EVP_MD_CTX *ctx)
{
	EVP_PKEY_CTX *pctx;

	if (ctx == NULL)
		return;
	/* one that was set from outside is not freed along */
	pctx = EVP_MD_CTX_get_pkey_ctx(ctx);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_CTX_free(pctx);
}

bool
ca_sign(EVP_PKEY *key, struct span what, struct buf *signature)
{
	EVP_MD_CTX *ctx = ca_signer_new(key);
	unsigned char sig[1024];
	size_t n = sizeof sig;
	const bool ok =
	    ctx != NULL && EVP_DigestSign(ctx, sig, &n,
			       (const unsigned char *)what.ptr, what.len) == 1;

	if (ok)
		buf_add(signature, (struct span){ (const char *)sig, n });
	ca_signer_free(ctx);
	return ok;
}

int
ca_signature_nid(EVP_PKEY *key)
{
	int nid = NID_undef;

	OBJ_find_sigid_by_algs(&nid, EVP_MD_get_type(ca_digest_of(key)),
	    EVP_PKEY_is_a(key, "SM2") ? NID_sm2 : EVP_PKEY_get_base_id(key));
	return nid;
}

bool
ca_set_algorithm(X509_ALGOR *a, int nid)
{
	const bool null = nid == NID_sha256WithRSAEncryption;

	return X509_ALGOR_set0(a, OBJ_nid2obj(nid),
		   null ? V_ASN1_NULL : V_ASN1_UNDEF, NULL) == 1;
}

bool
ca_verify(EVP_PKEY *key, struct span what, struct span signature)
{
	return ca_verify_by(key, ca_digest_of(key), what, signature);
}

bool
ca_verify_by(EVP_PKEY *key, const EVP_MD *digest, struct span what,
    struct span signature)
{
	EVP_MD_CTX *ctx = context(key);
	const bool ok =
	    ctx != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, digest, NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, (const unsigned char *)signature.ptr,
		signature.len, (const unsigned char *)what.ptr, what.len) == 1;

	ca_signer_free(ctx);
	ERR_clear_error();
	return ok;
}
