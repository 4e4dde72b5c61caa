/* SPDX-License-Identifier: MIT */
/* What happened when: offered and achieved, response times, our own strip. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "lib/mem.h"
#include "reports/escape.h"
#include "reports/html_load.h"
#include "reports/svg.h"

#define WIDTH 864
#define LEFT  64
#define RIGHT (WIDTH - 10)
#define HEAD  20 /* above a panel, for its name */
#define GAP   14 /* below it */
#define FOOT  40 /* below the last, for the time */

#define SHADES     6
#define HEATS_MOST 4 /* heat maps of one load */

/* The panels of one picture stand on top of each other, over one time. */
struct strip {
	struct buf *b;
	const struct load_scenario *s;
	struct svg_axis x; /* seconds */
	double top;        /* where the next panel begins */
};

static struct strip
strip_of(struct page *p, const struct load_scenario *s)
{
	const double to = s->column_s * (double)s->n_columns;

	return (struct strip){
		.b = p->out,
		.s = s,
		.x = { 0, to > 0 ? to : 1, LEFT, RIGHT, false },
		.top = 0,
	};
}

/* Left edge of a column; that of the one after the last is the right end. */
static double
edge(const struct strip *t, size_t column)
{
	return svg_at(&t->x, (double)column * t->s->column_s);
}

/* What is not judged lies in shade. */
static void
shade(struct strip *t, double top, double bottom)
{
	const double from =
	    svg_at(&t->x, (double)(t->s->judged_from + t->s->warmup_seconds));
	const double to = svg_at(&t->x, (double)t->s->judged_to);

	if (from > LEFT)
		svg_rect(t->b, "cut", LEFT, top, fmin(from, RIGHT) - LEFT,
		    bottom - top);
	if (to > from && to < RIGHT)
		svg_rect(t->b, "cut", to, top, RIGHT - to, bottom - top);
}

static struct svg_axis
panel(struct strip *t, double height, struct svg_axis axis, size_t rungs,
    struct shown (*label)(double), enum word name)
{
	const double top = t->top + HEAD, bottom = top + height;

	axis.start = bottom;
	axis.end = top;
	shade(t, top, bottom);
	svg_rungs(t->b, &axis, rungs, LEFT, RIGHT, label);
	svg_line(t->b, "axis", LEFT, bottom, RIGHT, bottom);
	svg_word(t->b, "name", "start", LEFT, t->top + HEAD - 7, name);
	t->top = bottom + GAP;
	return axis;
}

static void
time_axis(struct strip *t)
{
	const double y = t->top - GAP;
	double ticks[SVG_TICKS];
	const size_t n = svg_seconds(t->x.to, 10, ticks);

	for (size_t i = 0; i < n; i++) {
		const double x = svg_at(&t->x, ticks[i]);

		svg_line(t->b, "axis", x, y, x, y + 4);
		svg_text(t->b, "", x > RIGHT - 20 ? "end" : "middle",
		    x > RIGHT - 20 ? RIGHT : x, y + 17,
		    shown_clock(ticks[i]).text);
	}
	svg_word(
	    t->b, "", "middle", (LEFT + RIGHT) / 2.0, y + 34, W_LOAD_AXIS_TIME);
}

typedef double (*value_of)(const struct load_column *);

/* One value a column: a step from edge to edge, filled or not. */
static void
steps(struct strip *t, const struct svg_axis *y, const char *class,
    value_of value, bool filled)
{
	struct svg_path path;

	svg_path_begin(&path, t->b, class);
	if (filled)
		svg_path_to(&path, LEFT, y->start);
	for (size_t i = 0; i < t->s->n_columns; i++) {
		const double at = svg_at(y, value(&t->s->columns[i]));

		svg_path_to(&path, edge(t, i), at);
		svg_path_to(&path, edge(t, i + 1), at);
	}
	if (filled)
		svg_path_to(&path, RIGHT, y->start);
	svg_path_end(&path);
}

/* What ought to be nothing: bars that are seen however low they are. */
static void
bars(struct strip *t, const struct svg_axis *y, value_of value)
{
	for (size_t i = 0; i < t->s->n_columns; i++) {
		const double v = value(&t->s->columns[i]);
		const double h = y->start - svg_at(y, v);
		const double w = edge(t, i + 1) - edge(t, i);

		if (v > 0)
			svg_rect(t->b, "b-hatch", edge(t, i),
			    y->start - fmax(h, 4), fmax(w, 1), fmax(h, 4));
	}
}

static double
greatest(const struct load_scenario *s, value_of value)
{
	double most = 0;

	for (size_t i = 0; i < s->n_columns; i++)
		most = fmax(most, value(&s->columns[i]));
	return most;
}

/* clang-format off */
#define VALUE(name, expression) \
	static double \
	name(const struct load_column *c) \
	{ \
		return expression; \
	}
VALUE(planned, c->planned)
VALUE(begun, c->begun)
VALUE(dropped, c->dropped)
VALUE(done, c->done)
VALUE(failed, c->failed)
VALUE(waiting, c->waiting)
VALUE(connections, c->connections)
VALUE(late_p99, c->late_p99_us)
VALUE(late_max, c->late_max_us)
VALUE(cpu, c->cpu)
VALUE(run_queue, c->run_queue)
VALUE(steal, c->steal)
/* clang-format on */

/* ---- offered and achieved ---- */

/* The mean over the columns that are judged. */
static double
mean(const struct load_scenario *s, value_of value)
{
	double sum = 0, n = 0;

	for (size_t i = 0; i < s->n_columns; i++) {
		const double at = (double)i * s->column_s;

		if (at < (double)s->judged_from ||
		    at + s->column_s > (double)s->judged_to)
			continue;
		sum += value(&s->columns[i]);
		n++;
	}
	return n > 0 ? sum / n : 0;
}

static uint64_t
total(const struct load_scenario *s, value_of value)
{
	double sum = 0;

	for (size_t i = 0; i < s->n_columns; i++)
		sum += value(&s->columns[i]) * s->column_s;
	return (uint64_t)llround(sum);
}

static void
rates_words(struct strip *t, const char *id)
{
	svg_title(t->b, id, W_LOAD_RATES, NULL);
	svg_desc_begin(t->b, id);
	for (int tongue = ZH; tongue <= EN; tongue++) {
		word_fill(t->b, (enum tongue)tongue, W_LOAD_RATES_DESC,
		    ESCAPE_XML, shown_number(mean(t->s, planned)).text,
		    shown_number(mean(t->s, begun)).text,
		    shown_number(mean(t->s, done)).text,
		    shown_count(total(t->s, failed)).text,
		    shown_count(total(t->s, dropped)).text, NULL);
		buf_addf(t->b, " ");
	}
	svg_desc_end(t->b);
}

static void
rates_panels(struct strip *t)
{
	const struct load_scenario *s = t->s;
	struct svg_axis y;

	y = panel(t, 96,
	    svg_axis_zero(
		1.04 * fmax(greatest(s, planned), greatest(s, begun)), 0, 0),
	    4, shown_number, W_LOAD_ARRIVALS_RATE);
	steps(t, &y, "area", begun, true);
	steps(t, &y, "response", begun, false);
	bars(t, &y, dropped);
	steps(t, &y, "planned", planned, false);
	y = panel(t, 96,
	    svg_axis_zero(
		1.04 * fmax(greatest(s, done), greatest(s, failed)), 0, 0),
	    4, shown_number, W_LOAD_OPS_RATE);
	steps(t, &y, "area", done, true);
	steps(t, &y, "response", done, false);
	bars(t, &y, failed);
	y = panel(t, 60,
	    svg_axis_zero(
		fmax(greatest(s, connections), greatest(s, waiting)), 0, 0),
	    3, shown_number, W_LOAD_CONNECTIONS_OPEN);
	steps(t, &y, "response", connections, false);
	steps(t, &y, "service", waiting, false);
}

static void
outside_key(struct page *p, const struct load_scenario *s)
{
	if (s->judged_from + s->warmup_seconds > 0 || s->judged_to < s->seconds)
		html_key(p, "area", "cut", W_LOAD_OUTSIDE);
}

void
html_load_rates(struct page *p, const struct load_scenario *s, size_t k)
{
	struct strip t = strip_of(p, s);
	char id[32];

	if (s->n_columns == 0)
		return;
	snprintf(id, sizeof(id), "rates-%zu", k);
	html_figure_begin(p, "full");
	html_word(p, W_LOAD_RATES);
	html_raw(p, "</figcaption>\n");
	svg_begin(t.b, id, WIDTH, 3 * (HEAD + GAP) + 96 + 96 + 60 + FOOT - GAP);
	rates_words(&t, id);
	rates_panels(&t);
	time_axis(&t);
	svg_end(t.b);
	html_key_begin(p);
	html_key(p, "line", "planned", W_LOAD_OFFERED);
	html_key(p, "line", "response", W_LOAD_ACHIEVED);
	html_key(p, "area", "b-hatch", W_LOAD_FAILED);
	html_key(p, "line", "service", W_LOAD_WAITING);
	outside_key(p, s);
	html_key_end(p);
	html_figure_end(p);
}

/* ---- the generator's own strip ---- */

static void
lateness_words(struct strip *t, const char *id)
{
	const double worst = greatest(t->s, late_p99);
	const double most = greatest(t->s, late_max);

	svg_title(t->b, id, W_LOAD_LATENESS, NULL);
	svg_desc_begin(t->b, id);
	for (int tongue = ZH; tongue <= EN; tongue++) {
		word_fill(t->b, (enum tongue)tongue, W_LOAD_LATENESS_DESC,
		    ESCAPE_XML, shown_time(worst).text, shown_time(most).text,
		    shown_share(greatest(t->s, cpu)).text, NULL);
		buf_addf(t->b, " ");
	}
	svg_desc_end(t->b);
}

/* Its label stands above the panel, where nothing else is drawn. */
static void
threshold(struct strip *t, const struct svg_axis *y, double v, double x,
    struct shown label)
{
	const double at = svg_at(y, v);

	if (!(v > 0))
		return;
	svg_line(t->b, "limit", LEFT, at, RIGHT, at);
	svg_text(t->b, "limit", "end", x, y->end - 7, label.text);
}

static struct shown
at_most(struct shown what)
{
	struct shown f;

	snprintf(f.text, sizeof(f.text), "≤ %.40s", what.text);
	return f;
}

static struct shown
percent(double share)
{
	struct shown f;

	snprintf(f.text, sizeof(f.text), "%.0f %%", share * 100);
	return f;
}

static void
lateness_panels(struct strip *t)
{
	const struct load_scenario *s = t->s;
	const double most = fmax(greatest(s, late_max), s->late_most_us);
	struct svg_axis y;

	y = panel(t, 84, svg_axis_log(10, fmax(most * 1.4, 1000), 0, 0), 4,
	    shown_time, W_LOAD_LATE);
	steps(t, &y, "area", late_p99, true);
	steps(t, &y, "response", late_p99, false);
	steps(t, &y, "service", late_max, false);
	for (size_t i = 0; i < s->n_columns; i++)
		if (s->columns[i].bad > 0)
			svg_rect(t->b, "b-hatch", edge(t, i), y.start - 5,
			    edge(t, i + 1) - edge(t, i), 5);
	threshold(t, &y, s->late_most_us, RIGHT,
	    at_most(shown_time(s->late_most_us)));
	y = panel(t, 84, (struct svg_axis){ .from = 0, .to = 1 }, 4, percent,
	    W_LOAD_BUSY);
	steps(t, &y, "area", cpu, true);
	steps(t, &y, "response", cpu, false);
	steps(t, &y, "service", run_queue, false);
	steps(t, &y, "planned", steal, false);
	threshold(t, &y, s->cpu_most, RIGHT, at_most(percent(s->cpu_most)));
}

void
html_load_generator(struct page *p, const struct load_scenario *s, size_t k)
{
	struct strip t = strip_of(p, s);
	char id[32];

	if (s->n_columns == 0)
		return;
	snprintf(id, sizeof(id), "generator-%zu", k);
	html_figure_begin(p, "full");
	html_word(p, W_LOAD_LATENESS);
	html_raw(p, "</figcaption>\n");
	svg_begin(t.b, id, WIDTH, 2 * (HEAD + GAP) + 84 + 84 + FOOT - GAP);
	lateness_words(&t, id);
	lateness_panels(&t);
	time_axis(&t);
	svg_end(t.b);
	html_key_begin(p);
	html_key(p, "line", "response", W_LOAD_LATE_P99);
	html_key(p, "line", "service", W_LOAD_LATE_MAX);
	html_key(p, "line", "planned", W_LOAD_STEAL);
	html_key(p, "line", "limit", W_LOAD_THRESHOLD);
	for (size_t i = 0; i < s->n_columns; i++)
		if (s->columns[i].bad > 0) {
			html_key(p, "area", "b-hatch", W_LOAD_BAD_SECONDS);
			break;
		}
	outside_key(p, s);
	html_key_end(p);
	html_figure_end(p);
}

/* ---- heat maps ---- */

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
	    "<g transform=\"translate(%d %.1f) scale(%.4f %.4f)\">\n", LEFT,
	    low, (RIGHT - LEFT) / columns, (high - low) / rows);
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
		svg_path_to(&path, (edge(t, c) + edge(t, c + 1)) / 2,
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
	html_word(p, W_LOAD_HEAT_KEY);
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
	svg_begin(t.b, id, WIDTH, HEAD + height + FOOT);
	heat_words(&t, id, op, &v);
	y.start = HEAD + height;
	y.end = HEAD;
	shade(&t, y.end, y.start);
	svg_rungs(t.b, &y, 5, LEFT, RIGHT, shown_time);
	cells(&t, &v, &y);
	p99_line(&t, v.h, &y);
	for (size_t b = 0; b < op->n_bounds; b++)
		if (op->bounds[b].us <= y.to)
			threshold(&t, &y, op->bounds[b].us,
			    RIGHT - 100 * (double)b,
			    shown_bound(
				op->bounds[b].percentile, op->bounds[b].us));
	svg_line(t.b, "axis", LEFT, y.start, RIGHT, y.start);
	t.top = y.start + GAP;
	time_axis(&t);
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
