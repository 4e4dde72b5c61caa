/* SPDX-License-Identifier: MIT */
/*
 * Who may use a seal: its holder, who has logged in, as long as it is valid,
 * and nobody else (ESEAL-F-18).
 */
#include <poll.h>

#include "conformance/cases/eseal/play.h"

extern const struct conf_group conf_eseal_use;

/* clang-format off */
#define SEALED PLAY_DO("alice", "sealed", "document.seal")

static const struct play plays[] = {
	{ "eseal.use.login",
	    { PLAY_GET, PLAY_ODD(DESKS_NOBODY, "document.sign"),
	      PLAY_USE("sealed") } },
	{ "eseal.use.other",
	    { PLAY_GET, PLAY_ODD("bob", "document.sign"),
	      PLAY_USE("sealed") } },
	{ "eseal.use.registrar",
	    { PLAY_GET, PLAY_ODD("registrar", "document.sign"),
	      PLAY_USE("sealed") } },
	{ "eseal.use.issuer",
	    { PLAY_GET, PLAY_ODD("issuer", "document.sign"),
	      PLAY_USE("sealed") } },
	{ "eseal.ofd.login",
	    { PLAY_GET, PLAY_ODD(DESKS_NOBODY, "document.seal"), SEALED } },
	{ "eseal.ofd.other",
	    { PLAY_GET, PLAY_ODD("bob", "document.seal"), SEALED } },
	{ "eseal.ofd.pin",
	    { PLAY_GET,
	      PLAY_STEP("alice", "odd", "document.seal", PLAY_REFUSED, NULL, 0,
		PLAY_PIN_WRONG),
	      SEALED } },
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

/* ---- a seal that ends while one looks on ---- */

enum { LASTS_S = 20, OVER_MS = 2000, TICK_MS = 100 };

static void
wait_since(struct trial *t, struct mono then, int64_t ms)
{
	while (mono_since_us(then, clock_mono()) < ms * 1000 &&
	       trial_left_ms(t) > 0)
		poll(NULL, 0, TICK_MS);
}

static bool
collect_expired(struct trial *t)
{
	const struct mono then = clock_mono();
	struct clerk k;
	struct clerk_seal s;

	clerk_open(t, &k);
	if (clerk_get(&k, "alice", "new",
		&(struct clerk_wish){ .end_s = LASTS_S }, &s) &&
	    clerk_sign(&k, "alice", "before", s.id, CLERK_PIN,
		SPAN("while the seal is valid"))) {
		wait_since(t, then, LASTS_S * 1000 + OVER_MS);
		(void)clerk_sign(&k, "alice", "odd", s.id, CLERK_PIN,
		    SPAN("when the seal is not valid any more"));
	}
	clerk_seal_free(&s);
	clerk_close(&k);
	return true;
}

static void
judge_expired(struct trial *t)
{
	if (clerk_need_got(t, "new") &&
	    desks_need(t, "before", "document.sign"))
		desks_claim_refused(t, "odd", "document.sign");
}

/* clang-format off */
#define USE(name, more, en, zh) \
	CLERK_CASE(name, ESEAL_F_18, LEVEL_SHALL, more, "ESEAL-F-18", en, zh, \
	    collect, judge)
#define BOB " key:bob"

static const struct conf_case cases[] = {
	USE("eseal.use.login", CLERK_SIGN,
	    "nobody uses a seal without a session, whatever PIN he knows",
	    "未登录者即使知道口令也不得用章"),
	USE("eseal.use.other", CLERK_SIGN BOB,
	    "nobody uses another's seal, whatever PIN he knows",
	    "他人即使知道口令也不得用章"),
	USE("eseal.use.registrar", CLERK_SIGN,
	    "who approved a seal does not use it", "审批人员不得使用他人印章"),
	USE("eseal.use.issuer", CLERK_SIGN,
	    "who made a seal does not use it", "制章人员不得使用他人印章"),
	CLERK_CASE("eseal.use.expired", ESEAL_F_18, LEVEL_SHALL, CLERK_SIGN,
	    "ESEAL-F-18", "a seal whose period is over refuses use",
	    "有效期已过的印章拒绝使用", collect_expired, judge_expired),
	USE("eseal.ofd.login", CLERK_PLACE,
	    "nobody seals an OFD document without a session",
	    "未登录者不得对 OFD 文档用章"),
	USE("eseal.ofd.other", CLERK_PLACE BOB,
	    "nobody seals an OFD document with another's seal",
	    "不得以他人印章对 OFD 文档用章"),
	CLERK_CASE("eseal.ofd.pin", ESEAL_F_18, LEVEL_SHALL, CLERK_PLACE,
	    "GB/T 22239-2019 8.1.4.1 d)",
	    "nobody seals an OFD document with a wrong PIN",
	    "印章口令错误不得对 OFD 文档用章", collect, judge),
};

const struct conf_group conf_eseal_use = {
	.service = "eseal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
