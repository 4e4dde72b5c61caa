/* SPDX-License-Identifier: MIT */
/*
 * The second factor: a seal is used with its PIN, which nobody can guess
 * (ESEAL-F-18).
 */
#include <stdlib.h>

#include "conformance/cases/eseal/play.h"
#include "lib/mem.h"

extern const struct conf_group conf_eseal_pin;

enum { WRONG_MOST = 20 };

/* clang-format off */
#define WRONG(key) \
	PLAY_STEP("alice", "odd", "document.sign", PLAY_REFUSED, NULL, 0, key)

static const struct play plays[] = {
	{ "eseal.pin.none",
	    { PLAY_GET, WRONG(PLAY_PIN_NONE), PLAY_USE("sealed") } },
	{ "eseal.pin.wrong",
	    { PLAY_GET, WRONG(PLAY_PIN_WRONG), PLAY_USE("sealed") } },
	{ "eseal.pin.other",
	    { PLAY_GET,
	      PLAY_DO("alice", "second", "seal.apply"),
	      PLAY_NEXT("registrar", "second-approval", "seal.approve"),
	      PLAY_NEXT("issuer", "second-making", "seal.make"),
	      PLAY_NEXT("issuer", "second-issue", "seal.issue"),
	      WRONG(PLAY_PIN_SECOND),
	      PLAY_USE("sealed"),
	      PLAY_NEXT("alice", "second-sealed", "document.sign") } },
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

/* ---- guessing ---- */

/* How many in a row, at the most, before the seal is locked. */
static int
failures(const struct trial *t)
{
	double most = 0;

	(void)profile_limit(
	    trial_profile(t), ESEAL_F_18, "pin.failures", &most);
	return most < 1 ? 1 : most > WRONG_MOST ? WRONG_MOST : (int)most;
}

static void
guess(struct clerk *k, const char *as, const char *id, int times)
{
	for (int i = 0; i < times; i++) {
		char *name = mem_textf("%s-%d", as, i);
		char *pin = mem_textf("%s-%d", CLERK_OTHER_PIN, i);

		(void)clerk_sign(
		    k, "alice", name, id, pin, SPAN("with a wrong PIN"));
		free(pin);
		free(name);
	}
}

static void
sign(struct clerk *k, const char *name, const char *id)
{
	(void)clerk_sign(
	    k, "alice", name, id, CLERK_PIN, SPAN("with the right PIN"));
}

static bool
collect_lock(struct trial *t)
{
	struct clerk k;
	struct clerk_seal s;

	clerk_open(t, &k);
	if (clerk_get(&k, "alice", "new", NULL, &s)) {
		sign(&k, "before", s.id);
		guess(&k, "guess", s.id, failures(t));
		sign(&k, "odd", s.id);
	}
	clerk_seal_free(&s);
	clerk_close(&k);
	return true;
}

/* One fewer than it takes, twice. */
static bool
collect_reset(struct trial *t)
{
	struct clerk k;
	struct clerk_seal s;

	clerk_open(t, &k);
	if (clerk_get(&k, "alice", "new", NULL, &s)) {
		guess(&k, "guess", s.id, failures(t) - 1);
		sign(&k, "between", s.id);
		guess(&k, "again", s.id, failures(t) - 1);
		sign(&k, "after", s.id);
	}
	clerk_seal_free(&s);
	clerk_close(&k);
	return true;
}

static bool
claim_guesses(struct trial *t, const char *as, int times)
{
	bool ok = true;

	for (int i = 0; ok && i < times; i++) {
		char *name = mem_textf("%s-%d", as, i);

		ok = desks_claim_refused(t, name, "document.sign");
		free(name);
	}
	return ok;
}

static void
judge_lock(struct trial *t)
{
	if (clerk_need_got(t, "new") &&
	    desks_need(t, "before", "document.sign") &&
	    claim_guesses(t, "guess", failures(t)))
		desks_claim_refused(t, "odd", "document.sign");
}

static void
judge_reset(struct trial *t)
{
	if (clerk_need_got(t, "new") &&
	    claim_guesses(t, "guess", failures(t) - 1) &&
	    desks_need(t, "between", "document.sign") &&
	    claim_guesses(t, "again", failures(t) - 1))
		desks_claim_done(t, "after", "document.sign");
}

/* clang-format off */
#define PIN(name, en, zh) \
	CLERK_CASE(name, ESEAL_F_18, LEVEL_SHALL, CLERK_SIGN, \
	    "GB/T 22239-2019 8.1.4.1 d)", en, zh, collect, judge)
#define LOCK(name, at, en, zh, ask, how) \
	CLERK_CASE(name, ESEAL_F_18, at, CLERK_SIGN " safety:lockout", \
	    "limits.tsv, pin.failures", en, zh, ask, how)

static const struct conf_case cases[] = {
	PIN("eseal.pin.none", "nobody uses a seal without a PIN",
	    "不提供印章口令不得用章"),
	PIN("eseal.pin.wrong", "nobody uses a seal with a wrong PIN",
	    "印章口令错误不得用章"),
	PIN("eseal.pin.other",
	    "the PIN of a seal is of no use for another one of the same holder",
	    "同一持有人另一枚印章的口令不得用于本印章"),
	LOCK("eseal.pin.lock", LEVEL_SHALL,
	    "after some wrong PINs in a row the right one is refused",
	    "连续多次口令错误后，正确口令亦被拒绝", collect_lock, judge_lock),
	LOCK("eseal.pin.reset", LEVEL_SHOULD,
	    "wrong PINs are counted anew after a right one",
	    "口令正确后重新计算错误次数", collect_reset, judge_reset),
};

const struct conf_group conf_eseal_pin = {
	.service = "eseal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
