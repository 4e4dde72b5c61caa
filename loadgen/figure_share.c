/* SPDX-License-Identifier: MIT */
/* Rates, shares, and what the ledger counts. */
#include "loadgen/figure_inner.h"

#include <stdlib.h>

#include "lib/mem.h"

#define MONTH (30.0 * 86400) /* seconds */

void
figure_rate(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const int op = metric->op == NULL ? -1 : figure_op(v->m, metric->op);
	const size_t from = op < 0 ? 0 : (size_t)op;
	const size_t to = op < 0 ? v->m->n_ops : from + 1;
	struct figure_pieces p;
	double *alike, begun = 0, waits = 0;
	struct stats_interval i;
	bool planned = true;

	if (op < 0 && metric->op != NULL)
		return;
	p = figure_pieces_of(v, false);
	alike = mem_new(p.n + 1, sizeof alike[0]);
	for (size_t k = 0; k < p.n_at; k++) {
		const struct measure_second *s = &v->m->seconds[p.at[k]];

		for (size_t o = from; o < to; o++) {
			p.hits[figure_piece_at(&p, k)] +=
			    (double)s->ops[o].done;
			begun += (double)s->ops[o].begun;
			f->n += (double)s->ops[o].done;
		}
		p.tries[figure_piece_at(&p, k)] += (double)s->planned;
		alike[figure_piece_at(&p, k)] += 1;
		begun += (double)s->dropped;
		waits = (double)s->waiting; /* at the end */
	}
	for (size_t k = 0; k < p.n; k++)
		planned = planned && p.tries[k] > 0;
	f->any = p.n_at > 0 && begun > 0;
	if (f->any) {
		const double seconds = (double)p.n_at;

		i = stats_total(p.hits, planned ? p.tries : alike, p.n,
		    figure_confidence(v->m));
		f->effect = 1;
		f->mid = i.mid / seconds;
		f->low = i.low < 0 ? 0 : i.low / seconds;
		f->high = i.high / seconds;
		f->reached = i.reached;
		f->largest = f->mid;
		f->need = 2;
		/* Who waits does not ask: more users might get more. */
		f->offered =
		    v->m->closed_loop ? f->mid : (begun + waits) / seconds;
	}
	free(alike);
	figure_pieces_free(&p);
}

/* What ended in a second, and of it what was not served. */
static void
ended(const struct measure *m, const struct measure_second *s, double *bad,
    double *all)
{
	uint64_t failed = s->dropped, done = 0;

	for (size_t op = 0; op < m->n_ops; op++) {
		failed += s->ops[op].failed;
		done += s->ops[op].done;
	}
	*bad = (double)failed;
	*all = (double)(failed + done);
}

void
figure_errors(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	struct figure_pieces p = figure_pieces_of(v, true);
	double never = 0;

	(void)metric;
	for (size_t i = 0; i < p.n_at; i++) {
		double bad, all;

		ended(v->m, &v->m->seconds[p.at[i]], &bad, &all);
		p.hits[figure_piece_at(&p, i)] += bad;
		p.tries[figure_piece_at(&p, i)] += all;
	}
	for (size_t op = 0; op < v->m->n_ops; op++)
		never += (double)figure_unfinished(v->m, op);
	figure_share(f, &p, never);
	figure_pieces_free(&p);
}

void
figure_available(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	struct figure_pieces p = figure_pieces_of(v, false);
	double lost = 0, watched = 0;

	(void)metric;
	for (size_t i = 0; i < p.n_at; i++) {
		double bad, all;

		ended(v->m, &v->m->seconds[p.at[i]], &bad, &all);
		if (all == 0)
			continue;
		p.hits[figure_piece_at(&p, i)] += bad / all;
		p.tries[figure_piece_at(&p, i)] += 1;
		lost += bad / all;
		watched++;
	}
	figure_share(f, &p, 0);
	if (f->any) {
		const double month = watched > MONTH ? watched : MONTH;
		const double best = 1 - lost / month;

		f->mid = 1 - f->mid;
		f->high = 1 - f->low < best ? 1 - f->low : best;
		f->low = (watched - lost) / month;
	}
	figure_pieces_free(&p);
}

void
figure_within(
    struct figure *f, const struct measure *m, const char *op, int64_t us)
{
	bool settled;
	const size_t cut = figure_warmup(m, &settled), end = figure_end(m);
	unsigned char *use = mem_new(m->n_seconds + 1, 1);
	const struct figure_view v = { m, use };
	struct figure_pieces p;
	double never = 0;

	*f = (struct figure){ 0 };
	for (size_t i = m->judged_from + cut; i < end && i < m->n_seconds; i++)
		use[i] = 1;
	p = figure_pieces_of(&v, true);
	for (size_t o = 0; o < m->n_ops; o++) {
		if (op != NULL && (int)o != figure_op(m, op))
			continue;
		figure_slow(&p, o, us);
		never += (double)figure_unfinished(m, o);
	}
	figure_share(f, &p, never);
	if (f->any) {
		const double low = f->low;

		f->mid = 1 - f->mid;
		f->low = 1 - f->high;
		f->high = 1 - low;
	}
	free(use);
	figure_pieces_free(&p);
}

/* ---- what the ledger says ---- */

void
figure_success(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure_ledger *l = &v->m->ledger;
	/* What was due and never sent found no place at the target. */
	const uint64_t all =
	    l->planned > l->sent && !v->m->interrupted ? l->planned : l->sent;
	const uint64_t whole =
	    l->delivered > l->corrupted ? l->delivered - l->corrupted : 0;
	const uint64_t good = whole < all ? whole : all;
	const uint64_t best = good + l->unread + l->unchecked;
	struct stats_interval worst, i;

	(void)metric;
	f->any = l->kept && all > 0;
	if (!f->any)
		return;
	worst =
	    stats_wilson((double)good, (double)all, figure_confidence(v->m));
	i = stats_wilson((double)(best < all ? best : all), (double)all,
	    figure_confidence(v->m));
	f->n = (double)all;
	f->effect = 1;
	f->mid = worst.mid;
	f->low = worst.low;
	f->high = i.high;
	f->reached = true;
}

/* Between what was seen and what may hide where nobody could look. */
void
figure_count(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure_ledger *l = &v->m->ledger;
	const uint64_t seen =
	    metric->kind == FIGURE_LOST ? l->lost : l->doubled;

	f->any = l->kept && l->accepted + l->delivered > 0;
	f->mid = f->low = (double)seen;
	f->high = (double)(seen + l->unread);
	f->reached = true;
}
