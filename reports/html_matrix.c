/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/mem.h"
#include "reports/escape.h"
#include "reports/html_page.h"
#include "reports/services.h"

struct chapter {
	const char *name;
	size_t rows[ROW_VERDICT_COUNT], n;
};

/* Rows of one chapter stand together in the catalogue or do not: count. */
static struct chapter
chapter_of(const struct matrix *m, enum req first)
{
	struct chapter c = { .name = catalogue_chapter(first) };

	for (size_t i = 0; i < REQ_COUNT; i++)
		if (strcmp(catalogue_chapter((enum req)i), c.name) == 0) {
			c.rows[m->rows[i].verdict]++;
			c.n++;
		}
	return c;
}

static bool
seen_before(enum req req)
{
	for (size_t i = 0; i < (size_t)req; i++)
		if (strcmp(catalogue_chapter((enum req)i),
			catalogue_chapter(req)) == 0)
			return true;
	return false;
}

static void
chapter_summary(struct page *p, const struct chapter *c, bool out)
{
	html_raw(p, "<summary><h3>");
	html_chapter(p, c->name);
	html_raw(p, "</h3> <span class=\"counts\">");
	if (out)
		html_words(p, W_CHAPTER_OUT, num(c->n).text, NULL);
	else
		html_words(p, W_CHAPTER_COUNT, num(c->n).text, NULL);
	if (!out)
		html_tally(p, c->rows);
	html_raw(p, "</span></summary>\n");
}

static void
why(struct page *p, const struct matrix_row *row)
{
	html_why(p, row->why_zh, row->why);
	if (row->waiver != NULL) {
		html_raw(p, " <span class=\"tag\">");
		html_words(p, W_WAIVED, row->waiver->expires, NULL);
		html_raw(p, "</span>");
	}
	for (size_t i = 0; i < row->n_cases; i++) {
		const struct matrix_case *c = &p->m->cases[row->cases[i]];

		if (c->verdict == PASS || row_of(c->verdict) != row->verdict)
			continue;
		html_rawf(p, "<a class=\"case-link\" href=\"#%s-%zu\">",
		    c->verdict == NOT_APPLICABLE ? "c" : "f", row->cases[i]);
		html_text(p, c->plan->id);
		html_raw(p, "</a> ");
	}
}

static void
one_row(struct page *p, enum req req)
{
	const struct requirement *r = catalogue_get(req);
	const struct matrix_row *row = &p->m->rows[req];

	html_rawf(p, "<tr id=\"r-%s\" data-v=\"%s\"><th scope=\"row\">",
	    r->name, row_verdict_name(row->verdict));
	html_text(p, r->name);
	html_raw(p, "<small>");
	html_text(p, r->clause);
	html_raw(p, "</small></th><td>");
	html_both(p, r->zh, r->en);
	html_raw(p, "</td><td>");
	html_level(p, r->level);
	html_raw(p, "</td><td class=\"small basis\">");
	html_word(p, provenance_word(r->provenance));
	html_raw(p, "</td><td>");
	html_verdict(p, row->verdict);
	html_raw(p, "</td><td class=\"n\">");
	if (row->n_cases > 0)
		html_rawf(p, "<a href=\"#cr-%s\">%zu/%zu</a>", r->name,
		    row->executed, row->n_cases);
	html_raw(p, "</td><td class=\"small\">");
	why(p, row);
	html_raw(p, "</td></tr>\n");
}

static bool
is_outside(const struct page *p, const struct chapter *c, enum req req)
{
	return strcmp(catalogue_chapter(req), c->name) == 0 &&
	       p->m->rows[req].verdict == ROW_EXCLUDED;
}

/* One reason stands for all rows that were left out for it. */
static void
reasons_outside(struct page *p, const struct chapter *c)
{
	const char *last = NULL;

	for (size_t i = 0; i < REQ_COUNT; i++) {
		const struct matrix_row *row = &p->m->rows[i];

		if (!is_outside(p, c, (enum req)i) || row->why == NULL ||
		    (last != NULL && strcmp(last, row->why) == 0))
			continue;
		last = row->why;
		html_raw(p, "<p class=\"note\">");
		html_why(p, row->why_zh, row->why);
		html_raw(p, "</p>\n");
	}
}

/* Nothing was asked of these: a list is enough, and every row is on it. */
static void
rows_outside(struct page *p, const struct chapter *c)
{
	html_raw(p, "<ul class=\"outside\">\n");
	for (size_t i = 0; i < REQ_COUNT; i++) {
		const struct requirement *r = catalogue_get((enum req)i);
		const struct matrix_row *row = &p->m->rows[i];

		if (!is_outside(p, c, (enum req)i))
			continue;
		html_rawf(p, "<li id=\"r-%s\" data-v=\"%s\"><b>", r->name,
		    row_verdict_name(row->verdict));
		html_text(p, r->name);
		html_raw(p, "</b> ");
		html_text(p, r->clause);
		html_raw(p, " ");
		html_level(p, r->level);
		html_raw(p, " ");
		html_both(p, r->zh, r->en);
		html_raw(p, "</li>\n");
	}
	html_raw(p, "</ul>\n");
	reasons_outside(p, c);
}

/* The rows of one service that are in scope, under its name. */
static void
service_rows(struct page *p, const struct chapter *c, const char *service)
{
	size_t n = 0;

	for (size_t i = 0; i < REQ_COUNT; i++) {
		const enum req req = (enum req)i;

		if (strcmp(catalogue_chapter(req), c->name) != 0 ||
		    strcmp(catalogue_get(req)->service, service) != 0 ||
		    p->m->rows[i].verdict == ROW_EXCLUDED)
			continue;
		if (n++ == 0) {
			html_raw(p, "<tbody><tr class=\"group\"><th "
				    "scope=\"rowgroup\" colspan=\"7\">");
			html_service(p, service);
			html_raw(p, "</th></tr>\n");
		}
		one_row(p, req);
	}
	html_raw(p, n > 0 ? "</tbody>\n" : "");
}

static void
rows_inside(struct page *p, const struct chapter *c)
{
	const char **names = mem_new(REQ_COUNT, sizeof(names[0]));
	const size_t n = services_of(c->name, names);

	html_raw(p, "<div class=\"wide\"><table class=\"rows\">\n");
	html_columns(p, W_ROW, W_REQUIREMENT, W_LEVEL, W_BASIS_CLASS, W_VERDICT,
	    W_CASES_COUNT, W_REASON, WORD_COUNT);
	for (size_t i = 0; i < n; i++)
		service_rows(p, c, names[i]);
	html_raw(p, "</table></div>\n");
	free(names);
	if (c->rows[ROW_EXCLUDED] == 0)
		return;
	html_raw(p, "<details class=\"chapter rest\"><summary>");
	html_words(p, W_CHAPTER_REST, num(c->rows[ROW_EXCLUDED]).text, NULL);
	html_raw(p, "</summary>\n");
	rows_outside(p, c);
	html_raw(p, "</details>\n");
}

static void
one_chapter(struct page *p, enum req first)
{
	const struct chapter c = chapter_of(p->m, first);
	const bool out = c.rows[ROW_EXCLUDED] == c.n;

	html_rawf(p, "<details class=\"chapter\"%s>\n", out ? "" : " open");
	chapter_summary(p, &c, out);
	if (out)
		rows_outside(p, &c);
	else
		rows_inside(p, &c);
	html_raw(p, "</details>\n");
}

/* Hidden until the script shows it: it does nothing without. */
static void
filter(struct page *p)
{
	size_t rows[ROW_VERDICT_COUNT] = { 0 };

	for (size_t i = 0; i < REQ_COUNT; i++)
		rows[p->m->rows[i].verdict]++;
	html_raw(p, "<form class=\"filter\" hidden><fieldset><legend>");
	html_word(p, W_FILTER);
	html_raw(p, "</legend>\n");
	for (size_t v = 0; v < ROW_VERDICT_COUNT; v++) {
		if (rows[v] == 0)
			continue;
		html_rawf(p, "<label><input type=\"checkbox\" value=\"%s\">",
		    row_verdict_name((enum row_verdict)v));
		html_verdict(p, (enum row_verdict)v);
		html_rawf(p, " %zu</label>\n", rows[v]);
	}
	html_raw(p, "<label class=\"text\">");
	html_word(p, W_FILTER_TEXT);
	html_raw(p, " <input type=\"search\"></label>\n"
		    "<button type=\"reset\">");
	html_word(p, W_FILTER_ALL);
	html_raw(p, "</button> <output aria-live=\"polite\"></output>"
		    "</fieldset></form>\n");
}

void
html_matrix(struct page *p)
{
	html_section(p, "matrix", W_MATRIX);
	html_raw(p, "<p class=\"note\">");
	html_words(p, W_MATRIX_NOTE, num(REQ_COUNT).text, NULL);
	html_raw(p, "</p>\n");
	filter(p);
	for (size_t i = 0; i < REQ_COUNT; i++)
		if (!seen_before((enum req)i))
			one_chapter(p, (enum req)i);
	html_raw(p, "</section>\n");
}
