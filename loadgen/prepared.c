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

/* Somebody gets a seal of his own, to use it so. */
static bool
has_seals(const struct profile *p, const char *use)
{
	const char *const names[] = { "seal.apply", "seal.approve", "seal.make",
		"seal.issue", "seal.revoke", use };
	static const char *const roles[] = { "alice", "registrar", "issuer" };
	const struct profile_operation *o = NULL;
	bool has = p->pki.n_anchors > 0;

	for (size_t i = 0; has && i < sizeof names / sizeof names[0]; i++)
		has = (o = profile_operation(p, names[i])) != NULL;
	for (size_t i = 0; has && i < sizeof roles / sizeof roles[0]; i++)
		has = profile_account(p, roles[i]) != NULL;
	return has && strcmp(o->method, "POST") == 0 &&
	       strcmp(o->service, "seal") == 0;
}

static bool
has_sealing(const struct profile *p)
{
	return has_seals(p, "document.seal");
}

static bool
has_checking(const struct profile *p)
{
	return has_seals(p, "document.seal") && has_seals(p, "document.check");
}

static bool
has_signing(const struct profile *p)
{
	return has_seals(p, "document.sign") && has_seals(p, "document.verify");
}

enum { KEPT = 120 }; /* of 1 MiB each */

/* clang-format off */
#define SEALS_EN(use) "operations seal.apply, approve, make, issue, revoke " \
	"and " use " at seal, by POST (bindings:), with the accounts alice, " \
	"registrar and issuer, and what is trusted (pki: anchors:)"
#define SEALS_ZH(use) "以 POST 映射到 seal 的 seal.apply、approve、make、" \
	"issue、revoke 与 " use " 操作（bindings:），账号 alice、registrar、" \
	"issuer，以及信任锚（pki: anchors:）"

static const struct prepared all[PREPARED_KINDS] = {
	/* Of each certificate in turn; path and get without their first "/". */
	[PREPARED_OCSP] = { PREPARED_OCSP, "ocsp", "ocsp",
	    { "certificate", "path", "post", "nonce", "get" }, true, true, false, false,
	    has_certificates, "certificates with their issuers (pki:)",
	    "证书及其签发者（pki:）" },
	[PREPARED_CRL] = { PREPARED_CRL, "crl", "crl",
	    { "url", "path" }, false, true, false, false,
	    has_certificates, "certificates with their issuers (pki:)",
	    "证书及其签发者（pki:）" },
	[PREPARED_DIRECTORY] = { PREPARED_DIRECTORY, "directory", NULL,
	    { "base", "dn", "mail" }, false, false, false, false,
	    has_people, "a directory with accounts that have a dn",
	    "目录（directory:）及带 dn 的账号" },
	[PREPARED_CRYPTO] = { PREPARED_CRYPTO, "cryptography", "crypto",
	    { "data", "valid", "type", "headers", "sign-path", "sign",
	      "verify-path", "verify" }, true, true, true, false,
	    has_cryptography, "operations signature.make and signature.verify "
	    "at crypto, by POST (bindings:), with the account alice",
	    "以 POST 映射到 crypto 的 signature.make 与 signature.verify 操作"
	    "（bindings:）及账号 alice" },
	/* Each an application of its own, for a key of its own. */
	[PREPARED_ISSUE] = { PREPARED_ISSUE, "issue", "ca",
	    { "path", "request" }, true, true, false, false,
	    has_applicant, "CMP (claim cert.cmp) with the account alice and "
	    "certificates with their issuers (pki:)",
	    "CMP 签发所需的全部内容：功能声明 cert.cmp、账号 alice、"
	    "证书及其签发者（pki:）" },
	/* Drawn by lot, each from all of the list. */
	[PREPARED_RECORDS] = { PREPARED_RECORDS, "records", "ocsp",
	    { "serial", "issuer", "ca", "listed", "path", "post", "nonce",
	      "get" }, true, true, false, false,
	    has_records, "list of the certificates it manages (pki: records:)",
	    "所管理证书的清单（pki: records:）" },
	/* A few documents of 1 MiB, in turn; digest: of the page, by SM3. */
	[PREPARED_SEALING] = { PREPARED_SEALING, "sealing", "seal",
	    { "id", "digest", "type", "headers", "path", "body" },
	    false, true, true, true,
	    has_sealing, SEALS_EN("document.seal"), SEALS_ZH("document.seal"),
	    "document.seal", KEPT },
	/* A small one for each. */
	[PREPARED_BATCH] = { PREPARED_BATCH, "batch", "seal",
	    { "id", "digest", "type", "headers", "path", "body" },
	    true, true, true, true,
	    has_sealing, SEALS_EN("document.seal"), SEALS_ZH("document.seal"),
	    "document.seal" },
	/* Sealed ones of 1 MiB; every other was altered. */
	[PREPARED_CHECKING] = { PREPARED_CHECKING, "checking", "seal",
	    { "id", "valid", "type", "headers", "path", "body" },
	    false, true, true, true,
	    has_checking, SEALS_EN("document.seal and document.check"),
	    SEALS_ZH("document.seal、document.check"), "document.check" },
	[PREPARED_SIGNING] = { PREPARED_SIGNING, "signing", "seal",
	    { "id", "data", "valid", "type", "headers", "sign-path", "sign",
	      "verify-path", "verify" }, true, true, true, true,
	    has_signing, SEALS_EN("document.sign and document.verify"),
	    SEALS_ZH("document.sign、document.verify"), "document.sign" },
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
		"cryptography", "issue", "records", "sealing", "batch",
		"checking", "signing" };

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
