/* SPDX-License-Identifier: MIT */
/* Percentiles of times: of answers, and of deliveries. */
#include "loadgen/figure_inner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define TREND_P     0.01
#define TREND_SHARE 0.10 /* of the median, over the window */

/* The value at a rank, when those without a time come last. */
static double
at_rank(const struct hist *h, uint64_t rank)
{
	return rank <= h->n ? (double)hist_at_rank(h, rank) : INFINITY;
}

/* h: the times; never: how many have none. */
static void
percentile(struct figure *f, const struct measure *m, const struct hist *h,
    uint64_t never, double share, double effect)
{
	const uint64_t n = h->n + never;
	const struct stats_ranks r =
	    stats_ranks(n, share, effect, figure_confidence(m));

	f->any = n > 0;
	if (!f->any)
		return;
	f->n = (double)n;
	f->effect = effect;
	f->largest = (double)h->max;
	f->mid = at_rank(h, r.mid);
	f->endless = isinf(f->mid);
	f->low = r.low_reached ? at_rank(h, r.low) : 0;
	f->high = r.high_reached ? at_rank(h, r.high) : INFINITY;
	f->reached = r.low_reached && r.high_reached;
	f->need = (double)stats_ranks_need(
	    share, isinf(effect) ? 1 : effect, figure_confidence(m));
}

/* Percentiles piece by piece: do they go anywhere? */
static void
look_ahead(
    struct figure *f, const struct figure_pieces *p, size_t op, double share)
{
	double *x = mem_new(p->n + 1, sizeof x[0]), median;
	struct stats_trend t;
	struct hist h;
	size_t n = 0;

	hist_init(&h);
	for (size_t i = 0; i < p->n_at; i++) {
		measure_get(p->m, p->at[i], op, CLOCK_RESPONSE, &h);
		if (i + 1 < p->n_at &&
		    figure_piece_at(p, i + 1) == figure_piece_at(p, i))
			continue;
		if (h.n > 0)
			x[n++] = (double)hist_percentile(&h, share * 100);
		hist_clear(&h);
	}
	hist_free(&h);
	t = stats_mann_kendall(x, n);
	median = stats_median(x, n);
	f->trend = n >= 10 && t.p < TREND_P &&
		   fabs(t.slope) * (double)n > TREND_SHARE * median;
	if (f->trend)
		f->ahead = median + 1.5 * t.slope * (double)n;
	free(x);
}

void
figure_response(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const int found = figure_op(v->m, metric->op);
	const size_t op = (size_t)found;
	struct figure_pieces all, judged;
	struct hist h;
	uint64_t never = 0;

	if (found < 0)
		return;
	all = figure_pieces_of(v, true);
	judged = figure_pieces_of(v, false);
	hist_init(&h);
	for (size_t i = 0; i < all.n_at; i++) {
		measure_get(v->m, all.at[i], op, CLOCK_RESPONSE, &h);
		never += figure_endless(&v->m->seconds[all.at[i]], op);
	}
	never += figure_unfinished(v->m, op);
	if (h.n + never > 0) {
		percentile(f, v->m, &h, never, metric->share, 1);
		figure_slow(&judged, op, f->endless ? h.max : (int64_t)f->mid);
		percentile(
		    f, v->m, &h, never, metric->share, figure_effect(&judged));
		look_ahead(f, &judged, op, metric->share);
	}
	hist_free(&h);
	figure_pieces_free(&all);
	figure_pieces_free(&judged);
}

/*
 * Deliveries are known without the second they fell into; they hang together
 * as the answers do to which they belong.
 */
void
figure_delivery(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure_ledger *l = &v->m->ledger;
	const int op = figure_op(v->m, metric->op);
	struct figure submits = { .effect = 1 };

	if (!l->kept || l->delivery.counts == NULL ||
	    l->delivery.n + l->lost == 0)
		return;
	if (op >= 0)
		figure_response(&submits, metric, v);
	/* What could not be read may have been quick, or never come. */
	percentile(f, v->m, &l->delivery, l->lost + l->unread, metric->share,
	    submits.any ? submits.effect : 1);
	if (l->unread > 0) {
		const struct figure worst = *f;

		percentile(f, v->m, &l->delivery, l->lost, metric->share,
		    submits.any ? submits.effect : 1);
		f->high = worst.high;
	}
	/* Seen at a look means: visible since the last one. */
	f->low = f->low > (double)l->poll_us ? f->low - (double)l->poll_us : 0;
}

/* ---- within a time ---- */

/* The share of slow ones, with that confidence; { 1, 0 }: nobody can say. */
struct slow {
	double low, high;
};

static struct slow
slow_of(const struct measure *m, double k, double n, double effect)
{
	const struct stats_interval i = figure_interval(m, k, n, effect);

	return (struct slow){ i.low, i.high };
}

static struct slow
slow_answers(
    const struct figure_metric *m, const struct figure_view *v, int64_t us)
{
	const size_t op = (size_t)figure_op(v->m, m->op);
	struct figure_pieces p = figure_pieces_of(v, true);
	double k = (double)figure_unfinished(v->m, op), n = k;
	const double seconds = figure_slow(&p, op, us);
	struct slow s = { 1, 0 };

	for (size_t i = 0; i < p.n; i++) {
		k += p.hits[i];
		n += p.tries[i];
	}
	if (p.n >= 10 && n > 0)
		s = slow_of(v->m, k, n,
		    fmax(figure_effect(&p), k == 0 ? n / seconds : 1));
	figure_pieces_free(&p);
	return s;
}

/* Nobody knows which second they belong to: each second counts as one. */
static struct slow
slow_deliveries(
    const struct figure_metric *m, const struct figure_view *v, int64_t us)
{
	const struct measure_ledger *l = &v->m->ledger;
	double k = (double)l->lost, n = (double)(l->delivery.n + l->lost);
	double seconds = 0, unread = (double)l->unread;
	struct slow s = { 1, 0 };

	(void)m;
	for (size_t i = 0; i < health_end(v->m); i++)
		seconds += v->use[i] && v->m->seconds[i].begun > 0;
	for (size_t i = hist_index(us) + 1; i < HIST_COUNTS; i++)
		k += (double)l->delivery.counts[i];
	if (seconds >= 10 && n + unread > 0) {
		const double effect = fmax((n + unread) / seconds, 1);

		s.low = slow_of(v->m, k, n + unread, effect).low;
		s.high = slow_of(v->m, k + unread, n + unread, effect).high;
	}
	return s;
}

void
figure_bound(struct figure *f, const struct figure_metric *m,
    const struct figure_view *v, int64_t us)
{
	struct slow (*const of)(
	    const struct figure_metric *, const struct figure_view *, int64_t) =
	    m->kind == FIGURE_DELIVERY ? slow_deliveries : slow_answers;
	const double most = 1 - m->share, limit = (double)us;
	const size_t at = hist_index(us);
	struct slow s;

	if (!f->any || (m->traits & FIGURE_LATENCY) == 0 || us >= HIST_MOST)
		return;
	/* What shares a bucket with the limit counts against what is said. */
	if (f->mid <= limit && f->high > limit) {
		s = of(
		    m, v, hist_index(us + 1) > at ? us : hist_lowest(at) - 1);
		if (s.low <= s.high && s.high <= most) {
			f->high = limit;
			f->reached = true;
		}
	} else if (f->mid > limit && f->low <= limit) {
		s = of(m, v, us);
		if (s.low <= s.high && s.low > most) {
			f->low = limit + 1;
			f->largest = fmax(f->largest, f->low);
		}
	}
}
