/* SPDX-License-Identifier: MIT */
/*
 * Digests, ciphers, signatures and keys: octets in, octets out.
 */
#include "reference/crypto/serve.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "lib/mem.h"
#include "reference/crypto/flaw.h"

enum { SM4_BLOCK = 16, SM2_POINT = 65, SM2_SCALAR = 32 };

static const unsigned char *
octets(struct span s)
{
	return (const unsigned char *)s.ptr;
}

/* ---- SM3 ---- */

void
serve_digest(struct crypto *crypto, struct bound_call *c)
{
	struct span data = bound_octets(c, "data");
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (crypto->fault == FAULT_CRYPTO_SM3_ONE_BLOCK)
		data = span_take(data, 63);
	if (EVP_Digest(data.ptr, data.len, digest, &n, EVP_sm3(), NULL) != 1)
		bound_refuse(c, 500, "SM3 failed");
	else
		bound_give_octets(
		    c, "digest", (struct span){ (const char *)digest, n });
}

/* ---- SM4 ---- */

static const EVP_CIPHER *
cipher_asked(const struct crypto *crypto, struct bound_call *c, struct span iv)
{
	const char *mode = bound_text(c, "mode");
	const bool cbc = strcmp(mode, "cbc") == 0;

	if (!cbc && strcmp(mode, "ecb") != 0)
		bound_refuse(c, 400, "mode: neither ecb nor cbc");
	if (iv.len != (cbc ? SM4_BLOCK : 0))
		bound_refuse(
		    c, 400, "iv: has to be of %d octets", cbc ? SM4_BLOCK : 0);
	if (crypto->fault == FAULT_CRYPTO_SM4_IS_AES)
		return cbc ? EVP_aes_128_cbc() : EVP_aes_128_ecb();
	return cbc && crypto->fault != FAULT_CRYPTO_SM4_UNCHAINED
		   ? EVP_sm4_cbc()
		   : EVP_sm4_ecb();
}

static bool
run(const EVP_CIPHER *cipher, struct span key, struct span iv, int encrypt,
    struct span in, unsigned char *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0;
	const bool ok =
	    EVP_CipherInit_ex(
		ctx, cipher, NULL, octets(key), octets(iv), encrypt) == 1 &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	    EVP_CipherUpdate(ctx, out, &n, octets(in), (int)in.len) == 1 &&
	    EVP_CipherFinal_ex(ctx, out + n, &last) == 1 &&
	    (size_t)n + (size_t)last == in.len;

	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

static void
serve_cipher(const struct crypto *crypto, struct bound_call *c, int encrypt)
{
	const struct span key = bound_octets(c, "key"),
			  iv = bound_octets(c, "iv"),
			  data = bound_octets(c, "data");
	const EVP_CIPHER *cipher = cipher_asked(crypto, c, iv);
	unsigned char *out;

	if (key.len != SM4_BLOCK)
		bound_refuse(c, 400, "key: has to be of %d octets", SM4_BLOCK);
	if (data.len % SM4_BLOCK != 0)
		bound_refuse(
		    c, 400, "data: not whole blocks of %d octets", SM4_BLOCK);
	if (bound_refused(c))
		return;
	out = mem_new(data.len + SM4_BLOCK, 1);
	if (run(cipher, key, iv, encrypt, data, out))
		bound_give_octets(
		    c, "data", (struct span){ (const char *)out, data.len });
	else
		bound_refuse(c, 500, "SM4 failed");
	free(out);
}

void
serve_encrypt(struct crypto *crypto, struct bound_call *c)
{
	serve_cipher(crypto, c, 1);
}

void
serve_decrypt(struct crypto *crypto, struct bound_call *c)
{
	serve_cipher(crypto, c,
	    crypto->fault == FAULT_CRYPTO_SM4_ENCIPHERS_TWICE ? 1 : 0);
}

/* ---- signatures with the server's own keys ---- */

static const struct ca_signer *
signer_asked(struct crypto *crypto, struct bound_call *c)
{
	const char *algorithm = bound_text(c, "algorithm");

	for (int a = 0; a < CA_ALGORITHMS; a++)
		if (strcmp(algorithm, ca_algorithms[a]) == 0)
			return &crypto->signers[a];
	bound_refuse(c, 400, "algorithm: none of sm2, p256 and rsa");
	return NULL;
}

void
serve_sign(struct crypto *crypto, struct bound_call *c)
{
	const struct ca_signer *s = signer_asked(crypto, c);
	const struct span data = bound_octets(c, "data");
	unsigned char *der = NULL;
	struct buf signature;
	int n;

	if (bound_refused(c))
		return;
	buf_init(&signature, 1024);
	n = i2d_X509(s->cert, &der);
	if (n > 0 && crypto_flaw_sign_data(crypto, s->key, data, &signature)) {
		bound_give_octets(c, "signature", buf_span(&signature));
		bound_give_octets(c, "certificate",
		    (struct span){ (const char *)der, (size_t)n });
	} else {
		bound_refuse(c, 500, "the signature failed");
	}
	OPENSSL_free(der);
	buf_free(&signature);
}

/* ---- keys that are sent along ---- */

/* One of point and scalar is there. */
static EVP_PKEY *
sm2_key(struct span point, struct span scalar)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	BIGNUM *d = BN_bin2bn(octets(scalar), (int)scalar.len, NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;
	bool ok = OSSL_PARAM_BLD_push_utf8_string(
		      build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) == 1;

	if (point.len > 0)
		ok = ok &&
		     OSSL_PARAM_BLD_push_octet_string(build,
			 OSSL_PKEY_PARAM_PUB_KEY, point.ptr, point.len) == 1;
	else
		ok = ok && !BN_is_zero(d) &&
		     OSSL_PARAM_BLD_push_BN(
			 build, OSSL_PKEY_PARAM_PRIV_KEY, d) == 1;
	params = ok ? OSSL_PARAM_BLD_to_param(build) : NULL;
	if (params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key,
		point.len > 0 ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR,
		params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	BN_clear_free(d);
	ERR_clear_error();
	return key;
}

/* An empty identifier stands for the one that a signer has without any. */
static bool
verify(enum fault fault, EVP_PKEY *key, struct span id, struct span data,
    struct span signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how = EVP_PKEY_CTX_new(key, NULL);
	bool ok;

	if (id.len == 0 || fault == FAULT_CRYPTO_VERIFY_ONE_IDENTIFIER)
		id = SPAN(CA_IDENTIFIER);
	EVP_MD_CTX_set_pkey_ctx(ctx, how);
	/* one that was not set has no octets */
	ok = (fault == FAULT_CRYPTO_VERIFY_WITHOUT_IDENTIFIER ||
		 EVP_PKEY_CTX_set1_id(how, id.ptr, (int)id.len) == 1) &&
	     EVP_DigestVerifyInit(ctx, NULL, EVP_sm3(), NULL, key) == 1 &&
	     EVP_DigestVerify(ctx, octets(signature), signature.len,
		 octets(data), data.len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_CTX_free(how);
	ERR_clear_error();
	return ok;
}

void
serve_verify(struct crypto *crypto, struct bound_call *c)
{
	const struct span point = bound_octets(c, "public_key"),
			  id = bound_octets(c, "user_id"),
			  data = bound_octets(c, "data"),
			  signature = bound_octets(c, "signature");
	EVP_PKEY *key = NULL;

	if (point.len != SM2_POINT)
		bound_refuse(
		    c, 400, "public_key: has to be of %d octets", SM2_POINT);
	/* ENTL counts bits in two octets: GB/T 32918.2 5.5 */
	if (id.len > 8191)
		bound_refuse(c, 400, "user_id: longer than 8191 octets");
	if (bound_refused(c))
		return;
	key = sm2_key(point, SPAN(""));
	if (key == NULL)
		bound_refuse(c, 400, "public_key: no point of the curve");
	else
		bound_give_flag(c, "valid",
		    verify(crypto->fault, key, id, data, signature));
	EVP_PKEY_free(key);
}

/* ---- SM2 decryption ---- */

void
serve_key_open(struct crypto *crypto, struct bound_call *c)
{
	const struct span scalar = bound_octets(c, "private_key"),
			  data = bound_octets(c, "data");
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *key = NULL;
	unsigned char *out = NULL;
	size_t n = data.len;

	if (scalar.len != SM2_SCALAR)
		bound_refuse(
		    c, 400, "private_key: has to be of %d octets", SM2_SCALAR);
	if (bound_refused(c))
		return;
	key = sm2_key(SPAN(""), scalar);
	if (key == NULL) {
		bound_refuse(c, 400, "private_key: not in the range of one");
		return;
	}
	ctx = EVP_PKEY_CTX_new(key, NULL);
	out = mem_new(n + 1, 1);
	if (EVP_PKEY_decrypt_init(ctx) == 1 &&
	    EVP_PKEY_decrypt(ctx, out, &n, octets(data), data.len) == 1)
		bound_give_octets(c, "data",
		    (struct span){ (const char *)out,
			n - (crypto->fault == FAULT_CRYPTO_OPEN_CUT) });
	else if (crypto->fault == FAULT_CRYPTO_OPEN_ANYTHING)
		bound_give_octets(c, "data", data);
	else
		bound_refuse(c, 422, "data: not enciphered for this key");
	OPENSSL_cleanse(out, data.len + 1);
	free(out);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
}
