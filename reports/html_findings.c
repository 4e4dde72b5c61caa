/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "reports/escape.h"
#include "reports/exchange.h"
#include "reports/html_page.h"

#define AROUND    2    /* entries shown on each side of the deviation */
#define TEXT_MOST 4000 /* octets of one entry */
#define FULL_MOST 200  /* entries of a full conversation */
#define TALK_MOST (size_t)(1024 * 1024) /* octets of all of these */
#define OPEN_MOST 8 /* cases of a list that is open from the start */

/* ---- conversations ---- */

static enum word
speaker(char dir)
{
	return dir == 'C' ? W_WE : dir == 'S' ? W_TARGET : W_EVENT;
}

/* Where the line ends of text that lib/text.h escaped: at "\r\n". */
static size_t
line_end(struct span text)
{
	for (size_t i = 0; i + 1 < text.len; i++) {
		if (text.ptr[i] != '\\')
			continue;
		if (span_starts(span_skip(text, i), SPAN("\\r\\n")))
			return i + strlen("\\r\\n");
		i++;
	}
	return text.len;
}

/* A reply of many lines is shown as such, its line ends made faint. */
static void
spoken(struct page *p, struct span text)
{
	const bool cut = text.len > TEXT_MOST;

	text = span_take(text, TEXT_MOST);
	while (text.len > 0) {
		const size_t n = line_end(text);
		const size_t tail =
		    n >= 4 && memcmp(text.ptr + n - 4, "\\r\\n", 4) == 0 ? 4
									 : 0;

		html_span(p, span_take(text, n - tail));
		if (tail > 0)
			html_raw(p, "<i>\\r\\n</i>");
		text = span_skip(text, n);
		if (text.len > 0)
			html_raw(p, "\n");
	}
	if (cut)
		html_raw(p, " …");
}

static void
talk_line(struct page *p, const struct exchange_line *l, bool deviates)
{
	html_rawf(p,
	    "<li class=\"%s%s\"><span class=\"t\">%.3f ms</span> "
	    "<span class=\"who\">",
	    l->dir == 'C'   ? "we"
	    : l->dir == 'S' ? "target"
			    : "event",
	    deviates ? " deviates" : "", (double)l->t_us / 1e3);
	html_word(p, speaker(l->dir));
	if (*l->party != '\0') {
		html_raw(p, " ");
		html_text(p, l->party);
	}
	html_raw(p, "</span> <code>");
	if (deviates)
		html_raw(p, "<mark>");
	spoken(p, span_of(l->text));
	if (deviates)
		html_raw(p, "</mark>");
	html_raw(p, "</code>");
	if (deviates) {
		html_raw(p, " <strong class=\"here\">◀ ");
		html_word(p, W_DEVIATES);
		html_raw(p, "</strong>");
	}
	html_raw(p, "</li>\n");
}

static void
talk(struct page *p, const struct exchange *t, int deviation, size_t from,
    size_t to)
{
	html_raw(p, "<ol class=\"talk\">\n");
	for (size_t i = from; i < to && i < t->n; i++)
		talk_line(p, &t->lines[i], t->lines[i].line == deviation);
	html_raw(p, "</ol>\n");
}

static void
excerpt(struct page *p, const struct exchange *t, int deviation)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->lines[i].line == deviation) {
			html_heading(p, 5, W_EXCERPT);
			talk(p, t, deviation, i < AROUND ? 0 : i - AROUND,
			    i + AROUND + 1);
			return;
		}
}

/*
 * The whole of it, as long as the page stays one that opens at once; what is
 * left out is a click away, and the excerpt is always there.
 */
static void
full(struct page *p, const struct exchange *t, const struct outcome *o)
{
	const size_t before = p->out->len;
	const bool cut = t->cut || t->n > FULL_MOST;

	if (p->talked > TALK_MOST) {
		html_raw(p, "<p class=\"note\">");
		html_word(p, W_FULL_FILE);
		html_raw(p, " ");
		html_evidence_link(p, o->file, span_of(o->file));
		html_raw(p, "</p>\n");
		return;
	}
	html_raw(p, "<details class=\"full\"><summary>");
	html_words(p, W_FULL, num(t->n).text, NULL);
	html_raw(p, "</summary>\n");
	talk(p, t, o->line, 0, t->n < FULL_MOST ? t->n : FULL_MOST);
	if (cut) {
		html_raw(p, "<p class=\"note\">");
		html_word(p, W_FULL_CUT);
		html_raw(p, " ");
		html_evidence_link(p, o->file, span_of(o->file));
		html_raw(p, "</p>\n");
	}
	html_raw(p, "</details>\n");
	p->talked += p->out->len - before;
}

static void
conversation(struct page *p, const struct outcome *o)
{
	struct exchange t;
	struct err err = { 0 };

	if (o == NULL || o->file == NULL)
		return;
	if (!exchange_read(p->run_dir, o->file, &t, &err)) {
		html_raw(p, "<p class=\"note\">");
		html_words(p, W_NO_TRANSCRIPT, err.what, NULL);
		html_raw(p, "</p>\n");
		return;
	}
	excerpt(p, &t, o->line);
	full(p, &t, o);
	exchange_free(&t);
}

/* ---- one case ---- */

/* The claim that failed may cite more exactly than the case does. */
static const char *
case_clause(const struct matrix_case *c)
{
	return c->outcome != NULL && c->outcome->clause != NULL
		   ? c->outcome->clause
		   : c->plan->clause;
}

static void
side(struct page *p, const char *class, enum word name, const char *text)
{
	html_rawf(p, "<div class=\"%s\">", class);
	html_heading(p, 5, name);
	html_raw(p, "<p><code>");
	html_text(p, text);
	html_raw(p, "</code></p></div>\n");
}

/* The two sides say what the reason would say again. */
static bool
has_sides(const struct outcome *o)
{
	return o != NULL && o->expected != NULL && o->heard != NULL;
}

static void
both_sides(struct page *p, const struct outcome *o)
{
	if (!has_sides(o))
		return;
	html_raw(p, "<div class=\"sides\">\n");
	side(p, "expected", W_EXPECTED, o->expected);
	side(p, "heard", W_HEARD, o->heard);
	html_raw(p, "</div>\n");
}

/* Readings of the very clause; the others of the row are in the annex. */
static void
interpretations(struct page *p, enum req req, const char *clause)
{
	size_t n, all = 0, shown = 0;
	const struct interpretation *list = catalogue_interpretations(&n);

	for (size_t i = 0; i < n; i++) {
		if (list[i].req != req)
			continue;
		if (all++ == 0)
			html_heading(p, 5, W_INTERPRETATION);
		if (strcmp(list[i].clause, clause) != 0)
			continue;
		html_raw(p, shown++ == 0 ? "<ul class=\"note\">\n" : "");
		html_reading(p, &list[i]);
	}
	html_raw(p, shown > 0 ? "</ul>\n" : "");
	if (all == 0)
		return;
	html_rawf(p, "<p class=\"note more\"><a href=\"#rd-%s\">",
	    catalogue_get(req)->name);
	html_words(p, W_READINGS_ALL, num(all).text, NULL);
	html_raw(p, "</a></p>\n");
}

static void
reproduce(struct page *p, const struct plan_case *plan)
{
	const struct load_scenario *load = html_load_of(p, plan->id);

	html_heading(p, 5, W_REPRODUCE);
	html_rawf(p, "<pre class=\"command\"><code>yanshou %s ",
	    load == NULL ? "check" : "load");
	html_text(p, p->m->plan->target);
	html_raw(p, load == NULL ? " --case " : " ");
	html_text(p, load == NULL ? plan->id : load->name);
	html_raw(p, "</code></pre>\n");
}

static void
case_facts(struct page *p, const struct matrix_case *c)
{
	const struct requirement *r = catalogue_get(c->plan->verifies);

	html_raw(p, "<dl class=\"facts\">\n<div><dt>");
	html_word(p, W_REQUIREMENT);
	html_raw(p, "</dt><dd>");
	html_row_link(p, c->plan->verifies);
	html_raw(p, " ");
	html_level(p, plan_case_level(c->plan));
	html_raw(p, " ");
	html_both(p, r->zh, r->en);
	html_raw(p, "</dd></div>\n");
	html_fact(p, W_CASE_CLAUSE, case_clause(c));
	html_raw(p, "<div><dt>");
	html_word(p, W_BASIS_CLASS);
	html_raw(p, "</dt><dd>");
	html_word(p, provenance_word(r->provenance));
	html_raw(p, "</dd></div>\n");
	if (c->why != NULL && *c->why != '\0' && !has_sides(c->outcome)) {
		html_raw(p, "<div><dt>");
		html_word(p, W_WHY);
		html_raw(p, "</dt><dd>");
		html_why(p, c->why_zh, c->why);
		html_raw(p, "</dd></div>\n");
	}
	html_raw(p, "</dl>\n");
}

/* A person's judgement stands beside the machine's and never replaces it. */
static void
judgement(struct page *p)
{
	html_raw(p, "<div class=\"judgement\">");
	html_heading(p, 5, W_JUDGEMENT);
	html_raw(p, "<p>☐ ");
	html_word(p, W_JUDGE_PASS);
	html_raw(p, "　☐ ");
	html_word(p, W_JUDGE_FAIL);
	html_raw(p, "</p><p class=\"blank\">");
	html_word(p, W_JUDGE_WHY);
	html_raw(p, "</p><p class=\"blank\">");
	html_word(p, W_JUDGE_BY);
	html_raw(p, "</p></div>\n");
}

static void
one_case(struct page *p, size_t i, const char *letter, size_t number)
{
	const struct matrix_case *c = &p->m->cases[i];
	const struct load_scenario *load = html_load_of(p, c->plan->id);

	html_rawf(p,
	    "<article class=\"case v-%s\" id=\"f-%zu\" "
	    "aria-labelledby=\"f-%zu-title\">\n<h4 id=\"f-%zu-title\">"
	    "<span class=\"ordinal\">%s%zu</span> ",
	    row_verdict_name(row_of(c->verdict)), i, i, i, letter, number);
	html_both(p, c->plan->title_zh, c->plan->title);
	html_raw(p, "</h4>\n<p class=\"tags\">");
	html_verdict(p, row_of(c->verdict));
	html_raw(p, " <code>");
	html_text(p, c->plan->id);
	html_raw(p, "</code>");
	if (c->unstable) {
		html_raw(p, " <span class=\"tag\">");
		html_word(p, W_UNSTABLE);
		html_raw(p, "</span>");
	}
	if (c->waiver != NULL) {
		html_raw(p, " <span class=\"tag\">");
		html_words(p, W_WAIVED, c->waiver->expires, NULL);
		html_raw(p, "</span>");
	}
	html_raw(p, "</p>\n");
	case_facts(p, c);
	both_sides(p, c->outcome);
	if (load == NULL) {
		conversation(p, c->outcome);
		html_evidence_told(p, c->outcome);
	} else {
		html_raw(p, "<p>");
		html_load_link(p, load);
		html_raw(p, "</p>\n");
	}
	interpretations(p, c->plan->verifies, case_clause(c));
	if (c->verdict == REVIEW)
		judgement(p);
	reproduce(p, c->plan);
	html_raw(p, "</article>\n");
}

/* ---- the four lists ---- */

static bool
is_finding(const struct matrix_case *c)
{
	return c->verdict == FAIL && plan_case_level(c->plan) == LEVEL_SHALL;
}

static bool
is_remark(const struct matrix_case *c)
{
	return c->verdict == FAIL && !is_finding(c);
}

static bool
is_review(const struct matrix_case *c)
{
	return c->verdict == REVIEW;
}

static bool
is_open(const struct matrix_case *c)
{
	return c->verdict == INCONCLUSIVE || c->verdict == BROKEN;
}

static const struct {
	const char *id, *letter;
	enum word title, note;
	bool (*takes)(const struct matrix_case *);
} lists[] = {
	{ "findings", "F", W_FINDINGS, W_FINDINGS_NOTE, is_finding },
	{ "remarks", "R", W_REMARKS, W_REMARKS_NOTE, is_remark },
	{ "review", "J", W_REVIEW, W_REVIEW_NOTE, is_review },
	{ "open", "O", W_OPEN, W_OPEN_NOTE, is_open },
};

/* The cases of one row, folded under its name when the list is long. */
static size_t
one_group(struct page *p, size_t k, enum req req, size_t all, size_t number)
{
	const struct requirement *r = catalogue_get(req);
	const struct matrix_row *row = &p->m->rows[req];
	size_t n[ROW_VERDICT_COUNT] = { 0 }, hits = 0;

	for (size_t i = 0; i < row->n_cases; i++) {
		const struct matrix_case *c = &p->m->cases[row->cases[i]];

		if (!lists[k].takes(c))
			continue;
		n[row_of(c->verdict)]++;
		hits++;
	}
	if (hits == 0)
		return 0;
	html_rawf(p, "<details class=\"fold\" id=\"%s-%s\"%s><summary><h3>",
	    lists[k].id, r->name, all > OPEN_MOST ? "" : " open");
	html_text(p, r->name);
	html_raw(p, " ");
	html_both(p, r->zh, r->en);
	html_raw(p, "</h3> <span class=\"counts\">");
	html_tally(p, n);
	html_raw(p, " ");
	html_words(p, W_OF_CASES, num(row->n_cases).text, NULL);
	html_raw(p, "</span></summary>\n");
	for (size_t i = 0; i < row->n_cases; i++)
		if (lists[k].takes(&p->m->cases[row->cases[i]]))
			one_case(p, row->cases[i], lists[k].letter, ++number);
	html_raw(p, "</details>\n");
	return hits;
}

void
html_findings(struct page *p)
{
	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
		size_t all = 0, n = 0;

		for (size_t i = 0; i < p->m->n; i++)
			all += lists[k].takes(&p->m->cases[i]);
		html_section(p, lists[k].id, lists[k].title);
		html_paragraph(p, "note", lists[k].note);
		for (size_t i = 0; i < REQ_COUNT; i++)
			n += one_group(p, k, (enum req)i, all, n);
		if (n == 0)
			html_paragraph(p, "nothing", W_NOTHING);
		html_raw(p, "</section>\n");
	}
}
