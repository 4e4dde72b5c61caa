/* SPDX-License-Identifier: MIT */
/*
 * The same load several times over.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "loadgen/judge_inner.h"
#include "loadgen/stats.h"

/* Which of them says the worst of a metric. */
static size_t
worst_of(const struct judged *each, size_t n, size_t metric)
{
	size_t worst = 0;

	for (size_t i = 1; i < n; i++) {
		const enum verdict was = each[worst].metrics[metric].verdict;

		if (verdict_over_cases(was, each[i].metrics[metric].verdict) !=
		    was)
			worst = i;
	}
	return worst;
}

/* All passed: do they by the interval of their mean as well? */
static void
over_repeats(struct judged_metric *j, const struct judged *each, size_t n,
    size_t metric, const struct measure *m)
{
	const double scale = words_scale(j->unit);
	struct doubt_about about = { .scale = scale, .m = m, .repeats = n };
	double *x = mem_new(n, sizeof x[0]);
	struct stats_interval i;
	struct figure f;

	for (size_t k = 0; k < n; k++)
		x[k] = each[k].metrics[metric].measured;
	i = stats_mean(x, n, STATS_CONFIDENCE);
	free(x);
	j->measured = i.mid;
	j->low = fmax(i.low, 0);
	j->high = i.high;
	j->repeats = n;
	j->n = (double)n;
	j->effect = 1;
	f = (struct figure){
		.any = true,
		.mid = j->measured / scale,
		.low = j->low / scale,
		.high = j->high / scale,
		.reached = true,
		.n = j->n,
	};
	if (judge_hold(figure_find(j->metric), &f, j, m).verdict != PASS) {
		j->verdict = INCONCLUSIVE;
		about.doubt = DOUBT_REPEATS;
	}
	words_of(j, figure_find(j->metric), &f, &about);
}

/* Interrupted ones are none. */
static size_t
whole_ones(const struct measure *const *m, size_t n)
{
	size_t whole = 0;

	for (size_t i = 0; i < n; i++)
		whole += !m[i]->interrupted;
	return whole;
}

static size_t
planned_ones(const struct measure *const *m, size_t n)
{
	size_t planned = n;

	for (size_t i = 0; i < n; i++)
		if (m[i]->repeats > 0 && (size_t)m[i]->repeats > planned)
			planned = (size_t)m[i]->repeats;
	return planned;
}

/* Fewer than planned: no interval over them, and so no pass. */
static void
cut_short(struct judged_metric *j, size_t whole, size_t planned)
{
	const struct figure_metric *m = figure_find(j->metric);
	const bool of_load = m != NULL && m->traits & FIGURE_OF_LOAD;

	if (j->verdict == FAIL || of_load || !j->any)
		return;
	j->verdict = INCONCLUSIVE;
	j->interval_reached = false;
	words_of_few(j, whole, planned);
}

void
judge_repeats(struct judged *j, enum req row, const struct measure *const *m,
    size_t n, const struct profile *p)
{
	const size_t planned = planned_ones(m, n), whole = whole_ones(m, n);
	struct judged *each = mem_new(n, sizeof each[0]);

	for (size_t i = 0; i < n; i++)
		judge_row(&each[i], row, m[i], p);
	*j = each[0];
	for (size_t i = 1; i < n; i++) {
		/* The first bad generator is the one that is told of. */
		if (j->generator_good && !each[i].generator_good) {
			j->generator_good = false;
			memcpy(j->generator_why, each[i].generator_why,
			    sizeof j->generator_why);
			memcpy(j->generator_why_zh, each[i].generator_why_zh,
			    sizeof j->generator_why_zh);
		}
		j->bad_seconds += each[i].bad_seconds;
		j->stationary = j->stationary && each[i].stationary;
		if (each[i].warmup_seconds > j->warmup_seconds)
			j->warmup_seconds = each[i].warmup_seconds;
	}
	if (j->generator_good && n > 1)
		words_of_good(j, n);
	for (size_t k = 0; k < j->n && planned > 1; k++) {
		const size_t worst = worst_of(each, n, k);

		j->metrics[k] = each[worst].metrics[k];
		if (j->metrics[k].verdict != PASS || n < planned)
			words_of_repeat(&j->metrics[k], worst + 1, planned);
		else if (j->metrics[k].n > 0 && n > 2 && whole == planned)
			over_repeats(&j->metrics[k], each, n, k, m[worst]);
		if (whole < planned)
			cut_short(&j->metrics[k], whole, planned);
	}
	judge_finish(j);
	free(each);
}
