/* SPDX-License-Identifier: MIT */
#include "conformance/cases/cert/messages.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "conformance/pki/certificate.h"
#include "fixtures/pki/chains.h"
#include "fixtures/pki/encode.h"

#define DATA      "1.2.156.10197.6.1.4.2.1"
#define SIGNED    "1.2.156.10197.6.1.4.2.2"
#define ENVELOPED "1.2.156.10197.6.1.4.2.3"
#define SM3       "1.2.156.10197.1.401"
#define SM4_CBC   "1.2.156.10197.1.104.2"
#define SM2_SIGNS "1.2.156.10197.1.301.1"
#define SM2_SEALS "1.2.156.10197.1.301.3"

enum { OWN_MOST = 1 << 16, SM3_SIZE = 32, SM4_BLOCK = 16, SEALED_MOST = 256 };

static struct span
span_from(const void *octets, size_t n)
{
	return (struct span){ octets, n };
}

/* ---- keys and certificates ---- */

static bool
keep_key(EVP_PKEY *key, struct buf *to)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	unsigned char *der = NULL;
	const int n = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);

	if (n > 0)
		buf_add(to, span_from(der, (size_t)n));
	OPENSSL_clear_free(der, n > 0 ? (size_t)n : 0);
	PKCS8_PRIV_KEY_INFO_free(info);
	return n > 0;
}

bool
own_make(struct own *own, enum own_use use)
{
	const struct mint_chain chain = {
		.name = "own",
		.algorithms = "s",
		.code = "",
		.changes =
		    use == OWN_SIGNS
			? "leaf.usage=critical digitalSignature nonRepudiation"
			: "leaf.usage=critical keyEncipherment "
			  "dataEncipherment",
		.what = "",
	};
	struct mint_ring ring;
	struct mint_set set;
	struct err err;
	bool ok;

	buf_init(&own->key, OWN_MOST);
	buf_init(&own->cert, OWN_MOST);
	mint_ring_init(&ring, MINT_SM2);
	ok = mint_set_make(&set, &chain, &ring, clock_wall(), &err);
	if (ok) {
		buf_add(&own->cert, buf_span(&set.certs[0]));
		ok = keep_key(mint_key(&ring, "leaf")->pkey, &own->key);
		mint_set_free(&set);
	}
	mint_ring_free(&ring);
	return ok;
}

void
own_free(struct own *own)
{
	buf_free(&own->key);
	buf_free(&own->cert);
}

static EVP_PKEY *
key_of(const struct own *own)
{
	const unsigned char *at = (const unsigned char *)own->key.data;

	return d2i_AutoPrivateKey(NULL, &at, (long)own->key.len);
}

/* ---- what both have ---- */

static void
algorithm(struct enc *e, const char *oid)
{
	enc_begin(e, ENC_SEQUENCE);
	enc_oid(e, oid);
	enc_end(e);
}

/* IssuerAndSerialNumber */
static void
party(struct enc *e, struct span cert)
{
	struct pki_certificate c;

	enc_begin(e, ENC_SEQUENCE);
	if (certificate_read(&c, cert, NULL)) {
		enc_raw(e, c.issuer);
		enc_value(e, ENC_INTEGER, c.serial);
	}
	enc_end(e);
}

static void
begin(struct enc *e, const char *type)
{
	enc_init(e);
	enc_begin(e, ENC_SEQUENCE);
	enc_oid(e, type);
	enc_begin(e, ENC_EXPLICIT);
	enc_begin(e, ENC_SEQUENCE);
	enc_integer(e, 1);
}

static bool
end(struct enc *e, struct buf *message)
{
	enc_end(e);
	enc_end(e);
	enc_end(e);
	buf_add(message, buf_span(&e->out));
	enc_free(e);
	return !message->full;
}

/* ---- signed data: RFC 2315 9 ---- */

/* The SET OF, under the tag that it is signed with, or the one it is sent
 * with. */
static void
attributes(struct enc *e, int tag, struct span data)
{
	unsigned char digest[SM3_SIZE];

	EVP_Digest(data.ptr, data.len, digest, NULL, EVP_sm3(), NULL);
	enc_begin(e, tag);
	enc_begin(e, ENC_SEQUENCE);
	enc_oid(e, "1.2.840.113549.1.9.3");
	enc_begin(e, ENC_SET);
	enc_oid(e, DATA);
	enc_end(e);
	enc_end(e);
	enc_begin(e, ENC_SEQUENCE);
	enc_oid(e, "1.2.840.113549.1.9.4");
	enc_begin(e, ENC_SET);
	enc_value(e, ENC_OCTETS, span_from(digest, sizeof digest));
	enc_end(e);
	enc_end(e);
	enc_end(e);
}

static void
sign_attributes(const struct own *own, struct span data, enum own_flaw flaw,
    struct buf *signature)
{
	struct mint_key key = { .algorithm = MINT_SM2, .pkey = key_of(own) };
	struct enc e;

	enc_init(&e);
	attributes(&e, ENC_SET, data);
	mint_sign(&key, "own", MINT_ID, buf_span(&e.out), signature);
	if (flaw == OWN_OTHER_SIGNATURE && signature->len > 0)
		signature->data[signature->len - 1] ^= 1;
	enc_free(&e);
	EVP_PKEY_free(key.pkey);
}

bool
own_sign(const struct own *own, struct span data, enum own_flaw flaw,
    struct buf *message)
{
	struct buf signature;
	struct enc e;

	buf_init(&signature, OWN_MOST);
	sign_attributes(own, data, flaw, &signature);
	begin(&e, SIGNED);
	enc_begin(&e, ENC_SET);
	algorithm(&e, SM3);
	enc_end(&e);
	enc_begin(&e, ENC_SEQUENCE);
	enc_oid(&e, DATA);
	enc_begin(&e, ENC_EXPLICIT);
	enc_value(&e, ENC_OCTETS,
	    flaw == OWN_OTHER_CONTENT ? span_take(data, data.len - 1) : data);
	enc_end(&e);
	enc_end(&e);
	enc_begin(&e, ENC_EXPLICIT);
	enc_raw(&e, buf_span(&own->cert));
	enc_end(&e);
	enc_begin(&e, ENC_SET);
	enc_begin(&e, ENC_SEQUENCE);
	enc_integer(&e, 1);
	party(&e, buf_span(&own->cert));
	algorithm(&e, SM3);
	attributes(&e, ENC_EXPLICIT, data);
	algorithm(&e, SM2_SIGNS);
	enc_value(&e, ENC_OCTETS, buf_span(&signature));
	enc_end(&e);
	enc_end(&e);
	buf_free(&signature);
	return end(&e, message);
}

/* ---- enveloped data: RFC 2315 10 ---- */

/* An SM2Cipher of the content's key. */
static bool
seal_key(struct span cert, const unsigned char key[SM4_BLOCK], char *sealed,
    size_t *n)
{
	const unsigned char *at = (const unsigned char *)cert.ptr;
	X509 *x = d2i_X509(NULL, &at, (long)cert.len);
	EVP_PKEY_CTX *ctx = x == NULL || X509_get0_pubkey(x) == NULL
				? NULL
				: EVP_PKEY_CTX_new(X509_get0_pubkey(x), NULL);
	const bool ok = ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 &&
			EVP_PKEY_encrypt(ctx, (unsigned char *)sealed, n, key,
			    SM4_BLOCK) == 1;

	EVP_PKEY_CTX_free(ctx);
	X509_free(x);
	ERR_clear_error();
	return ok;
}

static bool
seal_content(const unsigned char key[SM4_BLOCK],
    const unsigned char iv[SM4_BLOCK], struct span data, struct buf *sealed)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	unsigned char out[OWN_MOST];
	int n = 0, last = 0;
	const bool ok =
	    data.len < OWN_MOST - SM4_BLOCK &&
	    EVP_EncryptInit_ex(ctx, EVP_sm4_cbc(), NULL, key, iv) == 1 &&
	    EVP_EncryptUpdate(ctx, out, &n, (const unsigned char *)data.ptr,
		(int)data.len) == 1 &&
	    EVP_EncryptFinal_ex(ctx, out + n, &last) == 1;

	if (ok)
		buf_add(sealed, span_from(out, (size_t)(n + last)));
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

bool
own_envelop(
    struct span cert, struct span data, enum own_flaw flaw, struct buf *message)
{
	unsigned char secret[2 * SM4_BLOCK];
	char key[SEALED_MOST];
	struct buf content;
	size_t n = sizeof key;
	struct enc e;
	bool ok;

	buf_init(&content, OWN_MOST);
	ok = RAND_bytes(secret, sizeof secret) == 1 &&
	     seal_key(cert, secret, key, &n) &&
	     seal_content(secret, secret + SM4_BLOCK, data, &content);
	if (ok && flaw == OWN_OTHER_KEY)
		key[n - 1] ^= 1;
	if (ok) {
		begin(&e, ENVELOPED);
		enc_begin(&e, ENC_SET);
		enc_begin(&e, ENC_SEQUENCE);
		enc_integer(&e, 1);
		party(&e, cert);
		algorithm(&e, SM2_SEALS);
		enc_value(&e, ENC_OCTETS, span_from(key, n));
		enc_end(&e);
		enc_end(&e);
		enc_begin(&e, ENC_SEQUENCE);
		enc_oid(&e, DATA);
		enc_begin(&e, ENC_SEQUENCE);
		enc_oid(&e, SM4_CBC);
		enc_value(
		    &e, ENC_OCTETS, span_from(secret + SM4_BLOCK, SM4_BLOCK));
		enc_end(&e);
		enc_value(&e, ENC_CONTEXT, buf_span(&content));
		enc_end(&e);
		ok = end(&e, message);
	}
	buf_free(&content);
	return ok;
}
