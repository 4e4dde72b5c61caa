/* SPDX-License-Identifier: MIT */
/*
 * Revoking, suspending and resuming by CMP, and whether OCSP and the CRL say
 * so (RFC 4210 5.3.9, 5.3.10; RFC 5280 5.3.1).
 */
#include <string.h>

#include "conformance/cases/cert/apply.h"
#include "conformance/cases/cert/exchange.h"
#include "conformance/cases/lists.h"
#include "conformance/cases/cert/standing.h"

extern const struct conf_group conf_cmp_revoke;

enum {
	SUPERSEDED = 4,
	SOFT_S = 90, /* ocsp.delay, and then some */
};

/* ---- collect ---- */

/* What is done with a certificate that was just issued and signs for it. */
static bool
collect_with(
    struct trial *t, void (*then)(struct applicant *, const struct identity *))
{
	struct applicant a;
	struct identity one;

	if (apply_open(t, "alice", OWN_P256, &a)) {
		if (apply_enroll(&a, CMP_IR, "issued", &one)) {
			a.as = &one;
			then(&a, &one);
		}
		identity_free(&one);
	}
	apply_close(&a);
	return true;
}

static void
once(struct applicant *a, const struct identity *i)
{
	apply_revoke(a, "rr", i, SUPERSEDED);
}

static void
twice(struct applicant *a, const struct identity *i)
{
	apply_revoke(a, "rr", i, SUPERSEDED);
	a->as = NULL; /* the certificate counts for nothing now */
	apply_revoke(a, "odd", i, SUPERSEDED);
}

static void
and_ocsp(struct applicant *a, const struct identity *i)
{
	apply_revoke(a, "rr", i, SUPERSEDED);
	standing_await(a, "standing", i, OCSP_REVOKED);
}

static void
and_list(struct applicant *a, const struct identity *i)
{
	apply_revoke(a, "rr", i, SUPERSEDED);
	lists_collect(a->trial);
}

/* By the secret: a certificate on hold signs for nothing. */
static void
hold(struct applicant *a, const struct identity *i)
{
	a->as = NULL;
	apply_revoke(a, "rr", i, REASON_HOLD);
	standing_await(a, "standing", i, OCSP_REVOKED);
}

static void
hold_and_resume(struct applicant *a, const struct identity *i)
{
	hold(a, i);
	apply_revoke(a, "resume", i, REASON_REMOVE);
	standing_await(a, "resumed", i, OCSP_GOOD);
}

/* A serial number that no CA draws by chance. */
static void
unknown(struct applicant *a, const struct identity *i)
{
	struct identity none = *i;

	none.certificate.serial = SPAN("Not yet issued!?");
	apply_revoke(a, "odd", &none, SUPERSEDED);
	apply_revoke(a, "rr", i, SUPERSEDED);
}

static bool
collect(struct trial *t)
{
	return collect_with(t, once);
}

static bool
collect_twice(struct trial *t)
{
	return collect_with(t, twice);
}

static bool
collect_ocsp(struct trial *t)
{
	return collect_with(t, and_ocsp);
}

static bool
collect_list(struct trial *t)
{
	return collect_with(t, and_list);
}

static bool
collect_hold(struct trial *t)
{
	return collect_with(t, hold);
}

static bool
collect_resume(struct trial *t)
{
	return collect_with(t, hold_and_resume);
}

static bool
collect_unknown(struct trial *t)
{
	return collect_with(t, unknown);
}

/* Alice wants Bob's to be revoked; then he does. */
static bool
collect_other(struct trial *t)
{
	struct applicant alice, bob;
	struct identity hers, his;

	if (!apply_open(t, "bob", OWN_P256, &bob)) {
		apply_close(&bob);
		return true;
	}
	apply_enroll(&bob, CMP_IR, "issued", &his);
	if (apply_open(t, "alice", OWN_P256, &alice)) {
		if (apply_enroll(&alice, CMP_IR, "hers", &hers) && his.there) {
			alice.as = &hers;
			apply_revoke(&alice, "odd", &his, SUPERSEDED);
			bob.as = &his;
			apply_revoke(&bob, "rr", &his, SUPERSEDED);
		}
		identity_free(&hers);
	}
	apply_close(&alice);
	identity_free(&his);
	apply_close(&bob);
	return true;
}

/* ---- judge ---- */

/* Need: it was issued, and NAME was done. */
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

static bool
open_issued(struct trial *t, struct issued_set *set, struct pki_certificate *c)
{
	if (!issued_open(t, set, NULL))
		return false;
	if (exchange_need_ours(t, set, "issued") &&
	    exchange_certificate(t, "issued", c))
		return true;
	issued_close(set);
	return false;
}

static void
judge_done(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate c;
	struct exchange x;
	char text[CMP_TEXT];

	if (!open_issued(t, &set, &c))
		return;
	if (exchange_open(t, &set, "rr", &x, NULL)) {
		exchange_text(&x, text);
		trial_claim(t, trial_case(t)->clause, exchange_is_done(&x),
		    "rp, accepted", "%s", text);
	}
	exchange_close(&x);
	issued_close(&set);
}

/* What was wrong has perhaps left nothing to be done right. */
static void
judge_refused(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate c;

	if (!open_issued(t, &set, &c))
		return;
	exchange_claim_refused(t, &set, "odd");
	need_done(t, &set, "rr");
	issued_close(&set);
}

static void
judge_ocsp(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate c;
	struct ocsp_single s;

	if (!open_issued(t, &set, &c))
		return;
	if (need_done(t, &set, "rr"))
		standing_claim(t, &set, "standing", &c, OCSP_REVOKED, &s);
	issued_close(&set);
}

/* OCSP may leave it out (RFC 6960 4.2.1); another it must not say. */
static void
judge_reason(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate c;
	struct ocsp_single s;

	if (!open_issued(t, &set, &c))
		return;
	if (need_done(t, &set, "rr") &&
	    standing_read(t, &set, "standing", &c, &s) &&
	    trial_need(t, s.status == OCSP_REVOKED, "it is not revoked"))
		trial_claim(t, trial_case(t)->clause,
		    s.reason == SUPERSEDED || s.reason == REASON_NONE,
		    reason_name(SUPERSEDED), "%s", reason_name(s.reason));
	issued_close(&set);
}

/* A reason may be left out (RFC 5280 5.3.1). */
static void
judge_hold(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate c;
	struct ocsp_single s;

	if (!open_issued(t, &set, &c))
		return;
	if (need_done(t, &set, "rr") &&
	    standing_claim(t, &set, "standing", &c, OCSP_REVOKED, &s))
		trial_claim(t, trial_case(t)->clause,
		    s.reason == REASON_HOLD || s.reason == REASON_NONE,
		    reason_name(REASON_HOLD), "%s", reason_name(s.reason));
	issued_close(&set);
}

static void
judge_resume(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate c;
	struct ocsp_single s;

	if (!open_issued(t, &set, &c))
		return;
	if (need_done(t, &set, "rr") &&
	    standing_read(t, &set, "standing", &c, &s) &&
	    trial_need(t, s.status == OCSP_REVOKED, "it is not on hold") &&
	    need_done(t, &set, "resume"))
		standing_claim(t, &set, "resumed", &c, OCSP_GOOD, &s);
	issued_close(&set);
}

static void
claim_listed(
    struct trial *t, const struct lists *all, const struct pki_certificate *c)
{
	struct crl_entry e;

	if (lists_entry(t, all, c, "rr.at", &e) &&
	    trial_claim(t, trial_case(t)->clause, e.status == CRL_REVOKED,
		"an entry for what was revoked", "there is none"))
		trial_claim(t, "RFC 5280 5.3.1",
		    e.reason == SUPERSEDED || e.reason == REASON_NONE,
		    reason_name(SUPERSEDED), "%s", reason_name(e.reason));
}

static void
judge_list(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate c;
	struct lists all = { .n = 0 };

	if (!open_issued(t, &set, &c))
		return;
	if (need_done(t, &set, "rr")) {
		if (lists_open(t, "list", &all, NULL) && lists_need(t, &all))
			claim_listed(t, &all, &c);
		lists_close(&all);
	}
	issued_close(&set);
}

/* clang-format off */
#define REVOKE(name, at, more, cite, en, zh, ask, how) \
	{ \
		.id = name, \
		.verifies = CERT_F_10, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = CMP_NEEDS " cert.cmp.rr" more, \
		.service = "ca", \
		.collect = ask, \
		.judge = how, \
		.soft_s = SOFT_S, \
	}

static const struct conf_case cases[] = {
	REVOKE("cmp.rr", LEVEL_SHALL, "", "RFC 4210 5.3.9, 5.3.10",
	    "a certificate is revoked", "撤销证书", collect, judge_done),
	REVOKE("cmp.rr.ocsp", LEVEL_SHALL, " endpoint:ocsp",
	    "RFC 6960 2.2", "OCSP says that it is revoked",
	    "撤销后 OCSP 答 revoked", collect_ocsp, judge_ocsp),
	REVOKE("cmp.rr.reason", LEVEL_SHALL, " endpoint:ocsp",
	    "RFC 4210 5.3.9, RFC 5280 5.3.1",
	    "for the reason that was given", "撤销原因与申请一致",
	    collect_ocsp, judge_reason),
	REVOKE("cmp.rr.crl", LEVEL_SHALL, " endpoint:crl",
	    "RFC 5280 3.3", "the next CRL lists it", "撤销后列入 CRL",
	    collect_list, judge_list),
	REVOKE("cmp.rr.other", LEVEL_SHALL, " account:bob",
	    "RFC 4210 5.3.9", "nobody revokes another person's certificate",
	    "拒绝撤销他人证书", collect_other, judge_refused),
	REVOKE("cmp.rr.unknown", LEVEL_SHALL, "", "RFC 4210 5.2.3, 5.3.10",
	    "what nobody issued is not revoked", "拒绝撤销从未签发的证书",
	    collect_unknown, judge_refused),
	REVOKE("cmp.rr.twice", LEVEL_SHOULD, "", "RFC 4210 5.2.3",
	    "what is revoked is not revoked again", "拒绝重复撤销",
	    collect_twice, judge_refused),
	REVOKE("cmp.hold", LEVEL_SHALL, " cert.cmp.hold endpoint:ocsp",
	    "RFC 5280 5.3.1", "a certificate is suspended", "冻结证书",
	    collect_hold, judge_hold),
	REVOKE("cmp.hold.resume", LEVEL_SHALL, " cert.cmp.hold endpoint:ocsp",
	    "RFC 5280 5.3.1", "and is good again when it is resumed",
	    "解冻后证书恢复有效", collect_resume, judge_resume),
};

const struct conf_group conf_cmp_revoke = {
	.service = "ca",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
