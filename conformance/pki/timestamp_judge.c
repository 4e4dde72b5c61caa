/* SPDX-License-Identifier: MIT */
/*
 * What RFC 3161 asks of a time stamp, check by check.
 */
#include "conformance/pki/timestamp.h"

#include "lib/buf.h"

#define SERIAL_MOST 20 /* octets: 160 bits */

static bool
judge_status(const struct pki_stamp *s, struct pki_findings *f)
{
	static const char *const names[] = { "granted", "grantedWithMods",
		"rejection", "waiting", "revocationWarning",
		"revocationNotification" };
	const bool granted = s->status <= 1;

	if (!s->is_response)
		return true;
	return pki_check(f, PKI_STAMP_STATUS, granted && s->has_token, "%s%s",
	    s->status < 6 ? names[s->status] : "undefined",
	    granted && !s->has_token ? ", but there is no token" : "");
}

static bool
serial_is_short(struct span content)
{
	return !der_integer_is_negative(content) &&
	       der_magnitude(content).len <= SERIAL_MOST;
}

static bool
judge_info(const struct pki_stamp *s, const struct stamp_ask *ask,
    struct pki_findings *f)
{
	char text[OID_TEXT];
	bool fine = true;

	fine &= pki_check(f, PKI_STAMP_VERSION,
	    s->version == 1 && s->data_version == 3, "%u, %u", s->version,
	    s->data_version);
	der_hex(s->serial, text, 64);
	fine &= pki_check(
	    f, PKI_STAMP_SERIAL, serial_is_short(s->serial), "%s", text);
	if (pki_check(f, PKI_STAMP_TIME, s->time_is_sound, "%.*s",
		SPAN_FMT(span_take(s->time, 40))))
		fine &= pki_check(f, PKI_STAMP_BEGUN,
		    s->at.us <=
			ask->at.us + (s->accuracy_us > 0 ? s->accuracy_us : 0),
		    "%.*s", SPAN_FMT(span_take(s->time, 40)));
	else
		pki_find(f, PKI_STAMP_BEGUN, PKI_NOT_REACHED, "%s", "");
	if (s->accuracy_us >= 0 || !s->accuracy_is_sound)
		fine &= pki_check(f, PKI_STAMP_ACCURACY, s->accuracy_is_sound,
		    "%jd us", (intmax_t)s->accuracy_us);
	for (size_t i = 0; i < s->extensions.n; i++)
		if (s->extensions.at[i].critical) {
			oid_text(s->extensions.at[i].oid, text);
			fine = pki_check(
			    f, PKI_STAMP_EXT_CRITICAL, false, "%s", text);
		}
	return fine && s->time_is_sound;
}

/* What was asked for is what is stamped. */
static bool
judge_asked(const struct pki_stamp *s, const struct stamp_ask *ask,
    struct pki_findings *f)
{
	char text[OID_TEXT], digest[DIGEST_MOST];
	const size_t size = digest_size(s->imprint.id);
	bool fine = true, form;

	oid_text(s->imprint.oid, text);
	if (size == 0) {
		pki_find(f, PKI_STAMP_IMPRINT_FORM, PKI_NOT_JUDGED,
		    "%s is unknown", text);
		form = false;
	} else {
		form = pki_check(f, PKI_STAMP_IMPRINT_FORM, s->hash.len == size,
		    "%s, %zu octets", text, s->hash.len);
	}
	if (ask->has_data && !form)
		pki_find(f, PKI_STAMP_IMPRINT, PKI_NOT_REACHED, "%s", "");
	else if (ask->has_data)
		fine &= pki_check(f, PKI_STAMP_IMPRINT,
		    digest_of(s->imprint.id, ask->data, digest) == size &&
			memcmp(digest, s->hash.ptr, size) == 0,
		    "%s", text);
	if (ask->nonce.len > 0)
		fine &= pki_check(f, PKI_STAMP_NONCE,
		    s->has_nonce && span_eq(s->nonce, ask->nonce), "%s",
		    s->has_nonce ? "" : "no nonce");
	if (ask->policy.len > 0) {
		oid_text(s->policy, text);
		fine &= pki_check(f, PKI_STAMP_POLICY,
		    span_eq(s->policy, ask->policy), "%s", text);
	}
	return fine && form;
}

/* ---- signed attributes ---- */

struct attributes {
	struct span content_type, digest, signing, signing_v2; /* one value */
	bool once, ordered, single; /* each once; in order; one value each */
};

static void
take_attribute(struct attributes *a, struct der *list)
{
	struct der one, values;
	struct span *to = NULL, value;

	der_enter(list, DER_SEQUENCE, &one);
	switch (oid_of(der_take(&one, DER_OID))) {
	case OID_CONTENT_TYPE:
		to = &a->content_type;
		break;
	case OID_MESSAGE_DIGEST:
		to = &a->digest;
		break;
	case OID_SIGNING_CERTIFICATE:
		to = &a->signing;
		break;
	case OID_SIGNING_CERTIFICATE_V2:
		to = &a->signing_v2;
		break;
	default:
		break;
	}
	der_enter(&one, DER_SET, &values);
	value = der_next(&values).whole;
	if (to == NULL)
		return;
	a->single &= !der_more(&values);
	a->once &= to->len == 0;
	*to = value;
}

static struct attributes
read_attributes(const struct pki_stamp *s, struct der_bad *bad)
{
	struct attributes a = { .once = true, .ordered = true, .single = true };
	struct der list = der_start(s->attributes, bad);
	struct span before = { NULL, 0 };

	while (der_more(&list)) {
		struct der copy = list;
		const struct span whole = der_next(&copy).whole;

		if (bad->fault != DER_FINE)
			break;
		/* X.690 11.6; none begins with the octets of another. */
		if (before.len > 0 &&
		    memcmp(before.ptr, whole.ptr,
			before.len < whole.len ? before.len : whole.len) > 0)
			a.ordered = false;
		before = whole;
		take_attribute(&a, &list);
	}
	return a;
}

static bool
judge_digest(const struct pki_stamp *s, const struct attributes *a,
    struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(a->digest, &bad);
	const struct span value = der_take(&in, DER_OCTET_STRING);
	char digest[DIGEST_MOST], text[OID_TEXT];
	const size_t n = digest_of(s->digest.id, s->content, digest);

	oid_text(s->digest.oid, text);
	if (n == 0) {
		pki_find(
		    f, PKI_STAMP_DIGEST, PKI_NOT_JUDGED, "%s is unknown", text);
		return false;
	}
	return pki_check(f, PKI_STAMP_DIGEST,
	    value.len == n && memcmp(digest, value.ptr, n) == 0, "%s", text);
}

static bool
judge_attributes(
    const struct pki_stamp *s, struct attributes *a, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der in;
	bool fine;

	*a = read_attributes(s, &bad);
	fine = pki_check(f, PKI_STAMP_ATTRIBUTES,
	    bad.fault == DER_FINE && s->has_attributes && a->once &&
		a->single && a->ordered && a->content_type.len > 0 &&
		a->digest.len > 0,
	    "%s",
	    !s->has_attributes         ? "there are none"
	    : !a->once || !a->single   ? "one is there twice"
	    : !a->ordered              ? "not in order"
	    : a->content_type.len == 0 ? "no content-type"
	    : a->digest.len == 0       ? "no message-digest"
				       : "");
	in = der_start(a->content_type, &bad);
	if (a->content_type.len > 0)
		fine &= pki_check(f, PKI_STAMP_CONTENT_TYPE,
		    oid_of(der_take(&in, DER_OID)) == OID_TST_INFO, "%s", "");
	if (a->digest.len > 0)
		fine &= judge_digest(s, a, f);
	return fine;
}

/* ---- the TSA ---- */

static bool
is_signer(const struct pki_stamp *s, const struct pki_certificate *c)
{
	if (s->signer_key.len > 0)
		return span_eq(s->signer_key, c->ski);
	return name_equal(s->signer_issuer, c->issuer) &&
	       span_eq(
		   der_magnitude(s->signer_serial), der_magnitude(c->serial));
}

const struct pki_certificate *
stamp_signer(const struct pki_stamp *s, const struct stamp_ask *ask,
    struct pki_certificate *found)
{
	for (size_t i = 0; i < s->n_certificates; i++)
		if (certificate_read(found, s->certificates[i], NULL) &&
		    is_signer(s, found))
			return found;
	for (size_t i = 0; i < ask->n_others; i++)
		if (is_signer(s, ask->others[i]))
			return ask->others[i];
	return NULL;
}

/* The hint of TSTInfo, where it is given. */
static bool
judge_name(const struct pki_stamp *s, const struct pki_certificate *c,
    struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der names = der_start(c->alt_names, &bad);
	const bool directory = s->name.kind == GENERAL_DIRECTORY;
	bool same = directory && name_equal(s->name.value, c->subject);
	char text[NAME_TEXT];

	if (!s->has_name)
		return true;
	while (der_more(&names) && !same) {
		const struct general g = general_read(&names);

		same = g.kind == s->name.kind &&
		       (directory ? name_equal(g.value, s->name.value)
				  : span_eq(g.value, s->name.value));
	}
	general_text(&s->name, text);
	return pki_check(f, PKI_STAMP_NAME, same, "%s", text);
}

/* ESSCertID (v1: SHA-1) and ESSCertIDv2 (SHA-256 unless it says otherwise). */
static bool
names_certificate(
    struct span attribute, bool v2, const struct pki_certificate *c)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(attribute, &bad), all, ids, id;
	enum oid digest = v2 ? OID_SHA256 : OID_SHA1;
	char is[DIGEST_MOST];
	struct span hash;
	size_t n;

	der_enter(&in, DER_SEQUENCE, &all);
	der_enter(&all, DER_SEQUENCE, &ids);
	der_enter(&ids, DER_SEQUENCE, &id);
	if (v2 && der_peek(&id) == DER_SEQUENCE)
		digest = algorithm_read(&id).id;
	hash = der_take(&id, DER_OCTET_STRING);
	n = digest_of(digest, c->whole, is);
	return bad.fault == DER_FINE && n > 0 && n == hash.len &&
	       memcmp(is, hash.ptr, n) == 0;
}

static bool
judge_signer_id(const struct attributes *a, const struct pki_certificate *c,
    struct pki_findings *f)
{
	const bool v1 = a->signing.len > 0, v2 = a->signing_v2.len > 0;

	return pki_check(f, PKI_STAMP_SIGNER_ID,
	    (v1 || v2) && (!v1 || names_certificate(a->signing, false, c)) &&
		(!v2 || names_certificate(a->signing_v2, true, c)),
	    "%s",
	    v2   ? "signingCertificateV2"
	    : v1 ? "signingCertificate"
		 : "there is none");
}

static bool
judge_tsa(const struct pki_stamp *s, const struct pki_certificate *c,
    struct pki_findings *f)
{
	char a[CLOCK_TEXT + 8], b[CLOCK_TEXT + 8];
	const bool has =
	    c->has_purposes && certificate_has_purpose(c, OID_TIME_STAMPING);
	struct der_bad bad = { 0 };
	struct der list = der_start(c->purposes, &bad);
	size_t n = 0;
	bool fine;

	for (; der_more(&list); n++)
		der_take(&list, DER_OID);
	fine = pki_check(f, PKI_STAMP_PURPOSE, has, "%s", "");
	if (has) {
		fine &= pki_check(f, PKI_STAMP_PURPOSE_ONLY, n == 1, "%zu", n);
		fine &= pki_check(f, PKI_STAMP_PURPOSE_CRITICAL,
		    c->purposes_critical, "%s", "");
	}
	time_text(&c->begins, a);
	time_text(&c->ends, b);
	if (!s->time_is_sound)
		pki_find(f, PKI_STAMP_VALIDITY, PKI_NOT_REACHED, "%s", "");
	else
		fine &= pki_check(f, PKI_STAMP_VALIDITY,
		    certificate_is_valid_at(c, s->at), "%s - %s", a, b);
	return fine;
}

/* RFC 5652 5.4: what is signed has the tag of a SET OF instead of [0]. */
static bool
judge_signature(const struct pki_stamp *s, const struct pki_certificate *c,
    struct pki_findings *f)
{
	const struct span content = s->attributes;
	const size_t head = (size_t)(content.ptr - s->whole.ptr);
	struct buf message;
	enum signature said;
	size_t at = head;

	/* Back over the length's octets to the tag. */
	while (at > 0 && head - at < 6 &&
	       (unsigned char)s->whole.ptr[at - 1] != 0xa0)
		at--;
	buf_init(&message, STAMP_MOST + 1);
	buf_add(&message, SPAN("\x31"));
	buf_add(&message, (struct span){ s->whole.ptr + at, head - at });
	buf_add(&message, content);
	said = signature_verify_cms(&s->digest, &s->algorithm, &c->key,
	    buf_span(&message), s->signature);
	buf_free(&message);
	return signature_tell(f, PKI_STAMP_SIGNATURE, said, &s->algorithm);
}

/*
 * What is listed is signed by nobody, and there may be more or none of it
 * (RFC 5652 5.1): what else became of it goes unnoticed.
 */
static void
judge_listed(const struct pki_stamp *s, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der list = der_start(s->digests, &bad);
	char text[OID_TEXT];
	bool listed = false;
	size_t n = 0;

	for (; der_more(&list); n++)
		listed |= span_eq(algorithm_read(&list).oid, s->digest.oid);
	oid_text(s->digest.oid, text);
	pki_check(f, PKI_STAMP_DIGEST_LISTED, listed, "%s, %zu", text, n);
}

static bool
judge_signed(const struct pki_stamp *s, const struct stamp_ask *ask,
    struct pki_findings *f)
{
	struct pki_certificate found;
	const struct pki_certificate *c;
	struct attributes a;
	bool fine;

	fine = pki_check(
	    f, PKI_STAMP_SIGNERS, s->n_signers == 1, "%zu", s->n_signers);
	if (s->n_signers == 0)
		return false;
	judge_listed(s, f);
	fine &= judge_attributes(s, &a, f);
	fine &= pki_check(f, PKI_STAMP_ALGORITHM_STRENGTH,
	    !algorithm_is_weak(&s->algorithm) &&
		!algorithm_is_weak(&s->digest) &&
		!algorithm_is_weak(&s->imprint),
	    "%s", "");
	c = stamp_signer(s, ask, &found);
	if (!pki_check(f, PKI_STAMP_CERTIFICATE, c != NULL, "%s", "")) {
		pki_find(f, PKI_STAMP_SIGNATURE, PKI_NOT_REACHED, "%s", "");
		pki_find(f, PKI_STAMP_PURPOSE, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	fine &= judge_signer_id(&a, c, f);
	fine &= judge_name(s, c, f);
	if (s->has_attributes)
		fine &= judge_signature(s, c, f);
	else
		pki_find(f, PKI_STAMP_SIGNATURE, PKI_NOT_REACHED, "%s", "");
	return judge_tsa(s, c, f) && fine;
}

bool
stamp_judge(const struct pki_stamp *s, const struct stamp_ask *ask,
    struct pki_findings *f)
{
	char text[OID_TEXT];
	bool fine = true;

	if (!judge_status(s, f) || !s->has_token)
		return false;
	oid_text(s->content_type, text);
	if (!pki_check(f, PKI_STAMP_TYPE, s->has_info, "%s", text))
		return false;
	fine &= judge_info(s, ask, f);
	fine &= judge_asked(s, ask, f);
	return judge_signed(s, ask, f) && fine;
}
