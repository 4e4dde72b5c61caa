/* SPDX-License-Identifier: MIT */
/*
 * What has to be refused by CMP: applications without possession of the key,
 * or without the right to apply.  Behind each comes the same thing done right.
 */
#include <openssl/evp.h>
#include <string.h>

#include "conformance/cases/asked.h"
#include "conformance/cases/cert/apply.h"
#include "conformance/cases/cert/exchange.h"
#include "lib/mem.h"

extern const struct conf_group conf_cmp_wrong;

#define NOBODYS_SECRET "a secret that was given to nobody"

/* ---- one that is wrong ---- */

static void
pop_wrong(struct cmp_message *m)
{
	m->pop = CMP_POP_WRONG;
}

static void
pop_other(struct cmp_message *m)
{
	m->pop = CMP_POP_OTHER_KEY;
}

static void
pop_absent(struct cmp_message *m)
{
	m->pop = CMP_POP_ABSENT;
}

static void
pop_ra_verified(struct cmp_message *m)
{
	m->pop = CMP_POP_RA_VERIFIED;
}

static void
pkcs10_wrong(struct cmp_message *m)
{
	m->body = CMP_P10CR;
	m->pop = CMP_POP_WRONG;
}

static void
other_secret(struct cmp_message *m)
{
	m->secret = SPAN(NOBODYS_SECRET);
}

static void
unprotected(struct cmp_message *m)
{
	m->protection = CMP_UNPROTECTED;
}

static void
version_nine(struct cmp_message *m)
{
	m->version = 9;
}

/* Name { CN=Nobody } */
static void
other_recipient(struct cmp_message *m)
{
	m->recipient =
	    SPAN("\x30\x11\x31\x0f\x30\x0d\x06\x03\x55\x04\x03\x0c\x06Nobody");
}

static void
spoilt(struct cmp_message *m)
{
	m->protection = CMP_SPOILT;
}

/* clang-format off */
static const struct wrong {
	const char	*id;
	void		(*twist)(struct cmp_message *);
	bool		signing;	/* with a certificate just issued */
} wrongs[] = {
	{ "cmp.pop.wrong",	  pop_wrong,	   false },
	{ "cmp.failure",	  pop_wrong,	   false },
	{ "cmp.choice",		  pop_wrong,	   false },
	{ "cmp.pop.other",	  pop_other,	   false },
	{ "cmp.pop.absent",	  pop_absent,	   false },
	{ "cmp.pop.raverified",	  pop_ra_verified, false },
	{ "cmp.p10cr.pop",	  pkcs10_wrong,	   false },
	{ "cmp.mac.wrong",	  other_secret,	   false },
	{ "cmp.protection.none",  unprotected,	   false },
	{ "cmp.version.unknown",  version_nine,	   false },
	{ "cmp.recipient",	  other_recipient, false },
	{ "cmp.signature.wrong",  spoilt,	   true },
};
/* clang-format on */

static const struct wrong *
wrong_of(struct trial *t)
{
	for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++)
		if (strcmp(wrongs[i].id, trial_case(t)->id) == 0)
			return &wrongs[i];
	return NULL;
}

static void
send_wrong(struct applicant *a, const struct wrong *w)
{
	struct cmp_message m;
	EVP_PKEY *key;

	apply_begin(a);
	m = apply_for_key(a, w->signing ? CMP_CR : CMP_IR, "odd", &key);
	w->twist(&m);
	apply_send(a, "odd", &m);
	apply_wait(a, "odd");
	EVP_PKEY_free(key);
}

static bool
collect(struct trial *t)
{
	const struct wrong *w = wrong_of(t);
	struct applicant a;
	struct identity first = { .key = NULL };

	buf_init(&first.der, 1);
	if (apply_open(t, "alice", OWN_P256, &a) &&
	    trial_sane(t, w != NULL, "not known what is wrong")) {
		if (w->signing && apply_enroll(&a, CMP_IR, "first", &first))
			a.as = &first;
		if (!w->signing || a.as != NULL)
			send_wrong(&a, w);
		apply_control(&a);
	}
	identity_free(&first);
	apply_close(&a);
	return true;
}

/* Signed with a certificate that nobody has issued. */
static bool
collect_stranger(struct trial *t)
{
	struct applicant a;
	struct identity self = { .key = key_new(OWN_P256) };
	struct cmp_message m;
	EVP_PKEY *key;

	buf_init(&self.der, CERTIFICATE_MOST);
	if (apply_open(t, "alice", OWN_P256, &a) &&
	    trial_sane(t,
		key_self_signed(self.key, a.account->user, &self.der) &&
		    certificate_read(
			&self.certificate, buf_span(&self.der), NULL),
		"no certificate could be made")) {
		a.as = &self;
		m = apply_for_key(&a, CMP_CR, "odd", &key);
		apply_send(&a, "odd", &m);
		apply_wait(&a, "odd");
		EVP_PKEY_free(key);
		a.as = NULL;
		apply_begin(&a);
		apply_control(&a);
	}
	identity_free(&self);
	apply_close(&a);
	return true;
}

/* ---- judge ---- */

static void
judge_refused(struct trial *t)
{
	struct issued_set set;

	if (!exchange_open_controlled(t, &set))
		return;
	exchange_claim_refused(t, &set, "odd");
	issued_close(&set);
}

/* "MUST send back an ErrorMsg with the unsupportedVersion bit set" */
static void
judge_version(struct trial *t)
{
	struct issued_set set;
	struct exchange x;
	char text[CMP_TEXT];

	if (!exchange_open_controlled(t, &set))
		return;
	if (exchange_open(t, &set, "odd", &x, NULL)) {
		exchange_text(&x, text);
		trial_claim(t, "RFC 4210 7",
		    x.readable && x.answer.type == CMP_ERROR &&
			(x.answer.items[0].status.failure >>
				CMP_UNSUPPORTED_VERSION &
			    1) != 0,
		    "error, rejection: unsupportedVersion", "%s", text);
	}
	exchange_close(&x);
	issued_close(&set);
}

static const struct asked asks[] = {
	{ "cmp.failure", PKI_CMP_FAILURE, PKI_CMP_FAILURE, true },
	{ "cmp.choice", PKI_CMP_CHOICE, PKI_CMP_GRANTED, true },
	{ .id = NULL },
};

/* What a refusal looks like; nothing here asks for one. */
static void
judge_refusal(struct trial *t)
{
	struct pki_findings f;
	struct issued_set set;

	if (!exchange_open_controlled(t, &set))
		return;
	pki_findings_init(&f);
	if (exchange_judge_all(t, &set, "odd", &f))
		asked_claim(t, asks, &f);
	pki_findings_free(&f);
	issued_close(&set);
}

/* clang-format off */
#define WRONG(name, more, cite, en, zh, ask, how) \
	CMP_CASE(name, CERT_F_06, LEVEL_SHALL, more, cite, en, zh, ask, how)
#define OUGHT(name, cite, en, zh, ask) \
	CMP_CASE(name, CERT_F_06, LEVEL_SHOULD, "", cite, en, zh, ask, \
	    judge_refused)

static const struct conf_case cases[] = {
	WRONG("cmp.pop.wrong", "", "RFC 4210 D.3, RFC 4211 4",
	    "a proof of possession that does not verify is refused",
	    "拒绝验证不通过的私钥拥有证明", collect, judge_refused),
	WRONG("cmp.pop.other", "", "RFC 4210 D.3, RFC 4211 4",
	    "one by another key is refused", "拒绝由其他私钥作出的拥有证明",
	    collect, judge_refused),
	WRONG("cmp.pop.absent", "", "RFC 4210 D.3",
	    "a key without proof of possession is refused",
	    "拒绝没有拥有证明的申请", collect, judge_refused),
	WRONG("cmp.pop.raverified", "", "RFC 4210 5.2.8.4",
	    "who is no RA cannot say that an RA has verified it",
	    "非注册机构声称已由注册机构验证的，予以拒绝",
	    collect, judge_refused),
	WRONG("cmp.p10cr.pop", " cert.cmp.p10cr", "RFC 4210 D.3, RFC 2986 3",
	    "a request of PKCS #10 with a wrong signature is refused",
	    "拒绝签名错误的 PKCS#10 申请", collect, judge_refused),
	WRONG("cmp.failure", "", "RFC 4210 D.4",
	    "a rejection says why", "拒绝时说明原因", collect, judge_refusal),
	WRONG("cmp.choice", "", "RFC 4210 5.3.4, D.4",
	    "a rejection brings no certificate", "拒绝时不附带证书",
	    collect, judge_refusal),
	WRONG("cmp.mac.wrong", "", "RFC 4210 5.1.3.1, D.4",
	    "a MAC with another secret is refused",
	    "拒绝用其他秘密计算的消息验证码", collect, judge_refused),
	WRONG("cmp.protection.none", "", "RFC 4210 D.4",
	    "an application without protection is refused",
	    "拒绝没有保护的申请", collect, judge_refused),
	WRONG("cmp.signer.unknown", "", "RFC 4210 5.1.3.3, D.5",
	    "a signature by a certificate that nobody issued is refused",
	    "拒绝用来历不明的证书签名的申请", collect_stranger, judge_refused),
	WRONG("cmp.signature.wrong", "", "RFC 4210 5.1.3.3",
	    "a signature that does not verify is refused",
	    "拒绝签名验证不通过的申请", collect, judge_refused),
	WRONG("cmp.version.unknown", "", "RFC 4210 7",
	    "a version that nobody knows is refused, as unsupportedVersion",
	    "以 unsupportedVersion 拒绝未知的协议版本",
	    collect, judge_version),
	OUGHT("cmp.recipient", "RFC 4210 5.1.1, 5.2.3",
	    "what is for another CA is refused", "拒绝发给其他 CA 的申请",
	    collect),
};

const struct conf_group conf_cmp_wrong = {
	.service = "ca",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
