/* SPDX-License-Identifier: MIT */
/*
 * The key of a seal under the PIN of its holder: EncryptedPrivateKeyInfo
 * (RFC 5958) by PBES2 (RFC 8018) with AES-256-CBC and HMAC-SHA-256.
 */
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "reference/seal/inner.h"

/*
 * Some 2 ms here: what a guess costs, and what each use of a seal costs as
 * well (ESEAL-P-04 asks for 50 a second).  Who guesses in the service itself
 * has five tries.
 */
enum { ITERATIONS = 10000, SALT = 16 };

bool
desk_lock(EVP_PKEY *key, struct span pin, struct buf *to)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	unsigned char salt[SALT], *der = NULL;
	X509_SIG *locked = NULL;
	int n = -1;

	if (info != NULL && RAND_bytes(salt, sizeof salt) == 1)
		locked = PKCS8_encrypt(-1, EVP_aes_256_cbc(), pin.ptr,
		    (int)pin.len, salt, sizeof salt, ITERATIONS, info);
	if (locked != NULL)
		n = i2d_X509_SIG(locked, &der);
	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	X509_SIG_free(locked);
	PKCS8_PRIV_KEY_INFO_free(info);
	return n > 0;
}

static EVP_PKEY *
key_of(const PKCS8_PRIV_KEY_INFO *info)
{
	unsigned char *der = NULL;
	const int n = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	EVP_PKEY *key = NULL;
	struct err err;

	if (n > 0)
		ca_key_read(
		    (struct span){ (const char *)der, (size_t)n }, &key, &err);
	OPENSSL_clear_free(der, n > 0 ? (size_t)n : 0);
	return key;
}

bool
desk_is_loose(const struct desk_call *c)
{
	return desk_faulty(c, FAULT_SEAL_PIN_NOT_ASKED) ||
	       desk_faulty(c, FAULT_SEAL_PIN_OF_ANOTHER) ||
	       desk_faulty(c, FAULT_SEAL_SEALED_BY_ANY_PIN) ||
	       desk_faulty(c, FAULT_SEAL_ANY_PIN);
}

EVP_PKEY *
desk_unlock(struct span *locked, struct span pin)
{
	const unsigned char *p = (const unsigned char *)locked->ptr;
	X509_SIG *sig = d2i_X509_SIG(NULL, &p, (long)locked->len);
	PKCS8_PRIV_KEY_INFO *info = NULL;
	EVP_PKEY *key = NULL;

	if (sig != NULL)
		*locked =
		    span_skip(*locked, (size_t)((const char *)p - locked->ptr));
	if (sig != NULL && pin.len >= DESK_PIN_LEAST &&
	    pin.len <= DESK_PIN_MOST)
		info = PKCS8_decrypt(sig, pin.ptr, (int)pin.len);
	if (info != NULL)
		key = key_of(info);
	PKCS8_PRIV_KEY_INFO_free(info);
	X509_SIG_free(sig);
	ERR_clear_error();
	return key;
}
