/* SPDX-License-Identifier: MIT */
/*
 * Who protects a message, and whether the protection is his.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "conformance/pki/cmp.h"
#include "conformance/pki/der_write.h"

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

void
cmp_judge_protection(
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
