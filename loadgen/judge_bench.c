/* SPDX-License-Identifier: MIT */
/*
 * What a load is seen by: its health, its warm-up, and views that leave out.
 */
#include <stdlib.h>

#include "lib/mem.h"
#include "loadgen/judge_inner.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define BELIEVE      UINT64_C(1000000000000) /* no count is beyond */

/* ---- files of others ---- */

static bool
all_below(const uint64_t *counts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (counts[i] > BELIEVE)
			return false;
	return true;
}

static bool
believable_op(const struct measure_second_op *o)
{
	const uint64_t counts[] = { o->begun, o->done, o->failed, o->timeouts,
		o->hist[CLOCK_RESPONSE].n, o->hist[CLOCK_SERVICE].n };

	return all_below(counts, COUNT(counts));
}

/* Sums of what a file says must not run over; ours never come near. */
static bool
believable(const struct measure *m)
{
	const struct measure_ledger *l = &m->ledger;
	const struct measure_answers *a = &m->answers;
	const uint64_t whole[] = { m->connects, m->connect_failures,
		m->peak_connections, l->planned, l->sent, l->accepted,
		l->delivered, l->lost, l->doubled, l->corrupted, l->unread,
		l->unchecked, l->delivery.n, (uint64_t)l->poll_us, a->heard,
		a->examined, a->wrong, a->unread, a->entries, a->octets,
		a->fresh };
	bool ok = all_below(whole, COUNT(whole));

	for (size_t i = 0; ok && i < m->n_seconds; i++) {
		const struct measure_second *s = &m->seconds[i];
		const uint64_t counts[] = { s->planned, s->begun, s->dropped,
			s->waiting, s->connections, s->health.retransmits };

		ok = all_below(counts, COUNT(counts)) &&
		     s->in < BELIEVE * 1000 && s->out < BELIEVE * 1000;
		for (size_t op = 0; ok && op < m->n_ops; op++)
			ok = believable_op(&s->ops[op]);
	}
	return ok;
}

/* ---- views ---- */

void
bench_see(struct bench *b, const struct measure *m, int64_t tightest)
{
	const size_t end = figure_end(m);
	const size_t to = health_end(m);

	*b = (struct bench){ .m = m, .believable = believable(m) };
	health_of(&b->health, m, m->judged_from, to, tightest);
	b->cut = figure_warmup(m, &b->settled);
	for (unsigned v = 0; v < VIEWS; v++) {
		const size_t from =
		    m->judged_from +
		    ((v & VIEW_CUT) != 0 || v >= VIEW_FORMER ? b->cut : 0);
		const size_t half = from < to ? from + (to - from) / 2 : from;

		b->use[v] = mem_new(m->n_seconds + 1, 1);
		for (size_t i = from; i < end; i++)
			b->use[v][i] = v == VIEW_FORMER   ? i < half
				       : v == VIEW_LATTER ? i >= half
							  : 1;
	}
	/* What began in a bad second may end in the next. */
	for (size_t i = 0; i < b->health.n; i++)
		for (size_t k = b->health.from + i;
		     b->health.flaws[i] != 0 && k < m->n_seconds &&
		     k <= b->health.from + i + 1;
		     k++) {
			b->use[VIEW_CLEAN][k] = 0;
			b->use[VIEW_CLEAN | VIEW_CUT][k] = 0;
		}
}

void
bench_unsee(struct bench *b)
{
	for (unsigned v = 0; v < VIEWS; v++)
		free(b->use[v]);
	health_free(&b->health);
}
