/* SPDX-License-Identifier: MIT */
/*
 * The log of an authority: everything that was done stands in it, in order,
 * chained and signed, for the auditor and nobody else (CERT-F-19).
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/cert/office.h"
#include "conformance/cases/issued.h"
#include "conformance/cases/records.h"
#include "lib/mem.h"

extern const struct conf_group conf_cert_audit;

static const struct records_log audit = { "audit.query", "audit.signer" };

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
	if (records_last(&audit, &o.desks, 0, &last)) {
		if (office_enroll(&o, "alice", "new", "signing", &h)) {
			if (with_bob)
				do_to(&o, &refused, h.serial);
			for (size_t i = 3; i < DEEDS; i++)
				do_to(&o, &deeds[i], h.serial);
		}
		if (records_last(&audit, &o.desks, last, &end)) {
			records_collect(&audit, &o.desks, "log", last, end);
			if (again)
				records_collect(
				    &audit, &o.desks, "again", last, end);
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
	records_ask(&audit, &o.desks, "auditor", "right");
	for (size_t i = 0; i < CURIOUS; i++) {
		char *name = mem_textf("odd-%zu", i);

		records_ask(&audit, &o.desks, curious[i], name);
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

	if (records_open(&audit, t, "log", &all) && about_open(t, &x)) {
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

static void
is_timely(struct trial *t, const struct deed *d, const struct record *r)
{
	if (trial_need(t, r != NULL, "%s is not recorded", d->operation))
		records_claim_time(t, r, d->name);
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

	if (records_open(&audit, t, "log", &all) && about_open(t, &x)) {
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

/* ---- judge: the log itself ---- */

static void
with_records(
    struct trial *t, void (*claim)(struct trial *, const struct records *))
{
	struct records all;

	if (records_open(&audit, t, "log", &all) &&
	    trial_need(t, all.n > 1, "no records to be judged"))
		claim(t, &all);
	records_close(&all);
}

static void
judge_numbers(struct trial *t)
{
	with_records(t, records_claim_numbers);
}

static void
judge_chain(struct trial *t)
{
	with_records(t, records_claim_chain);
}

/* There may be more of them now. */
static void
judge_kept(struct trial *t)
{
	struct records all, again = { .n = 0 };

	if (records_open(&audit, t, "log", &all) && need_deeds(t) &&
	    trial_need(t, all.n > 0, "no records to be judged") &&
	    records_open(&audit, t, "again", &again))
		records_claim_kept(t, &all, &again);
	records_close(&again);
	records_close(&all);
}

static void
judge_signature(struct trial *t)
{
	struct records all;

	if (records_open(&audit, t, "log", &all) && need_deeds(t))
		records_claim_signatures(&audit, t, &all);
	records_close(&all);
}

static void
judge_signer(struct trial *t)
{
	records_claim_signer(&audit, t);
}

/* ---- judge: who reads ---- */

static void
judge_readers(struct trial *t)
{
	if (!desks_need(t, "right", audit.query))
		return;
	for (size_t i = 0; i < CURIOUS; i++) {
		char *name = mem_textf("odd-%zu", i);

		records_claim_hidden(&audit, t, name);
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
