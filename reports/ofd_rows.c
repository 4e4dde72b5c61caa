/* SPDX-License-Identifier: MIT */
/* Every row that failed, is undecided or was not tested, with the reason. */
#include <string.h>

#include "lib/mem.h"
#include "reports/lots.h"
#include "reports/ofd_paper.h"

#define CASES_MOST 3   /* of one row */
#define TOLD_MOST  300 /* octets of what was expected, heard, or the reason */

static const struct ink_style row_style = { INK_HEI, 3.5, FLOW_BLACK };
static const struct ink_style case_style = { INK_SONG, 3.2, FLOW_BLACK };
static const struct ink_style told_style = { INK_MONO, 2.9, FLOW_BLACK };

static void
told(struct paper *p, enum word name, const char *text)
{
	char *clipped = paper_clipped(text, TOLD_MOST);
	char *line = mem_textf(
	    "%s %s　%s", word_in(ZH, name), word_in(EN, name), clipped);

	flow_text(&p->flow, &told_style, line);
	free(line);
	free(clipped);
}

static void
why(struct paper *p, const char *zh, const char *en)
{
	char *text = paper_clipped(zh == NULL ? en : zh, TOLD_MOST);

	if (*text != '\0')
		flow_text(&p->flow, &case_style, text);
	free(text);
	if (zh == NULL || en == NULL)
		return;
	text = paper_clipped(en, TOLD_MOST);
	flow_text(&p->flow, &flow_small, text);
	free(text);
}

static void
one_case(struct paper *p, const struct matrix_case *c)
{
	const struct outcome *o = c->outcome;
	char *id = mem_textf("%s  %s", c->plan->id, c->plan->clause);

	flow_need(&p->flow, 16);
	paper_sign(
	    p, p->flow.left - 5, p->flow.y + 0.4, 2.6, row_of(c->verdict));
	flow_text(&p->flow, &told_style, id);
	flow_both(&p->flow, &case_style, c->plan->title_zh, c->plan->title);
	if (c->waiver != NULL)
		flow_words(
		    &p->flow, &flow_small, W_WAIVED, c->waiver->expires, NULL);
	if (o != NULL && o->expected != NULL && o->heard != NULL) {
		told(p, W_EXPECTED, o->expected);
		told(p, W_HEARD, o->heard);
	} else {
		why(p, c->why_zh, c->why);
	}
	flow_gap(&p->flow, 1.8);
	free(id);
}

static void
row_head(struct paper *p, enum req req)
{
	const struct requirement *r = catalogue_get(req);
	const struct matrix_row *row = &p->m->rows[req];
	struct flow *f = &p->flow;
	char *clause = mem_textf("%s  %s  %s %s", r->name, r->clause,
	    word_in(ZH, level_word(r->level)),
	    word_in(EN, level_word(r->level)));
	const char *verdict = row_verdict_zh(row->verdict);
	const struct ink_style s = { INK_HEI, 3.2, paper_colour(row->verdict) };

	flow_need(f, 24);
	ink_box(&f->ink, f->left, f->y, f->wide, 0.15, FLOW_RULE);
	f->y += 1.8;
	ink_line(&f->ink, f->left, f->y, &told_style, span_of(clause));
	ink_line(&f->ink, f->left + f->wide - ink_width(&s, span_of(verdict)),
	    f->y, &s, span_of(verdict));
	paper_sign(p, f->left + f->wide - ink_width(&s, span_of(verdict)) - 4.4,
	    f->y, 3, row->verdict);
	f->y += 5;
	flow_both(f, &row_style, r->zh, r->en);
	flow_gap(f, 1);
	free(clause);
}

/* The first few cases that came to what the row came to, and how many more. */
static void
row_cases(struct paper *p, enum req req)
{
	const struct matrix_row *row = &p->m->rows[req];
	struct flow *f = &p->flow;
	size_t hits = 0;

	f->left += 8;
	f->wide -= 8;
	for (size_t i = 0; i < row->n_cases; i++) {
		const struct matrix_case *c = &p->m->cases[row->cases[i]];

		if (row_of(c->verdict) != row->verdict)
			continue;
		if (hits++ < CASES_MOST)
			one_case(p, c);
	}
	if (hits > CASES_MOST)
		flow_words(f, &flow_small, W_MORE_PAGES,
		    paper_number(hits - CASES_MOST).text, NULL);
	if (hits == 0)
		why(p, row->why_zh, row->why);
	f->left -= 8;
	f->wide += 8;
	flow_gap(f, 2);
}

/* ---- which of them ---- */

static bool
is_finding(enum level level, enum row_verdict v)
{
	return level == LEVEL_SHALL && v == ROW_FAIL;
}

/* What a partial run left out on purpose is not told one by one. */
static bool
is_in_the_way(enum level level, enum row_verdict v)
{
	const enum lot lot = lot_of(v);

	return level == LEVEL_SHALL && v != ROW_UNSELECTED &&
	       (lot == LOT_OPEN || lot == LOT_UNTESTED);
}

static bool
is_remark(enum level level, enum row_verdict v)
{
	return level != LEVEL_SHALL && v == ROW_FAIL;
}

static bool
is_open(enum level level, enum row_verdict v)
{
	return level != LEVEL_SHALL && lot_of(v) == LOT_OPEN;
}

static const struct {
	enum word title, none;
	bool (*has)(enum level, enum row_verdict);
} parts[] = {
	{ W_FINDINGS, W_FINDINGS_NONE, is_finding },
	{ W_IN_THE_WAY, W_NOTHING, is_in_the_way },
	{ W_REMARKS, W_NOTHING, is_remark },
	{ W_OPEN, W_NOTHING, is_open },
};

void
paper_rows(struct paper *p)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		size_t n = 0;

		if (i == 0) {
			paper_section(p, parts[i].title);
		} else {
			flow_heading(&p->flow, &flow_h1, parts[i].title);
			paper_mark(p, parts[i].title);
		}
		for (size_t r = 0; r < REQ_COUNT; r++) {
			const enum level l = catalogue_get((enum req)r)->level;

			if (!parts[i].has(l, p->m->rows[r].verdict))
				continue;
			row_head(p, (enum req)r);
			row_cases(p, (enum req)r);
			n++;
		}
		if (n == 0)
			flow_word(&p->flow, &case_style, parts[i].none);
	}
	flow_gap(&p->flow, 4);
	flow_word(&p->flow, &flow_small, W_SEE_PAGE);
}
