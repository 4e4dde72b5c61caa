/* SPDX-License-Identifier: MIT */
/*
 * Enveloped data: RFC 2315 10.
 */
#include "reference/crypto/message.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "lib/mem.h"
#include "reference/crypto/flaw.h"
#include "reference/crypto/message_inner.h"

enum {
	SM4_BLOCK = 16,
	WRAPPED_MOST = 512, /* octets of an SM2Cipher that holds a key */
};

/* ---- the content ---- */

static bool
run(const unsigned char *key, const unsigned char *iv, int encrypt,
    struct span in, struct buf *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	unsigned char *octets = mem_new(in.len + 2 * SM4_BLOCK, 1);
	int n = 0, last = 0;
	const bool ok = EVP_CipherInit_ex(
			    ctx, EVP_sm4_cbc(), NULL, key, iv, encrypt) == 1 &&
			EVP_CipherUpdate(ctx, octets, &n,
			    (const unsigned char *)in.ptr, (int)in.len) == 1 &&
			EVP_CipherFinal_ex(ctx, octets + n, &last) == 1;

	if (ok)
		buf_add(out,
		    (struct span){ (const char *)octets, (size_t)(n + last) });
	EVP_CIPHER_CTX_free(ctx);
	OPENSSL_cleanse(octets, in.len + 2 * SM4_BLOCK);
	free(octets);
	return ok && !out->full;
}

/* ---- making ---- */

static PKCS7_RECIP_INFO *
recipient_info(
    const struct crypto *crypto, X509 *whom, const unsigned char *key)
{
	PKCS7_RECIP_INFO *ri = PKCS7_RECIP_INFO_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(X509_get0_pubkey(whom), NULL);
	unsigned char wrapped[WRAPPED_MOST];
	size_t n = sizeof wrapped;
	const bool ok =
	    ri != NULL && ctx != NULL &&
	    ASN1_INTEGER_set(ri->version, 1) == 1 &&
	    message_set_party(
		ri->issuer_and_serial, crypto_flaw_recipient(crypto, whom)) &&
	    message_set_algorithm(
		ri->key_enc_algor, MESSAGE_SM2_ENCRYPTS, crypto) &&
	    EVP_PKEY_encrypt_init(ctx) == 1 &&
	    EVP_PKEY_encrypt(ctx, wrapped, &n, key, SM4_BLOCK) == 1 &&
	    ASN1_STRING_set(ri->enc_key, wrapped, (int)n) == 1;

	EVP_PKEY_CTX_free(ctx);
	if (ok)
		return ri;
	PKCS7_RECIP_INFO_free(ri);
	return NULL;
}

static bool
set_content(PKCS7_ENC_CONTENT *to, const struct crypto *crypto,
    const unsigned char *key, const unsigned char *iv, struct span data)
{
	const char *cipher = crypto->variant == VARIANT_MESSAGE_SM4_PLAIN
				 ? MESSAGE_SM4
				 : MESSAGE_SM4_CBC;
	ASN1_OCTET_STRING *parameter = ASN1_OCTET_STRING_new();
	struct buf sealed;
	bool ok;

	buf_init(&sealed, data.len + 2 * SM4_BLOCK);
	ok = ASN1_OCTET_STRING_set(parameter, iv, SM4_BLOCK) == 1 &&
	     X509_ALGOR_set0(to->algorithm, OBJ_txt2obj(cipher, 1),
		 V_ASN1_OCTET_STRING, parameter) == 1 &&
	     run(key, iv, 1, data, &sealed);
	to->content_type = OBJ_txt2obj(MESSAGE_DATA, 1);
	to->enc_data = ASN1_OCTET_STRING_new();
	ok =
	    ok && ASN1_OCTET_STRING_set(to->enc_data,
		      (const unsigned char *)sealed.data, (int)sealed.len) == 1;
	buf_free(&sealed);
	return ok;
}

/* A key that nobody may encrypt with: RFC 5280 4.2.1.3. */
static bool
encrypts(X509 *x, struct err *err)
{
	const uint32_t usage = X509_get_key_usage(x);
	EVP_PKEY *key = X509_get0_pubkey(x);

	if (key == NULL || !EVP_PKEY_is_a(key, "SM2"))
		return err_set(
		    err, ERR_PROTOCOL, "certificate: its key is none of SM2");
	return (usage & (KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT |
			    KU_KEY_AGREEMENT)) != 0 ||
	       err_set(err, ERR_PROTOCOL,
		   "certificate: its key is not for encryption");
}

bool
message_envelop(const struct crypto *crypto, X509 *whom, struct span data,
    struct buf *to, struct err *err)
{
	unsigned char secret[2 * SM4_BLOCK], *der = NULL;
	PKCS7_ENVELOPE *p = PKCS7_ENVELOPE_new();
	PKCS7_RECIP_INFO *ri = NULL;
	int n = -1;

	if (encrypts(whom, err)) {
		RAND_bytes(secret, sizeof secret);
		crypto_flaw_secret(crypto, secret, sizeof secret);
		ri = recipient_info(crypto, whom, secret);
		if (ri != NULL && ASN1_INTEGER_set(p->version, 1) == 1 &&
		    set_content(p->enc_data, crypto, secret, secret + SM4_BLOCK,
			crypto_flaw_enveloped(crypto, data))) {
			sk_PKCS7_RECIP_INFO_push(p->recipientinfo, ri);
			ri = NULL;
			n = ASN1_item_i2d((ASN1_VALUE *)p, &der,
			    ASN1_ITEM_rptr(PKCS7_ENVELOPE));
		}
		if (n < 0)
			ca_openssl_err(err, "envelop");
		OPENSSL_cleanse(secret, sizeof secret);
	}
	PKCS7_RECIP_INFO_free(ri);
	PKCS7_ENVELOPE_free(p);
	return message_wrap(
	    crypto_flaw_type(crypto, MESSAGE_ENVELOPED), der, n, to);
}

/* ---- opening ---- */

static bool
unwrap(const struct crypto *crypto, PKCS7_ENVELOPE *p,
    unsigned char key[SM4_BLOCK], struct err *err)
{
	unsigned char octets[WRAPPED_MOST];
	EVP_PKEY_CTX *ctx;
	size_t n;
	bool ok;

	for (int i = 0; i < sk_PKCS7_RECIP_INFO_num(p->recipientinfo); i++) {
		const PKCS7_RECIP_INFO *ri =
		    sk_PKCS7_RECIP_INFO_value(p->recipientinfo, i);

		if (!message_is_party(
			ri->issuer_and_serial, crypto->recipient.cert))
			continue;
		n = sizeof octets;
		ctx = EVP_PKEY_CTX_new(crypto->recipient.key, NULL);
		ok = ASN1_STRING_length(ri->enc_key) < WRAPPED_MOST &&
		     EVP_PKEY_decrypt_init(ctx) == 1 &&
		     EVP_PKEY_decrypt(ctx, octets, &n,
			 ASN1_STRING_get0_data(ri->enc_key),
			 (size_t)ASN1_STRING_length(ri->enc_key)) == 1 &&
		     n == SM4_BLOCK;
		if (ok)
			memcpy(key, octets, SM4_BLOCK);
		EVP_PKEY_CTX_free(ctx);
		OPENSSL_cleanse(octets, sizeof octets);
		return ok || err_set(err, ERR_PROTOCOL,
				 "message: its key does not open");
	}
	return err_set(
	    err, ERR_PROTOCOL, "message: not enveloped for this server");
}

static bool
iv_of(const X509_ALGOR *a, unsigned char iv[SM4_BLOCK])
{
	const bool ok =
	    (message_is(a->algorithm, MESSAGE_SM4_CBC) ||
		message_is(a->algorithm, MESSAGE_SM4)) &&
	    a->parameter != NULL && a->parameter->type == V_ASN1_OCTET_STRING &&
	    ASN1_STRING_length(a->parameter->value.octet_string) == SM4_BLOCK;

	if (ok)
		memcpy(iv,
		    ASN1_STRING_get0_data(a->parameter->value.octet_string),
		    SM4_BLOCK);
	return ok;
}

bool
message_open(const struct crypto *crypto, struct span message, struct buf *data,
    struct err *err)
{
	PKCS7_ENVELOPE *p = message_unwrap(
	    message, MESSAGE_ENVELOPED, ASN1_ITEM_rptr(PKCS7_ENVELOPE));
	unsigned char key[SM4_BLOCK], iv[SM4_BLOCK];
	const ASN1_OCTET_STRING *sealed;
	bool ok;

	if (p == NULL || crypto->fault == FAULT_MESSAGE_OPENS_NOTHING) {
		PKCS7_ENVELOPE_free(p);
		return err_set(err, ERR_PROTOCOL, "message: no enveloped data");
	}
	sealed = p->enc_data->enc_data;
	ok = sealed != NULL && iv_of(p->enc_data->algorithm, iv);
	if (!ok)
		err_set(err, ERR_PROTOCOL,
		    "message: its content is not under SM4 in CBC mode");
	ok = ok && unwrap(crypto, p, key, err);
	if (ok &&
	    !run(key, iv, 0,
		(struct span){ (const char *)ASN1_STRING_get0_data(sealed),
		    (size_t)ASN1_STRING_length(sealed) },
		data))
		ok = err_set(
		    err, ERR_PROTOCOL, "message: its content does not open");
	OPENSSL_cleanse(key, sizeof key);
	PKCS7_ENVELOPE_free(p);
	ERR_clear_error();
	return ok;
}
