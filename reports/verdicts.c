/* SPDX-License-Identifier: MIT */
#include "reports/verdicts.h"

#include "lib/files.h"
#include "lib/json.h"
#include "lib/mem.h"

#define TEXT_MOST 65536

static void
put(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static void
text(json_t *o, const char *key, const char *value)
{
	put(o, key, json_clean(value, TEXT_MOST));
}

static void
count(json_t *o, const char *key, size_t n)
{
	put(o, key, json_integer((json_int_t)n));
}

static json_t *
run_json(const struct matrix *m)
{
	const struct plan *p = m->plan;
	json_t *o = json_object();

	text(o, "id", p->run);
	text(o, "created", p->created);
	text(o, "kit", p->kit);
	text(o, "target", p->target);
	text(o, "product", p->product);
	text(o, "project", p->project);
	text(o, "scope", p->scope);
	text(o, "selector", p->selector);
	put(o, "partial", json_boolean(p->partial));
	return o;
}

static json_t *
digests_json(const struct matrix *m)
{
	json_t *o = json_object();
	char *plan = plan_digest(m->plan);

	text(o, "plan", plan);
	text(o, "profile", m->plan->profile_digest);
	text(o, "catalogue", m->plan->catalogue_digest);
	text(o, "journal_head", m->ledger->head);
	text(o, "cites", m->ledger->cites);
	free(plan);
	return o;
}

static json_t *
totals_json(const struct matrix_totals *t)
{
	json_t *o = json_object();

	for (size_t v = 0; v < ROW_VERDICT_COUNT; v++)
		count(o, row_verdict_name((enum row_verdict)v), t->rows[v]);
	return o;
}

static json_t *
all_totals_json(const struct matrix *m)
{
	json_t *o = json_object();
	json_t *levels = json_object(), *provenances = json_object();

	for (size_t i = 0; i < LEVEL_COUNT; i++)
		put(levels, level_name((enum level)i),
		    totals_json(&m->by_level[i]));
	for (size_t i = 0; i < PROVENANCE_COUNT; i++)
		put(provenances, provenance_name((enum provenance)i),
		    totals_json(&m->by_provenance[i]));
	put(o, "by_level", levels);
	put(o, "by_provenance", provenances);
	count(o, "cases_planned", m->planned);
	count(o, "cases_executed", m->executed);
	return o;
}

static json_t *
waiver_json(const struct profile_waiver *w)
{
	json_t *o;

	if (w == NULL)
		return json_null();
	o = json_object();
	text(o, "subject", w->subject);
	text(o, "reason", w->reason);
	text(o, "approver", w->approver);
	text(o, "expires", w->expires);
	return o;
}

static json_t *
row_json(const struct matrix *m, enum req req)
{
	const struct requirement *q = catalogue_get(req);
	const struct matrix_row *r = &m->rows[req];
	json_t *o = json_object(), *cases = json_array();

	text(o, "id", q->name);
	text(o, "clause", q->clause);
	text(o, "level", level_name(q->level));
	text(o, "provenance", provenance_name(q->provenance));
	text(o, "source", q->source);
	put(o, "carries_clause",
	    json_boolean(provenance_carries_clause(q->provenance)));
	text(o, "title", q->en);
	text(o, "title_zh", q->zh);
	text(o, "verdict", row_verdict_name(r->verdict));
	text(o, "why", r->why);
	count(o, "executed", r->executed);
	put(o, "waiver", waiver_json(r->waiver));
	for (size_t i = 0; i < r->n_cases; i++)
		json_array_append_new(cases,
		    json_clean(m->cases[r->cases[i]].plan->id, TEXT_MOST));
	put(o, "cases", cases);
	return o;
}

static json_t *
evidence_json(const struct outcome *o)
{
	json_t *list = json_array();

	for (size_t i = 0; o != NULL && i < o->n_evidence; i++) {
		json_t *e = json_object();

		text(e, "path", o->evidence[i].path);
		text(e, "sm3", o->evidence[i].sm3);
		json_array_append_new(list, e);
	}
	return list;
}

/* Every attempt that ended, so that none can hide behind another. */
static json_t *
attempts_json(const struct matrix *m, const char *id)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->ledger->n; i++) {
		const struct outcome *o = &m->ledger->outcomes[i];
		json_t *a;

		if (strcmp(o->id, id) != 0)
			continue;
		a = json_object();
		put(a, "attempt", json_integer(o->attempt));
		text(a, "verdict", verdict_name(o->verdict));
		text(a, "why", o->why);
		text(a, "started", o->started);
		put(a, "took_us", json_integer(o->took_us));
		put(a, "evidence", evidence_json(o));
		json_array_append_new(list, a);
	}
	return list;
}

/* What the attempt that counts said; null when none ended. */
static void
outcome_members(json_t *o, const struct outcome *out)
{
	const bool none = out == NULL;

	text(o, "deviates_from", none ? NULL : out->clause);
	text(o, "expected", none ? NULL : out->expected);
	text(o, "heard", none ? NULL : out->heard);
	text(o, "file", none ? NULL : out->file);
	put(o, "line",
	    none || out->line == 0 ? json_null() : json_integer(out->line));
	put(o, "took_us", none ? json_null() : json_integer(out->took_us));
	text(o, "started", none ? NULL : out->started);
}

static json_t *
case_json(const struct matrix *m, const struct matrix_case *c)
{
	json_t *o = json_object();

	text(o, "id", c->plan->id);
	text(o, "requirement", catalogue_get(c->plan->verifies)->name);
	text(o, "clause", c->plan->clause);
	text(o, "level", level_name(plan_case_level(c->plan)));
	text(o, "title", c->plan->title);
	text(o, "title_zh", c->plan->title_zh);
	text(o, "verdict", verdict_name(c->verdict));
	text(o, "why", c->why);
	put(o, "executed", json_boolean(c->outcome != NULL));
	put(o, "unstable", json_boolean(c->unstable));
	put(o, "waiver", waiver_json(c->waiver));
	outcome_members(o, c->outcome);
	put(o, "evidence", evidence_json(c->outcome));
	put(o, "attempts", attempts_json(m, c->plan->id));
	return o;
}

static json_t *
texts_json(char *const *texts, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_clean(texts[i], TEXT_MOST));
	return list;
}

json_t *
verdicts_json(const struct matrix *m)
{
	json_t *o = json_object(), *rows = json_array(), *cases = json_array();

	for (size_t i = 0; i < REQ_COUNT; i++)
		json_array_append_new(rows, row_json(m, (enum req)i));
	for (size_t i = 0; i < m->n; i++)
		json_array_append_new(cases, case_json(m, &m->cases[i]));
	text(o, "schema", VERDICTS_SCHEMA);
	put(o, "run", run_json(m));
	put(o, "digests", digests_json(m));
	text(o, "statement", statement_name(m->statement));
	text(o, "statement_zh", statement_zh(m->statement));
	text(o, "flaw", m->flaw);
	put(o, "exit", json_integer(m->exit));
	put(o, "closed", json_boolean(m->ledger->closed));
	put(o, "stale_waivers", texts_json(m->stale, m->n_stale));
	put(o, "notes", texts_json(m->ledger->notes, m->ledger->n_notes));
	put(o, "totals", all_totals_json(m));
	put(o, "rows", rows);
	put(o, "cases", cases);
	return o;
}

bool
verdicts_write(const struct matrix *m, const char *path, struct err *err)
{
	json_t *o = verdicts_json(m);
	char *canonical = json_canonical(o);
	char *line = mem_textf("%s\n", canonical);
	const bool ok = files_write(path, span_of(line), err);

	free(line);
	free(canonical);
	json_decref(o);
	return ok;
}
