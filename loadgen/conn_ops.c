/* SPDX-License-Identifier: MIT */
#include "loadgen/conn_inner.h"

static struct tally_op *
count(struct worker *w, unsigned op)
{
	return &tally_now(&w->tally)->ops[op];
}

/* Of a driver with streams an operation is its slot's. */
static struct open_op *
find_op(const struct worker *w, struct conn *c, const struct driver_mark *m)
{
	struct open_op *ops = c->open_ops;

	if (conn_streams(c) > 1)
		return m->slot < w->pump->n_slots ? &ops[m->slot] : NULL;
	for (size_t i = 0; i < DRIVER_OPEN_OPS; i++)
		if (m->start ? !ops[i].open : ops[i].open && ops[i].op == m->op)
			return &ops[i];
	return NULL;
}

static struct body *
body_of(const struct worker *w, struct conn *c, unsigned slot)
{
	return &c->bodies[slot < w->pump->n_slots ? slot : 0];
}

void
conn_op_starts(
    struct worker *w, struct conn *c, const struct driver_mark *m, int64_t at)
{
	struct open_op *o = find_op(w, c, m);
	struct body *b = body_of(w, c, m->slot);

	if (o == NULL)
		return;
	*o = (struct open_op){ .op = m->op,
		.open = true,
		.started_ns = at,
		.intended_ns = b->intended_ns != 0 ? b->intended_ns : at };
	b->intended_ns = 0;
	if (c->part == DRIVE_BODY)
		b->owes = false;
	conn_arm(w, c);
	count(w, m->op)->begun++;
}

static int64_t
us_between(int64_t from_ns, int64_t to_ns)
{
	return to_ns > from_ns ? (to_ns - from_ns) / NS_PER_US : 0;
}

void
conn_told(struct worker *w, struct body *b,
    void (*told)(struct load_ledger *, size_t, int64_t))
{
	if (b->sent && b->message != NO_MESSAGE && w->pump->o->ledger != NULL)
		told(w->pump->o->ledger, b->message, w->now_ns / NS_PER_US);
	b->sent = false;
}

void
conn_op_stops(struct worker *w, struct conn *c, const struct driver_mark *m)
{
	struct open_op *o = find_op(w, c, m);
	struct tally_op *t;

	if (o == NULL || !o->open)
		return;
	o->open = false;
	t = count(w, o->op);
	if (!m->ok) {
		t->failed++;
		worker_error(w, w->pump->ops.name[o->op],
		    w->turn.why == NULL ? "failed" : w->turn.why, 1);
		return;
	}
	t->done++;
	w->answer_ns += (w->now_ns - o->started_ns - w->answer_ns) / 64;
	hist_add(
	    &t->hist[CLOCK_RESPONSE], us_between(o->intended_ns, w->now_ns));
	hist_add(&t->hist[CLOCK_SERVICE], us_between(o->started_ns, w->now_ns));
	conn_told(w, body_of(w, c, m->slot), load_ledger_accepted);
}

/* ---- failure ---- */

void
conn_ops_fail(
    struct worker *w, struct conn *c, const char *why, bool late, bool refused)
{
	const char *told = NULL;

	for (size_t i = 0; i < w->pump->n_slots; i++) {
		struct open_op *o = &c->open_ops[i];

		if (!o->open)
			continue;
		o->open = false;
		count(w, o->op)->failed++;
		count(w, o->op)->timeouts += late;
		told = w->pump->ops.name[o->op];
		worker_error(w, told, why, 1);
	}
	for (size_t i = 0; i < w->pump->n_slots; i++) {
		struct body *b = &c->bodies[i];

		if (b->owes) { /* it never came to its operation */
			const unsigned op =
			    (unsigned)c->route->program->first_op;

			count(w, op)->begun++;
			count(w, op)->failed++;
			count(w, op)->timeouts += late;
			told = w->pump->ops.name[op];
			worker_error(w, told, why, 1);
		}
		conn_told(
		    w, b, refused ? load_ledger_refused : load_ledger_unknown);
		b->owes = b->busy = false;
	}
	if (told == NULL)
		worker_error(w, c->route->flow->name, why, 1);
}
