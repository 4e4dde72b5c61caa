/* SPDX-License-Identifier: MIT */
/*
 * An application by CMP that is right, and what is answered to it: header,
 * protection, body, and the certificate (RFC 4210, RFC 6712).
 */
#include <string.h>

#include "conformance/cases/asked.h"
#include "conformance/cases/cert/apply.h"
#include "conformance/cases/cert/exchange.h"
#include "conformance/client/request.h"

extern const struct conf_group conf_cmp_apply;

/* ---- collect ---- */

static bool
collect_as(struct trial *t, unsigned body, enum own_key kind, bool twice)
{
	struct applicant a;
	struct identity one;

	if (apply_open(t, "alice", kind, &a)) {
		apply_enroll(&a, body, "apply", &one);
		identity_free(&one);
		if (twice) {
			apply_enroll(&a, body, "again", &one);
			identity_free(&one);
		}
	}
	apply_close(&a);
	return true;
}

static bool
collect(struct trial *t)
{
	return collect_as(t, CMP_IR, OWN_P256, false);
}

static bool
collect_twice(struct trial *t)
{
	return collect_as(t, CMP_IR, OWN_P256, true);
}

static bool
collect_sm2(struct trial *t)
{
	return collect_as(t, CMP_IR, OWN_SM2, false);
}

static bool
collect_pkcs10(struct trial *t)
{
	return collect_as(t, CMP_P10CR, OWN_P256, false);
}

/* What a person has to approve waits, and is polled for. */
static bool
collect_poll(struct trial *t)
{
	struct applicant a;
	struct identity one;

	if (apply_open(t, "alice", OWN_P256, &a)) {
		buf_clear(&a.subject);
		request_name(a.account->user, "Manual", &a.subject);
		apply_enroll(&a, CMP_IR, "apply", &one);
		identity_free(&one);
	}
	apply_close(&a);
	return true;
}

/* With the certificate that was just issued, for another one. */
static bool
collect_signed_as(struct trial *t, enum own_key kind)
{
	struct applicant a;
	struct identity first, second;

	if (apply_open(t, "alice", kind, &a)) {
		if (apply_enroll(&a, CMP_IR, "first", &first)) {
			a.as = &first;
			apply_enroll(&a, CMP_CR, "apply", &second);
			identity_free(&second);
		}
		identity_free(&first);
	}
	apply_close(&a);
	return true;
}

static bool
collect_signed(struct trial *t)
{
	return collect_signed_as(t, OWN_P256);
}

static bool
collect_signed_sm2(struct trial *t)
{
	return collect_signed_as(t, OWN_SM2);
}

/* ---- judge ---- */

/* clang-format off */
static const struct asked asks[] = {
	{ "cmp.der",	     PKI_DER_FORM, PKI_DER_DEPTH, false },
	{ "cmp.structure",   PKI_CMP_STRUCTURE, PKI_CMP_STRUCTURE, false },
	{ "cmp.version",     PKI_CMP_VERSION, PKI_CMP_VERSION, false },
	{ "cmp.transaction", PKI_CMP_TRANSACTION, PKI_CMP_TRANSACTION, false },
	{ "cmp.nonce",	     PKI_CMP_NONCE, PKI_CMP_NONCE_OWN, false },
	{ "cmp.nonce.size",  PKI_CMP_NONCE_SIZE, PKI_CMP_NONCE_SIZE, false },
	{ "cmp.protection",  PKI_CMP_PROTECTED, PKI_CMP_PROTECTION_ALGORITHM,
	  false },
	{ "cmp.mac",	     PKI_CMP_MAC, PKI_CMP_MAC, false },
	{ "cmp.signer",	     PKI_CMP_SIGNER, PKI_CMP_SIGNER, false },
	{ "cmp.signature",   PKI_CMP_SIGNATURE, PKI_CMP_SIGNATURE, false },
	{ "cmp.body",	     PKI_CMP_BODY, PKI_CMP_BODY, false },
	{ "cmp.status",	     PKI_CMP_STATUS, PKI_CMP_STATUS, false },
	{ "cmp.reqid",	     PKI_CMP_REQUEST_ID, PKI_CMP_REQUEST_ID, false },
	{ "cmp.key",	     PKI_CMP_KEY, PKI_CMP_KEY, false },
	{ "cmp.subject",     PKI_CMP_SUBJECT, PKI_CMP_SUBJECT, false },
	{ "cmp.sm2.signature", PKI_CMP_SIGNATURE, PKI_CMP_SIGNATURE, false },
	{ "cmp.sm2",	     PKI_CMP_KEY, PKI_CMP_KEY, false },
	{ "cmp.p10cr",	     PKI_CMP_KEY, PKI_CMP_KEY, false },
	{ .id = NULL },
};
/* clang-format on */

static void
judge(struct trial *t)
{
	struct pki_findings f;
	struct issued_set set;

	if (!issued_open(t, &set, NULL))
		return;
	pki_findings_init(&f);
	if (exchange_judge_all(t, &set, "apply", &f))
		asked_claim(t, asks, &f);
	pki_findings_free(&f);
	issued_close(&set);
}

/* Claim: there is a certificate; whatever brings it, cmp.body asks for that. */
static void
claim_granted(struct trial *t)
{
	struct issued_set set;

	if (!issued_open(t, &set, NULL))
		return;
	exchange_claim_granted(t, &set, "apply");
	issued_close(&set);
}

static void
judge_granted(struct trial *t)
{
	claim_granted(t);
}

static void
judge_granted_key(struct trial *t)
{
	claim_granted(t);
	judge(t);
}

/* By signature: the certificate that signs has to be there first. */
static void
judge_signed(struct trial *t)
{
	struct issued_set set;
	bool ok;

	if (!issued_open(t, &set, NULL))
		return;
	ok = exchange_need_ours(t, &set, "first");
	issued_close(&set);
	if (!ok)
		return;
	if (strcmp(trial_case(t)->id, "cmp.signed") == 0)
		claim_granted(t);
	else
		judge(t);
}

static void
judge_type(struct trial *t)
{
	struct issued_set set;
	struct exchange x;

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_open(t, &set, "apply", &x, NULL) &&
	    trial_need(
		t, x.readable, "status %d, no PKIMessage", x.http.status))
		trial_claim(t, "RFC 6712 3.4",
		    web_has_type(&x.http, "application/pkixcmp"),
		    "Content-Type: application/pkixcmp", "%.*s",
		    SPAN_FMT(
			span_take(web_header(&x.http, "content-type"), 80)));
	exchange_close(&x);
	issued_close(&set);
}

/* A pollReq is answered by what has come of it, or by "later". */
static void
judge_poll(struct trial *t)
{
	struct issued_set set;
	struct exchange x;
	char text[CMP_TEXT];
	bool waits;

	if (!issued_open(t, &set, NULL))
		return;
	waits = exchange_open(t, &set, "apply", &x, NULL);
	if (waits) {
		exchange_text(&x, text);
		waits = trial_need(
		    t, exchange_is_waiting(&x), "it does not wait: %s", text);
	}
	exchange_close(&x);
	if (waits) {
		if (exchange_open(t, &set, "apply-poll-0", &x, NULL)) {
			exchange_text(&x, text);
			trial_claim(t, trial_case(t)->clause,
			    exchange_is_waiting(&x) || exchange_is_granted(&x),
			    "pollRep, or ip with a certificate", "%s", text);
		}
		exchange_close(&x);
		exchange_need_granted(t, &set, "apply");
	}
	issued_close(&set);
}

static void
judge_confirm(struct trial *t)
{
	struct issued_set set;
	struct exchange x;
	char text[CMP_TEXT];

	if (!issued_open(t, &set, NULL))
		return;
	if (trial_need(t, exchange_was(t, "apply-confirm"),
		"there was nothing to confirm")) {
		if (exchange_open(t, &set, "apply-confirm", &x, NULL)) {
			exchange_text(&x, text);
			trial_claim(t, trial_case(t)->clause,
			    x.readable && x.answer.type == CMP_PKICONF,
			    "pkiconf", "%s", text);
		}
		exchange_close(&x);
	}
	issued_close(&set);
}

/* Below one of the CAs that the profile names. */
static void
judge_issued(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate c;
	const struct issued *ca;
	char name[NAME_TEXT];

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_certificate(t, "apply", &c)) {
		name_text(c.issuer, name);
		ca = status_ca(&set, c.issuer, c.aki);
		if (trial_claim(t, trial_case(t)->clause, ca != NULL,
			"issued by a CA of pki.anchors or pki.issuers", "%s",
			name))
			trial_claim(t, trial_case(t)->clause,
			    signature_verify(&c.outer, &ca->certificate.key,
				c.tbs, c.signature) == SIGNATURE_GOOD,
			    "its signature verifies with the CA's key", "%s",
			    name);
	}
	issued_close(&set);
}

static void
judge_serial(struct trial *t)
{
	struct pki_certificate a, b;
	char text[64];

	if (!exchange_certificate(t, "apply", &a) ||
	    !exchange_certificate(t, "again", &b))
		return;
	der_hex(b.serial, text, sizeof text);
	trial_claim(t, trial_case(t)->clause, !span_eq(a.serial, b.serial),
	    "two certificates have two serial numbers", "both have %s", text);
}

static void
judge_fresh(struct trial *t)
{
	struct issued_set set;
	struct exchange a, b;
	bool there;

	if (!issued_open(t, &set, NULL))
		return;
	there = exchange_open(t, &set, "apply", &a, NULL);
	if (exchange_open(t, &set, "again", &b, NULL) && there &&
	    trial_need(t,
		a.readable && b.readable && a.answer.has_nonce &&
		    b.answer.has_nonce,
		"there are no two nonces"))
		trial_claim(t, trial_case(t)->clause,
		    !span_eq(a.answer.nonce, b.answer.nonce),
		    "two messages have two nonces", "both have the same");
	exchange_close(&a);
	exchange_close(&b);
	issued_close(&set);
}

/* clang-format off */
#define APPLY(name, more, cite, en, zh, ask, how) \
	CMP_CASE(name, CERT_F_06, LEVEL_SHALL, more, cite, en, zh, ask, how)

static const struct conf_case cases[] = {
	APPLY("cmp.granted", "", "RFC 4210 5.3.1, 5.3.2",
	    "an application is granted", "受理申请并签发证书",
	    collect, judge_granted),
	APPLY("cmp.type", "", "RFC 6712 3.4",
	    "answers are of type application/pkixcmp",
	    "媒体类型为 application/pkixcmp", collect, judge_type),
	APPLY("cmp.der", "", "RFC 4210 5.1.3, X.690 10, 11",
	    "answers are DER", "应答编码符合 DER 规则", collect, judge),
	APPLY("cmp.structure", "", "RFC 4210 5.1",
	    "they have the structure of a PKIMessage", "具备 PKIMessage 的结构",
	    collect, judge),
	APPLY("cmp.version", "", "RFC 4210 5.1.1, 7",
	    "the version is 2", "协议版本为 2", collect, judge),
	APPLY("cmp.transaction", "", "RFC 4210 5.1.1",
	    "the transactionID comes back", "返回请求中的 transactionID",
	    collect, judge),
	APPLY("cmp.nonce", "", "RFC 4210 5.1.1, D.4",
	    "our nonce comes back, beside one of theirs",
	    "返回请求中的随机数，并附上自己的随机数", collect, judge),
	CMP_CASE("cmp.nonce.size", CERT_F_06, LEVEL_SHOULD, "",
	    "RFC 4210 5.1.1", "nonces have 128 bits", "随机数不少于 128 位",
	    collect, judge),
	APPLY("cmp.nonce.fresh", "", "RFC 4210 5.1.1",
	    "no two messages have the same nonce", "每条消息的随机数各不相同",
	    collect_twice, judge_fresh),
	APPLY("cmp.protection", "", "RFC 4210 5.1.1, D.4",
	    "answers are protected", "应答带有保护", collect, judge),
	APPLY("cmp.mac", "", "RFC 4210 5.1.3.1",
	    "the MAC of answers is right", "应答的消息验证码正确",
	    collect, judge),
	APPLY("cmp.body", "", "RFC 4210 5.1.2",
	    "ir is answered by ip, certConf by pkiConf",
	    "以 ip 应答 ir，以 pkiConf 应答 certConf", collect, judge),
	APPLY("cmp.status", "", "RFC 4210 5.2.3",
	    "status and failInfo have values that are defined",
	    "状态和失败信息取值均已定义", collect, judge),
	APPLY("cmp.reqid", "", "RFC 4210 D.4",
	    "the answer is to the request of that certReqId",
	    "应答的 certReqId 与请求一致", collect, judge),
	APPLY("cmp.key", "", "RFC 4210 5.3.4",
	    "the certificate is for our key", "证书公钥即所申请的公钥",
	    collect, judge),
	APPLY("cmp.subject", "", "RFC 4210 5.2.3, F",
	    "accepted means the subject that was asked for",
	    "状态为 accepted 时证书主体与申请一致", collect, judge),
	APPLY("cmp.issued", "", "RFC 5280 6.1.3",
	    "the certificate is signed by the CA", "证书由 CA 签名",
	    collect, judge_issued),
	APPLY("cmp.serial", "", "RFC 5280 4.1.2.2",
	    "two certificates have two serial numbers", "每张证书的序列号唯一",
	    collect_twice, judge_serial),
	APPLY("cmp.confirm", "", "RFC 4210 D.4",
	    "a confirmation is acknowledged", "确认证书后得到 pkiConf",
	    collect, judge_confirm),
	APPLY("cmp.signed", "", "RFC 4210 D.5",
	    "a certificate that was issued may sign the next application",
	    "可用已签发的证书签名申请新证书", collect_signed, judge_signed),
	APPLY("cmp.signer", "", "RFC 4210 5.1.1, 5.1.3.3",
	    "who signs an answer is the sender of it",
	    "应答的签名者即其发送者", collect_signed, judge_signed),
	APPLY("cmp.signature", "", "RFC 4210 5.1.3.3",
	    "the signature of answers verifies", "应答的签名验证通过",
	    collect_signed, judge_signed),
	APPLY("cmp.sm2", " cert.sm2", "RFC 4210 5.3.1",
	    "a key of SM2 is certified", "为 SM2 公钥签发证书",
	    collect_sm2, judge_granted_key),
	APPLY("cmp.sm2.signature", " cert.sm2", "RFC 4210 5.1.3.3, GM/T 0009",
	    "answers to what SM2 has signed have a signature that verifies",
	    "对 SM2 签名的申请，应答的签名验证通过",
	    collect_signed_sm2, judge_signed),
	APPLY("cmp.poll", " cert.cmp.poll", "RFC 4210 5.3.22",
	    "what waits for approval is polled for", "等待审批时可轮询结果",
	    collect_poll, judge_poll),
	APPLY("cmp.p10cr", " cert.cmp.p10cr", "RFC 4210 5.3.3",
	    "a request of PKCS #10 is granted", "受理 PKCS#10 申请",
	    collect_pkcs10, judge_granted_key),
};

const struct conf_group conf_cmp_apply = {
	.service = "ca",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
