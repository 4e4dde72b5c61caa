/* SPDX-License-Identifier: MIT */
#include "conformance/replay.h"

#include "conformance/trial.h"
#include "lib/mem.h"

/* Do plan, journal, evidence and profile belong together? */
static bool
hold_together(struct replay *r, const char *dir, struct err *err)
{
	char *digest = plan_digest(&r->plan);
	const bool same = strcmp(digest, r->ledger.plan_digest) == 0;

	free(digest);
	ledger_check_evidence(&r->ledger, dir);
	if (r->ledger.flaw != NULL)
		return err_set(err, ERR_FORGED, "%s/journal.jsonl: %s", dir,
		    r->ledger.flaw);
	if (!same)
		return err_set(err, ERR_FORGED,
		    "%s/plan.json: is not the plan that the journal was begun "
		    "with",
		    dir);
	if (strcmp(r->profile.digest, r->plan.profile_digest) != 0)
		return err_set(err, ERR_FORGED,
		    "%s/target.yaml: is not the profile that the run was "
		    "planned with",
		    dir);
	return true;
}

static bool
read_all(struct replay *r, const char *dir, struct err *err)
{
	char *plan = mem_textf("%s/plan.json", dir);
	char *journal = mem_textf("%s/journal.jsonl", dir);
	char *target = mem_textf("%s/target.yaml", dir);
	const bool ok = plan_read(plan, &r->plan, err) &&
			ledger_read(journal, &r->ledger, err) &&
			profile_read_public(target, &r->profile, err) &&
			hold_together(r, dir, err);

	free(plan);
	free(journal);
	free(target);
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
		.profile = &r->profile,
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
	profile_free(&r->profile);
	plan_free(&r->plan);
	ledger_free(&r->ledger);
}
