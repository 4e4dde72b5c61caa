/* SPDX-License-Identifier: MIT */
#include "conformance/pki/ocsp.h"

#include "conformance/pki/crl.h"

/* A GeneralizedTime; RFC 6960 4.2.1 knows no other. */
static struct pki_time
read_time(struct der *d)
{
	struct pki_time t = { .readable = false };
	bool fraction = false;

	t.text = der_take(d, DER_TIME);
	t.readable = der_time(DER_TIME, t.text, &t.at, &fraction);
	t.fitting = t.readable && !fraction;
	return t;
}

static void
read_revoked(struct der *d, struct ocsp_single *s)
{
	struct der info, reason;

	s->status = OCSP_REVOKED;
	der_enter(d, DER_CONSTRUCTED(1), &info);
	s->revoked = read_time(&info);
	if (der_peek(&info) == DER_CONSTRUCTED(0)) {
		der_enter(&info, DER_CONSTRUCTED(0), &reason);
		s->reason = (int)der_number(&reason, DER_ENUMERATED);
		der_end(&reason);
	}
	der_end(&info);
}

static struct ocsp_single
read_single(struct der *list)
{
	struct ocsp_single s = { .reason = REASON_NONE };
	struct der one, id, inner;

	der_enter(list, DER_SEQUENCE, &one);
	der_enter(&one, DER_SEQUENCE, &id);
	s.digest = algorithm_read(&id);
	s.name_hash = der_take(&id, DER_OCTET_STRING);
	s.key_hash = der_take(&id, DER_OCTET_STRING);
	s.serial = der_take(&id, DER_INTEGER);
	der_end(&id);
	switch (der_peek(&one)) {
	case DER_CONSTRUCTED(1):
		read_revoked(&one, &s);
		break;
	case DER_CONTEXT(2):
		s.status = OCSP_UNKNOWN;
		der_take(&one, DER_CONTEXT(2));
		break;
	default:
		der_take(&one, DER_CONTEXT(0));
	}
	s.this_update = read_time(&one);
	if (der_peek(&one) == DER_CONSTRUCTED(0)) {
		der_enter(&one, DER_CONSTRUCTED(0), &inner);
		s.has_next = true;
		s.next_update = read_time(&inner);
		der_end(&inner);
	}
	extensions_maybe(&one, DER_CONSTRUCTED(1), &s.extensions);
	der_end(&one);
	return s;
}

static void
read_responder(struct pki_ocsp *o, struct der *tbs)
{
	struct der inner;

	if (der_peek(tbs) == DER_CONSTRUCTED(1)) {
		der_enter(tbs, DER_CONSTRUCTED(1), &inner);
		o->by_name = name_read(&inner);
	} else {
		der_enter(tbs, DER_CONSTRUCTED(2), &inner);
		o->by_key = der_take(&inner, DER_OCTET_STRING);
	}
	der_end(&inner);
}

static void
read_data(struct pki_ocsp *o, struct der *tbs)
{
	const struct pki_extension *nonce;
	struct der inner;

	o->version = 1;
	if (der_peek(tbs) == DER_CONSTRUCTED(0)) {
		der_enter(tbs, DER_CONSTRUCTED(0), &inner);
		o->version = der_number(&inner, DER_INTEGER) + 1;
		der_end(&inner);
	}
	read_responder(o, tbs);
	o->produced = read_time(tbs);
	der_enter(tbs, DER_SEQUENCE, &inner);
	o->singles = inner.rest;
	for (o->n_singles = 0; der_more(&inner); o->n_singles++)
		read_single(&inner);
	extensions_maybe(tbs, DER_CONSTRUCTED(1), &o->extensions);
	der_end(tbs);
	nonce = extensions_find(&o->extensions, OID_OCSP_NONCE);
	o->has_nonce = nonce != NULL;
	if (nonce != NULL)
		o->nonce = nonce->value;
}

static void
read_basic(struct pki_ocsp *o, struct der *in)
{
	struct der basic, tbs, certs, list;

	der_enter(in, DER_SEQUENCE, &basic);
	der_end(in);
	o->tbs = der_enter(&basic, DER_SEQUENCE, &tbs);
	read_data(o, &tbs);
	o->algorithm = algorithm_read(&basic);
	o->signature = der_octets(&basic);
	if (der_peek(&basic) == DER_CONSTRUCTED(0)) {
		der_enter(&basic, DER_CONSTRUCTED(0), &certs);
		der_enter(&certs, DER_SEQUENCE, &list);
		while (der_more(&list)) {
			const struct span c = der_next(&list).whole;

			if (o->n_certificates < OCSP_CERTIFICATES)
				o->certificates[o->n_certificates++] = c;
		}
		der_end(&certs);
	}
	der_end(&basic);
}

bool
ocsp_read(struct pki_ocsp *o, struct span der, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(der, &bad), outer, bytes, inner;
	struct span content;
	bool fine;

	*o = (struct pki_ocsp){ .whole = der };
	if (der.len > OCSP_MOST) {
		pki_check(f, PKI_OCSP_STRUCTURE, false,
		    "%zu octets: no more than %d are read", der.len, OCSP_MOST);
		return false;
	}
	fine = der_judge(der, f);
	der_enter(&in, DER_SEQUENCE, &outer);
	o->response = der_number(&outer, DER_ENUMERATED);
	if (der_peek(&outer) == DER_CONSTRUCTED(0)) {
		der_enter(&outer, DER_CONSTRUCTED(0), &bytes);
		der_enter(&bytes, DER_SEQUENCE, &inner);
		o->type = der_take(&inner, DER_OID);
		content = der_take(&inner, DER_OCTET_STRING);
		der_end(&inner);
		der_end(&bytes);
		if (oid_of(o->type) == OID_OCSP_BASIC) {
			fine &=
			    der_judge_within(der.ptr, content, "response", f);
			inner = der_within(der.ptr, content, &bad);
			read_basic(o, &inner);
			o->basic = bad.fault == DER_FINE;
		}
	}
	der_end(&outer);
	if (bad.fault != DER_FINE) {
		der_blame(f, PKI_OCSP_STRUCTURE,
		    fine ? PKI_FAILS : PKI_NOT_REACHED, "", &bad);
		return false;
	}
	pki_check(f, PKI_OCSP_STRUCTURE, true, "%zu", o->n_singles);
	return true;
}

/* ---- by itself ---- */

static const char *
response_name(uint32_t n)
{
	static const char *const names[] = { "successful", "malformedRequest",
		"internalError", "tryLater", "4", "sigRequired",
		"unauthorized" };

	return n < sizeof names / sizeof names[0] ? names[n] : "undefined";
}

static bool
is_processed(enum oid id)
{
	return id == OID_OCSP_NONCE || id == OID_OCSP_CRL ||
	       id == OID_OCSP_ARCHIVE || id == OID_OCSP_EXTENDED_REVOKE;
}

/* False when one is critical and unknown. */
static bool
judge_extensions(const struct pki_extensions *all, struct pki_findings *f)
{
	char text[OID_TEXT];

	if (all->duplicate) {
		oid_text(all->twice, text);
		pki_check(f, PKI_OCSP_EXT_DUPLICATE, false, "%s", text);
	}
	for (size_t i = 0; i < all->n; i++)
		if (all->at[i].critical && !is_processed(all->at[i].id)) {
			oid_text(all->at[i].oid, text);
			return pki_check(
			    f, PKI_OCSP_EXT_CRITICAL, false, "%s", text);
		}
	return true;
}

/* RFC 9654: the value is an OCTET STRING of 1 to 128 octets. */
static void
judge_nonce_length(const struct pki_ocsp *o, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der in = der_within(o->whole.ptr, o->nonce, &bad);
	const struct span value = der_take(&in, DER_OCTET_STRING);

	der_end(&in);
	pki_check(f, PKI_OCSP_NONCE_LENGTH,
	    bad.fault == DER_FINE && value.len >= 1 && value.len <= 128,
	    "%zu octets%s", value.len,
	    bad.fault == DER_FINE ? "" : ", no OCTET STRING");
}

static void
judge_times(const struct pki_ocsp *o, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der list = der_start(o->singles, &bad);
	bool fitting = o->produced.fitting, critical = true;
	char text[CLOCK_TEXT + 8];

	time_text(&o->produced, text);
	while (der_more(&list)) {
		const struct ocsp_single s = read_single(&list);

		fitting &= s.this_update.fitting &&
			   (!s.has_next || s.next_update.fitting) &&
			   (s.status != OCSP_REVOKED || s.revoked.fitting);
		critical &= judge_extensions(&s.extensions, f);
	}
	critical &= judge_extensions(&o->extensions, f);
	if (critical)
		pki_check(f, PKI_OCSP_EXT_CRITICAL, true, "%s", "");
	if (!o->extensions.duplicate)
		pki_check(f, PKI_OCSP_EXT_DUPLICATE, true, "%s", "");
	pki_check(f, PKI_OCSP_TIME_ENCODING, fitting, "%s", text);
}

void
ocsp_judge(const struct pki_ocsp *o, struct pki_findings *f)
{
	char text[OID_TEXT];

	if (!pki_check(f, PKI_OCSP_SUCCESSFUL, o->response == 0, "%s",
		response_name(o->response)))
		return;
	oid_text(o->type, text);
	if (!pki_check(f, PKI_OCSP_TYPE, o->basic, "%s", text))
		return;
	oid_text(o->algorithm.oid, text);
	if (pki_check(f, PKI_OCSP_ALGORITHM_KNOWN,
		algorithm_is_known(&o->algorithm), "%s", text))
		pki_check(f, PKI_OCSP_ALGORITHM_STRENGTH,
		    !algorithm_is_weak(&o->algorithm), "%s", text);
	judge_times(o, f);
	if (o->has_nonce)
		judge_nonce_length(o, f);
}

bool
ocsp_judge_nonce(
    const struct pki_ocsp *o, struct span sent, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(o->nonce, &bad);
	const struct span value = der_take(&in, DER_OCTET_STRING);

	return pki_check(f, PKI_OCSP_NONCE,
	    o->has_nonce && bad.fault == DER_FINE && span_eq(value, sent), "%s",
	    o->has_nonce ? "" : "no nonce");
}

/* ---- who answered ---- */

static bool
is_responder(const struct pki_ocsp *o, const struct pki_certificate *c)
{
	char hash[DIGEST_MOST];

	if (o->by_name.len > 0)
		return name_equal(o->by_name, c->subject);
	/* RFC 6960 4.2.1: KeyHash is SHA-1 of the key's bits. */
	return digest_of(OID_SHA1, c->key.bits, hash) == o->by_key.len &&
	       memcmp(hash, o->by_key.ptr, o->by_key.len) == 0;
}

/* In *found, whose octets are the answer's or another's; NULL: nobody. */
static const struct pki_certificate *
find_responder(const struct pki_ocsp *o, const struct pki_certificate *issuer,
    const struct pki_certificate *const *others, size_t n,
    struct pki_certificate *found)
{
	if (is_responder(o, issuer))
		return issuer;
	for (size_t i = 0; i < o->n_certificates; i++)
		if (certificate_read(found, o->certificates[i], NULL) &&
		    is_responder(o, found))
			return found;
	for (size_t i = 0; i < n; i++)
		if (is_responder(o, others[i]))
			return others[i];
	return NULL;
}

/* RFC 6960 4.2.2.2 */
static bool
judge_delegated(const struct pki_certificate *c,
    const struct pki_certificate *issuer, struct wall at,
    struct pki_findings *f)
{
	char a[CLOCK_TEXT + 8], b[CLOCK_TEXT + 8], name[NAME_TEXT];
	bool fine = true;

	time_text(&c->begins, a);
	time_text(&c->ends, b);
	name_text(c->issuer, name);
	fine &= pki_check(f, PKI_OCSP_DELEGATED,
	    name_equal(c->issuer, issuer->subject) &&
		signature_verify(&c->outer, &issuer->key, c->tbs,
		    c->signature) == SIGNATURE_GOOD,
	    "%s", name);
	fine &= pki_check(f, PKI_OCSP_PURPOSE,
	    c->has_purposes && certificate_has_purpose(c, OID_OCSP_SIGNING),
	    "%s", "");
	fine &= pki_check(f, PKI_OCSP_USAGE,
	    !c->has_usage || (c->usage & (USAGE_DIGITAL_SIGNATURE |
					     USAGE_NON_REPUDIATION)) != 0,
	    "%s", "");
	fine &= pki_check(f, PKI_OCSP_RESPONDER_VALIDITY,
	    certificate_is_valid_at(c, at), "%s - %s", a, b);
	pki_check(f, PKI_OCSP_NOCHECK,
	    extensions_find(&c->extensions, OID_OCSP_NOCHECK) != NULL ||
		c->crl_points.len > 0 ||
		extensions_find(&c->extensions, OID_AIA) != NULL,
	    "%s", "");
	return fine;
}

bool
ocsp_judge_issued(const struct pki_ocsp *o,
    const struct pki_certificate *issuer,
    const struct pki_certificate *const *others, size_t n, struct wall at,
    struct pki_findings *f)
{
	struct pki_certificate found;
	const struct pki_certificate *who;
	char name[NAME_TEXT] = "";
	bool fine = true;

	if (o->response != 0 || !o->basic)
		return false;
	who = find_responder(o, issuer, others, n, &found);
	if (o->by_name.len > 0)
		name_text(o->by_name, name);
	else
		der_hex(o->by_key, name, 64);
	if (!pki_check(f, PKI_OCSP_RESPONDER, who != NULL, "%s", name)) {
		pki_find(f, PKI_OCSP_SIGNATURE, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	if (who != issuer && !span_eq(who->whole, issuer->whole))
		fine = judge_delegated(who, issuer, at, f);
	return signature_tell(f, PKI_OCSP_SIGNATURE,
		   signature_verify(
		       &o->algorithm, &who->key, o->tbs, o->signature),
		   &o->algorithm) &&
	       fine;
}

/* ---- about which certificate ---- */

static bool
is_hash(struct span hash, enum oid digest, struct span of)
{
	char is[DIGEST_MOST];
	const size_t n = digest_of(digest, of, is);

	return n > 0 && n == hash.len && memcmp(is, hash.ptr, n) == 0;
}

bool
ocsp_is_about(const struct pki_ocsp *o, const struct pki_certificate *c,
    const struct pki_certificate *issuer, struct ocsp_single *answer)
{
	struct der_bad bad = { 0 };
	struct der list = der_start(o->singles, &bad);

	while (o->basic && der_more(&list)) {
		*answer = read_single(&list);
		if (bad.fault == DER_FINE &&
		    span_eq(der_magnitude(answer->serial),
			der_magnitude(c->serial)) &&
		    is_hash(answer->name_hash, answer->digest.id, c->issuer) &&
		    is_hash(
			answer->key_hash, answer->digest.id, issuer->key.bits))
			return true;
	}
	*answer = (struct ocsp_single){ .status = OCSP_SILENT,
		.reason = REASON_NONE };
	return false;
}

bool
ocsp_judge_single(const struct pki_ocsp *o, const struct pki_certificate *c,
    const struct pki_certificate *issuer, struct wall at, struct ocsp_single *s,
    struct pki_findings *f)
{
	char a[CLOCK_TEXT + 8], b[CLOCK_TEXT + 8], hex[64];
	bool fine = true;

	if (o->response != 0 || !o->basic)
		return false;
	der_hex(c->serial, hex, sizeof hex);
	if (!pki_check(f, PKI_OCSP_CERTID, ocsp_is_about(o, c, issuer, s),
		"serial number %s", hex)) {
		pki_find(f, PKI_OCSP_FRESH, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	time_text(&o->produced, a);
	pki_check(f, PKI_OCSP_PRODUCED,
	    o->produced.readable && o->produced.at.us <= at.us, "%s", a);
	time_text(&s->this_update, a);
	fine &= pki_check(f, PKI_OCSP_BEGUN,
	    s->this_update.readable && s->this_update.at.us <= at.us, "%s", a);
	time_text(&s->next_update, b);
	if (s->has_next)
		fine &= pki_check(f, PKI_OCSP_FRESH,
		    s->next_update.readable && at.us <= s->next_update.at.us,
		    "%s", b);
	if (s->status == OCSP_REVOKED)
		pki_check(f, PKI_OCSP_REASON,
		    s->reason != 7 && s->reason != REASON_REMOVE &&
			s->reason <= REASON_LAST && s->revoked.readable &&
			s->revoked.at.us <= at.us,
		    "%s", reason_name(s->reason));
	return fine;
}
