/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/mem.h"
#include "reports/html_page.h"
#include "reports/services.h"
#include "reports/shown.h"

#define LONG_US 100000000 /* beyond that milliseconds say little */

static void
case_line(struct page *p, size_t i)
{
	const struct matrix_case *c = &p->m->cases[i];
	const struct load_scenario *load = html_load_of(p, c->plan->id);

	html_rawf(p, "<tr id=\"c-%zu\"><th scope=\"row\"><code>", i);
	html_text(p, c->plan->id);
	html_raw(p, "</code></th><td>");
	html_both(p, c->plan->title_zh, c->plan->title);
	html_raw(p, "</td><td class=\"small\">");
	html_text(p, c->plan->clause);
	html_raw(p, "</td><td>");
	html_verdict(p, row_of(c->verdict));
	html_raw(p, "</td><td class=\"n\">");
	if (c->outcome != NULL && c->outcome->took_us >= LONG_US)
		html_text(p, shown_time((double)c->outcome->took_us).text);
	else if (c->outcome != NULL)
		html_rawf(p, "%.1f ms", (double)c->outcome->took_us / 1e3);
	html_raw(p, "</td><td class=\"small\">");
	if (load != NULL)
		html_load_link(p, load);
	else
		html_evidence_links(p, c->outcome);
	if (!c->plan->executes)
		html_why(p, c->why_zh, c->why);
	html_raw(p, "</td></tr>\n");
}

/* Fewer cases than this are taken in without themes. */
#define THEMES_FROM 10

static bool
same_theme(const struct page *p, size_t a, size_t b)
{
	return span_eq(case_theme(p->m->cases[a].plan->id),
	    case_theme(p->m->cases[b].plan->id));
}

static size_t
theme_size(const struct page *p, const struct matrix_row *row, size_t at)
{
	size_t n = 0;

	for (size_t i = 0; i < row->n_cases; i++)
		n += same_theme(p, row->cases[i], at);
	return n;
}

static bool
theme_begins(const struct page *p, const struct matrix_row *row, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_theme(p, row->cases[k], row->cases[i]))
			return false;
	return true;
}

static void
one_theme(struct page *p, const struct matrix_row *row, size_t at)
{
	size_t n[ROW_VERDICT_COUNT] = { 0 };

	for (size_t i = 0; i < row->n_cases; i++)
		if (same_theme(p, row->cases[i], at))
			n[row_of(p->m->cases[row->cases[i]].verdict)]++;
	html_raw(p, "<tbody><tr class=\"group\"><th scope=\"rowgroup\" "
		    "colspan=\"6\"><code>");
	html_span(p, case_theme(p->m->cases[at].plan->id));
	html_raw(p, "</code>");
	html_tally(p, n);
	html_raw(p, "</th></tr>\n");
	for (size_t i = 0; i < row->n_cases; i++)
		if (same_theme(p, row->cases[i], at))
			case_line(p, row->cases[i]);
	html_raw(p, "</tbody>\n");
}

/* What is alone in its theme comes first, then theme by theme. */
static void
by_theme(struct page *p, const struct matrix_row *row)
{
	const bool few = row->n_cases < THEMES_FROM;
	size_t n = 0;

	for (size_t i = 0; i < row->n_cases; i++) {
		if (!few && theme_size(p, row, row->cases[i]) > 1)
			continue;
		html_raw(p, n++ == 0 ? "<tbody>\n" : "");
		case_line(p, row->cases[i]);
	}
	html_raw(p, n > 0 ? "</tbody>\n" : "");
	for (size_t i = 0; !few && i < row->n_cases; i++)
		if (theme_size(p, row, row->cases[i]) > 1 &&
		    theme_begins(p, row, i))
			one_theme(p, row, row->cases[i]);
}

static void
row_cases(struct page *p, enum req req)
{
	const struct requirement *r = catalogue_get(req);
	const struct matrix_row *row = &p->m->rows[req];
	size_t n[ROW_VERDICT_COUNT] = { 0 };

	for (size_t i = 0; i < row->n_cases; i++)
		n[row_of(p->m->cases[row->cases[i]].verdict)]++;
	html_rawf(
	    p, "<details class=\"fold\" id=\"cr-%s\"><summary><h4>", r->name);
	html_text(p, r->name);
	html_raw(p, " ");
	html_both(p, r->zh, r->en);
	html_raw(p, "</h4> <span class=\"counts\">");
	html_words(p, W_CASES_ALL, num(row->n_cases).text, NULL);
	html_tally(p, n);
	html_raw(p, "</span></summary>\n"
		    "<div class=\"wide\"><table class=\"cases\">\n");
	html_columns(p, W_CASE, W_REASON, W_CASE_CLAUSE, W_VERDICT, W_TOOK,
	    W_EVIDENCE, WORD_COUNT);
	by_theme(p, row);
	html_raw(p, "</table></div>\n</details>\n");
}

static void
service_cases(struct page *p, const char *chapter, const char *service)
{
	size_t n = 0;

	for (size_t i = 0; i < REQ_COUNT; i++) {
		if (p->m->rows[i].n_cases == 0 ||
		    strcmp(catalogue_get((enum req)i)->service, service) != 0 ||
		    strcmp(catalogue_chapter((enum req)i), chapter) != 0)
			continue;
		if (n++ == 0) {
			html_raw(p, "<h3>");
			html_service(p, service);
			html_raw(p, "</h3>\n");
		}
		row_cases(p, (enum req)i);
	}
}

static bool
chapter_begins(enum req req)
{
	for (size_t i = 0; i < (size_t)req; i++)
		if (strcmp(catalogue_chapter((enum req)i),
			catalogue_chapter(req)) == 0)
			return false;
	return true;
}

void
html_cases(struct page *p)
{
	const char **names = mem_new(REQ_COUNT, sizeof(names[0]));

	html_section(p, "cases", W_CASES);
	html_raw(p, "<p class=\"note\">");
	html_words(p, W_CASES_NOTE, num(p->m->n).text, NULL);
	html_raw(p, "</p>\n");
	for (size_t i = 0; i < REQ_COUNT; i++) {
		const char *chapter = catalogue_chapter((enum req)i);
		size_t n;

		if (!chapter_begins((enum req)i))
			continue;
		n = services_of(chapter, names);
		for (size_t k = 0; k < n; k++)
			service_cases(p, chapter, names[k]);
	}
	html_raw(p, "</section>\n");
	free(names);
}
