/* SPDX-License-Identifier: MIT */
#include "loadgen/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "loadgen/judge_inner.h"
#include "loadgen/stats.h"

#define EQUAL_BELOW 0.99 /* of a size: what counts as equal */
#define EQUAL_ABOVE 1.15
#define SHOWN       0.999 /* of a limit: so much a sample has to show */
#define HEAVY       1.25  /* times what the row asks for: too heavy to fail */

/* ---- limits ---- */

static double
limit_value(const struct limit *l, const struct profile *p, const char **mark)
{
	double value = l->value;

	*mark = l->mark;
	for (size_t i = 0; i < p->n_limits; i++)
		if (p->limits[i].req == l->req &&
		    strcmp(p->limits[i].metric, l->metric) == 0)
			*mark = "profile";
	if (!profile_limit(p, l->req, l->metric, &value))
		value = l->value;
	return value;
}

/* The shortest time that a limit of the row allows; 0: none does. */
static int64_t
tightest_us(enum req row, const struct profile *p)
{
	size_t n;
	const struct limit *l = catalogue_limits(&n);
	double least = 0;

	for (size_t i = 0; i < n; i++) {
		const struct figure_metric *m = figure_find(l[i].metric);
		const char *mark;
		double us;

		if (l[i].req != row || m == NULL ||
		    (m->traits & FIGURE_LATENCY) == 0)
			continue;
		us = limit_value(&l[i], p, &mark) / words_scale(l[i].unit);
		least = least == 0 || us < least ? us : least;
	}
	return (int64_t)least;
}

/* ---- a figure against a limit ---- */

static enum verdict
compare(const char *bound, double low, double high, double limit)
{
	if (strcmp(bound, "most") == 0)
		return low > limit ? FAIL : high <= limit ? PASS : INCONCLUSIVE;
	if (strcmp(bound, "below") == 0)
		return low >= limit ? FAIL : high < limit ? PASS : INCONCLUSIVE;
	if (strcmp(bound, "least") == 0)
		return high < limit ? FAIL : low >= limit ? PASS : INCONCLUSIVE;
	if (strcmp(bound, "above") == 0)
		return high <= limit ? FAIL : low > limit ? PASS : INCONCLUSIVE;
	return low >= limit * EQUAL_BELOW && high <= limit * EQUAL_ABOVE ? PASS
									 : FAIL;
}

/* Why an interval leaves it open. */
static enum doubt
open_why(const struct figure_metric *m, const struct figure *f,
    const struct measure *x)
{
	const bool counted =
	    m->kind == FIGURE_LOST || m->kind == FIGURE_DOUBLED;

	if (m->kind == FIGURE_AVAILABLE)
		return DOUBT_MONTH;
	if (!f->reached)
		return DOUBT_FEW;
	if (m->kind == FIGURE_WRONG || m->kind == FIGURE_FAILURES)
		return DOUBT_UNEXAMINED;
	if (counted || (m->kind == FIGURE_SUCCESS &&
			   x->ledger.unread + x->ledger.unchecked > 0))
		return DOUBT_UNREAD;
	return DOUBT_STRADDLES;
}

/* A list that is too short leaves it open, as does too small a sample. */
static struct finding
hold_records(const struct figure *f, double limit)
{
	if (!f->any)
		return (struct finding){ INCONCLUSIVE, DOUBT_NOTHING };
	if (f->mid < limit)
		return (struct finding){ INCONCLUSIVE, DOUBT_LIST };
	if (f->low < limit * SHOWN)
		return (struct finding){ INCONCLUSIVE, DOUBT_SAMPLE };
	return (struct finding){ PASS, DOUBT_NONE };
}

struct finding
judge_hold(const struct figure_metric *m, const struct figure *f,
    const struct judged_metric *j, const struct measure *x)
{
	const double scale = words_scale(j->unit);
	/* No plan can be kept closer than that. */
	const double limit =
	    m->kind == FIGURE_RATE ? j->limit * HEALTH_OFFERED : j->limit;
	const enum verdict v =
	    compare(j->bound, f->low * scale, f->high * scale, limit);

	if (m->kind == FIGURE_RECORDS)
		return hold_records(f, limit);
	if (!f->any)
		return (struct finding){ INCONCLUSIVE, DOUBT_NOTHING };
	if (v == INCONCLUSIVE)
		return (struct finding){ v, open_why(m, f, x) };
	if (v == PASS)
		return (struct finding){ v, DOUBT_NONE };
	if (m->traits & FIGURE_OF_LOAD)
		return (struct finding){ INCONCLUSIVE,
			m->kind == FIGURE_DURATION ? DOUBT_SHORTER
						   : DOUBT_KIND };
	if (((m->traits & FIGURE_HELD) || m->kind == FIGURE_RATE) &&
	    f->offered * scale < limit)
		return (struct finding){ INCONCLUSIVE, DOUBT_LIGHTER };
	return (struct finding){ v, DOUBT_NONE };
}

/* ---- what we cannot vouch for ---- */

/* On which side of the limit another view of the same load is. */
static bool
agrees(const struct bench *b, const struct figure_metric *m,
    const struct judged_metric *j, unsigned view, enum verdict with)
{
	const struct figure_view v = { b->m, b->use[view] };
	struct figure f;

	figure_take(&f, m, &v);
	f.low = f.high = f.mid;
	return judge_hold(m, &f, j, b->m).verdict == with;
}

/* A verdict that depends on what is left out is none. */
static struct finding
in_other_views(const struct bench *b, const struct figure_metric *m,
    const struct judged_metric *j, unsigned view, struct finding found)
{
	if (view & VIEW_CUT && b->cut > 0 &&
	    !agrees(b, m, j, view & ~(unsigned)VIEW_CUT, found.verdict))
		return (struct finding){ INCONCLUSIVE, DOUBT_WARMUP };
	if (b->health.bad > 0 &&
	    !agrees(b, m, j, view | VIEW_CLEAN, found.verdict))
		return (struct finding){ INCONCLUSIVE, DOUBT_BAD_SECONDS };
	return found;
}

/*
 * No steady state was reached.  That is a doubt where it might matter: when
 * one half of what is judged, by itself, would be judged otherwise.
 */
static bool
halves_agree(const struct bench *b, const struct figure_metric *m,
    const struct judged_metric *j, enum verdict with)
{
	return agrees(b, m, j, VIEW_FORMER, with) &&
	       agrees(b, m, j, VIEW_LATTER, with);
}

static bool
will_break(const struct judged_metric *j, const struct figure *f)
{
	const double ahead = f->ahead * words_scale(j->unit);

	return f->trend && compare(j->bound, ahead, ahead, j->limit) == FAIL;
}

static struct finding
doubted(const struct bench *b, const struct figure_metric *m,
    const struct judged_metric *j, unsigned view, const struct figure *f,
    struct finding found)
{
	const bool of_load = m->traits & FIGURE_OF_LOAD;
	const bool a_fact = m->traits & FIGURE_FACT && found.verdict == FAIL;

	if (found.doubt == DOUBT_NOTHING)
		return found;
	if (b->m->closed_loop && m->traits & FIGURE_LATENCY)
		return (struct finding){ INCONCLUSIVE, DOUBT_CLOSED };
	if (!b->health.good && !of_load && !a_fact)
		return (struct finding){ INCONCLUSIVE, DOUBT_GENERATOR };
	/* Who stopped early may not have looked for everything. */
	if (b->m->interrupted &&
	    (m->kind == FIGURE_LOST ||
		(found.verdict == PASS &&
		    (!of_load || m->kind == FIGURE_DURATION))))
		return (struct finding){ INCONCLUSIVE, DOUBT_INTERRUPTED };
	if (found.verdict == INCONCLUSIVE || of_load || a_fact)
		return found;
	found = in_other_views(b, m, j, view, found);
	if (found.verdict == PASS && m->traits & FIGURE_STEADY && !b->settled &&
	    !halves_agree(b, m, j, PASS))
		return (struct finding){ INCONCLUSIVE, DOUBT_UNSETTLED };
	if (found.verdict == PASS && will_break(j, f))
		return (struct finding){ INCONCLUSIVE, DOUBT_GROWING };
	return found;
}

/* ---- one metric ---- */

/* Figures may be without end; what is stored is not. */
static double
bounded(double v, const struct figure *f, double scale)
{
	return (isinf(v) ? f->largest : v) * scale;
}

/* Half of the interval is small enough, of times alone. */
static bool
is_precise(const struct figure_metric *m, const struct figure *f,
    const struct measure *x)
{
	const struct stats_interval i = { f->mid, f->low, f->high, f->reached };

	if (x->precision <= 0 || (m->traits & FIGURE_LATENCY) == 0)
		return true;
	return !isinf(f->mid) &&
	       stats_stop(i, x->precision, 0, 1) == STATS_REACHED;
}

static void
store(struct judged_metric *j, const struct figure_metric *m,
    const struct figure *f, const struct measure *x)
{
	const double scale = words_scale(j->unit);

	j->measured = bounded(f->mid, f, scale);
	j->low = bounded(f->low, f, scale);
	j->high = bounded(f->high, f, scale);
	j->any = f->any;
	j->beyond = isinf(f->mid);
	j->precise = is_precise(m, f, x);
	j->interval_reached = f->any && f->reached && j->precise;
	j->n = f->n;
	j->effect = isinf(f->effect) ? 0 : f->effect;
}

static void
judge_metric(struct judged_metric *j, struct bench *b)
{
	const struct figure_metric *m = figure_find(j->metric);
	struct finding found = { INCONCLUSIVE, DOUBT_FOREIGN };
	struct figure f = { 0 };
	struct doubt_about about = {
		.scale = words_scale(j->unit),
		.bad_seconds = b->health.bad,
		.warmup_seconds = b->cut,
		.judged_seconds = b->health.n,
		.m = b->m,
	};

	if (m != NULL && !b->believable) {
		found.doubt = DOUBT_NOTHING;
	} else if (m != NULL) {
		const unsigned view = m->traits & FIGURE_STEADY ? VIEW_CUT : 0;
		const struct figure_view v = { b->m, b->use[view] };

		figure_take(&f, m, &v);
		if (m->traits & FIGURE_LATENCY && strcmp(j->bound, "most") == 0)
			figure_bound(&f, m, &v,
			    (int64_t)(j->limit / words_scale(j->unit)));
		found = judge_hold(m, &f, j, b->m);
		found = doubted(b, m, j, view, &f, found);
		store(j, m, &f, b->m);
		b->trend = b->trend || f.trend;
	}
	j->verdict = found.verdict;
	about.doubt = found.doubt;
	words_of(j, m, &f, &about);
	if (m != NULL && f.any && !j->precise)
		words_of_wide(j, &f, b->m->precision);
}

/* ---- the row ---- */

/* More users than the row speaks of: what they suffer is no fail of it. */
static void
forgive(struct judged *j, const struct bench *b)
{
	bool heavy = false;

	for (size_t i = 0; i < j->n; i++) {
		const struct figure_metric *m =
		    figure_find(j->metrics[i].metric);

		heavy = heavy || (m != NULL && m->traits & FIGURE_HELD &&
				     j->metrics[i].measured >
					 HEAVY * j->metrics[i].limit);
	}
	for (size_t i = 0; heavy && i < j->n; i++) {
		struct judged_metric *at = &j->metrics[i];
		const struct figure_metric *m = figure_find(at->metric);
		struct doubt_about about = { .doubt = DOUBT_HEAVIER,
			.scale = words_scale(at->unit),
			.m = b->m };
		const struct figure_view v = { b->m,
			b->use[m != NULL && m->traits & FIGURE_STEADY ? VIEW_CUT
								      : 0] };
		struct figure f;

		if (m == NULL || at->verdict != FAIL ||
		    m->traits & (FIGURE_FACT | FIGURE_HELD))
			continue;
		figure_take(&f, m, &v);
		at->verdict = INCONCLUSIVE;
		words_of(at, m, &f, &about);
	}
}

void
judge_finish(struct judged *j)
{
	j->verdict = j->n == 0 ? INCONCLUSIVE : NOT_APPLICABLE;
	for (size_t i = 0; i < j->n; i++)
		j->verdict =
		    verdict_over_cases(j->verdict, j->metrics[i].verdict);
	words_of_row(j);
}

/* A certificate for somebody else's key is none, however soon it came. */
static void
allow_no_wrong(struct judged *j, struct bench *b)
{
	bool asked = false;

	for (size_t i = 0; i < j->n; i++) {
		const struct figure_metric *m =
		    figure_find(j->metrics[i].metric);

		if (m != NULL && m->kind == FIGURE_WRONG)
			return;
		asked = asked || (m != NULL && m->traits & FIGURE_RIGHT);
	}
	if (!asked || j->n == JUDGE_METRICS)
		return;
	j->metrics[j->n] = (struct judged_metric){ .metric = "answers.wrong",
		.unit = "count",
		.bound = "most",
		.mark = "P" };
	judge_metric(&j->metrics[j->n++], b);
}

void
judge_row(struct judged *j, enum req row, const struct measure *m,
    const struct profile *p)
{
	size_t n;
	const struct limit *l = catalogue_limits(&n);
	struct bench b;

	*j = (struct judged){ .verdict = INCONCLUSIVE };
	bench_see(&b, m, tightest_us(row, p));
	j->generator_good = b.health.good;
	j->late_limit_us = b.health.late_limit_us;
	j->bad_seconds = b.health.bad;
	j->warmup_seconds = b.cut;
	snprintf(j->generator_why, sizeof j->generator_why, "%s", b.health.why);
	snprintf(j->generator_why_zh, sizeof j->generator_why_zh, "%s",
	    b.health.why_zh);
	if (!b.believable) {
		j->generator_good = false;
		snprintf(j->generator_why, sizeof j->generator_why,
		    "the measurements cannot be: a count is too large");
		snprintf(j->generator_why_zh, sizeof j->generator_why_zh,
		    "测量数据不可信：计数过大");
	}
	for (size_t i = 0; i < n && j->n < JUDGE_METRICS; i++) {
		struct judged_metric *at = &j->metrics[j->n];

		if (l[i].req != row)
			continue;
		*at = (struct judged_metric){
			.metric = l[i].metric,
			.unit = l[i].unit,
			.bound = l[i].bound,
		};
		at->limit = limit_value(&l[i], p, &at->mark);
		judge_metric(at, &b);
		j->n++;
	}
	allow_no_wrong(j, &b);
	forgive(j, &b);
	j->stationary = b.settled && !b.trend;
	judge_finish(j);
	bench_unsee(&b);
}
