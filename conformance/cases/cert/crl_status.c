/* SPDX-License-Identifier: MIT */
/*
 * CRLs: whom they list, of the certificates whose status is known.
 */
#include <string.h>

#include "conformance/cases/lists.h"

extern const struct conf_group conf_crl_status;

static void
claim_each(struct trial *t, const struct lists *all, const char *status,
    void (*claim)(struct trial *, const struct issued *, struct crl_entry))
{
	size_t n = 0;

	for (size_t i = 0; i < all->set.n; i++) {
		const struct issued *c = &all->set.at[i];
		const struct list *l;

		if (!c->readable || strcmp(c->status, status) != 0)
			continue;
		l = lists_about(all, &c->certificate);
		if (!trial_need(
			t, l != NULL, "%s: there is no CRL about it", c->name))
			return;
		n++;
		claim(t, c,
		    crl_find(
			&l->crl, c->certificate.issuer, c->certificate.serial));
	}
	trial_need(t, n > 0,
	    "no certificate with the status %s was handed over", status);
}

static void
judge_those(struct trial *t, const char *status,
    void (*claim)(struct trial *, const struct issued *, struct crl_entry))
{
	struct lists all;

	if (lists_open(t, "list", &all, NULL) && lists_need(t, &all))
		claim_each(t, &all, status, claim);
	lists_close(&all);
}

static void
is_revoked(struct trial *t, const struct issued *c, struct crl_entry e)
{
	trial_claim(t, "RFC 5280 3.3", e.status == CRL_REVOKED,
	    "an entry for what is revoked", "%s: there is none", c->name);
	trial_claim(t, "RFC 5280 5.3.1",
	    e.status != CRL_REVOKED || e.reason != REASON_HOLD,
	    "revoked, and not on hold", "%s: %s", c->name,
	    reason_name(e.reason));
}

/* A reason may be left out (RFC 5280 5.3.1). */
static void
is_held(struct trial *t, const struct issued *c, struct crl_entry e)
{
	trial_claim(t, "RFC 5280 3.3", e.status == CRL_REVOKED,
	    "an entry for what is on hold", "%s: there is none", c->name);
	trial_claim(t, "RFC 5280 5.3.1",
	    e.status != CRL_REVOKED || e.reason == REASON_HOLD ||
		e.reason == REASON_NONE,
	    "certificateHold", "%s: %s", c->name, reason_name(e.reason));
}

static void
is_good(struct trial *t, const struct issued *c, struct crl_entry e)
{
	trial_claim(t, "RFC 5280 5.1.2.6", e.status == CRL_GOOD,
	    "no entry for what is good", "%s: %s", c->name,
	    reason_name(e.reason));
}

static void
judge_revoked(struct trial *t)
{
	judge_those(t, "revoked", is_revoked);
}

static void
judge_held(struct trial *t)
{
	judge_those(t, "held", is_held);
}

static void
judge_good(struct trial *t)
{
	judge_those(t, "good", is_good);
}

/* clang-format off */
static const struct conf_case cases[] = {
	CRL_CASE("crl.revoked", LEVEL_SHALL, "RFC 5280 3.3",
	    "what is revoked is listed", "已撤销的证书在列", lists_collect, judge_revoked),
	CRL_CASE("crl.held", LEVEL_SHALL, "RFC 5280 5.3.1",
	    "what is on hold is listed, as certificateHold",
	    "已冻结的证书在列，原因为 certificateHold", lists_collect, judge_held),
	CRL_CASE("crl.good", LEVEL_SHALL, "RFC 5280 5.1.2.6",
	    "what is good is not listed", "有效证书不在列", lists_collect, judge_good),
};

const struct conf_group conf_crl_status = {
	.service = "crl",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
