/* SPDX-License-Identifier: MIT */
#include "reports/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/catalogue.h"
#include "lib/columns.h"
#include "reports/escape.h"
#include "reports/l10n.h"

#define NARROWEST 40

struct screen {
	struct buf *out;
	struct text_style style;
};

static const char *const colours[ROW_VERDICT_COUNT] = {
	[ROW_PASS] = "32",
	[ROW_FAIL] = "1;31",
	[ROW_BROKEN] = "1;35",
	[ROW_INCONCLUSIVE] = "33",
	[ROW_REVIEW] = "36",
	[ROW_NOT_APPLICABLE] = "2",
	[ROW_UNTESTED] = "33",
	[ROW_NO_TEXT] = "2",
	[ROW_EXCLUDED] = "2",
	[ROW_UNSELECTED] = "2",
};

static const char *const statement_colours[] = {
	[STATEMENT_CONFORMS] = "1;32",
	[STATEMENT_NONCONFORMS] = "1;31",
	[STATEMENT_WAIVED] = "1;33",
	[STATEMENT_UNDETERMINED] = "1;33",
	[STATEMENT_NONE] = "1;35",
};

struct text_style
text_style_of(int fd)
{
	struct text_style style = { .width = 80, .most = 20 };
	struct winsize size;

	if (!isatty(fd))
		return style;
	/* https://no-color.org: set and not empty means no colour. */
	style.colour = getenv("NO_COLOR") == NULL || *getenv("NO_COLOR") == 0;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
		style.width = size.ws_col;
	return style;
}

static void
colour(struct screen *s, const char *code)
{
	if (s->style.colour)
		buf_addf(s->out, "\033[%sm", code);
}

/* Cuts what does not fit in so many columns and marks the cut. */
static void
add_fitting(struct screen *s, struct span text, size_t columns)
{
	size_t used = 0;

	if (columns_of(text) <= columns) {
		buf_add(s->out, text);
		return;
	}
	while (text.len > 0) {
		struct span rest = text, one;
		unsigned code;

		if (!utf8_take(&rest, &code))
			return;
		one = span_take(text, text.len - rest.len);
		if (used + columns_of(one) + 1 > columns)
			break;
		used += columns_of(one);
		buf_add(s->out, one);
		text = rest;
	}
	buf_addf(s->out, "…");
}

/* One line: indented, escaped, cut to the width. */
static void __attribute__((format(printf, 3, 4)))
line(struct screen *s, size_t indent, const char *fmt, ...)
{
	struct buf raw, shown;
	va_list ap;

	buf_init(&raw, 16384);
	buf_init(&shown, 131072);
	va_start(ap, fmt);
	buf_vaddf(&raw, fmt, ap);
	va_end(ap);
	escape_text(&shown, buf_text(&raw), ESCAPE_LINE);
	buf_addf(s->out, "%*s", (int)indent, "");
	add_fitting(s, span_of(buf_text(&shown)), s->style.width - indent);
	buf_addf(s->out, "\n");
	buf_free(&raw);
	buf_free(&shown);
}

static void
statement(struct screen *s, const struct matrix *m)
{
	colour(s, statement_colours[m->statement]);
	line(s, 0, "%s  %s", word_in(ZH, statement_word(m->statement)),
	    word_in(EN, statement_word(m->statement)));
	colour(s, "0");
	if (m->plan->partial)
		line(s, 0, "%s  %s: %s", word_in(ZH, W_PARTIAL),
		    word_in(EN, W_PARTIAL),
		    m->plan->selector == NULL ? "" : m->plan->selector);
	if (m->flaw != NULL) {
		line(s, 0, "%s: %s", word_in(ZH, W_REASON), m->flaw_zh);
		line(s, 0, "%s: %s", word_in(EN, W_REASON), m->flaw);
	}
	line(s, 0, "%s  %s", m->plan->project, m->plan->product);
	line(s, 0, "%s", m->plan->scope);
}

static void
rows(struct screen *s, const struct matrix *m)
{
	size_t n[ROW_VERDICT_COUNT] = { 0 };

	for (size_t i = 0; i < REQ_COUNT; i++)
		n[m->rows[i].verdict]++;
	buf_addf(s->out, "\n");
	for (size_t v = 0; v < ROW_VERDICT_COUNT; v++) {
		const enum row_verdict verdict = (enum row_verdict)v;
		const char *zh = row_verdict_zh(verdict);
		const size_t columns = columns_of(span_of(zh));

		if (n[v] == 0)
			continue;
		colour(s, colours[v]);
		line(s, 2, "%s %s%*s %-16s %5zu", row_sign(verdict), zh,
		    columns < 12 ? (int)(12 - columns) : 0, "",
		    row_verdict_name(verdict), n[v]);
		colour(s, "0");
	}
	line(s, 2, "%s %s %zu/%zu", word_in(ZH, W_CASES), word_in(EN, W_CASES),
	    m->executed, m->planned);
}

static void
one_case(struct screen *s, const struct matrix_case *c)
{
	const struct requirement *r = catalogue_get(c->plan->verifies);
	const struct outcome *o = c->outcome;

	buf_addf(s->out, "\n");
	colour(s, colours[row_of(c->verdict)]);
	line(s, 2, "%s %s  %s  %s %s%s", verdict_sign(c->verdict), c->plan->id,
	    r->name, word_in(ZH, level_word(plan_case_level(c->plan))),
	    level_name(plan_case_level(c->plan)),
	    c->waiver == NULL ? "" : "  waived");
	colour(s, "0");
	line(s, 4, "%s", c->plan->title_zh);
	if (o != NULL && o->expected != NULL)
		line(s, 4, "%s %s", word_in(ZH, W_EXPECTED), o->expected);
	if (o != NULL && o->heard != NULL)
		line(s, 4, "%s %s", word_in(ZH, W_HEARD), o->heard);
	else if (c->why != NULL)
		line(s, 4, "%s", c->why);
	line(s, 4, "%s", c->plan->clause);
}

/* Failures first, then what is open; passes are only counted. */
static void
cases(struct screen *s, const struct matrix *m)
{
	static const enum verdict order[] = { FAIL, BROKEN, INCONCLUSIVE,
		REVIEW };
	size_t shown = 0, all = 0;

	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		for (size_t i = 0; i < m->n; i++) {
			if (m->cases[i].verdict != order[k])
				continue;
			if (all++ < s->style.most) {
				one_case(s, &m->cases[i]);
				shown++;
			}
		}
	if (all > shown) {
		char rest[32];

		snprintf(rest, sizeof(rest), "%zu", all - shown);
		buf_addf(s->out, "\n  ");
		word_fill(s->out, ZH, W_MORE, ESCAPE_LINE, rest, NULL);
		buf_addf(s->out, "  ");
		word_fill(s->out, EN, W_MORE, ESCAPE_LINE, rest, NULL);
		buf_addf(s->out, "\n");
	}
}

void
report_text(struct buf *out, const struct matrix *m, struct text_style style)
{
	struct screen s = { .out = out, .style = style };

	if (s.style.width < NARROWEST)
		s.style.width = NARROWEST;
	statement(&s, m);
	rows(&s, m);
	cases(&s, m);
}
