/* SPDX-License-Identifier: MIT */
#include "reports/svg.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "reports/escape.h"

/* Figures come from files: infinities, NaN and nonsense draw nothing. */
static bool
is_sane(double v)
{
	return v > 1e-12 && v < 1e15;
}

/* The next of 1, 2, 5, 10, ... that is not below v (or not above). */
static double
round_step(double v, bool up)
{
	const double decade = pow(10, floor(log10(v)));
	static const double steps[] = { 1, 2, 5, 10 };
	double last = decade;

	for (size_t i = 0; i < 4; i++) {
		const double step = steps[i] * decade;

		/* A little slack: 0.1 + 0.2 is not 0.3. */
		if (step >= v * (1 - 1e-9))
			return up || step <= v * (1 + 1e-9) ? step : last;
		last = step;
	}
	return 10 * decade;
}

struct svg_axis
svg_axis_zero(double most, double start, double end)
{
	const bool sane = is_sane(most);
	const double step = sane ? round_step(most / 4, true) : 1;
	const double to = sane ? ceil(most / step - 1e-9) * step : 1;

	return (struct svg_axis){ 0, to, start, end, false };
}

struct svg_axis
svg_axis_log(double least, double most, double start, double end)
{
	const double from = round_step(is_sane(least) ? least : 1, false);
	double to =
	    round_step(is_sane(most) && most > from ? most : from, true);

	if (to < from * 5)
		to = from * 10;
	return (struct svg_axis){ from, to, start, end, true };
}

double
svg_at(const struct svg_axis *a, double v)
{
	double part;

	if (v <= a->from || a->to <= a->from)
		return a->start;
	if (v >= a->to)
		return a->end;
	part = a->log ? log(v / a->from) / log(a->to / a->from)
		      : (v - a->from) / (a->to - a->from);
	return a->start + part * (a->end - a->start);
}

static size_t
log_ticks(const struct svg_axis *a, size_t wanted, double ticks[])
{
	const double decades = log10(a->to / a->from);
	const bool fine = decades * 3 <= (double)wanted + 1;
	const size_t skip = (size_t)ceil(decades / (double)wanted - 1e-9);
	size_t n = 0, decade = 0;
	double v = pow(10, floor(log10(a->from) + 1e-9));

	for (; v <= a->to * (1 + 1e-9) && n < SVG_TICKS; v *= 10, decade++)
		for (size_t i = 0; i < (fine ? 3 : 1) && n < SVG_TICKS; i++) {
			static const double steps[] = { 1, 2, 5 };
			const double t = v * steps[i];

			if (t < a->from * (1 - 1e-9) ||
			    t > a->to * (1 + 1e-9) || decade % skip != 0)
				continue;
			ticks[n++] = t;
		}
	return n;
}

static size_t
even_ticks(double from, double to, double step, double ticks[])
{
	size_t n = 0;

	for (size_t i = 0; n < SVG_TICKS; i++) {
		const double t = from + (double)i * step;

		if (t > to + step * 1e-6)
			break;
		ticks[n++] = t;
	}
	return n;
}

size_t
svg_ticks(const struct svg_axis *a, size_t wanted, double ticks[])
{
	double step, first;

	if (wanted == 0)
		wanted = 1;
	if (a->to <= a->from)
		return 0;
	if (a->log)
		return log_ticks(a, wanted, ticks);
	step = round_step((a->to - a->from) / (double)wanted, true);
	first = ceil(a->from / step - 1e-9) * step;
	return even_ticks(first, a->to, step, ticks);
}

size_t
svg_seconds(double to, size_t wanted, double ticks[])
{
	static const double steps[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600,
		900, 1800, 3600, 7200, 14400, 43200, 86400 };
	const size_t n = sizeof(steps) / sizeof(steps[0]);
	size_t i = 0;

	if (wanted == 0)
		wanted = 1;
	while (i < n - 1 && to / steps[i] > (double)wanted)
		i++;
	return even_ticks(0, to, fmax(steps[i], ceil(to / SVG_TICKS)), ticks);
}

void
svg_number(struct buf *b, double v)
{
	const double sane = fabs(v) < 1e6 ? v : 0; /* NaN is not less */
	const double tenths = round(sane * 10);
	const long long whole = (long long)(tenths / 10);

	if (fmod(tenths, 10) == 0)
		buf_addf(b, "%lld", whole);
	else
		buf_addf(b, "%.1f", tenths / 10);
}

static void
attribute(struct buf *b, const char *name, double v)
{
	buf_addf(b, " %s=\"", name);
	svg_number(b, v);
	buf_addf(b, "\"");
}

void
svg_begin(struct buf *b, const char *id, double width, double height)
{
	buf_addf(b,
	    "<svg class=\"pic\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
	    "aria-labelledby=\"%s-t %s-d\">\n",
	    width, height, id, id);
}

void
svg_title(struct buf *b, const char *id, enum word word, ...)
{
	va_list ap;

	buf_addf(b, "<title id=\"%s-t\">", id);
	va_start(ap, word);
	word_vfill(b, ZH, word, ESCAPE_XML, ap);
	va_end(ap);
	buf_addf(b, " ");
	va_start(ap, word);
	word_vfill(b, EN, word, ESCAPE_XML, ap);
	va_end(ap);
	buf_addf(b, "</title>\n");
}

void
svg_desc_begin(struct buf *b, const char *id)
{
	buf_addf(b, "<desc id=\"%s-d\">", id);
}

void
svg_desc_end(struct buf *b)
{
	buf_addf(b, "</desc>\n");
}

void
svg_end(struct buf *b)
{
	buf_addf(b, "</svg>\n");
}

void
svg_line(struct buf *b, const char *class, double x1, double y1, double x2,
    double y2)
{
	buf_addf(b, "<line class=\"%s\"", class);
	attribute(b, "x1", x1);
	attribute(b, "y1", y1);
	attribute(b, "x2", x2);
	attribute(b, "y2", y2);
	buf_addf(b, "/>\n");
}

void
svg_rect(
    struct buf *b, const char *class, double x, double y, double w, double h)
{
	buf_addf(b, "<rect class=\"%s\"", class);
	attribute(b, "x", x);
	attribute(b, "y", y);
	attribute(b, "width", w);
	attribute(b, "height", h);
	buf_addf(b, "/>\n");
}

static void
text_begin(
    struct buf *b, const char *class, const char *anchor, double x, double y)
{
	buf_addf(b, "<text");
	if (*class != '\0')
		buf_addf(b, " class=\"%s\"", class);
	attribute(b, "x", x);
	attribute(b, "y", y);
	buf_addf(b, " text-anchor=\"%s\">", anchor);
}

void
svg_text(struct buf *b, const char *class, const char *anchor, double x,
    double y, const char *text)
{
	text_begin(b, class, anchor, x, y);
	escape_text(b, text, ESCAPE_XML);
	buf_addf(b, "</text>\n");
}

void
svg_word(struct buf *b, const char *class, const char *anchor, double x,
    double y, enum word word)
{
	text_begin(b, class, anchor, x, y);
	buf_addf(b,
	    "<tspan class=\"zh\">%s</tspan> <tspan class=\"en\" "
	    "lang=\"en\">%s</tspan></text>\n",
	    word_in(ZH, word), word_in(EN, word));
}

void
svg_path_begin(struct svg_path *p, struct buf *b, const char *class)
{
	*p = (struct svg_path){ .out = b };
	buf_addf(b, "<path class=\"%s\" d=\"", class);
}

/* "H" and "V" where they do: half of the octets of a stepped line. */
void
svg_path_to(struct svg_path *p, double x, double y)
{
	x = round(x * 10) / 10;
	y = round(y * 10) / 10;
	if (!p->down) {
		buf_addf(p->out, "M");
		svg_number(p->out, x);
		buf_addf(p->out, " ");
		svg_number(p->out, y);
	} else if (x != p->x && y != p->y) {
		buf_addf(p->out, "L");
		svg_number(p->out, x);
		buf_addf(p->out, " ");
		svg_number(p->out, y);
	} else if (x != p->x) {
		buf_addf(p->out, "H");
		svg_number(p->out, x);
	} else if (y != p->y) {
		buf_addf(p->out, "V");
		svg_number(p->out, y);
	}
	p->down = true;
	p->x = x;
	p->y = y;
}

void
svg_path_gap(struct svg_path *p)
{
	p->down = false;
}

void
svg_path_end(struct svg_path *p)
{
	buf_addf(p->out, "\"/>\n");
}

void
svg_rungs(struct buf *b, const struct svg_axis *a, size_t wanted, double left,
    double right, struct shown (*label)(double))
{
	double ticks[SVG_TICKS];
	const size_t n = svg_ticks(a, wanted, ticks);

	for (size_t i = 0; i < n; i++) {
		const double y = svg_at(a, ticks[i]);

		svg_line(b, "grid", left, y, right, y);
		svg_text(b, "", "end", left - 6, y + 4, label(ticks[i]).text);
	}
}
