/* SPDX-License-Identifier: MIT */
#include "reports/html_load_strip.h"

#include <math.h>

struct strip
strip_of(struct page *p, const struct load_scenario *s)
{
	const double to = s->column_s * (double)s->n_columns;

	return (struct strip){
		.b = p->out,
		.s = s,
		.x = { 0, to > 0 ? to : 1, STRIP_LEFT, STRIP_RIGHT, false },
		.top = 0,
	};
}

double
strip_edge(const struct strip *t, size_t column)
{
	return svg_at(&t->x, (double)column * t->s->column_s);
}

void
strip_shade(struct strip *t, double top, double bottom)
{
	const double from =
	    svg_at(&t->x, (double)(t->s->judged_from + t->s->warmup_seconds));
	const double to = svg_at(&t->x, (double)t->s->judged_to);

	if (from > STRIP_LEFT)
		svg_rect(t->b, "cut", STRIP_LEFT, top,
		    fmin(from, STRIP_RIGHT) - STRIP_LEFT, bottom - top);
	if (to > from && to < STRIP_RIGHT)
		svg_rect(t->b, "cut", to, top, STRIP_RIGHT - to, bottom - top);
}

struct svg_axis
strip_panel(struct strip *t, double height, struct svg_axis axis, size_t rungs,
    struct shown (*label)(double), enum word name)
{
	const double top = t->top + STRIP_HEAD, bottom = top + height;

	axis.start = bottom;
	axis.end = top;
	strip_shade(t, top, bottom);
	svg_rungs(t->b, &axis, rungs, STRIP_LEFT, STRIP_RIGHT, label);
	svg_line(t->b, "axis", STRIP_LEFT, bottom, STRIP_RIGHT, bottom);
	svg_word(
	    t->b, "name", "start", STRIP_LEFT, t->top + STRIP_HEAD - 7, name);
	t->top = bottom + STRIP_GAP;
	return axis;
}

void
strip_time_axis(struct strip *t)
{
	const double y = t->top - STRIP_GAP;
	double ticks[SVG_TICKS];
	const size_t n = svg_seconds(t->x.to, 10, ticks);

	for (size_t i = 0; i < n; i++) {
		const double x = svg_at(&t->x, ticks[i]);

		svg_line(t->b, "axis", x, y, x, y + 4);
		svg_text(t->b, "", x > STRIP_RIGHT - 20 ? "end" : "middle",
		    x > STRIP_RIGHT - 20 ? STRIP_RIGHT : x, y + 17,
		    shown_clock(ticks[i]).text);
	}
	svg_word(t->b, "", "middle", (STRIP_LEFT + STRIP_RIGHT) / 2.0, y + 34,
	    W_LOAD_AXIS_TIME);
}

void
strip_steps(struct strip *t, const struct svg_axis *y, const char *class,
    strip_value *value, bool filled)
{
	struct svg_path path;

	svg_path_begin(&path, t->b, class);
	if (filled)
		svg_path_to(&path, STRIP_LEFT, y->start);
	for (size_t i = 0; i < t->s->n_columns; i++) {
		const double at = svg_at(y, value(&t->s->columns[i]));

		svg_path_to(&path, strip_edge(t, i), at);
		svg_path_to(&path, strip_edge(t, i + 1), at);
	}
	if (filled)
		svg_path_to(&path, STRIP_RIGHT, y->start);
	svg_path_end(&path);
}

void
strip_bars(struct strip *t, const struct svg_axis *y, strip_value *value)
{
	for (size_t i = 0; i < t->s->n_columns; i++) {
		const double v = value(&t->s->columns[i]);
		const double h = y->start - svg_at(y, v);
		const double w = strip_edge(t, i + 1) - strip_edge(t, i);

		if (v > 0)
			svg_rect(t->b, "b-hatch", strip_edge(t, i),
			    y->start - fmax(h, 4), fmax(w, 1), fmax(h, 4));
	}
}

double
strip_greatest(const struct load_scenario *s, strip_value *value)
{
	double most = 0;

	for (size_t i = 0; i < s->n_columns; i++)
		most = fmax(most, value(&s->columns[i]));
	return most;
}

void
strip_threshold(struct strip *t, const struct svg_axis *y, double v, double x,
    struct shown label)
{
	const double at = svg_at(y, v);

	if (!(v > 0))
		return;
	svg_line(t->b, "limit", STRIP_LEFT, at, STRIP_RIGHT, at);
	svg_text(t->b, "limit", "end", x, y->end - 7, label.text);
}

void
strip_outside_key(struct page *p, const struct load_scenario *s)
{
	if (s->judged_from + s->warmup_seconds > 0 || s->judged_to < s->seconds)
		html_key(p, "area", "cut", W_LOAD_OUTSIDE);
}
