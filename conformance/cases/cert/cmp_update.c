/* SPDX-License-Identifier: MIT */
/*
 * Renewal by CMP: another key, or the same one for longer; and that both
 * certificates are good beside each other (RFC 4210 5.3.5, 5.3.6).
 */
#include <openssl/evp.h>
#include <string.h>

#include "conformance/cases/asked.h"
#include "conformance/cases/cert/apply.h"
#include "conformance/cases/cert/exchange.h"
#include "conformance/cases/cert/standing.h"

extern const struct conf_group conf_cmp_update;

/* ---- collect ---- */

/* Asks for what follows "of", with that key; signed by whoever a->as is. */
static bool
update(struct applicant *a, const char *name, EVP_PKEY *key,
    const struct identity *of, struct identity *new)
{
	struct cmp_message m = apply_message(a, CMP_KUR);

	m.key = key;
	m.subject = of->certificate.subject;
	m.issuer = of->certificate.issuer;
	m.serial = of->certificate.serial;
	apply_send(a, name, &m);
	apply_wait(a, name);
	return identity_take(a, key, new);
}

/* With a key of its own, and confirmed. */
static void
renew(struct applicant *a, const char *name, const char *confirm,
    const struct identity *of, struct identity *new)
{
	EVP_PKEY *key;

	apply_begin(a);
	(void)apply_for_key(a, CMP_KUR, name, &key);
	if (update(a, name, key, of, new))
		apply_confirm(a, confirm);
}

static bool
collect_as(struct trial *t, bool same_key, bool standing)
{
	struct applicant a;
	struct identity old, new;

	if (apply_open(t, "alice", OWN_P256, &a)) {
		if (apply_enroll(&a, CMP_IR, "old", &old)) {
			a.as = &old;
			if (same_key) {
				apply_begin(&a);
				EVP_PKEY_up_ref(old.key);
				if (update(&a, "new", old.key, &old, &new))
					apply_confirm(&a, "new-confirm");
			} else {
				renew(&a, "new", "new-confirm", &old, &new);
			}
			if (standing) {
				standing_ask(&a, "standing-old", &old);
				standing_await(
				    &a, "standing-new", &new, OCSP_GOOD);
			}
			identity_free(&new);
		}
		identity_free(&old);
	}
	apply_close(&a);
	return true;
}

static bool
collect(struct trial *t)
{
	return collect_as(t, false, false);
}

static bool
collect_same(struct trial *t)
{
	return collect_as(t, true, false);
}

static bool
collect_overlap(struct trial *t)
{
	return collect_as(t, false, true);
}

/* Alice wants what follows Bob's; then what follows her own. */
static bool
collect_other(struct trial *t)
{
	struct applicant alice, bob;
	struct identity hers, his, new;

	if (!apply_open(t, "bob", OWN_P256, &bob)) {
		apply_close(&bob);
		return true;
	}
	apply_enroll(&bob, CMP_IR, "his", &his);
	if (apply_open(t, "alice", OWN_P256, &alice)) {
		if (apply_enroll(&alice, CMP_IR, "old", &hers) && his.there) {
			alice.as = &hers;
			renew(&alice, "odd", "odd-confirm", &his, &new);
			identity_free(&new);
			renew(&alice, "new", "new-confirm", &hers, &new);
			identity_free(&new);
		}
		identity_free(&hers);
	}
	apply_close(&alice);
	identity_free(&his);
	apply_close(&bob);
	return true;
}

/* What follows a certificate that was revoked; then one that was not. */
static bool
collect_revoked(struct trial *t)
{
	struct applicant a;
	struct identity old, other, new;

	if (apply_open(t, "alice", OWN_P256, &a)) {
		if (apply_enroll(&a, CMP_IR, "old", &old)) {
			a.as = &old;
			apply_revoke(&a, "revocation", &old, CMP_NO_REASON);
			renew(&a, "odd", "odd-confirm", &old, &new);
			identity_free(&new);
			a.as = NULL;
			if (apply_enroll(&a, CMP_IR, "other", &other)) {
				a.as = &other;
				renew(&a, "new", "new-confirm", &other, &new);
				identity_free(&new);
			}
			identity_free(&other);
		}
		identity_free(&old);
	}
	apply_close(&a);
	return true;
}

/* ---- judge ---- */

static void
judge_granted(struct trial *t)
{
	struct issued_set set;

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_need_ours(t, &set, "old"))
		exchange_claim_granted(t, &set, "new");
	issued_close(&set);
}

/* Of the new certificate beside the old one; need: both are there. */
static void
judge_both(struct trial *t,
    void (*claim)(struct trial *, const struct issued_set *,
	const struct pki_certificate *, const struct pki_certificate *))
{
	struct issued_set set;
	struct pki_certificate old, new;

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_need_ours(t, &set, "old") &&
	    exchange_need_granted(t, &set, "new") &&
	    exchange_certificate(t, "old", &old) &&
	    exchange_certificate(t, "new", &new))
		claim(t, &set, &old, &new);
	issued_close(&set);
}

static void
claim_key(struct trial *t, const struct issued_set *set,
    const struct pki_certificate *old, const struct pki_certificate *new)
{
	struct pki_findings f;

	(void)old;
	(void)new;
	pki_findings_init(&f);
	if (exchange_judge_all(t, set, "new", &f))
		asked_claim_codes(t, &f, PKI_CMP_KEY, PKI_CMP_KEY, false);
	pki_findings_free(&f);
}

static void
claim_subject(struct trial *t, const struct issued_set *set,
    const struct pki_certificate *old, const struct pki_certificate *new)
{
	char was[NAME_TEXT], is[NAME_TEXT];

	(void)set;
	name_text(old->subject, was);
	name_text(new->subject, is);
	trial_claim(t, trial_case(t)->clause,
	    name_equal(old->subject, new->subject), was, "%s", is);
}

static void
claim_dates(struct trial *t, const struct issued_set *set,
    const struct pki_certificate *old, const struct pki_certificate *new)
{
	char was[CLOCK_TEXT + 8], is[CLOCK_TEXT + 8];

	(void)set;
	if (!trial_need(t, old->ends.readable && new->ends.readable,
		"no times that can be read"))
		return;
	time_text(&old->ends, was);
	time_text(&new->ends, is);
	trial_claim(t, trial_case(t)->clause,
	    new->ends.at.us >= old->ends.at.us,
	    "no earlier than the old one's end", "%s, and the old one's is %s",
	    is, was);
}

static void
judge_key(struct trial *t)
{
	judge_both(t, claim_key);
}

static void
judge_subject(struct trial *t)
{
	judge_both(t, claim_subject);
}

static void
judge_dates(struct trial *t)
{
	judge_both(t, claim_dates);
}

/* Whoever revokes the old one takes no confirmation that it has signed. */
static void
judge_overlap(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate old, new;
	struct ocsp_single s;

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_need_ours(t, &set, "old") &&
	    exchange_certificate(t, "old", &old) &&
	    exchange_certificate(t, "new", &new) &&
	    standing_claim(t, &set, "standing-old", &old, OCSP_GOOD, &s) &&
	    exchange_need_granted(t, &set, "new"))
		standing_claim(t, &set, "standing-new", &new, OCSP_GOOD, &s);
	issued_close(&set);
}

/*
 * The same key may be refused: "the latter practice may not be appropriate
 * for some environments".
 */
static void
judge_same(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate old, new;
	char text[64];

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_need_ours(t, &set, "old") &&
	    exchange_certificate(t, "old", &old)) {
		if (!exchange_has_certificate(t, "new", &new)) {
			exchange_claim_refused(t, &set, "new");
		} else {
			der_hex(new.serial, text, sizeof text);
			trial_claim(t, trial_case(t)->clause,
			    !span_eq(old.serial, new.serial),
			    "a new certificate, or a refusal",
			    "the old one again, %s", text);
		}
	}
	issued_close(&set);
}

static void
judge_refused(struct trial *t)
{
	struct issued_set set;

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_need_ours(t, &set, "old") &&
	    exchange_need_granted(t, &set, "new"))
		exchange_claim_refused(t, &set, "odd");
	issued_close(&set);
}

/* It has to be revoked before. */
static void
judge_revoked(struct trial *t)
{
	struct issued_set set;
	struct exchange x;
	char text[CMP_TEXT];
	bool done = false;

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_need_ours(t, &set, "old")) {
		done = exchange_open(t, &set, "revocation", &x, NULL);
		if (done) {
			exchange_text(&x, text);
			done = trial_need(t, exchange_is_done(&x), "%s", text);
		}
		exchange_close(&x);
	}
	issued_close(&set);
	if (done)
		judge_refused(t);
}

/* clang-format off */
#define UPDATE(name, at, more, cite, en, zh, ask, how) \
	CMP_CASE(name, CERT_F_09, at, " cert.cmp.kur" more, cite, en, zh, \
	    ask, how)

static const struct conf_case cases[] = {
	UPDATE("cmp.kur", LEVEL_SHALL, "", "RFC 4210 5.3.5, 5.3.6",
	    "a certificate is renewed with another key", "换钥更新证书",
	    collect, judge_granted),
	UPDATE("cmp.kur.key", LEVEL_SHALL, "", "RFC 4210 5.3.5",
	    "the new one is for the new key", "新证书对应新公钥",
	    collect, judge_key),
	UPDATE("cmp.kur.subject", LEVEL_SHALL, "", "RFC 4210 5.3.5",
	    "the new one has the subject of the old", "新旧证书主体一致",
	    collect, judge_subject),
	UPDATE("cmp.kur.dates", LEVEL_SHOULD, "", "RFC 4210 5.3.5, 6.9",
	    "the new one ends no earlier than the old",
	    "新证书不早于旧证书到期", collect, judge_dates),
	UPDATE("cmp.kur.renewal", LEVEL_SHALL, "", "RFC 4210 5.3.5",
	    "the same key gets a new certificate, or none",
	    "同一公钥续期时签发新证书或予以拒绝", collect_same, judge_same),
	UPDATE("cmp.kur.overlap", LEVEL_SHALL, " endpoint:ocsp", "CERT-F-09",
	    "old and new are both good", "新旧证书在重叠期内均有效",
	    collect_overlap, judge_overlap),
	UPDATE("cmp.kur.other", LEVEL_SHALL, " account:bob",
	    "RFC 4210 5.3.5, 6.9",
	    "nobody renews another person's certificate",
	    "拒绝更新他人证书", collect_other, judge_refused),
	UPDATE("cmp.kur.revoked", LEVEL_SHALL, " cert.cmp.rr",
	    "RFC 4210 5.3.5", "what is revoked is not renewed",
	    "拒绝更新已撤销的证书", collect_revoked, judge_revoked),
};

const struct conf_group conf_cmp_update = {
	.service = "ca",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
