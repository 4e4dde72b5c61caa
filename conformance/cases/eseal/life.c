/* SPDX-License-Identifier: MIT */
/*
 * The life of a seal: it is applied for, approved, made and issued, suspended
 * and resumed, changed and revoked; and nothing out of order (ESEAL-F-17).
 */
#include "conformance/cases/eseal/play.h"

extern const struct conf_group conf_eseal_life;

/* clang-format off */
#define SHOW(name, state) \
	PLAY_SAYS("alice", name, "seal.show", "state=" state)
#define STATUS(name, state) \
	PLAY_SAYS(DESKS_NOBODY, name, "seal.status", "state=" state)
#define ESID    PLAY_DO("alice", "esid", "seal.show")
#define SUSPEND PLAY_DO("registrar", "suspension", "seal.suspend")
#define RESUME  PLAY_DO("registrar", "resumption", "seal.resume")
#define REVOKE  PLAY_DO("registrar", "revocation", "seal.revoke")
#define CHANGE  PLAY_DO("alice", "change", "seal.change")
#define NEW_MADE \
	PLAY_NEXT("registrar", "new-approval", "seal.approve"), \
	PLAY_NEXT("issuer", "new-making", "seal.make")
#define NEW_ISSUED NEW_MADE, PLAY_NEXT("issuer", "new-issue", "seal.issue")

static const struct play plays[] = {
	/* from the application to the seal */
	{ "eseal.apply",
	    { PLAY_SAYS("alice", "apply", "seal.apply", "state=pending"),
	      SHOW("shown", "pending"),
	      PLAY_APPROVE, PLAY_MAKE, PLAY_ISSUE } },
	{ "eseal.made",
	    { PLAY_APPLY,
	      PLAY_SAYS("registrar", "approval", "seal.approve", "state=approved"),
	      SHOW("shown-approved", "approved"),
	      PLAY_SAYS("issuer", "making", "seal.make", "state=made"),
	      SHOW("shown-made", "made"),
	      PLAY_SAYS("issuer", "issue", "seal.issue", "state=good"),
	      SHOW("shown-issued", "good") } },
	{ "eseal.make.first",
	    { PLAY_APPLY, PLAY_ODD("issuer", "seal.make"),
	      PLAY_APPROVE, PLAY_MAKE, PLAY_ISSUE } },
	{ "eseal.issue.first",
	    { PLAY_APPLY, PLAY_APPROVE, PLAY_ODD("issuer", "seal.issue"),
	      PLAY_MAKE, PLAY_ISSUE } },
	{ "eseal.use.first",
	    { PLAY_APPLY, PLAY_APPROVE, PLAY_MAKE,
	      PLAY_ODD("alice", "document.sign"),
	      PLAY_ISSUE, PLAY_USE("sealed") } },
	{ "eseal.approve.late",
	    { PLAY_APPLY, PLAY_APPROVE, PLAY_MAKE,
	      PLAY_TRY("registrar", "again", "seal.approve", NULL),
	      SHOW("shown", "made"), PLAY_ISSUE } },

	/* suspended and resumed */
	{ "eseal.suspend",
	    { PLAY_GET,
	      PLAY_SAYS("registrar", "suspension", "seal.suspend", "state=held"),
	      SHOW("shown", "held") } },
	{ "eseal.suspend.use",
	    { PLAY_GET, PLAY_USE("before"), SUSPEND,
	      PLAY_ODD("alice", "document.sign") } },
	{ "eseal.suspend.other",
	    { PLAY_GET, PLAY_ODD("bob", "seal.suspend"), SUSPEND } },
	{ "eseal.resume",
	    { PLAY_GET, SUSPEND,
	      PLAY_SAYS("registrar", "resumption", "seal.resume", "state=good"),
	      SHOW("shown", "good"),
	      PLAY_ALSO("alice", "after", "document.sign") } },
	{ "eseal.resume.holder",
	    { PLAY_GET, SUSPEND, PLAY_ODD("alice", "seal.resume"), RESUME } },

	/* revoked */
	{ "eseal.revoke",
	    { PLAY_GET,
	      PLAY_SAYS("registrar", "revocation", "seal.revoke", "state=revoked"),
	      SHOW("shown", "revoked") } },
	{ "eseal.revoke.use",
	    { PLAY_GET, PLAY_USE("before"), REVOKE,
	      PLAY_ODD("alice", "document.sign") } },
	{ "eseal.revoke.final",
	    { PLAY_GET, SUSPEND, RESUME, REVOKE,
	      PLAY_ODD("registrar", "seal.resume"), SHOW("shown", "revoked") } },
	{ "eseal.revoke.again",
	    { PLAY_GET, REVOKE,
	      PLAY_TRY("registrar", "again", "seal.revoke", NULL),
	      SHOW("shown", "revoked") } },
	{ "eseal.revoke.held",
	    { PLAY_GET, REVOKE,
	      PLAY_TRY("registrar", "again", "seal.suspend", NULL),
	      SHOW("shown", "revoked") } },
	{ "eseal.revoke.other",
	    { PLAY_GET, PLAY_ODD("bob", "seal.revoke"), REVOKE } },
	{ "eseal.revoke.before",
	    { PLAY_GET, PLAY_USE("sealed"),
	      PLAY_STEP("alice", "right", "document.verify", PLAY_RIGHT,
		"valid=true", 0, PLAY_PIN_OWN),
	      REVOKE,
	      PLAY_SAYS("alice", "later", "document.verify", "valid=true") } },

	/* changed */
	{ "eseal.change",
	    { PLAY_GET,
	      PLAY_SAYS("alice", "change", "seal.change", "state=pending"),
	      NEW_MADE,
	      PLAY_STEP("issuer", "new-issue", "seal.issue", PLAY_DONE,
		"state=good", 1, PLAY_PIN_OWN),
	      SHOW("shown", "replaced") } },
	{ "eseal.change.early",
	    { PLAY_GET,
	      CHANGE,
	      NEW_MADE,
	      PLAY_ALSO("alice", "meanwhile", "document.sign"),
	      SHOW("shown", "good") } },
	{ "eseal.change.use",
	    { PLAY_GET, PLAY_USE("before"),
	      CHANGE,
	      NEW_ISSUED,
	      PLAY_ODD("alice", "document.sign") } },
	{ "eseal.change.new",
	    { PLAY_GET,
	      CHANGE,
	      NEW_ISSUED,
	      PLAY_STEP("alice", "after", "document.sign", PLAY_DONE, NULL, 1,
		PLAY_PIN_OWN) } },
	{ "eseal.change.other",
	    { PLAY_GET, PLAY_ODD("bob", "seal.change"),
	      CHANGE } },

	/* refused */
	{ "eseal.refuse",
	    { PLAY_APPLY,
	      PLAY_SAYS("registrar", "refusal", "seal.refuse", "state=refused"),
	      SHOW("shown", "refused") } },
	{ "eseal.refuse.note",
	    { PLAY_APPLY, PLAY_DO("registrar", "refusal", "seal.refuse"),
	      PLAY_SAYS("alice", "shown", "seal.show", "note=" PLAY_NOTE) } },
	{ "eseal.refuse.made",
	    { PLAY_APPLY, PLAY_DO("registrar", "refusal", "seal.refuse"),
	      PLAY_ODD("issuer", "seal.make"),
	      PLAY_DO("alice", "second", "seal.apply"),
	      PLAY_NEXT("registrar", "second-approval", "seal.approve"),
	      PLAY_NEXT("issuer", "second-making", "seal.make") } },

	/* what others are told */
	{ "eseal.show.other",
	    { PLAY_GET, PLAY_DO("alice", "shown", "seal.show"),
	      PLAY_ODD("bob", "seal.show") } },
	{ "eseal.status",
	    { PLAY_GET, ESID, STATUS("status-issued", "good"),
	      SUSPEND, STATUS("status-suspended", "held"),
	      RESUME, STATUS("status-resumed", "good"),
	      REVOKE, STATUS("status-revoked", "revoked") } },
	{ "eseal.status.unissued",
	    { PLAY_APPLY, PLAY_APPROVE, PLAY_MAKE, ESID,
	      PLAY_TRY(DESKS_NOBODY, "early", "seal.status", "state!good"),
	      PLAY_ISSUE, STATUS("status-issued", "good") } },
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
#define SHOWN     " operation:seal.show"
#define SUSPENDED " operation:seal.suspend"
#define RESUMED   SUSPENDED " operation:seal.resume"
#define REVOKED   " operation:seal.revoke"
#define CHANGED   " operation:seal.change"
#define BY_BOB    " key:bob"

#define LIFE(name, more, en, zh) \
	CLERK_CASE(name, ESEAL_F_17, LEVEL_SHALL, more, "ESEAL-F-17", en, zh, \
	    collect, judge)

static const struct conf_case cases[] = {
	LIFE("eseal.apply", SHOWN,
	    "somebody applies for a seal and sees that it is pending",
	    "申请印章后可见待审批状态"),
	LIFE("eseal.made", SHOWN,
	    "a seal is approved, made and issued, and its state says so",
	    "印章经审批、制作、发放，状态随之变化"),
	LIFE("eseal.make.first", "", "what is not approved is not made",
	    "未经审批不得制章"),
	LIFE("eseal.issue.first", "", "what is not made is not issued",
	    "未制作的印章不得发放"),
	LIFE("eseal.use.first", CLERK_SIGN, "what is not issued is not used",
	    "未发放的印章不得使用"),
	LIFE("eseal.approve.late", SHOWN,
	    "an approval that comes again changes nothing",
	    "重复审批不改变印章状态"),
	LIFE("eseal.suspend", SHOWN SUSPENDED, "a seal is suspended",
	    "停用印章"),
	LIFE("eseal.suspend.use", CLERK_SIGN SUSPENDED,
	    "a suspended seal refuses use", "已停用的印章拒绝使用"),
	LIFE("eseal.suspend.other", SUSPENDED BY_BOB,
	    "nobody suspends another's seal", "他人不得停用印章"),
	LIFE("eseal.resume", CLERK_SIGN SHOWN RESUMED,
	    "a seal that is resumed can be used again",
	    "恢复后的印章可再次使用"),
	LIFE("eseal.resume.holder", RESUMED,
	    "its holder does not end a suspension by the registrar",
	    "持有人不得自行恢复被管理员停用的印章"),
	LIFE("eseal.revoke", SHOWN REVOKED, "a seal is revoked", "注销印章"),
	LIFE("eseal.revoke.use", CLERK_SIGN REVOKED,
	    "a revoked seal refuses new use", "已注销的印章拒绝再用"),
	LIFE("eseal.revoke.final", SHOWN RESUMED REVOKED,
	    "what is revoked is not resumed", "已注销的印章不得恢复"),
	LIFE("eseal.revoke.again", SHOWN REVOKED,
	    "a revocation that comes again changes nothing",
	    "重复注销不改变印章状态"),
	LIFE("eseal.revoke.held", SHOWN SUSPENDED REVOKED,
	    "what is revoked is not suspended", "已注销的印章不因停用而改变状态"),
	LIFE("eseal.revoke.other", REVOKED BY_BOB,
	    "nobody revokes another's seal", "他人不得注销印章"),
	LIFE("eseal.revoke.before",
	    CLERK_SIGN REVOKED " operation:document.verify pki:anchors",
	    "what was sealed before a revocation still verifies",
	    "注销之前的签章仍验证有效"),
	LIFE("eseal.change", SHOWN CHANGED,
	    "a seal is replaced when its successor is issued",
	    "变更后的印章发放时，原印章失效"),
	LIFE("eseal.change.early", CLERK_SIGN SHOWN CHANGED,
	    "until its successor is issued a seal can be used",
	    "新印章发放之前，原印章仍可使用"),
	LIFE("eseal.change.use", CLERK_SIGN CHANGED,
	    "a replaced seal refuses new use", "已被替换的印章拒绝再用"),
	LIFE("eseal.change.new", CLERK_SIGN CHANGED,
	    "the successor of a seal can be used", "变更后的新印章可使用"),
	LIFE("eseal.change.other", CHANGED BY_BOB,
	    "nobody changes another's seal", "他人不得变更印章"),
	LIFE("eseal.refuse", SHOWN " operation:seal.refuse",
	    "who is refused a seal can see that", "申请人可见印章申请已被拒绝"),
	LIFE("eseal.refuse.note", SHOWN " operation:seal.refuse",
	    "who is refused a seal is told why", "申请人可见拒绝理由"),
	LIFE("eseal.refuse.made", " operation:seal.refuse",
	    "what was refused is not made", "已拒绝的印章不得制作"),
	LIFE("eseal.show.other", SHOWN BY_BOB,
	    "nobody is shown another's seal", "他人不可查看印章"),
	LIFE("eseal.status", SHOWN RESUMED REVOKED " operation:seal.status",
	    "anybody is told whether a seal counts",
	    "公开状态随印章的停用、恢复、注销而变化"),
	LIFE("eseal.status.unissued", SHOWN " operation:seal.status",
	    "a seal that is not issued does not count",
	    "未发放的印章公开状态不为有效"),
};

const struct conf_group conf_eseal_life = {
	.service = "eseal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
