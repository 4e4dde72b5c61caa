/* SPDX-License-Identifier: MIT */
/* Tables: by clause, by what a result rests on, waivers, the kit itself. */
#include <string.h>

#include "lib/mem.h"
#include "reports/lots.h"
#include "reports/ofd_paper.h"

#define COUNT_WIDE 14.6
#define COUNTS     (LOT_COUNT + 1)

static const struct ink_style head = { INK_HEI, 3.0, FLOW_BLACK };
static const struct ink_style plain = { INK_SONG, 3.3, FLOW_BLACK };
static const struct ink_style zero = { INK_SONG, 3.3, 0xa8adb2u };

/* Cells with the words of the lots, and their total, from cells[at] on. */
static void
count_heads(struct flow_cell *cells, size_t at)
{
	for (size_t i = 0; i < COUNTS; i++) {
		const enum word w =
		    i < LOT_COUNT ? lot_word((enum lot)i) : W_TOTAL;

		cells[at + i] = (struct flow_cell){ .wide = COUNT_WIDE,
			.zh = word_in(ZH, w),
			.en = word_in(EN, w),
			.style = &head,
			.right = true };
	}
}

static void
counts(struct flow_cell *cells, size_t at, const struct lots *l,
    struct paper_number numbers[COUNTS])
{
	static const struct ink_style colours[COUNTS] = {
		[LOT_PASS] = { INK_SONG, 3.3, 0x1b6e3au },
		[LOT_FAIL] = { INK_HEI, 3.3, 0xb3261eu },
		[LOT_OPEN] = { INK_SONG, 3.3, 0x8a5a00u },
		[LOT_UNTESTED] = { INK_SONG, 3.3, FLOW_BLACK },
		[LOT_NA] = { INK_SONG, 3.3, FLOW_BLACK },
		[LOT_COUNT] = { INK_SONG, 3.3, FLOW_BLACK },
	};

	for (size_t i = 0; i < COUNTS; i++) {
		const size_t n = i < LOT_COUNT ? l->n[i] : l->all;

		numbers[i] = paper_number(n);
		cells[at + i] = (struct flow_cell){ .wide = COUNT_WIDE,
			.zh = numbers[i].text,
			.style = n == 0 ? &zero : &colours[i],
			.right = true };
	}
}

/* ---- by clause ---- */

#define CHAPTER_WIDE (FLOW_WIDE - LEVEL_WIDE - COUNTS * COUNT_WIDE)
#define LEVEL_WIDE   18.0

static struct matrix_totals
totals_of(const struct matrix *m, const char *chapter, enum level level)
{
	struct matrix_totals t = { 0 };

	for (size_t i = 0; i < REQ_COUNT; i++)
		if (catalogue_get((enum req)i)->level == level &&
		    strcmp(catalogue_chapter((enum req)i), chapter) == 0)
			t.rows[m->rows[i].verdict]++;
	return t;
}

static void
chapter(struct paper *p, const char *name, const struct flow_cell *top)
{
	enum word word = WORD_COUNT;
	bool named = false;

	for (size_t i = 0; i < LEVEL_COUNT; i++) {
		const struct matrix_totals t =
		    totals_of(p->m, name, (enum level)i);
		const struct lots l = lots_of(&t);
		const enum word level = level_word((enum level)i);
		struct paper_number numbers[COUNTS];
		struct flow_cell cells[2 + COUNTS];

		if (l.all == 0)
			continue;
		cells[0] = (struct flow_cell){ CHAPTER_WIDE, .style = &plain };
		if (!named && chapter_word(name, &word)) {
			cells[0].zh = word_in(ZH, word);
			cells[0].en = word_in(EN, word);
		} else if (!named) {
			cells[0].zh = name;
		}
		named = true;
		cells[1] =
		    (struct flow_cell){ LEVEL_WIDE, .zh = word_in(ZH, level),
			    .en = word_in(EN, level), .style = &plain };
		counts(cells, 2, &l, numbers);
		flow_row(&p->flow, cells, 2 + COUNTS, top);
	}
}

static void
by_chapter(struct paper *p)
{
	struct flow_cell top[2 + COUNTS] = {
		{ CHAPTER_WIDE, word_in(ZH, W_CHAPTER), word_in(EN, W_CHAPTER),
		    &head, false },
		{ LEVEL_WIDE, word_in(ZH, W_LEVEL), word_in(EN, W_LEVEL), &head,
		    false },
	};
	const char *last = "";

	count_heads(top, 2);
	flow_top_row(&p->flow, top, 2 + COUNTS);
	for (size_t i = 0; i < REQ_COUNT; i++) {
		const char *name = catalogue_chapter((enum req)i);
		bool before = strcmp(name, last) == 0;

		/* the rows of a chapter need not follow each other */
		for (size_t k = 0; k < i && !before; k++)
			before =
			    strcmp(name, catalogue_chapter((enum req)k)) == 0;
		last = name;
		if (!before)
			chapter(p, name, top);
	}
	flow_gap(&p->flow, 2);
	flow_word(&p->flow, &flow_small, W_BY_CHAPTER_NOTE);
}

/* ---- by provenance ---- */

#define CLAIM_WIDE 36.0
#define CLASS_WIDE (FLOW_WIDE - CLAIM_WIDE - SPACE_WIDE - COUNTS * COUNT_WIDE)
#define SPACE_WIDE 4.0

static void
by_provenance(struct paper *p)
{
	const struct flow_cell space = { SPACE_WIDE, .style = &plain };
	struct flow_cell top[3 + COUNTS] = {
		{ CLASS_WIDE, word_in(ZH, W_BASIS_CLASS),
		    word_in(EN, W_BASIS_CLASS), &head, false },
	};

	flow_heading(&p->flow, &flow_h2, W_BASIS);
	count_heads(top, 1);
	top[1 + COUNTS] = space;
	top[2 + COUNTS] =
	    (struct flow_cell){ CLAIM_WIDE, word_in(ZH, W_BASIS_CLAIM),
		    word_in(EN, W_BASIS_CLAIM), &head, false };
	flow_top_row(&p->flow, top, 3 + COUNTS);
	for (size_t i = 0; i < PROVENANCE_COUNT; i++) {
		const struct lots l = lots_of(&p->m->by_provenance[i]);
		const enum word class = provenance_word((enum provenance)i);
		const enum word claim = claim_word((enum provenance)i);
		struct paper_number numbers[COUNTS];
		struct flow_cell cells[3 + COUNTS];

		if (l.all == 0)
			continue;
		cells[0] = (struct flow_cell){ CLASS_WIDE, word_in(ZH, class),
			word_in(EN, class), &plain, false };
		counts(cells, 1, &l, numbers);
		cells[1 + COUNTS] = space;
		cells[2 + COUNTS] = (struct flow_cell){ CLAIM_WIDE,
			word_in(ZH, claim), word_in(EN, claim), &plain, false };
		flow_row(&p->flow, cells, 3 + COUNTS, top);
	}
	flow_gap(&p->flow, 2);
	flow_word(&p->flow, &flow_small, W_BASIS_NOTE);
}

/* ---- waivers, the kit, small print ---- */

#define WAIVER_MOST 200 /* octets of a reason */

static void
waiver(struct paper *p, const struct profile_waiver *w,
    const struct flow_cell *top)
{
	char *reason = paper_clipped(w->reason, WAIVER_MOST);
	char *approver = paper_clipped(w->approver, WAIVER_MOST);
	const struct flow_cell cells[] = {
		{ 38, w->subject, NULL, &plain, false },
		{ FLOW_WIDE - 98, reason, NULL, &plain, false },
		{ 34, approver, NULL, &plain, false },
		{ 26, w->expires, NULL, &plain, false },
	};

	flow_row(&p->flow, cells, 4, top);
	free(approver);
	free(reason);
}

static void
waivers(struct paper *p)
{
	static const enum word words[] = { W_WAIVER_SUBJECT, W_WAIVER_REASON,
		W_WAIVER_APPROVER, W_WAIVER_EXPIRES };
	static const double wide[] = { 38, FLOW_WIDE - 98, 34, 26 };
	struct flow_cell top[4];

	if (p->profile->n_waivers == 0)
		return;
	flow_heading(&p->flow, &flow_h2, W_WAIVERS);
	for (size_t i = 0; i < 4; i++)
		top[i] = (struct flow_cell){ wide[i], word_in(ZH, words[i]),
			word_in(EN, words[i]), &head, false };
	flow_top_row(&p->flow, top, 4);
	for (size_t i = 0; i < p->profile->n_waivers; i++)
		waiver(p, &p->profile->waivers[i], top);
}

static void
ratio(struct paper *p, enum word name, struct score_ratio r)
{
	char *text = mem_textf("%zu / %zu", r.n, r.of);
	const struct flow_cell cells[] = {
		{ 110, word_in(ZH, name), word_in(EN, name), &plain, false },
		{ FLOW_WIDE - 110,
		    r.of == 0 ? word_in(ZH, W_SCORE_UNMEASURED) : text, NULL,
		    &plain, true },
	};

	flow_row(&p->flow, cells, 2, NULL);
	free(text);
}

static void
score(struct paper *p)
{
	const struct report_score *s = p->score;

	flow_heading(&p->flow, &flow_h2, W_SCORE);
	if (s == NULL) {
		flow_word(&p->flow, &plain, W_SCORE_NONE);
		return;
	}
	ratio(p, W_SCORE_KILL, s->aimed_kill);
	ratio(p, W_SCORE_COVERAGE, s->coverage);
	ratio(p, W_SCORE_FALSE, s->false_alarms);
	ratio(p, W_SCORE_STABLE, s->stability);
	ratio(p, W_SCORE_HOSTILE, s->hostile);
	ratio(p, W_SCORE_REPLAY, s->replay);
	flow_gap(&p->flow, 2);
	flow_words(&p->flow, &flow_small, W_SCORE_WHEN,
	    s->measured == NULL ? "?" : s->measured,
	    s->kit == NULL ? "?" : s->kit, NULL);
}

static void
small_print(struct paper *p)
{
	static const enum word items[] = { W_LIMITS_ITEMS, W_LIMITS_TEXT,
		W_LIMITS_COPY };

	flow_heading(&p->flow, &flow_h2, W_RULE);
	flow_word(&p->flow, &plain, W_RULE_TEXT);
	flow_heading(&p->flow, &flow_h2, W_LIMITS_OF);
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		flow_word(&p->flow, &plain, items[i]);
		flow_gap(&p->flow, 1.5);
	}
}

void
paper_results(struct paper *p)
{
	paper_section(p, W_BY_CHAPTER);
	by_chapter(p);
	by_provenance(p);
	waivers(p);
	score(p);
	small_print(p);
}
