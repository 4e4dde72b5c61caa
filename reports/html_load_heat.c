/* SPDX-License-Identifier: MIT */
/* Heat maps: how many took how long, when. */
#include <math.h>
#include <string.h>

#include "reports/escape.h"
#include "reports/html_load_strip.h"

#define SHADES     6
#define HEATS_MOST 4 /* heat maps of one load */

struct heat {
	const struct load_heat *h;
	uint64_t most;
	size_t low, high; /* rows with anything in them: [low, high) */
};

static struct heat
heat_of(const struct load_scenario *s, const struct load_heat *h)
{
	struct heat v = { .h = h, .low = h->rows };

	for (size_t c = 0; c < s->n_columns; c++)
		for (size_t r = 0; r < h->rows; r++) {
			const uint64_t n = h->counts[c * h->rows + r];

			if (n == 0)
				continue;
			v.most = n > v.most ? n : v.most;
			v.low = r < v.low ? r : v.low;
			v.high = r + 1 > v.high ? r + 1 : v.high;
		}
	return v;
}

/* 0: nothing; 1 to SHADES, by the logarithm of the count. */
static unsigned
shade_of(uint64_t n, uint64_t most)
{
	double part;

	if (n == 0)
		return 0;
	part = most > 1 ? log((double)n) / log((double)most) : 1;
	return 1 + (unsigned)fmin(SHADES - 1, floor(part * SHADES));
}

static double
lower_us(const struct load_heat *h, size_t row)
{
	return h->lowest_us * pow(10, (double)row / h->per_decade);
}

/*
 * One path a shade, of strokes as thick as a row: a run of equal cells is
 * "M12 3.5h4".  Its unit is a column across and a row up.
 */
static void
one_shade(struct strip *t, const struct heat *v, unsigned shade)
{
	const struct load_heat *h = v->h;

	buf_addf(t->b, "<path class=\"heat h%u\" d=\"", shade);
	for (size_t r = v->low; r < v->high; r++)
		for (size_t c = 0; c < t->s->n_columns; c++) {
			size_t run = 0;

			while (c + run < t->s->n_columns &&
			       shade_of(h->counts[(c + run) * h->rows + r],
				   v->most) == shade)
				run++;
			if (run == 0)
				continue;
			buf_addf(t->b, "M%zu %zu.5h%zu", c, r - v->low, run);
			c += run;
		}
	buf_addf(t->b, "\"/>\n");
}

static void
cells(struct strip *t, const struct heat *v, const struct svg_axis *y)
{
	const double rows = (double)(v->high - v->low);
	const double columns = (double)t->s->n_columns;
	const double low = svg_at(y, lower_us(v->h, v->low));
	const double high = svg_at(y, lower_us(v->h, v->high));

	buf_addf(t->b,
	    "<g transform=\"translate(%d %.1f) scale(%.4f %.4f)\">\n",
	    STRIP_LEFT, low, (STRIP_RIGHT - STRIP_LEFT) / columns,
	    (high - low) / rows);
	for (unsigned i = 1; i <= SHADES; i++)
		one_shade(t, v, i);
	buf_addf(t->b, "</g>\n");
}

static void
p99_line(struct strip *t, const struct load_heat *h, const struct svg_axis *y)
{
	struct svg_path path;

	svg_path_begin(&path, t->b, "p99");
	for (size_t c = 0; c < t->s->n_columns; c++) {
		if (h->p99_us[c] <= 0) {
			svg_path_gap(&path);
			continue;
		}
		svg_path_to(&path,
		    (strip_edge(t, c) + strip_edge(t, c + 1)) / 2,
		    svg_at(y, h->p99_us[c]));
	}
	svg_path_end(&path);
}

static void
heat_words(struct strip *t, const char *id, const struct load_op *op,
    const struct heat *v)
{
	svg_title(t->b, id, W_LOAD_HEAT, op->name, NULL);
	svg_desc_begin(t->b, id);
	for (int tongue = ZH; tongue <= EN; tongue++) {
		word_fill(t->b, (enum tongue)tongue, W_LOAD_HEAT_DESC,
		    ESCAPE_XML, shown_time(t->s->column_s * 1e6).text,
		    shown_count(v->most).text, NULL);
		buf_addf(t->b, " ");
	}
	svg_desc_end(t->b);
}

/* "1", "2 – 5", ...: what each shade stands for. */
static void
heat_key(struct page *p, const struct heat *v)
{
	uint64_t n = 1;

	html_key_begin(p);
	html_raw(p, "<span>");
	html_word(p, W_LOAD_HEAT_KEY);
	html_raw(p, "</span>");
	for (unsigned i = 1; i <= SHADES && n <= v->most; i++) {
		uint64_t last =
		    (uint64_t)floor(pow((double)v->most, (double)i / SHADES));

		last = i == SHADES || last > v->most ? v->most : last;
		while (last >= n && shade_of(last, v->most) > i)
			last--;
		while (last < v->most && shade_of(last + 1, v->most) == i)
			last++;
		if (last < n)
			continue;
		html_rawf(p,
		    " <span class=\"nowrap\"><svg class=\"swatch\" "
		    "width=\"16\" height=\"11\" aria-hidden=\"true\">"
		    "<path class=\"heat h%u key\" d=\"M0 5.5h16\"/></svg> %s",
		    i, shown_count(n).text);
		if (last > n)
			html_rawf(p, " – %s", shown_count(last).text);
		html_raw(p, "</span>");
		n = last + 1;
	}
	html_key(p, "line", "p99", W_LOAD_HEAT_P99);
	html_key_end(p);
}

static void
one_heat(struct page *p, const struct load_scenario *s, size_t k, size_t i)
{
	const struct load_op *op = &s->ops[i];
	const struct heat v = heat_of(s, &op->heat);
	struct strip t = strip_of(p, s);
	const double height = 132;
	struct svg_axis y;
	char id[48];

	snprintf(id, sizeof(id), "heat-%zu-%zu", k, i);
	y = (struct svg_axis){ .from = lower_us(v.h, v.low),
		.to = lower_us(v.h, v.high),
		.log = true };
	for (size_t b = 0; b < op->n_bounds; b++)
		if (op->bounds[b].us < y.to * 100)
			y.to = fmax(y.to, op->bounds[b].us * 1.1);
	html_figure_begin(p, "full");
	html_load_op(p, op);
	html_raw(p, "</figcaption>\n");
	svg_begin(t.b, id, STRIP_WIDTH, STRIP_HEAD + height + STRIP_FOOT);
	heat_words(&t, id, op, &v);
	y.start = STRIP_HEAD + height;
	y.end = STRIP_HEAD;
	strip_shade(&t, y.end, y.start);
	svg_rungs(t.b, &y, 5, STRIP_LEFT, STRIP_RIGHT, shown_time);
	cells(&t, &v, &y);
	p99_line(&t, v.h, &y);
	for (size_t b = 0; b < op->n_bounds; b++)
		if (op->bounds[b].us <= y.to)
			strip_threshold(&t, &y, op->bounds[b].us,
			    STRIP_RIGHT - 100 * (double)b,
			    shown_bound(
				op->bounds[b].percentile, op->bounds[b].us));
	svg_line(t.b, "axis", STRIP_LEFT, y.start, STRIP_RIGHT, y.start);
	t.top = y.start + STRIP_GAP;
	strip_time_axis(&t);
	svg_end(t.b);
	heat_key(p, &v);
	html_figure_end(p);
}

/* Those with a limit come first, then as many as there is room for. */
static size_t
choose(const struct load_scenario *s, size_t chosen[])
{
	size_t n = 0;

	for (int bound = 1; bound >= 0; bound--)
		for (size_t i = 0; i < s->n_ops && n < HEATS_MOST; i++)
			if ((s->ops[i].n_bounds > 0) == (bound == 1) &&
			    s->ops[i].heat.rows > 0 &&
			    heat_of(s, &s->ops[i].heat).most > 0)
				chosen[n++] = i;
	return n;
}

void
html_load_heats(struct page *p, const struct load_scenario *s, size_t k)
{
	size_t chosen[HEATS_MOST], all = 0;
	const size_t n = choose(s, chosen);

	for (size_t i = 0; i < s->n_ops; i++)
		all += s->ops[i].heat.rows > 0 &&
		       heat_of(s, &s->ops[i].heat).most > 0;
	if (n == 0)
		return;
	html_heading(p, 4, W_LOAD_HEATS);
	for (size_t i = 0; i < n; i++)
		one_heat(p, s, k, chosen[i]);
	if (all > n) {
		html_raw(p, "<p class=\"note\">");
		html_words(p, W_LOAD_HEAT_REST, num(all - n).text, NULL);
		html_raw(p, "</p>\n");
	}
}
