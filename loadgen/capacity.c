/* SPDX-License-Identifier: MIT */
#include "loadgen/capacity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "loadgen/figure.h"
#include "loadgen/health.h"
#include "loadgen/judge_words.h"
#include "loadgen/stats.h"

/* ---- goals ---- */

bool
capacity_goal_of(struct capacity_goal *g, enum req row, const struct profile *p)
{
	size_t n;
	const struct limit *l = catalogue_limits(&n);
	bool found = false;

	*g = (struct capacity_goal){ .us = HIST_MOST, .share = 0.99 };
	for (size_t i = 0; i < n; i++) {
		const struct figure_metric *m = figure_find(l[i].metric);
		double value = l[i].value;

		if (l[i].req != row || m == NULL)
			continue;
		profile_limit(p, row, l[i].metric, &value);
		if (m->kind == FIGURE_RESPONSE) {
			g->op = m->op;
			g->us = (int64_t)(value / words_scale(l[i].unit));
			g->share = m->share;
			return true;
		}
		if (m->kind == FIGURE_ERRORS) {
			g->share = 1 - value / words_scale(l[i].unit);
			found = true;
		}
	}
	return found;
}

void
capacity_outcome_of(struct capacity_outcome *o, const struct measure *m,
    const struct capacity_goal *g)
{
	struct health h;
	struct figure f;

	figure_within(&f, m, g->op, g->us);
	health_of(&h, m, m->judged_from, health_end(m),
	    g->us < HIST_MOST ? g->us : 0);
	*o = (struct capacity_outcome){
		.within = f.mid * f.n,
		.tries = f.n,
		/* So few seconds tell nothing. */
		.effect = f.reached ? f.effect : INFINITY,
		.generator_good = h.good,
		.interrupted = m->interrupted,
	};
	snprintf(o->why, sizeof o->why, "%s", h.why);
	snprintf(o->why_zh, sizeof o->why_zh, "%s", h.why_zh);
	health_free(&h);
}

/* ---- levels ---- */

static enum verdict
of_share(struct stats_interval i, double goal)
{
	if (!i.reached)
		return INCONCLUSIVE;
	return i.low >= goal ? PASS : i.high < goal ? FAIL : INCONCLUSIVE;
}

static enum verdict
of_level(const struct capacity *c, const struct capacity_level *l)
{
	if (l->passed > 0 && l->failed > 0)
		return INCONCLUSIVE;
	return of_share(stats_wilson(l->within, l->tries, STATS_CONFIDENCE),
	    c->options.goal.share);
}

static struct capacity_level *
level_at(struct capacity *c, double rate)
{
	size_t i = 0;

	while (i < c->n_levels && c->levels[i].rate < rate)
		i++;
	if (i < c->n_levels && c->levels[i].rate == rate)
		return &c->levels[i];
	memmove(&c->levels[i + 1], &c->levels[i],
	    (c->n_levels - i) * sizeof c->levels[0]);
	c->levels[i] = (struct capacity_level){ .rate = rate };
	c->n_levels++;
	return &c->levels[i];
}

/* How many from the bottom passed, without a gap. */
static size_t
passing(const struct capacity *c)
{
	size_t n = 0;

	while (n < c->n_levels && of_level(c, &c->levels[n]) == PASS)
		n++;
	return n;
}

/* From which one to the top all failed; n_levels: none. */
static size_t
failing(const struct capacity *c)
{
	size_t n = c->n_levels;

	while (n > 0 && of_level(c, &c->levels[n - 1]) == FAIL)
		n--;
	return n;
}

/* ---- what to try next: a rate, or the end of it ---- */

struct step {
	double rate;
	enum capacity_end end;
};

static struct step
try_rate(double rate)
{
	return (struct step){ rate, CAPACITY_SEARCHING };
}

static struct step
ends(enum capacity_end end)
{
	return (struct step){ 0, end };
}

static bool
is_wide(const struct capacity *c, size_t low, size_t high)
{
	return c->levels[high].rate >
	       c->levels[low].rate * (1 + c->options.resolution);
}

static double
between(const struct capacity *c, size_t low, size_t high)
{
	return sqrt(c->levels[low].rate * c->levels[high].rate);
}

static struct step
upwards(const struct capacity *c, double from, enum capacity_end otherwise)
{
	if (from >= c->options.most)
		return ends(otherwise);
	return try_rate(fmin(2 * from, c->options.most));
}

/* Undecided and without contradiction: more of it may decide. */
static bool
wants_more(const struct capacity *c, const struct capacity_level *l)
{
	return of_level(c, l) == INCONCLUSIVE && l->n < c->options.repeats &&
	       (l->passed == 0 || l->failed == 0);
}

/* The lower end is sure; now the other. */
static struct step
upper_end(const struct capacity *c)
{
	const size_t fail = failing(c);
	const struct capacity_level *top = &c->levels[c->n_levels - 1];

	if (fail == c->n_levels)
		return upwards(c, top->rate, CAPACITY_FOUND);
	if (is_wide(c, fail - 1, fail))
		return try_rate(between(c, fail - 1, fail));
	if (c->levels[fail].n < c->options.repeats)
		return try_rate(c->levels[fail].rate);
	return ends(CAPACITY_FOUND);
}

static struct step
next_step(const struct capacity *c)
{
	const size_t n = passing(c);
	const struct capacity_level *low = n > 0 ? &c->levels[n - 1] : NULL;
	const struct capacity_level *high =
	    n < c->n_levels ? &c->levels[n] : NULL;
	const unsigned repeats = c->options.repeats;

	if (c->n_levels == 0)
		return try_rate(c->options.first);
	if (high == NULL && low->rate < c->options.most)
		return upwards(c, low->rate, CAPACITY_MOST);
	if (high == NULL)
		return low->n < repeats ? try_rate(low->rate)
					: ends(CAPACITY_MOST);
	if (wants_more(c, high))
		return try_rate(high->rate);
	if (low == NULL && high->rate > c->options.least)
		return try_rate(fmax(high->rate / 2, c->options.least));
	if (low == NULL)
		return high->n < repeats ? try_rate(high->rate)
					 : ends(CAPACITY_LEAST);
	if (is_wide(c, n - 1, n))
		return try_rate(between(c, n - 1, n));
	if (low->n < repeats)
		return try_rate(low->rate);
	return upper_end(c);
}

/* ---- what came of it, in words ---- */

#define LEVEL 240 /* octets of its text */

/* "200/s (kept in 3 probes: 99.61 %, 95 %: 99.5 % to 99.7 %)" */
static void
level_text(
    const struct capacity_level *l, bool pass, char en[LEVEL], char zh[LEVEL])
{
	const struct stats_interval i =
	    stats_wilson(l->within, l->tries, STATS_CONFIDENCE);
	char rate[24], mid[24], low[24], high[24];

	words_value(rate, sizeof rate, l->rate, "1/s");
	words_value(mid, sizeof mid, 100 * i.mid, "%");
	words_value(low, sizeof low, 100 * i.low, "%");
	words_value(high, sizeof high, 100 * i.high, "%");
	snprintf(en, LEVEL, "%s (%s in %u probe%s: %s, 95 %%: %s to %s)", rate,
	    pass ? "kept" : "missed", l->n, l->n == 1 ? "" : "s", mid, low,
	    high);
	snprintf(zh, LEVEL, "%s（%u 次探测%s目标：%s，95 %% 置信区间 %s～%s）",
	    rate, l->n, pass ? "均达到" : "均未达到", mid, low, high);
}

static const struct {
	const char *en, *zh;
} reasons[CAPACITY_ENDS] = {
	[CAPACITY_SEARCHING] = { "", "" },
	[CAPACITY_FOUND] = { "", "" },
	[CAPACITY_MOST] = { "; that is the highest rate asked for",
	    "；这是要求的最高速率" },
	[CAPACITY_LEAST] = { "; that is the lowest rate asked for",
	    "；这是要求的最低速率" },
	[CAPACITY_GENERATOR] = { "; the generator was the limit: ",
	    "；负载发生器已达极限：" },
	[CAPACITY_SPENT] = { "; no more probes are allowed",
	    "；已用完允许的探测次数" },
	[CAPACITY_INTERRUPTED] = { "; the search was interrupted",
	    "；搜索被中断" },
};

static void
say(struct capacity *c, const struct capacity_outcome *last)
{
	const size_t n = passing(c), fail = failing(c);
	const bool least = n > 0, most = fail < c->n_levels;
	const bool limited = c->end == CAPACITY_GENERATOR;
	char low[LEVEL] = "", low_zh[LEVEL] = "";
	char high[LEVEL] = "", high_zh[LEVEL] = "";

	if (least)
		level_text(&c->levels[n - 1], true, low, low_zh);
	if (most)
		level_text(&c->levels[fail], false, high, high_zh);
	snprintf(c->why, sizeof c->why, "%s%s%s%s%s%s%s",
	    least  ? "at least "
	    : most ? ""
		   : "nothing is known",
	    low, least && most ? ", " : "", most ? "less than " : "", high,
	    reasons[c->end].en, limited ? last->why : "");
	snprintf(c->why_zh, sizeof c->why_zh, "%s%s%s%s%s%s%s",
	    least  ? "容量不低于 "
	    : most ? "容量"
		   : "未得出结论",
	    low_zh, least && most ? "，" : "", most ? "低于 " : "", high_zh,
	    reasons[c->end].zh, limited ? last->why_zh : "");
}

static void
end_it(struct capacity *c, enum capacity_end end,
    const struct capacity_outcome *last)
{
	c->end = end;
	say(c, last);
}

/* ---- from outside ---- */

void
capacity_init(struct capacity *c, const struct capacity_options *o)
{
	struct capacity_options *to = &c->options;

	*c = (struct capacity){ .options = *o };
	if (to->goal.share <= 0)
		to->goal.share = 0.99;
	if (to->least <= 0)
		to->least = 1;
	if (to->most <= 0)
		to->most = 1e6;
	if (to->first <= 0)
		to->first = 10;
	to->first = fmin(fmax(to->first, to->least), to->most);
	if (to->resolution <= 0)
		to->resolution = 0.05;
	if (to->repeats == 0)
		to->repeats = 3;
	if (to->probes == 0 || to->probes > CAPACITY_PROBES)
		to->probes = CAPACITY_PROBES;
}

bool
capacity_next(struct capacity *c, double *rate)
{
	struct step s;

	if (c->end != CAPACITY_SEARCHING)
		return false;
	s = next_step(c);
	if (s.end != CAPACITY_SEARCHING)
		end_it(c, s.end, NULL);
	else if (c->n == c->options.probes)
		end_it(c, CAPACITY_SPENT, NULL);
	if (c->end != CAPACITY_SEARCHING)
		return false;
	*rate = c->rate = s.rate;
	return true;
}

void
capacity_result(struct capacity *c, const struct capacity_outcome *o)
{
	const double effect = o->effect > 1 ? o->effect : 1;
	struct stats_interval i = stats_wilson(
	    o->within / effect, o->tries / effect, STATS_CONFIDENCE);
	struct capacity_probe *p;
	struct capacity_level *l;

	if (c->end != CAPACITY_SEARCHING || c->n == CAPACITY_PROBES)
		return;
	p = &c->probes[c->n++];
	*p = (struct capacity_probe){ c->rate, i.mid, i.low, i.high,
		of_share(i, c->options.goal.share), false };
	if (o->interrupted || !o->generator_good) {
		p->verdict = INCONCLUSIVE;
		if (o->interrupted)
			end_it(c, CAPACITY_INTERRUPTED, o);
		else if (++c->disturbed == CAPACITY_DISTURBED)
			end_it(c, CAPACITY_GENERATOR, o);
		return;
	}
	c->disturbed = 0;
	l = level_at(c, c->rate);
	p->repeated = l->n > 0;
	l->n++;
	l->passed += p->verdict == PASS;
	l->failed += p->verdict == FAIL;
	l->within += o->within / effect;
	l->tries += o->tries / effect;
	c->pass_rate = passing(c) > 0 ? c->levels[passing(c) - 1].rate : 0;
	c->fail_rate =
	    failing(c) < c->n_levels ? c->levels[failing(c)].rate : 0;
}
