/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/mem.h"
#include "reports/escape.h"
#include "reports/html_page.h"
#include "reports/lots.h"
#include "reports/services.h"

struct service {
	const char *name, *chapter;
	struct matrix_totals level[LEVEL_COUNT];
	size_t in_scope, lines;
	size_t cases, passed; /* executed, of this protocol */
};

static void
count_rows(const struct matrix *m, struct service *s)
{
	for (size_t i = 0; i < REQ_COUNT; i++) {
		const struct requirement *r = catalogue_get((enum req)i);

		if (strcmp(r->service, s->name) != 0)
			continue;
		s->level[r->level].rows[m->rows[i].verdict]++;
		s->in_scope += m->rows[i].verdict != ROW_EXCLUDED;
	}
	for (size_t i = 0; i < LEVEL_COUNT; i++)
		s->lines += lots_of(&s->level[i]).all > 0;
	for (size_t i = 0; i < m->n; i++) {
		const struct matrix_case *c = &m->cases[i];

		if (!c->plan->executes ||
		    strcmp(service_of_case(c->plan), s->name) != 0)
			continue;
		s->cases++;
		s->passed += c->verdict == PASS;
	}
}

static bool
is_new(const struct service *list, size_t n, const char *chapter)
{
	for (size_t k = 0; k < n; k++)
		if (strcmp(list[k].chapter, chapter) == 0)
			return false;
	return true;
}

/* Chapter by chapter, each with its services. */
static size_t
collect_services(const struct matrix *m, struct service *list)
{
	const char **names = mem_new(REQ_COUNT, sizeof(names[0]));
	size_t n = 0;

	for (size_t i = 0; i < REQ_COUNT; i++) {
		const char *chapter = catalogue_chapter((enum req)i);
		size_t more;

		if (!is_new(list, n, chapter))
			continue;
		more = services_of(chapter, names);
		for (size_t k = 0; k < more; k++) {
			list[n] = (struct service){ .name = names[k],
				.chapter = chapter };
			count_rows(m, &list[n++]);
		}
	}
	free(names);
	return n;
}

#define BAR 96

/* The widths follow the counts; gaps keep the parts apart on paper. */
static void
bar(struct page *p, const struct lots *l, size_t most)
{
	const double unit = (double)BAR / (double)most;
	double x = 0;

	html_rawf(p,
	    "<svg class=\"bar\" viewBox=\"0 0 %d 12\" width=\"%d\" "
	    "height=\"12\" role=\"img\" aria-label=\"",
	    BAR, BAR);
	for (size_t i = 0; i < LOT_COUNT; i++)
		html_rawf(
		    p, "%s %zu ", word_in(ZH, lot_word((enum lot)i)), l->n[i]);
	html_raw(p, "\">");
	for (size_t i = 0; i < LOT_COUNT; i++) {
		const double w = unit * (double)l->n[i];

		if (l->n[i] == 0)
			continue;
		html_rawf(p,
		    "<rect class=\"b-%s\" x=\"%.1f\" y=\"0.5\" width=\"%.1f\" "
		    "height=\"11\"/>",
		    lot_fill((enum lot)i), x, w > 2 ? w - 1 : w);
		x += w;
	}
	html_raw(p, "</svg>");
}

static void
service_line(
    struct page *p, const struct lots *l, enum level level, size_t most)
{
	html_raw(p, "<td>");
	html_level(p, level);
	html_raw(p, "</td>");
	for (size_t i = 0; i < LOT_COUNT; i++)
		html_rawf(p, "<td class=\"n%s %s\">%zu</td>",
		    l->n[i] == 0 ? " zero" : "", lot_fill((enum lot)i),
		    l->n[i]);
	html_rawf(p, "<td class=\"n\">%zu</td><td>", l->all);
	bar(p, l, most);
	html_raw(p, "</td></tr>\n");
}

/* What stands once for all levels of a service. */
static void
service_head(struct page *p, const struct service *s)
{
	enum req req;

	html_rawf(p, "<th scope=\"rowgroup\" rowspan=\"%zu\">", s->lines);
	html_service(p, s->name);
	html_rawf(p, "</th><td class=\"once\" rowspan=\"%zu\">", s->lines);
	if (service_tls(s->name, &req)) {
		html_rawf(p, "<a href=\"#r-%s\">", catalogue_get(req)->name);
		html_verdict(p, p->m->rows[req].verdict);
		html_raw(p, "</a>");
	}
	html_rawf(p, "</td><td class=\"n once\" rowspan=\"%zu\">", s->lines);
	if (s->cases > 0)
		html_rawf(p, "%zu/%zu", s->passed, s->cases);
	html_raw(p, "</td>");
}

static void
one_service(struct page *p, const struct service *s, size_t most)
{
	size_t shown = 0;

	html_raw(p, "<tbody>");
	for (size_t i = 0; i < LEVEL_COUNT; i++) {
		const struct lots l = lots_of(&s->level[i]);

		if (l.all == 0)
			continue;
		html_rawf(p, "<tr%s>", shown == 0 ? " class=\"first\"" : "");
		if (shown++ == 0)
			service_head(p, s);
		service_line(p, &l, (enum level)i, most);
	}
	html_raw(p, "</tbody>\n");
}

#define COLUMNS 11

static void
chapter_head(struct page *p, const char *chapter)
{
	html_rawf(p,
	    "<tbody class=\"group\"><tr><th scope=\"rowgroup\" "
	    "colspan=\"%d\">",
	    COLUMNS);
	html_chapter(p, chapter);
	html_raw(p, "</th></tr></tbody>\n");
}

static size_t
longest(const struct service *list, size_t n)
{
	size_t most = 1;

	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < LEVEL_COUNT; i++) {
			const struct lots l = lots_of(&list[k].level[i]);

			most = l.all > most ? l.all : most;
		}
	return most;
}

static void
legend(struct page *p)
{
	html_raw(p, "<p class=\"note key\">");
	html_word(p, W_LEGEND);
	for (size_t i = 0; i < LOT_COUNT; i++) {
		html_rawf(p,
		    " <span><svg width=\"14\" height=\"11\" "
		    "aria-hidden=\"true\"><rect class=\"b-%s\" x=\"0.5\" "
		    "y=\"0.5\" width=\"13\" height=\"10\"/></svg> ",
		    lot_fill((enum lot)i));
		html_word(p, lot_word((enum lot)i));
		html_raw(p, "</span>");
	}
	html_raw(p, "</p>\n");
}

static void
outside(struct page *p, const struct service *list, size_t n)
{
	struct buf names[2];
	enum word word;
	size_t any = 0;

	for (int t = ZH; t <= EN; t++)
		buf_init(&names[t], 4096);
	for (size_t k = 0; k < n; k++) {
		if (list[k].in_scope > 0)
			continue;
		for (int t = ZH; t <= EN; t++)
			buf_addf(&names[t], "%s%s",
			    any == 0  ? ""
			    : t == ZH ? "、"
				      : ", ",
			    service_word(list[k].name, &word)
				? word_in((enum tongue)t, word)
				: list[k].name);
		any++;
	}
	if (any > 0) {
		html_raw(p, "<p class=\"note\"><span class=\"zh\">");
		word_fill(p->out, ZH, W_OUTSIDE, ESCAPE_HTML,
		    buf_text(&names[ZH]), NULL);
		html_raw(p, "</span> <span class=\"en\" lang=\"en\">");
		word_fill(p->out, EN, W_OUTSIDE, ESCAPE_HTML,
		    buf_text(&names[EN]), NULL);
		html_raw(p, "</span></p>\n");
	}
	buf_free(&names[ZH]);
	buf_free(&names[EN]);
}

void
html_services(struct page *p)
{
	struct service *list = mem_new(REQ_COUNT, sizeof(list[0]));
	const size_t n = collect_services(p->m, list);
	const size_t most = longest(list, n);
	const char *last = "";

	html_heading(p, 3, W_BY_SERVICE);
	html_raw(p, "<div class=\"wide\"><table class=\"services\">\n");
	html_columns(p, W_SERVICE, W_OVER_TLS, W_CASES_PASSED, W_LEVEL,
	    W_PASSED, W_FAILED, W_UNDECIDED, W_UNTESTED, W_OTHER, W_TOTAL,
	    W_SHARE, WORD_COUNT);
	for (size_t k = 0; k < n; k++) {
		if (list[k].in_scope == 0)
			continue;
		if (strcmp(last, list[k].chapter) != 0)
			chapter_head(p, last = list[k].chapter);
		one_service(p, &list[k], most);
	}
	html_raw(p, "</table></div>\n");
	legend(p);
	html_paragraph(p, "note", W_BY_SERVICE_NOTE);
	outside(p, list, n);
	free(list);
}
