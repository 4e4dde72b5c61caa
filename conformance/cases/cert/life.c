/* SPDX-License-Identifier: MIT */
/*
 * The life of a certificate: it is suspended, resumed and revoked, by whom
 * that is allowed; and the services say so (CERT-F-10).
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/lists.h"
#include "conformance/cases/cert/office.h"
#include "conformance/cases/cert/standing.h"
#include "lib/mem.h"

extern const struct conf_group conf_life;

#define REASON      "superseded"
#define REASON_CODE 4 /* RFC 5280 5.3.1 */

/* ---- what is done to one certificate ---- */

/* Without operation OCSP is asked, or lists are fetched. */
/* clang-format off */
#define SUSPEND { "registrar", "suspension", "certificate.suspend" }
#define RESUME  { "registrar", "resumption", "certificate.resume" }
#define REVOKE  { "registrar", "revocation", "certificate.revoke" }
#define SHOW    { "alice", "shown", "certificate.show" }
#define STANDING { "", "standing", NULL }
#define RESUMED  { "", "resumed", NULL }
#define CRL     { "", "list", NULL }

static const struct desks_play plays[] = {
	{ "cert.suspend", { SUSPEND, SHOW } },
	{ "cert.suspend.ocsp", { SUSPEND, STANDING } },
	{ "cert.suspend.list", { SUSPEND, CRL } },
	{ "cert.suspend.other",
	    { { "bob", "odd", "certificate.suspend" }, SUSPEND } },
	{ "cert.resume", { SUSPEND, RESUME, SHOW } },
	{ "cert.resume.ocsp", { SUSPEND, STANDING, RESUME, RESUMED } },
	{ "cert.resume.list", { SUSPEND, RESUME, CRL } },
	{ "cert.resume.other", { SUSPEND,
	    { "bob", "odd", "certificate.resume" }, RESUME } },
	{ "cert.revoke", { REVOKE, SHOW } },
	{ "cert.revoke.ocsp", { REVOKE, STANDING } },
	{ "cert.revoke.list", { REVOKE, CRL } },
	{ "cert.revoke.final", { SUSPEND, RESUME, REVOKE,
	    { "registrar", "odd", "certificate.resume" }, SHOW } },
	{ "cert.revoke.other",
	    { { "bob", "odd", "certificate.revoke" }, REVOKE } },
};
/* clang-format on */

static const struct desks_play *
play_of(struct trial *t)
{
	return desks_play_of(t, plays, sizeof plays / sizeof plays[0]);
}

/* ---- collect ---- */

static void
ask_ocsp(struct office *o, const char *name, const struct pki_certificate *c)
{
	const enum ocsp_status until =
	    strcmp(name, "resumed") == 0 ? OCSP_GOOD : OCSP_REVOKED;
	struct issued_set set;

	issued_collect(o->trial);
	if (!issued_open(o->trial, &set, NULL))
		return;
	standing_watch(o->trial, &set, name, c, until);
	issued_close(&set);
}

static void
carry_out(struct office *o, const struct desks_play *p, const struct holding *h)
{
	for (size_t i = 0; i < desks_play_steps(p); i++) {
		const char *name = p->steps[i].name;

		if (p->steps[i].operation != NULL)
			(void)office_ask(o, p->steps[i].role, name,
			    p->steps[i].operation,
			    (struct operation_value[]){ { "serial", h->serial },
				{ "reason", REASON }, { NULL, NULL } });
		else if (strcmp(name, "list") == 0)
			(void)lists_collect(o->trial);
		else
			ask_ocsp(o, name, &h->certificate);
	}
}

static bool
collect(struct trial *t)
{
	const struct desks_play *p = play_of(t);
	struct office o;
	struct holding h;

	office_open(t, &o);
	if (office_enroll(&o, "alice", "new", "signing", &h) && p != NULL)
		carry_out(&o, p, &h);
	holding_free(&h);
	office_close(&o);
	return true;
}

/* ---- judge ---- */

/* What was to be done was done; but for the odd one. */
static bool
need_steps(struct trial *t)
{
	return office_need_enrolled(t, "new") && desks_need_play(t, play_of(t));
}

static void
judge_held(struct trial *t)
{
	if (need_steps(t))
		desks_claim_says(
		    t, "shown", "certificate.show", "state", "held");
}

static void
judge_good(struct trial *t)
{
	if (need_steps(t))
		desks_claim_says(
		    t, "shown", "certificate.show", "state", "good");
}

static void
judge_revoked(struct trial *t)
{
	if (need_steps(t) && desks_claim_says(t, "shown", "certificate.show",
				 "state", "revoked"))
		desks_claim_says(
		    t, "shown", "certificate.show", "reason", REASON);
}

static void
judge_odd(struct trial *t)
{
	desks_claim_odd(t, play_of(t));
	(void)need_steps(t);
}

static void
judge_final(struct trial *t)
{
	judge_odd(t);
	desks_claim_says(t, "shown", "certificate.show", "state", "revoked");
}

/* ---- what OCSP says ---- */

/* A reason may be left out; one that is given is true (RFC 5280 5.3.1). */
static void
claim_reason(struct trial *t, int want, int said)
{
	trial_claim(t, "RFC 5280 5.3.1", said == want || said == REASON_NONE,
	    reason_name(want), "%s", reason_name(said));
}

static void
judge_ocsp(struct trial *t, const char *name, enum ocsp_status want, int reason)
{
	struct issued_set set;
	struct pki_certificate c;
	struct ocsp_single s;
	struct buf der;

	if (!need_steps(t) || !issued_open(t, &set, NULL))
		return;
	if (office_enrolled(t, "new", &der, &c) &&
	    standing_claim(t, &set, name, &c, want, &s) && want == OCSP_REVOKED)
		claim_reason(t, reason, s.reason);
	buf_free(&der);
	issued_close(&set);
}

static void
judge_ocsp_held(struct trial *t)
{
	judge_ocsp(t, "standing", OCSP_REVOKED, REASON_HOLD);
}

static void
judge_ocsp_good(struct trial *t)
{
	judge_ocsp(t, "resumed", OCSP_GOOD, REASON_NONE);
}

static void
judge_ocsp_revoked(struct trial *t)
{
	judge_ocsp(t, "standing", OCSP_REVOKED, REASON_CODE);
}

/* ---- what the CRL says ---- */

static void
judge_list(struct trial *t, const char *since, bool listed, int reason)
{
	struct lists all = { .n = 0 };
	struct pki_certificate c;
	struct crl_entry e;
	struct buf der;

	buf_init(&der, 0);
	if (need_steps(t) && office_enrolled(t, "new", &der, &c) &&
	    lists_open(t, "list", &all, NULL) && lists_need(t, &all) &&
	    lists_entry(t, &all, &c, since, &e) &&
	    trial_claim(t, trial_case(t)->clause,
		(e.status == CRL_REVOKED) == listed,
		listed ? "an entry for it" : "no entry for it", "%s",
		e.status == CRL_REVOKED ? "there is one" : "there is none") &&
	    listed)
		claim_reason(t, reason, e.reason);
	lists_close(&all);
	buf_free(&der);
}

static void
judge_list_held(struct trial *t)
{
	judge_list(t, "suspension.at", true, REASON_HOLD);
}

static void
judge_list_good(struct trial *t)
{
	judge_list(t, "resumption.at", false, REASON_NONE);
}

static void
judge_list_revoked(struct trial *t)
{
	judge_list(t, "revocation.at", true, REASON_CODE);
}

/* clang-format off */
#define NEEDS_SUSPEND " operation:certificate.suspend"
#define NEEDS_RESUME  NEEDS_SUSPEND " operation:certificate.resume"
#define NEEDS_REVOKE  " operation:certificate.revoke"
#define NEEDS_SHOW    " operation:certificate.show"
#define NEEDS_OCSP    " endpoint:ocsp pki:issuers"
#define NEEDS_CRL     " endpoint:crl pki:certificates"

#define LIFE(name, more, en, zh, how) \
	OFFICE_CASE(name, CERT_F_10, LEVEL_SHALL, more, "RFC 5280 5.3.1", en, \
	    zh, collect, how)

static const struct conf_case cases[] = {
	LIFE("cert.suspend", NEEDS_SUSPEND NEEDS_SHOW,
	    "a certificate is put on hold", "冻结证书", judge_held),
	LIFE("cert.suspend.ocsp", NEEDS_SUSPEND NEEDS_OCSP,
	    "OCSP says in time that it is on hold",
	    "冻结后 OCSP 按时反映", judge_ocsp_held),
	LIFE("cert.suspend.list", NEEDS_SUSPEND NEEDS_CRL,
	    "the next CRL lists what is on hold", "冻结后列入 CRL",
	    judge_list_held),
	LIFE("cert.suspend.other", NEEDS_SUSPEND " key:bob",
	    "nobody suspends another's certificate", "他人不得冻结证书",
	    judge_odd),
	LIFE("cert.resume", NEEDS_RESUME NEEDS_SHOW,
	    "a hold is ended", "解冻证书", judge_good),
	LIFE("cert.resume.ocsp", NEEDS_RESUME NEEDS_OCSP,
	    "OCSP says in time that it is good again",
	    "解冻后 OCSP 按时恢复 good", judge_ocsp_good),
	LIFE("cert.resume.list", NEEDS_RESUME NEEDS_CRL,
	    "the next CRL does not list it any more",
	    "解冻后不再列入 CRL", judge_list_good),
	LIFE("cert.resume.other", NEEDS_RESUME " key:bob",
	    "nobody ends the hold of another's certificate",
	    "他人不得解冻证书", judge_odd),
	LIFE("cert.revoke", NEEDS_REVOKE NEEDS_SHOW,
	    "a certificate is revoked, and for which reason is told",
	    "撤销证书并给出原因", judge_revoked),
	LIFE("cert.revoke.ocsp", NEEDS_REVOKE NEEDS_OCSP,
	    "OCSP says in time that it is revoked, and why",
	    "撤销后 OCSP 按时答 revoked", judge_ocsp_revoked),
	LIFE("cert.revoke.list", NEEDS_REVOKE NEEDS_CRL,
	    "the next CRL lists it with its reason",
	    "撤销后列入 CRL 并给出原因", judge_list_revoked),
	LIFE("cert.revoke.final", NEEDS_REVOKE NEEDS_RESUME NEEDS_SHOW,
	    "what is revoked is not resumed", "已撤销的证书不得解冻",
	    judge_final),
	LIFE("cert.revoke.other", NEEDS_REVOKE " key:bob",
	    "nobody revokes another's certificate", "他人不得撤销证书",
	    judge_odd),
};

const struct conf_group conf_life = {
	.service = "cert",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
