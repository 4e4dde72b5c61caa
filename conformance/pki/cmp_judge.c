/* SPDX-License-Identifier: MIT */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "conformance/pki/cmp.h"
#include "conformance/pki/der_write.h"
#include "lib/buf.h"

/* ---- in words ---- */

/* clang-format off */
static const char *const body_names[CMP_BODIES] = {
	"ir", "ip", "cr", "cp", "p10cr", "popdecc", "popdecr", "kur", "kup",
	"krr", "krp", "rr", "rp", "ccr", "ccp", "ckuann", "cann", "rann",
	"crlann", "pkiconf", "nested", "genm", "genp", "error", "certConf",
	"pollReq", "pollRep",
};
static const char *const status_names[CMP_STATUSES] = {
	"accepted", "grantedWithMods", "rejection", "waiting",
	"revocationWarning", "revocationNotification", "keyUpdateWarning",
};
static const char *const failure_names[CMP_FAILURES] = {
	"badAlg", "badMessageCheck", "badRequest", "badTime", "badCertId",
	"badDataFormat", "wrongAuthority", "incorrectData",
	"missingTimeStamp", "badPOP", "certRevoked", "certConfirmed",
	"wrongIntegrity", "badRecipientNonce", "timeNotAvailable",
	"unacceptedPolicy", "unacceptedExtension", "addInfoNotAvailable",
	"badSenderNonce", "badCertTemplate", "signerNotTrusted",
	"transactionIdInUse", "unsupportedVersion", "notAuthorized",
	"systemUnavail", "systemFailure", "duplicateCertReq",
};
/* clang-format on */

const char *
cmp_body_name(unsigned type)
{
	return type < CMP_BODIES ? body_names[type] : "none";
}

const char *
cmp_status_name(uint32_t status)
{
	return status < CMP_STATUSES ? status_names[status] : "undefined";
}

void
cmp_failure_text(const struct cmp_status *s, char text[CMP_TEXT])
{
	size_t n = 0;

	snprintf(text, CMP_TEXT, "%s", s->undefined ? "undefined" : "none");
	for (unsigned i = 0; i < CMP_FAILURES; i++)
		if ((s->failure >> i & 1) != 0 && n + 32 < CMP_TEXT)
			n += (size_t)snprintf(text + n, CMP_TEXT - n, "%s%s",
			    n == 0 ? "" : ", ", failure_names[i]);
}

void
cmp_text(const struct pki_cmp *m, char text[CMP_TEXT])
{
	const struct cmp_item *i = &m->items[0];
	char why[CMP_TEXT] = "";

	if (m->n_items == 0 || !i->has_status) {
		snprintf(text, CMP_TEXT, "%s", cmp_body_name(m->type));
		return;
	}
	if (i->status.has_failure)
		cmp_failure_text(&i->status, why);
	snprintf(text, CMP_TEXT, "%s, %s%s%.180s", cmp_body_name(m->type),
	    cmp_status_name(i->status.status), why[0] == '\0' ? "" : ": ", why);
}

static bool
is_response(const struct pki_cmp *m)
{
	return m->type == CMP_IP || m->type == CMP_CP || m->type == CMP_KUP;
}

const struct cmp_status *
cmp_refusal(const struct pki_cmp *m)
{
	if (m->type == CMP_ERROR) /* it may say that one has to wait */
		return m->items[0].status.status == CMP_WAITING
			   ? NULL
			   : &m->items[0].status;
	if (!is_response(m) && m->type != CMP_RP)
		return NULL;
	for (size_t i = 0; i < m->n_items; i++)
		if (m->items[i].status.status == CMP_REJECTION)
			return &m->items[i].status;
	return NULL;
}

const struct cmp_item *
cmp_granted(const struct pki_cmp *m)
{
	for (size_t i = 0; is_response(m) && i < m->n_items; i++)
		if (m->items[i].certificate.len > 0)
			return &m->items[i];
	return NULL;
}

/* ---- the MAC of a shared secret: RFC 4210 5.1.3.1, RFC 4211 4.4 ---- */

struct mac {
	struct span salt;
	enum oid owf, mac; /* digests */
	uint32_t rounds;
};

static enum oid
mac_digest(enum oid id)
{
	switch (id) {
	case OID_HMAC_SHA1:
	case OID_HMAC_WITH_SHA1:
		return OID_SHA1;
	case OID_HMAC_SHA256:
		return OID_SHA256;
	case OID_HMAC_SHA384:
		return OID_SHA384;
	case OID_HMAC_SHA512:
		return OID_SHA512;
	default:
		return OID_UNKNOWN;
	}
}

static bool
read_mac(const struct pki_cmp *m, struct mac *mac)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(m->algorithm.parameters, &bad), all;

	*mac = (struct mac){ .owf = OID_UNKNOWN };
	if (!m->has_algorithm || m->algorithm.id != OID_PASSWORD_MAC)
		return false;
	der_enter(&in, DER_SEQUENCE, &all);
	mac->salt = der_take(&all, DER_OCTET_STRING);
	mac->owf = algorithm_read(&all).id;
	mac->rounds = der_number(&all, DER_INTEGER);
	mac->mac = mac_digest(algorithm_read(&all).id);
	der_end(&all);
	der_end(&in);
	return bad.fault == DER_FINE && digest_size(mac->owf) > 0 &&
	       mac->mac != OID_UNKNOWN && mac->rounds > 0 &&
	       mac->rounds <= CMP_ROUNDS && mac->salt.len <= 1024;
}

size_t
cmp_mac_key(const struct pki_cmp *m, struct span secret, char key[DIGEST_MOST])
{
	struct mac mac;
	struct buf salted;
	size_t n;

	if (!read_mac(m, &mac))
		return 0;
	buf_init(&salted, secret.len + mac.salt.len + 1);
	buf_add(&salted, secret);
	buf_add(&salted, mac.salt);
	n = digest_of(mac.owf, buf_span(&salted), key);
	for (uint32_t i = 1; i < mac.rounds && n > 0; i++) {
		char next[DIGEST_MOST];

		n = digest_of(mac.owf, (struct span){ key, n }, next);
		memcpy(key, next, n);
	}
	if (salted.data != NULL)
		OPENSSL_cleanse(salted.data, salted.len);
	buf_free(&salted);
	return n;
}

static bool
hmac_is(enum oid digest, struct span key, struct span data, struct span value)
{
	static const struct {
		enum oid id;
		const EVP_MD *(*md)(void);
	} mds[] = { { OID_SHA1, EVP_sha1 }, { OID_SHA256, EVP_sha256 },
		{ OID_SHA384, EVP_sha384 }, { OID_SHA512, EVP_sha512 } };
	unsigned char out[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	for (size_t i = 0; i < sizeof mds / sizeof mds[0]; i++)
		if (mds[i].id == digest &&
		    HMAC(mds[i].md(), key.ptr, (int)key.len,
			(const unsigned char *)data.ptr, data.len, out,
			&n) != NULL)
			return n == value.len && memcmp(out, value.ptr, n) == 0;
	return false;
}

/*
 * HMAC takes a key of any size, so that of the whole digest is meant; some
 * take HMAC to want as many octets as its own digest has, and cut.
 */
enum signature
cmp_mac_verify(const struct pki_cmp *m, struct span key)
{
	struct mac mac;
	struct buf data;
	enum signature result = SIGNATURE_BAD;

	if (key.len == 0 || !m->has_protection || !read_mac(m, &mac))
		return SIGNATURE_UNSUPPORTED;
	buf_init(&data, CMP_MOST + 16);
	der_put(&data, DER_SEQUENCE, m->covered);
	if (hmac_is(mac.mac, key, buf_span(&data), m->protection) ||
	    hmac_is(mac.mac, span_take(key, digest_size(mac.mac)),
		buf_span(&data), m->protection))
		result = SIGNATURE_GOOD;
	buf_free(&data);
	return result;
}

/* ---- signatures ---- */

static enum signature
verify_with(const struct pki_cmp *m, const struct pki_certificate *c)
{
	struct buf data;
	enum signature result;

	buf_init(&data, CMP_MOST + 16);
	der_put(&data, DER_SEQUENCE, m->covered);
	result = signature_verify(
	    &m->algorithm, &c->key, buf_span(&data), m->protection);
	buf_free(&data);
	return result;
}

/* By key identifier where there is one, else by the sender's name. */
static bool
may_be_signer(const struct pki_cmp *m, const struct pki_certificate *c)
{
	if (m->sender.kind == GENERAL_DIRECTORY &&
	    !name_is_empty(m->sender.value) &&
	    !name_equal(m->sender.value, c->subject))
		return false;
	return m->sender_key.len == 0 || c->ski.len == 0 ||
	       span_eq(m->sender_key, c->ski);
}

static const struct pki_certificate *
look_for_signer(const struct pki_cmp *m, const struct cmp_ask *ask,
    bool verified, struct pki_certificate *found)
{
	for (size_t i = 0; i < m->n_certificates; i++)
		if (certificate_read(found, m->certificates[i], NULL) &&
		    may_be_signer(m, found) &&
		    (!verified || verify_with(m, found) == SIGNATURE_GOOD))
			return found;
	for (size_t i = 0; i < ask->n_others; i++)
		if (may_be_signer(m, ask->others[i]) &&
		    (!verified ||
			verify_with(m, ask->others[i]) == SIGNATURE_GOOD))
			return ask->others[i];
	return NULL;
}

/* Several may bear that name: whose key it is comes first. */
const struct pki_certificate *
cmp_signer(const struct pki_cmp *m, const struct cmp_ask *ask,
    struct pki_certificate *found)
{
	const struct pki_certificate *who =
	    look_for_signer(m, ask, true, found);

	return who != NULL ? who : look_for_signer(m, ask, false, found);
}

static bool
has_issued(const struct pki_certificate *ca, const struct pki_certificate *c)
{
	return (ca->ca || ca->version < 3) &&
	       name_equal(ca->subject, c->issuer) &&
	       signature_verify(&c->outer, &ca->key, c->tbs, c->signature) ==
		   SIGNATURE_GOOD;
}

/* Into *c, when the message brings who has issued it. */
static bool
climb(const struct pki_cmp *m, struct pki_certificate *c)
{
	struct pki_certificate next;

	for (size_t i = 0; i < m->n_certificates; i++)
		if (certificate_read(&next, m->certificates[i], NULL) &&
		    !span_eq(next.whole, c->whole) && has_issued(&next, c)) {
			*c = next;
			return true;
		}
	return false;
}

/*
 * Anybody can bring a certificate that bears a name: it has to be one that is
 * at hand, or below one.
 */
static bool
is_known(const struct pki_cmp *m, const struct cmp_ask *ask,
    const struct pki_certificate *who)
{
	struct pki_certificate c = *who;

	for (int steps = 0; steps <= CMP_CERTIFICATES; steps++) {
		for (size_t i = 0; i < ask->n_others; i++)
			if (span_eq(ask->others[i]->whole, c.whole) ||
			    has_issued(ask->others[i], &c))
				return true;
		if (!climb(m, &c))
			return false;
	}
	return false;
}

static void
judge_signature(
    const struct pki_cmp *m, const struct cmp_ask *ask, struct pki_findings *f)
{
	struct pki_certificate found;
	const struct pki_certificate *who = cmp_signer(m, ask, &found);
	const bool known =
	    who != NULL && (ask->n_others == 0 || is_known(m, ask, who));
	char name[NAME_TEXT];

	general_text(&m->sender, name);
	pki_check(f, PKI_CMP_SIGNER, known, "%s%s", name,
	    known         ? ""
	    : who == NULL ? ": no certificate of that name and key"
			  : ": issued by no CA that is at hand");
	if (who != NULL)
		signature_tell(
		    f, PKI_CMP_SIGNATURE, verify_with(m, who), &m->algorithm);
	else
		pki_find(f, PKI_CMP_SIGNATURE, PKI_NOT_REACHED, "%s", "");
}

/* Of a shared secret, or of one that two keys agree on. */
static bool
is_mac(enum oid id)
{
	return id == OID_PASSWORD_MAC || id == OID_PBMAC1 ||
	       id == OID_DH_BASED_MAC;
}

static void
judge_mac(
    const struct pki_cmp *m, const struct cmp_ask *ask, struct pki_findings *f)
{
	struct mac mac;

	if (!read_mac(m, &mac))
		pki_find(f, PKI_CMP_MAC, PKI_NOT_JUDGED,
		    "%s: parameters that are not known here, or more than %d "
		    "rounds",
		    oid_name(m->algorithm.id), CMP_ROUNDS);
	else if (ask->key.len == 0)
		pki_find(f, PKI_CMP_MAC, PKI_NOT_JUDGED,
		    "the shared secret is not at hand");
	else
		pki_check(f, PKI_CMP_MAC,
		    cmp_mac_verify(m, ask->key) == SIGNATURE_GOOD,
		    "%s, %u rounds", oid_name(mac.owf), mac.rounds);
}

static void
judge_protection(
    const struct pki_cmp *m, const struct cmp_ask *ask, struct pki_findings *f)
{
	pki_check(f, PKI_CMP_PROTECTION_ALGORITHM,
	    m->has_algorithm == m->has_protection, "%s",
	    m->has_algorithm == m->has_protection ? ""
	    : m->has_algorithm ? "protectionAlg without protection"
			       : "protection without protectionAlg");
	if (!pki_check(f, PKI_CMP_PROTECTED, m->has_protection, "%s",
		cmp_body_name(m->type)) ||
	    !m->has_algorithm)
		return;
	if (is_mac(m->algorithm.id))
		judge_mac(m, ask, f);
	else
		judge_signature(m, ask, f);
}

/* ---- the body by itself ---- */

static void
judge_item(
    const struct pki_cmp *m, const struct cmp_item *i, struct pki_findings *f)
{
	const struct cmp_status *s = &i->status;
	const bool certified = i->certificate.len > 0 || i->encrypted;
	const bool granted =
	    s->status == CMP_ACCEPTED || s->status == CMP_WITH_MODS;
	char why[CMP_TEXT];

	cmp_failure_text(s, why);
	pki_check(f, PKI_CMP_STATUS, s->status < CMP_STATUSES && !s->undefined,
	    "%s, %s", cmp_status_name(s->status), why);
	if (s->has_failure)
		pki_check(f, PKI_DER_BITS_NAMED, !s->padded, "failInfo");
	if (!is_response(m))
		return;
	pki_check(f, PKI_CMP_CHOICE, !certified || !s->has_failure, "%s, %s",
	    cmp_status_name(s->status), why);
	if (s->status == CMP_REJECTION)
		pki_check(f, PKI_CMP_FAILURE, s->has_failure && s->failure != 0,
		    "%s", why);
	pki_check(f, PKI_CMP_GRANTED, certified == granted, "%s, %s",
	    cmp_status_name(s->status),
	    certified ? "a certificate" : "no certificate");
}

/* ---- as an answer ---- */

/* The body that a request's is answered by, beside error. */
static bool
body_answers(unsigned request, unsigned answer)
{
	static const struct {
		unsigned request, answer;
	} pairs[] = {
		{ CMP_IR, CMP_IP },
		{ CMP_CR, CMP_CP },
		{ CMP_P10CR, CMP_CP },
		{ CMP_KUR, CMP_KUP },
		{ CMP_RR, CMP_RP },
		{ CMP_CERTCONF, CMP_PKICONF },
		{ CMP_ERROR, CMP_PKICONF },
		{ CMP_GENM, CMP_GENP },
		{ CMP_POLLREQ, CMP_POLLREP },
	};

	if (answer == CMP_ERROR)
		return true;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (pairs[i].request == request && pairs[i].answer == answer)
			return true;
	return false;
}

/* A poll may bring at last what the application is answered by. */
static bool
is_answer(const struct cmp_ask *ask, unsigned answer)
{
	static const unsigned applications[] = { CMP_IR, CMP_CR, CMP_KUR };
	const struct pki_cmp *r = ask->request;

	if (body_answers(r->type, answer))
		return true;
	if (r->type != CMP_POLLREQ)
		return false;
	if (ask->applied != NULL)
		return body_answers(ask->applied->type, answer);
	for (size_t i = 0; i < sizeof applications / sizeof applications[0];
	     i++)
		if (body_answers(applications[i], answer))
			return true;
	return false;
}

static void
judge_hex(struct pki_findings *f, enum pki_code code, bool holds,
    struct span want, struct span got)
{
	char a[48], b[48];

	der_hex(want, a, sizeof a);
	der_hex(got, b, sizeof b);
	pki_check(
	    f, code, holds, "%s%s%s", b, holds ? "" : " for ", holds ? "" : a);
}

static const struct cmp_item *
item_of(const struct pki_cmp *m, int32_t id)
{
	for (size_t i = 0; i < m->n_items; i++)
		if (m->items[i].id == id)
			return &m->items[i];
	return NULL;
}

/* RFC 4210 says nothing of a request that has no certReqId: 0 or -1. */
static bool
ids_match(const struct pki_cmp *r, const struct pki_cmp *m)
{
	if (r->n_items != m->n_items)
		return false;
	if (r->type == CMP_P10CR)
		return m->items[0].id == 0 || m->items[0].id == -1;
	for (size_t i = 0; i < r->n_items; i++)
		if (item_of(m, r->items[i].id) == NULL)
			return false;
	return true;
}

static void
judge_certificate(const struct cmp_item *asked, const struct cmp_item *got,
    struct pki_findings *f)
{
	static const struct span key_tag = SPAN_INIT("\x30");
	struct pki_certificate c;
	struct der_bad bad = { 0 };
	struct der in;
	char a[NAME_TEXT], b[NAME_TEXT];

	if (!certificate_read(&c, got->certificate, f)) {
		pki_find(f, PKI_CMP_KEY, PKI_NOT_REACHED, "%s", "");
		return;
	}
	if (asked->has_key) {
		in = der_start(c.key.whole, &bad);
		pki_check(f, PKI_CMP_KEY,
		    span_starts(c.key.whole, key_tag) &&
			span_eq(der_take(&in, DER_SEQUENCE), asked->key),
		    "%s", "");
	}
	if (asked->has_subject && !name_is_empty(asked->subject)) {
		name_text(asked->subject, a);
		name_text(c.subject, b);
		pki_check(f, PKI_CMP_SUBJECT,
		    got->status.status == CMP_WITH_MODS ||
			name_equal(asked->subject, c.subject),
		    "%s for %s", b, a);
	}
}

static void
judge_responses(
    const struct pki_cmp *r, const struct pki_cmp *m, struct pki_findings *f)
{
	const bool match = ids_match(r, m);

	if (r->n_items == 0)
		return;
	pki_check(f, PKI_CMP_REQUEST_ID, match, "%zu for %zu, first %d for %d",
	    m->n_items, r->n_items, m->n_items == 0 ? -1 : m->items[0].id,
	    r->items[0].id);
	for (size_t i = 0; i < m->n_items && i < r->n_items; i++) {
		const struct cmp_item *asked = match && r->type != CMP_P10CR
						   ? item_of(r, m->items[i].id)
						   : &r->items[i];

		if (asked != NULL && m->items[i].certificate.len > 0)
			judge_certificate(asked, &m->items[i], f);
	}
}

static void
judge_answer(
    const struct cmp_ask *ask, const struct pki_cmp *m, struct pki_findings *f)
{
	const struct pki_cmp *r = ask->request;

	if (r->has_transaction)
		judge_hex(f, PKI_CMP_TRANSACTION,
		    m->has_transaction &&
			span_eq(r->transaction, m->transaction),
		    r->transaction, m->transaction);
	if (r->has_nonce)
		judge_hex(f, PKI_CMP_NONCE,
		    m->has_back && span_eq(r->nonce, m->back), r->nonce,
		    m->back);
	pki_check(f, PKI_CMP_BODY, is_answer(ask, m->type), "%s for %s",
	    cmp_body_name(m->type), cmp_body_name(r->type));
	if (is_response(m))
		judge_responses(ask->applied == NULL ? r : ask->applied, m, f);
}

void
cmp_judge(
    const struct pki_cmp *m, const struct cmp_ask *ask, struct pki_findings *f)
{
	const struct pki_cmp *r = ask->request;

	/* the highest one that the server knows, when it knows not that */
	pki_check(f, PKI_CMP_VERSION,
	    m->version == 2 ||
		(m->version == 3 && r != NULL && r->version >= 3),
	    "%u", m->version);
	if (pki_check(f, PKI_CMP_NONCE_OWN, m->has_nonce, "%s", ""))
		pki_check(f, PKI_CMP_NONCE_SIZE, m->nonce.len >= 16,
		    "%zu octets", m->nonce.len);
	judge_protection(m, ask, f);
	for (size_t i = 0; i < m->n_items; i++)
		if (m->items[i].has_status)
			judge_item(m, &m->items[i], f);
	if (r != NULL)
		judge_answer(ask, m, f);
}
