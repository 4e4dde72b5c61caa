/* SPDX-License-Identifier: MIT */
#include "reports/html_load.h"

#include <string.h>

#include "reports/escape.h"
#include "reports/shown.h"

/* ---- what the pictures share ---- */

void
html_figure_begin(struct page *p, const char *class)
{
	html_rawf(p, "<figure class=\"%s\"><figcaption>", class);
}

void
html_figure_end(struct page *p)
{
	html_raw(p, "</figure>\n");
}

void
html_key_begin(struct page *p)
{
	html_raw(p, "<p class=\"note key\">");
}

void
html_key_end(struct page *p)
{
	html_raw(p, "</p>\n");
}

void
html_key(struct page *p, const char *swatch, const char *class, enum word word)
{
	static const struct {
		const char *name, *shape;
	} shapes[] = {
		{ "line", "<path class=\"%s\" d=\"M0 5.5H26\"/>" },
		{ "area", "<rect class=\"%s\" x=\"4\" y=\"0.5\" width=\"18\" "
			  "height=\"10\"/>" },
		{ "mark", "<circle class=\"mark %s\" cx=\"13\" cy=\"5.5\" "
			  "r=\"4.5\"/>" },
		{ "cross", "<path class=\"%s\" d=\"M9 1.5L17 9.5M9 9.5L17 "
			   "1.5\"/>" },
	};

	html_raw(p, " <span><svg class=\"swatch\" width=\"26\" height=\"11\" "
		    "aria-hidden=\"true\">");
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const char *at = strstr(shapes[i].shape, "%s");

		if (strcmp(shapes[i].name, swatch) != 0)
			continue;
		buf_add(p->out, (struct span){ shapes[i].shape,
				    (size_t)(at - shapes[i].shape) });
		html_raw(p, class);
		html_raw(p, at + 2);
	}
	html_raw(p, "</svg> ");
	html_word(p, word);
	html_raw(p, "</span>");
}

/* ---- what was asked ---- */

static void
title(struct page *p, const struct load_scenario *s)
{
	if (s->title != NULL)
		html_why(p, s->title_zh, s->title);
	else
		html_text(p, s->name);
}

/* Behind the title: the name, and which of how many it is. */
static void
sub_title(struct page *p, const struct load_scenario *s)
{
	if (s->title != NULL) {
		html_raw(p, " <code>");
		html_text(p, s->name);
		html_raw(p, "</code>");
	}
	if (s->repeats < 2)
		return;
	html_raw(p, " <small>");
	if (s->repeat == 0)
		html_words(
		    p, W_LOAD_REPEATS, shown_number(s->repeats).text, NULL);
	else
		html_words(p, W_LOAD_REPEAT, shown_number(s->repeat).text,
		    shown_number(s->repeats).text, NULL);
	html_raw(p, "</small>");
}

static void
one_phase(struct page *p, const struct load_phase *f)
{
	static const enum word words[LOAD_SHAPES] = {
		[LOAD_CONSTANT] = W_LOAD_CONSTANT,
		[LOAD_POISSON] = W_LOAD_POISSON,
		[LOAD_RAMP] = W_LOAD_RAMP,
		[LOAD_STEPS] = W_LOAD_STEPS,
		[LOAD_SPIKE] = W_LOAD_SPIKE,
		[LOAD_SOAK] = W_LOAD_SOAK,
		[LOAD_TRACE] = W_LOAD_TRACE,
	};
	char steps[16];

	snprintf(steps, sizeof(steps), "%d", f->steps);
	html_raw(p, "<div>");
	for (int t = ZH; t <= EN; t++) {
		html_raw(p, t == ZH ? "<span class=\"zh\">"
				    : " <span class=\"en\" lang=\"en\">");
		word_fill(p->out, (enum tongue)t, words[f->shape], ESCAPE_HTML,
		    shown_number(f->rate).text,
		    shown_time(f->seconds * 1e6).text,
		    shown_number(f->rate_to).text, steps, NULL);
		if (!f->judged)
			html_raw(p, word_in((enum tongue)t, W_LOAD_UNJUDGED));
		html_raw(p, "</span>");
	}
	html_raw(p, "</div>");
}

static void
asked(struct page *p, const struct load_scenario *s)
{
	static const enum word arrive[] = {
		[LOAD_SESSIONS] = W_LOAD_SESSIONS,
		[LOAD_REQUESTS] = W_LOAD_REQUESTS,
		[LOAD_CLOSED] = W_LOAD_CLOSED,
	};
	const double seconds = (double)s->seconds * 1e6;

	html_fact_begin(p, W_LOAD_PLAN);
	for (size_t i = 0; i < s->n_phases; i++)
		one_phase(p, &s->phases[i]);
	if (s->n_phases == 0)
		html_text(p, shown_rate(s->offered_rate).text);
	html_fact_end(p);
	html_fact_begin(p, W_LOAD_ARRIVALS);
	html_word(p, arrive[s->arrive]);
	html_fact_end(p);
	html_fact_begin(p, W_LOAD_PLANNED);
	html_words(p, W_LOAD_PLANNED_OF, shown_count(s->planned).text,
	    shown_time(seconds).text, NULL);
	html_fact_end(p);
}

static enum word
ended_word(const struct load_scenario *s)
{
	return !s->ended      ? W_LOAD_NOT_ENDED
	       : s->look == 0 ? W_LOAD_ENDED /* it was not kept */
			      : W_LOAD_ENDED_AT;
}

static void
span_judged(struct page *p, const struct load_scenario *s)
{
	const double cut = (double)s->warmup_seconds * 1e6;

	html_fact_begin(p, W_LOAD_JUDGED_SPAN);
	html_raw(p, "<div>");
	html_words(p, W_LOAD_SPAN, shown_clock((double)s->judged_from).text,
	    shown_clock((double)s->judged_to).text, NULL);
	html_raw(p, "</div>");
	if (s->warmup_seconds > 0) {
		html_raw(p, "<div>");
		html_words(p, W_LOAD_WARMUP, shown_time(cut).text, NULL);
		html_raw(p, "</div>");
	}
	if (s->looks > 1) {
		html_raw(p, "<div>");
		html_words(p, ended_word(s),
		    shown_limit(s->precision * 100, "%").text,
		    shown_number(s->looks).text, shown_number(s->look).text,
		    NULL);
		html_raw(p, "</div>");
	}
	html_raw(p, "<div>");
	html_word(p, s->stationary ? W_LOAD_STATIONARY : W_LOAD_TREND);
	html_raw(p, "</div>");
	html_fact_end(p);
}

static void
plan(struct page *p, const struct load_scenario *s)
{
	html_raw(p, "<dl class=\"facts\">\n");
	asked(p, s);
	span_judged(p, s);
	html_raw(p, "</dl>\n");
	if (s->interrupted)
		html_paragraph(p, "caution", W_LOAD_INTERRUPTED);
	if (s->ranks_lost > 0) {
		char lost[16], all[16];

		snprintf(lost, sizeof(lost), "%d", s->ranks_lost);
		snprintf(all, sizeof(all), "%d", s->ranks);
		html_raw(p, "<p class=\"caution\">");
		html_words(p, W_LOAD_RANKS_LOST, lost, all, NULL);
		html_raw(p, "</p>\n");
	}
}

/* ---- the whole ---- */

/* What all repeats come to; each has an article of its own behind it. */
static void
together(struct page *p, const struct load_scenario *s)
{
	html_paragraph(p, "note", W_LOAD_REPEATS_NOTE);
	html_raw(p, "<dl class=\"facts\">\n");
	html_fact_begin(p, W_LOAD_PLAN);
	for (size_t i = 0; i < s->n_phases; i++)
		one_phase(p, &s->phases[i]);
	html_fact_end(p);
	html_raw(p, "</dl>\n");
	if (s->whole < (size_t)s->repeats) {
		html_raw(p, "<p class=\"caution\">");
		html_words(p, W_LOAD_REPEATS_FEW, shown_count(s->whole).text,
		    shown_number(s->repeats).text, NULL);
		html_raw(p, "</p>\n");
	}
	html_load_verdicts(p, s);
}

static void
one_load(struct page *p, const struct load_scenario *s, size_t k)
{
	html_rawf(p, "<article class=\"load\" id=\"load-%zu\">\n<h3>", k);
	title(p, s);
	sub_title(p, s);
	html_raw(p, "</h3>\n");
	if (s->unreadable != NULL) {
		html_raw(p, "<p class=\"caution\">");
		html_words(p, W_LOAD_UNREADABLE, s->unreadable, NULL);
		html_raw(p, "</p>\n</article>\n");
		return;
	}
	if (s->repeats > 1 && s->repeat == 0) {
		together(p, s);
		html_load_capacity(p, s, k);
		html_raw(p, "</article>\n");
		return;
	}
	if (s->seconds == 0) { /* a search for capacity, and nothing else */
		html_load_capacity(p, s, k);
		html_raw(p, "</article>\n");
		return;
	}
	plan(p, s);
	html_load_verdicts(p, s);
	html_load_curves(p, s, k);
	html_load_ledger(p, s);
	html_load_operations(p, s);
	if (s->n_columns > 0)
		html_heading(p, 4, W_LOAD_OVER_TIME);
	html_load_rates(p, s, k);
	html_load_generator(p, s, k);
	html_load_heats(p, s, k);
	html_load_capacity(p, s, k);
	html_load_machinery(p, s);
	html_raw(p, "</article>\n");
}

bool
html_has_load(const struct page *p)
{
	return p->load != NULL && p->load->n > 0;
}

const struct load_scenario *
html_load_of(const struct page *p, const char *id)
{
	for (size_t k = 0; html_has_load(p) && k < p->load->n; k++) {
		const struct load_scenario *s = &p->load->scenarios[k];

		for (size_t i = 0; i < s->n_judged; i++)
			if (s->judged[i].id != NULL &&
			    strcmp(s->judged[i].id, id) == 0)
				return s;
	}
	return NULL;
}

void
html_load_link(struct page *p, const struct load_scenario *s)
{
	html_rawf(
	    p, "<a href=\"#load-%zu\">", (size_t)(s - p->load->scenarios));
	html_word(p, W_LOAD_SEE);
	html_raw(p, "</a>");
}

void
html_load(struct page *p)
{
	if (!html_has_load(p))
		return;
	html_section(p, "load", W_LOAD);
	html_paragraph(p, "note", W_LOAD_NOTE);
	for (size_t k = 0; k < p->load->n; k++)
		one_load(p, &p->load->scenarios[k], k);
	html_raw(p, "</section>\n");
}

/* On the first page: a line a load, its rows and where to read on. */
void
html_load_short(struct page *p)
{
	if (!html_has_load(p))
		return;
	html_heading(p, 3, W_LOAD);
	html_raw(p, "<ul class=\"loads\">\n");
	for (size_t k = 0; k < p->load->n; k++) {
		const struct load_scenario *s = &p->load->scenarios[k];

		if (s->repeat > 0)
			continue;
		html_rawf(p, "<li><a href=\"#load-%zu\">", k);
		title(p, s);
		html_raw(p, "</a>");
		for (size_t i = 0; i < s->n_judged; i++) {
			html_raw(p, " <span class=\"nowrap\">");
			html_row_link(p, s->judged[i].row);
			html_raw(p, " ");
			html_verdict(p, row_of(s->judged[i].verdict));
			html_raw(p, "</span>");
		}
		html_raw(p, " <small>");
		if (s->n_judged > 0)
			html_word(p, s->generator_good ? W_LOAD_SHORT_GOOD
						       : W_LOAD_SHORT_BAD);
		html_raw(p, "</small></li>\n");
	}
	html_raw(p, "</ul>\n");
}
