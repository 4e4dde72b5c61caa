/* SPDX-License-Identifier: MIT */
#include "reports/tap.h"

#include "lib/catalogue.h"
#include "reports/escape.h"

static void
fact(struct buf *b, const char *key, const char *value)
{
	if (value == NULL)
		return;
	buf_addf(b, "  %s: \"", key);
	escape_text(b, value, ESCAPE_YAML);
	buf_addf(b, "\"\n");
}

static void
diagnosis(struct buf *b, const struct matrix_case *c)
{
	const struct requirement *r = catalogue_get(c->plan->verifies);

	buf_addf(b, "  ---\n");
	fact(b, "verdict", verdict_name(c->verdict));
	fact(b, "requirement", r->name);
	fact(b, "level", level_name(plan_case_level(c->plan)));
	fact(b, "provenance", provenance_name(r->provenance));
	fact(b, "clause", c->plan->clause);
	fact(b, "why", c->why);
	if (c->outcome != NULL) {
		fact(b, "expected", c->outcome->expected);
		fact(b, "heard", c->outcome->heard);
		fact(b, "evidence", c->outcome->file);
	}
	if (c->waiver != NULL)
		fact(b, "waived_until", c->waiver->expires);
	buf_addf(b, "  ...\n");
}

static void
point(struct buf *b, size_t number, const struct matrix_case *c)
{
	const bool ok = c->verdict == PASS || c->verdict == NOT_APPLICABLE;

	buf_addf(b, "%s %zu - ", ok ? "ok" : "not ok", number);
	escape_text(b, c->plan->id, ESCAPE_TAP);
	if (c->verdict == NOT_APPLICABLE) {
		buf_addf(b, " # SKIP ");
		escape_text(b, c->why, ESCAPE_TAP);
	}
	buf_addf(b, "\n");
	if (!ok)
		diagnosis(b, c);
}

/* Comments: TAP knows no rows, and a reader of the log wants them. */
static void
rows(struct buf *b, const struct matrix *m)
{
	size_t n[ROW_VERDICT_COUNT] = { 0 };

	for (size_t i = 0; i < REQ_COUNT; i++)
		n[m->rows[i].verdict]++;
	for (size_t v = 0; v < ROW_VERDICT_COUNT; v++)
		buf_addf(b, "# rows %s: %zu\n",
		    row_verdict_name((enum row_verdict)v), n[v]);
	buf_addf(b, "# statement: %s\n", statement_name(m->statement));
}

void
report_tap(struct buf *b, const struct matrix *m)
{
	buf_addf(b, "TAP version 14\n");
	if (m->n == 0) {
		buf_addf(b, "Bail out! nothing was planned\n");
		return;
	}
	buf_addf(b, "1..%zu\n", m->n);
	if (m->plan->partial) {
		buf_addf(b, "# partial run: ");
		escape_text(b, m->plan->selector, ESCAPE_LINE);
		buf_addf(b, "\n");
	}
	for (size_t i = 0; i < m->n; i++)
		point(b, i + 1, &m->cases[i]);
	rows(b, m);
	if (m->statement == STATEMENT_NONE && !m->plan->partial) {
		buf_addf(b, "Bail out! ");
		escape_text(b, m->flaw, ESCAPE_TAP);
		buf_addf(b, "\n");
	}
}
