/* SPDX-License-Identifier: MIT */
#include "conformance/client/key.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "conformance/pki/der_write.h"

#define SM2_ID "1234567812345678"

EVP_PKEY *
key_new(enum own_key kind)
{
	EVP_PKEY *key = NULL;

	switch (kind) {
	case OWN_P256:
		key = EVP_EC_gen("P-256");
		break;
	case OWN_SM2:
		key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
		break;
	case OWN_RSA:
		key = EVP_RSA_gen(2048);
		break;
	}
	ERR_clear_error();
	return key;
}

EVP_PKEY *
key_beside(EVP_PKEY *key)
{
	return key_new(EVP_PKEY_is_a(key, "SM2")   ? OWN_SM2
		       : EVP_PKEY_is_a(key, "RSA") ? OWN_RSA
						   : OWN_P256);
}

/* Nobody is asked for a passphrase. */
static int
no_passphrase(char *into, int size, int writing, void *ctx)
{
	(void)into;
	(void)size;
	(void)writing;
	(void)ctx;
	return -1;
}

EVP_PKEY *
key_load(const char *path)
{
	BIO *in = BIO_new_file(path, "r");
	EVP_PKEY *key =
	    in == NULL ? NULL
		       : PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL);

	BIO_free(in);
	ERR_clear_error();
	return key;
}

bool
key_text(EVP_PKEY *key, struct buf *pem)
{
	BIO *out = BIO_new(BIO_s_mem());
	const bool ok =
	    PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1;
	char *text;

	if (ok) {
		const long n = BIO_get_mem_data(out, &text);

		buf_add(pem, (struct span){ text, (size_t)n });
	}
	BIO_free(out);
	ERR_clear_error();
	return ok;
}

EVP_PKEY *
key_read_text(struct span pem)
{
	BIO *in = pem.len == 0 ? NULL : BIO_new_mem_buf(pem.ptr, (int)pem.len);
	EVP_PKEY *key =
	    in == NULL ? NULL
		       : PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL);

	BIO_free(in);
	ERR_clear_error();
	return key;
}

bool
key_public(EVP_PKEY *key, struct buf *der)
{
	unsigned char *octets = NULL;
	const int n = i2d_PUBKEY(key, &octets);

	if (n > 0)
		buf_add(der, (struct span){ (const char *)octets, (size_t)n });
	OPENSSL_free(octets);
	ERR_clear_error();
	return n > 0;
}

bool
key_certificate(const char *path, struct buf *der)
{
	BIO *in = BIO_new_file(path, "r");
	X509 *cert = in == NULL
			 ? NULL
			 : PEM_read_bio_X509(in, NULL, no_passphrase, NULL);
	unsigned char *octets = NULL;
	const int n = cert == NULL ? -1 : i2d_X509(cert, &octets);

	if (n > 0)
		buf_add(der, (struct span){ (const char *)octets, (size_t)n });
	OPENSSL_free(octets);
	X509_free(cert);
	BIO_free(in);
	ERR_clear_error();
	return n > 0;
}

static bool
sign_begin(EVP_MD_CTX *ctx, EVP_PKEY *key)
{
	const bool sm2 = EVP_PKEY_is_a(key, "SM2");
	EVP_PKEY_CTX *how = NULL;

	return EVP_DigestSignInit(
		   ctx, &how, sm2 ? EVP_sm3() : EVP_sha256(), NULL, key) == 1 &&
	       (!sm2 ||
		   EVP_PKEY_CTX_set1_id(how, SM2_ID, sizeof SM2_ID - 1) == 1);
}

bool
key_sign(EVP_PKEY *key, struct span data, struct buf *signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char out[1024];
	size_t n = sizeof out;
	const bool ok = sign_begin(ctx, key) &&
			EVP_DigestSign(ctx, out, &n,
			    (const unsigned char *)data.ptr, data.len) == 1;

	if (ok)
		buf_add(signature, (struct span){ (const char *)out, n });
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

bool
key_put_algorithm(const EVP_PKEY *key, struct buf *der)
{
	/* clang-format off */
	static const struct {
		const char	*type;	/* OpenSSL's name */
		enum oid	 id;
		struct span	 parameters;
	} schemes[] = {
		{ "EC",	 OID_ECDSA_SHA256, SPAN_INIT("") },
		{ "SM2", OID_SM2_SM3,	   SPAN_INIT("") },
		{ "RSA", OID_RSA_SHA256,   SPAN_INIT("\x05\x00") },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		if (key != NULL && EVP_PKEY_is_a(key, schemes[i].type)) {
			der_put_algorithm(
			    der, schemes[i].id, schemes[i].parameters);
			return true;
		}
	return false;
}

/* ---- certificates that no CA has issued ---- */

static bool
sign_certificate(EVP_PKEY *key, X509 *x)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const bool ok = sign_begin(ctx, key) && X509_sign_ctx(x, ctx) > 0;

	EVP_MD_CTX_free(ctx);
	return ok;
}

bool
key_self_signed(EVP_PKEY *key, const char *common_name, struct buf *der)
{
	X509 *x = X509_new();
	unsigned char *octets = NULL;
	X509_NAME *name = X509_get_subject_name(x);
	int n = -1;

	if (X509_set_version(x, X509_VERSION_3) == 1 &&
	    ASN1_INTEGER_set_int64(X509_get_serialNumber(x), 0x5eed) == 1 &&
	    X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
		(const unsigned char *)common_name, -1, -1, 0) == 1 &&
	    X509_set_issuer_name(x, name) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(x), -3600) != NULL &&
	    X509_gmtime_adj(X509_getm_notAfter(x), 86400) != NULL &&
	    X509_set_pubkey(x, key) == 1 && sign_certificate(key, x))
		n = i2d_X509(x, &octets);
	if (n > 0)
		buf_add(der, (struct span){ (const char *)octets, (size_t)n });
	OPENSSL_free(octets);
	X509_free(x);
	ERR_clear_error();
	return n > 0;
}

/* Its identifier, which is that of another key, goes with the old name. */
static bool
rename_issuer(X509 *x, const char *name)
{
	X509_NAME *issuer = X509_NAME_new();
	const int at = X509_get_ext_by_NID(x, NID_authority_key_identifier, -1);
	const bool ok = X509_NAME_add_entry_by_txt(issuer, "CN", MBSTRING_UTF8,
			    (const unsigned char *)name, -1, -1, 0) == 1 &&
			X509_set_issuer_name(x, issuer) == 1;

	if (at >= 0)
		X509_EXTENSION_free(X509_delete_ext(x, at));
	X509_NAME_free(issuer);
	return ok;
}

bool
key_forge_by(EVP_PKEY *ca, const char *name, EVP_PKEY *key, struct span like,
    struct buf *der)
{
	const unsigned char *p = (const unsigned char *)like.ptr;
	X509 *x = d2i_X509(NULL, &p, (long)like.len);
	unsigned char *octets = NULL;
	int n = 0;

	if (x != NULL && X509_set_pubkey(x, key) == 1 &&
	    (name == NULL || rename_issuer(x, name)) && sign_certificate(ca, x))
		n = i2d_X509(x, &octets);
	if (n > 0)
		buf_add(der, (struct span){ (const char *)octets, (size_t)n });
	OPENSSL_free(octets);
	X509_free(x);
	ERR_clear_error();
	return n > 0;
}

bool
key_forge(EVP_PKEY *key, struct span like, struct buf *der)
{
	return key_forge_by(key, NULL, key, like, der);
}
