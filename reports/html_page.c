/* SPDX-License-Identifier: MIT */
#include "reports/html_page.h"

#include <stdarg.h>
#include <string.h>

#include "lib/number.h"
#include "reports/escape.h"

void
html_raw(struct page *p, const char *markup)
{
	buf_add(p->out, span_of(markup));
}

void
html_rawf(struct page *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(p->out, fmt, ap);
	va_end(ap);
}

void
html_text(struct page *p, const char *text)
{
	escape_text(p->out, text, ESCAPE_HTML);
}

void
html_span(struct page *p, struct span text)
{
	escape_add(p->out, text, ESCAPE_HTML);
}

void
html_clipped(struct page *p, const char *text, size_t most)
{
	const struct span all = span_of(text);
	struct span shown = span_take(all, most);

	/* Not within a character: 10xxxxxx goes on with one (RFC 3629 3). */
	while (shown.len > 0 && shown.len < all.len &&
	       ((unsigned char)text[shown.len] & 0xc0) == 0x80)
		shown.len--;
	html_span(p, shown);
	if (shown.len < all.len)
		html_raw(p, " …");
}

void
html_both(struct page *p, const char *zh, const char *en)
{
	html_raw(p, "<span class=\"zh\">");
	html_text(p, zh);
	html_raw(p, "</span> <span class=\"en\" lang=\"en\">");
	html_text(p, en);
	html_raw(p, "</span>");
}

void
html_why(struct page *p, const char *zh, const char *en)
{
	if (zh == NULL || *zh == '\0')
		html_text(p, en);
	else
		html_both(p, zh, en);
}

void
html_word(struct page *p, enum word word)
{
	html_both(p, word_in(ZH, word), word_in(EN, word));
}

void
html_words(struct page *p, enum word word, ...)
{
	va_list ap;

	html_raw(p, "<span class=\"zh\">");
	va_start(ap, word);
	word_vfill(p->out, ZH, word, ESCAPE_HTML, ap);
	va_end(ap);
	html_raw(p, "</span> <span class=\"en\" lang=\"en\">");
	va_start(ap, word);
	word_vfill(p->out, EN, word, ESCAPE_HTML, ap);
	va_end(ap);
	html_raw(p, "</span>");
}

void
html_words_why(struct page *p, enum word word, const char *zh, const char *en)
{
	html_raw(p, "<span class=\"zh\">");
	word_fill(p->out, ZH, word, ESCAPE_HTML, zh == NULL ? en : zh, NULL);
	html_raw(p, "</span> <span class=\"en\" lang=\"en\">");
	word_fill(p->out, EN, word, ESCAPE_HTML, en, NULL);
	html_raw(p, "</span>");
}

void
html_heading(struct page *p, int level, enum word word)
{
	html_rawf(p, "<h%d>", level);
	html_word(p, word);
	html_rawf(p, "</h%d>\n", level);
}

void
html_section(struct page *p, const char *id, enum word title)
{
	html_rawf(
	    p, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n", id, id);
	html_rawf(p, "<h2 id=\"%s-title\">", id);
	html_word(p, title);
	html_raw(p, "</h2>\n");
}

void
html_paragraph(struct page *p, const char *class, enum word word)
{
	html_rawf(p, "<p class=\"%s\">", class);
	html_word(p, word);
	html_raw(p, "</p>\n");
}

void
html_columns(struct page *p, ...)
{
	va_list ap;
	int word;

	html_raw(p, "<thead><tr>");
	va_start(ap, p);
	while ((word = va_arg(ap, int)) != WORD_COUNT) {
		html_raw(p, "<th scope=\"col\">");
		html_word(p, (enum word)word);
		html_raw(p, "</th>");
	}
	va_end(ap);
	html_raw(p, "</tr></thead>\n");
}

void
html_fact_begin(struct page *p, enum word name)
{
	html_raw(p, "<div><dt>");
	html_word(p, name);
	html_raw(p, "</dt><dd>");
}

void
html_fact_end(struct page *p)
{
	html_raw(p, "</dd></div>\n");
}

void
html_fact(struct page *p, enum word name, const char *value)
{
	html_fact_begin(p, name);
	if (value == NULL || *value == '\0')
		html_word(p, W_NOT_GIVEN);
	else
		html_text(p, value);
	html_fact_end(p);
}

void
html_verdict(struct page *p, enum row_verdict v)
{
	html_rawf(p,
	    "<span class=\"v v-%s\"><span aria-hidden=\"true\">%s</span> ",
	    row_verdict_name(v), row_sign(v));
	html_both(p, row_verdict_zh(v), row_verdict_name(v));
	html_raw(p, "</span>");
}

void
html_level(struct page *p, enum level level)
{
	html_rawf(p, "<span class=\"level l-%s\">", level_name(level));
	html_word(p, level_word(level));
	html_raw(p, "</span>");
}

void
html_row_link(struct page *p, enum req req)
{
	const char *name = catalogue_get(req)->name;

	html_rawf(p, "<a class=\"row\" href=\"#r-%s\">%s</a>", name, name);
}

void
html_chapter(struct page *p, const char *chapter)
{
	enum word word;

	if (chapter_word(chapter, &word))
		html_word(p, word);
	else
		html_text(p, chapter);
}

void
html_service(struct page *p, const char *service)
{
	enum word word;

	if (service_word(service, &word))
		html_word(p, word);
	else
		html_text(p, service);
}

void
html_tally(struct page *p, const size_t n[ROW_VERDICT_COUNT])
{
	for (size_t v = 0; v < ROW_VERDICT_COUNT; v++) {
		const enum row_verdict verdict = (enum row_verdict)v;

		if (n[v] == 0)
			continue;
		html_rawf(p,
		    " <span class=\"v v-%s\"><span aria-hidden=\"true\">%s"
		    "</span> ",
		    row_verdict_name(verdict), row_sign(verdict));
		html_both(
		    p, row_verdict_zh(verdict), row_verdict_name(verdict));
		html_rawf(p, " %zu</span>", n[v]);
	}
}

void
html_word_of(struct page *p, enum word word, const char *filled)
{
	word_fill(p->out, EN, word, ESCAPE_HTML, filled, NULL);
}

/* "P", "S12", "K RFC 5321 4.5.3.2": see fixtures/catalogue. */
void
html_origin(struct page *p, const struct limit *l, bool agreed)
{
	char was[64];

	snprintf(
	    was, sizeof(was), "%s %s", number_of(l->value, 6).text, l->unit);
	if (agreed)
		html_words(p, W_ORIGIN_SITE, was, l->mark, NULL);
	else if (strcmp(l->mark, "P") == 0)
		html_word(p, W_ORIGIN_P);
	else if (l->mark[0] == 'K' && l->mark[1] == ' ')
		html_words(p, W_ORIGIN_K, l->mark + 2, NULL);
	else
		html_words(p, W_ORIGIN_S, l->mark, NULL);
}

void
html_reading(struct page *p, const struct interpretation *i)
{
	html_raw(p, "<li><b>");
	html_text(p, i->id);
	html_raw(p, "</b> ");
	html_text(p, i->clause);
	html_raw(p, " ");
	html_both(p, i->zh, i->en);
	html_raw(p, "</li>\n");
}

void
html_evidence_link(struct page *p, const char *path, struct span shown)
{
	html_raw(p, "<a href=\"");
	escape_text(p->out, p->beside, ESCAPE_URL);
	html_raw(p, "evidence/");
	escape_text(p->out, path, ESCAPE_URL);
	html_raw(p, "\">");
	html_span(p, shown);
	html_raw(p, "</a>");
}
