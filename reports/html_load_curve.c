/* SPDX-License-Identifier: MIT */
/* Percentile curves: how many waited how long, and the limit beside it. */
#include <math.h>
#include <string.h>

#include "reports/escape.h"
#include "reports/html_load.h"
#include "reports/svg.h"

#define WIDTH  424
#define HEIGHT 268
#define LEFT   58
#define RIGHT  (WIDTH - 12)
#define TOP    12
#define BOTTOM (HEIGHT - 42)

struct curve {
	struct buf *b;
	const struct load_op *op;
	struct svg_axis x, y;
};

static double
nines(double percentile)
{
	return percentile >= 100 ? 9 : -log10(1 - percentile / 100);
}

static void
reach(const struct load_op *op, double *least, double *most, double *last)
{
	*least = INFINITY;
	*most = 0;
	*last = 3;
	for (size_t k = 0; k < LOAD_TIMES; k++) {
		const struct load_times *t = &op->times[k];

		/* The very least would take all the room. */
		for (size_t i = t->n_curve > 2; i < t->n_curve; i++) {
			*least = fmin(*least, fmax(t->curve[i].us, 1));
			*most = fmax(*most, t->curve[i].us);
			*last = fmax(*last, t->curve[i].nines);
		}
	}
	for (size_t i = 0; i < op->n_bounds; i++) {
		*least = fmin(*least, op->bounds[i].us);
		*most = fmax(*most, op->bounds[i].us);
		*last = fmax(*last, nines(op->bounds[i].percentile));
	}
	*last = fmin(*last, 7);
}

static void
frame(struct curve *c)
{
	static const char *const names[] = { "0", "90 %", "99 %", "99.9 %",
		"99.99 %", "99.999 %", "99.9999 %", "99.99999 %" };
	const double half = svg_at(&c->x, nines(50));

	svg_rungs(c->b, &c->y, 6, LEFT, RIGHT, shown_time);
	svg_line(c->b, "grid", half, TOP, half, BOTTOM);
	svg_text(c->b, "", "middle", half, BOTTOM + 16, "50 %");
	for (size_t i = 0; i < 8 && (double)i <= c->x.to + 0.01; i++) {
		const double x = svg_at(&c->x, (double)i);

		svg_line(c->b, "grid", x, TOP, x, BOTTOM);
		if (i > 0)
			svg_text(c->b, "", x > RIGHT - 24 ? "end" : "middle",
			    x > RIGHT - 24 ? RIGHT + 6 : x, BOTTOM + 16,
			    names[i]);
	}
	svg_line(c->b, "axis", LEFT, BOTTOM, RIGHT, BOTTOM);
	svg_word(c->b, "", "middle", (LEFT + RIGHT) / 2.0, BOTTOM + 34,
	    W_LOAD_AXIS_PERCENTILE);
}

static void
draw(struct curve *c, enum load_times_kind kind, const char *class)
{
	const struct load_times *t = &c->op->times[kind];
	struct svg_path path;

	if (t->n_curve == 0)
		return;
	svg_path_begin(&path, c->b, class);
	for (size_t i = 0; i < t->n_curve; i++)
		svg_path_to(&path, svg_at(&c->x, t->curve[i].nines),
		    svg_at(&c->y, t->curve[i].us));
	svg_path_end(&path);
	if (t->failed > 0) {
		const struct load_point *last = &t->curve[t->n_curve - 1];
		const double x = svg_at(&c->x, last->nines);

		svg_line(c->b, "gone", x, svg_at(&c->y, last->us), x, TOP);
	}
}

static const char *
mark_of(const struct load_bound *l)
{
	return l->verdict == FAIL   ? "bad"
	       : l->verdict == PASS ? "good"
				    : "open";
}

/* The corner that the curve must pass below, and where it passes. */
static void
bound(struct curve *c, const struct load_bound *l)
{
	const double x = svg_at(&c->x, nines(l->percentile));
	const double y = svg_at(&c->y, l->us);
	const double at = svg_at(&c->y, l->measured_us);

	svg_line(c->b, "limit", LEFT, y, x, y);
	svg_line(c->b, "limit", x, y, x, BOTTOM);
	svg_text(c->b, "limit", x > LEFT + 80 ? "end" : "start",
	    x > LEFT + 80 ? x - 4 : LEFT + 4, y - 4,
	    shown_bound(l->percentile, l->us).text);
	buf_addf(c->b, "<circle class=\"mark %s\" cx=\"", mark_of(l));
	svg_number(c->b, x);
	buf_addf(c->b, "\" cy=\"");
	svg_number(c->b, at);
	buf_addf(c->b, "\" r=\"4.5\"/>\n");
}

static void
words(struct curve *c, const char *id)
{
	const struct load_times *t = &c->op->times[LOAD_RESPONSE];

	svg_title(c->b, id, W_LOAD_CURVE, c->op->name, NULL);
	svg_desc_begin(c->b, id);
	for (int tongue = ZH; tongue <= EN; tongue++) {
		word_fill(c->b, (enum tongue)tongue, W_LOAD_CURVE_DESC,
		    ESCAPE_XML, shown_time(t->p50_us).text,
		    shown_time(t->p90_us).text, shown_time(t->p99_us).text,
		    shown_time(t->max_us).text, NULL);
		buf_addf(c->b, " ");
		for (size_t i = 0; i < c->op->n_bounds; i++) {
			const struct load_bound *l = &c->op->bounds[i];

			word_fill(c->b, (enum tongue)tongue, W_LOAD_CURVE_BOUND,
			    ESCAPE_XML, shown_percentile(l->percentile).text,
			    shown_time(l->us).text,
			    shown_time(l->measured_us).text, NULL);
			buf_addf(c->b, " ");
		}
	}
	svg_desc_end(c->b);
}

static void
one(struct page *p, const struct load_op *op, size_t k, size_t i)
{
	struct curve c = { .b = p->out, .op = op };
	double least, most, last;
	char id[48];

	snprintf(id, sizeof(id), "curve-%zu-%zu", k, i);
	reach(op, &least, &most, &last);
	c.x = (struct svg_axis){ 0, last, LEFT, RIGHT, false };
	c.y = svg_axis_log(least, most * pow(most / least, 0.09), BOTTOM, TOP);
	html_figure_begin(p, "half");
	html_load_op(p, op);
	html_raw(p, "</figcaption>\n");
	svg_begin(c.b, id, WIDTH, HEIGHT);
	words(&c, id);
	frame(&c);
	draw(&c, LOAD_SERVICE, "service");
	draw(&c, LOAD_RESPONSE, "response");
	for (size_t b = 0; b < op->n_bounds; b++)
		bound(&c, &op->bounds[b]);
	svg_end(c.b);
	html_figure_end(p);
}

void
html_load_curves(struct page *p, const struct load_scenario *s, size_t k)
{
	const struct load_bound *first = NULL;
	bool any = false, gone = false;

	for (size_t i = 0; i < s->n_ops; i++) {
		any = any || s->ops[i].times[LOAD_RESPONSE].n_curve > 0;
		if (first == NULL && s->ops[i].n_bounds > 0)
			first = &s->ops[i].bounds[0];
		gone = gone || s->ops[i].times[LOAD_RESPONSE].failed > 0;
	}
	if (!any)
		return;
	html_heading(p, 4, W_LOAD_CURVES);
	html_key_begin(p);
	html_key(p, "line", "response", W_LOAD_RESPONSE);
	html_key(p, "line", "service", W_LOAD_SERVICE);
	if (gone)
		html_key(p, "line", "gone", W_LOAD_GONE);
	if (first != NULL) {
		html_key(p, "line", "limit", W_LOAD_BOUND);
		html_key(p, "mark", mark_of(first), W_LOAD_BOUND_KEPT);
	}
	html_key_end(p);
	html_raw(p, "<div class=\"pics\">\n");
	for (size_t i = 0; i < s->n_ops; i++)
		if (s->ops[i].times[LOAD_RESPONSE].n_curve > 0)
			one(p, &s->ops[i], k, i);
	html_raw(p, "</div>\n");
}
