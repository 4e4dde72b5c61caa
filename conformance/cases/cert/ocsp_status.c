/* SPDX-License-Identifier: MIT */
/*
 * OCSP: which status is given to certificates whose status is known (RFC 6960
 * 2.2).
 */
#include <string.h>

#include "conformance/cases/cert/told.h"
#include "conformance/pki/crl.h"

extern const struct conf_group conf_ocsp_status;

/* A reason may be left out: RFC 6960 4.2.1. */
static void
claim_reason(struct trial *t, const struct told *a)
{
	const bool revoked = a->single.status == OCSP_REVOKED;
	const bool hold = a->single.reason == REASON_HOLD;

	if (strcmp(a->of->status, "held") == 0)
		trial_claim(t, "RFC 6960 2.2",
		    !revoked || hold || a->single.reason == REASON_NONE,
		    "certificateHold", "%s: %s", a->of->name,
		    reason_name(a->single.reason));
	if (strcmp(a->of->status, "revoked") == 0)
		trial_claim(t, "RFC 6960 2.2", !revoked || !hold,
		    "revoked, and not on hold", "%s: %s", a->of->name,
		    reason_name(a->single.reason));
}

static void
claim_those(struct trial *t, const struct told_set *all, const char *status)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct told *a = &all->at[i];

		if (strcmp(a->of->status, status) != 0)
			continue;
		n++;
		told_claim_status(t, a, "RFC 6960 2.2");
		claim_reason(t, a);
	}
	trial_need(t, n > 0,
	    "no certificate with the status %s was handed over", status);
}

static void
judge_those(struct trial *t, const char *status)
{
	struct told_set all;

	if (told_open(t, &all, NULL) && told_need(t, &all))
		claim_those(t, &all, status);
	told_close(&all);
}

static void
judge_good(struct trial *t)
{
	judge_those(t, "good");
}

static void
judge_revoked(struct trial *t)
{
	judge_those(t, "revoked");
}

static void
judge_held(struct trial *t)
{
	judge_those(t, "held");
}

/* clang-format off */
static const struct conf_case cases[] = {
	OCSP_CASE("ocsp.good", "", "RFC 6960 2.2",
	    "what is good is good", "有效证书的状态为 good", queries_collect, judge_good),
	OCSP_CASE("ocsp.revoked", "", "RFC 6960 2.2",
	    "what is revoked is revoked", "已撤销证书的状态为 revoked",
	    queries_collect, judge_revoked),
	OCSP_CASE("ocsp.held", "", "RFC 6960 2.2",
	    "what is on hold is revoked, as certificateHold",
	    "已冻结证书的状态为 revoked（certificateHold）", queries_collect, judge_held),
};

const struct conf_group conf_ocsp_status = {
	.service = "ocsp",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
