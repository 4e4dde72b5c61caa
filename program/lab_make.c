/* SPDX-License-Identifier: MIT */
/*
 * A lab's key is made, with a certificate that it signs itself and a request
 * (PKCS #10) for who would rather be certified by somebody else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "program/lab.h"
#include "program/lab_inner.h"

enum {
	YEARS = 3,
	ROUNDS = 600000, /* of PBKDF2: who has the file tries passphrases */
	NAME_MOST = 64,  /* characters: RFC 5280 A.1 ub-common-name */
	SERIAL_SIZE = 16,
};

/* ---- what goes into both ---- */

static bool
is_name(const char *name, struct err *err)
{
	size_t n = 0;

	for (struct span rest = span_of(name); rest.len != 0; n++) {
		const size_t octets = text_utf8(rest);

		if (octets == 0 || (unsigned char)rest.ptr[0] < ' ' ||
		    rest.ptr[0] == 0x7f)
			return err_set(err, ERR_CONFIG,
			    "--name: not UTF-8 without control characters");
		rest = span_skip(rest, octets);
	}
	return (n >= 1 && n <= NAME_MOST) ||
	       err_set(err, ERR_CONFIG, "--name: 1 to %d characters, not %zu",
		   NAME_MOST, n);
}

static bool
set_name(X509_NAME *to, const char *name)
{
	return X509_NAME_add_entry_by_NID(to, NID_commonName, MBSTRING_UTF8,
		   (const unsigned char *)name, -1, -1, 0) == 1;
}

/* A positive INTEGER nobody can foresee: RFC 5280 4.1.2.2. */
static bool
set_serial(X509 *x)
{
	unsigned char bytes[SERIAL_SIZE];
	BIGNUM *n;
	bool ok = RAND_bytes(bytes, sizeof bytes) == 1;

	bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);
	n = BN_bin2bn(bytes, sizeof bytes, NULL);
	ok = ok && n != NULL &&
	     BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL;
	BN_free(n);
	return ok;
}

static bool
add_extension(X509 *x, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;
	bool ok;

	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ok = e != NULL && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

static X509 *
certify(EVP_PKEY *key, const char *name, struct wall now)
{
	const time_t from = (time_t)(now.us / 1000000);
	EVP_MD_CTX *ctx = lab_begin(key, true);
	X509 *x = X509_new();
	const bool ok =
	    ctx != NULL && X509_set_version(x, X509_VERSION_3) == 1 &&
	    set_serial(x) && set_name(X509_get_subject_name(x), name) &&
	    X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
	    ASN1_TIME_adj(X509_getm_notBefore(x), from, 0, 0) != NULL &&
	    ASN1_TIME_adj(X509_getm_notAfter(x), from, YEARS * 365, 0) !=
		NULL &&
	    X509_set_pubkey(x, key) == 1 &&
	    add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
	    add_extension(
		x, NID_key_usage, "critical,digitalSignature,nonRepudiation") &&
	    add_extension(x, NID_subject_key_identifier, "hash") &&
	    add_extension(x, NID_authority_key_identifier, "keyid:always") &&
	    X509_sign_ctx(x, ctx) > 0;

	EVP_MD_CTX_free(ctx);
	if (ok)
		return x;
	X509_free(x);
	return NULL;
}

static X509_REQ *
request(EVP_PKEY *key, const char *name)
{
	EVP_MD_CTX *ctx = lab_begin(key, true);
	X509_REQ *r = X509_REQ_new();
	const bool ok = ctx != NULL && X509_REQ_set_version(r, 0) == 1 &&
			set_name(X509_REQ_get_subject_name(r), name) &&
			X509_REQ_set_pubkey(r, key) == 1 &&
			X509_REQ_sign_ctx(r, ctx) > 0;

	EVP_MD_CTX_free(ctx);
	if (ok)
		return r;
	X509_REQ_free(r);
	return NULL;
}

/* ---- the key in PKCS #8 ---- */

/* PBES2 with PBKDF2 and AES-256 (RFC 8018), which every tool opens. */
static bool
put_encrypted(BIO *b, PKCS8_PRIV_KEY_INFO *plain, const char *secret)
{
	X509_ALGOR *how = PKCS5_pbe2_set_iv(
	    EVP_aes_256_cbc(), ROUNDS, NULL, 0, NULL, NID_hmacWithSHA256);
	X509_SIG *sealed = how == NULL ? NULL
				       : PKCS8_set0_pbe(secret,
					     (int)strlen(secret), plain, how);
	const bool ok = sealed != NULL && PEM_write_bio_PKCS8(b, sealed) == 1;

	if (sealed == NULL)
		X509_ALGOR_free(how);
	X509_SIG_free(sealed);
	return ok;
}

static bool
put_key(BIO *b, EVP_PKEY *key, const char *secret)
{
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
	const bool ok =
	    plain != NULL &&
	    (secret == NULL ? PEM_write_bio_PKCS8_PRIV_KEY_INFO(b, plain) == 1
			    : put_encrypted(b, plain, secret));

	PKCS8_PRIV_KEY_INFO_free(plain);
	return ok;
}

/* ---- files ---- */

/* A file that was not there; nobody else reads it. */
static bool
put_file(const char *path, BIO *from, struct err *err)
{
	const int fd =
	    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char *bytes = NULL;
	const long n = BIO_get_mem_data(from, &bytes);
	bool ok;

	if (fd == -1)
		return err_set(err, errno == EEXIST ? ERR_CONFIG : ERR_IO,
		    "%s%s", path,
		    errno == EEXIST ? ": is there already, and is not "
				      "overwritten"
				    : "");
	ok = n > 0 && write(fd, bytes, (size_t)n) == n && fsync(fd) == 0;
	if (close(fd) == -1 || !ok) {
		err_set(err, ERR_IO, "%s: cannot be written", path);
		unlink(path);
		return false;
	}
	files_sync_name(path);
	return true;
}

enum { KEY, CERTIFICATE, REQUEST, FILES };

static const char *const names[FILES] = { "key.pem", "certificate.pem",
	"request.pem" };

static bool
nothing_there(const char *dir, struct err *err)
{
	bool ok = true;

	for (int i = 0; ok && i < FILES; i++) {
		char *path = mem_textf("%s/%s", dir, names[i]);

		ok = access(path, F_OK) == -1 ||
		     err_set(err, ERR_CONFIG,
			 "%s: is there already, and is not overwritten", path);
		free(path);
	}
	return ok;
}

static bool
put_all(const char *dir, BIO *const *made, struct err *err)
{
	char *paths[FILES];
	int done = 0;

	for (int i = 0; i < FILES; i++)
		paths[i] = mem_textf("%s/%s", dir, names[i]);
	while (done < FILES && put_file(paths[done], made[done], err))
		done++;
	for (int i = 0; done < FILES && i < done; i++)
		unlink(paths[i]);
	for (int i = 0; i < FILES; i++)
		free(paths[i]);
	return done == FILES;
}

bool
lab_make(const char *dir, const char *name, const char *secret, struct wall now,
    struct err *err)
{
	BIO *made[FILES];
	EVP_PKEY *key = NULL;
	X509 *x = NULL;
	X509_REQ *r = NULL;
	bool ok;

	if (!is_name(name, err) || !files_make_dir(dir, err) ||
	    !nothing_there(dir, err))
		return false;
	for (int i = 0; i < FILES; i++)
		made[i] = BIO_new(i == KEY ? BIO_s_secmem() : BIO_s_mem());
	key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	if (key != NULL) {
		x = certify(key, name, now);
		r = request(key, name);
	}
	ok = x != NULL && r != NULL && put_key(made[KEY], key, secret) &&
	     PEM_write_bio_X509(made[CERTIFICATE], x) == 1 &&
	     PEM_write_bio_X509_REQ(made[REQUEST], r) == 1;
	if (!ok)
		err_set(err, ERR_LIMIT, "no key could be made: %s",
		    ERR_reason_error_string(ERR_peek_error()));
	ok = ok && put_all(dir, made, err);
	ERR_clear_error();
	for (int i = 0; i < FILES; i++)
		BIO_free(made[i]);
	X509_REQ_free(r);
	X509_free(x);
	EVP_PKEY_free(key);
	return ok;
}
