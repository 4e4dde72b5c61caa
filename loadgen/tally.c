/* SPDX-License-Identifier: MIT */
#include "loadgen/tally.h"

void
tally_init(struct tally_ring *r, size_t n_ops)
{
	*r = (struct tally_ring){ .n_ops = n_ops };
	/* memory is there before it is needed */
	for (size_t i = 0; i < TALLY_RING; i++) {
		hist_init(&r->at[i].late);
		hist_clear(&r->at[i].late);
		for (size_t op = 0; op < n_ops; op++)
			for (size_t c = 0; c < LOAD_CLOCKS; c++) {
				struct hist *h = &r->at[i].ops[op].hist[c];

				hist_init(h);
				hist_clear(h);
			}
	}
}

void
tally_free(struct tally_ring *r)
{
	for (size_t i = 0; i < TALLY_RING; i++) {
		hist_free(&r->at[i].late);
		for (size_t op = 0; op < r->n_ops; op++)
			for (size_t c = 0; c < LOAD_CLOCKS; c++)
				hist_free(&r->at[i].ops[op].hist[c]);
	}
}

bool
tally_turn(struct tally_ring *r, size_t next_second)
{
	const size_t given =
	    atomic_load_explicit(&r->given, memory_order_relaxed);
	const size_t taken =
	    atomic_load_explicit(&r->taken, memory_order_acquire);

	if (given + 1 - taken >= TALLY_RING)
		return false;
	r->at[(given + 1) % TALLY_RING].second = next_second;
	atomic_store_explicit(&r->given, given + 1, memory_order_release);
	return true;
}

void
tally_end(struct tally_ring *r)
{
	/* the one at hand is given with the others, whatever is free */
	atomic_fetch_add_explicit(&r->given, 1, memory_order_release);
	atomic_store_explicit(&r->ended, true, memory_order_release);
}

struct tally *
tally_next(struct tally_ring *r)
{
	const size_t given =
	    atomic_load_explicit(&r->given, memory_order_acquire);
	const size_t taken =
	    atomic_load_explicit(&r->taken, memory_order_relaxed);

	return taken < given ? &r->at[taken % TALLY_RING] : NULL;
}

bool
tally_more(struct tally_ring *r)
{
	/* first the flag: what was given before it was set is then seen */
	const bool ended =
	    atomic_load_explicit(&r->ended, memory_order_acquire);

	return !ended || tally_next(r) != NULL;
}

void
tally_back(struct tally_ring *r)
{
	const size_t taken =
	    atomic_load_explicit(&r->taken, memory_order_relaxed);
	struct tally *t = &r->at[taken % TALLY_RING];

	hist_clear(&t->late);
	for (size_t op = 0; op < r->n_ops; op++) {
		struct tally_op *o = &t->ops[op];

		o->begun = o->done = o->failed = o->timeouts = 0;
		for (size_t c = 0; c < LOAD_CLOCKS; c++)
			if (o->hist[c].n != 0)
				hist_clear(&o->hist[c]);
	}
	t->begun = t->dropped = t->in = t->out = t->resent = 0;
	t->waiting = t->connections = 0;
	t->cpu = t->run_queue = 0;
	atomic_store_explicit(&r->taken, taken + 1, memory_order_release);
}

void
tally_into(
    const struct tally *t, size_t n_ops, struct measure *m, struct hist *late)
{
	struct measure_second *s;

	measure_grow(m, t->second + 1);
	s = &m->seconds[t->second];
	s->begun += t->begun;
	s->dropped += t->dropped;
	s->in += t->in;
	s->out += t->out;
	s->waiting += t->waiting;
	s->connections += t->connections;
	s->health.retransmits += t->resent;
	if (t->cpu > s->health.cpu)
		s->health.cpu = t->cpu;
	if (t->run_queue > s->health.run_queue)
		s->health.run_queue = t->run_queue;
	for (size_t op = 0; op < n_ops; op++) {
		const struct tally_op *o = &t->ops[op];

		s->ops[op].begun += o->begun;
		s->ops[op].done += o->done;
		s->ops[op].failed += o->failed;
		s->ops[op].timeouts += o->timeouts;
		for (size_t c = 0; c < LOAD_CLOCKS; c++)
			if (o->hist[c].n != 0)
				measure_put(m, t->second, op,
				    (enum load_clock)c, &o->hist[c]);
	}
	hist_merge(late, &t->late);
}
