/* SPDX-License-Identifier: MIT */
/*
 * OCSP: what is answered of each certificate whose status is known, by whom,
 * and what becomes of requests that are odd (RFC 6960, RFC 9654).
 */
#include <string.h>

#include "conformance/cases/cert/asked.h"
#include "conformance/cases/cert/queries.h"
#include "conformance/pki/crl.h"
#include "lib/mem.h"

extern const struct conf_group conf_ocsp;

/* ---- collect ---- */

/* How a case asks; all others: by POST, SHA-1, about one at a time. */
/* clang-format off */
static const struct way {
	const char *id, *digest;
	size_t nonce;
	bool get, two;
} ways[] = {
	{ "ocsp.get",		"SHA1",	  0,   true,  false },
	{ "ocsp.nonce",		"SHA1",	  32,  false, false },
	{ "ocsp.nonce.short",	"SHA1",	  16,  false, false },
	{ "ocsp.nonce.long",	"SHA1",	  129, false, false },
	{ "ocsp.hash.sha256",	"SHA256", 0,   false, false },
	{ "ocsp.hash.sm3",	"SM3",	  0,   false, false },
	{ "ocsp.many",		"SHA1",	  0,   false, true },
	{ "",			"SHA1",	  0,   false, false },
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

/* Another one of the same issuer. */
static const struct issued *
another(const struct issued_set *set, const struct issued *c)
{
	for (size_t i = 0; i < set->n; i++)
		if (&set->at[i] != c && query_is_for(set, &set->at[i]) &&
		    status_issuer(set, &set->at[i]) == status_issuer(set, c))
			return &set->at[i];
	return NULL;
}

static size_t
ask_all(struct trial *t, struct web *w, const struct issued_set *set)
{
	const struct way *way = way_of(t);
	size_t n = 0;

	for (size_t i = 0; n < QUERIES && i < set->n; i++) {
		struct query q = { .of = &set->at[i],
			.digest = way->digest,
			.nonce = way->nonce,
			.get = way->get };
		char *name;

		if (!query_is_for(set, q.of))
			continue;
		if (way->two)
			q.also = another(set, q.of);
		if (way->two && q.also == NULL)
			continue;
		name = mem_textf("answer-%zu", n++);
		query_ask(t, w, set, name, &q);
		free(name);
	}
	return n;
}

static bool
collect(struct trial *t)
{
	struct web *w = web_of(t, "ocsp");
	struct issued_set set;
	bool ok;

	issued_collect(t);
	ok = trial_sane(t, w != NULL, "no endpoint ocsp") &&
	     issued_open(t, &set, NULL);
	if (ok) {
		trial_fact_int(t, "answers", (int64_t)ask_all(t, w, &set));
		query_control(t, w, &set);
		issued_close(&set);
	}
	web_free(w);
	return ok;
}

/* ---- what each answer is ---- */

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
judge_with(struct trial *t, struct pki_findings *f,
    void (*how)(
	struct trial *, const struct told_set *, const struct pki_findings *))
{
	struct told_set all = { .n = 0 };
	struct issued_set set;

	if (!issued_open(t, &set, NULL))
		return;
	if (told_open(t, &set, &all, f))
		how(t, &all, f);
	told_close(&all);
	issued_close(&set);
}

static void
by_codes(
    struct trial *t, const struct told_set *all, const struct pki_findings *f)
{
	if (!told_need(t, all))
		return;
	asked_claim(t, asks, f);
}

static void
judge(struct trial *t)
{
	struct pki_findings f;

	pki_findings_init(&f);
	judge_with(t, &f, by_codes);
	pki_findings_free(&f);
}

static void
typed(struct trial *t, const struct told_set *all, const struct pki_findings *f)
{
	(void)f;
	if (!told_need(t, all))
		return;
	for (size_t i = 0; i < all->n; i++)
		trial_claim(t, "RFC 6960 A.2",
		    web_has_type(
			&all->at[i].answer, "application/ocsp-response"),
		    "Content-Type: application/ocsp-response", "%s: %.*s",
		    all->at[i].of->name,
		    SPAN_FMT(span_take(
			web_header(&all->at[i].answer, "content-type"), 80)));
}

static void
judge_type(struct trial *t)
{
	judge_with(t, NULL, typed);
}

/* ---- which status ---- */

static const char *
status_name(const struct told *a)
{
	static const char *const names[] = {
		[OCSP_GOOD] = "good",
		[OCSP_REVOKED] = "revoked",
		[OCSP_UNKNOWN] = "unknown",
		[OCSP_SILENT] = "nothing about it",
	};

	if (!a->there)
		return "no OCSP answer";
	if (!a->readable || !a->ocsp.basic || a->ocsp.response != 0)
		return "no successful answer";
	return names[a->single.status];
}

static void
claim_status(struct trial *t, const struct told *a, const char *cite)
{
	const char *status = a->of->status;

	if (strcmp(status, "good") == 0)
		trial_claim(t, cite, a->single.status == OCSP_GOOD, "good",
		    "%s: %s", a->of->name, status_name(a));
	else
		trial_claim(t, cite, a->single.status == OCSP_REVOKED,
		    "revoked", "%s: %s", a->of->name, status_name(a));
}

static void
those(struct trial *t, const struct told_set *all, const char *status)
{
	size_t n = 0;

	if (!told_need(t, all))
		return;
	for (size_t i = 0; i < all->n; i++) {
		const struct told *a = &all->at[i];
		const bool revoked = a->single.status == OCSP_REVOKED;
		const bool hold = a->single.reason == REASON_HOLD;

		if (strcmp(a->of->status, status) != 0)
			continue;
		n++;
		claim_status(t, a, "RFC 6960 2.2");
		/* a reason may be left out: RFC 6960 4.2.1 */
		if (strcmp(status, "held") == 0)
			trial_claim(t, "RFC 6960 2.2",
			    !revoked || hold || a->single.reason == REASON_NONE,
			    "certificateHold", "%s: %s", a->of->name,
			    reason_name(a->single.reason));
		if (strcmp(status, "revoked") == 0)
			trial_claim(t, "RFC 6960 2.2", !revoked || !hold,
			    "revoked, and not on hold", "%s: %s", a->of->name,
			    reason_name(a->single.reason));
	}
	trial_need(t, n > 0,
	    "no certificate with the status %s was handed over", status);
}

static void
good(struct trial *t, const struct told_set *all, const struct pki_findings *f)
{
	(void)f;
	those(t, all, "good");
}

static void
revoked(
    struct trial *t, const struct told_set *all, const struct pki_findings *f)
{
	(void)f;
	those(t, all, "revoked");
}

static void
held(struct trial *t, const struct told_set *all, const struct pki_findings *f)
{
	(void)f;
	those(t, all, "held");
}

static void
judge_good(struct trial *t)
{
	judge_with(t, NULL, good);
}

static void
judge_revoked(struct trial *t)
{
	judge_with(t, NULL, revoked);
}

static void
judge_held(struct trial *t)
{
	judge_with(t, NULL, held);
}

/* ---- asked in other ways ---- */

static void
by_get(
    struct trial *t, const struct told_set *all, const struct pki_findings *f)
{
	(void)f;
	for (size_t i = 0; i < all->n; i++)
		claim_status(t, &all->at[i], "RFC 6960 A.1");
}

static void
judge_get(struct trial *t)
{
	/* Who is silent altogether has not refused GET. */
	if (control_need(t))
		judge_with(t, NULL, by_get);
}

/* The digest is the client's to choose; not every responder has all. */
static void
hashed(
    struct trial *t, const struct told_set *all, const struct pki_findings *f)
{
	(void)f;
	if (!told_need(t, all))
		return;
	for (size_t i = 0; i < all->n; i++) {
		const struct told *a = &all->at[i];

		if (!trial_need(t,
			a->readable && a->ocsp.response == 0 && a->ocsp.basic,
			"%s: not answered with this digest", a->of->name))
			return;
		trial_claim(t, "RFC 6960 4.2.2.3",
		    a->single.status != OCSP_SILENT &&
			digest_size(a->single.digest.id) == 32,
		    "an answer with the CertID that was asked about",
		    "%s: the CertID is another", a->of->name);
	}
}

static void
judge_hash(struct trial *t)
{
	judge_with(t, NULL, hashed);
}

static void
of_both(
    struct trial *t, const struct told_set *all, const struct pki_findings *f)
{
	struct ocsp_single s;

	(void)f;
	if (!told_need(t, all))
		return;
	for (size_t i = 0; i < all->n; i++) {
		const struct told *a = &all->at[i];

		if (!trial_need(t, a->readable && a->also != NULL,
			"%s: no answer", a->of->name))
			return;
		trial_claim(t, "RFC 6960 4.2.2.3",
		    a->single.status != OCSP_SILENT &&
			ocsp_is_about(&a->ocsp, &a->also->certificate,
			    &a->issuer->certificate, &s),
		    "an answer about each that was asked about",
		    "%s and %s: not about both", a->of->name, a->also->name);
	}
}

static void
judge_many(struct trial *t)
{
	judge_with(t, NULL, of_both);
}

static void
with_nonce(
    struct trial *t, const struct told_set *all, const struct pki_findings *f)
{
	(void)f;
	if (!told_need(t, all))
		return;
	for (size_t i = 0; i < all->n; i++) {
		const struct told *a = &all->at[i];

		trial_claim(t, "RFC 6960 4.4.1, RFC 9654 2.1",
		    a->readable && a->ocsp.response == 0 &&
			ocsp_judge_nonce(&a->ocsp, a->nonce, NULL),
		    "the nonce that was sent", "%s: %s, %s", a->of->name,
		    status_name(a),
		    a->ocsp.has_nonce ? "another nonce" : "no nonce");
	}
}

static void
judge_nonce(struct trial *t)
{
	judge_with(t, NULL, with_nonce);
}

static void
refused(
    struct trial *t, const struct told_set *all, const struct pki_findings *f)
{
	(void)f;
	if (!control_need(t))
		return;
	for (size_t i = 0; i < all->n; i++) {
		const struct told *a = &all->at[i];

		trial_claim(t, "RFC 9654 2.1",
		    (a->readable && a->ocsp.response == 1) ||
			(a->answer.status >= 400 && a->answer.status < 500),
		    "malformedRequest", "%s: status %d, responseStatus %u",
		    a->of->name, a->answer.status, a->ocsp.response);
	}
}

static void
judge_long(struct trial *t)
{
	judge_with(t, NULL, refused);
}

/* clang-format off */
#define CASE(name, at, more, cite, en, zh, how) \
	{ \
		.id = name, \
		.verifies = CERT_F_12, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:ocsp pki:certificates" more, \
		.service = "ocsp", \
		.collect = collect, \
		.judge = how, \
	}
#define SHALL LEVEL_SHALL

static const struct conf_case cases[] = {
	CASE("ocsp.type", SHALL, "", "RFC 6960 A.2",
	    "answers are of type application/ocsp-response",
	    "媒体类型为 application/ocsp-response", judge_type),
	CASE("ocsp.der", SHALL, "", "X.690 10, 11",
	    "answers are DER throughout", "应答编码符合 DER 规则", judge),
	CASE("ocsp.structure", SHALL, "", "RFC 6960 4.2.1",
	    "they have the structure of an answer", "具备 OCSP 应答的结构",
	    judge),
	CASE("ocsp.successful", SHALL, "", "RFC 6960 2.3, 4.2.1",
	    "a basic answer about each certificate",
	    "对每张证书给出成功的基本应答", judge),
	CASE("ocsp.algorithm", SHALL, "", "RFC 6960 4.3, RFC 6194 3",
	    "the signature algorithm is known and strong",
	    "签名算法已知，摘要既非 MD5 也非 SHA-1", judge),
	CASE("ocsp.time.encoding", SHALL, "", "RFC 6960 4.2.1, RFC 5280 4.1.2.5.2",
	    "times are GeneralizedTime without a fraction",
	    "时间为不带小数秒的 GeneralizedTime", judge),
	CASE("ocsp.ext.critical", SHALL, "", "RFC 6960 4.4",
	    "extensions are known, or not critical",
	    "没有无法识别的关键扩展", judge),
	CASE("ocsp.responder", SHALL, "", "RFC 6960 4.2.2.2",
	    "the CA answers, or whom it made its responder",
	    "应答者为该 CA 或其授权的响应者", judge),
	CASE("ocsp.signature", SHALL, "", "RFC 6960 3.2 (2)",
	    "signatures verify with the responder's key",
	    "用响应者公钥验签通过", judge),
	CASE("ocsp.certid", SHALL, "", "RFC 6960 3.2 (1)",
	    "they are about the certificate asked about",
	    "应答针对所查询的证书", judge),
	CASE("ocsp.fresh", SHALL, "", "RFC 6960 4.2.2.1",
	    "they are of now", "应答在时效之内", judge),
	CASE("ocsp.reason", SHALL, "", "RFC 5280 5.3.1",
	    "reasons are defined ones", "撤销原因为已定义的取值", judge),
	CASE("ocsp.good", SHALL, "", "RFC 6960 2.2",
	    "what is good is good", "有效证书的状态为 good", judge_good),
	CASE("ocsp.revoked", SHALL, "", "RFC 6960 2.2",
	    "what is revoked is revoked", "已撤销证书的状态为 revoked",
	    judge_revoked),
	CASE("ocsp.held", SHALL, "", "RFC 6960 2.2",
	    "what is on hold is revoked, as certificateHold",
	    "已冻结证书的状态为 revoked（certificateHold）", judge_held),
	CASE("ocsp.get", SHALL, "", "RFC 6960 A.1",
	    "requests may come by GET", "支持 GET 方式查询", judge_get),
	CASE("ocsp.hash.sha256", SHALL, "", "RFC 6960 4.2.2.3",
	    "a CertID by SHA-256 is answered by SHA-256",
	    "以 SHA-256 标识证书时按 SHA-256 应答", judge_hash),
	CASE("ocsp.hash.sm3", SHALL, " cert.sm2", "RFC 6960 4.2.2.3",
	    "a CertID by SM3 is answered by SM3",
	    "以 SM3 标识证书时按 SM3 应答", judge_hash),
	CASE("ocsp.many", SHALL, "", "RFC 6960 4.2.2.3",
	    "each certificate of a request is answered",
	    "对请求中每张证书均作应答", judge_many),
	CASE("ocsp.nonce", SHALL, " ocsp.nonce", "RFC 6960 4.4.1, RFC 9654 2.1",
	    "a nonce of 32 octets comes back", "返回 32 字节的随机数",
	    judge_nonce),
	CASE("ocsp.nonce.short", SHALL, " ocsp.nonce", "RFC 9654 2.1",
	    "a nonce of 16 octets comes back", "返回 16 字节的随机数",
	    judge_nonce),
	CASE("ocsp.nonce.long", SHALL, " ocsp.nonce", "RFC 9654 2.1",
	    "a nonce of 129 octets is malformed",
	    "129 字节的随机数按格式错误拒绝", judge_long),
};

const struct conf_group conf_ocsp = {
	.service = "ocsp",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
