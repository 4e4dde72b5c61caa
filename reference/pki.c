/* SPDX-License-Identifier: MIT */
#include "reference/pki.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "lib/mem.h"
#include "reference/ca/key.h"

/* Whoever asks to be told a month before the end is not told of ours. */
#define TO_DAYS 90

struct recipe {
	const char *cn;
	const char *alt; /* subjectAltName, as X509V3_EXT_nconf reads it */
	int from_days, to_days;
	bool ca;
	bool self_signed;
	bool weak;
	const char *use; /* extendedKeyUsage */
	bool sha1;
	bool stray; /* a certificate in between that has no part in it */
};

static const char all_names[] =
    "DNS:" PKI_HOST ",DNS:localhost,IP:127.0.0.1,IP:::1";

static const char for_servers[] = "serverAuth";

static const struct recipe authority = {
	.cn = "Yanshou throw-away CA",
	.from_days = -400,
	.to_days = TO_DAYS,
	.ca = true,
	.self_signed = true,
};

/* Nobody's: it has certified nothing. */
static const struct recipe other = {
	.cn = "Yanshou another CA",
	.from_days = -400,
	.to_days = TO_DAYS,
	.ca = true,
	.self_signed = true,
};

/* clang-format off */
static const struct recipe leaves[PKI_LEAVES] = {
	[PKI_GOOD]        = { PKI_HOST, all_names, -1, TO_DAYS, false, false, false, for_servers },
	[PKI_EXPIRED]     = { PKI_HOST, all_names, -60, -1, false, false, false, for_servers },
	[PKI_NOT_YET]     = { PKI_HOST, all_names, 1, TO_DAYS, false, false, false, for_servers },
	[PKI_OTHER_NAME]  = { "other.example.test", "DNS:other.example.test",
			      -1, TO_DAYS, false, false, false, for_servers },
	[PKI_SELF_SIGNED] = { PKI_HOST, all_names, -1, TO_DAYS, false, true, false, for_servers },
	[PKI_WEAK_KEY]    = { PKI_HOST, all_names, -1, TO_DAYS, false, false, true, for_servers },
	[PKI_OTHER_USE]   = { PKI_HOST, all_names, -1, TO_DAYS, false, false, false, "clientAuth" },
	[PKI_WEAK_DIGEST] = { PKI_HOST, all_names, -1, TO_DAYS, false, false, false, for_servers,
			      .sha1 = true },
	[PKI_STRAY]       = { PKI_HOST, all_names, -1, TO_DAYS, false, false, false, for_servers,
			      .stray = true },
};
/* clang-format on */

static bool
set_names(X509 *x, const char *cn)
{
	X509_NAME *name = X509_get_subject_name(x);

	return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC,
		   (const unsigned char *)"Yanshou reference", -1, -1, 0) &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
		   (const unsigned char *)cn, -1, -1, 0);
}

static bool
extend(X509 *x, X509V3_CTX *ctx, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_nconf_nid(NULL, ctx, nid, value);
	const bool ok = e != NULL && X509_add_ext(x, e, -1);

	X509_EXTENSION_free(e);
	return ok;
}

/* RFC 5280 4.2.1: what a chain of two has to carry. */
static bool
set_extensions(X509 *x, X509 *issuer, const struct recipe *r)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	if (!extend(x, &ctx, NID_subject_key_identifier, "hash"))
		return false;
	if (r->ca)
		return extend(x, &ctx, NID_basic_constraints,
			   "critical,CA:TRUE,pathlen:0") &&
		       extend(x, &ctx, NID_key_usage,
			   "critical,keyCertSign,cRLSign");
	return extend(x, &ctx, NID_basic_constraints, "critical,CA:FALSE") &&
	       extend(x, &ctx, NID_key_usage, "critical,digitalSignature") &&
	       extend(x, &ctx, NID_ext_key_usage, r->use) &&
	       extend(x, &ctx, NID_subject_alt_name, r->alt) &&
	       (r->self_signed || extend(x, &ctx, NID_authority_key_identifier,
				      "keyid:always"));
}

/* NULL when OpenSSL says no; issuer NULL: signed with its own key. */
static X509 *
certificate(const struct recipe *r, EVP_PKEY *key, X509 *issuer,
    EVP_PKEY *issuer_key, struct wall now)
{
	X509 *x = X509_new();
	time_t t = (time_t)(now.us / 1000000);

	if (r->self_signed) {
		issuer = x;
		issuer_key = key;
	}
	if (X509_set_version(x, X509_VERSION_3) &&
	    ca_serial(X509_get_serialNumber(x)) && set_names(x, r->cn) &&
	    X509_set_issuer_name(x, X509_get_subject_name(issuer)) &&
	    X509_time_adj_ex(X509_getm_notBefore(x), r->from_days, 0, &t) &&
	    X509_time_adj_ex(X509_getm_notAfter(x), r->to_days, 0, &t) &&
	    X509_set_pubkey(x, key) && set_extensions(x, issuer, r) &&
	    X509_sign(x, issuer_key, r->sha1 ? EVP_sha1() : EVP_sha256()))
		return x;
	X509_free(x);
	return NULL;
}

static FILE *
create(const char *dir, const char *name, mode_t mode, struct err *err)
{
	char *path = mem_textf("%s/%s", dir, name);
	const int fd =
	    open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "w");

	if (f == NULL) {
		err_set(err, ERR_IO, "create %s", path);
		if (fd != -1)
			close(fd);
	}
	free(path);
	return f;
}

/* One after another; those that are NULL are left out. */
static bool
write_certs(
    const char *dir, const char *name, X509 *const certs[3], struct err *err)
{
	FILE *f = create(dir, name, 0644, err);
	bool ok = true;

	if (f == NULL)
		return false;
	for (int i = 0; ok && i < 3; i++)
		ok = certs[i] == NULL || PEM_write_X509(f, certs[i]);
	if (fclose(f) != 0 || !ok)
		return ca_openssl_err(err, name);
	return true;
}

static bool
write_key(const char *dir, const char *name, EVP_PKEY *key, struct err *err)
{
	FILE *f = create(dir, name, 0600, err);
	bool ok;

	if (f == NULL)
		return false;
	ok = PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	if (fclose(f) != 0 || !ok)
		return ca_openssl_err(err, name);
	return true;
}

bool
pki_make(const char *dir, enum pki_leaf kind, struct wall now, struct err *err)
{
	const struct recipe *r = &leaves[kind];
	EVP_PKEY *ca_key = EVP_EC_gen("P-256");
	EVP_PKEY *key = r->weak ? EVP_RSA_gen(1024) : EVP_EC_gen("P-256");
	X509 *ca = NULL, *leaf = NULL, *stray = NULL;
	bool ok = false;

	if (mkdir(dir, 0755) == -1 && errno != EEXIST) {
		err_set(err, ERR_IO, "create folder %s", dir);
		goto out;
	}
	if (ca_key == NULL || key == NULL ||
	    (ca = certificate(&authority, ca_key, NULL, NULL, now)) == NULL ||
	    (leaf = certificate(r, key, ca, ca_key, now)) == NULL ||
	    (r->stray &&
		(stray = certificate(&other, key, NULL, NULL, now)) == NULL)) {
		ca_openssl_err(err, "make a certificate");
		goto out;
	}
	ok = write_certs(dir, "ca.pem", (X509 *[3]){ ca }, err) &&
	     write_certs(dir, "server.pem",
		 (X509 *[3]){ leaf, stray, r->self_signed ? NULL : ca }, err) &&
	     write_key(dir, "server.key", key, err);
out:
	X509_free(stray);
	X509_free(leaf);
	X509_free(ca);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	return ok;
}
