/* SPDX-License-Identifier: MIT */
/* Each limit with its source, what was measured, and the verdict. */
#include <math.h>
#include <string.h>

#include "reports/html_load.h"
#include "reports/shown.h"

#define EACH_MOST 8192 /* octets, of a figure for each repeat */

static const struct limit *
catalogue_limit(enum req req, const char *metric)
{
	size_t n;
	const struct limit *list = catalogue_limits(&n);

	for (size_t i = 0; i < n; i++)
		if (list[i].req == req && strcmp(list[i].metric, metric) == 0)
			return &list[i];
	return NULL;
}

static void
limit_cell(struct page *p, enum req row, const struct load_metric *m)
{
	const struct limit *l = catalogue_limit(row, m->metric);
	const char *bound = m->bound == NULL ? "" : m->bound;

	html_word_of(p,
	    strcmp(bound, "least") == 0 || strcmp(bound, "above") == 0
		? W_LOAD_AT_LEAST
	    : strcmp(bound, "equal") == 0 ? W_LOAD_EQUAL_TO
					  : W_LOAD_AT_MOST,
	    shown_limit(m->limit, m->unit).text);
	html_raw(p, "<small>");
	if (l != NULL)
		html_origin(p, l, strcmp(m->mark, "profile") == 0);
	else if (strcmp(m->mark, "P") == 0) /* ours, and in no file */
		html_word(p, W_ORIGIN_P);
	else
		html_text(p, m->mark);
	html_raw(p, "</small>");
}

static void
interval(struct page *p, const struct load_metric *m, const struct shown at[3])
{
	html_raw(p, "<small>");
	if (m->over > 0)
		html_words(p, W_LOAD_INTERVAL_OVER, at[0].text, at[2].text,
		    shown_count(m->over).text, NULL);
	else
		html_words(p, W_LOAD_INTERVAL, at[0].text, at[2].text, NULL);
	html_raw(p, "</small>");
	if (m->n > 1 && m->over == 0) {
		html_raw(p, "<small>");
		html_words(p, m->effect > 1.05 ? W_LOAD_SAMPLES : W_LOAD_VALUES,
		    shown_number(m->n).text,
		    shown_number(m->n / fmax(m->effect, 1)).text, NULL);
		html_raw(p, "</small>");
	}
	if (!m->interval_reached) {
		html_raw(p, "<small><b>");
		html_word(p, W_LOAD_INTERVAL_WIDE);
		html_raw(p, "</b></small>");
	}
}

static void
each(struct page *p, const struct load_metric *m)
{
	struct buf list;

	if (m->n_each == 0)
		return;
	buf_init(&list, EACH_MOST);
	for (size_t i = 0; i < m->n_each; i++)
		buf_addf(&list, "%s%s", i == 0 ? "" : " · ",
		    shown_of(m->each[i], m->unit).text);
	html_raw(p, "<small>");
	html_words(p, W_LOAD_EACH, buf_text(&list), NULL);
	html_raw(p, "</small>");
	buf_free(&list);
}

static void
measured_cell(struct page *p, const struct load_metric *m)
{
	const double values[] = { m->low, m->measured, m->high };
	struct shown at[3];

	if (!m->any) { /* the note says why */
		html_raw(p, "–");
		return;
	}
	at[1] = shown_of(m->measured, m->unit);
	if (m->interval)
		shown_apart(at, values, 3, m->unit);
	html_raw(p, m->beyond ? "<b>&gt; " : "<b>");
	html_text(p, at[1].text);
	html_raw(p, "</b>");
	if (m->interval)
		interval(p, m, at);
	each(p, m);
}

static void
one_metric(struct page *p, enum req row, const struct load_metric *m)
{
	html_raw(p, "<tr><th scope=\"row\"><code>");
	html_text(p, m->metric);
	html_raw(p, "</code></th><td>");
	limit_cell(p, row, m);
	html_raw(p, "</td><td>");
	measured_cell(p, m);
	html_raw(p, "</td><td>");
	html_verdict(p, row_of(m->verdict));
	html_raw(p, "</td><td class=\"small\">");
	if (m->verdict != PASS) /* else it says what stands beside it */
		html_why(p, m->why_zh, m->why);
	html_raw(p, "</td></tr>\n");
}

/* The case's number in the matrix, or the number of cases. */
static size_t
case_of(const struct page *p, const char *id)
{
	size_t i = 0;

	while (i < p->m->n &&
	       (id == NULL || strcmp(p->m->cases[i].plan->id, id) != 0))
		i++;
	return i;
}

/* The reason of the row is that of a metric. */
static bool
told_below(const struct load_judged *j)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->metrics[i].verdict == j->verdict)
			return true;
	return false;
}

static void
judged_head(struct page *p, const struct load_judged *j)
{
	const struct requirement *r = catalogue_get(j->row);
	const size_t i = case_of(p, j->id);

	html_raw(p, "<tbody><tr class=\"group\"><th scope=\"rowgroup\" "
		    "colspan=\"3\">");
	html_row_link(p, j->row);
	html_raw(p, " ");
	if (j->title != NULL)
		html_why(p, j->title_zh, j->title);
	else
		html_both(p, r->zh, r->en);
	if (i < p->m->n) {
		html_rawf(p, " <a class=\"row\" href=\"#c-%zu\">", i);
		html_text(p, j->id);
		html_raw(p, "</a>");
	}
	html_raw(p, "</th><td>");
	html_verdict(p, row_of(j->verdict));
	html_raw(p, "</td><td class=\"small\">");
	if (!told_below(j))
		html_why(p, j->why_zh, j->why);
	html_raw(p, "</td></tr>\n");
}

static void
table(struct page *p, const struct load_scenario *s)
{
	if (s->n_judged == 0)
		return;
	html_heading(p, 4, s->repeat > 0 ? W_LOAD_ALONE : W_LOAD_VERDICTS);
	html_raw(p, "<div class=\"wide\"><table class=\"judged\">\n");
	html_columns(p, W_METRIC, W_LOAD_LIMIT, W_LOAD_MEASURED, W_VERDICT,
	    W_REASON, WORD_COUNT);
	for (size_t i = 0; i < s->n_judged; i++) {
		const struct load_judged *j = &s->judged[i];

		judged_head(p, j);
		for (size_t k = 0; k < j->n; k++)
			one_metric(p, j->row, &j->metrics[k]);
		html_raw(p, "</tbody>\n");
	}
	html_raw(p, "</table></div>\n");
}

static void
generator(struct page *p, const struct load_scenario *s)
{
	const enum word word = s->generator_good ? W_LOAD_GOOD : W_LOAD_BAD;
	const char *why[] = { s->generator_why_zh, s->generator_why };

	html_rawf(p, "<p class=\"generator %s\">",
	    s->generator_good ? "good" : "bad");
	for (int t = ZH; t <= EN; t++) {
		html_rawf(p,
		    "%s<b><span aria-hidden=\"true\">%s</span> %s</b> ",
		    t == ZH ? "<span class=\"zh\">"
			    : " <span class=\"en\" lang=\"en\">",
		    s->generator_good ? "✓" : "?",
		    word_in((enum tongue)t, word));
		html_text(p, why[t]);
		html_raw(p, "</span>");
	}
	html_raw(p, "</p>\n");
}

void
html_load_verdicts(struct page *p, const struct load_scenario *s)
{
	table(p, s);
	generator(p, s);
}
