/* SPDX-License-Identifier: MIT */
/* Of reading a profile: the files it names. */
#include "lib/profile_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "lib/mem.h"

#define TRUST_MAX 1048576
#define KEY_MAX   65536

char *
reading_beside(const struct reading *r, const char *path)
{
	const char *slash = strrchr(r->conf->name, '/');

	if (path[0] == '/' || slash == NULL)
		return mem_text(span_of(path));
	return mem_textf(
	    "%.*s/%s", (int)(slash - r->conf->name), r->conf->name, path);
}

const char *
reading_file(const char *path, struct buf *into)
{
	/* Not blocking: the path may be that of a pipe. */
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char piece[4096];
	struct stat st;
	ssize_t n = -1;

	if (fd == -1)
		return strerror(errno);
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		close(fd);
		return "not a regular file";
	}
	while (!into->full && (n = read(fd, piece, sizeof piece)) > 0)
		buf_add(into, (struct span){ piece, (size_t)n });
	OPENSSL_cleanse(piece, sizeof piece);
	close(fd);
	return n == -1 ? "cannot be read" : into->full ? "too large" : NULL;
}

bool
reading_pem(const struct reading *r, struct conf_key key, char **path)
{
	static const char *const right = "a PEM file with certificates; "
					 "the path is relative to the profile";
	const char *why;
	struct buf pem;
	char *whole;
	bool ok = true;

	if (*path == NULL)
		return true;
	whole = reading_beside(r, *path);
	free(*path);
	*path = whole;
	if (r->public)
		return true;
	buf_init(&pem, TRUST_MAX);
	why = reading_file(whole, &pem);
	if (why == NULL &&
	    strstr(buf_text(&pem), "-----BEGIN CERTIFICATE-----") == NULL)
		why = "no certificate in it";
	if (why != NULL)
		ok = reading_bad(r, key, why, right);
	buf_free(&pem);
	return ok;
}

/* Nobody is asked: a key that is encrypted cannot be read by a program. */
static int
no_passphrase(char *into, int size, int writing, void *ctx)
{
	(void)into;
	(void)size;
	(void)writing;
	*(bool *)ctx = true;
	return -1;
}

/* What is wrong with the key file, or with the pair; NULL: nothing. */
static const char *
pair_wrong(struct span cert_pem, struct span key_pem)
{
	BIO *c = BIO_new_mem_buf(cert_pem.ptr, (int)cert_pem.len);
	BIO *k = BIO_new_mem_buf(key_pem.ptr, (int)key_pem.len);
	bool encrypted = false, ignored;
	X509 *cert = PEM_read_bio_X509(c, NULL, no_passphrase, &ignored);
	EVP_PKEY *key =
	    PEM_read_bio_PrivateKey(k, NULL, no_passphrase, &encrypted);
	const char *wrong = NULL;

	if (key == NULL)
		wrong = encrypted ? "an encrypted key"
				  : "no private key can be read from it";
	else if (cert == NULL || X509_check_private_key(cert, key) != 1)
		wrong = "not the key of this certificate";
	else if (!EVP_PKEY_is_a(key, "RSA") && !EVP_PKEY_is_a(key, "EC") &&
		 !EVP_PKEY_is_a(key, "SM2"))
		wrong = "neither an SM2, an EC nor an RSA key";
	EVP_PKEY_free(key);
	X509_free(cert);
	BIO_free(k);
	BIO_free(c);
	ERR_clear_error();
	return wrong;
}

static const char *
key_wrong(const char *cert_path, const char *key_path)
{
	struct buf cert, key;
	const char *wrong;

	buf_init(&cert, TRUST_MAX);
	buf_init(&key, KEY_MAX);
	wrong = reading_file(key_path, &key);
	if (wrong == NULL)
		wrong = reading_file(cert_path, &cert);
	if (wrong == NULL)
		wrong = pair_wrong(buf_span(&cert), buf_span(&key));
	if (key.data != NULL)
		OPENSSL_cleanse(key.data, key.room);
	buf_free(&key);
	buf_free(&cert);
	return wrong;
}

bool
reading_pair(const struct reading *r, struct conf_key certificate,
    struct conf_key key, char **certificate_path, char **key_path)
{
	const char *wrong;
	char *whole;

	if ((*certificate_path == NULL) != (*key_path == NULL))
		return reading_bad(r, *key_path == NULL ? key : certificate,
		    "missing", "a certificate and its key, or neither");
	if (*key_path == NULL)
		return true;
	if (!reading_pem(r, certificate, certificate_path))
		return false;
	whole = reading_beside(r, *key_path);
	free(*key_path);
	*key_path = whole;
	wrong = r->public ? NULL : key_wrong(*certificate_path, whole);
	return wrong == NULL ||
	       reading_bad(r, key, wrong,
		   "a PEM file with the certificate's private key, not "
		   "encrypted; the path is relative to the profile");
}
