/* SPDX-License-Identifier: MIT */
#include "conformance/replay.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "conformance/plan.h"
#include "conformance/trial.h"
#include "lib/mem.h"

/* Is the file the one that this digest was made of? */
static bool
is_file(const char *path, const char *sm3, const char *what, struct err *err)
{
	char *own = run_digest_file(path, err);
	bool ok = own != NULL;

	if (ok && strcmp(own, sm3) != 0)
		ok = err_set(err, ERR_FORGED, "%s: is not %s", path, what);
	free(own);
	return ok;
}

/* Digests come first: what was changed need not be readable any more. */
bool
replay_read(const char *dir, struct plan *plan, struct ledger *ledger,
    struct profile *profile, struct err *err)
{
	char *plan_path = mem_textf("%s/plan.json", dir);
	char *journal = mem_textf("%s/journal.jsonl", dir);
	char *target = mem_textf("%s/target.yaml", dir);
	bool ok;

	ok = access(plan_path, F_OK) == 0 ||
	     err_set(err, ERR_IO, "%s: cannot be opened", plan_path);
	ok = ok && ledger_read(journal, ledger, err);
	if (ok && ledger->plan_digest != NULL)
		ok = is_file(plan_path, ledger->plan_digest,
		    "the plan that the journal was begun with", err);
	ok = ok && plan_read(plan_path, plan, err) &&
	     is_file(target, plan->profile_digest,
		 "the profile that the run was planned with", err) &&
	     profile_read_public(target, profile, err);
	free(plan_path);
	free(journal);
	free(target);
	return ok;
}

static bool
has_case(const struct plan *plan, const struct plan_case *c)
{
	for (size_t i = 0; i < plan->n; i++)
		if (strcmp(plan->cases[i].id, c->id) == 0)
			return plan->cases[i].executes || !c->executes;
	return false;
}

/*
 * A chain shows what was done to it, not what was never put into it: who
 * writes plan, journal and evidence anew can leave a case out.  So a run that
 * claims to be whole is held against the plan this program would make.
 */
static bool
is_whole(const struct replay *r, const char *dir, struct err *err)
{
	const struct plan_request request = {
		.run = r->plan.run,
		.profile = &r->profile,
		.repeats = 1,
	};
	struct plan own;
	bool ok = true;

	if (r->plan.partial || r->ledger.cites != NULL)
		return true;
	if (!plan_make(&own, &request, err))
		return false;
	if (strcmp(own.kit, r->plan.kit) == 0)
		for (size_t i = 0; ok && i < own.n; i++)
			ok = has_case(&r->plan, &own.cases[i]) ||
			     err_set(err, ERR_FORGED,
				 "%s/plan.json: leaves out the case %s, and "
				 "nobody asked for a part only: it was edited, "
				 "or "
				 "another build of this program made it",
				 dir, own.cases[i].id);
	plan_free(&own);
	return ok;
}

static bool
read_all(struct replay *r, const char *dir, struct err *err)
{
	if (!replay_read(dir, &r->plan, &r->ledger, &r->profile, err))
		return false;
	if (!ledger_check_evidence(&r->ledger, dir))
		return err_set(err, ERR_FORGED, "%s/journal.jsonl: %s", dir,
		    r->ledger.flaw);
	if (r->ledger.closed && (r->ledger.planned != plan_ends(&r->plan) ||
				    r->ledger.n != r->ledger.planned))
		return err_set(err, ERR_FORGED,
		    "%s/journal.jsonl: closed with %zu of %zu cases ended, "
		    "and the plan has %zu",
		    dir, r->ledger.n, r->ledger.planned, plan_ends(&r->plan));
	return is_whole(r, dir, err);
}

static void
disagree(struct replay *r, const struct outcome *recorded, enum verdict again,
    const char *why)
{
	r->disagreements =
	    mem_grow(r->disagreements, (r->n + 1) * sizeof r->disagreements[0]);
	r->disagreements[r->n++] = (struct disagreement){
		.recorded = recorded,
		.again = again,
		.why = mem_text(span_of(why)),
	};
}

static const struct plan_case *
planned(const struct replay *r, const char *id)
{
	for (size_t i = 0; i < r->plan.n; i++)
		if (strcmp(r->plan.cases[i].id, id) == 0)
			return &r->plan.cases[i];
	return NULL;
}

/* "load.submission.throughput" is judged by what load.submission/ holds. */
static void
judge_load(struct replay *r, const struct outcome *o, const char *evidence,
    replay_load *load)
{
	const struct plan_case *c = planned(r, o->id);
	const size_t scenario = 5 + strcspn(o->id + 5, ".");
	enum verdict again = BROKEN;
	char why[400] = "no load is judged here";
	char *dir = mem_textf("%s/%.*s", evidence, (int)scenario, o->id);

	if (c == NULL)
		snprintf(why, sizeof why, "the plan has no such case");
	else if (load != NULL)
		again = load(dir, o->id, c->verifies, &r->profile, why);
	if (again == o->verdict)
		r->agreed++;
	else
		disagree(r, o, again, why);
	free(dir);
}

static void
judge_one(struct replay *r, const struct outcome *o, const char *evidence,
    const char *fixtures, replay_load *load)
{
	struct trial_setup setup = {
		.run = r->plan.run,
		.evidence = evidence,
		.fixtures = fixtures,
		.profile = &r->profile,
		.attempt = o->attempt,
	};
	struct outcome again;
	struct trial *t;

	if (o->n_evidence == 0 &&
	    (o->verdict == BROKEN ||
		(o->verdict == INCONCLUSIVE && plan_case_is_load(o->id)))) {
		r->unjudged++;
		return;
	}
	r->judged++;
	if (plan_case_is_load(o->id)) {
		judge_load(r, o, evidence, load);
		return;
	}
	setup.cs = conf_case_find(o->id, &setup.group);
	if (setup.cs == NULL) {
		disagree(r, o, BROKEN, "this program has no such case");
		return;
	}
	t = trial_new(&setup);
	trial_replay(t, &again);
	if (again.verdict == o->verdict)
		r->agreed++;
	else
		disagree(r, o, again.verdict, again.why);
	outcome_free(&again);
	trial_free(t);
}

bool
replay_run(struct replay *r, const char *dir, const char *fixtures,
    replay_load *load, struct err *err)
{
	char *evidence = mem_textf("%s/evidence", dir);
	bool ok;

	*r = (struct replay){ 0 };
	ok = read_all(r, dir, err);
	for (size_t i = 0; ok && i < r->ledger.n; i++)
		judge_one(r, &r->ledger.outcomes[i], evidence, fixtures, load);
	free(evidence);
	return ok;
}

void
replay_free(struct replay *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->disagreements[i].why);
	free(r->disagreements);
	profile_free(&r->profile);
	plan_free(&r->plan);
	ledger_free(&r->ledger);
}
