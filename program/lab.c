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
#include "lib/profile.h"
#include "program/lab_fault.h"
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

/* What claims to be encrypted is no certificate: a run asks nobody anything. */
static int
unasked(char *into, int size, int writing, void *ctx)
{
	(void)into;
	(void)size;
	(void)writing;
	(void)ctx;
	return -1;
}

bool
lab_certificate_read(struct lab_certificate *c, const char *what,
    struct span pem, struct err *err)
{
	BIO *b = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	X509 *x = PEM_read_bio_X509(b, NULL, unasked, NULL);
	unsigned usage;

	*c = (struct lab_certificate){ .x509 = x };
	BIO_free(b);
	ERR_clear_error();
	if (x == NULL)
		return lab_wrong(err, LAB_NO_CERTIFICATE, what, "%s", "");
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

bool
lab_is_own(const struct lab_certificate *c)
{
	return X509_NAME_cmp(X509_get_subject_name(c->x509),
		   X509_get_issuer_name(c->x509)) == 0;
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
		lab_wrong(err, LAB_UNSAID, "--passphrase prompt", "%s", "");
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
			lab_wrong(err, LAB_LONG, path, "%s", "");
		else
			err_hint(err, lab_fault_todo(LAB_EMPTY),
			    lab_fault_todo_zh(LAB_EMPTY));
	} else {
		n = strcspn(buf_text(&text), "\r\n");
		if (n == 0)
			lab_wrong(err, LAB_EMPTY, path, "%s", "");
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
	char *about;

	if (strcmp(how, "prompt") == 0)
		return asked_for("Passphrase of the key: ", twice, err);
	if (strncmp(how, "file:", 5) == 0)
		return from_file(how + 5, err);
	if (strncmp(how, "env:", 4) == 0) {
		value = getenv(how + 4);
		if (value != NULL && value[0] != '\0')
			return mem_text(span_of(value));
		about = mem_textf("--passphrase %s", how);
		lab_wrong(err, LAB_UNSET, about, "%s", "");
		free(about);
		return NULL;
	}
	/* Not shown: it may be the passphrase itself. */
	lab_wrong(err, LAB_HOW, "--passphrase", "%s", "");
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
		return lab_wrong(err, LAB_GONE, path, "%s", "");
	if (!S_ISREG(st.st_mode))
		return lab_wrong(err, LAB_ODD, path, "%s", "");
	return (st.st_mode & 077) == 0 ||
	       lab_wrong(err, LAB_SHARED, path, "(mode %03o)",
		   (unsigned)(st.st_mode & 0777));
}

static bool
read_file(const char *path, struct buf *into, struct err *err)
{
	return files_read(path, into, err) ||
	       err_hint(
		   err, lab_fault_todo(LAB_GONE), lab_fault_todo_zh(LAB_GONE));
}

bool
lab_open_key(
    struct lab *l, const char *path, const char *secret, struct err *err)
{
	struct asking asking = { .secret = secret };
	enum lab_fault fault = LAB_FINE;
	struct buf pem;
	bool ok = is_private(path, err);
	BIO *b;

	buf_init(&pem, LAB_PEM_MOST);
	ok = ok && read_file(path, &pem, err);
	if (ok) {
		b = BIO_new_mem_buf(pem.data, (int)pem.len);
		l->key =
		    PEM_read_bio_PrivateKey(b, NULL, on_encrypted, &asking);
		BIO_free(b);
		ERR_clear_error();
		l->encrypted = asking.encrypted;
		if (asking.silent)
			fault = LAB_ENCRYPTED;
		else if (l->key == NULL)
			fault = asking.encrypted ? LAB_PASSPHRASE : LAB_NO_KEY;
		else if (!EVP_PKEY_is_a(l->key, "SM2"))
			fault = LAB_NOT_SM2;
	}
	if (fault != LAB_FINE)
		ok = lab_wrong(err, fault, path, "%s", "");
	if (pem.data != NULL)
		OPENSSL_cleanse(pem.data, pem.room);
	buf_free(&pem);
	return ok;
}

bool
lab_open_certificate(struct lab *l, const char *path, struct err *err)
{
	return read_file(path, &l->chain, err) &&
	       lab_certificate_read(
		   &l->certificate, path, buf_span(&l->chain), err);
}

bool
lab_is_pair(const struct lab *l, const char *key, const char *certificate,
    struct err *err)
{
	const bool pair =
	    X509_check_private_key(l->certificate.x509, l->key) == 1;

	ERR_clear_error();
	return pair || lab_wrong(err, LAB_NO_PAIR, certificate, "%s", key);
}

bool
lab_is_valid(const struct lab *l, const char *certificate, struct wall now,
    struct err *err)
{
	const struct lab_certificate *c = &l->certificate;
	const bool early = now.us < c->begins.us;
	char day[CLOCK_TEXT], today[CLOCK_TEXT];

	wall_text(early ? c->begins : c->ends, day);
	wall_text(now, today);
	return (!early && now.us <= c->ends.us) ||
	       lab_wrong(err, early ? LAB_EARLY : LAB_EXPIRED, certificate,
		   "%.19sZ, and this machine's clock says %.19sZ", day, today);
}

bool
lab_may_sign(const struct lab *l, const char *certificate, struct err *err)
{
	return l->certificate.may_sign ||
	       lab_wrong(err, LAB_NOT_SIGNING, certificate, "%s", "");
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

	while ((x = PEM_read_bio_X509(from, NULL, unasked, NULL)) != NULL) {
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

void
lab_init(struct lab *l)
{
	*l = (struct lab){ 0 };
	buf_init(&l->chain, LAB_PEM_MOST);
	buf_init(&l->picture, PROFILE_PICTURE_MOST);
}

bool
lab_open(struct lab *l, const char *key, const char *certificate,
    const char *secret, struct wall now, struct err *err)
{
	bool ok;

	lab_init(l);
	ok = lab_open_key(l, key, secret, err) &&
	     lab_open_certificate(l, certificate, err) &&
	     lab_is_pair(l, key, certificate, err) &&
	     lab_is_valid(l, certificate, now, err) &&
	     lab_may_sign(l, certificate, err);
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
	buf_free(&l->picture);
	*l = (struct lab){ 0 };
}
