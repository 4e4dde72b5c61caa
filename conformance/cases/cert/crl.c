/* SPDX-License-Identifier: MIT */
/*
 * CRLs: fetched from where the certificates say that they are, or else from
 * the endpoint; each by itself, with its issuer, and beside the one before it.
 */
#include <string.h>

#include "conformance/cases/asked.h"
#include "conformance/cases/lists.h"
#include "lib/mem.h"

extern const struct conf_group conf_crl;

/* What each asks: the checks from the first to the last, by check.def. */
/* clang-format off */
static const struct asked asks[] = {
	{ "crl.der",		  PKI_DER_FORM,	PKI_DER_DEPTH, false },
	{ "crl.structure",	  PKI_CRL_STRUCTURE, PKI_CRL_STRUCTURE, false },
	{ "crl.version",	  PKI_CRL_VERSION, PKI_CRL_VERSION, false },
	{ "crl.algorithm.equal",  PKI_CRL_ALGORITHM_EQUAL,
	  PKI_CRL_ALGORITHM_EQUAL, false },
	{ "crl.algorithm.known",  PKI_CRL_ALGORITHM_KNOWN,
	  PKI_CRL_ALGORITHM_STRENGTH, false },
	{ "crl.time.encoding",	  PKI_CRL_TIME_ENCODING, PKI_CRL_TIME_ENCODING,
	  false },
	{ "crl.next.present",	  PKI_CRL_NEXT_PRESENT, PKI_CRL_NEXT_PRESENT,
	  false },
	{ "crl.next.order",	  PKI_CRL_NEXT_ORDER, PKI_CRL_NEXT_ORDER, false },
	{ "crl.fresh",		  PKI_CRL_BEGUN, PKI_CRL_FRESH, false },
	{ "crl.empty",		  PKI_CRL_REVOKED_EMPTY, PKI_CRL_REVOKED_EMPTY,
	  true },
	{ "crl.entry.serial",	  PKI_CRL_ENTRY_SERIAL, PKI_CRL_ENTRY_SERIAL,
	  false },
	{ "crl.entry.date",	  PKI_CRL_ENTRY_DATE, PKI_CRL_ENTRY_DATE, false },
	{ "crl.entry.reason",	  PKI_CRL_ENTRY_REASON, PKI_CRL_ENTRY_REASON,
	  false },
	{ "crl.entry.unspecified", PKI_CRL_ENTRY_UNSPECIFIED,
	  PKI_CRL_ENTRY_UNSPECIFIED, false },
	{ "crl.entry.critical",	  PKI_CRL_ENTRY_REMOVE, PKI_CRL_ENTRY_CRITICAL,
	  false },
	{ "crl.ext.critical",	  PKI_CRL_EXT_STRUCTURE, PKI_CRL_EXT_CRITICAL,
	  false },
	{ "crl.aki",		  PKI_CRL_AKI, PKI_CRL_AKI, false },
	{ "crl.number",		  PKI_CRL_NUMBER, PKI_CRL_NUMBER, false },
	{ "crl.number.form",	  PKI_CRL_NUMBER_CRITICAL, PKI_CRL_NUMBER_LENGTH,
	  false },
	{ "crl.idp",		  PKI_CRL_IDP_CRITICAL, PKI_CRL_IDP_FORM, true },
	{ "crl.signature",	  PKI_CRL_SIGNER, PKI_CRL_SIGNATURE, false },
	{ .id = NULL },
};
/* clang-format on */

static void
judge(struct trial *t)
{
	struct pki_findings f;
	struct lists all;

	pki_findings_init(&f);
	if (lists_open(t, "list", &all, &f) && lists_need(t, &all))
		asked_claim(t, asks, &f);
	lists_close(&all);
	pki_findings_free(&f);
}

/* ---- of the fetch ---- */

static void
claim_fetched(struct trial *t, const struct lists *all)
{
	size_t known = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct list *l = &all->at[i];

		if (l->answer.end == WEB_FORBIDDEN)
			continue; /* not ours to ask there */
		known++;
		trial_claim(t, "RFC 5280 4.2.1.13", l->there,
		    "a CRL is where the certificate says", "%s: %s, status %d",
		    l->url, web_end_name(l->answer.end), l->answer.status);
	}
	trial_need(t, known > 0,
	    "no distribution point is within reach of the profile");
}

static void
judge_fetch(struct trial *t)
{
	struct lists all;

	if (lists_open(t, "list", &all, NULL))
		claim_fetched(t, &all);
	lists_close(&all);
}

/* Each that is there. */
static void
judge_each(struct trial *t, void (*claim)(struct trial *, const struct list *))
{
	struct lists all;

	if (lists_open(t, "list", &all, NULL) && lists_need(t, &all))
		for (size_t i = 0; i < all.n; i++)
			if (all.at[i].there)
				claim(t, &all.at[i]);
	lists_close(&all);
}

static void
claim_type(struct trial *t, const struct list *l)
{
	trial_claim(t, "RFC 5280 4.2.1.13",
	    web_has_type(&l->answer, "application/pkix-crl"),
	    "Content-Type: application/pkix-crl", "%s: %.*s", l->url,
	    SPAN_FMT(span_take(web_header(&l->answer, "content-type"), 80)));
}

static void
judge_type(struct trial *t)
{
	judge_each(t, claim_type);
}

static void
claim_issuer(struct trial *t, const struct list *l)
{
	char name[NAME_TEXT];

	if (!trial_need(t, l->readable, "%s: cannot be read", l->url))
		return;
	name_text(l->crl.issuer, name);
	trial_claim(t, "RFC 5280 5.1.2.3, 6.3.3 (b)(1)",
	    l->issuer != NULL || l->crl.indirect,
	    "the issuer is a CA of pki.anchors or pki.issuers", "%s: \"%s\"",
	    l->url, name);
}

static void
judge_issuer(struct trial *t)
{
	judge_each(t, claim_issuer);
}

/* The row's limit, in seconds. */
static void
claim_lifetime(struct trial *t, const struct list *l)
{
	const struct pki_crl *crl = &l->crl;
	const int64_t s =
	    (crl->next_update.at.us - crl->this_update.at.us) / 1000000;
	double most = 0;
	char *expected;

	if (!trial_sane(t,
		profile_limit(
		    trial_profile(t), CERT_F_11, "crl.lifetime", &most),
		"crl.lifetime has no limit") ||
	    !trial_need(t,
		l->readable && crl->has_next && crl->next_update.readable &&
		    crl->this_update.readable,
		"%s: no times to compare", l->url))
		return;
	expected = mem_textf("the next one in %.0f s", most);
	trial_claim(t, "CERT-F-11 crl.lifetime", (double)s <= most, expected,
	    "%s: %jd s", l->url, (intmax_t)s);
	free(expected);
}

static void
judge_lifetime(struct trial *t)
{
	judge_each(t, claim_lifetime);
}

/* ---- one after the other ---- */

/*
 * RFC 5280 5.2.3: lists made at different times have different numbers, and
 * the later one's is higher.  The same list may well be given twice.
 */
static void
judge_sequence(struct trial *t)
{
	struct lists first, second;
	const bool one = lists_open(t, "list", &first, NULL);
	const bool two = lists_open(t, "again", &second, NULL);

	if (one && two && lists_need(t, &first) && lists_need(t, &second))
		for (size_t i = 0; i < first.n; i++) {
			const struct list *a = &first.at[i], *b = &second.at[i];

			if (!a->there)
				continue;
			if (!trial_need(t, a->readable && b->readable,
				"%s: cannot be read", a->url))
				break;
			trial_claim(t, "RFC 5280 5.2.3",
			    span_eq(a->crl.tbs, b->crl.tbs) ||
				crl_judge_sequence(&a->crl, &b->crl, NULL),
			    "the same list, or one with a higher number",
			    "%s: another list, its number is not higher",
			    a->url);
		}
	lists_close(&second);
	lists_close(&first);
}

/* clang-format off */
#define SHALL LEVEL_SHALL
#define SHOULD LEVEL_SHOULD

static const struct conf_case cases[] = {
	CRL_CASE("crl.fetch", SHALL, "RFC 5280 4.2.1.13",
	    "CRLs are where certificates say", "可从证书所载分布点取得 CRL",
	    lists_collect, judge_fetch),
	CRL_CASE("crl.type", SHOULD, "RFC 5280 4.2.1.13",
	    "they are of type application/pkix-crl",
	    "媒体类型为 application/pkix-crl", lists_collect, judge_type),
	CRL_CASE("crl.der", SHALL, "RFC 5280 4.2.1.13, X.690 10, 11",
	    "each is one CRL in DER", "每份为单个 DER 编码的 CRL", lists_collect, judge),
	CRL_CASE("crl.structure", SHALL, "RFC 5280 5.1",
	    "they have the structure of a CRL", "具备 CRL 的结构", lists_collect, judge),
	CRL_CASE("crl.version", SHALL, "RFC 5280 5.1.2.1",
	    "they are of version 2", "版本号为 2", lists_collect, judge),
	CRL_CASE("crl.algorithm.equal", SHALL, "RFC 5280 5.1.1.2",
	    "the algorithm inside is the one outside", "内外签名算法一致",
	    lists_collect, judge),
	CRL_CASE("crl.algorithm.known", SHALL, "RFC 5280 5.1.1.2, RFC 6194 3",
	    "the signature algorithm is known and strong",
	    "签名算法已知，摘要既非 MD5 也非 SHA-1", lists_collect, judge),
	CRL_CASE("crl.issuer", SHALL, "RFC 5280 5.1.2.3",
	    "the issuer is a known CA", "颁发者为已知 CA", lists_collect, judge_issuer),
	CRL_CASE("crl.time.encoding", SHALL, "RFC 5280 5.1.2.4, 5.1.2.5, 5.1.2.6",
	    "UTCTime through 2049, GeneralizedTime from 2050",
	    "2049 年及以前用 UTCTime，2050 年起用 GeneralizedTime",
	    lists_collect, judge),
	CRL_CASE("crl.next.present", SHALL, "RFC 5280 5.1.2.5",
	    "they say when the next one comes", "含 nextUpdate", lists_collect, judge),
	CRL_CASE("crl.next.order", SHALL, "RFC 5280 5.1.2.5",
	    "the next one comes after this one", "nextUpdate 晚于 thisUpdate",
	    lists_collect, judge),
	CRL_CASE("crl.fresh", SHALL, "RFC 5280 5.1.2.4, 5.1.2.5",
	    "the list that is served is the present one",
	    "所提供的列表在有效期内", lists_collect, judge),
	/* common practice, and no sentence: a remark */
	CRL_CASE("crl.lifetime", SHOULD, "CERT-F-11 crl.lifetime",
	    "the next one comes within the limit", "列表有效期不超过限值",
	    lists_collect, judge_lifetime),
	CRL_CASE("crl.empty", SHALL, "RFC 5280 5.1.2.6",
	    "without entries the list of entries is absent",
	    "没有撤销条目时列表字段不出现", lists_collect, judge),
	CRL_CASE("crl.entry.serial", SHALL, "RFC 5280 5.1.2.6",
	    "no certificate is listed twice", "同一证书不重复列出",
	    lists_collect, judge),
	CRL_CASE("crl.entry.date", SHALL, "RFC 5280 5.1.2.6",
	    "nothing is revoked after the list was made",
	    "撤销时间不晚于列表签发时间", lists_collect, judge),
	CRL_CASE("crl.entry.reason", SHALL, "RFC 5280 5.3.1",
	    "reasons are defined ones", "撤销原因为已定义的取值", lists_collect, judge),
	CRL_CASE("crl.entry.unspecified", SHOULD, "RFC 5280 5.3.1",
	    "a reason that is unspecified is left out",
	    "未说明原因时省略原因代码", lists_collect, judge),
	CRL_CASE("crl.entry.critical", SHALL, "RFC 5280 5.3",
	    "entry extensions are known, or not critical",
	    "没有无法识别的关键条目扩展", lists_collect, judge),
	CRL_CASE("crl.ext.critical", SHALL, "RFC 5280 5.2",
	    "extensions are known, or not critical",
	    "没有无法识别的关键扩展", lists_collect, judge),
	CRL_CASE("crl.aki", SHALL, "RFC 5280 5.2.1",
	    "they have an authority key identifier", "含颁发机构密钥标识符",
	    lists_collect, judge),
	CRL_CASE("crl.number", SHALL, "RFC 5280 5.2.3",
	    "they have a number", "含 CRL 编号", lists_collect, judge),
	CRL_CASE("crl.number.form", SHALL, "RFC 5280 5.2.3",
	    "the number is not critical, has at most 20 octets",
	    "CRL 编号为非关键扩展，不超过 20 字节", lists_collect, judge),
	CRL_CASE("crl.idp", SHALL, "RFC 5280 5.2.5",
	    "a distribution point is critical, not empty, and of one kind",
	    "颁发分布点为关键扩展，非空，only… 标志至多一个", lists_collect,
	    judge),
	CRL_CASE("crl.number.grows", SHALL, "RFC 5280 5.2.3",
	    "another list has a higher number", "后发布的 CRL 编号更大",
	    lists_collect_twice, judge_sequence),
	CRL_CASE("crl.signature", SHALL, "RFC 5280 6.3.3 (f), (g)",
	    "signatures verify with the issuer's key",
	    "用颁发者公钥验签通过", lists_collect, judge),
};

const struct conf_group conf_crl = {
	.service = "crl",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
