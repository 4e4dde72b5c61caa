/* SPDX-License-Identifier: MIT */
/*
 * Time stamps: what one says, who signed it, and whether its time is right
 * (RFC 3161, RFC 5816).
 */
#include "conformance/cases/asked.h"
#include "conformance/cases/cert/stamps.h"
#include "lib/mem.h"

extern const struct conf_group conf_tsa;

/* The checks from the first to the last, by check.def. */
/* clang-format off */
static const struct asked asks[] = {
	{ "tsa.der",	    PKI_DER_FORM, PKI_DER_DEPTH, false },
	{ "tsa.structure",  PKI_STAMP_STRUCTURE, PKI_STAMP_STRUCTURE, false },
	{ "tsa.granted",    PKI_STAMP_STATUS, PKI_STAMP_TYPE, false },
	{ "tsa.version",    PKI_STAMP_VERSION, PKI_STAMP_VERSION, false },
	{ "tsa.serial",	    PKI_STAMP_SERIAL, PKI_STAMP_SERIAL, false },
	{ "tsa.time",	    PKI_STAMP_TIME, PKI_STAMP_TIME, false },
	{ "tsa.accuracy",   PKI_STAMP_ACCURACY, PKI_STAMP_ACCURACY, true },
	{ "tsa.imprint",    PKI_STAMP_IMPRINT_FORM, PKI_STAMP_IMPRINT, false },
	{ "tsa.sm3",	    PKI_STAMP_STATUS, PKI_STAMP_TYPE, false },
	{ "tsa.sm3",	    PKI_STAMP_IMPRINT_FORM, PKI_STAMP_IMPRINT, false },
	{ "tsa.nonce",	    PKI_STAMP_NONCE, PKI_STAMP_NONCE, false },
	{ "tsa.attributes", PKI_STAMP_SIGNERS, PKI_STAMP_DIGEST, false },
	{ "tsa.signer",	    PKI_STAMP_SIGNER_ID, PKI_STAMP_SIGNER_ID, false },
	{ "tsa.certificate", PKI_STAMP_CERTIFICATE, PKI_STAMP_CERTIFICATE,
	  false },
	{ "tsa.signature",  PKI_STAMP_SIGNATURE, PKI_STAMP_SIGNATURE, false },
	{ "tsa.purpose",    PKI_STAMP_PURPOSE, PKI_STAMP_PURPOSE_CRITICAL,
	  false },
	{ .id = NULL },
};
/* clang-format on */

static void
judge(struct trial *t)
{
	struct pki_findings f;
	struct stamped s;

	pki_findings_init(&f);
	if (stamps_open(t, "stamp", &s, &f) &&
	    trial_need(t, s.there, "status %d", s.answer.status))
		asked_claim(t, asks, &f);
	web_answer_free(&s.answer);
	pki_findings_free(&f);
}

static void
judge_type(struct trial *t)
{
	struct stamped s;

	if (stamps_open(t, "stamp", &s, NULL) &&
	    trial_need(t, s.there, "status %d", s.answer.status))
		trial_claim(t, "RFC 3161 3.4",
		    web_has_type(&s.answer, "application/timestamp-reply"),
		    "Content-Type: application/timestamp-reply", "%.*s",
		    SPAN_FMT(
			span_take(web_header(&s.answer, "content-type"), 80)));
	web_answer_free(&s.answer);
}

static void
judge_none(struct trial *t)
{
	struct stamped s;

	if (stamps_open(t, "stamp", &s, NULL) &&
	    trial_need(t, stamps_granted(&s), "no stamp was given"))
		trial_claim(t, "RFC 3161 2.4.1", s.stamp.n_certificates == 0,
		    "no certificates, as none were asked for",
		    "%zu certificates", s.stamp.n_certificates);
	web_answer_free(&s.answer);
}

/* "unique for each TimeStampToken issued by a given TSA" */
static void
judge_unique(struct trial *t)
{
	struct stamped a, b;
	const bool first = stamps_open(t, "stamp", &a, NULL);
	const bool second = stamps_open(t, "other", &b, NULL);
	char text[64];

	if (first && second &&
	    trial_need(t, stamps_granted(&a) && stamps_granted(&b),
		"no two stamps were given")) {
		der_hex(a.stamp.serial, text, sizeof text);
		trial_claim(t, "RFC 3161 2.4.2",
		    !span_eq(a.stamp.serial, b.stamp.serial),
		    "two stamps have two serial numbers", "both have %s", text);
	}
	web_answer_free(&b.answer);
	web_answer_free(&a.answer);
}

/*
 * A time without a fraction is any within its second; ours is any from the
 * request to the answer.  It is as good as the clock of who judges.
 */
static int64_t
clock_error_us(const struct stamped *s)
{
	const bool exact =
	    span_find(s->stamp.time, SPAN(".")) < s->stamp.time.len;
	const int64_t first = s->stamp.at.us;
	const int64_t last = first + (exact ? 0 : 999999);
	/* status_time() adds what clocks may differ */
	const int64_t from = s->from.us - STATUS_SKEW_US;
	const int64_t to = s->at.us - STATUS_SKEW_US;

	return last < from ? from - last : first > to ? first - to : 0;
}

static void
judge_clock(struct trial *t)
{
	struct stamped s;
	double most = 0;

	if (stamps_open(t, "stamp", &s, NULL) &&
	    trial_need(t, stamps_granted(&s) && s.stamp.time_is_sound,
		"no stamp was given") &&
	    trial_sane(t,
		profile_limit(
		    trial_profile(t), CERT_F_16, "clock.error", &most),
		"clock.error has no limit")) {
		const int64_t us = clock_error_us(&s);
		char *expected =
		    mem_textf("at most %g s from this machine's clock", most);

		trial_claim(t, "CERT-F-16 clock.error",
		    (double)us <= most * 1e6, expected, "%.3f s",
		    (double)us / 1e6);
		free(expected);
	}
	web_answer_free(&s.answer);
}

/* clang-format off */
#define SHALL LEVEL_SHALL

static const struct conf_case cases[] = {
	TSA_CASE("tsa.granted", SHALL, "", "RFC 3161 2.4.2",
	    "a stamp is given", "给出时间戳", judge),
	TSA_CASE("tsa.type", SHALL, "", "RFC 3161 3.4",
	    "answers are of type application/timestamp-reply",
	    "媒体类型为 application/timestamp-reply", judge_type),
	TSA_CASE("tsa.der", SHALL, "", "RFC 3161 2.4.2, X.690 10, 11",
	    "answers are DER", "应答编码符合 DER 规则", judge),
	TSA_CASE("tsa.structure", SHALL, "", "RFC 3161 2.4.2",
	    "they have the structure of a time stamp", "具备时间戳的结构",
	    judge),
	TSA_CASE("tsa.version", SHALL, "", "RFC 3161 2.4.2, RFC 5652 5.1",
	    "TSTInfo is of version 1, SignedData of 3",
	    "TSTInfo 版本为 1，SignedData 版本为 3", judge),
	TSA_CASE("tsa.serial", SHALL, "", "RFC 3161 2.4.2",
	    "serial numbers have at most 160 bits", "序列号不超过 160 位",
	    judge),
	TSA_CASE("tsa.serial.unique", SHALL, "", "RFC 3161 2.4.2",
	    "two stamps have two serial numbers", "每个时间戳的序列号唯一",
	    judge_unique),
	TSA_CASE("tsa.time", SHALL, "", "RFC 3161 2.4.2",
	    "the time is written as it ought to be",
	    "时间以 Z 结尾，小数秒末位不为零", judge),
	TSA_CASE("tsa.clock", SHALL, "", "CERT-F-16 clock.error",
	    "the time is right", "时间准确", judge_clock),
	TSA_CASE("tsa.accuracy", SHALL, "", "RFC 3161 2.4.2",
	    "an accuracy has millis and micros of 1 to 999",
	    "精度的毫秒和微秒为 1 至 999", judge),
	TSA_CASE("tsa.imprint", SHALL, "", "RFC 3161 2.4.1, 2.4.2",
	    "what is stamped is what was sent", "摘要值与请求一致",
	    judge),
	TSA_CASE("tsa.sm3", SHALL, " cert.sm2", "RFC 3161 2.4.1, GB/T 20520",
	    "a digest by SM3 is stamped", "支持 SM3 摘要", judge),
	TSA_CASE("tsa.nonce", SHALL, "", "RFC 3161 2.4.2",
	    "the nonce comes back", "返回请求中的随机数", judge),
	TSA_CASE("tsa.attributes", SHALL, "", "RFC 5652 5.3, 11",
	    "what is signed names and digests the content",
	    "签名属性齐全，摘要与内容一致", judge),
	TSA_CASE("tsa.signer", SHALL, "", "RFC 3161 2.4.2, RFC 5816",
	    "the signing certificate is named in what is signed",
	    "签名属性指明签名证书", judge),
	TSA_CASE("tsa.certificate", SHALL, "", "RFC 3161 2.4.1",
	    "the certificate that was asked for is there",
	    "按请求附上签名证书", judge),
	TSA_CASE("tsa.certificate.none", SHALL, "", "RFC 3161 2.4.1",
	    "none is there that was not asked for", "未请求时不附证书",
	    judge_none),
	TSA_CASE("tsa.signature", SHALL, "", "RFC 5652 5.4, 5.6",
	    "the signature verifies", "验签通过", judge),
	TSA_CASE("tsa.purpose", SHALL, "", "RFC 3161 2.3",
	    "its certificate is for time stamps only, and critically so",
	    "证书用途仅为时间戳，且为关键扩展", judge),
};

const struct conf_group conf_tsa = {
	.service = "tsa",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
