/* SPDX-License-Identifier: MIT */
/*
 * The log of seals and their use: what was done stands in it and what was
 * refused, by whom, when and about which document, in order, chained and
 * signed, for the auditor and nobody else (ESEAL-F-19).
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/eseal/play.h"
#include "conformance/cases/issued.h"
#include "conformance/cases/records.h"
#include "conformance/pki/signature.h"
#include "lib/mem.h"

extern const struct conf_group conf_eseal_log;

static const struct records_log uses = { "use.query", "use.signer" };

/* ---- what is to be found again ---- */

/* clang-format off */
static const struct play play = {
	"", { PLAY_GET,
	    PLAY_USE("sealed"),
	    PLAY_STEP("alice", "wrong", "document.sign", PLAY_REFUSED, NULL, 0,
		PLAY_PIN_WRONG),
	    PLAY_STEP("bob", "other", "document.sign", PLAY_REFUSED, NULL, 0,
		PLAY_PIN_OWN),
	    PLAY_DO("registrar", "suspension", "seal.suspend"),
	    PLAY_STEP("alice", "held", "document.sign", PLAY_REFUSED, NULL, 0,
		PLAY_PIN_OWN),
	    PLAY_DO("registrar", "resumption", "seal.resume"),
	    PLAY_USE("sealed-again"),
	    PLAY_DO("registrar", "revocation", "seal.revoke"),
	    PLAY_STEP("alice", "late", "document.sign", PLAY_REFUSED, NULL, 0,
		PLAY_PIN_OWN),
	}
};
/* clang-format on */

static bool
is_use(const struct play_step *s)
{
	return strcmp(s->operation, "document.sign") == 0;
}

/* ---- collect ---- */

static bool
collect_with(struct trial *t, bool again)
{
	struct clerk k;
	int64_t last, end;

	clerk_open(t, &k);
	issued_collect(t);
	if (records_last(&uses, &k.desks, 0, &last)) {
		play_run(&k, &play);
		if (records_last(&uses, &k.desks, last, &end)) {
			records_collect(&uses, &k.desks, "log", last, end);
			if (again)
				records_collect(
				    &uses, &k.desks, "again", last, end);
		}
	}
	clerk_close(&k);
	return true;
}

static bool
collect(struct trial *t)
{
	return collect_with(t, false);
}

static bool
collect_again(struct trial *t)
{
	return collect_with(t, true);
}

static const char *const curious[] = { DESKS_NOBODY, "alice", "registrar",
	"issuer" };

#define CURIOUS (sizeof curious / sizeof curious[0])

static bool
collect_readers(struct trial *t)
{
	struct clerk k;

	clerk_open(t, &k);
	records_ask(&uses, &k.desks, "auditor", "right");
	for (size_t i = 0; i < CURIOUS; i++) {
		char *name = mem_textf("odd-%zu", i);

		records_ask(&uses, &k.desks, curious[i], name);
		free(name);
	}
	clerk_close(&k);
	return true;
}

/* ---- judge: what stands in it ---- */

/* What has to be refused was; whether it was is for others to claim. */
static bool
need_play(struct trial *t)
{
	bool ok = play_seal(t, 0) != NULL;

	ok = trial_need(t, ok, "nobody has got a seal");
	for (size_t i = 0; ok && i < play_steps(&play); i++) {
		const struct play_step *s = &play.steps[i];
		struct operation_answer a;
		const bool done = operation_heard(t, s->name, s->operation, &a);

		ok = trial_need(t,
		    s->ask == PLAY_REFUSED ? a.end == OPERATION_REFUSED : done,
		    "%s: %s: %s", s->name, s->operation, a.why);
		operation_free(&a);
	}
	return ok;
}

static bool
is_of(struct trial *t, const struct record *r, const struct play_step *s)
{
	const struct profile_account *who =
	    profile_account(trial_profile(t), s->role);

	return who != NULL && strcmp(r->who, who->user) == 0 &&
	       strcmp(r->action, s->operation) == 0 &&
	       strcmp(r->object, play_seal(t, 0)) == 0;
}

/* From there on; NULL: it is not told. */
static const struct record *
find(struct trial *t, const struct records *all, size_t *from,
    const struct play_step *s)
{
	for (size_t i = *from; i < all->n; i++)
		if (is_of(t, &all->at[i], s)) {
			*from = i + 1;
			return &all->at[i];
		}
	return NULL;
}

/* Of the same use: no other has its document. */
static const struct record *
find_use(struct trial *t, const struct records *all, const struct play_step *s,
    size_t *n)
{
	const struct buf *data = play_data(t, s->name);
	const struct record *found = NULL;
	char digest[DIGEST_MOST];
	size_t len;

	*n = 0;
	if (!trial_sane(t, data != NULL, "%s.data was not filed", s->name))
		return NULL;
	len = digest_of(OID_SM3, buf_span(data), digest);
	for (size_t i = 0; i < all->n; i++)
		if (span_eq(buf_span(&all->at[i].digest),
			(struct span){ digest, len })) {
			found = &all->at[i];
			++*n;
		}
	return found;
}

typedef void claim_step(
    struct trial *, const struct records *, const struct play_step *);

/* Each step that is a use, or is none. */
static void
with_steps(struct trial *t, bool used, claim_step *claim)
{
	struct records all;

	if (records_open(&uses, t, "log", &all) && need_play(t))
		for (size_t i = 0; i < play_steps(&play); i++)
			if (is_use(&play.steps[i]) == used)
				claim(t, &all, &play.steps[i]);
	records_close(&all);
}

static void
judge_life(struct trial *t)
{
	struct records all;
	size_t from = 0;

	if (records_open(&uses, t, "log", &all) && need_play(t))
		for (size_t i = 0; i < play_steps(&play); i++)
			if (!is_use(&play.steps[i]))
				trial_claim(t, trial_case(t)->clause,
				    find(t, &all, &from, &play.steps[i]) !=
					NULL,
				    "a record of who did what to which seal, "
				    "behind the one before",
				    "%s by %s: there is none",
				    play.steps[i].operation,
				    play.steps[i].role);
	records_close(&all);
}

/* How often such a use is told with that result; and is in the play. */
static void
claim_told(struct trial *t, const struct records *all,
    const struct play_step *s, const char *result)
{
	size_t told = 0, done = 0;

	for (size_t i = 0; i < all->n; i++)
		told += is_of(t, &all->at[i], s) &&
			strcmp(all->at[i].result, result) == 0;
	for (size_t i = 0; i < play_steps(&play); i++)
		done += is_use(&play.steps[i]) &&
			strcmp(play.steps[i].role, s->role) == 0 &&
			play.steps[i].ask == s->ask;
	trial_claim(t, trial_case(t)->clause, told >= done,
	    "a record of each use of the seal",
	    "%zu by %s were %s, the log has %zu", done, s->role, result, told);
}

static void
is_told_done(
    struct trial *t, const struct records *all, const struct play_step *s)
{
	if (s->ask != PLAY_REFUSED)
		claim_told(t, all, s, "done");
}

static void
is_told_refused(
    struct trial *t, const struct records *all, const struct play_step *s)
{
	if (s->ask == PLAY_REFUSED)
		claim_told(t, all, s, "refused");
}

static void
judge_used(struct trial *t)
{
	with_steps(t, true, is_told_done);
}

static void
judge_refused(struct trial *t)
{
	with_steps(t, true, is_told_refused);
}

static void
has_digest(
    struct trial *t, const struct records *all, const struct play_step *s)
{
	size_t n;

	trial_claim(t, trial_case(t)->clause, find_use(t, all, s, &n) != NULL,
	    "a record with SM3 of the document", "%s: there is none", s->name);
}

static void
judge_digest(struct trial *t)
{
	with_steps(t, true, has_digest);
}

static void
is_single(struct trial *t, const struct records *all, const struct play_step *s)
{
	size_t n;

	if (trial_need(t, find_use(t, all, s, &n) != NULL,
		"%s: no record with SM3 of the document", s->name))
		trial_claim(t, trial_case(t)->clause, n == 1,
		    "one record of one use", "%zu of %s", n, s->name);
}

static void
judge_single(struct trial *t)
{
	with_steps(t, true, is_single);
}

static void
has_result(
    struct trial *t, const struct records *all, const struct play_step *s)
{
	const char *want = s->ask == PLAY_REFUSED ? "refused" : "done";
	const struct record *r;
	size_t n;

	r = find_use(t, all, s, &n);
	if (trial_need(t, r != NULL, "%s: no record with SM3 of the document",
		s->name))
		trial_claim(t, trial_case(t)->clause,
		    strcmp(r->result, want) == 0, want, "%s: %s", s->name,
		    r->result[0] == '\0' ? "nothing" : r->result);
}

static void
judge_result(struct trial *t)
{
	with_steps(t, true, has_result);
}

static void
is_timely(struct trial *t, const struct records *all, const struct play_step *s)
{
	const struct record *r;
	size_t n;

	r = find_use(t, all, s, &n);
	if (trial_need(t, r != NULL, "%s: no record with SM3 of the document",
		s->name))
		records_claim_time(t, r, s->name);
}

static void
judge_time(struct trial *t)
{
	with_steps(t, true, is_timely);
}

/* ---- judge: the log itself ---- */

static void
with_records(
    struct trial *t, void (*claim)(struct trial *, const struct records *))
{
	struct records all;

	if (records_open(&uses, t, "log", &all) && need_play(t) &&
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
judge_order(struct trial *t)
{
	with_records(t, records_claim_order);
}

static void
judge_chain(struct trial *t)
{
	with_records(t, records_claim_chain);
}

static void
judge_kept(struct trial *t)
{
	struct records all, again = { .n = 0 };

	if (records_open(&uses, t, "log", &all) && need_play(t) &&
	    trial_need(t, all.n > 0, "no records to be judged") &&
	    records_open(&uses, t, "again", &again))
		records_claim_kept(t, &all, &again);
	records_close(&again);
	records_close(&all);
}

static void
judge_signature(struct trial *t)
{
	struct records all;

	if (records_open(&uses, t, "log", &all) && need_play(t))
		records_claim_signatures(&uses, t, &all);
	records_close(&all);
}

static void
judge_signer(struct trial *t)
{
	records_claim_signer(&uses, t);
}

static void
judge_readers(struct trial *t)
{
	if (!desks_need(t, "right", uses.query))
		return;
	for (size_t i = 0; i < CURIOUS; i++) {
		char *name = mem_textf("odd-%zu", i);

		records_claim_hidden(&uses, t, name);
		free(name);
	}
}

/* clang-format off */
#define LOG(name, more, en, zh, ask, how) \
	CLERK_CASE(name, ESEAL_F_19, LEVEL_SHALL, \
	    " key:auditor operation:use.query" more, \
	    "GB/T 22239-2019 8.1.4.3", en, zh, ask, how)
#define PLAYED \
	CLERK_SIGN " key:bob operation:seal.suspend operation:seal.resume" \
	" operation:seal.revoke"
#define SIGNER PLAYED " operation:use.signer pki:issuers"

static const struct conf_case cases[] = {
	LOG("eseal.log", PLAYED,
	    "what becomes of a seal is recorded: who, what, to which, in order",
	    "用章日志按次序记录印章的申请、审批、制作、发放与变动", collect, judge_life),
	LOG("eseal.log.use", PLAYED, "each use of a seal is recorded",
	    "每次用章均有记录", collect, judge_used),
	LOG("eseal.log.refused", PLAYED,
	    "each use that was refused is recorded, too", "被拒绝的用章亦有记录",
	    collect, judge_refused),
	LOG("eseal.log.digest", PLAYED, "records have SM3 of the document",
	    "用章记录含文档的 SM3 杂凑值", collect, judge_digest),
	LOG("eseal.log.once", PLAYED, "a use has one record",
	    "一次用章只有一条记录", collect, judge_single),
	LOG("eseal.log.result", PLAYED, "records say how it ended",
	    "用章记录的结果正确", collect, judge_result),
	LOG("eseal.log.time", PLAYED, "records say when it was",
	    "用章记录的时间正确", collect, judge_time),
	LOG("eseal.log.order", PLAYED, "times do not go backwards",
	    "用章记录的时间不倒退", collect, judge_order),
	LOG("eseal.log.numbers", PLAYED, "numbers have no gaps",
	    "用章记录编号连续", collect, judge_numbers),
	LOG("eseal.log.chain", PLAYED,
	    "each record is chained to the one before by SM3",
	    "用章记录以 SM3 逐条相链", collect, judge_chain),
	LOG("eseal.log.kept", PLAYED, "a record that is read again is the same",
	    "用章记录再次查阅时不变", collect_again, judge_kept),
	LOG("eseal.log.signature", SIGNER, "records are signed",
	    "用章记录带有效签名", collect, judge_signature),
	LOG("eseal.log.signer", SIGNER,
	    "who signs the log has a certificate of the CA's",
	    "日志签名证书由所信任的 CA 签发", collect, judge_signer),
	LOG("eseal.log.readers", "", "nobody but the auditor reads the log",
	    "仅审计员可查阅用章日志", collect_readers, judge_readers),
};

const struct conf_group conf_eseal_log = {
	.service = "eseal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
