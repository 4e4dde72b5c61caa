/* SPDX-License-Identifier: MIT */
/*
 * Time stamps: what one says, who signed it, and what is refused (RFC 3161,
 * RFC 5816).
 */
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <string.h>

#include "conformance/cases/cert/asked.h"
#include "conformance/cases/cert/status.h"
#include "conformance/pki/timestamp.h"
#include "lib/mem.h"

extern const struct conf_group conf_tsa;

#define DATA    "Yanshou asks for this to be stamped."
#define NOBODYS "2.999.3161.99" /* a digest, a policy, an extension */

enum { REQUEST_MOST = 4096, NONCE = 8 };

/* ---- collect ---- */

/* How a case asks; all others: SHA-256, a nonce, the certificate. */
/* clang-format off */
static const struct way {
	const char *id, *digest; /* NULL: one that nobody knows */
	bool nonce, certificate, policy, extension;
} ways[] = {
	{ "tsa.sm3",		   "SM3",    true,  true,  false, false },
	{ "tsa.certificate.none",  "SHA256", false, false, false, false },
	{ "tsa.algorithm.unknown", NULL,     true,  true,  false, false },
	{ "tsa.policy.unknown",	   "SHA256", true,  true,  true,  false },
	{ "tsa.extension.unknown", "SHA256", true,  true,  false, true },
	{ "",			   "SHA256", true,  true,  false, false },
};
/* clang-format on */

static const struct way *
way_of(const struct trial *t)
{
	const struct way *w = ways;

	while (w->id[0] != '\0' && strcmp(w->id, trial_case(t)->id) != 0)
		w++;
	return w;
}

static bool
set_imprint(TS_REQ *r, const char *digest)
{
	const EVP_MD *md = digest == NULL ? NULL : EVP_get_digestbyname(digest);
	unsigned char octets[EVP_MAX_MD_SIZE] = { 0 };
	unsigned n = 32;
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *a = X509_ALGOR_new();
	const bool ok = (md == NULL || EVP_Digest(DATA, sizeof DATA - 1, octets,
					   &n, md, NULL) == 1) &&
			X509_ALGOR_set0(a,
			    md == NULL ? OBJ_txt2obj(NOBODYS, 1)
				       : OBJ_nid2obj(EVP_MD_get_type(md)),
			    V_ASN1_NULL, NULL) == 1 &&
			TS_MSG_IMPRINT_set_algo(imprint, a) == 1 &&
			TS_MSG_IMPRINT_set_msg(imprint, octets, (int)n) == 1 &&
			TS_REQ_set_msg_imprint(r, imprint) == 1;

	X509_ALGOR_free(a);
	TS_MSG_IMPRINT_free(imprint);
	return ok;
}

static bool
set_nonce(TS_REQ *r, struct span nonce)
{
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	const bool ok = ASN1_STRING_set(n, nonce.ptr, (int)nonce.len) == 1 &&
			TS_REQ_set_nonce(r, n) == 1;

	ASN1_INTEGER_free(n);
	return ok;
}

/* A policy or an extension, not critical, that nobody knows. */
static bool
set_unknown(TS_REQ *r, const struct way *w)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(NOBODYS, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *e = NULL;
	bool ok =
	    oid != NULL && (!w->policy || TS_REQ_set_policy_id(r, oid) == 1);

	if (ok && w->extension)
		ok = ASN1_OCTET_STRING_set(
			 value, (const unsigned char *)"\5\0", 2) == 1 &&
		     (e = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value)) !=
			 NULL &&
		     TS_REQ_add_ext(r, e, -1) == 1;
	X509_EXTENSION_free(e);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(oid);
	return ok;
}

static bool
write_request(
    struct trial *t, const struct way *w, struct span nonce, struct buf *to)
{
	TS_REQ *r = TS_REQ_new();
	unsigned char *der = NULL;
	int n = -1;

	if (r != NULL && TS_REQ_set_version(r, 1) == 1 &&
	    set_imprint(r, w->digest) && (!w->nonce || set_nonce(r, nonce)) &&
	    TS_REQ_set_cert_req(r, w->certificate) == 1 && set_unknown(r, w))
		n = i2d_TS_REQ(r, &der);
	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	TS_REQ_free(r);
	return trial_sane(t, n > 0, "no TimeStampReq could be made");
}

static void
post(struct trial *t, struct web *w, const char *name, struct span request)
{
	char *from = mem_textf("%s.from", name), *at = mem_textf("%s.at", name);

	status_note_time(t, from);
	web_call_with(t, name, w,
	    &(struct web_request){
		.type = "application/timestamp-query", .body = request });
	status_note_time(t, at);
	free(at);
	free(from);
}

static void
ask_in(struct trial *t, struct web *w, const char *name, const struct way *way)
{
	unsigned char nonce[NONCE];
	const struct span sent = { (const char *)nonce,
		way->nonce ? sizeof nonce : 0 };
	char *file = mem_textf("%s.nonce", name);
	struct buf der;

	buf_init(&der, REQUEST_MOST);
	if (trial_sane(t, RAND_bytes(nonce, sizeof nonce) == 1, "no nonce")) {
		nonce[0] = (unsigned char)((nonce[0] & 0x7f) | 0x40);
		trial_file(t, file, sent);
		if (write_request(t, way, sent, &der))
			post(t, w, name, buf_span(&der));
	}
	buf_free(&der);
	free(file);
}

static void
ask(struct trial *t, struct web *w, const char *name)
{
	ask_in(t, w, name, way_of(t));
}

/*
 * What is to be refused, and then what is right: whoever refuses everything
 * proves nothing.
 */
static bool
collect_refused(struct trial *t)
{
	struct web *w = web_of(t, "tsa");

	if (trial_sane(t, w != NULL, "no endpoint tsa")) {
		ask(t, w, "stamp");
		ask_in(
		    t, w, "control", &ways[sizeof ways / sizeof ways[0] - 1]);
	}
	web_free(w);
	return true;
}

static bool
collect(struct trial *t)
{
	struct web *w = web_of(t, "tsa");

	if (trial_sane(t, w != NULL, "no endpoint tsa"))
		ask(t, w, "stamp");
	web_free(w);
	return true;
}

static bool
collect_twice(struct trial *t)
{
	struct web *w = web_of(t, "tsa");

	if (trial_sane(t, w != NULL, "no endpoint tsa")) {
		ask(t, w, "stamp");
		ask(t, w, "other");
	}
	web_free(w);
	return true;
}

/* SEQUENCE { INTEGER 5 }, and then a request that is one. */
static bool
collect_malformed(struct trial *t)
{
	struct web *w = web_of(t, "tsa");

	if (trial_sane(t, w != NULL, "no endpoint tsa")) {
		post(t, w, "malformed", SPAN("\x30\x03\x02\x01\x05"));
		ask(t, w, "stamp");
	}
	web_free(w);
	return true;
}

/* ---- judge ---- */

struct stamped {
	struct web_answer answer;
	bool there, readable;
	struct pki_stamp stamp;
	struct wall from, at;
};

static bool
time_asked(
    struct trial *t, const char *name, const char *what, struct wall *when)
{
	char *key = mem_textf("%s.%s", name, what);
	const bool ok = status_time(t, key, when);

	free(key);
	return ok;
}

/* Need: an answer of HTTP. */
static bool
open_stamp(struct trial *t, const char *name, struct stamped *s,
    struct pki_findings *f)
{
	char *file = mem_textf("%s.nonce", name);
	const struct buf *nonce = trial_content(t, file);
	struct stamp_ask asked = { .has_data = true, .data = SPAN(DATA) };

	free(file);
	*s = (struct stamped){ .there = false };
	if (!status_heard(t, name, &s->answer) ||
	    !time_asked(t, name, "from", &s->from) ||
	    !time_asked(t, name, "at", &s->at))
		return false;
	s->there = s->answer.status == 200;
	pki_about(f, "%s", name);
	s->readable = s->there && stamp_read(&s->stamp, s->answer.body, f);
	asked.at = s->at;
	if (nonce != NULL)
		asked.nonce = buf_span(nonce);
	if (s->readable)
		stamp_judge(&s->stamp, &asked, f);
	return true;
}

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
	if (open_stamp(t, "stamp", &s, &f) &&
	    trial_need(t, s.there, "status %d", s.answer.status))
		asked_claim(t, asks, &f);
	web_answer_free(&s.answer);
	pki_findings_free(&f);
}

static bool
is_granted(const struct stamped *s)
{
	return s->readable && s->stamp.is_response && s->stamp.status <= 1 &&
	       s->stamp.has_token && s->stamp.has_info;
}

static bool
is_refused(const struct stamped *s)
{
	return (s->readable && s->stamp.is_response && s->stamp.status >= 2 &&
		   !s->stamp.has_token) ||
	       (s->answer.status >= 400 && s->answer.status < 500);
}

static void
judge_type(struct trial *t)
{
	struct stamped s;

	if (open_stamp(t, "stamp", &s, NULL) &&
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

	if (open_stamp(t, "stamp", &s, NULL) &&
	    trial_need(t, is_granted(&s), "no stamp was given"))
		trial_claim(t, "RFC 3161 2.4.1", s.stamp.n_certificates == 0,
		    "no certificates, as none were asked for",
		    "%zu certificates", s.stamp.n_certificates);
	web_answer_free(&s.answer);
}

/* What is unknown is refused, and nothing stamped. */
static void
judge_refused(struct trial *t)
{
	struct stamped s;
	bool ok = open_stamp(t, "control", &s, NULL) &&
		  trial_need(t, is_granted(&s), "no stamp is given otherwise");

	web_answer_free(&s.answer);
	if (!ok)
		return;
	if (open_stamp(t, "stamp", &s, NULL))
		trial_claim(t, trial_case(t)->clause, is_refused(&s),
		    "a rejection without a stamp",
		    "status %d, PKIStatus %u, %s", s.answer.status,
		    s.stamp.status, s.stamp.has_token ? "a stamp" : "no stamp");
	web_answer_free(&s.answer);
}

static void
judge_malformed(struct trial *t)
{
	struct stamped s;

	if (open_stamp(t, "malformed", &s, NULL))
		trial_claim(t, "RFC 3161 2.4.2", is_refused(&s),
		    "a rejection without a stamp",
		    "status %d, PKIStatus %u, %s", s.answer.status,
		    s.stamp.status, s.stamp.has_token ? "a stamp" : "no stamp");
	web_answer_free(&s.answer);
	if (!status_goes_on(t, "RFC 3161 2.4.2", "stamp"))
		return;
	if (open_stamp(t, "stamp", &s, NULL))
		trial_claim(t, "RFC 3161 2.4.2", is_granted(&s),
		    "the next request is granted", "status %d",
		    s.answer.status);
	web_answer_free(&s.answer);
}

/* "unique for each TimeStampToken issued by a given TSA" */
static void
judge_unique(struct trial *t)
{
	struct stamped a, b;
	const bool first = open_stamp(t, "stamp", &a, NULL);
	const bool second = open_stamp(t, "other", &b, NULL);
	char text[64];

	if (first && second &&
	    trial_need(t, is_granted(&a) && is_granted(&b),
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

	if (open_stamp(t, "stamp", &s, NULL) &&
	    trial_need(t, is_granted(&s) && s.stamp.time_is_sound,
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
#define CASE(name, at, more, cite, en, zh, how, what) \
	{ \
		.id = name, \
		.verifies = CERT_F_16, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:tsa" more, \
		.service = "tsa", \
		.collect = how, \
		.judge = what, \
	}
#define SHALL LEVEL_SHALL

static const struct conf_case cases[] = {
	CASE("tsa.granted", SHALL, "", "RFC 3161 2.4.2",
	    "a stamp is given", "给出时间戳", collect, judge),
	CASE("tsa.type", SHALL, "", "RFC 3161 3.4",
	    "answers are of type application/timestamp-reply",
	    "媒体类型为 application/timestamp-reply", collect, judge_type),
	CASE("tsa.der", SHALL, "", "RFC 3161 2.4.2, X.690 10, 11",
	    "answers are DER", "应答编码符合 DER 规则", collect, judge),
	CASE("tsa.structure", SHALL, "", "RFC 3161 2.4.2",
	    "they have the structure of a time stamp", "具备时间戳的结构",
	    collect, judge),
	CASE("tsa.version", SHALL, "", "RFC 3161 2.4.2, RFC 5652 5.1",
	    "TSTInfo is of version 1, SignedData of 3",
	    "TSTInfo 版本为 1，SignedData 版本为 3", collect, judge),
	CASE("tsa.serial", SHALL, "", "RFC 3161 2.4.2",
	    "serial numbers have at most 160 bits", "序列号不超过 160 位",
	    collect, judge),
	CASE("tsa.serial.unique", SHALL, "", "RFC 3161 2.4.2",
	    "two stamps have two serial numbers", "每个时间戳的序列号唯一",
	    collect_twice, judge_unique),
	CASE("tsa.time", SHALL, "", "RFC 3161 2.4.2",
	    "the time is written as it ought to be",
	    "时间以 Z 结尾，小数秒末位不为零", collect, judge),
	CASE("tsa.clock", SHALL, "", "CERT-F-16 clock.error",
	    "the time is right", "时间准确", collect, judge_clock),
	CASE("tsa.accuracy", SHALL, "", "RFC 3161 2.4.2",
	    "an accuracy has millis and micros of 1 to 999",
	    "精度的毫秒和微秒为 1 至 999", collect, judge),
	CASE("tsa.imprint", SHALL, "", "RFC 3161 2.4.1, 2.4.2",
	    "what is stamped is what was sent", "摘要值与请求一致",
	    collect, judge),
	CASE("tsa.sm3", SHALL, " cert.sm2", "RFC 3161 2.4.1, GB/T 20520",
	    "a digest by SM3 is stamped", "支持 SM3 摘要", collect, judge),
	CASE("tsa.nonce", SHALL, "", "RFC 3161 2.4.2",
	    "the nonce comes back", "返回请求中的随机数", collect, judge),
	CASE("tsa.attributes", SHALL, "", "RFC 5652 5.3, 11",
	    "what is signed names and digests the content",
	    "签名属性齐全，摘要与内容一致", collect, judge),
	CASE("tsa.signer", SHALL, "", "RFC 3161 2.4.2, RFC 5816",
	    "the signing certificate is named in what is signed",
	    "签名属性指明签名证书", collect, judge),
	CASE("tsa.certificate", SHALL, "", "RFC 3161 2.4.1",
	    "the certificate that was asked for is there",
	    "按请求附上签名证书", collect, judge),
	CASE("tsa.certificate.none", SHALL, "", "RFC 3161 2.4.1",
	    "none is there that was not asked for", "未请求时不附证书",
	    collect, judge_none),
	CASE("tsa.signature", SHALL, "", "RFC 5652 5.4, 5.6",
	    "the signature verifies", "验签通过", collect, judge),
	CASE("tsa.purpose", SHALL, "", "RFC 3161 2.3",
	    "its certificate is for time stamps only, and critically so",
	    "证书用途仅为时间戳，且为关键扩展", collect, judge),
	CASE("tsa.algorithm.unknown", LEVEL_SHOULD, "", "RFC 3161 2.4.1",
	    "an unknown digest is refused", "拒绝未知的摘要算法",
	    collect_refused,
	    judge_refused),
	CASE("tsa.policy.unknown", SHALL, "", "RFC 3161 2.4.2",
	    "an unknown policy is refused", "拒绝未知的策略",
	    collect_refused,
	    judge_refused),
	CASE("tsa.extension.unknown", SHALL, "", "RFC 3161 2.4.1",
	    "an unknown extension is refused", "拒绝未知的扩展",
	    collect_refused,
	    judge_refused),
	CASE("tsa.malformed", SHALL, "", "RFC 3161 2.4.2",
	    "what is no request is refused, and the next one granted",
	    "拒绝格式错误的请求并继续服务", collect_malformed,
	    judge_malformed),
};

const struct conf_group conf_tsa = {
	.service = "tsa",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
