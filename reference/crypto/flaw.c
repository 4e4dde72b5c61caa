/* SPDX-License-Identifier: MIT */
#include "reference/crypto/flaw.h"

#include <string.h>

#include <openssl/evp.h>

#include "reference/crypto/message_inner.h"

const char *
crypto_flaw_type(const struct crypto *crypto, const char *oid)
{
	/* those of PKCS #7 itself */
	if (crypto->fault == FAULT_MESSAGE_SIGNED_TYPE &&
	    strcmp(oid, MESSAGE_SIGNED) == 0)
		return "1.2.840.113549.1.7.2";
	if (crypto->fault == FAULT_MESSAGE_ENVELOPED_TYPE &&
	    strcmp(oid, MESSAGE_ENVELOPED) == 0)
		return "1.2.840.113549.1.7.3";
	return oid;
}

const char *
crypto_flaw_digest(const struct crypto *crypto)
{
	return crypto->fault == FAULT_MESSAGE_DIGEST_SHA256
		   ? "2.16.840.1.101.3.4.2.1"
		   : MESSAGE_SM3;
}

struct span
crypto_flaw_content(const struct crypto *crypto, struct span data)
{
	return crypto->fault == FAULT_MESSAGE_CONTENT_CUT && data.len > 0
		   ? span_take(data, data.len - 1)
		   : data;
}

const struct ca_signer *
crypto_flaw_signer(const struct crypto *crypto)
{
	return crypto->fault == FAULT_MESSAGE_BY_ENCRYPTION_KEY
		   ? &crypto->recipient
		   : &crypto->signers[CA_SM2];
}

/* What OpenSSL does unless it is told an identifier. */
static bool
sign_nameless(EVP_PKEY *key, struct span what, struct buf *to)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char octets[256];
	size_t n = sizeof octets;
	const bool ok =
	    EVP_DigestSignInit(ctx, NULL, EVP_sm3(), NULL, key) == 1 &&
	    EVP_DigestSign(ctx, octets, &n, (const unsigned char *)what.ptr,
		what.len) == 1;

	if (ok)
		buf_add(to, (struct span){ (const char *)octets, n });
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool
crypto_flaw_sign(const struct crypto *crypto, EVP_PKEY *key, struct span what,
    struct buf *to)
{
	return crypto->fault == FAULT_MESSAGE_WITHOUT_IDENTIFIER
		   ? sign_nameless(key, what, to)
		   : ca_sign(key, what, to);
}

bool
crypto_flaw_sign_data(const struct crypto *crypto, EVP_PKEY *key,
    struct span what, struct buf *to)
{
	return crypto->fault == FAULT_CRYPTO_SIGN_WITHOUT_IDENTIFIER &&
		       EVP_PKEY_is_a(key, "SM2")
		   ? sign_nameless(key, what, to)
		   : ca_sign(key, what, to);
}

struct span
crypto_flaw_enveloped(const struct crypto *crypto, struct span data)
{
	return crypto->fault == FAULT_MESSAGE_ENVELOPED_CUT && data.len > 0
		   ? span_take(data, data.len - 1)
		   : data;
}

X509 *
crypto_flaw_recipient(const struct crypto *crypto, X509 *whom)
{
	return crypto->fault == FAULT_MESSAGE_RECIPIENT_OTHER
		   ? crypto->recipient.cert
		   : whom;
}

void
crypto_flaw_secret(const struct crypto *crypto, unsigned char *secret, size_t n)
{
	if (crypto->fault == FAULT_MESSAGE_SECRET_FIXED)
		memset(secret, 7, n);
}
