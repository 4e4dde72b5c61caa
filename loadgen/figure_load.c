/* SPDX-License-Identifier: MIT */
/* What the load was: how heavy, how long, how large. */
#include "loadgen/figure_inner.h"

#include <math.h>
#include <stdlib.h>

#include "lib/mem.h"

#define HELD 0.99 /* of the seconds */

/*
 * How many there would have been, had none been refused.  Where sessions come
 * and go each refused one would have stayed as long as the others did; where
 * most stay, each that failed is one less.
 */
static double
unrefused(const struct measure *m, double open, double refused, double failed)
{
	const double tries =
	    (double)m->connects + (double)m->connect_failures + refused;
	const double no = (double)m->connect_failures + refused + failed;
	const double peak = (double)m->peak_connections;
	double with = open;

	if (tries > 0)
		with = tries > no ? open * tries / (tries - no) : INFINITY;
	if (tries <= 2 * peak && with < open + no)
		with = open + no;
	return with;
}

/*
 * Connections whose login is not under way.  Logins are added up from the
 * very start, for they are made before what is judged.
 */
void
figure_held(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure *m = v->m;
	const int login = metric->op != NULL ? figure_op(m, metric->op) : -1;
	struct figure_pieces p = figure_pieces_of(v, false);
	double *x = mem_new(p.n_at + 1, sizeof x[0]);
	uint64_t begun = 0, done = 0, failed = 0, dropped = 0;
	size_t next = 0;

	/* Nothing shows that anybody logged in. */
	if (metric->op != NULL && login < 0)
		p.n_at = 0;
	for (size_t i = 0; i < m->n_seconds && next < p.n_at; i++) {
		const struct measure_second *s = &m->seconds[i];
		uint64_t open = s->connections, under_way;

		dropped += s->dropped;
		for (size_t op = 0; op < m->n_ops; op++)
			failed += s->ops[op].failed;
		if (login >= 0) {
			begun += s->ops[login].begun - s->ops[login].failed;
			done += s->ops[login].done;
			under_way = begun > done ? begun - done : 0;
			open = open > under_way ? open - under_way : 0;
			open = open < done ? open : done;
		}
		if (i == p.at[next])
			x[next++] = -(double)open;
	}
	if (next > 0) {
		/* The least of the 99 % with the most. */
		f->mid = f->low = f->high =
		    -stats_at(x, next, (size_t)ceil(HELD * (double)next));
		f->reached = true;
		f->any = f->mid > 0 || m->connects + m->connect_failures > 0;
		f->offered =
		    unrefused(m, f->mid, (double)dropped, (double)failed);
	}
	free(x);
	figure_pieces_free(&p);
}

void
figure_duration(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure *m = v->m;
	const size_t to = health_end(m);

	(void)metric;
	f->any = to > m->judged_from;
	f->mid = f->low = f->high =
	    f->any ? 1e6 * (double)(to - m->judged_from) : 0;
	f->reached = true;
}

void
figure_size(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const int op = figure_op(v->m, metric->op);
	const bool sent = metric->kind == FIGURE_SENT_SIZE;
	double octets = 0, ops = 0;

	if (op < 0)
		return;
	for (size_t i = 0; i < v->m->n_seconds; i++) {
		const struct measure_second *s = &v->m->seconds[i];

		octets += (double)(sent ? s->out : s->in);
		ops += (double)(s->ops[op].done + s->ops[op].failed);
	}
	f->any = ops > 0;
	f->mid = f->low = f->high = f->any ? octets / ops : 0;
	f->reached = true;
}

/* ---- what was examined ---- */

/* Chosen ones that found no room may be wrong, every one of them. */
void
figure_wrong(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure_answers *a = &v->m->answers;

	(void)metric;
	f->any = a->kept && a->examined > 0;
	f->mid = f->low = (double)a->wrong;
	f->high = (double)(a->wrong + a->unread);
	f->reached = true;
}

/*
 * Each was drawn from all of the list, so that what is true of those that were
 * asked about is true, with so much confidence, of the list.  What failed was
 * asked about, too.
 */
void
figure_records(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure_answers *a = &v->m->answers;
	const int op = figure_op(v->m, metric->op);
	const uint64_t right =
	    a->examined > a->wrong ? a->examined - a->wrong : 0;
	double asked = (double)(a->examined + a->unread);
	struct stats_interval i;

	if (op < 0 || !a->kept || a->examined == 0 || a->entries == 0)
		return;
	for (size_t k = 0; k < v->m->n_seconds; k++)
		asked += (double)v->m->seconds[k].ops[op].failed;
	asked += (double)figure_unfinished(v->m, (size_t)op);
	i = stats_exact((double)right, asked, figure_confidence(v->m));
	f->any = true;
	f->mid = f->high = (double)a->entries;
	f->low = floor(f->mid * i.low);
	f->n = asked;
	f->need = asked - (double)right;
	f->effect = 1;
	f->reached = true;
}

void
figure_entries(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure_answers *a = &v->m->answers;

	(void)metric;
	f->any = a->kept && a->examined > a->wrong;
	f->mid = f->low = f->high = (double)a->entries;
	f->reached = true;
}

void
figure_document(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure_answers *a = &v->m->answers;

	(void)metric;
	f->any = a->kept && a->octets > 0;
	f->mid = f->low = f->high = (double)a->octets;
	f->reached = true;
}

/* All that was planned, in whichever second, and what became of it. */
void
figure_batch(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure *m = v->m;
	const struct measure_answers *a = &m->answers;
	const int op = figure_op(m, metric->op);
	double all = 0, failed;

	if (op < 0 || !a->kept)
		return;
	failed = (double)figure_unfinished(m, (size_t)op);
	for (size_t i = 0; i < m->n_seconds; i++) {
		const struct measure_second *s = &m->seconds[i];

		all += (double)s->ops[op].begun + (double)s->dropped;
		failed += (double)s->ops[op].failed + (double)s->dropped;
	}
	f->any = all > 0;
	f->reached = true;
	if (metric->kind == FIGURE_BATCH) {
		f->mid = f->low = f->high = all;
		return;
	}
	f->mid = f->low = failed + (double)a->wrong;
	f->high = f->low + (double)a->unread;
}
