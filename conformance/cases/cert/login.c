/* SPDX-License-Identifier: MIT */
/*
 * Certificate login: a challenge is signed, once, by whom it was made for,
 * with a certificate that counts (CERT-F-18; GB/T 15843.3).
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/cert/office.h"
#include "conformance/client/envelope.h"
#include "lib/mem.h"

extern const struct conf_group conf_cert_login;

enum { DER_MOST = 64 << 10, CHALLENGES = 32, CHALLENGE_LEAST = 16 };

/* ---- collect ---- */

/* With what the profile names; done as it ought to be. */
static bool
with_own(struct office *o,
    void (*then)(struct office *, EVP_PKEY *, struct span der))
{
	EVP_PKEY *key;
	struct buf der;

	buf_init(&der, DER_MOST);
	if (login_own(o, "alice", &key, &der))
		then(o, key, buf_span(&der));
	EVP_PKEY_free(key);
	buf_free(&der);
	return true;
}

static bool
collect_with(
    struct trial *t, void (*then)(struct office *, EVP_PKEY *, struct span der))
{
	struct office o;

	office_open(t, &o);
	with_own(&o, then);
	office_close(&o);
	return true;
}

static void
once(struct office *o, EVP_PKEY *key, struct span der)
{
	struct login l;

	if (login_all(o, "alice", "right", key, der, &l))
		login_use(&l, "used", der);
	login_end(&l, "right");
}

/* Nothing is asked for but challenges, by one connection, while they come. */
static void
challenges(struct office *o, EVP_PKEY *key, struct span der)
{
	struct desk *d = desk_open(o->trial, "alice");
	bool came = true;

	(void)key;
	(void)der;
	for (int i = 0; came && i < CHALLENGES; i++) {
		char *name = mem_textf("fresh-%d", i);

		came = operation_call(d, name, "session.challenge", NULL);
		free(name);
	}
	desk_close(d);
}

static void
twice(struct office *o, EVP_PKEY *key, struct span der)
{
	struct login l;

	if (login_all(o, "alice", "right", key, der, &l)) {
		desk_take(l.desk, NULL);
		(void)login_show(&l, "odd");
	}
	login_end(&l, "odd");
}

/* Her certificate, and the signature of a key that nobody knows. */
static void
wrong_signature(struct office *o, EVP_PKEY *key, struct span der)
{
	EVP_PKEY *other = key_new(o->kind);

	login_once(o, "right", key, der);
	login_once(o, "odd", other, der);
	EVP_PKEY_free(other);
}

/* All that the certificate says is copied; but no CA has signed it. */
static void
forged(struct office *o, EVP_PKEY *key, struct span der)
{
	EVP_PKEY *other = key_new(OWN_SM2);
	struct buf copy;

	buf_init(&copy, DER_MOST);
	login_once(o, "right", key, der);
	if (trial_sane(o->trial, key_forge(other, der, &copy),
		"no certificate could be made"))
		login_once(o, "odd", other, buf_span(&copy));
	EVP_PKEY_free(other);
	buf_free(&copy);
}

/*
 * Her serial number, her name and all else; but another CA has signed it, and
 * says so.
 */
static void
of_stranger(struct office *o, EVP_PKEY *key, struct span der)
{
	EVP_PKEY *other = key_new(o->kind), *ca = key_new(o->kind);
	struct buf copy;

	buf_init(&copy, DER_MOST);
	login_once(o, "right", key, der);
	if (trial_sane(o->trial,
		key_forge_by(ca, "Another CA", other, der, &copy),
		"no certificate could be made"))
		login_once(o, "odd", other, buf_span(&copy));
	EVP_PKEY_free(other);
	EVP_PKEY_free(ca);
	buf_free(&copy);
}

/* Alice, with the certificate and the key of Bob. */
static void
of_another(struct office *o, EVP_PKEY *key, struct span der)
{
	EVP_PKEY *his;
	struct buf his_der;

	buf_init(&his_der, DER_MOST);
	login_once(o, "right", key, der);
	if (login_own(o, "bob", &his, &his_der))
		login_once(o, "odd", his, buf_span(&his_der));
	EVP_PKEY_free(his);
	buf_free(&his_der);
}

/* The token of a session that was ended. */
static void
closed(struct office *o, EVP_PKEY *key, struct span der)
{
	struct login l;
	char *token;

	if (login_all(o, "alice", "right", key, der, &l)) {
		login_use(&l, "used", der);
		token = mem_text(span_of(desk_token(l.desk)));
		(void)operation_call(
		    l.desk, "right.close", "session.close", NULL);
		desk_take(l.desk, token);
		login_use(&l, "odd", der);
		desk_take(l.desk, NULL);
		free(token);
	}
	login_end(&l, "right");
}

/* A token that nobody was given. */
static void
guessed(struct office *o, EVP_PKEY *key, struct span der)
{
	struct login l;

	if (login_all(o, "alice", "right", key, der, &l)) {
		login_use(&l, "used", der);
		login_end(&l, "right");
	} else {
		login_end(&l, "right");
		return;
	}
	l = (struct login){ .desk = desk_open(o->trial, "alice") };
	desk_take(l.desk, "00000000000000000000000000000000");
	login_use(&l, "odd", der);
	desk_close(l.desk);
}

static bool
collect_once(struct trial *t)
{
	return collect_with(t, once);
}

static bool
collect_challenges(struct trial *t)
{
	return collect_with(t, challenges);
}

static bool
collect_twice(struct trial *t)
{
	return collect_with(t, twice);
}

static bool
collect_signature(struct trial *t)
{
	return collect_with(t, wrong_signature);
}

static bool
collect_forged(struct trial *t)
{
	return collect_with(t, forged);
}

static bool
collect_stranger(struct trial *t)
{
	return collect_with(t, of_stranger);
}

static bool
collect_another(struct trial *t)
{
	return collect_with(t, of_another);
}

static bool
collect_closed(struct trial *t)
{
	return collect_with(t, closed);
}

static bool
collect_guessed(struct trial *t)
{
	return collect_with(t, guessed);
}

/* ---- with a certificate of the case's own ---- */

/* The second certificate of a pair is to encrypt with, and for nothing else. */
static bool
collect_encryption(struct trial *t)
{
	struct office o;
	struct holding h;
	EVP_PKEY *key = NULL;

	office_open(t, &o);
	if (office_enroll(&o, "alice", "new", "double", &h)) {
		login_once(&o, "right", h.key, buf_span(&h.der));
		key = envelope_open(buf_span(&h.handed), h.key);
		trial_fact(t, "opened", "%s", key == NULL ? "no" : "yes");
		if (key != NULL)
			login_once(&o, "odd", key, buf_span(&h.encryption));
	}
	EVP_PKEY_free(key);
	holding_free(&h);
	office_close(&o);
	return true;
}

/* ---- without a session ---- */

/* Everything that needs one. */
static const char *const guarded[] = { "application.submit", "application.show",
	"application.approve", "application.refuse", "application.issue",
	"certificate.show", "certificate.renew", "certificate.rekey",
	"certificate.suspend", "certificate.resume", "certificate.revoke",
	"recovery.request", "recovery.approve", "recovery.fetch", "audit.query",
	"audit.signer" };

#define GUARDED (sizeof guarded / sizeof guarded[0])

static bool
is_mapped(struct trial *t, size_t i)
{
	return profile_operation(trial_profile(t), guarded[i]) != NULL;
}

/* Whoever had a session could do it, or learn of it what there is. */
static void
ask_unknown(struct office *o, const struct holding *h, const char *pending)
{
	EVP_PKEY *key = key_new(o->kind);
	struct buf request;

	buf_init(&request, DER_MOST);
	(void)office_request(o, "alice",
	    &(struct application){ .class = "signing" }, key, &request);
	for (size_t i = 0; i < GUARDED; i++) {
		char *name = mem_textf("odd-%zu", i);

		if (is_mapped(o->trial, i))
			(void)office_ask(o, DESKS_NOBODY, name, guarded[i],
			    (struct operation_value[]){ { "class", "signing" },
				{ "request", buf_text(&request) },
				{ "id", pending }, { "note", "no" },
				{ "serial", h->serial },
				{ "reason", "superseded" }, { "after", "0" },
				{ NULL, NULL } });
		free(name);
	}
	EVP_PKEY_free(key);
	buf_free(&request);
}

static bool
collect_unknown(struct trial *t)
{
	struct office o;
	struct holding h;
	char *pending;

	office_open(t, &o);
	if (office_enroll(&o, "alice", "new", "signing", &h)) {
		pending = office_apply(&o, "alice", "pending",
		    &(struct application){ .class = "signing" }, NULL);
		if (pending != NULL)
			ask_unknown(&o, &h, pending);
		free(pending);
	}
	holding_free(&h);
	office_close(&o);
	return true;
}

/* ---- judge ---- */

static void
judge_once(struct trial *t)
{
	if (desks_claim_done(t, "right.open", "session.open"))
		desks_claim_done(t, "used", "certificate.show");
}

/* Whoever opens no session at all proves nothing by that. */
static void
judge_refused(struct trial *t)
{
	if (desks_need(t, "right.open", "session.open"))
		desks_claim_refused(t, "odd.open", "session.open");
}

static void
judge_unused(struct trial *t)
{
	if (desks_need(t, "right.open", "session.open") &&
	    desks_need(t, "used", "certificate.show"))
		desks_claim_refused(t, "odd", "certificate.show");
}

static void
judge_unknown(struct trial *t)
{
	if (!office_need_enrolled(t, "new") ||
	    !desks_need(t, "pending", "application.submit"))
		return;
	for (size_t i = 0; i < GUARDED; i++) {
		char *name = mem_textf("odd-%zu", i);

		if (is_mapped(t, i))
			desks_claim_refused(t, name, guarded[i]);
		free(name);
	}
}

static void
judge_encryption(struct trial *t)
{
	const char *opened = trial_fact_text(t, "opened");

	if (office_need_enrolled(t, "new") &&
	    trial_need(t, opened != NULL && strcmp(opened, "yes") == 0,
		"the key of the encryption certificate was not handed over, "
		"or could not be opened"))
		judge_refused(t);
}

static bool
challenge(struct trial *t, int i, struct buf *octets)
{
	char *name = mem_textf("fresh-%d", i);
	struct operation_answer a;
	const bool ok = operation_heard(t, name, "session.challenge", &a) &&
			operation_octets(&a, "challenge", octets);

	trial_need(t, ok, "%s: no challenge: %s", name, a.why);
	operation_free(&a);
	free(name);
	return ok;
}

static void
judge_challenges(
    struct trial *t, void (*claim)(struct trial *, const struct buf *, int n))
{
	struct buf all[CHALLENGES];
	bool ok = true;

	for (int i = 0; i < CHALLENGES; i++) {
		buf_init(&all[i], DER_MOST);
		ok = ok && challenge(t, i, &all[i]);
	}
	if (ok)
		claim(t, all, CHALLENGES);
	for (int i = 0; i < CHALLENGES; i++)
		buf_free(&all[i]);
}

static void
are_different(struct trial *t, const struct buf *all, int n)
{
	int same = 0;

	for (int i = 0; i < n; i++)
		for (int k = 0; k < i; k++)
			same += span_eq(buf_span(&all[i]), buf_span(&all[k]));
	trial_claim(t, trial_case(t)->clause, same == 0,
	    "no challenge comes twice", "%d pairs of %d challenges are equal",
	    same, n);
}

static void
are_long(struct trial *t, const struct buf *all, int n)
{
	size_t least = all[0].len;

	for (int i = 1; i < n; i++)
		if (all[i].len < least)
			least = all[i].len;
	trial_claim(t, trial_case(t)->clause, least >= CHALLENGE_LEAST,
	    "16 octets at least", "%zu", least);
}

static void
judge_fresh(struct trial *t)
{
	judge_challenges(t, are_different);
}

static void
judge_length(struct trial *t)
{
	judge_challenges(t, are_long);
}

/* clang-format off */
#define LOGIN(name, more, en, zh, ask, how) \
	{ \
		.id = name, \
		.verifies = CERT_F_18, \
		.clause = "GB/T 15843.3", \
		.title = en, \
		.title_zh = zh, \
		.needs = "key:alice operation:session.challenge " \
			 "operation:session.open" more, \
		.collect = ask, \
		.judge = how, \
	}
#define OFTEN(name, more, en, zh, ask, how) \
	OFFICE_CASE(name, CERT_F_18, LEVEL_SHALL, more, "GB/T 15843.3", en, \
	    zh, ask, how)

static const struct conf_case cases[] = {
	LOGIN("cert.login", " operation:certificate.show",
	    "whoever signs the challenge gets a session that is good for something",
	    "对挑战值签名后建立可用的会话", collect_once, judge_once),
	LOGIN("cert.login.challenge", "", "a challenge has 16 octets at least",
	    "挑战值至少 16 字节", collect_challenges, judge_length),
	LOGIN("cert.login.fresh", "", "no challenge comes twice",
	    "挑战值不重复", collect_challenges, judge_fresh),
	LOGIN("cert.login.replay", "", "what was signed once opens no second session",
	    "拒绝重放的登录签名", collect_twice, judge_refused),
	LOGIN("cert.login.signature", "", "a signature by another key opens no session",
	    "拒绝其他密钥所作的签名", collect_signature, judge_refused),
	LOGIN("cert.login.forged", "",
	    "a certificate that only looks as if it were the CA's opens no session",
	    "拒绝冒充本 CA 签发的证书", collect_forged, judge_refused),
	LOGIN("cert.login.stranger", "",
	    "a certificate of another CA opens no session",
	    "拒绝其他 CA 颁发的证书", collect_stranger, judge_refused),
	LOGIN("cert.login.user", " key:bob",
	    "nobody logs in as somebody else with his own certificate",
	    "不得用本人证书以他人身份登录", collect_another, judge_refused),
	LOGIN("cert.login.closed",
	    " operation:session.close operation:certificate.show",
	    "the token of a session that was ended is good for nothing",
	    "会话结束后令牌失效", collect_closed, judge_unused),
	LOGIN("cert.login.token", " operation:certificate.show",
	    "a token that nobody was given is good for nothing",
	    "拒绝未签发的令牌", collect_guessed, judge_unused),
	OFTEN("cert.login.needed", "",
	    "nothing is done for who has no session",
	    "未登录者不得执行任何业务操作", collect_unknown, judge_unknown),
	OFTEN("cert.login.encryption", "",
	    "an encryption certificate opens no session",
	    "加密证书不能用于登录", collect_encryption, judge_encryption),
};

const struct conf_group conf_cert_login = {
	.service = "cert",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
