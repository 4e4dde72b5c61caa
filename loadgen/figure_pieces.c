/* SPDX-License-Identifier: MIT */
/* A view of a load, cut into pieces, and how sure a share of them is. */
#include "loadgen/figure_inner.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define RARE 5 /* hits that count: too few for Wilson */

double
figure_confidence(const struct measure *m)
{
	return m->looks < 2 ? STATS_CONFIDENCE
			    : 1 - (1 - STATS_CONFIDENCE) / m->looks;
}

int
figure_op(const struct measure *m, const char *name)
{
	const int op = measure_op_find(m, name);

	return op < 0 && m->n_ops == 1 && strcmp(name, "submit") == 0 ? 0 : op;
}

struct figure_pieces
figure_pieces_of(const struct figure_view *v, bool drained)
{
	const size_t most = drained ? v->m->n_seconds : health_end(v->m);
	struct figure_pieces p = { .m = v->m };

	p.at = mem_new(most + 1, sizeof p.at[0]);
	for (size_t i = 0; i < most; i++)
		if (v->use[i])
			p.at[p.n_at++] = i;
	p.of = stats_piece(p.n_at);
	p.n = p.n_at / p.of;
	p.hits = mem_new(p.n + 1, sizeof p.hits[0]);
	p.tries = mem_new(p.n + 1, sizeof p.tries[0]);
	return p;
}

void
figure_pieces_free(struct figure_pieces *p)
{
	free(p->at);
	free(p->hits);
	free(p->tries);
}

size_t
figure_piece_at(const struct figure_pieces *p, size_t i)
{
	const size_t piece = i / p->of;

	return piece < p->n ? piece : p->n - 1;
}

uint64_t
figure_endless(const struct measure_second *s, size_t op)
{
	const struct measure_second_op *o = &s->ops[op];
	const uint64_t ended = o->done + o->failed;
	const uint64_t timed = o->hist[CLOCK_RESPONSE].n;

	return s->dropped + (ended > timed ? ended - timed : 0);
}

uint64_t
figure_unfinished(const struct measure *m, size_t op)
{
	uint64_t begun = 0, ended = 0;

	for (size_t i = 0; i < m->n_seconds; i++) {
		begun += m->seconds[i].ops[op].begun;
		ended +=
		    m->seconds[i].ops[op].done + m->seconds[i].ops[op].failed;
	}
	return begun > ended && !m->interrupted && !m->under_way ? begun - ended
								 : 0;
}

static uint64_t
slower(const struct hist_packed *h, int64_t us)
{
	const size_t at = hist_index(us);
	struct hist_walk w = hist_packed_walk(h);
	uint64_t n = 0;

	while (hist_walk_next(&w))
		if (w.index > at)
			n += w.count;
	return n;
}

double
figure_slow(struct figure_pieces *p, size_t op, int64_t us)
{
	double seconds = 0;

	for (size_t i = 0; i < p->n_at; i++) {
		const struct measure_second *s = &p->m->seconds[p->at[i]];
		const struct hist_packed *h = &s->ops[op].hist[CLOCK_RESPONSE];
		const uint64_t never = figure_endless(s, op);

		p->hits[figure_piece_at(p, i)] +=
		    (double)(slower(h, us) + never);
		p->tries[figure_piece_at(p, i)] += (double)(h->n + never);
		seconds += h->n + never > 0;
	}
	return seconds;
}

double
figure_effect(const struct figure_pieces *p)
{
	return stats_effect(p->hits, p->tries, p->n, figure_confidence(p->m));
}

struct stats_interval
figure_interval(
    const struct measure *m, double hits, double tries, double effect)
{
	return hits / effect < RARE ? stats_exact(hits / effect, tries / effect,
					  figure_confidence(m))
				    : stats_wilson(hits / effect,
					  tries / effect, figure_confidence(m));
}

void
figure_share(struct figure *f, const struct figure_pieces *p, double more)
{
	double k = more, all = more;
	struct stats_interval i;

	for (size_t at = 0; at < p->n; at++) {
		k += p->hits[at];
		all += p->tries[at];
	}
	f->any = all > 0;
	if (!f->any)
		return;
	f->n = all;
	f->reached = p->n >= 10;
	f->need = 10;
	f->effect = f->reached ? figure_effect(p) : 1;
	i = figure_interval(p->m, k, all, f->effect);
	f->mid = i.mid;
	f->low = i.low;
	f->high = i.high;
	/* So few pieces tell nothing of how they hang together. */
	if (!f->reached) {
		f->low = k > 0 ? 0 : f->low;
		f->high = k > 0 ? 1 : f->high;
	}
}
