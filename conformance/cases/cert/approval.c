/* SPDX-License-Identifier: MIT */
/*
 * Approval is apart from issue: who applies does not approve, who approves
 * does not issue (CERT-F-07); and who is refused is told (CERT-F-08).
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/cert/office.h"
#include "lib/mem.h"

extern const struct conf_group conf_approval;

#define NOTE "the name is not that of the certificate of identity"

/* ---- what is done about one application ---- */

/* clang-format off */
#define APPROVAL { "registrar", "approval", "application.approve" }
#define REFUSAL  { "registrar", "refusal", "application.refuse" }
#define ISSUE    { "issuer", "issue", "application.issue" }
#define SHOW     { "alice", "show", "application.show" }

static const struct desks_play plays[] = {
	{ "cert.approve.self",
	    { { "alice", "odd", "application.approve" }, APPROVAL, ISSUE } },
	{ "cert.approve.issuer",
	    { { "issuer", "odd", "application.approve" }, APPROVAL, ISSUE } },
	{ "cert.approve.first",
	    { { "issuer", "odd", "application.issue" }, APPROVAL, ISSUE } },
	{ "cert.approve.issue",
	    { APPROVAL, { "registrar", "odd", "application.issue" }, ISSUE } },
	{ "cert.approve.same",
	    { { "deputy", "approval", "application.approve" },
	      { "deputy", "odd", "application.issue" }, ISSUE } },
	{ "cert.approve.refused",
	    { REFUSAL, { "issuer", "odd", "application.issue" } } },
	{ "cert.approve.login",
	    { { DESKS_NOBODY, "odd", "application.approve" }, APPROVAL, ISSUE } },
	{ "cert.approve", { APPROVAL, ISSUE, SHOW } },
	{ "cert.refuse.state", { REFUSAL, SHOW } },
	{ "cert.refuse.note", { REFUSAL, SHOW } },
};
/* clang-format on */

static const struct desks_play *
play_of(struct trial *t)
{
	return desks_play_of(t, plays, sizeof plays / sizeof plays[0]);
}

/* Another application goes all the way, for comparison. */
static bool
collect(struct trial *t)
{
	const struct desks_play *p = play_of(t);
	struct office o;
	struct holding h;
	char *id;

	office_open(t, &o);
	id = office_apply(&o, "alice", "application",
	    &(struct application){ .class = "signing" }, NULL);
	for (size_t i = 0; id != NULL && i < desks_play_steps(p); i++)
		(void)office_ask(&o, p->steps[i].role, p->steps[i].name,
		    p->steps[i].operation,
		    (struct operation_value[]){
			{ "id", id }, { "note", NOTE }, { NULL, NULL } });
	(void)office_enroll(&o, "alice", "new", "signing", &h);
	holding_free(&h);
	free(id);
	office_close(&o);
	return true;
}

/* ---- judge ---- */

static void
judge_odd(struct trial *t)
{
	const struct desks_play *p = play_of(t);

	desks_claim_odd(t, p);
	if (desks_need(t, "application", "application.submit") &&
	    desks_need_play(t, p))
		(void)office_need_enrolled(t, "new");
}

static void
judge_approved(struct trial *t)
{
	if (desks_need(t, "application", "application.submit") &&
	    desks_claim_says(
		t, "approval", "application.approve", "state", "approved") &&
	    desks_claim_says(
		t, "issue", "application.issue", "state", "issued"))
		desks_claim_says(
		    t, "show", "application.show", "state", "issued");
}

static bool
need_refused(struct trial *t)
{
	return desks_need(t, "application", "application.submit") &&
	       desks_need(t, "refusal", "application.refuse") &&
	       office_need_enrolled(t, "new");
}

static void
judge_state(struct trial *t)
{
	if (need_refused(t))
		desks_claim_says(
		    t, "show", "application.show", "state", "refused");
}

/* There may be more in it than what was written. */
static void
judge_note(struct trial *t)
{
	struct operation_answer a;
	char *note;

	if (!need_refused(t) || !desks_need(t, "show", "application.show"))
		return;
	(void)operation_heard(t, "show", "application.show", &a);
	note = operation_text(&a, "note");
	trial_claim(t, trial_case(t)->clause,
	    note != NULL && strstr(note, NOTE) != NULL,
	    "the reason that the registrar gave", "%s",
	    note == NULL ? "nothing" : note);
	free(note);
	operation_free(&a);
}

/* clang-format off */
#define APPROVE(name, more, en, zh, how) \
	OFFICE_CASE(name, CERT_F_07, LEVEL_SHALL, more, "GB/T 25056", en, zh, \
	    collect, how)
#define REFUSE(name, en, zh, how) \
	OFFICE_CASE(name, CERT_F_08, LEVEL_SHALL, \
	    " operation:application.refuse", "CERT-F-08", en, zh, collect, how)

static const struct conf_case cases[] = {
	APPROVE("cert.approve", "",
	    "one approves, another one issues, the applicant is told",
	    "一人审核、另一人签发，申请人可查询结果", judge_approved),
	APPROVE("cert.approve.self", "", "who applies does not approve",
	    "申请人不得审核自己的申请", judge_odd),
	APPROVE("cert.approve.issuer", "", "who issues does not approve",
	    "签发人员不得审核", judge_odd),
	APPROVE("cert.approve.issue", "", "who approves does not issue",
	    "审核人员不得签发", judge_odd),
	APPROVE("cert.approve.same", " key:deputy",
	    "who may do both does not do both for one application",
	    "同一人兼有两种职责时，不得对同一申请既审核又签发", judge_odd),
	APPROVE("cert.approve.first", "", "what is not approved is not issued",
	    "未经审核不得签发", judge_odd),
	APPROVE("cert.approve.refused", " operation:application.refuse",
	    "what was refused is not issued", "已拒绝的申请不得签发", judge_odd),
	APPROVE("cert.approve.login", "",
	    "nobody approves without having logged in by certificate",
	    "未用证书登录者不得审核", judge_odd),
	REFUSE("cert.refuse.state", "who is refused can see that",
	    "申请人可见申请已被拒绝", judge_state),
	REFUSE("cert.refuse.note", "who is refused is told why",
	    "申请人可见拒绝理由", judge_note),
};

const struct conf_group conf_approval = {
	.service = "cert",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
