/* SPDX-License-Identifier: MIT */
/* What happened when: offered and achieved, and how we were ourselves. */
#include <math.h>
#include <string.h>

#include "reports/escape.h"
#include "reports/html_load_strip.h"

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
mean(const struct load_scenario *s, strip_value *value)
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
total(const struct load_scenario *s, strip_value *value)
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

	y = strip_panel(t, 96,
	    svg_axis_zero(1.04 * fmax(strip_greatest(s, planned),
				     strip_greatest(s, begun)),
		0, 0),
	    4, shown_number, W_LOAD_ARRIVALS_RATE);
	strip_steps(t, &y, "area", begun, true);
	strip_steps(t, &y, "response", begun, false);
	strip_bars(t, &y, dropped);
	strip_steps(t, &y, "planned", planned, false);
	y = strip_panel(t, 96,
	    svg_axis_zero(
		1.04 * fmax(strip_greatest(s, done), strip_greatest(s, failed)),
		0, 0),
	    4, shown_number, W_LOAD_OPS_RATE);
	strip_steps(t, &y, "area", done, true);
	strip_steps(t, &y, "response", done, false);
	strip_bars(t, &y, failed);
	y = strip_panel(t, 60,
	    svg_axis_zero(fmax(strip_greatest(s, connections),
			      strip_greatest(s, waiting)),
		0, 0),
	    3, shown_number, W_LOAD_CONNECTIONS_OPEN);
	strip_steps(t, &y, "response", connections, false);
	strip_steps(t, &y, "service", waiting, false);
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
	svg_begin(t.b, id, STRIP_WIDTH,
	    3 * (STRIP_HEAD + STRIP_GAP) + 96 + 96 + 60 + STRIP_FOOT -
		STRIP_GAP);
	rates_words(&t, id);
	rates_panels(&t);
	strip_time_axis(&t);
	svg_end(t.b);
	html_key_begin(p);
	html_key(p, "line", "planned", W_LOAD_OFFERED);
	html_key(p, "line", "response", W_LOAD_ACHIEVED);
	html_key(p, "area", "b-hatch", W_LOAD_FAILED);
	html_key(p, "line", "service", W_LOAD_WAITING);
	strip_outside_key(p, s);
	html_key_end(p);
	html_figure_end(p);
}

/* ---- the generator's own strip ---- */

static void
lateness_words(struct strip *t, const char *id)
{
	const double worst = strip_greatest(t->s, late_p99);
	const double most = strip_greatest(t->s, late_max);

	svg_title(t->b, id, W_LOAD_LATENESS, NULL);
	svg_desc_begin(t->b, id);
	for (int tongue = ZH; tongue <= EN; tongue++) {
		word_fill(t->b, (enum tongue)tongue, W_LOAD_LATENESS_DESC,
		    ESCAPE_XML, shown_time(worst).text, shown_time(most).text,
		    shown_share(strip_greatest(t->s, cpu)).text, NULL);
		buf_addf(t->b, " ");
	}
	svg_desc_end(t->b);
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
	return shown_limit(share * 100, "%");
}

static void
lateness_panels(struct strip *t)
{
	const struct load_scenario *s = t->s;
	const double most = fmax(strip_greatest(s, late_max), s->late_most_us);
	struct svg_axis y;

	y = strip_panel(t, 84, svg_axis_log(10, fmax(most * 1.4, 1000), 0, 0),
	    4, shown_time, W_LOAD_LATE);
	strip_steps(t, &y, "area", late_p99, true);
	strip_steps(t, &y, "response", late_p99, false);
	strip_steps(t, &y, "service", late_max, false);
	for (size_t i = 0; i < s->n_columns; i++)
		if (s->columns[i].bad > 0)
			svg_rect(t->b, "b-hatch", strip_edge(t, i), y.start - 5,
			    strip_edge(t, i + 1) - strip_edge(t, i), 5);
	strip_threshold(t, &y, s->late_most_us, STRIP_RIGHT,
	    at_most(shown_time(s->late_most_us)));
	y = strip_panel(t, 84, (struct svg_axis){ .from = 0, .to = 1 }, 4,
	    percent, W_LOAD_BUSY);
	strip_steps(t, &y, "area", cpu, true);
	strip_steps(t, &y, "response", cpu, false);
	strip_steps(t, &y, "service", run_queue, false);
	strip_steps(t, &y, "planned", steal, false);
	strip_threshold(
	    t, &y, s->cpu_most, STRIP_RIGHT, at_most(percent(s->cpu_most)));
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
	svg_begin(t.b, id, STRIP_WIDTH,
	    2 * (STRIP_HEAD + STRIP_GAP) + 84 + 84 + STRIP_FOOT - STRIP_GAP);
	lateness_words(&t, id);
	lateness_panels(&t);
	strip_time_axis(&t);
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
	strip_outside_key(p, s);
	html_key_end(p);
	html_figure_end(p);
}
