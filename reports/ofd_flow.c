/* SPDX-License-Identifier: MIT */
#include "reports/ofd_flow.h"

#include <stdarg.h>
#include <string.h>

#include "lib/mem.h"

#define TEXT_MOST ((size_t)1 << 16)
#define LEADING   1.5 /* of a size, from line to line */
#define PADDING   1.4 /* above and below a row */

const struct ink_style flow_h1 = { INK_HEI, 5.6, FLOW_BLACK };
const struct ink_style flow_h2 = { INK_HEI, 4.2, FLOW_BLACK };
const struct ink_style flow_body = { INK_SONG, 3.7, FLOW_BLACK };
const struct ink_style flow_small = { INK_SONG, 3.0, FLOW_GREY };
const struct ink_style flow_mono = { INK_MONO, 2.8, FLOW_BLACK };

void
flow_init(struct flow *f)
{
	*f = (struct flow){ .left = FLOW_LEFT, .wide = FLOW_WIDE };
	ink_init(&f->ink);
}

void
flow_free(struct flow *f)
{
	ink_free(&f->ink);
}

void
flow_page(struct flow *f)
{
	ink_begin(&f->ink);
	f->y = FLOW_TOP;
}

void
flow_need(struct flow *f, double high)
{
	if (f->y + high > FLOW_BOTTOM && f->y > FLOW_TOP)
		flow_page(f);
}

void
flow_gap(struct flow *f, double high)
{
	if (f->y > FLOW_TOP)
		f->y += high;
}

/* ---- lines ---- */

/* Chinese may go on in the next line before and after any character. */
static bool
is_chinese(unsigned code)
{
	return code >= 0x2e80;
}

/* What may not begin a line, and what may not end one. */
static bool
is_closing(unsigned code)
{
	static const char closing[] = "，。、；：？！）】》”’」』〉…—";
	struct span s = SPAN(closing);
	unsigned c;

	while (s.len > 0)
		if (utf8_take(&s, &c) && c == code)
			return true;
	return false;
}

static bool
is_opening(unsigned code)
{
	static const char opening[] = "（【《“‘「『〈";
	struct span s = SPAN(opening);
	unsigned c;

	while (s.len > 0)
		if (utf8_take(&s, &c) && c == code)
			return true;
	return false;
}

static bool
may_break(unsigned before, unsigned after)
{
	if (is_closing(after) || is_opening(before) || after == ' ')
		return false;
	return before == ' ' || is_chinese(before) || is_chinese(after);
}

/*
 * Takes as much off the text as one line holds, at least one character; what
 * can be parted nowhere is parted where the line ends.
 */
static struct span
take_line(struct span *text, const struct ink_style *s, double wide)
{
	struct span rest = *text, line;
	size_t best = 0, used = 0;
	unsigned before = 0, code;
	double w = 0;

	while (rest.len > 0) {
		if (!utf8_take(&rest, &code))
			code = 0;
		if (used > 0 && may_break(before, code))
			best = used;
		w += ink_advance(s, code);
		if (w > wide && used > 0 && code != ' ')
			break;
		used = text->len - rest.len;
		before = code;
		if (rest.len == 0)
			best = used;
	}
	line = span_take(*text, best > 0 ? best : used);
	*text = span_skip(*text, line.len);
	while (text->len > 0 && text->ptr[0] == ' ')
		*text = span_skip(*text, 1);
	return line;
}

/* As it is shown: nothing that a target has said does anything. */
static char *
harmless(const char *text)
{
	struct buf b;
	char *copy;

	buf_init(&b, TEXT_MOST);
	escape_text(&b, text, ESCAPE_LINE);
	copy = mem_text(buf_span(&b));
	buf_free(&b);
	return copy;
}

double
flow_height(double wide, const struct ink_style *s, const char *text)
{
	char *copy = harmless(text);
	struct span rest = span_of(copy);
	double high = 0;

	while (rest.len > 0) {
		take_line(&rest, s, wide);
		high += s->size * LEADING;
	}
	free(copy);
	return high;
}

void
flow_text(struct flow *f, const struct ink_style *s, const char *text)
{
	char *copy = harmless(text);
	struct span rest = span_of(copy);

	while (rest.len > 0) {
		flow_need(f, s->size * LEADING);
		ink_line(
		    &f->ink, f->left, f->y, s, take_line(&rest, s, f->wide));
		f->y += s->size * LEADING;
	}
	free(copy);
}

/* English is set in grey, and smaller than what it stands under. */
static struct ink_style
below(const struct ink_style *zh)
{
	return (struct ink_style){ INK_SONG,
		zh->size > 6   ? zh->size * 0.5
		: zh->size > 4 ? zh->size * 0.66
			       : 2.8,
		FLOW_GREY };
}

void
flow_both(
    struct flow *f, const struct ink_style *s, const char *zh, const char *en)
{
	const struct ink_style small = below(s);

	flow_text(f, s, zh);
	flow_text(f, &small, en);
}

void
flow_word(struct flow *f, const struct ink_style *s, enum word word)
{
	flow_both(f, s, word_in(ZH, word), word_in(EN, word));
}

void
flow_words(struct flow *f, const struct ink_style *s, enum word word, ...)
{
	va_list args;
	struct buf text[2];

	for (int tongue = ZH; tongue <= EN; tongue++) {
		buf_init(&text[tongue], TEXT_MOST);
		va_start(args, word);
		word_vfill(&text[tongue], (enum tongue)tongue, word,
		    ESCAPE_LINE, args);
		va_end(args);
	}
	flow_both(f, s, buf_text(&text[ZH]), buf_text(&text[EN]));
	buf_free(&text[ZH]);
	buf_free(&text[EN]);
}

void
flow_words_why(struct flow *f, const struct ink_style *s, enum word word,
    const char *why_zh, const char *why)
{
	struct buf zh, en;

	buf_init(&zh, TEXT_MOST);
	buf_init(&en, TEXT_MOST);
	word_fill(&zh, ZH, word, ESCAPE_LINE, why_zh, NULL);
	word_fill(&en, EN, word, ESCAPE_LINE, why, NULL);
	flow_both(f, s, buf_text(&zh), buf_text(&en));
	buf_free(&zh);
	buf_free(&en);
}

void
flow_heading(struct flow *f, const struct ink_style *s, enum word word)
{
	const struct ink_style small = { INK_SONG, s->size * 0.66, FLOW_GREY };
	const struct span zh = span_of(word_in(ZH, word));

	flow_gap(f, s->size * 1.3);
	flow_need(f, s->size * 6);
	ink_line(&f->ink, f->left, f->y, s, zh);
	ink_line(&f->ink, f->left + ink_width(s, zh) + 2,
	    f->y + (s->size - small.size) * 0.88, &small,
	    span_of(word_in(EN, word)));
	f->y += s->size * 1.75;
}

/* ---- tables ---- */

#define BETWEEN 2.0 /* columns */

static double
cell_height(const struct flow_cell *c)
{
	const struct ink_style small = below(c->style);
	const double wide = c->wide - BETWEEN;

	return (c->zh == NULL ? 0 : flow_height(wide, c->style, c->zh)) +
	       (c->en == NULL ? 0 : flow_height(wide, &small, c->en));
}

static double
row_height(const struct flow_cell *cells, size_t n)
{
	double high = 0;

	for (size_t i = 0; i < n; i++)
		if (cell_height(&cells[i]) > high)
			high = cell_height(&cells[i]);
	return high + 2 * PADDING;
}

static void
to_the_right(struct flow *f, const struct ink_style *s, const char *text)
{
	const struct span line = span_of(text);

	ink_line(
	    &f->ink, f->left + f->wide - ink_width(s, line), f->y, s, line);
	f->y += s->size * LEADING;
}

static void
cell(struct flow *f, const struct flow_cell *c)
{
	const struct ink_style small = below(c->style);
	const double y = f->y;

	f->wide = c->wide - BETWEEN;
	if (c->zh != NULL)
		(c->right ? to_the_right : flow_text)(f, c->style, c->zh);
	if (c->en != NULL)
		(c->right ? to_the_right : flow_text)(f, &small, c->en);
	f->y = y;
	f->left += c->wide;
}

static void
draw_row(struct flow *f, const struct flow_cell *cells, size_t n, double high)
{
	const double left = f->left, wide = f->wide;

	f->y += PADDING;
	for (size_t i = 0; i < n; i++)
		cell(f, &cells[i]);
	f->left = left;
	f->wide = wide;
	f->y += high - PADDING;
	ink_box(&f->ink, left, f->y - 0.1, wide, 0.15, FLOW_RULE);
}

void
flow_top_row(struct flow *f, const struct flow_cell *cells, size_t n)
{
	const double high = row_height(cells, n);

	flow_need(f, high * 3);
	ink_box(&f->ink, f->left, f->y, f->wide, high, FLOW_TINT);
	ink_box(&f->ink, f->left, f->y, f->wide, 0.4, FLOW_BLACK);
	draw_row(f, cells, n, high);
}

void
flow_row(struct flow *f, const struct flow_cell *cells, size_t n,
    const struct flow_cell *top)
{
	const double high = row_height(cells, n);

	if (f->y + high > FLOW_BOTTOM && f->y > FLOW_TOP) {
		flow_page(f);
		if (top != NULL)
			flow_top_row(f, top, n);
	}
	draw_row(f, cells, n, high);
}
