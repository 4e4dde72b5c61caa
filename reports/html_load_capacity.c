/* SPDX-License-Identifier: MIT */
/* The search for capacity: each probe, and the bracket they leave. */
#include <math.h>

#include "lib/number.h"
#include "reports/escape.h"
#include "reports/html_load.h"
#include "reports/svg.h"

#define WIDTH  864
#define HEIGHT 240
#define LEFT   64
#define RIGHT  (WIDTH - 16)
#define TOP    14
#define BOTTOM (HEIGHT - 42)

struct search {
	struct buf *b;
	const struct load_capacity *c;
	struct svg_axis x, y;
};

/* Shares stand by their nines: 90 %, 99 %, 99.9 % are one step apart. */
static double
nines(double share)
{
	return share >= 1 ? 9 : share <= 0 ? 0 : -log10(1 - share);
}

static struct shown
share(double nines_of_it)
{
	struct shown f;

	snprintf(f.text, sizeof(f.text), "%s %%",
	    number_of(100 * (1 - pow(10, -nines_of_it)), 9).text);
	return f;
}

static void
scales(struct search *s)
{
	double least = 9, most = 3, from = INFINITY, to = 0;

	for (size_t i = 0; i < s->c->n; i++) {
		const struct load_probe *p = &s->c->probes[i];

		least = fmin(least, nines(p->low));
		most = fmax(most, p->share < 1 ? nines(p->share) : 0);
		from = fmin(from, p->rate);
		to = fmax(to, p->rate);
	}
	if (s->c->share_wanted > 0 && s->c->share_wanted < 1)
		most = fmax(most, nines(s->c->share_wanted) + 1);
	s->x = (struct svg_axis){ fmax(from, 1e-3) * 0.85, to * 1.2, LEFT,
		RIGHT, true };
	s->y = (struct svg_axis){ floor(least), fmin(ceil(most), 8), BOTTOM,
		TOP, false };
	if (s->y.from >= s->y.to)
		s->y.from = s->y.to - 1;
}

static void
frame(struct search *s)
{
	double ticks[SVG_TICKS];
	const size_t n = svg_ticks(&s->x, 10, ticks);

	svg_rungs(s->b, &s->y, 5, LEFT, RIGHT, share);
	for (size_t i = 0; i < n; i++) {
		const double x = svg_at(&s->x, ticks[i]);

		svg_line(s->b, "axis", x, BOTTOM, x, BOTTOM + 4);
		svg_text(s->b, "", "middle", x, BOTTOM + 17,
		    shown_number(ticks[i]).text);
	}
	svg_line(s->b, "axis", LEFT, BOTTOM, RIGHT, BOTTOM);
	svg_word(s->b, "", "middle", (LEFT + RIGHT) / 2.0, BOTTOM + 34,
	    W_LOAD_AXIS_RATE);
}

static void
bracket(struct search *s)
{
	const struct load_capacity *c = s->c;
	const double from = svg_at(&s->x, c->pass_rate);
	const double to =
	    c->fail_rate > 0 ? svg_at(&s->x, c->fail_rate) : RIGHT;

	if (c->pass_rate > 0)
		svg_rect(s->b, "bracket", from, TOP, to - from, BOTTOM - TOP);
	if (c->share_wanted > 0) {
		const double y = svg_at(&s->y, nines(c->share_wanted));

		svg_line(s->b, "limit", LEFT, y, RIGHT, y);
		svg_text(s->b, "limit", "end", RIGHT - 4, y + 14,
		    share(nines(c->share_wanted)).text);
	}
}

/* The generator was not good enough: nothing was learnt of the target. */
static bool
is_known(const struct load_probe *p)
{
	return p->high - p->low < 1;
}

/* Probes of one rate before this one: it is drawn beside them. */
static size_t
earlier(const struct load_capacity *c, size_t i)
{
	size_t n = 0;

	for (size_t k = 0; k < i; k++)
		n += !(c->probes[k].rate < c->probes[i].rate ||
		       c->probes[k].rate > c->probes[i].rate);
	return n;
}

/* Full: kept; a cross: not kept; empty: undecided.  The number is the turn. */
static void
point(struct search *s, size_t i)
{
	const struct load_probe *p = &s->c->probes[i];
	const double x = svg_at(&s->x, p->rate) + 16 * (double)earlier(s->c, i);
	const double y = svg_at(&s->y, nines(p->share));
	struct svg_path cross;

	if (is_known(p))
		svg_line(s->b, "whisker", x, svg_at(&s->y, nines(p->low)), x,
		    svg_at(&s->y, nines(p->high)));
	if (p->verdict == FAIL) {
		svg_path_begin(&cross, s->b, "cross");
		svg_path_to(&cross, x - 4.5, y - 4.5);
		svg_path_to(&cross, x + 4.5, y + 4.5);
		svg_path_gap(&cross);
		svg_path_to(&cross, x - 4.5, y + 4.5);
		svg_path_to(&cross, x + 4.5, y - 4.5);
		svg_path_end(&cross);
	} else {
		buf_addf(s->b, "<circle class=\"mark %s\" cx=\"",
		    p->verdict == PASS ? "good" : "open");
		svg_number(s->b, x);
		buf_addf(s->b, "\" cy=\"");
		svg_number(s->b, y);
		buf_addf(s->b, "\" r=\"4.5\"/>\n");
	}
	svg_text(s->b, "turn", "start", x + 7, y > TOP + 8 ? y - 3 : y + 13,
	    num(i + 1).text);
}

static void
picture(struct page *p, const struct load_capacity *c, size_t k)
{
	struct search s = { .b = p->out, .c = c };
	char id[32];

	snprintf(id, sizeof(id), "capacity-%zu", k);
	scales(&s);
	html_figure_begin(p, "full");
	html_word(p, W_LOAD_CAPACITY_PIC);
	html_raw(p, "</figcaption>\n");
	svg_begin(s.b, id, WIDTH, HEIGHT);
	svg_title(s.b, id, W_LOAD_CAPACITY_PIC, NULL);
	svg_desc_begin(s.b, id);
	word_fill(
	    s.b, ZH, W_LOAD_CAPACITY_DESC, ESCAPE_XML, num(c->n).text, NULL);
	buf_addf(s.b, " ");
	word_fill(
	    s.b, EN, W_LOAD_CAPACITY_DESC, ESCAPE_XML, num(c->n).text, NULL);
	svg_desc_end(s.b);
	bracket(&s);
	frame(&s);
	for (size_t i = 0; i < c->n; i++)
		point(&s, i);
	svg_end(s.b);
	html_key_begin(p);
	html_key(p, "mark", "good", W_LOAD_KEPT);
	html_key(p, "cross", "cross", W_LOAD_BROKEN_LIMIT);
	html_key(p, "mark", "open", W_LOAD_UNCLEAR);
	html_key(p, "area", "bracket", W_LOAD_BRACKET);
	if (c->share_wanted > 0)
		html_key(p, "line", "limit", W_LOAD_WANTED);
	html_key_end(p);
	html_figure_end(p);
}

static void
probes(struct page *p, const struct load_capacity *c)
{
	html_raw(p, "<div class=\"wide\"><table class=\"probes\">\n");
	html_columns(p, W_LOAD_PROBE, W_LOAD_RATE, W_LOAD_ATTAINED, W_VERDICT,
	    WORD_COUNT);
	html_raw(p, "<tbody>\n");
	for (size_t i = 0; i < c->n; i++) {
		const struct load_probe *t = &c->probes[i];

		html_rawf(p,
		    "<tr><td>%zu</td><td>%s"
		    "</td><td>%s",
		    i + 1, shown_rate(t->rate).text,
		    is_known(t) ? shown_share(t->share).text : "–");
		if (is_known(t)) {
			html_raw(p, " <small>");
			html_words(p, W_LOAD_INTERVAL, shown_share(t->low).text,
			    shown_share(t->high).text, NULL);
			html_raw(p, "</small>");
		}
		html_raw(p, "</td><td>");
		html_verdict(p, row_of(t->verdict));
		if (t->repeated) {
			html_raw(p, " <small>");
			html_word(p, W_LOAD_REPEATED);
			html_raw(p, "</small>");
		}
		html_raw(p, "</td></tr>\n");
	}
	html_raw(p, "</tbody></table></div>\n");
}

void
html_load_capacity(struct page *p, const struct load_scenario *s, size_t k)
{
	const struct load_capacity *c = &s->capacity;

	if (c->n == 0)
		return;
	html_heading(p, 4, W_LOAD_CAPACITY);
	html_raw(p, "<p>");
	if (c->why != NULL && *c->why != '\0')
		html_why(p, c->why_zh, c->why);
	else
		html_words(p,
		    c->pass_rate <= 0   ? W_LOAD_CAPACITY_NONE
		    : c->fail_rate <= 0 ? W_LOAD_CAPACITY_OPEN
					: W_LOAD_CAPACITY_BRACKET,
		    shown_number(c->pass_rate).text,
		    shown_number(c->fail_rate).text, NULL);
	html_raw(p, "</p>\n");
	picture(p, c, k);
	probes(p, c);
}
