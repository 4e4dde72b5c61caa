/* SPDX-License-Identifier: MIT */
/*
 * A certificate beside another: that of its issuer, and the other one of the
 * same person.
 */
#include "conformance/cases/asked.h"
#include "conformance/cases/issued.h"

extern const struct conf_group conf_related;

/* ---- beside that of the issuer ---- */

/*
 * The CA whose name and, where both are there, key identifier fit; several may
 * have one name.  NULL: it was not handed over.
 */
static const struct issued *
issuer_of(const struct issued_set *set, const struct issued *c)
{
	const struct issued *cas = set->at + set->n;

	for (size_t i = 0; i < set->n_cas; i++) {
		const struct pki_certificate *ca = &cas[i].certificate;
		const struct span aki = c->certificate.aki;

		if (cas[i].readable &&
		    name_equal(ca->subject, c->certificate.issuer) &&
		    (aki.len == 0 || ca->ski.len == 0 || span_eq(aki, ca->ski)))
			return &cas[i];
	}
	return NULL;
}

static void
judge_signature(struct trial *t)
{
	static const char *const heard[] = {
		[SIGNATURE_GOOD] = "it does",
		[SIGNATURE_BAD] = "it does not",
		[SIGNATURE_OTHER_KEY] = "the issuer's key is of another kind",
		[SIGNATURE_UNSUPPORTED] = "nobody here can say",
	};
	struct issued_set set;

	if (issued_open(t, &set, NULL))
		for (size_t i = 0; i < set.n + set.n_cas; i++) {
			const struct issued *c = &set.at[i];
			const struct issued *ca =
			    c->readable ? issuer_of(&set, c) : NULL;
			enum signature s;

			if (!trial_need(t, ca != NULL,
				"%s: no certificate of its issuer in "
				"pki.anchors and pki.issuers",
				c->name))
				continue;
			s = signature_verify(&c->certificate.outer,
			    &ca->certificate.key, c->certificate.tbs,
			    c->certificate.signature);
			trial_need(t, s != SIGNATURE_UNSUPPORTED, "%s: %s",
			    c->name, heard[s]);
			trial_claim(t, "RFC 5280 6.1.3 (a)(1)",
			    s == SIGNATURE_GOOD || s == SIGNATURE_UNSUPPORTED,
			    "the signature verifies with the issuer's key",
			    "%s: %s", c->name, heard[s]);
		}
	issued_close(&set);
}

/* Of those that sign: a key on the curve of SM2, and a signature by one. */
static void
judge_sm2(struct trial *t)
{
	struct issued_set set;
	size_t keys = 0, signatures = 0, n = 0;

	if (issued_open(t, &set, NULL)) {
		for (size_t i = 0; i < set.n; i++) {
			const struct pki_certificate *c =
			    &set.at[i].certificate;

			if (!set.at[i].readable ||
			    strcmp(set.at[i].class, "signing") != 0)
				continue;
			n++;
			keys += key_kind(&c->key) == KEY_SM2;
			signatures += c->outer.id == OID_SM2_SM3;
		}
		trial_need(t, n > 0,
		    "no certificate of the class signing was handed over");
		trial_claim(t, "GB/T 20518 E", keys > 0,
		    "a signing certificate of an SM2 key", "%zu of %zu", keys,
		    n);
		trial_claim(t, "GB/T 20518 E", signatures > 0,
		    "a signing certificate signed by SM2 with SM3",
		    "%zu of %zu", signatures, n);
	}
	issued_close(&set);
}

static void
judge_keyid(struct trial *t)
{
	struct issued_set set;

	if (issued_open(t, &set, NULL))
		for (size_t i = 0; i < set.n; i++) {
			const struct issued *c = &set.at[i], *ca = NULL;
			bool named = false, same = false;

			for (size_t k = set.n; k < set.n + set.n_cas; k++) {
				ca = &set.at[k];
				if (!c->readable || !ca->readable ||
				    !name_equal(ca->certificate.subject,
					c->certificate.issuer))
					continue;
				named = true;
				same = same || span_eq(ca->certificate.ski,
						   c->certificate.aki);
			}
			if (trial_need(t, named,
				"%s: no certificate of its issuer in "
				"pki.anchors and pki.issuers",
				c->name))
				trial_claim(t, "RFC 5280 4.2.1.2", same,
				    "the authority key identifier is the "
				    "issuer's subject key identifier",
				    "%s: it is another", c->name);
		}
	issued_close(&set);
}

/* ---- the two of one person ---- */

static bool
is_pair(const struct issued *signing, const struct issued *encryption)
{
	return signing->readable && encryption->readable &&
	       strcmp(signing->class, "signing") == 0 &&
	       strcmp(encryption->class, "encryption") == 0 &&
	       name_equal(signing->certificate.subject,
		   encryption->certificate.subject) &&
	       name_equal(
		   signing->certificate.issuer, encryption->certificate.issuer);
}

/* Every pair there is; each encryption certificate has to be one of a pair. */
static void
judge_pairs(struct trial *t, enum pki_code code)
{
	struct issued_set set;
	struct pki_findings f;

	pki_findings_init(&f);
	if (issued_open(t, &set, NULL)) {
		for (size_t i = 0; i < set.n; i++)
			for (size_t k = 0; k < set.n; k++) {
				if (!is_pair(&set.at[i], &set.at[k]))
					continue;
				pki_about(&f, "%s, %s", set.at[i].name,
				    set.at[k].name);
				certificate_judge_dual(&set.at[i].certificate,
				    &set.at[k].certificate, &f);
			}
		asked_claim_codes(t, &f, code, code, false);
	}
	issued_close(&set);
	pki_findings_free(&f);
}

static void
judge_usage(struct trial *t)
{
	judge_pairs(t, PKI_DUAL_USAGE);
}

static void
judge_key(struct trial *t)
{
	judge_pairs(t, PKI_DUAL_KEY);
}

/* Nobody's encryption certificate stands alone. */
static void
judge_both(struct trial *t)
{
	struct issued_set set;
	size_t n = 0;

	if (issued_open(t, &set, NULL)) {
		for (size_t k = 0; k < set.n; k++) {
			bool paired = false;

			if (strcmp(set.at[k].class, "encryption") != 0)
				continue;
			n++;
			for (size_t i = 0; i < set.n; i++)
				paired =
				    paired || is_pair(&set.at[i], &set.at[k]);
			trial_claim(t, "GB/T 25056", paired,
			    "a signing certificate of the same subject and "
			    "issuer stands beside it",
			    "%s: none does", set.at[k].name);
		}
		trial_need(t, n > 0,
		    "no certificate of the class encryption was handed over");
	}
	issued_close(&set);
}

/* clang-format off */
#define CASE(name, row, at, want, cite, en, zh, how) \
	{ \
		.id = name, \
		.verifies = row, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = want, \
		.collect = issued_collect, \
		.judge = how, \
	}

static const struct conf_case cases[] = {
	CASE("cert.signature", CERT_F_03, LEVEL_SHALL, "pki:certificates",
	    "RFC 5280 6.1.3 (a)(1)",
	    "signatures verify with the issuer's key", "用颁发者公钥验签通过",
	    judge_signature),
	CASE("cert.sm2", CERT_F_03, LEVEL_SHALL, "pki:certificates cert.sm2",
	    "GB/T 20518 E",
	    "there are SM2 keys, and signatures by SM2 with SM3",
	    "具有 SM2 公钥和 SM3withSM2 签名的证书", judge_sm2),
	CASE("cert.ext.keyid", CERT_F_04, LEVEL_SHOULD, "pki:certificates",
	    "RFC 5280 4.2.1.2",
	    "key identifiers lead from a certificate to its issuer",
	    "密钥标识符与颁发者一致", judge_keyid),
	CASE("cert.dual.pair", CERT_F_05, LEVEL_SHALL,
	    "pki:certificates cert.dual", "GB/T 25056",
	    "who has an encryption certificate has a signing one",
	    "加密证书均有同一主体的签名证书", judge_both),
	CASE("cert.dual.usage", CERT_F_05, LEVEL_SHALL,
	    "pki:certificates cert.dual", "GB/T 25056, GM/T 0015 C",
	    "the key usages of the two have nothing in common",
	    "双证书密钥用途互不相交", judge_usage),
	CASE("cert.dual.key", CERT_F_05, LEVEL_SHALL,
	    "pki:certificates cert.dual", "GB/T 25056",
	    "the keys of the two are different", "双证书的密钥不同",
	    judge_key),
};

const struct conf_group conf_related = {
	.service = "cert",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
