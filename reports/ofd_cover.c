/* SPDX-License-Identifier: MIT */
/* The first page: what was tested, how it ended, who signs. */
#include <string.h>

#include "lib/mem.h"
#include "reports/lots.h"
#include "reports/ofd_paper.h"

#define LABEL      38.0 /* column of the names of facts */
#define SEAL_SIZE  42.0
#define SIGN_HIGH  52.0
#define VALUE_MOST 360 /* octets of a fact */

static const struct ink_style title_style = { INK_HEI, 10.6, FLOW_BLACK };
static const struct ink_style title_small = { INK_SONG, 5.0, FLOW_GREY };
static const struct ink_style line_style = { INK_SONG, 3.2, FLOW_GREY };
static const struct ink_style number_style = { INK_MONO, 3.4, FLOW_BLACK };

static void
centred(struct flow *f, const struct ink_style *s, const char *text)
{
	const struct span line = span_of(text);

	ink_line(&f->ink, (INK_WIDE - ink_width(s, line)) / 2, f->y, s, line);
	f->y += s->size * 1.6;
}

static void
title(struct paper *p)
{
	struct flow *f = &p->flow;

	ink_box(&f->ink, FLOW_LEFT, f->y, FLOW_WIDE, 0.9, FLOW_BLACK);
	ink_box(&f->ink, FLOW_LEFT, f->y + 1.5, FLOW_WIDE, 0.2, FLOW_BLACK);
	f->y += 9;
	centred(f, &line_style, word_in(ZH, W_STANDARDS));
	centred(f, &line_style, word_in(EN, W_STANDARDS));
	f->y += 9;
	centred(f, &title_style, word_in(ZH, W_TITLE));
	centred(f, &title_small, word_in(EN, W_TITLE));
	f->y += 2;
	centred(f, &number_style, p->number.text);
	f->y += 5;
}

/* ---- the statement ---- */

static enum row_verdict
like(enum statement s)
{
	switch (s) {
	case STATEMENT_CONFORMS:
		return ROW_PASS;
	case STATEMENT_NONCONFORMS:
	case STATEMENT_WAIVED:
		return ROW_FAIL;
	default:
		return ROW_REVIEW;
	}
}

static void
no_statement(struct paper *p, const struct ink_style *s)
{
	const struct plan *plan = p->m->plan;
	char *zh, *en;

	if (plan->partial) {
		zh = paper_clipped(
		    plan->selector == NULL ? "?" : plan->selector, VALUE_MOST);
		flow_words(&p->flow, s, W_RESTS_PARTIAL, zh, NULL);
		free(zh);
		return;
	}
	zh = paper_clipped(
	    p->m->flaw_zh == NULL ? p->m->flaw : p->m->flaw_zh, VALUE_MOST);
	en = paper_clipped(p->m->flaw, VALUE_MOST);
	flow_words_why(&p->flow, s, W_RESTS_NONE, zh, en);
	free(en);
	free(zh);
}

static void
rests_on(struct paper *p)
{
	static const enum word words[] = {
		[STATEMENT_CONFORMS] = W_RESTS_CONFORMS,
		[STATEMENT_NONCONFORMS] = W_RESTS_FAILS,
		[STATEMENT_WAIVED] = W_RESTS_WAIVED,
		[STATEMENT_UNDETERMINED] = W_RESTS_UNDETERMINED,
	};
	const struct lots l = lots_of(&p->m->by_level[LEVEL_SHALL]);
	const struct ink_style s = { INK_SONG, 3.4, FLOW_BLACK };

	if (p->m->statement != STATEMENT_NONE)
		flow_words(&p->flow, &s, words[p->m->statement],
		    paper_number(l.all - l.n[LOT_NA]).text,
		    paper_number(l.n[LOT_PASS]).text,
		    paper_number(l.n[LOT_FAIL]).text,
		    paper_number(l.n[LOT_OPEN]).text,
		    paper_number(l.n[LOT_UNTESTED]).text, NULL);
	else
		no_statement(p, &s);
	p->flow.y += 1;
	flow_words(&p->flow, &s, W_CASES_DONE, paper_number(p->m->planned).text,
	    paper_number(p->m->executed).text, NULL);
}

static void
statement(struct paper *p)
{
	const enum row_verdict v = like(p->m->statement);
	const enum word word = statement_word(p->m->statement);
	const struct ink_style big = { INK_HEI, 8.4, paper_colour(v) };
	struct flow *f = &p->flow;
	const double top = f->y;

	ink_box(&f->ink, FLOW_LEFT, top, FLOW_WIDE, 0.3, paper_colour(v));
	f->y += 4.5;
	ink_line(&f->ink, FLOW_LEFT + 4, f->y, &flow_small,
	    span_of(word_in(ZH, W_STATEMENT)));
	ink_line(&f->ink, FLOW_LEFT + 4, f->y + 4.2, &flow_small,
	    span_of(word_in(EN, W_STATEMENT)));
	f->y += 12;
	paper_sign(p, FLOW_LEFT + 4, f->y + 0.6, 6.8, v);
	f->left = FLOW_LEFT + 13;
	f->wide = 48;
	flow_both(f, &big, word_in(ZH, word), word_in(EN, word));
	const double below = f->y;
	f->left = FLOW_LEFT + 66;
	f->wide = FLOW_WIDE - 66 - 3;
	f->y = top + 4.5;
	rests_on(p);
	f->left = FLOW_LEFT;
	f->wide = FLOW_WIDE;
	if (f->y < below)
		f->y = below;
	f->y += 3;
	ink_box(&f->ink, FLOW_LEFT, top, 1.4, f->y - top, paper_colour(v));
	ink_box(&f->ink, FLOW_LEFT, f->y, FLOW_WIDE, 0.3, paper_colour(v));
	f->y += 7;
}

/* ---- facts ---- */

static void
fact(struct paper *p, enum word name, const char *zh, const char *en)
{
	char *clipped = paper_clipped(zh, VALUE_MOST);
	const struct flow_cell cells[] = {
		{ .wide = LABEL,
		    .zh = word_in(ZH, name),
		    .en = word_in(EN, name),
		    .style = &flow_body },
		{ .wide = FLOW_WIDE - LABEL,
		    .zh = *clipped == '\0' ? word_in(ZH, W_NOT_GIVEN) : clipped,
		    .en = en,
		    .style = &flow_body },
	};

	flow_row(&p->flow, cells, 2, NULL);
	free(clipped);
}

static void
scope(struct paper *p)
{
	const struct profile *f = p->profile;
	struct buf text[2];
	enum word word;

	buf_init(&text[ZH], VALUE_MOST);
	buf_init(&text[EN], 2 * VALUE_MOST);
	for (size_t i = 0; i < f->scope.n_chapters; i++)
		for (int t = ZH; t <= EN; t++)
			if (chapter_word(f->scope.chapters[i], &word))
				buf_addf(&text[t], "%s%s",
				    text[t].len == 0 ? ""
				    : t == ZH        ? "；"
						     : "; ",
				    word_in((enum tongue)t, word));
	fact(p, W_SCOPE,
	    text[ZH].len == 0 ? p->m->plan->scope : buf_text(&text[ZH]),
	    text[EN].len == 0 ? NULL : buf_text(&text[EN]));
	buf_free(&text[ZH]);
	buf_free(&text[EN]);
}

/* "2026-11-22 01:26": RFC 3339 text, cut and parted. */
static struct paper_number
minute(const char *time)
{
	struct paper_number s;

	snprintf(s.text, sizeof(s.text), "%.16s", time);
	if (strlen(s.text) > 10 && s.text[10] == 'T')
		s.text[10] = ' ';
	return s;
}

static void
dates(struct paper *p)
{
	const struct ledger *l = p->m->ledger;
	const char *first = p->m->plan->created, *last = first;
	char *text;

	for (size_t i = 0; i < l->n; i++)
		if (l->outcomes[i].started != NULL &&
		    strcmp(l->outcomes[i].started, last) > 0)
			last = l->outcomes[i].started;
	text = mem_textf("%s – %s UTC", minute(first).text, minute(last).text);
	fact(p, W_DATE, text, NULL);
	free(text);
}

static void
facts(struct paper *p)
{
	const struct profile *f = p->profile;
	char *product = mem_textf("%s %s %s",
	    f->product.vendor == NULL ? "" : f->product.vendor,
	    f->product.name == NULL ? "" : f->product.name,
	    f->product.version == NULL ? "" : f->product.version);

	ink_box(&p->flow.ink, FLOW_LEFT, p->flow.y, FLOW_WIDE, 0.15, FLOW_RULE);
	fact(p, W_PROJECT, f->project.name, NULL);
	fact(p, W_CLIENT, f->project.client, NULL);
	fact(p, W_PRODUCT, product, NULL);
	fact(p, W_CONTRACT, f->project.contract, NULL);
	scope(p);
	dates(p);
	free(product);
}

/* ---- who signs ---- */

static void
signature(struct paper *p, double y, enum word who)
{
	struct ink *k = &p->flow.ink;
	const double line = y + 8;

	ink_line(k, FLOW_LEFT, y + 4, &flow_body, span_of(word_in(ZH, who)));
	ink_line(k, FLOW_LEFT, y + 9, &flow_small, span_of(word_in(EN, who)));
	ink_box(k, FLOW_LEFT + 26, line, 38, 0.2, FLOW_BLACK);
	ink_box(k, FLOW_LEFT + 70, line, 28, 0.2, FLOW_BLACK);
	ink_line(k, FLOW_LEFT + 26, line + 1.2, &flow_small,
	    span_of(word_in(ZH, W_SIGN_NAME)));
	ink_line(k, FLOW_LEFT + 70, line + 1.2, &flow_small,
	    span_of(word_in(ZH, W_SIGN_DATE)));
}

/* On the lower end of the page: the seal has its place to the right. */
static void
signatures(struct paper *p)
{
	struct flow *f = &p->flow;
	double top = FLOW_BOTTOM - SIGN_HIGH;
	const double x = FLOW_LEFT + FLOW_WIDE - SEAL_SIZE - 4;
	const struct span seal = span_of(word_in(ZH, W_SIGN_SEAL));

	if (f->y > top) {
		flow_page(f);
		flow_heading(f, &flow_h1, W_SIGNATURES);
		top = f->y;
	}
	signature(p, top + 2, W_SIGN_TEST);
	signature(p, top + 19, W_SIGN_REVIEW);
	signature(p, top + 36, W_SIGN_APPROVE);
	p->place = (struct report_place){ (unsigned)f->ink.n, x, top + 3,
		SEAL_SIZE, SEAL_SIZE };
	ink_line(&f->ink, x + (SEAL_SIZE - ink_width(&flow_small, seal)) / 2,
	    top + 47, &flow_small, seal);
	f->y = top + SIGN_HIGH;
}

void
paper_cover(struct paper *p)
{
	flow_page(&p->flow);
	paper_mark(p, W_CONCLUSION);
	title(p);
	statement(p);
	facts(p);
	signatures(p);
}
