/* SPDX-License-Identifier: MIT */
#include "conformance/replay.h"

#include "conformance/trial.h"
#include "lib/mem.h"

static bool
read_all(struct replay *r, const char *dir, struct err *err)
{
	char *plan = mem_textf("%s/plan.json", dir);
	char *journal = mem_textf("%s/journal.jsonl", dir);
	char *digest = NULL;
	bool ok;

	ok = plan_read(plan, &r->plan, err) &&
	     ledger_read(journal, &r->ledger, err) &&
	     (digest = run_digest_file(plan, err)) != NULL;
	if (ok)
		ledger_check_evidence(&r->ledger, dir);
	if (ok && r->ledger.flaw != NULL)
		ok =
		    err_set(err, ERR_FORGED, "%s: %s", journal, r->ledger.flaw);
	else if (ok && strcmp(digest, r->ledger.plan_digest) != 0)
		ok = err_set(err, ERR_FORGED,
		    "%s: is not the plan that %s was begun with", plan,
		    journal);
	free(digest);
	free(plan);
	free(journal);
	return ok;
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

static void
judge_one(struct replay *r, const struct outcome *o, const char *evidence,
    const char *fixtures)
{
	struct trial_setup setup = {
		.run = r->plan.run,
		.evidence = evidence,
		.fixtures = fixtures,
		.attempt = o->attempt,
	};
	struct outcome again;
	struct trial *t;

	if (o->verdict == BROKEN && o->n_evidence == 0) {
		r->unjudged++;
		return;
	}
	r->judged++;
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
replay_run(
    struct replay *r, const char *dir, const char *fixtures, struct err *err)
{
	char *evidence = mem_textf("%s/evidence", dir);
	bool ok;

	*r = (struct replay){ 0 };
	ok = read_all(r, dir, err);
	for (size_t i = 0; ok && i < r->ledger.n; i++)
		judge_one(r, &r->ledger.outcomes[i], evidence, fixtures);
	free(evidence);
	return ok;
}

void
replay_free(struct replay *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->disagreements[i].why);
	free(r->disagreements);
	plan_free(&r->plan);
	ledger_free(&r->ledger);
}
