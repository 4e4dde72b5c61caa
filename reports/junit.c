/* SPDX-License-Identifier: MIT */
#include "reports/junit.h"

#include "lib/catalogue.h"
#include "reports/escape.h"

enum kind { KIND_PASS, KIND_FAILURE, KIND_ERROR, KIND_SKIPPED, KIND_COUNT };

static const struct {
	enum kind kind;
	const char *element;
} kinds[VERDICT_COUNT] = {
	[PASS] = { KIND_PASS, NULL },
	[NOT_APPLICABLE] = { KIND_SKIPPED, "skipped" },
	[REVIEW] = { KIND_ERROR, "error" },
	[INCONCLUSIVE] = { KIND_ERROR, "error" },
	[FAIL] = { KIND_FAILURE, "failure" },
	[BROKEN] = { KIND_ERROR, "error" },
};

struct tally {
	size_t n[KIND_COUNT], all;
	int64_t took_us;
};

static void
count(struct tally *t, const struct matrix_case *c)
{
	t->n[kinds[c->verdict].kind]++;
	t->all++;
	if (c->outcome != NULL)
		t->took_us += c->outcome->took_us;
}

static void
attribute(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, " %s=\"", name);
	escape_text(b, value, ESCAPE_XML);
	buf_addf(b, "\"");
}

static void
property(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "\t\t\t<property");
	attribute(b, "name", name);
	attribute(b, "value", value == NULL ? "" : value);
	buf_addf(b, "/>\n");
}

static void
counts(struct buf *b, const struct tally *t)
{
	buf_addf(b,
	    " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\""
	    " time=\"%.6f\">\n",
	    t->all, t->n[KIND_FAILURE], t->n[KIND_ERROR], t->n[KIND_SKIPPED],
	    (double)t->took_us / 1e6);
}

/* What the result element says at length: one line a fact. */
static void
detail(struct buf *b, const struct outcome *o)
{
	const char *const facts[][2] = {
		{ "clause", o->clause },
		{ "expected", o->expected },
		{ "heard", o->heard },
		{ "evidence", o->file },
	};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (facts[i][1] != NULL) {
			buf_addf(b, "%s: ", facts[i][0]);
			escape_text(b, facts[i][1], ESCAPE_XML);
			buf_addf(b, "\n");
		}
}

static void
result(struct buf *b, const struct matrix_case *c)
{
	const char *element = kinds[c->verdict].element;

	if (element == NULL)
		return;
	buf_addf(b, "\t\t\t<%s", element);
	if (kinds[c->verdict].kind != KIND_SKIPPED)
		attribute(b, "type", verdict_name(c->verdict));
	attribute(b, "message", c->why == NULL ? "" : c->why);
	buf_addf(b, ">");
	if (c->outcome != NULL)
		detail(b, c->outcome);
	buf_addf(b, "</%s>\n", element);
}

static void
one_case(struct buf *b, const struct matrix_case *c)
{
	const struct requirement *r = catalogue_get(c->plan->verifies);

	buf_addf(b, "\t\t<testcase");
	attribute(b, "classname", r->name);
	attribute(b, "name", c->plan->id);
	buf_addf(b, " time=\"%.6f\">\n",
	    c->outcome == NULL ? 0.0 : (double)c->outcome->took_us / 1e6);
	buf_addf(b, "\t\t\t<properties>\n");
	property(b, "title", c->plan->title);
	property(b, "clause", c->plan->clause);
	property(b, "requirement", r->name);
	property(b, "requirement-clause", r->clause);
	property(b, "level", level_name(plan_case_level(c->plan)));
	property(b, "provenance", provenance_name(r->provenance));
	property(b, "verdict", verdict_name(c->verdict));
	if (c->waiver != NULL)
		property(b, "waived-until", c->waiver->expires);
	buf_addf(b, "\t\t\t</properties>\n");
	result(b, c);
	buf_addf(b, "\t\t</testcase>\n");
}

static void
one_row(struct buf *b, const struct matrix *m, enum req req)
{
	const struct matrix_row *row = &m->rows[req];
	struct tally t = { 0 };

	if (row->n_cases == 0)
		return;
	for (size_t i = 0; i < row->n_cases; i++)
		count(&t, &m->cases[row->cases[i]]);
	buf_addf(b, "\t<testsuite");
	attribute(b, "name", catalogue_get(req)->name);
	attribute(b, "timestamp", m->plan->created);
	counts(b, &t);
	for (size_t i = 0; i < row->n_cases; i++)
		one_case(b, &m->cases[row->cases[i]]);
	buf_addf(b, "\t</testsuite>\n");
}

/* Rows have no place in JUnit: a suite without cases carries their counts. */
static void
whole(struct buf *b, const struct matrix *m)
{
	size_t rows[ROW_VERDICT_COUNT] = { 0 };

	for (size_t i = 0; i < REQ_COUNT; i++)
		rows[m->rows[i].verdict]++;
	buf_addf(b, "\t<testsuite name=\"run\" tests=\"0\" failures=\"0\""
		    " errors=\"0\" skipped=\"0\" time=\"0\">\n"
		    "\t\t<properties>\n");
	property(b, "run", m->plan->run);
	property(b, "kit", m->plan->kit);
	property(b, "statement", statement_name(m->statement));
	property(b, "partial", m->plan->partial ? "true" : "false");
	if (m->flaw != NULL)
		property(b, "flaw", m->flaw);
	for (size_t v = 0; v < ROW_VERDICT_COUNT; v++) {
		buf_addf(b,
		    "\t\t\t<property name=\"rows.%s\" value=\"%zu\"/>\n",
		    row_verdict_name((enum row_verdict)v), rows[v]);
	}
	buf_addf(b, "\t\t</properties>\n\t</testsuite>\n");
}

void
report_junit(struct buf *b, const struct matrix *m)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < m->n; i++)
		count(&t, &m->cases[i]);
	buf_addf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	attribute(b, "name", "yanshou");
	counts(b, &t);
	whole(b, m);
	for (size_t i = 0; i < REQ_COUNT; i++)
		one_row(b, m, (enum req)i);
	buf_addf(b, "</testsuites>\n");
}
