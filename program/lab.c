/* SPDX-License-Identifier: MIT */
#include "program/lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "program/lab_inner.h"

/* ---- certificates ---- */

static struct wall
wall_of(const ASN1_TIME *t)
{
	struct wall w = { 0 };
	char text[CLOCK_TEXT];
	struct tm tm;

	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return w;
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	wall_parse(text, &w);
	return w;
}

static char *
subject_of(X509 *x)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *at = NULL, *text;
	long n;

	X509_NAME_print_ex(b, X509_get_subject_name(x), 0,
	    (XN_FLAG_ONELINE | ASN1_STRFLGS_ESC_CTRL) & ~ASN1_STRFLGS_ESC_MSB);
	n = BIO_get_mem_data(b, &at);
	text = mem_text((struct span){ at, n < 0 ? 0 : (size_t)n });
	BIO_free(b);
	return text;
}

static void
fingerprint(X509 *x, char sm3[DIGEST_TEXT])
{
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);

	digest_text((struct span){ (char *)der, n < 0 ? 0 : (size_t)n }, sm3);
	OPENSSL_free(der);
}

bool
lab_certificate_read(struct lab_certificate *c, const char *what,
    struct span pem, struct err *err)
{
	BIO *b = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	X509 *x = PEM_read_bio_X509(b, NULL, NULL, NULL);
	unsigned usage;

	*c = (struct lab_certificate){ .x509 = x };
	BIO_free(b);
	ERR_clear_error();
	if (x == NULL)
		return err_set(err, ERR_CONFIG,
		    "%s: no certificate in PEM can be read from it", what);
	usage = X509_get_key_usage(x); /* all bits when there is none */
	c->subject = subject_of(x);
	fingerprint(x, c->sm3);
	c->begins = wall_of(X509_get0_notBefore(x));
	c->ends = wall_of(X509_get0_notAfter(x));
	c->may_sign =
	    (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
	return true;
}

void
lab_certificate_free(struct lab_certificate *c)
{
	X509_free(c->x509);
	free(c->subject);
	*c = (struct lab_certificate){ 0 };
}

/* ---- signing and verifying ---- */

EVP_MD_CTX *
lab_begin(EVP_PKEY *key, bool sign)
{
	char id[] = LAB_IDENTIFIER;
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(
		    OSSL_PKEY_PARAM_DIST_ID, id, sizeof id - 1),
		OSSL_PARAM_construct_end(),
	};
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const int ok = sign ? EVP_DigestSignInit_ex(
				  ctx, NULL, "SM3", NULL, NULL, key, params)
			    : EVP_DigestVerifyInit_ex(
				  ctx, NULL, "SM3", NULL, NULL, key, params);

	if (ok == 1)
		return ctx;
	EVP_MD_CTX_free(ctx);
	return NULL;
}

/* EVP_DigestSignUpdate() and EVP_DigestVerifyUpdate() are of one kind. */
static bool
add_file(EVP_MD_CTX *ctx, const char *path,
    int (*add)(EVP_MD_CTX *, const void *, size_t))
{
	FILE *f = fopen(path, "re");
	char piece[65536];
	bool ok = f != NULL;
	size_t n;

	while (ok && (n = fread(piece, 1, sizeof piece, f)) > 0)
		ok = add(ctx, piece, n) == 1;
	ok = ok && !ferror(f);
	if (f != NULL)
		fclose(f);
	return ok;
}

/* OpenSSL refuses what is not DER, trailing octets included. */
static bool
has_form(struct span signature)
{
	const unsigned char *at = (const unsigned char *)signature.ptr;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)signature.len);
	unsigned char *again = NULL;
	const int n = sig == NULL ? 0 : i2d_ECDSA_SIG(sig, &again);
	const bool same = n > 0 && (size_t)n == signature.len &&
			  memcmp(again, signature.ptr, signature.len) == 0;

	OPENSSL_free(again);
	ECDSA_SIG_free(sig);
	return same;
}

enum lab_verdict
lab_verify(
    const struct lab_certificate *c, const char *path, struct span signature)
{
	EVP_PKEY *key = X509_get0_pubkey(c->x509);
	enum lab_verdict v = LAB_BAD;
	EVP_MD_CTX *ctx;

	if (key == NULL || !EVP_PKEY_is_a(key, "SM2"))
		return LAB_OTHER_KEY;
	if (!has_form(signature)) {
		ERR_clear_error();
		return LAB_FORMLESS;
	}
	ctx = lab_begin(key, false);
	if (ctx == NULL)
		v = LAB_OTHER_KEY;
	else if (!add_file(ctx, path, EVP_DigestVerifyUpdate))
		v = LAB_UNREADABLE;
	else if (EVP_DigestVerifyFinal(ctx,
		     (const unsigned char *)signature.ptr, signature.len) == 1)
		v = LAB_GOOD;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return v;
}

bool
lab_sign(const struct lab *l, const char *path, struct buf *signature,
    struct err *err)
{
	EVP_MD_CTX *ctx = lab_begin(l->key, true);
	unsigned char bytes[LAB_SIGNATURE_MOST];
	size_t n = sizeof bytes;
	bool ok = ctx != NULL && add_file(ctx, path, EVP_DigestSignUpdate);

	if (!ok)
		err_set(err, ERR_IO, "%s: cannot be read", path);
	else if (EVP_DigestSignFinal(ctx, bytes, &n) != 1)
		ok = err_set(err, ERR_CONFIG, "%s: cannot be signed", path);
	if (ok)
		buf_add(signature, (struct span){ (char *)bytes, n });
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

/* ---- passphrases ---- */

static char *
asked_for(const char *what, bool twice, struct err *err)
{
	char secret[LAB_SECRET_MOST];
	char *copy = NULL;

	if (EVP_read_pw_string_min(secret, 1, sizeof secret, what, twice) == 0)
		copy = mem_text(span_of(secret));
	else
		err_set(err, ERR_CONFIG,
		    "no passphrase was given, or not the same twice");
	OPENSSL_cleanse(secret, sizeof secret);
	ERR_clear_error();
	return copy;
}

/* The first line. */
static char *
from_file(const char *path, struct err *err)
{
	struct buf text;
	char *secret = NULL;
	size_t n = 0;

	buf_init(&text, LAB_SECRET_MOST);
	if (!files_read(path, &text, err)) {
		if (err->kind == ERR_LIMIT)
			err_set(err, ERR_CONFIG,
			    "%s: too long for a passphrase", path);
	} else {
		n = strcspn(buf_text(&text), "\r\n");
		if (n == 0)
			err_set(err, ERR_CONFIG,
			    "%s: no passphrase in its first line", path);
		else
			secret = mem_text((struct span){ buf_text(&text), n });
	}
	if (text.data != NULL)
		OPENSSL_cleanse(text.data, text.room);
	buf_free(&text);
	return secret;
}

char *
lab_secret(const char *how, bool twice, struct err *err)
{
	const char *value;

	if (strcmp(how, "prompt") == 0)
		return asked_for("Passphrase of the key: ", twice, err);
	if (strncmp(how, "file:", 5) == 0)
		return from_file(how + 5, err);
	if (strncmp(how, "env:", 4) == 0) {
		value = getenv(how + 4);
		if (value != NULL && value[0] != '\0')
			return mem_text(span_of(value));
		err_set(err, ERR_CONFIG,
		    "--passphrase %s: this environment variable is not set",
		    how);
		return NULL;
	}
	/* Not shown: it may be the passphrase itself. */
	err_set(err, ERR_CONFIG, "--passphrase: prompt, env:NAME or file:PATH");
	return NULL;
}

void
lab_forget(char *secret)
{
	if (secret != NULL)
		OPENSSL_cleanse(secret, strlen(secret));
	free(secret);
}

/* ---- opening ---- */

struct asking {
	const char *secret;
	bool encrypted; /* a passphrase was asked for */
	bool silent;    /* and nobody could say one */
};

static int
on_encrypted(char *into, int size, int writing, void *ctx)
{
	struct asking *a = ctx;
	struct err err;
	char *asked = NULL;
	size_t n;

	(void)writing;
	a->encrypted = true;
	if (a->secret == NULL) {
		a->silent = isatty(STDIN_FILENO) == 0;
		if (!a->silent)
			asked = asked_for(
			    "Passphrase of the lab's key: ", false, &err);
		if (asked == NULL)
			return -1;
	}
	n = strlen(asked == NULL ? a->secret : asked);
	n = n > (size_t)size ? (size_t)size : n;
	memcpy(into, asked == NULL ? a->secret : asked, n);
	lab_forget(asked);
	return (int)n;
}

static bool
is_private(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return err_set(err, ERR_IO, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_CONFIG, "%s: is no plain file", path);
	return (st.st_mode & 077) == 0 ||
	       err_set(err, ERR_CONFIG,
		   "%s: a key that others can read (mode %03o) is nobody's; "
		   "chmod 600 it",
		   path, (unsigned)(st.st_mode & 0777));
}

static bool
open_key(struct lab *l, const char *path, const char *secret, struct err *err)
{
	struct asking asking = { .secret = secret };
	struct buf pem;
	bool ok = is_private(path, err);
	BIO *b;

	buf_init(&pem, LAB_PEM_MOST);
	ok = ok && files_read(path, &pem, err);
	if (ok) {
		b = BIO_new_mem_buf(pem.data, (int)pem.len);
		l->key =
		    PEM_read_bio_PrivateKey(b, NULL, on_encrypted, &asking);
		BIO_free(b);
		ERR_clear_error();
	}
	if (ok && asking.silent)
		ok = err_set(err, ERR_CONFIG,
		    "%s: is encrypted; say its passphrase with --passphrase or "
		    "lab.passphrase of the profile",
		    path);
	else if (ok && l->key == NULL)
		ok = err_set(err, ERR_CONFIG, "%s: %s", path,
		    asking.encrypted
			? "not opened: the passphrase is another one"
			: "no private key in PEM can be read from it");
	else if (ok && !EVP_PKEY_is_a(l->key, "SM2"))
		ok = err_set(err, ERR_CONFIG,
		    "%s: not a key of SM2; \"yanshou key new\" makes one",
		    path);
	if (pem.data != NULL)
		OPENSSL_cleanse(pem.data, pem.room);
	buf_free(&pem);
	return ok;
}

static bool
is_usable(const struct lab *l, const char *key, const char *certificate,
    struct wall now, struct err *err)
{
	const struct lab_certificate *c = &l->certificate;
	char day[CLOCK_TEXT];

	if (X509_check_private_key(c->x509, l->key) != 1) {
		ERR_clear_error();
		return err_set(err, ERR_CONFIG,
		    "%s: not the certificate of the key in %s", certificate,
		    key);
	}
	wall_text(now.us < c->begins.us ? c->begins : c->ends, day);
	if (now.us < c->begins.us)
		return err_set(err, ERR_CONFIG,
		    "%s: not valid before %.19sZ; is the clock right?",
		    certificate, day);
	if (now.us > c->ends.us)
		return err_set(err, ERR_CONFIG,
		    "%s: expired at %.19sZ; \"yanshou key new\" makes another, "
		    "or is the clock wrong?",
		    certificate, day);
	return c->may_sign ||
	       err_set(err, ERR_CONFIG,
		   "%s: its key usage is not for signatures", certificate);
}

/*
 * The certificates alone, for they are given away: a key may stand in the same
 * file.
 */
static void
keep_certificates(struct buf *chain)
{
	BIO *from = BIO_new_mem_buf(chain->data, (int)chain->len);
	BIO *to = BIO_new(BIO_s_mem());
	char *bytes = NULL;
	X509 *x;
	long n;

	while ((x = PEM_read_bio_X509(from, NULL, NULL, NULL)) != NULL) {
		PEM_write_bio_X509(to, x);
		X509_free(x);
	}
	ERR_clear_error();
	BIO_free(from);
	if (chain->data != NULL)
		OPENSSL_cleanse(chain->data, chain->room);
	buf_clear(chain);
	n = BIO_get_mem_data(to, &bytes);
	buf_add(chain, (struct span){ bytes, n < 0 ? 0 : (size_t)n });
	BIO_free(to);
}

bool
lab_open(struct lab *l, const char *key, const char *certificate,
    const char *secret, struct wall now, struct err *err)
{
	bool ok;

	*l = (struct lab){ 0 };
	buf_init(&l->chain, LAB_PEM_MOST);
	ok = open_key(l, key, secret, err) &&
	     files_read(certificate, &l->chain, err) &&
	     lab_certificate_read(
		 &l->certificate, certificate, buf_span(&l->chain), err) &&
	     is_usable(l, key, certificate, now, err);
	if (ok)
		keep_certificates(&l->chain);
	else
		lab_free(l);
	return ok;
}

void
lab_free(struct lab *l)
{
	EVP_PKEY_free(l->key);
	lab_certificate_free(&l->certificate);
	buf_free(&l->chain);
	*l = (struct lab){ 0 };
}
