/* SPDX-License-Identifier: MIT */
/*
 * Whether a certificate counts that came by CMP: the one that was rejected
 * does not, nor does one that is on hold; and who wants to confirm may.
 */
#include <openssl/evp.h>

#include "conformance/cases/cert/apply.h"
#include "conformance/cases/cert/exchange.h"
#include "conformance/cases/cert/standing.h"

extern const struct conf_group conf_cmp_counts;

enum { SOFT_S = 90 }; /* ocsp.delay, and then some */

/* ---- collect ---- */

static bool
collect(struct trial *t)
{
	struct applicant a;
	struct identity one;

	if (apply_open(t, "alice", OWN_P256, &a)) {
		apply_enroll(&a, CMP_IR, "apply", &one);
		identity_free(&one);
	}
	apply_close(&a);
	return true;
}

/* certConf, with the status "rejection". */
static void
reject(struct applicant *a, const struct identity *one)
{
	struct cmp_message m = apply_message(a, CMP_CERTCONF);

	m.id = cmp_granted(&a->answer)->id;
	m.confirmed = buf_span(&one->der);
	m.rejected = true;
	apply_send(a, "rejection", &m);
	standing_await(a, "standing", one, OCSP_REVOKED);
}

static bool
collect_rejected(struct trial *t)
{
	struct applicant a;
	struct identity one;
	struct cmp_message m;
	EVP_PKEY *key;

	if (apply_open(t, "alice", OWN_P256, &a)) {
		m = apply_for_key(&a, CMP_IR, "issued", &key);
		apply_send(&a, "issued", &m);
		apply_wait(&a, "issued");
		if (identity_take(&a, key, &one))
			reject(&a, &one);
		identity_free(&one);
	}
	apply_close(&a);
	return true;
}

/* Signs an application while on hold, and another one when it is not. */
static void
sign_on_hold(struct applicant *a, const struct identity *one)
{
	struct identity control;
	struct cmp_message m;
	EVP_PKEY *key;

	apply_revoke(a, "hold", one, REASON_HOLD);
	a->as = one;
	apply_begin(a);
	m = apply_for_key(a, CMP_CR, "odd", &key);
	apply_send(a, "odd", &m);
	EVP_PKEY_free(key);
	a->as = NULL;
	apply_revoke(a, "resume", one, REASON_REMOVE);
	a->as = one;
	apply_enroll(a, CMP_CR, "control", &control);
	identity_free(&control);
}

static bool
collect_held(struct trial *t)
{
	struct applicant a;
	struct identity one;

	if (apply_open(t, "alice", OWN_P256, &a)) {
		if (apply_enroll(&a, CMP_IR, "issued", &one))
			sign_on_hold(&a, &one);
		identity_free(&one);
	}
	apply_close(&a);
	return true;
}

/* ---- judge ---- */

static void
judge_implicit(struct trial *t)
{
	struct issued_set set;
	struct exchange x;

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_open(t, &set, "apply", &x, NULL) &&
	    trial_need(t, x.readable && x.answer.type != CMP_ERROR,
		"there is no answer to the application"))
		trial_claim(t, trial_case(t)->clause, !x.answer.implicit,
		    "no implicitConfirm, which was not asked for",
		    "implicitConfirm");
	exchange_close(&x);
	issued_close(&set);
}

static void
claim_not_good(struct trial *t, const struct issued_set *set)
{
	struct pki_certificate c;
	struct ocsp_single s;

	if (exchange_certificate(t, "issued", &c) &&
	    standing_read(t, set, "standing", &c, &s))
		trial_claim(t, trial_case(t)->clause, s.status != OCSP_GOOD,
		    "revoked, or unknown", "good");
}

static void
judge_rejected(struct trial *t)
{
	struct issued_set set;
	struct exchange x;

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_need_granted(t, &set, "issued")) {
		if (exchange_open(t, &set, "rejection", &x, NULL) &&
		    trial_need(t, x.readable, "no answer to the rejection"))
			claim_not_good(t, &set);
		exchange_close(&x);
	}
	issued_close(&set);
}

/* Need: NAME was done. */
static bool
need_done(struct trial *t, const struct issued_set *set, const char *name)
{
	struct exchange x;
	char text[CMP_TEXT];
	bool ok = exchange_open(t, set, name, &x, NULL);

	if (ok) {
		exchange_text(&x, text);
		ok = trial_need(t, exchange_is_done(&x), "%s: %s", name, text);
	}
	exchange_close(&x);
	return ok;
}

static void
judge_held(struct trial *t)
{
	struct issued_set set;

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_need_ours(t, &set, "issued") &&
	    need_done(t, &set, "hold") && need_done(t, &set, "resume") &&
	    exchange_need_granted(t, &set, "control"))
		exchange_claim_refused(t, &set, "odd");
	issued_close(&set);
}

/* clang-format off */
#define COUNTS(name, row, at, more, cite, en, zh, ask, how) \
	{ \
		.id = name, \
		.verifies = row, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = CMP_NEEDS more, \
		.service = "ca", \
		.collect = ask, \
		.judge = how, \
		.soft_s = SOFT_S, \
	}

static const struct conf_case cases[] = {
	COUNTS("cmp.implicit", CERT_F_06, LEVEL_SHOULD, "",
	    "RFC 4210 5.1.1.1",
	    "implicitConfirm is granted to who asks for it",
	    "仅对请求者准许 implicitConfirm", collect, judge_implicit),
	COUNTS("cmp.confirm.rejected", CERT_F_06, LEVEL_SHOULD,
	    " endpoint:ocsp", "RFC 4210 5.3.18",
	    "a certificate that its applicant rejects is not good",
	    "申请人拒收的证书不再有效", collect_rejected, judge_rejected),
	COUNTS("cmp.hold.signer", CERT_F_10, LEVEL_SHALL,
	    " cert.cmp.rr cert.cmp.hold", "RFC 4210 5.1.3.3, RFC 5280 6.1.3",
	    "a certificate that is on hold signs for nothing",
	    "拒绝已冻结证书的签名", collect_held, judge_held),
};

const struct conf_group conf_cmp_counts = {
	.service = "ca",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
