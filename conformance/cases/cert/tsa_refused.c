/* SPDX-License-Identifier: MIT */
/*
 * Time stamps: what has to be refused (RFC 3161 2.4).
 */
#include "conformance/cases/cert/stamps.h"

extern const struct conf_group conf_tsa_refused;

static void
claim_refused(struct trial *t, const struct stamped *s)
{
	trial_claim(t, trial_case(t)->clause, stamps_refused(s),
	    "a rejection without a stamp", "status %d, PKIStatus %u, %s",
	    s->answer.status, s->stamp.status,
	    s->stamp.has_token ? "a stamp" : "no stamp");
}

/* What is unknown is refused, and nothing stamped. */
static void
judge_refused(struct trial *t)
{
	struct stamped s;
	bool ok =
	    stamps_open(t, "control", &s, NULL) &&
	    trial_need(t, stamps_granted(&s), "no stamp is given otherwise");

	web_answer_free(&s.answer);
	if (!ok)
		return;
	if (stamps_open(t, "stamp", &s, NULL))
		claim_refused(t, &s);
	web_answer_free(&s.answer);
}

static void
judge_malformed(struct trial *t)
{
	struct stamped s;

	if (stamps_open(t, "malformed", &s, NULL))
		claim_refused(t, &s);
	web_answer_free(&s.answer);
	if (!status_goes_on(t, "RFC 3161 2.4.2", "stamp"))
		return;
	if (stamps_open(t, "stamp", &s, NULL))
		trial_claim(t, "RFC 3161 2.4.2", stamps_granted(&s),
		    "the next request is granted", "status %d",
		    s.answer.status);
	web_answer_free(&s.answer);
}

/* clang-format off */
#define SHALL LEVEL_SHALL

static const struct conf_case cases[] = {
	TSA_CASE("tsa.algorithm.unknown", LEVEL_SHOULD, "", "RFC 3161 2.4.1",
	    "an unknown digest is refused", "拒绝未知的摘要算法",
	    judge_refused),
	TSA_CASE("tsa.policy.unknown", SHALL, "", "RFC 3161 2.4.2",
	    "an unknown policy is refused", "拒绝未知的策略",
	    judge_refused),
	TSA_CASE("tsa.extension.unknown", SHALL, "", "RFC 3161 2.4.1",
	    "an unknown extension is refused", "拒绝未知的扩展",
	    judge_refused),
	TSA_CASE("tsa.malformed", SHALL, "", "RFC 3161 2.4.2",
	    "what is no request is refused, and the next one granted",
	    "拒绝格式错误的请求并继续服务", judge_malformed),
};

const struct conf_group conf_tsa_refused = {
	.service = "tsa",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
