/* SPDX-License-Identifier: MIT */
/*
 * OCSP, asked in other ways: by GET, with another digest, about two at once,
 * with a nonce (RFC 6960, RFC 9654).
 */
#include <string.h>

#include "conformance/cases/cert/told.h"

extern const struct conf_group conf_ocsp_ways;

/* clang-format off */
static const struct way {
	const char *id, *digest;
	size_t nonce;
	bool get, two;
} ways[] = {
	{ "ocsp.get",		NULL,	  0,   true,  false },
	{ "ocsp.nonce",		NULL,	  32,  false, false },
	{ "ocsp.nonce.short",	NULL,	  16,  false, false },
	{ "ocsp.nonce.long",	NULL,	  129, false, false },
	{ "ocsp.hash.sha256",	"SHA256", 0,   false, false },
	{ "ocsp.hash.sm3",	"SM3",	  0,   false, false },
	{ "ocsp.many",		NULL,	  0,   false, true },
};
/* clang-format on */

static bool
collect(struct trial *t)
{
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		const struct way *w = &ways[i];

		if (strcmp(w->id, trial_case(t)->id) == 0)
			return queries_collect_as(t,
			    (struct query){ .digest = w->digest,
				.nonce = w->nonce,
				.get = w->get },
			    w->two);
	}
	return trial_sane(t, false, "not known how it asks");
}

static void
claim_get(struct trial *t, const struct told *a)
{
	told_claim_status(t, a, "RFC 6960 A.1");
}

static void
judge_get(struct trial *t)
{
	/* Who is silent altogether has not refused GET. */
	told_judge_controlled(t, claim_get);
}

/* The digest is the client's to choose; not every responder has all. */
static void
claim_hash(struct trial *t, const struct told *a)
{
	if (trial_need(t, a->readable && a->ocsp.response == 0 && a->ocsp.basic,
		"%s: not answered with this digest", a->of->name))
		trial_claim(t, "RFC 6960 4.2.2.3",
		    a->single.status != OCSP_SILENT &&
			digest_size(a->single.digest.id) == 32,
		    "an answer with the CertID that was asked about",
		    "%s: the CertID is another", a->of->name);
}

static void
judge_hash(struct trial *t)
{
	told_judge(t, claim_hash);
}

static void
claim_both(struct trial *t, const struct told *a)
{
	struct ocsp_single s;

	if (trial_need(t, a->readable && a->also != NULL, "%s: no answer",
		a->of->name))
		trial_claim(t, "RFC 6960 4.2.2.3",
		    a->single.status != OCSP_SILENT &&
			ocsp_is_about(&a->ocsp, &a->also->certificate,
			    &a->issuer->certificate, &s),
		    "an answer about each that was asked about",
		    "%s and %s: not about both", a->of->name, a->also->name);
}

static void
judge_many(struct trial *t)
{
	told_judge(t, claim_both);
}

static void
claim_nonce(struct trial *t, const struct told *a)
{
	trial_claim(t, "RFC 6960 4.4.1, RFC 9654 2.1",
	    a->readable && a->ocsp.response == 0 &&
		ocsp_judge_nonce(&a->ocsp, a->nonce, NULL),
	    "the nonce that was sent", "%s: %s, %s", a->of->name,
	    told_status(a), a->ocsp.has_nonce ? "another nonce" : "no nonce");
}

static void
judge_nonce(struct trial *t)
{
	told_judge(t, claim_nonce);
}

static void
claim_refused(struct trial *t, const struct told *a)
{
	trial_claim(t, "RFC 9654 2.1",
	    (a->readable && a->ocsp.response == 1) ||
		(a->answer.status >= 400 && a->answer.status < 500),
	    "malformedRequest", "%s: status %d, responseStatus %u", a->of->name,
	    a->answer.status, a->ocsp.response);
}

static void
judge_long(struct trial *t)
{
	told_judge_controlled(t, claim_refused);
}

/* clang-format off */
static const struct conf_case cases[] = {
	OCSP_CASE("ocsp.get", "", "RFC 6960 A.1",
	    "requests may come by GET", "支持 GET 方式查询", collect, judge_get),
	OCSP_CASE("ocsp.hash.sha256", "", "RFC 6960 4.2.2.3",
	    "a CertID by SHA-256 is answered by SHA-256",
	    "以 SHA-256 标识证书时按 SHA-256 应答", collect, judge_hash),
	OCSP_CASE("ocsp.hash.sm3", " cert.sm2", "RFC 6960 4.2.2.3",
	    "a CertID by SM3 is answered by SM3",
	    "以 SM3 标识证书时按 SM3 应答", collect, judge_hash),
	OCSP_CASE("ocsp.many", "", "RFC 6960 4.2.2.3",
	    "each certificate of a request is answered",
	    "对请求中每张证书均作应答", collect, judge_many),
	OCSP_CASE("ocsp.nonce", " ocsp.nonce", "RFC 6960 4.4.1, RFC 9654 2.1",
	    "a nonce of 32 octets comes back", "返回 32 字节的随机数",
	    collect, judge_nonce),
	OCSP_CASE("ocsp.nonce.short", " ocsp.nonce", "RFC 9654 2.1",
	    "a nonce of 16 octets comes back", "返回 16 字节的随机数",
	    collect, judge_nonce),
	OCSP_CASE("ocsp.nonce.long", " ocsp.nonce", "RFC 9654 2.1",
	    "a nonce of 129 octets is malformed",
	    "129 字节的随机数按格式错误拒绝", collect, judge_long),
};

const struct conf_group conf_ocsp_ways = {
	.service = "ocsp",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
