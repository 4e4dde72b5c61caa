/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/mem.h"
#include "reports/escape.h"
#include "reports/html_page.h"
#include "reports/lots.h"

static void
title(struct page *p)
{
	html_raw(p, "<header class=\"title\">\n<p class=\"standards\">");
	html_word(p, W_STANDARDS);
	html_raw(p, "</p>\n<h1>");
	html_word(p, W_TITLE);
	html_raw(p, "</h1>\n<p class=\"number\">");
	html_word(p, W_NUMBER);
	html_raw(p, " <strong>");
	html_text(p, p->number);
	html_raw(p, "</strong></p>\n</header>\n");
}

static const char *
joined(char *into, size_t room, const char *a, const char *b, const char *c)
{
	const char *const parts[] = { a, b, c };
	size_t used = 0;

	into[0] = '\0';
	for (size_t i = 0; i < 3; i++) {
		if (parts[i] == NULL || *parts[i] == '\0' || used >= room)
			continue;
		used += (size_t)snprintf(into + used, room - used, "%s%s",
		    used == 0 ? "" : " ", parts[i]);
	}
	return into;
}

#define CLIP 240 /* octets of a long answer; all of it is with the finding */
#define DAY  10  /* octets of "2026-11-22" */

#define SHORT_MOST 3 /* findings of one row on the first page */

/* "2026-11-22 01:26", or from some octet of it on. */
static void
minute(struct page *p, const char *time, size_t from)
{
	char text[17];

	snprintf(text, sizeof(text), "%s", time);
	if (strlen(text) > DAY && text[DAY] == 'T')
		text[DAY] = ' ';
	html_text(p, strlen(text) > from ? text + from : "");
}

/* When the first case began and the last one did: RFC 3339 text sorts. */
static void
dates(struct page *p)
{
	const struct ledger *l = p->m->ledger;
	const char *first = p->m->plan->created, *last = first;

	for (size_t i = 0; i < l->n; i++)
		if (l->outcomes[i].started != NULL &&
		    strcmp(l->outcomes[i].started, last) > 0)
			last = l->outcomes[i].started;
	html_raw(p, "<div><dt>");
	html_word(p, W_DATE);
	html_raw(p, "</dt><dd>");
	minute(p, first, 0);
	html_raw(p, " – ");
	minute(p, last, strncmp(first, last, DAY) == 0 ? DAY + 1 : 0);
	html_raw(p, " UTC</dd></div>\n");
}

/* The chapters by name, the services as profiles name them, and why so. */
static void
scope(struct page *p)
{
	const struct profile *f = p->profile;
	enum word word;

	html_raw(p, "<div><dt>");
	html_word(p, W_SCOPE);
	html_raw(p, "</dt><dd>");
	for (size_t i = 0; i < f->scope.n_chapters; i++)
		if (chapter_word(f->scope.chapters[i], &word)) {
			html_raw(p, "<div>");
			html_word(p, word);
			html_raw(p, "</div>");
		}
	html_raw(p, "<div><code>");
	for (size_t i = 0; i < f->scope.n_services; i++) {
		html_raw(p, i == 0 ? "" : " ");
		html_text(p, f->scope.services[i]);
	}
	html_raw(p, "</code></div><div>");
	html_text(p, f->scope.reason);
	html_raw(p, "</div></dd></div>\n");
}

static void
facts(struct page *p)
{
	const struct profile *f = p->profile;
	char product[1024];

	html_raw(p, "<dl class=\"facts\">\n");
	html_fact(p, W_PROJECT, f->project.name);
	html_fact(p, W_CLIENT, f->project.client);
	html_fact(p, W_PRODUCT,
	    joined(product, sizeof(product), f->product.vendor, f->product.name,
		f->product.version));
	html_fact(p, W_CONTRACT, f->project.contract);
	scope(p);
	dates(p);
	html_raw(p, "</dl>\n");
}

/* Who signs the run; the first eight octets of a digest are told apart. */
static void
signer(struct page *p)
{
	char sm3[24];

	if (p->seal == NULL) {
		html_paragraph(p, "unsigned", W_UNSIGNED);
		return;
	}
	snprintf(sm3, sizeof sm3, "%.16s…", p->seal->sm3);
	html_raw(p, "<p class=\"signed\">");
	html_words(p, W_SIGNED, p->seal->subject, sm3, NULL);
	html_raw(p, " <a href=\"#verify\">");
	html_word(p, W_VERIFY);
	html_raw(p, "</a></p>\n");
}

static void
rests_on(struct page *p)
{
	static const enum word words[] = {
		[STATEMENT_CONFORMS] = W_RESTS_CONFORMS,
		[STATEMENT_NONCONFORMS] = W_RESTS_FAILS,
		[STATEMENT_WAIVED] = W_RESTS_WAIVED,
		[STATEMENT_UNDETERMINED] = W_RESTS_UNDETERMINED,
	};
	const struct lots l = lots_of(&p->m->by_level[LEVEL_SHALL]);
	const struct plan *plan = p->m->plan;

	html_raw(p, "<p>");
	if (p->m->statement != STATEMENT_NONE)
		html_words(p, words[p->m->statement],
		    num(l.all - l.n[LOT_NA]).text, num(l.n[LOT_PASS]).text,
		    num(l.n[LOT_FAIL]).text, num(l.n[LOT_OPEN]).text,
		    num(l.n[LOT_UNTESTED]).text, NULL);
	else if (plan->partial)
		html_words(p, W_RESTS_PARTIAL,
		    plan->selector == NULL ? "?" : plan->selector, NULL);
	else
		html_words_why(p, W_RESTS_NONE, p->m->flaw_zh, p->m->flaw);
	html_raw(p, "</p>\n<p>");
	html_words(p, W_CASES_DONE, num(p->m->planned).text,
	    num(p->m->executed).text, NULL);
	html_raw(p, "</p>\n");
	signer(p);
}

static void
statement(struct page *p)
{
	static const char *const statement_signs[] = {
		[STATEMENT_CONFORMS] = "✓",
		[STATEMENT_NONCONFORMS] = "✗",
		[STATEMENT_WAIVED] = "✗",
		[STATEMENT_UNDETERMINED] = "?",
		[STATEMENT_NONE] = "—",
	};
	const enum statement s = p->m->statement;

	html_rawf(p, "<div class=\"statement s-%s\">\n", statement_name(s));
	html_raw(p, "<div class=\"word\"><h3>");
	html_word(p, W_STATEMENT);
	html_rawf(p,
	    "</h3>\n<p class=\"big\"><span aria-hidden=\"true\">%s"
	    "</span> ",
	    statement_signs[s]);
	html_word(p, statement_word(s));
	html_raw(p, "</p></div>\n<div class=\"rests\">");
	rests_on(p);
	html_raw(p, "</div>\n</div>\n");
}

/* ---- findings in short, waivers ---- */

static void
told(struct page *p, enum word name, const char *text)
{
	html_raw(p, "<span class=\"told\">");
	html_word(p, name);
	html_raw(p, " <code>");
	html_clipped(p, text, CLIP);
	html_raw(p, "</code></span> ");
}

static void
finding(struct page *p, size_t i)
{
	const struct matrix_case *c = &p->m->cases[i];
	const struct outcome *o = c->outcome;

	html_rawf(p, "<li><a href=\"#f-%zu\">", i);
	html_both(p, c->plan->title_zh, c->plan->title);
	html_raw(p, "</a>");
	if (c->waiver != NULL) {
		html_raw(p, " <span class=\"tag\">");
		html_words(p, W_WAIVED, c->waiver->expires, NULL);
		html_raw(p, "</span>");
	}
	html_raw(p, "<br>");
	if (o != NULL && o->expected != NULL && o->heard != NULL) {
		told(p, W_EXPECTED, o->expected);
		told(p, W_HEARD, o->heard);
	} else {
		html_why(p, c->why_zh, c->why);
	}
	html_raw(p, "</li>\n");
}

static bool
is_short(const struct matrix_case *c)
{
	return c->verdict == FAIL && plan_case_level(c->plan) == LEVEL_SHALL;
}

/* The first few of a row; how many more there are, and where. */
static void
findings_of(struct page *p, enum req req, size_t hits)
{
	const struct requirement *r = catalogue_get(req);
	const struct matrix_row *row = &p->m->rows[req];
	size_t shown = 0;

	html_raw(p, "<li>");
	html_row_link(p, req);
	html_raw(p, " <b>");
	html_both(p, r->zh, r->en);
	html_raw(p, "</b> ");
	html_words(p, W_HITS, num(hits).text, num(row->n_cases).text, NULL);
	html_raw(p, "\n<ul>\n");
	for (size_t i = 0; i < row->n_cases && shown < SHORT_MOST; i++)
		if (is_short(&p->m->cases[row->cases[i]])) {
			finding(p, row->cases[i]);
			shown++;
		}
	if (hits > shown) {
		html_rawf(p, "<li><a href=\"#findings-%s\">", r->name);
		html_words(p, W_MORE_HITS, num(hits - shown).text, NULL);
		html_raw(p, "</a></li>\n");
	}
	html_raw(p, "</ul></li>\n");
}

static void
findings_short(struct page *p)
{
	size_t n = 0;

	html_heading(p, 3, W_FINDINGS_SHORT);
	for (size_t r = 0; r < REQ_COUNT; r++) {
		const struct matrix_row *row = &p->m->rows[r];
		size_t hits = 0;

		for (size_t i = 0; i < row->n_cases; i++)
			hits += is_short(&p->m->cases[row->cases[i]]);
		if (hits == 0)
			continue;
		html_raw(p, n++ == 0 ? "<ol class=\"short\">\n" : "");
		findings_of(p, (enum req)r, hits);
	}
	if (n > 0)
		html_raw(p, "</ol>\n");
	else
		html_paragraph(p, "note", W_FINDINGS_NONE);
}

/* What keeps the statement from being made, however it turns out. */
static void
in_the_way(struct page *p)
{
	size_t n = 0;

	for (size_t i = 0; i < REQ_COUNT; i++) {
		const struct requirement *r = catalogue_get((enum req)i);
		const enum row_verdict v = p->m->rows[i].verdict;

		if (r->level != LEVEL_SHALL ||
		    (lot_of(v) != LOT_OPEN && lot_of(v) != LOT_UNTESTED))
			continue;
		if (n++ == 0) {
			html_heading(p, 3, W_IN_THE_WAY);
			html_raw(p, "<ul class=\"way\">\n");
		}
		html_raw(p, "<li>");
		html_row_link(p, (enum req)i);
		html_rawf(
		    p, " <span aria-hidden=\"true\">%s</span> ", row_sign(v));
		html_text(p, row_verdict_zh(v));
		html_raw(p, "　");
		html_both(p, r->zh, r->en);
		html_raw(p, "</li>\n");
	}
	html_raw(p, n > 0 ? "</ul>\n" : "");
}

static void
waiver_used(struct page *p, const struct profile_waiver *w)
{
	size_t n = 0;

	for (size_t i = 0; i < p->m->n; i++)
		if (p->m->cases[i].waiver == w) {
			html_raw(p, n++ == 0 ? "" : ", ");
			html_rawf(p, "<a href=\"#f-%zu\">", i);
			html_text(p, p->m->cases[i].plan->id);
			html_raw(p, "</a>");
		}
	for (size_t i = 0; i < REQ_COUNT; i++)
		if (p->m->rows[i].waiver == w) {
			html_raw(p, n++ == 0 ? "" : ", ");
			html_row_link(p, (enum req)i);
		}
	if (n == 0)
		html_word(p, W_WAIVER_UNUSED);
}

static void
waivers(struct page *p)
{
	const struct profile *f = p->profile;

	html_heading(p, 3, W_WAIVERS);
	if (f->n_waivers == 0) {
		html_paragraph(p, "note", W_WAIVER_NONE);
		return;
	}
	html_raw(p, "<div class=\"wide\"><table>\n");
	html_columns(p, W_WAIVER_SUBJECT, W_WAIVER_REASON, W_WAIVER_APPROVER,
	    W_WAIVER_EXPIRES, W_WAIVER_USED, WORD_COUNT);
	html_raw(p, "<tbody>\n");
	for (size_t i = 0; i < f->n_waivers; i++) {
		const struct profile_waiver *w = &f->waivers[i];

		html_raw(p, "<tr><th scope=\"row\">");
		html_text(p, w->subject);
		html_raw(p, "</th><td>");
		html_text(p, w->reason);
		html_raw(p, "</td><td>");
		html_text(p, w->approver);
		html_raw(p, "</td><td class=\"nowrap\">");
		html_text(p, w->expires);
		html_raw(p, "</td><td>");
		waiver_used(p, w);
		html_raw(p, "</td></tr>\n");
	}
	html_raw(p, "</tbody></table></div>\n");
}

/* ---- what the results rest on ---- */

static void
basis(struct page *p)
{
	html_heading(p, 3, W_BASIS);
	html_raw(p, "<div class=\"wide\"><table class=\"basis\">\n");
	html_columns(p, W_BASIS_CLASS, W_PASSED, W_FAILED, W_UNDECIDED,
	    W_UNTESTED, W_OTHER, W_TOTAL, W_BASIS_CLAIM, WORD_COUNT);
	html_raw(p, "<tbody>\n");
	for (size_t i = 0; i < PROVENANCE_COUNT; i++) {
		const struct lots l = lots_of(&p->m->by_provenance[i]);

		if (l.all == 0)
			continue;
		html_raw(p, "<tr><th scope=\"row\">");
		html_word(p, provenance_word((enum provenance)i));
		html_raw(p, "</th>");
		for (size_t k = 0; k < LOT_COUNT; k++)
			html_rawf(p, "<td class=\"n%s\">%zu</td>",
			    l.n[k] == 0 ? " zero" : "", l.n[k]);
		html_rawf(p, "<td class=\"n\">%zu</td><td>", l.all);
		html_word(p, claim_word((enum provenance)i));
		html_raw(p, "</td></tr>\n");
	}
	html_raw(p, "</tbody></table></div>\n");
	html_paragraph(p, "note", W_BASIS_NOTE);
}

static void
score_ratio(struct page *p, enum word name, struct score_ratio r)
{
	html_raw(p, "<div><dt>");
	html_word(p, name);
	html_raw(p, "</dt><dd>");
	if (r.of == 0)
		html_word(p, W_SCORE_UNMEASURED);
	else
		html_rawf(p, "%zu / %zu", r.n, r.of);
	html_raw(p, "</dd></div>\n");
}

static void
score(struct page *p)
{
	const struct report_score *s = p->score;

	html_heading(p, 3, W_SCORE);
	if (s == NULL) {
		html_paragraph(p, "note", W_SCORE_NONE);
		return;
	}
	html_raw(p, "<dl class=\"facts score\">\n");
	score_ratio(p, W_SCORE_KILL, s->aimed_kill);
	score_ratio(p, W_SCORE_COVERAGE, s->coverage);
	score_ratio(p, W_SCORE_FALSE, s->false_alarms);
	score_ratio(p, W_SCORE_STABLE, s->stability);
	score_ratio(p, W_SCORE_HOSTILE, s->hostile);
	score_ratio(p, W_SCORE_REPLAY, s->replay);
	html_raw(p, "<div><dt>");
	html_word(p, W_SCORE_BLAST);
	html_rawf(p, "</dt><dd>%.1f</dd></div>\n</dl>\n", s->blast_median);
	html_raw(p, "<p class=\"note\">");
	html_words(p, W_SCORE_WHEN, s->measured == NULL ? "?" : s->measured,
	    s->kit == NULL ? "?" : s->kit, NULL);
	html_raw(p, "</p>\n");
}

static void
small_print(struct page *p)
{
	static const enum word items[] = { W_LIMITS_ITEMS, W_LIMITS_TEXT,
		W_LIMITS_COPY };

	html_heading(p, 3, W_RULE);
	html_paragraph(p, "note", W_RULE_TEXT);
	html_heading(p, 3, W_LIMITS_OF);
	html_raw(p, "<ul class=\"note\">\n");
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		html_raw(p, "<li>");
		html_word(p, items[i]);
		html_raw(p, "</li>\n");
	}
	html_raw(p, "</ul>\n");
}

static void
signatures(struct page *p)
{
	static const enum word who[] = { W_SIGN_TEST, W_SIGN_REVIEW,
		W_SIGN_APPROVE };

	html_raw(p, "<div class=\"together\">\n");
	html_heading(p, 3, W_SIGNATURES);
	html_raw(p, "<div class=\"signatures\">\n");
	for (size_t i = 0; i < sizeof(who) / sizeof(who[0]); i++) {
		html_raw(p, "<div><p class=\"who\">");
		html_word(p, who[i]);
		html_raw(p, "</p><p class=\"blank\">");
		html_word(p, W_SIGN_NAME);
		html_raw(p, "</p><p class=\"blank\">");
		html_word(p, W_SIGN_DATE);
		html_raw(p, "</p></div>\n");
	}
	html_raw(p, "</div>\n");
	html_paragraph(p, "seal", W_SIGN_SEAL);
	html_raw(p, "</div>\n");
}

void
html_cover(struct page *p)
{
	title(p);
	html_section(p, "conclusion", W_CONCLUSION);
	statement(p);
	facts(p);
	html_services(p);
	html_load_short(p);
	findings_short(p);
	in_the_way(p);
	waivers(p);
	basis(p);
	score(p);
	small_print(p);
	signatures(p);
	html_raw(p, "</section>\n");
}
