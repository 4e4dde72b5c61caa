/* SPDX-License-Identifier: MIT */
/*
 * Who decides about a seal: who applies does not approve, who approves does
 * not make, and who has no duty does neither (ESEAL-F-18).
 */
#include "conformance/cases/eseal/play.h"

extern const struct conf_group conf_eseal_duties;

/* clang-format off */
static const struct play plays[] = {
	{ "eseal.approve.other",
	    { PLAY_APPLY, PLAY_ODD("bob", "seal.approve"),
	      PLAY_APPROVE, PLAY_MAKE, PLAY_ISSUE } },
	{ "eseal.approve.self",
	    { PLAY_DO("registrar", "apply", "seal.apply"),
	      PLAY_ODD("registrar", "seal.approve"),
	      PLAY_DO("deputy", "approval", "seal.approve"),
	      PLAY_MAKE } },
	{ "eseal.approve.issuer",
	    { PLAY_APPLY, PLAY_ODD("issuer", "seal.approve"),
	      PLAY_APPROVE, PLAY_MAKE, PLAY_ISSUE } },
	{ "eseal.approve.login",
	    { PLAY_APPLY, PLAY_ODD(DESKS_NOBODY, "seal.approve"),
	      PLAY_APPROVE, PLAY_MAKE, PLAY_ISSUE } },
	{ "eseal.make.other",
	    { PLAY_APPLY, PLAY_APPROVE, PLAY_ODD("bob", "seal.make"),
	      PLAY_MAKE, PLAY_ISSUE } },
	{ "eseal.make.registrar",
	    { PLAY_APPLY, PLAY_APPROVE, PLAY_ODD("registrar", "seal.make"),
	      PLAY_MAKE, PLAY_ISSUE } },
	{ "eseal.make.approver",
	    { PLAY_APPLY, PLAY_DO("deputy", "approval", "seal.approve"),
	      PLAY_ODD("deputy", "seal.make"),
	      PLAY_MAKE, PLAY_ISSUE } },
	{ "eseal.make.self",
	    { PLAY_DO("issuer", "apply", "seal.apply"), PLAY_APPROVE,
	      PLAY_ODD("issuer", "seal.make"),
	      PLAY_DO("deputy", "making", "seal.make") } },
	{ "eseal.issue.other",
	    { PLAY_APPLY, PLAY_APPROVE, PLAY_MAKE,
	      PLAY_ODD("bob", "seal.issue"), PLAY_ISSUE } },
	{ "eseal.issue.registrar",
	    { PLAY_APPLY, PLAY_APPROVE, PLAY_MAKE,
	      PLAY_ODD("registrar", "seal.issue"), PLAY_ISSUE } },
};
/* clang-format on */

#define PLAYS (sizeof plays / sizeof plays[0])

static bool
collect(struct trial *t)
{
	return play_collect(t, plays, PLAYS);
}

static void
judge(struct trial *t)
{
	play_judge(t, plays, PLAYS);
}

/* clang-format off */
#define DUTY(name, more, en, zh) \
	CLERK_CASE(name, ESEAL_F_18, LEVEL_SHALL, more, "ESEAL-F-18", en, zh, \
	    collect, judge)
#define BOB    " key:bob"
#define DEPUTY " key:deputy"

static const struct conf_case cases[] = {
	DUTY("eseal.approve.self", DEPUTY,
	    "who may approve does not approve what he applied for himself",
	    "审批人员不得审批本人的申请"),
	DUTY("eseal.approve.other", BOB, "who is no registrar does not approve",
	    "无审批职责者不得审批"),
	DUTY("eseal.approve.issuer", "", "who makes seals does not approve them",
	    "制章人员不得审批"),
	DUTY("eseal.approve.login", "", "nobody approves without a session",
	    "未登录者不得审批"),
	DUTY("eseal.make.registrar", "", "who approves seals does not make them",
	    "审批人员不得制章"),
	DUTY("eseal.make.approver", DEPUTY,
	    "who may do both does not approve and make the same seal",
	    "同一人兼有两种职责时，不得对同一印章既审批又制作"),
	DUTY("eseal.make.self", DEPUTY,
	    "who makes seals does not make his own", "制章人员不得制作本人的印章"),
	DUTY("eseal.make.other", BOB, "who is no issuer makes no seal",
	    "无制章职责者不得制章"),
	DUTY("eseal.issue.registrar", "",
	    "who approves seals does not issue them", "审批人员不得发放印章"),
	DUTY("eseal.issue.other", BOB, "who is no issuer issues no seal",
	    "无发放职责者不得发放印章"),
};

const struct conf_group conf_eseal_duties = {
	.service = "eseal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
