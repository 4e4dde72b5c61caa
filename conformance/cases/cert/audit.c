/* SPDX-License-Identifier: MIT */
/*
 * The log of an authority: everything that was done stands in it, in order,
 * chained and signed, for the auditor and nobody else (CERT-F-19).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/cert/records.h"
#include "lib/mem.h"

extern const struct conf_group conf_cert_audit;

enum { CLOCK_MOST_S = 60 };

/* ---- collect ---- */

/* What is to be found again, in this order; "object": an id, or a serial. */
struct deed {
	const char *role, *name, *operation;
};

static const struct deed deeds[] = {
	{ "alice", "new", "application.submit" },
	{ "registrar", "new-approval", "application.approve" },
	{ "issuer", "new-issue", "application.issue" },
	{ "registrar", "suspension", "certificate.suspend" },
	{ "registrar", "resumption", "certificate.resume" },
	{ "registrar", "revocation", "certificate.revoke" },
};
static const struct deed refused = { "bob", "odd", "certificate.revoke" };

#define DEEDS (sizeof deeds / sizeof deeds[0])

static void
do_to(struct office *o, const struct deed *d, const char *serial)
{
	(void)office_ask(o, d->role, d->name, d->operation,
	    (struct operation_value[]){ { "serial", serial },
		{ "reason", "superseded" }, { NULL, NULL } });
}

static bool
collect_with(struct trial *t, bool with_bob, bool again)
{
	struct office o;
	struct holding h;
	int64_t last, end;

	office_open(t, &o);
	issued_collect(t);
	if (records_last(&o, 0, &last)) {
		if (office_enroll(&o, "alice", "new", "signing", &h)) {
			if (with_bob)
				do_to(&o, &refused, h.serial);
			for (size_t i = 3; i < DEEDS; i++)
				do_to(&o, &deeds[i], h.serial);
		}
		if (records_last(&o, last, &end)) {
			records_collect(&o, "log", last, end);
			if (again)
				records_collect(&o, "again", last, end);
		}
		holding_free(&h);
	}
	office_close(&o);
	return true;
}

static bool
collect(struct trial *t)
{
	return collect_with(t, false, false);
}

static bool
collect_refused(struct trial *t)
{
	return collect_with(t, true, false);
}

static bool
collect_again(struct trial *t)
{
	return collect_with(t, false, true);
}

/* Everybody asks for what only the auditor may read. */
static const char *const curious[] = { DESKS_NOBODY, "alice", "registrar",
	"issuer" };

#define CURIOUS (sizeof curious / sizeof curious[0])

static bool
collect_readers(struct trial *t)
{
	struct office o;

	office_open(t, &o);
	(void)office_ask_of(
	    &o, "auditor", "right", "audit.query", "after", "0");
	for (size_t i = 0; i < CURIOUS; i++) {
		char *name = mem_textf("odd-%zu", i);

		(void)office_ask_of(
		    &o, curious[i], name, "audit.query", "after", "0");
		free(name);
	}
	office_close(&o);
	return true;
}

/* ---- judge: what stands in it ---- */

static bool
need_deeds(struct trial *t)
{
	bool ok = office_need_enrolled(t, "new");

	for (size_t i = 3; ok && i < DEEDS; i++)
		ok = desks_need(t, deeds[i].name, deeds[i].operation);
	return ok;
}

/* How the log may call what it was about. */
struct about {
	char *id, *serial;
};

static bool
about_open(struct trial *t, struct about *x)
{
	struct operation_answer a;
	struct pki_certificate c;
	struct buf der;

	if (!need_deeds(t))
		return false;
	if (operation_heard(t, "new", "application.submit", &a))
		x->id = operation_text(&a, "id");
	operation_free(&a);
	if (office_enrolled(t, "new", &der, &c))
		x->serial = office_serial(&c);
	buf_free(&der);
	return trial_need(
	    t, x->id != NULL && x->serial != NULL, "nothing to look for");
}

static void
about_close(struct about *x)
{
	free(x->id);
	free(x->serial);
}

static bool
is(struct trial *t, const struct record *r, const struct deed *d,
    const struct about *x)
{
	const struct profile_account *who =
	    profile_account(trial_profile(t), d->role);

	return who != NULL && strcmp(r->who, who->user) == 0 &&
	       strcmp(r->action, d->operation) == 0 &&
	       (strcmp(r->object, x->id) == 0 ||
		   strcasecmp(r->object, x->serial) == 0);
}

/* From there on; NULL: it is not told. */
static const struct record *
find(struct trial *t, const struct records *all, size_t *from,
    const struct deed *d, const struct about *x)
{
	for (size_t i = *from; i < all->n; i++)
		if (is(t, &all->at[i], d, x)) {
			*from = i + 1;
			return &all->at[i];
		}
	return NULL;
}

static void
with_deeds(struct trial *t,
    void (*claim)(struct trial *, const struct deed *, const struct record *))
{
	struct records all;
	struct about x = { .id = NULL };
	size_t from = 0;

	if (records_open(t, "log", &all) && about_open(t, &x)) {
		for (size_t i = 0; i < DEEDS; i++)
			claim(
			    t, &deeds[i], find(t, &all, &from, &deeds[i], &x));
	}
	about_close(&x);
	records_close(&all);
}

static void
is_told(struct trial *t, const struct deed *d, const struct record *r)
{
	trial_claim(t, trial_case(t)->clause, r != NULL,
	    "a record of who did what to what, behind the one before",
	    "%s by %s: there is none", d->operation, d->role);
}

static void
judge_told(struct trial *t)
{
	with_deeds(t, is_told);
}

static bool
noted(struct trial *t, const char *name, const char *what, struct wall *at)
{
	char *key = mem_textf("%s.%s", name, what);
	const char *text = trial_fact_text(t, key);
	const bool ok = trial_sane(
	    t, text != NULL && wall_parse(text, at), "%s was not noted", key);

	free(key);
	return ok;
}

/* Clocks differ; an hour is a wrong zone, and no clock's difference. */
static void
is_timely(struct trial *t, const struct deed *d, const struct record *r)
{
	struct wall asked, at, said = { 0 };
	const int64_t most = (int64_t)CLOCK_MOST_S * 1000000;

	if (!trial_need(t, r != NULL, "%s is not recorded", d->operation) ||
	    !noted(t, d->name, "asked", &asked) ||
	    !noted(t, d->name, "at", &at))
		return;
	trial_claim(t, trial_case(t)->clause,
	    wall_parse(r->time, &said) && said.us >= asked.us - most &&
		said.us <= at.us + most,
	    "when it was done, to a minute", "%s: %s", d->operation, r->time);
}

static void
judge_time(struct trial *t)
{
	with_deeds(t, is_timely);
}

/* What somebody was refused is as good to know as what he was not. */
static void
judge_refused(struct trial *t)
{
	struct operation_answer a;
	struct records all;
	struct about x = { .id = NULL };
	size_t from = 0;

	if (records_open(t, "log", &all) && about_open(t, &x)) {
		(void)operation_heard(t, "odd", refused.operation, &a);
		if (trial_need(t, a.end == OPERATION_REFUSED,
			"it was not refused: %s", a.why))
			is_told(
			    t, &refused, find(t, &all, &from, &refused, &x));
		operation_free(&a);
	}
	about_close(&x);
	records_close(&all);
}

/* ---- judge: each record and the next one ---- */

static void
with_records(
    struct trial *t, void (*claim)(struct trial *, const struct record *before,
			 const struct record *))
{
	struct records all;

	if (records_open(t, "log", &all) &&
	    trial_need(t, all.n > 1, "no records to be judged"))
		for (size_t i = 1; i < all.n; i++)
			claim(t, &all.at[i - 1], &all.at[i]);
	records_close(&all);
}

static void
is_next(struct trial *t, const struct record *before, const struct record *r)
{
	trial_claim(t, trial_case(t)->clause, r->number == before->number + 1,
	    "the number that follows", "%" PRId64 " behind %" PRId64, r->number,
	    before->number);
}

static void
judge_numbers(struct trial *t)
{
	with_records(t, is_next);
}

static bool
stands_in(const struct record *r, const char *what)
{
	return what[0] != '\0' &&
	       span_find(span_of(r->text), span_of(what)) < strlen(r->text);
}

static void
is_chained(struct trial *t, const struct record *before, const struct record *r)
{
	char digest[DIGEST_MOST];
	struct buf both;
	size_t n;

	if (r->number != before->number + 1)
		return; /* another case's */
	buf_init(&both, 1 << 20);
	buf_add(&both, buf_span(&before->chain));
	buf_add(&both, span_of(r->text));
	n = digest_of(OID_SM3, buf_span(&both), digest);
	trial_claim(t, trial_case(t)->clause,
	    n > 0 && span_eq(buf_span(&r->chain), (struct span){ digest, n }),
	    "SM3 of the chain before and the text",
	    "another value at record %" PRId64, r->number);
	trial_claim(t, trial_case(t)->clause,
	    stands_in(r, r->who) || stands_in(r, r->object),
	    "what is told stands in what is chained",
	    "something else at record %" PRId64, r->number);
	buf_free(&both);
}

static void
judge_chain(struct trial *t)
{
	with_records(t, is_chained);
}

static bool
is_same(const struct record *a, const struct record *b)
{
	return a->number == b->number && strcmp(a->time, b->time) == 0 &&
	       strcmp(a->who, b->who) == 0 &&
	       strcmp(a->action, b->action) == 0 &&
	       strcmp(a->object, b->object) == 0 &&
	       strcmp(a->text, b->text) == 0 &&
	       span_eq(buf_span(&a->chain), buf_span(&b->chain)) &&
	       span_eq(buf_span(&a->signature), buf_span(&b->signature));
}

/* There may be more of them now. */
static void
judge_kept(struct trial *t)
{
	struct records all, again = { .n = 0 };

	if (records_open(t, "log", &all) && need_deeds(t) &&
	    trial_need(t, all.n > 0, "no records to be judged") &&
	    records_open(t, "again", &again))
		for (size_t i = 0; i < all.n; i++)
			trial_claim(t, trial_case(t)->clause,
			    i < again.n && is_same(&all.at[i], &again.at[i]),
			    "the same record when it is read again",
			    "another one, or none: %" PRId64, all.at[i].number);
	records_close(&again);
	records_close(&all);
}

/* ---- judge: who signs ---- */

/* By the key's algorithm: SM2 with SM3, the others with SHA-256. */
static enum signature
verify(const struct pki_certificate *c, const struct record *r)
{
	const bool sm2 = key_kind(&c->key) == KEY_SM2;
	const struct pki_algorithm digest = { .id =
						  sm2 ? OID_SM3 : OID_SHA256 };
	const struct pki_algorithm key = { .id = sm2 ? OID_SM2
						 : key_kind(&c->key) == KEY_RSA
						     ? OID_RSA_KEY
						     : OID_EC_KEY };

	return signature_verify_cms(&digest, &key, &c->key, buf_span(&r->chain),
	    buf_span(&r->signature));
}

static bool
signer(struct trial *t, struct buf *der, struct pki_certificate *c)
{
	return office_certificate(
	    t, "signer", "audit.signer", "certificate", der, c);
}

static void
judge_signature(struct trial *t)
{
	struct pki_certificate c;
	struct records all;
	struct buf der;

	buf_init(&der, 0);
	if (records_open(t, "log", &all) && need_deeds(t) &&
	    signer(t, &der, &c) &&
	    trial_need(t, all.n > 0, "no records to be judged"))
		for (size_t i = 0; i < all.n; i++)
			trial_claim(t, trial_case(t)->clause,
			    verify(&c, &all.at[i]) == SIGNATURE_GOOD,
			    "a signature over the chain",
			    "none at record %" PRId64, all.at[i].number);
	records_close(&all);
	buf_free(&der);
}

static void
judge_signer(struct trial *t)
{
	struct issued_set set;
	struct pki_certificate c;
	struct wall at;
	struct buf der;
	const struct issued *ca;

	if (!issued_open(t, &set, NULL))
		return;
	if (signer(t, &der, &c) && noted(t, "signer", "at", &at)) {
		ca = status_ca(&set, c.issuer, c.aki);
		trial_claim(t, trial_case(t)->clause,
		    ca != NULL &&
			signature_verify(&c.outer, &ca->certificate.key, c.tbs,
			    c.signature) == SIGNATURE_GOOD,
		    "a certificate signed by a CA of the profile's", "%s",
		    ca == NULL ? "its issuer is none of them"
			       : "the signature is not its issuer's");
		trial_claim(t, trial_case(t)->clause,
		    certificate_is_valid_at(&c, at), "that is valid",
		    "it is not");
		trial_claim(t, "RFC 5280 4.2.1.3",
		    !c.has_usage || (c.usage & (USAGE_DIGITAL_SIGNATURE |
						   USAGE_NON_REPUDIATION)) != 0,
		    "of a key that signs", "of one that does not");
	}
	buf_free(&der);
	issued_close(&set);
}

/* ---- judge: who reads ---- */

static void
judge_readers(struct trial *t)
{
	if (!desks_need(t, "right", "audit.query"))
		return;
	for (size_t i = 0; i < CURIOUS; i++) {
		char *name = mem_textf("odd-%zu", i);

		desks_claim_refused(t, name, "audit.query");
		free(name);
	}
}

/* clang-format off */
#define AUDIT(name, more, en, zh, ask, how) \
	OFFICE_CASE(name, CERT_F_19, LEVEL_SHALL, \
	    " key:auditor operation:audit.query" more, "GB/T 25056", en, zh, \
	    ask, how)
#define DONE \
	" operation:certificate.suspend operation:certificate.resume" \
	" operation:certificate.revoke"
#define SIGNER DONE " operation:audit.signer pki:issuers"

static const struct conf_case cases[] = {
	AUDIT("cert.audit", DONE,
	    "what was done is recorded: who, what, to what, in order",
	    "审计日志按次序记录操作者、操作和对象", collect, judge_told),
	AUDIT("cert.audit.refused", DONE " key:bob",
	    "what was refused is recorded, too", "审计日志记录被拒绝的操作",
	    collect_refused, judge_refused),
	AUDIT("cert.audit.time", DONE, "records say when it was",
	    "审计日志时间正确", collect, judge_time),
	AUDIT("cert.audit.numbers", DONE, "numbers have no gaps",
	    "审计记录编号连续", collect, judge_numbers),
	AUDIT("cert.audit.chain", DONE,
	    "each record is chained to the one before by SM3",
	    "审计记录以 SM3 逐条相链", collect, judge_chain),
	AUDIT("cert.audit.kept", DONE,
	    "a record that is read again is the same", "审计记录再次查阅时不变",
	    collect_again, judge_kept),
	AUDIT("cert.audit.signature", SIGNER, "records are signed",
	    "审计记录带有效签名", collect, judge_signature),
	AUDIT("cert.audit.signer", SIGNER,
	    "who signs the log has a certificate of the CA's",
	    "日志签名证书由本 CA 签发", collect, judge_signer),
	AUDIT("cert.audit.readers", "", "nobody but the auditor reads the log",
	    "仅审计员可查阅日志", collect_readers, judge_readers),
};

const struct conf_group conf_cert_audit = {
	.service = "cert",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
