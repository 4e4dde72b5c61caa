/* SPDX-License-Identifier: MIT */
/*
 * Another certificate before the first one ends: of the same key, or of a new
 * one; and both are good beside each other (CERT-F-09).
 */
#include <openssl/evp.h>
#include <stdlib.h>

#include "conformance/cases/lists.h"
#include "conformance/cases/cert/office.h"
#include "conformance/cases/cert/standing.h"
#include "lib/mem.h"

extern const struct conf_group conf_renewal;

/* ---- collect ---- */

/* An application for what follows it; its id, or NULL. */
static char *
renew(struct office *o, const char *role, const char *name, const char *serial)
{
	if (!office_ask_of(
		o, role, name, "certificate.renew", "serial", serial))
		return NULL;
	return operation_text(desk_answer(office_desk(o, role)), "id");
}

static char *
rekey(struct office *o, const char *name, const struct holding *old,
    const struct application *how, struct holding *new)
{
	struct application a = *how;

	a.renews = old->serial;
	return office_apply(o, "alice", name, &a, &new->key);
}

/* "new" follows "old"; then that is done with the two. */
static bool
collect_with(struct trial *t, bool same_key,
    void (*then)(
	struct office *, const struct holding *old, const struct holding *new))
{
	struct office o;
	struct holding old, new;
	char *id;

	office_open(t, &o);
	holding_begin(&new);
	if (office_enroll(&o, "alice", "old", "signing", &old)) {
		id = same_key ? renew(&o, "alice", "new", old.serial)
			      : rekey(&o, "new", &old,
				    &(struct application){ 0 }, &new);
		if (office_settle(&o, "alice", "new", id, &new) && then != NULL)
			then(&o, &old, &new);
		free(id);
	}
	holding_free(&new);
	holding_free(&old);
	office_close(&o);
	return true;
}

static void
show_both(
    struct office *o, const struct holding *old, const struct holding *new)
{
	(void)office_ask_of(
	    o, "alice", "old-state", "certificate.show", "serial", old->serial);
	(void)office_ask_of(
	    o, "alice", "new-state", "certificate.show", "serial", new->serial);
}

static void
ask_both(struct office *o, const struct holding *old, const struct holding *new)
{
	struct issued_set set;

	issued_collect(o->trial);
	if (!issued_open(o->trial, &set, NULL))
		return;
	standing_look(o->trial, &set, "standing-old", &old->certificate);
	standing_watch(
	    o->trial, &set, "standing-new", &new->certificate, OCSP_GOOD);
	issued_close(&set);
}

static bool
collect_renew(struct trial *t)
{
	return collect_with(t, true, show_both);
}

static bool
collect_rekey(struct trial *t)
{
	return collect_with(t, false, show_both);
}

static bool
collect_overlap(struct trial *t)
{
	return collect_with(t, false, ask_both);
}

/*
 * What is wrong, as far as it goes; then "new", which is right.  A key that
 * is NULL is a new one.
 */
static bool
collect_wrong(
    struct trial *t, const char *role, bool old_key, enum request_proof proof)
{
	struct office o;
	struct holding old, odd, new;
	char *id;

	office_open(t, &o);
	holding_begin(&odd);
	holding_begin(&new);
	if (office_enroll(&o, "alice", "old", "signing", &old)) {
		const struct application how = {
			.key = old_key ? old.key : NULL, .proof = proof
		};

		id = role != NULL ? renew(&o, role, "odd", old.serial)
				  : rekey(&o, "odd", &old, &how, &odd);
		if (odd.key == old.key)
			odd.key = NULL;
		if (id != NULL)
			(void)office_settle(
			    &o, role == NULL ? "alice" : role, "odd", id, &odd);
		free(id);
		id = role != NULL ? renew(&o, "alice", "new", old.serial)
				  : rekey(&o, "new", &old,
					&(struct application){ 0 }, &new);
		(void)office_settle(&o, "alice", "new", id, &new);
		free(id);
	}
	holding_free(&new);
	holding_free(&odd);
	holding_free(&old);
	office_close(&o);
	return true;
}

static bool
collect_other(struct trial *t)
{
	return collect_wrong(t, "bob", false, REQUEST_PROVEN);
}

static bool
collect_same_key(struct trial *t)
{
	return collect_wrong(t, NULL, true, REQUEST_PROVEN);
}

static bool
collect_proof(struct trial *t)
{
	return collect_wrong(t, NULL, false, REQUEST_OTHER_KEY);
}

/* It was good for renewal once; then it was revoked. */
static bool
collect_revoked(struct trial *t)
{
	struct office o;
	struct holding old;

	office_open(t, &o);
	if (office_enroll(&o, "alice", "old", "signing", &old)) {
		free(renew(&o, "alice", "new", old.serial));
		(void)office_ask(&o, "registrar", "revocation",
		    "certificate.revoke",
		    (struct operation_value[]){ { "serial", old.serial },
			{ "reason", "superseded" }, { NULL, NULL } });
		free(renew(&o, "alice", "odd", old.serial));
	}
	holding_free(&old);
	office_close(&o);
	return true;
}

/* ---- judge ---- */

/* Both of them, from the evidence; points into the two buffers. */
struct two {
	struct buf old_der, new_der;
	struct pki_certificate old, new;
};

static bool
two_open(struct trial *t, struct two *p, const char *operation)
{
	buf_init(&p->old_der, 0);
	buf_init(&p->new_der, 0);
	if (!office_need_enrolled(t, "old") ||
	    !desks_claim_done(t, "new", operation) ||
	    !office_need_settled(t, "new"))
		return false;
	return office_enrolled(t, "old", &p->old_der, &p->old) &&
	       office_enrolled(t, "new", &p->new_der, &p->new);
}

static void
two_close(struct two *p)
{
	buf_free(&p->old_der);
	buf_free(&p->new_der);
}

/* What any that follows another has to be. */
static void
claim_new(struct trial *t, const struct two *p)
{
	const char *cite = trial_case(t)->clause;

	trial_claim(t, cite, !span_eq(p->old.serial, p->new.serial),
	    "a new certificate", "the old one");
	trial_claim(t, cite, name_equal(p->old.subject, p->new.subject),
	    "of the same subject", "of another one");
	trial_claim(t, cite, p->new.ends.at.us >= p->old.ends.at.us,
	    "it does not end before the old one", "it does");
}

static void
judge_renew(struct trial *t)
{
	struct two p;

	if (two_open(t, &p, "certificate.renew")) {
		claim_new(t, &p);
		trial_claim(t, trial_case(t)->clause,
		    span_eq(p.old.key.bits, p.new.key.bits), "of the same key",
		    "of another key");
	}
	two_close(&p);
}

static void
judge_rekey(struct trial *t)
{
	struct two p;

	if (two_open(t, &p, "certificate.rekey")) {
		claim_new(t, &p);
		trial_claim(t, trial_case(t)->clause,
		    office_is_of_key(t, "new", &p.new), "of the new key", "%s",
		    span_eq(p.old.key.bits, p.new.key.bits) ? "of the old key"
							    : "of a third key");
	}
	two_close(&p);
}

static void
judge_states(struct trial *t)
{
	struct two p;

	if (two_open(t, &p, "certificate.rekey") &&
	    desks_claim_says(
		t, "old-state", "certificate.show", "state", "good"))
		desks_claim_says(
		    t, "new-state", "certificate.show", "state", "good");
	two_close(&p);
}

static void
judge_overlap(struct trial *t)
{
	struct issued_set set;
	struct ocsp_single s;
	struct two p;

	if (two_open(t, &p, "certificate.rekey") &&
	    issued_open(t, &set, NULL)) {
		if (standing_claim(
			t, &set, "standing-old", &p.old, OCSP_GOOD, &s))
			standing_claim(
			    t, &set, "standing-new", &p.new, OCSP_GOOD, &s);
		issued_close(&set);
	}
	two_close(&p);
}

/* An answer that is neither done nor refused is no refusal. */
static bool
is_refused_at(struct trial *t, const char *name, const char *operation)
{
	struct operation_answer a;
	const bool done = operation_heard(t, name, operation, &a);

	if (!done)
		trial_need(t, a.end == OPERATION_REFUSED, "%s: %s: %s", name,
		    operation, a.why);
	operation_free(&a);
	return !done;
}

/* Refused at whichever step, at the latest when it is issued. */
static void
judge_wrong(struct trial *t, const char *operation)
{
	if (!office_need_enrolled(t, "old"))
		return;
	trial_claim(t, trial_case(t)->clause,
	    is_refused_at(t, "odd", operation) ||
		is_refused_at(t, "odd-approval", "application.approve") ||
		is_refused_at(t, "odd-issue", "application.issue"),
	    "a refusal, at the latest when it is to be issued",
	    "a certificate");
	if (desks_need(t, "new", operation))
		(void)office_need_settled(t, "new");
}

static void
judge_wrong_renewal(struct trial *t)
{
	judge_wrong(t, "certificate.renew");
}

static void
judge_wrong_rekeying(struct trial *t)
{
	judge_wrong(t, "certificate.rekey");
}

static void
judge_revoked(struct trial *t)
{
	if (office_need_enrolled(t, "old") &&
	    desks_need(t, "new", "certificate.renew") &&
	    desks_need(t, "revocation", "certificate.revoke"))
		desks_claim_refused(t, "odd", "certificate.renew");
}

/* clang-format off */
#define RENEW(name, more, en, zh, ask, how) \
	OFFICE_CASE(name, CERT_F_09, LEVEL_SHALL, \
	    " operation:certificate.renew" more, "GB/T 25056", en, zh, ask, how)
#define REKEY(name, at, more, en, zh, ask, how) \
	OFFICE_CASE(name, CERT_F_09, at, \
	    " operation:certificate.rekey" more, "GB/T 25056", en, zh, ask, how)

static const struct conf_case cases[] = {
	RENEW("cert.renew", "", "a certificate is followed by one of the same key",
	    "证书更新（密钥不变）", collect_renew, judge_renew),
	RENEW("cert.renew.other", " key:bob",
	    "nobody renews another's certificate", "拒绝更新他人证书",
	    collect_other, judge_wrong_renewal),
	RENEW("cert.renew.revoked", " operation:certificate.revoke",
	    "what is revoked is not renewed", "拒绝更新已撤销的证书",
	    collect_revoked, judge_revoked),
	REKEY("cert.rekey", LEVEL_SHALL, "",
	    "a certificate is followed by one of a new key", "证书换钥更新",
	    collect_rekey, judge_rekey),
	REKEY("cert.rekey.states", LEVEL_SHALL, " operation:certificate.show",
	    "old and new are both good, says who issued them",
	    "换钥更新后新旧证书均有效", collect_rekey, judge_states),
	REKEY("cert.rekey.overlap", LEVEL_SHALL, " endpoint:ocsp pki:issuers",
	    "old and new are both good, says OCSP",
	    "换钥更新后 OCSP 对新旧证书均答 good", collect_overlap,
	    judge_overlap),
	REKEY("cert.rekey.same", LEVEL_SHALL, "",
	    "the old key is no new one", "换钥更新时拒绝原有公钥",
	    collect_same_key, judge_wrong_rekeying),
	REKEY("cert.rekey.pop", LEVEL_SHALL, "",
	    "a new key has to be proven, too", "换钥更新时验证私钥持有证明",
	    collect_proof, judge_wrong_rekeying),
};

const struct conf_group conf_renewal = {
	.service = "cert",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
