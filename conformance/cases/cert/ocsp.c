/* SPDX-License-Identifier: MIT */
/*
 * OCSP: what is answered of each certificate, and by whom (RFC 6960).
 */
#include "conformance/cases/asked.h"
#include "conformance/cases/cert/told.h"

extern const struct conf_group conf_ocsp;

/* The checks from the first to the last, by check.def. */
/* clang-format off */
static const struct asked asks[] = {
	{ "ocsp.der",		PKI_DER_FORM, PKI_DER_DEPTH, false },
	{ "ocsp.structure",	PKI_OCSP_STRUCTURE, PKI_OCSP_STRUCTURE, false },
	{ "ocsp.successful",	PKI_OCSP_SUCCESSFUL, PKI_OCSP_TYPE, false },
	{ "ocsp.algorithm",	PKI_OCSP_ALGORITHM_KNOWN,
	  PKI_OCSP_ALGORITHM_STRENGTH, false },
	{ "ocsp.time.encoding",	PKI_OCSP_TIME_ENCODING, PKI_OCSP_TIME_ENCODING,
	  false },
	{ "ocsp.ext.critical",	PKI_OCSP_EXT_DUPLICATE, PKI_OCSP_EXT_CRITICAL,
	  false },
	{ "ocsp.responder",	PKI_OCSP_RESPONDER,
	  PKI_OCSP_RESPONDER_VALIDITY, false },
	{ "ocsp.signature",	PKI_OCSP_SIGNATURE, PKI_OCSP_SIGNATURE, false },
	{ "ocsp.certid",	PKI_OCSP_CERTID, PKI_OCSP_CERTID, false },
	{ "ocsp.fresh",		PKI_OCSP_PRODUCED, PKI_OCSP_FRESH, false },
	{ "ocsp.reason",	PKI_OCSP_REASON, PKI_OCSP_REASON, true },
	{ .id = NULL },
};
/* clang-format on */

static void
judge(struct trial *t)
{
	struct pki_findings f;
	struct told_set all;

	pki_findings_init(&f);
	if (told_open(t, &all, &f) && told_need(t, &all))
		asked_claim(t, asks, &f);
	told_close(&all);
	pki_findings_free(&f);
}

static void
claim_type(struct trial *t, const struct told *a)
{
	trial_claim(t, "RFC 6960 A.2",
	    web_has_type(&a->answer, "application/ocsp-response"),
	    "Content-Type: application/ocsp-response", "%s: %.*s", a->of->name,
	    SPAN_FMT(span_take(web_header(&a->answer, "content-type"), 80)));
}

static void
judge_type(struct trial *t)
{
	told_judge(t, claim_type);
}

/* clang-format off */
static const struct conf_case cases[] = {
	OCSP_CASE("ocsp.type", "", "RFC 6960 A.2",
	    "answers are of type application/ocsp-response",
	    "媒体类型为 application/ocsp-response", queries_collect, judge_type),
	OCSP_CASE("ocsp.der", "", "X.690 10, 11",
	    "answers are DER throughout", "应答编码符合 DER 规则", queries_collect, judge),
	OCSP_CASE("ocsp.structure", "", "RFC 6960 4.2.1",
	    "they have the structure of an answer", "具备 OCSP 应答的结构",
	    queries_collect, judge),
	OCSP_CASE("ocsp.successful", "", "RFC 6960 2.3, 4.2.1",
	    "a basic answer about each certificate",
	    "对每张证书给出成功的基本应答", queries_collect, judge),
	OCSP_CASE("ocsp.algorithm", "", "RFC 6960 4.3, RFC 6194 3",
	    "the signature algorithm is known and strong",
	    "签名算法已知，摘要既非 MD5 也非 SHA-1", queries_collect, judge),
	OCSP_CASE("ocsp.time.encoding", "", "RFC 6960 4.2.1, RFC 5280 4.1.2.5.2",
	    "times are GeneralizedTime without a fraction",
	    "时间为不带小数秒的 GeneralizedTime", queries_collect, judge),
	OCSP_CASE("ocsp.ext.critical", "", "RFC 6960 4.4",
	    "extensions are known, or not critical",
	    "没有无法识别的关键扩展", queries_collect, judge),
	OCSP_CASE("ocsp.responder", "", "RFC 6960 4.2.2.2",
	    "the CA answers, or whom it made its responder",
	    "应答者为该 CA 或其授权的响应者", queries_collect, judge),
	OCSP_CASE("ocsp.signature", "", "RFC 6960 3.2 (2)",
	    "signatures verify with the responder's key",
	    "用响应者公钥验签通过", queries_collect, judge),
	OCSP_CASE("ocsp.certid", "", "RFC 6960 3.2 (1)",
	    "they are about the certificate asked about",
	    "应答针对所查询的证书", queries_collect, judge),
	OCSP_CASE("ocsp.fresh", "", "RFC 6960 4.2.2.1",
	    "they are of now", "应答在时效之内", queries_collect, judge),
	OCSP_CASE("ocsp.reason", "", "RFC 5280 5.3.1",
	    "reasons are defined ones", "撤销原因为已定义的取值", queries_collect, judge),
};

const struct conf_group conf_ocsp = {
	.service = "ocsp",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
