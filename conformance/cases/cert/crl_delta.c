/* SPDX-License-Identifier: MIT */
/*
 * Delta CRLs: from where complete lists say that they are (RFC 5280 5.2.6),
 * each by itself and beside the list that names it; and the distribution
 * points that lists name.
 */
#include "conformance/cases/asked.h"
#include "conformance/cases/lists.h"

extern const struct conf_group conf_crl_delta;

/* clang-format off */
static const struct asked asks[] = {
	{ "crl.delta.critical",	 PKI_CRL_DELTA_CRITICAL, PKI_CRL_DELTA_CRITICAL,
	  false },
	{ "crl.delta.fresh",	 PKI_CRL_BEGUN, PKI_CRL_FRESH, false },
	{ "crl.delta.signature", PKI_CRL_SIGNER, PKI_CRL_SIGNATURE, false },
	{ "crl.delta.freshest",	 PKI_CRL_FRESHEST_DELTA, PKI_CRL_FRESHEST_DELTA,
	  false },
	{ "crl.freshest",	 PKI_CRL_FRESHEST_CRITICAL,
	  PKI_CRL_FRESHEST_FORM, false },
	{ "crl.delta.scope",	 PKI_CRL_DELTA_ISSUER, PKI_CRL_DELTA_KEY, false },
	{ "crl.delta.base",	 PKI_CRL_DELTA_BASE, PKI_CRL_DELTA_BASE, false },
	/* of each two one of these: which depends on when they were fetched */
	{ "crl.delta.number",	 PKI_CRL_DELTA_FOLLOWS, PKI_CRL_DELTA_FOLLOWS,
	  true },
	{ "crl.delta.same",	 PKI_CRL_DELTA_SAME, PKI_CRL_DELTA_SAME, true },
	{ .id = NULL },
};
/* clang-format on */

/* ---- of the fetch ---- */

static void
judge_fetch(struct trial *t)
{
	struct lists deltas;
	size_t n = 0;

	if (lists_open_deltas(t, &deltas, NULL)) {
		for (size_t i = 0; i < deltas.n; i++) {
			const struct list *l = &deltas.at[i];

			if (l->answer.end == WEB_FORBIDDEN)
				continue; /* not ours to ask there */
			n++;
			trial_claim(t, "RFC 5280 5.2.6", l->there,
			    "a delta is where the list says",
			    "%s: %s, status %d", l->url,
			    web_end_name(l->answer.end), l->answer.status);
		}
		trial_need(t, n > 0, "no place of a delta is within reach");
	}
	lists_close(&deltas);
}

static void
judge_kind(struct trial *t)
{
	struct lists deltas;

	if (lists_open_deltas(t, &deltas, NULL) && lists_need(t, &deltas))
		for (size_t i = 0; i < deltas.n; i++)
			trial_claim(t, "RFC 5280 5.2.4",
			    !deltas.at[i].there ||
				(deltas.at[i].readable &&
				    deltas.at[i].crl.has_base),
			    "a CRL with the delta CRL indicator",
			    "%s: it is none", deltas.at[i].url);
	lists_close(&deltas);
}

/* ---- by themselves ---- */

static void
judge_deltas(struct trial *t)
{
	struct pki_findings f;
	struct lists deltas;

	pki_findings_init(&f);
	if (lists_open_deltas(t, &deltas, &f) && lists_need(t, &deltas))
		asked_claim(t, asks, &f);
	lists_close(&deltas);
	pki_findings_free(&f);
}

static void
judge_complete(struct trial *t)
{
	struct pki_findings f;
	struct lists all;

	pki_findings_init(&f);
	if (lists_open(t, "list", &all, &f) && lists_need(t, &all))
		asked_claim(t, asks, &f);
	lists_close(&all);
	pki_findings_free(&f);
}

/* ---- beside the list that names it ---- */

static void
judge_each_pair(
    const struct lists *all, const struct list *delta, struct pki_findings *f)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct list *l = &all->at[i];

		if (!l->readable ||
		    !lists_point_at(l->crl.freshest, delta->url))
			continue;
		pki_about(f, "%s", delta->url);
		crl_judge_delta(&delta->crl, &l->crl, f);
	}
}

static void
judge_pairs(struct trial *t)
{
	struct pki_findings f;
	struct lists all, deltas = { .n = 0 };

	pki_findings_init(&f);
	if (lists_open(t, "list", &all, NULL) && lists_need(t, &all) &&
	    lists_open_deltas(t, &deltas, NULL)) {
		for (size_t i = 0; i < deltas.n; i++)
			if (deltas.at[i].readable && deltas.at[i].crl.has_base)
				judge_each_pair(&all, &deltas.at[i], &f);
		if (trial_need(t, f.n > 0, "there is no delta to compare"))
			asked_claim(t, asks, &f);
	}
	lists_close(&deltas);
	lists_close(&all);
	pki_findings_free(&f);
}

/* ---- distribution points ---- */

/* "It MUST include at least one of names ... of every certificate" */
static void
judge_point(struct trial *t)
{
	struct lists all;

	if (lists_open(t, "list", &all, NULL) && lists_need(t, &all)) {
		trial_claim(t, "RFC 5280 5.2.5", true,
		    "a list names the point that certificates name",
		    "%zu lists", all.n);
		for (size_t i = 0; i < all.n; i++)
			for (size_t k = 0; k < all.set.n; k++) {
				const struct list *l = &all.at[i];
				const struct issued *c = &all.set.at[k];

				if (!l->readable || l->crl.point.len == 0 ||
				    !c->readable ||
				    !lists_point_at(
					c->certificate.crl_points, l->url))
					continue;
				trial_claim(t, "RFC 5280 5.2.5",
				    crl_judge_scope(
					&l->crl, &c->certificate, NULL),
				    "a list names the point that certificates "
				    "name",
				    "%s: not that of %s", l->url, c->name);
			}
	}
	lists_close(&all);
}

/* clang-format off */
#define DELTA(name, cite, en, zh, how) \
	{ \
		.id = "crl." name, \
		.verifies = CERT_F_11, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:crl pki:certificates cert.crl.delta", \
		.service = "crl", \
		.collect = lists_collect_deltas, \
		.judge = how, \
	}

static const struct conf_case cases[] = {
	DELTA("delta.fetch", "RFC 5280 5.2.6",
	    "deltas are where complete lists say", "可从所载地址取得增量 CRL",
	    judge_fetch),
	DELTA("delta.kind", "RFC 5280 5.2.4",
	    "what is there has the delta CRL indicator", "其含增量 CRL 指示符",
	    judge_kind),
	DELTA("delta.critical", "RFC 5280 5.2.4",
	    "the indicator is critical", "增量 CRL 指示符为关键扩展",
	    judge_deltas),
	DELTA("delta.fresh", "RFC 5280 5.1.2.4, 5.1.2.5",
	    "the delta that is served is the present one",
	    "所提供的增量 CRL 在有效期内", judge_deltas),
	DELTA("delta.signature", "RFC 5280 6.3.3 (f), (h)",
	    "deltas verify with the issuer's key", "用颁发者公钥验签通过",
	    judge_deltas),
	DELTA("delta.freshest", "RFC 5280 5.2.6",
	    "deltas name no delta", "增量 CRL 不含最新 CRL 扩展", judge_deltas),
	DELTA("freshest", "RFC 5280 5.2.6",
	    "complete lists name their deltas, not critical and by place only",
	    "最新 CRL 扩展为非关键扩展且只含地址", judge_complete),
	DELTA("delta.scope", "RFC 5280 5.2.4 (a), (b), 6.3.3 (c)",
	    "a delta has issuer, scope and key of its complete list",
	    "增量与完整 CRL 的颁发者、范围、密钥一致", judge_pairs),
	DELTA("delta.base", "RFC 5280 5.2.4 (c)",
	    "a delta goes on from its complete list or from one before",
	    "增量的基准号不大于完整 CRL 编号", judge_pairs),
	DELTA("delta.number", "RFC 5280 5.2.3, 5.2.4 (d)",
	    "deltas and complete lists are numbered in one sequence",
	    "增量与完整 CRL 统一编号", judge_pairs),
	DELTA("delta.same", "RFC 5280 5.2.3",
	    "a delta says what the complete list of its number says",
	    "同编号的增量与完整 CRL 撤销信息一致", judge_pairs),
	CRL_CASE("crl.idp.point", LEVEL_SHALL, "RFC 5280 5.2.5",
	    "lists name the distribution point that certificates name",
	    "颁发分布点与证书所载分布点一致", lists_collect, judge_point),
};

const struct conf_group conf_crl_delta = {
	.service = "crl",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
