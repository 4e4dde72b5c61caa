/* SPDX-License-Identifier: MIT */
#include "loadgen/prepared.h"

#include <string.h>

static bool
has_certificates(const struct profile *p)
{
	return p->pki.n_certificates > 0 &&
	       (p->pki.n_anchors > 0 || p->pki.issuers != NULL);
}

static bool
has_records(const struct profile *p)
{
	return p->pki.records != NULL &&
	       (p->pki.n_anchors > 0 || p->pki.issuers != NULL);
}

static bool
has_people(const struct profile *p)
{
	if (p->directory.base == NULL)
		return false;
	for (size_t i = 0; i < p->n_accounts; i++)
		if (p->accounts[i].dn != NULL)
			return true;
	return false;
}

/* Both are put by POST, in the words of the profile. */
static bool
has_cryptography(const struct profile *p)
{
	static const char *const names[] = { "signature.make",
		"signature.verify" };

	for (size_t i = 0; i < 2; i++) {
		const struct profile_operation *o =
		    profile_operation(p, names[i]);

		if (o == NULL || strcmp(o->method, "POST") != 0 ||
		    strcmp(o->service, "crypto") != 0)
			return false;
	}
	return profile_account(p, "alice") != NULL;
}

/* As the cases that apply by CMP need it. */
static bool
has_applicant(const struct profile *p)
{
	const struct profile_account *a = profile_account(p, "alice");

	return profile_claims(p, "cert.cmp") && has_certificates(p) &&
	       a != NULL && a->user != NULL && a->password != NULL;
}

/* clang-format off */
static const struct prepared all[PREPARED_KINDS] = {
	/* Of each certificate in turn; path and get without their first "/". */
	[PREPARED_OCSP] = { PREPARED_OCSP, "ocsp", "ocsp",
	    { "certificate", "path", "post", "nonce", "get" }, true, true, false,
	    has_certificates, "certificates with their issuers (pki:)",
	    "证书及其签发者（pki:）" },
	[PREPARED_CRL] = { PREPARED_CRL, "crl", "crl",
	    { "url", "path" }, false, true, false,
	    has_certificates, "certificates with their issuers (pki:)",
	    "证书及其签发者（pki:）" },
	[PREPARED_DIRECTORY] = { PREPARED_DIRECTORY, "directory", NULL,
	    { "base", "dn", "mail" }, false, false, false,
	    has_people, "a directory with accounts that have a dn",
	    "目录（directory:）及带 dn 的账号" },
	[PREPARED_CRYPTO] = { PREPARED_CRYPTO, "cryptography", "crypto",
	    { "data", "valid", "type", "headers", "sign-path", "sign",
	      "verify-path", "verify" }, true, true, true,
	    has_cryptography, "operations signature.make and signature.verify "
	    "at crypto, by POST (bindings:), with the account alice",
	    "以 POST 映射到 crypto 的 signature.make 与 signature.verify 操作"
	    "（bindings:）及账号 alice" },
	/* Each an application of its own, for a key of its own. */
	[PREPARED_ISSUE] = { PREPARED_ISSUE, "issue", "ca",
	    { "path", "request" }, true, true, false,
	    has_applicant, "CMP (claim cert.cmp) with the account alice and "
	    "certificates with their issuers (pki:)",
	    "CMP 签发所需的全部内容：功能声明 cert.cmp、账号 alice、"
	    "证书及其签发者（pki:）" },
	/* Drawn by lot, each from all of the list. */
	[PREPARED_RECORDS] = { PREPARED_RECORDS, "records", "ocsp",
	    { "serial", "issuer", "ca", "listed", "path", "post", "nonce",
	      "get" }, true, true, false,
	    has_records, "list of the certificates it manages (pki: records:)",
	    "所管理证书的清单（pki: records:）" },
};
/* clang-format on */

const struct prepared *
prepared_find(const char *name)
{
	for (size_t i = 0; i < PREPARED_KINDS; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}

const char *const *
prepared_names(size_t *n)
{
	static const char *const names[] = { "ocsp", "crl", "directory",
		"cryptography", "issue", "records" };

	*n = sizeof names / sizeof names[0];
	return names;
}

bool
prepared_has(const struct prepared *p, struct span column)
{
	for (size_t i = 0; i < PREPARED_COLUMNS && p->columns[i] != NULL; i++)
		if (span_eq(span_of(p->columns[i]), column))
			return true;
	return false;
}
