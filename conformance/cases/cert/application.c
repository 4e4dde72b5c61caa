/* SPDX-License-Identifier: MIT */
/*
 * Applications by PKCS#10: who has a key proves it and gets a certificate of
 * that key in his own name, and nobody else does (CERT-F-06).
 */
#include <openssl/evp.h>
#include <stdlib.h>

#include "conformance/cases/cert/office.h"
#include "lib/mem.h"

extern const struct conf_group conf_application;

/* ---- collect ---- */

static bool
collect(struct trial *t)
{
	struct office o;
	struct holding h;

	office_open(t, &o);
	(void)office_enroll(&o, "alice", "new", "signing", &h);
	holding_free(&h);
	office_close(&o);
	return true;
}

/*
 * What is wrong is carried as far as it goes: whoever looks only when he
 * issues may take the application first.  Then the same thing done right.
 */
static void
wrong_and_right(struct office *o, const struct application *wrong)
{
	struct holding odd, right;
	char *id = office_apply(o, "alice", "odd", wrong, NULL);

	holding_begin(&odd);
	if (id != NULL)
		(void)office_settle(o, "alice", "odd", id, &odd);
	(void)office_enroll(o, "alice", "new", "signing", &right);
	holding_free(&right);
	holding_free(&odd);
	free(id);
}

static bool
collect_wrong(struct trial *t, const struct application *wrong)
{
	struct office o;

	office_open(t, &o);
	wrong_and_right(&o, wrong);
	office_close(&o);
	return true;
}

static bool
collect_spoilt(struct trial *t)
{
	return collect_wrong(t, &(struct application){ .class = "signing",
				    .proof = REQUEST_SPOILT });
}

static bool
collect_other_key(struct trial *t)
{
	return collect_wrong(t, &(struct application){ .class = "signing",
				    .proof = REQUEST_OTHER_KEY });
}

/* Alice would like to be called what Bob is called. */
static bool
collect_subject(struct trial *t)
{
	const struct profile_account *bob =
	    profile_account(trial_profile(t), "bob");

	return collect_wrong(
	    t, &(struct application){ .class = "signing",
		   .common_name = bob == NULL ? "" : bob->user });
}

/* A key for which Bob has a certificate; that it is Alice's is proven, too. */
static bool
collect_taken(struct trial *t)
{
	struct office o;
	struct holding his;

	office_open(t, &o);
	if (office_enroll(&o, "bob", "his", "signing", &his))
		wrong_and_right(&o, &(struct application){
					.class = "signing", .key = his.key });
	holding_free(&his);
	office_close(&o);
	return true;
}

/* Octets that are no request. */
static bool
collect_form(struct trial *t)
{
	struct office o;
	struct holding h;

	office_open(t, &o);
	(void)office_ask(&o, "alice", "odd", "application.submit",
	    (struct operation_value[]){ { "class", "signing" },
		{ "request", "MAMCAQU=" }, { NULL, NULL } });
	(void)office_enroll(&o, "alice", "new", "signing", &h);
	holding_free(&h);
	office_close(&o);
	return true;
}

/* Bob asks for what Alice has applied for. */
static bool
collect_shown(struct trial *t)
{
	struct office o;
	struct holding h;

	office_open(t, &o);
	if (office_enroll(&o, "alice", "new", "signing", &h))
		(void)office_ask_of(
		    &o, "bob", "odd", "application.show", "id", h.id);
	holding_free(&h);
	office_close(&o);
	return true;
}

/* ---- judge ---- */

static void
judge(struct trial *t)
{
	if (desks_claim_done(t, "new", "application.submit") &&
	    office_need_enrolled(t, "new"))
		desks_claim_says(
		    t, "new-show", "application.show", "state", "issued");
}

static void
judge_key(struct trial *t)
{
	struct pki_certificate c;
	struct buf der;

	buf_init(&der, 0);
	if (office_need_enrolled(t, "new") &&
	    office_enrolled(t, "new", &der, &c))
		trial_claim(t, trial_case(t)->clause,
		    office_is_of_key(t, "new", &c), "the key of the request",
		    "another key");
	buf_free(&der);
}

static void
judge_form(struct trial *t)
{
	if (office_need_enrolled(t, "new"))
		desks_claim_refused(t, "odd", "application.submit");
}

/*
 * A refusal at any step will do; and so will a certificate in which nothing
 * of what was wrong stands.
 */
static const char *
refused_at(struct trial *t)
{
	static const char *const steps[][2] = {
		{ "odd", "application.submit" },
		{ "odd-approval", "application.approve" },
		{ "odd-issue", "application.issue" },
		{ "odd-show", "application.show" },
	};
	struct operation_answer a;
	const char *at = NULL;

	for (size_t i = 0; at == NULL && i < 4; i++) {
		if (!operation_heard(t, steps[i][0], steps[i][1], &a)) {
			trial_need(t, a.end == OPERATION_REFUSED, "%s: %s",
			    steps[i][1], a.why);
			at = steps[i][1];
		}
		operation_free(&a);
	}
	return at;
}

static void
judge_refused(struct trial *t)
{
	if (office_need_enrolled(t, "new"))
		trial_claim(t, trial_case(t)->clause, refused_at(t) != NULL,
		    "a refusal, at the latest when it is to be issued",
		    "a certificate");
}

static void
judge_taken(struct trial *t)
{
	if (office_need_enrolled(t, "his"))
		judge_refused(t);
}

struct wanted {
	const char *name;
	bool there;
};

static bool
look(const struct attribute *a, void *arg)
{
	struct wanted *w = arg;

	w->there = w->there || (a->id == OID_COMMON_NAME &&
				   span_eq(a->value.content, span_of(w->name)));
	return true;
}

/* Or issued under her own name, which is no harm. */
static void
judge_subject(struct trial *t)
{
	const struct profile_account *bob =
	    profile_account(trial_profile(t), "bob");
	struct pki_certificate c;
	struct buf der;
	char text[NAME_TEXT];

	if (!office_need_enrolled(t, "new"))
		return;
	if (refused_at(t) != NULL) {
		trial_claim(t, trial_case(t)->clause, true,
		    "a refusal, or her own name", "a refusal");
		return;
	}
	if (office_enrolled(t, "odd", &der, &c) &&
	    trial_sane(t, bob != NULL, "the profile has no bob")) {
		struct wanted w = { .name = bob->user };

		name_each(c.subject, look, &w);
		name_text(c.subject, text);
		trial_claim(t, trial_case(t)->clause, !w.there,
		    "a refusal, or her own name", "%s", text);
	}
	buf_free(&der);
}

static void
judge_shown(struct trial *t)
{
	if (office_need_enrolled(t, "new"))
		desks_claim_refused(t, "odd", "application.show");
}

/* Signed by a CA of the profile's. */
static void
judge_signed(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate c;
	struct buf der;
	const struct issued *ca;

	buf_init(&der, 0);
	if (office_need_enrolled(t, "new") && issued_open(t, &set, NULL)) {
		if (office_enrolled(t, "new", &der, &c)) {
			ca = status_ca(&set, c.issuer, c.aki);
			if (trial_need(t, ca != NULL,
				"its issuer is not in pki.anchors or "
				"pki.issuers"))
				trial_claim(t, trial_case(t)->clause,
				    signature_verify(&c.outer,
					&ca->certificate.key, c.tbs,
					c.signature) == SIGNATURE_GOOD,
				    "the signature is its issuer's",
				    "it is not");
		}
		issued_close(&set);
	}
	buf_free(&der);
}

static bool
collect_signed(struct trial *t)
{
	issued_collect(t);
	return collect(t);
}

/* clang-format off */
#define APPLY(name, at, more, cite, en, zh, ask, how) \
	OFFICE_CASE(name, CERT_F_06, at, more, cite, en, zh, ask, how)

static const struct conf_case cases[] = {
	APPLY("cert.apply", LEVEL_SHALL, "", "RFC 2986 3",
	    "an application becomes a certificate", "证书申请至签发全过程",
	    collect, judge),
	APPLY("cert.apply.key", LEVEL_SHALL, "", "RFC 2986 3",
	    "the certificate is of the key that was asked for",
	    "所签发证书的公钥与申请一致", collect, judge_key),
	APPLY("cert.apply.signed", LEVEL_SHALL, " pki:issuers", "RFC 2986 3",
	    "the certificate is signed by the CA", "所签发证书由本 CA 签名",
	    collect_signed, judge_signed),
	APPLY("cert.apply.pop", LEVEL_SHALL, "", "RFC 2986 3",
	    "a request whose signature is wrong becomes no certificate",
	    "拒绝签名错误的证书请求", collect_spoilt, judge_refused),
	APPLY("cert.apply.pop.other", LEVEL_SHALL, "", "RFC 2986 3",
	    "a request signed with another key than its own becomes no certificate",
	    "拒绝未证明持有私钥的证书请求", collect_other_key, judge_refused),
	APPLY("cert.apply.subject", LEVEL_SHALL, " key:bob", "RFC 2986 3",
	    "nobody gets a certificate in another's name",
	    "不得以他人名义取得证书", collect_subject, judge_subject),
	APPLY("cert.apply.taken", LEVEL_SHOULD, " key:bob", "RFC 2986 3",
	    "a key that somebody else has a certificate of is not certified again",
	    "拒绝为他人已认证的公钥签发证书", collect_taken, judge_taken),
	APPLY("cert.apply.form", LEVEL_SHALL, "", "RFC 2986 4",
	    "what is no request is refused", "拒绝格式错误的证书请求",
	    collect_form, judge_form),
	APPLY("cert.apply.shown", LEVEL_SHOULD, " key:bob", "CERT-F-06",
	    "an application is nobody else's to look at",
	    "他人不得查看申请", collect_shown, judge_shown),
};

const struct conf_group conf_application = {
	.service = "cert",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
