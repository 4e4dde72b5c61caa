/* SPDX-License-Identifier: MIT */
/*
 * What RFC 5280 chapter 4 asks of a certificate, check by check.
 */
#include <stdio.h>

#include "conformance/pki/certificate.h"

#define SERIAL_MOST    20  /* octets, RFC 5280 4.1.2.2 */
#define SECURITY_LEAST 112 /* bits, SP 800-57 part 1: RSA 2048, curves 224 */
#define POLICIES_MOST  256 /* are compared with each other */

static void
judge_version(const struct pki_certificate *c, struct pki_findings *f)
{
	const uint32_t least = c->extensions.present ? 3 : c->unique ? 2 : 1;

	pki_check(f, PKI_CERT_VERSION, c->version >= least && c->version <= 3,
	    "version %u%s", c->version,
	    c->extensions.present ? ", with extensions"
	    : c->unique           ? ", with unique identifiers"
				  : "");
	if (c->unique)
		pki_check(f, PKI_CERT_UNIQUE, false, "%s", "");
}

static void
judge_serial(const struct pki_certificate *c, struct pki_findings *f)
{
	const struct span s = c->serial;
	char hex[64];

	der_hex(s, hex, sizeof hex);
	pki_check(f, PKI_CERT_SERIAL_POSITIVE,
	    !der_integer_is_negative(s) &&
		!span_eq(der_magnitude(s), SPAN("\0")),
	    "%s", hex);
	pki_check(f, PKI_CERT_SERIAL_LENGTH, s.len <= SERIAL_MOST, "%zu octets",
	    s.len);
}

static void
judge_algorithm(
    const struct pki_certificate *c, bool self_signed, struct pki_findings *f)
{
	char inner[OID_TEXT], outer[OID_TEXT];

	oid_text(c->inner.oid, inner);
	oid_text(c->outer.oid, outer);
	if (algorithm_equal(&c->inner, &c->outer))
		pki_check(f, PKI_CERT_ALGORITHM_EQUAL, true, "%s", outer);
	else if (span_eq(c->inner.oid, c->outer.oid))
		pki_check(f, PKI_CERT_ALGORITHM_EQUAL, false,
		    "%s: other parameters inside than outside", outer);
	else
		pki_check(f, PKI_CERT_ALGORITHM_EQUAL, false,
		    "inside %s, outside %s", inner, outer);
	if (!algorithm_is_known(&c->outer)) {
		pki_check(f, PKI_CERT_ALGORITHM_KNOWN, false, "%s", outer);
		return;
	}
	pki_check(f, PKI_CERT_ALGORITHM_KNOWN, true, "%s", outer);
	pki_check(f, PKI_CERT_ALGORITHM_PARAMETERS,
	    algorithm_parameters_fit(&c->outer), "%s", outer);
	/* Nobody relies on the signature with which a root signs itself. */
	if (!self_signed)
		pki_check(f, PKI_CERT_ALGORITHM_STRENGTH,
		    !algorithm_is_weak(&c->outer), "%s", outer);
	pki_check(f, PKI_CERT_SIGNATURE_FORM,
	    signature_has_form(&c->outer, c->signature), "%zu octets",
	    c->signature.len);
}

static void
judge_names(const struct pki_certificate *c, struct pki_findings *f)
{
	const struct pki_extension *alt =
	    extensions_find(&c->extensions, OID_ALT_NAME);
	const bool empty = name_is_empty(c->subject);
	char text[NAME_TEXT];

	name_text(c->issuer, text);
	if (pki_check(
		f, PKI_CERT_ISSUER, !name_is_empty(c->issuer), "%s", text))
		name_judge(c->issuer, "issuer", f);
	name_text(c->subject, text);
	if (empty)
		pki_check(f, PKI_CERT_SUBJECT,
		    !c->ca && alt != NULL && alt->critical, "%s%s", text,
		    c->ca            ? ", of a CA"
		    : alt == NULL    ? ", no subjectAltName"
		    : !alt->critical ? ", subjectAltName not critical"
				     : ", subjectAltName critical");
	else
		pki_check(f, PKI_CERT_SUBJECT, true, "%s", text);
	if (!empty)
		name_judge(c->subject, "subject", f);
}

static void
judge_validity(const struct pki_certificate *c, struct pki_findings *f)
{
	char begins[CLOCK_TEXT + 8], ends[CLOCK_TEXT + 8];

	time_text(&c->begins, begins);
	time_text(&c->ends, ends);
	if (!c->begins.readable || !c->ends.readable) {
		pki_find(f, PKI_CERT_VALIDITY_ENCODING, PKI_NOT_REACHED,
		    "%s, %s", begins, ends);
		pki_find(f, PKI_CERT_VALIDITY_ORDER, PKI_NOT_REACHED, "%s, %s",
		    begins, ends);
		return;
	}
	pki_check(f, PKI_CERT_VALIDITY_ENCODING,
	    c->begins.fitting && c->ends.fitting, "%.*s, %.*s",
	    SPAN_FMT(span_take(c->begins.text, 40)),
	    SPAN_FMT(span_take(c->ends.text, 40)));
	pki_check(f, PKI_CERT_VALIDITY_ORDER, c->begins.at.us <= c->ends.at.us,
	    "%s - %s", begins, ends);
}

static bool
key_parameters_fit(const struct pki_key *key)
{
	const struct span p = key->algorithm.parameters;

	switch (key->algorithm.id) {
	case OID_RSA_KEY: /* RFC 3279 2.3.1 */
		return span_eq(p, SPAN("\x05\x00"));
	case OID_ED25519: /* RFC 8410 3 */
	case OID_ED448:
		return p.len == 0;
	default:
		return true;
	}
}

static void
judge_key(const struct pki_certificate *c, struct pki_findings *f)
{
	unsigned security, bits = 0;
	char name[OID_TEXT], curve[OID_TEXT] = "";
	struct der_bad bad = { 0 };
	struct der in = der_start(c->key.algorithm.parameters, &bad);

	oid_text(c->key.algorithm.oid, name);
	if (c->key.algorithm.id == OID_EC_KEY && der_peek(&in) == DER_OID)
		oid_text(der_take(&in, DER_OID), curve);
	bits = key_bits(&c->key, &security);
	if (!pki_check(f, PKI_CERT_KEY,
		key_kind(&c->key) != KEY_UNKNOWN &&
		    key_parameters_fit(&c->key) && bits > 0,
		"%s %s", name, curve)) {
		pki_find(f, PKI_CERT_KEY_STRENGTH, PKI_NOT_REACHED, "%s", "");
		return;
	}
	pki_check(f, PKI_CERT_KEY_STRENGTH, security >= SECURITY_LEAST,
	    "%u bits", bits);
}

/* ---- extensions ---- */

void
extensions_judge(const struct pki_extensions *all, enum pki_code duplicate,
    enum pki_code critical, bool (*processes)(enum oid), struct pki_findings *f)
{
	char text[OID_TEXT] = "";
	bool known = true;

	if (all->duplicate)
		oid_text(all->twice, text);
	if (all->overflow)
		pki_find(f, duplicate, PKI_NOT_JUDGED,
		    "more than %d extensions", CERTIFICATE_EXTENSIONS);
	else
		pki_check(f, duplicate, !all->duplicate, "%s", text);
	for (size_t i = 0; i < all->n; i++)
		if (all->at[i].critical && !processes(all->at[i].id)) {
			oid_text(all->at[i].oid, text);
			known = pki_check(f, critical, false, "%s", text);
		}
	if (known)
		pki_check(f, critical, true, "%s", "");
}

/* "critical" must not be; nothing is said when it is not there. */
static void
judge_not_critical(const struct pki_certificate *c, enum oid id,
    enum pki_code code, struct pki_findings *f)
{
	const struct pki_extension *e = extensions_find(&c->extensions, id);

	if (e != NULL)
		pki_check(f, code, !e->critical, "%s", oid_name(id));
}

static void
judge_critical(const struct pki_certificate *c, enum oid id, enum pki_code code,
    struct pki_findings *f)
{
	const struct pki_extension *e = extensions_find(&c->extensions, id);

	if (e != NULL)
		pki_check(f, code, e->critical, "%s", oid_name(id));
}

static void
judge_key_ids(
    const struct pki_certificate *c, bool self_signed, struct pki_findings *f)
{
	char hex[64];

	der_hex(c->aki, hex, sizeof hex);
	if (!self_signed || c->aki.len > 0)
		pki_check(f, PKI_EXT_AKI_PRESENT, c->aki.len > 0, "%s", hex);
	judge_not_critical(c, OID_AKI, PKI_EXT_AKI_CRITICAL, f);
	der_hex(c->ski, hex, sizeof hex);
	pki_check(f, c->ca ? PKI_EXT_SKI_PRESENT : PKI_EXT_SKI_ENTITY,
	    c->ski.len > 0, "%s", hex);
	judge_not_critical(c, OID_SKI, PKI_EXT_SKI_CRITICAL, f);
}

static void
usage_text(unsigned usage, char *text, size_t size)
{
	static const char *const names[] = { "digitalSignature",
		"nonRepudiation", "keyEncipherment", "dataEncipherment",
		"keyAgreement", "keyCertSign", "cRLSign", "encipherOnly",
		"decipherOnly" };
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < 9; i++)
		if ((usage >> i & 1) != 0 && used < size)
			used += (size_t)snprintf(text + used, size - used,
			    "%s%s", used == 0 ? "" : " ", names[i]);
}

static void
judge_usage(const struct pki_certificate *c, struct pki_findings *f)
{
	const bool signs = (c->usage & USAGE_CERT_SIGN) != 0;
	char text[160];

	usage_text(c->usage, text, sizeof text);
	if (c->ca)
		pki_check(f, PKI_EXT_USAGE_PRESENT, c->has_usage, "%s", text);
	judge_critical(c, OID_KEY_USAGE, PKI_EXT_USAGE_CRITICAL, f);
	if (!c->has_usage)
		return;
	pki_check(f, PKI_EXT_USAGE_EMPTY, c->usage != 0, "%s", text);
	/* GM/T 0015 C wants those of SM2's: it is a cipher as well. */
	pki_check(f, PKI_EXT_USAGE_KEY,
	    key_kind(&c->key) != KEY_EC ||
		(c->usage &
		    (USAGE_KEY_ENCIPHERMENT | USAGE_DATA_ENCIPHERMENT)) == 0,
	    "%s", text);
	pki_check(f, PKI_EXT_USAGE_SIGNS, !signs || c->ca, "%s", text);
}

static void
judge_basic(const struct pki_certificate *c, struct pki_findings *f)
{
	if (c->ca && (!c->has_usage || (c->usage & USAGE_CERT_SIGN) != 0))
		judge_critical(
		    c, OID_BASIC_CONSTRAINTS, PKI_EXT_BASIC_CRITICAL, f);
	if (c->path_length != -1)
		pki_check(f, PKI_EXT_BASIC_LENGTH,
		    c->path_length >= 0 && c->ca && c->has_usage &&
			(c->usage & USAGE_CERT_SIGN) != 0,
		    "%jd%s%s", (intmax_t)c->path_length,
		    c->ca ? "" : ", not a CA",
		    (c->usage & USAGE_CERT_SIGN) != 0 ? ""
						      : ", no keyCertSign");
}

static void
judge_policies(
    const struct pki_certificate *c, bool self_signed, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der all = der_start(c->policies, &bad), one;
	struct span seen[POLICIES_MOST];
	char text[OID_TEXT];
	size_t n = 0;
	bool twice = false;

	if (!self_signed)
		pki_check(
		    f, PKI_EXT_POLICIES_PRESENT, c->policies.len > 0, "%s", "");
	if (c->policies.len == 0)
		return;
	while (der_more(&all) && n < POLICIES_MOST && !twice) {
		der_enter(&all, DER_SEQUENCE, &one);
		seen[n] = der_take(&one, DER_OID);
		for (size_t i = 0; i < n && !twice; i++)
			twice = span_eq(seen[i], seen[n]);
		oid_text(seen[n++], text);
	}
	if (!twice && der_more(&all))
		pki_find(f, PKI_EXT_POLICIES, PKI_NOT_JUDGED,
		    "more than %d policies", POLICIES_MOST);
	else
		pki_check(f, PKI_EXT_POLICIES, !twice, "%s%s", text,
		    n > 1 && !twice ? ", ..." : "");
}

static void
judge_mappings(const struct pki_certificate *c, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der all = der_start(c->mappings, &bad), one;
	bool any = false;

	if (c->mappings.len == 0)
		return;
	while (der_more(&all)) {
		der_enter(&all, DER_SEQUENCE, &one);
		any |= oid_of(der_take(&one, DER_OID)) == OID_ANY_POLICY;
		any |= oid_of(der_take(&one, DER_OID)) == OID_ANY_POLICY;
	}
	pki_check(f, PKI_EXT_MAPPING, !any, "%s", "");
}

static void
judge_alt_names(const struct pki_certificate *c, struct pki_findings *f)
{
	const struct pki_extension *e =
	    extensions_find(&c->extensions, OID_ALT_NAME);
	struct der_bad bad = { 0 };
	struct der names = der_start(c->alt_names, &bad);
	char text[NAME_TEXT] = "no name at all";
	size_t n = 0;

	if (e == NULL)
		return;
	while (der_more(&names)) {
		const struct general g = general_read(&names);

		n++;
		general_text(&g, text);
		if (!general_is_sound(&g)) {
			n = 0;
			break;
		}
	}
	pki_check(
	    f, PKI_EXT_ALTNAME, n > 0, "%s%s", text, n > 1 ? ", ..." : "");
	if (!name_is_empty(c->subject))
		pki_check(f, PKI_EXT_ALTNAME_CRITICAL, !e->critical, "%s", "");
}

/* minimum is the default 0 and so not encoded; maximum is not there. */
static bool
subtrees_are_plain(struct span trees)
{
	struct der_bad bad = { 0 };
	struct der all = der_start(trees, &bad), one;
	bool plain = true;

	while (der_more(&all)) {
		der_enter(&all, DER_SEQUENCE, &one);
		general_read(&one);
		plain &= !der_more(&one);
	}
	return plain;
}

static void
judge_name_constraints(const struct pki_certificate *c, struct pki_findings *f)
{
	const struct pki_extension *e =
	    extensions_find(&c->extensions, OID_NAME_CONSTRAINTS);

	if (e == NULL)
		return;
	pki_check(f, PKI_EXT_NAMES_CA, c->ca, "%s", "");
	pki_check(f, PKI_EXT_NAMES_CRITICAL, e->critical, "%s", "");
	pki_check(f, PKI_EXT_NAMES_FORM,
	    c->permitted.len + c->excluded.len > 0 &&
		subtrees_are_plain(c->permitted) &&
		subtrees_are_plain(c->excluded),
	    "%s", "");
}

static void
judge_policy_constraints(
    const struct pki_certificate *c, struct pki_findings *f)
{
	const struct pki_extension *e =
	    extensions_find(&c->extensions, OID_POLICY_CONSTRAINTS);

	if (e != NULL)
		pki_check(f, PKI_EXT_CONSTRAINTS,
		    e->critical &&
			(c->explicit_policy >= 0 || c->inhibit_mapping >= 0),
		    "%s", e->critical ? "" : "not critical");
	judge_critical(c, OID_INHIBIT_ANY, PKI_EXT_ANYPOLICY, f);
	if (c->has_purposes && certificate_has_purpose(c, OID_ANY_PURPOSE))
		judge_not_critical(c, OID_EKU, PKI_EXT_PURPOSE_ANY, f);
}

static void
judge_places(
    const struct pki_certificate *c, bool self_signed, struct pki_findings *f)
{
	const bool unchecked =
	    extensions_find(&c->extensions, OID_OCSP_NOCHECK) != NULL;
	struct der_bad bad = { 0 };
	struct der all = der_start(c->crl_points, &bad), one;
	bool named = true;

	while (der_more(&all)) {
		der_enter(&all, DER_SEQUENCE, &one);
		if (der_peek(&one) == DER_CONSTRUCTED(0))
			continue;
		der_maybe(&one, DER_CONTEXT(1), NULL); /* reasons */
		named &= der_peek(&one) == DER_CONSTRUCTED(2);
	}
	if (c->crl_points.len > 0)
		pki_check(f, PKI_EXT_CRLDP, named, "%s", "");
	judge_not_critical(c, OID_CRLDP, PKI_EXT_CRLDP_CRITICAL, f);
	judge_not_critical(c, OID_FRESHEST, PKI_EXT_FRESHEST_CRITICAL, f);
	judge_not_critical(c, OID_AIA, PKI_EXT_AIA_CRITICAL, f);
	if (self_signed || unchecked)
		return;
	pki_check(f, PKI_EXT_CRLDP_PRESENT, c->crl_points.len > 0, "%s", "");
	pki_check(f, PKI_EXT_AIA_PRESENT,
	    extensions_find(&c->extensions, OID_AIA) != NULL, "%s", "");
}

void
certificate_judge(const struct pki_certificate *c, struct pki_findings *f)
{
	const bool self_signed = certificate_is_self_signed(c);

	judge_version(c, f);
	judge_serial(c, f);
	judge_algorithm(c, self_signed, f);
	judge_names(c, f);
	judge_validity(c, f);
	judge_key(c, f);
	if (c->extensions.present)
		pki_check(f, PKI_EXT_EMPTY, c->extensions.n > 0, "%zu",
		    c->extensions.n);
	extensions_judge(&c->extensions, PKI_EXT_DUPLICATE, PKI_EXT_CRITICAL,
	    certificate_processes, f);
	if (c->version < 3 && !c->extensions.present) {
		/* What it has no place for cannot be missing. */
		return;
	}
	judge_key_ids(c, self_signed, f);
	judge_usage(c, f);
	judge_basic(c, f);
	judge_policies(c, self_signed, f);
	judge_mappings(c, f);
	judge_alt_names(c, f);
	judge_name_constraints(c, f);
	judge_policy_constraints(c, f);
	judge_places(c, self_signed, f);
}

bool
certificate_judge_octets(
    struct span der, const char *which, struct pki_findings *f)
{
	struct pki_certificate c;

	if (which != NULL)
		pki_about(f, "%s", which);
	if (!certificate_read(&c, der, f))
		return false;
	certificate_judge(&c, f);
	return true;
}

void
certificate_judge_dual(const struct pki_certificate *signing,
    const struct pki_certificate *encryption, struct pki_findings *f)
{
	const unsigned sign = USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION;
	const unsigned cipher = USAGE_KEY_ENCIPHERMENT |
				USAGE_DATA_ENCIPHERMENT | USAGE_KEY_AGREEMENT;
	char a[160], b[160];

	usage_text(signing->usage, a, sizeof a);
	usage_text(encryption->usage, b, sizeof b);
	pki_check(f, PKI_DUAL_SUBJECT,
	    name_equal(signing->subject, encryption->subject) &&
		name_equal(signing->issuer, encryption->issuer),
	    "%s", "");
	pki_check(f, PKI_DUAL_USAGE,
	    (signing->usage & sign) != 0 && (signing->usage & cipher) == 0 &&
		(encryption->usage & cipher) != 0 &&
		(encryption->usage & sign) == 0,
	    "%s / %s", a, b);
	pki_check(f, PKI_DUAL_KEY,
	    !span_eq(signing->key.whole, encryption->key.whole), "%s", "");
}
